// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IAssetCertificate} from "../interfaces/IAssetCertificate.sol";
import {IAssetModule} from "../interfaces/IAssetModule.sol";
import {ISecuritisation} from "../interfaces/ISecuritisation.sol";
import {IValueStandard} from "../interfaces/IValueStandard.sol";
import {PartyLib} from "../libraries/PartyLib.sol";
import {PayoutLib} from "../libraries/PayoutLib.sol";

/// @title What each tranche got, shared among the holders of the moment
/// @dev Positions and their exact fractions are PayoutLib's. The certificates are HOOKED from the start, so that the ledger
/// tells of every movement and each position is credited before its units change. No unit is retired before the deal is
/// closed and its last money shared: until then a tranche's units are the number they were issued with.
abstract contract TrancheShares is ISecuritisation, IAssetModule, ReentrancyGuardTransient {
    using PayoutLib for PayoutLib.Position;
    using SafeERC20 for IERC20;

    IAssetCertificate public immutable ledger;
    IValueStandard public immutable standard;

    mapping(uint256 deal => Deal) internal _deals;
    mapping(uint256 certificate => Tranche) internal _tranches;
    mapping(uint256 certificate => mapping(address holder => mapping(address lienholder => PayoutLib.Position)))
        private _positions;

    constructor(IAssetCertificate ledger_, IValueStandard standard_) {
        ledger = ledger_;
        standard = standard_;
    }

    /// @inheritdoc IAssetModule
    function onMove(Move calldata move) external {
        if (msg.sender != address(ledger)) revert OnlyLedger(msg.sender);
        PayoutLib.Position storage source = _settled(move.id, move.from, move.fromLien, move.fromUnits);
        PayoutLib.Position storage target = _settled(move.id, move.to, move.toLien, move.toUnits);
        // What was paid on pledged units is part of the pledge: it goes with them. What was paid on free units stays.
        if (move.fromLien != address(0)) source.pass(target, move.units, move.fromUnits);
    }

    /// @inheritdoc ISecuritisation
    function claim(uint256 certificate, address holder) external nonReentrant returns (uint256 amount) {
        Tranche storage tranche = _issuedTranche(certificate);
        (uint256 units, uint256 pledged, uint256 frozen) = ledger.holdingOf(certificate, holder);
        // A suspended party is paid nothing; an expired one is: it may not act, but what is owed to it stays owed.
        if (frozen != 0 || ledger.partyOf(holder).status() == PartyLib.SUSPENDED) {
            revert ClaimHalted(certificate, holder);
        }
        uint256 free = units - pledged;
        PayoutLib.Position storage position = _settled(certificate, holder, address(0), free);
        amount = position.proceeds;
        Deal storage facts = _dealOf(certificate);
        uint256 retired = facts.state == DealState.Closed ? free : 0;
        if (amount == 0 && retired == 0) revert NothingToClaim(certificate, holder);
        position.proceeds = 0;
        if (retired != 0) {
            tranche.retired += uint96(retired); // no more units are retired than were issued
            if (tranche.retired == tranche.units) {
                amount += tranche.income - tranche.credited;
                tranche.credited = tranche.income;
            }
            ledger.retire(certificate, holder, retired);
        }
        emit TrancheClaimed(certificate, holder, amount, retired);
        if (amount != 0) IERC20(standard.tokenOf(facts.currencyId)).safeTransfer(holder, amount);
    }

    /// @inheritdoc ISecuritisation
    function claimable(uint256 certificate, address holder) external view returns (uint256) {
        Tranche storage tranche = _issuedTranche(certificate);
        (uint256 units, uint256 pledged, ) = ledger.holdingOf(certificate, holder);
        return _positions[certificate][holder][address(0)].due(units - pledged, tranche.income, tranche.units);
    }

    /// @inheritdoc ISecuritisation
    function trancheOf(uint256 certificate) external view returns (Tranche memory) {
        return _issuedTranche(certificate);
    }

    /// @inheritdoc IAssetModule
    function supplyOf(uint256 certificate) external view returns (uint256) {
        Tranche storage tranche = _issuedTranche(certificate);
        return tranche.units - tranche.retired;
    }

    function _issuedTranche(uint256 certificate) internal view returns (Tranche storage tranche) {
        tranche = _tranches[certificate];
        if (tranche.units == 0) revert UnknownTranche(certificate);
    }

    function _dealOf(uint256 certificate) internal view returns (Deal storage) {
        return _deals[certificate & ~uint256(0xffff)];
    }

    function _settled(
        uint256 certificate,
        address holder,
        address lienholder,
        uint256 units
    ) private returns (PayoutLib.Position storage position) {
        position = _positions[certificate][holder][lienholder];
        Tranche storage tranche = _tranches[certificate];
        uint96 whole = position.settle(units, tranche.income, tranche.units);
        if (whole != 0) tranche.credited += whole;
    }
}
