"""Whoever keeps money has what it owes, and budgets give away no more than they were given.

Independent of the contracts: what came in and went out, by the tokens' own transfers; what is owed where another book
counts it. Where a contract's own figures are asked (budgets, streams), they must cover each other and
be there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, ClassVar

from tests.properties.suite.books.balances import Balances
from tests.properties.suite.books.book import Book, Hears, Scene
from tests.properties.suite.books.certificates import Certificates
from tests.properties.suite.books.rents import Rents
from tests.properties.suite.stage import CURRENCIES, Stage

BUDGETS = ("DeveloperGrants", "ConnectionPoints")
RESERVES = ("ModuleFund", "ResearchReserve", "CommunityReserve", "Treasury")
KEEP_NOTHING = (
    *("SuiteAccess", "ParameterBook", "ParticipantRegistry", "ValueStandard", "AssetCertificate", "UsageRight"),
    *("DirectedGoods", "RetailModule", "BoundRights", "EventAnchor", "LogisticsModule", "AgricultureModule"),
    *("EnergyModule", "CarbonModule", "AttestorSet", "OperatingRecord", "CreditModel", "LendingTerms", "CreditDesk"),
    *(
        "Recourse",
        "Factoring",
        "CirculationRouter",
        "Genesis",
        "EraRate",
        "NodeRecords",
        "GrantStaking",
    ),
    *("StakeLens", "Slasher", "NodeQuorum", "NodePanels", "BlockhashSeeds", "ValueVerification", "NodeBallots"),
    *("Penalties", "DeviceRegister", "CirculationGrowth", "VotingPower", "CalderaGovernor", "JointDecision"),
)
"""Contracts through which money passes at most: what is there was sent by mistake, and stays."""


class Funds(Book):
    """`funded`, `given`: of budgets."""

    hears: ClassVar[Hears] = {
        **{name: {"BudgetFunded": "budget_funded"} for name in BUDGETS},
        **{name: {"Transfer": "moved"} for name in ("EraToken", "DevnetEUR", "DevnetUSD")},
    }

    def __init__(self, stage: Stage, balances: Balances, certificates: Certificates, rents: Rents) -> None:
        self.balances, self.certificates, self.rents = balances, certificates, rents
        self.names = {stage.at(name): name for name in stage.deployed.made.addresses}
        self.funded: defaultdict[str, int] = defaultdict(int)
        self.given: defaultdict[str, int] = defaultdict(int)
        self.net: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.touched: set[str] = set()
        self.begun = False

    def before(self, scene: Scene) -> None:
        self.net.clear()

    def after(self, scene: Scene) -> None:
        """5: nobody takes what was sent by mistake."""
        for (name, token), amount in self.net.items():
            if self.begun and name in KEEP_NOTHING:
                assert amount >= 0, f"5. {name} gave away {-amount} of {token} that was nobody's"

    def moved(self, event: Any, scene: Scene) -> None:
        token = self.balances.names[event.emitter]
        for account, amount in ((event.from_, -event.value), (event.to, event.value)):
            if name := self.names.get(account):
                self.net[name, token] += amount
                self.touched.add(name)
                if amount < 0 and token == "EraToken":
                    self.given[name] -= amount

    def budget_funded(self, event: Any, scene: Scene) -> None:
        self.funded[self.names[event.emitter]] += event.amount

    # what must hold

    def check(self, stage: Stage) -> None:
        """5 and 9, of whoever money came to or went from."""
        for name in self.touched:
            self._keeper(stage, name)
        self.touched.clear()

    def check_all(self, stage: Stage) -> None:
        for name in self.names.values():
            self._keeper(stage, name)

    def _keeper(self, stage: Stage, name: str) -> None:
        if name in BUDGETS:
            budget: Any = stage.net.light_nodes
            at = type(budget)(stage.chain, stage.at(name))
            promised = at.budgetLeft() + at.budgetOwed()
            assert promised <= self._has("EraToken", stage.at(name)), f"9. {name} has what it promises"
            assert self.given[name] + promised <= self.funded[name], f"9. {name} gave more than it was given"
        elif name in RESERVES:
            fund = type(stage.net.fund)(stage.chain, stage.at(name))
            for token in ("EraToken", "DevnetEUR"):
                assert fund.reserved(stage.at(token)) <= self._has(token, stage.at(name)), f"5. streams of {name}"
        elif name in self._owing:
            self._owing[name](self, stage)

    def _has(self, token: str, account: str) -> int:
        return self.balances.held[token][account]

    def _leases(self, stage: Stage) -> None:
        for code in CURRENCIES:
            owed = self.rents.owed(stage.number(code))
            assert owed <= self._has(f"Devnet{code}", stage.at("LeaseModule")), f"5. {code} of rent"

    def _receivables(self, stage: Stage) -> None:
        kept = self.certificates
        for code in CURRENCIES:
            number = stage.number(code)
            ids = [one for one, currency in kept.currency.items() if currency == number]
            waits = sum(kept.paid_in[one] - kept.paid_out[one] for one in ids)
            assert waits <= self._has(f"Devnet{code}", stage.at("ReceivableModule")), f"4. {code} of receivables"

    _owing: dict[str, Callable[[Funds, Stage], None]] = {  # noqa: RUF012 - never written to
        "LeaseModule": _leases,
        "ReceivableModule": _receivables,
    }
