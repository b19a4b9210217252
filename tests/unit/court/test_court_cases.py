"""How a case begins: challenge, bond, evidence, panel."""

from dataclasses import replace

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import DisputeCourt, FeeToken, events, structs
from caldera.evm import domain_of
from caldera.model import Refused
from caldera.model.court import Terms
from tests.support.court import (
    APPEAL,
    BOND,
    DAY,
    DRAW,
    ERA,
    EVIDENCE,
    GOVERNANCE,
    HOUR,
    NODES,
    SIGNERS,
    TERMS,
    VOTE,
    WITHHELD,
    Court,
    build,
    hidden,
    salt,
    signers_hash,
    words,
)
from tests.support.suite import NOBODY, reverts


class TestChallenge:
    """By an active participant beside the signers, once at a time, within the window, for a bond."""

    def test_opens_a_case(self, court: Court) -> None:
        before, now = court.has(court.alice), court.now
        stakes = [court.stakes[node] for node in SIGNERS]
        call = court.court.challenge(1, list(SIGNERS), stakes, hidden(7), EVIDENCE, "ipfs://x", sender=court.alice)
        assert call.returned == court.court.caseCount() == 1
        until = now + TERMS.longest
        assert until == now + (4 * 5 + 2 * 3 + 14 + 3) * DAY
        said = list(call.events)
        here, seeds = court.court.address, court.seeds.address
        assert said[0] == events.CaseOpened(
            1, 1, court.alice.address, BOND, until, SIGNERS, EVIDENCE, "ipfs://x", emitter=here
        )
        assert said[1] == events.CaseMoved(1, DRAW, 1, 0, now + DAY, emitter=here)
        assert events.PanelAsked(1, 1, emitter=here) in said
        assert [one.emitter for one in said if isinstance(one, events.SeedRequested)] == [seeds]
        assert court.has(court.alice) == before - BOND
        assert court.has(court.court) == BOND
        assert court.results.disputable(1).open
        assert [court.slasher.frozenUntil(node) for node in (*SIGNERS, 4)] == [until] * 3 + [0]
        course, file = court.court.courseOf(1), court.court.fileOf(1)
        assert (course.challenger, course.terms, course.panel) == (court.alice.address, 1, 0)
        assert (file.number, file.secret, file.signersHash) == (1, hidden(7), signers_hash(SIGNERS, stakes))
        number = court.suite.entities
        assert file.barred == (number["alice"], number["seller"], number["buyer"], 0)
        assert court.court.signersOf(1) == SIGNERS

    def test_the_last_second(self, court: Court) -> None:
        until = court.results.disputable(1).disputableUntil
        court.suite.chain.warp(until + 1)
        with reverts("NotDisputable", number=1, until=until):
            court.challenge()
        court.state(2, until=court.now)
        court.challenge(number=2)

    def test_once_at_a_time(self, court: Court) -> None:
        court.challenge()
        with reverts("CaseStands", number=1):
            court.challenge(court.bank, secret=8)
        court.state(2)
        court.challenge(court.bank, number=2, secret=8)

    def test_needs_the_hash_of_a_secret(self, court: Court) -> None:
        with reverts("NoSecretHash"):
            court.challenge(secret_hash=bytes(32))
        court.challenge(secret_hash=salt(1))

    def test_needs_the_signers_of_the_result(self, court: Court) -> None:
        expected = court.results.disputable(1).signersHash
        for signers, shift in (((1, 2), 0), ((1, 2, 3, 4), 0), ((1, 3, 2), 0), (SIGNERS, 1)):
            stakes = [court.stakes[node] + shift for node in signers]
            with reverts("WrongSigners", number=1, expected=expected):
                court.challenge(signers=signers, stakes=stakes)
        court.challenge()

    def test_up_to_31_signers(self, court: Court) -> None:
        for number, count in ((5, 31), (6, 32), (7, 0)):
            signers = tuple(range(1, count + 1))
            court.state(number, signers)
            if count == 31:
                court.challenge(number=number, signers=signers)
                continue
            with reverts("SignersOutOfRange", signers=count, most=31):
                court.challenge(number=number, signers=signers)

    def test_by_active_participants_of_other_entities(self, court: Court) -> None:
        with reverts("NotAnActiveParticipant", account=court.mallory.address):
            court.challenge(court.mallory)
        for account in (court.owner(2), court.key(2)):
            with reverts("OwnNode", node=2):
                court.challenge(account)
        court.registry.suspend(court.alice, sender=court.officer)
        with reverts("NotAnActiveParticipant"):
            court.challenge()
        court.registry.reinstate(court.alice, sender=court.officer)
        court.challenge()

    def test_takes_the_whole_bond_or_nothing(self, court: Court) -> None:
        court.era.approve(court.court, BOND - 1, sender=court.alice)
        with reverts("ERC20InsufficientAllowance"):
            court.challenge()
        assert not court.results.disputable(1).open
        court.era.approve(court.court, BOND, sender=court.alice)
        court.challenge()

    def test_a_token_that_takes_a_fee_is_refused(self) -> None:
        other = build(token=FeeToken, nodes=3)
        with reverts("InexactToken"):
            other.challenge()

    def test_pause(self, court: Court) -> None:
        case = court.ruled(uphold=False)
        court.court.pause(DAY, sender=court.officer)
        court.state(2)
        with reverts("Paused"):
            court.challenge(court.bank, number=2)
        court.court.appeal(case, 0, sender=court.alice)  # what goes on is not stopped
        court.court.unpause(sender=court.officer)
        court.challenge(court.bank, number=2)

    def test_with_a_permit_in_one_transaction(self, court: Court) -> None:
        court.era.approve(court.court, 0, sender=court.alice)
        deadline = court.now + HOUR
        types = {
            "Permit": [
                {"name": name, "type": kind}
                for name, kind in (
                    ("owner", "address"),
                    ("spender", "address"),
                    ("value", "uint256"),
                    ("nonce", "uint256"),
                    ("deadline", "uint256"),
                )
            ]
        }
        message = {
            "owner": court.alice.address,
            "spender": court.court.address,
            "value": BOND,
            "nonce": court.era.nonces(court.alice),
            "deadline": deadline,
        }
        signature = court.alice.sign_typed(domain_of(court.era), types, message)
        # Whoever sees it uses it first: that stops nobody.
        court.era.permit(
            court.alice, court.court, BOND, deadline, signature.v, signature.r, signature.s, sender=court.mallory
        )
        court.court.usePermit(BOND, deadline, signature.v, signature.r, signature.s, sender=court.alice)
        court.challenge()
        assert court.era.allowance(court.alice, court.court) == 0


