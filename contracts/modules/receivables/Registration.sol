// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BoundedPause} from "../../access/BoundedPause.sol";
import {IReceivableModule} from "../../interfaces/IReceivableModule.sol";
import {FieldsLib} from "../../libraries/FieldsLib.sol";
import {InvoiceLib} from "../../libraries/InvoiceLib.sol";
import {Terms} from "../../libraries/TermsLib.sol";
import {ReceivableBook} from "./ReceivableBook.sol";

/// @title How an invoice becomes a certificate: registered by its creditor, acknowledged by its debtor, or withdrawn before
abstract contract Registration is ReceivableBook, BoundedPause {
    /// @dev The kind of certificate this module creates.
    uint8 private constant KIND = 1;
    uint256 private constant MOST_LINES = 32;
    uint256 private constant LONGEST_TENOR = 3650 days;
    uint256 private constant BPS = 10_000;

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
        _moveTo(id, record, State.Cancelled);
        uint256 lines = _accounts[id].lines;
        if (lines == 0) _retireAll(id, record.face);
        for (uint256 i = 1; i <= lines; ++i) {
            _retireAll(id + i, _accounts[id + i].face);
        }
    }
    // slither-disable-end reentrancy-no-eth

    function _create(address account, Invoice calldata invoice, uint96[] calldata lines) private returns (uint256 id) {
        _requireDates(invoice.dueDate, invoice.issueDay);
        // slither-disable-next-line uninitialized-local
        Record memory record; // each of its fields is set below
        record.face = invoice.face;
        if (record.face == 0) revert NoAmount();
        uint48 creditor = _activeEntity(account);
        uint48 debtor = _activeEntity(invoice.debtor);
        if (creditor == debtor) revert SelfReceivable(creditor);
        Terms terms;
        uint16 splitBps;
        (terms, splitBps, record.graceDays) = standard.termsFor(
            invoice.ruleId,
            invoice.currencyId,
            KIND,
            _fields(invoice, lines.length)
        );

        id = InvoiceLib.fingerprint(creditor, debtor, invoice.number, invoice.issueDay);
        (record.creditor, record.debtor) = (uint40(creditor), uint40(debtor));
        (record.dueDate, record.ruleId) = (uint32(invoice.dueDate), uint24(invoice.ruleId));
        (record.currencyId, record.state) = (invoice.currencyId, State.Registered);
        _keep(id, record);
        emit Registered(
            id,
            creditor,
            debtor,
            record.face,
            record.dueDate,
            invoice.issueDay,
            record.currencyId,
            record.ruleId,
            uint8(lines.length),
            invoice.number
        );
        if (lines.length == 0) {
            ledger.create(id, account, record.face, _fitted(terms, splitBps, record.face), invoice.documentHash);
        } else {
            _createLines(id, account, invoice, lines, terms, splitBps);
        }
    }

    function _acknowledge(uint256 id, address signer) private {
        Record memory record = _inState(id, State.Registered);
        _requireDebtor(id, record, signer);
        _moveTo(id, record, State.Acknowledged);
        emit Acknowledged(id, signer);
        _setCirculation(id, record, true);
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

    function _retireAll(uint256 id, uint96 face) private {
        (uint256 units, , ) = ledger.holdingOf(id, msg.sender);
        if (units != face) revert HeldByOthers(id);
        _accounts[id].retired = face;
        ledger.retire(id, msg.sender, face);
    }

    function _requireDates(uint256 dueDate, uint256 issueDay) private view {
        uint256 today = block.timestamp / 1 days;
        // An invoice may be issued today in a time zone that is ahead of UTC.
        if (issueDay > today + 1) revert IssueDayInFuture(issueDay, today);
        uint256 issued = issueDay * 1 days;
        uint256 earliest = issued > block.timestamp ? issued : block.timestamp;
        uint256 latest = Math.min(block.timestamp + LONGEST_TENOR, type(uint32).max);
        if (dueDate < earliest || dueDate > latest) {
            revert DueDateOutOfRange(dueDate, earliest, latest);
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
