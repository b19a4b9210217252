"""A brand, its dealers and customers on a chain, with one line of goods."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from eth_utils.crypto import keccak

from caldera.contracts import (
    BoundRights,
    DirectedGoods,
    ParticipantRegistry,
    RetailModule,
    SuiteAccess,
    ValueStandard,
    structs,
)
from caldera.evm import Account, Chain, Revm, domain_of
from tests.support.suite import selector_of

DAY = 86_400
NOBODY = "0x" + "00" * 20
KIND = 5
DE, FR, US, EU = 1, 2, 4, 8
DEALER, CONSUMER, MEMBER, REPAIRER = 1, 2, 4, 8
RULES, SERVICE = 1, 2
RIGHT_KIND = 6
FIRST_SALE, ACTIVATION, DATE = 0, 1, 2
TRAVELS, LAPSES, ONCE = 0, 1, 2
YEAR = 365 * DAY
ACTORS = (
    "admin",
    "officer",
    "brand",
    "berlin",
    "paris",
    "boston",
    "anna",
    "ben",
    "clara",
    "workshop",
    "garage",
    "outsider",
    "stranger",
)
RESTRICTIONS = (
    "None",
    "UnknownToken",
    "NotTheOwner",
    "SenderNotActive",
    "ReceiverNotActive",
    "ReceiverOutsideScope",
    "OperatorOutsideScope",
    "Frozen",
    "Pledged",
    "Halted",
    "ConsumerResale",
    "GiftsUsedUp",
    "SenderOutsideScope",
)
"""`IPermissionedToken.Restriction`, in order."""
USE_FIELDS = {
    "item": "uint256",
    "right": "uint256",
    "number": "uint256",
    "holder": "address",
    "centre": "address",
    "report": "bytes32",
    "deadline": "uint256",
}
SPENDING_FIELDS = {
    "brand": "uint256",
    "holder": "address",
    "number": "uint256",
    "amount": "uint256",
    "purpose": "bytes32",
    "deadline": "uint256",
}
VOUCHER_FIELDS = {
    "line": "uint256",
    "series": "uint256",
    "number": "uint256",
    "holder": "address",
    "profile": "uint256",
    "claimKey": "address",
    "notBefore": "uint256",
    "deadline": "uint256",
}


@dataclass
class Shop:
    """Germany and France lie in the European Union. Brand issues; berlin and paris are dealers within the scope, boston
    is one outside; anna and ben are consumers;
    clara is one and a member; workshop and garage repair, in Germany and in the United States; outsider is active and
    neither; stranger is unknown; officer is COMPLIANCE."""

    chain: Chain
    access: SuiteAccess
    registry: ParticipantRegistry
    standard: ValueStandard
    goods: DirectedGoods
    retail: RetailModule
    bound: BoundRights
    line: int = 0
    entities: dict[str, int] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Account:
        if name not in ACTORS:
            raise AttributeError(name)
        return self.chain.account(name)

    def enrol(self, name: str, regions: int, qualifications: int, address: str | None = None) -> None:
        """Enrols an actor, or a contract, for an entity of its own."""
        self.entities[name] = self.registry.createEntity(keccak(text=name), sender=self.officer).returned
        where = address or self.chain.account(name).address
        until = self.chain.now + 3650 * DAY
        self.registry.enrol(where, self.entities[name], until, regions, qualifications, sender=self.officer)

    def spec(self, **changes: Any) -> structs.LineSpec:
        """Dealers in Germany and France; consumers may hold; one gift."""
        given: dict[str, Any] = {
            "ruleId": RULES,
            "regions": DE | FR,
            "qualifications": DEALER,
            "customers": CONSUMER,
            "consumers": True,
            "gifts": 1,
            "afterSales": self.entities["berlin"],
            "conditions": keccak(text="conditions"),
            "documentHash": keccak(text="document"),
        }
        return structs.LineSpec(**(given | changes))

    def item(self, holder: str = "berlin") -> int:
        """A new item of a dealer."""
        return self.retail.issue(self.line, self.chain.account(holder), 1, sender=self.brand).returned

    def pass_on(self, item: int, source: str, target: str, operator: str = "") -> None:
        """A transfer by the holder, or by an operator whom it approved."""
        mover = self.chain.account(operator or source)
        if operator:
            self.goods.setApprovalForAll(mover, True, sender=self.chain.account(source))
        self.goods.transferFrom(self.chain.account(source), self.chain.account(target), item, sender=mover)

    def voucher(self, **changes: Any) -> structs.Voucher:
        """For anna, good for a day."""
        given: dict[str, Any] = {
            "line": self.line,
            "series": 0,
            "number": 7,
            "holder": self.anna.address,
            "profile": 0,
            "claimKey": NOBODY,
            "notBefore": self.chain.now,
            "deadline": self.chain.now + DAY,
        }
        return structs.Voucher(**(given | changes))

    def sign(self, voucher: structs.Voucher, signer: Account, domain: dict[str, Any] | None = None) -> bytes:
        """The issuer's signature."""
        types = {"Voucher": [{"name": name, "type": kind} for name, kind in VOUCHER_FIELDS.items()]}
        message = {name: getattr(voucher, name) for name in VOUCHER_FIELDS}
        return signer.sign_typed(domain or domain_of(self.retail), types, message).packed

    def right(self, **changes: Any) -> int:
        """Defines a right of the line: two repairs within two years of the first sale, which travel with the item; the
        workshop is authorised. Gives its number."""
        given: dict[str, Any] = {
            "ruleId": SERVICE,
            "condition": FIRST_SALE,
            "resale": TRAVELS,
            "alone": False,
            "uses": 2,
            "points": 0,
            "startsAt": 0,
            "duration": 2 * YEAR,
            "until": 0,
            "text": keccak(text="two years' warranty"),
        }
        number = self.bound.defineRight(self.line, structs.Right(**(given | changes)), sender=self.brand).returned
        self.bound.authoriseCentre(self.line, number, self.entities["workshop"], True, sender=self.brand)
        return number

    def sold(self, customer: str = "anna") -> int:
        """A new item that berlin has sold."""
        item = self.item()
        self.pass_on(item, "berlin", customer)
        return item

    def use(self, item: int, right: int, centre: str = "workshop", **changes: Any) -> structs.Use:
        """A use whose signatures are good for a day; no centre for the empty name."""
        given: dict[str, Any] = {
            "item": item,
            "right": right,
            "centre": self.chain.account(centre).address if centre else NOBODY,
            "report": keccak(text="report"),
            "deadline": self.chain.now + DAY,
        }
        return structs.Use(**(given | changes))

    def sign_use(
        self, use: structs.Use, signer: Account, number: int, holder: str, domain: dict[str, Any] | None = None
    ) -> bytes:
        """Agrees to the use, the first being number 0. The type is written down here, never read from the contract."""
        types = {"Use": [{"name": name, "type": kind} for name, kind in USE_FIELDS.items()]}
        message = use._asdict() | {"number": number, "holder": self.chain.account(holder).address}
        return signer.sign_typed(domain or domain_of(self.bound), types, message).packed

    def sign_spending(self, spending: structs.Spending, signer: Account, number: int, brand: int) -> bytes:
        """Agrees to the spending, the first one being number 0."""
        types = {"Spending": [{"name": name, "type": kind} for name, kind in SPENDING_FIELDS.items()]}
        message = spending._asdict() | {"number": number, "brand": brand}
        return signer.sign_typed(domain_of(self.bound), types, message).packed


