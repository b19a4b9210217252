"""A result judged as things were when it was accepted."""

from __future__ import annotations

from dataclasses import replace

from caldera.contracts import events
from caldera.contracts.IOperatingRecord import IOperatingRecord

from .blocks import Blocks, RpcAt
from .chain import Verification
from .config import NodeConfig
from .errors import ChainAway
from .facts import ContractFacts, Handles
from .history import History
from .judge import Judge
from .model import Decision, Request
from .store import Store

_FIGURES = ("epoch", "turnover", "receivablesIssued", "receivablesRepaid", "cargoTurnover", "daysLate", "orders")


class Hindsight:
    """Judges results that stand, for a court."""

    def __init__(
        self,
        config: NodeConfig,
        blocks: Blocks,
        verification: Verification,
        history: History,
        judge: Judge,
        store: Store,
    ) -> None:
        self._config, self._blocks, self._verification = config, blocks, verification
        self._history, self._judge, self._store = history, judge, store

    def judge(self, request: Request, document: bytes) -> Decision:
        """What this node would have signed. Of operating facts figures are compared, not their number: where they are
        those that were recorded, the number is the result's.

        Raises:
            CheckFailed: a check could not tell.
            ChainAway: the block or what stood in it is not found.
        """
        block = self._accepted_in(request.number)
        with RpcAt(self._config, block) as then:
            facts = ContractFacts(Handles(then), self._verification.registry.address, self._history, block)
            found = self._judge.judge(request, document, facts, self._store)
            return found if found.facts is None else self._as_recorded(request, found, then)

    def _as_recorded(self, request: Request, found: Decision, then: RpcAt) -> Decision:
        _, number, _ = self._verification.result(request.number)
        if number == 0:
            return found
        entry = IOperatingRecord.at(then, request.target).factsOf(request.id)
        if entry.nonce != number:
            raise ChainAway(f"statement {number} about entity {request.id} does not stand in the block of its result")
        same = all(getattr(entry, name) == getattr(found.facts, name) for name in _FIGURES)
        return replace(found, amount=number) if same else found

    def _accepted_in(self, number: int) -> int:
        """The block in which a result was accepted."""
        known, head, step = self._store.request(number), self._blocks.head(), self._config.chain.block_range
        first = known.seen_block if known else self._config.chain.from_block
        while first <= head:
            last = min(head, first + step - 1)
            found = self._blocks.logs(first, last, [self._verification.address], [events.ResultAccepted.abi_topic])
            for one in found:
                if int.from_bytes(one.topics[1], "big") == number:
                    return one.block
            first = last + 1
        raise ChainAway(f"the acceptance of result {number} is not found")
