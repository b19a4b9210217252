"""Grants of ERA that vest: the exact model, told of every event of the vault.

Independent of the contracts: what has vested at any second, what may be released, what a revocation or a loss takes
from whom."""

from __future__ import annotations

from typing import Any, ClassVar

from caldera.model.vesting import Bounds, Terms, VestingModel
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.stage import NOBODY, Stage


class Grants(Book):
    """`model`: accounts are addresses; what the vault has is the model's business, wallets are not."""

    hears: ClassVar[Hears] = emits(
        "VestingVault",
        *("VestingAllocationOpened", "VestingAllocationFunded", "VestingGranted", "VestedReleased", "VestingRevoked"),
        *("GrantStaked", "GrantStakeReturned", "GrantWalletProposed", "GrantWalletCancelled", "GrantWalletChanged"),
        *("ReleaseByOthersSet", "DelegateChanged", "PausedUntil"),
    )

    def __init__(self, stage: Stage) -> None:
        self.model = VestingModel(stage.now, stage.at("VestingVault"))
        self.target = stage.at("GrantStaking")
        self.model.members = {self.target}
        self.seen: set[int] = set()
        self.allocations_seen: set[int] = set()
        self.returned: list[tuple[int, int, int]] = []
        """Grant, principal, amount: what stakes gave back in this transaction."""

    def before(self, scene: Scene) -> None:
        self.model.now = scene.now
        self.returned = []

    def paused_until(self, event: Any, scene: Scene) -> None:
        self.model.paused_until = event.until

    def vesting_allocation_opened(self, event: Any, scene: Scene) -> None:
        given = event.bounds
        bounds = Bounds(given.earliestStart, given.latestStart, given.shortest, given.longest, given.revocable)
        assert self.model.open(event.name.rstrip(b"\0").decode(), bounds) == event.allocation

    def vesting_allocation_funded(self, event: Any, scene: Scene) -> None:
        self.model.fund(event.from_, event.allocation, event.amount)
        self.allocations_seen.add(event.allocation)

    def vesting_granted(self, event: Any, scene: Scene) -> None:
        terms = Terms(event.beneficiary, event.amount, event.start, event.cliff, event.duration, event.revocable)
        if event.allocation:
            made = self.model.create(event.allocation, [terms])
            self.allocations_seen.add(event.allocation)
        else:
            payer = "who paid"
            self.model.wallets[payer] = event.amount
            made = self.model.grant_for(
                payer, event.beneficiary, event.amount, event.start, event.cliff, event.duration
            )
        assert made == event.id
        self.seen.add(event.id)

    def vested_released(self, event: Any, scene: Scene) -> None:
        grant = self.model.grants[event.id]
        if event.to == grant.beneficiary and event.amount == grant.releasable(scene.now):
            assert self.model.release(grant.beneficiary, event.id) == event.amount
        else:
            self.model.release_to(grant.beneficiary, event.id, event.to, event.amount)
        self.seen.add(event.id)

    def vesting_revoked(self, event: Any, scene: Scene) -> None:
        assert self.model.revoke(event.id) == (event.returned, event.owed), "6. what is vested stays"
        self.seen.add(event.id)
        self.allocations_seen.add(self.model.grants[event.id].allocation)

    def grant_staked(self, event: Any, scene: Scene) -> None:
        self.model.stake(self.model.grants[event.id].beneficiary, event.id, event.target, event.amount)
        self.seen.add(event.id)

    def grant_stake_returned(self, event: Any, scene: Scene) -> None:
        grant = self.model.grants[event.id]
        taken, returned = grant.taken, event.principal - event.lost + event.reward
        self.model.return_stake(event.target, event.id, event.principal, returned)
        assert event.ownLoss == grant.taken - taken, "6. a loss is the grant's own first"
        self.returned.append((event.id, event.principal, returned))
        self.seen.add(event.id)
        self.allocations_seen.add(grant.allocation)

    def grant_wallet_proposed(self, event: Any, scene: Scene) -> None:
        self.model.propose(self.model.grants[event.id].beneficiary, [event.id], event.wallet)

    def grant_wallet_cancelled(self, event: Any, scene: Scene) -> None:
        self.model.cancel(self.model.grants[event.id].beneficiary, [event.id])

    def grant_wallet_changed(self, event: Any, scene: Scene) -> None:
        self.model.accept(event.to, [event.id])
        self.seen.add(event.id)

    def release_by_others_set(self, event: Any, scene: Scene) -> None:
        (self.model.closed.discard if event.allowed else self.model.closed.add)(event.account)

    def delegate_changed(self, event: Any, scene: Scene) -> None:
        self.model.delegate(event.delegator, "" if event.toDelegate == NOBODY else event.toDelegate)

    def check(self, stage: Stage) -> None:
        """6, of what was touched; and that the vault has what it owes."""
        self.model.now = stage.now
        for number in self.seen:
            self._grant(stage, number)
        for number in self.allocations_seen - {0}:
            read, kept = stage.net.vesting.allocationOf(number), self.model.allocations[number]
            assert (read.funded, read.available) == (kept.funded, kept.available)
        if self.seen or self.allocations_seen:
            assert stage.net.era.balanceOf(stage.net.vesting) >= self.model.balance(), "6. the vault has what it owes"
        self.seen.clear()
        self.allocations_seen.clear()

    def check_all(self, stage: Stage) -> None:
        self.seen, self.allocations_seen = set(self.model.grants), set(self.model.allocations)
        self.check(stage)

    def _grant(self, stage: Stage, number: int) -> None:
        read, kept = stage.net.vesting.grantOf(number), self.model.grants[number]
        found = (read.terms.beneficiary, read.released, read.taken, read.staked, read.owed)
        wanted = (kept.beneficiary, kept.released, kept.taken, kept.staked, kept.owed)
        assert found == wanted, f"6. grant {number}: {found}, not {wanted}"
        vested = stage.net.vesting.vestedAt(number, stage.now)
        assert vested == kept.vested(stage.now)
        assert kept.released <= vested <= kept.terms.amount, "6. claimed <= vested <= allocated"
        assert stage.net.vesting.releasable(number) == kept.releasable(stage.now)
