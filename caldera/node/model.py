"""What a node works with: requests, verdicts, results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType

from caldera.evm import Address


class RequestKind(IntEnum):
    """As `IVerificationRules.VerificationKind`."""

    valuation = 0
    insurance = 1
    credit_data = 2
    mapping_compliance = 3

    @property
    def word(self) -> str:
        """As people write it: `credit-data`."""
        return self.name.replace("_", "-")


KIND_WORDS = tuple(kind.word for kind in RequestKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request for verification as it stands on the chain. Times in seconds, stakes in units of 10^-18 ERA.

    Attributes:
        requester: entity that asked and pays.
        interested: entities none of whose nodes may sign.
        panel_size: 0 where any live node may sign.
        panel: the nodes drawn, in their order; empty before.
        answered: those of the panel that have signed.
        over: it has a result, or the fee went back.
    """

    number: int
    kind: RequestKind
    requester: int
    target: Address
    id: int
    field: int
    claimed: int
    document_hash: bytes
    panel_size: int
    least_signers: int
    least_weight: int
    deadline: int
    interested: frozenset[int] = frozenset()
    panel: tuple[int, ...] = ()
    ticket: int = 0
    answered: frozenset[int] = frozenset()
    over: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found.

    Attributes:
        accept: whether the claim is right.
        reason: one sentence, for people.
        valid_until: the last second for which the check would vouch, or None.
        facts: the figures behind it, as text.
    """

    accept: bool
    reason: str
    valid_until: int | None = None
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Decision:
    """What the node signs: `amount` (0: refused) good until `valid_until`, and why."""

    amount: int
    valid_until: int
    reason: str


@dataclass(frozen=True, slots=True)
class SignedResult:
    """A result with one node's signature, as nodes send it to one another."""

    number: int
    amount: int
    valid_until: int
    signer: Address
    signature: bytes
