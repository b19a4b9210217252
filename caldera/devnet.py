"""A development chain in this process's care, with the suite deployed by its profile and handles on it."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from eth_utils.crypto import keccak

from caldera import artifacts
from caldera.contracts.AgricultureModule import AgricultureModule
from caldera.contracts.AirdropRounds import AirdropRounds
from caldera.contracts.AssetCertificate import AssetCertificate
from caldera.contracts.AttestorSet import AttestorSet
from caldera.contracts.BlockhashSeeds import BlockhashSeeds
from caldera.contracts.BoundRights import BoundRights
from caldera.contracts.CalderaGovernor import CalderaGovernor
from caldera.contracts.CalderaTimelock import CalderaTimelock
from caldera.contracts.CarbonModule import CarbonModule
from caldera.contracts.CirculationGrowth import CirculationGrowth
from caldera.contracts.CirculationIncentives import CirculationIncentives
from caldera.contracts.CirculationRouter import CirculationRouter
from caldera.contracts.ConnectionPoints import ConnectionPoints
from caldera.contracts.CreditDesk import CreditDesk
from caldera.contracts.CreditModel import CreditModel
from caldera.contracts.DeveloperGrants import DeveloperGrants
from caldera.contracts.DeviceRegister import DeviceRegister
from caldera.contracts.DevnetCurrency import DevnetCurrency
from caldera.contracts.DirectedGoods import DirectedGoods
from caldera.contracts.DisputeCourt import DisputeCourt
from caldera.contracts.EnergyModule import EnergyModule
from caldera.contracts.EraRate import EraRate
from caldera.contracts.EraToken import EraToken
from caldera.contracts.EventAnchor import EventAnchor
from caldera.contracts.Factoring import Factoring
from caldera.contracts.FeeRouter import FeeRouter
from caldera.contracts.Genesis import Genesis
from caldera.contracts.GrantStaking import GrantStaking
from caldera.contracts.JointDecision import JointDecision
from caldera.contracts.LandModule import LandModule
from caldera.contracts.LeaseModule import LeaseModule
from caldera.contracts.LendingPool import LendingPool
from caldera.contracts.LendingTerms import LendingTerms
from caldera.contracts.LightNodes import LightNodes
from caldera.contracts.LogisticsModule import LogisticsModule
from caldera.contracts.NodeBallots import NodeBallots
from caldera.contracts.NodePanels import NodePanels
from caldera.contracts.NodeQuorum import NodeQuorum
from caldera.contracts.NodeRecords import NodeRecords
from caldera.contracts.NodeStaking import NodeStaking
from caldera.contracts.OperatingRecord import OperatingRecord
from caldera.contracts.ParameterBook import ParameterBook
from caldera.contracts.ParticipantRegistry import ParticipantRegistry
from caldera.contracts.Penalties import Penalties
from caldera.contracts.ReceivableModule import ReceivableModule
from caldera.contracts.Recourse import Recourse
from caldera.contracts.RetailModule import RetailModule
from caldera.contracts.RevenueCycle import RevenueCycle
from caldera.contracts.RewardDistributor import RewardDistributor
from caldera.contracts.Securitisation import Securitisation
from caldera.contracts.Slasher import Slasher
from caldera.contracts.StakeLens import StakeLens
from caldera.contracts.UsageRight import UsageRight
from caldera.contracts.ValueFund import ValueFund
from caldera.contracts.ValueStandard import ValueStandard
from caldera.contracts.ValueVerification import ValueVerification
from caldera.contracts.VerificationDesk import VerificationDesk
from caldera.contracts.VestingVault import VestingVault
from caldera.contracts.VoteLock import VoteLock
from caldera.contracts.VotingPower import VotingPower
from caldera.deployment import Deployment, Profile, Web3Port, apply, load_profile
from caldera.evm import Account, Anvil, EngineError
from caldera.evm.chain import GENESIS_TIME
from caldera.governance.console import Gov

PROFILE = Path(__file__).resolve().parent.parent / "profiles" / "devnet.yml"
YEARS = 30 * 365 * 86_400

HANDLES: tuple[Any, ...] = (
    ParticipantRegistry,
    ValueStandard,
    AssetCertificate,
    ReceivableModule,
    EraToken,
    UsageRight,
    LeaseModule,
    LandModule,
    DirectedGoods,
    RetailModule,
    BoundRights,
    EventAnchor,
    LogisticsModule,
    AgricultureModule,
    EnergyModule,
    CarbonModule,
    AttestorSet,
    OperatingRecord,
    CreditModel,
    ("ModuleFund", ValueFund),
    RevenueCycle,
    LendingTerms,
    CreditDesk,
    Recourse,
    Factoring,
    Securitisation,
    CirculationRouter,
    Genesis,
    VestingVault,
    AirdropRounds,
    EraRate,
    FeeRouter,
    CirculationIncentives,
    DeveloperGrants,
    ConnectionPoints,
    NodeStaking,
    GrantStaking,
    StakeLens,
    Slasher,
    RewardDistributor,
    NodeRecords,
    NodeQuorum,
    NodePanels,
    BlockhashSeeds,
    VerificationDesk,
    ValueVerification,
    NodeBallots,
    DisputeCourt,
    Penalties,
    DeviceRegister,
    LightNodes,
    ParameterBook,
    CirculationGrowth,
    VoteLock,
    VotingPower,
    CalderaTimelock,
    CalderaGovernor,
    JointDecision,
)
"""In the order of the fields of `Devnet`; with its name in the profile where that is not its type."""


@dataclass
class Devnet:
    """The running chain and what stands on it."""

    chain: Anvil
    profile: Profile
    deployment: Deployment
    registry: ParticipantRegistry
    standard: ValueStandard
    certificates: AssetCertificate
    receivables: ReceivableModule
    era: EraToken
    rights: UsageRight
    leases: LeaseModule
    land: LandModule
    goods: DirectedGoods
    retail: RetailModule
    bound: BoundRights
    events: EventAnchor
    logistics: LogisticsModule
    agriculture: AgricultureModule
    energy: EnergyModule
    carbon: CarbonModule
    attestors: AttestorSet
    operating_record: OperatingRecord
    credit_model: CreditModel
    fund: ValueFund
    revenue: RevenueCycle
    lending_terms: LendingTerms
    desk: CreditDesk
    recourse: Recourse
    factoring: Factoring
    securitisation: Securitisation
    router: CirculationRouter
    genesis: Genesis
    vesting: VestingVault
    airdrops: AirdropRounds
    era_rate: EraRate
    fees: FeeRouter
    incentives: CirculationIncentives
    grants: DeveloperGrants
    points: ConnectionPoints
    nodes: NodeStaking
    grant_stakes: GrantStaking
    stake_lens: StakeLens
    slasher: Slasher
    rewards: RewardDistributor
    node_records: NodeRecords
    node_quorum: NodeQuorum
    panels: NodePanels
    seeds: BlockhashSeeds
    verification_desk: VerificationDesk
    verification: ValueVerification
    ballots: NodeBallots
    court: DisputeCourt
    penalties: Penalties
    devices: DeviceRegister
    light_nodes: LightNodes
    book: ParameterBook
    growth: CirculationGrowth
    locks: VoteLock
    power: VotingPower
    timelock: CalderaTimelock
    governor: CalderaGovernor
    joint: JointDecision

    @property
    def governance(self) -> CalderaTimelock:
        """Who is ADMIN: the timelock. On a development chain it is unlocked, as every account: what is sent from here
        did not wait for a vote, so that a stage can be set."""
        return self.timelock

    @property
    def gov(self) -> Gov:
        """Proposals, from the draft to the last call. Raises `EngineError` where the profile grants nobody votes."""
        voters = [self.profile.actors.get(grant.to[1:], grant.to) for grant in self.profile.grants]
        if not voters:
            raise EngineError("nobody has votes here: the profile has no grants")
        return Gov(self.chain, self.deployment.addresses, self.profile, voters[0], list(dict.fromkeys(voters)))

    def govern(self, title: str, calls: Sequence[Any] = (), parameters: Mapping[str, Any] | None = None) -> int:
        """The whole way of a proposal that all founders vote for; the clock moves as long as it takes. Its number."""
        self.chain.skip(1)  # votes count from the second after the grant
        return self.gov.govern(title, calls, parameters)

    def officer(self, label: str) -> Account:
        """The account that holds a role in the development profile, such as `compliance`."""
        return self.chain.account(label)

    def token(self, currency: str) -> DevnetCurrency:
        """The play money of a currency. Raises `KeyError` where the profile has none."""
        number = self.deployment.currencies[currency]
        return DevnetCurrency.at(self.chain, self.standard.tokenOf(number))

    def pool(self, currency: str) -> LendingPool:
        """The lenders' pool of a currency. Raises `KeyError` where the profile has none."""
        return LendingPool.at(self.chain, self.deployment.address(f"LendingPool{currency}"))

    def pool_number(self, currency: str) -> int:
        """That pool's number at the desk. Raises `KeyError` where the profile has none."""
        wanted = self.pool(currency).address
        return next(number for number in range(1, self.desk.poolCount() + 1) if self.desk.poolOf(number) == wanted)

    def reserve(self, name: str) -> ValueFund:
        """What governance spends: `ResearchReserve`, `CommunityReserve`, `Treasury`. Others raise `ManifestError`."""
        return ValueFund.at(self.chain, self.deployment.address(name))

    def regions(self, *names: str) -> int:
        """Regions by name, as a bit set; without names, all of them."""
        chosen = names or tuple(self.profile.regions)
        return sum(1 << self.profile.regions[name].bit for name in chosen)

    def qualifications(self, *names: str) -> int:
        """Qualifications by name, as a bit set."""
        return sum(1 << self.profile.qualifications[name] for name in names)

    def rule(self, template: str) -> int:
        """The number of a template's current rules."""
        return self.deployment.rules[template]

    def enrol(self, label: str, legal_id: str, *qualifications: str, regions: tuple[str, ...] = ()) -> Account:
        """Enters a legal person and enrols its account, unless they are known, in every region where none is named. The
        key follows from the label."""
        account = self.chain.account(label)
        if not self.registry.partyOf(account):
            self.enrol_address(account.address, legal_id, *qualifications, regions=regions)
        return account

    def enter(self, legal_id: str) -> int:
        """The number of a legal person, which is entered unless it is known."""
        legal = keccak(text=legal_id)
        if not self.registry.entityOf(legal):
            self.registry.createEntity(legal, sender=self.officer("compliance"))
        return self.registry.entityOf(legal)

    def enrol_address(self, address: str, legal_id: str, *qualifications: str, regions: tuple[str, ...] = ()) -> None:
        """Enrols an address, a contract's for example."""
        compliance, entity = self.officer("compliance"), self.enter(legal_id)
        until = self.chain.now + YEARS
        where, what = self.regions(*regions), self.qualifications(*qualifications)
        self.registry.enrol(address, entity, until, where, what, sender=compliance)

    def enrol_contracts(self) -> None:
        """Enrols the contracts that own rights, as trusts do, or hold liens: only participants may."""
        self.enrol_address(self.land.address, "TRUST:Land", "ENTERPRISE")
        self.enrol_address(self.desk.address, "DESK:Credit", "BANK")
        self.enrol_address(self.recourse.address, "DESK:Recourse", "FACTOR")


