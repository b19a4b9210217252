"""The project's own tranches in the gas table: measured figures only."""

from eth_utils.crypto import keccak
from web3.contract import Contract

from benchmarks.artifact import project
from benchmarks.measure import FACE, PART, Cast, Table
from benchmarks.node import GENESIS_TIME, Node
from benchmarks.progress import Progress
from benchmarks.rows import OURS, Row
from benchmarks.suite import EXPIRES, NOBODY

DAY = 86_400
TODAY = GENESIS_TIME // DAY
SENIOR = 2 * FACE * 8 // 10


def measure(node: Node, progress: Progress) -> list[Row]:
    """Rows of a deal over two receivables: the owner arranges, the holder owes, another one invests."""
    cast = Cast.of(node)
    progress("caldera: deploying securitisation")
    kit = project()
    access = node.deploy(kit["SuiteAccess"], cast.operator).address
    registry = node.deploy(kit["ParticipantRegistry"], access)
    standard = node.deploy(kit["ValueStandard"], access)
    ledger = node.deploy(kit["AssetCertificate"], access, registry.address, "ipfs://{id}")
    receivables = node.deploy(kit["ReceivableModule"], access, ledger.address, standard.address)
    deals = node.deploy(kit["Securitisation"], access, receivables.address)
    currency = node.deploy(kit["DevnetCurrency"], "USD", 6)
    usd, investor = 10**18, cast.others[0]
    for call in (
        ledger.functions.setModule(1, receivables.address),
        ledger.functions.setModule(10, deals.address),
        registry.functions.defineRegions([(0, 0)]),
        registry.functions.subscribe(ledger.address),
        standard.functions.addCurrency(b"USD", currency.address, usd, usd, usd, NOBODY, 0),
        standard.functions.publish(b"receivable".ljust(32, b"\0"), (1, 0, 30, 0, 0b111111, 1_000 * 10**6, 1, 1)),
        standard.functions.publish(b"tranche".ljust(32, b"\0"), (10, 0, 0, 0, 0b111101, 1_000 * 10**6, 1, 1)),
        deals.functions.setDealTerms((1_000, 10, 2_000)),
    ):
        node.send(call, cast.operator)
    spec = (1, 2, 600, 2_000, TODAY + 90, keccak(text="prospectus"))
    parties = [cast.owner, cast.holder, investor]
    for number, account in enumerate(parties, 1):
        enrol(node, registry, number, account)
    deal, vault = deals.functions.open(spec).call({"from": cast.owner})
    node.send(deals.functions.open(spec), cast.owner)
    enrol(node, registry, len(parties) + 1, vault)
    ids = []
    for name in ("1", "2"):
        invoice = (cast.holder, FACE, GENESIS_TIME + 60 * DAY, TODAY, 1, 1, keccak(text=name), name)
        create = receivables.functions.create(invoice, [])
        ids.append(int(create.call({"from": cast.owner})))
        node.send(create, cast.owner)
        node.send(receivables.functions.acknowledge(ids[-1]), cast.holder)
        node.send(ledger.functions.safeTransferFrom(cast.owner, vault, ids[-1], FACE, b""), cast.owner)

    table = Table(node, OURS, progress)
    issue = deals.functions.issue(deal, sorted(ids), [], SENIOR)
    table.add("tranche.issue", issue, cast.owner, "two receivables valued, both tranches minted, waterfall set up")
    with node.still():
        node.send(issue, cast.owner)
        node.send(ledger.functions.safeTransferFrom(cast.owner, investor, deal + 1, PART, b""), cast.owner)
        node.send(currency.functions.mint(cast.holder, FACE), cast.holder)
        node.send(currency.functions.approve(receivables.address, FACE), cast.holder)
        collect = deals.functions.collect(deal, 0)
        pay = receivables.functions.pay(min(ids), PART)
        claim = deals.functions.claim(deal + 1, investor)
        for call in (pay, collect, claim, pay):  # measured the second time
            node.send(call, cast.holder)
        note = "what the debtor paid fetched, swept and shared; costs the same however many holders there are"
        table.add("tranche.waterfall", collect, cast.operator, note)
        node.send(collect, cast.operator)
        table.add("tranche.claim", claim, cast.operator, "by anyone, paid to the holder, fractions kept")
    return table.rows


def enrol(node: Node, registry: Contract, number: int, account: str) -> None:
    """As a legal person of its own, admitted everywhere."""
    functions = registry.functions
    operator = node.accounts[0]
    node.send(functions.createEntity(keccak(text=str(number))), operator)
    node.send(functions.enrol(account, number, EXPIRES, 1, 1), operator)
