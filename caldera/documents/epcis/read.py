"""Reading a document of events."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from caldera.documents.epcis.document import EpcisDocument
from caldera.documents.epcis.duplicates import check_duplicates
from caldera.documents.epcis.envelope import open_envelope
from caldera.documents.epcis.fields import Node
from caldera.documents.epcis.files import MAX_BYTES, check_size, read_bytes
from caldera.documents.epcis.jsontext import parse_json
from caldera.documents.epcis.pointer import shown
from caldera.documents.epcis.read_event import read_event
from caldera.documents.epcis.schema import load_schema, validate
from caldera.documents.errors import DocumentError, UnsupportedDocument


def read_epcis(
    source: str | os.PathLike[str] | bytes,
    *,
    max_bytes: int = MAX_BYTES,
    schema: str | os.PathLike[str] | None = None,
) -> EpcisDocument:
    """Read the events of an EPCIS 2.0 JSON-LD document, a query result, or a single event with its @context.

    Nothing is fetched: contexts are not resolved, and prefixed names are kept as they are.

    Args:
        source: path of a file, or the bytes of a document.
        max_bytes: largest document accepted.
        schema: path of GS1's EPCIS-JSON-Schema.json (or another JSON schema, Draft 7) to validate against as well.
            It refuses two things that are read without it: full names of standard words
            (``urn:epcglobal:cbv:bizstep:shipping``) and a single object as sourceList or destinationList.

    Raises:
        DocumentError: one of its kinds, saying which file and JSON path, what is wrong and what to do.
    """
    name = "<bytes>" if isinstance(source, bytes) else os.fspath(source)
    validator = load_schema(schema) if schema is not None else None
    try:
        data = source if isinstance(source, bytes) else read_bytes(Path(source), max_bytes)
        check_size(len(data), max_bytes)
        root = parse_json(data)
        if not isinstance(root, dict):
            raise UnsupportedDocument(
                f"the file holds {shown(root)}, not a document of events.",
                todo="Read are EPCISDocument, EPCISQueryDocument and single events of EPCIS 2.0.",
            )
        envelope = open_envelope(Node(root, ""))
        read = [(node, read_event(node, bare=envelope.bare)) for node in envelope.events]
        check_duplicates(read)
        if validator is not None:
            validate(root, validator)
    except DocumentError as error:
        error.file = error.file or name[:400]
        raise
    return EpcisDocument(
        id=envelope.id,
        schema_version=envelope.schema_version,
        creation_date=envelope.creation_date,
        events=tuple(event for _, event in read),
        source=name,
        document_hash=hashlib.sha256(data).digest(),
    )
