"""A chain of one's own as a deployment needs it: the development chain of the console, a fork."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from caldera.evm.address import AddressLike, to_address
from caldera.evm.errors import ContractError, Refused
from caldera.evm.node import NodeChain

from .errors import CallReverted, TransactionFailed, WrongDeployer
from .port import Log, Receipt


class ChainPort:
    """See `Port`. `sender`: who signs; the chain needs no key for it. Time is the chain's own."""

    def __init__(self, chain: NodeChain, sender: AddressLike | None = None) -> None:
        self.chain, self._sender = chain, sender

    @property
    def chain_id(self) -> int:
        """The chain's own id."""
        return self.chain.chain_id

    @property
    def deployer(self) -> str | None:
        """Who sends."""
        return None if self._sender is None else to_address(self._sender)

    def nonce(self, address: str) -> int:
        """How many transactions of `address` were mined."""
        return self.chain.nonce(address)

    def settle(self, address: str) -> None:
        """Nothing ever waits here: every transaction is a block."""

    def block_number(self) -> int:
        """The latest block."""
        return int(self.chain.rpc("eth_blockNumber"), 16)

    def code(self, address: str) -> bytes:
        """Runtime code; empty where there is none."""
        return self.chain.code(address)

    def call(self, to: str | None, data: bytes, sender: str | None = None) -> bytes:
        """A call at the chain's present time. Raises `CallReverted`."""
        if to is None:
            raise TransactionFailed("nothing is created through this port")
        try:
            return self.chain.call(to, data, sender)
        except ContractError as error:
            raise CallReverted(str(error), error.revert_data) from None

    def send(self, to: str | None, data: bytes, nonce: int) -> Receipt:
        """One transaction. Raises `TransactionFailed`."""
        if self._sender is None or to is None:
            raise WrongDeployer("nobody signs: name the sender")
        try:
            made = self.chain.transact(to, data, sender=self._sender)
        except (ContractError, Refused) as error:
            raise TransactionFailed(f"nonce {nonce} failed: {error}") from None
        return Receipt(None, made.gas_used)

    def logs(self, address: str, topics: Sequence[bytes], from_block: int, to_block: int | None = None) -> list[Log]:
        """Events, oldest first. See `Port`."""
        wanted: dict[str, Any] = {
            "address": to_address(address),
            "topics": ["0x" + topic.hex() for topic in topics],
            "fromBlock": hex(from_block),
            "toBlock": "latest" if to_block is None else hex(to_block),
        }
        return [
            Log(
                to_address(log["address"]),
                tuple(bytes.fromhex(topic[2:]) for topic in log["topics"]),
                bytes.fromhex(log["data"][2:]),
                (int(log["blockNumber"], 16), int(log["logIndex"], 16)),
            )
            for log in self.chain.rpc("eth_getLogs", wanted)
        ]
