"""OperatingRecord: no figure is replayed, back-dated, foretold or left to go stale silently."""

from dataclasses import replace
from typing import Any

import pytest

from caldera.contracts import AttestorSet, OperatingRecord, Vouching, events, structs
from tests.support.credit import EPOCH, EPOCHS_BACK, LONGEST_AGE, SUPPLIER, Desk
from tests.support.suite import DAY, ROLES, reverts, selector_of

REASON = b"\5" * 32
YEAR = 366 * DAY


class TestRecording:
    """By anybody, with the signatures of a quorum."""

    def test_what_is_signed_is_recorded(self, desk: Desk) -> None:
        facts = desk.facts()
        receipt = desk.bring(facts)
        where = desk.record.address
        said = events.FactsRecorded(facts.entity, facts.epoch, desk.mallory.address, facts, emitter=where)
        assert receipt.events == (said,)
        read = desk.record.factsOf(facts.entity)
        assert read == structs.OperatingEntry(
            turnover=facts.turnover,
            receivablesIssued=facts.receivablesIssued,
            receivablesRepaid=facts.receivablesRepaid,
            cargoTurnover=facts.cargoTurnover,
            orders=facts.orders,
            daysLate=facts.daysLate,
            epoch=facts.epoch,
            nonce=1,
            validUntil=facts.validUntil,
            recordedAt=desk.now,
            revoked=False,
        )
        assert desk.record.requireFresh(facts.entity) == read

    def test_the_largest_figures_there_are(self, desk: Desk) -> None:
        most = 2**64 - 1
        figures = replace(
            SUPPLIER,
            turnover=most,
            receivables_issued=most,
            receivables_repaid=most,
            cargo_turnover=most,
            orders=2**32 - 1,
            days_late=36_500,
        )
        desk.bring(desk.facts(figures=figures))
        read = desk.record.factsOf(desk.entity("supplier"))
        assert (read.turnover, read.receivablesIssued, read.receivablesRepaid, read.cargoTurnover) == (most,) * 4
        assert (read.orders, read.daysLate) == (2**32 - 1, 36_500)

    def test_a_quorum_of_attestors(self, desk: Desk) -> None:
        facts = desk.facts()
        with reverts("QuorumNotReached", signers=1, quorum=2):
            desk.bring(facts, "auditor")
        with reverts("SameEntity"):
            desk.bring(facts, "auditor", "partner")
        with reverts("NotAnAttestor", signer=desk.mallory.address):
            desk.bring(facts, "auditor", "mallory")
        assert desk.record.factsOf(facts.entity).nonce == 0
        desk.bring(facts, "auditor", "wallet")

    def test_signatures_are_for_these_figures_only(self, desk: Desk) -> None:
        facts = desk.facts()
        signed = desk.signed(facts, "auditor", "notary")
        for name in facts._fields:
            if name in ("nonce", "epoch"):
                continue  # refused before signatures are looked at
            changes: Any = {name: getattr(facts, name) - 1}
            with reverts("InvalidAttestation"):
                desk.record.record(facts._replace(**changes), signed, sender=desk.mallory)
        desk.record.record(facts, signed, sender=desk.mallory)

    @pytest.mark.known_defect("attestation-replay")
    def test_nobody_attests_to_itself(self, desk: Desk) -> None:
        facts = desk.facts("auditor")
        with reverts("AttestsToItself", signer=desk.partner.address, entity=desk.entity("auditor")):
            desk.bring(facts, "partner", "notary")
        desk.bring(facts, "assessor", "notary")

    def test_of_an_entity_that_is_there(self, desk: Desk) -> None:
        last = max(desk.suite.entities.values())
        with reverts("UnknownEntity", entity=last + 1):
            desk.bring(desk.facts(entity=last + 1))
        with reverts("UnknownEntity", entity=0):
            desk.bring(desk.facts(entity=0))
        desk.bring(desk.facts(entity=desk.entity("maker")))

    def test_entities_do_not_touch_one_another(self, desk: Desk) -> None:
        desk.bring(desk.facts("supplier"))
        before = desk.record.factsOf(desk.entity("supplier"))
        desk.bring(desk.facts("maker", replace(SUPPLIER, turnover=1)))
        assert desk.record.factsOf(desk.entity("supplier")) == before
        assert desk.record.factsOf(desk.entity("maker")).turnover == 1


