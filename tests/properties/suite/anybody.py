"""Anybody calls any writing function of any contract with anything: arguments that mean something now, or nothing."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis.stateful import rule

from caldera.deployment.encoding import Function
from caldera.evm import ContractError, EmptyRevert, Panic
from tests.properties.suite.kernel import Kernel, pick
from tests.support.suite import DAY

BURST = 40
EXCUSED: dict[str, str] = {
    "SuiteAccess": "OpenZeppelin's AccessManager slices a selector out of data that may be shorter",
    "CalderaTimelock": "OpenZeppelin's TimelockController calls what it is told to",
    **{
        f"Devnet{code}": "play money without bound: OpenZeppelin's ERC20 counts up to 2^256"
        for code in ("EUR", "USD", "SEK", "NOK", "DKK", "GBP")
    },
    "CalderaGovernor": "OpenZeppelin's Governor calls what it is told to",
}
"""Contracts and entry points that may fail without an error of the suite, and why."""


class Anybody(Kernel):
    """The one rule that leaves no entry point out."""

    @rule(place=pick, seed=pick)
    def anybody_calls(self, place: int, seed: int) -> None:
        """A few functions that stand next to each other, each by somebody."""
        random = Random(seed)
        functions = self.stage.functions
        first = place % (len(functions) // BURST + 1) * BURST
        for contract, function in functions[first : first + BURST]:
            self.somebody_calls(random, contract, function)

    def somebody_calls(self, random: Random, contract: str, function: Function) -> None:
        """One of them."""
        values = [self.anything(random, entry) for entry in function.entry["inputs"]]
        name = self.caller(random)
        self.say(f"{name} calls {contract}.{function.name}({', '.join(map(str, values))})")
        self.attempt("anybody", self.stage.at(contract), function.encode(*values), self.who(name).address)

    def caller(self, random: Random) -> str:
        """Mostly who has something; now and then an officer."""
        return random.choice(self.stage.officers if random.random() < 0.08 else self.stage.people)

    def anything(self, random: Random, entry: dict[str, Any]) -> Any:
        """A value of an ABI type; as `tests.properties.arguments`, but from one seed: a burst takes hundreds."""
        kind = str(entry["type"])
        if kind.endswith("]"):
            inner, _, size = kind[:-1].rpartition("[")
            count = int(size) if size else random.randrange(3)
            return [self.anything(random, {**entry, "type": inner}) for _ in range(count)]
        if kind == "tuple":
            return [self.anything(random, part) for part in entry["components"]]
        if kind == "address":
            return random.choice(self.stage.addresses)
        if kind == "bool":
            return random.random() < 0.5
        if kind == "string":
            return random.choice(["", "a"])
        if kind == "bytes":
            return random.randbytes(random.choice([0, 4, 65]))
        if kind.startswith("bytes"):
            return random.choice([bytes(int(kind[5:])), random.randbytes(int(kind[5:]))])
        return self.any_number(random, entry, kind)

    def any_number(self, random: Random, entry: dict[str, Any], kind: str) -> int:
        """A number: an id or a place that there is, an amount, a time, a bound."""
        signed, bits = kind.startswith("int"), int(kind.removeprefix("u").removeprefix("int"))
        most: int = 2 ** (bits - signed) - 1
        if str(entry.get("internalType", "")).startswith("enum "):
            return random.randrange(2)
        known = [
            *(1, 1, 2, 3, random.randrange(12)),
            *(10**6, 10**9, 10**18, 10**22, most, 0),
            *(self.now, self.now + DAY, self.now + 60 * DAY, (self.now + 60 * DAY) // DAY),
            *self.known_ids(random),
        ]
        return min(random.choice(known), most)

    def known_ids(self, random: Random) -> list[int]:
        """Some ids of certificates, rights and goods."""
        ledger, owners = self.world.certificates.ledger, self.world.balances.owners
        found = [list(ledger.assets), list(owners["UsageRight"]), list(owners["DirectedGoods"])]
        return [random.choice(ids) for ids in found for _ in range(2) if ids]

    def excused(self, entry: str, error: ContractError) -> bool:
        known = entry in EXCUSED or entry.partition(".")[0] in EXCUSED
        return known and isinstance(error, EmptyRevert | Panic)
