"""Who can do what, after which delay: read from a chain under OpenZeppelin's timelock, and each wrong power found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from caldera.artifacts import Artifacts, load
from caldera.deployment import Manifest, PowerMap, Profile, Web3Port, apply, parse_profile, power_map, verify
from caldera.deployment.encoding import function
from caldera.deployment.errors import WrongArgumentType
from caldera.deployment.power_map import HolderKind, duration
from caldera.deployment.power_page import page
from caldera.deployment.verifier import deployed_suite
from tests.integration.deployment_node import Node, running
from tests.support.powers import (
    ADMIN,
    CANCELLER,
    DAY,
    DELAY,
    EXECUTOR,
    PROPOSER,
    REFUSE,
    ZERO,
    answer,
    governed,
    party,
    proposed,
    text,
    whole,
    with_governance,
)

STRANGER = str(to_checksum_address("0x" + "b1" * 20))
GUARDIAN = str(to_checksum_address("0x" + "a3" * 20))


@dataclass
class Governed:
    """The middle profile under a timelock, applied."""

    node: Node
    compiled: Artifacts
    profile: Profile
    manifest: Manifest

    def address(self, name: str) -> str:
        """Of a contract."""
        return self.manifest.contracts[name].address

    @property
    def deployer(self) -> str:
        return str(self.node.port().deployer)

    def act(self, sender: str, name: str, call: str, *values: Any) -> None:
        """A transaction of any account."""
        data = function(self.compiled[self.manifest.contracts[name].type], call).encode(*values)
        self.node.act_as(sender, self.address(name), data)

    def decided(self, name: str, call: str, *values: Any) -> None:
        """A transaction of the timelock, as a proposal would have it made."""
        self.act(self.address("Timelock"), name, call, *values)

    def findings(self, profile: Profile | None = None) -> list[str]:
        """What verify says."""
        port = Web3Port(self.node.url)
        return [str(one) for one in verify(profile or self.profile, self.compiled, port, self.manifest)]

    def map(self) -> PowerMap:
        """What the chain says."""
        suite = deployed_suite(self.profile, self.compiled, Web3Port(self.node.url), self.manifest)
        return power_map(suite, self.manifest.from_block)


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Governed]:
    profile, compiled = parse_profile(governed()), with_governance(load())
    folder = tmp_path_factory.mktemp("anvil")
    with running(folder) as node:
        # Chair and Book answer nothing yet.
        with pytest.raises(WrongArgumentType, match=r"Chair\.CLOCK_MODE"):
            apply(profile, compiled, node.port(), folder / "m.json")
        manifest = Manifest.load(folder / "m.json")
        assert manifest
        made = Governed(node, compiled, profile, manifest)
        chair, book = made.address("Chair"), made.address("Book")
        answer(node, chair, "votingDelay()", whole(DAY))
        answer(node, chair, "votingPeriod()", whole(7 * DAY))
        answer(node, chair, "timelock()", party(made.address("Timelock")))
        answer(node, chair, "proposalGuardian()", party(GUARDIAN))
        answer(node, chair, "token()", party(made.address("PlayEUR")))
        answer(node, chair, "CLOCK_MODE()", *text("mode=timestamp"))
        answer(node, book, "authority()", party(made.address("SuiteAccess")))
        answer(node, book, "set(uint256,bytes32[],uint256[])", whole(REFUSE))
        yield made


@pytest.fixture
def suite(applied: Governed) -> Iterator[Governed]:
    """As applied, and put back afterwards."""
    snapshot = applied.node.ask("evm_snapshot")
    yield applied
    applied.node.ask("evm_revert", snapshot)


def test_nothing_is_found_where_the_timelock_alone_is_admin(suite: Governed) -> None:
    assert suite.findings() == []


class TestMap:
    def test_admin_is_the_voters_through_governor_and_timelock(self, suite: Governed) -> None:
        role = suite.map().role("ADMIN")
        (member,) = role.members
        (way,) = member.ways
        assert (member.holder.kind, member.holder.name) == (HolderKind.TIMELOCK, "Timelock")
        assert (way.by.kind, way.by.name, way.through) == (
            HolderKind.VOTERS,
            "voters of PlayEUR",
            ("Chair", "Timelock"),
        )
        assert [(wait.what, wait.seconds) for wait in way.waits] == [
            ("Chair: until the vote", DAY),
            ("vote", 7 * DAY),
            ("Timelock: delay", DELAY),
        ]
        assert duration(way.seconds) == "10 days"
        assert "SuiteAccess.setTargetFunctionRole" in role.functions
        assert "ReceivableModule.addListener" in role.functions

    def test_numbers_behind_the_book_take_the_books_own_way(self, suite: Governed) -> None:
        role = suite.map().role("PARAMETERS")
        (way,) = role.members[0].ways
        assert role.bounded
        assert role.functions == ("LendingTerms.setAdvance",)
        assert way.through == ("Chair", "Timelock", "Book")
        assert way.seconds == 8 * DAY + DELAY

    def test_an_account_waits_for_its_roles_delay(self, suite: Governed) -> None:
        (member,) = suite.map().role("STANDARD").members
        assert (member.holder.name, member.holder.kind) == ("officer", HolderKind.ACCOUNT)
        assert [(way.through, way.seconds) for way in member.ways] == [((), 60)]
        (guardian,) = suite.map().role("GUARDIAN").members
        assert [way.seconds for way in guardian.ways] == [0]

    def test_a_shorter_delay_counts_from_when_it_is_announced(self, suite: Governed) -> None:
        officer = suite.profile.actors["officer"]
        suite.decided("SuiteAccess", "grantRole", 2, officer, 7)
        assert suite.map().role("STANDARD").members[0].delay == 7
        suite.decided("SuiteAccess", "grantRole", 2, officer, 900)
        assert suite.map().role("STANDARD").members[0].delay == 900

    def test_what_the_profile_does_not_know_is_there_too(self, suite: Governed) -> None:
        suite.decided("SuiteAccess", "grantRole", 77, STRANGER, 5)
        retire = function(suite.compiled["ValueStandard"], "retire").selector
        suite.decided("SuiteAccess", "setTargetFunctionRole", suite.address("ValueStandard"), [retire], 77)
        role = suite.map().role("role 77")
        assert role.functions == ("ValueStandard.retire",)
        assert [(one.holder.name, one.ways[0].seconds) for one in role.members] == [(STRANGER, 5)]
        suite.decided("SuiteAccess", "revokeRole", 77, STRANGER)
        assert suite.map().role("role 77").members == ()

    @pytest.mark.parametrize(
        ("code", "kind"),
        [("0x", HolderKind.ACCOUNT), ("0x00", HolderKind.WALLET), ("0xef0100" + "c1" * 20, HolderKind.ACCOUNT)],
    )
    def test_what_a_holder_outside_is(self, suite: Governed, code: str, kind: HolderKind) -> None:
        suite.decided("SuiteAccess", "grantRole", 77, STRANGER, 0)
        suite.node.ask("anvil_setCode", STRANGER, code)
        assert suite.map().role("role 77").members[0].holder.kind == kind

    def test_a_timelock_outside_of_the_suite_is_read_too(self, suite: Governed) -> None:
        made = suite.compiled["TimelockController"]
        data = made.creation + encode(["uint256", "address[]", "address[]", "address"], [DAY, [GUARDIAN], [ZERO], ZERO])
        port = suite.node.port(1)
        other = port.send(None, data, port.nonce(str(port.deployer))).address
        assert other
        suite.decided("SuiteAccess", "grantRole", 77, other, 0)
        (member,) = suite.map().role("role 77").members
        assert member.holder.kind is HolderKind.TIMELOCK
        assert [(way.by.name, way.seconds) for way in member.ways] == [("guardian", DAY)]

    def test_a_governors_guardian_cancels_in_the_timelock_without_a_vote(self, suite: Governed) -> None:
        def ways() -> list[tuple[str, int]]:
            (one,) = [one for one in suite.map().outside if one.power == "CANCELLER_ROLE"]
            return [(way.by.name, way.seconds) for way in one.ways]

        assert ways() == [("guardian", 0)]
        answer(suite.node, suite.address("Chair"), "proposalGuardian()", party(ZERO))
        assert ways() == []

    def test_powers_outside_of_the_manager(self, suite: Governed) -> None:
        found = {(one.contract, one.power): [holder.name for holder in one.holders] for one in suite.map().outside}
        assert found == {
            ("Timelock", "DEFAULT_ADMIN_ROLE"): ["Timelock"],
            ("Timelock", "PROPOSER_ROLE"): ["Chair"],
            ("Timelock", "CANCELLER_ROLE"): ["Chair"],
            ("Timelock", "EXECUTOR_ROLE"): ["anyone"],
            ("Chair", "propose, vote"): ["voters of PlayEUR"],
            ("Chair", "proposalGuardian"): ["guardian"],
        }

    def test_a_proposer_beside_the_governor_is_a_way_of_its_own(self, suite: Governed) -> None:
        suite.decided("Timelock", "grantRole", PROPOSER, STRANGER)
        ways = suite.map().role("ADMIN").members[0].ways
        assert {(way.by.name, way.seconds) for way in ways} == {("voters of PlayEUR", 10 * DAY), (STRANGER, DELAY)}

    def test_without_an_executor_there_is_no_way(self, suite: Governed) -> None:
        suite.decided("Timelock", "revokeRole", EXECUTOR, ZERO)
        assert suite.map().role("ADMIN").members[0].ways == ()

    def test_a_closed_contract_is_named(self, suite: Governed) -> None:
        assert suite.map().closed == ()
        suite.decided("SuiteAccess", "setTargetClosed", suite.address("AssetCertificate"), True)
        assert suite.map().closed == ("AssetCertificate",)

    def test_the_page_says_it(self, suite: Governed) -> None:
        shown = page(suite.map())
        assert (
            "| voters of PlayEUR | Chair, Timelock | 10 days (Chair: until the vote 1 day + vote 7 days + Timelock: "
            "delay 2 days) | `ADMIN` |" in shown
        )
        assert "| Chair | `proposalGuardian` | guardian | at once | cancels proposals |" in shown
        assert "| officer (account) | itself | 1 min | `STANDARD` |" in shown
        assert "bounds that are fixed for good" in shown


class TestFindings:
    def test_another_admin(self, suite: Governed) -> None:
        suite.decided("SuiteAccess", "grantRole", 0, STRANGER, 0)
        assert [one.split(":")[1] for one in suite.findings()] == [f" ADMIN held by {STRANGER}"]
        suite.decided("SuiteAccess", "revokeRole", 0, STRANGER)
        assert suite.findings() == []

    def test_a_profile_that_forgets_the_timelock(self, suite: Governed) -> None:
        content = {**governed(), "admin": {"account": "$officer"}}
        suite.decided("SuiteAccess", "grantRole", 0, suite.profile.actors["officer"], 0)
        suite.decided("SuiteAccess", "renounceRole", 0, suite.address("Timelock"))
        assert suite.findings(parse_profile(content)) == ["role: ADMIN: expected the timelock Timelock, found officer"]

    @pytest.mark.known_defect("votes-in-timelock")
    @pytest.mark.parametrize(
        ("role", "name", "expected"),
        [
            (ADMIN, "DEFAULT_ADMIN_ROLE", "only the timelock itself"),
            (PROPOSER, "PROPOSER_ROLE", "only its governor"),
            (CANCELLER, "CANCELLER_ROLE", "only its governor"),
            ("0x" + "77" * 32, "0x" + "77" * 32, "no such role"),
        ],
    )
    def test_somebody_else_in_the_timelock(self, suite: Governed, role: str, name: str, expected: str) -> None:
        suite.decided("Timelock", "grantRole", role, STRANGER)
        assert suite.findings() == [f"role: Timelock.{name} held by {STRANGER}: expected {expected}, found a holder"]
        suite.decided("Timelock", "revokeRole", role, STRANGER)
        assert suite.findings() == []

    def test_an_executor_by_name_is_none(self, suite: Governed) -> None:
        suite.decided("Timelock", "grantRole", EXECUTOR, STRANGER)
        assert suite.findings() == []

    def test_what_only_says_it_is_the_governor(self, suite: Governed) -> None:
        chair = suite.address("Chair")
        suite.node.ask("anvil_setCode", STRANGER, "0x" + suite.node.port().code(chair).hex())
        answer(suite.node, STRANGER, "votingPeriod()", whole(DAY))
        answer(suite.node, STRANGER, "timelock()", party(suite.address("Timelock")))
        suite.decided("Timelock", "grantRole", PROPOSER, STRANGER)
        expected = "expected only its governor, found a holder"
        assert suite.findings() == [f"role: Timelock.PROPOSER_ROLE held by {STRANGER}: {expected}"]

    @pytest.mark.parametrize(("role", "name"), [(PROPOSER, "PROPOSER_ROLE"), (EXECUTOR, "EXECUTOR_ROLE")])
    def test_nobody_left_to_govern(self, suite: Governed, role: str, name: str) -> None:
        suite.decided("Timelock", "revokeRole", role, suite.address("Chair") if role == PROPOSER else ZERO)
        wanted = f"role: Timelock.{name}: expected a holder, or nothing can be done any more, found nobody"
        # The profile grants the governor its role, so that this is a setting as well.
        assert [one for one in suite.findings() if not one.startswith("parameter: Timelock.hasRole")] == [wanted]

    def test_a_shorter_delay(self, suite: Governed) -> None:
        suite.decided("Timelock", "updateDelay", DELAY - 1)
        assert suite.findings() == ["parameter: Timelock.getMinDelay(): expected 172800 s at least, found 172799 s"]
        suite.decided("Timelock", "updateDelay", DELAY + 1)
        assert suite.findings() == []

    def test_a_call_left_behind_in_the_timelock(self, suite: Governed) -> None:
        suite.decided("Timelock", "grantRole", PROPOSER, STRANGER)
        call = [suite.address("PlayEUR"), 0, b"\1\2\3\4", b"\0" * 32, b"\7" * 32]
        suite.act(STRANGER, "Timelock", "schedule", *call, DELAY)
        suite.decided("Timelock", "revokeRole", PROPOSER, STRANGER)
        (found,) = suite.findings()
        assert found.startswith("permission: Timelock, operation 0x")
        operation = bytes.fromhex(found.split("0x")[1][:64])
        suite.act(suite.address("Chair"), "Timelock", "cancel", operation)
        assert suite.findings() == []

    def test_a_call_of_the_governors_proposal(self, suite: Governed) -> None:
        chair, target = suite.address("Chair"), suite.address("PlayEUR")
        hashed = proposed(suite.node, chair, [(target, b"\1\2\3\4")], "Raise the minimum unit")
        salt = bytes(a ^ b for a, b in zip(party(chair).ljust(32, b"\0"), hashed, strict=True))
        batch = [[target], [0], [b"\1\2\3\4"], b"\0" * 32]
        suite.act(chair, "Timelock", "scheduleBatch", *batch, salt, DELAY)
        assert suite.findings() == []
        # The same calls under another salt are not the proposal's.
        suite.act(chair, "Timelock", "scheduleBatch", *batch, keccak(salt), DELAY)
        assert len(suite.findings()) == 1

    @pytest.mark.known_defect("votes-in-timelock")
    @pytest.mark.parametrize("role", [ADMIN, PROPOSER, CANCELLER, EXECUTOR])
    def test_the_deployer_in_the_timelock(self, suite: Governed, role: str) -> None:
        suite.decided("Timelock", "grantRole", role, suite.deployer)
        found = suite.findings()
        # The profile itself says that it is no admin, so that one is a setting as well.
        assert len([one for one in found if "held by deployer" in one]) == 1
        assert len(found) == (2 if role == ADMIN else 1)

    def test_the_deployer_named_by_a_contract(self, suite: Governed) -> None:
        chair = suite.address("Chair")
        answer(suite.node, chair, "proposalGuardian()", party(suite.deployer))
        assert suite.findings() == [
            "reference: Chair.proposalGuardian(): expected anybody but the deployer, found deployer"
        ]
        answer(suite.node, chair, "proposalGuardian()", party(STRANGER))
        assert suite.findings() == []

    def test_the_deployer_with_a_role_to_come(self, suite: Governed) -> None:
        suite.decided("SuiteAccess", "setGrantDelay", 2, 9 * DAY)
        suite.node.ask("evm_increaseTime", 6 * DAY)
        suite.node.ask("evm_mine")
        suite.decided("SuiteAccess", "grantRole", 2, suite.deployer, 0)
        found = "\n".join(suite.findings())
        assert "STANDARD held by $deployer" in found
        assert "grant delay of STANDARD" in found

    def test_an_owner_outside_of_the_suite(self, suite: Governed) -> None:
        chair = suite.address("Chair")
        answer(suite.node, chair, "owner()", party(STRANGER))
        assert suite.findings() == [
            f"role: Chair.owner(): expected a contract of the suite, or nobody, found {STRANGER}"
        ]
        answer(suite.node, chair, "owner()", party(suite.address("Timelock")))
        assert suite.findings() == []
        answer(suite.node, chair, "owner()", party(suite.deployer))
        assert suite.findings() == ["reference: Chair.owner(): expected anybody but the deployer, found deployer"]

    @pytest.mark.known_defect("clock-mode")
    def test_votes_counted_in_blocks(self, suite: Governed) -> None:
        answer(suite.node, suite.address("Chair"), "CLOCK_MODE()", *text("mode=blocknumber&from=default"))
        assert suite.findings() == [
            "parameter: Chair.CLOCK_MODE(): expected mode=timestamp, found mode=blocknumber&from=default"
        ]

    def test_a_governor_of_another_timelock(self, suite: Governed) -> None:
        answer(suite.node, suite.address("Chair"), "timelock()", party(STRANGER))
        found = suite.findings()
        assert f"reference: Chair.timelock(): expected a timelock, found {STRANGER}" in found
        assert "role: Timelock.PROPOSER_ROLE held by Chair: expected only its governor, found a holder" in found

    def test_a_role_that_somebody_else_gives(self, suite: Governed) -> None:
        suite.decided("SuiteAccess", "setRoleAdmin", 2, 3)
        assert suite.findings() == ["role: admin of STANDARD: expected ADMIN, found GUARDIAN"]
        # The profile says that STANDARD gives GUARDIAN.
        assert suite.map().role("GUARDIAN").admin == "STANDARD"

    def test_a_permission_without_an_authority(self, suite: Governed) -> None:
        suite.decided("SuiteAccess", "updateAuthority", suite.address("ValueStandard"), suite.address("Timelock"))
        assert any(one.startswith("reference: ValueStandard.authority") for one in suite.findings())


def test_the_command_writes_page_and_picture(suite: Governed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import json

    import yaml
    from typer.testing import CliRunner

    from caldera.deployment import cli

    monkeypatch.setattr(cli, "load", lambda: suite.compiled)
    profile, manifest = tmp_path / "p.yml", tmp_path / "m.json"
    profile.write_text(yaml.safe_dump(governed()))
    common = ["powers", "--profile", str(profile), "--rpc-url", suite.node.url, "--manifest", str(manifest)]
    missing = CliRunner().invoke(cli.app, [*common, "--json"])
    assert (missing.exit_code, json.loads(missing.output)["error"]) == (1, "ManifestError")
    suite.manifest.save(manifest)
    (tmp_path / "docs").mkdir()
    text_file, picture = tmp_path / "docs" / "power.md", tmp_path / "power.svg"
    made = CliRunner().invoke(cli.app, [*common, "--json", "--markdown", str(text_file), "--picture", str(picture)])
    assert made.exit_code == 0, made.output
    content = json.loads(made.output)
    assert content["roles"][0]["members"][0]["ways"][0]["seconds"] == 10 * DAY
    assert text_file.read_text() == page(suite.map(), "../power.svg")
    assert picture.read_text().startswith("<?xml")
    shown = CliRunner().invoke(cli.app, common, env={"COLUMNS": "200"})
    assert (shown.exit_code, "voters of PlayEUR" in shown.output) == (0, True)
    wrong = CliRunner().invoke(cli.app, [*common, "--json", "--picture", "power.gif"])
    assert (wrong.exit_code, json.loads(wrong.output)["error"]) == (1, "UnknownPicture")
    verified = CliRunner().invoke(cli.app, ["verify", *common[1:], "--json"])
    assert verified.exit_code == 0, verified.output
    assert json.loads(verified.output)["restricted"]["LendingTerms.setAdvance"] == "PARAMETERS"
