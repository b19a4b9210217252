"""Everything anybody can do with certificates and receivables, beside an exact model that must agree after every step.

Always true (numbers of the architecture's list):
1. For each id: the sum of balances is what was issued and not retired; pledged <= balance; each position of a holder
   (free units, and each lien) is zero or the minimum unit at least.
2. Liens by lienholder and liens by holder are the same; releasing or seizing all of them leaves none.
3. Nobody holds units who was not eligible at the moment of receiving them.
4. Creditor, debtor and due date never change; nothing is paid out beyond what was paid in.
6. The supply of ERA is 10^27.
10. No privileged call succeeds for anyone the plan does not name.
"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from caldera.contracts import EraToken
from caldera.evm import Account, ContractError
from caldera.model import LedgerModel, ReceivablesModel, Refused
from caldera.model import Party as ModelParty
from caldera.model.ledger import ACTIVE, SUSPENDED
from caldera.model.receivables import Receivable
from tests.properties.beside import Beside
from tests.support.suite import BANK, DAY, ENTERPRISE, EU, FACTOR, MINIMUM, US, YEAR, Suite, build, name_of

STATES = (
    "None",
    "Registered",
    "Acknowledged",
    "Overdue",
    "Disputed",
    "Defaulted",
    "WrittenOff",
    "Settled",
    "Cancelled",
)
ACTORS = ("seller", "seller2", "buyer", "alice", "bank", "carol")
REGIONS = {"carol": US}
QUALIFICATIONS = {"alice": FACTOR, "bank": BANK}
TERMS = (MINIMUM, EU, ENTERPRISE | FACTOR | BANK, False, 0)

actors = st.sampled_from(["seller", "seller2", "buyer", "alice", "alice", "bank", "bank", "carol"])
pick = st.integers(0, 1 << 30)
# Amounts around the limits that matter, and anything between.
parts = st.one_of(
    st.sampled_from([1, MINIMUM - 1, MINIMUM, MINIMUM + 1]),
    st.integers(1, 12 * MINIMUM),
    st.just("all"),
    st.just("more"),
)


def stand() -> Suite:
    """The suite with a second account of the seller and ERA."""
    suite = build()
    suite.enrol("seller2", entity=suite.entities["seller"])
    suite.__dict__["era"] = EraToken.deploy(suite.chain, suite.admin, sender=suite.admin)
    return suite


class CertificateMachine(Beside):
    """The machine. `suite` is shared by all examples; each begins at `mark`."""

    suite: Suite

    def __init__(self) -> None:
        super().__init__()
        self.suite.chain.restore(self.mark)
        self.start = self.suite.chain.now
        self.ledger = LedgerModel(self.start)
        self.model = ReceivablesModel(self.ledger)
        for name in ACTORS:
            self.ledger.parties[name] = ModelParty(
                self.suite.entities[name],
                self.suite.registry.participant(self.actor(name)).expires,
                REGIONS.get(name, EU),
                QUALIFICATIONS.get(name, ENTERPRISE),
            )
        self.numbers = 0
        self.facts: dict[int, tuple[int, int, int]] = {}

    def actor(self, name: str) -> Account:
        return self.suite.actors[name]

    @initialize()
    def begin(self) -> None:
        self.create("seller", 10 * MINIMUM, 0, 40)
        self.create("seller", 3 * MINIMUM + 7, 2, 20)
        for root in list(self.model.records):
            self._acknowledge(root, "buyer")
        self.create("alice", 5 * MINIMUM, 0, 60)
        first = next(iter(self.ledger.assets))
        self._transfer(first, "seller", "alice", 2 * MINIMUM)
        self._transfer(first, "seller", "bank", 3 * MINIMUM)
        self.both(
            "pledge",
            lambda: self.ledger.pledge(first, "seller", "bank", 2 * MINIMUM),
            lambda: self.suite.ledger.pledge(
                self.suite.seller, self.suite.bank, first, 2 * MINIMUM, sender=self.suite.seller
            ),
        )

    @rule(
        by=st.sampled_from(["seller", "seller2", "alice", "carol"]),
        face=st.integers(1, 20 * MINIMUM),
        lines=st.integers(0, 3),
        days=st.integers(0, 90),
    )
    def create(self, by: str, face: int, lines: int, days: int) -> None:
        self.numbers += 1
        due = self.ledger.now + days * DAY
        split = [face // lines] * lines if lines else []
        if split:
            split[-1] += face - sum(split)
        number = f"N{self.numbers}"
        given = self.suite.invoice(face=face, dueDate=due, number=number, issueDay=self.ledger.now // DAY)
        entity = self.suite.entities[by]
        root = self.suite.module.fingerprintOf(entity, self.suite.entities["buyer"], number, given.issueDay)

        def expected() -> None:
            if 0 in split:
                raise Refused("NoAmount")
            if not self.ledger.active(by) or not self.ledger.active("buyer"):
                raise Refused("NotActive")
            if REGIONS.get(by, EU) != EU:
                raise Refused("OutsideScope")
            ids = [root + 1 + i for i in range(lines)] or [root]
            record = Receivable(entity, self.suite.entities["buyer"], due, 30, ids)
            self.model.create(root, record, dict(zip(ids, split or [face], strict=True)), by, TERMS)
            self.facts[root] = (record.creditor, record.debtor, record.due)

        # With a line of zero and an inactive party both reasons hold; the contract names the party first.
        if 0 in split and not (self.ledger.active(by) and self.ledger.active("buyer") and REGIONS.get(by, EU) == EU):
            split = []
            lines = 0
        self.both("create", expected, lambda: self.suite.module.create(given, split, sender=self.actor(by)))

    @rule(which=pick, by=st.sampled_from(["buyer", "buyer", "buyer", "seller"]))
    def acknowledge(self, which: int, by: str) -> None:
        self._acknowledge(self.root(which, "Registered"), by)

    def _acknowledge(self, root: int, by: str) -> None:
        self.both(
            "acknowledge",
            lambda: self.model.acknowledge(root, by),
            lambda: self.suite.module.acknowledge(root, sender=self.actor(by)),
        )

    @rule(which=pick, source=actors, receiver=actors, part=parts)
    def transfer(self, which: int, source: str, receiver: str, part: int | str) -> None:
        asset = self.asset(which)
        source = self.holder(asset, which, source)
        units = self.amount(part, self.ledger.assets[asset].balance(source))
        self._transfer(asset, source, receiver, units)

    def _transfer(self, asset: int, source: str, receiver: str, units: int) -> None:
        allowed = self.suite.ledger.restrictionOf(self.actor(source), self.actor(receiver), asset, units) == 0
        done = self.both(
            "transfer",
            lambda: self.ledger.transfer(asset, source, receiver, units),
            lambda: self.suite.send(self.actor(source), self.actor(receiver), asset, units),
        )
        assert done == allowed, "restrictionOf must answer what the transfer does"

    @rule(which=pick, source=actors, receiver=actors, first=parts, second=parts)
    def batch_with_repeated_id(self, which: int, source: str, receiver: str, first: int, second: int) -> None:
        asset = self.asset(which)
        source = self.holder(asset, which, source)
        have = self.ledger.assets[asset].balance(source)
        units = [self.amount(first, have), self.amount(second, have)]

        def expected() -> None:
            before = dict(self.ledger.assets[asset].units)
            moved = self.model.claims[asset].moved
            try:
                for each in units:
                    self.ledger.transfer(asset, source, receiver, each)
            except Refused:
                self.ledger.assets[asset].units.clear()
                self.ledger.assets[asset].units.update(before)
                self.model.claims[asset].moved = moved
                raise

        sender = self.actor(source)
        self.both(
            "batch_with_repeated_id",
            expected,
            lambda: self.suite.ledger.safeBatchTransferFrom(
                sender, self.actor(receiver), [asset, asset], units, b"", sender=sender
            ),
        )

    @rule(which=pick, holder=actors, lienholder=actors, part=parts)
    def pledge(self, which: int, holder: str, lienholder: str, part: int | str) -> None:
        asset = self.asset(which)
        holder = self.holder(asset, which, holder)
        units = max(1, self.amount(part, self.ledger.assets[asset].balance(holder)))
        account = self.actor(holder)
        self.both(
            "pledge",
            lambda: self.ledger.pledge(asset, holder, lienholder, units),
            lambda: self.suite.ledger.pledge(account, self.actor(lienholder), asset, units, sender=account),
        )

    @rule(which=pick, part=parts, broken=st.booleans())
    def release(self, which: int, part: int | str, broken: bool) -> None:
        asset, holder, lienholder, have = self.lien(which)
        units = max(1, self.amount(part, have))
        account, creditor = self.actor(holder), self.actor(lienholder)

        def act() -> Any:
            if broken:
                return self.suite.ledger.breakLien(account, creditor, asset, units, sender=self.suite.officer)
            return self.suite.ledger.release(account, asset, units, sender=creditor)

        self.both("release", lambda: self.ledger.release(asset, holder, lienholder, units), act)

    @rule(which=pick, receiver=actors, part=parts)
    def seize(self, which: int, receiver: str, part: int | str) -> None:
        asset, holder, lienholder, have = self.lien(which)
        units = max(1, self.amount(part, have))
        self.both(
            "seize",
            lambda: self.ledger.seize(asset, holder, lienholder, receiver, units),
            lambda: self.suite.ledger.seize(
                self.actor(holder), self.actor(receiver), asset, units, sender=self.actor(lienholder)
            ),
        )

    @rule(which=pick, part=parts)
    def pay(self, which: int, part: int | str) -> None:
        asset = self.asset(which)
        amount = max(1, self.amount(part, max(0, self.model.claims[asset].owed)))
        self.suite.fund(self.suite.stranger, amount)
        self.both(
            "pay",
            lambda: self.model.pay(asset, amount),
            lambda: self.suite.module.pay(asset, amount, sender=self.suite.stranger).returned,
        )

    @rule(which=pick, holder=actors)
    def claim(self, which: int, holder: str) -> None:
        asset = self.asset(which)
        holder = self.holder(asset, which, holder)
        self.both(
            "claim",
            lambda: self.model.claim(asset, holder),
            lambda: self.suite.module.claim(asset, self.actor(holder), sender=self.suite.stranger).returned,
        )

    @rule(which=pick, by=st.sampled_from(["buyer", "buyer", "seller"]))
    def dispute(self, which: int, by: str) -> None:
        root = self.root(which, "Acknowledged", "Overdue")
        self.both(
            "dispute",
            lambda: self.model.dispute(root, by),
            lambda: self.suite.module.dispute(root, b"\1" * 32, sender=self.actor(by)),
        )

    @rule(which=pick)
    def withdraw_dispute(self, which: int) -> None:
        root = self.root(which, "Disputed")
        self.both(
            "withdraw_dispute",
            lambda: self.model.withdraw_dispute(root, "buyer"),
            lambda: self.suite.module.withdrawDispute(root, sender=self.suite.buyer),
        )

    @rule(which=pick, share=st.integers(0, 4))
    def resolve_dispute(self, which: int, share: int) -> None:
        root = self.root(which, "Disputed")
        concessions = [self.model.claims[i].owed * share // 4 for i in self.model.records[root].ids]
        self.both(
            "resolve_dispute",
            lambda: self.model.resolve(root, concessions),
            lambda: self.suite.module.resolveDispute(root, concessions, sender=self.suite.officer),
        )

    @rule(which=pick, part=parts, by=st.sampled_from(["seller", "seller2", "alice"]))
    def credit_note(self, which: int, part: int | str, by: str) -> None:
        asset = self.asset(which)
        amount = max(1, self.amount(part, max(0, self.model.claims[asset].owed)))
        self.numbers += 1
        self.both(
            "credit_note",
            lambda: self.model.credit(asset, by, amount),
            lambda: self.suite.module.creditNote(
                asset, amount, f"C{self.numbers}", 1, b"\2" * 32, sender=self.actor(by)
            ),
        )

    @rule(which=pick, by=st.sampled_from(["seller", "seller2", "bank"]))
    def cancel(self, which: int, by: str) -> None:
        root = self.root(which, "Registered")
        by = self.holder(self.model.records[root].ids[0], which, by)
        self.both(
            "cancel",
            lambda: self.model.cancel(root, by),
            lambda: self.suite.module.cancel(root, sender=self.actor(by)),
        )

    @rule(which=pick, early=st.sampled_from([None, 0, 0, 1]))
    def declare_default(self, which: int, early: int | None) -> None:
        """At any time, at the first second at which it is allowed, or one second before."""
        root = self.root(which, "Acknowledged", "Overdue")
        first = self.model.records[root].due + 30 * DAY + 1
        if early is not None and self.ledger.now <= first - early:
            self.suite.chain.warp(first - early)
            self.ledger.now = first - early
        self.both(
            "declare_default",
            lambda: self.model.declare_default(root),
            lambda: self.suite.module.declareDefault(root, sender=self.suite.stranger),
        )

    @rule(which=pick)
    def write_off(self, which: int) -> None:
        root = self.root(which, "Defaulted")
        self.both(
            "write_off",
            lambda: self.model.write_off(root),
            lambda: self.suite.module.writeOff(root, sender=self.suite.officer),
        )

    @rule(which=pick, account=actors, part=parts)
    def freeze(self, which: int, account: str, part: int | str) -> None:
        asset = self.asset(which)
        units = self.amount(part, self.ledger.assets[asset].balance(account)) if part != 1 else 0
        self.both(
            "freeze",
            lambda: self.ledger.freeze(asset, account, units),
            lambda: self.suite.ledger.setFrozenTokens(self.actor(account), asset, units, sender=self.suite.officer),
        )

    @rule(which=pick, source=actors, receiver=actors, part=parts)
    def forced_transfer(self, which: int, source: str, receiver: str, part: int | str) -> None:
        asset = self.asset(which)
        source = self.holder(asset, which, source)
        units = self.amount(part, self.ledger.assets[asset].balance(source))
        self.both(
            "forced_transfer",
            lambda: self.ledger.forced_transfer(asset, source, receiver, units),
            lambda: self.suite.ledger.forcedTransfer(
                self.actor(source), self.actor(receiver), asset, units, sender=self.suite.officer
            ),
        )

    @rule(account=actors, suspended=st.sampled_from([True, False, False]))
    def set_status(self, account: str, suspended: bool) -> None:
        action = self.suite.registry.suspend if suspended else self.suite.registry.reinstate
        action(self.actor(account), sender=self.suite.officer)
        self.ledger.parties[account].status = SUSPENDED if suspended else ACTIVE

    @rule(account=actors, seconds=st.one_of(st.integers(1, 90 * DAY), st.just(2 * YEAR), st.just(3 * YEAR)))
    def renew_for(self, account: str, seconds: int) -> None:
        party = self.ledger.parties[account]
        party.expires = self.ledger.now + seconds
        self.suite.registry.setFacts(
            self.actor(account), party.expires, party.regions, party.qualifications, sender=self.suite.officer
        )

    @rule(seconds=st.one_of(st.integers(1, DAY), st.integers(DAY, 45 * DAY)))
    @precondition(lambda self: self.suite.chain.now < self.start + 3 * YEAR)
    def time_passes(self, seconds: int) -> None:
        self.suite.chain.skip(seconds)
        self.ledger.now = self.suite.chain.now

    @rule(which=pick, by=st.sampled_from([*ACTORS, "mallory"]), data=st.data())
    def privileged_call_by_nobody(self, which: int, by: str, data: st.DataObject) -> None:
        """Invariant 10."""
        asset, you, me = self.asset(which), self.suite.seller.address, self.actor(by)
        contract, name, arguments = data.draw(
            st.sampled_from(
                [
                    (self.suite.ledger, "setFrozenTokens", (you, asset, 1)),
                    (self.suite.ledger, "forcedTransfer", (you, me, asset, 1)),
                    (self.suite.ledger, "breakLien", (you, me, asset, 1)),
                    (self.suite.ledger, "setModule", (9, me)),
                    (self.suite.ledger, "pause", (1,)),
                    (self.suite.ledger, "setUri", ("x",)),
                    (self.suite.registry, "enrol", (me, 1, 2**40 - 1, EU, 1)),
                    (self.suite.registry, "suspend", (you,)),
                    (self.suite.registry, "subscribe", (me,)),
                    (self.suite.standard, "publish", (b"x" * 32, (1, 0, 0, 0, 0, 1, 0, 0))),
                    (self.suite.standard, "setRate", (1, 10**18)),
                    (self.suite.module, "resolveDispute", (asset & ~0xFFFF, [1])),
                    (self.suite.module, "writeOff", (asset & ~0xFFFF,)),
                    (self.suite.module, "moveProceeds", (asset, you, me)),
                    (self.suite.module, "stateAttribute", (asset, 7, 1, 2**40 - 1)),
                ]
            )
        )
        try:
            getattr(contract, name)(*arguments, sender=me)
        except ContractError as error:
            assert name_of(error) == "AccessManagedUnauthorized", f"{name}: {error!r}"
        else:
            raise AssertionError(f"{by} could call {name}")
        for bare, given in (("create", (5, you, 1, 1 << 160, b"\0" * 32)), ("retire", (asset, you, 1))):
            try:
                getattr(self.suite.ledger, bare)(*given, sender=me)
            except ContractError as error:
                assert name_of(error) == "NotTheModule"
            else:
                raise AssertionError(f"{by} could call {bare}")

    @invariant()
    def contracts_agree_with_the_model(self) -> None:
        """Invariants 1, 2 and 4, read from the contracts."""
        for asset_id, asset in self.ledger.assets.items():
            total = 0
            for name in ACTORS:
                account = self.actor(name)
                units, pledged, frozen = self.suite.ledger.holdingOf(asset_id, account)
                assert (units, pledged, frozen) == (
                    asset.balance(name),
                    asset.pledged(name),
                    asset.frozen[name],
                ), f"{name} holds {units}/{pledged}/{frozen} of {asset_id:x}"
                assert units - pledged == 0 or units - pledged >= asset.minimum
                total += units
            claim = self.model.claims[asset_id]
            assert total == claim.face - claim.retired
            assert asset.minimum == self.suite.ledger.termsOf(asset_id) >> 160
        for position_asset, asset in self.ledger.assets.items():
            for position, units in asset.units.items():
                if position.lien:
                    read = self.suite.ledger.lienOf(
                        position_asset, self.actor(position.holder), self.actor(position.lien)
                    )
                    assert read == units
                    assert units == 0 or units >= asset.minimum
        assert self.suite.token.balanceOf(self.suite.module) == self.model.cash >= 0

    @invariant()
    def facts_never_change(self) -> None:
        """Invariant 4; the states agree."""
        for root, facts in self.facts.items():
            read = self.suite.module.receivable(root)
            assert (read.creditor, read.debtor, read.dueDate) == facts
            assert STATES[read.state] == self.model.state(root)

    @invariant()
    def era_is_conserved(self) -> None:
        """Invariant 6."""
        assert self.suite.__dict__["era"].totalSupply() == 10**27

    def asset(self, which: int) -> int:
        """An id with units; three times in four one that circulates, where there is any."""
        ids = list(self.ledger.assets)
        moving = [each for each in ids if self.ledger.assets[each].circulates]
        ids = moving if moving and which % 4 else ids
        return ids[(which // 4) % len(ids)]

    def root(self, which: int, *states: str) -> int:
        """A receivable; three times in four one in one of these states, where there is any."""
        roots = list(self.model.records)
        fitting = [each for each in roots if self.model.state(each) in states]
        roots = fitting if fitting and which % 4 else roots
        return roots[(which // 4) % len(roots)]

    def holder(self, asset: int, which: int, wish: str) -> str:
        """Three times in four somebody who holds free units, where there is anybody; else who is wished for."""
        found = [p.holder for p, units in self.ledger.assets[asset].units.items() if units and not p.lien]
        return found[which % len(found)] if found and which % 4 else wish

    def lien(self, which: int) -> tuple[int, str, str, int]:
        """A lien that stands, if there is one."""
        standing = [
            (asset_id, position.holder, position.lien, units)
            for asset_id, asset in self.ledger.assets.items()
            for position, units in asset.units.items()
            if position.lien and units
        ]
        return standing[which % len(standing)] if standing else (self.asset(which), "seller", "bank", 0)

    @staticmethod
    def amount(part: int | str, have: int) -> int:
        """`all` and `more` by what is there; any other part as it is."""
        return have if part == "all" else have + 1 if part == "more" else int(part)
