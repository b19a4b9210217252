// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IRetirements} from "./IRetirements.sol";

/// @title Energy: metered output, guarantees of origin, and what becomes of them
/// @notice The attestor states what a meter measured in a period; this issues a guarantee of origin (kind 7 on the ledger of
/// certificates) to the meter's owner: one unit is one watt-hour. It splits and circulates like any other certificate. Each
/// watt-hour ends once: redeemed, as a claim of green use, or converted into a carbon asset (`ICarbonModule`), never both.
/// So, for each guarantee: issued = outstanding + redeemed + converted.
///
/// Units: energy in watt-hours (Wh), power in watts (W), emission factors in milligrams CO2e per kilowatt-hour (mg/kWh),
/// carbon in grams CO2e (g), times in seconds. Periods are [from, to): `to` is the first second that is not part of them.
///
/// Carbon of a guarantee, over all its conversions together: floor(converted Wh × factor / 1,000,000) g. A conversion gives
/// what it adds to this sum, so that splitting one gains nothing and loses nothing.
interface IEnergyModule is IRetirements {
    /// @notice Where a meter stands. Closed is for good.
    enum MeterState {
        None,
        Active,
        Suspended,
        Closed
    }

    /// @notice What holds for a meter's next statements. `owner`: account that gets the guarantees. `ratedPower`: most that
    /// the installation can give, in W. `validUntil`: first second whose output is not accredited. `factor`: emission factor
    /// of the grid it feeds, in mg/kWh, at most 2,000,000. `guaranteeTemplate`, `carbonTemplate`: names of the rules in the
    /// value standard for its guarantees and for carbon made of them; the current version holds when one is created.
    struct MeterFacts {
        address owner;
        uint48 ratedPower;
        uint40 validUntil;
        uint32 factor;
        bytes32 guaranteeTemplate;
        bytes32 carbonTemplate;
    }

    /// @notice A meter. `technology`: its code as the registry writes it (of EECS the digits: T010101 is 10101).
    /// `statedUntil`: end of the last period stated; the next one starts there or later.
    struct Meter {
        MeterFacts facts;
        uint32 technology;
        uint40 statedUntil;
        MeterState state;
    }

    /// @notice A guarantee of origin: `issued` Wh, measured by `meter` in [`from`, `to`). `expires`: first second at which it
    /// can be neither redeemed nor converted. `factor`: the meter's when it was issued. `redeemed`, `converted`: Wh.
    /// `conversions`: how many there were; each made one carbon asset.
    struct Guarantee {
        bytes32 meter;
        uint40 from;
        uint40 to;
        uint40 expires;
        uint32 factor;
        uint96 issued;
        uint96 redeemed;
        uint96 converted;
        uint64 conversions;
    }

    /// @notice `meter` was registered; its output counts from `validFrom` on.
    event MeterRegistered(bytes32 indexed meter, uint32 technology, uint40 validFrom, MeterFacts facts);
    /// @notice `facts` hold for the next statements of `meter`.
    event MeterRevised(bytes32 indexed meter, MeterFacts facts);
    /// @notice `meter` is in `state` from now on, for the reason in the document of that hash.
    event MeterStateChanged(bytes32 indexed meter, MeterState state, bytes32 reasonHash);
    /// @notice Guarantees of statements from now on expire `lifetime` seconds after the end of their period.
    event LifetimeSet(uint40 lifetime);
    /// @notice Guarantee `id` was issued to `owner`. `readings`: hash of the raw readings, zero where there is none.
    event GuaranteeIssued(
        uint256 indexed id,
        bytes32 indexed meter,
        address indexed owner,
        uint256 wattHours,
        uint40 from,
        uint40 to,
        uint40 expires,
        uint32 factor,
        bytes32 readings
    );
    /// @notice Redemption `number`: `holder`, of `entity`, claims the use of `wattHours` of `id`, generated in [`from`, `to`),
    /// for `beneficiary` (hash of who is named) and `purpose` (hash of what for). They are burnt.
    event Redeemed(
        uint256 indexed number,
        uint256 indexed id,
        uint48 indexed entity,
        address holder,
        uint256 wattHours,
        uint40 from,
        uint40 to,
        bytes32 beneficiary,
        bytes32 purpose
    );
    /// @notice `holder` converted `wattHours` of `id` into `grams`, all units of the carbon asset `carbon`.
    event Converted(
        uint256 indexed id,
        uint256 indexed carbon,
        address indexed holder,
        uint256 wattHours,
        uint256 grams
    );

