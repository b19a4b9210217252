"""What was done to a chain, as data: recorded on one engine, replayed on another.

recorder = Recorder(Revm())
...                                  # handles, state machines, whatever works on a chain
report = agree(recorder.trace, Revm(), anvil)
assert not report.differences
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from caldera.evm.address import Address, AddressLike, to_address
from caldera.evm.chain import Chain, Snapshot
from caldera.evm.errors import ContractError, Refused, Reverted
from caldera.evm.events import Log
from caldera.evm.function import Function
from caldera.evm.receipt import Receipt

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Send:
    """A transaction; a creation if `to` is None."""

    to: Address | None
    data: bytes
    sender: Address
    value: int


@dataclass(frozen=True, slots=True)
class Call:
    """A call without effect."""

    to: Address
    data: bytes
    sender: Address | None
    value: int


@dataclass(frozen=True, slots=True)
class Warp:
    """The time is set."""

    to: int


@dataclass(frozen=True, slots=True)
class Mine:
    """Empty blocks."""

    blocks: int


@dataclass(frozen=True, slots=True)
class SetBalance:
    """An address is given exactly so much."""

    address: Address
    wei: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A snapshot is taken; `number` is its name in the trace."""

    number: int


@dataclass(frozen=True, slots=True)
class Back:
    """A snapshot is restored; `keep` says whether it stays."""

    number: int
    keep: bool


Step: TypeAlias = Send | Call | Warp | Mine | SetBalance | Mark | Back


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step showed, in terms that do not depend on the engine."""

    status: str
    """`ok`, `refused`, or the class of the error; of a halt only whether it was gas."""
    output: bytes = b""
    logs: tuple[Log, ...] = ()
    created: Address | None = None
    block_number: int = 0
    timestamp: int = 0


def _failed(error: ContractError) -> str:
    return type(error).__name__


class Recorder(Chain):
    """A chain that does what another does and notes every step."""

    def __init__(self, chain: Chain) -> None:
        super().__init__(chain.chain_id, chain.now)
        self.inner = chain
        self.trace: list[Step] = []
        self.accounts, self.declared = chain.accounts, chain.declared
        self._sync()

    def _sync(self) -> None:
        self.now, self.block_number = self.inner.now, self.inner.block_number

    def deploy_raw(self, code: bytes, sender: AddressLike, value: int = 0) -> Receipt[None]:
        self.trace.append(Send(None, code, to_address(sender), value))
        receipt = self.inner.deploy_raw(code, sender, value)
        self._sync()
        return receipt

    def _transact(
        self, to: AddressLike, data: bytes, sender: AddressLike, value: int, function: Function[R] | None
    ) -> Receipt[R]:
        self.trace.append(Send(to_address(to), data, to_address(sender), value))
        receipt = self.inner._transact(to, data, sender, value, function)
        self._sync()
        return receipt

    def call(self, to: AddressLike, data: bytes, sender: AddressLike | None = None, value: int = 0) -> bytes:
        self.trace.append(Call(to_address(to), data, None if sender is None else to_address(sender), value))
        return self.inner.call(to, data, sender, value)

    def snapshot(self) -> Snapshot:
        taken = self.inner.snapshot()
        self.trace.append(Mark(taken.number))
        return taken

    def restore(self, snapshot: Snapshot) -> None:
        self.inner.restore(snapshot)
        self.trace.append(Back(snapshot.number, keep=True))
        self._sync()

    def _forget(self, snapshot: Snapshot) -> None:
        self.inner._forget(snapshot)
        self.trace.append(Back(snapshot.number, keep=False))
        self._sync()

    def warp(self, to: int) -> None:
        self.inner.warp(to)
        self.trace.append(Warp(to))
        self._sync()

    def mine(self, blocks: int = 1) -> None:
        self.inner.mine(blocks)
        self.trace.append(Mine(blocks))
        self._sync()

    def set_balance(self, address: AddressLike, wei: int) -> None:
        self.inner.set_balance(address, wei)
        self.trace.append(SetBalance(to_address(address), wei))

    def code(self, address: AddressLike) -> bytes:
        return self.inner.code(address)

    def storage(self, address: AddressLike, slot: int) -> int:
        return self.inner.storage(address, slot)

    def nonce(self, address: AddressLike) -> int:
        return self.inner.nonce(address)

    def balance(self, address: AddressLike) -> int:
        return self.inner.balance(address)

    def close(self) -> None:
        self.inner.close()


def replay(trace: Sequence[Step], chain: Chain) -> list[Outcome]:
    """Do every step on a chain that stands where the recording began; one outcome a step."""
    marks: dict[int, Snapshot] = {}
    return [_do(step, chain, marks) for step in trace]


def _do(step: Step, chain: Chain, marks: dict[int, Snapshot]) -> Outcome:
    match step:
        case Send(to, data, sender, value):
            return _send(chain, to, data, sender, value)
        case Call(to, data, sender, value):
            try:
                return Outcome("ok", chain.call(to, data, sender, value))
            except Refused:
                return Outcome("refused")
            except ContractError as error:
                return Outcome(_failed(error), error.revert_data)
        case Warp(to):
            chain.warp(to)
        case Mine(blocks):
            chain.mine(blocks)
        case SetBalance(address, wei):
            chain.set_balance(address, wei)
        case Mark(number):
            marks[number] = chain.snapshot()
        case Back(number, keep):
            (chain.restore if keep else chain._forget)(marks[number])
    return Outcome("ok", block_number=chain.block_number, timestamp=chain.now)


def _send(chain: Chain, to: Address | None, data: bytes, sender: Address, value: int) -> Outcome:
    receipt: Receipt[None]
    try:
        receipt = chain.deploy_raw(data, sender, value) if to is None else chain.transact_raw(to, data, sender, value)
    except Refused:
        return Outcome("refused")
    return outcome_of(receipt)


def outcome_of(receipt: Receipt[Any]) -> Outcome:
    """What a transaction showed; the code that a creation gives back is no output of it."""
    error = receipt.error
    output = error.revert_data if error else b"" if receipt.to is None else receipt.output
    status = _failed(error) if error else "ok"
    assert error is None or isinstance(error, Reverted) or not output
    return Outcome(status, output, receipt.logs, receipt.created, receipt.block_number, receipt.timestamp)
