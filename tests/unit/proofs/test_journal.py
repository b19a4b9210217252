"""A run that was stopped goes on with what it had not decided; with other code it begins anew."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.prove import __main__ as program
from tools.prove import journal
from tools.prove.halmos import Outcome
from tools.prove.journal import Journal
from tools.prove.properties import properties_in, sources

SOURCE = next(one for one in sources() if one.stem == "OrderProofs")
NAMES = [one.name for one in properties_in(SOURCE)]
FIRST = Outcome(NAMES[0], "proved", 1.5, {"z3, integers": 2}, [], True)

Told = Callable[[Outcome], None]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "FOLDER", tmp_path)


def test_what_was_decided_is_read_again_and_an_error_is_not() -> None:
    late = Outcome(NAMES[1], "time-out")
    Journal(SOURCE, 60).write([FIRST, late, Outcome(NAMES[2], "error")])
    assert Journal(SOURCE, 60).read() == [FIRST, late]


def test_another_limit_begins_anew() -> None:
    Journal(SOURCE, 60).write([FIRST])
    assert Journal(SOURCE, 61).read() == []


@pytest.mark.parametrize("name", ["digest", "_prover"])
def test_other_code_begins_anew(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Journal(SOURCE, 60).write([FIRST])
    monkeypatch.setattr(journal, name, lambda *_: "other")
    assert Journal(SOURCE, 60).read() == []


def test_a_run_that_is_stopped_goes_on_with_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def proving(stops_after: int) -> Callable[..., None]:
        def prove(_: Path, contract: str, work: Path, limit: int, names: list[str], told: Told) -> None:
            asked.append(list(names))
            for name in names[:stops_after]:
                told(Outcome(name, "proved"))
            if stops_after < len(names):
                raise KeyboardInterrupt

        return prove

    monkeypatch.setattr(program, "prove", proving(2))
    with pytest.raises(KeyboardInterrupt):
        program._proved(SOURCE, 60)
    monkeypatch.setattr(program, "prove", proving(9))
    assert list(program._proved(SOURCE, 60)) == NAMES
    assert list(program._proved(SOURCE, 60)) == NAMES
    assert asked == [NAMES, NAMES[2:]]
