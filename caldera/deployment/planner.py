"""A profile, compiled contracts and a chain make a plan: every step encoded, and each marked done or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import rlp  # type: ignore[import-untyped]
from eth_utils.address import to_canonical_address, to_checksum_address
from eth_utils.crypto import keccak

from caldera.artifacts import Artifacts

from .encoding import creation_code
from .errors import ManifestError, WrongChain, WrongDeployer
from .grants import grant_steps
from .manifest import Intent, Manifest
from .parameters import parameter_steps
from .port import Port
from .powers import power_steps
from .profile import Profile
from .steps import PlannedStep, Step
from .suite import Suite


@dataclass(frozen=True)
class Plan:
    """`manifest`: what has to be on disk before the first transaction. `steps`: in the order they are made."""

    suite: Suite = field(repr=False)
    manifest: Manifest
    steps: tuple[PlannedStep, ...]

    @property
    def pending(self) -> list[Step]:
        """What is still to be done."""
        return [planned.step for planned in self.steps if not planned.done]


def plan(profile: Profile, artifacts: Artifacts, port: Port, manifest: Manifest | None = None) -> Plan:
    """Plans without sending anything. `manifest`: what an earlier run left.

    :raises WrongChain: the node, or the manifest, is of another chain
    :raises ArtifactError: a contract, function or argument does not fit the ABI
    :raises ManifestError: a contract that is there was made from other code or other arguments
    :raises WrongDeployer: another account began, or the deployer would keep a role
    """
    require_chain(profile, port, manifest)
    deployer = port.deployer or (manifest.deployer if manifest else None)
    if deployer is None:
        raise WrongDeployer("nobody signs: give the deployer's key or address")
    if manifest and manifest.deployer.lower() != deployer.lower():
        raise WrongDeployer(f"{manifest.deployer} began this deployment; continue with its key, not with {deployer}")
    from_block = manifest.from_block if manifest else port.block_number()
    known = manifest.contracts if manifest else {}
    suite = Suite(profile, artifacts, port, deployer, {})
    intents, creations = _contracts(suite, known)
    suite = Suite(profile, artifacts, port, deployer, {name: intent.address for name, intent in intents.items()})
    steps = [_creation(suite, name, intents[name], data) for name, data in creations.items()]
    steps += [*parameter_steps(suite), *grant_steps(suite), *power_steps(suite)]
    intended = Manifest(profile.network, profile.chain_id, deployer, from_block, {**known, **intents})
    return Plan(suite, intended, tuple(PlannedStep(step, step.check()) for step in steps))


def require_chain(profile: Profile, port: Port, manifest: Manifest | None) -> None:
    """:raises WrongChain: node, profile and manifest are not of one chain"""
    if port.chain_id != profile.chain_id:
        raise WrongChain(
            f"the profile {profile.network} is for chain {profile.chain_id}, the node is on chain {port.chain_id}: "
            "use the right RPC URL or the right profile"
        )
    if manifest and (manifest.chain_id, manifest.network) != (profile.chain_id, profile.network):
        raise WrongChain(
            f"the manifest is of {manifest.network} (chain {manifest.chain_id}), the profile of {profile.network} "
            f"(chain {profile.chain_id}): use the manifest that belongs to the profile"
        )


def created_address(sender: str, nonce: int) -> str:
    """The address of the contract that `sender` creates with its transaction `nonce`."""
    return str(to_checksum_address(keccak(rlp.encode([to_canonical_address(sender), nonce]))[12:]))


def _contracts(suite: Suite, known: dict[str, Intent]) -> tuple[dict[str, Intent], dict[str, bytes]]:
    """Each contract's intent and creation code. What the chain has keeps its place; the rest gets the next nonces."""
    next_nonce = suite.port.nonce(suite.deployer)
    addresses: dict[str, str] = {}
    intents: dict[str, Intent] = {}
    creations: dict[str, bytes] = {}
    for entry in suite.profile.contracts:
        within = Suite(suite.profile, suite.artifacts, suite.port, suite.deployer, dict(addresses))
        data = creation_code(within.artifact(entry.name), within.resolve(entry.args))
        digest = "0x" + keccak(data).hex()
        intent = known.get(entry.name)
        if intent is not None and suite.port.code(intent.address):
            if (intent.type, intent.init_code_hash) != (entry.contract_type, digest):
                raise ManifestError(
                    f"{entry.name} at {intent.address} was created from other code or arguments than the profile and "
                    "the compiled contracts have now: check out the sources of that deployment, or plan a new network"
                )
        else:
            intent = Intent(entry.contract_type, created_address(suite.deployer, next_nonce), next_nonce, digest)
            next_nonce += 1
        addresses[entry.name] = intent.address
        intents[entry.name] = intent
        creations[entry.name] = data
    return intents, creations


def _creation(suite: Suite, name: str, intent: Intent, data: bytes) -> Step:
    shown = name if intent.type == name else f"{name} ({intent.type})"
    return Step(f"create {shown}", data, None, intent.address, _there(suite, name), intent.nonce)


def _there(suite: Suite, name: str) -> Callable[[], bool]:
    return lambda: suite.exists(name)
