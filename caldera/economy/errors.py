"""Everything that can go wrong with a report, in one tree. Each message says what to do next."""

from __future__ import annotations


class EconomyError(Exception):
    """The root of all errors of this package."""


class AssumptionsInvalid(EconomyError):
    """Assumptions are unreadable, unknown or out of range. `problems`: one line each, with the place."""

    def __init__(self, source: str, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(f"{source}: {len(problems)} problem(s)\n" + "\n".join(f"  {line}" for line in problems))


class RuleDiffers(EconomyError):
    """The economy states a figure that the rule does not have, or that the rule refuses."""


class SameEconomy(EconomyError):
    """Two profiles are of the same name."""


class ChainIncomplete(EconomyError):
    """The manifest or the chain lacks a contract that the check reads."""