def build(chain: Chain | None = None) -> Shop:
    """Deploys, connects, enrols and creates the line."""
    chain = chain or Revm()
    admin, officer = chain.account("admin"), chain.account("officer")
    access = SuiteAccess.deploy(chain, admin, sender=admin)
    registry = ParticipantRegistry.deploy(chain, access, sender=admin)
    around = {DE: EU, FR: EU, US: 0, EU: 0}
    registry.defineRegions(
        [structs.Region(region.bit_length() - 1, within) for region, within in around.items()], sender=admin
    )
    standard = ValueStandard.deploy(chain, access, sender=admin)
    goods = DirectedGoods.deploy(chain, access, registry, "ipfs://", sender=admin)
    retail = RetailModule.deploy(chain, access, goods, standard, sender=admin)
    bound = BoundRights.deploy(chain, access, goods, standard, sender=admin)
    shop = Shop(chain, access, registry, standard, goods, retail, bound)
    for role in (1, 2, 3):
        access.grantRole(role, officer, 0, sender=admin)
    for contract, role, names in (
        (registry, 1, ("createEntity", "enrol", "setFacts", "suspend", "reinstate", "remove")),
        (standard, 2, ("publish", "retire")),
        (goods, 1, ("setFrozenTokens", "forcedTransfer")),
        (retail, 3, ("pause",)),
        (bound, 3, ("pause",)),
    ):
        access.setTargetFunctionRole(
            contract, [selector_of(contract.ABI_NAME, name) for name in names], role, sender=admin
        )
    goods.setModule(KIND, retail, sender=admin)
    registry.subscribe(goods, sender=admin)
    required = 1 << 10 | 1 << 11 | 1 << 12
    rules = structs.Rules(KIND, 0, 0, 0, required, 1, EU, DEALER)
    standard.publish(b"EU/goods".ljust(32, b"\0"), rules, sender=officer)
    service = structs.Rules(RIGHT_KIND, 0, 0, 0, 1 << 11 | 1 << 12, 1, EU, REPAIRER)
    standard.publish(b"EU/warranty".ljust(32, b"\0"), service, sender=officer)
    shop.enrol("brand", DE, 0)
    shop.enrol("workshop", DE, REPAIRER)
    shop.enrol("garage", US, REPAIRER)
    for name, regions in (("berlin", DE), ("paris", FR), ("boston", US)):
        shop.enrol(name, regions, DEALER)
    for name, profile in (("anna", CONSUMER), ("ben", CONSUMER), ("clara", CONSUMER | MEMBER), ("outsider", 0)):
        shop.enrol(name, DE, profile)
    shop.line = retail.createLine(shop.spec(), sender=shop.brand).returned
    return shop
