"""Batches with many events, subjects with many, windows with many devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak
from web3.contract import Contract

from benchmarks.artifact import project
from benchmarks.cargo import leaf
from benchmarks.measure import Cast
from benchmarks.node import GENESIS_TIME, Node
from benchmarks.nodes import permit
from benchmarks.scale.crowd import people
from benchmarks.scale.curve import BYTES, Curve, Sheet, flat, linear, log
from benchmarks.scale.ledger import enrol
from benchmarks.staking import ERA, now, paced, wait
from caldera.anchoring import NONE, Batch, Leaf
from caldera.contracts import structs
from caldera.devices import Device, Domain, halves
from caldera.evm.address import to_address

VERIFIER = 17
WINDOW, GRACE, EPOCH = 600, 300, 30 * 86_400
SERIES = keccak(text="hall 7")
KIND = 1
BUDGET, CAP = 10**6 * ERA, 100 * ERA
ENTITY_DEVICES = 3  # of one entity that count in a window
MOST_DEVICES = 31  # that count in a window
MOST_EVENTS = 1_000  # of a shipment: the batch is the same whatever is measured


def _anchor(node: Node, cast: Cast) -> Contract:
    """The operator carries."""
    kit = project()
    access = node.deploy(kit["SuiteAccess"], cast.operator).address
    registry = node.deploy(kit["ParticipantRegistry"], access)
    events = node.deploy(kit["EventAnchor"], registry.address)
    node.send(registry.functions.defineRegions([(0, 0)]), cast.operator)
    enrol(node, cast, registry, [cast.operator])
    return events


def _data(call: Any) -> int:
    return len(bytes.fromhex(call._encode_transaction_data()[2:]))


def _batches(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        events = _anchor(node, cast).functions
        base = [_at(number, 1) for number in range(2)]
        for count in points:
            sheet.step(f"events: {count:,}")
            # The events that are proved are the same ones in each batch.
            batch = Batch(tuple(sorted((*base, *(_at(number, number) for number in range(2, count))), key=_hash)))
            anchor = events.anchor(batch.root, count, batch.first, batch.last)
            with node.undone():
                sheet.gas("anchor a batch", count, anchor, cast.operator)
                sheet.put("call data of a batch", count, _data(anchor))
                node.send(anchor, cast.operator)
                prove = events.record(1, batch.root, tuple(base[0]), batch.proof(base[0]))
                sheet.gas("prove one event", count, prove, cast.holder)
                sheet.put("call data of a proof", count, _data(prove))


def _at(number: int, second: int) -> Leaf:
    return leaf(number)._replace(time=GENESIS_TIME - 1_000_000 + second)


def _hash(one: Leaf) -> bytes:
    return one.hash


def _subjects(sheet: Sheet, points: Sequence[int]) -> None:
    """Events of one shipment, recorded in the order of their times."""
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        events = _anchor(node, cast).functions
        most = max(MOST_EVENTS, *points)
        leaves = [_at(number, number + 2) for number in range(most)]
        latest, early = _at(most, most + 2), _at(most + 1, 1)
        wrong = early._replace(id=leaves[0].id, time=leaves[0].time, declaredAt=GENESIS_TIME, correctedBy=NONE)
        batch = Batch(tuple(sorted((*leaves, latest, early, wrong), key=_hash)))
        first, last = GENESIS_TIME - 1_000_000, GENESIS_TIME
        node.send(events.anchor(batch.root, most + 3, first, last), cast.operator)

        def record(one: Leaf, *later: bytes) -> Any:
            given = (1, batch.root, tuple(one), batch.proof(one))
            return events.recordAt(*given, *later) if later else events.record(*given)

        there = 0
        for count in points:
            sheet.step(f"events of a shipment: {count:,}")
            for one in leaves[there:count]:
                node.send(record(one), cast.operator)
            there = count
            sheet.gas("record the latest", count, record(latest), cast.holder)
            sheet.gas("record the earliest", count, record(early), cast.holder)
            sheet.gas("record the earliest, told its place", count, record(early, leaves[0].id), cast.holder)
            sheet.gas("declare one wrong", count, record(wrong), cast.holder)
            after = leaves[1].id if count > 1 else NONE
            sheet.gas("declare one wrong, told its place", count, record(wrong, after), cast.holder)


@dataclass(slots=True)
class _Hall:
    """Nodes of an entity each, and their devices."""

    node: Node
    cast: Cast
    register: Contract
    light: Contract
    access: Contract
    doubles: Contract
    devices: dict[int, Device]

    @classmethod
    def build(cls, node: Node, cast: Cast, entities: int) -> "_Hall":
        """So many nodes with three devices each."""
        kit, operator = project(), cast.operator
        access = node.deploy(kit["SuiteAccess"], operator)
        era = node.deploy(kit["EraToken"], operator)
        registry = node.deploy(kit["ParticipantRegistry"], access.address)
        nodes, slasher = node.deploy(kit["NodesDouble"]), node.deploy(kit["LightSlasherDouble"])
        terms = (1_000 * ERA, 2_500, 500)
        register = node.deploy(
            kit["DeviceRegister"], access.address, registry.address, nodes.address, slasher.address, terms
        )
        light = node.deploy(
            kit["LightNodes"], access.address, era.address, registry.address, register.address, EPOCH, CAP
        )
        permit(node, access, register, "confirm contradict", VERIFIER)
        for call in (
            access.functions.grantRole(VERIFIER, light.address, 0),
            registry.functions.defineRegions([(0, 0)]),
            light.functions.defineKind(KIND, (WINDOW, GRACE, 100, 50, ERA)),
            light.functions.openSeries(KIND, [SERIES]),
            era.functions.approve(light.address, BUDGET),
            light.functions.fund(BUDGET),
        ):
            node.send(call, operator)
        owners = people("light owner", 0, entities)
        enrol(node, cast, registry, owners)
        made = cls(node, cast, register, light, access, nodes, {})
        for owner in owners:
            node.rpc("anvil_setBalance", owner, hex(10**18))
            entity = int(registry.functions.participant(owner).call()[2])
            node.send(nodes.functions.add(owner, owner, entity, 10_000 * ERA, 0, True), operator)
        for _ in range(ENTITY_DEVICES):  # so that the first ones are of as many entities as there are
            for number, owner in enumerate(owners, 1):
                made._device(number, owner)
        return made

    def _device(self, number: int, owner: ChecksumAddress) -> None:
        device = Device.of_secret(10**30 + len(self.devices) + 1)
        domain = Domain(self.node.w3.eth.chain_id, to_address(self.register.address))
        proof = device.prove(domain, number, to_address(owner), KIND)
        self.node.send(self.register.functions.registerDevice(number, *device.public, KIND, proof), owner)
        self.devices[len(self.devices) + 1] = device

    def observation(self, device: int, at: int) -> tuple[tuple[Any, ...], tuple[bytes, bytes]]:
        """As its device signs it."""
        one = structs.LightObservation(device, SERIES, at, 2_000 + device % 5)
        domain = Domain(self.node.w3.eth.chain_id, to_address(self.light.address))
        return (device, SERIES, at, one.value), halves(self.devices[device].sign(domain.observation(one)))

    def submit(self, count: int, at: int) -> Any:
        """Observations of the first `count` devices."""
        pairs = [self.observation(device, at) for device in range(1, count + 1)]
        return self.light.functions.submit([one for one, _ in pairs], [two for _, two in pairs])


def _devices(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        sheet.step("devices: register")
        hall = _Hall.build(node, cast, -(-MOST_DEVICES // ENTITY_DEVICES))
        wait(node, WINDOW - now(node) % WINDOW + 60)
        for count in points:
            sheet.step(f"devices: {count:,}")
            with node.undone():
                at = now(node)
                bring = hall.submit(count, at)
                sheet.gas("bring their observations", count, bring, cast.newcomer)
                node.send(bring, cast.newcomer)
                wait(node, WINDOW + GRACE + 60)
                settle = hall.light.functions.settle(SERIES, at // WINDOW)
                sheet.gas("settle the window", count, settle, cast.newcomer)


def _readings(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        sheet.step("readings: register")
        hall = _Hall.build(node, cast, 1)
        wait(node, WINDOW - now(node) % WINDOW + 60)
        series = [keccak(text=f"sensor {number}") for number in range(max(points))]
        node.send(hall.light.functions.openSeries(KIND, series), cast.operator)
        domain = Domain(node.w3.eth.chain_id, to_address(hall.light.address))
        for count in points:
            readings = [structs.LightReading(one, now(node), 2_000) for one in series[:count]]
            signature = halves(hall.devices[1].sign(domain.batch(1, readings)))
            rows = [(one.series, one.at, one.value) for one in readings]
            sheet.gas("bring them", count, hall.light.functions.submitBatch(1, rows, signature), cast.newcomer)


CURVES = (
    Curve(
        "events",
        "events of one anchored batch",
        (2, 10, 100, 1_000, 10_000, 100_000),
        4,
        _batches,
        {
            "anchor a batch": flat("a root and three figures, whatever lies under it"),
            "call data of a batch": flat("a root and three figures", BYTES),
            "prove one event": log("a hash of the proof for each doubling"),
            "call data of a proof": log("32 bytes for each doubling", BYTES),
        },
    ),
    Curve(
        "events of a shipment",
        "recorded events of one source about one shipment",
        (1, 10, 100, 1_000),
        2,
        _subjects,
        {
            "record the latest": flat("events mostly come in order: it goes to the head of the list"),
            "record the earliest": linear("looks for its place; told it, it costs the same among any number"),
            "record the earliest, told its place": flat("its neighbours are looked at"),
            "declare one wrong": linear("taken out of the list, in which it is looked for; or told its place"),
            "declare one wrong, told its place": flat("its neighbours are looked at"),
        },
    ),
    Curve(
        "devices",
        "devices that observe one window",
        (6, 12, 21, 31),
        3,
        _devices,
        {
            "bring their observations": linear("a P-256 signature each, without the precompile; 32 a call at most"),
            "settle the window": linear("each is weighed, judged and paid; 31 at most"),
        },
    ),
    Curve(
        "readings",
        "readings of one device in one signed batch",
        (1, 4, 16, 32),
        3,
        _readings,
        {"bring them": linear("one signature, a slot each; 32 a call at most")},
    ),
)
