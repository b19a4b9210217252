// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {EraBudget} from "../access/EraBudget.sol";
import {ICirculationIncentives} from "../interfaces/ICirculationIncentives.sol";
import {IFeesPaid} from "../interfaces/IFeesPaid.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {RewardLib} from "../libraries/RewardLib.sol";
import {CirculationBook} from "./CirculationBook.sol";
import {RewardStreams} from "./RewardStreams.sol";

/// @title ERA for what enterprises circulated
/// @dev What is promised = all that is matured + all streams + all rebates that wait.
contract CirculationIncentives is ICirculationIncentives, CirculationBook, RewardStreams, EraBudget, BoundedPause {
    using Checkpoints for Checkpoints.Trace208;

    uint16 private constant MOST_REBATE = 100;
    uint32 private constant MOST_FEE_BPS = 1_000_000;
    uint256 private constant MOST_STREAMS = 24;

    /// @dev One slot: what counted for an entity and epoch, and what it was awarded for that.
    struct Counted {
        uint128 usd;
        uint128 reward;
    }

    /// @inheritdoc ICirculationIncentives
    uint32 public immutable vesting;

    /// @dev One slot each.
    address private _rebatePayee;
    uint16 private _rebateBps;
    IFeesPaid private _feeSource;
    uint32 private _feeBps;

    Checkpoints.Trace208 private _caps;
    mapping(uint48 entity => mapping(uint32 epoch => Counted)) private _counted;

    /// @inheritdoc ICirculationIncentives
    mapping(address payee => uint256) public rebateOwed;

    /// @param access the suite's AccessManager
    /// @param era_ the ERA token
    /// @param registry_ the ParticipantRegistry
    /// @param periods lengths of epoch, window, review and vesting, for good
    /// @param cap the most an entity is rewarded with for one epoch
    constructor(
        address access,
        IERC20 era_,
        IParticipantRegistry registry_,
        Periods memory periods,
        uint208 cap
    )
        EraBudget(access, era_, registry_)
        CirculationBook(access, periods.epochLength, periods.window, periods.review)
        RewardStreams(periods.epochLength, periods.vesting)
    {
        uint256 most = MOST_STREAMS * periods.epochLength;
        if (periods.vesting == 0 || periods.vesting > most) revert VestingOutOfRange(periods.vesting, most);
        vesting = periods.vesting;
        _setCap(0, cap);
    }

    /// @inheritdoc ICirculationIncentives
    function count(uint48 entityA, uint48 entityB, uint32 epoch) external whenRunning returns (uint256 reward) {
        if (block.timestamp < countableFrom(epoch)) revert EpochStillOpen(epoch, countableFrom(epoch));
        (uint48 low, uint48 high) = entityA < entityB ? (entityA, entityB) : (entityB, entityA);
        uint32 first = _firstOpen(low, high, epoch);
        if (first < epoch) revert CountEarlierFirst(first);
        (uint256 net, bool upward, bool any) = _settle(low, high, epoch);
        if (!any) revert NothingToCount(entityA, entityB, epoch);
        (uint48 payer, uint48 enterprise) = upward ? (low, high) : (high, low);

        uint256 usd = net;
        reward = _mostFor(enterprise, epoch, net * RewardLib.ERA_PER_USD);
        uint256 bps = _rebateBps;
        uint256 rebate_ = RewardLib.partDown(reward, bps);
        if (reward + rebate_ > budgetLeft()) {
            usd = RewardLib.payableDown(budgetLeft(), bps);
            if (usd == 0) revert BudgetExhausted(budgetLeft());
            reward = usd * RewardLib.ERA_PER_USD;
            rebate_ = RewardLib.partDown(reward, bps);
        }
        if (net != 0) _leave(low, high, epoch, upward, net - usd);
        uint32 now_ = epochAt(block.timestamp);
        emit CirculationCounted(payer, enterprise, epoch, usd, reward, rebate_, now_);
        if (usd != 0) _addCounted(enterprise, epoch, usd, reward);
        if (reward == 0) return 0;
        _promise(reward + rebate_);
        _stream(enterprise, reward, now_);
        if (rebate_ != 0) rebateOwed[_rebatePayee] += rebate_;
    }

    /// @inheritdoc ICirculationIncentives
    function claim() external nonReentrant returns (uint256 amount) {
        uint48 entity = _activeEntity(msg.sender);
        amount = _takeVested(entity);
        if (amount == 0) revert NothingToTake(entity);
        emit IncentiveClaimed(entity, msg.sender, amount);
        _handOut(msg.sender, amount);
    }

    /// @inheritdoc ICirculationIncentives
    function clawBack(
        uint48 entity,
        uint32 countedIn,
        uint256 most,
        bytes32 evidenceHash
    ) external restricted returns (uint256 taken) {
        if (evidenceHash == 0) revert NoEvidence();
        taken = _takeUnvested(entity, countedIn, most);
        if (taken == 0) revert NothingUnvested(entity, countedIn);
        _takeBack(taken);
        emit IncentiveClawedBack(entity, countedIn, taken, evidenceHash);
    }

    /// @inheritdoc ICirculationIncentives
    function claimRebate(address payee) external nonReentrant returns (uint256 amount) {
        amount = rebateOwed[payee];
        if (amount == 0) revert NoRebate(payee);
        rebateOwed[payee] = 0;
        emit RebatePaid(payee, amount);
        _handOut(payee, amount);
    }

    /// @inheritdoc ICirculationIncentives
    function setRebate(uint16 bps, address payee) external restricted {
        if (bps > MOST_REBATE || (payee == address(0) && bps != 0)) revert RebateOutOfRange(bps, MOST_REBATE);
        (_rebateBps, _rebatePayee) = (bps, payee);
        emit RebateSet(bps, payee);
    }

    /// @inheritdoc ICirculationIncentives
    function setCap(uint208 cap) external restricted {
        _setCap(epochAt(block.timestamp) + 1, cap);
    }

    /// @inheritdoc ICirculationIncentives
    function setFeeLimit(IFeesPaid source, uint32 bps) external restricted {
        bool none = address(source) == address(0);
        bool good = none ? bps == 0 : bps != 0 && bps <= MOST_FEE_BPS && address(source).code.length != 0;
        if (!good) revert FeeLimitOutOfRange(bps, MOST_FEE_BPS);
        (_feeSource, _feeBps) = (source, bps);
        emit FeeLimitSet(address(source), bps);
    }

    /// @inheritdoc ICirculationIncentives
    function claimableOf(uint48 entity) external view returns (uint256 vested) {
        (vested, ) = _vestedOf(entity);
    }

    /// @inheritdoc ICirculationIncentives
    function unvestedOf(uint48 entity) external view returns (uint256 unvested) {
        (, unvested) = _vestedOf(entity);
    }

    /// @inheritdoc ICirculationIncentives
    function streamsOf(uint48 entity) external view returns (Stream[] memory) {
        return _streamsOf(entity);
    }

    /// @inheritdoc ICirculationIncentives
    function awardedFor(uint48 entity, uint32 epoch) external view returns (uint256) {
        return _counted[entity][epoch].reward;
    }

    /// @inheritdoc ICirculationIncentives
    function countedFor(uint48 entity, uint32 epoch) external view returns (uint256) {
        return _counted[entity][epoch].usd;
    }

    /// @inheritdoc ICirculationIncentives
    function awardedTo(uint48 entity) external view returns (uint256) {
        return _awarded(entity);
    }

    /// @inheritdoc ICirculationIncentives
    function rebate() external view returns (uint16 bps, address payee) {
        return (_rebateBps, _rebatePayee);
    }

    /// @inheritdoc ICirculationIncentives
    function latestCap() external view returns (uint208) {
        return _caps.latest();
    }

    /// @inheritdoc ICirculationIncentives
    function feeLimit() external view returns (IFeesPaid source, uint32 bps) {
        return (_feeSource, _feeBps);
    }

    /// @notice Refused (`AuthorityIsFixed`): whoever tells of settlements is looked up where this contract was built to look.
    function setAuthority(address) public pure override {
        revert AuthorityIsFixed();
    }

    /// @inheritdoc ICirculationIncentives
    function capOf(uint32 epoch) public view returns (uint256) {
        return _caps.upperLookup(epoch);
    }

    /// @dev Neither sum reaches 2^128: a flow is below 2^96, and the reward for an epoch within its cap and the supply.
    function _addCounted(uint48 entity, uint32 epoch, uint256 usd, uint256 reward) private {
        Counted memory before = _counted[entity][epoch];
        _counted[entity][epoch] = Counted(before.usd + uint128(usd), before.reward + uint128(reward));
    }

    /// @dev `wanted`, or what the cap of the epoch and the fees paid leave of it.
    function _mostFor(uint48 entity, uint32 epoch, uint256 wanted) private view returns (uint256 reward) {
        uint256 cap = capOf(epoch);
        uint256 used = _counted[entity][epoch].reward;
        reward = used < cap ? cap - used : 0;
        if (wanted < reward) reward = wanted;
        if (address(_feeSource) == address(0)) return reward;
        uint256 limit = RewardLib.partDown(_feeSource.feesPaidBy(entity), _feeBps);
        used = _awarded(entity);
        uint256 room = used < limit ? limit - used : 0;
        if (room < reward) reward = room;
    }

    function _setCap(uint32 epoch, uint208 cap) private {
        _caps.push(epoch, cap);
        emit IncentiveCapSet(epoch, cap);
    }
}
