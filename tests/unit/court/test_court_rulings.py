"""How a case goes on and ends: counts, appeals, governance, time, and every bond to the unit."""

from dataclasses import replace

import pytest

from caldera.contracts import events
from tests.support.court import (
    APPEAL,
    BOND,
    DAY,
    DRAW,
    ERA,
    GOVERNANCE,
    REJECTED,
    SIGNERS,
    TERMS,
    UNDECIDED,
    UPHELD,
    VOTE,
    WITHHELD,
    Court,
    salt,
    words,
)
from tests.support.suite import reverts

UPHOLD, REJECT = 1, 2


def owed(court: Court, *names: str) -> list[int]:
    return [court.court.creditOf(court.account(name)) for name in names]


class TestCount:
    """More than half must reveal; more than half of these convince."""

    @pytest.mark.parametrize(
        ("votes", "phase", "ruling"),
        [
            ([True, True, True], APPEAL, UPHOLD),
            ([True, True, False], APPEAL, UPHOLD),
            ([True, False, False], APPEAL, REJECT),
            ([True, True, None], APPEAL, UPHOLD),
            ([True, False, None], APPEAL, REJECT),  # who accuses must convince more than half
            ([False, None, False], APPEAL, REJECT),
            ([True, None, None], DRAW, 0),
            ([None, None, None], DRAW, 0),
        ],
    )
    def test_ruling(self, court: Court, votes: list[bool | None], phase: int, ruling: int) -> None:
        case = court.challenge()
        court.draw(case)
        ends = court.court.courseOf(case).ends
        court.vote(case, votes)
        course = court.court.courseOf(case)
        assert (course.phase, course.ruling, course.round) == (phase, ruling, 1)
        assert course.ends == ends + (3 * DAY if phase == APPEAL else DAY)
        assert court.advance(case) == phase
        assert court.court.courseOf(case) == course
        with reverts("CaseNotDue", id=case, phase=phase, ends=course.ends):
            court.advance(case)

    def test_a_void_round_is_drawn_once_more_with_others(self, court: Court) -> None:
        case = court.challenge()
        first = court.draw(case)
        court.vote(case, [True, None, None])
        court.advance(case)
        assert court.court.fileOf(case).ticket == 2
        assert [court.records.missed(node) for node in first] == [0, 1, 1]
        with reverts("NoSeedYet", ticket=2):
            court.court.draw(case, bytes(32), sender=court.mallory)
        court.capture(case)
        court.court.draw(case, bytes(32), sender=court.mallory)  # the secret is known by now
        second = court.panel(case)
        assert not set(first) & set(second)
        court.vote(case, [None, None, False])
        assert court.phase(case) == GOVERNANCE
        court.advance(case)
        with reverts("WrongCasePhase", id=case, phase=GOVERNANCE):
            court.court.draw(case, salt(7), sender=court.mallory)

    def test_who_moves_it_late_loses_nothing_and_wins_nothing(self, court: Court) -> None:
        """Phases count from the end of the one before: the appeal is over although nobody ever counted."""
        case = court.challenge()
        court.draw(case)
        court.vote(case, [True, True, True])
        court.past(case)
        assert court.phase(case) == UPHELD
        assert court.advance(case) == UPHELD
        with reverts("WrongCasePhase", id=case, phase=UPHELD):
            court.court.appeal(case, 1, sender=court.owner(1))


