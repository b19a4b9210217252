"""The powers of the development chain: the page says what stands there, and ways out stay open whatever is paused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from caldera.artifacts import load
from caldera.deployment import PowerMap, Web3Port, power_map
from caldera.deployment.access_log import STRANGER, UNAUTHORIZED, answer, writers
from caldera.deployment.exits import EXITS, NO_EXITS, PAUSED, Exit, read_exits, verify_exits
from caldera.deployment.power_map import HolderKind
from caldera.deployment.power_page import page
from caldera.deployment.role_words import ASKED_BY_CONTRACTS
from caldera.deployment.suite import Suite
from caldera.devnet import Devnet
from tests.integration.deployment_node import ROOT
from tests.support.devnet import Fresh

WAY_OUT = re.compile(
    r"^(withdraw|redeem|claim|release|unbond|refund|repay|collect|takeBack|takeOut|surrender|settle|payExit|payHeld|pay$)"
)


@dataclass
class Stand:
    """The development chain and what it says."""

    devnet: Devnet
    suite: Suite
    found: PowerMap


@pytest.fixture(scope="module")
def stand(fresh: Fresh) -> Iterator[Stand]:
    with fresh() as devnet:
        made = devnet.deployment
        suite = Suite(devnet.profile, load(), Web3Port(devnet.chain.url), made.deployer, made.addresses)
        yield Stand(devnet, suite, power_map(suite, 0))


@pytest.fixture
def paused(stand: Stand) -> Iterator[Stand]:
    """Everything that can be paused is."""
    devnet = stand.devnet
    with devnet.chain.isolated():
        guardian = devnet.officer("guardian")
        devnet.chain.set_balance(guardian, 10**20)
        port = Web3Port(devnet.chain.url, sender=guardian.address, unlocked=True, poll=0.01)
        for name in pausable(stand):
            data = stand.suite.function(name, "pause").encode(7 * 86_400)
            port.send(stand.suite.addresses[name], data, port.nonce(guardian.address))
        yield stand


def pausable(stand: Stand) -> list[str]:
    return sorted(
        one.removesuffix(".pause") for one in stand.found.role("GUARDIAN").functions if one.endswith(".pause")
    )


def test_the_page_is_up_to_date(stand: Stand) -> None:
    assert (ROOT / "docs/power.md").read_text(encoding="utf-8") == page(stand.found, "power.png")
    assert (ROOT / "docs/power.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_restricted_functions_are_those_of_the_profile(stand: Stand) -> None:
    profile, found = stand.devnet.profile, stand.found.restricted()
    named = {name.split("(")[0]: role for name, role in profile.permissions.items()}
    assert {name: role for name, role in found.items() if name in named} == named
    own = {name for name in found if name not in named}
    assert {found[name] for name in own} == {"ADMIN"}
    assert {name for name in own if not name.startswith("SuiteAccess.")} == set()


def test_holders_are_those_of_the_profile(stand: Stand) -> None:
    profile = stand.devnet.profile
    for name, entry in profile.roles.items():
        assert sorted(one.holder.name for one in stand.found.role(name).members) == sorted(
            one.account.removeprefix("$") for one in entry.holders
        )


def test_every_held_role_can_do_something_that_the_map_says(stand: Stand) -> None:
    idle = {role.name for role in stand.found.roles if role.members and not role.functions}
    assert idle <= set(ASKED_BY_CONTRACTS)
    for functions in ASKED_BY_CONTRACTS.values():
        name, function = functions[0].split(",")[0].split(".")
        assert function in {one.name for one in writers(stand.suite, name)}


def test_persons_and_contracts_are_told_apart(stand: Stand) -> None:
    kinds = {member.holder.name: member.holder.kind for role in stand.found.roles for member in role.members}
    assert kinds["compliance"] is HolderKind.ACCOUNT
    assert kinds["CreditDesk"] is HolderKind.CONTRACT


def test_contracts_that_obey_a_contract(stand: Stand) -> None:
    found = {(one.contract, one.error): one for one in stand.found.wires}
    pool = found["LendingPoolEUR", "OnlyDesk"]
    assert (set(pool.functions), pool.callers) == ({"lend", "settle", "hold"}, ("CreditDesk",))
    assert found["AssetCertificate", "NotTheModule"].callers == tuple(
        sorted(one.module[1:] for one in stand.devnet.profile.modules if one.ledger == "$AssetCertificate")
    )
    for wire in stand.found.wires:
        assert wire.callers, wire
        assert set(wire.callers) <= set(stand.suite.addresses), wire


def test_no_contract_can_become_another(stand: Stand) -> None:
    """`multicall` is the one use, and it names the contract itself as the code to run."""
    assert all(any(one.name == "multicall" for one in writers(stand.suite, name)) for name in stand.found.delegating)


class TestWaysOut:
    def test_none_is_stopped_where_everything_is_paused(self, paused: Stand) -> None:
        assert len(pausable(paused)) > 25
        found = read_exits(paused.suite)
        assert {one.contract: one.refused for one in found if one.refused} == {}
        assert list(verify_exits(found)) == []

    def test_each_pause_stops_something(self, paused: Stand) -> None:
        idle = set()
        roles = paused.devnet.profile.roles
        holders = {name: paused.suite.address(one.holders[0].account) for name, one in roles.items() if one.holders}
        for name in pausable(paused):
            stopped = []
            for function in writers(paused.suite, name):
                role = paused.found.restricted().get(f"{name}.{function.name}", "")
                caller = paused.suite.address(paused.devnet.profile.admin.account) if role == "ADMIN" else STRANGER
                if answer(paused.suite, name, function, holders.get(role, caller))[:4] == PAUSED:
                    stopped.append(function.name)
            if not stopped:
                idle.add(name)
            assert not set(stopped) & set(EXITS.get(paused.devnet.profile.entry(name).contract_type, ()))

        assert idle == set()

    def test_whatever_sounds_like_one_is_one_or_says_why_not(self, stand: Stand) -> None:
        obeying = {f"{one.contract}.{name}" for one in stand.found.wires for name in one.functions}
        restricted = stand.found.restricted()
        for entry in stand.devnet.profile.contracts:
            known = EXITS.get(entry.contract_type, ())
            for function in writers(stand.suite, entry.name):
                here = f"{entry.name}.{function.name}"
                if not WAY_OUT.match(function.name) or here in restricted or here in obeying:
                    continue
                assert function.name in known or f"{entry.contract_type}.{function.name}" in NO_EXITS, here

    def test_what_is_no_way_out_is_there(self, stand: Stand) -> None:
        compiled = stand.suite.artifacts
        for one in NO_EXITS:
            contract, function = one.split(".")
            assert any(entry.get("name") == function for entry in compiled[contract].abi), one

    def test_one_that_is_shut_is_found(self, paused: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            "caldera.deployment.exits.EXITS", {"ReceivableModule": ("create", "writeOff", "none", "pay")}
        )
        (found,) = read_exits(paused.suite)
        assert found.refused == (
            ("create", "paused"),
            ("writeOff", "restricted to a role"),
            ("none", "no such function"),
        )
        assert [str(one) for one in verify_exits((found,))] == [
            f"permission: ReceivableModule.{name}: expected a way out, open at any time, found {cause}"
            for name, cause in found.refused
        ]

    def test_the_same_functions_are_not_paused_before(self, stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("caldera.deployment.exits.EXITS", {"ReceivableModule": ("create", "pay")})
        assert read_exits(stand.suite) == (Exit("ReceivableModule", ("create", "pay")),)
        create = stand.suite.function("ReceivableModule", "create")
        assert answer(stand.suite, "ReceivableModule", create)[:4] not in (PAUSED, UNAUTHORIZED)
