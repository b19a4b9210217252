"""The mutation operators of slither-mutate as edits: its patches, put where it meant them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from slither import Slither
from slither.tools.mutator.mutators import LIR, all_mutators
from slither.tools.mutator.mutators.abstract_mutator import AbstractMutator

from tests.faults.operators import Edit

SUBSUMED = {"RR", "FHR"}
"""RR asks whether a statement is run, CR whether it is missed: who finds the second finds the first. FHR gives code
that is the same, or no Solidity, or a contract without one of its functions."""

_DECLARATION = re.compile(r"[A-Za-z_][\w.\[\]]* (memory |storage |calldata )?[A-Za-z_]\w*( =|$)")


def patches(slither: Slither, texts: dict[str, str]) -> Iterator[tuple[str, Edit]]:
    """Path and edit of every fault for the contracts of these files."""
    (unit,) = slither.compilation_units
    for contract in unit.contracts:
        path = contract.source_mapping.filename.relative
        if path in texts and not contract.is_interface:
            encoded = texts[path].encode()
            for name, patch in _of(unit, contract):
                if edit := placed(name, patch, encoded):
                    yield path, edit


def _of(unit: Any, contract: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    classes: list[tuple[str, Any]] = inspect.getmembers(all_mutators, inspect.isclass)
    for _, operator in classes:
        if operator.NAME in SUBSUMED or not issubclass(operator, AbstractMutator):
            continue
        # It collects literals from one contract to the next.
        LIR.literal_replacements.clear()
        made = operator(unit, 0, "", "", contract, None, False, Path(), [], 100)
        try:
            found = made._mutate()
        except Exception:  # An operator that trips over one contract has nothing for it, as in slither-mutate itself.
            continue
        for per_file in found.get("patches", {}).values():
            for patch in per_file:
                yield operator.NAME, patch


def placed(name: str, patch: dict[str, Any], text: bytes) -> Edit | None:
    """The patch as an edit of the text, in characters; None where there is no telling what it was meant to replace."""
    start, end = patch["start"], patch["end"]
    old, new = patch["old_string"], patch["new_string"]
    there = text[start:end].decode(errors="replace")
    if name == "MIA" and new.startswith("!("):
        new = f"!({there})"
    elif name != "MIA" and there != old:
        # Old and new are those of a statement of which start and end mark a part.
        start = text.rfind(old.encode(), 0, start + len(old.encode()))
        if start < 0 or patch["start"] >= start + len(old.encode()) or name.startswith("MV"):
            return None
        end = start + len(old.encode())
    if name == "CR":
        # A comment would take the rest of the line with it, and leave the rest of the statement.
        left = text[end:].decode(errors="replace").lstrip()
        if not left.startswith(";") or _DECLARATION.match(old):
            return None
        end, new = text.index(b";", end) + 1, "{}"
    if name == "ROR" and len(new.split()) != len(old.split()):
        return None  # Cut off at the operator's second occurrence.
    if name == "SBR" and new.count(" storage") > old.count(" storage"):
        return None
    return name, len(text[:start].decode()), len(text[:end].decode()), new
