"""ERA that one contract keeps: every payment to it and from it has its reason, to the unit and to the right account."""

from __future__ import annotations

from collections import Counter

from tests.properties.suite.books.balances import Balances


class Purse:
    """What a book that hears of reasons asks of the tokens' own transfers. `sent`: what came without a reason, and
    stays."""

    def __init__(self, balances: Balances, account: str) -> None:
        self.balances, self.account = balances, account
        self.sent = 0
        self.coming: Counter[tuple[str, int]] = Counter()
        self.going: list[tuple[str, int]] = []

    def comes(self, source: str, amount: int) -> None:
        """In this transaction."""
        self.coming[source, amount] += 1

    def goes(self, target: str, amount: int) -> None:
        """In this transaction, in this order."""
        self.going.append((target, amount))

    def settle(self) -> None:
        """After the transaction: all that was to come and to go did, and nothing else went."""
        moves = [one[2:] for one in self.balances.moves if one[0] == "EraToken"]
        gone = [(target, amount) for source, target, amount in moves if source == self.account]
        assert gone == self.going, f"9. {self.account} paid {gone}, not {self.going}"
        came = Counter((source, amount) for source, target, amount in moves if target == self.account)
        assert self.coming <= came, f"9. {self.account} did not get {self.coming - came}"
        self.sent += sum(amount * times for (_, amount), times in (came - self.coming).items())
        self.coming.clear()
        self.going = []

    def beyond(self, kept: int) -> int:
        """What it has beyond what it keeps for somebody."""
        return self.balances.held["EraToken"][self.account] - kept

    def holds(self, owed: int) -> None:
        """It has what it owes and what was sent to it, and no unit more or less."""
        there = self.balances.held["EraToken"][self.account]
        assert there == owed + self.sent, f"9. {self.account} has {there}, owes {owed} and was sent {self.sent}"
