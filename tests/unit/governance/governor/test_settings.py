"""CalderaGovernor: its settings, their bounds, what the constructor refuses."""

from typing import Any

import pytest

from caldera.contracts import CalderaGovernor, PowerDouble, events
from caldera.model.governance import HIGHEST, LOWEST, SETTERS, Terms
from tests.support.governance import ERA, TERMS, Governance, as_terms
from tests.support.suite import NOBODY, reverts

BELOW = [(setter, field, error, getattr(LOWEST, field) - 1) for setter, (field, error) in SETTERS.items()]
ABOVE = [(setter, field, error, getattr(HIGHEST, field) + 1) for setter, (field, error) in SETTERS.items()]
NAMES = {
    "voting_delay": "delay",
    "voting_period": "period",
    "extension": "extension",
    "quorum_bps": "bps",
    "threshold": "votes",
}


def deploy(hall: Governance, terms: Terms = TERMS, power: Any = None, timelock: Any = None) -> CalderaGovernor:
    sender = hall.account("mallory")
    return CalderaGovernor.deploy(
        hall.chain, power or hall.power, timelock or hall.timelock, as_terms(terms), NOBODY, sender=sender
    )


class TestConstruction:
    """What it begins with."""

    def test_as_it_was_told(self, hall: Governance) -> None:
        governor = hall.governor
        assert governor.governorTerms() == as_terms(TERMS)
        assert (governor.name(), governor.version()) == ("Caldera Governor", "1")
        assert governor.COUNTING_MODE() == "support=bravo,fractional&quorum=for,abstain&params=fractional"
        assert (governor.quorumDenominator(), governor.lateQuorumVoteExtension()) == (10_000, TERMS.extension)
        assert (governor.votingDelay(), governor.votingPeriod()) == (TERMS.voting_delay, TERMS.voting_period)
        assert (governor.proposalThreshold(), governor.quorumNumerator()) == (TERMS.threshold, TERMS.quorum_bps)
        assert (governor.token(), governor.timelock()) == (hall.power.address, hall.timelock.address)
        assert governor.proposalGuardian() == hall.account("guardian").address
        assert governor.latestProposalId() == 0
        assert governor.proposalNeedsQueuing(1)

    def test_bounds_are_published(self, hall: Governance) -> None:
        assert hall.governor.governorBounds() == (as_terms(LOWEST), as_terms(HIGHEST))

    def test_the_bounds_themselves_are_allowed(self, hall: Governance) -> None:
        assert deploy(hall, LOWEST).governorTerms() == as_terms(LOWEST)
        assert deploy(hall, HIGHEST).governorTerms() == as_terms(HIGHEST)

    @pytest.mark.parametrize(("setter", "field", "error", "value"), BELOW + ABOVE)
    def test_beyond_them_nothing_is(self, hall: Governance, setter: str, field: str, error: str, value: int) -> None:
        expected = {NAMES[field]: value, "lowest": getattr(LOWEST, field), "highest": getattr(HIGHEST, field)}
        with reverts(error, **expected):
            deploy(hall, TERMS._replace(**{field: value}))

    @pytest.mark.known_defect("clock-mode")
    def test_another_clock(self, hall: Governance) -> None:
        sources, sender = (hall.era, hall.lock, hall.vault), hall.account("mallory")
        good = PowerDouble.deploy(hall.chain, *sources, "mode=timestamp", sender=sender)
        assert deploy(hall, power=good).token() == good.address
        for mode in ("mode=blocknumber&from=default", ""):
            other = PowerDouble.deploy(hall.chain, *sources, mode, sender=sender)
            with reverts("NotATimestampToken", token=other.address, mode=mode):
                deploy(hall, power=other)

    def test_no_timelock(self, hall: Governance) -> None:
        with reverts("NotATimelock", timelock=hall.account("alice").address):
            deploy(hall, timelock=hall.account("alice"))

    def test_the_code_fits_a_contract(self, hall: Governance) -> None:
        assert len(hall.chain.code(hall.governor)) < 24_576


