"""The project's own pool and credit desk in the gas table: `python -m benchmarks.lending` prints these rows alone."""

from dataclasses import dataclass

from eth_utils.crypto import keccak
from rich.console import Console
from rich.table import Table as Grid
from web3.contract import Contract

from benchmarks.artifact import project
from benchmarks.measure import FACE, PART, Cast, Table
from benchmarks.node import GENESIS_TIME, Node, running
from benchmarks.peers import erc4626
from benchmarks.progress import Progress, shown
from benchmarks.rows import OURS, Row
from benchmarks.suite import EXPIRES, NOBODY, invoice

DAY = 86_400
RULES, LOANS = 1, 2
DUE_DAY = GENESIS_TIME // DAY + 60
MINIMUM = 1_000 * 10**6
STEADY = "actor and pool used before, two loans running"


@dataclass(frozen=True, slots=True)
class Bank:
    """Contracts that the rows call."""

    ledger: Contract
    module: Contract
    currency: Contract
    desk: Contract
    pool: Contract


def stand(node: Node, cast: Cast) -> Bank:
    """Deploys everything. The owner borrows, holder and the first of the others lend, the newcomer is the debtor."""
    kit = project()
    access = node.deploy(kit["SuiteAccess"], cast.operator).address
    registry = node.deploy(kit["ParticipantRegistry"], access)
    standard = node.deploy(kit["ValueStandard"], access)
    ledger = node.deploy(kit["AssetCertificate"], access, registry.address, "ipfs://{id}")
    rights = node.deploy(kit["UsageRight"], access, registry.address, "ipfs://{id}")
    module = node.deploy(kit["ReceivableModule"], access, ledger.address, standard.address)
    currency = node.deploy(kit["DevnetCurrency"], "USD", 6)
    limits = node.deploy(kit["FixedLimits"])
    terms = node.deploy(kit["LendingTerms"], access, ledger.address, rights.address, standard.address)
    desk = node.deploy(
        kit["CreditDesk"], access, terms.address, rights.address, module.address, limits.address, limits.address
    )
    pool = node.deploy(
        kit["LendingPool"], access, registry.address, desk.address, currency.address, "Lenders of USD", "cUSD"
    )
    usd = 10**18
    for call in (
        ledger.functions.setModule(1, module.address),
        registry.functions.subscribe(ledger.address),
        registry.functions.defineRegions([(0, 0)]),
        standard.functions.addCurrency(b"USD", currency.address, usd, usd, usd, NOBODY, 0),
        standard.functions.publish(b"receivable".ljust(32, b"\0"), (1, 0, 30, 0, 0b111111, MINIMUM, 1, 1)),
        standard.functions.publish(b"loan".ljust(32, b"\0"), (16, 0, 5, 0, 0, MINIMUM, 1, 1)),
        terms.functions.setLoanTerms(1, (1_200, 200, 8_000, 6_000, 180, 500, 25, 10, 2_000, 10**9, 10**9)),
        terms.functions.setAdvance(False, 1, 8_000),
        module.functions.addListener(desk.address),
        desk.functions.addPool(1, pool.address),
    ):
        node.send(call, cast.operator)
    parties = (cast.owner, cast.holder, cast.others[0], cast.newcomer, desk.address)
    for number, account in enumerate(parties, 1):
        node.send(registry.functions.createEntity(keccak(text=str(number))), cast.operator)
        node.send(registry.functions.enrol(account, number, EXPIRES, 1, 1), cast.operator)
    node.send(limits.functions.setLimit(1, 10**15), cast.operator)
    for account in (cast.owner, cast.holder, cast.others[0], cast.newcomer):
        node.send(currency.functions.mint(account, 8 * FACE), cast.operator)
        for spender in (pool, module):
            node.send(currency.functions.approve(spender.address, 2**256 - 1), account)
    for lender in (cast.holder, cast.others[0]):
        node.send(pool.functions.deposit(FACE, lender), lender)
    return Bank(ledger, module, currency, desk, pool)


