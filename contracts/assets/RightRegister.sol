// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IUsageRight} from "../interfaces/IUsageRight.sol";
import {IValueAttributes} from "../interfaces/IValueAttributes.sol";
import {Party} from "../libraries/PartyLib.sol";
import {Terms} from "../libraries/TermsLib.sol";
import {PermissionedToken} from "./PermissionedToken.sol";

/// @title Rights: what each is, who owns it, until when
abstract contract RightRegister is IUsageRight, PermissionedToken {
    /// @dev One slot, read and written once by whoever lets a right be used. `until`: last second of the use. `lapses`: first
    /// second at which the right is no more; 0: never.
    struct Use {
        address user;
        uint48 until;
        uint40 lapses;
        uint8 flags;
    }

    /// @dev A lease is written down; it may be over.
    uint8 internal constant LEASED = 1;
    uint8 internal constant PLEDGED = 2;
    uint8 internal constant FROZEN = 4;
    uint8 internal constant WITHHELD = 8;

    mapping(uint256 id => Use) internal _uses;
    mapping(uint256 id => Terms) private _terms;
    mapping(uint256 id => bytes32) private _documents;
    mapping(uint256 id => mapping(uint8 field => Attribute)) private _attributes;

    modifier onlyModuleOf(uint256 id) {
        _requireOwned(id);
        _requireModule(_terms[id].kind());
        _;
    }

    /// @inheritdoc IUsageRight
    function create(uint256 id, address to, uint40 lapses, Terms terms, bytes32 document) external {
        uint8 kind = _callersKind();
        if (_terms[id].exists()) revert TokenExists(id);
        if (lapses != 0 && lapses <= block.timestamp) revert LapseNotInFuture(lapses);
        terms = terms.withKind(kind);
        _terms[id] = terms;
        _requireAdmitted(id, to);
        if (lapses != 0) _uses[id].lapses = lapses;
        if (document != 0) _documents[id] = document;
        emit RightCreated(id, kind, to, lapses, terms, document);
        _charge(partyOf(to).entity());
        _safeMint(to, id);
    }

    /// @inheritdoc IValueAttributes
    function stateAttribute(uint256 id, uint8 field, Attribute calldata attribute) external onlyModuleOf(id) {
        _attributes[id][field] = attribute;
        emit AttributeStated(id, field, attribute);
    }

    /// @inheritdoc IUsageRight
    function termsOf(uint256 id) external view returns (Terms) {
        return _terms[id];
    }

    /// @inheritdoc IUsageRight
    function lapsesAt(uint256 id) external view returns (uint256) {
        return _uses[id].lapses;
    }

    /// @inheritdoc IUsageRight
    function isPledged(uint256 id) external view returns (bool) {
        return _isPledged(id);
    }

    /// @inheritdoc IValueAttributes
    function attributeOf(uint256 id, uint8 field) external view returns (Attribute memory) {
        return _attributes[id][field];
    }

    /// @inheritdoc IValueAttributes
    function documentHash(uint256 id) external view returns (bytes32) {
        return _documents[id];
    }

    function _restriction(address, address from, address to, uint256 id) internal view override returns (Restriction) {
        address owner = _ownerOf(id);
        if (owner == address(0)) return Restriction.UnknownToken;
        if (owner != from) return Restriction.NotTheOwner;
        if (!partyOf(from).isActive()) return Restriction.SenderNotActive;
        Party receiver = partyOf(to);
        if (!receiver.isActive()) return Restriction.ReceiverNotActive;
        if (!_terms[id].admits(receiver)) return Restriction.ReceiverOutsideScope;
        uint8 flags = _uses[id].flags;
        if (flags & FROZEN != 0) return Restriction.Frozen;
        if (flags & PLEDGED != 0) return Restriction.Pledged;
        return Restriction.None;
    }

    function _termsOf(uint256 id) internal view override returns (Terms) {
        return _terms[id];
    }

    function _isFrozen(uint256 id) internal view override returns (bool) {
        return _uses[id].flags & FROZEN != 0;
    }

    function _setFrozen(uint256 id, bool frozen) internal override {
        if (frozen) _uses[id].flags |= FROZEN;
        else _uses[id].flags &= ~FROZEN;
    }

    function _isWithheld(uint256 id) internal view override returns (bool) {
        return _uses[id].flags & WITHHELD != 0;
    }

    function _markWithheld(uint256 id) internal override {
        _uses[id].flags |= WITHHELD;
    }

    function _isPledged(uint256 id) internal view override returns (bool) {
        return _uses[id].flags & PLEDGED != 0;
    }

    function _hasLapsed(Use memory use) internal view returns (bool) {
        return use.lapses != 0 && block.timestamp >= use.lapses;
    }

    function _requireNotLapsed(uint256 id, Use memory use) internal view {
        if (_hasLapsed(use)) revert RightLapsed(id, use.lapses);
    }

    function _requireNotFrozen(uint256 id, Use memory use, address owner) internal pure {
        if (use.flags & FROZEN != 0) revert ERC7943InsufficientUnfrozenBalance(owner, id);
    }

    function _requireActive(address account) internal view {
        if (!partyOf(account).isActive()) revert NotActive(account);
    }
}
