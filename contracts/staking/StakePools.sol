// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {INodePlaces} from "../interfaces/INodePlaces.sol";
import {INodes} from "../interfaces/INodes.sol";
import {INodeStaking} from "../interfaces/INodeStaking.sol";
import {IStakePools} from "../interfaces/IStakePools.sol";
import {IStakeRewards} from "../interfaces/IStakeRewards.sol";
import {StakeLib} from "../libraries/StakeLib.sol";
import {StakeWordLib} from "../libraries/StakeWordLib.sol";
import {NodePlaces} from "./NodePlaces.sol";

/// @title Nodes' pools and the positions in them
/// @dev A position is brought up to date when it is touched: a slash and the end of a generation write the pool alone. Every
/// change of a pool is first told to the contract of rewards, with the active stake that held until then.
abstract contract StakePools is INodeStaking, NodePlaces, BoundedPause, ReentrancyGuardTransient {
    using StakeWordLib for ActivePool;
    using StakeWordLib for LeavingPool;
    using StakeWordLib for uint256;

    /// @dev With no more, shares fit 104 bits and amounts 96: see `StakeLib`.
    uint256 private constant MOST_SUPPLY = (1 << 90) - 1;
    uint32 private constant SHORTEST_UNBONDING = 7 days;
    uint32 private constant LONGEST_UNBONDING = 60 days;
    uint32 private constant SHORTEST_NOTICE = 1 days;
    uint32 private constant LONGEST_NOTICE = 30 days;
    /// @dev Holders from here on are grants.
    uint256 internal constant GRANTS = 1 << 255;

    /// @dev One slot. `paid`: the index from which its shares earn. `own`: the holder owns the node, so that
    /// nobody else's stake has to ask who does.
    struct NodePosition {
        uint104 shares;
        uint16 generation;
        uint104 paid;
        bool own;
    }

    /// @dev One slot. `places`: a bit for each place at which an exit stands.
    struct Holder {
        uint96 owed;
        uint32 places;
    }

    /// @dev How a generation ended: its shares stand for `tokens` shares of the next. `index` only of active stake.
    struct Ending {
        uint96 tokens;
        uint104 shares;
        uint104 index;
    }

    /// @dev A position in the shares of the generation that runs; `earned` until `paid`.
    struct Brought {
        uint256 shares;
        uint256 paid;
        uint256 earned;
    }

    /// @dev One slot: whoever slashes needs both.
    address internal _slasher;
    uint96 internal _leastSelfStake;

    /// @dev One slot.
    uint32 internal _nodeCount;
    uint32 internal _unbonding;
    uint32 internal _notice;

    /// @inheritdoc IStakePools
    IERC20 public immutable era;
    /// @inheritdoc IStakePools
    IStakeRewards public immutable rewards;

    mapping(uint32 node => uint256 word) private _pools;
    mapping(uint32 node => uint256 word) private _leaving;
    mapping(uint256 holder => mapping(uint32 node => uint256 word)) private _positions;
    mapping(uint256 holder => Holder) internal _holders;
    mapping(uint32 node => mapping(uint16 generation => Ending)) internal _endings;
    mapping(uint32 node => mapping(uint16 generation => Ending)) internal _leavingEndings;

    constructor(IERC20 era_, IStakeRewards rewards_, StakeTerms memory terms) {
        uint256 supply = era_.totalSupply();
        if (supply > MOST_SUPPLY) revert SupplyTooLarge(supply);
        if (address(rewards_).code.length == 0) revert RewardsCannotBe(address(rewards_));
        (era, rewards) = (era_, rewards_);
        _setTerms(terms);
    }

    /// @inheritdoc IStakePools
    function setStakeTerms(StakeTerms calldata terms) external restricted {
        _setTerms(terms);
    }

    /// @inheritdoc IStakePools
    function stakeTerms() external view returns (StakeTerms memory) {
        return StakeTerms(_leastSelfStake, _unbonding, _notice);
    }

    /// @inheritdoc IStakePools
    function poolsOf(uint32 node) external view returns (ActivePool memory, LeavingPool memory) {
        return (_poolOf(node), _leavingOf(node));
    }

    /// @inheritdoc INodes
    function stakeOf(uint32 node) public view returns (uint256 active, uint256 leaving, bool live) {
        uint256 word = _pools[node];
        return (word.tokensIn(), _leaving[node].tokensIn(), word.placeIn() != 0);
    }

    /// @inheritdoc INodePlaces
    function livePlaceAt(
        uint256 place
    ) external view returns (uint32 node, uint48 entity, uint40 since, uint256 active) {
        uint256 kept = _places[place];
        uint256 word = _pools[uint32(kept)];
        if (word.placeIn() == place + 1) return (uint32(kept), uint48(kept >> 32), uint40(kept >> 80), word.tokensIn());
    }

    /// @dev The holder stakes `amount`, which is here.
    function _enter(uint256 holder, uint32 node, uint256 amount) internal returns (uint256 shares) {
        ActivePool memory pool = _poolOf(node);
        if (pool.retired) revert NodeIsRetired(node);
        NodePosition memory position = _positionOf(holder, node);
        Brought memory was = _brought(node, position, pool.generation);
        (uint256 active, uint256 all) = (pool.active, pool.shares);
        shares = StakeLib.sharesDown(amount, active, all);
        _move(holder, node, pool, position, was, was.shares + shares, active + amount, all + shares);
    }

    /// @dev Takes `shares` of the holder out of the active pool; their worth must go elsewhere.
    /// @return amount their worth
    /// @return held the holder's shares before
    function _quit(uint256 holder, uint32 node, uint256 shares) internal returns (uint256 amount, uint256 held) {
        ActivePool memory pool = _poolOf(node);
        NodePosition memory position = _positionOf(holder, node);
        Brought memory was = _brought(node, position, pool.generation);
        held = was.shares;
        if (shares > held) revert ExceedsPosition(node, shares, held);
        (uint256 active, uint256 all) = (pool.active, pool.shares);
        amount = StakeLib.amountDown(shares, active, all);
        _move(holder, node, pool, position, was, held - shares, active - amount, all - shares);
    }

    /// @dev Takes what the holder has earned with the node. The contract of rewards is asked and writes nothing: neither the
    /// node's stake nor its shares change.
    function _gather(uint256 holder, uint32 node) internal returns (uint256 earned) {
        NodePosition memory position;
        (earned, position) = _gathered(holder, node);
        _save(holder, node, position);
    }

    /// @dev What the holder has earned with the node, and its position once that is taken.
    function _gathered(
        uint256 holder,
        uint32 node
    ) internal view returns (uint256 earned, NodePosition memory position) {
        ActivePool memory pool = _poolOf(node);
        position = _positionOf(holder, node);
        Brought memory was = _brought(node, position, pool.generation);
        uint256 index = rewards.indexOf(node, pool.isLive() ? pool.active : 0, pool.shares);
        earned = was.earned + StakeLib.rewardDown(was.shares, index - was.paid);
        (position.shares, position.generation, position.paid) = (uint104(was.shares), pool.generation, uint104(index));
    }

    /// @dev The node's own stake or its owner may have changed.
    function _refresh(uint32 node, ActivePool memory pool) internal returns (bool live) {
        live = _isLive(pool.retired, _ownShares(node, pool), pool.active, pool.shares);
        if (live == pool.isLive()) return live;
        _checkpoint(node, pool, live ? pool.active : 0);
        _setLive(node, pool, live);
        _save(node, pool);
    }

    /// @dev Holds once the pool is saved.
    function _setLive(uint32 node, ActivePool memory pool, bool live) internal {
        if (live == pool.isLive()) return;
        if (live) pool.place = uint24(_take(node, _entityOf(node)) + 1);
        else {
            _leave(pool.place - 1);
            pool.place = 0;
        }
        emit NodeLive(node, live);
    }

    /// @dev Tells the contract of rewards what the node had until now, and what it has from now on.
    function _checkpoint(uint32 node, ActivePool memory pool, uint256 activeAfter) internal returns (uint256) {
        return rewards.checkpoint(node, pool.isLive() ? pool.active : 0, pool.shares, activeAfter);
    }

    /// @dev `whenRunning` in one place: the code of a modifier stands wherever it is used.
    function _requireRunning() internal view whenRunning {}

    function _poolOf(uint32 node) internal view returns (ActivePool memory pool) {
        pool = _pools[node].toActive();
        if (pool.generation == 0) revert UnknownNode(node);
    }

    function _leavingOf(uint32 node) internal view returns (LeavingPool memory pool) {
        return _leaving[node].toLeaving();
    }

    function _positionOf(uint256 holder, uint32 node) internal view returns (NodePosition memory position) {
        uint256 word = _positions[holder][node];
        (position.shares, position.generation) = (uint104(word), uint16(word >> 104));
        (position.paid, position.own) = (uint104(word >> 120), word >> 224 != 0);
    }

    /// @dev Nothing is kept of a position without shares, but whose node it is.
    function _save(uint256 holder, uint32 node, NodePosition memory position) internal {
        uint256 word = position.own ? 1 << 224 : 0;
        if (word != 0 || position.shares != 0) {
            word |= uint256(position.shares) | (uint256(position.generation) << 104) | (uint256(position.paid) << 120);
        }
        _positions[holder][node] = word;
    }

    function _save(uint32 node, ActivePool memory pool) internal {
        _pools[node] = pool.toWord();
    }

    function _save(uint32 node, LeavingPool memory pool) internal {
        _leaving[node] = pool.toWord();
    }

    /// @dev The position in shares of `generation`. Each ending leaves less than a 10,000th of the shares: no more than 8 do.
    function _brought(
        uint32 node,
        NodePosition memory position,
        uint16 generation
    ) internal view returns (Brought memory was) {
        (was.shares, was.paid) = (position.shares, position.paid);
        for (uint16 at = position.generation; at < generation && was.shares != 0; ++at) {
            Ending storage ending = _endings[node][at];
            uint256 index = ending.index;
            was.earned += StakeLib.rewardDown(was.shares, index - was.paid);
            was.shares = StakeLib.amountDown(was.shares, ending.tokens, ending.shares);
            was.paid = index;
        }
    }

    /// @dev The same of shares that are leaving.
    function _leavingShares(
        uint32 node,
        uint256 shares,
        uint16 from,
        uint16 generation
    ) internal view returns (uint256) {
        for (uint16 at = from; at < generation && shares != 0; ++at) {
            Ending storage ending = _leavingEndings[node][at];
            shares = StakeLib.amountDown(shares, ending.tokens, ending.shares);
        }
        return shares;
    }

    function _entityOf(uint32 node) internal view virtual returns (uint48);

    /// @dev Shares of the owner.
    function _ownShares(uint32 node, ActivePool memory pool) internal view virtual returns (uint256);

    // slither-disable-start reentrancy-no-eth
    /// @dev The holder has `held` shares from now on, the pool `active` for `shares`. What it has earned stays in its position,
    /// as the index from which the shares it has now would have earned it, rounded up; it is written down as owed, in a slot of
    /// its own, only where no index is that low.
    function _move(
        uint256 holder,
        uint32 node,
        ActivePool memory pool,
        NodePosition memory position,
        Brought memory was,
        uint256 held,
        uint256 active,
        uint256 shares
    ) private {
        bool live = position.own ? _isLive(pool.retired, held, active, shares) : pool.isLive();
        uint256 index = _checkpoint(node, pool, live ? active : 0);
        uint256 earned = was.earned + StakeLib.rewardDown(was.shares, index - was.paid);
        if (earned != 0) {
            uint256 rise = held == 0 ? type(uint256).max : StakeLib.riseDown(earned, held);
            if (rise <= index)
                index -= rise;
                // No more than the supply is ever given as rewards: it fits.
            else _holders[holder].owed += uint96(earned);
        }
        (position.shares, position.generation, position.paid) = (uint104(held), pool.generation, uint104(index));
        _save(holder, node, position);
        _setLive(node, pool, live);
        // Nobody brings or has more than the supply: amounts beyond it fail where they are paid in.
        (pool.active, pool.shares) = (uint96(active), uint104(shares));
        _save(node, pool);
    }

    // slither-disable-end reentrancy-no-eth

    function _setTerms(StakeTerms memory terms) private {
        bool good = terms.leastSelfStake != 0;
        good = good && terms.unbonding >= SHORTEST_UNBONDING && terms.unbonding <= LONGEST_UNBONDING;
        good = good && terms.notice >= SHORTEST_NOTICE && terms.notice <= LONGEST_NOTICE;
        if (!good) revert StakeTermsOutOfRange(terms);
        (_leastSelfStake, _unbonding, _notice) = (terms.leastSelfStake, terms.unbonding, terms.notice);
        emit StakeTermsSet(terms);
    }

    function _isLive(bool retired, uint256 held, uint256 active, uint256 shares) internal view returns (bool) {
        return !retired && StakeLib.amountDown(held, active, shares) >= _leastSelfStake;
    }
}
