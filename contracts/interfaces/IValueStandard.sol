// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Terms} from "../libraries/TermsLib.sol";
import {IUsdRateSource} from "./IUsdRateSource.sol";

/// @title The rules, as versioned data
/// @notice Rules are published under a template name (for example "EU/receivable"), which says what holds where. Each
/// publication is a new, unchangeable version with a number of its own; a certificate takes over the values of the version
/// it was created under, so that a new version never changes what is there.
interface IValueStandard {
    /// @notice One version of a template's rules.
    /// @dev `kind`: the kind of certificate, 1 to 255. `flags`: 4 = a holder needs all the qualifications named (else one).
    /// `graceDays`: days after the due date before a claim can be declared in default. `minimumSplitBps`: least part of the
    /// face that may be split off, in basis points, so that a split lies in [x, 10000 - x]. `requiredFields`: bit set of
    /// `FieldsLib`. `minimumUnitUsd`: least amount anyone may hold, in USD with 6 decimals. `regions`, `qualifications`:
    /// what a holder must be; 0 demands nothing.
    struct Rules {
        uint8 kind;
        uint8 flags;
        uint8 graceDays;
        uint16 minimumSplitBps;
        uint24 requiredFields;
        uint48 minimumUnitUsd;
        uint80 regions;
        uint64 qualifications;
    }

    /// @notice A settlement currency. `rate`: USD per whole unit in WAD, learnt at `rateAt`, good for `maxAge` seconds
    /// (0: for ever). `source`: where it is refreshed from; none for a rate that is governed. `lowest`, `highest`: bounds.
    struct Currency {
        uint96 rate;
        uint40 rateAt;
        uint32 maxAge;
        uint8 decimals;
        bool active;
        bytes3 code;
        address token;
        IUsdRateSource source;
        uint96 lowest;
        uint96 highest;
    }

    /// @notice Version `version` of `template` is in force for new certificates, as number `ruleId`.
    event RulesPublished(uint32 indexed ruleId, bytes32 indexed template, uint32 version, Rules rules);
    /// @notice Nothing new can be created under `ruleId`.
    event RulesRetired(uint32 indexed ruleId);
    /// @notice `currencyId` was added.
    event CurrencyAdded(uint8 indexed currencyId, bytes3 indexed code, address indexed token, uint8 decimals);
    /// @notice New certificates may, or may no longer, be denominated in `currencyId`.
    event CurrencyActive(uint8 indexed currencyId, bool active);
    /// @notice The rate of `currencyId` is `rate` (USD per whole unit, WAD), learnt at `rateAt`.
    event RateSet(uint8 indexed currencyId, uint96 rate, uint40 rateAt);
    /// @notice Where the rate of `currencyId` comes from, within which bounds, and how long it is good.
    event RateSourceSet(uint8 indexed currencyId, IUsdRateSource source, uint96 lowest, uint96 highest, uint32 maxAge);

    /// @notice The template has no name.
    error NoTemplateName();
    /// @notice A value of the rules is out of range: kind 0, a split part above half, unknown flag or field, minimum 0.
    error RulesOutOfRange();
    /// @notice There are no rules `ruleId`.
    error UnknownRules(uint32 ruleId);
    /// @notice Nothing new can be created under `ruleId`; take the current version of its template.
    error RetiredRules(uint32 ruleId);
    /// @notice The rules are for certificates of kind `wanted`.
    error WrongKind(uint32 ruleId, uint8 wanted);
    /// @notice There is no currency `currencyId`.
    error UnknownCurrency(uint8 currencyId);
    /// @notice No new certificate may be denominated in `currencyId`.
    error InactiveCurrency(uint8 currencyId);
    /// @notice The currency has no code, or `token` is no contract or has more than 18 decimals.
    error NotACurrency(address token);
    /// @notice At most 255 currencies.
    error TooManyCurrencies();
    /// @notice The rate of `currencyId` is older than `maxAge` seconds; call `refresh`, or have it set anew.
    error StaleRate(uint8 currencyId, uint40 rateAt, uint32 maxAge);
    /// @notice The rate is outside its bounds.
    error RateOutOfBounds(uint256 rate, uint96 lowest, uint96 highest);
    /// @notice The bounds are empty: 0 < lowest <= highest is needed.
    error BoundsEmpty(uint96 lowest, uint96 highest);
    /// @notice `currencyId` has a source: its rate is refreshed, not set. Without one, it is set, not refreshed.
    error RateHasOtherOrigin(uint8 currencyId);
    /// @notice The source's time stamp lies in the future.
    error RateFromTheFuture(uint256 updatedAt);
    /// @notice The source knows nothing newer than what is there.
    error RateNotNewer(uint256 updatedAt, uint40 rateAt);

