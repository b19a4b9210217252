"""Who may do what, by the plan: the profile's roles, holders and permissions, and the functions that the
ParameterBook sets.

Independent of the contracts: the plan is the profile, read as text; only which functions are restricted at all is
asked of the chain, once, and checked by `tests.properties.test_power`."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, ClassVar

from caldera.deployment.encoding import Function
from tests.properties.power_machine import EVERYBODY, governing, restricted
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.stage import Stage

GOVERNED = ("CalderaGovernor.execute", "CalderaTimelock.execute", "CalderaTimelock.executeBatch")
"""Where anybody may bring what was voted for, and has waited: it then comes from the timelock."""
ROLE_EVENTS = (
    *("RoleGranted", "RoleRevoked", "RoleAdminChanged", "RoleGuardianChanged", "RoleGrantDelayChanged"),
    *("TargetFunctionRoleUpdated", "TargetAdminDelayUpdated", "TargetClosed", "RoleSealed", "FunctionSealed"),
)
OFFICIAL: dict[str, tuple[tuple[str, ...], str]] = {
    "ParticipantRegistry": (("ParticipantChanged", "EntityCreated", "RegionDefined"), "COMPLIANCE"),
    "AssetCertificate": (("LienBroken",), "COMPLIANCE"),
    "ValueStandard": (("RateSet",), "STANDARD"),
    "CirculationIncentives": (("IncentiveClawedBack",), "ARBITER"),
    "LogisticsModule": (("Appraised",), "APPRAISER"),
}
"""Events that only the holders of a role can bring about."""


def named(function: Function, contract: str) -> str:
    """An entry point as tables show it: overloads by their signature."""
    return f"{contract}.{function.name}"


class Powers(Book):
    """`may`: by entry point, the accounts that the plan lets call it; what is not in it is for everybody."""

    hears: ClassVar[Hears] = {
        **emits("SuiteAccess", *ROLE_EVENTS),
        **{name: dict.fromkeys(events, "official") for name, (events, _) in OFFICIAL.items()},
        **{
            name: dict.fromkeys(("RoleGranted", "RoleRevoked", "RoleAdminChanged"), "role_granted")
            for name in ("CalderaTimelock",)
        },
    }

    def __init__(self, stage: Stage) -> None:
        profile = stage.deployed.profile
        self.timelock = stage.at("CalderaTimelock")
        self.begun = False
        self.entry = ""
        holders = {
            name: frozenset(str(stage.deployed.suite.address(holder.account)) for holder in role.holders)
            for name, role in profile.roles.items()
        }
        holders["ADMIN"] = frozenset([self.timelock])
        families = {family.set for family in profile.parameters.families} if profile.parameters else set()
        self.may: dict[str, frozenset[str]] = {}
        self.roles: dict[str, int] = {}
        self.named: defaultdict[int, set[str]] = defaultdict(set)
        """Whom a vote gave a role since."""
        for contract, function, role in restricted(stage.deployed):
            entry = named(function, contract)
            if role != EVERYBODY:
                plan = "PARAMETERS" if entry in families else profile.permissions.get(entry, "ADMIN")
                self.may[entry], self.roles[entry] = holders[plan], profile.role_id(plan)
        for contract, function in governing(stage.deployed):
            self.may[named(function, contract)] = holders["ADMIN"]
        self.officers = {stage.at(name): (events, holders[role]) for name, (events, role) in OFFICIAL.items()}

    def called(self, entry: str, sender: str, ok: bool) -> None:
        """10: nobody but those the plan names makes a privileged call."""
        self.entry = entry
        if ok and entry in self.may:
            voted = self.named[self.roles[entry]] if entry in self.roles else set()
            assert sender in self.may[entry] | voted, f"10. {sender} called {entry}"

    def official(self, event: Any, scene: Scene) -> None:
        """10: what only an officer may bring about came of an officer's transaction, or of a vote."""
        if self.begun:
            _, holders = self.officers[event.emitter]
            assert scene.sender in holders or self._voted(scene), f"10. {event} by {scene.sender}"

    def role_granted(self, event: Any, scene: Scene) -> None:
        """10: the powers change by a vote alone."""
        assert not self.begun or self._voted(scene), f"10. {event} by {scene.sender}"

        if event.abi_signature == "RoleGranted(uint64,address,uint32,uint48,bool)":
            self.named[event.roleId].add(event.account)

    def role_revoked(self, event: Any, scene: Scene) -> None:
        """10: taking a role away needs a vote, too, unless its holder gives it up."""
        if event.abi_signature == "RoleRevoked(uint64,address)":
            self.named[event.roleId].discard(event.account)
            assert not self.begun or self._voted(scene) or scene.sender == event.account, f"10. {event}"

    role_admin_changed = role_guardian_changed = role_grant_delay_changed = role_granted
    target_function_role_updated = target_admin_delay_updated = target_closed = role_granted
    role_sealed = function_sealed = role_granted

    def _voted(self, scene: Scene) -> bool:
        return scene.sender == self.timelock or self.entry in GOVERNED
