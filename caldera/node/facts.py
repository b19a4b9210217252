"""What checks may ask of the chain, read when they ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from caldera.contracts import (
    AssetCertificate,
    ICoveredAsset,
    ILogisticsModule,
    IOperatingRecord,
    IParticipantRegistry,
    IReceivableModule,
    IValueStandard,
    IVerifiedTarget,
)
from caldera.evm import Address, Chain, ContractError, Reverted
from caldera.evm.contract import Contract

if TYPE_CHECKING:
    from .history import History, Past

H = TypeVar("H", bound=Contract)
STATES = (
    "None",
    "Registered",
    "Acknowledged",
    "Overdue",
    "Disputed",
    "Defaulted",
    "WrittenOff",
    "Settled",
    "Cancelled",
)
"""Of a receivable, in the order of `IReceivableModule.State`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivableFacts:
    """A receivable, or one line of it. `creditor`, `debtor`: entities. Amounts in the smallest unit of `currency`, of
    `decimals`. `face`: credit notes taken off. `due`: last second at which payment is in time."""

    creditor: int
    debtor: int
    due: int
    currency: str
    decimals: int
    face: int
    owed: int
    state: str
    document_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an operating record says of an entity, and takes next. Times in seconds. `last_number`: of the last
    statement or revocation; `last_epoch`: of it; zeros before the first."""

    epoch_length: int
    most_epochs_back: int
    longest_age: int
    last_epoch: int
    last_number: int


class ChainFacts(Protocol):
    """The chain as checks see it. What it raises means that a check could not tell."""

    def now(self) -> int:
        """Time of the newest block, in seconds."""

    def receivable(self, target: Address, asset: int) -> ReceivableFacts:
        """The receivable `asset` of the module `target`."""

    def fingerprint(self, target: Address, creditor: int, debtor: int, number: str, issue_day: int) -> int:
        """The id that an invoice has at the module `target`."""

    def legal_id(self, entity: int) -> bytes:
        """The hash of an entity's legal identifier."""

    def covered_units(self, target: Address, asset: int) -> int:
        """The units a covered asset was issued with."""

    def currency_of(self, target: Address, asset: int) -> tuple[str, int]:
        """Code and decimals of the currency of an asset of `target`."""

    def subject_of(self, target: Address, asset: int) -> bytes:
        """keccak256 of the identifier that an asset was made for; 32 zeros where the module keeps none."""

    def interested(self, target: Address, asset: int) -> tuple[int, int]:
        """The entities that have an interest in an asset."""

    def operating(self, target: Address, entity: int) -> Standing:
        """Where an entity stands at the operating record `target`."""

    def past(self, target: Address) -> Past:
        """What was registered and paid at the receivable module `target`."""


class Handles:
    """Handles by address: whether code is there is asked once."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self._known: dict[tuple[type[Contract], Address], Contract] = {}

    def at(self, kind: type[H], address: Address) -> H:
        """The contract at an address. Raises `EngineError` where there is none."""
        found = self._known.get((kind, address))
        if found is None:
            found = self._known[kind, address] = kind.at(self.chain, address)
        assert isinstance(found, kind)
        return found


class ContractFacts:
    """`ChainFacts` by the suite's contracts."""

    def __init__(
        self, handles: Handles, registry: Address, history: History | None = None, last: int | None = None
    ) -> None:
        """Args:
        history: of receivable modules; none where logs cannot be read.
        last: the block up to which it is believed; none for the newest.
        """
        self._history, self._last = history, last
        self._at = handles.at
        self._chain = handles.chain
        self._registry = registry

    def now(self) -> int:
        return self._chain.now

    def receivable(self, target: Address, asset: int) -> ReceivableFacts:
        module = self._at(IReceivableModule, target)
        found = module.receivable(asset)
        code, decimals = self._currency(module.standard(), found.currencyId)
        return ReceivableFacts(
            creditor=found.creditor,
            debtor=found.debtor,
            due=found.dueDate,
            currency=code,
            decimals=decimals,
            face=found.face,
            owed=module.owedOn(asset),
            state=STATES[found.state],
            document_hash=self._at(AssetCertificate, module.ledger()).documentHash(asset),
        )

    def fingerprint(self, target: Address, creditor: int, debtor: int, number: str, issue_day: int) -> int:
        return self._at(IReceivableModule, target).fingerprintOf(creditor, debtor, number, issue_day)

    def legal_id(self, entity: int) -> bytes:
        return self._at(IParticipantRegistry, self._registry).legalIdOf(entity)

    def covered_units(self, target: Address, asset: int) -> int:
        return self._at(ICoveredAsset, target).coverOf(asset).units

    def currency_of(self, target: Address, asset: int) -> tuple[str, int]:
        try:
            number = self._at(ICoveredAsset, target).coverOf(asset).currencyId
        except Reverted:
            number = self._at(IReceivableModule, target).receivable(asset).currencyId
        # Both kinds of modules have the same getter of the standard.
        return self._currency(self._at(IReceivableModule, target).standard(), number)

    def subject_of(self, target: Address, asset: int) -> bytes:
        try:
            return self._at(ILogisticsModule, target).recordOf(asset).subject
        except (ContractError, ValueError):
            return bytes(32)

    def interested(self, target: Address, asset: int) -> tuple[int, int]:
        first, second = self._at(IVerifiedTarget, target).interestedIn(asset)
        return first, second

    def operating(self, target: Address, entity: int) -> Standing:
        record = self._at(IOperatingRecord, target)
        entry = record.factsOf(entity)
        return Standing(
            epoch_length=record.epochLength(),
            most_epochs_back=record.mostEpochsBack(),
            longest_age=record.longestAge(),
            last_epoch=entry.epoch,
            last_number=entry.nonce,
        )

    def past(self, target: Address) -> Past:
        if self._history is None:
            raise LookupError("logs cannot be read here")
        return self._history.of(target, self._last)

    def _currency(self, standard: Address, number: int) -> tuple[str, int]:
        found = self._at(IValueStandard, standard).currency(number)
        return found.code.rstrip(b"\0").decode("ascii"), found.decimals
