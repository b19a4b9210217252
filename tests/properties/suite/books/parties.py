"""Who takes part: the registry's facts, and its copies in every ledger, kept as plain parties.

Independent of the contracts: which regions lie around which, as the profile has it; a set of regions is always closed.
"""

from __future__ import annotations

from typing import Any, ClassVar

from caldera.model.ledger import ACTIVE, Party
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.stage import Stage

COPIES = ("AssetCertificate", "UsageRight", "DirectedGoods")


class Parties(Book):
    """`facts`: by account. `around`: regions by bit, with those that they lie in."""

    hears: ClassVar[Hears] = emits("ParticipantRegistry", "EntityCreated", "ParticipantChanged", "RegionDefined")

    def __init__(self, stage: Stage) -> None:
        profile = stage.deployed.profile
        self.around = {region.bit: profile.closure(name) for name, region in profile.regions.items()}
        self.defined: dict[int, int] = {}
        self.facts: dict[str, Party] = {}
        self.count = 0
        self.seen: set[str] = set()

    def active(self, account: str, now: int) -> bool:
        """Enrolled, neither suspended nor removed, not expired."""
        party = self.facts.get(account)
        return party is not None and party.status == ACTIVE and now < party.expires

    def entity(self, account: str) -> int:
        """0 for nobody's."""
        return self.facts[account].entity if account in self.facts else 0

    def region_defined(self, event: Any, scene: Scene) -> None:
        self.defined[event.number] = event.within

    def entity_created(self, event: Any, scene: Scene) -> None:
        self.count += 1
        assert event.entity == self.count, "entities are counted"

    def participant_changed(self, event: Any, scene: Scene) -> None:
        made = event.participant
        before = self.facts.get(event.account)
        assert made.status in (1, 2, 3)
        assert 0 < made.entity <= self.count
        assert before is None or before.entity == made.entity, "an account never changes its entity"
        assert made.regions == self.closed(made.regions), f"{event.account} is in a region and not in those around it"
        self.facts[event.account] = Party(made.entity, made.expires, made.regions, made.qualifications, made.status)
        self.seen.add(event.account)

    def closed(self, regions: int) -> int:
        """With all regions around them, by the profile and what was defined since."""
        around, left = 0, regions
        while left:
            bit = (left & -left).bit_length() - 1
            around |= 1 << bit
            left = (left | self.defined.get(bit, self.around.get(bit, 0))) & ~around
        return around

    def check(self, stage: Stage) -> None:
        """3: every ledger knows of a party what the registry does, in the same transaction."""
        for account in self.seen:
            party = self.facts[account]
            word = party.status << 232 | party.expires << 192 | party.entity << 144 | party.regions << 64
            word |= party.qualifications
            ledgers: list[Any] = [stage.net.registry, stage.net.certificates, stage.net.rights, stage.net.goods]
            for ledger in ledgers:
                assert ledger.partyOf(account) == word, f"{account} is not known to {ledger} as registered"
        self.seen.clear()

    def check_all(self, stage: Stage) -> None:
        self.seen |= set(self.facts)
        self.check(stage)
