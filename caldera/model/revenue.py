"""Revenue of sales in exact integers and fractions: share tables by time, parts, refunds, what waits to be handed over.

Accounts are names, schemes numbers. Rules raise the contract error's name; a refusal leaves everything as it was.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from caldera.model.ledger import Refused

DAY = 86_400
WHOLE = 10_000
MOST_LINES = 8
MOST_PAYMENTS = 72
LONGEST_WINDOW = 90
HIGHEST_LEVEL = 3
MOST_FUND = 5_000
Payee = str | int
Line = tuple[Payee, int]


def split(amount: int, shares: Sequence[int]) -> list[int]:
    """Parts of `amount` by basis points that add up to 10,000: rounded down, then a unit each to the largest
    remainders, ties to who stands first."""
    exact = [Fraction(amount * bps, WHOLE) for bps in shares]
    parts = [floor(one) for one in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: amount - sum(parts)]:
        parts[i] += 1
    return parts


@dataclass
class Party:
    """An enrolled account: its entity, the first second at which it is not active, and whether it is suspended."""

    entity: int
    expires: int
    suspended: bool = False


@dataclass
class Table:
    """Shares from second `start` on, with a refund window in days."""

    start: int
    window: int
    lines: list[Line]


@dataclass
class Scheme:
    """Tables of an entity. Lines name accounts, or schemes of a lower level."""

    owner: int
    level: int
    tables: list[Table] = field(default_factory=list)
    restricted: bool = False
    admitted: set[str] = field(default_factory=set)

    def version(self, at: int) -> int:
        """The number of the table in force at `at`; 0 before the first."""
        return max((n for n, table in enumerate(self.tables, 1) if table.start <= at), default=0)


@dataclass
class Sale:
    """A sale. `paid`, `refunded`, `divided`: what came in, went back, went to payees and fund."""

    payer: str
    currency: int
    paid: int
    at: int
    version: int
    release_at: int
    refunded: int = 0
    divided: int = 0

    @property
    def left(self) -> int:
        """What is still there."""
        return self.paid - self.refunded - self.divided

    @property
    def state(self) -> str:
        """Open, Released or Refunded."""
        return "Open" if self.left else "Released" if self.divided else "Refunded"


class RevenueModel:
    """All schemes and sales. The caller keeps `now`, `parties` and `blocked`: currencies and accounts that a token
    refuses. `wallets`: what each account has, by currency."""

    def __init__(self, now: int, fund: str = "fund", me: str = "cycle") -> None:
        self.now = now
        self.fund = fund
        self.me = me
        self.parties: dict[str, Party] = {}
        self.blocked: set[tuple[int, str]] = set()
        self.inactive: set[int] = set()
        self.schemes: dict[int, Scheme] = {}
        self.sales: dict[tuple[int, str], Sale] = {}
        self.owed: Counter[tuple[str, int]] = Counter()
        self.wallets: Counter[tuple[str, int]] = Counter()
        self.shares: defaultdict[int, int] = defaultdict(int)
        self.default = (6_000, 3_000, 1_000)

    def active(self, account: str) -> bool:
        """Enrolled, not suspended, not expired."""
        party = self.parties.get(account)
        return party is not None and not party.suspended and self.now < party.expires

    def may_receive(self, account: str) -> bool:
        """Participants while they are active; everybody else always."""
        return account not in self.parties or self.active(account)

    def open(self, by: str, level: int, window: int, lines: Sequence[Line]) -> int:
        """Opens a scheme."""
        if not self.active(by):
            raise Refused("NotActive")
        if not 1 <= level <= HIGHEST_LEVEL:
            raise Refused("LevelOutOfRange")
        table = self._checked(level, self.now, window, lines)
        number = len(self.schemes) + 1
        self.schemes[number] = Scheme(self.parties[by].entity, level, [table])
        return number

    def open_default(self, by: str, brand: str, upstream: Payee, maintenance: str, window: int) -> int:
        """Opens one with the default shares."""
        payees: tuple[Payee, ...] = (brand, upstream, maintenance)
        return self.open(by, HIGHEST_LEVEL, window, list(zip(payees, self.default, strict=True)))

    def publish(self, scheme: int, by: str, start: int, window: int, lines: Sequence[Line]) -> int:
        """Adds a table, or replaces the one that is not in force yet."""
        found = self._owned(scheme, by)
        if start <= self.now:
            raise Refused("EffectTooEarly")
        table = self._checked(found.level, start, window, lines)
        if found.tables[-1].start > self.now:
            found.tables.pop()
        found.tables.append(table)
        return len(found.tables)

    def restrict(self, scheme: int, by: str, restricted: bool) -> None:
        """Only admitted accounts pay, or everybody."""
        self._owned(scheme, by).restricted = restricted

    def admit(self, scheme: int, by: str, payer: str, admitted: bool) -> None:
        """Admits an account, or no longer."""
        found = self._owned(scheme, by)
        (found.admitted.add if admitted else found.admitted.discard)(payer)

    def set_default(self, *shares: int) -> None:
        """By governance."""
        if 0 in shares:
            raise Refused("NoShare")
        if sum(shares) != WHOLE:
            raise Refused("SharesDoNotAddUp")
        brand, upstream, maintenance = shares
        self.default = (brand, upstream, maintenance)

    def set_fund_share(self, entity: int, bps: int) -> None:
        """By whoever lends to the entity."""
        if bps > MOST_FUND:
            raise Refused("FundShareOutOfRange")
        if all(party.entity != entity for party in self.parties.values()):
            raise Refused("UnknownEntity")
        self.shares[entity] = bps

    def pay(self, scheme: int, sale: str, currency: int, amount: int, by: str) -> int:
        """Takes the money of a sale; gives back from when on it can be released."""
        if amount == 0:
            raise Refused("NoAmount")
        found = self._known(scheme)
        if found.restricted and by not in found.admitted:
            raise Refused("PayerNotAdmitted")
        if (scheme, sale) in self.sales:
            raise Refused("SaleExists")
        if currency in self.inactive:
            raise Refused("InactiveCurrency")
        self._move(currency, by, self.me, amount)
        version = found.version(self.now)
        window = found.tables[version - 1].window
        made = Sale(by, currency, amount, self.now, version, self.now + window * DAY)
        self.sales[scheme, sale] = made
        if window == 0:
            self._divide(scheme, made)
        return made.release_at

    def refund(self, scheme: int, sale: str, amount: int, by: str) -> None:
        """Gives back a part while the window is open."""
        found = self._open_sale(scheme, sale)
        self._owned(scheme, by)
        if amount == 0:
            raise Refused("NoAmount")
        if self.now >= found.release_at:
            raise Refused("RefundWindowOver")
        if amount > found.left:
            raise Refused("ExceedsSale")
        found.refunded += amount
        self._hand(found.currency, found.payer, amount, self.may_receive(found.payer))

    def release(self, scheme: int, sale: str) -> None:
        """Divides a sale once its window is over."""
        found = self._open_sale(scheme, sale)
        if self.now < found.release_at:
            raise Refused("RefundWindowOpen")
        self._divide(scheme, found)

    def withdraw(self, currency: int, account: str, to: str | None = None) -> int:
        """Hands over what is owed; gives back how much."""
        to = account if to is None else to
        if to == self.me:
            raise Refused("CannotBePaid")
        if not self.may_receive(to) or not self.may_receive(account):
            raise Refused("NotActive")
        amount = self._owed_to(account, currency)
        self._move(currency, self.me, to, amount)
        del self.owed[account, currency]
        return amount

    def move_owed(self, currency: int, source: str, target: str) -> None:
        """By compliance, from a lost account to another of its entity."""
        if not self.active(target):
            raise Refused("NotActive")
        if source not in self.parties or self.parties[source].entity != self.parties[target].entity:
            raise Refused("DifferentEntities")
        amount = self._owed_to(source, currency)
        del self.owed[source, currency]
        self.owed[target, currency] += amount

    def parts(self, scheme: int, version: int, at: int, amount: int) -> list[tuple[str, int, int]]:
        """Account, its amount and the fund's part of each payment, by the tables of `at`; none of zero."""
        lines = self.schemes[scheme].tables[version - 1].lines
        found: list[tuple[str, int, int]] = []
        for (payee, _), part in zip(lines, split(amount, [bps for _, bps in lines]), strict=True):
            if part == 0:
                continue
            if isinstance(payee, int):
                found += self.parts(payee, self.schemes[payee].version(at), at, part)
            else:
                fund = part * self.shares[self.parties[payee].entity] // WHOLE
                found.append((payee, part - fund, fund))
        return found

    def held(self, currency: int) -> int:
        """What the contract must have for sales and for what is owed."""
        sales = sum(sale.left for sale in self.sales.values() if sale.currency == currency)
        return sales + sum(amount for (_, of), amount in self.owed.items() if of == currency)

    def _checked(self, level: int, start: int, window: int, lines: Sequence[Line]) -> Table:
        if not 1 <= len(lines) <= MOST_LINES:
            raise Refused("PayeesOutOfRange")
        if window > LONGEST_WINDOW:
            raise Refused("WindowOutOfRange")
        payments = 0
        for payee, bps in lines:
            if bps == 0:
                raise Refused("NoShare")
            if payee in (self.me, "", 0):
                raise Refused("NotAPayee")
            if isinstance(payee, int):
                below = self._known(payee).level
                if below >= level:
                    raise Refused("NestedTooDeep")
                payments += MOST_LINES**below
            else:
                if not self.active(payee):
                    raise Refused("NotActive")
                payments += 1
        if sum(bps for _, bps in lines) != WHOLE:
            raise Refused("SharesDoNotAddUp")
        if payments > MOST_PAYMENTS:
            raise Refused("TooManyPayments")
        return Table(start, window, list(lines))

    def _known(self, scheme: int) -> Scheme:
        if scheme not in self.schemes:
            raise Refused("UnknownScheme")
        return self.schemes[scheme]

    def _owned(self, scheme: int, by: str) -> Scheme:
        found = self._known(scheme)
        if not self.active(by) or self.parties[by].entity != found.owner:
            raise Refused("NotTheSchemeOwner")
        return found

    def _open_sale(self, scheme: int, sale: str) -> Sale:
        if (scheme, sale) not in self.sales:
            raise Refused("UnknownSale")
        found = self.sales[scheme, sale]
        if found.left == 0:
            raise Refused("SaleClosed")
        return found

    def _divide(self, scheme: int, sale: Sale) -> None:
        parts = self.parts(scheme, sale.version, sale.at, sale.left)
        sale.divided = sum(mine + fund for _, mine, fund in parts)
        self._hand(sale.currency, self.fund, sum(fund for _, _, fund in parts), True)
        for account, mine, _ in parts:
            self._hand(sale.currency, account, mine, self.active(account))

    def _hand(self, currency: int, to: str, amount: int, allowed: bool) -> None:
        if amount == 0:
            return
        if allowed and not self._refuses(currency, self.me, to):
            self._move(currency, self.me, to, amount)
        else:
            self.owed[to, currency] += amount

    def _owed_to(self, account: str, currency: int) -> int:
        amount = self.owed[account, currency]
        if amount == 0:
            raise Refused("NothingOwedTo")
        return amount

    def _refuses(self, currency: int, source: str, target: str) -> bool:
        return (currency, source) in self.blocked or (currency, target) in self.blocked

    def _move(self, currency: int, source: str, target: str, amount: int) -> None:
        if self._refuses(currency, source, target):
            raise Refused("Blacklisted")
        self.wallets[source, currency] -= amount
        self.wallets[target, currency] += amount
