"""Decisions: what is asked, who says what, and what comes of it."""

from itertools import permutations
from typing import Any

import pytest

from caldera.contracts import events
from caldera.model.joint import lower_median
from tests.support.joint import (
    ALLOCATION,
    DAY,
    DECIDED,
    DEFAULTED,
    PRICE,
    TOPIC,
    USD,
    VOID,
    Table,
)
from tests.support.suite import reverts

K = 1_000_000


class TestPrice:
    """The lower weighted median, if enough weight is near it."""

    def test_the_median_with_the_weight_asked_for(self, table: Table) -> None:
        decision = table.open_price(table.form())
        table.vote(decision, brand=500 * K, berlin=510 * K, paris=600 * K)
        receipt_state = table.finish(decision)
        assert receipt_state == (DECIDED, 500 * K)  # half of the weight is enough to be the lower median
        assert table.joint.decisionOf(decision).support == 80  # paris is beyond 5%
        assert table.joint.priceOf(decision) == (500 * K, USD)

    @pytest.mark.parametrize(("figure", "state"), [(525 * K, DECIDED), (525 * K + 1, VOID), (475 * K - 1, VOID)])
    def test_the_last_figure_that_supports_it(self, table: Table, figure: int, state: int) -> None:
        decision = table.open_price(table.form())
        table.vote(decision, brand=500 * K, berlin=figure)
        got, outcome = table.finish(decision)
        if figure < 500 * K:
            assert lower_median([(500 * K, 50), (figure, 30)]) == 500 * K
        assert (got, outcome) == (state, 500 * K if state == DECIDED else 0)

    def test_the_last_unit_of_weight(self, table: Table) -> None:
        """Two thirds of 100 are 66.67: 66 are too little, 67 enough."""
        for brand, state in ((66, VOID), (67, DECIDED)):
            decision = table.open_price(table.form(("brand", brand), ("berlin", 100 - brand)))
            table.vote(decision, brand=500 * K)
            assert table.finish(decision)[0] == state

    def test_unanimity_asks_everybody(self, table: Table) -> None:
        group = table.form(thresholdBps=10_000)
        one, other = table.open_price(group), table.open_price(group)
        table.vote(one, brand=500 * K, berlin=500 * K)
        table.vote(other, brand=500 * K, berlin=500 * K, paris=500 * K)
        assert table.finish(one) == (VOID, 0)
        assert table.finish(other) == (DECIDED, 500 * K)

    def test_nobody_casts(self, table: Table) -> None:
        decision = table.open_price(table.form())
        assert table.finish(decision) == (VOID, 0)
        with reverts("JointNotInForce", decision=decision, state=VOID):
            table.joint.priceOf(decision)

    def test_a_stated_default_holds(self, table: Table) -> None:
        group = table.form(statedDefaults=True)
        with reverts("JointDefaultMissing", group=group):
            table.open_price(group)
        for wrong in (400 * K - 1, 600 * K + 1):
            with reverts("JointNoSuchChoice", choice=wrong):
                table.open_price(group, fallback_=wrong)
        table.open_price(group, fallback_=600 * K)
        decision = table.open_price(group, fallback_=400 * K)
        table.vote(decision, paris=600 * K)
        assert table.finish(decision) == (DEFAULTED, 400 * K)
        assert table.joint.priceOf(decision) == (400 * K, USD)
        assert table.joint.standing(group, PRICE, TOPIC) == 0  # nobody decided it

    def test_no_default_where_the_group_states_none(self, table: Table) -> None:
        group = table.form()
        with reverts("JointDefaultNotAllowed", group=group):
            table.open_price(group, fallback_=400 * K)

    @pytest.mark.parametrize(
        ("error", "changes"),
        [
            ("NoJointTopic", {"topic": bytes(32)}),
            ("UnknownCurrency", {"currencyId": 9}),
            ("JointSpreadOutOfRange", {"spreadBps": 10_001}),
            ("JointBoundsOutOfRange", {"least": 0}),
            ("JointBoundsOutOfRange", {"least": 600 * K + 1}),
            ("JointBoundsOutOfRange", {"most": 2**95}),
            ("JointValidityOutOfOrder", {"validUntil": 1}),
        ],
    )
    def test_what_is_out_of_range(self, table: Table, error: str, changes: dict[str, Any]) -> None:
        group = table.form()
        with reverts(error):
            table.open_price(group, **changes)

    def test_what_is_just_in_range(self, table: Table) -> None:
        group = table.form(("brand", 3), ("berlin", 1))
        decision = table.open_price(group, spreadBps=10_000, least=1, most=2**95 - 1)
        table.vote(decision, brand=2**95 - 1, berlin=1)
        assert table.finish(decision) == (DECIDED, 2**95 - 1)
        single = table.open_price(group, least=5, most=5, spreadBps=0)
        table.vote(single, brand=5)
        assert table.finish(single) == (DECIDED, 5)

    def test_when_it_is_valid(self, table: Table) -> None:
        group = table.form()
        closes = table.now + 3 * DAY
        longest = 3 * 365 * DAY
        for start, end in (
            (closes, closes + 9),
            (closes + 9, closes + 8),
            (0, closes),
            (closes + 1, closes + 2 + longest),
        ):
            with reverts("JointValidityOutOfOrder", earliest=closes + 1, longest=longest):
                table.open_price(group, validFrom=start, validUntil=end)
        table.open_price(group, validFrom=closes + 1, validUntil=closes + 1)
        table.open_price(group, validFrom=closes + 1, validUntil=closes + 1 + longest)
        decision = table.open_price(group, validFrom=closes + 10, validUntil=closes + 20)
        table.vote(decision, brand=500 * K, berlin=500 * K)
        with reverts("JointNotInForce"):
            table.joint.priceOf(decision)
        table.finish(decision)
        for second, holds in ((9, False), (10, True), (20, True), (21, False)):
            table.chain.warp(closes + second)
            if holds:
                assert table.joint.priceOf(decision) == (500 * K, USD)
            else:
                with reverts("JointNotInForce", validFrom=closes + 10, validUntil=closes + 20):
                    table.joint.priceOf(decision)


