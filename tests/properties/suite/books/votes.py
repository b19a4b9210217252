"""Votes of ERA: held, locked, not vested yet; now and at any past second.

Independent of the contracts: votes are counted anew from who holds, locks and is granted what, and who votes for whom.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from caldera.evm.address import to_address
from caldera.model.locks import ALWAYS, LONG, LONGEST, LockModel, week_up
from tests.properties.suite.books.balances import SUPPLY, Balances
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.grants import Grants
from tests.properties.suite.stage import NOBODY, Stage


class Votes(Book):
    """`locks`: the exact model. `held`: votes by what everybody holds, at the end of each second in which they
    changed."""

    hears: ClassVar[Hears] = {
        "EraToken": {"Transfer": "moved", "DelegateChanged": "delegated"},
        "VoteLock": {
            **emits("", "EraLocked", "LockExtended", "LockWithdrawn", "DoublingRenewed", "LeastLockSet")[""],
            "DelegateChanged": "lock_delegated",
            "PausedUntil": "paused_until",
        },
    }

    def __init__(self, stage: Stage, balances: Balances, grants: Grants) -> None:
        self.balances, self.grants = balances, grants
        self.locks = LockModel(stage.now, 0, me=stage.at("VoteLock"))
        self.locks.paused_until = 0
        self.delegates: dict[str, str] = {}
        self.held: Counter[str] = Counter()
        self.history: list[tuple[int, Counter[str]]] = []
        self.now = stage.now
        self.seen: set[str] = set()
        self.locks_seen: set[tuple[str, int]] = set()

    # votes of what is held

    def moved(self, event: Any, scene: Scene) -> None:
        for account, sign in ((event.from_, -1), (event.to, 1)):
            if voter := self.delegates.get(account):
                self._note(scene.now, voter, sign * event.value)

    def delegated(self, event: Any, scene: Scene) -> None:
        account, before = event.delegator, self.delegates.get(event.delegator)
        units = self.balances.held["EraToken"][account]
        if before:
            self._note(scene.now, before, -units)
        self.delegates[account] = "" if event.toDelegate == NOBODY else event.toDelegate
        if self.delegates[account]:
            self._note(scene.now, event.toDelegate, units)

    def _note(self, now: int, voter: str, units: int) -> None:
        self.held[voter] += units
        self.seen.add(voter)
        if self.history and self.history[-1][0] == now:
            self.history[-1] = (now, Counter(self.held))
        else:
            self.history.append((now, Counter(self.held)))

    def held_at(self, time: int) -> Counter[str]:
        """At the end of a second."""
        found: Counter[str] = Counter()
        for at, votes in self.history:
            if at <= time:
                found = votes
        return found

    # locks

    def before(self, scene: Scene) -> None:
        self.now = self.locks.now = scene.now

    def paused_until(self, event: Any, scene: Scene) -> None:
        self.locks.paused_until = event.until

    def least_lock_set(self, event: Any, scene: Scene) -> None:
        self.locks.set_least(event.least)

    def era_locked(self, event: Any, scene: Scene) -> None:
        self.locks.wallets[event.payer] = event.amount
        self.locks._running()
        self.locks._take(event.payer, event.account, event.amount, event.end, self._term(event.end, event.long))
        self._lock(event.account, event.end)

    def lock_extended(self, event: Any, scene: Scene) -> None:
        term = self._term(event.newEnd, event.long)
        assert self.locks.extend(event.account, event.end, event.amount, term) == event.newEnd
        self._lock(event.account, event.end)
        self._lock(event.account, event.newEnd)

    def _term(self, end: int, long: bool) -> int:
        """One that gives this end; 8: it votes twice only if it was chosen for long enough."""
        term = min(end - self.now, LONGEST if long else LONG)
        assert week_up(self.now + term) == end, f"8. no term that is {'long' if long else 'short'} gives the end {end}"
        assert (term > LONG) == long, "8. only what is locked for more than half a year votes twice"
        return term

    def lock_withdrawn(self, event: Any, scene: Scene) -> None:
        assert self.locks.withdraw(event.account, [event.end], event.to) == event.amount
        self._lock(event.account, event.end)

    def doubling_renewed(self, event: Any, scene: Scene) -> None:
        self.locks.grown[event.account] = ALWAYS
        raise AssertionError("8. the profile asks for no growth")

    def lock_delegated(self, event: Any, scene: Scene) -> None:
        self.locks.delegate(event.delegator, "" if event.toDelegate == NOBODY else event.toDelegate)
        self.seen |= {event.fromDelegate, event.toDelegate} - {NOBODY}

    def _lock(self, account: str, end: int) -> None:
        self.locks_seen.add((account, end))
        self.seen.add(self.locks.standing.delegates.get(account, account) or account)

    # what must hold

    def check(self, stage: Stage) -> None:
        """8, of what was touched: a lock is what was locked, and votes now are what everybody has."""
        self.now = self.locks.now = self.grants.model.now = stage.now
        for account, end in self.locks_seen:
            read = stage.net.locks.lockOf(account, end)
            assert (read.amount, read.long, read.doubled) == self.locks.lock_of(account, end), "8. a lock"
        if self.locks_seen:
            assert stage.net.locks.totalLocked() == self.locks.locked()
            assert stage.net.era.balanceOf(stage.net.locks) >= self.locks.locked()
        if self.seen:
            locked = self.locks.votes(stage.now)
            for account in self.seen:
                assert stage.net.era.getVotes(account) == self.held[account], f"8. votes of {account}"
                assert stage.net.locks.getVotes(account) == locked[account], f"8. locked votes of {account}"
        self.locks_seen.clear()
        self.seen.clear()

    def check_all(self, stage: Stage) -> None:
        """8: all votes of a past second are those of all accounts, and each has what it had."""
        times = sorted({*self.locks.turns(), *(time for time, _ in self.history)})
        past = [*[time for time in times if time < stage.now][-3:], stage.now - 1]
        for time in past:
            self._past(stage, time)

    def _past(self, stage: Stage, time: int) -> None:
        held, locked = self.held_at(time), self.locks.votes(time)
        granted, total = self.grants.model.past(time)
        voters = {*held, *locked, *granted, *self.delegates} - {"", NOBODY}
        sums = Counter[str]()
        for account in sorted(voters):
            read = tuple(stage.net.power.votesOf(to_address(account), time))
            wanted = (held[account], locked[account], granted[account])
            assert read == wanted, f"8. {account} had {read} votes at {time}, not {wanted}"
            sums.update(held=read[0], locked=read[1], granted=read[2])
        assert sums["locked"] + locked[""] == stage.net.locks.getPastTotalSupply(time), "8. all locked votes"
        idle = total - granted.total()
        assert sums["granted"] + idle == stage.net.vesting.getPastTotalSupply(time), "8. all votes of grants"
        assert sums["held"] <= SUPPLY == stage.net.era.getPastTotalSupply(time), "8. all votes of what is held"
