"""AirdropClaim: claims to another address, by the account itself and by its signature."""

from typing import Any

import pytest

from caldera.contracts import ContractWallet, events
from caldera.evm import domain_of
from tests.support.airdrop import ERA, LOCK, Drop
from tests.support.signatures import spoilt
from tests.support.suite import NOBODY, reverts

FIELDS = [
    {"name": "index", "type": "uint256"},
    {"name": "account", "type": "address"},
    {"name": "amount", "type": "uint256"},
    {"name": "to", "type": "address"},
    {"name": "term", "type": "uint256"},
    {"name": "deadline", "type": "uint256"},
]


def test_an_account_claims_to_another(drop: Drop) -> None:
    opened = drop.open()
    claim = opened.of(drop.ann)
    receipt = opened.contract.claimTo(
        claim.index, claim.amount, drop.account("cold"), 0, opened.proof(claim), sender=drop.ann
    )
    said = receipt.one(events.AirdropClaimed)
    assert (said.account, said.to) == (drop.ann.address, drop.account("cold").address)
    assert (drop.era.balanceOf(drop.account("cold")), drop.era.balanceOf(drop.ann)) == (100 * ERA, 0)
    with reverts("AlreadyClaimed"):
        opened.contract.claim(*opened.arguments(drop.ann), sender=drop.ann)


def test_nobody_else_says_where_a_claim_goes(drop: Drop) -> None:
    opened = drop.open()
    claim = opened.of(drop.ann)
    with reverts("NotInAirdrop", account=drop.mallory.address):
        opened.contract.claimTo(claim.index, claim.amount, drop.mallory, 0, opened.proof(claim), sender=drop.mallory)


def test_money_goes_to_somebody(drop: Drop) -> None:
    opened = drop.open()
    claim = opened.of(drop.ann)
    for to in (NOBODY, opened.contract.address, drop.era.address):
        with reverts("CannotBePaid", account=to):
            opened.contract.claimTo(claim.index, claim.amount, to, 0, opened.proof(claim), sender=drop.ann)
        order = opened.order(drop.ann, to)
        with reverts("CannotBePaid", account=to):
            opened.contract.claimBySignature(
                order, opened.proof(claim), opened.sign(order, drop.ann), sender=drop.mallory
            )
    opened.contract.claimTo(claim.index, claim.amount, drop.ann, 0, opened.proof(claim), sender=drop.ann)


def test_anyone_brings_a_signed_claim(drop: Drop) -> None:
    opened = drop.open()
    order = opened.order(drop.ann, drop.account("cold"))
    proof, signature = opened.proof(opened.of(drop.ann)), opened.sign(order, drop.ann)
    opened.contract.claimBySignature(order, proof, signature, sender=drop.mallory)
    assert drop.era.balanceOf(drop.account("cold")) == 100 * ERA
    with reverts("AlreadyClaimed"):
        opened.contract.claimBySignature(order, proof, signature, sender=drop.mallory)


def test_the_typed_data_are_those_of_the_page(drop: Drop) -> None:
    """Written down here once more, and signed without the library's table."""
    opened = drop.open()
    domain = {
        "name": "AirdropClaim",
        "version": "1",
        "chainId": drop.chain.chain_id,
        "verifyingContract": opened.contract.address,
    }
    assert domain_of(opened.contract) == domain
    order = opened.order(drop.ann, drop.ben)
    signature = drop.ann.sign_typed(domain, {"AirdropOrder": FIELDS}, order._asdict()).packed
    opened.contract.claimBySignature(order, opened.proof(opened.of(drop.ann)), signature, sender=drop.mallory)
    assert drop.era.balanceOf(drop.ben) == 100 * ERA


def test_an_order_is_good_until_the_second_of_its_deadline(drop: Drop) -> None:
    opened = drop.open()
    order = opened.order(drop.ann, drop.ben)
    proof, signature = opened.proof(opened.of(drop.ann)), opened.sign(order, drop.ann)
    drop.chain.warp(order.deadline)
    with drop.chain.isolated():
        opened.contract.claimBySignature(order, proof, signature, sender=drop.mallory)
    drop.chain.skip(1)
    with reverts("OrderExpired", deadline=order.deadline):
        opened.contract.claimBySignature(order, proof, signature, sender=drop.mallory)
    opened.contract.claim(*opened.arguments(drop.ann), sender=drop.ann)


