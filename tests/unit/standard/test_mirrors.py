"""ParticipantRegistry and ParticipantMirror: eight copies that never differ from the registry, not for one second."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caldera.contracts import AssetCertificate, ParticipantMirror, ParticipantRegistry, events, structs
from tests.unit.standard.stand import ACTIVE, DAY, NOBODY, REMOVED, SUSPENDED, Stand, build, refused, word

Change = Callable[[Stand], object]
CHANGES: dict[str, tuple[Change, int]] = {
    "suspend": (lambda stand: stand.registry.suspend(stand.chain.account("one"), sender=stand.compliance), SUSPENDED),
    "remove": (lambda stand: stand.registry.remove(stand.chain.account("one"), sender=stand.compliance), REMOVED),
    "suspendEntity": (
        lambda stand: stand.registry.suspendEntity(stand.entity("firm"), sender=stand.compliance),
        SUSPENDED,
    ),
}


def full(stand: Stand) -> list[AssetCertificate]:
    """As many ledgers as can be subscribed: the stand's own and seven more."""
    ledgers = [stand.ledger]
    for _ in range(7):
        ledgers.append(stand.new_ledger())
        stand.registry.subscribe(ledgers[-1], sender=stand.admin)
    return ledgers


class TestInTheSameSecond:
    """A change is in the registry and in every copy as soon as its transaction is."""

    @pytest.mark.parametrize("name", CHANGES)
    def test_what_stops_an_account_stops_it_everywhere(self, stand: Stand, name: str) -> None:
        change, status = CHANGES[name]
        ledgers, until = full(stand), stand.now + DAY
        one = stand.enrol("one", "firm")
        number, start = stand.entity("firm"), stand.now
        for copy in ledgers:
            assert copy.partyOf(one) == word(ACTIVE, until, number, 1, 1)
            assert (copy.canSend(one), copy.canReceive(one)) == (True, True)
        change(stand)
        assert stand.now == start
        assert stand.registry.partyOf(one) == word(status, until, number, 1, 1)
        assert not stand.registry.isActive(one)
        for copy in ledgers:
            assert copy.partyOf(one) == word(status, until, number, 1, 1)
            assert (copy.canSend(one), copy.canReceive(one)) == (False, False)

    def test_what_lets_it_go_on_does_so_everywhere(self, stand: Stand) -> None:
        ledgers, until = full(stand), stand.now + DAY
        one, number = stand.enrol("one", "firm"), stand.entity("firm")
        stand.registry.suspend(one, sender=stand.compliance)
        stand.registry.reinstate(one, sender=stand.compliance)
        assert [copy.partyOf(one) for copy in ledgers] == [word(ACTIVE, until, number, 1, 1)] * 8
        stand.registry.setFacts(one, until + 5, 6, 7, sender=stand.compliance)
        assert [copy.partyOf(one) for copy in ledgers] == [word(ACTIVE, until + 5, number, 6, 7)] * 8
        stand.registry.remove(one, sender=stand.compliance)
        stand.registry.enrol(one, number, until, 1, 1, sender=stand.compliance)
        assert [copy.partyOf(one) for copy in ledgers] == [word(ACTIVE, until, number, 1, 1)] * 8

    def test_the_largest_entity_is_suspended_in_the_most_ledgers_in_one_call(self, stand: Stand) -> None:
        ledgers, until = full(stand), stand.now + DAY
        accounts = [stand.enrol(f"account {count}", "firm") for count in range(32)]
        number = stand.entity("firm")
        receipt = stand.registry.suspendEntity(number, sender=stand.compliance)
        facts = structs.Participant(SUSPENDED, until, number, 1, 1)
        assert list(receipt.events) == [
            events.ParticipantChanged(account.address, number, facts, emitter=stand.registry.address)
            for account in accounts
        ]
        suspended = word(SUSPENDED, until, number, 1, 1)
        assert {copy.partyOf(account) for copy in ledgers for account in accounts} == {suspended}

    def test_an_expiry_needs_no_transaction(self, stand: Stand) -> None:
        ledgers, until = full(stand), stand.now + 10
        one = stand.enrol("one", expires=until)
        stand.chain.warp(until - 1)
        assert stand.registry.isActive(one)
        assert [copy.canReceive(one) for copy in ledgers] == [True] * 8
        stand.chain.warp(until)
        assert not stand.registry.isActive(one)
        assert [copy.canReceive(one) for copy in ledgers] == [False] * 8
        assert stand.registry.participant(one).status == ACTIVE

    def test_the_last_expiry_there_is(self, stand: Stand) -> None:
        one = stand.enrol("one", expires=(1 << 40) - 1)
        stand.chain.warp((1 << 40) - 2)
        assert stand.registry.isActive(one)
        stand.chain.warp((1 << 40) - 1)
        assert not stand.registry.isActive(one)

    def test_who_is_reinstated_after_the_expiry_stays_inactive_until_the_facts_are_renewed(self, stand: Stand) -> None:
        until = stand.now + 10
        one = stand.enrol("one", expires=until)
        stand.registry.suspend(one, sender=stand.compliance)
        stand.chain.warp(until)
        stand.registry.reinstate(one, sender=stand.compliance)
        assert stand.registry.participant(one).status == ACTIVE
        assert (stand.registry.isActive(one), stand.ledger.canReceive(one)) == (False, False)
        stand.registry.setFacts(one, until + 1, 1, 1, sender=stand.compliance)
        assert (stand.registry.isActive(one), stand.ledger.canReceive(one)) == (True, True)


