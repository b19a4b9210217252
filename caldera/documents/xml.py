"""Safe parsing of XML: no DTD, no entities, no network, bounded size, depth and number of elements."""

from __future__ import annotations

from lxml import etree

from caldera.documents.encoding import decode_xml
from caldera.documents.errors import DocumentTooLarge, MalformedDocument, UnsafeDocument
from caldera.documents.sniff import refuse_other_formats

MAX_BYTES = 20 * 1024 * 1024
"""Default limit of a document's size: 20 MiB, attachments included."""

MAX_DEPTH = 64
"""Deepest nesting accepted; the deepest element of UBL and CII invoices lies below 20."""

MAX_ELEMENTS = 500_000
"""Most elements accepted in one document."""

_NO_DTD = "Invoices need no document type declaration: do not open the file with other tools, ask who sent it."


def parse_xml(data: bytes, *, max_bytes: int = MAX_BYTES) -> etree._Element:
    """The root element of ``data``, without comments and processing instructions.

    Raises:
        UnsupportedDocument: not XML.
        DocumentTooLarge: more than ``max_bytes``, ``MAX_ELEMENTS``, or 10 MB in one element.
        UnsafeDocument: a document type declaration anywhere, or nesting deeper than ``MAX_DEPTH``.
        MalformedDocument: not well-formed, or not in the declared encoding.
    """
    if len(data) > max_bytes:
        raise too_large(len(data), max_bytes)
    refuse_other_formats(data)
    text = decode_xml(data).lstrip()
    if _starts_with_doctype(text):
        raise UnsafeDocument("the document has a document type declaration (DOCTYPE).", todo=_NO_DTD)
    if text.count("<") - text.count("</") > MAX_ELEMENTS:
        raise DocumentTooLarge(
            f"the document has more than {MAX_ELEMENTS} elements.", todo="Ask for it in several invoices."
        )
    root = _parse(text)
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnsafeDocument("the document has a document type declaration (DOCTYPE).", todo=_NO_DTD)
    _refuse_deep(root)
    return root


def too_large(size: int | None, max_bytes: int) -> DocumentTooLarge:
    """The error for a file of ``size`` bytes, or of more than ``max_bytes`` when the size is not known."""
    has = f"{size} bytes" if size is not None else "more bytes"
    return DocumentTooLarge(
        f"the file has {has}; the limit is {max_bytes}.",
        todo="Raise max_bytes if you expect such files, or ask for the invoice without attachments.",
    )


def _parse(text: str) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, UnicodeError) as error:
        reason = str(error).removesuffix("(<string>, line 0)").strip() or "no element found"
        lowered = reason.lower()
        if "depth" in lowered:
            raise _too_deep() from None
        if "limit" in lowered or "too long" in lowered or "huge" in lowered:
            raise DocumentTooLarge(
                f"one part of the document is too large ({reason}).",
                todo="Ask for the invoice without its large attachment.",
            ) from None
        raise MalformedDocument(
            f"the file is not well-formed XML ({reason}).",
            todo="It is damaged or cut off: fetch it again or ask the sender for it.",
        ) from None


def _starts_with_doctype(text: str) -> bool:
    """Whether a DOCTYPE stands before the root element, after declarations and comments."""
    at = 0
    while True:
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
        if text.startswith("<?", at):
            close = "?>"
        elif text.startswith("<!--", at):
            close = "-->"
        else:
            return text.startswith("<!DOCTYPE", at)
        end = text.find(close, at)
        if end < 0:
            return False
        at = end + len(close)


def _refuse_deep(root: etree._Element) -> None:
    depth = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise _too_deep()


def _too_deep() -> UnsafeDocument:
    return UnsafeDocument(
        f"elements are nested deeper than {MAX_DEPTH} levels.",
        todo="No invoice is nested like that: ask who sent the file.",
    )