class TestEvidence:
    """Anybody who takes part adds some, while the case goes on."""

    def test_is_announced(self, court: Court) -> None:
        case = court.challenge()
        call = court.court.addEvidence(case, EVIDENCE, "ipfs://more", sender=court.bank)
        said = events.CaseEvidence(case, court.bank.address, EVIDENCE, "ipfs://more", emitter=court.court.address)
        assert list(call.events) == [said]

    def test_by_participants_until_the_end(self, court: Court) -> None:
        case = court.challenge()
        with reverts("NotAnActiveParticipant", account=court.mallory.address):
            court.court.addEvidence(case, EVIDENCE, "", sender=court.mallory)
        court.past(case)
        with reverts("WrongCasePhase", id=case, phase=WITHHELD):
            court.court.addEvidence(case, EVIDENCE, "", sender=court.bank)
        with reverts("UnknownCase", id=case + 1):
            court.court.addEvidence(case + 1, EVIDENCE, "", sender=court.bank)


class TestDraw:
    """By whoever knows the secret, once the seed is there; nobody who is concerned has a seat."""

    def test_draws_a_panel_and_opens_a_poll(self, court: Court) -> None:
        case = court.challenge()
        court.capture(case)
        now = court.now
        call = court.court.draw(case, salt(7), sender=court.stranger)
        panel = court.panel(case)
        here = court.court.address
        assert events.PanelDrawn(case, 1, 1, tuple(panel), emitter=here) in call.events
        assert events.CaseMoved(case, VOTE, 1, 0, now + 4 * DAY, emitter=here) in call.events
        poll = court.ballots.pollAt(1)
        assert (poll.commitUntil, poll.revealUntil, poll.size) == (now + 2 * DAY, now + 4 * DAY, 3)
        assert len(set(panel)) == 3
        assert court.court.fileOf(case).secret == salt(7)
        with reverts("WrongCasePhase", id=case, phase=VOTE):
            court.court.draw(case, salt(7), sender=court.stranger)

    def test_waits_for_the_seed(self, court: Court) -> None:
        case = court.challenge()
        with reverts("NoSeedYet", ticket=1):
            court.court.draw(case, salt(7), sender=court.alice)
        court.capture(case)
        with reverts("WrongSecret", id=case):
            court.court.draw(case, salt(8), sender=court.alice)
        court.court.draw(case, salt(7), sender=court.alice)

    def test_at_the_last_second(self, court: Court) -> None:
        case = court.challenge()
        court.capture(case)
        court.suite.chain.warp(court.court.courseOf(case).ends)
        with court.suite.chain.isolated():
            court.suite.chain.skip(1)
            with reverts("WrongCasePhase", id=case, phase=WITHHELD):
                court.court.draw(case, salt(7), sender=court.alice)
        court.court.draw(case, salt(7), sender=court.alice)

    def test_nobody_concerned_has_a_seat(self, court: Court) -> None:
        """Signers, challenger, requester, interested entities: over all panels of many cases."""
        entities = court.suite.entities
        barred = {"alice": 9, "seller": 10, "buyer": 11, "carol": 12}
        for name, node in barred.items():
            court.nodes.add(
                court.owner(node), court.account(f"second key {node}"), entities[name], 50_000 * ERA, 0, True,
                sender=court.admin,
            )  # fmt: skip
        seats = set()
        for number in range(10, 22):
            court.state(number, second=entities["carol"])
            case = court.challenge(number=number, secret=number)
            seats |= set(court.draw(case, number))
        assert len(seats) > 15
        assert not seats & {*SIGNERS, *range(NODES + 1, NODES + 5)}

    def test_too_few_nodes_leave_it_to_governance(self, court: Court) -> None:
        for node in range(6, NODES + 1):
            court.nodes.setStake(node, 50_000 * ERA, 0, False, sender=court.admin)
        case = court.challenge()
        court.capture(case)
        now = court.now
        call = court.court.draw(case, salt(7), sender=court.stranger)
        assert events.PanelTooSmall(case, 2, 3, emitter=court.court.address) in call.events
        course = court.court.courseOf(case)
        assert (course.phase, course.ends, course.panel) == (GOVERNANCE, now + 14 * DAY, 0)

    def test_enough_nodes_are_enough(self, court: Court) -> None:
        for node in range(7, NODES + 1):
            court.nodes.setStake(node, 50_000 * ERA, 0, False, sender=court.admin)
        case = court.challenge()
        assert sorted(court.draw(case)) == [4, 5, 6]


