"""Faults that slither-mutate has no operator for: each is one edit of code, never of a comment or a text.

Its own replace an operator only where it stands alone in its statement, and never between addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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
_MODIFIER = re.compile(
    r"(?<=\)) ?[^;{]*?\b(restricted|nonReentrant|stands|whenRunning|only[A-Z]\w*(?:\([^()]*\))?)(?= |\n)"
)
_NEGATION = re.compile(r"(?<=[( ])!(?=[a-z_])")
_TRUTH = re.compile(r"\breturn (true|false);")

Edit = tuple[str, int, int, str]
"""Name of the operator, the replaced characters, and what comes in their place."""


def mask(text: str) -> str:
    """The text with comments and strings blanked, so that places stay the same."""
    return _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def edits(text: str) -> Iterator[Edit]:
    """Every one for a file."""
    code = mask(text)
    for edit in _edits(code):
        before = code.rfind("\n", 0, edit[1]) + 1
        if not _SKIPPED_LINES.match(code[before:].split("\n", 1)[0]):
            yield edit


def _edits(code: str) -> Iterator[Edit]:
    for found in _OPERATOR.finditer(code):
        for new in _SWAPS[found[1]]:
            yield "swap", found.start(1), found.end(1), new
    for found in _NEGATION.finditer(code):
        yield "negation", found.start(), found.end(), ""
    for found in _TRUTH.finditer(code):
        yield "answer", found.start(1), found.end(1), "false" if found[1] == "true" else "true"
    for found in _MODIFIER.finditer(code):
        yield "modifier", found.start(1), found.end(1), ""
