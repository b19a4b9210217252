"""Attestors, operating record and credit model on a chain, with enterprises and lenders enrolled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from caldera.agreements import Attestation, attest, ordered, sign
from caldera.contracts import AttestorSet, ContractWallet, CreditModel, OperatingRecord, structs
from caldera.evm import Account, Receipt
from caldera.model import credit
from caldera.model.credit import DEVNET, Facts, Parameters, usd
from tests.support.suite import DAY, Suite, build, selector_of

ATTESTOR, LENDER = 6, 9
ACTORS = (
    *("admin", "officer", "mallory", "stranger", "lender", "keeper"),
    *("supplier", "maker", "auditor", "assessor", "notary", "partner"),
)
EPOCH = 30 * DAY
EPOCHS_BACK = 3
LONGEST_AGE = 75 * DAY
STANDINGS = ("Open", "Frozen", "NoModel", "NoRecord", "Revoked", "Stale")
PERMISSIONS = {
    "attestors": {"STANDARD": "setQuorum"},
    "record": {"COMPLIANCE": "revoke", "STANDARD": "setRecordBounds", "GUARDIAN": "pause unpause"},
    "model": {"STANDARD": "publish", "LENDER": "recordInTime recordLate recordDefault"},
}
ROLES = {"COMPLIANCE": 1, "STANDARD": 2, "GUARDIAN": 3, "LENDER": LENDER}
SUPPLIER = Facts(
    turnover=usd(2_000_000),
    receivables_issued=usd(1_800_000),
    receivables_repaid=usd(1_710_000),
    days_late=20,
    cargo_turnover=usd(1_000_000),
    orders=400,
)
"""A mid-size supplier's month: 95 % repaid, two days late on average."""


@dataclass
class Desk:
    """Enterprises: supplier, maker. Attestors: auditor, assessor, notary; partner, of the auditor's entity; wallet, a
    contract of the keeper. lender stands for a contract that lends. admin, officer, mallory: as in the suite."""

    suite: Suite
    attestors: AttestorSet
    record: OperatingRecord
    model: CreditModel
    wallet: ContractWallet

    def __getattr__(self, name: str) -> Account:
        if name not in ACTORS:
            raise AttributeError(name)
        return self.suite.chain.account(name)

    @property
    def now(self) -> int:
        return self.suite.chain.now

    def entity(self, name: str) -> int:
        """Of an enterprise or an attestor."""
        return self.suite.entities[name]

    def last_epoch(self) -> int:
        """The latest that is over."""
        return self.now // EPOCH - 1

    def facts(self, name: str = "supplier", figures: Facts = SUPPLIER, **changes: Any) -> structs.OperatingFacts:
        """The next statement, for the last epoch, good for as long as it may be."""
        entity = self.entity(name)
        epoch = changes.get("epoch", self.last_epoch())
        given: dict[str, Any] = {
            "entity": entity,
            "epoch": epoch,
            "turnover": figures.turnover,
            "receivablesIssued": figures.receivables_issued,
            "receivablesRepaid": figures.receivables_repaid,
            "cargoTurnover": figures.cargo_turnover,
            "daysLate": figures.days_late,
            "orders": figures.orders,
            "nonce": self.record.factsOf(entity).nonce + 1,
            "validUntil": (epoch + 1) * EPOCH + self.record.longestAge(),
        }
        return structs.OperatingFacts(**(given | changes))

    def signed(self, facts: structs.OperatingFacts, *names: str) -> list[structs.Attestation]:
        """What these attestors sign, in order."""
        made = attest(self.record, "OperatingFacts", facts, [self.actor(name) for name in names if name != "wallet"])
        if "wallet" in names:
            made.append(Attestation(self.wallet.address, sign(self.record, "OperatingFacts", facts, self.keeper)))
        return listed(made)

    def actor(self, name: str) -> Account:
        return self.suite.chain.account(name)

    def bring(self, facts: structs.OperatingFacts | None = None, *names: str, sender: str = "mallory") -> Receipt[None]:
        """Records a statement that these attestors signed; auditor and notary unless named."""
        facts = facts or self.facts()
        signatures = self.signed(facts, *(names or ("auditor", "notary")))
        return self.record.record(facts, signatures, sender=self.actor(sender))

    def publish(self, parameters: Parameters = DEVNET) -> int:
        """By the officer."""
        return self.model.publish(as_struct(parameters), sender=self.officer).returned

    def assessed(self, name: str = "supplier") -> credit.Assessment:
        """What the contract answers, in the model's form."""
        read = self.model.assess(self.entity(name))
        assert self.model.limitOf(self.entity(name)) == read.limit
        return credit.Assessment(read.limit, read.formula, STANDINGS[read.standing], tuple(read.contributions))


def listed(attestations: Iterable[Attestation]) -> list[structs.Attestation]:
    """In order, as the handle takes them."""
    return [structs.Attestation(*one) for one in ordered(attestations)]


def as_struct(parameters: Parameters) -> structs.CreditParameters:
    """As the handle takes them."""
    curves = tuple(tuple(structs.CurveKnot(x, y) for x, y in curve.knots) for curve in parameters.curves)
    bounds = (parameters.highest, parameters.lowest, parameters.thawed)
    rates = (parameters.in_time_bps, parameters.late_bps)
    return structs.CreditParameters(parameters.cap, parameters.raise_cap, *bounds, *rates, curves)


def build_desk(parameters: Parameters | None = DEVNET) -> Desk:
    """Deploys, connects and enrols; publishes the parameters, unless there are to be none."""
    suite = build()
    chain, admin, officer = suite.chain, suite.admin, suite.officer
    attestors = AttestorSet.deploy(chain, suite.access, suite.registry, 2, sender=admin)
    record = OperatingRecord.deploy(
        chain, suite.access, suite.registry, attestors, EPOCH, EPOCHS_BACK, LONGEST_AGE, sender=admin
    )
    model = CreditModel.deploy(chain, suite.access, record, sender=admin)
    wallet = ContractWallet.deploy(chain, chain.account("keeper"), sender=admin)
    desk = Desk(suite, attestors, record, model, wallet)
    for target, roles in PERMISSIONS.items():
        contract = getattr(desk, target)
        for role, names in roles.items():
            selectors = [selector_of(contract.ABI_NAME, name) for name in names.split()]
            suite.access.setTargetFunctionRole(contract, selectors, ROLES[role], sender=admin)
    for name in ("supplier", "maker", "auditor", "assessor", "notary"):
        suite.enrol(name)
    suite.enrol("partner", entity=suite.entities["auditor"])
    entity = suite.registry.createEntity(b"wallet".ljust(32, b"\0"), sender=officer).returned
    suite.registry.enrol(wallet, entity, 2**40 - 1, 1, 1, sender=officer)
    suite.entities["wallet"] = entity
    for account in ("auditor", "assessor", "notary", "partner"):
        suite.access.grantRole(ATTESTOR, chain.account(account), 0, sender=admin)
    suite.access.grantRole(ATTESTOR, wallet, 0, sender=admin)
    suite.access.grantRole(LENDER, chain.account("lender"), 0, sender=admin)
    if parameters:
        desk.publish(parameters)
    return desk
