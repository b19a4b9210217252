// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IBoundRights} from "../../interfaces/IBoundRights.sol";
import {IDirectedGoods} from "../../interfaces/IDirectedGoods.sol";
import {IERC7943NonFungible} from "../../interfaces/IERC7943NonFungible.sol";
import {IParticipantRegistry} from "../../interfaces/IParticipantRegistry.sol";
import {IValueStandard} from "../../interfaces/IValueStandard.sol";
import {FieldsLib} from "../../libraries/FieldsLib.sol";
import {Party} from "../../libraries/PartyLib.sol";
import {Terms} from "../../libraries/TermsLib.sol";

/// @title The rights of lines, who may serve them, which items bear which serial number
abstract contract RightBook is IBoundRights {
    struct Definition {
        Right terms;
        Terms scope;
    }

    struct Serial {
        bytes32 serial;
        uint40 activatedAt;
    }

    /// @dev The kind of a right's type in the value standard.
    uint8 private constant KIND = 6;
    uint256 private constant MOST = 32;
    uint256 internal constant NO_END = type(uint40).max;

    IDirectedGoods public immutable goods;
    IValueStandard public immutable standard;

    mapping(uint32 line => Definition[]) private _rights;
    mapping(uint32 line => mapping(uint8 right => mapping(uint48 centre => bool))) private _centres;
    mapping(uint32 line => mapping(bytes32 root => bool)) private _roots;
    mapping(uint256 item => Serial) private _serials;
    mapping(uint32 line => mapping(bytes32 serial => uint256)) private _items;
    mapping(uint256 item => mapping(uint8 right => uint16)) internal _uses;

    constructor(IDirectedGoods goods_, IValueStandard standard_) {
        goods = goods_;
        standard = standard_;
    }

    /// @inheritdoc IBoundRights
    function authoriseCentre(uint32 line, uint8 right, uint48 centre, bool authorised) external {
        _requireBrand(line);
        if (right >= _rights[line].length) revert NoSuchRight(line, right);
        if (IParticipantRegistry(goods.registry()).legalIdOf(centre) == 0) revert UnknownEntity(centre);
        _centres[line][right][centre] = authorised;
        emit CentreAuthorised(line, right, centre, authorised);
    }

    /// @inheritdoc IBoundRights
    function publishSerials(uint32 line, bytes32 root) external {
        _requireBrand(line);
        if (root == 0 || _roots[line][root]) revert InvalidSerials(root);
        _roots[line][root] = true;
        emit SerialsPublished(line, root);
    }

    /// @inheritdoc IBoundRights
    function activate(uint256 item, bytes32 serial, bytes32 root, bytes32[] calldata proof) external {
        if (_holderOf(item) != msg.sender) revert NotTheItemsHolder(item, msg.sender);
        _requireUsable(item, msg.sender);
        uint32 line = _lineOf(item);
        if (goods.itemOf(item).soldAt == 0) revert NotSold(item);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(serial, item))));
        if (!_roots[line][root] || !MerkleProof.verifyCalldata(proof, root, leaf)) {
            revert SerialNotGenuine(item, serial);
        }
        if (_serials[item].activatedAt != 0) revert AlreadyActivated(item);
        if (_items[line][serial] != 0) revert SerialTaken(serial, _items[line][serial]);
        _items[line][serial] = item;
        _serials[item] = Serial(serial, uint40(block.timestamp));
        emit Activated(item, serial, msg.sender);
    }

    /// @inheritdoc IBoundRights
    function refusalOf(uint256 item, uint8 right, address centre) external view returns (Refusal) {
        return _refusal(item, right, _holderOf(item), centre);
    }

    /// @inheritdoc IBoundRights
    function stateOf(uint256 item, uint8 right) external view returns (uint256 start, uint256 end, uint16 used) {
        if (right >= _rights[_lineOf(item)].length) revert UnknownRight(item, right);
        (start, end) = _spanOf(_rights[_lineOf(item)][right].terms, item, goods.itemOf(item).soldAt);
        used = _uses[item][right];
    }

    /// @inheritdoc IBoundRights
    function rightOf(uint32 line, uint8 right) external view returns (Right memory, Terms) {
        if (right >= _rights[line].length) revert NoSuchRight(line, right);
        return (_rights[line][right].terms, _rights[line][right].scope);
    }

    /// @inheritdoc IBoundRights
    function rightCount(uint32 line) external view returns (uint256) {
        return _rights[line].length;
    }

    /// @inheritdoc IBoundRights
    function isAuthorised(uint32 line, uint8 right, uint48 centre) external view returns (bool) {
        return right < _rights[line].length && centre != 0 && _isAuthorised(line, right, centre);
    }

    /// @inheritdoc IBoundRights
    function serialOf(uint256 item) external view returns (bytes32, uint40) {
        return (_serials[item].serial, _serials[item].activatedAt);
    }

    /// @inheritdoc IBoundRights
    function itemOfSerial(uint32 line, bytes32 serial) external view returns (uint256) {
        return _items[line][serial];
    }

    function _define(uint32 line, Right calldata terms) internal returns (uint8 right) {
        _requireBrand(line);
        uint256 count = _rights[line].length;
        if (count == MOST) revert TooManyRights(line, MOST);
        bool dated = terms.condition == Condition.Date;
        if (
            terms.text == 0 ||
            (terms.points != 0 && terms.uses == 0) ||
            (dated && terms.duration != 0 && uint256(terms.startsAt) + terms.duration <= block.timestamp) ||
            dated != (terms.startsAt != 0) ||
            (terms.until != 0 && (terms.until <= block.timestamp || terms.until < terms.startsAt))
        ) revert RightOutOfRange();
        uint256 present = (1 << FieldsLib.RIGHT_CONDITIONS) | (1 << FieldsLib.DOCUMENT);
        if (goods.lineOf(line).afterSales != 0) present |= 1 << FieldsLib.AFTER_SALES;
        if (terms.duration != 0 || terms.until != 0) present |= 1 << FieldsLib.DUE_DATE;
        (Terms scope, , ) = standard.termsFor(terms.ruleId, 0, KIND, present);
        _rights[line].push(Definition(terms, scope));
        right = uint8(count);
        emit RightDefined(line, right, terms, scope);
    }

    /// @dev The one place where the rules of a use stand; the use and its view twin both ask here.
    function _refusal(uint256 item, uint8 right, address holder, address centre) internal view returns (Refusal) {
        uint32 line = _lineOf(item);
        if (right >= _rights[line].length) return Refusal.UnknownRight;
        Definition storage definition = _rights[line][right];
        if (!goods.partyOf(holder).isActive()) return Refusal.HolderNotActive;
        IDirectedGoods.Item memory past = goods.itemOf(item);
        if (past.frozen) return Refusal.ItemFrozen;
        (uint256 start, uint256 end) = _spanOf(definition.terms, item, past.soldAt);
        if (start == 0 || block.timestamp < start) return Refusal.NotInEffect;
        if (block.timestamp > end) return Refusal.Expired;
        Resale resale = definition.terms.resale;
        if (resale != Resale.Travels && past.handovers > (resale == Resale.Lapses ? 0 : 1)) return Refusal.Lapsed;
        uint16 uses = definition.terms.uses;
        // Without a limit it is counted as well, up to what 16 bits hold.
        if (_uses[item][right] == (uses == 0 ? type(uint16).max : uses)) return Refusal.UsedUp;
        if (definition.terms.alone) {
            return centre == address(0) ? Refusal.None : Refusal.CentreNotAuthorised;
        }
        Party party = goods.partyOf(centre);
        bool serves = party.isActive() && definition.scope.admits(party) && _isAuthorised(line, right, party.entity());
        return serves ? Refusal.None : Refusal.CentreNotAuthorised;
    }

    /// @dev Reverts with the error that belongs to `refusal`.
    function _refuse(Refusal refusal, uint256 item, uint8 right, address holder, address centre) internal view {
        if (refusal == Refusal.UnknownRight) revert UnknownRight(item, right);
        if (refusal == Refusal.HolderNotActive) revert NotActive(holder);
        if (refusal == Refusal.ItemFrozen) revert ItemFrozen(item);
        Right storage terms = _rights[_lineOf(item)][right].terms;
        (, uint256 end) = _spanOf(terms, item, goods.itemOf(item).soldAt);
        if (refusal == Refusal.NotInEffect) revert RightNotInEffect(item, right, terms.startsAt);
        if (refusal == Refusal.Expired) revert RightExpired(item, right, end);
        if (refusal == Refusal.Lapsed) revert LapsedOnResale(item, right, goods.itemOf(item).handovers);
        if (refusal == Refusal.UsedUp) revert RightUsedUp(item, right, _uses[item][right]);
        revert CentreNotAuthorised(item, right, centre);
    }

    function _pointsOf(uint256 item, uint8 right) internal view returns (uint32) {
        return _rights[_lineOf(item)][right].terms.points;
    }

    function _requireBrand(uint32 line) internal view {
        Party party = goods.partyOf(msg.sender);
        if (!party.isActive()) revert NotActive(msg.sender);
        if (party.entity() != goods.lineOf(line).issuer) revert NotTheBrand(line, msg.sender);
    }

    function _holderOf(uint256 item) internal view returns (address) {
        return IERC721(address(goods)).ownerOf(item);
    }

    function _lineOf(uint256 item) internal pure returns (uint32) {
        return uint32(item >> 48);
    }

    function _requireUsable(uint256 item, address holder) private view {
        if (!goods.partyOf(holder).isActive()) revert NotActive(holder);
        if (IERC7943NonFungible(address(goods)).getFrozenTokens(holder, item)) revert ItemFrozen(item);
    }

    function _isAuthorised(uint32 line, uint8 right, uint48 centre) private view returns (bool) {
        return _centres[line][right][centre] || centre == goods.lineOf(line).afterSales;
    }

    /// @dev First and last second; 0 as the first where the condition is not met.
    function _spanOf(
        Right storage terms,
        uint256 item,
        uint40 soldAt
    ) private view returns (uint256 start, uint256 end) {
        Condition condition = terms.condition;
        if (condition == Condition.Date) start = terms.startsAt;
        else start = condition == Condition.FirstSale ? soldAt : _serials[item].activatedAt;
        (uint256 duration, uint256 until) = (terms.duration, terms.until);
        end = until == 0 ? NO_END : until;
        if (start != 0 && duration != 0 && start + duration - 1 < end) end = start + duration - 1;
    }
}
