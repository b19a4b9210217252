"""What a document's declared specification (BT-24) changes for the checks."""

from __future__ import annotations

PEPPOL = "urn:fdc:peppol.eu:2017:poacc:billing:3"
"""Peppol BIS Billing 3: adds PEPPOL-EN16931-R120, line net amount = quantity * price."""


def is_peppol(specification: str | None) -> bool:
    """Whether the document declares Peppol BIS Billing 3."""
    return PEPPOL in (specification or "")


def is_extended(specification: str | None) -> bool:
    """Whether the document declares Factur-X/ZUGFeRD EXTENDED, which tolerates 0.01 for each amount."""
    return "extended" in (specification or "").lower()


def is_minimum(specification: str | None) -> bool:
    """Whether the document declares Factur-X/ZUGFeRD MINIMUM, which has no field for prepaid amounts."""
    return (specification or "").lower().endswith(":minimum")


def has_third_party_payments(specification: str | None) -> bool:
    """Whether the document declares the XRechnung extension, whose BR-DEX-09 adds third party payments."""
    return "kosit:extension:xrechnung" in (specification or "").lower()
