"""`apply`: carries out what a plan still has to do, one transaction after the other.

Why it never creates twice: the manifest with every contract's nonce is on disk before the first transaction; a run
starts only when nothing of the deployer is pending; and each transaction is signed with the nonce that follows the
mined ones. A transaction that was broadcast and lost from sight therefore competes with its repetition for one nonce.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from caldera.artifacts import Artifacts

from .errors import (
    CallReverted,
    HandedOver,
    ManifestError,
    StepFailed,
    TransactionFailed,
    VerificationFailed,
    WrongDeployer,
)
from .findings import Finding
from .manifest import Manifest
from .names import ADMIN_ROLE
from .parameters import template_id
from .planner import Plan, plan, require_chain
from .port import Port
from .profile import Profile
from .steps import Step
from .suite import Suite
from .verifier import deployed_suite, verify

Progress = Callable[[int, int, str], None]
"""Told before each step: its number from 1, how many there are, its title."""


@dataclass(frozen=True)
class Spent:
    """What a run cost: transactions, their gas, the gas of the dearest, and the bytes of their call data, which a
    rollup charges beside the gas."""

    transactions: int = 0
    gas: int = 0
    dearest: int = 0
    data: int = 0

    def and_one(self, gas: int, data: int) -> Spent:
        """With one more transaction."""
        return Spent(self.transactions + 1, self.gas + gas, max(self.dearest, gas), self.data + data)


@dataclass(frozen=True)
class Deployment:
    """A network's contracts. `currencies`, `rules`: numbers in the value standard. `spent`: in this run."""

    network: str
    chain_id: int
    deployer: str
    addresses: dict[str, str]
    currencies: dict[str, int]
    rules: dict[str, int]
    spent: Spent = Spent()

    def address(self, name: str) -> str:
        """The address of a contract by its name in the profile.

        :raises ManifestError: no contract of that name
        """
        if name not in self.addresses:
            raise ManifestError(f"{self.network} has no contract {name}; it has {', '.join(sorted(self.addresses))}")
        return self.addresses[name]


def apply(
    profile: Profile, artifacts: Artifacts, port: Port, path: Path | str, progress: Progress | None = None
) -> Deployment:
    """Brings the chain to what the profile says, then verifies. `path`: the manifest, read if it is there.

    :raises HandedOver: steps are missing that the deployer has no power for any more
    :raises StepFailed: a step would revert, or did not take
    :raises VerificationFailed: everything was done, and the chain is still not as the profile says
    """
    manifest = Manifest.load(path)
    require_chain(profile, port, manifest)
    if port.deployer is None:
        raise WrongDeployer("nobody signs: give the deployer's key")
    port.settle(port.deployer)
    made = plan(profile, artifacts, port, manifest)
    _require_power(made)
    if made.manifest != manifest:
        made.manifest.save(path)
    spent = _carry_out(made, progress)
    findings: list[Finding] = verify(profile, artifacts, port, made.manifest)
    if findings:
        raise VerificationFailed(list(findings))
    return deployment(profile, artifacts, port, made.manifest, spent)


def deployment(
    profile: Profile, artifacts: Artifacts, port: Port, manifest: Manifest, spent: Spent = Spent()
) -> Deployment:
    """What stands on the chain by the manifest, without verifying it."""
    suite = deployed_suite(profile, artifacts, port, manifest)
    rules = {rule.name: suite.read(suite.standard, "current", template_id(rule.name))[0] for rule in profile.rules}
    currencies = {entry.code: number for number, entry in enumerate(profile.currencies, 1)}
    return Deployment(
        profile.network,
        profile.chain_id,
        manifest.deployer,
        dict(suite.addresses),
        currencies,
        rules,
        spent,
    )


def _carry_out(made: Plan, progress: Progress | None) -> Spent:
    spent = Spent()
    for number, planned in enumerate(made.steps, 1):
        # A constructor or a step before may have brought it about since the plan was made; a run that is cut short and
        # resumed here would not send it either.
        if planned.done or planned.step.check():
            continue
        if progress:
            progress(number, len(made.steps), planned.step.title)
        spent = spent.and_one(_carry_out_step(made.suite, planned.step), len(planned.step.data))
    return spent


def _carry_out_step(suite: Suite, step: Step) -> int:
    nonce = suite.port.nonce(suite.deployer)
    if step.creates and step.nonce != nonce:
        raise StepFailed(
            f"{step.title}: the deployer sent something else meanwhile; use it for nothing else, apply again"
        )
    try:
        suite.call(step.to, step.data, suite.deployer)
    except CallReverted as error:
        raise StepFailed(f"{step.title} would revert: {error}; nothing was sent for it") from None
    try:
        receipt = suite.port.send(step.to, step.data, nonce)
    except TransactionFailed as error:
        raise TransactionFailed(f"{step.title}: {error}") from None
    if not step.check():
        raise StepFailed(f"{step.title} was mined, and the chain does not show it; see that the node is in step")
    return receipt.gas_used


def _require_power(made: Plan) -> None:
    """Nothing is sent where the deployer can no longer finish."""
    suite = made.suite
    if not made.pending or not suite.exists(suite.access):
        return
    if not suite.read(suite.access, "hasRole", ADMIN_ROLE, suite.deployer)[0]:
        lines = "\n".join(
            f"  {step.title}\n    to {step.to} data 0x{step.data.hex()}" for step in made.pending if step.to
        )
        created = "\n".join(f"  {step.title}" for step in made.pending if step.creates)
        raise HandedOver(
            f"the deployer {suite.deployer} holds ADMIN no longer; these {len(made.pending)} step(s) are for the admin "
            f"or the holders of the roles:\n{created}\n{lines}".replace("\n\n", "\n")
        )
