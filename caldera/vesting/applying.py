"""`apply`: makes the grants of a plan that the chain does not have yet, one transaction a batch.

Why it never makes one twice: before each batch the whole plan is held against every grant that was ever made; a batch
is one transaction, all or none; a run starts only when nothing of the sender is pending, and each transaction is signed
with the nonce that follows the mined ones, so that one that was lost from sight competes with its repetition. Nothing
keeps two accounts from sending one plan at the same moment: let one do it.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from caldera.airdrop.claims import era
from caldera.evm.address import Address

from .errors import AllocationUnknown, DoesNotFit, NotAllowed, NotShown, OtherVault
from .plan import Batch, Plan
from .rooms import Room, Terms, misfits
from .vault import Vault

Progress = Callable[[int, int], None]
"""Told how many grants of how many the chain has."""


@dataclass(frozen=True)
class Standing:
    """A batch as the chain has it. `ids`: of each grant; none where it is not made. `allocation`: the number."""

    batch: Batch
    allocation: int
    ids: tuple[int | None, ...]

    @property
    def missing(self) -> list[Terms]:
        """What is still to be made."""
        return [terms for terms, found in zip(self.batch.terms, self.ids, strict=True) if found is None]


@dataclass(frozen=True)
class Outcome:
    """What a run did. `sent`: transactions; `made`: grants of them."""

    standings: tuple[Standing, ...]
    sent: int
    made: int
    gas_used: int


def stand(plan: Plan, vault: Vault) -> tuple[Standing, ...]:
    """The plan held against the chain, after checking that what is missing fits. Sends nothing.

    Raises:
        OtherVault: the plan is for another chain or vault.
        AllocationUnknown: the vault has no such allocation.
        DoesNotFit: a grant is out of bounds, or an allocation has too little.
        HistoryIncomplete: the node does not show what was made.
    """
    target = plan.target
    if target and (target.chain_id, target.vault) != (vault.port.chain_id, vault.address):
        raise OtherVault(
            f"the plan is for the vault {target.vault} on chain {target.chain_id}, not {vault.address} on chain "
            f"{vault.port.chain_id}: build it again for this one"
        )
    rooms = vault.rooms()
    for name in plan.totals:
        if name not in rooms:
            known = ", ".join(rooms) or "none"
            raise AllocationUnknown(f"the vault has no allocation {name!r}, or two: it has {known}")
    standings = _match(plan, vault, rooms)
    _require_fit(standings, rooms, vault.contracts)
    return standings


def rehearse(plan: Plan, vault: Vault) -> tuple[Standing, ...]:
    """As `stand`; where the port names an account, each batch is carried out by it without a transaction, too.

    Raises:
        VestingError: as `apply`.
    """
    standings = stand(plan, vault)
    sender, pending = vault.port.deployer, [one for one in standings if one.missing]
    if sender and pending:
        vault.require_power(sender)
        for one in pending:
            vault.try_out(sender, vault.call_data(one.allocation, one.missing))
    return standings


def apply(plan: Plan, vault: Vault, progress: Progress = lambda done, count: None) -> Outcome:
    """Makes what is missing, as the account of the vault's port. May be cut short at any point and called again.

    Raises:
        NotAllowed, CallDelayed: the account may not, or not at once.
        WouldRevert: the vault would refuse a batch, such as while it is paused; earlier ones stand.
        TransactionFailed, PendingTransactions: a transaction failed, or is not mined yet.
        NotShown: the node does not show what was mined.
        VestingError: as `stand`.
    """
    sender = vault.port.deployer
    if sender is None:
        raise NotAllowed("nobody signs: give the key of the holder of the role ADMIN")
    standings = stand(plan, vault)
    sent = made = gas = 0
    if any(standing.missing for standing in standings):
        vault.require_power(sender)
        vault.port.settle(sender)
        standings = stand(plan, vault)  # what was pending is mined now
    for place in range(len(standings)):
        progress(_done(standings), plan.count)
        missing = standings[place].missing
        if not missing:
            continue
        data = vault.call_data(standings[place].allocation, missing)
        vault.try_out(sender, data)
        gas += vault.send(sender, data).gas_used
        sent, made = sent + 1, made + len(missing)
        standings = stand(plan, vault)
        if standings[place].missing:
            raise NotShown(
                f"batch {place + 1} was mined, and the node does not show its grants: see that it is in step"
            )
    progress(_done(standings), plan.count)
    return Outcome(standings, sent, made, gas)


def _match(plan: Plan, vault: Vault, rooms: Mapping[str, Room]) -> tuple[Standing, ...]:
    """Each grant of the chain stands for one of the plan at most: as many of the same terms as are planned are made."""
    free: dict[tuple[int, Terms], deque[int]] = defaultdict(deque)
    for one in vault.made():
        if one.id > plan.after:
            free[one.allocation, one.terms].append(one.id)
    standings = []
    for batch in plan.batches:
        number = rooms[batch.allocation].number
        ids = []
        for terms in batch.terms:
            same = free.get((number, terms))
            ids.append(same.popleft() if same else None)
        standings.append(Standing(batch, number, tuple(ids)))
    return tuple(standings)


def _require_fit(standings: tuple[Standing, ...], rooms: Mapping[str, Room], contracts: Mapping[Address, str]) -> None:
    needed: Counter[str] = Counter()
    for standing in standings:
        room = rooms[standing.batch.allocation]
        for grant, found in zip(standing.batch.grants, standing.ids, strict=True):
            if found is not None:
                continue
            for words in misfits(room, grant.terms):
                raise DoesNotFit(f"line {grant.line} of the list: {words}")
            if grant.beneficiary in contracts:
                words = f"{grant.beneficiary} is {contracts[grant.beneficiary]}, which cannot hold a grant"
                raise DoesNotFit(f"line {grant.line} of the list: {words}")
            needed[room.name] += grant.terms.amount
    for name, amount in needed.items():
        if amount > rooms[name].available:
            raise DoesNotFit(
                f"{name}: what is still to be made adds up to {era(amount)} ERA, and {era(rooms[name].available)} are "
                "left: nothing more is sent"
            )


def _done(standings: tuple[Standing, ...]) -> int:
    return sum(len(standing.ids) - len(standing.missing) for standing in standings)