class TestAllocation:
    """Vectors that add up, and the one with enough weight."""

    def test_the_proposal_with_the_weight_asked_for(self, table: Table) -> None:
        group = table.form()
        decision = table.open_allocation(group)
        assert table.joint.propose(decision, [0, 600, 400], sender=table.berlin).returned == 1
        assert table.joint.propose(decision, [100, 300, 600], sender=table.paris).returned == 2
        table.vote(decision, brand=1, berlin=1, paris=2)
        assert table.finish(decision) == (DECIDED, 1)
        shares = {name: table.joint.allocationOf(decision, table.entity(name)) for name in ("brand", "berlin", "paris")}
        assert shares == {"brand": 0, "berlin": 600, "paris": 400}
        assert table.joint.allocationOf(decision, table.entity("workshop")) == 0
        assert table.joint.shareOf(decision, table.entity("berlin")) == (600, True)
        assert list(table.joint.sharesOf(decision, 2)) == [100, 300, 600]
        table.chain.skip(91 * DAY)
        with reverts("JointNotInForce"):
            table.joint.allocationOf(decision, table.entity("berlin"))
        assert table.joint.shareOf(decision, table.entity("berlin")) == (0, False)

    def test_weight_on_different_proposals_does_not_add_up(self, table: Table) -> None:
        decision = table.open_allocation(table.form())
        table.joint.propose(decision, [0, 600, 400], sender=table.berlin)
        table.joint.propose(decision, [0, 600, 400], sender=table.paris)
        table.vote(decision, brand=1, berlin=2, paris=2)
        assert table.finish(decision) == (VOID, 0)

    def test_a_stated_default_holds_and_can_be_voted_for(self, table: Table) -> None:
        group = table.form(statedDefaults=True)
        with reverts("JointDefaultMissing"):
            table.open_allocation(group)
        one = table.open_allocation(group, 1, 500, 499)
        other = table.open_allocation(group, 1, 500, 499)
        assert table.finish(one) == (DEFAULTED, 0)
        assert table.joint.allocationOf(one, table.entity("paris")) == 499
        assert table.finish(other) == (DEFAULTED, 0)
        third = table.open_allocation(group, 1, 500, 499)
        table.vote(third, brand=0, berlin=0)
        assert table.finish(third) == (DECIDED, 0)

    def test_shares_add_up_to_the_unit(self, table: Table) -> None:
        group = table.form()
        decision = table.open_allocation(group)
        for sum_, shares in ((999, [0, 600, 399]), (1_001, [1, 600, 400]), (2**64 + 999, [2**64 - 1, 1_000, 0])):
            with reverts("JointSharesDoNotAddUp", sum=sum_, total=1_000):
                table.joint.propose(decision, shares, sender=table.brand)
        for wrong in ([600, 400], [0, 0, 600, 400], []):
            with reverts("JointSharesOutOfRange", shares=len(wrong), members=3):
                table.joint.propose(decision, wrong, sender=table.brand)
        table.joint.propose(decision, [0, 600, 400], sender=table.brand)
        stated = table.form(statedDefaults=True)
        with reverts("JointSharesDoNotAddUp", sum=1_001):
            table.open_allocation(stated, 1, 500, 500)
        with reverts("NothingToAllocate"):
            table.open_allocation(group, total=0)

    def test_one_proposal_a_member_while_ballots_can_be_cast(self, table: Table) -> None:
        decision = table.open_allocation(table.form())
        table.joint.propose(decision, [0, 600, 400], sender=table.brand)
        with reverts("JointProposedAlready", entity=table.entity("brand")):
            table.joint.propose(decision, [0, 500, 500], sender=table.brand2)
        with reverts("NotAJointMember"):
            table.joint.propose(decision, [0, 500, 500], sender=table.workshop)
        with reverts("JointWrongKind", kind=PRICE):
            table.joint.propose(table.open_price(1), [0, 500, 500], sender=table.berlin)
        table.chain.skip(3 * DAY)
        table.joint.propose(decision, [0, 500, 500], sender=table.berlin)
        table.chain.skip(1)
        with reverts("JointVotingOver", decision=decision):
            table.joint.propose(decision, [0, 500, 500], sender=table.paris)

    def test_ballots_are_for_proposals_that_there_are(self, table: Table) -> None:
        decision = table.open_allocation(table.form())
        for choice in (0, 1):  # no default, no proposal
            with reverts("JointNoSuchChoice", decision=decision, choice=choice):
                table.vote(decision, brand=choice)
        table.joint.propose(decision, [0, 600, 400], sender=table.brand)
        table.vote(decision, brand=1)

    def test_one_kind_is_not_the_other(self, table: Table) -> None:
        group = table.form()
        price, allocation = table.open_price(group), table.open_allocation(group)
        with reverts("JointWrongKind", decision=allocation, kind=ALLOCATION):
            table.joint.priceOf(allocation)
        for read in (table.joint.allocationOf, table.joint.shareOf):
            with reverts("JointWrongKind", decision=price, kind=PRICE):
                read(price, table.entity("brand"))


