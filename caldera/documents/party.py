"""Parties of an invoice and the key that tells one from another."""

from __future__ import annotations

from dataclasses import dataclass

from caldera.documents.errors import EmptyIdentifier
from caldera.documents.normalise import normalise

GLN_SCHEME = "0088"
"""ISO 6523 code of the Global Location Number."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier with the code of its scheme (ISO 6523 / EAS such as ``"0088"``), None when not stated."""

    value: str
    scheme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Seller (BG-4), buyer (BG-7) or payee (BG-10).

    Attributes:
        name: registered name (BT-27, BT-44, BT-59).
        trading_name: BT-28, BT-45, or None.
        legal_id: legal registration identifier (BT-30, BT-47, BT-61), or None.
        vat_id: VAT identifier with country prefix (BT-31, BT-48), or None.
        tax_id: local tax registration (BT-32), or None.
        endpoint: electronic address (BT-34, BT-49), or None.
        ids: other identifiers (BT-29, BT-46, BT-60), without the SEPA creditor identifier (BT-90).
        country: ISO 3166-1 alpha-2 code (BT-40, BT-55), or None.
    """

    name: str
    trading_name: str | None = None
    legal_id: Identifier | None = None
    vat_id: str | None = None
    tax_id: str | None = None
    endpoint: Identifier | None = None
    ids: tuple[Identifier, ...] = ()
    country: str | None = None

    @property
    def gln(self) -> str | None:
        """The Global Location Number: the first of ids, endpoint and legal id with scheme 0088."""
        for identifier in (*self.ids, self.endpoint, self.legal_id):
            if identifier is not None and identifier.scheme == GLN_SCHEME:
                return identifier.value
        return None

    @property
    def key(self) -> str:
        """The best identifier, normalised, as ``KIND:SCHEME:VALUE``.

        In this order: ``VAT::`` VAT identifier; ``LEGAL:`` legal registration with its scheme (the country
        when no scheme is stated); ``ENDPOINT:`` electronic address with its scheme; ``GLN::`` global location
        number; ``ID:`` other identifier with its scheme (those with a scheme first, then in order of scheme
        and value, because UBL and CII list them differently); ``NAME:`` country and name. An identifier
        without letters and digits is passed over.

        Raises:
            EmptyIdentifier: not even the name has a letter or digit.
        """
        country = self.country or ""
        candidates: list[tuple[str, str, str | None]] = [("VAT", "", self.vat_id)]
        if self.legal_id is not None:
            candidates.append(("LEGAL", self.legal_id.scheme or country, self.legal_id.value))
        if self.endpoint is not None:
            candidates.append(("ENDPOINT", self.endpoint.scheme or "", self.endpoint.value))
        candidates.append(("GLN", "", self.gln))
        others = sorted(self.ids, key=lambda item: (item.scheme is None, item.scheme or "", item.value))
        candidates += [("ID", other.scheme or "", other.value) for other in others]
        candidates.append(("NAME", country, self.name))
        for kind, scheme, value in candidates:
            comparable = normalise(value or "")
            if comparable:
                return f"{kind}:{normalise(scheme)}:{comparable}"
        raise EmptyIdentifier(
            f"the party {self.name[:40]!r} has no identifier with a letter or digit.",
            todo="Ask the sender for a document with a VAT or registration number of the party.",
        )
