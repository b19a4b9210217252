"""ParticipantRegistry: who may take part, in force in every ledger in the same second."""

from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import AssetCertificate, events, structs
from tests.support.suite import DAY, ENTERPRISE, EU, FACTOR, NOBODY, US, Suite, reverts

ACTIVE, SUSPENDED, REMOVED = 1, 2, 3


def word(status: int, expires: int, entity: int, regions: int, qualifications: int) -> int:
    """The packed word as the interface describes it."""
    return status << 232 | expires << 192 | entity << 144 | regions << 64 | qualifications


def entity(suite: Suite, name: str = "new entity") -> int:
    return suite.registry.createEntity(keccak(text=name), sender=suite.officer).returned


def enrol(suite: Suite, account: Any, number: int, expires: int | None = None) -> None:
    until = suite.chain.now + DAY if expires is None else expires
    suite.registry.enrol(account, number, until, EU, FACTOR, sender=suite.officer)


class TestEntities:
    """A legal person is entered once."""

    def test_numbers_count_from_one_and_are_found_by_identifier(self, suite: Suite) -> None:
        last = max(suite.entities.values())
        receipt = suite.registry.createEntity(keccak(text="VAT:DE1"), sender=suite.officer)
        assert receipt.returned == last + 1
        assert suite.registry.entityOf(keccak(text="VAT:DE1")) == last + 1
        assert suite.registry.legalIdOf(last + 1) == keccak(text="VAT:DE1")
        assert suite.registry.entityOf(keccak(text="VAT:DE2")) == 0
        assert list(receipt.events) == [
            events.EntityCreated(last + 1, keccak(text="VAT:DE1"), emitter=suite.registry.address)
        ]

    def test_it_is_entered_once_and_not_without_identifier(self, suite: Suite) -> None:
        number = entity(suite)
        with reverts("EntityExists", legalId=keccak(text="new entity"), entity=number):
            entity(suite)
        with reverts("NoLegalId"):
            suite.registry.createEntity(b"\0" * 32, sender=suite.officer)


class TestEnrolment:
    """Accounts of entities."""

    def test_all_facts_stand_in_one_word(self, suite: Suite) -> None:
        number, until = entity(suite), suite.chain.now + 7
        everywhere, everything = (1 << 80) - 1, (1 << 64) - 1
        suite.registry.enrol(suite.mallory, number, until, everywhere, everything, sender=suite.officer)
        assert suite.registry.participant(suite.mallory) == structs.Participant(
            ACTIVE, until, number, everywhere, everything
        )
        assert suite.registry.partyOf(suite.mallory) == word(ACTIVE, until, number, everywhere, everything)
        assert suite.ledger.partyOf(suite.mallory) == suite.registry.partyOf(suite.mallory)
        assert suite.registry.accountsOf(number) == (suite.mallory.address,)

    def test_it_says_what_it_did(self, suite: Suite) -> None:
        number, until = entity(suite), suite.chain.now + 7
        receipt = suite.registry.enrol(suite.mallory, number, until, EU, FACTOR, sender=suite.officer)
        facts = structs.Participant(ACTIVE, until, number, EU, FACTOR)
        assert list(receipt.events) == [
            events.ParticipantChanged(suite.mallory.address, number, facts, emitter=suite.registry.address)
        ]

    def test_who_cannot_be_enrolled(self, suite: Suite) -> None:
        number = entity(suite)
        with reverts("NoAccount"):
            enrol(suite, NOBODY, number)
        with reverts("UnknownEntity", entity=number + 1):
            enrol(suite, suite.mallory, number + 1)
        with reverts("UnknownEntity", entity=0):
            enrol(suite, suite.mallory, 0)
        with reverts("AlreadyEnrolled", account=suite.alice.address):
            enrol(suite, suite.alice, suite.entities["alice"])
        suite.registry.suspend(suite.alice, sender=suite.officer)
        with reverts("AlreadyEnrolled", account=suite.alice.address):
            enrol(suite, suite.alice, suite.entities["alice"])

    def test_the_expiry_must_lie_ahead(self, suite: Suite) -> None:
        number, now = entity(suite), suite.chain.now
        with reverts("ExpiryNotInFuture", expires=now):
            enrol(suite, suite.mallory, number, now)
        enrol(suite, suite.mallory, number, now + 1)
        with reverts("ExpiryNotInFuture", expires=now):
            suite.registry.setFacts(suite.mallory, now, EU, 0, sender=suite.officer)
        suite.registry.setFacts(suite.mallory, now + 1, EU, 0, sender=suite.officer)

    def test_an_account_is_active_up_to_the_second_before_its_expiry(self, suite: Suite) -> None:
        until = suite.chain.now + 100
        enrol(suite, suite.mallory, entity(suite), until)
        suite.chain.warp(until - 1)
        assert suite.registry.isActive(suite.mallory)
        assert suite.ledger.canReceive(suite.mallory)
        assert suite.ledger.canSend(suite.mallory)
        suite.chain.warp(until)
        assert not suite.registry.isActive(suite.mallory)
        assert not suite.ledger.canReceive(suite.mallory)
        assert not suite.ledger.canSend(suite.mallory)

    def test_at_most_32_accounts_removed_ones_included(self, suite: Suite) -> None:
        number = entity(suite)
        for count in range(32):
            enrol(suite, suite.chain.account(f"account {count}"), number)
        suite.registry.remove(suite.chain.account("account 0"), sender=suite.officer)
        with reverts("TooManyAccounts", entity=number, most=32):
            enrol(suite, suite.chain.account("one more"), number)
        enrol(suite, suite.chain.account("account 0"), number)
        assert len(suite.registry.accountsOf(number)) == 32

    def test_a_removed_account_comes_back_for_its_own_entity_only(self, suite: Suite) -> None:
        own, other = suite.entities["alice"], entity(suite)
        suite.registry.remove(suite.alice, sender=suite.officer)
        with reverts("AccountBelongsTo", account=suite.alice.address, entity=own):
            enrol(suite, suite.alice, other)
        enrol(suite, suite.alice, own)
        assert suite.registry.accountsOf(own) == (suite.alice.address,)
        assert suite.registry.isActive(suite.alice)


