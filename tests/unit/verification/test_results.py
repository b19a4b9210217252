"""ValueVerification: who may sign a result, over exactly what, and what becomes of it."""

from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.agreements import TYPES, sign
from caldera.contracts import ValueVerification, events, structs
from caldera.evm import domain_of
from tests.support.signatures import spoilt
from tests.support.suite import DAY, MINIMUM, reverts
from tests.support.verification import (
    ACCEPTED,
    DOCUMENT,
    EPOCH,
    ERA,
    NONE,
    REFUSED,
    VALUATION,
    VALUE,
    Hall,
)

AMOUNT = 90 * MINIMUM
WRONG = list(spoilt(bytes([1] * 64 + [27])))


class TestAccepted:
    """Kept, written at level 2, paid into the pot, counted."""

    def test_all_of_it(self, hall: Hall) -> None:
        number, until = hall.ask(), hall.now + 90 * DAY
        receipt = hall.submit(number, AMOUNT, "n3", "n1", "n2")
        nodes, stakes = hall.signers_of("n1", "n2", "n3")
        volume = 100 * ERA * 6 // 10 * 5 // 4 // 3
        said = events.ResultAccepted(
            number,
            hall.suite.module.address,
            hall.invoice,
            VALUATION,
            AMOUNT,
            until,
            hall.now + 3 * DAY,
            volume,
            tuple(nodes),
            tuple(stakes),
            emitter=hall.results.address,
        )
        assert said in receipt.events
        kept = hall.results.resultOf(number)
        assert (kept.amount, kept.validUntil, kept.acceptedAt, kept.window) == (AMOUNT, until, hall.now, 3 * DAY)
        assert (kept.state, kept.signers, kept.fundBps, kept.weightBps) == (ACCEPTED, 3, 4_000, 12_500)
        assert kept.signersHash == keccak(encode(["uint32[]", "uint256[]"], [nodes, stakes]))
        first = min(("n1", "n2", "n3"), key=lambda name: int(hall.where(name), 16))
        source = hall.suite.entities[first]
        assert hall.attribute() == structs.Attribute(AMOUNT, source, hall.now, until, 2)
        assert hall.desk.fundOwed() == 40 * ERA
        assert hall.desk.potOf(hall.epoch).amount == 60 * ERA
        for node in nodes:
            assert hall.records.recordOf(node, hall.epoch) == structs.NodeEpoch(1, 0, 0, volume)

    def test_what_is_leaving_stands_in_the_hash(self, hall: Hall) -> None:
        """It can still be slashed, so a court must know of it."""
        hall.nodes.setStake(hall.numbers["n1"], 11_000 * ERA, 5 * ERA, True, sender=hall.admin)
        number = hall.result()
        nodes, _ = hall.signers_of("n1", "n2", "n3")
        stakes = [11_005 * ERA, 13_200 * ERA, 14_300 * ERA]
        wanted = keccak(encode(["uint32[]", "uint256[]"], [nodes, stakes]))
        assert hall.results.disputable(number).signersHash == wanted

    def test_the_fund_is_paid_by_anyone(self, hall: Hall) -> None:
        with reverts("NothingOwedToFund"):
            hall.desk.payFund(sender=hall.mallory)
        hall.result()
        receipt = hall.desk.payFund(sender=hall.mallory)
        assert receipt.events[0] == events.VerificationFundPaid(
            hall.treasury.address, 40 * ERA, emitter=hall.desk.address
        )
        assert hall.era.balanceOf(hall.treasury) == 40 * ERA

    def test_refused_by_the_nodes(self, hall: Hall) -> None:
        """Nothing is written, and the work is paid for."""
        number = hall.result(amount=0)
        assert hall.results.resultOf(number).state == REFUSED
        assert hall.attribute().level == 0
        assert hall.desk.potOf(hall.epoch).amount == 60 * ERA
        hall.chain.skip(3 * DAY)
        assert not hall.results.isFinal(number)
        hall.chain.skip(1)
        assert hall.results.isFinal(number)

    def test_a_mapping(self, hall: Hall) -> None:
        number = hall.ask(terms=hall.mapping())
        with reverts("MappingAmount", number=number, amount=2):
            hall.submit(number, 2)
        hall.submit(number, 1)
        assert hall.results.resultOf(number).weightBps == 10_000  # no finance
        assert hall.records.recordOf(hall.numbers["n1"], hall.epoch).volume == 20 * ERA

    def test_by_31_nodes(self, hall: Hall) -> None:
        names = [f"m{number}" for number in range(31)]
        for name in names:
            hall.suite.enrol(name)
            key = hall.chain.account(name)
            made = hall.nodes.add(key, key, hall.suite.entities[name], 10_000 * ERA, 0, True, sender=hall.admin)
            hall.numbers[name] = made.returned
        number = hall.ask(leastSigners=31, fee=155 * ERA)
        with reverts("TooManySignatures", count=32, most=31):
            hall.submit(number, AMOUNT, *names, "n1")
        hall.submit(number, AMOUNT, *names)
        assert hall.results.resultOf(number).signers == 31

    @pytest.mark.clause("ERC-1271", "accepts")
    def test_with_a_contract_wallet(self, hall: Hall) -> None:
        number = hall.ask()
        hall.submit(number, AMOUNT, "n1", "n2", "wallet")
        assert hall.results.resultOf(number).state == ACCEPTED


