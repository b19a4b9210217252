"""What the commands print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Column, Table

from .applier import Deployment
from .findings import Finding
from .planner import Plan
from .power_map import PowerMap, grouped
from .power_page import way_words
from .role_words import ASKED_BY_CONTRACTS


def plan_table(made: Plan) -> Table:
    """Every step, in order, and whether the chain has it."""
    title = (
        f"{made.manifest.network}, chain {made.manifest.chain_id}: {len(made.pending)} of {len(made.steps)} steps to do"
    )
    table = Table("#", "", _folded("step"), title=title)
    for number, planned in enumerate(made.steps, 1):
        step = planned.step
        # Below the creation, as no terminal of 80 columns has room for both; what follows names its contract.
        shown = step.title if step.to else f"{step.title}\nat {step.address}"
        table.add_row(str(number), "done" if planned.done else "to do", shown)
    return table


def plan_json(made: Plan) -> dict[str, Any]:
    """The same as data, with the calldata of each step."""
    steps = [
        {
            "title": planned.step.title,
            "done": planned.done,
            "to": planned.step.to,
            "address": planned.step.address,
            "nonce": planned.step.nonce,
            "data": "0x" + planned.step.data.hex(),
        }
        for planned in made.steps
    ]
    return {
        "network": made.manifest.network,
        "chainId": made.manifest.chain_id,
        "pending": len(made.pending),
        "steps": steps,
    }


def deployment_table(deployed: Deployment) -> Table:
    """Where the contracts are."""
    table = Table("contract", "address", title=f"{deployed.network}, chain {deployed.chain_id}")
    for name, address in deployed.addresses.items():
        table.add_row(name, address)
    return table


def deployment_json(deployed: Deployment) -> dict[str, Any]:
    """The same as data."""
    return {
        "network": deployed.network,
        "chainId": deployed.chain_id,
        "deployer": deployed.deployer,
        "addresses": deployed.addresses,
        "currencies": deployed.currencies,
        "rules": deployed.rules,
        "sent": deployed.spent.transactions,
        "gasUsed": deployed.spent.gas,
        "mostGasUsed": deployed.spent.dearest,
        "callDataBytes": deployed.spent.data,
    }


def findings_table(findings: Sequence[Finding]) -> Table:
    """One row a difference."""
    columns = (_folded(name) for name in ("kind", "where", "expected", "found"))
    table = Table(*columns, title=f"{len(findings)} difference(s)")
    for finding in findings:
        table.add_row(finding.kind, finding.where, finding.expected, finding.found)
    return table


def findings_json(findings: Sequence[Finding]) -> list[dict[str, str]]:
    """The same as data."""
    return [
        {"kind": str(one.kind), "where": one.where, "expected": one.expected, "found": one.found} for one in findings
    ]


def powers_table(found: PowerMap) -> Table:
    """Who can call what, and after which delay."""
    ratios = {"who": 3, "after": 4, "role": 3, "functions": 5}
    columns = (_folded(name, ratio) for name, ratio in ratios.items())
    table = Table(*columns, title=f"{found.network}, chain {found.chain_id}", expand=True, show_lines=True)
    for role, member, way in found.rows():
        listed = "; ".join(f"{name}: {', '.join(names)}" for name, names in grouped(role.functions).items())
        functions = listed or ", ".join(ASKED_BY_CONTRACTS.get(role.name, ())) or "none"
        if member is None or way is None:
            table.add_row("nobody", "", role.name, functions)
        else:
            through, after = way_words(way)
            shown = after if way.by.person else "by its own rules"
            who = f"{way.by.name} ({way.by.kind})" + (f" by {through}" if way.through else "")
            table.add_row(who, shown, role.name, functions)
    for one in found.outside:
        holders = ", ".join(holder.name for holder in one.holders)
        after = "; ".join(dict.fromkeys(way_words(way)[1] for way in one.ways))
        table.add_row(holders, after, f"{one.contract}.{one.power}", one.can)
    return table


def _folded(name: str, ratio: int | None = None) -> Column:
    """A column that breaks a name which does not fit, where others cut it off."""
    return Column(name, overflow="fold", ratio=ratio)


def powers_json(found: PowerMap) -> dict[str, Any]:
    """The whole map as data."""
    content: dict[str, Any] = asdict(found)
    for role, kept in zip(found.roles, content["roles"], strict=True):
        for member, shown in zip(role.members, kept["members"], strict=True):
            for way, data in zip(member.ways, shown["ways"], strict=True):
                data["seconds"] = way.seconds
    return content
