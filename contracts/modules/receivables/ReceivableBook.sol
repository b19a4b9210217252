// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAssetCertificate} from "../../interfaces/IAssetCertificate.sol";
import {IReceivableModule} from "../../interfaces/IReceivableModule.sol";
import {IValueStandard} from "../../interfaces/IValueStandard.sol";
import {InvoiceLib} from "../../libraries/InvoiceLib.sol";
import {Party} from "../../libraries/PartyLib.sol";
import {PayoutLib} from "../../libraries/PayoutLib.sol";
import {TermsLib} from "../../libraries/TermsLib.sol";

/// @title What is known of each receivable, and how it changes state
abstract contract ReceivableBook is IReceivableModule, EIP712 {
    /// @dev One slot, by root. `face`: of the root, all lines together. `state` is never Overdue: that is read off the clock.
    /// Parties and rules are numbered one by one: to come to 2^40 parties takes a century of full blocks, and to 2^24 rules as
    /// many decisions of governance. `_requireDates` refuses what comes due after 2^32.
    struct Record {
        uint40 creditor;
        uint40 debtor;
        uint32 dueDate;
        uint24 ruleId;
        uint8 currencyId;
        uint8 graceDays;
        State state;
        uint96 face;
    }

    /// @dev By id. Slot 1: `face` (lines only), `paid`, `lines` (roots only), `moved`: units moved after a payment,
    /// `watchers`: bit set of listeners.
    /// Slot 2: `conceded`, `credited`: whole units credited to positions. Slot 3: `retired` once closed.
    /// For a root with lines, `paid` and `conceded` are the sums over its lines.
    struct Account {
        uint96 face;
        uint96 paid;
        uint8 lines;
        bool moved;
        uint8 watchers;
        uint96 conceded;
        uint96 credited;
        uint96 retired;
    }

    bytes32 private constant ACKNOWLEDGEMENT_TYPEHASH = keccak256(
        "Acknowledgement(uint256 id,bytes32 documentHash,uint256 face,uint256 dueDate,uint256 currencyId,uint256 ruleId,uint256[] lines,uint256 creditor,uint256 debtor,uint256 deadline)"
    );

    /// @inheritdoc IReceivableModule
    IAssetCertificate public immutable ledger;
    /// @inheritdoc IReceivableModule
    IValueStandard public immutable standard;

    mapping(uint256 root => uint256 word) private _records;
    mapping(uint256 id => Account) internal _accounts;
    mapping(uint256 id => mapping(address holder => mapping(address lienholder => PayoutLib.Position)))
        internal _positions;

    constructor(IAssetCertificate ledger_, IValueStandard standard_) EIP712("Caldera Receivables", "1") {
        ledger = ledger_;
        standard = standard_;
    }

    /// @inheritdoc IReceivableModule
    function receivable(uint256 id) external view returns (Receivable memory) {
        Record memory record = _known(id);
        Account storage account = _accounts[id];
        return
            Receivable(
                record.creditor,
                record.debtor,
                record.dueDate,
                record.currencyId,
                record.graceDays,
                _stateNow(record),
                _faceOf(id, record),
                account.paid,
                account.conceded,
                account.lines
            );
    }

    /// @inheritdoc IReceivableModule
    function stateOf(uint256 id) external view returns (State) {
        return _stateNow(_recordOf(_rootOf(id)));
    }

    /// @inheritdoc IReceivableModule
    function ruleOf(uint256 id) external view returns (uint32) {
        return _known(id).ruleId;
    }

    /// @inheritdoc IReceivableModule
    function owedOn(uint256 id) external view returns (uint256) {
        return _owed(id, _known(id));
    }

    /// @inheritdoc IReceivableModule
    function fingerprintOf(
        uint48 creditor,
        uint48 debtor,
        string calldata number,
        uint32 issueDay
    ) external pure returns (uint256) {
        return InvoiceLib.fingerprint(creditor, debtor, number, issueDay);
    }

    /// @inheritdoc IReceivableModule
    function acknowledgementDigest(uint256 id, uint256 deadline) public view returns (bytes32) {
        Record memory record = _known(id);
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        ACKNOWLEDGEMENT_TYPEHASH,
                        id,
                        ledger.documentHash(id),
                        record.face,
                        record.dueDate,
                        record.currencyId,
                        record.ruleId,
                        _linesHash(id),
                        record.creditor,
                        record.debtor,
                        deadline
                    )
                )
            );
    }

    /// @param record of the root, as it stands before; it is in `next` afterwards
    function _moveTo(uint256 root, Record memory record, State next) internal {
        emit StateChanged(root, _stateNow(record), next, msg.sender);
        record.state = next;
        _keep(root, record);
    }

    /// @dev Lets every id of the root circulate, or halts it; an id that is paid in full stays halted.
    function _setCirculation(uint256 root, Record memory record, bool open) internal {
        uint256 lines = _accounts[root].lines;
        if (lines == 0) _setFlags(root, record, open);
        for (uint256 i = 1; i <= lines; ++i) {
            _setFlags(root + i, record, open);
        }
    }

    function _setFlags(uint256 id, Record memory record, bool open) internal {
        uint8 flags = _accounts[id].paid == 0 ? 0 : TermsLib.HOOKED;
        if (open && _owed(id, record) != 0) flags |= TermsLib.CIRCULATES;
        ledger.setFlags(id, flags);
    }

    /// @dev The root's record, which must be in `state` (Acknowledged stands for Overdue, too).
    function _inState(uint256 id, State state) internal view returns (Record memory record) {
        record = _known(id);
        if (id != _rootOf(id)) revert UseTheRoot(_rootOf(id));
        if (record.state != state) revert WrongState(id, _stateNow(record));
    }

    function _known(uint256 id) internal view returns (Record memory record) {
        uint256 root = _rootOf(id);
        record = _recordOf(root);
        if (record.state == State.None || (id != root && id - root > _accounts[root].lines)) {
            revert UnknownReceivable(id);
        }
    }

    /// @dev Read whole and written whole, from the lowest bit on: the compiler would write each field on its own.
    function _recordOf(uint256 root) internal view returns (Record memory record) {
        uint256 word = _records[root];
        (record.creditor, record.debtor, record.dueDate) = (uint40(word), uint40(word >> 40), uint32(word >> 80));
        (record.ruleId, record.currencyId) = (uint24(word >> 112), uint8(word >> 136));
        (record.graceDays, record.state) = (uint8(word >> 144), State(uint8(word >> 152)));
        record.face = uint96(word >> 160);
    }

    function _keep(uint256 root, Record memory record) internal {
        uint256 word = uint256(record.creditor) | (uint256(record.debtor) << 40) | (uint256(record.dueDate) << 80);
        word |= (uint256(record.ruleId) << 112) | (uint256(record.currencyId) << 136);
        word |= (uint256(record.graceDays) << 144) | (uint256(record.state) << 152) | (uint256(record.face) << 160);
        _records[root] = word;
    }

    function _stateNow(Record memory record) internal view returns (State) {
        bool late = record.state == State.Acknowledged && block.timestamp > record.dueDate;
        return late ? State.Overdue : record.state;
    }

    function _faceOf(uint256 id, Record memory record) internal view returns (uint96) {
        return id == _rootOf(id) ? record.face : _accounts[id].face;
    }

    function _owed(uint256 id, Record memory record) internal view returns (uint256) {
        if (record.state == State.Cancelled) return 0;
        Account storage account = _accounts[id];
        return _faceOf(id, record) - account.conceded - account.paid;
    }

    /// @dev Bad debts may be owed for ever; nothing more is expected on closed ones.
    function _isClosed(uint256 id, Record memory record) internal view returns (bool) {
        return _owed(id, record) == 0;
    }

    /// @dev As EIP-712 hashes an array: the amounts of the order lines one after the other.
    function _linesHash(uint256 root) private view returns (bytes32) {
        uint256[] memory faces = new uint256[](_accounts[root].lines);
        for (uint256 i = 0; i < faces.length; ++i) {
            faces[i] = _accounts[root + i + 1].face;
        }
        return keccak256(abi.encodePacked(faces));
    }

    function _requireNoLines(uint256 id) internal view {
        uint256 lines = _accounts[id].lines;
        if (lines != 0) revert UseTheLines(id, lines);
    }

    function _requireCreditor(uint256 id, Record memory record) internal view {
        if (_activeEntity(msg.sender) != record.creditor) revert NotTheCreditor(id, msg.sender);
    }

    function _requireDebtor(uint256 id, Record memory record, address signer) internal view {
        if (_activeEntity(signer) != record.debtor) revert NotTheDebtor(id, signer);
    }

    function _activeEntity(address account) internal view returns (uint48) {
        Party party = ledger.partyOf(account);
        if (!party.isActive()) revert NotActive(account);
        return party.entity();
    }

    function _rootOf(uint256 id) internal pure returns (uint256) {
        return id & ~uint256(0xffff);
    }
}
