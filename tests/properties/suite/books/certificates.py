"""Certificates with their liens, and receivables with their payments: the exact models, told of every event.

Independent of the contracts: whether a movement was allowed at its moment (who may hold, what is free, frozen,
pledged, the minimum unit), what each position is owed of each payment as an exact fraction, the terms that the rules
of the profile give."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, ClassVar

from caldera.model.ledger import Asset, LedgerModel, Position
from caldera.model.receivables import Receivable, ReceivablesModel, root_of
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.parties import Parties
from tests.properties.suite.books.rules import RuleBook
from tests.properties.suite.stage import NOBODY, Stage

STATES = (
    *("None", "Registered", "Acknowledged", "Overdue", "Disputed", "Defaulted", "WrittenOff", "Settled", "Cancelled"),
)
CIRCULATES, HOOKED, ALL_OF = 1, 2, 4
RECEIVABLE = 1


class Certificates(Book):
    """`ledger`, `receivables`: the models; accounts are addresses. `facts`: what never changes of a receivable."""

    hears: ClassVar[Hears] = {
        **emits(
            "AssetCertificate",
            *("AssetCreated", "TermsChanged", "TransferSingle", "TransferBatch", "Pledged", "Released", "Seized"),
            *("LienBroken", "Frozen", "ForcedTransfer"),
        ),
        **emits(
            "ReceivableModule",
            *("Registered", "Acknowledged", "StateChanged", "Paid", "Claimed", "Credited", "Conceded"),
            *("ProceedsMoved", "LienCollected"),
        ),
    }

    def __init__(self, stage: Stage, parties: Parties, rules: RuleBook) -> None:
        self.parties, self.rules = parties, rules
        self.ledger = LedgerModel(stage.now)
        self.ledger.parties = parties.facts
        self.receivables = ReceivablesModel(self.ledger)
        self.ledger.on_move, self.ledger.pledgeable = self._on_move, self._pledgeable
        self.kinds: dict[int, int] = {}
        self.facts: dict[int, tuple[int, int, int]] = {}
        self.currency: dict[int, int] = {}
        self.paid_in: defaultdict[int, int] = defaultdict(int)
        self.paid_out: defaultdict[int, int] = defaultdict(int)
        self.seen: set[tuple[int, str]] = set()
        self.bonds: set[tuple[int, str, str]] = set()
        self.made: list[Any] = []
        self.pending: Any = None
        self.concessions: list[int] = []
        self.forced = 0

    def _on_move(self, number: int, source: Position, target: Position, units: int) -> None:
        if number in self.receivables.claims:
            self.receivables._on_move(number, source, target, units)

    def _pledgeable(self, number: int) -> None:
        if number in self.receivables.claims:
            self.receivables._pledgeable(number)

    # what a transaction says

    def before(self, scene: Scene) -> None:
        self.ledger.now = scene.now
        self.concessions, self.forced = [], 0
        self.pending = None

    def after(self, scene: Scene) -> None:
        assert self.pending is None, "a receivable without its certificates"

    def asset_created(self, event: Any, scene: Scene) -> None:
        word = event.terms
        flags = word >> 144 & 0xFF
        terms = (word >> 160, word >> 64 & (2**80 - 1), word & (2**64 - 1), bool(flags & ALL_OF))
        self.rules.agree(event.kind, event.units, terms)
        assert event.id not in self.kinds, "1. an id is created once"
        self.kinds[event.id] = event.kind
        asset = Asset(*terms, circulates=bool(flags & CIRCULATES))
        self.ledger.assets[event.id] = asset
        self.ledger._require_admitted(asset, event.to)
        if event.units:
            assert event.units >= asset.minimum
            asset.units[Position(event.to)] = event.units
            self.seen.add((event.id, event.to))
        if event.kind == RECEIVABLE:
            self._of_receivable(event)

    def _of_receivable(self, event: Any) -> None:
        made = self.pending
        assert made is not None, "certificates without a receivable"
        assert root_of(event.id) == made.id
        if event.id != made.id or not made.lines:
            self.made.append(event)
        if len(self.made) != max(1, made.lines):
            return
        faces = {one.id: one.units for one in self.made}
        assert sum(faces.values()) == made.face, "1. the units of a receivable are its face"
        record = Receivable(made.creditor, made.debtor, made.dueDate, self.rules.grace(made.ruleId), list(faces))
        kept = {number: self.ledger.assets[number] for number in faces}
        self.receivables.create(made.id, record, faces, event.to, (1, 0, 0, False, 0))
        self.ledger.assets.update(kept)
        self.facts[made.id] = (made.creditor, made.debtor, made.dueDate)
        for number in faces:
            self.currency[number] = made.currencyId
        self.made, self.pending = [], None

    def terms_changed(self, event: Any, scene: Scene) -> None:
        asset, flags = self.ledger.assets[event.id], event.terms >> 144 & 0xFF
        if event.id in self.receivables.claims:
            # Whether it circulates is the model's own finding; the minimum only falls, with a credit note.
            assert event.terms >> 160 <= asset.minimum
        else:
            asset.circulates = bool(flags & CIRCULATES)
            asset.minimum = event.terms >> 160
        assert bool(flags & ALL_OF) == asset.all_of
        assert (event.terms >> 64 & (2**80 - 1), event.terms & (2**64 - 1)) == (asset.regions, asset.qualifications)

    def transfer_single(self, event: Any, scene: Scene) -> None:
        self._transfer(event.id, event.from_, event.to, event.value)

    def transfer_batch(self, event: Any, scene: Scene) -> None:
        for number, units in zip(event.ids, event.values, strict=True):
            self._transfer(number, event.from_, event.to, units)

    def _transfer(self, number: int, source: str, target: str, units: int) -> None:
        self.seen |= {(number, source), (number, target)}
        if source == NOBODY or self.forced:
            self.forced = 0
            return
        if target != NOBODY:
            self.ledger.transfer(number, source, target, units)
        elif number not in self.receivables.claims:
            free = self.ledger.assets[number].units[Position(source)]
            assert units <= free, "1. pledged units are not retired"
            self.ledger.assets[number].units[Position(source)] = free - units

    def pledged(self, event: Any, scene: Scene) -> None:
        self.ledger.pledge(event.id, event.holder, event.lienholder, event.units)
        self._bond(event)

    def released(self, event: Any, scene: Scene) -> None:
        if event.units:
            self.ledger.release(event.id, event.holder, event.lienholder, event.units)
        self._bond(event)

    lien_broken = released

    def seized(self, event: Any, scene: Scene) -> None:
        self.ledger.seize(event.id, event.holder, event.lienholder, event.to, event.units)
        self._bond(event)
        self.forced = 1

    def _bond(self, event: Any) -> None:
        self.bonds.add((event.id, event.holder, event.lienholder))
        self.seen.add((event.id, event.holder))

    def frozen(self, event: Any, scene: Scene) -> None:
        self.ledger.freeze(event.tokenId, event.account, event.amount)
        self.seen.add((event.tokenId, event.account))

    def forced_transfer(self, event: Any, scene: Scene) -> None:
        self.ledger.forced_transfer(event.tokenId, event.from_, event.to, event.amount)
        self.forced = 1

    # what is paid

    def registered(self, event: Any, scene: Scene) -> None:
        self.pending = event

    def acknowledged(self, event: Any, scene: Scene) -> None:
        self.receivables.acknowledge(event.id, event.signer)

    def state_changed(self, event: Any, scene: Scene) -> None:
        source, target = STATES[event.from_], STATES[event.to]
        if target in ("Settled", "Cancelled") and self.receivables.state(event.id) == target:
            return  # a payment or a credit note, of which the model has heard, brought it about
        assert source == self.receivables.state(event.id)
        if source == "Disputed":
            if self.concessions:
                self.receivables.resolve(event.id, self.concessions)
            else:
                self.receivables.withdraw_dispute(event.id, event.by)
        elif target == "Disputed":
            self.receivables.dispute(event.id, event.by)
        elif target == "Defaulted":
            self.receivables.declare_default(event.id)
        elif target == "WrittenOff":
            self.receivables.write_off(event.id)
        elif target == "Cancelled":
            self.receivables.cancel(event.id, event.by)

    def conceded(self, event: Any, scene: Scene) -> None:
        self.concessions.append(event.amount)

    def credited(self, event: Any, scene: Scene) -> None:
        self.receivables.credit(event.id, scene.sender, event.amount)

    def paid(self, event: Any, scene: Scene) -> None:
        taken = self.receivables.pay(event.id, event.amount)
        assert taken == event.amount, "4. no more is taken than is owed"
        self.paid_in[event.id] += taken
        self._everybody(event.id)

    def claimed(self, event: Any, scene: Scene) -> None:
        amount = self.receivables.claim(event.id, event.holder)
        assert amount == event.amount, f"4. {event.holder} is paid {event.amount} of {event.id:x}, {amount} is its part"
        self.paid_out[event.id] += amount
        self._everybody(event.id)

    def lien_collected(self, event: Any, scene: Scene) -> None:
        amount = self.receivables.collect(event.id, event.holder, event.lienholder, event.amount)
        assert amount == event.amount, "4. on units under a lien no more is paid than their part"
        self.paid_out[event.id] += amount

    def proceeds_moved(self, event: Any, scene: Scene) -> None:
        claim = self.receivables.claims[event.id]
        source, target = Position(event.from_), Position(event.to)
        assert claim.proceeds(source) == event.amount
        assert self.parties.entity(event.from_) == self.parties.entity(event.to), "4. proceeds stay with their entity"
        claim.taken[source] += event.amount
        claim.taken[target] -= event.amount

    def _everybody(self, number: int) -> None:
        self.seen |= {(number, position.holder) for position in self.ledger.assets[number].units}

    # what must hold

    def check(self, stage: Stage) -> None:
        """1, 2 and 4, of what was touched."""
        self.ledger.now = stage.now
        ids: set[int] = set()
        for number, account in self.seen:
            if account != NOBODY:
                self._holding(stage, number, account)
                ids.add(number)
        for number, holder, lienholder in self.bonds:
            self._lien(stage, number, holder, lienholder)
        for number in ids:
            self._asset(stage, number)
        self.seen.clear()
        self.bonds.clear()

    def check_all(self, stage: Stage) -> None:
        """1, 2 and 4, of everything."""
        for number, asset in self.ledger.assets.items():
            for position in list(asset.units):
                self.seen.add((number, position.holder))
                if position.lien:
                    self.bonds.add((number, position.holder, position.lien))
        self.check(stage)
        for root in self.facts:
            self._facts(stage, root)
        for code in stage.net.deployment.currencies:
            self._cash(stage, code)

    def _holding(self, stage: Stage, number: int, account: str) -> None:
        asset = self.ledger.assets[number]
        read = stage.net.certificates.holdingOf(number, account)
        units, pledged = asset.balance(account), asset.pledged(account)
        assert tuple(read) == (units, pledged, asset.frozen[account]), (
            f"1. {account} has {tuple(read)} of {number:x}, not {(units, pledged, asset.frozen[account])}"
        )
        assert pledged <= units
        free = units - pledged
        assert free == 0 or free >= asset.minimum, f"1. {account} has {free} of {number:x}, less than {asset.minimum}"

    def _lien(self, stage: Stage, number: int, holder: str, lienholder: str) -> None:
        asset = self.ledger.assets[number]
        read = stage.net.certificates.lienOf(number, holder, lienholder)
        assert read == asset.units[Position(holder, lienholder)], "2. a lien is what was pledged and not released"
        assert read == 0 or read >= asset.minimum

    def _asset(self, stage: Stage, number: int) -> None:
        asset = self.ledger.assets[number]
        assert asset.supply() == stage.net.certificates.totalSupply(number), f"1. units of {number:x}"
        claim = self.receivables.claims.get(number)
        if claim is not None:
            assert asset.supply() == claim.face - claim.retired, "1. issued less retired"
            assert self.paid_out[number] <= self.paid_in[number] <= claim.face, "4."
            self._facts(stage, root_of(number))

    def _facts(self, stage: Stage, root: int) -> None:
        read = stage.net.receivables.receivable(root)
        assert (read.creditor, read.debtor, read.dueDate) == self.facts[root], "4. they never change"
        assert STATES[read.state] == self.receivables.state(root)

    def _cash(self, stage: Stage, code: str) -> None:
        there = sum(
            self.paid_in[number] - self.paid_out[number]
            for number, currency in self.currency.items()
            if currency == stage.number(code)
        )
        assert there <= stage.token(code).balanceOf(stage.net.receivables), f"4. {code} of the module"
