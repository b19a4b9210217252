"""A chain behind a JSON-RPC URL, by web3.py. Signs with a local key, or lets the node sign for an unlocked account."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Protocol, cast

from eth_account import Account
from eth_utils.address import to_checksum_address
from hexbytes import HexBytes
from requests import Session
from requests.exceptions import RequestException
from requests.utils import get_netrc_auth
from web3 import HTTPProvider, Web3
from web3.exceptions import ContractLogicError, TimeExhausted, Web3Exception, Web3RPCError
from web3.types import FilterParams, RPCEndpoint, RPCResponse, TxParams, TxReceipt

from .errors import CallReverted, CannotConnect, PendingTransactions, TransactionFailed, WrongDeployer
from .port import Log, Receipt

_GAS_MARGIN = 5  # a fifth more than estimated


class _Provider(HTTPProvider):
    """A silent node is an error of this package, wherever it happens."""

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        try:
            return super().make_request(method, params)
        except (RequestException, ValueError) as error:
            raise CannotConnect(
                f"{self.endpoint_uri} does not answer {method} as a node ({type(error).__name__}): check --rpc-url"
            ) from None


def _session(url: str) -> Session:
    """What the environment says of proxies, certificates and passwords, read once and not for every request."""
    session = Session()
    found = session.merge_environment_settings(url, {}, None, None, None)
    session.proxies, session.verify, session.cert = found["proxies"], found["verify"], found["cert"]
    session.auth = get_netrc_auth(url)
    session.trust_env = False
    return session


class Signer(Protocol):
    """An account whose key is kept elsewhere: a keystore of Ape, a hardware wallet."""

    @property
    def address(self) -> str:
        """Who signs."""

    def sign(self, transaction: dict[str, Any]) -> bytes:
        """The signed transaction as it is broadcast. `transaction`: the fields of `eth_sendTransaction`."""


class _Key:
    """A private key in memory."""

    def __init__(self, key: str | bytes) -> None:
        try:
            self._account = Account.from_key(key)
        except Exception:
            raise WrongDeployer("the private key is not one: 32 bytes as hex are needed") from None
        self.address = str(self._account.address)

    def sign(self, transaction: dict[str, Any]) -> bytes:
        return bytes(self._account.sign_transaction(transaction).raw_transaction)


class Web3Port:
    """`key`: the deployer's private key, or `signer`, who has it. `sender`: without either, the account that is asked
    about or that the node signs for (`unlocked`). `patience`: seconds to wait for a transaction."""

    def __init__(
        self,
        url: str,
        key: str | bytes | None = None,
        sender: str | None = None,
        unlocked: bool = False,
        patience: float = 180,
        poll: float = 0.1,
        signer: Signer | None = None,
    ) -> None:
        # Without web3's own layers: they ask for the chain id twice with every call, and fill in what is given here.
        self._web3 = Web3(_Provider(url, request_kwargs={"timeout": 60}, session=_session(url)), middleware=())
        self._patience, self._poll = patience, poll
        self._signer: Signer | None = _Key(key) if key is not None else signer
        self._unlocked = unlocked
        chosen = self._signer.address if self._signer else sender
        self._deployer = str(to_checksum_address(chosen)) if chosen else None

    @cached_property
    def chain_id(self) -> int:
        """Asked once.

        :raises CannotConnect: nothing answers
        """
        return int(self._web3.eth.chain_id)

    @property
    def deployer(self) -> str | None:
        """The account of the key, or the sender."""
        return self._deployer

    def nonce(self, address: str) -> int:
        """Mined transactions of `address`."""
        return int(self._web3.eth.get_transaction_count(to_checksum_address(address), "latest"))

    def settle(self, address: str) -> None:
        """Waits until the node's pool holds nothing of `address`."""
        deadline = time.monotonic() + self._patience
        while True:
            pending = int(self._web3.eth.get_transaction_count(to_checksum_address(address), "pending"))
            waiting = pending - self.nonce(address)
            if waiting <= 0:
                return
            if time.monotonic() > deadline:
                raise PendingTransactions(
                    f"{waiting} transaction(s) of {address} are not mined yet; wait, then apply again"
                )
            time.sleep(self._poll)

    def block_number(self) -> int:
        """The latest block."""
        return int(self._web3.eth.block_number)

    def code(self, address: str) -> bytes:
        """Runtime code, empty where there is none."""
        return bytes(self._web3.eth.get_code(to_checksum_address(address)))

    def call(self, to: str | None, data: bytes, sender: str | None = None) -> bytes:
        """`eth_call` on the latest block."""
        transaction: dict[str, Any] = {"data": "0x" + data.hex()}
        if to is not None:
            transaction["to"] = to_checksum_address(to)
        if sender is not None:
            transaction["from"] = to_checksum_address(sender)
        try:
            answer = self._web3.eth.call(cast(TxParams, transaction), ccip_read_enabled=False)
        except ContractLogicError as error:
            raise CallReverted(str(error.message or error), _hex(error.data)) from None
        except Web3RPCError as error:
            raise CallReverted(str(error)) from None
        return bytes(answer)

    def send(self, to: str | None, data: bytes, nonce: int) -> Receipt:
        """One transaction with this nonce, waited for."""
        if self._deployer is None or not (self._signer or self._unlocked):
            raise WrongDeployer("nobody signs: name the environment variable of the deployer's key")
        now = int(self._web3.eth.chain_id)
        if now != self.chain_id:
            raise TransactionFailed(f"nonce {nonce} was not sent: the node went from chain {self.chain_id} to {now}")
        transaction: dict[str, Any] = {
            "from": self._deployer,
            "data": "0x" + data.hex(),
            "nonce": nonce,
            "chainId": self.chain_id,
            "value": 0,
        }
        if to is not None:
            transaction["to"] = to_checksum_address(to)
        try:
            estimate = int(self._web3.eth.estimate_gas(cast(TxParams, transaction)))
            transaction |= {"gas": estimate + estimate // _GAS_MARGIN, **self._fees()}
            sent = self._broadcast(transaction)
            receipt = self._web3.eth.wait_for_transaction_receipt(sent, self._patience, self._poll)
        except TimeExhausted:
            raise TransactionFailed(
                f"nonce {nonce} was not mined in {self._patience:.0f} s; apply again to go on"
            ) from None
        except Web3Exception as error:
            raise TransactionFailed(f"nonce {nonce} was refused by the node: {error}") from None
        return _receipt(receipt)

    def logs(self, address: str, topics: Sequence[bytes], from_block: int, to_block: int | None = None) -> list[Log]:
        """Events since `from_block`; asks for shorter ranges where the node refuses long ones."""
        last = self.block_number() if to_block is None else to_block
        return self._range(address, ["0x" + topic.hex() for topic in topics], from_block, last)

    def _range(self, address: str, topics: list[str], first: int, last: int) -> list[Log]:
        wanted = {"address": to_checksum_address(address), "topics": topics, "fromBlock": first, "toBlock": last}
        try:
            found = self._web3.eth.get_logs(cast(FilterParams, wanted))
        except Web3RPCError:
            if last - first < 2:
                raise
            middle = (first + last) // 2
            return self._range(address, topics, first, middle) + self._range(address, topics, middle + 1, last)
        return [
            Log(
                str(log["address"]),
                tuple(bytes(topic) for topic in log["topics"]),
                bytes(log["data"]),
                (int(log["blockNumber"]), int(log["logIndex"])),
            )
            for log in found
        ]

    def _broadcast(self, transaction: dict[str, Any]) -> Any:
        if self._signer is None:
            return self._web3.eth.send_transaction(cast(TxParams, transaction))
        return self._web3.eth.send_raw_transaction(HexBytes(self._signer.sign(transaction)))

    def _fees(self) -> dict[str, int]:
        base = self._web3.eth.get_block("latest").get("baseFeePerGas")
        if base is None:
            return {"gasPrice": int(self._web3.eth.gas_price)}
        priority = int(self._web3.eth.max_priority_fee)
        return {"maxPriorityFeePerGas": priority, "maxFeePerGas": 2 * int(base) + priority}


def _receipt(receipt: TxReceipt) -> Receipt:
    if receipt["status"] != 1:
        raise TransactionFailed(f"transaction {receipt['transactionHash'].to_0x_hex()} was mined and failed")
    address = receipt.get("contractAddress")
    return Receipt(str(address) if address else None, int(receipt["gasUsed"]))


def _hex(data: Any) -> bytes:
    try:
        return bytes.fromhex(data.removeprefix("0x"))
    except (AttributeError, ValueError):
        return b""
