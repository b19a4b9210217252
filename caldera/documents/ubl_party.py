"""Parties of a UBL document."""

from __future__ import annotations

from caldera.documents.party import Identifier, Party
from caldera.documents.tree import Node


def read_trade_party(root: Node, path: str, role: str, field: str) -> Party:
    """The seller or buyer below ``path``; ``field`` is the business term of its name.

    Raises:
        MissingField: no such party, or no name in ``cac:PartyLegalEntity`` or ``cac:PartyName``.
    """
    holder = root.only(path, field)
    node = holder.only("cac:Party", field) if holder is not None else None
    party = _party(node) if node is not None else None
    if party is None:
        raise root.missing(f"{path}/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName", field, f"{role}'s name")
    return party


def read_payee(root: Node) -> Party | None:
    """The payee (``cac:PayeeParty``), or None when the document names none.

    Raises:
        MissingField: a payee without name.
    """
    node = root.only("cac:PayeeParty", "BG-10")
    if node is None:
        return None
    party = _party(node)
    if party is None:
        if not _identifiers(node, "cac:PartyIdentification/cbc:ID"):
            return None  # carries only the SEPA creditor identifier (BT-90), which names no payee
        raise root.missing("cac:PayeeParty/cac:PartyName/cbc:Name", "BT-59", "payee's name")
    return party


def _party(node: Node) -> Party | None:
    legal_name = node.words("cac:PartyLegalEntity/cbc:RegistrationName")
    trading_name = node.words("cac:PartyName/cbc:Name")
    name = legal_name or trading_name
    if name is None:
        return None
    vat_id = tax_id = None
    for scheme in node.all("cac:PartyTaxScheme"):
        is_vat = (scheme.value("cac:TaxScheme/cbc:ID") or "VAT").upper() == "VAT"
        value = scheme.value("cbc:CompanyID")
        if is_vat:
            vat_id = vat_id or value
        else:
            tax_id = tax_id or value
    legal = _identifiers(node, "cac:PartyLegalEntity/cbc:CompanyID")
    endpoint = _identifiers(node, "cbc:EndpointID")
    return Party(
        name=name,
        trading_name=trading_name if legal_name is not None else None,
        legal_id=legal[0] if legal else None,
        vat_id=vat_id,
        tax_id=tax_id,
        endpoint=endpoint[0] if endpoint else None,
        ids=tuple(_identifiers(node, "cac:PartyIdentification/cbc:ID")),
        country=node.value("cac:PostalAddress/cac:Country/cbc:IdentificationCode"),
    )


def _identifiers(node: Node, path: str) -> list[Identifier]:
    found = [Identifier(item.text, item.attribute("schemeID")) for item in node.all(path) if item.text]
    return [identifier for identifier in found if identifier.scheme != "SEPA"]
