"""Three node processes against the contracts: a request gets its quorum, and the ledger shows what nodes verified."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from caldera.evm import Anvil, AnvilMissing
from caldera.evm.anvil_process import find_anvil
from caldera.model.credit import DEVNET, Facts, assess
from tests.support import books
from tests.support.node import PASSPHRASE, TODAY, VALUATION, Ground, build, configuration, write

PATIENCE = 180.0
PORTS = {1: 39_481, 2: 39_482, 3: 39_483}


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    try:
        find_anvil()
    except AnvilMissing as error:
        pytest.skip(str(error))
    with Anvil(timestamp=TODAY) as chain:
        yield build(chain, staked=True)


@pytest.fixture(autouse=True)
def _undone(ground: Ground) -> Iterator[None]:
    with ground.chain.isolated():
        yield


class Process:
    """A node as a user starts it."""

    def __init__(self, config: Path) -> None:
        self.log = config.with_suffix(".log")
        command = [sys.executable, "-m", "caldera.node", "run", "--config", str(config), "--json"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=Path(__file__).resolve().parents[2])

    def stop(self) -> int:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(30)

    def memory(self) -> int:
        """Resident, in MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


def until(what: Callable[[], Any], processes: list[Process]) -> Any:
    """Waits until it is true."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        found = what()
        if found:
            return found
        time.sleep(0.3)
    raise AssertionError("\n".join(one.log.read_text()[-3000:] for one in processes))


def get(number: int, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORTS[number]}{path}", timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_three_nodes_bring_a_valuation_to_level_2(ground: Ground, tmp_path: Path) -> None:
    url = getattr(ground.chain, "url")  # noqa: B009 - of Anvil alone
    configs = []
    for number, port in PORTS.items():
        peers = [f"http://127.0.0.1:{other}" for other in PORTS.values() if other != port]
        content = configuration(ground, tmp_path, number, url, gossip={"listen": f"127.0.0.1:{port}", "peers": peers})
        assert ground.rewards is not None
        content["contracts"]["rewards"] = ground.rewards.address
        configs.append(write(tmp_path, content, f"node{number}.yml"))
    good, asked = ground.ask(), ground.chain.now
    too_much = ground.ask(claimed=ground.invoice.payable_units(6) + 1)
    processes = [Process(config) for config in configs]
    try:
        until(lambda: all(ground.results.resultOf(number).state for number in (good, too_much)), processes)
        result, refused = ground.results.resultOf(good), ground.results.resultOf(too_much)
        until(lambda: b"requests_open 0.0" in get(1, "/metrics")[1], processes)
        status, health = get(1, "/health")
        assert (status, json.loads(health)["healthy"]) == (200, True)
        # Who brought it had all three; the others may have heard of the third when the request was over.
        collected = [json.loads(get(number, f"/signatures/{good}")[1]) for number in PORTS]
        assert max(len(one) for one in collected) == 3
        metrics = get(1, "/metrics")[1].decode()
        memory = [one.memory() for one in processes]
    finally:
        codes = [one.stop() for one in processes]
    assert codes == [0, 0, 0]
    assert (result.state, result.amount, result.signers) == (1, ground.invoice.payable_units(6), 3)
    assert (refused.state, refused.amount) == (2, 0)
    stated = ground.suite.ledger.attributeOf(ground.asset, VALUATION)
    assert (stated.amount, stated.level) == (ground.invoice.payable_units(6), 2)
    assert asked <= stated.statedAt <= ground.chain.now
    assert 'caldera_node_results_signed_total{kind="valuation",outcome="accepted"} 1.0' in metrics
    assert 'caldera_node_results_signed_total{kind="valuation",outcome="refused"} 1.0' in metrics
    assert "caldera_node_stake_era 20000.0" in metrics
    print("memory MB", memory)
    assert max(memory) < 150
    submitted = 0
    for number, one in enumerate(processes, 1):
        text, key = one.log.read_text(), ground.account(f"key{number}").key.hex()
        assert PASSPHRASE not in text
        assert key not in text
        submitted += sum("brought to the chain: done" in line["event"] for line in one.lines())
        assert one.lines()[-1]["event"] == "stopped"
    assert submitted == 2


def test_three_nodes_record_operating_facts_and_a_limit_follows(ground: Ground, tmp_path: Path) -> None:
    url = getattr(ground.chain, "url")  # noqa: B009
    traded = books.trade(ground)
    books.publish(ground)
    assert ground.model.limitOf(traded.entity) == 0
    configs = []
    for number, port in PORTS.items():
        peers = [f"http://127.0.0.1:{other}" for other in PORTS.values() if other != port]
        gossip = {"listen": f"127.0.0.1:{port}", "peers": peers}
        configs.append(
            write(tmp_path, books.file(ground, traded, tmp_path, number, url, gossip=gossip), f"{number}.yml")
        )
    honest = traded.ask(claimed=80_000 * books.UNIT)
    traded.content["invoices"] = [one for one in traded.content["invoices"] if one["number"] != "B"]
    (tmp_path / "documents" / "prettier.json").write_bytes(traded.document())
    prettier = traded.ask()
    processes = [Process(config) for config in configs]
    try:
        until(lambda: all(ground.results.resultOf(number).state for number in (honest, prettier)), processes)
        metrics = until(
            lambda: b'kind="credit-data",outcome="refused"} 1.0' in (text := get(1, "/metrics")[1]) and text, processes
        )
    finally:
        codes = [one.stop() for one in processes]
    assert codes == [0, 0, 0]
    assert b'caldera_node_results_signed_total{kind="credit-data",outcome="accepted"} 1.0' in metrics
    result = ground.results.resultOf(honest)
    assert (result.state, result.amount, result.signers) == (1, 1, 3)
    assert ground.results.resultOf(prettier).state == 2
    entry = ground.record.requireFresh(traded.entity)
    assert (entry.turnover, entry.receivablesIssued, entry.receivablesRepaid) == tuple(
        amount * books.UNIT for amount in (80_000, 150_000, 130_000)
    )
    assert (entry.daysLate, entry.cargoTurnover, entry.orders, entry.nonce) == (13, 25_000_500_000, 3, 1)
    facts = Facts(80_000 * books.UNIT, 150_000 * books.UNIT, 130_000 * books.UNIT, 13, 25_000_500_000, 3)
    assert ground.model.limitOf(traded.entity) == assess(DEVNET, facts).limit > 0