class TestWho:
    """Enough nodes, enough stake, no interest."""

    def test_as_many_as_asked_for(self, hall: Hall) -> None:
        number = hall.ask(leastSigners=4)
        with reverts("QuorumNotReached", signers=3, quorum=4):
            hall.submit(number)
        hall.submit(number, AMOUNT, "n1", "n2", "n3", "n4")

    def test_as_much_stake_as_asked_for(self, hall: Hall) -> None:
        number = hall.ask(leastWeight=36_000 * ERA + 1)
        with reverts("WeightNotReached", weight=36_000 * ERA, least=36_000 * ERA + 1):
            hall.submit(number)
        second = hall.ask(leastWeight=36_000 * ERA)
        hall.submit(second)

    @pytest.mark.parametrize("interest", ["requester", "creditor", "debtor"])
    def test_nobody_with_an_interest(self, hall: Hall, interest: str) -> None:
        number = hall.ask(hall.bank)
        whose = {"requester": "bank", "creditor": "seller", "debtor": "buyer"}[interest]
        hall.suite.enrol("own", entity=hall.suite.entities[whose])
        key = hall.chain.account("own")
        entity = hall.suite.entities[whose]
        made = hall.nodes.add(key, key, entity, 20_000 * ERA, 0, True, sender=hall.admin).returned
        with reverts("SignerInterested", number=number, node=made, entity=entity):
            hall.submit(number, AMOUNT, "n1", "n2", "own")
        hall.submit(number)

    def test_interest_is_that_of_the_moment(self, hall: Hall) -> None:
        number = hall.ask(hall.bank, target=hall.target.address, id=5)
        hall.target.interest(0, hall.suite.entities["n3"], sender=hall.admin)
        with reverts("SignerInterested", node=hall.numbers["n3"]):
            hall.submit(number)
        hall.target.interest(hall.suite.entities["n4"], 0, sender=hall.admin)
        hall.submit(number)

    @pytest.mark.parametrize("what", ["twice", "order", "entity", "dead", "replaced", "suspended"])
    def test_nobody_who_does_not_count(self, hall: Hall, what: str) -> None:
        number, names, error = hall.ask(), ["n1", "n2", "n3"], "NotAnAttestor"
        if what == "dead":
            hall.nodes.setStake(hall.numbers["n3"], 13_000 * ERA, 0, False, sender=hall.admin)
        if what == "replaced":
            hall.suite.enrol("n3 new", entity=hall.suite.entities["n3"])
            hall.nodes.setKey(hall.numbers["n3"], hall.chain.account("n3 new"), sender=hall.admin)
        if what == "suspended":
            hall.suite.registry.suspend(hall.n3, sender=hall.officer)
        if what == "entity":
            names, error = ["n1", "twin", "n3"], "SameEntity"
        number, amount, until, given = hall.signed(number, AMOUNT, *names)
        if what == "twice":
            given, error = [given[0], given[0], given[1]], "SignersNotAscending"
        if what == "order":
            given, error = given[::-1], "SignersNotAscending"
        with reverts(error):
            hall.results.submit(number, amount, until, given, sender=hall.mallory)
        hall.submit(number, AMOUNT, "n1", "n2", "n4")

    @pytest.mark.parametrize("wrong", WRONG)
    def test_signatures_in_one_form_only(self, hall: Hall, wrong: str) -> None:
        number, amount, until, given = hall.signed(hall.ask(), AMOUNT)
        given[1] = given[1]._replace(signature=spoilt(given[1].signature)[wrong])
        with reverts("InvalidAttestation", signer=given[1].signer):
            hall.results.submit(number, amount, until, given, sender=hall.mallory)


