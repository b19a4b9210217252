"""The project's own airdrop in the gas table, and the list that every implementation pays: measured figures only."""

from collections.abc import Callable

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from web3.contract import Contract

from benchmarks.artifact import project
from benchmarks.measure import Cast, Table
from benchmarks.node import GENESIS_TIME, Node
from benchmarks.progress import Progress
from benchmarks.rows import OURS, Row
from caldera.airdrop import leaf
from caldera.merkle import Tree

CLAIMS = 1024
AMOUNT = 1_234_567_890_123_456_789_012  # wei of ERA, the same for each
DEADLINE = GENESIS_TIME + 10**8
WHOSE = "brought by anyone, paid to the account"


class Listed:
    """1,024 claims of accounts that hold nothing, but number 1, which the cast's holder owns."""

    def __init__(self, cast: Cast, hashed: Callable[[int, str, int], bytes]) -> None:
        unknown = [to_checksum_address(keccak(text=f"claimer {number}")[12:]) for number in range(CLAIMS)]
        self.accounts: list[ChecksumAddress] = [unknown[0], cast.holder, *unknown[2:]]
        self.leaves = [hashed(number, account, AMOUNT) for number, account in enumerate(self.accounts)]
        self.tree = Tree(tuple(self.leaves))

    def claim(self, number: int) -> tuple[int, ChecksumAddress, int, list[bytes]]:
        """The arguments of a claim, the same for every implementation."""
        return number, self.accounts[number], AMOUNT, self.tree.proof(self.leaves[number])


def era(node: Node, cast: Cast) -> Contract:
    """The token that all pay: the operator has it, the holder and the newcomer have some; nobody delegated."""
    token = node.deploy(project()["EraToken"], cast.operator)
    for account in (cast.holder, cast.newcomer):
        node.send(token.functions.transfer(account, AMOUNT), cast.operator)
    return token


def rows_of(table: Table, round_: Contract, listed: Listed, cast: Cast, note: str) -> None:
    """The two rows that every implementation has."""
    claim = round_.functions.claim
    table.add("airdrop.claim.cold", claim(*listed.claim(0)), cast.newcomer, note)
    table.node.send(claim(*listed.claim(0)), cast.newcomer)
    table.add("airdrop.claim.warm", claim(*listed.claim(1)), cast.newcomer, note)


def measure(node: Node, progress: Progress) -> list[Row]:
    """Rows of a round that pays accounts directly."""
    cast = Cast.of(node)
    progress("caldera: deploying an airdrop")
    kit = project()
    token = era(node, cast)
    access = node.deploy(kit["SuiteAccess"], cast.operator).address
    rounds = node.deploy(kit["AirdropRounds"], access, token.address)
    node.send(token.functions.transfer(rounds.address, 2 * CLAIMS * AMOUNT), cast.operator)
    listed = Listed(cast, leaf)
    nobody = "0x" + "00" * 20
    terms = (listed.tree.root, rounds.address, CLAIMS, GENESIS_TIME, DEADLINE, 0, nobody, 0, 0, 0, 0)
    opening = rounds.functions.open(terms, CLAIMS * AMOUNT, "first", "ipfs://" + "b" * 59)
    table = Table(node, OURS, progress)
    note = "deployed, funded and listed in one transaction"
    table.add("airdrop.open", opening, cast.operator, note)
    node.send(opening, cast.operator)
    round_ = node.at(kit["AirdropClaim"], rounds.functions.roundAt(1).call()[0])
    checked = "window, index, receiver checked; reentrancy guard; leaf hashed twice"
    rows_of(table, round_, listed, cast, f"{WHOSE}; {checked}")
    return table.rows
