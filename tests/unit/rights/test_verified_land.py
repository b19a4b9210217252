"""LandModule: what staked nodes verified of a title."""

import pytest

from caldera.evm import Account
from tests.support.estate import DAY, INCOME_RULES, Estate
from tests.support.suite import ROLES, reverts, selector_of

VALUATION = 7
WORTH = 500_000_000_000


@pytest.fixture
def nodes(estate: Estate) -> Account:
    """Whose calls stand for verified results; the officer is a participant, so that it may state level 0."""
    admin = estate.admin
    selector = selector_of("LandModule", "stateVerified")
    estate.access.setTargetFunctionRole(estate.land, [selector], ROLES["VERIFIER"], sender=admin)
    estate.access.grantRole(ROLES["VERIFIER"], estate.bank, 0, sender=admin)
    estate.enrol("officer")
    return estate.bank


def say(estate: Estate, right: int, amount: int, at: int | None = None, level: int = 2) -> None:
    now = estate.chain.now
    said = (amount, now if at is None else at, now + 9 * DAY, 3, level)
    estate.land.stateVerified(right, VALUATION, *said, sender=estate.bank)


def test_only_who_verifies(estate: Estate, nodes: Account) -> None:
    right = estate.right()
    with reverts("AccessManagedUnauthorized", caller=estate.officer.address):
        estate.land.stateVerified(right, VALUATION, 1, 1, 2**40 - 1, 1, 2, sender=estate.officer)


def test_it_counts_over_the_land_registers_word(estate: Estate, nodes: Account) -> None:
    right, until = estate.right(), estate.chain.now + 99 * DAY
    estate.land.stateAttribute(right, VALUATION, WORTH, until, sender=estate.officer)
    say(estate, right, WORTH // 2)
    assert estate.land.collateralOf(right, 1)[1] == WORTH // 2
    assert estate.rights.attributeOf(right, VALUATION).level == 2
    with reverts("WeakerStatement", id=right, field=VALUATION, level=0, standing=2):
        estate.land.stateAttribute(right, VALUATION, WORTH, until, sender=estate.officer)
    with reverts("OlderStatement"):
        say(estate, right, WORTH)
    estate.chain.skip(9 * DAY + 1)
    estate.land.stateAttribute(right, VALUATION, WORTH, until, sender=estate.officer)


def test_taken_back(estate: Estate, nodes: Account) -> None:
    right, at = estate.right(), estate.chain.now
    say(estate, right, WORTH)
    say(estate, right, 0, at=at - 1)
    assert estate.rights.attributeOf(right, VALUATION).amount == WORTH
    say(estate, right, 0, at=at)
    assert estate.rights.attributeOf(right, VALUATION).amount == 0
    estate.land.stateAttribute(right, VALUATION, 1, at + DAY, sender=estate.officer)


def test_taken_back_even_where_the_title_is_no_more(estate: Estate, nodes: Account) -> None:
    right, at = estate.right(), estate.chain.now
    say(estate, right, WORTH)
    estate.land.strikeOut(right, b"\1" * 32, sender=estate.officer)
    say(estate, right, 0, at=at)  # nothing is left to do
    estate.chain.skip(1)
    with reverts("ERC721NonexistentToken"):
        say(estate, right, WORTH)


def test_the_owner_has_an_interest_and_in_trust_the_manager(estate: Estate) -> None:
    right, owner = estate.right(), estate.entities["owner"]
    assert estate.land.interestedIn(right) == (owner, 0)
    estate.rights.transferFrom(estate.owner, estate.buyer, right, sender=estate.owner)
    assert estate.land.interestedIn(right) == (estate.entities["buyer"], 0)
    estate.rights.approve(estate.land, right, sender=estate.buyer)
    certificate = estate.land.putInTrust(right, 10_000_000, INCOME_RULES, 1, sender=estate.buyer).returned
    assert estate.land.interestedIn(right) == (estate.entities["buyer"], 0)
    for wrong in (certificate, right + 65_536):
        with reverts("ERC721NonexistentToken"):
            estate.land.interestedIn(wrong)
