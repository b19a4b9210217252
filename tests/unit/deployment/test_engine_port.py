"""The development profile on revm: as on a node, in a moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from caldera.artifacts import load
from caldera.deployment import Profile, apply, load_profile, plan, verify
from caldera.deployment.engine_port import EnginePort
from caldera.deployment.errors import CallReverted, TransactionFailed, WrongDeployer
from caldera.deployment.manifest import Manifest
from caldera.evm import Revm

ROOT = Path(__file__).resolve().parents[3]
STEPS = 355
SET_BY_CONSTRUCTORS = 13
"""Settings that the profile has as its constructors' arguments have them: nothing is sent."""


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile(ROOT / "profiles" / "devnet.yml")


def test_the_development_profile_stands_and_is_verified(profile: Profile, tmp_path: Path) -> None:
    chain = Revm()
    port = EnginePort(chain, chain.account("deployer").address)
    made = apply(profile, load(), port, tmp_path / "m.json")
    assert made.spent.transactions == port.nonce(str(port.deployer)) == STEPS - SET_BY_CONSTRUCTORS
    assert len(plan(profile, load(), port, Manifest.load(tmp_path / "m.json")).steps) == STEPS
    assert apply(profile, load(), port, tmp_path / "m.json").spent.transactions == 0

    manifest = Manifest.load(tmp_path / "m.json")
    assert manifest
    foreign = EnginePort(chain)
    assert foreign.block_number() == chain.block_number == made.spent.transactions
    kinds = {str(one).split(":")[0] for one in verify(profile, load(), foreign, manifest)}
    assert kinds == {"parameter", "role", "token"}  # it did not see the events


def test_what_a_node_refuses_is_refused(profile: Profile) -> None:
    chain = Revm()
    port, maker = EnginePort(chain), chain.account("deployer").address
    with pytest.raises(WrongDeployer, match="nobody sends"):
        port.send(None, b"", 0)
    port = EnginePort(chain, maker)
    with pytest.raises(TransactionFailed, match="nonce 1 was not sent"):
        port.send(None, b"\x00", 1)
    with pytest.raises(TransactionFailed, match="nonce 0 failed"):
        port.send(None, b"\xfe", 0)
    with pytest.raises(CallReverted):
        port.call(None, b"\xfe")
    assert port.call(None, bytes.fromhex("60016000f3")) == b"\0"
    assert port.send(None, bytes.fromhex("60016000f3"), 1).address is not None
