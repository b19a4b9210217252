"""Ten years of an economy under one set of assumptions, month by month, to the wei.

The rules are not written here: vesting is `caldera.model.vesting.scheduled`, incentives are an `IncentivesModel` that
is told of every payment, the ERA of a fee and its shares are those of `FeeBook` and `split`. Rewards of staking are
those of `caldera.model.rewards`. Month m is the one that ends m months after genesis.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from caldera.deployment.economy import MONTH, SUPPLY, Economy
from caldera.deployment.units import USD_DECIMALS, WAD_DECIMALS, scaled
from caldera.model.fees import FeeBook, FeeTerms, Parts, Record, Shares, Source, split
from caldera.model.incentives import ERA_PER_USD, WHOLE, IncentivesModel
from caldera.model.ledger import Refused
from caldera.model.rewards import rewards, yearly
from caldera.model.vesting import scheduled

from .assumptions import Assumptions
from .errors import RuleDiffers
from .unlock import AWARD, MONTHS, PROOF, SCHEDULE, Line, Wei, unlock_curve, wei

DAY = 86_400
BUYER = 1
"""Everybody who pays the enterprises; those are the entities from 2 on."""


@dataclass(frozen=True)
class Budget:
    """Money that ends. `ends`: the first month in which it could not pay all that was due, or was used up; None if not
    within ten years."""

    name: str
    funded: int
    left: Wei
    ends: int | None


@dataclass(frozen=True)
class Simulation:
    """What came out. `series`: by name, of each month; `totals` over ten years; `budgets` that the economy has at
    genesis. `short`: months in which rewards were clamped to what was funded. ERA in wei, USD with 6 decimals."""

    economy: Economy
    assumptions: Assumptions
    lines: list[Line]
    series: dict[str, Wei]
    budgets: list[Budget]
    short: list[int]

    @property
    def totals(self) -> dict[str, int]:
        """Of everything that flows."""
        return {name: int(self.series[name].sum()) for name in FLOWS}

    @property
    def demanded_yearly(self) -> Fraction:
        """What the band promises a year."""
        return yearly(self.economy.staking, self.assumptions.volume_bps, self.assumptions.accuracy_bps)


FLOWS = (
    "circulated_usd",
    "awarded",
    "rebates",
    "cut_by_cap",
    "fees",
    "fees_usd",
    "node",
    "developer",
    "author",
    "treasury",
    "granted",
    "rewards_demanded",
    "rewards_paid",
)
"""Series that are of a month; the others are what stands at its end."""
STANDS = (
    "vested",
    "airdropped",
    "incentives_left",
    "incentives_owed",
    "incentives_paid",
    "rewards_funded",
    "distributed",
)


def simulate(economy: Economy, assumptions: Assumptions | None = None) -> Simulation:
    """Runs it.

    Raises:
        RuleDiffers: the economy states another reward than the rule has, or fee shares that the rule refuses.
    """
    given = assumptions or Assumptions()
    lines = unlock_curve(economy)
    incentives, fees, funds = _Incentives(economy, given), _Fees(economy, given), 0
    rate = yearly(economy.staking, given.volume_bps, given.accuracy_bps)
    stake = SUPPLY * given.staked_bps // WHOLE
    grant = scaled(given.granted_era, WAD_DECIMALS)
    airdrop = sum(line.amount for line in lines if line.bound == PROOF)
    rows: dict[str, list[int]] = defaultdict(list)
    short: list[int] = []
    for month in range(MONTHS + 1):
        row = dict.fromkeys((*FLOWS, *STANDS), 0)
        if month:
            row |= incentives.step(month)
            row |= fees.step(month)
            row["granted"] = incentives.move(month, grant)
            demanded = rewards(stake, rate, MONTH)
            funds += row["node"] + row["granted"]
            paid = min(demanded, funds)
            funds -= paid
            row |= {"rewards_demanded": demanded, "rewards_paid": paid, "rewards_funded": funds}
            if paid < demanded:
                short.append(month)
        row["vested"] = sum(int(line.unlocked[month]) for line in lines if line.bound == SCHEDULE)
        row["airdropped"] = scheduled(airdrop, 0, 0, given.airdrop_months * MONTH, month * MONTH)
        row |= incentives.standing()
        row["distributed"] = row["vested"] + row["airdropped"] + row["incentives_paid"] + incentives.model.moved
        for name, value in row.items():
            rows[name].append(value)
    series = {name: wei(values) for name, values in rows.items()}
    budgets = []
    if incentives.model.funded:
        left = series["incentives_left"]
        budgets.append(Budget("incentives", incentives.model.funded, left, incentives.ends))
    if airdrop:
        budgets.append(Budget("airdrop", airdrop, airdrop - series["airdropped"], given.airdrop_months))
    return Simulation(economy, given, lines, series, budgets, short)


class _Incentives:
    """The incentives of circulation. Enterprises are counted in the order of their numbers, the largest first."""

    def __init__(self, economy: Economy, given: Assumptions) -> None:
        terms = economy.circulation
        stated = scaled(terms.era_per_million_usd, WAD_DECIMALS)
        if stated != ERA_PER_USD * 10**6 * 10**USD_DECIMALS:
            raise RuleDiffers(
                f"{economy.name}: era_per_million_usd is {terms.era_per_million_usd}, and the rule pays "
                f"{ERA_PER_USD * 10 ** (6 + USD_DECIMALS) // 10**WAD_DECIMALS}; state that"
            )
        cap = scaled(terms.entity_cap_era, WAD_DECIMALS)
        self.given = given
        self.model = IncentivesModel(
            0, terms.epoch_days * DAY, terms.wash_epochs, given.review_days * DAY, terms.vesting_days * DAY, cap
        )
        try:
            self.model.set_rebate(terms.verifier_bps, "verifiers")
        except Refused as refusal:
            raise RuleDiffers(f"{economy.name}: the rule refuses verifier_bps: {refusal.name}") from None
        budgets = [one for one in economy.allocations if one.funds == "budget"]
        if len(budgets) > 1:
            raise RuleDiffers(f"{economy.name}: {len(budgets)} allocations are budgets, and the rule is of one")
        for one in budgets:
            self.model.fund(one.amount)
        self.ends: int | None = None
        self.members = range(BUYER + 1, BUYER + 1 + given.enterprises)
        self.model.active = {str(entity): entity for entity in self.members}
        self.waiting: list[int] = []

    def step(self, month: int) -> dict[str, int]:
        """A month's circulation, what is counted of earlier ones, and what is handed out."""
        self.model.now = month * MONTH
        circulated = self.given.grown(scaled(self.given.circulated_usd, USD_DECIMALS), month)
        for entity, usd in zip(self.members, self._parts(circulated), strict=True):
            self.model.record(BUYER, entity, usd)
            self.model.record(entity, BUYER, usd * self.given.returned_bps // WHOLE)
        if circulated and self.model.epoch not in self.waiting:
            self.waiting.append(self.model.epoch)
        counted = self._count(month)
        for account, entity in self.model.active.items():
            if self.model.claimable(entity):
                self.model.claim(account)
        for payee in [name for name, owed in self.model.rebates.items() if owed]:
            self.model.claim_rebate(payee)
        return {"circulated_usd": circulated, **counted}

    def move(self, month: int, wanted: int) -> int:
        """What governance grants to the rewards of staking: as much as the budget has."""
        moved = min(wanted, self.model.left)
        if moved:
            self.model.move(moved)
        if self.model.funded and (moved < wanted or not self.model.left):
            self._ended(month)
        return moved

    def standing(self) -> dict[str, int]:
        """The three places in which a unit of the budget can be, but for what was moved."""
        model = self.model
        return {
            "incentives_left": model.left,
            "incentives_paid": model.paid,
            "incentives_owed": model.funded - model.left - model.paid - model.moved,
        }

    def _parts(self, circulated: int) -> list[int]:
        """The largest enterprise's part and equal ones of the others; what does not divide is the largest's."""
        others = self.given.enterprises - 1
        if not others:
            return [circulated]
        each = (circulated - circulated * self.given.largest_bps // WHOLE) // others
        return [circulated - each * others] + [each] * others

    def _count(self, month: int) -> dict[str, int]:
        counted = dict.fromkeys(("awarded", "rebates", "cut_by_cap"), 0)
        model = self.model
        while self.ends is None and model.funded and self.waiting:
            epoch = self.waiting[0]
            if model.now < model.countable_from(epoch):
                break
            for entity in self.members:
                if not model.flows[BUYER, entity, epoch]:
                    continue
                net, rebates = model.net(BUYER, entity, epoch)[2], model.rebates.total()
                try:
                    reward = model.count(BUYER, entity, epoch)
                except Refused as refusal:
                    if refusal.name != "BudgetExhausted":
                        raise
                    self._ended(month)
                    break
                counted["awarded"] += reward
                counted["rebates"] += model.rebates.total() - rebates
                if left := model.flows[BUYER, entity, epoch]:
                    self._ended(month)
                    break
                counted["cut_by_cap"] += (net - left) * ERA_PER_USD - reward
            else:
                self.waiting.pop(0)
        return counted

    def _ended(self, month: int) -> None:
        if self.ends is None:
            self.ends = month


class _Fees:
    """Fees of a month, shared by role: finance or not, with a reused feature or without."""

    def __init__(self, economy: Economy, given: Assumptions) -> None:
        terms = economy.fees
        self.given = given
        self.shares = Shares(
            terms.node,
            terms.finance_bonus,
            terms.author,
            terms.most_developer,
            terms.active_users_bonus,
            terms.active_users,
        )
        prices = [scaled(price, USD_DECIMALS) for price in (given.routing_usd, given.mapping_usd, given.adaptation_usd)]
        self.book = FeeBook(0, FeeTerms(MONTH, 1, 10 ** (2 * WAD_DECIMALS), 0), prices)
        try:
            self.book.set_shares(self.shares)
        except Refused as refusal:
            raise RuleDiffers(f"{economy.name}: the rule refuses its fee shares: {refusal.name}") from None

    def step(self, month: int) -> dict[str, int]:
        """The month's revenue at its rate, each operation rounded up, and who gets it."""
        given = self.given
        self.book.now = month * MONTH
        self.book.source = Source(given.rate(month), self.book.now)
        self.book.refresh()
        counts = [given.grown(start, month) for start in (given.routings, given.mappings, given.adaptations)]
        charges = [self.book.fee(service) for service in range(len(counts))]
        usd = sum(count * charge[0] for count, charge in zip(counts, charges, strict=True))
        era = sum(count * charge[1] for count, charge in zip(counts, charges, strict=True))
        granted = given.grown(given.active_users, month) > self.shares.users_above
        made = dict.fromkeys(("node", "developer", "author", "treasury"), 0)
        for revenue, record in self._scenarios(era):
            parts = split(revenue, self.shares, record)
            for role, amount in _roles(parts, granted).items():
                made[role] += amount
        return {"fees": era, "fees_usd": usd, **made}

    def _scenarios(self, era: int) -> list[tuple[int, Record]]:
        """The revenue by kind of scenario, the sum exact."""
        found = []
        finance = era * self.given.finance_bps // WHOLE
        for is_finance, revenue in ((True, finance), (False, era - finance)):
            reused = revenue * self.given.reused_bps // WHOLE
            for author, part in (("author", reused), ("", revenue - reused)):
                record = Record("node", "developer", self.given.developer_bps, author, 2, 1, is_finance)
                found.append((part, record))
        return found


def _roles(parts: Parts, granted: bool) -> dict[str, int]:
    """The subsidy waits for the month's users, and is the developer's or the treasury's."""
    return {
        "node": parts.node,
        "developer": parts.developer + (parts.subsidy if granted else 0),
        "author": parts.author,
        "treasury": parts.treasury + (0 if granted else parts.subsidy),
    }


def held(made: Simulation) -> dict[str, Wei]:
    """Where the whole supply is, of each month: what left the contracts of genesis, and what each of them still has."""
    found = {"distributed": made.series["distributed"]}
    for line in made.lines:
        if line.bound == SCHEDULE:
            found[line.name] = line.locked
        elif line.bound == AWARD:
            found[line.name] = made.series["incentives_left"] + made.series["incentives_owed"]
        elif line.bound == PROOF:
            found[line.name] = line.amount - made.series["airdropped"]
        else:
            found[line.name] = np.full(MONTHS + 1, line.amount, dtype=object)
    return found
