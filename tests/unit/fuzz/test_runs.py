"""`make fuzz` on a machine with a fault and one without: found, shrunk, kept, replayed, the same by the same seed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from caldera.evm import Anvil, EngineError
from caldera.evm.anvil_process import find_anvil
from caldera.evm.trace import Send
from tests.fuzz.__main__ import app
from tests.fuzz.machines import ROOT
from tests.fuzz.reading import text_of
from tests.fuzz.script import Script

PLACE = Path(__file__).parent / "leaking.py"
SEED = 3


def fuzz(folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit code and result of a run. Its workers are processes of their own."""
    done = CliRunner().invoke(app, ["run", "--json", "--place", str(PLACE), "--folder", str(folder), *options])
    assert done.stdout, done.exception
    return done.exit_code, json.loads(done.stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.fixture(scope="module")
def first(folder: Path) -> dict[str, Any]:
    code, made = fuzz(folder, "--steps", "12000", "--seed", str(SEED), "--workers", "2")
    assert code == 1
    assert made["status"] == "failed"
    return made


@pytest.fixture(scope="module")
def script(first: dict[str, Any]) -> Script:
    (path,) = first["machines"]["leaking"]["scripts"]
    assert path.endswith(f"failures/leaking-{SEED}.json")
    return Script.load(ROOT / path)


def test_the_fault_is_found_and_nothing_else(first: dict[str, Any]) -> None:
    leaking, sound = first["machines"]["leaking"], first["machines"]["sound"]
    assert leaking["status"] == "failed"
    assert leaking["problems"][0].startswith("AssertionError: ")
    assert (sound["status"], sound["problems"], sound["scripts"]) == ("held", [], [])
    # A few examples end early, by what Hypothesis happens to draw.
    assert 5_700 < sound["steps"] <= 6_000
    assert first["calls"] == leaking["calls"] + sound["calls"]
    assert {name: calls > refused >= 0 for name, (calls, refused) in sound["rules"].items()} == {
        "mint": True,
        "transfer": True,
    }


def test_the_script_is_as_short_as_can_be(script: Script) -> None:
    """A fee of 1% takes nothing of 99 units: somebody gets 100, and sends them."""
    assert sum(isinstance(step, Send) for step, _ in script.setup) == 1
    assert [type(step).__name__ for step, _ in script.steps] == ["Send", "Send", "Call"]
    told = text_of(script)
    for words in ("FeeToken.mint(to=", "amount=100)", "FeeToken.transfer(to=", "value=100)", "nothing_is_lost"):
        assert words in told


def test_the_script_has_the_same_outcome_on_revm(script: Script) -> None:
    with script.revm() as chain:
        assert script.differences(chain) == []


def test_the_script_has_the_same_outcome_on_anvil(script: Script) -> None:
    try:
        find_anvil()
    except EngineError as error:
        pytest.skip(str(error))
    with Anvil(script.chain_id, script.timestamp) as chain:
        assert script.differences(chain) == []


def test_another_outcome_is_noticed(script: Script, tmp_path: Path) -> None:
    """Of the transfer: an output that was not, and a set-up without which nothing goes."""
    (send, outcome), look = script.steps[1], script.steps[2]
    assert outcome is not None
    changed = replace(script, steps=[script.steps[0], (send, replace(outcome, output=b"")), look])
    with changed.revm() as chain:
        assert [(one.place, one.what) for one in changed.differences(chain)] == [(len(script.setup) + 1, "output")]
    file = tmp_path / "changed.json"
    replace(script, setup=[]).save(file)
    done = CliRunner().invoke(app, ["replay", str(file), "--on", "revm"])
    assert done.exit_code == 1
    assert "revm:   step 0: 2027-01-15 08:00:00  " in done.output


def test_the_same_seed_makes_the_same_calls_whoever_works(
    first: dict[str, Any], script: Script, tmp_path: Path
) -> None:
    _, made = fuzz(tmp_path, "--steps", "12000", "--seed", str(SEED), "--workers", "1")
    sound, again = first["machines"]["sound"], made["machines"]["sound"]
    assert (again["rules"], again["chunks"]) == (sound["rules"], sound["chunks"])
    assert (again["outcomes"], again["pairs"]) == (sound["outcomes"], sound["pairs"])
    assert Script.load(tmp_path / "failures" / f"leaking-{SEED}.json") == script


def test_what_failed_is_tried_first_and_what_was_new_again(first: dict[str, Any], folder: Path) -> None:
    # One worker: another one would be given a new chunk while this one tries again.
    code, made = fuzz(folder, "--steps", "2000", "--seed", "4", "--workers", "1")
    leaking, sound = made["machines"]["leaking"], made["machines"]["sound"]
    assert code == 1
    assert leaking["chunks"] == []  # found before any was drawn
    assert 0 < leaking["again"] == leaking["steps"] < 50
    assert Script.load(folder / "failures" / "leaking-4.json").origin["from_corpus"]
    assert 0 < sound["again"] <= 100
    assert sound["steps"] == 1_000 + sound["again"]
    assert sound["examples"] >= first["machines"]["sound"]["examples"] > 0


BROKEN = '''
"""Machines whose stand cannot be made, and whose process dies."""
import os
from hypothesis.stateful import rule
from caldera.evm import Revm
from tests.properties.beside import Beside, run

class DyingMachine(Beside):
    def __init__(self):
        super().__init__()
        self.chain.restore(self.mark)

    @rule()
    def dies(self):
        os._exit(9)

def test_dies():
    chain = Revm()
    run(DyingMachine, chain.snapshot(), chain=chain)

def test_has_no_stand():
    mark = Revm().no_such_thing
    run(HomelessMachine, mark)
'''


def test_a_process_that_dies_and_a_stand_that_cannot_be_made_are_failures(tmp_path: Path) -> None:
    place = tmp_path / "broken.py"
    place.write_text(BROKEN, encoding="utf-8")
    code, made = fuzz(tmp_path, "--place", str(place), "--steps", "200", "--fresh")
    assert code == 1
    assert made["machines"]["dying"]["problems"] == ["the process of the chunk ended with 9"]
    (problem,) = made["machines"]["homeless"]["problems"]
    assert problem.startswith("its stand could not be made")
    assert "no attribute 'no_such_thing'" in problem
