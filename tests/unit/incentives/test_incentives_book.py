"""What is recorded of settlements, what is set off, and rings."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caldera.contracts import CirculationIncentives, Settler, events, structs
from caldera.model.incentives import MOST_USD, IncentivesModel, lots_left
from tests.support.incentives import CAP, ERA, MILLION, USD, Economy
from tests.support.suite import DAY, ROLES, reverts

W = 2


class TestRecord:
    """Cheap, and never in the way of a payment."""

    def test_both_directions_of_an_epoch_add_up(self, economy: Economy) -> None:
        epoch = economy.epoch
        for payer, payee, usd in (("mill", "shop", 5), ("shop", "mill", 7), ("mill", "shop", 11)):
            economy.settle(payer, payee, usd)
        assert (economy.flow("mill", "shop", epoch), economy.flow("shop", "mill", epoch)) == (16, 7)
        assert economy.flow("mill", "shop", epoch + 1) == economy.flow("mill", "maker", epoch) == 0

    def test_the_second_before_an_epoch_ends(self, economy: Economy) -> None:
        epoch = economy.epoch
        economy.suite.chain.warp((epoch + 1) * 30 * DAY - 1)
        economy.settle("mill", "shop", 5)
        economy.suite.chain.warp((epoch + 1) * 30 * DAY)
        economy.settle("mill", "shop", 6)
        assert (economy.flow("mill", "shop", epoch), economy.flow("mill", "shop", epoch + 1)) == (5, 6)

    def test_oneself_and_nobody_are_passed_over(self, economy: Economy) -> None:
        mill = economy.number("mill")
        for payer, payee in ((mill, mill), (0, mill), (mill, 0), (0, 0)):
            economy.incentives.record(payer, payee, 5, sender=economy.officer)
            assert economy.incentives.flowOf(payer, payee, economy.epoch) == (0, 0)

    def test_a_sum_too_large_stays_at_the_highest(self, economy: Economy) -> None:
        for usd in (MOST_USD - 1, 1, 1, 2**256 - 1):
            economy.settle("mill", "shop", usd)
        economy.settle("shop", "mill", 2**256 - 1)
        economy.settle("shop", "mill", 5)
        assert economy.flow("mill", "shop", economy.epoch) == economy.flow("shop", "mill", economy.epoch) == MOST_USD

    def test_neither_pause_nor_empty_budget_stops_it(self, economy: Economy) -> None:
        economy.incentives.moveBudget(economy.mill, economy.incentives.budgetLeft(), sender=economy.admin)
        economy.incentives.pause(7 * DAY, sender=economy.officer)
        economy.settle("mill", "shop", 5)
        assert economy.flow("mill", "shop", economy.epoch) == 5

    def test_only_settlers_at_once(self, economy: Economy) -> None:
        role, record = ROLES["SETTLER"], economy.incentives.record
        with reverts("NotASettler", caller=economy.mallory.address):
            record(1, 2, 5, sender=economy.mallory)
        with reverts("NotASettler"):
            record(1, 2, 5, sender=economy.admin)
        economy.access.grantRole(role, economy.mallory, 1, sender=economy.admin)
        with reverts("NotASettler"):
            record(1, 2, 5, sender=economy.mallory)
        economy.access.grantRole(role, economy.alice, 0, sender=economy.admin)
        record(1, 2, 5, sender=economy.alice)
        economy.access.revokeRole(role, economy.alice, sender=economy.admin)
        with reverts("NotASettler"):
            record(1, 2, 5, sender=economy.alice)

    def test_within_a_settlement(self, economy: Economy) -> None:
        settler = Settler.deploy(economy.chain, sender=economy.admin)
        economy.access.grantRole(ROLES["SETTLER"], settler, 0, sender=economy.admin)
        for _ in range(2):
            settler.settle(economy.incentives, 1, 2, 5, sender=economy.mallory)
        assert economy.incentives.flowOf(1, 2, economy.epoch) == (10, 0)
        assert settler.gasUsed() > 0


class TestReturns:
    """First in, first out, within the window, each unit once."""

    def left(self, economy: Economy, payments: list[tuple[int, int, int]]) -> dict[tuple[int, int], int]:
        """Pays, counts everything in order, and says what counted of each payer and epoch."""
        start, pair = economy.epoch, ("mill", "shop")
        for payer, epoch, usd in sorted(payments, key=lambda p: p[1]):
            economy.to_epoch(start + epoch)
            economy.settle(pair[payer], pair[1 - payer], usd)
        economy.when_countable(start + max(p[1] for p in payments))
        counted: dict[tuple[int, int], int] = {}
        for epoch in sorted({p[1] for p in payments}):
            if not any(economy.flow(a, b, start + epoch) for a, b in (pair, pair[::-1])):
                continue
            mill, shop = map(economy.number, pair)
            call = economy.incentives.count(mill, shop, start + epoch, sender=economy.mallory)
            (found,) = (e for e in call.events if isinstance(e, events.CirculationCounted))
            payer = 0 if found.payer == economy.number("mill") else 1
            assert found.payer != found.enterprise
            if found.usd:
                counted[payer, epoch] = found.usd
        return counted

    @pytest.mark.parametrize(
        ("payments", "expected"),
        [
            ([(0, 0, 100)], {(0, 0): 100}),
            ([(0, 0, 100), (1, 0, 100)], {}),
            ([(0, 0, 100), (1, 0, 30)], {(0, 0): 70}),
            ([(0, 0, 30), (1, 0, 100)], {(1, 0): 70}),
            ([(0, 0, 100), (1, W, 100)], {}),
            ([(0, 0, 100), (1, W + 1, 100)], {(0, 0): 100, (1, W + 1): 100}),
            # The return sets off the older lot first, which leaves the younger.
            ([(0, 0, 100), (0, 1, 50), (1, 1, 100)], {(0, 1): 50}),
            ([(0, 0, 100), (0, 1, 50), (1, 1, 120)], {(0, 1): 30}),
            ([(0, 0, 100), (0, 1, 50), (1, 1, 170)], {(1, 1): 20}),
            # A return is used once.
            ([(0, 0, 60), (0, 1, 60), (1, 2, 60)], {(0, 1): 60}),
            # What is left of a return is a lot, and can be returned itself.
            ([(0, 0, 10), (1, 1, 50), (0, 3, 40)], {}),
            ([(0, 0, 10), (1, 1, 50), (0, 3, 25)], {(1, 1): 15}),
            # Each return takes of the oldest that is still within its window.
            ([(0, 0, 10), (0, 1, 10), (0, 2, 10), (1, 3, 15)], {(0, 0): 10, (0, 2): 5}),
        ],
    )
    def test_examples(
        self, economy: Economy, payments: list[tuple[int, int, int]], expected: dict[tuple[int, int], int]
    ) -> None:
        assert self.left(economy, payments) == expected == lots_left(payments, W)

    def test_against_the_queue(self, economy: Economy) -> None:
        flows = st.dictionaries(st.tuples(st.integers(0, 1), st.integers(0, 7)), st.integers(1, 40), min_size=1)

        @settings(max_examples=60, deadline=None, database=None, derandomize=True)
        @given(flows)
        def agree(drawn: dict[tuple[int, int], int]) -> None:
            payments = [(payer, epoch, usd) for (payer, epoch), usd in drawn.items()]
            with economy.suite.chain.isolated():
                assert self.left(economy, payments) == lots_left(payments, W)

        agree()

    def test_the_model_is_the_queue_too(self) -> None:
        flows = st.dictionaries(st.tuples(st.integers(0, 1), st.integers(0, 9)), st.integers(1, 40), min_size=1)

        @settings(max_examples=400, deadline=None, database=None, derandomize=True)
        @given(flows, st.integers(1, 4))
        def agree(drawn: dict[tuple[int, int], int], window: int) -> None:
            model = IncentivesModel(0, 10, window, 1, 10, 10**60)
            model.left = 10**60
            for (payer, epoch), usd in drawn.items():
                model.flows[payer + 1, 2 - payer, epoch] = usd
            model.now = 10_000
            for epoch in range(10):
                if model.flows[1, 2, epoch] or model.flows[2, 1, epoch]:
                    model.count(1, 2, epoch)
            payments = [(payer, epoch, usd) for (payer, epoch), usd in drawn.items()]
            counted = sum(lots_left(payments, window).values())
            assert sum(model.awarded.values()) == counted * 12 * 10**9

        agree()

    def test_earlier_epochs_come_first(self, economy: Economy) -> None:
        start = economy.epoch
        for epoch in (0, 2, 3):
            economy.to_epoch(start + epoch)
            economy.settle("mill", "shop", 100)
        economy.when_countable(start + 3)
        with reverts("CountEarlierFirst", epoch=start):
            economy.count("shop", "mill", start + 2)
        with reverts("CountEarlierFirst", epoch=start + 2):
            economy.count("shop", "mill", start + 3)
        economy.count("shop", "mill", start)
        economy.count("shop", "mill", start + 2)
        economy.count("shop", "mill", start + 3)

    def test_epochs_out_of_reach_do_not_wait_for_one_another(self, economy: Economy) -> None:
        start = economy.epoch
        economy.settle("mill", "shop", 100)
        economy.to_epoch(start + W + 1)
        economy.settle("mill", "shop", 100)
        economy.when_countable(start + W + 1)
        economy.count("mill", "shop", start + W + 1)
        economy.count("mill", "shop", start)

    def test_the_net_can_be_looked_up(self, economy: Economy) -> None:
        start = economy.epoch
        economy.settle("shop", "mill", 100)
        economy.to_epoch(start + 1)
        economy.settle("mill", "shop", 30)
        mill, shop = economy.number("mill"), economy.number("shop")
        for pair in ((mill, shop), (shop, mill)):
            assert economy.incentives.netOf(*pair, start) == (shop, mill, 70)
        assert economy.flow("shop", "mill", start) == 100


class TestRings:
    """What came back by way of others, shown by anybody."""

    RING = ("mill", "maker", "shop")

    def pay_round(self, economy: Economy, *usd: int) -> None:
        for i, amount in enumerate(usd):
            economy.settle(self.RING[i], self.RING[(i + 1) % 3], amount)

    def test_the_smallest_payment_comes_off_all(self, economy: Economy) -> None:
        epoch = economy.epoch
        self.pay_round(economy, 100, 70, 90)
        numbers = [economy.number(name) for name in self.RING]
        call = economy.incentives.offsetRing(numbers, [epoch] * 3, sender=economy.mallory)
        assert call.returned == 70
        assert list(call.events) == [
            events.RingOffset(
                economy.mallory.address, tuple(numbers), (epoch,) * 3, 70, emitter=economy.incentives.address
            )
        ]
        left = [economy.flow(self.RING[i], self.RING[(i + 1) % 3], epoch) for i in range(3)]
        assert left == [30, 0, 20]
        with reverts("NoSuchFlow", payer=numbers[1], payee=numbers[2], epoch=epoch):
            economy.ring(self.RING, (epoch,) * 3)

    def test_the_other_way_round_is_no_ring(self, economy: Economy) -> None:
        self.pay_round(economy, 100, 70, 90)
        with reverts("NoSuchFlow"):
            economy.ring(self.RING[::-1], (economy.epoch,) * 3)

    def test_within_the_window_only(self, economy: Economy) -> None:
        start = economy.epoch
        economy.settle("mill", "maker", 100)
        economy.to_epoch(start + 1)
        economy.settle("maker", "shop", 100)
        economy.to_epoch(start + W)
        economy.settle("shop", "mill", 60)
        economy.to_epoch(start + W + 1)
        economy.settle("shop", "mill", 40)
        with reverts("RingTooWide", earliest=start, latest=start + W + 1, window=W):
            economy.ring(self.RING, (start, start + 1, start + W + 1))
        assert economy.ring(self.RING, (start, start + 1, start + W)) == 60

    @pytest.mark.parametrize("length", [2, 33])
    def test_of_three_to_thirty_two(self, economy: Economy, length: int) -> None:
        with reverts("RingOutOfRange", entities=length, epochs=length, least=3, most=32):
            economy.incentives.offsetRing(list(range(1, length + 1)), [1] * length, sender=economy.mallory)

    def test_the_longest(self, economy: Economy) -> None:
        entities = list(range(100, 132))
        for payer, payee in zip(entities, [*entities[1:], entities[0]], strict=True):
            economy.incentives.record(payer, payee, 5, sender=economy.officer)
        call = economy.incentives.offsetRing(entities, [economy.epoch] * 32, sender=economy.mallory)
        assert call.returned == 5

    def test_an_epoch_for_each(self, economy: Economy) -> None:
        with reverts("RingOutOfRange", entities=3, epochs=2):
            economy.incentives.offsetRing([1, 2, 3], [1, 1], sender=economy.mallory)

    @pytest.mark.parametrize("entities", [(1, 2, 1), (1, 1, 2), (1, 2, 2), (1, 2, 3, 2)])
    def test_nobody_twice(self, economy: Economy, entities: tuple[int, ...]) -> None:
        with reverts("RingRepeats"):
            economy.incentives.offsetRing(list(entities), [1] * len(entities), sender=economy.mallory)

    def test_what_is_counted_is_in_no_ring(self, economy: Economy) -> None:
        epoch = economy.epoch
        self.pay_round(economy, 100, 70, 90)
        economy.when_countable(epoch)
        economy.count("mill", "maker", epoch)
        with reverts("NoSuchFlow", payer=economy.number("mill")):
            economy.ring(self.RING, (epoch,) * 3)

    def test_is_open_while_paused(self, economy: Economy) -> None:
        self.pay_round(economy, 100, 100, 100)
        economy.incentives.pause(DAY, sender=economy.officer)
        assert economy.ring(self.RING, (economy.epoch,) * 3) == 100


class TestWash:
    """What the requirement forbids to pay."""

    def counted(self, economy: Economy, start: int, names: tuple[str, ...]) -> int:
        economy.when_countable(start + 2)
        total = 0
        for epoch in range(start, start + 3):
            for i, one in enumerate(names):
                for other in names[:i]:
                    if economy.flow(one, other, epoch) or economy.flow(other, one, epoch):
                        total += economy.count(one, other, epoch)
        return total

    @pytest.mark.known_defect("wash-rewards")
    def test_addresses_of_one_entity(self, economy: Economy) -> None:
        mill = economy.registry.participant(economy.mill).entity
        assert economy.registry.participant(economy.account("mill2")).entity == mill
        for _ in range(5):
            economy.settle("mill", "mill2", MILLION)
            economy.settle("mill2", "mill", MILLION)
        assert self.counted(economy, economy.epoch, ("mill", "shop")) == 0

    @pytest.mark.known_defect("wash-rewards")
    def test_two_that_return_the_goods(self, economy: Economy) -> None:
        start = economy.epoch
        for epoch in range(3):
            economy.to_epoch(start + epoch)
            economy.settle("mill", "shop", MILLION)
        economy.settle("shop", "mill", 3 * MILLION)
        assert self.counted(economy, start, ("mill", "shop")) == 0

    def test_a_trader_in_the_middle_keeps_earning(self, economy: Economy) -> None:
        epoch = economy.epoch
        economy.settle("trader", "maker", 900_000 * USD)
        economy.settle("shop", "trader", MILLION)
        economy.when_countable(epoch)
        assert economy.count("shop", "trader", epoch) == 12_000 * ERA
        assert economy.count("trader", "maker", epoch) == 10_800 * ERA

    def test_a_ring_that_nobody_shows_is_paid(self, economy: Economy) -> None:
        """What remains: three real legal persons, unseen through window and review."""
        start = economy.epoch
        names = ("mill", "maker", "shop")
        for i in range(3):
            economy.settle(names[i], names[(i + 1) % 3], MILLION)
        assert self.counted(economy, start, names) == 36_000 * ERA


@pytest.mark.parametrize(
    ("periods", "name"),
    [
        ((DAY - 1, 2, DAY, DAY), "PeriodOutOfRange"),
        ((91 * DAY, 2, DAY, DAY), "PeriodOutOfRange"),
        ((DAY, 0, DAY, DAY), "PeriodOutOfRange"),
        ((DAY, 13, DAY, DAY), "PeriodOutOfRange"),
        ((DAY, 2, DAY - 1, DAY), "PeriodOutOfRange"),
        ((DAY, 2, 30 * DAY + 1, DAY), "PeriodOutOfRange"),
        ((DAY, 2, DAY, 0), "VestingOutOfRange"),
        ((DAY, 2, DAY, 24 * DAY + 1), "VestingOutOfRange"),
    ],
)
def test_periods(economy: Economy, periods: tuple[int, int, int, int], name: str) -> None:
    with reverts(name):
        _deploy(economy, periods)


@pytest.mark.parametrize("periods", [(DAY, 1, DAY, 1), (90 * DAY, 12, 30 * DAY, 24 * 90 * DAY)])
def test_the_widest_periods(economy: Economy, periods: tuple[int, int, int, int]) -> None:
    made = _deploy(economy, periods)
    assert (made.epochLength(), made.window(), made.review(), made.vesting()) == periods
    assert made.countableFrom(7) == (8 + periods[1]) * periods[0] + periods[2]
    assert made.epochAt(7 * periods[0]) == made.epochAt(8 * periods[0] - 1) == 7


def _deploy(economy: Economy, periods: tuple[int, int, int, int]) -> CirculationIncentives:
    make: Callable[..., Any] = CirculationIncentives.deploy
    made: CirculationIncentives = make(
        economy.chain,
        economy.access,
        economy.era,
        economy.registry,
        structs.Periods(*periods),
        CAP,
        sender=economy.admin,
    )
    return made
