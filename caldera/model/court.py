"""A court of drawn nodes in exact integers: cases, polls, panels, bonds.

Entities and nodes are numbers, accounts names. Rules raise the contract error's name; a refusal leaves everything as it
was. Time is `now`; the caller keeps it, and what of the world the court looks at: participants, nodes, results, seeds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.model.ledger import Refused

WHOLE = 10_000
NAMES, TRIALS, MOST_PANEL, MOST_SIGNERS = 4_096, 512, 31, 31
DAY = 86_400
SETTLING = 7 * DAY
"""For so long after it became live a node is not drawn."""
EXECUTION, LONGEST, REOPENED = 3 * DAY, 60 * DAY, 2 * DAY
FUND = "fund"
UPHELD, REJECTED, UNDECIDED, WITHHELD = "Upheld", "Rejected", "Undecided", "Withheld"
FINAL = (UPHELD, REJECTED, UNDECIDED, WITHHELD)


@dataclass
class Node:
    """A node as the court sees it. `settled`: it has been live long enough to be drawn."""

    owner: str
    key: str
    entity: int
    active: int
    live: bool = True
    settled: bool = True


def draw(
    seed: bytes,
    size: int,
    nodes: dict[int, Node],
    barred: set[int],
    least: int,
    cap: int,
    places: Sequence[int] | None = None,
) -> list[int]:
    """Who sits in a panel.

    Args:
        seed: 32 bytes.
        nodes: by number.
        barred: entities of which nobody sits.
        least: active stake from which a node can be drawn.
        cap: active stake above which more gives no better chance.
        places: the number of the live node at each, 0 for none; without it, node n is at place n - 1.
    """
    if size > MOST_PANEL:
        raise Refused("PanelTooLarge")
    if places is None:
        places = range(1, len(nodes) + 1)
    names = 1
    while names < len(places):
        names *= 2
    out: list[int] = []
    taken = set(barred)
    trials = 0
    for name in range(NAMES):
        if len(out) == size or trials == TRIALS:
            break
        r = int.from_bytes(keccak(seed + name.to_bytes(32, "big")), "big")
        place = r % 2**32 % names
        number = places[place] if place < len(places) else 0
        node = nodes.get(number)
        if node is None or not node.live:
            continue
        trials += 1
        if not node.settled or node.active < least or node.entity in taken:
            continue
        if Fraction(r >> 128, 2**128) < Fraction(min(node.active, cap), cap):
            out.append(number)
            taken.add(node.entity)
    return out


@dataclass(frozen=True)
class Terms:
    """Amounts in units of ERA, periods in seconds."""

    bond: int
    factor_bps: int
    panellists_bps: int
    panel: int
    secret: int
    commit: int
    reveal: int
    appeal: int
    governance: int

    @property
    def longest(self) -> int:
        """From the opening of a case until its signers are free."""
        return 4 * (self.secret + self.commit + self.reveal) + 2 * self.appeal + self.governance + EXECUTION

    def appeal_bond(self, round_: int) -> int:
        """Against the ruling of a round, rounded up."""
        exact = self.bond * Fraction(self.factor_bps, WHOLE) ** round_
        return -(-exact.numerator // exact.denominator)

    def check(self) -> None:
        """Raises where they are out of range."""
        fine = (
            100 * 10**18 <= self.bond <= 10**6 * 10**18
            and WHOLE <= self.factor_bps <= 5 * WHOLE
            and self.panellists_bps <= WHOLE
            and self.panel in range(3, 16, 2)
            and self.secret >= 3600
            and min(self.commit, self.reveal) >= 4 * 3600
            and min(self.appeal, self.governance) >= DAY
            and self.longest <= LONGEST
        )
        if not fine:
            raise Refused("CourtTermsOutOfRange")


@dataclass
class Panel:
    """A panel and its poll. A ballot is ("hidden", vote, salt), "uphold", "reject" or "void"."""

    nodes: list[int]
    commit_until: int
    reveal_until: int
    ballots: dict[int, tuple[str, bool, int]] = field(default_factory=dict)
    recorded: bool = False

    def votes(self, uphold: bool) -> list[int]:
        """Who revealed that vote."""
        return [node for node, (state, vote, _) in self.ballots.items() if state == "open" and vote == uphold]


@dataclass
class Result:
    """A result as its contract knows it."""

    signers: tuple[int, ...]
    stakes: tuple[int, ...]
    until: int
    interested: tuple[int, int, int]
    accepted: int
    open: bool = False
    overturned: bool = False


@dataclass
class Case:
    """A case. `bonds`: challenger's, then those of the appeals: owner, amount, whether the challenger put it up."""

    number: int
    challenger: str
    entity: int
    terms: Terms
    secret: int
    ends: int
    opened: int
    ticket: int
    phase: str = "Draw"
    round: int = 1
    redrawn: bool = False
    secret_known: bool = False
    ruling: bool | None = None
    panels: list[Panel] = field(default_factory=list)
    bonds: list[tuple[str, int, bool]] = field(default_factory=list)
    executed: set[int] = field(default_factory=set)
    compensated: set[int] = field(default_factory=set)
    rewarded: set[tuple[int, int]] = field(default_factory=set)
    per_vote: int = 0
    per_signer: int = 0
    division: tuple[int, int, int, int] = (0, 0, 0, 0)
    """What its end was: all that was lost, right votes, what the challenger got beyond its own, and the fund."""
    told: bool = False


