"""VotingPower: the sum of three sources, each ERA once."""

import pytest

from caldera.contracts import SourceDouble, VotingPower
from caldera.evm import ContractError
from tests.support.governance import ERA, SHORT, SUPPLY, WEEK, YEAR, Governance
from tests.support.suite import DAY, NOBODY, reverts


class TestSum:
    """What an account has."""

    def test_all_three_count_and_each_can_be_seen(self, hall: Governance) -> None:
        alice = hall.holds("alice", 100)
        hall.locks("alice", 30)
        hall.granted("alice", 7)
        assert hall.power.getVotes(alice) == 100 + 60 + 7
        hall.to(hall.now + 1)
        assert hall.power.votesOf(alice, hall.now - 1) == (100, 60, 7)
        assert hall.power.getPastVotes(alice, hall.now - 1) == 167
        assert hall.governor.getVotes(alice, hall.now - 1) == 167

    def test_who_has_nothing_has_none(self, hall: Governance) -> None:
        mallory = hall.account("mallory")
        hall.to(hall.now + 1)
        assert hall.power.getVotes(mallory) == hall.power.getPastVotes(mallory, hall.now - 1) == 0
        assert hall.power.votesOf(mallory, hall.now - 1) == (0, 0, 0)

    def test_each_source_is_delegated_apart(self, hall: Governance) -> None:
        alice, bank, carol = hall.holds("alice", 100), hall.account("bank"), hall.account("carol")
        hall.locks("alice", 30, SHORT)
        hall.granted("alice", 7)
        assert hall.power.delegatesOf(alice) == (alice.address,) * 3
        hall.era.delegate(bank, sender=alice)
        hall.vault.delegate(carol, sender=alice)
        assert hall.power.delegatesOf(alice) == (bank.address, alice.address, carol.address)
        assert hall.power.delegates(alice) == bank.address
        assert [hall.power.getVotes(who) for who in (alice, bank, carol)] == [30, 100, 7]

    def test_it_delegates_nothing_and_says_where_to(self, hall: Governance) -> None:
        where = {"era": hall.era.address, "lock": hall.lock.address, "vault": hall.vault.address}
        alice = hall.account("alice")
        with reverts("DelegateAtTheSource", **where):
            hall.power.delegate(alice, sender=alice)
        with reverts("DelegateAtTheSource", **where):
            hall.power.delegateBySig(alice, 0, 2**255, 27, bytes(32), bytes(32), sender=alice)

    def test_its_sources_are_what_it_says(self, hall: Governance) -> None:
        assert (hall.power.era(), hall.power.lock(), hall.power.vault()) == (
            hall.era.address,
            hall.lock.address,
            hall.vault.address,
        )


