"""A quote: what the documents say, the limit and what makes it, and the ways of having money, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from caldera.documents import DocumentError
from caldera.documents.amounts import parse_decimal, to_units
from caldera.model.credit import DEVNET, FACTORS

from .claims import Claim, Kept, read_claims
from .errors import AmountOfSeveral, AmountOutOfRange
from .inputs import Currency, Standing, Terms, load_facts, load_terms
from .ways import Factored, Pledge, Tranched, Way

LATE = (0, 10, 30)
"""Days beyond the due date that a quote shows."""
UNPAID = (0, 500, 1_000, 2_000)
"""Parts that are never paid, in basis points."""
WORDS = {"days_late": "days late", "cargo_turnover": "cargo turnover"}


@dataclass(frozen=True)
class Part:
    """A factor's contribution to the limit. `knots`: the points of its curve on both sides of the fact, one where the
    curve is flat, none for conduct. `fact`: as the curve is asked."""

    name: str
    fact: int
    contribution: int
    knots: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Bundle:
    """All claims in one currency, and the ways in which they can be financed."""

    code: str
    currency: Currency
    claims: tuple[Claim, ...]
    pledge: Pledge
    factoring: Factored
    recourse: Factored
    tranche: Tranched

    @property
    def ways(self) -> tuple[Way, ...]:
        """In the order in which they are shown."""
        return self.pledge, self.factoring, self.recourse, self.tranche

    @property
    def owed(self) -> int:
        """By all debtors."""
        return sum(claim.owed for claim in self.claims)


@dataclass(frozen=True)
class Quote:
    """All of it, as of `today`."""

    today: date
    standing: Standing
    terms: Terms
    parts: tuple[Part, ...]
    bundles: tuple[Bundle, ...]
    kept: tuple[Kept, ...]

    @property
    def sellers(self) -> list[str]:
        """Names, each seller once."""
        return list(
            {claim.invoice.seller.key: claim.invoice.seller.name for b in self.bundles for claim in b.claims}.values()
        )


def quote(
    places: Sequence[Path],
    today: date,
    facts: Path | None = None,
    terms: Path | None = None,
    amount: str | None = None,
    due: date | None = None,
) -> Quote:
    """The quote for all documents at the places.

    Args:
        places: files, or folders with all below.
        facts, terms: files; those that come along if not given.
        amount: wanted now for a single invoice, as decimal text in its currency; else as much as each way gives.
        due: for documents that state no due date.

    Raises:
        QuoteError: what is wrong and what to do.
    """
    assumed, standing = load_terms(terms), load_facts(facts, today)
    claims, kept = read_claims(places, assumed, today, due)
    units = _amount(amount, claims)
    by_currency: dict[str, list[Claim]] = defaultdict(list)
    for claim in sorted(claims, key=lambda one: (one.due, one.invoice.number)):
        by_currency[claim.invoice.currency].append(claim)
    bundles = tuple(_bundle(code, them, assumed, standing, units) for code, them in by_currency.items())
    return Quote(today, standing, assumed, _parts(standing), bundles, tuple(kept))


def _bundle(code: str, claims: list[Claim], terms: Terms, standing: Standing, amount: int | None) -> Bundle:
    asked = terms.factoring
    return Bundle(
        code,
        claims[0].currency,
        tuple(claims),
        Pledge(claims, terms, standing.assessment.limit, amount),
        Factored(claims, terms, asked.without_recourse, False, amount),
        Factored(claims, terms, asked.with_recourse, True, amount),
        Tranched(claims, terms, amount),
    )


def _amount(amount: str | None, claims: list[Claim]) -> int | None:
    if amount is None:
        return None
    if len(claims) > 1:
        raise AmountOfSeveral(f"--amount is of one invoice, and {len(claims)} are given; give one, or leave it out")
    (claim,) = claims
    code, decimals = claim.invoice.currency, claim.currency.decimals
    try:
        units = to_units(parse_decimal(amount), decimals)
    except DocumentError as error:
        raise AmountOutOfRange(f"--amount {amount}: {error.what} {error.todo}") from None
    if not 0 < units <= claim.owed:
        most = f"{claim.owed // 10**decimals:,}"
        raise AmountOutOfRange(f"--amount {amount}: from above 0 to what is owed, {most} {code}")
    return units


def _parts(standing: Standing) -> tuple[Part, ...]:
    assessment = standing.assessment
    found = [
        Part(WORDS.get(name, name), fact, contribution, _around(curve.knots, fact))
        for name, fact, contribution, curve in zip(
            FACTORS, standing.facts.by_factor, assessment.contributions, DEVNET.curves, strict=False
        )
    ]
    return (*found, Part(FACTORS[-1], assessment.conduct, assessment.conduct, ()))


def _around(knots: tuple[tuple[int, int], ...], x: int) -> tuple[tuple[int, int], ...]:
    if x <= knots[0][0]:
        return knots[:1]
    for left, right in pairwise(knots):
        if x < right[0]:
            return (left,) if x == left[0] else (left, right)
    return knots[-1:]
