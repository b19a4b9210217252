"""What each role is for, in one sentence each. The tests compare them with `Roles.sol`."""

from __future__ import annotations

ROLE_WORDS = {
    "ADMIN": "Gives roles and permissions, sets what no other role sets, spends reserves and treasury.",
    "COMPLIANCE": "Enrols, suspends and removes participants; freezes units, forces transfers, breaks liens.",
    "STANDARD": "Sets governed rates of currencies, stops and admits currencies, opens series of light nodes.",
    "GUARDIAN": "Pauses new entries for a bounded time; can move, mint and freeze nothing.",
    "ARBITER": "Decides disputes between creditor and debtor.",
    "SERVICER": "Writes off defaulted claims.",
    "ATTESTOR": "States value attributes (valuation, insurance) until the verification nodes do.",
    "APPRAISER": "States what cargo and harvests are worth.",
    "INSURER": "States what is insured, and until when.",
    "LENDER": "Contracts of the suite that lend or buy with recourse: they tell how a borrower behaved.",
    "CIRCULATOR": "The contract of the suite that carries out signed requests of enterprises in one transaction.",
    "CHARGER": "Contracts of the suite that charge the fees of routing, mapping and adaptation.",
    "SETTLER": "Contracts of the suite that tell of money settled between two parties.",
    "STAKING": "Contracts of the suite in which granted ERA can be staked.",
    "CONNECTOR": "Contracts of the suite that award points for interactions between rollups.",
    "COURT": "Contracts of the suite that find a node guilty.",
    "VERIFIER": "Contracts of the suite that write what was verified, and who verified it.",
    "PARAMETERS": (
        "The contract of the suite that keeps governed numbers within their bounds; sealed, "
        "as are the functions it has."
    ),
}

ASKED_BY_CONTRACTS = {
    "SETTLER": ("CirculationIncentives.record",),
    "STAKING": ("VestingVault.stake, as its target",),
}
"""Roles that a contract asks the AccessManager for itself, so that no function is set to them."""
