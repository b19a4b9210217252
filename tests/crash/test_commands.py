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
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if line.startswith("| `")]


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


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
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
