"""Receivables: states, payments and their shares. A payment is shared at once and as fractions; nothing is rounded."""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from caldera.model.ledger import SUSPENDED, Asset, LedgerModel, Position, Refused

DAY = 86_400
OPEN_STATES = ("Acknowledged", "Defaulted", "WrittenOff")


def root_of(asset_id: int) -> int:
    """The root an id is a part of: the id with its low 16 bits cleared."""
    return asset_id & ~0xFFFF


@dataclass
class Claim:
    """One id with units: the root itself, or one line. Amounts in units of the currency."""

    face: int
    paid: int = 0
    conceded: int = 0
    retired: int = 0
    moved: bool = False
    share: defaultdict[Position, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    taken: defaultdict[Position, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def owed(self) -> int:
        """What the debtor still owes."""
        return self.face - self.conceded - self.paid

    def proceeds(self, position: Position) -> int:
        """Whole units owed to the position and not handed out."""
        return int(self.share[position]) - self.taken[position]


@dataclass
class Receivable:
    """What all ids of one invoice have in common."""

    creditor: int
    debtor: int
    due: int
    grace_days: int
    ids: list[int]
    state: str = "Registered"


class ReceivablesModel:
    """All receivables over one ledger, in one currency. `cash` is what the module holds."""

    def __init__(self, ledger: LedgerModel) -> None:
        self.ledger = ledger
        self.records: dict[int, Receivable] = {}
        self.claims: dict[int, Claim] = {}
        self.cash = 0
        ledger.on_move = self._on_move
        ledger.pledgeable = self._pledgeable

    def state(self, asset_id: int) -> str:
        """The state now: Acknowledged past its due date is Overdue."""
        record = self.records[root_of(asset_id)]
        late = record.state == "Acknowledged" and self.ledger.now > record.due
        return "Overdue" if late else record.state

    def create(
        self, root: int, record: Receivable, faces: dict[int, int], holder: str, terms: tuple[int, int, int, bool, int]
    ) -> None:
        """Registers ids with their faces for a creditor's account. `terms`: minimum, regions, qualifications,
        all of them, least split in basis points."""
        minimum, regions, qualifications, all_of, bps = terms
        if root in self.records:
            raise Refused("AssetExists")
        self.records[root] = record
        for asset_id, face in faces.items():
            least = min(face, max(minimum, -(-face * bps // 10_000)))
            asset = Asset(least, regions, qualifications, all_of)
            asset.units[Position(holder)] = face
            self.ledger.assets[asset_id] = asset
            self.claims[asset_id] = Claim(face)

    def acknowledge(self, root: int, signer: str) -> None:
        """The debtor's word: it circulates."""
        record = self._in_state(root, "Registered")
        self._require_entity(signer, record.debtor, "NotTheDebtor")
        record.state = "Acknowledged"
        self._circulate(record, True)

    def dispute(self, root: int, signer: str) -> None:
        """Halts circulation."""
        record = self._in_state(root, "Acknowledged")
        self._require_entity(signer, record.debtor, "NotTheDebtor")
        record.state = "Disputed"
        self._circulate(record, False)

    def withdraw_dispute(self, root: int, signer: str) -> None:
        """As if it had not been."""
        record = self._in_state(root, "Disputed")
        self._require_entity(signer, record.debtor, "NotTheDebtor")
        record.state = "Acknowledged"
        self._circulate(record, True)

    def resolve(self, root: int, concessions: list[int]) -> None:
        """The arbiter takes amounts off what is owed."""
        record = self._in_state(root, "Disputed")
        if any(c > self.claims[i].owed for i, c in zip(record.ids, concessions, strict=True)):
            raise Refused("ExceedsOwed")
        for asset_id, amount in zip(record.ids, concessions, strict=True):
            self.claims[asset_id].conceded += amount
        record.state = "Acknowledged"
        self._circulate(record, True)
        self._close(record)

    def declare_default(self, root: int) -> None:
        """After due date and grace."""
        record = self._in_state(root, "Acknowledged")
        if self.ledger.now <= record.due + record.grace_days * DAY:
            raise Refused("GraceRunning")
        record.state = "Defaulted"

    def write_off(self, root: int) -> None:
        """Given up; recoveries are still shared."""
        self._in_state(root, "Defaulted").state = "WrittenOff"

    def cancel(self, root: int, caller: str) -> None:
        """Withdrawn before anything happened."""
        record = self._in_state(root, "Registered")
        self._require_entity(caller, record.creditor, "NotTheCreditor")
        if any(self.claims[i].paid for i in record.ids):
            raise Refused("WrongState")
        for asset_id in record.ids:
            if self.ledger.assets[asset_id].balance(caller) != self.claims[asset_id].face:
                raise Refused("HeldByOthers")
            if self.ledger.assets[asset_id].frozen[caller]:
                raise Refused("ERC7943InsufficientUnfrozenBalance")
        record.state = "Cancelled"
        for asset_id in record.ids:
            self.ledger.assets[asset_id].units.clear()
            self.claims[asset_id].retired = self.claims[asset_id].face

    def credit(self, asset_id: int, caller: str, amount: int) -> None:
        """A credit note while the creditor's account holds all."""
        record = self.records[root_of(asset_id)]
        claim, asset = self.claims[asset_id], self.ledger.assets[asset_id]
        self._require_entity(caller, record.creditor, "NotTheCreditor")
        if record.state not in ("Registered", "Acknowledged"):
            raise Refused("WrongState")
        if amount > claim.owed:
            raise Refused("ExceedsOwed")
        free = asset.units[Position(caller)]
        if free != claim.face or claim.moved:
            raise Refused("HeldByOthers")
        if amount > max(0, free - asset.frozen[caller]):
            raise Refused("ERC7943InsufficientUnfrozenBalance")
        claim.face -= amount
        asset.units[Position(caller)] = claim.face
        if claim.face:
            asset.minimum = min(asset.minimum, claim.face)
        if not claim.owed:
            asset.circulates = False
        if not any(self.claims[i].face for i in record.ids):
            record.state = "Cancelled"
        self._close(record)

    def pay(self, asset_id: int, amount: int) -> int:
        """Takes at most what is owed and shares it among all positions of the moment."""
        record, claim = self.records[root_of(asset_id)], self.claims[asset_id]
        taken = min(amount, claim.owed) if record.state != "Cancelled" else 0
        if taken == 0:
            raise Refused("NothingOwed")
        claim.paid += taken
        self.cash += taken
        for position, units in self.ledger.assets[asset_id].units.items():
            claim.share[position] += Fraction(units * taken, claim.face)
        self._close(record)
        return taken

    def claim(self, asset_id: int, holder: str) -> int:
        """Hands out what is owed on the holder's free units; retires them where nothing more is owed."""
        record, claim, asset = self.records[root_of(asset_id)], self.claims[asset_id], self.ledger.assets[asset_id]
        party = self.ledger.parties.get(holder)
        if party is not None and party.status == SUSPENDED:
            raise Refused("NotActive")
        if asset.frozen[holder]:
            raise Refused("ProceedsFrozen")
        position = Position(holder)
        amount, free = claim.proceeds(position), asset.units[position]
        closed = record.state == "Cancelled" or claim.owed == 0
        if closed and free:
            asset.units[position] = 0
            claim.retired += free
            if claim.retired == claim.face:
                # The last to claim takes what fractions left over.
                amount += claim.paid - sum(int(share) for share in claim.share.values())
        elif amount == 0:
            raise Refused("NothingToClaim")
        claim.taken[position] += claim.proceeds(position)
        self.cash -= amount
        return amount

    def collect(self, asset_id: int, holder: str, lienholder: str, most: int) -> int:
        """Hands out what was paid on units under a lien; nothing while they are frozen."""
        claim, asset, position = self.claims[asset_id], self.ledger.assets[asset_id], Position(holder, lienholder)
        lien = asset.units[position]
        if not lien or asset.frozen[holder] > asset.balance(holder) - lien:
            return 0
        amount = min(claim.proceeds(position), most)
        claim.taken[position] += amount
        self.cash -= amount
        return amount

    def _on_move(self, asset_id: int, source: Position, target: Position, units: int) -> None:
        claim = self.claims[asset_id]
        if not claim.paid:
            return
        claim.moved = True
        if source.lien:
            everything = self.ledger.assets[asset_id].units[source]
            passed = claim.proceeds(source) * units // everything
            claim.taken[source] += passed
            claim.taken[target] -= passed

    def _pledgeable(self, asset_id: int) -> None:
        if self.state(asset_id) != "Acknowledged":
            raise Refused("WrongState")

    def _circulate(self, record: Receivable, open_: bool) -> None:
        for asset_id in record.ids:
            self.ledger.assets[asset_id].circulates = open_ and self.claims[asset_id].owed > 0

    def _close(self, record: Receivable) -> None:
        for asset_id in record.ids:
            if not self.claims[asset_id].owed:
                self.ledger.assets[asset_id].circulates = False
        if record.state != "Cancelled" and not any(self.claims[i].owed for i in record.ids):
            record.state = "Settled"

    def _in_state(self, root: int, state: str) -> Receivable:
        record = self.records[root]
        if record.state != state:
            raise Refused("WrongState")
        return record

    def _require_entity(self, account: str, entity: int, name: str) -> None:
        if not self.ledger.active(account):
            raise Refused("NotActive")
        if self.ledger.parties[account].entity != entity:
            raise Refused(name)
