"""Staking and verification of the project on the benchmark's node: contracts, who may call them, and staked nodes."""

from dataclasses import dataclass

from eth_typing import ChecksumAddress
from eth_utils.abi import function_abi_to_4byte_selector
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from web3.contract import Contract

from benchmarks.artifact import Artifact, project
from benchmarks.measure import Cast
from benchmarks.node import Node
from benchmarks.suite import DAY, EXPIRES, QUALIFICATION, REGION, Suite
from caldera.evm.account import Account, account

ERA = 10**18
EPOCH = 30 * DAY
LEAST_SELF_STAKE = 1_000 * ERA
TERMS = (LEAST_SELF_STAKE, 21 * DAY, 7 * DAY)
SLASH_RATES = (4_000, 4_000, 500, 1_000)  # false attestation, conflict, light contradiction, the reporter's part
FUNDED = 10_000_000 * ERA
COURT, VERIFIER = 16, 17  # roles as in contracts/access/Roles.sol
BOND = 1_000 * ERA
HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Staked:
    """NodeStaking with what counts its rewards and what slashes it; the operator administers and is the court."""

    access: Contract
    registry: Contract
    era: Contract
    nodes: Contract
    records: Contract
    rewards: Contract
    slasher: Contract
    fund: ChecksumAddress


@dataclass(frozen=True, slots=True)
class Hall:
    """Where values are verified and disputed."""

    staked: Staked
    desk: Contract
    results: Contract
    seeds: Contract
    ballots: Contract
    court: Contract
    penalties: Contract


def permit(node: Node, access: Contract, target: Contract, names: str, role: int) -> None:
    """Only the role may call these functions from now on."""
    selectors = [function_abi_to_4byte_selector(target.get_function_by_name(name).abi) for name in names.split()]
    node.send(access.functions.setTargetFunctionRole(target.address, selectors, role), node.accounts[0])


def staked(node: Node, cast: Cast, token: Contract, suite: Suite | None = None) -> Staked:
    """Deploys and connects; rewards are funded. With `suite` its permissions and participants are used."""
    kit, operator = project(), cast.operator
    if suite is None:
        access = node.deploy(kit["SuiteAccess"], operator)
        registry = node.deploy(kit["ParticipantRegistry"], access.address)
        node.send(registry.functions.defineRegions([(0, 0)]), operator)
    else:
        access = node.at(kit["SuiteAccess"], suite.ledger.functions.authority().call())
        registry = node.at(kit["ParticipantRegistry"], suite.ledger.functions.registry().call())
    vault = node.deploy(kit["VestingVault"], access.address, token.address)
    records = node.deploy(kit["NodeRecords"], access.address, EPOCH, 3, 100)
    band = (800, 1_200, False, 1_000, ERA)
    rewards = node.deploy(kit["RewardDistributor"], access.address, token.address, records.address, band, 30)
    parts = (token.address, registry.address, vault.address, rewards.address)
    nodes = node.deploy(kit["NodeStaking"], access.address, *parts, TERMS)
    grants = node.deploy(kit["GrantStaking"], vault.address, nodes.address)
    node.send(nodes.functions.setGrantStakes(grants.address), operator)
    node.send(rewards.functions.setStaking(nodes.address), operator)
    node.send(token.functions.approve(rewards.address, FUNDED), operator)
    node.send(rewards.functions.fund(FUNDED), operator)
    fund = cast.others[1]
    slasher = node.deploy(
        kit["Slasher"], access.address, nodes.address, token.address, SLASH_RATES[0], fund, SLASH_RATES
    )
    node.send(nodes.functions.setSlasher(slasher.address), operator)
    permit(node, access, slasher, "slash freeze", COURT)
    permit(node, access, records, "recordSigned recordWrong recordMissed", VERIFIER)
    node.send(access.functions.grantRole(COURT, operator, 0), operator)
    return Staked(access, registry, token, nodes, records, rewards, slasher, fund)


