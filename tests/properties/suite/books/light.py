"""Light nodes, to the unit: the exact model, told of every event of devices, observations and settlements.

Independent of the contracts: what is done with an observation, the median of a window and who was near it, what each
device's weight becomes and its node earns within its cap and the budget, who is suspended."""

from __future__ import annotations

from typing import Any, ClassVar

from caldera.model.light import DeviceTerms, Given, KindTerms, LightModel, Suspended
from tests.properties.suite.books.balances import Balances
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.panels import Active, Panels
from tests.properties.suite.books.purse import Purse
from tests.properties.suite.stage import ERA, NOBODY, Stage
from tests.support.suite import DAY

EPOCH = 30 * DAY
OUTCOMES = ("Open", "Thin", "Disagreed", "Agreed")
WHY = ("Late", "Repeated", "Full")
STATES = ("None", "Active", "Removed", "Released", "Suspended")
CONTRADICTION = 2
"""The offence."""


class Light(Book):
    """`model`: accounts are addresses, series 32 bytes, keys pairs of them."""

    hears: ClassVar[Hears] = {
        **emits(
            "LightNodes",
            *("BudgetFunded", "BudgetMoved", "KindDefined", "SeriesOpened", "SeriesClosed", "NodeCapSet"),
            *("ObservationTaken", "ObservationIgnored", "SelfContradicted", "ObservationJudged", "WindowSettled"),
            "LightRewardClaimed",
        ),
        **emits(
            "DeviceRegister",
            *("DeviceRegistered", "DeviceRemoved", "DeviceReleased", "DeviceSuspended", "DeviceSlashed"),
            "DeviceTermsSet",
        ),
        **emits("Slasher", "NodeSlashed"),
    }

    def __init__(self, stage: Stage, balances: Balances, panels: Panels) -> None:
        self.panels, self.address = panels, stage.at("LightNodes")
        self.model = LightModel(stage.now, DeviceTerms(ERA, 100, 1), EPOCH, 0)
        untyped: Any = self.model
        untyped.nodes, untyped.active = panels.stakes.model.nodes, Active(panels)
        self.purse = Purse(balances, self.address)
        self.judged: list[tuple[Any, ...]] = []
        self.suspended = 0
        self.slashed: list[tuple[Any, ...]] = []
        self.devices_seen: set[int] = set()
        self.windows_seen: set[tuple[object, int]] = set()
        self.series_seen: set[object] = set()
        self.nodes_seen: set[int] = set()

    def before(self, scene: Scene) -> None:
        self.model.now = scene.now

    def after(self, scene: Scene) -> None:
        assert not self.judged, "9. judged without a settlement"
        assert not self.slashed, "7. slashed without a device"
        assert self.suspended == len(self.model.suspensions), "7. who is suspended"
        self.purse.settle()

    # devices

    def device_terms_set(self, event: Any, scene: Scene) -> None:
        given = event.terms
        self.model.set_terms(DeviceTerms(given.stakePerDevice, given.floor, given.step))

    def device_registered(self, event: Any, scene: Scene) -> None:
        made = self.model.register(scene.sender, event.node, (event.x, event.y), event.kind)
        assert (made, self.model.devices[made - 1].entity) == (event.device, event.entity)
        self.devices_seen.add(made)

    def device_removed(self, event: Any, scene: Scene) -> None:
        self.model.remove(scene.sender, event.device)
        self.devices_seen.add(event.device)

    def device_released(self, event: Any, scene: Scene) -> None:
        self.model.release(event.device)
        self.devices_seen.add(event.device)

    def device_suspended(self, event: Any, scene: Scene) -> None:
        """Said before what suspended it: `after` compares."""
        self.suspended += 1
        self.devices_seen.add(event.device)

    def node_slashed(self, event: Any, scene: Scene) -> None:
        if event.offence == CONTRADICTION:
            self.slashed.append((event.node, event.base, event.reporter, event.taken))

    def device_slashed(self, event: Any, scene: Scene) -> None:
        self.model.slash_for(event.device)
        node, base, reporter, since = self.model.slashed[-1]
        if event.taken:
            assert self.slashed.pop() == (node, base, reporter, event.taken), "7. slashed otherwise"
        stakes = self.panels.stakes
        there = stakes.model.nodes[node].active + stakes.model.nodes[node].leaving + event.taken
        due = stakes.rates.taken(CONTRADICTION, base, there, since)
        assert due <= event.taken <= due + bool(due), f"7. {node} lost {event.taken}, not {due}"
        self.devices_seen.add(event.device)

    # kinds and series

    def kind_defined(self, event: Any, scene: Scene) -> None:
        given = event.terms
        terms = given.window, given.grace, given.toleranceBps, given.tolerance, given.reward
        self.model.define(event.kind, KindTerms(*terms))
        assert event.version == len(self.model.kinds[event.kind])

    def series_opened(self, event: Any, scene: Scene) -> None:
        self.model.open_series(event.kind, [event.series])
        self.series_seen.add(event.series)

    def series_closed(self, event: Any, scene: Scene) -> None:
        self.model.close_series([event.series])
        self.series_seen.add(event.series)

    # observations

    def _observed(self, scene: Scene, event: Any, at: int, value: int, wanted: tuple[str, str]) -> None:
        """Does what the model plans, if it is this."""
        given = Given(event.device, event.series, at, value)
        what = self.model._plan(given)
        assert what == wanted, f"9. of {event} this is to be done: {what}"
        self.model._carry_out(scene.sender, given, what[0])
        number = at // self._length(event.series)
        if (event.series, number) in self.model.windows:
            self.windows_seen.add((event.series, number))
        self.devices_seen.add(event.device)

    def _length(self, series: object) -> int:
        return self.model.kinds[self.model.series[series]][0].window

    def observation_taken(self, event: Any, scene: Scene) -> None:
        self.model._require_service(event.device)
        assert event.window == event.at // self._length(event.series)
        self._observed(scene, event, event.at, event.value, ("take", ""))

    def observation_ignored(self, event: Any, scene: Scene) -> None:
        self.model._require_service(event.device)
        window = self.model.windows.get((event.series, event.at // self._length(event.series)))
        kept = [entry.value for entry in window.entries if entry.device == event.device] if window else []
        self._observed(scene, event, event.at, kept[0] if kept else 0, ("ignore", WHY[event.why]))

    def self_contradicted(self, event: Any, scene: Scene) -> None:
        window = self.model.windows[event.series, event.window]
        (entry,) = (entry for entry in window.entries if entry.device == event.device)
        assert event.first == entry.value
        self._observed(scene, event, event.window * window.terms.window, event.second, ("strike", ""))
        assert event.weight == self.model.devices[event.device - 1].weight

    # money

    def observation_judged(self, event: Any, scene: Scene) -> None:
        said = event.series, event.window, event.device, event.accepted, event.paid, event.weight
        self.judged.append(said)

    def window_settled(self, event: Any, scene: Scene) -> None:
        """9: the median, who was near it, and what each is paid, within caps and budget, rounded down."""
        series, number = event.series, event.window
        outcome = self.model.settle(event.reporter, series, number)
        window = self.model.windows[series, number]
        paid = sum(amount for _, _, amount in window.judged)
        said = OUTCOMES[event.outcome], event.value, event.accepted, event.due, event.paid
        wanted = outcome, window.median, window.accepted, window.due, paid
        assert said == wanted, f"9. a window is settled {said}, not {wanted}"
        judged = [(series, number, *one, self.model.devices[one[0] - 1].weight) for one in window.judged]
        assert self.judged == judged, f"9. judged are {self.judged}, not {judged}"
        self.judged = []
        self.windows_seen.add((series, number))
        self.series_seen.add(series)
        self.devices_seen |= {device for device, _, _ in window.judged}
        self.nodes_seen |= {self.model.devices[device - 1].node for device, _, _ in window.judged}

    def light_reward_claimed(self, event: Any, scene: Scene) -> None:
        assert self.model.claim(event.owner, event.node) == event.amount, "9. what a node earned, once"
        self.purse.goes(event.owner, event.amount)
        self.nodes_seen.add(event.node)

    def budget_funded(self, event: Any, scene: Scene) -> None:
        self.model.fund(event.amount)
        assert event.left == self.model.left
        if event.from_ == self.address:
            assert event.amount == self.purse.sent, "9. what was sent without a word, all of it"
            self.purse.sent = 0
        else:
            self.purse.comes(event.from_, event.amount)
        self.nodes_seen.add(0)

    def budget_moved(self, event: Any, scene: Scene) -> None:
        self.model.left -= event.amount
        assert event.left == self.model.left >= 0
        self.purse.goes(event.to, event.amount)
        self.nodes_seen.add(0)

    def node_cap_set(self, event: Any, scene: Scene) -> None:
        self.model.cap = event.cap

    # what must hold

    def check(self, stage: Stage) -> None:
        """7 and 9, of what was touched."""
        self.model.now = stage.now
        for device in self.devices_seen:
            self._device(stage, device)
        for series, number in self.windows_seen:
            self._window(stage, series, number)
        for series in self.series_seen:
            self._series(stage, series)
        light = stage.net.light_nodes
        for node in self.nodes_seen:
            assert light.earnedBy(node) == self.model.earned[node], f"9. what node {node} earned"
        for node, epoch in [key for key in self.model.rewarded if key[0] in self.nodes_seen]:
            assert light.rewardedIn(node, epoch) == self.model.rewarded[node, epoch], f"9. {node} in {epoch}"
        if self.nodes_seen:
            assert (light.budgetLeft(), light.budgetOwed()) == (self.model.left, self.model.owed), "9. the budget"
            self.purse.holds(self.model.left + self.model.owed)
        for seen in (self.devices_seen, self.windows_seen, self.series_seen, self.nodes_seen):
            seen.clear()

    def check_all(self, stage: Stage) -> None:
        self.devices_seen = {at + 1 for at in range(len(self.model.devices))}
        self.windows_seen, self.series_seen = set(self.model.windows), set(self.model.series)
        self.nodes_seen = {0, *self.model.nodes}
        self.check(stage)
        terms, devices = self.model.terms, stage.net.devices
        assert devices.deviceCount() == len(self.model.devices)
        assert tuple(devices.deviceTerms()) == (terms.stake, terms.floor, terms.step)

    def _device(self, stage: Stage, device: int) -> None:
        read, kept = stage.net.devices.deviceOf(device), self.model.devices[device - 1]
        key: Any = kept.key
        wanted = (*key, kept.node, kept.entity, kept.since, kept.kind, kept.weight, STATES.index(kept.state))
        assert tuple(read) == wanted, f"9. device {device} is {read}, not {wanted}"
        assert stage.net.devices.devicesOf(kept.node) == self.model.places[kept.node], f"9. places of {kept.node}"
        one = self.model.suspensions.get(device, Suspended(NOBODY, 0))
        assert tuple(stage.net.devices.suspensionOf(device)) == (one.reporter, one.base, one.slashed)

    def _window(self, stage: Stage, series: Any, number: int) -> None:
        outcome, terms, entries = stage.net.light_nodes.windowOf(series, number)
        kept = self.model.windows[series, number]
        wanted = [(one.value, one.device, one.at, one.entity, one.struck) for one in kept.entries]
        assert [tuple(one) for one in entries] == wanted, f"9. observations {entries}, not {wanted}"
        given = kept.terms
        assert OUTCOMES[outcome] == kept.outcome
        assert tuple(terms) == (given.window, given.grace, given.bps, given.tolerance, given.reward)

    def _series(self, stage: Stage, series: Any) -> None:
        light = stage.net.light_nodes
        assert tuple(light.seriesOf(series)) == (self.model.series[series], series in self.model.open)
        if series in self.model.agreed:
            assert tuple(light.latest(series)) == self.model.latest(series), "9. what others read"