class TestEvents:
    """Each change says what the account's facts are now, and nothing else is said."""

    def test_of_one_account(self, stand: Stand) -> None:
        one, until = stand.enrol("one"), stand.now + DAY
        number, registry = stand.entity("one"), stand.registry

        def changed(status: int, expires: int, regions: int, qualifications: int) -> list[events.ParticipantChanged]:
            facts = structs.Participant(status, expires, number, regions, qualifications)
            return [events.ParticipantChanged(one.address, number, facts, emitter=registry.address)]

        assert list(registry.suspend(one, sender=stand.compliance).events) == changed(SUSPENDED, until, 1, 1)
        receipt = registry.setFacts(one, until + 3, 4, 5, sender=stand.compliance)
        assert list(receipt.events) == changed(SUSPENDED, until + 3, 4, 5)
        assert list(registry.reinstate(one, sender=stand.compliance).events) == changed(ACTIVE, until + 3, 4, 5)
        assert list(registry.remove(one, sender=stand.compliance).events) == changed(REMOVED, until + 3, 4, 5)

    def test_an_entity_touches_only_its_active_accounts(self, stand: Stand) -> None:
        active, suspended, removed = (stand.enrol(name, "firm") for name in ("active", "suspended", "removed"))
        other = stand.enrol("other")
        stand.registry.suspend(suspended, sender=stand.compliance)
        stand.registry.remove(removed, sender=stand.compliance)
        receipt = stand.registry.suspendEntity(stand.entity("firm"), sender=stand.compliance)
        assert [one.account for one in receipt.all(ParticipantRegistry.ParticipantChanged)] == [active.address]
        assert stand.registry.isActive(other)
        assert list(stand.registry.suspendEntity(stand.entity("firm"), sender=stand.compliance).events) == []

    def test_an_entity_without_accounts_is_suspended_to_no_effect_and_an_unknown_one_is_refused(
        self, stand: Stand
    ) -> None:
        number = stand.entity("firm")
        assert list(stand.registry.suspendEntity(number, sender=stand.compliance).events) == []
        for unknown in (0, number + 1):
            with refused(ParticipantRegistry.UnknownEntity(unknown)):
                stand.registry.suspendEntity(unknown, sender=stand.compliance)


