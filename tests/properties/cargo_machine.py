"""Everything anybody can do with certificates of cargo and with events, beside exact models that must agree after every
step.

Always true (numbers of the architecture's list, and the sentences of this part):
1. For each id: the sum of balances is what was issued and not retired; pledged <= balance; each position of a holder
   (free units, and each lien) is zero or the minimum unit at least.
2. The sum of liens by lienholder = the sum of liens by holder = what the module counts as pledged.
C1. At the moment of a pledge all liens on the cargo together are at most what is insured, and at most valuation ×
   advance rate, and both statements are good: by the test's own log of what was stated.
C2. Nothing is newly pledged after one of the two has lapsed, with no transaction in between.
C3. The latest event of a source about a shipment is the latest by its own time among those that were recorded and not
   declared wrong: by the test's own log of what was recorded.
10. No privileged call succeeds for anyone the plan does not name.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from caldera.anchoring import NONE, Batch, Leaf
from caldera.contracts import structs
from caldera.evm import Account, ContractError
from caldera.model.cargo import CargoModel, Terms
from caldera.model.events import EventsModel
from caldera.model.ledger import ACTIVE, SUSPENDED, LedgerModel
from caldera.model.ledger import Party as ModelParty
from tests.properties.beside import Beside
from tests.support.cargo import Port, build, leaf
from tests.support.suite import (
    BANK,
    DAY,
    ENTERPRISE,
    EU,
    FACTOR,
    MINIMUM,
    ROLES,
    US,
    name_of,
)
from tests.support.suite import build as build_suite

HOLDERS = ("seller", "buyer", "alice", "bank", "carol")
OTHERS = ("carrier", "other", "appraiser", "insurer", "insurer 2")
STATES = ("None", "InTransit", "Surrendered", "Lost")
REGIONS = {"carol": US}
QUALIFICATIONS = {"alice": FACTOR, "bank": BANK}
SCOPE = ENTERPRISE | FACTOR | BANK
MOST_CARGO, MOST_EVENTS = 5, 24
HOUR = 3600
UNAUTHORISED = "AccessManagedUnauthorized"
ROOM = ("room", "room and one", "room and one", "room and minimum")
SUBJECTS = ("shipment A", "shipment B")

holders = st.sampled_from([*HOLDERS, "seller", "buyer", "bank"])
pick = st.integers(0, 1 << 30)
parts = st.one_of(
    st.sampled_from([1, MINIMUM - 1, MINIMUM, MINIMUM, MINIMUM + 1]),
    st.integers(MINIMUM, 8 * MINIMUM),
    st.sampled_from(["half", "all", "all", "more"]),
)
values = st.one_of(
    st.sampled_from([1, MINIMUM, 10 * MINIMUM, (1 << 96) - 1]),
    st.integers(1, 30 * MINIMUM),
    st.integers(5 * MINIMUM, 30 * MINIMUM),
)
insured = st.one_of(st.sampled_from([1, MINIMUM, (1 << 96) - 1]), st.integers(MINIMUM, 10 * MINIMUM))
lienholders = st.sampled_from(["bank", "bank", "bank", "alice", "alice", "buyer", "seller", "carol"])
validities = st.one_of(
    st.sampled_from([0, -1, 1]), st.sampled_from([HOUR, DAY, 5 * DAY, 30 * DAY]), st.integers(HOUR, 5 * DAY)
)


def stand() -> Port:
    """The suite with logistics and a second insurer."""
    port = build(build_suite())
    port.suite.enrol("insurer 2")
    port.suite.access.grantRole(ROLES["INSURER"], port.suite.actors["insurer 2"], 0, sender=port.admin)
    return port


@dataclass
class Said:
    """The test's own log for one cargo: (amount, last second) as they were stated."""

    advance_bps: int
    valuation: tuple[int, int] = (0, 0)
    insurance: tuple[int, int] = (0, 0)


