"""Everything anybody can do with a fund of governance, beside an exact model that must agree after every step.

Always true:
T1. For each token: what was spent and what is promised to streams is at most what was collected; the rest is free.
T2. For each stream: withdrawn ≤ earned ≤ amount; what is earned never falls, whoever ends the stream.
T3. For each token and epoch: grants paid + what streams earn in it = what is committed, and never more than the highest
    cap that held when any of it was decided.
T4. Of what an epoch gave away, nothing is counted in another: the sum over all epochs = grants + all that streams were
    promised and not given back.
T5. A payee, or a token, that cannot be paid changes nothing for any other.
T6. Money that arrives without a call is free at once, and serves what comes.
10. No privileged call succeeds for anyone the plan does not name.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.evm import Account, ContractError
from caldera.model.value_fund import ValueFundModel
from tests.properties.beside import Beside
from tests.support.fund import CAP, DAY, EPOCH, PURPOSE, STOCK, Fund
from tests.support.suite import name_of

TOKENS = ("money", "euro", "other")
ACTORS = ("anna", "ben", "carl")

pick = st.integers(0, 1 << 30)
tokens = st.sampled_from(["money", "money", "euro", "other"])
accounts = st.sampled_from(ACTORS)
amounts = st.one_of(
    st.sampled_from([0, 1, 2, 7, CAP - 1, CAP, CAP + 1, STOCK, STOCK * 2]), st.integers(1, 3 * CAP), st.integers(1, 999)
)
spans = st.one_of(
    st.sampled_from([0, 1, DAY, EPOCH - 1, EPOCH, EPOCH + 1, 64 * EPOCH, 65 * EPOCH]), st.integers(1, 4 * EPOCH)
)


class FundMachine(Beside):
    """The machine. `stand` is shared by all examples; each begins at `mark`."""

    stand: Fund
    reached = ("spend", "openStream", "withdraw", "withdrawTo", "cancelStream", "renounceStream", "acceptPayee")

    def __init__(self) -> None:
        super().__init__()
        self.stand.chain.restore(self.mark)
        self.model = ValueFundModel(self.stand.now, EPOCH, {"money": CAP, "euro": CAP})
        for token in TOKENS:
            self.model.wallets["fund", token] = STOCK
        self.begun = self.model.epoch
        self.collected: Counter[str] = Counter(dict.fromkeys(TOKENS, STOCK))
        self.earned: Counter[int] = Counter()
        self.highest: dict[tuple[str, int], int] = {}
        self.peak: Counter[str] = Counter()

    def actor(self, name: str) -> Account:
        return self.stand.chain.account(name)

    def address(self, name: str) -> str:
        return self.stand.fund.address if name == "fund" else self.actor(name).address

    def token(self, name: str) -> Any:
        return getattr(self.stand, name)

    @initialize()
    def begin(self) -> None:
        self.open_stream("money", "anna", 60_000, 0, 0, 3 * EPOCH)
        self.open_stream("euro", "ben", 1_001, EPOCH, DAY, 7 * DAY)
        self.spend("money", "carl", 10_000)

    # Decided by governance

    @rule(token=tokens, to=st.sampled_from([*ACTORS, *ACTORS, "fund"]), amount=amounts)
    def spend(self, token: str, to: str, amount: int) -> None:
        self.both(
            "spend",
            lambda: self.model.spend(token, to, amount),
            lambda: (
                self.stand.fund.spend(
                    self.token(token), self.address(to), amount, PURPOSE, sender=self.stand.admin
                ).returned
            ),
        )

    @rule(token=tokens)
    def spend_all(self, token: str) -> None:
        """To the last unit that may be granted, and one more."""
        free = self.model.spendable(token)
        self.spend(token, "carl", free)
        self.spend(token, "carl", 1)

    @rule(
        token=tokens,
        payee=accounts,
        amount=amounts,
        wait=st.one_of(st.just(0), st.sampled_from([-1, 1, EPOCH]), spans),
        cliff=st.one_of(st.just(0), spans),
        duration=spans,
    )
    def open_stream(self, token: str, payee: str, amount: int, wait: int, cliff: int, duration: int) -> None:
        start = self.model.now + wait if wait else 0
        terms = self.stand.terms(
            amount,
            token=self.token(token).address,
            payee=self.address(payee),
            start=start,
            cliff=cliff,
            duration=duration,
        )
        self.both(
            "openStream",
            lambda: self.model.open(token, payee, amount, start, cliff, duration),
            lambda: self.stand.fund.openStream(terms, PURPOSE, sender=self.stand.admin).returned,
        )

    @rule(which=pick)
    def cancel(self, which: int) -> None:
        number = self.stream(which)
        self.both(
            "cancelStream",
            lambda: self.model.cancel(number),
            lambda: self.stand.fund.cancelStream(number, sender=self.stand.admin).returned,
        )

    @rule(token=tokens, cap=st.sampled_from([0, 1, CAP // 2, CAP, 2 * CAP, 2**112 - 1, 2**112]))
    def set_cap(self, token: str, cap: int) -> None:
        self.both(
            "setFundCap",
            lambda: self.model.set_cap(token, cap),
            lambda: self.stand.fund.setFundCap(self.token(token), cap, sender=self.stand.officer).returned,
        )

    # Done by payees

    @rule(which=pick)
    def withdraw(self, which: int) -> None:
        number = self.stream(which)
        self.both(
            "withdraw",
            lambda: self.model.withdraw(number),
            lambda: self.stand.fund.withdraw(number, sender=self.stand.stranger).returned,
        )

    @rule(which=pick, mine=st.sampled_from([True, True, True, False]), to=st.sampled_from([*ACTORS, "fund"]))
    def withdraw_to(self, which: int, mine: bool, to: str) -> None:
        number = self.stream(which)
        by = self.payee(number, mine)
        self.both(
            "withdrawTo",
            lambda: self.model.withdraw(number, by, to),
            lambda: self.stand.fund.withdrawTo(number, self.address(to), sender=self.actor(by)).returned,
        )

    @rule(which=pick, mine=st.sampled_from([True, True, False]))
    def renounce(self, which: int, mine: bool) -> None:
        number = self.stream(which)
        by = self.payee(number, mine)
        self.both(
            "renounceStream",
            lambda: self.model.renounce(number, by),
            lambda: self.stand.fund.renounceStream(number, sender=self.actor(by)).returned,
        )

    @rule(which=pick, mine=st.sampled_from([True, True, True, False]), payee=st.sampled_from([*ACTORS, "fund"]))
    def propose(self, which: int, mine: bool, payee: str) -> None:
        number = self.stream(which)
        by = self.payee(number, mine)
        self.both(
            "proposePayee",
            lambda: self.model.propose(number, by, payee),
            lambda: self.stand.fund.proposePayee(number, self.address(payee), sender=self.actor(by)).returned,
        )

    @rule(which=pick, by=accounts, right=st.booleans())
    def accept(self, which: int, by: str, right: bool) -> None:
        number = self.stream(which)
        known = self.model.streams.get(number)
        by = known.proposed if right and known and known.proposed else by
        self.both(
            "acceptPayee",
            lambda: self.model.accept(number, by),
            lambda: self.stand.fund.acceptPayee(number, sender=self.actor(by)).returned,
        )

    # Done by others

    @rule(token=tokens, amount=st.integers(1, CAP))
    def donate(self, token: str, amount: int) -> None:
        self.token(token).mint(self.stand.fund, amount, sender=self.stand.stranger)
        self.model.wallets["fund", token] += amount
        self.collected[token] += amount

    @rule(account=accounts, listed=st.booleans())
    def blacklist(self, account: str, listed: bool) -> None:
        self.stand.money.setBlacklisted(self.actor(account), listed, sender=self.stand.stranger)
        (self.model.blocked.add if listed else self.model.blocked.discard)(("money", account))

    @rule(span=st.integers(1, 3 * DAY))
    def pause(self, span: int) -> None:
        self.calls["pause"] += 1
        try:
            self.stand.fund.pause(span, sender=self.stand.officer)
        except ContractError as error:
            assert name_of(error) == "PauseTooSoon"
            self.refusals["pause"] += 1
            return
        self.model.paused_until = self.model.now + span

    @rule(seconds=st.one_of(st.sampled_from([1, DAY, EPOCH - 1, EPOCH, 5 * EPOCH]), st.integers(1, EPOCH)))
    def wait(self, seconds: int) -> None:
        self.stand.chain.skip(seconds)
        self.model.now += seconds

    @rule()
    def to_the_edge(self) -> None:
        """The last second of the epoch."""
        self.wait(EPOCH - 1 - self.model.now % EPOCH or EPOCH)

    @rule(by=st.sampled_from([*ACTORS, "officer", "stranger"]), which=pick)
    def nobody_else(self, by: str, which: int) -> None:
        """10."""
        fund, sender = self.stand.fund, self.actor(by)
        calls: list[Callable[[], object]] = [
            lambda: fund.spend(self.stand.money, sender, 1, PURPOSE, sender=sender),
            lambda: fund.openStream(self.stand.terms(), PURPOSE, sender=sender),
            lambda: fund.cancelStream(self.stream(which), sender=sender),
        ]
        if by != "officer":
            calls += [
                lambda: fund.setFundCap(self.stand.money, 1, sender=sender),
                lambda: fund.pause(1, sender=sender),
                lambda: fund.unpause(sender=sender),
            ]
        for call in calls:
            try:
                call()
            except ContractError as error:
                assert name_of(error) == "AccessManagedUnauthorized"
            else:
                raise AssertionError(f"{by} did what only governance does")

    def stream(self, which: int) -> int:
        """Mostly one that there is."""
        return which % (len(self.model.streams) + (which % 32 == 0)) + 1 if self.model.streams else 1

    def payee(self, number: int, mine: bool) -> str:
        known = self.model.streams.get(number)
        return known.payee if mine and known else "carl"

    @invariant()
    def books(self) -> None:
        """T1, T4, T6."""
        fund, model = self.stand.fund, self.model
        last = max([model.epoch, *((s.start + s.duration) // EPOCH for s in model.streams.values())])
        for name in TOKENS:
            token = self.token(name)
            assert fund.spent(token) == model.spent[name]
            assert fund.reserved(token) == model.reserved(name)
            assert fund.collected(token) == self.collected[name]
            assert fund.available(token) == model.available(name) == token.balanceOf(fund) - fund.reserved(token)
            assert fund.spent(token) + fund.reserved(token) <= fund.collected(token)
            assert fund.spendable(token) == model.spendable(name)
            for account in ACTORS:
                assert token.balanceOf(self.actor(account)) == model.wallets[account, name]
            given = sum(model.committed(name, epoch) for epoch in range(self.begun, last + 1))
            assert given == model.spent[name] + model.reserved(name)

    @invariant()
    def streams(self) -> None:
        """T2."""
        for number, stream in self.model.streams.items():
            there = self.stand.fund.streamOf(number)
            assert (there.amount, there.withdrawn, there.endedAt) == (
                stream.amount,
                stream.withdrawn,
                stream.ended or 0,
            )
            assert there.payee == self.address(stream.payee)
            now = stream.earned(self.model.now)
            assert self.stand.fund.earned(number) == now >= self.earned[number]
            assert self.stand.fund.due(number) == now - stream.withdrawn
            self.earned[number] = now
            assert stream.withdrawn <= now <= stream.amount

    @invariant()
    def caps(self) -> None:
        """T3, in the present epoch and what is decided of the next ones."""
        for name in TOKENS:
            # What any later epoch may have had, before it is looked at.
            self.peak[name] = max(self.peak[name], self.stand.fund.fundCap(self.token(name)))
            for epoch in range(self.model.epoch, self.model.epoch + 6):
                cap = self.stand.fund.fundCapAt(self.token(name), epoch)
                assert cap == self.model.cap_at(name, epoch)
                key = name, epoch
                self.highest[key] = max(self.highest.get(key, self.peak[name]), cap)
                booked = self.stand.fund.committed(self.token(name), epoch)
                assert booked == self.model.committed(name, epoch) <= self.highest[key]
