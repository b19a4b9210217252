"""What no contract of the suite can do, whoever calls it: read off the code that is deployed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from caldera.artifacts import Artifact, load

ORIGIN, CALLCODE, DELEGATECALL, SELFDESTRUCT = 0x32, 0xF2, 0xF4, 0xFF
PUSH1, PUSH32 = 0x60, 0x7F
TO_THEMSELVES = {"AirdropRounds", "DisputeCourt", "SuiteAccess"}
"""They carry out several calls of one caller at once (Multicall): what they delegate to is their own code."""


@pytest.fixture(scope="module")
def used() -> dict[int, set[str]]:
    """The contracts of the suite by instruction that they have."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for one in built():
        if not one.source_id.startswith("contracts/testing/"):
            for code in set(instructions(code_of(one))):
                found[code].add(one.name)
    return found


def test_nobody_asks_who_began_a_transaction(used: dict[int, set[str]]) -> None:
    """Contracts act for themselves: what a wallet of the caller's may do does not hang on who pays for the gas."""
    assert not used[ORIGIN]


def test_none_can_be_destroyed(used: dict[int, set[str]]) -> None:
    assert not used[SELFDESTRUCT]


def test_none_runs_code_of_others_on_its_storage(used: dict[int, set[str]]) -> None:
    assert not used[CALLCODE]
    assert used[DELEGATECALL] <= TO_THEMSELVES


@pytest.mark.parametrize("code", [ORIGIN, DELEGATECALL, SELFDESTRUCT])
def test_what_is_pushed_is_no_instruction(code: int) -> None:
    assert list(instructions(bytes([PUSH1, code, code]))) == [PUSH1, code]
    assert list(instructions(bytes([PUSH32, *[code] * 32, 0]))) == [PUSH32, 0]


def test_what_is_there_is_found() -> None:
    """The probe of the tests asks for all there is to ask."""
    (probe,) = (one for one in built() if one.name == "EvmProbe")
    assert ORIGIN in instructions(code_of(probe))


def built() -> list[Artifact]:
    """All artifacts as they stand, without asking for one of them by name."""
    return list(load()._entries.values())


def code_of(artifact: Artifact) -> bytes:
    """The code on chain, without what the compiler says of itself at its end, where it does; libraries to be linked
    count as zero."""
    code = bytes.fromhex(re.sub(r"__\$\w{34}\$__", "0" * 40, artifact.runtime_hex))
    end = len(code) - 2 - int.from_bytes(code[-2:], "big")
    return code[:end] if end > 0 and b"solc" in code[end:] else code


def instructions(code: bytes) -> Iterator[int]:
    """One after the other, without what they push."""
    place = 0
    while place < len(code):
        found = code[place]
        yield found
        place += found - PUSH1 + 2 if PUSH1 <= found <= PUSH32 else 1
