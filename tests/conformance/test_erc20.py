"""ERC-20, for every token of the suite: ERA, shares of pools, and the development chain's currencies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from caldera.artifacts import artifact
from caldera.contracts import DevnetCurrency, EraToken, LendingPool, MoodyToken, events
from caldera.evm import Account, Chain, Receipt, Revm
from tests.conformance.marks import sources, standards
from tests.support.bytecode import answers, install
from tests.support.lending import TERMS, Bank, open_bank
from tests.support.outside import open_closed_pool
from tests.support.suite import MINIMUM, NOBODY, reverts
from tests.support.tokens import log

EACH = 50 * MINIMUM * 10**6
TRANSFER, APPROVAL = "Transfer(address,address,uint256)", "Approval(address,address,uint256)"
LARGEST = 2**256 - 1
SAYS_FALSE = 4
"""A mood of MoodyToken."""
FUNCTIONS = {
    "totalSupply": ((), "uint256"),
    "balanceOf": (("address",), "uint256"),
    "transfer": (("address", "uint256"), "bool"),
    "transferFrom": (("address", "address", "uint256"), "bool"),
    "approve": (("address", "uint256"), "bool"),
    "allowance": (("address", "address"), "uint256"),
}
EVENTS = {
    "Transfer": (("address", True), ("address", True), ("uint256", False)),
    "Approval": (("address", True), ("address", True), ("uint256", False)),
}


@dataclass
class Coin:
    """owner and other hold `EACH` and nobody else holds anything; spender has nothing."""

    name: str
    chain: Chain
    token: Any
    owner: Account
    other: Account
    spender: Account


def _era() -> Coin:
    chain = Revm()
    owner, other, spender = (chain.account(name) for name in ("owner", "other", "spender"))
    token = EraToken.deploy(chain, owner, sender=spender)
    token.transfer(other, token.SUPPLY() - EACH, sender=owner)
    return Coin("EraToken", chain, token, owner, other, spender)


def _currency() -> Coin:
    chain = Revm()
    owner, other, spender = (chain.account(name) for name in ("owner", "other", "spender"))
    token = DevnetCurrency.deploy(chain, "USD", 6, sender=spender)
    for account in (owner, other):
        token.mint(account, EACH, sender=spender)
    return Coin("DevnetCurrency", chain, token, owner, other, spender)


def _pool(closed: bool) -> Coin:
    bank: Bank = open_bank()
    suite = bank.suite
    pool: Any = bank.pool
    if closed:
        pool, _ = open_closed_pool(bank, "Lenders of one", suite.lena, NOBODY, TERMS)
    bank.fund_for(pool, suite.lena, 100 * MINIMUM)
    pool.deposit(100 * MINIMUM, suite.lena, sender=suite.lena)
    pool.transfer(suite.leo, EACH, sender=suite.lena)
    return Coin(artifact(pool.ABI_NAME).name, bank.chain, pool, suite.lena, suite.leo, suite.bank)


BUILD = {
    "EraToken": _era,
    "LendingPool": lambda: _pool(False),
    "ClosedPool": lambda: _pool(True),
    "DevnetCurrency": _currency,
}


@pytest.fixture(scope="module", params=standards()["ERC-20"].contracts)
def stand(request: pytest.FixtureRequest) -> Coin:
    made = BUILD[request.param]()
    assert made.name == request.param
    return made


@pytest.fixture
def coin(stand: Coin) -> Iterator[Coin]:
    with stand.chain.isolated():
        yield stand


@pytest.mark.clause("ERC-20", "interface")
@pytest.mark.clause("ERC-4626", "erc20")
def test_functions_and_events_are_those_of_the_text(coin: Coin) -> None:
    abi = artifact(coin.name).abi
    for name, (inputs, output) in FUNCTIONS.items():
        (entry,) = (one for one in abi if one.get("name") == name and one["type"] == "function")
        assert tuple(part["type"] for part in entry["inputs"]) == inputs
        assert [part["type"] for part in entry["outputs"]] == [output]
    for name, fields in EVENTS.items():
        (entry,) = (one for one in abi if one.get("name") == name and one["type"] == "event")
        assert tuple((part["type"], part["indexed"]) for part in entry["inputs"]) == fields


@pytest.mark.clause("ERC-20", "metadata")
@pytest.mark.clause("ERC-4626", "erc20")
def test_metadata_answers_and_stays(coin: Coin) -> None:
    said = (coin.token.name(), coin.token.symbol(), coin.token.decimals())
    assert said[0]
    assert said[1]
    assert 0 <= said[2] <= 18
    coin.token.transfer(coin.other, 1, sender=coin.owner)
    assert (coin.token.name(), coin.token.symbol(), coin.token.decimals()) == said


@pytest.mark.clause("ERC-20", "supply")
def test_the_supply_is_what_all_hold(coin: Coin) -> None:
    held = sum(coin.token.balanceOf(who) for who in (coin.owner, coin.other, coin.spender))
    assert coin.token.totalSupply() == held
    coin.token.transfer(coin.other, 7, sender=coin.owner)
    assert coin.token.totalSupply() == held


class TestTransfer:
    """`transfer`."""

    @pytest.mark.clause("ERC-20", "transfer")
    @pytest.mark.parametrize("value", [1, 10**6 + 1, EACH])
    def test_it_moves_the_value_returns_true_and_says_so(self, coin: Coin, value: int) -> None:
        before = coin.token.balanceOf(coin.other)
        receipt = coin.token.transfer(coin.other, value, sender=coin.owner)
        assert receipt.returned is True
        assert coin.token.balanceOf(coin.other) - before == value == EACH - coin.token.balanceOf(coin.owner)
        expected = log(coin.token, TRANSFER, coin.owner, coin.other, data=value.to_bytes(32, "big"))
        assert [one for one in receipt.logs if one.topics[0] == expected.topics[0]] == [expected]

    @pytest.mark.clause("ERC-20", "transfer")
    def test_to_oneself_nothing_changes_and_it_is_said(self, coin: Coin) -> None:
        receipt = coin.token.transfer(coin.owner, 5, sender=coin.owner)
        assert coin.token.balanceOf(coin.owner) == EACH
        assert log(coin.token, TRANSFER, coin.owner, coin.owner, data=(5).to_bytes(32, "big")) in receipt.logs

    @pytest.mark.clause("ERC-20", "transfer-zero")
    def test_nothing_is_moved_like_any_value(self, coin: Coin) -> None:
        for who in (coin.owner, coin.spender):
            receipt = coin.token.transfer(coin.other, 0, sender=who)
            assert receipt.returned is True
            assert log(coin.token, TRANSFER, who, coin.other, data=bytes(32)) in receipt.logs

    @pytest.mark.clause("ERC-20", "transfer-short")
    def test_too_little_fails(self, coin: Coin) -> None:
        for who, held in ((coin.owner, EACH), (coin.spender, 0)):
            for value in (held + 1, LARGEST):
                with reverts("ERC20InsufficientBalance", sender=who.address, balance=held, needed=value):
                    coin.token.transfer(coin.other, value, sender=who)


class TestSpending:
    """`transferFrom`, `approve`, `allowance`."""

    @pytest.mark.clause("ERC-20", "from")
    def test_it_moves_what_is_allowed_and_uses_it_up(self, coin: Coin) -> None:
        coin.token.approve(coin.spender, 10, sender=coin.owner)
        before = coin.token.balanceOf(coin.other)
        receipt = coin.token.transferFrom(coin.owner, coin.other, 4, sender=coin.spender)
        assert receipt.returned is True
        assert coin.token.allowance(coin.owner, coin.spender) == 6
        assert coin.token.balanceOf(coin.other) - before == 4
        assert log(coin.token, TRANSFER, coin.owner, coin.other, data=(4).to_bytes(32, "big")) in receipt.logs

    @pytest.mark.clause("ERC-20", "from-unallowed")
    def test_without_or_beyond_an_allowance_it_fails(self, coin: Coin) -> None:
        for allowed in (0, 10):
            coin.token.approve(coin.spender, allowed, sender=coin.owner)
            for caller, value, given in ((coin.spender, allowed + 1, allowed), (coin.other, 1, 0), (coin.owner, 1, 0)):
                with reverts("ERC20InsufficientAllowance", spender=caller.address, allowance=given, needed=value):
                    coin.token.transferFrom(coin.owner, coin.other, value, sender=caller)

    @pytest.mark.clause("ERC-20", "from-unallowed")
    def test_an_allowance_is_no_balance(self, coin: Coin) -> None:
        coin.token.approve(coin.spender, LARGEST, sender=coin.owner)
        with reverts("ERC20InsufficientBalance", sender=coin.owner.address, balance=EACH):
            coin.token.transferFrom(coin.owner, coin.other, EACH + 1, sender=coin.spender)

    @pytest.mark.clause("ERC-20", "from-zero")
    def test_nothing_is_moved_by_anybody(self, coin: Coin) -> None:
        receipt = coin.token.transferFrom(coin.owner, coin.other, 0, sender=coin.spender)
        assert receipt.returned is True
        assert log(coin.token, TRANSFER, coin.owner, coin.other, data=bytes(32)) in receipt.logs

    @pytest.mark.clause("ERC-20", "approve", "approve-not-enforced")
    def test_each_approval_overwrites_and_is_said(self, coin: Coin) -> None:
        for value in (5, 7, 7, 0, LARGEST):
            receipt = coin.token.approve(coin.spender, value, sender=coin.owner)
            assert receipt.returned is True
            assert coin.token.allowance(coin.owner, coin.spender) == value
            assert list(receipt.logs) == [
                log(coin.token, APPROVAL, coin.owner, coin.spender, data=value.to_bytes(32, "big"))
            ]

    @pytest.mark.clause("ERC-20", "approve")
    def test_it_is_one_owners_word_for_one_spender(self, coin: Coin) -> None:
        coin.token.approve(coin.spender, 5, sender=coin.owner)
        others = ((coin.owner, coin.other), (coin.spender, coin.owner), (coin.other, coin.spender))
        assert [coin.token.allowance(*pair) for pair in others] == [0, 0, 0]


class TestCallers:
    """Callers must not assume that false is never returned."""

    @pytest.mark.clause("ERC-20", "callers")
    def test_no_answer_of_a_token_is_left_unread(self) -> None:
        """All go by the library that reads it, but for rights, which answer nothing, and one that reads it itself."""
        called, by_hand = set(), set()
        for name, text in sources():
            for target in re.findall(r"(\w+|\))\.(?:transfer|transferFrom|approve)\(", text):
                called.add((name, target))
            selectors = r"0x(?:a9059cbb|23b872dd|095ea7b3)|IERC20\.(?:transfer|transferFrom|approve)\b"
            if re.search(selectors, text, re.IGNORECASE):
                by_hand.add(name)
        assert called == {("LandModule", "rights"), ("PermissionedToken", "super")}
        assert by_hand == {"PushLib"}

    @pytest.mark.clause("ERC-20", "callers")
    def test_money_that_did_not_come_is_not_booked(self) -> None:
        """Of a token that answers false, and nothing else, to everything."""
        bank = open_bank()
        suite, where = bank.suite, install(bank.chain, answers(bytes(32)))
        pool = LendingPool.deploy(
            bank.chain, suite.access, suite.registry, bank.desk, where, "Lenders", "cNO", sender=suite.admin
        )
        with reverts("SafeERC20FailedOperation", token=where):
            pool.deposit(MINIMUM, suite.lena, sender=suite.lena)

    @pytest.mark.clause("ERC-20", "callers")
    def test_money_that_did_not_go_is_still_owed(self) -> None:
        bank = open_bank(token=MoodyToken)
        suite, pool, token = bank.suite, bank.pool, bank.suite.token
        shares = bank.lend(suite.lena, MINIMUM)
        token.setMood(SAYS_FALSE, sender=suite.mallory)
        with reverts("SafeERC20FailedOperation", token=token.address):
            pool.redeem(shares, suite.lena, suite.lena, sender=suite.lena)
        assert (pool.balanceOf(suite.lena), pool.totalAssets()) == (shares, MINIMUM)
        token.setMood(0, sender=suite.mallory)
        assert pool.redeem(shares, suite.lena, suite.lena, sender=suite.lena).returned == MINIMUM


@pytest.mark.clause("ERC-20", "mint")
def test_what_is_made_comes_from_nobody() -> None:
    chain = Revm()
    owner = chain.account("owner")
    token = EraToken.deploy(chain, owner, sender=owner)
    receipt = chain.deploy(artifact("EraToken").creation + bytes(12) + bytes.fromhex(owner.address[2:]), owner)
    (said,) = receipt.logs
    assert receipt.created
    assert said == log(receipt.created, TRANSFER, NOBODY, owner, data=token.SUPPLY().to_bytes(32, "big"))
    money = DevnetCurrency.deploy(chain, "USD", 6, sender=owner)
    assert log(money, TRANSFER, NOBODY, owner, data=(9).to_bytes(32, "big")) in money.mint(owner, 9, sender=owner).logs


@pytest.mark.clause("ERC-20", "mint")
def test_shares_come_from_nobody_and_go_to_nobody() -> None:
    bank = open_bank()
    suite, pool = bank.suite, bank.pool
    bank.fund(suite.lena, MINIMUM)
    receipt = pool.deposit(MINIMUM, suite.lena, sender=suite.lena)
    made = receipt.returned.to_bytes(32, "big")
    assert log(pool, TRANSFER, NOBODY, suite.lena, data=made) in receipt.logs
    gone = pool.redeem(receipt.returned, suite.lena, suite.lena, sender=suite.lena)
    assert log(pool, TRANSFER, suite.lena, NOBODY, data=made) in gone.logs


@pytest.mark.clause("ERC-20", "supply")
def test_events_alone_give_every_balance_of_shares() -> None:
    """Over deposits, transfers, the queue of exits, its service and its places taken back."""
    bank = open_bank()
    suite, pool = bank.suite, bank.pool
    bank.limit("borrower", 10**18)
    receipts: list[Receipt[Any]] = []
    for who, amount in ((suite.lena, 100 * MINIMUM), (suite.leo, 60 * MINIMUM)):
        bank.fund(who, amount)
        receipts.append(pool.deposit(amount, who, sender=who))
    loan = bank.draw(suite.borrower, 120 * MINIMUM, days=30)
    shares = MINIMUM * 10**6
    receipts += [
        pool.transfer(suite.bank, 9 * shares, sender=suite.lena),
        pool.requestExit(70 * shares, sender=suite.lena),
        pool.requestExit(30 * shares, sender=suite.leo),
        pool.cancelExit(2, sender=suite.leo),
    ]
    bank.fund(suite.borrower, 60 * MINIMUM)
    receipts.append(bank.desk.repay(loan, 60 * MINIMUM, sender=suite.borrower))
    receipts += [pool.serveExits(sender=suite.mallory), pool.payExit(1, sender=suite.mallory)]
    receipts.append(pool.redeem(5 * shares, suite.leo, suite.leo, sender=suite.leo))
    told: Counter[str] = Counter()
    for receipt in receipts:
        for one in receipt.all(events.Transfer_address_address_uint256, emitter=pool.address):
            told[one.from_] -= one.value
            told[one.to] += one.value
    for account in (suite.lena, suite.leo, suite.bank, pool):
        assert pool.balanceOf(account) == told[account.address]
    assert pool.totalSupply() == -told[NOBODY]
    assert told[suite.leo.address] == 55 * shares
