"""Which test holds which clause of a standard, and which known defect: read from the marks that tests carry.

A mark names an entry of `standards/*.yml` (`@pytest.mark.clause("ERC-20", "transfer")`) or of `defects.yml`
(`@pytest.mark.known_defect("huma-duplicate")`). Read from the source, so that nothing has to be imported.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Held:
    """A test and what its mark names."""

    mark: str
    names: tuple[str, ...]
    file: str
    test: str

    @property
    def where(self) -> str:
        """As pytest takes it."""
        return f"{self.file}::{self.test}"


@dataclass(frozen=True)
class Clause:
    """One sentence of a standard, in our words."""

    id: str
    section: str
    level: str
    says: str
    contracts: tuple[str, ...]


@dataclass(frozen=True)
class Standard:
    """A standard, who claims it, its clauses, and where we differ."""

    name: str
    title: str
    contracts: tuple[str, ...]
    clauses: tuple[Clause, ...]
    departures: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Defect:
    """A defect of another project. `why_not`: why it cannot be here at all, where no test is possible."""

    id: str
    area: str
    project: str
    source: str
    defect: str
    held: str = ""
    why_not: str = field(default="")


@cache
def standards() -> dict[str, Standard]:
    """All standards by name, such as ERC-20."""
    found = (_standard(path) for path in (HERE / "standards").glob("*.yml"))
    return {one.name: one for one in sorted(found, key=lambda one: int(one.name.split("-")[1]))}


@cache
def defects() -> dict[str, Defect]:
    """All known defects by id, in the order of the list."""
    areas: dict[str, list[dict[str, Any]]] = yaml.safe_load((HERE / "defects.yml").read_text("utf-8"))
    made = [Defect(area=area, **entry) for area, entries in areas.items() for entry in entries]
    assert len({one.id for one in made}) == len(made), "two defects of one id"
    return {one.id: one for one in made}


@cache
def held() -> tuple[Held, ...]:
    """Every mark of every test."""
    found: list[Held] = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text("utf-8")
        if "mark.clause(" in text or "mark.known_defect(" in text:
            found += _marks(ast.parse(text), path.relative_to(ROOT).as_posix(), "")
    return tuple(found)


def sources() -> Iterator[tuple[str, str]]:
    """Every source of the suite by its file's name, without comments and without what tests alone use."""
    for path in sorted((ROOT / "contracts").rglob("*.sol")):
        if "testing" not in path.parts:
            yield path.stem, re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)


def _standard(path: Path) -> Standard:
    read: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    kind, number = path.stem[:3].upper(), path.stem[3:]
    contracts = tuple(read["contracts"])
    clauses = tuple(
        Clause(id, one["section"], one.get("level", ""), one["says"], tuple(one.get("on", contracts)))
        for id, one in read["clauses"].items()
    )
    return Standard(f"{kind}-{number}", read["title"], contracts, clauses, tuple(read.get("departures", ())))


def _marks(parent: ast.AST, file: str, prefix: str) -> Iterator[Held]:
    for node in ast.iter_child_nodes(parent):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        for mark in node.decorator_list:
            name = ast.unparse(mark.func) if isinstance(mark, ast.Call) else ""
            if isinstance(mark, ast.Call) and name in ("pytest.mark.clause", "pytest.mark.known_defect"):
                names = tuple(str(ast.literal_eval(value)) for value in mark.args)
                yield Held(name.rpartition(".")[2], names, file, prefix + node.name)
        if isinstance(node, ast.ClassDef):
            yield from _marks(node, file, f"{prefix}{node.name}::")
