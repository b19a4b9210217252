"""UN/CEFACT Cross Industry Invoice D16B (EN 16931, Factur-X, ZUGFeRD 2, XRechnung) to :class:`Invoice`."""

from __future__ import annotations

from lxml import etree

from caldera.documents.cii_due import read_date, read_due
from caldera.documents.cii_lines import document_level, read_lines
from caldera.documents.cii_party import read_party
from caldera.documents.cii_totals import read_totals, read_vat_breakdown
from caldera.documents.currency import known_currency
from caldera.documents.invoice import Invoice
from caldera.documents.kinds import kind_of
from caldera.documents.model import PrecedingInvoice
from caldera.documents.party import Party
from caldera.documents.tree import Node

NAMESPACE = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
_NAMES = {
    "rsm": NAMESPACE,
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}


def read_cii(element: etree._Element, *, document_hash: bytes, source: str) -> Invoice:
    """Read the root element of a CII document; whether its amounts add up is checked elsewhere.

    Raises:
        MissingField, InvalidField (and its kinds), CurrencyMismatch.
    """
    root = Node(element, _NAMES, "/rsm:CrossIndustryInvoice")
    document = _part(root, "rsm:ExchangedDocument", "BT-1", "document header")
    trade = _part(root, "rsm:SupplyChainTradeTransaction", "BG-25", "trade transaction")
    agreement = _part(trade, "ram:ApplicableHeaderTradeAgreement", "BG-4", "trade agreement (seller, buyer)")
    settlement = _part(trade, "ram:ApplicableHeaderTradeSettlement", "BG-22", "trade settlement (amounts)")

    number = document.required("ram:ID", "BT-1", "invoice number")
    type_code = document.required("ram:TypeCode", "BT-3", "type code")
    issue_date = read_date(document, "ram:IssueDateTime", "BT-2")
    if issue_date is None:
        raise document.missing("ram:IssueDateTime/udt:DateTimeString", "BT-2", "issue date")
    path = "ram:InvoiceCurrencyCode"
    currency = known_currency(
        settlement.required(path, "BT-5", "document currency"), field="BT-5", path=f"{settlement.path}/{path}"
    )
    tax_currency = settlement.single("ram:TaxCurrencyCode", "BT-6")
    if tax_currency is not None:
        known_currency(tax_currency, field="BT-6", path=f"{settlement.path}/ram:TaxCurrencyCode")
    descriptions = settlement.all("ram:SpecifiedTradePaymentTerms/ram:Description")
    terms = "\n".join(node.text for node in descriptions if node.text) or None
    due = read_due(settlement, issue_date, currency, terms)
    allowances = document_level(settlement, currency)
    lines, memo_lines = read_lines(trade, currency)
    return Invoice(
        kind=kind_of(type_code, path=f"{document.path}/ram:TypeCode"),
        type_code=type_code,
        specification=root.value("rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"),
        number=number,
        issue_date=issue_date,
        due_date=due.date,
        due_date_source=due.source,
        instalments=due.instalments,
        payment_terms=terms,
        currency=currency,
        tax_currency=tax_currency,
        seller=_required_party(agreement, "ram:SellerTradeParty", "BT-27", "seller"),
        buyer=_required_party(agreement, "ram:BuyerTradeParty", "BT-44", "buyer"),
        payee=read_party(settlement, "ram:PayeeTradeParty", "BT-59"),
        totals=read_totals(settlement, currency, tax_currency, allowances),
        lines=lines,
        memo_lines=memo_lines,
        allowance_charges=allowances,
        vat_breakdown=read_vat_breakdown(settlement, currency, tax_currency),
        buyer_reference=agreement.value("ram:BuyerReference"),
        order_reference=agreement.value("ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"),
        sales_order_reference=agreement.value("ram:SellerOrderReferencedDocument/ram:IssuerAssignedID"),
        contract_reference=agreement.value("ram:ContractReferencedDocument/ram:IssuerAssignedID"),
        preceding_invoices=_preceding(settlement),
        notes=tuple(node.text for node in document.all("ram:IncludedNote/ram:Content") if node.text),
        document_hash=document_hash,
        syntax="cii",
        source=source,
    )


def _part(node: Node, path: str, field: str, name: str) -> Node:
    found = node.only(path, field)
    if found is None:
        raise node.missing(path, field, name)
    return found


def _required_party(agreement: Node, path: str, field: str, role: str) -> Party:
    party = read_party(agreement, path, field)
    if party is None:
        raise agreement.missing(f"{path}/ram:Name", field, f"{role}'s name")
    return party


def _preceding(settlement: Node) -> tuple[PrecedingInvoice, ...]:
    found = []
    for reference in settlement.all("ram:InvoiceReferencedDocument"):
        number = reference.value("ram:IssuerAssignedID")
        if number is not None:
            issued = read_date(reference, "ram:FormattedIssueDateTime", "BT-26")
            found.append(PrecedingInvoice(number, issued))
    return tuple(found)
