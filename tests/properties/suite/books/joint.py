"""What groups decide jointly: the exact model, told of every event.

Independent of the contracts: whose terms come to stand, who has a ballot and casts it once, which price is the lower
weighted median and what weight supports it, which allocation has the most, whether that is enough, what holds now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.contracts import structs
from caldera.evm import domain_of
from caldera.evm.address import to_address
from caldera.model.joint import ALLOCATION, CHANGE, DECIDED, DEFAULTED, PRICE, Decision, JointModel, Terms
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.parties import Parties
from tests.properties.suite.stage import Stage
from tests.support.joint import digest_of


class _Active:
    """Entities by account, of those that are active now, as the model asks for them."""

    def __init__(self, parties: Parties) -> None:
        self.parties, self.now = parties, 0

    def __contains__(self, account: object) -> bool:
        return self.parties.active(str(account), self.now)

    def __getitem__(self, account: str) -> int:
        return self.parties.entity(account)

    def get(self, account: str, other: int) -> int:
        """The other where it is not active."""
        found = account in self
        return self[account] if found else other


class _Entities:
    """Those that were entered."""

    def __init__(self, parties: Parties) -> None:
        self.parties = parties

    def __contains__(self, entity: object) -> bool:
        return isinstance(entity, int) and 0 < entity <= self.parties.count


class Joint(Book):
    """`model`: accounts are addresses; a hidden ballot is its commitment. `digests`: of terms."""

    hears: ClassVar[Hears] = emits(
        "JointDecision",
        *("JointTermsAccepted", "JointTermsRefused", "JointGroupStands", "JointOpened", "JointChangeProposed"),
        *("JointShares", "JointVoted", "JointCommitted", "JointRevealed", "JointFinal"),
    )

    def __init__(self, stage: Stage, parties: Parties) -> None:
        self.parties = parties
        self.model = JointModel(stage.now)
        untyped: Any = self.model
        self.active = untyped.active = _Active(parties)
        untyped.entities = _Entities(parties)
        self.domain = domain_of(stage.net.joint)
        self.place = stage.chain.chain_id, stage.at("JointDecision")
        self.digests: dict[Terms, bytes] = {}
        self.currency: dict[int, int] = {}
        self.seen: set[int] = set()
        self.groups_seen: set[int] = set()

    def before(self, scene: Scene) -> None:
        self.model.now = self.active.now = scene.now

    # terms

    def _terms(self, given: Any) -> Terms:
        """As the model has them; the digest is what members sign."""
        *rules, document, named = given
        members = tuple(structs.JointMember(*member) for member in named)
        agreed: list[Any] = [
            *rules,
            int.from_bytes(document, "big"),
            tuple((one.entity, one.weight) for one in members),
        ]
        terms, signed = Terms(*agreed), structs.JointTerms(*[*rules, document, members])
        self.digests[terms] = digest_of(self.domain, signed)
        return terms

    def joint_terms_accepted(self, event: Any, scene: Scene) -> None:
        terms = self._terms(scene.call[1][0])
        self.model.accept(scene.sender, terms)
        self._said(event, terms, scene)

    def joint_terms_refused(self, event: Any, scene: Scene) -> None:
        terms = self._terms(scene.call[1][0])
        self.model.refuse(scene.sender, terms)
        self._said(event, terms, scene)

    def _said(self, event: Any, terms: Terms, scene: Scene) -> None:
        wanted = self.digests[terms], self.parties.entity(scene.sender), scene.sender
        assert (event.digest, event.entity, event.account) == wanted

    def joint_group_stands(self, event: Any, scene: Scene) -> None:
        """J1: all of its members accepted, or were members when it was decided."""
        name, given = scene.call
        terms = self._terms(given[-2])
        signers = [to_address(signer) for signer, _ in given[-1]]
        if name == "JointDecision.formGroup":
            group, version = self.model.form(scene.sender, terms, signers), 1
        else:
            group, version = terms.group, self.model.change(scene.sender, given[0], terms, signers)
        assert (event.group, event.version, event.digest) == (group, version, self.digests[terms])
        self.groups_seen.add(group)

    # decisions

    def joint_opened(self, event: Any, scene: Scene) -> None:
        made, (name, given), by = self.model, scene.call, scene.sender
        if name == "JointDecision.openPrice":
            group, (topic, currency, spread, least, most, fallback, *valid) = given
            number = made.open_price(by, group, topic, (least, most), spread, fallback, (valid[0], valid[1]))
            self.currency[number] = currency
        elif name == "JointDecision.openAllocation":
            group, (topic, total, *valid), shares = given
            number = made.open_allocation(by, group, topic, total, shares, (valid[0], valid[1]))
        else:
            number = made.open_change(by, self._terms(given[0]))
        found = event.decision, event.entity, event.account, _facts(event.terms)
        decision = made.decisions[number]
        wanted = number, self.parties.entity(by), by, self._kept(number)
        assert found == wanted, f"J2: decision {number} was opened as {found}, not {wanted}"
        assert (event.group, event.kind, event.topic) == (decision.group, decision.kind, self._topic(decision))
        self.seen.add(number)

    def joint_change_proposed(self, event: Any, scene: Scene) -> None:
        terms = self.model.decisions[event.decision].topic
        assert terms == self._terms(scene.call[1][0])

    def joint_shares(self, event: Any, scene: Scene) -> None:
        name, given = scene.call
        if name == "JointDecision.propose":
            assert self.model.propose(scene.sender, *given) == event.option
        decision = self.model.decisions[event.decision]
        assert decision.options[event.option] == tuple(event.shares)
        assert sum(event.shares) == decision.most, "J3: shares add up"
        assert event.entity == self.parties.entity(scene.sender)
        self.seen.add(event.decision)

    def joint_voted(self, event: Any, scene: Scene) -> None:
        number, choice = scene.call[1]
        self.model.vote(scene.sender, number, choice)
        wanted = number, self.parties.entity(scene.sender), scene.sender, choice
        assert (event.decision, event.entity, event.account, event.choice) == wanted, "J4: a ballot is its entity's"
        self.seen.add(number)

    def joint_committed(self, event: Any, scene: Scene) -> None:
        number, commitment = scene.call[1]
        # Nobody knows the choice yet: the commitment stands for it.
        self.model.commit(scene.sender, number, 0, commitment)
        wanted = number, self.parties.entity(scene.sender), scene.sender, commitment
        assert (event.decision, event.entity, event.account, event.commitment) == wanted
        self.seen.add(number)

    def joint_revealed(self, event: Any, scene: Scene) -> None:
        number, entity, choice, salt = scene.call[1]
        decision = self.model.decisions[number]
        words = encode(
            ["uint256", "address", "uint64", "uint48", "uint96", "bytes32"], [*self.place, number, entity, choice, salt]
        )
        assert decision.hidden[entity] == (0, keccak(words)), "J4: what is revealed was committed"
        decision.hidden[entity] = (choice, salt)
        self.model.reveal(number, entity, choice, salt)
        assert (event.decision, event.entity, event.choice) == (number, entity, choice)
        self.seen.add(number)

    def joint_final(self, event: Any, scene: Scene) -> None:
        """J2."""
        self.model.finalise(event.decision)
        decision = self.model.decisions[event.decision]
        total = sum(weight for _, weight in decision.terms.members)
        found = event.state, event.outcome, event.support, event.total
        wanted = decision.state, decision.outcome, decision.support, total
        assert found == wanted, f"J2: of decision {event.decision} came {found}, not {wanted}"
        self.seen.add(event.decision)

    # what must hold

    def check(self, stage: Stage) -> None:
        """J1 to J6, of what was touched."""
        self.model.now = stage.now
        for number in self.seen:
            self._decision(stage, number)
        for group in self.groups_seen:
            self._group(stage, group)
        if self.seen or self.groups_seen:
            assert stage.net.joint.groupCount() == len(self.model.versions)
            assert stage.net.joint.decisionCount() == len(self.model.decisions)
        self.seen.clear()
        self.groups_seen.clear()

    def check_all(self, stage: Stage) -> None:
        self.seen, self.groups_seen = set(self.model.decisions), set(self.model.versions)
        self.check(stage)

    def _group(self, stage: Stage, group: int) -> None:
        joint, versions = stage.net.joint, self.model.versions[group]
        terms, read = versions[-1], stage.net.joint.ruleOf(group)
        found = read.thresholdBps, read.secret, read.statedDefaults, read.votingPeriod, read.revealPeriod
        assert found == (terms.threshold, terms.secret, terms.stated, terms.voting, terms.revealing)
        total = sum(weight for _, weight in terms.members)
        assert (read.version, read.count, read.total) == (len(versions), len(terms.members), total), "J1"
        for version, before in enumerate(versions, 1):
            assert tuple(map(tuple, joint.membersOf(group, version))) == before.members, "J1: a version never changes"

    def _topic(self, decision: Decision) -> Any:
        return self.digests[decision.topic] if isinstance(decision.topic, Terms) else decision.topic

    def _kept(self, number: int) -> tuple[Any, ...]:
        """As `_facts`."""
        one = self.model.decisions[number]
        when = one.vote_until, one.reveal_until, one.valid_from, one.valid_until
        money = self.currency.get(number, 0), one.count, one.least, one.most, one.spread, one.has_default
        result = one.state, one.outcome, one.fallback, one.support, self._topic(one)
        return (one.group, one.version, one.kind, *when, *money, *result)

    def _decision(self, stage: Stage, number: int) -> None:
        joint, one = stage.net.joint, self.model.decisions[number]
        found, wanted = _facts(joint.decisionOf(number)), self._kept(number)
        assert found == wanted, f"J5: decision {number} is {found}, not {wanted}"
        for option, shares in one.options.items():
            assert tuple(joint.sharesOf(number, option)) == shares, f"J3: shares {option} of decision {number}"
        for entity, ballot in self._ballots(one):
            assert joint.ballotOf(number, entity) == ballot, f"J4: the ballot of {entity} in decision {number}"
        topic = self._topic(one)
        assert joint.standing(one.group, one.kind, topic) == self._standing(one), f"J6: what stands of {number}"
        holds = one.valid_until if one.state in (DECIDED, DEFAULTED) else 0
        assert joint.holdsUntil(number, one.kind, topic) == holds
        if one.kind == PRICE and self.model.in_force(number):
            assert tuple(joint.priceOf(number)) == (one.outcome, self.currency[number]), f"J2: price {number}"
        elif one.kind == ALLOCATION:
            for entity, _ in one.terms.members:
                share = self.model.share(number, entity) if self.model.in_force(number) else 0
                assert tuple(joint.shareOf(number, entity)) == (share, self.model.in_force(number))

    def _standing(self, one: Decision) -> int:
        return 0 if one.kind == CHANGE else self.model.standing(one.group, one.kind, one.topic)

    @staticmethod
    def _ballots(one: Decision) -> Iterator[tuple[int, bytes]]:
        for entity, _ in one.terms.members:
            if entity in one.ballots:
                yield entity, (one.ballots[entity] + 1).to_bytes(32, "big")
            else:
                _, commitment = one.hidden.get(entity, (0, bytes(32)))
                assert isinstance(commitment, bytes)
                yield entity, commitment


def _facts(read: Any) -> tuple[Any, ...]:
    when = read.voteUntil, read.revealUntil, read.validFrom, read.validUntil
    money = read.currencyId, read.options, read.least, read.most, read.spreadBps, read.hasDefault
    result = read.state, read.outcome, read.fallback_, read.support, read.topic
    return (read.group, read.version, read.kind, *when, *money, *result)
