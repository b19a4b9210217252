// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {IVoteLock} from "../interfaces/IVoteLock.sol";
import {IWeightedVotes} from "../interfaces/IWeightedVotes.sol";
import {Falls} from "../libraries/FallsLib.sol";
import {LockTotals, LockTotalsLib} from "../libraries/LockTotalsLib.sol";
import {LockTrace, LockTraceLib, LockVoter} from "../libraries/LockTraceLib.sol";
import {WeekSet} from "../libraries/WeekSetLib.sol";

/// @title Votes of locks, of which a part ends by itself
/// @dev A checkpoint says what the votes were at its second. What fell since is read from sums by week, of which those of past weeks
/// never change: nothing has to be written when votes fall. Falls of what an account locked stand with its locks, falls of
/// what others delegated to it apart; who votes for himself has both.
abstract contract LockVotes is IVoteLock, EIP712, Nonces {
    using LockTotalsLib for uint256;

    uint256 internal constant WEEK = 7 days;
    uint256 internal constant LONGEST = 4 * 365 days;
    /// @dev No lock ends, and nothing falls, more than so many weeks after the week that has begun: rounding adds up to two.
    uint256 internal constant FARTHEST = LONGEST / WEEK + 2;

    bytes32 private constant DELEGATION_TYPEHASH = keccak256(
        "Delegation(address delegatee,uint256 nonce,uint256 expiry)"
    );

    /// @dev One slot. `locked`: until the beginning of the week. `falls`: by how much the account's own votes fall then; it stays when
    /// the lock is withdrawn.
    struct Place {
        uint128 locked;
        uint128 falls;
    }

    /// @dev Falls of what others delegated to a voter.
    struct Received {
        Falls falls;
        WeekSet weeksOf;
    }

    mapping(address account => mapping(uint256 week => Place)) internal _places;

    mapping(address account => LockTrace) private _traces;
    /// @dev Read only where the account's word says that it votes elsewhere.
    mapping(address account => address) private _delegates;
    mapping(address account => WeekSet) private _weeks;
    mapping(address account => Received) private _received;
    LockTotals private _totals;
    Falls private _allFalls;

    constructor() EIP712("Caldera Vote Lock", "1") {}

    /// @inheritdoc IVotes
    /// @dev An account that never delegated votes for itself. The zero address: what it locked is nobody's votes.
    function delegate(address delegatee) external {
        _delegate(msg.sender, delegatee);
    }

    /// @inheritdoc IVotes
    function delegateBySig(address delegatee, uint256 nonce, uint256 expiry, uint8 v, bytes32 r, bytes32 s) external {
        if (block.timestamp > expiry) revert VotesExpiredSignature(expiry);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(DELEGATION_TYPEHASH, delegatee, nonce, expiry)));
        address signer = ECDSA.recover(digest, v, r, s);
        _useCheckedNonce(signer, nonce);
        _delegate(signer, delegatee);
    }

    /// @inheritdoc IVoteLock
    function votingUnits(address account) external view returns (uint256) {
        return _traces[account].head.units();
    }

    /// @inheritdoc IVotes
    function getVotes(address account) external view returns (uint256) {
        return _votesNow(account, _traces[account].head);
    }

    /// @inheritdoc IVotes
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        LockVoter then = _traces[account].upTo(_past(timepoint));
        return then.votes() - _fallen(account, then, timepoint);
    }

    /// @inheritdoc IVotes
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        (uint256 locked, uint256 doubled) = _totalAt(_past(timepoint));
        return locked + doubled;
    }

    /// @inheritdoc IWeightedVotes
    function doubledAt(uint256 timepoint) external view returns (uint256 doubled) {
        (, doubled) = _totalAt(_past(timepoint));
    }

    /// @inheritdoc IVoteLock
    function totalLocked() external view returns (uint256 locked) {
        (locked, , ) = _totals.head.parts();
    }

    /// @inheritdoc IVotes
    function delegates(address account) public view returns (address) {
        return _traces[account].head.away() ? _delegates[account] : account;
    }

    /// @inheritdoc IERC6372
    function clock() public view returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @inheritdoc IERC6372
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=timestamp";
    }

    /// @dev The week that has begun: votes fell in it already, and what is locked until it has ended.
    function _thisWeek() internal view returns (uint256) {
        return block.timestamp / WEEK;
    }

    /// @dev Adds to what `account` has locked and, by its votes, to those of whom it delegated to.
    function _change(address account, int256 units, int256 votes) internal {
        (uint256 locked, uint256 doubled) = _totalAt(block.timestamp);
        _totals.write(uint256(int256(locked) + units), uint256(int256(doubled) + votes - units));
        LockTrace storage trace = _traces[account];
        LockVoter head = trace.head.plus(units);
        if (!head.away()) return _write(account, trace, head, votes, false);
        if (units != 0) trace.head = head;
        if (votes != 0) _changeVotes(_delegates[account], votes);
    }

    /// @dev Adds to what falls of the votes of `account` when a week to come begins.
    function _changeFall(address account, uint256 week, int256 more) internal {
        Place storage place = _places[account][week];
        place.falls = uint128(uint256(int256(uint256(place.falls)) + more));
        _allFalls.change(week, more);
        _enter(account, week);
        if (!_traces[account].head.away()) return;
        _changeReceived(_delegates[account], week, more);
    }

    /// @dev Enters a week in which an account has a lock or a fall.
    function _enter(address account, uint256 week) internal {
        LockTrace storage trace = _traces[account];
        LockVoter head = trace.head;
        uint256 only = head.only();
        if (only == week) return;
        if (only == 0 && week < LockTraceLib.MANY) {
            trace.head = head.withOnly(week);
            return;
        }
        if (only != LockTraceLib.MANY) {
            trace.head = head.withOnly(LockTraceLib.MANY);
            if (only != 0) _weeks[account].add(only);
        }
        _weeks[account].add(week);
    }

    /// @dev The first week, later than `earlier` and not later than `last`, in which an account has, or had, a lock or a fall; or 0.
    function _nextWeek(address account, uint256 earlier, uint256 last) internal view returns (uint256) {
        uint256 only = _traces[account].head.only();
        if (only == LockTraceLib.MANY) return _weeks[account].next(earlier, last);
        return only > earlier && only <= last ? only : 0;
    }

    function _delegate(address account, address delegatee) private {
        address before = delegates(account);
        emit DelegateChanged(account, before, delegatee);
        if (before == delegatee) return;
        int256 votes = int256(_traces[account].head.units() + _moveFalls(account, before, delegatee));
        if (before != account) _changeVotes(before, -votes);
        // A checkpoint even where there are no votes: since when what the account locked counts for it stands there.
        if (before == account) _write(account, _traces[account], _traces[account].head, -votes, true);
        else if (delegatee == account) _write(account, _traces[account], _traces[account].head, votes, false);
        if (delegatee == account) delete _delegates[account];
        else _delegates[account] = delegatee;
        if (delegatee != account) _changeVotes(delegatee, votes);
    }

    /// @dev Takes the falls to come of what `account` locked from one voter to the other; its own stand with its locks anyway.
    /// @return sum of them
    function _moveFalls(address account, address from, address to) private returns (uint256 sum) {
        uint256 week = _thisWeek();
        uint256 last = week + FARTHEST;
        while ((week = _nextWeek(account, week, last)) != 0) {
            uint256 falls = _places[account][week].falls;
            if (falls == 0) continue;
            sum += falls;
            if (from != account) _changeReceived(from, week, -int256(falls));
            if (to != account) _changeReceived(to, week, int256(falls));
        }
    }

    function _changeReceived(address voter, uint256 week, int256 more) private {
        if (voter == address(0)) return;
        Received storage received = _received[voter];
        received.falls.change(week, more);
        received.weeksOf.add(week);
    }

    function _changeVotes(address voter, int256 more) private {
        if (voter == address(0) || more == 0) return;
        LockTrace storage trace = _traces[voter];
        LockVoter head = trace.head;
        _write(voter, trace, head, more, head.away());
    }

    function _write(address voter, LockTrace storage trace, LockVoter head, int256 more, bool away) private {
        uint256 before = _votesNow(voter, head);
        uint256 later = uint256(int256(before) + more);
        trace.head = trace.stamped(head, later, away);
        if (more != 0) emit DelegateVotesChanged(voter, before, later);
    }

    function _votesNow(address voter, LockVoter head) private view returns (uint256) {
        return head.votes() - _fallen(voter, head, block.timestamp);
    }

    /// @dev By how much the votes of a checkpoint have fallen until `time`, when no later one held.
    function _fallen(address voter, LockVoter then, uint256 time) private view returns (uint256 sum) {
        uint256 since = then.since() / WEEK;
        uint256 last = time / WEEK;
        if (since == 0 || since == last) return 0;
        Received storage received = _received[voter];
        uint256 week = since;
        while ((week = received.weeksOf.next(week, last)) != 0) sum += received.falls.at(week);
        if (then.away()) return sum;
        week = since;
        while ((week = _nextWeek(voter, week, last)) != 0) sum += _places[voter][week].falls;
    }

    /// @return locked in all at the end of second `time`
    /// @return doubled what of it voted twice
    function _totalAt(uint256 time) private view returns (uint256 locked, uint256 doubled) {
        uint256 since;
        (locked, doubled, since) = _totals.at(time).parts();
        if (since == 0) return (locked, doubled);
        uint256 last = since / WEEK + FARTHEST;
        // Later than that nothing falls, however long ago the last change was: what this costs is bounded.
        doubled -= _allFalls.between(since / WEEK, time / WEEK < last ? time / WEEK : last);
    }

    function _past(uint256 timepoint) private view returns (uint256) {
        if (timepoint >= block.timestamp) revert ERC5805FutureLookup(timepoint, clock());
        return timepoint;
    }
}
