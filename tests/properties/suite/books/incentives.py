"""What circulated between enterprises and what they were awarded for it: the exact model, told of every event.

Independent of the contracts: what each payment was worth in USD and in which epoch it came, what of it came back
within the window, what counts, which reward and rebate follow from cap, fees and budget, what of a stream has vested
at any second, what a claw back leaves."""

from __future__ import annotations

from typing import Any, ClassVar

from caldera.model.incentives import IncentivesModel
from caldera.model.receivables import root_of
from tests.properties.suite.books.balances import Balances
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.certificates import Certificates
from tests.properties.suite.books.parties import Parties
from tests.properties.suite.books.purse import Purse
from tests.properties.suite.books.rules import RuleBook
from tests.properties.suite.stage import NOBODY, Stage

ME = "CirculationIncentives"


class _Active:
    """Entities by account, of those that are active now, as the model asks for them."""

    def __init__(self, book: Incentives) -> None:
        self.book = book

    def __contains__(self, account: object) -> bool:
        return self.book.parties.active(str(account), self.book.model.now)

    def __getitem__(self, account: str) -> int:
        return self.book.parties.entity(account)


class Incentives(Book):
    """`model`: entities are numbers, accounts addresses. `recorded`: contracts that tell of settlements."""

    hears: ClassVar[Hears] = {
        **emits(
            ME,
            *("CirculationCounted", "IncentiveClaimed", "IncentiveClawedBack", "RingOffset", "RebatePaid"),
            *("BudgetFunded", "BudgetMoved", "RebateSet", "IncentiveCapSet", "FeeLimitSet", "PausedUntil"),
        ),
        **emits("ReceivableModule", "Paid", "RecorderSet"),
        **emits("Factoring", "Factored", "RecorderSet"),
    }

    def __init__(
        self, stage: Stage, balances: Balances, parties: Parties, rules: RuleBook, certificates: Certificates
    ) -> None:
        self.parties, self.rules, self.certificates = parties, rules, certificates
        *_, periods, cap = stage.deployed.profile.entry(ME).args
        self.model = IncentivesModel(
            *(stage.now, periods["epochLength"], periods["window"], periods["review"], periods["vesting"], cap)
        )
        untyped: Any = self.model
        untyped.active = _Active(self)
        self.me = stage.at(ME)
        self.purse = Purse(balances, self.me)
        self.recorded: set[str] = set()
        self.running_from = 0
        self.source = NOBODY
        self.flows_seen: set[tuple[int, int, int]] = set()
        self.entities_seen: set[int] = set()
        self.awards_seen: set[tuple[int, int]] = set()
        self.payees_seen: set[str] = set()
        self.moved = False

    def before(self, scene: Scene) -> None:
        self.model.now = scene.now

    def after(self, scene: Scene) -> None:
        self.purse.settle()

    # what is paid

    def recorder_set(self, event: Any, scene: Scene) -> None:
        (self.recorded.add if event.recorder == self.me else self.recorded.discard)(event.emitter)

    def paid(self, event: Any, scene: Scene) -> None:
        creditor, debtor, _ = self.certificates.facts[root_of(event.id)]
        self._settled(event, debtor, creditor, self.certificates.currency[event.id], event.amount)

    def factored(self, event: Any, scene: Scene) -> None:
        factor, seller = self.parties.entity(event.factor), self.parties.entity(event.seller)
        self._settled(event, factor, seller, event.currencyId, event.price)

    def _settled(self, event: Any, payer: int, payee: int, currency: int, amount: int) -> None:
        if event.emitter in self.recorded:
            self.model.record(payer, payee, self.rules.usd(currency, amount))
            self._flow(payer, payee, self.model.epoch)

    def ring_offset(self, event: Any, scene: Scene) -> None:
        """9: what went round is set off, all of the smallest payment."""
        entities, epochs = list(event.entities), list(event.epochs)
        assert self.model.offset_ring(entities, epochs) == event.usd, "9. a ring is less by its smallest payment"
        for payer, payee, epoch in zip(entities, [*entities[1:], entities[0]], epochs, strict=True):
            self._flow(payer, payee, epoch)

    def _flow(self, one: int, other: int, epoch: int) -> None:
        if one != other:
            self.flows_seen.add((min(one, other), max(one, other), epoch))

    # what is awarded

    def circulation_counted(self, event: Any, scene: Scene) -> None:
        """9: only what did not come back counts, and only within cap, fees and budget."""
        model, payee, epoch = self.model, event.enterprise, event.epoch
        assert scene.now >= self.running_from, "9. nothing is counted in a pause"
        payer, enterprise, *_ = model.net(event.payer, payee, epoch)
        assert (event.payer, payee) == (payer, enterprise), "9. who received more than it paid is awarded"
        assert event.countedIn == model.epoch
        if self.source != NOBODY:
            source: Any = scene.stage.net.fees
            model.fees[payee] = type(source)(scene.stage.chain, self.source).feesPaidBy(payee)
        counted, rebates = model.counted_for[payee, epoch], model.rebates.total()
        reward = model.count(payer, payee, epoch)
        wanted = model.counted_for[payee, epoch] - counted, reward, model.rebates.total() - rebates
        found = event.usd, event.reward, event.rebate
        assert found == wanted, f"9. counted, rewarded, rebate: {found}, not {wanted}"
        for later in range(epoch, epoch + model.window + 1):
            self._flow(payer, payee, later)
        self.awards_seen.add((payee, epoch))
        self.payees_seen.add(model.rebate[1])
        self._entity(payee)

    def incentive_claimed(self, event: Any, scene: Scene) -> None:
        assert self.parties.entity(event.account) == event.entity
        assert self.model.claim(event.account) == event.amount, "9. what has vested is handed out"
        self.purse.goes(event.account, event.amount)
        self._entity(event.entity)

    def incentive_clawed_back(self, event: Any, scene: Scene) -> None:
        direct = scene.entry == f"{ME}.clawBack"
        most = scene.call[1][2] if direct else event.amount
        taken = self.model.claw_back(event.entity, event.countedIn, most)
        assert taken == event.amount, f"9. {taken} was unvested, {event.amount} went back"
        self._entity(event.entity)

    def rebate_paid(self, event: Any, scene: Scene) -> None:
        assert self.model.claim_rebate(event.payee) == event.amount, "9. rebates are handed out once"
        self.purse.goes(event.payee, event.amount)
        self.payees_seen.add(event.payee)
        self.moved = True

    def _entity(self, entity: int) -> None:
        self.entities_seen.add(entity)
        self.moved = True

    # budget and terms

    def budget_funded(self, event: Any, scene: Scene) -> None:
        if event.from_ == self.me:
            self.model.surplus = self.purse.beyond(self.model.left + self.model.owed)
            assert self.model.absorb() == event.amount, "9. what was sent without a word"
        else:
            self.model.fund(event.amount)
            self.purse.comes(event.from_, event.amount)
        assert event.left == self.model.left
        self.moved = True

    def budget_moved(self, event: Any, scene: Scene) -> None:
        self.model.move(event.amount)
        assert event.left == self.model.left
        self.purse.goes(event.to, event.amount)
        self.moved = True

    def rebate_set(self, event: Any, scene: Scene) -> None:
        self.model.set_rebate(event.bps, event.payee)

    def incentive_cap_set(self, event: Any, scene: Scene) -> None:
        if event.epoch:
            self.model.set_cap(event.cap)
        assert (event.epoch, event.cap) == self.model.caps[-1]

    def fee_limit_set(self, event: Any, scene: Scene) -> None:
        self.source = event.source
        self.model.set_fee_limit(event.bps, event.source != NOBODY)

    def paused_until(self, event: Any, scene: Scene) -> None:
        self.running_from = event.until

    # what must hold

    def check(self, stage: Stage) -> None:
        """9, of what was touched."""
        incentives, model = stage.net.incentives, self.model
        model.now = stage.now
        for low, high, epoch in self.flows_seen:
            wanted = model.flows[low, high, epoch], model.flows[high, low, epoch]
            assert incentives.flowOf(low, high, epoch) == wanted, f"9. {low} and {high} paid {wanted} in {epoch}"
            assert incentives.netOf(low, high, epoch) == model.net(low, high, epoch)[:3], "9. net of what came back"
        for entity in self.entities_seen:
            self._awarded(stage, entity)
        for entity, epoch in self.awards_seen:
            assert incentives.countedFor(entity, epoch) == model.counted_for[entity, epoch]
            awarded, cap = model.awarded_for[entity, epoch], model.cap_of(epoch)
            assert (incentives.awardedFor(entity, epoch), incentives.capOf(epoch)) == (awarded, cap), "9. of an epoch"
        for payee in self.payees_seen:
            assert incentives.rebateOwed(payee) == model.rebates[payee], "9. rebates that wait"
        if self.moved:
            self._budget(stage)
        for seen in (self.flows_seen, self.entities_seen, self.awards_seen, self.payees_seen):
            seen.clear()
        self.moved = False

    def check_all(self, stage: Stage) -> None:
        for payer, payee, epoch in self.model.flows:
            self._flow(payer, payee, epoch)
        self.entities_seen = set(self.model.awarded)
        self.awards_seen, self.payees_seen = set(self.model.counted_for), set(self.model.rebates)
        self.moved = True
        self.check(stage)

    def _awarded(self, stage: Stage, entity: int) -> None:
        """What it could claim and what is unvested, in all and stream by stream."""
        incentives, model, now = stage.net.incentives, self.model, stage.now
        found = incentives.claimableOf(entity), incentives.unvestedOf(entity), incentives.awardedTo(entity)
        wanted = model.claimable(entity), model.unvested(entity), model.awarded[entity]
        assert found == wanted, f"9. claimable, unvested, awarded to {entity}: {found}, not {wanted}"
        kept = {epoch: (epoch, one.start, one.end, one.amount) for epoch, one in model.streams[entity].items()}
        read = {one.epoch: tuple(one) for one in incentives.streamsOf(entity)}
        running = {epoch for epoch, (_, _, end, amount) in kept.items() if amount and end > now}
        assert running <= set(read), f"9. streams of {entity}"
        assert all(kept[epoch] == one for epoch, one in read.items()), f"9. streams of {entity}: {read}, not {kept}"

    def _budget(self, stage: Stage) -> None:
        incentives, model = stage.net.incentives, self.model
        found = incentives.budgetLeft(), incentives.budgetOwed()
        assert found == (model.left, model.owed), f"9. left and owed: {found}, not {(model.left, model.owed)}"
        assert model.funded == model.left + model.owed + model.paid + model.moved, "9. rewards paid <= funded"
        assert self.purse.beyond(model.left + model.owed) >= 0, "9. what is promised is there"
        assert incentives.rebate() == model.rebate
        assert incentives.latestCap() == model.caps[-1][1]
