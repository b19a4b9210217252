"""Amounts in the play money of the development chain: integers of its smallest unit, six decimals."""

from decimal import Decimal

from caldera.documents import Invoice

DECIMALS = 6
CENT = 10_000


def cents(units: int) -> int:
    """Rounded down to whole cents."""
    return units - units % CENT


def money(units: int) -> str:
    """As an amount, with two decimals or as many as it has."""
    whole, rest = divmod(abs(units), 10**DECIMALS)
    text = f"{rest:0{DECIMALS}d}".rstrip("0")
    return f"{'-' if units < 0 else ''}{whole:,}.{text.ljust(2, '0')}"


def eras(amount: int) -> str:
    """ERA to four places, cut."""
    whole, rest = divmod(amount // 10**14, 10**4)
    return f"{whole:,}.{rest:04d}"


def line_units(invoice: Invoice) -> list[tuple[str, str, Decimal, int]]:
    """The payable amount over the order lines: id, name, net amount and units of each, exact to the unit.

    The rule is `Invoice.line_parts`: in proportion to net amount * (1 + VAT rate), so that the document's charges,
    allowances, prepayments and rounding fall on all lines alike. Shares are rounded down to whole cents (to smallest
    units where the payable amount has fractions of a cent); the cents left over go one each to the lines that lost most
    by rounding, and the sum is the payable amount exactly.

    Raises:
        DocumentError: there is nothing to split, or the amount has more than six decimals.
    """
    whole_cents = invoice.payable_units(DECIMALS) % CENT == 0
    parts = invoice.line_parts(2 if whole_cents else DECIMALS)
    return [
        (part.line.id, part.line.name or "", part.line.net_amount, part.units * (CENT if whole_cents else 1))
        for part in parts
    ]
