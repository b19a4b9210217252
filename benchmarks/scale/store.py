"""The figures of a run as a file: curve by curve, operation by operation, count by count."""

import json
from collections.abc import Mapping
from pathlib import Path

from benchmarks.artifact import ROOT
from benchmarks.scale.run import Figures

FOLDER = ROOT / "docs" / "scale"
FILE = FOLDER / "scale.json"


def dumps(figures: Figures) -> str:
    """One operation a line."""
    curves = []
    for name, lines in figures.items():
        rows = [f"    {json.dumps(line)}: {_row(row)}" for line, row in lines.items()]
        curves.append(f"  {json.dumps(name)}: {{\n" + ",\n".join(rows) + "\n  }")
    return "{\n" + ",\n".join(curves) + "\n}\n"


def load(path: Path = FILE) -> Figures:
    """Of a file; nothing where there is none."""
    if not path.exists():
        return {}
    found: Mapping[str, Mapping[str, Mapping[str, int]]] = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: {line: {int(count): figure for count, figure in row.items()} for line, row in lines.items()}
        for name, lines in found.items()
    }


def _row(row: Mapping[int, int]) -> str:
    return "{" + ", ".join(f'"{count}": {figure}' for count, figure in row.items()) + "}"
