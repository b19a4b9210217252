"""Senior and junior tranches over a bundle, in exact fractions: what `Securitisation` must do, written a second time.

Money that comes in is shared at once: senior interest in whole units, senior principal, the rest to the junior tranche.
Each position of a tranche (a holder's free units, or its units under one lien) is owed income × its units / all units.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from caldera.model.ledger import SUSPENDED, Asset, LedgerModel, Position, Refused
from caldera.model.pool import SCALE, PoolModel
from caldera.model.receivables import DAY, ReceivablesModel, root_of

BPS = 10_000
MOST_ASSETS = 64
LONGEST_DAYS = 3650
POOL = 0
"""Stands for the one pool among the assets of a deal; certificates stand by their ids."""


def most_senior(value: int, coverage_bps: int) -> int:
    """The largest senior tranche over assets of `value`; rounded down."""
    return value * (BPS - coverage_bps) // BPS


@dataclass(frozen=True)
class DealTerms:
    """As `ISecuritisation.DealTerms`, with what the rules for tranches say of least unit and holders."""

    least_coverage_bps: int
    sale_days: int
    floor_bps: int
    minimum: int
    regions: int
    qualifications: int


@dataclass
class Tranche:
    """Units as issued; what they got; what each position of them is owed and was not paid."""

    units: int
    income: int = 0
    paid_out: int = 0
    retired: int = 0
    owed: defaultdict[Position, Fraction] = field(default_factory=lambda: defaultdict(Fraction))

    def whole(self, position: Position) -> int:
        """Whole units that the position is owed."""
        return floor(self.owed[position])


@dataclass
class Deal:
    """A deal. `earned`: all senior interest so far, exactly; `interest`: paid. `live`: indices of assets not gone."""

    arranger: str
    vault: str
    rate_bps: int
    coverage_bps: int
    maturity: int
    state: str = "Opened"
    assets: list[int] = field(default_factory=list)
    live: set[int] = field(default_factory=set)
    exit: int = 0
    issued: int = 0
    principal: int = 0
    earned: Fraction = Fraction()
    interest: int = 0
    since: int = 0
    sale_days: int = 1
    floor_bps: int = 0

    def accrue(self, now: int) -> None:
        """Simple interest by the second on what is outstanding."""
        if self.state == "Opened":
            return
        self.earned += Fraction(self.principal * self.rate_bps * (now - self.since), SCALE)
        self.since = now

    @property
    def due(self) -> int:
        """Whole units of interest that were earned and not paid."""
        return floor(self.earned - self.interest)

    def share(self, amount: int, now: int) -> tuple[int, int, int]:
        """Money that comes in: senior interest in whole units, senior principal, and the rest."""
        self.accrue(now)
        interest = min(amount, self.due)
        repaid = min(amount - interest, self.principal)
        self.interest += interest
        self.principal -= repaid
        return interest, repaid, amount - interest - repaid


@dataclass
class TranchesModel:
    """All deals of one currency over one ledger. `wallet`: money in each vault; `cash`: what waits for holders."""

    ledger: LedgerModel
    receivables: ReceivablesModel
    pool: PoolModel
    terms: DealTerms
    deals: dict[int, Deal] = field(default_factory=dict)
    tranches: dict[int, Tranche] = field(default_factory=dict)
    wallet: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    cash: int = 0

    def __post_init__(self) -> None:
        self._moved, self._pledgeable = self.ledger.on_move, self.ledger.pledgeable
        self.ledger.on_move, self.ledger.pledgeable = self._on_any_move, self._require_pledgeable

    def _on_any_move(self, asset_id: int, source: Position, target: Position, units: int) -> None:
        (self._on_move if asset_id in self.tranches else self._moved)(asset_id, source, target, units)

    def _require_pledgeable(self, asset_id: int) -> None:
        if asset_id not in self.tranches:
            self._pledgeable(asset_id)
        elif self.deals[root_of(asset_id)].state != "Issued":
            raise Refused("WrongDealState")

    def open(self, deal: int, vault: str, arranger: str, rate_bps: int, coverage_bps: int, maturity_day: int) -> None:
        """A deal to be, under the id that the contract gives it."""
        if not self.ledger.active(arranger):
            raise Refused("NotActive")
        if rate_bps > BPS:
            raise Refused("DealRateOutOfRange")
        if not self.terms.least_coverage_bps <= coverage_bps < BPS:
            raise Refused("CoverageOutOfRange")
        today = self.ledger.now // DAY
        if not today < maturity_day <= today + LONGEST_DAYS:
            raise Refused("MaturityOutOfRange")
        made = Deal(arranger, vault, rate_bps, coverage_bps, maturity_day * DAY)
        made.sale_days, made.floor_bps = self.terms.sale_days, self.terms.floor_bps
        self.deals[deal] = made

    def issue(self, deal: int, by: str, ids: list[int], pool: bool, senior: int) -> int:
        """Both tranches; gives back the junior units."""
        facts, now = self._arranged(deal, by), self.ledger.now
        if facts.state != "Opened":
            raise Refused("WrongDealState")
        if now >= facts.maturity:
            raise Refused("DealMatured")
        assets = [*ids, POOL] if pool else list(ids)
        if not 1 <= len(assets) <= MOST_ASSETS:
            raise Refused("AssetsOutOfRange")
        value = 0
        for before, asset_id in zip([0, *ids], ids, strict=False):
            if asset_id <= before:
                raise Refused("AssetsNotAscending")
            if self.receivables.state(asset_id) != "Acknowledged":
                raise Refused("AssetNotGood")
            if not self.held(facts, asset_id):
                raise Refused("NothingBundled")
            if self.ledger.assets[asset_id].frozen[facts.vault]:
                raise Refused("FrozenAsset")
            value += self.owed_on(asset_id, self.held(facts, asset_id))
        if pool:
            if not self.pool.shares[facts.vault]:
                raise Refused("NothingBundled")
            value += self.pool.exit_assets(now, self.pool.shares[facts.vault])
        if not senior:
            raise Refused("NoSeniorUnits")
        if senior > most_senior(value, facts.coverage_bps):
            raise Refused("CoverageTooLow")
        party = self.ledger.parties[by]
        for number, units in ((1, senior), (2, value - senior)):
            made = Asset(
                min(self.terms.minimum, units), self.terms.regions, self.terms.qualifications, False, circulates=True
            )
            if not self.ledger.active(by):
                raise Refused("ERC7943CannotReceive")
            if not made.admits(party):
                raise Refused("OutsideScope")
            made.units[Position(by)] = units
            self.ledger.assets[deal + number] = made
            self.tranches[deal + number] = Tranche(units)
        facts.state, facts.assets, facts.live = "Issued", assets, set(range(len(assets)))
        facts.issued = facts.principal = senior
        facts.since = now
        return value - senior

    def take_back(self, deal: int, by: str, ids: list[int], *, shares: bool = False, money: bool = False) -> None:
        """What is in the vault and not the deal's."""
        facts = self._arranged(deal, by)
        kept = {facts.assets[index] for index in facts.live} if facts.state == "Issued" else set()
        for asset_id in ids:
            if asset_id in kept:
                raise Refused("PartOfDeal")
            units = self.held(facts, asset_id)
            if not units:
                raise Refused("NothingBundled")
            self.ledger.transfer(asset_id, facts.vault, by, units)
        if shares:
            if POOL in kept:
                raise Refused("PartOfDeal")
            amount = self.pool.shares[facts.vault]
            if not amount:
                raise Refused("NothingBundled")
            if not self.pool.maypay(facts.vault) or not self.pool.mayhold(by):
                raise Refused("NotAParticipant")
            self.pool.shares[facts.vault] -= amount
            self.pool.shares[by] += amount
        if money:
            if facts.state == "Issued":
                raise Refused("PartOfDeal")
            if not self.wallet[facts.vault]:
                raise Refused("NothingBundled")
            self.wallet[facts.vault] = 0

    def collect(self, deal: int, index: int) -> int:
        """Brings in what an asset paid; gives back what was shared."""
        facts = self._issued(deal)
        changed = self._bring_in(facts, index)
        amount = self._share(deal, facts, 0)
        if not amount and not changed:
            raise Refused("NothingCame")
        return amount

    def sweep(self, deal: int) -> int:
        """Shares the money in the vault."""
        amount = self._share(deal, self._issued(deal), 0)
        if not amount:
            raise Refused("NothingCame")
        return amount

    def redeem(self, deal: int, index: int, by: str, shares: int) -> int:
        """Pool shares for cash that the pool has."""
        facts = self._arranged(deal, by)
        self._issued(deal)
        if index not in facts.live or facts.assets[index] != POOL:
            raise Refused("NoSuchAsset")
        self.wallet[facts.vault] += self.pool.redeem(self.ledger.now, facts.vault, shares)
        self._bring_in(facts, index)
        return self._share(deal, facts, 0)

    def price(self, deal: int, index: int, units: int) -> int:
        """What units of a receivable cost now."""
        facts = self._issued(deal)
        if self.ledger.now < facts.maturity:
            raise Refused("DealNotMature")
        if index not in facts.live or facts.assets[index] == POOL:
            raise Refused("NoSuchAsset")
        if not units:
            raise Refused("NothingWanted")
        days = Fraction(self.ledger.now - facts.maturity, facts.sale_days * DAY)
        bottom = Fraction(facts.floor_bps, BPS)
        part = 1 - (1 - bottom) * days if days <= 1 else max(Fraction(), bottom * (2 - days))
        return max(1, -floor(-self.owed_on(facts.assets[index], units) * part))

    def buy(self, deal: int, index: int, buyer: str, units: int) -> int:
        """Units for their price."""
        price, facts = self.price(deal, index, units), self.deals[deal]
        asset_id = facts.assets[index]
        if self.ledger.parties[buyer].entity == self.receivables.records[root_of(asset_id)].debtor:
            raise Refused("OwnDebt")
        self.ledger.transfer(asset_id, facts.vault, buyer, units)
        self._bring_in(facts, index)
        self._share(deal, facts, price)
        return price

    def claim(self, certificate: int, holder: str) -> int:
        """Pays a holder's free units; retires them once the deal is closed."""
        asset, position = self.ledger.assets[certificate], Position(holder)
        amount, retired = self.claimed(certificate, holder, asset.units[position])
        asset.units[position] -= retired
        return amount

    def claimed(self, certificate: int, holder: str, free: int) -> tuple[int, int]:
        """Pays `free` units of a holder; how much, and how many of them are retired."""
        tranche, asset = self.tranches[certificate], self.ledger.assets[certificate]
        party = self.ledger.parties.get(holder)
        if asset.frozen[holder] or (party is not None and party.status == SUSPENDED):
            raise Refused("ClaimHalted")
        position = Position(holder)
        amount = tranche.whole(position)
        retired = free if self.deals[root_of(certificate)].state == "Closed" else 0
        if not amount and not retired:
            raise Refused("NothingToClaim")
        tranche.owed[position] -= amount
        tranche.retired += retired
        if retired and tranche.retired == tranche.units:
            # The last to claim takes what fractions left over: together whole units.
            amount += int(sum((owed - floor(owed) for owed in tranche.owed.values()), Fraction()))
            tranche.owed = defaultdict(Fraction, {at: Fraction(floor(owed)) for at, owed in tranche.owed.items()})
        tranche.paid_out += amount
        self.cash -= amount
        return amount, retired

    def coverage(self, deal: int) -> tuple[int, int, int, int]:
        """Value, interest due, principal, and the part of the value that comes before the senior tranche, in bps."""
        facts = self.deals[deal]
        facts.accrue(self.ledger.now)
        value, owed = self.worth(facts, True), facts.due + facts.principal
        return value, facts.due, facts.principal, (value - owed) * BPS // value if value > owed else 0

    def collateral(self, certificate: int, units: int) -> tuple[int, int]:
        """What units are good for as a pledge, and until when that is believed."""
        facts = self.deals[root_of(certificate)]
        backed = min(facts.principal, self.worth(facts, False)) if certificate & 0xFFFF == 1 else 0
        return (units * backed // self.tranches[certificate].units, facts.maturity) if backed else (units, 0)

    def worth(self, facts: Deal, with_pool: bool) -> int:
        """Good assets at their value, and money that was not shared yet."""
        if facts.state != "Issued":
            return 0
        value = self.wallet[facts.vault]
        for index in facts.live:
            asset_id = facts.assets[index]
            if asset_id != POOL:
                if self.receivables.state(asset_id) == "Acknowledged":
                    value += self.owed_on(asset_id, self.held(facts, asset_id))
                value += self.receivables.claims[asset_id].proceeds(Position(facts.vault))
            elif with_pool:
                value += self._worth_of_pool(facts)
        return value

    def held(self, facts: Deal, asset_id: int) -> int:
        """Units in the vault."""
        return self.ledger.assets[asset_id].balance(facts.vault)

    def owed_on(self, asset_id: int, units: int) -> int:
        """What a debtor owes on units."""
        claim = self.receivables.claims[asset_id]
        return units * claim.owed // claim.face if claim.face else 0

    def _worth_of_pool(self, facts: Deal) -> int:
        now = self.ledger.now
        if not facts.exit:
            return self.pool.exit_assets(now, self.pool.shares[facts.vault])
        place = self.pool.exits[facts.exit - 1]
        served = min(place.end, self.pool.served)
        paid = self.pool.upto(served) - self.pool.upto(place.next) if served > place.next else 0
        return self.pool.exit_assets(now, place.end - max(place.next, served)) + paid

    def _bring_in(self, facts: Deal, index: int) -> bool:
        if not 0 <= index < len(facts.assets):
            raise Refused("NoSuchAsset")
        if index not in facts.live:
            return False
        asset_id = facts.assets[index]
        changed = False
        if asset_id != POOL:
            try:
                self.wallet[facts.vault] += self.receivables.claim(asset_id, facts.vault)
            except Refused as refusal:
                if refusal.name != "NothingToClaim":
                    raise
        else:
            changed = self._leave_pool(facts)
        ended = self.gone(facts, index)
        if ended:
            facts.live.remove(index)
        return changed or ended

    def gone(self, facts: Deal, index: int) -> bool:
        """Whether nothing is left of an asset."""
        if facts.assets[index] != POOL:
            return not self.held(facts, facts.assets[index])
        if not facts.exit:
            return not self.pool.shares[facts.vault]
        return self.pool.exits[facts.exit - 1].end <= self.pool.served

    def leaves(self, facts: Deal) -> bool:
        """Whether shares of the pool go to its queue now."""
        return not facts.exit and self.pool.shares[facts.vault] > 0 and self.ledger.now >= facts.maturity

    def _leave_pool(self, facts: Deal) -> bool:
        changed = self.leaves(facts)
        if changed:
            facts.exit = self.pool.request_exit(self.ledger.now, facts.vault, self.pool.shares[facts.vault])
        if facts.exit:
            place = self.pool.exits[facts.exit - 1]
            if min(place.end, self.pool.served) > place.next:
                self.wallet[facts.vault] += self.pool.pay_exit(facts.exit)
        return changed

    def _share(self, deal: int, facts: Deal, extra: int) -> int:
        amount = self.wallet[facts.vault] + extra
        self.wallet[facts.vault] = 0
        if amount:
            self.share(deal, amount)
        if not facts.live:
            facts.state = "Closed"
            for certificate in (deal + 1, deal + 2):
                self.ledger.assets[certificate].circulates = False
        return amount

    def share(self, deal: int, amount: int) -> tuple[int, int, int]:
        """Money that came in: senior interest, senior principal, and the junior tranche's."""
        interest, repaid, rest = self.deals[deal].share(amount, self.ledger.now)
        self.cash += amount
        self._credit(deal + 1, interest + repaid)
        self._credit(deal + 2, rest)
        return interest, repaid, rest

    def _credit(self, certificate: int, amount: int) -> None:
        tranche = self.tranches[certificate]
        tranche.income += amount
        for position, units in self.ledger.assets[certificate].units.items():
            if units:
                tranche.owed[position] += Fraction(amount * units, tranche.units)

    def _on_move(self, certificate: int, source: Position, target: Position, units: int) -> None:
        """Whole units owed to pledged units go with them, rounded down where some stay; those of free units stay."""
        if not source.lien or not units:
            return
        tranche, held = self.tranches[certificate], self.ledger.assets[certificate].units[source]
        passed = tranche.whole(source) * units // held
        tranche.owed[source] -= passed
        tranche.owed[target] += passed

    def _arranged(self, deal: int, by: str) -> Deal:
        facts = self.deals[deal]
        if facts.arranger != by:
            raise Refused("NotTheArranger")
        return facts

    def _issued(self, deal: int) -> Deal:
        facts = self.deals[deal]
        if facts.state != "Issued":
            raise Refused("WrongDealState")
        return facts
