// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAssetCertificate} from "./IAssetCertificate.sol";
import {ICreditConduct} from "./ICreditConduct.sol";
import {IReceivableModule} from "./IReceivableModule.sol";
import {IValueStandard} from "./IValueStandard.sol";

/// @title Factoring: receivables sold at a discount
/// @notice A factor signs a quote off chain; the holder of the units fills it, whole or in parts. In one transaction the units
/// go from seller to factor and the price from factor to seller: both or nothing, and nothing stays here. Since units move,
/// nothing can be sold twice. Units sold with recourse go to the factor under a lien of this contract, so that they cannot
/// be sold on, pledged or claimed for twice while the recourse stands: whoever wants to pass them on waives it first. When the
/// receivable is in default, the seller owes the price of what is unpaid and gets the units back against it, both at once.
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

    /// @notice Where a recourse stands. `Open`: units under lien, nothing claimed. `Claimed`: the seller owes. `Defaulted`: it
    /// did not pay in time, and may still. `Settled`: paid, units back. `Waived` by the factor. `Ended`: the receivable was
    /// paid or conceded, or compliance broke the lien.
    enum RecourseState {
        None,
        Open,
        Claimed,
        Defaulted,
        Settled,
        Waived,
        Ended
    }

    /// @notice A sale with recourse. `deadline`: last second at which the claim can be settled before a default. `owed`: what
    /// the debtor owed on `id` at the sale. `late`: the claim was reported to `conduct` once.
    struct RecourseSale {
        address factor;
        uint48 sellerEntity;
        uint40 deadline;
        RecourseState state;
        uint96 units;
        uint96 price;
        uint48 factorEntity;
        uint8 currencyId;
        bool late;
        address seller;
        uint96 owed;
        uint256 id;
    }

    /// @notice `seller` sold `units` of `id` to `factor` for `price`. `discount`: units - price. `number`: the quote's.
    event Factored(
        uint256 indexed sale,
        uint256 indexed id,
        address indexed factor,
        address seller,
        uint96 units,
        uint96 price,
        uint96 discount,
        uint8 currencyId,
        bool recourse,
        uint64 number
    );
    /// @notice The quote `number` of `factor` is void.
    event QuoteCancelled(address indexed factor, uint64 indexed number);
    /// @notice Every quote of `factor` with a number below `number` is void.
    event QuotesCancelledBelow(address indexed factor, uint64 number);
    /// @notice The seller of `sale` owes `amount` (now; less as the debtor pays), `amountUsd` in USD, until `deadline`.
    event RecourseClaimed(
        uint256 indexed sale,
        uint256 indexed id,
        uint48 indexed sellerEntity,
        uint256 amount,
        uint256 amountUsd,
        uint40 deadline
    );
    /// @notice The claim was not settled in time.
    event RecourseDefaulted(uint256 indexed sale, uint48 indexed sellerEntity);
    /// @notice `payer` paid `amount` for what is unpaid and `proceeds` for what had been paid on the units; `to` has both the
    /// `units` and those proceeds.
    event RecourseSettled(
        uint256 indexed sale,
        uint256 indexed id,
        address indexed to,
        address payer,
        address factor,
        uint256 units,
        uint256 amount,
        uint256 proceeds
    );
    /// @notice The money was there and the factor's account could not receive it: the claim fell, the recourse stands.
    event ClaimDropped(uint256 indexed sale, address indexed payer);
    /// @notice The recourse is over without payment: `Waived` or `Ended`.
    event RecourseClosed(uint256 indexed sale, RecourseState state);
    /// @notice A claim has to be settled within `count` days.
    event SettlementDaysSet(uint16 count);

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
    /// @notice A sale with recourse takes `minimum` units at least, the id's minimum unit, so that they can go back.
    error RecourseTooSmall(uint256 units, uint256 minimum);
    /// @notice This contract is not enrolled as a party that may have liens on `id`.
    error RecourseUnavailable(uint256 id);
    /// @notice The token delivered `received` instead of `expected`: tokens that take a fee or rebase are refused.
    error InexactToken(address token, uint256 expected, uint256 received);
    /// @notice Numbers below `present` are void already.
    error NumberNotHigher(uint64 number, uint64 present);
    /// @notice In state `state` this cannot be done; `None`: no such sale with recourse.
    error WrongRecourseState(uint256 sale, RecourseState state);
    /// @notice `caller` does not act for the factor.
    error NotTheFactor(uint256 sale, address caller);
    /// @notice `account` is none of the seller's.
    error NotTheSeller(uint256 sale, address account);
    /// @notice `id` is not in default.
    error NotInDefault(uint256 id, IReceivableModule.State state);
    /// @notice Nothing is unpaid that has a price.
    error NothingDue(uint256 sale);
    /// @notice Settling costs `amount`.
    error AboveMost(uint256 amount, uint256 most);
    /// @notice The factor is suspended, or its units are frozen, or this contract may not seize: nobody could settle.
    error NotDeliverable(uint256 sale);
    /// @notice The seller has until `deadline`.
    error SettlementRunning(uint256 sale, uint256 deadline);
    /// @notice The debtor still owes on the receivable, and the lien stands.
    error RecourseRunning(uint256 sale);
    /// @notice The days to settle lie between 1 and `most`.
    error SettlementDaysOutOfRange(uint16 count, uint16 most);

    /// @notice Sells `units` of the caller under `quote`. The caller has approved this contract as operator of its
    /// certificates, the factor has approved it for the price and, with recourse, as operator, too.
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

    /// @notice Claims on the seller: the receivable is in default or written off. Tells `conduct` of the delay, once a sale.
    /// Only an account of the factor's entity.
    function claimRecourse(uint256 sale) external;

    /// @notice Pays a claim and takes the units back, both or nothing. Anyone may pay; always open.
    /// @dev Where the factor's account cannot receive the token, the payer keeps its money and the claim falls.
    /// @param to an account of the seller's entity, active and admitted to the id
    /// @param most the most the caller pays: `amount` and `proceeds` of `dueOn` together
    /// @return paid what was paid; 0: the claim fell
    function settleRecourse(uint256 sale, address to, uint256 most) external returns (uint256 paid);

    /// @notice Tells `conduct` that the seller did not settle in time. Anyone may call.
    function reportRecourseDefault(uint256 sale) external;

    /// @notice Gives up the recourse: the units are free to be sold or pledged. Only an account of the factor's entity.
    function waiveRecourse(uint256 sale) external;

    /// @notice Frees the units once nothing is owed on the receivable any more, or the lien was broken. Anyone may call.
    function endRecourse(uint256 sale) external;

    /// @notice Hands what the debtor paid on units under recourse to the factor's free position, from which the receivable
    /// module pays it out. Only an account of the factor's entity, before the due date; the factor's approval as operator
    /// must stand.
    function collectProceeds(uint256 sale) external;

    /// @notice Sets in how many days a claim has to be settled, 1 to 90; for claims from now on. Only ADMIN.
    function setSettlementDays(uint16 count) external;

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

    /// @notice Units filled under `number` of `factor`, and whether it is void.
    function filledOf(address factor, uint64 number) external view returns (uint256 filled, bool cancelled);

    /// @notice A sale with recourse; state `None` where `sale` is none.
    function recourseOf(uint256 sale) external view returns (RecourseSale memory);

    /// @notice What settling costs now.
    /// @return amount price × owed now / owed at the sale, rounded down: never more than the price of what is unpaid
    /// @return proceeds what the debtor paid on the units since the sale and the factor has not collected: paid to the factor
    /// on top, since it goes with the units
    function dueOn(uint256 sale) external view returns (uint256 amount, uint256 proceeds);

    /// @notice Sales so far.
    function saleCount() external view returns (uint256);

    /// @notice Days in which a claim has to be settled.
    function settlementDays() external view returns (uint16);

    /// @notice The module of the receivables.
    function receivables() external view returns (IReceivableModule);

    /// @notice The ledger of the certificates.
    function ledger() external view returns (IAssetCertificate);

    /// @notice The value standard, which knows the currencies.
    function standard() external view returns (IValueStandard);

    /// @notice Who hears of delays and defaults.
    function conduct() external view returns (ICreditConduct);
}
