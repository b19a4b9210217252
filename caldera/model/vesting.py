"""Grants of ERA in exact integers and fractions: allocations, schedules, stakes, revocation, wallets, votes.

Accounts are names, grants and allocations numbers. Rules raise the contract error's name; a refusal leaves everything
as it was. Votes are counted anew from the grants after every change, never carried along.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from caldera.model.ledger import Refused

DAY = 86_400
SHORTEST_DELAY, LONGEST_DELAY = DAY, 30 * DAY
MOST_ALLOCATIONS = 255
PAID = 0
"""The allocation of grants that were paid for when they were made."""


def scheduled(amount: int, start: int, cliff: int, duration: int, time: int) -> int:
    """What is vested at `time`: linear, rounded down, nothing before start + cliff."""
    if time < start + cliff:
        return 0
    return floor(amount * min(Fraction(1), Fraction(time - start, duration)))


@dataclass(frozen=True)
class Bounds:
    """What grants of an allocation may look like."""

    earliest: int
    latest: int
    shortest: int
    longest: int
    revocable: bool


@dataclass
class Allocation:
    """Money for grants. `available`: what no grant holds."""

    bounds: Bounds
    funded: int = 0
    available: int = 0


@dataclass(frozen=True)
class Terms:
    """What is asked for."""

    beneficiary: str
    amount: int
    start: int
    cliff: int
    duration: int
    revocable: bool


@dataclass
class Grant:
    """A grant as it stands. `stakes`: what each target has of it, of which `owed` is the allocation's."""

    terms: Terms
    allocation: int
    beneficiary: str
    released: int = 0
    taken: int = 0
    owed: int = 0
    stakes: Counter[str] = field(default_factory=Counter)
    proposal: tuple[str, int] | None = None

    @property
    def staked(self) -> int:
        """What of the stakes is the grant's."""
        return self.stakes.total() - self.owed

    @property
    def held(self) -> int:
        """What the grant still is, here or staked."""
        return self.terms.amount - self.released - self.taken

    @property
    def here(self) -> int:
        """What of it is in the vault."""
        return self.held - self.staked

    def vested(self, time: int) -> int:
        """What is vested at `time`, released or not; what was taken is taken from the end."""
        terms = self.terms
        by_now = scheduled(terms.amount, terms.start, terms.cliff, terms.duration, time)
        return min(by_now, terms.amount - self.taken)

    def releasable(self, time: int) -> int:
        """Stakes count as the end."""
        return min(self.vested(time) - self.released, self.here)


