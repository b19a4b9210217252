"""What becomes of a window: the median of entities, who agrees, who contradicts, what others read."""

from typing import Any

import pytest

from caldera.contracts import events
from tests.support.light import (
    AGREED,
    COLD,
    DISAGREED,
    GRACE,
    HUMIDITY,
    KIND,
    OPEN,
    REWARD,
    STAKE,
    SUSPENDED,
    TEMPERATURE,
    THIN,
    WET,
    WINDOW,
    Light,
)
from tests.support.suite import reverts


def outcome(light: Light, window: int, series: bytes = COLD) -> int:
    return light.light.windowOf(series, window)[0]


class TestWhen:
    def test_not_while_it_takes_observations(self, light: Light) -> None:
        devices = light.devices("alpha", "beta", "gamma")
        light.observe(*[(one, 5) for one in devices])
        window = light.window
        ready = (window + 1) * WINDOW + GRACE
        light.suite.chain.warp(ready - 1)
        with reverts("WindowStillOpen", series=COLD, window=window, from_=ready):
            light.settle(window)
        light.suite.chain.warp(ready)
        light.settle(window)

    def test_once(self, light: Light) -> None:
        devices = light.devices("alpha", "beta", "gamma")
        light.observe(*[(one, 5) for one in devices])
        window = light.close()
        light.settle(window)
        with reverts("WindowAlreadySettled", series=COLD, window=window):
            light.settle(window)
        light.observe((devices[0], 5))
        thin = light.close()
        light.settle(thin)
        with reverts("WindowAlreadySettled", series=COLD, window=thin):
            light.settle(thin)

    def test_not_of_nothing(self, light: Light) -> None:
        for series, window in ((COLD, light.window), (bytes(32), 0), (COLD, 2**40 - 1)):
            with reverts("NothingObserved", series=series, window=window):
                light.settle(window, series)

    def test_years_later(self, light: Light) -> None:
        devices = light.devices("alpha", "beta", "gamma")
        light.observe(*[(one, 5) for one in devices])
        window = light.window
        light.suite.chain.skip(10 * 365 * 86_400)
        assert light.settle(window).returned == AGREED


class TestThin:
    """Fewer than three entities: nobody is paid, nobody contradicts."""

    def test_two_entities_with_six_devices(self, light: Light) -> None:
        devices = light.devices(*["alpha"] * 3, *["beta"] * 3)
        assert light.round(*[(one, 5) for one in devices[:5]], (devices[5], 10**6)) == THIN
        assert [light.weight(one) for one in devices] == [10_000] * 6
        assert light.light.budgetOwed() == 0
        with reverts("NothingAgreed", series=COLD):
            light.light.latest(COLD)

    def test_a_ring_of_nodes_of_one_entity_is_one(self, light: Light) -> None:
        """Whatever nodes and devices an entity has, it is one of three."""
        from caldera.devices import Device

        number, devices = light.entities["alpha"], []
        for i in range(3):
            node = light.nodes.add(light.alpha, light.alpha2, number, STAKE, 0, True, sender=light.admin).returned
            secret = Device.of_secret(77 + i)
            proof = secret.prove(light.there, node, light.alpha.address, TEMPERATURE)
            made = light.register.registerDevice(node, *secret.public, TEMPERATURE, proof, sender=light.alpha).returned
            light.secrets[made] = secret
            devices.append(made)
        assert light.round(*[(one, 5) for one in devices]) == THIN

    def test_without_those_that_contradicted_themselves(self, light: Light) -> None:
        one, two, three = light.devices("alpha", "beta", "gamma")
        light.observe((one, 5), (two, 5), (three, 5), (three, 6))
        assert light.settle(light.close()).returned == THIN
        assert [light.weight(device) for device in (one, two, three)] == [10_000, 10_000, 5_000]

    def test_without_those_that_were_suspended_meanwhile(self, light: Light) -> None:
        one, two, three = light.devices("alpha", "beta", "gamma")
        light.observe((one, 5), (two, 5), (three, 5))
        for _ in range(3):
            light.register.contradict(three, light.mallory, sender=light.officer)
        assert light.settle(light.close()).returned == THIN

    def test_with_those_that_were_removed_meanwhile(self, light: Light) -> None:
        """Nobody escapes by leaving before the window is settled, and nobody takes a window from the others."""
        one, two, three = light.devices("alpha", "beta", "gamma")
        light.observe((one, 5), (two, 5), (three, 10**6))
        light.register.removeDevice(three, sender=light.gamma)
        light.register.removeDevice(two, sender=light.beta)
        assert light.settle(light.close()).returned == AGREED
        assert [light.weight(device) for device in (one, two, three)] == [10_000, 10_000, 5_000]
        assert light.light.earnedBy(2) == REWARD


