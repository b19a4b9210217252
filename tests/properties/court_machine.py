"""Everything anybody can do with a court, its polls and panels, beside an exact model that must agree after every step.

Always true:
K1. What the court has = what waits for accounts + the bonds of cases that go on + what right votes and signers can
    still collect + what was sent without a word; nobody's money is made or lost.
K2. Every case is where the table of phases says that it is at this second, whether or not anybody moved it.
K3. What waits for each account, and what it has, is what the model says, to the unit.
K4. A case is over 3 days before its signers are free, and no case holds them longer than 60 days.
K5. Signers are slashed because of upheld cases alone, once a case, with the stake that stood under the result.
K6. Whoever was drawn and did not reveal, or let its vote be known, is recorded once; nobody else is.
K7. No panel has a signer, an earlier panellist, two nodes of one entity, or a node of an interested entity.
K8. From any state, with time and calls that anybody can make, every case ends and all bonds can be claimed.
10. No privileged call succeeds for anyone the plan does not name.
"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.evm import Account, ContractError
from caldera.model import Refused
from caldera.model.court import EXECUTION, FINAL, LONGEST, Case, CourtModel, Node, Panel, Result, Terms
from tests.properties.beside import Beside
from tests.support.court import BOND, CAP, ERA, HOUR, LEAST, PHASES, SIGNERS, TERMS, Court, salt, words
from tests.support.suite import DAY, name_of

RESULTS = (SIGNERS, (4,), (2, 5, 6, 7))
PAYERS = ("alice", "bank", *(f"owner{node}" for node in range(1, 8)))
CALLERS = (*PAYERS, "mallory", "key9")
OTHER_TERMS = (
    TERMS,
    Terms(333 * ERA + 1, 15_001, 3_333, 3, DAY, DAY, DAY, DAY, DAY),
    Terms(100 * ERA, 10_000, 10_000, 5, HOUR, 4 * HOUR, 4 * HOUR, DAY, DAY),
    Terms(BOND, 50_000, 0, 3, HOUR, DAY, DAY, 2 * DAY, 9 * DAY),
    Terms(BOND, 50_001, 0, 3, HOUR, DAY, DAY, 2 * DAY, 9 * DAY),
    Terms(BOND, 20_000, 0, 4, HOUR, DAY, DAY, 2 * DAY, 9 * DAY),
    Terms(BOND, 20_000, 0, 3, DAY, 4 * DAY, 4 * DAY, 3 * DAY, 16 * DAY),
)

pick = st.integers(0, 1 << 20)
ballots = st.lists(st.sampled_from([True, True, True, False, False, None]), min_size=11, max_size=11)
mostly = st.sampled_from([True, True, True, True, True, False])


class CourtMachine(Beside):
    """The machine. `court` is shared by all examples; each begins at `mark`."""

    court: Court
    reached = (
        "challenge",
        "draw",
        "commit",
        "voidLeaked",
        "reveal",
        "recordMissed",
        "appeal",
        "decide",
        "advance",
        "execute",
        "collectVotes",
        "collectCompensation",
        "claim",
    )

    def __init__(self) -> None:
        super().__init__()
        court = self.court
        court.suite.chain.restore(self.mark)
        self.model = CourtModel(court.now, TERMS, LEAST, CAP, court.seeds.seedOf)
        self.entities = dict(court.suite.entities)
        for node, stake in court.stakes.items():
            owner = f"owner{node}"
            self.model.nodes[node] = Node(owner, f"key{node}", self.entities[owner], stake)
            self.entities[f"key{node}"] = self.entities[owner]
        self.model.active = {name: entity for name, entity in self.entities.items() if name != "stranger"}
        self.parties = {entity: name for name, entity in self.entities.items()}
        self.model.wallets.update({name: court.has(self.actor(name)) for name in PAYERS})
        self.all = sum(self.model.wallets.values())
        self.given = 0
        self.salts = 1_000

    def actor(self, name: str) -> Account:
        return self.court.account(name)

    @initialize(how_far=st.integers(0, 5), votes=ballots)
    def begin(self, how_far: int, votes: list[bool | None]) -> None:
        """Two cases: one that just began, one at any stage."""
        for number in range(1, len(RESULTS) + 1):
            self.new_result(number)
        for who, number in (("alice", 1), ("bank", 2)):
            self.challenge_of(who, number, self.model.results[number].stakes, number)
        if how_far == 1:
            self.seeded(self.model.cases[0])
            self.draw_of(1, 1)
        for round_ in range(how_far // 2):
            self.play(self.model.cases[0], 1, votes, round_ == 1)
            if how_far % 2 and self.model.where(1)[0] == "Appeal":
                self.appeal_of(self.model.cases[0], 0)

    def new_result(self, number: int) -> None:
        signers = RESULTS[number % len(RESULTS)]
        until = self.model.now + 7 * DAY
        self.court.state(number, signers, until)
        stakes = tuple(self.court.stakes[node] for node in signers)
        interested = (self.entities["seller"], self.entities["buyer"], 0)
        self.model.results[number] = Result(signers, stakes, until, interested, self.model.now)

    @rule()
    def another_result(self) -> None:
        self.new_result(len(self.model.results) + 1)

    # Cases

    @rule(who=st.sampled_from(["alice", "bank", *CALLERS]), which=pick, honest=mostly, secret=st.integers(1, 9))
    def challenge(self, who: str, which: int, honest: bool, secret: int) -> None:
        if which % 2:
            self.new_result(len(self.model.results) + 1)
        numbers = [n for n, result in self.model.results.items() if not result.open and result.until >= self.model.now]
        known = list(self.model.results)
        number = numbers[which % len(numbers)] if numbers and which % 8 else known[which % len(known)]
        result = self.model.results[number]
        stakes = result.stakes if honest else tuple(stake + 1 for stake in result.stakes)
        self.challenge_of(who, number, stakes, secret)

    def challenge_of(self, who: str, number: int, stakes: tuple[int, ...], secret: int) -> None:
        result = self.model.results[number]
        self.both(
            "challenge",
            lambda: self.model.challenge(who, number, result.signers, stakes, secret),
            lambda: self.court.challenge(self.actor(who), number, result.signers, secret, stakes=list(stakes)),
        )

    @rule(which=pick, early=st.booleans())
    def capture(self, which: int, early: bool) -> None:
        """The seed of a case; sometimes too late for its block, so that another is named."""
        case = self.one(which, "Draw")
        if case is None or self.model.seed_of(case.ticket) != bytes(32):
            return
        chain = self.court.suite.chain
        target = self.court.seeds.targetOf(case.ticket)
        if not early and which % 4 == 0:
            chain.mine(300)
        else:
            chain.mine(max(0, target + 1 - chain.block_number))
        self.court.seeds.capture(case.ticket, sender=self.actor("mallory"))

    @rule(which=pick, right=mostly)
    def draw(self, which: int, right: bool) -> None:
        case = self.one(which, "Draw")
        number = self.number(case)
        secret = case.secret + (not right) if case else 1
        self.draw_of(number, secret)

    def seeded(self, case: Case) -> None:
        """Captures the seed of a case as soon as that can be."""
        if self.model.seed_of(case.ticket) == bytes(32):
            chain = self.court.suite.chain
            chain.mine(max(0, self.court.seeds.targetOf(case.ticket) + 1 - chain.block_number))
            self.court.seeds.capture(case.ticket, sender=self.actor("mallory"))

    def draw_of(self, number: int, secret: int) -> None:
        case = self.model.cases[number - 1] if number <= len(self.model.cases) else None
        before = len(case.panels) if case else 0
        self.both(
            "draw",
            lambda: self.model.draw(number, secret),
            lambda: self.court.court.draw(number, salt(secret), sender=self.actor("mallory")),
        )
        if case and len(case.panels) > before:
            panel = case.panels[-1].nodes
            assert self.court.panel(number) == panel
            seated = [*self.model.results[case.number].signers, *(n for one in case.panels for n in one.nodes)]
            assert len({self.model.nodes[node].entity for node in seated}) == len(seated)  # K7

    @rule(which=pick, who=st.sampled_from(CALLERS), loser=mostly)
    def appeal(self, which: int, who: str, loser: bool) -> None:
        case = self.one(which, "Appeal")
        number = self.number(case)
        node = 0
        if case:
            signers = self.model.results[case.number].signers
            node = signers[which % len(signers)] if which % 8 else 9
            if loser:
                who = self.model.nodes[node].owner if case.ruling else case.challenger
        self.both(
            "appeal",
            lambda: self.model.appeal(who, number, node),
            lambda: self.court.court.appeal(number, node, sender=self.actor(who)),
        )

    @rule(which=pick, uphold=st.booleans())
    def decide(self, which: int, uphold: bool) -> None:
        number = self.number(self.one(which, "Governance"))
        self.both(
            "decide",
            lambda: self.model.decide(number, uphold),
            lambda: self.court.court.decide(number, uphold, sender=self.court.officer),
        )

    @rule(which=pick)
    def advance(self, which: int) -> None:
        self.advance_of(self.number(self.one(which, "", due=True)))

    @rule(which=pick, start=st.integers(0, 4), count=st.sampled_from([0, 1, 2, 31, 2**255]))
    def execute(self, which: int, start: int, count: int) -> None:
        case = self.one(which, "Upheld")
        number = self.number(case)
        if case is None:
            return
        self.execute_of(number, start, count)

    def execute_of(self, number: int, start: int, count: int) -> None:
        result = self.model.results[self.model.cases[number - 1].number]
        arguments = (number, list(result.signers), list(result.stakes), start, count)

        def expected() -> None:
            if self.model.where(number)[0] != "Upheld":
                raise Refused("NotUpheld")
            self.model.execute(number, start, count)

        self.settled(number)
        self.both("execute", expected, lambda: self.court.penalties.execute(*arguments, sender=self.actor("mallory")))

    def settled(self, number: int) -> None:
        """What follows works on a case that somebody moved, as it would on one that nobody did."""
        if self.model.where(number)[0] != self.model.cases[number - 1].phase:
            self.advance_of(number)

    def advance_of(self, number: int) -> None:
        self.both(
            "advance",
            lambda: self.model.advance(number),
            lambda: self.court.court.advance(number, sender=self.actor("mallory")),
        )

    # Money

    @rule(which=pick, real=mostly)
    def collect_votes(self, which: int, real: bool) -> None:
        found = [(case, one) for case in self.model.cases for one in self.model.collectable(case)]
        if found and real:
            case, (panel, node) = found[which % len(found)]
        else:
            cases = [one for one in self.model.cases if one.panels]
            if not cases:
                return
            case = cases[which % len(cases)]
            panel = which % len(case.panels) + 1
            node = case.panels[panel - 1].nodes[which % len(case.panels[panel - 1].nodes)]
        number = self.number(case)
        self.settled(number)
        self.both(
            "collectVotes",
            lambda: self.model.collect_votes(number, panel, [node]),
            lambda: self.court.court.collectVotes(number, panel, [node], sender=self.actor("mallory")),
        )

    @rule(which=pick, node=st.integers(1, 8), all_of_them=st.booleans())
    def collect_compensation(self, which: int, node: int, all_of_them: bool) -> None:
        case = self.one(which, "Rejected")
        if case is None:
            return
        number = self.number(case)
        signers = self.model.results[case.number].signers
        left = [one for one in signers if one not in case.compensated]
        nodes = left if all_of_them and left else [node]
        self.settled(number)
        self.compensate(number, nodes)

    def compensate(self, number: int, nodes: list[int]) -> None:
        self.both(
            "collectCompensation",
            lambda: self.model.collect_compensation(number, nodes),
            lambda: self.court.court.collectCompensation(number, nodes, sender=self.actor("mallory")),
        )

    @rule(which=pick, who=st.sampled_from([*CALLERS, "fund"]))
    def claim(self, which: int, who: str) -> None:
        waiting = [name for name, amount in self.model.credits.items() if amount]
        if waiting and which % 4:
            who = waiting[which % len(waiting)]
        self.both(
            "claim",
            lambda: self.model.claim(who),
            lambda: self.court.court.claim(self.actor(who), sender=self.actor("mallory")).returned,
        )

    @rule(amount=st.integers(1, ERA))
    def donate(self, amount: int) -> None:
        self.court.era.transfer(self.court.court, amount, sender=self.court.admin)
        self.given += amount

    # Polls

    @rule(which=pick, uphold=st.booleans(), right_key=mostly, member=mostly)
    def commit(self, which: int, uphold: bool, right_key: bool, member: bool) -> None:
        found = self.poll(which)
        if not found:
            return
        poll, panel = found
        node = panel.nodes[which % len(panel.nodes)] if member else which % 30 + 1
        who = self.model.nodes[node].key if right_key else "alice"
        self.salts += 1
        self.commit_of(poll, panel, who, node, uphold, self.salts)

    def commit_of(self, poll: int, panel: Panel, who: str, node: int, uphold: bool, number: int) -> None:
        commitment = self.court.ballots.commitmentOf(poll, node, uphold, salt(number))
        self.both(
            "commit",
            lambda: self.model.commit(panel, who, node, uphold, number),
            lambda: self.court.ballots.commit(poll, node, commitment, sender=self.actor(who)),
        )

    @rule(which=pick, knows=mostly)
    def void_leaked(self, which: int, knows: bool) -> None:
        found = self.poll(which, hidden_votes=True)
        if not found:
            return
        poll, panel = found
        node, (_, uphold, number) = list(panel.ballots.items())[which % len(panel.ballots)]
        self.void_of(poll, panel, node, uphold ^ (not knows), number)

    def void_of(self, poll: int, panel: Panel, node: int, uphold: bool, number: int) -> None:
        self.both(
            "voidLeaked",
            lambda: self.model.void_leaked(panel, node, uphold, number),
            lambda: self.court.ballots.voidLeaked(poll, node, uphold, salt(number), sender=self.actor("mallory")),
        )

    @rule(which=pick, knows=mostly)
    def reveal(self, which: int, knows: bool) -> None:
        found = self.poll(which, hidden_votes=True)
        if not found:
            return
        poll, panel = found
        node, (_, uphold, number) = list(panel.ballots.items())[which % len(panel.ballots)]
        self.reveal_of(poll, panel, node, uphold, number + (not knows))

    def reveal_of(self, poll: int, panel: Panel, node: int, uphold: bool, number: int) -> None:
        self.both(
            "reveal",
            lambda: self.model.reveal(panel, node, uphold, number),
            lambda: self.court.ballots.reveal(poll, node, uphold, salt(number), sender=self.actor("mallory")),
        )

    @rule(which=pick)
    def record_missed(self, which: int) -> None:
        found = self.poll(which if which % 8 == 1 else which * 4)
        if not found:
            return
        poll, panel = found
        self.both(
            "recordMissed",
            lambda: self.model.record_missed(panel),
            lambda: self.court.ballots.recordMissed(poll, sender=self.actor("mallory")),
        )

    @rule(which=pick, votes=ballots, leak=st.booleans())
    def whole_round(self, which: int, votes: list[bool | None], leak: bool) -> None:
        """As it is meant: seed, draw, commit, reveal."""
        case = self.one(which, "Draw")
        if case is not None:
            self.play(case, which, votes, leak)

    @rule(which=pick, first=ballots, second=ballots, decision=st.sampled_from([True, False, None]))
    def whole_case(
        self, which: int, first: list[bool | None], second: list[bool | None], decision: bool | None
    ) -> None:
        """A case to its end, appealed or not, and what follows from it for the signers."""
        case = self.one(which | 1, "Draw")
        if case is None or case.phase != "Draw":
            return
        number = self.number(case)
        clear = which & 8  # all of one mind, and nobody appeals
        rounds: list[list[bool | None]] = [[which & 16 == 0] * 11] if clear else [first, second]
        for votes in rounds:
            self.play(case, 1, votes, False)
            if self.model.where(number)[0] == "Appeal" and which & 6 and not clear:
                self.appeal_of(case, which)
                which >>= 2
        if self.model.where(number)[0] == "Governance" and decision is not None:
            self.both(
                "decide",
                lambda: self.model.decide(number, decision),
                lambda: self.court.court.decide(number, decision, sender=self.court.officer),
            )
        else:
            self.to(self.model.where(number)[1] + 1)
            self.settled(number)
        if case.phase == "Upheld":
            self.execute_of(number, which % 2, 1 + which % 3)
        if case.phase == "Rejected":
            self.compensate(number, [self.model.results[case.number].signers[0]])

    def appeal_of(self, case: Case, which: int) -> None:
        """By the side that lost."""
        number = self.number(case)
        signers = self.model.results[case.number].signers
        ruling = self.model.where(number)[3]
        node = signers[which % len(signers)] if ruling else 0
        who = self.model.nodes[node].owner if ruling else case.challenger
        self.both(
            "appeal",
            lambda: self.model.appeal(who, number, node),
            lambda: self.court.court.appeal(number, node, sender=self.actor(who)),
        )

    def play(self, case: Case, which: int, votes: list[bool | None], leak: bool) -> None:
        number = self.number(case)
        self.settled(number)
        if case.phase != "Draw":
            return
        self.seeded(case)
        self.draw_of(number, case.secret)
        if case.phase != "Vote" or which % 5 == 0:
            return
        poll, panel = self.court.court.pollOf(number, len(case.panels)), case.panels[-1]
        for node, vote in zip(panel.nodes, votes, strict=False):
            if vote is not None:
                self.commit_of(poll, panel, self.model.nodes[node].key, node, vote, node)
        if leak and panel.ballots:
            node, (_, known, of) = next(iter(panel.ballots.items()))
            self.void_of(poll, panel, node, known, of)
        self.to(panel.commit_until + 1)
        for node, (state, vote, of) in list(panel.ballots.items()):
            if state == "hidden":
                self.reveal_of(poll, panel, node, vote, of)
        self.to(panel.reveal_until + 1)

    # The world

    @rule(which=pick)
    def set_terms(self, which: int) -> None:
        terms = OTHER_TERMS[which % len(OTHER_TERMS)]
        self.both(
            "setCourtTerms",
            lambda: self.model.set_terms(terms),
            lambda: self.court.court.setCourtTerms(words(terms), sender=self.court.officer),
        )

    @rule(deaf=st.sampled_from([True, False, False]))
    def results_refuse(self, deaf: bool) -> None:
        self.court.results.setDeaf(deaf, sender=self.court.officer)
        self.model.deaf = deaf

    @rule(node=st.integers(1, 30), own=st.booleans())
    def change_key(self, node: int, own: bool) -> None:
        name = f"owner{node}" if own else f"key{node}"
        self.court.nodes.setKey(node, self.actor(name), sender=self.court.officer)
        self.model.nodes[node].key = name

    @rule(node=st.integers(1, 30), stake=st.sampled_from([0, LEAST - 1, LEAST, CAP, 10 * CAP]), live=mostly)
    def change_stake(self, node: int, stake: int, live: bool) -> None:
        self.court.nodes.setStake(node, stake, 0, live, sender=self.court.officer)
        self.model.nodes[node].active, self.model.nodes[node].live = stake, live

    @rule(node=st.integers(1, 30), suspended=st.sampled_from([True, False, False]))
    def change_status(self, node: int, suspended: bool) -> None:
        name = f"key{node}"
        registry = self.court.registry
        (registry.suspend if suspended else registry.reinstate)(self.actor(name), sender=self.court.officer)
        if suspended:
            self.model.active.pop(name, None)
        else:
            self.model.active[name] = self.entities[name]

    @rule(seconds=st.sampled_from([1, HOUR, 4 * HOUR, DAY, 3 * DAY]))
    def time_passes(self, seconds: int) -> None:
        self.to(self.model.now + seconds)

    @rule(which=pick, past=st.booleans())
    def to_an_end(self, which: int, past: bool) -> None:
        """To the last second of a phase, or to the first one after it."""
        running = [self.model.where(n)[1] for n, one in enumerate(self.model.cases, 1) if one.phase not in FINAL]
        running += [p.commit_until for one in self.model.cases for p in one.panels]
        ends = sorted(end for end in running if end + past > self.model.now)
        if ends:
            self.to(ends[which % len(ends)] + past)

    def to(self, time: int) -> None:
        self.court.suite.chain.warp(max(time, self.model.now))
        self.model.now = self.court.now

    @rule(by=st.sampled_from(CALLERS))
    def privileged_call_by_nobody(self, by: str) -> None:
        """Invariant 10."""
        me, court = self.actor(by), self.court
        for call in (
            lambda: court.court.setCourtTerms(words(TERMS), sender=me),
            lambda: court.court.decide(1, True, sender=me),
            lambda: court.court.pause(1, sender=me),
            lambda: court.penalties.pause(1, sender=me),
            lambda: court.panels.setPanelStakes(1, 1, sender=me),
            lambda: court.ballots.openPoll([1], 2**39, 2**39 + 1, sender=me),
        ):
            self.refused("AccessManagedUnauthorized", call)

    @staticmethod
    def refused(error: str, call: Any) -> None:
        try:
            call()
        except ContractError as found:
            assert name_of(found) == error
        else:
            raise AssertionError(f"{error} expected")

    # Always

    @invariant()
    def every_unit_is_accounted_for(self) -> None:
        """K1, K3."""
        court, model = self.court, self.model
        assert court.has(court.court) == model.held() + self.given
        assert model.held() + sum(model.wallets.values()) == self.all
        for name in (*CALLERS, "fund", *model.credits):
            assert court.court.creditOf(self.actor(name)) == model.credits[name], name
            assert name == "mallory" or court.has(self.actor(name)) == model.wallets[name], name

    @invariant()
    def cases_agree(self) -> None:
        """K2, K4."""
        for number, case in enumerate(self.model.cases, 1):
            course = self.court.court.courseOf(number)
            phase, ends, round_, ruling = self.model.where(number)
            assert (PHASES[course.phase], course.ends, course.round) == (phase, ends, round_)
            assert course.ruling == {None: 0, True: 1, False: 2}[ruling]
            assert ends <= case.opened + case.terms.longest - EXECUTION
            assert case.terms.longest <= LONGEST
            if self.model.now > case.opened + case.terms.longest - EXECUTION:
                assert phase in FINAL
            file = self.court.court.fileOf(number)
            assert (file.perVote, file.perSigner) == (case.per_vote, case.per_signer)
            assert file.told == case.told
            result = self.model.results[case.number]
            assert self.court.results.overturned(case.number) == result.overturned
            assert self.court.results.disputable(case.number).open == result.open

    @invariant()
    def nodes_agree(self) -> None:
        """K5, K6."""
        for node in range(1, 8):
            assert self.court.slasher.frozenUntil(node) == self.model.frozen[node]
        blows = [(blow.node, blow.base, blow.reporter, blow.at) for blow in self.court.slasher.blows()]
        assert blows == [(node, base, self.actor(who).address, at) for node, base, who, at in self.model.blows]
        for node, count in self.model.missed.items():
            assert self.court.records.missed(node) == count
        for node, count in self.model.wrong.items():
            assert self.court.records.wrong(node) == count

    def teardown(self) -> None:
        """K8: nobody but a stranger, and time."""
        stranger, court = self.actor("stranger"), self.court
        latest = max((case.opened + LONGEST for case in self.model.cases), default=self.model.now)
        self.to(latest + 1)
        for number, case in enumerate(self.model.cases, 1):
            if case.phase not in FINAL:
                self.model.advance(number)
                court.court.advance(number, sender=stranger)
            for panel, node in self.model.collectable(case):
                self.model.collect_votes(number, panel, [node])
                court.court.collectVotes(number, panel, [node], sender=stranger)
            left = [n for n in self.model.results[case.number].signers if n not in case.compensated]
            if case.per_signer and left:
                self.model.collect_compensation(number, left)
                court.court.collectCompensation(number, left, sender=stranger)
        for name in [name for name, amount in self.model.credits.items() if amount]:
            assert court.court.claim(self.actor(name), sender=stranger).returned == self.model.claim(name)
        assert self.model.held() == 0
        assert court.has(court.court) == self.given
        assert sum(self.model.wallets.values()) == self.all

    # Choosing

    def one(self, which: int, phase: str, due: bool = False) -> Case | None:
        """A case; seven times in eight one that is in that phase at this second, or that can be moved."""
        cases = self.model.cases
        if due:
            fitting = [one for n, one in enumerate(cases, 1) if self.model.where(n)[0] != one.phase or not one.told]
        else:
            fitting = [one for n, one in enumerate(cases, 1) if self.model.where(n)[0] == phase]
        if which % 8 and fitting:
            return fitting[which // 8 % len(fitting)]
        return cases[which // 8 % len(cases)] if cases else None

    def number(self, case: Case | None) -> int:
        return self.model.cases.index(case) + 1 if case else 1

    def poll(self, which: int, hidden_votes: bool = False) -> tuple[int, Panel] | None:
        """A poll, with its number; mostly one that runs."""
        polls = [
            (self.court.court.pollOf(number, at), panel)
            for number, case in enumerate(self.model.cases, 1)
            for at, panel in enumerate(case.panels, 1)
            if not hidden_votes or panel.ballots
        ]
        running = [one for one in polls if one[1].reveal_until >= self.model.now]
        early = [one for one in running if one[1].commit_until >= self.model.now]
        running = early if early and which % 3 else running
        polls = running if running and which % 4 else polls
        return polls[which // 4 % len(polls)] if polls else None
