"""What surrounds the events: an EPCISDocument, an EPCISQueryDocument, or nothing but a @context."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from caldera.documents.epcis.fields import Node, read_text, wrong
from caldera.documents.epcis.keys import check_context, extensions
from caldera.documents.epcis.master_data import check_header, check_vocabularies
from caldera.documents.epcis.pointer import shown
from caldera.documents.epcis.read_event import KINDS
from caldera.documents.epcis.uris import is_uri
from caldera.documents.errors import MissingField, UnsupportedDocument

_QUERY = frozenset(["@context", "id", "type", "schemaVersion", "creationDate", "epcisBody"])
_DOCUMENT = _QUERY | {"instanceIdentifier", "sender", "receiver", "epcisHeader"}
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")
_BLANK = re.compile(r"_:[A-Za-z0-9_.\-]{1,200}")


@dataclass(frozen=True, slots=True)
class Envelope:
    """The head of a document and its events, not yet read."""

    id: str | None
    schema_version: str | None
    creation_date: datetime | None
    events: Iterator[Node]
    bare: bool = False


def open_envelope(root: Node) -> Envelope:
    """Recognise and check what surrounds the events.

    Raises:
        UnsupportedDocument: none of the three, or a version other than 2.
        MissingField, InvalidField, InvalidDate: as they say.
    """
    name = read_text(root.need("type"), root.at("type"))
    if name == "EPCISDocument":
        return _document(root)
    if name == "EPCISQueryDocument":
        return _query(root)
    if name in KINDS:
        return Envelope(None, None, None, iter((root,)), bare=True)
    raise UnsupportedDocument(
        f"{shown(name)} is neither an EPCIS document nor one of the five event types.",
        todo="Read are EPCISDocument, EPCISQueryDocument and single events of EPCIS 2.0.",
        path=root.at("type"),
    )


def _document(root: Node) -> Envelope:
    check_context(root, required=True)
    extensions(root, _DOCUMENT, "an EPCISDocument")
    root.need("schemaVersion")
    created = root.need_moment("creationDate")
    for key in ("instanceIdentifier", "sender", "receiver"):
        root.text(key)
    check_header(root)
    body = root.need_node("epcisBody")
    if body.need("eventList") == []:
        raise MissingField(
            "the document holds no events.", todo="Ask the sender for the events.", path=body.at("eventList")
        )
    return Envelope(_id(root), _version(root), created, body.nodes("eventList"))


def _query(root: Node) -> Envelope:
    check_context(root, required=True)
    extensions(root, _QUERY, "an EPCISQueryDocument")
    body = root.need_node("epcisBody")
    extensions(body, frozenset({"queryResults"}), "the body of an EPCISQueryDocument")
    results = body.need_node("queryResults")
    extensions(results, frozenset({"queryName", "subscriptionID", "resultsBody"}), "query results")
    read_text(results.need("queryName"), results.at("queryName"))
    results.text("subscriptionID")
    found = results.need_node("resultsBody")
    extensions(found, frozenset({"eventList", "vocabularyList"}), "the body of query results")
    check_vocabularies(found)
    found.need("eventList")
    return Envelope(_id(root), _version(root), root.moment("creationDate"), found.nodes("eventList"))


def _version(root: Node) -> str | None:
    version = root.text("schemaVersion")
    if version is None:
        return None
    if not _VERSION.fullmatch(version):
        raise wrong(version, 'a version such as "2.0"', root.at("schemaVersion"))
    if version.split(".")[0] != "2":
        raise UnsupportedDocument(
            f"the document is of EPCIS version {version[:20]}.",
            todo="Read is version 2; ask the sender for it.",
            path=root.at("schemaVersion"),
        )
    return version


def _id(root: Node) -> str | None:
    value = root.text("id")
    if value is not None and not is_uri(value) and not _BLANK.fullmatch(value):
        raise wrong(value, "a URI or a blank node (_:name)", root.at("id"))
    return value
