"""ERC-3009 for ERA: what of the text is not in the unit's own tests (`tests/unit/era/test_authorisations.py`)."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from eth_utils.crypto import keccak

from caldera.artifacts import artifact
from tests.support.suite import reverts
from tests.support.tokens import selector
from tests.unit.era.signing import authorisation, issue

FIELDS = "address,address,uint256,uint256,uint256,bytes32"
SELECTORS = {
    f"transferWithAuthorization({FIELDS},uint8,bytes32,bytes32)": "e3ee160e",
    f"transferWithAuthorization({FIELDS},bytes)": "cf092995",
    f"receiveWithAuthorization({FIELDS},uint8,bytes32,bytes32)": "ef55bec6",
    f"receiveWithAuthorization({FIELDS},bytes)": "88b7ab63",
    "cancelAuthorization(address,bytes32,uint8,bytes32,bytes32)": "5a049a70",
    "cancelAuthorization(address,bytes32,bytes)": "b7b72899",
    "authorizationState(address,bytes32)": "e94a0102",
}
"""As they are called on deployed tokens of others."""
TYPE_HASHES = {
    "TransferWithAuthorization": "7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267",
    "ReceiveWithAuthorization": "d099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8",
    "CancelAuthorization": "158b0a9edf7a828aad02f63cd515c68ef2f50ba807396f6d12842833a1597429",
}


@pytest.mark.clause("ERC-3009", "interface")
def test_functions_and_events_are_those_of_the_text() -> None:
    abi = artifact("EraToken").abi
    functions = {
        f"{one['name']}({','.join(part['type'] for part in one['inputs'])})" for one in abi if one["type"] == "function"
    }
    for signature, known in SELECTORS.items():
        assert signature in functions
        assert selector(signature).hex() == known
    for name in ("AuthorizationUsed", "AuthorizationCanceled"):
        (event,) = (one for one in abi if one.get("name") == name)
        assert [(part["type"], part["indexed"]) for part in event["inputs"]] == [("address", True), ("bytes32", True)]


@pytest.mark.clause("ERC-3009", "types")
@pytest.mark.parametrize("kind", TYPE_HASHES)
def test_type_hashes_are_the_published_ones(kind: str) -> None:
    assert bytes.fromhex(TYPE_HASHES[kind]) in artifact("EraToken").runtime


@pytest.mark.clause("ERC-3009", "once")
def test_nonces_come_in_any_order() -> None:
    era = issue()
    nonces = [keccak(text=str(number)) for number in range(3)] + [bytes(32)]
    for order in list(permutations(nonces))[::5]:
        with era.chain.isolated():
            for nonce in order:
                given = authorisation(era, nonce=nonce)
                assert not era.token.authorizationState(era.holder, nonce)
                given.present(era, era.relay)
                assert era.token.authorizationState(era.holder, nonce)
            assert era.token.balanceOf(era.bob) == 20


@pytest.mark.clause("ERC-3009", "once")
def test_a_nonce_is_its_authorizers_own() -> None:
    era = issue()
    given = authorisation(era)
    given.present(era, era.relay)
    assert not era.token.authorizationState(era.bob, given.nonce)
    back = replace(given, source=era.bob.address, target=era.holder.address).signed(era.bob, era.domain)
    back.present(era, era.relay)
    assert era.token.balanceOf(era.bob) == 0


@pytest.mark.clause("ERC-3009", "once")
@pytest.mark.parametrize("first", ["transfer", "receive"])
def test_a_nonce_serves_one_kind(first: str) -> None:
    """Both kinds and the withdrawal share their nonces."""
    era = issue()
    other = "receive" if first == "transfer" else "transfer"
    authorisation(era, first).present(era, era.bob)
    with reverts("AuthorizationUsedOrCanceled"):
        authorisation(era, other).present(era, era.bob)


@pytest.mark.clause("ERC-3009", "moves")
def test_what_cannot_be_moved_leaves_the_nonce() -> None:
    era = issue()
    given = authorisation(era, source=era.bob.address, target=era.relay.address).signed(era.bob, era.domain)
    with reverts("ERC20InsufficientBalance"):
        given.present(era, era.relay)
    assert not era.token.authorizationState(era.bob, given.nonce)
    era.token.transfer(era.bob, 5, sender=era.holder)
    given.present(era, era.relay)
    assert era.token.balanceOf(era.relay) == 5
