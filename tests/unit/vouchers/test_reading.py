"""A node is read in chunks, its failures are named, and the command does all of it. The node here speaks real HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from caldera.cli import app
from caldera.deployment.manifest import Intent, Manifest
from caldera.vouchers import ChainMoved, NodeFailed, RpcSource, read
from caldera.vouchers.chart import DEFAULT
from tests.support.accounting import Memory, Office, hash_of
from tests.support.suite import MINIMUM

VAULT = "0x" + "77" * 20


class Node:
    """Answers as a node, from logs in memory. `most`: blocks it gives at once."""

    def __init__(self, memory: Memory, most: int = 10**9) -> None:
        self.memory, self.most, self.asked, self.broken = memory, most, 0, ""

    def answer(self, method: str, params: list[Any]) -> Any:
        if method == self.broken:
            raise ValueError("out of order")
        if method == "eth_chainId":
            return hex(self.memory.chain_id)
        if method == "eth_blockNumber":
            return hex(self.memory.latest())
        if method == "eth_call":
            if params[0]["to"] != VAULT:
                raise ValueError("execution reverted")
            return "0x" + "00" * 12 + "88" * 20
        if method == "eth_getBlockByNumber":
            block = int(params[0], 16)
            return {"hash": hash_of(block), "timestamp": hex(self.memory.time(block, ""))} if block < 10**6 else None
        assert method == "eth_getLogs"
        first, last = int(params[0]["fromBlock"], 16), int(params[0]["toBlock"], 16)
        self.asked += 1
        if last - first + 1 > self.most:
            raise ValueError("range too long")
        topics = [
            None if place is None else [bytes.fromhex(topic[2:]) for topic in place] for place in params[0]["topics"]
        ]
        return [
            {
                "address": log.emitter.lower(),
                "topics": ["0x" + topic.hex() for topic in log.topics],
                "data": "0x" + log.data.hex(),
                "blockNumber": hex(log.block),
                "blockHash": log.block_hash,
                "transactionHash": log.tx,
                "logIndex": hex(log.index),
            }
            for log in self.memory.logs(params[0]["address"], topics, first, last)
        ]


@contextmanager
def serving(node: Node) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                answer: dict[str, Any] = {"result": node.answer(asked["method"], asked["params"])}
            except ValueError as error:
                answer = {"error": {"code": -32000, "message": str(error)}}
            body = json.dumps({"jsonrpc": "2.0", "id": asked["id"], **answer}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def node(office: Office) -> Node:
    suite = office.suite
    asset = suite.circulating(face=10 * MINIMUM)
    suite.send(suite.seller, suite.alice, asset, 4 * MINIMUM)
    suite.pay(asset, 6 * MINIMUM)
    suite.module.claim(asset, suite.alice, sender=suite.alice)
    return Node(office.chain.source)


@pytest.mark.parametrize(("chunk", "most"), [(10_000, 10**9), (7, 10**9), (10_000, 3), (1, 1)])
def test_a_node_gives_the_same_in_whatever_chunks(office: Office, node: Node, chunk: int, most: int) -> None:
    node.most = most
    told: list[int] = []
    with serving(node) as url:
        source = RpcSource(url, chunk, told.append)
        reading = read(source, office.contracts, office.chart, office.party("alice"))
        source.close()
    assert reading.vouchers == office.books("alice").vouchers
    assert sum(told) == 3 * (node.memory.latest() + 1)  # three kinds of logs


def test_failures_of_a_node_are_named(node: Node) -> None:
    with pytest.raises(NodeFailed, match="no answer to eth_chainId"):
        RpcSource("http://127.0.0.1:9")
    with pytest.raises(NodeFailed, match="begins with http"):
        RpcSource("ftp://somewhere")
    with serving(node) as url:
        source = RpcSource(url)
        node.broken = "eth_getLogs"
        with pytest.raises(NodeFailed, match="block 0: eth_getLogs: out of order"):
            source.logs([VAULT], [None], 0, 5)
        node.broken = "eth_blockNumber"
        with pytest.raises(NodeFailed, match="eth_blockNumber: out of order"):
            source.latest()
        source.close()


def test_a_chain_that_moves_while_it_is_read(node: Node) -> None:
    with serving(node) as url:
        source = RpcSource(url)
        assert source.time(3, hash_of(3)) == node.memory.time(3, "")
        with pytest.raises(ChainMoved, match="block 3 was replaced"):
            source.time(3, hash_of(3, 1))
        with pytest.raises(ChainMoved, match="is no more"):
            source.time(10**6, hash_of(0))
        assert source.asset(VAULT) == "0x" + "88" * 20
        assert source.asset("0x" + "66" * 20) is None
        source.close()


@pytest.fixture
def manifest(office: Office, tmp_path: Path) -> Path:
    contracts = {
        name: Intent(name, address, number, "0x")
        for number, (address, name) in enumerate(office.contracts.contracts.items())
    }
    path = tmp_path / "deployment.json"
    Manifest("test", office.chain.chain_id, VAULT, 0, contracts).save(path)
    return path


def call(*arguments: object) -> tuple[int, Any]:
    done = CliRunner().invoke(app, ["vouchers", *map(str, arguments), "--json"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, json.loads(done.stdout)


def test_the_command(office: Office, node: Node, manifest: Path, tmp_path: Path) -> None:
    journal, entity = tmp_path / "journal.db", office.suite.entities["alice"]
    with serving(node) as url:
        where = ("--rpc-url", url, "--manifest", manifest)
        code, first = call(*where, "--entity", entity, "--journal", journal)
        assert (code, first["added"], first["known"], first["reversed"]) == (0, 3, 0, [])
        assert [each["event"] for each in first["vouchers"]] == ["TransferSingle", "Paid", "Claimed"]
        balances = {each["account"]: each["balance"] for each in first["balance"]}
        assert balances["cash"] == "2400.000000"
        assert balances["bought"] == "1600.000000"

        _, again = call(*where, "--account", office.suite.alice.address, "--journal", journal, "--chunk", 5)
        assert (again["added"], again["known"], again["vouchers"]) == (0, 3, first["vouchers"])

        for kind, mark in (("camt054", "<Amt Ccy="), ("csv", "Money in tokens"), ("jsonl", '"event": "Claimed"')):
            file = tmp_path / kind
            assert call(*where, "--entity", entity, "--export", kind, file)[0] == 0
            assert mark in file.read_text()
        buyer = office.suite.entities["buyer"]
        assert call(*where, "--entity", buyer, "--export", "pain001", tmp_path / "pain")[0] == 0
        assert '<InstdAmt Ccy="USD">4000.00' in (tmp_path / "pain").read_text()

        shown = CliRunner().invoke(app, ["vouchers", *map(str, where), "--entity", str(entity)])
        assert "3 vouchers, all balanced" in shown.stdout
        assert "Trial balance" in shown.stdout
        pool = call(*where, "--account", office.suite.module.address, "--role", "lender", "--name", "desk")[1]
        assert pool["books"] == "desk"


def test_what_the_command_refuses(office: Office, node: Node, manifest: Path, tmp_path: Path) -> None:
    alice, bank = office.suite.alice.address, office.suite.bank.address
    with serving(node) as url:
        where = ("--rpc-url", url, "--manifest", manifest)
        for error, arguments in {
            "UnknownParty": (),
            "BlocksOutOfRange": ("--entity", 1, "--from-block", 10**9),
            "ChartNotReadable": ("--entity", 1, "--chart", tmp_path / "none.yml"),
            "DocumentNotPossible": ("--entity", 1, "--export", "pdf", tmp_path / "x"),
            "NotAJournal": ("--entity", 1, "--journal", manifest),
        }.items():
            code, said = call(*where, *arguments)
            assert (code, said["error"]) == (1, error)
        for accounts in ((alice, bank), ("0x12",), (VAULT,)):
            given = [part for account in accounts for part in ("--account", account)]
            assert call(*where, *given)[1]["error"] == "UnknownParty"
        assert call("--rpc-url", url, "--manifest", tmp_path / "none", "--entity", 1)[1]["error"] == "VoucherError"
        node.memory.chain_id = 5
        assert call(*where, "--entity", 1)[1]["error"] == "OtherChain"
    assert call(*where, "--entity", 1)[1]["error"] == "NodeFailed"
    shown = CliRunner().invoke(app, ["vouchers", "--rpc-url", "ftp:", "--manifest", str(manifest), "--entity", "1"])
    assert shown.exit_code == 1
    assert "NodeFailed" in shown.output


def test_the_journal_refuses_another_chart(office: Office, node: Node, manifest: Path, tmp_path: Path) -> None:
    chart, journal = tmp_path / "chart.yml", tmp_path / "journal.db"
    chart.write_text(DEFAULT.read_text(encoding="utf-8").replace('number: "1000"', 'number: "1001"'), encoding="utf-8")
    with serving(node) as url:
        where = ("--rpc-url", url, "--manifest", manifest, "--entity", 1, "--journal", journal)
        assert call(*where)[0] == 0
        assert call(*where, "--chart", chart)[1]["error"] == "OtherChart"


def test_a_text_of_others_is_only_text(office: Office) -> None:
    from rich.console import Console

    from caldera.vouchers import as_table

    office.suite.circulating(number="{debtor}[bold]\x1b[31m")
    reading = office.books("seller")
    assert reading.vouchers[0].text == "Invoice {debtor}[bold]\x1b[31m to entity 2"
    console = Console(width=200)
    with console.capture() as captured:
        console.print(as_table(reading.vouchers))
    assert "Invoice {debtor}[bold] [31m to entity 2" in captured.get()


def test_no_spreadsheet_takes_a_text_for_a_formula(office: Office) -> None:
    from caldera.vouchers import as_csv

    office.suite.circulating(number="=HYPERLINK(1)")
    text = as_csv(office.books("seller").vouchers)
    assert ",'=HYPERLINK(1)," in text
    assert ",-" not in text
