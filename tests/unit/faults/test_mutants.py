"""The faults that are planted: each is one edit of code, once, with a name of its own."""

from pathlib import Path

import pytest

from tests.faults import operators
from tests.faults.building import ROOT, reached, sources
from tests.faults.mutants import Mutant, mutants
from tests.faults.operators import Edit
from tests.faults.patches import patches, placed

SOURCE = """// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;
contract C {
    // if (a < b) revert Comment();
    event Kept(uint256 a);
    error Small(uint256 a, string text);
    address owner;
    bool ok;
    mapping(uint256 => uint256) sum;
    modifier restricted() {
        if (msg.sender != owner) revert();
        _;
    }
    function f(uint256 a, uint256 b) external restricted returns (bool) {
        if (a < b) revert Small(a, "a < b");
        if (!ok && a == b) {
            revert();
        }
        sum[a] += b;
        emit Kept(
            a
        );
        return true;
    }
}
"""


def of(found: list[Edit]) -> list[Mutant]:
    return mutants("C.sol", SOURCE, found)


def after(name: str, found: list[Edit]) -> list[str]:
    """The changed lines of each fault of an operator."""
    return [one.change.split(" => ", 1)[1] for one in of(found) if one.operator == name]


def test_our_own_are_in_code_only() -> None:
    found = list(operators.edits(SOURCE))
    assert after("swap", found) == [
        "if (msg.sender == owner) revert();",
        'if (a <= b) revert Small(a, "a < b");',
        "if (!ok || a == b) {",
        "if (!ok && a != b) {",
        "sum[a] = b;",
        "sum[a] -= b;",
    ]
    assert after("negation", found) == ["if (ok && a == b) {"]
    assert after("answer", found) == ["return false;"]
    assert after("modifier", found) == ["function f(uint256 a, uint256 b) external returns (bool) {"]


def test_those_of_slither_mutate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from slither import Slither

    (tmp_path / "C.sol").write_text(SOURCE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made = Slither("C.sol", solc=str(ROOT / "tools/solcx/solc-v0.8.34"))
    found = [edit for _, edit in patches(made, {"C.sol": SOURCE})]
    names = {name for name, *_ in found}
    assert {"CR", "MIA", "ROR", "ASOR", "SBR", "LOR"} <= names
    assert not {"RR", "FHR"} & names
    assert 'if (a >= b) revert Small(a, "a < b");' in after("ROR", found)
    # A statement over several lines goes as a whole, and the one after a condition leaves the condition alone.
    dropped = after("CR", found)
    assert dropped[:3] == ["if (msg.sender != owner) {}", "{}", "if (a < b) {}"]
    (event,) = (one for one in of(found) if one.operator == "CR" and "emit" in one.change)
    assert event.apply(SOURCE) == SOURCE.replace("emit Kept(\n            a\n        );", "{}")


def patch(start: int, end: int, old: str, new: str) -> dict[str, object]:
    return {"start": start, "end": end, "old_string": old, "new_string": new, "line_number": 1}


class TestPlaces:
    """A patch of slither-mutate may mark a part and replace the whole, or the other way round."""

    TEXT = b"if (a == 0 || b) return a == c; // \xc3\xa9\nd = e;"

    def test_a_part_is_marked_for_the_whole(self) -> None:
        whole = "return a == c"
        found = placed("ROR", patch(24, 30, whole, "return a < c"), self.TEXT)
        assert found == ("ROR", 17, 30, "return a < c")

    def test_a_part_is_what_the_condition_is(self) -> None:
        assert placed("MIA", patch(4, 10, "all", "!(all)"), self.TEXT) == ("MIA", 4, 10, "!(a == 0)")

    def test_what_is_nowhere_is_left_out(self) -> None:
        assert placed("AOR", patch(4, 10, "nowhere", "x"), self.TEXT) is None

    def test_what_was_cut_off_is_left_out(self) -> None:
        assert placed("ROR", patch(4, 10, "a == 0 || b == c", "a < 0 || b "), self.TEXT) is None

    def test_bytes_become_characters(self) -> None:
        assert placed("CR", patch(38, 43, "d = e", "//d = e"), self.TEXT) == ("CR", 37, 43, "{}")


def test_one_change_is_one_fault_whoever_makes_it() -> None:
    at = SOURCE.index("a < b) revert Small")
    same = [("swap", at + 2, at + 3, "<="), ("ROR", at, at + 5, "a <= b"), ("ROR", at, at + 5, "a < b")]
    (only,) = of([*same])
    assert only.apply(SOURCE) == SOURCE.replace("if (a < b) revert Small", "if (a <= b) revert Small")
    assert only.line == 15


def test_every_fault_has_a_name_of_its_own() -> None:
    twice = "a = b;\na = b;\n"
    names = [one.key for one in mutants("C.sol", twice, [("CR", 0, 6, "{}"), ("CR", 7, 13, "{}")])]
    assert names == ["C: a = b; => {}", "C: a = b; => {} (the 2.)"]


def test_a_library_reaches_whoever_uses_it() -> None:
    found = reached("contracts/libraries/LienLib.sol", sources())
    assert {"contracts/assets/AssetCertificate.sol", "contracts/assets/UsageRight.sol"} <= found
    assert "contracts/era/EraToken.sol" not in found
