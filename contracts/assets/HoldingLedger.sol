// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IAssetCertificate} from "../interfaces/IAssetCertificate.sol";
import {IAssetModule} from "../interfaces/IAssetModule.sol";
import {IERC7943MultiToken} from "../interfaces/IERC7943MultiToken.sol";
import {Holding} from "../libraries/HoldingLib.sol";
import {Party} from "../libraries/PartyLib.sol";
import {Terms, TermsLib} from "../libraries/TermsLib.sol";
import {IssuingModules} from "./IssuingModules.sol";
import {ParticipantMirror} from "./ParticipantMirror.sol";

/// @title Holdings: who holds how many units of which id, and whether they may move
/// @dev A transfer reads five slots and no other contract: the id's terms, two parties, two holdings.
abstract contract HoldingLedger is
    IAssetCertificate,
    IERC7943MultiToken,
    IERC1155Errors,
    ParticipantMirror,
    IssuingModules
{
    /// @dev A place for a holding's word, so that it is looked up once and then read and written.
    struct HoldingSlot {
        Holding word;
    }

    mapping(uint256 id => Terms) internal _terms;
    mapping(uint256 id => mapping(address account => HoldingSlot)) internal _holdings;
    mapping(uint256 id => mapping(address account => uint256)) internal _frozen;
    mapping(address owner => mapping(address operator => bool)) internal _approvals;

    /// @inheritdoc IAssetCertificate
    function restrictionOf(address from, address to, uint256 id, uint256 units) external view returns (Restriction) {
        return _restriction(from, to, id, _terms[id], _holdings[id][from].word, _holdings[id][to].word, units);
    }

    /// @inheritdoc IERC7943MultiToken
    function canTransfer(address from, address to, uint256 id, uint256 units) external view returns (bool) {
        Restriction reason = _restriction(
            from,
            to,
            id,
            _terms[id],
            _holdings[id][from].word,
            _holdings[id][to].word,
            units
        );
        // ERC-7943: a mere lack of balance must not answer false, unless frozen units are what is lacking.
        if (reason == Restriction.InsufficientBalance) return _frozen[id][from] == 0;
        return reason == Restriction.None;
    }

    /// @inheritdoc IERC7943MultiToken
    function canSend(address account) external view returns (bool) {
        return partyOf(account).isActive();
    }

    /// @inheritdoc IERC7943MultiToken
    function canReceive(address account) external view returns (bool) {
        return partyOf(account).isActive();
    }

    /// @inheritdoc IERC7943MultiToken
    function getFrozenTokens(address account, uint256 id) external view returns (uint256) {
        return _frozen[id][account];
    }

    /// @inheritdoc IAssetCertificate
    function holdingOf(
        uint256 id,
        address account
    ) external view returns (uint256 units, uint256 pledged, uint256 frozen) {
        Holding holding = _holdings[id][account].word;
        return (holding.units(), holding.pledged(), _frozen[id][account]);
    }

    /// @inheritdoc IAssetCertificate
    function termsOf(uint256 id) external view returns (Terms) {
        return _terms[id];
    }

    // The module of the id is told first; it is one of the suite and calls nobody back.
    // slither-disable-start reentrancy-no-eth
    /// @dev Moves free units by the will of their holder: every rule is asked.
    function _transfer(address from, address to, uint256 id, uint256 units) internal {
        Terms terms = _terms[id];
        HoldingSlot storage source = _holdings[id][from];
        HoldingSlot storage target = _holdings[id][to];
        (Holding sender, Holding receiver) = (source.word, target.word);
        Restriction reason = _restriction(from, to, id, terms, sender, receiver, units);
        if (reason != Restriction.None) _refuse(reason, from, to, id, units);
        if (from == to) return;
        _tellOfTransfer(from, to, id, terms, sender, receiver, units);
        source.word = sender.sub(units);
        target.word = receiver.add(units);
    }
    // slither-disable-end reentrancy-no-eth

    /// @dev Tells the module that free units go from one holder to another, where it wants to know.
    function _tellOfTransfer(
        address from,
        address to,
        uint256 id,
        Terms terms,
        Holding source,
        Holding target,
        uint256 units
    ) internal {
        if (terms.has(TermsLib.HOOKED)) {
            _tell(terms, IAssetModule.Move(id, from, address(0), source.free(), to, address(0), target.free(), units));
        }
    }

    function _tell(Terms terms, IAssetModule.Move memory move) internal {
        IAssetModule(_modules[terms.kind()]).onMove(move);
    }

    /// @dev The one place where the rules of a transfer stand; the transfer and its view twins all ask here.
    function _restriction(
        address from,
        address to,
        uint256 id,
        Terms terms,
        Holding source,
        Holding target,
        uint256 units
    ) internal view returns (Restriction) {
        if (!terms.exists()) return Restriction.UnknownAsset;
        if (!terms.has(TermsLib.CIRCULATES)) return Restriction.NotCirculating;
        if (!partyOf(from).isActive()) return Restriction.SenderNotActive;
        Party receiver = partyOf(to);
        if (!receiver.isActive()) return Restriction.ReceiverNotActive;
        if (!terms.admits(receiver)) return Restriction.ReceiverOutsideScope;
        if (units > source.units()) return Restriction.InsufficientBalance;
        uint256 free = source.free();
        if (source.isFrozen()) {
            uint256 frozen = _frozen[id][from];
            if (frozen >= free ? units != 0 : units > free - frozen) {
                return units > free ? Restriction.PledgedUnits : Restriction.FrozenUnits;
            }
        }
        if (units > free) return Restriction.PledgedUnits;
        uint256 minimum = terms.minimum();
        unchecked {
            // units <= free, and the sum of an id's holdings never exceeds 96 bits.
            if (_tooSmall(free - units, minimum)) return _unlessSame(from, to, Restriction.SenderBelowMinimum);
            if (_tooSmall(target.free() + units, minimum))
                return _unlessSame(from, to, Restriction.ReceiverBelowMinimum);
        }
        return Restriction.None;
    }

    /// @dev Reverts with the error that belongs to `reason`.
    function _refuse(Restriction reason, address from, address to, uint256 id, uint256 units) internal view {
        Holding source = _holdings[id][from].word;
        if (reason == Restriction.UnknownAsset) revert UnknownAsset(id);
        if (reason == Restriction.NotCirculating) revert NotCirculating(id);
        if (reason == Restriction.SenderNotActive) revert ERC7943CannotSend(from);
        if (reason == Restriction.ReceiverNotActive) revert ERC7943CannotReceive(to);
        if (reason == Restriction.ReceiverOutsideScope) revert OutsideScope(id, to);
        if (reason == Restriction.InsufficientBalance)
            revert ERC1155InsufficientBalance(from, source.units(), units, id);
        if (reason == Restriction.PledgedUnits) revert PledgedUnits(id, from, source.free(), units);
        if (reason == Restriction.FrozenUnits) {
            revert ERC7943InsufficientUnfrozenBalance(from, id, units, _unfrozen(source.free(), id, from));
        }
        uint256 minimum = _terms[id].minimum();
        if (reason == Restriction.SenderBelowMinimum) {
            revert BelowMinimumUnit(id, from, source.free() - units, minimum);
        }
        revert BelowMinimumUnit(id, to, _holdings[id][to].word.free() + units, minimum);
    }

    /// @dev What is left of `units` once the frozen ones are taken off.
    function _unfrozen(uint256 units, uint256 id, address account) internal view returns (uint256) {
        uint256 frozen = _frozen[id][account];
        return frozen >= units ? 0 : units - frozen;
    }

    function _tooSmall(uint256 left, uint256 minimum) internal pure returns (bool) {
        unchecked {
            return left - 1 < minimum - 1; // 0 - 1 is the largest number there is, and no minimum is 0
        }
    }

    /// @dev What goes to the account it comes from changes no position.
    function _unlessSame(address from, address to, Restriction reason) internal pure returns (Restriction) {
        return from == to ? Restriction.None : reason;
    }

    /// @dev Reverts where a position of `account` would be neither zero nor the minimum unit.
    function _requirePosition(uint256 id, address account, uint256 left, uint256 minimum) internal pure {
        if (_tooSmall(left, minimum)) revert BelowMinimumUnit(id, account, left, minimum);
    }

    /// @dev Reverts where `account` may not come to hold `id`.
    function _requireAdmitted(uint256 id, Terms terms, address account) internal view {
        Party party = partyOf(account);
        if (!party.isActive()) revert ERC7943CannotReceive(account);
        if (!terms.admits(party)) revert OutsideScope(id, account);
    }
}
