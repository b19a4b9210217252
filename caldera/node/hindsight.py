"""A result judged as things were when it was accepted."""

from __future__ import annotations

from dataclasses import replace

from caldera.contracts import events
from caldera.contracts.IOperatingRecord import IOperatingRecord
from caldera.evm import Address
from caldera.evm.events import Event

from .blocks import AssetBlocks, RpcAt
from .chain import Verification
from .config import NodeConfig
from .errors import ChainAway
from .facts import ContractFacts, Handles
from .history import LINE, History
from .judge import Judge
from .model import Decision, Request
from .store import Store

_CHANGES = 64
"""Changes of an asset between its request and the result that are gone back to, the latest first."""

_FIGURES = ("epoch", "turnover", "receivablesIssued", "receivablesRepaid", "cargoTurnover", "daysLate", "orders")


class Hindsight:
    """Judges results that stand, for a court."""

    def __init__(
        self,
        config: NodeConfig,
        blocks: AssetBlocks,
        verification: Verification,
        history: History,
        judge: Judge,
        store: Store,
    ) -> None:
        self._config, self._blocks, self._verification = config, blocks, verification
        self._history, self._judge, self._store = history, judge, store

    def judge(self, request: Request, document: bytes) -> Decision:
        """What this node would have signed at some time from the request to its result: as the result is, where that
        was ever right. A signature is older than the result, and what was paid, disputed or withdrawn between them
        makes nobody guilty. Of operating facts, which are about an epoch that is over, figures are compared, not their
        number: where they are those that were recorded, the number is the result's.

        Raises:
            CheckFailed: a check could not tell.
            ChainAway: the block or what stood in it is not found.
        """
        accepted = self._block_of(self._verification.address, events.ResultAccepted, request.number)
        _, amount, _ = self._verification.result(request.number)
        found = self._as_of(accepted, request, document)
        if found.amount == amount or found.facts is not None:
            return found
        for block in self._before(accepted, request):
            earlier = self._as_of(block, request, document)
            if earlier.amount == amount:
                return earlier
        return found

    def _as_of(self, block: int, request: Request, document: bytes) -> Decision:
        with RpcAt(self._config, block) as then:
            facts = ContractFacts(Handles(then), self._verification.registry.address, self._history, block)
            found = self._judge.judge(request, document, facts, self._store)
            return found if found.facts is None else self._as_recorded(request, found, then)

    def _before(self, accepted: int, request: Request) -> list[int]:
        """The block of the request, and the last one before each change of the asset since."""
        asked = self._block_of(self._verification.requests.address, events.VerificationRequested, request.number)
        step = self._config.chain.block_range
        about, blocks = {request.id, request.id & ~LINE}, set[int]()
        for first in range(asked + 1, accepted + 1, step):
            last = min(accepted, first + step - 1)
            blocks |= {one.block - 1 for one in self._blocks.about(first, last, request.target, sorted(about))}
        return [asked, *sorted(blocks - {asked}, reverse=True)[:_CHANGES]]

    def _as_recorded(self, request: Request, found: Decision, then: RpcAt) -> Decision:
        _, number, _ = self._verification.result(request.number)
        if number == 0:
            return found
        entry = IOperatingRecord.at(then, request.target).factsOf(request.id)
        if entry.nonce != number:
            raise ChainAway(f"statement {number} about entity {request.id} does not stand in the block of its result")
        same = all(getattr(entry, name) == getattr(found.facts, name) for name in _FIGURES)
        return replace(found, amount=number) if same else found

    def _block_of(self, contract: Address, kind: type[Event], number: int) -> int:
        """The block of the first event of that kind about a request."""
        known, head, step = self._store.request(number), self._blocks.head(), self._config.chain.block_range
        first = known.seen_block if known else self._config.chain.from_block
        while first <= head:
            last = min(head, first + step - 1)
            found = self._blocks.logs(first, last, [contract], [kind.abi_topic])
            for one in found:
                if int.from_bytes(one.topics[1], "big") == number:
                    return one.block
            first = last + 1
        raise ChainAway(f"{kind.__name__} of request {number} is not found")
