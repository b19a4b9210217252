"""Who can sign and judge: seeds by ticket, panels drawn of them, nodes as verification and the court look at them.

Independent of the contracts: who is drawn by a seed, from the places, stakes and times that the book of stakes keeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from caldera.model import verification
from caldera.model.court import SETTLING, Node, draw
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.parties import Parties
from tests.properties.suite.books.stakes import Stakes
from tests.properties.suite.stage import Stage

MISSING = bytes(32)


class Panels(Book):
    """`seeds`: by ticket. `asked`: who asked for which tickets in this transaction. `least`, `cap`: active stake from
    which a node is drawn, and above which more does not help."""

    hears: ClassVar[Hears] = {
        **emits("BlockhashSeeds", "SeedRequested", "SeedCaptured", "SeedMissed"),
        **emits("NodePanels", "PanelStakesSet"),
    }

    def __init__(self, stage: Stage, parties: Parties, stakes: Stakes) -> None:
        self.parties, self.stakes = parties, stakes
        self.now = stage.now
        self.least = self.cap = 0
        self.targets: list[int] = []
        self.seeds: dict[int, bytes] = {}
        self.asked: dict[str, list[int]] = {}
        self.seen: set[int] = set()

    def before(self, scene: Scene) -> None:
        self.now = scene.now
        self.asked = {}

    def panel_stakes_set(self, event: Any, scene: Scene) -> None:
        self.least, self.cap = event.leastStake, event.stakeCap

    def seed_requested(self, event: Any, scene: Scene) -> None:
        self.targets.append(event.target)
        assert event.ticket == len(self.targets), "tickets are counted"
        self.asked.setdefault(event.account, []).append(event.ticket)
        self.seen.add(event.ticket)

    def seed_captured(self, event: Any, scene: Scene) -> None:
        assert event.target == self.targets[event.ticket - 1]
        assert event.ticket not in self.seeds, "a seed never changes"
        self.seeds[event.ticket] = event.seed
        self.seen.add(event.ticket)

    def seed_missed(self, event: Any, scene: Scene) -> None:
        assert event.missed == self.targets[event.ticket - 1] < event.target
        assert event.ticket not in self.seeds, "a seed never changes"
        self.targets[event.ticket - 1] = event.target
        self.seen.add(event.ticket)

    # what models ask

    def seed_of(self, ticket: int) -> bytes:
        """Zeros where there is none yet."""
        return self.seeds.get(ticket, MISSING)

    def draw(self, seed: bytes, size: int, barred: set[int]) -> list[int]:
        """Who is drawn now, but nodes of these entities."""
        nodes: Any = Judges(self)
        return draw(seed, size, nodes, barred, self.least, self.cap, self.stakes.model.places)

    # what must hold

    def check(self, stage: Stage) -> None:
        """Of tickets that were touched."""
        self.now = stage.now
        for ticket in self.seen:
            assert stage.net.seeds.targetOf(ticket) == self.targets[ticket - 1]
            assert stage.net.seeds.seedOf(ticket) == self.seed_of(ticket)
        self.seen.clear()

    def check_all(self, stage: Stage) -> None:
        self.seen = {ticket + 1 for ticket in range(len(self.targets))}
        self.check(stage)
        assert stage.net.seeds.ticketCount() == len(self.targets)
        assert stage.net.panels.panelStakes() == (self.least, self.cap)


class Judges(Mapping[int, Node]):
    """Nodes as the court sees them now."""

    def __init__(self, panels: Panels) -> None:
        self.panels = panels

    def __getitem__(self, number: int) -> Node:
        node: Any = self.panels.stakes.model.nodes[number]
        settled = self.panels.now >= node.since + SETTLING
        return Node(node.owner, node.operator, node.entity, node.active, node.live, settled)

    def __iter__(self) -> Iterator[int]:
        return iter(self.panels.stakes.model.nodes)

    def __len__(self) -> int:
        return len(self.panels.stakes.model.nodes)


class Signers(Mapping[int, verification.Node]):
    """Nodes as verification sees them now."""

    def __init__(self, panels: Panels) -> None:
        self.panels = panels

    def __getitem__(self, number: int) -> verification.Node:
        panels = self.panels
        node: Any = panels.stakes.model.nodes[number]
        signs = panels.parties.active(node.operator, panels.now) and panels.parties.entity(node.operator) == node.entity
        return verification.Node(node.entity, node.active, node.leaving, node.live, signs)

    def __iter__(self) -> Iterator[int]:
        return iter(self.panels.stakes.model.nodes)

    def __len__(self) -> int:
        return len(self.panels.stakes.model.nodes)


class Active(Mapping[str, int]):
    """Legal persons of accounts that may act now."""

    def __init__(self, panels: Panels) -> None:
        self.panels = panels

    def __getitem__(self, account: str) -> int:
        if not self.panels.parties.active(account, self.panels.now):
            raise KeyError(account)
        return self.panels.parties.entity(account)

    def __iter__(self) -> Iterator[str]:
        return (one for one in self.panels.parties.facts if one in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
