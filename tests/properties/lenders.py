"""What the machines share in which a pool lends through a desk: their models, and what a refusal leaves of them."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from caldera.model import LedgerModel, Party, ReceivablesModel
from caldera.model.ledger import SUSPENDED
from caldera.model.lending import LendingModel
from caldera.model.pool import PoolModel
from tests.properties.beside import Beside
from tests.support.lending import TERMS, as_model
from tests.support.suite import BANK, ENTERPRISE, EU, FACTOR, MINIMUM, US, Suite

QUALIFICATIONS = {"alice": FACTOR, "bank": BANK, "lena": BANK, "leo": FACTOR, "desk": BANK}
REGIONS = {"carol": US}
FACE = 100 * MINIMUM


class LendersMachine(Beside):
    """Base of these machines. `cash`: what everybody has of what came in here."""

    def begin_at(self, suite: Suite, names: tuple[str, ...], limit: Callable[[int], int]) -> None:
        """Everybody stands as enrolled; nobody has lent, and nothing is pledged. `limit`: by entity, in USD."""
        self.ledger = LedgerModel(suite.chain.now)
        self.receivables = ReceivablesModel(self.ledger)
        for name in names:
            self.ledger.parties[name] = Party(
                suite.entities[name], 2**40, REGIONS.get(name, EU), QUALIFICATIONS.get(name, ENTERPRISE)
            )
        self.pool = PoolModel(mayhold=self.ledger.active, maypay=self.may_be_paid)
        self.lending = LendingModel(
            self.ledger,
            self.receivables,
            self.pool,
            as_model(TERMS),
            limit,
            lambda name: self.ledger.parties[name].qualifications & ENTERPRISE != 0 and name not in REGIONS,
        )
        self.ids: list[int] = []
        self.cash = dict.fromkeys(names, 0)
        self.gifts = 0

    def kept(self) -> Any:
        lending = self.lending
        return (
            deepcopy((self.ledger.assets, self.receivables.claims, self.receivables.records, self.receivables.cash)),
            deepcopy(self.pool.__dict__ | {"claims": None, "mayhold": None, "maypay": None}),
            deepcopy((lending.loans, lending.frozen, lending.late_usd, lending.in_time_usd)),
            dict(self.cash),
        )

    def put_back(self, kept: Any) -> None:
        (assets, claims, records, cash), pool, lent, self.cash = kept
        self.ledger.assets, self.receivables.claims, self.receivables.records = assets, claims, records
        self.receivables.cash = cash
        hooks = {name: self.pool.__dict__[name] for name in ("claims", "mayhold", "maypay")}
        self.pool.__dict__.update(pool | hooks)
        lending = self.lending
        lending.loans, lending.frozen, lending.late_usd, lending.in_time_usd = lent

    def may_be_paid(self, name: str) -> bool:
        return self.ledger.parties[name].status != SUSPENDED

    def paid_out(self, name: str, amount: int) -> int:
        self.cash[name] += amount
        return amount