class TestTotal:
    """All weighted votes: the supply, and what doubles once more."""

    def test_doubling_adds_what_is_doubled_and_nothing_else_does(self, hall: Governance) -> None:
        hall.locks("alice", 60, 2 * YEAR)
        hall.locks("alice", 40)
        hall.locks("bank", 30, SHORT)
        hall.granted("carol", 7)
        end = -(-(hall.now + YEAR) // WEEK) * WEEK
        hall.to(end)
        assert hall.power.getPastTotalSupply(end - 1) == SUPPLY + 100
        hall.to(end + 1)
        assert hall.power.getPastTotalSupply(end) == SUPPLY + 60
        assert hall.power.votesOf(hall.account("alice"), end) == (0, 160, 0)
        assert hall.power.votesOf(hall.account("alice"), end - 1) == (0, 200, 0)

    def test_before_there_was_era_there_was_nothing(self, hall: Governance) -> None:
        assert hall.power.getPastTotalSupply(0) == 0

    @pytest.mark.known_defect("quorum-base")
    def test_quorum_is_a_fraction_of_the_weighted_total(self, hall: Governance) -> None:
        """OpenZeppelin's fraction is of the token's supply alone (agora #13, OZ #5006)."""
        hall.locks("alice", 200_000_001 * ERA + 26)
        hall.to(hall.now + 1)
        assert hall.governor.quorum(hall.now - 1) == (1_200_000_001 * ERA + 26) * 400 // 10_000
        assert hall.governor.quorum(hall.now - 1) == 48_000_000 * ERA + 4 * ERA // 100 + 1


class TestClock:
    """Seconds, everywhere (OZ #5346)."""

    def test_the_clock_counts_seconds(self, hall: Governance) -> None:
        hall.to(hall.now + DAY)
        for contract in (hall.power, hall.governor, hall.era, hall.vault, hall.lock):
            assert (contract.CLOCK_MODE(), contract.clock()) == ("mode=timestamp", hall.now)

    def test_the_present_second_is_not_past(self, hall: Governance) -> None:
        alice = hall.holds("alice", 5)
        for read in (
            lambda: hall.power.getPastVotes(alice, hall.now),
            lambda: hall.power.votesOf(alice, hall.now),
            lambda: hall.power.getPastTotalSupply(hall.now),
        ):
            with reverts("ERC5805FutureLookup", timepoint=hall.now, clock=hall.now):
                read()
        hall.to(hall.now + 1)
        assert hall.power.getPastVotes(alice, hall.now - 1) == 5


class TestOneEraOneVote:
    """No ERA counts in two sources, nor for two accounts, in any second."""

    def test_lock_then_transfer(self, hall: Governance) -> None:
        alice = hall.holds("alice", 100)
        hall.era.approve(hall.lock, 100, sender=alice)
        hall.lock.lock(100, SHORT, sender=alice)
        assert hall.power.getVotes(alice) == 100
        with reverts("ERC20InsufficientBalance"):
            hall.era.transfer(hall.account("bank"), 1, sender=alice)

    def test_lock_then_delegate(self, hall: Governance) -> None:
        alice, bank = hall.holds("alice", 100), hall.account("bank")
        hall.era.approve(hall.lock, 60, sender=alice)
        hall.lock.lock(60, SHORT, sender=alice)
        hall.era.delegate(bank, sender=alice)
        assert (hall.power.getVotes(alice), hall.power.getVotes(bank)) == (60, 40)

    def test_vesting_then_release(self, hall: Governance) -> None:
        alice = hall.account("alice")
        hall.era.delegate(alice, sender=alice)
        number = hall.granted("alice", 365 * 86_400)
        hall.to(hall.now + 50)
        hall.vault.release(number, sender=hall.account("mallory"))
        assert hall.power.getVotes(alice) == 365 * 86_400
        hall.to(hall.now + 1)
        assert hall.power.votesOf(alice, hall.now - 1) == (50, 0, YEAR - 50)
        assert hall.power.votesOf(alice, hall.now - 2) == (0, 0, YEAR)

    def test_vesting_then_release_into_the_lock(self, hall: Governance) -> None:
        alice = hall.account("alice")
        number = hall.granted("alice", YEAR)
        hall.to(hall.now + 50)
        hall.vault.release(number, sender=alice)
        hall.era.approve(hall.lock, 50, sender=alice)
        hall.lock.lock(50, YEAR, sender=alice)
        hall.to(hall.now + 1)
        assert hall.power.votesOf(alice, hall.now - 1) == (0, 100, YEAR - 50)
        assert hall.power.getPastTotalSupply(hall.now - 1) == SUPPLY + 50

    def test_era_that_lies_in_a_source_votes_nowhere_else(self, hall: Governance) -> None:
        hall.granted("alice", 7)
        hall.give(hall.lock, 9)  # by mistake
        hall.give(hall.power, 9)
        for place in (hall.lock, hall.vault, hall.power):
            assert hall.era.delegates(place) == NOBODY
        assert hall.power.getVotes(hall.lock) == hall.power.getVotes(hall.vault) == 0


class TestConstruction:
    """Sources that do not fit are refused."""

    def deploy(self, hall: Governance, era: object = None, lock: object = None, vault: object = None) -> VotingPower:
        given: tuple[object, ...] = (era or hall.era, lock or hall.lock, vault or hall.vault)
        return VotingPower.deploy(hall.chain, *given, sender=hall.account("mallory"))  # type: ignore[arg-type]

    def test_good_ones(self, hall: Governance) -> None:
        assert self.deploy(hall).vault() == hall.vault.address

    @pytest.mark.known_defect("clock-mode")
    def test_other_clocks(self, hall: Governance) -> None:
        other = SourceDouble.deploy(hall.chain, hall.era, sender=hall.account("mallory"))
        assert self.deploy(hall, lock=other).lock() == other.address
        for mode in ("mode=blocknumber&from=default", "", "mode=timestamp "):
            other.setMode(mode, sender=hall.account("mallory"))
            for given in ({"lock": other}, {"vault": other}, {"era": other}):
                with reverts("NotATimestampClock", source=other.address, mode=mode):
                    self.deploy(hall, **given)

    @pytest.mark.parametrize("place", ["era", "lock", "vault"])
    def test_what_is_no_source(self, hall: Governance, place: str) -> None:
        for bad in (hall.account("alice").address, NOBODY, hall.economy.router.address):
            with reverts("NotAVotesSource", source=bad):
                self.deploy(hall, **{place: bad})

    def test_the_same_twice(self, hall: Governance) -> None:
        with reverts("SourceTwice", source=hall.lock.address):
            self.deploy(hall, vault=hall.lock)
        with reverts("SourceTwice", source=hall.era.address):
            self.deploy(hall, lock=hall.era)
        with reverts("SourceTwice", source=hall.era.address):
            self.deploy(hall, vault=hall.era)

    @pytest.mark.parametrize("place", ["lock", "vault"])
    def test_one_that_lets_its_era_vote_in_the_token_too(self, hall: Governance, place: str) -> None:
        other = SourceDouble.deploy(hall.chain, hall.era, sender=hall.account("mallory"))
        other.misbehave(hall.account("mallory"), sender=hall.account("mallory"))
        with reverts("SourceDelegates", source=other.address, delegatee=hall.account("mallory").address):
            self.deploy(hall, **{place: other})
        other.misbehave(NOBODY, sender=hall.account("mallory"))
        assert self.deploy(hall, **{place: other})


def test_nothing_here_is_sent_or_kept(hall: Governance) -> None:
    hall.chain.fund(hall.account("alice"), 10)
    with pytest.raises(ContractError):
        hall.chain.transact(hall.power, b"", hall.account("alice"), 1)