class TestSubscription:
    """Eight ledgers, each once, each for good."""

    def test_the_eighth_is_taken_and_the_ninth_refused(self, stand: Stand) -> None:
        ledgers = full(stand)
        assert stand.registry.ledgers() == tuple(copy.address for copy in ledgers)
        ninth = stand.new_ledger()
        with refused(ParticipantRegistry.TooManyLedgers(8)):
            stand.registry.subscribe(ninth, sender=stand.admin)
        with refused(ParticipantRegistry.NotSubscribed(ninth.address)):
            stand.registry.sync(ninth, [], sender=stand.stranger)
        stand.registry.sync(ledgers[7], [], sender=stand.stranger)

    def test_what_has_no_code_or_another_registry_is_refused(self, stand: Stand) -> None:
        for target in (NOBODY, stand.stranger.address, stand.ledger.address):
            with refused(ParticipantRegistry.CannotSubscribe(target)):
                stand.registry.subscribe(target, sender=stand.admin)
        other = ParticipantRegistry.deploy(stand.chain, stand.access, sender=stand.admin)
        foreign = AssetCertificate.deploy(stand.chain, stand.access, other, "", sender=stand.admin)
        with refused(ParticipantRegistry.CannotSubscribe(foreign.address)):
            stand.registry.subscribe(foreign, sender=stand.admin)
        other.subscribe(foreign, sender=stand.admin)
        stand.registry.subscribe(stand.new_ledger(), sender=stand.admin)

    def test_who_is_enrolled_before_is_unknown_to_the_copy_until_the_next_change_or_a_sync(self, stand: Stand) -> None:
        synced, changed, until = stand.enrol("synced"), stand.enrol("changed"), stand.now + DAY
        late = stand.new_ledger()
        stand.registry.subscribe(late, sender=stand.admin)
        assert (late.partyOf(synced), late.partyOf(changed)) == (0, 0)
        assert (late.canReceive(synced), stand.ledger.canReceive(synced)) == (False, True)
        stand.registry.sync(late, [synced], sender=stand.stranger)
        assert late.partyOf(synced) == word(ACTIVE, until, stand.entity("synced"), 1, 1)
        assert late.canReceive(synced)
        assert late.partyOf(changed) == 0
        stand.registry.suspend(changed, sender=stand.compliance)
        assert late.partyOf(changed) == word(SUSPENDED, until, stand.entity("changed"), 1, 1)

    def test_a_sync_can_only_make_a_copy_true(self, stand: Stand) -> None:
        one, until = stand.enrol("one"), stand.now + DAY
        stand.registry.suspend(one, sender=stand.compliance)
        receipt = stand.registry.sync(stand.ledger, [one, stand.stranger, one], sender=stand.stranger)
        assert list(receipt.events) == []
        assert stand.ledger.partyOf(one) == word(SUSPENDED, until, stand.entity("one"), 1, 1)
        assert stand.ledger.partyOf(stand.stranger) == 0

    def test_a_copy_is_written_by_its_registry_alone(self, stand: Stand) -> None:
        good = word(ACTIVE, (1 << 40) - 1, 1, 1, 1)
        for caller in (stand.stranger, stand.compliance, stand.admin):
            with refused(ParticipantMirror.OnlyRegistry(caller.address)):
                stand.ledger.onPartyChanged(stand.stranger, good, sender=caller)
        with refused(ParticipantMirror.OnlyRegistry(stand.admin.address)):
            stand.ledger.onPartyChanged(stand.stranger, 0, sender=stand.admin)
        own = AssetCertificate.deploy(stand.chain, stand.access, stand.stranger, "", sender=stand.admin)
        own.onPartyChanged(stand.stranger, good, sender=stand.stranger)
        assert own.partyOf(stand.stranger) == good


