"""The node in court: it votes where it is drawn, by its own check of the document.

A vote is decided once and kept with its salt before the commitment is sent: a salt that is lost is a vote that cannot
be revealed, and a duty missed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from caldera.contracts import events
from caldera.contracts.IDisputeCourt import IDisputeCourt
from caldera.contracts.INodeBallots import INodeBallots
from caldera.evm import Address, Chain
from caldera.evm.events import Log, decode_log

from .blocks import LogEntry
from .logs import log
from .model import Decision
from .sender import Fate, Outcome, Sender
from .store import Duty, Store, Vote

OVER = 5
"""Of `IDisputeCourt.CasePhase`: from here on a case is final."""
_UPHELD, _REJECTED = 5, 6
_NO_BALLOT, _UPHOLD, _REJECT, _VOID = 0, 1, 2, 3


class Court:
    """One node's duties at one court. Votes are sent with the node's own key, which the court asks for."""

    def __init__(
        self,
        chain: Chain,
        address: Address,
        node: int,
        store: Store,
        operator: Sender,
        payer: Sender,
        crash: Callable[[str], None] = lambda place: None,
    ) -> None:
        self._chain, self._court = chain, IDisputeCourt.at(chain, address)
        self._ballots = INodeBallots.at(chain, self._court.ballots())
        self._node, self._store, self._operator, self._payer, self._crash = node, store, operator, payer, crash

    def drawn(self, entry: LogEntry) -> tuple[int, int] | None:
        """Case and panel of a log, where this node is on the panel."""
        event = decode_log(Log(self._court.address, entry.topics, entry.data), IDisputeCourt.ABI_EVENTS)
        if not isinstance(event, events.PanelDrawn) or self._node not in event.panellists:
            return None
        return event.id, event.panel

    def number_of(self, case: int) -> int:
        """The request whose result a case is about."""
        return self._court.fileOf(case).number

    def needs_vote(self, duty: Duty) -> bool:
        """Whether the node has to commit now, and has not decided on its vote."""
        poll = self._court.pollOf(duty.case, duty.panel)
        if poll == 0 or self._store.vote(duty.case, duty.panel) is not None:
            return False
        return self._chain.now <= self._ballots.pollAt(poll).commitUntil

    def decide(self, duty: Duty, number: int, result: tuple[int, int, int], found: Decision) -> Vote:
        """Decides on a vote: the result is false where the node itself would have signed another amount."""
        _, amount, _ = result
        uphold = amount != found.amount
        salt = secrets.token_bytes(32)
        poll = self._court.pollOf(duty.case, duty.panel)
        commitment = self._ballots.commitmentOf(poll, self._node, uphold, salt)
        reason = f"the result is {amount}; this node finds {found.amount}: {found.reason}"
        vote = self._store.keep_vote(Vote(duty.case, duty.panel, number, uphold, salt, commitment, reason))
        self._crash("vote stored")
        return vote

    def work(self, duty: Duty) -> tuple[str, str]:
        """Does what is to be done in a panel now. Where the duty stands then, and why."""
        poll = self._court.pollOf(duty.case, duty.panel)
        if poll == 0:
            return "over", "the chain knows the panel no more"
        phase = self._court.courseOf(duty.case).phase
        ballot = self._ballots.ballotOf(poll, self._node)
        standing = int.from_bytes(ballot, "big")
        if phase >= OVER:
            return self._end(duty, standing, phase)
        times, now = self._ballots.pollAt(poll), self._chain.now
        vote = self._store.vote(duty.case, duty.panel)
        if standing in (_UPHOLD, _REJECT):
            return "revealed", "waits for the end of the case"
        if standing == _VOID:
            return "over", "the vote is void"
        if vote is None or (standing == _NO_BALLOT and now > times.commitUntil):
            return ("drawn", duty.why) if now <= times.commitUntil else ("over", "no vote was committed in time")
        if standing == _NO_BALLOT:
            return self._commit(duty, poll, vote)
        if ballot != vote.commitment:
            return "over", "another vote than this store's was committed"
        if now <= times.commitUntil:
            return "committed", "waits to be revealed"
        if now > times.revealUntil:
            return "over", "the vote was not revealed in time"
        return self._reveal(duty, poll, vote)

    def _commit(self, duty: Duty, poll: int, vote: Vote) -> tuple[str, str]:
        data = INodeBallots.calldata.commit(poll, self._node, vote.commitment)
        outcome = self._operator.send(f"commit:{duty.case}:{duty.panel}", self._ballots.address, data)
        self._said("committed", duty, outcome)
        self._crash("vote committed")
        return ("committed", "") if outcome.fate is Fate.done else ("drawn", outcome.why or outcome.fate)

    def _reveal(self, duty: Duty, poll: int, vote: Vote) -> tuple[str, str]:
        data = INodeBallots.calldata.reveal(poll, self._node, vote.uphold, vote.salt)
        outcome = self._operator.send(f"reveal:{duty.case}:{duty.panel}", self._ballots.address, data)
        self._said("revealed", duty, outcome)
        return ("revealed", "") if outcome.fate is Fate.done else ("committed", outcome.why or outcome.fate)

    def _end(self, duty: Duty, standing: int, phase: int) -> tuple[str, str]:
        """Collects what a right vote earned; it waits at the court for the node's owner."""
        if self._court.rewarded(duty.case, duty.panel, self._node):
            return "over", "rewarded"
        right = (standing, phase) in ((_UPHOLD, _UPHELD), (_REJECT, _REJECTED))
        if not right or self._court.fileOf(duty.case).perVote == 0:
            return "over", "the case is over"
        data = IDisputeCourt.calldata.collectVotes(duty.case, duty.panel, [self._node])
        outcome = self._payer.send(f"collect:{duty.case}:{duty.panel}", self._court.address, data)
        self._said("rewarded", duty, outcome)
        if outcome.fate is Fate.pending:
            return duty.state, "its reward is on the way"
        return "over", "rewarded" if outcome.fate is Fate.done else f"no reward: {outcome.why}"

    def _said(self, what: str, duty: Duty, outcome: Outcome) -> None:
        extra = {"case": duty.case, "panel": duty.panel, "fate": str(outcome.fate), "why": outcome.why}
        log.info(f"vote {what}", extra=extra)


__all__ = ["OVER", "Court"]
