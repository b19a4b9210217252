"""Everything that can go wrong with a deployment, in one tree.

Each message says which field, step or contract it is about and what to do.
"""

from __future__ import annotations


class DeploymentError(Exception):
    """The root of all errors of this package."""


# -- the profile ------------------------------------------------------------------------------------------------------
class ProfileError(DeploymentError):
    """The profile cannot be used as it is written."""


class ProfileNotReadable(ProfileError):
    """The file is missing, or is not the YAML it should be."""


class ProfileInvalid(ProfileError):
    """Fields are missing, unknown or out of range. `problems`: one line a field, starting with the field's path."""

    def __init__(self, source: str, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(f"{source}: {len(problems)} problem(s)\n" + "\n".join(f"  {line}" for line in problems))


class PlaceholdersLeft(ProfileError):
    """Something is not filled in yet. `fields`: one line a placeholder, starting with its path."""

    def __init__(self, source: str, fields: list[str]) -> None:
        self.fields = fields
        super().__init__(f"{source}: {len(fields)} placeholder(s) left\n" + "\n".join(f"  {line}" for line in fields))


class UnknownName(ProfileError):
    """A `$Name` is neither a contract of the profile, nor an actor, nor `$deployer`."""


class CyclicReference(ProfileError):
    """Contracts need each other's address in their constructors."""


# -- artifacts and encoding -------------------------------------------------------------------------------------------
class ArtifactError(DeploymentError):
    """What was compiled does not fit."""


class ArtifactsNotFound(ArtifactError):
    """There is no manifest of compiled contracts."""


class UnknownContract(ArtifactError):
    """No compiled contract of that name, or it is abstract and cannot be deployed."""


class UnknownFunction(ArtifactError):
    """The function is not in the contract's ABI, or the name stands for several."""


class WrongArgumentCount(ArtifactError):
    """More or fewer arguments than the ABI takes."""


class WrongArgumentType(ArtifactError):
    """An argument does not fit the ABI type."""


# -- the chain --------------------------------------------------------------------------------------------------------
class ChainError(DeploymentError):
    """The chain refuses, or is not the one that was meant."""


class WrongChain(ChainError):
    """The node's chain id is not the profile's, or the manifest is of another chain."""


class CannotConnect(ChainError):
    """Nothing answers at the RPC URL."""


class CallReverted(ChainError):
    """A call reverted. `data`: what it reverted with; `reason`: the same in words."""

    def __init__(self, reason: str, data: bytes = b"") -> None:
        self.reason, self.data = reason, data
        super().__init__(reason)


class TransactionFailed(ChainError):
    """A transaction was mined and failed, or was not mined in time."""


class PendingTransactions(ChainError):
    """Transactions of the deployer are still waiting; wait for them, or replace them, and apply again."""


# -- showing -----------------------------------------------------------------------------------------------------------
class UnknownPicture(DeploymentError):
    """A kind of picture that is not drawn."""


# -- applying ---------------------------------------------------------------------------------------------------------
class ApplyError(DeploymentError):
    """The plan cannot be carried on from where the chain stands."""


class ManifestError(ApplyError):
    """The manifest is damaged, of another network, or of other code than what is compiled now."""


class WrongDeployer(ApplyError):
    """Another account began this deployment, or the account is named in the profile itself."""


class HandedOver(ApplyError):
    """The deployer has renounced, and steps are missing: the admin has to carry them out."""


class StepFailed(ApplyError):
    """A step would revert, or was carried out and did not take."""


class VerificationFailed(ApplyError):
    """The chain is not as the profile says. `findings`: each difference."""

    def __init__(self, findings: list[object]) -> None:
        self.findings = findings
        super().__init__(f"{len(findings)} difference(s)\n" + "\n".join(f"  {finding}" for finding in findings))
