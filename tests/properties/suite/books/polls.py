"""Polls of panels: whose vote counts, and who missed a duty; by the model of the court.

Independent of the contracts: what a ballot hides, by the salt that the rooms vote with."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.model.court import Panel
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.court import Court
from tests.properties.suite.stage import SALT, Stage

KINDS = ("uint256", "address", "uint256", "uint32", "bool", "bytes32")
KNOWN = int.from_bytes(SALT, "big")
UNKNOWN = -1
"""The salt of a vote that nobody here gave."""
UPHELD, AGAINST, VOID = (number.to_bytes(32, "big") for number in (1, 2, 3))


class Polls(Book):
    """`polls`: panels by the number of their poll, less one, each with the court's. `ballots`: what was committed.
    `missed`: how often each node did not vote, as was said."""

    hears: ClassVar[Hears] = {
        **emits("NodeBallots", "PollOpened", "VoteCommitted", "VoteRevealed", "VoteVoided", "VoteMissed"),
        **emits("DisputeCourt", "PanelDrawn"),
    }

    def __init__(self, stage: Stage, court: Court) -> None:
        self.court, self.model = court, court.model
        self.address, self.chain = stage.at("NodeBallots"), stage.chain.chain_id
        self.polls: list[Panel] = []
        self.ballots: dict[tuple[int, int], bytes] = {}
        self.opened: Any = None
        self.missed: Counter[int] = Counter()
        self.seen: set[int] = set()

    def after(self, scene: Scene) -> None:
        assert self.opened is None, "9. a poll without a panel"
        assert self.missed == self.model.missed, "9. who did not vote missed a duty, nobody else"

    def _panel(self, poll: int) -> Panel:
        self.seen.add(poll)
        return self.polls[poll - 1]

    def poll_opened(self, event: Any, scene: Scene) -> None:
        self.opened = event

    def panel_drawn(self, event: Any, scene: Scene) -> None:
        panel, made = self.model.case(event.id).panels[-1], self.opened
        self.polls.append(panel)
        wanted = len(self.polls), self.court.address, panel.nodes, panel.commit_until, panel.reveal_until
        said = made.poll, made.court, list(made.panellists), made.commitUntil, made.revealUntil
        assert said == wanted, f"9. the poll of a panel is {said}, not {wanted}"
        assert event.poll == made.poll
        self.opened = None
        self.seen.add(event.poll)

    def _hidden(self, poll: int, node: int, ballot: bytes) -> tuple[bool, int]:
        """The vote and the salt behind a commitment."""
        for uphold in (True, False):
            if keccak(encode(KINDS, [self.chain, self.address, poll, node, uphold, SALT])) == ballot:
                return uphold, KNOWN
        return False, UNKNOWN

    def vote_committed(self, event: Any, scene: Scene) -> None:
        vote, salt = self._hidden(event.poll, event.node, event.commitment)
        self.model.commit(self._panel(event.poll), scene.sender, event.node, vote, salt)
        self.ballots[event.poll, event.node] = event.commitment

    def vote_revealed(self, event: Any, scene: Scene) -> None:
        self.model.reveal(self._panel(event.poll), event.node, event.uphold, KNOWN)
        self.ballots[event.poll, event.node] = UPHELD if event.uphold else AGAINST

    def vote_voided(self, event: Any, scene: Scene) -> None:
        panel = self._panel(event.poll)
        _, vote, _ = panel.ballots[event.node]
        self.model.void_leaked(panel, event.node, vote, KNOWN)
        self.ballots[event.poll, event.node] = VOID

    def vote_missed(self, event: Any, scene: Scene) -> None:
        panel = self._panel(event.poll)
        if not panel.recorded:
            self.model.record_missed(panel)
        self.missed[event.node] += 1

    # what must hold

    def check(self, stage: Stage) -> None:
        """9: each ballot, and how many are open, of polls that were touched."""
        for poll in self.seen:
            self._poll(stage, poll)
        self.seen.clear()

    def check_all(self, stage: Stage) -> None:
        self.seen = {at + 1 for at in range(len(self.polls))}
        self.check(stage)
        assert stage.net.ballots.pollCount() == len(self.polls)

    def _poll(self, stage: Stage, poll: int) -> None:
        panel, read = self.polls[poll - 1], stage.net.ballots.pollAt(poll)
        ups, downs = panel.votes(True), panel.votes(False)
        found = read.commitUntil, read.revealUntil, read.size, read.upholds, read.rejects
        wanted = panel.commit_until, panel.reveal_until, len(panel.nodes), len(ups), len(downs)
        assert found == wanted, f"9. poll {poll} is {found}, not {wanted}"
        if len(panel.nodes) != len(ups) + len(downs):  # else nothing is said of it
            assert read.recorded == panel.recorded
        assert list(stage.net.ballots.panellistsOf(poll)) == panel.nodes
        for node in panel.nodes:
            assert stage.net.ballots.ballotOf(poll, node) == self.ballots.get((poll, node), bytes(32))
