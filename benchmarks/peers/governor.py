"""Governance of others: OpenZeppelin's Governor on plain ERC20Votes, with its timelock."""

from benchmarks.compiled import artifacts
from benchmarks.governance import NOBODY, PERIOD, THRESHOLD, TIMELOCK_DELAY, VOTING_DELAY, Stand, decisions
from benchmarks.measure import Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import Row
from benchmarks.staking import paced


def openzeppelin(node: Node, progress: Progress) -> list[Row]:
    """Simple counting, the quorum a fraction of the supply, everybody executes."""
    cast = Cast.of(node)
    kit = artifacts("governor", progress)
    table = Table(node, "openzeppelin-governor", progress)
    with paced(node):
        token = node.deploy(kit["OpenZeppelinTimedVotes"], 10**27, sender=cast.operator)
        timelock = node.deploy(kit["OpenZeppelinTimelock"], TIMELOCK_DELAY, [NOBODY], cast.operator)
        governor = node.deploy(
            kit["OpenZeppelinGovernor"], token.address, timelock.address, VOTING_DELAY, PERIOD, THRESHOLD
        )
        for role in (timelock.functions.PROPOSER_ROLE(), timelock.functions.CANCELLER_ROLE()):
            node.send(timelock.functions.grantRole(role.call(), governor.address), cast.operator)
        note = "held votes only; no late-quorum guard, no guardian, no parts, ids by hash"
        decisions(table, cast, Stand(token, governor, note))
    return table.rows
