"""Killed at any step, a node signs one result and brings it once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from caldera.contracts import events
from caldera.evm import domain_of
from caldera.node.chain import Verification
from caldera.node.model import Decision, SignedResult
from caldera.node.store import Store
from tests.support.node import Ground, configuration, write
from tests.support.suite import DAY
from tests.unit.node.processes import KILLED, Running

PLACES = (
    "before decision",
    "decision stored",
    "signed",
    "signature stored",
    "collected",
    "told",
    "before submission",
    "transaction signed",
    "transaction stored",
    "transaction sent",
    "after submission",
)


def prepared(ground: Ground, folder: Path, **changes: Any) -> tuple[int, Path, Path]:
    """A request for which the signature of node 2 lies with node 1; its number, where configuration and store are."""
    url = getattr(ground.chain, "url")  # noqa: B009 - of Anvil alone
    nobody = {"listen": "127.0.0.1:0", "peers": ["http://127.0.0.1:9"], "timeout_seconds": 1}
    path = write(folder, configuration(ground, folder, 1, url, gossip=nobody, **changes))
    number = ground.ask(leastSigners=2)
    other, verification = ground.account("key2"), Verification(ground.chain, ground.results.address)
    request = verification.request(number)
    decision = Decision(request.claimed, request.deadline + 90 * DAY, "")
    signature = other.sign_hash(verification.digest(request, decision)).packed
    store = Store(folder / "node1.sqlite")
    store.collect(SignedResult(number, decision.amount, decision.valid_until, other.address, signature), 2)
    store.close()
    return number, path, folder / "node1.sqlite"


def accepted(ground: Ground, number: int) -> int:
    """How often the chain took a result of the request."""
    topic = "0x" + events.ResultAccepted.abi_topic.hex()
    asked = {"fromBlock": "0x0", "address": ground.results.address, "topics": [topic, "0x" + f"{number:064x}"]}
    return len(getattr(ground.chain, "rpc")("eth_getLogs", asked))  # noqa: B009


@pytest.mark.parametrize("place", PLACES)
def test_killed_at_a_step(behind: Ground, tmp_path: Path, place: str) -> None:
    number, path, file = prepared(behind, tmp_path)
    with Running(path, place) as node:
        assert node.ended() == KILLED, node.log.read_text()[-3000:]
    store = Store(file, read_only=True)
    before = store.decided(number)
    store.close()
    assert (before is None) == (place == "before decision")
    with Running(path) as node:
        node.until(lambda: behind.results.resultOf(number).state)
        node.until(lambda: _state(file, number) == "done")
        node.until(lambda: not _sent(file, behind.account("key1").address))
    store = Store(file, read_only=True)
    after = store.decided(number)
    assert after is not None
    assert after.signature is not None
    if before is not None:
        assert (before.amount, before.valid_until, before.digest) == (after.amount, after.valid_until, after.digest)
        assert before.signature in (None, after.signature)
    store.close()
    assert accepted(behind, number) == 1
    used = int(getattr(behind.chain, "rpc")("eth_getTransactionCount", behind.account("key1").address, "latest"), 16)  # noqa: B009
    assert used == 1
    assert behind.results.resultOf(number).signers == 2


def _state(file: Path, number: int) -> str:
    store = Store(file, read_only=True)
    known = store.request(number)
    store.close()
    return known.state if known else ""


def _sent(file: Path, sender: str) -> list[str]:
    store = Store(file, read_only=True)
    purposes = store.purposes(sender)
    store.close()
    return purposes


@pytest.mark.parametrize("place", ["decision stored", "signed", "signature stored"])
def test_what_was_decided_is_signed_though_the_checks_changed(behind: Ground, tmp_path: Path, place: str) -> None:
    number, path, file = prepared(behind, tmp_path)
    with Running(path, place) as node:
        assert node.ended() == KILLED
    # With these checks it would refuse, and the result be good for other days: another result.
    strict = {"name": "valuation-band", "options": {"reference": "face", "below_bps": 10_000, "above_bps": 0}}
    other = configuration(behind, tmp_path, 1, getattr(behind.chain, "url"), results={"valid_days": 7})  # noqa: B009
    (tmp_path / "prices.yml").write_text(f'"{behind.asset}": 1\n')
    strict["options"] = {"reference": "table", "table": "prices.yml", "above_bps": 0}
    write(tmp_path, other | {"checks": [strict]})
    with Running(path) as node:
        node.until(lambda: behind.results.resultOf(number).state)
    assert behind.results.resultOf(number).amount == behind.invoice.payable_units(6)
    store = Store(file, read_only=True)
    assert len(store.own_signatures()) == 1
    store.close()


def test_a_number_that_names_another_request_now_is_not_signed(behind: Ground, tmp_path: Path) -> None:
    with behind.chain.isolated():
        number, path, file = prepared(behind, tmp_path, submit={"enabled": False})
        with Running(path) as node:
            node.until(lambda: _state(file, number) == "signed")
    again = behind.ask(leastSigners=2, documentHash=bytes([1] * 32))
    assert again == number
    with Running(path) as node:
        node.until(lambda: _state(file, number) == "done")
    store = Store(file, read_only=True)
    known, decided = store.request(number), store.decided(number)
    store.close()
    assert known is not None
    assert known.why == f"request {number} is not the one that was decided on before; it is not signed"
    assert decided is not None
    assert decided.amount == behind.invoice.payable_units(6)


def test_a_second_process_finds_the_store_taken(behind: Ground, tmp_path: Path) -> None:
    _, path, file = prepared(behind, tmp_path, submit={"enabled": False})
    with Running(path) as node:
        node.until(lambda: _state(file, 1) == "signed")
        with Running(path) as second:
            assert second.ended() == 1
    assert domain_of(behind.results)["name"] == "Caldera Verification"