class TestWhen:
    """Once, in time, for one request."""

    def test_once(self, hall: Hall) -> None:
        number = hall.ask()
        given = hall.signed(number, AMOUNT)
        hall.results.submit(*given, sender=hall.mallory)
        with reverts("AlreadyAnswered", number=number):
            hall.results.submit(*given, sender=hall.mallory)
        with reverts("AlreadyAnswered"):
            hall.submit(number, 0)

    def test_until_the_deadline(self, hall: Hall) -> None:
        number, other = hall.ask(), hall.ask(terms=hall.mapping())
        deadline = hall.desk.requestOf(number).deadline
        given = [hall.signed(number, AMOUNT), hall.signed(other, 1)]
        hall.chain.warp(deadline)
        hall.results.submit(*given[0], sender=hall.mallory)
        hall.chain.skip(1)
        with reverts("RequestOver", number=other, deadline=deadline):
            hall.results.submit(*given[1], sender=hall.mallory)

    def test_while_it_is_good(self, hall: Hall) -> None:
        number, until = hall.ask(), hall.now + 3_600
        given = hall.signed(number, AMOUNT, until=until)
        hall.chain.warp(until + 1)
        with reverts("ResultExpired", number=number, validUntil=until):
            hall.results.submit(*given, sender=hall.mallory)
        hall.submit(number, AMOUNT, until=hall.now)

    def test_only_what_was_asked_for(self, hall: Hall) -> None:
        with reverts("UnknownRequest", number=1):
            hall.results.submit(1, 1, 2**40 - 1, [], sender=hall.mallory)
        number = hall.ask(terms=hall.credit())
        with reverts("OtherWayToSubmit", number=number):
            hall.submit(number, 1)
        hall.submit(number, 0)  # refused

    @pytest.mark.parametrize("other", ["request", "amount", "until", "chain", "contract"])
    def test_a_signature_is_for_exactly_one(self, hall: Hall, other: str) -> None:
        first, second, until = hall.ask(), hall.ask(), hall.now + DAY
        given = (first, AMOUNT, until)
        digest = hall.results.resultDigest(*given)
        if other == "request":
            given = (second, AMOUNT, until)
        if other == "amount":
            given = (first, AMOUNT + 1, until)
        if other == "until":
            given = (first, AMOUNT, until + 1)
        if other in ("chain", "contract"):
            there = ValueVerification.deploy(hall.chain, hall.suite.access, hall.desk, sender=hall.admin)
            domain = domain_of(hall.results) | ({"chainId": 1} if other == "chain" else {})
            if other == "contract":
                domain["verifyingContract"] = there.address
            digest = _digest(hall, first, AMOUNT, until, domain)
        with reverts("InvalidAttestation"):
            hall.results.submit(*given, hall.over(digest, "n1", "n2", "n3"), sender=hall.mallory)
        hall.submit(first)

    def test_the_type_is_what_is_published(self, hall: Hall) -> None:
        number, until = hall.ask(), hall.now + DAY
        assert _digest(hall, number, AMOUNT, until, domain_of(hall.results)) == hall.results.resultDigest(
            number, AMOUNT, until
        )
        message = {
            "request": number,
            "target": hall.suite.module.address,
            "id": hall.invoice,
            "field": VALUATION,
            "documentHash": DOCUMENT,
            "amount": AMOUNT,
            "validUntil": until,
        }
        packed = sign(hall.results, "Verification", message, hall.n1)
        assert packed == hall.over(hall.results.resultDigest(number, AMOUNT, until), "n1")[0].signature

    def test_a_later_result_replaces_one_and_none_of_the_same_second(self, hall: Hall) -> None:
        first, second = hall.ask(), hall.ask()
        hall.submit(first)
        with reverts("OlderStatement", statedAt=hall.now, standing=hall.now):
            hall.submit(second, AMOUNT + 1)
        hall.chain.skip(1)
        hall.submit(second, AMOUNT + 1)
        assert hall.attribute().amount == AMOUNT + 1


