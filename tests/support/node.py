"""What verification nodes work with, on a chain: the desk, results, panels, seeds, records, a court, and an invoice."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml
from eth_account import Account as Keys
from eth_utils.crypto import keccak

from caldera.contracts import (
    BlockhashSeeds,
    CreditModel,
    DisputeCourt,
    EraToken,
    NodeBallots,
    NodePanels,
    NodeQuorum,
    NodeRecords,
    NodesDouble,
    NodeStaking,
    OperatingRecord,
    Penalties,
    RewardDistributor,
    Slasher,
    SlasherDouble,
    ValueVerification,
    VerificationDesk,
    VestingVault,
    structs,
)
from caldera.documents import Invoice, read_invoice
from caldera.evm import Account, Chain, Revm
from tests.support.suite import DAY, NOBODY, ROLES, Suite, selector_of
from tests.support.suite import build as build_suite

ERA = 10**18
TODAY = 1_778_832_000
"""15 May 2026: the invoice is three days old."""
ROOT = Path(__file__).resolve().parents[2]
INVOICE = ROOT / "examples" / "invoices" / "ubl-usd-large.xml"
VALUATION = 7
PASSPHRASE = "correct horse battery staple"
NODES = 5
EPOCH = 30 * DAY
STAKE = 20_000 * ERA
RULES = structs.RequestRules(5 * ERA, 30_000 * ERA, 30 * DAY, 3_600, 2)
RESULTS = structs.ResultRules(3 * DAY, 4_000, 12_500)
TERMS = structs.CourtTerms(1_000 * ERA, 20_000, 5_000, 3, 3_600, 14_400, 14_400, DAY, DAY)
PERMISSIONS = {
    "desk": {
        "STANDARD": "setRequestRules setResultRules setVerifiable",
        "VERIFIER": "settle noteAnswer caseOpened caseClosed forfeit",
    },
    "results": {"COURT": "openCase closeCase"},
    "records": {"VERIFIER": "recordSigned recordWrong recordMissed"},
    "ballots": {"COURT": "openPoll"},
    "record": {"VERIFIER": "revokeStatement"},
    "court": {"ARBITER": "decide", "STANDARD": "setCourtTerms"},
}


@dataclass
class Ground:
    """Nodes 1 to 5, each of its own entity, sign with key1 to key5. palmetto has an invoice on corrib, who acknowledged
    it, and asks for its valuation; alice challenges."""

    suite: Suite
    era: EraToken
    nodes: Any  # a NodesDouble, or a NodeStaking where nodes are staked
    records: NodeRecords
    desk: VerificationDesk
    results: ValueVerification
    seeds: BlockhashSeeds
    panels: NodePanels
    court: DisputeCourt
    ballots: NodeBallots
    penalties: Penalties
    record: OperatingRecord
    model: CreditModel
    slasher: Slasher | SlasherDouble
    document: bytes
    invoice: Invoice
    asset: int = 0
    rewards: RewardDistributor | None = None

    @property
    def chain(self) -> Chain:
        return self.suite.chain

    def account(self, label: str) -> Account:
        return self.suite.chain.account(label)

    def terms(self, **changes: Any) -> structs.RequestTerms:
        """A valuation of the invoice at its face by any two nodes, within a day."""
        given: dict[str, Any] = {
            "kind": 0,
            "target": self.suite.module.address,
            "id": self.asset,
            "field": VALUATION,
            "claimed": self.invoice.payable_units(6),
            "documentHash": self.invoice.document_hash,
            "panelSize": 0,
            "leastSigners": 3,
            "leastWeight": 30_000 * ERA,
            "deadline": self.chain.now + DAY,
            "fee": 100 * ERA,
        }
        return structs.RequestTerms(**(given | changes))

    def ask(self, **changes: Any) -> int:
        """A request of palmetto; its number."""
        terms, seller = self.terms(**changes), self.account("palmetto")
        self.era.transfer(seller, terms.fee, sender=self.suite.admin)
        self.era.approve(self.desk, terms.fee, sender=seller)
        return self.desk.request(terms, sender=seller).returned

    def enter(self, label: str, legal_id: str) -> None:
        """Enters a legal person and enrols its account."""
        entity = self.suite.registry.createEntity(keccak(text=legal_id), sender=self.suite.officer).returned
        self.suite.entities[label] = entity
        self.suite.enrol(label, entity=entity)


def build(chain: Chain | None = None, staked: bool = False) -> Ground:
    """Deploys, connects and enrols.

    Args:
        staked: nodes are registered and staked with NodeStaking, slashed by Slasher and paid by RewardDistributor; else
            a double gives them whatever stake a test wants.
    """
    chain = chain or Revm(timestamp=TODAY)
    suite = build_suite(chain)
    admin, officer, access = suite.admin, suite.officer, suite.access
    era = EraToken.deploy(chain, admin, sender=admin)
    records = NodeRecords.deploy(chain, access, DAY, 3, 100, sender=admin)
    nodes, slasher, rewards = _staking(suite, era, records) if staked else _double(chain, admin)
    seeds = BlockhashSeeds.deploy(chain, 2, sender=admin)
    panels = NodePanels.deploy(chain, access, nodes, 1_000 * ERA, STAKE, sender=admin)
    quorum = NodeQuorum.deploy(chain, access, suite.registry, nodes, 2, 30_000 * ERA, sender=admin)
    record = OperatingRecord.deploy(chain, access, suite.registry, quorum, EPOCH, 3, 75 * DAY, sender=admin)
    model = CreditModel.deploy(chain, access, record, sender=admin)
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
    desk = VerificationDesk.deploy(chain, access, parts, RULES, RESULTS, sender=admin)
    results = ValueVerification.deploy(chain, access, desk, sender=admin)
    ballots = NodeBallots.deploy(chain, access, suite.registry, nodes, records, sender=admin)
    court_parts = structs.CourtParts(
        era.address,
        suite.registry.address,
        nodes.address,
        results.address,
        slasher.address,
        records.address,
        panels.address,
        ballots.address,
        seeds.address,
        chain.account("treasury").address,
    )
    court = DisputeCourt.deploy(chain, access, court_parts, TERMS, sender=admin)
    penalties = Penalties.deploy(chain, access, court, sender=admin)
    document = INVOICE.read_bytes()
    ground = Ground(
        suite,
        era,
        nodes,
        records,
        desk,
        results,
        seeds,
        panels,
        court,
        ballots,
        penalties,
        record,
        model,
        slasher,
        document,
        read_invoice(document),
    )
    for name, roles in PERMISSIONS.items():
        contract = ground.__dict__[name]
        for role, functions in roles.items():
            selectors = [selector_of(contract.ABI_NAME, one) for one in functions.split()]
            access.setTargetFunctionRole(contract, selectors, ROLES[role], sender=admin)
    state = selector_of("ReceivableModule", "stateVerified")
    access.setTargetFunctionRole(suite.module, [state], ROLES["VERIFIER"], sender=admin)
    for who in (results, desk, ballots, penalties):
        access.grantRole(ROLES["VERIFIER"], who, 0, sender=admin)
    for judge in (court, penalties):
        access.grantRole(ROLES["COURT"], judge, 0, sender=admin)
    ground.rewards = rewards
    desk.setVerifiable(0, suite.module, True, True, sender=officer)
    desk.setVerifiable(2, record, True, True, sender=officer)
    desk.setVerifiable(3, NOBODY, True, False, sender=officer)
    for number in range(1, NODES + 1):
        suite.enrol(f"owner{number}")
        suite.enrol(f"key{number}", entity=suite.entities[f"owner{number}"])
        owner, key = chain.account(f"owner{number}"), chain.account(f"key{number}")
        if isinstance(nodes, NodesDouble):
            nodes.add(owner, key, suite.entities[f"owner{number}"], STAKE, 0, True, sender=admin)
        else:
            era.transfer(owner, STAKE, sender=admin)
            era.approve(nodes, STAKE, sender=owner)
            nodes.register(key, 0, False, "ipfs://node", sender=owner)
            nodes.stake(number, STAKE, 0, sender=owner)
        chain.set_balance(key, 10**20)
    ground.enter("palmetto", ground.invoice.seller.key)
    ground.enter("corrib", ground.invoice.buyer.key)
    ground.asset = register(ground, ground.invoice)
    return ground


def _double(chain: Chain, admin: Account) -> tuple[NodesDouble, SlasherDouble, None]:
    nodes = NodesDouble.deploy(chain, sender=admin)
    return nodes, SlasherDouble.deploy(chain, nodes, sender=admin), None


def _staking(suite: Suite, era: EraToken, records: NodeRecords) -> tuple[NodeStaking, Slasher, RewardDistributor]:
    chain, access, admin = suite.chain, suite.access, suite.admin
    vault = VestingVault.deploy(chain, access, era, sender=admin)
    terms = structs.StakeTerms(10_000 * ERA, 21 * DAY, 7 * DAY)
    rewards = RewardDistributor.deploy(
        chain, access, era, records, structs.RewardTerms(800, 1_200, False, 1_000, ERA), 30, sender=admin
    )
    nodes = NodeStaking.deploy(chain, access, era, suite.registry, vault, rewards, terms, sender=admin)
    rewards.setStaking(nodes, sender=admin)
    rates = structs.SlashRates(4_000, 4_000, 500, 1_000)
    slasher = Slasher.deploy(chain, access, nodes, era, 4_000, chain.account("treasury"), rates, sender=admin)
    selectors = [selector_of(slasher.ABI_NAME, name) for name in ("slash", "freeze")]
    access.setTargetFunctionRole(slasher, selectors, ROLES["COURT"], sender=admin)
    nodes.setSlasher(slasher, sender=admin)
    return nodes, slasher, rewards


def seconds(day: date) -> int:
    """The last second of a day."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) + DAY - 1


