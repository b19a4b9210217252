"""The project's own grants in the gas table: measured figures only."""

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from benchmarks.artifact import project
from benchmarks.measure import Cast, Table
from benchmarks.node import GENESIS_TIME, Node
from benchmarks.progress import Progress
from benchmarks.rows import OURS, Row

DAY = 86_400
START, DURATION = GENESIS_TIME + DAY, 3 * 365 * DAY
ERA = 10**18
AMOUNT = 123_456 * ERA + 789
HELD = 1_000 * ERA
COUNT = 50


def beneficiaries() -> list[ChecksumAddress]:
    """So many, each unlike the others, the same for every implementation."""
    return [to_checksum_address(keccak(text=f"beneficiary {number}")[12:]) for number in range(COUNT)]


def wait(node: Node, days: int) -> None:
    """Lets something vest."""
    node.rpc("evm_increaseTime", days * DAY)
    node.rpc("evm_mine")


def measure(node: Node, progress: Progress) -> list[Row]:
    """Rows of the vault; nobody delegated ERA in the token, as with the peers."""
    cast = Cast.of(node)
    progress("caldera: deploying vesting")
    kit = project()
    access = node.deploy(kit["SuiteAccess"], cast.operator).address
    era = node.deploy(kit["EraToken"], cast.operator)
    vault = node.deploy(kit["VestingVault"], access, era.address)
    name = b"team".ljust(32, b"\0")
    bounds = (START, START + DURATION, DURATION, DURATION, True)
    node.send(vault.functions.openAllocation(name, bounds), cast.operator)
    node.send(era.functions.approve(vault.address, 10**9 * ERA), cast.operator)
    fund = vault.functions.fund(1, 10_000_000 * ERA)
    node.send(fund, cast.operator)
    people = beneficiaries()
    for account in (*people, cast.owner):
        node.send(era.functions.transfer(account, HELD), cast.operator)

    def grants(accounts: list[ChecksumAddress]) -> list[tuple[object, ...]]:
        return [(account, AMOUNT, START, 0, DURATION, False) for account in accounts]

    # One earlier grant: allocation, count and total have been written before, as they have been nearly always.
    node.send(vault.functions.createGrants(1, grants([cast.owner])), cast.operator)
    table = Table(node, OURS, progress)
    table.add("vesting.fund", fund, cast.operator, "again; ERA pulled into an allocation")
    wait(node, 1)
    create = vault.functions.createGrants(1, grants(people))
    note = "out of what was funded before; all of it votes from now on, for the beneficiaries, who did nothing"
    table.add("vesting.create.batch50", create, cast.operator, note)
    node.send(create, cast.operator)
    table.add("vesting.delegate", vault.functions.delegate(cast.holder), cast.owner, "votes past and present kept")
    release = vault.functions.release(1)
    everybody = vault.functions.releaseBatch(list(range(2, COUNT + 2)))
    for _ in range(2):
        for call in (release, everybody):
            wait(node, 30)
            node.send(call, cast.operator)
    # So that the checkpoint of all and that of the beneficiary begin a slot in one release, and fill it up in the next.
    wait(node, 30)
    node.send(vault.functions.createGrants(1, grants([cast.others[0]])), cast.operator)
    wait(node, 30)
    dear = "votes of the beneficiary and of all kept for the past, two checkpoints a slot: here both begin one"
    cheap = "both checkpoints fill a slot up"
    table.add("vesting.release", release, cast.operator, dear)
    table.add("vesting.release.batch50", everybody, cast.operator, "each beneficiary's checkpoint begins a slot")
    node.send(release, cast.operator)
    wait(node, 30)
    table.add("vesting.release.again", release, cast.operator, cheap)
    return table.rows
