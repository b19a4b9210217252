// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IGrantMaker} from "./IGrantMaker.sol";

/// @title All grants of ERA: allocations with frozen bounds, vesting by the second, votes and stakes of what is not yet vested
/// @notice Amounts are units of 10^-18 ERA, times are seconds since 1970, durations seconds. A grant vests linearly from its
/// start over its duration, rounded down, nothing before its cliff; at the cliff what has accrued since the start is vested.
/// Of each grant: amount = released + taken + staked + free, where `taken` is what a revocation or a slash took away, always
/// from the grant's end. Only ERA is known here; what else is sent here stays.
interface IVestingVault is IERC5805, IGrantMaker {
    /// @notice What grants of an allocation may look like, for ever. A grant starts within the first two and lasts within the
    /// second two, both inclusive; `revocable`: whether there may be grants that can be revoked.
    struct VestingBounds {
        uint40 earliestStart;
        uint40 latestStart;
        uint32 shortest;
        uint32 longest;
        bool revocable;
    }

    /// @notice An allocation. `funded`: all that came in; `available`: what no grant holds, what revocations gave back included.
    struct VestingAllocation {
        bytes32 name;
        uint96 funded;
        uint96 available;
        VestingBounds bounds;
    }

    /// @notice What a grant says. `start` may be past or future; `cliff` counts from the start, and is 0 where there is none.
    struct GrantTerms {
        address beneficiary;
        uint96 amount;
        uint40 start;
        uint32 cliff;
        uint32 duration;
        bool revocable;
    }

    /// @notice A grant as it stands. `allocation`: 0 where it was paid for when it was made. `staked` is still the grant's; `owed` is staked too, but goes back to the allocation.
    struct VestingGrant {
        GrantTerms terms;
        uint8 allocation;
        uint96 released;
        uint96 taken;
        uint96 staked;
        uint96 owed;
    }

    /// @notice An allocation is open, with bounds that nobody changes any more.
    event VestingAllocationOpened(uint8 indexed allocation, bytes32 name, VestingBounds bounds);
    /// @notice `from` paid `amount` into the allocation.
    event VestingAllocationFunded(uint8 indexed allocation, address indexed from, uint256 amount);
    /// @notice A grant was made out of the allocation.
    event VestingGranted(
        uint256 indexed id,
        address indexed beneficiary,
        uint8 indexed allocation,
        uint96 amount,
        uint40 start,
        uint32 cliff,
        uint32 duration,
        bool revocable
    );
    /// @notice `amount` of what is vested was paid to `to`.
    event VestedReleased(uint256 indexed id, address indexed to, uint256 amount);
    /// @notice A batch left the grant out; `reason` is the error that a release of it alone would have met, ABI-encoded.
    event ReleaseSkipped(uint256 indexed id, bytes reason);
    /// @notice Whether others may release to `account`.
    event ReleaseByOthersSet(address indexed account, bool allowed);
    /// @notice What was not vested is taken away: `returned` to the allocation at once, `owed` once it is unstaked.
    event VestingRevoked(uint256 indexed id, uint256 returned, uint256 owed);
    /// @notice `amount` of the grant is staked with `target`.
    event GrantStaked(uint256 indexed id, address indexed target, uint256 amount);
    /// @notice `principal` is no longer staked with `target`: `lost` was slashed, of which the grant bears `ownLoss`; `recovered`
    /// went to the allocation, `reward` to the beneficiary; the rest is the grant's, here.
    event GrantStakeReturned(
        uint256 indexed id,
        address indexed target,
        uint256 principal,
        uint256 lost,
        uint256 ownLoss,
        uint256 recovered,
        uint256 reward
    );
    /// @notice The grant moves to `wallet` when it accepts, from `readyAt` on.
    event GrantWalletProposed(uint256 indexed id, address indexed wallet, uint40 readyAt);
    /// @notice The proposal of `wallet` is void.
    event GrantWalletCancelled(uint256 indexed id, address indexed wallet);
    /// @notice The grant's beneficiary is `to`.
    event GrantWalletChanged(uint256 indexed id, address indexed from, address indexed to);
    /// @notice Proposals made from now on wait so long.
    event RotationDelaySet(uint32 delay);

