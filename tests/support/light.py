"""Light nodes on a chain: four enterprises with a node each, devices that sign, and a budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from caldera.contracts import DeviceRegister, EraToken, LightNodes, LightSlasherDouble, NodesDouble, structs
from caldera.devices import Device, Domain, halves, series_of
from caldera.evm import Account, Chain
from tests.support.suite import DAY, NOBODY, ROLES, Suite, selector_of
from tests.support.suite import build as build_suite

ERA = 10**18
STAKE, FLOOR, STEP = 1_000 * ERA, 2_500, 500
CAP = 100 * ERA
EPOCH = 30 * DAY
BUDGET = 1_000_000 * ERA
WINDOW, GRACE, BPS, TOLERANCE = 600, 300, 100, 50
REWARD = ERA
TEMPERATURE, HUMIDITY = 1, 2
KIND = structs.KindTerms(WINDOW, GRACE, BPS, TOLERANCE, REWARD)
COLD, WET = series_of("hall 7", "temperature", "0.01 CEL"), series_of("hall 7", "humidity", "0.01 P1")
FIRMS = ("alpha", "beta", "gamma", "delta")
OPEN, THIN, DISAGREED, AGREED = range(4)
NONE, ACTIVE, REMOVED, RELEASED, SUSPENDED = range(5)
LATE, REPEATED, FULL = range(3)
PERMISSIONS = {
    "register": {"VERIFIER": "confirm contradict", "GUARDIAN": "pause unpause"},
    "light": {"STANDARD": "defineKind openSeries closeSeries", "GUARDIAN": "pause unpause"},
}


@dataclass
class Light:
    """Each firm owns the node of its number in FIRMS, from 1, with stake for ten devices; alpha2 operates alpha's, the
    others operate their own. admin has all ERA that funds nothing, officer every role but ADMIN."""

    suite: Suite
    era: Any
    register: DeviceRegister
    light: LightNodes
    nodes: NodesDouble
    slasher: LightSlasherDouble
    secrets: dict[int, Device] = field(default_factory=dict)
    made: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.suite, name)

    @property
    def now(self) -> int:
        return self.suite.chain.now

    @property
    def window(self) -> int:
        """The present window of both kinds."""
        return self.now // WINDOW

    @cached_property
    def here(self) -> Domain:
        """What observations are signed for."""
        return Domain(self.suite.chain.chain_id, self.light.address)

    @cached_property
    def there(self) -> Domain:
        """What registrations are signed for."""
        return Domain(self.suite.chain.chain_id, self.register.address)

    def account(self, name: str) -> Account:
        return self.suite.chain.account(name)

    def fresh(self) -> Device:
        """A device whose key nobody had, the same in each run."""
        self.made += 1
        return Device.of_secret(10**30 + self.made)

    def device(self, firm: str, kind: int = TEMPERATURE) -> int:
        """A new device of a firm's node; its number."""
        node, secret = FIRMS.index(firm) + 1, self.fresh()
        proof = secret.prove(self.there, node, self.account(firm).address, kind)
        by = self.account(firm)
        number = self.register.registerDevice(node, *secret.public, kind, proof, sender=by).returned
        self.secrets[number] = secret
        return number

    def devices(self, *firms: str) -> list[int]:
        """A new device of each."""
        return [self.device(firm) for firm in firms]

    def signed(
        self, device: int, value: int, series: bytes = COLD, at: int | None = None, secret: Device | None = None
    ) -> tuple[structs.LightObservation, tuple[bytes, bytes]]:
        """An observation, as its device signs it without looking back."""
        one = structs.LightObservation(device, series, self.now if at is None else at, value)
        return one, halves((secret or self.secrets[device]).sign(self.here.observation(one)))

    def observe(self, *told: tuple[int, int], series: bytes = COLD, at: int | None = None) -> Any:
        """Brings what devices (number, value) observe, in one call, by nobody in particular."""
        pairs = [self.signed(device, value, series, at) for device, value in told]
        return self.light.submit([one for one, _ in pairs], [two for _, two in pairs], sender=self.suite.stranger)

    def close(self) -> int:
        """Goes to where the present window can be settled; its number."""
        window = self.window
        self.suite.chain.warp((window + 1) * WINDOW + GRACE)
        return window

    def settle(self, window: int, series: bytes = COLD) -> Any:
        """Settles, by nobody in particular."""
        return self.light.settle(series, window, sender=self.suite.mallory)

    def round(self, *told: tuple[int, int], series: bytes = COLD) -> int:
        """Brings, waits, settles; the outcome."""
        self.observe(*told, series=series)
        outcome: int = self.settle(self.close(), series).returned
        return outcome

    def weight(self, device: int) -> int:
        return self.register.deviceOf(device).weight

    def state(self, device: int) -> int:
        return self.register.deviceOf(device).state

    def stake(self, firm: str, active: int, live: bool = True) -> None:
        self.nodes.setStake(FIRMS.index(firm) + 1, active, 0, live, sender=self.suite.admin)

    def fund(self, amount: int) -> None:
        self.era.approve(self.light, amount, sender=self.suite.admin)
        self.light.fund(amount, sender=self.suite.admin)

    def has(self, account: Any) -> int:
        balance: int = self.era.balanceOf(account)
        return balance


def build(
    chain: Chain | None = None, token: Callable[[Suite], Any] | None = None, budget: int = BUDGET, cap: int = CAP
) -> Light:
    """Deploys, connects, enrols, funds. The clock stands at the beginning of an epoch and of a window.

    Args:
        token: makes another token than ERA, of which admin has enough.
    """
    suite = build_suite(chain)
    chain, admin, access, officer = suite.chain, suite.admin, suite.access, suite.officer
    era = token(suite) if token else EraToken.deploy(chain, admin, sender=admin)
    nodes = NodesDouble.deploy(chain, sender=admin)
    slasher = LightSlasherDouble.deploy(chain, sender=admin)
    terms = structs.DeviceTerms(STAKE, FLOOR, STEP)
    register = DeviceRegister.deploy(chain, access, suite.registry, nodes, slasher, terms, sender=admin)
    light = LightNodes.deploy(chain, access, era, suite.registry, register, EPOCH, cap, sender=admin)
    made = Light(suite, era, register, light, nodes, slasher)
    for target, roles in PERMISSIONS.items():
        contract = getattr(made, target)
        for role, names in roles.items():
            selectors = [selector_of(contract.ABI_NAME, name) for name in names.split()]
            access.setTargetFunctionRole(contract, selectors, ROLES[role], sender=admin)
    access.grantRole(ROLES["VERIFIER"], light, 0, sender=admin)
    for name in FIRMS:
        suite.enrol(name)
    suite.enrol("alpha2", entity=suite.entities["alpha"])
    for name in FIRMS:
        operator = "alpha2" if name == "alpha" else name
        owner, key = made.account(name), made.account(operator)
        nodes.add(owner, key, suite.entities[name], 10 * STAKE, 0, True, sender=admin)
    for kind, series in ((TEMPERATURE, COLD), (HUMIDITY, WET)):
        light.defineKind(kind, KIND, sender=officer)
        light.openSeries(kind, [series], sender=officer)
    if budget:
        made.fund(budget)
    chain.warp((chain.now // EPOCH + 1) * EPOCH)
    return made


__all__ = ["BUDGET", "CAP", "COLD", "ERA", "NOBODY", "STAKE", "WET", "Light", "build"]
