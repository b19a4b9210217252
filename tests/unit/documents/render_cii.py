"""Renders a draft as a UN/CEFACT Cross Industry Invoice."""

from __future__ import annotations

from .drafts import Draft, DraftItem, DraftLine, DraftParty
from .markup import tag, wrap


def cii(draft: Draft) -> bytes:
    rows = [
        wrap(
            "ram:ApplicableTradeTax",
            tag("ram:CalculatedAmount", tax),
            tag("ram:TypeCode", "VAT"),
            tag("ram:BasisAmount", taxable),
            tag("ram:CategoryCode", category),
            tag("ram:RateApplicablePercent", rate),
        )
        for (category, rate), (taxable, tax) in draft.breakdown.items()
    ]
    settlement = wrap(
        "ram:ApplicableHeaderTradeSettlement",
        tag("ram:TaxCurrencyCode", draft.tax_currency),
        tag("ram:InvoiceCurrencyCode", draft.currency),
        _cii_party("ram:PayeeTradeParty", draft.payee, address=False) if draft.payee else "",
        *rows,
        *(_cii_item(item) for item in draft.items),
        wrap(
            "ram:SpecifiedTradePaymentTerms",
            tag("ram:Description", draft.terms),
            _cii_date("ram:DueDateDateTime", draft.due),
        ),
        wrap(
            "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
            tag("ram:LineTotalAmount", draft.line_net),
            tag("ram:ChargeTotalAmount", draft.charges or None),
            tag("ram:AllowanceTotalAmount", draft.allowances or None),
            tag("ram:TaxBasisTotalAmount", draft.exclusive),
            tag("ram:TaxTotalAmount", draft.tax, currencyID=draft.currency),
            tag("ram:TaxTotalAmount", draft.tax_in_tax_currency, currencyID=draft.tax_currency),
            tag("ram:RoundingAmount", draft.rounding or None),
            tag("ram:GrandTotalAmount", draft.inclusive),
            tag("ram:TotalPrepaidAmount", draft.prepaid or None),
            tag("ram:DuePayableAmount", draft.payable),
        ),
        _cii_preceding(draft.preceding),
    )
    order = wrap("ram:BuyerOrderReferencedDocument", tag("ram:IssuerAssignedID", draft.order))
    contract = wrap("ram:ContractReferencedDocument", tag("ram:IssuerAssignedID", draft.contract))
    body = "".join(
        (
            wrap(
                "rsm:ExchangedDocumentContext",
                wrap("ram:GuidelineSpecifiedDocumentContextParameter", tag("ram:ID", draft.specification)),
            ),
            wrap(
                "rsm:ExchangedDocument",
                tag("ram:ID", draft.number),
                tag("ram:TypeCode", draft.type_code),
                _cii_date("ram:IssueDateTime", draft.issued),
                *(wrap("ram:IncludedNote", tag("ram:Content", note)) for note in draft.notes),
            ),
            wrap(
                "rsm:SupplyChainTradeTransaction",
                *(_cii_line(line) for line in draft.lines),
                wrap(
                    "ram:ApplicableHeaderTradeAgreement",
                    tag("ram:BuyerReference", draft.buyer_reference),
                    _cii_party("ram:SellerTradeParty", draft.seller),
                    _cii_party("ram:BuyerTradeParty", draft.buyer),
                    order,
                    contract,
                ),
                "<ram:ApplicableHeaderTradeDelivery/>\n",
                settlement,
            ),
        )
    )
    names = (
        ("rsm", "data:standard:CrossIndustryInvoice:100"),
        ("ram", "data:standard:ReusableAggregateBusinessInformationEntity:100"),
        ("udt", "data:standard:UnqualifiedDataType:100"),
        ("qdt", "data:standard:QualifiedDataType:100"),
    )
    spaces = "\n".join(f' xmlns:{prefix}="urn:un:unece:uncefact:{uri}"' for prefix, uri in names)
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice\n{spaces}>\n'
    return f"{head}{body}</rsm:CrossIndustryInvoice>\n".encode()


def _cii_date(name: str, day: str | None, kind: str = "udt") -> str:
    if day is None:
        return ""
    return wrap(name, tag(f"{kind}:DateTimeString", day.replace("-", ""), format="102"))


def _cii_preceding(preceding: tuple[str, str] | None) -> str:
    if preceding is None:
        return ""
    issued = _cii_date("ram:FormattedIssueDateTime", preceding[1], kind="qdt")
    return wrap("ram:InvoiceReferencedDocument", tag("ram:IssuerAssignedID", preceding[0]), issued)


def _cii_party(name: str, party: DraftParty, *, address: bool = True) -> str:
    legal = tag("ram:ID", party.legal[0], schemeID=party.legal[1]) if party.legal else ""
    place = wrap(
        "ram:PostalTradeAddress",
        tag("ram:PostcodeCode", party.zip),
        tag("ram:LineOne", party.street),
        tag("ram:CityName", party.city),
        tag("ram:CountryID", party.country),
    )
    endpoint = tag("ram:URIID", party.endpoint[0], schemeID=party.endpoint[1]) if party.endpoint else ""
    return wrap(
        name,
        *(tag("ram:ID", value) for value, scheme in party.ids if scheme is None),
        *(tag("ram:GlobalID", value, schemeID=scheme) for value, scheme in party.ids if scheme is not None),
        tag("ram:Name", party.name),
        wrap("ram:SpecifiedLegalOrganization", legal),
        place if address else "",
        wrap("ram:URIUniversalCommunication", endpoint),
        wrap("ram:SpecifiedTaxRegistration", tag("ram:ID", party.vat, schemeID="VA")),
    )


def _cii_item(item: DraftItem) -> str:
    return wrap(
        "ram:SpecifiedTradeAllowanceCharge",
        wrap("ram:ChargeIndicator", tag("udt:Indicator", str(item.is_charge).lower())),
        tag("ram:ActualAmount", item.amount),
        tag("ram:Reason", item.reason),
        wrap(
            "ram:CategoryTradeTax",
            tag("ram:TypeCode", "VAT"),
            tag("ram:CategoryCode", item.category),
            tag("ram:RateApplicablePercent", item.rate),
        ),
    )


def _cii_line(line: DraftLine) -> str:
    base = tag("ram:BasisQuantity", line.base if line.base != 1 else None, unitCode=line.unit)
    price = wrap("ram:NetPriceProductTradePrice", tag("ram:ChargeAmount", line.price), base)
    vat = wrap(
        "ram:ApplicableTradeTax",
        tag("ram:TypeCode", "VAT"),
        tag("ram:CategoryCode", line.category),
        tag("ram:RateApplicablePercent", line.rate),
    )
    net = tag("ram:LineTotalAmount", line.net)
    return wrap(
        "ram:IncludedSupplyChainTradeLineItem",
        wrap("ram:AssociatedDocumentLineDocument", tag("ram:LineID", line.id)),
        wrap("ram:SpecifiedTradeProduct", tag("ram:Name", line.name)),
        wrap("ram:SpecifiedLineTradeAgreement", price),
        wrap("ram:SpecifiedLineTradeDelivery", tag("ram:BilledQuantity", line.quantity, unitCode=line.unit)),
        wrap(
            "ram:SpecifiedLineTradeSettlement",
            vat,
            wrap("ram:SpecifiedTradeSettlementLineMonetarySummation", net),
        ),
    )
