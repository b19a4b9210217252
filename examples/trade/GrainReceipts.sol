// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAssetCertificate} from "../../contracts/interfaces/IAssetCertificate.sol";
import {IValueStandard} from "../../contracts/interfaces/IValueStandard.sol";
import {IVerifiedTarget} from "../../contracts/interfaces/IVerifiedTarget.sol";
import {FieldsLib} from "../../contracts/libraries/FieldsLib.sol";
import {Party} from "../../contracts/libraries/PartyLib.sol";
import {CoveredAsset} from "../../contracts/modules/CoveredAsset.sol";
import {IGrainReceipts} from "./IGrainReceipts.sol";

/// @title Warehouse receipts for grain
contract GrainReceipts is IGrainReceipts, CoveredAsset {
    /// @dev The kind of certificate this module creates.
    uint8 private constant KIND = 11;

    /// @notice The qualifications of which a warehouse needs one.
    uint64 public immutable licence;

    mapping(uint256 id => Receipt) private _receipts;

    /// @param access the suite's AccessManager
    /// @param ledger_ the ledger of the certificates, which must name this contract as the module of kind 11
    /// @param standard_ the value standard
    /// @param licence_ the qualifications of which a warehouse needs one, as a set of bits
    constructor(
        address access,
        IAssetCertificate ledger_,
        IValueStandard standard_,
        uint64 licence_
    ) AccessManaged(access) CoveredAsset(ledger_, standard_) {
        licence = licence_;
    }

    /// @inheritdoc IGrainReceipts
    function store(address to, Lot calldata lot) external whenRunning returns (uint256 id) {
        uint48 warehouse = _activeEntity(msg.sender);
        if (ledger.partyOf(msg.sender).qualifications() & licence == 0) revert NotAWarehouse(msg.sender);
        if (bytes(lot.lot).length == 0) revert NoLot();
        id = idOf(warehouse, lot.lot);
        _receipts[id] = Receipt(warehouse, ledger.partyOf(to).entity(), State.Stored);
        emit GrainStored(id, warehouse, to, lot.lot, lot.declared);
        _certify(id, to, lot.declared, lot.currencyId, lot.ruleId, KIND, lot.documentHash);
    }

    /// @inheritdoc IGrainReceipts
    function collect(uint256 id) external {
        // What is short is given up as well, against the insurance.
        if (_receipts[id].state != State.Short) _requireLive(id);
        _activeEntity(msg.sender);
        _receipts[id].state = State.Collected;
        emit GrainCollected(id, msg.sender);
        _retireWhole(id, msg.sender);
    }

    /// @inheritdoc IGrainReceipts
    function declareShort(uint256 id, bytes32 reason) external {
        _requireLive(id);
        uint48 caller = _activeEntity(msg.sender);
        if (caller != _receipts[id].warehouse && caller != ledger.attributeOf(id, FieldsLib.INSURANCE).source) {
            revert NotItsWarehouseOrInsurer(id, msg.sender);
        }
        _receipts[id].state = State.Short;
        emit GrainShort(id, msg.sender, reason);
    }

    /// @inheritdoc IVerifiedTarget
    function interestedIn(uint256 id) external view returns (uint48 first, uint48 second) {
        Receipt storage receipt = _receipts[id];
        if (receipt.state == State.None) revert UnknownReceipt(id);
        return (receipt.depositor, receipt.warehouse);
    }

    /// @inheritdoc IGrainReceipts
    function receiptOf(uint256 id) external view returns (Receipt memory) {
        return _receipts[id];
    }

    /// @inheritdoc IGrainReceipts
    function idOf(uint48 warehouse, string calldata lot) public pure returns (uint256) {
        return uint256(keccak256(abi.encode("grain", warehouse, lot))) & ~uint256(0xffff);
    }

    function _requireLive(uint256 id) internal view override {
        State state = _receipts[id].state;
        if (state == State.None) revert UnknownReceipt(id);
        if (state != State.Stored) revert NotStored(id, state);
    }

    /// @dev Stored grain has no other reason not to be pledged than its cover.
    function _requireEligible(uint256 id) internal view override {}

    function _isEligible(uint256 id) internal view override returns (bool) {
        return _receipts[id].state == State.Stored;
    }
}
