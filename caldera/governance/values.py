"""Values as people write them, and as the chain has them. Exact: integers and decimals, nothing is rounded."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import IntEnum
from typing import Any

from caldera.deployment.units import scaled
from caldera.evm.address import BadAddress, to_address

from .errors import ValueUnreadable


class Unit(IntEnum):
    """`IParameterBook.ParameterUnit`."""

    COUNT = 0
    FLAGS = 1
    ACCOUNT = 2
    BPS = 3
    SECONDS = 4
    DAYS = 5
    USD = 6
    ERA = 7
    WAD = 8
    WHOLE = 9


DECIMALS = {Unit.USD: 6, Unit.ERA: 18, Unit.WAD: 18}
SPANS = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}

_NUMBER = re.compile(r"^(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?$")
_SPAN = re.compile(r"^(week|day|hour|minute|second)s?,?$")
_TOP = 1 << 256
_LONGEST = 200
"""Characters of a number: more than any on the chain has, with its commas and decimals."""


def number(text: str) -> Decimal:
    """A plain decimal, thousands by commas or not: `2000`, `2,000`, `1.25`."""
    if len(text) > _LONGEST:
        raise ValueUnreadable(f"{text[:20]}… has {len(text)} characters: no number on the chain is as long")
    if not _NUMBER.match(text):
        raise ValueUnreadable(f"{text!r} is no number: write it as in 2000, 2,000 or 1.25")
    return Decimal(text.replace(",", ""))


def parse(raw: Any, unit: Unit, flags: Mapping[str, int] | None = None) -> int:
    """The word that the chain has for what somebody wrote. `flags`: bit sets by name.

    Raises:
        ValueUnreadable: it is no value of that unit; the message says how to write one.
    """
    if unit is Unit.FLAGS:
        return _flags(raw, flags or {})
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise ValueUnreadable(f"{raw!r} is no {_called(unit)}: {_how(unit)}")
    text = " ".join(str(raw).split())
    if unit is Unit.ACCOUNT:
        return _account(text)
    value = _read(text, unit)
    if value >= _TOP:
        raise ValueUnreadable(f"{text!r} is more than any number on the chain")
    return value


def show(value: int, unit: Unit, flags: Mapping[str, int] | None = None) -> str:
    """A word for people; `parse` reads it back."""
    match unit:
        case Unit.FLAGS:
            return _show_flags(value, flags or {})
        case Unit.ACCOUNT:
            return to_address(f"0x{value:040x}") if value >> 160 == 0 else hex(value)
        case Unit.BPS:
            return f"{decimal(value, 2)}%"
        case Unit.SECONDS:
            return span(value)
        case Unit.DAYS:
            return f"{value:,} day{'' if value == 1 else 's'}"
        case Unit.USD:
            return f"{decimal(value, 6)} USD"
        case Unit.ERA:
            return f"{decimal(value, 18)} ERA"
        case Unit.WAD:
            return decimal(value, 18)
    return f"{value:,}"


def decimal(value: int, decimals: int) -> str:
    """`value` / 10^decimals, exactly, thousands by commas, without zeros behind."""
    whole, rest = divmod(value, 10**decimals)
    return f"{whole:,}" + (f".{rest:0{decimals}d}".rstrip("0") if rest else "")


def span(seconds: int) -> str:
    """Seconds as days, hours, minutes and seconds, exactly."""
    parts = []
    left = seconds
    for name, size in SPANS.items():
        if name == "week":
            continue
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count:,} {name}{'' if count == 1 else 's'}")
    return " ".join(parts) or "0 seconds"


def seconds_of(text: str) -> int:
    """`21 days`, `1 day 12 hours`, or a number of seconds."""
    if _NUMBER.match(text):
        return _whole(text)
    words = text.split(" ")
    if len(words) % 2:
        raise ValueUnreadable(f"{text!r} is no duration: {_how(Unit.SECONDS)}")
    total = 0
    for count, name in zip(words[::2], words[1::2], strict=True):
        found = _SPAN.match(name)
        if not found:
            raise ValueUnreadable(f"{text!r} is no duration: {_how(Unit.SECONDS)}")
        total += _whole(count) * SPANS[found[1]]
    return total


def _read(text: str, unit: Unit) -> int:
    match unit:
        case Unit.BPS:
            return _bps(text)
        case Unit.SECONDS:
            return seconds_of(text)
        case Unit.DAYS:
            return _days(text)
        case Unit.USD | Unit.ERA:
            return fixed(without(text, unit.name), DECIMALS[unit])
        case Unit.WAD:
            if text.endswith("%"):
                return fixed(text[:-1].rstrip(), 16)
            return fixed(text, 18)
    return _whole(text)


def without(text: str, code: str) -> str:
    """The number in `2,000 USD` or `USD 2,000`."""
    if text.endswith(f" {code}"):
        return text[: -len(code) - 1]
    return text[len(code) + 1 :] if text.startswith(f"{code} ") else text


def fixed(text: str, decimals: int) -> int:
    """A decimal × 10^decimals, exactly."""
    value = number(text)
    try:
        return scaled(value, decimals)
    except ValueError:
        raise ValueUnreadable(f"{text} has more than {decimals} decimals: nothing is rounded here") from None


def _whole(text: str) -> int:
    value = number(text)
    if value != value.to_integral_value():
        raise ValueUnreadable(f"{text} is no whole number")
    return int(value)


def _bps(text: str) -> int:
    if text.endswith("%"):
        value = number(text[:-1].rstrip())
        try:
            return scaled(value, 2)
        except ValueError:
            raise ValueUnreadable(f"{text} is finer than a basis point, 0.01%") from None
    if text.endswith(" bps"):
        return _whole(text[: -len(" bps")])
    raise ValueUnreadable(f"{text!r} could be per cent or basis points: {_how(Unit.BPS)}")


def _days(text: str) -> int:
    if _NUMBER.match(text):
        return _whole(text)
    days, rest = divmod(seconds_of(text), SPANS["day"])
    if rest:
        raise ValueUnreadable(f"{text} is no whole number of days")
    return days


def _account(text: str) -> int:
    if text == "none":
        return 0
    try:
        return int(to_address(text), 16)
    except BadAddress as error:
        raise ValueUnreadable(str(error)) from None


def _flags(raw: Any, names: Mapping[str, int]) -> int:
    if isinstance(raw, bool):
        return int(raw)
    if isinstance(raw, int):
        if raw < 0:
            raise ValueUnreadable(f"{raw} is no set of bits")
        return raw
    parts: Sequence[Any] = raw if isinstance(raw, list | tuple) else str(raw).split(",")
    known = {_plain(name): bits for name, bits in names.items()}
    total = 0
    for part in parts:
        text = str(part).strip()
        if text in ("none", "") or isinstance(part, bool):
            total |= int(part) if isinstance(part, bool) else 0
        elif re.match(r"^0x[0-9a-fA-F]{1,64}$", text):
            total |= int(text, 16)
        elif re.match(r"^[0-9]{1,78}$", text):
            total |= int(text)
        elif _plain(text) in known:
            total |= known[_plain(text)]
        else:
            there = ", ".join(names) if names else "numbers such as 0x5 only, as nothing here has a name"
            raise ValueUnreadable(f"{text!r} is none of {there}")
    if total >= _TOP:
        raise ValueUnreadable(f"{raw!r} is more than any number on the chain")
    return total


def _show_flags(value: int, names: Mapping[str, int]) -> str:
    parts, left = [], value
    for name, bits in names.items():
        if bits and bits & value == bits:
            parts.append(name)
            left &= ~bits
    if left:
        parts.append(hex(left))
    return ", ".join(parts) or "none"


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _called(unit: Unit) -> str:
    return {Unit.ACCOUNT: "address", Unit.BPS: "rate", Unit.SECONDS: "duration", Unit.DAYS: "number of days"}.get(
        unit, "number"
    )


def _how(unit: Unit) -> str:
    return {
        Unit.ACCOUNT: "write an address or $Name",
        Unit.BPS: "write 8.5% or 850 bps",
        Unit.SECONDS: "write 21 days, 6 hours or a number of seconds",
        Unit.DAYS: "write 30 days or 30",
        Unit.USD: "write 2,000 USD or '1.25'",
        Unit.ERA: "write 10,000 ERA or '0.5'",
        Unit.WAD: "write '1.08' in quotes, or 8%",
    }.get(unit, "write a whole number")
