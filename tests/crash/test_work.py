"""What runs of `make` keep for the next one, killed before every step on the disk: the next run finds it old or new."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks.scale import store
from caldera.whole_file import write_whole
from tests.faults import runner
from tests.faults.journal import Journal, Verdict
from tests.faults.runner import Judge
from tests.fuzz.corpus import Corpus
from tests.fuzz.script import BadScript, Script
from tests.support.killing import kills
from tests.unit.faults.test_judging import ERA, TEXTS
from tests.unit.fuzz.test_runs import PLACE, fuzz
from tools.prove import journal as proofs
from tools.prove.halmos import Outcome
from tools.prove.properties import properties_in, sources

ROOT = Path(__file__).resolve().parents[2]


def test_verdicts_of_mutants(tmp_path: Path) -> None:
    """Each is there once it was written down; killed at it, the one before stands."""
    file = tmp_path / "journal.txt"

    def journal() -> Journal:
        return Journal(TEXTS, file, tmp_path, lambda path: [])

    journal().add(ERA, "first", Verdict("same"))
    found = set()
    for _ in kills(lambda: journal().add(ERA, "second", Verdict("survived"))):
        found.add(tuple(sorted(journal().verdicts[ERA])))
        file.unlink()
        journal().add(ERA, "first", Verdict("same"))
    assert ("first",) in found
    assert found <= {("first",), ("first", "second")}
    assert set(journal().verdicts[ERA]) == {"first", "second"}


def test_what_tests_of_mutants_use(tmp_path: Path) -> None:
    file = tmp_path / "cache" / "uses.json"

    class Once(Judge):
        def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
            return {"used": ["EraToken"] * 10_000}

    def used() -> list[str]:
        return runner._used(Once(), ["tests/conftest.py"], TEXTS, file)

    steps = 0
    for at in kills(used):
        steps = at
        assert not file.exists() or len(json.loads(file.read_text())) == 1
        assert used() == ["EraToken"] * 10_000
        file.unlink()
    assert steps >= 4


def test_what_was_proved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "FOLDER", tmp_path / "proofs")
    source = sources()[0]
    name = properties_in(source)[0].name
    old, new = [Outcome(name, "time-out")], [Outcome(name, "proved", 1.5)]
    proofs.Journal(source, 60).write(old)
    for _ in kills(lambda: proofs.Journal(source, 60).write(new)):
        assert proofs.Journal(source, 60).read() in (old, new)
        proofs.Journal(source, 60).write(old)
    assert proofs.Journal(source, 60).read() == new


def test_corpus_and_script_of_a_fuzz(tmp_path: Path) -> None:
    script, path = (
        Script("staking", 7, "a problem", "rules", 1, 2, {}, [], [], ["told"] * 5_000),
        tmp_path / "f" / "s.json",
    )

    def work() -> None:
        corpus = Corpus.load(tmp_path, "staking")
        corpus.add({"an outcome"}, {"a pair"}, "00ff")
        corpus.save()
        script.save(path)

    steps = 0
    for at in kills(work):
        steps = at
        corpus = Corpus.load(tmp_path, "staking")
        assert corpus.examples in ([], ["00ff"])
        if path.exists():
            assert Script.load(path) == script
            path.unlink()
        corpus.path.unlink(missing_ok=True)
    assert steps >= 6
    assert (Corpus.load(tmp_path, "staking").examples, Script.load(path)) == (["00ff"], script)
    path.write_text(path.read_text()[:-20])
    with pytest.raises(BadScript):
        Script.load(path)


def test_figures_of_scale(tmp_path: Path) -> None:
    path = tmp_path / "scale.json"
    old, new = {"holders": {"split": {1: 64_200}}}, {"holders": {"split": {1: 64_212, 10: 64_212}}}
    path.write_text(store.dumps(old))
    for _ in kills(lambda: write_whole(path, store.dumps(new))):
        assert store.load(path) in (old, new)
        path.write_text(store.dumps(old))
    assert store.load(path) == new


def test_a_fuzz_that_is_killed_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    """The whole run, ended by SIGKILL once it kept something; the next one of the seed makes the same calls as one in a
    folder of its own."""
    line = [sys.executable, "-m", "tests.fuzz", "run", "--place", str(PLACE), "--folder", str(tmp_path / "cut")]
    options = ["--machine", "sound", "--steps", "10000", "--seed", "5", "--workers", "1"]
    nothing = subprocess.DEVNULL
    child = subprocess.Popen([*line, *options], cwd=ROOT, stdout=nothing, stderr=nothing, start_new_session=True)
    try:
        deadline = time.monotonic() + 120
        while not list((tmp_path / "cut" / "corpus").glob("*.json")):
            assert child.poll() is None, "it ended by itself"
            assert time.monotonic() < deadline, "it keeps nothing"
            time.sleep(0.02)
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait(30)
    made = [fuzz(tmp_path / folder, *options) for folder in ("cut", "whole")]
    assert [code for code, _ in made] == [0, 0]
    again, whole = (one["machines"]["sound"] for _, one in made)
    assert again["chunks"] == whole["chunks"]
    assert again["outcomes"] == whole["outcomes"]
