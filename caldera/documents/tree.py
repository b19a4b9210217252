"""A small typed view of an XML element: values by path, each error naming the element it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from lxml import etree

from caldera.documents.amounts import parse_decimal
from caldera.documents.dates import parse_iso_date
from caldera.documents.errors import CurrencyMismatch, InvalidField, MissingField


class Node:
    """An element with its place in the document.

    Attributes:
        path: from the root with the usual prefixes (``/Invoice/cac:PaymentTerms[2]``), whatever prefixes
            the document itself uses.
    """

    __slots__ = ("_element", "_names", "path")

    def __init__(self, element: etree._Element, names: Mapping[str, str], path: str) -> None:
        self._element = element
        self._names = names
        self.path = path

    def all(self, path: str) -> list[Node]:
        """All elements at ``path`` (steps like ``cac:Party/cbc:Name``), in document order."""
        found = self._element.findall(path, self._names)
        several = len(found) > 1
        return [
            Node(element, self._names, f"{self.path}/{path}{f'[{i}]' if several else ''}")
            for i, element in enumerate(found, start=1)
        ]

    def first(self, path: str) -> Node | None:
        """The first element at ``path``, or None."""
        found = self.all(path)
        return found[0] if found else None

    def only(self, path: str, field: str = "") -> Node | None:
        """The single element at ``path``, or None.

        Raises:
            InvalidField: there are several, so that two readers could read two different values.
        """
        found = self.all(path)
        if len(found) > 1:
            raise InvalidField(
                f"the element appears {len(found)} times where one is meant.",
                todo="Ask the sender for a corrected document.",
                field=field,
                path=f"{self.path}/{path}",
            )
        return found[0] if found else None

    @property
    def text(self) -> str:
        """The element's own text without surrounding whitespace; may be empty."""
        parts = [self._element.text or "", *(child.tail or "" for child in self._element)]
        return "".join(parts).strip()

    def attribute(self, name: str) -> str | None:
        """The value of an attribute without namespace, stripped, or None when absent or empty."""
        value = self._element.get(name)
        return value.strip() or None if value is not None else None

    def value(self, path: str) -> str | None:
        """The text of the first element at ``path`` that has one, or None."""
        return next((node.text for node in self.all(path) if node.text), None)

    def words(self, path: str) -> str | None:
        """As :meth:`value`, with inner whitespace and line breaks made single spaces (for names)."""
        text = self.value(path)
        return " ".join(text.split()) if text is not None else None

    def single(self, path: str, field: str) -> str | None:
        """The text of the single element at ``path``, or None when absent or empty (see :meth:`only`)."""
        node = self.only(path, field)
        return node.text or None if node is not None else None

    def required(self, path: str, field: str, name: str) -> str:
        """The text of the single element at ``path``.

        Raises:
            MissingField: absent or empty.
        """
        text = self.single(path, field)
        if text is None:
            raise self.missing(path, field, name)
        return text

    def missing(self, path: str, field: str, name: str) -> MissingField:
        """The error for an absent mandatory field."""
        return MissingField(
            f"the {name} is missing.",
            todo="It is mandatory in EN 16931: ask the sender for a complete document.",
            field=field,
            path=f"{self.path}/{path}",
        )

    def iso_date(self, path: str, field: str) -> date | None:
        """The date of the single element at ``path``, or None when absent or empty."""
        node = self.only(path, field)
        if node is None or not node.text:
            return None
        return parse_iso_date(node.text, field=field, path=node.path)

    def number(self, path: str, field: str) -> Decimal | None:
        """The number (quantity, percentage) in the first element at ``path``, None when absent or empty."""
        node = self.first(path)
        if node is None or not node.text:
            return None
        return parse_decimal(node.text, field=field, path=node.path)

    def money(self, path: str, field: str, currency: str, *, also: str | None = None) -> Decimal | None:
        """The amount at ``path`` in ``currency``, or None when absent.

        An amount without ``currencyID`` is in ``currency``. Amounts in the currency ``also`` beside one in
        ``currency`` are passed over.

        Raises:
            CurrencyMismatch: an amount in another currency.
            InvalidAmount: no plain decimal number.
            InvalidField: several amounts in ``currency``.
        """
        nodes = self.all(path)
        own = [node for node in nodes if node.attribute("currencyID") in (None, currency)]
        for node in nodes:
            code = node.attribute("currencyID")
            if code not in (None, currency) and not (own and code == also):
                raise CurrencyMismatch(expected=currency, found=str(code), field=field, path=node.path)
        if len(own) > 1:
            self.only(path, field)
        return parse_decimal(own[0].text, field=field, path=own[0].path) if own else None
