// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {IVestingVault} from "../interfaces/IVestingVault.sol";
import {Voter, VoteTrace, VoteTraceLib} from "../libraries/VoteTraceLib.sol";

/// @title Votes of what a vault holds for its beneficiaries
/// @dev Everybody votes for himself until he delegates, so that nobody has to do anything. Units are what grants still hold.
abstract contract VestingVotes is IVestingVault, EIP712, Nonces {
    bytes32 private constant DELEGATION_TYPEHASH = keccak256(
        "Delegation(address delegatee,uint256 nonce,uint256 expiry)"
    );

    mapping(address account => VoteTrace) private _traces;
    /// @dev Read only where the account's word says that it delegated.
    mapping(address account => address) private _delegates;
    VoteTrace private _total;

    constructor() EIP712("Caldera Vesting", "1") {}

    /// @inheritdoc IVotes
    /// @dev An account that never delegated votes for itself. The zero address: the account's units are nobody's votes.
    function delegate(address delegatee) external {
        _delegate(msg.sender, delegatee);
    }

    /// @inheritdoc IVotes
    function delegateBySig(address delegatee, uint256 nonce, uint256 expiry, uint8 v, bytes32 r, bytes32 s) external {
        if (block.timestamp > expiry) revert VotesExpiredSignature(expiry);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(DELEGATION_TYPEHASH, delegatee, nonce, expiry)));
        address signer = ECDSA.recover(digest, v, r, s);
        _useCheckedNonce(signer, nonce);
        _delegate(signer, delegatee);
    }

    /// @inheritdoc IVestingVault
    function setReleaseByOthers(bool allowed) external {
        VoteTrace storage trace = _traces[msg.sender];
        trace.head = trace.head.withClosed(!allowed);
        emit ReleaseByOthersSet(msg.sender, allowed);
    }

    /// @inheritdoc IVestingVault
    function releaseByOthers(address account) public view returns (bool) {
        return !_traces[account].head.closed();
    }

    /// @inheritdoc IVestingVault
    function votingUnits(address account) external view returns (uint256) {
        return _traces[account].head.units();
    }

    /// @inheritdoc IVotes
    function getVotes(address account) external view returns (uint256) {
        return _traces[account].head.votes();
    }

    /// @inheritdoc IVotes
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        return _traces[account].votesAt(_past(timepoint));
    }

    /// @inheritdoc IVotes
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        return _total.votesAt(_past(timepoint));
    }

    /// @inheritdoc IVotes
    function delegates(address account) public view returns (address) {
        return _traces[account].head.delegated() ? _delegates[account] : account;
    }

    /// @inheritdoc IERC6372
    function clock() public view returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @inheritdoc IERC6372
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=timestamp";
    }

    /// @dev Adds to what `account` holds, and to the votes of whom it delegated to. All units together are `_changeTotal`'s.
    function _changeUnits(address account, int256 more) internal {
        VoteTrace storage trace = _traces[account];
        if (!trace.head.delegated()) return _changed(account, trace, more, more);
        trace.change(more, 0);
        _changeVotes(_delegates[account], more);
    }

    function _changeTotal(int256 more) internal {
        _total.change(0, more);
    }

    function _delegate(address account, address delegatee) private {
        address before = delegates(account);
        VoteTrace storage trace = _traces[account];
        Voter head = trace.head;
        trace.head = head.withDelegated(delegatee != account);
        if (delegatee == account) delete _delegates[account];
        else _delegates[account] = delegatee;
        emit DelegateChanged(account, before, delegatee);
        int256 units = int256(head.units());
        if (before == delegatee || units == 0) return;
        _changeVotes(before, -units);
        _changeVotes(delegatee, units);
    }

    function _changeVotes(address account, int256 more) private {
        if (account != address(0)) _changed(account, _traces[account], 0, more);
    }

    function _changed(address account, VoteTrace storage trace, int256 units, int256 votes) private {
        (uint256 before, uint256 later) = trace.change(units, votes);
        emit DelegateVotesChanged(account, before, later);
    }

    function _past(uint256 timepoint) private view returns (uint256) {
        if (timepoint >= block.timestamp) revert ERC5805FutureLookup(timepoint, clock());
        return timepoint;
    }
}
