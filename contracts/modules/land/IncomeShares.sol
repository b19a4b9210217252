// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IAssetCertificate} from "../../interfaces/IAssetCertificate.sol";
import {IAssetModule} from "../../interfaces/IAssetModule.sol";
import {ILandModule} from "../../interfaces/ILandModule.sol";
import {IValueStandard} from "../../interfaces/IValueStandard.sol";
import {PartyLib} from "../../libraries/PartyLib.sol";
import {PayoutLib} from "../../libraries/PayoutLib.sol";

/// @title Income, shared among the holders of the moment
/// @dev Positions and their exact fractions are PayoutLib's. The certificates are HOOKED from the start, so that the ledger
/// tells of every movement and each position is credited before its units change.
abstract contract IncomeShares is ILandModule, IAssetModule, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using PayoutLib for PayoutLib.Position;

    IAssetCertificate public immutable ledger;
    IValueStandard public immutable standard;

    mapping(uint256 certificate => Trust) internal _trusts;
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
        // Income of pledged shares is part of the pledge: it goes with them. That of free shares stays.
        if (move.fromLien != address(0)) source.pass(target, move.units, move.fromUnits);
    }

    /// @inheritdoc ILandModule
    function payIncome(uint256 certificate, uint256 amount) external nonReentrant {
        if (amount == 0) revert NoAmount();
        Trust storage trust = _inTrust(certificate);
        _receive(certificate, trust, msg.sender, amount);
        IERC20 token = IERC20(standard.tokenOf(trust.currencyId));
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert InexactToken(address(token), amount, received);
    }

    /// @inheritdoc ILandModule
    function claim(uint256 certificate, address holder) external nonReentrant returns (uint256 amount) {
        Trust storage trust = _trusts[certificate];
        (uint256 units, uint256 pledged, uint256 frozen) = ledger.holdingOf(certificate, holder);
        if (frozen != 0 || ledger.partyOf(holder).status() == PartyLib.SUSPENDED) {
            revert ClaimHalted(certificate, holder);
        }
        PayoutLib.Position storage position = _settled(certificate, holder, address(0), units - pledged);
        amount = position.proceeds;
        if (amount == 0) revert NothingToClaim(certificate, holder);
        position.proceeds = 0;
        emit IncomeClaimed(certificate, holder, amount);
        IERC20(standard.tokenOf(trust.currencyId)).safeTransfer(holder, amount);
    }

    /// @inheritdoc ILandModule
    function claimable(uint256 certificate, address holder) external view returns (uint256) {
        Trust storage trust = _trusts[certificate];
        if (trust.shares == 0) return 0;
        (uint256 units, uint256 pledged, ) = ledger.holdingOf(certificate, holder);
        return _positions[certificate][holder][address(0)].due(units - pledged, trust.income, trust.shares);
    }

    /// @inheritdoc ILandModule
    function trustOf(uint256 certificate) external view returns (Trust memory) {
        return _trusts[certificate];
    }

    /// @inheritdoc IAssetModule
    function supplyOf(uint256 certificate) external view returns (uint256) {
        Trust storage trust = _trusts[certificate];
        return trust.manager == address(0) ? 0 : trust.shares;
    }

    function _receive(uint256 certificate, Trust storage trust, address payer, uint256 amount) internal {
        trust.income = SafeCast.toUint96(trust.income + amount);
        emit IncomeReceived(certificate, payer, amount);
    }

    /// @dev Credits the one holder of all shares with everything that fractions of others left: less than a unit each.
    function _settleWhole(uint256 certificate, Trust storage trust, address holder) internal {
        PayoutLib.Position storage position = _settled(certificate, holder, address(0), trust.shares);
        position.proceeds += trust.income - trust.credited;
        trust.credited = trust.income;
    }

    function _inTrust(uint256 certificate) internal view returns (Trust storage trust) {
        trust = _trusts[certificate];
        if (trust.manager == address(0)) revert NotInTrust(certificate);
    }

    function _settled(
        uint256 certificate,
        address holder,
        address lienholder,
        uint256 units
    ) private returns (PayoutLib.Position storage position) {
        position = _positions[certificate][holder][lienholder];
        Trust storage trust = _trusts[certificate];
        uint96 whole = position.settle(units, trust.income, trust.shares);
        if (whole != 0) trust.credited += whole;
    }
}
