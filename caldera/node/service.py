"""A verification node: everything put together, and the loop that drives it."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from caldera.contracts.INodeRewards import INodeRewards
from caldera.evm import Address, ContractError, EngineError, EvmError
from caldera.evm.errors import WrongChain

from .aggregate import Aggregator
from .blocks import RpcBlocks, connect
from .chain import Verification, check_code
from .checks import build
from .config import NodeConfig
from .conflicts import Reporter
from .court import Court
from .errors import ChainAway, ChainMismatch
from .gossip import Limiter, Server
from .hindsight import Hindsight
from .history import History
from .judge import CheckFailed, Judge
from .keys import NodeKey
from .lock import locked
from .logs import log
from .metrics import Metrics
from .model import Request, SignedResult
from .sender import Fate, Outcome, Sender
from .sources import Sources
from .store import Duty, Store, Vote
from .watch import Progress, Watcher
from .work import Worker

_FIGURES_SECONDS = 30.0
_ERA = 10**18


class Node:
    """One node. `run` until it is told to stop."""

    def __init__(
        self,
        config: NodeConfig,
        key: NodeKey,
        gas_key: NodeKey | None = None,
        crash: Callable[[str], None] = lambda place: None,
    ) -> None:
        """Args:
        key: the operator's key of the node.
        gas_key: pays for what need not come from that key.
        crash: called at each step by name; for tests.
        """
        self.config, self.metrics, self.port = config, Metrics(), 0
        self._key, self._gas_key, self._crash = key, gas_key or key, crash
        self._progress: Progress | None = None
        self._answered = 0.0
        self._figures_at = 0.0
        self._stopping = asyncio.Event()
        # The chain's connection and the store belong to one thread.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chain")

    async def _on_chain(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(work, *arguments))

    def stop(self) -> None:
        """Asks it to stop once the step it is at is done."""
        self._stopping.set()

    async def run(self) -> None:
        """Runs until `stop`, or SIGINT or SIGTERM.

        Raises:
            StoreBusy: another process has the store.
            ChainMismatch, StoreInvalid: it is not the chain, contract or store that is meant.
        """
        loop = asyncio.get_running_loop()
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(one, self.stop)
        with locked(self.config.store):
            try:
                await self._start()
                await self._loop()
            finally:
                await self._end()
                for one in (signal.SIGINT, signal.SIGTERM):
                    loop.remove_signal_handler(one)

    async def _start(self) -> None:
        self._store: Store = await self._on_chain(Store, self.config.store)
        gossip = self.config.gossip
        limiter = Limiter(gossip.peer_requests_per_minute)
        self._server = Server(gossip.listen, self._accept, self._collected, self.health, self.metrics, limiter)
        self.port = await self._server.start()
        log.info("listening", extra={"place": f"{gossip.listen.rpartition(':')[0]}:{self.port}"})
        while not self._stopping.is_set():
            try:
                await self._on_chain(self._connect)
                return
            except (WrongChain, ChainMismatch):
                raise
            except (EngineError, ChainAway) as error:
                self.metrics.rpc_errors.inc()
                log.warning("the chain does not answer", extra={"why": str(error)})
                await self._pause(self.config.chain.poll_seconds)

    def _connect(self) -> None:
        config, contracts = self.config, self.config.contracts
        self._chain = connect(config)
        named: dict[str, Address] = {"verification": contracts.verification}
        named |= {"court": contracts.court} if contracts.court else {}
        named |= {"rewards": contracts.rewards} if contracts.rewards else {}
        named |= {"penalties": contracts.penalties} if contracts.penalties else {}
        codes = check_code(self._chain, named, contracts.code)
        facts = {"node": str(config.node), "chain": str(config.chain.id), "contract": contracts.verification}
        self._store.bind(facts | {f"code of {name} at {named[name]}": one for name, one in codes.items()})
        history = History(RpcBlocks(self._chain), config.chain.from_block, config.chain.block_range)
        self.verification = Verification(self._chain, contracts.verification, history)
        self._check_node()
        fee = config.chain.max_fee_gwei
        most = None if fee is None else fee * 10**9
        stuck = config.chain.stuck_seconds
        make = partial(
            Sender, self._chain, self._store, max_fee=most, stuck_seconds=stuck, notify=self._sent, crash=self._crash
        )
        self._payer = make(self._gas_key)
        self._operator = self._payer if self._gas_key is self._key else make(self._key)
        submit = config.submit
        self._aggregator = Aggregator(
            self.verification, self._store, self._payer, self._key.address, submit.stagger_seconds, submit.enabled
        )
        applied = [build(one) for one in config.checks]
        self._judge = Judge(applied, Sources(config.documents), config.results.valid_days, self.metrics)
        self._hindsight = Hindsight(
            config, RpcBlocks(self._chain), self.verification, history, self._judge, self._store
        )
        self._worker = Worker(
            config,
            self.verification,
            self._store,
            self._key,
            self._judge,
            self._aggregator,
            self._payer,
            self.metrics,
            self._on_chain,
            self._crash,
        )
        self._court = None
        if contracts.court is not None and config.court.vote:
            self._court = Court(
                self._chain, contracts.court, config.node, self._store, self._operator, self._payer, self._crash
            )
        self._reporter = None
        if contracts.penalties is not None and config.conflicts.prove:
            blocks = RpcBlocks(self._chain)
            self._reporter = Reporter(
                self._chain, contracts.penalties, config, self._store, self._payer, blocks, self.metrics, self._crash
            )
        court = contracts.court if self._court else None
        drawn = self._court.drawn if self._court else lambda entry: None
        desk = self.verification.requests.address
        self._watcher = Watcher(RpcBlocks(self._chain), self._store, config.chain, desk, court, drawn)
        log.info("ready", extra={"node": config.node, "key": self._key.address, "chain": config.chain.id})

    def _sent(self, purpose: str, outcome: Outcome) -> None:
        self.metrics.transactions.labels(purpose, str(outcome.fate)).inc()
        self.metrics.gas.inc(outcome.gas_used)

    def _check_node(self) -> None:
        operator = self.verification.nodes.operatorOf(self.config.node)
        if operator != self._key.address:
            # It may be named later; until then nothing is signed, because `signatory` says so.
            log.warning(
                "the key is not that of the node now",
                extra={"node": self.config.node, "key": self._key.address, "operator": operator},
            )

    async def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._turn()
            except (EvmError, ChainAway) as error:
                self.metrics.rpc_errors.inc()
                log.warning("the chain does not answer as it should", extra={"why": f"{type(error).__name__}: {error}"})
            except Exception:
                log.exception("something unforeseen; it is tried again")
            await self._pause(self.config.chain.poll_seconds)

    async def _turn(self) -> None:
        while not self._stopping.is_set():
            before = self._progress.cursor if self._progress else None
            progress: Progress = await self._on_chain(self._watcher.poll)
            self._answered = time.time()
            self._measure(progress)
            if progress.cursor == before or progress.lag <= self.config.chain.confirmations:
                break
        await self._on_chain(self._payer.look_after)
        if self._operator is not self._payer:
            await self._on_chain(self._operator.look_after)
        due = await self._on_chain(self._store.due)
        self.metrics.open.set(len(due))
        for known in due:
            if self._stopping.is_set():
                return
            await self._worker.work(known)
        court = self._court
        for duty in await self._on_chain(self._store.duties) if court else []:
            if self._stopping.is_set() or court is None:
                return
            await self._duty(court, duty)
        if self._reporter is not None:
            await self._on_chain(self._reporter.work)
        if time.monotonic() - self._figures_at > _FIGURES_SECONDS:
            await self._on_chain(self._figures)
            self._figures_at = time.monotonic()

    def _measure(self, progress: Progress) -> None:
        if progress.rewound:
            self.metrics.reorgs.inc()
            log.warning("blocks were replaced", extra={"blocks": progress.rewound, "back to": progress.cursor})
        self._progress = progress
        self.metrics.head.set(progress.head)
        self.metrics.cursor.set(progress.cursor)
        self.metrics.lag.set(progress.lag)
        self.metrics.rpc_answered.set(self._answered)

    async def _duty(self, court: Court, duty: Duty) -> None:
        retry = self.config.retry
        try:
            if await self._on_chain(court.needs_vote, duty):
                await self._vote(court, duty)
            state, why = await self._on_chain(court.work, duty)
            await self._on_chain(self._store.move_duty, duty.case, duty.panel, state, why)
            if state != duty.state:
                self.metrics.votes.labels(state).inc()
        except Exception as error:  # one case that cannot be judged must not hold up the others
            wait = min(retry.longest_seconds, retry.first_seconds * 2 ** min(duty.tries, 30))
            log.warning("no vote yet", extra={"case": duty.case, "panel": duty.panel, "why": str(error)})
            await self._on_chain(self._store.move_duty, duty.case, duty.panel, duty.state, str(error), wait, True)
            if isinstance(error, EngineError):
                raise

    async def _vote(self, court: Court, duty: Duty) -> None:
        number: int = await self._on_chain(court.number_of, duty.case)
        request = await self._on_chain(self.verification.request, number)
        if not self._judge.answers(request.kind):
            raise CheckFailed("no check", LookupError(f"none judges {request.kind.word}"))
        document = await self._judge.document(request)
        await self._on_chain(self._decide_vote, court, duty, request, document)
        log.info(
            "vote decided", extra={"case": duty.case, "panel": duty.panel, "request": number, "node": self.config.node}
        )

    def _decide_vote(self, court: Court, duty: Duty, request: Request, document: bytes) -> Vote:
        """Judged as things were when the result was accepted: what was paid or withdrawn since makes nobody guilty."""
        found = self._hindsight.judge(request, document)
        return court.decide(duty, request.number, self.verification.result(request.number), found)

    def _figures(self) -> None:
        node, verification = self.config.node, self.verification
        active, _, live = verification.nodes.stakeOf(node)
        epoch = verification.records.currentEpoch()
        _, accuracy, _ = verification.records.scoreOf(node, epoch, active)
        self.metrics.stake.set(active / _ERA)
        self.metrics.live.set(live)
        self.metrics.accuracy.set(accuracy)
        self.metrics.balance.set(self._chain.balance(self._payer.address))
        self._poke(epoch)

    def _poke(self, epoch: int) -> None:
        """Brings the node's rate up to date, once an epoch."""
        rewards = self.config.contracts.rewards
        if rewards is None or not self.config.score.poke or self._store.remembers(f"poked {epoch}"):
            return
        try:
            set_now, due, _ = INodeRewards.at(self._chain, rewards).rateOf(self.config.node)
        except ContractError as error:
            log.warning("the rate cannot be read", extra={"why": str(error)})
            return
        if set_now != due:
            data = INodeRewards.calldata.poke(self.config.node)
            outcome = self._payer.send(f"poke:{epoch}", rewards, data)
            log.info("rate brought up to date", extra={"epoch": epoch, "fate": str(outcome.fate), "why": outcome.why})
            if outcome.fate is not Fate.done:
                return
        self._store.remember(f"poked {epoch}")

    async def _accept(self, one: SignedResult) -> bool:
        if self._progress is None:
            raise ChainAway("not ready")
        kept: bool = await self._on_chain(self._aggregator.accept, one)
        return kept

    async def _collected(self, number: int) -> list[SignedResult]:
        return [one for one, _ in await self._on_chain(self._store.collected, number)]

    def health(self) -> dict[str, Any]:
        """Whether it is well, and what is wrong if not."""
        limits, now = self.config.health, time.time()
        wrong = []
        if self._progress is None:
            wrong.append("the chain was not read yet")
        elif now - self._answered > limits.rpc_seconds:
            wrong.append(f"the chain has not answered for {now - self._answered:.0f} seconds")
        if self._progress is not None and self._progress.lag > limits.lag_blocks + self.config.chain.confirmations:
            wrong.append(f"{self._progress.lag} blocks behind")
        return {
            "healthy": not wrong,
            "problems": wrong,
            "node": self.config.node,
            "head": self._progress.head if self._progress else None,
            "cursor": self._progress.cursor if self._progress else None,
        }

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _end(self) -> None:
        if hasattr(self, "_server"):
            await self._server.stop()
        if hasattr(self, "_store"):
            await self._on_chain(self._store.close)
        if hasattr(self, "_chain"):
            await self._on_chain(self._chain.close)
        self._thread.shutdown()
        log.info("stopped", extra={"node": self.config.node})
