// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICoveredAsset} from "./ICoveredAsset.sol";

/// @title Logistics: certificates of cargo in transit
/// @notice A carrier issues a certificate of the cargo rights for a shipment it took over, as it would a bill of lading; one
/// unit is one smallest unit of the declared value's currency. It is appraised, insured and pledged as a covered asset.
/// Whoever holds all units, free of liens, surrenders the certificate for the cargo. Location and sensor events are anchored
/// in `IEventAnchor` under the shipment as their subject.
interface ILogisticsModule is ICoveredAsset {
    /// @notice What a certificate is. `None`: there is none. `InTransit`: the carrier has the cargo. `Surrendered`: its holder
    /// gave the certificate for the cargo. `Lost`: the carrier or the insurer says so.
    enum State {
        None,
        InTransit,
        Surrendered,
        Lost
    }

    /// @notice Cargo to be certified. `shipment`: its identifier, such as an SSCC in the form of
    /// `caldera.anchoring.subject_of`; unique for the carrier for ever. `declared`: declared value in the currency's smallest
    /// unit; the units of the certificate.
    struct Cargo {
        string shipment;
        uint96 declared;
        uint8 currencyId;
        uint32 ruleId;
        bytes32 documentHash;
    }

    /// @notice A certificate's facts. `carrier`, and `owner` that it was certified for: entities. `subject`: keccak256 of the shipment's identifier.
    struct CargoRecord {
        uint48 carrier;
        uint8 currencyId;
        State state;
        uint48 owner;
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
        uint32 ruleId
    );
    /// @notice `holder` gave the certificate for the cargo.
    event CargoSurrendered(uint256 indexed id, address indexed holder);
    /// @notice The cargo is lost.
    event CargoLost(uint256 indexed id, address indexed caller, bytes32 reason);

    /// @notice The shipment has no identifier.
    error NoShipment();
    /// @notice There is no cargo `id`.
    error UnknownCargo(uint256 id);
    /// @notice The cargo is not in transit.
    error NotInTransit(uint256 id, State state);
    /// @notice `caller` is neither the carrier nor the insurer of `id`.
    error NotItsCarrierOrInsurer(uint256 id, address caller);

    /// @notice Certifies cargo that the caller's entity carries, for `to`. Any active participant may; who takes the
    /// certificate decides whether it trusts this carrier, whose entity stands in the record.
    function issue(address to, Cargo calldata cargo) external returns (uint256 id);

    /// @notice Gives the certificate for the cargo, or, where it is lost, gives it up. Only the holder of all units, free of
    /// liens.
    function surrender(uint256 id) external;

    /// @notice Says that the cargo is lost: its units stay, as claims on the insurance, but nothing can be pledged on them.
    /// Only the carrier, or the entity that insured it.
    function declareLost(uint256 id, bytes32 reason) external;

    /// @notice The certificate's facts; zeros where there is none.
    function recordOf(uint256 id) external view returns (CargoRecord memory);

    /// @notice The id that cargo of `carrier` under this shipment identifier has or would have.
    function idOf(uint48 carrier, string calldata shipment) external pure returns (uint256);
}
