"""Reading one document, or every document below a folder."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from caldera.documents.checks import check
from caldera.documents.cii import read_cii
from caldera.documents.errors import DocumentError, UnreadableFile, UnsupportedDocument
from caldera.documents.invoice import Invoice
from caldera.documents.roots import recognise
from caldera.documents.sniff import refuse_other_formats
from caldera.documents.ubl import read_ubl
from caldera.documents.xml import MAX_BYTES, parse_xml, too_large


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: exactly one of ``invoice`` and ``error`` is not None."""

    path: Path
    invoice: Invoice | None
    error: DocumentError | None

    @property
    def ok(self) -> bool:
        """Whether the file was read."""
        return self.invoice is not None


def read_invoice(source: str | os.PathLike[str] | bytes, *, max_bytes: int = MAX_BYTES) -> Invoice:
    """Read an invoice or credit note and check that its amounts add up.

    Args:
        source: path of a file, or the bytes of a document.
        max_bytes: largest document accepted.

    Raises:
        DocumentError: one of its kinds, saying which file and field, what is wrong and what to do.
    """
    name = "<bytes>" if isinstance(source, bytes) else os.fspath(source)
    try:
        data = source if isinstance(source, bytes) else _read_file(Path(source), max_bytes)
        root = parse_xml(data, max_bytes=max_bytes)
        kind = recognise(root)
        digest = hashlib.sha256(data).digest()
        if kind == "cii":
            return check(read_cii(root, document_hash=digest, source=name))
        credit_note = kind == "ubl-credit-note"
        return check(read_ubl(root, credit_note=credit_note, document_hash=digest, source=name))
    except DocumentError as error:
        error.file = name
        raise


def read_documents(path: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES) -> list[Outcome]:
    """Read a file, or every file below a folder; never raises for what it finds there.

    Every file has exactly one outcome, in sorted order of path. In a folder, files whose name does not end in
    ``.xml`` (in any case) are reported as :class:`UnsupportedDocument`; folders that cannot be listed as
    :class:`UnreadableFile`; links to folders are not followed and reported. A path that does not exist gives
    one outcome with :class:`UnreadableFile`.
    """
    start = Path(path)
    if not os.path.isdir(start):
        return [_outcome(start, max_bytes)]
    outcomes: list[Outcome] = []

    def cannot_list(error: OSError) -> None:
        where = Path(error.filename) if error.filename is not None else start
        outcomes.append(Outcome(where, None, _unreadable(where, error)))

    for folder, folders, files in os.walk(start, onerror=cannot_list, followlinks=False):
        for name in folders:
            if os.path.islink(os.path.join(folder, name)):
                link = Path(folder, name)
                outcomes.append(Outcome(link, None, _unsupported(link, "a link to a folder, which is not followed")))
        for name in files:
            file = Path(folder, name)
            if file.suffix.lower() == ".xml":
                outcomes.append(_outcome(file, max_bytes))
            else:
                outcomes.append(Outcome(file, None, _other_file(file)))
    return sorted(outcomes, key=lambda outcome: outcome.path)


def _outcome(path: Path, max_bytes: int) -> Outcome:
    try:
        return Outcome(path, read_invoice(path, max_bytes=max_bytes), None)
    except DocumentError as error:
        return Outcome(path, None, error)


def _read_file(path: Path, max_bytes: int) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableFile("it is not a regular file.", todo="Give the path of an XML file.")
        if found.st_size > max_bytes:
            raise too_large(found.st_size, max_bytes)
        with path.open("rb") as file:
            return file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError | ValueError) -> UnreadableFile:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UnreadableFile(
        f"it cannot be read ({reason}).",
        todo="Check the path and the permissions; pass the bytes if you have the document in memory.",
        file=str(path)[:400],
    )


def _unsupported(path: Path, what: str) -> UnsupportedDocument:
    return UnsupportedDocument(f"the file is {what}.", todo="Read are files whose name ends in .xml.", file=str(path))


def _other_file(path: Path) -> DocumentError:
    """The error for a file of another type, saying what it is when its first bytes tell."""
    try:
        if stat.S_ISREG(path.stat().st_mode):
            with path.open("rb") as file:
                refuse_other_formats(file.read(4096))
    except UnsupportedDocument as error:
        error.file = str(path)
        return error
    except OSError as error:
        return _unreadable(path, error)
    return _unsupported(path, f"not named as XML ({path.suffix or 'no ending'})")