class TestOrder:
    """Numbers without a gap; epochs that never go back."""

    @pytest.mark.known_defect("attestation-replay")
    def test_no_replay(self, desk: Desk) -> None:
        facts = desk.facts()
        signed = desk.signed(facts, "auditor", "notary")
        desk.record.record(facts, signed, sender=desk.mallory)
        with reverts("NonceNotNext", entity=facts.entity, nonce=1, expected=2):
            desk.record.record(facts, signed, sender=desk.mallory)

    @pytest.mark.known_defect("attestation-replay")
    @pytest.mark.parametrize("nonce", [0, 2, 3, 2**32 - 1])
    def test_no_gap(self, desk: Desk, nonce: int) -> None:
        with reverts("NonceNotNext", nonce=nonce, expected=1):
            desk.bring(desk.facts(nonce=nonce))
        desk.bring(desk.facts(nonce=1))

    def test_the_same_epoch_again_is_a_correction(self, desk: Desk) -> None:
        desk.bring()
        desk.bring(desk.facts(figures=replace(SUPPLIER, turnover=7)))
        read = desk.record.factsOf(desk.entity("supplier"))
        assert (read.turnover, read.nonce, read.epoch) == (7, 2, desk.last_epoch())

    def test_not_before_the_last_one(self, desk: Desk) -> None:
        last = desk.last_epoch()
        desk.bring(desk.facts(epoch=last))
        with reverts("EpochBeforeLast", epoch=last - 1, last=last):
            desk.bring(desk.facts(epoch=last - 1))
        desk.suite.chain.warp((last + 2) * EPOCH)
        desk.bring(desk.facts(epoch=last + 1))

    def test_not_before_its_epoch_is_over(self, desk: Desk) -> None:
        running = desk.last_epoch() + 1
        assert desk.record.currentEpoch() == running
        ends = (running + 1) * EPOCH
        facts = desk.facts(epoch=running)
        desk.suite.chain.warp(ends - 1)
        with reverts("EpochNotOver", epoch=running, endsAt=ends):
            desk.bring(facts)
        desk.suite.chain.warp(ends)
        desk.bring(facts)

    def test_not_of_an_epoch_far_back(self, desk: Desk) -> None:
        desk.record.setRecordBounds(EPOCHS_BACK, YEAR, sender=desk.officer)
        oldest = desk.record.currentEpoch() - EPOCHS_BACK
        with reverts("EpochTooOld", epoch=oldest - 1, earliest=oldest):
            desk.bring(desk.facts(epoch=oldest - 1))
        facts = desk.facts(epoch=oldest)
        desk.suite.chain.warp((oldest + EPOCHS_BACK + 1) * EPOCH - 1)
        desk.bring(desk.facts("maker", epoch=oldest))
        desk.suite.chain.skip(1)
        with reverts("EpochTooOld", epoch=oldest, earliest=oldest + 1):
            desk.bring(facts)

    def test_epochs_so_long_that_few_have_passed(self, desk: Desk) -> None:
        """Fewer epochs since 1970 than may be gone back."""
        suite = desk.suite
        record = OperatingRecord.deploy(
            suite.chain, suite.access, suite.registry, desk.attestors, YEAR, 255, YEAR, sender=desk.admin
        )
        other = replace(desk, record=record)
        last = record.currentEpoch() - 1
        facts = desk.facts(epoch=last)._replace(nonce=1, validUntil=desk.now + 1)
        other.bring(facts)
        assert record.factsOf(facts.entity).epoch == last == desk.now // YEAR - 1


class TestValidity:
    """Until a stated second, at most so long after the epoch."""

    def test_until_the_second_that_was_stated(self, desk: Desk) -> None:
        until = desk.now + 100
        facts = desk.facts(validUntil=until)
        desk.bring(facts)
        desk.suite.chain.warp(until)
        desk.record.requireFresh(facts.entity)
        desk.suite.chain.warp(until + 1)
        with reverts("StaleRecord", entity=facts.entity, validUntil=until):
            desk.record.requireFresh(facts.entity)
        assert desk.record.factsOf(facts.entity).validUntil == until

    def test_in_the_future(self, desk: Desk) -> None:
        latest = (desk.last_epoch() + 1) * EPOCH + LONGEST_AGE
        with reverts("FactsValidityOutOfRange", validUntil=desk.now, latest=latest):
            desk.bring(desk.facts(validUntil=desk.now))
        desk.bring(desk.facts(validUntil=desk.now + 1))

    def test_at_most_so_long_after_the_end_of_its_epoch(self, desk: Desk) -> None:
        for back in (0, 1):
            epoch = desk.last_epoch() - 1 + back
            latest = (epoch + 1) * EPOCH + LONGEST_AGE
            with reverts("FactsValidityOutOfRange", validUntil=latest + 1, latest=latest):
                desk.bring(desk.facts(epoch=epoch, validUntil=latest + 1))
            desk.bring(desk.facts(epoch=epoch, validUntil=latest))

    def test_nothing_was_recorded(self, desk: Desk) -> None:
        entity = desk.entity("supplier")
        with reverts("NoOperatingRecord", entity=entity):
            desk.record.requireFresh(entity)
        assert desk.record.factsOf(entity) == structs.OperatingEntry(*(0,) * 10, False)


