"""Everything anybody can do with locks, beside an exact model that must agree after every step.

Always true:
V1. The contract's ERA = all that is locked + what was sent there without a lock.
V2. Votes of everybody, now and at the end of any past second, are those of the model, which counts them from the locks
    as they stood then: at each event, each end of a lock and of a doubling, and the seconds around them.
V3. All votes of any second = the sum of everybody's votes + those of what is delegated to nobody; what doubling adds =
    all votes - all that is locked.
V4. What is locked votes once or twice, never more and never not at all; twice only what was locked for more than 183
    days when it was last chosen, before its end, and where growth is asked for only while the doubling runs.
V5. No lock ends earlier than it did when it was made or extended; nothing is paid before its end; everything after it.
V6. Nobody's locks, delegation or doubling change by what others do, but that others can add and prolong.
V7. The lock delegates none of its ERA in the token.
10. No privileged call succeeds for anyone the plan does not name.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.evm import Account, ContractError
from caldera.model.locks import LONG, LONGEST, MOST_LEAST, SHORTEST, LockModel, week_up
from tests.properties.beside import Beside
from tests.support.locks import DAY, EACH, ERA, HOLDERS, LEAST, NOBODY, SUPPLY, WEEK, YEAR, Locks
from tests.support.suite import name_of

VOTERS = (*HOLDERS, "mallory")

pick = st.integers(0, 1 << 30)
mostly = st.sampled_from([True] * 5 + [False])
rarely = st.sampled_from([False] * 15 + [True])
people = st.sampled_from(HOLDERS)
amounts = st.one_of(
    st.sampled_from([0, 1, LEAST - 1, LEAST, EACH + 1]),
    st.integers(LEAST, 10**6 * ERA),
    st.integers(LEAST, 10**6 * ERA),
    st.integers(LEAST, 10**6 * ERA),
)
parts = st.sampled_from(["all"] * 4 + ["half"] * 4 + ["one", "more", "none"])
kinds = st.sampled_from(["longer"] * 3 + ["long"] * 4 + ["same", "a second less", "a second more", "any"])
terms = st.one_of(
    st.sampled_from([SHORTEST, LONG, LONG + 1, LONGEST, SHORTEST - 1, LONGEST + 1, 0, 2**255]),
    st.integers(SHORTEST, LONG),
    st.integers(LONG + 1, YEAR),
    st.integers(LONG + 1, LONGEST),
)
waits = st.one_of(st.sampled_from([0, 1, WEEK]), st.integers(0, 40 * DAY), st.integers(0, YEAR))


class LockMachine(Beside):
    """The machine. `stand` is shared by all examples; each begins at `mark`."""

    stand: Locks
    growth = False
    reached: ClassVar[tuple[str, ...]] = (
        "lock",
        "lockFor",
        "lockUntil",
        "extend",
        "withdraw",
        "withdrawTo",
        "setLeastLock",
    )

    def __init__(self) -> None:
        super().__init__()
        self.stand.suite.chain.restore(self.mark)
        self.model = LockModel(self.stand.now, LEAST, self.growth)
        for name in HOLDERS:
            self.model.wallets[name] = EACH
        self.model.wallets["holder"] = SUPPLY - len(HOLDERS) * EACH
        self.donated = 0

    def actor(self, name: str) -> Account:
        return self.stand.account(name)

    def address(self, name: str) -> str:
        return NOBODY if not name else self.stand.lock.address if name == "lock" else self.actor(name).address

    def end(self, who: str, which: int, ended: bool | None = None) -> int:
        """The end of one of its locks, where there is one that fits; now and then one that is none."""
        ends = self.model.ends(who)
        fitting = [end for end in ends if ended is None or (end <= self.model.now) == ended] or ends
        if not fitting or which % 24 == 17:
            return week_up(self.model.now) + which % 3 * WEEK
        return fitting[which // 24 % len(fitting)] + (which % 24 == 18)

    def holder(self, who: str, which: int, ended: bool) -> str:
        """An account with such a lock, where there is one; now and then any."""
        now, locks = self.model.now, self.model.standing.locks
        found = sorted({name for name, end in locks if name in HOLDERS and (end <= now) == ended})
        return who if who in found or not found or which % 12 == 5 else found[which % len(found)]

    def amount(self, who: str, end: int, part: str) -> int:
        whole, long, _ = self.model.lock_of(who, end)
        whole = whole - long if part == "half" and long < whole else whole
        return {"all": whole, "more": whole + 1, "half": max(LEAST, whole // 2), "one": 1, "none": 0}[part]

    @initialize()
    def begin(self) -> None:
        """Something of everything: what a run of few rules would not come to."""
        for who, term in (
            ("alice", YEAR),
            ("alice", 60 * DAY),
            ("bank", LONG + 1),
            ("bank", LONG),
            ("carol", 2 * YEAR),
        ):
            self._lock(who, 1_000 * ERA + len(who), term)
        self._delegate("carol", "alice")
        if self.growth:
            self._grow("alice", 40 * DAY)
            self._grow("carol", 40 * DAY)
            self._renew("alice")
            self._renew("carol")

    @rule(who=people, amount=amounts, term=terms)
    def lock(self, who: str, amount: int, term: int) -> None:
        self._lock(who, amount, term)

    def _lock(self, who: str, amount: int, term: int) -> None:
        self.both(
            "lock",
            lambda: self.model.lock(who, who, amount, term),
            lambda: self.stand.lock.lock(amount, term, sender=self.actor(who)).returned,
        )

    @rule(by=people, who=st.sampled_from([*VOTERS, *VOTERS, "", "lock"]), amount=amounts, term=terms)
    def lock_for(self, by: str, who: str, amount: int, term: int) -> None:
        self.both(
            "lockFor",
            lambda: self.model.lock(by, who, amount, term) and None,
            lambda: self.stand.lock.lockFor(self.address(who), amount, term, sender=self.actor(by)).returned,
        )

    @rule(who=people, which=pick, amount=amounts)
    def lock_until(self, who: str, which: int, amount: int) -> None:
        who = self.holder(who, which, False)
        end = self.end(who, which, ended=False)
        self.both(
            "lockUntil",
            lambda: self.model.lock_until(who, amount, end),
            lambda: self.stand.lock.lockUntil(amount, end, sender=self.actor(who)),
        )

    @rule(who=people, which=pick, part=parts, kind=kinds, more=st.integers(0, YEAR), ended=rarely)
    def extend(self, who: str, which: int, part: str, kind: str, more: int, ended: bool) -> None:
        """By a term that fits, or by any; also around the same end."""
        if ended:
            self._until_one_ends(1)
        who = self.holder(who, which, ended)
        end = self.end(who, which, ended)
        left = end - self.model.now
        term = {
            "longer": min(LONGEST, max(SHORTEST, left + more)),
            "long": min(LONGEST, max(LONG + 1, left + more)),
            "same": max(0, left),
            "a second less": max(0, left - 1),
            "a second more": max(0, left + 1),
            "any": more,
        }[kind]
        self._extend(who, end, part, term)

    def _extend(self, who: str, end: int, part: str, term: int) -> None:
        amount = self.amount(who, end, part)
        self.both(
            "extend",
            lambda: self.model.extend(who, end, amount, term),
            lambda: self.stand.lock.extend(end, amount, term, sender=self.actor(who)).returned,
        )

    @rule(who=people, which=pick, every=st.booleans(), twice=rarely)
    def withdraw(self, who: str, which: int, every: bool, twice: bool) -> None:
        self._until_one_ends(which)
        who = self.holder(who, which, True)
        ends = [end for end in self.model.ends(who) if end <= self.model.now] if every else [self.end(who, which, True)]
        ends += ends[:1] if twice else []
        self.both(
            "withdraw",
            lambda: self.model.withdraw(who, ends),
            lambda: self.stand.lock.withdraw(ends, sender=self.actor(who)).returned,
        )

    def _until_one_ends(self, which: int) -> None:
        """Where none has ended, mostly the time at which one does."""
        ends = [end for name, end in self.model.standing.locks if name in HOLDERS]
        if ends and min(ends) > self.model.now and which % 4:
            self.to(min(ends))

    @rule(who=people, which=pick, to=st.sampled_from([*HOLDERS, *HOLDERS, "", "lock"]))
    def withdraw_to(self, who: str, which: int, to: str) -> None:
        self._until_one_ends(which)
        who = self.holder(who, which, True)
        ends = [self.end(who, which, True)]
        self.both(
            "withdrawTo",
            lambda: self.model.withdraw(who, ends, to),
            lambda: self.stand.lock.withdrawTo(self.address(to), ends, sender=self.actor(who)).returned,
        )

    @rule(who=st.sampled_from(VOTERS), to=st.sampled_from([*VOTERS, ""]))
    def delegate(self, who: str, to: str) -> None:
        self._delegate(who, to)

    def _delegate(self, who: str, to: str) -> None:
        self.both(
            "delegate",
            lambda: self.model.delegate(who, to),
            lambda: self.stand.lock.delegate(self.address(to), sender=self.actor(who)),
        )

    @rule(who=st.sampled_from(VOTERS), span=st.one_of(st.integers(0, 60 * DAY), st.integers(0, 5 * YEAR)), renew=mostly)
    def grow(self, who: str, span: int, renew: bool) -> None:
        if self.growth:
            self._grow(who, span)
        if renew:
            self._renew(who)

    def _grow(self, who: str, span: int) -> None:
        self.stand.grows(self.actor(who), self.model.now + span)
        self.model.grown[who] = self.model.now + span

    @rule(who=st.sampled_from(VOTERS))
    def renew(self, who: str) -> None:
        self._renew(who)

    def _renew(self, who: str) -> None:
        if not self.growth:
            return self.refused(
                "GrowthNotAsked", lambda: self.stand.lock.renew(self.actor(who), sender=self.actor(who))
            )
        self.both(
            "renew",
            lambda: self.model.renew(who),
            lambda: self.stand.lock.renew(self.actor(who), sender=self.stand.stranger).returned,
        )
        return None

    @staticmethod
    def refused(error: str, call: Callable[[], Any]) -> None:
        try:
            call()
        except ContractError as found:
            assert name_of(found) == error, found
        else:
            raise AssertionError(f"{error} expected")

    @rule(least=st.sampled_from([LEAST, LEAST, 0, 1, 1_000 * ERA, MOST_LEAST, MOST_LEAST + 1]))
    def set_least(self, least: int) -> None:
        self.both(
            "setLeastLock",
            lambda: self.model.set_least(least),
            lambda: self.stand.lock.setLeastLock(least, sender=self.stand.admin),
        )
        assert self.stand.lock.leastLock() == self.model.least

    @rule(by=people, amount=st.integers(1, ERA))
    def donate(self, by: str, amount: int) -> None:
        self.stand.era.transfer(self.stand.lock, amount, sender=self.actor(by))
        self.model.wallets[by] -= amount
        self.donated += amount

    @rule(seconds=st.integers(1, 7 * DAY), now=rarely)
    def pause(self, seconds: int, now: bool) -> None:
        if not now:
            return
        try:
            self.stand.lock.pause(seconds, sender=self.stand.officer)
        except ContractError as error:
            assert name_of(error) == "PauseTooSoon"
        else:
            self.model.paused_until = self.model.now + seconds

    @rule(seconds=waits)
    def wait(self, seconds: int) -> None:
        self.to(self.model.now + seconds)

    @rule(which=pick, by=st.sampled_from([-1, 0, 1]))
    def wait_for_a_turn(self, which: int, by: int) -> None:
        """Right before, at and after the second at which something ends by itself."""
        coming = [turn for turn in self.model.turns() if turn > self.model.now]
        if coming:
            self.to(max(self.model.now, coming[which % len(coming)] + by))

    @rule(years=st.integers(1, 6), now=rarely)
    def wait_for_years(self, years: int, now: bool) -> None:
        if now:
            self.to(self.model.now + years * YEAR)

    def to(self, time: int) -> None:
        self.stand.to(time)
        self.model.now = time

    @rule(by=st.sampled_from([*HOLDERS, "mallory", "officer"]))
    def privileged_call_by_nobody(self, by: str) -> None:
        """Invariant 10."""
        lock, me = self.stand.lock, self.actor(by)
        self.refused("AccessManagedUnauthorized", lambda: lock.setLeastLock(0, sender=me))
        if by != "officer":
            self.refused("AccessManagedUnauthorized", lambda: lock.pause(1, sender=me))
            self.refused("AccessManagedUnauthorized", lambda: lock.unpause(sender=me))

    @invariant()
    def every_unit_is_accounted_for(self) -> None:
        """V1, V7."""
        era, lock = self.stand.era, self.stand.lock
        assert era.balanceOf(lock) == self.model.locked() + self.donated
        assert self.model.wallets["lock"] == self.model.locked() == lock.totalLocked()
        for name in (*HOLDERS, "holder"):
            assert era.balanceOf(self.actor(name)) == self.model.wallets[name], name
        assert era.delegates(lock) == NOBODY

    @invariant()
    def votes_agree(self) -> None:
        """V2 and V4, now."""
        lock, model = self.stand.lock, self.model
        votes = model.votes(model.now)
        for name in VOTERS:
            who = self.actor(name)
            assert lock.getVotes(who) == votes[name], name
            assert lock.votingUnits(who) == model.units(name)
            assert lock.delegates(who) == self.address(model.standing.delegates.get(name, name))
        assert lock.getVotes(NOBODY) == 0
        assert model.locked() <= votes.total() <= 2 * model.locked()

    @invariant()
    def locks_agree(self) -> None:
        """V5, V6."""
        for name in VOTERS:
            who, ends = self.actor(name), self.model.ends(name)
            assert self.stand.ends(who) == ends
            for end in ends:
                assert self.stand.held(who, end) == self.model.lock_of(name, end)
            if self.growth:
                assert self.stand.lock.doublingUntil(who) == self.model.standing.doublings.get(name, 0)

    def past_agrees(self, time: int) -> None:
        """V2 and V3, then."""
        lock, votes = self.stand.lock, self.model.votes(time)
        for name in VOTERS:
            assert lock.getPastVotes(self.actor(name), time) == votes[name], (name, time)
        assert lock.getPastTotalSupply(time) == votes.total()
        assert lock.doubledAt(time) == self.model.doubled(time)

    @rule(which=pick, back=st.integers(1, 3 * YEAR))
    def the_past_is_known(self, which: int, back: int) -> None:
        turns = self.model.turns()
        for time in (*(turns[which % len(turns)] + by for by in (-1, 0, 1)), self.model.now - back):
            if 0 <= time < self.model.now:
                self.past_agrees(time)
                continue
            lock = self.stand.lock
            self.refused("ERC5805FutureLookup", lambda: lock.getPastVotes(NOBODY, time))  # noqa: B023 - called at once
        self.calls["getPastVotes"] += 1

    def teardown(self) -> None:
        """V2 and V3 at every second of interest, and V5: when everything has ended, everybody gets everything."""
        self.to(self.model.now + 1)
        seconds = {turn + by for turn in self.model.turns() for by in (-1, 0, 1)}
        for time in sorted(seconds):
            if time < self.model.now:
                self.past_agrees(time)
        self.to(self.model.now + 5 * YEAR)
        for name in HOLDERS:
            if ends := self.model.ends(name):
                wanted: Any = self.model.withdraw(name, ends)
                assert self.stand.lock.withdraw(ends, sender=self.actor(name)).returned == wanted
        self.every_unit_is_accounted_for()
        self.votes_agree()


class GrowthMachine(LockMachine):
    """Where doubling needs growth."""

    growth = True
    reached = (*LockMachine.reached, "renew")
