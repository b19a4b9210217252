// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAssetCertificate} from "./IAssetCertificate.sol";
import {ICreditConduct} from "./ICreditConduct.sol";
import {IReceivableModule} from "./IReceivableModule.sol";
import {IValueStandard} from "./IValueStandard.sol";

/// @title Recourse: the seller answers for the debtor
/// @notice Units sold with recourse are the factor's, under a lien of this contract. So they cannot be sold on, pledged or
/// claimed for twice while the recourse stands; whoever wants to pass them on waives it first. When the receivable is in
/// default, the factor claims: the seller owes the price of what is unpaid and gets the units back against it, both at once.
/// No money and no units are ever held here. Amounts are in the smallest unit of the receivable's currency; times are seconds.
interface IRecourse {
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

    /// @notice A recourse. `deadline`: last second at which a claim can be settled before it is a default. `owed`: what the
    /// debtor owed on `id` at the sale. `late`: a claim was reported to `conduct`.
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

    /// @notice `seller` answers for `units` of `id`, sold to `factor` for `price`.
    event RecourseOpened(
        uint256 indexed recourse,
        uint256 indexed id,
        address indexed factor,
        address seller,
        uint96 units,
        uint96 price,
        uint96 owed
    );
    /// @notice The seller owes `amount` (now; less as the debtor pays), `amountUsd` in USD, until `deadline`.
    event RecourseClaimed(
        uint256 indexed recourse,
        uint256 indexed id,
        uint48 indexed sellerEntity,
        uint256 amount,
        uint256 amountUsd,
        uint40 deadline
    );
    /// @notice The claim was not settled in time.
    event RecourseDefaulted(uint256 indexed recourse, uint48 indexed sellerEntity);
    /// @notice `payer` paid `amount` for what is unpaid and `proceeds` for what had been paid on the units; `to` has both the
    /// `units` and those proceeds.
    event RecourseSettled(
        uint256 indexed recourse,
        uint256 indexed id,
        address indexed to,
        address payer,
        address factor,
        uint256 units,
        uint256 amount,
        uint256 proceeds
    );
    /// @notice The money was there and the factor's account could not receive it: the claim fell, the recourse stands.
    event ClaimDropped(uint256 indexed recourse, address indexed payer);
    /// @notice The recourse is over without payment: `Waived` or `Ended`.
    event RecourseClosed(uint256 indexed recourse, RecourseState state);
    /// @notice A claim has to be settled within `count` days.
    event SettlementDaysSet(uint16 count);

    /// @notice A sale with recourse takes `minimum` units at least, the id's minimum unit, so that they can go back.
    error RecourseTooSmall(uint256 units, uint256 minimum);
    /// @notice This contract is not enrolled as a party that may have liens on `id`.
    error RecourseUnavailable(uint256 id);
    /// @notice The factor has not approved this contract as operator of its certificates, which the lien needs.
    error LienNotApproved(address factor);
    /// @notice `account` is unknown, suspended, removed or expired.
    error NotActive(address account);
    /// @notice The token delivered `received` instead of `expected`: tokens that take a fee or rebase are refused.
    error InexactToken(address token, uint256 expected, uint256 received);
    /// @notice In state `state` this cannot be done; `None`: there is no such recourse.
    error WrongRecourseState(uint256 recourse, RecourseState state);
    /// @notice `caller` does not act for the factor.
    error NotTheFactor(uint256 recourse, address caller);
    /// @notice `account` is none of the seller's.
    error NotTheSeller(uint256 recourse, address account);
    /// @notice `id` is not in default.
    error NotInDefault(uint256 id, IReceivableModule.State state);
    /// @notice Nothing is unpaid that has a price.
    error NothingDue(uint256 recourse);
    /// @notice Settling costs `amount`.
    error AboveMost(uint256 amount, uint256 most);
    /// @notice The factor is suspended, or its units are frozen, or this contract may not seize: nobody could settle.
    error NotDeliverable(uint256 recourse);
    /// @notice The seller has until `deadline`.
    error SettlementRunning(uint256 recourse, uint256 deadline);
    /// @notice The debtor still owes on the receivable, and the lien stands.
    error RecourseRunning(uint256 recourse);
    /// @notice The days to settle lie between 1 and `most`.
    error SettlementDaysOutOfRange(uint16 count, uint16 most);

    /// @notice Opens a recourse over units that the factor has just received, and puts them under lien. Only LENDER.
    /// @param sale of which state, deadline and `late` are disregarded; the rest is as it was at the sale
    /// @return recourse the number of the recourse, counting from 1
    function open(RecourseSale calldata sale) external returns (uint256 recourse);

    /// @notice Claims on the seller: the receivable is in default or written off. Tells `conduct` of the delay, once for each
    /// recourse. Only an account of the factor's entity.
    function claim(uint256 recourse) external;

    /// @notice Pays a claim and takes the units back, both or nothing. Anyone may pay; always open.
    /// @dev Where the factor's account cannot receive the token, the payer keeps its money and the claim falls.
    /// @param to an account of the seller's entity, active and admitted to the id
    /// @param most the most the caller pays: `amount` and `proceeds` of `dueOn` together
    /// @return paid what was paid; 0: the claim fell
    function settle(uint256 recourse, address to, uint256 most) external returns (uint256 paid);

    /// @notice Tells `conduct` that the seller did not settle in time. Anyone may call.
    function reportDefault(uint256 recourse) external;

    /// @notice Gives up the recourse: the units are free to be sold or pledged. Only an account of the factor's entity.
    function waive(uint256 recourse) external;

    /// @notice Frees the units once nothing is owed on the receivable any more, or the lien was broken. Anyone may call.
    function end(uint256 recourse) external;

    /// @notice Hands what the debtor paid on the units to the factor's free position, from which the receivable module pays
    /// it out. Only an account of the factor's entity, before the due date; the factor's approval as operator must stand.
    function collect(uint256 recourse) external;

    /// @notice Sets in how many days a claim has to be settled, 1 to 90; for claims from now on. Only PARAMETERS.
    function setSettlementDays(uint16 count) external;

    /// @notice Reverts with the reason for which `units` of `id` could not be put under recourse in the hands of `factor`.
    function requireOpenable(address factor, uint256 id, uint256 units) external view;

    /// @notice The recourse of that number; state `None` where there is none.
    function recourseOf(uint256 recourse) external view returns (RecourseSale memory);

    /// @notice What settling costs now.
    /// @return amount price × owed now / owed at the sale, rounded down: never more than the price of what is unpaid
    /// @return proceeds what the debtor paid on the units since the sale and the factor has not collected: paid to the factor
    /// on top, since it goes with the units
    function dueOn(uint256 recourse) external view returns (uint256 amount, uint256 proceeds);

    /// @notice Recourses so far.
    function recourseCount() external view returns (uint256);

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
