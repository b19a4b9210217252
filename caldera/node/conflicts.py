"""Nodes that signed two results of one request: two signatures are the proof, and this node brings them.

The proof stands in the store before anything is sent. Whoever brings it first gets the reporter's part; that another
one was first is no failure.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from caldera.contracts import events, structs
from caldera.contracts.IPenalties import IPenalties
from caldera.evm import Address, Chain, ContractError, DecodingError, EngineError
from caldera.evm.events import Log, decode_log

from .aggregate import KEEP_DAYS
from .blocks import Blocks
from .config import DAY, NodeConfig
from .errors import ChainMismatch
from .logs import log
from .metrics import Metrics
from .sender import Fate, Sender
from .store import Conflict, Store


class Reporter:
    """Brings proofs of conflicts, each once."""

    def __init__(
        self,
        chain: Chain,
        address: Address,
        config: NodeConfig,
        store: Store,
        payer: Sender,
        blocks: Blocks,
        metrics: Metrics,
        crash: Callable[[str], None] = lambda place: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Args:
        address: of the Penalties.
        crash: called at each step by name; for tests.

        Raises:
            ChainMismatch: the contract punishes what was signed for another one.
        """
        self._penalties, self._config, self._store, self._payer = IPenalties.at(chain, address), config, store, payer
        self._blocks, self._metrics, self._crash, self._clock = blocks, metrics, crash, clock
        self._reporter = config.conflicts.reporter or payer.address
        try:
            judged, meant = self._penalties.results(), config.contracts.verification
        except (ContractError, DecodingError) as error:
            raise ChainMismatch(f"contracts.penalties: {address} is no Penalties ({error})") from None
        if judged != meant:
            raise ChainMismatch(f"contracts.penalties: {address} is about results of {judged}, not of {meant}")

    def work(self) -> None:
        """Does what is to be done about each conflict now."""
        for one in self._store.conflicts():
            try:
                self._one(one)
            except EngineError:
                raise
            except Exception as error:  # one that cannot be worked on must not hold up the others
                self._later(one, f"{type(error).__name__}: {error}")

    def _one(self, one: Conflict) -> None:
        if one.node == self._config.node:
            self._end(one, "own", "the two results are signed with this node's own key: see who else has it")
            return
        if self._penalties.conflictProven(one.node, one.number):
            self._end(one, *self._by(one))
            return
        if self._clock() > one.found_at + KEEP_DAYS * DAY:
            self._end(one, "over", f"nothing came of it in {KEEP_DAYS} days: {one.why}")
            return
        first, second = (
            structs.ConflictingResult(proof.amount, proof.valid_until, proof.signer, proof.signature)
            for proof in self._store.proof(one)
        )
        self._crash("before proof")
        data = IPenalties.calldata.proveConflict(one.node, one.number, first, second, self._reporter)
        outcome = self._payer.send(_purpose(one), self._penalties.address, data)
        if outcome.fate is Fate.done:
            self._store.note(f"proved that node {one.node} signed two results, in {outcome.hash}", one.number)
            self._end(one, "proven", f"in transaction {outcome.hash}")
        elif outcome.fate is Fate.pending:
            self._store.move_conflict(one, "found", "its transaction is on the way", self._config.retry.first_seconds)
        elif self._penalties.conflictProven(one.node, one.number):
            self._end(one, *self._by(one))
        else:
            self._later(one, outcome.why or str(outcome.fate))

    def _later(self, one: Conflict, why: str) -> None:
        retry = self._config.retry
        wait = min(retry.longest_seconds, retry.first_seconds * 2 ** min(one.tries, 30))
        self._store.move_conflict(one, "found", why, wait)
        level = logging.DEBUG if one.why == why else logging.WARNING
        log.log(level, "a conflict cannot be proven yet", extra={"node": one.node, "request": one.number, "why": why})

    def _by(self, one: Conflict) -> tuple[str, str]:
        """Whose proof it was that the chain took: this node's own, perhaps sent before a crash, or another's."""
        request = self._store.request(one.number)
        first = request.seen_block if request else self._config.chain.from_block
        head, step = self._blocks.head(), self._config.chain.block_range
        while first <= head:
            last = min(head, first + step - 1)
            for entry in self._blocks.logs(first, last, [self._penalties.address], [events.ConflictProven.abi_topic]):
                raw = Log(self._penalties.address, entry.topics, entry.data)
                event = decode_log(raw, IPenalties.ABI_EVENTS)
                if isinstance(event, events.ConflictProven) and (event.node, event.number) == (one.node, one.number):
                    own = event.reporter == self._reporter
                    return "proven" if own else "known", f"{event.reporter} proved it in block {entry.block}"
            first = last + 1
        return "known", "another one proved it first"

    def _end(self, one: Conflict, state: str, why: str) -> None:
        self._store.move_conflict(one, state, why)
        self._metrics.conflicts.labels(state).inc()
        level = logging.ERROR if state == "own" else logging.INFO
        log.log(level, f"conflict {state}", extra={"node": one.node, "request": one.number, "why": why})


def _purpose(one: Conflict) -> str:
    return f"conflict:{one.node}:{one.number}"


__all__ = ["Reporter"]
