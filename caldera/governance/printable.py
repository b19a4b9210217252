"""Texts from the chain, which anybody may have written, made safe to print."""

from __future__ import annotations

import unicodedata

_MARK = "\N{REPLACEMENT CHARACTER}"


def printable(text: str) -> str:
    """Without what could move the cursor, hide characters or turn their order round: escape sequences of a terminal,
    and Unicode's invisible controls. Line ends stay."""
    return "".join(one if one == "\n" or not _hidden(one) else _MARK for one in text.replace("\r\n", "\n"))


def _hidden(one: str) -> bool:
    # Control, format (bidirectional overrides, zero width), surrogate, private use, line and paragraph separators.
    return unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
