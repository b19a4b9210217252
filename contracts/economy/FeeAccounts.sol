// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {IERC3009} from "../interfaces/IERC3009.sol";
import {IFeeAccounts} from "../interfaces/IFeeAccounts.sol";
import {IFeeCredit} from "../interfaces/IFeeCredit.sol";
import {IFeesPaid} from "../interfaces/IFeesPaid.sol";
import {IParticipantMirror} from "../interfaces/IParticipantMirror.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {Party} from "../libraries/PartyLib.sol";

/// @title Prepaid accounts for fees, one an entity
/// @dev The registry copies its words here: who pays a fee is then known for one slot and no call.
abstract contract FeeAccounts is IFeeAccounts, IParticipantMirror, BoundedPause, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using MoneyLib for IERC20;

    /// @inheritdoc IFeeAccounts
    IERC20 public immutable era;
    /// @inheritdoc IParticipantMirror
    address public immutable registry;

    /// @dev `brought`: all that was paid in less what was taken back. It is in a slot of its own, which a fee does not touch:
    /// what was paid in fees is the difference of the two.
    struct Prepaid {
        uint256 amount;
        uint256 brought;
    }

    mapping(address account => Party) private _parties;
    mapping(uint48 entity => Prepaid) private _prepaid;

    /// @param era_ ERA
    /// @param registry_ the ParticipantRegistry, which must be told to subscribe this contract
    constructor(IERC20 era_, address registry_) {
        (era, registry) = (era_, registry_);
    }

    /// @inheritdoc IParticipantMirror
    function onPartyChanged(address account, Party party) external {
        if (msg.sender != registry) revert OnlyRegistry(msg.sender);
        _parties[account] = party;
    }

    /// @inheritdoc IFeeCredit
    function deposit(uint48 entity, uint256 amount) external whenRunning nonReentrant {
        _deposit(entity, amount);
    }

    /// @inheritdoc IFeeAccounts
    function depositWithPermit(
        uint48 entity,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external whenRunning nonReentrant {
        // Somebody may have brought it from the pool of pending transactions: then the allowance is there all the same.
        try IERC20Permit(address(era)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        _deposit(entity, amount);
    }

    // What was there before is compared with what is there after: nothing else that counts balances can run in between.
    // slither-disable-start reentrancy-balance
    /// @inheritdoc IFeeAccounts
    function depositWithAuthorization(
        address from,
        uint48 entity,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 salt,
        bytes calldata signature
    ) external whenRunning nonReentrant {
        _requireCredit(entity, amount);
        uint256 before = era.balanceOf(address(this));
        IERC3009(address(era)).receiveWithAuthorization(
            from,
            address(this),
            amount,
            validAfter,
            validBefore,
            authorizationNonce(entity, salt),
            signature
        );
        uint256 received = era.balanceOf(address(this)) - before;
        if (received != amount) revert MoneyLib.InexactToken(address(era), amount, received);
        _credit(entity, from, amount);
    }
    // slither-disable-end reentrancy-balance

    /// @inheritdoc IFeeAccounts
    function withdrawPrepaid(uint256 amount) external nonReentrant {
        if (amount == 0) revert NoAmount();
        uint48 entity = _entityOf(msg.sender);
        uint256 left = _take(entity, amount);
        _prepaid[entity].brought -= amount;
        emit PrepaidWithdrawn(entity, msg.sender, amount, left);
        era.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IFeeAccounts
    function prepaidOf(uint48 entity) external view returns (uint256) {
        return _prepaid[entity].amount;
    }

    /// @inheritdoc IFeesPaid
    function feesPaidBy(uint48 entity) external view returns (uint256) {
        return _prepaid[entity].brought - _prepaid[entity].amount;
    }

    /// @inheritdoc IParticipantMirror
    function partyOf(address account) external view returns (Party) {
        return _parties[account];
    }

    /// @inheritdoc IFeeAccounts
    function authorizationNonce(uint48 entity, bytes32 salt) public pure returns (bytes32) {
        return keccak256(abi.encode(entity, salt));
    }

    /// @return left what the entity still has
    function _take(uint48 entity, uint256 amount) internal returns (uint256 left) {
        Prepaid storage account = _prepaid[entity];
        uint256 prepaid = account.amount;
        if (amount > prepaid) revert PrepaidTooLow(entity, prepaid, amount);
        unchecked {
            left = prepaid - amount;
        }
        account.amount = left;
    }

    function _entityOf(address account) internal view returns (uint48) {
        Party party = _parties[account];
        if (!party.isActive()) revert NotActive(account);
        return party.entity();
    }

    function _deposit(uint48 entity, uint256 amount) private {
        _requireCredit(entity, amount);
        era.pull(msg.sender, amount);
        _credit(entity, msg.sender, amount);
    }

    function _requireCredit(uint48 entity, uint256 amount) private view {
        if (amount == 0) revert NoAmount();
        if (IParticipantRegistry(registry).legalIdOf(entity) == 0) revert UnknownEntity(entity);
    }

    /// @dev After it came: of more than there is, the sums say nothing but that they overflow.
    function _credit(uint48 entity, address from, uint256 amount) private {
        uint256 balance = _prepaid[entity].amount + amount;
        _prepaid[entity].amount = balance;
        _prepaid[entity].brought += amount;
        emit FeesDeposited(entity, from, amount, balance);
    }
}
