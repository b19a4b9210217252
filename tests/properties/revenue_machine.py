"""Everything anybody can do with revenue, beside an exact model that must agree after every step.

Always true:
V1. For each token: what the contract has = all open sales + all that is owed + what was sent to it without a sale.
V2. For each sale: what was paid in = what is there + what was refunded + all parts + the fund's parts.
V3. A sale is divided by the tables that were in force when it was paid, the nested ones as well, whatever came later.
V4. No payee gets more than its share of a sale rounded up, and the fund no more than its share of that.
V5. A payee that cannot be paid stops nobody: what it should have had waits for it, and only for it.
V6. A sale is released once, or refunded, never both for the same unit.
V7. Whoever is paid while it is a participant is active at that moment.
10. No privileged call succeeds for anyone the plan does not name.
"""

from fractions import Fraction
from typing import Any

from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.contracts import events, structs
from caldera.evm import Account, ContractError, Receipt
from caldera.model.revenue import DAY, WHOLE, Line, Party, RevenueModel
from tests.properties.beside import Beside
from tests.support.revenue import EUR, NOBODY, PAYEES, USD, Revenue
from tests.support.suite import ENTERPRISE, name_of

YEAR = 365 * DAY
PARTIES = (*PAYEES, "brand2")
PAYERS = ("market", "buyer", "maker")
EVERYBODY = (*PARTIES, "market", "buyer")
STATES = ("None", "Open", "Released", "Refunded")
STOCK = 10**30

pick = st.integers(0, 1 << 30)
mostly = st.sampled_from([True, True, True, True, False])
owners = st.sampled_from(["brand", "brand", "brand2", "maker", "market"])
windows = st.sampled_from([0, 0, 1, 1, 7, 90, 91])
amounts = st.one_of(st.sampled_from([0, 1, 2, 3, 7, 9_999, 10_001]), st.integers(1, 10**12), st.integers(1, 10**26))
weights = st.one_of(*[st.lists(st.integers(1, 40), min_size=1, max_size=8)] * 7, st.lists(st.just(1), max_size=9))


