"""What a page of a part must have, and that contracts, pictures and pages speak of the same things."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache

import pytest

from caldera.artifacts import load
from tests.unit.docs.test_snippets import DOCS, ROOT
from tools import architecture_picture
from tools.contract_index import sources

PARTS = (
    *("certificates", "receivables", "logistics", "rights", "land", "goods", "bound-rights", "agriculture", "energy"),
    *("participants", "standard", "credit-limit", "lending", "factoring", "securitisation", "circulation", "revenue"),
    *("era", "vesting", "airdrop", "fees", "incentives", "verification", "staking", "rewards", "disputes"),
    *("light-nodes", "governance", "vote-lock", "parameters", "value-fund", "joint-decision"),
)
"""Pages of parts of the suite; the others are of tools."""
STATES = re.compile(r"^## States|^stateDiagram-v2", re.M)
TRUE = re.compile(r"^## (?:Always true|Invariants)\n(.*?)(?=^## |\Z)", re.M | re.S)


@cache
def text_of(page: str) -> str:
    return (DOCS / f"{page}.md").read_text(encoding="utf-8")


def diagrams() -> list[tuple[str, str]]:
    """Every picture, with the page it is on."""
    pages = [*sorted(DOCS.glob("*.md")), ROOT / "README.md"]
    return [
        (path.name, one)
        for path in pages
        for one in re.findall(r"```mermaid\n(.*?)```", path.read_text(encoding="utf-8"), re.S)
    ]


@pytest.mark.parametrize("page", PARTS)
def test_a_part_has_flow_states_invariants_and_an_example(page: str) -> None:
    text = text_of(page)
    assert "```mermaid" in text, "no flow"
    assert STATES.search(text), "no states"
    assert "```python" in text, "no example"
    found = TRUE.search(text)
    assert found, "nothing is always true"
    held = re.findall(r"tests/[\w/]+(?:\*?\.py)?|\w+_machine\.py", found[1])
    assert held, "nobody holds it"
    for one in held:
        assert list(ROOT.glob(one if one.startswith("tests/") else f"tests/properties/{one}")), one


def test_every_contract_is_on_a_page() -> None:
    words = {word for path in DOCS.glob("*.md") for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    deployed = {one.name for one in sources() if one.kind == "contract" and one.folder != "devnet"}
    assert len(deployed) > 50
    assert deployed - words == set()


def test_the_index_has_every_file() -> None:
    code = re.compile(r"^(abstract )?(contract|interface|library) ", re.M)
    found = [path for path in (ROOT / "contracts").rglob("*.sol") if path.parent.name != "testing"]
    files = {path.stem for path in found if code.search(path.read_text(encoding="utf-8"))}
    assert {one.name for one in sources()} == files
    assert [one.name for one in sources() if not one.title] == []


def test_every_picture_can_be_drawn() -> None:
    drawn = diagrams()
    assert len(drawn) > len(PARTS)
    script = ROOT / "node_modules" / "@mermaid-js" / "tiny" / "dist" / "mermaid.tiny.js"
    command = ["node", str(DOCS.parent / "tests/unit/docs/parse_mermaid.js"), str(script)]
    asked = json.dumps([one for _, one in drawn] + ["flowchart TB\n a[b --> c"])
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, timeout=60)
    *answers, broken = json.loads(done.stdout)
    assert broken, "a broken picture must be seen"
    assert [(page, why) for (page, _), why in zip(drawn, answers, strict=True) if why] == []


def test_what_a_picture_calls_is_there() -> None:
    known = {entry["name"] for one in load().values() for entry in one.abi if "name" in entry}
    known |= {part["name"] for one in load().values() for entry in one.abi for part in entry.get("inputs", ())}
    library = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "caldera").rglob("*.py"))
    known |= set(re.findall(r"\w+", library))
    for page, drawn in diagrams():
        for name in re.findall(r"\b[a-z]+(?:[A-Z][a-z]+)+\b", drawn):
            assert name in known | {"sequenceDiagram", "stateDiagram"}, f"{page}: {name}"


def test_contracts_of_a_picture_are_there() -> None:
    known = {one.name for one in sources()} | {path.stem for path in (ROOT / "examples").rglob("*.sol")} | INSTANCES
    for page, drawn in diagrams():
        for name in re.findall(r"(?:participant \w+ as |[\"·(] ?)([A-Z][a-z]+(?:[A-Z][a-z]+)+)\b", drawn):
            assert name in known, f"{page}: {name}"


def test_the_example_of_a_trade_is_shown_as_it_is() -> None:
    files = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "examples" / "trade").iterdir() if path.is_file()
    )
    shown = re.findall(r"```(?:solidity|yaml)\n(.*?)\n```", text_of("add-a-trade"), re.S)
    assert len(shown) == 3
    assert [one for one in shown if one not in files] == []


def test_the_picture_of_the_architecture_is_the_one_that_is_made() -> None:
    assert architecture_picture.TARGET.read_text(encoding="utf-8") == architecture_picture.picture()
    known = {one.name for one in sources()}
    shown = {word for box in architecture_picture.BOXES for line in box.lines for word in re.findall(r"\w+", line)}
    named = {word for word in shown if re.fullmatch(r"[A-Z][a-z]+(?:[A-Z][a-z]+)+", word)}
    assert len(named) > 20
    assert named - known == set()


INSTANCES = {"ResearchReserve", "CommunityReserve"}
"""Names that a profile gives to contracts of another type."""
