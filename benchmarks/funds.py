"""A fund of governance and joint decisions in the gas table: measured figures only."""

from typing import Any

from eth_utils.crypto import keccak

from benchmarks.artifact import project
from benchmarks.measure import Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import OURS, Row
from benchmarks.suite import DAY, EXPIRES

STOCK, CAP, GRANT = 10**15, 10**12, 10**9
PURPOSE, TOPIC, SALT = keccak(text="purpose"), keccak(text="topic"), keccak(text="salt")
PRICE, LOW, HIGH = 500_000_000, 400_000_000, 600_000_000


def measure(node: Node, progress: Progress) -> list[Row]:
    """Rows of grants and streams, and of a group of three that decides a price."""
    cast = Cast.of(node)
    table = Table(node, OURS, progress)
    _fund(node, cast, table, progress)
    _joint(node, cast, table, progress)
    return table.rows


def _now(node: Node) -> int:
    return int(node.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)


def _to(node: Node, second: int) -> None:
    node.rpc("evm_setNextBlockTimestamp", second)
    node.rpc("evm_mine")


def _fund(node: Node, cast: Cast, table: Table, progress: Progress) -> None:
    progress("caldera: deploying a fund")
    kit = project()
    access = node.deploy(kit["SuiteAccess"], cast.operator)
    money = node.deploy(kit["DevnetCurrency"], "USD", 6)
    fund = node.deploy(kit["ValueFund"], access.address, 30 * DAY, [(money.address, CAP)])
    node.send(money.functions.mint(fund.address, STOCK), cast.operator)
    node.send(money.functions.mint(cast.holder, 1), cast.operator)
    _to(node, (_now(node) // (30 * DAY) + 1) * 30 * DAY)
    call = fund.functions
    grant = call.spend(money.address, cast.holder, GRANT, PURPOSE)
    node.send(grant, cast.operator)
    table.add("fund.grant", grant, cast.operator, "cap and what is promised checked; not the first of the epoch")

    def stream(days: int) -> Any:
        return call.openStream((money.address, cast.holder, CAP // 10, 0, 0, days * DAY), PURPOSE)

    node.send(stream(360), cast.operator)
    table.add("fund.stream.open.3", stream(80), cast.operator, "three epochs that others have a part in")
    table.add("fund.stream.open.13", stream(365), cast.operator, "13 epochs")
    _to(node, _now(node) + DAY)
    node.send(call.withdraw(1), cast.holder)
    _to(node, _now(node) + DAY)
    table.add("fund.stream.withdraw", call.withdraw(1), cast.holder, "after an earlier one; any number of epochs")
    table.add("fund.stream.cancel.13", call.cancelStream(1), cast.operator, "13 epochs get their room back")


def _joint(node: Node, cast: Cast, table: Table, progress: Progress) -> None:
    progress("caldera: deploying joint decisions")
    kit = project()
    access = node.deploy(kit["SuiteAccess"], cast.operator)
    registry = node.deploy(kit["ParticipantRegistry"], access.address)
    standard = node.deploy(kit["ValueStandard"], access.address)
    money = node.deploy(kit["DevnetCurrency"], "USD", 6)
    joint = node.deploy(kit["JointDecision"], access.address, registry.address, standard.address)
    usd = 10**18
    nobody = "0x" + "00" * 20
    node.send(registry.functions.defineRegions([(0, 0)]), cast.operator)
    node.send(
        standard.functions.addCurrency(b"USD".ljust(3), money.address, usd, usd // 2, usd * 2, nobody, 0), cast.operator
    )
    members = (cast.owner, cast.holder, cast.newcomer)
    for number, account in enumerate(members, 1):
        node.send(registry.functions.createEntity(keccak(text=str(number))), cast.operator)
        node.send(registry.functions.enrol(account, number, EXPIRES, 1, 1), cast.operator)
    call = joint.functions

    def terms(secret: bool, document: str) -> tuple[Any, ...]:
        weights = [(1, 50), (2, 30), (3, 20)]
        until = _now(node) + DAY
        return (0, 6_667, secret, False, DAY, DAY if secret else 0, until, keccak(text=document), weights)

    for secret in (False, True):
        given = terms(secret, str(secret))
        for account in members[1:]:
            node.send(call.acceptTerms(given), account)
        if not secret:
            table.add("joint.form.3", call.formGroup(given, []), cast.owner, "two have accepted, the third calls")
        node.send(call.formGroup(given, []), cast.owner)

    def price(number: int) -> Any:
        return call.openPrice(number, (TOPIC, 1, 500, LOW, HIGH, 0, 0, _now(node) + 90 * DAY))

    for number in (1, 2):
        node.send(price(number), cast.owner)
    table.add("joint.open", price(1), cast.owner, "bounds, spread, validity and topic kept: four slots")
    table.add("joint.vote", call.vote(1, PRICE), cast.holder)
    hidden = [call.commitmentOf(2, number, PRICE, SALT).call() for number in (1, 2, 3)]
    table.add("joint.commit", call.commit(2, hidden[1]), cast.holder)
    for account, ballot in zip(members, hidden, strict=True):
        node.send(call.vote(1, PRICE), account)
        node.send(call.commit(2, ballot), account)
    _to(node, _now(node) + DAY + 60)
    table.add("joint.reveal", call.reveal(2, 2, PRICE, SALT), cast.operator)
    table.add("joint.finalise.3", call.finalise(1), cast.operator, "median and support of three figures")
