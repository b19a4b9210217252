"""The project's own vote lock in the gas table: measured figures only."""

from benchmarks.artifact import project
from benchmarks.measure import Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import OURS, Row
from benchmarks.suite import NOBODY

DAY = 86_400
YEAR = 365 * DAY
WEEK = 7 * DAY
ERA = 10**18
AMOUNT = 123_456 * ERA + 789
LEAST = 10 * ERA


def measure(node: Node, progress: Progress) -> list[Row]:
    """Rows of the lock; nobody delegated ERA in the token, as with the peers."""
    cast = Cast.of(node)
    progress("caldera: deploying vote lock")
    kit = project()
    access = node.deploy(kit["SuiteAccess"], cast.operator).address
    era = node.deploy(kit["EraToken"], cast.operator)
    lock = node.deploy(kit["VoteLock"], access, era.address, NOBODY, LEAST)
    for account in (cast.owner, cast.holder, *cast.others):
        node.send(era.functions.transfer(account, 10 * AMOUNT), cast.operator)
        node.send(era.functions.approve(lock.address, 10 * AMOUNT), account)

    def end(term: int) -> int:
        """When a lock of the next block ends, but for a second in a week."""
        return int(lock.functions.endOf(term).call())

    # Others have locked before, also until these ends: sums and totals have been written, as they nearly always have.
    for account, term in ((cast.holder, YEAR), (cast.holder, 2 * YEAR), (cast.others[0], 3 * YEAR)):
        _later(node)
        node.send(lock.functions.lock(AMOUNT, term), account)
    _later(node)
    table = Table(node, OURS, progress)
    create = lock.functions.lock(AMOUNT, YEAR)
    note = "until a week begins, with others; votes twice until then, exactly, and falls with no transaction"
    table.add("lock.create", create, cast.owner, note)
    node.send(create, cast.owner)
    first = end(YEAR)
    _later(node)
    add = lock.functions.lockUntil(AMOUNT, first)
    table.add("lock.add", add, cast.owner, "all of one end is one lock; what is added votes twice, too")
    node.send(add, cast.owner)
    _later(node)
    table.add(
        "lock.extend", lock.functions.extend(first, 2 * AMOUNT, 2 * YEAR), cast.owner, "the first time; all of it"
    )
    node.send(lock.functions.lock(AMOUNT, 2 * YEAR), cast.owner)
    _later(node)
    note = "their ends move along: votes fall where they are delegated"
    table.add("lock.delegate", lock.functions.delegate(cast.holder), cast.owner, note)
    node.rpc("evm_increaseTime", YEAR + WEEK)
    node.rpc("evm_mine")
    node.send(lock.functions.lock(AMOUNT, YEAR), cast.others[1])
    _later(node)
    note = "its owner did nothing for a year, in which its votes fell; others locked today"
    table.add("lock.withdraw", lock.functions.withdraw([first]), cast.owner, note)
    return table.rows


def _later(node: Node) -> None:
    """In a second of its own: a checkpoint of the same second would be written over instead of a new one."""
    node.rpc("evm_increaseTime", 60)
    node.rpc("evm_mine")
