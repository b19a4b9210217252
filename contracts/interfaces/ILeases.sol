// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IRightsLedger} from "./IRightsLedger.sol";
import {IValueStandard} from "./IValueStandard.sol";

/// @title Leases: use for a term, rent in escrow, nobody can cut it short
/// @notice The owner offers, by a transaction or by a signature; the lessee takes the offer and pays for its term in
/// advance. The rent lies here and is earned by the second by whoever owns the right at that second; who sells the right
/// keeps what was earned until then. A lease ends by time, by agreement of both, or by a breach that the referee named in
/// the offer declares. Rent that is not earned then goes back to the lessee, less the part that the offer forfeits for a
/// breach. Amounts are in units of the lease's currency; times are seconds; `end` is the last second of use.
interface ILeases {
    /// @notice What an owner offers. `number`: the lease's number on this right, one more than the last, so that an offer is
    /// good once. `lessee`: who may take it; the zero address: any active party. `rent`: for each `period` seconds.
    /// `latest`: the lessee may choose, and extend to, an end up to here. `sublease`: the lessee may let others use it.
    /// `referee`: may declare a breach; the zero address: nobody. `forfeitBps`: part of the unearned rent that a breach
    /// forfeits to the owner. `clauses`: hash of the contract's text. `deadline`: the offer is good until here.
    struct Offer {
        uint256 id;
        uint64 number;
        address lessee;
        uint8 currencyId;
        uint96 rent;
        uint32 period;
        uint40 latest;
        bool sublease;
        address referee;
        uint16 forfeitBps;
        bytes32 clauses;
        uint40 deadline;
    }

    /// @notice A lease. `paid`: rent received. `settled`: of this, credited to owners so far. `ownerAgrees`, `lesseeAgrees`:
    /// to end it now. `end` is 0 once it ended early.
    struct Lease {
        address lessee;
        uint40 start;
        uint40 end;
        uint8 currencyId;
        bool sublease;
        bool ownerAgrees;
        bool lesseeAgrees;
        uint96 rent;
        uint32 period;
        uint40 latest;
        uint16 forfeitBps;
        uint64 number;
        uint96 paid;
        uint96 settled;
        address referee;
    }

    /// @notice Why a lease ended before its time.
    enum EarlyEnd {
        Agreed,
        Breach
    }

    /// @notice `owner` offered `offer` on chain; it replaces the offer before.
    event Offered(uint256 indexed id, address indexed owner, bytes32 indexed offerHash, Offer offer);
    /// @notice Every offer for `id` with a number up to `number` is void.
    event OffersVoided(uint256 indexed id, uint64 number);
    /// @notice The lienholder has nothing against the offer of that hash.
    event LienholderConsented(uint256 indexed id, address indexed lienholder, bytes32 indexed offerHash);
    /// @notice `lessee` leased `id` until `end` and paid `paid`.
    event Leased(
        uint256 indexed id,
        address indexed lessee,
        uint64 indexed number,
        address owner,
        uint40 end,
        uint96 paid,
        bytes32 offerHash
    );
    /// @notice The lease of `id` runs until `end` now; `paid` was added.
    event LeaseExtended(uint256 indexed id, address indexed lessee, uint40 end, uint96 paid);
    /// @notice `account` (owner or lessee) agrees, or no longer agrees, to end the lease of `id`.
    event EndAgreed(uint256 indexed id, address indexed account, bool agrees);
    /// @notice The lease of `id` ended early; `refunded` went back to the lessee, `forfeited` to the owner.
    event LeaseEnded(uint256 indexed id, EarlyEnd indexed why, uint96 refunded, uint96 forfeited, bytes32 reason);
    /// @notice `owner` earned `amount` with `id`.
    event RentEarned(uint256 indexed id, address indexed owner, uint8 indexed currencyId, uint256 amount);
    /// @notice `account` was paid `amount` that it had from `id`.
    event Collected(uint256 indexed id, address indexed account, uint8 indexed currencyId, uint256 amount);

