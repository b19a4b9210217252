"""Who holds what, in every token: accounted for by transfers, compared with what the tokens say.

Independent of the contracts: what was issued of ERA (1e27, for ever), that what nobody issued does not exist, and
that a movement takes from one what it gives to another. A token whose transfers and balances disagree is found on
both sides."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any, ClassVar

from tests.properties.suite.books.book import Book, Hears, Scene
from tests.properties.suite.stage import CURRENCIES, NOBODY, Stage

SUPPLY = 10**27
MONEY = ("EraToken", *(f"Devnet{code}" for code in ("EUR", "USD", "SEK", "NOK", "DKK", "GBP")))
SHARES = tuple(f"LendingPool{code}" for code in CURRENCIES)
ITEMS = ("UsageRight", "DirectedGoods")


class Balances(Book):
    """Every account that ever received anything is known here."""

    hears: ClassVar[Hears] = {
        "AssetCertificate": {"TransferSingle": "single", "TransferBatch": "batch"},
        **{name: {"Transfer": "moved"} for name in (*MONEY, *SHARES)},
        **{name: {"Transfer": "handed"} for name in ITEMS},
    }

    def __init__(self, stage: Stage) -> None:
        self.names = {stage.at(name): name for name in (*MONEY, *SHARES, *ITEMS)}
        self.held: defaultdict[str, Counter[str]] = defaultdict(Counter)
        """Units by token and account."""
        self.units: defaultdict[int, Counter[str]] = defaultdict(Counter)
        """Of certificates, by id and account."""
        self.owners: dict[str, dict[int, str]] = {name: {} for name in ITEMS}
        self.seen: set[tuple[str, int, str]] = set()
        """Token, id and account of what the latest step moved."""
        self.moves: list[tuple[str, int, str, str, int]] = []
        """Token, id, from, to, amount: the movements of the latest transaction, in order."""

    def before(self, scene: Scene) -> None:
        self.moves = []

    def moved(self, event: Any, scene: Scene) -> None:
        name = self.names[event.emitter]
        self._move(name, 0, event.from_, event.to, event.value, self.held[name])

    def single(self, event: Any, scene: Scene) -> None:
        self._move("AssetCertificate", event.id, event.from_, event.to, event.value, self.units[event.id])

    def batch(self, event: Any, scene: Scene) -> None:
        for number, units in zip(event.ids, event.values, strict=True):
            self._move("AssetCertificate", number, event.from_, event.to, units, self.units[number])

    def handed(self, event: Any, scene: Scene) -> None:
        name, owners = self.names[event.emitter], self.owners[self.names[event.emitter]]
        assert owners.get(event.tokenId, NOBODY) == event.from_, f"{event}: not its holder"
        owners[event.tokenId] = event.to
        self.seen.add((name, event.tokenId, event.to))
        self.moves.append((name, event.tokenId, event.from_, event.to, 1))

    def _move(self, name: str, number: int, source: str, target: str, amount: int, held: Counter[str]) -> None:
        if source != NOBODY:
            held[source] -= amount
            assert held[source] >= 0, f"{source} gave away more of {name} {number or ''} than it had"
            self.seen.add((name, number, source))
        if target != NOBODY:
            held[target] += amount
            self.seen.add((name, number, target))
        self.moves.append((name, number, source, target, amount))

    def check(self, stage: Stage) -> None:
        """1 and 6, of what was touched."""
        for name, number, account in self.seen:
            self._compare(stage, name, number, account)
        self.seen.clear()
        assert self.held["EraToken"].total() == SUPPLY, "6. the supply of ERA changed"

    def check_all(self, stage: Stage) -> None:
        """1 and 6: over all accounts that ever received anything."""
        for name in (*MONEY, *SHARES):
            read = sum(self._compare(stage, name, 0, account) for account in self.held[name])
            token = stage.net.era if name == "EraToken" else stage.net.token("EUR")
            supply = type(token).at(stage.chain, stage.at(name)).totalSupply()
            assert read == supply, f"{name}: {read} with its holders, {supply} in all"
        assert sum(stage.net.era.balanceOf(account) for account in self.held["EraToken"]) == SUPPLY, "6."
        for number, held in self.units.items():
            for account in held:
                self._compare(stage, "AssetCertificate", number, account)
        for name, owners in self.owners.items():
            for number, owner in owners.items():
                self._compare(stage, name, number, owner)

    def _compare(self, stage: Stage, name: str, number: int, account: str) -> int:
        net = stage.net
        if name == "AssetCertificate":
            wanted, found = self.units[number][account], net.certificates.balanceOf(account, number)
        elif name in ITEMS:
            ledger: Any = net.rights if name == "UsageRight" else net.goods
            owner = self.owners[name][number]
            if owner == NOBODY:
                return 0
            assert ledger.ownerOf(number) == owner, f"{name} {number:x} is not {owner}'s"
            return 1
        else:
            token = net.era if name == "EraToken" else net.token("EUR")
            wanted, found = self.held[name][account], type(token)(stage.chain, stage.at(name)).balanceOf(account)
        assert found == wanted, f"{account} has {found} of {name} {number or ''}, {wanted} by all transfers"
        return int(found)
