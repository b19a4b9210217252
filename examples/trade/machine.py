"""Everything anybody can do with warehouse receipts, beside an exact model that must agree after every step.

Always true:
1. For each receipt: the sum of balances is what was issued and not retired; pledged <= balance.
C. At the moment of a pledge all liens together are at most what is insured and at most valuation x advance rate, both
   fresh.
G. A lot is certified once, by a licensed warehouse, and its grain is given out once, for all of its units.
"""

from __future__ import annotations

from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from caldera.model import Refused
from caldera.model.cargo import Cargo, CargoModel, Terms
from caldera.model.ledger import LedgerModel, Party
from examples.trade.stand import DAY, Granary
from tests.properties.beside import Beside

HOLDERS = ("mill", "trader", "bank")
OTHERS = ("warehouse", "appraiser", "insurer")
MINIMUM = 925_925_926
"""USD 1,000 at 1.08, rounded up."""
STATES = ("None", "Stored", "Collected", "Short")

holders = st.sampled_from(HOLDERS)
units = st.sampled_from([1, MINIMUM, MINIMUM, 2 * MINIMUM, 5 * MINIMUM, 10 * MINIMUM, 40 * MINIMUM])
pick = st.integers(0, 1 << 30)


class GrainModel(CargoModel):
    """Cargo that lies in a warehouse: what differs is who certifies, and the names."""

    def store(self, number: int, by: str, to: str, lot: str, declared: int) -> int:
        """By a warehouse."""
        if self.ledger.active(by) and by != "warehouse":
            raise Refused("NotAWarehouse")
        return self.issue(number, by, to, lot, declared)

    def collect(self, number: int, holder: str) -> None:
        """By the holder of all units, free of liens."""
        self.surrender(number, holder)

    def declare_short(self, number: int, by: str) -> None:
        """By its warehouse or its insurer."""
        try:
            self.declare_lost(number, by)
        except Refused as refusal:
            raise Refused(refusal.name.replace("NotItsCarrierOrInsurer", "NotItsWarehouseOrInsurer")) from None

    def state(self, number: int) -> str:
        """As the contract calls it."""
        return {"InTransit": "Stored", "Surrendered": "Collected", "Lost": "Short"}[self.cargo[number].state]

    def _live(self, number: int) -> Cargo:
        try:
            return super()._live(number)
        except Refused:
            raise Refused("NotStored") from None


