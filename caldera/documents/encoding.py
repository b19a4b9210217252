"""From the bytes of an XML file to text: byte order mark, declared encoding, UTF-8.

The text is decoded here rather than in the XML parser so that the document type check sees the same
characters in every encoding, and so that only plain character encodings are used.
"""

from __future__ import annotations

import codecs
import re

from caldera.documents.errors import MalformedDocument

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FIRST_BYTES = (
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_DECLARED = re.compile(r"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,39})["']""")
_PLAIN = (
    "ascii",
    "utf-8",
    "iso8859",
    "cp",
    "koi8",
    "mac",
    "gb",
    "big5",
    "euc_",
    "shift_jis",
    "iso2022",
    "tis",
)
_WIDE = ("utf-16", "utf-32")


def decode_xml(data: bytes) -> str:
    """The characters of an XML file, without byte order mark.

    A byte order mark decides; without one the encoding of the XML declaration; without that UTF-8.

    Raises:
        MalformedDocument: an encoding that is not known, that contradicts the first bytes, or in which the
            bytes are not valid.
    """
    name = _encoding(data)
    try:
        return data.decode(name).removeprefix("\ufeff")
    except UnicodeError as error:
        raise MalformedDocument(
            f"the bytes are not valid {name.upper()} text ({error}).",
            todo="The declared encoding is wrong or the file is damaged: ask the sender for it again.",
        ) from None


def _encoding(data: bytes) -> str:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    family = next((name for first, name in _FIRST_BYTES if data.startswith(first)), "")
    head = data[:1200].decode(family or "latin-1", errors="replace")
    match = _DECLARED.match(head)
    if match is None:
        return family or "utf-8"
    if family.startswith(_WIDE):
        return family
    return _plain_codec(match[1])


def _plain_codec(declared: str) -> str:
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        name = ""
    if name.startswith(_WIDE):
        raise MalformedDocument(
            f"the encoding {declared} is declared but the bytes are not in it.",
            todo="Save the file in the encoding that its first line names, or correct the first line.",
        )
    if not name.startswith(_PLAIN):
        raise MalformedDocument(
            f"the declared encoding {declared!r} is not known.",
            todo="Save the document as UTF-8.",
        )
    return name
