"""Normalisation of invoice numbers and identifiers, so that one document has one identity.

The rule is written so that a contract can do its byte-level part (steps 2 and 3) on UTF-8 bytes: every byte
below 0x80 is an ASCII character, every byte from 0x80 on belongs to a non-ASCII character and is kept.
"""

from __future__ import annotations

import unicodedata

from caldera.documents.errors import EmptyIdentifier


def normalise(text: str) -> str:
    """The comparable form of an identifier; may be empty.

    1. Unicode normalisation form NFKC.
    2. ASCII letters a-z become A-Z.
    3. Every ASCII character that is not a letter or a digit is dropped; non-ASCII characters are kept.
    """
    kept = []
    for char in unicodedata.normalize("NFKC", text):
        if not char.isascii():
            kept.append(char)
        elif char.isalnum():
            kept.append(char.upper())
    return "".join(kept)


def normalise_number(number: str) -> str:
    """The comparable form of an invoice number (BT-1): ``"inv. 2026/0042"`` gives ``"INV20260042"``.

    Raises:
        EmptyIdentifier: nothing is left, or the text cannot be written in UTF-8.
    """
    result = normalise(number)
    if not result:
        raise EmptyIdentifier(
            f"the number {number[:40]!r} has no letter or digit.",
            todo="A document needs a number that tells it from others: ask the sender for a corrected one.",
            field="BT-1",
        )
    try:
        result.encode("utf-8")
    except UnicodeEncodeError:
        raise EmptyIdentifier(
            f"the number {number[:40]!a} is not valid Unicode text.",
            todo="Read the number from the document with read_invoice, which decodes it.",
            field="BT-1",
        ) from None
    return result
