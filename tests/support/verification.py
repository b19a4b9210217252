"""Nodes, their quorum, the desk of verification and its results on a chain, beside receivables and operating record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from eth_utils.crypto import keccak

from caldera.agreements import Attestation, ordered
from caldera.contracts import (
    ContractWallet,
    EraToken,
    NodeQuorum,
    NodesDouble,
    OperatingRecord,
    PanelsDouble,
    RecordsDouble,
    SeedsDouble,
    TargetDouble,
    ValueVerification,
    VerificationDesk,
    structs,
)
from caldera.evm import Account, AddressLike, Chain, Receipt
from caldera.evm.address import to_address
from caldera.model import verification as model
from tests.support.credit import EPOCH as FACTS_EPOCH
from tests.support.credit import EPOCHS_BACK, LONGEST_AGE, SUPPLIER
from tests.support.suite import DAY, MINIMUM, NOBODY, ROLES, Suite, selector_of
from tests.support.suite import build as build_suite

ERA = 10**18
VALUATION, INSURANCE, PLEDGEABLE = 7, 8, 9
KINDS = ("Valuation", "Insurance", "CreditData", "MappingCompliance")
VALUE, INSURED, CREDIT, MAPPING = range(4)
NONE, ACCEPTED, REFUSED, DISPUTED, OVERTURNED = range(5)
OPEN, ANSWERED, REFUNDED = range(3)
EPOCH = 7 * DAY
REQUEST_RULES = model.RequestRules(
    least_fee=5 * ERA, least_weight=30_000 * ERA, longest=30 * DAY, shortest=3_600, least_signers=3
)
RESULT_RULES = model.ResultRules(window=3 * DAY, fund_bps=4_000, finance_bps=12_500)
STAKES = {f"n{number}": (10_000 + 1_000 * number) * ERA for number in range(1, 10)}
"""Active stakes of nine nodes of nine entities; a tenth as much of each is leaving."""
NODES = (*STAKES, "twin", "sellers", "wallet")
ACTORS = ("holder", "treasury", "court", "keeper", *STAKES, "twin", "sellers")
DOCUMENT = keccak(text="appraisal")
PERMISSIONS = {
    "quorum": {"STANDARD": "setQuorum"},
    "record": {"COMPLIANCE": "revoke", "VERIFIER": "revokeStatement", "GUARDIAN": "pause unpause"},
    "desk": {
        "STANDARD": "setRequestRules setResultRules setVerifiable",
        "GUARDIAN": "pause unpause",
        "VERIFIER": "settle noteAnswer caseOpened caseClosed forfeit",
    },
    "results": {"COURT": "openCase closeCase"},
}


@dataclass
class Hall:
    """Seller and buyer are the parties of invoices; seller asks, and so may bank, which has no part in them. n1 to n9
    are nodes of their own entities; twin is of n1's entity, sellers of the seller's; wallet is a contract of the
    keeper's. A node's owner is its key. court stands for the court, treasury for the fund; holder has the ERA."""

    suite: Suite
    era: EraToken
    nodes: NodesDouble
    quorum: NodeQuorum
    records: RecordsDouble
    panels: PanelsDouble
    seeds: SeedsDouble
    record: OperatingRecord
    desk: VerificationDesk
    results: ValueVerification
    target: TargetDouble
    wallet: ContractWallet
    numbers: dict[str, int] = field(default_factory=dict)
    invoice: int = 0

    def __getattr__(self, name: str) -> Account:
        if name in ACTORS:
            return self.suite.chain.account(name)
        return getattr(self.__dict__["suite"], name)  # type: ignore[no-any-return]

    @property
    def chain(self) -> Chain:
        return self.suite.chain

    @property
    def now(self) -> int:
        return self.chain.now

    @property
    def epoch(self) -> int:
        """The one that runs."""
        return self.now // EPOCH

    def terms(self, **changes: Any) -> structs.RequestTerms:
        """A valuation of the invoice by any three nodes, within a day, for 100 ERA."""
        given: dict[str, Any] = {
            "kind": VALUE,
            "target": self.suite.module.address,
            "id": self.invoice,
            "field": VALUATION,
            "claimed": 100 * MINIMUM,
            "documentHash": DOCUMENT,
            "panelSize": 0,
            "leastSigners": 3,
            "leastWeight": 30_000 * ERA,
            "deadline": self.now + DAY,
            "fee": 100 * ERA,
        }
        return structs.RequestTerms(**(given | changes))

    def mapping(self, **changes: Any) -> structs.RequestTerms:
        """Of a mapping."""
        return self.terms(**({"kind": MAPPING, "target": NOBODY, "id": 1, "field": 0, "claimed": 1} | changes))

    def credit(self, **changes: Any) -> structs.RequestTerms:
        """Of the seller's facts."""
        about = {"kind": CREDIT, "target": self.record.address, "id": self.suite.entities["seller"], "field": 0}
        return self.terms(**(about | changes))

    def ask(self, by: Account | None = None, terms: structs.RequestTerms | None = None, **changes: Any) -> int:
        """A request, paid from new ERA."""
        by, terms = by or self.suite.seller, (terms or self.terms())._replace(**changes)
        self.fund(by, terms.fee)
        return self.desk.request(terms, sender=by).returned

    def fund(self, who: AddressLike, amount: int) -> None:
        """New ERA, which the desk may take."""
        self.era.transfer(who, amount, sender=self.holder)
        self.era.approve(self.desk, amount, sender=who)

    def where(self, name: str) -> str:
        """Whose key it is."""
        return to_address(self.wallet if name == "wallet" else self.suite.chain.account(name))

    def over(self, digest: bytes, *names: str) -> list[structs.Attestation]:
        """Signatures of these nodes, in order; the wallet's are its keeper's."""
        signers = {name: self.keeper if name == "wallet" else self.suite.chain.account(name) for name in names}
        return listed(Attestation(self.where(name), signers[name].sign_hash(digest).packed) for name in names)

    def signed(
        self, number: int, amount: int, *names: str, until: int | None = None
    ) -> tuple[int, int, int, list[structs.Attestation]]:
        """Arguments of `submit`; n1, n2 and n3 unless named, good for ninety days."""
        until = self.now + 90 * DAY if until is None else until
        digest = self.results.resultDigest(number, amount, until)
        return number, amount, until, self.over(digest, *(names or ("n1", "n2", "n3")))

    def submit(self, number: int, amount: int = 90 * MINIMUM, *names: str, until: int | None = None) -> Receipt[None]:
        """Brought by nobody in particular."""
        return self.results.submit(*self.signed(number, amount, *names, until=until), sender=self.mallory)

    def result(self, *names: str, amount: int = 90 * MINIMUM, **changes: Any) -> int:
        """A request of the seller with a result of these nodes."""
        number = self.ask(**changes)
        self.submit(number, amount, *names)
        return number

    def facts(self, **changes: Any) -> structs.OperatingFacts:
        """The seller's last month, the next statement."""
        entity, epoch = self.suite.entities["seller"], self.now // FACTS_EPOCH - 1
        given: dict[str, Any] = {
            "entity": entity,
            "epoch": epoch,
            "turnover": SUPPLIER.turnover,
            "receivablesIssued": SUPPLIER.receivables_issued,
            "receivablesRepaid": SUPPLIER.receivables_repaid,
            "cargoTurnover": SUPPLIER.cargo_turnover,
            "daysLate": SUPPLIER.days_late,
            "orders": SUPPLIER.orders,
            "nonce": self.record.factsOf(entity).nonce + 1,
            "validUntil": (epoch + 1) * FACTS_EPOCH + LONGEST_AGE,
        }
        return structs.OperatingFacts(**(given | changes))

    def vouched(self, facts: structs.OperatingFacts, *names: str) -> list[structs.Attestation]:
        """Signed by n1, n2 and n3 unless named."""
        return self.over(self.record.factsDigest(facts), *(names or ("n1", "n2", "n3")))

    def draw(self, number: int, *names: str) -> None:
        """Lets exactly these be drawn, with the seed and without the entities that the desk must ask for."""
        asked = self.desk.requestOf(number)
        ticket = self.desk.panelOf(number).ticket
        self.seeds.reveal(ticket, keccak(number.to_bytes(2, "big")), sender=self.admin)
        seed = keccak(keccak(number.to_bytes(2, "big")) + number.to_bytes(32, "big"))
        first, second = (self.suite.entities["seller"], self.suite.entities["buyer"])
        if asked.kind == CREDIT:
            first, second = asked.id, 0
        elif asked.kind == MAPPING:
            first, second = 0, 0
        drawn = [self.numbers[name] for name in names]
        self.panels.set(drawn, seed, [asked.entity, first, second], sender=self.admin)

    def signers_of(self, *names: str) -> tuple[list[int], list[int]]:
        """Numbers in ascending order, and whole stakes of the moment."""
        numbers = sorted(self.numbers[name] for name in names)
        stakes = [self.nodes.stakeOf(number) for number in numbers]
        return numbers, [active + leaving for active, leaving, _ in stakes]

    def attribute(self, asset: int | None = None, which: int = VALUATION) -> structs.Attribute:
        """As the ledger of certificates has it."""
        return self.suite.ledger.attributeOf(self.invoice if asset is None else asset, which)


