// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAssetCertificate} from "./IAssetCertificate.sol";
import {IReceivableModule} from "./IReceivableModule.sol";
import {IRecourse} from "./IRecourse.sol";
import {IValueStandard} from "./IValueStandard.sol";

/// @title Factoring: receivables sold at a discount
/// @notice A factor signs a quote off chain; the holder of the units fills it, whole or in parts. In one transaction the units
/// go from seller to factor and the price from factor to seller: both or nothing, and nothing stays here. Since units move,
/// nothing can be sold twice. What is sold with recourse is kept by `recourse`, where the seller answers for the debtor.
/// Amounts are in the smallest unit of the receivable's currency; times are seconds.
interface IFactoring {
    /// @notice What a factor signs (EIP-712; EIP-1271 for contract wallets). `seller`: who may fill it; the zero address: any
    /// active party. `units`: most units bought. `minimumFill`: least units of one fill, save the last. `price`: for all
    /// `units`, at most as much; the fills add up to exactly this. `leastOwed`: void once the debtor owes less than this on
    /// `id`, since who sells keeps what was paid before. `number`: the factor's own; it belongs to the first quote filled
    /// under it. `notBefore`, `deadline`: first and last second at which it is good.
    struct FactoringQuote {
        address factor;
        address seller;
        uint256 id;
        uint96 units;
        uint96 minimumFill;
        uint96 price;
        uint96 leastOwed;
        uint8 currencyId;
        bool recourse;
        uint64 number;
        uint40 notBefore;
        uint40 deadline;
    }

    /// @notice `seller` sold `units` of `id` to `factor` for `price`. `discount`: units - price. `recourse`: the number of
    /// the recourse, 0 without. `number`: the quote's.
    event Factored(
        uint256 indexed sale,
        uint256 indexed id,
        address indexed factor,
        address seller,
        uint96 units,
        uint96 price,
        uint96 discount,
        uint8 currencyId,
        uint256 recourse,
        uint64 number
    );
    /// @notice The quote `number` of `factor` is void.
    event QuoteCancelled(address indexed factor, uint64 indexed number);
    /// @notice Every quote of `factor` with a number below `number` is void.
    event QuotesCancelledBelow(address indexed factor, uint64 number);
    /// @notice No factor, units, price or least owed; a price or a least fill above the units.
    error QuoteOutOfRange();
    /// @notice The quote is for `seller`.
    error QuoteForAnother(address seller);
    /// @notice The quote is good from `notBefore` on.
    error QuoteNotYetGood(uint256 notBefore);
    /// @notice The quote was good until `deadline`.
    error QuoteExpired(uint256 deadline);
    /// @notice The factor cancelled the quote.
    error QuoteVoid(address factor, uint64 number);
    /// @notice Another quote was filled under this number.
    error QuoteNumberTaken(address factor, uint64 number);
    /// @notice Only `left` units of the quote are left.
    error ExceedsQuote(uint256 units, uint256 left);
    /// @notice The quote takes `least` units at a time, or all that is left of it.
    error BelowMinimumFill(uint256 units, uint256 least);
    /// @notice The fill pays `price`; at least `least`, and more than nothing, is wanted.
    error ProceedsBelow(uint256 price, uint256 least);
    /// @notice Seller and factor are the same entity.
    error SelfSale(uint48 entity);
    /// @notice `account` is unknown, suspended, removed or expired.
    error NotActive(address account);
    /// @notice `id` is in state `state`: only what is acknowledged and not overdue is sold.
    error NotSaleable(uint256 id, IReceivableModule.State state);
    /// @notice `id` is denominated in `currencyId`.
    error OtherCurrency(uint256 id, uint8 currencyId);
    /// @notice On `id` only `owed` is owed, less than what was quoted on.
    error OwedFell(uint256 id, uint256 owed, uint256 leastOwed);
    /// @notice `account` has not approved this contract as operator of its certificates.
    error OperatorNotApproved(address account);
    /// @notice `factor` has, or allows this contract, `available` only.
    error FactorCannotPay(address factor, uint256 available, uint256 price);
    /// @notice The signature is not `factor`'s over exactly this quote.
    error InvalidQuoteSignature(address factor);
    /// @notice The token delivered `received` instead of `expected`: tokens that take a fee or rebase are refused.
    error InexactToken(address token, uint256 expected, uint256 received);
    /// @notice Numbers below `present` are void already.
    error NumberNotHigher(uint64 number, uint64 present);

    /// @notice Sells `units` of the caller under `quote`. The caller has approved this contract as operator of its
    /// certificates, the factor has approved it for the price and, with recourse, `recourse` as operator.
    /// @param minimumProceeds the least the seller takes for these units
    /// @return sale the sale's number, counting from 1
    /// @return price floor(price × (filled + units) / all) - floor(price × filled / all)
    function fill(
        FactoringQuote calldata quote,
        bytes calldata signature,
        uint96 units,
        uint256 minimumProceeds
    ) external returns (uint256 sale, uint256 price);

    /// @notice As `fill`, for `seller`, whose signed request the caller has verified. Only CIRCULATOR.
    function fillFor(
        address seller,
        FactoringQuote calldata quote,
        bytes calldata signature,
        uint96 units,
        uint256 minimumProceeds
    ) external returns (uint256 sale, uint256 price);

    /// @notice Makes the caller's quote `number` void, filled in part or not at all. Always open.
    function cancelQuote(uint64 number) external;

    /// @notice Makes all the caller's quotes with a number below `number` void. Always open.
    function cancelQuotesBelow(uint64 number) external;

    /// @notice What `fill` by `seller` would pay now. Reverts with the same error as `fill`, but for the ledger's own rules,
    /// which it answers.
    /// @return price what the seller would receive
    /// @return restriction the first reason for which the ledger would not move the units
    function quoteFor(
        FactoringQuote calldata quote,
        bytes calldata signature,
        address seller,
        uint96 units
    ) external view returns (uint256 price, IAssetCertificate.Restriction restriction);

    /// @notice The EIP-712 digest that the factor signs.
    function quoteDigest(FactoringQuote calldata quote) external view returns (bytes32);

    /// @notice Units filled under `number` of `factor` (0 once that number was cancelled), and whether it is void.
    function filledOf(address factor, uint64 number) external view returns (uint256 filled, bool cancelled);

    /// @notice Sales so far.
    function saleCount() external view returns (uint256);

    /// @notice The module of the receivables.
    function receivables() external view returns (IReceivableModule);

    /// @notice The ledger of the certificates.
    function ledger() external view returns (IAssetCertificate);

    /// @notice The value standard, which knows the currencies.
    function standard() external view returns (IValueStandard);

    /// @notice Who keeps what is sold with recourse.
    function recourse() external view returns (IRecourse);
}
