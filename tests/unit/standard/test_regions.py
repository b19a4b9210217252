"""ParticipantRegistry: a country is inside its bloc."""

import pytest

from caldera.contracts import ParticipantRegistry, SuiteAccess, events, structs
from caldera.evm import Account, Chain, Revm
from tests.support.suite import DAY, reverts

DE, FR, EU, EEA, US = (1 << number for number in range(5))


@pytest.fixture
def chain() -> Chain:
    return Revm()


@pytest.fixture
def admin(chain: Chain) -> Account:
    return chain.account("admin")


@pytest.fixture
def registry(chain: Chain, admin: Account) -> ParticipantRegistry:
    """Germany and France lie in the Union, the Union in the Economic Area."""
    access = SuiteAccess.deploy(chain, admin, sender=admin)
    made = ParticipantRegistry.deploy(chain, access, sender=admin)
    regions = [(0, EU), (1, EU), (2, EEA), (3, 0), (4, 0)]
    made.defineRegions([structs.Region(*region) for region in regions], sender=admin)
    return made


def test_who_is_in_a_country_is_in_all_that_is_around_it(registry: ParticipantRegistry, admin: Account) -> None:
    assert registry.closureOf(DE) == DE | EU | EEA
    assert registry.closureOf(EU) == EU | EEA
    assert registry.closureOf(DE | US) == DE | EU | EEA | US
    assert registry.closureOf(0) == 0
    entity = registry.createEntity(b"\1" * 32, sender=admin).returned
    registry.enrol(admin, entity, registry.chain.now + DAY, DE, 0, sender=admin)
    assert registry.participant(admin).regions == DE | EU | EEA
    registry.setFacts(admin, registry.chain.now + DAY, US, 0, sender=admin)
    assert registry.participant(admin).regions == US


def test_what_lies_outside(registry: ParticipantRegistry) -> None:
    assert registry.outside(DE | FR | US, EU) == US
    assert registry.outside(DE | FR, EEA) == 0
    assert registry.outside(EU, DE) == EU
    assert registry.outside(DE, DE) == 0
    assert registry.outside(DE | US, 0) == DE | US
    assert registry.outside(0, EU) == 0


def test_unknown_regions(registry: ParticipantRegistry, admin: Account) -> None:
    entity = registry.createEntity(b"\1" * 32, sender=admin).returned
    until = registry.chain.now + DAY
    with reverts("UnknownRegion", number=5):
        registry.enrol(admin, entity, until, DE | 1 << 5, 0, sender=admin)
    registry.enrol(admin, entity, until, DE, 0, sender=admin)
    with reverts("UnknownRegion", number=79):
        registry.setFacts(admin, until, 1 << 79, 0, sender=admin)
    with reverts("UnknownRegion", number=6):
        registry.closureOf(1 << 6)
    with reverts("UnknownRegion", number=6):
        registry.outside(1 << 6, EU)
    with reverts("UnknownRegion", number=80):
        registry.defineRegions([structs.Region(80, 0)], sender=admin)
    with reverts("UnknownRegion", number=7):
        registry.defineRegions([structs.Region(5, 1 << 7)], sender=admin)
    registry.defineRegions([structs.Region(79, 0)], sender=admin)


def test_a_region_moves_and_parties_follow_when_their_facts_are_set(
    registry: ParticipantRegistry, admin: Account
) -> None:
    entity = registry.createEntity(b"\1" * 32, sender=admin).returned
    until = registry.chain.now + DAY
    registry.enrol(admin, entity, until, FR, 0, sender=admin)
    receipt = registry.defineRegions([structs.Region(1, 0)], sender=admin)
    assert list(receipt.events) == [events.RegionDefined(1, 0, emitter=registry.address)]
    assert registry.participant(admin).regions == FR | EU | EEA
    registry.setFacts(admin, until, FR, 0, sender=admin)
    assert registry.participant(admin).regions == FR


def test_a_circle_makes_its_regions_the_same(registry: ParticipantRegistry, admin: Account) -> None:
    registry.defineRegions([structs.Region(3, 1), structs.Region(0, EEA)], sender=admin)
    assert registry.closureOf(DE) == registry.closureOf(EEA) == DE | EEA


def test_by_compliance_only(registry: ParticipantRegistry) -> None:
    stranger = registry.chain.account("stranger")
    with reverts("AccessManagedUnauthorized", caller=stranger.address):
        registry.defineRegions([structs.Region(0, 0)], sender=stranger)
