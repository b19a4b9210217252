// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {BoundedPause} from "../../access/BoundedPause.sol";
import {IDirectedGoods} from "../../interfaces/IDirectedGoods.sol";
import {IJointDecision} from "../../interfaces/IJointDecision.sol";
import {IParticipantRegistry} from "../../interfaces/IParticipantRegistry.sol";
import {IRetailModule} from "../../interfaces/IRetailModule.sol";
import {IValueStandard} from "../../interfaces/IValueStandard.sol";
import {FieldsLib} from "../../libraries/FieldsLib.sol";
import {Party} from "../../libraries/PartyLib.sol";
import {ScopeLib} from "../../libraries/ScopeLib.sol";
import {Terms, TermsLib} from "../../libraries/TermsLib.sol";

/// @title Product lines and vouchers
contract RetailModule is IRetailModule, EIP712, AccessManaged, BoundedPause {
    using BitMaps for BitMaps.BitMap;

    /// @dev The kind of goods this module issues.
    uint8 private constant KIND = 5;
    bytes32 private constant VOUCHER_TYPEHASH = keccak256(
        "Voucher(uint256 line,uint256 series,uint256 number,address holder,uint256 profile,address claimKey,uint256 notBefore,uint256 deadline)"
    );
    bytes32 private constant CLAIM_TYPEHASH = keccak256("Claim(bytes32 voucher,address to)");

    /// @dev One slot, which a claim reads anyway. `lowest`: series that is good.
    struct Line {
        uint32 lowest;
        uint64 decision;
        IJointDecision decisions;
    }

    IDirectedGoods public immutable goods;
    IValueStandard public immutable standard;

    mapping(uint32 line => mapping(uint32 series => BitMaps.BitMap)) private _used;
    mapping(uint32 line => Line) private _lines;

    /// @inheritdoc IRetailModule
    IJointDecision public jointDecisions;
    /// @inheritdoc IRetailModule
    mapping(uint32 line => mapping(IJointDecision decisions => mapping(uint64 decision => mapping(uint48 entity => uint256))))
        public issuedUnder;

    /// @param access the suite's AccessManager
    /// @param goods_ the ledger of goods, which must name this contract as the module of kind 5
    /// @param standard_ the value standard
    constructor(
        address access,
        IDirectedGoods goods_,
        IValueStandard standard_
    ) AccessManaged(access) EIP712("Caldera Retail", "1") {
        goods = goods_;
        standard = standard_;
    }

    /// @inheritdoc IRetailModule
    function createLine(LineSpec calldata spec) external whenRunning returns (uint32) {
        uint48 issuer = _activeEntity(msg.sender);
        uint256 present = 1 << FieldsLib.CREDITOR;
        if (spec.regions != 0 || spec.qualifications != 0) present |= 1 << FieldsLib.CIRCULATION_SCOPE;
        if (spec.conditions != 0) present |= 1 << FieldsLib.RIGHT_CONDITIONS;
        if (spec.afterSales != 0) present |= 1 << FieldsLib.AFTER_SALES;
        if (spec.documentHash != 0) present |= 1 << FieldsLib.DOCUMENT;
        (Terms terms, , ) = standard.termsFor(spec.ruleId, 0, KIND, present);
        IParticipantRegistry registry = IParticipantRegistry(goods.registry());
        ScopeLib.requireWithin(terms, spec.regions, spec.qualifications, registry);
        if (spec.afterSales != 0 && registry.legalIdOf(spec.afterSales) == 0) revert UnknownEntity(spec.afterSales);
        IDirectedGoods.Line memory line = IDirectedGoods.Line({
            dealers: TermsLib.pack(1, KIND, terms.flags(), spec.regions, spec.qualifications),
            issuer: issuer,
            afterSales: spec.afterSales,
            customers: spec.customers,
            consumers: spec.consumers,
            gifts: spec.gifts
        });
        return goods.createLine(line, spec.conditions, spec.documentHash);
    }

    /// @inheritdoc IRetailModule
    function issue(uint32 line, address to, uint256 count) external whenRunning returns (uint256) {
        _requireIssuer(line, msg.sender);
        _keepToShare(line, to, count);
        return goods.issue(line, to, count);
    }

    /// @inheritdoc IRetailModule
    function haltLine(uint32 line, bool halted) external {
        _requireIssuer(line, msg.sender);
        goods.haltLine(line, halted);
    }

    /// @inheritdoc IRetailModule
    function retire(uint256 id) external {
        uint32 line = uint32(id >> 48);
        _requireIssuer(line, msg.sender);
        address owner = IERC721(address(goods)).ownerOf(id);
        if (goods.partyOf(owner).entity() != goods.lineOf(line).issuer) revert NotTakenBack(id);
        goods.retire(id);
    }

    /// @inheritdoc IRetailModule
    function claim(
        Voucher calldata voucher,
        address to,
        address signer,
        bytes calldata signature,
        bytes calldata claimSignature
    ) external whenRunning returns (uint256 id) {
        _requireGood(voucher, to);
        _requireIssuer(voucher.line, signer);
        if (!SignatureChecker.isValidSignatureNow(signer, voucherDigest(voucher), signature)) {
            revert InvalidVoucher(signer);
        }
        if (voucher.holder == address(0)) {
            if (voucher.claimKey == address(0)) revert NoClaimKey();
            bytes32 digest = claimDigest(voucher, to);
            if (!SignatureChecker.isValidSignatureNow(voucher.claimKey, digest, claimSignature)) {
                revert InvalidClaim(to);
            }
        } else if (voucher.holder != to) {
            revert NotTheHolder(voucher.holder, to);
        }
        _used[voucher.line][voucher.series].set(voucher.number);
        if (_lines[voucher.line].decision != 0 && goods.isDealer(voucher.line, to)) _keepToShare(voucher.line, to, 1);
        id = goods.issueTo(voucher.line, to);
        emit VoucherClaimed(voucher.line, id, to, voucher.series, voucher.number);
    }

    /// @inheritdoc IRetailModule
    function revokeSeries(uint32 line, uint32 series) external {
        _requireIssuer(line, msg.sender);
        if (series <= _lines[line].lowest) revert SeriesOnlyRise(_lines[line].lowest, series);
        _lines[line].lowest = series;
        emit SeriesRevoked(line, series);
    }

    /// @inheritdoc IRetailModule
    function bindAllocation(uint32 line, uint64 decision) external {
        _requireIssuer(line, msg.sender);
        Line storage bound = _lines[line];
        if (bound.decision != 0) {
            uint40 until = _heldUntil(line, bound.decision, bound.decisions);
            if (block.timestamp <= until) revert LineBoundUntil(line, bound.decision, until);
        }
        IJointDecision decisions = jointDecisions;
        if (decision == 0) decisions = IJointDecision(address(0));
        else if (address(decisions) == address(0)) revert NoJointDecisions();
        else if (_heldUntil(line, decision, decisions) < block.timestamp) revert CannotBindTo(line, decision);
        (bound.decision, bound.decisions) = (decision, decisions);
        emit LineBound(line, decision, decisions);
    }

    /// @inheritdoc IRetailModule
    function setJointDecisions(IJointDecision decisions) external restricted {
        jointDecisions = decisions;
        emit JointDecisionsSet(decisions);
    }

    /// @inheritdoc IRetailModule
    function allocationFor(uint32 line) external view returns (IJointDecision, uint64) {
        return (_lines[line].decisions, _lines[line].decision);
    }

    /// @inheritdoc IRetailModule
    function isUsed(uint32 line, uint32 series, uint64 number) external view returns (bool) {
        return _used[line][series].get(number);
    }

    /// @inheritdoc IRetailModule
    function lowestSeries(uint32 line) external view returns (uint32) {
        return _lines[line].lowest;
    }

    /// @inheritdoc IRetailModule
    function voucherDigest(Voucher calldata voucher) public view returns (bytes32) {
        return _hashTypedDataV4(_hashOf(voucher));
    }

    /// @inheritdoc IRetailModule
    function claimDigest(Voucher calldata voucher, address to) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(CLAIM_TYPEHASH, _hashOf(voucher), to)));
    }

    /// @inheritdoc IRetailModule
    function topicOf(uint32 line) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), line));
    }

    /// @dev Counts items issued to a dealer against its entity's share, while there is one to keep to.
    function _keepToShare(uint32 line, address to, uint256 count) private {
        (IJointDecision decisions, uint64 decision) = (_lines[line].decisions, _lines[line].decision);
        if (decision == 0) return;
        uint48 entity = goods.partyOf(to).entity();
        (uint256 share, bool inForce) = decisions.shareOf(decision, entity);
        if (!inForce) return;
        uint256 issued = issuedUnder[line][decisions][decision][entity];
        // What is final does not change: never less than what was issued by it.
        if (count > share - issued) revert AllocationExceeded(line, entity, count, share - issued);
        issuedUnder[line][decisions][decision][entity] = issued + count;
    }

    /// @dev The topic ties a decision to this line alone, so that no share is used twice.
    function _heldUntil(uint32 line, uint64 decision, IJointDecision decisions) private view returns (uint40) {
        return decisions.holdsUntil(decision, IJointDecision.JointKind.Allocation, topicOf(line));
    }

    function _requireGood(Voucher calldata voucher, address to) private view {
        if (block.timestamp < voucher.notBefore || block.timestamp > voucher.deadline) {
            revert VoucherNotInTime(voucher.notBefore, voucher.deadline);
        }
        uint32 lowest = _lines[voucher.line].lowest;
        if (voucher.series < lowest) revert VoucherRevoked(voucher.series, lowest);
        if (_used[voucher.line][voucher.series].get(voucher.number)) {
            revert VoucherUsed(voucher.line, voucher.series, voucher.number);
        }
        if (voucher.profile != 0 && goods.partyOf(to).qualifications() & voucher.profile == 0) {
            revert OutsideProfile(to, voucher.profile);
        }
    }

    function _requireIssuer(uint32 line, address account) private view {
        if (_activeEntity(account) != goods.lineOf(line).issuer) revert NotTheIssuer(line, account);
    }

    function _activeEntity(address account) private view returns (uint48) {
        Party party = goods.partyOf(account);
        if (!party.isActive()) revert NotActive(account);
        return party.entity();
    }

    function _hashOf(Voucher calldata voucher) private pure returns (bytes32) {
        // Every field takes a whole word, so the struct's encoding is EIP-712's.
        return keccak256(bytes.concat(VOUCHER_TYPEHASH, abi.encode(voucher)));
    }
}
