"""The demo as a user runs it: every document is accounted for, and money comes out exactly as it went in."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLES = ROOT.parent / "shared" / "data" / "invoices"


def run(*arguments: str) -> tuple[int, str, str]:
    """The command's exit code, output and errors."""
    command = [sys.executable, "-m", "caldera.demo", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


def stories(*arguments: str) -> list[dict[str, Any]]:
    """What became of each document."""
    code, out, err = run("--json", *arguments)
    assert code == 0, err
    found: list[dict[str, Any]] = json.loads(out)
    return found


def add_up(story: dict[str, Any]) -> None:
    """Money in is money out, to the unit, for each certificate and for the whole."""
    taken: dict[str, int] = {}
    for payment in story["payments"]:
        taken[payment["certificate"]] = taken.get(payment["certificate"], 0) + payment["taken"]
        assert payment["taken"] <= payment["offered"]
    for part in story["parts"]:
        assert part["split"] == part["paid"]
        assert sum(part["paid"].values()) == part["units"] == taken.get(part["id"], 0)
    assert sum(part["units"] for part in story["parts"]) == story["face"]


def test_every_example_is_settled_or_kept_back_with_a_reason() -> None:
    found = {Path(story["document"]).name: story for story in stories()}
    assert set(found) == {path.name for path in (ROOT / "examples" / "invoices").glob("*.xml")}
    settled = {name for name, story in found.items() if story["outcome"] == "settled"}
    assert settled == set(found) - {"ubl-eur-credit-note.xml", "ubl-eur-negative.xml"}
    for name in settled:
        assert found[name]["face"] > 0
        add_up(found[name])

    reduced, note = found["ubl-eur.xml"], found["ubl-eur-credit-note.xml"]
    assert (note["outcome"], note["reason"]) == ("credited", "3450.00 EUR off NM-2026-0117")
    assert (reduced["credited"], reduced["face"]) == (3_450_000_000, 46_916_000_000)
    late = found["ubl-eur-negative.xml"]
    assert late["outcome"] == "kept back"
    assert late["reason"].startswith("HeldByOthers")


def test_large_lines_are_certificates_of_their_own() -> None:
    by_lines = next(story for story in stories() if story["document"].endswith("ubl-usd-large.xml"))
    root = int(by_lines["certificate"], 16)
    assert [int(part["id"], 16) - root for part in by_lines["parts"]] == [1, 2, 3, 4]
    assert sum(part["units"] for part in by_lines["parts"]) == by_lines["face"] == 173_310_000_000


def test_what_is_pledged_stays_and_what_is_too_much_is_not_taken() -> None:
    found = [story for story in stories() if story["outcome"] == "settled"]
    pledged = [part for story in found for part in story["parts"] if part["pledged"]]
    refused = [attempt for story in found for attempt in story["attempts"]]
    assert len(pledged) == len(refused) > 0
    assert all(attempt["refused"].startswith("PledgedUnits") for attempt in refused)
    late = [story for story in found if len(story["payments"]) == 2 * len(story["parts"])]
    assert late
    for story in late:
        for payment in story["payments"][len(story["parts"]) :]:
            assert payment["offered"] - payment["taken"] == 100_000_000
            assert payment["state"] == "settled" or payment is not story["payments"][-1]


def test_a_credit_note_finds_its_invoice_whatever_the_files_are_called(tmp_path: Path) -> None:
    examples = ROOT / "examples" / "invoices"
    (tmp_path / "1.xml").write_bytes((examples / "ubl-eur-credit-note.xml").read_bytes())
    (tmp_path / "2.xml").write_bytes((examples / "ubl-eur.xml").read_bytes())
    found = {Path(story["document"]).name: story["outcome"] for story in stories("--no-examples", str(tmp_path))}
    assert found == {"1.xml": "credited", "2.xml": "settled"}
    (tmp_path / "2.xml").unlink()
    (alone,) = stories("--no-examples", str(tmp_path))
    assert alone["outcome"] == "kept back"
    assert "names no invoice that is certified here (NM-2026-0117)" in alone["reason"]


@pytest.mark.skipif(not SAMPLES.exists(), reason="the published sample invoices are not here")
def test_no_published_sample_is_lost() -> None:
    found = stories("--no-examples", str(SAMPLES))
    files = [path for path in SAMPLES.rglob("*") if path.is_file()]
    assert len(found) == len(files)
    assert all(story["outcome"] == "settled" or story["reason"] for story in found)
    for story in found:
        if story["outcome"] == "settled":
            add_up(story)


def test_a_file_that_is_no_invoice_is_named(tmp_path: Path) -> None:
    (tmp_path / "letter.xml").write_text("<letter/>")
    (tmp_path / "notes.txt").write_text("hello")
    found = stories("--no-examples", str(tmp_path))
    assert [story["outcome"] for story in found] == ["not read", "not read"]
    assert all(story["reason"] for story in found)


def test_a_place_that_does_not_exist_is_said(tmp_path: Path) -> None:
    code, _, err = run(str(tmp_path / "nowhere"))
    assert code == 2
    assert "no such file or folder" in err
