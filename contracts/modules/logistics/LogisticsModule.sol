// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {BoundedPause} from "../../access/BoundedPause.sol";
import {IAssetCertificate} from "../../interfaces/IAssetCertificate.sol";
import {IAssetModule} from "../../interfaces/IAssetModule.sol";
import {ILogisticsModule} from "../../interfaces/ILogisticsModule.sol";
import {IValueAttributes} from "../../interfaces/IValueAttributes.sol";
import {IValueStandard} from "../../interfaces/IValueStandard.sol";
import {CollateralLib} from "../../libraries/CollateralLib.sol";
import {FieldsLib} from "../../libraries/FieldsLib.sol";
import {Party} from "../../libraries/PartyLib.sol";
import {Terms, TermsLib} from "../../libraries/TermsLib.sol";

/// @title Certificates of cargo in transit
/// @dev They are HOOKED, so that the ledger tells of every pledge and the sum of all liens can be held under the limit.
contract LogisticsModule is ILogisticsModule, IAssetModule, AccessManaged, BoundedPause {
    using CollateralLib for IValueAttributes.Attribute;

    /// @dev The kind of certificate this module creates.
    uint8 private constant KIND = 2;

    IAssetCertificate public immutable ledger;
    IValueStandard public immutable standard;

    mapping(uint256 id => CargoRecord) private _records;
    mapping(uint32 ruleId => uint16) private _advanceRates;

    /// @param access the suite's AccessManager
    /// @param ledger_ the ledger of the certificates, which must name this contract as the module of kind 2
    /// @param standard_ the value standard
    constructor(address access, IAssetCertificate ledger_, IValueStandard standard_) AccessManaged(access) {
        ledger = ledger_;
        standard = standard_;
    }

    /// @inheritdoc ILogisticsModule
    function issue(address to, Cargo calldata cargo) external whenRunning returns (uint256 id) {
        uint48 carrier = _activeEntity(msg.sender);
        if (cargo.declared == 0) revert NoAmount();
        if (bytes(cargo.shipment).length == 0) revert NoShipment();
        uint256 present = (1 << FieldsLib.CREDITOR) | (1 << FieldsLib.FACE) | (1 << FieldsLib.CURRENCY);
        if (cargo.documentHash != 0) present |= 1 << FieldsLib.DOCUMENT;
        (Terms terms, , ) = standard.termsFor(cargo.ruleId, cargo.currencyId, KIND, present);
        // What is smaller than the minimum unit circulates as a whole.
        if (terms.minimum() > cargo.declared) terms = terms.withMinimum(cargo.declared);
        terms = terms.withFlags(terms.flags() | TermsLib.CIRCULATES | TermsLib.HOOKED);

        id = idOf(carrier, cargo.shipment);
        uint16 advanceBps = _advanceRates[cargo.ruleId];
        _records[id] = CargoRecord(
            carrier,
            cargo.currencyId,
            advanceBps,
            State.InTransit,
            cargo.declared,
            0,
            keccak256(bytes(cargo.shipment))
        );
        emit CargoIssued(id, carrier, to, cargo.shipment, cargo.declared, cargo.currencyId, cargo.ruleId, advanceBps);
        ledger.create(id, to, cargo.declared, terms, cargo.documentHash);
    }

    /// @inheritdoc ILogisticsModule
    function appraise(uint256 id, uint96 amount, uint40 validUntil) external restricted {
        _inTransit(id);
        if (amount == 0) revert NoAmount();
        uint48 source = _state(id, FieldsLib.VALUATION, amount, validUntil);
        emit CargoAppraised(id, source, amount, validUntil);
    }

    /// @inheritdoc ILogisticsModule
    function insure(uint256 id, uint96 amount, uint40 validUntil, bytes32 policy) external restricted {
        _inTransit(id);
        uint40 until = amount == 0 ? uint40(block.timestamp) : validUntil;
        uint48 source = _state(id, FieldsLib.INSURANCE, amount, until);
        emit CargoInsured(id, source, amount, until, policy);
    }

    /// @inheritdoc ILogisticsModule
    function surrender(uint256 id) external {
        CargoRecord storage cargo = _inTransit(id);
        (uint256 units, uint256 pledged, ) = ledger.holdingOf(id, msg.sender);
        if (units - pledged != cargo.declared) revert AllUnitsNeeded(id, units - pledged, cargo.declared);
        cargo.state = State.Surrendered;
        emit CargoSurrendered(id, msg.sender);
        ledger.retire(id, msg.sender, units);
    }

    /// @inheritdoc ILogisticsModule
    function declareLost(uint256 id, bytes32 reason) external {
        CargoRecord storage cargo = _inTransit(id);
        uint48 caller = _activeEntity(msg.sender);
        if (caller != cargo.carrier && caller != ledger.attributeOf(id, FieldsLib.INSURANCE).source) {
            revert NotItsCarrierOrInsurer(id, msg.sender);
        }
        cargo.state = State.Lost;
        emit CargoLost(id, msg.sender, reason);
    }

    /// @inheritdoc ILogisticsModule
    function setAdvanceRate(uint32 ruleId, uint16 advanceBps) external restricted {
        if (advanceBps > CollateralLib.BPS) revert RateOutOfRange(advanceBps);
        _advanceRates[ruleId] = advanceBps;
        emit AdvanceRateSet(ruleId, advanceBps);
    }

    /// @inheritdoc IAssetModule
    function onMove(Move calldata move) external {
        if (msg.sender != address(ledger)) revert OnlyLedger(msg.sender);
        if (move.fromLien == move.toLien) return;
        CargoRecord storage cargo = _records[move.id];
        // Units fit 96 bits, and those that leave a lien were counted when they came under it.
        if (move.toLien == address(0)) {
            cargo.pledged -= uint96(move.units);
            return;
        }
        uint256 limit = pledgeable(move.id);
        if (cargo.pledged + move.units > limit) revert PledgeLimit(move.id, limit, cargo.pledged, move.units);
        cargo.pledged += uint96(move.units);
    }

    /// @inheritdoc ILogisticsModule
    function recordOf(uint256 id) external view returns (CargoRecord memory) {
        return _records[id];
    }

    /// @inheritdoc ILogisticsModule
    function advanceRate(uint32 ruleId) external view returns (uint16) {
        return _advanceRates[ruleId];
    }

    /// @inheritdoc IAssetModule
    function requirePledgeable(uint256 id) external view {
        _inTransit(id);
        IValueAttributes.Attribute memory insurance = ledger.attributeOf(id, FieldsLib.INSURANCE);
        if (!insurance.isFresh()) revert NotInsured(id, insurance.validUntil);
        IValueAttributes.Attribute memory valuation = ledger.attributeOf(id, FieldsLib.VALUATION);
        if (!valuation.isFresh()) revert ValuationStale(id, valuation.validUntil);
    }

    /// @inheritdoc IAssetModule
    function supplyOf(uint256 id) external view returns (uint256) {
        return _records[id].state == State.Surrendered ? 0 : _records[id].declared;
    }

    /// @inheritdoc ILogisticsModule
    function pledgeable(uint256 id) public view returns (uint256) {
        CargoRecord storage cargo = _records[id];
        if (cargo.state != State.InTransit) return 0;
        return
            CollateralLib.limit(
                ledger.attributeOf(id, FieldsLib.VALUATION),
                ledger.attributeOf(id, FieldsLib.INSURANCE),
                cargo.advanceBps
            );
    }

    /// @inheritdoc ILogisticsModule
    function idOf(uint48 carrier, string calldata shipment) public pure returns (uint256) {
        return uint256(keccak256(abi.encode("cargo", carrier, shipment))) & ~uint256(0xffff);
    }

    function _inTransit(uint256 id) private view returns (CargoRecord storage cargo) {
        cargo = _records[id];
        if (cargo.state == State.None) revert UnknownCargo(id);
        if (cargo.state != State.InTransit) revert NotInTransit(id, cargo.state);
    }

    function _state(uint256 id, uint8 field, uint96 amount, uint40 validUntil) private returns (uint48 source) {
        if (amount != 0 && validUntil <= block.timestamp) revert NotInFuture(validUntil);
        source = _activeEntity(msg.sender);
        ledger.stateAttribute(
            id,
            field,
            IValueAttributes.Attribute(amount, source, uint40(block.timestamp), validUntil, 0)
        );
    }

    function _activeEntity(address account) private view returns (uint48) {
        Party party = ledger.partyOf(account);
        if (!party.isActive()) revert NotActive(account);
        return party.entity();
    }
}
