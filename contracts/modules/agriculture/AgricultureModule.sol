// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAgricultureModule} from "../../interfaces/IAgricultureModule.sol";
import {IAssetCertificate} from "../../interfaces/IAssetCertificate.sol";
import {IDirectedGoods} from "../../interfaces/IDirectedGoods.sol";
import {IEventAnchor} from "../../interfaces/IEventAnchor.sol";
import {IParticipantRegistry} from "../../interfaces/IParticipantRegistry.sol";
import {IRightsLedger} from "../../interfaces/IRightsLedger.sol";
import {IValueStandard} from "../../interfaces/IValueStandard.sol";
import {IVerifiedTarget} from "../../interfaces/IVerifiedTarget.sol";
import {FieldsLib} from "../../libraries/FieldsLib.sol";
import {ScopeLib} from "../../libraries/ScopeLib.sol";
import {Terms, TermsLib} from "../../libraries/TermsLib.sol";
import {CoveredAsset} from "../CoveredAsset.sol";

/// @title Plantings: traced, financed, sold to whom they may go
contract AgricultureModule is IAgricultureModule, CoveredAsset {
    struct Stage {
        uint48 source;
        bytes32 eventId;
    }

    /// @dev The kind of planting certificates, and of the goods of a harvest, each on its ledger.
    uint8 private constant KIND = 9;
    uint256 private constant MOST_NEEDED = 8;
    uint256 private constant MOST_STAGES = 32;

    IRightsLedger public immutable rights;
    IDirectedGoods public immutable goods;
    IEventAnchor public immutable events;

    mapping(uint256 id => PlantingRecord) private _plantings;
    mapping(uint256 id => mapping(uint8 number => Stage)) private _stages;
    mapping(uint256 parcel => uint256 id) private _onParcel;
    mapping(uint256 id => mapping(address lienholder => uint256)) private _lent;
    mapping(uint256 id => mapping(address lienholder => bool)) private _agrees;
    mapping(uint256 id => uint256 units) private _agreed;
    mapping(uint32 ruleId => Requirements) private _requirements;

    /// @param access the suite's AccessManager
    /// @param ledger_ the ledger of certificates, which must name this contract as the module of kind 9
    /// @param goods_ the ledger of goods, which must name this contract as the module of kind 9
    /// @param rights_ the ledger of rights
    /// @param events_ where inspectors' events are anchored
    /// @param standard_ the value standard
    constructor(
        address access,
        IAssetCertificate ledger_,
        IDirectedGoods goods_,
        IRightsLedger rights_,
        IEventAnchor events_,
        IValueStandard standard_
    ) AccessManaged(access) CoveredAsset(ledger_, standard_) {
        goods = goods_;
        rights = rights_;
        events = events_;
    }

    /// @inheritdoc IAgricultureModule
    function plant(Planting calldata planting) external whenRunning returns (uint256 id) {
        uint48 entity = _activeEntity(msg.sender);
        if (bytes(planting.lot).length == 0) revert NoLot();
        if (planting.harvestBy <= block.timestamp) revert NotInFuture(planting.harvestBy);
        if (_requirements[planting.ruleId].maxAge == 0) revert NoRequirements(planting.ruleId);
        (uint256 parcel, uint40 harvestBy) = (planting.parcel, planting.harvestBy);
        if (!_hasUse(parcel, msg.sender, harvestBy)) revert NoUseOfParcel(parcel, msg.sender, harvestBy);
        uint256 before = _onParcel[parcel];
        PlantingRecord storage last = _plantings[before];
        if (last.state == State.Growing && block.timestamp <= last.harvestBy) revert ParcelPlanted(parcel, before);

        id = idOf(entity, planting.lot);
        _onParcel[parcel] = id;
        _plantings[id] = PlantingRecord({
            farmer: msg.sender,
            harvestBy: harvestBy,
            done: 0,
            state: State.Growing,
            parcel: parcel,
            subject: keccak256(bytes(planting.lot)),
            line: 0,
            requirements: _requirements[planting.ruleId]
        });
        emit CropPlanted(id, parcel, msg.sender, planting.lot, planting.expected, planting.currencyId, planting.ruleId);
        _certify(id, msg.sender, planting.expected, planting.currencyId, planting.ruleId, KIND, planting.documentHash);
    }

    /// @inheritdoc IAgricultureModule
    function certifyStage(uint256 id, bytes32 eventId) external restricted {
        _requireLive(id);
        PlantingRecord storage planting = _plantings[id];
        uint48 source = _activeEntity(msg.sender);
        if (planting.done == MOST_STAGES) revert TooManyStages(id, MOST_STAGES);
        IEventAnchor.Recorded memory seen = events.eventOf(source, eventId);
        if (seen.time == 0 || seen.voidSince != 0 || seen.subject != planting.subject) {
            revert NotAnEventOfTheLot(id, source, eventId);
        }
        (, uint40 latest) = traceOf(id);
        if (seen.time <= latest) revert StageNotLater(id, seen.time, latest);
        uint8 number = ++planting.done;
        _stages[id][number] = Stage(source, eventId);
        emit StageCertified(id, number, source, eventId);
    }

    /// @inheritdoc IAgricultureModule
    function agreeToHarvest(uint256 id, bool agrees) external {
        uint256 units = _lent[id][msg.sender];
        if (units == 0) revert NotALienholder(id, msg.sender);
        if (_agrees[id][msg.sender] != agrees) {
            _agrees[id][msg.sender] = agrees;
            _agreed[id] = agrees ? _agreed[id] + units : _agreed[id] - units;
        }
        emit HarvestAgreed(id, msg.sender, agrees);
    }

    // The ledger of goods is of the suite and calls nobody back.
    // slither-disable-start reentrancy-no-eth
    /// @inheritdoc IAgricultureModule
    function harvest(uint256 id, Harvest calldata given) external whenRunning returns (uint32 line, uint256 first) {
        _requireLive(id);
        PlantingRecord storage planting = _plantings[id];
        if (msg.sender != planting.farmer) revert NotTheFarmer(id, msg.sender);
        _requireEligible(id);
        uint256 open = _pledgedOf(id) - _agreed[id];
        if (open != 0) revert LienholdersDisagree(id, open);
        uint256 present = (1 << FieldsLib.CREDITOR) | (1 << FieldsLib.RIGHT_CONDITIONS);
        if (given.regions != 0 || given.qualifications != 0) present |= 1 << FieldsLib.CIRCULATION_SCOPE;
        if (given.afterSales != 0) present |= 1 << FieldsLib.AFTER_SALES;
        if (given.documentHash != 0) present |= 1 << FieldsLib.DOCUMENT;
        (Terms terms, , ) = standard.termsFor(given.ruleId, 0, KIND, present);
        ScopeLib.requireWithin(terms, given.regions, given.qualifications, IParticipantRegistry(goods.registry()));

        planting.state = State.Harvested;
        line = goods.createLine(
            IDirectedGoods.Line({
                dealers: TermsLib.pack(1, KIND, terms.flags(), given.regions, given.qualifications),
                issuer: _activeEntity(msg.sender),
                afterSales: given.afterSales,
                customers: 0,
                consumers: false,
                gifts: 0
            }),
            planting.subject,
            given.documentHash
        );
        planting.line = line;
        first = goods.issue(line, msg.sender, given.count);
        emit HarvestIssued(id, line, first, given.count);
    }
    // slither-disable-end reentrancy-no-eth

    /// @inheritdoc IAgricultureModule
    function declareFailed(uint256 id, bytes32 reason) external {
        _requireLive(id);
        uint48 caller = _activeEntity(msg.sender);
        bool knows = caller == ledger.attributeOf(id, FieldsLib.INSURANCE).source;
        for (uint8 number = 1; number <= _plantings[id].done && !knows; ++number) {
            knows = _stages[id][number].source == caller;
        }
        if (!knows) revert NotItsInsurerOrInspector(id, msg.sender);
        _plantings[id].state = State.Failed;
        emit CropFailed(id, msg.sender, reason);
    }

    /// @inheritdoc IAgricultureModule
    function close(uint256 id) external {
        PlantingRecord storage planting = _plantings[id];
        if (planting.state == State.None) revert UnknownPlanting(id);
        if (planting.state == State.Closed) revert NotGrowing(id, State.Closed);
        _activeEntity(msg.sender);
        planting.state = State.Closed;
        emit PlantingClosed(id, msg.sender);
        _retireWhole(id, msg.sender);
    }

    /// @inheritdoc IAgricultureModule
    function setRequirements(uint32 ruleId, Requirements calldata requirements) external restricted {
        if (requirements.stages > MOST_NEEDED || requirements.maxAge == 0) {
            revert RequirementsOutOfRange(requirements.stages, requirements.maxAge);
        }
        _requirements[ruleId] = requirements;
        emit RequirementsSet(ruleId, requirements);
    }

    /// @inheritdoc IAgricultureModule
    function requireEligible(uint256 id) external view {
        _requireLive(id);
        _requireEligible(id);
    }

    /// @inheritdoc IVerifiedTarget
    function interestedIn(uint256 id) external view returns (uint48 first, uint48 second) {
        address farmer = _plantings[id].farmer;
        if (farmer == address(0)) revert UnknownPlanting(id);
        return (ledger.partyOf(farmer).entity(), 0);
    }

    /// @inheritdoc IAgricultureModule
    function plantingOf(uint256 id) external view returns (PlantingRecord memory) {
        return _plantings[id];
    }

    /// @inheritdoc IAgricultureModule
    function stageOf(uint256 id, uint8 number) external view returns (uint48 source, bytes32 eventId) {
        return (_stages[id][number].source, _stages[id][number].eventId);
    }

    /// @inheritdoc IAgricultureModule
    function requirementsOf(uint32 ruleId) external view returns (Requirements memory) {
        return _requirements[ruleId];
    }

    /// @inheritdoc IAgricultureModule
    function traceOf(uint256 id) public view returns (uint8 standing, uint40 latest) {
        for (uint8 number = 1; number <= _plantings[id].done; ++number) {
            Stage storage stage = _stages[id][number];
            IEventAnchor.Recorded memory seen = events.eventOf(stage.source, stage.eventId);
            if (seen.voidSince != 0) continue;
            ++standing;
            // Each was later than those that stood when it was certified.
            if (seen.time > latest) latest = seen.time;
        }
    }

    /// @inheritdoc IAgricultureModule
    function idOf(uint48 entity, string calldata lot) public pure returns (uint256) {
        return uint256(keccak256(abi.encode("planting", entity, lot))) & ~uint256(0xffff);
    }

    function _requireLive(uint256 id) internal view override {
        State state = _plantings[id].state;
        if (state == State.None) revert UnknownPlanting(id);
        if (state != State.Growing) revert NotGrowing(id, state);
    }

    /// @dev Enough stages stand, the latest is fresh, the parcel is still the farmer's.
    function _requireEligible(uint256 id) internal view override {
        PlantingRecord storage planting = _plantings[id];
        uint8 needed = planting.requirements.stages;
        (uint8 standing, uint40 latest) = traceOf(id);
        if (standing < needed) revert StagesMissing(id, standing, needed);
        uint256 until = _freshUntil(planting, latest);
        if (block.timestamp > until) revert TraceStale(id, until);
        if (!_hasUse(planting.parcel, planting.farmer, planting.harvestBy)) {
            revert NoUseOfParcel(planting.parcel, planting.farmer, planting.harvestBy);
        }
    }

    function _isEligible(uint256 id) internal view override returns (bool) {
        PlantingRecord storage planting = _plantings[id];
        (uint8 standing, uint40 latest) = traceOf(id);
        return
            planting.state == State.Growing &&
            standing >= planting.requirements.stages &&
            block.timestamp <= _freshUntil(planting, latest) &&
            _hasUse(planting.parcel, planting.farmer, planting.harvestBy);
    }

    function _afterPledge(uint256 id, address lienholder, uint256 units) internal override {
        _lent[id][lienholder] += units;
        if (_agrees[id][lienholder]) _agreed[id] += units;
    }

    function _afterRelease(uint256 id, address lienholder, uint256 units) internal override {
        _lent[id][lienholder] -= units;
        if (_agrees[id][lienholder]) _agreed[id] -= units;
    }

    /// @dev Without any stage, until the harvest is due.
    function _freshUntil(PlantingRecord storage planting, uint40 latest) private view returns (uint256) {
        if (latest == 0) return planting.harvestBy;
        return uint256(latest) + planting.requirements.maxAge;
    }

    function _hasUse(uint256 parcel, address account, uint40 until) private view returns (bool) {
        address user = rights.userOf(parcel);
        if (user != address(0)) return user == account && rights.userExpires(parcel) >= until;
        try rights.ownerOf(parcel) returns (address owner) {
            uint256 lapses = rights.lapsesAt(parcel);
            return owner == account && (lapses == 0 || lapses > until);
        } catch {
            return false;
        }
    }
}
