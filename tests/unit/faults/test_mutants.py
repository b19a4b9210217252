"""The faults that are planted: each is the one edit it says, in code only."""

from tests.faults.__main__ import judge, page
from tests.faults.building import needs_ir, reached, sources
from tests.faults.mutants import Mutant, mutants

SOURCE = """contract C {
    // if (a < b) revert Comment();
    event Kept(uint256 a);
    function f(uint256 a, uint256 b) external restricted returns (bool) {
        if (a < b) revert Small(a, "a < b");
        if (!ok && a == b) {
            revert Twice();
        }
        sum[a] += b;
        emit Kept(a);
        return true;
    }
}
"""


def made() -> list[Mutant]:
    return list(mutants("C.sol", SOURCE))


def after(kind: str) -> list[str]:
    """The changed lines of each fault of a kind."""
    found = []
    for mutant in made():
        if mutant.kind == kind:
            old, new = SOURCE.split("\n"), mutant.apply(SOURCE).split("\n")
            found.append(" ".join(line.strip() for line in new if line not in old))
    return found


def test_guards_are_dropped() -> None:
    dropped = [mutant.old.split("(")[0] + str(mutant.line) for mutant in made() if mutant.kind == "guard dropped"]
    assert dropped == ["if 5", "if 6"]


def test_operators_are_swapped_in_code_only() -> None:
    assert after("operator") == [
        'if (a <= b) revert Small(a, "a < b");',
        "if (!ok || a == b) {",
        "if (!ok && a != b) {",
        "sum[a] -= b;",
        "sum[a] = b;",
    ]


def test_the_rest() -> None:
    assert after("negation dropped") == ["if (ok && a == b) {"]
    assert after("answer turned") == ["return false;"]
    assert after("modifier dropped") == ["function f(uint256 a, uint256 b) external  returns (bool) {"]
    assert [mutant.old for mutant in made() if mutant.kind == "statement dropped"] == ["sum[a] += b;"]
    assert [mutant.old for mutant in made() if mutant.kind == "event dropped"] == ["emit Kept(a);"]


def test_every_fault_has_a_name_of_its_own() -> None:
    keys = [mutant.key for mutant in made()]
    assert len(set(keys)) == len(keys) == 12


def test_a_library_reaches_whoever_uses_it() -> None:
    found = reached("contracts/libraries/LienLib.sol", sources())
    assert {"contracts/assets/AssetCertificate.sol", "contracts/assets/UsageRight.sol"} <= found
    assert "contracts/era/EraToken.sol" not in found


ERA = "contracts/era/EraToken.sol"


def test_a_fault_is_found() -> None:
    texts = sources()
    (guard,) = (one for one in mutants(ERA, texts[ERA]) if "NoGenesisHolder" in one.old)
    assert judge(guard, texts, ["tests/unit/era/test_supply.py"]) == "killed"


def test_what_is_no_fault_is_not_found() -> None:
    texts = sources()
    start = texts[ERA].index("constant SUPPLY")
    harmless = Mutant(ERA, start, start + 8, "constant", "constant ", "operator", 1, "")
    assert judge(harmless, texts, ["tests/unit/era/test_supply.py"]) == "survived"


def test_what_is_no_solidity_is_told_apart() -> None:
    texts = sources()
    start = texts[ERA].index("constant SUPPLY")
    broken = Mutant(ERA, start, start + 8, "constant", "constint", "operator", 1, "")
    assert judge(broken, texts, ["tests/unit/era/test_supply.py"]) == "does not compile"


def test_the_page_counts() -> None:
    one = {"path": "a.sol", "line": "1", "result": "survived"}
    judged = [one | {"key": "k1"}, one | {"key": "k2"}, one | {"key": "k3", "result": "killed"}]
    judged.append(one | {"key": "k4", "result": "does not compile"})
    text = page(judged, {"k1": "the same"}, 0, 1)
    assert "| `a.sol` | 3 | 1 | 1 | 66.7 % |" in text
    assert "| `k1` | 1 | the same |" in text


def test_the_pipeline_is_chosen_by_what_the_faultless_contracts_need() -> None:
    assert not needs_ir(frozenset({ERA}))
    assert needs_ir(frozenset({"contracts/modules/receivables/ReceivableModule.sol"}))
