"""Devices: who registers them, with which key, how many, and how they go."""

from hashlib import sha256
from typing import Any

import pytest

from caldera.contracts import DeviceRegister, events, structs
from caldera.devices import ORDER, Domain, halves
from tests.support.light import (
    ACTIVE,
    COLD,
    ERA,
    FIRMS,
    FLOOR,
    NONE,
    RELEASED,
    REMOVED,
    STAKE,
    STEP,
    SUSPENDED,
    TEMPERATURE,
    Light,
    build,
)
from tests.support.suite import DAY, reverts

PRIME = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
NOTHING = (bytes(32), bytes(32))
CONTRADICTION = 2


def square_root(square: int) -> int:
    """Modulo p, which is 3 modulo 4; 0 where there is none."""
    root = pow(square, (PRIME + 1) // 4, PRIME)
    return root if root * root % PRIME == square % PRIME else 0


def register(light: Light, by: str = "alpha", node: int = 1, **changes: Any) -> int:
    """Registers a fresh device; `proof`, `key`, `kind` as given or good."""
    secret = changes.get("secret") or light.fresh()
    kind = changes.get("kind", TEMPERATURE)
    owner = light.account(FIRMS[node - 1] if 1 <= node <= len(FIRMS) else "alpha").address
    proof = changes.get("proof", secret.prove(light.there, node, owner, kind))
    x, y = changes.get("key", secret.public)
    number = light.register.registerDevice(node, x, y, kind, proof, sender=light.account(by)).returned
    light.secrets[number] = secret
    return number


class TestRegister:
    @pytest.mark.parametrize("by", ["alpha", "alpha2"])
    def test_by_the_owner_or_the_operator(self, light: Light, by: str) -> None:
        secret = light.fresh()
        proof = secret.prove(light.there, 1, light.alpha.address, TEMPERATURE)
        made = light.register.registerDevice(1, *secret.public, TEMPERATURE, proof, sender=light.account(by))
        entity, here = light.entities["alpha"], light.register.address
        assert list(made.events) == [events.DeviceRegistered(1, 1, TEMPERATURE, entity, *secret.public, emitter=here)]
        assert made.returned == light.register.deviceCount() == light.register.deviceOfKey(*secret.public) == 1
        facts = structs.Device(*secret.public, 1, entity, light.now, TEMPERATURE, 10_000, ACTIVE)
        assert light.register.deviceOf(1) == facts
        assert light.register.standingOf(1) == (ACTIVE, 1, entity, TEMPERATURE, 10_000)
        assert light.register.devicesOf(1) == 1
        assert light.register.placesFor(1) == 10

    @pytest.mark.parametrize(("by", "node"), [("beta", 1), ("mallory", 1), ("alpha", 2), ("alpha", 0), ("alpha", 9)])
    def test_by_nobody_else(self, light: Light, by: str, node: int) -> None:
        with reverts("NotOfNode", node=node, account=light.account(by).address):
            register(light, by, node)

    def test_by_nobody_suspended(self, light: Light) -> None:
        light.registry.suspend(light.alpha, sender=light.officer)
        with reverts("NotOfNode"):
            register(light)
        light.registry.reinstate(light.alpha, sender=light.officer)
        register(light)

    def test_by_no_operator_of_another_entity(self, light: Light) -> None:
        """The operator's key signs for the entity of the node, or not at all."""
        light.nodes.setKey(1, light.beta, sender=light.admin)
        with reverts("NotOfNode", node=1):
            register(light, "beta")
        light.nodes.setKey(1, light.alpha2, sender=light.admin)
        register(light, "alpha2")

    def test_kinds_from_one(self, light: Light) -> None:
        with reverts("NoKind"):
            register(light, kind=0)
        assert register(light, kind=1) == 1
        assert register(light, kind=2**16 - 1) == 2

    def test_a_node_that_is_live(self, light: Light) -> None:
        light.stake("alpha", 10 * STAKE, live=False)
        assert light.register.placesFor(1) == 0
        with reverts("NodeNotLive", node=1):
            register(light)
        light.stake("alpha", 10 * STAKE)
        register(light)

    @pytest.mark.parametrize("short", [0, 1])
    def test_stake_for_each(self, light: Light, short: int) -> None:
        light.stake("alpha", 2 * STAKE - short)
        register(light)
        if short:
            with reverts("TooManyDevices", node=1, count=2, most=1):
                register(light)
        else:
            register(light)

    def test_what_is_leaving_does_not_count(self, light: Light) -> None:
        light.nodes.setStake(1, STAKE - 1, 100 * STAKE, True, sender=light.admin)
        with reverts("TooManyDevices"):
            register(light)


class TestKey:
    def test_points_of_the_curve_alone(self, light: Light) -> None:
        x, y = light.fresh().public
        wrong = [
            NOTHING,  # infinity has no coordinates; this is how it is usually written
            (x, (int.from_bytes(y) ^ 1).to_bytes(32)),
            (y, x),
            (PRIME.to_bytes(32), y),
            (b"\xff" * 32, b"\xff" * 32),
            # the generator of secp256k1
            tuple(
                bytes.fromhex(half)
                for half in (
                    "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
                    "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
                )
            ),
        ]
        for key in wrong:
            with reverts("NotOnCurve", x=key[0], y=key[1]):
                register(light, key=key)
        register(light)

    def test_coordinates_below_the_prime(self, light: Light) -> None:
        """x + p is the same point to whoever computes modulo p, and would be a second name for one key."""
        x, y = next((x, y) for x in range(1, 100) if (y := square_root(x**3 - 3 * x + B)))
        with reverts("NotOnCurve"):
            register(light, key=((x + PRIME).to_bytes(32), y.to_bytes(32)))
        with reverts("NoProofOfPossession"):  # a point, and nobody knows its key
            register(light, key=(x.to_bytes(32), y.to_bytes(32)))

    def test_one_key_once_for_ever(self, light: Light) -> None:
        secret = light.fresh()
        number = register(light, secret=secret)
        for by, node in (("alpha", 1), ("beta", 2)):
            with reverts("KeyInUse", device=number):
                register(light, by, node, secret=secret)
        light.register.removeDevice(number, sender=light.alpha)
        light.suite.chain.skip(31 * DAY)
        light.register.releaseDevice(number, sender=light.mallory)
        with reverts("KeyInUse", device=number):
            register(light, secret=secret)
        register(light)

    def test_proof_of_possession(self, light: Light) -> None:
        secret, thief = light.fresh(), light.fresh()
        owner = light.alpha.address
        good = secret.sign(light.there.registration(1, owner, TEMPERATURE))
        low = halves(good)
        high = low[0], (ORDER - int.from_bytes(low[1])).to_bytes(32)
        other_chain = Domain(light.chain.chain_id + 1, light.register.address)
        wrong = {
            "another key": thief.prove(light.there, 1, owner, TEMPERATURE),
            "another chain": secret.prove(other_chain, 1, owner, TEMPERATURE),
            "another contract": secret.prove(light.here, 1, owner, TEMPERATURE),
            "another node": secret.prove(light.there, 2, owner, TEMPERATURE),
            "another owner": secret.prove(light.there, 1, light.beta.address, TEMPERATURE),
            "another kind": secret.prove(light.there, 1, owner, 2),
            "high s": high,
            "r = 0": (bytes(32), low[1]),
            "s = 0": (low[0], bytes(32)),
            "r = n": (ORDER.to_bytes(32), low[1]),
            "s = n": (low[0], ORDER.to_bytes(32)),
            "nothing": NOTHING,
        }
        for what, proof in wrong.items():
            with reverts("NoProofOfPossession"):
                register(light, secret=secret, proof=proof)
            assert light.register.deviceCount() == 0, what
        assert register(light, secret=secret, proof=low) == 1

    def test_the_digest_is_what_devices_sign(self, light: Light) -> None:
        message = light.there.registration(3, light.gamma.address, 7)
        assert light.register.registrationDigest(3, 7) == sha256(message).digest()

    def test_proof_is_for_the_owner_of_the_moment(self, light: Light) -> None:
        """A proof that was made for one owner does not bring the device to the next."""
        secret = light.fresh()
        proof = secret.prove(light.there, 5, light.beta.address, TEMPERATURE)
        light.nodes.add(light.alpha, light.alpha2, light.entities["alpha"], STAKE, 0, True, sender=light.admin)
        with reverts("NoProofOfPossession"):
            light.register.registerDevice(5, *secret.public, TEMPERATURE, proof, sender=light.alpha)


class TestGoing:
    @pytest.mark.parametrize("by", ["alpha", "alpha2"])
    def test_removed(self, light: Light, by: str) -> None:
        number = light.device("alpha")
        light.suite.chain.skip(5)
        call = light.register.removeDevice(number, sender=light.account(by))
        assert list(call.events) == [events.DeviceRemoved(number, 1, emitter=light.register.address)]
        assert (light.state(number), light.register.deviceOf(number).since) == (REMOVED, light.now)
        with reverts("DeviceNotActive", device=number, state=REMOVED):
            light.register.removeDevice(number, sender=light.alpha)

    def test_not_by_others(self, light: Light) -> None:
        number = light.device("alpha")
        for by in (light.beta, light.mallory, light.officer):
            with reverts("NotOfNode", node=1, account=by.address):
                light.register.removeDevice(number, sender=by)
        with reverts("UnknownDevice", device=number + 1):
            light.register.removeDevice(number + 1, sender=light.alpha)

    def test_the_owner_goes_also_while_it_is_suspended(self, light: Light) -> None:
        number = light.device("alpha")
        light.registry.suspend(light.alpha, sender=light.officer)
        light.register.removeDevice(number, sender=light.alpha)

    def test_the_place_stays_taken_for_thirty_days(self, light: Light) -> None:
        """A device that lost weight is not changed for a fresh one at once."""
        light.stake("alpha", STAKE)
        number = light.device("alpha")
        with reverts("DeviceNotRemoved", device=number, state=ACTIVE):
            light.register.releaseDevice(number, sender=light.alpha)
        light.register.removeDevice(number, sender=light.alpha)
        free = light.now + 30 * DAY
        light.suite.chain.warp(free - 1)
        with reverts("PlaceTaken", device=number, from_=free):
            light.register.releaseDevice(number, sender=light.alpha)
        with reverts("TooManyDevices", count=2, most=1):
            light.device("alpha")
        light.suite.chain.warp(free)
        call = light.register.releaseDevice(number, sender=light.mallory)
        assert list(call.events) == [events.DeviceReleased(number, 1, emitter=light.register.address)]
        assert (light.state(number), light.register.devicesOf(1)) == (RELEASED, 0)
        with reverts("DeviceNotRemoved", device=number, state=RELEASED):
            light.register.releaseDevice(number, sender=light.alpha)
        light.device("alpha")

    def test_nothing_is_released_that_never_was(self, light: Light) -> None:
        with reverts("DeviceNotRemoved", device=7, state=NONE):
            light.register.releaseDevice(7, sender=light.mallory)


class TestWeight:
    @pytest.mark.known_defect("eigenlayer-rounding")
    def test_halved_rounded_down_and_suspended_below_the_floor(self, light: Light) -> None:
        number, officer = light.device("alpha"), light.officer
        for weight in (5_000, 2_500):
            call = light.register.contradict(number, light.mallory, sender=officer)
            assert call.returned == (weight, False)
            assert light.weight(number) == weight
        assert light.register.devicesOf(1) == 1
        call = light.register.contradict(number, light.mallory, sender=officer)
        assert call.returned == (1_250, True)
        told = events.DeviceSuspended(number, 1, light.mallory.address, STAKE, emitter=light.register.address)
        assert list(call.events) == [told]
        assert (light.state(number), light.register.devicesOf(1)) == (SUSPENDED, 0)
        assert light.register.suspensionOf(number) == structs.Suspension(light.mallory.address, STAKE, False)
        for refused in (
            lambda: light.register.contradict(number, light.mallory, sender=officer),
            lambda: light.register.confirm(number, sender=officer),
            lambda: light.register.removeDevice(number, sender=light.alpha),
        ):
            with reverts("DeviceNotActive", device=number, state=SUSPENDED):
                refused()
        with reverts("DeviceNotRemoved", state=SUSPENDED):
            light.register.releaseDevice(number, sender=light.alpha)

    def test_odd_weights(self, light: Light) -> None:
        """EigenLayer 1089: a factor that is cut again and again never rounds to zero: the floor ends it before."""
        light.register.setDeviceTerms(structs.DeviceTerms(STAKE, 100, 1), sender=light.admin)
        number = light.device("alpha")
        seen = []
        for _ in range(6):
            light.register.contradict(number, light.mallory, sender=light.officer)
            seen.append(light.weight(number))
        assert seen == [5_000, 2_500, 1_250, 625, 312, 156]
        assert light.register.confirm(number, sender=light.officer).returned == 157

    def test_raised_up_to_the_whole(self, light: Light) -> None:
        number = light.device("alpha")
        light.register.contradict(number, light.mallory, sender=light.officer)
        raised = [light.register.confirm(number, sender=light.officer).returned for _ in range(11)]
        assert raised == [*range(5_000 + STEP, 10_001, STEP), 10_000]
        assert light.weight(number) == 10_000

    def test_of_devices_that_are(self, light: Light) -> None:
        for refused in (light.register.confirm, lambda d, **by: light.register.contradict(d, light.mallory, **by)):
            with reverts("UnknownDevice", device=1):
                refused(1, sender=light.officer)

    def test_a_removed_or_released_device_still_answers(self, light: Light) -> None:
        light.register.setDeviceTerms(structs.DeviceTerms(STAKE, 5_000, STEP), sender=light.admin)
        removed, released = light.devices("alpha", "alpha")
        for number in (removed, released):
            light.register.removeDevice(number, sender=light.alpha)
        light.suite.chain.skip(30 * DAY)
        light.register.releaseDevice(released, sender=light.alpha)
        for number, places in ((removed, 0), (released, 0)):
            for _ in range(2):
                light.register.contradict(number, light.mallory, sender=light.officer)
            assert light.state(number) == SUSPENDED
            assert light.register.devicesOf(1) == places

    def test_only_verifiers(self, light: Light) -> None:
        number = light.device("alpha")
        for by in (light.mallory, light.alpha, light.admin):
            with reverts("AccessManagedUnauthorized"):
                light.register.confirm(number, sender=by)
            with reverts("AccessManagedUnauthorized"):
                light.register.contradict(number, light.mallory, sender=by)


def fallen(light: Light) -> int:
    """A suspended device of alpha's."""
    number = light.device("alpha")
    for _ in range(3):
        light.register.contradict(number, light.mallory, sender=light.officer)
    return number


class TestSlash:
    def test_once(self, light: Light) -> None:
        number, fell = fallen(light), light.now
        assert light.register.deviceOf(number).since == fell
        light.suite.chain.skip(DAY)
        call = light.register.slashFor(number, sender=light.stranger)
        assert call.returned == STAKE // 10
        told = events.DeviceSlashed(number, 1, STAKE // 10, emitter=light.register.address)
        assert list(call.events) == [told]
        assert light.slasher.told(0) == (1, STAKE, CONTRADICTION, light.mallory.address, fell)
        with reverts("NothingToSlash", device=number):
            light.register.slashFor(number, sender=light.stranger)
        assert light.slasher.count() == 1

    def test_of_suspended_devices_alone(self, light: Light) -> None:
        number = light.device("alpha")
        for one in (number, number + 1):
            with reverts("NothingToSlash", device=one):
                light.register.slashFor(one, sender=light.stranger)

    def test_a_slasher_that_refuses_only_puts_it_off(self, light: Light) -> None:
        number = fallen(light)
        light.slasher.setRefusing(True, sender=light.admin)
        with reverts("SlasherRefuses"):
            light.register.slashFor(number, sender=light.stranger)
        light.slasher.setRefusing(False, sender=light.admin)
        light.register.slashFor(number, sender=light.stranger)

    def test_the_base_is_that_of_the_suspension(self, light: Light) -> None:
        number = fallen(light)
        light.register.setDeviceTerms(structs.DeviceTerms(5 * STAKE, FLOOR, STEP), sender=light.admin)
        light.register.slashFor(number, sender=light.stranger)
        assert light.slasher.told(0)[1] == STAKE

    def test_nobody_slashes_again_from_within(self, light: Light) -> None:
        number, other = fallen(light), fallen(light)
        light.slasher.arm(light.register, light.register.calldata.slashFor(other), sender=light.admin)
        with reverts("ReentrancyGuardReentrantCall"):
            light.register.slashFor(number, sender=light.stranger)


class TestTerms:
    @pytest.mark.parametrize(
        ("stake", "floor", "step", "good"),
        [
            (ERA, 100, 1, True),
            (ERA - 1, 100, 1, False),
            (2**88 - 1, 5_000, 1_000, True),
            (ERA, 99, 1, False),
            (ERA, 5_001, 1, False),
            (ERA, 100, 0, False),
            (ERA, 100, 1_001, False),
        ],
    )
    def test_bounds(self, light: Light, stake: int, floor: int, step: int, good: bool) -> None:
        terms = structs.DeviceTerms(stake, floor, step)
        if not good:
            with reverts("DeviceTermsOutOfRange"):
                light.register.setDeviceTerms(terms, sender=light.admin)
            arguments = (light.access, light.registry, light.nodes, light.slasher, terms)
            with reverts("DeviceTermsOutOfRange"):
                DeviceRegister.deploy(light.chain, *arguments, sender=light.admin)
            return
        call = light.register.setDeviceTerms(terms, sender=light.admin)
        assert list(call.events) == [events.DeviceTermsSet(terms, emitter=light.register.address)]
        assert light.register.deviceTerms() == terms

    def test_dearer_places(self, light: Light) -> None:
        """Whoever has too many devices for the new price observes nothing until it has fewer, or more stake."""
        devices = light.devices("alpha", "alpha")
        light.register.setDeviceTerms(structs.DeviceTerms(6 * STAKE, FLOOR, STEP), sender=light.admin)
        with reverts("TooManyDevices", node=1, count=2, most=1):
            light.observe((devices[0], 1))
        light.stake("alpha", 12 * STAKE)
        light.observe((devices[0], 1))

    def test_only_admin(self, light: Light) -> None:
        for by in (light.officer, light.mallory):
            with reverts("AccessManagedUnauthorized"):
                light.register.setDeviceTerms(structs.DeviceTerms(STAKE, FLOOR, STEP), sender=by)

    def test_what_stands(self, light: Light) -> None:
        assert light.register.nodes() == light.nodes.address
        assert light.register.slasher() == light.slasher.address
        assert light.register.registry() == light.registry.address
        assert light.light.devices() == light.register.address


def test_paused(light: Light) -> None:
    """New devices wait; old ones go."""
    number = light.device("alpha")
    light.register.pause(DAY, sender=light.officer)
    with reverts("Paused"):
        light.device("alpha")
    light.register.removeDevice(number, sender=light.alpha)
    light.suite.chain.skip(DAY)
    light.device("alpha")
    with reverts("AccessManagedUnauthorized"):
        light.register.pause(DAY, sender=light.mallory)


def test_signatures_of_devices(light: Light) -> None:
    number = light.device("alpha")
    one, signature = light.signed(number, 5)
    digest = light.light.observationDigest(one)
    assert light.register.isSignedBy(number, digest, signature)
    assert not light.register.isSignedBy(number, bytes(32), signature)
    assert not light.register.isSignedBy(number + 1, digest, signature)


def test_a_stand_of_its_own() -> None:
    """Nothing above leans on what an earlier test left."""
    made = build(budget=0)
    assert made.register.deviceCount() == 0
    assert made.light.seriesOf(COLD) == (TEMPERATURE, True)
