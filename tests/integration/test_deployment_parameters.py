"""The parameter book on anvil: written by the plan, sealed before the handover, each difference named by `verify`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from caldera.artifacts import Artifacts, load
from caldera.deployment import Manifest, Profile, Web3Port, apply, parse_profile, plan, verify
from caldera.deployment.encoding import function
from caldera.deployment.errors import CallReverted, HandedOver
from caldera.deployment.families import key_words, value_words
from caldera.deployment.suite import Suite
from caldera.deployment.verifier import deployed_suite
from tests.integration.deployment_node import LOANS, MIDDLE, Cut, Killed, Node, running

DAY = 86_400
ADVANCE: dict[str, Any] = {
    "set": "LendingTerms.setAdvance",
    "read": "advanceOf",
    "keys": 2,
    "applies": "new loans",
    "words": {
        "advanceBps": {"unit": "bps", "lowest": 0, "highest": 9500, "step": 1000, "days": 7, "why": "a reason"},
    },
}
CARGO = {**ADVANCE, "set": "LogisticsModule.setAdvanceRate", "read": "advanceRate", "keys": 1}
GOVERNED: dict[str, Any] = {
    **MIDDLE,
    "admin": {"account": "$admin"},
    "contracts": [*MIDDLE["contracts"], {"name": "ParameterBook", "args": ["$SuiteAccess"]}],
    "roles": {
        "STANDARD": {"id": 2, "holders": [{"account": "$officer"}]},
        "GUARDIAN": {"id": 3, "admin": "STANDARD"},
        "PARAMETERS": {"id": 18, "holders": [{"account": "$ParameterBook"}]},
    },
    "parameters": {"book": "$ParameterBook", "role": "PARAMETERS", "families": [ADVANCE, CARGO]},
}


def governed(**changes: Any) -> Profile:
    """The profile with another section of parameters."""
    return parse_profile({**GOVERNED, "parameters": {**GOVERNED["parameters"], **changes}})


def with_word(**changes: Any) -> Profile:
    """The profile in which the first family's word differs."""
    words = {"advanceBps": {**ADVANCE["words"]["advanceBps"], **changes}}
    return governed(families=[{**ADVANCE, "words": words}, CARGO])


@dataclass
class Standing:
    """A profile, applied."""

    node: Node
    compiled: Artifacts
    suite: Suite
    manifest: Manifest
    path: Path

    def call(self, sender: str, name: str, function_name: str, *values: Any) -> None:
        """A transaction of an actor."""
        data = function(self.compiled[self.manifest.contracts[name].type], function_name).encode(*values)
        self.node.act_as(self.suite.profile.actors[sender], self.suite.addresses[name], data)

    def simulate(self, sender: str, name: str, function_name: str, *values: Any) -> None:
        """The same without a transaction.

        :raises CallReverted: with the error in words
        """
        asked = self.suite.function(name, function_name)
        self.suite.call(self.suite.addresses[name], asked.encode(*values), self.suite.profile.actors[sender])

    def findings(self, profile: Profile) -> list[str]:
        """What verify says of a profile."""
        return [str(one) for one in verify(profile, self.compiled, Web3Port(self.node.url), self.manifest)]


@pytest.fixture(scope="module")
def anvil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running(tmp_path_factory.mktemp("anvil")) as node:
        yield node


def put_up(node: Node, profile: Profile, folder: Path) -> Standing:
    """Applies a profile."""
    compiled = load()
    apply(profile, compiled, node.port(), folder / "m.json")
    manifest = Manifest.load(folder / "m.json")
    assert manifest
    suite = deployed_suite(profile, compiled, Web3Port(node.url), manifest)
    return Standing(node, compiled, suite, manifest, folder / "m.json")


@pytest.fixture
def standing(anvil: Node, tmp_path: Path) -> Iterator[Standing]:
    snapshot = anvil.ask("evm_snapshot")
    yield put_up(anvil, governed(), tmp_path)
    anvil.ask("evm_revert", snapshot)


@pytest.fixture
def bare(anvil: Node, tmp_path: Path) -> Iterator[Standing]:
    """The same contracts and roles, but nothing was given to the book."""
    snapshot = anvil.ask("evm_snapshot")
    content = {key: value for key, value in GOVERNED.items() if key != "parameters"}
    yield put_up(anvil, parse_profile(content), tmp_path)
    anvil.ask("evm_revert", snapshot)


def test_seals_come_after_the_grants_and_before_the_handover(anvil: Node) -> None:
    made = plan(governed(), load(), anvil.port())
    assert [planned.step.title.split("(")[0] for planned in made.steps][-8:] == [
        "SuiteAccess.setRoleAdmin",
        "SuiteAccess.sealRole",
        "SuiteAccess.seal",
        "SuiteAccess.seal",
        "ParameterBook.addFamily",
        "ParameterBook.addFamily",
        "SuiteAccess.grantRole",
        "SuiteAccess.renounceRole",
    ]


