"""Parties of a CII document."""

from __future__ import annotations

from caldera.documents.party import Identifier, Party
from caldera.documents.tree import Node


def read_party(parent: Node, path: str, field: str) -> Party | None:
    """The party at ``path``, None when there is none; ``field`` is the business term of its name.

    Raises:
        MissingField: a party without name (``ram:Name``).
    """
    node = parent.only(path, field)
    if node is None:
        return None
    name = node.words("ram:Name") or node.words("ram:SpecifiedLegalOrganization/ram:TradingBusinessName")
    if name is None:
        raise parent.missing(f"{path}/ram:Name", field, "party's name")
    vat_id = tax_id = None
    for registration in node.all("ram:SpecifiedTaxRegistration/ram:ID"):
        if (registration.attribute("schemeID") or "VA").upper() in ("VA", "VAT"):
            vat_id = vat_id or registration.text or None
        else:
            tax_id = tax_id or registration.text or None
    legal = _identifiers(node, "ram:SpecifiedLegalOrganization/ram:ID")
    endpoint = _identifiers(node, "ram:URIUniversalCommunication/ram:URIID")
    trading = node.words("ram:SpecifiedLegalOrganization/ram:TradingBusinessName")
    return Party(
        name=name,
        trading_name=trading if node.words("ram:Name") is not None else None,
        legal_id=legal[0] if legal else None,
        vat_id=vat_id,
        tax_id=tax_id,
        endpoint=endpoint[0] if endpoint else None,
        ids=tuple(_identifiers(node, "ram:GlobalID") + _identifiers(node, "ram:ID")),
        country=node.value("ram:PostalTradeAddress/ram:CountryID"),
    )


def _identifiers(node: Node, path: str) -> list[Identifier]:
    return [Identifier(item.text, item.attribute("schemeID")) for item in node.all(path) if item.text]
