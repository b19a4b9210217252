"""Runs tests on a manifest in a process of their own, forked off one that has imported all that is slow to import."""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import resource
import select
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import tests.support
from caldera import artifacts
from tests.faults.building import ROOT

CPU_SECONDS = 300
"""An honest run needs a tenth. Counted in time of the processor, so that a busy machine kills nothing."""
WALL_SECONDS = 3000
USUAL = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header", f"--rootdir={ROOT}"]


class DidNotRun(Exception):
    """pytest refused its arguments or found no tests: nothing is known of the fault."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a run."""

    passed: bool
    failed: str
    """The first test that failed; empty where the run ended otherwise, as in a loop without end."""
    used: frozenset[str]
    """The contracts that were asked for."""


def warm() -> None:
    """Imports what the tests import."""
    for module in pkgutil.iter_modules(tests.support.__path__):
        importlib.import_module(f"tests.support.{module.name}")
    importlib.import_module("hypothesis.stateful")
    if artifacts._read.cache_info().currsize:
        raise RuntimeError("something under tests/support reads the contracts on import: faults would not reach it")
    gc.freeze()


def run(manifest: Path, chosen: Sequence[str], folder: Path) -> Outcome:
    """Runs the chosen tests up to the first that fails.

    Raises:
        DidNotRun: there is no outcome.
    """
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        _tests(manifest, chosen, folder, write)
    os.close(write)
    try:
        told = _all_of(read)
    finally:
        os.close(read)
        # Whatever the tests started ends with them.
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with_group(child, sign)
        os.waitpid(child, 0)
    if not told:
        return Outcome(False, "", frozenset())
    answer: dict[str, Any] = json.loads(told)
    if answer["code"] not in (0, 1, 2) or (answer["code"] and not answer["failed"]):
        raise DidNotRun((folder / "log").read_text(encoding="utf-8", errors="replace")[-3000:])
    return Outcome(answer["code"] == 0, answer["failed"], frozenset(answer["used"]))


def with_group(child: int, sign: int) -> None:
    """Sends a signal to the child's group; it may have ended."""
    try:
        os.killpg(child, sign)
    except (ProcessLookupError, PermissionError):
        return


def _all_of(pipe: int) -> bytes:
    told = b""
    while select.select([pipe], [], [], WALL_SECONDS)[0]:
        part = os.read(pipe, 65536)
        if not part:
            return told
        told += part
    return b""


class _Witness:
    """Notes the first failure."""

    failed = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid


def _tests(manifest: Path, chosen: Sequence[str], folder: Path, pipe: int) -> None:
    """In the child: never returns."""
    code: int = pytest.ExitCode.INTERNAL_ERROR
    witness, used = _Witness(), set[str]()
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        os.environ[artifacts.ENVIRONMENT] = str(manifest)
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(folder / "hypothesis")
        os.chdir(ROOT)
        _note_uses(used)
        code = pytest.main([*USUAL, *chosen], plugins=[witness])
    finally:
        os.write(pipe, json.dumps({"code": int(code), "failed": witness.failed, "used": sorted(used)}).encode())
        os._exit(0)


def _note_uses(used: set[str]) -> None:
    original = artifacts.Artifacts.__getitem__

    def noted(self: artifacts.Artifacts, name: str) -> artifacts.Artifact:
        used.add(name)
        return original(self, name)

    artifacts.Artifacts.__getitem__ = noted  # type: ignore[method-assign]
