"""The page of what becomes of cut commands has every command, and every test that it names is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from caldera.cli import app
from tests.unit.node import test_conflicts, test_crash, test_duties, test_facts, test_sender

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "crash.md").read_text(encoding="utf-8")
MAKE = (ROOT / "Makefile").read_text(encoding="utf-8")


def rows(title: str) -> list[list[str]]:
    """Of the table under a heading of the page."""
    _, _, after = PAGE.partition(f"## {title}\n")
    lines = after.partition("\n## ")[0].splitlines()
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| `")]


ROWS, TARGETS = rows("Every command"), rows("What `make` keeps")


def commands(found: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command of the command line, by its words."""
    inner = getattr(found, "commands", None)
    if inner is None:
        yield " ".join(path)
        return
    for name, one in inner.items():
        yield from commands(one, (*path, name))


def test_every_command_is_on_the_page_once() -> None:
    named = [one for row in ROWS for one in re.findall(r"`([^`]+)`", row[0])]
    assert sorted(named) == sorted(commands(typer.main.get_command(app)))


def test_every_target_of_make_is_on_the_page_once() -> None:
    named = [one for row in TARGETS for one in re.findall(r"`([^`]+)`", row[0])]
    targets = re.findall(r"^([a-z]+):.*## ", MAKE, re.M)
    assert sorted(named) == sorted(set(targets) - {"help"})


@pytest.mark.parametrize("row", ROWS + TARGETS, ids=[row[0] for row in ROWS + TARGETS])
def test_every_test_that_is_named_is_there(row: list[str]) -> None:
    places = re.findall(r"`([^`]+)`", row[-1])
    assert places or "nothing" in row[1]
    folder = Path()
    for one in places:
        folder = Path(one).parent if "/" in one else folder
        assert (ROOT / folder / Path(one).name).is_file(), one


def test_every_stage_of_a_node_is_cut_somewhere() -> None:
    """The places at which a node can be killed, as its sources name them, are those at which tests kill it."""
    sources = sorted((ROOT / "caldera" / "node").glob("*.py"))
    named = {place for path in sources for place in re.findall(r'_crash\("([^"]+)"\)', path.read_text())}
    tests = "".join(
        Path(str(one.__file__)).read_text()
        for one in (test_conflicts, test_crash, test_duties, test_facts, test_sender)
    )
    assert len(named) >= 14
    assert {place for place in named if f'"{place}"' not in tests} == set()
