// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IFeePrices} from "../interfaces/IFeePrices.sol";
import {IUsdRateSource} from "../interfaces/IUsdRateSource.sol";
import {FeeLib, FeeWord} from "../libraries/FeeLib.sol";

/// @title What services cost, in USD, and what that is in ERA
/// @dev A charge reads one slot here; once the rate is too old it asks the source by a static, bounded call.
abstract contract FeePrices is IFeePrices, AccessManaged {
    using FeeLib for uint256;

    enum Fault {
        None,
        Failed,
        Future,
        Stale,
        Bounds
    }

    uint256 private constant LONGEST_AGE = 30 days;
    /// @dev A fallback is charged so long before the source is asked again.
    uint256 private constant FALLBACK_HOLD = 1 hours;
    uint256 private constant FURTHER = 252;
    uint256 private constant MOST_SERVICES = FeeLib.NEAR + FURTHER;

    FeeWord private _word; // see FeeLib
    FeeRateTerms private _rateTerms; // two slots: source, age, and a bound; the other bound and the fallback
    uint40[FURTHER] private _further; // six prices a slot, from service 3 on

    /// @param terms_ see `setFeeRateTerms`
    /// @param prices of the services 0, 1, 2
    constructor(FeeRateTerms memory terms_, uint40[3] memory prices) {
        _setRateTerms(terms_);
        for (uint8 i = 0; i < prices.length; ++i) {
            _setPrice(i, prices[i]);
        }
    }

    /// @inheritdoc IFeePrices
    function refreshRate() external returns (uint256 rate) {
        (Fault fault, uint256 found, uint256 updatedAt) = _look();
        if (fault != Fault.None) _refuse(fault, found, updatedAt);
        _keep(found, updatedAt + _rateTerms.maxAge, false);
        return found;
    }

    /// @inheritdoc IFeePrices
    function setFeePrice(uint8 service, uint40 usd) external restricted {
        _setPrice(service, usd);
    }

    /// @inheritdoc IFeePrices
    function setFeeRateTerms(FeeRateTerms calldata terms_) external restricted {
        _setRateTerms(terms_);
    }

    /// @inheritdoc IFeePrices
    function feeOf(uint8 service) external view returns (uint256 usd, uint256 era) {
        usd = _usdOf(service, _word);
        if (usd == 0) return (0, 0);
        (uint256 rate, , ) = feeRate();
        return (usd, usd.toEraUp(rate));
    }

    /// @inheritdoc IFeePrices
    function feePriceOf(uint8 service) external view returns (uint256 usd) {
        FeeWord word = _word;
        return service < word.services() ? _usdOf(service, word) : 0;
    }

    /// @inheritdoc IFeePrices
    function feeServices() external view returns (uint256) {
        return _word.services();
    }

    /// @inheritdoc IFeePrices
    function feeRateTerms() external view returns (FeeRateTerms memory) {
        return _rateTerms;
    }

    /// @inheritdoc IFeePrices
    function feeRate() public view returns (uint256 rate, uint256 goodUntil, bool fallbackInUse) {
        FeeWord word = _word;
        if (block.timestamp <= word.goodUntil()) return (word.rate(), word.goodUntil(), word.isFallback());
        return _next();
    }

    /// @dev The price of a service, and what it is in ERA; zeros where it is free. Writes only a rate that is read anew.
    function _due(uint8 service) internal returns (uint256 usd, uint256 amount) {
        FeeWord word = _word;
        usd = _usdOf(service, word);
        if (usd == 0) return (0, 0);
        uint256 rate = block.timestamp <= word.goodUntil() ? word.rate() : _renew();
        amount = usd.toEraUp(rate);
    }

    function _renew() private returns (uint256 rate) {
        uint256 goodUntil;
        bool fallbackInUse;
        (rate, goodUntil, fallbackInUse) = _next();
        _keep(rate, goodUntil, fallbackInUse);
    }

    /// @dev The first three are there from the beginning.
    function _usdOf(uint8 service, FeeWord word) private view returns (uint256 usd) {
        if (service < FeeLib.NEAR) return word.price(service);
        if (service >= word.services()) revert UnknownFeeService(service, word.services());
        return _further[service - FeeLib.NEAR];
    }

    /// @dev What the source says if it is good, else the fallback if there is one.
    function _next() private view returns (uint256 rate, uint256 goodUntil, bool fallbackInUse) {
        (Fault fault, uint256 found, uint256 updatedAt) = _look();
        if (fault == Fault.None) return (found, updatedAt + _rateTerms.maxAge, false);
        rate = _rateTerms.fallbackRate;
        if (rate == 0) _refuse(fault, found, updatedAt);
        return (rate, block.timestamp + FALLBACK_HOLD, true);
    }

    function _look() private view returns (Fault fault, uint256 rate, uint256 updatedAt) {
        FeeRateTerms storage terms = _rateTerms;
        bool answered;
        (answered, rate, updatedAt) = FeeLib.ask(terms.source);
        if (!answered) fault = Fault.Failed;
        else if (updatedAt > block.timestamp) fault = Fault.Future;
        else if (block.timestamp - updatedAt > terms.maxAge) fault = Fault.Stale;
        else if (rate < terms.floor || rate > terms.ceiling) fault = Fault.Bounds;
    }

    function _refuse(Fault fault, uint256 rate, uint256 updatedAt) private view {
        FeeRateTerms storage terms = _rateTerms;
        if (fault == Fault.Failed) revert FeeRateSourceFailed(address(terms.source));
        if (fault == Fault.Future) revert FeeRateFromTheFuture(updatedAt);
        if (fault == Fault.Stale) revert StaleFeeRate(updatedAt, terms.maxAge);
        revert FeeRateOutOfBounds(rate, terms.floor, terms.ceiling);
    }

    function _keep(uint256 rate, uint256 goodUntil, bool fallbackInUse) private {
        _word = _word.withRate(rate, goodUntil, fallbackInUse);
        emit FeeRateRefreshed(rate, goodUntil, fallbackInUse);
    }

    function _setPrice(uint8 service, uint40 usd) private {
        FeeWord word = _word;
        uint256 count = word.services();
        if (service > count || service == MOST_SERVICES) revert UnknownFeeService(service, count);
        // A number of services, not a sum of money.
        // slither-disable-next-line incorrect-equality
        if (service == count) word = word.withServices(count + 1);
        if (service < FeeLib.NEAR) word = word.withPrice(service, usd);
        else _further[service - FeeLib.NEAR] = usd;
        _word = word;
        emit FeePriceSet(service, usd);
    }

    function _setRateTerms(FeeRateTerms memory terms) private {
        if (address(terms.source).code.length == 0) revert NotAFeeRateSource(address(terms.source));
        if (terms.maxAge == 0 || terms.maxAge > LONGEST_AGE) revert FeeRateAgeOutOfRange(terms.maxAge, LONGEST_AGE);
        uint256 instead = terms.fallbackRate;
        bool outside = instead != 0 && (instead < terms.floor || instead > terms.ceiling);
        if (terms.floor == 0 || terms.floor > terms.ceiling || outside) {
            revert FeeRateBoundsWrong(terms.floor, terms.ceiling, instead);
        }
        _rateTerms = terms;
        // A rate that was good by other terms is not charged any more.
        _word = _word.withRate(0, 0, false);
        emit FeeRateTermsSet(terms);
    }
}
