"""What nodes did and what they were punished for: counters by epoch, false results, conflicting words.

Independent of the contracts: every count has its cause in the models of verification and of the court; what a slash
takes follows from the stake under the result and from the rates of its time."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from caldera.model.court import UPHELD
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.court import Court
from tests.properties.suite.books.requests import EPOCH
from tests.properties.suite.books.stakes import Stakes
from tests.properties.suite.books.verification import Verification
from tests.properties.suite.stage import Stage

FALSE, CONFLICT = 0, 1
"""Offences. Light nodes have another."""
KINDS = ("signed", "wrong", "missed", "volumes")


class Records(Book):
    """`said`: by kind of count, node and epoch; `ever`: over all epochs. `slashed`: what was taken in this
    transaction for these offences, and no reason was heard yet."""

    hears: ClassVar[Hears] = {
        **emits("NodeRecords", "ResultsSigned", "ResultFoundWrong", "DutyMissed"),
        **emits("Penalties", "SignerSlashed", "ConflictProven"),
        **emits("Slasher", "NodeSlashed"),
    }

    def __init__(self, stage: Stage, stakes: Stakes, verification: Verification, court: Court) -> None:
        self.stakes, self.verification, self.court = stakes, verification, court
        self.said: dict[str, Counter[tuple[int, int]]] = {kind: Counter() for kind in KINDS}
        self.ever: dict[str, Counter[int]] = {kind: Counter() for kind in KINDS}
        self.slashed: list[tuple[Any, ...]] = []
        self.conflicts: set[tuple[int, int]] = set()
        self.cases_seen: set[int] = set()
        self.seen: set[tuple[int, int]] = set()

    def _count(self, kind: str, node: int, scene: Scene, epoch: int, amount: int = 1) -> None:
        assert epoch == scene.now // EPOCH
        self.said[kind][node, epoch] += amount
        self.ever[kind][node] += amount
        self.seen.add((node, epoch))

    def results_signed(self, event: Any, scene: Scene) -> None:
        for node in event.nodes:
            self._count("signed", node, scene, event.epoch)
            self._count("volumes", node, scene, event.epoch, event.volume)

    def result_found_wrong(self, event: Any, scene: Scene) -> None:
        self._count("wrong", event.node, scene, event.epoch)

    def duty_missed(self, event: Any, scene: Scene) -> None:
        self._count("missed", event.node, scene, event.epoch)

    def after(self, scene: Scene) -> None:
        """9: each count has its cause, and each cause is counted."""
        assert not self.slashed, f"7. slashed without a reason: {self.slashed}"
        kept, court = self.verification.model, self.court.model
        assert self.ever["signed"] == kept.signed, "9. who signed is counted"
        assert self.ever["missed"] == kept.missed + court.missed, "9. who missed a duty is counted"
        assert self.ever["wrong"] == court.wrong, "9. who was found wrong is counted"
        assert self.said["volumes"] == kept.volumes, "9. volumes"

    # punishments

    def node_slashed(self, event: Any, scene: Scene) -> None:
        if event.offence in (FALSE, CONFLICT):
            self.slashed.append((event.offence, event.node, event.reporter, event.base, event.taken))

    def _took(self, offence: int, node: int, reporter: str, base: int, taken: int, time: int) -> None:
        """7: what is due of that stake at the rates of that time, and to whom."""
        if taken:
            assert self.slashed.pop() == (offence, node, reporter, base, taken), f"7. {node} was slashed otherwise"
        there = self.stakes.model.nodes[node].active + self.stakes.model.nodes[node].leaving + taken
        due = self.stakes.rates.taken(offence, base, there, time)
        # Each of its two pools is rounded: the book of stakes knows how.
        assert due <= taken <= due + bool(due), f"7. {node} lost {taken}, not {due}"

    def signer_slashed(self, event: Any, scene: Scene) -> None:
        model, number = self.court.model, event.id
        case, result = model.case(number), model.results[model.case(number).number]
        assert model.where(number)[0] == UPHELD, "7. only who a court found guilty is slashed"
        at = result.signers.index(event.node)
        assert at not in case.executed, "7. nobody is punished twice for one word"
        assert event.base == result.stakes[at], "7. what stood under the result"
        model._punish(case, at)
        self._took(FALSE, event.node, case.challenger, event.base, event.taken, result.accepted)
        self.cases_seen.add(number)

    def conflict_proven(self, event: Any, scene: Scene) -> None:
        assert (event.node, event.number) not in self.conflicts, "7. nobody is punished twice for one word"
        self.conflicts.add((event.node, event.number))
        node = self.stakes.model.nodes[event.node]
        assert event.base == node.active + node.leaving + event.taken, "7. all that it has"
        self._took(CONFLICT, event.node, event.reporter, event.base, event.taken, scene.now)

    # what must hold

    def check(self, stage: Stage) -> None:
        """7 and 9, of what was touched."""
        for node, epoch in self.seen:
            read = stage.net.node_records.recordOf(node, epoch)
            wanted = tuple(self.said[kind][node, epoch] for kind in KINDS)
            assert tuple(read) == wanted, f"9. node {node} in {epoch}: {read}, not {wanted}"
        for epoch in {epoch for _, epoch in self.seen}:
            total = sum(volume for (_, one), volume in self.said["volumes"].items() if one == epoch)
            assert stage.net.node_records.volumeOf(epoch) == total, f"9. volumes of {epoch}"
        for number in self.cases_seen:
            bits = sum(1 << at for at in self.court.model.case(number).executed)
            assert stage.net.penalties.executedOf(number) == bits, f"7. who was slashed for case {number}"
        self.seen.clear()
        self.cases_seen.clear()

    def check_all(self, stage: Stage) -> None:
        self.seen = {key for said in self.said.values() for key in said}
        self.cases_seen = {at + 1 for at in range(len(self.court.model.cases))}
        self.check(stage)
        for node, number in self.conflicts:
            assert stage.net.penalties.conflictProven(node, number)