class TestAppeal:
    """By the side that lost, in time, for a bond that grows."""

    def test_by_the_owner_of_a_signer(self, court: Court) -> None:
        case = court.ruled(uphold=True)
        before, now = court.has(court.owner(2)), court.now
        for account, node, error in (
            (court.alice, 0, "NotASigner"),
            (court.alice, 2, "NotTheLosingSide"),
            (court.key(2), 2, "NotTheLosingSide"),
            (court.owner(2), 1, "NotTheLosingSide"),
            (court.owner(4), 4, "NotASigner"),
        ):
            with reverts(error, id=case):
                court.court.appeal(case, node, sender=account)
        call = court.court.appeal(case, 2, sender=court.owner(2))
        here = court.court.address
        assert events.CaseAppealed(case, 1, court.owner(2).address, 2 * BOND, emitter=here) in call.events
        assert court.has(court.owner(2)) == before - 2 * BOND
        course = court.court.courseOf(case)
        assert (course.phase, course.round, course.ends) == (DRAW, 2, now + DAY)
        with reverts("WrongCasePhase", phase=DRAW):
            court.court.appeal(case, 2, sender=court.owner(2))

    def test_by_the_challenger(self, court: Court) -> None:
        case = court.ruled(uphold=False)
        for account, node in ((court.owner(1), 1), (court.bank, 0)):
            with reverts("NotTheLosingSide", id=case, account=account.address):
                court.court.appeal(case, node, sender=account)
        court.court.appeal(case, 0, sender=court.alice)
        assert court.court.fileOf(case).challengerAppeals == 1

    def test_a_suspended_owner_can_defend_itself(self, court: Court) -> None:
        case = court.ruled(uphold=True)
        court.registry.suspend(court.owner(1), sender=court.officer)
        court.court.appeal(case, 1, sender=court.owner(1))

    def test_at_the_last_second(self, court: Court) -> None:
        case = court.ruled(uphold=True)
        court.suite.chain.warp(court.court.courseOf(case).ends)
        with court.suite.chain.isolated():
            court.suite.chain.skip(1)
            with reverts("WrongCasePhase", id=case, phase=UPHELD):
                court.court.appeal(case, 1, sender=court.owner(1))
        court.court.appeal(case, 1, sender=court.owner(1))

    def test_takes_the_whole_bond_or_nothing(self, court: Court) -> None:
        case = court.ruled(uphold=True)
        court.era.approve(court.court, 2 * BOND - 1, sender=court.owner(1))
        with reverts("ERC20InsufficientAllowance"):
            court.court.appeal(case, 1, sender=court.owner(1))
        assert court.phase(case) == APPEAL
        court.era.approve(court.court, 2 * BOND, sender=court.owner(1))
        court.court.appeal(case, 1, sender=court.owner(1))

    def test_the_second_panel_is_larger_and_new(self, court: Court) -> None:
        case = court.ruled(uphold=True)
        first = court.panel(case)
        court.court.appeal(case, 1, sender=court.owner(1))
        second = court.draw(case)
        assert len(second) == 2 * TERMS.panel + 1
        assert not {*first, *SIGNERS} & set(second)
        court.vote(case, [False] * 4 + [None] * 3)
        assert court.court.courseOf(case).ruling == REJECT
        # Against round 2 it is governance that decides.
        before, now = court.has(court.alice), court.now
        court.court.appeal(case, 0, sender=court.alice)
        assert court.has(court.alice) == before - 4 * BOND
        course = court.court.courseOf(case)
        assert (course.phase, course.ends, course.ruling) == (GOVERNANCE, now + 14 * DAY, REJECT)
        assert court.court.fileOf(case).challengerAppeals == 2

    def test_the_second_round_may_be_void_once_too(self, court: Court) -> None:
        case = court.challenge()
        court.draw(case)
        court.vote(case, [None] * 3)
        court.advance(case)
        court.draw(case)
        court.vote(case, [True] * 3)
        court.court.appeal(case, 1, sender=court.owner(1))
        court.draw(case)
        court.vote(case, [True] * 3 + [None] * 4)
        assert court.phase(case) == DRAW
        court.advance(case)
        court.draw(case)
        court.vote(case, [True] * 3 + [None] * 4)
        assert court.phase(case) == GOVERNANCE
        course = court.court.courseOf(case)
        assert (course.panel, course.allUpholds, course.ruling) == (4, 9, UPHOLD)


