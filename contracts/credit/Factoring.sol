// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {Recorded} from "../access/Recorded.sol";
import {IFactoring} from "../interfaces/IFactoring.sol";
import {IReceivableModule} from "../interfaces/IReceivableModule.sol";
import {IRecourse} from "../interfaces/IRecourse.sol";
import {QuoteBook} from "./QuoteBook.sol";

/// @title Factoring: receivables sold at a discount
contract Factoring is QuoteBook, AccessManaged, BoundedPause, Recorded, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint64 private _sales;

    /// @param access the suite's AccessManager
    /// @param receivables_ the module of the receivables; it names ledger and standard
    /// @param recourse_ who keeps what is sold with recourse; this contract needs the role LENDER there
    constructor(
        address access,
        IReceivableModule receivables_,
        IRecourse recourse_
    ) AccessManaged(access) QuoteBook(receivables_, recourse_) {}

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
    function saleCount() external view returns (uint256) {
        return _sales;
    }

    // The quote is used up before anybody is called; the guard holds while the factor's wallet is asked.
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
        IERC1155(address(ledger)).safeTransferFrom(seller, quote.factor, quote.id, units, "");
        uint256 number = quote.recourse ? _openRecourse(seller, quote, units, deal) : 0;
        emit Factored(
            sale,
            quote.id,
            quote.factor,
            seller,
            units,
            uint96(price), // at most the quote's
            uint96(units - price), // a quote's price is at most its units, and so is each part's, rounded
            quote.currencyId,
            number,
            quote.number
        );
        _record(deal.factorEntity, deal.sellerEntity, standard, quote.currencyId, price);
        _pay(deal.token, quote.factor, seller, price);
    }
    // slither-disable-end reentrancy-no-eth,reentrancy-events

    function _openRecourse(
        address seller,
        FactoringQuote calldata quote,
        uint96 units,
        Deal memory deal
    ) private returns (uint256) {
        return
            recourse.open(
                IRecourse.RecourseSale({
                    factor: quote.factor,
                    sellerEntity: deal.sellerEntity,
                    deadline: 0,
                    state: IRecourse.RecourseState.Open,
                    units: units,
                    price: uint96(deal.price), // both come from values of 96 bits
                    factorEntity: deal.factorEntity,
                    currencyId: quote.currencyId,
                    late: false,
                    seller: seller,
                    owed: uint96(deal.owed),
                    id: quote.id
                })
            );
    }

    /// @dev Straight from factor to seller, who signed and called for it, or whose request the CIRCULATOR verified.
    function _pay(IERC20 token, address factor, address seller, uint256 price) private {
        uint256 before = token.balanceOf(seller);
        // slither-disable-next-line arbitrary-send-erc20
        token.safeTransferFrom(factor, seller, price);
        uint256 received = token.balanceOf(seller) - before;
        if (received != price) revert InexactToken(address(token), price, received);
    }
}