    /// @notice Publishes the next version of `template`. Only PARAMETERS.
    function publish(bytes32 template, Rules calldata rules_) external returns (uint32 ruleId);

    /// @notice Refuses new certificates under `ruleId`; those that exist keep it. Only the ADMIN role.
    function retire(uint32 ruleId) external;

    /// @notice Adds a settlement currency. Only the ADMIN role.
    /// @param code ISO 4217, three ASCII letters
    /// @param rate first rate, USD per whole unit, WAD
    /// @param source where the rate is refreshed from; the zero address for a governed rate
    /// @param maxAge seconds for which a rate is good; 0: for ever
    function addCurrency(
        bytes3 code,
        address token,
        uint96 rate,
        uint96 lowest,
        uint96 highest,
        IUsdRateSource source,
        uint32 maxAge
    ) external returns (uint8 currencyId);

    /// @notice Admits or refuses new certificates in `currencyId`. Only STANDARD.
    function setCurrencyActive(uint8 currencyId, bool active) external;

    /// @notice Sets a governed rate. Only STANDARD.
    function setRate(uint8 currencyId, uint96 rate) external;

    /// @notice Replaces source, bounds and age limit of a rate; the present rate must lie within. Only the ADMIN role.
    function setRateSource(
        uint8 currencyId,
        IUsdRateSource source,
        uint96 lowest,
        uint96 highest,
        uint32 maxAge
    ) external;

    /// @notice Takes over what the source of `currencyId` says. Anyone may call.
    function refresh(uint8 currencyId) external;

    /// @notice What a new certificate takes over from the rules `ruleId`.
    /// @dev Refuses retired rules, another kind, missing fields, an inactive currency and a stale rate.
    /// @param currencyId what the asset is denominated in; 0 for an asset that is not, such as a right: its minimum unit is 1
    /// @param present the fields that the document brings, a bit set of `FieldsLib`
    /// @return terms kind, flags, regions, qualifications, and as minimum unit minimumUnitUsd in the currency's units at the
    /// present rate, rounded up, at least 1, at most 2^96 - 1
    /// @return minimumSplitBps least part of the face that may be split off, in basis points
    /// @return graceDays days after the due date before a default
    function termsFor(
        uint32 ruleId,
        uint8 currencyId,
        uint8 kind,
        uint256 present
    ) external view returns (Terms terms, uint16 minimumSplitBps, uint8 graceDays);

    /// @notice The version `ruleId`.
    function rules(uint32 ruleId) external view returns (Rules memory);

    /// @notice True where nothing new can be created under `ruleId`.
    function isRetired(uint32 ruleId) external view returns (bool);

    /// @notice The newest version of `template`: its rules' number and how many versions there have been; 0 and 0 if none.
    function current(bytes32 template) external view returns (uint32 ruleId, uint32 version);

    /// @notice The rules of the newest version of `template`, retired or not; zeros where there is none.
    function latestRules(bytes32 template) external view returns (Rules memory);

    /// @notice The currency `currencyId`.
    function currency(uint8 currencyId) external view returns (Currency memory);

    /// @notice The token that settles `currencyId`.
    function tokenOf(uint8 currencyId) external view returns (address);

    /// @notice `units` of a currency in USD with 6 decimals at the last rate, however old, rounded up.
    function toUsd(uint8 currencyId, uint256 units) external view returns (uint256 usd);

    /// @notice USD with 6 decimals in units of a currency at the last rate, however old, rounded down.
    function fromUsd(uint8 currencyId, uint256 usd) external view returns (uint256 units);

    /// @notice How many currencies there are; their numbers count from 1.
    function currencyCount() external view returns (uint8);
}
