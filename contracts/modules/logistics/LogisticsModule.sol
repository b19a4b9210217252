// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAssetCertificate} from "../../interfaces/IAssetCertificate.sol";
import {ILogisticsModule} from "../../interfaces/ILogisticsModule.sol";
import {IValueStandard} from "../../interfaces/IValueStandard.sol";
import {IVerifiedTarget} from "../../interfaces/IVerifiedTarget.sol";
import {FieldsLib} from "../../libraries/FieldsLib.sol";
import {CoveredAsset} from "../CoveredAsset.sol";

/// @title Certificates of cargo in transit
contract LogisticsModule is ILogisticsModule, CoveredAsset {
    /// @dev The kind of certificate this module creates.
    uint8 private constant KIND = 2;

    mapping(uint256 id => CargoRecord) private _records;

    /// @param access the suite's AccessManager
    /// @param ledger_ the ledger of the certificates, which must name this contract as the module of kind 2
    /// @param standard_ the value standard
    constructor(
        address access,
        IAssetCertificate ledger_,
        IValueStandard standard_
    ) AccessManaged(access) CoveredAsset(ledger_, standard_) {}

    /// @inheritdoc ILogisticsModule
    function issue(address to, Cargo calldata cargo) external whenRunning returns (uint256 id) {
        uint48 carrier = _activeEntity(msg.sender);
        if (bytes(cargo.shipment).length == 0) revert NoShipment();
        id = idOf(carrier, cargo.shipment);
        bytes32 subject = keccak256(bytes(cargo.shipment));
        _records[id] = CargoRecord(carrier, cargo.currencyId, State.InTransit, ledger.partyOf(to).entity(), subject);
        emit CargoIssued(id, carrier, to, cargo.shipment, cargo.declared, cargo.currencyId, cargo.ruleId);
        _certify(id, to, cargo.declared, cargo.currencyId, cargo.ruleId, KIND, cargo.documentHash);
    }

    /// @inheritdoc ILogisticsModule
    function surrender(uint256 id) external {
        if (_records[id].state != State.Lost) _requireLive(id);
        _activeEntity(msg.sender);
        _records[id].state = State.Surrendered;
        emit CargoSurrendered(id, msg.sender);
        _retireWhole(id, msg.sender);
    }

    /// @inheritdoc ILogisticsModule
    function declareLost(uint256 id, bytes32 reason) external {
        _requireLive(id);
        uint48 caller = _activeEntity(msg.sender);
        if (caller != _records[id].carrier && caller != ledger.attributeOf(id, FieldsLib.INSURANCE).source) {
            revert NotItsCarrierOrInsurer(id, msg.sender);
        }
        _records[id].state = State.Lost;
        emit CargoLost(id, msg.sender, reason);
    }

    /// @inheritdoc IVerifiedTarget
    /// @dev Who has it carried, and who carries it. Later holders are not known here, one by one; who asks is named by its request.
    function interestedIn(uint256 id) external view returns (uint48 first, uint48 second) {
        CargoRecord storage record = _records[id];
        if (record.state == State.None) revert UnknownCargo(id);
        return (record.owner, record.carrier);
    }

    /// @inheritdoc ILogisticsModule
    function recordOf(uint256 id) external view returns (CargoRecord memory) {
        return _records[id];
    }

    /// @inheritdoc ILogisticsModule
    function idOf(uint48 carrier, string calldata shipment) public pure returns (uint256) {
        return uint256(keccak256(abi.encode("cargo", carrier, shipment))) & ~uint256(0xffff);
    }

    function _requireLive(uint256 id) internal view override {
        State state = _records[id].state;
        if (state == State.None) revert UnknownCargo(id);
        if (state != State.InTransit) revert NotInTransit(id, state);
    }

    /// @dev Cargo in transit has no other reason not to be pledged than its cover.
    function _requireEligible(uint256 id) internal view override {}

    function _isEligible(uint256 id) internal view override returns (bool) {
        return _records[id].state == State.InTransit;
    }
}
