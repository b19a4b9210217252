"""The contracts as a node sees them: requests, who may sign, digests, and logs by ranges of blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.contracts import (
    INodeRecords,
    INodes,
    INodeSigning,
    IOperatingRecord,
    IParticipantRegistry,
    IValueVerification,
    IVerificationRequests,
    IVerifiedTarget,
    structs,
)
from caldera.contracts.IDisputable import IDisputable
from caldera.contracts.IVerificationFees import IVerificationFees
from caldera.evm import ZERO, Address, Chain, EngineError, domain_of
from caldera.evm.contract import Handle
from caldera.evm.rpc import RpcError

from .errors import ChainMismatch, SignatureRefused
from .facts import ContractFacts, Handles
from .keys import recover
from .model import Decision, Request, RequestKind, SignedResult

if TYPE_CHECKING:
    from .history import History

_TYPE = keccak(
    text="Verification(uint256 request,address target,uint256 id,uint256 field,bytes32 documentHash,"
    "uint256 amount,uint256 validUntil)"
)
_FACTS_TYPE = keccak(
    text="OperatingFacts(uint256 entity,uint256 epoch,uint256 turnover,uint256 receivablesIssued,"
    "uint256 receivablesRepaid,uint256 cargoTurnover,uint256 daysLate,uint256 orders,uint256 nonce,uint256 validUntil)"
)
_DOMAIN = keccak(text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
_ACTIVE = 1
_OPEN = 0


class Signed(Protocol):
    """Whatever a digest is made of: a decision, or a result."""

    @property
    def amount(self) -> int: ...

    @property
    def valid_until(self) -> int: ...

    @property
    def facts(self) -> structs.OperatingFacts | None: ...


@dataclass(frozen=True, slots=True)
class Signatory:
    """A node whose signature counts. `weight`: its active stake."""

    node: int
    entity: int
    weight: int


class Verification:
    """ValueVerification, its desk, and what stands around them, on any chain."""

    def __init__(self, chain: Chain, address: Address, history: History | None = None) -> None:
        """Args:
            history: of receivable modules, where a check needs it.

        Raises:
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
        self._separator = _separator(domain, chain.chain_id, address)
        self._records: dict[Address, bytes] = {}
        self.facts = ContractFacts(self._handles, self.registry.address, history)

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
        own = self.digest_of(request, decision)
        if decision.facts is not None:
            theirs = self._handles.at(IOperatingRecord, request.target).factsDigest(decision.facts)
        else:
            theirs = self.disputable.resultDigest(request.number, decision.amount, decision.valid_until)
        if own != theirs:
            raise ChainMismatch(f"request {request.number}: the contract has another digest than what is to be signed")
        return own

    def digest_of(self, request: Request, result: Signed) -> bytes:
        """The digest of a result: of operating facts, the record's own."""
        if result.facts is None:
            return self.local_digest(request, result.amount, result.valid_until)
        return self._facts_digest(request.target, result.facts)

    def _facts_digest(self, record: Address, facts: structs.OperatingFacts) -> bytes:
        if record not in self._records:
            domain = domain_of(Handle(self.chain, record))
            if (domain.get("chainId"), domain.get("verifyingContract")) != (self.chain.chain_id, record):
                raise ChainMismatch(f"{record} signs for {domain}, chain {self.chain.chain_id} is meant")
            self._records[record] = _separator(domain, self.chain.chain_id, record)
        body = encode(["bytes32"] + ["uint256"] * len(facts), [_FACTS_TYPE, *facts])
        return keccak(b"\x19\x01" + self._records[record] + keccak(body))

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
        if request.kind is RequestKind.credit_data and one.amount and one.facts is None:
            raise SignatureRefused("of credit data the facts are signed, or a refusal")
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
        facts = one.facts
        if facts is not None:
            if request.kind is not RequestKind.credit_data or facts.entity != request.id:
                raise SignatureRefused(f"request {request.number} does not ask for these facts")
            if (facts.nonce, facts.validUntil) != (one.amount, one.valid_until):
                raise SignatureRefused("amount and time are not the number and time of the facts")
        if one.signer == ZERO or recover(self.digest_of(request, one), one.signature) != one.signer:
            raise SignatureRefused(f"it is not the signature of {one.signer} over this result")

    def result(self, number: int) -> tuple[int, int, int]:
        """State, amount and last good second of the result of a request."""
        found = self.results.resultOf(number)
        return found.state, found.amount, found.validUntil


def _separator(domain: Mapping[str, Any], chain_id: int, address: Address) -> bytes:
    return keccak(
        encode(
            ["bytes32", "bytes32", "bytes32", "uint256", "address"],
            [_DOMAIN, keccak(text=domain["name"]), keccak(text=domain["version"]), chain_id, address],
        )
    )


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


__all__ = ["Signatory", "Verification", "check_code"]
