"""The project's own finance in the gas table: measured figures only."""

from typing import Any

from eth_utils.crypto import keccak
from web3.contract import Contract

from benchmarks.artifact import project
from benchmarks.measure import HELD, PART, Cast, Table
from benchmarks.node import GENESIS_TIME, Node
from benchmarks.progress import Progress
from benchmarks.rows import OURS, Row
from benchmarks.suite import EXPIRES, NOBODY, QUALIFICATION, REGION, stand
from caldera.agreements import TYPES

LENDER = 9
DEADLINE = GENESIS_TIME + 10**8
CHECKED = "signed quote, both parties, receivable, approvals and all rules of the ledger checked; price paid"


def measure(node: Node, progress: Progress) -> list[Row]:
    """Rows of factoring: the owner sells to the holder, who has signed a quote."""
    cast = Cast.of(node)
    progress("caldera: deploying finance")
    suite = stand(node, cast)
    kit = project()
    ledger = suite.ledger.functions
    manager = ledger.authority().call()
    access = node.at(kit["SuiteAccess"], manager).functions
    registry = node.at(kit["ParticipantRegistry"], ledger.registry().call()).functions
    conduct = node.deploy(kit["FactoringConduct"], manager)
    recourse = node.deploy(kit["Recourse"], manager, suite.module.address, conduct.address, 14)
    factoring = node.deploy(kit["Factoring"], manager, suite.module.address, recourse.address)
    opening = keccak(text="open((address,uint48,uint40,uint8,uint96,uint96,uint48,uint8,bool,address,uint96,uint256))")
    for call in (
        registry.createEntity(keccak(text="recourse")),
        access.setTargetFunctionRole(recourse.address, [opening[:4]], LENDER),
        access.grantRole(LENDER, factoring.address, 0),
        suite.currency.functions.mint(cast.holder, 10 * PART),
    ):
        node.send(call, cast.operator)
    entity = 1 + len((cast.owner, cast.holder, *cast.others, cast.newcomer))
    node.send(registry.enrol(recourse.address, entity, EXPIRES, REGION, QUALIFICATION), cast.operator)
    node.send(suite.currency.functions.mint(cast.owner, 1), cast.operator)
    node.send(suite.currency.functions.approve(factoring.address, 10 * PART), cast.holder)
    node.send(ledger.setApprovalForAll(factoring.address, True), cast.owner)
    node.send(ledger.setApprovalForAll(recourse.address, True), cast.holder)

    table = Table(node, OURS, progress)
    for name, with_recourse in (("factoring.fill", False), ("factoring.fill.recourse", True)):
        quote = {
            "factor": cast.holder,
            "seller": NOBODY,
            "id": suite.receivable,
            "units": PART,
            "minimumFill": 0,
            "price": PART * 97 // 100,
            "leastOwed": 1,
            "currencyId": 1,
            "recourse": with_recourse,
            "number": 1,
            "notBefore": 0,
            "deadline": DEADLINE,
        }
        signature = _signature(node, factoring, quote)
        fill = factoring.functions.fill(tuple(quote.values()), signature, HELD, 0)
        with node.undone():
            if with_recourse:
                table.add(name, fill, cast.owner, f"{CHECKED}; sale kept, units under lien")
            else:
                table.add(f"{name}.first", fill, cast.owner, CHECKED)
                node.send(fill, cast.owner)
                table.add(name, fill, cast.owner, CHECKED)
    return table.rows


def _signature(node: Node, factoring: Contract, quote: dict[str, Any]) -> bytes:
    domain = {
        "name": "Caldera Factoring",
        "version": "1",
        "chainId": node.w3.eth.chain_id,
        "verifyingContract": factoring.address,
    }
    kinds = {"name": "string", "version": "string", "chainId": "uint256", "verifyingContract": "address"}
    types = {
        kind: [{"name": name, "type": type_} for name, type_ in fields.items()]
        for kind, fields in (("EIP712Domain", kinds), ("FactoringQuote", TYPES["FactoringQuote"]))
    }
    message = {name: hex(value) if type(value) is int else value for name, value in quote.items()}
    typed = {"types": types, "domain": domain, "primaryType": "FactoringQuote", "message": message}
    signature: str = node.rpc("eth_signTypedData_v4", quote["factor"], typed)
    return bytes.fromhex(signature.removeprefix("0x"))