class TestTime:
    """Every phase ends by itself, and by anybody's call."""

    def test_a_secret_that_is_never_shown_loses_the_bond(self, court: Court) -> None:
        case = court.challenge()
        court.capture(case)  # it knows its panel, and does not like it
        court.past(case)
        call = court.court.advance(case, sender=court.stranger)
        here = court.court.address
        assert events.CaseEnded(case, WITHHELD, BOND, 0, 0, 0, 0, BOND, emitter=here) in call.events
        assert owed(court, "fund", "alice", "owner1") == [BOND, 0, 0]
        assert not court.results.disputable(1).open
        assert not court.results.overturned(1)
        with reverts("WrongCasePhase", id=case, phase=WITHHELD):
            court.advance(case)

    def test_a_draw_that_nobody_makes_goes_to_governance(self, court: Court) -> None:
        case = court.ruled(uphold=True)
        court.court.appeal(case, 1, sender=court.owner(1))
        court.past(case)
        assert court.phase(case) == GOVERNANCE
        court.past(case)
        assert court.phase(case) == UPHELD  # the last ruling stands

    def test_governance_decides_in_its_time(self, court: Court) -> None:
        case = court.ruled(uphold=True)
        with reverts("WrongCasePhase", id=case, phase=APPEAL):
            court.court.decide(case, False, sender=court.officer)
        court.court.appeal(case, 1, sender=court.owner(1))
        court.past(case)
        ends = court.court.courseOf(case).ends
        with reverts("AccessManagedUnauthorized"):
            court.court.decide(case, False, sender=court.mallory)
        court.suite.chain.warp(ends)
        with court.suite.chain.isolated():
            court.suite.chain.skip(1)
            with reverts("WrongCasePhase", id=case, phase=UPHELD):
                court.court.decide(case, False, sender=court.officer)
        call = court.court.decide(case, False, sender=court.officer)
        here = court.court.address
        assert events.CaseMoved(case, REJECTED, 2, REJECT, ends, emitter=here) in call.events
        assert court.phase(case) == REJECTED

    def test_without_any_ruling_nothing_changes_hands(self, court: Court) -> None:
        for node in range(4, 33):
            court.nodes.setStake(node, 0, 0, False, sender=court.admin)
        case = court.challenge()
        court.capture(case)
        court.court.draw(case, salt(7), sender=court.stranger)
        court.past(case)
        assert court.advance(case) == UNDECIDED
        assert owed(court, "alice", "fund") == [BOND, 0]
        assert not court.results.disputable(1).open
        assert not court.results.overturned(1)

    def test_a_result_that_hears_nothing_holds_up_no_bond(self, court: Court) -> None:
        case = court.ruled(uphold=True)
        court.results.setDeaf(True, sender=court.admin)
        court.past(case)
        call = court.court.advance(case, sender=court.stranger)
        assert events.ClosureFailed(case, 1, emitter=court.court.address) in call.events
        assert owed(court, "alice") == [BOND]
        assert not court.court.fileOf(case).told
        with reverts("DeafResult"):
            court.advance(case)
        court.results.setDeaf(False, sender=court.admin)
        assert court.advance(case) == UPHELD
        assert court.results.overturned(1)
        with reverts("WrongCasePhase", phase=UPHELD):
            court.advance(case)


