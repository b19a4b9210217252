// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Logistics: certificates of cargo in transit
/// @notice A carrier issues a certificate of the cargo rights for a shipment it took over, as it would a bill of lading; one
/// unit is one smallest unit of the declared value's currency. Appraisers state what the cargo is worth and insurers what is
/// insured, each until when. What can be pledged in all follows by rule and at every moment: at most what is insured, at
/// most valuation × advance rate, nothing once one of them is stale, with no transaction. Whoever holds all units, free of
/// liens, surrenders the certificate for the cargo. Location and sensor events are anchored in `IEventAnchor` under the
/// shipment as their subject.
interface ILogisticsModule {
    /// @notice What a certificate is. `None`: there is none. `InTransit`: the carrier has the cargo. `Surrendered`: its holder
    /// gave the certificate for the cargo. `Lost`: the carrier or the insurer says so.
    enum State {
        None,
        InTransit,
        Surrendered,
        Lost
    }

    /// @notice Cargo to be certified. `shipment`: its identifier, such as an SSCC in the form of `caldera.anchoring.subject_of`;
    /// unique for the carrier for ever.
    /// `declared`: declared value in the currency's smallest unit; the units of the certificate.
    struct Cargo {
        string shipment;
        uint96 declared;
        uint8 currencyId;
        uint32 ruleId;
        bytes32 documentHash;
    }

    /// @notice A certificate's facts. `carrier`: entity. `advanceBps`: as it was when the certificate was issued. `pledged`:
    /// units under liens, of all holders together. `subject`: keccak256 of the shipment's identifier.
    struct CargoRecord {
        uint48 carrier;
        uint8 currencyId;
        uint16 advanceBps;
        State state;
        uint96 declared;
        uint96 pledged;
        bytes32 subject;
    }

    /// @notice The cargo of a shipment was certified.
    event CargoIssued(
        uint256 indexed id,
        uint48 indexed carrier,
        address indexed to,
        string shipment,
        uint96 declared,
        uint8 currencyId,
        uint32 ruleId,
        uint16 advanceBps
    );
    /// @notice An appraiser states the cargo's worth.
    event CargoAppraised(uint256 indexed id, uint48 indexed appraiser, uint96 amount, uint40 validUntil);
    /// @notice An insurer states what is insured, under which policy; amount 0: nothing any more.
    event CargoInsured(uint256 indexed id, uint48 indexed insurer, uint96 amount, uint40 validUntil, bytes32 policy);
    /// @notice `holder` gave the certificate for the cargo.
    event CargoSurrendered(uint256 indexed id, address indexed holder);
    /// @notice The cargo is lost.
    event CargoLost(uint256 indexed id, address indexed caller, bytes32 reason);
    /// @notice New certificates under `ruleId` can be pledged for this part of their valuation.
    event AdvanceRateSet(uint32 indexed ruleId, uint16 advanceBps);

    /// @notice `account` is unknown, suspended, removed or expired.
    error NotActive(address account);
    /// @notice Only the ledger tells of movements.
    error OnlyLedger(address caller);
    /// @notice The amount is zero.
    error NoAmount();
    /// @notice The shipment has no identifier.
    error NoShipment();
    /// @notice There is no cargo `id`.
    error UnknownCargo(uint256 id);
    /// @notice The cargo is not in transit.
    error NotInTransit(uint256 id, State state);
    /// @notice `caller` is neither the carrier nor the insurer of `id`.
    error NotItsCarrierOrInsurer(uint256 id, address caller);
    /// @notice `validUntil` is over.
    error NotInFuture(uint40 validUntil);
    /// @notice An advance rate is at most 10,000 basis points.
    error RateOutOfRange(uint16 advanceBps);
    /// @notice The cargo is not insured now; `validUntil`: the last second it was.
    error NotInsured(uint256 id, uint40 validUntil);
    /// @notice The cargo has no valuation that is good now; `validUntil`: the last second it was.
    error ValuationStale(uint256 id, uint40 validUntil);
    /// @notice With `wanted` more units under lien, `limit` would be passed; `pledged` are.
    error PledgeLimit(uint256 id, uint256 limit, uint256 pledged, uint256 wanted);
    /// @notice To surrender needs all units, free of liens.
    error AllUnitsNeeded(uint256 id, uint256 free, uint256 declared);

    /// @notice Certifies cargo that the caller's entity carries, for `to`. Any active participant may; who takes the
    /// certificate decides whether it trusts this carrier, whose entity stands in the record.
    function issue(address to, Cargo calldata cargo) external returns (uint256 id);

    /// @notice States what the cargo is worth, in its currency's smallest unit. Only APPRAISER.
    function appraise(uint256 id, uint96 amount, uint40 validUntil) external;

    /// @notice States what is insured, in the currency's smallest unit; 0 ends it now. Only INSURER.
    function insure(uint256 id, uint96 amount, uint40 validUntil, bytes32 policy) external;

    /// @notice Gives the certificate for the cargo. Only the holder of all units, free of liens.
    function surrender(uint256 id) external;

    /// @notice Says that the cargo is lost: its units stay, as claims on the insurance, but nothing can be pledged on them.
    /// Only the carrier, or the entity that insured it.
    function declareLost(uint256 id, bytes32 reason) external;

    /// @notice Sets the advance rate that new certificates under `ruleId` take over. Only STANDARD.
    function setAdvanceRate(uint32 ruleId, uint16 advanceBps) external;

    /// @notice How many units can be under lien in all, now: the lesser of what is insured and valuation × advance rate,
    /// rounded down; 0 where one of them is stale or the cargo is not in transit.
    function pledgeable(uint256 id) external view returns (uint256);

    /// @notice The certificate's facts; zeros where there is none.
    function recordOf(uint256 id) external view returns (CargoRecord memory);

    /// @notice The advance rate for new certificates under `ruleId`.
    function advanceRate(uint32 ruleId) external view returns (uint16);

    /// @notice The id that cargo of `carrier` under this shipment identifier has or would have.
    function idOf(uint48 carrier, string calldata shipment) external pure returns (uint256);
}
