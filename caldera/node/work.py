"""The way of one request through a node: seen, judged, decided, signed, told, brought to the chain.

Every step can be cut off by a crash and is taken up again from the store; none is done twice with another outcome.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from caldera.contracts.IBlockhashSeeds import IBlockhashSeeds
from caldera.contracts.IRandomness import IRandomness
from caldera.contracts.IVerificationRequests import IVerificationRequests
from caldera.evm import CustomError, EngineError

from .aggregate import Aggregator
from .chain import Verification
from .config import NodeConfig
from .errors import DocumentMissing, Equivocation, SignatureRefused
from .gossip import ask, tell
from .judge import CheckFailed, Judge
from .keys import NodeKey
from .logs import log
from .metrics import Metrics
from .model import Decision, Request, SignedResult
from .sender import Fate, Sender
from .store import Decided, Known, Store

OnChain = Callable[..., Awaitable[Any]]
"""Runs a function in the one thread that has the chain and the store."""


class Skip(Exception):
    """The node does not answer this request; says why."""


class Later(Exception):
    """Not yet; says why. `failed`: it is waited for longer each time."""

    def __init__(self, why: str, failed: bool = False) -> None:
        super().__init__(why)
        self.failed = failed


class Worker:
    """Brings requests forward, one step after the other."""

    def __init__(
        self,
        config: NodeConfig,
        verification: Verification,
        store: Store,
        key: NodeKey,
        judge: Judge,
        aggregator: Aggregator,
        payer: Sender,
        metrics: Metrics,
        on_chain: OnChain,
        crash: Callable[[str], None] = lambda place: None,
    ) -> None:
        self._config, self._verification, self._store, self._key = config, verification, store, key
        self._judge, self._aggregator, self._payer, self._metrics = judge, aggregator, payer, metrics
        self._on_chain, self._crash = on_chain, crash
        self._silent: dict[str, tuple[int, float]] = {}

    async def work(self, known: Known) -> None:
        """Does for a request what can be done now."""
        number = known.number
        try:
            request: Request = await self._on_chain(self._read, number)
            if request.over:
                await self._on_chain(self._finish, request)
                await self._compare(request)
                return
            await self._on_chain(self._in_time, request)
            decided: Decided | None = await self._on_chain(self._store.decided, number)
            if decided is None:
                await self._on_chain(self._may_answer, request)
                document = await self._judge.document(request)
                decided = await self._on_chain(self._decide, request, document)
            own: SignedResult = await self._on_chain(self._sign, request, decided)
            await self._tell(own)
            if await self._on_chain(self._bring, request):
                await self._compare(request)
        except Skip as reason:
            await self._on_chain(self._skip, known, str(reason))
        except Later as reason:
            await self._on_chain(self._wait, known, str(reason), reason.failed)
        except DocumentMissing as missing:
            self._metrics.missing.inc()
            await self._on_chain(self._wait, known, str(missing), True)
        except CheckFailed as failed:
            await self._on_chain(self._wait, known, str(failed), True)
        except Equivocation as refused:
            log.error("a second result was not signed", extra={"request": number, "why": str(refused)})
            await self._on_chain(self._store.move, number, "done", str(refused))
        except EngineError:
            raise  # the chain is away, for every request
        except Exception as error:  # one request that cannot be worked on must not hold up the others
            await self._on_chain(self._wait, known, f"{type(error).__name__}: {error}", True)

    def _read(self, number: int) -> Request:
        try:
            request = self._verification.request(number)
        except CustomError as error:
            if type(error).__name__ != "UnknownRequest":
                raise
            # The block that it was made in was replaced. It comes back if it is made again.
            raise Skip("the chain knows it no more") from None
        self._store.describe(number, request.kind.word, request.target, request.id, request.claimed, request.deadline)
        return request

    def _in_time(self, request: Request) -> None:
        if self._verification.chain.now > request.deadline:
            raise Skip("the deadline is over")

    def _may_answer(self, request: Request) -> None:
        if not self._judge.answers(request.kind):
            raise Skip(f"no check judges {request.kind.word}")
        if request.panel_size and not request.panel:
            self._draw(request)
            raise Later("no panel is drawn yet")
        if request.panel and self._config.node not in request.panel:
            raise Skip("this node was not drawn")
        try:
            signatory = self._verification.signatory(self._key.address, request)
        except SignatureRefused as error:
            if self._interested(request):
                raise Skip(str(error)) from None
            raise Later(str(error), failed=True) from None
        if signatory.node != self._config.node:
            raise Later(f"the key is that of node {signatory.node}", failed=True)

    def _interested(self, request: Request) -> bool:
        return self._verification.nodes.entityOf(self._config.node) in request.interested

    def _draw(self, request: Request) -> None:
        """Helps the panel to be drawn: captures the seed where that takes a call, then draws."""
        if not self._config.submit.enabled:
            return
        chain, source = self._verification.chain, self._verification.requests.randomness()
        if IRandomness.at(chain, source).seedOf(request.ticket) == bytes(32):
            data = IBlockhashSeeds.calldata.capture(request.ticket)
            if self._payer.send(f"capture:{request.ticket}", source, data).fate is not Fate.done:
                return
        data = IVerificationRequests.calldata.assign(request.number)
        outcome = self._payer.send(f"assign:{request.number}", self._verification.requests.address, data)
        log.info("panel asked for", extra={"request": request.number, "fate": str(outcome.fate), "why": outcome.why})
        if outcome.fate is Fate.refused:
            raise Later(f"no panel can be drawn: {outcome.why}", failed=True)

    def _decide(self, request: Request, document: bytes) -> Decided:
        decision = self._judge.judge(request, document, self._verification.facts, self._store)
        self._one_statement(request, decision)
        digest = self._verification.digest(request, decision)
        self._crash("before decision")
        decided = self._store.decide(request.number, decision, digest)
        self._crash("decision stored")
        outcome = "accepted" if decision.amount else "refused"
        self._metrics.results.labels(request.kind.word, outcome).inc()
        log.info(
            f"decided: {outcome}",
            extra={"request": request.number, "amount": decision.amount, "why": decision.reason},
        )
        return decided

    def _one_statement(self, request: Request, decision: Decision) -> None:
        """While a request is open, the number of the statement decided on for it is its own."""
        if decision.facts is None:
            return
        facts, now = decision.facts, self._verification.chain.now
        for number in self._store.same_statement(facts.entity, facts.nonce, request.number):
            try:
                other = self._verification.request(number)
            except CustomError:
                continue  # in a block that was replaced
            if not other.over and now <= other.deadline:
                raise Later(f"statement {facts.nonce} about entity {facts.entity} is for request {number}", failed=True)

    def _sign(self, request: Request, decided: Decided) -> SignedResult:
        number, signature = decided.number, decided.signature
        other = decided.facts is not None and decided.facts.entity != request.id
        if other or decided.digest != self._verification.digest_of(request, decided):
            raise Equivocation(f"request {number} is not the one that was decided on before; it is not signed")
        if signature is None:
            signature = self._key.sign_digest(decided.digest)
            self._crash("signed")
            self._store.signed(number, self._key.address, signature)
            self._crash("signature stored")
        signer = decided.signer or self._key.address
        own = SignedResult(number, decided.amount, decided.valid_until, signer, signature, decided.facts)
        self._store.collect(own, self._config.node)
        self._crash("collected")
        return own

    async def _tell(self, own: SignedResult) -> None:
        untold: list[str] = await self._on_chain(self._store.untold, own.number, self._config.gossip.peers)
        peers = [peer for peer in untold if self._silent.get(peer, (0, 0.0))[1] <= time.monotonic()]
        if not peers:
            return
        async with aiohttp.ClientSession() as session:
            asked = [tell(session, peer, own, self._config.gossip.timeout_seconds) for peer in peers]
            answers = await asyncio.gather(*asked)
        for peer, (told, words) in zip(peers, answers, strict=True):
            self._metrics.told.labels("told" if told else "failed").inc()
            tries = 0 if told else self._silent.get(peer, (0, 0.0))[0] + 1
            self._silent[peer] = (tries, time.monotonic() + (self._longer(tries - 1) if tries else 0.0))
            if told:
                await self._on_chain(self._store.mark_told, own.number, peer)
            else:
                log.debug(
                    "a peer has not taken the signature", extra={"request": own.number, "peer": peer, "why": words}
                )
        self._crash("told")

    async def _compare(self, request: Request) -> None:
        """Looks, once a request is over, whether a node told others of another result than this one."""
        if not await self._on_chain(self._store.collected, request.number):
            return
        async with aiohttp.ClientSession() as session:
            limit, peers = self._config.gossip.timeout_seconds, self._config.gossip.peers
            lists = await asyncio.gather(*(ask(session, peer, request.number, limit) for peer in peers))
        for one in dict.fromkeys(one for found in lists for one in found):
            try:
                await self._on_chain(self._aggregator.accept, one)
            except SignatureRefused:
                continue  # most are: only what contradicts is still taken

    def _bring(self, request: Request) -> bool:
        """Whether this brought the result."""
        self._crash("before submission")
        outcome = self._aggregator.submit(request)
        self._crash("after submission")
        if outcome is not None and outcome.fate is Fate.done:
            self._store.note(f"brought the result in transaction {outcome.hash}", request.number)
            self._finish(self._verification.request(request.number))
            return True
        why = (
            "waits for signatures of others" if outcome is None else outcome.why or f"its transaction is {outcome.fate}"
        )
        wait = 0.0 if outcome is None else self._config.retry.first_seconds
        self._store.move(request.number, "signed", why, wait)
        return False

    def _finish(self, request: Request) -> None:
        """The request has a result, or its fee went back."""
        decided = self._store.decided(request.number)
        why = self._ending(request, decided)
        missed = self._config.node in request.panel and self._config.node not in request.answered
        own = _own(decided)
        if missed and own is not None and self._verification.chain.now <= min(request.deadline, own.valid_until):
            outcome = self._aggregator.answer(request, own)
            if outcome.fate is Fate.pending:
                self._store.move(request.number, "signed", "its answer for the panel is on the way")
                return
            why += "; it answered for itself" if outcome.fate is Fate.done else f"; its answer: {outcome.why}"
        self._store.move(request.number, "done", why)
        log.info("request over", extra={"request": request.number, "why": why})

    def _ending(self, request: Request, decided: Decided | None) -> str:
        state, amount, _ = self._verification.result(request.number)
        if state == 0:
            return "the fee went back: there was no result in time"
        words = f"the result is {amount}" if amount else "the nodes refused it"
        if decided is None:
            return f"{words}; this node did not sign"
        return words if amount == decided.amount else f"{words}, this node found {decided.amount}"

    def _skip(self, known: Known, why: str) -> None:
        gone = why == "the chain knows it no more"
        over = why == "the deadline is over"
        now = self._store.request(known.number)
        self._metrics.skipped.labels(now.kind if now and now.kind else "unknown").inc()
        self._store.move(known.number, "gone" if gone else "done" if over else "skipped", why)
        log.info("request not answered", extra={"request": known.number, "why": why})

    def _longer(self, tries: int) -> float:
        retry = self._config.retry
        return float(min(retry.longest_seconds, retry.first_seconds * 2 ** min(tries, 30)))

    def _wait(self, known: Known, why: str, failed: bool) -> None:
        wait = self._longer(known.tries) if failed else 0.0
        self._store.move(known.number, "waiting", why, wait, failed)
        # Said once; that it is still so, only to who wants to know everything.
        level = logging.DEBUG if known.why == why else logging.WARNING if failed else logging.INFO
        log.log(level, "request waits", extra={"request": known.number, "why": why, "seconds": wait})


def _own(decided: Decided | None) -> SignedResult | None:
    if decided is None or decided.signature is None or decided.signer is None:
        return None
    return SignedResult(
        decided.number, decided.amount, decided.valid_until, decided.signer, decided.signature, decided.facts
    )


__all__ = ["Later", "Skip", "Worker"]
