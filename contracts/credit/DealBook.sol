// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAssetModule} from "../interfaces/IAssetModule.sol";
import {ICollateral} from "../interfaces/ICollateral.sol";
import {IDealVault} from "../interfaces/IDealVault.sol";
import {IReceivableModule} from "../interfaces/IReceivableModule.sol";
import {ISecuritisation} from "../interfaces/ISecuritisation.sol";
import {WaterfallLib} from "../libraries/WaterfallLib.sol";
import {TrancheShares} from "./TrancheShares.sol";

/// @title What is known of each deal, and what its tranches and assets are worth
abstract contract DealBook is TrancheShares, ICollateral {
    uint256 private constant SENIOR = 1;

    IReceivableModule public immutable receivables;

    constructor(IReceivableModule receivables_) TrancheShares(receivables_.ledger(), receivables_.standard()) {
        receivables = receivables_;
    }

    /// @inheritdoc ISecuritisation
    function dealOf(uint256 deal) external view returns (Deal memory facts) {
        facts = _known(deal);
        if (facts.state == DealState.Opened) return facts;
        (facts.interest, facts.since) = (uint144(_interest(_deals[deal])), uint40(block.timestamp));
    }

    /// @inheritdoc ISecuritisation
    function coverageOf(
        uint256 deal
    ) external view returns (uint256 value, uint256 interest, uint256 principal, uint256 coverageBps) {
        Deal storage facts = _known(deal);
        value = _worth(facts, true);
        (interest, principal) = (WaterfallLib.due(_interest(facts)), facts.principal);
        coverageBps = WaterfallLib.coverage(value, interest + principal);
    }

    /// @inheritdoc ISecuritisation
    function priceOf(uint256 deal, uint256 index, uint256 units) external view returns (uint256 price) {
        (price, , ) = _price(_forSale(deal), index, units);
    }

    /// @inheritdoc ICollateral
    /// @dev Senior units: their part of the principal outstanding, but no more than of what stands behind it now, until the
    /// maturity of the deal. Shares of a pool do not count: what they are worth depends on the loans that this might be a
    /// pledge for. Where nothing is behind them, and for junior units, it is the units themselves, believed at no time: nothing
    /// is lent on that, but who has them as a pledge has a price to sell from.
    function collateralOf(
        uint256 id,
        uint256 units
    ) external view returns (uint8 currencyId, uint256 value, uint40 validUntil, uint48 debtor) {
        Tranche storage tranche = _issuedTranche(id);
        Deal storage facts = _dealOf(id);
        uint256 backed = id & 0xffff == SENIOR ? Math.min(facts.principal, _worth(facts, false)) : 0;
        if (backed == 0) return (facts.currencyId, units, 0, 0);
        return (facts.currencyId, (units * backed) / tranche.units, facts.maturity, 0);
    }

    /// @inheritdoc IAssetModule
    function requirePledgeable(uint256 id) external view {
        _issuedTranche(id);
        Deal storage facts = _dealOf(id);
        if (facts.state != DealState.Issued) revert WrongDealState(id & ~uint256(0xffff), facts.state);
    }

    function _known(uint256 deal) internal view returns (Deal storage facts) {
        facts = _deals[deal];
        if (facts.state == DealState.None) revert UnknownDeal(deal);
    }

    function _inState(uint256 deal, DealState state) internal view returns (Deal storage facts) {
        facts = _known(deal);
        if (facts.state != state) revert WrongDealState(deal, facts.state);
    }

    function _forSale(uint256 deal) internal view returns (Deal storage facts) {
        facts = _inState(deal, DealState.Issued);
        if (block.timestamp < facts.maturity) revert DealNotMature(deal, facts.maturity);
    }

    /// @dev Senior interest up to now, in parts of a unit.
    function _interest(Deal storage facts) internal view returns (uint256) {
        return WaterfallLib.accrue(facts.interest, facts.principal, facts.rateBps, facts.since, block.timestamp);
    }

    /// @dev The price of units of a receivable, its id, and the entity that owes it.
    function _price(
        Deal storage facts,
        uint256 index,
        uint256 units
    ) internal view returns (uint256 price, uint256 id, uint48 debtor) {
        uint256 value;
        (id, value, debtor) = IDealVault(facts.vault).owedOn(index, units);
        uint256 passed = block.timestamp - facts.maturity;
        price = WaterfallLib.price(value, passed, uint256(facts.saleDays) * 1 days, facts.floorBps);
    }

    function _worth(Deal storage facts, bool withPools) private view returns (uint256) {
        return facts.state == DealState.Issued ? IDealVault(facts.vault).worth(withPools) : 0;
    }
}
