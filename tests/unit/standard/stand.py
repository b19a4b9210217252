"""Registry, standard, a ledger and its module, with one holder for each role: no role borrows the rights of another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import (
    AssetCertificate,
    DevnetCurrency,
    ParticipantRegistry,
    ReceivableModule,
    SuiteAccess,
    ValueStandard,
    structs,
)
from caldera.evm import Account, AddressLike, Chain, ContractError, CustomError, Revm

COMPLIANCE, STANDARD, GUARDIAN = 1, 2, 3
ACTIVE, SUSPENDED, REMOVED = 1, 2, 3
KIND = 1
WAD = 10**18
DAY = 86_400
WEEK = 7 * DAY
NOBODY = "0x" + "00" * 20
ALL_FIELDS = (1 << 13) - 1
TEMPLATE = b"EU/receivable".ljust(32, b"\0")
RULES = structs.Rules(
    kind=KIND,
    flags=0,
    graceDays=30,
    minimumSplitBps=0,
    requiredFields=0,
    minimumUnitUsd=1_000_000_000,
    regions=1,
    qualifications=1,
)

Action = Callable[[AddressLike], object]


def word(status: int, expires: int, entity: int, regions: int, qualifications: int) -> int:
    """The packed word as PartyLib's page describes it."""
    return status << 232 | expires << 192 | entity << 144 | regions << 64 | qualifications


@contextmanager
def refused(expected: CustomError) -> Iterator[None]:
    """The block must be refused with exactly this error and all its values."""
    with pytest.raises(ContractError) as caught:
        yield
    assert caught.value == expected, f"{caught.value!r} instead of {expected!r}"


@dataclass
class Stand:
    """Contracts, actors. `compliance`, `keeper` (STANDARD) and `guardian` hold one role each, `admin` ADMIN alone."""

    chain: Chain
    access: SuiteAccess
    registry: ParticipantRegistry
    standard: ValueStandard
    ledger: AssetCertificate
    module: ReceivableModule
    token: DevnetCurrency
    admin: Account
    compliance: Account
    keeper: Account
    guardian: Account
    stranger: Account

    @property
    def now(self) -> int:
        """Time stamp of the next transaction."""
        return self.chain.now

    def entity(self, name: str) -> int:
        """The entity of that name, entered when it is first asked for."""
        if self.registry.entityOf(keccak(text=name)) == 0:
            self.registry.createEntity(keccak(text=name), sender=self.compliance)
        return self.registry.entityOf(keccak(text=name))

    def enrol(self, name: str, entity: str = "", expires: int = 0) -> Account:
        """An account of that label, enrolled for a day unless told otherwise."""
        account = self.chain.account(name)
        until = expires or self.now + DAY
        self.registry.enrol(account, self.entity(entity or name), until, 1, 1, sender=self.compliance)
        return account

    def new_ledger(self) -> AssetCertificate:
        """A ledger that copies this registry and is not subscribed yet."""
        return AssetCertificate.deploy(self.chain, self.access, self.registry, "", sender=self.admin)

    def publish(self, template: bytes = TEMPLATE, **changes: Any) -> int:
        """Publishes good rules with these changes."""
        rules = structs.Rules(**(RULES._asdict() | changes))
        return self.standard.publish(template, rules, sender=self.keeper).returned

    def new_token(self, decimals: int = 6) -> DevnetCurrency:
        """A token that no currency has yet."""
        return DevnetCurrency.deploy(self.chain, "XYZ", decimals, sender=self.admin)

    def add(
        self,
        token: AddressLike | None = None,
        *,
        code: bytes = b"XYZ",
        rate: int = WAD,
        lowest: int = 1,
        highest: int = (1 << 96) - 1,
        source: AddressLike = NOBODY,
        max_age: int = 0,
    ) -> int:
        """Adds a currency at 1 USD with the widest bounds, unless told otherwise."""
        return self.standard.addCurrency(
            code, token or self.token, rate, lowest, highest, source, max_age, sender=self.keeper
        ).returned

    def minimum(self, rule: int, currency: int) -> int:
        """The minimum unit of a new certificate: the highest 96 bits of its terms."""
        return self.standard.termsFor(rule, currency, KIND, ALL_FIELDS)[0] >> 160

    def only(self, holder: Account, act: Action) -> None:
        """Everybody but `holder` is refused; `holder` then is not."""
        for caller in (self.stranger, self.admin, self.compliance, self.keeper, self.guardian):
            if caller != holder:
                with refused(ParticipantRegistry.AccessManagedUnauthorized(caller.address)):
                    act(caller)
        act(holder)


def build() -> Stand:
    """Deploys and connects. There is neither entity, nor rule, nor currency."""
    chain = Revm()
    admin, compliance, keeper, guardian, stranger = map(
        chain.account, ("admin", "compliance", "keeper", "guardian", "stranger")
    )
    access = SuiteAccess.deploy(chain, admin, sender=admin)
    registry = ParticipantRegistry.deploy(chain, access, sender=admin)
    registry.defineRegions([structs.Region(number, 0) for number in range(80)], sender=admin)
    standard = ValueStandard.deploy(chain, access, sender=admin)
    ledger = AssetCertificate.deploy(chain, access, registry, "", sender=admin)
    module = ReceivableModule.deploy(chain, access, ledger, standard, sender=admin)
    token = DevnetCurrency.deploy(chain, "USD", 6, sender=admin)
    for role, holder in ((COMPLIANCE, compliance), (STANDARD, keeper), (GUARDIAN, guardian)):
        access.grantRole(role, holder, 0, sender=admin)
    one, many = ParticipantRegistry.calldata, ValueStandard.calldata
    here = admin.address
    permissions: list[tuple[AddressLike, int, list[bytes]]] = [
        (
            registry,
            COMPLIANCE,
            [
                one.createEntity(b"\0" * 32),
                one.enrol(here, 0, 0, 0, 0),
                one.setFacts(here, 0, 0, 0),
                one.suspend(here),
                one.reinstate(here),
                one.remove(here),
                one.suspendEntity(0),
            ],
        ),
        (
            standard,
            STANDARD,
            [
                many.publish(TEMPLATE, RULES),
                many.retire(0),
                many.addCurrency(b"XYZ", here, 0, 0, 0, here, 0),
                many.setCurrencyActive(0, True),
                many.setRate(0, 0),
                many.setRateSource(0, here, 0, 0, 0),
            ],
        ),
        (
            ledger,
            COMPLIANCE,
            [
                AssetCertificate.calldata.setFrozenTokens(here, 0, 0),
                AssetCertificate.calldata.forcedTransfer(here, here, 0, 0),
                AssetCertificate.calldata.breakLien(here, here, 0, 0),
            ],
        ),
        (ledger, GUARDIAN, [AssetCertificate.calldata.pause(0), AssetCertificate.calldata.unpause()]),
        (module, GUARDIAN, [ReceivableModule.calldata.pause(0), ReceivableModule.calldata.unpause()]),
    ]
    for target, role, calls in permissions:
        access.setTargetFunctionRole(target, [call[:4] for call in calls], role, sender=admin)
    ledger.setModule(KIND, module, sender=admin)
    registry.subscribe(ledger, sender=admin)
    return Stand(
        chain, access, registry, standard, ledger, module, token, admin, compliance, keeper, guardian, stranger
    )
