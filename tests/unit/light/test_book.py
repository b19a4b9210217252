"""Kinds, series, and what is taken of observations."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from caldera.contracts import events, structs
from caldera.devices import ORDER, Domain, halves, series_of
from tests.support.light import (
    ACTIVE,
    COLD,
    FULL,
    GRACE,
    HUMIDITY,
    KIND,
    LATE,
    OPEN,
    REMOVED,
    REPEATED,
    STAKE,
    SUSPENDED,
    TEMPERATURE,
    WET,
    WINDOW,
    Light,
)
from tests.support.suite import DAY, reverts

NEW = series_of("hall 8", "temperature", "0.01 CEL")


class TestKinds:
    @pytest.mark.parametrize(
        ("changes", "good"),
        [
            ({"window": 60}, True),
            ({"window": 59}, False),
            ({"window": 30 * DAY}, True),
            ({"window": 30 * DAY + 1}, False),
            ({"grace": 60}, True),
            ({"grace": 59}, False),
            ({"grace": 7 * DAY}, True),
            ({"grace": 7 * DAY + 1}, False),
            ({"toleranceBps": 10_000}, True),
            ({"toleranceBps": 10_001}, False),
            ({"tolerance": 2**95 - 1}, True),
            ({"tolerance": 2**95}, False),
            ({"reward": 2**80 - 1}, True),
            ({"reward": 0, "tolerance": 0, "toleranceBps": 0}, True),
        ],
    )
    def test_bounds(self, light: Light, changes: dict[str, int], good: bool) -> None:
        terms = KIND._replace(**changes)
        if not good:
            with reverts("KindOutOfRange", kind=9):
                light.light.defineKind(9, terms, sender=light.officer)
            assert light.light.kindTerms(9)[0] == 0
            return
        call = light.light.defineKind(9, terms, sender=light.officer)
        assert list(call.events) == [events.KindDefined(9, 1, terms, emitter=light.light.address)]
        assert light.light.kindTerms(9) == (1, terms)

    def test_the_length_of_a_window_is_for_good(self, light: Light) -> None:
        with reverts("WindowLengthFixed", kind=TEMPERATURE, window=WINDOW):
            light.light.defineKind(TEMPERATURE, KIND._replace(window=WINDOW + 1), sender=light.officer)
        with reverts("KindZero"):
            light.light.defineKind(0, KIND, sender=light.officer)
        light.light.defineKind(TEMPERATURE, KIND._replace(grace=60), sender=light.officer)
        assert light.light.kindTerms(TEMPERATURE)[0] == 2

    def test_a_window_keeps_the_terms_of_its_first_observation(self, light: Light) -> None:
        one, two = light.devices("alpha", "beta")
        light.observe((one, 5))
        changed = KIND._replace(grace=60, reward=7)
        light.light.defineKind(TEMPERATURE, changed, sender=light.officer)
        assert light.light.windowOf(COLD, light.window)[1] == KIND
        assert light.light.windowOf(COLD, light.window + 1)[1] == changed
        end = (light.window + 1) * WINDOW
        light.suite.chain.warp(end + GRACE - 1)
        light.observe((two, 5), at=end - 1)  # 300 seconds, not 60
        light.observe((two, 5))
        light.suite.chain.warp(end + WINDOW + 60)
        with reverts("NothingTaken", why=LATE):
            light.observe((one, 5), at=end + WINDOW - 1)

    def test_roles(self, light: Light) -> None:
        for by in (light.admin, light.mallory, light.alpha):
            with reverts("AccessManagedUnauthorized"):
                light.light.defineKind(9, KIND, sender=by)
            with reverts("AccessManagedUnauthorized"):
                light.light.openSeries(1, [NEW], sender=by)
            with reverts("AccessManagedUnauthorized"):
                light.light.closeSeries([COLD], sender=by)


class TestSeries:
    def test_opened_closed_opened(self, light: Light) -> None:
        here, officer = light.light.address, light.officer
        assert light.light.seriesOf(NEW) == (0, False)
        call = light.light.openSeries(TEMPERATURE, [NEW], sender=officer)
        assert list(call.events) == [events.SeriesOpened(NEW, TEMPERATURE, emitter=here)]
        call = light.light.closeSeries([NEW], sender=officer)
        assert list(call.events) == [events.SeriesClosed(NEW, emitter=here)]
        assert light.light.seriesOf(NEW) == (TEMPERATURE, False)
        with reverts("SeriesNotOpen", series=NEW):
            light.light.closeSeries([NEW], sender=officer)
        with reverts("SeriesOfKind", series=NEW, kind=TEMPERATURE):
            light.light.openSeries(HUMIDITY, [NEW], sender=officer)
        light.light.openSeries(TEMPERATURE, [NEW], sender=officer)
        assert light.light.seriesOf(NEW) == (TEMPERATURE, True)

    def test_bounds(self, light: Light) -> None:
        many = [series_of(str(i), "", "") for i in range(33)]
        with reverts("UnknownKind", kind=9):
            light.light.openSeries(9, [NEW], sender=light.officer)
        with reverts("NoSeries"):
            light.light.openSeries(1, [NEW, bytes(32)], sender=light.officer)
        calls: list[Callable[[list[bytes]], Any]] = [
            lambda series: light.light.openSeries(1, series, sender=light.officer),
            lambda series: light.light.closeSeries(series, sender=light.officer),
        ]
        for call in calls:
            for wrong in ([], many):
                with reverts("BatchOutOfRange", count=len(wrong), most=32):
                    call(wrong)
            call(many[:32])

    def test_closed_ones_take_nothing_and_are_settled(self, light: Light) -> None:
        devices = light.devices("alpha", "beta", "gamma")
        light.observe(*[(one, 5) for one in devices])
        light.light.closeSeries([COLD], sender=light.officer)
        with reverts("SeriesNotOpen", series=COLD):
            light.observe((devices[0], 5))
        assert light.settle(light.close()).returned == 3
        assert light.light.latest(COLD)[0] == 5


class TestSubmit:
    def test_kept(self, light: Light) -> None:
        one, two = light.devices("alpha", "beta")
        call = light.observe((one, -5), (two, 7))
        here, window = light.light.address, light.window
        assert call.returned == 2
        assert list(call.events) == [
            events.ObservationTaken(COLD, window, device, light.now, value, emitter=here)
            for device, value in ((one, -5), (two, 7))
        ]
        numbers = light.entities["alpha"], light.entities["beta"]
        kept = (
            structs.ObservationEntry(-5, one, light.now, numbers[0], False),
            structs.ObservationEntry(7, two, light.now, numbers[1], False),
        )
        assert light.light.windowOf(COLD, window) == (OPEN, KIND, kept)

    @pytest.mark.parametrize("value", [0, -(2**95), 2**95 - 1])
    def test_any_figure(self, light: Light, value: int) -> None:
        one = light.device("alpha")
        light.observe((one, value))
        assert light.light.windowOf(COLD, light.window)[2][0].value == value

    def test_sizes(self, light: Light) -> None:
        one = light.device("alpha")
        observation, signature = light.signed(one, 5)
        with reverts("BatchOutOfRange", count=0, most=32):
            light.light.submit([], [], sender=light.alpha)
        with reverts("BatchOutOfRange", count=33, most=32):
            light.light.submit([observation] * 33, [signature] * 33, sender=light.alpha)
        for signatures in ([], [signature] * 2):
            with reverts("SignaturesDiffer", observations=1, signatures=len(signatures)):
                light.light.submit([observation], signatures, sender=light.alpha)
        assert light.light.submit([observation] * 32, [signature] * 32, sender=light.alpha).returned == 1

    def test_signatures(self, light: Light) -> None:
        one, two = light.devices("alpha", "beta")
        observation, low = light.signed(one, 5)
        high = low[0], (ORDER - int.from_bytes(low[1])).to_bytes(32)
        there = Domain(light.chain.chain_id, light.register.address)
        elsewhere = Domain(light.chain.chain_id + 1, light.light.address)
        secret = light.secrets[one]
        wrong: dict[str, Any] = {
            "high s": high,
            "another device's": light.signed(one, 5, secret=light.secrets[two])[1],
            "another chain": halves(secret.sign(elsewhere.observation(observation))),
            "another contract": halves(secret.sign(there.observation(observation))),
            "another value": light.signed(one, 6)[1],
            "another second": light.signed(one, 5, at=light.now - 1)[1],
            "another series": light.signed(one, 5, series=NEW)[1],
            "another device": light.signed(two, 5, secret=secret)[1],
            "a batch": halves(secret.sign(light.here.batch(one, [structs.LightReading(COLD, light.now, 5)]))),
            "r = 0": (bytes(32), low[1]),
            "s = 0": (low[0], bytes(32)),
        }
        for what, signature in wrong.items():
            with reverts("BadDeviceSignature", index=0, device=one):
                light.light.submit([observation], [signature], sender=light.alpha)
            assert light.light.windowOf(COLD, light.window)[2] == (), what
        good = light.signed(two, 5)
        with reverts("BadDeviceSignature", index=1, device=one):
            light.light.submit([good[0], observation], [good[1], high], sender=light.alpha)
        light.light.submit([observation], [low], sender=light.alpha)

    def test_the_digest_is_what_devices_sign(self, light: Light) -> None:
        one = structs.LightObservation(7, COLD, 12_345, -678)
        assert light.light.observationDigest(one) == sha256(light.here.observation(one)).digest()
        readings = [structs.LightReading(COLD, 12_345, -678), structs.LightReading(WET, 1, 2**95 - 1)]
        for some in ([], readings[:1], readings):
            assert light.light.batchDigest(7, some) == sha256(light.here.batch(7, some)).digest()

    def test_devices_in_service_alone(self, light: Light) -> None:
        one = light.device("alpha")
        secret = light.secrets[one]
        stray = structs.LightObservation(99, COLD, light.now, 5)
        with reverts("UnknownDevice", device=99):
            light.light.submit([stray], [halves(secret.sign(light.here.observation(stray)))], sender=light.alpha)
        light.register.removeDevice(one, sender=light.alpha)
        with reverts("DeviceNotActive", device=one, state=REMOVED):
            light.observe((one, 5))

    def test_of_its_kind(self, light: Light) -> None:
        one = light.device("alpha", HUMIDITY)
        with reverts("DeviceOfOtherKind", device=one, kind=TEMPERATURE):
            light.observe((one, 5))
        with reverts("SeriesNotOpen", series=NEW):
            light.observe((one, 5), series=NEW)
        light.observe((one, 5), series=WET)

    def test_no_device_of_a_retired_node(self, light: Light) -> None:
        one, two = light.devices("alpha", "beta")
        light.stake("alpha", 10 * STAKE, live=False)
        with reverts("NodeNotLive", node=1):
            light.observe((one, 5))
        with reverts("NodeNotLive", node=1):  # nor behind one that is live
            light.observe((two, 5), (one, 5))
        light.observe((two, 5))

    def test_stake_for_all_places(self, light: Light) -> None:
        one, other = light.devices("alpha", "alpha")
        light.stake("alpha", 2 * STAKE - 1)
        with reverts("TooManyDevices", node=1, count=2, most=1):
            light.observe((one, 5))
        light.register.removeDevice(other, sender=light.alpha)
        with reverts("TooManyDevices"):  # the place is taken for thirty days
            light.observe((one, 5))
        light.stake("alpha", 2 * STAKE)
        light.observe((one, 5))

    def test_not_before_it_happened(self, light: Light) -> None:
        one = light.device("alpha")
        with reverts("ObservedInFuture", at=light.now + 1):
            light.observe((one, 5), at=light.now + 1)
        light.observe((one, 5), at=light.now)

    def test_until_the_end_of_grace(self, light: Light) -> None:
        one, two = light.devices("alpha", "beta")
        last = light.now + WINDOW - 1
        light.suite.chain.warp(last + GRACE)
        light.observe((one, 5), at=last)
        light.suite.chain.skip(1)
        with reverts("NothingTaken", why=LATE):
            light.observe((two, 5), at=last)

    def test_paused(self, light: Light) -> None:
        devices = light.devices("alpha", "beta", "gamma")
        light.observe(*[(one, 5) for one in devices])
        light.light.pause(DAY, sender=light.officer)
        reading = [structs.LightReading(COLD, light.now, 5)]
        with reverts("Paused"):
            light.observe((devices[0], 5))
        with reverts("Paused"):
            light.light.submitBatch(devices[0], reading, (bytes(32),) * 2, sender=light.alpha)
        assert light.settle(light.close()).returned == 3
        light.light.claim(1, sender=light.alpha)
        with reverts("AccessManagedUnauthorized"):
            light.light.pause(DAY, sender=light.alpha)


class TestOnce:
    """A device, a series, a window."""

    def test_a_copy_changes_nothing(self, light: Light) -> None:
        one, two = light.devices("alpha", "beta")
        light.observe((one, 5))
        before = light.light.windowOf(COLD, light.window)
        with reverts("NothingTaken", why=REPEATED):
            light.observe((one, 5))
        light.suite.chain.skip(1)
        with reverts("NothingTaken", why=REPEATED):  # the same figure, a second later
            light.observe((one, 5))
        assert light.light.windowOf(COLD, light.window) == before
        assert light.weight(one) == 10_000
        call = light.observe((one, 5), (two, 5))
        assert call.returned == 1
        ignored = events.ObservationIgnored(COLD, one, light.now, REPEATED, emitter=light.light.address)
        assert next(iter(call.events)) == ignored

    def test_bringing_a_part_first_spoils_no_batch(self, light: Light) -> None:
        devices = light.devices("alpha", "beta", "gamma")
        light.observe((devices[1], 5))
        assert light.observe(*[(one, 5) for one in devices]).returned == 2

    def test_a_second_value_contradicts_the_first(self, light: Light) -> None:
        one = light.device("alpha")
        light.observe((one, 5))
        call = light.observe((one, 6))
        here, window = light.light.address, light.window
        assert call.returned == 1
        assert list(call.events) == [events.SelfContradicted(COLD, window, one, 5, 6, 5_000, emitter=here)]
        assert light.light.windowOf(COLD, window)[2][0].struck
        assert light.weight(one) == 5_000
        for value in (5, 6, 7):  # once
            with reverts("NothingTaken", why=REPEATED):
                light.observe((one, value))
        assert light.weight(one) == 5_000

    def test_a_second_value_needs_a_signature(self, light: Light) -> None:
        one, two = light.devices("alpha", "beta")
        light.observe((one, 5))
        forged, signature = light.signed(one, 6, secret=light.secrets[two])
        with reverts("BadDeviceSignature", index=0, device=one):
            light.light.submit([forged], [signature], sender=light.beta)
        assert light.weight(one) == 10_000

    def test_other_windows_and_series_are_others(self, light: Light) -> None:
        light.light.openSeries(TEMPERATURE, [NEW], sender=light.officer)
        one = light.device("alpha")
        light.observe((one, 5))
        light.observe((one, 6), series=NEW)
        light.suite.chain.skip(WINDOW)
        light.observe((one, 7))
        assert light.weight(one) == 10_000

    def test_the_third_contradiction_suspends(self, light: Light) -> None:
        one = light.device("alpha")
        for _ in range(2):
            light.observe((one, 5), (one, 6))
            light.suite.chain.skip(WINDOW)
        call = light.observe((one, 5), (one, 6))
        (told,) = [e for e in call.events if isinstance(e, events.DeviceSuspended)]
        here = light.register.address
        assert told == events.DeviceSuspended(one, 1, light.stranger.address, STAKE, emitter=here)
        assert light.state(one) == SUSPENDED
        with reverts("DeviceNotActive", device=one, state=SUSPENDED):
            light.observe((one, 5))


class TestRoom:
    def test_three_of_an_entity(self, light: Light) -> None:
        four, other = light.devices(*["alpha"] * 4), light.device("beta")
        call = light.observe(*[(one, 5) for one in four], (other, 5))
        assert call.returned == 4
        (ignored,) = [e for e in call.events if isinstance(e, events.ObservationIgnored)]
        assert (ignored.device, ignored.why) == (four[3], FULL)
        with reverts("NothingTaken", why=FULL):
            light.observe((four[3], 5))

    def test_another_node_of_the_entity_is_no_other_entity(self, light: Light) -> None:
        number = light.entities["alpha"]
        light.nodes.add(light.alpha, light.alpha2, number, 10 * STAKE, 0, True, sender=light.admin)
        light.observe(*[(one, 5) for one in light.devices(*["alpha"] * 3)])
        secret = light.fresh()
        proof = secret.prove(light.there, 5, light.alpha.address, TEMPERATURE)
        made = light.register.registerDevice(5, *secret.public, TEMPERATURE, proof, sender=light.alpha).returned
        light.secrets[made] = secret
        with reverts("NothingTaken", why=FULL):
            light.observe((made, 5))

    def test_thirty_one(self, light: Light) -> None:
        """Eleven entities fill a window."""
        devices = []
        for i in range(11):
            name = f"firm {i}"
            account = light.suite.enrol(name)
            number = light.entities[name]
            node = light.nodes.add(account, account, number, 3 * STAKE, 0, True, sender=light.admin).returned
            for _ in range(3):
                secret = light.fresh()
                proof = secret.prove(light.there, node, account.address, TEMPERATURE)
                made = light.register.registerDevice(node, *secret.public, TEMPERATURE, proof, sender=account).returned
                light.secrets[made] = secret
                devices.append(made)
        call = light.observe(*[(one, 5) for one in devices[:32]])
        assert call.returned == 31
        with reverts("NothingTaken", why=FULL):
            light.observe((devices[32], 5))
        settled = light.settle(light.close())
        assert settled.returned == 3
        assert light.light.latest(COLD)[2] == 31
        assert settled.gas_used < 3_000_000
        assert call.gas_used < 12_000_000


class TestBatch:
    """Several readings under one signature."""

    def batch(self, light: Light, device: int, *told: tuple[bytes, int], **changes: Any) -> Any:
        readings = [structs.LightReading(series, light.now, value) for series, value in told]
        signed = changes.get("signed", readings)
        secret = changes.get("secret") or light.secrets[device]
        signature = changes.get("signature", halves(secret.sign(light.here.batch(device, signed))))
        return light.light.submitBatch(device, readings, signature, sender=light.stranger)

    def test_kept(self, light: Light) -> None:
        light.light.openSeries(TEMPERATURE, [NEW], sender=light.officer)
        one = light.device("alpha")
        call = self.batch(light, one, (COLD, 5), (NEW, -6))
        assert call.returned == 2
        assert [e.value for e in call.events] == [5, -6]
        assert light.light.windowOf(NEW, light.window)[2][0].value == -6
        with reverts("NothingTaken", why=REPEATED):
            self.batch(light, one, (COLD, 5), (NEW, -6))

    def test_refused(self, light: Light) -> None:
        one, two = light.devices("alpha", "beta")
        told = (COLD, 5)
        good = [structs.LightReading(COLD, light.now, 5)]
        for count in (0, 33):
            with reverts("BatchOutOfRange", count=count, most=32):
                self.batch(light, one, *[told] * count)
        single = light.signed(one, 5)[1]
        wrong: list[dict[str, Any]] = [
            {"signed": [*good, *good]},
            {"secret": light.secrets[two]},
            {"signature": single},
            {"signature": (single[0], (ORDER - int.from_bytes(single[1])).to_bytes(32))},
        ]
        for changes in wrong:
            with reverts("BadDeviceSignature", index=0, device=one):
                self.batch(light, one, told, **changes)
        with reverts("UnknownDevice", device=9):
            self.batch(light, 9, told, secret=light.secrets[one])
        light.stake("alpha", 10 * STAKE, live=False)
        with reverts("NodeNotLive", node=1):
            self.batch(light, one, told)
        light.stake("alpha", 10 * STAKE)
        assert self.batch(light, one, *[told] * 32).returned == 1
        assert light.state(one) == ACTIVE

    def test_it_ends_where_it_suspends_its_device(self, light: Light) -> None:
        one = light.device("alpha")
        for _ in range(2):
            light.register.contradict(one, light.mallory, sender=light.officer)
        call = self.batch(light, one, (COLD, 5), (COLD, 6), (COLD, 7))
        assert call.returned == 2
        assert light.state(one) == SUSPENDED
        with reverts("DeviceNotActive", device=one, state=SUSPENDED):
            self.batch(light, one, (COLD, 5))
