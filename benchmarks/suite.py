"""The project's contracts on the benchmark's node, with everybody enrolled and one acknowledged receivable."""

from dataclasses import dataclass

from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak
from web3.contract import Contract

from benchmarks.artifact import project
from benchmarks.measure import FACE, HELD, Cast
from benchmarks.node import GENESIS_TIME, Node

DAY = 86_400
EXPIRES = GENESIS_TIME + 730 * DAY
DUE = GENESIS_TIME + 90 * DAY
ISSUED = GENESIS_TIME // DAY - 30
REGION, QUALIFICATION = 1, 1  # one region and one qualification are demanded of every holder
NOBODY = "0x" + "00" * 20


@dataclass(frozen=True, slots=True)
class Suite:
    """Contracts that the rows call; `receivable` is the id of which owner, holder and others hold units."""

    ledger: Contract
    module: Contract
    currency: Contract
    rule: int
    receivable: int


def stand(node: Node, cast: Cast) -> Suite:
    """Deploys and prepares the suite; the operator is its administrator, the newcomer its debtor."""
    kit = project()
    access = node.deploy(kit["SuiteAccess"], cast.operator).address
    registry = node.deploy(kit["ParticipantRegistry"], access)
    standard = node.deploy(kit["ValueStandard"], access)
    ledger = node.deploy(kit["AssetCertificate"], access, registry.address, "ipfs://{id}")
    module = node.deploy(kit["ReceivableModule"], access, ledger.address, standard.address)
    currency = node.deploy(kit["DevnetCurrency"], "USD", 6)
    node.send(ledger.functions.setModule(1, module.address), cast.operator)
    node.send(registry.functions.subscribe(ledger.address), cast.operator)
    node.send(registry.functions.defineRegions([(0, 0)]), cast.operator)
    usd = 10**18
    node.send(standard.functions.addCurrency(b"USD", currency.address, usd, usd, usd, NOBODY, 0), cast.operator)
    rules = (1, 0, 30, 0, 0b111111, 1_000 * 10**6, REGION, QUALIFICATION)
    node.send(standard.functions.publish(b"EU/receivable".ljust(32, b"\0"), rules), cast.operator)
    for number, account in enumerate((cast.owner, cast.holder, *cast.others, cast.newcomer), 1):
        node.send(registry.functions.createEntity(keccak(text=str(number))), cast.operator)
        enrolment = registry.functions.enrol(account, number, EXPIRES, REGION, QUALIFICATION)
        node.send(enrolment, cast.operator)

    suite = Suite(ledger, module, currency, 1, _receivable(node, cast, module, "2026-0001"))
    for target in (cast.holder, *cast.others):
        node.send(ledger.functions.safeTransferFrom(cast.owner, target, suite.receivable, HELD, b""), cast.owner)
    return suite


def invoice(debtor: ChecksumAddress, number: str) -> tuple[object, ...]:
    """An invoice over FACE as the module takes it."""
    return (debtor, FACE, DUE, ISSUED, 1, 1, keccak(text=number), number)


def _receivable(node: Node, cast: Cast, module: Contract, number: str) -> int:
    given = invoice(cast.newcomer, number)
    identity = int(module.functions.create(given, []).call({"from": cast.owner}))
    node.send(module.functions.create(given, []), cast.owner)
    node.send(module.functions.acknowledge(identity), cast.newcomer)
    return identity


def second_and_third(node: Node, cast: Cast, suite: Suite) -> list[int]:
    """Two more receivables like the first, of which the holder has some."""
    found = []
    for number in ("2026-0002", "2026-0003"):
        identity = _receivable(node, cast, suite.module, number)
        transfer = suite.ledger.functions.safeTransferFrom(cast.owner, cast.holder, identity, HELD, b"")
        node.send(transfer, cast.owner)
        found.append(identity)
    return found
