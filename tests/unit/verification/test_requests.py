"""VerificationDesk: what can be asked, what it costs, who is drawn, and the way back."""

from typing import Any

import pytest

from caldera.contracts import FeeToken, VerificationDesk, events, structs
from tests.support.economy import PERMIT
from tests.support.suite import DAY, NOBODY, ROLES, reverts, selector_of
from tests.support.verification import (
    ANSWERED,
    CREDIT,
    DOCUMENT,
    ERA,
    INSURED,
    MAPPING,
    OPEN,
    REFUNDED,
    REQUEST_RULES,
    RESULT_RULES,
    VALUE,
    Hall,
    as_request_rules,
    as_result_rules,
    build,
)


class TestRequest:
    """By whoever is active and pays."""

    def test_it_is_kept_and_paid_for(self, hall: Hall) -> None:
        terms = hall.terms()
        hall.fund(hall.seller, terms.fee)
        receipt = hall.desk.request(terms, sender=hall.seller)
        number, entity = receipt.returned, hall.suite.entities["seller"]
        assert number == hall.desk.requestCount() == 1
        assert receipt.events[0] == events.VerificationRequested(
            1, hall.seller.address, entity, terms, emitter=hall.desk.address
        )
        kept = hall.desk.requestOf(1)
        assert (kept.requester, kept.entity, kept.kind, kept.field) == (hall.seller.address, entity, VALUE, 7)
        assert (kept.target, kept.id, kept.documentHash) == (hall.suite.module.address, hall.invoice, DOCUMENT)
        assert (kept.fee, kept.claimed, kept.leastWeight) == (100 * ERA, terms.claimed, 30_000 * ERA)
        assert (kept.deadline, kept.leastSigners, kept.panelSize) == (hall.now + DAY, 3, 0)
        assert (kept.finance, kept.state) == (True, OPEN)
        assert hall.era.balanceOf(hall.desk) == 100 * ERA
        assert hall.era.balanceOf(hall.seller) == 0
        with reverts("UnknownRequest", number=2):
            hall.desk.requestOf(2)

    def test_by_active_participants_only(self, hall: Hall) -> None:
        with reverts("RequesterNotActive", account=hall.mallory.address):
            hall.ask(hall.mallory)
        hall.suite.registry.suspend(hall.seller, sender=hall.officer)
        with reverts("RequesterNotActive"):
            hall.ask()
        assert hall.ask(hall.bank) == 1  # who asks need have no part in it

    @pytest.mark.parametrize(
        ("changes", "error", "facts"),
        [
            ({"kind": CREDIT}, "NotVerifiable", {"kind": CREDIT}),
            ({"target": NOBODY}, "NotVerifiable", {"target": NOBODY}),
            ({"field": 8}, "FieldNotOfKind", {"kind": VALUE, "field": 8}),
            ({"kind": INSURED}, "FieldNotOfKind", {"kind": INSURED, "field": 7}),
            ({"field": 0}, "FieldNotOfKind", {"field": 0}),
            ({"id": 65_536}, "UnknownReceivable", {"id": 65_536}),
            ({"panelSize": 2, "leastSigners": 3}, "PanelSizeOutOfRange", {"size": 2, "least": 3, "most": 31}),
            ({"panelSize": 32}, "PanelSizeOutOfRange", {"size": 32}),
            ({"leastSigners": 2}, "SignersOutOfRange", {"signers": 2, "least": 3, "most": 31}),
            ({"leastSigners": 32, "fee": 160 * ERA}, "SignersOutOfRange", {"signers": 32, "most": 31}),
            ({"panelSize": 5, "leastSigners": 6}, "SignersOutOfRange", {"signers": 6, "most": 5}),
            ({"leastWeight": 30_000 * ERA - 1}, "WeightTooLow", {"least": 30_000 * ERA}),
            ({"fee": 15 * ERA - 1}, "FeeTooLow", {"fee": 15 * ERA - 1, "least": 15 * ERA}),
            ({"leastSigners": 21}, "FeeTooLow", {"least": 105 * ERA}),
            ({"panelSize": 21}, "FeeTooLow", {"least": 105 * ERA}),
        ],
    )
    def test_refused(self, hall: Hall, changes: dict[str, Any], error: str, facts: dict[str, Any]) -> None:
        with reverts(error, **facts):
            hall.ask(**changes)

    @pytest.mark.parametrize(
        "changes",
        [
            {"field": 9},
            {"kind": INSURED, "field": 8},
            {"fee": 15 * ERA},
            {"leastSigners": 20},
            {"leastSigners": 31, "fee": 155 * ERA},
            {"panelSize": 3},
            {"panelSize": 31, "fee": 155 * ERA, "leastSigners": 31},
            {"panelSize": 20},
        ],
    )
    def test_just_not_refused(self, hall: Hall, changes: dict[str, Any]) -> None:
        assert hall.ask(**changes) == 1

    def test_the_deadline_lies_within_its_bounds(self, hall: Hall) -> None:
        earliest, latest = hall.now + 3_600, hall.now + 30 * DAY
        for wrong in (earliest - 1, latest + 1):
            with reverts("DeadlineOutOfRange", deadline=wrong, earliest=earliest, latest=latest):
                hall.ask(deadline=wrong)
        assert hall.ask(deadline=earliest) == 1
        assert hall.ask(deadline=latest) == 2

    def test_facts_of_an_entity_that_is_there(self, hall: Hall) -> None:
        for wrong in (0, 999, 2**48 + 1):
            with reverts("NoSuchEntity", id=wrong):
                hall.ask(terms=hall.credit(id=wrong))
        with reverts("FieldNotOfKind", kind=CREDIT, field=1):
            hall.ask(terms=hall.credit(field=1))
        assert hall.ask(terms=hall.credit()) == 1

    def test_a_mapping_by_its_document(self, hall: Hall) -> None:
        with reverts("DocumentMissing"):
            hall.ask(terms=hall.mapping(documentHash=bytes(32)))
        with reverts("FieldNotOfKind", kind=MAPPING, field=7):
            hall.ask(terms=hall.mapping(field=7))
        assert hall.ask(terms=hall.mapping()) == 1

    def test_pause_stops_new_ones_and_nothing_else(self, hall: Hall) -> None:
        first, second = hall.ask(), hall.ask(terms=hall.mapping())
        hall.desk.pause(DAY, sender=hall.officer)
        with reverts("Paused"):
            hall.ask()
        with reverts("Paused"):
            hall.desk.requestWithPermit(hall.terms(), hall.now, 27, bytes(32), bytes(32), sender=hall.seller)
        hall.submit(first)
        hall.chain.skip(DAY + 1)
        hall.desk.refund(second, sender=hall.mallory)
        assert hall.ask() == 3


