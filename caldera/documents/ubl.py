"""UBL 2.1 Invoice and CreditNote (EN 16931, Peppol BIS Billing 3, XRechnung) to :class:`Invoice`."""

from __future__ import annotations

from lxml import etree

from caldera.documents.currency import known_currency
from caldera.documents.invoice import Invoice
from caldera.documents.kinds import Kind, kind_of
from caldera.documents.model import PrecedingInvoice
from caldera.documents.tree import Node
from caldera.documents.ubl_due import read_due
from caldera.documents.ubl_lines import allowance_charges, read_lines
from caldera.documents.ubl_party import read_payee, read_trade_party
from caldera.documents.ubl_totals import read_totals, read_vat_breakdown

INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
CREDIT_NOTE = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
_NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


def read_ubl(element: etree._Element, *, credit_note: bool, document_hash: bytes, source: str) -> Invoice:
    """Read the root element of a UBL document; whether its amounts add up is checked elsewhere.

    Raises:
        MissingField, InvalidField (and its kinds), CurrencyMismatch.
    """
    name = "CreditNote" if credit_note else "Invoice"
    root = Node(element, _NAMES, f"/{name}")
    type_code, kind = _kind(root, name)
    number = root.required("cbc:ID", "BT-1", "invoice number")
    issue_date = root.iso_date("cbc:IssueDate", "BT-2")
    if issue_date is None:
        raise root.missing("cbc:IssueDate", "BT-2", "issue date")
    path = "cbc:DocumentCurrencyCode"
    currency = known_currency(
        root.required(path, "BT-5", "document currency"), field="BT-5", path=f"{root.path}/{path}"
    )
    tax_currency = root.single("cbc:TaxCurrencyCode", "BT-6")
    if tax_currency is not None:
        known_currency(tax_currency, field="BT-6", path=f"{root.path}/cbc:TaxCurrencyCode")
    terms = "\n".join(note.text for note in root.all("cac:PaymentTerms/cbc:Note") if note.text) or None
    due = read_due(root, issue_date, currency, terms)
    document_level = allowance_charges(root, currency, ("BT-92", "BT-99"))
    lines, memo_lines = read_lines(root, currency, f"cac:{name}Line")
    return Invoice(
        kind=kind,
        type_code=type_code,
        specification=root.value("cbc:CustomizationID"),
        number=number,
        issue_date=issue_date,
        due_date=due.date,
        due_date_source=due.source,
        instalments=due.instalments,
        payment_terms=terms,
        currency=currency,
        tax_currency=tax_currency,
        seller=read_trade_party(root, "cac:AccountingSupplierParty", "seller", "BT-27"),
        buyer=read_trade_party(root, "cac:AccountingCustomerParty", "buyer", "BT-44"),
        payee=read_payee(root),
        totals=read_totals(root, currency, tax_currency, document_level),
        lines=lines,
        memo_lines=memo_lines,
        allowance_charges=document_level,
        vat_breakdown=read_vat_breakdown(root, currency),
        buyer_reference=root.value("cbc:BuyerReference"),
        order_reference=root.value("cac:OrderReference/cbc:ID"),
        sales_order_reference=root.value("cac:OrderReference/cbc:SalesOrderID"),
        contract_reference=root.value("cac:ContractDocumentReference/cbc:ID"),
        preceding_invoices=_preceding(root),
        notes=tuple(note.text for note in root.all("cbc:Note") if note.text),
        document_hash=document_hash,
        syntax="ubl",
        source=source,
    )


def _kind(root: Node, name: str) -> tuple[str | None, Kind]:
    """The type code and the kind; a CreditNote document is a credit note whatever its code."""
    path = f"cbc:{name}TypeCode"
    code = root.single(path, "BT-3")
    by_root = Kind.CREDIT_NOTE if name == "CreditNote" else Kind.INVOICE
    if code is None:
        return None, by_root
    kind = kind_of(code, path=f"{root.path}/{path}")
    return code, Kind.CREDIT_NOTE if by_root is Kind.CREDIT_NOTE else kind


def _preceding(root: Node) -> tuple[PrecedingInvoice, ...]:
    found = []
    for reference in root.all("cac:BillingReference"):
        for path in ("cac:InvoiceDocumentReference", "cac:CreditNoteDocumentReference"):
            for document in reference.all(path):
                number = document.value("cbc:ID")
                if number is not None:
                    found.append(PrecedingInvoice(number, document.iso_date("cbc:IssueDate", "BT-26")))
    return tuple(found)
