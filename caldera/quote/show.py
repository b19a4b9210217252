"""A quote as tables, and as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .compare import verdicts
from .money import amount, clean, percent
from .quote import LATE, UNPAID, Bundle, Part, Quote
from .reasons import reason
from .ways import Outcome, Way

BAR = 24
USD = 6


def show(console: Console, made: Quote, explain: bool = False) -> None:
    """Prints it."""
    console.print(_documents(made))
    console.print(_limit(made, explain))
    if len(made.sellers) > 1:
        console.print(f"{len(made.sellers)} sellers: the limit is one enterprise's, that of the facts.", style="yellow")
    for bundle in made.bundles:
        console.print(_ways(bundle, made))
        console.print(_losses(bundle))
        for way, place, words in refusals(bundle):
            number = clean(bundle.claims[place].invoice.number)
            console.print(f"{way.label}: {number}: {words}", style="yellow")
        for line in verdicts(bundle):
            console.print(line)
    if made.kept:
        table = Table("kept back", "why", title="Documents that are not quoted")
        for kept in made.kept:
            table.add_row(printable(kept.path.name), printable(kept.reason))
        console.print(table)


def refusals(bundle: Bundle) -> Iterator[tuple[Way, int, str]]:
    """Each way that refuses a claim, the claim's place, and why; a way of all claims once."""
    for way in bundle.ways:
        places = list(way.refused)[:1] if way is bundle.tranche else list(way.refused)
        for place in places:
            yield way, place, reason(way, bundle.claims[place], way.refused[place].name)


def _documents(made: Quote) -> Table:
    table = Table("invoice", "seller", "buyer", title=f"Documents, as of {made.today}")
    for name in ("owed", "due", "days"):
        table.add_column(name, justify="right", no_wrap=True)
    for bundle in made.bundles:
        for claim in bundle.claims:
            invoice = claim.invoice
            owed = f"{amount(claim.owed, claim.currency.decimals)} {bundle.code}"
            if claim.owed < claim.face:
                owed += f"\nof {amount(claim.face, claim.currency.decimals)}"
            names = (invoice.number, invoice.seller.name, invoice.buyer.name)
            table.add_row(*map(printable, names), owed, str(claim.due), str(claim.days))
    return table


