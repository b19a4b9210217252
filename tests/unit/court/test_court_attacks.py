"""What somebody would try for money, for time, or for another's loss."""

from itertools import pairwise

import pytest

from caldera.contracts import CourtSeedsDouble, ReentrantToken
from caldera.evm import ContractError
from caldera.model.court import LONGEST
from tests.support.court import (
    BOND,
    DAY,
    ERA,
    REJECTED,
    SIGNERS,
    UPHELD,
    WITHHELD,
    Court,
    build,
    salt,
)
from tests.support.suite import name_of, reverts


class TestDrawing:
    """Nobody chooses its judges."""

    def test_who_withholds_its_secret_pays_for_every_look(self, court: Court) -> None:
        """It knows the panel before the others do, and can only take it or lose the bond."""
        for look in range(3):
            case = court.challenge(secret=100 + look)
            court.capture(case)
            with reverts("WrongSecret", id=case):
                court.court.draw(case, salt(99), sender=court.alice)
            court.past(case)
            assert court.advance(case) == WITHHELD
        assert court.court.creditOf(court.account("fund")) == 3 * BOND

    def test_a_case_for_show_shuts_nobody_out(self, court: Court) -> None:
        """The signers' friend opens one at the last second and never shows its secret: others have two days more."""
        chain = court.suite.chain
        chain.warp(court.results.disputable(1).disputableUntil)
        show = court.challenge()
        court.past(show)
        court.advance(show)
        until = court.results.disputable(1).disputableUntil
        assert until == court.now + 2 * DAY
        # What it cost went to the fund, not back to the signers.
        assert court.court.creditOf(court.account("fund")) == BOND
        chain.warp(until)
        with chain.isolated():
            chain.skip(1)
            with reverts("NotDisputable", number=1, until=until):
                court.challenge(court.bank, secret=9)
        case = court.challenge(court.bank, secret=9)
        court.draw(case, 9)

    def test_a_case_that_was_judged_reopens_nothing(self, court: Court) -> None:
        case = court.ruled(uphold=False)
        court.suite.chain.warp(court.results.disputable(1).disputableUntil + 1)
        court.past(case)
        court.advance(case)
        with reverts("NotDisputable"):
            court.challenge(court.bank, secret=9)

    def test_the_secret_decides_the_panel_and_so_does_the_seed(self) -> None:
        """With either unknown, nothing is known."""
        court = build(seeds=CourtSeedsDouble)
        panels = set()
        for secret, seed in ((1, b"a"), (2, b"a"), (1, b"b")):
            with court.suite.chain.isolated():
                case = court.challenge(secret=secret)
                court.seeds.state(1, seed * 32, sender=court.admin)
                court.court.draw(case, salt(secret), sender=court.alice)
                panels.add(tuple(court.panel(case)))
        assert len(panels) == 3

    def test_other_panels_are_drawn_anew_from_one_seed(self) -> None:
        """The number of the panel is in it."""
        court = build(seeds=CourtSeedsDouble)
        for ticket in range(1, 5):
            court.seeds.state(ticket, b"a" * 32, sender=court.admin)
        case = court.challenge()
        panels = []
        for _ in range(2):
            court.court.draw(case, salt(7), sender=court.alice)
            panels.append(court.panel(case))
            court.vote(case, [None] * 3)
            court.advance(case)
        assert not set(panels[0]) & set(panels[1])


class TestRacing:
    """Two challengers, one result."""

    def test_the_second_loses_nothing(self, court: Court) -> None:
        before = court.has(court.bank)
        court.challenge()
        with reverts("CaseStands", number=1):
            court.challenge(court.bank, secret=9)
        assert court.has(court.bank) == before

    def test_who_copies_a_challenge_copies_a_secret_it_does_not_know(self, court: Court) -> None:
        """The first challenger shows it: the copier pays the bond for the other's case."""
        copied = court.challenge(court.bank, secret=7)
        court.capture(copied)
        court.court.draw(copied, salt(7), sender=court.alice)
        assert court.panel(copied)

    def test_a_rejected_challenge_can_be_followed_by_another_within_the_window(self, court: Court) -> None:
        court.state(2, until=court.now + 40 * DAY)
        case = court.challenge(number=2)
        court.draw(case)
        court.vote(case, [False] * 3)
        court.past(case)
        assert court.advance(case) == REJECTED
        court.challenge(court.bank, number=2, secret=9)

    def test_an_overturned_result_is_not_challenged_again(self, court: Court) -> None:
        court.state(2, until=court.now + 40 * DAY)
        case = court.challenge(number=2)
        court.draw(case)
        court.vote(case, [True] * 3)
        court.past(case)
        assert court.advance(case) == UPHELD
        with reverts("CaseStands", number=2):
            court.challenge(court.bank, number=2, secret=9)


