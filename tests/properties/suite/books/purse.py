"""ERA that comes to a contract and leaves it, by its own words and by the token's."""

from __future__ import annotations

from collections import Counter

from tests.properties.suite.books.balances import Balances


class Purse:
    """Of one contract. `given`, `taken`: to and from whom its words of this transaction say how much went."""

    def __init__(self, balances: Balances, name: str, account: str) -> None:
        self.balances, self.name, self.account = balances, name, account
        self.given: Counter[tuple[str, int]] = Counter()
        self.taken: Counter[tuple[str, int]] = Counter()

    def begin(self) -> None:
        """Before a transaction."""
        self.given.clear()
        self.taken.clear()

    def gives(self, to: str, amount: int) -> None:
        """Its words say that it gave so much."""
        self.given[to, amount] += 1

    def takes(self, payer: str, amount: int) -> None:
        """Its words say that it was paid so much."""
        self.taken[payer, amount] += 1

    def beyond(self, kept: int) -> int:
        """What it has beyond what it keeps for somebody: it was sent without a word."""
        return self.balances.held["EraToken"][self.account] - kept

    def settle(self) -> None:
        """After a transaction: what left is what was said, to whom it was said; what was said to have come came."""
        if not self.balances.moves and not self.given and not self.taken:
            return
        moves = [move for move in self.balances.moves if move[0] == "EraToken"]
        gone = Counter((to, amount) for _, _, source, to, amount in moves if source == self.account)
        came = Counter((source, amount) for _, _, source, to, amount in moves if to == self.account)
        assert gone == self.given, f"9. {self.name} gave {dict(gone)} and says {dict(self.given)}"
        assert self.taken <= came, f"9. {self.name} says it was paid {dict(self.taken)}; that were {dict(came)}"
