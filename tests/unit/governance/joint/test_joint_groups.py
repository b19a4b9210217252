"""Groups: who is in them, by whose word, and how they change."""

from typing import Any

import pytest

from caldera.contracts import ContractWallet, events, structs
from caldera.evm import domain_of
from tests.support.joint import CHANGE, DAY, DECIDED, HOUR, TERMS_TYPES, VOID, Table
from tests.support.signatures import spoilt
from tests.support.suite import reverts


class TestForming:
    """Terms stand once each member has accepted exactly these."""

    def test_by_calls(self, table: Table) -> None:
        terms = table.terms()
        digest = table.joint.termsDigest(terms)
        receipt = table.joint.acceptTerms(terms, sender=table.berlin)
        told = events.JointTermsAccepted(
            digest, table.entity("berlin"), table.berlin.address, terms, emitter=table.joint.address
        )
        assert list(receipt.events) == [told]
        with reverts("JointNotAccepted", digest=digest, entity=table.entity("paris")):
            table.joint.formGroup(terms, [], sender=table.brand)
        table.joint.acceptTerms(terms, sender=table.paris)
        formed = table.joint.formGroup(terms, [], sender=table.brand)
        assert formed.returned == table.joint.groupCount() == 1
        assert events.JointGroupStands(1, 1, digest, terms, emitter=table.joint.address) in formed.events
        assert table.joint.ruleOf(1) == structs.JointRule(1, 6_667, False, False, 3 * DAY, 0, 3, 100)
        assert list(table.joint.membersOf(1, 1)) == list(terms.members)
        assert table.joint.weightOf(1, 1, table.entity("berlin")) == 30
        assert table.joint.weightOf(1, 1, table.entity("workshop")) == 0

    def test_by_signatures_in_one_transaction(self, table: Table) -> None:
        terms = table.terms()
        signed = [table.sign(terms, table.berlin), table.sign(terms, table.paris)]
        assert table.joint.formGroup(terms, signed, sender=table.brand2).returned == 1

    @pytest.mark.clause("ERC-1271", "accepts")
    def test_by_a_contract_wallet(self, table: Table) -> None:
        wallet = ContractWallet.deploy(table.chain, table.stranger, sender=table.stranger)
        table.shop.enrol("vault", 1, 0, wallet.address)
        terms = table.terms(("brand", 1), ("vault", 1))
        signed = table.sign(terms, table.stranger)
        given = [structs.JointSignature(wallet.address, signed.signature)]
        with reverts("JointInvalidSignature", signer=wallet.address):
            forged = structs.JointSignature(wallet.address, table.sign(terms, table.brand).signature)
            table.joint.formGroup(terms, [forged], sender=table.brand)
        table.joint.formGroup(terms, given, sender=table.brand)

    def test_the_same_terms_stand_once(self, table: Table) -> None:
        terms = table.terms()
        signed = [table.sign(terms, table.berlin), table.sign(terms, table.paris)]
        table.joint.formGroup(terms, signed, sender=table.brand)
        digest = table.joint.termsDigest(terms)
        with reverts("JointTermsUsed", digest=digest):
            table.joint.formGroup(terms, signed, sender=table.brand)
        with reverts("JointTermsUsed", digest=digest):
            table.joint.acceptTerms(terms, sender=table.berlin)
        with reverts("JointTermsUsed", digest=digest):
            table.joint.refuseTerms(terms, sender=table.berlin)

    def test_one_refusal_ends_them(self, table: Table) -> None:
        terms = table.terms()
        signed = [table.sign(terms, table.berlin), table.sign(terms, table.paris)]
        with reverts("JointNotNamed", entity=table.entity("workshop")):
            table.joint.refuseTerms(terms, sender=table.workshop)
        receipt = table.joint.refuseTerms(terms, sender=table.berlin)
        digest = table.joint.termsDigest(terms)
        told = events.JointTermsRefused(
            digest, table.entity("berlin"), table.berlin.address, emitter=table.joint.address
        )
        assert list(receipt.events) == [told]
        with reverts("JointTermsWereRefused", digest=digest):
            table.joint.formGroup(terms, signed, sender=table.brand)

    def test_until_when(self, table: Table) -> None:
        terms = table.terms(acceptBy=table.now + 10)
        signed = [table.sign(terms, table.berlin), table.sign(terms, table.paris)]
        with table.chain.isolated():
            table.chain.skip(10)
            table.joint.formGroup(terms, signed, sender=table.brand)
        table.chain.skip(11)
        with reverts("JointTermsLate", acceptBy=terms.acceptBy):
            table.joint.formGroup(terms, signed, sender=table.brand)
        with reverts("JointTermsLate"):
            table.joint.acceptTerms(terms, sender=table.berlin)

    def test_who_accepts(self, table: Table) -> None:
        terms = table.terms()
        with reverts("JointNotNamed", entity=table.entity("workshop")):
            table.joint.acceptTerms(terms, sender=table.workshop)
        with reverts("NotActive", account=table.stranger.address):
            table.joint.acceptTerms(terms, sender=table.stranger)
        table.joint.acceptTerms(terms, sender=table.berlin)
        with reverts("JointAcceptedAlready", entity=table.entity("berlin")):
            table.joint.acceptTerms(terms, sender=table.berlin)
        good = [table.sign(terms, table.berlin), table.sign(terms, table.paris)]
        with reverts("JointNotNamed", entity=table.entity("workshop")):
            table.joint.formGroup(terms, [*good, table.sign(terms, table.workshop)], sender=table.brand)
        with reverts("JointNotAccepted", entity=table.entity("brand")):
            table.joint.formGroup(terms, good, sender=table.workshop)
        both = [*good, table.sign(terms, table.brand)]
        with reverts("JointNotNamed", entity=table.entity("workshop")):  # it may not form what it is not part of
            table.joint.formGroup(terms, both, sender=table.workshop)
        table.registry.suspend(table.paris, sender=table.officer)
        with reverts("NotActive", account=table.paris.address):
            table.joint.formGroup(terms, good, sender=table.brand)
        with reverts("NotActive", account=table.stranger.address):
            table.joint.formGroup(terms, good, sender=table.stranger)

    @pytest.mark.parametrize("what", list(spoilt(bytes(64) + b"\x1b")))
    def test_what_is_no_signature(self, table: Table, what: str) -> None:
        terms = table.terms(("brand", 1), ("berlin", 1))
        good = table.sign(terms, table.berlin)
        bad = structs.JointSignature(good.signer, spoilt(good.signature)[what])
        with reverts("JointInvalidSignature", signer=table.berlin.address):
            table.joint.formGroup(terms, [bad], sender=table.brand)
        table.joint.formGroup(terms, [good], sender=table.brand)

    def test_a_signature_over_anything_else(self, table: Table) -> None:
        terms = table.terms(("brand", 1), ("berlin", 1))
        for change in (
            {"thresholdBps": 6_668},
            {"secret": True, "revealPeriod": DAY},
            {"statedDefaults": True},
            {"votingPeriod": 3 * DAY + 1},
            {"acceptBy": terms.acceptBy + 1},
            {"document": b"\1" * 32},
            {"members": (terms.members[0]._replace(weight=2), terms.members[1])},
        ):
            other = table.sign(terms._replace(**change), table.berlin)
            with reverts("JointInvalidSignature"):
                table.joint.formGroup(terms, [other], sender=table.brand)
        types = TERMS_TYPES
        message = terms._asdict() | {"members": [member._asdict() for member in terms.members]}
        for changed in ({"chainId": 1}, {"verifyingContract": table.goods.address}, {"name": "Caldera"}):
            signed = table.berlin.sign_typed(domain_of(table.joint) | changed, types, message).packed
            with reverts("JointInvalidSignature"):
                table.joint.formGroup(terms, [structs.JointSignature(table.berlin.address, signed)], sender=table.brand)

    @pytest.mark.parametrize(
        ("error", "changes"),
        [
            ("JointTermsForGroup", {"group": 1}),
            ("JointThresholdOutOfRange", {"thresholdBps": 5_000}),
            ("JointThresholdOutOfRange", {"thresholdBps": 10_001}),
            ("JointPeriodOutOfRange", {"votingPeriod": HOUR - 1}),
            ("JointPeriodOutOfRange", {"votingPeriod": 30 * DAY + 1}),
            ("JointPeriodOutOfRange", {"secret": True, "revealPeriod": HOUR - 1}),
            ("JointPeriodOutOfRange", {"secret": True, "revealPeriod": 30 * DAY + 1}),
            ("JointRevealWithoutSecret", {"revealPeriod": HOUR}),
        ],
    )
    def test_terms_out_of_range(self, table: Table, error: str, changes: dict[str, Any]) -> None:
        with reverts(error):
            table.form(**changes)

    @pytest.mark.parametrize(
        "changes",
        [
            {"thresholdBps": 5_001},
            {"thresholdBps": 10_000},
            {"votingPeriod": HOUR},
            {"votingPeriod": 30 * DAY},
            {"secret": True, "revealPeriod": HOUR},
            {"secret": True, "revealPeriod": 30 * DAY},
        ],
    )
    def test_terms_just_in_range(self, table: Table, changes: dict[str, Any]) -> None:
        assert table.form(**changes) == 1

    def test_members_out_of_range(self, table: Table) -> None:
        good = table.terms()
        one, two, three = good.members
        for error, members in (
            ("JointMembersOutOfRange", [one]),
            ("JointMembersNotAscending", [two, one]),
            ("JointMembersNotAscending", [one, one]),
            ("JointMembersNotAscending", [structs.JointMember(0, 1), one]),
            ("UnknownEntity", [one, structs.JointMember(999, 1)]),
            ("JointWeightZero", [one, two._replace(weight=0), three]),
        ):
            with reverts(error):
                table.joint.formGroup(good._replace(members=tuple(members)), [], sender=table.brand)

    def test_thirty_one_members_and_not_one_more(self, table: Table) -> None:
        for i in range(29):
            table.shop.enrol(f"party {i}", 1, 0)
        members = [(f"party {i}", 2**32 - 1) for i in range(29)]
        table.form(("brand", 2**32 - 1), ("berlin", 1), *members)
        assert table.joint.ruleOf(1).total == 30 * (2**32 - 1) + 1
        with reverts("JointMembersOutOfRange", count=32, least=2, most=31):
            table.form(("brand", 1), ("berlin", 1), ("paris", 1), *members)

    def test_a_pause_stops_new_groups(self, table: Table) -> None:
        table.joint.pause(DAY, sender=table.officer)
        with reverts("Paused"):
            table.form()
        table.chain.skip(DAY)
        table.form()

    def test_only_the_guardian_pauses(self, table: Table) -> None:
        for who in (table.brand, table.admin):
            with reverts("AccessManagedUnauthorized"):
                table.joint.pause(DAY, sender=who)


