// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title One round of an airdrop: a list of claims under a Merkle root, each paid once
/// @notice A round is a contract of its own with terms that never change, so that a wrong root costs its own round's money at
/// most, and a claim reads no settings. The leaf of a claim is keccak256(keccak256(abi.encode(index, account, amount))):
/// hashed twice and of 96 bytes, so that no inner node (64 bytes) can pass for one. Neither chain nor contract stand in the
/// leaf: the root that it must lead to is fixed in one contract on one chain. Indexes are 0 to `count` - 1, each once.
/// `caldera airdrop build` makes root and proofs from a CSV file. Amounts are in the token's smallest units, times are seconds
/// since the epoch.
/// **Pauses.** A round has no pause. A vault or lock behind it may have one (`IBoundedPause`: 7 days at most, and then none for 7
/// days): what is claimed would enter it, and anyone may bring a claim, so the claim waits until the pause is over. Nobody loses it
/// by that: whatever pause falls near the end, claims stay possible for 7 days after it.
interface IAirdropClaim {
    /// @notice What becomes of a claim. `Account`: a transfer. `Grant`: a grant of a vesting vault (`IGrantMaker`), by the
    /// schedule of the round. `Lock`: a vote lock (`IVoteLocker`), by the term that the account chooses.
    enum AirdropDelivery {
        Account,
        Grant,
        Lock
    }

    /// @notice The terms of a round.
    /// @param root Merkle root (OpenZeppelin's, sorted pairs), not zero
    /// @param rest where everything goes that is left at the end
    /// @param count number of claims, above zero
    /// @param opensAt first second of claims; may be past
    /// @param closesAt first second at which claims are refused and `sweep` is possible; within 10 years of 365 days. Where the
    /// keeper is paused near then, both are put off (`openUntil`)
    /// @param keeper the vault or the lock; zero for `Account`
    /// @param grantStart for `Grant`: as `IGrantMaker.grantFor`, `grantCliff` and `grantDuration` as well; else 0
    /// @param leastTerm for `Lock`: the shortest term in seconds, above zero; else 0
    struct AirdropTerms {
        bytes32 root;
        address rest;
        uint32 count;
        uint40 opensAt;
        uint40 closesAt;
        AirdropDelivery delivery;
        address keeper;
        uint40 grantStart;
        uint40 grantCliff;
        uint40 grantDuration;
        uint40 leastTerm;
    }

    /// @notice What an account signs (EIP-712) for its claim to go where it says. It needs no number: the index is used up.
    /// @param to who receives it, or the grant or lock
    /// @param term of the lock in seconds; 0 where the round locks nothing
    /// @param deadline last second of the signature
    struct AirdropOrder {
        uint256 index;
        address account;
        uint256 amount;
        address to;
        uint256 term;
        uint256 deadline;
    }

    /// @notice A delegation of votes that its account signed (ERC-5805 `delegateBySig`).
    struct AirdropDelegation {
        address delegatee;
        uint256 nonce;
        uint256 expiry;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /// @notice The claim `index` of `account` was paid, granted or locked for `to`.
    event AirdropClaimed(uint256 index, address indexed account, address indexed to, uint256 amount);
    /// @notice The claim was paid, but its delegation was refused: used before, expired, or never good.
    event DelegationNotTaken(uint256 index, address indexed account, address indexed delegatee);
    /// @notice The round is over: `amount` of `token` went to `rest`.
    event AirdropSwept(address indexed token, address indexed rest, uint256 amount);