class TestMoney:
    """Exactly the fee, and back."""

    def test_by_permit(self, hall: Hall) -> None:
        hall.era.transfer(hall.seller, 100 * ERA, sender=hall.holder)
        domain = {"name": "ERA", "version": "1", "chainId": hall.chain.chain_id, "verifyingContract": hall.era.address}
        message = {
            "owner": hall.seller.address,
            "spender": hall.desk.address,
            "value": 100 * ERA,
            "nonce": 0,
            "deadline": hall.now,
        }
        packed = hall.seller.sign_typed(domain, {"Permit": PERMIT}, message).packed
        signed = (hall.now, packed[64], packed[:32], packed[32:64])
        with hall.chain.isolated():  # somebody brings the permit first
            hall.era.permit(
                hall.seller, hall.desk, 100 * ERA, hall.now, packed[64], packed[:32], packed[32:64], sender=hall.mallory
            )
            assert hall.desk.requestWithPermit(hall.terms(), *signed, sender=hall.seller).returned == 1
        with reverts("ERC20InsufficientAllowance"):
            hall.desk.requestWithPermit(hall.terms(fee=100 * ERA + 1), *signed, sender=hall.seller)
        assert hall.desk.requestWithPermit(hall.terms(), *signed, sender=hall.seller).returned == 1
        assert hall.era.balanceOf(hall.desk) == 100 * ERA

    def test_a_token_that_takes_a_fee_is_refused(self) -> None:
        hall = build(token=FeeToken)
        hall.era.transfer(hall.seller, 100 * ERA, sender=hall.holder)
        with reverts("InexactToken", expected=100 * ERA, received=99 * ERA):
            hall.ask(fee=100 * ERA)

    def test_back_after_the_deadline_and_not_before(self, hall: Hall) -> None:
        number = hall.ask(fee=100 * ERA + 7)
        hall.chain.warp(hall.desk.requestOf(number).deadline)
        with reverts("RequestOpen", number=number, deadline=hall.now):
            hall.desk.refund(number, sender=hall.seller)
        hall.chain.skip(1)
        receipt = hall.desk.refund(number, sender=hall.mallory)
        back = events.VerificationRefunded(number, hall.seller.address, 100 * ERA + 7, emitter=hall.desk.address)
        assert receipt.events[0] == back
        assert hall.era.balanceOf(hall.seller) == 100 * ERA + 7
        assert hall.desk.requestOf(number).state == REFUNDED
        with reverts("AlreadyRefunded", number=number):
            hall.desk.refund(number, sender=hall.seller)
        with reverts("AlreadyRefunded"):
            hall.submit(number)
        with reverts("UnknownRequest", number=9):
            hall.desk.refund(9, sender=hall.seller)

    def test_not_back_where_there_is_a_result(self, hall: Hall) -> None:
        accepted, refused = hall.result(), hall.result(amount=0)
        hall.chain.skip(DAY + 1)
        for number in (accepted, refused):
            assert hall.desk.requestOf(number).state == ANSWERED
            with reverts("AlreadyAnswered", number=number):
                hall.desk.refund(number, sender=hall.seller)


