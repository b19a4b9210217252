"""Recognises a document by the namespace and name of its root element."""

from __future__ import annotations

from typing import Literal

from lxml import etree

from caldera.documents import cii, ubl
from caldera.documents.errors import UnsupportedDocument

RootKind = Literal["ubl-invoice", "ubl-credit-note", "cii"]

_ROOTS: dict[tuple[str, str], RootKind] = {
    (ubl.INVOICE, "Invoice"): "ubl-invoice",
    (ubl.CREDIT_NOTE, "CreditNote"): "ubl-credit-note",
    (cii.NAMESPACE, "CrossIndustryInvoice"): "cii",
}
_UPGRADE = "Ask the sender for ZUGFeRD 2, Factur-X or XRechnung, or convert it with a tool that does."
_NOT_A_CLAIM = "It asks for no payment: look for the invoice that belongs to it."
_NATIONAL = "Ask the sender for the invoice as UBL 2.1 or CII."
_OTHERS = (
    ("urn:ferd:CrossIndustryDocument", "a ZUGFeRD 1 invoice", _UPGRADE),
    ("urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:", "CII of another version", _UPGRADE),
    ("urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure", "an Order-X order", _NOT_A_CLAIM),
    ("http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader", "a Peppol envelope (SBDH)",
     "Take the Invoice or CreditNote out of it and read that."),
    ("urn:oasis:names:specification:ubl:schema:xsd:", "another UBL document than Invoice and CreditNote",
     _NOT_A_CLAIM),
    ("http://www.facturae.", "a Spanish Facturae invoice", _NATIONAL),
    ("http://ivaservizi.agenziaentrate.gov.it", "an Italian FatturaPA invoice", _NATIONAL),
    ("http://crd.gov.pl", "a Polish KSeF invoice", _NATIONAL),
    ("http://www.w3.org/1999/xhtml", "a web page", _NATIONAL),
    ("http://www.w3.org/2000/svg", "a picture", _NATIONAL),
)  # fmt: skip


def recognise(root: etree._Element) -> RootKind:
    """Which of the three documents that are read this is.

    Raises:
        UnsupportedDocument: another root element; says which, and what it is when known.
    """
    name = etree.QName(root)
    namespace, local = name.namespace or "", name.localname
    kind = _ROOTS.get((namespace, local))
    if kind is not None:
        return kind
    shown = f"<{local[:60]}> in namespace {namespace[:120]!r}" if namespace else f"<{local[:60]}> without namespace"
    for start, what, todo in _OTHERS:
        if namespace.startswith(start):
            raise UnsupportedDocument(f"the file is {what} ({shown}).", todo=todo)
    raise UnsupportedDocument(
        f"the XML is not an invoice that is read here: its root is {shown}.",
        todo="Read are UBL 2.1 Invoice and CreditNote and UN/CEFACT CrossIndustryInvoice (D16B).",
    )
