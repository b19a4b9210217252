"""`caldera deploy apply`, killed at every transaction of the development profile and at every step on the disk."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from caldera.artifacts import load
from caldera.deployment import Manifest, Profile, Receipt, apply, load_profile, verify
from caldera.deployment.engine_port import EnginePort
from caldera.deployment.errors import ManifestError
from caldera.evm import Revm
from tests.integration.deployment_node import Cut, Killed
from tests.support.killing import kills
from tests.unit.deployment.test_engine_port import SET_BY_CONSTRUCTORS, STEPS

ROOT = Path(__file__).resolve().parents[2]
SEED = 20_260_801


class Recorded(EnginePort):
    """A port that keeps what was sent."""

    def __init__(self) -> None:
        self.chain = Revm()
        super().__init__(self.chain, self.chain.account("deployer").address)
        self.sent: list[tuple[str | None, bytes, int]] = []

    def send(self, to: str | None, data: bytes, nonce: int) -> Receipt:
        """As the engine's."""
        receipt = super().send(to, data, nonce)
        self.sent.append((to, data, nonce))
        return receipt


@dataclass
class Whole:
    """A run that nobody cuts short."""

    manifest: bytes
    sent: list[tuple[str | None, bytes, int]] = field(repr=False)


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile(ROOT / "profiles" / "devnet.yml")


@pytest.fixture(scope="module")
def whole(profile: Profile, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    port, path = Recorded(), tmp_path_factory.mktemp("whole") / "m.json"
    apply(profile, load(), port, path)
    return Whole(path.read_bytes(), port.sent)


def test_killed_at_every_transaction_and_resumed(profile: Profile, whole: Whole, tmp_path: Path) -> None:
    """One deployment, of which every run is killed after its first transaction or before its second, and resumed.

    Each run begins from what the chain and the file say, and nothing else is left of the one before. As exactly the
    transactions of the whole run are sent, in its order, each cut is met as by a run that was cut there only.
    """
    drawn, port, path = random.Random(SEED), Recorded(), tmp_path / "m.json"
    with pytest.raises(Killed):
        apply(profile, load(), Cut(port, 1), path)
    assert (path.read_bytes(), port.sent) == (whole.manifest, [])
    count = len(whole.sent)
    assert count == STEPS - SET_BY_CONSTRUCTORS
    for done in range(1, count + 1):
        last = done == count
        with pytest.raises(Killed):
            apply(profile, load(), Cut(port, 2 if last else drawn.choice((2, 3))), path)
        assert len(port.sent) == done
        assert path.read_bytes() == whole.manifest
    assert apply(profile, load(), port, path).spent.transactions == 0
    assert port.sent == whole.sent
    assert path.read_bytes() == whole.manifest
    manifest = Manifest.load(path)
    assert manifest
    assert verify(profile, load(), port, manifest) == []
    assert [one.name for one in tmp_path.iterdir()] == ["m.json"]


@pytest.fixture
def empty() -> Recorded:
    return Recorded()


def test_killed_while_the_manifest_is_written(profile: Profile, whole: Whole, empty: Recorded, tmp_path: Path) -> None:
    """Before every step on the disk: the file is not there, or whole. What stands beside it is never read."""
    path, steps = tmp_path / "deployments" / "m.json", 0

    def until_the_first_transaction() -> None:
        with pytest.raises(Killed):
            apply(profile, load(), Cut(empty, 1), path)

    for at in kills(until_the_first_transaction):
        steps = at
        assert not path.exists() or path.read_bytes() == whole.manifest
        if not path.exists():
            continue
        # What was written already is left as it is, and written no second time.
        before = path.stat()
        until_the_first_transaction()
        assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
        path.unlink()
    assert steps >= 6  # folder, file, sync, rights, its place, sync of the folder
    assert empty.sent == []
    torn = [one for one in path.parent.iterdir() if one != path]
    assert torn, "no kill left anything: they were not in the midst of writing"
    apply(profile, load(), empty, path)
    assert (path.read_bytes(), empty.sent) == (whole.manifest, whole.sent)


def test_a_torn_manifest_is_refused_and_never_taken_for_none(whole: Whole, tmp_path: Path) -> None:
    """A disk may lose the end of a file, or a block of it: then nothing may be sent as if it were the first run."""
    path, drawn = tmp_path / "m.json", random.Random(SEED)
    text = whole.manifest
    ends = {0, 1, len(text) // 2, len(text) - 3, *(drawn.randrange(len(text) - 2) for _ in range(200))}
    for end in sorted(ends):
        path.write_bytes(text[:end])
        with pytest.raises(ManifestError, match="restore it from your records"):
            Manifest.load(path)
    for _ in range(50):
        at = drawn.randrange(len(text) - 512)
        path.write_bytes(text[:at] + bytes(512) + text[at + 512 :])
        with pytest.raises(ManifestError, match="restore it from your records"):
            Manifest.load(path)
