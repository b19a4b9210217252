"""Land and cargo beside a bank: everything that it lends on."""

from __future__ import annotations

from dataclasses import dataclass

from eth_utils.crypto import keccak

from caldera.contracts import LandModule, LeaseModule, structs
from caldera.evm import Account
from tests.support import cargo
from tests.support.lending import Bank, enrol_contract
from tests.support.suite import BANK, DAY, ENTERPRISE, EU, ROLES, selector_of

TITLE, VALUATION = 3, 7
LAND_ADVANCE, CARGO_ADVANCE = 5_000, 6_000


@dataclass
class Yard:
    """The bank's ledgers with a land module and a port; titles are good for half their value, cargo for 60%."""

    bank: Bank
    port: cargo.Port
    land: LandModule
    title_rule: int

    def title(self, owner: Account, worth_usd: int, days: int = 30) -> int:
        """A title of `owner`, appraised for so many days."""
        given = structs.Title(keccak(text="parcel"), keccak(text="use"), 0, self.title_rule, keccak(text="deed"))
        officer = self.bank.suite.officer
        right = self.land.register(owner, given, sender=officer).returned
        if worth_usd:
            until = self.bank.chain.now + days * DAY
            self.land.stateAttribute(right, VALUATION, worth_usd, until, sender=officer)
        return right


def open_yard(bank: Bank) -> Yard:
    """Deploys and connects the modules."""
    suite, chain, admin, officer = bank.suite, bank.chain, bank.suite.admin, bank.suite.officer
    port = cargo.build(suite)
    leases = LeaseModule.deploy(chain, suite.access, bank.rights, suite.standard, sender=admin)
    land = LandModule.deploy(chain, suite.access, bank.rights, leases, suite.ledger, suite.standard, sender=admin)
    bank.rights.setModule(TITLE, land, sender=admin)
    bank.rights.setModule(255, leases, sender=admin)
    # The ledger of rights subscribed after these were enrolled.
    early = [suite.actors[name] for name in ("seller", "buyer", "alice", "bank", "carol")]
    suite.registry.sync(bank.rights, early, sender=admin)
    selectors = [selector_of("LandModule", name) for name in ("register", "stateAttribute")]
    suite.access.setTargetFunctionRole(land, selectors, ROLES["ATTESTOR"], sender=admin)
    enrol_contract(suite, "officer", officer, BANK)
    rules = structs.Rules(TITLE, 0, 0, 0, 0, 1, EU, ENTERPRISE | BANK)
    rule = suite.standard.publish(b"EU/title".ljust(32, b"\0"), rules, sender=officer).returned
    bank.terms.setAdvance(True, TITLE, LAND_ADVANCE, sender=officer)
    bank.terms.setAdvance(False, cargo.KIND, CARGO_ADVANCE, sender=officer)
    return Yard(bank, port, land, rule)
