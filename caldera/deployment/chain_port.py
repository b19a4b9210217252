"""A chain of one's own as a deployment needs it: the development chain of the console, a fork."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from caldera.evm.address import AddressLike, to_address
from caldera.evm.errors import ContractError, Refused
from caldera.evm.node import NodeChain, call_failure
from caldera.evm.rpc import RpcError

from .engine_port import EnginePort
from .errors import CallReverted, TransactionFailed, WrongDeployer
from .port import Log, Receipt


class ChainPort(EnginePort):
    """See `Port`. `sender`: who signs; the chain needs no key for it. Its events are all that the node knows, whoever
    sent the transactions."""

    def __init__(self, chain: NodeChain, sender: AddressLike | None = None) -> None:
        super().__init__(chain, None if sender is None else to_address(sender))
        self._node = chain

    def block_number(self) -> int:
        """The latest block."""
        return int(self._node.rpc("eth_blockNumber"), 16)

    def call(self, to: str | None, data: bytes, sender: str | None = None) -> bytes:
        """A call at the chain's present time, or a creation that leaves nothing behind. Raises `CallReverted`."""
        if to is not None:
            return super().call(to, data, sender)
        fields = {"data": "0x" + data.hex()} | ({} if sender is None else {"from": to_address(sender.lower())})
        try:
            return bytes.fromhex(self._node.rpc("eth_call", fields, "latest")[2:])
        except RpcError as error:
            failure = call_failure(error)
            reason = failure.revert_data if isinstance(failure, ContractError) else b""
            raise CallReverted(str(failure), reason) from None

    def send(self, to: str | None, data: bytes, nonce: int) -> Receipt:
        """One transaction. Raises `TransactionFailed`."""
        if self.deployer is None or to is None:
            raise WrongDeployer("nobody signs: name the sender")
        try:
            made = self._node.transact(to, data, sender=self.deployer)
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
            for log in self._node.rpc("eth_getLogs", wanted)
        ]
