"""Covered assets: what staked nodes verified stands beside appraiser and insurer, and over them while it is good."""

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import structs
from caldera.evm import Account
from tests.support.cargo import Port
from tests.support.suite import DAY, ROLES, reverts, selector_of

VALUATION, INSURANCE = 7, 8
UNIT = 1_000_000_000
POLICY = keccak(text="policy")


@pytest.fixture
def nodes(port: Port) -> Account:
    """Whose calls stand for verified results; the officer has the role no more."""
    suite = port.suite
    selector = selector_of("LogisticsModule", "stateVerified")
    suite.access.setTargetFunctionRole(port.logistics, [selector], ROLES["VERIFIER"], sender=suite.admin)
    suite.access.revokeRole(ROLES["VERIFIER"], suite.officer, sender=suite.admin)
    suite.access.grantRole(ROLES["VERIFIER"], suite.bank, 0, sender=suite.admin)
    return suite.bank


def say(port: Port, cargo: int, field: int, amount: int, days: int = 9, at: int | None = None, level: int = 2) -> None:
    now = port.suite.chain.now
    said = (amount, now if at is None else at, now + days * DAY, port.suite.entities["bank"], level)
    port.logistics.stateVerified(cargo, field, *said, sender=port.bank)


def test_only_who_verifies(port: Port, nodes: Account) -> None:
    cargo = port.covered()
    for caller in (port.officer, port.appraiser, port.insurer, port.carrier):
        with reverts("AccessManagedUnauthorized", caller=caller.address):
            port.logistics.stateVerified(cargo, VALUATION, 1, 1, 2**40 - 1, 1, 2, sender=caller)


def test_a_valuation_counts_over_an_appraisers(port: Port, nodes: Account) -> None:
    """50,000.00 instead of 100,000.00: 35,000.00 can be pledged instead of 70,000.00."""
    cargo, now = port.covered(), port.suite.chain.now
    assert port.logistics.pledgeable(cargo) == 70 * UNIT
    say(port, cargo, VALUATION, 50 * UNIT)
    kept = port.suite.ledger.attributeOf(cargo, VALUATION)
    assert kept == structs.Attribute(50 * UNIT, port.suite.entities["bank"], now, now + 9 * DAY, 2)
    assert port.logistics.pledgeable(cargo) == 35 * UNIT


def test_no_appraiser_replaces_it_while_it_is_good(port: Port, nodes: Account) -> None:
    cargo = port.covered()
    say(port, cargo, VALUATION, 50 * UNIT)
    until = port.suite.chain.now + 30 * DAY
    with reverts("StatedByAnother", id=cargo, field=VALUATION):
        port.logistics.appraise(cargo, 100 * UNIT, until, sender=port.appraiser)
    port.suite.chain.skip(9 * DAY + 1)
    port.logistics.appraise(cargo, 100 * UNIT, until, sender=port.appraiser)
    assert port.suite.ledger.attributeOf(cargo, VALUATION).level == 0


def test_nor_does_one_of_the_entity_in_whose_name_it_is(port: Port, nodes: Account) -> None:
    suite = port.suite
    suite.access.grantRole(ROLES["APPRAISER"], port.bank, 0, sender=suite.admin)
    cargo = port.covered()
    say(port, cargo, VALUATION, 50 * UNIT)
    with reverts("WeakerStatement", id=cargo, field=VALUATION, level=0, standing=2):
        port.logistics.appraise(cargo, 100 * UNIT, suite.chain.now + DAY, sender=port.bank)


def test_an_insured_amount_stays_the_insurers_word(port: Port, nodes: Account) -> None:
    """So that the insurer, and nobody who verified, can report the loss and end the cover."""
    cargo = port.covered()
    say(port, cargo, INSURANCE, 60 * UNIT)
    kept = port.suite.ledger.attributeOf(cargo, INSURANCE)
    assert (kept.amount, kept.source, kept.level) == (60 * UNIT, port.suite.entities["insurer"], 2)
    assert port.logistics.pledgeable(cargo) == 60 * UNIT
    with reverts("NotItsCarrierOrInsurer", caller=port.bank.address):
        port.logistics.declareLost(cargo, POLICY, sender=port.bank)
    with reverts("WeakerStatement", field=INSURANCE, standing=2):
        port.logistics.insure(cargo, 80 * UNIT, port.suite.chain.now + DAY, POLICY, sender=port.insurer)
    with port.suite.chain.isolated():
        port.logistics.declareLost(cargo, POLICY, sender=port.insurer)
    port.logistics.insure(cargo, 0, 0, POLICY, sender=port.insurer)
    assert port.logistics.pledgeable(cargo) == 0
    port.logistics.insure(cargo, 80 * UNIT, port.suite.chain.now + DAY, POLICY, sender=port.insurer)


