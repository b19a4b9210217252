"""Decimal strings of the profile as the integers the chain takes. Nothing is rounded; nothing is ever a float."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator

_DECIMAL = re.compile(r"^[0-9]+(?:\.[0-9]+)?$")

WAD_DECIMALS = 18
USD_DECIMALS = 6


def _decimal(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not _DECIMAL.match(value):
        raise ValueError("write a plain decimal such as '1000' or '1.0825'")
    return Decimal(value)


Amount = Annotated[Decimal, BeforeValidator(_decimal)]
"""A non-negative decimal, written as '1.0825'."""


def scaled(value: Decimal, decimals: int) -> int:
    """`value` × 10^decimals, exactly.

    :raises ValueError: the value has more decimals than that
    """
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or sign:
        raise ValueError(f"{value} is not a plain decimal")
    whole = int("".join(map(str, digits)))
    shift = decimals + exponent
    if shift >= 0:
        return int(whole * 10**shift)
    quotient, rest = divmod(whole, int(10**-shift))
    if rest:
        raise ValueError(f"{value} has more than {decimals} decimals")
    return quotient
