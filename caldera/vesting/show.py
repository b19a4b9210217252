"""Lists and plans for people, as tables, and for programs, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from caldera.airdrop.claims import era

from .applying import Outcome, Standing
from .plan import Plan
from .reading import Reading
from .rooms import Room, moment, span
from .vault import Vault

SHOWN = 200
"""Grants of a list that are printed; totals count all."""


def show_list(out: Console, reading: Reading, plan: Plan, rooms: Mapping[str, Room]) -> None:
    """The grants, the sums of allocations, and warnings."""
    table = Table(
        "line",
        Column("beneficiary", no_wrap=True, min_width=42),
        "allocation",
        "ERA",
        "start",
        "cliff",
        "duration",
        "revocable",
    )
    table.columns[3].justify = "right"
    for line, allocation, terms in reading.grants[:SHOWN]:
        cliff = span(terms.cliff) if terms.cliff else "none"
        revocable = "yes" if terms.revocable else "no"
        what = (era(terms.amount), moment(terms.start), cliff, span(terms.duration), revocable)
        table.add_row(str(line), terms.beneficiary, allocation, *what)
    out.print(table)
    if len(reading.grants) > SHOWN:
        out.print(f"… and {len(reading.grants) - SHOWN:,} more")
    sums = Table("allocation", "grants", "batches", "ERA", "available", "left")
    for column in sums.columns[1:]:
        column.justify = "right"
    for name, one in totals(plan, rooms).items():
        left = era(one["available"] - one["amount"]) if one["available"] >= one["amount"] else "see warnings"
        sums.add_row(name, str(one["grants"]), str(one["batches"]), era(one["amount"]), era(one["available"]), left)
    out.print(sums)
    for warning in reading.warnings:
        out.print(f"warning: {warning}", style="yellow")


def list_json(reading: Reading, plan: Plan, rooms: Mapping[str, Room]) -> dict[str, Any]:
    """The same for programs; wei as text."""
    return {
        "grants": plan.count,
        "batches": len(plan.batches),
        "allocations": {
            name: one | {"amount": str(one["amount"]), "available": str(one["available"])}
            for name, one in totals(plan, rooms).items()
        },
        "warnings": [{"line": one.line, "warning": one.words} for one in reading.warnings],
    }


def totals(plan: Plan, rooms: Mapping[str, Room]) -> dict[str, dict[str, int]]:
    """Of each allocation: grants, batches, wei of them, and what the allocation has."""
    found = {}
    for name, amount in plan.totals.items():
        batches = [batch for batch in plan.batches if batch.allocation == name]
        grants = sum(len(batch.grants) for batch in batches)
        found[name] = {
            "grants": grants,
            "batches": len(batches),
            "amount": int(amount),
            "available": rooms[name].available,
        }
    return found


def show_standings(out: Console, standings: Sequence[Standing]) -> None:
    """What of each batch the chain has."""
    table = Table("batch", "allocation", "grants", "ERA", "made", "ids")
    for place in (2, 3, 4):
        table.columns[place].justify = "right"
    for number, one in enumerate(standings, 1):
        amount = sum(terms.amount for terms in one.batch.terms)
        made = [found for found in one.ids if found is not None]
        table.add_row(
            str(number), one.batch.allocation, str(len(one.ids)), era(amount), str(len(made)), ranges(made) or "–"
        )
    out.print(table)


def standings_json(standings: Sequence[Standing], vault: Vault) -> list[dict[str, Any]]:
    """The same, with the call that is still to be made, for whoever sends it some other way."""
    found = []
    for one in standings:
        call = None
        if one.missing:
            call = {"to": vault.address, "data": "0x" + vault.call_data(one.allocation, one.missing).hex()}
        found.append({"allocation": one.batch.allocation, "ids": list(one.ids), "call": call})
    return found


def outcome_json(outcome: Outcome, vault: Vault) -> dict[str, Any]:
    """A run for programs."""
    return {
        "sent": outcome.sent,
        "made": outcome.made,
        "gas_used": outcome.gas_used,
        "batches": standings_json(outcome.standings, vault),
    }


def ranges(ids: Sequence[int]) -> str:
    """Numbers as in 1–50, 52."""
    parts: list[list[int]] = []
    for number in sorted(ids):
        if parts and parts[-1][-1] + 1 == number:
            parts[-1][1:] = [number]
        else:
            parts.append([number])
    return ", ".join("–".join(map(str, part)) for part in parts)
