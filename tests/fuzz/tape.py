"""What machines do to their chains, noted while it happens: what stands on the tape when one fails is its script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from caldera.evm import AddressLike, ContractError, Receipt, Refused, Revm, Snapshot
from caldera.evm.address import to_address
from caldera.evm.trace import Back, Call, Mark, Mine, Outcome, Send, SetBalance, Step, Warp, outcome_of


@dataclass(frozen=True, slots=True)
class Look:
    """A call without effect, of which only the last is of interest: what it gave was not what was expected."""

    to: AddressLike
    data: bytes
    sender: AddressLike | None
    value: int
    output: bytes
    error: Exception | None


@dataclass(frozen=True, slots=True)
class Unsent:
    """A transaction that a chain would not take."""

    send: Send


Entry: TypeAlias = "Receipt[Any] | Unsent | Look | Step"
E = TypeVar("E", bound=Entry)
Told: TypeAlias = tuple[Step, Outcome | None]
"""A step and, if it has one, what it showed."""


class Tape:
    """The tape of one chain. Returning to a snapshot winds it back, so that it has what led to the present state."""

    def __init__(self, chain: Revm) -> None:
        self.chain = chain
        self.born = chain.now
        """Time of the chain's first block."""
        self.entries: list[Entry] = []
        self.begun = 0
        """Where the machine's own steps begin: behind what it was last put back to."""
        self.restored = 0
        """How often the chain was put back."""
        self.failed: list[Entry] | None = None
        """What stood here when something failed, before anybody cleaned up."""
        self._places: dict[int, int] = {}
        self._take_part()

    def _take_part(self) -> None:
        """Stands between the chain and whoever uses it: by methods of the object, so that a class keeps its own."""
        chain: Any = self.chain
        transact, deploy_raw, call = chain._transact, chain.deploy_raw, chain.call
        warp, mine, set_balance = chain.warp, chain.mine, chain.set_balance
        snapshot, restore, forget = chain.snapshot, chain.restore, chain._forget

        def sent(to: AddressLike, data: bytes, sender: AddressLike, value: int, function: Any) -> Receipt[Any]:
            try:
                receipt: Receipt[Any] = transact(to, data, sender, value, function)
            except Refused:
                self._add(Unsent(Send(to_address(to), data, to_address(sender), value)))
                raise
            return self._add(receipt)

        def created(code: bytes, sender: AddressLike, value: int = 0) -> Receipt[None]:
            try:
                receipt: Receipt[None] = deploy_raw(code, sender, value)
            except Refused:
                self._add(Unsent(Send(None, code, to_address(sender), value)))
                raise
            return self._add(receipt)

        def looked(to: AddressLike, data: bytes, sender: AddressLike | None = None, value: int = 0) -> bytes:
            try:
                output: bytes = call(to, data, sender, value)
            except (ContractError, Refused) as error:
                self._add(Look(to, data, sender, value, b"", error))
                raise
            self._add(Look(to, data, sender, value, output, None))
            return output

        def warped(to: int) -> None:
            warp(to)
            self._add(Warp(to))

        def mined(blocks: int = 1) -> None:
            mine(blocks)
            self._add(Mine(blocks))

        def balanced(address: AddressLike, wei: int) -> None:
            set_balance(address, wei)
            self._add(SetBalance(to_address(address), wei))

        def marked() -> Snapshot:
            taken: Snapshot = snapshot()
            self._add(Mark(taken.number))
            self._places[taken.number] = len(self.entries)
            return taken

        def restored(to: Snapshot) -> None:
            restore(to)
            self.begun = self._places[to.number]
            del self.entries[self.begun :]
            self.restored += 1
            self.failed = None

        def forgotten(to: Snapshot) -> None:
            forget(to)
            self._add(Back(to.number, keep=False))

        chain._transact, chain.deploy_raw, chain.call = sent, created, looked
        chain.warp, chain.mine, chain.set_balance = warped, mined, balanced
        chain.snapshot, chain.restore, chain._forget = marked, restored, forgotten

    def _add(self, entry: E) -> E:
        if self.entries and isinstance(self.entries[-1], Look):
            self.entries.pop()
        self.entries.append(entry)
        return entry

    @property
    def receipts(self) -> list[Receipt[Any]]:
        """Of the transactions since the machine was put back."""
        return [entry for entry in self.entries[self.begun :] if isinstance(entry, Receipt)]

    def told(self) -> tuple[list[Told], list[Told]]:
        """What was done before the machine began, and what it did: steps in a row, without what was undone."""
        entries = self.entries if self.failed is None else self.failed
        return _told(entries[: self.begun]), _told(entries[self.begun :])


def _told(entries: Sequence[Entry]) -> list[Told]:
    return [_tell(entry) for entry in in_a_row(entries)]


def in_a_row(entries: Sequence[Entry]) -> list[Entry]:
    """Without what was tried and undone. Only what was undone last stays: it may be where the failure is."""
    last = max((at for at, entry in enumerate(entries) if not isinstance(entry, Back)), default=-1)
    kept: list[Entry] = []
    for at, entry in enumerate(entries):
        if isinstance(entry, Back) and at < last:
            place = next((p for p, one in enumerate(kept) if one == Mark(entry.number)), len(kept))
            del kept[place:]
        elif not isinstance(entry, Back):
            if kept and isinstance(kept[-1], Look | Warp) and isinstance(entry, type(kept[-1])):
                kept.pop()
            kept.append(entry)
    return [entry for at, entry in enumerate(kept) if not _idle(entry, at == len(kept) - 1)]


def _idle(entry: Entry, last: bool) -> bool:
    return isinstance(entry, Mark) or (isinstance(entry, Look) and not last)


def _tell(entry: Entry) -> Told:
    match entry:
        case Receipt():
            data, to = entry.data, entry.to
            return Send(to, data, entry.sender, entry.value), outcome_of(entry)
        case Unsent(send):
            return send, Outcome("refused")
        case Look(to, data, sender, value, output, error):
            step = Call(to_address(to), data, None if sender is None else to_address(sender), value)
            if error is None:
                return step, Outcome("ok", output)
            if isinstance(error, ContractError):
                return step, Outcome(type(error).__name__, error.revert_data)
            return step, Outcome("refused")
        case _:
            return entry, None


@contextmanager
def taping() -> Iterator[list[Tape]]:
    """Every Revm that is made inside has a tape, from its first step on."""
    tapes: list[Tape] = []
    original = Revm.__init__

    def begin(chain: Revm, *args: Any, **kwargs: Any) -> None:
        original(chain, *args, **kwargs)
        tapes.append(Tape(chain))

    Revm.__init__ = begin  # type: ignore[assignment, method-assign]
    try:
        yield tapes
    finally:
        Revm.__init__ = original  # type: ignore[method-assign]


def latest(tapes: Sequence[Tape]) -> Tape:
    """The tape of the chain that a machine works on: of one that it puts back."""
    return max(tapes, key=lambda tape: tape.restored)
