"""Typed access to the members of a JSON object; every error names the member."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from caldera.documents.epcis.jsontext import Json
from caldera.documents.epcis.pointer import shown, token
from caldera.documents.epcis.times import read_moment
from caldera.documents.epcis.uris import is_uri
from caldera.documents.epcis.vocabulary import Vocabulary
from caldera.documents.errors import InvalidField, MissingField

_ASK = "Ask the sender for a corrected document."


def wrong(value: Json, meant: str, path: str) -> InvalidField:
    """The error for a value of another type or form than the one meant."""
    return InvalidField(f"{shown(value)} stands where {meant} is meant.", todo=_ASK, path=path)


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON object and its JSON pointer."""

    data: dict[str, Json]
    path: str

    def at(self, key: str) -> str:
        """Pointer of a member."""
        return f"{self.path}/{token(key)}"

    def need(self, key: str) -> Json:
        """The member.

        Raises:
            MissingField: there is none.
        """
        if key not in self.data:
            raise MissingField(f"the field {key} is missing.", todo=_ASK, path=self.at(key))
        return self.data[key]

    def text(self, key: str) -> str | None:
        """A string, None when absent."""
        return read_text(self.data[key], self.at(key)) if key in self.data else None

    def uri(self, key: str) -> str | None:
        """A URI, None when absent."""
        return read_uri(self.data[key], self.at(key)) if key in self.data else None

    def need_uri(self, key: str) -> str:
        """A URI that must be there."""
        return read_uri(self.need(key), self.at(key))

    def moment(self, key: str) -> datetime | None:
        """A moment in UTC, None when absent."""
        return read_moment(read_text(self.data[key], self.at(key)), self.at(key)) if key in self.data else None

    def need_moment(self, key: str) -> datetime:
        """A moment in UTC that must be there."""
        return read_moment(read_text(self.need(key), self.at(key)), self.at(key))

    def number(self, key: str) -> Decimal | None:
        """A number, None when absent."""
        if key not in self.data:
            return None
        value = self.data[key]
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            raise wrong(value, "a number", self.at(key))
        return Decimal(value)

    def word(self, key: str, vocabulary: Vocabulary) -> str | None:
        """The short name of a word of a vocabulary, None when absent."""
        if key not in self.data:
            return None
        return vocabulary.short(read_text(self.data[key], self.at(key)), self.at(key))

    def node(self, key: str) -> Node | None:
        """An object, None when absent."""
        return read_node(self.data[key], self.at(key)) if key in self.data else None

    def need_node(self, key: str) -> Node:
        """An object that must be there."""
        return read_node(self.need(key), self.at(key))

    def items(self, key: str, *, one: bool = False) -> Iterator[tuple[Json, str]]:
        """The values of a list and their pointers, none when absent; with ``one``, an object counts as a list."""
        value = self.data.get(key, [])
        if one and isinstance(value, dict):
            yield value, self.at(key)
            return
        if not isinstance(value, list):
            raise wrong(value, "a list", self.at(key))
        for index, item in enumerate(value):
            yield item, f"{self.at(key)}/{index}"

    def nodes(self, key: str, *, one: bool = False) -> Iterator[Node]:
        """The objects of a list."""
        for item, path in self.items(key, one=one):
            yield read_node(item, path)

    def uris(self, key: str, *, unique: bool = False) -> tuple[str, ...]:
        """The URIs of a list, empty when absent."""
        found: dict[str, None] = {}
        listed: list[str] = []
        for item, path in self.items(key):
            uri = read_uri(item, path)
            if unique and uri in found:
                raise InvalidField(f"{shown(uri)} stands twice in the list.", todo=_ASK, path=path)
            found[uri] = None
            listed.append(uri)
        return tuple(listed)


def read_text(value: Json, path: str) -> str:
    """``value`` as a string."""
    if not isinstance(value, str):
        raise wrong(value, "a text", path)
    return value


def read_uri(value: Json, path: str) -> str:
    """``value`` as a URI."""
    if not isinstance(value, str) or not is_uri(value):
        raise wrong(value, "a URI", path)
    return value


def read_node(value: Json, path: str) -> Node:
    """``value`` as an object."""
    if not isinstance(value, dict):
        raise wrong(value, "an object", path)
    return Node(value, path)
