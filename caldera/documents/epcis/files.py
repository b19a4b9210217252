"""The bytes of a file, bounded."""

from __future__ import annotations

import stat
from pathlib import Path

from caldera.documents.errors import DocumentTooLarge, UnreadableFile

MAX_BYTES = 20 * 1024 * 1024
"""Default limit of a document's size: 20 MiB."""


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """The bytes of a regular file.

    Raises:
        UnreadableFile: missing, no regular file, or refused by the operating system.
        DocumentTooLarge: more than ``max_bytes``.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableFile("it is not a regular file.", todo="Give the path of a JSON file.")
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UnreadableFile(
            f"it cannot be read ({reason}).",
            todo="Check the path and the permissions; pass the bytes if you have the document in memory.",
        ) from None
    check_size(len(data), max_bytes)
    return data


def check_size(size: int, max_bytes: int) -> None:
    """Refuse more than ``max_bytes``."""
    if size > max_bytes:
        raise DocumentTooLarge(
            f"the document has more than {max_bytes} bytes.",
            todo="Raise max_bytes if you expect such files, or ask for the events in several documents.",
        )
