"""Plantings: what staked nodes verified, and who has an interest."""

from tests.support.farm import Farm
from tests.support.suite import DAY, ROLES, reverts, selector_of

VALUATION = 7


def test_the_farmer_has_an_interest(farm: Farm) -> None:
    made = farm.plant()
    assert farm.agriculture.interestedIn(made) == (farm.estate.entities["owner"], 0)
    with reverts("UnknownPlanting", id=1):
        farm.agriculture.interestedIn(1)


def test_a_verified_valuation_limits_what_can_be_pledged_until_it_is_taken_back(farm: Farm) -> None:
    made, estate = farm.traced(), farm.estate
    farm.cover(made)
    before, now = farm.agriculture.pledgeable(made), farm.now
    selector = selector_of("AgricultureModule", "stateVerified")
    with reverts("AccessManagedUnauthorized"):
        farm.agriculture.stateVerified(made, VALUATION, 1, now, now + DAY, 1, 2, sender=estate.bank)
    estate.access.setTargetFunctionRole(farm.agriculture, [selector], ROLES["VERIFIER"], sender=estate.admin)
    estate.access.grantRole(ROLES["VERIFIER"], estate.bank, 0, sender=estate.admin)
    farm.agriculture.stateVerified(made, VALUATION, 1_000, now, now + DAY, 1, 2, sender=estate.bank)
    advance = farm.agriculture.coverOf(made).advanceBps
    assert farm.agriculture.pledgeable(made) == 1_000 * advance // 10_000 < before
    farm.agriculture.stateVerified(made, VALUATION, 0, now, now, 0, 2, sender=estate.bank)
    assert farm.agriculture.pledgeable(made) == 0
    farm.cover(made)
    assert farm.agriculture.pledgeable(made) == before
