"""An economy on a chain, from genesis: everything that gets a part of the supply, and the supply handed out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from caldera.contracts import (
    AirdropRounds,
    CirculationIncentives,
    EraToken,
    Genesis,
    SuiteAccess,
    ValueFund,
    VestingVault,
    structs,
)
from caldera.deployment.economy import MONTH, Economy
from caldera.deployment.genesis import genesis_settings
from caldera.evm import Account, Chain, Revm

DAY = 86_400


@dataclass
class Beginning:
    """`addresses` by contract, as a manifest has them. admin may do everything."""

    chain: Chain
    admin: Account
    economy: Economy
    begins: int
    token: EraToken
    vault: VestingVault
    addresses: dict[str, str]

    def grant(self, name: str, **changes: Any) -> int:
        """Grants a whole allocation as it is published, but for `changes`; the grant's id."""
        terms = self.economy.unlocking[name]
        given: dict[str, Any] = {
            "beneficiary": self.chain.account(name).address,
            "amount": self.economy.amount(name),
            "start": self.begins + terms.after_months * MONTH,
            "cliff": 0,
            "duration": terms.over_months * MONTH,
            "revocable": False,
        }
        number = list(self.economy.unlocking).index(name) + 1
        grant = structs.GrantTerms(**(given | changes))
        return self.vault.createGrants(number, [grant], sender=self.admin).returned


def begin(
    economy: Economy, chain: Chain | None = None, opened: bool = True, distributed: bool = True, **bounds: Any
) -> Beginning:
    """Deploys, opens the vault's allocations and distributes, as a deployment of this economy does. `bounds`: what of
    every allocation's differs."""
    chain = chain or Revm()
    admin = chain.account("admin")
    access = SuiteAccess.deploy(chain, admin, sender=admin)
    genesis = Genesis.deploy(chain, access, sender=admin)
    token = EraToken.deploy(chain, genesis, sender=admin)
    vault = VestingVault.deploy(chain, access, token, sender=admin)
    terms = economy.circulation
    periods = structs.Periods(terms.epoch_days * DAY, terms.wash_epochs, 7 * DAY, terms.vesting_days * DAY)
    incentives = CirculationIncentives.deploy(chain, access, token, admin, periods, 10**24, sender=admin)
    funds = {
        name: ValueFund.deploy(chain, access, 30 * DAY, [], sender=admin)
        for name in ("ResearchReserve", "CommunityReserve")
    }
    handles: dict[str, Any] = {
        "Genesis": genesis,
        "EraToken": token,
        "VestingVault": vault,
        "CirculationIncentives": incentives,
        "AirdropRounds": AirdropRounds.deploy(chain, access, token, sender=admin),
        **funds,
    }
    addresses = {name: str(handle.address) for name, handle in handles.items()}
    begins = chain.now
    *allocations, distribution = genesis_settings(economy, begins)
    for setting in allocations if opened else []:
        word, given = setting.values
        vault.openAllocation(_bytes(word), structs.VestingBounds(**(given | bounds)), sender=admin)
    _, shares, calls = distribution.values
    parts = [structs.GenesisShare(_bytes(w), kind, addresses[holder[1:]], amount) for w, kind, holder, amount in shares]
    if distributed:
        genesis.distribute(token, parts, [_bytes(call) for call in calls], sender=admin)
    return Beginning(chain, admin, economy, begins, token, vault, addresses)


def _bytes(word: str) -> bytes:
    return bytes.fromhex(word[2:])
