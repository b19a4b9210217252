"""benchmarks.check and --check: a worse figure of ours needs a reason."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks import gas
from benchmarks.check import worse
from benchmarks.rows import Row, dumps

BEFORE = [
    Row("approve", "caldera", 40_000),
    Row("approve", "openzeppelin-erc1155", 40_000),
    Row("certificate.create", "caldera", 100_000),
]


def changed(index: int, figure: int) -> list[Row]:
    """The table with one other figure."""
    row = BEFORE[index]
    return [*BEFORE[:index], Row(row.operation, row.implementation, figure), *BEFORE[index + 1 :]]


def test_equal_better_and_new_figures_are_not_told() -> None:
    new = Row("certificate.merge", "caldera", 60_000)
    assert worse(BEFORE, BEFORE) == []
    assert worse(BEFORE, [*changed(0, 39_999), new]) == []


@pytest.mark.parametrize(("figure", "fails"), [(40_001, False), (40_200, False), (40_201, True), (50_000, True)])
def test_ours_fails_above_half_a_percent(figure: int, fails: bool) -> None:
    (found,) = worse(BEFORE, changed(0, figure))
    assert found.fails is fails
    assert (found.before, found.after) == (BEFORE[0], figure)


def test_a_worse_peer_is_told_and_does_not_fail() -> None:
    (found,) = worse(BEFORE, changed(1, 60_000))
    assert not found.fails
    assert str(found) == "approve of openzeppelin-erc1155: 40,000 -> 60,000 (+50.00 %)"


def test_a_figure_of_ours_that_is_gone_fails_one_of_a_peer_does_not() -> None:
    (found,) = worse(BEFORE, BEFORE[:2])
    assert found.fails
    assert str(found) == "certificate.create of caldera: was 100,000, is not measured any more"
    assert worse(BEFORE, [BEFORE[0], BEFORE[2]]) == []


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The command with BEFORE committed, writing into an empty folder."""
    monkeypatch.setattr(gas, "committed", lambda: BEFORE)
    monkeypatch.setattr(gas, "GAS_JSON", tmp_path / "gas.json")
    monkeypatch.setattr(gas, "GAS_MD", tmp_path / "gas.md")
    monkeypatch.setattr("benchmarks.report.markdown", lambda rows: f"{len(rows)} rows")
    return tmp_path


def invoke(monkeypatch: pytest.MonkeyPatch, measured: list[Row], *options: str) -> tuple[int, str]:
    """Exit code and what was said, with a measurement that needs no node."""
    monkeypatch.setattr(gas, "run", lambda only: measured)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    result = CliRunner().invoke(gas.app, list(options))
    return result.exit_code, " ".join(result.output.split())


def test_check_exits_1_when_ours_is_worse_and_0_just_below(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = invoke(monkeypatch, changed(0, 40_201), "--check")
    assert code == 1
    assert "worse: approve of caldera: 40,000 -> 40,201 (+0.50 %)" in said
    assert invoke(monkeypatch, changed(0, 40_200), "--check")[0] == 0
    assert list(files.iterdir()) == []


def test_a_full_run_writes_both_files_and_only_tells_what_is_worse(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = changed(0, 50_000)
    code, said = invoke(monkeypatch, measured)
    assert code == 0
    assert "worse: approve of caldera" in said
    assert (files / "gas.json").read_text() == dumps(measured)
    assert (files / "gas.md").read_text() == "3 rows"


def test_a_part_is_compared_with_its_part_and_writes_nothing(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = invoke(monkeypatch, [BEFORE[2]], "--only", "certificate", "--check")
    assert (code, "worse" in said) == (0, False)
    assert list(files.iterdir()) == []


def test_a_name_that_is_nobodys_is_refused(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = invoke(monkeypatch, [], "--only", "nobody")
    assert code == 2
    assert "nothing is called nobody" in said
    assert list(files.iterdir()) == []