@dataclass
class Noted:
    """The test's own log of events by source: what was recorded, in order, and what was declared wrong."""

    recorded: list[tuple[int, Leaf]] = field(default_factory=list)
    wrong: set[tuple[int, bytes]] = field(default_factory=set)

    def latest(self, source: int, subject: bytes) -> bytes:
        """By its own time; of one second, the last that was recorded."""
        best, when = NONE, 0
        for by, one in self.recorded:
            if by == source and one.subject == subject and (by, one.id) not in self.wrong and one.time >= when:
                best, when = one.id, one.time
        return best


class CargoMachine(Beside):
    """The machine. `port` is shared by all examples; each begins at `mark`."""

    port: Port

    def __init__(self) -> None:
        super().__init__()
        self.suite = self.port.suite
        self.suite.chain.restore(self.mark)
        self.ledger = LedgerModel(self.suite.chain.now)
        self.model = CargoModel(self.ledger, Terms(MINIMUM, EU, SCOPE), 7000)
        self.events = EventsModel(self.ledger.now)
        for name in (*HOLDERS, *OTHERS):
            self.ledger.parties[name] = ModelParty(
                self.suite.entities[name],
                self.suite.registry.participant(self.actor(name)).expires,
                REGIONS.get(name, EU),
                QUALIFICATIONS.get(name, ENTERPRISE),
            )
        self.numbers = 0
        self.issued: dict[int, int] = {}
        self.said: dict[int, Said] = {}
        self.noted = Noted()
        self.batches: list[tuple[str, Batch]] = []
        self.leaves: list[tuple[str, Leaf]] = []
        self.proofs = 0

    def actor(self, name: str) -> Account:
        return self.suite.actors[name]

    @initialize()
    def begin(self) -> None:
        self._issue("carrier", "seller", "first", 20 * MINIMUM)
        self._issue("other", "buyer", "second", 7 * MINIMUM + 3)
        first, second = self.model.cargo
        for number, worth, cover in ((first, 20, 10), (second, 1, 3)):
            self._appraise(number, "appraiser", 20 * MINIMUM, self.ledger.now + worth * DAY)
            self._insure(number, "insurer", 9 * MINIMUM, self.ledger.now + cover * DAY)
        self._transfer(first, "seller", "alice", 8 * MINIMUM)
        self._pledge(first, "seller", "bank", 5 * MINIMUM)
        self._pledge(second, "buyer", "alice", 2 * MINIMUM)
        self._anchor("carrier", ["new", "new", "wrong before"], [2, 1, 0], [SUBJECTS[0]] * 3, 0, "right", False)
        self._anchor("other", ["new", "new"], [0, 1], list(SUBJECTS), 0, "right", False)
        self.record_all_of_a_batch(0)

    @rule(
        by=st.sampled_from(["carrier", "carrier", "other", "stranger"]),
        to=holders,
        declared=st.one_of(values, st.integers(10 * MINIMUM, 30 * MINIMUM), st.sampled_from([0, 999, MINIMUM - 1])),
        shipment=st.sampled_from(["new", "new", "new", "new", "first", ""]),
    )
    def issue(self, by: str, to: str, declared: int, shipment: str) -> None:
        if shipment == "new":
            if len(self.model.cargo) >= MOST_CARGO:
                return
            self.numbers += 1
            shipment = f"shipment {self.numbers}"
        elif shipment:
            by = "carrier"
        self._issue(by, to, shipment, declared)

    def _issue(self, by: str, to: str, shipment: str, declared: int) -> None:
        made = self.cargo_id(self.suite.entities.get(by, 0), shipment)
        given = self.port.cargo(shipment=shipment, declared=declared)
        if self.both(
            "issue",
            lambda: self.model.issue(made, by, to, shipment, declared),
            lambda: self.port.logistics.issue(self.actor(to), given, sender=self.actor(by)).returned,
        ):
            self.issued[made] = declared
            self.said[made] = Said(self.model.advance_bps)

    @rule(which=pick, amount=st.one_of(values, values, st.just(0)), seconds=validities)
    def appraise(self, which: int, amount: int, seconds: int) -> None:
        self._appraise(self.cargo(which), "appraiser", amount, self.ledger.now + seconds)

    def _appraise(self, number: int, by: str, amount: int, until: int) -> None:
        if self.both(
            "appraise",
            lambda: self.model.appraise(number, by, amount, until),
            lambda: self.port.logistics.appraise(number, amount, until, sender=self.actor(by)),
        ):
            self.said[number].valuation = (amount, until)

    @rule(which=pick, by=st.sampled_from(["insurer", "insurer", "insurer 2"]), amount=insured, seconds=validities)
    def insure(self, which: int, by: str, amount: int, seconds: int) -> None:
        self._insure(self.cargo(which), by, amount, self.ledger.now + seconds)

    def _insure(self, number: int, by: str, amount: int, until: int) -> None:
        if self.both(
            "insure" if amount else "endInsurance",
            lambda: self.model.insure(number, by, amount, until),
            lambda: self.port.logistics.insure(number, amount, until, keccak(text="policy"), sender=self.actor(by)),
        ):
            self.said[number].insurance = (amount, until)

    @rule(which=pick, by=st.sampled_from(["insurer", "insurer 2"]), until=st.sampled_from([0, DAY, 5 * DAY]))
    def end_insurance(self, which: int, by: str, until: int) -> None:
        """Whatever time is said along with it; one time in three."""
        if which % 3 == 0:
            self._insure(self.cargo(which), by, 0, until and self.ledger.now + until)

    @rule(rate=st.one_of(st.sampled_from([0, 1, 10_000, 10_001, (1 << 16) - 1]), st.integers(3_000, 10_000)))
    def set_rate(self, rate: int) -> None:
        self.both(
            "setAdvanceRate",
            lambda: self.model.set_rate(rate),
            lambda: self.port.logistics.setAdvanceRate(self.port.rule, rate, sender=self.suite.officer),
        )

    @rule(which=pick, source=holders, to=holders, part=parts)
    def transfer(self, which: int, source: str, to: str, part: int | str) -> None:
        number = self.cargo(which)
        source = self.holder(number, which, source)
        self._transfer(number, source, to, self.amount(part, number, source))

    def _transfer(self, number: int, source: str, to: str, units: int) -> None:
        allowed = self.suite.ledger.restrictionOf(self.actor(source), self.actor(to), number, units) == 0
        done = self.both(
            "transfer",
            lambda: self.ledger.transfer(number, source, to, units),
            lambda: self.suite.send(self.actor(source), self.actor(to), number, units),
        )
        assert done == allowed, "restrictionOf must answer what the transfer does"

    @rule(which=pick, holder=holders, lienholder=lienholders, part=st.one_of(parts, st.sampled_from(ROOM)))
    def pledge(self, which: int, holder: str, lienholder: str, part: int | str) -> None:
        number = self.cargo(which)
        holder = self.holder(number, which, holder)
        self._pledge(number, holder, lienholder, max(1, self.amount(part, number, holder)))

    def _pledge(self, number: int, holder: str, lienholder: str, units: int) -> bool:
        account = self.actor(holder)
        done = self.both(
            "pledge",
            lambda: self.ledger.pledge(number, holder, lienholder, units),
            lambda: self.suite.ledger.pledge(account, self.actor(lienholder), number, units, sender=account),
        )
        if done:
            self.a_pledge_is_covered(number)
        return done

    def a_pledge_is_covered(self, number: int) -> None:
        """Invariants C1 and C2."""
        said, now = self.said[number], self.suite.chain.now
        assert now <= said.insurance[1], "pledged after the insurance had lapsed"
        assert now <= said.valuation[1], "pledged after the valuation had lapsed"
        liens = self.liens_read(number)
        assert liens <= said.insurance[0], "more under lien than is insured"
        assert liens * 10_000 <= said.valuation[0] * said.advance_bps, "more under lien than valuation × advance rate"

    @rule(which=pick, share=st.sampled_from([0, 1, 1, 2, 2]), broken=st.booleans())
    @precondition(lambda self: self.liens())
    def release(self, which: int, share: int, broken: bool) -> None:
        number, holder, lienholder, have = self.liens()[which % len(self.liens())]
        units = max(1, have // share) if share else have + 1
        account, creditor = self.actor(holder), self.actor(lienholder)

        def act() -> Any:
            if broken:
                return self.suite.ledger.breakLien(account, creditor, number, units, sender=self.suite.officer)
            return self.suite.ledger.release(account, number, units, sender=creditor)

        self.both(
            "breakLien" if broken else "release", lambda: self.ledger.release(number, holder, lienholder, units), act
        )

    @rule(which=pick, to=holders, share=st.sampled_from([0, 1, 1, 1, 2, 2]))
    @precondition(lambda self: self.liens())
    def seize(self, which: int, to: str, share: int) -> None:
        number, holder, lienholder, have = self.liens()[which % len(self.liens())]
        units = max(1, have // share) if share else have + 1
        to = lienholder if which % 2 else to
        self.both(
            "seize",
            lambda: self.ledger.seize(number, holder, lienholder, to, units),
            lambda: self.suite.ledger.seize(
                self.actor(holder), self.actor(to), number, units, sender=self.actor(lienholder)
            ),
        )

    @rule(which=pick, account=holders, units=st.sampled_from([0, 0, 1, 3 * MINIMUM, 9 * MINIMUM]))
    def freeze(self, which: int, account: str, units: int) -> None:
        number = self.cargo(which)
        account = self.holder(number, which, account)
        self.both(
            "setFrozenTokens",
            lambda: self.ledger.freeze(number, account, units),
            lambda: self.suite.ledger.setFrozenTokens(self.actor(account), number, units, sender=self.suite.officer),
        )

    @rule(which=pick, source=holders, to=holders, part=parts)
    def force(self, which: int, source: str, to: str, part: int | str) -> None:
        number = self.cargo(which)
        source = self.holder(number, which, source)
        units = self.amount(part, number, source)
        self.both(
            "forcedTransfer",
            lambda: self.ledger.forced_transfer(number, source, to, units),
            lambda: self.suite.ledger.forcedTransfer(
                self.actor(source), self.actor(to), number, units, sender=self.suite.officer
            ),
        )

    @rule(which=pick, by=holders)
    def surrender(self, which: int, by: str) -> None:
        """Half of the time by somebody who holds all of one, where there is anybody."""
        whole = [
            (number, position.holder)
            for number, cargo in self.model.cargo.items()
            for position, units in self.ledger.assets[number].units.items()
            if units and units == cargo.units and not position.lien
        ]
        number, by = whole[which // 4 % len(whole)] if whole and which % 2 else (self.cargo(which), by)
        if whole and which % 16 == 1:
            return  # they are needed for other things as well
        self.both(
            "surrender",
            lambda: self.model.surrender(number, by),
            lambda: self.port.logistics.surrender(number, sender=self.actor(by)),
        )

    @rule(which=pick, by=st.sampled_from(["carrier", "other", "insurer", "insurer 2", "seller", "stranger"]))
    def declare_lost(self, which: int, by: str) -> None:
        number = self.cargo(which)
        if which % 3 and self.may_lose(number, by):
            return  # the others are for trying
        self.both(
            "declareLost",
            lambda: self.model.declare_lost(number, by),
            lambda: self.port.logistics.declareLost(number, b"\1" * 32, sender=self.actor(by)),
        )

    def may_lose(self, number: int, by: str) -> bool:
        cargo = self.model.cargo[number]
        return self.suite.entities.get(by) in (cargo.carrier, cargo.insurance.source)

    @rule(account=st.sampled_from([*HOLDERS, *OTHERS]), suspended=st.sampled_from([True, True, False]))
    def set_status(self, account: str, suspended: bool) -> None:
        if not suspended:
            asleep = [name for name, party in self.ledger.parties.items() if party.status == SUSPENDED]
            account = asleep[0] if asleep else account
        action = self.suite.registry.suspend if suspended else self.suite.registry.reinstate
        action(self.actor(account), sender=self.suite.officer)
        self.ledger.parties[account].status = SUSPENDED if suspended else ACTIVE

    @rule(on=st.sampled_from([True, False]))
    def pause_or_run(self, on: bool) -> None:
        """A pause of an hour, where one may start; its end comes by itself."""
        if on and self.ledger.now >= self.model.paused_until + 8 * DAY:
            self.port.logistics.pause(HOUR, sender=self.suite.officer)
            self.model.paused_until = self.ledger.now + HOUR

    @rule(seconds=st.one_of(st.sampled_from([1, HOUR]), st.integers(1, DAY)))
    def wait(self, seconds: int) -> None:
        self.to(self.ledger.now + seconds)

    @rule(lienholder=st.sampled_from(["alice", "bank"]), beyond=st.booleans(), wanted=st.booleans())
    def wait_to_the_end_of_cover(self, lienholder: str, beyond: bool, wanted: bool) -> None:
        """To the last second of the insurance or the valuation that ends next; a pledge there. Then, or not, one second
        beyond: what could be pledged can be no more (C2)."""
        ends = sorted(
            (min(said.insurance[1], said.valuation[1]), number)
            for number, said in self.said.items()
            if said.insurance[0] and said.valuation[0] and self.model.cargo[number].state == "InTransit"
        )
        coming = [one for one in ends if one[0] >= self.ledger.now]
        if not coming or not wanted:
            return
        end, number = coming[0]
        self.to(end)
        holder = self.holder(number, 1, "seller")
        could = self.model.pledgeable(number)
        assert self.port.logistics.pledgeable(number) == could
        self._pledge(number, holder, lienholder, MINIMUM)
        if beyond:
            self.to(end + 1)
            assert self.port.logistics.pledgeable(number) == 0, "something could be pledged after the lapse"
            holder = self.holder(number, 1, "seller")
            assert not self._pledge(number, holder, lienholder, MINIMUM), "pledged after the lapse"

    @rule(
        by=st.sampled_from(["carrier", "carrier", "carrier", "other", "other", "other", "stranger"]),
        kinds=st.lists(
            st.sampled_from(["new", "new", "new", "copy", "wrong", "wrong", "conflict", "wrong before"]),
            min_size=1,
            max_size=5,
        ),
        ago=st.lists(st.integers(0, 12), min_size=5, max_size=5),
        subjects=st.lists(st.sampled_from(SUBJECTS), min_size=5, max_size=5),
        which=pick,
        bounds=st.sampled_from(["right"] * 9 + ["narrow"] * 4 + ["empty", "reversed", "ahead"]),
        again=st.sampled_from([False] * 9 + [True]),
    )
    def anchor(
        self, by: str, kinds: list[str], ago: list[int], subjects: list[str], which: int, bounds: str, again: bool
    ) -> None:
        """Events of one or two shipments; their times in any order, often the same."""
        self._anchor(by, kinds, ago, subjects, which, bounds, again)

    def _anchor(
        self, by: str, kinds: list[str], ago: list[int], subjects: list[str], which: int, bounds: str, again: bool
    ) -> None:
        if len(self.batches) >= MOST_EVENTS:
            return
        made: dict[bytes, Leaf] = {}
        for at, kind in enumerate(kinds):
            one = self.event(kind, by, self.ledger.now - ago[at] * HOUR, subjects[at], which + at)
            made[one.hash] = one
        batch = Batch(tuple(made[key] for key in sorted(made)))
        if again and self.batches:
            batch = self.batches[which % len(self.batches)][1]
        first, last, count = batch.first, batch.last, len(batch.leaves)
        if bounds == "narrow":
            first, last = (first, max(first, last - 1)) if which % 2 else (min(first + 1, last), last)
        elif bounds == "empty":
            count = 0
        elif bounds == "reversed":
            first, last = last + 1, first
        elif bounds == "ahead":
            last = self.ledger.now + 1
        source = self.suite.entities[by] if self.ledger.active(by) else 0
        if self.both(
            "anchor",
            lambda: self.events.anchor(batch.root, source, first, last, batch.leaves if count else ()),
            lambda: self.port.events.anchor(batch.root, count, first, last, sender=self.actor(by)),
        ):
            self.batches.append((by, batch))
            self.leaves += [(by, one) for one in batch.leaves]

    def event(self, kind: str, by: str, time: int, subject: str, which: int) -> Leaf:
        """A leaf: new, a copy of an earlier one, an error declaration of one that was anchored or of one to come, or
        another content under an earlier id."""
        known = [one for source, one in self.leaves if source == by and not one.declaredAt]
        if kind == "new" or (kind != "wrong before" and not known):
            self.proofs += 1
            return leaf(f"event {self.proofs}", time, subject, place=keccak(text="quay"))
        if kind == "wrong before":
            coming = f"event {self.proofs + 1 + which % 2}"
            return leaf(coming, time, subject, declaredAt=time, correctedBy=keccak(text="correction"))
        earlier = known[which % len(known)]
        if kind == "copy":
            return earlier
        if kind == "conflict":
            return earlier._replace(content=keccak(text="another"))
        return earlier._replace(declaredAt=self.ledger.now + which % 8 // 7, content=keccak(earlier.content))

    @rule(which=pick, proof=st.sampled_from(["good"] * 6 + ["bad", "none", "of another batch"]))
    @precondition(lambda self: self.batches)
    def record(self, which: int, proof: str) -> None:
        self._record(which, proof)

    @rule(which=pick)
    @precondition(lambda self: self.batches)
    def record_all_of_a_batch(self, which: int) -> None:
        """In an order drawn for it."""
        by, batch = self.batches[which % len(self.batches)]
        for at in range(len(batch.leaves)):
            one = batch.leaves[(which // 7 + at * (1 if which % 2 else -1)) % len(batch.leaves)]
            self.record_one(by, one, batch.root, batch.proof(one), True, which >> at)

    def _record(self, which: int, proof: str) -> None:
        by, batch = self.batches[which % len(self.batches)]
        one = batch.leaves[which // 31 % len(batch.leaves)]
        root, path = batch.root, batch.proof(one)
        if proof == "bad":
            path = [keccak(text="bad"), *path[1:]]
        elif proof == "none":
            root = keccak(text="no batch")
        elif proof == "of another batch":
            root = self.batches[which // 7 % len(self.batches)][1].root
        self.record_one(by, one, root, path, proof == "good" or (proof != "bad" and root == batch.root), which)

    def record_one(self, by: str, one: Leaf, root: bytes, path: list[bytes], proved: bool, which: int) -> None:
        """Without a word of its place, with the right one, or with that of any event there is."""
        given, source = structs.EventLeaf(*one), self.suite.entities[by]
        standing = [known.id for known in self.events.standing(source, one.subject)]
        later = [known.id for known in self.events.standing(source, one.subject) if known.time > one.time]
        if one.id in standing:
            later = standing[: standing.index(one.id)]
        hints = (NONE, later[-1] if later else NONE, self.leaves[which // 5 % len(self.leaves)][1].id)
        assert self.port.events.isAnchored(source, root, given, path) == proved
        changed = False

        def act() -> int:
            nonlocal changed
            events, mallory = self.port.events, self.suite.mallory
            if hint := hints[which % 3]:
                changed = events.recordAt(source, root, given, path, hint, sender=mallory).returned
            else:
                changed = events.record(source, root, given, path, sender=mallory).returned
            return int(changed)

        if self.both("record", lambda: int(self.events.record(source, root, one, proved)), act) and changed:
            if one.declaredAt:
                self.noted.wrong.add((source, one.id))
            else:
                self.noted.recorded.append((source, one))

    @rule(by=st.sampled_from([*HOLDERS, *OTHERS, "mallory"]), which=pick, data=st.data())
    def privileged_call_by_nobody(self, by: str, which: int, data: st.DataObject) -> None:
        """Invariant 10."""
        number, me, until = self.cargo(which), self.actor(by), self.ledger.now + DAY
        held = {"appraiser": "appraise", "insurer": "insure", "insurer 2": "insure"}.get(by)
        cases: list[tuple[str, Callable[[], Any], str]] = [
            (
                "appraise",
                lambda: self.port.logistics.appraise(number, 1, until, sender=me),
                UNAUTHORISED,
            ),
            (
                "insure",
                lambda: self.port.logistics.insure(number, 1, until, NONE, sender=me),
                UNAUTHORISED,
            ),
            (
                "setAdvanceRate",
                lambda: self.port.logistics.setAdvanceRate(self.port.rule, 1, sender=me),
                UNAUTHORISED,
            ),
            ("pause", lambda: self.port.logistics.pause(1, sender=me), UNAUTHORISED),
            ("unpause", lambda: self.port.logistics.unpause(sender=me), UNAUTHORISED),
            (
                "onMove",
                lambda: self.port.logistics.onMove(
                    structs.Move(number, me.address, me.address, 1, me.address, "0x" + "00" * 20, 0, 1), sender=me
                ),
                "OnlyLedger",
            ),
        ]
        name, call, error = data.draw(st.sampled_from([case for case in cases if case[0] != held]))
        try:
            call()
        except ContractError as refused:
            assert name_of(refused) == error, f"{name}: {refused!r}"
        else:
            raise AssertionError(f"{by} could call {name}")

    @invariant()
    def holdings_add_up(self) -> None:
        """Invariant 1; the ledger agrees with the model."""
        for number, asset in self.ledger.assets.items():
            total = 0
            for name in HOLDERS:
                units, pledged, frozen = self.suite.ledger.holdingOf(number, self.actor(name))
                assert (units, pledged, frozen) == (asset.balance(name), asset.pledged(name), asset.frozen[name])
                assert pledged <= units
                assert units == pledged or units - pledged >= asset.minimum
                total += units
            retired = self.issued[number] if self.model.cargo[number].state == "Surrendered" else 0
            assert total == self.issued[number] - retired == self.suite.ledger.totalSupply(number)
            assert asset.minimum == self.suite.ledger.termsOf(number) >> 160 == min(MINIMUM, self.issued[number])

    @invariant()
    def liens_add_up(self) -> None:
        """Invariant 2."""
        for number, asset in self.ledger.assets.items():
            by_lienholder = 0
            for position, units in asset.units.items():
                if position.lien:
                    read = self.suite.ledger.lienOf(number, self.actor(position.holder), self.actor(position.lien))
                    assert read == units
                    assert read == 0 or read >= asset.minimum
                    by_lienholder += read
            by_holder = sum(self.suite.ledger.holdingOf(number, self.actor(name))[1] for name in HOLDERS)
            assert by_lienholder == by_holder == self.port.logistics.coverOf(number).pledged

    @invariant()
    def cover_agrees_with_the_model(self) -> None:
        """What each cargo is, and what it is good for now."""
        for number, cargo in self.model.cargo.items():
            cover, record = self.port.logistics.coverOf(number), self.port.logistics.recordOf(number)
            assert (cover.units, cover.advanceBps) == (cargo.units, cargo.advance_bps)
            assert (record.carrier, STATES[record.state]) == (cargo.carrier, cargo.state)
            assert self.port.logistics.pledgeable(number) == self.model.pledgeable(number)
            for field_, statement in ((7, cargo.valuation), (8, cargo.insurance)):
                read = self.suite.ledger.attributeOf(number, field_)
                assert (read.amount, read.source, read.validUntil) == (
                    statement.amount,
                    statement.source,
                    statement.until,
                )
        assert self.port.logistics.advanceRate(self.port.rule) == self.model.advance_bps

    @invariant()
    def the_latest_event_is_the_latest_that_stands(self) -> None:
        """Invariant C3; the whole list of what stands, too."""
        for by in ("carrier", "other"):
            source = self.suite.entities[by]
            for name in SUBJECTS:
                subject = keccak(text=name)
                latest, read = self.port.events.latestOf(source, subject)
                assert latest == self.noted.latest(source, subject) == self.events.latest(source, subject)
                walked: list[bytes] = []
                at, known = latest, read
                while at != NONE:
                    walked.append(at)
                    at = known.earlier
                    known = self.port.events.eventOf(source, at)
                assert walked == [one.id for one in self.events.standing(source, subject)]

    @invariant()
    def events_agree_with_the_model(self) -> None:
        """What is recorded of each, void or not."""
        for (source, number), known in self.events.events.items():
            read = self.port.events.eventOf(source, number)
            assert (read.voidSince, read.correctedBy) == (known.void_since, known.corrected_by)
            if known.leaf is None:
                assert (read.time, read.content) == (0, NONE)
            else:
                leaf_ = known.leaf
                assert (read.subject, read.place, read.content, read.time) == (
                    leaf_.subject,
                    leaf_.place,
                    leaf_.content,
                    leaf_.time,
                )
            assert self.port.events.stands(source, number) == self.events.stands(source, number)

    def to(self, time: int) -> None:
        self.suite.chain.warp(time)
        self.ledger.now = self.events.now = time

    def cargo(self, which: int) -> int:
        """A certificate; three times in four one in transit, where there is any."""
        every = list(self.model.cargo)
        live = [each for each in every if self.model.cargo[each].state == "InTransit"]
        every = live if live and which % 4 else every
        return every[(which // 4) % len(every)]

    def holder(self, number: int, which: int, wish: str) -> str:
        """Three times in four somebody who holds free units, where there is anybody; else who is wished for."""
        found = [p.holder for p, units in self.ledger.assets[number].units.items() if units and not p.lien]
        return found[which % len(found)] if found and which % 4 else wish

    def liens(self) -> list[tuple[int, str, str, int]]:
        """Every lien that stands."""
        return [
            (number, position.holder, position.lien, units)
            for number, asset in self.ledger.assets.items()
            for position, units in asset.units.items()
            if position.lien and units
        ]

    def liens_read(self, number: int) -> int:
        """All liens on one cargo, of everybody to everybody, read from the ledger."""
        return sum(
            self.suite.ledger.lienOf(number, self.actor(holder), self.actor(lienholder))
            for holder in HOLDERS
            for lienholder in HOLDERS
            if holder != lienholder
        )

    def amount(self, part: int | str, number: int, account: str) -> int:
        """Part of what the account holds, pledged units included; or of what can still be pledged."""
        if isinstance(part, int):
            return part
        have = self.ledger.assets[number].balance(account)
        room = max(0, self.model.pledgeable(number) - self.model.pledged(number))
        some = {"room": min(room, have), "room and one": room + 1, "room and minimum": room + MINIMUM}
        return some.get(part) or {"half": have // 2, "all": have, "more": have + 1}.get(part, 0)

    @staticmethod
    def cargo_id(carrier: int, shipment: str) -> int:
        """Made here, never read from the contract."""
        encoded = encode(["string", "uint48", "string"], ["cargo", carrier, shipment])
        return int.from_bytes(keccak(encoded), "big") & ~0xFFFF