class TestBonds:
    """Lost bonds go to right votes and to the side that was right, to the unit."""

    def test_upheld(self, court: Court) -> None:
        before = court.has(court.alice)
        case = court.ruled(uphold=True)
        court.past(case)
        call = court.court.advance(case, sender=court.stranger)
        here = court.court.address
        assert events.CaseEnded(case, UPHELD, 0, 3, 0, 0, 0, 0, emitter=here) in call.events
        assert events.CourtCredited(case, court.alice.address, BOND, emitter=here) in call.events
        call2 = court.court.claim(court.alice, sender=court.mallory)
        assert events.CourtPaid(court.alice.address, BOND, emitter=here) in call2.events
        assert court.has(court.alice) == before
        with reverts("NothingCredited", account=court.alice.address):
            court.court.claim(court.alice, sender=court.alice)
        assert court.results.overturned(1)

    def test_rejected(self, court: Court) -> None:
        """1,000: half to two right votes, half to three signers; what does not divide goes to the fund."""
        case = court.challenge()
        court.draw(case)
        panel = court.vote(case, [True, False, False])
        court.past(case)
        with reverts("NoVoteReward", id=case, panel=1, node=panel[0]):
            court.court.collectVotes(case, 1, [panel[0]], sender=court.stranger)
        assert court.advance(case) == REJECTED
        file = court.court.fileOf(case)
        each = 500 * ERA // 3
        assert (file.perVote, file.perSigner) == (250 * ERA, each)
        assert owed(court, "fund", "alice") == [500 * ERA - 3 * each, 0]
        with reverts("NoVoteReward", node=panel[0]):
            court.court.collectVotes(case, 1, [panel[0]], sender=court.stranger)
        with reverts("NoVoteReward", node=panel[1], panel=2):
            court.court.collectVotes(case, 2, [panel[1]], sender=court.stranger)
        court.court.collectVotes(case, 1, panel[1:], sender=court.stranger)
        assert court.court.rewarded(case, 1, panel[1])
        with reverts("NoVoteReward", node=panel[1]):
            court.court.collectVotes(case, 1, [panel[1]], sender=court.stranger)
        assert owed(court, f"owner{panel[1]}", f"owner{panel[2]}") == [250 * ERA] * 2
        with reverts("NotASigner", id=case, node=4):
            court.court.collectCompensation(case, [4], sender=court.stranger)
        court.court.collectCompensation(case, [2], sender=court.stranger)
        with reverts("NoCompensation", id=case, node=2):
            court.court.collectCompensation(case, [1, 2], sender=court.stranger)
        court.court.collectCompensation(case, [1, 3], sender=court.stranger)
        assert owed(court, "owner1", "owner2", "owner3") == [each] * 3
        court.collect(case)
        assert court.has(court.court) == 0

    def test_nothing_is_collected_before_the_end(self, court: Court) -> None:
        case = court.ruled(uphold=False)
        with reverts("NoVoteReward", id=case):
            court.court.collectVotes(case, 1, [court.panel(case)[0]], sender=court.stranger)
        with reverts("NoCompensation", id=case):
            court.court.collectCompensation(case, [1], sender=court.stranger)
        court.past(case)
        court.court.collectVotes(case, 1, [court.panel(case)[0]], sender=court.stranger)
        court.court.collectCompensation(case, [1], sender=court.stranger)

    def test_signers_of_an_upheld_case_get_nothing(self, court: Court) -> None:
        case = court.ruled(uphold=True)
        court.past(case)
        with reverts("NoCompensation", id=case, node=1):
            court.court.collectCompensation(case, [1], sender=court.stranger)

    def test_a_ruling_turned_and_turned_again(self, court: Court) -> None:
        """Upheld, appealed by a signer, rejected, appealed by the challenger, upheld by governance."""
        case = court.challenge()
        court.draw(case)
        first = court.vote(case, [True, True, False])
        court.court.appeal(case, 3, sender=court.owner(3))
        court.draw(case)
        second = court.vote(case, [False] * 5 + [True] * 2)
        court.court.appeal(case, 0, sender=court.alice)
        before = court.has(court.alice)
        call = court.court.decide(case, True, sender=court.officer)
        # Lost: 2,000 of owner3. Four votes were right: 1,000 among them, 1,000 to the challenger.
        here = court.court.address
        said = events.CaseEnded(case, UPHELD, 2 * BOND, 4, BOND // 4, 0, BOND, 0, emitter=here)
        assert said in call.events
        assert owed(court, "alice", "owner3", "fund") == [BOND + 4 * BOND + BOND, 0, 0]
        right = [(1, first[0]), (1, first[1]), (2, second[5]), (2, second[6])]
        for panel, node in [(1, first[2]), *((2, node) for node in second[:5])]:
            with reverts("NoVoteReward", panel=panel, node=node):
                court.court.collectVotes(case, panel, [node], sender=court.stranger)
        for panel, node in right:
            court.court.collectVotes(case, panel, [node], sender=court.stranger)
            assert owed(court, f"owner{node}") == [BOND // 4]
        court.collect(case)
        assert court.has(court.alice) == before + 6 * BOND
        assert court.has(court.court) == 0

    def test_where_nobody_was_right_the_fund_gets_their_part(self, court: Court) -> None:
        case = court.ruled(uphold=False)
        court.court.appeal(case, 0, sender=court.alice)
        court.past(case)
        court.court.decide(case, False, sender=court.officer)
        assert owed(court, "fund") == [3 * BOND - 3 * (3 * BOND // 2 // 3) - 3 * (3 * BOND // 2 // 3)]
        court.state(2)
        case = court.challenge(number=2, secret=8)
        court.draw(case, 8)
        court.vote(case, [True, True, True])
        court.court.appeal(case, 1, sender=court.owner(1))
        court.past(case)
        before = owed(court, "fund")[0]
        call = court.court.decide(case, False, sender=court.officer)
        (ended,) = (one for one in call.events if isinstance(one, events.CaseEnded))
        assert (ended.lost, ended.votes, ended.perVote) == (BOND, 0, 0)
        each = BOND // 2 // 3
        assert owed(court, "fund", "owner1")[0] - before == BOND // 2 + BOND // 2 - 3 * each
        assert owed(court, "owner1") == [2 * BOND]  # its appeal comes back

    @pytest.mark.parametrize("bps", [0, 3_333, 10_000])
    def test_the_part_of_the_panel(self, court: Court, bps: int) -> None:

        bond = 777 * ERA + 1
        court.court.setCourtTerms(words(replace(TERMS, bond=bond, panellists_bps=bps)), sender=court.officer)
        case = court.ruled(uphold=False)
        court.past(case)
        court.advance(case)
        file = court.court.fileOf(case)
        part = bond * bps // 10_000
        assert (file.perVote, file.perSigner) == (part // 3, (bond - part) // 3)
        assert owed(court, "fund") == [bond - 3 * file.perVote - 3 * file.perSigner]
        court.collect(case)
        assert court.has(court.court) == 0


def test_phases_are_numbered_as_in_the_contract() -> None:
    assert tuple(range(1, 9)) == (DRAW, VOTE, APPEAL, GOVERNANCE, UPHELD, REJECTED, UNDECIDED, WITHHELD)
