// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IDirectedGoods} from "../interfaces/IDirectedGoods.sol";
import {Party} from "../libraries/PartyLib.sol";
import {Terms, TermsLib} from "../libraries/TermsLib.sol";
import {PermissionedToken} from "./PermissionedToken.sol";

/// @title Lines and batches of goods: what was issued, and to whom
/// @dev An item that never moved has no slot of its own: it is its batch's.
abstract contract GoodsRegister is IDirectedGoods, PermissionedToken {
    struct Batch {
        address owner;
        uint16 count;
    }

    uint256 private constant MOST = 4096;
    uint256 private constant PLACE_BITS = 12;
    uint256 private constant LINE_BITS = 48;

    mapping(uint32 line => Line) internal _lines;
    mapping(uint256 id => Item) internal _items;
    mapping(uint256 batchId => Batch) private _batches;
    mapping(uint32 line => uint256) private _batchCounts;
    mapping(uint32 line => bytes32) private _conditions;
    mapping(uint32 line => bytes32) private _documents;
    uint32 private _lineCount;

    modifier onlyModuleOf(uint32 line) {
        _requireModule(_known(line).dealers.kind());
        _;
    }

    /// @inheritdoc IDirectedGoods
    function createLine(Line calldata terms, bytes32 conditions, bytes32 document) external returns (uint32 line) {
        uint8 kind = _callersKind();
        line = ++_lineCount;
        Line memory made = terms;
        made.dealers = terms.dealers.withKind(kind).withFlags(terms.dealers.flags() | TermsLib.CIRCULATES);
        _lines[line] = made;
        _conditions[line] = conditions;
        _documents[line] = document;
        emit LineCreated(line, terms.issuer, made, conditions, document);
        _charge(terms.issuer);
    }

    /// @inheritdoc IDirectedGoods
    function haltLine(uint32 line, bool halted) external onlyModuleOf(line) {
        Terms dealers = _lines[line].dealers;
        uint8 flags = dealers.flags() & ~TermsLib.CIRCULATES;
        _lines[line].dealers = dealers.withFlags(halted ? flags : flags | TermsLib.CIRCULATES);
        emit LineHalted(line, halted);
    }

    /// @inheritdoc IDirectedGoods
    function issue(uint32 line, address to, uint256 count) external onlyModuleOf(line) returns (uint256 first) {
        if (count == 0 || count > MOST) revert BatchOutOfRange(count, MOST);
        Party party = partyOf(to);
        if (!party.isActive()) revert ERC7943CannotReceive(to);
        if (!_deals(_lines[line], party)) revert OutsideScope(uint256(line) << LINE_BITS, to);
        first = _nextBatch(line);
        _batches[first >> PLACE_BITS] = Batch(to, uint16(count));
        // At most 4,096, and a balance has 256 bits.
        _increaseBalance(to, uint128(count));
        emit Issued(line, first, to, count);
        for (uint256 id = first; id < first + count; ++id) {
            emit Transfer(address(0), to, id);
        }
    }

    /// @inheritdoc IDirectedGoods
    function issueTo(uint32 line, address to) external onlyModuleOf(line) returns (uint256 id) {
        Line storage terms = _lines[line];
        Party party = partyOf(to);
        if (!party.isActive()) revert ERC7943CannotReceive(to);
        bool dealer = _deals(terms, party);
        id = _nextBatch(line);
        if (!dealer && !_buys(terms, party)) revert OutsideScope(id, to);
        _batches[id >> PLACE_BITS] = Batch(to, 1);
        _increaseBalance(to, 1);
        emit Issued(line, id, to, 1);
        emit Transfer(address(0), to, id);
        if (!dealer) _sold(id, to);
    }

    /// @inheritdoc IDirectedGoods
    function retire(uint256 id) external onlyModuleOf(_lineOf(id)) {
        if (_items[id].frozen) revert ERC7943InsufficientUnfrozenBalance(_requireOwned(id), id);
        _burn(id);
        _items[id].retired = true;
    }

    /// @inheritdoc IDirectedGoods
    function lineOf(uint32 line) external view returns (Line memory) {
        return _known(line);
    }

    /// @inheritdoc IDirectedGoods
    function conditionsOf(uint32 line) external view returns (bytes32) {
        return _conditions[line];
    }

    /// @inheritdoc IDirectedGoods
    function documentHash(uint32 line) external view returns (bytes32) {
        return _documents[line];
    }

    /// @inheritdoc IDirectedGoods
    function itemOf(uint256 id) external view returns (Item memory) {
        return _items[id];
    }

    /// @inheritdoc IDirectedGoods
    function isDealer(uint32 line, address account) external view returns (bool) {
        Party party = partyOf(account);
        return party.isActive() && _deals(_known(line), party);
    }

    /// @inheritdoc IDirectedGoods
    function isCustomer(uint32 line, address account) external view returns (bool) {
        Party party = partyOf(account);
        return party.isActive() && _buys(_known(line), party);
    }

    /// @dev The owner's own slot where the item has moved, its batch's where it has not.
    function _ownerOf(uint256 id) internal view override returns (address owner) {
        owner = super._ownerOf(id);
        if (owner != address(0)) return owner;
        Batch memory batch = _batches[id >> PLACE_BITS];
        if (id & (MOST - 1) >= batch.count || _items[id].retired) return address(0);
        return batch.owner;
    }

    function _termsOf(uint256 id) internal view override returns (Terms) {
        return _lines[_lineOf(id)].dealers;
    }

    /// @dev Force gives items to dealers and customers only.
    function _requireAdmitted(uint256 id, address account) internal view override {
        Line storage terms = _lines[_lineOf(id)];
        Party party = partyOf(account);
        if (!party.isActive()) revert ERC7943CannotReceive(account);
        if (!_deals(terms, party) && !_buys(terms, party)) revert OutsideScope(id, account);
    }

    function _isFrozen(uint256 id) internal view override returns (bool) {
        return _items[id].frozen;
    }

    function _setFrozen(uint256 id, bool frozen) internal override {
        _items[id].frozen = frozen;
    }

    function _isWithheld(uint256 id) internal view override returns (bool) {
        return _items[id].withheld;
    }

    function _markWithheld(uint256 id) internal override {
        _items[id].withheld = true;
    }

    function _isPledged(uint256) internal pure override returns (bool) {
        return false;
    }

    function _sold(uint256 id, address customer) internal {
        _items[id].soldAt = uint40(block.timestamp);
        emit FirstSold(id, customer);
    }

    function _known(uint32 line) internal view returns (Line storage terms) {
        terms = _lines[line];
        if (!terms.dealers.exists()) revert UnknownLine(line);
    }

    /// @dev Whether an active party may hold items of the line to sell them on.
    function _deals(Line storage terms, Party party) internal view returns (bool) {
        return terms.dealers.admits(party) || party.entity() == terms.issuer;
    }

    /// @dev Whether an active party may hold items of the line as a customer.
    function _buys(Line storage terms, Party party) internal view returns (bool) {
        if (!terms.consumers) return false;
        uint64 needed = terms.customers;
        return needed == 0 || needed & party.qualifications() != 0;
    }

    function _lineOf(uint256 id) internal pure returns (uint32) {
        return uint32(id >> LINE_BITS);
    }

    function _nextBatch(uint32 line) private returns (uint256) {
        return (uint256(line) << LINE_BITS) | (_batchCounts[line]++ << PLACE_BITS);
    }
}
