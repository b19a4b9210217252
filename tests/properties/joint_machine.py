"""Everything anybody can do with joint decisions, beside an exact model that must agree after every step.

Always true:
J1. For each version of a group: its total is the sum of its members' weights, and all of them accepted its terms or
    were members when it was decided.
J2. For each decision: its result has the weight that the rule of its version asks for, or it is the stated default, or
    there is none.
J3. The shares of each proposal, and so of each result, add up to the total, to the unit.
J4. An entity casts one ballot a decision, whichever of its accounts casts it; only it could; a ballot never changes.
J5. Nothing of a decision changes once it is final; every decision can be finalised as soon as its time is over.
J6. A topic's standing decision is the newest that was decided and has begun, whichever was finalised first.
J7. A line of goods that is bound to an allocation in force issues no entity of a dealer more than its share.
10. No privileged call succeeds for anyone the plan does not name.
"""

from itertools import pairwise
from typing import Any, ClassVar

from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.contracts import structs
from caldera.evm import Account, ContractError
from caldera.model.joint import ALLOCATION, DECIDED, OPEN, PRICE, JointModel, Terms
from tests.properties.beside import Beside
from tests.support.joint import DAY, HOUR, TOPIC, USD, Table
from tests.support.suite import name_of

NAMES = ("brand", "berlin", "paris", "workshop")
ACTORS = (*NAMES, "brand2", "outsider", "stranger")
LOW, HIGH = 400_000_000, 600_000_000

pick = st.integers(0, 1 << 30)
actors = st.sampled_from([*NAMES, *NAMES, *ACTORS])
weights = st.lists(st.sampled_from([0, 1, 1, 2, 3, 50, 2**32 - 1]), min_size=4, max_size=4)
figures = st.one_of(
    st.sampled_from([LOW - 1, LOW, HIGH, HIGH + 1, 500_000_000, 525_000_000, 525_000_001]), st.integers(LOW, HIGH)
)
periods = st.sampled_from([HOUR, HOUR, HOUR, 3 * DAY, HOUR - 1, 30 * DAY])


