"""Every privileged function, called by everybody who may not, at any time, with any arguments.

10. No privileged call can be made by anyone the plan does not name: from the deployed state a restricted function
    refuses every account that does not hold its role, whatever the arguments, whatever the time.
10a. Whoever tries, the powers stay as they were: who holds which role with which delay, which role may call which
    function, who governs the timelock, the ERA that reserves and budgets hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from caldera.deployment.encoding import Function
from caldera.evm import ContractError
from caldera.evm.address import to_address
from tests.properties.arguments import arguments
from tests.properties.beside import Beside
from tests.support.deployed import Deployed
from tests.support.suite import name_of

DAY = 86_400
EVERYBODY = 2**64 - 1
RECEIVING = {"onERC721Received", "onERC1155Received", "onERC1155BatchReceived"}
"""What a token calls whom it comes to: anybody may, and nothing happens."""
OWN = {
    "SuiteAccess": {"execute", "schedule", "cancel", "consumeScheduledOp", "renounceRole", "multicall"},
    "CalderaTimelock": {"execute", "executeBatch", "renounceRole", *RECEIVING},
    "CalderaGovernor": {
        "propose",
        "castVote",
        "castVoteBySig",
        "castVoteWithReason",
        "castVoteWithReasonAndParams",
        "castVoteWithReasonAndParamsBySig",
        "queue",
        "execute",
        "cancel",
    },
}
"""Contracts that see to their powers themselves, and the functions there that anybody may try: what they do depends on
what was scheduled or voted before, which other machines go through."""


def restricted(deployed: Deployed) -> list[tuple[str, Function, int]]:
    """The functions that ask the AccessManager who calls, and the role it wants. Asked of the chain."""
    suite, stranger = deployed.suite, deployed.accounts["stranger"]
    found: list[tuple[str, Function, int]] = []
    for name in deployed.made.addresses:
        if not suite.has(name, "authority"):
            continue
        for one in deployed.writers(name):
            if one.name == "setAuthority":
                continue
            try:
                deployed.chain.call(to_address(deployed.made.address(name)), one.selector + bytes(1024), stranger)
            except ContractError as error:
                if name_of(error) == "AccessManagedUnauthorized":
                    role = suite.read(suite.access, "getTargetFunctionRole", suite.addresses[name], one.selector)[0]
                    found.append((name, one, role))
    return found


def governing(deployed: Deployed) -> list[tuple[str, Function]]:
    """The functions of contracts that see to their powers themselves, but those that anybody may try."""
    return [
        (name, one)
        for name, open_ones in OWN.items()
        if name in deployed.made.addresses
        for one in deployed.writers(name)
        if one.name not in open_ones
    ]


def holders(deployed: Deployed) -> dict[int, set[str]]:
    """Who holds which role, of everybody there is."""
    suite, found = deployed.suite, dict[int, set[str]]()
    for role in (0, *(entry.id for entry in deployed.profile.roles.values())):
        found[role] = {
            label
            for label, account in deployed.accounts.items()
            if suite.read(suite.access, "hasRole", role, account)[0]
        }
    return found


class PowerMachine(Beside):
    """`functions`: restricted and governing ones; `allowed`: who may call each; `stood`: the powers at first;
    `governor`: who is ADMIN."""

    deployed: ClassVar[Deployed]
    functions: ClassVar[list[tuple[str, Function]]]
    allowed: ClassVar[list[set[str] | None]]
    stood: ClassVar[dict[str, Any]]
    governor: ClassVar[str]
    reached = ()

    def __init__(self) -> None:
        super().__init__()
        self.deployed.chain.restore(self.mark)

    @rule(place=st.integers(0, 10**6), data=st.data())
    def tries(self, place: int, data: st.DataObject) -> None:
        """Somebody without the role calls."""
        number = place % len(self.functions)
        (name, function), may = self.functions[number], self.allowed[number]
        excused = {name} | (may if may is not None else {self.governor})
        labels = sorted(set(self.deployed.accounts) - excused)
        label = data.draw(st.sampled_from(labels))
        everybody = sorted(self.deployed.accounts.values())
        values = [data.draw(arguments(entry, everybody)) for entry in function.entry["inputs"]]
        note(f"{label} calls {name}.{function.name}")
        to, sender = to_address(self.deployed.made.address(name)), self.deployed.accounts[label]
        receipt = self.deployed.chain.transact_raw(to, function.encode(*values), sender)
        self.calls[name] += 1  # refused, all of them: that is the point
        assert not receipt.ok, f"{label} called {name}.{function.name}"
        if may is not None:
            assert receipt.error is not None
            assert name_of(receipt.error) == "AccessManagedUnauthorized", receipt.error

    @rule(days=st.integers(1, 400))
    def waits(self, days: int) -> None:
        """Whatever was delayed is due then."""
        self.deployed.chain.skip(days * DAY)

    @invariant()
    def powers_stand(self) -> None:
        """10a."""
        assert powers(self.deployed) == self.stood


def powers(deployed: Deployed) -> dict[str, Any]:
    """What a change of power would show in, in few reads: the rest is compared at the end."""
    suite, found = deployed.suite, dict[str, Any]()
    admin = deployed.profile.admin.account
    found["admin"] = suite.read(suite.access, "hasRole", 0, suite.address(admin))
    for name in ("CirculationIncentives", "Treasury", "CommunityReserve", "ResearchReserve", "VestingVault"):
        found[name] = deployed.read("EraToken", "balanceOf", deployed.made.address(name))
    return found


def who_may(deployed: Deployed, roles: list[tuple[str, Function, int]]) -> Iterator[set[str]]:
    """For each restricted function the accounts that hold its role."""
    held = holders(deployed)
    for _, _, role in roles:
        yield set(deployed.accounts) if role == EVERYBODY else held.get(role, set())
