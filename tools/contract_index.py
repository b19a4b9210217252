"""A page that names every contract, interface and library: title, what it inherits, and the pages that speak of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_HEAD = re.compile(
    r"^(?P<kind>abstract contract|contract|interface|library) (?P<name>\w+)(?:\s+is\s+(?P<bases>[^{]+))?\s*\{", re.M
)
_TITLE = re.compile(r"/// @title (.+)")
_WORDS = {"contract": "contract", "abstract contract": "part", "interface": "interface", "library": "library"}


@dataclass(frozen=True)
class Source:
    """`folder`: under contracts/. `kind`: contract, part (of one), interface or library. `bases`: what it inherits."""

    folder: str
    name: str
    kind: str
    title: str
    bases: tuple[str, ...]


def sources() -> list[Source]:
    """Every file of contracts/ but those of tests."""
    found = []
    for path in sorted((ROOT / "contracts").rglob("*.sol")):
        folder = path.relative_to(ROOT / "contracts").parent.as_posix()
        text = path.read_text(encoding="utf-8")
        head = next((one for one in _HEAD.finditer(text) if one["name"] == path.stem), None)
        if folder == "testing" or head is None:
            continue
        title = _TITLE.search(text)
        bases = tuple(re.findall(r"\w+(?=[,\s(]|$)", re.sub(r"\([^)]*\)", "", head["bases"] or "")))
        found.append(Source(folder, head["name"], _WORDS[head["kind"]], title[1] if title else "", bases))
    return found


def page() -> str:
    """The page, in Markdown."""
    pages = {path.name: set(re.findall(r"\w+", path.read_text("utf-8"))) for path in (ROOT / "docs").glob("*.md")}
    lines = [
        "# Every contract\n",
        "Made from `contracts/` with this site. A part is an abstract contract; what inherits from it is deployed.\n",
    ]
    folder = None
    for one in sources():
        if one.folder != folder:
            folder = one.folder
            lines += [f"\n## {folder}\n", "| | | what it is | inherits | pages |", "|---|---|---|---|---|"]
        told = ", ".join(f"[{name[:-3]}]({name})" for name, words in sorted(pages.items()) if one.name in words)
        bases = ", ".join(f"`{base}`" for base in one.bases)
        lines.append(f"| `{one.name}` | {one.kind} | {one.title} | {bases} | {told} |")
    return "\n".join(lines) + "\n"