class TestPanel:
    """Drawn once, from a seed that nobody knew; who does not answer is counted."""

    def test_drawn_without_those_who_have_an_interest(self, hall: Hall) -> None:
        number = hall.ask(panelSize=5)
        with reverts("SeedMissing", number=number, ticket=1):
            hall.desk.assign(number, sender=hall.mallory)
        hall.draw(number, "n1", "n2", "n3", "n4", "n5")  # the double refuses any other seed or exclusion
        receipt = hall.desk.assign(number, sender=hall.mallory)
        drawn = [hall.numbers[f"n{one}"] for one in range(1, 6)]
        (said,) = receipt.events
        assert isinstance(said, events.PanelAssigned)
        assert (said.number, list(said.nodes)) == (number, drawn)
        panel = hall.desk.panelOf(number)
        assert (panel.ticket, list(panel.nodes), panel.answered, panel.closed) == (1, drawn, 0, False)
        with reverts("PanelDrawn", number=number):
            hall.desk.assign(number, sender=hall.mallory)

    @pytest.mark.parametrize("about", ["credit", "mapping"])
    def test_drawn_without_those_of_other_kinds(self, hall: Hall, about: str) -> None:
        number = hall.ask(hall.bank, terms=getattr(hall, about)(panelSize=3))
        hall.draw(number, "n1", "n2", "n3")
        hall.desk.assign(number, sender=hall.mallory)

    def test_not_where_anybody_may_sign(self, hall: Hall) -> None:
        number = hall.ask()
        with reverts("NoPanel", number=number):
            hall.desk.assign(number, sender=hall.mallory)
        assert hall.seeds.tickets() == 0

    def test_with_time_left_to_sign(self, hall: Hall) -> None:
        number = hall.ask(panelSize=3)
        hall.draw(number, "n1", "n2", "n3")
        latest = hall.desk.requestOf(number).deadline - 3_600
        hall.chain.warp(latest + 1)
        with reverts("TooLateForPanel", number=number, latest=latest):
            hall.desk.assign(number, sender=hall.mallory)
        with hall.chain.isolated():
            hall.chain.warp(hall.desk.requestOf(number).deadline + 1)
            with reverts("RequestOver", number=number):
                hall.desk.assign(number, sender=hall.mallory)

    def test_at_the_last_moment(self, hall: Hall) -> None:
        number = hall.ask(panelSize=3)
        hall.draw(number, "n1", "n2", "n3")
        hall.chain.warp(hall.desk.requestOf(number).deadline - 3_600)
        hall.desk.assign(number, sender=hall.mallory)

    def test_with_enough_nodes(self, hall: Hall) -> None:
        number = hall.ask(panelSize=5, leastSigners=4)
        hall.draw(number, "n1", "n2", "n3")
        with reverts("PanelTooSmall", number=number, found=3, needed=4):
            hall.desk.assign(number, sender=hall.mallory)
        hall.draw(number, "n1", "n2", "n3", "n4")
        hall.desk.assign(number, sender=hall.mallory)

    def test_only_those_drawn_sign(self, hall: Hall) -> None:
        number = hall.ask(panelSize=4)
        with reverts("NotOnPanel", number=number):
            hall.submit(number)  # nobody is drawn yet
        hall.draw(number, "n1", "n2", "n3", "n4")
        hall.desk.assign(number, sender=hall.mallory)
        with reverts("NotOnPanel", number=number, node=hall.numbers["n5"]):
            hall.submit(number, 1, "n1", "n2", "n5")
        hall.submit(number, 1, "n1", "n2", "n4")
        assert hall.desk.panelOf(number).answered == 0b1011

    def test_the_silent_are_counted_once_after_the_deadline(self, hall: Hall) -> None:
        number = hall.ask(panelSize=5)
        with reverts("NoPanel", number=number):
            hall.desk.close(number, sender=hall.mallory)
        hall.draw(number, "n1", "n2", "n3", "n4", "n5")
        hall.desk.assign(number, sender=hall.mallory)
        hall.submit(number)
        digest = hall.results.resultDigest(number, 5, hall.now)
        (late,) = hall.over(digest, "n4")
        receipt = hall.results.answer(number, 5, hall.now, late, sender=hall.mallory)  # left away, but it signed
        assert receipt.events == (events.PanelAnswered(number, hall.numbers["n4"], emitter=hall.desk.address),)
        deadline = hall.desk.requestOf(number).deadline
        hall.chain.warp(deadline)
        with reverts("RequestOpen", number=number, deadline=deadline):
            hall.desk.close(number, sender=hall.mallory)
        hall.chain.skip(1)
        receipt = hall.desk.close(number, sender=hall.mallory)
        (said,) = receipt.events
        assert isinstance(said, events.PanelClosed)
        assert list(said.missed) == [hall.numbers["n5"]]
        missed = [hall.records.recordOf(hall.numbers[f"n{one}"], hall.epoch).missed for one in range(1, 6)]
        assert missed == [0, 0, 0, 0, 1]
        with reverts("PanelAlreadyClosed", number=number):
            hall.desk.close(number, sender=hall.mallory)
        with reverts("UnknownRequest"):
            hall.desk.close(number + 1, sender=hall.mallory)

    def test_answers_of_the_panel_only_and_in_time(self, hall: Hall) -> None:
        number, open_to_all = hall.ask(panelSize=3), hall.ask(terms=hall.mapping())
        hall.draw(number, "n1", "n2", "n3")
        hall.desk.assign(number, sender=hall.mallory)
        digest, until = hall.results.resultDigest(number, 5, hall.now), hall.now
        given = {name: hall.over(digest, name)[0] for name in ("n1", "n4")}
        with reverts("NotOnPanel", node=hall.numbers["n4"]):
            hall.results.answer(number, 5, until, given["n4"], sender=hall.mallory)
        with reverts("InvalidAttestation", signer=hall.n1.address):
            hall.results.answer(number, 6, until, given["n1"], sender=hall.mallory)
        other = hall.over(hall.results.resultDigest(open_to_all, 1, until), "n1")[0]
        with reverts("NotOnPanel", number=open_to_all):
            hall.results.answer(open_to_all, 1, until, other, sender=hall.mallory)
        hall.chain.warp(hall.desk.requestOf(number).deadline + 1)
        with reverts("RequestOver", number=number):
            hall.results.answer(number, 5, until, given["n1"], sender=hall.mallory)
        hall.desk.close(number, sender=hall.mallory)
        assert hall.records.recordOf(hall.numbers["n1"], hall.epoch).missed == 1

    def test_at_the_deadline_an_answer_counts(self, hall: Hall) -> None:
        number = hall.ask(terms=hall.credit(panelSize=3))
        hall.draw(number, "n1", "n2", "n3")
        hall.desk.assign(number, sender=hall.mallory)
        facts = hall.facts()
        hall.chain.warp(hall.desk.requestOf(number).deadline)
        hall.results.answerFacts(number, facts, hall.vouched(facts, "n2")[0], sender=hall.mallory)
        assert hall.desk.panelOf(number).answered == 0b10
        other = facts._replace(entity=hall.suite.entities["bank"])
        with reverts("FactsOfOther", wanted=facts.entity, given=other.entity):
            hall.results.answerFacts(number, other, hall.vouched(other, "n2")[0], sender=hall.mallory)


