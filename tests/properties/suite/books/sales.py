"""Revenue of sales: share tables by time, parts to the unit, what went back, what waits to be handed over.

Independent of the contracts: how a sale is divided, by which tables, what the fund takes of each part, and whom it can
be handed to. The money itself is followed by the tokens' transfers: everybody gets its part, nobody gets another's."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from caldera.model.ledger import ACTIVE
from caldera.model.revenue import Line, Party, RevenueModel
from tests.properties.suite.books.balances import Balances
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.stage import CURRENCIES, Stage

STATES = ("None", "Open", "Released", "Refunded")


class Sales(Book):
    """`model`: accounts are addresses, sales hexadecimal; its wallets hold what the latest transaction moved."""

    hears: ClassVar[Hears] = {
        **emits("ParticipantRegistry", "ParticipantChanged"),
        **emits(
            "RevenueCycle",
            *("SchemeOpened", "SharesPublished", "PayersRestricted", "PayerAdmitted", "DefaultSharesSet"),
            *("FundShareSet", "SalePaid", "SaleRefunded", "SaleReleased", "OwedCredited", "OwedPaidOut", "OwedMoved"),
        ),
    }

    def __init__(self, stage: Stage, balances: Balances) -> None:
        self.balances, self.me = balances, stage.at("RevenueCycle")
        self.model = RevenueModel(stage.now, stage.at("ModuleFund"), self.me)
        self.tokens = {f"Devnet{code}": stage.number(code) for code in CURRENCIES}
        self.opened: tuple[int, int, int] = (0, 0, 0)
        self.waits: Counter[tuple[str, int]] = Counter()
        """What the events of the latest transaction say is owed more."""
        self.before_owed: Counter[tuple[str, int]] = Counter()
        self.sales: set[tuple[int, str]] = set()
        self.accounts: set[tuple[str, int]] = set()
        self.gifts: Counter[int] = Counter()

    def before(self, scene: Scene) -> None:
        self.model.now = scene.now
        self.model.wallets.clear()
        self.waits.clear()
        self.before_owed = self.model.owed.copy()

    def participant_changed(self, event: Any, scene: Scene) -> None:
        made = event.participant
        self.model.parties[event.account] = Party(made.entity, made.expires, made.status != ACTIVE)

    # share tables

    def scheme_opened(self, event: Any, scene: Scene) -> None:
        self.opened = event.scheme, event.owner, event.level

    def shares_published(self, event: Any, scene: Scene) -> None:
        lines: list[Line] = [(one.scheme or one.account, one.bps) for one in event.shares]
        number, owner, level = self.opened
        if event.scheme in self.model.schemes:
            made = self.model.publish(event.scheme, scene.sender, event.from_, event.windowDays, lines)
            assert made == event.version
            return
        assert (event.version, event.from_) == (1, scene.now)
        assert self.model.open(scene.sender, level, event.windowDays, lines) == number == event.scheme
        assert self.model.schemes[number].owner == owner, "10. a scheme belongs to the entity that opened it"

    def payers_restricted(self, event: Any, scene: Scene) -> None:
        self.model.restrict(event.scheme, scene.sender, event.restricted)

    def payer_admitted(self, event: Any, scene: Scene) -> None:
        self.model.admit(event.scheme, scene.sender, event.payer, event.admitted)

    def default_shares_set(self, event: Any, scene: Scene) -> None:
        self.model.set_default(event.brand, event.upstream, event.maintenance)

    def fund_share_set(self, event: Any, scene: Scene) -> None:
        self.model.set_fund_share(event.entity, event.bps)

    # sales

    def sale_paid(self, event: Any, scene: Scene) -> None:
        sale = event.scheme, event.saleId.hex()
        release_at = self.model.pay(*sale, event.currencyId, event.amount, event.payer)
        assert (event.version, event.releaseAt) == (self.model.sales[sale].version, release_at)
        self.sales.add(sale)

    def sale_refunded(self, event: Any, scene: Scene) -> None:
        sale = event.scheme, event.saleId.hex()
        self.model.refund(*sale, event.amount, scene.sender)
        kept = self.model.sales[sale]
        assert (event.payer, event.left) == (kept.payer, kept.left), "5. what goes back goes to who paid"
        self.sales.add(sale)

    def sale_released(self, event: Any, scene: Scene) -> None:
        """Where nobody may give anything back, the payment brought it about."""
        sale = event.scheme, event.saleId.hex()
        kept = self.model.sales[sale]
        if kept.left:
            self.model.release(*sale)
        parts = self.model.parts(sale[0], kept.version, kept.at, kept.divided)
        got = [(one.account, one.amount, one.fund) for one in event.parts]
        assert got == parts, f"5. a sale is divided into {got}, not {parts}"
        assert (event.amount, event.fund) == (kept.divided, sum(fund for _, _, fund in parts))
        self.sales.add(sale)

    def owed_credited(self, event: Any, scene: Scene) -> None:
        self.waits[event.account, event.currencyId] += event.amount

    def owed_paid_out(self, event: Any, scene: Scene) -> None:
        paid = self.model.withdraw(event.currencyId, event.account, event.to)
        assert paid == event.amount, "5. what waits is paid once, all of it"
        self.waits[event.account, event.currencyId] -= paid

    def owed_moved(self, event: Any, scene: Scene) -> None:
        self.model.move_owed(event.currencyId, event.from_, event.to)
        self.waits[event.from_, event.currencyId] -= event.amount
        self.waits[event.to, event.currencyId] += event.amount

    def after(self, scene: Scene) -> None:
        """5: what moved is what the model moved, and what waits waits for whom it should."""
        moved: Counter[tuple[str, int]] = Counter()
        for token, _, source, target, amount in self.balances.moves:
            if token in self.tokens and self.me in (source, target):
                moved[source, self.tokens[token]] -= amount
                moved[target, self.tokens[token]] += amount
        wanted = self.model.wallets
        if any(wanted.values()):
            assert _plain(moved) == _plain(wanted), f"5. {_plain(moved)} moved, not {_plain(wanted)}"
        else:
            assert all(amount >= 0 for (account, _), amount in moved.items() if account == self.me), "5. nobody's"
        more = Counter(self.model.owed)
        more.subtract(self.before_owed)
        assert _plain(more) == _plain(self.waits), f"5. {_plain(self.waits)} waits more, not {_plain(more)}"
        self.accounts |= set(self.waits)

    # what must hold

    def check(self, stage: Stage) -> None:
        """4 and 5, of what was touched, and that all of it is there."""
        cycle, model = stage.net.revenue, self.model
        for number, name in self.sales:
            read, kept = cycle.saleOf(number, bytes.fromhex(name)), model.sales[number, name]
            found = (STATES[read.state], read.amount, read.currencyId, read.version, read.paidAt, read.releaseAt)
            wanted = (kept.state, kept.left, kept.currency, kept.version, kept.at, kept.release_at)
            assert found == wanted, f"5. sale {name} of {number}: {found}, not {wanted}"
        for account, currency in self.accounts:
            assert cycle.owed(account, currency) == model.owed[account, currency], f"5. owed to {account}"
        if self.sales or self.accounts:
            for token, currency in self.tokens.items():
                gifts = self.balances.held[token][self.me] - model.held(currency)
                assert gifts >= self.gifts[currency], f"5. all of the sales in {token} is there, and gifts stay"
                self.gifts[currency] = gifts
        self.sales.clear()
        self.accounts.clear()

    def check_all(self, stage: Stage) -> None:
        self.sales, self.accounts = set(self.model.sales), set(self.model.owed)
        self.check(stage)
        for number, scheme in self.model.schemes.items():
            read = stage.net.revenue.schemeOf(number)
            assert (read.owner, read.level, read.versions) == (scheme.owner, scheme.level, len(scheme.tables))


def _plain(amounts: Counter[tuple[str, int]]) -> dict[tuple[str, int], int]:
    return {place: amount for place, amount in amounts.items() if amount}
