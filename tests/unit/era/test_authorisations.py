"""EraToken: transfers that their holder signed and anybody brings (ERC-3009)."""

from dataclasses import replace
from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import ContractWallet, events
from caldera.evm import Revm
from tests.support.suite import reverts
from tests.unit.era.signing import SUPPLY, Era, authorisation, cancellation, issue, mirrored, parts

NONCE = keccak(text="nonce")


def balances(era: Era) -> tuple[int, int]:
    return era.token.balanceOf(era.holder), era.token.balanceOf(era.bob)


@pytest.mark.clause("ERC-3009", "moves", "once")
@pytest.mark.parametrize("by_parts", [False, True])
@pytest.mark.parametrize("action", ["transfer", "receive"])
def test_it_moves_what_was_signed_once(era: Era, action: str, by_parts: bool) -> None:
    given = replace(authorisation(era, action), by_parts=by_parts)
    bringer = era.relay if action == "transfer" else era.bob
    assert not era.token.authorizationState(era.holder, NONCE)
    receipt = given.present(era, bringer)
    assert balances(era) == (SUPPLY - 5, 5)
    assert era.token.authorizationState(era.holder, NONCE)
    assert list(receipt.events) == [
        events.AuthorizationUsed(era.holder.address, NONCE, emitter=era.token.address),
        events.Transfer_address_address_uint256(era.holder.address, era.bob.address, 5, emitter=era.token.address),
    ]
    with reverts("AuthorizationUsedOrCanceled", authorizer=era.holder.address, nonce=NONCE):
        given.present(era, bringer)
    assert balances(era) == (SUPPLY - 5, 5)


@pytest.mark.clause("ERC-3009", "window")
def test_it_is_good_after_one_second_and_before_another(era: Era) -> None:
    start = era.chain.now
    given = authorisation(era, after=start + 10, before=start + 13)
    era.chain.warp(start + 10)
    with reverts("AuthorizationNotYetValid", validAfter=start + 10):
        given.present(era, era.relay)
    for second in (11, 12):
        with era.chain.isolated():
            era.chain.warp(start + second)
            given.present(era, era.relay)
    era.chain.warp(start + 13)
    with reverts("AuthorizationExpired", validBefore=start + 13):
        given.present(era, era.relay)
    assert balances(era) == (SUPPLY, 0)


@pytest.mark.clause("ERC-3009", "signature")
@pytest.mark.parametrize(
    "changes",
    [
        {"target": "0x" + "77" * 20},
        {"value": 6},
        {"after": 0},
        {"before": 2**64},
        {"nonce": keccak(text="other")},
    ],
)
def test_what_is_brought_is_what_was_signed(era: Era, changes: dict[str, Any]) -> None:
    given = authorisation(era)
    with reverts("InvalidAuthorization", authorizer=era.holder.address):
        replace(given, **changes).present(era, era.relay)
    assert balances(era) == (SUPPLY, 0)
    given.present(era, era.relay)


@pytest.mark.clause("ERC-3009", "kinds")
def test_a_transfer_is_no_receipt_and_the_other_way_round(era: Era) -> None:
    for signed, brought in (("transfer", "receive"), ("receive", "transfer")):
        with reverts("InvalidAuthorization"):
            replace(authorisation(era, signed), action=brought).present(era, era.bob)


@pytest.mark.clause("ERC-3009", "payee")
def test_only_the_payee_receives(era: Era) -> None:
    given = authorisation(era, "receive")
    with reverts("CallerIsNotPayee", caller=era.relay.address, payee=era.bob.address):
        given.present(era, era.relay)
    given.present(era, era.bob)


@pytest.mark.clause("ERC-3009", "signature")
def test_only_the_holder_signs(era: Era) -> None:
    given = authorisation(era)
    with reverts("InvalidAuthorization", authorizer=era.holder.address):
        given.signed(era.bob, era.domain).present(era, era.relay)
    with reverts("InvalidAuthorization", authorizer=era.holder.address):
        replace(given, signature=b"").present(era, era.relay)


