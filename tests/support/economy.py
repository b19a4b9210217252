"""ERA, its oracle and the fee router on a chain, with enterprises, attestors and those who share fees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak

from caldera.agreements import attest
from caldera.contracts import AttestorSet, EraRate, EraToken, FeeRouter, MoodySource, structs
from caldera.evm import Account, AddressLike, Chain, Receipt
from caldera.model import fees
from tests.support.suite import DAY, NOBODY, ROLES, Suite, selector_of
from tests.support.suite import build as build_suite

ERA = 10**18
USD = 10**6
ROUTING, MAPPING, ADAPTATION = 0, 1, 2
PRICES = (2 * USD, 5 * USD, 1_500_001)
RATE = 125 * 10**15  # 0.125 USD per ERA
FALLBACK = 10**17
LIGHT, STANDARD, FINANCE = 0, 1, 2
RATE_TERMS = fees.RateTerms(6 * 3_600, 900, 1_800, 2_000, 10**16, 10**19)
FEE_TERMS = fees.FeeTerms(DAY, 10**16, 10**19, FALLBACK)
PERMISSIONS = {
    "router": {
        "CHARGER": "charge",
        "STANDARD": "setFeePrice setFeeRateTerms openScenario setScenario setScenarioActive setFeeShares",
        "GUARDIAN": "pause unpause",
    },
    "oracle": {"STANDARD": "setEraRateTerms", "GUARDIAN": "pause unpause"},
}
ACTORS = (
    *(
        "admin",
        "officer",
        "mallory",
        "holder",
        "ledger",
        "maker",
        "partner",
        "supplier",
        "auditor",
        "assessor",
        "notary",
    ),
    *("nodes", "studio", "inventor", "treasury"),
)
AUTHORISATION = [
    {"name": name, "type": kind}
    for name, kind in (
        *(("from", "address"), ("to", "address"), ("value", "uint256")),
        *(("validAfter", "uint256"), ("validBefore", "uint256"), ("nonce", "bytes32")),
    )
]
PERMIT = [
    {"name": name, "type": kind}
    for name, kind in (
        *(("owner", "address"), ("spender", "address"), ("value", "uint256")),
        *(("nonce", "uint256"), ("deadline", "uint256")),
    )
]


@dataclass
class Economy:
    """maker and supplier are enterprises, partner a second account of the maker's; auditor, assessor, notary attest;
    holder has the ERA. nodes, studio (developer), inventor (author), treasury share fees; ledger stands for a contract
    that charges. officer holds every role but ADMIN, which is admin's; mallory none. The router asks `source`."""

    suite: Suite
    token: Any  # EraToken, or a hostile one
    attestors: AttestorSet
    oracle: EraRate
    source: Any  # EraRate or MoodySource
    router: FeeRouter

    def __getattr__(self, name: str) -> Account:
        if name not in ACTORS:
            raise AttributeError(name)
        return self.suite.chain.account(name)

    @property
    def chain(self) -> Chain:
        return self.suite.chain

    @property
    def now(self) -> int:
        return self.chain.now

    @property
    def month(self) -> int:
        return fees.month_at(self.now)

    def entity(self, name: str) -> int:
        return self.suite.entities[name]

    def say(self, rate: int = RATE, at: int | None = None) -> None:
        """Lets the source say so."""
        self.source.set(rate, self.now if at is None else at, sender=self.admin)

    def give(self, account: AddressLike, amount: int) -> None:
        """ERA of the holder's."""
        self.token.transfer(account, amount, sender=self.holder)

    def deposit(self, entity: int, amount: int, by: Account | None = None) -> None:
        """From new ERA."""
        by = by or self.maker
        self.give(by, amount)
        self.token.approve(self.router, amount, sender=by)
        self.router.deposit(entity, amount, sender=by)

    def record(self, **changes: Any) -> structs.FeeScenario:
        """A standard scenario without developer and author."""
        given: dict[str, Any] = {
            "class_": STANDARD,
            "rollup": 1,
            "developerBps": 0,
            "authorRollup": 0,
            "nodes": self.nodes.address,
            "developer": NOBODY,
            "author": NOBODY,
        }
        return structs.FeeScenario(*(given | changes).values())

    def full(self, **changes: Any) -> structs.FeeScenario:
        """A finance scenario in which everybody has a share."""
        given: dict[str, Any] = {
            "class_": FINANCE,
            "developerBps": 2_000,
            "developer": self.studio.address,
            "author": self.inventor.address,
            "authorRollup": 2,
        }
        return self.record(**(given | changes))

    def open(self, record: structs.FeeScenario | None = None) -> int:
        """A scenario, by the officer."""
        return self.router.openScenario(record or self.record(), sender=self.officer).returned

    def earn(self, scenario: int, usd: int, entity: int | None = None) -> int:
        """Lets the ledger charge so much, from new ERA; gives back the ERA."""
        entity = entity or self.entity("maker")
        self.router.setFeePrice(MAPPING, usd, sender=self.officer)
        _, due = self.router.feeOf(MAPPING)
        self.deposit(entity, due)
        return self.router.charge(entity, MAPPING, scenario, sender=self.ledger).returned

    def state_users(self, users: int, month: int, rollup: int = 1, *names: str) -> Receipt[None]:
        """As attestors sign; auditor and notary unless named."""
        message = structs.ActiveUsers(rollup, month, users)
        signers = [self.chain.account(name) for name in names or ("auditor", "notary")]
        signed = [structs.Attestation(*one) for one in attest(self.router, "ActiveUsers", message, signers)]
        return self.router.stateUsers(message, signed, sender=self.mallory)

    def bring(self, price: int, as_of: int | None = None, *names: str) -> Receipt[None]:
        """A price that attestors sign; auditor and notary unless named."""
        message = structs.EraPrice(price, self.now if as_of is None else as_of)
        signers = [self.chain.account(name) for name in names or ("auditor", "notary")]
        signed = [structs.Attestation(*one) for one in attest(self.oracle, "EraPrice", message, signers)]
        return self.oracle.recordPrice(message, signed, sender=self.mallory)

    def domain(self) -> dict[str, Any]:
        """Of ERA."""
        chain_id = self.chain.chain_id
        return {"name": "ERA", "version": "1", "chainId": chain_id, "verifyingContract": self.token.address}

    def permit(self, amount: int, owner: Account, deadline: int) -> tuple[int, bytes, bytes]:
        """v, r, s of a permit for the router."""
        message = {
            "owner": owner.address,
            "spender": self.router.address,
            "value": amount,
            "nonce": self.token.nonces(owner),
            "deadline": deadline,
        }
        packed = owner.sign_typed(self.domain(), {"Permit": PERMIT}, message).packed
        return packed[64], packed[:32], packed[32:64]

    def authorise(self, entity: int, amount: int, salt: bytes, owner: Account) -> tuple[Any, ...]:
        """Arguments of a deposit by the owner's authorisation, good for an hour."""
        after, before = self.now - 1, self.now + 3_600
        nonce = keccak(entity.to_bytes(32, "big") + salt)
        message = dict(
            zip(
                ("from", "to", "value", "validAfter", "validBefore", "nonce"),
                (owner.address, self.router.address, amount, after, before, nonce),
                strict=True,
            )
        )
        signed = owner.sign_typed(self.domain(), {"ReceiveWithAuthorization": AUTHORISATION}, message).packed
        return owner.address, entity, amount, after, before, salt, signed


