"""The project's own cargo and events in the gas table: measured figures only."""

from eth_utils.crypto import keccak

from benchmarks.artifact import project
from benchmarks.measure import FACE, PART, Cast, Table
from benchmarks.node import GENESIS_TIME, Node
from benchmarks.progress import Progress
from benchmarks.rollup import weigh
from benchmarks.rows import OURS, Row
from benchmarks.suite import EXPIRES, NOBODY
from caldera.anchoring import NONE, Batch, Leaf

UNTIL = GENESIS_TIME + 10**8
EVENTS = 1000


def measure(node: Node, progress: Progress) -> list[Row]:
    """Rows of events and cargo: the operator carries, appraises and insures; the owner owns, the holder lends."""
    cast = Cast.of(node)
    progress("caldera: deploying logistics")
    kit = project()
    access = node.deploy(kit["SuiteAccess"], cast.operator).address
    registry = node.deploy(kit["ParticipantRegistry"], access)
    standard = node.deploy(kit["ValueStandard"], access)
    ledger = node.deploy(kit["AssetCertificate"], access, registry.address, "ipfs://{id}")
    logistics = node.deploy(kit["LogisticsModule"], access, ledger.address, standard.address)
    events = node.deploy(kit["EventAnchor"], registry.address)
    currency = node.deploy(kit["DevnetCurrency"], "USD", 6)
    usd = 10**18
    for call in (
        ledger.functions.setModule(2, logistics.address),
        registry.functions.defineRegions([(0, 0)]),
        registry.functions.subscribe(ledger.address),
        standard.functions.addCurrency(b"USD", currency.address, usd, usd, usd, NOBODY, 0),
        standard.functions.publish(b"cargo".ljust(32, b"\0"), (2, 0, 0, 0, 0b100001, 1_000 * 10**6, 1, 1)),
        logistics.functions.setAdvanceRate(1, 7000),
    ):
        node.send(call, cast.operator)
    for number, account in enumerate((cast.operator, cast.owner, cast.holder), 1):
        node.send(registry.functions.createEntity(keccak(text=str(number))), cast.operator)
        node.send(registry.functions.enrol(account, number, EXPIRES, 1, 1), cast.operator)

    table = Table(node, OURS, progress)
    leaves = [leaf(number) for number in range(EVENTS)]
    batch = Batch(tuple(sorted(leaves, key=lambda one: one.hash)))
    anchor = events.functions.anchor(batch.root, EVENTS, batch.first, batch.last)
    weight = weigh(node, anchor, 60_000)
    gas = node.gas(anchor, cast.operator)
    note = (
        f"{gas / EVENTS:.1f} gas and {weight.call_data / EVENTS:.2f} bytes of call data an event; signed "
        f"{weight.signed} bytes, FastLZ {weight.fastlz}, charged on an OP-stack rollup as {weight.estimated:.0f}"
    )
    table.add(f"events.anchor.{EVENTS}", anchor, cast.operator, note)
    node.send(anchor, cast.operator)
    first, second = leaves[:2]
    node.send(events.functions.record(1, batch.root, tuple(first), batch.proof(first)), cast.holder)
    record = events.functions.record(1, batch.root, tuple(second), batch.proof(second))
    table.add("events.record", record, cast.holder, "proved by ten hashes; the latest of its shipment from then on")

    cargo = ("(00)106141412345678908", FACE, 1, 1, keccak(text="bill of lading"))
    issue = logistics.functions.issue(cast.owner, cargo)
    table.add("cargo.issue", issue, cast.operator, "carrier, shipment and document hash stored, units minted")
    identity = int(issue.call({"from": cast.operator}))
    node.send(issue, cast.operator)
    node.send(logistics.functions.appraise(identity, FACE, UNTIL), cast.operator)
    node.send(logistics.functions.insure(identity, FACE, UNTIL, keccak(text="policy")), cast.operator)
    pledge = ledger.functions.pledge(cast.owner, cast.holder, identity, PART)
    checked = "all liens together held under insurance and valuation × advance rate, both fresh"
    table.add("cargo.pledge", pledge, cast.owner, checked)
    return table.rows


def leaf(number: int) -> Leaf:
    """An event of one shipment, a second after the one before."""
    name = f"ni:///sha-256;{number:064x}?ver=CBV2.0"
    subject, place = keccak(text="(00)106141412345678908"), keccak(text="urn:epc:id:sgln:0614141.00777.0")
    return Leaf(keccak(text=name), subject, place, keccak(text=str(number)), GENESIS_TIME - 5000 + number, 0, NONE)