class JointMachine(Beside):
    """The machine. `table` is shared by all examples; each begins at `mark`."""

    table: Table
    signatures: ClassVar[dict[tuple[Terms, str], structs.JointSignature]]
    """Of all examples: the same terms are signed the same way."""
    reached = (
        "formGroup",
        "openPrice",
        "openAllocation",
        "openChange",
        "propose",
        "vote",
        "commit",
        "reveal",
        "finalise",
        "changeGroup",
    )

    def __init__(self) -> None:
        super().__init__()
        self.table.shop.chain.restore(self.mark)
        self.model = JointModel(self.table.now)
        self.model.active = {name: self.table.entity(name) for name in (*NAMES, "brand2", "outsider")}
        self.model.entities = set(self.table.shop.entities.values())
        self.terms: list[Terms] = []
        self.salts = 0
        self.final: dict[int, Any] = {}
        self.ballots: dict[tuple[int, int], bytes] = {}

    def actor(self, name: str) -> Account:
        return self.table.shop.chain.account(name)

    @initialize()
    def begin(self) -> None:
        everyone = [50, 30, 20, 0]
        for secret, stated in ((False, False), (True, True)):
            self.form("brand", everyone, 6_667, secret, stated, HOUR, [True] * 4, 30, 0)
        self.open_price("brand", 0, 500, 0, 0, 5, 0)
        self.open_allocation("berlin", 0, [600, 400, 0], 0, 5, 0)
        self.allocate()

    # Groups

    def made(
        self, heights: list[int], bps: int, secret: bool, stated: bool, period: int, group: int, until: int
    ) -> Terms:
        members = [(self.table.entity(name), weight) for name, weight in zip(NAMES, heights, strict=True)]
        named = tuple(sorted((entity, weight) for entity, weight in members if weight or bps % 13 == 0))
        return Terms(
            group,
            bps,
            secret,
            stated,
            period,
            HOUR if secret else 0,
            self.model.now + until,
            len(self.terms) + 1,
            named,
        )

    def given(self, terms: Terms) -> structs.JointTerms:
        return structs.JointTerms(
            terms.group,
            terms.threshold,
            terms.secret,
            terms.stated,
            terms.voting,
            terms.revealing,
            terms.accept_by,
            terms.document.to_bytes(32),
            tuple(structs.JointMember(*member) for member in terms.members),
        )

    def signed(self, terms: Terms, names: list[str]) -> list[structs.JointSignature]:
        for name in names:
            if (terms, name) not in self.signatures:
                self.signatures[terms, name] = self.table.sign(self.given(terms), self.actor(name))
        return [self.signatures[terms, name] for name in names]

    @rule(
        by=actors,
        heights=weights,
        bps=st.sampled_from([5_000, 5_001, 6_667, 6_667, 10_000, 10_001]),
        secret=st.booleans(),
        stated=st.booleans(),
        period=periods,
        sign=st.lists(st.sampled_from([True, True, True, False]), min_size=4, max_size=4),
        until=st.sampled_from([0, 30, 30 * DAY]),
        wait=st.sampled_from([0, 0, 31]),
    )
    def form(
        self,
        by: str,
        heights: list[int],
        bps: int,
        secret: bool,
        stated: bool,
        period: int,
        sign: list[bool],
        until: int,
        wait: int,
    ) -> None:
        terms = self.made(heights, bps, secret, stated, period, 0, until)
        self.terms.append(terms)
        self.wait(wait)
        named = dict(terms.members)
        signers = [name for name, yes in zip(NAMES, sign, strict=True) if yes and self.table.entity(name) in named]
        self._form(by, terms, signers)

    @rule(heights=weights, secret=st.booleans(), stated=st.booleans())
    def form_by_calls(self, heights: list[int], secret: bool, stated: bool) -> None:
        """Each member accepts, and one that has forms the group."""
        terms = self.made(heights, 6_667, secret, stated, HOUR, 0, 30)
        self.terms.append(terms)
        for name in NAMES:
            self._accept(name, terms)
        self._form("brand2", terms, [])

    @rule(which=pick, by=actors)
    def form_again(self, which: int, by: str) -> None:
        """Terms that were seen before, by whoever has accepted."""
        if self.terms:
            self._form(by, self.terms[which % len(self.terms)], [])

    def _form(self, by: str, terms: Terms, signers: list[str]) -> None:
        self.both(
            "formGroup",
            lambda: self.model.form(by, terms, signers),
            lambda: (
                self.table.joint.formGroup(
                    self.given(terms), self.signed(terms, signers), sender=self.actor(by)
                ).returned
            ),
        )

    @rule(which=pick, by=actors, refuse=st.sampled_from([False, False, False, False, True]))
    def accept(self, which: int, by: str, refuse: bool) -> None:
        if not self.terms:
            return
        terms = self.terms[-1 - which % min(3, len(self.terms))]
        if not refuse:
            self._accept(by, terms)
            return
        self.both(
            "refuseTerms",
            lambda: self.model.refuse(by, terms),
            lambda: self.table.joint.refuseTerms(self.given(terms), sender=self.actor(by)).returned,
        )

    def _accept(self, by: str, terms: Terms) -> None:
        self.both(
            "acceptTerms",
            lambda: self.model.accept(by, terms),
            lambda: self.table.joint.acceptTerms(self.given(terms), sender=self.actor(by)).returned,
        )

    @rule(
        by=actors, group=st.integers(0, 3), heights=weights, secret=st.booleans(), until=st.sampled_from([0, 30 * DAY])
    )
    def open_change(self, by: str, group: int, heights: list[int], secret: bool, until: int) -> None:
        terms = self.made(heights, 6_667, secret, not secret, HOUR, group, until)
        self.terms.append(terms)
        self.both(
            "openChange",
            lambda: self.model.open_change(by, terms),
            lambda: self.table.joint.openChange(self.given(terms), sender=self.actor(by)).returned,
        )

    @rule(which=pick, by=actors, signers=st.lists(st.sampled_from(NAMES), max_size=2))
    def change(self, which: int, by: str, signers: list[str]) -> None:
        changes = [n for n, one in self.model.decisions.items() if one.kind == 2] or [1]
        number = changes[-1 - which % min(3, len(changes))]
        found = self.model.decisions.get(number)
        terms = found.topic if found and isinstance(found.topic, Terms) else self.terms[-1]
        assert isinstance(terms, Terms)
        self._change(number, terms, by, signers)

    def _change(self, number: int, terms: Terms, by: str, signers: list[str]) -> None:
        self.both(
            "changeGroup",
            lambda: self.model.change(by, number, terms, signers),
            lambda: (
                self.table.joint.changeGroup(
                    number, self.given(terms), self.signed(terms, signers), sender=self.actor(by)
                ).returned
            ),
        )

    # Decisions

    def valid(self, start: int, days: int) -> tuple[int, int]:
        return (self.model.now + start if start else 0), self.model.now + days * DAY

    @rule(
        by=actors,
        group=st.integers(0, 3),
        spread=st.sampled_from([0, 100, 500, 10_000, 10_001]),
        default=st.sampled_from([0, 0, LOW, HIGH, HIGH + 1]),
        start=st.sampled_from([0, 0, 0, HOUR, HOUR + 1, 3 * DAY, 30 * DAY]),
        days=st.sampled_from([0, 1, 5, 90, 2_000]),
        low=st.sampled_from([LOW, LOW, LOW, HIGH + 1, 0]),
    )
    def open_price(self, by: str, group: int, spread: int, default: int, start: int, days: int, low: int) -> None:
        group = group or 1
        low = low or LOW
        valid = self.valid(start, days)
        terms = structs.PriceTerms(TOPIC, USD, spread, low, HIGH, default, *valid)
        self.both(
            "openPrice",
            lambda: self.model.open_price(by, group, TOPIC, (low, HIGH), spread, default, valid),
            lambda: self.table.joint.openPrice(group, terms, sender=self.actor(by)).returned,
        )

    @rule(
        by=actors,
        group=st.integers(0, 3),
        default=st.one_of(st.just([]), st.lists(st.sampled_from([0, 400, 600]), max_size=4), st.just([600, 400, 0])),
        start=st.sampled_from([0, 0, 3 * DAY]),
        days=st.sampled_from([1, 5, 90]),
        total=st.sampled_from([1_000, 1_000, 0]),
    )
    def open_allocation(self, by: str, group: int, default: list[int], start: int, days: int, total: int) -> None:
        group = group or 2
        total = total if default else 1_000
        topic = self.table.retail.topicOf(self.table.line)
        valid = self.valid(start, days)
        terms = structs.AllocationTerms(topic, total, *valid)
        self.both(
            "openAllocation",
            lambda: self.model.open_allocation(by, group, topic, total, default, valid),
            lambda: self.table.joint.openAllocation(group, terms, default, sender=self.actor(by)).returned,
        )

    @rule(
        which=pick,
        by=actors,
        cuts=st.lists(st.integers(0, 1_000), min_size=3, max_size=3),
        off=st.sampled_from([0, 0, 0, 1]),
    )
    def propose(self, which: int, by: str, cuts: list[int], off: int) -> None:
        number = self.decision(which, ALLOCATION)
        found = self.model.decisions.get(number)
        size = len(found.terms.members) if found else 3
        edges = [0, *sorted(cuts[: size - 1]), 1_000]
        shares = [b - a for a, b in pairwise(edges)]
        shares[0] += off
        self._propose(by, number, shares)

    def _propose(self, by: str, number: int, shares: list[int]) -> None:
        self.both(
            "propose",
            lambda: self.model.propose(by, number, shares),
            lambda: self.table.joint.propose(number, shares, sender=self.actor(by)).returned,
        )

    @rule(which=pick, by=actors, figure=figures, option=st.sampled_from([0, 1, 1, 1, 2, 3]))
    def cast(self, which: int, by: str, figure: int, option: int) -> None:
        number = self.decision(which)
        found = self.model.decisions.get(number)
        choice = figure if found and found.kind == PRICE else option
        hidden = bool(found and found.terms.secret) != (which % 16 == 0)  # mostly as the rule asks
        self._cast(by, number, choice, hidden)

    @rule(which=pick, figure=figures, option=st.sampled_from([0, 1, 1, 2]))
    def cast_all(self, which: int, figure: int, option: int) -> None:
        """The same ballot of everybody who is active."""
        number = self.decision(which)
        found = self.model.decisions.get(number)
        if found:
            for name in NAMES:
                self._cast(name, number, figure if found.kind == PRICE else option, found.terms.secret)

    def _cast(self, by: str, number: int, choice: int, hidden: bool) -> None:
        if not hidden:
            self.both(
                "vote",
                lambda: self.model.vote(by, number, choice),
                lambda: self.table.joint.vote(number, choice, sender=self.actor(by)).returned,
            )
            return
        self.salts += 1
        salt = keccak(text=f"salt {self.salts}")
        entity = self.model.active.get(by, 99)
        commitment = self.table.joint.commitmentOf(number, entity, choice, salt)
        self.both(
            "commit",
            lambda: self.model.commit(by, number, choice, salt),
            lambda: self.table.joint.commit(number, commitment, sender=self.actor(by)).returned,
        )

    @rule(which=pick, choice=st.integers(0, 1))
    def copy(self, which: int, choice: int) -> None:
        """J4: somebody else's commitment is as good as none."""
        hiding = [n for n, one in self.model.decisions.items() if one.terms.secret and one.vote_until >= self.model.now]
        if not hiding:
            return
        number = hiding[which % len(hiding)]
        self._cast("brand", number, choice, True)
        for by in NAMES[1:]:
            self._copy(by, number)

    def _copy(self, by: str, number: int) -> None:
        found = self.model.decisions[number]
        if not found.hidden:
            return
        entity = sorted(found.hidden)[0]
        copied = self.table.joint.ballotOf(number, entity)
        if int.from_bytes(copied) <= 2**96:
            return
        self.both(
            "commit a copy",
            lambda: self.model.commit(by, number, 0, "somebody else's"),
            lambda: self.table.joint.commit(number, copied, sender=self.actor(by)).returned,
        )

    @rule(which=pick, entity=st.sampled_from(NAMES), lie=st.sampled_from([0, 0, 0, 1]))
    def reveal(self, which: int, entity: str, lie: int) -> None:
        self._reveal(self.decision(which), self.table.entity(entity), lie)

    def _reveal(self, number: int, entity: int, lie: int) -> None:
        found = self.model.decisions.get(number)
        choice, salt = found.hidden.get(entity, (1, "")) if found else (1, "")
        choice += lie
        known = salt if isinstance(salt, bytes) else bytes(32)
        self.both(
            "reveal",
            lambda: self.model.reveal(number, entity, choice, known),
            lambda: self.table.joint.reveal(number, entity, choice, known, sender=self.table.stranger).returned,
        )

    @rule(which=pick)
    def reveal_all(self, which: int) -> None:
        """As soon as ballots are to be shown."""
        waiting = [n for n, one in self.model.decisions.items() if one.hidden and one.state == OPEN and not one.ballots]
        if not waiting:
            return
        number = waiting[which % len(waiting)]
        found = self.model.decisions[number]
        if self.model.now <= found.vote_until:
            self.wait(found.vote_until + 1 - self.model.now)
        for entity in sorted(found.hidden):
            self._reveal(number, entity, 0)

    @rule(which=pick)
    def finalise(self, which: int) -> None:
        self._finalise(self.decision(which))

    def _finalise(self, number: int) -> None:
        self.both(
            "finalise",
            lambda: self.model.finalise(number),
            lambda: self.table.joint.finalise(number, sender=self.table.stranger).returned[0],
        )

    @rule(which=pick)
    def finish(self, which: int) -> None:
        """J5: when its time is over, always."""
        running = [n for n, one in self.model.decisions.items() if one.state == OPEN]
        if not running:
            return
        number = running[which % len(running)]
        self.wait(max(0, self.model.decisions[number].reveal_until + 1 - self.model.now))
        refused = self.refusals["finalise"]
        self._finalise(number)
        assert self.refusals["finalise"] == refused

    @rule(group=st.integers(1, 2), heights=weights)
    def turn_over(self, group: int, heights: list[int]) -> None:
        """A change from its opening to its standing."""
        if group not in self.model.versions:
            return
        first = self.model.versions[group][-1].members[0][0]
        by = next((name for name in NAMES if self.model.active.get(name) == first), "brand")
        before = len(self.model.decisions)
        self.open_change(by, group, heights, group == 2, 30 * DAY)
        number = len(self.model.decisions)
        if number == before:
            return
        found = self.model.decisions[number]
        for name in NAMES:
            self._cast(name, number, 1, found.terms.secret)
        self.wait(found.vote_until + 1 - self.model.now)
        for entity in sorted(found.hidden):
            self._reveal(number, entity, 0)
        self.wait(max(0, found.reveal_until + 1 - self.model.now))
        self._finalise(number)
        assert isinstance(found.topic, Terms)
        named = dict(found.topic.members)
        self._change(number, found.topic, "stranger", [name for name in NAMES if self.table.entity(name) in named])

    # The reader

    @rule()
    def allocate(self) -> None:
        """An allocation of the line by the first group, all of it for berlin and paris, and the line bound to it."""
        before = len(self.model.decisions)
        self.open_allocation("berlin", 1, [], 0, 5, 1_000)
        number = len(self.model.decisions)
        if number == before:
            return
        members = [entity for entity, _ in self.model.decisions[number].terms.members]
        shares = [1_000 - len(members) + 1] + [1] * (len(members) - 1)
        self._propose("berlin", number, shares)
        for name in NAMES:
            self._cast(name, number, 1, self.model.decisions[number].terms.secret)
        self.finish(number)
        if self.model.decisions[number].state == DECIDED:
            self.bind(number)

    @rule(which=pick)
    def bind(self, which: int) -> None:
        number = self.decision(which, ALLOCATION)
        self.calls["bindAllocation"] += 1
        try:
            self.table.retail.bindAllocation(self.table.line, number, sender=self.table.brand)
        except ContractError as error:
            self.refusals["bindAllocation"] += 1
            assert name_of(error) in ("CannotBindTo", "LineBoundUntil", "NotActive")

    @rule(name=st.sampled_from(["brand", "berlin", "paris"]), count=st.sampled_from([1, 400, 600, 1_000]))
    def issue(self, name: str, count: int) -> None:
        """J7."""
        _, decision = self.table.retail.allocationFor(self.table.line)
        entity = self.table.entity(name)
        left = None
        if decision and self.model.in_force(decision):
            issued = self.table.retail.issuedUnder(self.table.line, self.table.joint, decision, entity)
            left = self.model.share(decision, entity) - issued
        self.calls["issue"] += 1
        try:
            self.table.retail.issue(self.table.line, self.actor(name), count, sender=self.table.brand)
        except ContractError as error:
            self.refusals["issue"] += 1
            inactive = {"NotActive", "ERC7943CannotReceive", "OutsideScope"}
            wanted = {"AllocationExceeded"} if left is not None and count > left else set()
            away = {"brand", name} - set(self.model.active)
            assert name_of(error) in (wanted | inactive if away else wanted), error
        else:
            assert left is None or count <= left

    # Parties and time

    @rule(name=st.sampled_from([*NAMES, "brand2"]), suspended=st.booleans())
    def suspend(self, name: str, suspended: bool) -> None:
        known = name in self.model.active
        if suspended and known:
            self.table.registry.suspend(self.actor(name), sender=self.table.officer)
            del self.model.active[name]
        elif not suspended and not known:
            self.table.registry.reinstate(self.actor(name), sender=self.table.officer)
            self.model.active[name] = self.table.entity(name)

    @rule(seconds=st.one_of(st.sampled_from([1, HOUR, HOUR + 1, DAY, 3 * DAY]), st.integers(1, 2 * HOUR)))
    def wait(self, seconds: int) -> None:
        self.table.shop.chain.skip(seconds)
        self.model.now += seconds

    @rule(by=actors)
    def nobody_else(self, by: str) -> None:
        """10."""
        sender = self.actor(by)
        for call in (
            lambda: self.table.joint.pause(1, sender=sender),
            lambda: self.table.joint.unpause(sender=sender),
            lambda: self.table.retail.setJointDecisions(sender, sender=sender),
        ):
            try:
                call()
            except ContractError as error:
                assert name_of(error) == "AccessManagedUnauthorized"
            else:
                raise AssertionError(f"{by} did what only governance or the guardian does")

    def decision(self, which: int, kind: int | None = None) -> int:
        """Mostly one that runs, and of that kind."""
        fit = [n for n, one in self.model.decisions.items() if kind is None or one.kind == kind]
        running = [n for n in fit if self.model.decisions[n].state == OPEN]
        known = running if running and which % 8 else fit
        return known[-1 - which // 8 % len(known)] if known else which % 3 + 1

    @invariant()
    def groups(self) -> None:
        """J1."""
        assert self.table.joint.groupCount() == len(self.model.versions)
        for group, versions in self.model.versions.items():
            terms = versions[-1]
            there = self.table.joint.ruleOf(group)
            total = sum(weight for _, weight in terms.members)
            assert (there.version, there.count, there.total) == (len(versions), len(terms.members), total)
            assert (there.thresholdBps, there.secret, there.statedDefaults) == (
                terms.threshold,
                terms.secret,
                terms.stated,
            )
            named = [tuple(member) for member in self.table.joint.membersOf(group, there.version)]
            assert named == list(terms.members)

    @invariant()
    def decisions(self) -> None:
        """J2, J3, J5."""
        assert self.table.joint.decisionCount() == len(self.model.decisions)
        for number, one in self.model.decisions.items():
            if number in self.final and number % 4 != self.model.now % 4:
                continue  # what is final is looked at now and then
            there = self.table.joint.decisionOf(number)
            assert (there.state, there.outcome, there.support) == (one.state, one.outcome, one.support)
            assert (there.validFrom, there.validUntil, there.options) == (one.valid_from, one.valid_until, one.count)
            total = sum(weight for _, weight in one.terms.members)
            if one.state == DECIDED:
                assert there.support * 10_000 >= one.terms.threshold * total
            for option, shares in one.options.items():
                kept = list(self.table.joint.sharesOf(number, option))
                assert kept == list(shares)
                assert sum(kept) == there.most
            if one.state != OPEN:
                assert self.final.setdefault(number, there) == there

    @invariant()
    def cast_ballots(self) -> None:
        """J4."""
        for number, one in self.model.decisions.items():
            if number in self.final:
                continue
            for entity in {*one.ballots, *one.hidden}:
                there = self.table.joint.ballotOf(number, entity)
                if entity in one.ballots:
                    assert int.from_bytes(there) == one.ballots[entity] + 1
                before = self.ballots.setdefault((number, entity), there)
                assert there == before or (entity in one.hidden and entity in one.ballots)

    @invariant()
    def read(self) -> None:
        """J6, and what other contracts see."""
        topics = ((PRICE, TOPIC), (ALLOCATION, self.table.retail.topicOf(self.table.line)))
        for group in self.model.versions:
            for kind, topic in topics:
                there = self.table.joint.standing(group, kind, topic)
                assert there == self.model.standing(group, kind, topic)
                if there and kind == PRICE:
                    assert self.table.joint.priceOf(there) == (self.model.price(there), USD)
                elif there:
                    for name in NAMES:
                        entity = self.table.entity(name)
                        assert self.table.joint.allocationOf(there, entity) == self.model.share(there, entity)
