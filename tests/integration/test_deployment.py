"""Deployment on anvil: a full run, and nothing sent twice wherever it is cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from caldera.artifacts import Artifacts, load
from caldera.deployment import Manifest, Profile, Web3Port, apply, load_profile, parse_profile, plan, verify
from caldera.deployment.cli import app
from caldera.deployment.errors import (
    PendingTransactions,
    StepFailed,
    TransactionFailed,
    WrongChain,
    WrongDeployer,
)
from caldera.deployment.planner import created_address
from tests.integration.deployment_node import CHAIN, MIDDLE, ROOT, STEPS, Cut, Killed, Node, running
from tests.unit.deployment.small import profile_text
from tests.unit.deployment.test_engine_port import SET_BY_CONSTRUCTORS


@pytest.fixture(scope="module")
def anvil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running(tmp_path_factory.mktemp("anvil")) as started:
        yield started


@pytest.fixture
def node(anvil: Node) -> Iterator[Node]:
    """The node, put back afterwards."""
    snapshot = anvil.ask("evm_snapshot")
    yield anvil
    anvil.ask("evm_revert", snapshot)


@pytest.fixture(scope="module")
def compiled() -> Artifacts:
    return load()


@pytest.fixture(scope="module")
def middle() -> Profile:
    return parse_profile(MIDDLE)


def test_the_development_profile(node: Node, compiled: Artifacts, tmp_path: Path) -> None:
    profile, port, path = load_profile(ROOT / "profiles" / "devnet.yml"), node.port(), tmp_path / "devnet.json"
    assert not path.exists()
    made = plan(profile, compiled, port)
    assert not path.exists()
    assert len(made.pending) == len(made.steps)

    first = apply(profile, compiled, port, path)
    assert len(made.steps) - SET_BY_CONSTRUCTORS == first.spent.transactions == port.nonce(str(port.deployer))
    assert first.addresses == {name: intent.address for name, intent in made.manifest.contracts.items()}
    assert first.currencies["EUR"] == 1
    assert first.rules == {rule.name: number for number, rule in enumerate(profile.rules, 1)}
    assert (first.rules["EU/receivable"], first.rules["EU/cargo"], len(first.rules)) == (1, 2, 24)

    written = path.read_bytes()
    second = apply(profile, compiled, port, path)
    assert (second.spent.transactions, second.spent.gas) == (0, 0)
    assert port.nonce(str(port.deployer)) == first.spent.transactions
    assert path.read_bytes() == written
    assert verify(profile, compiled, Web3Port(node.url), made.manifest) == []


def test_nothing_is_sent_to_another_chain(
    node: Node, compiled: Artifacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile, port = parse_profile({**MIDDLE, "chain_id": CHAIN + 1}), node.port()
    with pytest.raises(WrongChain, match=f"is for chain {CHAIN + 1}, the node is on chain {CHAIN}"):
        apply(profile, compiled, port, tmp_path / "m.json")
    assert port.nonce(str(port.deployer)) == 0
    assert not (tmp_path / "m.json").exists()
    monkeypatch.setenv("KEY", node.keys[0])
    profile_path = tmp_path / "p.yml"
    profile_path.write_text(profile_text("devnet.yml").replace(f"chain_id: {CHAIN}", "chain_id: 1"))
    arguments = ["apply", "--profile", str(profile_path), "--rpc-url", node.url, "--private-key-env", "KEY", "--json"]
    answer = CliRunner().invoke(app, arguments)
    assert answer.exit_code == 1
    assert '"error": "WrongChain"' in answer.output


@pytest.mark.known_defect("no-resume")
@pytest.mark.parametrize("at", range(1, 2 * STEPS + 1))
def test_killed_anywhere_and_resumed(
    at: int, node: Node, compiled: Artifacts, middle: Profile, tmp_path: Path, whole: bytes
) -> None:
    port, path = node.port(), tmp_path / "m.json"
    with pytest.raises(Killed):
        apply(middle, compiled, Cut(port, at), path)
    assert path.read_bytes() == whole
    assert port.nonce(str(port.deployer)) == at // 2
    resumed = apply(middle, compiled, port, path)
    assert path.read_bytes() == whole
    assert port.nonce(str(port.deployer)) == STEPS
    assert resumed.spent.transactions == STEPS - at // 2


@pytest.fixture(scope="module")
def whole(anvil: Node, compiled: Artifacts, middle: Profile, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The manifest of a run that nobody cuts short."""
    snapshot, path = anvil.ask("evm_snapshot"), tmp_path_factory.mktemp("whole") / "m.json"
    assert apply(middle, compiled, anvil.port(), path).spent.transactions == STEPS
    anvil.ask("evm_revert", snapshot)
    return path.read_bytes()


