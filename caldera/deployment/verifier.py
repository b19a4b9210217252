"""`verify`: everything the profile says, read back from the chain and compared."""

from __future__ import annotations

from caldera.artifacts import Artifacts

from .errors import DeploymentError, ManifestError
from .findings import Finding, Kind
from .manifest import Manifest
from .planner import require_chain
from .port import Port
from .profile import Profile
from .suite import Suite
from .verify_code import verify_code
from .verify_economy import verify_economy
from .verify_families import verify_families
from .verify_genesis import verify_genesis
from .verify_handover import verify_handover
from .verify_parameters import verify_parameters
from .verify_powers import verify_powers
from .verify_tables import verify_tables


def verify(profile: Profile, artifacts: Artifacts, port: Port, manifest: Manifest) -> list[Finding]:
    """Every difference between the profile and the chain; an empty list is good. Sends nothing and needs no key.

    :raises WrongChain: node, profile and manifest are not of one chain
    :raises ManifestError: the manifest lacks a contract of the profile
    """
    require_chain(profile, port, manifest)
    suite = deployed_suite(profile, artifacts, port, manifest)
    findings = list(verify_code(suite, manifest.from_block))
    foreign = {finding.where for finding in findings if finding.kind is Kind.CODE}
    checks = (
        *(verify_parameters, verify_tables, verify_economy, verify_powers, verify_handover),
        *(verify_families, verify_genesis),
    )
    for check in checks:
        try:
            findings.extend(check(suite, manifest.from_block))
        except (DeploymentError, ArithmeticError, ValueError) as error:
            if not foreign:
                raise
            # A foreign contract answers as it likes. That it is foreign is a finding already.
            where = ", ".join(sorted(foreign))
            findings.append(Finding(Kind.CODE, where, "answers by the ABI", f"{check.__name__} stopped: {error}"))
    return findings


def deployed_suite(profile: Profile, artifacts: Artifacts, port: Port, manifest: Manifest) -> Suite:
    """The suite at the manifest's addresses.

    :raises ManifestError: the manifest lacks a contract of the profile
    """
    missing = [entry.name for entry in profile.contracts if entry.name not in manifest.contracts]
    if missing:
        raise ManifestError(f"the manifest has no {', '.join(missing)}: apply the profile first")
    addresses = {name: intent.address for name, intent in manifest.contracts.items()}
    return Suite(profile, artifacts, port, manifest.deployer, addresses)
