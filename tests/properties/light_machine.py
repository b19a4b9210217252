"""Everything anybody can do with light nodes, beside an exact model that must agree after every step.

Always true:
N1. What the contract has = budget left + what nodes earned + what was sent to it without a word; what was paid in =
    what is left + earned + claimed.
N2. Each node earned, to the unit, what the model says, and no node more for an epoch than the highest cap there was.
N3. Weights are between 1 and 10,000; whoever is below the floor of the moment it was judged is suspended and stays it.
N4. The places of a node = its devices in service and those removed that were not released.
N5. A window keeps at most 31 observations, at most 3 of an entity, and one of a device.
N6. Where a window agreed, at least three entities were heard; where it did not, nobody was paid for it and nobody
    lost weight.
N7. What others read is the median of the latest window that agreed.
N8. A node is slashed once for a suspended device, and never for another.
10. No privileged call succeeds for anyone the plan does not name.
"""

from collections import Counter
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.contracts import structs
from caldera.devices import Device, halves
from caldera.evm import Account, ContractError
from caldera.model.light import DeviceTerms, Given, KindTerms, LightModel, Node
from tests.properties.beside import Beside
from tests.support.light import (
    CAP,
    COLD,
    EPOCH,
    ERA,
    FIRMS,
    FLOOR,
    GRACE,
    KIND,
    NONE,
    STAKE,
    STEP,
    WET,
    WINDOW,
    Light,
)
from tests.support.suite import DAY, name_of

OUTCOMES = ("Open", "Thin", "Disagreed", "Agreed")
STATES = ("None", "Active", "Removed", "Released", "Suspended")
ACCOUNTS = (*FIRMS, "alpha2", "mallory")
SERIES = (COLD, WET, b"\3" * 32)

pick = st.integers(0, 1 << 30)
mostly = st.sampled_from([True] * 9 + [False])
accounts = st.sampled_from(ACCOUNTS)
values = st.sampled_from([2_000] * 6 + [2_001, 2_050, 2_051, 2_060, 9_000, -9_000, 0, 2**95 - 1, -(2**95)])
odds = st.sampled_from([2_000, 2_050, 2_051, 9_000, 9_001, -9_000])
series_ = st.sampled_from([COLD] * 8 + [WET, WET, SERIES[2]])
told = st.tuples(pick, series_, values, st.sampled_from([0] * 8 + [1, WINDOW, WINDOW + GRACE]), mostly)


def kind_of(terms: structs.KindTerms) -> KindTerms:
    return KindTerms(terms.window, terms.grace, terms.toleranceBps, terms.tolerance, terms.reward)


