"""VoteLock where doubling needs growth: it runs for who grew, and ends by itself."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from caldera.contracts import CirculationGrowth, VoteLock, events
from tests.support import incentives
from tests.support.incentives import EPOCH, MILLION, REVIEW, WINDOW, Economy
from tests.support.locks import DAY, ERA, LEAST, NOBODY, WEEK, YEAR, Locks
from tests.support.suite import reverts


def week(time: int) -> int:
    return -(-time // WEEK) * WEEK


class TestRenewing:
    """By anybody, for who has grown."""

    def test_what_is_long_votes_twice_until_then(self, growing: Locks) -> None:
        lock, alice = growing.lock, growing.alice
        end = growing.locks(alice, 100 * ERA, YEAR)
        growing.locks(alice, 10 * ERA, 100 * DAY)
        assert (growing.votes(alice), growing.held(alice, end)) == (110 * ERA, (100 * ERA, 100 * ERA, 0))
        growing.grows(alice, growing.now + 30 * DAY)
        until = week(growing.now + 30 * DAY)
        receipt = lock.renew(alice, sender=growing.stranger)
        assert receipt.returned == lock.doublingUntil(alice) == until
        assert list(receipt.events) == [
            events.DoublingRenewed(alice.address, until, emitter=lock.address),
            events.DelegateVotesChanged(alice.address, 110 * ERA, 210 * ERA, emitter=lock.address),
        ]
        assert growing.held(alice, end) == (100 * ERA,) * 3
        growing.to(until - 1)
        assert growing.votes(alice) == 210 * ERA
        growing.to(until)
        assert (growing.votes(alice), growing.held(alice, end)) == (110 * ERA, (100 * ERA, 100 * ERA, 0))
        growing.skip(1)
        assert growing.at(until - 1, alice) == [210 * ERA]
        assert growing.at(until, alice) == [110 * ERA]
        assert (lock.doubledAt(until - 1), lock.doubledAt(until)) == (100 * ERA, 0)

    def test_a_second_of_a_week_is_rounded_up(self, growing: Locks) -> None:
        first = week(growing.now)
        growing.grows(growing.alice, first)
        assert growing.lock.renew(growing.alice, sender=growing.stranger).returned == first
        growing.grows(growing.alice, first + 1)
        assert growing.lock.renew(growing.alice, sender=growing.stranger).returned == first + WEEK

    def test_who_did_not_grow(self, growing: Locks) -> None:
        growing.locks(growing.alice, 100 * ERA, YEAR)
        with reverts("DidNotGrow", account=growing.alice.address):
            growing.lock.renew(growing.alice, sender=growing.alice)
        growing.grows(growing.alice, growing.now + 1)
        growing.lock.renew(growing.alice, sender=growing.alice)

    def test_not_twice_for_the_same(self, growing: Locks) -> None:
        growing.grows(growing.alice, growing.now + 30 * DAY)
        until = growing.lock.renew(growing.alice, sender=growing.stranger).returned
        with reverts("DoublingRuns", account=growing.alice.address, until=until):
            growing.lock.renew(growing.alice, sender=growing.stranger)

    def test_locks_made_while_it_runs(self, growing: Locks) -> None:
        lock, alice = growing.lock, growing.alice
        assert lock.doublingUntil(alice) == 0
        growing.grows(alice, growing.now + 30 * DAY)
        until = lock.renew(alice, sender=growing.stranger).returned
        end = growing.locks(alice, 100 * ERA, YEAR)
        growing.locks(alice, 10 * ERA, 183 * DAY)
        assert growing.votes(alice) == 210 * ERA
        growing.to(until - 1)
        growing.lock.lockUntil(LEAST, end, sender=alice)
        assert growing.votes(alice) == 210 * ERA + 2 * LEAST
        growing.to(until)
        growing.lock.lockUntil(LEAST, end, sender=alice)
        assert growing.votes(alice) == 110 * ERA + 2 * LEAST
        assert growing.held(alice, end) == (100 * ERA + 2 * LEAST, 100 * ERA + 2 * LEAST, 0)

    def test_prolonged_without_a_gap(self, growing: Locks) -> None:
        """Locks that end meanwhile fall at their own ends, the others when the doubling ends."""
        lock, alice = growing.lock, growing.alice
        early = growing.locks(alice, 1 * LEAST, 184 * DAY)
        middle = growing.locks(alice, 20 * LEAST, 250 * DAY)
        late = growing.locks(alice, 300 * LEAST, 2 * YEAR)
        growing.to(early - 10 * DAY)
        growing.grows(alice, growing.now + 20 * DAY)
        until = lock.renew(alice, sender=growing.stranger).returned
        assert early < until < middle
        growing.grows(alice, middle + DAY)
        later = lock.renew(alice, sender=growing.stranger).returned
        assert middle < later < late
        growing.grows(alice, later + 1)
        last = lock.renew(alice, sender=growing.stranger).returned
        votes = {
            growing.now: 642,
            early - 1: 642,
            early: 641,
            until: 641,
            middle - 1: 641,
            middle: 621,
            last - 1: 621,
            last: 321,
        }
        growing.to(last + YEAR)
        for time, wanted in votes.items():
            assert growing.at(time, alice) == [wanted * LEAST], time
            assert lock.getPastTotalSupply(time) == wanted * LEAST

    def test_begun_anew_after_a_gap(self, growing: Locks) -> None:
        lock, alice = growing.lock, growing.alice
        early = growing.locks(alice, 1 * LEAST, 200 * DAY)
        late = growing.locks(alice, 20 * LEAST, YEAR)
        growing.grows(alice, growing.now + 30 * DAY)
        until = lock.renew(alice, sender=growing.stranger).returned
        growing.to(until + 30 * DAY)
        growing.grows(alice, early + 30 * DAY)
        again = lock.renew(alice, sender=growing.stranger).returned
        begun = growing.now
        growing.to(again + 1)
        for time, wanted in {
            until - 1: 42,
            until: 21,
            begun - 1: 21,
            begun: 42,
            early - 1: 42,
            early: 41,
            again - 1: 41,
            again: 21,
        }.items():
            assert growing.at(time, alice) == [wanted * LEAST], time
        growing.to(late)
        assert lock.withdraw([early, late], sender=alice).returned == 21 * LEAST

    def test_it_falls_where_it_is_delegated(self, growing: Locks) -> None:
        lock, alice, bank = growing.lock, growing.alice, growing.bank
        growing.locks(alice, 100 * ERA, YEAR)
        lock.delegate(bank, sender=alice)
        growing.grows(alice, growing.now + 30 * DAY)
        until = lock.renew(alice, sender=growing.stranger).returned
        assert growing.votes(bank) == 200 * ERA
        growing.grows(alice, until + 1)
        later = lock.renew(alice, sender=growing.stranger).returned
        growing.to(until)
        lock.delegate(growing.carol, sender=alice)
        growing.to(later)
        assert [growing.votes(who) for who in (alice, bank, growing.carol)] == [0, 0, 100 * ERA]
        assert growing.at(until - 1, alice, bank) == [0, 200 * ERA]
        assert growing.at(later - 1, bank, growing.carol) == [0, 200 * ERA]

    def test_no_longer_than_a_lock_can_be(self, growing: Locks) -> None:
        """A growth that says for ever cannot make anything long to read."""
        end = growing.locks(growing.alice, 100 * ERA, 4 * YEAR)
        growing.grows(growing.alice, 2**40 - 1)
        until = growing.lock.renew(growing.alice, sender=growing.stranger).returned
        assert until == (growing.now // WEEK + 210) * WEEK >= end
        with reverts("DoublingRuns"):
            growing.lock.renew(growing.alice, sender=growing.stranger)
        growing.to(end)
        assert growing.votes(growing.alice) == 100 * ERA

    def test_no_pause_takes_it_away(self, growing: Locks) -> None:
        growing.locks(growing.alice, 100 * ERA, YEAR)
        growing.grows(growing.alice, growing.now + 30 * DAY)
        growing.lock.pause(60, sender=growing.officer)
        growing.lock.renew(growing.alice, sender=growing.stranger)
        assert growing.votes(growing.alice) == 200 * ERA


class TestExtending:
    """What is long stays so, whether the doubling runs or not."""

    def test_while_it_runs(self, growing: Locks) -> None:
        alice = growing.alice
        end = growing.locks(alice, 100 * ERA, 200 * DAY)
        growing.grows(alice, growing.now + 30 * DAY)
        until = growing.lock.renew(alice, sender=growing.stranger).returned
        later = growing.lock.extend(end, 60 * ERA, YEAR, sender=alice).returned
        assert (growing.held(alice, end), growing.held(alice, later)) == ((40 * ERA,) * 3, (60 * ERA,) * 3)
        assert growing.votes(alice) == 200 * ERA
        growing.to(until)
        assert growing.votes(alice) == 100 * ERA

    def test_while_it_does_not(self, growing: Locks) -> None:
        alice = growing.alice
        end = growing.locks(alice, 100 * ERA, 200 * DAY)
        growing.skip(100 * DAY)
        with reverts("DoublingWouldEnd"):
            growing.lock.extend(end, 60 * ERA, 183 * DAY, sender=alice)
        later = growing.lock.extend(end, 60 * ERA, YEAR, sender=alice).returned
        assert (growing.votes(alice), growing.held(alice, later)) == (100 * ERA, (60 * ERA, 60 * ERA, 0))
        growing.grows(alice, growing.now + 30 * DAY)
        growing.lock.renew(alice, sender=growing.stranger)
        assert growing.votes(alice) == 200 * ERA


@dataclass
class Circulating:
    """The real thing: what counted of real settlements decides whether locks of the maker and the shop vote twice."""

    economy: Economy
    growth: CirculationGrowth
    lock: VoteLock

    def settle(self, epoch: int, usd: int, payer: str = "mill") -> None:
        self.economy.to_epoch(epoch)
        self.economy.settle(payer, "maker", usd)

    def grew(self, name: str = "maker") -> tuple[bool, int]:
        return self.growth.grew(self.economy.account(name))


GRACE = 7 * DAY


@pytest.fixture(scope="module")
def _circulating() -> Circulating:
    economy = incentives.build()
    chain, admin = economy.suite.chain, economy.suite.admin
    growth = CirculationGrowth.deploy(chain, economy.incentives, GRACE, sender=admin)
    lock = VoteLock.deploy(chain, economy.suite.access, economy.era, growth, LEAST, sender=admin)
    for name in ("maker", "shop"):
        economy.give(economy.account(name), 1_000 * ERA, lock)
    return Circulating(economy, growth, lock)


@pytest.fixture
def circulating(_circulating: Circulating) -> Iterator[Circulating]:
    with _circulating.economy.suite.chain.isolated():
        yield _circulating


class TestCirculation:
    """Strictly more counted in the later of the two last epochs that are final."""

    def test_an_enterprise_that_grew_votes_twice_until_the_next_count(self, circulating: Circulating) -> None:
        economy, lock = circulating.economy, circulating.lock
        maker = economy.account("maker")
        first = economy.epoch
        circulating.settle(first, MILLION)
        circulating.settle(first + 1, MILLION + 1)
        lock.lock(100 * ERA, YEAR, sender=maker)
        economy.when_countable(first)
        economy.count("mill", "maker", first)
        economy.when_countable(first + 1)
        assert circulating.growth.compared() == (first, first + 1)
        assert circulating.grew() == (False, 0)  # not counted yet
        economy.count("mill", "maker", first + 1)
        until = (first + 2 + WINDOW + 1) * EPOCH + REVIEW + GRACE
        assert circulating.grew() == (True, until)
        assert circulating.grew("mill") == circulating.grew("shop") == circulating.grew("mallory") == (False, 0)
        assert lock.renew(maker, sender=economy.mallory).returned == week(until)
        assert lock.getVotes(maker) == 200 * ERA
        economy.when_countable(first + 2)  # nothing circulated in it
        assert circulating.growth.compared() == (first + 1, first + 2)
        with reverts("DidNotGrow"):
            lock.renew(maker, sender=maker)
        economy.suite.chain.warp(week(until) - 1)
        assert lock.getVotes(maker) == 200 * ERA
        economy.suite.chain.warp(week(until))
        assert lock.getVotes(maker) == 100 * ERA

    def test_as_much_as_before_is_no_growth(self, circulating: Circulating) -> None:
        economy = circulating.economy
        first = economy.epoch
        circulating.settle(first, MILLION)
        circulating.settle(first + 1, MILLION)
        economy.when_countable(first + 1)
        for epoch in (first, first + 1):
            economy.count("mill", "maker", epoch)
        assert economy.incentives.countedFor(economy.number("maker"), first) == MILLION
        assert circulating.grew() == (False, 0)

    def test_what_comes_back_is_no_growth(self, circulating: Circulating) -> None:
        """A wash cycle between two: net nothing counts, in whichever epoch the money returns."""
        economy = circulating.economy
        first = economy.epoch
        circulating.settle(first, MILLION)
        circulating.settle(first + 1, 5 * MILLION)
        economy.to_epoch(first + 2)
        economy.settle("maker", "mill", 5 * MILLION)
        economy.when_countable(first + 1)
        economy.count("mill", "maker", first)
        economy.count("mill", "maker", first + 1)
        counted = [economy.incentives.countedFor(economy.number("maker"), first + n) for n in (0, 1)]
        assert counted == [0, MILLION]  # what came back was the oldest
        assert circulating.grew()[0]  # of 6 that were paid, 1 stayed, and that in the later epoch
        economy.when_countable(first + 2)
        assert not circulating.grew()[0]

    def test_what_the_cap_leaves_without_reward_counts_as_growth(self, circulating: Circulating) -> None:
        """Growth is of what circulated, not of what was awarded for it."""
        economy = circulating.economy
        first = economy.epoch
        circulating.settle(first, 30 * MILLION)
        circulating.settle(first + 1, 40 * MILLION)
        economy.when_countable(first + 1)
        for epoch in (first, first + 1):
            economy.count("mill", "maker", epoch)
        number = economy.number("maker")
        awarded = [economy.incentives.awardedFor(number, first + n) for n in (0, 1)]
        assert awarded == [incentives.CAP] * 2
        assert [economy.incentives.countedFor(number, first + n) for n in (0, 1)] == [30 * MILLION, 40 * MILLION]
        assert circulating.grew()[0]

    def test_a_part_hidden_in_the_earlier_epoch_is_anybodys_to_count(self, circulating: Circulating) -> None:
        economy = circulating.economy
        first = economy.epoch
        circulating.settle(first, MILLION)
        circulating.settle(first, 9 * MILLION, payer="trader")
        circulating.settle(first + 1, 2 * MILLION)
        economy.when_countable(first)
        economy.count("mill", "maker", first)
        economy.when_countable(first + 1)
        economy.count("mill", "maker", first + 1)
        assert circulating.grew()[0]  # the trader's was left out
        economy.count("trader", "maker", first)  # for which there was an epoch's time before
        assert not circulating.grew()[0]

    def test_only_active_accounts(self, circulating: Circulating) -> None:
        economy = circulating.economy
        first = economy.epoch
        circulating.settle(first + 1, MILLION)
        economy.when_countable(first + 1)
        economy.count("mill", "maker", first + 1)
        assert circulating.grew()[0]
        economy.suite.registry.suspend(economy.account("maker"), sender=economy.suite.officer)
        assert circulating.grew() == (False, 0)

    def test_epochs_are_compared_as_soon_as_the_later_can_be_counted(self, circulating: Circulating) -> None:
        economy, growth = circulating.economy, circulating.growth
        first = economy.epoch
        economy.when_countable(first + 1)
        assert growth.compared() == (first, first + 1)
        assert growth.countsUntil() == economy.now + EPOCH + GRACE
        with economy.suite.chain.isolated():
            economy.suite.chain.skip(EPOCH - 1)
            assert growth.compared() == (first, first + 1)
            economy.suite.chain.skip(1)
            assert growth.compared() == (first + 1, first + 2)
        assert (growth.incentives(), growth.registry(), growth.grace()) == (
            economy.incentives.address,
            economy.suite.registry.address,
            GRACE,
        )

    @pytest.mark.parametrize(("grace", "good"), [(DAY - 1, False), (DAY, True), (EPOCH, True), (EPOCH + 1, False)])
    def test_the_grace_has_bounds(self, circulating: Circulating, grace: int, good: bool) -> None:
        economy = circulating.economy

        def deploy() -> CirculationGrowth:
            return CirculationGrowth.deploy(economy.suite.chain, economy.incentives, grace, sender=economy.suite.admin)

        if good:
            assert deploy().grace() == grace
            return
        with reverts("GraceOutOfRange", grace=grace, least=DAY, most=EPOCH):
            deploy()


def test_without_growth_there_is_nothing_to_renew(stand: Locks) -> None:
    assert stand.lock.growth() == NOBODY
    with reverts("GrowthNotAsked"):
        stand.lock.renew(stand.alice, sender=stand.alice)
