"""The command, its assumptions, tables, JSON and plots."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from caldera.cli import app
from caldera.deployment.economy import load_economy
from caldera.simulation import (
    Assumptions,
    Cost,
    Game,
    Report,
    Request,
    RequestImpossible,
    SupposedInvalid,
    read_assumptions,
    simulate,
    trusted,
)
from caldera.simulation.page import plots
from caldera.simulation.show import amount, grids, percent
from caldera.simulation.simulate import steps
from tests.support.simulation import ERA, NAMES, PROFILES, band

SMALL = ["--trials", "500", "--assume", "requests=500"]


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["simulate", "staking", *words])
    assert result.exit_code == code, result.output
    return result.stdout


@pytest.fixture(scope="module")
def report() -> Report:
    return simulate(load_economy(PROFILES / "circulation.yml"), Assumptions(), 2_000, 1)


def test_json_of_the_published_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROFILES.parent)
    found = json.loads(run(*SMALL, "--json"))
    assert [one["name"] for one in found["profiles"]] == list(NAMES)
    assert [one["slash_bps"] for one in found["profiles"]] == [4_000, 5_500, 10_000]
    assert (found["seed"], found["trials"], found["assumptions"]["requests"]) == (1, 500, 500)
    assert found["assumptions"]["fee_era"] == "100"
    for one in found["profiles"]:
        fraud = one["fraud"]
        assert fraud["stands"] == pytest.approx(fraud["accepted"] * (1 - fraud["challenged"] * fraud["overturned"]))
        year = {name: int(value) for name, value in one["years"]["honest"].items()}
        assert year["income"] == year["rewards"] + year["fees"] - year["checks"] - year["slashed"]
        assert len(one["chances"]) == 54
        assert all(int(row["pays_soon"]) <= int(row["pays_final"]) for row in one["chances"])
        # The more is detected, the more a fraud must bring.
        for name in ("pays_soon", "pays_final"):
            values = [int(row[name]) for row in one["by_detection"]]
            assert values == sorted(values)
            assert values[0] < values[-1]
        assert int(one["trust"][0]["soon"]["value"]) >= 0


def test_the_same_seed_gives_the_same_bytes() -> None:
    words = [*SMALL, "--profile", str(PROFILES / "connector.yml"), "--json"]
    first = run(*words)
    assert run(*words) == first
    assert run(*words, "--seed", "2") != first


def test_every_slash_makes_a_lie_dearer() -> None:
    made = [simulate(load_economy(PROFILES / f"{name}.yml"), Assumptions(), 500, 1) for name in NAMES]
    for rows in zip(*(one.trust for one in made), strict=True):
        values = [row.final.value if row.final else 0 for row in rows]
        assert values == sorted(values)
    for row in made[0].trust:
        assert row.final is not None
        assert row.soon is not None
        assert row.soon.value <= row.final.value
        assert 0 <= row.answered <= 1


def test_trials_of_the_report_agree_with_the_exact(report: Report) -> None:
    # 36 figures; the rare ones have a skew, hence the wide bound.
    assert len(report.checks) == 36
    assert all(abs(one.off) < 5 or one.exact * 400 < 3 for one in report.checks)
    gap = report.profit_mean - report.cost.profit(report.given.units("fraud_era"), report.given.final_bps)
    assert abs(gap) < 4.5 * report.profit_error


def test_figures_of_the_page_are_those_of_the_simulation() -> None:
    text = (PROFILES.parent / "docs" / "simulation.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    bands = [band(name) for name in NAMES]
    given = Assumptions()
    said = [row for row in rows if row[0].startswith(("open, ", "panel, "))]
    assert len(said) == 8
    for asked, answered, *values in said:
        kind, signers, weight = re.split(", (?=[0-9])", asked)
        count, _, panel = signers.removesuffix(" signers").partition(" of ")
        assert kind == ("panel" if panel else "open")
        request = Request(int(panel or 0), int(count), int(weight.removesuffix(" ERA").replace(",", "")) * ERA)
        trust = [trusted(given, one, request, final) for one in bands for final in (0, 10_000)]
        assert values == [amount(one.value if one else None) for one in trust]
        assert answered == percent(Game(given, request, 4_000).answered, 1)
    detected = [row for row in rows if len(row) == 7 and re.fullmatch(r"[0-9]+%", row[0]) and "%" not in row[1]]
    assert len(detected) == 7
    for part, *values in detected:
        supposed = given.but(detection_bps=int(part.rstrip("%")) * 100)
        costs = [Cost(Game(supposed, Request.of(supposed), one.slash_bps), one) for one in bands]
        assert values == [amount(one.break_even(final)) for one in costs for final in (0, 10_000)]
    assumed = {row[0].strip("`"): row[1].replace(",", "") for row in rows if row[0].startswith("`")}
    assert assumed == {name: value for name, value, _ in given.rows()}


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[str, int]] = []
    simulate(
        load_economy(PROFILES / "connector.yml"), Assumptions(), 1_001, 1, lambda what, done: told.append((what, done))
    )
    assert sum(done for _, done in told) == steps(1_001) == 5 * 1_001 + 9 * 200
    assert all(what.startswith("connector: ") for what, _ in told)


def test_tables_are_rectangular_and_say_what_the_report_says(report: Report) -> None:
    made = grids([report])
    for title, heads, rows in made:
        assert title
        assert rows
        assert all(len(row) == len(heads) for row in rows)
    trust = next(rows for title, _, rows in made if "largest value" in title)
    assert [row[2] for row in trust] == [amount(one.soon.value if one.soon else None) for one in report.trust]


def test_figures_are_never_shown_as_more_than_they_are() -> None:
    assert (percent(0), percent(1e-9), percent(0.00005), percent(0.00004), percent(1)) == (
        "0.00%",
        "<0.01%",
        "0.01%",
        "<0.01%",
        "100.00%",
    )
    assert (amount(None), amount(0), amount(1_999_999), amount(10**12)) == ("never", "0", "1", "1,000,000")


def test_plots_and_page_are_written(tmp_path: Path, report: Report) -> None:
    profile = str(PROFILES / "circulation.yml")
    out = tmp_path / "made"
    shown = run(*SMALL, "--profile", profile, "--out", str(out))
    assert "500 trials, seed 1" in shown
    assert sorted(path.name for path in out.iterdir()) == [
        "break-even.png",
        "chances.png",
        "delegators.png",
        "income.png",
        "staking.html",
    ]
    text = (out / "staking.html").read_text(encoding="utf-8")
    assert text.count("data:image/png;base64,") == 4
    assert "hard_error_bps" in text
    first, again = plots([report]), plots([report])
    assert {name: picture for name, (_, picture) in first.items()} == {name: made for name, (_, made) in again.items()}
    assert all(picture.startswith(b"\x89PNG") for _, picture in first.values())


def test_a_file_and_the_command_line_say_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "mine.yml"
    path.write_text("lazy_bps: 500\nfee_era: '12.5'\n", encoding="utf-8")
    given = read_assumptions(path, ["lazy_bps=700", "bond_era=0.000001"])
    assert (given.lazy_bps, given.units("fee_era"), given.units("bond_era")) == (700, 12_500_000, 1)
    assert given.panel == Assumptions().panel


@pytest.mark.parametrize(
    ("bad", "good", "word"),
    [
        (["lazy_bps=9701"], ["lazy_bps=9700"], "at most 10000"),
        (["nodes=22", "lazy_bps=0"], ["nodes=23", "lazy_bps=0"], "so that every panel can be drawn"),
        (["signers=8"], ["signers=7"], "signers must be at most the panel"),
        (["court=6"], ["court=7"], "court must be odd"),
        (["staked_era=0"], ["staked_era=0.000001"], "above 0"),
        (["cap_era=0"], ["cap_era=1"], "above 0"),
        (["fee_era=0.0000001"], ["fee_era=0.000001"], "fee_era"),
        (["fraud_era=1000000001"], ["fraud_era=1000000000"], "at most the supply"),
        (["ring_bps=9001"], ["ring_bps=9000"], "ring_bps"),
        (["unknown=1"], [], "unknown"),
        (["lazy_bps"], ["lazy_bps=1"], "write name=value"),
        (["lazy_bps=half"], ["lazy_bps=5000"], "lazy_bps"),
    ],
)
def test_assumptions_out_of_range_are_named(bad: list[str], good: list[str], word: str) -> None:
    read_assumptions(given=good)
    with pytest.raises(SupposedInvalid, match=word):
        read_assumptions(given=bad)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SupposedInvalid, match=r"missing\.yml"):
        read_assumptions(tmp_path / "missing.yml")


def test_too_much_weight_is_refused_before_anything_runs() -> None:
    economy = load_economy(PROFILES / "circulation.yml")
    # The seven heaviest are of the ring, 20,000,000 / 12 each.
    simulate(economy, Assumptions().but(weight_bps=1_166), 100, 1)
    with pytest.raises(RequestImpossible, match="ask for less weight"):
        simulate(economy, Assumptions().but(weight_bps=1_167), 100, 1)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["--assume", "weight_bps=5000"], "RequestImpossible"),
        (["--assume", "court=6"], "SupposedInvalid"),
        (["--profile", str(PROFILES / "circulation.yml")], "SameProfile"),
        (["--profile", "missing.yml"], "ProfileNotReadable"),
    ],
)
def test_errors_are_one_line_or_json(words: list[str], name: str) -> None:
    profile = ["--profile", str(PROFILES / "circulation.yml")]
    found: dict[str, Any] = json.loads(run(*SMALL, *profile, *words, "--json", code=1))
    assert found["error"] == name
    assert found["message"]
    assert name in CliRunner().invoke(app, ["simulate", "staking", *SMALL, *profile, *words]).output
