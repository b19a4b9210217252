"""Rewards of staked ERA in exact integers: scores from events, rates inside the band, what is funded, who is owed what.

A rate has nine decimals, a year 365 days; nothing compounds. Rules raise the name of the contract's error; a refusal
leaves all as it was. Periods are gone through one by one here; the contract has a closed form of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple, Protocol

from caldera.model.ledger import Refused

WHOLE = 10_000
DAY = 86_400
YEAR = 365 * DAY
WAD = 10**18
ERA = 10**18
NANO = 10**9
RATE_PER_BPS = NANO // WHOLE
SCALE = WAD * NANO * YEAR
INDEX = 10**27
MOST_INDEX = 2**104 - 1
MOST_TIP_BPS = 2_000
MOST_SIGNERS = 31
MOST_DAYS = 366


class Band(Protocol):
    """Yearly rates in basis points."""

    @property
    def least_bps(self) -> int: ...
    @property
    def most_bps(self) -> int: ...


def yearly(band: Band, volume_bps: int, accuracy_bps: int, efficiency_bps: int = WHOLE) -> Fraction:
    """least + (most − least) × volume × accuracy × efficiency, the scores in [0, 1]."""
    score = Fraction(volume_bps * accuracy_bps * efficiency_bps, WHOLE**3)
    return (band.least_bps + (band.most_bps - band.least_bps) * score) / WHOLE


def rewards(stake: int, rate: Fraction, seconds: int) -> int:
    """What the rate promises on a stake, rounded down. What is paid is never more than what was funded."""
    return floor(stake * rate * seconds / YEAR)


def wash(band: Band, lost_bps: int, target_bps: int, tip_bps: int = 0, weight_bps: int = WHOLE) -> Fraction:
    """What a node earns at most by volume that it makes itself, for each unit that this costs it; above 1 it pays.

    It owns all its stake, its results are never wrong, and it is tipped for lowering its own rate afterwards. An epoch
    is a twelfth of a year, and the whole volume score is made by fees of `target_bps` of the stake in it.

    Args:
        lost_bps: part of a fee that does not come back to who paid it.
        tip_bps: part of what is saved that goes to who lowers a rate.
        weight_bps: what a fee counts as volume at most, 10,000 for itself.
    """
    cost = Fraction(lost_bps * target_bps, WHOLE * weight_bps)
    return Fraction(band.most_bps - band.least_bps, WHOLE * 12) * (1 + Fraction(tip_bps, WHOLE)) / cost


def least_target(band: Band, lost_bps: int, tip_bps: int = 0, weight_bps: int = WHOLE) -> int:
    """The target of volume, in basis points of the stake, at which a wash no longer pays."""
    return ceil(wash(band, lost_bps, 1, tip_bps, weight_bps))


# Scores


class Event(NamedTuple):
    """What the records told: `kind` signed, wrong or missed, of one node."""

    kind: str
    epoch: int
    node: int
    volume: int = 0


def score(
    events: Iterable[Event], node: int, epoch: int, active: int, trailing: int, target_bps: int
) -> tuple[int, int, int]:
    """Volume, accuracy and efficiency in basis points, from events alone; each rounded down."""
    counts: Counter[str] = Counter()
    volume = 0
    for event in events:
        if event.node == node and epoch - trailing < event.epoch <= epoch:
            counts[event.kind] += 1
            if event.epoch == epoch:
                volume += event.volume
    target = Fraction(active * target_bps, WHOLE)
    signed, wrong, missed = counts["signed"], counts["wrong"], counts["missed"]
    volume_score = min(Fraction(1), volume / target) if target else Fraction(bool(volume))
    accuracy = Fraction(max(0, signed - wrong), signed) if signed else Fraction(0)
    efficiency = Fraction(signed, signed + missed) if signed else Fraction(0)
    return floor(volume_score * WHOLE), floor(accuracy * WHOLE), floor(efficiency * WHOLE)


@dataclass
class RecordsModel:
    """All events, and the terms that make scores of them. The caller keeps `now`."""

    now: int
    length: int
    trailing: int
    target_bps: int
    events: list[Event] = field(default_factory=list)

    @property
    def epoch(self) -> int:
        """The present epoch."""
        return self.now // self.length

    def signed(self, nodes: list[int], volume: int) -> None:
        """Each of the nodes signed a result."""
        if len(nodes) > MOST_SIGNERS:
            raise Refused("TooManySigners")
        self.events += [Event("signed", self.epoch, node, volume) for node in nodes]

    def wrong(self, node: int) -> None:
        """A result was found false."""
        self.events.append(Event("wrong", self.epoch, node))

    def missed(self, node: int) -> None:
        """A duty was not done."""
        self.events.append(Event("missed", self.epoch, node))

    def score(self, node: int, epoch: int, active: int) -> tuple[int, int, int]:
        """Of one epoch."""
        return score(self.events, node, epoch, active, self.trailing, self.target_bps)

    def set_terms(self, trailing: int, target_bps: int) -> None:
        """Terms of all scores from now on."""
        if not 1 <= trailing <= 6 or not 1 <= target_bps <= WHOLE:
            raise Refused("ScoreTermsOutOfRange")
        self.trailing, self.target_bps = trailing, target_bps


# Rewards


class Terms(NamedTuple):
    """Band and tips."""

    least_bps: int
    most_bps: int
    with_efficiency: bool = False
    tip_bps: int = 0
    most_tip: int = 0


@dataclass
class Node:
    """One node. `peaks`: highest stake in ERA by epoch, of those in which a poke or an exit took note of it."""

    paid: int = 0
    index: int = 0
    rate: int = 0
    bps: int = 0
    earning: int = 0
    commission: int = 0
    waiting: int = 0
    peaks: dict[int, int] = field(default_factory=dict)


def up(number: int, divisor: int) -> int:
    """Rounded up."""
    return -(-number // divisor)


class RewardsModel:
    """The whole contract. The caller keeps `now`; the contract of stakes calls `checkpoint`."""

    def __init__(self, now: int, records: RecordsModel, terms: Terms, days: int) -> None:
        self.records, self.nodes = records, defaultdict[int, Node](Node)
        self.since = now
        self.end, self.days = now + days * DAY, days
        self.gain, self.funded, self.power, self.left = 0, WAD, 0, 0
        self.held = self.surplus = 0
        self.in_all = self.paid = self.moved = 0
        self.terms = terms

    @property
    def now(self) -> int:
        """Seconds since 1970."""
        return self.records.now

    # What is funded

    def fundable(self) -> int:
        """The funded rate from `since` to the end of the period, if nothing changes."""
        wanted = self.power * (self.end - self.since)
        return WAD if wanted == 0 else min(WAD, self.left * SCALE // wanted)

    def _to(self, time: int) -> None:
        """Goes on to `time`, a period at a time; within one only if `time` is a moment of change."""
        gained = self.funded * (time - self.since)
        self.left -= up(self.power * gained, SCALE)
        self.gain, self.since = self.gain + gained, time

    def roll(self) -> None:
        """To the beginning of the running period."""
        while self.now >= self.end:
            self._to(self.end)
            self.end += self.days * DAY
            self.funded = self.fundable()

    def clock(self) -> int:
        """Integral of the funded rate."""
        self.roll()
        return self.gain + self.funded * (self.now - self.since)

    def left_now(self) -> int:
        """What is promised to nobody."""
        self.roll()
        return self.left - up(self.power * self.funded * (self.now - self.since), SCALE)

    def owed(self) -> int:
        """What is promised and not handed out."""
        return self.held - self.left_now()

    def change(self, power: int = 0, left: int = 0) -> None:
        """Power and budget change by so much, now.

        Where all was funded since `since`, and still is, that stays: `left` is what would have been left then with
        so much power from then on, rounded down if it is another power.
        """
        left += self.left_now()
        since, self.power = self.since, self.power + power
        cost = Fraction(self.power * self.funded * (self.now - since), SCALE)
        self.left = left + (floor(cost) if power else ceil(cost))
        if self.funded == self.fundable() == WAD:
            return
        self.gain, self.since = self.clock(), self.now
        self.left = left
        self.funded = self.fundable()

    def fund(self, amount: int) -> None:
        """Money comes in."""
        if amount == 0:
            raise Refused("NothingToFund")
        self.change(left=amount)
        self.held += amount
        self.in_all += amount

    def absorb(self) -> int:
        """What was sent without a word."""
        amount, self.surplus = self.surplus, 0
        self.fund(amount)
        return amount

    def move(self, amount: int) -> None:
        """Governance moves what is promised to nobody."""
        if amount == 0:
            raise Refused("NothingToFund")
        if amount > self.left_now():
            raise Refused("BudgetTooSmall")
        self.change(left=-amount)
        self.held -= amount
        self.moved += amount

    def set_period(self, days: int) -> None:
        """Of the periods after this one."""
        if not 1 <= days <= MOST_DAYS:
            raise Refused("RewardPeriodOutOfRange")
        self.roll()
        self.days = days

    def pay(self, amount: int) -> None:
        """Money goes out to whom it was promised."""
        if amount > self.owed():
            raise Refused("MoreThanPromised")
        self.held -= amount
        self.paid += amount

    # What a node earns

    def split(self, number: int) -> tuple[int, int]:
        """What it earned since it was brought up: its stakers' part, its owner's."""
        node = self.nodes[number]
        gross = node.earning * node.rate * (self.clock() - node.paid) // SCALE
        commission = gross * node.bps // WHOLE
        return gross - commission, commission

    def accrue(self, number: int) -> None:
        """Brings it up; what is its stakers' waits for a checkpoint."""
        node = self.nodes[number]
        net, commission = self.split(number)
        node.waiting += net
        node.commission += commission
        node.paid = self.clock()

    def index_of(self, number: int, shares: int) -> int:
        """As a checkpoint would return it."""
        node = self.nodes[number]
        net = self.split(number)[0] + node.waiting
        return min(MOST_INDEX, node.index + net * INDEX // shares) if net and shares else node.index

    def checkpoint(self, number: int, shares: int, after: int) -> int:
        """Brings it up to now; from now on `after` earns."""
        index = self.bring_up(number, shares)
        self.go_on(number, after)
        return index

    def bring_up(self, number: int, shares: int) -> int:
        """The first half of a checkpoint: its index now, for the shares that it had until now."""
        node = self.nodes[number]
        node.rate = node.rate or self.terms.least_bps * RATE_PER_BPS
        node.index = self.index_of(number, shares)
        self.accrue(number)
        if shares:
            node.waiting = 0
        return node.index

    def go_on(self, number: int, after: int) -> None:
        """The second half, in the same second: from now on `after` earns."""
        node = self.nodes[number]
        if after < node.earning:
            self.note(number)
        if after != node.earning:
            self.change(power=(after - node.earning) * node.rate)
            node.earning = after

    def set_commission(self, number: int, bps: int) -> None:
        """The owner's part from now on."""
        if bps > WHOLE:
            raise Refused("CommissionOutOfRange")
        self.accrue(number)
        self.nodes[number].bps = bps

    def claim_commission(self, number: int) -> int:
        """All of it."""
        node = self.nodes[number]
        amount = node.commission + self.split(number)[1]
        if amount == 0:
            raise Refused("NoCommission")
        self.accrue(number)
        node.commission = 0
        self.pay(amount)
        return amount

    # Its rate

    def note(self, number: int) -> None:
        """Takes note of the stake of this moment."""
        node, epoch = self.nodes[number], self.records.epoch
        node.peaks[epoch] = max(node.peaks.get(epoch, 0), up(node.earning, ERA))

    def measure(self, number: int) -> int:
        """The stake, in ERA, that its volume is measured by: the highest of the last epoch and this one.

        Stake that only grew since it was noted is highest now.
        """
        node, epoch = self.nodes[number], self.records.epoch
        known = [peak for at, peak in node.peaks.items() if at >= epoch - 1]
        return max([up(node.earning, ERA), *known])

    def due(self, number: int) -> int:
        """What a poke would set."""
        if not self.nodes[number].earning:
            return 0
        scores = self.records.score(number, self.records.epoch - 1, self.measure(number) * ERA)
        volume, accuracy, efficiency = scores
        rate = yearly(self.terms, volume, accuracy, efficiency if self.terms.with_efficiency else WHOLE)
        return floor(rate * NANO)

    def tip(self, number: int) -> int:
        """What a poke would be tipped."""
        node = self.nodes[number]
        lost = node.rate - self.due(number)
        noted = sorted(node.peaks)[-1:]  # what the last note knew: its epoch and the one before
        known = max((peak for at, peak in node.peaks.items() if noted and at >= noted[0] - 1), default=0)
        stake = min(node.earning, known * ERA)
        if not node.earning or lost <= 0 or not stake:
            return 0
        left = self.left_now()
        saved = stake * lost * self.funded * self.records.length // SCALE
        return min(saved * self.terms.tip_bps // WHOLE, self.terms.most_tip, left)

    def poke(self, number: int) -> int:
        """Sets the rate; the tip."""
        node = self.nodes[number]
        if not node.earning:
            raise Refused("NothingEarns")
        due, tip = self.due(number), self.tip(number)
        self.accrue(number)
        self.note(number)
        if due == node.rate:
            return 0
        self.change(power=node.earning * (due - node.rate), left=-tip)
        node.rate = due
        if tip:
            self.pay(tip)
        return tip

    def set_terms(self, terms: Terms) -> None:
        """Of all pokes from now on."""
        good = 0 < terms.least_bps <= terms.most_bps <= WHOLE and terms.tip_bps <= MOST_TIP_BPS
        if not good:
            raise Refused("RewardTermsOutOfRange")
        self.terms = terms
