"""Everything anybody can do with securitised deals, beside an exact model that must agree after every step.

Always true (numbers of the architecture's list, and the sentences of this part):
1. Units of a tranche: sum of balances = issued - retired; pledged <= balance; each position is zero or the minimum.
5. Money: what lies at the contract is what all positions are owed, fractions included, and gifts. Nobody, whatever the
   sequence, gets more than the model's exact share.
T1. All money that came into a deal = what its senior tranche got + what its junior tranche got.
T2. The junior tranche gets nothing as long as senior interest is due or senior principal is outstanding.
T3. The senior tranche never gets more than its principal and its interest by the second.
T4. When a deal is issued, the senior tranche is at most value × (1 - coverage); the junior one is the rest of it.
T5. What is in a vault is counted in one deal, and leaves it by payment, by sale from maturity on, by a pool's queue,
    or, where it is not the deal's, to the arranger.
T6. A deal without assets is closed, and its units are retired as they are claimed.
"""

from copy import deepcopy
from fractions import Fraction
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.contracts import DealVault
from caldera.evm import Account
from caldera.model import Party
from caldera.model.ledger import ACTIVE, SUSPENDED, Position
from caldera.model.pool import SCALE
from caldera.model.receivables import Receivable
from caldera.model.tranches import BPS, POOL, Deal, DealTerms, TranchesModel
from tests.properties.lenders import FACE, LendersMachine
from tests.properties.machine import TERMS as UNIT_TERMS
from tests.support.lending import TERMS, enrol_contract
from tests.support.suite import BANK, DAY, EU, MINIMUM
from tests.support.tranches import DEAL_TERMS, TRANCHE_RULES, Market

PARTIES = ("seller", "borrower", "buyer", "alice", "bank", "carol", "lena", "leo", "desk")
ARRANGERS = ("alice", "bank")
HOLDERS = ("alice", "bank", "lena", "leo", "seller")
STATES = ("None", "Opened", "Issued", "Closed")
SHARE = 10**6
"""Shares of the pool for a unit at first."""
MOST_DEALS = 4

pick = st.integers(0, 1 << 30)
money = st.one_of(st.sampled_from([0, 1, 7, MINIMUM]), st.integers(1, 60 * MINIMUM), st.just(10**14))
units_ = st.one_of(st.sampled_from([0, 1, MINIMUM, 40 * MINIMUM]), st.integers(1, 60 * MINIMUM))
waits = st.one_of(st.sampled_from([0, 1, DAY]), st.integers(0, 3 * DAY), st.integers(0, 30 * DAY))


