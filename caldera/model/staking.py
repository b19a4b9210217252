"""Nodes, stakes with them and what slashes take, in exact integers: what `NodeStaking` must do, written a second time.

The contract brings a position up to date when it is touched; here everybody is brought along at once when a generation
of shares ends. That both agree is what the state machine checks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

from caldera.model.ledger import Refused
from caldera.model.vesting import VestingModel

DAY = 86_400
SHORTEST_UNBONDING, LONGEST_UNBONDING = 7 * DAY, 60 * DAY
SHORTEST_NOTICE, LONGEST_NOTICE = DAY, 30 * DAY
LONGEST_FREEZE = 60 * DAY
MOST_SHARES = 10_000
"""Shares a unit beyond which a generation of shares ends."""
MOST_COMMISSION = 5_000
OWN_PLACES, ALL_PLACES = 16, 32
MOST_NODES = 8
INDEX_UNIT = 10**27

Holder = str | int
"""An account by its name, a grant by its id."""


@dataclass(frozen=True)
class Terms:
    """What governance sets: units and seconds."""

    least: int
    unbonding: int = 21 * DAY
    notice: int = 7 * DAY

    def check(self) -> None:
        """Whether they are in their ranges."""
        good = self.least > 0 and SHORTEST_UNBONDING <= self.unbonding <= LONGEST_UNBONDING
        if not (good and SHORTEST_NOTICE <= self.notice <= LONGEST_NOTICE):
            raise Refused("StakeTermsOutOfRange")


@dataclass
class Stake:
    """What a holder has with a node. `principal`: of a grant only. `ended`: earned in generations that ended."""

    shares: int = 0
    paid: int = 0
    ended: int = 0
    principal: int = 0


@dataclass
class Exit:
    """What of a holder is leaving a node."""

    holder: Holder
    node: int
    shares: int
    matures: int
    to: int
    principal: int = 0


@dataclass
class Node:
    """A node with its two pools. `stakes` by holder; `index`, `told` are those of the rewards; `since`: it is live."""

    number: int
    owner: str
    entity: str
    operator: str
    commission: int
    retired: bool = False
    live: bool = False
    since: int = 0
    next_owner: str = ""
    announced: tuple[int, int] | None = None
    active: int = 0
    shares: int = 0
    leaving: int = 0
    leaving_shares: int = 0
    frozen: int = 0
    generation: int = 1
    leaving_generation: int = 0
    stakes: dict[Holder, Stake] = field(default_factory=dict)
    index: int = 0
    told: int = 0

    @property
    def price(self) -> Fraction:
        """Of an active share."""
        return Fraction(self.active, self.shares) if self.shares else Fraction(1)

    @property
    def leaving_price(self) -> Fraction:
        """Of a share that is leaving."""
        return Fraction(self.leaving, self.leaving_shares) if self.leaving_shares else Fraction(1)

    def worth(self, shares: int) -> int:
        """Of active shares, rounded down."""
        return floor(shares * self.price) if self.shares else 0


class StakingModel:
    """All nodes and stakes. The caller keeps `active` (accounts that are active participants) and `entities`.
    `rate`: rewards of the active stake a second, × 10^18. `vault`: the model of the vesting vault, which keeps the
    time; `me` is the name there of the contract through which grants are staked."""

    def __init__(self, vault: VestingModel, terms: Terms, rate: int = 0, me: str = "grants") -> None:
        self.vault = vault
        self.me = me
        self.terms = terms
        self.rate = rate
        self.paused_until = 0
        self.entities: dict[str, str] = {}
        self.active: set[str] = set()
        self.nodes: dict[int, Node] = {}
        self.places: list[int] = []
        """The live node at each place; 0 is a free one."""
        self.keys: dict[str, int] = {}
        self.exits: dict[Holder, dict[int, Exit]] = {}
        self.owed: Counter[Holder] = Counter()
        self.wallets: Counter[str] = Counter()
        self.listed: dict[int, list[int]] = {}
        """The nodes of a grant by their place in its list; 0 is a free one."""
        self.given = 0
        self.slashed: Counter[tuple[str, bool]] = Counter()
        """What waits of slashes, by reporter: the reporter's part (True) and the rest."""

    @property
    def now(self) -> int:
        """Seconds."""
        return self.vault.now

    def actor(self, holder: Holder) -> str:
        """Who acts for it."""
        return self.vault.grants[holder].beneficiary if isinstance(holder, int) else holder

    def _allowed(self, holder: Holder, by: str, going_on: bool) -> None:
        if isinstance(holder, int):
            if by != self.actor(holder):
                raise Refused("NotGrantBeneficiary")
            if going_on and self.vault.grants[holder].owed:
                raise Refused("GrantRecalled")

    # nodes

    def register(self, by: str, operator: str, commission: int) -> int:
        """A node of the caller's entity; its number."""
        self._running()
        if commission > MOST_COMMISSION:
            raise Refused("CommissionTooHigh")
        self._active(by)
        number = len(self.nodes) + 1
        node = Node(number, by, self.entities[by], operator, commission, told=self.now)
        self._may_sign(operator, node, number)
        self.nodes[number] = node
        self.keys[operator] = number
        return number

    def set_operator(self, by: str, number: int, operator: str) -> None:
        """Another key."""
        node = self._mine(by, number)
        self._may_sign(operator, node, number)
        node.operator = operator
        self.keys[operator] = number

    def _may_sign(self, key: str, node: Node, number: int) -> None:
        self._active(key)
        if self.entities[key] != node.entity:
            raise Refused("NotOfNodeEntity")
        if self.keys.get(key, number) != number:
            raise Refused("KeyTaken")

    def propose_owner(self, by: str, number: int, to: str) -> None:
        """Names who may take the node over."""
        self._mine(by, number).next_owner = to

    def accept_owner(self, by: str, number: int) -> None:
        """Takes it over."""
        node = self._node(number)
        if by != node.next_owner:
            raise Refused("NotNextOwner")
        self._active(by)
        if self.entities[by] != node.entity:
            raise Refused("NotOfNodeEntity")
        node.owner, node.next_owner = by, ""
        self._refresh(node)

    def announce(self, by: str, number: int, bps: int) -> None:
        """Another commission: lower at once, higher after the notice."""
        node = self._mine(by, number)
        if bps > MOST_COMMISSION:
            raise Refused("CommissionTooHigh")
        if bps == node.commission:
            raise Refused("SameCommission")
        if bps < node.commission:
            self._reward(node)
            node.commission, node.announced = bps, None
        else:
            node.announced = (bps, self.now + self.terms.notice)

    def apply(self, number: int) -> None:
        """The raise takes effect."""
        node = self.nodes.get(number)
        if node is None or node.announced is None:
            raise Refused("NoCommissionAnnounced")
        bps, ready = node.announced
        if self.now < ready:
            raise Refused("CommissionTooEarly")
        self._reward(node)
        node.commission, node.announced = bps, None

    def retire(self, by: str, number: int) -> None:
        """For good."""
        node = self._mine(by, number)
        if node.retired:
            raise Refused("NodeIsRetired")
        node.retired = True
        self._refresh(node)

    def refresh(self, number: int) -> bool:
        """Whether it is live by the terms that hold now."""
        node = self._node(number)
        self._refresh(node)
        return node.live

    def set_terms(self, terms: Terms) -> None:
        """By governance."""
        terms.check()
        self.terms = terms

    # stakes

    def stake(self, by: str, holder: Holder, number: int, amount: int, least: int = 0) -> int:
        """`by` pays for `holder`; the shares."""
        self._running()
        if not amount:
            raise Refused("NoAmount")
        if amount > self.wallets[by]:
            raise Refused("ERC20InsufficientBalance")
        shares = self._enter(holder, number, amount)
        if shares < least:
            raise Refused("TooFewShares")
        self.wallets[by] -= amount
        return shares

    def stake_grant(self, by: str, grant: int, number: int, amount: int, least: int = 0) -> None:
        """The vault brings a part of a grant."""
        self.vault.stake(by, grant, self.me, amount)
        self.vault.wallets[self.me] -= amount
        self._running()
        shares = self._enter(grant, number, amount)
        if shares < least:
            raise Refused("TooFewShares")
        self._list(grant, number)
        self.nodes[number].stakes[grant].principal += amount

    def _enter(self, holder: Holder, number: int, amount: int) -> int:
        node = self._node(number)
        if node.retired:
            raise Refused("NodeIsRetired")
        shares = floor(amount / node.price)
        self._keep(node, holder, node.stakes.get(holder, Stake()).shares + shares)
        node.active += amount
        node.shares += shares
        self._relive(node, holder)
        return shares

    def unbond(self, holder: Holder, number: int, shares: int, least: int = 0, to: int = 0, by: str = "") -> int:
        """Begins to leave; the place."""
        self._allowed(holder, by, bool(to))
        if to:
            self._may_go(number, to)
        return self._begin(holder, number, shares, least, to, range(OWN_PLACES))

    def _begin(self, holder: Holder, number: int, shares: int, least: int, to: int, places: Sequence[int]) -> int:
        if not shares:
            raise Refused("NoShares")
        node = self._node(number)
        stake = node.stakes.get(holder, Stake())
        held = stake.shares
        if shares > held:
            raise Refused("ExceedsPosition")
        amount = node.worth(shares)
        if amount < least:
            raise Refused("TooLittle")
        if not amount:
            raise Refused("NoAmount")
        place = self._place(holder, places)
        self._keep(node, holder, stake.shares - shares)
        node.shares -= shares
        node.active -= amount
        self._relive(node, holder)
        leaving = floor(amount / node.leaving_price)
        node.leaving += amount
        node.leaving_shares += leaving
        principal = 0
        if isinstance(holder, int):
            principal = stake.principal
            if shares < held:
                principal = min(principal, max(amount, floor(Fraction(principal * shares, held))))
            if principal == stake.principal:
                self._unlist(holder, number)
            stake.principal -= principal
        exits = self.exits.setdefault(holder, {})
        exits[place] = Exit(holder, number, leaving, self.now + self.terms.unbonding, to, principal)
        return place

    def _place(self, holder: Holder, places: Sequence[int]) -> int:
        for place in places:
            if place not in self.exits.get(holder, {}):
                return place
        raise Refused("NoFreePlace")

    def _may_go(self, number: int, to: int) -> None:
        if number == to:
            raise Refused("SameNode")
        if self._node(to).retired:
            raise Refused("NodeIsRetired")

    def redirect(self, holder: Holder, place: int, to: int, by: str = "") -> None:
        """Elsewhere."""
        self._allowed(holder, by, bool(to))
        found = self._exit(holder, place)
        if to:
            self._may_go(found.node, to)
        found.to = to

    def held_until(self, found: Exit) -> int:
        """From which second it can be taken."""
        return max(found.matures, min(self.nodes[found.node].frozen, found.matures + LONGEST_FREEZE))

    def exit_worth(self, found: Exit) -> int:
        """Rounded down."""
        node = self.nodes[found.node]
        return floor(found.shares * node.leaving_price) if node.leaving_shares else 0

    def withdraw(self, holder: Holder, place: int, least: int = 0) -> int:
        """Pays a mature exit, of a grant to the vault."""
        if self._exit(holder, place).to:
            raise Refused("ExitGoesOn")
        found, amount = self._close(holder, place, least)
        if isinstance(holder, int):
            self._give_back(holder, found.principal, amount)
        else:
            self.wallets[holder] += amount
        return amount

    def withdraw_all(self, holder: str) -> int:
        """Pays all that can be paid."""
        exits = self.exits.get(holder, {})
        ready = [place for place, one in exits.items() if not one.to and self.held_until(one) <= self.now]
        if not ready:
            raise Refused("NothingMature")
        return sum(self.withdraw(holder, place) for place in ready)

    def complete(self, holder: Holder, place: int) -> int:
        """Stakes a mature exit with the node it goes on to; the shares."""
        if isinstance(holder, int):
            if self.vault.grants[holder].owed:
                raise Refused("GrantRecalled")
            self._exit(holder, place)
        self._running()
        found = self._exit(holder, place)
        if not found.to:
            raise Refused("ExitGoesNowhere")
        found, amount = self._close(holder, place, 0)
        shares = self._enter(holder, found.to, amount) if amount else 0
        if isinstance(holder, int) and not amount:
            self._give_back(holder, found.principal, 0)
        elif isinstance(holder, int) and found.principal:
            self._list(holder, found.to)
            self.nodes[found.to].stakes[holder].principal += found.principal
        return shares

    def _close(self, holder: Holder, place: int, least: int) -> tuple[Exit, int]:
        found = self._exit(holder, place)
        if self.now < self.held_until(found):
            raise Refused("ExitHeld")
        amount = self.exit_worth(found)
        if amount < least:
            raise Refused("TooLittle")
        node = self.nodes[found.node]
        node.leaving -= amount
        node.leaving_shares -= found.shares
        del self.exits[holder][place]
        return found, amount

    # slashes

    def slash(self, number: int, amount: int, reporter: str = "", bps: int = 0) -> int:
        """Takes pro rata of both pools, rounded up in each; what was taken, which waits by reporter."""
        if bps > 10_000:
            raise Refused("RewardTooHigh")
        node = self._node(number)
        total = node.active + node.leaving
        if amount > total:
            raise Refused("ExceedsStake")
        if not amount:
            return 0
        kept = 1 - Fraction(amount, total)
        self._reward(node)
        active, leaving = floor(node.active * kept), floor(node.leaving * kept)
        node.active, node.leaving = active, leaving
        if node.shares > MOST_SHARES * active:
            price = node.price
            for stake in node.stakes.values():
                stake.ended += stake.shares * (node.index - stake.paid) // INDEX_UNIT
                stake.shares, stake.paid = floor(stake.shares * price), node.index
            node.shares = active
            node.generation += 1
        if node.leaving_shares > MOST_SHARES * leaving:
            price = node.leaving_price
            for found in self._leaving(number):
                found.shares = floor(found.shares * price)
            node.leaving_shares = leaving
            node.leaving_generation += 1
        if node.live:
            self._refresh(node)
        taken = total - active - leaving
        reward = floor(Fraction(taken * bps, 10_000))
        self.slashed[reporter, True] += reward
        self.slashed[reporter, False] += taken - reward
        return taken

    def take_slashed(self, reporter: str, reward: bool) -> int:
        """Hands it over."""
        amount = self.slashed.pop((reporter, reward), 0)
        if not amount:
            raise Refused("NothingSlashed")
        return amount

    def freeze(self, number: int, until: int) -> None:
        """Never shortened."""
        node = self._node(number)
        node.frozen = max(node.frozen, until)

    # grants

    def recall(self, grant: int) -> int:
        """The vault wants back what is owed; the principal that is leaving by then."""
        amount = self.vault.recall(grant, self.me)
        leaving = 0
        for found in self.exits.get(grant, {}).values():
            found.to = 0
            leaving += found.principal
        for number in list(self.listed.get(grant, [])):
            if leaving >= amount:
                break
            if not number:
                continue
            node = self.nodes[number]
            stake = node.stakes[grant]
            places = [*range(OWN_PLACES, ALL_PLACES), *range(OWN_PLACES)]
            full = len(self.exits.get(grant, {})) == ALL_PLACES
            if full or not node.worth(stake.shares) or not stake.principal:
                continue
            wanted = amount - leaving
            shares = min(stake.shares, ceil(Fraction(stake.shares * wanted, stake.principal)))
            if not node.worth(shares):
                shares = stake.shares
            place = self._begin(grant, number, shares, 0, 0, places)
            leaving += self.exits[grant][place].principal
        return leaving

    def write_off(self, grant: int, number: int) -> int:
        """What was slashed to nothing."""
        node = self._node(number)
        stake = node.stakes.get(grant, Stake())
        if not stake.principal or node.worth(stake.shares):
            raise Refused("NothingToWriteOff")
        principal, stake.principal = stake.principal, 0
        self._unlist(grant, number)
        self._give_back(grant, principal, 0)
        return principal

    def principal(self, grant: int) -> int:
        """All that the vault must know to be staked here."""
        active = sum(node.stakes[grant].principal for node in self.nodes.values() if grant in node.stakes)
        return active + sum(found.principal for found in self.exits.get(grant, {}).values())

    def _give_back(self, grant: int, principal: int, amount: int) -> None:
        if principal:
            self.vault.wallets[self.me] += amount
            self.vault.return_stake(self.me, grant, principal, amount)
        else:
            self.wallets[self.actor(grant)] += amount

    def _list(self, grant: int, number: int) -> None:
        listed = self.listed.setdefault(grant, [0] * MOST_NODES)
        if number in listed:
            return
        if 0 not in listed:
            raise Refused("TooManyNodes")
        listed[listed.index(0)] = number

    def _unlist(self, grant: int, number: int) -> None:
        listed = self.listed.get(grant, [])
        if number in listed:
            listed[listed.index(number)] = 0

    # rewards

    def rewards_of(self, holder: Holder, chosen: Collection[int] | None = None) -> int:
        """All that it could take now, at the nodes `chosen` or at all."""
        found = self.owed[holder]
        for node in self._chosen(chosen):
            stake = node.stakes.get(holder, Stake())
            found += stake.ended + stake.shares * (self._index(node) - stake.paid) // INDEX_UNIT
        return found

    def take(self, holder: Holder, chosen: Collection[int] | None = None) -> int:
        """Takes it; the node's rewards are asked for and not counted anew."""
        amount = self.rewards_of(holder, chosen)
        self.owed[holder] = 0
        for node in self._chosen(chosen):
            if holder in node.stakes:
                node.stakes[holder].ended, node.stakes[holder].paid = 0, self._index(node)
        return amount

    def _chosen(self, chosen: Collection[int] | None) -> list[Node]:
        return [node for number, node in self.nodes.items() if chosen is None or number in chosen]

    def _index(self, node: Node) -> int:
        if not node.shares:
            return node.index
        earning = node.active if node.live else 0
        reward = Fraction(earning * self.rate * (self.now - node.told), 10**18) * (
            1 - Fraction(node.commission, 10_000)
        )
        return node.index + floor(reward * INDEX_UNIT / node.shares)

    def _reward(self, node: Node) -> None:
        node.index = self._index(node)
        self.given += ceil(Fraction((node.active if node.live else 0) * self.rate * (self.now - node.told), 10**18))
        node.told = self.now

    def _keep(self, node: Node, holder: Holder, shares: int) -> None:
        """From now on it has so many shares. What it earned counts as earned by them since the index was lower, where
        it ever was so low, and else as owed."""
        self._reward(node)
        stake = node.stakes.setdefault(holder, Stake())
        earned = stake.ended + stake.shares * (node.index - stake.paid) // INDEX_UNIT
        stake.shares, stake.paid, stake.ended = shares, node.index, 0
        rise = floor(Fraction(earned * INDEX_UNIT, shares)) if shares else None
        if rise is None or rise > node.index:
            self.owed[holder] += earned
        else:
            stake.paid -= rise

    # what all of them need

    def balance(self) -> int:
        """What must be here, but for gifts."""
        return sum(node.active + node.leaving for node in self.nodes.values()) + self.slashed.total()

    def _relive(self, node: Node, holder: Holder) -> None:
        if holder == node.owner:
            self._refresh(node)

    def _refresh(self, node: Node) -> None:
        own = node.worth(node.stakes.get(node.owner, Stake()).shares)
        live = not node.retired and own >= self.terms.least
        if live != node.live:
            self._reward(node)
            node.live = live
            self._place_of(node)

    def _place_of(self, node: Node) -> None:
        """The lowest that is free while it is live; nobody else moves."""
        if not node.live:
            self.places[self.places.index(node.number)] = 0
            return
        if 0 not in self.places:
            self.places.append(0)
        self.places[self.places.index(0)], node.since = node.number, self.now

    def _leaving(self, number: int) -> list[Exit]:
        return [found for exits in self.exits.values() for found in exits.values() if found.node == number]

    def _exit(self, holder: Holder, place: int) -> Exit:
        found = self.exits.get(holder, {}).get(place)
        if found is None:
            raise Refused("NoExitAt")
        return found

    def _running(self) -> None:
        if self.now < self.paused_until:
            raise Refused("Paused")

    def _active(self, account: str) -> None:
        if account not in self.active:
            raise Refused("NotActive")

    def _node(self, number: int) -> Node:
        if number not in self.nodes:
            raise Refused("UnknownNode")
        return self.nodes[number]

    def _mine(self, by: str, number: int) -> Node:
        node = self._node(number)
        if by != node.owner:
            raise Refused("NotNodeOwner")
        return node


LEAST_BASE = 100 * 10**18


class SlashRateBook:
    """Rates of offences, in basis points: false attestations, conflicting signatures, light contradictions, and the
    reporter's part. Those of a time are the ones that held at its end, and before there were any the first."""

    def __init__(self, rates: tuple[int, int, int, int]) -> None:
        self._set = [(0, rates)]

    def set(self, now: int, rates: tuple[int, int, int, int]) -> None:
        """Of offences from now on."""
        self._set.append((now, rates))

    def at(self, time: int) -> tuple[int, int, int, int]:
        """The rates of a time."""
        return [rates for since, rates in self._set if since <= time][-1]

    def taken(self, offence: int, base: int, there: int, time: int) -> int:
        """By an offence of that time, of the lesser of base and what is there, rounded up; 0 below `LEAST_BASE`."""
        stake = min(base, there)
        return -(-stake * self.at(time)[offence] // 10_000) if stake >= LEAST_BASE else 0

    def reward(self, taken: int, time: int) -> int:
        """The reporter's part of it, rounded down."""
        return taken * self.at(time)[3] // 10_000
