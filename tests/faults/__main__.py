"""`python -m tests.faults`: plants faults one by one, runs the tests on each, and says which were not found."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tests.faults.building import ROOT, DoesNotCompile, build, reached, sources
from tests.faults.mutants import Mutant, of_files
from tests.faults.scope import SCOPE

JOURNAL = ROOT / ".build" / "faults.json"
PAGE = ROOT / "docs" / "faults.md"
REASONS = Path(__file__).parent / "equivalent.yml"
SECONDS = 300

KILLED, SURVIVED, UNBUILT = "killed", "survived", "does not compile"

app = typer.Typer(add_completion=False)


def judge(mutant: Mutant, texts: dict[str, str], tests: list[str]) -> str:
    """Whether the tests find the fault."""
    changed = texts | {mutant.path: mutant.apply(texts[mutant.path])}
    with tempfile.TemporaryDirectory() as folder:
        manifest = Path(folder) / "manifest.json"
        try:
            build(changed, reached(mutant.path, texts), manifest)
        except DoesNotCompile:
            return UNBUILT
        return SURVIVED if passes(manifest, tests) else KILLED


def passes(manifest: Path, tests: list[str]) -> bool:
    """Whether the tests pass on this manifest; a run that does not end in time does not pass."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]
    environment = os.environ | {"CALDERA_BUILD": str(manifest), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return False
    if done.returncode not in (0, 1, 2):
        raise RuntimeError(f"pytest did not run:\n{done.stdout}\n{done.stderr}")
    return done.returncode == 0


@app.command()
def main(
    areas: Annotated[list[str] | None, typer.Argument(help=f"Of {', '.join(SCOPE)}; all if none.")] = None,
    only: Annotated[str, typer.Option(help="Only files whose path contains this.")] = "",
    sample: Annotated[int, typer.Option(help="At most so many faults an area, drawn by the seed; 0: all.")] = 0,
    seed: Annotated[int, typer.Option(help="Of the sample.")] = 1,
    workers: Annotated[int, typer.Option(help="At a time.")] = 2,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what an earlier run found.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
) -> None:
    """Plants faults in the contracts and lets the tests find them. Resumes where it was stopped."""
    unknown = set(areas or ()) - set(SCOPE)
    if unknown:
        raise typer.BadParameter(f"no such area: {', '.join(sorted(unknown))}; known: {', '.join(SCOPE)}")
    texts = sources()
    found: dict[str, dict[str, str]] = {}
    if JOURNAL.exists() and not fresh:
        found = json.loads(JOURNAL.read_text(encoding="utf-8"))
    todo: list[tuple[str, Mutant]] = []
    for area in areas or SCOPE:
        chosen = of_files(ROOT, [path for path in SCOPE[area][0] if only in path])
        if sample and len(chosen) > sample:
            chosen = sorted(random.Random(seed).sample(chosen, sample), key=lambda m: (m.path, m.start, m.new))
        todo += [(area, mutant) for mutant in chosen]
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    ) as progress:
        task = progress.add_task("faults", total=len(todo))

        def work(item: tuple[str, Mutant]) -> None:
            area, mutant = item
            key = f"{mutant.key} @{mutant.line}"
            stamp = str(hash_of(texts, mutant.path))
            if found.get(key, {}).get("stamp") != stamp:
                found[key] = {
                    "area": area,
                    "path": mutant.path,
                    "line": str(mutant.line),
                    "key": mutant.key,
                    "stamp": stamp,
                    "result": judge(mutant, texts, SCOPE[area][1]),
                }
                JOURNAL.write_text(json.dumps(found, indent=1, sort_keys=True), encoding="utf-8")
            progress.advance(task)

        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, todo))
    judged = [found[f"{mutant.key} @{mutant.line}"] for _, mutant in todo]
    reasons: dict[str, str] = yaml.safe_load(REASONS.read_text(encoding="utf-8")) or {}
    if as_json:
        typer.echo(json.dumps(judged, indent=1))
    if not (only or areas or as_json):
        PAGE.write_text(page(judged, reasons, sample, seed), encoding="utf-8")
    for one in judged:
        if one["result"] == SURVIVED and not as_json:
            typer.echo(f"survived: {one['key']} (line {one['line']}) {reasons.get(one['key'], '')}")
    survived = sum(one["result"] == SURVIVED for one in judged)
    built = sum(one["result"] != UNBUILT for one in judged)
    if not as_json:
        typer.echo(f"{built} faults, {built - survived} found, {survived} not")


def hash_of(texts: dict[str, str], path: str) -> str:
    """Changes with the file."""
    import hashlib

    return hashlib.sha256(texts[path].encode()).hexdigest()[:16]


def page(judged: list[dict[str, str]], reasons: dict[str, str], sample: int, seed: int) -> str:
    """The page of the documentation."""
    command = f'`make faults FAULTS="--sample {sample} --seed {seed}"`' if sample else "`make faults`"
    drawn = f"At most {sample} faults an area were drawn." if sample else "Every fault was planted."
    lines = [
        "# Planted faults",
        "",
        "Each fault is one edit of one contract: a guard, a modifier, a statement or an event dropped, an operator or",
        "an answer turned. The tests of its area run on the faulty contract; a fault that none of them notices has",
        "survived. What does not compile is not counted.",
        f"{drawn} Written by {command}, not by hand.",
        "",
        "| contract | faults | found | survived without a reason | found, or explained |",
        "|---|---:|---:|---:|---:|",
    ]
    built = [one for one in judged if one["result"] != UNBUILT]
    for path in dict.fromkeys(one["path"] for one in built):
        lines.append(_row(f"`{path}`", [one for one in built if one["path"] == path], reasons))
    lines += [_row("**all**", built, reasons), ""]
    alive = [one for one in built if one["result"] == SURVIVED]
    if alive:
        lines += ["## Survivors", "", "| fault | line | why |", "|---|---:|---|"]
        for one in alive:
            text = one["key"].replace("|", "\\|")
            lines.append(f"| `{text}` | {one['line']} | {reasons.get(one['key'], '')} |")
        lines.append("")
    return "\n".join(lines)


def _row(name: str, entries: list[dict[str, str]], reasons: dict[str, str]) -> str:
    alive = [one for one in entries if one["result"] == SURVIVED]
    open_ = sum(one["key"] not in reasons for one in alive)
    share = 100 * (len(entries) - open_) / len(entries)
    return f"| {name} | {len(entries)} | {len(entries) - len(alive)} | {open_} | {share:.1f} % |"


if __name__ == "__main__":
    app()
