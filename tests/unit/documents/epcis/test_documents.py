"""What surrounds events: documents, query results, single events; repetitions and corrections among them."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from caldera.documents import DocumentError, MissingField, UnsupportedDocument
from caldera.documents.epcis import DuplicateEvent, read_epcis

from .helpers import CONTEXT, DROP, EVENTS, document, event, query, read

WRONG = {"declarationTime": "2026-03-03T00:00:00Z", "reason": "did_not_occur", "correctiveEventIDs": ["urn:x:2"]}
VOCABULARIES = [
    {
        "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
        "vocabularyElementList": [
            {"id": "urn:x:1", "children": ["urn:x:2"], "attributes": [{"id": "cbvmda:countryCode", "attribute": "NO"}]}
        ],
    }
]


def header(vocabularies: Any) -> dict[str, Any]:
    return document(epcisHeader={"epcisMasterData": {"vocabularyList": vocabularies}})


def test_document() -> None:
    found = read(document(event(), id="urn:x:doc", sender="a", receiver="b", instanceIdentifier="c"))
    assert (found.id, found.schema_version, found.source) == ("urn:x:doc", "2.0", "<bytes>")
    assert found.creation_date == datetime(2026, 3, 6, 8, 15, tzinfo=UTC)
    assert read(header(VOCABULARIES)).events == found.events


def test_query_result() -> None:
    found = read(query(event(), event(bizStep="packing")))
    assert len(found.events) == 2
    without = read(query(event(), schemaVersion=DROP, creationDate=DROP))
    assert (without.schema_version, without.creation_date) == (None, None)
    assert read(query()).events == ()


def test_bare_event() -> None:
    found = read({"@context": CONTEXT, **event()})
    assert found.events == read(document(event())).events
    assert (found.id, found.schema_version, found.creation_date) == (None, None, None)
    with pytest.raises(MissingField, match="context") as caught:
        read(event())
    assert caught.value.path == "/@context"


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (document(**{"@context": DROP}), "/@context"),
        (document(schemaVersion=DROP), "/schemaVersion"),
        (document(schemaVersion=2.0), "/schemaVersion"),
        (document(schemaVersion="two"), "/schemaVersion"),
        (document(schemaVersion="1.2"), "/schemaVersion"),
        (document(schemaVersion="20.1"), "/schemaVersion"),
        (document(creationDate=DROP), "/creationDate"),
        (document(creationDate="2026-03-06"), "/creationDate"),
        (document(id="document 1"), "/id"),
        (document(sender=1), "/sender"),
        (document(epcisBody=DROP), "/epcisBody"),
        (document(epcisBody=[]), "/epcisBody"),
        (document(epcisBody={}), "/epcisBody/eventList"),
        (document(epcisBody={"eventList": []}), "/epcisBody/eventList"),
        (document(epcisBody={"eventList": {}}), "/epcisBody/eventList"),
        (document([]), f"{EVENTS}/0"),
        (document(None), f"{EVENTS}/0"),
        (document(eventList=[]), "/eventList"),
        (document(epcisHeader=[]), "/epcisHeader"),
        (document(epcisHeader={"more": 1}), "/epcisHeader/more"),
        (header({}), "/epcisHeader/epcisMasterData/vocabularyList"),
        (header([{}]), "/epcisHeader/epcisMasterData/vocabularyList/0/type"),
        (
            header([{"type": "urn:x:1", "vocabularyElementList": [{"id": "urn:x:1", "attributes": [{"id": "x"}]}]}]),
            "/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/0/attributes/0/id",
        ),
        (query(event(), sender="a"), "/sender"),
        (query(event(), epcisBody={"eventList": [event()]}), "/epcisBody/eventList"),
        (query(event(), epcisBody={}), "/epcisBody/queryResults"),
        (query(event(), epcisBody={"queryResults": {"queryName": "q"}}), "/epcisBody/queryResults/resultsBody"),
        (
            query(epcisBody={"queryResults": {"resultsBody": {"eventList": []}}}),
            "/epcisBody/queryResults/queryName",
        ),
        (query({**event(), "eventTime": 1}), "/epcisBody/queryResults/resultsBody/eventList/0/eventTime"),
    ],
)
def test_wrong_documents(wrong: Any, path: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(wrong)
    assert caught.value.path == path


def test_other_versions_are_named() -> None:
    with pytest.raises(UnsupportedDocument, match=r"version 1\.2"):
        read(document(schemaVersion="1.2"))
    assert read(document(schemaVersion="2.0.1")).schema_version == "2.0.1"


def test_order_is_by_time_and_stable() -> None:
    late = event(eventID="urn:x:1", eventTime="2026-03-02T06:00:00-01:00")
    early = event(eventID="urn:x:2", eventTime="2026-03-02T07:30:00+01:00")
    same = event(eventID="urn:x:3", eventTime="2026-03-02T07:00:00Z")
    found = read(document(late, same, early))
    assert [item.event_id for item in found.events] == ["urn:x:1", "urn:x:3", "urn:x:2"]
    assert [item.event_id for item in found.in_order()] == ["urn:x:2", "urn:x:1", "urn:x:3"]


def test_corrections() -> None:
    wrong = event(eventID="urn:x:1", errorDeclaration=WRONG)
    right = event(eventID="urn:x:2", bizStep="packing")
    assert read(document(wrong, right)).corrections() == (("urn:x:1", ("urn:x:2",)),)
    assert read(document(right)).corrections() == ()
    withdrawn = event(eventID="urn:x:1", errorDeclaration={"declarationTime": "2026-03-03T00:00:00Z"})
    assert read(document(withdrawn)).corrections() == (("urn:x:1", ()),)


def test_duplicate_ids() -> None:
    first = event(eventID="urn:x:1")
    with pytest.raises(DuplicateEvent, match="eventList/0") as caught:
        read(document(first, event(eventID="urn:x:1", bizStep="packing")))
    assert (caught.value.path, caught.value.event_id) == (f"{EVENTS}/1/eventID", "urn:x:1")
    assert len(read(document(first, first, dict(reversed(first.items())))).events) == 3
    assert len(read(document(event(), event())).events) == 2


def test_error_declaration_repeats_its_event() -> None:
    first = event(eventID="urn:x:1")
    declared = {**first, "errorDeclaration": WRONG, "recordTime": "2026-03-03T00:00:01Z"}
    for pair in ((first, declared), (declared, first)):
        assert read(document(*pair)).corrections() == (("urn:x:1", ("urn:x:2",)),)
    with pytest.raises(DuplicateEvent):
        read(document(first, {**declared, "bizStep": "packing"}))
    stored = read(document(first, {**first, "recordTime": "2026-03-03T00:00:01Z"})).events
    assert stored[0].content_hash == stored[1].content_hash


def test_an_event_without_id_keeps_its_name_when_it_is_declared_wrong() -> None:
    plain, declared = (read(document(one)).events[0] for one in (event(), {**event(), "errorDeclaration": WRONG}))
    assert not plain.has_own_id
    assert (plain.event_id, plain.content_hash) == (declared.event_id, declared.content_hash)
    assert declared.error_declaration is not None


def test_documents_and_errors_can_be_pickled(tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    path.write_text(json.dumps(document({**event(), "example:a": {"b": 1.5}})))
    found = read_epcis(path)
    assert pickle.loads(pickle.dumps(found)) == found
    with pytest.raises(DuplicateEvent) as caught:
        read(document(event(eventID="urn:x:1"), event(eventID="urn:x:1", bizStep="packing")))
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.event_id) == (str(caught.value), "urn:x:1")
