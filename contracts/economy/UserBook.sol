// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAttestors} from "../interfaces/IAttestors.sol";
import {IScenarioBook} from "../interfaces/IScenarioBook.sol";
import {MonthLib} from "../libraries/MonthLib.sol";

/// @title How many used a rollup in a month, as attestors say
abstract contract UserBook is IScenarioBook, EIP712, AccessManaged {
    bytes32 private constant USERS_TYPEHASH = keccak256("ActiveUsers(uint256 rollup,uint256 month,uint256 users)");
    uint256 private constant STATEMENT_TIME = 20 days;

    struct UserCount {
        bool stated;
        uint64 users;
    }

    mapping(uint32 rollup => mapping(uint16 month => UserCount)) private _users;
    /// @inheritdoc IScenarioBook
    IAttestors public userAttestors;

    /// @param attestors_ who vouches for users
    constructor(IAttestors attestors_) EIP712("Caldera Fee Router", "1") {
        _setAttestors(attestors_);
    }

    /// @inheritdoc IScenarioBook
    function stateUsers(ActiveUsers calldata stated, IAttestors.Attestation[] calldata attestations) external {
        (uint32 rollup, uint16 month) = (stated.rollup, stated.month);
        uint256 endsAt = MonthLib.endOf(month);
        if (block.timestamp < endsAt) revert MonthNotOver(month, endsAt);
        if (block.timestamp >= _closesAt(month)) revert UsersStatedTooLate(month, _closesAt(month));
        UserCount storage known = _users[rollup][month];
        if (known.stated) revert UsersAlreadyStated(rollup, month, known.users);
        userAttestors.requireQuorum(usersDigest(stated), attestations);
        (known.stated, known.users) = (true, stated.users);
        emit ActiveUsersStated(rollup, month, stated.users);
    }

    /// @inheritdoc IScenarioBook
    function setUserAttestors(IAttestors attestors_) external restricted {
        _setAttestors(attestors_);
    }

    /// @inheritdoc IScenarioBook
    function usersOf(uint32 rollup, uint16 month) external view returns (bool stated, uint64 users) {
        UserCount storage known = _users[rollup][month];
        return (known.stated, known.users);
    }

    /// @inheritdoc IScenarioBook
    function usersDigest(ActiveUsers calldata stated) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(USERS_TYPEHASH, stated)));
    }

    /// @dev Whether it is known if the month's users were enough, and whether they were.
    function _isSubsidised(
        uint32 rollup,
        uint16 month,
        uint64 usersAbove
    ) internal view returns (bool decided, bool granted) {
        UserCount storage known = _users[rollup][month];
        bool stated = known.stated;
        return (stated || block.timestamp >= _closesAt(month), stated && known.users > usersAbove);
    }

    function _closesAt(uint16 month) internal pure returns (uint256) {
        return MonthLib.endOf(month) + STATEMENT_TIME;
    }

    function _setAttestors(IAttestors attestors_) private {
        if (address(attestors_).code.length == 0 || attestors_.quorum() < 2) revert NotAttestors(address(attestors_));
        userAttestors = attestors_;
        emit UserAttestorsSet(attestors_);
    }
}
