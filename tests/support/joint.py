"""Parties of a supply chain that decide jointly, beside the shop of `shop.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from caldera.contracts import DevnetCurrency, JointDecision, structs
from caldera.evm import Account, Chain, domain_of
from tests.support.shop import DE, NOBODY, Shop
from tests.support.shop import build as build_shop
from tests.support.suite import selector_of

DAY, HOUR = 86_400, 3_600
PRICE, ALLOCATION, CHANGE = 0, 1, 2
OPEN, DECIDED, DEFAULTED, VOID = 1, 2, 3, 4
TOPIC = keccak(text="steel, tonne, third quarter")
USD = 1
TERMS_TYPES = {
    "JointTerms": [
        {"name": "group", "type": "uint256"},
        {"name": "thresholdBps", "type": "uint256"},
        {"name": "secret", "type": "bool"},
        {"name": "statedDefaults", "type": "bool"},
        {"name": "votingPeriod", "type": "uint256"},
        {"name": "revealPeriod", "type": "uint256"},
        {"name": "acceptBy", "type": "uint256"},
        {"name": "document", "type": "bytes32"},
        {"name": "members", "type": "JointMember[]"},
    ],
    "JointMember": [{"name": "entity", "type": "uint256"}, {"name": "weight", "type": "uint256"}],
}


def digest_of(domain: Mapping[str, Any], terms: structs.JointTerms) -> bytes:
    """What members sign, by the type above."""
    message = terms._asdict() | {"members": [member._asdict() for member in terms.members]}
    signable = encode_typed_data(dict(domain), TERMS_TYPES, message)
    return bytes(keccak(b"\x19" + signable.version + signable.header + signable.body))


@dataclass
class Table:
    """brand, berlin, paris and workshop are active, each of its own entity; brand2 is a second account of the brand's,
    outsider one of nobody's. officer is COMPLIANCE and GUARDIAN, admin ADMIN."""

    shop: Shop
    joint: JointDecision
    numbers: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.shop, name)

    @property
    def brand2(self) -> Account:
        return self.shop.chain.account("brand2")

    @property
    def now(self) -> int:
        return self.shop.chain.now

    def entity(self, name: str) -> int:
        return self.shop.entities["brand" if name == "brand2" else name]

    def terms(self, *members: tuple[str, int], **changes: Any) -> structs.JointTerms:
        """Brand 50, berlin 30, paris 20; two thirds; open ballots, three days, no defaults."""
        self.numbers += 1
        named = members or (("brand", 50), ("berlin", 30), ("paris", 20))
        given: dict[str, Any] = {
            "group": 0,
            "thresholdBps": 6_667,
            "secret": False,
            "statedDefaults": False,
            "votingPeriod": 3 * DAY,
            "revealPeriod": DAY if changes.get("secret") else 0,
            "acceptBy": self.now + 30 * DAY,
            "document": keccak(text=f"terms {self.numbers}"),
            "members": tuple(sorted(structs.JointMember(self.entity(name), weight) for name, weight in named)),
        }
        return structs.JointTerms(**(given | changes))

    def sign(self, terms: structs.JointTerms, signer: Account) -> structs.JointSignature:
        """Agrees to the terms. The type is written down here, never read from the contract."""
        message = terms._asdict() | {"members": [member._asdict() for member in terms.members]}
        signed = signer.sign_typed(domain_of(self.joint), TERMS_TYPES, message).packed
        return structs.JointSignature(signer.address, signed)

    def form(self, *members: tuple[str, int], **changes: Any) -> int:
        """A group that stands, by signatures; its number."""
        terms = self.terms(*members, **changes)
        names = {number: name for name, number in self.shop.entities.items()}
        signed = [self.sign(terms, self.shop.chain.account(names[one.entity])) for one in terms.members[1:]]
        founder = self.shop.chain.account(names[terms.members[0].entity])
        return self.joint.formGroup(terms, signed, sender=founder).returned

    def price_terms(self, **changes: Any) -> structs.PriceTerms:
        """400.00 to 600.00, any figure within 5% of the median supports it; good for 90 days."""
        given: dict[str, Any] = {
            "topic": TOPIC,
            "currencyId": USD,
            "spreadBps": 500,
            "least": 400_000_000,
            "most": 600_000_000,
            "fallback_": 0,
            "validFrom": 0,
            "validUntil": self.now + 90 * DAY,
        }
        return structs.PriceTerms(**(given | changes))

    def open_price(self, group: int, by: str = "brand", **changes: Any) -> int:
        return self.joint.openPrice(group, self.price_terms(**changes), sender=self.shop.chain.account(by)).returned

    def allocation_terms(self, **changes: Any) -> structs.AllocationTerms:
        """1,000 pieces of the shop's line, for 90 days."""
        given: dict[str, Any] = {
            "topic": self.shop.retail.topicOf(self.shop.line),
            "total": 1_000,
            "validFrom": 0,
            "validUntil": self.now + 90 * DAY,
        }
        return structs.AllocationTerms(**(given | changes))

    def open_allocation(self, group: int, *default: int, by: str = "brand", **changes: Any) -> int:
        terms = self.allocation_terms(**changes)
        return self.joint.openAllocation(group, terms, list(default), sender=self.shop.chain.account(by)).returned

    def vote(self, decision: int, **choices: int) -> None:
        """Casts open ballots, by name."""
        for name, choice in choices.items():
            self.joint.vote(decision, choice, sender=self.shop.chain.account(name))

    def salt(self, name: str) -> bytes:
        return keccak(text=f"salt of {name}")

    def commit(self, decision: int, **choices: int) -> None:
        """Commits hidden ballots, by name."""
        for name, choice in choices.items():
            hidden = self.joint.commitmentOf(decision, self.entity(name), choice, self.salt(name))
            self.joint.commit(decision, hidden, sender=self.shop.chain.account(name))

    def reveal(self, decision: int, **choices: int) -> None:
        """Shows them, by whoever knows them."""
        for name, choice in choices.items():
            self.joint.reveal(decision, self.entity(name), choice, self.salt(name), sender=self.shop.stranger)

    def finish(self, decision: int) -> tuple[int, int]:
        """Finalises when time is over: state and outcome."""
        until = self.joint.decisionOf(decision).revealUntil
        if self.now <= until:
            self.shop.chain.warp(until + 1)
        state, outcome = self.joint.finalise(decision, sender=self.shop.stranger).returned
        return int(state), outcome


def build(chain: Chain | None = None) -> Table:
    """Deploys and connects."""
    shop = build_shop(chain)
    admin, officer = shop.admin, shop.officer
    joint = JointDecision.deploy(shop.chain, shop.access, shop.registry, shop.standard, sender=admin)
    for contract, role, names in ((joint, 3, "pause unpause"), (shop.registry, 1, "suspendEntity")):
        selectors = [selector_of(contract.ABI_NAME, name) for name in names.split()]
        shop.access.setTargetFunctionRole(contract, selectors, role, sender=admin)
    shop.access.setTargetFunctionRole(
        shop.standard, [selector_of(shop.standard.ABI_NAME, "addCurrency")], 2, sender=admin
    )
    usd = 10**18
    money = DevnetCurrency.deploy(shop.chain, "USD", 6, sender=admin)
    shop.standard.addCurrency(b"USD", money, usd, usd // 2, usd * 2, NOBODY, 0, sender=officer)
    until = shop.chain.now + 3_650 * DAY
    shop.registry.enrol(shop.chain.account("brand2"), shop.entities["brand"], until, DE, 0, sender=officer)
    shop.retail.setJointDecisions(joint, sender=admin)
    return Table(shop, joint)