class TestBallots:
    """One a member, never changed."""

    def test_one_ballot_an_entity(self, table: Table) -> None:
        decision = table.open_price(table.form())
        receipt = table.joint.vote(decision, 500 * K, sender=table.brand)
        brand = table.entity("brand")
        assert list(receipt.events) == [
            events.JointVoted(decision, brand, table.brand.address, 500 * K, emitter=table.joint.address)
        ]
        for who in (table.brand, table.brand2):
            with reverts("JointVotedAlready", decision=decision, entity=brand):
                table.joint.vote(decision, 510 * K, sender=who)
        assert int.from_bytes(table.joint.ballotOf(decision, brand)) == 500 * K + 1

    def test_who_casts(self, table: Table) -> None:
        decision = table.open_price(table.form())
        with reverts("NotAJointMember", account=table.workshop.address):
            table.vote(decision, workshop=500 * K)
        with reverts("NotActive", account=table.stranger.address):
            table.vote(decision, stranger=500 * K)
        for wrong in (400 * K - 1, 600 * K + 1):
            with reverts("JointNoSuchChoice", choice=wrong):
                table.vote(decision, brand=wrong)
        table.vote(decision, brand=400 * K, berlin=600 * K)
        with reverts("JointBallotsOpen", decision=decision):
            table.commit(decision, paris=500 * K)
        with reverts("UnknownJointDecision", decision=decision + 1):
            table.vote(decision + 1, paris=500 * K)

    def test_until_the_last_second(self, table: Table) -> None:
        decision = table.open_price(table.form())
        table.chain.skip(3 * DAY)
        table.vote(decision, brand=500 * K)
        with reverts("JointRunning", decision=decision, revealUntil=table.now):
            table.joint.finalise(decision, sender=table.stranger)
        table.chain.skip(1)
        with reverts("JointVotingOver", voteUntil=table.now - 1):
            table.vote(decision, berlin=500 * K)
        table.joint.finalise(decision, sender=table.stranger)

    def test_final_is_final(self, table: Table) -> None:
        decision = table.open_price(table.form())
        table.vote(decision, brand=500 * K, berlin=500 * K)
        table.finish(decision)
        before = table.joint.decisionOf(decision)
        with reverts("JointIsFinal", decision=decision, state=DECIDED):
            table.joint.finalise(decision, sender=table.stranger)
        with reverts("JointVotingOver"):
            table.vote(decision, paris=500 * K)
        assert table.joint.decisionOf(decision) == before

    def test_what_is_told_at_the_end(self, table: Table) -> None:
        decision = table.open_price(table.form())
        table.vote(decision, brand=500 * K, berlin=500 * K)
        table.chain.skip(3 * DAY + 1)
        receipt = table.joint.finalise(decision, sender=table.stranger)
        assert list(receipt.events) == [
            events.JointFinal(decision, DECIDED, 500 * K, 80, 100, emitter=table.joint.address)
        ]

    def test_a_suspended_member_says_nothing_more_and_what_it_said_stands(self, table: Table) -> None:
        group = table.form()
        one, other = table.open_price(group), table.open_price(group)
        table.vote(one, brand=500 * K)
        table.registry.suspendEntity(table.entity("brand"), sender=table.officer)
        for who in (table.brand, table.brand2):
            with reverts("NotActive", account=who.address):
                table.joint.vote(other, 500 * K, sender=who)
        table.vote(one, berlin=500 * K)
        table.vote(other, berlin=500 * K, paris=500 * K)
        assert table.finish(one) == (DECIDED, 500 * K)
        assert table.finish(other) == (VOID, 0)  # its weight still counts in the whole

    def test_a_pause_stops_new_decisions_and_no_ballot(self, table: Table) -> None:
        group = table.form()
        decision = table.open_price(group)
        table.joint.pause(7 * DAY, sender=table.officer)
        for call in (
            lambda: table.open_price(group),
            lambda: table.open_allocation(group),
            lambda: table.joint.openChange(table.terms(group=group), sender=table.brand),
        ):
            with reverts("Paused"):
                call()
        table.vote(decision, brand=500 * K, berlin=500 * K)
        assert table.finish(decision) == (DECIDED, 500 * K)


