"""What a command prints is whole: on a narrow screen, on a wide one, and in a file."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Group
from rich.table import Table

from caldera.screen import ELSEWHERE, Screen

LONG = "0x5FbDB2315678afecb367f032d93F642f64180aa3" * 2


def table() -> Table:
    made = Table("contract", "address")
    made.add_row("SuiteAccess", LONG)
    return made


def letters(text: str) -> str:
    """Cells put together again, of a table whose last column was broken."""
    return "".join(line.split("│")[2].strip() for line in text.splitlines() if line.startswith("│"))


@pytest.mark.parametrize("shown", [table(), Group("before", table())])
def test_a_narrow_screen_breaks_what_does_not_fit_and_says_how_wide_it_should_be(shown: Table | Group) -> None:
    out = StringIO()
    Screen(file=out, force_terminal=True, color_system=None, width=60).print(shown)
    assert letters(out.getvalue()) == LONG
    assert "…" not in out.getvalue()
    assert "102 columns are needed for whole words; here are 60" in out.getvalue()


def test_a_file_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    out = StringIO()
    screen = Screen(file=out)
    screen.print(table())
    assert (screen.width, letters(out.getvalue())) == (ELSEWHERE, LONG)
    assert "are needed" not in out.getvalue()


def test_whoever_says_a_width_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    assert Screen(file=StringIO()).width == 50
    assert Screen(file=StringIO(), width=70).width == 70
