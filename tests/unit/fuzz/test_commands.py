"""The command line: what it knows, and what it says to what cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.fuzz.__main__ import app
from tests.fuzz.machines import PROPERTIES, NoSuchMachine, machines
from tests.fuzz.sentences import SENTENCES


def said(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})
    return done.exit_code, " ".join(done.output.replace("│", " ").split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--machine", "stakng"], "no machine stakng; there are airdrop, cargo,"),
        (["run", "--steps", "0"], "'--steps': Input should be greater than or equal to 1"),
        (["run", "--steps", "many"], "'--steps': Input should be a valid integer"),
        (["run", "--workers", "0"], "'--workers': Input should be greater than or equal to 1"),
        (["run", "--seconds", "0"], "'--seconds': Input should be greater than or equal to 1"),
        (["run", "--place", "nowhere.py"], "No such file"),
        (["replay", "nowhere.json"], "nowhere.json: No such file"),
        (["replay", __file__], "is not a script of make fuzz"),
        (["replay", "x.json", "--on", "moon"], "'moon' is not one of 'revm', 'anvil'"),
        (["walk"], "No such command 'walk'"),
    ],
)
def test_what_cannot_be_is_said(arguments: list[str], words: str) -> None:
    code, output = said(*arguments)
    assert code == 2
    assert words in output


@pytest.mark.parametrize("command", ["run", "replay", "machines"])
def test_every_command_has_help_and_json(command: str) -> None:
    code, output = said(command, "--help")
    assert code == 0
    assert "--json" in output


def test_every_machine_is_found_by_name() -> None:
    """Each class of a machine that a test runs; and every one of them is named where the sentences are."""
    code, output = said("machines", "--json")
    assert code == 0
    found = json.loads(output)
    tests = [path for path in PROPERTIES.rglob("test_*.py") if "run(" in path.read_text(encoding="utf-8")]
    assert {test.partition("::")[0] for test in found.values()} == {
        f"tests/properties/{path.relative_to(PROPERTIES)}" for path in tests
    }
    assert {name for one in SENTENCES for name in one.machines} <= set(found)


def test_two_machines_of_one_name_are_refused(tmp_path: Path) -> None:
    for number in (1, 2):
        text = "def test_it():\n    run(SomeMachine, mark)\n"
        (tmp_path / f"test_{number}.py").write_text(text, encoding="utf-8")
    with pytest.raises(NoSuchMachine, match=r"some is run by .*test_1.py::test_it and by test_2.py::test_it"):
        machines(tmp_path)


def test_a_folder_without_machines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoSuchMachine, match=r"no test in .* runs a machine"):
        machines(tmp_path)