def as_rate_terms(terms: fees.RateTerms) -> structs.EraRateTerms:
    """As the handle takes them."""
    return structs.EraRateTerms(terms.window, terms.interval, terms.max_age, terms.step_bps, terms.floor, terms.ceiling)


def as_fee_terms(terms: fees.FeeTerms, source: AddressLike) -> structs.FeeRateTerms:
    """As the handle takes them."""
    where = source if isinstance(source, str) else source.address
    return structs.FeeRateTerms(where, terms.max_age, terms.floor, terms.ceiling, terms.fallback)


def as_shares(shares: fees.Shares) -> structs.FeeShares:
    """As the handle takes them."""
    return structs.FeeShares(
        shares.node, shares.finance_bonus, shares.author, shares.most_developer, shares.subsidy, shares.users_above
    )


def build(
    chain: Chain | None = None,
    token: type[Any] = EraToken,
    moody: bool = True,
    shares: fees.Shares | None = None,
    suite: Suite | None = None,
) -> Economy:
    """Deploys, connects and enrols. The router asks a source in a mood, or the oracle where there is to be none.

    Args:
        suite: what stands already; a new one without it.
    """
    suite = suite or build_suite(chain)
    chain, admin, access = suite.chain, suite.admin, suite.access
    holder = chain.account("holder")
    if token is EraToken:
        era: Any = EraToken.deploy(chain, holder, sender=admin)
    else:
        era = token.deploy(chain, sender=admin)
        era.mint(holder, 10**27, sender=admin)
    attestors = AttestorSet.deploy(chain, access, suite.registry, 2, sender=admin)
    oracle = EraRate.deploy(chain, access, attestors, NOBODY, as_rate_terms(RATE_TERMS), RATE, sender=admin)
    source: Any = MoodySource.deploy(chain, sender=admin) if moody else oracle
    router = FeeRouter.deploy(
        chain,
        access,
        era,
        suite.registry,
        attestors,
        chain.account("treasury"),
        as_fee_terms(FEE_TERMS, source),
        PRICES,
        as_shares(shares or fees.Shares()),
        sender=admin,
    )
    economy = Economy(suite, era, attestors, oracle, source, router)
    for target, roles in PERMISSIONS.items():
        contract = economy.__dict__[target]
        for role, names in roles.items():
            selectors = [selector_of(contract.ABI_NAME, name) for name in names.split()]
            access.setTargetFunctionRole(contract, selectors, ROLES[role], sender=admin)
    access.grantRole(ROLES["CHARGER"], chain.account("ledger"), 0, sender=admin)
    suite.registry.subscribe(router, sender=admin)
    for name in ("maker", "supplier", "auditor", "assessor", "notary"):
        if name not in suite.entities:
            suite.enrol(name)
    suite.enrol("partner", entity=suite.entities["maker"])
    for name in ("auditor", "assessor", "notary"):
        access.grantRole(ROLES["ATTESTOR"], chain.account(name), 0, sender=admin)
    if moody:
        economy.say()
    return economy