class TrancheMachine(LendersMachine):
    """The machine. `market` is shared by all examples; each begins at `mark`."""

    market: Market

    def __init__(self) -> None:
        super().__init__()
        self.market.chain.restore(self.mark)
        self.begin_at(self.market.suite, PARTIES, lambda _: 300 * MINIMUM)
        self.model = TranchesModel(
            self.ledger,
            self.receivables,
            self.pool,
            DealTerms(
                DEAL_TERMS.leastCoverageBps,
                DEAL_TERMS.saleDays,
                DEAL_TERMS.floorBps,
                MINIMUM,
                EU,
                TRANCHE_RULES.qualifications,
            ),
        )
        self.vaults: dict[int, DealVault] = {}
        self.values: dict[int, int] = {}
        self.came: dict[int, int] = {}

    def kept(self) -> Any:
        model = self.model
        return super().kept(), deepcopy((model.deals, model.tranches, model.wallet, model.cash))

    def put_back(self, kept: Any) -> None:
        lent, (deals, tranches, wallet, cash) = kept
        super().put_back(lent)
        self.model.deals, self.model.tranches, self.model.wallet, self.model.cash = deals, tranches, wallet, cash

    def actor(self, name: str) -> Any:
        if name.startswith("vault"):
            return self.vaults[int(name.split()[1])]
        return self.market.bank.desk if name == "desk" else self.market.suite.actors[name]

    def give(self, name: str, amount: int) -> Account:
        """Money of his own that pool, receivables and deals may take."""
        account: Account = self.actor(name)
        suite = self.market.suite
        suite.token.mint(account, amount, sender=account)
        for taker in (self.market.bank.pool, suite.module, self.market.deals):
            suite.token.approve(taker, 2**255, sender=account)
        self.cash[name] += amount
        return account

    def deal(self, which: int, *states: str) -> int:
        """One in one of these states; now and then any."""
        numbers = [n for n, one in self.model.deals.items() if one.state in states or which % 16 == 0]
        return numbers[which % len(numbers)] if numbers else 0

    def tranche(self, which: int) -> int:
        """One that was issued; 0 where there is none."""
        numbers = list(self.model.tranches)
        return numbers[which % len(numbers)] if numbers else 0

    def held_by(self, certificate: int, which: int) -> str:
        """Mostly one who holds some."""
        there = [name for name in HOLDERS if self.ledger.assets[certificate].balance(name)]
        return (there or list(HOLDERS))[which % len(there or HOLDERS)] if which % 8 else HOLDERS[which % len(HOLDERS)]

    @initialize()
    def begin(self) -> None:
        self.market.bank.limit("borrower", 300 * MINIMUM)
        for days in (60, 60, 100, 100):
            self.invoice(days)
        self.deposit("lena", 100 * MINIMUM)
        self.deposit("alice", 100 * MINIMUM + 7)
        first = self.opened("alice", 600, 2_000, 80)
        for which in (0, 1):
            self.send("seller", f"vault {first}", which, 60 * MINIMUM)
        self.issue(0, [0, 1], False, 9_999)
        second = self.opened("alice", 1_200, 1_000, 50)
        self.send("seller", f"vault {second}", 2, 50 * MINIMUM)
        self.bring_shares("alice", 1, 3)
        self.issue(1, [2], True, 10_000)
        for deal in (first, second):
            for number, names in ((1, ("bank", "lena")), (2, ("leo", "seller"))):
                units = self.ledger.assets[deal + number].units[Position("alice")]
                for name in names:
                    self.transfer(deal + number, "alice", name, units // 3)

    def invoice(self, days: int) -> None:
        suite, number = self.market.suite, f"N{len(self.ids)}"
        due = self.ledger.now + days * DAY
        root = suite.module.create(suite.invoice(number=number, dueDate=due), [], sender=suite.seller).returned
        suite.module.acknowledge(root, sender=suite.buyer)
        record = Receivable(suite.entities["seller"], suite.entities["buyer"], due, 30, [root])
        self.receivables.create(root, record, {root: FACE}, "seller", UNIT_TERMS)
        self.receivables.acknowledge(root, "buyer")
        self.ids.append(root)

    def opened(self, by: str, rate: int, coverage: int, days: int) -> int:
        """The id of a new deal, whose vault is enrolled; 0 where it was refused."""
        suite, market = self.market.suite, self.market
        day = market.bank.day(days)
        spec = market.spec(rateBps=rate, coverageBps=coverage, maturityDay=day)
        words = encode(["string", "address", "uint256"], ["deal", self.actor(by).address, len(self.model.deals) + 1])
        deal = int.from_bytes(keccak(words)) & ~0xFFFF
        name = f"vault {deal}"
        done = self.both(
            "open",
            lambda: self.model.open(deal, name, by, rate, coverage, day),
            lambda: market.deals.open(spec, sender=self.actor(by)),
        )
        if not done:
            return 0
        self.vaults[deal] = DealVault(market.chain, market.deals.dealOf(deal).vault)
        enrol_contract(suite, name, self.vaults[deal], BANK)
        self.ledger.parties[name] = Party(suite.entities[name], 2**40, EU, BANK)
        self.came[deal] = 0
        return deal

    @rule(
        by=st.sampled_from((*ARRANGERS, "carol")),
        rate=st.one_of(st.integers(0, 10_000), st.sampled_from([600, 10_001])),
        coverage=st.sampled_from([999, 1_000, 2_500, 9_999, 10_000]),
        days=st.integers(0, 90),
    )
    def open(self, by: str, rate: int, coverage: int, days: int) -> None:
        if len(self.model.deals) < MOST_DEALS:
            self.opened(by, rate, coverage, days)

    @rule(source=st.sampled_from(("seller", "alice")), which=pick, deal=pick, units=st.just(20 * MINIMUM))
    def bring(self, source: str, which: int, deal: int, units: int) -> None:
        if number := self.deal(deal, "Opened", "Issued"):
            self.send(source, f"vault {number}", which % len(self.ids), units)

    def send(self, source: str, target: str, which: int, units: int) -> None:
        self.transfer(self.ids[which], source, target, units)

    def transfer(self, asset: int, source: str, target: str, units: int) -> None:
        self.both(
            "transfer",
            lambda: self.ledger.transfer(asset, source, target, units),
            lambda: self.market.suite.send(self.actor(source), self.actor(target), asset, units),
        )

    @rule(who=st.sampled_from(("alice", "lena")), which=pick, part=st.integers(1, 4))
    def bring_shares(self, who: str, which: int, part: int) -> None:
        numbers = list(self.model.deals)
        name = f"vault {numbers[which % len(numbers)]}"
        shares = self.pool.shares[who] * part // 4
        if not self.may_be_paid(who) or not self.ledger.active(name):
            return
        self.market.bank.pool.transfer(self.actor(name), shares, sender=self.actor(who))
        self.pool.shares[who] -= shares
        self.pool.shares[name] += shares

    @rule(which=pick, some=st.lists(st.integers(0, 3), max_size=4), pool=st.booleans(), part=st.integers(0, 10_050))
    def issue(self, which: int, some: list[int], pool: bool, part: int) -> None:
        opened = [n for n, one in self.model.deals.items() if one.state == "Opened"] or list(self.model.deals)
        deal = opened[which % len(opened)]
        facts = self.model.deals[deal]
        ids = sorted({self.ids[i] for i in some})
        if some != sorted(some) and len(some) > 2:
            ids = [self.ids[i] for i in some]  # not in order, or one twice
        value = sum(self.model.owed_on(i, self.model.held(facts, i)) for i in ids)
        if pool:
            value += self.pool.exit_assets(self.ledger.now, self.pool.shares[facts.vault])
        senior = value * (BPS - facts.coverage_bps) // BPS * part // 10_000
        by = self.actor(facts.arranger)
        pools = [self.market.bank.pool] if pool else []
        if self.both(
            "issue",
            lambda: self.model.issue(deal, facts.arranger, ids, pool, senior),
            lambda: self.market.deals.issue(deal, ids, pools, senior, sender=by).returned,
        ):
            self.values[deal] = value

    @rule(which=pick, by=st.sampled_from(("", "", "", "carol")), asset=st.integers(0, 5))
    def take_back(self, which: int, by: str, asset: int) -> None:
        if not (deal := self.deal(which, "Opened", "Issued", "Closed")):
            return
        facts, suite, pool = self.model.deals[deal], self.market.suite, self.market.bank.pool
        by = by or facts.arranger
        there = [i for i in range(4) if self.model.held(facts, self.ids[i])]
        there += [4] * (self.pool.shares[facts.vault] > 0) + [5] * (self.model.wallet[facts.vault] > 0)
        asset = there[asset % len(there)] if there and which % 8 else asset
        ids = [self.ids[asset]] if asset < 4 else []
        tokens: list[Any] = [] if asset < 4 else [pool] if asset == 4 else [suite.token]
        before = self.model.wallet[facts.vault]

        def expected() -> None:
            self.model.take_back(deal, by, ids, shares=asset == 4, money=asset == 5)
            self.paid_out(by, before if asset == 5 else 0)

        self.both("take back", expected, lambda: self.market.deals.takeBack(deal, ids, tokens, sender=self.actor(by)))

    @rule(which=st.integers(0, 3), amount=money)
    def debtor_pays(self, which: int, amount: int) -> None:
        asset, payer = self.ids[which], self.give("buyer", 10**14)
        self.both(
            "debtor pays",
            lambda: -self.paid_out("buyer", -self.receivables.pay(asset, amount)),
            lambda: self.market.suite.module.pay(asset, amount, sender=payer).returned,
        )

    @rule(which=pick, asset=st.integers(0, 3))
    def claim_for_the_vault(self, which: int, asset: int) -> None:
        if not (deal := self.deal(which, "Opened", "Issued", "Closed")):
            return
        name, carol = f"vault {deal}", self.actor("carol")
        held = [i for i in range(4) if self.model.held(self.model.deals[deal], self.ids[i])]
        if held and which % 4:
            asset = held[asset % len(held)]
            self.debtor_pays(asset, MINIMUM)

        def expected() -> int:
            amount = self.receivables.claim(self.ids[asset], name)
            self.model.wallet[name] += amount
            return amount

        self.both(
            "claim for the vault",
            expected,
            lambda: self.market.suite.module.claim(self.ids[asset], self.vaults[deal], sender=carol).returned,
        )

    @rule(which=pick, index=st.integers(0, 3))
    def collect(self, which: int, index: int) -> None:
        if deal := self.deal(which, "Issued"):
            assets = len(self.model.deals[deal].assets)
            index = index % assets if assets and which % 16 else index
            self.came_in(
                deal,
                "collect",
                lambda: self.model.collect(deal, index),
                lambda: self.market.deals.collect(deal, index, sender=self.actor("carol")).returned,
            )

    @rule(which=pick, index=st.integers(0, 3), amount=money, holder=pick)
    def pay_collect_and_claim(self, which: int, index: int, amount: int, holder: int) -> None:
        if not (deal := self.deal(which | 1, "Issued")):
            return
        facts = self.model.deals[deal]
        index = sorted(facts.live)[index % len(facts.live)]
        if facts.assets[index] != POOL:
            self.debtor_pays(self.ids.index(facts.assets[index]), amount)
        elif number := self.loan(which, "Open", "Defaulted"):
            self.repay(number, amount)
        self.came_in(
            deal,
            "collect",
            lambda: self.model.collect(deal, index),
            lambda: self.market.deals.collect(deal, index, sender=self.actor("carol")).returned,
        )
        self.claim(list(self.model.tranches).index(deal + 1 + which % 2), holder)

    @rule(which=pick)
    def sweep(self, which: int) -> None:
        if deal := self.deal(which, "Issued"):
            self.came_in(
                deal,
                "sweep",
                lambda: self.model.sweep(deal),
                lambda: self.market.deals.sweep(deal, sender=self.actor("carol")).returned,
            )

    @rule(which=pick, by=st.sampled_from(("", "", "carol")), index=st.integers(0, 3), part=st.integers(0, 5))
    def redeem(self, which: int, by: str, index: int, part: int) -> None:
        over_pool = [n for n, one in self.model.deals.items() if any(one.assets[i] == POOL for i in one.live)]
        deal = over_pool[which % len(over_pool)] if over_pool and which % 8 else self.deal(which, "Issued")
        if not deal:
            return
        facts = self.model.deals[deal]
        by = by or facts.arranger
        if POOL in facts.assets and which % 8:
            index = facts.assets.index(POOL)
        shares = self.pool.most_redeemable(self.ledger.now, facts.vault) * part // 4
        self.came_in(
            deal,
            "redeem",
            lambda: self.model.redeem(deal, index, by, shares),
            lambda: self.market.deals.redeem(deal, index, shares, sender=self.actor(by)).returned,
        )

    @rule(
        which=pick, index=st.integers(0, 2), who=st.sampled_from(("bank", "leo", "buyer", "carol", "lena")), part=units_
    )
    def buy(self, which: int, index: int, who: str, part: int) -> None:
        if not (deal := self.deal(which, "Issued")):
            return
        facts, buyer = self.model.deals[deal], self.give(who, 10**14)
        certificates = [i for i in sorted(facts.live) if facts.assets[i] != POOL]
        if certificates and which % 8:
            index = certificates[index % len(certificates)]
            held = self.model.held(facts, facts.assets[index])
            part = held if which % 3 else part
            self.wait(max(0, facts.maturity - self.ledger.now) if which % 4 else 0)
        self.came_in(
            deal,
            "buy",
            lambda: -self.paid_out(who, -self.model.buy(deal, index, who, part)),
            lambda: self.market.deals.buy(deal, index, part, 2**200, sender=buyer).returned,
        )

    def came_in(self, deal: int, name: str, expected: Any, actual: Any) -> None:
        """T1 and T2, as the contract says it: what came in, and that junior gets the rest only."""
        deals = self.market.deals
        state = self.model.deals[deal].state
        before = [deals.trancheOf(deal + n).income for n in (1, 2)] if state in ("Issued", "Closed") else []
        owed = deals.dealOf(deal)
        token, module = self.market.suite.token, deals
        lay = token.balanceOf(module)
        if not self.both(name, expected, actual):
            return
        amount = token.balanceOf(module) - lay
        self.came[deal] += amount
        senior, junior = (deals.trancheOf(deal + n).income - was for n, was in zip((1, 2), before, strict=True))
        assert senior + junior == amount
        assert senior <= owed.principal + owed.interest // SCALE
        if junior:
            left = deals.dealOf(deal)
            assert (left.principal, left.interest // SCALE) == (0, 0)

    @rule(which=pick, who=pick)
    def claim(self, which: int, who: int) -> None:
        if certificate := self.tranche(which):
            name = self.held_by(certificate, who)
            self.both(
                "claim",
                lambda: self.paid_out(name, self.model.claim(certificate, name)),
                lambda: self.market.deals.claim(certificate, self.actor(name), sender=self.actor("carol")).returned,
            )

    @rule(which=pick, who=pick, receiver=st.sampled_from((*HOLDERS, "carol")), units=units_)
    def trade(self, which: int, who: int, receiver: str, units: int) -> None:
        if certificate := self.tranche(which):
            source = self.held_by(certificate, who)
            free = self.ledger.assets[certificate].units[Position(source)]
            self.transfer(certificate, source, receiver, free if which % 3 == 0 else min(units, free + 1))

    @rule(which=pick, who=pick, units=units_)
    def pledge(self, which: int, who: int, units: int) -> None:
        if certificate := self.tranche(which):
            holder = self.held_by(certificate, who)
            free = self.ledger.assets[certificate].units[Position(holder)]
            units = free if free and which % 3 == 0 else max(1, units)
            self.both(
                "pledge",
                lambda: self.ledger.pledge(certificate, holder, "leo", units),
                lambda: self.market.suite.ledger.pledge(
                    self.actor(holder), self.actor("leo"), certificate, units, sender=self.actor(holder)
                ),
            )

    @rule(which=pick, who=pick, receiver=st.sampled_from((*HOLDERS, "")), half=st.booleans())
    def release_or_seize(self, which: int, who: int, receiver: str, half: bool) -> None:
        liens = [
            (certificate, position.holder, units)
            for certificate in self.model.tranches
            for position, units in self.ledger.assets[certificate].units.items()
            if position.lien and units
        ]
        if not liens:
            return
        certificate, holder, units = liens[(which + who) % len(liens)]
        units = units // 2 if half else units
        ledger, leo = self.market.suite.ledger, self.actor("leo")
        if not units:
            return
        if not receiver:
            self.both(
                "release",
                lambda: self.ledger.release(certificate, holder, "leo", units),
                lambda: ledger.release(self.actor(holder), certificate, units, sender=leo),
            )
        else:
            self.both(
                "seize",
                lambda: self.ledger.seize(certificate, holder, "leo", receiver, units),
                lambda: ledger.seize(self.actor(holder), self.actor(receiver), certificate, units, sender=leo),
            )

    @rule(who=st.sampled_from(("alice", "lena")), amount=st.integers(1, 40 * MINIMUM))
    def deposit(self, who: str, amount: int) -> None:
        account = self.give(who, amount)

        def expected() -> int:
            shares = self.pool.deposit(self.ledger.now, who, amount)
            self.cash[who] -= amount
            return shares

        self.both("deposit", expected, lambda: self.market.bank.pool.deposit(amount, account, sender=account).returned)

    @rule(amount=st.integers(MINIMUM, 160 * MINIMUM), days=st.integers(1, 90))
    def draw_some(self, amount: int, days: int) -> None:
        self.draw(amount, days)

    def draw(self, amount: int, days: int) -> None:
        wanted = self.market.bank.wanted(amount, (), days)
        borrower = self.actor("borrower")

        def expected() -> int:
            number = self.lending.draw("borrower", amount, wanted.maturityDay, [])
            self.cash["borrower"] += amount
            return number

        self.both("draw", expected, lambda: self.market.bank.desk.draw(wanted, sender=borrower).returned)

    @rule(which=pick, amount=money)
    def repay_some(self, which: int, amount: int) -> None:
        if number := self.loan(which, "Open", "Defaulted", "WrittenOff"):
            self.repay(number, amount)

    def repay(self, number: int, amount: int) -> None:
        payer = self.give("borrower", 10**14)
        self.both(
            "repay",
            lambda: -self.paid_out("borrower", -self.lending.repay(number, amount)),
            lambda: self.market.bank.desk.repay(number, amount, sender=payer).returned,
        )

    @rule(which=pick, write_off=st.booleans())
    def lose(self, which: int, write_off: bool) -> None:
        """A loan is not repaid, and given up."""
        if number := self.loan(which, "Open"):
            self.wait(max(0, self.lending.loans[number].grace_end + TERMS.defaultDays * DAY - self.ledger.now))
            desk = self.market.bank.desk
            self.both(
                "declare default",
                lambda: self.lending.declare_default(number),
                lambda: desk.declareDefault(number, sender=self.actor("carol")),
            )
            if write_off:
                self.both(
                    "write off",
                    lambda: self.lending.write_off(number),
                    lambda: desk.writeOff(number, sender=self.market.suite.officer),
                )

    def loan(self, which: int, *states: str) -> int:
        numbers = [n for n, one in self.lending.loans.items() if one.state in states]
        return numbers[which % len(numbers)] if numbers else 0

    @rule(which=pick, amount=money, direct=st.booleans())
    def leave_a_pool_that_is_lent(self, which: int, amount: int, direct: bool) -> None:
        """The queue of exits has to wait for a borrower."""
        deals = [n for n, one in self.model.deals.items() if any(one.assets[i] == POOL for i in one.live)]
        if not deals:
            return
        deal = deals[which % len(deals)]
        facts = self.model.deals[deal]
        worth, owed = self.pool.worth(self.ledger.now), self.lending.owed_by(self.ledger.parties["borrower"].entity)
        self.draw(max(MINIMUM, min(self.pool.cash, worth * TERMS.borrowerCapBps // BPS - owed)), 170)
        self.wait(max(0, facts.maturity - self.ledger.now))
        self.collect_pool(deal)
        if number := self.loan(which, "Open", "Defaulted"):
            self.repay(number, amount)
        if facts.exit and direct:
            self.pay_exit(facts.exit)
        self.collect_pool(deal)

    def collect_pool(self, deal: int) -> None:
        index = self.model.deals[deal].assets.index(POOL)
        self.came_in(
            deal,
            "collect",
            lambda: self.model.collect(deal, index),
            lambda: self.market.deals.collect(deal, index, sender=self.actor("carol")).returned,
        )

    def pay_exit(self, number: int) -> None:
        owner = self.pool.exits[number - 1].owner

        def expected() -> int:
            amount = self.pool.pay_exit(number)
            self.model.wallet[owner] += amount
            return amount

        self.both(
            "pay exit",
            expected,
            lambda: self.market.bank.pool.payExit(number, sender=self.actor("carol")).returned,
        )

    @rule(which=st.integers(0, 3), step=st.sampled_from(("dispute", "withdraw", "default", "write off")))
    def debtor_quarrels(self, which: int, step: str) -> None:
        asset, module, suite = self.ids[which], self.market.suite.module, self.market.suite
        does: dict[str, tuple[Any, Any]] = {
            "dispute": (
                lambda: self.receivables.dispute(asset, "buyer"),
                lambda: module.dispute(asset, bytes(32), sender=suite.buyer),
            ),
            "withdraw": (
                lambda: self.receivables.withdraw_dispute(asset, "buyer"),
                lambda: module.withdrawDispute(asset, sender=suite.buyer),
            ),
            "default": (
                lambda: self.receivables.declare_default(asset),
                lambda: module.declareDefault(asset, sender=suite.carol),
            ),
            "write off": (
                lambda: self.receivables.write_off(asset),
                lambda: module.writeOff(asset, sender=suite.officer),
            ),
        }
        if step == "withdraw" and self.receivables.state(asset) == "Acknowledged":
            self.both("dispute", *does["dispute"])
        self.both(step, *does[step])

    @rule(which=pick, who=pick, on=st.sampled_from([0, 0, 0, 0, 1, MINIMUM]), vault=st.booleans())
    def freeze(self, which: int, who: int, on: int, vault: bool) -> None:
        suite = self.market.suite
        if vault and self.vaults:
            deal = list(self.vaults)[which % len(self.vaults)]
            asset, name = self.ids[who % len(self.ids)], f"vault {deal}"
        elif asset := self.tranche(which):
            name = HOLDERS[who % len(HOLDERS)]
        else:
            return
        suite.ledger.setFrozenTokens(self.actor(name), asset, on, sender=suite.officer)
        self.ledger.freeze(asset, name, on)

    @rule(which=pick)
    def suspend_or_reinstate(self, which: int) -> None:
        names = ["alice", "lena", "leo", *(f"vault {deal}" for deal in self.vaults)]
        # Those that are suspended come back first; few are, so that the rest goes on.
        out = [name for name in names if self.ledger.parties[name].status == SUSPENDED]
        if not out and which % 4:
            return
        name = (out or names)[which % len(out or names)]
        party, registry, officer = self.ledger.parties[name], self.market.suite.registry, self.market.suite.officer
        if party.status == ACTIVE:
            registry.suspend(self.actor(name), sender=officer)
            party.status = SUSPENDED
        else:
            registry.reinstate(self.actor(name), sender=officer)
            party.status = ACTIVE

    @rule(which=pick, amount=st.one_of(st.just(1), st.integers(1, 20 * MINIMUM)), vault=st.booleans())
    def give_away(self, which: int, amount: int, vault: bool) -> None:
        deal = list(self.vaults)[which % len(self.vaults)]
        target = self.vaults[deal] if vault else self.market.deals
        self.market.suite.token.mint(target, amount, sender=self.actor("carol"))
        if vault:
            self.model.wallet[f"vault {deal}"] += amount
        else:
            self.gifts += amount

    @rule(seconds=waits)
    def wait(self, seconds: int) -> None:
        self.market.chain.skip(seconds)
        self.ledger.now = self.market.chain.now

    @rule(which=pick, days=st.sampled_from([0, 0, 3, 15, 25]))
    def wait_for_maturity(self, which: int, days: int) -> None:
        deal = list(self.model.deals)[which % len(self.model.deals)]
        self.wait(max(0, self.model.deals[deal].maturity + days * DAY - self.ledger.now))

    @invariant()
    def money(self) -> None:
        suite = self.market.suite
        assert suite.token.balanceOf(self.market.deals) == self.model.cash + self.gifts
        owed = sum((sum(t.owed.values(), Fraction()) for t in self.model.tranches.values()), Fraction())
        assert owed == self.model.cash
        assert suite.token.balanceOf(suite.module) == self.receivables.cash
        for name in PARTIES:
            assert suite.token.balanceOf(self.actor(name)) == self.cash[name], name
        for deal, vault in self.vaults.items():
            assert suite.token.balanceOf(vault) == self.model.wallet[f"vault {deal}"]
            assert self.market.bank.pool.balanceOf(vault) == self.pool.shares[f"vault {deal}"]

    @invariant()
    def deals(self) -> None:
        for deal, facts in self.model.deals.items():
            self.compare(deal, facts)

    def compare(self, deal: int, facts: Deal) -> None:
        contract = self.market.deals
        got = contract.dealOf(deal)
        assert STATES[got.state] == facts.state
        if facts.state == "Opened":
            return
        assert contract.coverageOf(deal) == self.model.coverage(deal)
        assert (got.principal, Fraction(got.interest, SCALE)) == (facts.principal, facts.earned - facts.interest)
        live = sum(1 << index for index in facts.live)
        pool = int(self.market.bank.pool.address, 16)
        assert self.vaults[deal].assets() == (tuple(one or pool for one in facts.assets), live)
        assert (facts.state == "Closed") == (not live)
        senior, junior = (contract.trancheOf(deal + n) for n in (1, 2))
        assert senior.income + junior.income == self.came[deal]
        assert senior.income <= facts.issued + facts.earned
        assert senior.income == facts.interest + facts.issued - facts.principal
        assert senior.units * BPS <= self.values[deal] * (BPS - facts.coverage_bps)
        assert senior.units + junior.units == self.values[deal]
        for number, units in ((1, senior.units // 3), (2, junior.units)):
            assert contract.collateralOf(deal + number, units)[1:3] == self.model.collateral(deal + number, units)

    @invariant()
    def units(self) -> None:
        suite = self.market.suite
        for certificate, tranche in self.model.tranches.items():
            asset = self.ledger.assets[certificate]
            got = self.market.deals.trancheOf(certificate)
            assert (got.units, got.income, got.retired) == (tranche.units, tranche.income, tranche.retired)
            assert self.market.deals.supplyOf(certificate) == asset.supply() == tranche.units - tranche.retired
            for name in HOLDERS:
                held = (asset.balance(name), asset.pledged(name), asset.frozen[name])
                assert suite.ledger.holdingOf(certificate, self.actor(name)) == held
                due = self.market.deals.claimable(certificate, self.actor(name))
                assert due == tranche.whole(Position(name))
            assert all(units == 0 or units >= asset.minimum for units in asset.units.values())
        for asset_id in self.ids:
            for deal, vault in self.vaults.items():
                assert suite.ledger.balanceOf(vault, asset_id) == self.ledger.assets[asset_id].balance(f"vault {deal}")