class TestChanges:
    """By a proposal that passed, and within the bounds."""

    @pytest.mark.parametrize(("setter", "field"), [(name, field) for name, (field, _) in SETTERS.items()])
    def test_to_both_bounds(self, hall: Governance, setter: str, field: str) -> None:
        alice = hall.holds("alice", 60_000_000 * ERA)
        for value in (getattr(LOWEST, field), getattr(HIGHEST, field)):
            hall.passed([hall.call(hall.governor, setter, value)], f"{setter} {value}", alice)
            assert hall.governor.governorTerms() == as_terms(TERMS._replace(**{field: value}))

    @pytest.mark.parametrize(("setter", "field", "error", "value"), BELOW + ABOVE)
    def test_not_beyond(self, hall: Governance, setter: str, field: str, error: str, value: int) -> None:
        alice = hall.holds("alice", 60_000_000 * ERA)
        beyond = [hall.call(hall.governor, setter, value)]
        hall.ready(beyond, "too far", alice)
        with reverts(error, lowest=getattr(LOWEST, field), highest=getattr(HIGHEST, field)):
            hall.execute(beyond, "too far")
        assert hall.governor.governorTerms() == as_terms(TERMS)

    @pytest.mark.parametrize("name", [*SETTERS, "setProposalGuardian", "relay"])
    def test_by_nobody_else(self, hall: Governance, name: str) -> None:
        given: tuple[Any, ...] = (TERMS.voting_delay,)
        if name == "setProposalGuardian":
            given = (hall.account("mallory"),)
        if name == "relay":
            given = (hall.account("mallory"), 0, b"")
        for who in ("admin", "guardian", "officer", "mallory", "holder"):
            with reverts("GovernorOnlyExecutor", account=hall.account(who).address):
                getattr(hall.governor, name)(*given, sender=hall.account(who))

    def test_the_timelock_never_changes(self, hall: Governance) -> None:
        with reverts("TimelockIsFixed", timelock=hall.timelock.address):
            hall.governor.updateTimelock(hall.timelock)
        alice = hall.holds("alice", 60_000_000 * ERA)
        change = [hall.call(hall.governor, "updateTimelock", hall.account("mallory"))]
        hall.ready(change, "another timelock", alice)
        with reverts("TimelockIsFixed", timelock=hall.timelock.address):
            hall.execute(change, "another timelock")

    def test_what_runs_keeps_its_times_and_a_later_snapshot_takes_the_new_quorum(self, hall: Governance) -> None:
        alice = hall.holds("alice", 60_000_000 * ERA)
        changes = [
            hall.call(hall.governor, "setVotingDelay", 14 * 86_400),
            hall.call(hall.governor, "setVotingPeriod", 30 * 86_400),
            hall.call(hall.governor, "updateQuorumNumerator", 2_000),
        ]
        hall.ready(changes, "slower", alice)
        before = hall.propose([hall.call(hall.era, "transfer", alice, 0)], "before", alice)
        times = hall.governor.proposalSnapshot(before), hall.governor.proposalDeadline(before)
        at = hall.now
        hall.execute(changes, "slower")
        assert (hall.governor.proposalSnapshot(before), hall.governor.proposalDeadline(before)) == times
        hall.to_end(before)
        assert hall.governor.quorum(at - 1) == 40_000_000 * ERA
        assert hall.governor.quorum(times[0]) == hall.governor.quorum(at) == 200_000_000 * ERA
        assert hall.governor.quorumNumerator(timepoint=at - 1) == 400

    def test_events_say_before_and_after(self, hall: Governance) -> None:
        alice = hall.holds("alice", 60_000_000 * ERA)
        change = [hall.call(hall.governor, "setProposalThreshold", 5_000 * ERA)]
        hall.ready(change, "lower", alice)
        receipt = hall.execute(change, "lower")
        made = receipt.one(events.ProposalThresholdSet)
        assert (made.oldProposalThreshold, made.newProposalThreshold) == (TERMS.threshold, 5_000 * ERA)


class TestWhatIsSentHere:
    """Nothing stays stuck."""

    def test_eth_and_nfts_are_refused(self, hall: Governance) -> None:
        alice = hall.account("alice")
        hall.chain.fund(alice, 10)
        with reverts("GovernorDisabledDeposit"):
            hall.chain.transact(hall.governor, b"", alice, 1)
        with reverts("GovernorDisabledDeposit"):
            hall.governor.onERC721Received(alice, alice, 1, b"", sender=alice)
        with reverts("GovernorDisabledDeposit"):
            hall.governor.onERC1155Received(alice, alice, 1, 1, b"", sender=alice)
        with reverts("GovernorDisabledDeposit"):
            hall.governor.onERC1155BatchReceived(alice, alice, [1], [1], b"", sender=alice)

    def test_era_and_forced_eth_are_got_out_by_a_proposal(self, hall: Governance) -> None:
        alice, carol = hall.holds("alice", 60_000_000 * ERA), hall.account("carol")
        hall.give(hall.governor, 5)
        hall.chain.set_balance(hall.governor, 7)
        back = [
            hall.call(hall.governor, "relay", hall.era, 0, hall.era.calldata.transfer(carol, 5)),
            hall.call(hall.governor, "relay", carol, 7, b""),
        ]
        hall.passed(back, "back", alice)
        assert (hall.era.balanceOf(carol), hall.chain.balance(carol)) == (5, 7)
        assert (hall.era.balanceOf(hall.governor), hall.chain.balance(hall.governor)) == (0, 0)

    def test_eth_sent_along_with_an_execution_is_governances(self, hall: Governance) -> None:
        alice, carol = hall.holds("alice", 60_000_000 * ERA), hall.account("carol")
        pay = [hall.call(hall.era, "transfer", carol, 0)._replace(target=carol.address, data=b"", value=4)]
        hall.ready(pay, "pay", alice)
        mallory = hall.account("mallory")
        hall.chain.fund(mallory, 10)
        targets, values, datas, text_hash = hall.lists(pay, "pay")
        hall.governor.execute(targets, values, datas, text_hash, sender=mallory, value=10)
        assert (hall.chain.balance(carol), hall.chain.balance(hall.timelock)) == (4, 6)
