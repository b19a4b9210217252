"""Renders a draft as a UBL 2.1 Invoice or CreditNote."""

from __future__ import annotations

from decimal import Decimal

from .drafts import Draft, DraftItem, DraftLine, DraftParty
from .markup import tag, wrap


def ubl(draft: Draft) -> bytes:
    root = "CreditNote" if draft.type_code == "381" else "Invoice"
    currency = draft.currency

    def money(name: str, amount: Decimal | None) -> str:
        return tag(name, amount, currencyID=currency)

    rows = [
        wrap(
            "cac:TaxSubtotal",
            money("cbc:TaxableAmount", taxable),
            money("cbc:TaxAmount", tax),
            _ubl_category("cac:TaxCategory", category, rate),
        )
        for (category, rate), (taxable, tax) in draft.breakdown.items()
    ]
    accounting = ""
    if draft.tax_in_tax_currency is not None:
        amount = tag("cbc:TaxAmount", draft.tax_in_tax_currency, currencyID=draft.tax_currency)
        accounting = wrap("cac:TaxTotal", amount)
    preceding = ""
    if draft.preceding is not None:
        number, issued = tag("cbc:ID", draft.preceding[0]), tag("cbc:IssueDate", draft.preceding[1])
        preceding = wrap("cac:BillingReference", wrap("cac:InvoiceDocumentReference", number, issued))
    body = "".join(
        (
            tag("cbc:CustomizationID", draft.specification),
            tag("cbc:ID", draft.number),
            tag("cbc:IssueDate", draft.issued),
            tag("cbc:DueDate", draft.due) if root == "Invoice" else "",
            tag(f"cbc:{root}TypeCode", draft.type_code),
            *(tag("cbc:Note", note) for note in draft.notes),
            tag("cbc:DocumentCurrencyCode", currency),
            tag("cbc:TaxCurrencyCode", draft.tax_currency),
            tag("cbc:BuyerReference", draft.buyer_reference),
            wrap("cac:OrderReference", tag("cbc:ID", draft.order)),
            preceding,
            wrap("cac:ContractDocumentReference", tag("cbc:ID", draft.contract)),
            wrap("cac:AccountingSupplierParty", wrap("cac:Party", _ubl_party(draft.seller))),
            wrap("cac:AccountingCustomerParty", wrap("cac:Party", _ubl_party(draft.buyer))),
            _ubl_payee(draft.payee) if draft.payee else "",
            wrap("cac:PaymentTerms", tag("cbc:Note", draft.terms)),
            *(_ubl_item(item, currency) for item in draft.items),
            wrap("cac:TaxTotal", money("cbc:TaxAmount", draft.tax), *rows),
            accounting,
            wrap(
                "cac:LegalMonetaryTotal",
                money("cbc:LineExtensionAmount", draft.line_net),
                money("cbc:TaxExclusiveAmount", draft.exclusive),
                money("cbc:TaxInclusiveAmount", draft.inclusive),
                money("cbc:AllowanceTotalAmount", draft.allowances or None),
                money("cbc:ChargeTotalAmount", draft.charges or None),
                money("cbc:PrepaidAmount", draft.prepaid or None),
                money("cbc:PayableRoundingAmount", draft.rounding or None),
                money("cbc:PayableAmount", draft.payable),
            ),
            *(_ubl_line(line, root, currency) for line in draft.lines),
        )
    )
    namespace = "urn:oasis:names:specification:ubl:schema:xsd:"
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{namespace}{root}-2"\n'
        f' xmlns:cac="{namespace}CommonAggregateComponents-2"\n'
        f' xmlns:cbc="{namespace}CommonBasicComponents-2">\n'
    )
    return f"{head}{body}</{root}>\n".encode()


def _ubl_category(name: str, category: str, rate: Decimal) -> str:
    scheme = wrap("cac:TaxScheme", tag("cbc:ID", "VAT"))
    return wrap(name, tag("cbc:ID", category), tag("cbc:Percent", rate), scheme)


def _ubl_party(party: DraftParty) -> str:
    country = wrap("cac:Country", tag("cbc:IdentificationCode", party.country))
    vat = ""
    if party.vat is not None:
        scheme = wrap("cac:TaxScheme", tag("cbc:ID", "VAT"))
        vat = wrap("cac:PartyTaxScheme", tag("cbc:CompanyID", party.vat), scheme)
    legal = tag("cbc:CompanyID", party.legal[0], schemeID=party.legal[1]) if party.legal else ""
    return "".join(
        (
            tag("cbc:EndpointID", party.endpoint[0], schemeID=party.endpoint[1]) if party.endpoint else "",
            *(wrap("cac:PartyIdentification", tag("cbc:ID", value, schemeID=s)) for value, s in party.ids),
            wrap(
                "cac:PostalAddress",
                tag("cbc:StreetName", party.street),
                tag("cbc:CityName", party.city),
                tag("cbc:PostalZone", party.zip),
                country,
            ),
            vat,
            wrap("cac:PartyLegalEntity", tag("cbc:RegistrationName", party.name), legal),
        )
    )


def _ubl_payee(party: DraftParty) -> str:
    legal = tag("cbc:CompanyID", party.legal[0], schemeID=party.legal[1]) if party.legal else ""
    return wrap(
        "cac:PayeeParty",
        *(wrap("cac:PartyIdentification", tag("cbc:ID", value, schemeID=s)) for value, s in party.ids),
        wrap("cac:PartyName", tag("cbc:Name", party.name)),
        wrap("cac:PartyLegalEntity", legal),
    )


def _ubl_item(item: DraftItem, currency: str) -> str:
    return wrap(
        "cac:AllowanceCharge",
        tag("cbc:ChargeIndicator", str(item.is_charge).lower()),
        tag("cbc:AllowanceChargeReason", item.reason),
        tag("cbc:Amount", item.amount, currencyID=currency),
        _ubl_category("cac:TaxCategory", item.category, item.rate),
    )


def _ubl_line(line: DraftLine, root: str, currency: str) -> str:
    quantity = "cbc:CreditedQuantity" if root == "CreditNote" else "cbc:InvoicedQuantity"
    category = _ubl_category("cac:ClassifiedTaxCategory", line.category, line.rate)
    return wrap(
        f"cac:{root}Line",
        tag("cbc:ID", line.id),
        tag(quantity, line.quantity, unitCode=line.unit),
        tag("cbc:LineExtensionAmount", line.net, currencyID=currency),
        wrap("cac:Item", tag("cbc:Name", line.name), category),
        wrap(
            "cac:Price",
            tag("cbc:PriceAmount", line.price, currencyID=currency),
            tag("cbc:BaseQuantity", line.base if line.base != 1 else None, unitCode=line.unit),
        ),
    )
