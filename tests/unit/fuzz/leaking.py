"""Two machines of a token: one that is right, and one that is wrong on purpose, as it takes a fee of every transfer.

What `make fuzz` does with a fault is tested on them; this is no test of its own, and pytest does not find it by its
name.
"""

from __future__ import annotations

from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from caldera.contracts import DevnetCurrency, FeeToken
from caldera.evm import Revm
from caldera.model import Refused
from tests.properties.beside import Beside, run

PEOPLE = ("alice", "bob", "carol")
people = st.sampled_from(PEOPLE)
amounts = st.integers(0, 10_000)


class LeakingMachine(Beside):
    """What leaves one account comes to another, and nothing is lost."""

    token: ClassVar[DevnetCurrency | FeeToken]

    def __init__(self) -> None:
        super().__init__()
        self.token.chain.restore(self.mark)
        self.held = dict.fromkeys(PEOPLE, 0)

    @rule(who=people, amount=amounts)
    def mint(self, who: str, amount: int) -> None:
        to = self.token.chain.account(who)
        self.both("mint", lambda: self.move(None, who, amount), lambda: self.token.mint(to, amount, sender=to))

    @rule(giver=people, taker=people, amount=amounts)
    def transfer(self, giver: str, taker: str, amount: int) -> None:
        sender, to = self.token.chain.account(giver), self.token.chain.account(taker)
        self.both(
            "transfer",
            lambda: self.move(giver, taker, amount),
            lambda: self.token.transfer(to, amount, sender=sender),
        )

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.token.chain.skip(days * 86_400)

    def move(self, giver: str | None, taker: str, amount: int) -> None:
        if giver is not None:
            if self.held[giver] < amount:
                raise Refused("ERC20InsufficientBalance")
            self.held[giver] -= amount
        self.held[taker] += amount

    @invariant()
    def nothing_is_lost(self) -> None:
        for who, held in self.held.items():
            assert self.token.balanceOf(self.token.chain.account(who)) == held, who


class SoundMachine(LeakingMachine):
    """The same."""


def test_a_token_that_leaks() -> None:
    chain = Revm()
    token = FeeToken.deploy(chain, sender=chain.account("alice"))
    run(LeakingMachine, chain.snapshot(), token=token)


def test_a_token_that_does_not() -> None:
    chain = Revm()
    token = DevnetCurrency.deploy(chain, "USD", 6, sender=chain.account("alice"))
    run(SoundMachine, chain.snapshot(), token=token)
