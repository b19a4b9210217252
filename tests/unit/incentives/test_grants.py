"""Grants to developers: cap, milestones, the rate of the day, every unit of the budget."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from caldera.contracts import DeveloperGrants, events, structs
from caldera.model import Refused
from caldera.model.grants import GrantsModel
from tests.support.incentives import BUDGET, CENT, ERA, EVIDENCE, NOBODY, USD, Economy
from tests.support.suite import DAY, reverts

WHOLE_CAP = 300_000 * USD
TERMS = EVIDENCE
APPROVED, CANCELLED, EXPIRED = 2, 3, 4


def award(economy: Economy, *usd: int, to: str = "maker") -> int:
    """A grant of open milestones."""
    given = [economy.milestone(amount) for amount in usd]
    return economy.grants.award(economy.number(to), given, EVIDENCE, sender=economy.admin).returned


class TestAward:
    """At most USD 300,000 for each developer, over all its grants."""

    def test_is_written_down(self, economy: Economy) -> None:
        maker, given = economy.number("maker"), [economy.milestone(1 * USD), economy.milestone(2 * USD, 10)]
        call = economy.grants.award(maker, given, EVIDENCE, sender=economy.admin)
        assert call.returned == economy.grants.grantCount() == 1
        here = economy.grants.address
        assert list(call.events) == [events.GrantAwarded(1, maker, tuple(given), EVIDENCE, emitter=here)]
        developer, kept = economy.grants.grantOf(1)
        assert developer == maker
        assert [(m.usd, m.deadline, m.state, m.termsHash) for m in kept] == [
            (m.usd, m.deadline, 1, m.termsHash) for m in given
        ]
        assert economy.grants.countedUsd(maker) == 3 * USD
        assert award(economy, USD, to="shop") == 2

    def test_the_cap(self, economy: Economy) -> None:
        maker = economy.number("maker")
        assert economy.grants.DEVELOPER_CAP() == WHOLE_CAP
        with reverts("DeveloperCapExceeded", developer=maker, usd=WHOLE_CAP + 1, most=WHOLE_CAP):
            award(economy, WHOLE_CAP, 1)
        award(economy, WHOLE_CAP - 1, 1)
        with reverts("DeveloperCapExceeded", usd=WHOLE_CAP + 1):
            award(economy, 1)
        award(economy, WHOLE_CAP, to="shop")

    def test_what_was_paid_counts_for_good_and_what_ended_does_not(self, economy: Economy) -> None:
        first, second = award(economy, 200_000 * USD), award(economy, 50_000 * USD, 50_000 * USD)
        economy.rate(10 * CENT)
        economy.grants.approve(first, 0, EVIDENCE, sender=economy.admin)
        with reverts("DeveloperCapExceeded"):
            award(economy, 1)
        economy.grants.cancel(second, 1, sender=economy.admin)
        award(economy, 50_000 * USD)
        with reverts("DeveloperCapExceeded"):
            award(economy, 1)

    @pytest.mark.parametrize(("count", "good"), [(0, False), (1, True), (32, True), (33, False)])
    def test_how_many_milestones(self, economy: Economy, count: int, good: bool) -> None:
        if good:
            award(economy, *[1] * count)
            return
        with reverts("MilestonesOutOfRange", milestones=count, most=32):
            award(economy, *[1] * count)

    def test_milestones_that_are_none(self, economy: Economy) -> None:
        maker, now, longest = economy.number("maker"), economy.now, 5 * 365 * DAY
        for terms in (
            structs.MilestoneTerms(0, now + DAY, TERMS),
            structs.MilestoneTerms(1, now + DAY, b"\0" * 32),
            structs.MilestoneTerms(1, now - 1, TERMS),
            structs.MilestoneTerms(1, now + longest + 1000, TERMS),
        ):
            with reverts("InvalidMilestone", index=1):
                economy.grants.award(maker, [economy.milestone(1), terms], EVIDENCE, sender=economy.admin)

    @pytest.mark.parametrize(
        ("shift", "good"), [(-1, False), (0, True), (5 * 365 * DAY, True), (5 * 365 * DAY + 1, False)]
    )
    def test_deadlines(self, economy: Economy, shift: int, good: bool) -> None:
        economy.suite.chain.skip(100)
        terms = structs.MilestoneTerms(1, economy.now + shift, TERMS)
        maker = economy.number("maker")
        if good:
            economy.grants.award(maker, [terms], EVIDENCE, sender=economy.admin)
            return
        with reverts("InvalidMilestone", index=0):
            economy.grants.award(maker, [terms], EVIDENCE, sender=economy.admin)

    def test_entity_and_document(self, economy: Economy) -> None:
        for unknown in (0, 99):
            with reverts("UnknownDeveloper", developer=unknown):
                economy.grants.award(unknown, [economy.milestone(1)], EVIDENCE, sender=economy.admin)
        with reverts("NoDocument"):
            economy.grants.award(economy.number("maker"), [economy.milestone(1)], b"\0" * 32, sender=economy.admin)


class TestApprove:
    """In time, at the rate of the day, out of the budget."""

    @pytest.mark.parametrize(
        ("usd", "rate", "amount"),
        [
            (300_000 * USD, 10 * CENT, 3_000_000 * ERA),
            (1, 3 * CENT, 33_333_333_333_333),
            (123_456_789, 37 * CENT + 1, 123_456_789 * 10**30 // (37 * CENT + 1)),
        ],
    )
    def test_rounds_down(self, economy: Economy, usd: int, rate: int, amount: int) -> None:
        grant = award(economy, usd)
        economy.rate(rate)
        maker, left = economy.number("maker"), economy.grants.budgetLeft()
        call = economy.grants.approve(grant, 0, EVIDENCE, sender=economy.admin)
        here = economy.grants.address
        assert call.returned == amount
        assert list(call.events) == [
            events.MilestoneApproved(grant, 0, maker, usd, rate, amount, EVIDENCE, emitter=here)
        ]
        assert economy.grants.grantOf(grant)[1][0].state == APPROVED
        assert (economy.grants.budgetLeft(), economy.grants.budgetOwed()) == (left - amount, amount)
        assert economy.grants.claimableOf(maker) == amount
        call_ = economy.grants.claim(sender=economy.maker)
        assert call_.returned == economy.has(economy.maker) == amount
        assert events.GrantClaimed(maker, economy.maker.address, amount, emitter=here) in call_.events
        with reverts("NothingToTake", entity=maker):
            economy.grants.claim(sender=economy.maker)

    def test_a_rate_that_is_not_of_the_day(self, economy: Economy) -> None:
        grant = award(economy, USD, USD, USD)
        approve = economy.grants.approve
        with reverts("FeedAnswer"):
            approve(grant, 0, EVIDENCE, sender=economy.admin)
        economy.rate(10 * CENT, age=0)
        at = economy.now
        economy.suite.chain.warp(at + DAY + 1)
        with reverts("RateNotOfTheDay", updatedAt=at, maxAge=DAY):
            approve(grant, 0, EVIDENCE, sender=economy.admin)
        economy.feed.set(10 * CENT, economy.now + 100, sender=economy.officer)
        with reverts("RateNotOfTheDay"):
            approve(grant, 0, EVIDENCE, sender=economy.admin)
        economy.rate(10 * CENT)
        at = economy.now
        economy.suite.chain.warp(at + DAY)
        assert economy.grants.rateOfTheDay() == 10 * CENT
        approve(grant, 0, EVIDENCE, sender=economy.admin)

    @pytest.mark.parametrize(
        ("rate", "good"), [(CENT - 1, False), (CENT, True), (100 * CENT, True), (100 * CENT + 1, False)]
    )
    def test_bounds_of_the_rate(self, economy: Economy, rate: int, good: bool) -> None:
        grant = award(economy, USD)
        economy.rate(rate)
        if good:
            economy.grants.approve(grant, 0, EVIDENCE, sender=economy.admin)
            return
        with reverts("RateOutOfBounds", rate=rate, least=CENT, most=100 * CENT):
            economy.grants.approve(grant, 0, EVIDENCE, sender=economy.admin)

    def test_until_the_deadline(self, economy: Economy) -> None:
        grant = award(economy, USD, USD)
        deadline = economy.grants.grantOf(grant)[1][0].deadline
        economy.suite.chain.warp(deadline)
        economy.rate(10 * CENT)
        with reverts("MilestoneRunning", grant=grant, index=0, deadline=deadline):
            economy.grants.expire(grant, 0, sender=economy.mallory)
        economy.grants.approve(grant, 0, EVIDENCE, sender=economy.admin)
        economy.suite.chain.warp(deadline + 1)
        with reverts("MilestoneOverdue", grant=grant, index=1, deadline=deadline):
            economy.grants.approve(grant, 1, EVIDENCE, sender=economy.admin)
        call = economy.grants.expire(grant, 1, sender=economy.mallory)
        maker, here = economy.number("maker"), economy.grants.address
        assert list(call.events) == [events.MilestoneEnded(grant, 1, maker, EXPIRED, USD, emitter=here)]
        assert economy.grants.countedUsd(maker) == USD

    def test_once(self, economy: Economy) -> None:
        grant = award(economy, USD, USD)
        economy.rate(10 * CENT)
        economy.grants.approve(grant, 0, EVIDENCE, sender=economy.admin)
        call = economy.grants.cancel(grant, 1, sender=economy.admin)
        maker, here = economy.number("maker"), economy.grants.address
        assert list(call.events) == [events.MilestoneEnded(grant, 1, maker, CANCELLED, USD, emitter=here)]
        for index, state in ((0, APPROVED), (1, CANCELLED)):
            with reverts("MilestoneClosed", grant=grant, index=index, state=state):
                economy.grants.approve(grant, index, EVIDENCE, sender=economy.admin)
            with reverts("MilestoneClosed", grant=grant, index=index, state=state):
                economy.grants.cancel(grant, index, sender=economy.admin)
            with reverts("MilestoneClosed", grant=grant, index=index, state=state):
                economy.grants.expire(grant, index, sender=economy.mallory)

    def test_of_a_grant_that_stands(self, economy: Economy) -> None:
        grant = award(economy, USD)
        economy.rate(10 * CENT)
        for number, index in ((grant, 1), (grant + 1, 0), (0, 0)):
            with reverts("UnknownMilestone", grant=number, index=index):
                economy.grants.approve(number, index, EVIDENCE, sender=economy.admin)
        with reverts("NoDocument"):
            economy.grants.approve(grant, 0, b"\0" * 32, sender=economy.admin)

    def test_a_budget_too_small_leaves_it_open(self, economy: Economy) -> None:
        grant, need = award(economy, 100 * USD), 1_000 * ERA
        economy.rate(10 * CENT)
        economy.grants.moveBudget(economy.alice, BUDGET // 10 - need + 1, sender=economy.admin)
        with reverts("BudgetTooSmall", needed=need, left=need - 1):
            economy.grants.approve(grant, 0, EVIDENCE, sender=economy.admin)
        economy.fund(economy.grants, 1)
        economy.grants.approve(grant, 0, EVIDENCE, sender=economy.admin)
        assert (economy.grants.budgetLeft(), economy.grants.budgetOwed()) == (0, need)


class TestClaim:
    def test_by_who_acts_for_the_developer(self, economy: Economy) -> None:
        grant = award(economy, 100 * USD, to="mill")
        economy.rate(10 * CENT)
        economy.grants.approve(grant, 0, EVIDENCE, sender=economy.admin)
        for who in (economy.mallory, economy.admin):
            with reverts("NotActive", account=who.address):
                economy.grants.claim(sender=who)
        economy.registry.suspend(economy.mill, sender=economy.officer)
        with reverts("NotActive"):
            economy.grants.claim(sender=economy.mill)
        assert economy.grants.claim(sender=economy.account("mill2")).returned == 1_000 * ERA
        assert economy.has(economy.grants) == economy.grants.budgetLeft()


class TestRateTerms:
    @pytest.mark.parametrize(
        ("change", "good"),
        [
            ({}, True),
            ({"maxAge": 0}, False),
            ({"maxAge": 1}, True),
            ({"maxAge": 7 * DAY}, True),
            ({"maxAge": 7 * DAY + 1}, False),
            ({"least": 0}, False),
            ({"least": 1}, True),
            ({"least": 5, "most": 5}, True),
            ({"least": 6, "most": 5}, False),
            ({"source": NOBODY}, False),
        ],
    )
    def test_what_they_say(self, economy: Economy, change: dict[str, Any], good: bool) -> None:
        now = economy.grants.rateTerms()
        given: dict[str, Any] = {"source": now.source, "maxAge": DAY, "least": CENT, "most": 100 * CENT}
        terms = structs.RateTerms(**(given | change))
        if good:
            call = economy.grants.setRateTerms(terms, sender=economy.admin)
            assert list(call.events) == [events.GrantRateSet(terms, emitter=economy.grants.address)]
            assert economy.grants.rateTerms() == terms
            return
        with reverts("InvalidRateTerms"):
            economy.grants.setRateTerms(terms, sender=economy.admin)
        with reverts("InvalidRateTerms"):
            DeveloperGrants.deploy(
                economy.chain, economy.access, economy.era, economy.registry, terms, sender=economy.admin
            )


def test_powers(economy: Economy) -> None:
    grant, maker = award(economy, USD, USD), economy.number("maker")
    economy.rate(10 * CENT)
    terms = economy.grants.rateTerms()
    calls: tuple[Callable[[Any], Any], ...] = (
        lambda who: economy.grants.award(maker, [economy.milestone(1)], EVIDENCE, sender=who),
        lambda who: economy.grants.approve(grant, 0, EVIDENCE, sender=who),
        lambda who: economy.grants.cancel(grant, 1, sender=who),
        lambda who: economy.grants.setRateTerms(terms, sender=who),
        lambda who: economy.grants.moveBudget(economy.alice, 1, sender=who),
    )
    for call in calls:
        for who in (economy.mallory, economy.officer):
            with reverts("AccessManagedUnauthorized", caller=who.address):
                call(who)
        call(economy.admin)


class Both:
    """The contract beside the exact model."""

    NAMES = ("mill", "maker", "shop")

    def __init__(self, economy: Economy) -> None:
        terms = economy.grants.rateTerms()
        self.economy = economy
        self.model = GrantsModel(economy.now, terms.maxAge, terms.least, terms.most)
        self.model.entities = {economy.number(name) for name in self.NAMES}
        self.model.left = economy.grants.budgetLeft()
        self.done = self.refused = 0

    def award(self, name: str, given: list[tuple[int, int]]) -> None:
        developer = self.economy.number(name)
        terms = [structs.MilestoneTerms(usd, deadline, TERMS) for usd, deadline in given]
        self.same(
            lambda: self.model.award(developer, given),
            lambda: self.economy.grants.award(developer, terms, EVIDENCE, sender=self.economy.admin).returned,
        )

    def approve(self, grant: int, index: int) -> None:
        self.same(
            lambda: self.model.approve(grant, index),
            lambda: self.economy.grants.approve(grant, index, EVIDENCE, sender=self.economy.admin).returned,
        )

    def end(self, how: str, grant: int, index: int) -> None:
        self.same(
            lambda: getattr(self.model, how)(grant, index),
            lambda: getattr(self.economy.grants, how)(grant, index, sender=self.economy.admin).returned,
        )

    def claim(self, name: str) -> None:
        self.same(
            lambda: self.model.claim(self.economy.number(name)),
            lambda: self.economy.grants.claim(sender=self.economy.account(name)).returned,
        )

    def same(self, expected: Callable[[], Any], actual: Callable[[], Any]) -> None:
        economy, model = self.economy, self.model
        model.now = economy.now
        try:
            wanted = expected()
        except Refused as refusal:
            self.refused += 1
            with reverts(refusal.name):
                actual()
        else:
            self.done += 1
            assert actual() == wanted
        owed = sum(model.claimable.values())
        assert (economy.grants.budgetLeft(), economy.grants.budgetOwed()) == (model.left, owed)
        assert economy.has(economy.grants) == model.left + owed
        for name in self.NAMES:
            developer = economy.number(name)
            assert economy.grants.countedUsd(developer) == model.counted(developer) <= WHOLE_CAP


def test_long_runs_agree_with_the_model(economy: Economy) -> None:
    random, both = Random(7), Both(economy)
    kinds = ["award", "award", "approve", "approve", "approve", "cancel", "expire", "claim", "rate", "skip"]
    amounts = [0, 1, 20_000 * USD, 150_000 * USD]
    economy.rate(10 * CENT)
    both.model.rate = (10 * CENT, economy.now)
    for _ in range(400):
        kind, name = random.choice(kinds), random.choice(both.NAMES)
        grant, index = random.randint(0, len(both.model.grants) + 1), random.randint(0, 2)
        if kind == "rate":
            both.model.rate = (random.choice([CENT - 1, CENT, 7 * CENT + 3, 90 * CENT, 101 * CENT]), economy.now)
            economy.rate(both.model.rate[0])
        elif kind == "skip":
            economy.suite.chain.skip(random.choice([1, DAY // 2, DAY + 1, 20 * DAY]))
        elif kind == "award":
            count, deadline = random.randint(0, 3), economy.now + 20 * DAY
            both.award(name, [(random.choice(amounts) + random.randint(0, 9), deadline) for _ in range(count)])
        elif kind == "claim":
            both.claim(name)
        elif kind == "approve":
            both.approve(grant, index)
        else:
            both.end(kind, grant, index)
    assert both.done > 50
    assert both.refused > 50
