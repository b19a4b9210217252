"""A script for people: contracts and functions by name, arguments decoded, time and outcome beside each step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from caldera.artifacts import Artifact, load
from caldera.evm import Address, Chain, registry
from caldera.evm.abi import AbiType, Param, from_json, signature
from caldera.evm.decode import fields_decoder
from caldera.evm.errors import DecodingError, Reverted
from caldera.evm.hashing import selector
from caldera.evm.trace import Call, Mine, Outcome, Send, SetBalance, Warp
from tests.fuzz.script import Script
from tests.fuzz.tape import Told

Functions = Mapping[bytes, tuple[str, tuple[Param, ...]]]
"""Name and parameters by selector."""


def names_of(chain: Chain, told: Iterable[Told], stand: Iterable[Any]) -> dict[Address, str]:
    """Names of all that appears: accounts by label, contracts by what they were created from."""
    found: dict[Address, str] = {}
    for thing in stand:
        if isinstance(known := getattr(thing, "accounts", None), Mapping):
            found |= {str(getattr(one, "address", one)): str(label) for label, one in known.items()}
    found |= {account.address: label for label, account in chain.accounts.items()}
    taken = set(found.values())
    for step, outcome in told:
        if isinstance(step, Send) and outcome and outcome.created and outcome.created not in found:
            bare = _created_from(step.data)
            if bare:
                number = next(n for n in range(1, 10_000) if _numbered(bare, n) not in taken)
                found[outcome.created] = _numbered(bare, number)
                taken.add(found[outcome.created])
    return found


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} #{number}"


def _created_from(code: bytes) -> str | None:
    """The contract of that creation code: the longest that it begins with."""
    fitting = [one for one in _creations() if code.startswith(one[0])]
    return max(fitting, key=lambda one: len(one[0]))[1] if fitting else None


@lru_cache(maxsize=1)
def _creations() -> list[tuple[bytes, str]]:
    found = []
    for name, artifact in load().items():
        with suppress(Exception):  # what needs a library linked has no code to begin with
            if artifact.deployable:
                found.append((artifact.creation, name))
    return found


@lru_cache(maxsize=256)
def _functions(contract: str) -> Functions:
    return _of(load()[contract])


@lru_cache(maxsize=1)
def _everybodys() -> Functions:
    """For contracts that other contracts made, of which nobody said what they are."""
    return {key: one for artifact in load().values() for key, one in _of(artifact).items()}


def _of(artifact: Artifact) -> Functions:
    found: dict[bytes, tuple[str, tuple[Param, ...]]] = {}
    for entry in artifact.abi:
        if entry["type"] == "function":
            params = tuple(from_json(one) for one in entry["inputs"])
            found[selector(signature(entry["name"], params))] = (entry["name"], params)
    return found


class Reader:
    """Tells steps with the names of one script."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def who(self, address: str | None) -> str:
        """An address by name, where it has one."""
        return "nobody" if address is None else self._names.get(address, address)

    def call(self, to: str | None, data: bytes) -> str:
        """Contract, function and arguments."""
        if to is None:
            return f"new {_created_from(data) or f'contract of {len(data):,} bytes'}"
        bare = self._names.get(to, "").partition(" #")[0]
        known: Functions = _functions(bare) if bare in load() else {}
        function = known.get(data[:4]) or _everybodys().get(data[:4])
        if not function:
            return f"{self.who(to)} 0x{data.hex()}"
        name, params = function
        try:
            values = fields_decoder(params)(data, 4)
        except DecodingError:
            return f"{self.who(to)}.{name} with what cannot be decoded: 0x{data[4:].hex()}"
        told = ", ".join(
            f"{p.name or at}={self.value(v, p.type)}" for at, (p, v) in enumerate(zip(params, values, strict=True))
        )
        return f"{self.who(to)}.{name}({told})"

    def value(self, value: Any, kind: AbiType) -> str:
        """A decoded value."""
        if kind.kind == "array" and kind.item:
            return "[" + ", ".join(self.value(one, kind.item) for one in value) + "]"
        if kind.kind == "tuple":
            parts = zip(kind.fields, value, strict=True)
            return "{" + ", ".join(f"{part.name}={self.value(one, part.type)}" for part, one in parts) + "}"
        if kind.kind == "address":
            return self.who(value)
        if isinstance(value, bytes):
            return f"0x{value.hex()}"
        return repr(value) if isinstance(value, str) else f"{value:,}" if type(value) is int else str(value)

    def outcome(self, outcome: Outcome) -> str:
        """What a step showed."""
        if outcome.status == "ok":
            what = (
                f" at {outcome.created}"
                if outcome.created
                else f" -> 0x{outcome.output.hex()}"
                if outcome.output
                else ""
            )
            return f"ok{what}" + (f", {len(outcome.logs)} event{'s' * (len(outcome.logs) > 1)}" if outcome.logs else "")
        if not outcome.output:
            return outcome.status
        error = registry.revert_of(outcome.output)
        return str(error) if isinstance(error, Reverted) else outcome.status

    def lines(self, told: Sequence[Told]) -> Iterator[str]:
        """One line a step."""
        for step, outcome in told:
            match step:
                case Send(to, data, sender, value):
                    paid = f" with {value:,} wei" if value else ""
                    when = f"{_time(outcome.timestamp)}  " if outcome and outcome.timestamp else ""
                    yield f"{when}{self.who(sender)}: {self.call(to, data)}{paid}"
                    yield f"    {self.outcome(outcome) if outcome else ''}"
                case Call(to, data, sender, _):
                    yield f"looked at as {self.who(sender)}: {self.call(to, data)}"
                    yield f"    {self.outcome(outcome) if outcome else ''}"
                case Warp(to):
                    yield f"time is {_time(to)}"
                case Mine(blocks):
                    yield f"{blocks:,} empty block{'s' * (blocks > 1)}"
                case SetBalance(address, wei):
                    yield f"{self.who(address)} has {wei:,} wei"
                case _:
                    yield str(step)


def _time(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}" if seconds < 253402300800 else str(seconds)


def text_of(script: Script) -> str:
    """The whole of it, but of the set-up only how long it is."""
    reader = Reader(script.names)
    sent = sum(isinstance(step, Send) for step, _ in script.setup)
    return "\n".join(
        [
            f"machine {script.machine}, seed {script.seed}",
            f"set-up: {sent} transactions",
            *reader.lines(script.steps),
            "",
            script.problem,
            "",
            script.rules,
        ]
    ).rstrip()
