"""Everything that can go wrong with a simulation, in one tree. Each message says what to do next."""

from __future__ import annotations


class SimulationError(Exception):
    """The root of all errors of this package."""


class SupposedInvalid(SimulationError):
    """Assumptions are unreadable, unknown or out of range. `problems`: one line each, with the place."""

    def __init__(self, source: str, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(f"{source}: {len(problems)} problem(s)\n" + "\n".join(f"  {line}" for line in problems))


class RequestImpossible(SimulationError):
    """No set of nodes could ever answer the request."""


class SameProfile(SimulationError):
    """Two profiles are of the same name."""
