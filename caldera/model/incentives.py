"""Circulation incentives in exact integers: payments by epoch, returns, rings, awards, vesting.

Entities are numbers, accounts names. Rules raise the contract error's name; a refusal leaves everything as it was.
Book: what is left of each payer, payee and epoch. A payment the other way sets off the oldest lots within the window,
first those of earlier epochs, then those of its own; a lot that the window leaves behind has circulated.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from caldera.model.ledger import Refused

ERA_PER_USD = 12 * 10**9
"""Units of ERA (18 decimals) for a unit of USD (6 decimals): 12,000 ERA for USD 1,000,000."""
WHOLE = 10_000
MOST_USD = 2**96 - 1
LEAST_RING, MOST_RING = 3, 32
MOST_REBATE = 100
MOST_FEE_BPS = 1_000_000
Flow = tuple[int, int, int]
"""Payer, payee, epoch."""


def lots_left(payments: Sequence[tuple[int, int, int]], window: int) -> dict[tuple[int, int], int]:
    """What circulates between two parties, 0 and 1, lot by lot: the rule as it is said, with a queue.

    Args:
        payments: payer (0 or 1), epoch, amount; one for a payer and epoch at most, in any order.

    Returns:
        What is left of each payer and epoch.
    """
    lots: dict[tuple[int, int], int] = {}
    for epoch in sorted({epoch for _, epoch, _ in payments}):
        fresh = {payer: sum(p[2] for p in payments if p[:2] == (payer, epoch)) for payer in (0, 1)}
        for payer in (0, 1):  # what each returns to the other's earlier lots, oldest first
            for at in range(epoch - window, epoch):
                taken = min(fresh[payer], lots.get((1 - payer, at), 0))
                fresh[payer] -= taken
                if taken:
                    lots[1 - payer, at] -= taken
        both = min(fresh.values())
        for payer in (0, 1):
            lots[payer, epoch] = fresh[payer] - both
    return {key: left for key, left in lots.items() if left}


@dataclass
class Stream:
    """What was awarded in one epoch: `amount` of it unvested at second `start`, the rest running evenly to `end`."""

    start: int
    end: int
    amount: int

    def vested(self, at: int) -> int:
        """What of `amount` is vested at `at`, rounded down."""
        if at >= self.end:
            return self.amount
        return self.amount * max(0, at - self.start) // (self.end - self.start)


class IncentivesModel:
    """The whole contract. The caller keeps `now` and `active`: account to entity, for those that may act."""

    def __init__(self, now: int, epoch_length: int, window: int, review: int, vesting: int, cap: int) -> None:
        self.now = now
        self.epoch_length, self.window, self.review, self.vesting = epoch_length, window, review, vesting
        self.flows: Counter[Flow] = Counter()
        self.caps: list[tuple[int, int]] = [(0, cap)]
        self.rebate: tuple[int, str] = (0, "")
        self.fee_bps = 0
        self.fees: Counter[int] = Counter()
        self.left = 0
        self.funded = self.moved = self.paid = self.clawed = 0
        self.surplus = 0
        self.active: dict[str, int] = {}
        self.awarded_for: Counter[tuple[int, int]] = Counter()
        self.counted_for: Counter[tuple[int, int]] = Counter()
        self.awarded: Counter[int] = Counter()
        self.matured: Counter[int] = Counter()
        self.streams: defaultdict[int, dict[int, Stream]] = defaultdict(dict)
        self.rebates: Counter[str] = Counter()

    # Time

    @property
    def epoch(self) -> int:
        """The present epoch."""
        return self.now // self.epoch_length

    def countable_from(self, epoch: int) -> int:
        """First second at which `epoch` can be counted."""
        return (epoch + self.window + 1) * self.epoch_length + self.review

    def cap_of(self, epoch: int) -> int:
        """The most an entity gets for `epoch`."""
        return [cap for start, cap in self.caps if start <= epoch][-1]

    # Book

    def record(self, payer: int, payee: int, usd: int) -> None:
        """A settlement; payments of nobody, or to oneself, are passed over."""
        if payer == payee or 0 in (payer, payee):
            return
        key = payer, payee, self.epoch
        self.flows[key] = min(MOST_USD, self.flows[key] + usd)

    def offset_ring(self, entities: Sequence[int], epochs: Sequence[int]) -> int:
        """Takes the smallest payment of a ring off all of them."""
        if not LEAST_RING <= len(entities) <= MOST_RING or len(epochs) != len(entities):
            raise Refused("RingOutOfRange")
        if len(set(entities)) != len(entities):
            raise Refused("RingRepeats")
        if max(epochs) - min(epochs) > self.window:
            raise Refused("RingTooWide")
        keys = list(zip(entities, [*entities[1:], entities[0]], epochs, strict=True))
        least = min(self.flows[key] for key in keys)
        if least == 0:
            raise Refused("NoSuchFlow")
        for key in keys:
            self.flows[key] -= least
        return least

    def rings(self) -> Iterator[tuple[list[int], list[int]]]:
        """Rings that stand in the book now; whoever sets each off before asking for the next ends with none left."""
        while (found := self._ring()) is not None:
            yield found

    def _ring(self) -> tuple[list[int], list[int]] | None:
        edges: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for (payer, payee, epoch), usd in sorted(self.flows.items()):
            if usd:
                edges[payer].append((payee, epoch))

        def search(path: list[int], epochs: list[int]) -> tuple[list[int], list[int]] | None:
            for payee, epoch in edges[path[-1]]:
                span = [*epochs, epoch]
                if max(span) - min(span) > self.window:
                    continue
                if payee == path[0] and len(path) >= LEAST_RING:
                    return path, span
                if payee not in path and payee > path[0] and len(path) < MOST_RING:
                    found = search([*path, payee], span)
                    if found:
                        return found
            return None

        for first in sorted(edges):
            found = search([first], [])
            if found:
                return found
        return None

    def net(self, one: int, other: int, epoch: int) -> tuple[int, int, int, dict[Flow, int]]:
        """Payer, payee, what is left of `epoch`, and what every word is once that is set off."""
        low, high = min(one, other), max(one, other)
        changed: dict[Flow, int] = {}
        up, down = self.flows[low, high, epoch], self.flows[high, low, epoch]
        payer, payee = (low, high) if up > down else (high, low)
        left = abs(up - down)
        changed[low, high, epoch] = changed[high, low, epoch] = 0
        for later in range(epoch + 1, epoch + self.window + 1):
            back = min(left, self.flows[payee, payer, later])
            changed[payee, payer, later] = self.flows[payee, payer, later] - back
            left -= back
        changed[payer, payee, epoch] = left
        return payer, payee, left, changed

    # Awards

    def count(self, one: int, other: int, epoch: int) -> int:
        """Counts one epoch of two entities; the reward."""
        if self.now < self.countable_from(epoch):
            raise Refused("EpochStillOpen")
        pair = ((one, other), (other, one))
        for earlier in range(max(0, epoch - self.window), epoch):
            if any(self.flows[a, b, earlier] for a, b in pair):
                raise Refused("CountEarlierFirst")
        if not any(self.flows[a, b, epoch] for a, b in pair):
            raise Refused("NothingToCount")
        payer, payee, net, changed = self.net(one, other, epoch)
        usd, bps = net, self.rebate[0]
        reward = min(net * ERA_PER_USD, max(0, self.cap_of(epoch) - self.awarded_for[payee, epoch]))
        if self.fee_bps:
            reward = min(reward, max(0, self.fees[payee] * self.fee_bps // WHOLE - self.awarded[payee]))
        rebate = reward * bps // WHOLE
        if reward + rebate > self.left:
            usd = self.left * WHOLE // (WHOLE + bps) // ERA_PER_USD
            if usd == 0:
                raise Refused("BudgetExhausted")
            reward = usd * ERA_PER_USD
            rebate = reward * bps // WHOLE
        for key, kept in changed.items():  # a Counter's update would add
            self.flows[key] = kept
        self.flows[payer, payee, epoch] = net - usd
        self.left -= reward + rebate
        self.awarded_for[payee, epoch] += reward
        self.counted_for[payee, epoch] += usd
        self.awarded[payee] += reward
        if rebate:
            self.rebates[self.rebate[1]] += rebate
        if reward:
            start = (self.epoch + 1) * self.epoch_length
            stream = self.streams[payee].setdefault(self.epoch, Stream(start, start + self.vesting, 0))
            stream.amount += reward
        return reward

    def claim(self, account: str) -> int:
        """Hands out what has vested."""
        entity = self._entity(account)
        amount = self.claimable(entity)
        if amount == 0:
            raise Refused("NothingToTake")
        self.matured[entity] = 0
        for stream in self.streams[entity].values():
            self._mature(stream)
        self.paid += amount
        return amount

    def claw_back(self, entity: int, epoch: int, most: int, evidence: bool = True) -> int:
        """Takes back what is unvested of one stream."""
        if not evidence:
            raise Refused("NoEvidence")
        stream = self.streams[entity].get(epoch)
        taken = min(most, stream.amount - stream.vested(self.now)) if stream else 0
        if stream is None or taken == 0:
            raise Refused("NothingUnvested")
        self.matured[entity] += self._mature(stream)
        stream.amount -= taken
        self.left += taken
        self.clawed += taken
        return taken

    def claim_rebate(self, payee: str) -> int:
        """Hands out rebates."""
        amount = self.rebates[payee]
        if amount == 0:
            raise Refused("NoRebate")
        self.rebates[payee] = 0
        self.paid += amount
        return amount

    def claimable(self, entity: int) -> int:
        """What `entity` could claim now."""
        return self.matured[entity] + sum(s.vested(self.now) for s in self.streams[entity].values())

    def unvested(self, entity: int) -> int:
        """What it could not."""
        return sum(s.amount - s.vested(self.now) for s in self.streams[entity].values())

    # Budget and terms

    def fund(self, amount: int) -> None:
        """Adds to the budget."""
        if amount == 0:
            raise Refused("NothingToFund")
        self.left += amount
        self.funded += amount

    def absorb(self) -> int:
        """Adds what was sent without a word."""
        amount = self.surplus
        self.fund(amount)
        self.surplus = 0
        return amount

    def move(self, amount: int) -> None:
        """Governance takes what is promised to nobody."""
        if amount == 0:
            raise Refused("NothingToFund")
        if amount > self.left:
            raise Refused("BudgetTooSmall")
        self.left -= amount
        self.moved += amount

    def set_cap(self, cap: int) -> None:
        """From the next epoch on."""
        self.caps = [entry for entry in self.caps if entry[0] != self.epoch + 1] + [(self.epoch + 1, cap)]

    def set_rebate(self, bps: int, payee: str) -> None:
        """The verifiers' part."""
        if bps > MOST_REBATE or (bps and not payee):
            raise Refused("RebateOutOfRange")
        self.rebate = bps, payee

    def set_fee_limit(self, bps: int, source: bool = True) -> None:
        """How much of the fees paid can be awarded."""
        if bps > MOST_FEE_BPS or source != bool(bps):
            raise Refused("FeeLimitOutOfRange")
        self.fee_bps = bps

    @property
    def owed(self) -> int:
        """Everything promised and not handed out."""
        entities = set(self.awarded)
        return sum(self.claimable(e) + self.unvested(e) for e in entities) + sum(self.rebates.values())

    def _mature(self, stream: Stream) -> int:
        vested = stream.vested(self.now)
        if vested:
            stream.start, stream.amount = self.now, stream.amount - vested
        return vested

    def _entity(self, account: str) -> int:
        if account not in self.active:
            raise Refused("NotActive")
        return self.active[account]
