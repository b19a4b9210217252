// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @notice How rewards run. `gain`: integral of the funded rate until `since`, in seconds × 10^18. `funded`: the rate since then,
/// 10^18 at most. `end` of the running period; those that follow have `length` days. One slot.
struct RewardFlow {
    uint96 gain;
    uint64 funded;
    uint40 since;
    uint40 end;
    uint16 length;
}

/// @notice `power`: sum over all nodes of stake × rate, in units of 10^-18 ERA × 10^-9 a year. `left`: what was promised to nobody
/// at `RewardFlow.since`. One slot.
struct RewardPower {
    uint128 power;
    uint128 left;
}

/// @title Arithmetic of rewards: the band, what is funded, what it costs
/// @notice Whatever is promised or paid is rounded so that what is promised is at least what is earned.
library RateLib {
    uint256 internal constant WAD = 1e18;
    uint256 internal constant WHOLE = 10_000;
    uint256 internal constant YEAR = 365 days;
    /// @notice Yearly rates have nine decimals: one basis point is 100,000.
    uint256 internal constant RATE_PER_BPS = 100_000;
    /// @notice stake × rate × gain / SCALE is a reward.
    uint256 internal constant SCALE = WAD * UNIT;
    uint256 private constant UNIT = 1e9 * YEAR;

    /// @dev least + (most - least) × scores, in 10^-9 a year, rounded down. The three scores and both bounds in basis points.
    function rateDown(
        uint256 least,
        uint256 most,
        uint256 volume,
        uint256 accuracy,
        uint256 efficiency
    ) internal pure returns (uint32) {
        uint256 above = ((most - least) * RATE_PER_BPS * volume * accuracy * efficiency) / WHOLE ** 3;
        return uint32(least * RATE_PER_BPS + above);
    }

    /// @dev What `stake` at `rate` earns, or `power` in one, over `gained`; rounded down for who earns it.
    function earnedDown(uint256 stake, uint256 rate, uint256 gained) internal pure returns (uint256) {
        return (stake * rate * gained) / SCALE; // 96 + 32 + 96 bits at most
    }

    /// @dev What all nodes together are promised over `gained`; rounded up, so that it is never less than what they earn.
    function costUp(uint256 power, uint256 gained) internal pure returns (uint256) {
        uint256 exact = power * gained; // 128 + 96 bits
        return exact == 0 ? 0 : (exact - 1) / SCALE + 1;
    }

    /// @dev Which part of `power` can be paid for `time` seconds with `left`: 10^18 at most, rounded down. Then what it costs is
    /// at most `left`: power × funded × time <= left × SCALE, and `left` is whole.
    function fundedDown(uint256 left, uint256 power, uint256 time) internal pure returns (uint64) {
        uint256 wanted = power * time;
        if (left * UNIT >= wanted) return uint64(WAD);
        return uint64((left * SCALE) / wanted); // 128 + 115 bits
    }

    /// @dev Brings `flow` and `stock` to the beginning of the period in which `time` lies, as if each period in between had been
    /// gone through: so many are funded in full as `left` pays, one more by what remains of it, and after that nothing is left
    /// that could pay for 10^-18 of a period.
    function roll(RewardFlow memory flow, RewardPower memory stock, uint256 time) internal pure {
        if (time < flow.end) return;
        uint256 power = stock.power;
        uint256 gained = uint256(flow.funded) * (flow.end - flow.since);
        uint256 left = stock.left - costUp(power, gained);
        // Whole periods are meant.
        // slither-disable-start divide-before-multiply
        uint256 length = uint256(flow.length) * 1 days;
        uint256 passed = (time - flow.end) / length;
        uint256 each = costUp(power, length * WAD);
        uint256 full = each == 0 || left / each >= passed ? passed : left / each;
        left -= full * each;
        gained += full * length * WAD;
        if (full < passed) {
            uint256 last = fundedDown(left, power, length) * length;
            left -= costUp(power, last);
            gained += last;
        }
        uint256 start = flow.end + passed * length;
        // slither-disable-end divide-before-multiply
        flow.gain += uint96(gained); // 2,500 years
        flow.since = uint40(start);
        flow.end = uint40(start + length);
        flow.funded = fundedDown(left, power, length);
        stock.left = uint128(left);
    }

    /// @dev The integral at `time`, within the period.
    function gainAt(RewardFlow memory flow, uint256 time) internal pure returns (uint256) {
        return flow.gain + gainedAt(flow, time);
    }

    /// @dev What of it came since `flow` was written.
    function gainedAt(RewardFlow memory flow, uint256 time) internal pure returns (uint256) {
        return uint256(flow.funded) * (time - flow.since);
    }

    /// @dev What is promised to nobody at `time`, within the period.
    function leftAt(RewardFlow memory flow, RewardPower memory stock, uint256 time) internal pure returns (uint256) {
        return stock.left - costUp(stock.power, gainedAt(flow, time));
    }
}
