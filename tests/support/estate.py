"""Rights, leases and land on a chain, with everybody enrolled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from eth_utils.crypto import keccak

from caldera.contracts import (
    AssetCertificate,
    DevnetCurrency,
    LandModule,
    LeaseModule,
    ParticipantRegistry,
    SuiteAccess,
    UsageRight,
    ValueStandard,
    structs,
)
from caldera.evm import Account, Chain, Revm, domain_of
from tests.support.suite import selector_of

DAY = 86_400
YEAR = 365 * DAY
NOBODY = "0x" + "00" * 20
TITLE, INCOME, LEASES = 3, 4, 255
EU, US = 1, 2
FARMER, BANK = 1, 2
TITLE_RULES, INCOME_RULES = 1, 2
ACTORS = ("admin", "officer", "owner", "buyer", "bank", "tenant", "guest", "referee", "stranger")
OFFER_FIELDS = {
    "id": "uint256",
    "number": "uint256",
    "lessee": "address",
    "currencyId": "uint256",
    "rent": "uint256",
    "period": "uint256",
    "latest": "uint256",
    "sublease": "bool",
    "referee": "address",
    "forfeitBps": "uint256",
    "clauses": "bytes32",
    "deadline": "uint256",
}
OFFER_TYPE = {"LeaseOffer": [{"name": name, "type": kind} for name, kind in OFFER_FIELDS.items()]}


@dataclass
class Estate:
    """Owner, buyer and bank are admitted to hold rights; tenant, guest and referee are active but outside their scope;
    officer is COMPLIANCE and ATTESTOR; stranger is unknown."""

    chain: Chain
    access: SuiteAccess
    registry: ParticipantRegistry
    standard: ValueStandard
    ledger: AssetCertificate
    rights: UsageRight
    leases: LeaseModule
    land: LandModule
    money: DevnetCurrency
    entities: dict[str, int] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Account:
        if name not in ACTORS:
            raise AttributeError(name)
        return self.chain.account(name)

    def enrol(self, name: str, regions: int = EU, qualifications: int = 0, address: str | None = None) -> None:
        """Enrols an actor, or a contract, for an entity of its own."""
        entity = self.registry.createEntity(keccak(text=name), sender=self.officer).returned
        self.entities[name] = entity
        where = address or self.chain.account(name).address
        self.registry.enrol(where, entity, self.chain.now + 50 * YEAR, regions, qualifications, sender=self.officer)

    def right(self, parcel: str = "parcel", lapses: int = 0, owner: str = "owner") -> int:
        """Registers a title; `lapses`: seconds from now, 0 for never."""
        title = structs.Title(
            keccak(text=parcel),
            keccak(text="use"),
            lapses and self.chain.now + lapses,
            TITLE_RULES,
            keccak(text="deed"),
        )
        return self.land.register(self.chain.account(owner), title, sender=self.officer).returned

    def offer(self, right: int, **changes: Any) -> structs.Offer:
        """10 units a day for at most 100 days, to anyone, no sub-lease, no referee; the next number."""
        given: dict[str, Any] = {
            "id": right,
            "number": self.leases.nextNumber(right),
            "lessee": NOBODY,
            "currencyId": 1,
            "rent": 10,
            "period": DAY,
            "latest": self.chain.now + 100 * DAY,
            "sublease": False,
            "referee": NOBODY,
            "forfeitBps": 0,
            "clauses": keccak(text="clauses"),
            "deadline": self.chain.now + DAY,
        }
        return structs.Offer(**(given | changes))

    def sign(self, offer: structs.Offer, signer: Account, domain: dict[str, Any] | None = None) -> bytes:
        """The owner's signature. The type is written down here, never read from the contract."""
        message = {name: getattr(offer, name) for name in OFFER_FIELDS}
        return signer.sign_typed(domain or domain_of(self.leases), OFFER_TYPE, message).packed

    def fund(self, payer: Account, amount: int) -> None:
        """Gives money and lets the module of leases take it."""
        self.money.mint(payer, amount, sender=payer)
        self.money.approve(self.leases, amount, sender=payer)

    def let(self, right: int, seconds: int, owner: str = "owner", tenant: str = "tenant", **changes: Any) -> int:
        """Leases by signature until so many seconds from now; gives back what was paid."""
        offer = self.offer(right, **changes)
        who = self.chain.account(tenant)
        end = self.chain.now + seconds
        self.fund(who, self.leases.price(offer.rent, offer.period, self.chain.now, end))
        signature = self.sign(offer, self.chain.account(owner))
        return self.leases.lease(offer, end, NOBODY, signature, sender=who).returned


def build(chain: Chain | None = None) -> Estate:
    """Deploys, connects and enrols."""
    chain = chain or Revm()
    admin, officer = chain.account("admin"), chain.account("officer")
    access = SuiteAccess.deploy(chain, admin, sender=admin)
    registry = ParticipantRegistry.deploy(chain, access, sender=admin)
    registry.defineRegions([structs.Region(number, 0) for number in range(80)], sender=admin)
    standard = ValueStandard.deploy(chain, access, sender=admin)
    ledger = AssetCertificate.deploy(chain, access, registry, "ipfs://{id}", sender=admin)
    rights = UsageRight.deploy(chain, access, registry, "ipfs://", sender=admin)
    leases = LeaseModule.deploy(chain, access, rights, standard, sender=admin)
    land = LandModule.deploy(chain, access, rights, leases, ledger, standard, sender=admin)
    money = DevnetCurrency.deploy(chain, "EUR", 6, sender=admin)
    estate = Estate(chain, access, registry, standard, ledger, rights, leases, land, money)
    for role in (1, 2, 3, 6):
        access.grantRole(role, officer, 0, sender=admin)
    for contract, role, names in (
        (registry, 1, ("createEntity", "enrol", "setFacts", "suspend", "reinstate", "remove")),
        (standard, 2, ("publish", "retire", "addCurrency")),
        (rights, 1, ("setFrozenTokens", "forcedTransfer", "breakLien")),
        (rights, 3, ("pause", "unpause")),
        (ledger, 1, ("setFrozenTokens",)),
        (leases, 3, ("pause", "unpause")),
        (land, 6, ("register", "strikeOut", "stateAttribute")),
        (land, 3, ("pause", "unpause")),
    ):
        selectors = [selector_of(contract.ABI_NAME, name) for name in names]
        access.setTargetFunctionRole(contract, selectors, role, sender=admin)
    rights.setModule(TITLE, land, sender=admin)
    rights.setModule(LEASES, leases, sender=admin)
    ledger.setModule(INCOME, land, sender=admin)
    registry.subscribe(rights, sender=admin)
    registry.subscribe(ledger, sender=admin)
    usd = 10**18
    standard.addCurrency(b"EUR", money, usd, usd // 2, usd * 2, NOBODY, 0, sender=officer)
    required = 1 << 0 | 1 << 5 | 1 << 10 | 1 << 11  # owner, document, parcel, kind of right
    standard.publish(
        b"EU/title".ljust(32, b"\0"), structs.Rules(TITLE, 0, 0, 0, required, 1, EU, FARMER | BANK), sender=officer
    )
    income = structs.Rules(INCOME, 0, 0, 0, 0, 1_000_000, EU, FARMER | BANK)
    standard.publish(b"EU/land-income".ljust(32, b"\0"), income, sender=officer)
    for name in ("owner", "buyer"):
        estate.enrol(name, qualifications=FARMER)
    estate.enrol("bank", qualifications=BANK)
    for name in ("tenant", "guest", "referee"):
        estate.enrol(name, regions=US)
    estate.enrol("land module", qualifications=FARMER, address=land.address)
    return estate
