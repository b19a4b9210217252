"""Currency codes and their minor units, from the ISO 4217 list in the package ``iso4217``."""

from __future__ import annotations

from iso4217 import Currency

from caldera.documents.errors import UnknownCurrency

_CODES: dict[str, int | None] = {currency.code: currency.exponent for currency in Currency}
_RETIRED = ("ANG", "BGN", "CUC", "HRK", "MRO", "SLL", "STD", "VEF", "ZWL")
"""Codes with two minor units withdrawn since EN 16931 appeared in 2017: invoices of that time carry them."""
_CODES.update(dict.fromkeys(_RETIRED, 2))
_NOT_MONEY = {"XXX": "no currency", "XTS": "testing"}


def known_currency(code: str, *, field: str = "BT-5", path: str = "") -> str:
    """Return ``code`` when it is a currency of ISO 4217.

    Raises:
        UnknownCurrency: not in the list of today or since 2017 (codes are upper case), or ``XXX``/``XTS``,
            which are no money.
    """
    if code in _CODES and code not in _NOT_MONEY:
        return code
    upper = code.upper()
    if code in _NOT_MONEY:
        what = f"{code} is the ISO 4217 code for {_NOT_MONEY[code]}."
    elif upper in _CODES:
        what = f"{code!r} is not written as ISO 4217 demands; {upper!r} would be."
    else:
        what = f"{code[:20]!r} is not a currency code of ISO 4217."
    raise UnknownCurrency(
        what, todo="Ask the sender for a document with a current currency code.", field=field, path=path
    )


def minor_units(code: str) -> int | None:
    """Decimals of the currency: 2 for EUR, 0 for JPY, 3 for BHD, None where ISO 4217 names none (XDR, XAU).

    Raises:
        UnknownCurrency: as :func:`known_currency`.
    """
    return _CODES[known_currency(code)]
