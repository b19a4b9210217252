"""`docs/proofs.md`: each property, what it says, and what became of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.prove.faults import Fault, faults
from tools.prove.halmos import Outcome
from tools.prove.limits import LIMITS
from tools.prove.properties import PROOFS, ROOT, Property, digest, properties_in, sources, targets

PAGE = ROOT / "docs" / "proofs.md"
_ROW = re.compile(r"^\| `(check_\w+)` \| (.*?) \| (.*?) \| ([\d.]+) \| (.*?) \|$")
_HEAD = re.compile(r"^## (\w+)$")
_DIGEST = re.compile(r"^Code proved: `(\w+)`")

NOT_YET = "Not run for this page yet:"

INTRODUCTION = """# Proofs

What tests try for some numbers is shown here for all: each property is a function of Solidity in
`proofs/` that calls the library or contract itself, compiled as it is for a chain; halmos runs it with
every argument at once and asks solvers whether any assertion can fail, anything can overflow, divide by zero or read
beyond an array. Words too long for a solver of bits are given to solvers of integers, operation by operation
(`tools/prove/integers.py`); a counterexample is believed only when it holds in bits.

`make prove` proves all of it again and ends with an error where a property that is proved here is not; a run that was
stopped goes on where it was. With `PROVE=--page` it writes this page. `make prove PROVE=--faults` plants faults in the
code and expects each to be refuted, and `make prove PROVE=--reach` expects the end of every property to be reached, so
that none holds only because nothing meets what it assumes; `make prove PROVE=--agree` compares integers with bits on
random statements. Seconds are those of the processor in the solvers.
"""

FAULTS = """## Planted faults

`make prove PROVE="--faults --page"` puts each of these in a copy of the code and expects that the property is refuted.

| refuted by | in | what stands there | planted | result | code |
|---|---|---|---|---|---|"""


@dataclass(frozen=True)
class Row:
    name: str
    sentence: str
    status: str
    seconds: str
    solvers: str


def status_of(outcome: Outcome, one: Property) -> str:
    """As the page says it."""
    if outcome.status != "proved":
        return f"not proved: {outcome.status}" + (f" ({one.open})" if one.open else "")
    bounds = [one.bound] if one.bound else []
    if outcome.cut:
        bounds.append(f"loops of up to {one.rounds} rounds")
    return f"proved for {', '.join(bounds)}" if bounds else "proved"


def read(page: Path = PAGE) -> tuple[dict[str, list[Row]], dict[str, str]]:
    """The rows and the digest of each contract of proofs, as a page has them."""
    rows: dict[str, list[Row]] = {}
    digests: dict[str, str] = {}
    contract = ""
    for line in page.read_text(encoding="utf-8").splitlines() if page.exists() else ():
        if match := _HEAD.match(line):
            contract = match[1]
        elif match := _DIGEST.match(line):
            digests[contract] = match[1]
        elif match := _ROW.match(line):
            rows.setdefault(contract, []).append(Row(*match.groups()))
    return rows, digests


def _solvers(outcome: Outcome) -> str:
    each = [f"{who.replace(',', ' on')} × {count}" for who, count in sorted(outcome.queries.items())]
    return ", ".join(each) or "paths alone"


def _sections(results: dict[str, dict[str, Outcome]]) -> Iterator[str]:
    old_rows, old_digests = read()
    for source in sources():
        rows = {row.name: row for row in old_rows.get(source.stem, [])}
        outcomes = results.get(source.stem, {})
        mark = digest(source) if outcomes else old_digests.get(source.stem, "")
        of = f"## {source.stem}\n\nOf {', '.join(f'`{one}`' for one in targets(source))}."
        if not mark:
            yield f'{of} {NOT_YET} `make prove PROVE="{source.stem} --page"`.\n'
            continue
        yield f"{of}\nCode proved: `{mark}`\n"
        yield "| property | what it says | status | seconds | decided by |\n|---|---|---|---:|---|"
        for one in properties_in(source):
            if outcome := outcomes.get(one.name):
                status = status_of(outcome, one)
                rows[one.name] = Row(one.name, one.sentence, status, f"{outcome.seconds:.1f}", _solvers(outcome))
            if row := rows.get(one.name):
                yield f"| `{row.name}` | {one.sentence} | {row.status} | {row.seconds} | {row.solvers} |"
        yield ""


def _code(text: str) -> str:
    """As code in a cell of a table."""
    return f"`{text.replace('|', chr(92) + '|')}`" if text else "nothing"


def _fault_rows(page: Path = PAGE) -> dict[str, str]:
    """The rows of the faults that were found, by what they plant."""
    lines = page.read_text(encoding="utf-8").splitlines() if page.exists() else []
    return {line.rsplit(" | found | ", 1)[0]: line for line in lines if " | found | `" in line}


def planted_row(one: Fault) -> str:
    """What a fault is, as the first cells of its row."""
    return f"| `{one.refutes}` | `{one.source}` | {_code(one.right)} | {_code(one.wrong)}"


def found_row(one: Fault) -> str:
    """The row of a fault that was found in the code that is here now."""
    return f"{planted_row(one)} | found | `{digest(PROOFS / f'{one.contract}.sol')}` |"


def _planted(found: dict[Fault, bool]) -> Iterator[str]:
    rows = _fault_rows()
    yield FAULTS
    for one in faults():
        old = rows.get(planted_row(one), f"{planted_row(one)} | not tried | |")
        if one in found:
            old = found_row(one) if found[one] else f"{planted_row(one)} | missed | |"
        yield old
    yield ""


def write(results: dict[str, dict[str, Outcome]], found: dict[Fault, bool] | None = None) -> None:
    """The page with `results` by contract and property, and whether faults were `found`, in place of what it said."""
    parts = [INTRODUCTION, *_sections(results), *_planted(found or {}), LIMITS]
    PAGE.write_text("\n".join(parts), encoding="utf-8")
