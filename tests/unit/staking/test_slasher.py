"""Slasher: how much an offence costs, and where it goes."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from caldera.contracts import Slasher, events
from caldera.model.staking import SlashRateBook
from tests.support.staking import DAY, ERA, FUND, NOBODY, RATES, Staking
from tests.support.suite import reverts

FALSE, CONFLICTING, LIGHT = 0, 1, 2


@pytest.fixture(autouse=True)
def named(staking: Staking) -> None:
    """The contract slashes, on the word of officer, the court."""
    staking.nodes.setSlasher(staking.slasher, sender=staking.admin)


class TestSlashing:
    """Base × rate, rounded up, capped by what is there."""

    def test_where_it_goes(self, staking: Staking, node: int) -> None:
        slasher, court = staking.slasher, staking.officer
        receipt = slasher.slash(node, 10_000 * ERA, FALSE, staking.carol, staking.now, sender=court)
        assert receipt.returned == 4_000 * ERA
        told = events.NodeSlashed(
            node, FALSE, staking.carol.address, 10_000 * ERA, 4_000 * ERA, 400 * ERA, emitter=slasher.address
        )
        assert told in receipt.events
        assert (slasher.waitingForFund(staking.carol), slasher.waitingFor(staking.carol)) == (3_600 * ERA, 400 * ERA)
        assert staking.has(FUND) == 0
        before = staking.has(staking.carol)
        receipt = slasher.payReporter(staking.carol, sender=staking.stranger)
        assert events.ReporterPaid(staking.carol.address, 400 * ERA, emitter=slasher.address) in receipt.events
        assert (staking.has(staking.carol) - before, staking.has(slasher)) == (400 * ERA, 0)
        with reverts("NothingForReporter", reporter=staking.carol.address):
            slasher.payReporter(staking.carol, sender=staking.carol)
        slasher.setFund(staking.bank, sender=staking.admin)
        before = staking.has(staking.bank)
        receipt = slasher.payFund(staking.carol, sender=staking.stranger)
        paid = events.SlashFundPaid(staking.bank.address, staking.carol.address, 3_600 * ERA, emitter=slasher.address)
        assert paid in receipt.events
        assert (receipt.returned, staking.has(staking.bank) - before) == (3_600 * ERA, 3_600 * ERA)
        assert staking.has(staking.nodes) == 6_000 * ERA
        with reverts("NothingForFund", reporter=staking.carol.address):
            slasher.payFund(staking.carol, sender=staking.stranger)

    @pytest.mark.parametrize(
        ("base", "offence", "taken"),
        [
            (10_000 * ERA, CONFLICTING, 5_500 * ERA),
            (10_000 * ERA, LIGHT, 500 * ERA),
            (99_999 * ERA, FALSE, 4_000 * ERA),
            (5_000 * ERA, FALSE, 2_000 * ERA),
            (100 * ERA + 1, LIGHT, 5 * ERA + 1),
            (100 * ERA + 3, FALSE, 40 * ERA + 2),
            (100 * ERA, FALSE, 40 * ERA),
            (100 * ERA - 1, FALSE, 0),
            (0, FALSE, 0),
        ],
    )
    def test_how_much(self, staking: Staking, node: int, base: int, offence: int, taken: int) -> None:
        assert staking.slasher.slash(node, base, offence, NOBODY, staking.now, sender=staking.officer).returned == taken
        assert staking.slasher.waitingForFund(NOBODY) == taken
        assert staking.slasher.waitingFor(NOBODY) == 0
        if taken:
            staking.slasher.payFund(NOBODY, sender=staking.stranger)
        assert staking.has(FUND) == taken

    def test_where_nothing_is_staked_a_court_can_finish(self, staking: Staking) -> None:
        node = staking.node(staking.alice, 0)
        receipt = staking.slasher.slash(node, 5, FALSE, staking.carol, staking.now, sender=staking.officer)
        assert (receipt.returned, receipt.events) == (0, ())
        assert staking.slasher.slash(99, 5, FALSE, staking.carol, staking.now, sender=staking.officer).returned == 0

    def test_nobody_ends_generations_by_dust(self, staking: Staking, node: int) -> None:
        """A pool counts them in 16 bits; could it end none any more, none could be slashed. Offences of a node with
        a unit at stake, by the ten thousands, would have made safe what it then brought."""
        other = staking.node(staking.alice, 0)
        for amount in (1, 100 * ERA - 2):
            staking.nodes.stake(other, amount, 0, sender=staking.bank)
            for base in (1, 2**255):
                receipt = staking.slasher.slash(other, base, FALSE, staking.carol, staking.now, sender=staking.officer)
                assert (receipt.returned, receipt.events) == (0, ())
        assert staking.nodes.poolsOf(other)[0].generation == 1
        staking.nodes.stake(other, 1, 0, sender=staking.bank)
        receipt = staking.slasher.slash(other, 2**255, FALSE, staking.carol, staking.now, sender=staking.officer)
        assert receipt.returned == 40 * ERA

    @pytest.mark.known_defect("several-slashes")
    def test_two_slashes_in_one_thaw(self, staking: Staking, node: int) -> None:
        """The base is the stake at the offence: both take 40% of it, also where a part has left meanwhile."""
        staking.unbond(staking.alice, node, 5_000 * ERA)
        slash, offended = staking.slasher.slash, staking.now
        for taken in (4_000 * ERA, 2_400 * ERA):
            assert slash(node, 10_000 * ERA, FALSE, NOBODY, offended, sender=staking.officer).returned == taken

    def test_freezing_is_passed_on(self, staking: Staking, node: int) -> None:
        until = staking.now + 30 * DAY
        staking.slasher.freeze(node, until, sender=staking.officer)
        assert staking.nodes.poolsOf(node)[1].frozenUntil == until

    def test_only_the_court(self, staking: Staking, node: int) -> None:
        calls: list[Any] = [
            lambda by: staking.slasher.slash(node, 1, FALSE, NOBODY, staking.now, sender=by),
            lambda by: staking.slasher.freeze(node, staking.now + 1, sender=by),
            lambda by: staking.slasher.setSlashRates(RATES, sender=by),
        ]
        for call in calls:
            with reverts("AccessManagedUnauthorized"):
                call(staking.mallory)
            call(staking.officer)


HOUR = 3_600
LOWER = type(RATES)(1_000, 2_000, 100, 2_500)
rates = st.tuples(*[st.integers(0, 5_500)] * 3, st.integers(0, 5_000))


class TestRatesOfThen:
    """An offence costs what it cost when it happened: a change of rates reaches no case under way."""

    @pytest.mark.known_defect("retroactive")
    def test_a_change_reaches_new_offences_only(self, staking: Staking, node: int) -> None:
        slasher, court, carol = staking.slasher, staking.officer, staking.carol
        staking.later(HOUR)
        changed = staking.now
        slasher.setSlashRates(LOWER, sender=court)
        staking.later(5 * DAY)
        for at, bps, part in (
            (changed - 1, 4_000, 1_000),
            (changed, 1_000, 2_500),
            (changed + 1, 1_000, 2_500),
            (staking.now, 1_000, 2_500),
        ):
            with staking.suite.chain.isolated():
                taken = 10_000 * ERA * bps // 10_000
                assert slasher.slash(node, 10_000 * ERA, FALSE, carol, at, sender=court).returned == taken
                assert slasher.waitingFor(carol) == taken * part // 10_000
        assert slasher.slashRatesAt(changed - 1) == slasher.slashRatesAt(0) == RATES
        assert slasher.slashRatesAt(changed) == slasher.slashRates() == LOWER
        assert [slasher.rateOf(one) for one in (FALSE, CONFLICTING, LIGHT)] == list(LOWER[:3])

    def test_of_two_changes_in_a_second_the_last(self, staking: Staking) -> None:
        slasher, court = staking.slasher, staking.officer
        staking.later(1)
        slasher.setSlashRates(type(RATES)(0, 0, 0, 0), sender=court)
        slasher.setSlashRates(LOWER, sender=court)
        assert slasher.slashRatesAt(staking.now) == LOWER
        assert slasher.slashRatesAt(staking.now - 1) == RATES

    def test_times_that_no_clock_shows(self, staking: Staking, node: int) -> None:
        staking.later(HOUR)
        staking.slasher.setSlashRates(LOWER, sender=staking.officer)
        for at in (2**48, 2**256 - 1):
            assert staking.slasher.slashRatesAt(at) == LOWER
        taken = staking.slasher.slash(node, 100 * ERA, FALSE, NOBODY, 2**256 - 1, sender=staking.officer).returned
        assert taken == 100 * ERA * LOWER.falseAttestation // 10_000

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        changes=st.lists(st.tuples(st.one_of(st.integers(0, 3 * HOUR), st.integers(0, 90 * DAY)), rates), max_size=6),
        offence=st.sampled_from([FALSE, CONFLICTING, LIGHT]),
        base=st.one_of(st.integers(99 * ERA, 101 * ERA), st.integers(0, 20_000 * ERA)),
        back=st.one_of(st.integers(-HOUR, 3 * HOUR), st.integers(0, 400 * DAY)),
        which=st.integers(0, 1 << 20),
    )
    @example(changes=[(HOUR, (1, 2, 3, 4)), (0, (5, 6, 7, 8))], offence=FALSE, base=10_000 * ERA, back=0, which=1)
    def test_they_agree_with_the_model(
        self,
        staking: Staking,
        node: int,
        changes: list[tuple[int, tuple[int, int, int, int]]],
        offence: int,
        base: int,
        back: int,
        which: int,
    ) -> None:
        """At drawn times, and at each change and the second before it; what is taken and whose it is, to the unit."""
        slasher, court, carol = staking.slasher, staking.officer, staking.carol
        with staking.suite.chain.isolated():
            book, times = SlashRateBook((4_000, 5_500, 500, 1_000)), [max(0, staking.now - back)]
            for seconds, found in changes:
                staking.later(seconds)
                slasher.setSlashRates(type(RATES)(*found), sender=court)
                book.set(staking.now, found)
                times += [staking.now - 1, staking.now]
            for at in times:
                assert tuple(slasher.slashRatesAt(at)) == book.at(at)
            at = times[which % len(times)]
            there = sum(staking.nodes.stakeOf(node)[:2])
            wanted = book.taken(offence, base, there, at)
            taken = slasher.slash(node, base, offence, carol, at, sender=court).returned
            assert wanted <= taken <= wanted + 1  # each of two pools is rounded by itself
            assert slasher.waitingFor(carol) == book.reward(taken, at)


class TestSettings:
    """Within what the profile allows, fixed at deployment."""

    def test_rates(self, staking: Staking) -> None:
        slasher, officer = staking.slasher, staking.officer
        assert (slasher.mostBps(), slasher.slashRates()) == (5_500, RATES)
        assert [slasher.rateOf(one) for one in (FALSE, CONFLICTING, LIGHT)] == [4_000, 5_500, 500]
        for field in ("falseAttestation", "conflictingSignatures", "lightContradiction"):
            with reverts("SlashRateTooHigh", bps=5_501, most=5_500):
                slasher.setSlashRates(RATES._replace(**{field: 5_501}), sender=officer)
        with reverts("SlashRateTooHigh", bps=5_001, most=5_000):
            slasher.setSlashRates(RATES._replace(reporter=5_001), sender=officer)
        highest = type(RATES)(5_500, 5_500, 5_500, 5_000)
        receipt = slasher.setSlashRates(highest, sender=officer)
        assert events.SlashRatesSet(highest, emitter=slasher.address) in receipt.events
        assert slasher.slashRates() == highest

    def test_the_fund(self, staking: Staking) -> None:
        slasher = staking.slasher
        for nobody in (NOBODY, slasher.address, staking.nodes.address):
            with reverts("CannotBePaid", account=nobody):
                slasher.setFund(nobody, sender=staking.admin)
        with reverts("AccessManagedUnauthorized"):
            slasher.setFund(staking.bank, sender=staking.officer)
        receipt = slasher.setFund(staking.bank, sender=staking.admin)
        assert events.SlashFundSet(staking.bank.address, emitter=slasher.address) in receipt.events
        assert slasher.fund() == staking.bank.address
        assert (slasher.staking(), slasher.era()) == (staking.nodes.address, staking.era.address)

    def test_the_most_of_a_profile(self, staking: Staking) -> None:
        def deploy(most: int, rate: int) -> Slasher:
            chain, admin = staking.suite.chain, staking.admin
            rates = type(RATES)(rate, rate, rate, 0)
            return Slasher.deploy(chain, staking.access, staking.nodes, staking.era, most, FUND, rates, sender=admin)

        for most in (0, 10_001):
            with reverts("SlashMostOutOfRange", bps=most):
                deploy(most, 0)
        with reverts("SlashRateTooHigh", bps=4_001, most=4_000):
            deploy(4_000, 4_001)
        assert deploy(10_000, 10_000).rateOf(FALSE) == 10_000
        assert deploy(1, 1).mostBps() == 1
