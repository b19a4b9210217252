"""The court, to the unit: the exact model, told of every event of cases. Polls and penalties have books of their own.

Independent of the contracts: where a case stands at any second, who is drawn, whose bond comes back and who gets what
of those that are lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple
from typing import Any, ClassVar

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.model.court import EXECUTION, FINAL, REJECTED, UPHELD, CourtModel, Result, Terms
from tests.properties.suite.books.balances import Balances
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.panels import Active, Judges, Panels
from tests.properties.suite.books.purse import Purse
from tests.properties.suite.books.verification import Verification
from tests.properties.suite.stage import NOBODY, Stage

PHASES = ("None", "Draw", "Vote", "Appeal", "Governance", "Upheld", "Rejected", "Undecided", "Withheld")
RULINGS = (None, True, False)


class Court(Book):
    """`model`: accounts are addresses; results hear of an end when they say so. `told`: what was said to be credited,
    and not paid yet."""

    hears: ClassVar[Hears] = {
        **emits(
            "DisputeCourt",
            *("CaseOpened", "CaseMoved", "PanelAsked", "PanelDrawn", "PanelTooSmall", "CaseAppealed", "CaseEnded"),
            *("ClosureFailed", "CourtCredited", "CourtPaid", "CourtTermsSet"),
        ),
        **emits("ValueVerification", "ResultJudged"),
    }

    def __init__(self, stage: Stage, balances: Balances, verification: Verification, panels: Panels) -> None:
        self.verification, self.panels = verification, panels
        self.address = stage.at("DisputeCourt")
        # Terms in range, until the deployment says which.
        terms = Terms(100 * 10**18, 10_000, 0, 3, 3_600, 14_400, 14_400, 86_400, 86_400)
        self.model = CourtModel(stage.now, terms, 1, 1, panels.seed_of)
        untyped: Any = self.model
        untyped.nodes, untyped.active = Judges(panels), Active(panels)
        self.model.fund, self.model.deaf = stage.at("Treasury"), True
        self.purse = Purse(balances, self.address)
        self.version = 0
        self.files: dict[int, tuple[bytes, int]] = {}
        """Of a case: the hash of its secret, and the version of its terms."""
        self.told: Counter[str] = Counter()
        self.barred: dict[int, tuple[int, ...]] = {}
        """Legal persons of whom nobody judges it: the challenger, who asked, who has an interest."""
        self.entered: set[int] = set()
        """Cases that entered a phase by what somebody did, which is still to be said."""
        self.ended: set[int] = set()
        self.untold: set[int] = set()
        self.credited: set[int] = set()
        self.asked: dict[int, int] = {}
        self.tickets = 0
        self.seen: set[int] = set()
        self.accounts_seen: set[str] = set()
        self.looked = stage.now

    def before(self, scene: Scene) -> None:
        self.model.now = scene.now
        self.model.least, self.model.cap = self.panels.least, self.panels.cap
        self.model.places = self.panels.stakes.model.places

    def after(self, scene: Scene) -> None:
        assert not self.entered, f"9. cases {self.entered} did not move"
        assert not self.ended, f"9. cases {self.ended} ended without a word"
        assert not self.untold, f"9. nobody told results of the end of {self.untold}"
        for number, ticket in self.asked.items():
            self.model.case(number).ticket = ticket
            self.tickets += 1
        assert self.tickets == self.model.tickets, "9. a seed is asked for when a case is to be drawn"
        assert sorted(self.asked.values()) == sorted(self.panels.asked.get(self.address, [])), "9. another's seed"
        self.asked.clear()
        self._collect(scene)
        assert self.told == self.model.credits, f"9. credited is {self.told - self.model.credits} too much"
        for node, until in self.model.frozen.items():
            assert self.panels.stakes.model.nodes[node].frozen == until, f"7. signer {node} is kept until {until}"
        self.purse.settle()

    def court_terms_set(self, event: Any, scene: Scene) -> None:
        given = event.terms
        terms = given.bond, given.factorBps, given.panellistsBps, given.panel, given.secretPeriod
        self.model.set_terms(
            Terms(*terms, given.commitPeriod, given.revealPeriod, given.appealPeriod, given.governancePeriod)
        )
        self.version += 1
        assert event.version == self.version

    # cases

    def case_opened(self, event: Any, scene: Scene) -> None:
        number, who = event.number, event.challenger
        asked = self.verification.asked(number, scene)
        found = asked.result
        assert found, "9. only a result is challenged"
        first, second = (*asked.interested, 0, 0)[:2]
        self.model.results[number] = Result(
            tuple(found.signers),
            tuple(found.signers.values()),
            found.accepted_at + found.window,
            (asked.entity, first, second),
            found.accepted_at,
            open=found.state in ("Disputed", "Overturned"),
        )
        self.model.wallets[who] = event.bond
        result = self.model.results[number]
        case = self.model.challenge(who, number, event.signers, result.stakes, 0)
        terms = self.model.case(case).terms
        assert (case, event.bond, event.frozenUntil) == (event.id, terms.bond, scene.now + terms.longest)
        self.files[case] = scene.stage.net.court.fileOf(case).secret, self.version
        self.barred[case] = self.panels.parties.entity(who), *result.interested
        self.purse.comes(who, terms.bond)
        self._touch(case, moves=True)

    def _touch(self, number: int, moves: bool = False) -> None:
        self.seen.add(number)
        if moves:
            self.entered.add(number)

    def panel_asked(self, event: Any, scene: Scene) -> None:
        self.asked[event.id] = event.ticket
        self.seen.add(event.id)

    def case_moved(self, event: Any, scene: Scene) -> None:
        """By what was done, by time, or by governance, which says no more than this."""
        number, case = event.id, self.model.case(event.id)
        if number in self.entered:
            self.entered.discard(number)
        elif self.model.where(number)[0] != case.phase:
            self.model.moved(number)
        else:
            self.model.decide(number, PHASES[event.phase] == UPHELD)
        said = PHASES[event.phase], event.round, RULINGS[event.ruling], event.ends
        wanted = case.phase, case.round, case.ruling, case.ends
        assert said == wanted, f"9. case {number} is {said}, not {wanted}"
        if case.phase in FINAL:
            self.ended.add(number)
            self.untold.add(number)
        self._touch(number)

    def case_ended(self, event: Any, scene: Scene) -> None:
        """9: bonds go back, or to those who judged right and who were right; the fund gets what is nobody's."""
        case = self.model.case(event.id)
        self.ended.remove(event.id)
        lost, votes, won, rest = case.division
        said = event.lost, event.perVote, event.perSigner, event.toChallenger, event.toFund
        wanted = lost, case.per_vote, case.per_signer, won, rest
        assert said == wanted, f"9. bonds of case {event.id} are divided {said}, not {wanted}"
        if case.phase in (UPHELD, REJECTED):
            assert event.votes == votes, "9. right votes"
        self.accounts_seen |= {case.challenger, self.model.fund, *(owner for owner, _, _ in case.bonds)}

    def result_judged(self, event: Any, scene: Scene) -> None:
        number, case = next(
            (at, one) for at, one in reversed([*enumerate(self.model.cases, 1)]) if one.number == event.number
        )
        assert not case.told, "9. an end is told once"
        assert event.overturned == (case.phase == UPHELD), "9. only what a court found false is overturned"
        self.model._tell(case)
        self.untold.discard(number)
        self.seen.add(number)

    def closure_failed(self, event: Any, scene: Scene) -> None:
        self.untold.remove(event.id)

    def _drawn(self, number: int, scene: Scene) -> list[int]:
        """9: the panel that the challenger's secret and the seed give, from those who are nobody's."""
        case, secret = self.model.case(number), scene.stage.net.court.fileOf(number).secret
        assert keccak(secret) == self.files[number][0], "9. a challenger's secret"
        case.secret = int.from_bytes(secret, "big")
        drawn = self.model.draw(number, case.secret)
        self._touch(number, moves=True)
        return drawn

    def panel_drawn(self, event: Any, scene: Scene) -> None:
        drawn, panels = self._drawn(event.id, scene), self.model.case(event.id).panels
        assert list(event.panellists) == drawn, f"9. {event.panellists} were drawn, not {drawn}"
        assert event.panel == len(panels)

    def panel_too_small(self, event: Any, scene: Scene) -> None:
        drawn, case = self._drawn(event.id, scene), self.model.case(event.id)
        wanted = case.terms.panel if case.round == 1 else 2 * case.terms.panel + 1
        assert (event.found, event.wanted) == (len(drawn), wanted)
        assert case.phase == "Governance", f"9. {drawn} are enough"

    def case_appealed(self, event: Any, scene: Scene) -> None:
        number, who, case = event.id, event.appellant, self.model.case(event.id)
        signers = self.model.results[case.number].signers
        node = next((one for one in signers if self.model.nodes[one].owner == who), 0)
        bond = case.terms.appeal_bond(case.round)
        assert (event.round, event.bond) == (case.round, bond), "9. the bond of an appeal, rounded up"
        self.model.wallets[who] = bond
        self.model.appeal(who, number, node)
        self.purse.comes(who, bond)
        self._touch(number, moves=True)

    # money

    def court_credited(self, event: Any, scene: Scene) -> None:
        self.told[event.account] += event.amount
        self.credited.add(event.id)
        self.accounts_seen.add(event.account)
        self.seen.add(event.id)

    def court_paid(self, event: Any, scene: Scene) -> None:
        self._collect(scene)
        assert self.model.claim(event.account) == event.amount, "9. all that waits for an account, once"
        self.told[event.account] -= event.amount
        self.purse.goes(event.account, event.amount)
        self.accounts_seen.add(event.account)

    def _collect(self, scene: Scene) -> None:
        """What was credited to owners is said without a reason: the contract knows for whom, the model whether it was
        due and how much."""
        court = scene.stage.net.court
        for number in self.credited:
            case = self.model.case(number)
            for panel, node in self.model.collectable(case):
                if court.rewarded(number, panel, node):
                    self.model.collect_votes(number, panel, [node])
            bits = court.fileOf(number).compensated
            for at, node in enumerate(self.model.results[case.number].signers):
                if bits >> at & 1 and node not in case.compensated:
                    self.model.collect_compensation(number, [node])
        self.credited.clear()

    # what must hold

    def check(self, stage: Stage) -> None:
        """9, of what was touched, and where all cases stand that go on, whether or not anybody moved them."""
        self.model.now = stage.now
        if stage.now != self.looked:
            self.seen |= {at for at, case in enumerate(self.model.cases, 1) if case.phase not in FINAL}
            self.looked = stage.now
        for number in self.seen:
            self._course(stage, number)
            self._file(stage, number)
        for account in self.accounts_seen:
            read, kept = stage.net.court.creditOf(account), self.model.credits[account]
            assert read == kept, f"9. {read} waits for {account}, not {kept}"
        if self.seen or self.accounts_seen:
            self.purse.holds(self.model.held())
        self.seen.clear()
        self.accounts_seen.clear()

    def check_all(self, stage: Stage) -> None:
        self.seen = {at + 1 for at in range(len(self.model.cases))}
        self.accounts_seen = {*self.model.credits, *stage.labels}
        self.check(stage)
        assert stage.net.court.caseCount() == len(self.model.cases)
        assert stage.net.court.courtTermsVersion() == self.version
        assert tuple(stage.net.court.courtTerms()) == astuple(self.model.terms)

    def _course(self, stage: Stage, number: int) -> None:
        """By the table of phases, at this second."""
        case, read = self.model.case(number), stage.net.court.courseOf(number)
        phase, ends, round_, ruling = self.model.where(number)
        polls = case.panels[:-1] if phase == "Vote" else case.panels
        votes = [sum(len(one.votes(uphold)) for one in polls) for uphold in (True, False)]
        version = self.files[number][1]
        found = read.challenger, PHASES[read.phase], read.ends, read.round, RULINGS[read.ruling], read.panel, read.terms
        wanted = case.challenger, phase, ends, round_, ruling, len(case.panels), version
        assert found == wanted, f"9. case {number} is {found}, not {wanted}"
        assert [read.allUpholds, read.allRejects] == votes, f"9. votes of case {number}"
        assert read.secretKnown == case.secret_known
        if phase == case.phase:
            assert read.redrawn == case.redrawn
        assert ends <= case.opened + case.terms.longest - EXECUTION, "9. a case ends while its signers are kept"

    def _file(self, stage: Stage, number: int) -> None:
        case, result = self.model.case(number), self.model.results[self.model.case(number).number]
        read, appeals = stage.net.court.fileOf(number), case.bonds[1:]
        signers = keccak(encode(["uint32[]", "uint256[]"], [list(result.signers), list(result.stakes)]))
        secret = case.secret.to_bytes(32, "big") if case.secret_known else self.files[number][0]
        paid = sum(1 << at for at, node in enumerate(result.signers) if node in case.compensated)
        mine = sum(1 << at for at, (_, _, accusing) in enumerate(appeals) if accusing)
        who = tuple(owner for owner, _, _ in appeals) + (NOBODY,) * (2 - len(appeals))
        wanted = (
            *(case.number, secret, case.ticket, signers, self.barred[number], who),
            *(case.per_vote, case.per_signer, paid, mine, case.told),
        )
        found = tuple(tuple(one) if isinstance(one, list) else one for one in read)
        assert found == wanted, f"9. case {number} is {found}, not {wanted}"
        for panel, kept in enumerate(case.panels, 1) if case.phase in FINAL else ():
            for node in kept.nodes:
                done = (panel, node) in case.rewarded
                assert stage.net.court.rewarded(number, panel, node) == done, f"9. the vote of {node}"
