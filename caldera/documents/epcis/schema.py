"""Validation against a JSON schema (Draft 7) that the caller has, such as GS1's own; nothing is fetched."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import SchemaError, best_match
from referencing import Registry
from referencing.exceptions import Unresolvable

from caldera.documents.epcis.errors import SchemaViolation
from caldera.documents.epcis.files import MAX_BYTES, read_bytes
from caldera.documents.epcis.jsontext import Json, parse_json
from caldera.documents.epcis.pointer import pointer
from caldera.documents.errors import DocumentError, UnsupportedDocument

_MOST = 300


def load_schema(path: str | os.PathLike[str]) -> Draft7Validator:
    """The validator of a schema file; ``format`` is not asserted, own rules check the forms.

    Raises:
        UnreadableFile, MalformedDocument, UnsupportedDocument: the schema cannot be read, or is none.
    """
    try:
        schema: Any = parse_json(read_bytes(Path(path), MAX_BYTES))
        try:
            Draft7Validator.check_schema(schema)
        except (SchemaError, RecursionError) as error:
            raise _no_schema(str(getattr(error, "message", error))) from None
        empty: Registry[Any] = Registry()
        return Draft7Validator(schema, registry=empty)
    except DocumentError as error:
        error.file = str(path)[:400]
        raise


def validate(document: Json, validator: Draft7Validator) -> None:
    """Check the whole document against the schema.

    Raises:
        SchemaViolation: the error that tells most.
        UnsupportedDocument: the schema refers to another file, which is not fetched.
    """
    try:
        error = best_match(validator.iter_errors(document))
    except (Unresolvable, RecursionError, re.error) as problem:
        raise _no_schema(str(problem)) from None
    if error is not None:
        raise SchemaViolation(
            f"the schema refuses it: {ascii(error.message)[1:-1][:_MOST]}.",
            todo="Ask the sender for a document that the schema accepts.",
            path=pointer(error.absolute_path),
        )


def _no_schema(why: str) -> UnsupportedDocument:
    return UnsupportedDocument(
        f"the schema is not a JSON schema (Draft 7) in one file: {ascii(why)[1:-1][:_MOST]}.",
        todo="Give the path of GS1's EPCIS-JSON-Schema.json.",
    )
