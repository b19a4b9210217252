"""The project's own revenue cycle in the gas table: measured figures only."""

from eth_utils.crypto import keccak

from benchmarks.artifact import project
from benchmarks.measure import FACE, HELD, PART, Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import OURS, Row
from benchmarks.suite import DAY, EXPIRES, NOBODY

FIRST_ENTITY, APART = 5, 20
"""Every payee's entity in another group of sixteen: the fund's shares of neighbours would lie in one slot."""


def measure(node: Node, progress: Progress) -> list[Row]:
    """Rows of sales: the owner, the holder and one other are paid 60, 30 and 10; the newcomer pays."""
    cast = Cast.of(node)
    progress("caldera: deploying revenue")
    kit = project()
    access = node.deploy(kit["SuiteAccess"], cast.operator).address
    registry = node.deploy(kit["ParticipantRegistry"], access)
    standard = node.deploy(kit["ValueStandard"], access)
    fund = node.deploy(kit["ValueFund"], access, 30 * 86_400, [])
    cycle = node.deploy(kit["RevenueCycle"], access, registry.address, standard.address, fund.address)
    currency = node.deploy(kit["DevnetCurrency"], "USD", 6)
    usd = 10**18
    for call in (
        registry.functions.defineRegions([(0, 0)]),
        registry.functions.subscribe(cycle.address),
        standard.functions.addCurrency(b"USD", currency.address, usd, usd, usd, NOBODY, 0),
    ):
        node.send(call, cast.operator)
    payees = (cast.owner, cast.holder, cast.others[0])
    for number in range(1, FIRST_ENTITY + APART * len(payees)):
        node.send(registry.functions.createEntity(keccak(text=str(number))), cast.operator)
    for place, account in enumerate(payees):
        entity = FIRST_ENTITY + APART * place
        node.send(registry.functions.enrol(account, entity, EXPIRES, 1, 1), cast.operator)
        node.send(currency.functions.mint(account, HELD), cast.operator)
    # Somebody's money stays here, and the payer keeps some: no balance is set for the first time, none is cleared.
    node.send(currency.functions.mint(cycle.address, HELD), cast.operator)
    node.send(currency.functions.mint(cast.newcomer, 4 * FACE), cast.operator)
    node.send(currency.functions.approve(cycle.address, 4 * FACE), cast.newcomer)
    for window in (1, 0):
        opening = cycle.functions.openDefault(payees[0], payees[1], 0, payees[2], window)
        node.send(opening, cast.owner)
    waiting, direct = 1, 2
    table = Table(node, OURS, progress)
    first, second = (keccak(text=name) for name in ("order 1", "order 2"))
    pay = cycle.functions.pay(waiting, first, 1, PART)
    table.add("revenue.pay", pay, cast.newcomer, "bound to its id and table, kept for the refund window of a day")
    now = cycle.functions.pay(direct, second, 1, PART)
    note = "no refund window: paid in and released at once to the three payees"
    table.add("revenue.pay.split.3", now, cast.newcomer, note)
    node.send(pay, cast.newcomer)
    refund = cycle.functions.refund(waiting, first, PART // 2, keccak(text="returned"))
    table.add("revenue.refund", refund, cast.owner, "half of it, by the scheme's owner, to the payer")
    node.rpc("evm_increaseTime", DAY)
    node.rpc("evm_mine")
    release = cycle.functions.release(waiting, first)
    checked = "table of the sale's time, each payee's activity and its entity's share for the fund looked up; sum exact"
    table.add("revenue.split.3", release, cast.newcomer, checked)
    for place in range(len(payees)):
        node.send(cycle.functions.setFundShare(FIRST_ENTITY + APART * place, 500), cast.operator)
    node.send(currency.functions.mint(fund.address, HELD), cast.operator)
    table.add("revenue.split.3.fund", release, cast.newcomer, f"5% of each part to the module fund; {checked}")
    return table.rows
