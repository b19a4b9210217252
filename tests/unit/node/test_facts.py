"""Operating facts on their way: decided once, signed over the record's own digest, recorded, judged."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import structs
from caldera.evm import Rpc
from caldera.node.blocks import RpcBlocks
from caldera.node.chain import Verification
from caldera.node.checks.operating import OperatingFacts
from caldera.node.errors import Equivocation
from caldera.node.history import History
from caldera.node.judge import decide_facts
from caldera.node.model import Decision, SignedResult
from caldera.node.store import Store
from tests.support.books import UNIT, Trade, file, options, trade
from tests.support.node import ERA, STAKE, Ground, write
from tests.support.suite import DAY
from tests.unit.node.processes import KILLED, Running
from tests.unit.node.test_crash import PLACES, _sent, _state
from tests.unit.node.test_duties import SECRET, UPHELD, UPHOLD, ballots, pass_phase

URL = "url"


@pytest.fixture
def traded(behind: Ground) -> Trade:
    return trade(behind)


def node_file(trade: Trade, folder: Path, number: int = 1, **changes: Any) -> Path:
    url = getattr(trade.ground.chain, URL)
    return write(folder, file(trade.ground, trade, folder, number, url, **changes), f"node{number}.yml")


def decided(trade: Trade, number: int) -> Decision:
    ground = trade.ground
    seen = Verification(ground.chain, ground.results.address, History(RpcBlocks(cast(Rpc, ground.chain)), 0, 2_000))
    request = seen.request(number)
    verdict = OperatingFacts(options(ground)).check(request, trade.document(), seen.facts)
    return decide_facts(request, [("operating-facts", verdict)], 90)


def signed(trade: Trade, number: int, label: str, **changes: int) -> SignedResult:
    """By a node that runs no program of ours."""
    found = decided(trade, number)
    assert found.facts is not None
    facts, who = found.facts._replace(**changes), trade.ground.account(label)
    signature = who.sign_hash(trade.ground.record.factsDigest(facts)).packed
    return SignedResult(number, facts.nonce, facts.validUntil, who.address, signature, facts)


def bring(trade: Trade, number: int, *results: SignedResult) -> None:
    ordered = sorted(results, key=lambda one: int(one.signer, 16))
    facts = results[0].facts
    assert facts is not None
    brought = [structs.Attestation(one.signer, one.signature) for one in ordered]
    trade.ground.results.submitFacts(number, facts, brought, sender=trade.ground.suite.stranger)


def with_peer(trade: Trade, folder: Path, number: int) -> Path:
    """The file of node 1, in whose store the signature of node 2 lies."""
    path = node_file(trade, folder, submit={"stagger_seconds": 0})
    store = Store(folder / "node1.sqlite")
    store.collect(signed(trade, number, "key2"), 2)
    store.close()
    return path


@pytest.mark.parametrize("place", [one for one in PLACES if one != "told"])
def test_killed_at_a_step(traded: Trade, tmp_path: Path, place: str) -> None:
    number, ground = traded.ask(leastSigners=2), traded.ground
    path, kept = with_peer(traded, tmp_path, number), tmp_path / "node1.sqlite"
    with Running(path, place) as node:
        assert node.ended() == KILLED, node.log.read_text()[-3000:]
    store = Store(kept, read_only=True)
    before = store.decided(number)
    store.close()
    with Running(path) as node:
        node.until(lambda: _state(kept, number) == "done")
        node.until(lambda: not _sent(kept, ground.account("key1").address))
    store = Store(kept, read_only=True)
    after = store.decided(number)
    store.close()
    assert after is not None
    assert before is None or (before.facts, before.digest) == (after.facts, after.digest)
    entry = ground.record.factsOf(traded.entity)
    assert (entry.nonce, entry.receivablesRepaid) == (1, 130_000 * UNIT)
    assert ground.results.resultOf(number).signers == 2
    used = getattr(ground.chain, "rpc")("eth_getTransactionCount", ground.account("key1").address, "latest")  # noqa: B009
    assert int(used, 16) == 1


def test_facts_are_decided_once(store: Store) -> None:
    facts = structs.OperatingFacts(7, 687, 1, 2, 1, 0, 0, 3, 1, 99)
    first = store.decide(5, Decision(1, 99, "good", facts), b"\1" * 32)
    assert first.facts == facts
    with pytest.raises(Equivocation):
        store.decide(5, Decision(1, 99, "other", facts._replace(turnover=9)), b"\2" * 32)
    kept = store.decided(5)
    assert kept is not None
    assert kept.facts == facts
    assert store.same_statement(7, 1, 6) == [5]
    assert store.same_statement(7, 1, 5) == store.same_statement(7, 2, 6) == store.same_statement(8, 1, 6) == []
    for statement in ("UPDATE statements SET facts = '[]'", "DELETE FROM statements"):
        with pytest.raises(Exception, match="facts that were decided on"):
            store._db.execute(statement)
    store.signed(5, "0x" + "11" * 20, b"s" * 65)
    (own,) = store.own_signatures()
    assert own.facts == facts
    assert store.collect(own, 1)
    assert not store.collect(own, 1)
    assert store.collect(SignedResult(5, 0, 50, own.signer, b"t" * 65), 1)  # a refusal beside: no contract compares
    assert store.collected(5)[0][0].facts is None or store.collected(5)[1][0].facts is None
    assert store.conflicts() == []


def test_a_second_request_waits_for_its_number(traded: Trade, tmp_path: Path) -> None:
    """Two requests at once are not given one number; the second follows when the first is recorded."""
    ground = traded.ground
    first = traded.ask(leastSigners=2)
    path, kept = with_peer(traded, tmp_path, first), tmp_path / "node1.sqlite"
    traded.content["orders"].pop()
    (tmp_path / "documents" / "corrected.json").write_bytes(traded.document())
    second = traded.ask(leastSigners=2, deadline=ground.chain.now + 2 * DAY)
    with Running(path, "collected") as node:
        assert node.ended() == KILLED
    store = Store(kept)
    store.move(first, "signed", "", wait=3)
    store.close()
    with Running(path) as node:
        node.until(lambda: f"statement 1 about entity {traded.entity} is for request {first}" in node.log.read_text())
        node.until(lambda: ground.results.resultOf(first).state)
        node.until(lambda: _state(kept, second) == "signed")
        store = Store(kept, read_only=True)
        found = store.decided(second)
        store.close()
    assert found is not None
    assert found.facts is not None
    assert (found.facts.nonce, found.facts.orders) == (2, 2)


def test_books_that_lie_are_refused(traded: Trade, tmp_path: Path) -> None:
    """The refusal is an ordinary result: nothing is recorded, and the work is paid."""
    ground = traded.ground
    traded.content["invoices"].pop(1)
    number = traded.ask(leastSigners=2)
    with ExitStack() as stack:
        path = node_file(traded, tmp_path)
        found, who = decided(traded, number), ground.account("key2")
        digest = ground.results.resultDigest(number, 0, found.valid_until)
        store = Store(tmp_path / "node1.sqlite")
        store.collect(SignedResult(number, 0, found.valid_until, who.address, who.sign_hash(digest).packed), 2)
        store.close()
        node = stack.enter_context(Running(path))
        node.until(lambda: ground.results.resultOf(number).state == 2)
        assert "is not in the books" in node.log.read_text()
    assert ground.record.factsOf(traded.entity).nonce == 0


def test_who_was_left_out_answers_with_its_facts(traded: Trade, tmp_path: Path) -> None:
    ground = traded.ground
    number = traded.ask(panelSize=5, leastSigners=2, leastWeight=30_000 * ERA)
    ground.chain.mine(4)
    path = node_file(traded, tmp_path, 3, submit={"enabled": False})
    ground.seeds.capture(ground.desk.panelOf(number).ticket, sender=ground.suite.stranger)
    ground.desk.assign(number, sender=ground.suite.stranger)
    with Running(path) as node:
        node.until(lambda: '"event": "decided: accepted"' in node.log.read_text())
        node.until(lambda: _state(tmp_path / "node3.sqlite", number) == "signed")
        bring(traded, number, signed(traded, number, "key1"), signed(traded, number, "key2"))
        places = list(ground.desk.panelOf(number).nodes)
        node.until(lambda: ground.desk.panelOf(number).answered >> places.index(3) & 1)


@pytest.mark.parametrize(("repaid", "vote", "outcome"), [(150_000, UPHOLD, UPHELD), (130_000, 2, 6)])
def test_a_court_judges_facts(traded: Trade, tmp_path: Path, repaid: int, vote: int, outcome: int) -> None:
    ground = traded.ground
    number = traded.ask(leastSigners=2)
    bring(traded, number, *(signed(traded, number, key, receivablesRepaid=repaid * UNIT) for key in ("key1", "key2")))
    assert ground.record.factsOf(traded.entity).receivablesRepaid == repaid * UNIT
    payer = ground.account("corrib")  # what is paid now changes nothing about an epoch that is over
    ground.suite.fund(payer, UNIT)
    ground.suite.module.pay(traded.ids["B"], UNIT, sender=payer)
    alice = ground.account("alice")
    ground.era.transfer(alice, 1_000 * ERA, sender=ground.suite.admin)
    ground.era.approve(ground.court, 1_000 * ERA, sender=alice)
    case = ground.court.challenge(
        number, [1, 2], [STAKE, STAKE], keccak(SECRET), b"\1" * 32, "ipfs://evidence", sender=alice
    ).returned
    ticket = ground.court.fileOf(case).ticket
    ground.chain.mine(4)
    ground.seeds.capture(ticket, sender=alice)
    ground.court.draw(case, SECRET, sender=alice)
    times = ground.ballots.pollAt(ground.court.pollOf(case, 1))
    with ExitStack() as stack:
        running = [stack.enter_context(Running(node_file(traded, tmp_path, one))) for one in (3, 4, 5)]
        running[0].until(lambda: all(one > 3 for one in ballots(ground, case)))
        pass_phase(ground, times.commitUntil)
        running[0].until(lambda: ballots(ground, case) == [vote] * 3)
        pass_phase(ground, times.revealUntil)
    ground.court.advance(case, sender=ground.suite.stranger)
    ground.chain.warp(ground.court.courseOf(case).ends + 1)
    ground.court.advance(case, sender=ground.suite.stranger)
    assert ground.court.courseOf(case).phase == outcome
    assert ground.record.factsOf(traded.entity).revoked == (outcome == UPHELD)


def test_an_epoch_that_runs_is_waited_for(traded: Trade, tmp_path: Path) -> None:
    traded.content["epoch"] += 1
    number = traded.ask(leastSigners=2)
    with Running(node_file(traded, tmp_path)) as node:
        node.until(lambda: "is not over before" in node.log.read_text())
        assert _state(tmp_path / "node1.sqlite", number) == "waiting"
    lines = [json.loads(line) for line in node.log.read_text().splitlines()]
    assert not any(line["event"].startswith("decided") for line in lines)
