"""Trusts of titles to land and shares of their income, to the unit: the exact model, told of every event.

Independent of the contracts: which certificate a trust gets, that rent goes to the trust under which it was earned,
what each position of its shares is owed as an exact fraction, what fractions leave to who takes the title out."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any, ClassVar

from caldera.model.land import LandModel, Terms
from caldera.model.ledger import SUSPENDED, Asset, Position
from caldera.model.receivables import root_of
from caldera.model.rights import Right, RightsModel
from tests.properties.suite.books.balances import Balances
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.certificates import Certificates
from tests.properties.suite.books.parties import Parties
from tests.properties.suite.books.rents import Rents
from tests.properties.suite.stage import NOBODY, Stage


class _Suspended:
    """Accounts that are suspended, as the model asks for them."""

    def __init__(self, parties: Parties) -> None:
        self.parties = parties

    def __contains__(self, account: object) -> bool:
        party = self.parties.facts.get(str(account))
        return party is not None and party.status == SUSPENDED


class Land(Book):
    """`model`: accounts are addresses; of titles it knows owners alone. `currency`: of each trust."""

    hears: ClassVar[Hears] = {
        **emits("LandModule", "PutInTrust", "TakenOut", "IncomeReceived", "IncomeClaimed", "TitleStruckOut"),
        "UsageRight": {"Transfer": "title_moved"},
        **emits("LeaseModule", "Collected"),
        "AssetCertificate": {
            **dict.fromkeys(("TransferSingle", "Pledged", "Released", "Seized", "LienBroken"), "changed"),
            "TransferBatch": "changed_many",
        },
    }

    def __init__(self, stage: Stage, balances: Balances, certificates: Certificates, rents: Rents) -> None:
        self.balances, self.certificates, self.rents = balances, certificates, rents
        self.me, self.leases = stage.at("LandModule"), stage.at("LeaseModule")
        self.money = {number: f"Devnet{code}" for code, number in stage.deployed.made.currencies.items()}
        rights: Any = RightsModel(stage.now)
        rights.suspended = _Suspended(certificates.parties)
        self.model = LandModel(certificates.ledger, rights, Terms(0, 0, 0), me=self.me)
        self.currency: dict[int, int] = {}
        self.seen: set[int] = set()
        self._forget()

    def _forget(self) -> None:
        self.rent: list[tuple[int, int, int]] = []
        """Right, currency, amount: what the module collected in this transaction."""
        self.made: dict[int, Asset] = {}
        self.over: set[int] = set()
        """Trusts that ended in this transaction, their shares still there."""
        self.expected: Counter[tuple[str, int, str, str, int]] = Counter()

    # what a transaction says

    def before(self, scene: Scene) -> None:
        self._forget()

    def after(self, scene: Scene) -> None:
        assert not self.rent, "5. rent of a title in trust is the trust's"
        for number, asset in self.made.items():
            assert self.certificates.ledger.assets[number] == asset, f"1. shares and terms of trust {number:x}"
        for number in self.over:
            assert not self.certificates.ledger.assets[number].circulates, "1. shares of a trust that ended stand still"
        missing = self.expected - Counter(self.balances.moves) if self.expected else None
        assert not missing, f"5. of a trust this did not move: {missing}"

    def put_in_trust(self, event: Any, scene: Scene) -> None:
        """The last trust has all its rent by then."""
        right, (_, shares, rule, currency) = event.id, scene.call[1]
        assert event.manager == scene.sender == self.balances.owners["UsageRight"][right]
        self._end(right)
        rules = self.certificates.rules.rules[rule]
        least = self.certificates.rules.least(rules, currency)
        self.model.terms = Terms(least, rules.regions, rules.qualifications)
        self.model.rights.rights[right] = Right(scene.sender, 0)
        number = self.model.begin(right, scene.sender, shares)
        assert (event.certificate, event.shares, event.currencyId) == (number, shares, currency)
        self.made[number], self.currency[number] = self.certificates.ledger.assets[number], currency
        self.seen.add(number)

    def _end(self, right: int) -> None:
        newest = self.model.newest(right)
        if newest in self.model.trusts and self.model.trusts[newest].manager:
            left = self.rents.credits[right, self.currency[newest], self.me]
            assert not left, f"5. {left} of rent is no trust's"
            self.over.add(newest)
            self.seen.add(newest)

    def taken_out(self, event: Any, scene: Scene) -> None:
        self.model.require_whole(event.certificate, scene.sender)
        self.model.dissolve(event.certificate, scene.sender)
        assert (event.id, event.holder) == (root_of(event.certificate), scene.sender)
        units = self.model.trusts[event.certificate].shares
        self.expected["AssetCertificate", event.certificate, scene.sender, NOBODY, units] += 1
        self.expected["UsageRight", event.id, self.me, scene.sender, 1] += 1
        self.seen.add(event.certificate)

    def title_struck_out(self, event: Any, scene: Scene) -> None:
        newest = self.model.newest(event.id)
        if newest in self.model.trusts and self.model.trusts[newest].manager:
            self.over.add(newest)
        self.model.struck_out.add(event.id)

    def title_moved(self, event: Any, scene: Scene) -> None:
        if right := self.model.rights.rights.get(event.tokenId):
            right.owner = event.to
            self.seen.add(self.model.newest(event.tokenId))

    def collected(self, event: Any, scene: Scene) -> None:
        if event.account == self.me:
            self.rent.append((event.id, event.currencyId, event.amount))

    def income_received(self, event: Any, scene: Scene) -> None:
        number = event.certificate
        right, currency = root_of(number), self.currency[number]
        trust = self.model.trusts[number]
        assert trust.manager, "5. a trust that is over receives nothing"
        if event.payer == self.leases:
            assert number == self.model.newest(right), "5. rent goes to the trust that earned it"
            assert (right, currency, event.amount) in self.rent, f"5. {event.amount} is not the rent of {right:x}"
            self.rent.remove((right, currency, event.amount))
        else:
            _, amount = scene.call[1]
            assert (event.payer, event.amount) == (scene.sender, amount)
        self.expected[self.money[currency], 0, event.payer, self.me, event.amount] += 1
        self.model.receive(number, event.amount)
        self.seen.add(number)

    def income_claimed(self, event: Any, scene: Scene) -> None:
        amount = self.model.claim(event.certificate, event.holder)
        assert event.amount == amount, f"5. {event.holder} is paid {event.amount} of income, {amount} is its part"
        self.expected[self.money[self.currency[event.certificate]], 0, self.me, event.holder, amount] += 1
        self.seen.add(event.certificate)

    # what others say

    def changed(self, event: Any, scene: Scene) -> None:
        if event.id in self.model.trusts:
            self.seen.add(event.id)

    def changed_many(self, event: Any, scene: Scene) -> None:
        self.seen |= set(event.ids) & set(self.model.trusts)

    # what must hold

    def check(self, stage: Stage) -> None:
        """1, 4 and 5, of what was touched."""
        for number in self.seen:
            self._trust(stage, number)
        for currency in {self.currency[number] for number in self.seen}:
            trusts = [self.model.trusts[number] for number, other in self.currency.items() if other == currency]
            waits = sum(trust.income - trust.paid_out for trust in trusts)
            assert waits <= self.balances.held[self.money[currency]][self.me], "4. what trusts owe is there"
        self.seen.clear()

    def check_all(self, stage: Stage) -> None:
        self.seen = set(self.model.trusts)
        self.check(stage)

    def _trust(self, stage: Stage, number: int) -> None:
        trust, read = self.model.trusts[number], stage.net.land.trustOf(number)
        found = read.manager, read.currencyId, read.shares, read.income
        wanted = trust.manager or NOBODY, self.currency[number], trust.shares, trust.income
        assert found == wanted, f"5. trust {number:x} is {found}, not {wanted}"
        assert read.credited <= read.income
        assert trust.manager or read.credited == read.income, "5. nothing is left behind in a trust that is over"
        assert stage.net.land.trustsOf(trust.right) == self.model.counts[trust.right]
        asset = self.certificates.ledger.assets[number]
        assert stage.net.land.supplyOf(number) == asset.supply() == (trust.shares if trust.manager else 0)
        for holder in {position.holder for position in (*asset.units, *trust.owed)}:
            due, owed = stage.net.land.claimable(number, holder), trust.whole(Position(holder))
            assert due == owed, f"5. {holder} can claim {due} of the income of {number:x}, not {owed}"
        left = trust.income - trust.paid_out - sum(trust.owed.values(), Fraction())
        assert left == 0, f"4. {left} of the income of {number:x} is nobody's"
