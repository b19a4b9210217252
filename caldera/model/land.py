"""Trusts of operating rights and shares of their income in exact fractions; rules raise the contract error's name.

Each position of a certificate (a holder's free shares, or its shares under one lien) is owed a fraction of a unit of
money exactly: income × its shares / all shares. Whole units are handed out; what is left of a unit stays. A refusal
leaves everything as it was.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from caldera.model.ledger import Asset, LedgerModel, Position, Refused
from caldera.model.rights import RightsModel


@dataclass
class Trust:
    """A trust of right `right`. `manager`: empty once the right was taken out. Money in the currency's units."""

    right: int
    manager: str
    shares: int
    income: int = 0
    paid_out: int = 0
    owed: defaultdict[Position, Fraction] = field(default_factory=lambda: defaultdict(Fraction))

    def whole(self, position: Position) -> int:
        """Whole units that the position is owed."""
        return floor(self.owed[position])

    def fractions(self) -> Fraction:
        """What all positions are owed beside whole units."""
        return sum((owed - floor(owed) for owed in self.owed.values()), Fraction())


@dataclass
class Terms:
    """What the rules of income certificates say: smallest unit, who may hold them."""

    minimum: int
    regions: int
    qualifications: int


class LandModel:
    """All trusts of one ledger of rights and one of certificates. `me`: the module's own name as an account."""

    def __init__(self, ledger: LedgerModel, rights: RightsModel, terms: Terms, me: str = "land") -> None:
        self.ledger = ledger
        self.rights = rights
        self.terms = terms
        self.me = me
        self.trusts: dict[int, Trust] = {}
        self.counts: defaultdict[int, int] = defaultdict(int)
        self.struck_out: set[int] = set()
        self._moved, self._pledgeable = ledger.on_move, ledger.pledgeable
        ledger.on_move, ledger.pledgeable = self._on_any_move, self._require_pledgeable

    def newest(self, right: int) -> int:
        """The certificate of the latest trust; the right's own id where there was none."""
        return right + self.counts[right]

    def put_in_trust(self, right: int, by: str, shares: int) -> int:
        """By the owner; gives back the certificate."""
        self._require_there(right)
        if self.rights.rights[right].owner != by:
            raise Refused("NotTheOwner")
        if shares == 0:
            raise Refused("NoAmount")
        self.rights.transfer(right, by, self.me)
        stale = self.newest(right)
        if stale in self.trusts and self.trusts[stale].manager:
            # The right was forced away from it: what it earned until then is its own, and it ends.
            self._collect(stale)
            self.ledger.assets[stale].circulates = False
        return self.begin(right, by, shares)

    def begin(self, right: int, by: str, shares: int) -> int:
        """The next trust of a right, with all its shares in the hands of `by`; gives back the certificate."""
        self.counts[right] += 1
        certificate = self.newest(right)
        self.trusts[certificate] = Trust(right, by, shares)
        made = Asset(
            min(self.terms.minimum, shares), self.terms.regions, self.terms.qualifications, False, circulates=True
        )
        made.units[Position(by)] = shares
        self.ledger.assets[certificate] = made
        return certificate

    def take_out(self, certificate: int, by: str) -> None:
        """By the holder of all shares, free of liens."""
        trust = self.require_whole(certificate, by)
        self.rights.transfer(trust.right, self.me, by)
        self._collect(certificate)
        self.dissolve(certificate, by)
        self.ledger.assets[certificate].units[Position(by)] = 0

    def require_whole(self, certificate: int, by: str) -> Trust:
        """The trust of which `by` holds all shares."""
        trust = self._live(certificate)
        asset = self.ledger.assets[certificate]
        if asset.units[Position(by)] != trust.shares:
            raise Refused("AllSharesNeeded")
        if asset.frozen[by]:
            raise Refused("ERC7943InsufficientUnfrozenBalance")
        return trust

    def dissolve(self, certificate: int, by: str) -> None:
        """Everything that fractions of others left is due to who has all shares: together whole units."""
        trust = self.trusts[certificate]
        rest = trust.fractions()
        for position in list(trust.owed):
            trust.owed[position] = Fraction(trust.whole(position))
        trust.owed[Position(by)] += rest
        trust.manager = ""

    def require_managed(self, certificate: int, by: str) -> Trust:
        """The trust that `by` manages."""
        trust = self._live(certificate)
        if trust.manager != by:
            raise Refused("NotTheManager")
        return trust

    def agree(self, certificate: int, by: str, agrees: bool) -> None:
        """To end the lease now, by the manager."""
        self.rights.agree(self.require_managed(certificate, by).right, self.me, agrees)

    def rent_waiting(self, right: int) -> int:
        """What the module could collect of a right now."""
        known = self.rights.rights[right]
        waiting = self.rights.credits[right, self.me]
        if known.lease and known.owner == self.me and right not in self.struck_out:
            waiting += known.lease.earned(self.rights.now) - known.lease.settled
        return waiting

    def collect_rent(self, certificate: int) -> int:
        """By anybody; gives back what came in."""
        right = certificate & ~0xFFFF
        if certificate != self.newest(right):
            raise Refused("NotInTrust")
        self._in_trust(certificate)
        self._require_there(right)
        if not self.rent_waiting(right):
            raise Refused("NoAmount")
        return self._collect(certificate)

    def pay_income(self, certificate: int, amount: int) -> None:
        """By anybody."""
        if amount == 0:
            raise Refused("NoAmount")
        self._in_trust(certificate)
        self.receive(certificate, amount)

    def claim(self, certificate: int, holder: str) -> int:
        """By anybody for a holder's free shares; gives back what was paid."""
        if self.ledger.assets[certificate].frozen[holder] or holder in self.rights.suspended:
            raise Refused("ClaimHalted")
        amount = self.claimable(certificate, holder)
        if amount == 0:
            raise Refused("NothingToClaim")
        trust = self.trusts[certificate]
        trust.owed[Position(holder)] -= amount
        trust.paid_out += amount
        return amount

    def claimable(self, certificate: int, holder: str) -> int:
        """Whole units owed to free shares."""
        return self.trusts[certificate].whole(Position(holder))

    def strike_out(self, right: int) -> None:
        """By the attestor."""
        self._require_there(right)
        known = self.rights.rights[right]
        if known.lienholder:
            raise Refused("RightPledged")
        if self.rights.running(known):
            raise Refused("LeaseRunning")
        self.rights.accrue(right)
        certificate = self.newest(right)
        if certificate in self.trusts and self.trusts[certificate].manager:
            # Nobody can ask for its rent afterwards.
            self._collect(certificate)
            self.ledger.assets[certificate].circulates = False
        self.struck_out.add(right)

    def _require_there(self, right: int) -> None:
        if right in self.struck_out:
            raise Refused("ERC721NonexistentToken")

    def _in_trust(self, certificate: int) -> Trust:
        trust = self.trusts.get(certificate)
        if trust is None or not trust.manager:
            raise Refused("NotInTrust")
        return trust

    def _live(self, certificate: int) -> Trust:
        trust = self._in_trust(certificate)
        if certificate != self.newest(trust.right) or trust.right in self.struck_out:
            raise Refused("NotInTrust")
        if self.rights.rights[trust.right].owner != self.me:
            raise Refused("NotInTrust")
        return trust

    def _require_pledgeable(self, certificate: int) -> None:
        if certificate in self.trusts:
            self._live(certificate)
        else:
            self._pledgeable(certificate)

    def _collect(self, certificate: int) -> int:
        right = self.trusts[certificate].right
        self.rights.accrue(right)
        if not self.rights.credits[right, self.me]:
            return 0
        amount = self.rights.collect(right, self.me)
        self.receive(certificate, amount)
        return amount

    def receive(self, certificate: int, amount: int) -> None:
        """Income, shared at once among all positions of the moment."""
        trust = self.trusts[certificate]
        trust.income += amount
        for position, units in self.ledger.assets[certificate].units.items():
            if units:
                trust.owed[position] += Fraction(amount * units, trust.shares)

    def _on_any_move(self, certificate: int, source: Position, target: Position, units: int) -> None:
        (self._on_move if certificate in self.trusts else self._moved)(certificate, source, target, units)

    def _on_move(self, certificate: int, source: Position, target: Position, units: int) -> None:
        """Whole units owed to pledged shares go with them, rounded down where some stay; those of free shares stay."""
        if not source.lien or not units:
            return
        trust, held = self.trusts[certificate], self.ledger.assets[certificate].units[source]
        share = trust.whole(source) * units // held
        trust.owed[source] -= share
        trust.owed[target] += share
