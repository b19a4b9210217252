"""The whole simulation of one profile, in parts that say how far they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from caldera.deployment.economy import Economy

from .assumptions import WHOLE, Assumptions
from .cost import SHARES, Cost, Trust, trusted
from .draw import Floats
from .fraud import Game, Request, check
from .income import KINDS, Work, Years, expected, honest_pays_from, live
from .trials import play

PANELS = (3, 5, 7, 9, 11, 15)
OPEN_WEIGHTS = (500, 1_000, 2_000, 3_000)
"""Weights of open quorums in the table of trust, in basis points of all stake."""
OPEN_SIGNERS = 3
LAZY = (200, 1_000, 2_000)
HARD = (0, 20, 100, 500)
DETECTED = (0, 2_000, 5_000, 8_000, 9_000, 9_500, 10_000)
FEWER = 5
"""How many times fewer trials check each share of the ring."""

Say = Callable[[str, int], None]


@dataclass(frozen=True)
class Chance:
    """A false claim before a panel, exactly. `first`, `overturned`: of challenged ones."""

    share_bps: int
    panel: int
    signers: int
    accepted: float
    first: float
    overturned: float
    stands: float
    pays_final: int | None
    pays_soon: int | None


@dataclass(frozen=True)
class Detected:
    """Value from which the supposed fraud pays, by the part of false results that is detected."""

    detection_bps: int
    pays_final: int | None
    pays_soon: int | None


@dataclass(frozen=True)
class Check:
    """One chance, exact and found by trials, with the standard error that such trials have."""

    share_bps: int
    what: str
    exact: float
    found: float
    error: float

    @property
    def off(self) -> float:
        """How many standard errors lie between them."""
        return (self.found - self.exact) / self.error if self.error else 0.0


@dataclass(frozen=True)
class Trusted:
    """How far a request can be trusted: by who waits until a result is final, and by who does not. `answered`: chance
    that a true claim is answered though a ring of the supposed share withholds."""

    request: Request
    answered: float
    final: Trust | None
    soon: Trust | None


@dataclass(frozen=True)
class Threshold:
    """From which part of false results detected, in percent, honest nodes earn most; None if never."""

    ring_bps: int
    lazy_bps: int
    percent: int | None


@dataclass(frozen=True)
class Hard:
    """What claims do that deceive many at once."""

    hard_bps: int
    accepted: float
    stands: float
    honest_era: float


@dataclass(frozen=True)
class Report:
    """What came out for a profile. Money in millionths of an ERA, unless its name ends in `_era`."""

    economy: Economy
    given: Assumptions
    trials: int
    seed: int
    cost: Cost
    profit_mean: float
    profit_error: float
    chances: list[Chance]
    detected: list[Detected]
    checks: list[Check]
    trust: list[Trusted]
    years: dict[str, Years]
    curves: dict[str, Floats]
    thresholds: list[Threshold]
    hard: list[Hard]


def steps(trials: int) -> int:
    """How many steps `simulate` tells of."""
    return trials * (1 + len(KINDS)) + len(SHARES) * (trials // FEWER)


def scaled(given: Assumptions, panel: int) -> Request:
    """The supposed request for another panel: signers in proportion, rounded up, and weight, rounded down."""
    weight = given.units("staked_era") * given.weight_bps // WHOLE
    return Request(panel, -(-given.signers * panel // given.panel), weight * panel // given.panel)


def requests(given: Assumptions) -> list[Request]:
    """Those of the table of trust: open quorums by weight, panels with the supposed weight, and half as much again."""
    total = given.units("staked_era")
    made = [Request(0, OPEN_SIGNERS, total * weight // WHOLE) for weight in OPEN_WEIGHTS]
    for panel in PANELS:
        asked = scaled(given, panel)
        made += [asked, Request(asked.panel, asked.signers, asked.weight * 3 // 2)]
    return made


def simulate(
    economy: Economy, given: Assumptions, trials: int, seed: int, say: Say = lambda what, done: None
) -> Report:
    """Runs it. `say` is told what is done, and how many steps of it.

    Raises:
        RequestImpossible: the supposed request asks for more weight than its signers can have.
    """
    band = economy.staking

    def tick(what: str) -> Callable[[int], None]:
        return lambda done: say(f"{economy.name}: {what}", done)

    cost = Cost(Game(given, Request.of(given), band.slash_bps), band)
    check(cost.game)
    say(f"{economy.name}: exact chances", 0)
    chances = [_chance(given, economy, share, panel) for panel in PANELS for share in SHARES]
    say(f"{economy.name}: trust", 0)
    trust = [_trusted(given, economy, request) for request in requests(given)]
    played = play(cost, trials, seed, tick("a fraud played out"))
    checks = _checks(given, economy, trials, seed, tick("trials beside the exact"))
    work = Work(given, band)
    years = {kind: live(work, kind, trials, seed, tick(f"years of {kind} nodes")) for kind in KINDS}
    say(f"{economy.name}: when honesty pays", 0)
    return Report(
        economy,
        given,
        trials,
        seed,
        cost,
        float(played.profit.mean()),
        float(played.profit.std() / np.sqrt(trials)),
        chances,
        [_detected(given, economy, part) for part in DETECTED],
        checks,
        trust,
        years,
        {kind: expected(work, kind) for kind in KINDS},
        _thresholds(given, economy),
        [_hard(given, economy, hard) for hard in HARD],
    )


def _chance(given: Assumptions, economy: Economy, share: int, panel: int) -> Chance:
    asked, band = scaled(given, panel), economy.staking
    cost = Cost(Game(given.but(ring_bps=share), asked, band.slash_bps), band)
    game = cost.game
    return Chance(
        share,
        panel,
        asked.signers,
        game.accepted,
        game.average("first"),
        game.average("overturned"),
        game.stands,
        cost.break_even(WHOLE),
        cost.break_even(0),
    )


def _detected(given: Assumptions, economy: Economy, detection: int) -> Detected:
    supposed, band = given.but(detection_bps=detection), economy.staking
    cost = Cost(Game(supposed, Request.of(supposed), band.slash_bps), band)
    return Detected(detection, cost.break_even(WHOLE), cost.break_even(0))


def _checks(given: Assumptions, economy: Economy, trials: int, seed: int, tick: Callable[[int], None]) -> list[Check]:
    found = []
    for number, share in enumerate(SHARES):
        cost = Cost(Game(given.but(ring_bps=share), Request.of(given), economy.staking.slash_bps), economy.staking)
        game, count = cost.game, trials // FEWER
        if not count:
            continue
        made = play(cost, count, seed + 1 + number, tick)
        for what, exact, seen, among in (
            ("accepted", game.accepted, made.accepted, count),
            ("upheld in the first round", game.average("first"), made.first, int(made.challenged.sum())),
            ("overturned at last", game.average("overturned"), made.overturned, int(made.challenged.sum())),
            ("stands", game.stands, made.stands, count),
        ):
            if among:
                error = float(np.sqrt(exact * (1 - exact) / among))
                found.append(Check(share, what, exact, float(seen.sum()) / among, error))
    return found


def _trusted(given: Assumptions, economy: Economy, request: Request) -> Trusted:
    band = economy.staking
    game = Game(given, request, band.slash_bps)
    return Trusted(request, game.answered, trusted(given, band, request, WHOLE), trusted(given, band, request, 0))


def _thresholds(given: Assumptions, economy: Economy) -> list[Threshold]:
    found = []
    for ring in (0, 500, 1_000, 2_000):
        for lazy in LAZY:
            if lazy + given.malicious_bps <= WHOLE:
                work = Work(given.but(ring_bps=ring, lazy_bps=lazy), economy.staking)
                found.append(Threshold(ring, lazy, honest_pays_from(work)))
    return found


def _hard(given: Assumptions, economy: Economy, hard: int) -> Hard:
    supposed = given.but(hard_bps=hard)
    game = Game(supposed, Request.of(supposed), economy.staking.slash_bps)
    income = expected(Work(supposed, economy.staking), "honest")
    return Hard(hard, game.accepted, game.stands, float(income[min(100, given.detection_bps // 100)]))