@pytest.mark.parametrize("changed", ["to", "deadline", "account", "amount", "index"])
def test_what_is_brought_is_what_was_signed(drop: Drop, changed: str) -> None:
    opened = drop.open()
    order = opened.order(drop.ann, drop.ben)
    signature, claim = opened.sign(order, drop.ann), opened.of(drop.ann)
    other: dict[str, Any] = {
        "to": drop.mallory.address,
        "deadline": order.deadline + 1,
        "account": drop.dora.address,
        "amount": claim.amount + 1,
        "index": opened.of(drop.dora).index,
    }
    error = "OrderNotSigned" if changed in ("to", "deadline") else "NotInAirdrop"
    with reverts(error):
        opened.contract.claimBySignature(
            order._replace(**{changed: other[changed]}), opened.proof(claim), signature, sender=drop.mallory
        )
    opened.contract.claimBySignature(order, opened.proof(claim), signature, sender=drop.mallory)


def test_another_claim_under_the_same_signature(drop: Drop) -> None:
    """The proof is good, the signature is another account's."""
    opened = drop.open()
    signature = opened.sign(opened.order(drop.ann, drop.mallory), drop.ann)
    order = opened.order(drop.dora, drop.mallory)
    with reverts("OrderNotSigned", account=drop.dora.address):
        opened.contract.claimBySignature(order, opened.proof(opened.of(drop.dora)), signature, sender=drop.mallory)


def test_only_the_account_signs(drop: Drop) -> None:
    opened = drop.open()
    order = opened.order(drop.ann, drop.mallory)
    proof = opened.proof(opened.of(drop.ann))
    with reverts("OrderNotSigned", account=drop.ann.address):
        opened.contract.claimBySignature(order, proof, opened.sign(order, drop.mallory), sender=drop.mallory)
    for wrong, signature in spoilt(opened.sign(order, drop.ann)).items():
        with reverts("OrderNotSigned"):
            opened.contract.claimBySignature(order, proof, signature, sender=drop.mallory)
        assert not opened.contract.isClaimed(order.index), wrong


def test_a_signature_is_for_one_round(drop: Drop) -> None:
    """The same list once more: what was signed for one round takes nothing from the other."""
    first, second = drop.open(), drop.open()
    order = first.order(drop.ann, drop.ben)
    proof = first.proof(first.of(drop.ann))
    with reverts("OrderNotSigned"):
        second.contract.claimBySignature(order, proof, first.sign(order, drop.ann), sender=drop.mallory)
    first.contract.claimBySignature(order, proof, first.sign(order, drop.ann), sender=drop.mallory)
    second.contract.claim(*second.arguments(drop.ann), sender=drop.mallory)


@pytest.mark.clause("ERC-1271", "accepts")
def test_a_contract_signs_by_erc1271(drop: Drop) -> None:
    wallet = ContractWallet.deploy(drop.chain, drop.ann, sender=drop.ann)
    claim = drop.listed.claims[0]._replace(account=wallet.address, index=0)
    opened = drop.open([claim])
    order = opened.order(wallet, drop.ben)
    with reverts("OrderNotSigned", account=wallet.address):
        opened.contract.claimBySignature(order, [], opened.sign(order, drop.mallory), sender=drop.mallory)
    opened.contract.claimBySignature(order, [], opened.sign(order, drop.ann), sender=drop.mallory)
    assert drop.era.balanceOf(drop.ben) == claim.amount


def test_a_term_where_nothing_is_locked(drop: Drop) -> None:
    opened = drop.open()
    claim = opened.of(drop.ann)
    with reverts("NothingIsLocked", term=1):
        opened.contract.claimTo(claim.index, claim.amount, drop.ann, 1, opened.proof(claim), sender=drop.ann)
    order = opened.order(drop.ann, drop.ben, term=1)
    with reverts("NothingIsLocked", term=1):
        opened.contract.claimBySignature(order, opened.proof(claim), opened.sign(order, drop.ann), sender=drop.ann)


def test_the_term_is_what_was_signed(drop: Drop) -> None:
    opened = drop.open(delivery=LOCK)
    least = opened.contract.terms().leastTerm
    order = opened.order(drop.ann, drop.ann, least)
    signature, proof = opened.sign(order, drop.ann), opened.proof(opened.of(drop.ann))
    with reverts("OrderNotSigned"):
        opened.contract.claimBySignature(order._replace(term=least + 1), proof, signature, sender=drop.mallory)
    opened.contract.claimBySignature(order, proof, signature, sender=drop.mallory)
    lock = drop.lock.lockAt(0)
    assert (lock.account, lock.amount, lock.until) == (drop.ann.address, 100 * ERA, drop.chain.now + least)