class GrainMachine(Beside):
    """The machine. `granary` is shared by all examples; each begins at `mark`."""

    granary: Granary
    reached = ("store", "pledge", "collect", "declareShort", "release")

    def __init__(self) -> None:
        super().__init__()
        chain = self.granary.chain
        chain.restore(self.mark)
        self.ledger = LedgerModel(chain.now)
        self.model = GrainModel(self.ledger, Terms(MINIMUM, 1, 1), 6000)
        for name in (*HOLDERS, *OTHERS):
            may_hold = int(name in HOLDERS)
            self.ledger.parties[name] = Party(self.granary.entities[name], chain.now + 3650 * DAY, 1, may_hold)
        self.issued: dict[int, int] = {}
        self.collected: list[int] = []

    @initialize()
    def begin(self) -> None:
        """Two lots, of which one is well covered and pledged in part."""
        self.store("warehouse", "mill", "A", 40 * MINIMUM + 3)
        self.store("warehouse", "trader", "B", 10 * MINIMUM)
        self.cover(0, 40 * MINIMUM, 30)
        self.pledge(0, "mill", 5 * MINIMUM)

    @rule(
        by=st.sampled_from(["warehouse", "warehouse", "warehouse", "mill", "stranger"]),
        to=holders,
        lot=st.sampled_from(["A", "B", "C", "D", "E"]),
        declared=st.sampled_from([10 * MINIMUM, 40 * MINIMUM + 3, 7]),
    )
    def store(self, by: str, to: str, lot: str, declared: int) -> None:
        number = self.granary.grain.idOf(self.granary.entities.get(by, 0), lot)
        if self.both(
            "store",
            lambda: self.model.store(number, by, to, lot, declared),
            lambda: self.granary.store(by, to, lot, declared),
        ):
            assert number not in self.issued, "G: a lot is certified once"
            self.issued[number] = declared

    @precondition(lambda self: self.issued)
    @rule(which=pick, amount=units, days=st.sampled_from([0, 30, 90]))
    def cover(self, which: int, amount: int, days: int) -> None:
        number, until = self.one(which), self.ledger.now + days * DAY
        grain, appraiser, insurer = self.granary.grain, self.granary.appraiser, self.granary.insurer
        self.both(
            "appraise",
            lambda: self.model.appraise(number, "appraiser", 2 * amount, until),
            lambda: grain.appraise(number, 2 * amount, until, sender=appraiser),
        )
        self.both(
            "insure",
            lambda: self.model.insure(number, "insurer", amount, until),
            lambda: grain.insure(number, amount, until, keccak(text="policy"), sender=insurer),
        )

    @precondition(lambda self: self.issued)
    @rule(which=pick, source=holders, to=holders, amount=units)
    def transfer(self, which: int, source: str, to: str, amount: int) -> None:
        number, chain, ledger = self.one(which), self.granary.chain, self.granary.ledger
        sender, target = chain.account(source), chain.account(to)
        self.both(
            "transfer",
            lambda: self.ledger.transfer(number, source, to, amount),
            lambda: ledger.safeTransferFrom(sender, target, number, amount, b"", sender=sender),
        )

    @precondition(lambda self: self.issued)
    @rule(which=pick, holder=holders, amount=units)
    def pledge(self, which: int, holder: str, amount: int) -> None:
        number = self.one(which)
        if self.both(
            "pledge",
            lambda: self.ledger.pledge(number, holder, "bank", amount),
            lambda: self.granary.pledge(number, amount, holder),
        ):
            cover = self.model.cargo[number]
            assert self.model.pledged(number) <= min(
                cover.insurance.amount, cover.valuation.amount * cover.advance_bps // 10_000
            ), "C: pledged beyond the cover"

    @precondition(lambda self: self.issued)
    @rule(which=pick, holder=holders, amount=units)
    def release(self, which: int, holder: str, amount: int) -> None:
        number, granary = self.one(which), self.granary
        self.both(
            "release",
            lambda: self.ledger.release(number, holder, "bank", amount),
            lambda: granary.ledger.release(granary.chain.account(holder), number, amount, sender=granary.bank),
        )

    @precondition(lambda self: self.issued)
    @rule(which=pick, by=st.sampled_from([*HOLDERS, "whoever holds most"]))
    def collect(self, which: int, by: str) -> None:
        number = self.one(which)
        if by not in HOLDERS:
            by = max(HOLDERS, key=self.ledger.assets[number].balance)
        if self.both(
            "collect",
            lambda: self.model.collect(number, by),
            lambda: self.granary.grain.collect(number, sender=self.granary.chain.account(by)),
        ):
            assert number not in self.collected, "G: grain is given out once"
            self.collected.append(number)

    @precondition(lambda self: self.issued)
    @rule(which=pick, by=st.sampled_from(["warehouse", "insurer", "mill", "mill", "stranger", "stranger"]))
    def declare_short(self, which: int, by: str) -> None:
        number, grain, account = self.one(which), self.granary.grain, self.granary.chain.account(by)
        self.both(
            "declareShort",
            lambda: self.model.declare_short(number, by),
            lambda: grain.declareShort(number, keccak(text="short"), sender=account),
        )

    @rule(days=st.sampled_from([1, 1, 29, 31]))
    def wait(self, days: int) -> None:
        self.granary.chain.skip(days * DAY)
        self.ledger.now = self.granary.chain.now

    @invariant()
    def contract_and_model_agree(self) -> None:
        granary = self.granary
        for number, issued in self.issued.items():
            held = [granary.ledger.holdingOf(number, granary.chain.account(name)) for name in HOLDERS]
            supply = granary.ledger.totalSupply(number)
            assert supply == (0 if number in self.collected else issued), "1: issued - retired"
            assert sum(one[0] for one in held) == supply, "1: sum of balances"
            assert all(one[1] <= one[0] for one in held), "1: pledged <= balance"
            asset = self.ledger.assets[number]
            assert [one[:2] for one in held] == [(asset.balance(name), asset.pledged(name)) for name in HOLDERS]
            assert granary.grain.coverOf(number).pledged == self.model.pledged(number)
            assert granary.grain.pledgeable(number) == self.model.pledgeable(number)
            assert STATES[granary.grain.receiptOf(number).state] == self.model.state(number)

    def one(self, which: int) -> int:
        """One of the receipts."""
        return list(self.issued)[which % len(self.issued)]
