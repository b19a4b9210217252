"""Everything anybody can do with attestors, the operating record and the credit model, beside an exact model that must
agree after every step.

Always true (number of the architecture's list, and the sentences of this part):
10. No privileged call succeeds for anyone the plan does not name.
C1. What is recorded of an entity was signed by a quorum of attestors of different entities, none its own, all of them
   attestors and active at that moment; nothing else changes it but a revocation.
C2. The number of an entity's statements only grows, and no signed statement is taken twice; its epoch never goes back,
   is over when it is recorded, and its figures are not good for longer after it than the bound of that moment.
C3. 0 <= limit <= cap; limit = the sum of the seven contributions, held to these, where the standing is open; else 0.
C4. Conduct lies within its bounds, and its raises in an epoch add up to the highest raise cap of that epoch at most.
C5. From a default until governance thaws it, an entity's limit is 0.
"""

from collections import defaultdict
from typing import Any

from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.contracts import events, structs
from caldera.evm import Account, ContractError, Receipt
from caldera.model.credit import (
    DEVNET,
    Attestor,
    Conduct,
    CreditBook,
    Curve,
    Entry,
    Facts,
    Parameters,
    Statement,
    usd,
)
from tests.properties.beside import Beside
from tests.support.credit import ATTESTOR, EPOCH, EPOCHS_BACK, LONGEST_AGE, Desk, as_struct
from tests.support.suite import DAY, name_of

SUBJECTS = ("supplier", "maker", "auditor")
SIGNERS = ("auditor", "assessor", "notary", "partner", "wallet", "mallory")
REASON = keccak(text="false")
RISING, FALLING = Curve(((0, -usd(5_000)), (7, 3), (usd(3_000_000), usd(900_000)))), Curve(((0, 0), (9, -usd(700_000))))
VERSIONS = (
    DEVNET,
    Parameters(
        usd(300_000),
        usd(7_000),
        usd(9_000),
        usd(-9_000),
        usd(-1_000),
        3_333,
        7_777,
        (*(RISING,) * 2, *(FALLING,) * 2) + (RISING,) * 2,
    ),
    Parameters(1, 0, 0, 0, 0, 0, 0, DEVNET.curves),
    Parameters(0, 1, 1, -1, 0, 1, 1, DEVNET.curves),
    Parameters(usd(1), 1, 1, -1, 1, 1, 1, DEVNET.curves),
    Parameters(usd(1), 1, 1, -1, 0, 1, 1, DEVNET.curves[::-1]),
)
subjects = st.sampled_from(["supplier", "supplier", "maker", "auditor"])
pick = st.integers(0, 1 << 30)
money = st.one_of(st.integers(0, usd(3_000_000)), st.sampled_from([0, 1, 2**64 - 1]))
amounts = st.one_of(st.integers(0, usd(40_000)), st.sampled_from([0, 1, 2, usd(12_500), usd(10**7), 2**256 - 1]))
OTHERS: list[tuple[str, Any]] = [
    *(("shift", shift) for shift in (1, -1, -2, -3, -4)),
    *(("nonce", nonce) for nonce in (0, 2)),
    *(("validity", validity) for validity in ("second", "day", "now", "beyond")),
    *(("order", order) for order in ("descending", "twice")),
    ("spoil", True),
    ("facts", None),
]
chosen = st.one_of(
    st.sampled_from([["assessor", "notary"], ["assessor", "notary", "wallet"]]),
    st.sampled_from([["assessor", "notary"], ["assessor", "notary", "wallet"], ["auditor", "notary"]]),
    st.lists(st.sampled_from(SIGNERS), max_size=4),
)


