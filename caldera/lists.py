"""Lists that people keep as CSV, read line by line: what is wrong is noted with its line, and reading goes on."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from caldera.evm.address import ZERO, Address, BadAddress, to_address

Note = Callable[[int, str], None]
"""Told of a line and of what is wrong with it."""


class Problem(NamedTuple):
    """What is wrong, and where: a line of the file from 1; 0 where it is the file as a whole."""

    line: int
    words: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.words}" if self.line else self.words


class Unreadable(Exception):
    """Nothing more can be read; why was noted."""


class CellInvalid(ValueError):
    """A value that cannot be meant; says what to do."""


def rows(data: bytes, note: Note) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not empty, with their numbers, as cells without spaces around them.

    Raises:
        Unreadable: the rest of the file cannot be read.
    """
    text = _text(data, note)
    first = text.split("\n", 1)[0]
    between = ","
    if "," not in first and (";" in first or "\t" in first):
        between = ";" if ";" in first else "\t"
        name = "semicolons" if between == ";" else "tabs"
        note(1, f"columns are separated by {name}: separate them by commas")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    try:
        for cells in reader:
            row = [cell.strip(" ") for cell in cells]
            if any(row):
                yield reader.line_num, row
            else:
                note(reader.line_num, "the line is empty: take it out")
    except csv.Error as error:
        note(reader.line_num, f"no CSV ({error}): mind quotation marks; nothing after it was read")
        raise Unreadable from None


def account_of(text: str) -> Address:
    """The account a cell names.

    Raises:
        CellInvalid: it is no address, its capitals contradict the checksum, or it is zero.
    """
    if text.startswith("0X"):
        raise CellInvalid(f"{shown(text)} begins with 0X: write 0x")
    if not re.fullmatch(r"0x[0-9a-fA-F]{40}", text):
        raise CellInvalid(f"{shown(text)} is not an address: write 0x and 40 hex digits")
    try:
        account = to_address(text)
    except BadAddress as error:
        raise CellInvalid(f"{error}; copy the address again from where it comes from") from None
    if account == ZERO:
        raise CellInvalid("the zero address belongs to nobody: take the line out")
    return account


def shown(text: str) -> str:
    """A value of the file in a message: no control characters, and not too much."""
    clean = "".join(letter if letter.isprintable() else "�" for letter in text)
    return repr(clean if len(clean) <= 60 else clean[:57] + "…")


def listed(source: str, problems: tuple[Problem, ...]) -> str:
    """All problems of a file as one message."""
    return f"{source}: {len(problems)} problem(s)\n" + "\n".join(f"  {one}" for one in problems)


def _text(data: bytes, note: Note) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        note(1, "the file is in UTF-16: save it as UTF-8")
        raise Unreadable
    if data.startswith(codecs.BOM_UTF8):
        note(1, "the file begins with a byte order mark: save it as UTF-8 without one")
        data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        note(data[: error.start].count(b"\n") + 1, "the line is not UTF-8: save the file as UTF-8")
        raise Unreadable from None