class TestFacts:
    """Recorded by the same signatures, unless they were."""

    def test_recorded(self, hall: Hall) -> None:
        number, facts = hall.ask(terms=hall.credit()), hall.facts()
        given = hall.vouched(facts)
        hall.results.submitFacts(number, facts, given, sender=hall.mallory)
        assert hall.record.factsOf(facts.entity).nonce == 1
        kept = hall.results.resultOf(number)
        assert (kept.amount, kept.validUntil, kept.state, kept.weightBps) == (1, facts.validUntil, ACCEPTED, 12_500)

    def test_brought_by_another_before(self, hall: Hall) -> None:
        number, facts = hall.ask(terms=hall.credit()), hall.facts()
        hall.record.record(facts, hall.vouched(facts), sender=hall.mallory)
        hall.results.submitFacts(number, facts, hall.vouched(facts), sender=hall.mallory)
        assert hall.results.resultOf(number).state == ACCEPTED

    @pytest.mark.parametrize(
        "name",
        [
            "epoch",
            "turnover",
            "receivablesIssued",
            "receivablesRepaid",
            "cargoTurnover",
            "daysLate",
            "orders",
            "validUntil",
        ],
    )
    def test_others_under_the_same_number_are_none(self, hall: Hall, name: str) -> None:
        number, facts = hall.ask(terms=hall.credit()), hall.facts()
        hall.record.record(facts, hall.vouched(facts), sender=hall.mallory)
        change: Any = {name: getattr(facts, name) - 1}
        other = facts._replace(**change)
        with reverts("NonceNotNext", nonce=1, expected=2):
            hall.results.submitFacts(number, other, hall.vouched(other), sender=hall.mallory)

    def test_revoked_ones_are_none(self, hall: Hall) -> None:
        number, facts = hall.ask(terms=hall.credit()), hall.facts()
        hall.record.record(facts, hall.vouched(facts), sender=hall.mallory)
        hall.record.revoke(facts.entity, bytes(32), sender=hall.officer)
        with reverts("NonceNotNext"):
            hall.results.submitFacts(number, facts, hall.vouched(facts), sender=hall.mallory)
        assert hall.results.resultOf(number).state == NONE

    def test_a_statement_settles_one_request(self, hall: Hall) -> None:
        first, second = (hall.ask(terms=hall.credit()) for _ in range(2))
        facts = hall.facts()
        hall.results.submitFacts(first, facts, hall.vouched(facts), sender=hall.mallory)
        with reverts("StatementUsed", entity=facts.entity, nonce=1):
            hall.results.submitFacts(second, facts, hall.vouched(facts), sender=hall.mallory)
        later = hall.facts()
        hall.results.submitFacts(second, later, hall.vouched(later), sender=hall.mallory)
        assert hall.results.resultOf(second).amount == 2

    def test_of_the_entity_that_was_asked_about(self, hall: Hall) -> None:
        number = hall.ask(terms=hall.credit(id=hall.suite.entities["bank"]))
        facts = hall.facts()
        with reverts("FactsOfOther", number=number, wanted=hall.suite.entities["bank"], given=facts.entity):
            hall.results.submitFacts(number, facts, hall.vouched(facts), sender=hall.mallory)
        value = hall.ask()
        with reverts("OtherWayToSubmit", number=value):
            hall.results.submitFacts(value, facts, hall.vouched(facts), sender=hall.mallory)

    def test_while_they_are_good(self, hall: Hall) -> None:
        number, facts = hall.ask(terms=hall.credit()), hall.facts(validUntil=hall.now + 60)
        hall.record.record(facts, hall.vouched(facts), sender=hall.mallory)
        hall.chain.skip(61)
        with reverts("ResultExpired", validUntil=facts.validUntil):
            hall.results.submitFacts(number, facts, hall.vouched(facts), sender=hall.mallory)

    def test_by_nobody_of_the_entity_or_the_requesters(self, hall: Hall) -> None:
        number, facts = hall.ask(hall.bank, terms=hall.credit()), hall.facts()
        given = hall.vouched(facts, "n1", "n2", "sellers")
        with reverts("SignerInterested", entity=facts.entity):
            hall.results.submitFacts(number, facts, given, sender=hall.mallory)

    def test_the_records_own_quorum_is_needed_too(self, hall: Hall) -> None:
        number, facts = hall.ask(terms=hall.credit()), hall.facts()
        hall.quorum.setQuorum(4, 0, sender=hall.officer)
        with reverts("QuorumNotReached", signers=3, quorum=4):
            hall.results.submitFacts(number, facts, hall.vouched(facts), sender=hall.mallory)
        given = hall.vouched(facts, "n1", "n2", "n3", "n4")
        hall.results.submitFacts(number, facts, given, sender=hall.mallory)


def _digest(hall: Hall, number: int, amount: int, until: int, domain: dict[str, Any]) -> bytes:
    from caldera.agreements import digest_under

    asked = hall.desk.requestOf(number)
    message = {
        "request": number,
        "target": asked.target,
        "id": asked.id,
        "field": asked.field,
        "documentHash": asked.documentHash,
        "amount": amount,
        "validUntil": until,
    }
    assert list(message) == list(TYPES["Verification"])
    assert (asked.kind, EPOCH) == (VALUE, 7 * DAY)
    return digest_under(domain, "Verification", message)
