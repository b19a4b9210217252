"""The tables of SECURITY.md are as the matrix is, every test they name is there, and no signed message is left out."""

from __future__ import annotations

import re

import pytest

from tests.adversaries.matrix import PAGE, ROOT, meant, named, page, parts_of, read, sources

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
    assert all(row[-1] for row in [*read("payouts"), *read("queues"), *read("deadlines")])


def test_every_typed_message_of_the_suite_is_there() -> None:
    """As the contracts spell the types that they hash."""
    text = "\n".join(sources().values())
    hashed = set(re.findall(r'"([A-Z]\w*)\((?=\w+ \w+|\w+\[\] \w+)[^"]*\)"', text))
    signed = {name for name in hashed if not name.startswith("EIP712")}
    nested = set(re.findall(r"\)([A-Z]\w*)\(", text))
    told = {name for one in read("orders") for name in one["types"] if "outside" not in one}
    assert told == signed | (nested & told)
    assert len(signed) > 20


def test_every_contract_that_takes_or_gives_signed_words_is_there() -> None:
    """Every contract with a domain of its own, by the names of what is deployed or made on demand."""
    domains = set(re.findall(r'EIP712\("([^"]+)", "1"\)', "\n".join(sources().values())))
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


def told(table: str, *also: str) -> set[str]:
    """The contracts that a table's second column names, and others, with all that they inherit from."""
    names = {name.strip() for row in read(table) for name in row[1].split(",")} | set(also)
    return {part for name in names for part in parts_of(name)}


def test_no_money_goes_out_unseen() -> None:
    """Every contract in which a token or a certificate is sent to somebody has a line of its own."""
    sends = r"\.safeTransfer(From)?\(|PushLib\.trySend|ERC1155Utils\.checkOn|_safeMint\("
    sending = {name for name, text in sources().items() if re.search(sends, text)}
    assert sending - told("payouts") == {"MoneyLib"}  # which takes money in, for who calls it
    assert len(sending) > 30


def test_no_money_goes_out_unasked() -> None:
    """Whether a token said no is asked of everyone: by SafeERC20 or PushLib, never by a bare call."""
    bare = r"\.(transfer|transferFrom|approve)\("
    found = {name for name, text in sources().items() for line in text.splitlines() if re.search(bare, line)}
    # Ledgers of the suite, which revert; the base contract's own.
    assert found == {"LandModule", "PermissionedToken"}


# What asks the time and takes nothing from who is late: earliest moments, and words of others.
NOBODYS_DEADLINES = {
    "CirculationGrowth": "an epoch's growth is known from a moment on",
    "CollateralLib": "of CoveredAsset and UsageRight",
    "CreditModel": "of OperatingRecord",
    "EventAnchor": "times of events, which are over",
    "FamilyBook": "changes have an earliest moment",
    "LendingPool": "a view, of pauses",
    "LendingTerms": "of CoveredAsset and the modules",
    "LockTotalsLib": "past seconds",
    "LockTraceLib": "past seconds",
    "NodePanels": "who came lately is not drawn yet",
    "ParameterLib": "changes have an earliest moment",
    "PoolBook": "of CreditDesk",
    "StakeExits": "stake leaves from a moment on",
    "ValueFund": "streams begin in the future",
    "ValueStandard": "rates, among the dangers",
    "VoteTraceLib": "past seconds",
}


def test_no_deadline_is_left_out() -> None:
    """Every contract that compares the time has a deadline in the tables, or nobody can be late there."""
    compares = r"block\.timestamp\s*[<>]|[<>]=?\s*block\.timestamp"
    asking = {name for name, text in sources().items() if re.search(compares, text)}
    signed = [name.strip() for one in read("orders") for name in one["contract"].split(",")]
    assert asking - told("deadlines", *signed) == NOBODYS_DEADLINES.keys()


def test_no_price_is_left_out() -> None:
    """Every contract that asks a source what something is worth stands among the dangers of prices."""
    asking = {
        name for name, text in sources().items() if re.search(r"\.usdRate(\(\)|\.selector)|latestRoundData\(\);", text)
    }
    assert asking == {"AggregatorRateSource", "DeveloperGrants", "EraRate", "FeeLib", "ValueStandard"}
    held = " ".join(row[1] for row in read("dangers")["prices"])
    # FeeLib is FeePrices'.
    assert all(name in held for name in asking - {"FeeLib"} | {"FeePrices"})
