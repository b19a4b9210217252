"""From a request to a decision: the document is fetched, the checks are asked, and their verdicts become one."""

from __future__ import annotations

import time
from collections.abc import Sequence

from .checks import Applied
from .config import DAY
from .facts import ChainFacts
from .metrics import Metrics
from .model import Decision, Request, RequestKind, Verdict
from .sources import Sources
from .store import Store

_LATEST = (1 << 40) - 1


class CheckFailed(Exception):
    """A check could not tell; the cause says why."""

    def __init__(self, name: str, cause: Exception) -> None:
        super().__init__(f"{name} could not tell: {type(cause).__name__}: {cause}")
        self.name = name


class Judge:
    """Decides by the checks of a configuration. Nodes with the same checks come to the same decision, to the second of
    its validity, so that their signatures are of one result."""

    def __init__(self, checks: Sequence[Applied], sources: Sources, valid_days: int, metrics: Metrics) -> None:
        self._checks, self._sources, self._valid_days, self._metrics = checks, sources, valid_days, metrics

    def answers(self, kind: RequestKind) -> bool:
        """Whether any check judges requests of this kind."""
        return any(kind in applied.kinds for applied in self._checks)

    async def document(self, request: Request) -> bytes:
        """The document of a request. Raises `DocumentMissing`."""
        began = time.monotonic()
        document = await self._sources.fetch(request.document_hash)
        self._metrics.documents.observe(time.monotonic() - began)
        return document

    def judge(self, request: Request, document: bytes, chain: ChainFacts, store: Store) -> Decision:
        """The decision, with every verdict written down.

        Raises:
            CheckFailed: a check raised; nothing is decided.
        """
        verdicts: list[tuple[str, Verdict]] = []
        for applied in self._checks:
            if request.kind not in applied.kinds:
                continue
            name = applied.check.name
            try:
                verdict = applied.check.check(request, document, chain)
            except Exception as error:  # a check may be anybody's: whatever it raises, nothing is signed
                self._metrics.failures.labels(name).inc()
                raise CheckFailed(name, error) from error
            verdicts.append((name, verdict))
        for name, verdict in verdicts:
            store.found(request.number, name, verdict.accept, verdict.reason, dict(verdict.facts))
        if request.kind is RequestKind.credit_data:
            return decide_facts(request, verdicts, self._valid_days)
        return decide(request, verdicts, self._valid_days)


def decide(request: Request, verdicts: Sequence[tuple[str, Verdict]], valid_days: int) -> Decision:
    """One decision of all verdicts: what is claimed where every check accepts, else 0, good until the deadline. It
    follows from them and the request alone, not from the moment."""
    against = [f"{name}: {verdict.reason}" for name, verdict in verdicts if not verdict.accept]
    amount = 1 if request.kind is RequestKind.mapping_compliance else request.claimed
    limits = [verdict.valid_until for _, verdict in verdicts if verdict.valid_until is not None]
    until = min([request.deadline + valid_days * DAY, _LATEST, *limits])
    if not against and until <= request.deadline:
        against = [f"what was found is good until {until} only, and the request is open until {request.deadline}"]
    if not against and amount == 0:
        against = ["nothing is claimed"]
    if against:
        return Decision(0, request.deadline, "; ".join(against))
    return Decision(amount, until, "; ".join(f"{name}: {verdict.reason}" for name, verdict in verdicts))


def decide_facts(request: Request, verdicts: Sequence[tuple[str, Verdict]], valid_days: int) -> Decision:
    """As `decide`, of credit data: the facts that the checks found, good for `valid_days` after the end of their epoch,
    or as long as the record takes. Everything but their number follows from the document.

    Raises:
        CheckFailed: no check found figures, though none refuses.
    """
    against = [f"{name}: {verdict.reason}" for name, verdict in verdicts if not verdict.accept]
    if not against:
        found = {verdict.figures for _, verdict in verdicts if verdict.figures is not None}
        if not found:
            raise CheckFailed("the checks", LookupError("none of them finds operating facts"))
        figures = min(found, key=lambda one: one.good_until)
        limits = [verdict.valid_until for _, verdict in verdicts if verdict.valid_until is not None]
        until = min([figures.ends + valid_days * DAY, figures.good_until, _LATEST, *limits])
        if len(found) > 1:
            against = ["the checks find different figures"]
        elif until <= request.deadline:
            against = [f"the facts are good until {until} only, and the request is open until {request.deadline}"]
        else:
            words = "; ".join(f"{name}: {verdict.reason}" for name, verdict in verdicts)
            return Decision(figures.number, until, words, figures.statement(until))
    return Decision(0, request.deadline, "; ".join(against))
