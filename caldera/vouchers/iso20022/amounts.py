"""Amounts as documents of ISO 20022 take them: whole minor units of the currency, never rounded in silence.

A token has more decimals than the money it stands for. What is not a whole cent is either refused, or carried: each
entry is then what the rounded running total grew by, so that their sum is never off by a cent, and the exact amount
stands beside.
"""

from __future__ import annotations

from decimal import Decimal

from caldera.documents.currency import minor_units
from caldera.documents.errors import UnknownCurrency

from ..errors import AmountTooLong, FractionOfMinorUnit, NotAnIsoCurrency
from ..money import Currency

MOST_DIGITS = 18


def minor_of(currency: Currency) -> int:
    """Decimals of the currency's minor unit: 2 for EUR, 0 for JPY.

    Raises:
        NotAnIsoCurrency: ISO 4217 has no such code, or gives it no minor unit.
    """
    try:
        found = minor_units(currency.code)
    except UnknownCurrency as error:
        raise NotAnIsoCurrency(f"{currency.code!r} of token {currency.token}: {error}") from None
    if found is None:
        raise NotAnIsoCurrency(f"{currency.code} has no minor unit in ISO 4217: export CSV or JSON lines instead")
    return found


class Minor:
    """Turns amounts of one currency into its minor units, in order."""

    def __init__(self, currency: Currency, carry: bool) -> None:
        """`carry`: fractions go on to the next amount; otherwise they are refused.

        Raises:
            NotAnIsoCurrency: as `minor_of`.
        """
        self.currency, self._carry = currency, carry
        self._places = minor_of(currency)
        self._shift = currency.decimals - self._places
        self._exact = 0

    @property
    def carried(self) -> int:
        """What is left over so far, in smallest units of the token; less than one minor unit."""
        return self._exact - self._down(self._exact)

    def next(self, units: int, what: str) -> Decimal:
        """The amount as a decimal with the currency's own digits, sign and all.

        Raises:
            FractionOfMinorUnit: it is not whole, and fractions are not carried.
            AmountTooLong: it has more digits than a document takes.
        """
        before = self._down(self._exact)
        self._exact += units
        if self.carried and not self._carry:
            raise FractionOfMinorUnit(
                f"{what}: {self.currency.text(units)} {self.currency.code} has more than {self._places} decimals: "
                "carry fractions on to the next entry (--carry), or export CSV or JSON lines, which are exact"
            )
        exact = self.currency.decimal(self._down(self._exact) - before)
        amount = exact.quantize(Decimal(1).scaleb(-self._places))
        if len(amount.as_tuple().digits) > MOST_DIGITS:
            raise AmountTooLong(f"{what}: {amount} {self.currency.code} has more than {MOST_DIGITS} digits")
        return amount

    def _down(self, units: int) -> int:
        if self._shift <= 0:
            return units
        unit: int = 10**self._shift
        return units // unit * unit