def test_no_insurance_without_an_insurer(port: Port, nodes: Account) -> None:
    cargo = port.issue()
    with reverts("NotInsured", id=cargo, validUntil=0):
        say(port, cargo, INSURANCE, 60 * UNIT)
    say(port, cargo, VALUATION, 60 * UNIT)


def test_an_older_or_weaker_word_does_not_count(port: Port, nodes: Account) -> None:
    cargo = port.issue()
    now = port.suite.chain.now
    say(port, cargo, VALUATION, 50 * UNIT)
    for at in (now - 1, now):
        with reverts("OlderStatement", statedAt=at, standing=now):
            say(port, cargo, VALUATION, 60 * UNIT, at=at)
    port.suite.chain.skip(1)
    with reverts("WeakerStatement", level=1, standing=2):
        say(port, cargo, VALUATION, 60 * UNIT, level=1)
    say(port, cargo, VALUATION, 60 * UNIT)
    port.suite.chain.skip(9 * DAY + 1)
    with reverts("OlderStatement"):
        say(port, cargo, VALUATION, 70 * UNIT, level=1, at=now)
    say(port, cargo, VALUATION, 70 * UNIT, level=1)
    say(port, cargo, VALUATION, 80 * UNIT)  # stronger, of the same second
    assert port.suite.ledger.attributeOf(cargo, VALUATION).amount == 80 * UNIT


def test_taken_back_the_appraiser_speaks_again(port: Port, nodes: Account) -> None:
    cargo, at = port.covered(), port.suite.chain.now
    say(port, cargo, VALUATION, 50 * UNIT)
    port.suite.chain.skip(DAY)
    say(port, cargo, VALUATION, 0, at=at - 1)  # none of that second
    assert port.logistics.pledgeable(cargo) == 35 * UNIT
    say(port, cargo, VALUATION, 0, at=at)
    assert port.logistics.pledgeable(cargo) == 0
    with reverts("ValuationStale"):
        port.logistics.requirePledgeable(cargo)
    port.logistics.appraise(cargo, 90 * UNIT, port.suite.chain.now + DAY, sender=port.appraiser)
    say(port, cargo, VALUATION, 0, at=at)  # a second time it takes nothing
    assert port.logistics.pledgeable(cargo) == 63 * UNIT


def test_taken_back_even_where_the_cargo_is_no_more(port: Port, nodes: Account) -> None:
    cargo, at = port.covered(), port.suite.chain.now
    say(port, cargo, VALUATION, 50 * UNIT)
    port.logistics.surrender(cargo, sender=port.seller)
    with reverts("NotInTransit"):
        port.suite.chain.skip(1)
        say(port, cargo, VALUATION, 50 * UNIT)
    say(port, cargo, VALUATION, 0, at=at)
    assert port.suite.ledger.attributeOf(cargo, VALUATION).amount == 0


def test_only_what_is_about_cover_and_in_time(port: Port, nodes: Account) -> None:
    cargo = port.covered()
    for field in (0, 6, 9, 12):
        with reverts("FieldNotCovered", id=cargo, field=field):
            say(port, cargo, field, 1)
    with reverts("NotInFuture", validUntil=port.suite.chain.now):
        say(port, cargo, VALUATION, 1, days=0)
    with reverts("UnknownCargo"):
        say(port, 65_536, VALUATION, 1)


def test_who_has_an_interest(port: Port) -> None:
    cargo, entities = port.issue(), port.suite.entities
    assert port.logistics.interestedIn(cargo) == (entities["seller"], entities["carrier"])
    port.logistics.surrender(cargo, sender=port.seller)
    assert port.logistics.interestedIn(cargo) == (entities["seller"], entities["carrier"])
    with reverts("UnknownCargo", id=1):
        port.logistics.interestedIn(1)
