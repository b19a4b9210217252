"""The state machines there are: whatever a test hands to `beside.run` can be fuzzed, under a name of its own."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROPERTIES = ROOT / "tests" / "properties"
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class NoSuchMachine(Exception):
    """Nothing of that name is here; the message lists what is."""


@dataclass(frozen=True)
class Machine:
    """`name`: as `--machine` takes it; `test`: the test that makes its stand and runs it, as pytest takes it."""

    name: str
    test: str


def machines(place: Path = PROPERTIES) -> dict[str, Machine]:
    """The machines that the tests of a folder, or of one file, run; by name.

    Raises:
        NoSuchMachine: there is none, or two have one name.
    """
    found: dict[str, Machine] = {}
    for path in sorted(place.rglob("test_*.py")) if place.is_dir() else [place]:
        for name, test in _run_in(path):
            if name in found:
                raise NoSuchMachine(f"{name} is run by {found[name].test} and by {path.name}::{test}: name one anew")
            found[name] = Machine(name, f"{path}::{test}")
    if not found:
        raise NoSuchMachine(f"no test in {place} runs a machine")
    return found


def _run_in(path: Path) -> list[tuple[str, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (_name(node.args[0].id), function.name)
        for function in tree.body
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_")
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Name) and _is_run(node.func)
    ]


def _is_run(function: ast.expr) -> bool:
    match function:
        case ast.Name(id="run") | ast.Attribute(value=ast.Name(id="beside"), attr="run"):
            return True
    return False


def _name(kind: str) -> str:
    return _WORDS.sub("_", kind.removesuffix("Machine")).lower()


def choose(names: list[str], place: Path = PROPERTIES) -> dict[str, Machine]:
    """Those named, or all.

    Raises:
        NoSuchMachine: one of the names is not here.
    """
    known = machines(place)
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise NoSuchMachine(f"no machine {', '.join(unknown)}; there are {', '.join(known)}")
    return {name: known[name] for name in known if not names or name in names}
