"""Plans of batches, their file, and the command that builds them without a chain."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from caldera.cli import app
from caldera.deployment.manifest import Intent, Manifest
from caldera.vesting import (
    MOST,
    OptionInvalid,
    Plan,
    PlanExists,
    PlanInvalid,
    Reading,
    Target,
    load_plan,
    plan_of,
    read_grants,
    save_plan,
)
from caldera.vesting.show import ranges
from tests.unit.vesting.lists import BEGINS, ERA, HEADER, ROOMS, ROOT, A, B, line, written

EXAMPLE = ROOT / "examples" / "vesting" / "grants.csv"
ECONOMY = ("--economy", ROOT / "profiles" / "circulation.yml", "--begins", BEGINS)


@pytest.fixture
def reading() -> Reading:
    return read_grants(EXAMPLE, ROOMS)


def run(*arguments: object, code: int = 0) -> str:
    """What it prints, errors included."""
    done = CliRunner().invoke(app, ["vesting", *map(str, arguments)], env={"COLUMNS": "220"})
    assert done.exit_code == code, done.output
    return done.output


def data(*arguments: object, code: int = 0) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["vesting", *map(str, arguments), "--json"])
    assert done.exit_code == code, done.output
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize(
    ("size", "batches"),
    [
        (1, [("investors", [2]), ("investors", [3]), ("team", [4]), ("team", [5]), ("team", [6]), ("team", [7])]),
        (3, [("investors", [2, 3]), ("team", [4, 5, 6]), ("team", [7])]),
        (4, [("investors", [2, 3]), ("team", [4, 5, 6, 7])]),
        (MOST, [("investors", [2, 3]), ("team", [4, 5, 6, 7])]),
    ],
)
def test_a_batch_is_of_one_allocation(reading: Reading, size: int, batches: list[Any]) -> None:
    plan = plan_of(reading, size)
    assert [(one.allocation, [grant.line for grant in one.grants]) for one in plan.batches] == batches
    assert [terms for one in plan.batches for terms in one.terms] == [one.terms for one in reading.grants]
    assert plan.count == 6
    assert plan.totals == {"investors": str(16_250_000 * ERA + ERA // 2), "team": str(1_380_000 * ERA + 1)}


def test_options_of_a_plan(reading: Reading) -> None:
    for size in (0, MOST + 1):
        with pytest.raises(OptionInvalid, match=f"1 to {MOST} grants, not {size}"):
            plan_of(reading, size)
    with pytest.raises(OptionInvalid, match="none after -1"):
        plan_of(reading, after=-1)


def test_a_plan_is_kept_as_it_is(reading: Reading, tmp_path: Path) -> None:
    plan, path = plan_of(reading, 3, Target(chain_id=7, vault=A), 5), tmp_path / "new" / "plan.json"
    save_plan(plan, path)
    before = path.read_bytes()
    save_plan(plan, path)
    assert load_plan(path) == plan
    assert (path.read_bytes(), [one.name for one in path.parent.iterdir()]) == (before, ["plan.json"])
    with pytest.raises(PlanExists, match="is another plan: name a new file"):
        save_plan(plan_of(reading, 4), path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("way", "value", "words"),
    [
        (("schema",), 2, "schema: Input should be 1"),
        (("totals", "team"), str(1_380_000 * ERA), "totals are not the sums of the grants"),
        (("batches", 0, "grants", 0, "amount"), "12500000000000000000000001", "totals are not the sums"),
        (("batches", 0, "grants", 0, "amount"), "0", "'0' is no amount in wei"),
        (("batches", 0, "grants", 0, "amount"), "1" + "0" * 28, "is no amount in wei"),
        (("batches", 0, "grants", 0, "amount"), 5, "batches.0.grants.0.amount: Input should be a valid string"),
        (("batches", 0, "grants", 0, "beneficiary"), A.lower(), "is not written with its checksum"),
        (("batches", 0, "grants", 0, "beneficiary"), "0x12", "is not an address"),
        (("batches", 0, "grants", 0, "start"), 2**40, "batches.0.grants.0.start"),
        (("batches", 0, "grants", 0, "cliff"), -1, "batches.0.grants.0.cliff"),
        (("batches", 0, "grants", 0, "duration"), 2**32, "batches.0.grants.0.duration"),
        (("batches", 0, "grants", 0, "revocable"), 1, "batches.0.grants.0.revocable"),
        (("batches", 0, "grants"), [], "batches.0.grants"),
        (("batches",), [], "batches"),
        (("after",), -1, "after"),
        (("more",), 1, "more: Extra inputs are not permitted"),
    ],
)
def test_a_plan_that_was_changed(
    reading: Reading, tmp_path: Path, way: tuple[str | int, ...], value: Any, words: str
) -> None:
    path = tmp_path / "plan.json"
    content = json.loads(plan_of(reading).dump())
    at = content
    for step in way[:-1]:
        at = at[step]
    at[way[-1]] = value
    path.write_text(json.dumps(content))
    with pytest.raises(PlanInvalid, match=re.escape(words)):
        load_plan(path)


def test_what_is_no_plan(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    for text in ("", "{}", "[]", "{" * 10_000):
        path.write_text(text)
        with pytest.raises(PlanInvalid, match="is no plan that can be used: build it again"):
            load_plan(path)


def test_a_plan_from_json_is_the_same(reading: Reading) -> None:
    plan = plan_of(reading)
    assert Plan.model_validate_json(plan.dump()) == plan


def test_a_list_is_checked(tmp_path: Path) -> None:
    said = run("build", EXAMPLE, *ECONOMY, "--total", "17630000.500000000000000001")
    for words in (
        "0xE96b6F3e419394373dc9dfc000897ee9B2f88072",
        "80,000.000000000000000001",
        "2027-03-01T08:00:00Z",
        "16,250,000.5",
        "304,499,999.5",  # left of 320,750,000
        "warning: line 7: 0x93101A59a0F23eC295905d32C0140588049108D7 has a grant of team in line 5, too",
        "6 grants in 2 batches; name --out FILE to write the plan",
    ):
        assert words in said


def test_a_plan_is_written(tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    answer = data("build", EXAMPLE, "--profile", ROOT / "profiles" / "devnet.yml", "--batch", 3, "--out", out)
    assert answer == {
        "grants": 6,
        "batches": 3,
        "allocations": {
            "investors": {
                "grants": 2,
                "batches": 1,
                "amount": str(16_250_000 * ERA + ERA // 2),
                "available": str(320_750_000 * ERA),
            },
            "team": {
                "grants": 4,
                "batches": 2,
                "amount": str(1_380_000 * ERA + 1),
                "available": str(147_500_000 * ERA),
            },
        },
        "warnings": [
            {"line": 7, "warning": "0x93101A59a0F23eC295905d32C0140588049108D7 has a grant of team in line 5, too"}
        ],
        "plan": str(out),
    }
    assert load_plan(out) == plan_of(read_grants(EXAMPLE, ROOMS), 3)
    assert f"written: {out}" in run("build", EXAMPLE, *ECONOMY, "--batch", 3, "--out", out)
    assert data("build", EXAMPLE, *ECONOMY, "--out", out, code=1)["error"] == "PlanExists"


def test_problems_for_people_and_for_programs(tmp_path: Path) -> None:
    file = written(tmp_path, f"{HEADER}\n{line(amount='-1')}\n\n{line(cliff='[red]')}\n")
    said = run("build", file, *ECONOMY, code=1)
    assert "ListInvalid" in said
    for words in ("line 2: '-1' is not above zero", "line 3: the line is empty", "line 4: cliff '[red]' is none"):
        assert words in said
    answer = data("build", file, *ECONOMY, code=1)
    assert (answer["error"], [one["line"] for one in answer["problems"]]) == ("ListInvalid", [2, 3, 4])


def test_long_lists_are_cut_and_totals_are_not(tmp_path: Path) -> None:
    lines = [line(f"0x{number:040x}") for number in range(1, 203)]
    said = run("build", written(tmp_path, "\n".join([HEADER, *lines])), *ECONOMY)
    assert "… and 2 more" in said
    assert "202 grants in 5 batches" in said
    assert f"0x{200:040x}" in said.lower()
    assert f"0x{201:040x}" not in said.lower()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((), "OptionInvalid", "against what? Name --rpc-url and --manifest, or --economy and --begins, or --profile"),
        (ECONOMY[:2], "OptionInvalid", "against what?"),
        (ECONOMY[2:], "OptionInvalid", "against what?"),
        ((*ECONOMY[:2], "--begins", 0), "OptionInvalid", "--begins 0: write seconds since 1970"),
        ((*ECONOMY[:2], "--begins", 2**39), "OptionInvalid", "write seconds since 1970"),
        (("--profile", ROOT / "profiles" / "devnet.yml", "--begins", 5), "OptionInvalid", "--begins: the profile says"),
        (("--rpc-url", "http://127.0.0.1:1"), "OptionInvalid", "--rpc-url needs --manifest, and none of --economy"),
        ((*ECONOMY, "--manifest", "nowhere.json"), "OptionInvalid", "--manifest nowhere.json: there is no such file"),
        ((*ECONOMY, "--total", "1,000"), "OptionInvalid", "--total: '1,000' has a sign, a separator"),
        ((*ECONOMY, "--total", "1"), "ListInvalid", "more than 1: correct the list or the total"),
        ((*ECONOMY, "--batch", 0), "OptionInvalid", "a batch has 1 to 200 grants, not 0"),
        (("--economy", "nowhere.yml", "--begins", 5), "ProfileNotReadable", "nowhere.yml"),
    ],
)
def test_options(arguments: tuple[object, ...], error: str, words: str) -> None:
    answer = data("build", EXAMPLE, *arguments, code=1)
    assert answer["error"] == error
    assert words in answer["message"]


def test_an_economy_in_place_of_the_profiles(tmp_path: Path) -> None:
    profile = ("--profile", ROOT / "profiles" / "devnet.yml", "--economy", ROOT / "profiles" / "connector.yml")
    assert data("build", EXAMPLE, *profile)["grants"] == 6


def test_contracts_of_a_deployment_hold_no_grants(tmp_path: Path) -> None:
    manifest = tmp_path / "devnet.json"
    Manifest("devnet", 1, A, 0, {"EraToken": Intent("EraToken", B, 0, "0x")}).save(manifest)
    file = written(tmp_path, f"{HEADER}\n{line()}\n{line(B)}\n")
    (problem,) = data("build", file, *ECONOMY, "--manifest", manifest, code=1)["problems"]
    assert problem == {"line": 3, "problem": f"{B} is the contract EraToken, which cannot hold a grant"}


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert data("build", tmp_path / "none.csv", *ECONOMY, code=1)["error"] == "FileNotFoundError"
    where = ("--rpc-url", "http://127.0.0.1:1", "--manifest", tmp_path / "none.json")
    assert data("apply", tmp_path / "none.json", *where, code=1)["error"] == "FileNotFoundError"


def test_help() -> None:
    said = re.sub(r"\x1b\[[0-9;]*m", "", run("build", "--help"))
    for option in ("--out", "--economy", "--begins", "--batch", "--repeats", "--total", "--after", "--json"):
        assert option in said
    said = re.sub(r"\x1b\[[0-9;]*m", "", run("apply", "--help"))
    for option in ("--dry-run", "--private-key-env", "--sender", "--unlocked", "--manifest", "--json"):
        assert option in said
    assert "vesting" in CliRunner().invoke(app, ["--help"]).output


def test_ranges_of_ids() -> None:
    assert [ranges(ids) for ids in ([], [4], [1, 2], [3, 1, 2, 7, 9, 10])] == ["", "4", "1–2", "1–3, 7, 9–10"]
