"""The command: a list checked and built, a folder checked, as JSON and for people."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from caldera.airdrop import Airdrop, read_list
from caldera.cli import app
from caldera.deployment.manifest import Intent, Manifest
from caldera.evm.account import account

ANN, BEN = account("ann").address, account("ben").address
LIST = f"account,amount\n{ANN},100.5\n{BEN},200\n"


def run(*arguments: object, code: int = 0) -> str:
    """What it prints, errors included."""
    done = CliRunner().invoke(app, ["airdrop", *map(str, arguments)], env={"COLUMNS": "200"})
    assert done.exit_code == code, done.output
    return done.output


def data(*arguments: object, code: int = 0) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["airdrop", *map(str, arguments), "--json"])
    assert done.exit_code == code, done.output
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    return path


def test_a_list_is_checked(file: Path) -> None:
    said = run("build", file)
    root = read_list(file).root.hex()
    for words in (f"0x{root}", "300.5 ERA (300500000000000000000 wei)", "The list is good; name --out DIR"):
        assert words in said
    assert [path.name for path in file.parent.iterdir()] == ["list.csv"]


def test_a_folder_is_built_and_checked(file: Path) -> None:
    out = file.parent / "out"
    built = data("build", file, "--out", out, "--total", "300.5")
    assert built == {
        "root": f"0x{read_list(file).root.hex()}",
        "count": 2,
        "total": "300500000000000000000",
        "folder": str(out),
        "files": 4,
    }
    assert data("check", out, "--root", built["root"]) == {name: built[name] for name in ("root", "count", "total")}
    assert "Every proof is good; compare the root with the round's, or name --root." in run("check", out)
    assert "Every proof is good." in run("check", out, "--root", built["root"].upper().replace("0X", "0x"))
    assert "FolderExists" in run("build", file, "--out", out, code=1)


def test_problems_for_people_and_for_programs(file: Path) -> None:
    file.write_text(f"account,amount\n{ANN},-1\n\n{ANN.lower()},5\n")
    said = run("build", file, code=1)
    assert "ListInvalid" in said
    for line in ("line 2: '-1' is not above zero", "line 3: the line is empty", "line 4: "):
        assert line in said
    answer = data("build", file, code=1)
    assert answer["error"] == "ListInvalid"
    assert [one["line"] for one in answer["problems"]] == [2, 3, 4]
    assert answer["problems"][1]["problem"] == "the line is empty: take it out"


def test_problems_of_a_folder(file: Path) -> None:
    out = file.parent / "out"
    run("build", file, "--out", out)
    (out / "stray.json").write_text("{}")
    answer = data("check", out, "--root", "0x" + "00" * 32, code=1)
    assert answer["error"] == "FolderInvalid"
    assert len(answer["problems"]) == 2
    assert "stray.json does not belong" in run("check", out, code=1)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("--total", "1,000"), "OptionInvalid", "--total: '1,000' has a sign, a separator"),
        (("--total", "300"), "ListInvalid", "0.5 more than 300"),
        (("--contract", "0x12"), "OptionInvalid", "--contract: '0x12' is not an address"),
        (("--contract", ANN), "ListInvalid", "a contract named by --contract, which cannot claim"),
        (("--manifest", "nowhere.json"), "OptionInvalid", "--manifest nowhere.json: there is no such file"),
    ],
)
def test_options(file: Path, arguments: tuple[str, ...], error: str, words: str) -> None:
    answer = data("build", file, *arguments, code=1)
    assert answer["error"] == error
    assert words in answer["message"]


def test_contracts_of_a_deployment_cannot_claim(file: Path) -> None:
    manifest = file.parent / "devnet.json"
    Manifest("devnet", 1, ANN, 0, {"EraToken": Intent("EraToken", BEN, 0, "0x")}).save(manifest)
    (problem,) = data("build", file, "--manifest", manifest, code=1)["problems"]
    assert problem == {"line": 3, "problem": f"{BEN} is the contract EraToken, which cannot claim: take the line out"}
    manifest.write_text("{}")
    assert data("build", file, "--manifest", manifest, code=1)["error"] == "ManifestError"


def test_roots_are_written_in_full(file: Path) -> None:
    run("build", file, "--out", file.parent / "out")
    answer = data("check", file.parent / "out", "--root", "0x12", code=1)
    assert (answer["error"], answer["message"]) == ("OptionInvalid", "--root 0x12: write 0x and 64 hex digits")


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert data("build", tmp_path / "none.csv", code=1)["error"] == "FileNotFoundError"
    assert data("check", tmp_path / "none", code=1)["error"] == "FolderInvalid"


def test_help() -> None:
    said = re.sub(r"\x1b\[[0-9;]*m", "", run("build", "--help"))
    for option in ("--out", "--total", "--contract", "--manifest", "--json"):
        assert option in said
    assert "--root" in run("check", "--help")
    assert "airdrop" in CliRunner().invoke(app, ["--help"]).output


def test_markup_in_a_list_is_text(file: Path) -> None:
    file.write_text("account,amount\n[red]x[/red],1\n")
    assert "[red]x[/red]" in run("build", file, code=1)


def test_what_is_claimed_on_chain_is_what_was_built(file: Path) -> None:
    """The same list from a program."""
    era = 10**18
    assert Airdrop.of([(ANN, 100 * era + era // 2), (BEN, 200 * era)]).root == read_list(file).root
