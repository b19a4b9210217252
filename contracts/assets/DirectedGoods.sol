// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IERC7943NonFungible} from "../interfaces/IERC7943NonFungible.sol";
import {Party} from "../libraries/PartyLib.sol";
import {TermsLib} from "../libraries/TermsLib.sol";
import {GoodsRegister} from "./GoodsRegister.sol";
import {ParticipantMirror} from "./ParticipantMirror.sol";

/// @title The ledger of goods that only go where they may
contract DirectedGoods is GoodsRegister {
    /// @param access the suite's AccessManager
    /// @param registry_ the ParticipantRegistry that writes the parties' words
    /// @param uri what stands before the id in every metadata URI
    constructor(
        address access,
        address registry_,
        string memory uri
    ) AccessManaged(access) ParticipantMirror(registry_) ERC721("Caldera Directed Goods", "GOODS") {
        _setBaseUri(uri);
    }

    /// @notice ERC-165.
    function supportsInterface(bytes4 interfaceId) public view override(ERC721) returns (bool) {
        return interfaceId == type(IERC7943NonFungible).interfaceId || super.supportsInterface(interfaceId);
    }

    function _restriction(
        address operator,
        address from,
        address to,
        uint256 id
    ) internal view override returns (Restriction) {
        address owner = _ownerOf(id);
        if (owner == address(0)) return Restriction.UnknownToken;
        if (owner != from) return Restriction.NotTheOwner;
        Line storage line = _lines[_lineOf(id)];
        if (!line.dealers.has(TermsLib.CIRCULATES)) return Restriction.Halted;
        Party sender = partyOf(from);
        if (!sender.isActive()) return Restriction.SenderNotActive;
        Party receiver = partyOf(to);
        if (!receiver.isActive()) return Restriction.ReceiverNotActive;
        Item storage item = _items[id];
        if (item.frozen) return Restriction.Frozen;
        if (operator != from) {
            Party mover = partyOf(operator);
            if (!mover.isActive() || !_deals(line, mover)) return Restriction.OperatorOutsideScope;
        }
        if (_deals(line, receiver)) return Restriction.None;
        if (!_buys(line, receiver)) return Restriction.ReceiverOutsideScope;
        if (_deals(line, sender)) return Restriction.None;
        if (operator != from) return Restriction.ConsumerResale;
        if (!_buys(line, sender)) return Restriction.SenderOutsideScope;
        return
            item.given < line.gifts || sender.entity() == receiver.entity()
                ? Restriction.None
                : Restriction.GiftsUsedUp;
    }

    function _refuse(
        Restriction reason,
        address operator,
        address from,
        address to,
        uint256 id
    ) internal view override {
        if (reason == Restriction.Halted) revert LineIsHalted(_lineOf(id));
        if (reason == Restriction.ConsumerResale) revert ConsumerResale(id, from, operator);
        if (reason == Restriction.SenderOutsideScope) revert OutsideScope(id, from);
        if (reason == Restriction.GiftsUsedUp) revert GiftsUsedUp(id, _lines[_lineOf(id)].gifts);
        super._refuse(reason, operator, from, to, id);
    }

    /// @dev Counts what a customer's rights may depend on: the first sale, what came after it, and gifts. What goes between
    /// accounts of one entity changes hands with nobody.
    function _beforeMove(address from, address to, uint256 id) internal override {
        Line storage line = _lines[_lineOf(id)];
        Party receiver = partyOf(to);
        if (_deals(line, receiver)) return;
        Party sender = partyOf(from);
        Item storage item = _items[id];
        if (item.soldAt == 0) _sold(id, to);
        else if (sender.entity() == receiver.entity()) return;
        else if (item.handovers != type(uint16).max) ++item.handovers;
        if (!_deals(line, sender) && item.given != type(uint8).max) ++item.given;
    }
}
