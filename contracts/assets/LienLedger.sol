// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {BoundedPause} from "../access/BoundedPause.sol";
import {IAssetModule} from "../interfaces/IAssetModule.sol";
import {ILiens} from "../interfaces/ILiens.sol";
import {Holding} from "../libraries/HoldingLib.sol";
import {LienLib} from "../libraries/LienLib.sol";
import {Terms, TermsLib} from "../libraries/TermsLib.sol";
import {HoldingLedger} from "./HoldingLedger.sol";

/// @title Liens on holdings
/// @dev A lien is a position of its own beside the holder's free units, and each position is zero or the minimum unit at
/// least. So a lien can always be seized whole, whatever the holder did with the rest.
abstract contract LienLedger is HoldingLedger, BoundedPause {
    using LienLib for LienLib.Liens;

    LienLib.Liens private _liens;

    // The module of the id is told first; it is one of the suite and calls nobody back.
    // slither-disable-start reentrancy-no-eth
    /// @inheritdoc ILiens
    function pledge(address holder, address lienholder, uint256 id, uint256 units) external whenRunning {
        _requireHolderOrApproved(holder);
        if (lienholder == holder || lienholder == address(0)) revert InvalidLienholder(lienholder);
        Terms terms = _existing(id);
        if (!terms.has(TermsLib.CIRCULATES)) revert NotCirculating(id);
        if (!partyOf(holder).isActive()) revert ERC7943CannotSend(holder);
        _requireAdmitted(id, terms, lienholder);
        IAssetModule(_modules[terms.kind()]).requirePledgeable(id);

        Holding holding = _holdings[id][holder].word;
        uint256 free = holding.free();
        if (units > free) revert PledgedUnits(id, holder, free, units);
        uint256 unfrozen = _unfrozen(free, id, holder);
        if (units > unfrozen) revert ERC7943InsufficientUnfrozenBalance(holder, id, units, unfrozen);
        uint256 before = _liens.amount(id, holder, lienholder);
        uint256 minimum = terms.minimum();
        _requirePosition(id, holder, free - units, minimum);
        _requirePosition(id, lienholder, before + units, minimum);

        if (terms.has(TermsLib.HOOKED)) {
            _tell(terms, IAssetModule.Move(id, holder, address(0), free, holder, lienholder, before, units));
        }
        _holdings[id][holder].word = holding.pledge(units);
        _liens.add(id, holder, lienholder, units);
    }
    // slither-disable-end reentrancy-no-eth

    /// @inheritdoc ILiens
    function release(address holder, uint256 id, uint256 units) external {
        _liberate(holder, msg.sender, id, units);
        emit Released(id, holder, msg.sender, units);
    }

    /// @inheritdoc ILiens
    function breakLien(address holder, address lienholder, uint256 id, uint256 units) external restricted {
        _liberate(holder, lienholder, id, units);
        emit LienBroken(id, holder, lienholder, units);
    }

    // The module of the id is told first; it is one of the suite and calls nobody back.
    // slither-disable-start reentrancy-no-eth
    /// @inheritdoc ILiens
    function seize(address holder, address to, uint256 id, uint256 units) external {
        if (to == holder) revert SameAccount(to);
        Terms terms = _existing(id);
        if (!partyOf(msg.sender).isActive()) revert ERC7943CannotSend(msg.sender);
        _requireAdmitted(id, terms, to);
        uint256 before = _liens.take(id, holder, msg.sender, units);

        Holding source = _holdings[id][holder].word;
        Holding target = _holdings[id][to].word;
        uint256 unfrozen = _unfrozen(source.units(), id, holder);
        if (units > unfrozen) revert ERC7943InsufficientUnfrozenBalance(holder, id, units, unfrozen);
        uint256 targetFree = target.free();
        uint256 minimum = terms.minimum();
        _requirePosition(id, msg.sender, before - units, minimum);
        _requirePosition(id, to, targetFree + units, minimum);

        if (terms.has(TermsLib.HOOKED)) {
            _tell(terms, IAssetModule.Move(id, holder, msg.sender, before, to, address(0), targetFree, units));
        }
        // A lien never exceeds the pledged units, nor these the balance.
        _holdings[id][holder].word = source.release(units).sub(units);
        _holdings[id][to].word = target.add(units);
        emit Seized(id, holder, msg.sender, to, units);
        _afterMove(holder, to, id, units);
    }
    // slither-disable-end reentrancy-no-eth

    /// @inheritdoc ILiens
    function lienOf(uint256 id, address holder, address lienholder) external view returns (uint256) {
        return _liens.amount(id, holder, lienholder);
    }

    /// @dev Says that units went from `from` to `to` in the words of the token standard, and asks the receiver.
    function _afterMove(address from, address to, uint256 id, uint256 units) internal virtual;

    function _requireHolderOrApproved(address holder) internal view {
        if (msg.sender != holder && !_approvals[holder][msg.sender]) {
            revert ERC1155MissingApprovalForAll(msg.sender, holder);
        }
    }

    function _existing(uint256 id) internal view returns (Terms terms) {
        terms = _terms[id];
        if (!terms.exists()) revert UnknownAsset(id);
    }

    // The module of the id is told first; it is one of the suite and calls nobody back.
    // slither-disable-start reentrancy-no-eth
    function _liberate(address holder, address lienholder, uint256 id, uint256 units) private {
        Terms terms = _existing(id);
        uint256 before = _liens.take(id, holder, lienholder, units);
        Holding holding = _holdings[id][holder].word;
        uint256 free = holding.free();
        _requirePosition(id, lienholder, before - units, terms.minimum());
        _requirePosition(id, holder, free + units, terms.minimum());
        if (terms.has(TermsLib.HOOKED)) {
            _tell(terms, IAssetModule.Move(id, holder, lienholder, before, holder, address(0), free, units));
        }
        _holdings[id][holder].word = holding.release(units);
    }
    // slither-disable-end reentrancy-no-eth
}
