"""The matrix of adversaries: what is written in the files beside this, the tests they name, the tables of SECURITY.md.

`python -m tests.adversaries.matrix` writes the tables anew. `pytest -m adversary` runs every test that is named.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGE = ROOT / "SECURITY.md"
BEGIN, END = "<!-- adversaries: make with python -m tests.adversaries.matrix -->", "<!-- adversaries: end -->"
EVERY = "*"
"""In the place of a test: all of its file."""


def read(name: str) -> Any:
    """One of the files."""
    return yaml.safe_load((HERE / f"{name}.yml").read_text(encoding="utf-8"))


def named() -> Iterator[str]:
    """Every test that the files name, as often as they do."""
    for rows in read("dangers").values():
        for row in rows:
            yield from row[-1]
    for order in read("orders"):
        yield from order["tests"]
    for row in [*read("payouts"), *read("queues"), *read("deadlines")]:
        yield from row[-1]


@cache
def tests_of(path: str) -> tuple[tuple[str, str], ...]:
    """The tests of a file: class, where there is one, and name. None where there is no such file."""
    found: list[tuple[str, str]] = []
    if not (ROOT / "tests" / path).is_file():
        return ()
    for node in ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.append(("", node.name))
        elif isinstance(node, ast.ClassDef):
            found += [(node.name, one.name) for one in node.body if isinstance(one, ast.FunctionDef)]
    return tuple((group, name) for group, name in found if name.startswith("test_"))


def meant(test: str) -> list[tuple[str, str]]:
    """The tests that a line means: one name, which its class may tell from others like it, or every test of a file."""
    path, _, rest = test.partition("::")
    group, _, name = rest.rpartition("::")
    found = tests_of(path)
    return [one for one in found if EVERY in (one[1], name) or (one[1] == name and group in ("", one[0]))]


def is_named(nodeid: str) -> bool:
    """Whether a test that pytest collected is one of the matrix."""
    path, *rest = nodeid.removeprefix("tests/").split("[")[0].split("::")
    return (path, tuple(rest)) in _all()


def sources() -> dict[str, str]:
    """All contracts of the suite by the name of their file."""
    found = sorted((ROOT / "contracts").rglob("*.sol"))
    return {path.stem: path.read_text(encoding="utf-8") for path in found if "testing" not in path.parts}


def parts_of(contract: str) -> set[str]:
    """A contract, and what it inherits from."""
    found, left = set[str](), [contract]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += _inherits().get(name, ())
    return found


@cache
def _inherits() -> dict[str, list[str]]:
    made = {}
    for text in sources().values():
        for name, given in re.findall(r"^(?:abstract )?contract (\w+) is ([^{]+)\{", text, re.MULTILINE):
            made[name] = re.findall(r"\w+", re.sub(r"\([^()]*\)", "", given))
    return made


@cache
def _all() -> frozenset[tuple[str, tuple[str, ...]]]:
    found = set()
    for test in named():
        path = test.partition("::")[0]
        found |= {(path, tuple(part for part in one if part)) for one in meant(test)}
    return frozenset(found)


def tables() -> str:
    """The tables as Markdown."""
    lines = ["### Dangers", "", "| kind | danger | held by | tests |", "|---|---|---|---|"]
    for kind, rows in read("dangers").items():
        lines += [f"| {kind} | {danger} | {held} | {_shown(tests)} |" for danger, held, tests in rows]
    lines += ["", "### Signed messages", ""]
    lines += [
        "| message | checked by | brought by | who brings it decides | once | until | ended by | tests |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in read("orders"):
        message = ", ".join(f"`{name}`" for name in one["types"]) or one["outside"]
        cells = [one[name] for name in ("contract", "brought", "changes", "once", "until", "cancel")]
        lines.append(f"| {message} | {' | '.join(cells)} | {_shown(one['tests'])} |")
    lines += ["", "### Where money goes out", ""]
    lines += ["| what | in | to | tests |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(cells)} | {_shown(tests)} |" for *cells, tests in read("payouts")]
    lines += ["", "### What can wait, and be clogged", ""]
    lines += ["| what | in | by | held by | tests |", "|---|---|---|---|---|"]
    lines += [f"| {' | '.join(cells)} | {_shown(tests)} |" for *cells, tests in read("queues")]
    lines += ["", "### Deadlines, and blocks that are full around them", ""]
    lines += ["| deadline | in | shortest | if nobody can send until it is over | tests |", "|---|---|---|---|---|"]
    lines += [
        f"| {what} | {where} | {shortest} | {missed} | {_shown(tests)} |"
        for what, where, shortest, missed, tests in read("deadlines")
    ]
    return "\n".join(lines) + "\n"


def page(text: str) -> str:
    """The page with its tables as they are now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables()}\n{END}{after}"


def _shown(tests: list[str]) -> str:
    """By file, each linked once."""
    by_file: dict[str, list[str]] = {}
    for test in tests:
        path, _, name = test.partition("::")
        shown = "all" if name == EVERY else name.split("::")[-1].removeprefix("test_")
        if shown not in by_file.setdefault(path, []):
            by_file[path].append(shown)
    return "; ".join(f"[{Path(path).stem}](tests/{path}): {', '.join(names)}" for path, names in by_file.items())


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
