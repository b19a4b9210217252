"""What observations earn: never beyond the budget and the caps, to the unit, and who takes it."""

from collections.abc import Callable
from typing import Any

import pytest

from caldera.contracts import FeeToken, LightNodes, ReentrantToken, events
from tests.support.light import BUDGET, CAP, COLD, EPOCH, ERA, KIND, NOBODY, REWARD, WINDOW, Light, build
from tests.support.suite import DAY, reverts


def three(light: Light, value: int = 5) -> int:
    """A window in which alpha, beta and gamma agree; its number."""
    if not light.secrets:
        light.devices("alpha", "beta", "gamma")
    light.observe(*[(one, value) for one in sorted(light.secrets)[:3]])
    return light.close()


def reward(light: Light, amount: int) -> None:
    light.light.defineKind(1, KIND._replace(reward=amount), sender=light.officer)


@pytest.fixture
def odd() -> Callable[[Any], Light]:
    """Makes the contracts on another token than ERA."""

    def make(kind: Any) -> Light:
        def token(suite: Any) -> Any:
            made = kind.deploy(suite.chain, sender=suite.admin)
            made.mint(suite.admin, 10 * BUDGET, sender=suite.admin)
            return made

        return build(token=token, budget=0)

    return make


class TestEarned:
    def test_promised_and_claimed(self, light: Light) -> None:
        light.settle(three(light))
        assert [light.light.earnedBy(node) for node in range(1, 5)] == [REWARD] * 3 + [0]
        assert (light.light.budgetLeft(), light.light.budgetOwed()) == (BUDGET - 3 * REWARD, 3 * REWARD)
        call = light.light.claim(1, sender=light.alpha)
        assert call.returned == light.has(light.alpha) == REWARD
        told = [e for e in call.events if isinstance(e, events.LightRewardClaimed)]
        assert told == [events.LightRewardClaimed(1, light.alpha.address, REWARD, emitter=light.light.address)]
        assert light.light.budgetOwed() == 2 * REWARD
        with reverts("NothingEarned", node=1):
            light.light.claim(1, sender=light.alpha)
        light.light.claim(2, sender=light.beta)

    def test_by_the_owner_alone(self, light: Light) -> None:
        light.settle(three(light))
        for by in (light.alpha2, light.beta, light.mallory, light.officer):
            with reverts("NotNodeOwner", node=1, caller=by.address):
                light.light.claim(1, sender=by)
        with reverts("NotNodeOwner", node=9):
            light.light.claim(9, sender=light.alpha)

    def test_while_it_is_active(self, light: Light) -> None:
        light.settle(three(light))
        light.registry.suspend(light.alpha, sender=light.officer)
        with reverts("NotActive", account=light.alpha.address):
            light.light.claim(1, sender=light.alpha)
        light.registry.reinstate(light.alpha, sender=light.officer)
        light.light.claim(1, sender=light.alpha)

    def test_by_weight_before_the_window_rounded_down(self, light: Light) -> None:
        reward(light, 3)
        devices = light.devices("alpha", "beta", "gamma")
        light.register.contradict(devices[0], light.mallory, sender=light.officer)
        light.settle(three(light))
        assert [light.light.earnedBy(node) for node in (1, 2, 3)] == [1, 3, 3]
        assert light.weight(devices[0]) == 5_500

    def test_for_nothing(self, light: Light) -> None:
        reward(light, 0)
        assert light.settle(three(light)).returned == 3
        assert light.light.budgetOwed() == 0
        assert light.light.latest(COLD)[0] == 5


def test_nothing_due_and_nothing_there() -> None:
    """Neither divides by the other."""
    light = build(budget=0)
    reward(light, 0)
    assert light.settle(three(light)).returned == 3
    light.fund(1)
    light.suite.chain.skip(WINDOW)
    assert light.settle(three(light)).returned == 3
    assert light.light.budgetLeft() == 1


