"""Verification by staked nodes, exactly: what is asked and paid, who may sign, who earns what, what a court takes back.

Nodes and requests are numbers, accounts names, times seconds; ERA is in units of 10^-18. Rules raise the contract
error's name; a refusal leaves everything as it was.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from caldera.model.ledger import Refused

WHOLE = 10_000
MOST_SIGNERS = 31
LEAST_SIGNERS = 2
LEAST_PANEL = 3
SHORTEST_DEADLINE, LONGEST_DEADLINE = 600, 90 * 86_400
SHORTEST_WINDOW, LONGEST_WINDOW = 3_600, 14 * 86_400
LONGEST_REOPENED = 2**24 - 1


@dataclass(frozen=True)
class RequestRules:
    """Of requests; `least_fee` for each signer that is asked."""

    least_fee: int
    least_weight: int
    longest: int
    shortest: int
    least_signers: int


@dataclass(frozen=True)
class ResultRules:
    """Of results."""

    window: int
    fund_bps: int
    finance_bps: int

    def check(self) -> None:
        """As the contract does."""
        if not SHORTEST_WINDOW <= self.window <= LONGEST_WINDOW:
            raise Refused("DisputeWindowOutOfRange")
        nodes = 1 - Fraction(self.fund_bps, WHOLE)
        weight = Fraction(self.finance_bps, WHOLE)
        if nodes < 0 or weight < 1 or nodes * weight > 1:
            raise Refused("FeePartsOutOfRange")


def split(fee: int, fund_bps: int) -> tuple[int, int]:
    """The fund's part, rounded down, and the nodes'."""
    fund = floor(Fraction(fee * fund_bps, WHOLE))
    return fund, fee - fund


def volume_of(to_nodes: int, weight_bps: int, signers: int) -> int:
    """Of each signer, rounded down."""
    return floor(Fraction(to_nodes * weight_bps, WHOLE)) // signers


@dataclass
class Node:
    """A node as it signs. `signs`: its key is the one that counts, and an active account of its entity."""

    entity: int
    active: int
    leaving: int
    live: bool = True
    signs: bool = True


@dataclass
class Word:
    """An attribute as it stands."""

    amount: int = 0
    stated_at: int = 0
    valid_until: int = 0
    level: int = 0


def replaces(present: Word, now: int, amount: int, stated_at: int, level: int) -> bool:
    """Whether a word is written over the one that stands."""
    if level < present.level and present.amount and now <= present.valid_until:
        raise Refused("WeakerStatement")
    if stated_at > present.stated_at:
        return True
    if amount == 0:
        return (stated_at, level) == (present.stated_at, present.level)
    if level <= present.level:
        raise Refused("OlderStatement")
    return True


@dataclass
class Result:
    """What nodes found. `signers`: numbers in ascending order with their whole stakes."""

    amount: int
    accepted_at: int
    window: int
    epoch: int
    to_nodes: int
    volume: int
    signers: dict[int, int]
    state: str
    forfeited: bool = False


@dataclass
class Request:
    """What was asked. `attribute`: which one is written, any name; falsy for none. `panel`: None where any nodes may
    sign, else those drawn, none yet if empty."""

    account: str
    entity: int
    attribute: Hashable
    finance: bool
    interested: tuple[int, ...]
    least_signers: int
    least_weight: int
    deadline: int
    fee: int
    panel: list[int] | None = None
    answered: set[int] = field(default_factory=set)
    closed: bool = False
    refunded: bool = False
    result: Result | None = None


@dataclass
class Pot:
    """Of an epoch."""

    amount: int = 0
    paid: int = 0
    until: int = 0
    cases: int = 0
    unforfeited: int = 0
    claimed: int = 0
    nodes: set[int] = field(default_factory=set)


@dataclass
class VerificationBook:
    """All of it. The caller keeps `now`, `nodes`, `entities` of active accounts and `wallets` before requests."""

    now: int
    epoch_length: int
    request_rules: RequestRules
    result_rules: ResultRules
    nodes: dict[int, Node]
    entities: dict[str, int]
    wallets: Counter[str] = field(default_factory=Counter)
    requests: dict[int, Request] = field(default_factory=dict)
    pots: dict[int, Pot] = field(default_factory=dict)
    volumes: Counter[tuple[int, int]] = field(default_factory=Counter)
    lost: Counter[tuple[int, int]] = field(default_factory=Counter)
    missed: Counter[int] = field(default_factory=Counter)
    signed: Counter[int] = field(default_factory=Counter)
    fund_owed: int = 0
    words: defaultdict[Hashable, Word] = field(default_factory=lambda: defaultdict(Word))
    paused_until: int = 0

    @property
    def epoch(self) -> int:
        """The one that runs."""
        return self.now // self.epoch_length

    def pot(self, epoch: int) -> Pot:
        """Of that epoch."""
        return self.pots.setdefault(epoch, Pot())

    def held(self) -> int:
        """ERA that the desk must have: fees of open requests, pots, and what is owed to the fund."""
        waiting = sum(one.fee for one in self.requests.values() if one.result is None and not one.refunded)
        return waiting + self.fund_owed + sum(one.amount - one.paid for one in self.pots.values())

    def request(
        self,
        account: str,
        *,
        attribute: Hashable,
        finance: bool,
        interested: tuple[int, ...],
        panel_size: int,
        least_signers: int,
        least_weight: int,
        deadline: int,
        fee: int,
    ) -> int:
        """Asks, and pays; gives back the number."""
        rules = self.request_rules
        if self.now < self.paused_until:
            raise Refused("Paused")
        if account not in self.entities:
            raise Refused("RequesterNotActive")
        if panel_size and not LEAST_PANEL <= panel_size <= MOST_SIGNERS:
            raise Refused("PanelSizeOutOfRange")
        if not rules.least_signers <= least_signers <= (panel_size or MOST_SIGNERS):
            raise Refused("SignersOutOfRange")
        if least_weight < rules.least_weight:
            raise Refused("WeightTooLow")
        if not self.now + rules.shortest <= deadline <= self.now + rules.longest:
            raise Refused("DeadlineOutOfRange")
        if fee < rules.least_fee * (panel_size or least_signers):
            raise Refused("FeeTooLow")
        if self.wallets[account] < fee:
            raise Refused("ERC20InsufficientBalance")
        self.wallets[account] -= fee
        number = len(self.requests) + 1
        self.requests[number] = Request(
            account,
            self.entities[account],
            attribute,
            finance,
            interested,
            least_signers,
            least_weight,
            deadline,
            fee,
            [] if panel_size else None,
        )
        return number

    def assign(self, number: int, drawn: Sequence[int]) -> None:
        """Whoever the seed draws."""
        asked = self._open(number)
        if asked.panel is None:
            raise Refused("NoPanel")
        if asked.panel:
            raise Refused("PanelDrawn")
        if self.now > asked.deadline - self.request_rules.shortest:
            raise Refused("TooLateForPanel")
        if len(drawn) < asked.least_signers:
            raise Refused("PanelTooSmall")
        asked.panel = list(drawn)

    def submit(self, number: int, amount: int, valid_until: int, signers: Sequence[int]) -> None:
        """Signers in the order of their keys; what they signed is right."""
        asked = self._known(number)
        if self.now > valid_until:
            raise Refused("ResultExpired")
        if not asked.attribute and amount > 1:
            raise Refused("MappingAmount")
        if len(signers) < asked.least_signers:
            raise Refused("QuorumNotReached")
        entities: list[int] = []
        for one in signers:
            entity = self._signer(one).entity
            if entity in entities:
                raise Refused("SameEntity")
            entities.append(entity)
        if sum(self.nodes[one].active for one in signers) < asked.least_weight:
            raise Refused("WeightNotReached")
        if set(entities) & {asked.entity, *asked.interested}:
            raise Refused("SignerInterested")
        self._open(number)
        if asked.panel is not None and not set(signers) <= set(asked.panel):
            raise Refused("NotOnPanel")
        if asked.attribute and amount:
            replaces(self.words[asked.attribute], self.now, amount, self.now, 2)
            self.words[asked.attribute] = Word(amount, self.now, valid_until, 2)
        asked.answered |= set(signers)
        rules = self.result_rules
        to_fund, to_nodes = split(asked.fee, rules.fund_bps)
        volume = volume_of(to_nodes, rules.finance_bps if asked.finance else WHOLE, len(signers))
        stakes = {one: self.nodes[one].active + self.nodes[one].leaving for one in sorted(signers)}
        state = "Accepted" if amount else "Refused"
        asked.result = Result(amount, self.now, rules.window, self.epoch, to_nodes, volume, stakes, state)
        self.fund_owed += to_fund
        pot = self.pot(self.epoch)
        pot.amount += to_nodes
        pot.until = max(pot.until, self.now + rules.window)
        for one in signers:
            self.volumes[one, self.epoch] += volume
            self.signed[one] += 1

    def answer(self, number: int, node: int) -> None:
        """A node of the panel shows that it signed."""
        asked = self._known(number)
        self._signer(node)
        if self.now > asked.deadline:
            raise Refused("RequestOver")
        if asked.panel is None or node not in asked.panel:
            raise Refused("NotOnPanel")
        asked.answered.add(node)

    def close(self, number: int) -> None:
        """Counts who did not sign."""
        asked = self._known(number)
        if not asked.panel:
            raise Refused("NoPanel")
        if self.now <= asked.deadline:
            raise Refused("RequestOpen")
        if asked.closed:
            raise Refused("PanelAlreadyClosed")
        asked.closed = True
        for node in asked.panel:
            self.missed[node] += node not in asked.answered

    def refund(self, number: int) -> None:
        """After the deadline, without a result."""
        asked = self._known(number)
        self._unanswered(asked)
        if self.now <= asked.deadline:
            raise Refused("RequestOpen")
        asked.refunded = True
        self.wallets[asked.account] += asked.fee

    def open_case(self, number: int) -> None:
        """By the court."""
        result = self._result(number)
        if result.state not in ("Accepted", "Refused"):
            raise Refused("WrongResultState")
        if self.now > result.accepted_at + result.window:
            raise Refused("DisputeWindowOver")
        result.state = "Disputed"
        self.pot(result.epoch).cases += 1

    def close_case(self, number: int, overturned: bool, until: int = 0) -> None:
        """By the court; what stands can be disputed until then at least."""
        result = self._result(number)
        asked = self.requests[number]
        if result.state != "Disputed":
            raise Refused("WrongResultState")
        pot = self.pot(result.epoch)
        pot.cases -= 1
        if not overturned:
            result.state = "Accepted" if result.amount else "Refused"
            result.window = min(max(result.window, until - result.accepted_at), LONGEST_REOPENED)
            pot.until = max(pot.until, result.accepted_at + result.window)
            return
        result.state = "Overturned"
        pot.unforfeited += 1
        pot.amount -= result.to_nodes
        self.pot(self.epoch).amount += result.to_nodes
        word = self.words[asked.attribute]
        if asked.attribute and result.amount and replaces(word, self.now, 0, result.accepted_at, 2):
            self.words[asked.attribute] = Word(0, result.accepted_at, self.now, 2)

    def forfeit(self, number: int, signers: dict[int, int]) -> None:
        """Names the guilty."""
        result = self._result(number)
        if result.state != "Overturned":
            raise Refused("WrongResultState")
        if result.forfeited:
            raise Refused("AlreadyForfeited")
        if signers != result.signers:
            raise Refused("SignersNotThose")
        result.forfeited = True
        self.pot(result.epoch).unforfeited -= 1
        for node in signers:
            self.lost[node, result.epoch] += result.volume

    def total(self, epoch: int) -> int:
        """Volume of an epoch that still counts."""
        counted = sum(volume for (_, one), volume in self.volumes.items() if one == epoch)
        return counted - sum(volume for (_, one), volume in self.lost.items() if one == epoch)

    def claim(self, node: int, epoch: int) -> int:
        """The node's part; gives back how much."""
        pot = self._closed(epoch)
        if node in pot.nodes:
            raise Refused("FeesAlreadyClaimed")
        amount, volume = self._part(node, epoch), self._volume(node, epoch)
        if volume == 0:
            raise Refused("NoFeesToClaim")
        pot.nodes.add(node)
        pot.paid += amount
        pot.claimed += volume
        if pot.claimed == self.total(epoch):
            self._carry(pot)
        return amount

    def claimable(self, node: int, epoch: int) -> int:
        """What `claim` would give; nothing where it refuses."""
        try:
            pot = self._closed(epoch)
        except Refused:
            return 0
        return 0 if node in pot.nodes else self._part(node, epoch)

    def carry(self, epoch: int) -> int:
        """Of an epoch in which nobody has a part."""
        pot = self._closed(epoch)
        if self.total(epoch):
            raise Refused("FeesBelongToNodes")
        amount = self._carry(pot)
        if amount == 0:
            raise Refused("NoFeesToCarry")
        return amount

    def pay_fund(self) -> int:
        """Gives back how much."""
        amount, self.fund_owed = self.fund_owed, 0
        if amount == 0:
            raise Refused("NothingOwedToFund")
        return amount

    def set_result_rules(self, rules: ResultRules) -> None:
        """By governance; results keep theirs."""
        rules.check()
        self.result_rules = rules

    def final(self, number: int) -> bool:
        """Whether the result stands for good."""
        result = self.requests[number].result
        if result is None or result.state not in ("Accepted", "Refused"):
            return False
        return self.now > result.accepted_at + result.window

    def _volume(self, node: int, epoch: int) -> int:
        return self.volumes[node, epoch] - self.lost[node, epoch]

    def _part(self, node: int, epoch: int) -> int:
        """Rounded down."""
        volume = self._volume(node, epoch)
        return floor(Fraction(self.pot(epoch).amount * volume, self.total(epoch))) if volume else 0

    def _carry(self, pot: Pot) -> int:
        left = pot.amount - pot.paid
        pot.paid = pot.amount
        self.pot(self.epoch).amount += left
        return left

    def _closed(self, epoch: int) -> Pot:
        pot = self.pot(epoch)
        if self.now < (epoch + 1) * self.epoch_length:
            raise Refused("FeeEpochRunning")
        if self.now <= pot.until:
            raise Refused("FeeEpochDisputable")
        if pot.cases:
            raise Refused("FeeCasesOpen")
        if pot.unforfeited:
            raise Refused("FeesToForfeit")
        return pot

    def _signer(self, number: int) -> Node:
        node = self.nodes[number]
        if not (node.live and node.signs):
            raise Refused("NotAnAttestor")
        return node

    def _known(self, number: int) -> Request:
        if number not in self.requests:
            raise Refused("UnknownRequest")
        return self.requests[number]

    def _unanswered(self, asked: Request) -> None:
        if asked.result is not None:
            raise Refused("AlreadyAnswered")
        if asked.refunded:
            raise Refused("AlreadyRefunded")

    def _open(self, number: int) -> Request:
        asked = self._known(number)
        self._unanswered(asked)
        if self.now > asked.deadline:
            raise Refused("RequestOver")
        return asked

    def _result(self, number: int) -> Result:
        asked = self.requests.get(number)
        if asked is None or asked.result is None:
            raise Refused("NoResult")
        return asked.result
