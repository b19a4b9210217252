"""A deployment of middle size that the timelock governs, on anvil, with voters: for tests of `caldera gov`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from caldera import artifacts
from caldera.contracts.CalderaGovernor import CalderaGovernor
from caldera.contracts.CalderaTimelock import CalderaTimelock
from caldera.contracts.EraToken import EraToken
from caldera.contracts.FeeRouter import FeeRouter
from caldera.contracts.ParameterBook import ParameterBook
from caldera.contracts.SuiteAccess import SuiteAccess
from caldera.contracts.ValueStandard import ValueStandard
from caldera.deployment import Deployment, Manifest, Profile, Web3Port, apply
from caldera.deployment.chain_port import ChainPort
from caldera.deployment.include import with_included
from caldera.deployment.load import parse_profile
from caldera.deployment.suite import Suite
from caldera.evm import Account, AddressLike, Anvil
from caldera.evm.account import account
from caldera.governance import Actions, Governance, Support

ROOT = Path(__file__).resolve().parents[2]
ERA, DAY = 10**18, 86_400
NOBODY = "0x" + "00" * 20
VOTING_DELAY, VOTING_PERIOD, DELAY = DAY, 7 * DAY, 2 * DAY
THRESHOLD, QUORUM_BPS = 100_000 * ERA, 400
ACTORS = ("holder", "guardian", "officer", "alice", "bob", "carol")
HELD = {"alice": 60_000_000, "bob": 30_000_000, "carol": 50_000}
FAMILIES = (
    "ValueStandard.publish",
    "LogisticsModule.setAdvanceRate",
    "LendingTerms.setLoanTerms",
    "LendingTerms.setAdvance",
    "EraRate.setEraRateTerms",
    "FeeRouter.setFeePrice",
    "FeeRouter.setFeeRateTerms",
    "NodeStaking.setStakeTerms",
    "VestingVault.setRotationDelay",
)


def content() -> dict[str, Any]:
    """The profile, of which the actors follow from their labels."""
    families = with_included(ROOT / "profiles" / "parameters.yml")["parameters"]["families"]
    rates = {"source": "$EraRate", "maxAge": 86_400, "floor": 10**15, "ceiling": 10**19, "fallbackRate": 10**17}
    shares = {
        "nodeBps": 3_000,
        "financeBonusBps": 2_500,
        "authorBps": 1_500,
        "mostDeveloperBps": 2_000,
        "subsidyBps": 1_000,
        "usersAbove": 100_000,
    }
    mean = {"window": 21_600, "interval": 600, "maxAge": 3_600, "stepBps": 2_000, "floor": 10**15, "ceiling": 10**19}
    terms = {
        "votingDelay": VOTING_DELAY,
        "votingPeriod": VOTING_PERIOD,
        "voteExtension": DAY,
        "quorumBps": QUORUM_BPS,
        "proposalThreshold": THRESHOLD,
    }
    loans = {
        "rateBps": 800,
        "lateFeeBps": 200,
        "borrowerCapBps": 2_500,
        "debtorCapBps": 4_000,
        "longestDays": 365,
        "fundBps": 500,
        "defaultDays": 60,
        "auctionDays": 14,
        "floorBps": 3_000,
        "borrowerCap": 2_000_000,
        "debtorCap": 4_000_000,
    }
    staking = {"leastSelfStake": 10_000 * ERA, "unbonding": 21 * DAY, "notice": 7 * DAY}
    rewards = {"leastBps": 800, "mostBps": 1_200, "withEfficiency": False, "tipBps": 1_000, "mostTip": 50 * ERA}
    contracts = [
        ("SuiteAccess", ["$deployer"]),
        ("ParameterBook", ["$SuiteAccess"]),
        ("ParticipantRegistry", ["$SuiteAccess"]),
        ("ValueStandard", ["$SuiteAccess"]),
        ("AssetCertificate", ["$SuiteAccess", "$ParticipantRegistry", "https://x.invalid/{id}"]),
        ("ReceivableModule", ["$SuiteAccess", "$AssetCertificate", "$ValueStandard"]),
        ("LogisticsModule", ["$SuiteAccess", "$AssetCertificate", "$ValueStandard"]),
        ("LendingTerms", ["$SuiteAccess", "$AssetCertificate", "$AssetCertificate", "$ValueStandard"]),
        ("AttestorSet", ["$SuiteAccess", "$ParticipantRegistry", 2]),
        ("EraToken", ["$holder"]),
        ("VestingVault", ["$SuiteAccess", "$EraToken"]),
        ("Treasury", ["$SuiteAccess", 30 * DAY, [{"token": "$EraToken", "cap": 10_000 * ERA}]]),
        ("EraRate", ["$SuiteAccess", "$AttestorSet", NOBODY, mean, 10**17]),
        (
            "FeeRouter",
            [
                "$SuiteAccess",
                "$EraToken",
                "$ParticipantRegistry",
                "$AttestorSet",
                "$Treasury",
                rates,
                [500_000, 1_000_000, 1_000_000],
                shares,
            ],
        ),
        ("NodeRecords", ["$SuiteAccess", 30 * DAY, 3, 500]),
        ("RewardDistributor", ["$SuiteAccess", "$EraToken", "$NodeRecords", rewards, 30]),
        (
            "NodeStaking",
            ["$SuiteAccess", "$EraToken", "$ParticipantRegistry", "$VestingVault", "$RewardDistributor", staking],
        ),
        ("VoteLock", ["$SuiteAccess", "$EraToken", NOBODY, 10 * ERA]),
        ("VotingPower", ["$EraToken", "$VoteLock", "$VestingVault"]),
        ("CalderaTimelock", [DAY, DELAY, "$deployer"]),
        ("CalderaGovernor", ["$VotingPower", "$CalderaTimelock", terms, "$guardian"]),
        ("PlayEUR", ["EUR", 6]),
    ]
    types = {"Treasury": "ValueFund", "PlayEUR": "DevnetCurrency"}
    return {
        "network": "governed",
        "chain_id": 51741,
        "actors": {label: account(label).address for label in ACTORS},
        "admin": {"account": "$CalderaTimelock"},
        "contracts": [{"name": name, "type": types.get(name, name), "args": args} for name, args in contracts],
        "currencies": [
            {"code": "EUR", "token": "$PlayEUR", "decimals": 6, "rate": "1.08", "lowest": "0.5", "highest": "2"}
        ],
        "regions": {"EU": 0, "DK": {"bit": 5, "within": ["EU"]}},
        "qualifications": {"ENTERPRISE": 0, "FACTOR": 1},
        "rules": [
            {
                "name": "EU/receivable",
                "kind": 1,
                "minimum_unit_usd": "1000",
                "grace_days": 30,
                "required_fields": ["CREDITOR", "DEBTOR"],
                "regions": ["EU"],
                "qualifications": ["ENTERPRISE"],
            },
            {"name": "EU/cargo", "kind": 2, "minimum_unit_usd": "1000", "grace_days": 0, "advance_bps": 7_000},
        ],
        "modules": [{"kind": 1, "module": "$ReceivableModule"}, {"kind": 2, "module": "$LogisticsModule"}],
        "subscriptions": [{"ledger": "$AssetCertificate"}],
        "settings": [
            {"set": "LendingTerms.setAdvance", "key": [False, 1], "values": [8_000], "read": "advanceOf"},
            {"set": "LendingTerms.setLoanTerms", "key": [1], "values": [loans], "read": "loanTerms"},
            {"set": "CalderaTimelock.appoint", "values": ["$CalderaGovernor"], "read": "appointer", "expect": [NOBODY]},
        ],
        "parameters": {
            "book": "$ParameterBook",
            "role": "PARAMETERS",
            "families": [one for one in families if one["set"] in FAMILIES],
        },
        "roles": {
            "STANDARD": {"id": 2, "holders": [{"account": "$officer"}]},
            "GUARDIAN": {"id": 3, "holders": [{"account": "$guardian"}]},
            "PARAMETERS": {"id": 18, "holders": [{"account": "$ParameterBook"}]},
        },
        "permissions": {
            "ValueStandard.setRate": "STANDARD",
            "AssetCertificate.pause": "GUARDIAN",
            "FeeRouter.pause": "GUARDIAN",
        },
    }


@dataclass
class Town:
    """What is deployed, and who votes: alice can carry everything, bob can bring it down, carol has too little to
    propose."""

    chain: Anvil
    profile: Profile
    deployment: Deployment
    manifest: Manifest
    folder: Path

    def at(self, kind: Any) -> Any:
        """The handle of a contract that has its type's name."""
        return kind.at(self.chain, self.deployment.address(kind.__name__))

    @property
    def governor(self) -> CalderaGovernor:
        return CalderaGovernor.at(self.chain, self.deployment.address("CalderaGovernor"))

    @property
    def timelock(self) -> CalderaTimelock:
        return CalderaTimelock.at(self.chain, self.deployment.address("CalderaTimelock"))

    @property
    def standard(self) -> ValueStandard:
        return ValueStandard.at(self.chain, self.deployment.address("ValueStandard"))

    @property
    def fees(self) -> FeeRouter:
        return FeeRouter.at(self.chain, self.deployment.address("FeeRouter"))

    @property
    def book(self) -> ParameterBook:
        return ParameterBook.at(self.chain, self.deployment.address("ParameterBook"))

    @property
    def access(self) -> SuiteAccess:
        return SuiteAccess.at(self.chain, self.deployment.address("SuiteAccess"))

    @property
    def era(self) -> EraToken:
        return EraToken.at(self.chain, self.deployment.address("EraToken"))

    def actor(self, label: str) -> Account:
        return self.chain.account(label)

    def governance(self, sender: AddressLike | None = None) -> Governance:
        """As an account sees it."""
        port = ChainPort(self.chain, sender)
        suite = Suite(self.profile, artifacts.load(), port, self.deployment.deployer, self.deployment.addresses)
        return Governance(suite, self.manifest.from_block)

    def actions(self, label: str = "alice") -> Actions:
        """What an actor can do."""
        return Actions(self.governance(self.actor(label)))

    def pass_(self, number: int, voters: Sequence[str] = ("alice",)) -> None:
        """Votes a proposal through and waits until it can be executed."""
        self.chain.warp(self.governor.proposalSnapshot(number) + 1)
        for label in voters:
            self.governor.castVote(number, int(Support.FOR), sender=self.actor(label))
        self.chain.warp(self.governor.proposalDeadline(number) + 1)
        self.actions("carol").queue(number)
        self.chain.warp(self.governor.proposalEta(number))

    def file(self, name: str, text: str) -> Path:
        """A file of the test's own."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


@contextmanager
def open_town() -> Iterator[Town]:
    """Starts a chain, deploys, hands over to the timelock, and gives voters their ERA."""
    with Anvil() as chain, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        profile = parse_profile(content())
        deployer = chain.account("deployer")
        chain.set_balance(deployer, 10**20)
        port = Web3Port(chain.url, key=deployer.key, poll=0.01)
        made = apply(profile, artifacts.load(), port, folder / "manifest.json")
        manifest = Manifest.load(folder / "manifest.json")
        assert manifest is not None
        chain.block_number = int(chain.rpc("eth_blockNumber"), 16)
        town = Town(chain, profile, made, manifest, folder)
        for label, amount in HELD.items():
            town.era.transfer(chain.account(label), amount * ERA, sender=chain.account("holder"))
            town.era.delegate(chain.account(label), sender=chain.account(label))
        chain.skip(1)
        chain.mine()
        yield town


def renewed(town: Town, folder: Path) -> Town:
    """The same town with another folder for files."""
    return replace(town, folder=folder)
