"""Loans, pools, factoring, revenue: logs by hand, as the contracts will write them."""

import pytest

from caldera.evm import ZERO, Address
from caldera.evm.address import checksum
from caldera.vouchers import ChainLog, Party, load_chart, read
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
POOL = AT["LendingPool"]
LOAN, INVOICE = 7, 5 << 16
ACTIVE = (1, 2**39, 1, 1, 1)


@pytest.fixture
def script() -> Script:
    made = Script(load_chart(), AT, {1: ("EUR", 6, EURO), 2: ("USD", 6, DOLLAR)})
    for account, entity in ((FIRM, 1), (OTHER, 2), (BUYER, 3)):
        made.transaction(made.log("ParticipantRegistry", ENROLLED, account, entity, ACTIVE))
    made.memory.assets[POOL] = EURO
    return made


firm, other = Party.of("firm", 1), Party.of("other", 2)
lender = Party.of("pool", accounts=[POOL], roles=["lender"])


def draw(script: Script, currency: int = 1, token: Address = EURO) -> None:
    script.transaction(
        script.event("CreditDesk", "Drawn", LOAN, 1, FIRM, currency, 1000, 900, 2**31, 1200),
        script.money(token, POOL, FIRM, 1000),
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
    draw(script, 2, DOLLAR)
    script.transaction(
        script.event("CreditDesk", "Repaid", LOAN, FIRM, 0, 0, 600), script.money(DOLLAR, FIRM, POOL, 600)
    )
    assert script.sums(firm) == {"cash": 400, "loans_taken": -400}


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


def test_another_repays(script: Script) -> None:
    draw(script)
    script.transaction(
        script.event("CreditDesk", "Repaid", LOAN, OTHER, 3, 40, 1000), script.money(EURO, OTHER, POOL, 1043)
    )
    assert script.sums(firm) == {"cash": 1000, "paid_by_others": -1043, "interest_expense": 40, "fee_expense": 3}
    assert script.sums(other) == {"cash": -1043, "paid_for_others": 1043}


def test_default_recovery_and_loss(script: Script) -> None:
    draw(script)
    script.transaction(script.event("CreditDesk", "Repaid", LOAN, FIRM, 0, 0, 100), script.money(EURO, FIRM, POOL, 100))
    script.transaction(script.event("CreditDesk", "Defaulted", LOAN, 950))
    assert script.sums(lender) == {"cash": -900, "loans_doubtful": 900}
    script.transaction(
        script.event("CreditDesk", "Recovered", LOAN, BUYER, 1, 49, 500), script.money(EURO, BUYER, POOL, 550)
    )
    script.transaction(script.event("CreditDesk", "WrittenOff", LOAN, 400))
    script.transaction(script.event("CreditDesk", "LoanClosed", LOAN))
    assert script.sums(lender) == {
        "cash": -350,
        "interest_income": -49,
        "fee_income": -1,
        "credit_losses": 400,
    }
    # What was recovered came from what the firm had pledged: it settles the certificates that went away.
    assert script.sums(firm)["settlement"] == -550
    script.transaction(
        script.event("CreditDesk", "Recovered", LOAN, FIRM, 0, 5, 10), script.money(EURO, FIRM, POOL, 15)
    )
    assert script.sums(firm)["cash"] == 1000 - 100 - 15


def test_a_pool(script: Script) -> None:
    script.transaction(script.event("LendingPool", "Deposit", FIRM, FIRM, 500, 1), script.money(EURO, FIRM, POOL, 500))
    script.transaction(
        script.event("LendingPool", "Withdraw", FIRM, FIRM, FIRM, 520, 1), script.money(EURO, POOL, FIRM, 520)
    )
    assert script.sums(firm) == {"cash": 20, "pool_shares": -20}
    assert script.sums(lender) == {"cash": -20, "deposits": 20}


def test_a_pool_for_another(script: Script) -> None:
    script.transaction(script.event("LendingPool", "Deposit", FIRM, OTHER, 500, 1), script.money(EURO, FIRM, POOL, 500))
    assert script.sums(firm) == {"cash": -500, "paid_for_others": 500}
    assert script.sums(other) == {"pool_shares": 500, "paid_by_others": -500}
    script.transaction(
        script.event("LendingPool", "Withdraw", OTHER, FIRM, OTHER, 500, 1), script.money(EURO, POOL, FIRM, 500)
    )
    assert script.sums(firm) == {"paid_for_others": 500, "paid_by_others": -500}
    assert script.sums(other) == {"paid_for_others": 500, "paid_by_others": -500}


def test_a_pool_of_a_token_that_is_no_currency_is_named(script: Script) -> None:
    script.memory.assets[POOL] = address(55)
    script.transaction(script.event("LendingPool", "Deposit", FIRM, FIRM, 500, 1))
    with pytest.raises(UnknownCurrencyNumber, match="Deposit in block 6"):
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


def test_what_a_debtor_pays_on_a_pledge_repays_the_loan(script: Script) -> None:
    invoice(script)
    desk = AT["CreditDesk"]
    script.transaction(script.log(LEDGER, declare(EVENTS[LEDGER][2]), INVOICE, FIRM, desk, 600))
    draw(script)
    script.transaction(
        script.event("ReceivableModule", "Paid", INVOICE, BUYER, 500, 500),  # 300 of it on the pledge
        script.money(EURO, BUYER, AT["ReceivableModule"], 500),
        script.event("ReceivableModule", "LienCollected", INVOICE, FIRM, desk, POOL, 300),
        script.money(EURO, AT["ReceivableModule"], POOL, 300),
        script.event("CreditDesk", "Repaid", LOAN, ZERO, 0, 40, 260),
    )
    assert script.sums(firm) == {
        "cash": 1000, "loans_taken": -740, "interest_expense": 40, "proceeds": 200, "receivables": 500, "sales": -1000,
        "pledged": 600, "memo": -600,
    }  # fmt: skip
    assert script.sums(lender) == {"cash": -700, "loans_given": 740, "interest_income": -40}


@pytest.mark.parametrize("sold_first", [True, False])
def test_a_certificate_sold_to_a_factor(script: Script, sold_first: bool) -> None:
    invoice(script)
    sold = script.event("Factoring", "Factored", 1, INVOICE, OTHER, FIRM, 400, 380, 20, 1, 0, 7)
    moved = script.log(LEDGER, declare(EVENTS[LEDGER][0]), FIRM, FIRM, OTHER, INVOICE, 400)
    paid = script.money(EURO, OTHER, FIRM, 380)
    script.transaction(*((sold, moved, paid) if sold_first else (moved, paid, sold)))
    assert script.sums(firm) == {"cash": 380, "discount_expense": 20, "receivables": 600, "sales": -1000}
    assert script.sums(other) == {"cash": -380, "bought": 400, "discount_income": -20}


def test_what_secured_a_loan_is_sold(script: Script) -> None:
    invoice(script)
    draw(script)
    script.transaction(
        script.log(LEDGER, declare(EVENTS[LEDGER][0]), FIRM, FIRM, OTHER, INVOICE, 400),
        script.event("CreditDesk", "UnitsSold", LOAN, OTHER, AT["AssetCertificate"], INVOICE, 400, 350),
        script.money(EURO, OTHER, AT["CreditDesk"], 350),
    )
    assert script.sums(other) == {"cash": -350, "bought": 400, "discount_income": -50}


def test_financed_by_the_router(script: Script) -> None:
    invoice(script)
    script.transaction(
        script.event("CreditDesk", "Drawn", LOAN, 1, FIRM, 1, 800, 900, 2**31, 1000),
        script.money(EURO, POOL, FIRM, 800),
        script.event("CirculationRouter", "Financed", INVOICE, LOAN, 1, 1, 1000, 800, b"\1" * 32),
    )
    sums = script.sums(firm)
    assert (sums["cash"], sums["loans_taken"], sums["financed"], sums["memo"]) == (800, -800, 1000, -1000)
    script.transaction(
        script.event("CreditDesk", "Repaid", LOAN, FIRM, 0, 0, 800),
        script.money(EURO, FIRM, POOL, 800),
        script.event("CreditDesk", "LoanClosed", LOAN),
    )
    assert script.sums(firm) == {"receivables": 1000, "sales": -1000}


SALE = b"\4" * 32
FUND = address(60)


def released(script: Script, *parts: tuple[Address, int, int]) -> ChainLog:
    paid, kept = sum(part[1] for part in parts), sum(part[2] for part in parts)
    return script.event("RevenueCycle", "SaleReleased", 3, SALE, 1, paid + kept, kept, parts)


def test_revenue(script: Script) -> None:
    revenue = AT["RevenueCycle"]
    script.transaction(
        script.event("RevenueCycle", "SalePaid", 3, SALE, BUYER, 1, 1000, 1, 2**31),
        script.money(EURO, BUYER, revenue, 1000),
    )
    script.transaction(
        script.event("RevenueCycle", "SaleRefunded", 3, SALE, BUYER, 1, 200, 800, b"\1" * 32),
        script.money(EURO, revenue, BUYER, 200),
    )
    script.transaction(
        script.money(EURO, revenue, FIRM, 475),
        script.money(EURO, revenue, OTHER, 300),
        script.money(EURO, revenue, FUND, 25),
        released(script, (FIRM, 475, 25), (OTHER, 300, 0)),
    )
    assert script.sums(firm) == {"cash": 475, "fund_expense": 25, "revenue_shares": -500}
    assert script.sums(other) == {"cash": 300, "revenue_shares": -300}
    assert script.sums(Party.of("buyer", 3)) == {"cash": -800, "purchases": 1000, "purchase_reductions": -200}
    fund = Party.of("fund", accounts=[FUND], roles=["fund"])
    assert script.sums(fund) == {"cash": 25, "revenue_shares": -25}


def test_two_parts_of_one_payee_are_two_vouchers(script: Script) -> None:
    revenue = AT["RevenueCycle"]
    script.transaction(
        script.money(EURO, revenue, FIRM, 60),
        script.money(EURO, revenue, FIRM, 40),
        released(script, (FIRM, 60, 0), (FIRM, 40, 0)),
    )
    made = read(script.memory, script.deployment, script.chart, firm).vouchers
    assert [(voucher.key.perspective, voucher.cash) for voucher in made] == [("payee", 60), ("payee.1", 40)]


@pytest.mark.parametrize("to", [FIRM, OTHER])
def test_revenue_that_waited(script: Script, to: Address) -> None:
    revenue = AT["RevenueCycle"]
    script.transaction(
        script.event("RevenueCycle", "OwedCredited", FIRM, SALE, 1, 475), released(script, (FIRM, 475, 25))
    )
    assert script.sums(firm) == {"revenue_due": 475, "fund_expense": 25, "revenue_shares": -500}
    script.transaction(
        script.event("RevenueCycle", "OwedPaidOut", FIRM, to, 1, 475), script.money(EURO, revenue, to, 475)
    )
    kept = {"fund_expense": 25, "revenue_shares": -500}
    assert script.sums(firm) == kept | ({"cash": 475} if to == FIRM else {"paid_for_others": 475})
    assert script.sums(other) == ({} if to == FIRM else {"cash": 475, "paid_by_others": -475})


def test_registered_sold_and_sold_again_in_one_transaction(script: Script) -> None:
    transfer = declare(EVENTS[LEDGER][0])
    script.transaction(
        script.event("ReceivableModule", "Registered", INVOICE, 1, 3, 1000, 2**31, 20000, 1, 1, 0, "R-1"),
        script.log(LEDGER, transfer, AT["ReceivableModule"], ZERO, FIRM, INVOICE, 1000),
        script.log(LEDGER, transfer, FIRM, FIRM, OTHER, INVOICE, 400),
        script.event("Factoring", "Factored", 1, INVOICE, OTHER, FIRM, 400, 380, 20, 1, 0, 7),
        script.money(EURO, OTHER, FIRM, 380),
        script.log(LEDGER, transfer, FIRM, FIRM, OTHER, INVOICE, 300),
        script.event("Factoring", "Factored", 2, INVOICE, OTHER, FIRM, 300, 280, 20, 1, 0, 7),
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
