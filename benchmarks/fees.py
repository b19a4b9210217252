"""ERA and the fee router in the gas table: measured figures only."""

from eth_utils.crypto import keccak

from benchmarks.artifact import project
from benchmarks.measure import Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import OURS, Row
from benchmarks.suite import DAY, EXPIRES, NOBODY
from benchmarks.votes import votes

USD, ERA = 10**6, 10**18


def measure(node: Node, progress: Progress) -> list[Row]:
    """Rows of a fee from a prepaid account, and of the token itself as the peers are measured."""
    cast = Cast.of(node)
    progress("caldera: deploying fees")
    kit = project()
    access = node.deploy(kit["SuiteAccess"], cast.operator).address
    registry = node.deploy(kit["ParticipantRegistry"], access)
    attestors = node.deploy(kit["AttestorSet"], access, registry.address, 2)
    era = node.deploy(kit["EraToken"], cast.operator)
    table = Table(node, OURS, progress)
    with node.undone():
        votes(node, cast, table, era)

    price = 125 * 10**15
    bounds = (price // 10, price * 10)
    oracle = node.deploy(
        kit["EraRate"], access, attestors.address, NOBODY, (6 * 3_600, 900, 1_800, 2_000, *bounds), price
    )
    router = node.deploy(
        kit["FeeRouter"],
        access,
        era.address,
        registry.address,
        attestors.address,
        cast.operator,
        (oracle.address, DAY, *bounds, price),
        [2 * USD, 5 * USD, USD],
        (3_000, 2_500, 1_500, 2_000, 1_000, 100_000),
    )
    scenario = (2, 1, 2_000, 2, cast.others[0], cast.owner, cast.others[1])
    for call in (
        registry.functions.defineRegions([(0, 0)]),
        registry.functions.subscribe(router.address),
        registry.functions.createEntity(keccak(text="1")),
        registry.functions.enrol(cast.holder, 1, EXPIRES, 1, 1),
        router.functions.openScenario(scenario),
        era.functions.approve(router.address, 10_000 * ERA),
        router.functions.deposit(1, 1_000 * ERA),
    ):
        node.send(call, cast.operator)
    buy = router.functions.buy(1, 1)
    node.send(buy, cast.holder)
    node.send(era.functions.delegate(cast.operator), cast.operator)
    settle = router.functions.settle(1)
    table.add("fee.settle.first", settle, cast.newcomer, "four roles and the subsidy, all of them new")
    node.rpc("evm_increaseTime", 60)
    node.rpc("evm_mine")
    note = "from the entity's prepaid account: two slots, no token transfer, no checkpoint; payer and price looked up"
    table.add("fee.pay", buy, cast.holder, note)
    charge = router.functions.charge(1, 1, 1)
    table.add("fee.charge", charge, cast.operator, "by a contract of the suite; its permission looked up")
    deposit = router.functions.deposit(1, 100 * ERA)
    table.add("fee.deposit", deposit, cast.operator, "from an account that is delegated: one checkpoint")
    node.send(settle, cast.newcomer)
    node.send(buy, cast.holder)
    table.add("fee.settle", settle, cast.newcomer, "four roles and the subsidy; any number of fees")
    return table.rows
