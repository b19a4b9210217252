"""Locks of ERA and their votes, in exact integers.

Accounts are names, ends and times seconds. Rules raise the contract error's name; a refusal leaves everything as it
was. Nothing is carried along: votes of any second are counted anew from all locks as they stood at the end of that
second, so that what ends by itself ends here because the clock says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from caldera.model.ledger import Refused

DAY = 86_400
WEEK = 7 * DAY
SHORTEST = 7 * DAY
LONGEST = 4 * 365 * DAY
LONG = 183 * DAY
"""A term must be longer than this to vote twice."""
FARTHEST = LONGEST // WEEK + 2
"""Weeks after the one that has begun in which doubling can end."""
MOST_LEAST = 1_000 * 10**18
ALWAYS = 2**256 - 1


def week_up(time: int) -> int:
    """The second at which a week begins, at `time` or next after it."""
    return -(-time // WEEK) * WEEK


@dataclass(frozen=True)
class Lock:
    """What is locked until one end: `long` of it was chosen for more than 183 days."""

    single: int = 0
    long: int = 0

    @property
    def amount(self) -> int:
        """All of it."""
        return self.single + self.long


@dataclass(frozen=True)
class Standing:
    """Everything votes depend on, from second `since` on. `doublings`: until when what is long votes twice, where
    growth is asked for. `delegates`: who votes for whom, "" is nobody; who is not in it votes for himself."""

    since: int
    locks: dict[tuple[str, int], Lock] = field(default_factory=dict)
    doublings: dict[str, int] = field(default_factory=dict)
    delegates: dict[str, str] = field(default_factory=dict)

    def doubled(self, account: str, end: int, time: int, growth: bool) -> int:
        """What of a lock votes twice at `time`."""
        runs = time < (self.doublings.get(account, 0) if growth else ALWAYS)
        return self.locks[account, end].long if time < end and runs else 0


class LockModel:
    """All locks. The caller keeps `now`, `wallets` but for the contract's own, which is `me`'s, and `grown`: until when
    the growth of an account counts."""

    def __init__(self, now: int, least: int, growth: bool = False, me: str = "lock") -> None:
        self.now = now
        self.least = least
        self.growth = growth
        self.me = me
        self.paused_until = 0
        self.wallets: Counter[str] = Counter()
        self.grown: dict[str, int] = {}
        self.history = [Standing(0)]
        """One for each second in which something changed."""

    # votes

    @property
    def standing(self) -> Standing:
        """As it is now."""
        return self.history[-1]

    def then(self, time: int) -> Standing:
        """As it was at the end of a second."""
        found = self.history[0]
        for one in self.history:
            if one.since <= time:
                found = one
        return found

    def votes(self, time: int) -> Counter[str]:
        """Votes of everybody at the end of a second; "" has what is nobody's."""
        then = self.then(time)
        found: Counter[str] = Counter()
        for (account, end), lock in then.locks.items():
            doubled = then.doubled(account, end, time, self.growth)
            found[then.delegates.get(account, account)] += lock.amount + doubled
        return found

    def total(self, time: int) -> int:
        """All votes, nobody's included."""
        return self.votes(time).total()

    def doubled(self, time: int) -> int:
        """By how much all votes were more than what was locked."""
        then = self.then(time)
        return sum(then.doubled(account, end, time, self.growth) for account, end in then.locks)

    def units(self, account: str) -> int:
        """What is locked for an account."""
        return sum(lock.amount for (who, _), lock in self.standing.locks.items() if who == account)

    def locked(self) -> int:
        """What is locked in all."""
        return sum(lock.amount for lock in self.standing.locks.values())

    def turns(self) -> list[int]:
        """Seconds at which votes change: each event, each end of a lock and of a doubling."""
        found = {one.since for one in self.history[1:]}
        for one in self.history:
            found |= {end for _, end in one.locks} | set(one.doublings.values())
        return sorted(found)

    def lock_of(self, account: str, end: int) -> tuple[int, int, int]:
        """Of one lock: amount, what is long, what votes twice now."""
        lock = self.standing.locks.get((account, end), Lock())
        if end <= self.now or not lock.amount:
            return lock.amount, 0, 0
        return lock.amount, lock.long, self.standing.doubled(account, end, self.now, self.growth)

    def ends(self, account: str) -> list[int]:
        """Of all locks of an account."""
        return sorted(end for who, end in self.standing.locks if who == account)

    # rules

    def lock(self, by: str, account: str, amount: int, term: int) -> int:
        """Locks for anybody; gives back the end."""
        self._running()
        end = self._end(term)
        self._take(by, account, amount, end, term)
        return end

    def lock_until(self, by: str, amount: int, end: int) -> None:
        """Locks until an end that is known."""
        self._running()
        if end % WEEK:
            raise Refused("NotAnEnd")
        if end - self.now < SHORTEST or end > week_up(self.now + LONGEST):
            raise Refused("LockTermOutOfRange")
        self._take(by, by, amount, end, end - self.now)

    def extend(self, by: str, end: int, amount: int, term: int) -> int:
        """Moves a part of a lock; gives back the new end."""
        self._running()
        if not amount:
            raise Refused("NoAmount")
        lock = self._held(by, end)
        if end <= self.now:
            lock = Lock(lock.amount, 0)
        if amount > lock.amount:
            raise Refused("ExceedsLock")
        new_end = self._end(term)
        from_long = max(0, amount - lock.single)
        long = term > LONG
        if new_end < end or (new_end == end and not (long and from_long < amount)):
            raise Refused("NotLonger")
        if from_long and not long:
            raise Refused("DoublingWouldEnd")
        if new_end != end and 0 < lock.amount - amount < self.least:
            raise Refused("BelowLeastLock")
        self._begins(by, new_end, amount, end)
        locks = dict(self.standing.locks)
        rest = Lock(lock.single - amount + from_long, lock.long - from_long)
        locks[by, end] = rest
        held = locks.get((by, new_end), Lock())
        locks[by, new_end] = Lock(held.single + amount * (not long), held.long + amount * long)
        self._note(locks=locks)
        return new_end

    def withdraw(self, by: str, ends: Sequence[int], to: str | None = None) -> int:
        """Pays locks that have ended."""
        if to in ("", self.me):
            raise Refused("CannotWithdrawTo")
        if not ends:
            raise Refused("NoLocks")
        locks = dict(self.standing.locks)
        amount = 0
        for end in ends:
            if (by, end) not in locks:
                raise Refused("NothingLocked")
            if end > self.now:
                raise Refused("StillLocked")
            amount += locks.pop((by, end)).amount
        self.wallets[self.me] -= amount
        self.wallets[to or by] += amount
        self._note(locks=locks)
        return amount

    def delegate(self, by: str, to: str) -> None:
        """`to` votes for `by`."""
        self._note(delegates=self.standing.delegates | {by: to})

    def renew(self, account: str) -> int:
        """Prolongs the doubling of who has grown; gives back until when."""
        if not self.growth:
            raise Refused("GrowthNotAsked")
        until = self.grown.get(account, 0)
        if until <= self.now:
            raise Refused("DidNotGrow")
        end = min(week_up(until), (self.now // WEEK + FARTHEST) * WEEK)
        if end <= self.standing.doublings.get(account, 0):
            raise Refused("DoublingRuns")
        self._note(doublings=self.standing.doublings | {account: end})
        return end

    def set_least(self, least: int) -> None:
        """Of locks that begin from now on."""
        if least > MOST_LEAST:
            raise Refused("LeastLockOutOfRange")
        self.least = least

    def _take(self, by: str, account: str, amount: int, end: int, term: int) -> None:
        if amount > self.wallets[by]:
            raise Refused("ERC20InsufficientBalance")
        if not amount:
            raise Refused("NoAmount")
        if account in ("", self.me):
            raise Refused("CannotHoldLock")
        self._begins(account, end, amount)
        held = self.standing.locks.get((account, end), Lock())
        long = term > LONG
        made = Lock(held.single + amount * (not long), held.long + amount * long)
        self.wallets[by] -= amount
        self.wallets[self.me] += amount
        self._note(locks=self.standing.locks | {(account, end): made})

    def _begins(self, account: str, end: int, amount: int, old: int = 0) -> None:
        if end != old and (account, end) not in self.standing.locks and amount < self.least:
            raise Refused("BelowLeastLock")

    def _end(self, term: int) -> int:
        if not SHORTEST <= term <= LONGEST:
            raise Refused("LockTermOutOfRange")
        return week_up(self.now + term)

    def _held(self, account: str, end: int) -> Lock:
        if (account, end) not in self.standing.locks:
            raise Refused("NothingLocked")
        return self.standing.locks[account, end]

    def _running(self) -> None:
        if self.now < self.paused_until:
            raise Refused("Paused")

    def _note(
        self,
        locks: dict[tuple[str, int], Lock] | None = None,
        doublings: dict[str, int] | None = None,
        delegates: dict[str, str] | None = None,
    ) -> None:
        made = self.history.pop() if self.standing.since == self.now else self.standing
        made = replace(made, since=self.now)
        if locks is not None:
            made = replace(made, locks={key: lock for key, lock in locks.items() if lock.amount})
        if doublings is not None:
            made = replace(made, doublings=doublings)
        if delegates is not None:
            made = replace(made, delegates=delegates)
        self.history.append(made)
