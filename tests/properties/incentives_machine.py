"""Everything anybody can do with circulation incentives, beside an exact model that must agree after every step.

Always true:
C1. What the contract has = what is promised to nobody + what is promised + what was sent without a word.
C2. What is promised = over all entities, claimable + unvested, and all rebates that wait.
C3. What came into the budget = what is left + what is promised + what was handed out + what governance moved: nothing
    is paid that was not funded.
C4. For each entity: awarded = handed out + claimable + unvested + taken back. What is claimable never falls but by a
    claim.
C5. No entity is awarded more for an epoch than the highest cap that ever held for it, nor anything for itself.
C6. What is recorded is what both books say, for every two entities and every epoch; a settlement is never refused.
C7. Entities whose payments all came back within one window earn nothing for them once their rings are shown.
10. No privileged call succeeds for anyone the plan does not name.
"""

from collections import Counter
from itertools import combinations, permutations
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.evm import Account, ContractError
from caldera.model.incentives import ERA_PER_USD, IncentivesModel
from tests.properties.beside import Beside
from tests.support.incentives import CAP, EPOCH, ERA, EVIDENCE, FIRMS, MILLION, REVIEW, VESTING, WINDOW, Economy
from tests.support.suite import DAY, NOBODY, YEAR, name_of

STOCK = 10**26
PAYEES = ("bank", "alice")

pick = st.integers(0, 1 << 30)
firms = st.sampled_from(FIRMS[:4])
usds = st.one_of(
    st.sampled_from([0, 1, MILLION, MILLION + 1, 21 * MILLION, 2**96, 2**255]), st.integers(1, 5 * MILLION)
)


