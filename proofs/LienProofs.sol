// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AssetCertificate} from "../contracts/assets/AssetCertificate.sol";
import {ParticipantMirror} from "../contracts/assets/ParticipantMirror.sol";
import {IParticipantMirror} from "../contracts/interfaces/IParticipantMirror.sol";
import {Holding} from "../contracts/libraries/HoldingLib.sol";
import {Party} from "../contracts/libraries/PartyLib.sol";
import {Terms, TermsLib} from "../contracts/libraries/TermsLib.sol";
import {Proof} from "./Proof.sol";

/// @notice The ledger itself, in which holdings are put as they are assumed, and everybody may hold everything.
contract AssumedLedger is AssetCertificate {
    constructor() AssetCertificate(msg.sender, msg.sender, "") {}

    function assumeTerms(uint256 id, uint96 minimum) external {
        _terms[id] = TermsLib.pack(minimum, 1, TermsLib.CIRCULATES, 0, 0);
        _modules[1] = registry;
    }

    function assumeHolding(uint256 id, address account, uint96 units) external {
        _holdings[id][account].word = Holding.wrap(units);
    }

    function partyOf(address) public pure override(IParticipantMirror, ParticipantMirror) returns (Party) {
        return Party.wrap((uint256(1) << 232) | (uint256(type(uint40).max) << 192));
    }
}

