"""What a party's shares of lending pools cost it, at average cost: what it has, and what it gave up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from caldera.evm.address import ZERO, Address

POOL = "LendingPool"

EVENTS: dict[str, tuple[str, ...]] = {
    POOL: (
        "Deposit(address indexed sender, address indexed owner, uint256 assets, uint256 shares)",
        "Withdraw(address indexed sender, address indexed receiver, address indexed owner, uint256 assets, "
        "uint256 shares)",
        "Transfer(address indexed from, address indexed to, uint256 value)",
        "ExitRequested(uint256 indexed exit, address indexed owner, uint256 shares, uint256 end)",
        "ExitCancelled(uint256 indexed exit, address indexed owner, uint256 shares)",
        "ExitsServed(uint256 shares, uint256 assets, uint256 served)",
        "ExitPaid(uint256 indexed exit, address indexed owner, uint256 assets)",
    )
}
"""What is read of the chain whatever the chart says."""


@dataclass
class Holding:
    """Of one pool. `shares`: free and in the queue. `exits`: places in the queue, from the first share not paid out to
    after the last one. `served`: shares that the queue has served."""

    shares: int = 0
    cost: int = 0
    served: int = 0
    exits: dict[int, tuple[int, int]] = field(default_factory=dict)


class PoolShares:
    """The shares of one party in all pools of a deployment, event by event."""

    def __init__(self) -> None:
        self.holdings: defaultdict[Address, Holding] = defaultdict(Holding)

    def see(self, pool: Address, name: str, values: Mapping[str, Any], ours: Callable[[object], bool]) -> int:
        """Takes an event in. What the shares had cost that are the party's no longer; rounded down but for the last."""
        held = self.holdings[pool]
        if name == "ExitsServed":
            held.served = values["served"]
        elif name == "ExitCancelled":
            _move_up(held.exits, values["exit"], values["shares"])
        elif name == "Transfer":
            return self._transfer(held, pool, values, ours)
        elif not ours(values["owner"]):
            return 0
        elif name == "Deposit":
            held.shares += values["shares"]
            held.cost += values["assets"]
        elif name == "Withdraw":
            return _give(held, values["shares"])
        elif name == "ExitRequested":
            held.exits[values["exit"]] = values["end"] - values["shares"], values["end"]
        else:
            begin, end = held.exits.get(values["exit"], (0, 0))
            to = max(begin, min(end, held.served))
            held.exits[values["exit"]] = to, end
            return _give(held, to - begin)
        return 0

    def _transfer(self, held: Holding, pool: Address, values: Mapping[str, Any], ours: Callable[[object], bool]) -> int:
        source, target = values["from"], values["to"]
        # What is issued, redeemed, queued and served has events of its own.
        if {ZERO, pool} & {source, target} or ours(source) == ours(target):
            return 0
        if ours(source):
            return _give(held, values["value"])
        held.shares += values["value"]
        return 0


def _move_up(exits: dict[int, tuple[int, int]], left: int, shares: int) -> None:
    """Whose place ever was left: it is the shorter, and all that were taken after it stand as much further ahead."""
    for number, (begin, end) in exits.items():
        if number == left:
            exits[number] = begin, end - shares
        elif number > left:
            exits[number] = begin - shares, end - shares


def _give(held: Holding, shares: int) -> int:
    if not shares or held.shares < shares:
        return 0
    cost = held.cost * shares // held.shares
    held.cost -= cost
    held.shares -= shares
    return cost
