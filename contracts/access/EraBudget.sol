// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IEraBudget} from "../interfaces/IEraBudget.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {Party} from "../libraries/PartyLib.sol";

/// @title A budget in ERA that is promised to entities, and never more than is there
/// @dev In this folder as all that contracts of several folders inherit from: a folder reaches no other one's contracts.
abstract contract EraBudget is IEraBudget, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using MoneyLib for IERC20;
    using SafeCast for uint256;

    /// @inheritdoc IEraBudget
    IERC20 public immutable era;
    /// @inheritdoc IEraBudget
    IParticipantRegistry public immutable registry;

    /// @dev One slot: a promise moves from one half to the other.
    uint128 private _left;
    uint128 private _owed;

    /// @param access the suite's AccessManager
    /// @param era_ the ERA token
    /// @param registry_ the ParticipantRegistry
    constructor(address access, IERC20 era_, IParticipantRegistry registry_) AccessManaged(access) {
        (era, registry) = (era_, registry_);
    }

    /// @inheritdoc IEraBudget
    function fund(uint256 amount) external nonReentrant {
        _add(msg.sender, amount);
        era.pull(msg.sender, amount);
    }

    /// @inheritdoc IEraBudget
    function absorb() external nonReentrant returns (uint256 amount) {
        amount = era.balanceOf(address(this)) - _left - _owed;
        _add(address(this), amount);
    }

    /// @inheritdoc IEraBudget
    function moveBudget(address to, uint256 amount) external restricted nonReentrant {
        if (amount == 0) revert NothingToFund();
        if (to == address(0) || to == address(this)) revert CannotBePaid(to);
        uint128 left = _less(amount);
        _left = left;
        emit BudgetMoved(to, amount, left);
        era.safeTransfer(to, amount);
    }

    /// @inheritdoc IEraBudget
    function budgetLeft() public view returns (uint256) {
        return _left;
    }

    /// @inheritdoc IEraBudget
    function budgetOwed() public view returns (uint256) {
        return _owed;
    }

    /// @dev `amount` is promised from now on.
    function _promise(uint256 amount) internal {
        _left = _less(amount);
        _owed += uint128(amount);
    }

    /// @dev `amount`, which was promised, is promised no longer.
    function _takeBack(uint256 amount) internal {
        _owed -= uint128(amount);
        _left += uint128(amount);
    }

    /// @dev Hands out `amount`, which was promised.
    function _handOut(address to, uint256 amount) internal {
        _owed -= uint128(amount);
        era.safeTransfer(to, amount);
    }

    /// @dev Hands out `amount` that nobody was promised before.
    function _spend(uint256 amount) internal {
        _left = _less(amount);
    }

    /// @dev The entity for which `account` may act now.
    function _activeEntity(address account) internal view returns (uint48) {
        Party party = registry.partyOf(account);
        if (!party.isActive()) revert NotActive(account);
        return party.entity();
    }

    function _less(uint256 amount) private view returns (uint128) {
        uint128 left = _left;
        if (amount > left) revert BudgetTooSmall(amount, left);
        return left - uint128(amount);
    }

    function _add(address from, uint256 amount) private {
        // Whoever sends a unit first has given it away, and stopped nobody.
        // slither-disable-next-line incorrect-equality
        if (amount == 0) revert NothingToFund();
        uint128 left = _left + amount.toUint128();
        _left = left;
        emit BudgetFunded(from, amount, left);
    }
}
