"""What a device and its gateway do for light nodes: keys on the curve P-256, messages, signatures, batches.

A device signs fixed messages with SHA-256, as secure elements do, and never two values of one series for one window. A
gateway collects what devices signed, puts s into the lower half as contracts take it, and brings it in batches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from caldera.contracts import DeviceRegister, LightNodes, structs
from caldera.evm import Account, Address, ContractError, Receipt
from caldera.evm.address import parse
from caldera.evm.hashing import keccak

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""n: how many points the curve has."""
MOST = 32
"""Observations in one call."""
_Place = tuple[int, bytes, int]
"""Device, series, window."""
_CURVE = ec.SECP256R1()
_HASH = ec.ECDSA(hashes.SHA256())


class DeviceError(Exception):
    """Something that a device or a gateway does not do; says what to do."""


class SecondValue(DeviceError):
    """Two values of one device for one window of a series: it would contradict itself and lose half of its weight."""


class BadSignature(DeviceError):
    """The signature is not one of the device over this observation."""


class OutOfRange(DeviceError):
    """A figure does not fit its field."""


class PublicKey(NamedTuple):
    """Coordinates, 32 bytes each."""

    x: bytes
    y: bytes

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` (r and s, 32 bytes each) is one by this key over the SHA-256 of `message`."""
        if len(signature) != 64:
            return False
        numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(self.x), int.from_bytes(self.y), _CURVE)
        try:
            der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
            numbers.public_key().verify(der, message, _HASH)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Domain:
    """The contract that a message is for, so that it is good nowhere else."""

    chain_id: int
    contract: Address

    def registration(self, node: int, owner: Address, kind: int) -> bytes:
        """What a new device signs for `DeviceRegister`: that its key goes to this node of this owner."""
        return self._head(b"caldera:register") + _uint(node, 4) + _address(owner) + _uint(kind, 2)

    def observation(self, one: structs.LightObservation) -> bytes:
        """What a device signs for `LightNodes`."""
        return self._head(b"caldera:observe1") + _uint(one.device, 4) + _reading(one.series, one.at, one.value)

    def batch(self, device: int, readings: Sequence[structs.LightReading]) -> bytes:
        """What a device signs for several observations at once."""
        packed = b"".join(_reading(one.series, one.at, one.value) for one in readings)
        return self._head(b"caldera:readings") + _uint(device, 4) + packed

    def _head(self, tag: bytes) -> bytes:
        return tag + _uint(self.chain_id, 32) + _address(self.contract)


def series_of(subject: str, quantity: str, unit: str) -> bytes:
    """The id of a series: of what, which quantity, in which unit, for example "(00)095212340000001171", "temperature",
    "0.01 CEL". Whoever opens a series can choose another id; this one says what is in it."""
    return keccak("\x1f".join((subject, quantity, unit)).encode())


def normalised(signature: bytes) -> bytes:
    """The same signature with s at most n / 2: of two that are equally good, contracts take this one alone."""
    s = int.from_bytes(signature[32:])
    return signature if s <= ORDER // 2 else signature[:32] + (ORDER - s).to_bytes(32)


def halves(signature: bytes) -> tuple[bytes, bytes]:
    """r and s, as contracts take them."""
    good = normalised(signature)
    return good[:32], good[32:]


class Device:
    """A secure element with its firmware: the key stays in it, and it remembers what it said in each window."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        self._said: dict[tuple[Address, bytes, int], int] = {}
        numbers = key.public_key().public_numbers()
        self.public = PublicKey(numbers.x.to_bytes(32), numbers.y.to_bytes(32))

    @classmethod
    def create(cls) -> Self:
        """A device with a new key."""
        return cls(ec.generate_private_key(_CURVE))

    @classmethod
    def of_secret(cls, secret: int) -> Self:
        """A device with this key, 1 to n - 1: for tests, and for elements that are loaded."""
        return cls(ec.derive_private_key(secret, _CURVE))

    def sign(self, message: bytes) -> bytes:
        """r and s over the SHA-256 of `message`, 32 bytes each; s in either half, as elements give it."""
        r, s = decode_dss_signature(self._key.sign(message, _HASH))
        return r.to_bytes(32) + s.to_bytes(32)

    def prove(self, domain: Domain, node: int, owner: Address, kind: int) -> tuple[bytes, bytes]:
        """What `registerDevice` takes as proof of possession."""
        return halves(self.sign(domain.registration(node, owner, kind)))

    def observe(self, domain: Domain, one: structs.LightObservation, window: int) -> bytes:
        """Signs an observation.

        Args:
            window: seconds of a window of the series.

        Raises:
            SecondValue: it said another value for this window.
        """
        self._remember(domain, one.series, one.at // window, one.value)
        return self.sign(domain.observation(one))

    def observe_all(
        self, domain: Domain, device: int, readings: Sequence[structs.LightReading], window: int
    ) -> tuple[bytes, bytes]:
        """Signs several observations at once, as `submitBatch` takes them."""
        for one in readings:
            self._remember(domain, one.series, one.at // window, one.value)
        return halves(self.sign(domain.batch(device, readings)))

    def _remember(self, domain: Domain, series: bytes, number: int, value: int) -> None:
        said = self._said.setdefault((domain.contract, series, number), value)
        if said != value:
            raise SecondValue(f"it said {said} for window {number}: wait for the next window to say {value}")


class Gateway:
    """Collects signed observations, of any devices, and brings them. What it could not bring, it keeps."""

    def __init__(self, light: LightNodes) -> None:
        self.light = light
        self.domain = Domain(light.chain.chain_id, light.address)
        self._held: dict[_Place, tuple[structs.LightObservation, bytes]] = {}
        self._known: dict[int, structs.Device] = {}

    def __len__(self) -> int:
        return len(self._held)

    def collect(self, one: structs.LightObservation, signature: bytes) -> bool:
        """Keeps an observation until it is brought; False where it is there already.

        Raises:
            BadSignature: it is not by the device that it names.
            SecondValue: the device said something else for this window.
        """
        facts = self._facts(one.device)
        if not PublicKey(facts.x, facts.y).verify(self.domain.observation(one), signature):
            raise BadSignature(f"device {one.device} did not sign this observation for {self.light.address}")
        place = one.device, one.series, one.at // self._terms(one.series).window
        held = self._held.get(place)
        if held is None:
            self._held[place] = one, normalised(signature)
        elif held[0].value != one.value:
            raise SecondValue(f"device {one.device} said {held[0].value} for window {place[2]}, and now {one.value}")
        return held is None

    def drop_late(self) -> list[structs.LightObservation]:
        """Gives up what no window takes any more, and says what that was."""
        now, late = self.light.chain.now, []
        for place, (one, _) in list(self._held.items()):
            _, terms, _ = self.light.windowOf(one.series, place[2])
            if now >= (place[2] + 1) * terms.window + terms.grace:
                late.append(one)
                del self._held[place]
        return late

    def deliver(self, sender: Account) -> list[Receipt[int]]:
        """Brings what is held, 32 at a time, oldest first; node by node, so that one that is refused stops no other.

        Raises:
            ContractError: calls were refused, this one first; all others came through. What they were to bring is held.
        """
        receipts: list[Receipt[int]] = []
        refused: list[ContractError] = []
        for part in self._parts():
            observations = [self._held[place][0] for place in part]
            signatures = [halves(self._held[place][1]) for place in part]
            try:
                receipts.append(self.light.submit(observations, signatures, sender=sender))
            except ContractError as error:
                refused.append(error)
                continue
            for place in part:
                del self._held[place]
        if refused:
            raise refused[0]
        return receipts

    def _parts(self) -> list[list[_Place]]:
        waiting = sorted(self._held, key=lambda place: self._held[place][0].at)
        of_nodes: dict[int, list[_Place]] = {}
        for place in waiting:
            of_nodes.setdefault(self._facts(place[0]).node, []).append(place)
        return [part[i : i + MOST] for part in of_nodes.values() for i in range(0, len(part), MOST)]

    def _terms(self, series: bytes) -> structs.KindTerms:
        kind, _ = self.light.seriesOf(series)
        _, terms = self.light.kindTerms(kind)
        if terms.window == 0:
            raise DeviceError("the series was never opened: ask for it to be opened first")
        return terms

    def _facts(self, device: int) -> structs.Device:
        if device not in self._known:
            register = DeviceRegister(self.light.chain, self.light.devices())
            facts = register.deviceOf(device)
            if facts.node == 0:
                raise DeviceError(f"there is no device {device}: register it first")
            self._known[device] = facts
        return self._known[device]


def _uint(value: int, size: int) -> bytes:
    if not 0 <= value < 1 << (8 * size):
        raise OutOfRange(f"{value} is not a number of {size} bytes")
    return value.to_bytes(size)


def _address(address: Address) -> bytes:
    return parse(address)


def _reading(series: bytes, at: int, value: int) -> bytes:
    if len(series) != 32:
        raise OutOfRange(f"the id of a series has 32 bytes, not {len(series)}")
    if not -(1 << 95) <= value < 1 << 95:
        raise OutOfRange(f"{value} is not an int96: choose a coarser unit")
    return series + _uint(at, 5) + value.to_bytes(12, signed=True)