def listed(attestations: Iterable[Attestation]) -> list[structs.Attestation]:
    """In order, as the handle takes them."""
    return [structs.Attestation(*one) for one in ordered(attestations)]


def as_request_rules(rules: model.RequestRules) -> structs.RequestRules:
    """As the handle takes them."""
    return structs.RequestRules(rules.least_fee, rules.least_weight, rules.longest, rules.shortest, rules.least_signers)


def as_result_rules(rules: model.ResultRules) -> structs.ResultRules:
    """As the handle takes them."""
    return structs.ResultRules(rules.window, rules.fund_bps, rules.finance_bps)


def build(chain: Chain | None = None, token: Any = EraToken) -> Hall:
    """Deploys, connects and enrols; the seller has an invoice of 100,000.00 on the buyer."""
    suite = build_suite(chain)
    chain, admin, access, officer = suite.chain, suite.admin, suite.access, suite.officer
    holder = chain.account("holder")
    if token is EraToken:
        era = EraToken.deploy(chain, holder, sender=admin)
    else:
        era = token.deploy(chain, sender=admin)
        era.mint(holder, 10**27, sender=admin)
    nodes = NodesDouble.deploy(chain, sender=admin)
    quorum = NodeQuorum.deploy(chain, access, suite.registry, nodes, 3, 30_000 * ERA, sender=admin)
    records = RecordsDouble.deploy(chain, EPOCH, sender=admin)
    panels, seeds = PanelsDouble.deploy(chain, sender=admin), SeedsDouble.deploy(chain, sender=admin)
    record = OperatingRecord.deploy(
        chain, access, suite.registry, quorum, FACTS_EPOCH, EPOCHS_BACK, LONGEST_AGE, sender=admin
    )
    parts = structs.VerificationParts(
        era.address,
        suite.registry.address,
        nodes.address,
        records.address,
        panels.address,
        seeds.address,
        record.address,
        chain.account("treasury").address,
    )
    rules = (as_request_rules(REQUEST_RULES), as_result_rules(RESULT_RULES))
    desk = VerificationDesk.deploy(chain, access, parts, *rules, sender=admin)
    results = ValueVerification.deploy(chain, access, desk, sender=admin)
    target = TargetDouble.deploy(chain, sender=admin)
    wallet = ContractWallet.deploy(chain, chain.account("keeper"), sender=admin)
    hall = Hall(suite, era, nodes, quorum, records, panels, seeds, record, desk, results, target, wallet)
    for name, roles in PERMISSIONS.items():
        contract = hall.__dict__[name]
        for role, functions in roles.items():
            selectors = [selector_of(contract.ABI_NAME, one) for one in functions.split()]
            access.setTargetFunctionRole(contract, selectors, ROLES[role], sender=admin)
    for role in ("VERIFIER", "COURT"):
        access.revokeRole(ROLES[role], officer, sender=admin)
    access.grantRole(ROLES["VERIFIER"], results, 0, sender=admin)
    access.grantRole(ROLES["VERIFIER"], desk, 0, sender=admin)
    access.grantRole(ROLES["COURT"], chain.account("court"), 0, sender=admin)
    for kind, about, finance in (
        (VALUE, suite.module.address, True),
        (INSURED, suite.module.address, False),
        (VALUE, target.address, False),
        (CREDIT, record.address, True),
        (MAPPING, NOBODY, False),
    ):
        desk.setVerifiable(kind, about, True, finance, sender=officer)
    for name, stake in STAKES.items():
        suite.enrol(name)
        _add(hall, name, chain.account(name).address, stake)
    suite.enrol("twin", entity=suite.entities["n1"])
    suite.enrol("sellers", entity=suite.entities["seller"])
    suite.entities["wallet"] = suite.registry.createEntity(b"wallet".ljust(32, b"\0"), sender=officer).returned
    suite.registry.enrol(wallet, suite.entities["wallet"], 2**40 - 1, 1, 1, sender=officer)
    for name in ("twin", "sellers", "wallet"):
        _add(hall, name, hall.where(name), 20_000 * ERA)
    hall.invoice = suite.circulating()
    return hall


def _add(hall: Hall, name: str, key: str, stake: int) -> None:
    given = hall.nodes.add(key, key, hall.suite.entities[name], stake, stake // 10, True, sender=hall.admin)
    hall.numbers[name] = given.returned
