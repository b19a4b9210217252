"""A consistent invoice as plain facts, from which tests render UBL and CII documents."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class DraftParty:
    name: str
    country: str
    vat: str | None = None
    legal: tuple[str, str | None] | None = None
    endpoint: tuple[str, str | None] | None = None
    ids: tuple[tuple[str, str | None], ...] = ()
    street: str = "Havnegade 1"
    city: str = "Aarhus"
    zip: str = "8000"


@dataclass(frozen=True)
class DraftItem:
    """A document level allowance or charge."""

    is_charge: bool
    amount: Decimal
    category: str
    rate: Decimal
    reason: str = "Freight"


@dataclass(frozen=True)
class DraftLine:
    id: str
    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    category: str = "S"
    rate: Decimal = Decimal(25)
    base: Decimal = Decimal(1)

    @property
    def net(self) -> Decimal:
        return cents(self.quantity * self.price / self.base)


@dataclass(frozen=True)
class Draft:
    number: str
    issued: str
    seller: DraftParty
    buyer: DraftParty
    lines: tuple[DraftLine, ...]
    items: tuple[DraftItem, ...] = ()
    payee: DraftParty | None = None
    due: str | None = None
    terms: str | None = None
    type_code: str = "380"
    currency: str = "EUR"
    tax_currency: str | None = None
    tax_in_tax_currency: Decimal | None = None
    prepaid: Decimal = Decimal(0)
    rounding: Decimal = Decimal(0)
    order: str | None = None
    contract: str | None = None
    buyer_reference: str | None = "PURCHASING"
    preceding: tuple[str, str] | None = None
    notes: tuple[str, ...] = ()
    specification: str = "urn:cen.eu:en16931:2017"

    @property
    def line_net(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def allowances(self) -> Decimal:
        return sum((item.amount for item in self.items if not item.is_charge), Decimal(0))

    @property
    def charges(self) -> Decimal:
        return sum((item.amount for item in self.items if item.is_charge), Decimal(0))

    @property
    def exclusive(self) -> Decimal:
        return self.line_net - self.allowances + self.charges

    @property
    def breakdown(self) -> dict[tuple[str, Decimal], tuple[Decimal, Decimal]]:
        """(category, rate) -> (taxable, tax)."""
        taxable: dict[tuple[str, Decimal], Decimal] = {}
        for line in self.lines:
            key = (line.category, line.rate)
            taxable[key] = taxable.get(key, Decimal(0)) + line.net
        for item in self.items:
            key = (item.category, item.rate)
            signed = item.amount if item.is_charge else -item.amount
            taxable[key] = taxable.get(key, Decimal(0)) + signed
        return {key: (base, cents(base * key[1] / 100)) for key, base in taxable.items()}

    @property
    def tax(self) -> Decimal:
        return sum((tax for _, tax in self.breakdown.values()), Decimal(0))

    @property
    def inclusive(self) -> Decimal:
        return self.exclusive + self.tax

    @property
    def payable(self) -> Decimal:
        return self.inclusive - self.prepaid + self.rounding


SELLER = DraftParty(
    "Nordkaj Maskin A/S",
    "DK",
    vat="DK31559804",
    legal=("31559804", "0184"),
    endpoint=("5790002274819", "0088"),
)
BUYER = DraftParty(
    "Hallbergs Verkstad AB", "SE", vat="SE556871204301", legal=("5568712043", "0007"),
    endpoint=("5568712043", "0007"), street="Industrigatan 8", city="Malmö", zip="211 20",
)  # fmt: skip
LINES = (
    DraftLine("1", "Hydraulic cylinder HC-80", Decimal(12), "C62", Decimal("450.00")),
    DraftLine("2", "Seal kit", Decimal(40), "C62", Decimal("18.25")),
)
BASIC = Draft("2026-0117", "2026-03-02", SELLER, BUYER, LINES, due="2026-04-01")
"""Lines 5400.00 and 730.00, VAT 25 % 1532.50, payable 7662.50 EUR."""
