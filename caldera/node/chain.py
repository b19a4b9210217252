"""The contracts as a node sees them: requests, who may sign, digests, and logs by ranges of blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.contracts import (
    INodeRecords,
    INodes,
    INodeSigning,
    IParticipantRegistry,
    IValueVerification,
    IVerificationRequests,
    IVerifiedTarget,
)
from caldera.contracts.IDisputable import IDisputable
from caldera.contracts.IVerificationFees import IVerificationFees
from caldera.evm import ZERO, Address, Chain, EngineError, Rpc, domain_of
from caldera.evm.contract import Handle
from caldera.evm.rpc import RpcError

from .config import NodeConfig
from .errors import ChainAway, ChainMismatch, SignatureRefused
from .facts import ContractFacts, Handles
from .keys import recover
from .model import Decision, Request, RequestKind, SignedResult

_TYPE = keccak(
    text="Verification(uint256 request,address target,uint256 id,uint256 field,bytes32 documentHash,"
    "uint256 amount,uint256 validUntil)"
)
_DOMAIN = keccak(text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
_ACTIVE = 1
_OPEN = 0


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A log where it stands: `topics` and `data` as the chain has them."""

    block: int
    address: Address
    topics: tuple[bytes, ...]
    data: bytes


class Blocks(Protocol):
    """What watching needs of a chain."""

    def head(self) -> int:
        """Number of the newest block."""

    def hash_of(self, block: int) -> str | None:
        """Hash of a block; None where there is none (yet)."""

    def logs(self, first: int, last: int, addresses: Sequence[Address], topics: Sequence[bytes]) -> list[LogEntry]:
        """Logs of some contracts whose first topic is one of `topics`, blocks `first` to `last`, in order."""


def connect(config: NodeConfig) -> Rpc:
    """The chain of a configuration.

    Raises:
        WrongChain: another chain answers.
        EngineError: none does.
    """
    gwei = config.chain.max_fee_gwei
    return Rpc(
        config.chain.rpc_url,
        config.chain.id,
        max_fee=None if gwei is None else gwei * 10**9,
        timeout=config.chain.timeout_seconds,
    )


class RpcAt(Rpc):
    """The chain as it stood at the end of a block. Where the node has forgotten that state, reading raises."""

    def __init__(self, config: NodeConfig, block: int) -> None:
        self._tag = ""
        super().__init__(config.chain.rpc_url, config.chain.id, timeout=config.chain.timeout_seconds)
        self._tag = hex(block)

    def rpc(self, method: str, *params: Any) -> Any:
        return super().rpc(method, *(self._tag if self._tag and one == "latest" else one for one in params))


class RpcBlocks:
    """`Blocks` over JSON-RPC."""

    def __init__(self, chain: Rpc) -> None:
        self._chain = chain

    def head(self) -> int:
        return self._chain.block_number

    def hash_of(self, block: int) -> str | None:
        found = self._chain.rpc("eth_getBlockByNumber", hex(block), False)
        return str(found["hash"]) if found else None

    def logs(self, first: int, last: int, addresses: Sequence[Address], topics: Sequence[bytes]) -> list[LogEntry]:
        asked = {
            "fromBlock": hex(first),
            "toBlock": hex(last),
            "address": list(addresses),
            "topics": [["0x" + topic.hex() for topic in topics]],
        }
        found = self._chain.rpc("eth_getLogs", asked)
        if not isinstance(found, list):
            raise ChainAway("the node gave no list of logs")
        return [_log(one) for one in found if not one.get("removed")]


