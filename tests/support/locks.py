"""The vote lock on a chain: holders with ERA that the lock may take, and who says whether they have grown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from caldera.contracts import EraToken, GrowthKeeper, VoteLock
from caldera.evm import Account, AddressLike, Chain, Receipt
from tests.support.suite import DAY, NOBODY, ROLES, YEAR, Suite, selector_of
from tests.support.suite import build as build_suite

ERA = 10**18
SUPPLY = 10**9 * ERA
WEEK = 7 * DAY
LEAST = 10 * ERA
HOLDERS = ("alice", "bank", "carol", "seller")
EACH = 200_000_000 * ERA


@dataclass
class Locks:
    """alice, bank, carol and seller hold 200,000,000 ERA each, the holder the rest; the lock may take all of it.
    officer holds every role but ADMIN, which is admin's. The clock stands three days into a week."""

    suite: Suite
    era: Any  # an EraToken, but where a test wants another
    lock: VoteLock
    keeper: GrowthKeeper
    holder: Account

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

    def skip(self, seconds: int) -> None:
        self.suite.chain.warp(self.now + seconds)

    def end(self, term: int) -> int:
        """When a lock made now ends, by the requirement."""
        return -(-(self.now + term) // WEEK) * WEEK

    def locks(self, who: Account, amount: int, term: int) -> int:
        """Locks; gives back the end."""
        return self.lock.lock(amount, term, sender=who).returned

    def votes(self, who: AddressLike) -> int:
        return self.lock.getVotes(who)

    def at(self, time: int, *who: AddressLike) -> list[int]:
        """Votes at the end of a past second."""
        return [self.lock.getPastVotes(one, time) for one in who]

    def held(self, who: AddressLike, end: int) -> tuple[int, int, int]:
        """Of a lock: amount, what is long, what votes twice."""
        found = self.lock.lockOf(who, end)
        assert found.end == end
        return found.amount, found.long, found.doubled

    def ends(self, who: AddressLike) -> list[int]:
        """Of all locks, read in pages of three."""
        found: list[int] = []
        start = 0
        while True:
            page, start = self.lock.locksOf(who, start, 3)
            found += [one.end for one in page]
            if not start:
                return found

    def grows(self, who: AddressLike, until: int) -> Receipt[None]:
        """From now on the account has grown, until then."""
        return self.keeper.set(who, until, sender=self.suite.stranger)

    def has(self, account: AddressLike) -> int:
        balance: int = self.era.balanceOf(account)
        return balance


def build(chain: Chain | None = None, token: type[Any] = EraToken, growth: bool = False, least: int = LEAST) -> Locks:
    """Deploys, funds, approves.

    Args:
        token: another one than ERA.
        growth: whether doubling needs growth, of which the keeper tells.
    """
    suite = build_suite(chain)
    chain, admin, holder = suite.chain, suite.admin, suite.chain.account("holder")
    era = token.deploy(chain, holder, sender=admin) if token is EraToken else token.deploy(chain, sender=admin)
    if token is not EraToken:
        era.mint(holder, SUPPLY, sender=holder)
    keeper = GrowthKeeper.deploy(chain, sender=admin)
    lock = VoteLock.deploy(chain, suite.access, era, keeper if growth else NOBODY, least, sender=admin)
    selectors = [selector_of(lock.ABI_NAME, name) for name in ("pause", "unpause")]
    suite.access.setTargetFunctionRole(lock, selectors, ROLES["GUARDIAN"], sender=admin)
    for name in (*HOLDERS, "holder"):
        account = chain.account(name)
        if name != "holder":
            era.transfer(account, EACH, sender=holder)
        era.approve(lock, SUPPLY, sender=account)
    chain.warp((chain.now // WEEK + 1) * WEEK + 3 * DAY)
    return Locks(suite, era, lock, keeper, holder)


__all__ = ["DAY", "EACH", "ERA", "HOLDERS", "LEAST", "NOBODY", "SUPPLY", "WEEK", "YEAR", "Locks", "build"]
