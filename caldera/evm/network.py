"""The engine that is somebody's network: transactions are signed here and paid for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, Protocol, TypeVar, runtime_checkable

from eth_account import Account as _Keys

from caldera.evm.account import Account
from caldera.evm.address import ZERO, Address, AddressLike, to_address
from caldera.evm.chain import CHAIN_ID, Snapshot, check_wei
from caldera.evm.errors import EngineError, Refused, WrongChain
from caldera.evm.function import Function
from caldera.evm.hashing import keccak
from caldera.evm.node import NodeChain, NodeReceipt, call_failure, refused
from caldera.evm.receipt import Receipt
from caldera.evm.rpc import JsonRpc, RpcError

R = TypeVar("R")

RECEIPT_SECONDS = 180.0
PAUSE_SECONDS = 0.25
ANSWER_SECONDS = 60.0
OWN_CHAINS = frozenset({1337, 31337, CHAIN_ID})
"""Chain ids of development chains, where accounts of labels may send although everybody has their keys."""


@runtime_checkable
class Signer(Protocol):
    """Who can sign a transaction: an account of eth_account, a wallet behind the same two words."""

    @property
    def address(self) -> Any: ...

    def sign_transaction(self, transaction_dict: Any) -> Any:
        """Give back something with `raw_transaction`, the signed bytes."""


class Rpc(NodeChain):
    """A network behind the URL of a node. Its clock, its blocks and its state are not ours to set.

    Before a transaction is sent the node estimates it: one that would fail raises its typed error and costs nothing.
    """

    def __init__(
        self,
        url: str,
        chain_id: int,
        max_fee: int | None = None,
        receipt_seconds: float = RECEIPT_SECONDS,
        timeout: float = ANSWER_SECONDS,
    ) -> None:
        """Connect.

        Args:
            url: of the node, http or https.
            chain_id: of the chain that is meant.
            max_fee: wei a unit of gas may cost; no limit if None.
            receipt_seconds: how long a transaction may take to be in a block.
            timeout: seconds one answer of the node may take.

        Raises:
            WrongChain: the node is on another chain; nothing is sent.
            EngineError: it does not answer.
        """
        self.chain_id = chain_id
        self.accounts = {}
        self.declared = {}
        self.max_fee = max_fee
        self.receipt_seconds = receipt_seconds
        self._client = JsonRpc(url, timeout)
        found = int(self.rpc("eth_chainId"), 16)
        if found != chain_id:
            self.close()
            raise WrongChain(f"chain {found} answers on {self._client.place}, {chain_id} is meant: nothing was sent")

    def rpc(self, method: str, *params: Any) -> Any:
        return self._client(method, *params)

    @property
    def now(self) -> int:
        """Timestamp of the latest block, seconds since the epoch."""
        return int(self._block("latest")["timestamp"], 16)

    @now.setter
    def now(self, _value: int) -> None:
        self._not_ours()

    @property
    def block_number(self) -> int:
        """Number of the latest block."""
        return int(self.rpc("eth_blockNumber"), 16)

    @block_number.setter
    def block_number(self, _value: int) -> None:
        self._not_ours()

    def _transact(
        self, to: AddressLike, data: bytes, sender: AddressLike, value: int, function: Function[R] | None
    ) -> Receipt[R]:
        return self._send(to_address(to), data, sender, value, function)

    def deploy_raw(self, code: bytes, sender: AddressLike, value: int = 0) -> Receipt[None]:
        return self._send(None, code, sender, value, None)

    def _send(
        self, to: Address | None, data: bytes, sender: AddressLike, value: int, function: Function[R] | None
    ) -> Receipt[R]:
        check_wei(value)
        signer, caller = self._signer(sender), to_address(sender)
        fields = {"from": caller, "data": "0x" + data.hex(), "value": hex(value)} | ({"to": to} if to else {})
        try:
            gas = int(self.rpc("eth_estimateGas", fields), 16)
        except RpcError as error:
            raise call_failure(error) from error
        transaction = {
            "chainId": self.chain_id,
            "nonce": int(self.rpc("eth_getTransactionCount", caller, "pending"), 16),
            "gas": gas + gas // 5,
            "to": to or b"",
            "value": value,
            "data": data,
            **self.fees(),
        }
        raw = self._publish(bytes(signer.sign_transaction(transaction).raw_transaction))
        ok = raw["status"] == "0x1"
        receipt: NodeReceipt[R] = NodeReceipt(
            ok=ok,
            sender=caller,
            to=to,
            value=value,
            data=data,
            block_number=int(raw["blockNumber"], 16),
            timestamp=int(self._block(raw["blockNumber"])["timestamp"], 16),
            created=to_address(raw["contractAddress"]) if ok and to is None else None,
            function=function,
            declared=self.declared,
        )
        receipt.attach(raw, lambda: self._trace(raw, fields))
        return receipt

    def _publish(self, signed: bytes) -> Mapping[str, Any]:
        tx_hash = "0x" + keccak(signed).hex()
        unheard = ""
        try:
            self.rpc("eth_sendRawTransaction", "0x" + signed.hex())
        except RpcError as error:
            if "already known" not in error.message.lower():
                raise refused(error) from error
        except EngineError as error:
            unheard = f"{error}; "  # it may have arrived all the same: its hash will tell
        try:
            return self._await(tx_hash, self.receipt_seconds, PAUSE_SECONDS)
        except EngineError as error:
            raise EngineError(f"{unheard}{error}: look for {tx_hash} before sending again") from error

    def _signer(self, sender: AddressLike) -> Signer:
        if isinstance(sender, Account):
            if self.chain_id not in OWN_CHAINS:
                raise Refused(f"the key of {sender.label!r} follows from its label, so anyone has it: not on a network")
            keys: Signer = _Keys.from_key(sender.key)
            return keys
        if not isinstance(sender, Signer):
            raise Refused(f"{sender!r} cannot sign: send with an account of eth_account")
        return sender

    def fees(self) -> dict[str, int]:
        """The fields of a transaction that say what gas may cost.

        Raises:
            Refused: it costs more than `max_fee` now.
        """
        base = self._block("latest").get("baseFeePerGas")
        if base is None:
            price = int(self.rpc("eth_gasPrice"), 16)
            fees, least = {"gasPrice": price}, price
        else:
            try:
                tip = int(self.rpc("eth_maxPriorityFeePerGas"), 16)
            except RpcError:
                tip = 0
            least = int(base, 16) + tip
            most = max(least, min(2 * int(base, 16) + tip, self.max_fee or 1 << 255))
            fees = {"maxFeePerGas": most, "maxPriorityFeePerGas": tip}
        if self.max_fee is not None and least > self.max_fee:
            raise Refused(f"gas costs {least} wei now, at most {self.max_fee} was allowed")
        return fees

    def _trace(self, raw: Mapping[str, Any], fields: Mapping[str, str]) -> Mapping[str, Any]:
        try:
            return dict(self.rpc("debug_traceTransaction", raw["transactionHash"], {"tracer": "callTracer"}))
        except RpcError:
            pass  # most public nodes do not trace: run it again on the state before its block
        try:
            output = self.rpc("eth_call", fields, hex(int(raw["blockNumber"], 16) - 1))
        except RpcError as error:
            failure = call_failure(error)
            data = getattr(failure, "revert_data", b"")
            return {"error": "execution reverted" if data else str(failure), "output": "0x" + data.hex()}
        return {"output": output, "error": "failed in its block, succeeds when run again on the one before"}

    def call(self, to: AddressLike, data: bytes, sender: AddressLike | None = None, value: int = 0) -> bytes:
        check_wei(value)
        caller = ZERO if sender is None else to_address(sender)
        fields = {"from": caller, "to": to_address(to), "data": "0x" + data.hex(), "value": hex(value)}
        try:
            return bytes.fromhex(self.rpc("eth_call", fields, "latest")[2:])
        except RpcError as error:
            raise call_failure(error) from error

    def _block(self, which: str) -> Mapping[str, Any]:
        found = self.rpc("eth_getBlockByNumber", which, False)
        if not found:
            raise EngineError(f"{self._client.place} does not know block {which}")
        return dict(found)

    def _not_ours(self) -> NoReturn:
        raise EngineError(f"chain {self.chain_id} is a network: its state, its time and its blocks are not ours to set")

    def snapshot(self) -> Snapshot:
        self._not_ours()

    def restore(self, snapshot: Snapshot) -> None:
        self._not_ours()

    def _forget(self, snapshot: Snapshot) -> None:
        self._not_ours()

    def warp(self, to: int) -> None:
        self._not_ours()

    def mine(self, blocks: int = 1) -> None:
        self._not_ours()

    def set_balance(self, address: AddressLike, wei: int) -> None:
        self._not_ours()

    def close(self) -> None:
        self._client.close()
