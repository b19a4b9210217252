"""A deployment's economy, read back and held against the profile's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caldera.contracts import CirculationIncentives, EraToken, Genesis, VestingVault, structs
from caldera.deployment.economy import LATEST_START, MONTH, SUPPLY, Economy
from caldera.evm import Chain
from caldera.evm.errors import EngineError
from caldera.model.vesting import scheduled

from .errors import ChainIncomplete


@dataclass(frozen=True)
class Difference:
    """`where`: contract and subject."""

    where: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.where}: expected {self.expected}, found {self.found}"


@dataclass(frozen=True)
class Vested:
    """An allocation of the vault as it stands, in wei. `published`: what the curve of the profile has unlocked by now;
    grants can be behind it, and ahead where the profile allows shorter ones."""

    name: str
    granted: int
    available: int
    vested: int
    published: int


@dataclass(frozen=True)
class Checked:
    """`balances`: ERA of each holder now, by allocation. No differences: the chain is as published."""

    differences: list[Difference]
    vested: list[Vested]
    balances: dict[str, int]


def check_chain(chain: Chain, addresses: Mapping[str, str], economy: Economy) -> Checked:
    """Reads `Genesis`, the vesting vaults, the budgets and every holder's ERA. `addresses`: contract by name.

    Each figure is of the block in which it is read: on a chain in use, run a check that finds too little ERA again.

    Raises:
        ChainIncomplete: a contract is not in `addresses`, or nothing stands there.
    """
    return _Check(chain, addresses, economy).run()


class _Check:
    def __init__(self, chain: Chain, addresses: Mapping[str, str], economy: Economy) -> None:
        self.chain, self.addresses, self.economy = chain, addresses, economy
        self.differences: list[Difference] = []
        self.begins: int | None = None
        self.now = chain.now
        self.grants: dict[str, list[structs.VestingGrant]] = {}
        self.token = self._at(EraToken, "EraToken")

    def run(self) -> Checked:
        """All of it."""
        self._genesis()
        self._same("EraToken: supply", SUPPLY, self.token.totalSupply())
        vested = self._vaults()
        for one in self.economy.allocations:
            if one.funds == "budget":
                held = self._at(CirculationIncentives, one.holder[1:])
                self._covers(one.holder[1:], held.budgetLeft() + held.budgetOwed(), held.address)
        balances = {one.name: self.token.balanceOf(self._address(one.holder[1:])) for one in self.economy.allocations}
        return Checked(self.differences, vested, balances)

    def _genesis(self) -> None:
        found = {_text(share.name): share for share in self._at(Genesis, "Genesis").allocations()}
        for one in self.economy.allocations:
            share, where = found.pop(one.name, None), f"Genesis: {one.name}"
            if share is None:
                self.differences.append(Difference(where, f"{one.amount} wei", "no such allocation"))
                continue
            self._same(f"{where}: class", one.kind.value, share.kind)
            self._same(f"{where}: amount", one.amount, share.amount)
            self._same(f"{where}: holder", self._address(one.holder[1:]).lower(), str(share.holder).lower())
        for name, share in found.items():
            self.differences.append(Difference(f"Genesis: {name}", "no such allocation", f"{share.amount} wei"))

    def _vaults(self) -> list[Vested]:
        """Allocations are numbered in the order in which they stand in the profile, in each vault from 1 on."""
        made: list[Vested] = []
        owed: dict[str, int] = {}
        for one in self.economy.allocations:
            if one.funds != "allocation":
                continue
            name = one.holder[1:]
            vault = self._at(VestingVault, name)
            numbers = [other.name for other in self.economy.allocations if other.funds == one.funds]
            same = [other for other in numbers if self._holder(other) == one.holder]
            number, where = same.index(one.name) + 1, f"{name}: {one.name}"
            if number > vault.allocationCount():
                self.differences.append(Difference(where, f"allocation {number}", "no such allocation"))
                continue
            found = vault.allocationOf(number)
            self._same(f"{where}: name", one.name, _text(found.name))
            if found.funded < one.amount:
                self.differences.append(Difference(f"{where}: funded", f"{one.amount} or more", str(found.funded)))
            self._bounds(where, one.name, found.bounds)
            owed[name] = owed.get(name, 0) + found.available
            granted, vested, here = self._grants(vault, name, number)
            owed[name] += here
            terms = self.economy.unlocking[one.name]
            start, over = (self.begins or 0) + terms.after_months * MONTH, terms.over_months * MONTH
            published = scheduled(found.funded, start, 0, over, self.now)
            made.append(Vested(one.name, granted, found.available, vested, published))
            # What was revoked can be granted again from an early start, and a shorter grant is ahead of the default.
            bound = not terms.revocable and terms.shortest_months == terms.over_months
            if bound and vested > published:
                self.differences.append(Difference(f"{where}: vested now", f"at most {published}", str(vested)))
        for name, amount in owed.items():
            self._covers(name, amount, self._address(name))
        return made

    def _grants(self, vault: VestingVault, name: str, allocation: int) -> tuple[int, int, int]:
        """Granted, vested now, and what of it is in the vault; each grant's vesting by the rule of the model."""
        granted = vested = here = 0
        if name not in self.grants:
            self.grants[name] = [vault.grantOf(id) for id in range(1, vault.grantCount() + 1)]
        for id, grant in enumerate(self.grants[name], 1):
            if grant.allocation != allocation:
                continue
            terms, left = grant.terms, grant.terms.amount - grant.taken
            for time in {self.now, terms.start + terms.duration // 2, terms.start + terms.duration}:
                due = min(scheduled(terms.amount, terms.start, terms.cliff, terms.duration, time), left)
                self._same(f"{name}: grant {id}: vested at {time}", due, vault.vestedAt(id, time))
                vested += due if time == self.now else 0
            granted += terms.amount
            here += left - grant.released - grant.staked
        return granted, vested, here

    def _bounds(self, where: str, name: str, found: Any) -> None:
        terms = self.economy.unlocking[name]
        begins = found.earliestStart - terms.after_months * MONTH
        if self.begins is None:
            self.begins = begins
        self._same(f"{where}: earliest start", self.begins + terms.after_months * MONTH, found.earliestStart)
        self._same(f"{where}: latest start", self.begins + LATEST_START, found.latestStart)
        self._same(f"{where}: shortest", terms.shortest_months * MONTH, found.shortest)
        self._same(f"{where}: longest", terms.longest_months * MONTH, found.longest)
        self._same(f"{where}: revocable", terms.revocable, found.revocable)

    def _covers(self, name: str, owed: int, address: str) -> None:
        """ERA can be sent to anybody: more than is owed is no difference."""
        balance = self.token.balanceOf(address)
        if balance < owed:
            self.differences.append(Difference(f"{name}: ERA", f"{owed} or more", str(balance)))

    def _same(self, where: str, expected: object, found: object) -> None:
        if expected != found:
            self.differences.append(Difference(where, str(expected), str(found)))

    def _holder(self, name: str) -> str:
        return next(one.holder for one in self.economy.allocations if one.name == name)

    def _address(self, name: str) -> str:
        if name not in self.addresses:
            raise ChainIncomplete(f"{name} is not in the manifest; take that of a deployment with this economy")
        return self.addresses[name]

    def _at(self, kind: Any, name: str) -> Any:
        try:
            return kind.at(self.chain, self._address(name))
        except EngineError as error:
            raise ChainIncomplete(f"{name}: {error}") from None


def _text(word: bytes) -> str:
    return bytes(word).rstrip(b"\0").decode(errors="replace")