class TestMedian:
    @pytest.mark.parametrize(
        ("values", "median", "accepted"),
        [
            ((2_000, 2_000, 2_000), 2_000, (1, 1, 1)),
            ((2_000, 2_010, 9_000), 2_010, (1, 1, 0)),
            ((-2_000, -2_010, -9_000), -2_010, (1, 1, 0)),
            ((0, 50, 51), 50, (1, 1, 1)),
            ((0, 51, 52), 51, (0, 1, 1)),
            ((2_000, 2_001, 2_002, 2_003), 2_001, (1, 1, 1, 1)),  # the lower one of two
            ((-(2**95), 2**95 - 1, 0), 0, None),
            ((2**95 - 1, 2**95 - 1, -(2**95)), 2**95 - 1, (1, 1, 0)),
            ((100_000, 101_000, 99_000), 100_000, (1, 1, 1)),  # 1% of the median
            ((100_000, 101_001, 99_000), 100_000, (1, 0, 1)),
            ((-100_000, -101_001, -99_000), -100_000, (1, 0, 1)),
            ((100_000, 101_000, 98_999), 100_000, (1, 1, 0)),
        ],
    )
    def test_one_device_each(
        self, light: Light, values: tuple[int, ...], median: int, accepted: tuple[int, ...] | None
    ) -> None:
        devices = light.devices(*("alpha", "beta", "gamma", "delta")[: len(values)])
        light.observe(*zip(devices, values, strict=True))
        call = light.settle(window := light.close())
        here, reporter = light.light.address, light.mallory.address
        if accepted is None:
            assert call.returned == DISAGREED == outcome(light, window)
            settled = events.WindowSettled(COLD, window, reporter, DISAGREED, median, 1, 0, 0, emitter=here)
            assert list(call.events) == [settled]
            assert [light.weight(one) for one in devices] == [10_000] * len(values)
            return
        assert call.returned == AGREED == outcome(light, window)
        assert light.light.latest(COLD) == (median, window * WINDOW, sum(accepted))
        count = sum(accepted)
        told: list[Any] = [
            events.ObservationJudged(
                COLD, window, one, bool(good), 10_000 if good else 5_000, REWARD if good else 0, emitter=here
            )
            for one, good in zip(devices, accepted, strict=True)
        ]
        due = count * REWARD
        told.append(events.WindowSettled(COLD, window, reporter, AGREED, median, count, due, due, emitter=here))
        assert list(call.events) == told

    def test_three_devices_of_an_entity_have_one_voice(self, light: Light) -> None:
        """By devices the liar would have three of five."""
        devices = light.devices("alpha", "alpha", "alpha", "beta", "gamma")
        window_values = (9_000, 9_000, 9_000, 2_000, 2_000)
        assert light.round(*zip(devices, window_values, strict=True)) == AGREED
        assert light.light.latest(COLD)[0] == 2_000
        assert [light.weight(one) for one in devices] == [5_000, 5_000, 5_000, 10_000, 10_000]

    def test_an_entity_speaks_with_the_mean_weight_of_its_devices(self, light: Light) -> None:
        """10,000 and 2,500: 6,250 in all. Against two of 5,000 and 2,500 below, its lower figure is the median."""
        one, two, three, four = light.devices("alpha", "alpha", "beta", "gamma")
        for device, times in ((two, 2), (three, 1), (four, 2)):
            for _ in range(times):
                light.register.contradict(device, light.mallory, sender=light.officer)
        # by figure: 10 (5,000 of beta), 20 (5,000 = 10,000 / 2 of alpha), 30 (1,250 of alpha), 40 (2,500 of gamma)
        assert light.round((one, 20), (two, 30), (three, 10), (four, 40)) == AGREED
        assert light.light.latest(COLD)[0] == 20

    def test_weight_decides(self, light: Light) -> None:
        """Two of 2,500 below one of 10,000."""
        one, two, three = light.devices("alpha", "beta", "gamma")
        for device in (one, two):
            for _ in range(2):
                light.register.contradict(device, light.mallory, sender=light.officer)
        assert light.round((one, 10), (two, 20), (three, 30)) == AGREED
        assert light.light.latest(COLD)[0] == 30


