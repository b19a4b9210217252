"""Rent that is escrowed and earned by the second.

Independent of the contracts: what a lease has earned by a second, and that what was paid is earned, refunded or still
there."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, ClassVar

from caldera.model.rights import Lease
from tests.properties.suite.books.balances import Balances
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.stage import Stage


class Rents(Book):
    """`leases`: the latest of each right; `credits`: by right, currency and account; `there`: by currency."""

    hears: ClassVar[Hears] = emits("LeaseModule", "Leased", "LeaseExtended", "LeaseEnded", "RentEarned", "Collected")

    def __init__(self, stage: Stage, balances: Balances) -> None:
        self.balances = balances
        self.leases: dict[int, Lease] = {}
        self.currency: dict[int, int] = {}
        self.credits: defaultdict[tuple[int, int, str], int] = defaultdict(int)
        self.there: defaultdict[int, int] = defaultdict(int)
        self.seen: set[tuple[int, int, str]] = set()

    def leased(self, event: Any, scene: Scene) -> None:
        read = scene.stage.net.leases.leaseOf(event.id)
        lease = Lease(
            event.lessee, scene.now, event.end, read.rent, read.period, read.latest, read.sublease, "", 0, event.paid
        )
        assert event.paid == lease.price(event.end), "5. rent, rounded up"
        self.leases[event.id], self.currency[event.id] = lease, read.currencyId
        self.there[read.currencyId] += event.paid

    def lease_extended(self, event: Any, scene: Scene) -> None:
        lease = self.leases[event.id]
        assert event.paid == lease.price(event.end) - lease.paid
        lease.paid, lease.end = lease.paid + event.paid, event.end
        self.there[self.currency[event.id]] += event.paid

    def rent_earned(self, event: Any, scene: Scene) -> None:
        lease = self.leases[event.id]
        due = lease.earned(scene.now) - lease.settled
        assert event.amount == due, f"5. {event.amount} of rent earned by now, {due} is"
        lease.settled += due
        self._credit(event.id, event.currencyId, event.owner, due)

    def lease_ended(self, event: Any, scene: Scene) -> None:
        lease, currency = self.leases[event.id], self.currency[event.id]
        assert lease.earned(scene.now) == lease.settled
        assert event.refunded + event.forfeited == lease.paid - lease.settled, "5. what is not earned is given back"
        self._credit(event.id, currency, lease.lessee, event.refunded)
        owner = self.balances.owners["UsageRight"][event.id]
        self._credit(event.id, currency, owner, event.forfeited)
        lease.paid, lease.over = lease.settled, True

    def collected(self, event: Any, scene: Scene) -> None:
        key = (event.id, event.currencyId, event.account)
        assert event.amount == self.credits.pop(key), "5. what was credited is paid out once"
        self.there[event.currencyId] -= event.amount
        self.seen.add(key)

    def _credit(self, number: int, currency: int, account: str, amount: int) -> None:
        self.credits[number, currency, account] += amount
        self.seen.add((number, currency, account))

    def owed(self, currency: int) -> int:
        """All that is escrowed and credited in a currency."""
        escrow = sum(one.paid - one.settled for number, one in self.leases.items() if self.currency[number] == currency)
        return escrow + sum(amount for (_, code, _), amount in self.credits.items() if code == currency)

    def check(self, stage: Stage) -> None:
        """5, of what was touched."""
        for number, currency, account in self.seen:
            held = self.credits[number, currency, account]
            lease = self.leases[number]
            if not lease.over and self.balances.owners["UsageRight"].get(number) == account:
                held += lease.earned(stage.now) - lease.settled
            read = stage.net.leases.collectable(number, account, currency)
            assert read >= self.credits[number, currency, account], "5. rent that can be collected"
            assert read in (held, self.credits[number, currency, account])
            assert self.owed(currency) == self.there[currency]
        self.seen.clear()