class CreditMachine(Beside):
    """The machine. `desk` is shared by all examples; each begins at `mark`."""

    desk: Desk

    def __init__(self) -> None:
        super().__init__()
        self.desk.suite.chain.restore(self.mark)
        self.start = self.desk.now
        self.model = CreditBook(self.start, EPOCH, EPOCHS_BACK, LONGEST_AGE, 2)
        self.model.entities = set(self.desk.suite.entities.values())
        for name in SIGNERS[:-1]:
            self.model.attestors[self.address(name)] = Attestor(self.desk.entity(name))
        self.taken: list[tuple[Statement, list[structs.Attestation]]] = []
        self.raises: defaultdict[tuple[int, int], int] = defaultdict(int)
        self.caps: defaultdict[int, int] = defaultdict(int)
        self.publish_version(0)

    def actor(self, name: str) -> Account:
        return self.desk.actor(name)

    def where(self, name: str) -> str:
        return self.desk.wallet.address if name == "wallet" else self.actor(name).address

    def address(self, name: str) -> int:
        return int(self.where(name), 16)

    @initialize()
    def begin(self) -> None:
        for name in ("supplier", "maker"):
            self.bring(
                name, Facts(usd(10**6), usd(9 * 10**5), usd(8 * 10**5), 15, usd(10**5), 40), ["assessor", "notary"]
            )

    @rule(
        name=subjects,
        names=chosen,
        figures=st.tuples(money, money, money, st.integers(0, 400), money, st.integers(0, 2_000)),
        other=st.one_of(st.just(("shift", 0)), st.just(("shift", 0)), st.sampled_from(OTHERS)),
    )
    def record(
        self, name: str, names: list[str], figures: tuple[int, int, int, int, int, int], other: tuple[str, Any]
    ) -> None:
        """As it should be but for one thing, or nothing."""
        key, value = other
        turnover, one, two, late, *rest = figures
        facts = Facts(turnover, max(one, two), min(one, two), late if max(one, two) else 0, *rest)
        if key == "facts":
            self.bring(name, Facts(*figures), names)
        else:
            self.bring(name, facts, names, **{key: value})

    def bring(
        self,
        name: str,
        facts: Facts,
        names: list[str],
        shift: int = 0,
        nonce: int = 1,
        validity: str = "long",
        order: str = "ascending",
        spoil: bool = False,
    ) -> None:
        """A statement for `shift` epochs after the last that is over; signed in this order, perhaps wrongly."""
        entity, epoch = self.desk.entity(name), self.model.epoch - 1 + shift
        latest = (epoch + 1) * EPOCH + self.model.longest_age
        until = {"long": latest, "second": self.model.now + 1, "day": self.model.now + DAY, "now": self.model.now}
        stated = until.get(validity, latest + 1)
        statement = Statement(entity, epoch, facts, self.model.entry(entity).nonce + nonce, stated)
        digest = self.desk.record.factsDigest(self.as_facts(statement))
        signers = sorted(names, key=self.address, reverse=order == "descending")
        signers = [signers[0], *signers] if order == "twice" and signers else signers
        given = [structs.Attestation(self.where(one), self.sign(one, digest)) for one in signers]
        good = [True] * len(given)
        if spoil and given:
            given[-1] = given[-1]._replace(signature=self.sign("stranger", digest))
            good[-1] = False
        self.present(statement, given, good)

    def present(self, statement: Statement, given: list[structs.Attestation], good: list[bool]) -> None:
        """Brings them; an accepted one is kept, to be brought again."""
        shown = [(int(one.signer, 16), fine) for one, fine in zip(given, good, strict=True)]
        if self.both(
            "record",
            lambda: self.model.record(statement, shown),
            lambda: self.desk.record.record(self.as_facts(statement), given, sender=self.actor("stranger")),
        ):
            self.taken.append((statement, given))
            self.check_taken(statement, given)

    def check_taken(self, statement: Statement, given: list[structs.Attestation]) -> None:
        """Invariants C1 and C2 of what was just recorded, without the model."""
        entities = [self.desk.suite.registry.participant(one.signer).entity for one in given]
        assert len(set(entities)) == len(entities) >= self.desk.attestors.quorum() >= 2
        assert statement.entity not in entities
        for one in given:
            assert self.desk.suite.registry.isActive(one.signer)
            assert tuple(self.desk.suite.access.hasRole(ATTESTOR, one.signer)) == (True, 0)
        ends = (statement.epoch + 1) * EPOCH
        assert ends <= self.desk.now < statement.valid_until <= ends + self.desk.record.longestAge()
        numbers = [(one.entity, one.nonce) for one, _ in self.taken]
        assert len(set(numbers)) == len(numbers)
        epochs = [one.epoch for one, _ in self.taken if one.entity == statement.entity]
        assert epochs == sorted(epochs)

    @rule(which=pick)
    def replay(self, which: int) -> None:
        """Any statement that was taken before, with the signatures that were good then."""
        statement, given = self.taken[which % len(self.taken)] if self.taken else (None, [])
        if statement:
            self.present(statement, given, [True] * len(given))

    @rule(name=subjects)
    def revoke(self, name: str) -> None:
        entity = self.desk.entity(name)
        self.both(
            "revoke",
            lambda: self.model.revoke(entity),
            lambda: self.desk.record.revoke(entity, REASON, sender=self.desk.officer),
        )

    @rule(quorum=st.sampled_from([0, 1, 2, 2, 2, 2, 3, 33]))
    def set_quorum(self, quorum: int) -> None:
        self.both(
            "setQuorum",
            lambda: self.model.set_quorum(quorum),
            lambda: self.desk.attestors.setQuorum(quorum, sender=self.desk.officer),
        )

    @rule(
        back=st.sampled_from([0, 1, 2, 3, 3]),
        age=st.sampled_from([DAY - 1, DAY, EPOCH, LONGEST_AGE, LONGEST_AGE, 366 * DAY, 366 * DAY + 1]),
    )
    def set_bounds(self, back: int, age: int) -> None:
        self.both(
            "setRecordBounds",
            lambda: self.model.set_bounds(back, age),
            lambda: self.desk.record.setRecordBounds(back, age, sender=self.desk.officer),
        )

    @rule(name=st.sampled_from(SIGNERS[:-1]), act=st.sampled_from(["grant", "grant", "grant", "delay", "revoke"]))
    def set_role(self, name: str, act: str) -> None:
        access, attestor = self.desk.suite.access, self.model.attestors[self.address(name)]
        if act == "revoke":
            access.revokeRole(ATTESTOR, self.where(name), sender=self.desk.admin)
            attestor.member, attestor.delay = False, 0
            return
        # A shorter delay takes effect later, unless the role is given anew.
        access.revokeRole(ATTESTOR, self.where(name), sender=self.desk.admin)
        attestor.member, attestor.delay = True, int(act == "delay")
        access.grantRole(ATTESTOR, self.where(name), attestor.delay, sender=self.desk.admin)

    @rule(name=st.sampled_from(SIGNERS[:-1]), active=st.sampled_from([True, True, True, False]))
    def set_status(self, name: str, active: bool) -> None:
        registry = self.desk.suite.registry
        (registry.reinstate if active else registry.suspend)(self.where(name), sender=self.desk.officer)
        self.model.attestors[self.address(name)].active = active

    @rule(on=st.sampled_from([True, False, False]))
    def pause_or_run(self, on: bool) -> None:
        """A pause of an hour, where one may start; or its end."""
        if on and self.model.now >= self.model.paused_until + 8 * DAY:
            self.desk.record.pause(3600, sender=self.desk.officer)
            self.model.paused_until = self.model.now + 3600
        elif not on:
            self.desk.record.unpause(sender=self.desk.officer)
            self.model.paused_until = min(self.model.paused_until, self.model.now)

    @rule(number=st.integers(0, len(VERSIONS) - 1))
    def publish(self, number: int) -> None:
        self.publish_version(number)

    def publish_version(self, number: int) -> None:
        given = VERSIONS[number]
        if self.both("publish", lambda: self.model.publish(given), lambda: self.desk.publish(given)):
            self.keep_cap()

    @rule(name=subjects, amount=amounts)
    def in_time(self, name: str, amount: int) -> None:
        entity = self.desk.entity(name)

        def act() -> None:
            receipt = self.desk.model.recordInTime(entity, amount, sender=self.desk.lender)
            self.raises[entity, self.model.epoch] += raised(receipt)

        self.both("recordInTime", lambda: self.model.in_time(entity, amount), act)

    @rule(name=subjects, amount=amounts)
    def late(self, name: str, amount: int) -> None:
        entity = self.desk.entity(name)
        self.both(
            "recordLate",
            lambda: self.model.late(entity, amount),
            lambda: self.desk.model.recordLate(entity, amount, sender=self.desk.lender),
        )

    @rule(name=subjects, really=st.sampled_from([False, False, True]))
    def default(self, name: str, really: bool) -> None:
        """Not as often as other things, or nobody would have a limit."""
        if not really:
            return
        entity = self.desk.entity(name)
        self.both(
            "recordDefault",
            lambda: self.model.default(entity),
            lambda: self.desk.model.recordDefault(entity, sender=self.desk.lender),
        )

    @rule(name=subjects)
    def thaw(self, name: str) -> None:
        entity = self.desk.entity(name)
        self.both(
            "thaw",
            lambda: self.model.thaw(entity),
            lambda: self.desk.model.thaw(entity, sender=self.desk.admin),
        )

    @rule(
        seconds=st.one_of(st.sampled_from([1, EPOCH]), st.integers(1, 5 * DAY), st.integers(1, 50 * DAY)),
        border=st.sampled_from([False, False, True]),
    )
    def time_passes(self, seconds: int, border: bool) -> None:
        """Some time, or to the last second of the epoch that runs."""
        last = (self.model.epoch + 1) * EPOCH - 1
        to = last if border and self.model.now < last else self.model.now + seconds
        if to > self.start + 4 * 365 * DAY:
            return
        self.desk.suite.chain.warp(to)
        self.model.now = to
        self.keep_cap()

    @rule(by=st.sampled_from(["supplier", "auditor", "mallory", "stranger"]), data=st.data())
    def privileged_call_by_nobody(self, by: str, data: st.DataObject) -> None:
        """Invariant 10."""
        entity, me = self.desk.entity("supplier"), self.actor(by)
        contract, name, arguments = data.draw(
            st.sampled_from(
                [
                    (self.desk.attestors, "setQuorum", (2,)),
                    (self.desk.record, "revoke", (entity, REASON)),
                    (self.desk.record, "setAttestors", (self.desk.attestors,)),
                    (self.desk.record, "setRecordBounds", (3, DAY)),
                    (self.desk.record, "pause", (1,)),
                    (self.desk.record, "unpause", ()),
                    (self.desk.model, "publish", (as_struct(DEVNET),)),
                    (self.desk.model, "recordInTime", (entity, 1)),
                    (self.desk.model, "recordLate", (entity, 1)),
                    (self.desk.model, "recordDefault", (entity,)),
                    (self.desk.model, "thaw", (entity,)),
                ]
            )
        )
        try:
            getattr(contract, name)(*arguments, sender=me)
        except ContractError as refused:
            assert name_of(refused) == "AccessManagedUnauthorized", f"{name}: {refused!r}"
        else:
            raise AssertionError(f"{by} could call {name}")

    @invariant()
    def records_agree_with_the_model(self) -> None:
        """Invariants C1 and C2."""
        for name in SUBJECTS:
            entity = self.desk.entity(name)
            read, entry = self.desk.record.factsOf(entity), self.model.entry(entity)
            facts = Facts(
                read.turnover,
                read.receivablesIssued,
                read.receivablesRepaid,
                read.daysLate,
                read.cargoTurnover,
                read.orders,
            )
            assert Entry(facts, read.epoch, read.nonce, read.validUntil, read.recordedAt, read.revoked) == entry

    @invariant()
    def limits_agree_with_the_model(self) -> None:
        """Invariants C3 and C5."""
        present = self.model.parameters
        if present is None:
            return
        for name in SUBJECTS:
            entity = self.desk.entity(name)
            found = self.desk.assessed(name)
            assert found == self.model.assess(entity)
            assert 0 <= found.limit <= present.cap
            assert found.formula + found.conduct == sum(found.contributions)
            wanted = max(0, min(present.cap, sum(found.contributions)))
            assert found.limit == (wanted if found.standing == "Open" else 0)
            if self.desk.model.isFrozen(entity):
                assert (found.limit, found.standing) == (0, "Frozen")

    @invariant()
    def conduct_agrees_with_the_model(self) -> None:
        """Invariant C4."""
        present = self.model.parameters
        if present is None:
            return
        for name in SUBJECTS:
            entity = self.desk.entity(name)
            read, wanted = self.desk.model.conductOf(entity), self.model.conduct_of(entity)
            assert Conduct(read.conduct, read.raised, self.model.epoch, read.frozen) == wanted
            assert present.lowest <= read.conduct <= present.highest
        for (_, epoch), total in self.raises.items():
            assert total <= self.caps[epoch]

    def keep_cap(self) -> None:
        """The highest raise cap of the epoch that runs."""
        assert self.model.parameters is not None
        epoch = self.model.epoch
        self.caps[epoch] = max(self.caps[epoch], self.model.parameters.raise_cap)

    def sign(self, name: str, digest: bytes) -> bytes:
        """The wallet's signature is its keeper's."""
        return self.actor("keeper" if name == "wallet" else name).sign_hash(digest).packed

    def as_facts(self, statement: Statement) -> structs.OperatingFacts:
        facts: Any = statement.facts
        return structs.OperatingFacts(
            statement.entity,
            statement.epoch,
            facts.turnover,
            facts.receivables_issued,
            facts.receivables_repaid,
            facts.cargo_turnover,
            facts.days_late,
            facts.orders,
            statement.nonce,
            statement.valid_until,
        )


def raised(receipt: Receipt[None]) -> int:
    """By how much conduct rose, as the contract said."""
    return sum(one.byUsd for one in receipt.events if isinstance(one, events.ConductRaised))
