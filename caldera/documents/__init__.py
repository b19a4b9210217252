"""Reads the documents of the trade: invoices in UBL 2.1 / Peppol BIS Billing 3 and UN/CEFACT CII (Factur-X, XRechnung),
events in GS1 EPCIS 2.0.

:func:`read_invoice` gives a frozen :class:`Invoice` with exact decimal amounts that have been checked to add
up, or raises one of the errors below :class:`DocumentError`. :func:`read_documents` does so for a folder.
:func:`read_epcis` reads events; see :mod:`caldera.documents.epcis`.
"""

from caldera.documents.currency import known_currency, minor_units
from caldera.documents.epcis import EpcisDocument, Event, read_epcis
from caldera.documents.errors import (
    AmountMismatch,
    CannotSplit,
    CurrencyMismatch,
    DocumentError,
    DocumentTooLarge,
    EmptyIdentifier,
    InexactAmount,
    InvalidAmount,
    InvalidDate,
    InvalidField,
    MalformedDocument,
    MissingDueDate,
    MissingField,
    UnknownCurrency,
    UnreadableFile,
    UnsafeDocument,
    UnsupportedDocument,
)
from caldera.documents.invoice import DueDateSource, Invoice
from caldera.documents.kinds import Kind
from caldera.documents.model import (
    AllowanceCharge,
    Finding,
    FingerprintFields,
    Instalment,
    Line,
    LinePart,
    PrecedingInvoice,
    Totals,
    VatBreakdown,
)
from caldera.documents.normalise import normalise_number
from caldera.documents.party import Identifier, Party
from caldera.documents.read import Outcome, read_documents, read_invoice
from caldera.documents.split import split_units
from caldera.documents.terms import due_date_from_terms
from caldera.documents.xml import MAX_BYTES

__all__ = [
    "MAX_BYTES",
    "AllowanceCharge",
    "AmountMismatch",
    "CannotSplit",
    "CurrencyMismatch",
    "DocumentError",
    "DocumentTooLarge",
    "DueDateSource",
    "EmptyIdentifier",
    "EpcisDocument",
    "Event",
    "Finding",
    "FingerprintFields",
    "Identifier",
    "InexactAmount",
    "Instalment",
    "InvalidAmount",
    "InvalidDate",
    "InvalidField",
    "Invoice",
    "Kind",
    "Line",
    "LinePart",
    "MalformedDocument",
    "MissingDueDate",
    "MissingField",
    "Outcome",
    "Party",
    "PrecedingInvoice",
    "Totals",
    "UnknownCurrency",
    "UnreadableFile",
    "UnsafeDocument",
    "UnsupportedDocument",
    "VatBreakdown",
    "due_date_from_terms",
    "known_currency",
    "minor_units",
    "normalise_number",
    "read_documents",
    "read_epcis",
    "read_invoice",
    "split_units",
]