    /// @notice A meter has the number of a registry.
    error NoMeterNumber();
    /// @notice `meter` is registered; a number is used once, even where the meter is closed.
    error MeterExists(bytes32 meter);
    /// @notice There is no meter `meter`.
    error UnknownMeter(bytes32 meter);
    /// @notice `meter` is suspended or closed.
    error MeterNotActive(bytes32 meter, MeterState state);
    /// @notice A meter goes from active to suspended and back, and from either to closed, for good.
    error MeterStateRefused(bytes32 meter, MeterState from, MeterState to);
    /// @notice A closed meter keeps its facts.
    error MeterClosed(bytes32 meter);
    /// @notice The installation's rated power is zero.
    error NoRatedPower(bytes32 meter);
    /// @notice The emission factor is above `most` mg/kWh.
    error FactorOutOfRange(uint32 factor, uint32 most);
    /// @notice No output is accredited before `validUntil`, as it counts from `validFrom` only.
    error ValidityEmpty(uint40 validFrom, uint40 validUntil);
    /// @notice The lifetime is out of range.
    error LifetimeOutOfRange(uint40 lifetime, uint40 shortest, uint40 longest);
    /// @notice The period ends where it starts, or before.
    error PeriodEmpty(uint40 from, uint40 to);
    /// @notice The period is not over yet.
    error PeriodNotOver(uint40 to);
    /// @notice Output of `meter` before `statedUntil` is stated already, or was passed over for good.
    error PeriodOverlaps(bytes32 meter, uint40 from, uint40 statedUntil);
    /// @notice The period ends after the meter's accreditation.
    error PeriodNotAccredited(bytes32 meter, uint40 to, uint40 validUntil);
    /// @notice `meter` cannot have given more than `most` Wh in the period.
    error ExceedsRatedPower(bytes32 meter, uint256 wattHours, uint256 most);
    /// @notice There is no guarantee `id`.
    error UnknownGuarantee(uint256 id);
    /// @notice `id` expired at `expires`, or would be expired when it is issued.
    error GuaranteeExpired(uint256 id, uint40 expires);
    /// @notice `id` is valid until the second before `expires`.
    error GuaranteeValid(uint256 id, uint40 expires);
    /// @notice Converting `wattHours` of `id` now would burn them for zero grams; see `carbonFor`.
    error LessThanOneGram(uint256 id, uint256 wattHours);
    /// @notice The ledger has no module of carbon assets yet.
    error NoCarbonModule();

    /// @notice Registers a meter. Only ATTESTOR.
    /// @param meter hash of its number in the registry; used once
    /// @param technology code of the technology, fixed
    /// @param validFrom first second whose output counts; may lie in the past
    /// @param facts its owner must be an active participant, its rated power not zero, `validUntil` after `validFrom`
    function registerMeter(bytes32 meter, uint32 technology, uint40 validFrom, MeterFacts calldata facts) external;

    /// @notice Replaces the facts of a meter that is not closed, for later statements; guarantees keep theirs. Only ATTESTOR.
    /// @dev A `validUntil` in the past ends the accreditation.
    function reviseMeter(bytes32 meter, MeterFacts calldata facts) external;

    /// @notice Suspends, reinstates or closes a meter. Only ATTESTOR.
    function setMeterState(bytes32 meter, MeterState state, bytes32 reasonHash) external;

    /// @notice Sets how long guarantees of later statements are valid after the end of their period. Only PARAMETERS.
    /// @param lifetime seconds, from 1 day to 3,650 days
    function setLifetime(uint40 lifetime) external;

    /// @notice States that `meter` measured `wattHours` in [`from`, `to`) and issues the guarantee to its owner. Only ATTESTOR.
    /// @dev Periods of a meter are stated in order: what a statement passes over is never stated. The period is over, lies
    /// within the accreditation, and wattHours × 3600 <= rated power × (to - from). Stops under pause.
    /// @param wattHours not zero
    /// @param readings hash of the raw readings; zero where the rules do not demand them
    /// @return id hash of the meter and `from`, so that no output is certified twice
    function stateOutput(
        bytes32 meter,
        uint40 from,
        uint40 to,
        uint96 wattHours,
        bytes32 readings
    ) external returns (uint256 id);

    /// @notice Redeems `wattHours` of `id`: claims their use for good. Only their holder, who must be active; before they
    /// expire; always open.
    /// @dev The ledger refuses pledged and frozen units.
    /// @param beneficiary hash of the name for whom it is claimed, not zero
    /// @param purpose hash of what it is claimed for, not zero
    /// @return number of the claim
    function redeem(
        uint256 id,
        uint96 wattHours,
        bytes32 beneficiary,
        bytes32 purpose
    ) external returns (uint256 number);

    /// @notice Converts `wattHours` of `id` into a carbon asset of `carbonFor(id, wattHours)` grams. Only their holder, who
    /// must be admitted by the rules of the meter's carbon template; before they expire. Stops under pause.
    /// @dev Refused where it would give no gram: the watt-hours would be burnt, and the gram that they bring closer would go
    /// to whoever converts next. The ledger refuses pledged and frozen units.
    /// @return carbon id of the carbon asset
    /// @return grams its units
    function convert(uint256 id, uint96 wattHours) external returns (uint256 carbon, uint96 grams);

    /// @notice Stops the circulation of a guarantee that has expired. Anyone may call; calling again changes nothing.
    /// @dev Expiry itself needs no call: from `expires` on nothing of it is redeemed, converted or pledged.
    function expire(uint256 id) external;

    /// @notice Grams that a conversion of `wattHours` of `id` would give now:
    /// floor((converted + wattHours) × factor / 1,000,000) - floor(converted × factor / 1,000,000).
    function carbonFor(uint256 id, uint96 wattHours) external view returns (uint256 grams);

    /// @notice The meter `meter`; all zero where there is none.
    function meterOf(bytes32 meter) external view returns (Meter memory);

    /// @notice The guarantee `id`; all zero where there is none.
    function guaranteeOf(uint256 id) external view returns (Guarantee memory);

    /// @notice Seconds after the end of its period for which the guarantee of a new statement is valid.
    function lifetime() external view returns (uint40);

    /// @notice The id of the guarantee for output of `meter` from `from` on.
    function idOf(bytes32 meter, uint40 from) external pure returns (uint256 id);
}
