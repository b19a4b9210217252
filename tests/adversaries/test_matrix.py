"""The tables of SECURITY.md are as the matrix is, every test they name is there, and no signed message is left out."""

from __future__ import annotations

import re

import pytest

from tests.adversaries.matrix import PAGE, ROOT, meant, named, page, read

KINDS = {
    "reentrant receivers",
    "gas-burning receivers",
    "lying tokens",
    "blacklisting tokens",
    "signatures",
    "donations and rounding",
    "prices",
    "powers",
    "one asset, one claim",
}


def sources() -> str:
    """All contracts of the suite."""
    return "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "contracts").rglob("*.sol"))
        if "testing" not in path.parts
    )


def test_the_page_is_current() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(text), "write it anew: python -m tests.adversaries.matrix"


@pytest.mark.parametrize("test", sorted(set(named())))
def test_every_test_that_is_named_is_there_once(test: str) -> None:
    found = meant(test)
    assert found
    assert test.endswith("::*") or len(found) == 1, f"say which: {found}"


def test_every_kind_is_there() -> None:
    dangers = read("dangers")
    assert set(dangers) == KINDS
    assert all(row[-1] for rows in dangers.values() for row in rows)
    assert all(row[-1] for row in [*read("queues"), *read("deadlines")])


def test_every_typed_message_of_the_suite_is_there() -> None:
    """As the contracts spell the types that they hash."""
    hashed = set(re.findall(r'"([A-Z]\w*)\((?=\w+ \w+|\w+\[\] \w+)[^"]*\)"', sources()))
    signed = {name for name in hashed if not name.startswith("EIP712")}
    nested = set(re.findall(r"\)([A-Z]\w*)\(", sources()))
    told = {name for one in read("orders") for name in one["types"] if "outside" not in one}
    assert told == signed | (nested & told)
    assert len(signed) > 20


def test_every_contract_that_takes_or_gives_signed_words_is_there() -> None:
    """Every contract with a domain of its own, by the names of what is deployed or made on demand."""
    domains = set(re.findall(r'EIP712\("([^"]+)", "1"\)', sources()))
    told = {name.strip() for one in read("orders") for name in one["contract"].split(",")}
    assert len(domains) == 16
    # These have domains of OpenZeppelin's contracts, or hash chain and address themselves.
    others = {"EraToken", "CalderaGovernor", "DeviceRegister", "LightNodes", "NodeBallots", "DisputeCourt"}
    assert len(told - others) == len(domains)


def test_no_money_comes_in_uncounted() -> None:
    """Whoever takes a token from an account compares what arrived: by MoneyLib.pull, or in the same file by itself."""
    taking = {
        path.name
        for path in sorted((ROOT / "contracts").rglob("*.sol"))
        if "testing" not in path.parts
        and re.search(
            r"\.(safeTransferFrom|transferFrom)\((\w+|msg\.sender), [^,()]+(\(this\))?, [^,()]+\);", path.read_text()
        )
    }
    counting = {name for name in taking if "InexactToken" in next((ROOT / "contracts").rglob(name)).read_text()}
    # Rights are no money: the ledger is the suite's own, and there is one of each.
    assert taking - counting == {"LandModule.sol", "PermissionedToken.sol"}
    assert len(counting) >= 5