    /// @notice The token's supply is beyond 2^90 - 1, which a word of the votes could not hold.
    error SupplyTooLarge(uint256 supply);
    /// @notice Votes at `timepoint` are known once it is past; now it is `clock`.
    error ERC5805FutureLookup(uint256 timepoint, uint48 clock);
    /// @notice The amount is zero.
    error NoAmount();
    /// @notice An allocation needs a name.
    error NoAllocationName();
    /// @notice There are 255 allocations already.
    error NoMoreAllocations();
    /// @notice The earliest start is after the latest.
    error StartsReversed(uint40 earliest, uint40 latest);
    /// @notice The shortest duration is 0 or longer than the longest.
    error DurationsReversed(uint32 shortest, uint32 longest);
    /// @notice There is no such allocation.
    error UnknownAllocation(uint8 allocation);
    /// @notice The allocation has `available` left.
    error ExceedsAllocation(uint8 allocation, uint256 amount, uint256 available);
    /// @notice The list is empty.
    error NoGrants();
    /// @notice Neither nobody nor the vault itself holds a grant.
    error CannotHoldGrant(address account);
    /// @notice Grants of this allocation start from `earliest` to `latest`.
    error StartOutOfBounds(uint40 start, uint40 earliest, uint40 latest);
    /// @notice Grants of this allocation last from `shortest` to `longest`.
    error DurationOutOfBounds(uint32 duration, uint32 shortest, uint32 longest);
    /// @notice A cliff ends with the grant at the latest.
    error CliffTooLong(uint32 cliff, uint32 duration);
    /// @notice Grants of this allocation cannot be revocable.
    error RevocableNotAllowed(uint8 allocation);
    /// @notice There is no such grant.
    error UnknownGrant(uint256 id);
    /// @notice Only the beneficiary of the grant may do this.
    error NotBeneficiary(uint256 id, address caller);
    /// @notice The beneficiary does not let others release.
    error OnlyBeneficiaryReleases(uint256 id, address beneficiary);
    /// @notice Nothing is vested that is neither released nor staked.
    error NothingToRelease(uint256 id);
    /// @notice `releasable` can be released now.
    error ExceedsReleasable(uint256 id, uint256 amount, uint256 releasable);
    /// @notice Neither nobody nor the vault itself is paid.
    error CannotReleaseTo(address account);
    /// @notice The grant says that it cannot be revoked.
    error NotRevocable(uint256 id);
    /// @notice Everything that is left of the grant is vested.
    error NothingToRevoke(uint256 id);
    /// @notice `target` does not hold the role STAKING.
    error NotStakeTarget(address target);
    /// @notice `target` did not take the stake over.
    error StakeRefused(address target);
    /// @notice `stakeable` of the grant is here.
    error ExceedsStakeable(uint256 id, uint256 amount, uint256 stakeable);
    /// @notice Of the grant `staked` is with `target`.
    error ExceedsStakedWith(uint256 id, address target, uint256 principal, uint256 staked);
    /// @notice Neither principal nor a reward.
    error NothingReturned();
    /// @notice Nothing that is staked with `target` is owed to the allocation.
    error NothingToRecall(uint256 id, address target);
    /// @notice A rotation waits from `shortest` to `longest` seconds.
    error RotationDelayOutOfRange(uint32 delay, uint32 shortest, uint32 longest);
    /// @notice The grant is `wallet`'s already.
    error SameWallet(uint256 id, address wallet);
    /// @notice No wallet is proposed for the grant.
    error NoWalletProposed(uint256 id);
    /// @notice `wallet` is proposed, not the caller.
    error NotProposedWallet(uint256 id, address caller, address wallet);
    /// @notice The wallet can accept from `readyAt` on.
    error RotationTooEarly(uint256 id, uint40 readyAt);

    /// @notice Opens an allocation with bounds that hold for ever. Only ADMIN.
    /// @return allocation its number, from 1 on
    function openAllocation(bytes32 name, VestingBounds calldata bounds) external returns (uint8 allocation);

    /// @notice Pays ERA, which the caller approved, into an allocation; it can only ever be granted. Anyone; not under pause.
    function fund(uint8 allocation, uint96 amount) external;

    /// @notice Makes grants out of an allocation; all of them or none. Only ADMIN; not under pause.
    /// @return first id of the first; the others follow in order
    function createGrants(uint8 allocation, GrantTerms[] calldata grants) external returns (uint256 first);

    /// @notice Pays what is vested to the beneficiary. Anyone, unless the beneficiary closed that. Always open.
    function release(uint256 id) external returns (uint256 amount);

