"""What the regional templates permit, as a table: `python -m caldera.deployment.templates` brings docs/regions.md up to
date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .include import with_included
from .profile import RuleEntry

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "profiles" / "regions"
PAGE = ROOT / "docs" / "regions.md"
BEGIN, END = "<!-- templates -->", "<!-- end -->"
_HEAD = ("template", "who may hold", "a document must bring", "least position", "beside")


def templates(folder: Path = FOLDER) -> list[RuleEntry]:
    """Every rule of every file in the folder, by file and place."""
    return [RuleEntry.model_validate(rule) for path in sorted(folder.glob("*.yml")) for rule in _rules(path)]


def table(entries: list[RuleEntry]) -> str:
    """The templates as a Markdown table."""
    rows = [_HEAD, tuple("---" for _ in _HEAD), *(_row(entry) for entry in entries)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def page(text: str) -> str:
    """The page with its table brought up to date."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table(templates())}\n{END}{after}"


def _rules(path: Path) -> list[dict[str, Any]]:
    return list(with_included(path).get("rules") or [])


def _row(entry: RuleEntry) -> tuple[str, ...]:
    joined = " and " if entry.all_of else " or "
    where = f"in {joined.join(entry.regions)}" if entry.regions else "anywhere"
    who = joined.join(name.lower() for name in entry.qualifications) if entry.qualifications else "anyone enrolled"
    fields = ", ".join(name.lower().replace("_", " ") for name in entry.required_fields) or "nothing"
    beside = []
    if entry.grace_days:
        beside.append(f"default {entry.grace_days} days after the due date")
    if entry.split_bps:
        beside.append(f"a split leaves {entry.split_bps / 100:g} % at least")
    if entry.advance_bps is not None:
        beside.append(f"pledged up to {entry.advance_bps / 100:g} % of the valuation")
    if entry.stages is not None and entry.stages_max_age is not None:
        beside.append(f"{entry.stages} stages, the latest fresh for {entry.stages_max_age // 86_400} days")
    unit = f"USD {entry.minimum_unit_usd}" if entry.kind in (1, 2, 4, 9) and "FACE" in entry.required_fields else "1"
    return f"`{entry.name}`", f"{who}, {where}", fields, unit, "; ".join(beside)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
