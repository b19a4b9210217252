"""The project's own contracts in the gas table: measured figures only."""

from benchmarks.measure import FACE, PART, Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import OURS, Row
from benchmarks.suite import invoice, second_and_third, stand

CHECKED = "both parties, region, qualification, lien, freeze and minimum unit checked"


def measure(node: Node, progress: Progress) -> list[Row]:
    """Rows of the certificate ledger and the receivables on the same accounts and amounts as the peers."""
    cast = Cast.of(node)
    progress("caldera: deploying")
    suite = stand(node, cast)
    ledger, module, first = suite.ledger.functions, suite.module.functions, suite.receivable
    table = Table(node, OURS, progress)

    existing = ledger.safeTransferFrom(cast.owner, cast.holder, first, PART, b"")
    table.add("certificate.split.existing", existing, cast.owner, CHECKED)
    new = ledger.safeTransferFrom(cast.owner, cast.newcomer, first, PART, b"")
    table.add("certificate.split.new", new, cast.owner, CHECKED)
    table.add("approve", ledger.setApprovalForAll(cast.newcomer, True), cast.owner, "setApprovalForAll: every id")
    pledge = ledger.pledge(cast.owner, cast.holder, first, PART)
    table.add("certificate.pledge", pledge, cast.owner, "a part, to a lienholder; custody stays")

    create = module.create(invoice(cast.newcomer, "2026-0009"), [])
    table.add(
        "receivable.create",
        create,
        cast.owner,
        "creditor, debtor, due date, face, currency, document hash and fingerprint stored, units minted",
    )
    with node.undone():
        identity = int(create.call({"from": cast.owner}))
        node.send(create, cast.owner)
        table.add("receivable.acknowledge", module.acknowledge(identity), cast.newcomer, "by the debtor itself")

    with node.undone():
        ids = [first, *second_and_third(node, cast, suite)]
        batch = ledger.safeBatchTransferFrom(cast.owner, cast.holder, ids, [PART] * 3, b"")
        table.add("certificate.batch.3", batch, cast.owner, f"three ids to one existing holder; {CHECKED}")

    with node.undone():
        node.send(suite.currency.functions.mint(cast.newcomer, FACE), cast.operator)
        node.send(suite.currency.functions.approve(suite.module.address, FACE), cast.newcomer)
        table.add(
            "receivable.pay.first", module.pay(first, PART), cast.newcomer, "four holders; the same for any number"
        )
        node.send(module.pay(first, PART), cast.newcomer)
        table.add("receivable.pay", module.pay(first, PART), cast.newcomer, "any later part; any number of holders")
        table.add("receivable.claim", module.claim(first, cast.holder), cast.holder, "the first of this holder")
        paid = ledger.safeTransferFrom(cast.owner, cast.holder, first, PART, b"")
        note = "once money was paid on it: both positions are credited first"
        table.add("certificate.split.paid", paid, cast.owner, note)
    return table.rows
