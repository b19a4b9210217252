"""`docs/conformance.md` and `docs/known-defects.md`, written from the lists and the tests' marks.

`python -m tests.conformance.pages` writes both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.conformance.marks import ROOT, Clause, Defect, Held, Standard, defects, held, standards

CONFORMANCE = ROOT / "docs" / "conformance.md"
KNOWN_DEFECTS = ROOT / "docs" / "known-defects.md"
MADE = "Written by `python -m tests.conformance.pages` from {}; a test fails where it is not current."


def tests_of_clause(standard: str, clause: str) -> list[Held]:
    """Who holds a clause."""
    return [one for one in held() if one.mark == "clause" and one.names[0] == standard and clause in one.names[1:]]


def tests_of_defect(defect: str) -> list[Held]:
    """Who holds that a defect is not here."""
    return [one for one in held() if one.mark == "known_defect" and defect in one.names]


def conformance() -> str:
    """The page of all standards."""
    every = standards().values()
    clauses = sum(len(one.clauses) for one in every)
    marked = {one.where for one in held() if one.mark == "clause"}
    lines = [
        "# Standards, clause by clause",
        "",
        f"{len(standards())} standards, {clauses} clauses, each in our words and with the tests that hold it "
        f"({len(marked)} in all; many run over every contract and token kind). The level is that of the text where it "
        "uses one of RFC 2119's words. Where we differ stands below each table, with the reason. The contracts are all "
        "that have the standard's functions: a test looks for others.",
        "",
        MADE.format("`tests/conformance/standards/` and the tests' marks"),
        "",
    ]
    for standard in every:
        lines += _standard(standard)
    return "\n".join(lines)


def known_defects() -> str:
    """The page of all known defects."""
    every = list(defects().values())
    tested = [one for one in every if not one.why_not]
    lines = [
        "# Known defects of others",
        "",
        "What others had to fix, what their audits found, what was exploited, and traps in the tools: what we read of "
        "comparable projects, each with where it was found. "
        f"{len(tested)} of {len(every)} stand as regression tests; the others cannot be here, for the reason given.",
        "",
        MADE.format("`tests/conformance/defects.yml` and the tests' marks"),
        "",
    ]
    for area in dict.fromkeys(one.area for one in every):
        lines += [
            f"## {area}",
            "",
            "| defect | project, source | how it is excluded here | tests |",
            "|---|---|---|---|",
        ]
        lines += [_defect(one) for one in tested if one.area == area]
        lines.append("")
    lines += ["## Not possible here", "", "| defect | project, source | why not |", "|---|---|---|"]
    for one in every:
        if one.why_not:
            lines.append(f"| {one.defect} | {one.project}, {one.source} | {one.why_not} |")
    return "\n".join([*lines, ""])


def write() -> Iterator[Path]:
    """Writes both pages."""
    for path, text in ((CONFORMANCE, conformance()), (KNOWN_DEFECTS, known_defects())):
        path.write_text(text, encoding="utf-8")
        yield path


def _standard(standard: Standard) -> list[str]:
    lines = [f"## {standard.title[: standard.title.index(',')]}: {standard.title.partition(', ')[2]}", ""]
    lines += [f"Claimed by {_codes(standard.contracts)}.", ""]
    lines += ["| section | level | clause | tests |", "|---|---|---|---|"]
    lines += [_clause(standard, clause) for clause in standard.clauses]
    if standard.departures:
        lines += ["", "| where we differ | contracts | reason |", "|---|---|---|"]
        for one in standard.departures:
            lines.append(f"| {one['says']} | {_codes(one['contracts'])} | {one['reason']} |")
    return [*lines, ""]


def _clause(standard: Standard, clause: Clause) -> str:
    only = "" if clause.contracts == standard.contracts else f" ({_codes(clause.contracts)})"
    tests = _tests(tests_of_clause(standard.name, clause.id))
    return f"| {clause.section} | {clause.level or '–'} | {clause.says}{only} | {tests} |"


def _defect(one: Defect) -> str:
    return f"| {one.defect} | {one.project}, {one.source} | {one.held} | {_tests(tests_of_defect(one.id))} |"


def _tests(tests: Iterable[Held]) -> str:
    return "<br>".join(f"`{one.file.removeprefix('tests/')}` `{one.test.replace('::', '.')}`" for one in tests)


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    for written in write():
        print(f"wrote {written.relative_to(ROOT)}")
