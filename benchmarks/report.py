"""The gas table as Markdown, with all that is needed to make it again."""

import json
from collections.abc import Sequence
from itertools import groupby

from benchmarks import published as published_by
from benchmarks.artifact import MANIFEST, project_compiler
from benchmarks.compiled import PEERS, SHIPPED, UNITS
from benchmarks.node import HARDFORK, anvil_version
from benchmarks.operations import OPERATIONS
from benchmarks.rows import OURS, Row, ordered, ratio

HEAD = """\
# Gas

Whole transactions, cold, 21,000 base included: each figure is `gasUsed` of the receipt of one transaction on anvil,
call data, cold storage and refunds in it. Every implementation starts from the same fresh chain, with the same accounts
and amounts; after every measurement the chain is put back. The sender keeps a balance, so no slot is cleared.
One run makes all figures: `python -m benchmarks.gas`. This page and `gas.json` are written by it, not by hand.
"""

NOT_RUN = """\
Not run here, because they are not on npm: the ERC-7943 reference (uRWA1155), Huma v2, CMTAT, and Tally's Staker (npm
answers E404 to `@withtally/staker` and `@tally/staker`). Their figures are no rows.
"""


def markdown(rows: Sequence[Row]) -> str:
    """The whole page."""
    rows = ordered(rows)
    parts = [HEAD, setup(any(row.implementation == OURS for row in rows)), NOT_RUN]
    for operation, group in groupby(rows, key=lambda row: row.operation):
        parts.append(section(operation, list(group)))
    parts.append(published())
    return "\n".join(parts)


def section(operation: str, rows: Sequence[Row]) -> str:
    """One operation: its meaning and a table of the implementations."""
    lines = [f"## {operation}", "", OPERATIONS[operation], ""]
    lines += ["| implementation | gas | × OpenZeppelin ERC-1155 | note |", "|---|---:|---:|---|"]
    for row in rows:
        times = ratio(row, rows)
        base = "" if row.base_included else "without the 21,000 base"
        note = "; ".join(text for text in (row.note, base) if text)
        name = f"**{row.implementation}**" if row.implementation == OURS else row.implementation
        lines.append(f"| {name} | {row.gas:,} | {'' if times is None else times} | {note} |")
    return "\n".join(lines) + "\n"


def published() -> str:
    """What others publish of themselves, apart from what was measured."""
    lines = ["## Published by others", "", published_by.HEAD, "| project | call | gas | from |", "|---|---|---:|---|"]
    lines += [f"| {one.project} | {one.call} | {one.gas:,} | {one.source} |" for one in published_by.FIGURES]
    return "\n".join(lines) + "\n"


def setup(with_ours: bool) -> str:
    """Exact versions of node, compilers and packages."""
    lines = [f"- node: anvil {anvil_version()}, hardfork {HARDFORK}"]
    if with_ours:
        lines.append(f"- ours: {project_compiler(MANIFEST)}")
    lines += [f"- {', '.join(unit.implementations)}: {unit.describe()}" for unit in UNITS.values()]
    lines += [f"- {name}: {how}" for name, how in SHIPPED.items()]
    lines.append(f"- packages: {', '.join(packages())}")
    return "\n".join(lines) + "\n"


def packages() -> list[str]:
    """The peers' libraries as `name version`, read from the lock file; compilers are named elsewhere."""
    locked = json.loads((PEERS / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    found = []
    for name in locked[""]["dependencies"]:
        entry = locked[f"node_modules/{name}"]
        if not name.startswith("solc-"):
            found.append(f"{entry.get('name', name)} {entry['version']}")
    return sorted(found)
