"""What a run of the contracts does not bring about: several currencies and sales in one transaction, money elsewhere.
Logs by hand; `test_finance` has the contracts themselves."""

import pytest

from caldera.evm import ZERO, Address
from caldera.evm.address import checksum
from caldera.vouchers import Party, load_chart, read
from caldera.vouchers.bookkeeper import ENROLLED
from caldera.vouchers.declaration import declare
from caldera.vouchers.errors import UnknownCurrencyNumber
from caldera.vouchers.positions import EVENTS, LEDGER
from tests.support.accounting import Script

KINDS = (
    "ParticipantRegistry", "ValueStandard", "ReceivableModule", "AssetCertificate", "CreditDesk", "LendingPool",
    "Factoring", "RevenueCycle", "CirculationRouter", "LeaseModule",
)  # fmt: skip


def address(number: int) -> Address:
    return checksum(number.to_bytes(20, "big"))


AT = {kind: address(100 + number) for number, kind in enumerate(KINDS)}
EURO, DOLLAR = address(90), address(91)
FIRM, OTHER, BUYER = address(1), address(2), address(3)
POOL, OTHERS, SECOND = AT["LendingPool"], address(92), address(93)
LOAN, INVOICE = 7, 5 << 16
ACTIVE = (1, 2**39, 1, 1, 1)


@pytest.fixture
def script() -> Script:
    made = Script(load_chart(), AT, {1: ("EUR", 6, EURO), 2: ("USD", 6, DOLLAR)})
    for account, entity in ((FIRM, 1), (OTHER, 2), (BUYER, 3)):
        made.transaction(made.log("ParticipantRegistry", ENROLLED, account, entity, ACTIVE))
    added = ((1, 1, POOL), (2, 2, OTHERS), (3, 1, SECOND))
    made.transaction(*(made.event("CreditDesk", "PoolAdded", *one) for one in added))
    made.memory.assets[POOL] = EURO
    return made


firm, other = Party.of("firm", 1), Party.of("other", 2)
lender = Party.of("pool", accounts=[POOL])


def draw(script: Script, number: int = 1, token: Address = EURO, pool: Address = POOL) -> None:
    script.transaction(
        script.event("CreditDesk", "Drawn", LOAN, 1, FIRM, number, 1000, 900, 2**31, 1200),
        script.money(token, pool, FIRM, 1000),
    )


def test_a_loan_drawn_and_repaid(script: Script) -> None:
    draw(script)
    assert script.sums(firm) == {"cash": 1000, "loans_taken": -1000}
    assert script.sums(lender) == {"cash": -1000, "loans_given": 1000}
    script.transaction(
        script.event("CreditDesk", "Repaid", LOAN, FIRM, 3, 40, 600), script.money(EURO, FIRM, POOL, 643)
    )
    assert script.sums(firm) == {"cash": 357, "loans_taken": -400, "interest_expense": 40, "fee_expense": 3}
    assert script.sums(lender) == {"cash": -357, "loans_given": 400, "interest_income": -40, "fee_income": -3}
    assert script.sums(other) == {}


def test_a_loan_in_another_currency_keeps_it(script: Script) -> None:
    draw(script, 2, DOLLAR, OTHERS)
    script.transaction(
        script.event("CreditDesk", "Repaid", LOAN, FIRM, 0, 0, 600), script.money(DOLLAR, FIRM, OTHERS, 600)
    )
    assert script.sums(firm) == {"cash": 400, "loans_taken": -400}
    assert script.sums(lender) == {}  # the pool of another currency


def test_a_loan_from_a_second_pool_of_the_currency(script: Script) -> None:
    draw(script, 3, EURO, SECOND)
    assert script.sums(firm) == {"cash": 1000, "loans_taken": -1000}
    assert script.sums(lender) == {}  # the first pool lent nothing
    second = Party.of("second", accounts=[SECOND])
    assert script.sums(second) == {"cash": -1000, "loans_given": 1000}


