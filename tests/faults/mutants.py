"""Single faults that can be planted in Solidity: one edit each, in code and never in comments or texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"", re.S)
_SKIPPED_LINES = re.compile(r"^\s*(import|pragma|using|event|error|constructor|type|struct|enum)\b")
_SWAPS = {
    "<=": ["<"],
    ">=": [">"],
    "<": ["<="],
    ">": [">="],
    "==": ["!="],
    "!=": ["=="],
    "&&": ["||"],
    "||": ["&&"],
    "+": ["-"],
    "-": ["+"],
    "*": ["/"],
    "/": ["*"],
    "%": ["/"],
    "&": ["|"],
    "|": ["&"],
    "+=": ["-=", "="],
    "-=": ["+=", "="],
    "|=": ["="],
    "&=": ["="],
}
_OPERATOR = re.compile(r"(?<= )(\+=|-=|\|=|&=|<=|>=|==|!=|&&|\|\||[<>+\-*/%&|])(?= )")
_GUARD = re.compile(r"^( *)if \((?:[^{};]|\n)*?\)\s*revert [^;]*;", re.M)
_GUARD_BLOCK = re.compile(r"^( *)if \((?:[^{};]|\n)*?\) \{\s*revert [^;]*;\s*\}", re.M)
_DECLARATION = r"[A-Za-z0-9_.\[\]]+ (?:memory |storage )?[a-z_]+ ="
_STATEMENT = re.compile(
    rf"^ +(?!return\b|revert\b|emit\b|if\b|for\b|else\b|{_DECLARATION})"
    r"(?:[A-Za-z_][\w.\[\]]*(?:\([^;{}]*\))?(?: [-+|&]?= [^;{}]*)?|delete [^;{}]*);$",
    re.M,
)
_EMIT = re.compile(r"^ +emit [^;]*;$", re.M)
_MODIFIER = re.compile(r"(?<=\)) ?[^;{]*?\b(restricted|whenRunning|nonReentrant|onlyModuleOf\(\w+\))\b")
_NEGATION = re.compile(r"(?<=[( ])!(?=[a-z_])")
_TRUTH = re.compile(r"\breturn (true|false);")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One planted fault. `start`, `end`: the replaced characters of the file."""

    path: str
    start: int
    end: int
    old: str
    new: str
    kind: str
    line: int
    context: str

    @property
    def key(self) -> str:
        """Names the fault as long as its line does not change."""
        old, new = " ".join(self.old.split()), " ".join(self.new.split())
        if self.kind.endswith("dropped") and self.kind != "negation dropped" and self.kind != "modifier dropped":
            return f"{self.path}: {self.kind}: {old}"
        return f"{self.path}: {self.kind}: {old} -> {new or 'nothing'} in {self.context}"

    def apply(self, text: str) -> str:
        """The file with the fault."""
        assert text[self.start : self.end] == self.old
        return text[: self.start] + self.new + text[self.end :]


def mask(text: str) -> str:
    """The text with comments and strings blanked, so that places stay the same."""
    return _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def mutants(path: str, text: str) -> Iterator[Mutant]:
    """Every fault for one file, in order of kind and place."""
    code = mask(text)
    seen: set[tuple[int, int, str]] = set()
    for kind, start, end, new in _edits(code):
        before = code.rfind("\n", 0, start) + 1
        if _SKIPPED_LINES.match(code[before:].split("\n", 1)[0]) or (start, end, new) in seen:
            continue
        seen.add((start, end, new))
        line = text.count("\n", 0, start) + 1
        # The place in the line is part of the name: one line may hold an operator twice.
        context = f"column {start - before + 1} of {text[before:].split(chr(10), 1)[0].strip()}"
        yield Mutant(path, start, end, text[start:end], new, kind, line, context)


def _edits(code: str) -> Iterator[tuple[str, int, int, str]]:
    for pattern in (_GUARD, _GUARD_BLOCK):
        for found in pattern.finditer(code):
            yield "guard dropped", found.start() + len(found[1]), found.end(), ""
    for found in _OPERATOR.finditer(code):
        for new in _SWAPS[found[1]]:
            yield "operator", found.start(1), found.end(1), new
    for found in _NEGATION.finditer(code):
        yield "negation dropped", found.start(), found.end(), ""
    for found in _TRUTH.finditer(code):
        yield "answer turned", found.start(1), found.end(1), "false" if found[1] == "true" else "true"
    for found in _MODIFIER.finditer(code):
        yield "modifier dropped", found.start(1), found.end(1), ""
    for found in _STATEMENT.finditer(code):
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        yield "statement dropped", start, found.end(), ""
    for found in _EMIT.finditer(code):
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        yield "event dropped", start, found.end(), ""


def of_files(root: Path, paths: list[str]) -> list[Mutant]:
    """All faults for these files, in order."""
    found: list[Mutant] = []
    for path in paths:
        made = mutants(path, (root / path).read_text(encoding="utf-8"))
        found += sorted(made, key=lambda one: (one.start, one.end, one.new))
    return found
