"""Any bytes and any JSON value give a document or a DocumentError, and nothing else."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caldera.documents import DocumentError
from caldera.documents.epcis import EpcisDocument, read_epcis

from .helpers import CONTEXT, EXAMPLES, event
from .mutate import NAMES, VALUES, mutate

SOURCES = [path.read_bytes() for path in sorted(EXAMPLES.glob("*.jsonld"))]
KINDS = ("ObjectEvent", "AggregationEvent", "AssociationEvent", "TransactionEvent", "TransformationEvent")

leaves = st.sampled_from(VALUES) | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
names = st.sampled_from(NAMES) | st.text(max_size=8)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5), max_leaves=20
)
wide = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def outcome(data: bytes) -> EpcisDocument | None:
    """The document, None for a DocumentError; whatever is read can be used."""
    try:
        found = read_epcis(data)
    except DocumentError as error:
        assert error.file == "<bytes>"
        assert error.what
        assert error.todo
        assert str(error).encode()
        return None
    assert sorted(found.in_order(), key=id) == sorted(found.events, key=id)
    assert found.corrections() is not None
    for item in found.events:
        assert item.local_time == item.time
        assert len(item.content_hash) == 32
        assert json.loads(item.canonical)["type"] == item.kind
        assert item.shipment_key is not None or item.shipment is None
        assert item.objects is not None
        assert item.classes is not None
        assert hash(item) == hash(item)
    return found


@wide
@given(st.binary(max_size=200))
def test_bytes(data: bytes) -> None:
    outcome(data)


@wide
@given(st.sampled_from(SOURCES), st.integers(0, 10_000), st.integers(0, 30), st.binary(max_size=6))
def test_damaged_documents(source: bytes, at: int, cut: int, put: bytes) -> None:
    start = at % len(source)
    outcome(source[:start] + put + source[start + cut :])


@wide
@given(values)
def test_json_values(value: Any) -> None:
    outcome(json.dumps(value).encode())


@wide
@given(st.sampled_from(KINDS), st.dictionaries(names, values, max_size=4))
def test_events_with_any_fields(kind: str, fields: dict[str, Any]) -> None:
    outcome(json.dumps({"@context": CONTEXT, **event(kind), **fields}).encode())


@wide
@given(st.sampled_from(SOURCES), st.integers(0, 2**32))
def test_mutated_examples(source: bytes, seed: int) -> None:
    outcome(json.dumps(mutate(json.loads(source), random.Random(seed))).encode())


@wide
@given(st.permutations(range(5)), st.integers(0, 4))
def test_reading_does_not_depend_on_the_order_of_keys(order: list[int], indent: int) -> None:
    value = json.loads(SOURCES[-1])
    events = value["epcisBody"]["eventList"]
    value["epcisBody"]["eventList"] = [dict(reversed(events[index].items())) for index in order]
    found = outcome(json.dumps(value, indent=indent).encode())
    assert found is not None
    assert found.in_order() == read_epcis(SOURCES[-1]).in_order()
