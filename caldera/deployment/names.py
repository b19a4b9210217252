"""Numbers that the contracts give names to. The tests compare them with the Solidity sources."""

from __future__ import annotations

ADMIN = "ADMIN"
ADMIN_ROLE = 0
PUBLIC_ROLE = 2**64 - 1

FIELDS = (
    "CREDITOR",
    "DEBTOR",
    "DUE_DATE",
    "FACE",
    "CURRENCY",
    "DOCUMENT",
    "ORDER_LINES",
    "VALUATION",
    "INSURANCE",
    "PLEDGEABLE",
    "CIRCULATION_SCOPE",
    "RIGHT_CONDITIONS",
    "AFTER_SALES",
)
"""`FieldsLib`: the position is the bit."""

ROLES = {
    "COMPLIANCE": 1,
    "STANDARD": 2,
    "GUARDIAN": 3,
    "ARBITER": 4,
    "SERVICER": 5,
    "ATTESTOR": 6,
    "APPRAISER": 7,
    "INSURER": 8,
    "LENDER": 9,
    "CIRCULATOR": 10,
    "CHARGER": 11,
    "SETTLER": 12,
    "STAKING": 13,
    "CONNECTOR": 14,
    "COURT": 16,
    "VERIFIER": 17,
    "PARAMETERS": 18,
}
"""`Roles.sol`."""

ALL_OF = 4
"""`TermsLib.ALL_OF`: a holder needs all the qualifications named."""

REGION_BITS = 80
QUALIFICATION_BITS = 64
"""Widths of the two sets in a party's packed word."""
ZERO_ADDRESS = "0x" + "00" * 20
