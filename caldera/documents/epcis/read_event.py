"""Reads one event."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from caldera.documents.epcis.canonical import canonical_event
from caldera.documents.epcis.event import Event
from caldera.documents.epcis.fields import Node, read_text, wrong
from caldera.documents.epcis.jsontext import Json
from caldera.documents.epcis.keys import check_context, extensions
from caldera.documents.epcis.model import Action, EventKind
from caldera.documents.epcis.pointer import shown
from caldera.documents.epcis.read_parts import (
    read_certifications,
    read_error,
    read_location,
    read_persistent,
    read_places,
    read_quantities,
    read_transactions,
)
from caldera.documents.epcis.read_sensors import read_sensors
from caldera.documents.epcis.rules import FIELDS, check_rules
from caldera.documents.epcis.times import read_offset
from caldera.documents.epcis.vocabulary import BIZ_STEP, DISPOSITION
from caldera.documents.errors import InvalidDate, UnsupportedDocument

KINDS = frozenset(kind.value for kind in EventKind)


def read_event(node: Node, *, bare: bool = False) -> Event:
    """The event in ``node``; a ``bare`` one, outside a document, needs its own @context.

    Raises:
        DocumentError: one of its kinds, with the JSON pointer of the field.
    """
    kind = _kind(node)
    check_context(node, required=bare)
    own = extensions(node, FIELDS[kind], f"an event of type {kind}")
    action = _action(node) if kind is not EventKind.TRANSFORMATION else None
    check_rules(node, kind, action)
    time = node.need_moment("eventTime")
    unique = kind in (EventKind.OBJECT, EventKind.TRANSFORMATION)
    persistent_set, persistent_unset = read_persistent(node)
    canonical = canonical_event(node.data)
    event_id = node.uri("eventID")
    return Event(
        kind=kind,
        event_id=event_id or f"urn:sha256:{hashlib.sha256(canonical).hexdigest()}",
        has_own_id=event_id is not None,
        time=time,
        offset=_offset(node, time),
        canonical=canonical,
        record_time=node.moment("recordTime"),
        action=action,
        biz_step=node.word("bizStep", BIZ_STEP),
        disposition=node.word("disposition", DISPOSITION),
        persistent_set=persistent_set,
        persistent_unset=persistent_unset,
        read_point=read_location(node, "readPoint"),
        biz_location=read_location(node, "bizLocation"),
        epcs=node.uris("epcList", unique=unique),
        quantities=read_quantities(node, "quantityList"),
        parent=node.uri("parentID"),
        children=node.uris("childEPCs"),
        child_quantities=read_quantities(node, "childQuantityList"),
        inputs=node.uris("inputEPCList", unique=unique),
        input_quantities=read_quantities(node, "inputQuantityList"),
        outputs=node.uris("outputEPCList", unique=unique),
        output_quantities=read_quantities(node, "outputQuantityList"),
        transformation_id=node.uri("transformationID"),
        transactions=read_transactions(node),
        sources=read_places(node, "sourceList", "source"),
        destinations=read_places(node, "destinationList", "destination"),
        sensors=read_sensors(node, time),
        certifications=read_certifications(node),
        error_declaration=read_error(node),
        ilmd=_ilmd(node),
        extensions=own,
    )


def _kind(node: Node) -> EventKind:
    name = read_text(node.need("type"), node.at("type"))
    if name not in KINDS:
        raise UnsupportedDocument(
            f"{shown(name)} is not one of the five event types of EPCIS 2.0.",
            todo="Read are " + ", ".join(kind.value for kind in EventKind) + "; remove other events.",
            path=node.at("type"),
        )
    return EventKind(name)


def _action(node: Node) -> Action:
    value = node.need("action")
    if not isinstance(value, str) or value not in Action.__members__:
        raise wrong(value, "the action ADD, OBSERVE or DELETE", node.at("action"))
    return Action(value)


def _offset(node: Node, time: datetime) -> timedelta:
    path = node.at("eventTimeZoneOffset")
    offset = read_offset(read_text(node.need("eventTimeZoneOffset"), path), path)
    try:
        time + offset
    except OverflowError:
        raise InvalidDate(
            "the local time of the event is outside the years 1 to 9999.",
            todo="Ask the sender for a corrected event.",
            path=path,
        ) from None
    return offset


def _ilmd(node: Node) -> dict[str, Json]:
    data = node.node("ilmd")
    return {} if data is None else extensions(data, frozenset(), "ilmd")