def measure(node: Node, progress: Progress) -> list[Row]:
    """Rows of pool, queue and loans."""
    cast = Cast.of(node)
    progress("caldera: deploying pool and desk")
    bank = stand(node, cast)
    desk, pool, module = bank.desk.functions, bank.pool.functions, bank.module.functions
    table = Table(node, OURS, progress)
    first, second = (_pledged(node, cast, bank, f"2026-000{number}") for number in (1, 2))

    with node.still():
        unsecured = desk.draw((1, PART // 10, DUE_DAY, LOANS, []))
        node.send(unsecured, cast.owner)  # loan 1
        checked = "borrower, rules, day, limit, caps of borrower and debtor, overdue loans"
        table.add("credit.draw.unsecured", unsecured, cast.owner, f"{checked}; {STEADY}")
        node.send(desk.draw((1, PART // 2, DUE_DAY, LOANS, [(False, first)])), cast.owner)  # loan 2
        drawn = desk.draw((1, PART // 2, DUE_DAY, LOANS, [(False, second)]))
        table.add("credit.draw", drawn, cast.owner, f"on one pledged receivable; {checked}; {STEADY}")
        node.send(desk.repay(1, PART // 100), cast.owner)
    # So that interest is due in every run, whether a second passed on the node or not.
    node.rpc("evm_increaseTime", 3600)
    node.rpc("evm_mine")
    table.add("credit.repay", desk.repay(1, PART // 100), cast.owner, f"a part; {STEADY}")
    table.add("credit.repay.last", desk.repay(1, FACE), cast.owner, "closes an unsecured loan; another stays open")

    node.send(module.pay(first, PART // 10), cast.newcomer)
    paid = module.pay(first, PART // 10)
    table.add(
        "receivable.pay.pledged", paid, cast.newcomer, "the debtor's payment repays the loan of the pledged units"
    )

    table.add("pool.deposit", pool.deposit(PART, cast.holder), cast.holder, STEADY)
    table.add("pool.withdraw", pool.withdraw(PART, cast.holder, cast.holder), cast.holder, STEADY)

    shares = int(pool.balanceOf(cast.holder).call())
    node.send(pool.requestExit(shares), cast.holder)
    node.send(pool.requestExit(shares), cast.others[0])  # beyond the cash: a part of it waits
    node.send(pool.payExit(2), cast.others[0])
    node.send(pool.deposit(FACE // 100, cast.owner), cast.owner)
    table.add("pool.exit.pay", pool.payExit(2), cast.others[0], "what was served since the last time")
    more = pool.requestExit(10**12)
    table.add("pool.exit.request", more, cast.owner, "where others wait already")
    node.send(more, cast.owner)
    node.send(pool.requestExit(10**12), cast.owner)
    table.add("pool.exit.cancel", pool.cancelExit(3), cast.owner, "the first of the queue ever, with one behind")
    node.send(pool.cancelExit(3), cast.owner)
    table.add("pool.exit.cancel.again", pool.cancelExit(4), cast.owner, "a later one")
    return table.rows


def _pledged(node: Node, cast: Cast, bank: Bank, number: str) -> int:
    """A receivable of the owner's, half of it pledged to the desk."""
    given = invoice(cast.newcomer, number)
    identity = int(bank.module.functions.create(given, []).call({"from": cast.owner}))
    node.send(bank.module.functions.create(given, []), cast.owner)
    node.send(bank.module.functions.acknowledge(identity), cast.newcomer)
    pledge = bank.ledger.functions.pledge(cast.owner, bank.desk.address, identity, FACE // 2)
    node.send(pledge, cast.owner)
    return identity


def main() -> None:
    """Ours and the peer's, on one node."""
    grid = Grid("operation", "implementation", "gas")
    with shown("starting anvil") as progress, running() as node:
        for one in (measure, erc4626.openzeppelin):
            with node.undone():
                for row in one(node, progress):
                    grid.add_row(row.operation, row.implementation, f"{row.gas:,}")
    Console().print(grid)


if __name__ == "__main__":
    main()
