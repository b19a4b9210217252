"""A node that signed two results of one request is proven guilty by whoever has both, once."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

import pytest

from caldera.contracts import Slasher, structs
from caldera.node.aggregate import KEEP_DAYS
from caldera.node.chain import Verification
from caldera.node.cli import app
from caldera.node.config import NodeConfig
from caldera.node.conflicts import Reporter
from caldera.node.errors import ChainMismatch
from caldera.node.gossip import to_json
from caldera.node.metrics import Metrics
from caldera.node.model import Decision, SignedResult
from caldera.node.store import Store
from tests.support.node import STAKE, Ground, configuration, write
from tests.support.suite import DAY
from tests.unit.node.processes import KILLED, Running
from tests.unit.node.test_cli import RUNNER

LIAR = 2
TAKEN = STAKE * 4_000 // 10_000
SHARE = TAKEN * 1_000 // 10_000
URL = "url"


def two_results(ground: Ground, number: int, label: str = "key2") -> list[SignedResult]:
    verification, liar = Verification(ground.chain, ground.results.address), ground.account(label)
    request, found = verification.request(number), []
    for amount in (100, 101):
        decision = Decision(amount, request.deadline + 90 * DAY, "")
        signature = liar.sign_hash(verification.digest(request, decision)).packed
        found.append(SignedResult(number, amount, decision.valid_until, liar.address, signature))
    return found


def file(ground: Ground, folder: Path, number: int = 1, **changes: Any) -> Path:
    content = configuration(ground, folder, number, getattr(ground.chain, URL), **changes)
    content["contracts"]["penalties"] = ground.penalties.address
    return write(folder, content, f"node{number}.yml")


def known(folder: Path, results: list[SignedResult], number: int = 1, node: int = LIAR) -> None:
    """The two results lie in a node's store, as they came from peers."""
    store = Store(folder / f"node{number}.sqlite")
    for one in results:
        store.collect(one, node)
    store.close()


def state(folder: Path, number: int = 1) -> str:
    store = Store(folder / f"node{number}.sqlite", read_only=True)
    found = [one.state for one in store.all_conflicts()]
    store.close()
    return found[0] if found else ""


def bring(node: Running, one: SignedResult) -> int:
    """Tells a node of a signature, as a peer does."""
    lines = [json.loads(line) for line in node.log.read_text().splitlines()]
    place = next(line["place"] for line in lines if line["event"] == "listening")
    asked = urllib.request.Request(f"http://{place}/signatures", json.dumps(to_json(one)).encode(), method="POST")
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def slasher(ground: Ground) -> Slasher:
    assert isinstance(ground.slasher, Slasher)
    return ground.slasher


def stake(ground: Ground) -> int:
    active, _, _ = ground.nodes.stakeOf(LIAR)
    return int(active)


@pytest.mark.parametrize("over", [False, True])
def test_a_liar_is_slashed(staked: Ground, tmp_path: Path, over: bool) -> None:
    number, reporter = staked.ask(), staked.account("reporter")
    first, second = two_results(staked, number)
    path = file(staked, tmp_path, conflicts={"reporter": reporter.address}, submit={"enabled": False})
    with Running(path) as node:
        node.until(lambda: '"event": "ready"' in node.log.read_text())
        node.until(lambda: bring(node, first) == 201)
        assert not staked.penalties.conflictProven(LIAR, number)
        if over:
            staked.chain.warp(staked.desk.requestOf(number).deadline + 1)
            staked.desk.refund(number, sender=staked.suite.stranger)
        node.until(lambda: bring(node, second) == 201)
        node.until(lambda: staked.penalties.conflictProven(LIAR, number))
        node.until(lambda: state(tmp_path) == "proven")
        assert bring(node, first) == bring(node, second) == 200
        assert bring(node, two_results(staked, staked.ask())[0]) == 201
    assert stake(staked) == STAKE - TAKEN
    assert slasher(staked).waitingFor(reporter) == SHARE
    slasher(staked).payReporter(reporter, sender=staked.suite.stranger)
    assert staked.era.balanceOf(reporter) == SHARE
    shown = RUNNER.invoke(app, ["status", "--config", str(path), "--json"]).output
    (told,) = json.loads(shown)["conflicts"]
    assert (told["node"], told["number"], told["state"]) == (LIAR, number, "proven")
    assert "node 2 signed two results of request" in RUNNER.invoke(app, ["status", "--config", str(path)]).output


