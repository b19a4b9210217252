"""The ten sentences that always hold, and the machines that hold each of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sentence:
    """`machines`: that check it after every step; `suite`, which checks all of them, goes without saying."""

    text: str
    machines: tuple[str, ...]


SENTENCES = (
    Sentence(
        "For each certificate id the sum of balances is what was issued and not retired; for each holder what is "
        "pledged is at most the balance; each balance is zero or at least the minimum unit.",
        ("certificate", "cargo", "energy", "land", "lending", "tranche"),
    ),
    Sentence(
        "The sum of liens by lienholder is the sum of liens by holder; releasing or seizing all of them leaves none.",
        ("certificate", "cargo", "energy", "land", "lending", "factoring", "finance", "rights"),
    ),
    Sentence(
        "No directed item is ever held by a party that was not eligible at the moment it received it.",
        ("goods", "certificate", "energy", "rights"),
    ),
    Sentence(
        "Creditor, debtor and due date of a receivable never change; nothing is paid out beyond what was paid in.",
        ("certificate", "voucher", "factoring", "lending", "finance"),
    ),
    Sentence(
        "Pool assets and outstanding principal are lender claims with realised gains and losses, to the unit; no actor "
        "ends with more value than it put in and earned by rule, whatever the sequence.",
        ("lending", "value", "exit", "tranche", "finance", "factoring", "revenue", "lending_books", "factoring_books"),
    ),
    Sentence(
        "The supply of ERA is 1e9 × 1e18 across all holders and contracts; vested is at most allocated, claimed at "
        "most vested.",
        ("certificate", "vesting", "airdrop"),
    ),
    Sentence(
        "For each node pool the sum that its delegators could withdraw is at most the pool's stake; a slash of a part "
        "takes that part of every share, active or leaving.",
        ("staking",),
    ),
    Sentence(
        "All votes at any past second are the sum of all accounts' votes at it; a lock never counts twice.",
        ("lock", "growth", "governor", "vesting"),
    ),
    Sentence(
        "Rewards and incentives paid are at most what was funded; a wash cycle between one owner's addresses gains "
        "nothing.",
        ("rewards", "incentives", "light", "verification", "fund"),
    ),
    Sentence(
        "No privileged call can be made by anyone the plan does not name.",
        ("power", "parameter", "certificate", "court", "staking", "governor", "joint", "fee", "credit"),
    ),
)
