"""Every difference planted behind the plan's back is found by `verify`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from caldera.artifacts import Artifacts, load
from caldera.deployment import Kind, Manifest, Profile, Web3Port, apply, parse_profile, verify
from caldera.deployment.encoding import function
from caldera.deployment.errors import HandedOver
from tests.integration.deployment_node import LOANS, MIDDLE, Node, running


@dataclass
class Standing:
    """The middle profile, applied."""

    node: Node
    compiled: Artifacts
    profile: Profile
    manifest: Manifest
    path: Path

    def address(self, name: str) -> str:
        """Of a contract."""
        return self.manifest.contracts[name].address

    def call(self, sender: str, name: str, function_name: str, *values: Any) -> None:
        """A transaction of an actor behind the plan's back."""
        data = function(self.compiled[self.manifest.contracts[name].type], function_name).encode(*values)
        self.node.act_as(self.profile.actors[sender], self.address(name), data)

    def findings(self) -> list[str]:
        """What verify says."""
        return [str(one) for one in verify(self.profile, self.compiled, Web3Port(self.node.url), self.manifest)]


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    content = {**MIDDLE, "admin": {"account": "$admin"}}
    content["roles"] = {**MIDDLE["roles"], "STANDARD": {"id": 2, "holders": [{"account": "$officer"}]}}
    profile, compiled = parse_profile(content), load()
    folder = tmp_path_factory.mktemp("anvil")
    with running(folder) as node:
        apply(profile, compiled, node.port(), folder / "m.json")
        manifest = Manifest.load(folder / "m.json")
        assert manifest
        yield Standing(node, compiled, profile, manifest, folder / "m.json")


@pytest.fixture
def standing(applied: Standing) -> Iterator[Standing]:
    """As applied, and put back afterwards."""
    snapshot = applied.node.ask("evm_snapshot")
    yield applied
    applied.node.ask("evm_revert", snapshot)


def test_verify_finds_nothing_where_nothing_differs(standing: Standing) -> None:
    assert standing.findings() == []


@pytest.mark.known_defect("unchecked-roles")
def test_verify_finds_roles_granted_and_revoked(standing: Standing) -> None:
    stranger, officer = "0x" + "b1" * 20, standing.profile.actors["officer"]
    standing.call("admin", "SuiteAccess", "grantRole", 77, stranger, 5)
    standing.call("admin", "SuiteAccess", "grantRole", 0, str(standing.node.port().deployer), 0)
    standing.call("admin", "SuiteAccess", "revokeRole", 2, officer)
    found = "\n".join(standing.findings())
    assert "role: role 77 held by 0xB1B1" in found
    assert "role: ADMIN held by $deployer" in found
    assert "role: STANDARD held by $officer" in found
    assert "expected a holder, delay 0 s, found no holder" in found


def test_verify_finds_changed_permissions(standing: Standing) -> None:
    standard = standing.address("ValueStandard")
    retire = function(standing.compiled["ValueStandard"], "retire").selector
    standing.call("admin", "SuiteAccess", "setTargetFunctionRole", standard, [retire], 3)
    standing.call("admin", "SuiteAccess", "setTargetFunctionRole", "0x" + "c1" * 20, [b"\1\2\3\4"], 2)
    standing.call("admin", "SuiteAccess", "setTargetClosed", standing.address("AssetCertificate"), True)
    standing.call("admin", "SuiteAccess", "setTargetAdminDelay", standard, 9)
    standing.call("admin", "SuiteAccess", "setGrantDelay", 2, 8)
    standing.call("admin", "SuiteAccess", "setRoleGuardian", 2, 3)
    found = "\n".join(standing.findings())
    assert "permission: ValueStandard.retire: expected ADMIN, found GUARDIAN" in found
    assert "0x01020304: expected no role was given, found STANDARD" in found
    assert "permission: $AssetCertificate" in found
    assert "closed" in found
    assert "admin delay of $ValueStandard" in found
    assert "grant delay of STANDARD: expected never set, found 8 s" in found
    assert "guardian of STANDARD: expected ADMIN, found GUARDIAN" in found


def test_verify_finds_changed_parameters(standing: Standing) -> None:
    rules = (1, 0, 31, 0, 0, 1_000_000_000, 0, 0)
    standing.call("officer", "ValueStandard", "setRate", 1, 109 * 10**16)
    standing.call("admin", "ValueStandard", "publish", b"NONE/receivable".ljust(32, b"\0"), rules)
    standing.call("admin", "ValueStandard", "publish", b"XX/receivable".ljust(32, b"\0"), rules)
    standing.call("admin", "ValueStandard", "setCurrencyActive", 1, False)
    standing.call("admin", "AssetCertificate", "setModule", 3, standing.address("PlayEUR"))
    standing.call("admin", "AssetCertificate", "setUri", "https://elsewhere.invalid/{id}")
    found = "\n".join(standing.findings())
    for line in (
        "currency 1 (EUR) rate: expected 1080000000000000000, found 1090000000000000000",
        "rules 'NONE/receivable' grace_days: expected 30, found 31",
        "rules 'XX/receivable': expected no such template, found published",
        "currency 1 (EUR) active: expected True, found False",
        "AssetCertificate.moduleOf(3): expected no module",
        "reference: AssetCertificate.uri: expected https://x.invalid/{id}, found https://elsewhere.invalid/{id}",
    ):
        assert line in found
    assert len(found.splitlines()) == 6