def test_what_the_desk_keeps_of_a_repayment_is_in_the_suspense_of_the_pool(script: Script) -> None:
    """The account of the money is the token's, whatever a rule believes."""
    draw(script)
    script.transaction(
        script.event("CreditDesk", "Repaid", LOAN, FIRM, 3, 40, 600),
        script.money(EURO, FIRM, POOL, 640),
        script.money(EURO, FIRM, address(77), 3),
    )
    assert script.sums(firm)["cash"] == 357
    assert script.sums(lender)["cash"] == -360
    assert script.sums(lender)["suspense"] == 3


def test_a_pool_of_a_token_that_is_no_currency_is_named(script: Script) -> None:
    script.memory.assets[POOL] = address(55)
    script.transaction(script.event("LendingPool", "Deposit", FIRM, FIRM, 500, 1))
    with pytest.raises(UnknownCurrencyNumber, match="Deposit in block 7"):
        script.sums(firm)
    script.memory.assets[POOL] = EURO
    assert script.sums(firm) == {"pool_shares": 500, "suspense": -500}  # no money moved


def invoice(script: Script, face: int = 1000) -> None:
    transfer = declare(EVENTS[LEDGER][0])
    script.transaction(
        script.event("ReceivableModule", "Registered", INVOICE, 1, 3, face, 2**31, 20000, 1, 1, 0, "R-1"),
        script.log(LEDGER, transfer, AT["ReceivableModule"], ZERO, FIRM, INVOICE, face),
    )
    script.transaction(script.event("ReceivableModule", "StateChanged", INVOICE, 1, 2, BUYER))


def test_registered_sold_and_sold_again_in_one_transaction(script: Script) -> None:
    transfer = declare(EVENTS[LEDGER][0])
    script.transaction(
        script.event("ReceivableModule", "Registered", INVOICE, 1, 3, 1000, 2**31, 20000, 1, 1, 0, "R-1"),
        script.log(LEDGER, transfer, AT["ReceivableModule"], ZERO, FIRM, INVOICE, 1000),
        script.log(LEDGER, transfer, FIRM, FIRM, OTHER, INVOICE, 400),
        script.event("Factoring", "Factored", 1, INVOICE, OTHER, FIRM, 400, 380, 20, 1, 0, 1),
        script.money(EURO, OTHER, FIRM, 380),
        script.log(LEDGER, transfer, FIRM, FIRM, OTHER, INVOICE, 300),
        script.event("Factoring", "Factored", 2, INVOICE, OTHER, FIRM, 300, 280, 20, 1, 0, 2),
        script.money(EURO, OTHER, FIRM, 280),
    )
    assert script.sums(firm) == {"cash": 660, "discount_expense": 40, "receivables": 300, "sales": -1000}
    assert script.sums(other) == {"cash": -660, "bought": 700, "discount_income": -40}


def test_two_leases_in_two_currencies_in_one_transaction(script: Script) -> None:
    leases = AT["LeaseModule"]
    script.transaction(
        script.event("LeaseModule", "Leased", 1, FIRM, 1, OTHER, 2**31, 10, b"\1" * 32),
        script.money(EURO, FIRM, leases, 10),
        script.event("LeaseModule", "Leased", 2, FIRM, 1, OTHER, 2**31, 20, b"\1" * 32),
        script.money(DOLLAR, FIRM, leases, 20),
    )
    made = read(script.memory, script.deployment, script.chart, firm).vouchers
    assert [(voucher.currency.code, voucher.cash, voucher.event) for voucher in made] == [
        ("EUR", -10, "Leased"),
        ("USD", -20, "Leased"),
    ]


def test_the_transfer_of_just_the_amount_says_between_whom(script: Script) -> None:
    script.transaction(
        script.money(EURO, FIRM, BUYER, 5),
        script.event("CreditDesk", "Drawn", LOAN, 1, FIRM, 1, 1000, 900, 2**31, 1200),
        script.money(EURO, POOL, FIRM, 1000),
    )
    made = read(script.memory, script.deployment, script.chart, firm).vouchers
    assert [(each.event, each.cash, each.other) for each in made] == [("Drawn", 1000, POOL), ("Transfer", -5, BUYER)]