def register(ground: Ground, invoice: Invoice, **changes: Any) -> int:
    """The certificate of an invoice, acknowledged."""
    suite = ground.suite
    made = suite.module.create(
        suite.invoice(
            **{
                "debtor": suite.chain.account("corrib").address,
                "face": invoice.payable_units(6),
                "dueDate": seconds(invoice.require_due_date()),
                "issueDay": (invoice.issue_date - date(1970, 1, 1)).days,
                "documentHash": invoice.document_hash,
                "number": invoice.number,
            }
            | changes
        ),
        [],
        sender=suite.chain.account("palmetto"),
    ).returned
    suite.module.acknowledge(made, sender=suite.chain.account("corrib"))
    return made


def keystore(folder: Path, label: str, key: bytes) -> Path:
    """A keystore that is quick to open, and its passphrase beside it."""
    path = folder / f"{label}.json"
    path.write_text(json.dumps(Keys.encrypt(key, PASSPHRASE, kdf="scrypt", iterations=2)))
    secret = folder / f"{label}.pass"
    secret.write_text(PASSPHRASE + "\n")
    secret.chmod(0o600)
    return path


def configuration(ground: Ground, folder: Path, number: int, url: str, **changes: Any) -> dict[str, Any]:
    """What a node's file says, as data."""
    label = f"key{number}"
    keystore(folder, label, ground.account(label).key)
    documents = folder / "documents"
    documents.mkdir(exist_ok=True)
    (documents / f"{hashlib.sha256(ground.document).hexdigest()}.xml").write_bytes(ground.document)
    return {
        "node": number,
        "chain": {"id": ground.chain.chain_id, "rpc_url": url, "confirmations": 0, "poll_seconds": "0.3"},
        "contracts": {"verification": ground.results.address, "court": ground.court.address},
        "key": {"keystore": f"{label}.json", "passphrase_file": f"{label}.pass"},
        "store": f"node{number}.sqlite",
        "documents": {"sources": [{"folder": "documents"}]},
        "checks": [{"name": "invoice-arithmetic"}, {"name": "valuation-band", "kinds": ["valuation"]}],
        "submit": {"stagger_seconds": 1},
        "gossip": {"listen": "127.0.0.1:0", "peers": []},
        "retry": {"first_seconds": "0.5", "longest_seconds": 2},
    } | changes


def write(folder: Path, content: dict[str, Any], name: str = "node.yml") -> Path:
    """The file."""
    path = folder / name
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return path