class RevenueMachine(Beside):
    """The machine. `revenue` is shared by all examples; each begins at `mark`."""

    revenue: Revenue

    def __init__(self) -> None:
        super().__init__()
        self.revenue.suite.chain.restore(self.mark)
        self.model = RevenueModel(self.revenue.now)
        self.given: dict[int, int] = {USD: 0, EUR: 0}
        self.orders: dict[tuple[int, str], bytes] = {}
        self.facts: dict[tuple[int, str], list[tuple[str, Fraction]]] = {}
        self.count = 0
        for name in (*PARTIES, "buyer"):
            expires = self.revenue.registry.participant(self.actor(name)).expires
            self.model.parties[name] = Party(self.revenue.entities[name], expires)

    def actor(self, name: str) -> Account:
        return self.revenue.account(name)

    def address(self, name: str) -> str:
        places = {"cycle": self.revenue.cycle.address, "fund": self.revenue.fund.address}
        return places[name] if name in places else self.actor(name).address

    @initialize()
    def begin(self) -> None:
        for name in PAYERS:
            for currency, token in ((USD, self.revenue.money), (EUR, self.revenue.euro)):
                token.mint(self.actor(name), STOCK, sender=self.actor(name))
                token.approve(self.revenue.cycle, STOCK, sender=self.actor(name))
                self.model.wallets[name, currency] = STOCK
        self._open("maker", 1, 0, [("maker", 5_000), ("miller", 5_000)])
        self._open("brand", 3, 1, [("brand", 6_000), (1, 3_000), ("platform", 1_000)])
        self._open("brand", 3, 0, [("brand", 3_333), ("maker", 3_333), ("painter", 3_334)])
        self.fund_share(0, 500)
        self._pay(2, "order", USD, 1_000_003, "market")
        self._pay(3, "order", EUR, 10**18 + 1, "buyer")
        self.blacklist("painter", True)
        self._pay(3, "order 0", USD, 10**9 + 1, "buyer")

    def lines(self, heights: list[int], which: int, exact: bool, level: int) -> list[Line]:
        """Weights made into shares; payees are accounts, and sometimes schemes, mostly of a lower level."""
        if not heights:
            return []
        total = sum(heights)
        shares = [max(1, height * WHOLE // total) for height in heights]
        shares[0] += WHOLE - sum(shares) - (not exact)
        found: list[Line] = []
        for i, bps in enumerate(shares):
            chosen = which >> (3 * i)
            known = [n for n, scheme in self.model.schemes.items() if scheme.level < level or chosen % 64 == 0]
            nested = chosen % 4 == 0 and i < 3 and known
            names = [name for name in PARTIES if self.model.active(name) or chosen % 32 == 1]
            names = names or list(PARTIES)
            found.append((known[chosen // 4 % len(known)] if nested else names[(chosen + i) % len(names)], bps))
        return found

    def shares(self, lines: list[Line]) -> list[structs.RevenueShare]:
        return [
            structs.RevenueShare(NOBODY, payee, bps)
            if isinstance(payee, int)
            else structs.RevenueShare(self.address(payee), 0, bps)
            for payee, bps in lines
        ]

    @rule(by=owners, level=st.integers(0, 4), window=windows, heights=weights, which=pick, exact=mostly)
    def open(self, by: str, level: int, window: int, heights: list[int], which: int, exact: bool) -> None:
        self._open(by, level, window, self.lines(heights, which, exact, level))

    def _open(self, by: str, level: int, window: int, lines: list[Line]) -> None:
        given = self.shares(lines)
        self.both(
            "openScheme",
            lambda: self.model.open(by, level, window, lines),
            lambda: self.revenue.cycle.openScheme(level, window, given, sender=self.actor(by)).returned,
        )

    @rule(by=owners, brand=st.sampled_from(PARTIES), upstream=st.sampled_from(["maker", 1, 2]), window=windows)
    def open_default(self, by: str, brand: str, upstream: str | int, window: int) -> None:
        nested = isinstance(upstream, int)
        account = NOBODY if nested else self.address(str(upstream))
        self.both(
            "openDefault",
            lambda: self.model.open_default(by, brand, upstream, "platform", window),
            lambda: (
                self.revenue.cycle.openDefault(
                    self.actor(brand),
                    account,
                    upstream if isinstance(upstream, int) else 0,
                    self.revenue.platform,
                    window,
                    sender=self.actor(by),
                ).returned
            ),
        )

    @rule(brand=st.integers(0, 9_000), upstream=st.integers(0, 1_000), exact=mostly)
    def set_default(self, brand: int, upstream: int, exact: bool) -> None:
        shares = (brand, upstream, WHOLE - brand - upstream - (not exact))
        self.both(
            "setDefaultShares",
            lambda: self.model.set_default(*shares),
            lambda: self.revenue.cycle.setDefaultShares(*shares, sender=self.revenue.officer),
        )

    @rule(
        which=pick,
        mine=mostly,
        by=owners,
        wait=st.sampled_from([0, 1, 1, 2, DAY, 3 * DAY]),
        window=windows,
        heights=weights,
        exact=mostly,
    )
    def publish(self, which: int, mine: bool, by: str, wait: int, window: int, heights: list[int], exact: bool) -> None:
        scheme = self.scheme(which)
        owner = self.owner(scheme) if mine else by
        known = self.model.schemes.get(scheme)
        lines = self.lines(heights, which, exact, known.level if known else 3)
        start = self.model.now + wait
        self.both(
            "publishShares",
            lambda: self.model.publish(scheme, owner, start, window, lines),
            lambda: (
                self.revenue.cycle.publishShares(
                    scheme, start, window, self.shares(lines), sender=self.actor(owner)
                ).returned
            ),
        )

    @rule(which=pick, restricted=st.sampled_from([True, False, False]), by=st.sampled_from(["brand", "maker"]))
    def restrict(self, which: int, restricted: bool, by: str) -> None:
        self.set_restricted(self.scheme(which), restricted, by)

    def set_restricted(self, scheme: int, restricted: bool, by: str) -> None:
        self.both(
            "restrictPayers",
            lambda: self.model.restrict(scheme, by, restricted),
            lambda: self.revenue.cycle.restrictPayers(scheme, restricted, sender=self.actor(by)),
        )

    @rule(which=pick, payer=st.sampled_from(PAYERS), admitted=mostly, by=st.sampled_from(["brand", "maker"]))
    def admit(self, which: int, payer: str, admitted: bool, by: str) -> None:
        scheme = self.scheme(which)
        self.both(
            "admitPayer",
            lambda: self.model.admit(scheme, by, payer, admitted),
            lambda: self.revenue.cycle.admitPayer(scheme, self.actor(payer), admitted, sender=self.actor(by)),
        )

    @rule(
        which=pick,
        again=st.sampled_from([False] * 9 + [True]),
        currency=st.sampled_from([USD, USD, EUR]),
        amount=amounts,
        payer=st.sampled_from(PAYERS),
    )
    def pay(self, which: int, again: bool, currency: int, amount: int, payer: str) -> None:
        scheme = self.scheme(which)
        self.count += 1
        sale = "order" if again else f"order {self.count}"
        self._pay(scheme, sale, currency, amount, payer)

    @rule(which=pick, suspended=st.booleans(), amount=amounts, payer=st.sampled_from(PAYERS))
    def pay_while_one_cannot_be_paid(self, which: int, suspended: bool, amount: int, payer: str) -> None:
        """V5: a payee of the table in force is suspended, or the token refuses it, just before a sale is paid."""
        scheme = which % len(self.model.schemes) + 1
        found = self.model.schemes[scheme]
        payee, _ = found.tables[found.version(self.model.now) - 1].lines[0]
        if isinstance(payee, str) and suspended:
            self.set_status(payee, True)
        elif isinstance(payee, str):
            self.blacklist(payee, True)
        if found.restricted:
            self.set_restricted(scheme, False, self.owner(scheme))
        self.count += 1
        self._pay(scheme, f"order {self.count}", USD, amount, payer)

    def _pay(self, scheme: int, sale: str, currency: int, amount: int, payer: str) -> None:
        sale_id = keccak(text=sale)
        before = dict(self.model.wallets)
        kept: list[Receipt[Any]] = []

        def act() -> Any:
            kept.append(self.revenue.cycle.pay(scheme, sale_id, currency, amount, sender=self.actor(payer)))
            return kept[0].returned

        done = self.both("pay", lambda: self.model.pay(scheme, sale, currency, amount, payer), act)
        if done:
            self.orders[scheme, sale] = sale_id
            found = self.model.sales[scheme, sale]
            self.facts[scheme, sale] = self.as_agreed(scheme, found.version, found.at)
            if found.divided:
                self.divided(kept[0], scheme, sale, found.paid, before)

    @rule(which=pick, mine=mostly, by=owners, part=st.sampled_from(["all", "more", "half", "one", "none"]))
    def refund(self, which: int, mine: bool, by: str, part: str) -> None:
        scheme, sale = self.sale(which, True)
        found = self.model.sales[scheme, sale]
        left = found.left
        amount = {"all": left, "more": left + 1, "half": left // 2 + 1, "one": 1, "none": 0}[part]
        owner = self.owner(scheme) if mine else by
        self.both(
            "refund",
            lambda: self.model.refund(scheme, sale, amount, owner),
            lambda: self.revenue.cycle.refund(
                scheme, self.orders[scheme, sale], amount, b"\1" * 32, sender=self.actor(owner)
            ),
        )

    @rule(which=pick, at_once=st.sampled_from([None, 0, 0, 0, 0, 1]))
    def release(self, which: int, at_once: int | None) -> None:
        """At any time, in the first second at which it is allowed, or one second before."""
        scheme, sale = self.sale(which, True)
        found = self.model.sales[scheme, sale]
        if at_once is not None and self.model.now <= found.release_at - at_once:
            self.to(found.release_at - at_once)
        left, before = found.left, dict(self.model.wallets)
        kept: list[Receipt[Any]] = []

        def act() -> Any:
            kept.append(self.revenue.cycle.release(scheme, self.orders[scheme, sale], sender=self.revenue.stranger))

        if self.both("release", lambda: self.model.release(scheme, sale), act):
            self.divided(kept[0], scheme, sale, left, before)

    @rule(
        account=st.sampled_from([*EVERYBODY, "fund"]),
        currency=st.sampled_from([USD, USD, EUR]),
        which=pick,
        freed=mostly,
    )
    def withdraw(self, account: str, currency: int, which: int, freed: bool) -> None:
        account, currency = self.waiting(which, account, currency)
        if freed:
            self.free(account)
        self.both(
            "withdraw",
            lambda: self.model.withdraw(currency, account),
            lambda: self.revenue.cycle.withdraw(currency, self.address(account), sender=self.revenue.stranger).returned,
        )

    @rule(
        account=st.sampled_from(EVERYBODY),
        to=st.sampled_from([*EVERYBODY, "cycle"]),
        currency=st.sampled_from([USD, USD, EUR]),
        which=pick,
        freed=mostly,
    )
    def withdraw_to(self, account: str, to: str, currency: int, which: int, freed: bool) -> None:
        found, of = self.waiting(which, account, currency)
        account, currency = (found, of) if found != "fund" else (account, currency)
        if freed and account != to and (USD, account) in self.model.blocked:
            # Whom the token refuses names another account of its own.
            self.reinstate(account)
            self.free(to)
        self.both(
            "withdrawTo",
            lambda: self.model.withdraw(currency, account, to),
            lambda: self.revenue.cycle.withdrawTo(currency, self.address(to), sender=self.actor(account)).returned,
        )

    @rule(which=pick, source=st.sampled_from(EVERYBODY), heir=st.sampled_from(PARTIES), own=mostly)
    def move_owed(self, which: int, source: str, heir: str, own: bool) -> None:
        source, currency = self.waiting(which, source, USD)
        party = self.model.parties.get(source)
        if own and party:
            self.reinstate(source)
            heir = next((name for name in PARTIES if self.model.parties[name].entity == party.entity), heir)
        self.both(
            "moveOwed",
            lambda: self.model.move_owed(currency, source, heir),
            lambda: self.revenue.cycle.moveOwed(
                currency, self.address(source), self.actor(heir), sender=self.revenue.officer
            ),
        )

    @rule(who=st.integers(0, len(PARTIES)), bps=st.sampled_from([0, 1, 500, 500, 4_999, 5_000, 5_001]))
    def fund_share(self, who: int, bps: int) -> None:
        entity = self.model.parties[PARTIES[who]].entity if who < len(PARTIES) else 999
        self.both(
            "setFundShare",
            lambda: self.model.set_fund_share(entity, bps),
            lambda: self.revenue.cycle.setFundShare(entity, bps, sender=self.revenue.officer),
        )

    @rule(account=st.sampled_from([*EVERYBODY, "fund", "cycle"]), listed=st.sampled_from([True, False]))
    def lists_change(self, account: str, listed: bool) -> None:
        self.blacklist(account, listed)

    def blacklist(self, account: str, listed: bool) -> None:
        self.revenue.money.setBlacklisted(self.address(account), listed, sender=self.revenue.officer)
        (self.model.blocked.add if listed else self.model.blocked.discard)((USD, account))

    @rule(account=st.sampled_from([*PARTIES, "buyer"]), suspended=st.sampled_from([True, False, False]))
    def change_status(self, account: str, suspended: bool) -> None:
        self.set_status(account, suspended)

    def set_status(self, account: str, suspended: bool) -> None:
        action = self.revenue.registry.suspend if suspended else self.revenue.registry.reinstate
        action(self.actor(account), sender=self.revenue.officer)
        self.model.parties[account].suspended = suspended

    @rule(account=st.sampled_from(PARTIES), seconds=st.sampled_from([1, DAY, 100 * DAY, 5 * YEAR, 5 * YEAR]))
    def facts_change(self, account: str, seconds: int) -> None:
        self.renew_for(account, seconds)

    def renew_for(self, account: str, seconds: int) -> None:
        party = self.model.parties[account]
        party.expires = self.model.now + seconds
        self.revenue.registry.setFacts(self.actor(account), party.expires, 1, ENTERPRISE, sender=self.revenue.officer)

    @rule(active=mostly)
    def set_currency(self, active: bool) -> None:
        self.revenue.standard.setCurrencyActive(EUR, active, sender=self.revenue.officer)
        (self.model.inactive.discard if active else self.model.inactive.add)(EUR)

    @rule(amount=st.integers(1, 10**9), to=st.sampled_from(["cycle", "fund"]))
    def donate(self, amount: int, to: str) -> None:
        """V1: what is sent without a sale belongs to nobody, and changes nothing."""
        self.revenue.euro.mint(self.address(to), amount, sender=self.revenue.stranger)
        self.model.wallets[to, EUR] += amount
        if to == "cycle":
            self.given[EUR] += amount

    @rule(amount=amounts, to=st.sampled_from(["platform", "painter"]))
    def spend(self, amount: int, to: str) -> None:
        have = self.model.wallets["fund", EUR]
        amount = amount % (have + 2) or 1
        try:
            self.revenue.fund.spend(self.revenue.euro, self.actor(to), amount, b"\2" * 32, sender=self.revenue.admin)
        except ContractError as error:
            assert name_of(error) == "ExceedsFund"
            assert amount > have
        else:
            assert amount <= have
            self.model.wallets["fund", EUR] -= amount
            self.model.wallets[to, EUR] += amount

    @rule(seconds=st.one_of(st.integers(1, 3 * DAY), st.just(90 * DAY)))
    def time_passes(self, seconds: int) -> None:
        self.to(self.model.now + seconds)

    @rule(by=st.sampled_from([*PARTIES, "mallory", "market"]))
    def privileged_call_by_nobody(self, by: str) -> None:
        """Invariant 10."""
        me, cycle = self.actor(by), self.revenue.cycle
        for name, arguments in (
            ("setFundShare", (1, 0)),
            ("setDefaultShares", (1, 1, 9_998)),
            ("moveOwed", (1, self.revenue.brand, me)),
            ("pause", (1,)),
        ):
            self.refused("AccessManagedUnauthorized", lambda n=name, a=arguments: getattr(cycle, n)(*a, sender=me))
        self.refused(
            "AccessManagedUnauthorized",
            lambda: self.revenue.fund.spend(self.revenue.euro, me, 1, b"\1" * 32, sender=me),
        )
        self.refused("OnlyRegistry", lambda: cycle.onPartyChanged(me, 2**232 | (2**40 - 1) << 192, sender=me))

    @staticmethod
    def refused(error: str, call: Any) -> None:
        try:
            call()
        except ContractError as found:
            assert name_of(found) == error
        else:
            raise AssertionError(f"{error} expected")

    @invariant()
    def every_unit_is_accounted_for(self) -> None:
        """V1 and V2; every wallet is what the model says."""
        for currency, token in ((USD, self.revenue.money), (EUR, self.revenue.euro)):
            there = token.balanceOf(self.revenue.cycle)
            assert there == self.model.held(currency) + self.given[currency]
            for name in (*EVERYBODY, "fund"):
                assert token.balanceOf(self.address(name)) == self.model.wallets[name, currency], name
                owed = self.revenue.cycle.owed(self.address(name), currency)
                assert owed == self.model.owed[name, currency], name
        fund, euro = self.revenue.fund, self.revenue.euro
        assert fund.collected(euro) == fund.spent(euro) + fund.available(euro)

    @invariant()
    def sales_agree(self) -> None:
        """V2, V6."""
        for (scheme, sale), found in self.model.sales.items():
            read = self.revenue.cycle.saleOf(scheme, self.orders[scheme, sale])
            assert STATES[read.state] == found.state
            assert (read.amount, read.version, read.paidAt) == (found.left, found.version, found.at)
            assert (read.releaseAt, read.currencyId) == (found.release_at, found.currency)
            if found.left:
                assert read.payer == self.address(found.payer)
            assert found.paid == found.left + found.refunded + found.divided

    def divided(
        self, receipt: Receipt[Any], scheme: int, sale: str, amount: int, before: dict[tuple[str, int], int]
    ) -> None:
        """V2 to V5 and V7, on what the contract says that it did, against what was agreed when the sale was paid."""
        (said,) = (event for event in receipt.events if isinstance(event, events.SaleReleased))
        currency = self.model.sales[scheme, sale].currency
        assert (said.scheme, said.saleId, said.amount) == (scheme, self.orders[scheme, sale], amount)
        assert said.currencyId == currency
        assert said.fund == sum(part.fund for part in said.parts)
        assert sum(part.amount + part.fund for part in said.parts) == amount
        agreed: dict[str, Fraction] = {}
        counts: dict[str, int] = {}
        for name, share in self.facts[scheme, sale]:
            agreed[self.address(name)] = agreed.get(self.address(name), Fraction()) + share * amount
            counts[self.address(name)] = counts.get(self.address(name), 0) + 1
        got: dict[str, int] = {}
        for part in said.parts:
            got[part.account] = got.get(part.account, 0) + part.amount + part.fund
            entity = next(p.entity for n, p in self.model.parties.items() if self.address(n) == part.account)
            assert part.fund <= Fraction((part.amount + part.fund) * self.model.shares[entity], WHOLE) < part.fund + 1
        for account, whole in got.items():
            # Each level rounds by less than a unit, three levels at most.
            assert abs(whole - agreed[account]) < 3 * counts[account]
        for name in PARTIES:
            if self.model.wallets[name, currency] > before.get((name, currency), 0):
                assert self.model.active(name)

    def as_agreed(self, scheme: int, version: int, at: int) -> list[tuple[str, Fraction]]:
        """The exact shares of a sale at its time, kept so that nothing later changes them."""
        found: list[tuple[str, Fraction]] = []
        for payee, bps in self.model.schemes[scheme].tables[version - 1].lines:
            share = Fraction(bps, WHOLE)
            if isinstance(payee, int):
                inner = self.as_agreed(payee, self.model.schemes[payee].version(at), at)
                found += [(name, share * part) for name, part in inner]
            else:
                found.append((payee, share))
        return found

    def free(self, account: str) -> None:
        """Nothing is against paying the account any more."""
        for name in (account, "cycle"):
            if (USD, name) in self.model.blocked:
                self.blacklist(name, False)
        self.reinstate(account)

    def reinstate(self, account: str) -> None:
        party = self.model.parties.get(account)
        if party and party.suspended:
            self.set_status(account, False)
        if party and account in PARTIES and party.expires <= self.model.now:
            self.renew_for(account, 5 * YEAR)

    def to(self, time: int) -> None:
        self.revenue.suite.chain.warp(time)
        self.model.now = time

    def scheme(self, which: int) -> int:
        """One that is there; one time in sixteen one that is not."""
        return which % len(self.model.schemes) + 1 if which % 16 else 99

    def owner(self, scheme: int) -> str:
        """An active account of the scheme's owner, if there is one."""
        if scheme not in self.model.schemes:
            return "brand"
        entity = self.model.schemes[scheme].owner
        names = [name for name in PARTIES if self.model.parties[name].entity == entity]
        return next((name for name in names if self.model.active(name)), names[0])

    def sale(self, which: int, opened: bool) -> tuple[int, str]:
        """A sale; three times in four one that is open, where there is any."""
        keys = list(self.model.sales)
        fitting = [key for key in keys if self.model.sales[key].left]
        keys = fitting if opened and fitting and which % 4 else keys
        return keys[(which // 4) % len(keys)]

    def waiting(self, which: int, account: str, currency: int) -> tuple[str, int]:
        """Three times in four somebody to whom something is owed, where there is anybody."""
        found = [key for key, amount in self.model.owed.items() if amount]
        return found[(which // 4) % len(found)] if found and which % 4 else (account, currency)
