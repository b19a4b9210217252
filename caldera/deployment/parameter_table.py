"""What governance may set, as tables: `python -m caldera.deployment.parameter_table` renews docs/parameters.md."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from .governed import FamilyEntry, Governed, WordEntry
from .yaml_reader import read_yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "profiles" / "parameters.yml"
PAGE = ROOT / "docs" / "parameters.md"
BEGIN, END = "<!-- parameters -->", "<!-- end -->"
_HEAD = ("word", "unit", "lowest", "highest", "most a change", "days between", "why")
_UNITS = {
    "bps": "basis points",
    "usd": "USD",
    "era": "ERA",
    "wad": "USD an ERA",
    "whole": "whole units",
    "flags": "bit set",
    "account": "address",
}
_TIMES = ((86_400, "d"), (3_600, "h"), (60, "min"))


def governed(path: Path = FILE) -> Governed:
    """The section `parameters` of a file that has nothing else."""
    return Governed.model_validate(read_yaml(path)["parameters"])


def tables(found: Governed) -> str:
    """One a family, with what a change applies to above it."""
    return "\n\n".join(_family(entry) for entry in found.families)


def page(text: str) -> str:
    """The page with its tables brought up to date."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{tables(governed())}\n{END}{after}"


def _family(entry: FamilyEntry) -> str:
    rows = [_HEAD, tuple("---" for _ in _HEAD), *(_row(name, word) for name, word in entry.words.items())]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"**`{entry.set}`** applies to: {entry.applies}.\n\n{table}"


def _row(name: str, word: WordEntry) -> tuple[str, ...]:
    if word.unit == "account":
        bounds = ("any but zero" if word.lowest else "any", "any")
    elif word.bits:
        bounds = (_shown(word, word.lowest), f"{word.bits} bits")
    else:
        bounds = (_shown(word, word.lowest), _shown(word, word.highest))
    step = "never changes" if word.kept else "–" if word.step is None else _shown(word, word.step)
    return f"`{name}`", _UNITS.get(word.unit, word.unit), *bounds, step, str(word.days or "–"), word.why


def _shown(word: WordEntry, value: Decimal | None) -> str:
    if value is None:
        return "–"
    if word.unit == "seconds":
        for length, name in _TIMES:
            if value and value % length == 0:
                return f"{value // length} {name}"
    return f"{value:,f}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
