"""Says what a file is that is not an XML invoice, and what to do with it."""

from __future__ import annotations

from caldera.documents.errors import UnsupportedDocument

_EXTRACT = "Extract the embedded XML (factur-x.xml, zugferd-invoice.xml or xrechnung.xml) and read that."
_CONVERT = "Ask the sender for the invoice as UBL 2.1 or CII XML."
_MAGIC = (
    (b"%PDF", "a PDF file, perhaps with an XML invoice embedded (Factur-X, ZUGFeRD)", _EXTRACT),
    (b"PK\x03\x04", "a ZIP archive (also XLSX, DOCX, ODS)", "Unpack it and read the XML invoices inside."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it and read the XML invoices inside."),
    (b"\xd0\xcf\x11\xe0", "an old Microsoft Office or Outlook file", _CONVERT),
    (b"\x89PNG", "a PNG picture", _CONVERT),
    (b"\xff\xd8\xff", "a JPEG picture", _CONVERT),
    (b"II*\x00", "a TIFF picture", _CONVERT),
    (b"MM\x00*", "a TIFF picture", _CONVERT),
    (b"UNA", "an EDIFACT message", _CONVERT),
    (b"UNB+", "an EDIFACT message", _CONVERT),
    (b"ISA*", "an ANSI X12 message", _CONVERT),
    (b"{", "JSON, not XML", _CONVERT),
    (b"[", "JSON, not XML", _CONVERT),
)


def refuse_other_formats(data: bytes) -> None:
    """Return when ``data`` may be XML.

    Raises:
        UnsupportedDocument: empty, or recognisably something else.
    """
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        size = "empty (0 bytes)" if not data else "blank (only whitespace)"
        raise UnsupportedDocument(f"the file is {size}.", todo="The transfer failed: fetch the file again.")
    for magic, what, todo in _MAGIC:
        if text.startswith(magic):
            raise UnsupportedDocument(f"the file is {what}.", todo=todo)
    if b"%PDF-" in data[:1024]:
        raise UnsupportedDocument("the file is a PDF file.", todo=_EXTRACT)
    if b"<" not in data[:4096] and b"\x4c" not in data[:4]:
        raise UnsupportedDocument("the file is not XML.", todo=_CONVERT)
