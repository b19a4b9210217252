// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC1155MetadataURI} from "@openzeppelin/contracts/token/ERC1155/extensions/IERC1155MetadataURI.sol";
import {ERC1155Utils} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Utils.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IAssetCertificate} from "../interfaces/IAssetCertificate.sol";
import {IAssetModule} from "../interfaces/IAssetModule.sol";
import {IERC7943MultiToken} from "../interfaces/IERC7943MultiToken.sol";
import {ILiens} from "../interfaces/ILiens.sol";
import {IValueAttributes} from "../interfaces/IValueAttributes.sol";
import {Holding} from "../libraries/HoldingLib.sol";
import {Terms, TermsLib} from "../libraries/TermsLib.sol";
import {Enforcement} from "./Enforcement.sol";
import {ParticipantMirror} from "./ParticipantMirror.sol";
import {SignedApprovals} from "./SignedApprovals.sol";

/// @title The ledger of splittable certificates
/// @notice ERC-1155 with policy, minimum unit and liens checked in every movement. A batch is carried out entry by entry,
/// in order: an id that is repeated is checked against what its earlier entries left.
contract AssetCertificate is Enforcement, SignedApprovals, IERC1155MetadataURI {
    mapping(uint256 root => bytes32) private _documents;
    mapping(uint256 id => mapping(uint8 field => Attribute)) private _attributes;
    string private _uri;

    /// @param access the suite's AccessManager
    /// @param registry_ the ParticipantRegistry that writes the parties' words
    /// @param uri_ metadata URI with `{id}` as in ERC-1155
    constructor(
        address access,
        address registry_,
        string memory uri_
    ) AccessManaged(access) ParticipantMirror(registry_) EIP712("Caldera Certificates", "1") {
        _setUri(uri_);
    }

    modifier onlyModuleOf(uint256 id) {
        _requireModule(_existing(id).kind());
        _;
    }

    /// @inheritdoc IERC1155
    function safeTransferFrom(address from, address to, uint256 id, uint256 units, bytes calldata data) external {
        _requireHolderOrApproved(from);
        if (to == address(0)) revert ERC1155InvalidReceiver(to);
        _transfer(from, to, id, units);
        emit TransferSingle(msg.sender, from, to, id, units);
        if (to.code.length != 0) ERC1155Utils.checkOnERC1155Received(msg.sender, from, to, id, units, data);
    }

    /// @inheritdoc IERC1155
    function safeBatchTransferFrom(
        address from,
        address to,
        uint256[] calldata ids,
        uint256[] calldata units,
        bytes calldata data
    ) external {
        _requireHolderOrApproved(from);
        if (to == address(0)) revert ERC1155InvalidReceiver(to);
        if (ids.length != units.length) revert ERC1155InvalidArrayLength(ids.length, units.length);
        for (uint256 i = 0; i < ids.length; ++i) {
            _transfer(from, to, ids[i], units[i]);
        }
        emit TransferBatch(msg.sender, from, to, ids, units);
        if (to.code.length != 0) ERC1155Utils.checkOnERC1155BatchReceived(msg.sender, from, to, ids, units, data);
    }

    /// @inheritdoc IERC1155
    function setApprovalForAll(address operator, bool approved) external {
        _approve(msg.sender, operator, approved);
    }

    /// @inheritdoc IAssetCertificate
    function create(uint256 id, address to, uint256 units, Terms terms, bytes32 document) external {
        uint8 kind = _callersKind();
        if (_terms[id].exists()) revert AssetExists(id);
        terms = terms.withKind(kind);
        _requireAdmitted(id, terms, to);
        _requirePosition(id, to, units, terms.minimum());
        _terms[id] = terms;
        if (document != 0) _documents[_rootOf(id)] = document;
        emit AssetCreated(id, kind, to, units, terms, document);
        if (id == _rootOf(id)) _charge(partyOf(to).entity());
        if (units == 0) return;
        _holdings[id][to].word = _holdings[id][to].word.add(SafeCast.toUint96(units));
        _afterMove(address(0), to, id, units);
    }

    /// @inheritdoc IAssetCertificate
    function retire(uint256 id, address from, uint256 units) external onlyModuleOf(id) {
        Holding holding = _holdings[id][from].word;
        uint256 free = holding.free();
        if (units > free) revert PledgedUnits(id, from, free, units);
        uint256 unfrozen = _unfrozen(holding.units(), id, from);
        if (units > unfrozen) revert ERC7943InsufficientUnfrozenBalance(from, id, units, unfrozen);
        _requirePosition(id, from, free - units, _terms[id].minimum());
        _holdings[id][from].word = holding.sub(units);
        emit TransferSingle(msg.sender, from, address(0), id, units);
    }

    /// @inheritdoc IAssetCertificate
    function setFlags(uint256 id, uint8 flags) external onlyModuleOf(id) {
        uint8 kept = _terms[id].flags() & TermsLib.ALL_OF;
        _setTerms(id, _terms[id].withFlags(kept | (flags & (TermsLib.CIRCULATES | TermsLib.HOOKED))));
    }

    /// @inheritdoc IAssetCertificate
    function lowerMinimum(uint256 id, uint96 minimum) external onlyModuleOf(id) {
        uint256 present = _terms[id].minimum();
        if (minimum == 0 || minimum > present) revert MinimumCanOnlyFall(present, minimum);
        _setTerms(id, _terms[id].withMinimum(minimum));
    }

    /// @inheritdoc IValueAttributes
    function stateAttribute(uint256 id, uint8 field, Attribute calldata attribute) external onlyModuleOf(id) {
        _attributes[id][field] = attribute;
        emit AttributeStated(id, field, attribute);
    }

    /// @inheritdoc IAssetCertificate
    function setUri(string calldata uri_) external restricted {
        _setUri(uri_);
    }

    /// @inheritdoc IERC1155
    function balanceOf(address account, uint256 id) public view returns (uint256) {
        return _holdings[id][account].word.units();
    }

    /// @inheritdoc IERC1155
    function balanceOfBatch(
        address[] calldata accounts,
        uint256[] calldata ids
    ) external view returns (uint256[] memory balances) {
        if (accounts.length != ids.length) revert ERC1155InvalidArrayLength(ids.length, accounts.length);
        balances = new uint256[](ids.length);
        for (uint256 i = 0; i < ids.length; ++i) {
            balances[i] = balanceOf(accounts[i], ids[i]);
        }
    }

    /// @inheritdoc IERC1155
    function isApprovedForAll(address owner, address operator) external view returns (bool) {
        return _approvals[owner][operator];
    }

    /// @inheritdoc IERC1155MetadataURI
    function uri(uint256) external view returns (string memory) {
        return _uri;
    }

    /// @inheritdoc IValueAttributes
    function documentHash(uint256 id) external view returns (bytes32) {
        return _documents[_rootOf(id)];
    }

    /// @inheritdoc IValueAttributes
    function attributeOf(uint256 id, uint8 field) external view returns (Attribute memory) {
        return _attributes[id][field];
    }

    /// @inheritdoc IAssetCertificate
    function totalSupply(uint256 id) external view returns (uint256) {
        return IAssetModule(_modules[_existing(id).kind()]).supplyOf(id);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC1155).interfaceId ||
            interfaceId == type(IERC1155MetadataURI).interfaceId ||
            interfaceId == type(IERC7943MultiToken).interfaceId ||
            interfaceId == type(ILiens).interfaceId ||
            interfaceId == type(IERC165).interfaceId;
    }

    function _afterMove(address from, address to, uint256 id, uint256 units) internal override {
        emit TransferSingle(msg.sender, from, to, id, units);
        if (to.code.length != 0) ERC1155Utils.checkOnERC1155Received(msg.sender, from, to, id, units, "");
    }

    function _approve(address owner, address operator, bool approved) internal override {
        if (operator == address(0)) revert ERC1155InvalidOperator(operator);
        _approvals[owner][operator] = approved;
        emit ApprovalForAll(owner, operator, approved);
    }

    function _setTerms(uint256 id, Terms terms) private {
        _terms[id] = terms;
        emit TermsChanged(id, terms);
    }

    function _setUri(string memory uri_) private {
        _uri = uri_;
        emit UriSet(uri_);
    }

    function _rootOf(uint256 id) private pure returns (uint256) {
        return id & ~uint256(0xffff);
    }
}
