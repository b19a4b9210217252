"""Rights, uses and leases as plain data; every rule raises the contract error's name.

Rent is exact: what an owner earns between two seconds is the difference of what the lease has earned by each. What a
lease has earned by a second is rent × seconds / period rounded down, or all that was paid once it is over.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from caldera.model.ledger import Refused

FOREVER = (1 << 48) - 1
BPS = 10_000


@dataclass
class Lease:
    """A lease. `end`: last second. `earned`: by owner, so far."""

    lessee: str
    start: int
    end: int
    rent: int
    period: int
    latest: int
    sublease: bool
    referee: str
    forfeit_bps: int
    paid: int
    settled: int = 0
    agreed: set[str] = field(default_factory=set)
    over: bool = False

    def price(self, end: int) -> int:
        """Rent up to `end`, rounded up."""
        return -(-self.rent * (end - self.start) // self.period)

    def earned(self, time: int) -> int:
        """What owners have earned by `time`."""
        if self.over:
            return self.settled
        return self.paid if time > self.end else self.rent * (time - self.start) // self.period


@dataclass
class Right:
    """A right. `user`, `until`: who uses it without a lease, or under one as sub-lessee."""

    owner: str
    lapses: int
    user: str = ""
    until: int = 0
    lease: Lease | None = None
    lienholder: str = ""
    consents: set[tuple[str, str, str]] = field(default_factory=set)
    frozen_for: set[str] = field(default_factory=set)
    number: int = 0

    @property
    def frozen(self) -> bool:
        """For who holds it."""
        return self.owner in self.frozen_for


class RightsModel:
    """All rights of one ledger in one currency. `active` and `admitted`: accounts; the caller changes them."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.rights: dict[int, Right] = {}
        self.active: set[str] = set()
        self.admitted: set[str] = set()
        self.suspended: set[str] = set()
        self.credits: defaultdict[tuple[int, str], int] = defaultdict(int)
        self.paid_in = 0
        self.paid_out = 0

    def lapsed(self, right: Right) -> bool:
        """True from the second at which the right is no more."""
        return right.lapses != 0 and self.now >= right.lapses

    def running(self, right: Right) -> Lease | None:
        """The lease that runs now."""
        lease = right.lease
        return lease if lease and not lease.over and self.now <= lease.end else None

    def user(self, number: int) -> tuple[str, int]:
        """The present user and its last second."""
        right = self.rights[number]
        lease = self.running(right)
        if self.lapsed(right):
            return "", 0
        if right.user and self.now <= right.until:
            return right.user, (1 << 64) - 1 if right.until == FOREVER else right.until
        return (lease.lessee, lease.end) if lease else ("", 0)

    def escrow(self) -> int:
        """Rent paid and credited to nobody yet."""
        return sum(r.lease.paid - r.lease.settled for r in self.rights.values() if r.lease)

    def accrue(self, number: int) -> int:
        """Credits the owner."""
        right = self.rights[number]
        if right.lease is None:
            return 0
        amount = right.lease.earned(self.now) - right.lease.settled
        right.lease.settled += amount
        self.credits[number, right.owner] += amount
        return amount

    def transfer(self, number: int, source: str, target: str) -> None:
        """By the owner itself."""
        right = self.rights[number]
        if right.owner != source:
            raise Refused("ERC721IncorrectOwner")
        if source not in self.active:
            raise Refused("ERC7943CannotSend")
        self._admit(target)
        if right.frozen:
            raise Refused("ERC7943InsufficientUnfrozenBalance")
        if right.lienholder:
            raise Refused("PledgedUnits")
        self._move(right, number, target)

    def _admit(self, target: str) -> None:
        if target not in self.active:
            raise Refused("ERC7943CannotReceive")
        if target not in self.admitted:
            raise Refused("OutsideScope")

    def _move(self, right: Right, number: int, target: str) -> None:
        self.accrue(number)
        lease = self.running(right)
        if right.lease:
            right.lease.agreed.discard("owner")
        if not lease and (right.owner != target):
            right.user, right.until = "", 0
        right.owner = target

    def force(self, number: int, target: str) -> None:
        """By compliance."""
        right = self.rights[number]
        if right.owner == target:
            raise Refused("SameAccount")
        self._admit(target)
        if right.lienholder:
            raise Refused("PledgedUnits")
        right.frozen_for.discard(right.owner)
        self._move(right, number, target)

    def set_user(self, number: int, caller: str, user: str, expires: int) -> None:
        """ERC-4907's function."""
        right = self.rights[number]
        if user and user not in self.active:
            raise Refused("NotActive")
        lease = self.running(right)
        if lease:
            if caller != lease.lessee:
                raise Refused("LeaseRunning")
            if not user:
                user, expires = lease.lessee, lease.end
            elif not lease.sublease:
                raise Refused("SubleaseNotAllowed")
            if expires > lease.end:
                raise Refused("UseBeyondLease")
        else:
            if caller != right.owner:
                raise Refused("ERC721InsufficientApproval")
            if right.frozen:
                raise Refused("ERC7943InsufficientUnfrozenBalance")
            if right.owner not in self.active:
                raise Refused("NotActive")
            if user:
                self._within(right, expires)
            self.accrue(number)
        right.user, right.until = user, min(expires, FOREVER)

    def _within(self, right: Right, expires: int) -> None:
        if self.lapsed(right):
            raise Refused("RightLapsed")
        if right.lapses and expires >= right.lapses:
            raise Refused("UseBeyondRight")

    def lease(self, number: int, lessee: str, terms: Lease, offered_by: str, hashed: str, lienholder: str) -> int:
        """Takes an offer that `offered_by` signed; gives back the price."""
        right = self.rights[number]
        if offered_by != right.owner:
            raise Refused("NotOffered")
        if lessee == right.owner:
            raise Refused("SelfLease")
        if lessee not in self.active or right.owner not in self.active:
            raise Refused("NotActive")
        if right.frozen:
            raise Refused("RightFrozen")
        if self.running(right):
            raise Refused("LeaseRunning")
        if terms.end <= self.now or terms.end > terms.latest:
            raise Refused("EndOutOfRange")
        if right.lienholder and (
            lienholder != right.lienholder or (hashed, right.owner, lienholder) not in right.consents
        ):
            raise Refused("LienholderConsentNeeded")
        self._within(right, terms.end)
        self.accrue(number)
        terms.paid = terms.price(terms.end)
        right.lease = terms
        right.user, right.until = lessee, terms.end
        right.number += 1
        self.paid_in += terms.paid
        return terms.paid

    def extend(self, number: int, caller: str, end: int) -> int:
        """By the lessee; gives back what it paid."""
        right = self.rights[number]
        lease = self._lease(right)
        if caller != lease.lessee:
            raise Refused("NotTheLessee")
        if caller not in self.active:
            raise Refused("NotActive")
        if end <= lease.end or end > lease.latest:
            raise Refused("EndOutOfRange")
        own = self.user(number)[0] == caller
        if own:
            self._within(right, end)
        elif right.lapses and end >= right.lapses:
            raise Refused("EndOutOfRange")
        added = lease.price(end) - lease.paid
        lease.paid += added
        lease.end = end
        if own:
            right.user, right.until = caller, end
        self.paid_in += added
        return added

    def _lease(self, right: Right) -> Lease:
        lease = self.running(right)
        if lease is None:
            raise Refused("NoLease")
        return lease

    def agree(self, number: int, caller: str, agrees: bool) -> None:
        """To end the lease now."""
        right = self.rights[number]
        lease = self._lease(right)
        if caller not in (right.owner, lease.lessee):
            raise Refused("NotAParty")
        side = "owner" if caller == right.owner else "lessee"
        (lease.agreed.add if agrees else lease.agreed.discard)(side)
        if len(lease.agreed) == 2:
            self._end(number, right, lease, 0)

    def breach(self, number: int, caller: str) -> None:
        """By the referee."""
        right = self.rights[number]
        lease = self._lease(right)
        if caller != lease.referee:
            raise Refused("NotTheReferee")
        self._end(number, right, lease, lease.forfeit_bps)

    def _end(self, number: int, right: Right, lease: Lease, forfeit_bps: int) -> None:
        self.accrue(number)
        rest = lease.paid - lease.settled
        forfeited = rest * forfeit_bps // BPS
        self.credits[number, lease.lessee] += rest - forfeited
        self.credits[number, right.owner] += forfeited
        lease.paid, lease.over = lease.settled, True
        right.user, right.until = "", 0

    def collect(self, number: int, caller: str) -> int:
        """Pays out what the caller has from a right."""
        if caller in self.suspended:
            raise Refused("NotActive")
        amount = self.credits[number, caller]
        if not amount:
            raise Refused("NothingToCollect")
        self.credits[number, caller] = 0
        self.paid_out += amount
        return amount

    def pledge(self, number: int, holder: str, lienholder: str) -> None:
        """By the holder itself."""
        right = self.rights[number]
        if right.owner != holder:
            raise Refused("ERC721IncorrectOwner")
        if lienholder == holder:
            raise Refused("InvalidLienholder")
        if self.lapsed(right):
            raise Refused("RightLapsed")
        if right.frozen:
            raise Refused("ERC7943InsufficientUnfrozenBalance")
        if holder not in self.active:
            raise Refused("ERC7943CannotSend")
        self._admit(lienholder)
        if right.lienholder:
            raise Refused("PledgedUnits")
        right.lienholder = lienholder

    def release(self, number: int, holder: str, lienholder: str) -> None:
        """By the lienholder."""
        self._lien(number, holder, lienholder).lienholder = ""

    def _lien(self, number: int, holder: str, lienholder: str) -> Right:
        right = self.rights[number]
        if right.owner != holder or right.lienholder != lienholder:
            raise Refused("InsufficientLien")
        return right

    def seize(self, number: int, holder: str, lienholder: str, target: str) -> None:
        """By the lienholder."""
        if target == holder:
            raise Refused("SameAccount")
        right = self._lien(number, holder, lienholder)
        if lienholder not in self.active:
            raise Refused("ERC7943CannotSend")
        self._admit(target)
        if right.frozen:
            raise Refused("ERC7943InsufficientUnfrozenBalance")
        right.lienholder = ""
        self._move(right, number, target)

    def consent(self, number: int, lienholder: str, hashed: str) -> None:
        """The lienholder has nothing against an offer."""
        right = self.rights[number]
        if right.lienholder != lienholder:
            raise Refused("NotTheLienholder")
        right.consents = {c for c in right.consents if c[2] != lienholder} | {(hashed, right.owner, lienholder)}
