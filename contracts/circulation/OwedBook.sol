// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {IRevenueCycle} from "../interfaces/IRevenueCycle.sol";
import {IValueStandard} from "../interfaces/IValueStandard.sol";
import {Party, PartyLib} from "../libraries/PartyLib.sol";
import {PushLib} from "../libraries/PushLib.sol";
import {ShareTables} from "./ShareTables.sol";

/// @title What could not be handed over waits here
abstract contract OwedBook is IRevenueCycle, ShareTables, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @inheritdoc IRevenueCycle
    IValueStandard public immutable standard;

    mapping(address account => mapping(uint8 currencyId => uint256)) private _owed;

    constructor(IValueStandard standard_) {
        standard = standard_;
    }

    /// @inheritdoc IRevenueCycle
    function withdraw(uint8 currencyId, address account) external nonReentrant returns (uint256 amount) {
        return _payOut(currencyId, account, account);
    }

    /// @inheritdoc IRevenueCycle
    function withdrawTo(uint8 currencyId, address to) external nonReentrant returns (uint256 amount) {
        if (to == address(0) || to == address(this)) revert CannotBePaid(to);
        _requireMayReceive(to);
        return _payOut(currencyId, msg.sender, to);
    }

    /// @inheritdoc IRevenueCycle
    function moveOwed(uint8 currencyId, address from, address to) external restricted {
        Party target = IParticipantRegistry(registry).partyOf(to);
        if (!target.isActive()) revert NotActive(to);
        if (IParticipantRegistry(registry).partyOf(from).entity() != target.entity())
            revert DifferentEntities(from, to);
        uint256 amount = _takeOwed(currencyId, from);
        _owed[to][currencyId] += amount;
        emit OwedMoved(from, to, currencyId, amount);
    }

    /// @inheritdoc IRevenueCycle
    function owed(address account, uint8 currencyId) external view returns (uint256) {
        return _owed[account][currencyId];
    }

    /// @dev Pays, or keeps it where the receiver may not be paid now or the token does not go through.
    function _hand(
        bytes32 saleId,
        address token,
        uint8 currencyId,
        address to,
        uint256 amount,
        bool payable_
    ) internal {
        if (payable_ && PushLib.trySend(token, to, amount)) return;
        _owed[to][currencyId] += amount;
        emit OwedCredited(to, saleId, currencyId, amount);
    }

    /// @dev Who is no participant may be paid what is owed to it; who is, only while it is active.
    function _mayReceive(address account) internal view returns (bool) {
        Party party = IParticipantRegistry(registry).partyOf(account);
        return party.status() == PartyLib.UNKNOWN || party.isActive();
    }

    function _payOut(uint8 currencyId, address account, address to) private returns (uint256 amount) {
        _requireMayReceive(account);
        amount = _takeOwed(currencyId, account);
        emit OwedPaidOut(account, to, currencyId, amount);
        IERC20(standard.tokenOf(currencyId)).safeTransfer(to, amount);
    }

    function _takeOwed(uint8 currencyId, address account) private returns (uint256 amount) {
        amount = _owed[account][currencyId];
        if (amount == 0) revert NothingOwedTo(account, currencyId);
        _owed[account][currencyId] = 0;
    }

    function _requireMayReceive(address account) private view {
        if (!_mayReceive(account)) revert NotActive(account);
    }
}
