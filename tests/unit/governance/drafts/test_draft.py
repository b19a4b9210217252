"""Drafts: what a file may say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.governance import Draft, DraftCall, DraftInvalid, parse_draft, read_draft
from caldera.governance.compose import Proposal, bare, title_of

GOOD = """title: Raise the minimum unit to 2,000 USD
why: |
  Small parts cost more than they are worth.
parameters:
  ValueStandard.rules[EU/receivable].minimum_unit_usd: 2,000 USD
  LendingTerms.loan_terms[EUR].rate: 8.5%
calls:
  - {call: Treasury.spend, args: [$EraToken, $officer, "1,000 ERA", "a purpose"], value: 0}
  - {call: CalderaGovernor.setVotingDelay, args: {newVotingDelay: 1 day}}
"""


def test_a_draft_is_read_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "draft.yml"
    path.write_text(GOOD)
    draft = read_draft(path)
    assert draft == Draft(
        "Raise the minimum unit to 2,000 USD",
        "Small parts cost more than they are worth.\n",
        (
            ("ValueStandard.rules[EU/receivable].minimum_unit_usd", "2,000 USD"),
            ("LendingTerms.loan_terms[EUR].rate", "8.5%"),
        ),
        (
            DraftCall("Treasury.spend", ["$EraToken", "$officer", "1,000 ERA", "a purpose"]),
            DraftCall("CalderaGovernor.setVotingDelay", {"newVotingDelay": "1 day"}),
        ),
    )
    assert draft.text == "# Raise the minimum unit to 2,000 USD\n\nSmall parts cost more than they are worth."


def test_numbers_with_a_point_stay_text(tmp_path: Path) -> None:
    """A YAML reader that makes floats of them would round."""
    path = tmp_path / "draft.yml"
    path.write_text("title: t\nparameters: {A.b: 0.1, A.c: 1000000000000000000000000}\n")
    assert dict(read_draft(path).parameters) == {"A.b": "0.1", "A.c": 10**24}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": None}, "title: write one line"),
        ({"title": ""}, "title: write one line"),
        ({"title": "two\nlines"}, "title: write one line"),
        ({"title": "two\rlines"}, "title: write one line"),
        ({"title": "x" * 121}, "at most 120 characters"),
        ({"title": "half a \ud800"}, "no character"),
        ({"why": "half a \udcff"}, "no character"),
        ({"why": ["a"]}, "why: write Markdown"),
        ({"why": "x #proposer=0x12"}, "'#proposer=' binds"),
        ({"parameters": ["a"]}, "parameters: write a mapping"),
        ({"parameters": {1: "2"}}, "parameters: 1 is no name"),
        ({"calls": {"a": 1}}, "calls: write a list"),
        ({"calls": ["Treasury.spend"]}, "calls.0: write {call"),
        ({"calls": [{"call": "Treasury", "args": []}]}, "calls.0.call: write Contract.function"),
        ({"calls": [{"call": "A.b", "value": -1}]}, "calls.0.value: write wei"),
        ({"calls": [{"call": "A.b", "gas": 1}]}, "calls.0: write {call"),
        ({"because": "x"}, "because: there is no such field"),
    ],
)
def test_what_is_no_draft(change: dict[str, Any], words: str) -> None:
    with pytest.raises(DraftInvalid) as raised:
        parse_draft({"title": "t"} | change)
    assert words in str(raised.value)
    assert len(raised.value.problems) == 1


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(DraftInvalid) as raised:
        parse_draft({"title": "", "calls": [1], "x": 2})
    assert len(raised.value.problems) == 3


def test_a_title_just_fits() -> None:
    assert parse_draft({"title": "x" * 120}).title == "x" * 120


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(DraftInvalid, match="No such file"):
        read_draft(tmp_path / "none.yml")
    (tmp_path / "twice.yml").write_text("title: a\ntitle: b\n")
    with pytest.raises(DraftInvalid, match="stands twice"):
        read_draft(tmp_path / "twice.yml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a draft is a mapping"),
        ("title: t\nparameters: " + "[" * 3_000 + "]" * 3_000, "that deep"),
        ("title: t\nparameters: {A.b: " + "9" * 5_000 + "}", "that long"),
    ],
)
def test_a_file_that_no_reader_takes(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "draft.yml").write_text(text)
    with pytest.raises(DraftInvalid, match=words):
        read_draft(tmp_path / "draft.yml")


def test_only_a_mark_at_the_end_is_one() -> None:
    """The governor reads no other, and a reader is shown everything else."""
    mark = "#proposer=0x" + "1" * 40
    for text in (f"# t\n\n{mark}\n\nand grants ADMIN", f"# t\n\n{mark}5", "# t\n\n#proposer=me"):
        assert bare(text) == text
    assert bare(f"# t\n\n{mark} why {mark}") == f"# t\n\n{mark} why"


def test_a_description_that_is_no_text_keeps_its_hash() -> None:
    raw = b"# t\xff\xfe"
    assert Proposal("t", raw.decode("utf-8", "surrogateescape"), ()).text_hash == keccak(raw)


def test_the_mark_of_a_proposer_comes_and_goes() -> None:
    made = Proposal("t", "# t\n\nwhy", ())
    bound = made.by("0x" + "1" * 40)
    assert bound.text == "# t\n\nwhy\n\n#proposer=0x" + "1" * 40
    assert bound.by("0x" + "2" * 40).text.endswith("#proposer=0x" + "2" * 40)
    assert bound.by("0x" + "2" * 40).text.count("#proposer=") == 1
    assert bare(bound.text) == made.text
    assert title_of(bound.text) == "t"
    assert title_of("") == ""
    assert bound.text_hash != made.text_hash