def on(chain: Any, profile: Profile, made: Deployment) -> Devnet:
    """Handles on what was deployed on any chain; but for `gov`, an engine in process serves as well."""
    named = (entry if isinstance(entry, tuple) else (entry.__name__, entry) for entry in HANDLES)
    return Devnet(chain, profile, made, *(kind.at(chain, made.address(name)) for name, kind in named))


@contextmanager
def deployed(
    timestamp: int = GENESIS_TIME,
    progress: Callable[[int, int, str], None] | None = None,
    profile_path: Path = PROFILE,
    economy: Path | None = None,
    shown: bool = False,
) -> Iterator[Devnet]:
    """Starts a chain, deploys and verifies the development profile (or another for its chain id and actors), with the
    economy of its own or of another file, and stops the chain at the end. Nobody is enrolled. `shown`: the manifest
    stands where other commands can be pointed at it, as long as the chain is there."""
    with Anvil(timestamp=timestamp) as chain, tempfile.TemporaryDirectory() as folder:
        profile = load_profile(profile_path, economy=economy)
        deployer = chain.account("deployer")
        chain.set_balance(deployer, 10**20)
        port = Web3Port(chain.url, key=deployer.key, poll=0.01)
        manifest = manifest_path(chain.url) if shown else Path(folder) / "devnet.json"
        try:
            made = apply(profile, artifacts.load(), port, manifest, progress)
            yield on(chain, profile, made)
        finally:
            manifest.unlink(missing_ok=True)


def open_to_others(devnet: Devnet) -> None:
    """For whoever comes by RPC: the clock runs, as the wall's does, and the profile's accounts can pay for gas. To
    handles in this process time stands still and gas is free."""
    devnet.chain.rpc("anvil_removeBlockTimestampInterval")
    for address in devnet.profile.actors.values():
        devnet.chain.rpc("anvil_setBalance", address, hex(10**21))
    devnet.chain.rpc("evm_mine")


def manifest_path(url: str) -> Path:
    """Where the manifest of the development chain at `url` stands: by its port, so that none takes another's place."""
    return Path("deployments") / f"devnet-{urlsplit(url).port}.json"


@contextmanager
def running(
    timestamp: int = GENESIS_TIME,
    progress: Callable[[int, int, str], None] | None = None,
    profile_path: Path = PROFILE,
    shown: bool = False,
) -> Iterator[Devnet]:
    """As `deployed`, with the contracts enrolled that have to be."""
    with deployed(timestamp, progress, profile_path, shown=shown) as devnet:
        devnet.enrol_contracts()
        yield devnet