class TestBudget:
    """Each gets the same part of its due, whoever came first."""

    @pytest.mark.parametrize("funded", [0, 1, 2, 3, 100, 3 * REWARD - 1, 3 * REWARD])
    def test_clamped(self, funded: int) -> None:
        """Audit Arena 31, penumbra 3815: what is promised never outruns what is there."""
        light = build(budget=funded)
        call = light.settle(window := three(light))
        each = min(REWARD, funded // 3)
        assert [light.light.earnedBy(node) for node in (1, 2, 3)] == [each] * 3
        assert (light.light.budgetLeft(), light.light.budgetOwed()) == (funded - 3 * each, 3 * each)
        (told,) = [e for e in call.events if isinstance(e, events.WindowSettled)]
        assert (told.window, told.due, told.paid) == (window, 3 * REWARD, 3 * each)
        assert light.light.latest(COLD)[0] == 5

    @pytest.mark.known_defect("lost-dust")
    def test_in_parts_of_different_size(self) -> None:
        """Synthetix 758: what rounding leaves stays in the budget, for the next."""
        light = build(budget=101)
        reward(light, 100)
        devices = light.devices("alpha", "beta", "gamma")
        light.register.contradict(devices[1], light.mallory, sender=light.officer)
        light.settle(three(light))
        assert [light.light.earnedBy(node) for node in (1, 2, 3)] == [40, 20, 40]
        assert light.light.budgetLeft() == 1

    @pytest.mark.known_defect("livepeer-order")
    def test_nobody_is_paid_for_being_first(self) -> None:
        """Livepeer 230: a share must not depend on who comes first."""
        seen = []
        for order in ((0, 1, 2), (2, 1, 0)):
            light = build(budget=10)
            devices = light.devices("alpha", "beta", "gamma")
            light.observe(*[(devices[i], 5) for i in order])
            light.settle(light.close())
            seen.append([light.light.earnedBy(node) for node in (1, 2, 3)])
        assert seen == [[3, 3, 3]] * 2

    def test_what_was_not_paid_uses_up_no_cap(self) -> None:
        light = build(budget=3)
        light.settle(three(light))
        epoch = light.now // EPOCH
        assert light.light.rewardedIn(1, epoch) == 1
        light.fund(1_000 * ERA)
        light.suite.chain.skip(WINDOW)
        light.settle(three(light))
        assert light.light.rewardedIn(1, epoch) == 1 + REWARD

    def test_a_gift_counts_once_it_is_absorbed(self, light: Light) -> None:
        light.era.transfer(light.light, 77, sender=light.admin)
        assert light.light.budgetLeft() == BUDGET
        assert light.light.absorb(sender=light.mallory).returned == 77
        assert light.light.budgetLeft() == BUDGET + 77
        with reverts("NothingToFund"):
            light.light.absorb(sender=light.mallory)

    def test_what_is_owed_moves_nowhere(self, light: Light) -> None:
        light.settle(three(light))
        left = light.light.budgetLeft()
        with reverts("BudgetTooSmall", needed=left + 1, left=left):
            light.light.moveBudget(light.bank, left + 1, sender=light.admin)
        light.light.moveBudget(light.bank, left, sender=light.admin)
        for node, owner in enumerate((light.alpha, light.beta, light.gamma), 1):
            light.light.claim(node, sender=owner)
        assert light.has(light.light) == 0
        with reverts("AccessManagedUnauthorized"):
            light.light.moveBudget(light.bank, 1, sender=light.officer)

    def test_a_token_that_takes_a_fee_is_refused(self, odd: Callable[[Any], Light]) -> None:
        light = odd(FeeToken)
        light.era.approve(light.light, 1_000, sender=light.admin)
        with reverts("InexactToken", expected=1_000, received=990):
            light.light.fund(1_000, sender=light.admin)

    def test_nobody_claims_again_from_within(self, odd: Callable[[Any], Light]) -> None:
        light = odd(ReentrantToken)
        light.fund(BUDGET)
        window = three(light)
        light.settle(window)
        light.observe(*[(one, 5) for one in sorted(light.secrets)[:3]])
        later = light.close()
        for payload in (light.light.calldata.claim(1), light.light.calldata.settle(COLD, later)):
            light.era.arm(light.light, payload, sender=light.mallory)
            with reverts("ReentrancyGuardReentrantCall"):
                light.light.claim(1, sender=light.alpha)
        light.era.arm(NOBODY, b"", sender=light.mallory)
        light.light.claim(1, sender=light.alpha)


class TestCap:
    def test_of_a_node_and_epoch(self, light: Light) -> None:
        light.light.setNodeCap(5 * REWARD // 2, sender=light.admin)
        for wanted in (REWARD, 2 * REWARD, 5 * REWARD // 2, 5 * REWARD // 2):
            light.settle(three(light))
            assert light.light.earnedBy(1) == wanted == light.light.rewardedIn(1, light.now // EPOCH)
            light.suite.chain.skip(WINDOW)
        light.suite.chain.warp((light.now // EPOCH + 1) * EPOCH)
        light.settle(three(light))
        assert light.light.earnedBy(1) == 7 * REWARD // 2

    def test_over_all_devices_of_one_window(self, light: Light) -> None:
        devices = light.devices("alpha", "alpha", "alpha", "beta", "gamma")
        light.light.setNodeCap(3 * REWARD // 2, sender=light.admin)
        light.round(*[(one, 5) for one in devices])
        assert [light.light.earnedBy(node) for node in (1, 2, 3)] == [3 * REWARD // 2, REWARD, REWARD]

    def test_by_the_end_of_the_window_whenever_it_is_settled(self, light: Light) -> None:
        """Nobody chooses the epoch by waiting."""
        light.devices("alpha", "beta", "gamma")
        epoch = light.now // EPOCH
        light.suite.chain.warp((epoch + 1) * EPOCH - 2 * WINDOW)
        inside = three(light)
        light.suite.chain.warp((epoch + 1) * EPOCH - 1)
        light.observe(*[(one, 5) for one in sorted(light.secrets)])
        ends = light.window
        light.suite.chain.skip(3 * EPOCH)
        for window in (ends, inside):
            light.settle(window)
        assert [light.light.rewardedIn(1, epoch + i) for i in range(5)] == [REWARD, REWARD, 0, 0, 0]

    def test_a_lower_cap_takes_nothing_back(self, light: Light) -> None:
        light.settle(three(light))
        call = light.light.setNodeCap(REWARD // 2, sender=light.admin)
        assert list(call.events) == [events.NodeCapSet(REWARD // 2, emitter=light.light.address)]
        assert light.light.nodeCap() == REWARD // 2
        light.suite.chain.skip(WINDOW)
        light.settle(three(light))
        assert light.light.earnedBy(1) == REWARD

    def test_only_admin(self, light: Light) -> None:
        for by in (light.officer, light.alpha):
            with reverts("AccessManagedUnauthorized"):
                light.light.setNodeCap(1, sender=by)


@pytest.mark.parametrize(("length", "good"), [(DAY, True), (DAY - 1, False), (90 * DAY, True), (90 * DAY + 1, False)])
def test_length_of_an_epoch(light: Light, length: int, good: bool) -> None:
    arguments = (light.access, light.era, light.registry, light.register, length, CAP)
    if not good:
        with reverts("RewardEpochOutOfRange", length=length):
            LightNodes.deploy(light.chain, *arguments, sender=light.admin)
        return
    made = LightNodes.deploy(light.chain, *arguments, sender=light.admin)
    assert (made.rewardEpochLength(), made.nodeCap()) == (length, CAP)
    assert made.era() == light.era.address