class TestAgreement:
    """Those near the median are more than half of the entities, or nobody is paid or punished."""

    @pytest.mark.parametrize(
        ("values", "wanted"),
        [
            ((0, 1_000, 2_000), DISAGREED),  # one of three
            ((0, 1_000, 1_000), AGREED),  # two of three
            ((0, 1_000, 1_000, 5_000), DISAGREED),  # two of four
            ((1_000, 1_000, 1_000, 5_000), AGREED),
        ],
    )
    def test_more_than_half(self, light: Light, values: tuple[int, ...], wanted: int) -> None:
        devices = light.devices(*("alpha", "beta", "gamma", "delta")[: len(values)])
        assert light.round(*zip(devices, values, strict=True)) == wanted
        paid = light.light.budgetOwed()
        assert (paid == 0) == (wanted == DISAGREED)

    def test_by_entities_not_by_devices(self, light: Light) -> None:
        """Three devices of alpha are near, and neither beta nor gamma."""
        devices = light.devices("alpha", "alpha", "alpha", "beta", "gamma")
        assert light.round(*zip(devices, (1_000, 1_000, 1_000, 0, 5_000), strict=True)) == DISAGREED

    def test_an_entity_of_two_minds_agrees_by_the_one(self, light: Light) -> None:
        devices = light.devices("alpha", "alpha", "beta", "gamma")
        assert light.round(*zip(devices, (1_000, 9_000, 1_000, 0), strict=True)) == AGREED
        assert [light.weight(one) for one in devices] == [10_000, 5_000, 10_000, 5_000]


class TestWeights:
    def test_fall_and_rise(self, light: Light) -> None:
        one, two, three = light.devices("alpha", "beta", "gamma")
        seen = []
        for value in (9_000, 9_000, 2_000, 2_000, 9_000):
            assert light.round((one, 2_000), (two, 2_000), (three, value)) == AGREED
            seen.append(light.weight(three))
        assert seen == [5_000, 2_500, 3_000, 3_500, 1_750]
        assert light.state(three) == SUSPENDED
        fell = light.register.deviceOf(three).since
        assert light.register.suspensionOf(three).reporter == light.mallory.address
        assert light.register.slashFor(three, sender=light.alpha).returned == STAKE // 10
        assert light.slasher.told(0) == (3, STAKE, 2, light.mallory.address, fell)


class TestLatest:
    def test_the_last_window_that_agreed(self, light: Light) -> None:
        devices = light.devices("alpha", "beta", "gamma")
        first = light.window
        light.observe(*[(one, 100) for one in devices])
        light.suite.chain.skip(WINDOW)
        light.observe(*[(one, 200) for one in devices])
        second = light.close()
        light.settle(second)
        assert light.light.latest(COLD) == (200, second * WINDOW, 3)
        light.settle(first)  # late, and older
        assert light.light.latest(COLD) == (200, second * WINDOW, 3)
        light.round((devices[0], 300))  # thin
        light.round((devices[0], 0), (devices[1], 1_000), (devices[2], 5_000))  # disagreed
        assert light.light.latest(COLD) == (200, second * WINDOW, 3)
        light.suite.chain.skip(WINDOW)
        light.round(*[(one, -7) for one in devices])
        assert light.light.latest(COLD)[0] == -7

    def test_series_by_series(self, light: Light) -> None:
        cold, wet = light.devices("alpha", "beta", "gamma"), [light.device(f, HUMIDITY) for f in ("alpha", "beta")]
        wet.append(light.device("delta", HUMIDITY))
        light.observe(*[(one, 100) for one in cold])
        light.observe(*[(one, 200) for one in wet], series=WET)
        window = light.close()
        light.settle(window)
        with reverts("NothingAgreed", series=WET):
            light.light.latest(WET)
        light.settle(window, WET)
        assert (light.light.latest(COLD)[0], light.light.latest(WET)[0]) == (100, 200)

    def test_in_the_first_window_of_all(self, light: Light) -> None:
        """Window 0 is a window like others; what is agreed is known by how many said it."""
        light.light.defineKind(5, KIND._replace(window=30 * 86_400), sender=light.officer)
        assert outcome(light, 0) == OPEN
        with reverts("NothingAgreed"):
            light.light.latest(b"\x05" * 32)