def register(node: Node, stand: Staked, owner: ChecksumAddress, stake: int = 0) -> int:
    """A node of an entity of its own that signs with its owner's key; the operator pays its stake, approved before."""
    number = int(stand.nodes.functions.nodeCount().call()) + 1
    operator = node.accounts[0]
    legal = keccak(text=f"the entity of node {number}")
    entity = int(stand.registry.functions.createEntity(legal).call({"from": operator}))
    node.send(stand.registry.functions.createEntity(legal), operator)
    node.send(stand.registry.functions.enrol(owner, entity, EXPIRES, REGION, QUALIFICATION), operator)
    node.send(stand.nodes.functions.register(owner, 0, False, "ipfs://node"), owner)
    if stake:
        node.send(stand.nodes.functions.stakeFor(owner, number, stake, 0), operator)
    return number


def staff(node: Node, stand: Staked, count: int, stake: int) -> list[Account]:
    """So many more nodes with the same stake; their keys, in the order of their numbers."""
    operator = node.accounts[0]
    node.send(stand.era.functions.approve(stand.nodes.address, count * stake), operator)
    keys = [account(f"node {place}") for place in range(1, count + 1)]
    for key in keys:
        where = to_checksum_address(key.address)
        node.rpc("anvil_setBalance", where, hex(10**20))
        node.rpc("anvil_impersonateAccount", where)
        register(node, stand, where, stake)
    return keys


def hall(node: Node, cast: Cast, stand: Staked, suite: Suite) -> Hall:
    """Deploys and connects a desk, its results and a court; valuations of the suite's receivables can be asked for."""
    kit, operator, access = project(), cast.operator, stand.access.address

    def deploy(name: str, *arguments: object) -> Contract:
        artifact: Artifact = kit[name]
        return node.deploy(artifact, *arguments)

    era, registry, nodes = stand.era.address, stand.registry.address, stand.nodes.address
    seeds = deploy("BlockhashSeeds", 2)
    panels = deploy("NodePanels", access, nodes, 1_000 * ERA, 10_000 * ERA)
    attestors = deploy("AttestorSet", access, registry, 2)
    facts = deploy("OperatingRecord", access, registry, attestors.address, EPOCH, 3, 75 * DAY)
    parts = (
        era,
        registry,
        nodes,
        stand.records.address,
        panels.address,
        seeds.address,
        facts.address,
        stand.fund,
    )
    desk = deploy(
        "VerificationDesk", access, parts, (5 * ERA, 1_000 * ERA, 30 * DAY, HOUR, 2), (3 * DAY, 4_000, 12_500)
    )
    results = deploy("ValueVerification", access, desk.address)
    ballots = deploy("NodeBallots", access, registry, nodes, stand.records.address)
    court_parts = (
        era,
        registry,
        nodes,
        results.address,
        stand.slasher.address,
        stand.records.address,
        panels.address,
        ballots.address,
        seeds.address,
        stand.fund,
    )
    terms = (BOND, 20_000, 5_000, 3, HOUR, 4 * HOUR, 4 * HOUR, DAY, DAY)
    court = deploy("DisputeCourt", access, court_parts, terms)
    penalties = deploy("Penalties", access, court.address)
    for target, names, role in (
        (desk, "settle noteAnswer caseOpened caseClosed forfeit", VERIFIER),
        (suite.module, "stateVerified", VERIFIER),
        (results, "openCase closeCase", COURT),
        (ballots, "openPoll", COURT),
    ):
        permit(node, stand.access, target, names, role)
    for role, accounts in ((VERIFIER, (results, desk, ballots, penalties)), (COURT, (court, penalties))):
        for one in accounts:
            node.send(stand.access.functions.grantRole(role, one.address, 0), operator)
    node.send(desk.functions.setVerifiable(0, suite.module.address, True, True), operator)
    return Hall(stand, desk, results, seeds, ballots, court, penalties)
