"""Amounts are integers of a token's smallest unit; written out, they are exact decimals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal

_EXACT = Context(prec=120)


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency of the suite. `code`: as the value standard has it, of ISO 4217. `decimals`: of the token."""

    code: str
    decimals: int
    token: str

    def decimal(self, units: int) -> Decimal:
        """The amount as a decimal, with all decimals of the token."""
        return Decimal(units).scaleb(-self.decimals, _EXACT)

    def text(self, units: int) -> str:
        """The amount in plain digits, such as `-0.000001`."""
        return f"{self.decimal(units):f}"

    def short(self, units: int) -> str:
        """The amount for people: thousands marked, two decimals or as many as it has."""
        whole, _, rest = f"{abs(self.decimal(units)):,f}".partition(".")
        return f"{'-' if units < 0 else ''}{whole}" + (f".{rest.rstrip('0').ljust(2, '0')}" if rest else "")
