"""Results with many signatures, courts with many cases, panels among many nodes."""

from collections.abc import Sequence

from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak
from web3.contract import Contract
from web3.contract.contract import ContractFunction

from benchmarks.artifact import project
from benchmarks.errors import BenchmarkError
from benchmarks.measure import Cast
from benchmarks.node import Node
from benchmarks.nodes import BOND, EPOCH, Staked, hall, staff, staked
from benchmarks.scale.crowd import each, many, people
from benchmarks.scale.curve import Curve, Line, Shape, Sheet, flat, linear
from benchmarks.scale.ledger import enrol
from benchmarks.staking import BEGIN, DAY, ERA, era, now, paced, wait
from benchmarks.suite import stand as suite_stand
from benchmarks.verification import STAKE, Crew

SECRET, EVIDENCE = keccak(text="secret"), keccak(text="evidence")
HIDDEN = keccak(SECRET)
SEEDS = [keccak(text=f"seed {number}") for number in range(16)]
SETTLING = 7 * DAY
PANELS = {"seven": 7, "thirty-one": 31}


def _crew(node: Node, cast: Cast, count: int) -> Crew:
    suite = suite_stand(node, cast)
    stand = staked(node, cast, era(node, cast), suite)
    court = hall(node, cast, stand, suite)
    made = Crew(node, cast, court, suite, staff(node, stand, count, STAKE))
    wait(node, (BEGIN // EPOCH + 1) * EPOCH - now(node) + DAY)
    node.send(stand.era.functions.approve(court.court.address, 10**6 * BOND), cast.holder)
    return made


def _signatures(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        sheet.step("signatures: nodes stake")
        crew = _crew(node, cast, max(points))
        court = crew.court
        first, second = (crew.ask(crew.suite.receivable) for _ in range(2))
        node.send(crew.submit(first, max(points)), cast.newcomer)  # all have signed in this epoch
        for count in points:
            sheet.step(f"signatures: {count:,}")
            with node.undone():
                result = crew.submit(second, count)
                sheet.gas("bring a result", count, result, cast.newcomer)
                node.send(result, cast.newcomer)
                signers, stakes = list(range(1, count + 1)), [STAKE] * count
                dispute = court.court.functions.challenge(second, signers, stakes, HIDDEN, EVIDENCE, "")
                sheet.gas("challenge it", count, dispute, cast.holder)
                node.send(dispute, cast.holder)
                _uphold(node, cast, crew)
                execute = court.penalties.functions.execute
                sheet.gas("slash one of them", count, execute(1, signers, stakes, 0, 1), cast.newcomer)
                sheet.gas("slash all of them", count, execute(1, signers, stakes, 0, count), cast.newcomer)


def _uphold(node: Node, cast: Cast, crew: Crew) -> None:
    """Nobody has stake enough for a panel: governance has the word, and finds the result false."""
    court, rich = crew.court.court.functions, 10**9 * ERA
    panels = node.at(project()["NodePanels"], crew.court.desk.functions.panels().call()).functions
    node.send(panels.setPanelStakes(rich, rich), cast.operator)
    for _ in range(3):
        node.rpc("evm_mine")
    for call in (crew.court.seeds.functions.capture(1), court.draw(1, SECRET), court.decide(1, True)):
        node.send(call, cast.operator)


def _cases(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        sheet.step("cases: nodes stake")
        crew, there = _crew(node, cast, 16), 0
        court, seeds = crew.court.court.functions, crew.court.seeds.functions

        def challenge(number: int) -> ContractFunction:
            return court.challenge(number, [1, 2, 3], [STAKE] * 3, HIDDEN, EVIDENCE, "")

        def result() -> int:
            number = crew.ask(crew.suite.receivable)
            node.send(crew.submit(number, 3), cast.newcomer)
            return number

        for count in points:
            sheet.step(f"cases: {count:,}")
            for _ in range(there, count):
                node.send(challenge(result()), cast.holder)
            there = count
            with node.undone():
                number = crew.ask(crew.suite.receivable)
                sheet.gas("bring a result", count, crew.submit(number, 3), cast.newcomer)
                node.send(crew.submit(number, 3), cast.newcomer)
                sheet.gas("challenge it", count, challenge(number), cast.holder)
                node.send(challenge(number), cast.holder)
                for _ in range(3):
                    node.rpc("evm_mine")
                sheet.gas("capture the seed", count, seeds.capture(count + 1), cast.newcomer)


def _nodes(sheet: Sheet, points: Sequence[int]) -> None:
    """Sixteen nodes with a full stake; all others are registered, and nothing else."""
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        sheet.step("nodes: sixteen stake")
        crew, there = _crew(node, cast, points[0]), points[0]
        wait(node, SETTLING)
        panels = _panels(crew).functions
        for count in points:
            sheet.step(f"nodes: {count:,}")
            _register(node, cast, crew.court.staked, there, count)
            there = count
            drawn = [len(panels.draw(seed, 7, [], []).call()) for seed in SEEDS]
            sheet.put("draw seven, on average", count, _draws(node, cast, crew, 7))
            sheet.put("drawn of seven", count, 100 * sum(drawn) // len(drawn))


def _live_nodes(sheet: Sheet, points: Sequence[int]) -> None:
    """All of them have a full stake, each of an entity of its own."""
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        sheet.step("live nodes: deploying")
        crew, there = _crew(node, cast, 1), 1
        stand = crew.court.staked
        node.send(stand.era.functions.approve(stand.nodes.address, 2**256 - 1), cast.operator)
        for count in points:
            sheet.step(f"live nodes: {count:,}")
            owners = _register(node, cast, stand, there, count)
            rows = [(owner, there + place, STAKE, 0) for place, owner in enumerate(owners, 1)]
            many(node, cast.operator, stand.nodes, "stakeFor", rows)
            wait(node, SETTLING)
            there = count
            for name, size in PANELS.items():
                if size <= count:
                    sheet.put(f"draw {name}, on average", count, _draws(node, cast, crew, size))
            with node.undone():
                (owner,) = _register(node, cast, stand, count, count + 1)
                node.rpc("anvil_setBalance", owner, hex(10**20))
                becomes = stand.nodes.functions.stakeFor(owner, count + 1, STAKE, 0)
                ceases = stand.nodes.functions.unbond(count + 1, STAKE, 0)
                sheet.gas("a node becomes live", count, becomes, cast.operator)
                node.send(becomes, cast.operator)
                sheet.gas("it ceases to be", count, ceases, owner)
                node.send(ceases, owner)
                sheet.gas("it becomes live again", count, becomes, cast.operator)


def _panels(crew: Crew) -> Contract:
    return crew.node.at(project()["NodePanels"], crew.court.desk.functions.panels().call())


def _draws(node: Node, cast: Cast, crew: Crew, size: int) -> int:
    """Gas of a draw, on average."""
    panels = _panels(crew).functions
    return sum(node.gas(panels.draw(seed, size, [], []), cast.newcomer) for seed in SEEDS) // len(SEEDS)


def _register(node: Node, cast: Cast, stand: Staked, first: int, last: int) -> list[ChecksumAddress]:
    owners = people("idle owner", first, last)
    enrol(node, cast, stand.registry, owners)
    each(node, owners, stand.nodes, "register", [(owner, 0, 0, 4 * 32, 0) for owner in owners])
    if int(stand.nodes.functions.nodeCount().call()) != last:
        raise BenchmarkError(f"there are not {last} nodes")
    return owners


CURVES = (
    Curve(
        "signatures",
        "signatures of one result",
        (3, 7, 15, 31),
        2,
        _signatures,
        {
            "bring a result": linear("each signature is checked, each record written; 31 at most"),
            "challenge it": linear("each signer's unbonding is frozen; 31 at most"),
            "slash one of them": linear("all signers are told again as call data"),
            "slash all of them": linear("in as many transactions as one likes"),
        },
    ),
    Curve(
        "cases",
        "cases in court at once",
        (1, 3, 10, 30),
        2,
        _cases,
        {
            "bring a result": flat("requests do not see each other"),
            "challenge it": flat("cases do not see each other: there is no queue"),
            "capture the seed": flat("a ticket each"),
        },
    ),
    Curve(
        "nodes",
        "registered nodes, sixteen of them with stake",
        (16, 64, 256, 1_024),
        2,
        _nodes,
        {
            "draw seven, on average": flat("nodes without stake have no place that could be drawn"),
            "drawn of seven": flat("the same", "hundredths of a node"),
        },
    ),
    Curve(
        "live nodes",
        "live nodes",
        (8, 64, 250, 1_000),
        2,
        _live_nodes,
        {
            "draw seven, on average": Line(Shape.FALLING, "two slots a trial; among more, fewer name who sits already"),
            "draw thirty-one, on average": Line(Shape.FALLING, "the same"),
            "a node becomes live": linear("a place of its own; a slot of 256 places after the other to find it"),
            "it ceases to be": flat("nobody else's place moves"),
            "it becomes live again": linear("the lowest place that is free, found the same way"),
        },
    ),
)