def _log(raw: Mapping[str, Any]) -> LogEntry:
    try:
        return LogEntry(
            int(raw["blockNumber"], 16),
            str(raw["address"]).lower(),
            tuple(bytes.fromhex(topic[2:]) for topic in raw["topics"]),
            bytes.fromhex(raw["data"][2:]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ChainAway(f"the node gave a log that is none ({error})") from None


@dataclass(frozen=True, slots=True)
class Signatory:
    """A node whose signature counts. `weight`: its active stake."""

    node: int
    entity: int
    weight: int


class Verification:
    """ValueVerification, its desk, and what stands around them, on any chain."""

    def __init__(self, chain: Chain, address: Address) -> None:
        """Raises:
        ChainMismatch: there is no such contract at the address, or it signs for another chain or contract.
        """
        self.chain, self.address = chain, address
        self._handles = Handles(chain)
        try:
            self.results = self._handles.at(IValueVerification, address)
            self.disputable = self._handles.at(IDisputable, address)
            signing = self._handles.at(INodeSigning, address)
            desk = self.results.desk()
            self.requests = self._handles.at(IVerificationRequests, desk)
            domain = domain_of(Handle(chain, address))
            self.nodes = self._handles.at(INodes, signing.nodes())
            self.registry = self._handles.at(IParticipantRegistry, signing.registry())
            records = self._handles.at(IVerificationFees, desk).records()
            self.records = self._handles.at(INodeRecords, records)
        except RpcError:
            raise
        except EngineError as error:
            if "no code at" not in str(error):
                raise
            raise ChainMismatch(f"{error}: correct contracts.verification") from None
        if (domain.get("chainId"), domain.get("verifyingContract")) != (chain.chain_id, address):
            raise ChainMismatch(f"{address} signs for {domain}, chain {chain.chain_id} is meant: nothing was signed")
        self._separator = keccak(
            encode(
                ["bytes32", "bytes32", "bytes32", "uint256", "address"],
                [_DOMAIN, keccak(text=domain["name"]), keccak(text=domain["version"]), chain.chain_id, address],
            )
        )
        self.facts = ContractFacts(self._handles, self.registry.address)

    def request(self, number: int) -> Request:
        """A request as it stands now. Raises `CustomError` (UnknownRequest) where there is none."""
        found = self.requests.requestOf(number)
        kind = RequestKind(found.kind)
        panel = self.requests.panelOf(number) if found.panelSize else None
        drawn = tuple(panel.nodes) if panel else ()
        answered = frozenset(node for at, node in enumerate(drawn) if panel is not None and panel.answered >> at & 1)
        return Request(
            number=number,
            kind=kind,
            requester=found.entity,
            target=found.target,
            id=found.id,
            field=found.field,
            claimed=found.claimed,
            document_hash=found.documentHash,
            panel_size=found.panelSize,
            panel=drawn,
            ticket=panel.ticket if panel else 0,
            answered=answered,
            least_signers=found.leastSigners,
            least_weight=found.leastWeight,
            deadline=found.deadline,
            interested=self._interested(kind, found.entity, found.target, found.id),
            over=found.state != _OPEN,
        )

    def _interested(self, kind: RequestKind, requester: int, target: Address, asset: int) -> frozenset[int]:
        if kind in (RequestKind.valuation, RequestKind.insurance):
            first, second = self._handles.at(IVerifiedTarget, target).interestedIn(asset)
            return frozenset({requester, first, second} - {0})
        return frozenset({requester, asset}) if kind is RequestKind.credit_data else frozenset({requester})

    def digest(self, request: Request, decision: Decision) -> bytes:
        """What a node signs (EIP-712), computed here and compared with what the contract says.

        Raises:
            ChainMismatch: they differ; nothing is signed.
        """
        own = self.local_digest(request, decision.amount, decision.valid_until)
        theirs = self.disputable.resultDigest(request.number, decision.amount, decision.valid_until)
        if own != theirs:
            raise ChainMismatch(f"request {request.number}: the contract has another digest than what is to be signed")
        return own

    def local_digest(self, request: Request, amount: int, valid_until: int) -> bytes:
        """The digest by the request's own fields."""
        fields = [request.number, request.target, request.id, request.field, request.document_hash, amount, valid_until]
        body = encode(
            ["bytes32", "uint256", "address", "uint256", "uint256", "bytes32", "uint256", "uint256"], [_TYPE, *fields]
        )
        return keccak(b"\x19\x01" + self._separator + keccak(body))

    def signatory(self, signer: Address, request: Request) -> Signatory:
        """The node for which a key signs a request now.

        Raises:
            SignatureRefused: its signature would count for nothing; says why.
        """
        node = self.nodes.nodeOfKey(signer)
        if node == 0:
            raise SignatureRefused(f"{signer} is the key of no node")
        if self.nodes.operatorOf(node) != signer:
            raise SignatureRefused(f"{signer} is a former key of node {node}")
        active, _, live = self.nodes.stakeOf(node)
        if not live:
            raise SignatureRefused(f"node {node} is not live")
        entity = self.nodes.entityOf(node)
        party = self.registry.participant(signer)
        if party.status != _ACTIVE or party.expires <= self.chain.now or party.entity != entity:
            raise SignatureRefused(f"{signer} is no active account of entity {entity}")
        if entity in request.interested:
            raise SignatureRefused(f"node {node} is of entity {entity}, which has an interest in the request")
        if request.panel_size and node not in request.panel:
            raise SignatureRefused(f"node {node} was not drawn for request {request.number}")
        return Signatory(node, entity, active)

    def verify(self, one: SignedResult, request: Request) -> Signatory:
        """The node whose signature it is.

        Raises:
            SignatureRefused: says why it counts for nothing.
        """
        self._requires(one, request)
        return self.signatory(one.signer, request)

    def signer_of(self, one: SignedResult, request: Request) -> int:
        """The node whose key, of now or of before, signed a result.

        Raises:
            SignatureRefused: it is nobody's signature over this result.
        """
        self._requires(one, request)
        node = self.nodes.nodeOfKey(one.signer)
        if node == 0:
            raise SignatureRefused(f"{one.signer} is the key of no node")
        return node

    def _requires(self, one: SignedResult, request: Request) -> None:
        digest = self._digest_of(one, request)
        if one.signer == ZERO or recover(digest, one.signature) != one.signer:
            raise SignatureRefused(f"it is not the signature of {one.signer} over this result")

    def _digest_of(self, one: SignedResult, request: Request) -> bytes:
        return self.local_digest(request, one.amount, one.valid_until)

    def result(self, number: int) -> tuple[int, int, int]:
        """State, amount and last good second of the result of a request."""
        found = self.results.resultOf(number)
        return found.state, found.amount, found.validUntil


def code_hash(chain: Chain, address: Address) -> str:
    """keccak256 of the code at an address."""
    return "0x" + keccak(chain.code(address)).hex()


def check_code(chain: Chain, named: Mapping[str, Address], wanted: Mapping[str, str]) -> dict[str, str]:
    """The hash of each contract's code, by name.

    Raises:
        ChainMismatch: nothing stands there, or other code than what is wanted.
    """
    found = {}
    for name, address in named.items():
        if not chain.code(address):
            raise ChainMismatch(f"no code at {address} on chain {chain.chain_id}: correct contracts.{name}")
        found[name] = code_hash(chain, address)
        if name in wanted and wanted[name] != found[name]:
            raise ChainMismatch(f"contracts.{name}: the code at {address} is {found[name]}, {wanted[name]} is wanted")
    return found


__all__ = ["Blocks", "LogEntry", "RpcBlocks", "Signatory", "Verification", "check_code", "connect"]