class TestAccounts:
    """32 for an entity, each of one entity for ever."""

    def test_the_thirty_second_is_taken_and_the_next_refused_with_its_entity(self, stand: Stand) -> None:
        for count in range(31):
            stand.enrol(f"account {count}", "firm")
        stand.enrol("last", "firm")
        number = stand.entity("firm")
        with refused(ParticipantRegistry.TooManyAccounts(number, 32)):
            stand.enrol("one more", "firm")
        assert stand.registry.participant(stand.chain.account("one more")) == structs.Participant(0, 0, 0, 0, 0)
        stand.enrol("one more", "another firm")
        assert stand.registry.accountsOf(number)[31] == stand.chain.account("last").address

    def test_nobody_changes_the_entity_of_an_account(self, stand: Stand) -> None:
        one = stand.enrol("one", "firm")
        number, until = stand.entity("firm"), stand.now + 1
        other = stand.entity("other")
        for status in (ACTIVE, SUSPENDED):
            assert stand.registry.participant(one).status == status
            for target in (number, other):
                with refused(ParticipantRegistry.AlreadyEnrolled(one.address)):
                    stand.registry.enrol(one, target, until, 1, 1, sender=stand.compliance)
            stand.registry.suspend(one, sender=stand.compliance)
        stand.registry.remove(one, sender=stand.compliance)
        with refused(ParticipantRegistry.AccountBelongsTo(one.address, number)):
            stand.registry.enrol(one, other, until, 1, 1, sender=stand.compliance)
        stand.registry.enrol(one, number, until, 1, 1, sender=stand.compliance)
        assert stand.registry.accountsOf(number) == (one.address,)
        assert stand.registry.accountsOf(other) == ()

    def test_what_is_not_there_reads_as_nothing(self, stand: Stand) -> None:
        assert stand.registry.participant(stand.stranger) == structs.Participant(0, 0, 0, 0, 0)
        assert stand.registry.partyOf(stand.stranger) == 0
        assert not stand.registry.isActive(stand.stranger)
        assert stand.registry.legalIdOf(1) == b"\0" * 32
        assert stand.registry.entityOf(b"\1" * 32) == 0
        assert stand.entity("the first") == 1
        assert stand.registry.legalIdOf(2) == b"\0" * 32


def test_each_restricted_function_is_for_one_role(stand: Stand) -> None:
    one, number, later = stand.enrol("one", "firm"), stand.entity("firm"), stand.now + 1
    registry, ledger, two = stand.registry, stand.new_ledger(), stand.chain.account("two")
    stand.only(stand.compliance, lambda who: registry.createEntity(b"\1" * 32, sender=who))
    stand.only(stand.compliance, lambda who: registry.enrol(two, number, later, 1, 1, sender=who))
    stand.only(stand.compliance, lambda who: registry.setFacts(one, later, 1, 1, sender=who))
    stand.only(stand.compliance, lambda who: registry.suspend(one, sender=who))
    stand.only(stand.compliance, lambda who: registry.reinstate(one, sender=who))
    stand.only(stand.compliance, lambda who: registry.suspendEntity(number, sender=who))
    stand.only(stand.compliance, lambda who: registry.remove(one, sender=who))
    stand.only(stand.admin, lambda who: registry.subscribe(ledger, sender=who))


PACKED = build()


@given(
    st.integers(1, (1 << 40) - 1 - PACKED.now),
    st.integers(0, (1 << 80) - 1),
    st.integers(0, (1 << 64) - 1),
    st.sampled_from([ACTIVE, SUSPENDED, REMOVED]),
)
def test_no_fact_spills_into_another(ahead: int, regions: int, qualifications: int, status: int) -> None:
    stand, one = PACKED, PACKED.chain.account("one")
    with stand.chain.isolated():
        number, until = stand.entity("firm"), stand.now + ahead
        stand.registry.enrol(one, number, until, regions, qualifications, sender=stand.compliance)
        if status != ACTIVE:
            act = stand.registry.suspend if status == SUSPENDED else stand.registry.remove
            act(one, sender=stand.compliance)
        facts = structs.Participant(status, until, number, regions, qualifications)
        assert stand.registry.participant(one) == facts
        packed = word(status, until, number, regions, qualifications)
        assert stand.registry.partyOf(one) == stand.ledger.partyOf(one) == packed
        assert stand.registry.isActive(one) == (status == ACTIVE)