class TestSecret:
    """Hidden, then shown; nobody copies, nobody shows late."""

    def test_hidden_until_all_are_cast(self, table: Table) -> None:
        decision = table.open_price(table.form(secret=True))
        with reverts("JointBallotsHidden", decision=decision):
            table.vote(decision, brand=500 * K)
        table.commit(decision, brand=500 * K, berlin=505 * K, paris=590 * K)
        with reverts("JointNotTimeToReveal"):
            table.reveal(decision, brand=500 * K)
        table.chain.skip(3 * DAY + 1)
        table.reveal(decision, brand=500 * K, berlin=505 * K)
        with reverts("JointRunning"):
            table.joint.finalise(decision, sender=table.stranger)
        table.chain.skip(DAY - 1)
        with table.chain.isolated():
            table.reveal(decision, paris=590 * K)
        table.chain.skip(1)
        with reverts("JointNotTimeToReveal"):
            table.reveal(decision, paris=590 * K)
        assert table.finish(decision) == (DECIDED, 500 * K)
        assert table.joint.decisionOf(decision).support == 80

    def test_a_copied_commitment_cannot_be_shown(self, table: Table) -> None:
        group = table.form(secret=True)
        decision, other = table.open_price(group), table.open_price(group)
        table.commit(decision, brand=500 * K)
        copied = table.joint.ballotOf(decision, table.entity("brand"))
        table.joint.commit(decision, copied, sender=table.berlin)
        table.joint.commit(other, copied, sender=table.brand)
        table.chain.skip(3 * DAY + 1)
        table.reveal(decision, brand=500 * K)
        with reverts("JointNotCommitted", entity=table.entity("berlin")):
            table.joint.reveal(decision, table.entity("berlin"), 500 * K, table.salt("brand"), sender=table.berlin)
        with reverts("JointNotCommitted", decision=other):  # nor the same one again elsewhere
            table.joint.reveal(other, table.entity("brand"), 500 * K, table.salt("brand"), sender=table.brand)

    def test_a_commitment_is_of_this_chain_and_contract(self, table: Table) -> None:
        from eth_abi.abi import encode
        from eth_utils.crypto import keccak

        decision = table.open_price(table.form(secret=True))
        brand, salt = table.entity("brand"), table.salt("brand")
        kinds = ["uint256", "address", "uint64", "uint48", "uint96", "bytes32"]
        own = [table.chain.chain_id, table.joint.address, decision, brand, 500 * K, salt]
        hidden = table.joint.commitmentOf(decision, brand, 500 * K, salt)
        assert keccak(encode(kinds, own)) == hidden
        for wrong in ([1, *own[1:]], [own[0], table.goods.address, *own[2:]]):
            with table.chain.isolated():
                table.joint.commit(decision, keccak(encode(kinds, wrong)), sender=table.brand)
                table.chain.skip(3 * DAY + 1)
                with reverts("JointNotCommitted"):
                    table.reveal(decision, brand=500 * K)
        table.joint.commit(decision, hidden, sender=table.brand)
        table.chain.skip(3 * DAY + 1)
        table.reveal(decision, brand=500 * K)

    def test_what_is_no_commitment(self, table: Table) -> None:
        decision = table.open_price(table.form(secret=True))
        for wrong in (0, 1, 500 * K + 1, 2**96):
            with reverts("JointNotACommitment"):
                table.joint.commit(decision, wrong.to_bytes(32), sender=table.brand)
        table.joint.commit(decision, (2**96 + 1).to_bytes(32), sender=table.brand)
        with reverts("JointVotedAlready"):
            table.commit(decision, brand=500 * K)
        assert table.finish(decision) == (VOID, 0)

    def test_a_ballot_out_of_bounds_counts_as_none(self, table: Table) -> None:
        decision = table.open_price(table.form(secret=True))
        table.commit(decision, brand=600 * K + 1, berlin=500 * K)
        table.chain.skip(3 * DAY + 1)
        with reverts("JointNoSuchChoice"):
            table.reveal(decision, brand=600 * K + 1)
        with reverts("JointNotCommitted"):
            table.reveal(decision, brand=600 * K)
        table.reveal(decision, berlin=500 * K)
        with reverts("JointNotCommitted"):
            table.reveal(decision, berlin=500 * K)
        assert table.finish(decision) == (VOID, 0)

    def test_a_member_that_is_suspended_after_it_committed(self, table: Table) -> None:
        decision = table.open_price(table.form(secret=True))
        table.commit(decision, brand=500 * K, berlin=500 * K)
        table.registry.suspendEntity(table.entity("brand"), sender=table.officer)
        table.chain.skip(3 * DAY + 1)
        table.reveal(decision, brand=500 * K, berlin=500 * K)
        assert table.finish(decision) == (DECIDED, 500 * K)

    def test_an_allocation_by_hidden_ballots(self, table: Table) -> None:
        decision = table.open_allocation(table.form(secret=True))
        table.joint.propose(decision, [0, 600, 400], sender=table.berlin)
        table.commit(decision, brand=1, berlin=1, paris=1)
        table.chain.skip(3 * DAY + 1)
        table.reveal(decision, brand=1, paris=1)
        assert table.finish(decision) == (DECIDED, 1)


