"""ParticipantRegistry and ValueStandard: who and what is let in, and what is said of it."""

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import ParticipantRegistry, events, structs
from tests.unit.standard.stand import ACTIVE, NOBODY, RULES, TEMPLATE, Stand, refused


def test_a_legal_person_is_entered_once_under_a_name(stand: Stand) -> None:
    registry, one, two = stand.registry, keccak(text="VAT:DE1"), keccak(text="VAT:DE2")
    with refused(ParticipantRegistry.NoLegalId()):
        registry.createEntity(b"\0" * 32, sender=stand.compliance)
    receipt = registry.createEntity(one, sender=stand.compliance)
    assert receipt.returned == 1
    assert list(receipt.events) == [events.EntityCreated(1, one, emitter=registry.address)]
    with refused(ParticipantRegistry.EntityExists(one, 1)):
        registry.createEntity(one, sender=stand.compliance)
    assert registry.createEntity(two, sender=stand.compliance).returned == 2
    with refused(ParticipantRegistry.EntityExists(two, 2)):
        registry.createEntity(two, sender=stand.compliance)
    assert (registry.entityOf(one), registry.entityOf(two)) == (1, 2)
    assert (registry.legalIdOf(1), registry.legalIdOf(2)) == (one, two)


def test_an_account_needs_an_address_and_an_entity(stand: Stand) -> None:
    registry, one, until = stand.registry, stand.chain.account("one"), stand.now + 1
    for unknown in (0, 1, (1 << 48) - 1):
        with refused(ParticipantRegistry.UnknownEntity(unknown)):
            registry.enrol(one, unknown, until, 1, 1, sender=stand.compliance)
    number = stand.entity("firm")
    assert number == 1
    with refused(ParticipantRegistry.UnknownEntity(2)):
        registry.enrol(one, 2, until, 1, 1, sender=stand.compliance)
    with refused(ParticipantRegistry.NoAccount()):
        registry.enrol(NOBODY, number, until, 1, 1, sender=stand.compliance)
    receipt = registry.enrol(one, number, until, 1, 1, sender=stand.compliance)
    facts = structs.Participant(ACTIVE, until, number, 1, 1)
    assert list(receipt.events) == [events.ParticipantChanged(one.address, number, facts, emitter=registry.address)]
    assert registry.accountsOf(number) == (one.address,)


def test_an_expiry_is_in_the_next_second_at_the_earliest(stand: Stand) -> None:
    registry, one, number, now = stand.registry, stand.chain.account("one"), stand.entity("firm"), stand.now
    for past in (0, now - 1, now):
        with refused(ParticipantRegistry.ExpiryNotInFuture(past)):
            registry.enrol(one, number, past, 1, 1, sender=stand.compliance)
    registry.enrol(one, number, now + 1, 1, 1, sender=stand.compliance)
    for past in (0, now - 1, now):
        with refused(ParticipantRegistry.ExpiryNotInFuture(past)):
            registry.setFacts(one, past, 2, 2, sender=stand.compliance)
    registry.setFacts(one, now + 1, 2, 2, sender=stand.compliance)
    assert registry.participant(one) == structs.Participant(ACTIVE, now + 1, number, 2, 2)


@pytest.mark.parametrize("name", ["suspend", "reinstate", "remove", "setFacts"])
def test_only_what_is_enrolled_can_be_changed(stand: Stand, name: str) -> None:
    one, until = stand.chain.account("one"), stand.now + 1

    def act() -> None:
        if name == "setFacts":
            stand.registry.setFacts(one, until, 1, 1, sender=stand.compliance)
        else:
            getattr(stand.registry, name)(one, sender=stand.compliance)

    with refused(ParticipantRegistry.UnknownParticipant(one.address)):
        act()
    stand.enrol("one")
    stand.registry.remove(one, sender=stand.compliance)
    with refused(ParticipantRegistry.ParticipantRemoved(one.address)):
        act()
    stand.enrol("one")
    act()


def test_a_subscription_says_so(stand: Stand) -> None:
    ledger = stand.new_ledger()
    receipt = stand.registry.subscribe(ledger, sender=stand.admin)
    assert list(receipt.events) == [events.LedgerSubscribed(ledger.address, emitter=stand.registry.address)]


def test_a_publication_says_what_holds(stand: Stand) -> None:
    second = RULES._replace(kind=255, flags=4, graceDays=1, regions=(1 << 80) - 1)
    for version, rules in ((1, RULES), (2, second)):
        receipt = stand.standard.publish(TEMPLATE, rules, sender=stand.keeper)
        assert list(receipt.events) == [
            events.RulesPublished(version, TEMPLATE, version, rules, emitter=stand.standard.address)
        ]
