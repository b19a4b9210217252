// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAssetCertificate} from "../../interfaces/IAssetCertificate.sol";
import {IPaymentListener} from "../../interfaces/IPaymentListener.sol";
import {IReceivableModule} from "../../interfaces/IReceivableModule.sol";
import {IValueAttributes} from "../../interfaces/IValueAttributes.sol";
import {IValueStandard} from "../../interfaces/IValueStandard.sol";
import {IVerifiedTarget} from "../../interfaces/IVerifiedTarget.sol";
import {InvoiceLib} from "../../libraries/InvoiceLib.sol";
import {PayoutLib} from "../../libraries/PayoutLib.sol";
import {VerifiedLib} from "../../libraries/VerifiedLib.sol";
import {ReceivableBook} from "./ReceivableBook.sol";
import {Registration} from "./Registration.sol";
import {Settlement} from "./Settlement.sol";

/// @title Receivables: certificates of invoices
/// @dev What becomes of a claim once it is registered: credit notes, disputes, default, attributes.
contract ReceivableModule is Settlement, Registration {
    mapping(uint256 note => bool used) private _notes;

    /// @param access the suite's AccessManager
    /// @param ledger_ the ledger of the certificates, which must name this contract as the module of kind 1
    /// @param standard_ the value standard
    constructor(
        address access,
        IAssetCertificate ledger_,
        IValueStandard standard_
    ) AccessManaged(access) ReceivableBook(ledger_, standard_) {}

    /// @inheritdoc IReceivableModule
    function creditNote(
        uint256 id,
        uint96 amount,
        string calldata number,
        uint32 issueDay,
        bytes32 documentHash
    ) external nonReentrant {
        Record memory record = _known(id);
        _requireCreditor(id, record);
        _requireNoLines(id);
        if (record.state != State.Registered && record.state != State.Acknowledged) revert WrongState(id, record.state);
        if (amount == 0) revert NoAmount();
        uint256 owed = _owed(id, record);
        if (amount > owed) revert ExceedsOwed(id, amount, owed);
        uint256 note = InvoiceLib.fingerprint(record.creditor, record.debtor, number, issueDay) | 0xffff;
        if (_notes[note]) revert IAssetCertificate.AssetExists(note);
        _notes[note] = true;
        emit Credited(id, note, amount, documentHash);
        _reduce(id, record, amount);
    }

    /// @inheritdoc IReceivableModule
    function dispute(uint256 id, bytes32 reasonHash) external {
        Record memory record = _inState(id, State.Acknowledged);
        _requireDebtor(id, record, msg.sender);
        _moveTo(id, record, State.Disputed);
        _setCirculation(id, record, false);
        emit DisputeRaised(id, msg.sender, reasonHash);
    }

    /// @inheritdoc IReceivableModule
    function withdrawDispute(uint256 id) external {
        Record memory record = _inState(id, State.Disputed);
        _requireDebtor(id, record, msg.sender);
        _moveTo(id, record, State.Acknowledged);
        _setCirculation(id, record, true);
    }

    /// @inheritdoc IReceivableModule
    function resolveDispute(uint256 id, uint96[] calldata concessions) external restricted {
        Record memory record = _inState(id, State.Disputed);
        Account storage root = _accounts[id];
        uint256 lines = root.lines;
        if (concessions.length != (lines == 0 ? 1 : lines)) revert LinesDoNotAddUp(concessions.length, lines);
        for (uint256 i = 0; i < concessions.length; ++i) {
            uint256 part = lines == 0 ? id : id + i + 1;
            uint256 owed = _owed(part, record);
            if (concessions[i] > owed) revert ExceedsOwed(part, concessions[i], owed);
            _accounts[part].conceded += concessions[i];
            if (lines != 0) root.conceded += concessions[i];
            emit Conceded(part, concessions[i]);
        }
        bool open = _owed(id, record) != 0;
        _moveTo(id, record, open ? State.Acknowledged : State.Settled);
        _setCirculation(id, record, open);
    }

    /// @inheritdoc IReceivableModule
    function declareDefault(uint256 id) external {
        Record memory record = _inState(id, State.Acknowledged);
        uint256 earliest = uint256(record.dueDate) + uint256(record.graceDays) * 1 days + 1;
        if (block.timestamp < earliest) revert GraceRunning(id, earliest);
        _moveTo(id, record, State.Defaulted);
    }

    /// @inheritdoc IReceivableModule
    function writeOff(uint256 id) external restricted {
        Record memory record = _inState(id, State.Defaulted);
        _moveTo(id, record, State.WrittenOff);
    }

    /// @inheritdoc IReceivableModule
    function stateAttribute(uint256 id, uint8 field, uint96 amount, uint40 validUntil) external restricted {
        _state(id, field, amount, uint40(block.timestamp), validUntil, _activeEntity(msg.sender), 0);
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
        IValueAttributes.Attribute memory present = ledger.attributeOf(id, field);
        if (!VerifiedLib.replaces(present, id, field, amount, statedAt, level)) return;
        _state(id, field, amount, statedAt, validUntil, source, level);
    }

    /// @inheritdoc IReceivableModule
    function addListener(IPaymentListener listener) external restricted {
        _addListener(listener);
    }

    /// @inheritdoc IReceivableModule
    function moveProceeds(uint256 id, address from, address to) external restricted {
        Record memory record = _known(id);
        uint48 entity = ledger.partyOf(from).entity();
        if (entity == 0 || entity != _activeEntity(to)) revert DifferentEntities(from, to);
        (uint256 units, uint256 pledged, ) = ledger.holdingOf(id, from);
        PayoutLib.Position storage position = _settled(id, from, address(0), units - pledged, _faceOf(id, record));
        uint96 amount = position.proceeds;
        if (amount == 0) revert NothingToClaim(id, from);
        position.proceeds = 0;
        _positions[id][to][address(0)].proceeds += amount;
        emit ProceedsMoved(id, from, to, amount);
    }

    /// @inheritdoc IVerifiedTarget
    function interestedIn(uint256 id) external view returns (uint48 first, uint48 second) {
        Record memory record = _known(id);
        return (record.creditor, record.debtor);
    }

    function _state(
        uint256 id,
        uint8 field,
        uint96 amount,
        uint40 statedAt,
        uint40 validUntil,
        uint48 source,
        uint8 level
    ) private {
        _known(id);
        ledger.stateAttribute(id, field, IValueAttributes.Attribute(amount, source, statedAt, validUntil, level));
    }

    /// @dev Takes `amount` off the face while the caller holds all of it, so that no other holder's share is touched.
    function _reduce(uint256 id, Record memory record, uint96 amount) private {
        uint256 root = _rootOf(id);
        uint96 face = _faceOf(id, record);
        Account storage account = _accounts[id];
        (uint256 units, uint256 pledged, ) = ledger.holdingOf(id, msg.sender);
        if (units != face || pledged != 0 || account.moved) revert HeldByOthers(id);
        _settled(id, msg.sender, address(0), units, face);

        uint96 left = face - amount;
        if (id != root) account.face = left;
        record.face -= amount;
        _keep(root, record);
        if (_owed(root, record) == 0) _moveTo(root, record, record.face == 0 ? State.Cancelled : State.Settled);
        if (left != 0 && left < ledger.termsOf(id).minimum()) ledger.lowerMinimum(id, left);
        ledger.retire(id, msg.sender, amount);
        if (_owed(id, record) == 0) _setFlags(id, record, false);
    }
}
