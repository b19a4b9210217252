"""Reads the sensorElementList of an event."""

from __future__ import annotations

import re
from datetime import datetime

from caldera.documents.epcis.errors import InvalidEvent
from caldera.documents.epcis.fields import Node, read_text, wrong
from caldera.documents.epcis.keys import extensions
from caldera.documents.epcis.sensors import Metadata, Reading, SensorElement
from caldera.documents.epcis.vocabulary import ALERT, COMPONENT, MEASUREMENT
from caldera.documents.errors import MissingField

UOM = re.compile(r"[A-Z0-9]{2,3}")
"""Form of the codes of UN/ECE Recommendation 20."""

_HEX = re.compile(r"[A-Fa-f0-9]+")
_SHARED = frozenset({"deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules", "time"})
_METADATA = _SHARED | {"startTime", "endTime"}
_MEASURED = frozenset({"value", "minValue", "maxValue", "meanValue", "sDev", "percValue"})
_REPORT = _SHARED | _MEASURED | {
    "type", "exception", "microorganism", "chemicalSubstance", "coordinateReferenceSystem", "component",
    "stringValue", "booleanValue", "hexBinaryValue", "uriValue", "percRank", "uom",
}  # fmt: skip


def read_sensors(event: Node, event_time: datetime) -> tuple[SensorElement, ...]:
    """The sensor elements of ``event``; readings without any time of their own get ``event_time``.

    Raises:
        InvalidEvent: an interval that ends before it starts.
        MissingField: no sensorReport, no type, or no uom where a value stands.
        InvalidField: a value of the wrong type, an unknown word, an unknown field without prefix.
    """
    return tuple(_element(node, event_time) for node in event.nodes("sensorElementList"))


def _element(node: Node, event_time: datetime) -> SensorElement:
    own = node.node("sensorMetadata")
    metadata = _metadata(own) if own is not None else Metadata()
    if not node.need("sensorReport"):
        raise wrong(node.data["sensorReport"], "a list with at least one sensor report", node.at("sensorReport"))
    return SensorElement(
        metadata,
        tuple(_reading(report, metadata, event_time) for report in node.nodes("sensorReport")),
        extensions(node, frozenset({"sensorMetadata", "sensorReport"}), "a sensor element"),
    )


def _metadata(node: Node) -> Metadata:
    metadata = Metadata(
        time=node.moment("time"),
        start=node.moment("startTime"),
        end=node.moment("endTime"),
        device=node.uri("deviceID"),
        device_metadata=node.uri("deviceMetadata"),
        raw_data=node.uri("rawData"),
        processing_method=node.uri("dataProcessingMethod"),
        biz_rules=node.uri("bizRules"),
        extensions=extensions(node, _METADATA, "sensor metadata"),
    )
    if metadata.start is not None and metadata.end is not None and metadata.end < metadata.start:
        raise InvalidEvent(
            "the interval ends before it starts.",
            todo="Ask the sender for a corrected document.",
            path=node.at("endTime"),
        )
    return metadata


def _reading(node: Node, metadata: Metadata, event_time: datetime) -> Reading:
    own = node.moment("time")
    time = own or metadata.time
    start, end = (None, None) if own is not None else (metadata.start, metadata.end)
    kind = MEASUREMENT.short(read_text(node.need("type"), node.at("type")), node.at("type"))
    return Reading(
        kind=kind,
        observed_at=time or end or start or event_time,
        time=time,
        start=start,
        end=end,
        value=node.number("value"),
        min_value=node.number("minValue"),
        max_value=node.number("maxValue"),
        mean=node.number("meanValue"),
        sdev=node.number("sDev"),
        perc_rank=node.number("percRank"),
        perc_value=node.number("percValue"),
        uom=_uom(node),
        string_value=node.text("stringValue"),
        boolean_value=_boolean(node),
        hex_value=_hex(node),
        uri_value=node.uri("uriValue"),
        component=node.word("component", COMPONENT),
        reference_system=node.uri("coordinateReferenceSystem"),
        exception=node.word("exception", ALERT),
        chemical_substance=node.uri("chemicalSubstance"),
        microorganism=node.uri("microorganism"),
        device=node.uri("deviceID") or metadata.device,
        device_metadata=node.uri("deviceMetadata") or metadata.device_metadata,
        raw_data=node.uri("rawData") or metadata.raw_data,
        processing_method=node.uri("dataProcessingMethod") or metadata.processing_method,
        biz_rules=node.uri("bizRules") or metadata.biz_rules,
        extensions=extensions(node, _REPORT, "a sensor report"),
    )


def _uom(node: Node) -> str | None:
    uom = node.text("uom")
    if uom is None and not _MEASURED.isdisjoint(node.data):
        raise MissingField(
            "a value stands here without its unit (uom).",
            todo="A number without unit proves nothing: ask the sender for the UN/ECE code, C62 if it has none.",
            path=node.at("uom"),
        )
    return uom if uom is None else check_uom(uom, node.at("uom"))


def check_uom(uom: str, path: str) -> str:
    """``uom`` if it has the form of a UN/ECE Recommendation 20 code.

    Raises:
        InvalidField: it has not.
    """
    if not UOM.fullmatch(uom):
        raise wrong(uom, "a unit code of UN/ECE Recommendation 20 (KGM, CEL)", path)
    return uom


def _boolean(node: Node) -> bool | None:
    value = node.data.get("booleanValue")
    if "booleanValue" in node.data and not isinstance(value, bool):
        raise wrong(value, "true or false", node.at("booleanValue"))
    return value if isinstance(value, bool) else None


def _hex(node: Node) -> str | None:
    text = node.text("hexBinaryValue")
    if text is not None and not _HEX.fullmatch(text):
        raise wrong(text, "hexadecimal digits", node.at("hexBinaryValue"))
    return text
