"""Which members an object may have: the standard's own, and extensions whose name is a URI or has a prefix."""

from __future__ import annotations

from collections.abc import Set

from caldera.documents.epcis.canonical import canonical_json
from caldera.documents.epcis.fields import Node, read_uri, wrong
from caldera.documents.epcis.jsontext import Json
from caldera.documents.epcis.uris import is_uri
from caldera.documents.errors import InvalidField, MissingField


def extensions(node: Node, known: Set[str], name: str) -> dict[str, Json]:
    """The members of ``node`` that are not ``known``.

    Raises:
        InvalidField: one of them is neither a URI nor a prefixed name.
    """
    found = {key: value for key, value in node.data.items() if key not in known}
    for key in found:
        if not is_uri(key):
            raise InvalidField(
                f"this is not a field of {name}.",
                todo="Write it as the standard does; a field of your own needs a prefix (example:myField).",
                path=node.at(key),
            )
    return found


def only(node: Node, known: Set[str], name: str) -> None:
    """Refuse every member that is not ``known``, extensions too."""
    for key in node.data:
        if key not in known:
            raise InvalidField(
                f"this is not a field of {name}, which has no extensions.",
                todo="Move it to the event, with a prefix.",
                path=node.at(key),
            )


def check_context(node: Node, *, required: bool) -> None:
    """Check the form of ``@context``; nothing is fetched.

    Raises:
        MissingField: absent where it is required.
        InvalidField: not a URI, an object, or a list of such without repetition.
    """
    path = node.at("@context")
    if "@context" not in node.data:
        if required:
            raise MissingField(
                "the @context is missing, so its words have no meaning.",
                todo="Add the context of EPCIS 2.0; an event outside a document needs one too.",
                path=path,
            )
        return
    value = node.data["@context"]
    listed = value if isinstance(value, list) else [value]
    for item in listed:
        if isinstance(item, str):
            read_uri(item, path)
        elif not isinstance(item, dict):
            raise wrong(item, "a URI or an object", path)
    if len({canonical_json(item) for item in listed}) < len(listed):
        raise InvalidField("one entry stands twice.", todo="Remove one.", path=path)
