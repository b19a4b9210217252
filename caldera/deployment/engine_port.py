"""An engine of `caldera.evm` as the chain of a deployment: what properties of the whole suite, as deployed, run on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from caldera.evm import Address, Chain, ContractError
from caldera.evm import Receipt as Made
from caldera.evm.address import to_address

from .errors import CallReverted, TransactionFailed, WrongDeployer
from .port import Log, Receipt


def _address(text: str) -> Address:
    """A node takes any spelling."""
    return to_address(text.lower())


class EnginePort:
    """Sends as `deployer`, without a key. Events are those of transactions sent through this port, or heard of."""

    def __init__(self, chain: Chain, deployer: Address | None = None) -> None:
        self._chain = chain
        self.chain_id, self.deployer = chain.chain_id, deployer
        self._logs: list[Log] = []

    def nonce(self, address: str) -> int:
        """Transactions of `address`."""
        return self._chain.nonce(_address(address))

    def settle(self, address: str) -> None:
        """Nothing is ever pending."""

    def block_number(self) -> int:
        """The latest block."""
        return self._chain.block_number

    def code(self, address: str) -> bytes:
        """Runtime code, empty where there is none."""
        return self._chain.code(_address(address))

    def call(self, to: str | None, data: bytes, sender: str | None = None) -> bytes:
        """A call, or a creation, that leaves nothing behind."""
        caller = None if sender is None else _address(sender)
        try:
            if to is not None:
                return self._chain.call(_address(to), data, caller)
            with self._chain.isolated():
                created = self._chain.deploy(data, caller or _address("0x" + "00" * 20)).created
                assert created is not None
                return self._chain.code(created)
        except ContractError as error:
            raise CallReverted(str(error), error.revert_data) from None

    def send(self, to: str | None, data: bytes, nonce: int) -> Receipt:
        """One transaction, in a block of its own."""
        if self.deployer is None:
            raise WrongDeployer("nobody sends: make the port with a deployer")
        if nonce != self.nonce(self.deployer):
            raise TransactionFailed(f"nonce {nonce} was not sent: {self.deployer} is at {self.nonce(self.deployer)}")
        if to is None:
            made = self._chain.deploy_raw(data, self.deployer)
        else:
            made = self._chain.transact_raw(_address(to), data, self.deployer)
        if not made.ok:
            raise TransactionFailed(f"nonce {nonce} failed: {made.error}")
        self.hear(made)
        return Receipt(made.created, made.gas_used)

    def hear(self, made: Made[Any]) -> None:
        """Takes in the events of a transaction, whoever sent it."""
        for number, log in enumerate(made.logs):
            self._logs.append(Log(log.emitter, tuple(log.topics), log.data, (made.block_number, number)))

    def fork(self) -> EnginePort:
        """Another that knows the same events: for what is undone later."""
        other = EnginePort(self._chain, self.deployer)
        other._logs = list(self._logs)
        return other

    def logs(self, address: str, topics: Sequence[bytes], from_block: int, to_block: int | None = None) -> list[Log]:
        """Events of `address`, oldest first."""
        last = self.block_number() if to_block is None else to_block
        wanted = tuple(topics)
        return [
            log
            for log in self._logs
            if log.address == _address(address)
            and from_block <= log.place[0] <= last
            and log.topics[: len(wanted)] == wanted
        ]
