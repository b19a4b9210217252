"""What nodes find, earn and lose by verification, to the unit: the exact model, told of every event of results.

Independent of the contracts: who may sign and with what stake, how a fee is divided between fund and nodes, each
node's part of an epoch's pot, when it may be taken and what is carried on, what a court's word takes back."""

from __future__ import annotations

from typing import Any, ClassVar

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.model import verification as model
from caldera.model.receivables import root_of
from tests.properties.suite.books.balances import Balances
from tests.properties.suite.books.book import Hears, Scene, emits
from tests.properties.suite.books.certificates import Certificates
from tests.properties.suite.books.panels import Panels
from tests.properties.suite.books.requests import CREDIT_DATA, Requests
from tests.properties.suite.stage import Stage
from tests.support.suite import DAY

REOPENED = 2 * DAY
"""For so long at least others can challenge what was challenged for show."""
WITHHELD = 8
STATES = ("None", "Accepted", "Refused", "Disputed", "Overturned")


class Verification(Requests):
    """`rates`: the fund's part of a result's fee, and the weight of its volume. `until`: to when a result is good."""

    hears: ClassVar[Hears] = {
        "VerificationDesk": {
            **Requests.hears["VerificationDesk"],
            **emits(
                "",
                *("VerificationFeesClaimed", "VerificationFeesCarried", "VerificationFeesForfeited"),
                *("VerificationFundPaid", "VerificationFundSet"),
            )[""],
        },
        **emits(
            "ValueVerification",
            *("ResultAccepted", "ResultDisputed", "ResultJudged", "ResultReopened", "ResultNotWithdrawn"),
        ),
        **emits("DisputeCourt", "CaseOpened", "CaseMoved"),
        **emits("NodeRecords", "ResultsSigned"),
        **{ledger: {"AttributeStated": "attribute_stated"} for ledger in ("AssetCertificate", "UsageRight")},
    }

    def __init__(self, stage: Stage, balances: Balances, certificates: Certificates, panels: Panels) -> None:
        super().__init__(stage, balances, certificates, panels)
        self.fund = ""
        self.rates: dict[int, tuple[int, int]] = {}
        self.until: dict[int, int] = {}
        self.cases: dict[int, int] = {}
        """The results of cases."""
        self.withheld: set[int] = set()
        """Results whose latest case was for show."""
        self.due: list[tuple[Any, ...]] = []
        """What must still be said in this transaction, because of what was."""
        self.words: dict[tuple[int, int], tuple[model.Word, int]] = {}
        """Attributes that must still be written in this transaction, each in whose name."""
        self.pots_seen: set[int] = set()
        self.parts_seen: set[tuple[int, int]] = set()
        self.words_seen: set[tuple[int, int]] = set()

    def after(self, scene: Scene) -> None:
        assert not self.due, f"9. this was to follow: {self.due}"
        assert not any(root_of(number) in self.certificates.facts for number, _ in self.words), "9. a word not written"
        self.words.clear()
        self.purse.settle()

    def _follows(self, *what: Any) -> bool:
        """Whether it was due."""
        there = what in self.due
        if there:
            self.due.remove(what)
        return there

    def verification_fund_set(self, event: Any, scene: Scene) -> None:
        self.fund = event.fund

    # results

    def results_signed(self, event: Any, scene: Scene) -> None:
        self.due.append(("accepted", event.epoch, event.volume, *event.nodes))

    def result_accepted(self, event: Any, scene: Scene) -> None:
        number, asked, terms = event.number, self.asked(event.number, scene), self.terms[event.number]
        assert terms.kind != CREDIT_DATA, "9. nobody can sign facts before nodes are the attestors of the record"
        assert (event.target, event.id, event.field) == (terms.target, terms.id, terms.field)
        self.model.submit(number, event.amount, event.validUntil, list(event.nodes))
        result, rules = asked.result, self.model.result_rules
        assert result
        assert self._follows("accepted", result.epoch, result.volume, *result.signers), f"9. volumes of {number}"
        assert event.volume == result.volume, "9. each signer's volume is its part of the fee, weighted"
        assert list(zip(event.nodes, event.stakes, strict=True)) == list(result.signers.items())
        assert event.disputableUntil == result.accepted_at + result.window
        self.until[number] = event.validUntil
        self.rates[number] = (rules.fund_bps, rules.finance_bps if asked.finance else model.WHOLE)
        if terms.field and event.amount:
            first = min(event.nodes, key=lambda node: int(self.panels.stakes.model.nodes[node].operator, 16))
            key = terms.id, terms.field
            self.words[key] = self.model.words[key], self.model.nodes[first].entity
        self._earned(result)

    def attribute_stated(self, event: Any, scene: Scene) -> None:
        key, said = (event.id, event.field), event.attribute
        word = model.Word(said.amount, said.statedAt, said.validUntil, said.level)
        if key in self.words:
            assert (word, said.source) == self.words.pop(key), f"9. nodes found {self.model.words[key]}, not {said}"
        self.model.words[key] = word
        self.words_seen.add(key)

    def _earned(self, result: model.Result) -> None:
        self.pots_seen |= {result.epoch, self.model.epoch}
        self.parts_seen |= {(node, result.epoch) for node in result.signers}

    # disputes

    def _result(self, number: int) -> model.Result:
        found = self.model.requests[number].result
        assert found, f"9. {number} has no result"
        self.seen.add(number)
        self._earned(found)
        return found

    def case_opened(self, event: Any, scene: Scene) -> None:
        self.cases[event.id] = event.number

    def case_moved(self, event: Any, scene: Scene) -> None:
        change = self.withheld.add if event.phase == WITHHELD else self.withheld.discard
        change(self.cases[event.id])

    def result_disputed(self, event: Any, scene: Scene) -> None:
        self._result(event.number)
        self.model.open_case(event.number)

    def result_judged(self, event: Any, scene: Scene) -> None:
        number, result, asked = event.number, self._result(event.number), self.model.requests[event.number]
        window, word = result.window, self.model.words[asked.attribute]
        until = scene.now + REOPENED if number in self.withheld else 0
        self.model.close_case(number, event.overturned, until)
        if result.window != window:
            self.due.append(("reopened", number, result.accepted_at + result.window))
        if event.overturned:
            self.due.append(("carried", result.epoch, self.model.epoch, result.to_nodes))
        now = self.model.words[asked.attribute]
        if now is not word:
            key = self.terms[number].id, self.terms[number].field
            self.words[key] = now, 0

    def result_reopened(self, event: Any, scene: Scene) -> None:
        assert self._follows("reopened", event.number, event.until), "9. only what was challenged for show is reopened"

    def result_not_withdrawn(self, event: Any, scene: Scene) -> None:
        raise AssertionError(f"9. {event.target} would not take {event.number} back")

    # money

    def verification_fees_claimed(self, event: Any, scene: Scene) -> None:
        before = self.model.pot(event.epoch).paid
        amount = self.model.claim(event.node, event.epoch)
        owner = self.panels.stakes.model.nodes[event.node].owner
        assert (event.owner, event.amount) == (owner, amount), f"9. {event.node} is paid its part, {amount}, once"
        self.purse.goes(owner, amount)
        left = self.model.pot(event.epoch).paid - before - amount
        if left:
            self.due.append(("carried", event.epoch, self.model.epoch, left))
        self.pots_seen |= {event.epoch, self.model.epoch}
        self.parts_seen.add((event.node, event.epoch))

    def verification_fees_carried(self, event: Any, scene: Scene) -> None:
        if not self._follows("carried", event.epoch, event.to, event.amount):
            assert self.model.carry(event.epoch) == event.amount, "9. what is nobody's goes into the pot of now"
            assert event.to == self.model.epoch
        self.pots_seen |= {event.epoch, event.to}

    def verification_fees_forfeited(self, event: Any, scene: Scene) -> None:
        result = self._result(event.number)
        assert (list(event.nodes), event.volume) == (list(result.signers), result.volume), "9. the guilty lose theirs"
        self.model.forfeit(event.number, dict(result.signers))

    def verification_fund_paid(self, event: Any, scene: Scene) -> None:
        amount = self.model.pay_fund()
        assert (event.fund, event.amount) == (self.fund, amount)
        self.purse.goes(self.fund, amount)
        self.pots_seen.add(self.model.epoch)

    # what must hold

    def check(self, stage: Stage) -> None:
        """9, of what was touched."""
        super().check(stage)
        for number in self.seen:
            self._found(stage, number)
        for epoch in self.pots_seen:
            self._pot(stage, epoch)
        for node, epoch in self.parts_seen:
            self._part(stage, node, epoch)
        for number, field in self.words_seen:
            self._word(stage, number, field)
        if self.seen or self.pots_seen:
            assert stage.net.verification_desk.fundOwed() == self.model.fund_owed, "9. the fund's part of fees"
            self.purse.holds(self.model.held())
        for seen in (self.seen, self.pots_seen, self.parts_seen, self.words_seen):
            seen.clear()

    def check_all(self, stage: Stage) -> None:
        super().check_all(stage)
        self.seen, self.pots_seen = set(self.model.requests), {*self.model.pots, self.model.epoch}
        self.parts_seen = set(self.model.volumes)
        self.words_seen = {key for key in self.model.words if isinstance(key, tuple)}
        self.check(stage)

    def _found(self, stage: Stage, number: int) -> None:
        asked, results = self.model.requests[number], stage.net.verification
        kept = asked.result
        read = results.resultOf(number)
        assert STATES[read.state] == (kept.state if kept else "None"), f"9. result {number}"
        assert results.isFinal(number) == self.model.final(number)
        if kept is None:
            return
        given = [list(kept.signers), list(kept.signers.values())]
        signers = keccak(encode(["uint32[]", "uint256[]"], given))
        state, times = STATES.index(kept.state), (self.until[number], kept.accepted_at, kept.window)
        wanted = (kept.amount, *times, state, len(given[0]), *self.rates[number], kept.forfeited, signers)
        assert tuple(read) == wanted, f"9. result {number} is {read}, not {wanted}"
        seen = results.disputable(number)
        until, open_ = kept.accepted_at + kept.window, kept.state in ("Disputed", "Overturned")
        assert tuple(seen)[:5] == (signers, kept.accepted_at, until, open_, asked.entity)

    def _pot(self, stage: Stage, epoch: int) -> None:
        read, kept = stage.net.verification_desk.potOf(epoch), self.model.pot(epoch)
        lost = sum(volume for (_, one), volume in self.model.lost.items() if one == epoch)
        wanted = (kept.amount, kept.paid, kept.until, kept.cases, kept.unforfeited, lost, kept.claimed)
        assert tuple(read) == wanted, f"9. the pot of {epoch} is {read}, not {wanted}"

    def _part(self, stage: Stage, node: int, epoch: int) -> None:
        desk, kept = stage.net.verification_desk, self.model
        wanted = kept.lost[node, epoch], node in kept.pot(epoch).nodes
        assert tuple(desk.feesOf(node, epoch)) == wanted, f"9. {node} in {epoch}"
        assert desk.claimableFees(node, epoch) == kept.claimable(node, epoch), f"9. what {node} can claim of {epoch}"

    def _word(self, stage: Stage, number: int, field: int) -> None:
        """An attribute of a receivable: what nodes found false does not stand."""
        if root_of(number) in self.certificates.facts:
            read, kept = stage.net.certificates.attributeOf(number, field), self.model.words[number, field]
            found = read.amount, read.statedAt, read.validUntil, read.level
            assert found == (kept.amount, kept.stated_at, kept.valid_until, kept.level), f"9. field {field} of {number}"
