// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IValueAttributes} from "../contracts/interfaces/IValueAttributes.sol";
import {CollateralLib} from "../contracts/libraries/CollateralLib.sol";
import {CurveLib} from "../contracts/libraries/CurveLib.sol";
import {FactoringLib} from "../contracts/libraries/FactoringLib.sol";
import {LeaseLib} from "../contracts/libraries/LeaseLib.sol";
import {Observation, ObservationLib} from "../contracts/libraries/ObservationLib.sol";
import {UsdLib} from "../contracts/libraries/UsdLib.sol";
import {VestingLib} from "../contracts/libraries/VestingLib.sol";
import {Proof} from "./Proof.sol";

/// @title Prices, rents and schedules
contract PriceProofs is Proof {
    /// @notice USD come to currency units rounded up, and rounded down where it is what can be had.
    /// @custom:bound currencies of 6 decimals
    function check_unitsAreRounded(uint64 usd, uint80 rate) external pure {
        _assume(rate != 0);
        uint256 exact = uint256(usd) * 10 ** 18;
        _assertUp(UsdLib.toUnitsUp(usd, rate, 6), exact, rate);
        _assertDown(UsdLib.toUnitsDown(usd, rate, 6), exact, rate);
    }

    /// @notice Currency units come to USD rounded up.
    /// @custom:bound currencies of 6 decimals
    function check_usdIsRoundedUp(uint96 units, uint80 rate) external pure {
        _assertUp(UsdLib.toUsdUp(units, rate, 6), uint256(units) * rate, 10 ** 18);
    }

    /// @notice There and back never gains: what can be had for a sum is worth no more than the sum.
    /// @custom:bound currencies of 6 decimals
    function check_thereAndBackNeverGains(uint64 usd, uint80 rate) external pure {
        _assume(rate != 0);
        assert(UsdLib.toUsdUp(UsdLib.toUnitsDown(usd, rate, 6), rate, 6) <= usd);
    }

    /// @notice The parts of a quote that are bought one after the other cost together what they cost at once.
    function check_partsCostThePrice(uint96 price, uint96 all, uint96 filled, uint96 one, uint96 other) external pure {
        _assume(all != 0 && uint256(filled) + one + other <= all);
        uint256 apart =
            FactoringLib.partOf(price, all, filled, one) +
                FactoringLib.partOf(price, all, uint256(filled) + one, other);
        assert(apart == FactoringLib.partOf(price, all, filled, uint256(one) + other));
        assert(FactoringLib.partOf(price, all, 0, all) == price);
    }

    /// @notice What is paid back is rounded down, and never more than the price.
    function check_priceBackIsRoundedDown(uint96 price, uint96 owed, uint96 owedAtSale) external pure {
        _assume(owedAtSale != 0 && owed <= owedAtSale);
        uint256 due = FactoringLib.dueDown(price, owed, owedAtSale);
        _assertDown(due, uint256(price) * owed, owedAtSale);
        assert(due <= price);
    }

    /// @notice The limit of a pledge is never above its insurance, nor above its part of the valuation.
    function check_collateralIsBounded(uint96 value, uint96 insured, uint16 bps) external view {
        _assume(bps <= WHOLE);
        IValueAttributes.Attribute memory valuation;
        IValueAttributes.Attribute memory insurance;
        (valuation.amount, valuation.validUntil) = (value, type(uint40).max);
        (insurance.amount, insurance.validUntil) = (insured, type(uint40).max);
        uint256 limit = CollateralLib.limit(valuation, insurance, bps);
        assert(limit <= insured && limit * WHOLE <= uint256(value) * bps);
    }

    /// @notice Rent is rounded up for who pays it; what owners have earned is rounded down and never exceeds it.
    function check_rentCoversEarning(uint96 rent, uint32 period, uint40 start, uint40 end, uint40 time) external pure {
        _assume(period != 0 && start <= end && start <= time);
        uint256 paid = LeaseLib.priceUp(rent, period, start, end);
        _assertUp(paid, uint256(rent) * (uint256(end) - start), period);
        assert(LeaseLib.earnedDown(rent, period, start, end, paid, time) <= paid);
    }

    /// @notice What owners have earned never falls as time goes on.
    function check_earnedNeverFalls(
        uint96 rent,
        uint32 period,
        uint40 start,
        uint40 end,
        uint40 time,
        uint40 later
    ) external pure {
        _assume(period != 0 && start <= end && start <= time && time <= later);
        uint256 paid = LeaseLib.priceUp(rent, period, start, end);
        uint256 then = LeaseLib.earnedDown(rent, period, start, end, paid, later);
        assert(LeaseLib.earnedDown(rent, period, start, end, paid, time) <= then);
    }

    /// @notice A mean of prices lies between the least and the greatest of them.
    function check_meanLiesBetween(uint80 one, uint80 other, uint32 at, uint32 between, uint32 end) external pure {
        _assume(at < between && between < end);
        Observation first = ObservationLib.pack(one, at, 0);
        Observation last = ObservationLib.pack(other, between, first.sumAt(between));
        uint256 mean = ObservationLib.mean(first, last, at, end);
        (uint256 least, uint256 most) = one < other ? (one, other) : (other, one);
        assert(mean >= least && mean <= most);
    }

    /// @notice A stated price is taken no further from the mean than the step, and as it is within it.
    function check_stepIsKept(uint80 stated, uint80 mean, uint16 bps) external pure {
        _assume(bps <= WHOLE);
        uint256 taken = ObservationLib.within(stated, mean, bps);
        uint256 apart = taken > mean ? taken - mean : mean - taken;
        assert(apart * WHOLE <= uint256(mean) * bps);
        if ((stated > mean ? stated - mean : mean - stated) * WHOLE + WHOLE <= uint256(mean) * bps)
            assert(taken == stated);
    }

    /// @notice Between knots a curve is rounded down, below zero as well.
    function check_curveIsRoundedDown(uint128 size, bool falls, uint64 run) external pure {
        _assume(run != 0);
        int256 rise = int256(uint256(size));
        int256 quotient = CurveLib.divDown(falls ? -rise : rise, int256(uint256(run)));
        if (falls) assert(quotient == -int256((uint256(size) + run - 1) / run));
        else assert(quotient == int256(uint256(size) / run));
    }

    /// @notice A curve that falls has fallen between two knots by no more than it falls from one to the other.
    function check_fallIsBounded(uint64 fall, uint64 run, uint64 x) external pure {
        _assume(x < run);
        int256 change = CurveLib.divDown(-int256(uint256(fall) * x), int256(uint256(run)));
        assert(change <= 0 && change >= -int256(uint256(fall)));
    }

    /// @notice A curve that rises stays between the knots beside it.
    /// @custom:bound curves of 2 knots
    function check_curveStaysBetweenItsKnots(
        uint64 leftX,
        int64 leftY,
        uint64 rightX,
        int64 rightY,
        uint64 x
    ) external pure {
        _assume(leftX < rightX && leftY <= rightY);
        int256 y = CurveLib.valueDown(abi.encodePacked(leftX, leftY, rightX, rightY), 0, 2, x);
        assert(y >= leftY && y <= rightY);
        if (x <= leftX) assert(y == leftY);
        if (x >= rightX) assert(y == rightY);
    }

    /// @notice A grant vests nothing before its cliff, all of it at its end, and never more than its amount.
    function check_grantIsBounded(
        uint96 amount,
        uint40 start,
        uint32 cliff,
        uint32 duration,
        uint40 time
    ) external pure {
        _assume(duration != 0 && cliff <= duration);
        uint256 vested = VestingLib.scheduled(amount, start, cliff, duration, time);
        assert(vested <= amount);
        if (time < uint256(start) + cliff) assert(vested == 0);
        if (time >= uint256(start) + duration) assert(vested == amount);
    }

    /// @notice A grant never vests less as time goes on.
    function check_grantNeverFalls(
        uint96 amount,
        uint40 start,
        uint32 cliff,
        uint32 duration,
        uint40 time,
        uint40 later
    ) external pure {
        _assume(duration != 0 && cliff <= duration && time <= later);
        uint256 then = VestingLib.scheduled(amount, start, cliff, duration, later);
        assert(VestingLib.scheduled(amount, start, cliff, duration, time) <= then);
    }

    /// @notice Stake that returns is divided without a rest: what comes back goes to the allocation or the grant, and what is missing is
    /// borne by one of them.
    function check_returnAddsUp(uint96 principal, uint96 returned, uint96 staked, uint96 owed) external pure {
        _assume(uint256(staked) + owed >= principal);
        (uint256 own, uint256 owing, uint256 recovered, uint256 reward) = VestingLib.settle(
            principal,
            returned,
            staked,
            owed
        );
        uint256 back = returned < principal ? returned : principal;
        assert(own + owing + back == principal && back + reward == returned);
        assert(own <= staked && owing + recovered <= owed && recovered <= back);
    }
}
