"""Awards, vesting, claw-back, rebates, limits, and every unit of the budget."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from caldera.contracts import FeeToken, ReentrantToken, events
from caldera.model.incentives import ERA_PER_USD
from tests.support.incentives import (
    BUDGET,
    CAP,
    EPOCH,
    ERA,
    EVIDENCE,
    MILLION,
    NOBODY,
    REVIEW,
    USD,
    VESTING,
    WINDOW,
    Economy,
    build,
)
from tests.support.suite import DAY, reverts


def pay(economy: Economy, usd: int, payer: str = "mill", payee: str = "shop") -> int:
    """Settles, and goes to where it can be counted; the epoch it was in."""
    epoch = economy.epoch
    economy.settle(payer, payee, usd)
    economy.when_countable(epoch)
    return epoch


def start_of(economy: Economy) -> int:
    """Where what is counted now begins to vest."""
    return (economy.epoch + 1) * EPOCH


@pytest.fixture
def odd() -> Callable[[Any], Economy]:
    """Makes the contracts on another token than ERA."""

    def make(kind: Any) -> Economy:
        def token(suite: Any) -> Any:
            made = kind.deploy(suite.chain, sender=suite.admin)
            made.mint(suite.admin, 10 * BUDGET, sender=suite.admin)
            return made

        return build(token=token, budget=0)

    return make


class TestCount:
    """12,000 ERA for a million, and how much of it at most."""

    @pytest.mark.known_defect("half-steps")
    @pytest.mark.parametrize(
        ("usd", "reward"),
        [(MILLION, 12_000 * ERA), (USD, 12 * ERA // 1000), (1, 12 * 10**9), (123_456_789, 1_481_481_468_000_000_000)],
    )
    def test_pro_rata_exactly(self, economy: Economy, usd: int, reward: int) -> None:
        epoch = pay(economy, usd)
        call = economy.incentives.count(economy.number("shop"), economy.number("mill"), epoch, sender=economy.mallory)
        assert call.returned == reward
        assert list(call.events) == [
            events.CirculationCounted(
                economy.number("mill"),
                economy.number("shop"),
                epoch,
                usd,
                reward,
                0,
                economy.epoch,
                emitter=economy.incentives.address,
            )
        ]
        shop = economy.number("shop")
        assert economy.incentives.awardedFor(shop, epoch) == economy.incentives.awardedTo(shop) == reward
        assert (economy.incentives.budgetLeft(), economy.incentives.budgetOwed()) == (BUDGET - reward, reward)

    def test_not_before_window_and_review_are_over(self, economy: Economy) -> None:
        epoch = economy.epoch
        economy.settle("mill", "shop", MILLION)
        first = (epoch + WINDOW + 1) * EPOCH + REVIEW
        assert economy.incentives.countableFrom(epoch) == first
        economy.suite.chain.warp(first - 1)
        with reverts("EpochStillOpen", epoch=epoch, from_=first):
            economy.count("mill", "shop", epoch)
        economy.suite.chain.warp(first)
        economy.count("mill", "shop", epoch)

    def test_once(self, economy: Economy) -> None:
        epoch = pay(economy, MILLION)
        economy.count("mill", "shop", epoch)
        for pair in (("mill", "shop"), ("shop", "mill"), ("mill", "maker")):
            with reverts("NothingToCount", epoch=epoch):
                economy.count(*pair, epoch)

    def test_nothing_net_clears_the_way(self, economy: Economy) -> None:
        economy.settle("shop", "mill", MILLION)
        epoch = pay(economy, MILLION)
        assert economy.count("mill", "shop", epoch) == 0
        assert economy.flow("mill", "shop", epoch) == economy.flow("shop", "mill", epoch) == 0
        assert economy.incentives.streamsOf(economy.number("shop")) == ()

    def test_the_cap_of_an_entity_and_epoch(self, economy: Economy) -> None:
        epoch = economy.epoch
        economy.settle("maker", "shop", MILLION)
        pay(economy, 19 * MILLION + 1)
        assert economy.count("maker", "shop", epoch) == 12_000 * ERA
        assert economy.count("mill", "shop", epoch) == CAP - 12_000 * ERA
        assert economy.incentives.awardedFor(economy.number("shop"), epoch) == CAP
        assert economy.flow("mill", "shop", epoch) == 0

    def test_just_at_the_cap(self, economy: Economy) -> None:
        epoch = economy.epoch
        economy.settle("maker", "shop", 20 * MILLION)
        pay(economy, 1)
        assert economy.count("maker", "shop", epoch) == CAP
        assert economy.count("mill", "shop", epoch) == 0

    def test_a_cap_holds_from_the_next_epoch_on(self, economy: Economy) -> None:
        epoch, shop = economy.epoch, economy.number("shop")
        economy.settle("mill", "shop", MILLION)
        call = economy.incentives.setCap(10 * ERA, sender=economy.admin)
        assert list(call.events) == [events.IncentiveCapSet(epoch + 1, 10 * ERA, emitter=economy.incentives.address)]
        economy.to_epoch(epoch + 1)
        economy.settle("mill", "shop", MILLION)
        assert [economy.incentives.capOf(epoch + i) for i in (-1, 0, 1, 2)] == [CAP, CAP, 10 * ERA, 10 * ERA]
        economy.when_countable(epoch + 1)
        assert economy.count("mill", "shop", epoch) == 12_000 * ERA
        assert economy.count("mill", "shop", epoch + 1) == 10 * ERA
        assert economy.incentives.awardedTo(shop) == 12_010 * ERA

    def test_the_last_of_the_budget_counts_a_part(self, economy: Economy) -> None:
        incentives = economy.incentives
        economy.incentives.setRebate(40, economy.bank, sender=economy.admin)
        incentives.moveBudget(economy.alice, BUDGET - 6_024 * ERA, sender=economy.admin)
        epoch = pay(economy, MILLION)
        assert economy.count("mill", "shop", epoch) == 6_000 * ERA
        assert incentives.rebateOwed(economy.bank) == 24 * ERA
        assert (incentives.budgetLeft(), economy.flow("mill", "shop", epoch)) == (0, MILLION // 2)
        with reverts("BudgetExhausted", left=0):
            economy.count("mill", "shop", epoch)
        economy.fund(incentives, 6_024 * ERA - 1)
        assert economy.count("mill", "shop", epoch) == 6_000 * ERA - ERA_PER_USD
        assert economy.flow("mill", "shop", epoch) == 1
        with reverts("BudgetExhausted"):
            economy.count("mill", "shop", epoch)
        economy.fund(incentives, ERA)
        assert economy.count("mill", "shop", epoch) == ERA_PER_USD

    def test_a_budget_that_just_suffices(self, economy: Economy) -> None:
        economy.incentives.moveBudget(economy.alice, BUDGET - 12_000 * ERA, sender=economy.admin)
        epoch = pay(economy, MILLION)
        assert economy.count("mill", "shop", epoch) == 12_000 * ERA

    def test_by_the_fees_paid(self, economy: Economy) -> None:
        incentives, shop = economy.incentives, economy.number("shop")
        call = incentives.setFeeLimit(economy.fees, 9_000, sender=economy.admin)
        here = incentives.address
        assert list(call.events) == [events.FeeLimitSet(economy.fees.address, 9_000, emitter=here)]
        assert incentives.feeLimit() == (economy.fees.address, 9_000)
        economy.fees.payFee(shop, 1_001, sender=economy.mallory)
        first = pay(economy, MILLION)
        assert economy.count("mill", "shop", first) == 900
        second = pay(economy, MILLION)
        assert economy.count("mill", "shop", second) == 0
        economy.fees.payFee(shop, 20_000 * ERA, sender=economy.mallory)
        third = pay(economy, MILLION)
        assert economy.count("mill", "shop", third) == 12_000 * ERA
        call = incentives.setFeeLimit(NOBODY, 0, sender=economy.admin)
        assert list(call.events) == [events.FeeLimitSet(NOBODY, 0, emitter=here)]
        assert economy.count("mill", "shop", pay(economy, MILLION)) == 12_000 * ERA

    @pytest.mark.parametrize(("which", "bps"), [("fees", 0), ("fees", 1_000_001), ("nobody", 1), ("mallory", 5)])
    def test_fee_limits_that_are_none(self, economy: Economy, which: str, bps: int) -> None:
        source = {"fees": economy.fees.address, "nobody": NOBODY, "mallory": economy.mallory.address}[which]
        with reverts("FeeLimitOutOfRange", bps=bps, most=1_000_000):
            economy.incentives.setFeeLimit(source, bps, sender=economy.admin)
        for good in (1, 1_000_000):
            economy.incentives.setFeeLimit(economy.fees, good, sender=economy.admin)

    def test_waits_while_paused(self, economy: Economy) -> None:
        epoch = pay(economy, MILLION)
        economy.incentives.pause(100, sender=economy.officer)
        with reverts("Paused"):
            economy.count("mill", "shop", epoch)
        economy.suite.chain.skip(100)
        economy.count("mill", "shop", epoch)


class TestVesting:
    """Evenly from the end of the epoch in which it was counted; what is vested stays."""

    def test_from_the_end_of_the_epoch_on(self, economy: Economy) -> None:
        economy.count("mill", "shop", pay(economy, MILLION))
        reward, shop, start = 12_000 * ERA, economy.number("shop"), start_of(economy)
        stream = economy.incentives.streamsOf(shop)
        assert [(s.epoch, s.from_, s.end, s.unvested) for s in stream] == [
            (economy.epoch, start, start + VESTING, reward)
        ]
        for at, vested in (
            (start, 0),
            (start + 1, reward // VESTING),
            (start + VESTING // 3, reward // 3),
            (start + VESTING - 1, reward * (VESTING - 1) // VESTING),
            (start + VESTING, reward),
            (start + 9 * VESTING, reward),
        ):
            economy.suite.chain.warp(at)
            assert economy.incentives.claimableOf(shop) == vested
            assert economy.incentives.unvestedOf(shop) == reward - vested

    def test_whoever_counts_late_does_not_vest_early(self, economy: Economy) -> None:
        epoch = pay(economy, MILLION)
        economy.suite.chain.skip(3 * VESTING)
        economy.count("mill", "shop", epoch)
        assert economy.incentives.claimableOf(economy.number("shop")) == 0

    def test_claims_go_to_the_account_that_asks(self, economy: Economy) -> None:
        economy.count("shop", "mill", pay(economy, MILLION, "shop", "mill"))
        start, mill = start_of(economy), economy.number("mill")
        economy.suite.chain.warp(start)
        with reverts("NothingToTake", entity=mill):
            economy.incentives.claim(sender=economy.mill)
        economy.suite.chain.warp(start + VESTING // 4)
        call = economy.incentives.claim(sender=economy.account("mill2"))
        third, second = 3_000 * ERA, economy.account("mill2").address
        assert call.returned == third == economy.has(second)
        here = economy.incentives.address
        assert events.IncentiveClaimed(mill, second, third, emitter=here) in call.events
        economy.suite.chain.warp(start + VESTING)
        assert economy.incentives.claim(sender=economy.mill).returned == 9_000 * ERA
        assert economy.incentives.budgetOwed() == 0

    @pytest.mark.parametrize("how", ["unknown", "suspended", "expired"])
    def test_only_who_is_active(self, economy: Economy, how: str) -> None:
        economy.count("mill", "shop", pay(economy, MILLION))
        economy.suite.chain.warp(start_of(economy) + DAY)
        who = economy.mallory if how == "unknown" else economy.shop
        if how == "suspended":
            economy.registry.suspend(economy.shop, sender=economy.officer)
        elif how == "expired":
            economy.registry.setFacts(economy.shop, economy.now + 5, 1, 1, sender=economy.officer)
            economy.suite.chain.skip(5)
        with reverts("NotActive", account=who.address):
            economy.incentives.claim(sender=who)
        expires = economy.now + DAY
        if how != "unknown":
            economy.registry.setFacts(economy.shop, expires, 1, 1, sender=economy.officer)
            if how == "suspended":
                economy.registry.reinstate(economy.shop, sender=economy.officer)
            economy.incentives.claim(sender=economy.shop)

    def test_claims_stay_open_under_pause(self, economy: Economy) -> None:
        economy.count("mill", "shop", pay(economy, MILLION))
        economy.suite.chain.warp(start_of(economy) + DAY)
        economy.incentives.pause(DAY, sender=economy.officer)
        economy.incentives.claim(sender=economy.shop)

    def test_many_claims_give_no_more_and_lose_nothing(self, economy: Economy) -> None:
        economy.count("mill", "shop", pay(economy, 7_777_777))
        reward, start = 7_777_777 * ERA_PER_USD, start_of(economy)
        taken = 0
        for claims, days in enumerate((1, 2, 3, 50, 51, 100, 179), 1):
            economy.suite.chain.warp(start + days * DAY + days)
            taken += economy.incentives.claim(sender=economy.shop).returned
            exact = Fraction(reward * (days * DAY + days), VESTING)
            assert exact - claims < taken <= exact
        economy.suite.chain.warp(start + VESTING)
        assert taken + economy.incentives.claim(sender=economy.shop).returned == reward

    @pytest.mark.known_defect("lost-dust")
    def test_streams_of_many_epochs_lose_nothing(self, economy: Economy) -> None:
        """More epochs than streams: each takes the place of one that has ended."""
        first, shop = economy.epoch, economy.number("shop")
        for i in range(12):
            economy.settle("mill", "shop", MILLION + i)
            economy.suite.chain.skip(EPOCH)
        economy.when_countable(first + 11)
        awarded = 0
        for i in range(12):
            awarded += economy.count("mill", "shop", first + i)
            assert len(economy.incentives.streamsOf(shop)) == min(i + 1, 7)
            claimable = economy.incentives.claimableOf(shop)
            assert claimable + economy.incentives.unvestedOf(shop) == awarded
            economy.suite.chain.skip(EPOCH)
        economy.suite.chain.skip(VESTING + EPOCH)
        assert economy.incentives.claim(sender=economy.shop).returned == awarded
        assert economy.incentives.streamsOf(shop) == ()


class TestClawBack:
    """What is unvested, on evidence, and nothing else."""

    def test_takes_the_unvested_and_leaves_the_vested(self, economy: Economy) -> None:
        economy.count("mill", "shop", pay(economy, MILLION))
        incentives, shop, counted, start = economy.incentives, economy.number("shop"), economy.epoch, start_of(economy)
        economy.suite.chain.warp(start + VESTING // 3)
        left = incentives.budgetLeft()
        call = incentives.clawBack(shop, counted, 2_000 * ERA, EVIDENCE, sender=economy.officer)
        here = incentives.address
        assert call.returned == 2_000 * ERA
        assert list(call.events) == [events.IncentiveClawedBack(shop, counted, 2_000 * ERA, EVIDENCE, emitter=here)]
        assert (incentives.claimableOf(shop), incentives.unvestedOf(shop)) == (4_000 * ERA, 6_000 * ERA)
        assert incentives.budgetLeft() == left + 2_000 * ERA
        economy.suite.chain.warp(start + 2 * VESTING // 3)
        assert incentives.claimableOf(shop) == 7_000 * ERA
        assert incentives.clawBack(shop, counted, 2**256 - 1, EVIDENCE, sender=economy.officer).returned == 3_000 * ERA
        with reverts("NothingUnvested", entity=shop, countedIn=counted):
            incentives.clawBack(shop, counted, 1, EVIDENCE, sender=economy.officer)
        assert incentives.claim(sender=economy.shop).returned == 7_000 * ERA
        assert incentives.awardedTo(shop) == 12_000 * ERA

    def test_before_it_begins_to_vest(self, economy: Economy) -> None:
        economy.count("mill", "shop", pay(economy, MILLION))
        shop, counted = economy.number("shop"), economy.epoch
        economy.incentives.clawBack(shop, counted, 11_000 * ERA, EVIDENCE, sender=economy.officer)
        economy.suite.chain.warp(start_of(economy) + VESTING // 2)
        assert economy.incentives.claimableOf(shop) == 500 * ERA

    def test_what_is_counted_later_in_that_epoch_is_not_touched(self, economy: Economy) -> None:
        epoch = economy.epoch
        economy.settle("maker", "shop", MILLION)
        pay(economy, MILLION)
        economy.count("maker", "shop", epoch)
        shop = economy.number("shop")
        economy.incentives.clawBack(shop, economy.epoch, 2**255, EVIDENCE, sender=economy.officer)
        economy.count("mill", "shop", epoch)
        assert economy.incentives.unvestedOf(shop) == 12_000 * ERA

    def test_names_a_stream_that_stands(self, economy: Economy) -> None:
        economy.count("mill", "shop", pay(economy, MILLION))
        shop, counted, claw = economy.number("shop"), economy.epoch, economy.incentives.clawBack
        for entity, epoch, most in (
            (shop, counted - 7, ERA),  # the same place of the ring
            (shop, counted - 1, ERA),
            (shop, counted, 0),
            (economy.number("mill"), counted, ERA),
        ):
            with reverts("NothingUnvested", entity=entity, countedIn=epoch):
                claw(entity, epoch, most, EVIDENCE, sender=economy.officer)
        with reverts("NoEvidence"):
            claw(shop, counted, ERA, b"\0" * 32, sender=economy.officer)
        economy.suite.chain.warp(start_of(economy) + VESTING)
        with reverts("NothingUnvested"):
            claw(shop, counted, ERA, EVIDENCE, sender=economy.officer)
        assert economy.incentives.claim(sender=economy.shop).returned == 12_000 * ERA


class TestRebate:
    """0.4% of the reward, on top of it."""

    def test_accrues_to_the_payee_of_that_time(self, economy: Economy) -> None:
        incentives, bank, alice = economy.incentives, economy.bank, economy.alice
        call = incentives.setRebate(40, bank, sender=economy.admin)
        here = incentives.address
        assert list(call.events) == [events.RebateSet(40, bank.address, emitter=here)]
        economy.count("mill", "shop", pay(economy, MILLION))
        incentives.setRebate(100, alice, sender=economy.admin)
        assert incentives.rebate() == (100, alice.address)
        economy.count("mill", "shop", pay(economy, 3))
        assert incentives.rebateOwed(bank) == 48 * ERA
        assert incentives.rebateOwed(alice) == 360_000_000
        assert incentives.budgetOwed() == 12_048 * ERA + 36_360_000_000
        paid = incentives.claimRebate(bank, sender=economy.mallory)
        assert paid.returned == economy.has(bank) == 48 * ERA
        assert events.RebatePaid(bank.address, 48 * ERA, emitter=here) in paid.events
        with reverts("NoRebate", payee=bank.address):
            incentives.claimRebate(bank, sender=economy.mallory)
        assert incentives.rebateOwed(alice) == 360_000_000

    def test_bounds(self, economy: Economy) -> None:
        with reverts("RebateOutOfRange", bps=101, most=100):
            economy.incentives.setRebate(101, economy.bank, sender=economy.admin)
        with reverts("RebateOutOfRange", bps=1):
            economy.incentives.setRebate(1, NOBODY, sender=economy.admin)
        economy.incentives.setRebate(0, NOBODY, sender=economy.admin)


class TestBudget:
    """Every unit has one place."""

    def test_anybody_funds(self, economy: Economy) -> None:
        economy.give(economy.mallory, 5, economy.incentives)
        call = economy.incentives.fund(5, sender=economy.mallory)
        here, who = economy.incentives.address, economy.mallory.address
        assert events.BudgetFunded(who, 5, BUDGET + 5, emitter=here) in call.events
        assert economy.incentives.budgetLeft() == economy.has(economy.incentives) == BUDGET + 5
        with reverts("NothingToFund"):
            economy.incentives.fund(0, sender=economy.mallory)

    def test_what_was_sent_without_a_word(self, economy: Economy) -> None:
        economy.count("mill", "shop", pay(economy, MILLION))
        incentives = economy.incentives
        with reverts("NothingToFund"):
            incentives.absorb(sender=economy.mallory)
        economy.era.transfer(incentives, 7, sender=economy.admin)
        left = incentives.budgetLeft()
        call = incentives.absorb(sender=economy.mallory)
        assert call.returned == 7
        assert list(call.events) == [events.BudgetFunded(incentives.address, 7, left + 7, emitter=incentives.address)]
        assert incentives.budgetLeft() + incentives.budgetOwed() == economy.has(incentives)

    def test_governance_moves_what_is_promised_to_nobody(self, economy: Economy) -> None:
        economy.count("mill", "shop", pay(economy, MILLION))
        incentives, left = economy.incentives, BUDGET - 12_000 * ERA
        with reverts("BudgetTooSmall", needed=left + 1, left=left):
            incentives.moveBudget(economy.alice, left + 1, sender=economy.admin)
        with reverts("NothingToFund"):
            incentives.moveBudget(economy.alice, 0, sender=economy.admin)
        for place in (NOBODY, incentives.address):
            with reverts("CannotBePaid", account=place):
                incentives.moveBudget(place, 1, sender=economy.admin)
        call = incentives.moveBudget(economy.alice, left, sender=economy.admin)
        assert events.BudgetMoved(economy.alice.address, left, 0, emitter=incentives.address) in call.events
        economy.suite.chain.warp(start_of(economy) + VESTING)
        assert economy.incentives.claim(sender=economy.shop).returned == 12_000 * ERA
        assert economy.has(incentives) == 0

    def test_tokens_that_take_a_fee_are_refused(self, odd: Callable[[Any], Economy]) -> None:
        economy = odd(FeeToken)
        with reverts("InexactToken", expected=1_000, received=990):
            economy.fund(economy.incentives, 1_000)

    @pytest.mark.parametrize("call", ["absorb", "fund", "claim", "claimRebate", "moveBudget"])
    def test_nobody_comes_back_in(self, odd: Callable[[Any], Economy], call: str) -> None:
        economy = odd(ReentrantToken)
        incentives, era = economy.incentives, economy.era
        economy.fund(incentives, BUDGET)
        incentives.setRebate(40, economy.bank, sender=economy.admin)
        economy.count("mill", "shop", pay(economy, MILLION))
        economy.suite.chain.warp(start_of(economy) + VESTING)
        economy.registry.enrol(era, economy.number("shop"), economy.now + DAY, 1, 1, sender=economy.officer)
        payload = {
            "absorb": incentives.calldata.absorb(),
            "fund": incentives.calldata.fund(1),
            "claim": incentives.calldata.claim(),
            "claimRebate": incentives.calldata.claimRebate(economy.bank),
            "moveBudget": incentives.calldata.moveBudget(economy.alice, 1),
        }[call]
        economy.access.grantRole(0, era, 0, sender=economy.admin)
        era.approve(incentives, 10, sender=economy.admin)
        era.arm(incentives, payload, sender=economy.mallory)
        outer: tuple[Callable[[], Any], ...] = (
            lambda: incentives.fund(10, sender=economy.admin),
            lambda: incentives.claim(sender=economy.shop),
            lambda: incentives.claimRebate(economy.bank, sender=economy.mallory),
            lambda: incentives.moveBudget(economy.alice, 10, sender=economy.admin),
        )
        for attempt in outer:
            with reverts("ReentrancyGuardReentrantCall"):
                attempt()
        era.arm(NOBODY, b"", sender=economy.mallory)
        for attempt in outer:
            attempt()
        assert incentives.budgetLeft() + incentives.budgetOwed() == economy.has(incentives)


def test_the_authority_is_fixed(economy: Economy) -> None:
    """Who tells of settlements is looked up in the manager of the construction."""
    with reverts("AuthorityIsFixed"):
        economy.access.updateAuthority(economy.incentives, economy.fees, sender=economy.admin)
    economy.access.updateAuthority(economy.grants, economy.fees, sender=economy.admin)
    assert economy.incentives.authority() == economy.access.address


def test_powers(economy: Economy) -> None:
    """Nobody but whom the plan names."""
    incentives, nobody = economy.incentives, economy.mallory
    shop, epoch = economy.number("shop"), economy.epoch
    calls: tuple[Callable[[Any], Any], ...] = (
        lambda who: incentives.setRebate(1, economy.bank, sender=who),
        lambda who: incentives.setCap(1, sender=who),
        lambda who: incentives.setFeeLimit(economy.fees, 1, sender=who),
        lambda who: incentives.moveBudget(economy.alice, 1, sender=who),
        lambda who: incentives.clawBack(shop, epoch, 1, EVIDENCE, sender=who),
        lambda who: incentives.pause(1, sender=who),
    )
    for call in calls:
        with reverts("AccessManagedUnauthorized", caller=nobody.address):
            call(nobody)
    for call in calls[:4]:
        with reverts("AccessManagedUnauthorized"):
            call(economy.officer)
        call(economy.admin)