class VestingModel:
    """All allocations and grants. The caller keeps `now` and `members`, the accounts that hold the role STAKING.
    `wallets`: ERA by account; the vault's own is `me`'s."""

    def __init__(self, now: int, me: str = "vault") -> None:
        self.now = now
        self.me = me
        self.delay = 7 * DAY
        self.paused_until = 0
        self.allocations: dict[int, Allocation] = {}
        self.grants: dict[int, Grant] = {}
        self.wallets: Counter[str] = Counter()
        self.members: set[str] = set()
        self.delegates: dict[str, str] = {}
        """Who votes for whom; "" is nobody. Who is not in it votes for himself."""
        self.closed: set[str] = set()
        self.history: list[tuple[int, Counter[str], int]] = []
        """At the end of each second in which something changed: votes by account, and all units."""

    # votes

    def votes(self) -> Counter[str]:
        """The votes of everybody now."""
        found: Counter[str] = Counter()
        for grant in self.grants.values():
            if voter := self.delegates.get(grant.beneficiary, grant.beneficiary):
                found[voter] += grant.held
        return found

    def units(self, account: str) -> int:
        """What is held for the account."""
        return sum(grant.held for grant in self.grants.values() if grant.beneficiary == account)

    def total(self) -> int:
        """All that is held."""
        return sum(grant.held for grant in self.grants.values())

    def past(self, time: int) -> tuple[Counter[str], int]:
        """Votes and all units at the end of a second."""
        found: tuple[Counter[str], int] = (Counter(), 0)
        for at, votes, total in self.history:
            if at <= time:
                found = (votes, total)
        return found

    def _note(self) -> None:
        if self.history and self.history[-1][0] == self.now:
            self.history.pop()
        self.history.append((self.now, self.votes(), self.total()))

    def delegate(self, by: str, to: str) -> None:
        """`to` votes for `by`."""
        self.delegates[by] = to
        self._note()

    # allocations and grants

    def open(self, name: str, bounds: Bounds) -> int:
        """Opens an allocation."""
        if not name:
            raise Refused("NoAllocationName")
        if bounds.earliest > bounds.latest:
            raise Refused("StartsReversed")
        if not 0 < bounds.shortest <= bounds.longest:
            raise Refused("DurationsReversed")
        if len(self.allocations) == MOST_ALLOCATIONS:
            raise Refused("NoMoreAllocations")
        number = len(self.allocations) + 1
        self.allocations[number] = Allocation(bounds)
        return number

    def fund(self, by: str, allocation: int, amount: int) -> None:
        """Pays in."""
        self._running()
        if not amount:
            raise Refused("NoAmount")
        found = self._allocation(allocation)
        found.funded += amount
        found.available += amount
        self._move(by, self.me, amount)

    def create(self, allocation: int, grants: Sequence[Terms]) -> int:
        """Makes grants, all or none; gives back the first id."""
        self._running()
        if not grants:
            raise Refused("NoGrants")
        found = self._allocation(allocation)
        for terms in grants:
            self._fits(found.bounds, terms)
        total = sum(terms.amount for terms in grants)
        if total > found.available:
            raise Refused("ExceedsAllocation")
        found.available -= total
        first = len(self.grants) + 1
        for number, terms in enumerate(grants, first):
            self.grants[number] = Grant(terms, allocation, terms.beneficiary)
        self._note()
        return first

    def grant_for(self, by: str, who: str, amount: int, start: int, cliff: int, duration: int) -> int:
        """A grant that `by` pays for when making it; gives back its number."""
        self._running()
        if max(cliff, duration) >= 2**32:
            raise Refused("SafeCastOverflowedUintDowncast")
        terms = Terms(who, amount, start, cliff, duration, False)
        self._fits(Bounds(0, 2**40 - 1, 1, 2**32 - 1, False), terms)
        if amount > self.wallets[by]:
            raise Refused("ERC20InsufficientBalance")
        number = len(self.grants) + 1
        self.grants[number] = Grant(terms, PAID, who)
        self._move(by, self.me, amount)
        self._note()
        return number

    def _fits(self, bounds: Bounds, terms: Terms) -> None:
        if not terms.amount:
            raise Refused("NoAmount")
        self._may_hold(terms.beneficiary)
        if not bounds.earliest <= terms.start <= bounds.latest:
            raise Refused("StartOutOfBounds")
        if not bounds.shortest <= terms.duration <= bounds.longest:
            raise Refused("DurationOutOfBounds")
        if terms.cliff > terms.duration:
            raise Refused("CliffTooLong")
        if terms.revocable and not bounds.revocable:
            raise Refused("RevocableNotAllowed")

    # release and revocation

    def due(self, by: str, number: int) -> int:
        """What a release would pay now."""
        grant = self._grant(number)
        if by != grant.beneficiary and grant.beneficiary in self.closed:
            raise Refused("OnlyBeneficiaryReleases")
        amount = grant.releasable(self.now)
        if not amount:
            raise Refused("NothingToRelease")
        return amount

    def release(self, by: str, number: int) -> int:
        """To the beneficiary."""
        amount = self.due(by, number)
        self._pay(number, self.grants[number].beneficiary, amount)
        return amount

    def release_batch(self, by: str, numbers: Sequence[int]) -> tuple[int, list[tuple[int, str]]]:
        """What was paid, and what was left out and why."""
        paid, skipped = 0, []
        for number in numbers:
            try:
                paid += self.release(by, number)
            except Refused as refusal:
                skipped.append((number, refusal.name))
        return paid, skipped

    def release_to(self, by: str, number: int, to: str, amount: int) -> None:
        """By the beneficiary, to anybody."""
        grant = self._own(by, number)
        if to in ("", self.me):
            raise Refused("CannotReleaseTo")
        if not amount:
            raise Refused("NoAmount")
        if amount > grant.releasable(self.now):
            raise Refused("ExceedsReleasable")
        self._pay(number, to, amount)

    def _pay(self, number: int, to: str, amount: int) -> None:
        self.grants[number].released += amount
        self._move(self.me, to, amount)
        self._note()

    def revoke(self, number: int) -> tuple[int, int]:
        """Takes what is not vested: what comes back now, and what is owed because it is staked."""
        grant = self._grant(number)
        if not grant.terms.revocable:
            raise Refused("NotRevocable")
        unvested = grant.terms.amount - grant.taken - grant.vested(self.now)
        if not unvested:
            raise Refused("NothingToRevoke")
        owed = min(unvested, grant.staked)
        grant.taken += unvested
        grant.owed += owed
        self.allocations[grant.allocation].available += unvested - owed
        self._note()
        return unvested - owed, owed

    # stakes

    def stake(self, by: str, number: int, target: str, amount: int) -> None:
        """Hands a part of the grant to a target."""
        self._running()
        grant = self._own(by, number)
        if not amount:
            raise Refused("NoAmount")
        if target not in self.members:
            raise Refused("NotStakeTarget")
        if amount > grant.here:
            raise Refused("ExceedsStakeable")
        grant.stakes[target] += amount
        self._move(self.me, target, amount)

    def return_stake(self, target: str, number: int, principal: int, returned: int) -> None:
        """A loss eats the grant's part of a stake, then the allocation's; what is left is the allocation's first."""
        grant = self._grant(number)
        if not grant.stakes[target] or principal > grant.stakes[target]:
            raise Refused("ExceedsStakedWith")
        if not principal and not returned:
            raise Refused("NothingReturned")
        own, owed = grant.staked, grant.owed
        lost = max(0, principal - returned)
        own_loss = min(lost, own)
        owed -= lost - own_loss
        recovered = min(owed, principal - lost)
        grant.taken += own_loss
        grant.owed = owed - recovered
        grant.stakes[target] -= principal
        if recovered:
            self.allocations[grant.allocation].available += recovered
        self._move(target, self.me, returned)
        self._move(self.me, grant.beneficiary, max(0, returned - principal))
        if own_loss:
            self._note()

    def recall(self, number: int, target: str) -> int:
        """How much a target is told to give back."""
        grant = self.grants.get(number)
        amount = min(grant.owed, grant.stakes[target]) if grant else 0
        if not amount:
            raise Refused("NothingToRecall")
        return amount

    # wallets

    def propose(self, by: str, numbers: Sequence[int], wallet: str) -> None:
        """Names the wallet that grants shall move to."""
        if not numbers:
            raise Refused("NoGrants")
        self._may_hold(wallet)
        for number in numbers:
            if self._own(by, number).beneficiary == wallet:
                raise Refused("SameWallet")
        for number in numbers:
            self.grants[number].proposal = (wallet, self.now + self.delay)

    def cancel(self, by: str, numbers: Sequence[int]) -> None:
        """Makes proposals void."""
        if not numbers:
            raise Refused("NoGrants")
        for place, number in enumerate(numbers):
            if self._own(by, number).proposal is None or number in numbers[:place]:
                raise Refused("NoWalletProposed")
        for number in numbers:
            self.grants[number].proposal = None

    def accept(self, by: str, numbers: Sequence[int]) -> None:
        """The wallet takes the grants over."""
        if not numbers:
            raise Refused("NoGrants")
        for place, number in enumerate(numbers):
            proposal = self._grant(number).proposal
            if proposal is None or number in numbers[:place]:
                raise Refused("NoWalletProposed")
            if by != proposal[0]:
                raise Refused("NotProposedWallet")
            if self.now < proposal[1]:
                raise Refused("RotationTooEarly")
        for number in numbers:
            self.grants[number].beneficiary = by
            self.grants[number].proposal = None
        self._note()

    def set_delay(self, delay: int) -> None:
        """Of proposals from now on."""
        if not SHORTEST_DELAY <= delay <= LONGEST_DELAY:
            raise Refused("RotationDelayOutOfRange")
        self.delay = delay

    # what all of them need

    def balance(self) -> int:
        """What must be in the vault, but for what was sent there by mistake."""
        in_grants = sum(grant.here for grant in self.grants.values())
        return in_grants + sum(allocation.available for allocation in self.allocations.values())

    def _move(self, source: str, target: str, amount: int) -> None:
        self.wallets[source] -= amount
        self.wallets[target] += amount

    def _running(self) -> None:
        if self.now < self.paused_until:
            raise Refused("Paused")

    def _may_hold(self, account: str) -> None:
        if account in ("", self.me):
            raise Refused("CannotHoldGrant")

    def _allocation(self, number: int) -> Allocation:
        if number not in self.allocations:
            raise Refused("UnknownAllocation")
        return self.allocations[number]

    def _grant(self, number: int) -> Grant:
        if number not in self.grants:
            raise Refused("UnknownGrant")
        return self.grants[number]

    def _own(self, by: str, number: int) -> Grant:
        grant = self._grant(number)
        if by != grant.beneficiary:
            raise Refused("NotBeneficiary")
        return grant
