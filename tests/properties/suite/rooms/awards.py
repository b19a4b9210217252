"""What is awarded, for circulation and for stakes: returns, rings and washes; seasons of nodes; budgets that run short;
terms that change."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.properties.suite.kernel import pick
from tests.properties.suite.rooms.court import EPOCH, Court
from tests.properties.suite.rooms.nodes import stakers
from tests.properties.suite.stage import ERA, NODES, UNIT
from tests.support.suite import DAY

ROUND = ("seller", "house", "supplier")
firms = st.sampled_from(ROUND)


class Awards(Court):
    """Rules about awards."""

    def counted(self, one: str, other: str, epoch: int) -> None:
        """When it can be, and what is left of earlier epochs before."""
        incentives, pair = self.net.incentives, (self.stage.entity(one), self.stage.entity(other))
        self.until(incentives.countableFrom(epoch))
        for earlier in range(epoch - incentives.window(), epoch + 1):
            if earlier == epoch or any(incentives.flowOf(*pair, earlier)):
                call, who = incentives.count, self.who("stranger")
                self.act("incentives.count", lambda e=earlier, c=call, w=who: c(*pair, e, sender=w))

    def epoch(self) -> int:
        """Of circulation, at present."""
        return self.net.incentives.epochAt(self.now)

    @rule(by=firms, which=pick, how=st.sampled_from(["back", "ring", "wash", "short"]))
    def award(self, by: str, which: int, how: str) -> None:
        """In one of the ways in which less than what was paid is awarded, or stays."""
        if how == "back":
            self.come_back(by, which % 4, (7, 40 * UNIT, 55 * UNIT + 1)[which % 3], which % 90)
        elif how == "ring":
            self.go_round(which, which % 3)
        elif how == "wash":
            self.wash(by, (0, 40, 100, 250)[which % 4], which % 3, which % 5)
        else:
            self.run_short(by, (1, 3 * ERA, 100 * ERA + 1)[which % 3])

    def come_back(self, by: str, after: int, face: int, days: int) -> None:
        """What comes back within the window sets off what was paid; what comes later counts by itself."""
        first = self.epoch()
        self.paid(by, "buyer")
        self.wait(after * EPOCH)
        second = self.epoch()
        self.paid("buyer", by, face)
        for epoch in dict.fromkeys((first, second)):
            self.counted(by, "buyer", epoch)
        self.wait(days * DAY)
        for name in (by, "buyer"):
            self.act("incentives.claim", lambda n=name: self.net.incentives.claim(sender=self.who(n)))

    def go_round(self, which: int, apart: int) -> None:
        """Three pay one another in a circle, in one epoch or in several: it can be shown until it is counted."""
        epochs: dict[str, int] = {}
        for place, (creditor, debtor) in enumerate(zip(ROUND, (*ROUND[1:], ROUND[0]), strict=True)):
            if place == 1:
                self.wait(apart * EPOCH)
            epochs[debtor] = self.epoch()
            self.paid(creditor, debtor, UNIT * (1 + (which >> 2 * place) % 3))
        names = list(reversed(ROUND))
        entities, paid = [self.stage.entity(name) for name in names], [epochs[name] for name in names]
        watcher, call = self.who("stranger"), self.net.incentives.offsetRing
        self.act("incentives.offsetRing", lambda: call(entities, paid, sender=watcher))
        for payer, payee in zip(names, (*names[1:], names[0]), strict=True):
            self.counted(payer, payee, epochs[payer])

    def wash(self, by: str, days: int, part: int, claims: int) -> None:
        """What is unvested of an award is taken back, or a part of it; what has vested stays."""
        incentives, entity, epoch = self.net.incentives, self.stage.entity(by), self.epoch()
        self.paid(by, "buyer")
        self.counted(by, "buyer", epoch)
        made = self.epoch()
        self.wait(days * DAY)
        if claims % 2:
            self.act("incentives.claim", lambda: incentives.claim(sender=self.who(by)))
            self.wait(days // 2 * DAY)
        most, arbiter = incentives.unvestedOf(entity) // part if part else 2**200, self.who("arbiter")
        call = incentives.clawBack
        self.act("incentives.clawBack", lambda: call(entity, made, most, b"\1" * 32, sender=arbiter))
        self.wait(days // 2 * DAY)
        if claims > 1:
            self.act("incentives.claim", lambda: incentives.claim(sender=self.who(by)))

    def run_short(self, by: str, left: int) -> None:
        """Governance takes the budget elsewhere and brings it back: meanwhile as much counts as can be paid for."""
        incentives, governance, epoch = self.net.incentives, self.net.governance, self.epoch()
        self.paid(by, "buyer")
        self.until(incentives.countableFrom(epoch))
        amount = incentives.budgetLeft() - left
        self.act("incentives.moveBudget", lambda: incentives.moveBudget(governance, amount, sender=governance))
        self.counted(by, "buyer", epoch)
        self.act("era.approve", lambda: self.net.era.approve(incentives, amount, sender=governance))
        self.act("incentives.fund", lambda: incentives.fund(amount, sender=governance))
        self.counted(by, "buyer", epoch)

    # stakes

    @rule(who=stakers, which=pick, how=st.sampled_from(["harvest", "season", "season", "drought"]))
    def reward(self, who: str, which: int, how: str) -> None:
        """What nodes and those who stake with them are owed, at other rates and at what of them is funded."""
        if how == "harvest":
            self.harvest(who, which, which % 4)
        elif how == "season":
            self.season(who, which, 1 + which % 2)
        else:
            self.drought(who, which, (0, 1, ERA, 300 * ERA)[which % 4], (1, 29, 70)[which % 3])

    def season(self, who: str, which: int, seasons: int) -> None:
        """Nodes sign results; in the next epoch their rate rises, and in the one after it falls again."""
        rewards, signers = self.net.rewards, self.a_result(which)[1]
        for _ in range(seasons):
            self.until((self.now // EPOCH + 1) * EPOCH)
            for node in signers or [1 + which % NODES]:
                self.act("rewards.poke", lambda n=node: rewards.poke(n, sender=self.who("relayer")))
            self.harvest(who, which, 1 + which % 3)

    def harvest(self, who: str, which: int, days: int) -> None:
        """What was earned at some of the nodes, or at all, by a holder, by a grant and by an owner."""
        rewards, by, anybody = self.net.rewards, self.who(who), self.who("relayer")
        self.wait(days * DAY)
        nodes = self.staked(by.address) or [1]
        some = nodes[: 1 + which % len(nodes)]
        self.act("rewards.claim", lambda: rewards.claim(some, by, sender=by))
        grants = self.grants("saver", "studio")
        if not any(self.staked(number) for number in grants):
            self.grant_stake(which, 1, "stake")
            self.wait(DAY)
        for number in [number for number in grants if self.staked(number)][:1]:
            at = self.staked(number)
            call = rewards.claimGrant
            self.act("rewards.claimGrant", lambda n=number, a=at, c=call: c(n, a, sender=anybody))
        node = 1 + which % NODES
        owner = self.who(self.owner_of(node))
        self.act("rewards.claimCommission", lambda: rewards.claimCommission(node, owner, sender=owner))

    def drought(self, who: str, which: int, left: int, days: int) -> None:
        """Governance takes away what is promised to nobody, or most of it: only a part of all rates is funded."""
        rewards, governance, payer = self.net.rewards, self.net.governance, self.who("node-1")
        amount = max(0, rewards.budgetLeft() - left)
        self.act("rewards.moveBudget", lambda: rewards.moveBudget(governance, amount, sender=governance))
        self.harvest(who, which, days)
        self.stake(who, which, 7 * ERA, 0)
        self.act("era.approve", lambda: self.net.era.approve(rewards, amount, sender=governance))
        self.act("rewards.fund", lambda: rewards.fund(amount // (1 + which % 2), sender=governance))
        self.act("rewards.fund", lambda: rewards.fund(ERA, sender=payer))

    # terms

    def govern(self, name: str, contract: Any, call: bytes, *values: int) -> None:
        """By the book, as far and as often as it lets."""
        book, governance = self.net.book, self.net.governance
        family = book.familyFor(contract, call[:4])
        self.act(name, lambda: book.set(family, [], list(values), sender=governance))

    @rule(what=st.sampled_from(["rewards", "scores", "period", "cap", "rebate", "fees"]), by=firms, which=pick)
    def set_award_terms(self, what: str, by: str, which: int) -> None:
        """By vote, step by step; and what is awarded under them."""
        step = 1 if which % 2 else -1
        if what in ("rewards", "scores", "period"):
            self.reward_terms(what, step)
            self.season("delegator", which, 1)
        else:
            self.award_terms(what, by, step)

    def reward_terms(self, what: str, step: int) -> None:
        """Band and tips, scores, or periods."""
        rewards, records = self.net.rewards, self.net.node_records
        if what == "rewards":
            terms = rewards.rewardTerms()
            terms = terms._replace(
                leastBps=max(0, terms.leastBps + 50 * step),
                mostBps=max(0, terms.mostBps + 200 * step),
                withEfficiency=step > 0,
                tipBps=max(0, terms.tipBps + 400 * step),
                mostTip=max(0, terms.mostTip + 10 * ERA * step),
            )
            call = rewards.calldata.setRewardTerms(terms)
            self.govern("rewards.setRewardTerms", rewards, call, *(int(value) for value in terms))
        elif what == "scores":
            trailing, target = records.scoreTerms()
            call = records.calldata.setScoreTerms(trailing, target)
            self.govern("records.setScoreTerms", records, call, max(0, trailing + step), max(0, target - 40 * step))
        else:
            _, days = rewards.rewardPeriod()
            call = rewards.calldata.setRewardPeriod(days)
            self.govern("rewards.setRewardPeriod", rewards, call, max(7, days + 11 * step))

    def award_terms(self, what: str, by: str, step: int) -> None:
        """The cap, the verifiers' part, or how much of the fees paid; and what is awarded under them."""
        incentives, face = self.net.incentives, 30 * UNIT + 1
        if what == "cap":
            for cap in (600_000, 12_000):
                call = incentives.calldata.setCap(cap)
                self.govern("incentives.setCap", incentives, call, cap * ERA)
                self.wait(31 * DAY)
            face = 700 * UNIT
        elif what == "rebate":
            bps, payee = incentives.rebate()
            call = incentives.calldata.setRebate(bps, payee)
            self.govern("incentives.setRebate", incentives, call, max(0, bps + 20 * step), int(payee, 16))
        else:
            source, entity, fees = self.stage.at("FeeRouter"), self.stage.entity(by), self.net.fees
            call = incentives.calldata.setFeeLimit(source, 1)
            self.govern("incentives.setFeeLimit", incentives, call, int(source, 16), 10_000)
            self.act("fees.deposit", lambda: fees.deposit(entity, 100 * ERA, sender=self.who(by)))
            self.act("fees.buy", lambda: fees.buy(0, 1, sender=self.who(by)))
        epoch = self.epoch()
        for _ in range(2):
            self.paid(by, "buyer", face)
        self.counted(by, "buyer", epoch)
        self.act("rewards.collectRebate", lambda: self.net.rewards.collectRebate(sender=self.who("stranger")))
