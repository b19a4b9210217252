"""The committed table, the pages made from figures, and the pins of the peers agree with each other."""

import json
import re

import pytest

from benchmarks import report, rows
from benchmarks.artifact import Artifact
from benchmarks.compiled import PEERS as FOLDER
from benchmarks.compiled import SHIPPED, UNITS
from benchmarks.errors import BenchmarkError
from benchmarks.gas import GAS_JSON
from benchmarks.measure import Table
from benchmarks.operations import OPERATIONS
from benchmarks.peers import PEERS
from benchmarks.published import FIGURES
from benchmarks.reverts import ErrorBook
from benchmarks.rows import Row
from benchmarks.sizes import Size, markdown, sizes


def test_the_committed_table_is_in_order_described_and_of_known_implementations() -> None:
    text = GAS_JSON.read_text(encoding="utf-8")
    found = rows.loads(text)
    assert text == rows.dumps(found)
    assert {row.operation for row in found} <= set(OPERATIONS)
    assert {row.implementation for row in found} == {rows.OURS, *PEERS}


def test_every_peer_names_its_compiler_and_nobody_else_does() -> None:
    named = [name for unit in UNITS.values() for name in unit.implementations]
    assert sorted([*named, *SHIPPED]) == sorted(PEERS)


def test_peers_are_pinned_exactly_and_the_lock_file_agrees() -> None:
    wanted = json.loads((FOLDER / "package.json").read_text())["dependencies"]
    locked = json.loads((FOLDER / "package-lock.json").read_text())["packages"]
    for name, version in wanted.items():
        exact = re.fullmatch(r"(?:npm:.+@)?(\d+\.\d+\.\d+)", version)
        assert exact, f"{name} {version} is a range"
        assert locked[f"node_modules/{name}"]["version"] == exact[1]
    assert {f"solc-{unit.solc}" for unit in UNITS.values()} == {name for name in wanted if name.startswith("solc-")}


def test_a_section_shows_the_multiple_of_the_yardstick_and_marks_ours() -> None:
    found = [
        Row("approve", "caldera", 69_000, note="two"),
        Row("approve", "openzeppelin-erc1155", 46_000),
        Row("approve", "t-rex", 25_000, base_included=False, note="one"),
    ]
    lines = report.section("approve", found).splitlines()
    assert lines[0] == "## approve"
    assert "| **caldera** | 69,000 | 1.50 | two |" in lines
    assert "| openzeppelin-erc1155 | 46,000 | 1.00 |  |" in lines
    assert "| t-rex | 25,000 | 0.54 | one; without the 21,000 base |" in lines


def test_published_figures_stand_apart_under_the_measured_ones() -> None:
    page = report.markdown([Row("stake.first", "symbiotic-core", 276_619)])
    measured, published = page.split("## Published by others")
    assert "| symbiotic-core | 276,619 |" in measured
    assert len(FIGURES) == 11
    for one in FIGURES:
        assert f"| {one.project} | {one.call} | {one.gas:,} | {one.source} |" in published
        assert f"{one.gas:,}" not in measured


@pytest.mark.parametrize(("unit", "setting"), [("staking-rewards", {}), ("symbiotic", {"viaIR": True})])
def test_a_compiler_is_told_of_a_pipeline_only_where_it_has_two(unit: str, setting: dict[str, bool]) -> None:
    settings = UNITS[unit].standard_json()["settings"]
    assert {name: value for name, value in settings.items() if name == "viaIR"} == setting


def test_an_operation_without_a_description_is_not_measured() -> None:
    table = Table(None, "caldera", lambda step: None)  # type: ignore[arg-type]
    with pytest.raises(BenchmarkError, match=r"operations\.py"):
        table.add("certificate.juggle", None, "0x")  # type: ignore[arg-type]
    assert table.rows == []


def test_sizes_leave_out_tests_and_interfaces_and_give_the_margin() -> None:
    found = sizes(
        [
            Artifact("Late", "contracts/z/Late.sol", [], "0x" + "00" * 49_153, "0x" + "00" * 24_576),
            Artifact("Heavy", "contracts/a/Heavy.sol", [], "0x" + "00" * 30_000, "0x" + "00" * 24_577),
            Artifact("Mock", "contracts/testing/Mock.sol", [], "0x00", "0x00"),
            Artifact("IFace", "contracts/interfaces/IFace.sol", [], "0x", "0x"),
            Artifact("Fits", "contracts/z/Fits.sol", [], "0x" + "00" * 49_152, "0x" + "00" * 24_576),
        ]
    )
    assert found == [
        Size("Heavy", "contracts/a/Heavy.sol", 24_577, -1, 30_000),
        Size("Fits", "contracts/z/Fits.sol", 24_576, 0, 49_152),
        Size("Late", "contracts/z/Late.sol", 24_576, 0, 49_153),
    ]
    assert [size.fits for size in found] == [False, True, False]
    assert "| Heavy | 24,577 | -1 | 30,000 | `contracts/a/Heavy.sol` |" in markdown(found, "solc")


def test_a_revert_is_told_in_the_contracts_own_words() -> None:
    book = ErrorBook()
    text = "4e6f" + "00" * 30
    assert book.reason("0x08c379a0" + f"{32:064x}{2:064x}" + text) == "Error(reason='No')"
    below = "0x" + "cf479181" + f"{5:064x}{10:064x}"  # InsufficientBalance(uint256,uint256)
    assert book.reason(below) == f"unknown error {below}"
    inputs = [{"name": "available", "type": "uint256"}, {"name": "required", "type": "uint256"}]
    book.add([{"type": "error", "name": "InsufficientBalance", "inputs": inputs}])
    assert book.reason(below) == "InsufficientBalance(available=5, required=10)"
    assert book.reason(below[:40]).startswith("InsufficientBalance with malformed arguments")
    assert book.reason("0x") == "no reason given"
