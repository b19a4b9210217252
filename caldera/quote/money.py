"""Figures and words as they are shown. Amounts are written to the last unit, rates with two decimals."""

from __future__ import annotations

from fractions import Fraction


def amount(units: int, decimals: int) -> str:
    """With thousands separated, and two decimals where these are enough, else all."""
    whole, rest = divmod(abs(units), 10**decimals)
    part = f"{rest:0{decimals}d}" if decimals else ""
    if not part[2:].strip("0"):
        part = part[:2]
    return f"{'-' if units < 0 else ''}{whole:,}" + (f".{part}" if part else "")


def hundredths(value: Fraction) -> int:
    """Of a per cent, rounded half away from zero."""
    scaled = abs(value) * 10_000
    rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return rounded if value >= 0 else -rounded


def percent(value: Fraction | None) -> str:
    """Per cent with two decimals; a dash for none."""
    if value is None:
        return "–"
    units = hundredths(value)
    return f"{'-' if units < 0 else ''}{abs(units) // 100}.{abs(units) % 100:02d}%"


def clean(text: str) -> str:
    """Without control characters, which some terminals obey, and without bytes of file names that are no text."""
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text)