    /// @notice Pays `amount` of what is vested to `to`. Only the beneficiary. Always open.
    function releaseTo(uint256 id, address to, uint256 amount) external;

    /// @notice Releases several grants to their beneficiaries; what cannot be released is left out, and `ReleaseSkipped` says why.
    /// Anyone. Always open.
    function releaseBatch(uint256[] calldata ids) external returns (uint256 amount);

    /// @notice Whether others may release to the caller: at first they may. A release takes votes from here into the token,
    /// where they count only if they are delegated; who has not done that keeps others from it.
    function setReleaseByOthers(bool allowed) external;

    /// @notice Takes away what is not vested, for the allocation. What is vested stays. Only ADMIN, and only where the grant is
    /// revocable. What of it is staked is owed: it comes first out of whatever the targets give back, and losses of the stake
    /// fall on the beneficiary's own part first.
    function revoke(uint256 id) external returns (uint256 returned, uint256 owed);

    /// @notice Stakes `amount` of the grant, vested or not, with a contract that holds the role STAKING. Vesting goes on; what is
    /// staked counts as the grant's end and cannot be released. Only the beneficiary; not under pause.
    /// @param data for the target
    function stake(uint256 id, address target, uint256 amount, bytes calldata data) external;

    /// @notice Gives back `principal` of a stake by `returned` ERA, which the caller approved: less is a loss, taken from the end
    /// of the grant; more is a reward, paid to the beneficiary at once. Only a target, and only for what is staked with it, so
    /// that it can take no more than that; it need no longer hold the role. Always open.
    /// @param principal at most what is staked with the caller; 0 where there is only a reward
    function returnStake(uint256 id, uint96 principal, uint96 returned) external;

    /// @notice Tells a target to give back what is owed to the allocation. Anyone.
    function recallStake(uint256 id, address target) external;

    /// @notice Names the wallet that grants of the caller shall move to once the delay is over and it accepts. A proposal does
    /// not lapse, and a new one takes its place. Only the beneficiary.
    function proposeWallet(uint256[] calldata ids, address wallet) external;

    /// @notice Makes proposals void. Only the beneficiary, at any time until the wallet accepts.
    function cancelWallet(uint256[] calldata ids) external;

    /// @notice Takes grants over, with their votes and stakes. Only the wallet proposed.
    function acceptWallet(uint256[] calldata ids) external;

    /// @notice Sets how long proposals from now on wait: 1 to 30 days, in seconds. Only PARAMETERS.
    function setRotationDelay(uint32 delay) external;

    /// @notice The token.
    function era() external view returns (IERC20);

    /// @notice How long a proposal of a wallet waits; 7 days at first.
    function rotationDelay() external view returns (uint32);

    /// @notice Grants have the ids 1 to this.
    function grantCount() external view returns (uint256);

    /// @notice Allocations have the numbers 1 to this.
    function allocationCount() external view returns (uint8);

    /// @notice Name and bounds of the allocation of this number.
    function boundsOf(uint8 allocation) external view returns (bytes32 name, VestingBounds memory bounds);

    /// @notice The allocation of this number.
    function allocationOf(uint8 allocation) external view returns (VestingAllocation memory);

    /// @notice The grant as it stands.
    function grantOf(uint256 id) external view returns (VestingGrant memory);

    /// @notice Whose the grant is.
    function beneficiaryOf(uint256 id) external view returns (address);

    /// @notice What is vested at `time`, released or not, by what is taken until now.
    function vestedAt(uint256 id, uint256 time) external view returns (uint256);

    /// @notice What can be released now.
    function releasable(uint256 id) external view returns (uint256);

    /// @notice What can be staked now: all that is here of the grant.
    function stakeable(uint256 id) external view returns (uint256);

    /// @notice What of the grant is staked with `target`, what is owed included.
    function stakedWith(uint256 id, address target) external view returns (uint256);

    /// @notice The wallet proposed for the grant and when it can accept; zeros where there is none.
    function proposedWalletOf(uint256 id) external view returns (address wallet, uint40 readyAt);

    /// @notice Whether others may release to `account`.
    function releaseByOthers(address account) external view returns (bool);

    /// @notice What the vault and its targets hold for `account`, wherever it delegated it.
    function votingUnits(address account) external view returns (uint256);
}
