"""Uniswap's MerkleDistributor: the code that its npm package ships, compiled in 2020."""

import json

from eth_abi.packed import encode_packed
from eth_utils.crypto import keccak

from benchmarks.airdrop import AMOUNT, CLAIMS, WHOSE, Listed, era, rows_of
from benchmarks.artifact import Artifact
from benchmarks.compiled import INSTALL, PEERS
from benchmarks.errors import MissingTool
from benchmarks.measure import Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import Row

NAME = "uniswap-merkle-distributor"
SHIPPED = PEERS / "node_modules" / "@uniswap" / "merkle-distributor" / "build" / "MerkleDistributor.json"


def measure(node: Node, progress: Progress) -> list[Row]:
    """The same list, token and accounts; leaves as it hashes them: once, packed."""
    cast = Cast.of(node)
    if not SHIPPED.exists():
        raise MissingTool(f"the peers are not installed; run {INSTALL}")
    built = json.loads(SHIPPED.read_text(encoding="utf-8"))
    kit = Artifact(
        "MerkleDistributor",
        SHIPPED.name,
        built["abi"],
        "0x" + built["bytecode"].removeprefix("0x"),
        "0x",
    )
    token = era(node, cast)
    listed = Listed(cast, packed_leaf)
    table = Table(node, NAME, progress)
    factory = node.w3.eth.contract(abi=kit.abi, bytecode=kit.initcode)
    deploying = int(node.gas(factory.constructor(token.address, listed.tree.root), cast.operator))
    distributor = node.deploy(kit, token.address, listed.tree.root)
    funding = token.functions.transfer(distributor.address, CLAIMS * AMOUNT)
    both = deploying + node.gas(funding, cast.operator)
    table.rows.append(Row("airdrop.open", NAME, both, True, "deployed, then funded: the sum of two transactions"))
    node.send(funding, cast.operator)
    rows_of(table, distributor, listed, cast, f"{WHOSE}; no window, no end; leaf hashed once, packed")
    return table.rows


def packed_leaf(index: int, account: str, amount: int) -> bytes:
    """keccak256(abi.encodePacked(index, account, amount))."""
    return keccak(encode_packed(["uint256", "address", "uint256"], [index, account, amount]))
