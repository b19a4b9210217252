"""From the bytes of a JSON file to text: UTF-8, as RFC 8259 has it."""

from __future__ import annotations

from caldera.documents.errors import MalformedDocument, UnsupportedDocument

AGAIN = "The file is damaged or cut off: fetch it again or ask the sender for it."
"""What to do with a file that cannot be parsed."""


def decode_json(data: bytes) -> str:
    """The text of a JSON file, without byte order mark.

    Raises:
        UnsupportedDocument: empty, or XML.
        MalformedDocument: not UTF-8.
    """
    head = data[:64].removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    start = head.replace(b"\x00", b"").lstrip()
    if not start and not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise UnsupportedDocument("the file is empty.", todo="The transfer failed: fetch the file again.")
    if start.startswith(b"<"):
        raise UnsupportedDocument(
            "the file is XML (EPCIS 1.2 and earlier are, and EPCIS 2.0 can be).",
            todo="Ask the sender for the events as EPCIS 2.0 JSON-LD, or convert the file.",
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:4]:
        raise MalformedDocument("the file is UTF-16 or UTF-32; JSON is UTF-8 (RFC 8259).", todo="Save it as UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedDocument(f"byte {error.start} is not valid UTF-8.", todo=AGAIN) from None
