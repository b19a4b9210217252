"""The page of the documentation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tests.faults.journal import KILLED, SAME, SURVIVED, UNBUILT, Journal
from tests.faults.mutants import Mutant
from tests.faults.scope import MONEY, SCOPE

_INTRODUCTION = """\
# Mutation testing

A mutant is a contract with one fault: an edit of one place. The tests of its area run on it; a mutant that one of
them fails on is killed, one that passes them all has survived. `make mutate` takes the operators of slither-mutate
(slither-analyzer), whose patches it puts where they were meant, and adds four that it lacks: an operator swapped where
a statement has several or compares addresses, a negation or a modifier dropped, an answer turned. It leaves out its RR
and FHR: a statement replaced by a revert is found by whoever finds it missing (CR), and another visibility is the same
code or no contract that the tests can call.

A mutant that compiles to the very code of the faultless contract ("same"), or does not compile ("none"), is not judged.
They are compiled without the IR pipeline wherever that can be; a test that fails so without any fault, as some of gas
do, judges nothing. Verdicts stand in `tests/faults/journal.txt`; they hold as long as the contract and the tests that
they rest on, and a run judges what is left:

    make mutate FILES="LockVotes VoteLock"    # all mutants of two contracts
    make mutate PATHS=money SAMPLE=20 SEED=7  # twenty of each contract of the money paths
    make mutate SECONDS=3600 WORKERS=8        # whatever an hour is enough for

The score is killed / (judged - explained). Explained survivors change nothing that anybody can see; the reasons stand
in `tests/faults/equivalent.yml`. This page is written by `make mutate`.
"""

Rows = Mapping[str, Sequence[Mutant]]


def page(mutants: Rows, journal: Journal, reasons: Mapping[str, str]) -> str:
    """Scores by contract, totals of the money paths and of everything, and each survivor."""
    money = {path for area in MONEY for path in SCOPE[area][0]}
    counts = {path: count(path, found, journal, reasons) for path, found in mutants.items()}
    head = "| mutants | judged | killed | survived | explained | same | none | score |\n"
    rule = "|" + "---:|" * 8 + "\n"
    judged = [path for path in counts if counts[path][KILLED] + counts[path][SURVIVED]]
    lines = [_INTRODUCTION, "\n| paths " + head, "|---" + rule]
    lines.append(row("**money paths**", (counts[path] for path in counts if path in money)))
    lines.append(row("**all contracts**", counts.values()))
    lines += ["\n| contract " + head, "|---" + rule]
    lines += [row(f"`{path.removeprefix('contracts/')}`", [counts[path]]) for path in judged]
    if rest := len(counts) - len(judged):
        lines.append(f"\n{rest} contracts have no judged mutant yet.\n")
    alive = [one for path, found in mutants.items() for one in found if _result(journal, path, one) == SURVIVED]
    if alive:
        lines.append("\n## Survivors\n\n| contract | line | operator | change | why |\n|---|---:|---|---|---|\n")
    for one in alive:
        change = one.change.replace("|", "\\|").replace(" => ", "` → `")
        contract = one.path.rsplit("/", 1)[-1].removesuffix(".sol")
        lines.append(
            f"| {contract} | {one.line} | {one.operator} | `{change}` | {reasons.get(one.key, '**open**')} |\n"
        )
    return "".join(lines)


def count(path: str, found: Iterable[Mutant], journal: Journal, reasons: Mapping[str, str]) -> Counter[str]:
    """Mutants by what became of them."""
    made = Counter[str]()
    for one in found:
        result = _result(journal, path, one)
        made.update(["mutants", result])
        made["explained"] += result == SURVIVED and one.key in reasons
    return made


def row(name: str, counts: Iterable[Counter[str]]) -> str:
    """One row of a table."""
    total = Counter[str]()
    for one in counts:
        total.update(one)
    judged = total[KILLED] + total[SURVIVED]
    # In tenths of a percent, rounded down: the score is never better than it reads.
    tenths = 1000 * total[KILLED] // max(1, judged - total["explained"])
    score = f"{tenths // 10}.{tenths % 10} %" if judged else ""
    cells = [total["mutants"], judged, total[KILLED], total[SURVIVED], total["explained"], total[SAME], total[UNBUILT]]
    return f"| {name} | {' | '.join(f'{cell:,}' for cell in cells)} | {score} |\n"


def _result(journal: Journal, path: str, mutant: Mutant) -> str:
    verdict = journal.verdicts.get(path, {}).get(mutant.id)
    return verdict.result if verdict else ""