class TestChanging:
    """A new version by the rule of the present one, and by the word of who comes in."""

    def changed(self, table: Table, group: int, *members: tuple[str, int], **changes: Any) -> structs.JointTerms:
        return table.terms(*members, group=group, **changes)

    def test_a_newcomer_and_one_who_leaves(self, table: Table) -> None:
        group = table.form()
        terms = self.changed(table, group, ("brand", 50), ("berlin", 30), ("workshop", 20))
        decision = table.joint.openChange(terms, sender=table.paris).returned
        assert table.joint.decisionOf(decision).topic == table.joint.termsDigest(terms)
        table.vote(decision, brand=1, berlin=1)
        with reverts("JointChangeNotDecided", decision=decision):
            table.joint.changeGroup(decision, terms, [], sender=table.stranger)
        assert table.finish(decision) == (DECIDED, 1)
        with reverts("JointNotAccepted", entity=table.entity("workshop")):
            table.joint.changeGroup(decision, terms, [], sender=table.stranger)
        signed = [table.sign(terms, table.workshop)]
        assert table.joint.changeGroup(decision, terms, signed, sender=table.stranger).returned == 2
        assert table.joint.ruleOf(group).version == 2
        assert table.joint.weightOf(group, 2, table.entity("paris")) == 0
        assert table.joint.weightOf(group, 1, table.entity("paris")) == 20
        with reverts("NotAJointMember", group=group, version=2, account=table.paris.address):
            table.open_price(group, by="paris")
        table.open_price(group, by="workshop")
        with reverts("JointVersionPassed", group=group, version=1, present=2):
            table.joint.changeGroup(decision, terms, signed, sender=table.stranger)

    def test_voted_down(self, table: Table) -> None:
        group = table.form()
        terms = self.changed(table, group, ("brand", 50), ("berlin", 30))
        decision = table.joint.openChange(terms, sender=table.brand).returned
        table.vote(decision, brand=0, paris=0)
        with reverts("JointNoSuchChoice", choice=2):
            table.vote(decision, berlin=2)
        assert table.finish(decision) == (VOID, 0)
        with reverts("JointChangeNotDecided"):
            table.joint.changeGroup(decision, terms, [], sender=table.brand)

    def test_only_the_terms_that_were_decided(self, table: Table) -> None:
        group = table.form()
        terms = self.changed(table, group, ("brand", 50), ("berlin", 30))
        decision = table.joint.openChange(terms, sender=table.brand).returned
        table.vote(decision, brand=1, berlin=1)
        table.finish(decision)
        with reverts("JointChangeNotDecided"):
            table.joint.changeGroup(decision, terms._replace(thresholdBps=9_000), [], sender=table.brand)
        table.joint.changeGroup(decision, terms, [], sender=table.brand)

    def test_two_changes_of_one_version(self, table: Table) -> None:
        """The second would undo the first without knowing of it."""
        group = table.form()
        one = self.changed(table, group, ("brand", 50), ("berlin", 30))
        two = self.changed(table, group, ("brand", 50), ("paris", 30))
        decisions = [table.joint.openChange(terms, sender=table.brand).returned for terms in (one, two)]
        for decision in decisions:
            table.vote(decision, brand=1, berlin=1)
        for decision in decisions:
            table.finish(decision)
        table.joint.changeGroup(decisions[0], one, [], sender=table.brand)
        with reverts("JointVersionPassed"):
            table.joint.changeGroup(decisions[1], two, [], sender=table.brand)

    def test_who_comes_in_by_a_call_or_not_at_all(self, table: Table) -> None:
        group = table.form()
        terms = self.changed(table, group, ("brand", 50), ("workshop", 30))
        decision = table.joint.openChange(terms, sender=table.brand).returned
        with reverts("JointNotNamed", entity=table.entity("brand")):  # its members vote
            table.joint.acceptTerms(terms, sender=table.brand)
        with reverts("JointNotNamed"):
            table.joint.refuseTerms(terms, sender=table.brand)
        table.joint.acceptTerms(terms, sender=table.workshop)
        table.vote(decision, brand=1, berlin=1)
        table.finish(decision)
        with table.chain.isolated():
            table.joint.changeGroup(decision, terms, [], sender=table.stranger)
        with table.chain.isolated():
            table.chain.warp(terms.acceptBy + 1)
            with reverts("JointTermsLate"):
                table.joint.changeGroup(decision, terms, [], sender=table.stranger)
        table.joint.refuseTerms(terms, sender=table.workshop)
        with reverts("JointTermsWereRefused"):
            table.joint.changeGroup(decision, terms, [], sender=table.stranger)

    def test_what_is_no_change(self, table: Table) -> None:
        group = table.form()
        with reverts("UnknownJointGroup", group=2):
            table.joint.openChange(self.changed(table, 2), sender=table.brand)
        with reverts("NotAJointMember"):
            table.joint.openChange(self.changed(table, group), sender=table.workshop)
        with reverts("JointThresholdOutOfRange"):
            table.joint.openChange(self.changed(table, group, thresholdBps=5_000), sender=table.brand)
        with reverts("JointTermsLate"):
            table.joint.openChange(self.changed(table, group, acceptBy=table.now - 1), sender=table.brand)
        price = table.open_price(group)
        with reverts("JointWrongKind", decision=price, kind=0):
            table.joint.changeGroup(price, self.changed(table, group), [], sender=table.brand)
        with reverts("UnknownJointDecision", decision=9):
            table.joint.changeGroup(9, self.changed(table, group), [], sender=table.brand)

    def test_a_running_decision_stays_with_its_version(self, table: Table) -> None:
        group = table.form(votingPeriod=5 * DAY)
        terms = self.changed(table, group, ("brand", 50), ("berlin", 30), thresholdBps=10_000)
        change = table.joint.openChange(terms, sender=table.brand).returned
        table.vote(change, brand=1, berlin=1)
        table.chain.skip(DAY)
        price = table.open_price(group)
        table.finish(change)
        table.joint.changeGroup(change, terms, [], sender=table.brand)
        table.vote(price, brand=500_000_000, paris=500_000_000)  # paris was a member when it was opened
        assert table.finish(price) == (DECIDED, 500_000_000)
        assert table.joint.decisionOf(price).version == 1
        assert table.joint.standing(group, CHANGE, table.joint.termsDigest(terms)) == 0
