// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {ICreditConduct} from "../interfaces/ICreditConduct.sol";
import {IFactoring} from "../interfaces/IFactoring.sol";
import {IReceivableModule} from "../interfaces/IReceivableModule.sol";
import {QuoteBook} from "./QuoteBook.sol";
import {RecourseBook} from "./RecourseBook.sol";

/// @title Factoring: receivables sold at a discount
contract Factoring is RecourseBook, AccessManaged, BoundedPause {
    using SafeERC20 for IERC20;

    uint16 private constant LONGEST_SETTLEMENT = 90;

    /// @param access the suite's AccessManager
    /// @param receivables_ the module of the receivables; it names ledger and standard
    /// @param conduct_ who hears of delays and defaults; this contract needs the role LENDER there
    /// @param settlementDays_ days in which a claim has to be settled, 1 to 90
    constructor(
        address access,
        IReceivableModule receivables_,
        ICreditConduct conduct_,
        uint16 settlementDays_
    ) AccessManaged(access) QuoteBook(receivables_) RecourseBook(conduct_) {
        _setSettlementDays(settlementDays_);
    }

    /// @inheritdoc IFactoring
    function fill(
        FactoringQuote calldata quote,
        bytes calldata signature,
        uint96 units,
        uint256 minimumProceeds
    ) external whenRunning nonReentrant returns (uint256 sale, uint256 price) {
        return _fill(msg.sender, quote, signature, units, minimumProceeds);
    }

    /// @inheritdoc IFactoring
    function fillFor(
        address seller,
        FactoringQuote calldata quote,
        bytes calldata signature,
        uint96 units,
        uint256 minimumProceeds
    ) external restricted whenRunning nonReentrant returns (uint256 sale, uint256 price) {
        return _fill(seller, quote, signature, units, minimumProceeds);
    }

    /// @inheritdoc IFactoring
    function setSettlementDays(uint16 count) external restricted {
        _setSettlementDays(count);
    }

    // The quote is used up and the sale kept before anybody is called; the guard holds while the factor's wallet is asked.
    // slither-disable-start reentrancy-no-eth,reentrancy-events
    function _fill(
        address seller,
        FactoringQuote calldata quote,
        bytes calldata signature,
        uint96 units,
        uint256 minimumProceeds
    ) private returns (uint256 sale, uint256 price) {
        Deal memory deal = _examine(seller, quote, signature, units, minimumProceeds);
        price = deal.price;
        _setMark(quote, deal.mark);
        sale = ++_sales;
        if (quote.recourse) _record(sale, seller, quote, units, deal);
        emit Factored(
            sale,
            quote.id,
            quote.factor,
            seller,
            units,
            uint96(price), // at most the quote's
            uint96(units - price), // a quote's price is at most its units, and so is each part's, rounded
            quote.currencyId,
            quote.recourse,
            quote.number
        );
        IERC1155(address(ledger)).safeTransferFrom(seller, quote.factor, quote.id, units, "");
        if (quote.recourse) ledger.pledge(quote.factor, address(this), quote.id, units);
        _pay(deal.token, quote.factor, seller, price);
    }
    // slither-disable-end reentrancy-no-eth,reentrancy-events

    /// @dev Straight from factor to seller, who signed and called for it, or whose request the CIRCULATOR verified.
    function _pay(IERC20 token, address factor, address seller, uint256 price) private {
        uint256 before = token.balanceOf(seller);
        // slither-disable-next-line arbitrary-send-erc20
        token.safeTransferFrom(factor, seller, price);
        uint256 received = token.balanceOf(seller) - before;
        if (received != price) revert InexactToken(address(token), price, received);
    }

    function _setSettlementDays(uint16 count) private {
        if (count == 0 || count > LONGEST_SETTLEMENT) revert SettlementDaysOutOfRange(count, LONGEST_SETTLEMENT);
        _settlementDays = count;
        emit SettlementDaysSet(count);
    }
}
