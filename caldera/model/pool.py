"""A lending pool: every loan summed up one by one, at any time, and a queue of exits. Whole numbers only."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from caldera.model.ledger import Refused

SCALE = 10_000 * 365 * 86_400
"""Parts of a unit in which interest is kept: basis points × seconds of a year of 365 days."""
VIRTUAL_SHARES = 10**6
MOST = 2**95
"""Assets of a pool, at most."""
LOWEST = 1000 * VIRTUAL_SHARES
"""Shares for a unit, at most: a thousandth of the first price."""
SPREAD = 30 * 86_400
"""Seconds within which what comes in beyond the books is earned."""
LEAST = 1000
"""The queue waits while the price of exit is less than this part of what it is if all is repaid and earned."""


class Claim(Protocol):
    """What a pool sees of a loan."""

    principal: int
    grace_end: int

    def earned(self, now: int) -> int:
        """Interest up to maturity, in 1 / SCALE of a unit."""


@dataclass
class Exit:
    """A place in the queue: its positions among all shares that ever queued and were not taken back."""

    owner: str
    next: int
    end: int


@dataclass
class PoolModel:
    """Cash, shares and queue. `claims`: the loans in its books now. `mayhold`: who may receive shares; `maypay`: who
    may be paid."""

    claims: Callable[[], Iterable[Claim]] = tuple
    mayhold: Callable[[str], bool] = lambda _: True
    maypay: Callable[[str], bool] = lambda _: True
    cash: int = 0
    reserved: int = 0
    queued: int = 0
    served: int = 0
    shares: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    exits: list[Exit] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=lambda: [(0, 0)])
    held: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    gain: int = 0
    gain_end: int = 0
    gain_span: int = 1

    @property
    def supply(self) -> int:
        """All shares, those in the queue included."""
        return sum(self.shares.values()) + self.waiting

    @property
    def waiting(self) -> int:
        """Shares in the queue."""
        return self.queued - self.served

    def worth(self, now: int) -> int:
        """Cash, principal and interest of all loans: the price of entry."""
        return self._worth(now, list(self.claims()))

    def unearned(self, now: int) -> int:
        """What came in beyond the books and is not earned yet; rounded up."""
        return -(-self.gain * max(0, self.gain_end - now) // self.gain_span)

    def sound(self, now: int) -> int:
        """The same without loans beyond their grace: the price of exit."""
        return self._worth(now, [one for one in self.claims() if now < one.grace_end])

    def most_depositable(self, now: int, receiver: str) -> int:
        """Money that could be deposited now."""
        worth = self.worth(now)
        closed = self.waiting and worth != self.sound(now)
        if closed or not self.mayhold(receiver) or self.supply > (worth + 1) * LOWEST:
            return 0
        return max(0, MOST - worth)

    def deposit(self, now: int, receiver: str, assets: int) -> int:
        """Shares for money."""
        if assets > self.most_depositable(now, receiver):
            raise Refused("ERC4626ExceededMaxDeposit")
        shares = assets * (self.supply + VIRTUAL_SHARES) // (self.worth(now) + 1)
        if not assets or not shares:
            raise Refused("NoShares")
        self._enter(now, receiver, assets, shares)
        return shares

    def mint(self, now: int, receiver: str, shares: int) -> int:
        """Money for shares."""
        worth = self.worth(now) + 1
        if shares > self.most_depositable(now, receiver) * (self.supply + VIRTUAL_SHARES) // worth:
            raise Refused("ERC4626ExceededMaxMint")
        assets = -(-shares * worth // (self.supply + VIRTUAL_SHARES))
        if not shares:
            raise Refused("NoShares")
        self._enter(now, receiver, assets, shares)
        return assets

    def redeem(self, now: int, owner: str, shares: int) -> int:
        """Money for shares, as far as there is cash and nobody waits."""
        if shares > self.most_redeemable(now, owner):
            raise Refused("ERC4626ExceededMaxRedeem")
        assets = self.exit_assets(now, shares)
        return self._leave(owner, shares, assets) and assets

    def withdraw(self, now: int, owner: str, assets: int) -> int:
        """Shares for a sum of money."""
        if assets > self.most_withdrawable(now, owner):
            raise Refused("ERC4626ExceededMaxWithdraw")
        shares = -(-assets * (self.supply + VIRTUAL_SHARES) // (self.sound(now) + 1))
        return self._leave(owner, shares, assets) and shares

    def most_redeemable(self, now: int, owner: str) -> int:
        """Shares that could be redeemed now."""
        if self.waiting or not self.maypay(owner):
            return 0
        return min(self.shares[owner], self.exit_shares(now, self.cash))

    def most_withdrawable(self, now: int, owner: str) -> int:
        """Money that could be withdrawn now."""
        if self.waiting or not self.maypay(owner):
            return 0
        return min(self.exit_assets(now, self.shares[owner]), self.cash)

    def exit_assets(self, now: int, shares: int) -> int:
        """What shares are worth to who leaves; rounded down."""
        return shares * (self.sound(now) + 1) // (self.supply + VIRTUAL_SHARES)

    def exit_shares(self, now: int, assets: int) -> int:
        """How many shares a sum pays for; rounded down."""
        return assets * (self.supply + VIRTUAL_SHARES) // (self.sound(now) + 1)

    def request_exit(self, now: int, owner: str, shares: int) -> int:
        """A place at the end of the queue."""
        if not shares:
            raise Refused("NoShares")
        if not self.maypay(owner):
            raise Refused("NotAParticipant")
        if shares > self.shares[owner]:
            raise Refused("ERC20InsufficientBalance")
        self.shares[owner] -= shares
        self.exits.append(Exit(owner, self.queued, self.queued + shares))
        self.queued += shares
        self.serve(now)
        return len(self.exits)

    def cancel_exit(self, owner: str, number: int) -> int:
        """Takes back what of a place is not served; all places behind it move up by as many shares."""
        place = self._place(number)
        if place.owner != owner:
            raise Refused("NotOwnerOfExit")
        shares = place.end - max(place.next, self.served)
        if shares <= 0:
            raise Refused("NothingWaiting")
        if not self.maypay(owner):
            raise Refused("NotAParticipant")
        place.end -= shares
        for behind in self.exits[number:]:
            behind.next -= shares
            behind.end -= shares
        self.queued -= shares
        self.shares[owner] += shares
        return shares

    def serve(self, now: int) -> None:
        """Serves the head of the queue with the cash there is, unless all but nothing is late or not earned yet."""
        if not self.waiting or self.sound(now) * LEAST < self.worth(now) + self.unearned(now):
            return
        shares, assets = self.waiting, self.exit_assets(now, self.waiting)
        if assets > self.cash:
            if not self.cash:
                return
            assets = self.cash
            shares = -(-assets * (self.supply + VIRTUAL_SHARES) // (self.sound(now) + 1))
        self.cash -= assets
        self.reserved += assets
        self.served += shares
        self.marks.append((self.served, self.marks[-1][1] + assets))

    def pay_exit(self, number: int) -> int:
        """Hands out what of a place has been served."""
        place = self._place(number)
        to = min(place.end, self.served)
        if to <= place.next:
            raise Refused("NothingServed")
        if not self.maypay(place.owner):
            raise Refused("NotAParticipant")
        assets = self.upto(to) - self.upto(place.next)
        place.next = to
        self.reserved -= assets
        return assets

    def upto(self, position: int) -> int:
        """What all shares up to a position became; rounded down."""
        for (before, paid), (after, total) in zip(self.marks, self.marks[1:], strict=False):
            if before < position <= after:
                return paid + (total - paid) * (position - before) // (after - before)
        return 0

    def pay_held(self, owner: str) -> int:
        """Hands out what pledges brought beyond the debt."""
        if not self.maypay(owner):
            raise Refused("NotAParticipant")
        amount = self.held.pop(owner, 0)
        if not amount:
            raise Refused("NoSurplus")
        self.reserved -= amount
        return amount

    def lend(self, amount: int) -> None:
        """Cash to a borrower."""
        if self.waiting:
            raise Refused("ExitsComeFirst")
        if amount > self.cash:
            raise Refused("InsufficientCash")
        self.cash -= amount

    def receive(self, now: int, amount: int, gain: int) -> None:
        """Money for a loan, whose books are as they are after it; `gain`: the part of it beyond the books."""
        self.cash += amount
        if gain:
            before = self.unearned(now)
            self.gain_span = (before * max(0, self.gain_end - now) + gain * SPREAD) // (before + gain)
            self.gain, self.gain_end = before + gain, now + self.gain_span
        self.serve(now)

    def hold(self, owner: str, amount: int) -> None:
        """Money that is a borrower's."""
        self.held[owner] += amount
        self.reserved += amount

    def _place(self, number: int) -> Exit:
        if not 0 < number <= len(self.exits):
            raise Refused("UnknownExit")
        return self.exits[number - 1]

    def _worth(self, now: int, loans: list[Claim]) -> int:
        assets = self.cash + sum(one.principal for one in loans) + sum(one.earned(now) for one in loans) // SCALE
        return max(0, assets - self.unearned(now))

    def _enter(self, now: int, receiver: str, assets: int, shares: int) -> None:
        self.cash += assets
        self.shares[receiver] += shares
        if self.waiting:
            self.serve(now)

    def _leave(self, owner: str, shares: int, assets: int) -> bool:
        if not shares:
            raise Refused("NoShares")
        self.shares[owner] -= shares
        self.cash -= assets
        return True
