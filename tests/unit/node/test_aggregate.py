"""Collecting signatures: only what the chain would count, and enough of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from caldera.contracts import structs
from caldera.node.aggregate import KEEP_DAYS, Aggregator
from caldera.node.chain import Verification
from caldera.node.errors import ChainMismatch, SignatureRefused
from caldera.node.model import Decision, Request, SignedResult
from caldera.node.store import Store
from tests.support.node import ERA, Ground
from tests.support.signatures import spoilt
from tests.support.suite import DAY

NO_SENDER: Any = None


@pytest.fixture
def verification(ground: Ground) -> Verification:
    return Verification(ground.chain, ground.results.address)


def aggregator(verification: Verification, store: Store, own: str = "0x" + "00" * 20) -> Aggregator:
    return Aggregator(verification, store, NO_SENDER, own, 1.0, True)


def signed(ground: Ground, verification: Verification, number: int, label: str, amount: int = 100) -> SignedResult:
    request, who = verification.request(number), ground.account(label)
    until = request.deadline + 90 * DAY
    digest = verification.digest(request, Decision(amount, until, ""))
    return SignedResult(number, amount, until, who.address, who.sign_hash(digest).packed)


def test_the_digest_is_the_contract_s(ground: Ground, verification: Verification) -> None:
    request = verification.request(ground.ask())
    verification.digest(request, Decision(5, request.deadline, ""))
    for other in (replace(request, id=request.id + 1), replace(request, document_hash=b"\1" * 32)):
        with pytest.raises(ChainMismatch, match="another digest"):
            verification.digest(other, Decision(5, request.deadline, ""))


def test_no_contract_and_another_contract(ground: Ground) -> None:
    with pytest.raises(ChainMismatch, match=r"correct contracts\.verification"):
        Verification(ground.chain, ground.account("key1").address)


def test_good_signatures_are_kept_once(ground: Ground, verification: Verification, store: Store) -> None:
    number = ground.ask()
    made = aggregator(verification, store)
    one = signed(ground, verification, number, "key1")
    assert made.accept(one)
    assert not made.accept(one)
    assert store.collected(number) == [(one, 1)]


def refusal(made: Aggregator, one: SignedResult) -> str:
    with pytest.raises(SignatureRefused) as caught:
        made.accept(one)
    return str(caught.value)


def test_what_counts_for_nothing(ground: Ground, verification: Verification, store: Store) -> None:
    number, made = ground.ask(), aggregator(verification, store)
    good = signed(ground, verification, number, "key1")
    assert "there is no request 99" in refusal(made, replace(good, number=99))
    assert "is not the signature of" in refusal(made, replace(good, amount=101))
    assert "is not the signature of" in refusal(made, replace(good, valid_until=good.valid_until + 1))
    assert "is not the signature of" in refusal(made, replace(good, signer=ground.account("key2").address))
    assert "is the key of no node" in refusal(made, signed(ground, verification, number, "mallory"))
    other = ground.ask()
    assert "is not the signature of" in refusal(made, replace(good, number=other))
    for name, bad in spoilt(good.signature).items():
        assert "is not the signature of" in refusal(made, replace(good, signature=bad)), name
    assert store.collected(number) == []


def test_nodes_that_may_not_sign(ground: Ground, verification: Verification, store: Store) -> None:
    number, made, suite = ground.ask(), aggregator(verification, store), ground.suite
    good = signed(ground, verification, number, "key1")
    with ground.chain.isolated():
        ground.nodes.setStake(1, 10 * ERA, 0, False, sender=suite.admin)
        assert "node 1 is not live" in refusal(made, good)
    with ground.chain.isolated():
        suite.registry.suspend(ground.account("key1"), sender=suite.officer)
        assert "is no active account of entity" in refusal(made, good)
    with ground.chain.isolated():
        ground.nodes.setKey(1, ground.account("alice"), sender=suite.admin)
        assert "is a former key of node 1" in refusal(made, good)
        assert "is no active account" in refusal(made, signed(ground, verification, number, "alice"))
    with ground.chain.isolated():
        suite.enrol("corribs", entity=suite.entities["corrib"])
        key = ground.account("corribs")
        ground.nodes.add(key, key, suite.entities["corrib"], 10**22, 0, True, sender=suite.admin)
        assert "has an interest" in refusal(made, signed(ground, verification, number, "corribs"))
    panel = ground.ask(panelSize=3, leastSigners=2)
    assert "was not drawn" in refusal(made, signed(ground, verification, panel, "key1"))
    assert made.accept(good)


def test_when_the_time_is_over(ground: Ground, verification: Verification, store: Store) -> None:
    number, made = ground.ask(), aggregator(verification, store)
    good = signed(ground, verification, number, "key1")
    deadline = verification.request(number).deadline
    ground.chain.warp(deadline)
    assert made.accept(good)
    ground.chain.warp(deadline + 1)
    assert "the time for this result is over" in refusal(made, signed(ground, verification, number, "key2"))
    ground.desk.refund(number, sender=ground.suite.admin)
    assert f"request {number} is over" in refusal(made, signed(ground, verification, number, "key2"))


def test_two_results_of_one_signer_are_kept_as_proof_and_no_more(
    ground: Ground, verification: Verification, store: Store
) -> None:
    number, made = ground.ask(), aggregator(verification, store)
    assert made.accept(signed(ground, verification, number, "key1", 100))
    assert made.accept(signed(ground, verification, number, "key1", 101))
    assert "contradicted itself" in refusal(made, signed(ground, verification, number, "key1", 102))
    assert len(store.collected(number)) == 2


def test_proof_is_taken_when_the_request_is_over(ground: Ground, verification: Verification, store: Store) -> None:
    number, made = ground.ask(), aggregator(verification, store)
    first, second = (signed(ground, verification, number, "key1", amount) for amount in (100, 101))
    only = signed(ground, verification, number, "key2")
    assert made.accept(first)
    deadline = verification.request(number).deadline
    ground.chain.warp(deadline + 1)
    ground.desk.refund(number, sender=ground.suite.admin)
    assert "is over" in refusal(made, only)
    assert "is not the signature of" in refusal(made, replace(second, amount=102))
    with ground.chain.isolated():
        ground.chain.warp(deadline + KEEP_DAYS * DAY + 1)
        assert f"is over for more than {KEEP_DAYS} days" in refusal(made, second)
    ground.chain.warp(deadline + KEEP_DAYS * DAY)
    assert made.accept(second)
    assert not made.accept(second)
    (found,) = store.conflicts()
    assert (found.node, store.proof(found)) == (1, [first, second])


def test_proof_is_taken_of_a_key_that_was_replaced(ground: Ground, verification: Verification, store: Store) -> None:
    number, made = ground.ask(), aggregator(verification, store)
    first, second = signed(ground, verification, number, "key1"), signed(ground, verification, number, "key1", 101)
    assert made.accept(first)
    ground.nodes.setKey(1, ground.account("alice"), sender=ground.suite.admin)
    assert made.accept(second)
    assert len(store.conflicts()) == 1


def request_with(verification: Verification, number: int, **changes: Any) -> Request:
    return replace(verification.request(number), **changes)


def test_enough_of_them(ground: Ground, verification: Verification, store: Store) -> None:
    number, made = ground.ask(), aggregator(verification, store)
    request = verification.request(number)
    for label in ("key1", "key2"):
        made.accept(signed(ground, verification, number, label))
    assert made.ready(request) is None  # two of three
    made.accept(signed(ground, verification, number, "key3"))
    found = made.ready(request)
    assert found is not None
    result, signatures = found
    assert result.amount == 100
    assert [int(one.signer, 16) for one in signatures] == sorted(int(one.signer, 16) for one in signatures)
    assert made.ready(replace(request, least_weight=60_000 * ERA)) is not None
    assert made.ready(replace(request, least_weight=60_000 * ERA + 1)) is None
    brought = [structs.Attestation(one.signer, one.signature) for one in signatures]
    ground.results.submit(number, 100, result.valid_until, brought, sender=ground.suite.admin)
    assert ground.results.resultOf(number).signers == 3


def test_results_are_not_added_up(ground: Ground, verification: Verification, store: Store) -> None:
    number, made = ground.ask(), aggregator(verification, store)
    for label, amount in (("key1", 100), ("key2", 100), ("key3", 101), ("key4", 101)):
        made.accept(signed(ground, verification, number, label, amount))
    request = verification.request(number)
    assert made.ready(request) is None
    made.accept(signed(ground, verification, number, "key5", 101))
    found = made.ready(request)
    assert found is not None
    assert (found[0].amount, len(found[1])) == (101, 3)


def test_an_entity_counts_once_and_a_node_that_left_not_at_all(
    ground: Ground, verification: Verification, store: Store
) -> None:
    number, made, suite = ground.ask(), aggregator(verification, store), ground.suite
    suite.enrol("twin", entity=suite.entities["owner1"])
    twin = ground.account("twin")
    ground.nodes.add(twin, twin, suite.entities["owner1"], 50_000 * ERA, 0, True, sender=suite.admin)
    for label in ("key1", "twin", "key2"):
        made.accept(signed(ground, verification, number, label))
    request = request_with(verification, number)
    assert made.ready(request) is None
    made.accept(signed(ground, verification, number, "key3"))
    found = made.ready(request)
    assert found is not None
    assert twin.address in [one.signer for one in found[1]]
    assert ground.account("key1").address not in [one.signer for one in found[1]]
    ground.nodes.setStake(3, ERA, 0, False, sender=suite.admin)
    assert made.ready(request) is None
