// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC7943NonFungible} from "../interfaces/IERC7943NonFungible.sol";
import {ILiens} from "../interfaces/ILiens.sol";
import {IPermissionedToken} from "../interfaces/IPermissionedToken.sol";
import {Party} from "../libraries/PartyLib.sol";
import {Terms} from "../libraries/TermsLib.sol";
import {IssuingModules} from "./IssuingModules.sol";
import {ParticipantMirror} from "./ParticipantMirror.sol";

/// @title ERC-721 in which every movement is asked for its reason
/// @dev OpenZeppelin's token, unchanged: a transfer by its holder or an operator passes `transferFrom`, where the rules are
/// asked; issue, seizure and force move by `_transfer` and ask for themselves.
abstract contract PermissionedToken is
    ERC721,
    IPermissionedToken,
    IERC7943NonFungible,
    ParticipantMirror,
    IssuingModules
{
    string private _base;
    /// @dev Frozen beforehand, for accounts that do not hold it. An entry says nothing of a token that is not marked as withheld.
    mapping(uint256 id => mapping(address account => bool)) private _withheld;

    /// @inheritdoc IERC721
    function transferFrom(address from, address to, uint256 id) public override(ERC721) {
        Restriction reason = _restriction(msg.sender, from, to, id);
        if (reason != Restriction.None) _refuse(reason, msg.sender, from, to, id);
        _prepare(from, to, id);
        super.transferFrom(from, to, id);
    }

    /// @inheritdoc IERC7943NonFungible
    function forcedTransfer(address from, address to, uint256 id) external restricted returns (bool) {
        if (from == to) revert SameAccount(from);
        _requireHeldBy(from, id);
        _requireAdmitted(id, to);
        if (_isPledged(id)) revert ILiens.PledgedUnits(id, from, 0, 1);
        if (_isFrozen(id)) {
            _setFrozen(id, false);
            emit Frozen(from, id, false);
        }
        _prepare(from, to, id);
        _transfer(from, to, id);
        emit ForcedTransfer(from, to, id);
        return true;
    }

    /// @inheritdoc IERC7943NonFungible
    function setFrozenTokens(address account, uint256 id, bool frozen) external restricted returns (bool) {
        if (account == _requireOwned(id)) {
            _setFrozen(id, frozen);
        } else {
            if (frozen) _markWithheld(id);
            _withheld[id][account] = frozen;
        }
        emit Frozen(account, id, frozen);
        return true;
    }

    /// @inheritdoc IPermissionedToken
    function setBaseUri(string calldata uri) external restricted {
        _setBaseUri(uri);
    }

    /// @inheritdoc IPermissionedToken
    function restrictionOf(address operator, address from, address to, uint256 id) external view returns (Restriction) {
        return _restriction(operator, from, to, id);
    }

    /// @inheritdoc IERC7943NonFungible
    function canTransfer(address from, address to, uint256 id) external view returns (bool) {
        return _restriction(from, from, to, id) == Restriction.None;
    }

    /// @inheritdoc IERC7943NonFungible
    function canSend(address account) external view returns (bool) {
        return partyOf(account).isActive();
    }

    /// @inheritdoc IERC7943NonFungible
    function canReceive(address account) external view returns (bool) {
        return partyOf(account).isActive();
    }

    /// @inheritdoc IERC7943NonFungible
    function getFrozenTokens(address account, uint256 id) external view returns (bool) {
        return _ownerOf(id) == account ? _isFrozen(id) : _withheld[id][account];
    }

    /// @dev The one place where the rules of a transfer stand; the transfer and its view twins all ask here.
    function _restriction(
        address operator,
        address from,
        address to,
        uint256 id
    ) internal view virtual returns (Restriction);

    /// @dev Before each movement. What was frozen for `to` beforehand is from now on as frozen as what it holds.
    function _prepare(address from, address to, uint256 id) internal {
        _beforeMove(from, to, id);
        if (_isWithheld(id) && _withheld[id][to]) {
            delete _withheld[id][to];
            _setFrozen(id, true);
        }
    }

    /// @dev What has to be settled before `id` leaves `from`.
    function _beforeMove(address from, address to, uint256 id) internal virtual;

    function _termsOf(uint256 id) internal view virtual returns (Terms);

    function _isFrozen(uint256 id) internal view virtual returns (bool);

    function _setFrozen(uint256 id, bool frozen) internal virtual;

    /// @dev Whether `id` was ever frozen for somebody who did not hold it, so that only those tokens cost a look.
    function _isWithheld(uint256 id) internal view virtual returns (bool);

    function _markWithheld(uint256 id) internal virtual;

    function _isPledged(uint256 id) internal view virtual returns (bool);

    /// @dev Reverts with the error that belongs to `reason`.
    function _refuse(Restriction reason, address operator, address from, address to, uint256 id) internal view virtual {
        if (reason == Restriction.UnknownToken) revert ERC721NonexistentToken(id);
        if (reason == Restriction.NotTheOwner) revert ERC721IncorrectOwner(from, id, _ownerOf(id));
        if (reason == Restriction.SenderNotActive) revert ERC7943CannotSend(from);
        if (reason == Restriction.ReceiverNotActive) revert ERC7943CannotReceive(to);
        if (reason == Restriction.ReceiverOutsideScope) revert OutsideScope(id, to);
        if (reason == Restriction.OperatorOutsideScope) revert OutsideScope(id, operator);
        if (reason == Restriction.Frozen) revert ERC7943InsufficientUnfrozenBalance(from, id);
        if (reason == Restriction.Pledged) revert ILiens.PledgedUnits(id, from, 0, 1);
        revert ERC7943CannotTransfer(from, to, id);
    }

    function _requireHeldBy(address account, uint256 id) internal view {
        address owner = _requireOwned(id);
        if (owner != account) revert ERC721IncorrectOwner(account, id, owner);
    }

    /// @dev Reverts where `account` may not come to hold `id`.
    function _requireAdmitted(uint256 id, address account) internal view virtual {
        Party party = partyOf(account);
        if (!party.isActive()) revert ERC7943CannotReceive(account);
        if (!_termsOf(id).admits(party)) revert OutsideScope(id, account);
    }

    function _setBaseUri(string memory uri) internal {
        _base = uri;
        emit BaseUriSet(uri);
    }

    function _baseURI() internal view override returns (string memory) {
        return _base;
    }
}
