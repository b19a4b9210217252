"""Duties of nodes that were drawn: for a request, and in court."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import structs
from caldera.evm import domain_of
from caldera.node.store import Store, Vote
from tests.support.node import ERA, STAKE, Ground, configuration, write
from tests.support.suite import DAY
from tests.unit.node.processes import KILLED, Running

SECRET = (7).to_bytes(32, "big")
UPHOLD, REJECT = 1, 2
UPHELD, REJECTED = 5, 6


def url(ground: Ground) -> str:
    found: str = getattr(ground.chain, "url")  # noqa: B009 - of Anvil alone
    return found


def files(ground: Ground, folder: Path, *numbers: int, **changes: Any) -> list[Path]:
    return [
        write(folder, configuration(ground, folder, number, url(ground), **changes), f"node{number}.yml")
        for number in numbers
    ]


def sign(ground: Ground, number: int, amount: int, labels: tuple[str, ...]) -> None:
    """A result of nodes that run no program of ours."""
    until = ground.chain.now + 90 * DAY
    digest = ground.results.resultDigest(number, amount, until)
    signers = sorted((ground.account(label) for label in labels), key=lambda one: int(one.address, 16))
    brought = [structs.Attestation(one.address, one.sign_hash(digest).packed) for one in signers]
    ground.results.submit(number, amount, until, brought, sender=ground.suite.stranger)


def paid(ground: Ground) -> None:
    """A part of what is owed is paid."""
    payer = ground.account("corrib")
    ground.suite.fund(payer, 10**9)
    ground.suite.module.pay(ground.asset, 10**9, sender=payer)


def disputed(ground: Ground, amount: int, between: Callable[[Ground], None] = lambda ground: None) -> int:
    """A case about a result of nodes 1 and 2; nodes 3, 4 and 5 are its panel. `between`: after the request, before the
    result."""
    number = ground.ask(leastSigners=2)
    between(ground)
    sign(ground, number, amount, ("key1", "key2"))
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
    assert sorted(ground.ballots.panellistsOf(ground.court.pollOf(case, 1))) == [3, 4, 5]
    return case


def ballots(ground: Ground, case: int) -> list[int]:
    poll = ground.court.pollOf(case, 1)
    return [int.from_bytes(ground.ballots.ballotOf(poll, node), "big") for node in (3, 4, 5)]


def pass_phase(ground: Ground, until: int) -> None:
    """The time is over; a block shows it to who asks for the newest."""
    ground.chain.warp(until + 1)
    getattr(ground.chain, "rpc")("evm_mine")  # noqa: B009


@pytest.mark.parametrize(("excess", "vote", "outcome"), [(-5, UPHOLD, UPHELD), (0, REJECT, REJECTED)])
def test_a_case_is_judged(behind: Ground, tmp_path: Path, excess: int, vote: int, outcome: int) -> None:
    right = behind.invoice.payable_units(6)
    case = disputed(behind, right + excess)
    paid(behind)  # what was paid since makes no signer guilty: the panel judges as of the result
    times = behind.ballots.pollAt(behind.court.pollOf(case, 1))
    with ExitStack() as stack:
        running = [stack.enter_context(Running(path)) for path in files(behind, tmp_path, 3, 4, 5)]
        running[0].until(lambda: all(one > 3 for one in ballots(behind, case)))
        pass_phase(behind, times.commitUntil)
        running[0].until(lambda: ballots(behind, case) == [vote] * 3)
        pass_phase(behind, times.revealUntil)
        behind.court.advance(case, sender=behind.suite.stranger)
        behind.chain.warp(behind.court.courseOf(case).ends + 1)
        behind.court.advance(case, sender=behind.suite.stranger)
        assert behind.court.courseOf(case).phase == outcome
        if outcome == REJECTED:
            running[0].until(lambda: all(behind.court.rewarded(case, 1, node) for node in (3, 4, 5)))
            assert behind.court.creditOf(behind.account("owner3")) == behind.court.fileOf(case).perVote > 0


@pytest.mark.parametrize(("excess", "vote"), [(-5, UPHOLD), (0, REJECT)])
def test_what_was_paid_before_the_result_makes_no_signer_guilty(
    behind: Ground, tmp_path: Path, excess: int, vote: int
) -> None:
    """A debtor who pays between signature and result could else get honest signers slashed."""
    case = disputed(behind, behind.invoice.payable_units(6) + excess, between=paid)
    (path,) = files(behind, tmp_path, 3)
    with Running(path) as node:
        node.until(lambda: ballots(behind, case)[0] > 3)
        pass_phase(behind, behind.ballots.pollAt(behind.court.pollOf(case, 1)).commitUntil)
        node.until(lambda: ballots(behind, case)[0] == vote)


@pytest.mark.parametrize("place", ["vote stored", "transaction stored", "vote committed"])
def test_a_vote_is_the_same_after_a_crash(behind: Ground, tmp_path: Path, place: str) -> None:
    case = disputed(behind, 5)
    (path,) = files(behind, tmp_path, 3)
    with Running(path, place) as node:
        assert node.ended() == KILLED, node.log.read_text()[-3000:]
    before = _vote(tmp_path, case)
    assert before is not None
    with Running(path) as node:
        node.until(lambda: ballots(behind, case)[0] == int.from_bytes(before.commitment, "big"))
        pass_phase(behind, behind.ballots.pollAt(behind.court.pollOf(case, 1)).commitUntil)
        node.until(lambda: ballots(behind, case)[0] == UPHOLD)
    assert _vote(tmp_path, case) == before
    assert before.salt.hex() not in node.log.read_text()


def _vote(folder: Path, case: int) -> Vote | None:
    store = Store(folder / "node3.sqlite", read_only=True)
    found = store.vote(case, 1)
    store.close()
    return found


def test_no_vote_without_the_document(behind: Ground, tmp_path: Path) -> None:
    case = disputed(behind, 5)
    (path,) = files(behind, tmp_path, 3)
    for document in (tmp_path / "documents").iterdir():
        document.unlink()
    with Running(path) as node:
        node.until(lambda: "no vote yet" in node.log.read_text())
        assert ballots(behind, case)[0] == 0
        (tmp_path / "documents" / "late").write_bytes(behind.document)
        node.until(lambda: ballots(behind, case)[0] > 3)


def test_a_panel_is_drawn_and_only_it_signs(behind: Ground, tmp_path: Path) -> None:
    number = behind.ask(panelSize=5, leastSigners=2, leastWeight=30_000 * ERA)
    behind.chain.mine(4)
    with ExitStack() as stack:
        running = [stack.enter_context(Running(path)) for path in files(behind, tmp_path, 1, 2)]
        running[0].until(lambda: behind.desk.panelOf(number).nodes)
        assert sorted(behind.desk.panelOf(number).nodes) == [1, 2, 3, 4, 5]
        # They know of no peers: what each signed is collected by the test, as a peer would.
        running[0].until(lambda: len(_signed(tmp_path, number)) == 2)
    assert {one.signer for one in _signed(tmp_path, number)} == {
        behind.account("key1").address,
        behind.account("key2").address,
    }


def _signed(folder: Path, number: int) -> list[Any]:
    found = []
    for name in ("node1.sqlite", "node2.sqlite"):
        store = Store(folder / name, read_only=True)
        found += [one for one in store.own_signatures() if one.number == number]
        store.close()
    return found


def test_who_was_left_out_answers_for_itself(behind: Ground, tmp_path: Path) -> None:
    number = behind.ask(panelSize=5, leastSigners=2, leastWeight=30_000 * ERA)
    behind.chain.mine(4)
    (path,) = files(behind, tmp_path, 3, submit={"enabled": False})
    behind.seeds.capture(behind.desk.panelOf(number).ticket, sender=behind.suite.stranger)
    behind.desk.assign(number, sender=behind.suite.stranger)
    with Running(path) as node:
        node.until(lambda: '"event": "decided: accepted"' in node.log.read_text())
        sign(behind, number, behind.invoice.payable_units(6), ("key1", "key2"))
        places = list(behind.desk.panelOf(number).nodes)
        node.until(lambda: behind.desk.panelOf(number).answered >> places.index(3) & 1)
    assert domain_of(behind.results)["chainId"] == behind.chain.chain_id


def test_a_request_that_cannot_be_worked_on_holds_up_no_other(behind: Ground, tmp_path: Path) -> None:
    """The document of the first is one on which a check breaks."""
    prices = '"1": "5"\n'
    (tmp_path / "prices.yml").write_text(prices)
    checks = [{"name": "valuation-band", "options": {"reference": "table", "table": "prices.yml"}}]
    (path,) = files(behind, tmp_path, 3, checks=checks)
    first, second = behind.ask(), behind.ask(kind=3, target="0x" + "00" * 20, id=5, field=0)
    with Running(path) as node:
        node.until(lambda: f'"request": {second}, "why": "no check judges' in node.log.read_text())
        node.until(lambda: "has no price for asset" in node.log.read_text())
    store = Store(tmp_path / "node3.sqlite", read_only=True)
    known, decided = store.request(first), store.decided(first)
    store.close()
    assert known is not None
    assert (known.state, decided) == ("waiting", None)
    assert known.tries >= 1
