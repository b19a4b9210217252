"""The engine in process: revm through pyrevm, made to behave like a chain."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from pyrevm import EVM, AccountInfo, BlockEnv, CfgEnv, Env

from caldera.evm import registry
from caldera.evm.address import ZERO, Address, AddressLike, checksum, parse, to_address
from caldera.evm.chain import CHAIN_ID, GAS_LIMIT, GENESIS_TIME, Chain, Snapshot, check_wei
from caldera.evm.errors import ContractError, EngineError, Refused
from caldera.evm.events import Log
from caldera.evm.function import Function
from caldera.evm.hashing import create_address, keccak
from caldera.evm.receipt import Receipt

R = TypeVar("R")
T = TypeVar("T")

MAX_OPEN_SNAPSHOTS = 900
"""revm counts an open snapshot as a level of call depth, and 1,024 levels is where calls stop."""

_PADDING = 33
"""Zero bytes that revm appends to code when it analyses it."""

TREASURY: Address = checksum(keccak(b"caldera treasury")[12:])
"""Where the wei of `set_balance` comes from and goes to."""

_NO_CODE = keccak(b"")
_HAS_CODE = "Transaction(RejectCallerWithCode)"
_REVERT = re.compile(r"^Revert \{.*output: 0x([0-9a-fA-F]*)")
_HALT = re.compile(r"^Halt \{ reason: (.*), gas_used: \d+ \}$")


class _Mark(NamedTuple):
    """What a snapshot has to remember beside the journal of revm."""

    number: int
    checkpoint: Any
    now: int
    block_number: int
    nonces: dict[Address, int]
    balance_changes: int


class RevmReceipt(Receipt[R]):
    """Receipt of a transaction on Revm."""

    __slots__ = ("_output", "_problem", "_result")

    _result: Any
    _output: bytes
    _problem: str | None

    @property
    def output(self) -> bytes:
        if self.ok:
            return self._output
        assert self.error is not None
        return self.error.revert_data

    @property
    def gas_used(self) -> int:
        return int(self._result.gas_used)

    def _read_logs(self) -> tuple[Log, ...]:
        logs = []
        for log in self._result.logs:
            topics, data = log.data
            logs.append(Log(log.address, tuple(topics), data))
        return tuple(logs)

    def _read_error(self) -> ContractError:
        assert self._problem is not None
        return _failure(self._problem)


class Revm(Chain):
    """A chain in this process: some ten thousand transactions a second, nothing to start, nothing to stop."""

    def __init__(self, chain_id: int = CHAIN_ID, timestamp: int = GENESIS_TIME) -> None:
        super().__init__(chain_id, timestamp)
        self._block = BlockEnv(number=1, timestamp=timestamp, gas_limit=GAS_LIMIT, basefee=0)
        self._evm = EVM(env=Env(cfg=CfgEnv(chain_id=chain_id), block=self._block), gas_limit=GAS_LIMIT)
        self._nonces: dict[Address, int] = {}
        self._marks: list[_Mark] = []
        self._taken = 0
        self._balance_changes: list[tuple[Address, int]] = []

    @property
    def engine(self) -> EVM:
        """The pyrevm object, to look into. Changing it behind this class's back breaks what the class promises."""
        return self._evm

    def _transact(
        self, to: AddressLike, data: bytes, sender: AddressLike, value: int, function: Function[R] | None
    ) -> Receipt[R]:
        caller, target = to_address(sender), to_address(to)
        if value != 0:
            check_wei(value)
        output, problem = b"", None
        try:
            output = self._sent(caller, lambda: self._evm.message_call(caller, target, data, value), target)
        except RuntimeError as error:
            problem = str(error)
        return self._receipt(caller, target, value, data, output, problem, None, function)

    def deploy_raw(self, code: bytes, sender: AddressLike, value: int = 0) -> Receipt[None]:
        caller = to_address(sender)
        check_wei(value)
        created = to_address("0x" + create_address(parse(caller), self._nonces.get(caller, 0)).hex())
        problem = None
        try:
            at = self._sent(caller, lambda: self._created(caller, code, value))
            assert to_address(at) == created, f"created at {at}, {created} was expected"
        except RuntimeError as error:
            problem = str(error)
        return self._receipt(caller, None, value, code, b"", problem, created, None)

    def _created(self, caller: Address, code: bytes, value: int) -> str:
        self._settle_nonce(caller)
        return str(self._evm.deploy(caller, code, value))

    def _sent(self, sender: Address, work: Callable[[], T], to: Address | None = None) -> T:
        """revm takes nothing from a contract (EIP-3607). One that is made to send lays its code down meanwhile."""
        try:
            return work()
        except RuntimeError as error:
            if str(error) != _HAS_CODE or to == sender:
                raise
        code = self.code(sender)
        self._insert(sender, self._evm.basic(sender).nonce, None)
        try:
            return work()
        finally:
            self._insert(sender, self._evm.basic(sender).nonce, code)

    def _receipt(
        self,
        sender: Address,
        to: Address | None,
        value: int,
        data: bytes,
        output: bytes,
        problem: str | None,
        created: Address | None,
        function: Function[R] | None,
    ) -> Receipt[R]:
        # Transient storage outlives a call in revm; a chain clears it after every transaction.
        self._evm.reset_transient_storage()
        if problem is not None and problem.startswith("Transaction("):
            raise Refused(problem.removeprefix("Transaction(").removesuffix(")"))
        ok = problem is None
        receipt: RevmReceipt[R] = RevmReceipt(
            ok=ok,
            sender=sender,
            to=to,
            value=value,
            data=data,
            block_number=self.block_number + 1,
            timestamp=self.now,
            created=created if ok else None,
            function=function,
            declared=self.declared,
        )
        receipt._result = self._evm.result
        receipt._output = output
        receipt._problem = problem
        self._nonces[sender] = self._nonces.get(sender, 0) + 1
        self._at(self.now, self.block_number + 1)
        return receipt

    def call(self, to: AddressLike, data: bytes, sender: AddressLike | None = None, value: int = 0) -> bytes:
        caller, target = ZERO if sender is None else to_address(sender), to_address(to)
        if value != 0:
            check_wei(value)
        try:
            return self._sent(caller, lambda: self._looked(caller, target, data, value), target)
        except RuntimeError as error:
            problem = str(error)
        if problem.startswith("Transaction("):
            raise Refused(problem.removeprefix("Transaction(").removesuffix(")"))
        raise _failure(problem)

    def _looked(self, caller: Address, target: Address, data: bytes, value: int) -> bytes:
        checkpoint = self._evm.snapshot()
        try:
            return self._evm.message_call(caller, target, data, value)
        finally:
            self._evm.revert(checkpoint)  # transient storage, too

    def _at(self, now: int, block_number: int) -> None:
        self.now, self.block_number = now, block_number
        block = self._block
        block.timestamp = now  # type: ignore[misc]  # its stubs omit the two setters
        block.number = block_number + 1  # type: ignore[misc]
        self._evm.set_block_env(block)

    def _settle_nonce(self, sender: Address) -> None:
        """revm counts creations only: before one, put in the nonce that a chain would have."""
        right = self._nonces.get(sender, 0)
        if self._evm.basic(sender).nonce != right:
            self._insert(sender, right, self.code(sender) or None)

    def _insert(self, address: Address, nonce: int, code: bytes | None) -> None:
        account = AccountInfo(  # type: ignore[call-arg]
            balance=self._evm.get_balance(address), nonce=nonce, code=code
        )
        self._evm.insert_account_info(address, account)

    def snapshot(self) -> Snapshot:
        if len(self._marks) >= MAX_OPEN_SNAPSHOTS:
            raise EngineError(f"{MAX_OPEN_SNAPSHOTS} snapshots are open: restore an earlier one before taking more")
        self._taken += 1
        self._mark(self._taken)
        return Snapshot(self._taken)

    def _mark(self, number: int) -> None:
        self._marks.append(
            _Mark(
                number,
                self._evm.snapshot(),
                self.now,
                self.block_number,
                dict(self._nonces),
                len(self._balance_changes),
            )
        )

    def restore(self, snapshot: Snapshot) -> None:
        self._forget(snapshot)
        self._mark(snapshot.number)

    def _forget(self, snapshot: Snapshot) -> None:
        if all(mark.number != snapshot.number for mark in self._marks):
            raise EngineError("the snapshot is gone: a state before it was restored, or it is another chain's")
        while True:
            # One at a time from the innermost: revm lowers its depth by one a revert, however many are skipped.
            mark = self._marks.pop()
            self._evm.revert(mark.checkpoint)
            if mark.number == snapshot.number:
                break
        self._undo_balances(mark.balance_changes)
        self._nonces = mark.nonces
        self._at(mark.now, mark.block_number)

    def _undo_balances(self, keep: int) -> None:
        """Take back what was put into contracts, newest first."""
        while len(self._balance_changes) > keep:
            address, added = self._balance_changes.pop()
            if self._remembers(address):
                self._evm.set_balance(address, (self._evm.get_balance(address) - added) % (1 << 256))

    def _remembers(self, address: Address) -> bool:
        """Whether revm has the account from before the restored mark: one it met later is gone with all it held."""
        return address.lower() in {known.lower() for known in self._evm.journal_state}

    def warp(self, to: int) -> None:
        self._forward(to)
        self._at(to, self.block_number)

    def mine(self, blocks: int = 1) -> None:
        self._at(self.now, self.block_number + blocks)

    def code(self, address: AddressLike) -> bytes:
        where = to_address(address)
        padded = bytes(self._evm.get_code(where) or b"")
        if not padded:
            return b""
        # revm gives the code it analysed, which has zeros behind it: the hash says how many.
        hashed = bytes(self._evm.basic(where).code_hash or b"")
        shortest = len(padded.rstrip(b"\0"))
        sizes = [len(padded) - _PADDING, *range(shortest, len(padded) + 1)]
        return next(padded[:size] for size in sizes if keccak(padded[:size]) == hashed)

    def storage(self, address: AddressLike, slot: int) -> int:
        return int(self._evm.storage(to_address(address), slot))

    def nonce(self, address: AddressLike) -> int:
        where = to_address(address)
        return self._nonces[where] if where in self._nonces else int(self._evm.basic(where).nonce)

    def balance(self, address: AddressLike) -> int:
        return int(self._evm.get_balance(to_address(address)))

    def set_balance(self, address: AddressLike, wei: int) -> None:
        check_wei(wei)
        where, evm = to_address(address), self._evm
        added = wei - self.balance(where)
        if evm.basic(where).code_hash != _NO_CODE:
            # A contract would run if it were paid, and cannot pay by itself; `_undo_balances` does the rest.
            self._balance_changes.append((where, added))
            evm.set_balance(where, wei)
        elif added:
            # revm undoes transfers and not `set_balance`: move the difference from or to an account that nobody sees.
            payer, payee = (TREASURY, where) if added > 0 else (where, TREASURY)
            evm.set_balance(TREASURY, max(added, 0))
            evm.message_call(payer, payee, b"", abs(added))


def _failure(problem: str) -> ContractError:
    if found := _REVERT.match(problem):
        return registry.revert_of(bytes.fromhex(found[1]))
    found = _HALT.match(problem)
    return registry.halt_of(found[1] if found else problem)