class TestRules:
    """Within bounds that governance cannot pass; what stands keeps its own."""

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"least_signers": 1}, "LeastSignersOutOfRange"),
            ({"least_signers": 32}, "LeastSignersOutOfRange"),
            ({"shortest": 599}, "DeadlineBoundsOutOfRange"),
            ({"shortest": 30 * DAY + 1}, "DeadlineBoundsOutOfRange"),
            ({"longest": 90 * DAY + 1}, "DeadlineBoundsOutOfRange"),
        ],
    )
    def test_requests_outside(self, hall: Hall, changes: dict[str, int], error: str) -> None:
        rules = as_request_rules(type(REQUEST_RULES)(**(REQUEST_RULES.__dict__ | changes)))
        with reverts(error):
            hall.desk.setRequestRules(rules, sender=hall.officer)

    @pytest.mark.parametrize(
        "changes",
        [
            {"least_signers": 2},
            {"least_signers": 31},
            {"shortest": 600},
            {"shortest": 30 * DAY},
            {"longest": 90 * DAY, "least_fee": 0, "least_weight": 0},
        ],
    )
    def test_requests_at_the_bounds(self, hall: Hall, changes: dict[str, int]) -> None:
        rules = as_request_rules(type(REQUEST_RULES)(**(REQUEST_RULES.__dict__ | changes)))
        receipt = hall.desk.setRequestRules(rules, sender=hall.officer)
        assert receipt.events == (events.RequestRulesSet(rules, emitter=hall.desk.address),)
        assert hall.desk.requestRules() == rules

    @pytest.mark.parametrize(
        ("rules", "error"),
        [
            ((3_599, 4_000, 10_000), "DisputeWindowOutOfRange"),
            ((14 * DAY + 1, 4_000, 10_000), "DisputeWindowOutOfRange"),
            ((DAY, 10_001, 10_000), "FeePartsOutOfRange"),
            ((DAY, 4_000, 9_999), "FeePartsOutOfRange"),
            ((DAY, 4_000, 16_667), "FeePartsOutOfRange"),
            ((DAY, 0, 10_001), "FeePartsOutOfRange"),
        ],
    )
    def test_results_outside(self, hall: Hall, rules: tuple[int, int, int], error: str) -> None:
        with reverts(error):
            hall.desk.setResultRules(structs.ResultRules(*rules), sender=hall.officer)
        with reverts(error):
            _deploy(hall, result_rules=structs.ResultRules(*rules))

    @pytest.mark.parametrize(
        "rules",
        [(3_600, 4_000, 10_000), (14 * DAY, 10_000, 65_535), (DAY, 4_000, 16_666), (DAY, 0, 10_000)],
    )
    def test_results_at_the_bounds(self, hall: Hall, rules: tuple[int, int, int]) -> None:
        receipt = hall.desk.setResultRules(structs.ResultRules(*rules), sender=hall.officer)
        assert receipt.events == (events.ResultRulesSet(structs.ResultRules(*rules), emitter=hall.desk.address),)
        assert hall.desk.resultRules() == structs.ResultRules(*rules)

    def test_what_can_be_verified(self, hall: Hall) -> None:
        for kind, target in ((VALUE, NOBODY), (VALUE, hall.mallory.address), (MAPPING, hall.record.address)):
            with reverts("NotATargetOfKind", kind=kind, target=target):
                hall.desk.setVerifiable(kind, target, True, False, sender=hall.officer)
        with reverts("NotATargetOfKind"):
            hall.desk.setVerifiable(CREDIT, hall.target, True, False, sender=hall.officer)
        before = hall.ask()
        receipt = hall.desk.setVerifiable(VALUE, hall.suite.module, False, False, sender=hall.officer)
        said = events.VerifiableSet(VALUE, hall.suite.module.address, False, False, emitter=hall.desk.address)
        assert receipt.events == (said,)
        assert hall.desk.verifiable(VALUE, hall.suite.module) == (False, False)
        with reverts("NotVerifiable"):
            hall.ask()
        hall.submit(before)  # what was asked before is answered, and still counts as finance
        assert hall.results.resultOf(before).weightBps == RESULT_RULES.finance_bps

    def test_the_fund(self, hall: Hall) -> None:
        for wrong in (NOBODY, hall.desk.address):
            with reverts("NotAFund", fund=wrong):
                hall.desk.setFund(wrong, sender=hall.admin)
        receipt = hall.desk.setFund(hall.bank, sender=hall.admin)
        assert receipt.events == (events.VerificationFundSet(hall.bank.address, emitter=hall.desk.address),)
        assert hall.desk.fund() == hall.bank.address

    def test_by_governance_only(self, hall: Hall) -> None:
        desk, none = hall.desk, structs.RequestRules(0, 0, 0, 0, 0)
        for call in (
            lambda: desk.setRequestRules(none, sender=hall.court),
            lambda: desk.setResultRules(as_result_rules(RESULT_RULES), sender=hall.court),
            lambda: desk.setVerifiable(VALUE, hall.target, True, True, sender=hall.court),
            lambda: desk.setFund(hall.court, sender=hall.officer),
            lambda: desk.settle(1, [1], sender=hall.officer),
            lambda: desk.noteAnswer(1, 1, sender=hall.officer),
            lambda: desk.caseOpened(1, sender=hall.officer),
            lambda: desk.caseClosed(1, True, 0, 0, sender=hall.officer),
            lambda: desk.forfeit(1, 1, [1], 1, sender=hall.officer),
            lambda: hall.results.openCase(1, sender=hall.officer),
            lambda: hall.results.closeCase(1, True, 0, sender=hall.officer),
            lambda: hall.record.revokeStatement(1, 1, bytes(32), sender=hall.officer),
        ):
            with reverts("AccessManagedUnauthorized"):
                call()

    def test_the_parts_it_stands_on(self, hall: Hall) -> None:
        desk, suite = hall.desk, hall.suite
        assert desk.era() == hall.era.address
        assert desk.nodes() == hall.nodes.address == hall.results.nodes()
        assert desk.registry() == suite.registry.address == hall.results.registry()
        assert (desk.panels(), desk.randomness()) == (hall.panels.address, hall.seeds.address)
        assert desk.records() == hall.records.address
        assert desk.operatingRecord() == hall.record.address == hall.results.operatingRecord()
        assert desk.fund() == hall.treasury.address
        assert hall.results.desk() == desk.address


def _deploy(hall: Hall, **changes: Any) -> VerificationDesk:
    one, records = hall.admin.address, hall.records.address
    parts = structs.VerificationParts(one, one, one, records, one, one, one, one)
    request_rules = changes.get("request_rules", as_request_rules(REQUEST_RULES))
    result_rules = changes.get("result_rules", as_result_rules(RESULT_RULES))
    return VerificationDesk.deploy(hall.chain, hall.suite.access, parts, request_rules, result_rules, sender=hall.admin)


def test_every_restricted_function_has_its_role(hall: Hall) -> None:
    """As the stand gives them; whoever deploys must do the same."""
    access = hall.suite.access
    for contract, role, name in (
        (hall.desk, "VERIFIER", "settle"),
        (hall.results, "COURT", "openCase"),
        (hall.results, "COURT", "closeCase"),
        (hall.record, "VERIFIER", "revokeStatement"),
    ):
        assert access.getTargetFunctionRole(contract, selector_of(contract.ABI_NAME, name)) == ROLES[role]
