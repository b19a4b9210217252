"""The vesting vault of a deployment, as far as making grants needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode
from eth_utils.crypto import keccak

from caldera.artifacts import Artifacts
from caldera.deployment.encoding import Function, artifact_of, function
from caldera.deployment.errors import CallReverted, WrongChain
from caldera.deployment.manifest import Manifest
from caldera.deployment.port import Log, Port, Receipt
from caldera.deployment.reverts import explain
from caldera.evm.address import Address, to_address

from .errors import CallDelayed, HistoryIncomplete, NotAllowed, OtherVault, WouldRevert
from .rooms import Room, Terms

NAME = "VestingVault"
_GRANTED = keccak(text="VestingGranted(uint256,address,uint8,uint96,uint40,uint32,uint32,bool)")
_REST = ("uint96", "uint40", "uint32", "uint32", "bool")


@dataclass(frozen=True)
class Made:
    """A grant as it was made. `allocation`: its number; 0 where somebody paid for the grant."""

    id: int
    allocation: int
    terms: Terms


class Vault:
    """`address`: of the vault. `from_block`: nothing of it is older. `contracts` cannot hold a grant; what they are.

    Raises:
        OtherVault: nothing stands there.
    """

    def __init__(self, port: Port, artifacts: Artifacts, address: Address, from_block: int = 0) -> None:
        self.port, self.address = port, to_address(address)
        self.contracts: dict[Address, str] = {}
        self._artifacts, self._block = artifacts, from_block
        self._made: dict[int, Made] = {}
        if not port.code(self.address):
            raise OtherVault(f"nothing stands at {self.address}: check --rpc-url and --manifest")

    @classmethod
    def of(cls, manifest: Manifest, port: Port, artifacts: Artifacts) -> Vault:
        """That of a deployment.

        Raises:
            WrongChain: the node is on another chain.
            OtherVault: the deployment has none, or nothing stands there.
        """
        if port.chain_id != manifest.chain_id:
            words = f"the manifest is of chain {manifest.chain_id}, the node is on chain {port.chain_id}"
            raise WrongChain(f"{words}: use the right RPC URL or the right manifest")
        if NAME not in manifest.contracts:
            raise OtherVault(f"the manifest of {manifest.network} has no {NAME}: name that of the deployment")
        vault = cls(port, artifacts, manifest.contracts[NAME].address, manifest.from_block)
        vault.contracts = contracts_of(manifest)
        return vault

    def rooms(self) -> dict[str, Room]:
        """Its allocations by name, without those whose name another has, too."""
        found: dict[str, Room] = {}
        twice = set()
        for number in range(1, self._read("allocationCount")[0] + 1):
            word, _, available, bounds = self._read("allocationOf", number)[0]
            name = word.rstrip(b"\0").decode("utf-8", "replace")
            if name in found:
                twice.add(name)
            found[name] = Room(name, number, available, *bounds)
        return {name: room for name, room in found.items() if name not in twice}

    def made(self) -> list[Made]:
        """Every grant that was ever made, with the terms it was made with, by id.

        Raises:
            HistoryIncomplete: the node does not show all of them.
        """
        count = self._read("grantCount")[0]
        if count > len(self._made):
            for log in self.port.logs(self.address, [_GRANTED], self._block):
                one = _made(log)
                self._made[one.id] = one
                self._block = max(self._block, log.place[0])
        if any(number not in self._made for number in range(1, count + 1)):
            raise HistoryIncomplete(
                f"the vault has {count} grants, and of {len(self._made)} the node shows how they were made: what is "
                "missing cannot be told; use a node that keeps all events since the deployment"
            )
        return [self._made[number] for number in range(1, count + 1)]

    def require_power(self, sender: Address) -> None:
        """Does nothing where the account may make grants at once.

        Raises:
            NotAllowed: it may not.
            CallDelayed: only some time after it announced the call.
        """
        authority = to_address(self._read("authority")[0])
        asked, selector = self._function("SuiteAccess", "canCall"), self._function(NAME, "createGrants").selector
        data = asked.encode(sender, self.address, selector)
        immediate, delay = asked.decode(self.port.call(authority, data))
        if immediate:
            return
        if delay:
            raise CallDelayed(
                f"{sender} may make grants {delay} seconds after it announced the call to {authority}: let it schedule "
                "and execute the calls that --dry-run --json prints"
            )
        raise NotAllowed(
            f"{sender} may not make grants: send as the holder of the role ADMIN, or give that the calls that "
            "--dry-run --json prints"
        )

    def call_data(self, allocation: int, grants: Sequence[Terms]) -> bytes:
        """A call of `createGrants`."""
        return self._function(NAME, "createGrants").encode(allocation, list(grants))

    def try_out(self, sender: Address, data: bytes) -> None:
        """Carries a call out without a transaction.

        Raises:
            WouldRevert: with the contract's error.
        """
        try:
            self.port.call(self.address, data, sender)
        except CallReverted as error:
            reason = explain(self._artifacts, error.data) if error.data else error.reason
            raise WouldRevert(f"the vault would refuse: {reason}; nothing was sent for it") from None

    def send(self, sender: Address, data: bytes) -> Receipt:
        """Sends a call, and waits until it is mined."""
        return self.port.send(self.address, data, self.port.nonce(sender))

    def _read(self, name: str, *values: Any) -> tuple[Any, ...]:
        asked = self._function(NAME, name)
        return asked.decode(self.port.call(self.address, asked.encode(*values)))

    def _function(self, contract: str, name: str) -> Function:
        return function(artifact_of(self._artifacts, contract), name)


def contracts_of(manifest: Manifest) -> dict[Address, str]:
    """The contracts of a deployment, with what they are: none of them knows what to do with a grant."""
    return {to_address(one.address): f"the contract {name}" for name, one in manifest.contracts.items()}


def _made(log: Log) -> Made:
    number, beneficiary, allocation = log.topics[1:]
    terms = Terms(to_address("0x" + beneficiary[12:].hex()), *decode(_REST, log.data))
    return Made(int.from_bytes(number, "big"), int.from_bytes(allocation, "big"), terms)