class TestStatus:
    """Suspended, reinstated, removed: here and in every copy in the same second."""

    def statuses(self, suite: Suite, account: Any) -> tuple[int, int]:
        return suite.registry.participant(account).status, suite.ledger.partyOf(account) >> 232

    def test_each_takes_effect_at_once(self, suite: Suite) -> None:
        for name, status in (("suspend", SUSPENDED), ("reinstate", ACTIVE), ("remove", REMOVED)):
            getattr(suite.registry, name)(suite.alice, sender=suite.officer)
            assert self.statuses(suite, suite.alice) == (status, status)
            assert suite.registry.isActive(suite.alice) == (status == ACTIVE)
            assert suite.ledger.canReceive(suite.alice) == (status == ACTIVE)

    def test_a_suspension_stops_a_transfer_in_the_same_second(self, suite: Suite) -> None:
        asset = suite.circulating()
        suite.registry.suspend(suite.alice, sender=suite.officer)
        with reverts("ERC7943CannotReceive", account=suite.alice.address):
            suite.send(suite.seller, suite.alice, asset, 10**9)
        suite.registry.reinstate(suite.alice, sender=suite.officer)
        suite.send(suite.seller, suite.alice, asset, 10**9)

    @pytest.mark.parametrize("name", ["suspend", "reinstate", "remove"])
    def test_nobody_unknown_or_removed(self, suite: Suite, name: str) -> None:
        act = getattr(suite.registry, name)
        with reverts("UnknownParticipant", account=suite.stranger.address):
            act(suite.stranger, sender=suite.officer)
        suite.registry.remove(suite.alice, sender=suite.officer)
        with reverts("ParticipantRemoved", account=suite.alice.address):
            act(suite.alice, sender=suite.officer)

    def test_facts_change_and_the_status_stays(self, suite: Suite) -> None:
        with reverts("UnknownParticipant", account=suite.stranger.address):
            suite.registry.setFacts(suite.stranger, suite.chain.now + 1, EU, 0, sender=suite.officer)
        suite.registry.suspend(suite.alice, sender=suite.officer)
        suite.registry.setFacts(suite.alice, suite.chain.now + 5, US, ENTERPRISE, sender=suite.officer)
        assert suite.registry.participant(suite.alice) == structs.Participant(
            SUSPENDED, suite.chain.now + 5, suite.entities["alice"], US, ENTERPRISE
        )
        suite.registry.remove(suite.alice, sender=suite.officer)
        with reverts("ParticipantRemoved", account=suite.alice.address):
            suite.registry.setFacts(suite.alice, suite.chain.now + 1, EU, 0, sender=suite.officer)

    def test_an_entity_is_suspended_with_all_its_active_accounts(self, suite: Suite) -> None:
        number = suite.entities["alice"]
        for name in ("second", "third"):
            enrol(suite, suite.chain.account(name), number)
        suite.registry.remove(suite.chain.account("third"), sender=suite.officer)
        suite.registry.suspendEntity(number, sender=suite.officer)
        assert self.statuses(suite, suite.alice) == (SUSPENDED, SUSPENDED)
        assert self.statuses(suite, suite.chain.account("second")) == (SUSPENDED, SUSPENDED)
        assert self.statuses(suite, suite.chain.account("third")) == (REMOVED, REMOVED)
        with reverts("UnknownEntity", entity=999):
            suite.registry.suspendEntity(999, sender=suite.officer)


