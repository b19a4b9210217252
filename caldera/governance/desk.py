"""One deployment and one account at work: what the commands and the console have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from caldera.deployment.manifest import Manifest

from .acting import Actions, Sent
from .alarms import Alarm, alarms
from .book import Book, Spot, State
from .calls import Decoded
from .compose import Proposal
from .draft import Draft, read_draft
from .effects import Effect, effects
from .errors import UnknownParameter, UnknownProposal
from .names import near, plain
from .proposals import Governance, Standing, Submitted
from .simulate import Progress, Simulation, simulate


@dataclass(frozen=True)
class Look:
    """A proposal taken apart: a draft's, or one on the chain."""

    proposal: Proposal
    submitted: Submitted | None
    calls: tuple[Decoded, ...]
    effects: tuple[Effect, ...]
    alarms: tuple[Alarm, ...]


class Desk:
    """`url`: of the node, from which a copy can be made. `manifest`: where given, simulations verify the deployment."""

    def __init__(self, governance: Governance, url: str, manifest: Manifest | None = None) -> None:
        self.governance, self.url, self.manifest = governance, url, manifest
        self.actions = Actions(governance)

    @property
    def now(self) -> int:
        """The time that a copy begins at, where the chain's clock is ahead of its latest block; 0: that block's."""
        return 0

    def compose(self, draft: Draft | Path | str) -> Proposal:
        """The calls of a draft or of the file of one."""
        return self.governance.compose(draft if isinstance(draft, Draft) else read_draft(draft))

    def look(self, subject: int | Draft | Path | str) -> Look:
        """A proposal by its number, or a draft."""
        if isinstance(subject, int):
            submitted = self.governance.get(subject)
            proposal, place = submitted.proposal(), submitted.place
        else:
            submitted, place = None, None
            proposal = self.compose(subject)
        calls = tuple(self.governance.decoded(proposal.calls))
        found = effects(self.governance.book_if_any(), calls, place)
        return Look(proposal, submitted, calls, tuple(found), tuple(alarms(self.governance, calls)))

    def simulate(self, subject: int | Draft | Path | str | Proposal, progress: Progress | None = None) -> Simulation:
        """Carries it out on a copy of the chain."""
        what: Proposal | Submitted
        if isinstance(subject, Proposal):
            what = subject
        else:
            what = self.governance.get(subject) if isinstance(subject, int) else self.compose(subject)
        proposer = self.governance.suite.port.deployer
        return simulate(self.governance, what, self.url, proposer, self.manifest, self.now, progress)

    def submit(
        self, draft: Draft | Path | str, force: bool = False, progress: Progress | None = None
    ) -> tuple[int, Sent, Simulation | None]:
        """Submits what the simulation shows to be sound. `force`: whatever it shows, and without it.

        Raises:
            SimulationFailed: a call would fail, or something that must hold would not.
        """
        proposal = self.compose(draft)
        self.actions.require_submittable(proposal, self.actions.sender)
        made = None
        if not force:
            made = self.simulate(proposal, progress)
            made.require()
        number, sent = self.actions.submit(proposal)
        return number, sent, made

    def standings(self) -> list[Standing]:
        """Every proposal, the latest first."""
        return [self.governance.standing(one) for one in reversed(self.governance.submitted())]

    def parameters(self, asked: str | None = None) -> tuple[Book, list[tuple[Spot, State]]]:
        """Every governed number, or those whose name begins as asked.

        Raises:
            UnknownParameter: none does.
        """
        book = self.governance.book()
        every = list(book.everything())
        if asked is None:
            return book, every
        found = [(spot, state) for spot, state in every if plain(spot.name).startswith(plain(asked))]
        if not found:
            try:
                spot = book.spot(asked)
                return book, [(spot, book.states(spot.family, spot.key)[spot.place])]
            except UnknownParameter:
                names = near(asked, [spot.name for spot, _ in every])
                raise UnknownParameter(f"no parameter begins with {asked}{names}") from None
        return book, found

    def subject(self, text: str) -> int | Path:
        """What somebody means: the number of a proposal, or the file of a draft.

        Raises:
            UnknownProposal: neither.
        """
        if text.isdecimal():
            return int(text)
        if not Path(text).is_file():
            raise UnknownProposal(f"{text}: neither the number of a proposal nor a file")
        return Path(text)

    def applies(self) -> dict[str, str]:
        """What a change of each setter holds for, in the profile's words."""
        governed = self.governance.suite.profile.parameters
        return {} if governed is None else {one.set: one.applies for one in governed.families}


def set_back(found: Sequence[Effect]) -> list[Effect]:
    """Those that would undo what was decided later."""
    return [one for one in found if one.set_back]
