"""EraToken: allowances by signature (ERC-2612)."""

from typing import Any

import pytest

from caldera.contracts import events
from caldera.evm import Account, Revm
from tests.support.suite import reverts
from tests.unit.era.signing import PERMIT, Era, issue, mirrored, parts


def permit(era: Era, signer: Account | None = None, **changes: Any) -> tuple[Any, ...]:
    """The arguments of a permit of the holder for relay over 7, good for an hour. `signed_*` changes only what is
    signed, not what is presented; `domain` changes the domain."""
    given: dict[str, Any] = {
        "owner": era.holder.address,
        "spender": era.relay.address,
        "value": 7,
        "nonce": 0,
        "deadline": era.chain.now + 3600,
    }
    domain = era.domain | changes.pop("domain", {})
    signed = {key.removeprefix("signed_"): changes.pop(key) for key in list(changes) if key.startswith("signed_")}
    given |= changes
    signature = (signer or era.holder).sign_typed(domain, {"Permit": PERMIT}, given | signed).packed
    return given["owner"], given["spender"], given["value"], given["deadline"], *parts(signature)


@pytest.mark.clause("ERC-2612", "effect", "caller")
def test_a_permit_is_an_allowance(era: Era) -> None:
    receipt = era.token.permit(*permit(era), sender=era.bob)
    assert era.token.allowance(era.holder, era.relay) == 7
    assert era.token.nonces(era.holder) == 1
    assert list(receipt.events) == [
        events.Approval_address_address_uint256(era.holder.address, era.relay.address, 7, emitter=era.token.address)
    ]
    era.token.transferFrom(era.holder, era.bob, 7, sender=era.relay)
    assert era.token.balanceOf(era.bob) == 7


@pytest.mark.clause("ERC-2612", "deadline")
def test_it_is_good_until_the_second_of_its_deadline(era: Era) -> None:
    deadline = era.chain.now + 3600
    given = permit(era)
    era.chain.warp(deadline + 1)
    with reverts("ERC2612ExpiredSignature", deadline=deadline):
        era.token.permit(*given, sender=era.bob)


@pytest.mark.clause("ERC-2612", "deadline")
def test_it_is_good_in_the_second_of_its_deadline(era: Era) -> None:
    given = permit(era)
    era.chain.skip(3600)
    era.token.permit(*given, sender=era.bob)
    assert era.token.allowance(era.holder, era.relay) == 7


@pytest.mark.clause("ERC-2612", "nonce")
def test_it_is_good_once(era: Era) -> None:
    given = permit(era)
    era.token.permit(*given, sender=era.bob)
    with reverts("ERC2612InvalidSigner", owner=era.holder.address):
        era.token.permit(*given, sender=era.bob)
    era.token.permit(*permit(era, nonce=1, value=8), sender=era.bob)
    assert era.token.allowance(era.holder, era.relay) == 8


@pytest.mark.clause("ERC-2612", "signature")
def test_only_the_owner_gives(era: Era) -> None:
    with reverts("ERC2612InvalidSigner", signer=era.bob.address, owner=era.holder.address):
        era.token.permit(*permit(era, signer=era.bob), sender=era.bob)
    assert era.token.allowance(era.holder, era.relay) == 0
    assert era.token.nonces(era.holder) == 0


@pytest.mark.clause("ERC-2612", "signature", "nonce")
@pytest.mark.parametrize("changed", ["spender", "value", "nonce", "deadline"])
def test_what_is_presented_is_what_was_signed(era: Era, changed: str) -> None:
    other: dict[str, Any] = {
        "spender": era.bob.address,
        "value": 6,
        "nonce": 1,
        "deadline": era.chain.now + 3601,
    }
    with reverts("ERC2612InvalidSigner", owner=era.holder.address):
        era.token.permit(*permit(era, **{f"signed_{changed}": other[changed]}), sender=era.bob)


@pytest.mark.clause("EIP-712", "elsewhere")
@pytest.mark.clause("ERC-2612", "signature")
def test_one_of_another_chain_is_refused(era: Era) -> None:
    elsewhere = issue(Revm(chain_id=era.chain.chain_id + 1))
    assert elsewhere.token.address == era.token.address
    given = permit(elsewhere)
    with reverts("ERC2612InvalidSigner", owner=era.holder.address):
        era.token.permit(*given, sender=era.bob)
    elsewhere.token.permit(*given, sender=elsewhere.bob)
    assert elsewhere.token.allowance(era.holder, era.relay) == 7


@pytest.mark.clause("EIP-712", "elsewhere")
@pytest.mark.clause("ERC-2612", "signature")
@pytest.mark.parametrize(
    "domain", [{"verifyingContract": "0x" + "11" * 20}, {"name": "Era"}, {"version": "2"}], ids=lambda d: next(iter(d))
)
def test_one_for_another_contract_is_refused(era: Era, domain: dict[str, str]) -> None:
    with reverts("ERC2612InvalidSigner", owner=era.holder.address):
        era.token.permit(*permit(era, domain=domain), sender=era.bob)


@pytest.mark.clause("ERC-2612", "malleable")
def test_the_high_s_is_refused(era: Era) -> None:
    *given, v, r, s = permit(era)
    other = parts(mirrored(r + s + bytes([v])))
    with reverts("ECDSAInvalidSignatureS", s=other[2]):
        era.token.permit(*(*given, *other), sender=era.bob)
    era.token.permit(*(*given, v, r, s), sender=era.bob)


@pytest.mark.clause("ERC-2612", "owner")
def test_nobody_gives_nothing(era: Era) -> None:
    """A signature that recovers to nobody is not the zero address's."""
    given = ("0x" + "00" * 20, era.relay.address, 7, era.chain.now, 27, b"\1" * 32, b"\0" * 32)
    with reverts("ECDSAInvalidSignature"):
        era.token.permit(*given, sender=era.bob)