class TestStanding:
    """What a topic's newest decision is."""

    def decided(self, table: Table, group: int, **changes: Any) -> int:
        decision = table.open_price(group, **changes)
        table.vote(decision, brand=500 * K, berlin=500 * K)
        return decision

    def test_the_newest_that_has_begun(self, table: Table) -> None:
        group = table.form()
        first = self.decided(table, group)
        later = self.decided(table, group, validFrom=table.now + 10 * DAY)
        table.finish(later)
        assert table.joint.standing(group, PRICE, TOPIC) == 0
        table.finish(first)  # finalised last, and yet older
        assert table.joint.standing(group, PRICE, TOPIC) == first
        table.chain.skip(10 * DAY)
        assert table.joint.standing(group, PRICE, TOPIC) == later
        assert table.joint.standing(group, PRICE, b"\1" * 32) == 0
        assert table.joint.standing(group, ALLOCATION, TOPIC) == 0
        assert table.joint.standing(group + 1, PRICE, TOPIC) == 0
        assert table.joint.priceOf(first) == (500 * K, USD)  # what is final goes on by its number

    def test_it_ends(self, table: Table) -> None:
        group = table.form()
        self.decided(table, group)
        short = self.decided(table, group, validUntil=table.now + 4 * DAY)
        end = table.now + 4 * DAY
        for decision in (1, short):
            table.finish(decision)
        table.chain.warp(end)
        assert table.joint.standing(group, PRICE, TOPIC) == short
        table.chain.skip(1)
        assert table.joint.standing(group, PRICE, TOPIC) == 0

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_three_finalised_in_any_order(self, table: Table, order: tuple[int, ...]) -> None:
        """Each newer one begins a day later, and stands from then on."""
        group = table.form()
        start = table.now + 10 * DAY
        made = [self.decided(table, group, validFrom=start + i * DAY) for i in range(3)]
        for place in order:
            table.finish(made[place])
        assert table.joint.standing(group, PRICE, TOPIC) == 0
        for i, decision in enumerate(made):
            table.chain.warp(start + i * DAY)
            assert table.joint.standing(group, PRICE, TOPIC) == decision

    def test_a_newer_one_that_begins_earlier_hides_the_older(self, table: Table) -> None:
        group = table.form()
        start = table.now + 10 * DAY
        older, newer = (self.decided(table, group, validFrom=start + days * DAY) for days in (1, 0))
        for decision in (newer, older):
            table.finish(decision)
        table.chain.warp(start + DAY)
        assert table.joint.standing(group, PRICE, TOPIC) == newer

    def test_holds_until(self, table: Table) -> None:
        group = table.form()
        decision = self.decided(table, group)
        until = table.joint.decisionOf(decision).validUntil
        assert table.joint.holdsUntil(decision, PRICE, TOPIC) == 0
        table.finish(decision)
        assert table.joint.holdsUntil(decision, PRICE, TOPIC) == until
        assert table.joint.holdsUntil(decision, ALLOCATION, TOPIC) == 0
        assert table.joint.holdsUntil(decision, PRICE, b"\1" * 32) == 0
        assert table.joint.holdsUntil(decision + 1, PRICE, TOPIC) == 0
