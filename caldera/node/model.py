"""What a node works with: requests, verdicts, results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType

from caldera.contracts import structs
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What follows from the books of an enterprise for one epoch, as in `IOperatingRecord.OperatingFacts`. Money in USD
    with 6 decimals, `days_late` in tenths of a day. `good_until`: no later second can be recorded."""

    entity: int
    epoch: int
    turnover: int
    receivables_issued: int
    receivables_repaid: int
    cargo_turnover: int
    days_late: int
    orders: int
    ends: int
    good_until: int
    number: int

    def statement(self, valid_until: int) -> structs.OperatingFacts:
        """As it is signed."""
        return structs.OperatingFacts(
            self.entity,
            self.epoch,
            self.turnover,
            self.receivables_issued,
            self.receivables_repaid,
            self.cargo_turnover,
            self.days_late,
            self.orders,
            self.number,
            valid_until,
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found.

    Attributes:
        accept: whether the claim is right.
        reason: one sentence, for people.
        valid_until: the last second for which the check would vouch, or None.
        facts: the figures behind it, as text.
        figures: of credit data, where it accepts.
    """

    accept: bool
    reason: str
    valid_until: int | None = None
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    figures: Figures | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What the node signs: `amount` (0: refused) good until `valid_until`, and why. Of credit data, `facts`, and their
    number is the amount."""

    amount: int
    valid_until: int
    reason: str
    facts: structs.OperatingFacts | None = None


@dataclass(frozen=True, slots=True)
class SignedResult:
    """A result with one node's signature, as nodes send it to one another. `facts`: of credit data that were not
    refused; the signature is over them (the operating record's own digest)."""

    number: int
    amount: int
    valid_until: int
    signer: Address
    signature: bytes
    facts: structs.OperatingFacts | None = None