class TestFreezing:
    """Stake is held for a bounded time, and each time costs a bond."""

    @pytest.mark.known_defect("endless-freeze")
    def test_many_cases_freeze_no_longer_than_the_last_one(self, court: Court) -> None:
        frozen = []
        before = court.has(court.alice)
        for number in range(2, 8):
            court.state(number)
            court.challenge(number=number, secret=number)
            frozen.append(court.slasher.frozenUntil(1))
            assert frozen[-1] <= court.now + LONGEST
            court.suite.chain.skip(DAY // 2)
        assert [two - one for one, two in pairwise(frozen)] == [DAY // 2] * 5
        assert court.has(court.alice) == before - 6 * BOND


class TestReentrancy:
    """Nobody comes back in while something is half done."""

    def test_through_the_token(self) -> None:
        court = build(token=ReentrantToken)
        case = court.ruled(uphold=True)
        court.past(case)
        court.advance(case)
        payload = bytes.fromhex("1e83409a") + bytes(12) + bytes.fromhex(court.alice.address[2:])
        court.era.arm(court.court, payload, sender=court.admin)
        with pytest.raises(ContractError) as caught:
            court.court.claim(court.alice, sender=court.alice)
        assert name_of(caught.value) == "ReentrancyGuardReentrantCall"
        court.era.arm("0x" + "00" * 20, b"", sender=court.admin)
        assert court.court.claim(court.alice, sender=court.alice).returned == BOND

    def test_through_the_results(self, court: Court) -> None:
        """The end is written before it is told: a caller that comes back then is refused, and the bond is owed once."""
        case = court.ruled(uphold=True)
        court.past(case)
        payload = bytes.fromhex("71d6ddd6") + case.to_bytes(32, "big")
        court.results.arm(court.court, payload, sender=court.admin)
        court.advance(case)
        assert not court.court.fileOf(case).told
        assert court.court.creditOf(court.alice) == BOND
        court.results.arm("0x" + "00" * 20, b"", sender=court.admin)
        court.advance(case)
        assert court.results.overturned(1)

    def test_when_a_case_is_opened(self, court: Court) -> None:
        payload = bytes.fromhex("71d6ddd6") + (1).to_bytes(32, "big")
        court.results.arm(court.court, payload, sender=court.admin)
        with pytest.raises(ContractError) as caught:
            court.challenge()
        assert name_of(caught.value) == "ReentrancyGuardReentrantCall"
        court.results.arm("0x" + "00" * 20, b"", sender=court.admin)
        court.challenge()


def test_money_that_was_sent_belongs_to_nobody(court: Court) -> None:
    court.era.transfer(court.court, 5 * ERA, sender=court.admin)
    case = court.ruled(uphold=False)
    court.past(case)
    court.advance(case)
    court.collect(case)
    assert court.has(court.court) == 5 * ERA


def test_a_panellist_that_was_slashed_meanwhile_still_votes(court: Court) -> None:
    """Who was drawn was drawn: otherwise whoever can slash could choose the judges."""
    case = court.challenge()
    panel = court.draw(case)
    for node in panel:
        court.nodes.setStake(node, 0, 0, False, sender=court.admin)
    court.vote(case, [True] * 3)
    court.past(case)
    assert court.advance(case) == UPHELD


def test_nothing_is_taken_of_who_did_not_sign(court: Court) -> None:
    case = court.ruled(uphold=True)
    court.past(case)
    court.penalties.execute(case, list(SIGNERS), [court.stakes[n] for n in SIGNERS], 0, 9, sender=court.mallory)
    assert {blow.node for blow in court.slasher.blows()} == set(SIGNERS)
