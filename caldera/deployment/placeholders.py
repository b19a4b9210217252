"""What a profile still leaves to its writer: `<words>` that say what belongs there, and addresses that only count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_MARK = re.compile(r"<[A-Za-z][^<>]*>")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_NOBODYS = 256
"""Addresses below are precompiled contracts or nothing: no account, token or feed is there, on any network."""
_LABELS = ("name", "code", "set")
"""Fields by which the entry of a list is found in a file; its number says less."""


def placeholders(content: Any, path: str = "") -> Iterator[str]:
    """One line for each that is left, starting with the field's path."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield from placeholders(value, f"{path}.{key}" if path else str(key))
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from placeholders(value, f"{path}.{_label(value, number)}")
    elif isinstance(content, str):
        if mark := _MARK.search(content):
            yield f"{path}: put in {mark.group()[1:-1]}"
        elif _ADDRESS.fullmatch(content) and 0 < int(content, 16) < _NOBODYS:
            yield f"{path}: put in an address of your own; {content} is nobody's"


def _label(value: Any, number: int) -> str:
    """How the entry is called in a path."""
    if isinstance(value, dict):
        for field in _LABELS:
            if isinstance(value.get(field), str):
                return str(value[field])
    return str(number)
