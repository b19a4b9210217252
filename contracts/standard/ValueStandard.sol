// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IUsdRateSource} from "../interfaces/IUsdRateSource.sol";
import {IValueStandard} from "../interfaces/IValueStandard.sol";
import {FieldsLib} from "../libraries/FieldsLib.sol";
import {Terms, TermsLib} from "../libraries/TermsLib.sol";
import {UsdLib} from "../libraries/UsdLib.sol";

/// @title The rules, as versioned data
contract ValueStandard is IValueStandard, AccessManaged {
    struct Versions {
        uint32 ruleId;
        uint32 count;
    }

    /// @dev Marks retired rules in the stored flags, so that a creation reads one slot; never shown outside.
    uint8 private constant RETIRED = 0x80;

    mapping(uint32 ruleId => Rules) private _rules; // one slot each
    mapping(bytes32 template => Versions) private _versions;
    mapping(uint8 currencyId => Currency) private _currencies; // all that a creation needs lies in the first slot
    uint32 private _ruleCount;
    /// @inheritdoc IValueStandard
    uint8 public currencyCount;

    /// @param access the suite's AccessManager
    constructor(address access) AccessManaged(access) {}

    /// @inheritdoc IValueStandard
    function publish(bytes32 template, Rules calldata rules_) external restricted returns (uint32 ruleId) {
        if (template == 0) revert NoTemplateName();
        if (
            rules_.kind == 0 ||
            rules_.minimumUnitUsd == 0 ||
            rules_.minimumSplitBps > 5000 ||
            rules_.flags & ~TermsLib.ALL_OF != 0 ||
            rules_.requiredFields >> FieldsLib.COUNT != 0
        ) revert RulesOutOfRange();
        ruleId = ++_ruleCount;
        _rules[ruleId] = rules_;
        uint32 version = _versions[template].count + 1;
        _versions[template] = Versions(ruleId, version);
        emit RulesPublished(ruleId, template, version, rules_);
    }

    /// @inheritdoc IValueStandard
    function retire(uint32 ruleId) external restricted {
        if (_rules[ruleId].kind == 0) revert UnknownRules(ruleId);
        _rules[ruleId].flags |= RETIRED;
        emit RulesRetired(ruleId);
    }

    /// @inheritdoc IValueStandard
    function addCurrency(
        bytes3 code,
        address token,
        uint96 rate,
        uint96 lowest,
        uint96 highest,
        IUsdRateSource source,
        uint32 maxAge
    ) external restricted returns (uint8 currencyId) {
        if (currencyCount == type(uint8).max) revert TooManyCurrencies();
        if (code == 0 || token.code.length == 0) revert NotACurrency(token);
        uint8 decimals = IERC20Metadata(token).decimals();
        if (decimals > 18) revert NotACurrency(token);
        currencyId = ++currencyCount;
        Currency storage added = _currencies[currencyId];
        (added.code, added.token, added.decimals, added.active) = (code, token, decimals, true);
        emit CurrencyAdded(currencyId, code, token, decimals);
        _setSource(currencyId, added, source, lowest, highest, maxAge);
        _setRate(currencyId, added, rate, uint40(block.timestamp));
    }

    /// @inheritdoc IValueStandard
    function setCurrencyActive(uint8 currencyId, bool active) external restricted {
        _known(currencyId).active = active;
        emit CurrencyActive(currencyId, active);
    }

    /// @inheritdoc IValueStandard
    function setRate(uint8 currencyId, uint96 rate) external restricted {
        Currency storage known = _known(currencyId);
        if (address(known.source) != address(0)) revert RateHasOtherOrigin(currencyId);
        _setRate(currencyId, known, rate, uint40(block.timestamp));
    }

    /// @inheritdoc IValueStandard
    function setRateSource(
        uint8 currencyId,
        IUsdRateSource source,
        uint96 lowest,
        uint96 highest,
        uint32 maxAge
    ) external restricted {
        Currency storage known = _known(currencyId);
        _setSource(currencyId, known, source, lowest, highest, maxAge);
        _requireWithin(known, known.rate);
    }

    /// @inheritdoc IValueStandard
    function refresh(uint8 currencyId) external {
        Currency storage known = _known(currencyId);
        if (address(known.source) == address(0)) revert RateHasOtherOrigin(currencyId);
        (uint256 rate, uint256 updatedAt) = known.source.usdRate();
        if (updatedAt > block.timestamp) revert RateFromTheFuture(updatedAt);
        if (updatedAt <= known.rateAt) revert RateNotNewer(updatedAt, known.rateAt);
        _setRate(currencyId, known, rate, uint40(updatedAt));
    }

    /// @inheritdoc IValueStandard
    function termsFor(
        uint32 ruleId,
        uint8 currencyId,
        uint8 kind,
        uint256 present
    ) external view returns (Terms terms, uint16 minimumSplitBps, uint8 graceDays) {
        Rules memory rules_ = _rules[ruleId];
        if (rules_.kind == 0) revert UnknownRules(ruleId);
        if (rules_.kind != kind) revert WrongKind(ruleId, rules_.kind);
        if (rules_.flags & RETIRED != 0) revert RetiredRules(ruleId);
        FieldsLib.requireAll(rules_.requiredFields, present);
        uint96 minimum = _inCurrency(rules_.minimumUnitUsd, currencyId);
        terms = TermsLib.pack(minimum, kind, rules_.flags, rules_.regions, rules_.qualifications);
        return (terms, rules_.minimumSplitBps, rules_.graceDays);
    }

    /// @inheritdoc IValueStandard
    function rules(uint32 ruleId) external view returns (Rules memory rules_) {
        rules_ = _rules[ruleId];
        if (rules_.kind == 0) revert UnknownRules(ruleId);
        rules_.flags &= ~RETIRED;
    }

    /// @inheritdoc IValueStandard
    function isRetired(uint32 ruleId) external view returns (bool) {
        return _rules[ruleId].flags & RETIRED != 0;
    }

    /// @inheritdoc IValueStandard
    function current(bytes32 template) external view returns (uint32 ruleId, uint32 version) {
        return (_versions[template].ruleId, _versions[template].count);
    }

    /// @inheritdoc IValueStandard
    function latestRules(bytes32 template) external view returns (Rules memory rules_) {
        rules_ = _rules[_versions[template].ruleId];
        rules_.flags &= ~RETIRED;
    }

    /// @inheritdoc IValueStandard
    function currency(uint8 currencyId) external view returns (Currency memory) {
        return _known(currencyId);
    }

    /// @inheritdoc IValueStandard
    function tokenOf(uint8 currencyId) external view returns (address) {
        return _known(currencyId).token;
    }

    /// @inheritdoc IValueStandard
    function toUsd(uint8 currencyId, uint256 units) external view returns (uint256) {
        Currency storage known = _known(currencyId);
        return UsdLib.toUsdUp(units, known.rate, known.decimals);
    }

    /// @inheritdoc IValueStandard
    function fromUsd(uint8 currencyId, uint256 usd) external view returns (uint256) {
        Currency storage known = _known(currencyId);
        return UsdLib.toUnitsDown(usd, known.rate, known.decimals);
    }

    function _known(uint8 currencyId) private view returns (Currency storage known) {
        known = _currencies[currencyId];
        if (known.code == 0) revert UnknownCurrency(currencyId);
    }

    /// @dev USD in units of a currency that is active, at a rate that is good; what no 96 bits can hold is their largest.
    function _inCurrency(uint256 usd, uint8 currencyId) private view returns (uint96) {
        if (currencyId == 0) return 1;
        Currency storage known = _known(currencyId);
        (uint96 rate, uint40 rateAt, uint32 maxAge) = (known.rate, known.rateAt, known.maxAge);
        if (!known.active) revert InactiveCurrency(currencyId);
        if (maxAge != 0 && block.timestamp > uint256(rateAt) + maxAge) revert StaleRate(currencyId, rateAt, maxAge);
        uint256 units = UsdLib.toUnitsUp(usd, rate, known.decimals);
        return units > type(uint96).max ? type(uint96).max : uint96(units);
    }

    function _setSource(
        uint8 currencyId,
        Currency storage known,
        IUsdRateSource source,
        uint96 lowest,
        uint96 highest,
        uint32 maxAge
    ) private {
        if (lowest == 0 || lowest > highest) revert BoundsEmpty(lowest, highest);
        (known.source, known.lowest, known.highest, known.maxAge) = (source, lowest, highest, maxAge);
        emit RateSourceSet(currencyId, source, lowest, highest, maxAge);
    }

    function _setRate(uint8 currencyId, Currency storage known, uint256 rate, uint40 rateAt) private {
        _requireWithin(known, rate);
        (known.rate, known.rateAt) = (SafeCast.toUint96(rate), rateAt);
        emit RateSet(currencyId, known.rate, rateAt);
    }

    function _requireWithin(Currency storage known, uint256 rate) private view {
        if (rate < known.lowest || rate > known.highest) revert RateOutOfBounds(rate, known.lowest, known.highest);
    }
}
