// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BoundedPause} from "../../access/BoundedPause.sol";
import {IAssetCertificate} from "../../interfaces/IAssetCertificate.sol";
import {IPaymentListener} from "../../interfaces/IPaymentListener.sol";
import {IReceivableModule} from "../../interfaces/IReceivableModule.sol";
import {IValueAttributes} from "../../interfaces/IValueAttributes.sol";
import {IValueStandard} from "../../interfaces/IValueStandard.sol";
import {FieldsLib} from "../../libraries/FieldsLib.sol";
import {InvoiceLib} from "../../libraries/InvoiceLib.sol";
import {Terms} from "../../libraries/TermsLib.sol";
import {PayoutLib} from "../../libraries/PayoutLib.sol";
import {ReceivableBook} from "./ReceivableBook.sol";
import {Settlement} from "./Settlement.sol";

/// @title Receivables: certificates of invoices
contract ReceivableModule is Settlement, AccessManaged, BoundedPause {
    /// @dev The kind of certificate this module creates.
    uint8 private constant KIND = 1;
    uint256 private constant MOST_LINES = 32;
    uint256 private constant LONGEST_TENOR = 3650 days;
    uint256 private constant BPS = 10_000;

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
    function create(Invoice calldata invoice, uint96[] calldata lines) external whenRunning returns (uint256) {
        return _create(msg.sender, invoice, lines);
    }

    /// @inheritdoc IReceivableModule
    function createFor(
        address creditor,
        Invoice calldata invoice,
        uint96[] calldata lines
    ) external restricted whenRunning returns (uint256) {
        return _create(creditor, invoice, lines);
    }

    /// @inheritdoc IReceivableModule
    function acknowledge(uint256 id) external whenRunning {
        _acknowledge(id, msg.sender);
    }

    /// @inheritdoc IReceivableModule
    function acknowledgeBySignature(
        uint256 id,
        address signer,
        uint256 deadline,
        bytes calldata signature
    ) external whenRunning {
        if (block.timestamp > deadline) revert SignatureExpired(deadline);
        if (!SignatureChecker.isValidSignatureNow(signer, acknowledgementDigest(id, deadline), signature)) {
            revert InvalidSignature(signer);
        }
        _acknowledge(id, signer);
    }

    // Retiring asks the ledger alone, which calls nobody back.
    // slither-disable-start reentrancy-no-eth
    /// @inheritdoc IReceivableModule
    function cancel(uint256 id) external {
        Record memory record = _inState(id, State.Registered);
        _requireCreditor(id, record);
        if (_accounts[id].paid != 0) revert WrongState(id, record.state);
        _moveTo(id, State.Cancelled);
        uint256 lines = _accounts[id].lines;
        if (lines == 0) _retireAll(id, record.face);
        for (uint256 i = 1; i <= lines; ++i) {
            _retireAll(id + i, _accounts[id + i].face);
        }
    }
    // slither-disable-end reentrancy-no-eth

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
        _moveTo(id, State.Disputed);
        _setCirculation(id, record, false);
        emit DisputeRaised(id, msg.sender, reasonHash);
    }

    /// @inheritdoc IReceivableModule
    function withdrawDispute(uint256 id) external {
        Record memory record = _inState(id, State.Disputed);
        _requireDebtor(id, record, msg.sender);
        _moveTo(id, State.Acknowledged);
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
        _moveTo(id, open ? State.Acknowledged : State.Settled);
        _setCirculation(id, record, open);
    }

    /// @inheritdoc IReceivableModule
    function declareDefault(uint256 id) external {
        Record memory record = _inState(id, State.Acknowledged);
        uint256 earliest = uint256(record.dueDate) + uint256(record.graceDays) * 1 days + 1;
        if (block.timestamp < earliest) revert GraceRunning(id, earliest);
        _moveTo(id, State.Defaulted);
    }

    /// @inheritdoc IReceivableModule
    function writeOff(uint256 id) external restricted {
        _inState(id, State.Defaulted);
        _moveTo(id, State.WrittenOff);
    }

    /// @inheritdoc IReceivableModule
    function stateAttribute(uint256 id, uint8 field, uint96 amount, uint40 validUntil) external restricted {
        _state(id, field, amount, validUntil, _activeEntity(msg.sender), 0);
    }

    /// @inheritdoc IReceivableModule
    function stateVerified(
        uint256 id,
        uint8 field,
        uint96 amount,
        uint40 validUntil,
        uint48 source,
        uint8 level
    ) external restricted {
        _state(id, field, amount, validUntil, source, level);
    }

    /// @inheritdoc IReceivableModule
    function addListener(IPaymentListener listener) external restricted {
        _addListener(listener);
    }

    /// @inheritdoc IReceivableModule
    function moveProceeds(uint256 id, address from, address to) external restricted {
        _known(id);
        if (_entityOf(from) == 0 || _entityOf(from) != _activeEntity(to)) revert DifferentEntities(from, to);
        (uint256 units, uint256 pledged, ) = ledger.holdingOf(id, from);
        PayoutLib.Position storage position = _settled(id, from, address(0), units - pledged);
        uint96 amount = position.proceeds;
        if (amount == 0) revert NothingToClaim(id, from);
        position.proceeds = 0;
        _positions[id][to][address(0)].proceeds += amount;
        emit ProceedsMoved(id, from, to, amount);
    }

    function _create(address account, Invoice calldata invoice, uint96[] calldata lines) private returns (uint256 id) {
        _requireDates(invoice);
        if (invoice.face == 0) revert NoAmount();
        uint48 creditor = _activeEntity(account);
        uint48 debtor = _activeEntity(invoice.debtor);
        if (creditor == debtor) revert SelfReceivable(creditor);
        (Terms terms, uint16 splitBps, uint8 graceDays) = standard.termsFor(
            invoice.ruleId,
            invoice.currencyId,
            KIND,
            _fields(invoice, lines.length)
        );

        id = InvoiceLib.fingerprint(creditor, debtor, invoice.number, invoice.issueDay);
        _records[id] = Record(
            creditor,
            debtor,
            invoice.dueDate,
            invoice.currencyId,
            graceDays,
            State.Registered,
            invoice.face
        );
        emit Registered(
            id,
            creditor,
            debtor,
            invoice.face,
            invoice.dueDate,
            invoice.issueDay,
            invoice.currencyId,
            invoice.ruleId,
            uint8(lines.length),
            invoice.number
        );
        if (lines.length == 0) {
            ledger.create(id, account, invoice.face, _fitted(terms, splitBps, invoice.face), invoice.documentHash);
        } else {
            _createLines(id, account, invoice, lines, terms, splitBps);
        }
    }

    function _acknowledge(uint256 id, address signer) private {
        Record memory record = _inState(id, State.Registered);
        _requireDebtor(id, record, signer);
        _moveTo(id, State.Acknowledged);
        emit Acknowledged(id, signer);
        _setCirculation(id, record, true);
    }

    function _state(uint256 id, uint8 field, uint96 amount, uint40 validUntil, uint48 source, uint8 level) private {
        _known(id);
        ledger.stateAttribute(
            id,
            field,
            IValueAttributes.Attribute(amount, source, uint40(block.timestamp), validUntil, level)
        );
    }

    function _createLines(
        uint256 root,
        address account,
        Invoice calldata invoice,
        uint96[] calldata lines,
        Terms terms,
        uint16 splitBps
    ) private {
        if (lines.length > MOST_LINES) revert TooManyLines(lines.length, MOST_LINES);
        _accounts[root].lines = uint8(lines.length);
        uint256 sum = 0;
        for (uint256 i = 0; i < lines.length; ++i) {
            if (lines[i] == 0) revert NoAmount();
            sum += lines[i];
            _accounts[root + i + 1].face = lines[i];
        }
        if (sum != invoice.face) revert LinesDoNotAddUp(sum, invoice.face);
        // The creditor may be a contract that is called when it receives: all is known by then.
        ledger.create(root, account, 0, _fitted(terms, splitBps, invoice.face), invoice.documentHash);
        for (uint256 i = 0; i < lines.length; ++i) {
            ledger.create(root + i + 1, account, lines[i], _fitted(terms, splitBps, lines[i]), 0);
        }
    }

    /// @dev Takes `amount` off the face while the caller holds all of it, so that no other holder's share is touched.
    function _reduce(uint256 id, Record memory record, uint96 amount) private {
        uint256 root = _rootOf(id);
        uint96 face = _faceOf(id, record);
        Account storage account = _accounts[id];
        (uint256 units, uint256 pledged, ) = ledger.holdingOf(id, msg.sender);
        if (units != face || pledged != 0 || account.moved) revert HeldByOthers(id);
        _settled(id, msg.sender, address(0), units);

        uint96 left = face - amount;
        if (id != root) account.face = left;
        record.face -= amount;
        _records[root].face = record.face;
        if (_owed(root, record) == 0) _moveTo(root, record.face == 0 ? State.Cancelled : State.Settled);
        if (left != 0 && left < ledger.termsOf(id).minimum()) ledger.lowerMinimum(id, left);
        ledger.retire(id, msg.sender, amount);
        if (_owed(id, record) == 0) _setFlags(id, record, false);
    }

    function _retireAll(uint256 id, uint96 face) private {
        (uint256 units, , ) = ledger.holdingOf(id, msg.sender);
        if (units != face) revert HeldByOthers(id);
        _accounts[id].retired = face;
        ledger.retire(id, msg.sender, face);
    }

    /// @dev The root's record, which must be in `state` (Acknowledged stands for Overdue, too).
    function _inState(uint256 id, State state) private view returns (Record memory record) {
        record = _known(id);
        if (id != _rootOf(id)) revert UseTheRoot(_rootOf(id));
        if (record.state != state) revert WrongState(id, _stateNow(record));
    }

    function _entityOf(address account) private view returns (uint48) {
        return ledger.partyOf(account).entity();
    }

    function _requireDates(Invoice calldata invoice) private view {
        uint256 today = block.timestamp / 1 days;
        // An invoice may be issued today in a time zone that is ahead of UTC.
        if (invoice.issueDay > today + 1) revert IssueDayInFuture(invoice.issueDay, today);
        uint256 issued = uint256(invoice.issueDay) * 1 days;
        uint256 earliest = issued > block.timestamp ? issued : block.timestamp;
        uint256 latest = block.timestamp + LONGEST_TENOR;
        if (invoice.dueDate < earliest || invoice.dueDate > latest) {
            revert DueDateOutOfRange(invoice.dueDate, earliest, latest);
        }
    }

    function _fields(Invoice calldata invoice, uint256 lines) private pure returns (uint256 present) {
        present =
            (1 << FieldsLib.CREDITOR) |
            (1 << FieldsLib.DEBTOR) |
            (1 << FieldsLib.DUE_DATE) |
            (1 << FieldsLib.FACE) |
            (1 << FieldsLib.CURRENCY);
        if (invoice.documentHash != 0) present |= 1 << FieldsLib.DOCUMENT;
        if (lines != 0) present |= 1 << FieldsLib.ORDER_LINES;
    }

    /// @dev The least position: the rules' minimum or their least part of the face, but never more than the face. What is
    /// smaller than the minimum circulates as a whole.
    function _fitted(Terms terms, uint256 splitBps, uint256 face) private pure returns (Terms) {
        uint256 minimum = terms.minimum();
        uint256 part = Math.ceilDiv(face * splitBps, BPS);
        if (part > minimum) minimum = part;
        if (minimum > face) minimum = face;
        return terms.withMinimum(uint96(minimum));
    }
}
