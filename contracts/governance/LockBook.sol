// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IGrowth} from "../interfaces/IGrowth.sol";
import {IVoteLock} from "../interfaces/IVoteLock.sol";
import {LockVotes} from "./LockVotes.sol";

/// @title Locks by account and end, and what of them votes twice
/// @dev What an account has locked until one end is one slot, however often it was added to: whoever locks dust for others, or lets
/// them vote with his own, cannot give them more than 210 ends to look at.
abstract contract LockBook is LockVotes {
    uint256 private constant SHORTEST = 7 days;
    uint256 private constant LONG = 183 days;

    /// @inheritdoc IVoteLock
    IGrowth public immutable growth;
    /// @inheritdoc IVoteLock
    uint256 public leastLock;

    /// @dev Only where growth is asked for: what of a lock is long; and the week in which the doubling of an account ends. Elsewhere a
    /// lock falls by what is long of it.
    mapping(address account => mapping(uint256 week => uint256)) private _longs;
    mapping(address account => uint256 week) private _doublings;

    constructor(IGrowth growth_) {
        growth = growth_;
    }

    /// @inheritdoc IVoteLock
    function renew(address account) external returns (uint256 until) {
        if (address(growth) == address(0)) revert GrowthNotAsked();
        (bool grown, uint40 to) = growth.grew(account);
        if (!grown) revert DidNotGrow(account);
        uint256 thisWeek = _thisWeek();
        uint256 week = _up(to);
        if (week > thisWeek + FARTHEST) week = thisWeek + FARTHEST;
        uint256 running = _doublings[account];
        if (week <= running || week <= thisWeek) revert DoublingRuns(account, running * WEEK);
        until = week * WEEK;
        _doublings[account] = week;
        emit DoublingRenewed(account, until);
        if (running > thisWeek) _prolong(account, running, week);
        else _begin(account, week);
    }

    /// @inheritdoc IVoteLock
    function endOf(uint256 term) external view returns (uint256) {
        return _endWeek(term) * WEEK;
    }

    /// @inheritdoc IVoteLock
    function lockOf(address account, uint256 end) external view returns (EraLock memory) {
        return end % WEEK == 0 ? _lockOf(account, end / WEEK) : EraLock(uint40(end), 0, 0, 0);
    }

    /// @inheritdoc IVoteLock
    function locksOf(
        address account,
        uint256 from,
        uint256 most
    ) external view returns (EraLock[] memory locks, uint256 next) {
        uint256 last = _thisWeek() + FARTHEST;
        uint256 first = from == 0 ? 0 : (from - 1) / WEEK;
        EraLock[] memory found = new EraLock[](most < last ? most : last);
        uint256 count = 0;
        uint256 week = first;
        while ((week = _nextWeek(account, week, last)) != 0) {
            if (_places[account][week].locked == 0) continue;
            if (count == most) {
                next = week * WEEK;
                break;
            }
            found[count++] = _lockOf(account, week);
        }
        locks = new EraLock[](count);
        for (uint256 i = 0; i < count; ++i) locks[i] = found[i];
    }

    /// @inheritdoc IVoteLock
    function doublingUntil(address account) external view returns (uint256) {
        return address(growth) == address(0) ? type(uint256).max : _doublings[account] * WEEK;
    }

    /// @dev Enters a new lock, or adds to one.
    /// @param term by which it is long or not
    function _lock(address account, address payer, uint256 amount, uint256 week, uint256 term) internal {
        if (amount == 0) revert NoAmount();
        if (account == address(0) || account == address(this)) revert CannotHoldLock(account);
        bool long = term > LONG;
        _put(account, week, amount);
        uint256 votes = long && _addLong(account, week, amount) ? 2 * amount : amount;
        _change(account, int256(amount), int256(votes));
        emit EraLocked(account, week * WEEK, payer, amount, long);
    }

    /// @dev Moves a part of a lock to a later week.
    function _extend(address account, uint256 end, uint256 amount, uint256 term) internal returns (uint256 newEnd) {
        if (amount == 0) revert NoAmount();
        EraLock memory from = _held(account, end);
        if (amount > from.amount) revert ExceedsLock(end, amount, from.amount);
        uint256 week = _endWeek(term);
        newEnd = week * WEEK;
        bool long = term > LONG;
        uint256 single = from.amount - from.long;
        uint256 fromLong = amount > single ? amount - single : 0;
        if (newEnd < end || (newEnd == end && (!long || fromLong == amount))) revert NotLonger(end, newEnd);
        if (!long && fromLong != 0) revert DoublingWouldEnd(end, amount, single);

        uint256 before = fromLong != 0 && _takeLong(account, end / WEEK, fromLong) ? fromLong : 0;
        if (newEnd != end) {
            uint256 left = from.amount - amount;
            // Else one least lock could be led through all ends, leaving dust in each.
            if (left != 0 && left < leastLock) revert BelowLeastLock(left, leastLock);
            _places[account][end / WEEK].locked = uint128(left);
            _put(account, week, amount);
        }
        uint256 later = long && _addLong(account, week, amount) ? amount : 0;
        if (later != before) _change(account, 0, int256(later) - int256(before));
        emit LockExtended(account, end, newEnd, amount, long);
    }

    /// @dev Takes locks that have ended out of the book.
    function _release(address account, address to, uint256[] calldata ends) internal returns (uint256 amount) {
        if (ends.length == 0) revert NoLocks();
        for (uint256 i = 0; i < ends.length; ++i) {
            uint256 end = ends[i];
            uint256 part = _held(account, end).amount;
            if (end > block.timestamp) revert StillLocked(end);
            _places[account][end / WEEK].locked = 0;
            amount += part;
            emit LockWithdrawn(account, end, to, part);
        }
        _change(account, -int256(amount), -int256(amount));
    }

    /// @dev The week of the end that a term chosen now has.
    function _endWeek(uint256 term) internal view returns (uint256) {
        if (term < SHORTEST || term > LONGEST) revert LockTermOutOfRange(term, SHORTEST, LONGEST);
        return _up(block.timestamp + term);
    }

    /// @dev The term that is left until `end`, which a week begins with; the longest is as long as one that is rounded up.
    function _termUntil(uint256 end) internal view returns (uint256 term) {
        if (end % WEEK != 0) revert NotAnEnd(end, WEEK);
        term = end > block.timestamp ? end - block.timestamp : 0;
        if (term < SHORTEST || end / WEEK > _up(block.timestamp + LONGEST))
            revert LockTermOutOfRange(term, SHORTEST, LONGEST);
    }

    function _put(address account, uint256 week, uint256 amount) private {
        Place storage place = _places[account][week];
        uint256 locked = place.locked;
        uint256 least = leastLock;
        if (locked == 0 && amount < least) revert BelowLeastLock(amount, least);
        place.locked = uint128(locked + amount);
        _enter(account, week);
    }

    /// @dev `amount` of the lock is long from now on.
    /// @return doubled whether it votes twice
    function _addLong(address account, uint256 week, uint256 amount) private returns (bool doubled) {
        return _changeLong(account, week, int256(amount));
    }

    /// @dev `amount` of the lock is long no more.
    /// @return doubled whether it voted twice
    function _takeLong(address account, uint256 week, uint256 amount) private returns (bool doubled) {
        return _changeLong(account, week, -int256(amount));
    }

    function _changeLong(address account, uint256 week, int256 more) private returns (bool doubled) {
        if (address(growth) != address(0)) {
            _longs[account][week] = uint256(int256(_longs[account][week]) + more);
            uint256 until = _doublings[account];
            if (until <= _thisWeek()) return false;
            if (until < week) week = until;
        }
        _changeFall(account, week, more);
        return true;
    }

    /// @dev Locks that end between both weeks fall at their own ends now, the others at the later one.
    function _prolong(address account, uint256 running, uint256 later) private {
        uint256 rest = _places[account][running].falls - _longs[account][running];
        if (rest == 0) return;
        _changeFall(account, running, -int256(rest));
        uint256 week = running;
        while ((week = _nextWeek(account, week, later - 1)) != 0) {
            uint256 long = _longs[account][week];
            if (long == 0) continue;
            rest -= long;
            _changeFall(account, week, int256(long));
        }
        if (rest != 0) _changeFall(account, later, int256(rest));
    }

    /// @dev What is long votes twice again, until its own end or the end of the doubling.
    function _begin(address account, uint256 until) private {
        uint256 sum = 0;
        uint256 rest = 0;
        uint256 week = _thisWeek();
        uint256 last = week + FARTHEST;
        while ((week = _nextWeek(account, week, last)) != 0) {
            uint256 long = _longs[account][week];
            if (long == 0) continue;
            sum += long;
            if (week < until) _changeFall(account, week, int256(long));
            else rest += long;
        }
        if (rest != 0) _changeFall(account, until, int256(rest));
        if (sum != 0) _change(account, 0, int256(sum));
    }

    function _held(address account, uint256 end) private view returns (EraLock memory held) {
        if (end % WEEK == 0) held = _lockOf(account, end / WEEK);
        if (held.amount == 0) revert NothingLocked(account, end);
    }

    function _lockOf(address account, uint256 week) private view returns (EraLock memory found) {
        Place memory place = _places[account][week];
        found.end = uint40(week * WEEK);
        found.amount = uint96(place.locked);
        if (week <= _thisWeek()) return found;
        if (address(growth) == address(0)) {
            (found.long, found.doubled) = (uint96(place.falls), uint96(place.falls));
        } else {
            found.long = uint96(_longs[account][week]);
            if (_doublings[account] > _thisWeek()) found.doubled = found.long;
        }
    }

    /// @dev The week that begins at `time`, or next after it.
    function _up(uint256 time) private pure returns (uint256) {
        return (time + WEEK - 1) / WEEK;
    }
}