@pytest.mark.parametrize("place", ["before proof", "transaction signed", "transaction stored", "transaction sent"])
def test_a_proof_is_brought_once_whatever_crashes(staked: Ground, tmp_path: Path, place: str) -> None:
    number = staked.ask()
    known(tmp_path, two_results(staked, number))
    path = file(staked, tmp_path, submit={"enabled": False})
    with Running(path, place) as node:
        assert node.ended() == KILLED, node.log.read_text()[-3000:]
    with Running(path) as node:
        node.until(lambda: state(tmp_path) == "proven")
    assert stake(staked) == STAKE - TAKEN
    payer = staked.account("key1")
    assert slasher(staked).waitingFor(payer) == SHARE
    assert int(getattr(staked.chain, "rpc")("eth_getTransactionCount", payer.address, "latest"), 16) == 1  # noqa: B009


def test_two_that_prove_at_once(staked: Ground, tmp_path: Path) -> None:
    number = staked.ask()
    for honest in (1, 3):
        known(tmp_path, two_results(staked, number), honest)
    with ExitStack() as stack:
        files = [file(staked, tmp_path, honest, submit={"enabled": False}) for honest in (1, 3)]
        running = [stack.enter_context(Running(path)) for path in files]
        running[0].until(lambda: state(tmp_path, 1) not in ("", "found"))
        running[1].until(lambda: state(tmp_path, 3) not in ("", "found"))
    assert sorted(state(tmp_path, honest) for honest in (1, 3)) == ["known", "proven"]
    assert stake(staked) == STAKE - TAKEN
    for node in running:
        levels = [json.loads(line)["level"] for line in node.log.read_text().splitlines()]
        assert "error" not in levels


def test_another_was_first(staked: Ground, tmp_path: Path) -> None:
    number = staked.ask()
    results, other = two_results(staked, number), staked.account("bank")
    first, second = (
        structs.ConflictingResult(one.amount, one.valid_until, one.signer, one.signature) for one in results
    )
    staked.penalties.proveConflict(LIAR, number, first, second, other, sender=staked.suite.stranger)
    known(tmp_path, results)
    with Running(file(staked, tmp_path, submit={"enabled": False})) as node:
        node.until(lambda: state(tmp_path) == "known")
        assert f"{other.address} proved it in block" in node.log.read_text()
    assert stake(staked) == STAKE - TAKEN


def test_it_waits_where_it_cannot_be_proven_now(staked: Ground, tmp_path: Path) -> None:
    number, suite = staked.ask(), staked.suite
    known(tmp_path, two_results(staked, number))
    staked.penalties.pause(DAY, sender=suite.admin)
    with Running(file(staked, tmp_path, submit={"enabled": False})) as node:
        node.until(lambda: "a conflict cannot be proven yet" in node.log.read_text())
        assert state(tmp_path) == "found"
        staked.penalties.unpause(sender=suite.admin)
        node.until(lambda: state(tmp_path) == "proven")


def test_with_nothing_at_stake_the_proof_is_kept(behind: Ground, tmp_path: Path) -> None:
    """It would be used up for nothing."""
    number, admin = behind.ask(), behind.suite.admin
    known(tmp_path, two_results(behind, number))
    behind.nodes.setStake(LIAR, 0, 0, False, sender=admin)
    with Running(file(behind, tmp_path, submit={"enabled": False})) as node:
        node.until(lambda: "NothingAtStake" in node.log.read_text())
        assert state(tmp_path) == "found"
        behind.nodes.setStake(LIAR, STAKE, 0, True, sender=admin)
        node.until(lambda: state(tmp_path) == "proven")
    assert behind.penalties.conflictProven(LIAR, number)


