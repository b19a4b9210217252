"""Nobody but those the plan names: every privileged function, everybody who may not. See `power_machine`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from caldera.deployment.encoding import Function
from caldera.evm import Address, ContractError
from caldera.evm.address import to_address
from tests.properties import power_machine
from tests.properties.beside import run
from tests.properties.power_machine import PowerMachine, governing, holders, powers, restricted, who_may
from tests.support.deployed import Deployed, build
from tests.support.suite import name_of


@pytest.fixture(scope="module")
def standing() -> Deployed:
    return build()


@pytest.fixture
def deployed(standing: Deployed) -> Iterator[Deployed]:
    with standing.chain.isolated():
        yield standing


def refusal(deployed: Deployed, name: str, function: Function, sender: Address) -> str | None:
    """The error that a call with empty arguments meets; None where it went through."""
    try:
        deployed.chain.call(to_address(deployed.made.address(name)), function.selector + bytes(1024), sender)
    except ContractError as error:
        return name_of(error)
    return None


def test_each_restricted_function_is_refused_to_everybody_who_does_not_hold_its_role(deployed: Deployed) -> None:
    """10, with empty arguments, of all pairs; and whoever holds the role gets past that check."""
    roles = restricted(deployed)
    assert len(roles) > 150
    held, tried = holders(deployed), 0
    for name, function, role in roles:
        for label, account in deployed.accounts.items():
            if label == name:
                continue  # on revm no contract is made to call itself
            refused = refusal(deployed, name, function, account) == "AccessManagedUnauthorized"
            assert refused == (label not in held[role]), f"{label}: {name}.{function.name}"
            tried += 1
    assert tried == len(roles) * (len(deployed.accounts) - 1)


def test_who_holds_what_is_what_the_profile_says(deployed: Deployed) -> None:
    labels = {address: label for label, address in deployed.accounts.items()}
    named = {0: {labels[to_address(deployed.suite.address(deployed.profile.admin.account))]}}
    for role in deployed.profile.roles.values():
        named[role.id] = {labels[to_address(deployed.suite.address(holder.account))] for holder in role.holders}
    assert holders(deployed) == named
    assert not any("deployer" in found for found in named.values())


def test_no_account_but_those_named_can_change_anything(standing: Deployed) -> None:
    """The machine: any arguments, any time."""
    roles = restricted(standing)
    own = governing(standing)
    stand = {
        "deployed": standing,
        "functions": [*((name, one) for name, one, _ in roles), *own],
        "allowed": [*who_may(standing, roles), *(None for _ in own)],
        "stood": powers(standing),
        "governor": next(iter(holders(standing)[0])),
    }
    before = holders(standing)
    mark = standing.chain.snapshot()
    run(PowerMachine, mark, **stand)
    assert holders(standing) == before


def test_the_machine_knows_every_contract_that_keeps_powers_of_its_own(standing: Deployed) -> None:
    """A contract with roles, an owner or a timelock of its own would have to be in `OWN`."""
    marks = {"grantRole", "transferOwnership", "setOwner", "changeAdmin", "upgradeTo", "upgradeToAndCall"}
    names = standing.made.addresses
    found = {name for name in names for one in standing.writers(name) if one.name in marks}
    assert "SuiteAccess" in found
    assert found <= set(power_machine.OWN)
