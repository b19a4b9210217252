"""Proposals for programs, as JSON: wei and other large numbers as text, seconds as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from caldera.evm.events import Event, Log

from .alarms import Alarm
from .book import Book, Spot, State
from .calls import Call, Coder, Decoded
from .compose import Proposal
from .effects import Effect
from .proposals import Settings, Standing
from .simulate import Simulation
from .times import moment

_SHORT = 66


def calls_data(calls: Sequence[Decoded]) -> list[dict[str, Any]]:
    """Each call, decoded and raw."""
    return [
        {
            "contract": one.contract,
            "function": one.function,
            "arguments": {argument.name or str(place): argument.shown for place, argument in enumerate(one.arguments)},
            **raw_call(one.call),
            **({"inner": calls_data(one.inner)} if one.inner else {}),
        }
        for one in calls
    ]


def raw_call(call: Call) -> dict[str, str]:
    """A call for whoever sends it some other way."""
    return {"target": call.target, "value": str(call.value), "data": "0x" + call.data.hex()}


def proposal_data(made: Proposal, calls: Sequence[Decoded], found: Sequence[Alarm]) -> dict[str, Any]:
    """A draft's proposal."""
    return {
        "title": made.title,
        "description": made.text,
        "descriptionHash": "0x" + made.text_hash.hex(),
        "changes": [{"parameter": one.spot.name, "before": one.before, "after": one.after} for one in made.changes],
        "calls": calls_data(calls),
        "alarms": alarms_data(found),
    }


def alarms_data(found: Sequence[Alarm]) -> list[dict[str, Any]]:
    """What to look at twice."""
    return [asdict(one) for one in found]


def effects_data(found: Sequence[Effect]) -> list[dict[str, Any]]:
    """Parameters now and then."""
    return [{"parameter": one.name, "before": one.before, "after": one.after, "setBack": one.set_back} for one in found]


def settings_data(one: Settings) -> dict[str, Any]:
    """How the governor works."""
    return {
        "votingDelay": one.voting_delay,
        "votingPeriod": one.voting_period,
        "delay": one.delay,
        "threshold": str(one.threshold),
        "quorumBps": one.quorum_bps,
    }


def standing_data(one: Standing) -> dict[str, Any]:
    """Where a proposal stands."""
    submitted = one.submitted
    return {
        "id": submitted.id,
        "title": submitted.title,
        "proposer": submitted.proposer,
        "state": str(one.state),
        "now": one.now,
        "snapshot": submitted.snapshot,
        "deadline": one.deadline,
        "queueableFrom": one.queueable,
        "eta": one.eta or None,
        "executableFrom": one.executable,
        "for": str(one.in_favour),
        "against": str(one.against),
        "abstain": str(one.abstained),
        "quorum": None if one.quorum is None else str(one.quorum),
    }


def parameters_data(found: Sequence[tuple[Spot, State]], book: Book) -> list[dict[str, Any]]:
    """Every parameter as it stands."""
    return [
        {
            "parameter": spot.name,
            "now": state.word.show(state.present),
            "raw": str(state.present),
            "unit": state.word.unit.name.lower(),
            "bounds": book.bounds(state.word),
            "step": state.word.show(state.word.step) if state.word.stepped and not state.word.kept else None,
            "interval": None if state.word.kept else state.word.interval,
            "kept": state.word.kept,
            "changeableFrom": state.changeable_from or None,
            "family": spot.family.number,
            "key": ["0x" + word.hex() for word in spot.key],
        }
        for spot, state in found
    ]


def simulation_data(made: Simulation, coder: Coder) -> dict[str, Any]:
    """All that came of a simulation."""
    return {
        "ok": not made.reasons,
        "reasons": made.reasons,
        "error": made.error,
        "submittedAt": made.submitted_at,
        "executedAt": made.executed_at,
        "executedAtUtc": moment(made.executed_at),
        "gasUsed": made.gas_used,
        "parameters": [
            {"parameter": one.name, "before": one.before, "after": one.after, "changed": one.changed}
            for one in made.parameters
        ],
        "powers": [asdict(one) for one in made.powers],
        "events": [
            {"of": coder.who(one.emitter), "event": name, "values": dict(values)}
            for one in made.events
            for name, values in [event_fields(one, coder)]
        ],
        "moved": [
            {"holder": one.holder, "token": one.token, "before": str(one.before), "after": str(one.after)}
            for one in made.moved
        ],
        "checks": [asdict(one) for one in made.checks],
        "consequences": [str(one) for one in made.consequences],
    }


def event_fields(one: Event | Log, coder: Coder) -> tuple[str, list[tuple[str, str]]]:
    """Name and values of an event, addresses by name; of one that nothing declares, its topic and data."""
    if isinstance(one, Log):
        topics = ", ".join("0x" + topic.hex() for topic in one.topics)
        return "unknown", [("topics", topics), ("data", _cut("0x" + one.data.hex()))]
    values = [(part.name, _cut(coder.told(getattr(one, part.name)))) for part in fields(one) if part.name != "emitter"]
    return type(one).abi_signature.split("(")[0], values


def _cut(text: str) -> str:
    """Calldata within an event is in the calls already."""
    long = text.startswith("0x") and len(text) > _SHORT
    return f"{text[:_SHORT]}… ({(len(text) - 2) // 2} bytes)" if long else text
