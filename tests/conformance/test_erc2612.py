"""ERC-2612 for ERA: what of the text is not in the unit's own tests (`tests/unit/era/test_permit.py`)."""

from __future__ import annotations

import pytest

from caldera.artifacts import artifact
from caldera.evm import domain_of
from tests.support.suite import reverts
from tests.unit.era.signing import PERMIT, Era, issue

FUNCTIONS = {
    "permit": ("nonpayable", ("address", "address", "uint256", "uint256", "uint8", "bytes32", "bytes32"), ()),
    "nonces": ("view", ("address",), ("uint256",)),
    "DOMAIN_SEPARATOR": ("view", (), ("bytes32",)),
}


def sign(era: Era, nonce: int, value: int = 7, deadline: int | None = None) -> tuple[int, bytes, bytes]:
    """The holder's permit for relay."""
    message = {
        "owner": era.holder.address,
        "spender": era.relay.address,
        "value": value,
        "nonce": nonce,
        "deadline": 2**256 - 1 if deadline is None else deadline,
    }
    return era.holder.sign_typed(domain_of(era.token), {"Permit": PERMIT}, message)


@pytest.mark.clause("ERC-2612", "interface")
def test_functions_are_those_of_the_text() -> None:
    for name, (mutability, inputs, outputs) in FUNCTIONS.items():
        (entry,) = (one for one in artifact("EraToken").abi if one.get("name") == name)
        assert entry["stateMutability"] == mutability
        assert tuple(part["type"] for part in entry["inputs"]) == inputs
        assert tuple(part["type"] for part in entry["outputs"]) == outputs


@pytest.mark.clause("ERC-2612", "effect", "caller")
@pytest.mark.parametrize("value", [0, 1, 2**256 - 1])
def test_it_overwrites_the_allowance_whoever_brings_it(value: int) -> None:
    era = issue()
    era.token.approve(era.relay, 5, sender=era.holder)
    for nonce, bringer in enumerate((era.bob, era.relay, era.holder)):
        assert era.token.nonces(era.holder) == nonce
        era.token.permit(era.holder, era.relay, value, 2**256 - 1, *sign(era, nonce, value), sender=bringer)
        assert era.token.allowance(era.holder, era.relay) == value
    assert (era.token.nonces(era.holder), era.token.nonces(era.relay), era.token.nonces(era.bob)) == (3, 0, 0)


@pytest.mark.clause("ERC-2612", "nonce")
def test_permits_come_in_their_turn() -> None:
    era = issue()
    first, second = sign(era, 0, 1), sign(era, 1, 2)
    with reverts("ERC2612InvalidSigner", owner=era.holder.address):
        era.token.permit(era.holder, era.relay, 2, 2**256 - 1, *second, sender=era.bob)
    era.token.permit(era.holder, era.relay, 1, 2**256 - 1, *first, sender=era.bob)
    era.token.permit(era.holder, era.relay, 2, 2**256 - 1, *second, sender=era.bob)
    assert era.token.allowance(era.holder, era.relay) == 2


@pytest.mark.clause("ERC-2612", "effect")
def test_what_fails_changes_nothing() -> None:
    era = issue()
    given = sign(era, 0, deadline=era.chain.now - 1)
    with reverts("ERC2612ExpiredSignature"):
        era.token.permit(era.holder, era.relay, 7, era.chain.now - 1, *given, sender=era.bob)
    assert (era.token.nonces(era.holder), era.token.allowance(era.holder, era.relay)) == (0, 0)
