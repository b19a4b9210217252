"""Every fault that can be planted in the contracts, from slither-mutate's operators and our own, each once."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from caldera.whole_file import write_whole
from tests.faults import operators
from tests.faults.building import ROOT, sources
from tests.faults.operators import Edit

_COUNTING = re.compile(r"for \(uint\d+ (\w+)( = 0)?; \1 < [^;]+; \+\+\1\) ")
"""A loop that counts up to a bound ends where it is equal: != for < changes nothing."""

EXPORT = ROOT / ".cache" / "caldera_export.json"
LIST = ROOT / ".cache" / "mutants.json"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One planted fault: the characters from `start` to `end` of the file are replaced."""

    path: str
    operator: str
    start: int
    end: int
    new: str
    line: int
    change: str
    """The changed lines before and after. Names the fault as long as they stay as they are."""

    @property
    def key(self) -> str:
        """The name under which reasons are given."""
        return f"{Path(self.path).stem}: {self.change}"

    @property
    def id(self) -> str:
        """The name in the journal."""
        return hashlib.sha256(self.change.encode()).hexdigest()[:10]

    def apply(self, text: str) -> str:
        """The file with the fault."""
        return text[: self.start] + self.new + text[self.end :]


def mutants(path: str, text: str, found: Iterable[Edit]) -> list[Mutant]:
    """The faults that these edits make, in the order of the file; an edit that another one equals is left out."""
    code = operators.mask(text)
    unique: dict[tuple[int, int, str], str] = {}
    for name, start, end, new in found:
        while start < end and new and text[start] == new[0]:
            start, new = start + 1, new[1:]
        while start < end and new and text[end - 1] == new[-1]:
            end, new = end - 1, new[:-1]
        first = text.rfind("\n", 0, start) + 1
        counting = (text[start:end], new) == ("<", "!=") and _COUNTING.match(text[first:].lstrip())
        changes_code = code[start:end].strip() or new.strip()
        if changes_code and not counting:
            unique.setdefault((start, end, new), name)
    made, seen = [], Counter[str]()
    for (start, end, new), name in sorted(unique.items()):
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", end) if "\n" in text[end:] else len(text)
        change = f"{_short(text[first:last])} => {_short(text[first:start] + new + text[end:last])}"
        seen[change] += 1
        if seen[change] > 1:
            change += f" (the {seen[change]}.)"
        made.append(Mutant(path, name, start, end, new, text.count("\n", 0, start) + 1, change))
    return made


def _short(lines: str) -> str:
    return " ".join(lines.split())


def every() -> dict[str, list[Mutant]]:
    """By path. Slither takes a minute to read the contracts, so the list is kept until they change."""
    texts = _own(sources())
    code = [(Path(__file__).parent / f"{name}.py").read_bytes() for name in ("mutants", "operators", "patches")]
    stamp = hashlib.sha256(json.dumps(texts).encode() + b"".join(code)).hexdigest()
    if LIST.exists():
        kept = json.loads(LIST.read_text(encoding="utf-8"))
        if kept["stamp"] == stamp:
            return {path: [Mutant(**one) for one in made] for path, made in kept["mutants"].items()}
    # In a process of its own, which gives the memory back.
    made = subprocess.run([sys.executable, "-m", "tests.faults.mutants"], cwd=ROOT, capture_output=True, text=True)
    if made.returncode:
        raise RuntimeError(f"no mutants:\n{made.stderr[-2000:]}")
    write_whole(LIST, f'{{"stamp": "{stamp}", "mutants": {made.stdout}}}')
    return every()


def _own(texts: dict[str, str]) -> dict[str, str]:
    return {path: text for path, text in texts.items() if not path.startswith(("contracts/testing/", "contracts/dev"))}


def _list() -> dict[str, list[Mutant]]:
    from slither import Slither

    from tests.faults.patches import patches

    texts = _own(sources())
    subprocess.run([sys.executable, "tools/slither_input.py", str(EXPORT)], cwd=ROOT, check=True)
    found: dict[str, list[Edit]] = {path: list(operators.edits(text)) for path, text in texts.items()}
    for path, edit in patches(Slither(str(EXPORT)), texts):
        found[path].append(edit)
    return {path: mutants(path, texts[path], edits) for path, edits in found.items()}


if __name__ == "__main__":
    print(json.dumps({path: [asdict(one) for one in made] for path, made in _list().items() if made}))
