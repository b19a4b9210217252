"""VestingVault: grants that somebody pays for when making them, as a round of an airdrop does."""

import pytest

from caldera.contracts import AirdropClaim, AirdropRounds, events, structs
from caldera.merkle import double_hash
from tests.support.suite import NOBODY, reverts
from tests.support.vesting import DAY, ERA, MONTH, YEAR, Vesting


def test_the_payer_pays_and_the_beneficiary_has_a_grant(vesting: Vesting) -> None:
    vault, now = vesting.vault, vesting.now
    kept, had = vesting.era.balanceOf(vault), vesting.era.balanceOf(vesting.holder)
    vesting.era.approve(vault, 12 * ERA, sender=vesting.holder)
    receipt = vault.grantFor(vesting.alice, 12 * ERA, now, 0, YEAR, sender=vesting.holder)
    number = vault.grantCount()
    granted = events.VestingGranted(
        number, vesting.alice.address, 0, 12 * ERA, now, 0, YEAR, False, emitter=vault.address
    )
    assert granted in receipt.events
    assert vesting.era.balanceOf(vault) == kept + 12 * ERA
    assert vesting.era.balanceOf(vesting.holder) == had - 12 * ERA
    assert vault.getVotes(vesting.alice) == 12 * ERA
    assert vault.grantOf(number).allocation == 0
    vesting.to(now + YEAR // 2)
    assert vault.release(number, sender=vesting.alice).returned == 6 * ERA


def test_it_is_nobodys_to_take_back(vesting: Vesting) -> None:
    vesting.era.approve(vesting.vault, ERA, sender=vesting.holder)
    vesting.vault.grantFor(vesting.alice, ERA, vesting.now, 0, YEAR, sender=vesting.holder)
    with reverts("NotRevocable", id=vesting.vault.grantCount()):
        vesting.vault.revoke(vesting.vault.grantCount(), sender=vesting.admin)


@pytest.mark.parametrize(
    ("amount", "cliff", "duration", "error"),
    [
        (0, 0, YEAR, "NoAmount"),
        (ERA, 0, 0, "DurationOutOfBounds"),
        (ERA, 2, 1, "CliffTooLong"),
        (ERA, 0, 2**32, "SafeCastOverflowedUintDowncast"),
        (ERA, 2**32, 2**32 - 1, "SafeCastOverflowedUintDowncast"),
        (2 * ERA, 0, YEAR, "ERC20InsufficientAllowance"),
    ],
)
def test_what_is_refused(vesting: Vesting, amount: int, cliff: int, duration: int, error: str) -> None:
    vesting.era.approve(vesting.vault, ERA, sender=vesting.holder)
    with reverts(error):
        vesting.vault.grantFor(vesting.alice, amount, vesting.now, cliff, duration, sender=vesting.holder)
    vesting.vault.grantFor(vesting.alice, ERA, vesting.now, 1, 1, sender=vesting.holder)


def test_nobody_and_the_vault_hold_none(vesting: Vesting) -> None:
    vesting.era.approve(vesting.vault, ERA, sender=vesting.holder)
    for who in (NOBODY, vesting.vault.address):
        with reverts("CannotHoldGrant"):
            vesting.vault.grantFor(who, ERA, vesting.now, 0, YEAR, sender=vesting.holder)


def test_a_pause_stops_it(vesting: Vesting) -> None:
    vesting.era.approve(vesting.vault, ERA, sender=vesting.holder)
    vesting.vault.pause(DAY, sender=vesting.officer)
    with reverts("Paused"):
        vesting.vault.grantFor(vesting.alice, ERA, vesting.now, 0, YEAR, sender=vesting.holder)


def test_a_round_of_an_airdrop_is_claimed_into_a_grant(vesting: Vesting) -> None:
    """The real round and the real vault, together."""
    suite, chain = vesting.suite, vesting.suite.chain
    rounds = AirdropRounds.deploy(chain, suite.access, vesting.era, sender=suite.admin)
    vesting.era.transfer(rounds, 5 * ERA, sender=vesting.holder)
    leaf = double_hash(["uint256", "address", "uint256"], [0, vesting.alice.address, 5 * ERA])
    terms = structs.AirdropTerms(
        leaf,
        rounds.address,
        1,
        vesting.now,
        vesting.now + YEAR,
        1,
        vesting.vault.address,
        vesting.now,
        0,
        12 * MONTH,
        0,
    )
    made = AirdropClaim.at(chain, rounds.open(terms, 5 * ERA, "early", "ipfs://", sender=suite.admin).returned)
    made.claim(0, vesting.alice, 5 * ERA, [], sender=vesting.mallory)
    grant = vesting.vault.grantOf(vesting.vault.grantCount())
    assert (grant.terms.beneficiary, grant.terms.amount) == (vesting.alice.address, 5 * ERA)
    assert (grant.terms.duration, vesting.vault.getVotes(vesting.alice)) == (12 * MONTH, 5 * ERA)
    assert vesting.era.balanceOf(made) == 0