class TestPlausibility:
    """Figures that cannot be."""

    def test_repaid_and_issued(self, desk: Desk) -> None:
        with reverts("RepaidExceedsIssued", repaid=101, issued=100):
            desk.bring(desk.facts(receivablesIssued=100, receivablesRepaid=101))
        desk.bring(desk.facts(receivablesIssued=100, receivablesRepaid=100))

    def test_days_late(self, desk: Desk) -> None:
        with reverts("DaysLateOutOfRange", daysLate=36_501, most=36_500):
            desk.bring(desk.facts(daysLate=36_501))
        desk.bring(desk.facts(daysLate=36_500))

    def test_late_without_anything_due(self, desk: Desk) -> None:
        with reverts("LateWithoutReceivables", daysLate=1):
            desk.bring(desk.facts(receivablesIssued=0, receivablesRepaid=0, daysLate=1))
        desk.bring(desk.facts(receivablesIssued=0, receivablesRepaid=0, daysLate=0))
        desk.bring(desk.facts(receivablesIssued=1, receivablesRepaid=0, daysLate=1))


class TestRevocation:
    """Of what was found to be false."""

    def test_it_counts_for_nothing_until_a_new_statement(self, desk: Desk) -> None:
        facts = desk.facts()
        desk.bring(facts)
        receipt = desk.record.revoke(facts.entity, REASON, sender=desk.officer)
        said = events.FactsRevoked(facts.entity, facts.epoch, 2, REASON, emitter=desk.record.address)
        assert receipt.events == (said,)
        with reverts("RecordRevoked", entity=facts.entity):
            desk.record.requireFresh(facts.entity)
        read = desk.record.factsOf(facts.entity)
        assert (read.revoked, read.nonce, read.turnover) == (True, 2, facts.turnover)
        with reverts("RecordRevoked", entity=facts.entity):
            desk.record.revoke(facts.entity, REASON, sender=desk.officer)
        desk.bring(desk.facts(nonce=3))
        assert not desk.record.requireFresh(facts.entity).revoked

    def test_what_is_signed_already_is_void(self, desk: Desk) -> None:
        """A statement that lies signed for the next number cannot bring the figures back."""
        desk.bring()
        facts = desk.facts()
        signed = desk.signed(facts, "auditor", "notary")
        desk.record.revoke(facts.entity, REASON, sender=desk.officer)
        with reverts("NonceNotNext", nonce=2, expected=3):
            desk.record.record(facts, signed, sender=desk.mallory)

    def test_of_what_is_there_by_compliance(self, desk: Desk) -> None:
        entity = desk.entity("supplier")
        with reverts("NoOperatingRecord", entity=entity):
            desk.record.revoke(entity, REASON, sender=desk.officer)
        desk.bring()
        with reverts("AccessManagedUnauthorized", caller=desk.auditor.address):
            desk.record.revoke(entity, REASON, sender=desk.auditor)
        desk.record.revoke(entity, REASON, sender=desk.officer)


