// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IUnbonding} from "../interfaces/IUnbonding.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {StakeLib} from "../libraries/StakeLib.sol";
import {NodeRegister} from "./NodeRegister.sol";

/// @title Stake that leaves
abstract contract StakeExits is NodeRegister {
    using SafeERC20 for IERC20;
    using MoneyLib for IERC20;

    /// @inheritdoc IUnbonding
    uint40 public constant longestFreeze = 60 days;

    /// @dev The places of the holder's own exits, and those that recalls take first.
    uint256 private constant OWN_PLACES = 0xffff;
    uint256 private constant RECALL_PLACES = 0xffff0000;

    /// @dev One slot.
    struct NodeExit {
        uint104 shares;
        uint32 node;
        uint16 generation;
        uint40 matures;
        uint32 to;
    }

    mapping(uint256 holder => mapping(uint256 place => NodeExit)) private _exits;
    /// @inheritdoc IUnbonding
    address public grantStakes;

    modifier onlyGrantStakes() {
        if (msg.sender != grantStakes) revert OnlyGrantStakes(msg.sender);
        _;
    }

    /// @inheritdoc IUnbonding
    function unbond(uint32 node, uint256 shares, uint256 leastAmount) external nonReentrant returns (uint8 place) {
        uint256 holder = _holderOf(msg.sender);
        (place, , ) = _begin(holder, node, shares, leastAmount, 0, OWN_PLACES);
    }

    /// @inheritdoc IUnbonding
    function redelegate(
        uint32 node,
        uint256 shares,
        uint32 toNode,
        uint256 leastAmount
    ) external nonReentrant returns (uint8 place) {
        uint256 holder = _holderOf(msg.sender);
        _requireGoal(node, toNode);
        (place, , ) = _begin(holder, node, shares, leastAmount, toNode, OWN_PLACES);
    }

    /// @inheritdoc IUnbonding
    function redirect(uint8 place, uint32 toNode) external nonReentrant {
        _redirect(_holderOf(msg.sender), place, toNode);
    }

    /// @inheritdoc IUnbonding
    function withdraw(uint8 place, uint256 leastAmount) external nonReentrant returns (uint256 amount) {
        amount = _withdraw(_holderOf(msg.sender), place);
        if (amount < leastAmount) revert TooLittle(amount, leastAmount);
    }

    /// @inheritdoc IUnbonding
    function complete(uint256 holder, uint8 place) external nonReentrant returns (uint256 amount, uint256 shares) {
        _requireRunning();
        if (holder >= GRANTS && msg.sender != grantStakes) revert OnlyGrantStakes(msg.sender);
        uint32 to = _exit(holder, place).to;
        if (to == 0) revert ExitGoesNowhere(place);
        amount = _close(holder, place);
        if (amount != 0) shares = _enter(holder, to, amount);
    }

    /// @inheritdoc IUnbonding
    function stakeGrant(
        uint256 holder,
        uint32 node,
        uint256 amount
    ) external onlyGrantStakes nonReentrant returns (uint256 shares) {
        _requireRunning();
        return _stake(holder, node, amount, 0);
    }

    /// @inheritdoc IUnbonding
    function unbondFor(
        uint256 holder,
        uint32 node,
        uint256 shares,
        uint256 leastAmount,
        uint32 toNode,
        bool recall
    ) external onlyGrantStakes nonReentrant returns (uint8 place, uint256 amount, uint256 held) {
        if (toNode != 0) _requireGoal(node, toNode);
        uint256 places = OWN_PLACES;
        if (recall && _holders[holder].places & RECALL_PLACES != RECALL_PLACES) places = RECALL_PLACES;
        return _begin(holder, node, shares, leastAmount, toNode, places);
    }

    /// @inheritdoc IUnbonding
    function redirectFor(uint256 holder, uint8 place, uint32 toNode) external onlyGrantStakes nonReentrant {
        _redirect(holder, place, toNode);
    }

    /// @inheritdoc IUnbonding
    function withdrawFor(uint256 holder, uint8 place) external onlyGrantStakes nonReentrant returns (uint256 amount) {
        return _withdraw(holder, place);
    }

    /// @inheritdoc IUnbonding
    function setGrantStakes(address grants) external restricted {
        if (grantStakes != address(0) || grants.code.length == 0) revert GrantStakesCannotBe(grants);
        grantStakes = grants;
        emit GrantStakesSet(grants);
    }

    /// @inheritdoc IUnbonding
    function withdrawAll() external nonReentrant returns (uint256 amount) {
        uint256 holder = _holderOf(msg.sender);
        uint256 places = _holders[holder].places;
        bool any = false;
        for (uint8 place = 0; places >> place != 0; ++place) {
            if ((places >> place) & 1 == 0) continue;
            NodeExit memory exit_ = _exits[holder][place];
            if (exit_.to != 0 || block.timestamp < _heldUntil(exit_)) continue;
            amount += _close(holder, place);
            any = true;
        }
        if (!any) revert NothingMature(msg.sender);
        era.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IUnbonding
    function placesOf(uint256 holder) external view returns (uint32) {
        return _holders[holder].places;
    }

    /// @inheritdoc IUnbonding
    function exitAt(uint256 holder, uint8 place) external view returns (StakeExit memory) {
        NodeExit memory exit_ = _exit(holder, place);
        (, uint256 amount) = _worth(exit_, _leavingOf(exit_.node));
        uint40 held = _heldUntil(exit_);
        return StakeExit(place, exit_.node, exit_.to, amount, exit_.matures, held, block.timestamp >= held);
    }

    /// @dev Stakes the caller's ERA for the holder.
    function _stake(uint256 holder, uint32 node, uint256 amount, uint256 least) internal returns (uint256 shares) {
        if (amount == 0) revert NoAmount();
        // First: of more than there is, the sums below say nothing but that they overflow.
        era.pull(msg.sender, amount);
        shares = _enter(holder, node, amount);
        if (shares < least) revert TooFewShares(shares, least);
        emit StakeAdded(holder, node, msg.sender, amount, shares);
    }

    // Nothing is written after the call but what the guard keeps others from.
    // slither-disable-start reentrancy-no-eth
    /// @dev Begins an exit at the lowest of `places` that is free.
    /// @return place where it stands
    /// @return amount what leaves
    /// @return held the holder's shares before
    function _begin(
        uint256 holder,
        uint32 node,
        uint256 shares,
        uint256 least,
        uint32 to,
        uint256 places
    ) private returns (uint8 place, uint256 amount, uint256 held) {
        if (shares == 0) revert NoShares();
        (amount, held) = _quit(holder, node, shares);
        if (amount < least) revert TooLittle(amount, least);
        if (amount == 0) revert NoAmount();
        LeavingPool memory leaving = _leavingOf(node);
        uint104 part = uint104(StakeLib.sharesDown(amount, leaving.tokens, leaving.shares));
        leaving.tokens += uint96(amount);
        leaving.shares += part;
        _save(node, leaving);
        uint256 taken = _holders[holder].places;
        uint256 free = places & ~taken;
        if (free == 0) revert NoFreePlace(holder);
        free &= ~free + 1;
        place = uint8(Math.log2(free));
        _holders[holder].places = uint32(taken | free);
        uint40 matures = uint40(block.timestamp + _unbonding);
        _exits[holder][place] = NodeExit(part, node, leaving.generation, matures, to);
        emit UnbondingStarted(holder, node, place, shares, amount, to, matures);
    }

    // slither-disable-end reentrancy-no-eth

    function _redirect(uint256 holder, uint8 place, uint32 to) private {
        NodeExit memory exit_ = _exit(holder, place);
        if (to != 0) _requireGoal(exit_.node, to);
        _exits[holder][place].to = to;
        emit UnbondingRedirected(holder, place, to);
    }

    /// @dev Pays an exit to the caller.
    function _withdraw(uint256 holder, uint8 place) private returns (uint256 amount) {
        uint32 to = _exit(holder, place).to;
        if (to != 0) revert ExitGoesOn(place, to);
        amount = _close(holder, place);
        era.safeTransfer(msg.sender, amount);
    }

    /// @dev Ends an exit that is mature. What it was worth must go elsewhere.
    function _close(uint256 holder, uint8 place) private returns (uint256 amount) {
        NodeExit memory exit_ = _exit(holder, place);
        uint40 held = _heldUntil(exit_);
        if (block.timestamp < held) revert ExitHeld(place, held);
        LeavingPool memory leaving = _leavingOf(exit_.node);
        uint256 shares;
        (shares, amount) = _worth(exit_, leaving);
        leaving.tokens -= uint96(amount);
        leaving.shares -= uint104(shares);
        _save(exit_.node, leaving);
        delete _exits[holder][place];
        _holders[holder].places &= ~uint32(1 << place);
        if (exit_.to == 0) emit StakeWithdrawn(holder, exit_.node, place, amount);
        else emit StakeRedelegated(holder, exit_.node, exit_.to, place, amount);
    }

    function _exit(uint256 holder, uint8 place) private view returns (NodeExit memory exit_) {
        exit_ = _exits[holder][place];
        if (exit_.matures == 0) revert NoExitAt(holder, place);
    }

    /// @return shares of the leaving pool as they count now
    /// @return amount what they are worth
    function _worth(
        NodeExit memory exit_,
        LeavingPool memory leaving
    ) private view returns (uint256 shares, uint256 amount) {
        shares = _leavingShares(exit_.node, exit_.shares, exit_.generation, leaving.generation);
        amount = StakeLib.amountDown(shares, leaving.tokens, leaving.shares);
    }

    /// @dev The later of maturity and the node's freeze, the latter within its bound.
    function _heldUntil(NodeExit memory exit_) private view returns (uint40 until) {
        until = exit_.matures;
        uint40 frozen = _leavingOf(exit_.node).frozenUntil;
        if (frozen > until) until = frozen < until + longestFreeze ? frozen : until + longestFreeze;
    }

    /// @dev A node with which one can stake, other than the one that is left.
    function _requireGoal(uint32 node, uint32 to) private view {
        if (to == node) revert SameNode(to);
        if (_poolOf(to).retired) revert NodeIsRetired(to);
    }
}
