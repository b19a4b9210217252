"""Exact decimal numbers from text, and from decimals to integers of a token's smallest unit."""

from __future__ import annotations

import re
from decimal import Context, Decimal, localcontext

from caldera.documents.errors import InexactAmount, InvalidAmount

_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_MAX_CHARS = 40
ZERO = Decimal(0)

EXACT = Context(prec=400)
"""Arithmetic context wide enough that sums and products of amounts of at most 40 characters stay exact."""


def parse_decimal(text: str, *, field: str = "", path: str = "") -> Decimal:
    """The number in ``text`` exactly as written, as XML Schema ``decimal`` writes numbers.

    Surrounding whitespace and a sign are allowed; minus zero becomes zero; trailing zeros are kept.

    Raises:
        InvalidAmount: empty, an exponent, a thousands separator, a decimal comma, ``NaN``, ``Infinity``,
            non-ASCII digits, or more than 40 characters.
    """
    value = text.strip()
    if not value:
        what = "the number is empty."
    elif len(value) > _MAX_CHARS:
        what = f"the number has {len(value)} characters, more than {_MAX_CHARS}."
    elif _PLAIN.fullmatch(value) is None:
        what = f"{value!r} is not a plain decimal number."
    else:
        number = Decimal(value)
        return abs(number) if number.is_zero() else number
    raise InvalidAmount(
        what,
        todo="Write digits with an optional sign and a decimal point, such as -1250.00, "
        "without thousands separators or exponent.",
        field=field,
        path=path,
    )


def exact_sum(values: list[Decimal]) -> Decimal:
    """Sum without rounding (the default decimal context would round at 28 digits)."""
    with localcontext(EXACT):
        return sum(values, ZERO)


def to_units(amount: Decimal, decimals: int, *, file: str = "", field: str = "BT-115") -> int:
    """``amount`` as an integer of the smallest unit of a token: 12.5 with 6 decimals is 12500000.

    Args:
        amount: in whole tokens, which is in the document currency for a token of that currency.
        decimals: of the token, 0 to 77 (10**77 is the largest power of ten in 256 bits).

    Raises:
        InexactAmount: the amount has more significant decimals than the token.
        ValueError: ``decimals`` is outside 0 to 77.
    """
    if not 0 <= decimals <= 77:
        raise ValueError(f"a token has 0 to 77 decimals, not {decimals}")
    numerator, denominator = amount.as_integer_ratio()
    scale: int = 10**decimals
    units, rest = divmod(numerator * scale, denominator)
    if rest:
        raise InexactAmount(amount, decimals, file=file, field=field)
    return units
