"""Paths of the documents and small edits of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from caldera.documents import Invoice, read_invoice

from .drafts import BASIC, Draft
from .render_cii import cii
from .render_ubl import ubl

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples" / "invoices"
SAMPLES = ROOT.parent / "shared" / "data" / "invoices"

needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason=f"the sample invoices are not at {SAMPLES.parent.name}/{SAMPLES.name}"
)

BOTH = pytest.mark.parametrize("render", [ubl, cii])


def edit(data: bytes, old: str, new: str, count: int = 1) -> bytes:
    """Replace text that must be there at least ``count`` times."""
    text = data.decode()
    assert text.count(old) >= count, f"{old!r} is not in the document"
    return text.replace(old, new, count).encode()


def drop(data: bytes, start: str, end: str) -> bytes:
    """Remove the text from the first ``start`` to the next ``end``, both included."""
    text = data.decode()
    first = text.index(start)
    return (text[:first] + text[text.index(end, first) + len(end) :]).encode()


def basic_ubl(*edits: tuple[str, str], draft: Draft = BASIC) -> bytes:
    data = ubl(draft)
    for old, new in edits:
        data = edit(data, old, new)
    return data


def basic_cii(*edits: tuple[str, str], draft: Draft = BASIC) -> bytes:
    data = cii(draft)
    for old, new in edits:
        data = edit(data, old, new)
    return data


def read(data: bytes) -> Invoice:
    return read_invoice(data)
