"""EraToken: a fixed supply without an owner."""

import pytest

from caldera.artifacts import artifact
from caldera.contracts import EraToken
from caldera.evm import Revm
from tests.support.suite import NOBODY, reverts
from tests.unit.era.signing import SUPPLY, Era

CHANGING = {
    "approve",
    "cancelAuthorization",
    "delegate",
    "delegateBySig",
    "permit",
    "receiveWithAuthorization",
    "transfer",
    "transferFrom",
    "transferWithAuthorization",
}


def test_a_thousand_million_are_the_genesis_holders_and_there_are_no_more(era: Era) -> None:
    assert era.token.SUPPLY() == era.token.totalSupply() == SUPPLY == 1_000_000_000 * 10**18
    assert era.token.balanceOf(era.holder) == SUPPLY
    assert era.token.balanceOf(era.relay) == 0  # the deployer


def test_nobody_cannot_be_the_genesis_holder() -> None:
    chain = Revm()
    deployer = chain.account("deployer")
    with reverts("NoGenesisHolder"):
        EraToken.deploy(chain, NOBODY, sender=deployer)
    made = EraToken.deploy(chain, "0x" + "00" * 19 + "01", sender=deployer)
    assert made.balanceOf("0x" + "00" * 19 + "01") == SUPPLY


def test_its_name(era: Era) -> None:
    assert (era.token.name(), era.token.symbol(), era.token.decimals()) == ("ERA", "ERA", 18)


def test_its_signing_domain(era: Era) -> None:
    read = era.token.eip712Domain()
    assert read[1:5] == (
        "ERA",
        "1",
        era.chain.chain_id,
        era.token.address,
    )


def test_nothing_can_be_changed_but_by_holders() -> None:
    functions = [entry for entry in artifact("EraToken").abi if entry["type"] == "function"]
    changing = {entry["name"] for entry in functions if entry["stateMutability"] not in ("view", "pure")}
    assert changing == CHANGING
    names = {entry["name"].lower() for entry in functions}
    assert not [name for name in names if any(word in name for word in ("mint", "burn", "owner", "role", "pause"))]
    assert not [entry for entry in artifact("EraToken").abi if entry["type"] in ("fallback", "receive")]


def test_a_transfer_moves_and_makes_nothing(era: Era) -> None:
    era.token.transfer(era.bob, SUPPLY, sender=era.holder)
    assert (era.token.balanceOf(era.holder), era.token.balanceOf(era.bob)) == (0, SUPPLY)
    with reverts("ERC20InsufficientBalance", balance=0, needed=1):
        era.token.transfer(era.bob, 1, sender=era.holder)
    assert era.token.totalSupply() == SUPPLY


@pytest.mark.parametrize("amount", [6, 5])
def test_an_allowance_is_used_up(era: Era, amount: int) -> None:
    era.token.approve(era.relay, 5, sender=era.holder)
    if amount > 5:
        with reverts("ERC20InsufficientAllowance", allowance=5, needed=6):
            era.token.transferFrom(era.holder, era.bob, amount, sender=era.relay)
    else:
        era.token.transferFrom(era.holder, era.bob, amount, sender=era.relay)
        assert era.token.balanceOf(era.bob) == 5
        assert era.token.allowance(era.holder, era.relay) == 0
