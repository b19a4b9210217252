"""Rewards of staked ERA, to the unit: the exact model, told of every event of stakes, results and money.

Independent of the contracts: scores and the rate that follows from them, which part of it is funded at any second,
what each holder and owner is owed, what a poke is tipped. Claims and pokes do not say all that they did: at which
nodes and of which node is taken from what was called."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from caldera.evm.address import to_address
from caldera.model.rewards import NANO, WAD, Terms
from caldera.model.staking import Holder
from tests.properties.suite.books.balances import Balances
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.purse import Purse
from tests.properties.suite.books.stakes import Stakes
from tests.properties.suite.stage import NOBODY, Stage

ME = "RewardDistributor"
CLAIMS = tuple(f"{ME}.{name}" for name in ("claim", "claimToStake", "claimToFees", "claimGrant"))
POKE = f"{ME}.poke"


class Rewards(Book):
    """`stakes`, `model`: holders are addresses, or numbers of grants. `taken`: of whom a claim took how much for whom,
    which has not said so yet; `poked`: node, rate before and after, tip of a poke that has not."""

    hears: ClassVar[Hears] = {
        ME: emits(
            ME,
            *("RewardPeriodSet", "RewardTermsSet", "RewardSourcesSet", "BudgetFunded", "BudgetMoved"),
            *("NodeRateSet", "CommissionClaimed", "RewardsClaimed", "RewardsStaked", "RewardsToFees"),
        )[ME]
        | {"NodeCommissionSet": "commission_told"},
        **emits("NodeRecords", "ResultsSigned", "ResultFoundWrong", "DutyMissed", "ScoreTermsSet"),
        **emits(
            "NodeStaking",
            *("NodeRegistered", "StakeAdded", "UnbondingStarted", "StakeRedelegated", "NodeCommissionSet", "NodeLive"),
        ),
        **emits("Slasher", "NodeSlashed"),
    }

    def __init__(self, stage: Stage, balances: Balances, stakes: Stakes) -> None:
        self.stakes = stakes.model
        self.model, self.records = stakes.model.rewards, stakes.model.records
        self.holder, self.key = stakes.holder, stakes.key
        self.me, self.staking = stage.at(ME), stage.at("NodeStaking")
        self.credit = NOBODY
        self.purse = Purse(balances, self.me)
        self.taken: tuple[Holder, int, str] | None = None
        self.poked: tuple[int, int, int, int] | None = None
        self.added: tuple[Holder, int, int, int] | None = None
        self.nodes_seen: set[int] = set()
        self.holders_seen: set[tuple[Holder, int]] = set()
        self.epochs_seen: set[tuple[int, int]] = set()
        self.moved = False

    # what was called

    def before(self, scene: Scene) -> None:
        self.records.now, self.added = scene.now, None
        if scene.entry in CLAIMS:
            self._take(scene)
        elif scene.entry == POKE:
            self._poke(scene)

    def after(self, scene: Scene) -> None:
        assert self.taken is None, "9. a claim that says nothing"
        assert self.poked is None, "9. a rate that changes without a word"
        self.stakes.settle()
        self.purse.settle()

    def _take(self, scene: Scene) -> None:
        """Stakes may change in the same transaction: what was earned is taken before."""
        first, second, *_ = scene.call[1]
        kind = scene.entry.removeprefix(f"{ME}.claim")
        holder: Holder = first if kind == "Grant" else to_address(scene.sender)
        nodes = set(second if kind == "Grant" else first)
        amount = self.stakes.take(holder, nodes)
        goals = {"ToStake": self.staking, "ToFees": self.credit, "Grant": self.stakes.actor(holder)}
        self.taken = holder, amount, goals[kind] if kind else to_address(second)
        self.model.pay(amount)
        self.purse.goes(self.taken[2], amount)
        self.holders_seen |= {(holder, node) for node in nodes}
        self.moved = True

    def _poke(self, scene: Scene) -> None:
        """A poke that finds the rate as it should be says nothing, and counts what was earned until now."""
        (number,) = scene.call[1]
        node = self.model.nodes[number]
        rate, tip = node.rate, self.model.poke(number)
        if node.rate != rate:
            self.poked = number, rate, node.rate, tip
        self._node(number)

    # what changes stakes

    def node_registered(self, event: Any, scene: Scene) -> None:
        self.model.checkpoint(event.node, 0, 0)
        self._node(event.node)

    def stake_added(self, event: Any, scene: Scene) -> None:
        holder = self.holder(event.holder)
        self._changed(holder, event.node)
        self.added = holder, event.node, event.amount, event.shares

    def unbonding_started(self, event: Any, scene: Scene) -> None:
        self._changed(self.holder(event.holder), event.node)

    def stake_redelegated(self, event: Any, scene: Scene) -> None:
        self._changed(self.holder(event.holder), event.to)

    def node_commission_set(self, event: Any, scene: Scene) -> None:
        self.stakes.settle()

    def node_slashed(self, event: Any, scene: Scene) -> None:
        for holder in self.stakes.nodes[event.node].stakes:
            self._changed(holder, event.node)

    def node_live(self, event: Any, scene: Scene) -> None:
        """Alone, or on the way of another change: then that one settles it."""
        self._node(event.node)

    def commission_told(self, event: Any, scene: Scene) -> None:
        assert event.bps == self.stakes.nodes[event.node].commission, "9. the owner's part is what the node takes"
        self.model.set_commission(event.node, event.bps)
        self._node(event.node)

    def _changed(self, holder: Holder, number: int) -> None:
        self.stakes.settle()
        self.holders_seen.add((holder, number))
        self._node(number)

    def _node(self, number: int) -> None:
        self.nodes_seen.add(number)
        self.moved = True

    # what scores follow from

    def results_signed(self, event: Any, scene: Scene) -> None:
        self.records.signed(list(event.nodes), event.volume)
        for node in event.nodes:
            self._recorded(event.epoch, node)

    def result_found_wrong(self, event: Any, scene: Scene) -> None:
        self.records.wrong(event.node)
        self._recorded(event.epoch, event.node)

    def duty_missed(self, event: Any, scene: Scene) -> None:
        self.records.missed(event.node)
        self._recorded(event.epoch, event.node)

    def _recorded(self, epoch: int, node: int) -> None:
        assert epoch == self.records.epoch
        self.epochs_seen.add((node, epoch))

    def score_terms_set(self, event: Any, scene: Scene) -> None:
        self.records.set_terms(event.trailing, event.targetBps)
        self.nodes_seen |= set(self.stakes.nodes)

    # what is handed out

    def node_rate_set(self, event: Any, scene: Scene) -> None:
        found = event.node, event.before, event.rate, event.tip
        assert found == self.poked, f"9. node, rate before, rate, tip: {found}, not {self.poked}"
        self.poked = None
        if event.tip:
            self.purse.goes(to_address(scene.sender), event.tip)

    def commission_claimed(self, event: Any, scene: Scene) -> None:
        assert to_address(scene.sender) == self.stakes.nodes[event.node].owner, "9. a commission is the owner's"
        assert self.model.claim_commission(event.node) == event.amount, "9. commission, rounded down"
        self.purse.goes(event.to, event.amount)
        self._node(event.node)

    def rewards_claimed(self, event: Any, scene: Scene) -> None:
        self._said(event, event.to)

    def rewards_staked(self, event: Any, scene: Scene) -> None:
        holder = self._said(event, self.staking)
        assert self.added == (holder, event.node, event.amount, event.shares), "9. what was earned is staked"

    def rewards_to_fees(self, event: Any, scene: Scene) -> None:
        self._said(event, self.credit)

    def _said(self, event: Any, to: str) -> Holder:
        holder = self.holder(event.holder)
        found = holder, event.amount, to
        assert found == self.taken, f"9. holder, what it earned, who is paid: {found}, not {self.taken}"
        self.taken = None
        return holder

    # money and terms

    def budget_funded(self, event: Any, scene: Scene) -> None:
        if event.from_ == self.me:
            self.model.surplus = self.purse.beyond(self.model.held)
            assert self.model.absorb() == event.amount, "9. what was sent without a word"
        else:
            self.model.fund(event.amount)
            self.purse.comes(event.from_, event.amount)
        assert event.left == self.model.left_now()
        self.moved = True

    def budget_moved(self, event: Any, scene: Scene) -> None:
        self.model.move(event.amount)
        assert event.left == self.model.left_now()
        self.purse.goes(event.to, event.amount)
        self.moved = True

    def reward_period_set(self, event: Any, scene: Scene) -> None:
        self.model.set_period(event.length)
        assert event.from_ == (self.model.end if scene.entry else scene.now)
        self.moved = True

    def reward_terms_set(self, event: Any, scene: Scene) -> None:
        given = event.terms
        self.model.set_terms(Terms(given.leastBps, given.mostBps, given.withEfficiency, given.tipBps, given.mostTip))
        self.nodes_seen |= set(self.stakes.nodes)

    def reward_sources_set(self, event: Any, scene: Scene) -> None:
        self.credit = event.credit

    # what must hold

    def check(self, stage: Stage) -> None:
        """9, of what was touched."""
        self.records.now = stage.now
        self.model.roll()
        for node, epoch in self.epochs_seen:
            self._record(stage, node, epoch)
        for number in self.nodes_seen:
            self._rate(stage, number)
        for holder, number in self.holders_seen:
            wanted = self.stakes.rewards_of(holder, [number])
            read = stage.net.nodes.rewardsOf(self.key(holder), [number])
            assert read == wanted, f"9. {holder} is owed {read} at node {number}, not {wanted}"
        if self.moved:
            self._money(stage)
        for seen in (self.nodes_seen, self.holders_seen, self.epochs_seen):
            seen.clear()
        self.moved = False

    def check_all(self, stage: Stage) -> None:
        """9: all that everybody could take is promised."""
        self.nodes_seen, self.moved = set(self.stakes.nodes), True
        self.holders_seen = {(holder, n) for n, node in self.stakes.nodes.items() for holder in node.stakes}
        self.epochs_seen = {(one.node, one.epoch) for one in self.records.events}
        owed = Counter(self.stakes.owed)
        for holder in {holder for holder, _ in self.holders_seen} | set(owed):
            owed[holder] = self.stakes.rewards_of(holder)
        self.check(stage)
        total = owed.total()
        for number, node in self.model.nodes.items():
            total += node.commission + self.model.split(number)[1]
        assert total <= self.model.owed(), f"9. {total} is owed to all, {self.model.owed()} is promised"

    def _money(self, stage: Stage) -> None:
        rewards, model = stage.net.rewards, self.model
        found = rewards.budgetLeft(), rewards.budgetOwed()
        wanted = model.left_now(), model.owed()
        assert found == wanted, f"9. left and promised: {found}, not {wanted}"
        assert (rewards.fundedRate(), rewards.rewardClock()) == (model.funded, model.clock()), "9. what is funded"
        assert rewards.rewardPeriod() == (model.end, model.days)
        assert rewards.promisedYearly() == model.power // NANO, "9. what all nodes earn a year"
        assert self.purse.beyond(model.held) >= 0, "9. what is promised is there"
        assert model.in_all == model.held + model.paid + model.moved, "9. rewards paid <= funded"

    def _rate(self, stage: Stage, number: int) -> None:
        rewards, model, known = stage.net.rewards, self.model, self.model.nodes[number]
        found = tuple(rewards.rateOf(number))
        wanted = known.rate, model.due(number), known.rate * model.funded // WAD if known.earning else 0
        assert found == wanted, f"9. rate of node {number}, due and funded: {found}, not {wanted}"
        assert rewards.tipOf(number) == model.tip(number), f"9. tip of node {number}"
        earning, shares = self.stakes.earning(number), self.stakes.nodes[number].shares
        assert rewards.earningOf(number) == known.earning == earning, f"9. stake of node {number} that earns"
        commission = known.commission + model.split(number)[1]
        assert rewards.commissionOf(number) == (commission, known.bps), f"9. commission of node {number}"
        index = model.index_of(number, shares)
        assert rewards.indexOf(number, earning, shares) == index, f"9. what a share of node {number} earned"

    def _record(self, stage: Stage, number: int, epoch: int) -> None:
        mine = [one for one in self.records.events if one.epoch == epoch]
        kinds = Counter(one.kind for one in mine if one.node == number)
        volume = sum(one.volume for one in mine if one.node == number)
        read = stage.net.node_records.recordOf(number, epoch)
        assert tuple(read) == (kinds["signed"], kinds["wrong"], kinds["missed"], volume), f"9. record of {number}"
        assert stage.net.node_records.volumeOf(epoch) == sum(one.volume for one in mine), "9. volume of an epoch"
