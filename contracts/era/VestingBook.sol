// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {IGrantMaker} from "../interfaces/IGrantMaker.sol";
import {IVestingVault} from "../interfaces/IVestingVault.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {VestingLib} from "../libraries/VestingLib.sol";
import {VoteTraceLib} from "../libraries/VoteTraceLib.sol";
import {VestingVotes} from "./VestingVotes.sol";

/// @title Allocations and grants: how they come to be, and what is known of them
/// @dev Balance of the vault = `available` of all allocations + amount - released - taken - staked of all grants + what was sent
/// here by mistake.
abstract contract VestingBook is VestingVotes, BoundedPause, ReentrancyGuardTransient {
    using MoneyLib for IERC20;

    /// @dev The allocation of grants that somebody paid for when making them.
    uint8 private constant PAID = 0;

    /// @dev One slot.
    struct Bounded {
        uint96 available;
        uint40 earliestStart;
        uint40 latestStart;
        uint32 shortest;
        uint32 longest;
        bool revocable;
    }

    /// @dev Two slots. `altered`: there is something in `_altered`, which an ordinary grant never reads.
    struct Kept {
        address beneficiary;
        uint96 amount;
        uint96 released;
        uint40 start;
        uint32 cliff;
        uint32 duration;
        uint8 allocation;
        bool revocable;
        bool altered;
    }

    /// @dev What only some grants have; `owed` is in a slot of its own, used where a grant is revoked while it is staked.
    struct Altered {
        uint96 taken;
        uint96 staked;
        uint96 owed;
    }

    /// @inheritdoc IVestingVault
    IERC20 public immutable era;
    /// @inheritdoc IVestingVault
    uint256 public grantCount;
    /// @inheritdoc IVestingVault
    uint8 public allocationCount;

    mapping(uint256 id => Kept) internal _grants;
    mapping(uint256 id => Altered) internal _altered;
    mapping(uint8 allocation => Bounded) internal _bounded;
    mapping(uint8 allocation => bytes32) private _names;
    mapping(uint8 allocation => uint256) private _funded;

    constructor(address access, IERC20 era_) AccessManaged(access) {
        uint256 supply = era_.totalSupply();
        if (supply > VoteTraceLib.MOST) revert SupplyTooLarge(supply);
        era = era_;
    }

    /// @inheritdoc IVestingVault
    function openAllocation(
        bytes32 name,
        VestingBounds calldata bounds
    ) external restricted returns (uint8 allocation) {
        if (name == 0) revert NoAllocationName();
        if (bounds.earliestStart > bounds.latestStart) revert StartsReversed(bounds.earliestStart, bounds.latestStart);
        if (bounds.shortest == 0 || bounds.shortest > bounds.longest)
            revert DurationsReversed(bounds.shortest, bounds.longest);
        allocation = allocationCount;
        if (allocation == type(uint8).max) revert NoMoreAllocations();
        allocationCount = ++allocation;
        _names[allocation] = name;
        _bounded[allocation] = Bounded(
            0,
            bounds.earliestStart,
            bounds.latestStart,
            bounds.shortest,
            bounds.longest,
            bounds.revocable
        );
        emit VestingAllocationOpened(allocation, name, bounds);
    }

    /// @inheritdoc IVestingVault
    function fund(uint8 allocation, uint96 amount) external nonReentrant whenRunning {
        if (amount == 0) revert NoAmount();
        Bounded storage bounded = _knownAllocation(allocation);
        // First: of more than there is, the sums say nothing but that they overflow.
        era.pull(msg.sender, amount);
        bounded.available += amount;
        _funded[allocation] += amount;
        emit VestingAllocationFunded(allocation, msg.sender, amount);
    }

    /// @inheritdoc IVestingVault
    function createGrants(
        uint8 allocation,
        GrantTerms[] calldata grants
    ) external restricted whenRunning returns (uint256 first) {
        uint256 count = grants.length;
        if (count == 0) revert NoGrants();
        Bounded memory bounded = _knownAllocation(allocation);
        first = grantCount + 1;
        uint256 total = 0;
        for (uint256 i = 0; i < count; ++i) {
            total += _make(first + i, allocation, bounded, grants[i]);
        }
        if (total > bounded.available) revert ExceedsAllocation(allocation, total, bounded.available);
        // One write each for the whole batch.
        _bounded[allocation].available = bounded.available - uint96(total);
        grantCount = first + count - 1;
        _changeTotal(int256(total));
    }

    /// @inheritdoc IGrantMaker
    function grantFor(
        address beneficiary,
        uint96 amount,
        uint40 start,
        uint40 cliff,
        uint40 duration
    ) external nonReentrant whenRunning {
        GrantTerms memory terms = GrantTerms(
            beneficiary,
            amount,
            start,
            SafeCast.toUint32(cliff),
            SafeCast.toUint32(duration),
            false
        );
        uint256 id = ++grantCount;
        _make(id, PAID, Bounded(0, 0, type(uint40).max, 1, type(uint32).max, false), terms);
        _changeTotal(int256(uint256(amount)));
        era.pull(msg.sender, amount);
    }

    /// @inheritdoc IVestingVault
    function boundsOf(uint8 allocation) external view returns (bytes32 name, VestingBounds memory bounds) {
        Bounded memory bounded = _knownAllocation(allocation);
        return (_names[allocation], _boundsIn(bounded));
    }

    /// @inheritdoc IVestingVault
    function allocationOf(uint8 allocation) external view returns (VestingAllocation memory) {
        Bounded memory bounded = _knownAllocation(allocation);
        return
            VestingAllocation(_names[allocation], uint96(_funded[allocation]), bounded.available, _boundsIn(bounded));
    }

    /// @inheritdoc IVestingVault
    function grantOf(uint256 id) external view returns (VestingGrant memory) {
        Kept memory kept = _known(id);
        Altered storage altered = _altered[id];
        GrantTerms memory terms = GrantTerms(
            kept.beneficiary,
            kept.amount,
            kept.start,
            kept.cliff,
            kept.duration,
            kept.revocable
        );
        return VestingGrant(terms, kept.allocation, kept.released, altered.taken, altered.staked, altered.owed);
    }

    /// @inheritdoc IVestingVault
    function beneficiaryOf(uint256 id) external view returns (address) {
        return _known(id).beneficiary;
    }

    /// @inheritdoc IVestingVault
    function vestedAt(uint256 id, uint256 time) external view returns (uint256 vested) {
        (vested, ) = _standing(id, _known(id), time);
    }

    /// @inheritdoc IVestingVault
    function releasable(uint256 id) external view returns (uint256) {
        return _releasable(id, _known(id));
    }

    /// @inheritdoc IVestingVault
    function stakeable(uint256 id) external view returns (uint256 here) {
        (, here) = _standing(id, _known(id), block.timestamp);
    }

    /// @dev Of what is vested, what is neither released nor staked: the stake counts as the grant's end.
    function _releasable(uint256 id, Kept memory kept) internal view returns (uint256) {
        (uint256 vested, uint256 here) = _standing(id, kept, block.timestamp);
        // Never more was released than is vested: vesting only grows, and nothing that was released is taken away.
        return Math.min(vested - kept.released, here);
    }

    /// @return vested what is vested at `time`, released or not
    /// @return here what the vault has of the grant
    function _standing(
        uint256 id,
        Kept memory kept,
        uint256 time
    ) internal view returns (uint256 vested, uint256 here) {
        vested = VestingLib.scheduled(kept.amount, kept.start, kept.cliff, kept.duration, time);
        here = kept.amount - kept.released;
        if (!kept.altered) return (vested, here);
        Altered storage altered = _altered[id];
        (uint256 taken, uint256 staked) = (altered.taken, altered.staked);
        vested = Math.min(vested, kept.amount - taken);
        here -= taken + staked;
    }

    function _known(uint256 id) internal view returns (Kept memory kept) {
        kept = _grants[id];
        if (kept.beneficiary == address(0)) revert UnknownGrant(id);
    }

    /// @dev The grant, if the caller is its beneficiary.
    function _own(uint256 id) internal view returns (Kept memory kept) {
        kept = _known(id);
        if (msg.sender != kept.beneficiary) revert NotBeneficiary(id, msg.sender);
    }

    function _requireHolder(address account) internal view {
        if (account == address(0) || account == address(this)) revert CannotHoldGrant(account);
    }

    function _make(
        uint256 id,
        uint8 allocation,
        Bounded memory bounded,
        GrantTerms memory terms
    ) private returns (uint96 amount) {
        (address beneficiary, uint40 start) = (terms.beneficiary, terms.start);
        (uint32 cliff, uint32 duration) = (terms.cliff, terms.duration);
        amount = terms.amount;
        if (amount == 0) revert NoAmount();
        _requireHolder(beneficiary);
        if (start < bounded.earliestStart || start > bounded.latestStart)
            revert StartOutOfBounds(start, bounded.earliestStart, bounded.latestStart);
        if (duration < bounded.shortest || duration > bounded.longest)
            revert DurationOutOfBounds(duration, bounded.shortest, bounded.longest);
        if (cliff > duration) revert CliffTooLong(cliff, duration);
        if (terms.revocable && !bounded.revocable) revert RevocableNotAllowed(allocation);
        _grants[id] = Kept(beneficiary, amount, 0, start, cliff, duration, allocation, terms.revocable, false);
        _changeUnits(beneficiary, int256(uint256(amount)));
        emit VestingGranted(id, beneficiary, allocation, amount, start, cliff, duration, terms.revocable);
    }

    function _boundsIn(Bounded memory bounded) private pure returns (VestingBounds memory) {
        return
            VestingBounds(
                bounded.earliestStart,
                bounded.latestStart,
                bounded.shortest,
                bounded.longest,
                bounded.revocable
            );
    }

    function _knownAllocation(uint8 allocation) private view returns (Bounded storage bounded) {
        bounded = _bounded[allocation];
        // A duration is never zero.
        if (bounded.shortest == 0) revert UnknownAllocation(allocation);
    }
}
