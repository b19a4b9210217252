"""The project's own rows of verification: results that staked nodes signed, a dispute, and the rates of nodes."""

from collections.abc import Sequence

from eth_abi.abi import encode
from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from web3.contract.contract import ContractFunction

from benchmarks.measure import FACE, Cast, Table
from benchmarks.node import Node
from benchmarks.nodes import BOND, EPOCH, ERA, HOUR, Hall, hall, staff, staked
from benchmarks.progress import Progress
from benchmarks.rows import OURS, Row
from benchmarks.staking import BEGIN, DAY, era, now, paced, wait
from benchmarks.suite import Suite, second_and_third
from benchmarks.suite import stand as suite_stand
from caldera.evm.account import Account

CREW = 32
STAKE = 20_000 * ERA
SIGNERS = (3, 7, 15)
VALUATION = 7
FEE = 100 * ERA


def measure(node: Node, progress: Progress) -> list[Row]:
    """Rows of valuations of the owner's receivables; the holder challenges one."""
    cast = Cast.of(node)
    table = Table(node, OURS, progress)
    progress("caldera: deploying verification")
    suite = suite_stand(node, cast)
    suite_ids = [suite.receivable, *second_and_third(node, cast, suite)]
    with paced(node):
        token = era(node, cast)
        stand = staked(node, cast, token, suite)
        court = hall(node, cast, stand, suite)
        crew = Crew(node, cast, court, suite, staff(node, stand, CREW, STAKE))
        # A new epoch, so that there is time in it; and nodes can be drawn by then.
        wait(node, (BEGIN // EPOCH + 1) * EPOCH - now(node) + 3 * DAY)
        _attest(table, cast, crew, suite_ids)
        with node.undone():
            _dispute(table, cast, crew, suite_ids[1])
        _rates(table, cast, crew)
    return table.rows


class Crew:
    """Staked nodes and what they do."""

    def __init__(self, node: Node, cast: Cast, court: Hall, suite: Suite, keys: Sequence[Account]) -> None:
        self.node, self.cast, self.court, self.suite = node, cast, court, suite
        self.keys = keys
        self.numbers = {key.address.lower(): place for place, key in enumerate(keys, 1)}
        node.send(court.staked.era.functions.approve(court.desk.address, 2**256 - 1), cast.owner)

    def ask(self, asset: int) -> int:
        """The owner asks for the valuation of a receivable by any three nodes; the number of the request."""
        terms = (0, self.suite.module.address, asset, VALUATION, FACE, keccak(text="evidence"), 0, 3, 1_000 * ERA)
        call = self.court.desk.functions.request((*terms, now(self.node) + DAY, FEE))
        number = int(call.call({"from": self.cast.owner}))
        self.node.send(call, self.cast.owner)
        return number

    def submit(self, number: int, count: int) -> ContractFunction:
        """The result that the first `count` nodes signed, in the order of their keys."""
        until = BEGIN + 365 * DAY
        digest = bytes(self.court.results.functions.resultDigest(number, FACE, until).call())
        signers = sorted(self.keys[:count], key=lambda one: int(one.address, 16))
        attestations = [(one.address, one.sign_hash(digest).packed) for one in signers]
        return self.court.results.functions.submit(number, FACE, until, attestations)

    def at(self, place: int) -> ChecksumAddress:
        """Key and owner of a node."""
        return to_checksum_address(self.keys[place - 1].address)


def _attest(table: Table, cast: Cast, crew: Crew, assets: Sequence[int]) -> None:
    first, *others = (crew.ask(asset) for asset in assets)
    new = {count: crew.node.gas(crew.submit(first, count), cast.newcomer) for count in SIGNERS}
    crew.node.send(crew.submit(first, max(SIGNERS)), cast.newcomer)
    for count in SIGNERS:
        note = f"a receivable's first valuation, by nodes that signed in this epoch; as the first in it: {new[count]:,}"
        table.add(f"attest.{count}", crew.submit(others[0], count), cast.newcomer, note)
    crew.node.send(crew.submit(others[0], 3), cast.newcomer)


def _dispute(table: Table, cast: Cast, crew: Crew, asset: int) -> None:
    """A result of three nodes, which the holder disputes and a panel of three finds false."""
    node, court = crew.node, crew.court
    number = 2
    signers, stakes = [1, 2, 3], [STAKE] * 3
    secret = keccak(text="secret")
    node.send(court.staked.era.functions.approve(court.court.address, BOND), cast.holder)
    spent: list[int] = []
    names: list[str] = []

    def step(call: ContractFunction, sender: ChecksumAddress = cast.newcomer) -> None:
        names.append(call.fn_name)
        spent.append(int(node.send(call, sender)["gasUsed"]))

    table.progress("caldera: dispute.full")
    call, ballots = court.court.functions, court.ballots.functions
    hidden, evidence = keccak(encode(["bytes32"], [secret])), keccak(text="evidence")
    step(call.challenge(number, signers, stakes, hidden, evidence, "ipfs://evidence"), cast.holder)
    for _ in range(3):
        node.rpc("evm_mine")
    step(court.seeds.functions.capture(1))
    step(call.draw(1, secret))
    poll = int(call.pollOf(1, 1).call())
    panel = [int(one) for one in ballots.panellistsOf(poll).call()]
    for one in panel:
        commitment = ballots.commitmentOf(poll, one, True, secret).call()
        step(ballots.commit(poll, one, commitment), crew.at(one))
    wait(node, 4 * HOUR)
    for one in panel:
        step(ballots.reveal(poll, one, True, secret))
    wait(node, 4 * HOUR)
    step(call.advance(1))
    wait(node, DAY)
    step(call.advance(1))
    step(court.penalties.functions.execute(1, signers, stakes, 0, 3))
    step(court.results.functions.forfeitFees(number, signers, stakes))
    step(call.claim(cast.holder))
    slashed = f"{spent[names.index('execute')]:,} slash three signers"
    note = f"upheld by a panel of three in one round: the sum of {len(spent)} transactions, of which {slashed}"
    table.rows.append(Row("dispute.full", OURS, sum(spent), True, note))


def _rates(table: Table, cast: Cast, crew: Crew) -> None:
    """Node 1 signed in this epoch and does not in the next."""
    node, rewards = crew.node, crew.court.staked.rewards.functions
    wait(node, EPOCH)
    table.add("rewards.poke", rewards.poke(1), cast.newcomer, "scores of three epochs; no tip for a raise")
    node.send(rewards.poke(1), cast.newcomer)
    wait(node, EPOCH)
    table.add("rewards.poke.tipped", rewards.poke(1), cast.newcomer, "the tip is paid in the same transaction")