def test_verify_finds_regions_and_rates_of_modules(standing: Standing) -> None:
    standing.call("admin", "ParticipantRegistry", "defineRegions", [(5, 0), (9, 1)])
    standing.call("admin", "LogisticsModule", "setAdvanceRate", 2, 7001)
    found = "\n".join(standing.findings())
    for line in (
        "ParticipantRegistry region DK, with those around it: expected 0b100001, found 0b100000",
        "ParticipantRegistry region 9: expected no such region, found defined",
        "LogisticsModule.advanceRate(EU/cargo): expected (7000,), found (7001,)",
    ):
        assert line in found
    assert len(found.splitlines()) == 3


def test_verify_finds_changed_settings(standing: Standing) -> None:
    standing.call("admin", "LendingTerms", "setAdvance", False, 1, 8001)
    standing.call("admin", "LendingTerms", "setLoanTerms", 1, (*list(LOANS.values())[:-1], 4_000_001))
    found = "\n".join(standing.findings())
    assert "LendingTerms.advanceOf(False, 1): expected (8000,), found (8001,)" in found
    assert (
        "LendingTerms.loanTerms(1): expected ((800, 200, 2500, 4000, 365, 500, 60, 14, 3000, 2000000, 4000000),)"
        in found
    )
    assert len(found.splitlines()) == 2


@pytest.mark.known_defect("unchecked-roles")
@pytest.mark.parametrize("name", [entry["name"] for entry in MIDDLE["contracts"]])
def test_verify_finds_foreign_code(standing: Standing, name: str) -> None:
    address = standing.address(name)
    code = bytearray(standing.node.port().code(address))
    code[-60] ^= 1
    standing.node.ask("anvil_setCode", address, "0x" + code.hex())
    assert f"code: {name}: expected keccak" in standing.findings()[0]
    standing.node.ask("anvil_setCode", address, "0x")
    findings = verify(standing.profile, standing.compiled, Web3Port(standing.node.url), standing.manifest)
    assert (findings[0].kind, findings[0].where, findings[0].found) == (Kind.CODE, name, "nothing")


def test_after_the_handover_the_missing_step_is_named_and_not_sent(standing: Standing) -> None:
    rules = [*MIDDLE["rules"], {"name": "NEW/receivable", "kind": 1, "minimum_unit_usd": "1", "grace_days": 1}]
    wider = standing.profile.model_copy(update={"rules": parse_profile({**MIDDLE, "rules": rules}).rules})
    port = standing.node.port()
    before = port.nonce(str(port.deployer))
    with pytest.raises(HandedOver, match=r"ValueStandard.publish\(NEW/receivable\)\n    to 0x"):
        apply(wider, standing.compiled, port, standing.path)
    assert port.nonce(str(port.deployer)) == before


def test_verify_finds_a_subscription_too_many_and_one_missing(standing: Standing) -> None:
    ledger = standing.address("AssetCertificate")
    other = standing.profile.model_copy(update={"subscriptions": ()})
    port = Web3Port(standing.node.url)
    found = [str(one) for one in verify(other, standing.compiled, port, standing.manifest)]
    assert found == [f"parameter: ParticipantRegistry.ledgers: expected no such ledger, found {ledger}"]
    more = [*MIDDLE["subscriptions"], {"ledger": "$ReceivableModule"}]
    other = standing.profile.model_copy(
        update={"subscriptions": parse_profile({**MIDDLE, "subscriptions": more}).subscriptions}
    )
    module = standing.address("ReceivableModule")
    found = [str(one) for one in verify(other, standing.compiled, port, standing.manifest)]
    assert found == [f"parameter: ParticipantRegistry.ledgers: expected {module}, found not subscribed"]


def test_verify_finds_a_permission_on_what_anyone_may_call(standing: Standing) -> None:
    permissions = {**MIDDLE["permissions"], "ParticipantRegistry.sync": "STANDARD"}
    other = standing.profile.model_copy(
        update={"permissions": parse_profile({**MIDDLE, "permissions": permissions}).permissions}
    )
    found = [str(one) for one in verify(other, standing.compiled, Web3Port(standing.node.url), standing.manifest)]
    assert "permission: ParticipantRegistry.sync: expected restricted to STANDARD, found anyone may call it" in found


def test_verify_finds_tokens_of_the_deployer(standing: Standing) -> None:
    deployer = str(standing.node.port().deployer)
    standing.call("admin", "PlayEUR", "mint", deployer, 7)
    assert standing.findings() == ["token: PlayEUR.balanceOf($deployer): expected 0, found 7"]


def test_verify_finds_a_genesis_that_went_elsewhere(standing: Standing, tmp_path: Path) -> None:
    def issue(holder: str) -> Profile:
        contracts = [*MIDDLE["contracts"], {"name": "EraToken", "args": [holder]}]
        return parse_profile({**MIDDLE, "contracts": contracts})

    apply(issue("$officer"), standing.compiled, standing.node.port(1), tmp_path / "m.json")
    manifest = Manifest.load(tmp_path / "m.json")
    assert manifest
    port = Web3Port(standing.node.url)
    assert verify(issue("$officer"), standing.compiled, port, manifest) == []
    found = [str(one) for one in verify(issue("$admin"), standing.compiled, port, manifest)]
    officer, admin = (standing.profile.actors[name] for name in ("officer", "admin"))
    assert found == [f"token: EraToken genesis: expected {admin}, found {officer.lower()}"]
