"""Everything anybody can do with votes and proposals, beside an exact model that must agree after every step.

Always true:
V1. The votes of everybody, by source, at any past second are those of what was held, locked and granted at its end.
V2. All weighted votes at any past second = the supply + what doubled then = the votes of all together + those of what
    nobody votes with.
V3. No ERA counts in two sources: held + locked, each once, + unvested votes are never more than the supply.
V4. What anybody has cast on a proposal is at most his votes at its snapshot; the tally is the sum of what was cast.
V5. Whatever was carried out had the quorum, more votes for than against, and waited the whole delay, never less than
    the floor; what was cancelled, defeated or has expired never is.
V6. A proposal is where the model has it, with the same snapshot, deadline and time of execution, and what it calls
    happened exactly if it was carried out.
V7. No setting ever leaves its bounds, and none changes but by a proposal.
V8. The guardian can cancel and nothing else, and not the proposal that names another guardian.
V9. Nobody but the timelock holds ADMIN, proposes at the timelock but the governor, or changes a setting.
V10. What is borrowed within a second, or bought, locked or delegated after a snapshot, adds nothing to a vote.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.contracts import structs
from caldera.evm import Account
from caldera.model import Refused
from caldera.model.governance import (
    DAY,
    ERA,
    GRACE,
    HIGHEST,
    HIGHEST_DELAY,
    HOUR,
    LOWEST,
    SETTERS,
    TIMELOCK,
    Act,
    GovernanceModel,
    State,
    Votes,
    VotingModel,
)
from caldera.model.locks import LONG, LONGEST, SHORTEST, LockModel, week_up
from caldera.model.vesting import VestingModel
from tests.properties.beside import Beside
from tests.support.governance import ADMIN, DELAY, FLOOR, SUPPLY, TERMS, WEEK, YEAR, Call, Governance, calls, packed
from tests.support.suite import NOBODY, reverts

PEOPLE = ("alice", "bank", "carol", "seller")
EVERYBODY = (*PEOPLE, "guardian", "holder")
PLACES = ("vault", "lock", TIMELOCK, "governor")
MILLION = 10**6 * ERA
LEAST = 10 * ERA

pick = st.integers(0, 1 << 30)
people = st.sampled_from(PEOPLE)
amounts = st.one_of(st.sampled_from([0, 1, 7]), st.integers(1, 60 * MILLION), st.integers(10 * MILLION, 200 * MILLION))
parts = st.sampled_from(["all", "all", "half", "one", "none", "more"])
most_parts = st.sampled_from(["all", "half", "half", "half", "half", "one", "more"])
spans = st.sampled_from([SHORTEST, 40 * DAY, LONG, LONG + 1, LONG + 1, YEAR, YEAR, 2 * YEAR, LONGEST, SHORTEST - 1])


def part_of(whole: int, part: str) -> int:
    """So much of it."""
    return {"all": whole, "more": whole + 1, "half": (whole + 1) // 2, "one": 1, "none": 0}[part]


@st.composite
def acts(draw: st.DrawFn) -> tuple[Act, ...]:
    """What a proposal calls; now and then beyond a bound, or what cannot be paid."""
    found = []
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 2, 0]))):
        name = draw(
            st.sampled_from([*SETTERS, "setProposalGuardian", "setProposalGuardian", "updateDelay", "pay", "pay"])
        )
        if name == "setProposalGuardian":
            found.append(Act(name, 0, draw(st.sampled_from(["guardian", "carol", ""]))))
        elif name == "pay":
            found.append(Act(name, draw(st.sampled_from([0, 1, ERA, MILLION])), draw(people)))
        else:
            low, high = FLOOR, HIGHEST_DELAY
            if name in SETTERS:
                field = SETTERS[name][0]
                low, high = getattr(LOWEST, field), getattr(HIGHEST, field)
            off = draw(st.sampled_from([low - 1, low, low, high + 1, (2 * low + high) // 3]))
            found.append(Act(name, off))
    return tuple(found)


class GovernorMachine(Beside):
    """The machine. `hall` is shared by all examples; each begins at `mark`."""

    hall: Governance
    reached = (
        "lock",
        "lockUntil",
        "extend",
        "withdraw",
        "release",
        "propose",
        "vote",
        "voteParts",
        "queue",
        "execute",
        "executeAtTimelock",
        "cancel",
    )

    def __init__(self) -> None:
        super().__init__()
        self.hall.chain.restore(self.mark)
        grants = VestingModel(self.hall.now)
        grants.wallets["holder"] = SUPPLY
        self.voting = VotingModel(grants, LockModel(self.hall.now, LEAST))
        self.voting.note()
        self.model = GovernanceModel(self.voting, TERMS, FLOOR, DELAY, "guardian")
        self.begun = self.hall.now
        self.executed: dict[int, int] = {}
        self.steps = 0

    def actor(self, name: str) -> Account:
        return self.hall.account(name)

    def address(self, name: str) -> str:
        where = {"vault": self.hall.vault, "lock": self.hall.lock, TIMELOCK: self.hall.timelock}
        if name in where:
            return where[name].address
        return NOBODY if not name else self.hall.governor.address if name == "governor" else self.actor(name).address

    def to(self, time: int) -> None:
        self.hall.to(time)
        self.voting.now = time

    def as_calls(self, number: int) -> tuple[list[Call], str]:
        proposal = self.model.proposals[number - 1]
        return [self.as_call(act) for act in proposal.acts], proposal.text

    def as_call(self, act: Act) -> Call:
        hall = self.hall
        if act.name == "pay":
            return hall.call(hall.era, "transfer", self.address(act.account), act.value)
        if act.name == "setProposalGuardian":
            return hall.call(hall.governor, act.name, self.address(act.account))
        return hall.call(hall.timelock if act.name == "updateDelay" else hall.governor, act.name, act.value)

    def number(self, which: int, *wanted: State) -> int:
        """A proposal in such a state, where there is one; now and then any."""
        numbers = range(1, len(self.model.proposals) + 1)
        fitting = [number for number in numbers if self.model.state(number) in wanted]
        chosen = fitting if fitting and which % 8 != 5 else list(numbers)
        return chosen[(which // 8) % len(chosen)] if chosen else 0

    @initialize(
        spread=st.lists(st.integers(6, 90), min_size=4, max_size=4),
        early=st.sampled_from([2, DAY, DAY + 1, DAY + 2, 3 * DAY, 9 * DAY]),
    )
    def begin(self, spread: list[int], early: int) -> None:
        """Something of everything, and two proposals so long before a lock falls: what a run of few rules would not
        come to."""
        spread = [millions * MILLION + place for place, millions in enumerate(spread)]
        for name, amount in zip(PEOPLE, spread, strict=True):
            self._transfer("holder", name, amount)
            self._delegate(name, name)
        self._transfer("holder", TIMELOCK, MILLION)
        for name in (*PEOPLE, "holder"):
            self.hall.era.approve(self.hall.lock, SUPPLY, sender=self.actor(name))
        self.hall.era.approve(self.hall.vault, SUPPLY, sender=self.actor("holder"))
        self._lock("alice", spread[0] // 3, LONG + 1)
        self._lock("seller", spread[3] // 5, LONG)
        self.to(week_up(self.hall.now + LONG + 1) - early)
        self._lock("bank", spread[1] // 4, YEAR)
        self._lock("carol", spread[2] // 4, 40 * DAY)
        self._grant("carol", 30 * MILLION, YEAR)
        self.to(self.hall.now + 1)
        self._propose("alice", (Act("pay", ERA, "seller"),), "first")
        self._propose("alice", (Act("setVotingPeriod", DAY), Act("updateDelay", FLOOR)), "second")
        self.to(self.model.proposals[0].snapshot + 1)

    # ERA

    @rule(source=st.sampled_from([*PEOPLE, "holder"]), to=st.sampled_from([*PEOPLE, *PEOPLE, *PLACES]), amount=amounts)
    def transfer(self, source: str, to: str, amount: int) -> None:
        """To places, too: what is sent there by mistake votes for nobody."""
        self._transfer(source, to, amount)

    def _transfer(self, source: str, target: str, amount: int) -> None:
        self.both(
            "transfer",
            lambda: self.voting.transfer(source, target, amount),
            lambda: self.hall.era.transfer(self.address(target), amount, sender=self.actor(source)),
        )

    @rule(by=people, to=st.sampled_from([*PEOPLE, ""]))
    def delegate(self, by: str, to: str) -> None:
        self._delegate(by, to)

    def _delegate(self, by: str, to: str) -> None:
        self.both(
            "delegate",
            lambda: self.voting.delegate(by, to),
            lambda: self.hall.era.delegate(self.address(to), sender=self.actor(by)),
        )

    @rule(by=people, to=st.sampled_from([*PEOPLE, ""]))
    def delegate_locked(self, by: str, to: str) -> None:
        self.both(
            "delegate locked",
            lambda: self.voting.locks.delegate(by, to),
            lambda: self.hall.lock.delegate(self.address(to), sender=self.actor(by)),
        )

    @rule(by=people, to=st.sampled_from([*PEOPLE, ""]))
    def delegate_unvested(self, by: str, to: str) -> None:
        def expected() -> None:
            self.voting.grants.delegate(by, to)
            self.voting.note()

        self.both(
            "delegate unvested",
            expected,
            lambda: self.hall.vault.delegate(self.address(to), sender=self.actor(by)),
        )

    # locks

    @rule(by=people, part=most_parts, term=spans)
    def lock(self, by: str, part: str, term: int) -> None:
        self._lock(by, part_of(self.voting.wallets[by], part), term)

    def _lock(self, by: str, amount: int, term: int) -> None:
        self.moved(
            "lock",
            lambda: self.voting.locks.lock(by, by, amount, term),
            lambda: self.hall.lock.lock(amount, term, sender=self.actor(by)).returned,
        )

    def moved(self, name: str, expected: Callable[[], Any], actual: Callable[[], Any]) -> None:
        """The same on both, after which the token's votes may be others."""

        def noted() -> Any:
            result = expected()
            self.voting.note()
            return result

        self.both(name, noted, actual)

    @rule(by=people, who=people, part=most_parts, term=spans)
    def lock_for(self, by: str, who: str, part: str, term: int) -> None:
        amount = part_of(self.voting.wallets[by] // 8, part)
        self.moved(
            "lockFor",
            lambda: self.voting.locks.lock(by, who, amount, term) and None,
            lambda: self.hall.lock.lockFor(self.actor(who), amount, term, sender=self.actor(by)),
        )

    def lock_of(self, which: int, ended: bool) -> tuple[str, int]:
        """A lock that has ended or has not, where there is one; now and then any, or none."""
        locks = sorted(self.voting.locks.standing.locks)
        fitting = [lock for lock in locks if (lock[1] <= self.hall.now) == ended]
        chosen = fitting if fitting and which % 8 != 5 else locks
        return chosen[which // 8 % len(chosen)] if chosen and which % 24 != 7 else ("alice", WEEK)

    @rule(which=pick, part=most_parts)
    def lock_until(self, which: int, part: str) -> None:
        """Adds to a lock."""
        by, end = self.lock_of(which, ended=False)
        amount = part_of(self.voting.wallets[by], part)
        self.moved(
            "lockUntil",
            lambda: self.voting.locks.lock_until(by, amount, end),
            lambda: self.hall.lock.lockUntil(amount, end, sender=self.actor(by)),
        )

    @rule(which=pick, part=most_parts, term=spans, ended=st.sampled_from([False, False, True]))
    def extend(self, which: int, part: str, term: int, ended: bool) -> None:
        by, end = self.lock_of(which, ended)
        amount = part_of(self.voting.locks.lock_of(by, end)[0], part)
        self.both(
            "extend",
            lambda: self.voting.locks.extend(by, end, amount, term),
            lambda: self.hall.lock.extend(end, amount, term, sender=self.actor(by)).returned,
        )

    @rule(which=pick)
    def withdraw(self, which: int) -> None:
        by, end = self.lock_of(which, ended=True)
        self.moved(
            "withdraw",
            lambda: self.voting.locks.withdraw(by, [end]),
            lambda: self.hall.lock.withdraw([end], sender=self.actor(by)).returned,
        )

    # grants

    @rule(who=people, amount=st.integers(1, 20 * MILLION), duration=st.sampled_from([1, DAY, 30 * DAY, YEAR]))
    def grant(self, who: str, amount: int, duration: int) -> None:
        self._grant(who, amount, duration)

    def _grant(self, who: str, amount: int, duration: int) -> None:
        grants, now = self.voting.grants, self.hall.now
        self.moved(
            "grantFor",
            lambda: grants.grant_for("holder", who, amount, now, 0, duration) and None,
            lambda: self.hall.vault.grantFor(self.address(who), amount, now, 0, duration, sender=self.actor("holder")),
        )

    @rule(which=pick, into=st.sampled_from(["", "", "locked", "sent"]))
    def release(self, which: int, into: str) -> None:
        """Vesting, then release; then it may be locked, or sent to somebody else."""
        grants = self.voting.grants
        ready = [number for number, grant in grants.grants.items() if grant.releasable(self.hall.now)]
        number = ready[which % len(ready)] if ready else 1
        who, amount = grants.grants[number].beneficiary, grants.grants[number].releasable(self.hall.now)
        self.moved(
            "release",
            lambda: grants.release("holder", number),
            lambda: self.hall.vault.release(number, sender=self.actor("holder")).returned,
        )
        if into == "locked" and amount:
            self._lock(who, amount, YEAR)
        if into == "sent" and amount:
            self._transfer(who, PEOPLE[which % len(PEOPLE)], amount)

    # proposals

    @rule(by=people, given=acts(), text=st.sampled_from(["a", "b", "c"]))
    def propose(self, by: str, given: tuple[Act, ...], text: str) -> None:
        if len(self.model.proposals) < 8:
            self._propose(by, given, text)

    def _propose(self, by: str, given: tuple[Act, ...], text: str) -> None:
        of = calls([self.as_call(act) for act in given], text)
        self.both(
            "propose",
            lambda: self.model.propose(by, given, text),
            lambda: self.hall.governor.propose(of.targets, of.values, of.datas, text, sender=self.actor(by)).returned,
        )

    @rule(which=pick, by=st.sampled_from([*PEOPLE, *PEOPLE, "guardian"]), support=st.sampled_from([1, 1, 1, 0, 2, 3]))
    def vote(self, which: int, by: str, support: int) -> None:
        """Again, too: nobody changes his mind about votes that he has cast."""
        self._vote(self.number(which, State.ACTIVE), by, support)

    def _vote(self, number: int, by: str, support: int) -> None:
        self.both(
            "vote",
            lambda: self.model.vote(by, number, support),
            lambda: self.hall.governor.castVote(number, support, sender=self.actor(by)).returned,
        )

    @rule(which=pick, by=people, part=parts, split=st.integers(0, 6))
    def vote_in_part(self, which: int, by: str, part: str, split: int) -> None:
        number = self.number(which, State.ACTIVE)
        left = 1
        if number:
            proposal = self.model.proposals[number - 1]
            left = self.voting.past_votes(by, proposal.snapshot) - proposal.used[by]
        amount = part_of(max(left, 0), part)
        against = amount * split // 12
        given = (against, amount - 2 * against, against)
        params = packed(*given)
        self.both(
            "voteParts",
            lambda: self.model.vote(by, number, 255, given),
            lambda: (
                self.hall.governor.castVoteWithReasonAndParams(number, 255, "", params, sender=self.actor(by)).returned
            ),
        )

    @rule(which=pick, who=people, amount=amounts, then=st.sampled_from(["back", "back", "kept", "locked", "passed on"]))
    def come_into_votes(self, which: int, who: str, amount: int, then: str) -> None:
        """V10: in the second of a snapshot a loan comes, votes and goes; after it somebody buys, locks, delegates."""
        number = self.number(which, State.PENDING, State.ACTIVE)
        if not number:
            return
        snapshot = self.model.proposals[number - 1].snapshot
        if self.hall.now < snapshot and which % 4:
            self.to(snapshot)
        if self.hall.now <= snapshot:
            then = "back"
        self._delegate(who, who)
        power, account = self.hall.power, self.actor(who)
        past = self.hall.now > snapshot
        before = power.getPastVotes(account, snapshot) if past else power.getVotes(account)
        self._transfer("holder", who, amount)
        self._vote(number, who, 1)
        if then == "back":
            self._transfer(who, "holder", amount)
        elif then == "locked":
            self._lock(who, amount, LONGEST)
        elif then == "passed on":
            self._transfer(who, PEOPLE[which % len(PEOPLE)], amount)
        if not past and self.hall.now == snapshot:
            self.to(snapshot + 1)
            past = True
        if past:
            assert power.getPastVotes(account, snapshot) == before
            self._vote(number, who, 1)

    @rule(which=pick, stages=st.integers(1, 6), by=st.sampled_from(EVERYBODY), direct=st.booleans())
    def go_on(self, which: int, stages: int, by: str, direct: bool) -> None:
        """A proposal some stages further on its way; a run of few rules would carry hardly any out."""
        number = self.number(which, State.PENDING, State.ACTIVE, State.SUCCEEDED, State.QUEUED)
        for _ in range(stages if number else 0):
            proposal, state = self.model.proposals[number - 1], self.model.state(number)
            if state == State.PENDING:
                self.to(proposal.snapshot + 1)
            elif state == State.ACTIVE and not self.model.reached(proposal):
                for name in PEOPLE:
                    self._vote(number, name, 1)
            elif state == State.ACTIVE:
                self.to(proposal.deadline + 1)
            elif state == State.SUCCEEDED:
                self._queue(number, by)
            elif state == State.QUEUED and self.hall.now < proposal.eta:
                self.to(proposal.eta)
            elif state == State.QUEUED:
                (self._execute_at_timelock if direct else self._execute)(number, by)

    def lists(self, number: int) -> Any:
        return calls(*self.as_calls(number)) if number else calls([], "nothing")

    @rule(which=pick, by=st.sampled_from(EVERYBODY))
    def queue(self, which: int, by: str) -> None:
        self._queue(self.number(which, State.SUCCEEDED), by)

    def _queue(self, number: int, by: str) -> None:
        self.both(
            "queue",
            lambda: self.model.queue(number),
            lambda: self.hall.governor.queue(*self.lists(number), sender=self.actor(by)),
        )

    @rule(which=pick, by=st.sampled_from(EVERYBODY))
    def execute(self, which: int, by: str) -> None:
        """V5."""
        self._execute(self.number(which, State.QUEUED), by)

    def _execute(self, number: int, by: str) -> None:
        if self.both(
            "execute",
            lambda: self.model.execute(number),
            lambda: self.hall.governor.execute(*self.lists(number), sender=self.actor(by)),
        ):
            self.carried_out(number)

    @rule(which=pick, by=st.sampled_from(EVERYBODY), early=st.sampled_from([False, False, True]))
    def execute_at_timelock(self, which: int, by: str, early: bool) -> None:
        number = self.number(which, State.QUEUED)
        if number and not early and self.model.state(number) == State.QUEUED:
            self.to(max(self.hall.now, self.model.proposals[number - 1].eta))
        self._execute_at_timelock(number, by)

    def _execute_at_timelock(self, number: int, by: str) -> None:
        of = self.lists(number)
        salt = self.hall.salt(self.model.proposals[number - 1].text if number else "nothing")

        def expected() -> None:
            if not number:
                raise Refused("TimelockUnexpectedOperationState")
            self.model.execute_at_timelock(number)

        if self.both(
            "executeAtTimelock",
            expected,
            lambda: self.hall.timelock.executeBatch(
                of.targets, of.values, of.datas, bytes(32), salt, sender=self.actor(by)
            ),
        ):
            self.carried_out(number)

    def carried_out(self, number: int) -> None:
        """V5, from what the contracts say alone."""
        governor, now = self.hall.governor, self.hall.now
        against, for_, abstain = governor.proposalVotes(number)
        snapshot, deadline = governor.proposalSnapshot(number), governor.proposalDeadline(number)
        assert number not in self.executed
        assert for_ > against
        assert for_ + abstain >= governor.quorum(snapshot) >= SUPPLY // 100
        eta = governor.proposalEta(number)
        assert eta <= now <= eta + GRACE
        waited = eta - deadline
        assert waited > self.hall.timelock.delayFloor() == FLOOR
        assert deadline - snapshot >= LOWEST.voting_period
        self.executed[number] = now

    @rule(which=pick, by=st.sampled_from([*PEOPLE, "guardian", "guardian", "holder"]))
    def cancel(self, which: int, by: str) -> None:
        """V8."""
        number = self.number(which, State.PENDING, State.ACTIVE, State.QUEUED)
        if which % 3:
            return
        self.both(
            "cancel",
            lambda: self.model.cancel(by, number),
            lambda: self.hall.governor.cancel(*self.lists(number), sender=self.actor(by)),
        )

    # time

    @rule(seconds=st.sampled_from([1, 1, HOUR, DAY, 3 * DAY, 40 * DAY, 200 * DAY]))
    def wait(self, seconds: int) -> None:
        self.to(self.hall.now + seconds)

    @rule(which=pick, off=st.sampled_from([-1, 0, 1]))
    def wait_for(self, which: int, off: int) -> None:
        """To the second at which something ends, a lock as well, one before, one after."""
        times = self.voting.locks.turns()
        for proposal in self.model.proposals:
            end = proposal.deadline
            times += [proposal.snapshot, end, end - self.model.terms.extension, end + GRACE]
            times += [proposal.eta, proposal.eta + GRACE] if proposal.eta else []
        ahead = sorted(time + off for time in times if time + off >= self.hall.now)
        if ahead:
            self.to(ahead[which % min(3, len(ahead))])

    # what nobody can

    @rule(who=st.sampled_from([*EVERYBODY, "admin", "mallory"]), which=pick)
    def try_what_only_governance_may(self, who: str, which: int) -> None:
        """V7, V8, V9."""
        hall, by = self.hall, self.actor(who)
        access, timelock, governor = hall.economy.suite.access, hall.timelock, hall.governor
        standard, role = timelock.PROPOSER_ROLE(), ADMIN
        given = (hall.era.address, 0, b"", bytes(32), bytes(32))
        tries: list[tuple[str, Callable[[], Any]]] = [
            ("GovernorOnlyExecutor", lambda: governor.setVotingDelay(HOUR, sender=by)),
            ("GovernorOnlyExecutor", lambda: governor.setVotingPeriod(DAY, sender=by)),
            ("GovernorOnlyExecutor", lambda: governor.setProposalThreshold(LOWEST.threshold, sender=by)),
            ("GovernorOnlyExecutor", lambda: governor.setLateQuorumVoteExtension(DAY, sender=by)),
            ("GovernorOnlyExecutor", lambda: governor.updateQuorumNumerator(100, sender=by)),
            ("GovernorOnlyExecutor", lambda: governor.setProposalGuardian(by, sender=by)),
            ("GovernorOnlyExecutor", lambda: governor.relay(hall.era, 0, b"", sender=by)),
            ("TimelockIsFixed", lambda: governor.updateTimelock(by, sender=by)),
            ("TimelockUnauthorizedCaller", lambda: timelock.updateDelay(FLOOR, sender=by)),
            ("AccessControlUnauthorizedAccount", lambda: timelock.schedule(*given, HIGHEST_DELAY, sender=by)),
            ("AccessControlUnauthorizedAccount", lambda: timelock.cancel(bytes(32), sender=by)),
            ("AccessControlUnauthorizedAccount", lambda: timelock.grantRole(standard, by, sender=by)),
            ("AccessControlUnauthorizedAccount", lambda: timelock.revokeRole(standard, governor, sender=by)),
            ("NotAppointer", lambda: timelock.appoint(governor, sender=by)),
            ("AccessManagerUnauthorizedAccount", lambda: access.grantRole(role, by, 0, sender=by)),
            ("AccessManagerUnauthorizedAccount", lambda: access.setTargetClosed(hall.economy.router, True, sender=by)),
            ("DelegateAtTheSource", lambda: hall.power.delegate(by, sender=by)),
        ]
        error, act = tries[which % len(tries)]
        with reverts(error):
            act()

    # what must be

    @invariant()
    def proposals_agree(self) -> None:
        """V4, V5, V6."""
        governor = self.hall.governor
        assert governor.latestProposalId() == len(self.model.proposals)
        for number, proposal in enumerate(self.model.proposals, 1):
            state = self.model.state(number)
            assert State(governor.state(number)) == state, number
            assert governor.proposalSnapshot(number) == proposal.snapshot
            assert governor.proposalDeadline(number) == proposal.deadline
            assert governor.proposalEta(number) == proposal.eta
            assert governor.namesGuardian(number) == proposal.names_guardian
            assert list(governor.proposalVotes(number)) == proposal.tally
            assert sum(proposal.tally) == proposal.used.total()
            assert (state == State.EXECUTED) == (number in self.executed)
            if proposal.snapshot < self.hall.now:
                assert governor.quorum(proposal.snapshot) == self.model.quorum(proposal.snapshot)
            for name in EVERYBODY:
                used = governor.usedVotes(number, self.actor(name))
                assert used == proposal.used[name]
                if used:
                    assert used <= governor.getVotes(self.actor(name), proposal.snapshot)

    @invariant()
    def settings_agree(self) -> None:
        """V7, V9."""
        governor, timelock = self.hall.governor, self.hall.timelock
        terms = governor.governorTerms()
        assert terms == structs.GovernorTerms(*self.model.terms)
        for value, low, high in zip(terms, LOWEST, HIGHEST, strict=True):
            assert low <= value <= high
        assert FLOOR <= timelock.getMinDelay() == self.model.delay <= HIGHEST_DELAY
        assert governor.proposalGuardian() == self.address(self.model.guardian)
        assert (governor.timelock(), timelock.proposerCount()) == (timelock.address, 1)
        assert self.hall.economy.suite.access.hasRole(ADMIN, timelock) == (True, 0)

    @invariant()
    def wallets_agree(self) -> None:
        """V6: what was paid, and to whom."""
        for name in (*PEOPLE, *PLACES, "holder"):
            assert self.hall.era.balanceOf(self.address(name)) == self.voting.wallets[name], name
        assert self.voting.wallets.total() == SUPPLY

    @invariant()
    def votes_agree(self) -> None:
        """V1 and V3 now."""
        votes, power = self.voting.votes(), self.hall.power
        for name in EVERYBODY:
            assert power.getVotes(self.actor(name)) == sum(votes.get(name, Votes())), name
        once = sum(sum(one) for one in votes.values()) - self.voting.locks.doubled(self.hall.now)
        assert once <= SUPPLY

    @invariant()
    def votes_agreed(self) -> None:
        """V1, V2, V3 then: a second ago, at a snapshot, and around a second at which something of a lock ended."""
        self.steps += 1
        turns, snapshots = self.voting.locks.turns(), [one.snapshot for one in self.model.proposals]
        times = {self.hall.now - 1}
        for seconds in (snapshots, [turn + self.steps % 3 - 1 for turn in turns]):
            if past := [time for time in seconds if self.begun <= time < self.hall.now]:
                times.add(past[self.steps % len(past)])
        for time in times:
            self.votes_agreed_at(time)

    def votes_agreed_at(self, time: int) -> None:
        if time < self.begun:
            return
        power = self.hall.power
        votes, doubled = self.voting.past(time)
        assert power.getPastTotalSupply(time) == SUPPLY + doubled == self.voting.total(time)
        total = 0
        for name in EVERYBODY:
            found = power.votesOf(self.actor(name), time)
            assert tuple(found) == votes.get(name, Votes()), (name, time)
            total += sum(found)
        assert total + self.voting.nobodys(time) == SUPPLY + doubled
        assert total - doubled <= SUPPLY

    @rule(back=st.lists(st.one_of(st.integers(1, 3), st.integers(1, 40 * DAY)), max_size=3), which=pick)
    def the_past_is_known(self, back: list[int], which: int) -> None:
        """V1, V2, V3 then: at drawn seconds, and around one of a snapshot."""
        power, now = self.hall.power, self.hall.now
        snapshots = [proposal.snapshot for proposal in self.model.proposals] or [now - 1]
        around = snapshots[which % len(snapshots)]
        for time in (*(now - by for by in back), around - 1, around, around + 1):
            if time >= now:
                with reverts("ERC5805FutureLookup"):
                    power.getPastTotalSupply(time)
                continue
            self.votes_agreed_at(time)
            for name in EVERYBODY if time >= self.begun else ():
                assert power.getPastVotes(self.actor(name), time) == self.voting.past_votes(name, time)
        self.calls["getPastVotes"] += 1

    def teardown(self) -> None:
        """V1, V2, V3 at every second at which a lock began, changed or ended, and the ones around it."""
        turns = {turn + off for turn in self.voting.locks.turns() for off in (-1, 0, 1)}
        for time in sorted(turns):
            if time < self.hall.now:
                self.votes_agreed_at(time)
