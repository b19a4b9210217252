"""Cost of money against the day of payment, as SVG: one line a way, readable without colour."""

from __future__ import annotations

from fractions import Fraction
from xml.sax.saxutils import escape

from .compare import LATEST, dearness, earliest, offered
from .errors import PlotNotPossible
from .money import clean
from .quote import Bundle

WIDTH, HEIGHT = 860, 460
LEFT, RIGHT, TOP, BOTTOM = 70, 240, 50, 60
MOST_BEFORE = 90
STROKES = {
    "pledge": ("#0b5cad", ""),
    "factoring": ("#b3420e", "9 4"),
    "recourse": ("#8a6d00", "3 3"),
    "tranche": ("#1f7a3d", "12 3 2 3"),
}
"""Colour and dashes of each way."""
STEPS = (1, 2, 5)
LINE = 15
"""Least distance of two labels."""


def plot(bundle: Bundle) -> str:
    """What 100 of money cost, by the day on which the debtors pay.

    Raises:
        PlotNotPossible: no way gives money.
    """
    ways = offered(bundle)
    if not ways:
        raise PlotNotPossible(f"no way gives money for the claims in {bundle.code}; the tables say why")
    days = range(max(earliest(bundle), -MOST_BEFORE), LATEST + 1)
    costs = {way: [dearness(way, late) * 100 for late in days] for way in ways}
    step = _step(max(Fraction(1, 100), *(cost for line in costs.values() for cost in line)), 6)
    top = step * -(-max(cost for line in costs.values() for cost in line) // step) or step

    def x(day: int) -> str:
        return _tenths(LEFT + Fraction((WIDTH - LEFT - RIGHT) * (day - days[0]), max(1, days[-1] - days[0])))

    def y(cost: Fraction) -> Fraction:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - cost / top)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="sans-serif" font-size="13" fill="#222">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="28" font-size="16">{escape(_title(bundle))}</text>',
    ]
    cost = Fraction()
    while cost <= top:
        at = _tenths(y(cost))
        parts.append(f'<path d="M{LEFT} {at}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at}" dy="4" text-anchor="end">{_tenths(cost)}</text>')
        cost += step
    every = 10 if len(days) > 35 else 5
    for day in days:
        if day % every == 0:
            parts.append(f'<path d="M{x(day)} {HEIGHT - BOTTOM}v5" stroke="#222"/>')
            parts.append(f'<text x="{x(day)}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{_signed(day)}</text>')
    parts.append(f'<path d="M{x(0)} {TOP}V{HEIGHT - BOTTOM}" stroke="#222" stroke-dasharray="2 4"/>')
    parts.append(f'<text x="{x(0)}" y="{TOP - 6}" text-anchor="middle">due</text>')
    middle = (LEFT + WIDTH - RIGHT) // 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 14}" text-anchor="middle">payment, days after the due date</text>')
    parts.append(
        f'<text transform="translate(20 {(TOP + HEIGHT - BOTTOM) // 2}) rotate(-90)" text-anchor="middle">'
        "cost of 100 of money now</text>"
    )
    lowest = Fraction(HEIGHT)
    for way in sorted(ways, key=lambda one: costs[one][-1]):
        colour, dashes = STROKES[way.key]
        points = " ".join(f"{x(day)},{_tenths(y(cost))}" for day, cost in zip(days, costs[way], strict=True))
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>')
        # From the cheapest up, each label at its line's end or as far above the one before as it needs.
        lowest = min(y(costs[way][-1]), lowest - LINE)
        parts.append(
            f'<text x="{WIDTH - RIGHT + 8}" y="{_tenths(lowest)}" dy="4" fill="{colour}">{escape(way.label)}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _signed(day: int) -> str:
    return f"{'+' if day > 0 else '−' if day else ''}{abs(day)}"


def _title(bundle: Bundle) -> str:
    if len(bundle.claims) > 1:
        return f"{len(bundle.claims)} invoices in {bundle.code}"
    claim = bundle.claims[0]
    return f"Invoice {clean(claim.invoice.number)[:40]}, due {claim.due}"


def _step(most: Fraction, lines: int) -> Fraction:
    """The smallest of 0.1, 0.2, 0.5, 1, 2, 5, ... with which so many lines are enough."""
    size = Fraction(1, 10)
    while True:
        for factor in STEPS:
            if size * factor * lines >= most:
                return size * factor
        size *= 10


def _tenths(value: Fraction | int) -> str:
    tenths = round(Fraction(value) * 10)
    return f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}"