/// @title The ledger of liens: whatever is pledged, released, seized or moved
/// @dev One holder of any units with liens of any size to two lienholders, and another holder of any units: what they are is the ledger's
/// own doing, by `pledge`. Then anything happens, by any amount.
contract LienProofs is Proof {
    uint256 private constant ID = 1 << 16;
    address private constant HOLDER = address(0x1001);
    address private constant OTHER = address(0x1002);
    address private constant BANK = address(0x2001);
    address private constant FACTOR = address(0x2002);

    AssumedLedger private immutable _ledger = new AssumedLedger();

    /// @dev As the ledger's module: everything can be pledged.
    function requirePledgeable(uint256) external pure {}

    /// @dev As the suite's AccessManager: everybody may do everything.
    function canCall(address, address, bytes4) external pure returns (bool, uint32) {
        return (true, 0);
    }

    /// @notice A pledge moves free units to a lien of the same size and leaves the balance; free + pledged = balance, and liens by
    /// lienholder are the pledged units.
    function check_pledge(
        uint96 minimum,
        uint96 units,
        uint96 other,
        uint96 bank,
        uint96 factor,
        uint256 amount
    ) external {
        _assumeLedger(minimum, units, other, bank, factor);
        PROVER.prank(HOLDER);
        _ledger.pledge(HOLDER, BANK, ID, amount);
        assert(_ledger.lienOf(ID, HOLDER, BANK) == uint256(bank) + amount);
        _assertBooks(minimum, units, other);
    }

    /// @notice A release gives back to the holder what it takes from the lien, and never more than the lien.
    function check_release(
        uint96 minimum,
        uint96 units,
        uint96 other,
        uint96 bank,
        uint96 factor,
        uint256 amount
    ) external {
        _assumeLedger(minimum, units, other, bank, factor);
        PROVER.prank(BANK);
        _ledger.release(HOLDER, ID, amount);
        assert(amount <= bank && _ledger.lienOf(ID, HOLDER, BANK) == bank - amount);
        assert(_ledger.lienOf(ID, HOLDER, FACTOR) == factor);
        _assertBooks(minimum, units, other);
    }

    /// @notice A lien that is broken is released like any other.
    function check_breakLien(
        uint96 minimum,
        uint96 units,
        uint96 other,
        uint96 bank,
        uint96 factor,
        uint256 amount
    ) external {
        _assumeLedger(minimum, units, other, bank, factor);
        _ledger.breakLien(HOLDER, BANK, ID, amount);
        assert(amount <= bank && _ledger.lienOf(ID, HOLDER, BANK) == bank - amount);
        _assertBooks(minimum, units, other);
    }

    /// @notice A seizure moves units out of the lien and the balance alike to whom it names, and leaves the other lien and the free units.
    function check_seize(
        uint96 minimum,
        uint96 units,
        uint96 other,
        uint96 bank,
        uint96 factor,
        uint256 amount
    ) external {
        _assumeLedger(minimum, units, other, bank, factor);
        PROVER.prank(BANK);
        _ledger.seize(HOLDER, OTHER, ID, amount);
        assert(amount <= bank && _ledger.lienOf(ID, HOLDER, BANK) == bank - amount);
        assert(_ledger.lienOf(ID, HOLDER, FACTOR) == factor);
        _assertBooks(minimum, units - amount, other + amount);
    }

    /// @notice A transfer moves free units alone: no lien changes, and balances together are as they were.
    function check_transfer(
        uint96 minimum,
        uint96 units,
        uint96 other,
        uint96 bank,
        uint96 factor,
        uint256 amount
    ) external {
        _assumeLedger(minimum, units, other, bank, factor);
        PROVER.prank(HOLDER);
        _ledger.safeTransferFrom(HOLDER, OTHER, ID, amount, "");
        assert(_ledger.lienOf(ID, HOLDER, BANK) == bank && _ledger.lienOf(ID, HOLDER, FACTOR) == factor);
        assert(amount <= uint256(units) - bank - factor);
        _assertBooks(minimum, units - amount, other + amount);
    }

    /// @notice What a certificate's module retires is free: no lien changes, and the balance falls by it.
    function check_retire(
        uint96 minimum,
        uint96 units,
        uint96 other,
        uint96 bank,
        uint96 factor,
        uint256 amount
    ) external {
        _assumeLedger(minimum, units, other, bank, factor);
        _ledger.retire(ID, HOLDER, amount);
        assert(_ledger.lienOf(ID, HOLDER, BANK) == bank && _ledger.lienOf(ID, HOLDER, FACTOR) == factor);
        _assertBooks(minimum, units - amount, other);
    }

    /// @notice What is forced to another holder is free: no lien changes, and balances together are as they were.
    function check_force(
        uint96 minimum,
        uint96 units,
        uint96 other,
        uint96 bank,
        uint96 factor,
        uint256 amount
    ) external {
        _assumeLedger(minimum, units, other, bank, factor);
        _ledger.forcedTransfer(HOLDER, OTHER, ID, amount);
        assert(_ledger.lienOf(ID, HOLDER, BANK) == bank && _ledger.lienOf(ID, HOLDER, FACTOR) == factor);
        _assertBooks(minimum, units - amount, other + amount);
    }

    /// @notice Releasing all liens leaves none, and every unit free.
    function check_releasingAllLeavesNone(uint96 minimum, uint96 units, uint96 bank, uint96 factor) external {
        _assumeLedger(minimum, units, 0, bank, factor);
        PROVER.prank(BANK);
        _ledger.release(HOLDER, ID, bank);
        PROVER.prank(FACTOR);
        _ledger.release(HOLDER, ID, factor);
        (uint256 has, uint256 pledged, ) = _ledger.holdingOf(ID, HOLDER);
        assert(has == units && pledged == 0);
    }

    function _assumeLedger(uint96 minimum, uint96 units, uint96 other, uint96 bank, uint96 factor) private {
        _assume(minimum != 0 && uint256(units) + other <= MOST_96 && uint256(bank) + factor <= units);
        _ledger.assumeTerms(ID, minimum);
        _ledger.assumeHolding(ID, HOLDER, units);
        _ledger.assumeHolding(ID, OTHER, other);
        if (bank != 0) {
            PROVER.prank(HOLDER);
            _ledger.pledge(HOLDER, BANK, ID, bank);
        }
        if (factor != 0) {
            PROVER.prank(HOLDER);
            _ledger.pledge(HOLDER, FACTOR, ID, factor);
        }
    }

    /// @dev The books as they must be: balances, liens that are the pledged units, and no position below the minimum.
    function _assertBooks(uint256 minimum, uint256 units, uint256 other) private view {
        (uint256 has, uint256 pledged, ) = _ledger.holdingOf(ID, HOLDER);
        uint256 bank = _ledger.lienOf(ID, HOLDER, BANK);
        uint256 factor = _ledger.lienOf(ID, HOLDER, FACTOR);
        assert(has == units && pledged == bank + factor && pledged <= has);
        (uint256 others, uint256 othersPledged, ) = _ledger.holdingOf(ID, OTHER);
        assert(others == other && othersPledged == 0);
        assert(bank == 0 || bank >= minimum);
    }
}