@pytest.mark.clause("ERC-3009", "signature")
def test_another_chain_and_another_contract_are_something_else(era: Era) -> None:
    given = authorisation(era)
    for change in ({"chainId": 1}, {"verifyingContract": era.bob.address}, {"name": "ERB"}, {"version": "2"}):
        with reverts("InvalidAuthorization"):
            given.signed(era.holder, era.domain | change).present(era, era.relay)
    elsewhere = issue(Revm(chain_id=7))
    assert elsewhere.token.address == era.token.address
    with reverts("InvalidAuthorization"):
        given.present(elsewhere, elsewhere.relay)


@pytest.mark.clause("ERC-3009", "signature")
@pytest.mark.parametrize("by_parts", [False, True])
def test_the_high_s_is_refused(era: Era, by_parts: bool) -> None:
    given = replace(authorisation(era), by_parts=by_parts)
    with reverts("InvalidAuthorization"):
        replace(given, signature=mirrored(given.signature)).present(era, era.relay)
    given.present(era, era.relay)


def test_more_than_there_is(era: Era) -> None:
    given = authorisation(era, value=SUPPLY + 1)
    with reverts("ERC20InsufficientBalance", sender=era.holder.address, balance=SUPPLY, needed=SUPPLY + 1):
        given.present(era, era.relay)
    assert not era.token.authorizationState(era.holder, NONCE)


class TestCancellation:
    """The holder withdraws an authorisation; anybody brings that, too."""

    @pytest.mark.clause("ERC-3009", "cancel")
    @pytest.mark.parametrize("by_parts", [False, True])
    def test_it_can_never_be_used(self, era: Era, by_parts: bool) -> None:
        signature = cancellation(era, era.holder, era.holder.address, NONCE)
        proof: Any = parts(signature) if by_parts else (signature,)
        receipt = era.token.cancelAuthorization(era.holder, NONCE, *proof, sender=era.relay)
        assert list(receipt.events) == [
            events.AuthorizationCanceled(era.holder.address, NONCE, emitter=era.token.address)
        ]
        assert era.token.authorizationState(era.holder, NONCE)
        with reverts("AuthorizationUsedOrCanceled", nonce=NONCE):
            authorisation(era).present(era, era.relay)
        with reverts("AuthorizationUsedOrCanceled", nonce=NONCE):
            era.token.cancelAuthorization(era.holder, NONCE, signature, sender=era.relay)

    @pytest.mark.clause("ERC-3009", "cancel")
    def test_a_used_one_cannot_be_cancelled(self, era: Era) -> None:
        authorisation(era).present(era, era.relay)
        signature = cancellation(era, era.holder, era.holder.address, NONCE)
        with reverts("AuthorizationUsedOrCanceled", authorizer=era.holder.address, nonce=NONCE):
            era.token.cancelAuthorization(era.holder, NONCE, signature, sender=era.relay)

    @pytest.mark.clause("ERC-3009", "cancel")
    def test_only_by_who_would_pay(self, era: Era) -> None:
        signature = cancellation(era, era.bob, era.holder.address, NONCE)
        with reverts("InvalidAuthorization", authorizer=era.holder.address):
            era.token.cancelAuthorization(era.holder, NONCE, signature, sender=era.bob)
        authorisation(era).present(era, era.relay)


@pytest.mark.clause("ERC-1271", "accepts")
@pytest.mark.clause("ERC-3009", "wallets")
def test_a_contract_wallet_signs(era: Era) -> None:
    """ERC-1271: the wallet says whether the signature is its own."""
    wallet = ContractWallet.deploy(era.chain, era.bob, sender=era.bob)
    era.token.transfer(wallet, 9, sender=era.holder)
    given = authorisation(era, source=wallet.address, target=era.relay.address)
    with reverts("InvalidAuthorization", authorizer=wallet.address):
        given.signed(era.holder, era.domain).present(era, era.relay)
    given.signed(era.bob, era.domain).present(era, era.relay)
    assert era.token.balanceOf(wallet) == 4
    assert era.token.balanceOf(era.relay) == 5