class IncentivesMachine(Beside):
    """The machine. `economy` is shared by all examples; each begins at `mark`."""

    economy: Economy

    def __init__(self) -> None:
        super().__init__()
        self.economy.suite.chain.restore(self.mark)
        self.start = self.economy.epoch
        self.model = IncentivesModel(self.economy.now, EPOCH, WINDOW, REVIEW, VESTING, CAP)
        self.model.left = self.model.funded = self.economy.incentives.budgetLeft()
        self.model.active = {name: self.economy.number(name) for name in (*FIRMS, "mill2")}
        self.taken: Counter[int] = Counter()
        self.handed: Counter[int] = Counter()
        self.highest: Counter[int] = Counter()
        self.before: Counter[int] = Counter()
        self.touched: set[tuple[int, int]] = set()

    def actor(self, name: str) -> Account:
        return self.economy.account(name)

    def number(self, name: str) -> int:
        return self.economy.number(name)

    @initialize()
    def begin(self) -> None:
        """A budget that can run out, money of a donor's, and an epoch in which something happened."""
        economy = self.economy
        for name in self.model.active:  # seasons add up to decades
            economy.registry.setFacts(self.actor(name), economy.now + 100 * YEAR, 1, 1, sender=economy.officer)
        self._move(self.model.left - 300_000 * ERA)
        economy.era.transfer(economy.mallory, STOCK, sender=economy.admin)
        economy.era.approve(economy.incentives, STOCK, sender=economy.mallory)
        self.set_rebate(40, "bank")
        for payer, payee, usd in (
            ("mill", "shop", MILLION),
            ("shop", "trader", 900_000_000_000),
            ("trader", "maker", MILLION // 2),
        ):
            self.record(payer, payee, usd)

    # The book

    @rule(payer=firms, payee=firms, usd=usds)
    def record(self, payer: str, payee: str, usd: int) -> None:
        one, other = self.number(payer), self.number(payee)
        self.model.record(one, other, usd)
        if payer != payee:
            self.touched.add((min(one, other), max(one, other)))
        self.calls["record"] += 1
        self.economy.incentives.record(one, other, usd, sender=self.economy.officer)  # C6: never refused

    @rule(names=st.permutations(FIRMS[:4]), usd=usds)
    def go_round(self, names: list[str], usd: int) -> None:
        """A ring of three or four, in one epoch."""
        size = 3 + usd % 2
        for i in range(size):
            self.record(names[i], names[(i + 1) % size], usd)

    @rule(names=st.permutations(FIRMS[:4]), size=st.integers(2, 4), back=st.lists(st.integers(0, 3), min_size=4))
    def offset_ring(self, names: list[str], size: int, back: list[int]) -> None:
        entities = [self.number(name) for name in names[:size]]
        epochs = [max(self.start, self.model.epoch - one) for one in back[:size]]
        self._ring(entities, epochs)

    @rule()
    def show_a_ring(self) -> None:
        """As a watcher does."""
        for entities, epochs in self.model.rings():
            self._ring(entities, epochs)
            break

    def _ring(self, entities: list[int], epochs: list[int]) -> None:
        self.both(
            "offsetRing",
            lambda: self.model.offset_ring(entities, epochs),
            lambda: self.economy.incentives.offsetRing(entities, epochs, sender=self.economy.mallory).returned,
        )

    # Awards

    @rule(one=firms, other=firms, back=st.integers(0, 9))
    def count(self, one: str, other: str, back: int) -> None:
        self._count(self.number(one), self.number(other), max(self.start, self.model.epoch - back))

    @rule(which=pick)
    def count_the_oldest(self, which: int) -> None:
        """Of two entities that have something to count."""
        known = sorted({(epoch, min(a, b), max(a, b)) for (a, b, epoch), usd in self.model.flows.items() if usd})
        if known:
            epoch, one, other = known[min(which % 4, len(known) - 1)]
            self._count(other, one, epoch)

    def _count(self, one: int, other: int, epoch: int) -> None:
        self.both(
            "count",
            lambda: self.model.count(one, other, epoch),
            lambda: self.economy.incentives.count(one, other, epoch, sender=self.economy.mallory).returned,
        )

    @rule(payer=firms, payee=firms, usd=usds, epochs=st.integers(1, 5), first=st.booleans())
    def season(self, payer: str, payee: str, usd: int, epochs: int, first: bool) -> None:
        """A settlement, counted as soon as it can be, and what has vested some epochs later."""
        epoch = self.model.epoch
        self.record(payer, payee, usd)
        self.wait(self.model.countable_from(epoch) - self.model.now)
        for earlier in range(max(self.start, epoch - WINDOW), epoch + 1):
            self._count(self.number(payer), self.number(payee), earlier)
        self.wait(EPOCH * (0 if first else epochs))
        self.claim(payee)

    @rule(name=st.sampled_from([*FIRMS[:4], "mill2", "mallory"]))
    def claim(self, name: str) -> None:
        def expected() -> int:
            amount = self.model.claim(name)
            self.handed[self.model.active[name]] += amount
            self.before[self.model.active[name]] = 0
            return amount

        self.both("claim", expected, lambda: self.economy.incentives.claim(sender=self.actor(name)).returned)

    @rule(name=firms, back=st.integers(0, 9), most=st.sampled_from([0, 1, 10**20, 10**22, 2**255]), known=st.booleans())
    def claw_back(self, name: str, back: int, most: int, known: bool) -> None:
        entity = self.number(name)
        epoch = self.model.epoch - back
        if known:
            with_stream = [e for e in self.model.streams if self.model.streams[e]]
            if with_stream:
                entity = with_stream[back % len(with_stream)]
                epoch = sorted(self.model.streams[entity])[-1]

        def expected() -> int:
            taken = self.model.claw_back(entity, epoch, most)
            self.taken[entity] += taken
            return taken

        call = self.economy.incentives.clawBack
        self.both(
            "clawBack", expected, lambda: call(entity, epoch, most, EVIDENCE, sender=self.economy.officer).returned
        )

    @rule(payee=st.sampled_from(PAYEES))
    def claim_rebate(self, payee: str) -> None:
        self.both(
            "claimRebate",
            lambda: self.model.claim_rebate(payee),
            lambda: self.economy.incentives.claimRebate(self.actor(payee), sender=self.economy.mallory).returned,
        )

    # Budget, terms, parties, time

    @rule(amount=st.sampled_from([0, 1, 10**18, 10**23]))
    def fund(self, amount: int) -> None:
        self.both(
            "fund",
            lambda: self.model.fund(amount),
            lambda: self.economy.incentives.fund(amount, sender=self.economy.mallory).returned,
        )

    @rule(amount=st.integers(1, 10**20))
    def donate(self, amount: int) -> None:
        self.economy.era.transfer(self.economy.incentives, amount, sender=self.economy.mallory)
        self.model.surplus += amount

    @rule()
    def absorb(self) -> None:
        call = self.economy.incentives.absorb
        self.both("absorb", self.model.absorb, lambda: call(sender=self.economy.mallory).returned)

    @rule(part=st.sampled_from([0, 1, 3]))
    def move(self, part: int) -> None:
        self._move(self.model.left + 1 if part == 3 else self.model.left * part // 4)

    def _move(self, amount: int) -> None:
        economy = self.economy
        self.both(
            "moveBudget",
            lambda: self.model.move(amount),
            lambda: economy.incentives.moveBudget(economy.carol, amount, sender=economy.admin).returned,
        )

    @rule(cap=st.sampled_from([0, 10 * ERA, CAP, 10**30]))
    def set_cap(self, cap: int) -> None:
        self.model.set_cap(cap)
        self.economy.incentives.setCap(cap, sender=self.economy.admin)

    @rule(bps=st.sampled_from([0, 40, 40, 100, 101]), payee=st.sampled_from(PAYEES))
    def set_rebate(self, bps: int, payee: str) -> None:
        self.both(
            "setRebate",
            lambda: self.model.set_rebate(bps, payee),
            lambda: self.economy.incentives.setRebate(bps, self.actor(payee), sender=self.economy.admin).returned,
        )

    @rule(bps=st.sampled_from([0, 0, 9_900, 50_000, 1_000_001]))
    def set_fee_limit(self, bps: int) -> None:
        economy = self.economy
        source = economy.fees.address if bps else NOBODY
        self.both(
            "setFeeLimit",
            lambda: self.model.set_fee_limit(bps, bool(bps)),
            lambda: economy.incentives.setFeeLimit(source, bps, sender=economy.admin).returned,
        )

    @rule(name=firms, amount=st.integers(1, 10_000 * ERA))
    def pay_fees(self, name: str, amount: int) -> None:
        self.model.fees[self.number(name)] += amount
        self.economy.fees.payFee(self.number(name), amount, sender=self.economy.mallory)

    @rule(name=st.sampled_from(["shop", "mill2"]))
    def suspend_or_reinstate(self, name: str) -> None:
        registry, officer = self.economy.registry, self.economy.officer
        if name in self.model.active:
            del self.model.active[name]
            registry.suspend(self.actor(name), sender=officer)
        else:
            self.model.active[name] = self.number(name)
            registry.reinstate(self.actor(name), sender=officer)

    @rule(by=st.sampled_from([1, DAY, EPOCH, EPOCH, 3 * EPOCH + REVIEW, 4 * EPOCH, 7 * EPOCH]))
    def wait(self, by: int) -> None:
        self.economy.suite.chain.skip(by)
        self.model.now = self.economy.now

    @rule(which=pick)
    def privileged(self, which: int) -> None:
        incentives, economy = self.economy.incentives, self.economy
        nobody: Any = economy.mallory
        calls: list[tuple[str, Any]] = [
            ("NotASettler", lambda: incentives.record(1, 2, 5, sender=nobody)),
            ("AccessManagedUnauthorized", lambda: incentives.setCap(1, sender=nobody)),
            ("AccessManagedUnauthorized", lambda: incentives.setRebate(1, nobody, sender=nobody)),
            ("AccessManagedUnauthorized", lambda: incentives.setFeeLimit(NOBODY, 0, sender=nobody)),
            ("AccessManagedUnauthorized", lambda: incentives.moveBudget(nobody, 1, sender=nobody)),
            ("AccessManagedUnauthorized", lambda: incentives.clawBack(1, 1, 1, EVIDENCE, sender=nobody)),
            ("AccessManagedUnauthorized", lambda: incentives.pause(1, sender=nobody)),
        ]
        name, call = calls[which % len(calls)]
        try:
            call()
        except ContractError as error:
            assert name_of(error) == name
        else:
            raise AssertionError("10: a privileged call succeeded")

    # What must hold

    @invariant()
    def money(self) -> None:
        incentives, model = self.economy.incentives, self.model
        left, owed = incentives.budgetLeft(), incentives.budgetOwed()
        assert (left, owed) == (model.left, model.owed), "C2"
        assert self.economy.has(incentives) == left + owed + model.surplus, "C1"
        assert model.funded == left + owed + model.paid + model.moved, "C3"
        for name in FIRMS[:4]:
            entity = self.number(name)
            claimable, unvested = incentives.claimableOf(entity), incentives.unvestedOf(entity)
            assert (claimable, unvested) == (model.claimable(entity), model.unvested(entity)), "C4"
            assert incentives.awardedTo(entity) == model.awarded[entity], "C4"
            accounted = self.handed[entity] + claimable + unvested + self.taken[entity]
            assert model.awarded[entity] == accounted, "C4"
            assert claimable >= self.before[entity], "C4: only a claim takes what has vested"
            self.before[entity] = claimable
        for payee in PAYEES:
            assert incentives.rebateOwed(self.actor(payee)) == model.rebates[payee], "C2"

    @invariant()
    def caps(self) -> None:
        for (entity, epoch), awarded in self.model.awarded_for.items():
            self.highest[epoch] = max(self.highest[epoch], self.model.cap_of(epoch))
            assert awarded <= self.highest[epoch], "C5"
            assert self.economy.incentives.awardedFor(entity, epoch) == awarded, "C5"
        for (entity, epoch), usd in self.model.counted_for.items():
            assert self.economy.incentives.countedFor(entity, epoch) == usd

    @invariant()
    def book(self) -> None:
        for one, other in self.touched:
            for epoch in range(max(self.start, self.model.epoch - 4), self.model.epoch + 1):
                wanted = self.model.flows[one, other, epoch], self.model.flows[other, one, epoch]
                assert self.economy.incentives.flowOf(one, other, epoch) == wanted, "C6"

    def teardown(self) -> None:
        """C7, on a market of its own at the end of each example: the whole market goes round and is watched."""
        incentives, economy, model = self.economy.incentives, self.economy, self.model
        economy.suite.chain.skip((WINDOW + 2) * EPOCH)
        model.now = economy.now
        epoch = model.epoch
        before = sum(model.awarded.values())
        numbers = [self.number(name) for name in FIRMS[:4]]
        for i, (one, other) in enumerate(permutations(numbers, 2)):
            usd = MILLION * (1 + (i * 7 + before // ERA_PER_USD) % 5)
            for payer, payee in ((one, other), (other, numbers[(i + 1) % 4]), (numbers[(i + 1) % 4], one)):
                model.record(payer, payee, usd)
                incentives.record(payer, payee, usd, sender=economy.officer)
        for entities, epochs in model.rings():
            incentives.offsetRing(entities, epochs, sender=economy.mallory)
            model.offset_ring(entities, epochs)
        economy.suite.chain.warp(model.countable_from(epoch))
        model.now = economy.now
        for one, other in combinations(numbers, 2):
            if sum(incentives.flowOf(one, other, epoch)):
                assert incentives.netOf(one, other, epoch)[2] == 0, "C7"