class TestGovernance:
    """Bounds, attestors, pause."""

    @pytest.mark.parametrize(("back", "age"), [(0, DAY), (1, DAY - 1), (1, YEAR + 1), (0, 0)])
    def test_bounds_out_of_range(self, desk: Desk, back: int, age: int) -> None:
        with reverts("RecordBoundsOutOfRange", mostEpochsBack=back, longestAge=age, least=DAY, most=YEAR):
            desk.record.setRecordBounds(back, age, sender=desk.officer)
        suite = desk.suite
        with reverts("RecordBoundsOutOfRange"):
            OperatingRecord.deploy(
                suite.chain, suite.access, suite.registry, desk.attestors, EPOCH, back, age, sender=desk.admin
            )

    @pytest.mark.parametrize(("back", "age"), [(1, DAY), (255, YEAR)])
    def test_bounds_at_their_ends(self, desk: Desk, back: int, age: int) -> None:
        receipt = desk.record.setRecordBounds(back, age, sender=desk.officer)
        assert receipt.events == (events.RecordBoundsSet(back, age, emitter=desk.record.address),)
        assert (desk.record.mostEpochsBack(), desk.record.longestAge()) == (back, age)

    def test_an_entry_keeps_its_validity(self, desk: Desk) -> None:
        desk.bring()
        before = desk.record.factsOf(desk.entity("supplier"))
        desk.record.setRecordBounds(1, DAY, sender=desk.officer)
        assert desk.record.requireFresh(desk.entity("supplier")) == before

    @pytest.mark.parametrize("length", [0, DAY - 1, YEAR + 1])
    def test_length_of_an_epoch(self, desk: Desk, length: int) -> None:
        suite = desk.suite
        with reverts("EpochLengthOutOfRange", epochLength=length, least=DAY, most=YEAR):
            OperatingRecord.deploy(
                suite.chain, suite.access, suite.registry, desk.attestors, length, 1, DAY, sender=desk.admin
            )
        good = DAY if length < DAY else YEAR
        record = OperatingRecord.deploy(
            suite.chain, suite.access, suite.registry, desk.attestors, good, 1, DAY, sender=desk.admin
        )
        assert (record.epochLength(), record.currentEpoch()) == (good, desk.now // good)

    def test_who_vouches_can_be_replaced(self, desk: Desk) -> None:
        suite = desk.suite
        other = AttestorSet.deploy(suite.chain, suite.access, suite.registry, 3, sender=desk.admin)
        receipt = desk.record.setAttestors(other, sender=desk.admin)
        assert receipt.events == (events.AttestorsSet(other.address, emitter=desk.record.address),)
        assert desk.record.attestors() == other.address
        with reverts("QuorumNotReached", quorum=3):
            desk.bring()
        desk.bring(None, "auditor", "notary", "assessor")

    def test_nothing_else_vouches(self, desk: Desk) -> None:
        """Neither an account nor a contract without a quorum of two."""
        for target in (desk.mallory.address, "0x" + "00" * 20):
            with reverts("NotAttestors", attestors=target):
                desk.record.setAttestors(target, sender=desk.admin)
        alone = Vouching.deploy(desk.suite.chain, 1, sender=desk.admin)
        with reverts("NotAttestors", attestors=alone.address):
            desk.record.setAttestors(alone, sender=desk.admin)
        desk.record.setAttestors(Vouching.deploy(desk.suite.chain, 2, sender=desk.admin), sender=desk.admin)

    def test_each_setting_by_its_role(self, desk: Desk) -> None:
        calls: list[tuple[str, tuple[Any, ...]]] = [
            ("setRecordBounds", (1, DAY)),
            ("setAttestors", (desk.attestors,)),
            ("pause", (DAY,)),
            ("unpause", ()),
        ]
        for name, arguments in calls:
            with reverts("AccessManagedUnauthorized", caller=desk.notary.address):
                getattr(desk.record, name)(*arguments, sender=desk.notary)
        with reverts("AccessManagedUnauthorized", caller=desk.officer.address):
            desk.record.setAttestors(desk.attestors, sender=desk.officer)

    def test_a_pause_stops_recording_for_a_bounded_time(self, desk: Desk) -> None:
        desk.bring()
        desk.record.pause(DAY, sender=desk.officer)
        with reverts("Paused", until=desk.now + DAY):
            desk.bring()
        desk.record.requireFresh(desk.entity("supplier"))
        desk.record.revoke(desk.entity("supplier"), REASON, sender=desk.officer)
        desk.suite.chain.skip(DAY)
        desk.bring()


class TestRevokeStatement:
    """By who verifies, and only the statement that stands."""

    def test_where_it_stands(self, desk: Desk) -> None:
        access, record = desk.suite.access, desk.record
        selector = selector_of("OperatingRecord", "revokeStatement")
        facts = desk.facts()
        desk.bring(facts)
        with reverts("AccessManagedUnauthorized"):
            record.revokeStatement(facts.entity, 1, REASON, sender=desk.lender)
        access.setTargetFunctionRole(record, [selector], ROLES["VERIFIER"], sender=desk.admin)
        access.grantRole(ROLES["VERIFIER"], desk.lender, 0, sender=desk.admin)
        for other in (0, 2):
            receipt = record.revokeStatement(facts.entity, other, REASON, sender=desk.lender)
            assert (receipt.returned, receipt.events) == (False, ())
        assert not record.revokeStatement(99, 0, REASON, sender=desk.lender).returned
        receipt = record.revokeStatement(facts.entity, 1, REASON, sender=desk.lender)
        said = events.FactsRevoked(facts.entity, facts.epoch, 2, REASON, emitter=record.address)
        assert (receipt.returned, receipt.events) == (True, (said,))
        for number in (1, 2):
            assert not record.revokeStatement(facts.entity, number, REASON, sender=desk.lender).returned
        with reverts("RecordRevoked"):
            record.requireFresh(facts.entity)
        desk.bring(desk.facts())
        assert record.requireFresh(facts.entity).nonce == 3
