"""The script of a failure: every transaction from an empty chain on, with what it showed, as a JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from caldera.evm import Chain, Revm
from caldera.evm.events import Log
from caldera.evm.trace import Call, Mine, Outcome, Send, SetBalance, Step, Warp, replay
from caldera.whole_file import write_whole
from tests.fuzz.tape import Told


class BadScript(Exception):
    """The file is no script; the message says what is wrong with it."""


@dataclass(frozen=True)
class Difference:
    """A step that showed something else than when it was recorded. `place`: counted from the first of the set-up."""

    place: int
    what: str
    recorded: Any
    now: Any


@dataclass
class Script:
    """`setup`: from the empty chain to where the machine begins; `steps`: what the machine did; `problem`: what was
    wrong then; `rules`: the same as the machine's own calls; `names`: of accounts and contracts, by address."""

    machine: str
    seed: int
    problem: str
    rules: str
    chain_id: int
    timestamp: int
    names: dict[str, str]
    setup: list[Told]
    steps: list[Told]
    told: list[str] = field(default_factory=list)
    """The steps as people read them."""
    origin: dict[str, Any] = field(default_factory=dict)

    @property
    def all(self) -> list[Told]:
        """Set-up and steps."""
        return [*self.setup, *self.steps]

    def save(self, path: Path) -> None:
        """Writes it, whole or not at all."""
        raw = {name: value for name, value in self.__dict__.items() if name not in ("setup", "steps")}
        raw |= {part: [_dump(*told) for told in getattr(self, part)] for part in ("setup", "steps")}
        write_whole(path, json.dumps(raw, indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> Script:
        """Reads one.

        Raises:
            BadScript: it cannot be read, or is not one.
        """
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            parts = {part: [_load(one) for one in raw[part]] for part in ("setup", "steps")}
            return cls(**{**raw, **parts})
        except OSError as error:
            raise BadScript(f"{path}: {error.strerror}") from None
        except (ValueError, KeyError, TypeError) as error:
            raise BadScript(f"{path} is not a script of make fuzz: {error}") from None

    def revm(self) -> Revm:
        """An empty chain to carry it out on."""
        return Revm(self.chain_id, self.timestamp)

    def differences(self, chain: Chain) -> list[Difference]:
        """Carries it out on an empty chain and compares each step with what it showed when it was recorded."""
        found = []
        outcomes = replay([step for step, _ in self.all], chain)
        for place, ((_, recorded), now) in enumerate(zip(self.all, outcomes, strict=True)):
            if recorded is not None and recorded != now:
                for what in Outcome.__dataclass_fields__:
                    a, b = getattr(recorded, what), getattr(now, what)
                    if a != b:
                        found.append(Difference(place, what, a, b))
        return found


_KINDS: Mapping[str, type[Any]] = {kind.__name__.lower(): kind for kind in (Send, Call, Warp, Mine, SetBalance)}


def _dump(step: Step, outcome: Outcome | None) -> dict[str, Any]:
    raw = {"step": type(step).__name__.lower()} | asdict(step)
    made: dict[str, Any] = _hex(raw | ({"outcome": asdict(outcome)} if outcome else {}))
    return made


def _hex(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, dict):
        return {key: _hex(one) for key, one in value.items()}
    return [_hex(one) for one in value] if isinstance(value, tuple | list) else value


def _load(raw: dict[str, Any]) -> Told:
    fields = {name: value for name, value in raw.items() if name not in ("step", "outcome")}
    if "data" in fields:
        fields["data"] = _bytes(fields["data"])
    step: Step = _KINDS[raw["step"]](**fields)
    found = raw.get("outcome")
    return step, None if found is None else _outcome(found)


def _outcome(raw: dict[str, Any]) -> Outcome:
    logs = tuple(
        Log(log["emitter"], tuple(_bytes(topic) for topic in log["topics"]), _bytes(log["data"])) for log in raw["logs"]
    )
    return Outcome(**{**raw, "output": _bytes(raw["output"]), "logs": logs})


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