class CourtModel:
    """Court, polls and draw together. The caller keeps `now`, `active` (account to entity of those that may act),
    `nodes`, `results` and `deaf`, and says how seeds are found; `places` as `draw` takes them. `fund`: who gets what is
    nobody's."""

    def __init__(self, now: int, terms: Terms, least: int, cap: int, seed_of: Callable[[int], bytes]) -> None:
        self.now = now
        terms.check()
        self.terms, self.least, self.cap = terms, least, cap
        self.seed_of = seed_of
        self.active: dict[str, int] = {}
        self.nodes: dict[int, Node] = {}
        self.results: dict[int, Result] = {}
        self.cases: list[Case] = []
        self.tickets = 0
        self.wallets: Counter[str] = Counter()
        self.credits: Counter[str] = Counter()
        self.missed: Counter[int] = Counter()
        self.wrong: Counter[int] = Counter()
        self.frozen: Counter[int] = Counter()
        self.blows: list[tuple[int, int, str, int]] = []
        self.deaf = False
        self.places: Sequence[int] | None = None
        self.fund = FUND

    # What is owed

    def held(self) -> int:
        """All that the court must have: credits, bonds of cases that go on, what waits to be collected."""
        total = sum(self.credits.values())
        for case in self.cases:
            if case.phase not in FINAL:
                total += sum(bond for _, bond, _ in case.bonds)
                continue
            upheld = case.phase == UPHELD
            votes = sum(len(panel.votes(upheld)) for panel in case.panels)
            total += case.per_vote * (votes - len(case.rewarded))
            total += case.per_signer * (len(self.results[case.number].signers) - len(case.compensated))
        return total

    def collectable(self, case: Case) -> list[tuple[int, int]]:
        """Panel and node of right votes that were not credited yet."""
        if case.phase not in (UPHELD, REJECTED) or not case.per_vote:
            return []
        found = [
            (number, node) for number, panel in enumerate(case.panels, 1) for node in panel.votes(case.phase == UPHELD)
        ]
        return [one for one in found if one not in case.rewarded]

    # Time

    def case(self, number: int) -> Case:
        if not 1 <= number <= len(self.cases):
            raise Refused("UnknownCase")
        return self.cases[number - 1]

    def where(self, number: int) -> tuple[str, int, int, bool | None]:
        """Phase, end, round and ruling at `now`, whether or not the case was moved: by the table, step for step."""
        case = self.case(number)
        phase, ends, ruling, redrawn, terms = case.phase, case.ends, case.ruling, case.redrawn, case.terms
        while phase not in FINAL and self.now > ends:
            if phase == "Vote":
                ups, downs = (len(case.panels[-1].votes(vote)) for vote in (True, False))
                if 2 * (ups + downs) > len(case.panels[-1].nodes):
                    phase, ends, ruling = "Appeal", ends + terms.appeal, ups > downs
                elif redrawn:
                    phase, ends = "Governance", ends + terms.governance
                else:
                    phase, ends, redrawn = "Draw", ends + terms.secret, True
            elif phase == "Draw" and case.secret_known:
                phase, ends = "Governance", ends + terms.governance
            elif phase == "Draw":
                phase = WITHHELD
            else:
                phase = UNDECIDED if ruling is None else UPHELD if ruling else REJECTED
        return phase, ends, case.round, ruling

    def moved(self, number: int) -> Case:
        """Brings a case to `now`."""
        case = self.case(number)
        phase, ends, _, ruling = self.where(number)
        if phase == case.phase:
            return case
        if case.phase == "Vote":
            self._record(case.panels[-1])
            # A poll that decided nothing is followed by another, once a round.
            case.redrawn = case.redrawn or 2 * sum(len(case.panels[-1].votes(vote)) for vote in (True, False)) <= len(
                case.panels[-1].nodes
            )
        case.phase, case.ends, case.ruling = phase, ends, ruling
        if phase == "Draw":
            self._ask(case)
        if phase in FINAL:
            self._finish(case)
        return case

    def within(self, number: int, phase: str) -> Case:
        """The case, not moved yet, if it is in that phase at `now`."""
        if self.where(number)[0] != phase:
            raise Refused("WrongCasePhase")
        return self.case(number)

    # What anybody does

    def challenge(self, who: str, number: int, signers: Sequence[int], stakes: Sequence[int], secret: int) -> int:
        result = self.results[number]
        if result.open:
            raise Refused("CaseStands")
        if self.now > result.until:
            raise Refused("NotDisputable")
        if not 1 <= len(signers) <= MOST_SIGNERS:
            raise Refused("SignersOutOfRange")
        if (tuple(signers), tuple(stakes)) != (result.signers, result.stakes):
            raise Refused("WrongSigners")
        if who not in self.active:
            raise Refused("NotAnActiveParticipant")
        if any(self.nodes[node].entity == self.active[who] for node in signers):
            raise Refused("OwnNode")
        terms = self.terms
        self._pay(who, terms.bond)
        case = Case(number, who, self.active[who], terms, secret, self.now + terms.secret, self.now, 0)
        case.bonds.append((who, terms.bond, True))
        self.cases.append(case)
        self._ask(case)
        result.open = True
        for node in signers:
            self.frozen[node] = max(self.frozen[node], self.now + terms.longest)
        return len(self.cases)

    def draw(self, number: int, secret: int) -> list[int]:
        """Who was drawn, whether or not they are enough."""
        case = self.within(number, "Draw")
        if not case.secret_known and secret != case.secret:
            raise Refused("WrongSecret")
        seed = self.seed_of(case.ticket)
        if case.phase != "Draw" or seed == bytes(32):  # moved into Draw by this very call, it asks only now
            raise Refused("NoSeedYet")
        case.secret_known = True
        size = case.terms.panel if case.round == 1 else 2 * case.terms.panel + 1
        result = self.results[case.number]
        seated = [*result.signers, *(node for panel in case.panels for node in panel.nodes)]
        barred = {self.nodes[node].entity for node in seated} | {case.entity, *result.interested}
        data = encode(
            ["bytes32", "bytes32", "uint256", "uint8"],
            [seed, case.secret.to_bytes(32, "big"), number, len(case.panels) + 1],
        )
        drawn = draw(keccak(data), size, self.nodes, barred, self.least, self.cap, self.places)
        if len(drawn) < size:
            case.phase, case.ends = "Governance", self.now + case.terms.governance
            return drawn
        until = self.now + case.terms.commit
        case.panels.append(Panel(drawn, until, until + case.terms.reveal))
        case.phase, case.ends = "Vote", until + case.terms.reveal
        return drawn

    def appeal(self, who: str, number: int, node: int) -> None:
        case = self.within(number, "Appeal")
        ruling = self.where(number)[3]
        if ruling:
            if node not in self.results[case.number].signers:
                raise Refused("NotASigner")
            if self.nodes[node].owner != who:
                raise Refused("NotTheLosingSide")
        elif who != case.challenger:
            raise Refused("NotTheLosingSide")
        bond = case.terms.appeal_bond(case.round)
        self._pay(who, bond)
        self.moved(number)
        case.bonds.append((who, bond, not ruling))
        if case.round == 1:
            case.round, case.redrawn = 2, False
            case.phase, case.ends = "Draw", self.now + case.terms.secret
            self._ask(case)
        else:
            case.phase, case.ends = "Governance", self.now + case.terms.governance

    def decide(self, number: int, uphold: bool) -> None:
        case = self.within(number, "Governance")
        self.moved(number)
        case.ruling, case.phase, case.ends = uphold, UPHELD if uphold else REJECTED, self.now
        self._finish(case)

    def advance(self, number: int) -> None:
        if not 1 <= number <= len(self.cases):
            raise Refused("UnknownCase")
        case = self.cases[number - 1]
        before = case.phase
        if before in FINAL:
            if case.told:
                raise Refused("WrongCasePhase")
            if self.deaf:
                raise Refused("DeafResult")
            self._tell(case)
            return
        self.moved(number)
        if case.phase == before:
            raise Refused("CaseNotDue")

    def execute(self, number: int, start: int, count: int) -> None:
        case = self.within(number, UPHELD)
        result = self.results[case.number]
        places = [at for at in range(len(result.signers)) if start <= at < start + count and at not in case.executed]
        if not places:
            raise Refused("NothingToExecute")
        self.moved(number)
        for at in places:
            self._punish(case, at)

    def collect_votes(self, number: int, panel: int, nodes: Sequence[int]) -> None:
        case = self.moved(number)
        for node in nodes:
            if (panel, node) not in self.collectable(case):
                raise Refused("NoVoteReward")
            case.rewarded.add((panel, node))
            self.credits[self.nodes[node].owner] += case.per_vote

    def collect_compensation(self, number: int, nodes: Sequence[int]) -> None:
        case = self.moved(number)
        for node in nodes:
            if node not in self.results[case.number].signers:
                raise Refused("NotASigner")
            if not case.per_signer or node in case.compensated:
                raise Refused("NoCompensation")
            case.compensated.add(node)
            self.credits[self.nodes[node].owner] += case.per_signer

    def claim(self, account: str) -> int:
        amount = self.credits[account]
        if not amount:
            raise Refused("NothingCredited")
        self.credits[account] = 0
        self.wallets[account] += amount
        return amount

    def set_terms(self, terms: Terms) -> None:
        terms.check()
        self.terms = terms

    # Polls

    def commit(self, panel: Panel, who: str, node: int, uphold: bool, salt: int) -> None:
        if self.now > panel.commit_until:
            raise Refused("CommitOver")
        if node not in panel.nodes:
            raise Refused("NotAPanellist")
        known = self.nodes[node]
        if known.key != who or self.active.get(who) != known.entity:
            raise Refused("NotTheOperator")
        if node in panel.ballots:
            raise Refused("AlreadyCommitted")
        panel.ballots[node] = ("hidden", uphold, salt)

    def void_leaked(self, panel: Panel, node: int, uphold: bool, salt: int) -> None:
        if self.now > panel.commit_until:
            raise Refused("CommitOver")
        if panel.ballots.get(node) != ("hidden", uphold, salt):
            raise Refused("NotWhatWasCommitted")
        panel.ballots[node] = ("void", uphold, salt)

    def reveal(self, panel: Panel, node: int, uphold: bool, salt: int) -> None:
        if not panel.commit_until < self.now <= panel.reveal_until:
            raise Refused("NotTimeToReveal")
        if panel.ballots.get(node) != ("hidden", uphold, salt):
            raise Refused("NotWhatWasCommitted")
        panel.ballots[node] = ("open", uphold, salt)

    def record_missed(self, panel: Panel) -> None:
        if self.now <= panel.reveal_until:
            raise Refused("PollRunning")
        if panel.recorded:
            raise Refused("MissedRecorded")
        self._record(panel)

    # Inner

    def _punish(self, case: Case, at: int) -> None:
        """A signer, by its position."""
        result = self.results[case.number]
        case.executed.add(at)
        self.wrong[result.signers[at]] += 1
        self.blows.append((result.signers[at], result.stakes[at], case.challenger, result.accepted))

    def _record(self, panel: Panel) -> None:
        if panel.recorded:
            return
        panel.recorded = True
        voted = {*panel.votes(True), *panel.votes(False)}
        self.missed.update(node for node in panel.nodes if node not in voted)

    def _ask(self, case: Case) -> None:
        self.tickets += 1
        case.ticket = self.tickets

    def _pay(self, who: str, amount: int) -> None:
        if self.wallets[who] < amount:
            raise Refused("ERC20InsufficientBalance")
        self.wallets[who] -= amount

    def _finish(self, case: Case) -> None:
        upheld = case.phase == UPHELD
        lost = 0
        for owner, bond, accusing in case.bonds:
            if case.phase == UNDECIDED or (accusing == upheld and case.phase != WITHHELD):
                self.credits[owner] += bond
            else:
                lost += bond
        rest, votes, won = lost, 0, 0
        if case.phase in (UPHELD, REJECTED):
            votes = sum(len(panel.votes(upheld)) for panel in case.panels)
            signers = len(self.results[case.number].signers)
            part = lost * case.terms.panellists_bps // WHOLE
            case.per_vote = part // votes if votes else 0
            rest -= votes * case.per_vote
            if upheld:
                won = lost - part
                self.credits[case.challenger] += won
                rest -= won
            else:
                case.per_signer = (lost - part) // signers
                rest -= signers * case.per_signer
        self.credits[self.fund] += rest
        case.division = lost, votes, won, rest
        if not self.deaf:
            self._tell(case)

    def _tell(self, case: Case) -> None:
        case.told = True
        result = self.results[case.number]
        result.open = result.overturned = case.phase == UPHELD
        if case.phase == WITHHELD:
            result.until = max(result.until, self.now + REOPENED)
