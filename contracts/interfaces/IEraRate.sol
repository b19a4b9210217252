// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAttestors} from "./IAttestors.sol";
import {IUsdRateSource} from "./IUsdRateSource.sol";

/// @title Oracle of ERA/USD: a time-weighted mean of observations
/// @notice Prices are USD per ERA in WAD (18 decimals). An observation is what a quorum of attestors signed, or what a feed
/// says; anyone brings it, at most one every `interval` seconds. It stands from the second it is brought until the next one.
/// The rate is the mean over the last `window` seconds, each observation weighted by the seconds it stood, rounded down; before
/// the first observation that is known, that one stands. So an observation weighs nothing when it is brought, and after t
/// seconds t / window at most. What lies further from the mean than the largest step is brought up to that step only: a false
/// price moves the rate a little, and a true one is followed at bounded speed instead of being refused for ever.
interface IEraRate is IUsdRateSource {
    /// @notice What attestors sign (EIP-712 type `EraPrice`, each field as uint256). `asOf`: the second at which it was the price.
    struct EraPrice {
        uint80 price;
        uint40 asOf;
    }

    /// @notice Governed terms. Seconds: `window`, 600 to 604,800; `interval`, so that 63 of them are no shorter than the window;
    /// `maxAge` of a price when it is brought, 1 to 604,800. `stepBps`: largest step from the mean, in basis points of it, 1 to
    /// 10,000. `floor` (10,000 at least) and `ceiling`: lowest and highest price that is believed at all.
    struct EraRateTerms {
        uint24 window;
        uint24 interval;
        uint24 maxAge;
        uint16 stepBps;
        uint80 floor;
        uint80 ceiling;
    }

    /// @notice `stated` was brought by `caller` and stands as `price`, which differs where the step was too large. `feed`:
    /// whether a feed said it, not attestors.
    event EraPriceRecorded(address indexed caller, uint256 stated, uint256 price, uint256 asOf, bool feed);
    /// @notice From now on these terms hold.
    event EraRateTermsSet(EraRateTerms terms);
    /// @notice From now on `attestors` says who vouches for prices.
    event PriceAttestorsSet(IAttestors indexed attestors);
    /// @notice From now on `feed` may be recorded; 0: none.
    event PriceFeedSet(IUsdRateSource indexed feed);

    /// @notice The terms are not within the ranges of `EraRateTerms`.
    error EraRateTermsOutOfRange();
    /// @notice `attestors` is no contract with a quorum of 2 at least.
    error NotAttestors(address attestors);
    /// @notice `feed` is no contract.
    error NotAPriceFeed(address feed);
    /// @notice There is no feed.
    error NoPriceFeed();
    /// @notice The price is of the future.
    error PriceFromTheFuture(uint256 asOf);
    /// @notice The price is older than `maxAge` seconds.
    error PriceTooOld(uint256 asOf, uint256 maxAge);
    /// @notice A price of `last`, as new or newer, stands already.
    error PriceNotNewer(uint256 asOf, uint256 last);
    /// @notice The next observation can be brought at `earliest`.
    error ObservationTooSoon(uint256 earliest);
    /// @notice Prices below `floor` or above `ceiling` are not believed.
    error EraPriceOutOfBounds(uint256 price, uint256 floor, uint256 ceiling);

    /// @notice Brings a price that a quorum of attestors signed. Anyone may call. Stops under pause.
    /// @param attestations in ascending order of the signers' addresses; reverts with the errors of `IAttestors`
    function recordPrice(EraPrice calldata price, IAttestors.Attestation[] calldata attestations) external;

    /// @notice Brings what the feed says. Anyone may call. Stops under pause.
    function recordFeed() external;

    /// @notice Sets the terms. Observations stay. Only PARAMETERS.
    function setEraRateTerms(EraRateTerms calldata terms_) external;

    /// @notice Sets who vouches for prices. Only the ADMIN role.
    function setPriceAttestors(IAttestors attestors_) external;

    /// @notice Sets the feed; 0: none. Only the ADMIN role.
    function setPriceFeed(IUsdRateSource feed_) external;

    /// @notice The mean of now, rounded down, and `asOf` of the last observation. Whoever asks decides what is too old.
    function usdRate() external view returns (uint256 rate, uint256 updatedAt);

    /// @notice The last observation: its price as it stands, and the second at which it was brought.
    function lastObservation() external view returns (uint256 price, uint256 at);

    /// @notice The digest that attestors sign.
    function priceDigest(EraPrice calldata price) external view returns (bytes32);

    /// @notice The terms in force.
    function eraRateTerms() external view returns (EraRateTerms memory);

    /// @notice Who vouches for prices.
    function attestors() external view returns (IAttestors);

    /// @notice The feed; 0: none.
    function feed() external view returns (IUsdRateSource);
}
