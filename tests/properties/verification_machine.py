"""Everything anybody can do with the desk of verification and its results, beside an exact model that must agree after
every step.

Always true:
V1. ERA of the desk = fees of open requests + pots + what is owed to the fund + what was sent without a call; no unit is
    made or lost.
V2. A result was signed by as many live nodes of different entities, with as much active stake, as its request says,
    none of them of an entity with an interest.
V3. Each request ends once: with a result, or with its whole fee paid back.
V4. No node gets more of an epoch than pot × its volume that counts / all that counts, and the guilty nothing for what
    was false.
V5. While a result can be disputed, a case is open, or the guilty are not named, nothing of its epoch is paid.
V6. What an overturned result wrote does not stand; what was said later does.
V7. Only a node that was drawn and did not sign until the deadline is counted as missing, once.
V8. No privileged call succeeds for anyone the plan does not name.
"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.evm import Account, ContractError
from caldera.model import verification as model
from tests.properties.beside import Beside
from tests.support.suite import DAY, MINIMUM, name_of
from tests.support.verification import (
    EPOCH,
    ERA,
    NODES,
    REQUEST_RULES,
    RESULT_RULES,
    Hall,
    as_result_rules,
)

ASKERS = ("seller", "bank", "mallory")
STATES = ("None", "Accepted", "Refused", "Disputed", "Overturned")
START = 20_000 * ERA
RULES = (
    RESULT_RULES,
    model.ResultRules(3_600, 0, 10_000),
    model.ResultRules(2 * DAY, 3_333, 14_999),
    model.ResultRules(DAY, 10_000, 10_000),
    model.ResultRules(3_599, 0, 10_000),
    model.ResultRules(DAY, 0, 10_001),
)
pick = st.integers(0, 1 << 30)
groups = st.lists(st.sampled_from(NODES), min_size=2, max_size=6, unique=True)
honest = st.sets(st.sampled_from([f"n{number}" for number in range(1, 10)]), min_size=3, max_size=5).map(sorted)
fees = st.one_of(st.integers(15 * ERA, 200 * ERA), st.sampled_from([0, 15 * ERA - 1, 15 * ERA, START + 1]))


class VerificationMachine(Beside):
    """The desk and its results. `hall` is shared by all examples; each begins at `mark`."""

    hall: Hall
    reached = ("submit", "answer", "assign", "close", "refund", "claimFees", "forfeitFees", "closeCase", "payFund")

    def __init__(self) -> None:
        super().__init__()
        self.hall.chain.restore(self.mark)
        hall = self.hall
        nodes = {}
        for name in NODES:
            active, leaving, live = hall.nodes.stakeOf(hall.numbers[name])
            nodes[hall.numbers[name]] = model.Node(hall.suite.entities[name], active, leaving, live)
        entities = {name: hall.suite.entities[name] for name in ("seller", "bank")}
        self.model = model.VerificationBook(hall.now, EPOCH, REQUEST_RULES, RESULT_RULES, nodes, entities)
        self.donated, self.first_epoch = 0, hall.epoch
        self.paid: dict[int, int] = {}
        self.fund_got = 0
        for name in ASKERS:
            hall.fund(self.actor(name), START)
            hall.era.approve(hall.desk, 2**256 - 1, sender=self.actor(name))
            self.model.wallets[name] = START

    def actor(self, name: str) -> Account:
        return self.hall.chain.account(name)

    def number(self, which: int) -> int:
        """Of a request that is there, or of none."""
        count = len(self.model.requests)
        return which % (count + 1) + (1 if which % 11 and count > which % (count + 1) else 0) if count else 1

    def one_of(self, which: int, *states: str) -> int:
        """A request whose result stands so, where there is one; mostly."""
        found = [
            number for number, one in self.model.requests.items() if (one.result.state if one.result else "") in states
        ]
        return found[which // 8 % len(found)] if found and which % 8 else self.number(which)

    @initialize()
    def begin(self) -> None:
        for panel in (0, 5):
            self._request("seller", False, panel, 3, 30_000 * ERA, DAY, 100 * ERA)
        self._request("seller", True, 0, 3, 30_000 * ERA, DAY, 90 * ERA + 1)
        self._submit(1, 1, ["n1", "n2", "n3"])
        self._draw(2, ["n1", "n2", "n3", "n4", "n5"])

    @rule(
        name=st.sampled_from(["seller", "seller", "bank", "mallory"]),
        attribute=st.booleans(),
        panel=st.sampled_from([0, 0, 0, 5, 4, 3, 2, 32]),
        least=st.sampled_from([3, 3, 3, 4, 5, 2]),
        weight=st.sampled_from([30_000 * ERA, 30_000 * ERA, 50_000 * ERA, 30_000 * ERA - 1]),
        ahead=st.sampled_from([3_600, DAY, 2 * DAY, 30 * DAY, 3_599, 30 * DAY + 1]),
        fee=fees,
    )
    def request(self, name: str, attribute: bool, panel: int, least: int, weight: int, ahead: int, fee: int) -> None:
        self._request(name, attribute, panel, least, weight, ahead, fee)

    def _request(self, name: str, attribute: bool, panel: int, least: int, weight: int, ahead: int, fee: int) -> None:
        """V1 and V3: exactly the fee, by who may."""
        hall, entities = self.hall, self.hall.suite.entities
        deadline = self.model.now + ahead
        interested = (entities["seller"], entities["buyer"]) if attribute else ()
        shape: dict[str, Any] = {
            "panelSize": panel,
            "leastSigners": least,
            "leastWeight": weight,
            "deadline": deadline,
            "fee": fee,
        }
        terms = hall.terms(**shape) if attribute else hall.mapping(**shape)
        self.both(
            "request",
            lambda: self.model.request(
                name,
                attribute=attribute,
                finance=attribute,
                interested=interested,
                panel_size=panel,
                least_signers=least,
                least_weight=weight,
                deadline=deadline,
                fee=fee,
            ),
            lambda: hall.desk.request(terms, sender=self.actor(name)).returned,
        )

    @rule(which=pick, names=honest)
    def assign(self, which: int, names: list[str]) -> None:
        empty = [number for number, one in self.model.requests.items() if one.panel == []]
        self._draw(empty[which // 4 % len(empty)] if empty and which % 4 else self.number(which), names)

    def _draw(self, number: int, names: list[str]) -> None:
        asked = self.model.requests.get(number)
        if asked is not None:
            entities = [asked.entity, *(asked.interested or (0, 0))]
            ticket = self.hall.desk.panelOf(number).ticket
            if ticket:
                names = names[: self.hall.desk.requestOf(number).panelSize]  # nobody draws more
                self.hall.seeds.reveal(ticket, b"\1" * 32, sender=self.hall.admin)
            self.hall.panels.set(
                [self.hall.numbers[name] for name in names], bytes(32), entities, sender=self.hall.admin
            )
        self.both(
            "assign",
            lambda: self.model.assign(number, [self.hall.numbers[name] for name in names]),
            lambda: self.hall.desk.assign(number, sender=self.hall.mallory),
        )

    @rule(which=pick, amount=st.sampled_from([1, 1, 1, 0, 2, 90 * MINIMUM]), names=st.one_of(groups, honest, honest))
    def submit(self, which: int, amount: int, names: list[str]) -> None:
        number = self.one_of(which, "")
        asked = self.model.requests.get(number)
        if asked is not None and asked.panel and which % 3:
            drawn = [name for name in NODES if self.hall.numbers[name] in asked.panel]
            names = drawn[: max(asked.least_signers, which % len(drawn))]
        self._submit(number, amount, names)

    def _submit(self, number: int, amount: int, names: list[str]) -> None:
        """V2 of every result that comes through."""
        hall = self.hall
        until = self.model.now + 10 * DAY
        if number not in self.model.requests:
            args: tuple[Any, ...] = (number, amount, until, [])
        else:
            args = hall.signed(number, amount, *names, until=until)
        ordered = [hall.numbers[name] for name in sorted(names, key=lambda name: int(hall.where(name), 16))]
        if self.both(
            "submit",
            lambda: self.model.submit(number, amount, until, ordered),
            lambda: hall.results.submit(*args, sender=hall.mallory),
        ):
            asked, nodes = self.model.requests[number], [self.model.nodes[one] for one in ordered]
            assert len({one.entity for one in nodes}) == len(nodes) >= asked.least_signers
            assert sum(one.active for one in nodes) >= asked.least_weight
            assert not {one.entity for one in nodes} & {asked.entity, *asked.interested}
            assert all(one.live and one.signs for one in nodes)

    @rule(which=pick, name=st.sampled_from(NODES))
    def answer(self, which: int, name: str) -> None:
        hall = self.hall
        drawn = [number for number, one in self.model.requests.items() if one.panel]
        number = drawn[which // 4 % len(drawn)] if drawn and which % 4 else self.number(which)
        if number not in self.model.requests:
            return
        panel = self.model.requests[number].panel
        if panel and which % 3:
            name = next(one for one in NODES if hall.numbers[one] == panel[which % len(panel)])
        digest = hall.results.resultDigest(number, 1, self.model.now)
        (given,) = hall.over(digest, name)
        self.both(
            "answer",
            lambda: self.model.answer(number, hall.numbers[name]),
            lambda: hall.results.answer(number, 1, self.model.now, given, sender=hall.mallory),
        )

    @rule(which=pick, jump=st.booleans())
    def close(self, which: int, jump: bool) -> None:
        """V7 is the model's count."""
        drawn = [number for number, one in self.model.requests.items() if one.panel and not one.closed]
        number = drawn[which // 4 % len(drawn)] if drawn and which % 4 else self.number(which)
        if jump and drawn:
            self.to(max(self.model.now, min(self.model.requests[one].deadline for one in drawn) + 1))
        self.both(
            "close", lambda: self.model.close(number), lambda: self.hall.desk.close(number, sender=self.hall.mallory)
        )

    @rule(which=pick)
    def refund(self, which: int) -> None:
        number = self.one_of(which, "")
        self.both(
            "refund", lambda: self.model.refund(number), lambda: self.hall.desk.refund(number, sender=self.hall.mallory)
        )

    @rule(which=pick)
    def open_case(self, which: int) -> None:
        self._open_case(self.one_of(which, "Accepted", "Refused"))

    def _open_case(self, number: int) -> None:
        self.both(
            "openCase",
            lambda: self.model.open_case(number),
            lambda: self.hall.results.openCase(number, sender=self.hall.court),
        )

    @rule(which=pick, overturned=st.booleans(), longer=st.sampled_from([0, 0, 0, 2, 30]))
    def close_case(self, which: int, overturned: bool, longer: int) -> None:
        number = self.one_of(which, "Accepted", "Refused")
        if which % 4 and all(
            one.result is None or one.result.state != "Disputed" for one in self.model.requests.values()
        ):
            self._open_case(number)
        number = self.one_of(which, "Disputed")
        until = self.model.now + longer * DAY if longer else 0
        self.both(
            "closeCase",
            lambda: self.model.close_case(number, overturned, until),
            lambda: self.hall.results.closeCase(number, overturned, until, sender=self.hall.court),
        )

    @rule(which=pick, right=st.sampled_from([True, True, True, False]))
    def forfeit_fees(self, which: int, right: bool) -> None:
        number = self.one_of(which, "Overturned")
        asked = self.model.requests.get(number)
        signers = dict(asked.result.signers) if asked and asked.result else {1: 1}
        if not right:
            signers[min(signers)] += 1
        self.both(
            "forfeitFees",
            lambda: self.model.forfeit(number, signers),
            lambda: self.hall.results.forfeitFees(
                number, list(signers), list(signers.values()), sender=self.hall.mallory
            ),
        )

    @rule(which=pick, jump=st.booleans())
    def claim_fees(self, which: int, jump: bool) -> None:
        """V4 and V5."""
        parts = [key for key, volume in self.model.volumes.items() if volume and key[0] not in self.pot(key[1]).nodes]
        # Mostly where nothing but time keeps it back: open cases and unnamed signers are rarely gone by themselves.
        waiting = {one.result.epoch for one in self.model.requests.values() if one.result and not self._settled(one)}
        parts = [key for key in parts if key[1] not in waiting] or parts
        node, epoch = parts[which // 8 % len(parts)] if parts and which % 8 else (which % 13, self.model.epoch)
        if jump:
            self.to(max(self.model.now, (epoch + 1) * EPOCH, self.pot(epoch).until + 1))
        pot, total = self.pot(epoch).amount, self.model.total(epoch)
        volume = self.model.volumes[node, epoch] - self.model.lost[node, epoch]
        before = self.hall.desk.claimableFees(node, epoch)
        kept: list[int] = []

        def act() -> int:
            kept.append(self.hall.desk.claimFees(node, epoch, sender=self.hall.mallory).returned)
            return kept[0]

        if self.both("claimFees", lambda: self.model.claim(node, epoch), act):
            assert kept[0] == before
            assert kept[0] * total <= pot * volume
            for one in self.model.requests.values():
                if one.result and one.result.epoch == epoch:
                    assert one.result.state in ("Accepted", "Refused", "Overturned")
                    assert self.model.now > one.result.accepted_at + one.result.window
                    assert one.result.forfeited == (one.result.state == "Overturned")
            self.paid[node] = self.paid.get(node, 0) + kept[0]
        else:
            assert before == 0

    def _settled(self, one: Any) -> bool:
        """Its result keeps nobody from the fees, once its window is over."""
        return one.result.state in ("Accepted", "Refused") or bool(one.result.forfeited)

    def pot(self, epoch: int) -> model.Pot:
        return self.model.pots.get(epoch, model.Pot())

    @rule(back=st.integers(0, 6))
    def carry_fees(self, back: int) -> None:
        epoch = max(self.first_epoch, self.model.epoch - back)
        nobodys = [one for one, pot in self.model.pots.items() if pot.amount > pot.paid and not self.model.total(one)]
        if nobodys and back:  # chance alone had sometimes carried nothing
            epoch = nobodys[back % len(nobodys)]
            self.to(max(self.model.now, (epoch + 1) * EPOCH, self.pot(epoch).until + 1))
        self.both(
            "carryFees",
            lambda: self.model.carry(epoch),
            lambda: self.hall.desk.carryFees(epoch, sender=self.hall.mallory).returned,
        )

    @rule()
    def pay_fund(self) -> None:
        kept: list[int] = []

        def act() -> int:
            kept.append(self.hall.desk.payFund(sender=self.hall.mallory).returned)
            return kept[0]

        if self.both("payFund", self.model.pay_fund, act):
            self.fund_got += kept[0]

    @rule(rules=st.sampled_from(RULES))
    def set_result_rules(self, rules: model.ResultRules) -> None:
        self.both(
            "setResultRules",
            lambda: self.model.set_result_rules(rules),
            lambda: self.hall.desk.setResultRules(as_result_rules(rules), sender=self.hall.officer),
        )

    @rule(name=st.sampled_from(NODES), active=st.integers(5_000, 40_000), leaving=st.integers(0, 9), live=pick)
    def restake(self, name: str, active: int, leaving: int, live: int) -> None:
        node = self.model.nodes[self.hall.numbers[name]]
        node.active, node.leaving, node.live = active * ERA, leaving * ERA, live % 4 != 0
        self.hall.nodes.setStake(self.hall.numbers[name], node.active, node.leaving, node.live, sender=self.hall.admin)

    @rule(name=st.sampled_from([*(f"n{number}" for number in range(1, 10))]))
    def suspend(self, name: str) -> None:
        node, registry = self.model.nodes[self.hall.numbers[name]], self.hall.suite.registry
        change = registry.suspend if node.signs else registry.reinstate
        change(self.actor(name), sender=self.hall.officer)
        node.signs = not node.signs

    @rule(amount=st.integers(1, 1000))
    def donate(self, amount: int) -> None:
        self.hall.era.transfer(self.hall.desk, amount, sender=self.hall.holder)
        self.donated += amount

    @rule(seconds=st.sampled_from([1, 1, 60, 60, 3_600, 3_601, DAY, 3 * DAY + 1, EPOCH]))
    def wait(self, seconds: int) -> None:
        self.to(self.model.now + seconds)

    def to(self, time: int) -> None:
        self.model.now = time
        if time > self.hall.now:
            self.hall.chain.warp(time)

    @rule(which=st.integers(0, 6), by=st.sampled_from(["mallory", "officer", "seller", "n1"]))
    def usurp(self, which: int, by: str) -> None:
        """V8."""
        desk, results, who = self.hall.desk, self.hall.results, self.actor(by)
        calls: tuple[Any, ...] = (
            lambda: desk.settle(1, [1, 2, 3], sender=who),
            lambda: desk.noteAnswer(1, 1, sender=who),
            lambda: desk.caseClosed(self.model.epoch, True, 1, 0, sender=who),
            lambda: desk.forfeit(1, self.model.epoch, [1], 1, sender=who),
            lambda: results.openCase(1, sender=who),
            lambda: results.closeCase(1, True, 0, sender=who),
            lambda: desk.setFund(who, sender=who),
        )
        try:
            calls[which]()
        except ContractError as error:
            assert name_of(error) == "AccessManagedUnauthorized"
        else:
            raise AssertionError(f"{by} could make privileged call {which}")

    @invariant()
    def money(self) -> None:
        """V1."""
        hall = self.hall
        assert hall.era.balanceOf(hall.desk) == self.model.held() + self.donated
        assert hall.desk.fundOwed() == self.model.fund_owed
        assert hall.era.balanceOf(hall.treasury) == self.fund_got
        for name in ASKERS:
            assert hall.era.balanceOf(self.actor(name)) == self.model.wallets[name]
        for name in NODES:
            assert hall.era.balanceOf(hall.where(name)) == self.paid.get(hall.numbers[name], 0)

    @invariant()
    def pots(self) -> None:
        for epoch, pot in self.model.pots.items():
            read = self.hall.desk.potOf(epoch)
            assert (read.amount, read.paid, read.disputableUntil) == (pot.amount, pot.paid, pot.until)
            assert (read.cases, read.unforfeited, read.claimed) == (pot.cases, pot.unforfeited, pot.claimed)
            assert pot.paid <= pot.amount

    @invariant()
    def requests(self) -> None:
        """V3: state of each; results as the model has them."""
        for number, asked in self.model.requests.items():
            read, result = self.hall.desk.requestOf(number).state, asked.result
            assert read == (1 if result else 2 if asked.refunded else 0)
            kept = self.hall.results.resultOf(number)
            assert STATES[kept.state] == (result.state if result else "None")
            assert self.hall.results.isFinal(number) == self.model.final(number)
            if result:
                assert (kept.amount, kept.acceptedAt, kept.window) == (
                    result.amount,
                    result.accepted_at,
                    result.window,
                )
                assert kept.forfeited == result.forfeited

    @invariant()
    def written(self) -> None:
        """V6."""
        word, kept = self.model.words[True], self.hall.attribute()
        assert (kept.amount, kept.statedAt, kept.level) == (word.amount, word.stated_at, word.level)
        for asked in self.model.requests.values():
            if asked.attribute and asked.result and asked.result.state == "Overturned" and kept.amount:
                assert kept.statedAt != asked.result.accepted_at

    @invariant()
    def counted(self) -> None:
        """V7, and volumes."""
        epochs = range(self.first_epoch, self.model.epoch + 1)
        for name in NODES:
            node = self.hall.numbers[name]
            read = [self.hall.records.recordOf(node, epoch) for epoch in epochs]
            assert sum(one.missed for one in read) == self.model.missed[node]
            assert sum(one.signed for one in read) == self.model.signed[node]
            assert [one.volume for one in read] == [self.model.volumes[node, epoch] for epoch in epochs]
