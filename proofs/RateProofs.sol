// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {RateLib, RewardFlow, RewardPower} from "../contracts/libraries/RateLib.sol";
import {RewardLib} from "../contracts/libraries/RewardLib.sol";
import {ScoreLib} from "../contracts/libraries/ScoreLib.sol";
import {Proof} from "./Proof.sol";

/// @title What nodes and users earn: never more than is there for it
contract RateProofs is Proof {
    /// @notice A node's yearly rate stays in its band, whatever its scores.
    function check_rateStaysInItsBand(
        uint256 least,
        uint256 most,
        uint16 volume,
        uint16 accuracy,
        uint16 done
    ) external pure {
        _assume(least <= most && most <= WHOLE && volume <= WHOLE && accuracy <= WHOLE && done <= WHOLE);
        uint256 rate = RateLib.rateDown(least, most, volume, accuracy, done);
        assert(rate >= least * RateLib.RATE_PER_BPS && rate <= most * RateLib.RATE_PER_BPS);
    }

    /// @notice What one stake earns is rounded down, what is set aside for it up: it is never more.
    function check_promiseCoversEarning(uint96 stake, uint32 rate, uint96 gained) external pure {
        uint256 earned = RateLib.earnedDown(stake, rate, gained);
        uint256 cost = RateLib.costUp(uint256(stake) * rate, gained);
        assert(earned <= cost && cost <= earned + 1);
        _assertUp(cost, uint256(stake) * rate * gained, RateLib.SCALE);
    }

    /// @notice What is set aside for two nodes together is at least what both earn.
    function check_promiseCoversBoth(uint128 one, uint128 other, uint96 gained) external pure {
        _assume(uint256(one) + other <= type(uint128).max);
        uint256 both = RateLib.costUp(uint256(one) + other, gained);
        assert(RateLib.earnedDown(one, 1, gained) + RateLib.earnedDown(other, 1, gained) <= both);
    }

    /// @notice The part of the power that is funded never costs more than what is left, and is at most all of it.
    function check_fundedPartIsPaidFor(uint128 left, uint128 power, uint256 time) external pure {
        _assume(time != 0 && time <= 366 days && power != 0);
        uint256 funded = RateLib.fundedDown(left, power, time);
        assert(funded <= RateLib.WAD);
        assert(funded * (uint256(power) * time) <= uint256(left) * RateLib.SCALE);
        assert(RateLib.costUp(power, funded * time) <= left);
    }

    /// @notice What is promised to nobody never grows as time goes on, nor falls below zero, within a period that was funded from it.
    function check_leftIsNeverOverdrawn(
        uint128 left,
        uint128 power,
        uint40 since,
        uint256 time,
        uint16 length
    ) external pure {
        _assume(length != 0 && length <= 366 && since <= 1 << 39 && power != 0);
        _assume(time >= since && time - since <= uint256(length) * 1 days);
        RewardFlow memory flow;
        (flow.since, flow.end, flow.length) = (since, uint40(since + uint256(length) * 1 days), length);
        flow.funded = RateLib.fundedDown(left, power, uint256(length) * 1 days);
        assert(uint256(flow.funded) * (uint256(power) * (uint256(length) * 1 days)) <= uint256(left) * RateLib.SCALE);
        assert(uint256(flow.funded) * (uint256(power) * (time - since)) <= uint256(left) * RateLib.SCALE);
        uint256 then = RateLib.leftAt(flow, RewardPower(power, left), time);
        assert(then <= left);
    }

    /// @notice A score is a part of one, whatever was signed, missed or found wrong.
    function check_scoresArePartsOfOne(
        uint96 volume,
        uint96 active,
        uint16 target,
        uint96 signed,
        uint96 bad
    ) external pure {
        assert(ScoreLib.volumeDown(volume, active, target) <= WHOLE);
        assert(ScoreLib.accuracyDown(signed, bad) <= WHOLE);
        assert(ScoreLib.efficiencyDown(signed, bad) <= WHOLE);
    }

    /// @notice More that was found wrong never raises accuracy.
    function check_accuracyFallsWithFaults(uint96 signed, uint96 wrong, uint96 more) external pure {
        _assume(more >= wrong);
        assert(ScoreLib.accuracyDown(signed, more) <= ScoreLib.accuracyDown(signed, wrong));
    }

    /// @notice A part in basis points is rounded down, and never more than the whole.
    function check_partIsRoundedDown(uint128 amount, uint16 bps) external pure {
        _assume(bps <= WHOLE);
        uint256 part = RewardLib.partDown(amount, bps);
        _assertDown(part, uint256(amount) * bps, WHOLE);
        assert(part <= amount);
    }

    /// @notice What a budget is said to pay it pays: the reward and the part on top of it never exceed it.
    function check_budgetIsNeverOverdrawn(uint96 budget, uint16 bps) external pure {
        _assume(bps <= WHOLE);
        uint256 usd = RewardLib.payableDown(budget, bps);
        uint256 reward = usd * RewardLib.ERA_PER_USD;
        assert(reward * (WHOLE + bps) <= uint256(budget) * WHOLE);
        assert(reward + RewardLib.partDown(reward, bps) <= budget);
    }

    /// @notice What is vested never exceeds the amount, is nothing before it begins and all from its end.
    function check_vestedIsBounded(uint128 amount, uint40 from, uint40 end, uint40 at) external pure {
        _assume(from < end);
        uint256 vested = RewardLib.vestedDown(amount, from, end, at);
        assert(vested <= amount);
        if (at <= from) assert(vested == 0);
        if (at >= end) assert(vested == amount);
    }

    /// @notice What is vested never falls as time goes on.
    function check_vestedNeverFalls(uint128 amount, uint40 from, uint40 end, uint40 at, uint40 later) external pure {
        _assume(from < end && at <= later);
        assert(RewardLib.vestedDown(amount, from, end, at) <= RewardLib.vestedDown(amount, from, end, later));
    }
}
