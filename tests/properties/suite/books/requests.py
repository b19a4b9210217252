"""Requests for verification, their fees and panels, to the unit: the exact model, told of every event of the desk.

Independent of the contracts: who may ask for what, who is drawn and missed a duty, what is paid back."""

from __future__ import annotations

from typing import Any, ClassVar

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.model import verification as model
from caldera.model.receivables import root_of
from tests.properties.suite.books.balances import Balances
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.certificates import Certificates
from tests.properties.suite.books.panels import Active, Panels, Signers
from tests.properties.suite.books.purse import Purse
from tests.properties.suite.stage import Stage
from tests.support.suite import DAY

EPOCH = 30 * DAY
CREDIT_DATA, MAPPING = 2, 3
OPEN, ANSWERED, REFUNDED = range(3)


class Requests(Book):
    """`model`: accounts are addresses. `terms`: what was asked, by request; `tickets`: of their panels. `purse`: what
    the desk has."""

    hears: ClassVar[Hears] = emits(
        "VerificationDesk",
        *("VerificationRequested", "PanelAssigned", "PanelAnswered", "PanelClosed", "VerificationRefunded"),
        *("RequestRulesSet", "ResultRulesSet", "VerifiableSet", "PausedUntil"),
    )

    def __init__(self, stage: Stage, balances: Balances, certificates: Certificates, panels: Panels) -> None:
        self.certificates, self.panels = certificates, panels
        self.module = stage.at("ReceivableModule")
        rules = model.RequestRules(0, 0, 0, 0, 0), model.ResultRules(0, 0, model.WHOLE)
        nodes: Any = Signers(panels)
        entities: Any = Active(panels)
        self.model = model.VerificationBook(stage.now, EPOCH, *rules, nodes, entities)
        self.purse = Purse(balances, stage.at("VerificationDesk"))
        self.verifiable: dict[tuple[int, str], tuple[bool, bool]] = {}
        self.terms: dict[int, Any] = {}
        self.tickets: dict[int, int] = {}
        self.seen: set[int] = set()

    def before(self, scene: Scene) -> None:
        self.model.now = scene.now

    # rules

    def paused_until(self, event: Any, scene: Scene) -> None:
        self.model.paused_until = event.until

    def request_rules_set(self, event: Any, scene: Scene) -> None:
        given = event.rules
        terms = given.leastFee, given.leastWeight, given.longest, given.shortest, given.leastSigners
        self.model.request_rules = model.RequestRules(*terms)

    def result_rules_set(self, event: Any, scene: Scene) -> None:
        given = event.rules
        self.model.set_result_rules(model.ResultRules(given.window, given.fundBps, given.financeBps))

    def verifiable_set(self, event: Any, scene: Scene) -> None:
        self.verifiable[event.kind, event.target] = (event.open, event.finance)

    # requests

    def verification_requested(self, event: Any, scene: Scene) -> None:
        terms = event.terms
        can, finance = self.verifiable[terms.kind, terms.target]
        assert can, "9. only what is open to it is verified"
        self.model.wallets[event.requester] = terms.fee
        made = self.model.request(
            event.requester,
            attribute=(terms.id, terms.field) if terms.field else None,
            finance=finance,
            interested=self._interested(scene, terms),
            panel_size=terms.panelSize,
            least_signers=terms.leastSigners,
            least_weight=terms.leastWeight,
            deadline=terms.deadline,
            fee=terms.fee,
        )
        assert (made, self.model.requests[made].entity) == (event.number, event.entity)
        self.terms[made] = terms
        self.purse.comes(event.requester, terms.fee)
        if terms.panelSize:
            self.tickets[made] = len(self.panels.targets) + 1  # asked for next, which the court's own cannot be
        self.seen.add(made)

    def _interested(self, scene: Scene, terms: Any) -> tuple[int, ...]:
        """Legal persons with an interest, as the target knows them now."""
        if terms.kind == CREDIT_DATA:
            return (terms.id,)
        if terms.kind == MAPPING:
            return ()
        if terms.target == self.module:
            return self.certificates.facts[root_of(terms.id)][:2]
        # Whose the asset is, other books know.
        target: Any = type(scene.stage.net.land)(scene.stage.chain, terms.target)
        return tuple(one for one in target.interestedIn(terms.id) if one)

    def asked(self, number: int, scene: Scene) -> model.Request:
        """A request, with who has an interest in it now."""
        found = self.model.requests[number]
        found.interested = self._interested(scene, self.terms[number])
        self.seen.add(number)
        return found

    def panel_assigned(self, event: Any, scene: Scene) -> None:
        number, asked = event.number, self.asked(event.number, scene)
        kept = self.panels.seed_of(self.tickets[number])
        assert event.seed == keccak(encode(["bytes32", "uint256"], [kept, number])), "9. the seed of a panel"
        size = self.terms[number].panelSize
        drawn = self.panels.draw(event.seed, size, {asked.entity, *asked.interested})
        assert list(event.nodes) == drawn, f"9. {event.nodes} were drawn, not {drawn}"
        self.model.assign(number, drawn)

    def panel_answered(self, event: Any, scene: Scene) -> None:
        self.model.answer(event.number, event.node)
        self.seen.add(event.number)

    def panel_closed(self, event: Any, scene: Scene) -> None:
        self.model.close(event.number)
        asked = self.model.requests[event.number]
        missed = [node for node in asked.panel or () if node not in asked.answered]
        assert list(event.missed) == missed, f"9. {event.missed} missed a duty, not {missed}"
        self.seen.add(event.number)

    def verification_refunded(self, event: Any, scene: Scene) -> None:
        asked = self.model.requests[event.number]
        self.model.refund(event.number)
        assert (event.requester, event.fee) == (asked.account, asked.fee), "9. a fee is given back once, all of it"
        self.purse.goes(asked.account, asked.fee)
        self.seen.add(event.number)

    # what must hold

    def check(self, stage: Stage) -> None:
        """9, of requests that were touched."""
        self.model.now = stage.now
        for number in self.seen:
            self._request(stage, number)

    def check_all(self, stage: Stage) -> None:
        desk, rules, results = stage.net.verification_desk, self.model.request_rules, self.model.result_rules
        assert desk.requestCount() == len(self.model.requests)
        wanted = rules.least_fee, rules.least_weight, rules.longest, rules.shortest, rules.least_signers
        assert tuple(desk.requestRules()) == wanted
        assert tuple(desk.resultRules()) == (results.window, results.fund_bps, results.finance_bps)

    def _request(self, stage: Stage, number: int) -> None:
        asked, terms, read = self.model.requests[number], self.terms[number], stage.net.verification_desk
        state = ANSWERED if asked.result else REFUNDED if asked.refunded else OPEN
        found = read.requestOf(number)
        wanted = (
            *(asked.account, asked.entity, terms.kind, terms.field, terms.panelSize, asked.least_signers),
            *(asked.finance, state, terms.target, asked.fee, terms.id, terms.documentHash, terms.claimed),
            *(asked.least_weight, asked.deadline),
        )
        assert tuple(found) == wanted, f"9. request {number} is {found}, not {wanted}"
        if asked.panel is not None:
            answered = sum(1 << at for at, node in enumerate(asked.panel) if node in asked.answered)
            panel = self.tickets[number], tuple(asked.panel), answered, asked.closed
            assert tuple(read.panelOf(number)) == panel, f"9. panel of {number}"
