"""What the fields of one event must be together: which fields its type has, and which its action asks for."""

from __future__ import annotations

from collections.abc import Callable

from caldera.documents.epcis.errors import InvalidEvent
from caldera.documents.epcis.fields import Node
from caldera.documents.epcis.model import Action, EventKind
from caldera.documents.errors import MissingField

_COMMON = frozenset(
    {"@context", "type", "eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "certificationInfo"}
    | {"errorDeclaration", "bizStep", "disposition", "readPoint", "bizLocation", "bizTransactionList"}
    | {"sourceList", "destinationList", "sensorElementList"}
)
_LINK = _COMMON | {"action", "parentID", "childEPCs", "childQuantityList"}
FIELDS: dict[EventKind, frozenset[str]] = {
    EventKind.OBJECT: _COMMON | {"action", "epcList", "quantityList", "persistentDisposition", "ilmd"},
    EventKind.AGGREGATION: _LINK,
    EventKind.ASSOCIATION: _LINK,
    EventKind.TRANSACTION: _COMMON | {"action", "parentID", "epcList", "quantityList"},
    EventKind.TRANSFORMATION: _COMMON
    | {"inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID"}
    | {"persistentDisposition", "ilmd"},
}
"""The fields of each event type."""

_ASK = "Ask the sender for a corrected event."


def check_rules(node: Node, kind: EventKind, action: Action | None) -> None:
    """Check that the event names what it is about.

    Raises:
        MissingField: nothing that it is about, or no parent where there must be one.
        InvalidEvent: ilmd outside the event that begins the life of its objects.
    """
    _RULES[kind](node, action)


def _object(node: Node, action: Action | None) -> None:
    sensed = node.data.get("sensorElementList") and "readPoint" in node.data
    if "epcList" not in node.data and not node.data.get("quantityList") and not sensed:
        raise MissingField(
            "the event names no objects: epcList, quantityList, or sensorElementList with readPoint.",
            todo=_ASK,
            path=node.at("epcList"),
        )
    if "ilmd" in node.data and action is not Action.ADD:
        raise InvalidEvent(
            f"ilmd stands in an event whose action is {action}.",
            todo="It belongs to the event that begins the life of the objects (ADD).",
            path=node.at("ilmd"),
        )


def _aggregation(node: Node, action: Action | None) -> None:
    if action is not Action.OBSERVE and "parentID" not in node.data:
        raise MissingField(
            f"the parentID is missing; an aggregation with action {action} is to or from a parent.",
            todo=_ASK,
            path=node.at("parentID"),
        )
    _children(node, action)


def _association(node: Node, action: Action | None) -> None:
    node.need("parentID")
    _children(node, action)


def _children(node: Node, action: Action | None) -> None:
    named = node.data.get("childEPCs") or node.data.get("childQuantityList")
    if action is not Action.DELETE and not named:
        raise MissingField(
            "the event names no children: childEPCs or childQuantityList.", todo=_ASK, path=node.at("childEPCs")
        )


def _transaction(node: Node, action: Action | None) -> None:
    if not node.need("bizTransactionList"):
        raise MissingField("the event names no business transaction.", todo=_ASK, path=node.at("bizTransactionList"))
    if action is not Action.DELETE and "epcList" not in node.data and not node.data.get("quantityList"):
        raise MissingField("the event names no objects: epcList or quantityList.", todo=_ASK, path=node.at("epcList"))


def _transformation(node: Node, action: Action | None) -> None:
    inputs = node.data.get("inputEPCList") or node.data.get("inputQuantityList")
    outputs = node.data.get("outputEPCList") or node.data.get("outputQuantityList")
    if inputs and outputs:
        return
    if "transformationID" not in node.data:
        raise MissingField(
            "the event has no inputs, or no outputs, and no transformationID that joins it to others.",
            todo=_ASK,
            path=node.at("outputEPCList" if inputs else "inputEPCList"),
        )
    if not inputs and not outputs:
        raise MissingField("the event has neither inputs nor outputs.", todo=_ASK, path=node.at("inputEPCList"))


_RULES: dict[EventKind, Callable[[Node, Action | None], None]] = {
    EventKind.OBJECT: _object,
    EventKind.AGGREGATION: _aggregation,
    EventKind.ASSOCIATION: _association,
    EventKind.TRANSACTION: _transaction,
    EventKind.TRANSFORMATION: _transformation,
}
