"""Checks the form of a document's master data, of which nothing is read."""

from __future__ import annotations

from decimal import Decimal

from caldera.documents.epcis.fields import Node, wrong
from caldera.documents.epcis.keys import extensions


def check_header(document: Node) -> None:
    """Check ``epcisHeader`` where there is one.

    Raises:
        MissingField: an element without id, a vocabulary without type.
        InvalidField: a value of the wrong type, an unknown field without prefix.
    """
    header = document.node("epcisHeader")
    if header is None:
        return
    extensions(header, frozenset({"epcisMasterData"}), "the header")
    data = header.node("epcisMasterData")
    if data is not None:
        check_vocabularies(data)


def check_vocabularies(node: Node) -> None:
    """Check ``vocabularyList`` where there is one."""
    for vocabulary in node.nodes("vocabularyList"):
        vocabulary.need_uri("type")
        for element in vocabulary.nodes("vocabularyElementList"):
            element.need_uri("id")
            element.uris("children")
            for attribute in element.nodes("attributes"):
                _attribute(attribute)


def _attribute(node: Node) -> None:
    node.need_uri("id")
    value = node.data.get("attribute", "")
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal, dict)):
        raise wrong(value, "a text, a number or an object", node.at("attribute"))
