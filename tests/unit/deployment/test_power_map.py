"""Ways and their delays, words for roles, code that could become other code, and the picture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from caldera.artifacts import load
from caldera.deployment.exits import EXITS
from caldera.deployment.names import ROLES
from caldera.deployment.power_map import (
    Holder,
    HolderKind,
    Member,
    Outside,
    PowerMap,
    Role,
    Wait,
    Way,
    duration,
    grouped,
)
from caldera.deployment.power_page import page, way_words
from caldera.deployment.power_plot import draw
from caldera.deployment.read_map import _opcodes
from caldera.deployment.role_words import ROLE_WORDS

SOLIDITY = Path(__file__).resolve().parents[3] / "contracts/access/Roles.sol"
VOTERS = Holder("voters of VotingPower", HolderKind.VOTERS)
OFFICER = Holder("officer", HolderKind.ACCOUNT, "0x" + "a2" * 20)
DESK = Holder("CreditDesk", HolderKind.CONTRACT, "0x" + "a3" * 20)
TEN_DAYS = (
    Way(VOTERS)
    .then("Governor", Wait("until the vote", 86_400), Wait("vote", 7 * 86_400))
    .then("Timelock", Wait("Timelock: delay", 2 * 86_400))
)


def made(*roles: Role, outside: tuple[Outside, ...] = ()) -> PowerMap:
    return PowerMap("small", 7, roles, outside, (), (), (), (), ())


def role(name: str, number: int, holder: Holder, *ways: Way) -> Role:
    return Role(name, number, "ADMIN", "ADMIN", 0, (Member(holder, 1, 0, ways),), ("A.one", "A.two", "B.one"))


def test_a_way_waits_for_all_that_stands_in_it() -> None:
    assert TEN_DAYS.seconds == 10 * 86_400
    assert TEN_DAYS.then("Book").seconds == 10 * 86_400
    assert TEN_DAYS.then("Book").through == ("Governor", "Timelock", "Book")
    assert TEN_DAYS.after(Wait("role's delay", 0)) == TEN_DAYS
    assert TEN_DAYS.after(Wait("role's delay", 1)).seconds == 10 * 86_400 + 1


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "at once"),
        (1, "1 s"),
        (60, "1 min"),
        (3_661, "1 h 1 min 1 s"),
        (86_399, "23 h 59 min 59 s"),
        (86_400, "1 day"),
        (172_801, "2 days 1 s"),
    ],
)
def test_durations_are_exact(seconds: int, words: str) -> None:
    assert duration(seconds) == words


def test_a_sum_is_said_with_its_parts() -> None:
    assert way_words(TEN_DAYS) == (
        "Governor, Timelock",
        "10 days (until the vote 1 day + vote 7 days + Timelock: delay 2 days)",
    )
    assert way_words(Way(OFFICER)) == ("itself", "at once")
    assert way_words(Way(OFFICER).after(Wait("role's delay", 60))) == ("itself", "1 min")


def test_functions_by_contract() -> None:
    assert grouped(("A.one", "B.one", "A.two")) == {"A": ["one", "two"], "B": ["one"]}


def test_words_of_roles_are_those_of_the_contract() -> None:
    text = SOLIDITY.read_text(encoding="utf-8")
    notices = re.findall(r"/// @notice (.*)\n\s*uint64 internal constant (\w+) = (\d+);", text)
    assert {name: int(number) for _, name, number in notices} == ROLES
    assert {name: ROLE_WORDS.get(name) for _, name, _ in notices} == {name: words for words, name, _ in notices}


def test_ways_out_are_functions_of_contracts() -> None:
    compiled = load()
    for contract, functions in EXITS.items():
        names = {entry.get("name") for entry in compiled[contract].abi if entry["type"] == "function"}
        assert set(functions) <= names, contract
        assert len(set(functions)) == len(functions), contract


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("", []),
        ("f4", ["DELEGATECALL"]),
        ("f2", ["CALLCODE"]),
        ("ff", ["SELFDESTRUCT"]),
        ("60f4", []),  # pushed, not carried out
        ("61f4ff", []),
        ("61f4fff4", ["DELEGATECALL"]),
        ("7f" + "f4" * 32, []),
        ("7f" + "f4" * 33, ["DELEGATECALL"]),
        ("5ff4", ["DELEGATECALL"]),  # PUSH0 has no data
        ("00f4f40002", []),  # the compiler's data
        ("f4f4f40002", ["DELEGATECALL"]),
        ("a2646970667358" + "22" + "f4" * 34 + "64736f6c6343" + "f4" * 3 + "0033" + "f40002", []),  # of carried code
        ("a2646970667358" + "22" + "f4" * 35 + "64736f6c6343" + "f4" * 3 + "0033" + "f40002", ["DELEGATECALL"] * 38),
    ],
)
def test_instructions_that_run_other_code(code: str, found: list[str]) -> None:
    assert _opcodes(bytes.fromhex(code)) == found


def test_the_page_tells_people_from_code() -> None:
    found = page(made(role("ADMIN", 0, VOTERS, TEN_DAYS), role("LENDER", 9, DESK, Way(DESK))))
    assert "| voters of VotingPower | Governor, Timelock | 10 days (" in found
    assert "| CreditDesk | its own rules |  | `LENDER` |" in found
    assert "None: no timelock" in found
    nobody = Role("CONNECTOR", 14, "ADMIN", "ADMIN", 0, (), ("A.one",))
    assert "| nobody |  |  | `CONNECTOR` |" in page(made(nobody))
    unreachable = role("ADMIN", 0, Holder("Timelock", HolderKind.TIMELOCK, "0x" + "a4" * 20))
    assert "| Timelock | nobody can reach it |" in page(made(unreachable))


def test_the_page_says_what_is_sealed_and_bounded() -> None:
    book = Holder("Book", HolderKind.CONTRACT, "0x" + "a5" * 20)
    sealed = Role("PARAMETERS", 18, "ADMIN", "ADMIN", 5, (Member(book, 1, 0, (TEN_DAYS,)),), ("A.one",), True, True)
    found = page(made(sealed))
    assert "| `PARAMETERS`, sealed | nobody any more |" in found
    assert "Every number stays within bounds" in found
    opened = Role("PARAMETERS", 18, "ADMIN", "ADMIN", 5, (Member(book, 1, 0, (TEN_DAYS,)),), ("A.one",))
    assert "| `PARAMETERS` | `ADMIN`, 5 s ahead |" in page(made(opened))
    assert "Every number stays" not in page(made(opened))


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG\r\n\x1a\n"), ("svg", b"<?xml")])
def test_the_same_map_is_the_same_picture(kind: str, start: bytes) -> None:
    officer = role("STANDARD", 2, OFFICER, Way(OFFICER).after(Wait("role's delay", 60)))
    guard = Outside("Governor", "proposalGuardian", "cancels proposals", (OFFICER,), (Way(OFFICER),))
    found = made(role("ADMIN", 0, VOTERS, TEN_DAYS), officer, role("LENDER", 9, DESK, Way(DESK)), outside=(guard,))
    first = draw(found, kind)
    assert first.startswith(start)
    assert draw(found, kind) == first
    assert draw(made(role("ADMIN", 0, VOTERS, TEN_DAYS)), kind) != first
