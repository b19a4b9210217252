"""Says of one fault after another whether the tests find it: `python -m tests.faults.judge`, a question a line."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from tests.faults.building import MANIFEST, ROOT, DoesNotCompile, codes, faultless, reached, sources, write
from tests.faults.journal import KILLED, SAME, SURVIVED, UNBUILT, Verdict
from tests.faults.sandbox import run, warm

_UNFIT: dict[str, set[str]] = {}
"""Tests by contract that judge nothing: those of gas, say, fail on the faultless contract as it is compiled here."""


class Unsound(Exception):
    """The tests fail without any fault."""


@cache
def usable(tests: tuple[str, ...], folder: Path) -> frozenset[str]:
    """The contracts that these tests ask for. All of them pass on the contracts as they are.

    Raises:
        Unsound: they do not.
    """
    outcome = run(MANIFEST, tests, folder)
    if not outcome.passed:
        raise Unsound(f"{outcome.failed} fails on the contracts as they are")
    return outcome.used


@cache
def _affected(path: str, used: frozenset[str]) -> tuple[set[str], dict[str, tuple[str, str]]]:
    """The files that have to be compiled after a change of `path`, and their code without one."""
    texts = sources()
    types = json.loads(MANIFEST.read_text(encoding="utf-8"))["contractTypes"]
    files = {types[name]["sourceId"] for name in used if name in types}
    wanted = (reached(path, texts) & files) or {path}
    return wanted, faultless(wanted)


@cache
def _sound(path: str, used: frozenset[str], test: str, folder: Path) -> bool:
    """Whether a test passes on the faultless contracts when they are compiled as the faulty ones are."""
    manifest = folder / "faultless.json"
    write(_affected(path, used)[1], manifest)
    return run(manifest, [test], folder).passed


def judge(path: str, faulty: str, tests: tuple[str, ...], used: frozenset[str], folder: Path) -> Verdict:
    """What the tests make of the file with the fault."""
    wanted, faultless = _affected(path, used)
    try:
        made = codes(sources() | {path: faulty}, wanted)
    except DoesNotCompile:
        return Verdict(UNBUILT)
    if made == faultless:
        return Verdict(SAME)
    manifest = folder / "manifest.json"
    write(made, manifest)
    unfit = _UNFIT.setdefault(path, set())
    while True:
        outcome = run(manifest, [*tests, *(f"--deselect={test}" for test in sorted(unfit))], folder)
        if outcome.passed:
            return Verdict(SURVIVED)
        if not outcome.failed or _sound(path, used, outcome.failed, folder):
            return Verdict(KILLED, outcome.failed.partition("[")[0].removeprefix("tests/"))
        unfit.add(outcome.failed)


def answer(question: dict[str, Any], folder: Path) -> dict[str, Any]:
    """One question of `runner`: which contracts the tests use, or what they make of a fault."""
    tests = tuple(question["tests"])
    try:
        if "faulty" not in question:
            return {"used": sorted(usable(tests, folder))}
        used = frozenset(question["used"])
        verdict = judge(question["path"], question["faulty"], tests, used, folder)
        return {"result": verdict.result, "killer": verdict.killer}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def main() -> None:
    os.chdir(ROOT)
    warm()
    with tempfile.TemporaryDirectory(prefix="caldera-mutate-") as folder:
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line), Path(folder))), flush=True)


if __name__ == "__main__":
    main()
