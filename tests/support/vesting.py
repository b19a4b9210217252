"""The vesting vault on a chain: investors and team, their grants, two contracts in which they can be staked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from caldera.contracts import EraToken, StakeProbe, VestingVault, structs
from caldera.evm import Account, AddressLike, Chain
from tests.support.suite import DAY, NOBODY, ROLES, Suite, selector_of
from tests.support.suite import build as build_suite

ERA = 10**18
SUPPLY = 10**9 * ERA
YEAR = 365 * DAY
MONTH = YEAR // 12
INVESTORS, TEAM = 1, 2
FUNDED = {INVESTORS: 320_750_000 * ERA, TEAM: 147_500_000 * ERA}


@dataclass
class Vesting:
    """`genesis` is the second from which the schedules count; the holder has all ERA that is in no allocation.
    alice and bank are ordinary beneficiaries. officer holds every role but ADMIN, which is admin's; both targets hold
    STAKING."""

    suite: Suite
    era: Any  # an EraToken, but where a test wants another
    vault: VestingVault
    target: StakeProbe
    other: StakeProbe
    holder: Account
    genesis: int

    def __getattr__(self, name: str) -> Any:
        return getattr(self.suite, name)

    @property
    def now(self) -> int:
        return self.suite.chain.now

    def account(self, name: str) -> Account:
        return self.suite.chain.account(name)

    def to(self, time: int) -> None:
        """Lets time pass until this second."""
        self.suite.chain.warp(time)

    def fund(self, allocation: int, amount: int) -> None:
        """The holder pays into an allocation."""
        self.era.approve(self.vault, amount, sender=self.holder)
        self.vault.fund(allocation, amount, sender=self.holder)

    def terms(self, who: AddressLike, amount: int, **changes: Any) -> structs.GrantTerms:
        """A member of the team's: 36 months from now, no cliff, revocable."""
        given: dict[str, Any] = {
            "beneficiary": getattr(who, "address", who),
            "amount": amount,
            "start": self.now,
            "cliff": 0,
            "duration": 36 * MONTH,
            "revocable": True,
        }
        return structs.GrantTerms(**(given | changes))

    def team(self, who: AddressLike, amount: int, **changes: Any) -> int:
        """A grant out of the team's allocation; its id."""
        made = self.vault.createGrants(TEAM, [self.terms(who, amount, **changes)], sender=self.admin)
        return made.returned

    def investor(self, who: AddressLike, amount: int) -> int:
        """A grant out of the investors' allocation, as it is published; its id."""
        start = self.genesis + 12 * MONTH
        terms = self.terms(who, amount, start=start, duration=24 * MONTH, revocable=False)
        return self.vault.createGrants(INVESTORS, [terms], sender=self.admin).returned

    def stake(self, id: int, amount: int, target: StakeProbe | None = None, data: bytes = b"") -> Any:
        """The beneficiary stakes a part of its grant."""
        owner = self.vault.beneficiaryOf(id)
        return self.vault.stake(id, target or self.target, amount, data, sender=owner)

    def give_back(self, id: int, principal: int, returned: int, target: StakeProbe | None = None) -> Any:
        """A target ends a stake; what it earned the holder gives it."""
        probe = target or self.target
        if returned > principal:
            self.era.transfer(probe, returned - principal, sender=self.holder)
        return probe.giveBack(id, principal, returned, sender=self.stranger)

    def has(self, account: AddressLike) -> int:
        balance: int = self.era.balanceOf(account)
        return balance


def bounds(genesis: int) -> dict[int, structs.VestingBounds]:
    """Investors: nothing for 12 months, then linear over 24, never revocable. Team: linear over 24 to 48 months."""
    return {
        INVESTORS: structs.VestingBounds(genesis + 12 * MONTH, genesis + 12 * MONTH, 24 * MONTH, 24 * MONTH, False),
        TEAM: structs.VestingBounds(genesis, genesis + 10 * YEAR, 24 * MONTH, 48 * MONTH, True),
    }


def build(chain: Chain | None = None, token: type[Any] = EraToken) -> Vesting:
    """Deploys, opens and fills both allocations."""
    suite = build_suite(chain)
    admin, officer, holder = suite.admin, suite.officer, suite.chain.account("holder")
    era = (
        token.deploy(suite.chain, holder, sender=admin)
        if token is EraToken
        else token.deploy(suite.chain, sender=admin)
    )
    vault = VestingVault.deploy(suite.chain, suite.access, era, sender=admin)
    suite.access.setTargetFunctionRole(
        vault, [selector_of(vault.ABI_NAME, name) for name in ("pause", "unpause")], ROLES["GUARDIAN"], sender=admin
    )
    target, other = (StakeProbe.deploy(suite.chain, vault, sender=officer) for _ in range(2))
    for probe in (target, other):
        suite.access.grantRole(ROLES["STAKING"], probe, 0, sender=admin)
    made = Vesting(suite, era, vault, target, other, holder, suite.chain.now)
    if token is not EraToken:
        era.mint(holder, SUPPLY, sender=holder)
    for number, name in ((INVESTORS, b"investors"), (TEAM, b"team")):
        vault.openAllocation(name.ljust(32, b"\0"), bounds(made.genesis)[number], sender=admin)
        if token is EraToken:
            made.fund(number, FUNDED[number])
    return made


__all__ = ["DAY", "ERA", "FUNDED", "INVESTORS", "MONTH", "NOBODY", "SUPPLY", "TEAM", "YEAR", "Vesting", "build"]
