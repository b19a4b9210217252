"""The runner of `make mutate`: a fault is found, none is not; verdicts are kept, and forgotten with their tests."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.faults.building import sources
from tests.faults.journal import Journal, Verdict
from tests.faults.mutants import Mutant, mutants
from tests.faults.page import count, row
from tests.faults.runner import Broken, Judge, Runner

ERA = "contracts/era/EraToken.sol"
TEST = "tests/unit/era/test_supply.py"
KILLER = "unit/era/test_supply.py::test_nobody_cannot_be_the_genesis_holder"


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    made = Judge()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("old", "new", "result"),
    [
        ("revert NoGenesisHolder", "{} NoGenesisHolder", "unbuilt"),
        ("constant SUPPLY", "constant /* none */ SUPPLY", "same"),
        ("address(0)) revert NoGenesisHolder", "address(1)) revert NoGenesisHolder", "killed"),
        ('"mode=timestamp"', '"mode=timestamps"', "survived"),
    ],
)
def test_what_becomes_of_a_fault(judge: Judge, old: str, new: str, result: str) -> None:
    text = sources()[ERA]
    assert old in text
    answer = judge.ask({"path": ERA, "faulty": text.replace(old, new), "tests": [TEST], "used": ["EraToken"]})
    assert answer == {"result": result, "killer": KILLER if result == "killed" else ""}


def test_a_judge_that_cannot_judge_says_so(judge: Judge) -> None:
    with pytest.raises(Broken, match="DidNotRun"):
        judge.ask({"tests": ["tests/unit/era/no_such_file.py"]})


class Double(Judge):
    """Kills whatever has a 1 in it."""

    asked: list[str]

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        if "faulty" not in question:
            return {"used": []}
        self.asked.append(question["faulty"])
        return {"result": "killed" if "1" in question["faulty"] else "survived", "killer": ""}


TEXTS = {ERA: "contract A { a; }", "contracts/era/Genesis.sol": "contract B { a; }"}


def some(path: str) -> list[Mutant]:
    at = TEXTS[path].index("a;")
    return mutants(path, TEXTS[path], [("CR", at, at + 1, f"x{number}") for number in range(20)])


def test_a_run_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    file = tmp_path / "journal.txt"
    asked: list[str] = []

    def judged(sample: int, texts: Mapping[str, str] = TEXTS) -> int:
        before = len(asked)
        double = type("Asked", (Double,), {"asked": asked})
        found = {path: some(path) for path in TEXTS}
        Runner(texts, found, Journal(texts, file), sample, 1, judges=double, uses=tmp_path / "uses.json").run()
        return len(asked) - before

    assert judged(3) == 6
    assert judged(3) == 0
    assert judged(5) == 4
    assert len(set(asked)) == len(asked)
    # Another text of one contract forgets the five of that contract, and of no other.
    assert judged(5, TEXTS | {ERA: "contract A { a; } // changed"}) == 5
    assert judged(0, TEXTS | {ERA: "contract A { a; } // changed"}) == 30


def test_a_verdict_holds_as_long_as_its_tests(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    killer, other = tmp_path / "tests/killer.py", tmp_path / "tests/other.py"
    parts = {
        "import": "import pytest\n",
        "constant": "ONE = 1\n",
        "test": "@pytest.mark.slow\ndef test_one() -> None:\n    assert ONE\n",
        "beside": "def test_two() -> None:\n    assert ONE == 1\n",
    }

    def journal() -> Journal:
        return Journal(TEXTS, tmp_path / "journal.txt", tmp_path, lambda path: ["tests/killer.py", "tests/other.py"])

    def held(file: Path, **changed: str) -> set[str]:
        file.write_text("".join((parts | changed).values()), encoding="utf-8")
        return set(journal().verdicts.get(ERA, {}))

    for file in (killer, other):
        held(file)
    verdicts = {
        "k": Verdict("killed", "killer.py::test_one"),
        "f": Verdict("killed", "killer.py"),  # the file did not load
        "s": Verdict("survived"),
        "n": Verdict("same"),
    }
    for id_, verdict in verdicts.items():
        journal().add(ERA, id_, verdict)
    assert journal().verdicts == {ERA: verdicts}
    assert held(other, constant="ONE = 2\n") == {"k", "f", "n"}
    assert held(other) == set(verdicts)
    # A test beside the killer, and what it imports, are nothing to it; what they share is, and so is a mark of it.
    assert held(killer, beside="def test_three() -> None:\n    assert pytest\n") == {"k", "n"}
    assert held(killer, **{"import": "import os\n"}) == {"k", "n"}
    assert held(killer, constant="ONE = 2\n") == {"n"}
    assert held(killer, test=parts["test"].replace("slow", "fast")) == {"n"}
    assert held(killer, test="") == {"n"}
    killer.unlink()
    assert set(journal().verdicts[ERA]) == {"n"}


def test_the_page_counts(tmp_path: Path) -> None:
    journal = Journal(TEXTS, tmp_path / "journal.txt", tmp_path, lambda path: [])
    found = some(ERA)[:5]
    for one, result in zip(found, ("survived", "survived", "killed", "same"), strict=False):
        journal.add(ERA, one.id, Verdict(result))
    made = count(ERA, found, journal, {found[0].key: "the same"})
    assert row("A", [made]) == "| A | 5 | 3 | 1 | 2 | 1 | 1 | 0 | 50.0 % |\n"
