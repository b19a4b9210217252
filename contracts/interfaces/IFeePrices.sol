// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IUsdRateSource} from "./IUsdRateSource.sol";

/// @title What services cost, in USD, and what that is in ERA
/// @notice Services are numbered: 0 routing, 1 mapping, 2 adaptation; governance may add more. A price is USD with 6 decimals;
/// 0 is free. The fee is price / rate in units of 10^-18 ERA, rounded up. The rate is USD per ERA in WAD, read from the source
/// and kept until it is as old as the terms allow; then the next charge reads it anew. A rate is good if it lies within the
/// bounds, is not too old and not of the future. Where the source has no good one, the governed fallback rate is charged, which
/// `feeRate` and every such charge show, and the source is asked again after an hour, or by anyone at any time. Where
/// governance set no fallback, charges are refused until there is a good rate.
interface IFeePrices {
    /// @notice Governed terms. `source`: of the rate. `maxAge`: seconds, 1 to 2,592,000 (30 days). `floor`, `ceiling`: bounds of a
    /// good rate, in WAD. `fallbackRate`: within them, or 0: none.
    struct FeeRateTerms {
        IUsdRateSource source;
        uint32 maxAge;
        uint80 floor;
        uint80 ceiling;
        uint80 fallbackRate;
    }

    /// @notice The service `service` costs `usd` from now on.
    event FeePriceSet(uint8 indexed service, uint40 usd);
    /// @notice From now on these terms hold; the rate is read anew at the next charge.
    event FeeRateTermsSet(FeeRateTerms terms);
    /// @notice `rate` is charged until `goodUntil`. `fallbackInUse`: it is the fallback, since the source has no good one.
    event FeeRateRefreshed(uint256 rate, uint256 goodUntil, bool fallbackInUse);

    /// @notice Services are numbered from 0 to one below `services`.
    error UnknownFeeService(uint8 service, uint256 services);
    /// @notice `source` is no contract.
    error NotAFeeRateSource(address source);
    /// @notice `maxAge` is 1 to `most` seconds.
    error FeeRateAgeOutOfRange(uint32 maxAge, uint256 most);
    /// @notice No rate lies from `floor` to `ceiling`, or the fallback does not, or the floor is 0.
    error FeeRateBoundsWrong(uint256 floor, uint256 ceiling, uint256 fallbackRate);
    /// @notice `source` did not answer.
    error FeeRateSourceFailed(address source);
    /// @notice The source's rate is of the future.
    error FeeRateFromTheFuture(uint256 updatedAt);
    /// @notice The source's rate is older than `maxAge` seconds.
    error StaleFeeRate(uint256 updatedAt, uint256 maxAge);
    /// @notice The source's rate is not from `floor` to `ceiling`.
    error FeeRateOutOfBounds(uint256 rate, uint256 floor, uint256 ceiling);

    /// @notice Reads the rate from the source now. Anyone may call. Reverts where the source has no good one, with the reason.
    function refreshRate() external returns (uint256 rate);

    /// @notice Sets what a service costs. A number one above the last adds a service. Only PARAMETERS.
    /// @param usd USD with 6 decimals; 0: free
    function setFeePrice(uint8 service, uint40 usd) external;

    /// @notice Sets source, age, bounds and fallback. Only PARAMETERS.
    function setFeeRateTerms(FeeRateTerms calldata terms_) external;

    /// @notice What the service costs now: USD with 6 decimals, and the ERA that a charge would take. Reverts as a charge would.
    function feeOf(uint8 service) external view returns (uint256 usd, uint256 era);

    /// @notice The price of a service in USD with 6 decimals, whatever ERA costs; 0 where it is free or not there.
    function feePriceOf(uint8 service) external view returns (uint256 usd);

    /// @notice The rate that was charged last or would be next: `goodUntil` is its last second, after which the source is asked.
    function feeRate() external view returns (uint256 rate, uint256 goodUntil, bool fallbackInUse);

    /// @notice How many services there are.
    function feeServices() external view returns (uint256);

    /// @notice The terms in force.
    function feeRateTerms() external view returns (FeeRateTerms memory);
}
