"""Reads the lists and small objects inside an event."""

from __future__ import annotations

from caldera.documents.epcis.errors import InvalidEvent
from caldera.documents.epcis.fields import Node, read_text, read_uri, wrong
from caldera.documents.epcis.keys import extensions, only
from caldera.documents.epcis.model import BusinessTransaction, ErrorDeclaration, Place, Quantity
from caldera.documents.epcis.read_sensors import check_uom
from caldera.documents.epcis.vocabulary import DISPOSITION, PARTY, REASON, TRANSACTION
from caldera.documents.errors import InvalidField

_QUANTITY = frozenset({"epcClass", "quantity", "uom"})
_ERROR = frozenset({"declarationTime", "reason", "correctiveEventIDs"})


def read_quantities(event: Node, key: str) -> tuple[Quantity, ...]:
    """The quantity elements of a list."""
    return tuple(_quantity(node) for node in event.nodes(key))


def _quantity(node: Node) -> Quantity:
    only(node, _QUANTITY, "a quantity")
    quantity, uom = node.number("quantity"), node.text("uom")
    if uom is not None:
        check_uom(uom, node.at("uom"))
    if quantity is None and uom is not None:
        raise InvalidEvent(
            f"the unit {uom} stands without a quantity.",
            todo="Ask the sender how much there is, or to leave out the unit.",
            path=node.at("uom"),
        )
    if quantity is not None and quantity < 0:
        raise wrong(node.data["quantity"], "a quantity of zero or more", node.at("quantity"))
    return Quantity(node.need_uri("epcClass"), quantity, uom)


def read_transactions(event: Node) -> tuple[BusinessTransaction, ...]:
    """The business transactions of an event."""
    found = []
    for node in event.nodes("bizTransactionList"):
        only(node, frozenset({"type", "bizTransaction"}), "a business transaction")
        found.append(BusinessTransaction(node.word("type", TRANSACTION), node.need_uri("bizTransaction")))
    return tuple(found)


def read_places(event: Node, key: str, name: str) -> tuple[Place, ...]:
    """The sources or destinations; a single object counts as a list of one, as in a sample of GS1's."""
    found = []
    for node in event.nodes(key, one=True):
        only(node, frozenset({"type", name}), f"a {name}")
        kind = PARTY.short(read_text(node.need("type"), node.at("type")), node.at("type"))
        found.append(Place(kind, node.need_uri(name)))
    return tuple(found)


def read_location(event: Node, key: str) -> str | None:
    """The id of a read point or business location, None when absent."""
    node = event.node(key)
    return None if node is None else node.need_uri("id")


def read_error(event: Node) -> ErrorDeclaration | None:
    """The error declaration, None when absent."""
    node = event.node("errorDeclaration")
    if node is None:
        return None
    return ErrorDeclaration(
        time=node.need_moment("declarationTime"),
        reason=node.word("reason", REASON),
        corrective_ids=node.uris("correctiveEventIDs"),
        extensions=extensions(node, _ERROR, "an error declaration"),
    )


def read_persistent(event: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The persistent dispositions that are set and unset."""
    node = event.node("persistentDisposition")
    if node is None:
        return (), ()
    only(node, frozenset({"set", "unset"}), "a persistent disposition")
    if not node.data:
        raise wrong(node.data, "set or unset", node.path)
    return _dispositions(node, "set"), _dispositions(node, "unset")


def _dispositions(node: Node, key: str) -> tuple[str, ...]:
    found: list[str] = []
    for item, path in node.items(key):
        word = DISPOSITION.short(read_text(item, path), path)
        if word in found:
            raise InvalidField(f"{word} stands twice in the list.", todo="Remove one.", path=path)
        found.append(word)
    if key in node.data and not found:
        raise wrong(node.data[key], "a list with at least one disposition", node.at(key))
    return tuple(found)


def read_certifications(event: Node) -> tuple[str, ...]:
    """The certification details: one URI or a list of them."""
    value = event.data.get("certificationInfo")
    if isinstance(value, str):
        return (read_uri(value, event.at("certificationInfo")),)
    return event.uris("certificationInfo")
