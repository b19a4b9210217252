// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IAssetCertificate} from "../interfaces/IAssetCertificate.sol";
import {IFactoring} from "../interfaces/IFactoring.sol";
import {IReceivableModule} from "../interfaces/IReceivableModule.sol";
import {IRecourse} from "../interfaces/IRecourse.sol";
import {IValueStandard} from "../interfaces/IValueStandard.sol";
import {FactoringLib} from "../libraries/FactoringLib.sol";
import {Party} from "../libraries/PartyLib.sol";

/// @title Factors' quotes: which are good, how much of them is filled, what a fill costs
abstract contract QuoteBook is IFactoring, EIP712 {
    /// @dev What a fill that is in order comes to.
    struct Deal {
        uint256 price;
        uint256 mark;
        uint256 owed;
        uint48 sellerEntity;
        uint48 factorEntity;
        IERC20 token;
    }

    bytes32 private constant QUOTE_TYPEHASH = keccak256(
        "FactoringQuote(address factor,address seller,uint256 id,uint256 units,uint256 minimumFill,uint256 price,uint256 leastOwed,uint256 currencyId,bool recourse,uint256 number,uint256 notBefore,uint256 deadline)"
    );
    uint256 private constant CANCELLED = type(uint256).max;

    /// @inheritdoc IFactoring
    IReceivableModule public immutable receivables;
    /// @inheritdoc IFactoring
    IAssetCertificate public immutable ledger;
    /// @inheritdoc IFactoring
    IValueStandard public immutable standard;
    /// @inheritdoc IFactoring
    IRecourse public immutable recourse;

    /// @dev One word a number, so that a fill reads and writes one slot: bits 0-95 units filled | 96-255 the last 160 bits of
    /// the quote's struct hash, or all ones once it is cancelled.
    mapping(address factor => mapping(uint64 number => uint256)) private _marks;
    mapping(address factor => uint64) private _voidBelow;

    constructor(IReceivableModule receivables_, IRecourse recourse_) EIP712("Caldera Factoring", "1") {
        receivables = receivables_;
        ledger = receivables_.ledger();
        standard = receivables_.standard();
        recourse = recourse_;
    }

    /// @inheritdoc IFactoring
    function cancelQuote(uint64 number) external {
        _marks[msg.sender][number] = CANCELLED;
        emit QuoteCancelled(msg.sender, number);
    }

    /// @inheritdoc IFactoring
    function cancelQuotesBelow(uint64 number) external {
        uint64 present = _voidBelow[msg.sender];
        if (number <= present) revert NumberNotHigher(number, present);
        _voidBelow[msg.sender] = number;
        emit QuotesCancelledBelow(msg.sender, number);
    }

    /// @inheritdoc IFactoring
    function quoteFor(
        FactoringQuote calldata quote,
        bytes calldata signature,
        address seller,
        uint96 units
    ) external view returns (uint256 price, IAssetCertificate.Restriction restriction) {
        price = _examine(seller, quote, signature, units, 0).price;
        if (quote.recourse) recourse.requireOpenable(quote.factor, quote.id, units);
        restriction = ledger.restrictionOf(seller, quote.factor, quote.id, units);
    }

    /// @inheritdoc IFactoring
    function filledOf(address factor, uint64 number) external view returns (uint256 filled, bool cancelled) {
        uint256 mark = _marks[factor][number];
        cancelled = mark == CANCELLED || number < _voidBelow[factor];
        filled = mark == CANCELLED ? 0 : uint96(mark);
    }

    /// @inheritdoc IFactoring
    function quoteDigest(FactoringQuote calldata quote) external view returns (bytes32) {
        return _hashTypedDataV4(_hashOf(quote));
    }

    function _setMark(FactoringQuote calldata quote, uint256 mark) internal {
        _marks[quote.factor][quote.number] = mark;
    }

    /// @dev The one place where the rules of a fill stand, apart from the ledger's and the recourse's; the fill and its view twin both ask here.
    function _examine(
        address seller,
        FactoringQuote calldata quote,
        bytes calldata signature,
        uint256 units,
        uint256 minimumProceeds
    ) internal view returns (Deal memory deal) {
        _requireGood(seller, quote);
        bytes32 hash = _hashOf(quote);
        deal.mark = _markAfter(quote, hash, units);
        deal.price = FactoringLib.partOf(quote.price, quote.units, uint96(deal.mark) - units, units);
        if (deal.price < minimumProceeds || deal.price == 0) revert ProceedsBelow(deal.price, minimumProceeds);

        Party factor = ledger.partyOf(quote.factor);
        if (!factor.isActive()) revert NotActive(quote.factor);
        deal.factorEntity = factor.entity();
        deal.sellerEntity = ledger.partyOf(seller).entity();
        if (deal.factorEntity == deal.sellerEntity) revert SelfSale(deal.factorEntity);

        IReceivableModule.Receivable memory facts = receivables.receivable(quote.id);
        if (facts.state != IReceivableModule.State.Acknowledged) revert NotSaleable(quote.id, facts.state);
        if (facts.currencyId != quote.currencyId) revert OtherCurrency(quote.id, facts.currencyId);
        // The module keeps face >= conceded + paid.
        deal.owed = facts.face - facts.conceded - facts.paid;
        if (deal.owed < quote.leastOwed) revert OwedFell(quote.id, deal.owed, quote.leastOwed);

        if (!IERC1155(address(ledger)).isApprovedForAll(seller, address(this))) revert OperatorNotApproved(seller);
        deal.token = IERC20(standard.tokenOf(quote.currencyId));
        _requireMoney(deal.token, quote.factor, deal.price);
        if (!SignatureChecker.isValidSignatureNowCalldata(quote.factor, _hashTypedDataV4(hash), signature)) {
            revert InvalidQuoteSignature(quote.factor);
        }
    }

    /// @dev The word of the quote's number after a fill of `units`.
    function _markAfter(
        FactoringQuote calldata quote,
        bytes32 hash,
        uint256 units
    ) private view returns (uint256 mark) {
        mark = _marks[quote.factor][quote.number];
        if (mark == CANCELLED || quote.number < _voidBelow[quote.factor]) revert QuoteVoid(quote.factor, quote.number);
        uint256 own = uint256(hash) << 96;
        if (mark == 0) mark = own;
        else if (mark - uint96(mark) != own) revert QuoteNumberTaken(quote.factor, quote.number);
        // No more units are filled than the quote has.
        uint256 left = quote.units - uint96(mark);
        if (units > left) revert ExceedsQuote(units, left);
        uint256 least = quote.minimumFill < left ? quote.minimumFill : left;
        if (units < least || units == 0) revert BelowMinimumFill(units, least);
        mark += units;
    }

    /// @dev What can be said of the quote without asking anybody.
    function _requireGood(address seller, FactoringQuote calldata quote) private view {
        if (
            quote.factor == address(0) ||
            quote.units == 0 ||
            quote.price == 0 ||
            quote.leastOwed == 0 ||
            quote.price > quote.units ||
            quote.minimumFill > quote.units
        ) revert QuoteOutOfRange();
        if (quote.seller != address(0) && quote.seller != seller) revert QuoteForAnother(quote.seller);
        if (block.timestamp < quote.notBefore) revert QuoteNotYetGood(quote.notBefore);
        if (block.timestamp > quote.deadline) revert QuoteExpired(quote.deadline);
    }

    function _requireMoney(IERC20 token, address factor, uint256 price) private view {
        uint256 available = token.balanceOf(factor);
        uint256 allowed = token.allowance(factor, address(this));
        if (allowed < available) available = allowed;
        if (available < price) revert FactorCannotPay(factor, available, price);
    }

    function _hashOf(FactoringQuote calldata quote) private pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    QUOTE_TYPEHASH,
                    quote.factor,
                    quote.seller,
                    quote.id,
                    quote.units,
                    quote.minimumFill,
                    quote.price,
                    quote.leastOwed,
                    quote.currencyId,
                    quote.recourse,
                    quote.number,
                    quote.notBefore,
                    quote.deadline
                )
            );
    }
}
