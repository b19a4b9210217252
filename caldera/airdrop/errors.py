"""Everything that can go wrong with an airdrop's list, in one tree. Each message says what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from caldera.lists import Problem, listed


class AirdropError(Exception):
    """The root of all errors of this package."""


class ListInvalid(AirdropError):
    """The list cannot be used. `problems`: all of them, in the order of the lines."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(listed(source, self.problems))


class FolderInvalid(AirdropError):
    """A published folder is not what its list makes. `problems`: all of them."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(listed(source, self.problems))


class FolderExists(AirdropError):
    """The folder to write stands already: proofs of two lists must not mix."""


class OptionInvalid(AirdropError):
    """An option of the command has a value that cannot be meant."""


class NotListed(AirdropError):
    """The account has no claim in this list."""
