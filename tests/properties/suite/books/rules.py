"""The rules of the value standard, as the profile has them and as governance publishes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from caldera.deployment.units import USD_DECIMALS, WAD_DECIMALS, scaled
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.stage import Stage

CURRENCY_DECIMALS = 6
INTO_UNITS: int = 10 ** (CURRENCY_DECIMALS + 12)
"""From USD with 6 decimals, by a rate in WAD, to units of a currency."""
COUNTED = (7, 8)
"""Kinds whose units are no money, but watt-hours and grams: each can be had alone."""
FITTED = (1, 2, 4, 9)
"""Kinds whose minimum unit is never more than there is: receivables, cargo, income of land, plantings."""


@dataclass(frozen=True)
class Rules:
    """Of one number. `least`: the minimum unit in USD with 6 decimals."""

    kind: int
    regions: int
    qualifications: int
    all_of: bool
    least: int
    split_bps: int
    grace_days: int


class RuleBook(Book):
    """`rules` by number; `rates`: USD a whole unit, in WAD, by currency."""

    hears: ClassVar[Hears] = emits("ValueStandard", "RulesPublished", "RateSet")

    def __init__(self, stage: Stage) -> None:
        profile = stage.deployed.profile
        self.expected: dict[str, Rules] = {}
        for entry in profile.rules:
            _, regions, qualifications = profile.bits(entry)
            self.expected[entry.name] = Rules(
                entry.kind,
                regions,
                qualifications,
                entry.all_of,
                scaled(entry.minimum_unit_usd, USD_DECIMALS),
                entry.split_bps,
                entry.grace_days,
            )
        self.rules: dict[int, Rules] = {}
        self.rates = {
            stage.number(entry.code): scaled(entry.rate, WAD_DECIMALS) for entry in stage.deployed.profile.currencies
        }

    def rules_published(self, event: Any, scene: Scene) -> None:
        given = event.rules
        made = Rules(
            given.kind,
            given.regions,
            given.qualifications,
            bool(given.flags & 4),
            given.minimumUnitUsd,
            given.minimumSplitBps,
            given.graceDays,
        )
        name = event.template.rstrip(b"\0").decode()
        assert event.version > 1 or made == self.expected[name], f"{name} is not what the profile says"
        self.rules[event.ruleId] = made

    def rate_set(self, event: Any, scene: Scene) -> None:
        self.rates[event.currencyId] = event.rate

    def grace(self, number: int) -> int:
        """Days after the due date before a default can be declared."""
        return self.rules[number].grace_days

    def least(self, rules: Rules, currency: int) -> int:
        """The minimum unit in a currency, rounded up."""
        return -(-rules.least * INTO_UNITS // self.rates[currency])

    def usd(self, currency: int, amount: int) -> int:
        """What an amount is worth in USD at the last rate, rounded up."""
        return -(-amount * self.rates[currency] // INTO_UNITS)

    def agree(self, kind: int, units: int, terms: tuple[int, int, int, bool]) -> None:
        """Terms of a new certificate are those of a rule of its kind, with the minimum unit in some currency."""
        minimum, *scope = terms
        for rules in self.rules.values():
            if (
                kind in COUNTED
                and minimum == 1
                and [rules.kind, *scope[:2]] == [kind, rules.regions, rules.qualifications]
            ):
                return
            if rules.kind != kind or [rules.regions, rules.qualifications, rules.all_of] != scope:
                continue
            for currency in self.rates:
                least = self.least(rules, currency)
                fitted = min(units, max(least, -(-units * rules.split_bps // 10_000))) if kind in FITTED else least
                if minimum in (fitted, least) or not units:
                    return
        raise AssertionError(f"1. no rule of kind {kind} gives the terms {terms} to {units} units")
