"""The error tree of the document reader.

Everything that can go wrong while an invoice is read, checked or converted is a :class:`DocumentError`.
Each error says which file, which field (EN 16931 business term and path in the document), what is wrong and
what to do next, and carries the same facts as attributes for programs.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any


class DocumentError(Exception):
    """Root of the tree.

    Attributes:
        what: the fact, one sentence.
        todo: what the caller or the sender of the document can do about it.
        file: name of the file, ``"<bytes>"`` when the document came from memory, empty before it is known.
        field: EN 16931 business term such as ``"BT-9"``, or empty.
        path: path of the element in the document such as ``"/Invoice/cbc:DueDate"``, or empty.
    """

    def __init__(self, what: str, *, todo: str, file: str = "", field: str = "", path: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.todo = todo
        self.file = file
        self.field = field
        self.path = path

    def __str__(self) -> str:
        place = f"{self.field} {self.path}".strip()
        head = ": ".join(part for part in (self.file, place) if part)
        return f"{head + ': ' if head else ''}{self.what} {self.todo}"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, self.__dict__.copy())


def _restore(kind: type[DocumentError], args: tuple[Any, ...], state: dict[str, Any]) -> DocumentError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class UnreadableFile(DocumentError):
    """The file is missing, is not a regular file, or the operating system refuses to open it."""


class UnsupportedDocument(DocumentError):
    """Not one of the documents that are read: another XML vocabulary, a PDF, JSON, an empty file, ..."""


class DocumentTooLarge(DocumentError):
    """More bytes, elements or text in one element than the reader's limits."""


class UnsafeDocument(DocumentError):
    """A document type declaration (DTD), an entity, or nesting deeper than any invoice has."""


class MalformedDocument(DocumentError):
    """Not well-formed XML: truncated, broken markup, or bytes that are not in the declared encoding."""


class MissingField(DocumentError):
    """A mandatory field is absent or empty (number, issue date, currency, seller, buyer, payable, ...)."""


class InvalidField(DocumentError):
    """A field has a value that cannot be used, or appears twice where one value is meant."""


class InvalidAmount(InvalidField):
    """An amount, quantity or percentage that is no plain decimal number (``1e5``, ``NaN``, ``1,000.00``)."""


class InvalidDate(InvalidField):
    """A date that does not exist, or is in a format that is not known."""


class UnknownCurrency(InvalidField):
    """A currency code that is not in ISO 4217, or is one of its codes for no currency."""


class CurrencyMismatch(DocumentError):
    """An amount in another currency than the document's, where EN 16931 asks for the document's.

    Attributes:
        expected: the document currency (BT-5).
        found: the currency of the amount.
    """

    def __init__(self, *, expected: str, found: str, field: str, path: str) -> None:
        super().__init__(
            f"the amount is in {found[:20]} but the document currency is {expected}.",
            todo="EN 16931 allows one currency for all amounts except the VAT total in accounting currency "
            "(BT-111): ask the sender for a corrected document.",
            field=field,
            path=path,
        )
        self.expected = expected
        self.found = found


class AmountMismatch(DocumentError):
    """The amounts of the document do not add up.

    Attributes:
        rule: identifier of the broken rule, such as ``"BR-CO-16"`` or ``"PEPPOL-EN16931-R120"``.
        stated: the amount in the document, in the document currency.
        computed: the amount that follows from the other amounts.
    """

    def __init__(self, rule: str, *, stated: Decimal, computed: Decimal, what: str, field: str, path: str = "") -> None:
        super().__init__(
            f"{what}: the document states {stated} but {computed} follows from its other amounts ({rule}).",
            todo="Do not use the document: ask the sender for a corrected one.",
            field=field,
            path=path,
        )
        self.rule = rule
        self.stated = stated
        self.computed = computed


class MissingDueDate(DocumentError):
    """No due date is stated and none can be derived with certainty from the payment terms."""


class InexactAmount(DocumentError):
    """The amount has more decimals than the token, so no integer of its units equals it.

    Attributes:
        amount: the amount in the document currency.
        decimals: decimals of the token.
    """

    def __init__(self, amount: Decimal, decimals: int, *, file: str = "", field: str = "BT-115") -> None:
        super().__init__(
            f"{amount} cannot be written exactly with {decimals} decimals.",
            todo="Use a token with more decimals; amounts are never rounded.",
            file=file,
            field=field,
        )
        self.amount = amount
        self.decimals = decimals


class CannotSplit(DocumentError):
    """The payable amount cannot be split over the lines into positive parts."""


class EmptyIdentifier(DocumentError):
    """Nothing is left of a number, identifier or name after normalisation."""