def test_governance_sets_through_the_book_and_nobody_sets_otherwise(standing: Standing) -> None:
    suite = standing.suite
    assert standing.findings(suite.profile) == []
    setter = suite.function("LendingTerms", "setAdvance")
    number = suite.read("ParameterBook", "familyFor", suite.addresses["LendingTerms"], setter.selector)[0]
    key, values = key_words(setter, [False, 1]), value_words(setter, [False, 1, 8500], 2)
    for sender in ("admin", "officer"):
        with pytest.raises(CallReverted, match="AccessManagedUnauthorized"):
            standing.simulate(sender, "LendingTerms", "setAdvance", False, 1, 8500)
    with pytest.raises(CallReverted, match="ParameterStepTooLarge"):
        standing.simulate("admin", "ParameterBook", "set", number, key, value_words(setter, [False, 1, 9001], 2))
    standing.call("admin", "ParameterBook", "set", number, key, values)
    assert suite.read("LendingTerms", "advanceOf", False, 1) == (8500,)
    assert standing.findings(suite.profile) == [
        "parameter: LendingTerms.advanceOf(False, 1): expected (8000,), found (8500,)"
    ]


@pytest.mark.parametrize("at", range(1, 19))
def test_killed_around_the_seals_and_resumed(anvil: Node, tmp_path: Path, at: int) -> None:
    """The last nine transactions are the interesting ones; each may be the last before or after."""
    snapshot, compiled, profile = anvil.ask("evm_snapshot"), load(), governed()
    port, steps = anvil.port(), len(plan(profile, compiled, anvil.port()).steps)
    with pytest.raises(Killed):
        apply(profile, compiled, Cut(port, 2 * (steps - 9) + at), tmp_path / "m.json")
    apply(profile, compiled, port, tmp_path / "m.json")
    assert port.nonce(str(port.deployer)) == steps
    anvil.ask("evm_revert", snapshot)


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (with_word(lowest=1), ["lowest: expected 1, found 0"]),
        (with_word(highest=9000), ["highest: expected 9000, found 9500"]),
        (with_word(step=999), ["step: expected 999, found 1000"]),
        (with_word(days=8), ["interval: expected 691200, found 604800"]),
        (with_word(unit="count"), ["unit: expected 0, found 3"]),
        (
            with_word(kept=True, step=None, days=None),
            [
                "kept: expected True, found False",
                "step: expected 0, found 1000",
                "interval: expected 0, found 604800",
            ],
        ),
    ],
)
def test_verify_names_each_bound_that_differs(standing: Standing, other: Profile, found: list[str]) -> None:
    start = "parameter: ParameterBook LendingTerms.setAdvance advanceBps "
    assert standing.findings(other) == [start + line for line in found]


def test_verify_names_a_family_and_a_seal_too_many(standing: Standing) -> None:
    found = standing.findings(governed(families=[ADVANCE]))
    logistics = standing.suite.addresses["LogisticsModule"]
    selector = standing.suite.function("LogisticsModule", "setAdvanceRate").selector.hex()
    assert found == [
        "permission: LogisticsModule.setAdvanceRate: expected ADMIN, found PARAMETERS",
        f"parameter: ParameterBook family 2: expected no such family, found 0x{selector} of {logistics.lower()}",
        f"permission: 0x{selector} of {logistics}: expected not sealed, found sealed for role 18",
    ]


def test_verify_names_what_is_missing_where_nothing_was_given_to_the_book(bare: Standing) -> None:
    assert bare.findings(bare.suite.profile) == []
    assert bare.findings(governed()) == [
        "permission: LogisticsModule.setAdvanceRate: expected PARAMETERS, found ADMIN",
        "permission: LendingTerms.setAdvance: expected PARAMETERS, found ADMIN",
        "parameter: ParameterBook LendingTerms.setAdvance: expected a family, found none",
        "parameter: ParameterBook LogisticsModule.setAdvanceRate: expected a family, found none",
        f"role: role 18: expected sealed for {bare.suite.addresses['ParameterBook']}, found not sealed",
        "permission: LendingTerms.setAdvance: expected sealed, found not sealed",
        "permission: LogisticsModule.setAdvanceRate: expected sealed, found not sealed",
    ]


def test_verify_names_roles_and_functions_that_admin_sealed_since(bare: Standing) -> None:
    officer, standard = bare.suite.profile.actors["officer"], bare.suite.addresses["ValueStandard"]
    retire = bare.suite.function("ValueStandard", "retire").selector
    bare.call("admin", "SuiteAccess", "sealRole", 2, officer)
    bare.call("admin", "SuiteAccess", "seal", standard, [retire], 2)
    checksummed = Web3Port(bare.node.url, sender=officer, unlocked=True).deployer
    found = [line.lower() for line in bare.findings(bare.suite.profile)]
    assert found == [
        "permission: valuestandard.retire: expected admin, found standard",
        f"role: role 2: expected not sealed, found sealed for {str(checksummed).lower()}",
        f"permission: 0x{retire.hex()} of {standard.lower()}: expected not sealed, found sealed for role 2",
    ]


def test_a_family_that_comes_later_is_for_the_admin(standing: Standing) -> None:
    words = {
        name: {"unit": "count", "lowest": 0, "highest": 200 if name in ("defaultDays", "auctionDays") else 60_000}
        | {"step": 1000 if name not in ("defaultDays", "auctionDays") else 9, "days": 7, "why": "a reason"}
        for name in LOANS
    }
    words["borrowerCap"]["highest"] = words["debtorCap"]["highest"] = 10**10
    loans = {**ADVANCE, "set": "LendingTerms.setLoanTerms", "read": "loanTerms", "keys": 1, "words": words}
    port = standing.node.port()
    before = port.nonce(str(port.deployer))
    with pytest.raises(HandedOver, match=r"SuiteAccess.seal\(LendingTerms: setLoanTerms -> PARAMETERS\)"):
        apply(governed(families=[ADVANCE, CARGO, loans]), standing.compiled, port, standing.path)
    assert port.nonce(str(port.deployer)) == before
