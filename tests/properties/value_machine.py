"""The machine of loans and lenders with a ledger of what everybody has: no money comes from nowhere.

What an actor has: its money, its shares and places in the queue at the price of entry, what was served and what is held
for it, its units at what is owed on them, what was paid on them; less its loans, and less what it owes as a debtor.
Always true, of each single moment (what time does is written down by the second in `LendingModel`):
V1. The pool's assets grow by what enters and fall by what leaves, to a unit: no payment, default, sale or gift moves
    the price of entry, except that a loan that is given up is a loss.
V2. All together never have more after a step than before, and nobody has, except by what somebody gave him by name (a
    payer to a borrower, a seller to a buyer, a sale of pledges) and what those leave who leave beyond a loss.
V3. Who enters, lets anything happen, and leaves within one moment takes out no more than he brought.
"""

from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from caldera.model.pool import VIRTUAL_SHARES
from tests.properties.lending_machine import LendingMachine, money, pick
from tests.support.suite import MINIMUM

ROUNDING = 3
"""Units by which single steps may err, all roundings of one taken together."""
ENTRIES, EXITS = ("deposit", "mint"), ("redeem", "withdraw")
GIVING = ("repay", "buy", "split", "send shares")
"""Steps of which one other actor has something, at the cost of who takes the step or of who lost a pledge."""
PEOPLE = ("seller", "seller2", "borrower", "buyer", "buyer2", "alice", "bank", "carol", "lena", "leo", "outside")


class ValueMachine(LendingMachine):
    """The machine; values come from the exact model, which the contracts are compared with after every step."""

    def price(self) -> Fraction:
        """Of a share at entry."""
        return Fraction(self.pool.worth(self.ledger.now) + 1, self.pool.supply + VIRTUAL_SHARES)

    def exit_price(self) -> Fraction:
        """Of a share at exit."""
        return Fraction(self.pool.sound(self.ledger.now) + 1, self.pool.supply + VIRTUAL_SHARES)

    def values(self) -> dict[str, Fraction]:
        """What everybody has."""
        price, now = self.price(), self.ledger.now
        has = {name: Fraction(self.cash[name]) for name in PEOPLE}
        for name in PEOPLE:
            has[name] += self.pool.shares[name] * price + self.pool.held[name] + self.theirs.held[name]
        has["outside"] += self.theirs.shares["outside"] * Fraction(
            self.theirs.worth(now) + 1, self.theirs.supply + VIRTUAL_SHARES
        )
        for place in self.pool.exits:
            served = min(place.end, self.pool.served)
            has[place.owner] += (place.end - max(place.next, served)) * price
            if served > place.next:
                has[place.owner] += self.pool.upto(served) - self.pool.upto(place.next)
        for asset, debtor in zip(self.ids, self.debtors, strict=True):
            claim = self.receivables.claims[asset]
            has[debtor] -= claim.owed
            for position, units in self.ledger.assets[asset].units.items():
                has[position.holder] += Fraction(units * claim.owed, claim.face)
            for position, share in claim.share.items():
                has[position.holder] += share - claim.taken[position]
        for kept in self.model.loans.values():
            loan = deepcopy(kept)
            loan.accrue(now)
            has[loan.account] -= loan.owed if loan.state != "Closed" else 0
        return has

    def both(self, name: str, expected: Callable[[], Any], actual: Callable[[], Any]) -> bool:
        now = self.ledger.now
        before, price, shares = self.values(), self.price(), sum(self.pool.shares.values())
        theirs = self.theirs.worth(now) + self.cash["outside"]
        worth, cash, (served, paid) = self.pool.worth(now), sum(self.cash.values()), self.pool.marks[-1]
        done = super().both(name, expected, actual)
        moved = sum(self.cash.values()) - cash
        left = self.pool.marks[-1][1] - paid + (moved if name in EXITS else 0)
        grown = self.pool.worth(now) - worth + left + (moved if name in ENTRIES else 0)
        assert grown <= 1, f"{name}: the pool's assets grew by {grown}"
        assert grown >= -1 or name == "write off", f"{name}: the pool's assets fell by {-grown}"
        # What the protocol outside has and what its pool is worth only change places.
        theirs = self.theirs.worth(now) + self.cash["outside"] - theirs
        assert theirs <= 1, f"{name}: the outside pool's assets grew by {theirs}"
        assert theirs >= -1 or name == "write off", f"{name}: the outside pool's assets fell by {-theirs}"

        gone = self.pool.served - served + (shares - sum(self.pool.shares.values()) if name in EXITS else 0)
        left_behind = max(Fraction(0), gone * price - left)
        changes = {who: has - before[who] for who, has in self.values().items()}
        assert sum(changes.values()) <= ROUNDING, f"{name}: from nothing came {float(sum(changes.values()))}"
        gainers = [who for who, change in changes.items() if change > ROUNDING + left_behind]
        assert len(gainers) <= (name in GIVING), f"{name}: {', '.join(gainers)} gained"
        return done

    def queue_and_come_back(self) -> None:
        """Carol stands in the queue with a half, and takes back what of it is not served; the rest is paid out."""
        self.request_exit("carol", 2, dust=False)
        number = len(self.pool.exits)
        if number in self.waiting_places():
            self.cancel_exit_of(number, "carol")
        self.pay_exit(number - 1)

    @rule(amount=st.integers(1, 3_000 * MINIMUM), event=pick, which=pick, sum_=money)
    def enter_and_leave(self, amount: int, event: int, which: int, sum_: int) -> None:
        """Carol, who holds nothing before."""
        if self.pool.shares["carol"] or any(e.owner == "carol" and e.next < e.end for e in self.pool.exits):
            return
        self.deposit("carol", amount)
        brought = self.price() * self.pool.shares["carol"]
        if not brought:
            return
        before = self.cash["carol"]
        number = self.loan(which, "Open", "Defaulted", "WrittenOff")
        account = self.model.loans[number].account if number else ""
        events: list[Callable[[], None]] = [
            lambda: self.debtor_pays(which % len(self.ids), sum_),
            lambda: self.give_away(sum_ % MINIMUM + 1),
            self.serve,
            self.queue_and_come_back,
            lambda: self.cancel_exit(which, "lena", stolen=False),
        ]
        if number:
            events += [
                lambda: self.repay_of(number, account, sum_),
                lambda: self.repay_of(number, account, 10**15),
                lambda: self.collect_for(number),
                lambda: self.declare_default_of(number),
                lambda: self.write_off_of(number),
                lambda: self.buy_of(number, 0, "bank", 10 * MINIMUM),
            ]
        events[event % len(events)]()  # what she gives away is made for it
        if self.pool.most_redeemable(self.ledger.now, "carol") >= self.pool.shares["carol"]:
            self.redeem("carol", 4)
        else:
            self.request_exit("carol", 4, dust=False)
            if self.pool.exits[-1].next < min(self.pool.exits[-1].end, self.pool.served):
                self.pay_exit(len(self.pool.exits) - 1)
        waiting = self.pool.exits[-1] if self.pool.exits else None
        rest = Fraction(0)
        if waiting and waiting.owner == "carol":
            rest = (waiting.end - max(waiting.next, self.pool.served)) * self.exit_price()
        took = self.cash["carol"] - before + max(Fraction(0), rest)
        assert took <= brought + 2 * ROUNDING, f"carol took {float(took)} for {float(brought)}"
