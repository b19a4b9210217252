"""Approval of an operator by signature: in its turn, in its time, once, by the owner alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from caldera.agreements import sign, sign_under
from caldera.contracts import AssetCertificate, ContractWallet, events
from caldera.evm import domain_of
from tests.support.signatures import spoilt
from tests.support.suite import DAY, MINIMUM, NOBODY, Suite, build, reverts

WRONG = list(spoilt(bytes([1] * 64 + [27])))


@pytest.fixture(scope="module")
def _stand() -> Suite:
    return build()


@pytest.fixture
def stand(_stand: Suite) -> Iterator[Suite]:
    with _stand.chain.isolated():
        yield _stand


def message(stand: Suite, **changes: Any) -> dict[str, Any]:
    """The seller lets the bank act, for an hour."""
    given = {
        "owner": stand.seller.address,
        "operator": stand.bank.address,
        "approved": True,
        "nonce": 0,
        "deadline": stand.chain.now + 3600,
    }
    return given | changes


def bring(stand: Suite, said: dict[str, Any], signature: bytes | None = None, by: str = "seller") -> Any:
    """Mallory brings it: anyone may."""
    if signature is None:
        signature = sign(stand.ledger, "ApprovalForAll", said, stand.chain.account(by))
    return stand.ledger.setApprovalForAllBySignature(
        said["owner"], said["operator"], said["approved"], said["deadline"], signature, sender=stand.mallory
    )


class TestGood:
    def test_the_operator_may_act_as_if_the_owner_had_said_so_itself(self, stand: Suite) -> None:
        asset = stand.circulating()
        move = (stand.seller, stand.alice, asset, MINIMUM, b"")
        with reverts("ERC1155MissingApprovalForAll"):
            stand.ledger.safeTransferFrom(*move, sender=stand.bank)
        receipt = bring(stand, message(stand))
        assert receipt.events == (
            events.ApprovalForAll(stand.seller.address, stand.bank.address, True, emitter=stand.ledger.address),
        )
        stand.ledger.safeTransferFrom(*move, sender=stand.bank)
        assert stand.ledger.nonces(stand.seller) == 1
        assert stand.ledger.nonces(stand.mallory) == 0

    def test_taken_back_by_signature(self, stand: Suite) -> None:
        bring(stand, message(stand))
        bring(stand, message(stand, approved=False, nonce=1))
        assert not stand.ledger.isApprovedForAll(stand.seller, stand.bank)
        assert stand.ledger.nonces(stand.seller) == 2

    @pytest.mark.parametrize("late", [0, 1])
    def test_until_the_deadline(self, stand: Suite, late: int) -> None:
        said = message(stand)
        stand.chain.warp(said["deadline"] + late)
        if late:
            with reverts("SignatureExpired", deadline=said["deadline"]):
                bring(stand, said)
            assert stand.ledger.nonces(stand.seller) == 0
        else:
            bring(stand, said)
            assert stand.ledger.isApprovedForAll(stand.seller, stand.bank)

    @pytest.mark.clause("ERC-1271", "accepts")
    def test_a_contract_wallet_signs(self, stand: Suite) -> None:
        owner = stand.chain.account("owner of a wallet")
        wallet = ContractWallet.deploy(stand.chain, owner, sender=stand.admin)
        said = message(stand, owner=wallet.address)
        with reverts("InvalidSignature", signer=wallet.address):
            bring(stand, said, by="seller")
        bring(stand, said, by="owner of a wallet")
        assert stand.ledger.isApprovedForAll(wallet, stand.bank)
        assert not stand.ledger.isApprovedForAll(owner, stand.bank)


class TestRefused:
    @pytest.mark.parametrize("kind", WRONG)
    def test_what_is_no_signature(self, stand: Suite, kind: str) -> None:
        said = message(stand)
        good = sign(stand.ledger, "ApprovalForAll", said, stand.seller)
        with reverts("InvalidSignature", signer=stand.seller.address):
            bring(stand, said, spoilt(good)[kind])
        assert stand.ledger.nonces(stand.seller) == 0
        bring(stand, said, good)

    def test_by_another(self, stand: Suite) -> None:
        with reverts("InvalidSignature", signer=stand.seller.address):
            bring(stand, message(stand), by="mallory")

    @pytest.mark.parametrize("field", ["owner", "operator", "approved", "deadline"])
    def test_for_something_else(self, stand: Suite, field: str) -> None:
        said = message(stand)
        signature = sign(stand.ledger, "ApprovalForAll", said, stand.seller)
        other = {"owner": stand.buyer.address, "operator": stand.mallory.address, "approved": False}
        changed = said | {field: other.get(field, said["deadline"] + 1)}
        with reverts("InvalidSignature", signer=changed["owner"]):
            bring(stand, changed, signature)

    def test_twice(self, stand: Suite) -> None:
        said = message(stand)
        signature = sign(stand.ledger, "ApprovalForAll", said, stand.seller)
        bring(stand, said, signature)
        stand.ledger.setApprovalForAll(stand.bank, False, sender=stand.seller)
        with reverts("InvalidSignature", signer=stand.seller.address):
            bring(stand, said, signature)
        assert not stand.ledger.isApprovedForAll(stand.seller, stand.bank)

    def test_out_of_its_turn(self, stand: Suite) -> None:
        later = message(stand, nonce=1)
        with reverts("InvalidSignature", signer=stand.seller.address):
            bring(stand, later)
        bring(stand, message(stand, operator=stand.alice.address))
        bring(stand, later)

    def test_nobody_as_operator(self, stand: Suite) -> None:
        with reverts("ERC1155InvalidOperator", operator=NOBODY):
            bring(stand, message(stand, operator=NOBODY))
        assert stand.ledger.nonces(stand.seller) == 0

    def test_nobody_as_owner(self, stand: Suite) -> None:
        with reverts("InvalidSignature", signer=NOBODY):
            bring(stand, message(stand, owner=NOBODY), bytes(65))

    @pytest.mark.parametrize(
        "change", [{"chainId": 1}, {"version": "2"}, {"name": "Caldera"}, {"verifyingContract": NOBODY}], ids=str
    )
    def test_another_domain(self, stand: Suite, change: dict[str, Any]) -> None:
        said, domain = message(stand), domain_of(stand.ledger)
        with reverts("InvalidSignature"):
            bring(stand, said, sign_under(domain | change, "ApprovalForAll", said, stand.seller))
        bring(stand, said, sign_under(domain, "ApprovalForAll", said, stand.seller))

    def test_of_another_ledger(self, stand: Suite) -> None:
        second = AssetCertificate.deploy(stand.chain, stand.access, stand.registry, "ipfs://{id}", sender=stand.admin)
        said = message(stand)
        with reverts("InvalidSignature"):
            bring(stand, said, sign(second, "ApprovalForAll", said, stand.seller))


class TestCancelled:
    """An approval withdrawn directly comes back by a signature that nobody brought yet, unless that is made void."""

    def test_a_signature_that_lies_somewhere(self, stand: Suite) -> None:
        said = message(stand, deadline=stand.chain.now + 365 * DAY)
        signature = sign(stand.ledger, "ApprovalForAll", said, stand.seller)
        stand.ledger.setApprovalForAll(stand.bank, True, sender=stand.seller)
        stand.ledger.setApprovalForAll(stand.bank, False, sender=stand.seller)
        with stand.chain.isolated():
            bring(stand, said, signature)
            assert stand.ledger.isApprovedForAll(stand.seller, stand.bank)
        receipt = stand.ledger.cancelSignedApproval(sender=stand.seller)
        assert receipt.events == (
            events.SignedApprovalCancelled(stand.seller.address, 0, emitter=stand.ledger.address),
        )
        with reverts("InvalidSignature"):
            bring(stand, said, signature)
        bring(stand, message(stand, nonce=1))

    def test_by_nobody_else(self, stand: Suite) -> None:
        stand.ledger.cancelSignedApproval(sender=stand.mallory)
        bring(stand, message(stand))
        assert stand.ledger.nonces(stand.mallory) == 1