class TestCopies:
    """Every subscribed ledger is written in the same transaction."""

    def ledger(self, suite: Suite, registry: Any = None) -> AssetCertificate:
        where = suite.registry if registry is None else registry
        return AssetCertificate.deploy(suite.chain, suite.access, where, "", sender=suite.admin)

    def test_at_most_eight_ledgers(self, suite: Suite) -> None:
        for _ in range(7):
            suite.registry.subscribe(self.ledger(suite), sender=suite.admin)
        assert len(suite.registry.ledgers()) == 8
        with reverts("TooManyLedgers", most=8):
            suite.registry.subscribe(self.ledger(suite), sender=suite.admin)
        suite.registry.suspend(suite.alice, sender=suite.officer)
        for address in suite.registry.ledgers():
            assert AssetCertificate.at(suite.chain, address).partyOf(suite.alice) >> 232 == SUSPENDED

    def test_what_cannot_be_subscribed(self, suite: Suite) -> None:
        with reverts("CannotSubscribe", ledger=suite.ledger.address):
            suite.registry.subscribe(suite.ledger, sender=suite.admin)
        with reverts("CannotSubscribe", ledger=suite.stranger.address):
            suite.registry.subscribe(suite.stranger, sender=suite.admin)
        foreign = self.ledger(suite, suite.stranger)
        with reverts("CannotSubscribe", ledger=foreign.address):
            suite.registry.subscribe(foreign, sender=suite.admin)

    def test_who_was_enrolled_before_is_unknown_until_anybody_syncs(self, suite: Suite) -> None:
        late = self.ledger(suite)
        with reverts("NotSubscribed", ledger=late.address):
            suite.registry.sync(late, [suite.alice], sender=suite.mallory)
        receipt = suite.registry.subscribe(late, sender=suite.admin)
        assert list(receipt.events) == [events.LedgerSubscribed(late.address, emitter=suite.registry.address)]
        assert late.partyOf(suite.alice) == 0
        assert not late.canReceive(suite.alice)
        suite.registry.sync(late, [suite.alice, suite.stranger], sender=suite.mallory)
        assert late.partyOf(suite.alice) == suite.registry.partyOf(suite.alice) != 0
        assert late.partyOf(suite.stranger) == 0

    def test_only_the_registry_writes_a_copy(self, suite: Suite) -> None:
        for caller in (suite.mallory, suite.officer, suite.admin):
            with reverts("OnlyRegistry", caller=caller.address):
                suite.ledger.onPartyChanged(suite.mallory, word(1, 2**40 - 1, 1, 1, 1), sender=caller)
        assert suite.ledger.registry() == suite.registry.address
        own = self.ledger(suite, suite.stranger)
        own.onPartyChanged(suite.mallory, 5, sender=suite.stranger)
        assert own.partyOf(suite.mallory) == 5


def test_every_function_of_an_officer_is_refused_to_others(suite: Suite) -> None:
    later, registry = suite.chain.now + 1, suite.registry
    for caller in (suite.mallory, suite.seller):
        for act in (
            lambda who: registry.createEntity(b"\1" * 32, sender=who),
            lambda who: registry.enrol(who, 1, later, 1, 1, sender=who),
            lambda who: registry.setFacts(suite.alice, later, 1, 1, sender=who),
            lambda who: registry.suspend(suite.alice, sender=who),
            lambda who: registry.reinstate(suite.alice, sender=who),
            lambda who: registry.remove(suite.alice, sender=who),
            lambda who: registry.suspendEntity(1, sender=who),
            lambda who: registry.subscribe(suite.ledger, sender=who),
        ):
            with reverts("AccessManagedUnauthorized", caller=caller.address):
                act(caller)
    with reverts("AccessManagedUnauthorized", caller=suite.officer.address):
        registry.subscribe(suite.ledger, sender=suite.officer)
