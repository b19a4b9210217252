"""Gas that stands in the documentation is what `make gas` measured last."""

from __future__ import annotations

import re

import pytest

from benchmarks.gas import GAS_JSON
from benchmarks.rows import OURS, load
from tests.unit.docs.test_snippets import ROOT

PAGES = ("README.md", "docs/circulation.md")
STEPS = {f"finance.step.{number:02}": rf"^\| {number} [^|]*\|[^|]*\| ([\d,]+) \|$" for number in range(1, 11)}
ROWS = STEPS | {
    "finance.steps": r"^\| all ten \|[^|]*\| \**([\d,]+)\** \|$",
    "finance.atomic": r"^\| \*\*in one transaction\*\*[^|]*\|[^|]*\| \**([\d,]+)\** \|$",
    "finance.discount": r"^\| sold to a factor instead[^|]*\|[^|]*\| ([\d,]+) \|$",
}
"""Where a row of the gas table stands on a page."""

GRANTS = "vesting.create.batch50"
EACH = {round(row.gas / 50) for row in load(GAS_JSON) if row.operation == GRANTS}
"""Of one of fifty grants that are made at once."""
TABLES = {
    "README.md": "Figures",
    "docs/airdrop.md": "Figures",
    "docs/governance.md": "Cost",
    "docs/index.md": "Beside others",
    "docs/revenue.md": "Figures",
    "docs/vesting.md": "Cost",
}
"""Sections whose tables are of whole transactions."""


def said(page: str, operation: str) -> int:
    """The figure on a page."""
    found = re.findall(ROWS[operation], (ROOT / page).read_text(encoding="utf-8"), re.M)
    assert len(found) == 1, f"{page}: {len(found)} rows for {operation}"
    return int(found[0].replace(",", ""))


@pytest.mark.parametrize("page", PAGES)
def test_the_steps_add_up(page: str) -> None:
    assert said(page, "finance.steps") == sum(said(page, operation) for operation in STEPS)
    assert said(page, "finance.atomic") < said(page, "finance.steps")


@pytest.mark.parametrize("operation", ROWS)
@pytest.mark.parametrize("page", PAGES)
def test_a_figure_is_the_measured_one(page: str, operation: str) -> None:
    measured = {row.operation: row.gas for row in load(GAS_JSON) if row.implementation == OURS}
    if operation not in measured:
        pytest.skip(f"{operation} is not in gas.json yet")
    assert said(page, operation) == measured[operation]


@pytest.mark.parametrize("page", TABLES)
def test_the_figures_of_a_table_are_measured(page: str) -> None:
    _, _, after = (ROOT / page).read_text(encoding="utf-8").partition(f"\n## {TABLES[page]}\n")
    lines = [line.split("|")[2:] for line in after.partition("\n## ")[0].splitlines() if line.startswith("|")]
    shown = [one for cells in lines for cell in cells for one in re.findall(r"\d{1,3}(?:,\d{3})+", cell)]
    rows = load(GAS_JSON)
    notes = {one for row in rows for one in re.findall(r"\d{1,3}(?:,\d{3})+", row.note)}
    measured = {f"{gas:,}" for gas in EACH | {row.gas for row in rows}}
    assert len(shown) >= 6
    assert [one for one in shown if one not in measured | notes] == []
