"""Everything that can go wrong with a list of grants, in one tree. Each message says what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from caldera.lists import Problem, listed


class VestingError(Exception):
    """The root of all errors of this package."""


class ListInvalid(VestingError):
    """The list cannot be used. `problems`: all of them, in the order of the lines."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(listed(source, self.problems))


class OptionInvalid(VestingError):
    """An option of the command has a value that cannot be meant, or one is missing."""


class PlanInvalid(VestingError):
    """The file is no plan, was changed, or is of another version."""


class PlanExists(VestingError):
    """Another plan stands in the file already."""


class OtherVault(VestingError):
    """The plan is for another chain or vault, or nothing stands at the vault's address."""


class AllocationUnknown(VestingError):
    """The vault has no allocation of that name, or two."""


class DoesNotFit(VestingError):
    """A grant is not within its allocation's bounds on the chain, or the allocation has too little."""


class HistoryIncomplete(VestingError):
    """The node does not show every grant that was made: what is missing cannot be told from what is hidden."""


class NotAllowed(VestingError):
    """The account may not make grants."""


class CallDelayed(VestingError):
    """The account may make grants only some time after it announced the call."""


class WouldRevert(VestingError):
    """A batch would be refused; nothing was sent for it."""


class NotShown(VestingError):
    """A batch was mined, and the node does not show its grants."""
