"""The suite as the development profile deploys it, on revm."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from caldera.artifacts import Artifacts, load
from caldera.deployment import Deployment, Manifest, Profile, apply, load_profile
from caldera.deployment.encoding import Function
from caldera.deployment.engine_port import EnginePort
from caldera.deployment.suite import Suite
from caldera.deployment.verifier import deployed_suite
from caldera.evm import Address, Revm
from caldera.evm.address import to_address

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Deployed:
    """What was applied, and the port it went through."""

    chain: Revm
    profile: Profile
    compiled: Artifacts
    made: Deployment
    port: EnginePort
    manifest: Manifest

    @cached_property
    def suite(self) -> Suite:
        """Names, addresses and ABIs."""
        return deployed_suite(self.profile, self.compiled, self.port, self.manifest)

    @cached_property
    def accounts(self) -> dict[str, Address]:
        """Everybody there is: who deployed, every actor and every contract of the profile, and a stranger."""
        found = {"deployer": to_address(self.made.deployer), "stranger": self.chain.account("stranger").address}
        found |= {label: to_address(address) for label, address in self.profile.actors.items()}
        return found | {name: to_address(address) for name, address in self.made.addresses.items()}

    def writers(self, name: str) -> list[Function]:
        """The functions of a contract that write."""
        return [one for one in self.suite.functions(name) if one.writes]

    def read(self, name: str, function: str, *values: Any) -> Any:
        """The first output of a view function."""
        return self.suite.read(name, function, *values)[0]


def build(path: Path = ROOT / "profiles" / "devnet.yml") -> Deployed:
    """Deploys and verifies."""
    chain, profile, compiled = Revm(), load_profile(path), load()
    port = EnginePort(chain, chain.account("deployer").address)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "manifest.json"
        made = apply(profile, compiled, port, file)
        manifest = Manifest.load(file)
    assert manifest
    return Deployed(chain, profile, compiled, made, port, manifest)
