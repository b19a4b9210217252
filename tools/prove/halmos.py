"""Runs halmos over one contract of proofs and tells what became of each property."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tools.prove.properties import ROOT

BIN = ROOT / "tools" / "prove" / ".venv" / "bin"
# A failed assertion, an overflow, a division by zero, a read beyond an array.
PANICS = "0x01,0x11,0x12,0x32"

_LINE = re.compile(r"\[(PASS|FAIL|TIMEOUT|ERROR)\]\S* (check_\w+)\(")
# Said before each property: nothing follows of the one before.
_NEXT = "Generating SMT queries in"
# Said after the result, where a loop could go on as far as halmos knows.
_CUT = re.compile(r"(check_\w+)\(.*\): paths have not been fully explored")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
STATUS = {"PASS": "proved", "FAIL": "refuted", "TIMEOUT": "time-out", "ERROR": "error"}


@dataclass
class Outcome:
    """`seconds` of the processor in all solvers; `queries` that each of them decided; `model`: a
    counterexample, or what was said of an error.

    `cut`: there may be paths through more rounds of a loop than were unrolled.
    """

    name: str
    status: str
    seconds: float = 0.0
    queries: dict[str, int] = field(default_factory=dict)
    model: list[str] = field(default_factory=list)
    cut: bool = False


class NoProof(Exception):
    """halmos or the compiler ended without a result."""


def _command(root: Path, contract: str, work: Path, limit: int, names: Sequence[str]) -> list[str]:
    solver = f"{BIN / 'python'} -m tools.prove.portfolio {limit} {work / 'log'}"
    return [
        str(BIN / "halmos"),
        *("--root", str(root), "--contract", contract),
        *("--match-test", rf"^({'|'.join(names)})\(" if names else "^check_"),
        *("--panic-error-codes", PANICS, "--no-status"),
        *("--solver-command", solver, "--solver-threads", "1", "--solver-timeout-assertion", "0"),
        *("--dump-smt-queries", "--dump-smt-directory", str(work)),
    ]


def _decided(log: Path, outcome: Outcome) -> None:
    for line in log.read_text().splitlines() if log.exists() else ():
        name, solver, answer, seconds, _ = line.split("\t")
        if name != outcome.name:
            continue
        outcome.seconds += float(seconds)
        who = "nobody" if answer == "unknown" else solver
        outcome.queries[who] = outcome.queries.get(who, 0) + 1


def prove(
    root: Path,
    contract: str,
    work: Path,
    limit: int,
    names: Sequence[str] = (),
    told: Callable[[Outcome], None] = lambda _: None,
    early: bool = False,
) -> list[Outcome]:
    """The properties of `contract` that are named, or all of them, told as they are decided.

    `limit`: seconds of the processor that the last solvers have for one query; `early`: a property is left at its first
    counterexample.
    """
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "200"}
    env["PATH"] = os.pathsep.join([str(BIN), str(ROOT / "node_modules/.bin"), str(ROOT / ".venv/bin"), env["PATH"]])
    found: list[Outcome] = []
    said: list[str] = []
    with (
        subprocess.Popen(
            [*_command(root, contract, work, limit, names), *(["--early-exit"] if early else [])],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=env,
            cwd=root,
            start_new_session=True,
        ) as run,
        _ended(run),
    ):
        assert run.stdout is not None
        waiting: Outcome | None = None
        for line in _plain(run.stdout):
            said.append(line)
            # halmos would go on with what was compiled before.
            if line.startswith("Running ") and any("Compiler run failed" in one for one in said):
                raise NoProof("\n".join(said[:-1]))
            if (cut := _CUT.search(line)) and found and found[-1].name == cut[1]:
                found[-1].cut = True
            match = _LINE.search(line)
            if waiting and (match or _NEXT in line):
                told(waiting)
                waiting = None
            if match:
                waiting = Outcome(match[2], STATUS[match[1]])
                _decided(work / "log", waiting)
                if waiting.status == "refuted":
                    waiting.model = _first_model(said)
                elif waiting.status == "error":
                    waiting.model = said[-6:]
                said.clear()
                found.append(waiting)
        if waiting:
            told(waiting)
    if not found:
        raise NoProof("\n".join(said[-30:]))
    for name in sorted(set(names) - {one.name for one in found}):
        found.append(Outcome(name, "error", model=["halmos ended before it", *said[-6:]]))
        told(found[-1])
    return found


@contextmanager
def _ended(run: subprocess.Popen[str]) -> Iterator[None]:
    """Whatever stops us stops halmos and its solvers, which are in a group of their own."""
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)


def _plain(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield _COLOUR.sub("", line.rstrip("\n"))


def _first_model(said: list[str]) -> list[str]:
    """The values of the first counterexample."""
    found: list[str] = []
    for line in said:
        if line.startswith("    p_"):
            found.append(line.strip())
        elif found:
            break
    return found


def require() -> None:
    """Ends the program where the prover's environment is missing."""
    if not (BIN / "halmos").exists():
        sys.exit("the prover is not installed: call `make prove`")
