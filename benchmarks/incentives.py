"""Circulation incentives in the gas table: measured figures only."""

from eth_utils.crypto import keccak

from benchmarks.artifact import project
from benchmarks.measure import Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import OURS, Row
from benchmarks.suite import DAY, EXPIRES

MILLION, ERA = 10**12, 10**18
EPOCH, WINDOW, REVIEW, VESTING = 30 * DAY, 2, 7 * DAY, 180 * DAY
SETTLER = 12


def measure(node: Node, progress: Progress) -> list[Row]:
    """Rows of a settlement told of, of counting what it comes to, and of claiming what has vested."""
    cast = Cast.of(node)
    progress("caldera: deploying incentives")
    kit = project()
    access = node.deploy(kit["SuiteAccess"], cast.operator)
    registry = node.deploy(kit["ParticipantRegistry"], access.address)
    era = node.deploy(kit["EraToken"], cast.operator)
    periods = (EPOCH, WINDOW, REVIEW, VESTING)
    book = node.deploy(
        kit["CirculationIncentives"], access.address, era.address, registry.address, periods, 10**6 * ERA
    )
    for call in (
        registry.functions.defineRegions([(0, 0)]),
        access.functions.grantRole(SETTLER, cast.operator, 0),
        era.functions.approve(book.address, 10**7 * ERA),
        book.functions.fund(10**7 * ERA),
        book.functions.setRebate(40, cast.others[0]),
    ):
        node.send(call, cast.operator)
    for number, account in enumerate((cast.owner, cast.holder), 1):
        node.send(registry.functions.createEntity(keccak(text=str(number))), cast.operator)
        node.send(registry.functions.enrol(account, number, EXPIRES, 1, 1), cast.operator)
    node.send(era.functions.transfer(cast.holder, 1), cast.operator)
    settle = book.functions.record(1, 2, MILLION)

    def to_epoch(more: int) -> int:
        """Goes to the beginning of an epoch, `more` after the next one; its number."""
        block = node.rpc("eth_getBlockByNumber", "latest", False)
        now = int(block["timestamp"], 16)
        epoch = now // EPOCH + 1 + more
        node.rpc("evm_setNextBlockTimestamp", epoch * EPOCH)
        node.rpc("evm_mine")
        return epoch

    table = Table(node, OURS, progress)
    first = to_epoch(0)
    node.send(settle, cast.operator)
    note = "a whole transaction; within that of a settlement about 15,700; both directions in one slot"
    table.add("incentive.record", settle, cast.operator, note)
    to_epoch(0)
    node.send(settle, cast.operator)
    to_epoch(WINDOW + 1)
    node.send(book.functions.count(1, 2, first), cast.operator)
    count = book.functions.count(1, 2, first + 1)
    checked = (
        "earlier epochs counted, returns of the window set off, cap, budget, the verifiers' 0.4%, a stream that stands"
    )
    table.add("incentive.count", count, cast.newcomer, checked)
    to_epoch(1)
    table.add("incentive.claim", book.functions.claim(), cast.holder, "all streams looked up, one of them running")
    return table.rows
