"""What is dealt out and what comes together: shares, seeds, time, counts of many workers, what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.board import REPLAY, Board
from tests.fuzz.chunk import Order, Result
from tests.fuzz.corpus import MOST, Corpus
from tests.fuzz.plan import CHUNK, seed_of, shares
from tests.properties.beside import USUAL


def dealt(board: Board, workers: int) -> list[Order]:
    """All orders, taken by so many workers in turn, each of which does what it is told."""
    found: list[Order] = []
    current: dict[int, str] = {}
    while True:
        orders = {worker: board.take(worker, current.get(worker)) for worker in range(workers)}
        if not any(orders.values()):
            return found
        for worker, order in orders.items():
            if order:
                found.append(order)
                current[worker] = order.machine
                board.done(
                    worker, Result(order.machine, order.number, steps=0 if order.replay else order.examples * 50)
                )


def test_the_deployed_suite_has_half_of_the_steps() -> None:
    assert shares(["a", "suite", "b"]) == {"suite": 0.5, "a": 0.25, "b": 0.25}
    assert shares(["suite"]) == {"suite": 1.0}
    assert shares(["a", "b"]) == {"a": 0.5, "b": 0.5}


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_chunks_are_the_same_for_any_number_of_workers(workers: int, tmp_path: Path) -> None:
    board = Board(["a", "suite", "b"], 7, 48_000, None, workers, tmp_path)
    found = dealt(board, workers)
    drawn = sorted((one.machine, one.number, one.seed, one.examples) for one in found if not one.replay)
    assert drawn == sorted(
        (name, number, seed_of(7, name, number), steps // 50)
        for name, parts in {
            "suite": [CHUNK] * 4 + [4_000],
            "a": [CHUNK, CHUNK, 2_000],
            "b": [CHUNK, CHUNK, 2_000],
        }.items()
        for number, steps in enumerate(parts)
    )
    assert len({one.seed for one in found if not one.replay}) == len(drawn)
    assert sorted(one.machine for one in found if one.replay) == ["a", "b", "suite"]
    assert board.steps == board.wanted == 48_000
    assert board.remaining == 0


def test_two_workers_begin_with_two_machines_and_keep_to_them(tmp_path: Path) -> None:
    board = Board(["a", "b"], 1, 40_000, None, 2, tmp_path)
    one, two = board.take(0, None), board.take(1, None)
    assert one is not None
    assert two is not None
    assert {one.machine, two.machine} == {"a", "b"}
    assert (one.number, one.replay) == (REPLAY, True)
    following = board.take(0, one.machine)
    assert following is not None
    assert (following.machine, following.number, following.replay) == (one.machine, 0, False)


def test_other_seeds_are_other_seeds() -> None:
    found = {seed_of(seed, name, number) for seed in range(4) for name in "abc" for number in range(50)}
    assert len(found) == 600


def test_a_machine_that_failed_takes_no_further_chunk(tmp_path: Path) -> None:
    board = Board(["a"], 1, 40_000, None, 1, tmp_path, fresh=True)
    assert board.take(0, None) is not None
    board.done(0, Result("a", 0, failure="AssertionError: no"))
    assert board.take(0, "a") is None
    assert board.machines["a"].problems() == ["AssertionError: no"]


def test_of_two_scripts_that_of_the_lower_chunk_stays(tmp_path: Path) -> None:
    board = Board(["a"], 9, 40_000, None, 2, tmp_path, fresh=True)
    folder = tmp_path / "failures"
    folder.mkdir()
    for number in (1, 0):
        path = folder / f"a-9-{number}.json"
        path.write_text(str(number), encoding="utf-8")
        board.done(number, Result("a", number, failure="wrong", script=str(path)))
    assert [path.name for path in folder.iterdir()] == ["a-9.json"]
    assert (folder / "a-9.json").read_text(encoding="utf-8") == "0"


def test_nothing_begins_when_the_time_is_over(tmp_path: Path) -> None:
    board = Board(["a"], 1, None, 100, 1, tmp_path)
    assert board.wanted is None
    assert board.take(0, None) is not None
    board.began -= 100
    assert board.take(0, "a") is None


def test_a_machine_has_its_share_of_the_time(tmp_path: Path) -> None:
    """100 seconds of two workers: 50 for each of four machines."""
    board = Board(["a", "b", "c", "d"], 1, None, 100, 2, tmp_path, fresh=True)
    for name, seconds in {"a": 49.0, "b": 51.0}.items():
        board.machines[name].next = 1
        board.done(0, Result(name, 0, steps=1, seconds=seconds))
    assert [one.name for one in board.machines.values() if one.open] == ["a", "c", "d"]


def test_counts_of_all_workers_come_together(tmp_path: Path) -> None:
    board = Board(["a"], 1, 2 * USUAL, None, 2, tmp_path)
    ran = Result("a", 0, USUAL // 2, 1.0, {"in": 150, "out": 150}, {"out": 150}, ["out"], ["r", "s"], ["r"])
    board.done(0, ran)
    assert board.machines["a"].problems() == []  # by chance, as yet
    board.done(1, ran)
    tally = board.machines["a"]
    assert (tally.taken, tally.calls, tally.refusals) == (USUAL, {"in": 300, "out": 300}, {"out": 300})
    assert tally.problems() == [
        "these rules were always refused: out",
        "never carried out: out",
        "rules never drawn: s",
    ]


def test_the_corpus_keeps_what_is_new(tmp_path: Path) -> None:
    corpus = Corpus.load(tmp_path, "a")
    assert corpus.add(["x"], ["xx"], "00")
    assert not corpus.add(["x"], ["xx"], "01")
    assert corpus.add(["x"], ["xy"], "02")
    corpus.save()
    again = Corpus.load(tmp_path, "a")
    assert again == corpus
    assert again.examples == ["00", "02"]
    for number in range(2 * MOST):
        again.add([str(number)], [], "03")
    assert len(again.examples) == MOST
    again.path.write_text("{", encoding="utf-8")
    assert Corpus.load(tmp_path, "a").examples == []
