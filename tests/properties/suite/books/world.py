"""All books together: they hear every transaction since the first, in the order in which it happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from caldera.evm import Event, Log, Receipt
from caldera.evm.address import to_address
from caldera.evm.chain import GENESIS_TIME
from caldera.evm.events import decode_log
from tests.properties.suite.books.balances import Balances
from tests.properties.suite.books.book import Book, Scene, name_of
from tests.properties.suite.books.certificates import Certificates
from tests.properties.suite.books.court import Court
from tests.properties.suite.books.factoring import Factoring
from tests.properties.suite.books.fees import Fees
from tests.properties.suite.books.funds import Funds
from tests.properties.suite.books.grants import Grants
from tests.properties.suite.books.incentives import Incentives
from tests.properties.suite.books.items import Items
from tests.properties.suite.books.joint import Joint
from tests.properties.suite.books.land import Land
from tests.properties.suite.books.lending import Lending
from tests.properties.suite.books.light import Light
from tests.properties.suite.books.panels import Panels
from tests.properties.suite.books.parties import Parties
from tests.properties.suite.books.polls import Polls
from tests.properties.suite.books.powers import Powers
from tests.properties.suite.books.records import Records
from tests.properties.suite.books.rents import Rents
from tests.properties.suite.books.rewards import Rewards
from tests.properties.suite.books.rules import RuleBook
from tests.properties.suite.books.sales import Sales
from tests.properties.suite.books.stakes import Stakes
from tests.properties.suite.books.tranches import Tranches
from tests.properties.suite.books.verification import Verification
from tests.properties.suite.books.votes import Votes
from tests.properties.suite.stage import NOBODY, Stage


class World:
    """What every example takes a copy of."""

    def __init__(self, stage: Stage) -> None:
        self.balances = Balances(stage)
        self.parties = Parties(stage)
        self.rules = RuleBook(stage)
        self.certificates = Certificates(stage, self.parties, self.rules)
        self.lending = Lending(stage, self.certificates)
        self.factoring = Factoring(stage, self.balances, self.certificates)
        self.tranches = Tranches(stage, self.balances, self.certificates, self.lending)
        self.joint = Joint(stage, self.parties)
        self.items = Items(stage, self.parties, self.balances)
        self.rents = Rents(stage, self.balances)
        self.land = Land(stage, self.balances, self.certificates, self.rents)
        self.grants = Grants(stage)
        self.stakes = Stakes(stage, self.parties, self.grants)
        self.rewards = Rewards(stage, self.balances, self.stakes)
        self.incentives = Incentives(stage, self.balances, self.parties, self.rules, self.certificates)
        self.panels = Panels(stage, self.parties, self.stakes)
        self.verification = Verification(stage, self.balances, self.certificates, self.panels)
        self.court = Court(stage, self.balances, self.verification, self.panels)
        self.polls = Polls(stage, self.court)
        self.records = Records(stage, self.stakes, self.verification, self.court)
        self.light = Light(stage, self.balances, self.panels)
        self.votes = Votes(stage, self.balances, self.grants)
        self.funds = Funds(stage, self.balances, self.certificates, self.rents)
        self.fees = Fees(stage, self.parties, self.balances)
        self.sales = Sales(stage, self.balances)
        self.powers = Powers(stage)
        self.books: list[Book] = [
            *(self.balances, self.parties, self.rules, self.certificates, self.lending),
            *(self.factoring, self.tranches, self.items, self.rents, self.land, self.joint),
            *(self.grants, self.stakes, self.rewards, self.incentives),
            *(self.panels, self.verification, self.court, self.polls, self.records, self.light),
            *(self.votes, self.funds, self.fees, self.sales, self.powers),
        ]
        self.ears: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        for place, book in enumerate(self.books):
            for contract, events in book.hears.items():
                for event, method in events.items():
                    self.ears[stage.at(contract), event].append((place, method))

    def begin(self, stage: Stage) -> None:
        """Hears of the deployment, and of all that set the stage."""
        port = stage.deployed.port
        logs = [log for name in stage.deployed.made.addresses for log in port.logs(stage.at(name), [], 0)]
        for _, block in groupby(sorted(logs, key=lambda one: one.place), key=lambda one: one.place[0]):
            found = [decode_log(Log(to_address(log.address), tuple(log.topics), log.data)) for log in block]
            self._hear(Scene(stage, GENESIS_TIME, port.deployer or ""), found)
        self.powers.begun = self.funds.begun = True
        for receipt in stage.receipts:
            self.hear(stage, receipt)
        self.check_all(stage)

    def hear(self, stage: Stage, receipt: Receipt[Any]) -> None:
        """What a transaction that succeeded said."""
        entry = stage.entries.get((receipt.to or NOBODY, receipt.data[:4]), "")
        self._hear(Scene(stage, receipt.timestamp, receipt.sender, entry, receipt.data), receipt.events)

    def _hear(self, scene: Scene, events: Iterable[Event | Log]) -> None:
        for book in self.books:
            book.before(scene)
        for event in events:
            if isinstance(event, Event):
                for place, method in self.ears.get((event.emitter, name_of(event)), ()):
                    getattr(self.books[place], method)(event, scene)
        for book in self.books:
            book.after(scene)

    def check(self, stage: Stage) -> None:
        """All invariants, of what the latest step touched."""
        for book in self.books:
            book.check(stage)

    def check_all(self, stage: Stage) -> None:
        """All invariants, of everything there is."""
        for book in self.books:
            book.check_all(stage)
