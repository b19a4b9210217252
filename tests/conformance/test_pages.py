"""The lists of clauses and of known defects: nothing without a test, no test without an entry, no page out of date."""

from __future__ import annotations

from pathlib import Path

import pytest

from caldera.artifacts import load
from tests.conformance import pages
from tests.conformance.marks import defects, held, standards

SIGNS = {
    "ERC-20": {"transfer", "transferFrom", "approve", "allowance"},
    "ERC-165": {"supportsInterface"},
    "ERC-721": {"ownerOf", "safeTransferFrom"},
    "ERC-1155": {"balanceOfBatch", "safeBatchTransferFrom"},
    "ERC-2612": {"permit", "nonces"},
    "ERC-3009": {"transferWithAuthorization"},
    "ERC-4626": {"convertToShares", "maxDeposit"},
    "ERC-4907": {"setUser", "userOf"},
    "ERC-5805": {"getPastVotes", "delegateBySig"},
    "ERC-7943": {"canTransfer", "forcedTransfer", "setFrozenTokens"},
    "EIP-712": {"eip712Domain"},
}
"""Functions by which who has a standard is known, whoever says so or not."""


def test_every_clause_has_a_test() -> None:
    missing = [
        f"{name}: {clause.id}"
        for name, standard in standards().items()
        for clause in standard.clauses
        if not pages.tests_of_clause(name, clause.id)
    ]
    assert not missing


def test_every_mark_names_a_clause_or_a_defect() -> None:
    known = {(name, clause.id) for name, standard in standards().items() for clause in standard.clauses}
    for one in held():
        if one.mark == "clause":
            assert {(one.names[0], id) for id in one.names[1:]} <= known, one.where
        else:
            assert set(one.names) <= defects().keys(), one.where


def test_every_defect_has_a_test_or_a_reason() -> None:
    for one in defects().values():
        tests = pages.tests_of_defect(one.id)
        assert bool(tests) != bool(one.why_not), f"{one.id}: {tests or 'no test'}"
        assert bool(one.held) != bool(one.why_not), one.id


def test_every_mark_stands_on_a_test() -> None:
    """On what pytest collects, not on a helper."""
    for one in held():
        *classes, function = one.test.split("::")
        assert function.startswith("test_"), one.where
        assert all(name.startswith("Test") for name in classes), one.where


@pytest.mark.parametrize("name", SIGNS)
def test_everybody_who_has_a_standards_functions_is_listed(name: str) -> None:
    having = {
        contract
        for contract, made in load().items()
        if made.deployable
        and not made.source_id.startswith("contracts/testing/")
        and {entry.get("name") for entry in made.abi} >= SIGNS[name]
    }
    assert having == set(standards()[name].contracts)


@pytest.mark.parametrize("page", [pages.CONFORMANCE, pages.KNOWN_DEFECTS], ids=lambda path: path.stem)
def test_the_page_is_current(page: Path) -> None:
    made = pages.conformance() if page == pages.CONFORMANCE else pages.known_defects()
    assert page.read_text("utf-8") == made, "run python -m tests.conformance.pages"