class TestTerms:
    """Governed within bounds; a case keeps what it began with."""

    @pytest.mark.parametrize(
        ("change", "good"),
        [
            ({}, True),
            ({"bond": 100 * ERA}, True),
            ({"bond": 100 * ERA - 1}, False),
            ({"bond": 1_000_000 * ERA}, True),
            ({"bond": 1_000_000 * ERA + 1}, False),
            ({"factor_bps": 10_000}, True),
            ({"factor_bps": 9_999}, False),
            ({"factor_bps": 50_000}, True),
            ({"factor_bps": 50_001}, False),
            ({"panellists_bps": 10_000}, True),
            ({"panellists_bps": 10_001}, False),
            ({"panel": 15}, True),
            ({"panel": 17}, False),
            ({"panel": 1}, False),
            ({"panel": 4}, False),
            ({"secret": HOUR}, True),
            ({"secret": HOUR - 1}, False),
            ({"commit": 4 * HOUR}, True),
            ({"commit": 4 * HOUR - 1}, False),
            ({"reveal": 4 * HOUR}, True),
            ({"reveal": 4 * HOUR - 1}, False),
            ({"appeal": DAY}, True),
            ({"appeal": DAY - 1}, False),
            ({"governance": DAY}, True),
            ({"governance": DAY - 1}, False),
            ({"governance": 31 * DAY}, True),  # 20 + 6 + 31 + 3 days: 60
            ({"governance": 31 * DAY + 1}, False),
        ],
    )
    def test_bounds(self, court: Court, change: dict[str, int], good: bool) -> None:
        terms = replace(TERMS, **change)
        if good:
            terms.check()
            call = court.court.setCourtTerms(words(terms), sender=court.officer)
            assert list(call.events) == [events.CourtTermsSet(2, words(terms), emitter=court.court.address)]
            assert court.court.courtTermsOf(2) == words(terms)
            assert court.court.courtTermsVersion() == 2
            return
        with pytest.raises(Refused, match="CourtTermsOutOfRange"):
            terms.check()
        with reverts("CourtTermsOutOfRange", longest=terms.longest, most=60 * DAY):
            court.court.setCourtTerms(words(terms), sender=court.officer)

    @pytest.mark.known_defect("retroactive")
    def test_a_case_keeps_its_own(self, court: Court) -> None:
        case = court.challenge()
        new = Terms(5_000 * ERA, 30_000, 0, 5, DAY, DAY, DAY, DAY, DAY)
        court.court.setCourtTerms(words(new), sender=court.officer)
        assert len(court.draw(case)) == 3
        court.vote(case, [False] * 3)
        before = court.has(court.alice)
        court.court.appeal(case, 0, sender=court.alice)
        assert court.has(court.alice) == before - 2 * BOND
        court.state(2)
        other = court.challenge(court.bank, number=2, secret=9)
        assert len(court.draw(other, 9)) == 5

    @pytest.mark.parametrize("round_", [1, 2])
    @pytest.mark.parametrize("factor", [10_000, 15_001, 20_000, 50_000])
    def test_bonds_of_appeals_are_rounded_up(self, court: Court, round_: int, factor: int) -> None:
        terms = replace(TERMS, bond=333 * ERA + 1, factor_bps=factor)
        court.court.setCourtTerms(words(terms), sender=court.officer)
        assert court.court.appealBondOf(2, round_) == terms.appeal_bond(round_)

    def test_needs_all_its_parts(self, court: Court) -> None:
        names = (
            "era", "registry", "nodes", "results", "slasher", "records", "panels", "ballots", "randomness", "valueFund"
        )  # fmt: skip
        good = {name: getattr(court.court, name)() for name in names}
        chain, access = court.suite.chain, court.access
        for name in names:
            parts = structs.CourtParts(**(good | {name: NOBODY}))
            with reverts("CourtNeeds"):
                DisputeCourt.deploy(chain, access, parts, words(TERMS), sender=court.admin)
        made = DisputeCourt.deploy(chain, access, structs.CourtParts(**good), words(TERMS), sender=court.admin)
        assert made.courtTermsOf(1) == words(TERMS)
        with reverts("CourtTermsOutOfRange"):
            DisputeCourt.deploy(
                chain, access, structs.CourtParts(**good), words(replace(TERMS, panel=2)), sender=court.admin
            )


def test_unknown_cases(court: Court) -> None:
    for call in (
        lambda: court.court.courseOf(1),
        lambda: court.court.draw(1, salt(7), sender=court.alice),
        lambda: court.court.appeal(1, 0, sender=court.alice),
        lambda: court.court.decide(1, True, sender=court.officer),
        lambda: court.court.advance(1, sender=court.alice),
        lambda: court.court.collectVotes(1, 1, [1], sender=court.alice),
        lambda: court.court.collectCompensation(1, [1], sender=court.alice),
    ):
        with reverts("UnknownCase", id=1):
            call()


def test_the_secret_is_hashed_as_it_is_said(court: Court) -> None:
    assert hidden(7) == keccak((7).to_bytes(32, "big"))
    assert APPEAL == VOTE + 1
