"""Pools with many lenders and exits, borrowers with many loans, tables with many lines."""

from collections.abc import Sequence

from eth_utils.crypto import keccak
from web3.contract import Contract

from benchmarks.artifact import project
from benchmarks.lending import DUE_DAY, LOANS, stand
from benchmarks.measure import FACE, HELD, PART, Cast
from benchmarks.node import Node
from benchmarks.scale.crowd import many, people
from benchmarks.scale.curve import Curve, Sheet, flat, linear, log
from benchmarks.scale.ledger import enrol
from benchmarks.staking import DAY, paced, wait
from benchmarks.suite import NOBODY

USD = 10**6
SHARES = 10**12  # of a pool at first: a millionth of a USD each


def _lenders(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        bank = stand(node, cast)
        pool, desk, there = bank.pool.functions, bank.desk.functions, 2
        registry = node.at(project()["ParticipantRegistry"], pool.registry().call())
        node.send(desk.draw((1, PART, DUE_DAY, LOANS, [])), cast.owner)
        for count in points:
            sheet.step(f"lenders: {count:,}")
            crowd = people("lender", there, count)
            enrol(node, cast, registry, crowd)
            many(node, cast.owner, bank.pool, "deposit", [(100 * USD, account) for account in crowd])
            there = max(there, count)
            with node.undone():
                wait(node, DAY)
                sheet.gas("deposit", count, pool.deposit(PART, cast.holder), cast.holder)
                sheet.gas("withdraw", count, pool.withdraw(PART, cast.holder, cast.holder), cast.holder)
                sheet.gas("draw a loan", count, desk.draw((1, PART // 10, DUE_DAY, LOANS, [])), cast.owner)
                sheet.gas("repay it with interest", count, desk.repay(1, FACE), cast.owner)
                wait(node, 120 * DAY)
                node.send(desk.declareDefault(1), cast.newcomer)
                sheet.gas("write a loss off", count, desk.writeOff(1), cast.operator)


def _exits(sheet: Sheet, points: Sequence[int]) -> None:
    """Two lenders with half of the shares each; most of the cash is lent out; the other one queues again and again."""
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        bank = stand(node, cast)
        pool, desk, there = bank.pool.functions, bank.desk.functions, 2
        node.send(desk.draw((1, PART, DUE_DAY, LOANS, [])), cast.owner)
        node.send(pool.requestExit(pool.balanceOf(cast.holder).call()), cast.holder)
        node.send(pool.requestExit(SHARES * FACE // USD * 9 // 10), cast.others[0])  # beyond the cash: exit 2 waits
        for count in points:
            sheet.step(f"exits: {count:,}")
            many(node, cast.others[0], bank.pool, "requestExit", [(SHARES,)] * (count - there))
            there = max(there, count)
            with node.undone():
                wait(node, DAY)
                sheet.gas("queue", count, pool.requestExit(SHARES), cast.others[0])
                node.send(pool.requestExit(SHARES), cast.others[0])
                sheet.gas("leave the queue, the last", count, pool.cancelExit(count + 1), cast.others[0])
                with node.undone():
                    node.send(pool.cancelExit(count + 1), cast.others[0])
                    sheet.gas("leave the queue, the first", count, pool.cancelExit(3), cast.others[0])
                sheet.gas("a repayment serves all", count, desk.repay(1, FACE), cast.owner)
                node.send(desk.repay(1, FACE), cast.owner)
                sheet.gas("pay the first out", count, pool.payExit(3), cast.newcomer)
                sheet.gas("pay the last out", count, pool.payExit(count + 1), cast.newcomer)


def _marks(sheet: Sheet, points: Sequence[int]) -> None:
    """A queue that is served a little each time."""
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        bank = stand(node, cast)
        pool, desk, there = bank.pool.functions, bank.desk.functions, 0
        node.send(desk.draw((1, PART, DUE_DAY, LOANS, [])), cast.owner)
        for lender in (cast.holder, cast.others[0]):
            node.send(pool.requestExit(pool.balanceOf(lender).call()), lender)
        for count in points:
            sheet.step(f"times served: {count:,}")
            many(node, cast.owner, bank.desk, "repay", [(1, 10 * USD)] * (count - there))
            there = count
            with node.undone():
                wait(node, 60)
                sheet.gas("repay a part", count, desk.repay(1, 10 * USD), cast.owner)
                sheet.gas("pay an exit out", count, pool.payExit(2), cast.newcomer)


def _loans(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        bank = stand(node, cast)
        desk, there = bank.desk.functions, 0
        for count in points:
            for _ in range(there, count):
                node.send(desk.draw((1, PART // 20, DUE_DAY, LOANS, [])), cast.owner)
            there = count
            with node.undone():
                wait(node, DAY)
                if count < max(points):
                    sheet.gas("draw another", count, desk.draw((1, PART // 20, DUE_DAY, LOANS, [])), cast.owner)
                sheet.gas("repay a part", count, desk.repay(1, PART // 100), cast.owner)
                sheet.gas("repay the first", count, desk.repay(1, FACE), cast.owner)


def _lines(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        cycle, payees = _cycle(node, cast, max(points))
        for place, count in enumerate(points, 1):
            sheet.step(f"lines: {count:,}")
            shares = [(payee, 0, 10_000 // count) for payee in payees[: count - 1]]
            shares.append((payees[count - 1], 0, 10_000 - 10_000 // count * (count - 1)))
            opening = cycle.functions.openScheme(1, 1, shares)
            sheet.gas("open a table", count, opening, cast.owner)
            node.send(opening, cast.owner)
            sale = keccak(text=f"sale {count}")
            pay = cycle.functions.pay(place, sale, 1, PART)
            sheet.gas("pay", count, pay, cast.newcomer)
            node.send(pay, cast.newcomer)
            refund = cycle.functions.refund(place, sale, PART // 2, keccak(text="returned"))
            sheet.gas("refund a half", count, refund, cast.owner)
            with node.undone():
                wait(node, 2 * DAY)
                sheet.gas("release", count, cycle.functions.release(place, sale), cast.newcomer)


def _cycle(node: Node, cast: Cast, count: int) -> tuple[Contract, list[str]]:
    """Payees are entities of their own, the first of them the owner; each has money already."""
    kit = project()
    access = node.deploy(kit["SuiteAccess"], cast.operator).address
    registry = node.deploy(kit["ParticipantRegistry"], access)
    standard = node.deploy(kit["ValueStandard"], access)
    fund = node.deploy(kit["ValueFund"], access, 30 * DAY, [])
    cycle = node.deploy(kit["RevenueCycle"], access, registry.address, standard.address, fund.address)
    currency = node.deploy(kit["DevnetCurrency"], "USD", 6)
    unit = 10**18
    for call in (
        registry.functions.defineRegions([(0, 0)]),
        registry.functions.subscribe(cycle.address),
        standard.functions.addCurrency(b"USD", currency.address, unit, unit, unit, NOBODY, 0),
        currency.functions.mint(cycle.address, HELD),
        currency.functions.mint(cast.newcomer, 40 * FACE),
    ):
        node.send(call, cast.operator)
    node.send(currency.functions.approve(cycle.address, 40 * FACE), cast.newcomer)
    payees = [cast.owner, *people("payee", 1, count)]
    enrol(node, cast, registry, payees)
    many(node, cast.operator, currency, "mint", [(payee, HELD) for payee in payees])
    return cycle, [str(payee) for payee in payees]


TREE = "a sum over a tree of what was given up; log2 of the queue"

CURVES = (
    Curve(
        "lenders",
        "lenders of one pool",
        (2, 10, 100, 1_000, 10_000),
        3,
        _lenders,
        {
            "deposit": flat("shares of the pool"),
            "withdraw": flat("shares of the pool"),
            "draw a loan": flat("the pool's books, not its lenders'"),
            "repay it with interest": flat("a share is worth more"),
            "write a loss off": flat("a share is worth less"),
        },
    ),
    Curve(
        "exits",
        "places in the queue of one pool",
        (4, 16, 128, 1_024, 8_192),
        3,
        _exits,
        {
            "queue": flat("a place at the end of a line"),
            "leave the queue, the first": log(TREE),
            "leave the queue, the last": log(TREE),
            "a repayment serves all": flat("one mark on the line, however many stand on it"),
            "pay the first out": flat("the difference of two places on the line"),
            "pay the last out": flat("the same"),
        },
    ),
    Curve(
        "servings",
        "times a queue was served a part",
        (1, 10, 100, 1_000),
        3,
        _marks,
        {
            "repay a part": flat("one more mark"),
            "pay an exit out": log("a binary search among marks"),
        },
    ),
    Curve(
        "loans",
        "open loans of one borrower",
        (1, 2, 4, 5, 6),
        3,
        _loans,
        {
            "draw another": linear("none of the others may be overdue; 6 at most"),
            "repay a part": flat("a loan at a time"),
            "repay the first": flat("a loan at a time; the list is one word"),
        },
    ),
    Curve(
        "lines",
        "payees of one revenue table",
        (1, 2, 4, 8),
        3,
        _lines,
        {
            "open a table": linear("two slots, and a number for each new payee; 8 lines at most"),
            "pay": flat("the table is looked at when the money is released"),
            "refund a half": flat("the same"),
            "release": linear("each payee is paid; 72 payments at most, nested tables included"),
        },
    ),
)
