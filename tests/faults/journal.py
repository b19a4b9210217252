"""What was found out about each fault, as text that is committed: a run goes on where the last one ended, anywhere.

An entry holds as long as its contract and the tests that it rests on: of a fault that was killed the test that did it,
with what its file has beside tests, of one that survived every test file of the area. What no longer holds is forgotten
and judged again.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.building import ROOT
from tests.faults.scope import files

FILE = Path(__file__).parent / "journal.txt"

KILLED, SURVIVED, SAME, UNBUILT = "killed", "survived", "same", "unbuilt"
_HEAD = """# Verdicts of `make mutate`, written by it. Under each contract and its hash: the fault, what became of it,
# the hash of the tests that this rests on, and where it was killed the test.
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`killed` by a test, `survived` them all, compiles to the `same` code, or is no Solidity (`unbuilt`)."""

    result: str
    killer: str = ""
    """The test as pytest names it, without parameters and without tests/; the file alone where that did not load."""

    @property
    def file(self) -> str:
        """Where the test stands, under tests/."""
        return self.killer.partition("::")[0]

    @property
    def counts(self) -> bool:
        """Whether it says something of the tests."""
        return self.result in (KILLED, SURVIVED)


class Journal:
    """Verdicts by contract and id of the fault."""

    def __init__(
        self,
        texts: Mapping[str, str],
        file: Path = FILE,
        root: Path = ROOT,
        tests: Callable[[str], Sequence[str]] = files,
    ) -> None:
        self._texts, self._file, self._root, self._tests = texts, file, root, tests
        self._hashes: dict[str, str] = {}
        self.verdicts: dict[str, dict[str, Verdict]] = {}
        path, holds = "", False
        for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
            words = line.split()
            if not words or words[0] == "#":
                continue
            if not line.startswith(" "):
                path, holds = words[0], words[0] in texts and words[1] == self._of_contract(words[0])
            elif holds:
                verdict = Verdict(words[1], words[3] if len(words) > 3 else "")
                if not verdict.counts or words[2] == self._of_tests(path, verdict):
                    self.verdicts.setdefault(path, {})[words[0]] = verdict

    def add(self, path: str, id_: str, verdict: Verdict) -> None:
        """Writes it down at once."""
        self.verdicts.setdefault(path, {})[id_] = verdict
        lines = [_HEAD]
        for contract, found in sorted(self.verdicts.items()):
            lines.append(f"{contract} {self._of_contract(contract)}\n")
            for name, one in sorted(found.items()):
                stamp = f" {self._of_tests(contract, one)}" if one.counts else ""
                lines.append(f"  {name} {one.result}{stamp}{' ' if one.killer else ''}{one.killer}\n")
        # Never half a journal, wherever the run is broken off.
        fresh = self._file.with_suffix(".new")
        fresh.write_text("".join(lines), encoding="utf-8")
        fresh.replace(self._file)

    def _of_contract(self, path: str) -> str:
        return _hash(self._texts[path])

    def _of_tests(self, path: str, verdict: Verdict) -> str:
        if verdict.result == SURVIVED:
            return _hash("".join(sorted(self._of_file(test) for test in self._tests(path))))
        return self._of_test(f"tests/{verdict.killer}") if verdict.killer else "time"

    def _of_test(self, test: str) -> str:
        """A test with what its file has beside other tests and imports: those may come and go."""
        file, _, name = test.partition("::")
        if not name or not (self._root / file).is_file():
            return self._of_file(file)
        if test not in self._hashes:
            text = (self._root / file).read_text(encoding="utf-8")
            lines = text.splitlines()
            kept = [one for one in ast.parse(text).body if _matters(one, name.partition("::")[0])]
            self._hashes[test] = _hash("\n".join(_text_of(one, lines) for one in kept))
        return self._hashes[test]

    def _of_file(self, test: str) -> str:
        if test not in self._hashes:
            path = self._root / test
            self._hashes[test] = _hash(path.read_text(encoding="utf-8")) if path.is_file() else "gone"
        return self._hashes[test]


def _matters(statement: ast.stmt, test: str) -> bool:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return False
    name = statement.name if isinstance(statement, (ast.FunctionDef, ast.ClassDef)) else ""
    return name == test or not name.startswith(("test", "Test"))


def _text_of(statement: ast.stmt, lines: Sequence[str]) -> str:
    """As it is written, its decorators as well: the same under every version of Python."""
    decorators = getattr(statement, "decorator_list", [])
    first = min(one.lineno for one in (statement, *decorators))
    return "\n".join(lines[first - 1 : statement.end_lineno])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