def test_a_broadcast_that_is_not_mined_yet_is_waited_for(
    node: Node, compiled: Artifacts, middle: Profile, tmp_path: Path, whole: bytes
) -> None:
    path, deployer = tmp_path / "m.json", str(node.port().deployer)
    node.ask("evm_setAutomine", False)
    try:
        with pytest.raises(TransactionFailed, match="was not mined"):
            apply(middle, compiled, node.port(patience=0.2), path)
        with pytest.raises(PendingTransactions, match="1 transaction"):
            apply(middle, compiled, node.port(patience=0.2), path)
        node.ask("evm_mine")
    finally:
        node.ask("evm_setAutomine", True)
    assert apply(middle, compiled, node.port(), path).spent.transactions == STEPS - 1
    assert node.port().nonce(deployer) == STEPS
    assert path.read_bytes() == whole


def test_another_account_cannot_go_on(node: Node, compiled: Artifacts, middle: Profile, tmp_path: Path) -> None:
    with pytest.raises(Killed):
        apply(middle, compiled, Cut(node.port(), 4), tmp_path / "m.json")
    with pytest.raises(WrongDeployer, match="began this deployment"):
        apply(middle, compiled, node.port(1), tmp_path / "m.json")
    assert apply(middle, compiled, node.port(), tmp_path / "m.json").spent.transactions == STEPS - 2


def test_the_deployers_other_transactions_move_the_plan(
    node: Node, compiled: Artifacts, middle: Profile, tmp_path: Path
) -> None:
    port, path = node.port(), tmp_path / "m.json"
    with pytest.raises(Killed):
        apply(middle, compiled, Cut(port, 3), path)
    port.send(str(port.deployer), b"", 1)
    apply(middle, compiled, port, path)
    manifest = Manifest.load(path)
    assert manifest
    assert [intent.nonce for intent in manifest.contracts.values()] != list(range(7))
    assert manifest.contracts["ParticipantRegistry"].address == created_address(str(port.deployer), 2)
    assert port.nonce(str(port.deployer)) == STEPS + 1


def test_a_step_that_would_revert_is_not_sent(node: Node, compiled: Artifacts, tmp_path: Path) -> None:
    currencies = [{**MIDDLE["currencies"][0], "token": "$officer"}]
    port = node.port()
    with pytest.raises(StepFailed, match=r"addCurrency\(EUR\) would revert: NotACurrency\(0xa2a2"):
        apply(parse_profile({**MIDDLE, "currencies": currencies}), compiled, port, tmp_path / "m.json")
    assert port.nonce(str(port.deployer)) == len(MIDDLE["contracts"]) + 1  # the regions come first


def test_the_commands(node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", node.keys[0])
    manifest = tmp_path / "m.json"
    own = ["--profile", str(ROOT / "profiles/devnet.yml"), "--rpc-url", node.url, "--manifest", str(manifest)]
    common = [*own, "--economy", str(ROOT / "profiles/integration.yml")]
    run = CliRunner().invoke
    planned = run(app, ["plan", *common, "--private-key-env", "KEY", "--json"])
    assert planned.exit_code == 0, planned.output
    assert '"pending": 355' in planned.output
    unready = run(app, ["verify", *common])
    assert unready.exit_code == 1
    applied = run(app, ["apply", *common, "--private-key-env", "KEY"])
    assert applied.exit_code == 0, applied.output
    assert "nothing differs" in applied.output
    verified = run(app, ["verify", *common, "--json"])
    assert verified.exit_code == 0, verified.output
    assert '"AssetCertificate.pause": "GUARDIAN"' in verified.output
    differing = run(app, ["verify", *own, "--json"])
    assert differing.exit_code == 1
    assert '"where": "Genesis.allocations()"' in differing.output
    elsewhere = run(app, ["verify", *own, "--economy", str(tmp_path / "none.yml")])
    assert (elsewhere.exit_code, "ProfileNotReadable" in elsewhere.output) == (1, True)
    assert node.keys[0] not in planned.output + applied.output + verified.output + manifest.read_text()
    missing = run(app, ["apply", *common, "--private-key-env", "NO_SUCH_KEY"])
    assert missing.exit_code == 1
