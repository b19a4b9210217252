// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {EraBudget} from "../access/EraBudget.sol";
import {IConnectionPoints} from "../interfaces/IConnectionPoints.sol";
import {IFeeCredit} from "../interfaces/IFeeCredit.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {RewardLib} from "../libraries/RewardLib.sol";
import {PointRights} from "./PointRights.sol";

/// @title Points for interactions between rollups
/// @dev Points are no promise of ERA: the rate may be set to nothing. Nothing is promised here, so the whole balance that was
/// funded is left.
contract ConnectionPoints is PointRights, IConnectionPoints {
    using SafeERC20 for IERC20;
    using Checkpoints for Checkpoints.Trace208;

    uint16 private constant LEAST_COEFFICIENT = 10_000;
    uint16 private constant MOST_COEFFICIENT = 30_000;

    /// @inheritdoc IConnectionPoints
    uint32 public immutable rateEpochLength;

    /// @inheritdoc IConnectionPoints
    IFeeCredit public feeCredit;
    /// @inheritdoc IConnectionPoints
    uint16 public coefficient;
    Checkpoints.Trace208 private _rates;

    /// @inheritdoc IConnectionPoints
    mapping(bytes32 interaction => bool) public isRewarded;

    /// @param access the suite's AccessManager
    /// @param era_ the ERA token
    /// @param registry_ the ParticipantRegistry
    /// @param pointPeriod_ seconds of a period of points, for good
    /// @param rateEpochLength_ seconds of an epoch of rates, for good
    /// @param coefficient_ what points of high-value scenarios count, in basis points
    constructor(
        address access,
        IERC20 era_,
        IParticipantRegistry registry_,
        uint32 pointPeriod_,
        uint32 rateEpochLength_,
        uint16 coefficient_
    ) EraBudget(access, era_, registry_) PointRights(pointPeriod_) {
        bool good = pointPeriod_ >= 30 days && pointPeriod_ <= 730 days;
        if (!good || rateEpochLength_ < 1 days || rateEpochLength_ > 90 days) revert PointPeriodOutOfRange();
        rateEpochLength = rateEpochLength_;
        _setCoefficient(coefficient_);
    }

    /// @inheritdoc IConnectionPoints
    function awardPoints(
        uint48 entity,
        bytes32 interaction,
        uint64 points,
        bool highValue
    ) external restricted returns (uint96 credited) {
        if (interaction == 0) revert NoInteraction();
        if (isRewarded[interaction]) revert InteractionRewarded(interaction);
        if (points == 0) revert NoPoints();
        if (registry.legalIdOf(entity) == 0) revert NoSuchEntity(entity);
        isRewarded[interaction] = true;
        // At most three times 2^64.
        credited = uint96(highValue ? RewardLib.partDown(points, coefficient) : points);
        _addPoints(entity, credited);
        emit PointsAwarded(entity, interaction, points, highValue, credited);
    }

    /// @inheritdoc IConnectionPoints
    function redeem(uint96 points, uint256 least) external whenRunning nonReentrant returns (uint256 amount) {
        (, amount) = _redeem(points, least, false);
        era.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IConnectionPoints
    function redeemForFees(uint96 points, uint256 least) external whenRunning nonReentrant returns (uint256 amount) {
        IFeeCredit account = feeCredit;
        if (address(account) == address(0)) revert NoFeeCredit();
        uint48 entity;
        (entity, amount) = _redeem(points, least, true);
        // Under the guard nothing else moves ERA out of here; what came in meanwhile makes the call fail.
        // slither-disable-start reentrancy-balance
        uint256 before = era.balanceOf(address(this));
        era.forceApprove(address(account), amount);
        account.deposit(entity, amount);
        uint256 taken = before - era.balanceOf(address(this));
        if (taken != amount) revert InexactCredit(amount, taken);
        // slither-disable-end reentrancy-balance
    }

    /// @inheritdoc IConnectionPoints
    function setCoefficient(uint16 bps) external restricted {
        _setCoefficient(bps);
    }

    /// @inheritdoc IConnectionPoints
    function setPointRate(uint128 rate) external restricted {
        uint32 epoch = rateEpochAt(block.timestamp) + 1;
        _rates.push(epoch, rate);
        emit PointRateSet(epoch, rate);
    }

    /// @inheritdoc IConnectionPoints
    function setFeeCredit(IFeeCredit feeCredit_) external restricted {
        address account = address(feeCredit_);
        if (account != address(0) && account.code.length == 0) revert NotAContract(account);
        feeCredit = feeCredit_;
        emit FeeCreditSet(account);
    }

    /// @inheritdoc IConnectionPoints
    function latestPointRate() external view returns (uint208) {
        return _rates.latest();
    }

    /// @inheritdoc IConnectionPoints
    function rateOf(uint32 epoch) public view returns (uint256) {
        return _rates.upperLookup(epoch);
    }

    /// @inheritdoc IConnectionPoints
    function rateEpochAt(uint256 at) public view returns (uint32) {
        return uint32(at / rateEpochLength);
    }

    function _redeem(uint96 points, uint256 least, bool toFees) private returns (uint48 entity, uint256 amount) {
        if (points == 0) revert NoPoints();
        entity = _activeEntity(msg.sender);
        uint32 epoch = rateEpochAt(block.timestamp);
        uint256 rate = rateOf(epoch);
        // Governance sets it, in whole units.
        // slither-disable-next-line incorrect-equality
        if (rate == 0) revert RedemptionClosed(epoch);
        amount = points * rate;
        if (amount < least) revert WorthLess(amount, least);
        _spendPoints(entity, points);
        _spend(amount);
        emit PointsRedeemed(entity, msg.sender, points, amount, toFees);
    }

    function _setCoefficient(uint16 bps) private {
        if (bps < LEAST_COEFFICIENT || bps > MOST_COEFFICIENT) revert CoefficientOutOfRange(bps);
        coefficient = bps;
        emit CoefficientSet(bps);
    }
}
