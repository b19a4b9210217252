"""Securitised deals, to the unit: the exact model, told of every event.

Independent of the contracts: which deal gets which id, what its assets are worth, how money that comes in is shared
(senior interest by the second in whole units, senior principal, the rest to the junior tranche), what each position of
a tranche is owed as an exact fraction, what assets cost from maturity on, when a deal is over."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from typing import Any, ClassVar

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.contracts import DealVault
from caldera.evm.address import to_address
from caldera.model.ledger import Asset, Position
from caldera.model.pool import SCALE, PoolModel
from caldera.model.receivables import root_of
from caldera.model.tranches import POOL, Deal, DealTerms, TranchesModel
from tests.properties.suite.books.balances import Balances
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.certificates import Certificates
from tests.properties.suite.books.lending import Lending
from tests.properties.suite.stage import CURRENCIES, NOBODY, Stage

STATES = ("None", "Opened", "Issued", "Closed")
BRINGS = ("Securitisation.collect", "Securitisation.redeem", "Securitisation.buy")
ROOM = 2**96 - 1


class Tranches(Book):
    """`models`: by currency; accounts, vaults too, are addresses. What the ledger and the pools do, other books hear.
    `currency`: of each deal."""

    hears: ClassVar[Hears] = {
        **emits(
            "Securitisation",
            *("DealTermsSet", "DealOpened", "DealIssued", "DealPaid", "DealAssetSold", "DealClosed", "TrancheClaimed"),
        ),
        "AssetCertificate": {
            **dict.fromkeys(("TransferSingle", "Pledged", "Released", "Seized", "LienBroken"), "changed"),
            "TransferBatch": "changed_many",
        },
        "ReceivableModule": dict.fromkeys(("Paid", "Conceded", "Claimed", "StateChanged"), "changed"),
        **{f"LendingPool{code}": {"ExitRequested": "exit_requested"} for code in CURRENCIES},
    }

    def __init__(self, stage: Stage, balances: Balances, certificates: Certificates, lending: Lending) -> None:
        self.balances, self.certificates = balances, certificates
        self.me, self.terms = stage.at("Securitisation"), DealTerms(0, 0, 0, 0, 0, 0)
        self.money = {number: f"Devnet{code}" for code, number in stage.deployed.made.currencies.items()}
        pools = {stage.number(code): lending.model.pools[place] for place, code in enumerate(CURRENCIES, 1)}
        self.pools = {stage.number(code): stage.at(f"LendingPool{code}") for code in CURRENCIES}
        self.models = {
            number: TranchesModel(
                certificates.ledger, certificates.receivables, pools.get(number, PoolModel()), self.terms
            )
            for number in self.money
        }
        self.currency: dict[int, int] = {}
        self.rules: dict[int, int] = {}
        self.over: defaultdict[int, set[int]] = defaultdict(set)
        """Deals by the roots of what they bundle."""
        self.seen: set[int] = set()
        self._forget()

    def _forget(self) -> None:
        self.extra, self.leaving, self.paid, self.closed = 0, False, False, False
        self.made: dict[int, Asset] = {}
        self.expected: Counter[tuple[str, int, str, str, int]] = Counter()

    def model(self, deal: int) -> TranchesModel:
        """The one of its currency."""
        return self.models[self.currency[root_of(deal)]]

    def wallet(self, deal: int) -> int:
        """Money in its vault."""
        return self.balances.held[self.money[self.currency[deal]]][self.model(deal).deals[deal].vault]

    # what a transaction says

    def before(self, scene: Scene) -> None:
        self._forget()
        name, given = scene.call
        if name in BRINGS:
            facts = self.model(given[0]).deals[given[0]]
            self.leaving = facts.assets[given[1]] == POOL and self.model(given[0]).leaves(facts)
            assert facts.state == "Issued"
        elif name == "Securitisation.takeBack":
            self._taken_back(scene.sender, *given)

    def after(self, scene: Scene) -> None:
        name, given = scene.call
        if name in (*BRINGS, "Securitisation.sweep"):
            assert self.paid or not self.wallet(given[0]), "5. money in a vault is shared at once"
        if name in BRINGS:
            self._brought(given[0], given[1])
        for number, asset in self.made.items():
            assert self.certificates.ledger.assets[number] == asset, f"1. units and terms of tranche {number:x}"
        missing = self.expected - Counter(self.balances.moves) if self.expected else None
        assert not missing, f"5. of a deal this did not move: {missing}"

    def _brought(self, deal: int, index: int) -> None:
        """What a call for one asset brought about, apart from money."""
        model = self.model(deal)
        facts = model.deals[deal]
        assert not self.leaving or facts.exit, "5. from maturity on shares of a pool leave by its queue"
        if index in facts.live and model.gone(facts, index):
            facts.live.remove(index)
        assert self.closed == (not facts.live), "5. a deal without assets is over"
        if self.closed:
            facts.state = "Closed"
        self.seen.add(deal)

    def _taken_back(self, sender: str, deal: int, ids: tuple[int, ...], tokens: tuple[str, ...]) -> None:
        """All of what is not the deal's goes to its arranger."""
        model = self.model(deal)
        facts = model.deals[deal]
        issued = facts.state == "Issued"
        kept = {facts.assets[index] for index in facts.live} if issued else set()
        assert sender == facts.arranger
        for number in ids:
            assert number not in kept, "5. an asset of a deal is not taken back"
            self.expected["AssetCertificate", number, facts.vault, sender, model.held(facts, number)] += 1
        for token in map(to_address, tokens):
            if name := self.balances.names.get(token):
                ours = token == self.pools.get(self.currency[deal]) and POOL in kept
                assert not ours, "5. shares of a deal are not taken back"
                assert name != self.money[self.currency[deal]] or not issued, "5. nor is its money"
                self.expected[name, 0, facts.vault, sender, self.balances.held[name][facts.vault]] += 1
        self.seen.add(deal)

    def deal_terms_set(self, event: Any, scene: Scene) -> None:
        given = event.terms
        self.terms = DealTerms(given.leastCoverageBps, given.saleDays, given.floorBps, 0, 0, 0)

    def deal_opened(self, event: Any, scene: Scene) -> None:
        given, currency = event.spec, event.spec.currencyId
        words = encode(["string", "address", "uint256"], ["deal", scene.sender, len(self.currency) + 1])
        assert (event.deal, event.arranger) == (int.from_bytes(keccak(words)) & ~0xFFFF, scene.sender)
        self.currency[event.deal], self.rules[event.deal] = currency, given.ruleId
        model, terms = self.models[currency], event.terms
        model.terms = self.terms
        kept = self.terms.least_coverage_bps, self.terms.sale_days, self.terms.floor_bps
        assert (terms.leastCoverageBps, terms.saleDays, terms.floorBps) == kept
        model.open(event.deal, event.vault, scene.sender, given.rateBps, given.coverageBps, given.maturityDay)
        self.seen.add(event.deal)

    def deal_issued(self, event: Any, scene: Scene) -> None:
        deal, currency = event.deal, self.currency[event.deal]
        given, ids, pools, senior = scene.call[1]
        assert given == deal
        assert list(map(to_address, pools)) in ([], [self.pools.get(currency)]), "5. one pool there is in a currency"
        model, rules = self.models[currency], self.certificates.rules.rules[self.rules[deal]]
        least = self.certificates.rules.least(rules, currency)
        known = self.terms
        scope = least, rules.regions, rules.qualifications
        model.terms = DealTerms(known.least_coverage_bps, known.sale_days, known.floor_bps, *scope)
        junior = model.issue(deal, scene.sender, list(ids), bool(pools), senior)
        found = event.value, event.senior, event.junior
        assert found == (senior + junior, senior, junior), f"5. assets and tranches of {deal:x} are {found}"
        self.made = {number: self.certificates.ledger.assets[number] for number in (deal + 1, deal + 2)}
        for number in ids:
            self.over[root_of(number)].add(deal)
        self.seen.add(deal)

    def deal_asset_sold(self, event: Any, scene: Scene) -> None:
        model, deal = self.model(event.deal), event.deal
        facts, price = model.deals[deal], model.price(deal, event.index, event.units)
        assert event.price == price, f"5. what is sold costs {price}, not {event.price}"
        asset, buyer = facts.assets[event.index], event.buyer
        self.expected[self.money[self.currency[deal]], 0, buyer, self.me, price] += 1
        self.expected["AssetCertificate", asset, facts.vault, buyer, event.units] += 1
        self.extra = price

    def deal_paid(self, event: Any, scene: Scene) -> None:
        """5: senior interest first, then senior principal, then the junior tranche, and all of it."""
        model, deal = self.model(event.deal), event.deal
        facts = model.deals[deal]
        given = sum(model.tranches[deal + number].income for number in (1, 2))
        swept = min(self.wallet(deal), ROOM - given - self.extra)
        shared = model.share(deal, swept + self.extra)
        found = event.interest, event.principal, event.junior, event.owed
        wanted = (*shared, facts.principal)
        assert found == wanted, f"5. deal {deal:x} was paid {found}, not {wanted}"
        if swept:
            self.expected[self.money[self.currency[deal]], 0, facts.vault, self.me, swept] += 1
        self.paid = True
        self.seen.add(deal)

    def deal_closed(self, event: Any, scene: Scene) -> None:
        assert event.loss == self.model(event.deal).deals[event.deal].principal, "5. what is lost was not repaid"
        self.closed = True

    def tranche_claimed(self, event: Any, scene: Scene) -> None:
        number, holder, model = event.certificate, event.holder, self.model(event.certificate)
        gone = ("AssetCertificate", number, holder, NOBODY)
        burnt = sum(amount for *which, amount in self.balances.moves if tuple(which) == gone)
        free = self.certificates.ledger.assets[number].units[Position(holder)] + burnt
        wanted = model.claimed(number, holder, free)
        found = event.amount, event.retired
        assert found == wanted, f"5. {holder} is paid {found} of tranche {number:x}, not {wanted}"
        assert burnt == event.retired
        if event.amount:
            token = self.money[self.currency[root_of(number)]]
            self.expected[token, 0, self.me, holder, event.amount] += 1
        self.seen.add(root_of(number))

    # what others say

    def exit_requested(self, event: Any, scene: Scene) -> None:
        for model in self.models.values():
            for deal, facts in model.deals.items():
                if facts.vault == event.owner:
                    assert self.leaving
                    assert not facts.exit
                    facts.exit = event.exit
                    self.seen.add(deal)

    def changed(self, event: Any, scene: Scene) -> None:
        """A tranche that moved, or an asset."""
        root = root_of(event.id)
        self.seen.update(self.over.get(root, ()))
        if root in self.currency:
            self.seen.add(root)

    def changed_many(self, event: Any, scene: Scene) -> None:
        self.seen |= {root_of(number) for number in event.ids} & set(self.currency)

    # what must hold

    def check(self, stage: Stage) -> None:
        """1 and 5, of what was touched."""
        for deal in self.seen:
            self._deal(stage, deal)
        if self.seen:
            for currency, model in self.models.items():
                there = self.balances.held[self.money[currency]][self.me]
                assert model.cash <= there, "5. what tranches wait for is there"
        self.seen.clear()

    def check_all(self, stage: Stage) -> None:
        self.seen = set(self.currency)
        self.check(stage)

    def _deal(self, stage: Stage, deal: int) -> None:
        model, deals = self.model(deal), stage.net.securitisation
        facts, read = model.deals[deal], deals.dealOf(deal)
        model.wallet[facts.vault] = self.wallet(deal)
        found = STATES[read.state], read.arranger, read.vault, read.maturity, read.principal
        wanted = facts.state, facts.arranger, facts.vault, facts.maturity, facts.principal
        assert found == wanted, f"5. deal {deal:x} is {found}, not {wanted}"
        if facts.state == "Opened":
            return
        worth = tuple(deals.coverageOf(deal))
        assert worth == model.coverage(deal), f"5. behind deal {deal:x} stands {worth}, not {model.coverage(deal)}"
        assert Fraction(read.interest, SCALE) == facts.earned - facts.interest, f"5. interest of deal {deal:x}"
        self._assets(stage, deal, facts)
        for number in (deal + 1, deal + 2):
            self._tranche(stage, number)

    def _assets(self, stage: Stage, deal: int, facts: Deal) -> None:
        vault, live = DealVault(stage.chain, facts.vault), sum(1 << index for index in facts.live)
        pool = int(self.pools.get(self.currency[deal], NOBODY), 16)
        assert vault.assets() == (tuple(one or pool for one in facts.assets), live), f"5. assets of deal {deal:x}"
        if POOL in facts.assets:
            assert vault.exitOf(facts.assets.index(POOL)) == facts.exit
        model, sold = self.model(deal), [index for index in facts.live if facts.assets[index] != POOL]
        if sold and stage.now >= facts.maturity:
            price = stage.net.securitisation.priceOf(deal, sold[0], 10**9 + 7)
            assert price == model.price(deal, sold[0], 10**9 + 7), f"5. what deal {deal:x} sells costs {price}"

    def _tranche(self, stage: Stage, number: int) -> None:
        model, deals = self.model(number), stage.net.securitisation
        tranche, asset, read = model.tranches[number], self.certificates.ledger.assets[number], deals.trancheOf(number)
        found = read.units, read.income, read.retired
        assert found == (tranche.units, tranche.income, tranche.retired), f"5. tranche {number:x} is {found}"
        assert read.credited <= read.income
        assert deals.supplyOf(number) == asset.supply() == tranche.units - tranche.retired
        good = deals.collateralOf(number, tranche.units // 3)[1:3]
        assert good == model.collateral(number, tranche.units // 3), f"5. a third of tranche {number:x} backs {good}"
        for holder in {position.holder for position in (*asset.units, *tranche.owed)}:
            due, owed = deals.claimable(number, holder), tranche.whole(Position(holder))
            assert due == owed, f"5. {holder} can claim {due} of tranche {number:x}, not {owed}"
