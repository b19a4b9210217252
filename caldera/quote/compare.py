"""Which way costs least, and when that changes: in sentences."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from .money import amount, percent
from .quote import LATE, UNPAID, Bundle
from .ways import Way

LATEST = 30
"""Days beyond the due date up to which ways are compared."""


def earliest(bundle: Bundle) -> int:
    """The first day, counted from the due dates, on which all debtors can pay."""
    return 1 - min(claim.days for claim in bundle.claims)


def dearness(way: Way, late: int) -> Fraction:
    """Cost of a unit of money, of a way that gives some, if all is paid so many days late."""
    outcome = way.outcome(late, 0)
    return Fraction(outcome.cost, outcome.now)


def offered(bundle: Bundle) -> list[Way]:
    """Those that give money."""
    return [way for way in bundle.ways if way.offered and way.now]


def verdicts(bundle: Bundle) -> list[str]:
    """Which is cheapest under which assumption; empty where nothing is offered."""
    ways = offered(bundle)
    if not ways:
        return []
    said = [_by_time(ways, late) for late in LATE]
    said += [text for other in ways if other.key in ("factoring", "recourse") for text in _turning(bundle, ways, other)]
    return said + _by_loss(bundle, ways)


def _by_time(ways: list[Way], late: int) -> str:
    rates = sorted(((way.outcome(late, 0).rate or Fraction(), way) for way in ways), key=lambda pair: pair[0])
    when = f"Paid {late} days late" if late else "Paid when due"
    (rate, best), *rest = rates
    then = ", ".join(f"{way.label} {percent(rate)}" for rate, way in rest)
    return f"{when}: {best.label} costs least, {percent(rate)} a year" + (f"; then {then}." if then else ".")


def _turning(bundle: Bundle, ways: list[Way], factored: Way) -> list[str]:
    """Until when a pledge is cheaper than a sale, for each unit of money."""
    pledge = next((way for way in ways if way.key == "pledge"), None)
    if pledge is None:
        return []
    per = "For each unit of money now, the pledge"
    last = earliest(bundle) - 1
    while last < LATEST and dearness(pledge, last + 1) < dearness(factored, last + 1):
        last += 1
    if last < earliest(bundle):
        return [f"{per} never costs less than {factored.label}."]
    if last == LATEST:
        return [f"{per} costs less than {factored.label} even if paid {LATEST} days late."]
    return [f"{per} costs less than {factored.label} if paid {_when(bundle, last)} or before."]


def _when(bundle: Bundle, late: int) -> str:
    if len(bundle.claims) == 1:
        return f"on {bundle.claims[0].due + timedelta(days=late)}"
    if not late:
        return "when due"
    return f"{abs(late)} days {'after' if late > 0 else 'before'} the due dates"


def _by_loss(bundle: Bundle, ways: list[Way]) -> list[str]:
    """Who leaves most to the seller; losses of one answer in one sentence."""
    losses_of: dict[Way, list[int]] = {}
    for unpaid in filter(None, UNPAID):
        totals = {way: way.outcome(0, unpaid).total for way in ways}
        losses_of.setdefault(max(totals, key=totals.__getitem__), []).append(unpaid)
    said = []
    for way, losses in losses_of.items():
        left = dict.fromkeys(amount(way.outcome(0, unpaid).total, bundle.currency.decimals) for unpaid in losses)
        shares = _listed([f"{unpaid // 100}%" for unpaid in losses], "or")
        most = _listed(list(left), "and")
        said.append(f"If {shares} is never paid: {way.label} leaves most in the end, {most} {bundle.code}.")
    return said


def _listed(words: list[str], last: str) -> str:
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), words[-1])))
