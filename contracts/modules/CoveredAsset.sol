// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {IAssetCertificate} from "../interfaces/IAssetCertificate.sol";
import {IAssetModule} from "../interfaces/IAssetModule.sol";
import {ICollateral} from "../interfaces/ICollateral.sol";
import {ICoveredAsset} from "../interfaces/ICoveredAsset.sol";
import {IValueAttributes} from "../interfaces/IValueAttributes.sol";
import {IValueStandard} from "../interfaces/IValueStandard.sol";
import {IVerifiedTarget} from "../interfaces/IVerifiedTarget.sol";
import {CollateralLib} from "../libraries/CollateralLib.sol";
import {FieldsLib} from "../libraries/FieldsLib.sol";
import {Party} from "../libraries/PartyLib.sol";
import {Terms, TermsLib} from "../libraries/TermsLib.sol";
import {VerifiedLib} from "../libraries/VerifiedLib.sol";

/// @title What modules of covered assets have in common
/// @dev Their certificates are HOOKED, so that the ledger tells of every pledge and the sum of all liens can be held under
/// the limit.
abstract contract CoveredAsset is ICoveredAsset, ICollateral, IAssetModule, AccessManaged, BoundedPause {
    using CollateralLib for IValueAttributes.Attribute;
    using VerifiedLib for IValueAttributes.Attribute;

    IAssetCertificate public immutable ledger;
    IValueStandard public immutable standard;

    mapping(uint256 id => Cover) private _covers;
    mapping(uint32 ruleId => uint16) private _advanceRates;

    constructor(IAssetCertificate ledger_, IValueStandard standard_) {
        ledger = ledger_;
        standard = standard_;
    }

    /// @inheritdoc ICoveredAsset
    function appraise(uint256 id, uint96 amount, uint40 validUntil) external restricted {
        _requireLive(id);
        if (amount == 0) revert NoAmount();
        uint48 source = _stateField(id, FieldsLib.VALUATION, amount, validUntil);
        emit Appraised(id, source, amount, validUntil);
    }

    /// @inheritdoc ICoveredAsset
    function insure(uint256 id, uint96 amount, uint40 validUntil, bytes32 policy) external restricted {
        _requireLive(id);
        uint40 until = amount == 0 ? uint40(block.timestamp) : validUntil;
        uint48 source = _stateField(id, FieldsLib.INSURANCE, amount, until);
        emit Insured(id, source, amount, until, policy);
    }

    /// @inheritdoc IVerifiedTarget
    function stateVerified(
        uint256 id,
        uint8 field,
        uint96 amount,
        uint40 statedAt,
        uint40 validUntil,
        uint48 source,
        uint8 level
    ) external restricted {
        if (field != FieldsLib.VALUATION && field != FieldsLib.INSURANCE) revert FieldNotCovered(id, field);
        IValueAttributes.Attribute memory present = ledger.attributeOf(id, field);
        if (amount != 0) {
            _requireLive(id);
            if (validUntil <= block.timestamp) revert NotInFuture(validUntil);
        }
        if (!VerifiedLib.replaces(present, id, field, amount, statedAt, level)) return;
        if (field == FieldsLib.INSURANCE) {
            // Nodes confirm what an insurer covers; they cover nothing, and cannot declare a loss.
            if (present.source == 0) revert NotInsured(id, present.validUntil);
            source = present.source;
        }
        ledger.stateAttribute(id, field, IValueAttributes.Attribute(amount, source, statedAt, validUntil, level));
    }

    /// @inheritdoc ICoveredAsset
    function setAdvanceRate(uint32 ruleId, uint16 advanceBps) external restricted {
        if (advanceBps > CollateralLib.BPS) revert RateOutOfRange(advanceBps);
        _advanceRates[ruleId] = advanceBps;
        emit AdvanceRateSet(ruleId, advanceBps);
    }

    /// @inheritdoc IAssetModule
    function onMove(Move calldata move) external {
        if (msg.sender != address(ledger)) revert OnlyLedger(msg.sender);
        if (move.fromLien == move.toLien) return;
        Cover storage cover = _covers[move.id];
        // Units fit 96 bits, and those that leave a lien were counted when they came under it.
        if (move.toLien == address(0)) {
            cover.pledged -= uint96(move.units);
            _afterRelease(move.id, move.fromLien, move.units);
            return;
        }
        uint256 limit = pledgeable(move.id);
        if (cover.pledged + move.units > limit) revert PledgeLimit(move.id, limit, cover.pledged, move.units);
        cover.pledged += uint96(move.units);
        _afterPledge(move.id, move.toLien, move.units);
    }

    /// @inheritdoc IAssetModule
    function requirePledgeable(uint256 id) external view {
        _requireLive(id);
        _requireEligible(id);
        IValueAttributes.Attribute memory insurance = ledger.attributeOf(id, FieldsLib.INSURANCE);
        if (!insurance.isFresh()) revert NotInsured(id, insurance.validUntil);
        IValueAttributes.Attribute memory valuation = ledger.attributeOf(id, FieldsLib.VALUATION);
        if (!valuation.isFresh()) revert ValuationStale(id, valuation.validUntil);
    }

    /// @inheritdoc IAssetModule
    function supplyOf(uint256 id) external view returns (uint256) {
        return _covers[id].units;
    }

    /// @inheritdoc ICollateral
    function collateralOf(
        uint256 id,
        uint256 units
    ) external view returns (uint8 currencyId, uint256 value, uint40 validUntil, uint48 debtor) {
        Cover memory cover = _covers[id];
        IValueAttributes.Attribute memory valuation = ledger.attributeOf(id, FieldsLib.VALUATION);
        value = cover.units == 0 ? 0 : (units * valuation.amount) / cover.units;
        return (cover.currencyId, value, valuation.validUntil, 0);
    }

    /// @inheritdoc ICoveredAsset
    function coverOf(uint256 id) external view returns (Cover memory) {
        return _covers[id];
    }

    /// @inheritdoc ICoveredAsset
    function advanceRate(uint32 ruleId) external view returns (uint16) {
        return _advanceRates[ruleId];
    }

    /// @inheritdoc ICoveredAsset
    function pledgeable(uint256 id) public view returns (uint256) {
        if (!_isEligible(id)) return 0;
        return
            CollateralLib.limit(
                ledger.attributeOf(id, FieldsLib.VALUATION),
                ledger.attributeOf(id, FieldsLib.INSURANCE),
                _covers[id].advanceBps
            );
    }

    /// @dev Reverts unless `id` is an asset about which statements can be made.
    function _requireLive(uint256 id) internal view virtual;

    /// @dev Reverts where a live asset cannot be pledged for a reason of its own.
    function _requireEligible(uint256 id) internal view virtual;

    /// @dev True where neither of the two above would revert.
    function _isEligible(uint256 id) internal view virtual returns (bool);

    /// @dev Told once `units` came under a lien.
    function _afterPledge(uint256 id, address lienholder, uint256 units) internal virtual {}

    /// @dev Told once `units` left a lien, by release or seizure.
    function _afterRelease(uint256 id, address lienholder, uint256 units) internal virtual {}

    /// @dev Certifies `units` for `to`. What is smaller than the minimum unit circulates as a whole.
    function _certify(
        uint256 id,
        address to,
        uint96 units,
        uint8 currencyId,
        uint32 ruleId,
        uint8 kind,
        bytes32 documentHash
    ) internal {
        if (units == 0) revert NoAmount();
        uint256 present = (1 << FieldsLib.CREDITOR) | (1 << FieldsLib.FACE) | (1 << FieldsLib.CURRENCY);
        if (documentHash != 0) present |= 1 << FieldsLib.DOCUMENT;
        (Terms terms, , ) = standard.termsFor(ruleId, currencyId, kind, present);
        if (terms.minimum() > units) terms = terms.withMinimum(units);
        _covers[id] = Cover(units, 0, _advanceRates[ruleId], currencyId);
        terms = terms.withFlags(terms.flags() | TermsLib.CIRCULATES | TermsLib.HOOKED);
        ledger.create(id, to, units, terms, documentHash);
    }

    /// @dev Retires the whole asset from a holder of all its units, free of liens.
    function _retireWhole(uint256 id, address holder) internal {
        uint256 issued = _covers[id].units;
        (uint256 units, uint256 pledged, ) = ledger.holdingOf(id, holder);
        if (units - pledged != issued) revert AllUnitsNeeded(id, units - pledged, issued);
        _covers[id].units = 0;
        ledger.retire(id, holder, units);
    }

    function _pledgedOf(uint256 id) internal view returns (uint256) {
        return _covers[id].pledged;
    }

    function _activeEntity(address account) internal view returns (uint48) {
        Party party = ledger.partyOf(account);
        if (!party.isActive()) revert NotActive(account);
        return party.entity();
    }

    function _stateField(uint256 id, uint8 field, uint96 amount, uint40 validUntil) private returns (uint48 source) {
        if (amount != 0 && validUntil <= block.timestamp) revert NotInFuture(validUntil);
        source = _activeEntity(msg.sender);
        IValueAttributes.Attribute memory present = ledger.attributeOf(id, field);
        if (present.isFresh() && present.source != source) revert StatedByAnother(id, field, present.source);
        // Only an insurer passes amount 0: nobody is bound to cover for longer than it does.
        if (amount != 0) present.requireNotWeaker(id, field, 0);
        ledger.stateAttribute(
            id,
            field,
            IValueAttributes.Attribute(amount, source, uint40(block.timestamp), validUntil, 0)
        );
    }
}