def _limit(made: Quote, explain: bool) -> Table:
    assessment, standing = made.standing.assessment, made.standing
    table = Table(title=f"Credit limit of {clean(standing.enterprise)}, USD", show_footer=True)
    table.add_column("factor", "limit")
    table.add_column("fact", justify="right")
    if explain:
        table.add_column("between the knots of its curve")
    table.add_column("contribution", amount(assessment.limit, USD), justify="right")
    bounded = assessment.limit != assessment.formula + assessment.conduct
    table.add_column("", "held to the bounds of the formula" if bounded else "")
    widest = max(1, *(abs(part.contribution) for part in made.parts))
    for part in made.parts:
        bar = Text("█" * (abs(part.contribution) * BAR // widest), "red" if part.contribution < 0 else "green")
        cells = [part.name, _fact(part), *([_knots(part)] if explain else []), amount(part.contribution, USD)]
        table.add_row(*cells, bar)
    return table


def _fact(part: Part) -> str:
    return "" if part.name == "conduct" else _abscissa(part, part.fact)


def _abscissa(part: Part, x: int) -> str:
    if part.name == "days late":
        return f"{x // 10}.{x % 10}"
    return f"{x:,}" if part.name == "orders" else amount(x, USD)


def _knots(part: Part) -> str:
    points = [f"({_abscissa(part, x)}; {amount(y, USD)})" for x, y in part.knots]
    if not points:
        return "interest paid in time, delays"
    return f"{'at' if len(points) == 1 else 'between'} {' and '.join(points)}"


def _ways(bundle: Bundle, made: Quote) -> Table:
    decimals = bundle.currency.decimals

    def money(units: int) -> str:
        return amount(units, decimals)

    table = _of_ways(bundle, f"What money now costs, for {money(bundle.owed)} {bundle.code} that is owed")
    _row(table, bundle, "money now", lambda outcome: money(outcome.now))
    for late in LATE:
        table.add_section()
        _row(table, bundle, _paid(late), lambda outcome: money(outcome.later), late)
        _row(table, bundle, "   cost", lambda outcome: money(outcome.cost), late)
        _row(table, bundle, "   a year", lambda outcome: percent(outcome.rate), late)
    tranche, loan = bundle.tranche, made.terms.loan
    said = [
        f"pledge: {_bps(loan.rate_bps)} a year, and {_bps(loan.late_fee_bps)} of the principal once it is "
        f"{loan.grace_days} days late"
    ]
    if tranche.offered:
        said.append(f"tranche: senior {money(tranche.senior)}, first loss kept {money(tranche.junior)}")
    if (unsecured := bundle.pledge.unsecured) and bundle.pledge.offered:
        said.append(f"pledge: {money(unsecured)} of it on the limit")
    table.caption = "\n".join(said)
    return table


def _bps(rate: int) -> str:
    return percent(Fraction(rate, 10_000))


def _paid(late: int) -> str:
    return f"paid {late} days late: then" if late else "paid when due: then"


def _losses(bundle: Bundle) -> Table:
    decimals = bundle.currency.decimals
    table = _of_ways(bundle, f"What the seller has in the end, {bundle.code}, if a part is never paid")
    for unpaid in UNPAID:
        _row(table, bundle, f"{unpaid // 100}% unpaid", lambda outcome: amount(outcome.total, decimals), 0, unpaid)
    lost = [bundle.tranche.lost(unpaid) for unpaid in UNPAID]
    if any(lost):
        words = ", ".join(f"{amount(n, decimals)} at {u // 100}%" for u, n in zip(UNPAID, lost, strict=True) if n)
        table.caption = f"investors of the senior tranche lose {words}"
    return table


def _of_ways(bundle: Bundle, title: str) -> Table:
    table = Table("", title=title)
    for way in bundle.ways:
        table.add_column(way.label, justify="right")
    return table


def _row(
    table: Table, bundle: Bundle, name: str, figure: Callable[[Outcome], str], late: int = 0, unpaid: int = 0
) -> None:
    table.add_row(name, *(figure(way.outcome(late, unpaid)) if way.offered else "–" for way in bundle.ways))


def printable(text: str) -> Text:
    """As it is, without markup and control characters."""
    return Text(clean(text))


def data(made: Quote) -> dict[str, Any]:
    """As JSON: amounts in smallest units of their currency, USD with 6 decimals, rates in per cent as text."""
    assessment = made.standing.assessment
    return {
        "today": str(made.today),
        "enterprise": made.standing.enterprise,
        "limit": assessment.limit,
        "contributions": [
            {"factor": p.name, "fact": p.fact, "contribution": p.contribution, "knots": [list(k) for k in p.knots]}
            for p in made.parts
        ],
        "bundles": [_bundle(bundle) for bundle in made.bundles],
        "kept_back": [{"document": clean(str(one.path)), "reason": one.reason} for one in made.kept],
    }


def _bundle(bundle: Bundle) -> dict[str, Any]:
    said = list(refusals(bundle))
    return {
        "currency": bundle.code,
        "decimals": bundle.currency.decimals,
        "owed": bundle.owed,
        "claims": [
            {
                "document": clean(str(claim.path)),
                "number": claim.invoice.number,
                "seller": claim.invoice.seller.name,
                "buyer": claim.invoice.buyer.name,
                "face": claim.face,
                "owed": claim.owed,
                "due": str(claim.due),
                "days": claim.days,
            }
            for claim in bundle.claims
        ],
        "ways": [
            {
                "way": way.key,
                "offered": way.offered,
                "refused": [
                    {"claim": bundle.claims[place].invoice.number, "error": way.refused[place].name, "reason": words}
                    for one, place, words in said
                    if one is way
                ],
                "late": {str(late): _outcome(way.outcome(late, 0)) for late in LATE} if way.offered else {},
                "unpaid_bps": {str(part): _outcome(way.outcome(0, part)) for part in UNPAID} if way.offered else {},
            }
            for way in bundle.ways
        ],
        "tranche": {"senior": bundle.tranche.senior, "junior": bundle.tranche.junior},
        "verdicts": verdicts(bundle),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "now": outcome.now,
        "later": outcome.later,
        "paid_by_debtor": outcome.paid,
        "total": outcome.total,
        "cost": outcome.cost,
        "percent_a_year": None if outcome.rate is None else percent(outcome.rate).removesuffix("%"),
    }
