"""Light nodes in exact integers and fractions: devices, windows, medians, weights, rewards, suspensions.

Accounts are names, nodes, entities and devices numbers, series anything. Rules raise the contract error's name. A
refusal may leave the model changed: whoever goes on after it puts back what was there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from caldera.model.ledger import Refused

WHOLE = 10_000
DAY = 86_400
ERA = 10**18
MOST_BATCH, MOST_ENTRIES, MOST_OF_ENTITY, LEAST_ENTITIES = 32, 31, 3, 3
COOLING = 30 * DAY


@dataclass
class Node:
    """What others say of a node."""

    owner: str
    operator: str
    entity: int
    active: int
    live: bool = True


@dataclass
class DeviceTerms:
    """See `IDeviceRegister`."""

    stake: int
    floor: int
    step: int

    def check(self) -> None:
        """Refuses what is out of range."""
        if not (100 <= self.floor <= 5_000 and 1 <= self.step <= 1_000 and self.stake >= ERA):
            raise Refused("DeviceTermsOutOfRange")


@dataclass
class KindTerms:
    """See `ILightBook`."""

    window: int
    grace: int
    bps: int
    tolerance: int
    reward: int


@dataclass
class Facts:
    """A device."""

    node: int
    entity: int
    kind: int
    key: object
    since: int
    weight: int = WHOLE
    state: str = "Active"


@dataclass
class Entry:
    """An observation that is kept."""

    device: int
    entity: int
    at: int
    value: int
    struck: bool = False


@dataclass
class Window:
    """A window of a series; `terms` are those of its first observation. When it is settled: `median`, `due` of all
    together, and of each device that was heard in what it was right and what it was paid for."""

    terms: KindTerms
    entries: list[Entry] = field(default_factory=list)
    outcome: str = "Open"
    median: int = 0
    accepted: int = 0
    due: int = 0
    judged: list[tuple[int, bool, int]] = field(default_factory=list)


@dataclass
class Given:
    """An observation as somebody brings it; `signed`: by its device."""

    device: int
    series: object
    at: int
    value: int
    signed: bool = True


@dataclass
class Suspended:
    """Who showed it, what stands for the device, and whether its node was slashed."""

    reporter: str
    base: int
    slashed: bool = False


def lower_median(figures: Sequence[tuple[int, Fraction]]) -> int:
    """The least figure that at least half of all weight does not exceed."""
    half = sum((weight for _, weight in figures), Fraction(0)) / 2
    return min(x for x, _ in figures if sum((w for y, w in figures if y <= x), Fraction(0)) >= half)


def tolerance(median: int, absolute: int, bps: int) -> int:
    """How far a figure may be from the median."""
    return max(absolute, abs(median) * bps // WHOLE)


class LightModel:
    """All light nodes. The caller keeps `now`, `nodes`, and `active`: account to entity, for those that may act."""

    def __init__(self, now: int, terms: DeviceTerms, epoch_length: int, cap: int) -> None:
        self.now, self.terms, self.epoch_length, self.cap = now, terms, epoch_length, cap
        self.nodes: dict[int, Node] = {}
        self.active: dict[str, int] = {}
        self.devices: list[Facts] = []
        self.places: Counter[int] = Counter()
        self.suspensions: dict[int, Suspended] = {}
        self.slashed: list[tuple[int, int, str, int]] = []
        self.kinds: dict[int, list[KindTerms]] = {}
        self.series: dict[object, int] = {}
        self.open: set[object] = set()
        self.windows: dict[tuple[object, int], Window] = {}
        self.agreed: dict[object, tuple[int, int, int]] = {}
        self.earned: Counter[int] = Counter()
        self.rewarded: Counter[tuple[int, int]] = Counter()
        self.left = self.paid = self.surplus = self.funded = 0

    @property
    def owed(self) -> int:
        """What nodes earned and did not claim."""
        return sum(self.earned.values())

    # Devices

    def register(self, by: str, node: int, key: object, kind: int, on_curve: bool = True, proven: bool = True) -> int:
        """Takes a device into service; its number."""
        of = self.nodes.get(node)
        if of is None or by not in (of.owner, of.operator) or self.active.get(by) != of.entity:
            raise Refused("NotOfNode")
        if kind == 0:
            raise Refused("NoKind")
        if not on_curve:
            raise Refused("NotOnCurve")
        if any(one.key == key for one in self.devices):
            raise Refused("KeyInUse")
        self._require_stake(node, self.places[node] + 1)
        if not proven:
            raise Refused("NoProofOfPossession")
        self.places[node] += 1
        self.devices.append(Facts(node, of.entity, kind, key, self.now))
        return len(self.devices)

    def remove(self, by: str, device: int) -> None:
        """Out of service; the place stays taken."""
        one = self._known(device)
        if by not in (self.nodes[one.node].owner, self.nodes[one.node].operator):
            raise Refused("NotOfNode")
        if one.state != "Active":
            raise Refused("DeviceNotActive")
        one.state, one.since = "Removed", self.now

    def release(self, device: int) -> None:
        """The place of a removed device becomes free."""
        if not 1 <= device <= len(self.devices) or self.devices[device - 1].state != "Removed":
            raise Refused("DeviceNotRemoved")
        one = self.devices[device - 1]
        if self.now < one.since + COOLING:
            raise Refused("PlaceTaken")
        one.state = "Released"
        self.places[one.node] -= 1

    def slash_for(self, device: int) -> None:
        """The node of a suspended device pays, once."""
        one = self.suspensions.get(device)
        if one is None or one.slashed:
            raise Refused("NothingToSlash")
        one.slashed = True
        of = self.devices[device - 1]
        self.slashed.append((of.node, one.base, one.reporter, of.since))

    def set_terms(self, terms: DeviceTerms) -> None:
        """Sets what places cost and how weights move."""
        terms.check()
        self.terms = terms

    # Kinds and series

    def define(self, kind: int, terms: KindTerms) -> None:
        """Defines a kind, or what holds for its windows that are still empty."""
        if kind == 0:
            raise Refused("KindZero")
        timed = 60 <= terms.window <= 30 * DAY and 60 <= terms.grace <= 7 * DAY
        if not timed or terms.bps > WHOLE or terms.tolerance >= 2**95:
            raise Refused("KindOutOfRange")
        versions = self.kinds.setdefault(kind, [])
        if versions and versions[0].window != terms.window:
            raise Refused("WindowLengthFixed")
        versions.append(terms)

    def open_series(self, kind: int, series: Sequence[object]) -> None:
        """Opens series, new ones or closed ones."""
        if kind not in self.kinds:
            raise Refused("UnknownKind")
        self._batch(len(series))
        for one in series:
            if not one:
                raise Refused("NoSeries")
            if self.series.setdefault(one, kind) != kind:
                raise Refused("SeriesOfKind")
            self.open.add(one)

    def close_series(self, series: Sequence[object]) -> None:
        """Closes series."""
        self._batch(len(series))
        for one in series:
            if one not in self.open:
                raise Refused("SeriesNotOpen")
            self.open.remove(one)

    # Observations

    def submit(self, by: str, given: Sequence[Given]) -> int:
        """Takes observations, each signed for itself; how many were new."""
        self._batch(len(given))
        reasons: list[str] = []
        for one in given:
            self._require_service(one.device)
            what, why = self._plan(one)
            if what != "ignore" and not one.signed:
                raise Refused("BadDeviceSignature")
            self._carry_out(by, one, what)
            reasons.append(why)
        return self._taken(reasons)

    def submit_batch(self, by: str, device: int, given: Sequence[Given], signed: bool = True) -> int:
        """The same for one device and one signature."""
        self._batch(len(given))
        self._require_service(device)
        if not signed:
            raise Refused("BadDeviceSignature")
        reasons: list[str] = []
        for one in given:
            what, why = self._plan(one)
            self._carry_out(by, one, what)
            reasons.append(why)
            if self.devices[device - 1].state == "Suspended":
                break
        return self._taken(reasons)

    # Settlement

    def settle(self, by: str, series: object, number: int) -> str:
        """Settles a window; its outcome."""
        window = self.windows.get((series, number))
        if window is None:
            raise Refused("NothingObserved")
        if window.outcome != "Open":
            raise Refused("WindowAlreadySettled")
        terms = window.terms
        end = (number + 1) * terms.window
        if self.now < end + terms.grace:
            raise Refused("WindowStillOpen")
        heard = [e for e in window.entries if not e.struck and self.devices[e.device - 1].state != "Suspended"]
        sizes = Counter(entry.entity for entry in heard)
        if len(sizes) < LEAST_ENTITIES:
            window.outcome = "Thin"
            return "Thin"
        weights = {entry.device: self.devices[entry.device - 1].weight for entry in heard}
        median = lower_median([(e.value, Fraction(weights[e.device], sizes[e.entity])) for e in heard])
        most = tolerance(median, terms.tolerance, terms.bps)
        near = [entry for entry in heard if abs(entry.value - median) <= most]
        window.median, window.accepted = median, len(near)
        if 2 * len({entry.entity for entry in near}) <= len(sizes):
            window.outcome = "Disagreed"
            return "Disagreed"
        window.outcome = "Agreed"
        window.due, paid = self._pay(near, weights, terms.reward, end // self.epoch_length)
        window.judged = [(one.device, one in near, paid.get(one.device, 0)) for one in heard]
        for entry in heard:
            if entry in near:
                one = self.devices[entry.device - 1]
                one.weight = min(WHOLE, one.weight + self.terms.step)
            else:
                self._contradict(by, entry.device)
        if series not in self.agreed or self.agreed[series][1] <= number:
            self.agreed[series] = (median, number, len(near))
        return "Agreed"

    def latest(self, series: object) -> tuple[int, int, int]:
        """Value, first second of the window, how many were accepted."""
        if series not in self.agreed:
            raise Refused("NothingAgreed")
        value, number, accepted = self.agreed[series]
        return value, number * self.kinds[self.series[series]][0].window, accepted

    # Money

    def fund(self, amount: int) -> None:
        """Adds to the budget."""
        if amount == 0:
            raise Refused("NothingToFund")
        self.left += amount
        self.funded += amount

    def absorb(self) -> int:
        """Adds to the budget what was sent without a word."""
        amount, self.surplus = self.surplus, 0
        self.fund(amount)
        return amount

    def claim(self, by: str, node: int) -> int:
        """Hands the owner what its node earned."""
        of = self.nodes.get(node)
        if of is None or by != of.owner:
            raise Refused("NotNodeOwner")
        if by not in self.active:
            raise Refused("NotActive")
        amount = self.earned[node]
        if amount == 0:
            raise Refused("NothingEarned")
        self.earned[node] = 0
        self.paid += amount
        return amount

    def _pay(
        self, near: Sequence[Entry], weights: dict[int, int], reward: int, epoch: int
    ) -> tuple[int, dict[int, int]]:
        """What is due together, and what each device is paid for."""
        due: list[tuple[int, int]] = []
        planned: Counter[int] = Counter()
        for entry in near:
            node = self.devices[entry.device - 1].node
            room = max(0, self.cap - self.rewarded[node, epoch] - planned[node])
            amount = min(room, reward * weights[entry.device] // WHOLE)
            planned[node] += amount
            due.append((node, amount))
        total = sum(amount for _, amount in due)
        part = min(Fraction(1), Fraction(self.left, total)) if total else Fraction(0)
        paid = {entry.device: int(amount * part) for entry, (_, amount) in zip(near, due, strict=True)}
        for entry, (node, _) in zip(near, due, strict=True):
            self.earned[node] += paid[entry.device]
            self.rewarded[node, epoch] += paid[entry.device]
            self.left -= paid[entry.device]
        return total, paid

    def _contradict(self, by: str, device: int) -> None:
        one = self.devices[device - 1]
        one.weight //= 2
        if one.weight < self.terms.floor:
            if one.state != "Released":
                self.places[one.node] -= 1
            one.state, one.since = "Suspended", self.now
            self.suspensions[device] = Suspended(by, self.terms.stake)

    def _plan(self, one: Given) -> tuple[str, str]:
        if one.series not in self.open:
            raise Refused("SeriesNotOpen")
        kind = self.series[one.series]
        if self.devices[one.device - 1].kind != kind:
            raise Refused("DeviceOfOtherKind")
        if one.at > self.now:
            raise Refused("ObservedInFuture")
        number = one.at // self.kinds[kind][0].window
        window = self.windows.get((one.series, number), Window(self.kinds[kind][-1]))
        if self.now >= (number + 1) * window.terms.window + window.terms.grace:
            return "ignore", "Late"
        for entry in window.entries:
            if entry.device == one.device:
                second = not entry.struck and entry.value != one.value
                return ("strike", "") if second else ("ignore", "Repeated")
        entity = self.devices[one.device - 1].entity
        same = sum(entry.entity == entity for entry in window.entries)
        if len(window.entries) == MOST_ENTRIES or same == MOST_OF_ENTITY:
            return "ignore", "Full"
        return "take", ""

    def _carry_out(self, by: str, one: Given, what: str) -> None:
        kind = self.kinds[self.series[one.series]]
        key = one.series, one.at // kind[0].window
        device = self.devices[one.device - 1]
        if what == "take":
            window = self.windows.setdefault(key, Window(kind[-1]))
            window.entries.append(Entry(one.device, device.entity, one.at, one.value))
        elif what == "strike":
            (entry,) = (entry for entry in self.windows[key].entries if entry.device == one.device)
            entry.struck = True
            self._contradict(by, one.device)

    def _known(self, device: int) -> Facts:
        if not 1 <= device <= len(self.devices):
            raise Refused("UnknownDevice")
        return self.devices[device - 1]

    def _require_service(self, device: int) -> None:
        one = self._known(device)
        if one.state != "Active":
            raise Refused("DeviceNotActive")
        self._require_stake(one.node, self.places[one.node])

    def _require_stake(self, node: int, count: int) -> None:
        if not self.nodes[node].live:
            raise Refused("NodeNotLive")
        if count > self.nodes[node].active // self.terms.stake:
            raise Refused("TooManyDevices")

    @staticmethod
    def _taken(reasons: Sequence[str]) -> int:
        taken = sum(not why for why in reasons)
        if taken == 0:
            raise Refused("NothingTaken")
        return taken

    @staticmethod
    def _batch(count: int) -> None:
        if not 1 <= count <= MOST_BATCH:
            raise Refused("BatchOutOfRange")
