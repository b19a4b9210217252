"""What the HTML pages of reports have in common: one file that needs nothing else, and its pictures beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape
from pathlib import Path

from caldera.whole_file import write_whole

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #222; max-width: 1100px; margin: 2em auto; padding: 0 1em }
img { max-width: 100%; height: auto } figure { margin: 1.5em 0 }
.wide { overflow-x: auto } table { border-collapse: collapse; margin: 1em 0 }
caption { text-align: left; font-weight: 600; padding: .4em 0 }
th, td { padding: .25em .8em; border-bottom: 1px solid #ddd; text-align: right; white-space: pre }
.word { text-align: left }
"""


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], words: Collection[str]) -> str:
    """A table; the columns of `words` are read from the left, all others are figures."""
    word = [' class="word"' if head in words else "" for head in heads]
    lines = [f'<div class="wide"><table><caption>{escape(title)}</caption><tr>']
    lines += [f"<th{kind}>{escape(head)}</th>" for kind, head in zip(word, heads, strict=True)]
    for row in rows:
        lines.append("</tr><tr>")
        lines += [f"<td{kind}>{escape(cell)}</td>" for kind, cell in zip(word, row, strict=True)]
    return "".join([*lines, "</tr></table></div>"])


def save(folder: Path, name: str, text: str, drawn: Mapping[str, tuple[str, bytes]]) -> list[Path]:
    """Writes the page and its pictures, by file name, into the folder; which files."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, (_, picture) in drawn.items():
        write_whole(folder / file, picture)
    write_whole(folder / name, text)
    return [folder / name, *(folder / file for file in drawn)]
