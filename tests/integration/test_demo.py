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


def test_every_example_is_settled_or_kept_back_with_a_reason() -> None:
    found = {Path(story["document"]).name: story for story in stories()}
    assert set(found) == {path.name for path in (ROOT / "examples" / "invoices").glob("*.xml")}
    settled = {name for name, story in found.items() if story["outcome"] == "settled"}
    assert settled == set(found) - {"ubl-eur-credit-note.xml", "ubl-eur-negative.xml"}
    for name in settled:
        assert found[name]["split"] == found[name]["paid"]
        assert sum(found[name]["paid"].values()) == found[name]["face"] > 0


@pytest.mark.skipif(not SAMPLES.exists(), reason="the published sample invoices are not here")
def test_no_published_sample_is_lost() -> None:
    found = stories("--no-examples", str(SAMPLES))
    files = [path for path in SAMPLES.rglob("*") if path.is_file()]
    assert len(found) == len(files)
    assert all(story["outcome"] == "settled" or story["reason"] for story in found)


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
