"""Collects the nodes' signatures, and brings a result to the chain as soon as there are enough."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable

from caldera.contracts import structs
from caldera.contracts.IValueVerification import IValueVerification
from caldera.evm import Address, CustomError

from .chain import Signatory, Verification
from .config import DAY
from .errors import SignatureRefused
from .logs import log
from .model import Request, SignedResult
from .sender import Fate, Outcome, Sender
from .store import Store

MOST_SIGNERS = 31
_Result = tuple[int, int, structs.OperatingFacts | None]
KEEP_DAYS = 180
"""How long after a request's deadline a second result of a node is still kept as proof."""
_MOST_RESULTS = 2
"""Different results of one node that are kept: two prove that it contradicted itself, more prove nothing more."""


class Aggregator:
    """Every node can be one: it believes no peer, only signatures and the chain."""

    def __init__(
        self,
        verification: Verification,
        store: Store,
        sender: Sender,
        own: Address,
        stagger_seconds: float,
        enabled: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._verification, self._store, self._sender, self._own = verification, store, sender, own
        self._stagger, self._enabled, self._clock = stagger_seconds, enabled, clock
        self._ready_since: dict[int, float] = {}

    def accept(self, one: SignedResult) -> bool:
        """Keeps a signature that a peer brought; False where it was there. A second result of a node is kept as proof,
        though the request is over or the node has left.

        Raises:
            SignatureRefused: it counts for nothing; says why.
            EngineError: the chain does not answer.
        """
        try:
            request = self._verification.request(one.number)
        except CustomError as error:
            raise SignatureRefused(f"there is no request {one.number} here: {error}") from None
        node = self._verification.signer_of(one, request)
        others = [kept for kept, signer in self._store.collected(one.number) if signer == node]
        if one in others:
            return False
        if _contradicts(one, others):
            return self._keep_proof(one, node, request)
        if len(others) >= _MOST_RESULTS:
            raise SignatureRefused(f"node {node} contradicted itself about request {one.number}")
        if request.over:
            raise SignatureRefused(f"request {one.number} is over")
        if self._verification.chain.now > min(request.deadline, one.valid_until):
            raise SignatureRefused(f"request {one.number}: the time for this result is over")
        self._verification.verify(one, request)
        return self._store.collect(one, node)

    def _keep_proof(self, one: SignedResult, node: int, request: Request) -> bool:
        if self._verification.chain.now > request.deadline + KEEP_DAYS * DAY:
            raise SignatureRefused(f"request {one.number} is over for more than {KEEP_DAYS} days")
        kept = self._store.collect(one, node)
        log.warning(
            "a node signed two results of one request; both are kept as proof",
            extra={"request": one.number, "node": node},
        )
        return kept

    def ready(self, request: Request) -> tuple[SignedResult, list[SignedResult]] | None:
        """The result that has enough signatures now, and these in ascending order of their signers; or None."""
        groups: dict[_Result, list[tuple[SignedResult, Signatory]]] = defaultdict(list)
        now = self._verification.chain.now
        for one, _ in self._store.collected(request.number):
            if one.valid_until < now:
                continue
            try:
                groups[one.amount, one.valid_until, one.facts].append((one, self._verification.verify(one, request)))
            except SignatureRefused:
                continue  # it was good when it came
        best: tuple[int, list[SignedResult]] | None = None
        for group in groups.values():
            chosen = _strongest(group)
            weight = sum(signatory.weight for _, signatory in chosen)
            enough = len(chosen) >= request.least_signers and weight >= request.least_weight
            if enough and (best is None or weight > best[0]):
                best = weight, [one for one, _ in chosen]
        return None if best is None else (best[1][0], best[1])

    def submit(self, request: Request) -> Outcome | None:
        """Brings the result where there are enough signatures and it is this node's turn; None where not."""
        if not self._enabled:
            return None
        found = self.ready(request)
        if found is None:
            self._ready_since.pop(request.number, None)
            return None
        result, signatures = found
        since = self._ready_since.setdefault(request.number, self._clock())
        signers = [one.signer for one in signatures]
        place = signers.index(self._own) if self._own in signers else len(signers)
        if self._clock() - since < place * self._stagger:
            return None
        brought = [structs.Attestation(one.signer, one.signature) for one in signatures]
        if result.facts is not None:
            data = IValueVerification.calldata.submitFacts(request.number, result.facts, brought)
        else:
            data = IValueVerification.calldata.submit(request.number, result.amount, result.valid_until, brought)
        outcome = self._sender.send(f"submit:{request.number}", self._verification.address, data)
        log.log(
            30 if outcome.fate in (Fate.failed, Fate.refused) else 20,
            f"result brought to the chain: {outcome.fate}",
            extra={"request": request.number, "signers": len(signers), "hash": outcome.hash, "why": outcome.why},
        )
        return outcome

    def answer(self, request: Request, own: SignedResult) -> Outcome:
        """Shows that this node, drawn for a request, signed, though its signature was not brought with the others."""
        brought = structs.Attestation(own.signer, own.signature)
        if own.facts is not None:
            data = IValueVerification.calldata.answerFacts(own.number, own.facts, brought)
        else:
            data = IValueVerification.calldata.answer(own.number, own.amount, own.valid_until, brought)
        return self._sender.send(f"answer:{request.number}", self._verification.address, data)


def _contradicts(one: SignedResult, others: list[SignedResult]) -> bool:
    """Whether it and another prove that the node contradicted itself, which nothing proved before. Operating facts are
    signed for the operating record, at which no proof of a conflict looks."""
    plain = {(kept.amount, kept.valid_until) for kept in others if kept.facts is None}
    return one.facts is None and len(plain) == 1 and (one.amount, one.valid_until) not in plain


def _strongest(group: list[tuple[SignedResult, Signatory]]) -> list[tuple[SignedResult, Signatory]]:
    """Of each entity the node with most stake, at most as many as a result takes, by their addresses."""
    by_entity: dict[int, tuple[SignedResult, Signatory]] = {}
    for one, signatory in group:
        other = by_entity.get(signatory.entity)
        if other is None or signatory.weight > other[1].weight:
            by_entity[signatory.entity] = (one, signatory)
    heaviest = sorted(by_entity.values(), key=lambda pair: -pair[1].weight)[:MOST_SIGNERS]
    return sorted(heaviest, key=lambda pair: int(pair[0].signer, 16))