    /// @notice The token, or the keeper of a round that grants or locks, is no contract; or a round that pays has a keeper.
    error NotAContract(address account);
    /// @notice A round pays accounts directly, or names a keeper: not both.
    error KeeperNotNeeded(address keeper);
    /// @notice The root is zero.
    error NoAirdropRoot();
    /// @notice There are no claims.
    error NoAirdropClaims();
    /// @notice The round must close after it opens, after now, and within 10 years of 365 days.
    error AirdropWindowInvalid(uint256 opensAt, uint256 closesAt);
    /// @notice A round that grants has a start and a duration not shorter than the cliff; others have none of the three.
    error GrantScheduleInvalid(uint256 start, uint256 cliff, uint256 duration);
    /// @notice A round that locks has a least term above zero; others have none.
    error LeastTermInvalid(uint256 leastTerm);
    /// @notice Claims begin at `opensAt`.
    error AirdropNotOpen(uint256 opensAt);
    /// @notice Claims were possible before `closesAt`, or before the later second to which a pause of the keeper put it off.
    error AirdropOver(uint256 closesAt);
    /// @notice Claims are possible until `closesAt`, or until the later second to which a pause of the keeper put it off; only then
    /// the rest can be swept.
    error AirdropNotOver(uint256 closesAt);
    /// @notice The round has `count` claims, numbered from 0.
    error IndexBeyondAirdrop(uint256 index, uint256 count);
    /// @notice The claim's amount is zero.
    error EmptyClaim(uint256 index);
    /// @notice A proof is one hash a level of the tree, `longest` at most.
    error ProofTooLong(uint256 length, uint256 longest);
    /// @notice The claim was paid before.
    error AlreadyClaimed(uint256 index);
    /// @notice The proof does not lead from this claim to the round's root.
    error NotInAirdrop(uint256 index, address account, uint256 amount);
    /// @notice Money can go neither to nobody, nor to this contract, nor to the token.
    error CannotBePaid(address account);
    /// @notice The round locks what is claimed, and only `account` chooses for how long: by `claimTo` or by its signature.
    error TermIsForAccount(address account);
    /// @notice The term is shorter than the round's least one.
    error TermTooShort(uint256 term, uint256 leastTerm);
    /// @notice The round locks nothing: the term must be 0.
    error NothingIsLocked(uint256 term);
    /// @notice The order was good until `deadline`.
    error OrderExpired(uint256 deadline);
    /// @notice The order does not bear the signature of `account`.
    error OrderNotSigned(address account);
    /// @notice The keeper had to take `amount` of what the round had, and left `left` of `had`.
    error NotHandedOver(address keeper, uint256 amount, uint256 had, uint256 left);
    /// @notice There is nothing of this token.
    error NothingToSweep(address token);

    /// @notice Hands `account` its claim. Anyone may call, but not in a round that locks.
    /// @param proof the hashes from the leaf to the root, 32 at most
    function claim(uint256 index, address account, uint256 amount, bytes32[] calldata proof) external;

    /// @notice The same, and takes the account's signed delegation to where the votes are: to the token, or to the vault of a
    /// round that grants. A delegation that is refused there stops nothing, so that nobody can stop the claim by bringing it
    /// first. It comes before the money: with too little gas for it the claim fails, too, and can be repeated.
    function claimAndDelegate(
        uint256 index,
        address account,
        uint256 amount,
        bytes32[] calldata proof,
        AirdropDelegation calldata delegation
    ) external;

    /// @notice Hands the caller's claim to an account of its choice.
    /// @param to who receives it, or the grant or lock; neither nobody, nor this contract, nor the token
    /// @param term of the lock in seconds, the round's least one or longer; 0 where the round locks nothing
    function claimTo(uint256 index, uint256 amount, address to, uint256 term, bytes32[] calldata proof) external;

    /// @notice The same by signature (EIP-712, or ERC-1271 of a contract), brought by anyone.
    /// @param order what `order.account` signed
    function claimBySignature(AirdropOrder calldata order, bytes32[] calldata proof, bytes calldata signature) external;

    /// @notice Sends everything there is of `token_` to `rest` once the round is over, gifts included. Anyone may call, again
    /// as often as something arrived. Another token than the round's can only have come by mistake, and goes there as well.
    function sweep(address token_) external returns (uint256 amount);

    /// @notice The token that is claimed.
    function token() external view returns (address);

    /// @notice The terms of the round.
    function terms() external view returns (AirdropTerms memory);

    /// @notice First second at which claims are refused and `sweep` is possible, as things stand: `closesAt`; where a pause of the
    /// keeper leaves fewer than 7 days until then, 7 days after its end, though never later than 14 days after `closesAt`. A pause
    /// that begins after `closesAt` puts it off as well, within those 14 days. A keeper that says nothing of pauses has none.
    function openUntil() external view returns (uint256);

    /// @notice Whether the claim was paid.
    function isClaimed(uint256 index) external view returns (bool);

    /// @notice Whether `claim` would get past all checks of the round now; of a round that locks, `claimTo` by the account. What the
    /// keeper refuses, under pause for one, is not asked.
    function isClaimable(
        uint256 index,
        address account,
        uint256 amount,
        bytes32[] calldata proof
    ) external view returns (bool);
}
