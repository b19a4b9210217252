"""The command: what it checks, shows and explains."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from caldera.node.cli import app
from caldera.node.errors import StoreInvalid
from caldera.node.logs import log, set_up
from caldera.node.service import Node
from caldera.node.store import Store
from tests.support.node import PASSPHRASE, Ground, configuration, write
from tests.unit.node.processes import Running

RUNNER = CliRunner()
DEAD = "http://127.0.0.1:9"


def call(*words: str) -> Result:
    return RUNNER.invoke(app, list(words), env={"COLUMNS": "200"})


@pytest.fixture
def path(behind: Ground, tmp_path: Path) -> Path:
    return write(tmp_path, configuration(behind, tmp_path, 1, getattr(behind.chain, "url")))  # noqa: B009


def test_a_good_configuration(behind: Ground, path: Path) -> None:
    shown = call("check-config", "--config", str(path))
    assert shown.exit_code == 0, shown.output
    assert "The configuration is good" in shown.output
    said = json.loads(call("check-config", "--config", str(path), "--json").output)
    assert (said["node"], said["key"], said["live"]) == (1, behind.account("key1").address, True)
    assert said["stake"] == "20000 ERA"


def test_what_the_chain_says_against_it(behind: Ground, path: Path, tmp_path: Path) -> None:
    url = getattr(behind.chain, "url")  # noqa: B009
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"node": 2}, "node 2 signs with"),
        ({"node": 9}, "there is no node 9"),
        ({"chain": {"id": 5, "rpc_url": url}}, "5 is meant: nothing was sent"),
        ({"chain": {"id": behind.chain.chain_id, "rpc_url": DEAD}}, "no answer"),
        ({"contracts": {"verification": behind.account("bank").address}}, "correct contracts.verification"),
        (
            {"contracts": {"verification": behind.results.address, "code": {"verification": "0x" + "00" * 32}}},
            "is wanted",
        ),
    )
    for changes, words in cases:
        content = configuration(behind, tmp_path, 1, url) | changes
        found = call("check-config", "--config", str(write(tmp_path, content, "other.yml")), "--json")
        assert found.exit_code == 1
        assert words in json.loads(found.output)["message"]
    content = configuration(behind, tmp_path, 1, DEAD)
    offline = call("check-config", "--offline", "--config", str(write(tmp_path, content, "other.yml")))
    assert offline.exit_code == 0


def test_problems_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text("node: 0\n")
    found = call("check-config", "--config", str(tmp_path / "bad.yml"), "--json")
    said = json.loads(found.output)
    assert (found.exit_code, said["error"]) == (1, "ConfigInvalid")
    assert any(one.startswith("chain: is missing") for one in said["problems"])
    assert call("status", "--config", str(tmp_path / "none.yml")).exit_code == 1


def test_status_and_explain(behind: Ground, path: Path, tmp_path: Path) -> None:
    before = call("status", "--config", str(path))
    assert before.exit_code == 1
    assert "there is no store" in before.output
    good = behind.ask()
    bad = behind.ask(claimed=behind.invoice.payable_units(6) + 1)
    credit = behind.ask(kind=3, target="0x" + "00" * 20, id=5, field=0)
    with Running(path) as node:
        node.until(lambda: _states(tmp_path) == {good: "signed", bad: "signed", credit: "skipped"})
    said = json.loads(call("status", "--config", str(path), "--json").output)
    assert [(row["number"], row["state"], row["amount"]) for row in said["requests"]] == [
        (credit, "skipped", None),
        (bad, "signed", "0"),
        (good, "signed", "173310000000"),
    ]
    assert said["chain"]["stake"] == "20000 ERA active, 0 leaving, live"
    shown = call("status", "--config", str(path)).output
    assert "no check judges mapping-compliance" in shown
    away = call("status", "--config", str(path), "--rpc-url", DEAD)
    assert (away.exit_code, "cannot be asked" in away.output) == (0, True)
    assert (
        "invoice-arithmetic accepts: invoice PVF-260512-07" in call("explain", str(good), "--config", str(path)).output
    )
    why = json.loads(call("explain", str(bad), "--config", str(path), "--json").output)
    assert (why["result"]["amount"], [one["accept"] for one in why["verdicts"]]) == ("0", [False, False])
    nothing = call("explain", "99", "--config", str(path))
    assert (nothing.exit_code, "request 99 was not seen" in nothing.output) == (1, True)


def _states(folder: Path) -> dict[int, str]:
    try:
        store = Store(folder / "node1.sqlite", read_only=True)
    except StoreInvalid:
        return {}  # not made yet
    found = {one.number: one.state for one in store.requests()}
    store.close()
    return found


@pytest.mark.parametrize("format", ["json", "human"])
def test_the_log_of_a_whole_run_tells_no_secret(behind: Ground, tmp_path: Path, format: str) -> None:
    from caldera.node import logs

    content = configuration(behind, tmp_path, 1, getattr(behind.chain, "url"))  # noqa: B009
    path = write(tmp_path, content)
    behind.ask()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.unit.node.processes.set_up", lambda *_: logs.set_up(format, "debug", _[2]))
        with Running(path) as node:
            node.until(lambda: "decided: accepted" in node.log.read_text())
    text = node.log.read_text()
    for secret in (PASSPHRASE, behind.account("key1").key.hex(), (tmp_path / "key1.json").read_text()[:60]):
        assert secret not in text
    assert "stopped" in text
    if format == "json":
        lines = [json.loads(line) for line in text.splitlines()]
        assert all({"time", "level", "event"} <= set(line) for line in lines)


@pytest.fixture
def _quiet() -> Iterator[None]:
    handlers, level, propagate = list(log.handlers), log.level, log.propagate
    yield
    log.handlers[:], log.level, log.propagate = handlers, level, propagate


@pytest.mark.usefixtures("_quiet")
def test_lines_of_the_log() -> None:
    stream = io.StringIO()
    set_up("json", "info", stream)
    log.info("decided", extra={"request": 7, "why": "line\nbreak"})
    log.debug("unseen")
    try:
        raise ValueError("odd")
    except ValueError:
        log.exception("unforeseen")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["level"], first["event"], first["request"], first["why"]) == ("info", "decided", 7, "line\nbreak")
    assert first["time"].endswith("Z")
    assert second["error"] == "ValueError: odd"
    stream = io.StringIO()
    set_up("human", "info", stream)
    log.info("decided [red]", extra={"request": 7})
    assert "decided [red]  request=7" in stream.getvalue()
    assert logging.getLogger("caldera.node").level == logging.INFO


def test_health_follows_the_chain(behind: Ground, tmp_path: Path) -> None:
    from caldera.node.config import load_config
    from caldera.node.keys import open_key
    from caldera.node.watch import Progress

    path = write(tmp_path, configuration(behind, tmp_path, 1, getattr(behind.chain, "url")))  # noqa: B009
    config = load_config(path)
    node = Node(config, open_key(config.key.path, config.key.passphrase_file))
    assert node.health() == {
        "healthy": False,
        "problems": ["the chain was not read yet"],
        "node": 1,
        "head": None,
        "cursor": None,
    }
    import time

    node._answered = time.time()
    node._measure(Progress(60, 10))
    assert node.health()["healthy"]
    node._measure(Progress(61, 10))
    assert node.health()["problems"] == ["51 blocks behind"]
    node._measure(Progress(60, 60))
    node._answered = time.time() - 61
    assert "has not answered for 61 seconds" in node.health()["problems"][0]
    node._thread.shutdown()


def test_a_chain_that_is_away_is_waited_for(behind: Ground, tmp_path: Path) -> None:
    chain = {"id": behind.chain.chain_id, "rpc_url": DEAD, "poll_seconds": "0.2"}
    path = write(tmp_path, configuration(behind, tmp_path, 1, DEAD, chain=chain))
    with Running(path) as node:
        node.until(lambda: node.log.read_text().count("the chain does not answer") >= 2)
    assert json.loads(node.log.read_text().splitlines()[-1])["event"] == "stopped"
    assert node.ended() == 0


def test_another_chain_ends_it(behind: Ground, tmp_path: Path) -> None:
    chain = {"id": 5, "rpc_url": getattr(behind.chain, "url")}  # noqa: B009
    path = write(tmp_path, configuration(behind, tmp_path, 1, DEAD, chain=chain))
    with Running(path) as node:
        assert node.ended() == 1
    store = Store(tmp_path / "node1.sqlite", read_only=True)
    assert store.own_signatures() == []
    store.close()


def test_code_that_changed_since_the_first_start_ends_it(behind: Ground, tmp_path: Path) -> None:
    path = write(tmp_path, configuration(behind, tmp_path, 1, getattr(behind.chain, "url")))  # noqa: B009
    with Running(path) as node:
        node.until(lambda: '"ready"' in node.log.read_text())
    code = "0x" + behind.chain.code(behind.results).hex() + "00"
    getattr(behind.chain, "rpc")("anvil_setCode", behind.results.address, code)  # noqa: B009
    with Running(path) as node:
        assert node.ended() == 1
    assert node.log.read_text().count('"ready"') == 1
