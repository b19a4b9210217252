"""The suite on a chain, with its actors enrolled, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.artifacts import artifact
from caldera.contracts import (
    AssetCertificate,
    BlacklistToken,
    DevnetCurrency,
    FeeToken,
    ParticipantRegistry,
    ReceivableModule,
    ReentrantToken,
    SilentToken,
    SuiteAccess,
    ValueStandard,
    structs,
)
from caldera.evm import Account, AddressLike, Chain, ContractError, CustomError, Receipt, Revm

Token = DevnetCurrency | FeeToken | BlacklistToken | SilentToken | ReentrantToken

DAY = 86_400
YEAR = 365 * DAY
NOBODY = "0x" + "00" * 20
KIND = 1
EU, US = 1, 2
ENTERPRISE, FACTOR, BANK = 1, 2, 4
RULES = structs.Rules(KIND, 0, 30, 0, 0b111111, 1_000_000_000, EU, ENTERPRISE | FACTOR | BANK)
MINIMUM = 1_000_000_000  # USD 1,000 in a currency with 6 decimals at 1 USD
ROLES = {
    "COMPLIANCE": 1,
    "STANDARD": 2,
    "GUARDIAN": 3,
    "ARBITER": 4,
    "SERVICER": 5,
    "ATTESTOR": 6,
    "APPRAISER": 7,
    "INSURER": 8,
    "LENDER": 9,
    "CIRCULATOR": 10,
    "CHARGER": 11,
    "SETTLER": 12,
    "STAKING": 13,
    "CONNECTOR": 14,
    "COURT": 16,
    "VERIFIER": 17,
}
PERMISSIONS = {
    "registry": {"COMPLIANCE": "createEntity enrol setFacts suspend reinstate remove suspendEntity"},
    "standard": {"STANDARD": "publish retire addCurrency setCurrencyActive setRate setRateSource"},
    "ledger": {"COMPLIANCE": "setFrozenTokens forcedTransfer breakLien", "GUARDIAN": "pause unpause"},
    "module": {
        "COMPLIANCE": "moveProceeds",
        "GUARDIAN": "pause unpause",
        "ARBITER": "resolveDispute",
        "SERVICER": "writeOff",
        "ATTESTOR": "stateAttribute",
        "VERIFIER": "stateVerified",
    },
}


@dataclass
class Suite:
    """Contracts and actors. Parties: seller and buyer, alice (factor), bank, carol (outside the scope); officer holds
    every operational role but ADMIN, which is admin's; mallory is nobody."""

    chain: Chain
    access: SuiteAccess
    registry: ParticipantRegistry
    standard: ValueStandard
    ledger: AssetCertificate
    module: ReceivableModule
    token: Any  # one of Token
    actors: dict[str, Account]
    entities: dict[str, int] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Account:
        try:
            actors: dict[str, Account] = self.__dict__["actors"]
            return actors[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def today(self) -> int:
        """Days since 1970-01-01."""
        return self.chain.now // DAY

    def enrol(self, name: str, regions: int = EU, qualifications: int = ENTERPRISE, entity: int = 0) -> Account:
        """Enrols an actor for an entity of its own, or for one that exists."""
        account = self.actors.setdefault(name, self.chain.account(name))
        if not entity:
            made = self.registry.createEntity(keccak(text=name), sender=self.officer)
            entity = made.returned
        expires = self.chain.now + 5 * YEAR
        self.registry.enrol(account, entity, expires, regions, qualifications, sender=self.officer)
        self.entities[name] = entity
        return account

    def invoice(self, **changes: Any) -> structs.Invoice:
        """A good invoice over 100,000.00, due in 60 days."""
        given: dict[str, Any] = {
            "debtor": self.buyer.address,
            "face": 100 * MINIMUM,
            "dueDate": self.chain.now + 60 * DAY,
            "issueDay": self.today,
            "currencyId": 1,
            "ruleId": 1,
            "documentHash": keccak(text="document"),
            "number": "INV-1",
        }
        return structs.Invoice(**(given | changes))

    def create(self, lines: tuple[int, ...] = (), **changes: Any) -> int:
        """Registers an invoice of the seller."""
        return self.module.create(self.invoice(**changes), list(lines), sender=self.seller).returned

    def circulating(self, lines: tuple[int, ...] = (), **changes: Any) -> int:
        """Registers one and lets the buyer acknowledge it."""
        made = self.create(lines, **changes)
        self.module.acknowledge(made, sender=self.buyer)
        return made

    def send(self, source: AddressLike, target: AddressLike, asset: int, units: int) -> Receipt[None]:
        """Transfers units."""
        return self.ledger.safeTransferFrom(source, target, asset, units, b"", sender=source)

    def fund(self, payer: Account, amount: int) -> None:
        """Gives money and lets the module take it."""
        self.token.mint(payer, amount, sender=payer)
        self.token.approve(self.module, amount, sender=payer)

    def pay(self, asset: int, amount: int, payer: Account | None = None) -> int:
        """Pays from new money."""
        payer = payer or self.buyer
        self.fund(payer, amount)
        return self.module.pay(asset, amount, sender=payer).returned


def build(chain: Chain | None = None, token: type[Any] = DevnetCurrency, decimals: int = 6) -> Suite:
    """Deploys, connects and enrols."""
    chain = chain or Revm()
    names = ("admin", "officer", "mallory", "seller", "buyer", "alice", "bank", "carol", "stranger")
    actors = {name: chain.account(name) for name in names}
    admin, officer = actors["admin"], actors["officer"]
    access = SuiteAccess.deploy(chain, admin, sender=admin)
    registry = ParticipantRegistry.deploy(chain, access, sender=admin)
    registry.defineRegions([structs.Region(number, 0) for number in range(80)], sender=admin)
    standard = ValueStandard.deploy(chain, access, sender=admin)
    ledger = AssetCertificate.deploy(chain, access, registry, "ipfs://{id}", sender=admin)
    module = ReceivableModule.deploy(chain, access, ledger, standard, sender=admin)
    money = (
        DevnetCurrency.deploy(chain, "USD", decimals, sender=admin)
        if token is DevnetCurrency
        else token.deploy(chain, sender=admin)
    )
    suite = Suite(chain, access, registry, standard, ledger, module, money, actors)

    for role in ROLES.values():
        access.grantRole(role, officer, 0, sender=admin)
    for target, roles in PERMISSIONS.items():
        contract = getattr(suite, target) if target not in suite.__dict__ else suite.__dict__[target]
        for role_name, names_ in roles.items():
            selectors = [selector_of(contract.ABI_NAME, name) for name in names_.split()]
            access.setTargetFunctionRole(contract, selectors, ROLES[role_name], sender=admin)
    ledger.setModule(KIND, module, sender=admin)
    registry.subscribe(ledger, sender=admin)
    usd = 10**18
    standard.addCurrency(b"USD", money, usd, usd // 2, usd * 2, NOBODY, 0, sender=officer)
    standard.publish(b"EU/receivable".ljust(32, b"\0"), RULES, sender=officer)
    suite.enrol("seller")
    suite.enrol("buyer")
    suite.enrol("alice", qualifications=FACTOR)
    suite.enrol("bank", qualifications=BANK)
    suite.enrol("carol", regions=US)
    return suite


def selector_of(contract: str, name: str) -> bytes:
    """The selector of a function that is not overloaded."""
    (entry,) = (one for one in artifact(contract).abi if one["type"] == "function" and one["name"] == name)
    return keccak(text=f"{name}({','.join(map(_canonical, entry['inputs']))})")[:4]


def _canonical(entry: dict[str, Any]) -> str:
    kind: str = entry["type"]
    parts = ",".join(map(_canonical, entry.get("components", ())))
    return kind.replace("tuple", f"({parts})") if kind.startswith("tuple") else kind


def name_of(error: ContractError) -> str:
    """The error's name in Solidity; errors of one name and several signatures are several classes."""
    return error.abi_signature.partition("(")[0] if isinstance(error, CustomError) else type(error).__name__


@contextmanager
def reverts(name: str, /, **values: Any) -> Iterator[None]:
    """The block must be refused with the error of that name, and with these values where they are given."""
    with pytest.raises(ContractError) as caught:
        yield
    assert name_of(caught.value) == name, f"{caught.value!r} instead of {name}"
    for key, value in values.items():
        assert getattr(caught.value, key) == value, f"{caught.value} instead of {key}={value}"
