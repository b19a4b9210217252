"""A false claim before the nodes, exactly: who signs it, whether it is accepted, and what becomes of it in court.

The ring asks for the verification itself. It signs off the chain and brings the result only where it is accepted, so
that a failed try costs it a fee and no stake. It takes every signature of others that it can get (lazy nodes, malicious
ones, honest ones that err), because their stake stands beside its own, and adds no more nodes of its own than it needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import comb

from .assumptions import MOST_SIGNERS, UNIT, WHOLE, Assumptions
from .court import Judges, Persistence, Verdict, second, verdict
from .draw import Kinds, panel_chances, panels
from .errors import RequestImpossible

IMPOSSIBLE = 10**6
"""More signatures than there are nodes."""


@dataclass(frozen=True)
class Request:
    """What a requester asks for. `panel`: nodes drawn, or 0 for an open quorum. `weight`: least stake of the signers,
    in millionths of an ERA."""

    panel: int
    signers: int
    weight: int

    @classmethod
    def of(cls, given: Assumptions) -> Request:
        """As supposed."""
        return cls(given.panel, given.signers, given.units("staked_era") * given.weight_bps // WHOLE)

    def __str__(self) -> str:
        asked = f"{self.signers} of {self.panel}" if self.panel else f"open, {self.signers}"
        return f"{asked}, {self.weight // UNIT:,} ERA"


@dataclass(frozen=True)
class Network:
    """All nodes. `ring_stake`, `stake`: of each node of the ring, and of each other, in millionths of an ERA, rounded
    down. `heavier`: how many times as often one of the ring is drawn."""

    kinds: Kinds
    ring_stake: int
    stake: int
    cap: int

    @classmethod
    def of(cls, given: Assumptions) -> Network:
        """As supposed."""
        total = given.units("staked_era")
        held = total * given.ring_bps // WHOLE
        ring = given.ring_nodes if held else 0
        stake = (total - held) // given.nodes
        return cls(Kinds(ring, *given.kinds), held // ring if ring else 0, stake, given.units("cap_era"))

    @property
    def heavier(self) -> float:
        """Of the capped stakes."""
        return min(self.ring_stake, self.cap) / min(self.stake, self.cap) if self.kinds.ring else 1.0

    def signing(self, request: Request, willing: int) -> tuple[int, int]:
        """The ring's own signatures that are needed beside those of `willing` others, and how many of these are taken.
        `IMPOSSIBLE` of its own where no result can be."""
        for own in range(MOST_SIGNERS + 1):
            taken = min(willing, MOST_SIGNERS - own)
            if own + taken >= request.signers and own * self.ring_stake + taken * self.stake >= request.weight:
                return own, taken
        return IMPOSSIBLE, 0


@dataclass(frozen=True)
class Accepted:
    """One way in which a false result is accepted: its chance, who signed, and what a court makes of it."""

    chance: float
    signed: Kinds
    verdict: Verdict


@dataclass(frozen=True)
class Game:
    """One request for a false claim, in one network, under a rate of slashing in basis points."""

    given: Assumptions
    request: Request
    slash_bps: int

    @cached_property
    def network(self) -> Network:
        """The nodes."""
        return Network.of(self.given)

    @cached_property
    def claims(self) -> list[tuple[float, float]]:
        """Chance and honest nodes' error of a plain claim, and of a hard one."""
        hard = self.given.hard_bps / WHOLE
        return [(1 - hard, self.given.error_bps / WHOLE), (hard, self.given.hard_error_bps / WHOLE)]

    def taken(self, lazy: int, malicious: int, erring: int, willing: int) -> tuple[int, int, int]:
        """Of those willing, who signs where not all can: lazy nodes first, honest ones last."""
        lazy = min(lazy, willing)
        malicious = min(malicious, willing - lazy)
        return lazy, malicious, min(erring, willing - lazy - malicious)

    @cached_property
    def reward(self) -> int:
        """What a challenger can count on: its part of the slash of the lightest signers that the request allows."""
        stakes = [self.network.stake] + ([self.network.ring_stake] if self.network.kinds.ring else [])
        weight = max(self.request.weight, self.request.signers * min(stakes))
        return weight * self.slash_bps // WHOLE * self.given.reporter_bps // WHOLE

    @cached_property
    def persistence(self) -> Persistence:
        """Whether the challenger, who knows the shares of the kinds but not whom the draw will bring, appeals."""
        judges, bond = Judges.of(self.given, self.claims[0][1]), self.given.units("bond_era")
        last = judges.governed(0.0)
        goes_on = self._worth(last, bond * self.given.bond_factor**2)
        chance = second(self.network.kinds, self.network.heavier, judges, 0.0, goes_on)
        return Persistence(self._worth(chance, bond * self.given.bond_factor), goes_on)

    def _worth(self, chance: float, bond: int) -> bool:
        return chance * self.reward > (1 - chance) * bond

    @cached_property
    def challenged(self) -> bool:
        """Whether who detects a false result challenges it."""
        judges = Judges.of(self.given, self.claims[0][1])
        found = verdict(self.network.kinds, self.network.heavier, judges, self.persistence)
        return self._worth(found.overturned, self.given.units("bond_era"))

    @cached_property
    def _outcome(self) -> tuple[list[Accepted], float]:
        """All ways in which it is accepted, and the chance that no result comes about."""
        found: dict[tuple[Kinds, float], float] = {}
        blocked = 0.0
        kinds, heavier = self.network.kinds, self.network.heavier
        if self.request.panel:
            rows = [Kinds(*map(int, row)) for row in panels(self.request.panel)]
            chances = [float(one) for one in panel_chances(kinds, heavier, self.request.panel)]
        else:
            rows, chances = [kinds], [1.0]
        for share, error in self.claims:
            for panel, chance in zip(rows, chances, strict=True):
                if not share * chance:
                    continue
                for erring in range(panel.honest + 1):
                    ways = comb(panel.honest, erring) * error**erring * (1 - error) ** (panel.honest - erring)
                    part = share * chance * ways
                    own, willing = self.network.signing(self.request, panel.lazy + panel.malicious + erring)
                    if own <= panel.ring:
                        signed = Kinds(own, *self.taken(panel.lazy, panel.malicious, erring, willing))
                        found[signed, error] = found.get((signed, error), 0.0) + part
                    elif panel.honest - erring < self.request.signers:
                        blocked += part
        made = []
        for (signed, error), chance in found.items():
            if chance > 1e-15:
                judges = Judges.of(self.given, error)
                made.append(Accepted(chance, signed, verdict(kinds.less(signed), heavier, judges, self.persistence)))
        return made, blocked

    @property
    def ways(self) -> list[Accepted]:
        """All ways in which it is accepted, but for those rarer than 10^-15."""
        return self._outcome[0]

    @property
    def blocked(self) -> float:
        """Chance that neither it nor an honest result comes about, so that the fee comes back."""
        return self._outcome[1]

    @property
    def accepted(self) -> float:
        """Chance that the false result is accepted."""
        return sum(way.chance for way in self.ways)

    @property
    def answered(self) -> float:
        """Chance that a true claim is answered though the ring and malicious nodes withhold their signatures."""
        if not self.request.panel:
            return float(self._suffice(self.network.kinds.lazy + self.network.kinds.honest))
        rows = panels(self.request.panel)
        chances = panel_chances(self.network.kinds, self.network.heavier, self.request.panel)
        enough = [self._suffice(int(lazy + honest)) for _, lazy, _, honest in rows]
        return float(chances[enough].sum())

    def _suffice(self, count: int) -> bool:
        return count >= self.request.signers and min(count, MOST_SIGNERS) * self.network.stake >= self.request.weight

    @property
    def caught(self) -> float:
        """Part of the false results that are challenged."""
        return self.given.detection_bps / WHOLE if self.challenged else 0.0

    def average(self, of: str) -> float:
        """Of the accepted ones, challenges that the `first` round upholds, or that end with it `overturned`."""
        total = self.accepted
        return sum(way.chance * float(getattr(way.verdict, of)) for way in self.ways) / total if total else 0.0

    @property
    def stands(self) -> float:
        """Chance that a false result is accepted and stands for good."""
        return sum(way.chance * (1 - self.caught * way.verdict.overturned) for way in self.ways)

    def signing(self, kind: int, overturned: bool = False) -> float:
        """How many nodes of a kind (its place in `Kinds`) sign an accepted false result of one request, on average;
        or only those that pay for it once it is challenged."""
        return sum(way.chance * way.signed[kind] * (way.verdict.overturned if overturned else 1.0) for way in self.ways)


def check(game: Game) -> None:
    """Whether the request can be answered at all.

    Raises:
        RequestImpossible: not even by all nodes that may sign.
    """
    most = min(game.request.panel or MOST_SIGNERS, MOST_SIGNERS)
    held = sorted([game.network.stake] * game.given.nodes + [game.network.ring_stake] * game.network.kinds.ring)[-most:]
    if sum(held) < game.request.weight:
        raise RequestImpossible(
            f"{game.request}: the {most} heaviest nodes have {sum(held) // UNIT:,} ERA; "
            "ask for less weight, or for more nodes"
        )