    /// @notice The offer has another number than `next`: it was taken, or voided.
    error OfferUsed(uint64 number, uint64 next);
    /// @notice The offer was good until `deadline`.
    error OfferExpired(uint256 deadline);
    /// @notice The offer is for somebody else.
    error NotTheLessee(uint256 id, address caller);
    /// @notice The owner has not offered exactly this: neither on chain nor by this signature.
    error NotOffered(uint256 id, address owner);
    /// @notice The owner cannot lease from itself.
    error SelfLease(uint256 id);
    /// @notice A period of 0 seconds, or more than 10,000 basis points.
    error OfferOutOfRange();
    /// @notice The end must lie between `earliest` and `latest`.
    error EndOutOfRange(uint256 end, uint256 earliest, uint256 latest);
    /// @notice The right is pledged, and its lienholder has not consented to this offer.
    error LienholderConsentNeeded(uint256 id, bytes32 offerHash);
    /// @notice No lease runs on `id`.
    error NoLease(uint256 id);
    /// @notice `account` is unknown, suspended, removed or expired.
    error NotActive(address account);
    /// @notice A lease runs up to and including `end`.
    error LeaseRunning(uint256 id, uint256 end);
    /// @notice Right `id` is frozen.
    error RightFrozen(uint256 id);
    /// @notice `caller` neither owns `id` nor is approved for it.
    error NotTheOwner(uint256 id, address caller);
    /// @notice `caller` has no lien on `id`.
    error NotTheLienholder(uint256 id, address caller);
    /// @notice Only the ledger of rights tells of a change of owner.
    error OnlyLedger(address caller);
    /// @notice `caller` is neither owner nor lessee of `id`.
    error NotAParty(uint256 id, address caller);
    /// @notice `caller` is not the referee of the lease.
    error NotTheReferee(uint256 id, address caller);
    /// @notice Nothing is there for `account`.
    error NothingToCollect(uint256 id, address account, uint8 currencyId);
    /// @notice The token gave `received` for `amount`: tokens that take a fee or rebase are refused.
    error InexactToken(address token, uint256 amount, uint256 received);

    /// @notice Offers on chain; an offer before is replaced. Only the owner or who it approved.
    function offer(Offer calldata offer_) external returns (bytes32 offerHash);

    /// @notice Voids the offer on chain and all signed ones: the next must have a higher number. Only the owner or who it
    /// approved.
    function voidOffers(uint256 id) external;

    /// @notice Consents to a lease by `offerHash` although the right is pledged to the caller. Only the lienholder.
    function consent(uint256 id, bytes32 offerHash) external;

    /// @notice Takes an offer until `end` and pays `price`. Only its lessee, for itself.
    /// @param lienholder whose consent stands, where the right is pledged; else any
    /// @param signature the owner's, EIP-712 or EIP-1271; empty for an offer made on chain
    function lease(
        Offer calldata offer_,
        uint40 end,
        address lienholder,
        bytes calldata signature
    ) external returns (uint96 paid);

    /// @notice Extends a running lease to `end`, at most `latest`, at the same rent. Only the lessee; the owner has agreed to
    /// it by the offer.
    function extend(uint256 id, uint40 end) external returns (uint96 paid);

    /// @notice Agrees to end the running lease, or takes that back; it ends when both agree. Only owner or lessee.
    /// @dev The owner's word falls away when the right is sold.
    function agreeToEnd(uint256 id, bool agrees) external;

    /// @notice Ends the running lease for a breach. Only its referee.
    /// @param reason hash of the finding
    function declareBreach(uint256 id, bytes32 reason) external;

    /// @notice Credits the owner of `id` with what it has earned so far. Anyone may call.
    function accrue(uint256 id) external returns (uint256 amount);

    /// @notice Pays the caller all it has from `id` in one currency: rent earned, once accrued, and rent refunded. Always
    /// open, but not to suspended accounts.
    function collect(uint256 id, uint8 currencyId) external returns (uint256 amount);

    /// @notice The lease that runs on `id`, or the last one; all zero where there never was one.
    function leaseOf(uint256 id) external view returns (Lease memory);

    /// @notice The number that the next offer for `id` must have.
    function nextNumber(uint256 id) external view returns (uint64);

    /// @notice Rent for use from `start` up to `end`, rounded up.
    /// @dev rent × (end - start) / period
    function price(uint96 rent, uint32 period, uint256 start, uint256 end) external pure returns (uint256);

    /// @notice Rent of `id` that its owner has earned and was not credited with yet.
    function accruedOn(uint256 id) external view returns (uint256);

    /// @notice What `account` can collect from `id` in `currencyId`.
    function collectable(uint256 id, address account, uint8 currencyId) external view returns (uint256);

    /// @notice The EIP-712 hash that the owner signs. Type: LeaseOffer(uint256 id,uint256 number,address lessee,uint256
    /// currencyId,uint256 rent,uint256 period,uint256 latest,bool sublease,address referee,uint256 forfeitBps,bytes32
    /// clauses,uint256 deadline), domain "Caldera Leases", "1".
    function offerDigest(Offer calldata offer_) external view returns (bytes32);

    /// @notice The ledger of rights.
    function rights() external view returns (IRightsLedger);

    /// @notice The value standard, which knows the currencies.
    function standard() external view returns (IValueStandard);
}
