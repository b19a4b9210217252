"""Time of the Python side on this machine: documents read, trees built, books kept."""

import json
from collections.abc import Callable, Sequence
from time import process_time_ns

from eth_utils.crypto import keccak

from benchmarks.artifact import ROOT
from benchmarks.cargo import leaf
from benchmarks.errors import BenchmarkError
from benchmarks.measure import Cast
from benchmarks.scale.curve import SECONDS, Curve, Line, Sheet, linear
from benchmarks.scale.ledger import FACE, UNIT, receivable, registry_of
from benchmarks.staking import paced
from benchmarks.suite import stand
from caldera.anchoring import Batch, Leaf
from caldera.documents.epcis import read_epcis
from caldera.documents.read import read_invoice
from caldera.evm.address import to_address
from caldera.merkle import Tree
from caldera.vouchers.books import Suite as Deployment
from caldera.vouchers.books import read
from caldera.vouchers.chart import load_chart
from caldera.vouchers.party import Party
from caldera.vouchers.rpc_source import RpcSource

EXAMPLES = ROOT / "examples"
BLOCKFUL = 100


def _timed(work: Callable[[], object]) -> int:
    """Microseconds of the processor, so that what else the machine does counts little."""
    begun = process_time_ns()
    work()
    return max(1, (process_time_ns() - begun) // 1_000)


def _invoices(sheet: Sheet, points: Sequence[int]) -> None:
    documents = [path.read_bytes() for path in sorted((EXAMPLES / "invoices").glob("*.xml"))]
    read_invoice(documents[0])  # what is loaded once has been loaded
    for count in points:
        sheet.step(f"invoices: {count:,}")
        some = [documents[place % len(documents)] for place in range(count)]
        sheet.put("read", count, _timed(lambda some=some: [read_invoice(one) for one in some]))  # type: ignore[misc]


def _epcis(sheet: Sheet, points: Sequence[int]) -> None:
    example = json.loads((EXAMPLES / "events" / "shipment.jsonld").read_text())
    events = [one for one in example["epcisBody"]["eventList"] if one["type"] == "ObjectEvent"]
    for count in points:
        sheet.step(f"EPCIS: {count:,}")
        some = [
            events[at % len(events)] | {"eventID": f"urn:uuid:{at:08x}-0000-4000-8000-{at:012x}"} for at in range(count)
        ]
        document = json.dumps(example | {"epcisBody": {"eventList": some}}).encode()
        sheet.put("read", count, _timed(lambda document=document: read_epcis(document)))  # type: ignore[misc]


def _trees(sheet: Sheet, points: Sequence[int]) -> None:
    for count in points:
        sheet.step(f"trees: {count:,}")
        hashes = tuple(keccak(text=str(place)) for place in range(count))
        tree = Tree(hashes)
        sheet.put("a tree of hashes", count, _timed(lambda tree=tree: tree.root))  # type: ignore[misc]
        sheet.put("a batch of events", count, _timed(lambda count=count: Batch(_leaves(count)).root))  # type: ignore[misc]


def _leaves(count: int) -> tuple[Leaf, ...]:
    return tuple(sorted((leaf(place) for place in range(count)), key=lambda one: one.hash))


def _books(sheet: Sheet, points: Sequence[int]) -> None:
    """Payments on one receivable, each with two events, in blocks of a hundred; the books of its creditor."""
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        suite = stand(node, cast)
        identity, there = receivable(node, cast, suite, "paid often"), 0
        node.send(suite.currency.functions.mint(cast.newcomer, FACE), cast.operator)
        node.send(suite.currency.functions.approve(suite.module.address, FACE), cast.newcomer)
        standard = suite.module.functions.standard().call()
        deployed = {
            registry_of(node, suite).address: "ParticipantRegistry",
            standard: "ValueStandard",
            suite.ledger.address: "AssetCertificate",
            suite.module.address: "ReceivableModule",
            suite.currency.address: "DevnetCurrency",
        }
        deployment = Deployment({to_address(where): name for where, name in deployed.items()})
        rules, url = load_chart(None), str(node.w3.provider.endpoint_uri)  # type: ignore[attr-defined]
        pay = suite.module.functions.pay(identity, UNIT // 1_000)
        for count in points:
            sheet.step(f"books: {count:,}")
            for first in range(there, count, BLOCKFUL):
                node.together([pay] * (min(count, first + BLOCKFUL) - first), cast.newcomer)
            there = count
            found: list[int] = []

            def keep(found: list[int] = found) -> None:
                made = read(RpcSource(url), deployment, rules, Party.of("creditor", 1))
                found.append(len(made.vouchers))

            sheet.put("read and book", count, _timed(keep))
            if found[0] < count:
                raise BenchmarkError(f"{found[0]} vouchers of {count} payments")


def _line(why: str) -> Line:
    return linear(why, SECONDS)


CURVES = (
    Curve(
        "invoices",
        "invoices, UBL and CII",
        (1, 10, 100, 1_000, 10_000),
        3,
        _invoices,
        {"read": _line("one by one")},
        True,
    ),
    Curve(
        "epcis",
        "events of one EPCIS document",
        (1, 10, 100, 1_000, 10_000),
        3,
        _epcis,
        {"read": _line("one by one, duplicates by a set")},
        True,
    ),
    Curve(
        "trees",
        "leaves of one tree",
        (1_000, 10_000, 100_000),
        2,
        _trees,
        {
            "a tree of hashes": _line("a hash a leaf"),
            "a batch of events": _line("encoded, hashed twice, sorted"),
        },
        True,
    ),
    Curve(
        "vouchers",
        "payments that `caldera vouchers` books, two events each",
        (10, 100, 1_000, 5_000),
        2,
        _books,
        {"read and book": _line("each log once, each block's time once")},
        True,
    ),
)
