"""Devices and gateways in Python: keys, messages, signatures, batches, and what is held back."""

import pytest

from caldera.contracts import events, structs
from caldera.devices import (
    ORDER,
    BadSignature,
    Device,
    DeviceError,
    Domain,
    Gateway,
    OutOfRange,
    PublicKey,
    SecondValue,
    halves,
    normalised,
    series_of,
)
from caldera.evm import ContractError
from tests.support.light import COLD, GRACE, REPEATED, STAKE, WET, WINDOW, Light
from tests.support.suite import name_of, reverts

HERE = Domain(51_741, "0x00000000000000000000000000000000000000AA")
MESSAGE = b"message"


def high(signature: bytes) -> bytes:
    return signature[:32] + (ORDER - int.from_bytes(signature[32:])).to_bytes(32)


class TestKeys:
    def test_new_ones_differ(self) -> None:
        assert Device.create().public != Device.create().public

    def test_of_a_secret(self) -> None:
        """The key 1 is the generator of the curve (FIPS 186-4, D.1.2.3)."""
        x, y = Device.of_secret(1).public
        assert x.hex() == "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        assert y.hex() == "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"

    def test_signatures_in_both_halves(self) -> None:
        device = Device.of_secret(7)
        made = [device.sign(MESSAGE) for _ in range(40)]
        assert all(device.public.verify(MESSAGE, one) for one in made)
        low = [one for one in made if int.from_bytes(one[32:]) <= ORDER // 2]
        assert 0 < len(low) < 40  # as elements give them; 1 in 10^12 that all forty fall on one side
        for one in made:
            good = normalised(one)
            assert good in (one, high(one))
            assert 0 < int.from_bytes(good[32:]) <= ORDER // 2
            assert device.public.verify(MESSAGE, good)
            assert halves(one) == (good[:32], good[32:])
            assert normalised(good) == good

    def test_what_is_no_signature(self) -> None:
        device = Device.of_secret(7)
        good = device.sign(MESSAGE)
        for wrong in (
            b"",
            good[:63],
            good + b"\0",
            bytes(64),
            good[32:] + good[:32],
            Device.of_secret(8).sign(MESSAGE),
        ):
            assert not device.public.verify(MESSAGE, wrong)
        assert not device.public.verify(b"another", good)
        assert not PublicKey(bytes(32), bytes(32)).verify(MESSAGE, good)
        assert device.public.verify(MESSAGE, good)


class TestMessages:
    def test_fixed_lengths(self) -> None:
        assert len(HERE.registration(1, HERE.contract, 1)) == 16 + 32 + 20 + 4 + 20 + 2
        assert len(HERE.observation(structs.LightObservation(1, COLD, 2, 3))) == 16 + 32 + 20 + 4 + 32 + 5 + 12
        assert len(HERE.batch(1, [structs.LightReading(COLD, 2, 3)] * 2)) == 16 + 32 + 20 + 4 + 2 * (32 + 5 + 12)

    @pytest.mark.parametrize(
        ("changes", "good"),
        [
            ({"value": 2**95 - 1}, True),
            ({"value": 2**95}, False),
            ({"value": -(2**95)}, True),
            ({"value": -(2**95) - 1}, False),
            ({"at": 2**40 - 1}, True),
            ({"at": 2**40}, False),
            ({"device": 2**32 - 1}, True),
            ({"device": 2**32}, False),
            ({"device": -1}, False),
            ({"series": b"\1" * 31}, False),
            ({"series": b"\1" * 33}, False),
        ],
    )
    def test_figures_that_fit(self, changes: dict[str, int], good: bool) -> None:
        one = structs.LightObservation(1, COLD, 2, 3)._replace(**changes)  # type: ignore[arg-type]
        if good:
            HERE.observation(one)
            return
        with pytest.raises(OutOfRange):
            HERE.observation(one)

    def test_series(self) -> None:
        assert len({series_of("a", "b", "c"), series_of("ab", "", "c"), series_of("a", "bc", ""), COLD, WET}) == 5


class TestFirmware:
    def test_no_second_value_for_a_window(self) -> None:
        device = Device.of_secret(7)
        one = structs.LightObservation(1, COLD, 1_200, 5)
        device.observe(HERE, one, 600)
        device.observe(HERE, one._replace(at=1_799), 600)
        with pytest.raises(SecondValue):
            device.observe(HERE, one._replace(at=1_799, value=6), 600)
        with pytest.raises(SecondValue):
            device.observe_all(HERE, 1, [structs.LightReading(COLD, 1_300, 7)], 600)
        device.observe(HERE, one._replace(at=1_800, value=6), 600)
        device.observe(HERE, one._replace(series=WET, value=6), 600)


class TestGateway:
    def test_collects_and_brings(self, light: Light) -> None:
        gateway = Gateway(light.light)
        for i, number in enumerate(light.devices("alpha", "beta", "gamma")):
            one = structs.LightObservation(number, COLD, light.now, 2_000 + i)
            signature = light.secrets[number].observe(light.here, one, WINDOW)
            assert gateway.collect(one, signature if i else high(normalised(signature)))
            assert not gateway.collect(one, signature)
        assert len(gateway) == 3
        assert [receipt.returned for receipt in gateway.deliver(light.stranger)] == [1, 1, 1]
        assert len(gateway) == 0
        assert gateway.deliver(light.stranger) == []
        light.settle(light.close())
        assert light.light.latest(COLD)[0] == 2_001

    def test_thirty_two_at_a_time_oldest_first(self, light: Light) -> None:
        series = [series_of(str(i), "", "") for i in range(20)]
        light.light.openSeries(1, series, sender=light.officer)
        gateway = Gateway(light.light)
        light.suite.chain.skip(100)
        for number in light.devices("alpha", "alpha"):
            for i, one in enumerate(series):
                observation, signature = light.signed(number, i, one, at=light.now - i)
                gateway.collect(observation, b"".join(signature))
        first, second = gateway.deliver(light.stranger)
        assert (first.returned, second.returned) == (32, 8)
        older, newer = [
            [one.at for one in receipt.events if isinstance(one, events.ObservationTaken)]
            for receipt in (first, second)
        ]
        assert (len(older), len(newer)) == (32, 8)
        assert max(older) <= min(newer)

    def test_what_is_refused_is_kept(self, light: Light) -> None:
        gateway = Gateway(light.light)
        number = light.device("alpha")
        observation, signature = light.signed(number, 5)
        gateway.collect(observation, b"".join(signature))
        light.stake("alpha", STAKE, live=False)
        with pytest.raises(ContractError) as caught:
            gateway.deliver(light.stranger)
        assert name_of(caught.value) == "NodeNotLive"
        assert len(gateway) == 1
        light.stake("alpha", STAKE)
        gateway.deliver(light.stranger)
        assert len(gateway) == 0

    def test_a_node_that_is_refused_stops_no_other(self, light: Light) -> None:
        gateway = Gateway(light.light)
        for number in light.devices("alpha", "beta", "gamma"):
            observation, signature = light.signed(number, 5)
            gateway.collect(observation, b"".join(signature))
        light.stake("beta", STAKE, live=False)
        with reverts("NodeNotLive", node=2):
            gateway.deliver(light.stranger)
        assert len(gateway) == 1
        assert [entry.device for entry in light.light.windowOf(COLD, light.window)[2]] == [1, 3]
        light.stake("beta", STAKE)
        (receipt,) = gateway.deliver(light.stranger)
        assert receipt.returned == 1

    def test_late_ones_are_given_up_by_name(self, light: Light) -> None:
        gateway = Gateway(light.light)
        one, two = light.devices("alpha", "beta")
        first, signature = light.signed(one, 5)
        gateway.collect(first, b"".join(signature))
        end = (light.window + 1) * WINDOW
        light.suite.chain.warp(end + GRACE - 1)
        assert gateway.drop_late() == []
        light.suite.chain.skip(1)
        second, signature = light.signed(two, 5)
        gateway.collect(second, b"".join(signature))
        assert gateway.drop_late() == [first]
        assert gateway.deliver(light.stranger)[0].returned == 1

    def test_wrong_ones_are_refused_at_once(self, light: Light) -> None:
        gateway = Gateway(light.light)
        one, two = light.devices("alpha", "beta")
        observation, signature = light.signed(one, 5)
        good = b"".join(signature)
        with pytest.raises(BadSignature):
            gateway.collect(observation._replace(value=6), good)
        with pytest.raises(BadSignature):
            gateway.collect(observation._replace(device=two), good)
        with pytest.raises(DeviceError, match="no device 9"):
            gateway.collect(observation._replace(device=9), good)
        unknown, signature = light.signed(one, 5, series=b"\7" * 32)
        with pytest.raises(DeviceError, match="never opened"):
            gateway.collect(unknown, b"".join(signature))
        gateway.collect(observation, good)
        second, signature = light.signed(one, 6)
        with pytest.raises(SecondValue):
            gateway.collect(second, b"".join(signature))
        assert len(gateway) == 1

    def test_a_batch_under_one_signature(self, light: Light) -> None:
        one = light.device("alpha")
        readings = [structs.LightReading(COLD, light.now, 5)]
        signature = light.secrets[one].observe_all(light.here, one, readings, WINDOW)
        assert light.light.submitBatch(one, readings, signature, sender=light.stranger).returned == 1
        with reverts("NothingTaken", why=REPEATED):
            light.light.submitBatch(one, readings, signature, sender=light.stranger)
