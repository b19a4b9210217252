"""Cargo and events on a suite that is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak

from caldera.anchoring import NONE, Leaf
from caldera.contracts import EventAnchor, LogisticsModule, structs
from caldera.evm import Account
from tests.support.suite import BANK, DAY, ENTERPRISE, EU, FACTOR, ROLES, Suite, selector_of

KIND = 2
RULES = structs.Rules(KIND, 0, 0, 0, 0b100001, 1_000_000_000, EU, ENTERPRISE | FACTOR | BANK)
SHIPMENT = "(00)106141412345678908"


@dataclass
class Port:
    """Seller owns cargo that carrier carries; appraiser and insurer have their roles and entities; advance rate 70%."""

    suite: Suite
    logistics: LogisticsModule
    events: EventAnchor
    rule: int

    def __getattr__(self, name: str) -> Account:
        account: Account = getattr(self.suite, name)
        return account

    def cargo(self, **changes: Any) -> structs.Cargo:
        """Worth 100,000.00 as declared."""
        given: dict[str, Any] = {
            "shipment": SHIPMENT,
            "declared": 100_000_000_000,
            "currencyId": 1,
            "ruleId": self.rule,
            "documentHash": keccak(text="bill of lading"),
        }
        return structs.Cargo(**(given | changes))

    def issue(self, to: str = "seller", **changes: Any) -> int:
        """The carrier's certificate."""
        return self.logistics.issue(getattr(self, to), self.cargo(**changes), sender=self.carrier).returned

    def covered(
        self, worth: int = 100_000_000_000, insured: int = 80_000_000_000, days: int = 30, **changes: Any
    ) -> int:
        """One that is appraised and insured for so many days."""
        made, until = self.issue(**changes), self.suite.chain.now + days * DAY
        self.logistics.appraise(made, worth, until, sender=self.appraiser)
        self.logistics.insure(made, insured, until, keccak(text="policy"), sender=self.insurer)
        return made

    def pledge(self, cargo: int, units: int, holder: str = "seller") -> None:
        """To the bank."""
        owner = getattr(self, holder)
        self.suite.ledger.pledge(owner, self.bank, cargo, units, sender=owner)


def build(suite: Suite) -> Port:
    """Adds logistics to a suite."""
    chain, admin, officer = suite.chain, suite.admin, suite.officer
    logistics = LogisticsModule.deploy(chain, suite.access, suite.ledger, suite.standard, sender=admin)
    events = EventAnchor.deploy(chain, suite.registry, sender=admin)
    suite.ledger.setModule(KIND, logistics, sender=admin)
    for name in ("carrier", "other", "appraiser", "insurer"):
        suite.enrol(name)
    for role, function in (("APPRAISER", "appraise"), ("INSURER", "insure"), ("STANDARD", "setAdvanceRate")):
        selector = selector_of("LogisticsModule", function)
        suite.access.setTargetFunctionRole(logistics, [selector], ROLES[role], sender=admin)
    suite.access.setTargetFunctionRole(
        logistics, [selector_of("LogisticsModule", "pause")], ROLES["GUARDIAN"], sender=admin
    )
    suite.access.grantRole(ROLES["APPRAISER"], suite.appraiser, 0, sender=admin)
    suite.access.grantRole(ROLES["INSURER"], suite.insurer, 0, sender=admin)
    rule = suite.standard.publish(b"EU/cargo".ljust(32, b"\0"), RULES, sender=officer).returned
    logistics.setAdvanceRate(rule, 7000, sender=officer)
    return Port(suite, logistics, events, rule)


def leaf(name: str, time: int, subject: str = SHIPMENT, content: str = "", **changes: Any) -> Leaf:
    """An event's leaf, made by hand."""
    made = Leaf(keccak(text=name), keccak(text=subject), NONE, keccak(text=content or name), time, 0, NONE)
    return made._replace(**changes)
