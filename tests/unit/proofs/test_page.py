"""What `docs/proofs.md` says was proved is what stands under `proofs/`, of the code that is here now."""

import re
from pathlib import Path

import pytest

from tools.prove.faults import Fault, faults, planted
from tools.prove.limits import LIMITS
from tools.prove.page import PAGE, found_row, read
from tools.prove.properties import ROOT, Property, digest, properties_in, sources, targets
from tools.prove.reach import with_failing_ends

PROPERTIES = {source.stem: properties_in(source) for source in sources()}
AGAIN = 'call `make prove PROVE="--stale --page"`'


@pytest.mark.parametrize("contract", PROPERTIES)
def test_every_property_stands_on_the_page_as_it_is_meant(contract: str) -> None:
    rows, _ = read()
    said = [(row.name, row.sentence) for row in rows.get(contract, [])]
    assert said == [(one.name, one.sentence) for one in PROPERTIES[contract]], AGAIN


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.stem)
def test_the_code_proved_is_the_code_here(source: Path) -> None:
    _, digests = read()
    assert digests.get(source.stem) == digest(source), AGAIN


@pytest.mark.parametrize("contract", PROPERTIES)
def test_what_is_not_proved_says_why(contract: str) -> None:
    rows, _ = read()
    reasons = {one.name: one.open for one in PROPERTIES[contract]}
    unproved = [row.name for row in rows.get(contract, []) if not row.status.startswith("proved")]
    assert [name for name in unproved if not reasons[name]] == []


def test_each_function_of_a_proof_has_a_sentence() -> None:
    for source in sources():
        named = re.findall(r"function (check_\w+)\(", source.read_text(encoding="utf-8"))
        assert named == [one.name for one in PROPERTIES[source.stem]]
        assert all(one.sentence.endswith(".") for one in PROPERTIES[source.stem])


def test_every_library_is_proved_or_said_to_be_left() -> None:
    proved = {target for source in sources() for target in targets(source)}
    libraries = {path.stem for path in (ROOT / "contracts" / "libraries").glob("*.sol")}
    left = set(re.findall(r"`(\w+Lib)`", LIMITS))
    assert libraries - proved - left == set()
    assert left & proved == set()


@pytest.mark.parametrize("one", faults(), ids=lambda one: one.refutes)
def test_a_fault_can_be_planted_and_has_a_property_that_refutes_it(one: Fault) -> None:
    contract, name = one.refutes.split(".")
    assert name in [known.name for known in PROPERTIES[contract]]
    assert planted(one), f"{one.source} does not have once: {one.right}"


def test_every_contract_of_proofs_has_a_fault() -> None:
    assert set(PROPERTIES) - {one.refutes.split(".")[0] for one in faults()} == set()


@pytest.mark.parametrize("one", faults(), ids=lambda one: one.refutes)
def test_the_page_says_that_a_fault_was_found_in_the_code_here(one: Fault) -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert found_row(one) in lines, f'call `make prove PROVE="{one.contract} --faults --page"`'


def test_the_end_of_each_property_can_be_made_to_fail() -> None:
    for source in sources():
        assert with_failing_ends(source.read_text(encoding="utf-8")).count("assert(false);") == len(
            PROPERTIES[source.stem]
        )


def test_a_sentence_is_read_over_lines_and_tags_apart(tmp_path: Path) -> None:
    source = tmp_path / "SomeProofs.sol"
    source.write_text(
        "contract SomeProofs {\n"
        "    /// @notice First\n    /// and second.\n    /// @custom:bound up to 3\n"
        "    function check_it() external {}\n}\n"
    )
    assert properties_in(source) == [Property("SomeProofs", "check_it", "First and second.", "up to 3", "")]
