// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IJointDecision} from "./IJointDecision.sol";

/// @title Retail: product lines, issuing, vouchers
/// @notice A brand creates a line under a template of the value standard, which demands its circulation scope, the conditions
/// of its rights and who is responsible after the sale. It issues items in batches, or signs vouchers that are minted when
/// they are claimed: for a named account, or for whoever holds the ticket's key and fits its profile. Anyone may bring a
/// claim and pay for it; nobody but its holder can turn it to another account. An issuer may bind a line to an allocation
/// that a group of parties decided: while it is in force, no dealer's entity is issued more items than its share.
interface IRetailModule {
    /// @notice A line to be. `regions`, `qualifications`: of its dealers, within what the template allows. `customers`:
    /// qualifications of which a customer needs one; 0: any active party. `consumers`: whether customers may hold items.
    /// `gifts`: how often customers may give an item on. `afterSales`: entity responsible after the sale. `conditions`: hash
    /// of the conditions under which rights take effect.
    struct LineSpec {
        uint32 ruleId;
        uint80 regions;
        uint64 qualifications;
        uint64 customers;
        bool consumers;
        uint8 gifts;
        uint48 afterSales;
        bytes32 conditions;
        bytes32 documentHash;
    }

    /// @notice A promise of one item. `holder`: who alone may claim; the zero address: whoever has the key of `claimKey` and
    /// says to whom. `profile`: qualifications of which the receiver needs one; 0: none. `series`, `number`: used once;
    /// series are revoked in bulk. `notBefore`, `deadline`: first and last second.
    struct Voucher {
        uint32 line;
        uint32 series;
        uint64 number;
        address holder;
        uint64 profile;
        address claimKey;
        uint40 notBefore;
        uint40 deadline;
    }

    /// @notice A voucher became item `id` of `to`.
    event VoucherClaimed(uint32 indexed line, uint256 indexed id, address indexed to, uint32 series, uint64 number);
    /// @notice Vouchers of `line` below `series` are void.
    event SeriesRevoked(uint32 indexed line, uint32 series);

    /// @notice Lines are bound to decisions of this contract from now on.
    event JointDecisionsSet(IJointDecision decisions);
    /// @notice What is issued of `line` keeps to the allocation of `decision` while that is in force; 0: to none.
    event LineBound(uint32 indexed line, uint64 indexed decision, IJointDecision decisions);

    /// @notice `account` is unknown, suspended, removed or expired.
    error NotActive(address account);
    /// @notice `account` does not act for the issuer of `line`.
    error NotTheIssuer(uint32 line, address account);
    /// @notice There is no entity `entity` that could be responsible.
    error UnknownEntity(uint48 entity);
    /// @notice The voucher is good from `notBefore` to `deadline`.
    error VoucherNotInTime(uint40 notBefore, uint40 deadline);
    /// @notice The voucher was claimed already.
    error VoucherUsed(uint32 line, uint32 series, uint64 number);
    /// @notice The series was revoked; `lowest` is the first that is good.
    error VoucherRevoked(uint32 series, uint32 lowest);
    /// @notice The signature is not `signer`'s over exactly this voucher.
    error InvalidVoucher(address signer);
    /// @notice The ticket's key has not signed that the item goes to `to`.
    error InvalidClaim(address to);
    /// @notice The voucher is for `holder`.
    error NotTheHolder(address holder, address to);
    /// @notice A voucher without a holder needs a key for its ticket.
    error NoClaimKey();
    /// @notice `to` does not fit the profile.
    error OutsideProfile(address to, uint64 profile);
    /// @notice A series can only be revoked upwards.
    error SeriesOnlyRise(uint32 lowest, uint32 wanted);
    /// @notice No contract of joint decisions is set.
    error NoJointDecisions();
    /// @notice The line keeps to `decision` until `validUntil`.
    error LineBoundUntil(uint32 line, uint64 decision, uint40 validUntil);
    /// @notice `decision` is no allocation with a result that is, or will be, in force, or its topic is not the line's.
    error CannotBindTo(uint32 line, uint64 decision);
    /// @notice Of its share, `left` items of the line may still be issued to `entity`.
    error AllocationExceeded(uint32 line, uint48 entity, uint256 count, uint256 left);
    /// @notice An item is retired where its issuer holds it again.
    error NotTakenBack(uint256 id);

    /// @notice Creates a line of the caller's entity.
    function createLine(LineSpec calldata spec) external returns (uint32 line);

    /// @notice Issues `count` items to a dealer. Only the issuer.
    function issue(uint32 line, address to, uint256 count) external returns (uint256 first);

    /// @notice Halts the line, or lets it circulate again. Only the issuer.
    function haltLine(uint32 line, bool halted) external;

    /// @notice Retires an item that an account of the issuer holds. Only the issuer.
    function retire(uint256 id) external;

    /// @notice Mints the item that a voucher promises. Anyone may call.
    /// @param signer an active account of the issuer, who signed the voucher (EIP-712, EIP-1271)
    /// @param claimSignature the ticket's, over Claim(bytes32 voucher,address to); empty for a named holder
    function claim(
        Voucher calldata voucher,
        address to,
        address signer,
        bytes calldata signature,
        bytes calldata claimSignature
    ) external returns (uint256 id);

    /// @notice Voids every voucher of the line below `series`. Only the issuer.
    function revokeSeries(uint32 line, uint32 series) external;

    /// @notice Binds the line to an allocation that is final, whose topic is the line's; 0: to none. Only the issuer, and only when
    /// no allocation that the line is bound to is, or will be, in force. While it is in force, issuing to a dealer and a dealer's
    /// voucher count against the share of the dealer's entity, the issuer's own included; who has no share is issued nothing.
    /// Customers' vouchers do not count.
    function bindAllocation(uint32 line, uint64 decision) external;

    /// @notice Sets the contract of decisions that lines are bound to from now on. Only ADMIN.
    function setJointDecisions(IJointDecision decisions) external;

    /// @notice The contract of decisions that lines are bound to from now on; the zero address: none.
    function jointDecisions() external view returns (IJointDecision);

    /// @notice What the line is bound to; zeros: nothing. It binds while it is in force.
    function allocationFor(uint32 line) external view returns (IJointDecision decisions, uint64 decision);

    /// @notice Items of the line that were issued to dealers of `entity` under that decision.
    function issuedUnder(
        uint32 line,
        IJointDecision decisions,
        uint64 decision,
        uint48 entity
    ) external view returns (uint256);

    /// @notice The topic of decisions on the line's allocation: keccak256 of chain, this contract and line, ABI-encoded.
    function topicOf(uint32 line) external view returns (bytes32);

    /// @notice True where the voucher was claimed.
    function isUsed(uint32 line, uint32 series, uint64 number) external view returns (bool);

    /// @notice The first series of the line that is good.
    function lowestSeries(uint32 line) external view returns (uint32);

    /// @notice The EIP-712 hash that the issuer signs. Type: Voucher(uint256 line,uint256 series,uint256 number,address
    /// holder,uint256 profile,address claimKey,uint256 notBefore,uint256 deadline), domain "Caldera Retail", "1".
    function voucherDigest(Voucher calldata voucher) external view returns (bytes32);

    /// @notice The EIP-712 hash that the ticket's key signs. Type: Claim(bytes32 voucher,address to), where `voucher` is the
    /// voucher's struct hash.
    function claimDigest(Voucher calldata voucher, address to) external view returns (bytes32);
}
