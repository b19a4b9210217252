"""Everything anybody can do with rewards of stake, beside an exact model that must agree to the unit after every step.

Always true:
R1. What the contract has = promised to nobody + promised + what was sent without a word.
R2. What came in = promised to nobody + promised + handed out + moved by governance: nothing is paid that was not
    funded.
R3. What holders, owners of nodes and callers can take is at most what is promised; rounding leaves less than 3 units
    for each checkpoint or poke, 2 for each change of power or budget, 1 for each period, 1 a holder and step.
R4. Power is the sum over all nodes of the stake that earns × its rate, and every rate lies in a band that ever held.
R5. Funded rate, clock and budget are those of the model to the unit; the budget is that of a model in fractions, which
    rounds nothing, up to 2 units for each change, 1 for each period and 10^-18 of what a period promises.
R6. However often anybody calls, as long as neither power nor budget change nothing else does.
R7. Neither clock nor index ever falls.
10. No privileged call succeeds for anyone the plan does not name.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.evm import Account, ContractError
from caldera.model.ledger import Refused
from caldera.model.rewards import DAY, INDEX, NANO, RATE_PER_BPS, WAD, YEAR, RecordsModel, RewardsModel, Terms
from tests.properties.beside import Beside
from tests.support.rewards import EPOCH, ERA, GRANT, PERIOD, TARGET, TERMS, TRAILING, Rewards, as_terms
from tests.support.suite import NOBODY, name_of

HOLDERS = ("alice", "bank", "carol")
OWNERS = ("seller", "buyer", "seller")
NODES = (1, 2, 3)
GRANTS = (7,)
STOCK = 10**26

nodes = st.sampled_from(NODES)
people = st.sampled_from(HOLDERS)
several = st.lists(nodes, min_size=1, max_size=4)
amounts = st.one_of(st.sampled_from([1, 10**9, ERA, 10_000 * ERA]), st.integers(1, 500_000 * ERA))
waits = st.one_of(st.sampled_from([0, 1, DAY, EPOCH, 400 * DAY]), st.integers(1, 100 * DAY))


@dataclass
class Pool:
    """Stake of a node in shares."""

    active: int = 0
    shares: int = 0
    live: bool = True


class StakesModel:
    """What `StakeKeeper` does, on the model of rewards."""

    def __init__(self, rewards: RewardsModel) -> None:
        self.rewards = rewards
        self.pools = {node: Pool() for node in NODES}
        self.shares: Counter[tuple[int, int]] = Counter()
        self.index: Counter[tuple[int, int]] = Counter()
        self.owed: Counter[tuple[int, int]] = Counter()

    def earning(self, node: int) -> int:
        return self.pools[node].active if self.pools[node].live else 0

    def settle(self, node: int, holder: int, index: int) -> None:
        key = node, holder
        self.owed[key] += self.shares[key] * (index - self.index[key]) // INDEX
        self.index[key] = index

    def stake(self, holder: int, node: int, amount: int) -> int:
        pool = self.pools[node]
        shares = amount * pool.shares // pool.active if pool.shares else amount
        after = pool.active + amount if pool.live else 0
        self.settle(node, holder, self.rewards.checkpoint(node, pool.shares, after))
        pool.active, pool.shares = pool.active + amount, pool.shares + shares
        self.shares[node, holder] += shares
        return shares

    def unstake(self, holder: int, node: int, shares: int) -> int:
        pool = self.pools[node]
        amount = pool.active * shares // pool.shares
        after = pool.active - amount if pool.live else 0
        self.settle(node, holder, self.rewards.checkpoint(node, pool.shares, after))
        pool.active, pool.shares = pool.active - amount, pool.shares - shares
        self.shares[node, holder] -= shares
        return amount

    def tell(self, node: int) -> int:
        """The stake changed, the shares did not."""
        return self.rewards.checkpoint(node, self.pools[node].shares, self.earning(node))

    def rewards_of(self, holder: int, chosen: list[int]) -> int:
        total = 0
        for node in dict.fromkeys(chosen):
            key = node, holder
            index = self.rewards.index_of(node, self.pools[node].shares)
            total += self.owed[key] + self.shares[key] * (index - self.index[key]) // INDEX
        return total

    def take(self, holder: int, chosen: list[int]) -> int:
        """All that is owed at these nodes, which leaves the promises."""
        if self.rewards_of(holder, chosen) == 0:
            raise Refused("NoRewards")
        total = 0
        for node in chosen:
            self.settle(node, holder, self.tell(node))
            total += self.owed.pop((node, holder), 0)
        self.rewards.pay(total)
        return total


class Ideal:
    """Budget and funded rate in fractions, by the rule as it is said: min(1, left / (power × time to the end))."""

    def __init__(self, model: RewardsModel) -> None:
        self.at, self.end, self.days = model.since, model.end, model.days
        self.left, self.power = Fraction(0), 0
        self.slack = Fraction(0)
        """How far the model may be from this."""

    def funded(self) -> Fraction:
        wanted = Fraction(self.power * (self.end - self.at), NANO * YEAR)
        return min(Fraction(1), self.left / wanted) if wanted else Fraction(1)

    def go(self, time: int) -> None:
        """To `time`."""
        while self.at < time:
            to = min(time, self.end)
            funded = self.funded()
            self.left -= funded * self.power * (to - self.at) / (NANO * YEAR)
            self.slack += 1 + Fraction(self.power * (self.end - self.at), NANO * YEAR * WAD)
            self.at = to
            if to == self.end:
                self.end += self.days * DAY

    def change(self, left: int, power: int) -> None:
        """Power and budget are other ones from now on."""
        self.left += left
        self.power = power


class RewardsMachine(Beside):
    """The machine. `rewards` is shared by all examples; each begins at `mark`."""

    rewards: Rewards
    reached = (
        *("stake", "unstake", "poke", "claim", "claimToStake", "claimToFees", "claimGrant"),
        "claimCommission",
        "tipped",
    )

    def __init__(self) -> None:
        super().__init__()
        rewards = self.rewards
        rewards.chain.restore(self.mark)
        self.records = RecordsModel(rewards.now, EPOCH, TRAILING, TARGET)
        self.model = RewardsModel(rewards.now, self.records, TERMS, PERIOD)
        self.stakes = StakesModel(self.model)
        self.ideal = Ideal(self.model)
        self.bands = [TERMS]
        self.updates = 0
        self.seen: defaultdict[int, int] = defaultdict(int)
        self.clock = 0

    def account(self, name: str) -> Account:
        return self.rewards.suite.actors[name]

    def holder(self, name: str) -> int:
        return int(self.account(name).address, 16)

    @initialize()
    def begin(self) -> None:
        """Nodes with some stake, a little money, and a donor."""
        rewards = self.rewards
        for node, owner in zip(NODES, OWNERS, strict=True):
            assert rewards.node(self.account(owner)) == node
            self.stakes.tell(node)
        for name in (*HOLDERS, "mallory"):
            account = self.account(name)
            rewards.give(account, STOCK)
            for spender in (rewards.keeper, rewards.distributor):
                rewards.era.approve(spender, 2**255, sender=account)
        self.stake("alice", 1, 100_000 * ERA)
        self.stake("bank", 2, 50_000 * ERA)
        self.fund(20_000 * ERA)
        for node, bps in zip(NODES, (300, 1_000, 0), strict=True):
            self.commission(node, bps)
        self.wait(DAY)

    def done(self, name: str, expected: Any, actual: Any) -> None:
        """Both do it; the ideal is told what it did to power and budget."""
        self.ideal.go(self.rewards.now)
        before = self.model.left_now()
        self.both(name, expected, actual)
        self.updates += 8  # nodes that one call can bring up
        self.ideal.change(self.model.left_now() - before, self.model.power)
        if self.model.left_now() != before:
            self.ideal.slack += 1

    # Stake

    @rule(name=people, node=nodes, amount=amounts)
    def stake(self, name: str, node: int, amount: int) -> None:
        account = self.account(name)
        self.done(
            "stake",
            lambda: self.stakes.stake(self.holder(name), node, amount),
            lambda: self.rewards.keeper.stakeFor(account, node, amount, 0, sender=account).returned,
        )

    @rule(node=nodes, amount=amounts)
    def stake_grant(self, node: int, amount: int) -> None:
        call = self.rewards.keeper.stakeGrant
        self.done(
            "stakeGrant",
            lambda: self.stakes.stake(GRANT + GRANTS[0], node, amount),
            lambda: call(GRANTS[0], node, amount, sender=self.account("mallory")).returned,
        )

    @rule(name=people, node=nodes, part=st.sampled_from([1, 2, 3]))
    def unstake(self, name: str, node: int, part: int) -> None:
        shares = self.stakes.shares[node, self.holder(name)] // part
        if shares:
            self.done(
                "unstake",
                lambda: self.stakes.unstake(self.holder(name), node, shares),
                lambda: self.rewards.keeper.unstake(node, shares, sender=self.account(name)).returned,
            )

    @rule(node=nodes, bps=st.sampled_from([1, 4_000, 9_000]))
    def slash(self, node: int, bps: int) -> None:
        pool = self.stakes.pools[node]
        amount = pool.active * bps // 10_000
        if not amount:
            return

        def expected() -> None:
            pool.active -= amount
            self.stakes.tell(node)

        self.done("slash", expected, lambda: self.rewards.keeper.slash(node, amount, sender=self.account("officer")))

    @rule(node=nodes)
    def live_or_not(self, node: int) -> None:
        pool = self.stakes.pools[node]

        def expected() -> None:
            pool.live = not pool.live
            self.stakes.tell(node)

        now = not pool.live
        self.done("setLive", expected, lambda: self.rewards.keeper.setLive(node, now, sender=self.account("admin")))

    @rule(node=nodes, bps=st.sampled_from([0, 1, 500, 10_000, 10_001]))
    def commission(self, node: int, bps: int) -> None:
        def expected() -> None:
            if bps <= 10_000:
                self.stakes.tell(node)
            self.model.set_commission(node, bps)

        call = self.rewards.keeper.setCommission
        self.done("setCommission", expected, lambda: call(node, bps, sender=self.account("admin")))

    # Scores and rates

    @rule(chosen=st.lists(nodes, unique=True), part=st.integers(0, 300))
    def signed(self, chosen: list[int], part: int) -> None:
        """So many ten-thousandths of the first one's stake."""
        volume = self.stakes.pools[(chosen or [1])[0]].active * part // 10_000
        self.both(
            "recordSigned",
            lambda: self.records.signed(chosen, volume),
            lambda: self.rewards.signed(chosen, volume),
        )

    @rule(node=nodes, wrong=st.booleans())
    def failed(self, node: int, wrong: bool) -> None:
        records = self.rewards.records
        (self.records.wrong if wrong else self.records.missed)(node)
        (records.recordWrong if wrong else records.recordMissed)(node, sender=self.account("officer"))

    @rule(node=nodes)
    def poke(self, node: int) -> None:
        distributor, model = self.rewards.distributor, self.model
        assert distributor.rateOf(node)[1] == model.due(node)
        assert distributor.tipOf(node) == model.tip(node)
        if model.tip(node):
            self.calls["tipped"] += 1
        self.done(
            "poke", lambda: model.poke(node), lambda: distributor.poke(node, sender=self.account("mallory")).returned
        )

    @rule(node=nodes, part=st.sampled_from([0, 50, 100, 200]))
    def season(self, node: int, part: int) -> None:
        """It signs, the next epoch begins, and its rate is set."""
        self.signed([node], part)
        self.wait((self.rewards.epoch + 1) * EPOCH - self.rewards.now)
        self.poke(node)

    @rule(name=people, node=nodes)
    def up_and_down(self, name: str, node: int) -> None:
        """It does all that is wanted of it, then nothing."""
        self.stake(name, node, 10_000 * ERA)
        self.season(node, 250)
        self.season(node, 0)

    # Money out

    @rule(name=people, seconds=waits)
    def live_on_it(self, name: str, seconds: int) -> None:
        """Some time, and what it brought."""
        self.wait(seconds)
        self.claim(name, list(NODES))

    @rule(name=people, chosen=several)
    def claim(self, name: str, chosen: list[int]) -> None:
        account = self.account(name)
        self.done(
            "claim",
            lambda: self.stakes.take(self.holder(name), chosen),
            lambda: self.rewards.distributor.claim(chosen, account, sender=account).returned,
        )

    @rule(name=people, chosen=several, node=nodes)
    def claim_to_stake(self, name: str, chosen: list[int], node: int) -> None:
        """After a day, so that there may be something."""
        self.wait(DAY)

        def expected() -> int:
            amount = self.stakes.take(self.holder(name), chosen)
            self.stakes.stake(self.holder(name), node, amount)
            return amount

        call = self.rewards.distributor.claimToStake
        self.done("claimToStake", expected, lambda: call(chosen, node, 0, sender=self.account(name)).returned[0])

    @rule(name=people, chosen=several)
    def claim_to_fees(self, name: str, chosen: list[int]) -> None:
        call = self.rewards.distributor.claimToFees
        self.done(
            "claimToFees",
            lambda: self.stakes.take(self.holder(name), chosen),
            lambda: call(chosen, 1, sender=self.account(name)).returned,
        )

    @rule(chosen=several)
    def claim_grant(self, chosen: list[int]) -> None:
        call = self.rewards.distributor.claimGrant
        self.done(
            "claimGrant",
            lambda: self.stakes.take(GRANT + GRANTS[0], chosen),
            lambda: call(GRANTS[0], chosen, sender=self.account("mallory")).returned,
        )

    @rule(node=nodes, name=st.sampled_from(["seller", "buyer"]))
    def claim_commission(self, node: int, name: str) -> None:
        self.wait(3600)

        def expected() -> int:
            if OWNERS[node - 1] != name:
                raise Refused("NotTheNodesOwner")
            return self.model.claim_commission(node)

        account = self.account(name)
        call = self.rewards.distributor.claimCommission
        self.done("claimCommission", expected, lambda: call(node, account, sender=account).returned)

    # Money in, terms, time

    @rule(amount=st.one_of(st.sampled_from([0, 1, 10**6]), st.integers(1, 5_000 * ERA)))
    def fund(self, amount: int) -> None:
        call = self.rewards.distributor.fund
        self.done("fund", lambda: self.model.fund(amount), lambda: call(amount, sender=self.account("mallory")))

    @rule(amount=st.integers(1, 1_000 * ERA))
    def donate(self, amount: int) -> None:
        self.rewards.era.transfer(self.rewards.distributor, amount, sender=self.account("mallory"))
        self.model.surplus += amount

    @rule()
    def absorb(self) -> None:
        call = self.rewards.distributor.absorb
        self.done("absorb", self.model.absorb, lambda: call(sender=self.account("mallory")).returned)

    @rule(part=st.sampled_from([0, 1, 2, 3]))
    def move(self, part: int) -> None:
        """Nothing, half of it, all of it (a drought), and a unit too much."""
        left = self.model.left_now()
        amount = (0, left // 2, left, left + 1)[part]
        call = self.rewards.distributor.moveBudget
        target = self.account("stranger")
        self.done(
            "moveBudget", lambda: self.model.move(amount), lambda: call(target, amount, sender=self.account("admin"))
        )

    @rule(days=st.sampled_from([0, 1, 7, 30, 366, 367]))
    def period(self, days: int) -> None:
        call = self.rewards.distributor.setRewardPeriod
        self.done(
            "setRewardPeriod", lambda: self.model.set_period(days), lambda: call(days, sender=self.account("admin"))
        )
        self.ideal.days = self.model.days

    @rule(
        terms=st.sampled_from(
            [TERMS, TERMS, Terms(1_100, 2_100, True, 2_000, ERA), Terms(1, 10_000, False, 1, 0), Terms(900, 800)]
        )
    )
    def set_terms(self, terms: Terms) -> None:
        call = self.rewards.distributor.setRewardTerms
        self.both(
            "setRewardTerms",
            lambda: self.model.set_terms(terms),
            lambda: call(as_terms(terms), sender=self.account("admin")),
        )
        self.bands.append(self.model.terms)

    @rule(trailing=st.integers(0, 7), bps=st.sampled_from([1, 100, 250, 10_000]))
    def set_score_terms(self, trailing: int, bps: int) -> None:
        call = self.rewards.records.setScoreTerms
        self.both(
            "setScoreTerms",
            lambda: self.records.set_terms(trailing, bps),
            lambda: call(trailing, bps, sender=self.account("admin")),
        )

    @rule(seconds=waits)
    def wait(self, seconds: int) -> None:
        self.rewards.chain.skip(seconds)
        self.records.now = self.rewards.now

    @rule(days=st.integers(2, 90), node=nodes)
    def idle(self, days: int, node: int) -> None:
        """R6: some days with a call each, and without."""
        rewards = self.rewards

        def outcome() -> tuple[Any, ...]:
            distributor = rewards.distributor
            money = distributor.budgetLeft(), distributor.budgetOwed()
            return distributor.fundedRate(), distributor.rewardClock(), distributor.rewardPeriod(), *money

        def call() -> None:
            pool = self.stakes.pools[node]
            earning = self.stakes.earning(node)
            rewards.keeper.tell(node, earning, pool.shares, earning, sender=self.account("mallory"))

        with rewards.chain.isolated():
            rewards.chain.skip(days * DAY)
            wanted = outcome()
        with rewards.chain.isolated():
            for _ in range(5):
                rewards.chain.skip(days * DAY // 5)
                call()
            rewards.chain.skip(days * DAY - 5 * (days * DAY // 5))
            assert outcome() == wanted, "R6"

    @rule(which=st.integers(0, 7))
    def privileged(self, which: int) -> None:
        distributor, records, nobody = self.rewards.distributor, self.rewards.records, self.account("mallory")
        calls: list[tuple[str, Any]] = [
            ("OnlyStaking", lambda: distributor.checkpoint(1, 0, 1, 10**24, sender=nobody)),
            ("OnlyStaking", lambda: distributor.setCommission(1, 0, sender=nobody)),
            ("AccessManagedUnauthorized", lambda: distributor.setRewardTerms(as_terms(TERMS), sender=nobody)),
            ("AccessManagedUnauthorized", lambda: distributor.setStaking(nobody, sender=nobody)),
            ("AccessManagedUnauthorized", lambda: distributor.moveBudget(nobody, 1, sender=nobody)),
            ("AccessManagedUnauthorized", lambda: distributor.setRewardSources(NOBODY, NOBODY, nobody, sender=nobody)),
            ("AccessManagedUnauthorized", lambda: records.recordSigned([1], 1, sender=nobody)),
            ("AccessManagedUnauthorized", lambda: records.recordWrong(1, sender=nobody)),
        ]
        name, call = calls[which]
        try:
            call()
        except ContractError as error:
            assert name_of(error) == name
        else:
            raise AssertionError("10: a privileged call succeeded")

    # What must hold

    @invariant()
    def money(self) -> None:
        distributor, model = self.rewards.distributor, self.model
        left, owed = distributor.budgetLeft(), distributor.budgetOwed()
        assert (left, owed) == (model.left_now(), model.owed()), "R5"
        assert self.rewards.has(distributor) == left + owed + model.surplus, "R1"
        assert model.in_all == left + owed + model.paid + model.moved, "R2"
        assert distributor.fundedRate() == model.funded, "R5"
        assert distributor.rewardClock() == model.clock() >= self.clock, "R5, R7"
        assert distributor.rewardPeriod() == (model.end, model.days), "R5"
        self.clock = model.clock()

    @invariant()
    def fractions(self) -> None:
        """R5, against a model that rounds nothing."""
        self.ideal.go(self.rewards.now)
        assert abs(self.model.left_now() - self.ideal.left) <= self.ideal.slack, "R5"
        wanted = Fraction(self.model.power * (self.model.end - self.rewards.now), NANO * YEAR)
        if wanted and self.ideal.end == self.model.end:
            difference = abs(Fraction(self.model.funded, WAD) - self.ideal.funded())
            assert difference <= Fraction(2, WAD) + 2 * self.ideal.slack / wanted, "R5"

    @invariant()
    def owed_to_all(self) -> None:
        rewards, model = self.rewards, self.model
        total = 0
        for name in HOLDERS:
            wanted = self.stakes.rewards_of(self.holder(name), list(NODES))
            assert rewards.owed(self.account(name), *NODES) == wanted
            total += wanted
        grant = GRANT + GRANTS[0]
        wanted = self.stakes.rewards_of(grant, list(NODES))
        assert rewards.keeper.rewardsOf(grant, list(NODES)) == wanted
        total += wanted
        for node in NODES:
            amount, bps = rewards.distributor.commissionOf(node)
            assert (amount, bps) == (model.nodes[node].commission + model.split(node)[1], model.nodes[node].bps)
            total += amount
            pool = self.stakes.pools[node]
            index = rewards.distributor.indexOf(node, self.stakes.earning(node), pool.shares)
            assert index == model.index_of(node, pool.shares) >= self.seen[node], "R7"
            self.seen[node] = index
            if not pool.shares:
                total += model.nodes[node].waiting
        assert total <= model.owed(), "R3"
        assert model.owed() - total <= 3 * self.updates + self.ideal.slack + 20, "R3"

    @invariant()
    def rates(self) -> None:
        power = 0
        for node in NODES:
            set_, due, effective = self.rewards.distributor.rateOf(node)
            known = self.model.nodes[node]
            assert (set_, due) == (known.rate, self.model.due(node))
            assert effective == (known.rate * self.model.funded // WAD if known.earning else 0)
            assert self.rewards.distributor.earningOf(node) == known.earning == self.stakes.earning(node)
            assert min(t.least_bps for t in self.bands) * RATE_PER_BPS <= set_, "R4"
            assert set_ <= max(t.most_bps for t in self.bands) * RATE_PER_BPS, "R4"
            power += known.earning * known.rate
        assert power == self.model.power, "R4"
        assert self.rewards.distributor.promisedYearly() == power // NANO, "R4"
