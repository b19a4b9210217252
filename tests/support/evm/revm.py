"""The chain in this process: revm through pyrevm. Its gas figures are not those of a chain.

Slots stay warm from one transaction to the next here, so `gas_used` must never be quoted: measure on anvil.
"""

import re

import pyrevm

from tests.support.evm.chain import DEVNET_CHAIN_ID, GENESIS_TIME, Account, Chain, Log, Receipt
from tests.support.evm.codec import checksummed
from tests.support.evm.errors import Halted, decoded

_OUTPUT = re.compile(r"output: 0x([0-9a-f]*)")
_GAS = 30_000_000
_NOBODY = "0x" + "00" * 20


class Revm(Chain):
    """A fresh chain. A transaction keeps the clock where it is and makes a block of its own."""

    def __init__(self, chain_id: int = DEVNET_CHAIN_ID, now: int = GENESIS_TIME) -> None:
        self.chain_id = chain_id
        self._now = now
        self._number = 1
        self._funded: dict[str, Account] = {}
        env = pyrevm.Env(cfg=pyrevm.CfgEnv(chain_id=chain_id), block=self._block())
        self._evm = pyrevm.EVM(env=env, gas_limit=_GAS)

    def transact(self, to: str | None, data: bytes, sender: str, value: int = 0) -> Receipt:
        """See `Chain`. Transient storage is cleared after each, as on a chain; pyrevm would keep it."""
        evm = self._evm
        created = None
        try:
            if to is None:
                created = evm.deploy(sender, data, value, _GAS)
                output = b""
            else:
                output = evm.message_call(sender, to, data, value, _GAS)
        except RuntimeError as error:
            return Receipt(False, _refusal(error), 0)
        finally:
            evm.reset_transient_storage()
            self._number += 1
            evm.set_block_env(self._block())
        result = evm.result
        assert result is not None
        logs = tuple(
            Log(str(log.address), tuple(bytes.fromhex(t.removeprefix("0x")) for t in log.topics), log.data[1])
            for log in result.logs
        )
        return Receipt(True, bytes(output), result.gas_used, logs, created and checksummed(bytes.fromhex(created[2:])))

    def call(self, to: str, data: bytes, sender: str | None = None) -> bytes:
        """See `Chain`."""
        evm = self._evm
        before = evm.snapshot()
        try:
            return bytes(evm.message_call(sender or _NOBODY, to, data, 0, _GAS))
        except RuntimeError as error:
            raise decoded(_refusal(error)) from None
        finally:
            evm.revert(before)
            evm.reset_transient_storage()

    def snapshot(self) -> tuple[object, int, int]:
        """See `Chain`."""
        return self._evm.snapshot(), self._now, self._number

    def restore(self, snapshot: tuple[pyrevm.JournalCheckpoint, int, int]) -> None:
        """See `Chain`."""
        checkpoint, self._now, self._number = snapshot
        self._evm.revert(checkpoint)
        self._evm.set_block_env(self._block())

    @property
    def now(self) -> int:
        """See `Chain`."""
        return self._now

    def warp(self, to: int) -> None:
        """See `Chain`."""
        if to < self._now:
            raise ValueError(f"time cannot go back from {self._now} to {to}")
        self._now = to
        self._evm.set_block_env(self._block())

    def code(self, address: str) -> bytes:
        """See `Chain`."""
        return bytes(self._evm.get_code(address) or b"")

    def storage(self, address: str, slot: int) -> int:
        """See `Chain`."""
        return int(self._evm.storage(address, slot))

    def fund(self, address: str, wei: int = 10**24) -> None:
        """See `Chain`."""
        self._evm.set_balance(address, wei)

    def _block(self) -> pyrevm.BlockEnv:
        return pyrevm.BlockEnv(number=self._number, timestamp=self._now, gas_limit=_GAS)


def _refusal(error: RuntimeError) -> bytes:
    text = str(error)
    if text.startswith("Revert"):
        found = _OUTPUT.search(text)
        return bytes.fromhex(found[1]) if found else b""
    raise Halted(text) from None