@pytest.mark.parametrize(("days", "end"), [(KEEP_DAYS + 1, "over"), (KEEP_DAYS - 1, "proven")])
def test_it_is_not_tried_for_ever(staked: Ground, tmp_path: Path, days: int, end: str) -> None:
    number = staked.ask()
    store = Store(tmp_path / "node1.sqlite", clock=lambda: time.time() - days * DAY)
    for one in two_results(staked, number):
        store.collect(one, LIAR)
    store.close()
    with Running(file(staked, tmp_path, submit={"enabled": False})) as node:
        node.until(lambda: state(tmp_path) == end)
    assert staked.penalties.conflictProven(LIAR, number) == (end == "proven")


def test_nobody_proves_against_itself(staked: Ground, tmp_path: Path) -> None:
    number = staked.ask()
    known(tmp_path, two_results(staked, number, "key1"), node=1)
    with Running(file(staked, tmp_path, submit={"enabled": False})) as node:
        node.until(lambda: state(tmp_path) == "own")
        assert "see who else has it" in node.log.read_text()
    assert not staked.penalties.conflictProven(1, number)


@pytest.mark.parametrize(("named", "words"), [(True, "conflicts.prove is off"), (False, "is not named")])
def test_it_can_be_left_to_others(staked: Ground, tmp_path: Path, named: bool, words: str) -> None:
    number = staked.ask()
    known(tmp_path, two_results(staked, number))
    content = configuration(staked, tmp_path, 1, getattr(staked.chain, URL), submit={"enabled": False})
    content["conflicts"] = {"prove": not named}
    content["contracts"] |= {"penalties": staked.penalties.address} if named else {}
    path = write(tmp_path, content)
    with Running(path) as node:
        node.until(lambda: '"event": "decided' in node.log.read_text())
    assert not staked.penalties.conflictProven(LIAR, number)
    (told,) = json.loads(RUNNER.invoke(app, ["status", "--config", str(path), "--json"]).output)["conflicts"]
    assert told["state"] == "found"
    assert words in told["why"]


def test_what_a_liar_told_different_nodes_comes_together(staked: Ground, tmp_path: Path) -> None:
    """None of the two has both results until the request is over and they compare."""
    number = staked.ask()
    first, second = two_results(staked, number)
    alone = {"enabled": False}
    with Running(file(staked, tmp_path, 3, submit=alone, conflicts={"prove": False})) as other:
        other.until(lambda: '"event": "ready"' in other.log.read_text())
        other.until(lambda: bring(other, second) == 201)
        line = next(one for one in other.log.read_text().splitlines() if '"listening"' in one)
        gossip = {"listen": "127.0.0.1:0", "peers": [f"http://{json.loads(line)['place']}", "http://127.0.0.1:9"]}
        with Running(file(staked, tmp_path, submit=alone, gossip=gossip)) as node:
            node.until(lambda: '"event": "ready"' in node.log.read_text())
            node.until(lambda: bring(node, first) == 201)
            staked.chain.warp(staked.desk.requestOf(number).deadline + 1)
            staked.desk.refund(number, sender=staked.suite.stranger)
            node.until(lambda: state(tmp_path) == "proven")
    assert stake(staked) == STAKE - TAKEN


@pytest.mark.parametrize(("target", "words"), [("ballots", "is no Penalties"), ("penalties", "is about results of")])
def test_other_contracts_are_refused(ground: Ground, store: Store, target: str, words: str) -> None:
    content = configuration(ground, store.path.parent, 1, "http://127.0.0.1:9")
    if target == "penalties":
        content["contracts"]["verification"] = ground.desk.address
    config, nothing = NodeConfig.model_validate(content), cast(Any, _Payer())
    with pytest.raises(ChainMismatch, match=words):
        Reporter(ground.chain, getattr(ground, target).address, config, store, nothing, nothing, Metrics())


class _Payer:
    address = "0x" + "11" * 20
