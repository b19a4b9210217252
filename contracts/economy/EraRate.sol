// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {IAttestors} from "../interfaces/IAttestors.sol";
import {IEraRate} from "../interfaces/IEraRate.sol";
import {IUsdRateSource} from "../interfaces/IUsdRateSource.sol";
import {Observation, ObservationLib} from "../libraries/ObservationLib.sol";

/// @title Oracle of ERA/USD: a time-weighted mean of observations
/// @dev All calls out are static.
contract EraRate is IEraRate, EIP712, AccessManaged, BoundedPause {
    using ObservationLib for uint256;

    bytes32 private constant PRICE_TYPEHASH = keccak256("EraPrice(uint256 price,uint256 asOf)");
    uint256 private constant SIZE = 64;
    uint256 private constant LEAST_SECONDS = 10 minutes;
    uint256 private constant MOST_SECONDS = 7 days;
    /// @dev One basis point of it is a whole unit: a rate can always move.
    uint256 private constant LOWEST = 10_000;

    /// @dev The last SIZE observations; those before the window are never asked for.
    Observation[SIZE] private _ring;
    EraRateTerms private _terms; // one slot
    /// @dev One slot: where the last observation stands, how many there are, and as of when its price is.
    uint8 private _last;
    uint8 private _count;
    uint40 private _asOf;
    /// @inheritdoc IEraRate
    IAttestors public attestors;
    /// @inheritdoc IEraRate
    IUsdRateSource public feed;

    /// @param access the suite's AccessManager
    /// @param attestors_ who vouches for prices
    /// @param feed_ a feed; 0: none
    /// @param terms_ see `IEraRate.EraRateTerms`
    /// @param price the first observation, as of now
    constructor(
        address access,
        IAttestors attestors_,
        IUsdRateSource feed_,
        EraRateTerms memory terms_,
        uint80 price
    ) AccessManaged(access) EIP712("Caldera Era Rate", "1") {
        _setAttestors(attestors_);
        _setFeed(feed_);
        _setTerms(terms_);
        _requireWithin(terms_, price);
        _ring[0] = ObservationLib.pack(price, block.timestamp, 0);
        (_count, _asOf) = (1, uint40(block.timestamp));
        emit EraPriceRecorded(msg.sender, price, price, block.timestamp, false);
    }

    /// @inheritdoc IEraRate
    function recordPrice(EraPrice calldata price, IAttestors.Attestation[] calldata attestations) external whenRunning {
        attestors.requireQuorum(priceDigest(price), attestations);
        _record(price.price, price.asOf, false);
    }

    /// @inheritdoc IEraRate
    function recordFeed() external whenRunning {
        if (address(feed) == address(0)) revert NoPriceFeed();
        (uint256 price, uint256 asOf) = feed.usdRate();
        _record(price, asOf, true);
    }

    /// @inheritdoc IEraRate
    function setEraRateTerms(EraRateTerms calldata terms_) external restricted {
        _setTerms(terms_);
    }

    /// @inheritdoc IEraRate
    function setPriceAttestors(IAttestors attestors_) external restricted {
        _setAttestors(attestors_);
    }

    /// @inheritdoc IEraRate
    function setPriceFeed(IUsdRateSource feed_) external restricted {
        _setFeed(feed_);
    }

    /// @inheritdoc IEraRate
    function usdRate() external view returns (uint256 rate, uint256 updatedAt) {
        return (_mean(_terms.window), _asOf);
    }

    /// @inheritdoc IEraRate
    function lastObservation() external view returns (uint256 price, uint256 at) {
        Observation last = _ring[_last];
        return (last.price(), last.at());
    }

    /// @inheritdoc IEraRate
    function eraRateTerms() external view returns (EraRateTerms memory) {
        return _terms;
    }

    /// @inheritdoc IEraRate
    function priceDigest(EraPrice calldata price) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(PRICE_TYPEHASH, price)));
    }

    function _record(uint256 stated, uint256 asOf, bool fromFeed) private {
        EraRateTerms memory terms = _terms;
        if (asOf > block.timestamp) revert PriceFromTheFuture(asOf);
        if (block.timestamp - asOf > terms.maxAge) revert PriceTooOld(asOf, terms.maxAge);
        if (asOf <= _asOf) revert PriceNotNewer(asOf, _asOf);
        Observation last = _ring[_last];
        uint256 earliest = last.at() + terms.interval;
        if (block.timestamp < earliest) revert ObservationTooSoon(earliest);
        _requireWithin(terms, stated);
        uint256 price = stated.within(_mean(terms.window), terms.stepBps);
        uint256 next = (uint256(_last) + 1) % SIZE;
        _ring[next] = ObservationLib.pack(price, block.timestamp, last.sumAt(block.timestamp));
        // The two small numbers stay below SIZE + 1, and the time is not of the future.
        (_last, _asOf) = (uint8(next), uint40(asOf));
        if (_count < SIZE) ++_count;
        emit EraPriceRecorded(msg.sender, stated, price, asOf, fromFeed);
    }

    function _setTerms(EraRateTerms memory terms) private {
        bool good =
            terms.window >= LEAST_SECONDS &&
                terms.window <= MOST_SECONDS &&
                uint256(terms.interval) * (SIZE - 1) >= terms.window &&
                terms.interval <= MOST_SECONDS &&
                terms.maxAge != 0 &&
                terms.maxAge <= MOST_SECONDS &&
                terms.stepBps != 0 &&
                terms.stepBps <= ObservationLib.WHOLE &&
                terms.floor >= LOWEST &&
                terms.floor <= terms.ceiling;
        if (!good) revert EraRateTermsOutOfRange();
        _terms = terms;
        emit EraRateTermsSet(terms);
    }

    function _setAttestors(IAttestors attestors_) private {
        if (address(attestors_).code.length == 0 || attestors_.quorum() < 2) revert NotAttestors(address(attestors_));
        attestors = attestors_;
        emit PriceAttestorsSet(attestors_);
    }

    function _setFeed(IUsdRateSource feed_) private {
        if (address(feed_) != address(0) && address(feed_).code.length == 0) revert NotAPriceFeed(address(feed_));
        feed = feed_;
        emit PriceFeedSet(feed_);
    }

    /// @dev The observation that stood when the window began is found in six steps at most.
    function _mean(uint256 window) private view returns (uint256) {
        (uint256 last, uint256 count) = (_last, _count);
        uint256 start = block.timestamp - window;
        uint256 oldest = last + SIZE + 1 - count;
        uint256 low = 0; // stood at the start, or is the oldest that is known
        uint256 high = count; // began after it
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (_ring[(oldest + middle) % SIZE].at() <= start) low = middle;
            else high = middle;
        }
        return ObservationLib.mean(_ring[(oldest + low) % SIZE], _ring[last], start, block.timestamp);
    }

    function _requireWithin(EraRateTerms memory terms, uint256 price) private pure {
        if (price < terms.floor || price > terms.ceiling) {
            revert EraPriceOutOfBounds(price, terms.floor, terms.ceiling);
        }
    }
}