class LightMachine(Beside):
    """The machine. `place` is shared by all examples; each begins at `mark`."""

    place: Light
    reached = (
        "register",
        "remove",
        "release",
        "slashFor",
        "submit",
        "submitBatch",
        "settle",
        "claim",
        "defineKind",
        "setTerms",
        "Agreed",
        "Disagreed",
        "Thin",
    )

    def __init__(self) -> None:
        super().__init__()
        self.place.suite.chain.restore(self.mark)
        self.secrets: list[Device] = []
        self.model = LightModel(self.place.now, DeviceTerms(STAKE, FLOOR, STEP), EPOCH, CAP)
        self.highest = CAP
        for name in (*FIRMS, "alpha2"):
            self.model.active[name] = self.place.suite.entities[name]
        for i, name in enumerate(FIRMS):
            operator = "alpha2" if name == "alpha" else name
            self.model.nodes[i + 1] = Node(name, operator, self.place.suite.entities[name], 10 * STAKE)
        for kind, series in ((1, COLD), (2, WET)):
            self.model.define(kind, kind_of(KIND))
            self.model.open_series(kind, [series])

    def kept(self) -> Any:
        return deepcopy(self.model.__dict__)

    def put_back(self, kept: Any) -> None:
        self.model.__dict__.clear()
        self.model.__dict__.update(kept)

    def account(self, name: str) -> Account:
        return self.place.account(name)

    @initialize(amount=st.sampled_from([0, 10, 3 * ERA, 1_000 * ERA]), floor=st.sampled_from([FLOOR, 5_000]))
    def begin(self, amount: int, floor: int) -> None:
        self.set_terms(STAKE, floor, STEP)
        for firm in (*FIRMS[:3], *FIRMS):
            self._register(firm, FIRMS.index(firm) + 1, 1)
        self._register("beta", 2, 2)
        if amount:
            self.fund(amount)

    # Devices

    @rule(by=accounts, node=st.integers(0, 5), which=pick, own=mostly)
    def register(self, by: str, node: int, which: int, own: bool) -> None:
        if own:
            by = FIRMS[which % 4]
            node = FIRMS.index(by) + 1
        self._register(by, node, 1 + (which % 8 == 0) - (which % 32 == 1), which % 16)

    def _register(self, by: str, node: int, kind: int, fault: int = 15) -> None:
        """`fault`: 0 a key that is known, 1 off the curve, 2 a proof for another node."""
        number = len(self.secrets) + 1
        secret = self.secrets[0] if fault == 0 and self.secrets else Device.of_secret(10**40 + number)
        x, y = secret.public
        owner = self.account(self.model.nodes[node].owner if node in self.model.nodes else "mallory").address
        proof = secret.prove(self.place.there, node + (fault == 2), owner, max(kind, 0))
        key = secret.public
        done = self.both(
            "register",
            lambda: self.model.register(by, node, key, kind, on_curve=fault != 1, proven=fault != 2),
            lambda: (
                self.place.register.registerDevice(
                    node, x, x if fault == 1 else y, kind, proof, sender=self.account(by)
                ).returned
            ),
        )
        if done:
            self.secrets.append(secret)

    @rule(by=accounts, which=pick, own=mostly)
    def remove(self, by: str, which: int, own: bool) -> None:
        device = self.device(which)
        if own and device <= len(self.secrets):
            by = self.model.nodes[self.model.devices[device - 1].node].owner
        self.both(
            "remove",
            lambda: self.model.remove(by, device),
            lambda: self.place.register.removeDevice(device, sender=self.account(by)),
        )

    @rule(which=pick)
    def release(self, which: int) -> None:
        if which % 3 == 0:
            self.wait(31 * DAY)
        removed = [i for i, one in enumerate(self.model.devices, 1) if one.state == "Removed"]
        device = removed[which % len(removed)] if removed and which % 4 else self.device(which)
        self.both(
            "release",
            lambda: self.model.release(device),
            lambda: self.place.register.releaseDevice(device, sender=self.account("mallory")),
        )

    @rule(which=pick)
    def slash(self, which: int) -> None:
        fallen = sorted(self.model.suspensions)
        device = fallen[which % len(fallen)] if fallen and which % 4 else self.device(which)
        self.both(
            "slashFor",
            lambda: self.model.slash_for(device),
            lambda: self.place.register.slashFor(device, sender=self.account("mallory")),
        )

    def device(self, which: int) -> int:
        """Mostly one that is there."""
        return 1 + which % (len(self.secrets) + (which % 29 == 0))

    # Observations

    def given(self, one: tuple[int, bytes, int, int, bool], device: int = 0) -> Given:
        which, series, value, back, signed = one
        device = device or self.device(which)
        ahead = -1 if which % 97 == 0 else back
        return Given(device, series, self.place.now - ahead, value, signed)

    @rule(by=accounts, some=st.lists(told, min_size=1, max_size=8))
    def submit(self, by: str, some: list[tuple[int, bytes, int, int, bool]]) -> None:
        self._submit(by, [self.given(one) for one in some])

    @rule(by=accounts, value=values, odd=odds, which=pick)
    def go_round(self, by: str, value: int, odd: int, which: int) -> None:
        """All that are in service say the same, one of them perhaps not; then time passes, and it is settled."""
        self.observe_all(by, value, odd, which)
        if COLD in self.model.open:
            number = self.place.now // WINDOW
            self.wait(WINDOW + 900)
            self._settle(by, COLD, number)
            if self.model.suspensions and which % 4 == 1:
                self.slash(which)

    @rule(by=accounts, value=values, odd=odds, which=pick)
    def observe_all(self, by: str, value: int, odd: int, which: int) -> None:
        """All that are in service say the same, one of them perhaps not."""
        active = [i for i, one in enumerate(self.model.devices, 1) if one.state == "Active" and one.kind == 1]
        good = [i for i in active if self.model.nodes[self.model.devices[i - 1].node].live]
        if good:
            other = good[-1] if which % 2 else good[which % len(good)]
            if which % 16 == 3:
                good = good[:2]
            apart = 1_000 if which % 16 == 5 else 0
            at = self.place.now
            self._submit(by, [Given(i, COLD, at, odd if i == other else value % 10_000 + i * apart) for i in good])

    def _submit(self, by: str, given: list[Given]) -> None:
        observations = [structs.LightObservation(one.device, one.series, one.at, one.value) for one in given]  # type: ignore[arg-type]
        signatures = []
        for one, observation in zip(given, observations, strict=True):
            right = min(one.device, len(self.secrets)) - 1
            secret = self.secrets[right if one.signed else right - 1]
            signatures.append(halves(secret.sign(self.place.here.observation(observation))))
        self.both(
            "submit",
            lambda: self.model.submit(by, given),
            lambda: self.place.light.submit(observations, signatures, sender=self.account(by)).returned,
        )

    @rule(by=accounts, which=pick, some=st.lists(told, min_size=1, max_size=4), signed=mostly)
    def batch(self, by: str, which: int, some: list[tuple[int, bytes, int, int, bool]], signed: bool) -> None:
        device = self.device(which)
        given = [self.given(one, device) for one in some]
        readings = [structs.LightReading(one.series, one.at, one.value) for one in given]  # type: ignore[arg-type]
        right = min(device, len(self.secrets)) - 1
        secret = self.secrets[right if signed else right - 1]
        signature = halves(secret.sign(self.place.here.batch(device, readings)))
        self.both(
            "submitBatch",
            lambda: self.model.submit_batch(by, device, given, signed),
            lambda: self.place.light.submitBatch(device, readings, signature, sender=self.account(by)).returned,
        )

    @rule(by=accounts, which=pick)
    def settle(self, by: str, which: int) -> None:
        ready = [
            key
            for key, one in self.model.windows.items()
            if one.outcome == "Open" and self.place.now >= (key[1] + 1) * WINDOW + one.terms.grace
        ]
        known = ready if ready and which % 8 else list(self.model.windows)
        self._settle(by, *(known[which % len(known)] if known else (COLD, 5)))

    def _settle(self, by: str, series: Any, number: int) -> None:
        before = {i: one.weight for i, one in enumerate(self.model.devices)}
        owed = self.model.owed
        outcomes: list[str] = []

        def expected() -> int:
            outcomes.append(self.model.settle(by, series, number))
            return OUTCOMES.index(outcomes[0])

        done = self.both(
            "settle",
            expected,
            lambda: self.place.light.settle(series, number, sender=self.account(by)).returned,
        )
        if not done:
            return
        self.calls[outcomes[0]] += 1
        if outcomes[0] == "Agreed":
            heard = {entry.entity for entry in self.model.windows[series, number].entries if not entry.struck}
            assert len(heard) >= 3, "N6"
        else:
            assert self.model.owed == owed == self.place.light.budgetOwed(), "N6"
            assert before == {i: self.place.weight(i + 1) for i in before}, "N6"

    # Governance

    @rule(stake=st.sampled_from([STAKE, STAKE, 2 * STAKE, ERA, ERA - 1]), floor=st.integers(99, 5_001), step=pick)
    def set_terms(self, stake: int, floor: int, step: int) -> None:
        terms = DeviceTerms(stake, floor, step % 1_002)
        self.both(
            "setTerms",
            lambda: self.model.set_terms(terms),
            lambda: self.place.register.setDeviceTerms(
                structs.DeviceTerms(terms.stake, terms.floor, terms.step), sender=self.place.admin
            ),
        )

    @rule(
        kind=st.sampled_from([0, 1, 1, 1, 2, 3]),
        grace=st.sampled_from([59, 60, GRACE, GRACE, 900]),
        window=st.sampled_from([WINDOW] * 6 + [WINDOW + 1]),
        bps=st.sampled_from([0, 100, 10_000, 10_001]),
        tolerance=st.sampled_from([0, 50, 2**95 - 1, 2**95]),
        reward=st.sampled_from([0, 1, 7, ERA, ERA + 1, 2**80 - 1]),
    )
    def define(self, kind: int, grace: int, window: int, bps: int, tolerance: int, reward: int) -> None:
        terms = structs.KindTerms(window, grace, bps, tolerance, reward)
        self.both(
            "defineKind",
            lambda: self.model.define(kind, kind_of(terms)),
            lambda: self.place.light.defineKind(kind, terms, sender=self.place.officer),
        )

    @rule(which=pick, kind=st.sampled_from([1, 1, 2, 3]), opening=mostly)
    def list_series(self, which: int, kind: int, opening: bool) -> None:
        some = [SERIES[which % 3]] if which % 16 else [bytes(32)]
        given = [one if any(one) else 0 for one in some]
        if opening:
            self.both(
                "openSeries",
                lambda: self.model.open_series(kind, given),
                lambda: self.place.light.openSeries(kind, some, sender=self.place.officer),
            )
        else:
            self.both(
                "closeSeries",
                lambda: self.model.close_series(given),
                lambda: self.place.light.closeSeries(some, sender=self.place.officer),
            )

    @rule(cap=st.sampled_from([0, 1, ERA, CAP, 2 * CAP]))
    def set_cap(self, cap: int) -> None:
        self.place.light.setNodeCap(cap, sender=self.place.admin)
        self.model.cap = cap
        self.highest = max(self.highest, cap)

    @rule(node=st.integers(1, 4), places=st.sampled_from([0, 1, 2, 10, 10, 10]), live=mostly)
    def stake(self, node: int, places: int, live: bool) -> None:
        self.place.nodes.setStake(node, places * STAKE, 0, live, sender=self.place.admin)
        self.model.nodes[node].active, self.model.nodes[node].live = places * STAKE, live

    @rule(name=st.sampled_from(["delta", "alpha2"]))
    def suspend_or_reinstate(self, name: str) -> None:
        registry, officer = self.place.registry, self.place.officer
        if name in self.model.active:
            del self.model.active[name]
            registry.suspend(self.account(name), sender=officer)
        else:
            self.model.active[name] = self.place.suite.entities[name]
            registry.reinstate(self.account(name), sender=officer)

    # Money

    @rule(amount=st.sampled_from([0, 1, 10, ERA, 50 * ERA]))
    def fund(self, amount: int) -> None:
        self.place.era.approve(self.place.light, amount, sender=self.place.admin)
        self.both(
            "fund",
            lambda: self.model.fund(amount),
            lambda: self.place.light.fund(amount, sender=self.place.admin),
        )

    @rule(amount=st.integers(1, 10**18))
    def donate(self, amount: int) -> None:
        self.place.era.transfer(self.place.light, amount, sender=self.place.admin)
        self.model.surplus += amount

    @rule()
    def absorb(self) -> None:
        self.both(
            "absorb",
            self.model.absorb,
            lambda: self.place.light.absorb(sender=self.account("mallory")).returned,
        )

    @rule(by=accounts, node=st.integers(0, 5), own=mostly)
    def claim(self, by: str, node: int, own: bool) -> None:
        if own and node in self.model.nodes:
            by = self.model.nodes[node].owner
        before = self.place.has(self.account(by))
        done = self.both(
            "claim",
            lambda: self.model.claim(by, node),
            lambda: self.place.light.claim(node, sender=self.account(by)).returned,
        )
        assert done or self.place.has(self.account(by)) == before

    @rule(by=st.sampled_from([1, 60, GRACE, WINDOW, WINDOW + GRACE, WINDOW + GRACE, 31 * DAY]))
    def wait(self, by: int) -> None:
        self.place.suite.chain.skip(by)
        self.model.now = self.place.now

    @rule(which=pick)
    def privileged(self, which: int) -> None:
        light, register, nobody = self.place.light, self.place.register, self.place.mallory
        calls: list[Any] = [
            lambda: light.defineKind(1, KIND, sender=nobody),
            lambda: light.openSeries(1, [COLD], sender=nobody),
            lambda: light.closeSeries([COLD], sender=nobody),
            lambda: light.setNodeCap(1, sender=nobody),
            lambda: light.moveBudget(nobody, 1, sender=nobody),
            lambda: light.pause(1, sender=nobody),
            lambda: register.pause(1, sender=nobody),
            lambda: register.confirm(1, sender=nobody),
            lambda: register.contradict(1, nobody, sender=nobody),
            lambda: register.setDeviceTerms(structs.DeviceTerms(STAKE, FLOOR, STEP), sender=nobody),
        ]
        try:
            calls[which % len(calls)]()
        except ContractError as error:
            assert name_of(error) == "AccessManagedUnauthorized"
        else:
            raise AssertionError("10: a privileged call succeeded")

    # What must hold

    @invariant()
    def money(self) -> None:
        light, model = self.place.light, self.model
        left, owed = light.budgetLeft(), light.budgetOwed()
        assert (left, owed) == (model.left, model.owed), "N1"
        assert self.place.has(light) == left + owed + model.surplus, "N1"
        assert model.funded == left + owed + model.paid, "N1"
        for node in self.model.nodes:
            assert light.earnedBy(node) == model.earned[node], "N2"
        for (node, epoch), amount in model.rewarded.items():
            assert light.rewardedIn(node, epoch) == amount <= self.highest, "N2"

    @invariant()
    def devices(self) -> None:
        register, model = self.place.register, self.model
        for number, one in enumerate(model.devices, 1):
            state, node, entity, kind, weight = register.standingOf(number)
            assert (STATES[state], node, entity, kind) == (one.state, one.node, one.entity, one.kind), "N3"
            assert weight == one.weight, "N3"
            assert 0 < weight <= 10_000, "N3"
            fact = register.suspensionOf(number)
            known = model.suspensions.get(number)
            assert (known is not None) == (one.state == "Suspended") == (fact.base != 0), "N3"
            if known is not None:
                assert fact.reporter == self.account(known.reporter).address, "N3"
                assert (fact.base, fact.slashed) == (known.base, known.slashed), "N8"
        assert register.standingOf(len(model.devices) + 1)[0] == NONE, "N3"
        for node in model.nodes:
            held = sum(one.node == node and one.state in ("Active", "Removed") for one in model.devices)
            assert register.devicesOf(node) == model.places[node] == held, "N4"
        assert self.place.slasher.count() == len(model.slashed), "N8"
        if model.slashed:
            node, base, reporter, at = model.slashed[-1]
            last = self.place.slasher.told(len(model.slashed) - 1)
            assert last == (node, base, 2, self.account(reporter).address, at), "N8"

    @invariant()
    def windows(self) -> None:
        light, model = self.place.light, self.model
        for (series, number), one in list(model.windows.items())[-4:]:
            outcome, terms, entries = light.windowOf(series, number)  # type: ignore[arg-type]
            assert (OUTCOMES[outcome], kind_of(terms)) == (one.outcome, one.terms), "N5"
            wanted = [(e.value, e.device, e.at, e.entity, e.struck) for e in one.entries]
            assert [tuple(entry) for entry in entries] == wanted, "N5"
            assert len({e.device for e in entries}) == len(entries) <= 31, "N5"
            assert max(Counter(e.entity for e in entries).values()) <= 3, "N5"
        for series in SERIES:
            try:
                read: Any = light.latest(series)
            except ContractError as error:
                assert name_of(error) == "NothingAgreed", "N7"
                assert series not in model.agreed, "N7"
            else:
                assert read == model.latest(series), "N7"
