"""Joint decisions in exact integers: groups and their versions, ballots, results.

Entities are numbers, accounts names. Rules raise the contract error's name; a refusal leaves everything as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from caldera.model.ledger import Refused

WHOLE = 10_000
HOUR, DAY = 3_600, 86_400
LONGEST_PERIOD = 30 * DAY
LONGEST_VALIDITY = 3 * 365 * DAY
HIGHEST_PRICE = 2**95 - 1
PRICE, ALLOCATION, CHANGE = 0, 1, 2
OPEN, DECIDED, DEFAULTED, VOID = 1, 2, 3, 4


def lower_median(figures: Sequence[tuple[int, int]]) -> int:
    """The least figure such that it and all below have at least half of the weight; pairs of figure and weight."""
    total = sum(weight for _, weight in figures)
    return min(
        figure for figure, _ in figures if 2 * sum(weight for other, weight in figures if other <= figure) >= total
    )


@dataclass(frozen=True)
class Terms:
    """What a group agrees on; `members` are pairs of entity and weight."""

    group: int
    threshold: int
    secret: bool
    stated: bool
    voting: int
    revealing: int
    accept_by: int
    document: int
    members: tuple[tuple[int, int], ...]


@dataclass
class Decision:
    """A decision as it stands; `options` by number, 0 being the default of an allocation."""

    kind: int
    group: int
    version: int
    terms: Terms
    topic: object
    vote_until: int
    reveal_until: int
    valid_from: int
    valid_until: int
    least: int = 0
    most: int = 0
    spread: int = 0
    fallback: int = 0
    has_default: bool = False
    options: dict[int, tuple[int, ...]] = field(default_factory=dict)
    count: int = 0
    proposers: set[int] = field(default_factory=set)
    ballots: dict[int, int] = field(default_factory=dict)
    hidden: dict[int, tuple[int, object]] = field(default_factory=dict)
    state: int = OPEN
    outcome: int = 0
    support: int = 0


class JointModel:
    """The whole contract. The caller keeps `now`, `active` (account to entity) and `entities` (those entered)."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.active: dict[str, int] = {}
        self.entities: set[int] = set()
        self.versions: dict[int, list[Terms]] = {}
        self.accepted: set[tuple[Terms, int]] = set()
        self.used: set[Terms] = set()
        self.refused: set[Terms] = set()
        self.decisions: dict[int, Decision] = {}

    # Groups

    def accept(self, by: str, terms: Terms) -> None:
        """By a call."""
        self._live(terms)
        entity = self._entity(by)
        self._asked(terms, entity)
        if (terms, entity) in self.accepted:
            raise Refused("JointAcceptedAlready")
        self._sound(terms)
        self.accepted.add((terms, entity))

    def refuse(self, by: str, terms: Terms) -> None:
        """For good."""
        self._live(terms)
        self._asked(terms, self._entity(by))
        self.refused.add(terms)

    def form(self, by: str, terms: Terms, signers: Sequence[str] = ()) -> int:
        """A new group; `signers` signed."""
        if terms.group:
            raise Refused("JointTermsForGroup")
        entity = self._entity(by)
        self._sound(terms)
        self._agreed(by, terms, signers)
        if entity not in dict(terms.members):
            raise Refused("JointNotNamed")
        self.used.add(terms)
        number = len(self.versions) + 1
        self.versions[number] = [terms]
        return number

    def change(self, by: str, number: int, terms: Terms, signers: Sequence[str] = ()) -> int:
        """Puts decided terms into force; gives the version."""
        found = self._known(number)
        if found.kind != CHANGE:
            raise Refused("JointWrongKind")
        if found.state != DECIDED or found.topic != terms:
            raise Refused("JointChangeNotDecided")
        if found.version != len(self.versions[found.group]):
            raise Refused("JointVersionPassed")
        self._agreed(by, terms, signers)
        self.used.add(terms)
        self.versions[found.group].append(terms)
        return len(self.versions[found.group])

    # Decisions

    def open_price(
        self,
        by: str,
        group: int,
        topic: object,
        bounds: tuple[int, int],
        spread: int,
        fallback: int,
        valid: tuple[int, int],
    ) -> int:
        """Gives the decision's number."""
        least, most = bounds
        if least == 0 or least > most or most > HIGHEST_PRICE:
            raise Refused("JointBoundsOutOfRange")
        if spread > WHOLE:
            raise Refused("JointSpreadOutOfRange")
        made = self._draft(PRICE, group, topic, *valid)
        self._default(group, fallback != 0)
        made.least, made.most, made.spread, made.fallback = least, most, spread, fallback
        made.has_default = fallback != 0
        self._member(by, made)
        if made.has_default and not least <= fallback <= most:
            raise Refused("JointNoSuchChoice")
        return self._opened(made)

    def open_allocation(
        self, by: str, group: int, topic: object, total: int, fallback: Sequence[int], valid: tuple[int, int]
    ) -> int:
        """Gives the decision's number."""
        if total == 0:
            raise Refused("NothingToAllocate")
        made = self._draft(ALLOCATION, group, topic, *valid)
        self._default(group, bool(fallback))
        made.most, made.has_default = total, bool(fallback)
        self._member(by, made)
        if fallback:
            self._add(made, 0, fallback)
        return self._opened(made)

    def open_change(self, by: str, terms: Terms) -> int:
        """Gives the decision's number."""
        self._live(terms)
        self._sound(terms)
        made = self._draft(CHANGE, terms.group, terms, 0, 2**40 - 1)
        made.count = 1
        self._member(by, made)
        return self._opened(made)

    def propose(self, by: str, number: int, shares: Sequence[int]) -> int:
        """Gives the proposal's number."""
        found = self._castable(number)
        if found.kind != ALLOCATION:
            raise Refused("JointWrongKind")
        entity = self._member(by, found)
        if entity in found.proposers:
            raise Refused("JointProposedAlready")
        self._add(found, found.count + 1, shares)
        found.proposers.add(entity)
        found.count += 1
        return found.count

    def vote(self, by: str, number: int, choice: int) -> None:
        """An open ballot."""
        found = self._castable(number)
        if found.terms.secret:
            raise Refused("JointBallotsHidden")
        entity = self._fresh(by, found)
        self._choice(found, choice)
        found.ballots[entity] = choice

    def commit(self, by: str, number: int, choice: int, salt: object) -> None:
        """A hidden ballot."""
        found = self._castable(number)
        if not found.terms.secret:
            raise Refused("JointBallotsOpen")
        entity = self._fresh(by, found)
        found.hidden[entity] = (choice, salt)

    def reveal(self, number: int, entity: int, choice: int, salt: object) -> None:
        """By anyone."""
        found = self._known(number)
        if not found.vote_until < self.now <= found.reveal_until:
            raise Refused("JointNotTimeToReveal")
        if entity in found.ballots or found.hidden.get(entity) != (choice, salt):
            raise Refused("JointNotCommitted")
        self._choice(found, choice)
        found.ballots[entity] = choice

    def finalise(self, number: int) -> int:
        """Gives the state."""
        found = self._known(number)
        if found.state != OPEN:
            raise Refused("JointIsFinal")
        if self.now <= found.reveal_until:
            raise Refused("JointRunning")
        weights = dict(found.terms.members)
        cast = [(choice, weights[entity]) for entity, choice in found.ballots.items()]
        choice, support = 0, 0
        if cast and found.kind == PRICE:
            choice = lower_median(cast)
            most = Fraction(choice * found.spread, WHOLE)
            support = sum(weight for figure, weight in cast if abs(figure - choice) <= most)
        elif cast:
            sums: Counter[int] = Counter()
            for figure, weight in cast:
                sums[figure] += weight
            support = max(sums.values())
            choice = min(figure for figure, weight in sums.items() if weight == support)
        found.support = support
        if Fraction(support, sum(weights.values())) >= Fraction(found.terms.threshold, WHOLE):
            found.state = VOID if found.kind == CHANGE and choice == 0 else DECIDED
            found.outcome = choice
        else:
            found.state = DEFAULTED if found.has_default else VOID
            found.outcome = found.fallback
        return found.state

    # What is read

    def in_force(self, number: int) -> bool:
        """Whether a result holds now."""
        found = self._known(number)
        return found.state in (DECIDED, DEFAULTED) and found.valid_from <= self.now <= found.valid_until

    def price(self, number: int) -> int:
        """The price in force."""
        if self._known(number).kind != PRICE:
            raise Refused("JointWrongKind")
        if not self.in_force(number):
            raise Refused("JointNotInForce")
        return self.decisions[number].outcome

    def share(self, number: int, entity: int) -> int:
        """The entity's share of the allocation in force."""
        found = self._known(number)
        if found.kind != ALLOCATION:
            raise Refused("JointWrongKind")
        if not self.in_force(number):
            raise Refused("JointNotInForce")
        places = [one for one, _ in found.terms.members]
        return found.options[found.outcome][places.index(entity)] if entity in places else 0

    def standing(self, group: int, kind: int, topic: object) -> int:
        """The newest that was decided and has begun, unless it has ended; 0: none."""
        begun = [
            number
            for number, one in self.decisions.items()
            if (one.group, one.kind, one.topic) == (group, kind, topic)
            and one.state == DECIDED
            and one.valid_from <= self.now
        ]
        newest = max(begun, default=0)
        return newest if newest and self.decisions[newest].valid_until >= self.now else 0

    # Checks

    def _draft(self, kind: int, group: int, topic: object, start: int, end: int) -> Decision:
        if group not in self.versions:
            raise Refused("UnknownJointGroup")
        if not topic:
            raise Refused("NoJointTopic")
        terms = self.versions[group][-1]
        vote_until = self.now + terms.voting
        reveal_until = vote_until + terms.revealing
        start = start or reveal_until + 1
        late = kind != CHANGE and end - start > LONGEST_VALIDITY
        if start <= reveal_until or end < start or late:
            raise Refused("JointValidityOutOfOrder")
        return Decision(kind, group, len(self.versions[group]), terms, topic, vote_until, reveal_until, start, end)

    def _opened(self, made: Decision) -> int:
        number = len(self.decisions) + 1
        self.decisions[number] = made
        return number

    def _default(self, group: int, stated: bool) -> None:
        asked = self.versions[group][-1].stated
        if asked and not stated:
            raise Refused("JointDefaultMissing")
        if stated and not asked:
            raise Refused("JointDefaultNotAllowed")

    def _add(self, made: Decision, option: int, shares: Sequence[int]) -> None:
        if len(shares) != len(made.terms.members):
            raise Refused("JointSharesOutOfRange")
        if sum(shares) != made.most:
            raise Refused("JointSharesDoNotAddUp")
        made.options[option] = tuple(shares)

    def _choice(self, found: Decision, choice: int) -> None:
        if found.kind == PRICE:
            known = found.least <= choice <= found.most
        elif found.kind == CHANGE:
            known = choice in (0, 1)
        else:
            known = choice in found.options
        if not known:
            raise Refused("JointNoSuchChoice")

    def _castable(self, number: int) -> Decision:
        found = self._known(number)
        if self.now > found.vote_until:
            raise Refused("JointVotingOver")
        return found

    def _fresh(self, by: str, found: Decision) -> int:
        entity = self._member(by, found)
        if entity in found.ballots or entity in found.hidden:
            raise Refused("JointVotedAlready")
        return entity

    def _member(self, by: str, found: Decision) -> int:
        entity = self._entity(by)
        if entity not in dict(found.terms.members):
            raise Refused("NotAJointMember")
        return entity

    def _entity(self, account: str) -> int:
        if account not in self.active:
            raise Refused("NotActive")
        return self.active[account]

    def _known(self, number: int) -> Decision:
        if number not in self.decisions:
            raise Refused("UnknownJointDecision")
        return self.decisions[number]

    def _present(self, group: int) -> dict[int, int]:
        return dict(self.versions[group][-1].members) if group in self.versions else {}

    def _live(self, terms: Terms) -> None:
        if terms in self.used:
            raise Refused("JointTermsUsed")
        if terms in self.refused:
            raise Refused("JointTermsWereRefused")
        if self.now > terms.accept_by:
            raise Refused("JointTermsLate")

    def _asked(self, terms: Terms, entity: int) -> None:
        if entity not in dict(terms.members) or entity in self._present(terms.group):
            raise Refused("JointNotNamed")

    def _agreed(self, by: str, terms: Terms, signers: Sequence[str]) -> None:
        self._live(terms)
        agreed = {self.active.get(by, 0)}
        for signer in signers:
            entity = self._entity(signer)
            if entity not in dict(terms.members):
                raise Refused("JointNotNamed")
            agreed.add(entity)
        for entity, _ in terms.members:
            if entity in agreed or (terms, entity) in self.accepted or entity in self._present(terms.group):
                continue
            raise Refused("JointNotAccepted")

    def _sound(self, terms: Terms) -> None:
        if not 2 <= len(terms.members) <= 31:
            raise Refused("JointMembersOutOfRange")
        before = 0
        for entity, weight in terms.members:
            if entity <= before:
                raise Refused("JointMembersNotAscending")
            if entity not in self.entities:
                raise Refused("UnknownEntity")
            if weight == 0:
                raise Refused("JointWeightZero")
            before = entity
        if not 5_001 <= terms.threshold <= WHOLE:
            raise Refused("JointThresholdOutOfRange")
        if not HOUR <= terms.voting <= LONGEST_PERIOD:
            raise Refused("JointPeriodOutOfRange")
        if terms.secret and not HOUR <= terms.revealing <= LONGEST_PERIOD:
            raise Refused("JointPeriodOutOfRange")
        if not terms.secret and terms.revealing:
            raise Refused("JointRevealWithoutSecret")
