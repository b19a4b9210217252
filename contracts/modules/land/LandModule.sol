// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {BoundedPause} from "../../access/BoundedPause.sol";
import {IAssetCertificate} from "../../interfaces/IAssetCertificate.sol";
import {IAssetModule} from "../../interfaces/IAssetModule.sol";
import {ICollateral} from "../../interfaces/ICollateral.sol";
import {ILandModule} from "../../interfaces/ILandModule.sol";
import {ILeases} from "../../interfaces/ILeases.sol";
import {IRightsLedger} from "../../interfaces/IRightsLedger.sol";
import {IValueAttributes} from "../../interfaces/IValueAttributes.sol";
import {IValueStandard} from "../../interfaces/IValueStandard.sol";
import {IVerifiedTarget} from "../../interfaces/IVerifiedTarget.sol";
import {FieldsLib} from "../../libraries/FieldsLib.sol";
import {Party} from "../../libraries/PartyLib.sol";
import {Terms, TermsLib} from "../../libraries/TermsLib.sol";
import {VerifiedLib} from "../../libraries/VerifiedLib.sol";
import {IncomeShares} from "./IncomeShares.sol";

/// @title Land operating rights
/// @dev This contract owns the rights in trust, so it must be enrolled as a participant whom their rules admit.
contract LandModule is IncomeShares, ICollateral, AccessManaged, BoundedPause {
    /// @dev Kind of a title on the ledger of rights, and of income shares on the ledger of certificates.
    uint8 private constant TITLE = 3;
    uint8 private constant INCOME = 4;

    IRightsLedger public immutable rights;
    ILeases public immutable leases;

    mapping(uint256 id => uint16) private _counts;

    /// @param access the suite's AccessManager
    /// @param rights_ the ledger of rights, which must name this contract as the module of kind 3
    /// @param leases_ the module of leases
    /// @param ledger_ the ledger of certificates, which must name this contract as the module of kind 4
    /// @param standard_ the value standard
    constructor(
        address access,
        IRightsLedger rights_,
        ILeases leases_,
        IAssetCertificate ledger_,
        IValueStandard standard_
    ) AccessManaged(access) IncomeShares(ledger_, standard_) {
        rights = rights_;
        leases = leases_;
    }

    /// @inheritdoc ILandModule
    function register(address owner, Title calldata title) external restricted whenRunning returns (uint256 id) {
        uint256 present = (1 << FieldsLib.CREDITOR);
        if (title.registryId != 0) present |= 1 << FieldsLib.CIRCULATION_SCOPE;
        if (title.right != 0) present |= 1 << FieldsLib.RIGHT_CONDITIONS;
        if (title.lapses != 0) present |= 1 << FieldsLib.DUE_DATE;
        if (title.documentHash != 0) present |= 1 << FieldsLib.DOCUMENT;
        (Terms terms, , ) = standard.termsFor(title.ruleId, 0, TITLE, present);
        id = idOf(title.registryId, title.right);
        emit TitleRegistered(id, owner, title);
        rights.create(id, owner, title.lapses, terms, title.documentHash);
    }

    /// @inheritdoc ILandModule
    function strikeOut(uint256 id, bytes32 reason) external restricted {
        emit TitleStruckOut(id, reason);
        // Nobody can ask for the rent of a right that is no more.
        _endTrust(id);
        rights.retire(id);
    }

    /// @inheritdoc ILandModule
    function stateAttribute(uint256 id, uint8 field, uint96 amount, uint40 validUntil) external restricted {
        Party party = rights.partyOf(msg.sender);
        if (!party.isActive()) revert NotActive(msg.sender);
        VerifiedLib.requireNotWeaker(rights.attributeOf(id, field), id, field, 0);
        rights.stateAttribute(
            id,
            field,
            IValueAttributes.Attribute(amount, party.entity(), uint40(block.timestamp), validUntil, 0)
        );
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
        if (!VerifiedLib.replaces(rights.attributeOf(id, field), id, field, amount, statedAt, level)) return;
        // Nothing is left to take back from a right that was struck out.
        if (amount == 0 && !_exists(id)) return;
        rights.stateAttribute(id, field, IValueAttributes.Attribute(amount, source, statedAt, validUntil, level));
    }

    /// @inheritdoc ICollateral
    /// @dev The valuation of a title is in USD with 6 decimals. Of shares in income nothing is known.
    function collateralOf(
        uint256 id,
        uint256 units
    ) external view returns (uint8 currencyId, uint256 value, uint40 validUntil, uint48 debtor) {
        IValueAttributes.Attribute memory valuation = rights.attributeOf(id, FieldsLib.VALUATION);
        return (0, units * valuation.amount, valuation.validUntil, 0);
    }

    // Rights and ledger are of the suite; the creditor's callback comes last.
    // slither-disable-start reentrancy-no-eth
    /// @inheritdoc ILandModule
    function putInTrust(
        uint256 id,
        uint96 shares,
        uint32 ruleId,
        uint8 currencyId
    ) external whenRunning nonReentrant returns (uint256 certificate) {
        if (rights.ownerOf(id) != msg.sender) revert NotTheOwner(id, msg.sender);
        if (shares == 0) revert NoAmount();
        ILeases.Lease memory lease = leases.leaseOf(id);
        if (block.timestamp <= lease.end && lease.currencyId != currencyId) revert OtherCurrency(id, lease.currencyId);
        uint256 present = (1 << FieldsLib.CREDITOR) | (1 << FieldsLib.FACE) | (1 << FieldsLib.CURRENCY);
        bytes32 document = rights.documentHash(id);
        if (document != 0) present |= 1 << FieldsLib.DOCUMENT;
        (Terms terms, , ) = standard.termsFor(ruleId, currencyId, INCOME, present);

        _endTrust(id);
        certificate = id + ++_counts[id];
        _trusts[certificate] = Trust(msg.sender, currencyId, shares, 0, 0);
        emit PutInTrust(id, certificate, msg.sender, shares, currencyId);
        rights.transferFrom(msg.sender, address(this), id);
        if (terms.minimum() > shares) terms = terms.withMinimum(shares);
        terms = terms.withFlags(terms.flags() | TermsLib.CIRCULATES | TermsLib.HOOKED);
        ledger.create(certificate, msg.sender, shares, terms, document);
    }

    /// @inheritdoc ILandModule
    function takeOut(uint256 certificate) external nonReentrant {
        Trust storage trust = _live(certificate);
        (uint256 units, uint256 pledged, ) = ledger.holdingOf(certificate, msg.sender);
        if (units - pledged != trust.shares) revert AllSharesNeeded(certificate, units - pledged, trust.shares);
        _collect(certificate, trust);
        _settleWhole(certificate, trust, msg.sender);
        trust.manager = address(0);
        uint256 id = _rightOf(certificate);
        emit TakenOut(id, certificate, msg.sender);
        ledger.retire(certificate, msg.sender, units);
        rights.transferFrom(address(this), msg.sender, id);
    }
    // slither-disable-end reentrancy-no-eth

    /// @inheritdoc ILandModule
    function offerLease(uint256 certificate, ILeases.Offer calldata offer) external returns (bytes32) {
        Trust storage trust = _managed(certificate);
        if (offer.id != _rightOf(certificate)) revert NotInTrust(offer.id);
        if (offer.currencyId != trust.currencyId) revert OtherCurrency(offer.id, trust.currencyId);
        return leases.offer(offer);
    }

    /// @inheritdoc ILandModule
    function agreeToEnd(uint256 certificate, bool agrees) external {
        _managed(certificate);
        leases.agreeToEnd(_rightOf(certificate), agrees);
    }

    /// @inheritdoc ILandModule
    function collectRent(uint256 certificate) external nonReentrant returns (uint256 amount) {
        // Rent that was earned before the right was forced away is still this trust's, until the next one begins.
        if (certificate != _newest(_rightOf(certificate))) revert NotInTrust(certificate);
        amount = _collect(certificate, _inTrust(certificate));
        if (amount == 0) revert NoAmount();
    }

    /// @inheritdoc IVerifiedTarget
    /// @dev The owner; while the right is in trust, who manages it.
    function interestedIn(uint256 id) external view returns (uint48 first, uint48 second) {
        address owner = rights.ownerOf(id);
        if (owner == address(this)) owner = _trusts[_newest(id)].manager;
        return (rights.partyOf(owner).entity(), 0);
    }

    /// @inheritdoc ILandModule
    function trustsOf(uint256 id) external view returns (uint16) {
        return _counts[id];
    }

    /// @inheritdoc IAssetModule
    function requirePledgeable(uint256 id) external view {
        if (id != _rightOf(id)) _live(id);
    }

    /// @inheritdoc ILandModule
    function idOf(bytes32 registryId, bytes32 right) public pure returns (uint256) {
        return uint256(keccak256(abi.encode("land", registryId, right))) & ~uint256(0xffff);
    }

    /// @dev Rent that this contract has as the owner in trust.
    function _collect(uint256 certificate, Trust storage trust) private returns (uint256 amount) {
        uint256 id = _rightOf(certificate);
        uint8 currencyId = trust.currencyId;
        leases.accrue(id);
        if (leases.collectable(id, address(this), currencyId) == 0) return 0;
        amount = leases.collect(id, currencyId);
        _receive(certificate, trust, address(leases), amount);
    }

    /// @dev Credits the rent of the newest trust and lets its shares circulate no more: its right is put into trust anew,
    /// having been forced away, or struck out.
    function _endTrust(uint256 id) private {
        uint256 certificate = _newest(id);
        Trust storage trust = _trusts[certificate];
        if (trust.manager == address(0)) return;
        _collect(certificate, trust);
        ledger.setFlags(certificate, TermsLib.HOOKED);
    }

    /// @dev The trust of a right that is in it now.
    function _live(uint256 certificate) private view returns (Trust storage trust) {
        trust = _inTrust(certificate);
        uint256 id = _rightOf(certificate);
        if (certificate != _newest(id)) revert NotInTrust(certificate);
        try rights.ownerOf(id) returns (address owner) {
            if (owner != address(this)) revert NotInTrust(certificate);
        } catch {
            revert NotInTrust(certificate); // struck out
        }
    }

    function _exists(uint256 id) private view returns (bool) {
        try rights.ownerOf(id) returns (address) {
            return true;
        } catch {
            return false; // struck out, or never registered
        }
    }

    /// @dev The certificate of the latest trust; the right's own id where there was none.
    function _newest(uint256 id) private view returns (uint256) {
        return id + _counts[id];
    }

    function _managed(uint256 certificate) private view returns (Trust storage trust) {
        trust = _live(certificate);
        if (trust.manager != msg.sender) revert NotTheManager(certificate, msg.sender);
    }

    function _rightOf(uint256 certificate) private pure returns (uint256) {
        return certificate & ~uint256(0xffff);
    }
}
