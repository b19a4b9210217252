"""The project's own operating record and credit model in the gas table: measured figures only."""

from eth_utils.crypto import keccak
from web3.contract import Contract
from web3.contract.contract import ContractFunction

from benchmarks.artifact import project
from benchmarks.measure import Cast, Table
from benchmarks.node import GENESIS_TIME, Node
from benchmarks.progress import Progress
from benchmarks.rows import OURS, Row
from benchmarks.suite import DAY, EXPIRES
from caldera.evm.account import account
from caldera.model.credit import DEVNET

EPOCH = 30 * DAY
LONGEST_AGE = 75 * DAY
LAST = GENESIS_TIME // EPOCH - 1
ATTESTOR = 6
USD = 10**6
SIGNERS = sorted((account("first attestor"), account("second attestor")), key=lambda one: int(one.address, 16))


def measure(node: Node, progress: Progress) -> list[Row]:
    """Rows of the owner's enterprise: two attestors sign, the newcomer brings it."""
    cast = Cast.of(node)
    progress("caldera: deploying credit")
    kit = project()
    access = node.deploy(kit["SuiteAccess"], cast.operator)
    registry = node.deploy(kit["ParticipantRegistry"], access.address)
    attestors = node.deploy(kit["AttestorSet"], access.address, registry.address, 2)
    bounds = (EPOCH, 3, LONGEST_AGE)
    record = node.deploy(kit["OperatingRecord"], access.address, registry.address, attestors.address, *bounds)
    model = node.deploy(kit["CreditModel"], access.address, record.address)
    node.send(registry.functions.defineRegions([(0, 0)]), cast.operator)
    for number, one in enumerate((cast.owner, *(signer.address for signer in SIGNERS)), 1):
        node.send(registry.functions.createEntity(keccak(text=str(number))), cast.operator)
        node.send(registry.functions.enrol(one, number, EXPIRES, 1, 1), cast.operator)
    for signer in SIGNERS:
        node.send(access.functions.grantRole(ATTESTOR, signer.address, 0), cast.operator)
    conduct = (DEVNET.highest, DEVNET.lowest, DEVNET.thawed)
    rates = (DEVNET.in_time_bps, DEVNET.late_bps)
    curves = [curve.knots for curve in DEVNET.curves]
    parameters = (DEVNET.cap, DEVNET.raise_cap, *conduct, *rates, curves)
    node.send(model.functions.publish(parameters), cast.operator)
    node.send(_record(record, LAST - 1, 1), cast.newcomer)

    table = Table(node, OURS, progress)
    following = _record(record, LAST, 2)
    note = "ten figures; role, registry, entity and signature of two attestors checked"
    table.add("credit.record", following, cast.newcomer, note)
    node.send(following, cast.newcomer)
    note = "six curves of up to five knots and conduct; cold, as a transaction of its own"
    table.add("credit.assess", model.functions.limitOf(1), cast.newcomer, note)
    return table.rows


def _record(record: Contract, epoch: int, nonce: int) -> ContractFunction:
    """The supplier's month of the documentation, signed."""
    money = (2_000_000 * USD, 1_800_000 * USD, 1_710_000 * USD, 1_000_000 * USD)
    facts = (1, epoch, *money, 20, 400, nonce, (epoch + 1) * EPOCH + LONGEST_AGE)
    digest = bytes(record.functions.factsDigest(facts).call())
    return record.functions.record(facts, [(one.address, one.sign_hash(digest).packed) for one in SIGNERS])
