"""Entry points that a person's call does not bring through, and why."""

from __future__ import annotations

from tests.properties.suite.stage import Stage

CONTRACTS_ONLY: dict[str, tuple[str, ...]] = {}
ADMIN = "only what was voted for gets here"


def seldom(stage: Stage) -> dict[str, str]:
    """Reasons by entry point."""
    return {}
