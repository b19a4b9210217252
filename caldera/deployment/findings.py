"""What `verify` found: one difference between the profile and the chain each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a finding is about."""

    CODE = "code"
    REFERENCE = "reference"
    ROLE = "role"
    PERMISSION = "permission"
    PARAMETER = "parameter"
    TOKEN = "token"


@dataclass(frozen=True)
class Finding:
    """`where`: contract and subject. `expected`, `found`: in the profile's words where there are any."""

    kind: Kind
    where: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: expected {self.expected}, found {self.found}"


def differs(where: str, expected: object, found: object) -> Iterator[Finding]:
    """A finding about a parameter, unless both are equal."""
    if expected != found:
        yield Finding(Kind.PARAMETER, where, str(expected), str(found))
