"""Finance as the contracts do it, in the books of everybody whom it concerns; amounts in thousands unless said."""

from collections.abc import Callable, Iterator

import pytest

from caldera.agreements import sign
from caldera.contracts import BlacklistToken, DevnetCurrency
from caldera.evm import Account
from caldera.vouchers import Party
from tests.support import factoring, revenue, tranches
from tests.support.accounting import Audit, Watched, audit, undone
from tests.support.lending import GRACE_DAYS, TERMS, Bank, open_bank
from tests.support.market import Market, open_market
from tests.support.suite import DAY, MINIMUM, Suite, build

K = MINIMUM
Books = Callable[[str], dict[str, int]]


def base(suite: Suite) -> list[object]:
    return [suite.registry, suite.standard, suite.ledger, suite.module]


def of(made: Audit, suite: Suite, pool: object = None) -> Books:
    """The books of an actor by name, or of the pool itself."""

    def books(name: str) -> dict[str, int]:
        if name == "pool":
            return made.sums(Party.of("pool", accounts=[pool.address]))  # type: ignore[attr-defined]
        return made.sums(Party.of(name, suite.entities[name]))

    return books


@pytest.fixture(scope="module")
def _market() -> Market:
    return open_market(chain=Watched())


@pytest.fixture
def market(_market: Market) -> Iterator[Market]:
    with undone(_market.suite):
        yield _market


@pytest.fixture
def market_audit(market: Market) -> Audit:
    suite = market.suite
    contracts = [*base(suite), market.desk, market.pool, market.factoring, market.recourse, market.router]
    assert isinstance(suite.chain, Watched)
    return audit(suite.chain, contracts, suite.token)


@pytest.fixture(scope="module")
def _bank() -> Bank:
    return open_bank(build(Watched()))


@pytest.fixture
def bank(_bank: Bank) -> Iterator[Bank]:
    with undone(_bank.suite):
        yield _bank


@pytest.fixture
def bank_audit(bank: Bank) -> Audit:
    assert isinstance(bank.chain, Watched)
    return audit(bank.chain, [*base(bank.suite), bank.desk, bank.pool], bank.suite.token)


def whole(sums: dict[str, int]) -> dict[str, int]:
    """In thousands, where all of it is whole thousands."""
    assert all(amount % K == 0 for amount in sums.values()), sums
    return {account: amount // K for account, amount in sums.items()}


class TestAnInvoiceFinanced:
    def finance(self, market: Market) -> tuple[int, int]:
        request = market.request()
        asset, loan = market.finance(request, market.evidence(request.invoice, market.router)).returned
        return asset, loan

    def test_the_books_of_everybody(self, market: Market, market_audit: Audit) -> None:
        self.finance(market)
        books = of(market_audit, market.suite, market.pool)
        assert whole(books("seller")) == {
            "receivables": 100, "sales": -100, "cash": 60, "loans_taken": -60,
            "pledged": 50, "financed": 100, "memo": -150,
        }  # fmt: skip
        assert whole(books("buyer")) == {"purchases": 100, "payables": -100}
        assert whole(books("pool")) == {"deposits": -1000, "cash": 940, "loans_given": 60}
        assert whole(books("lena")) == {"pool_shares": 1000, "suspense": -1000}
        made = market_audit.reading(Party.of("seller", market.suite.entities["seller"])).vouchers
        (financed,) = [voucher for voucher in made if voucher.event == "Financed"]
        assert market.suite.invoice().documentHash.hex() in financed.text
        assert financed.reference == "INV-1"

    def test_the_debtor_repays_it(self, market: Market, market_audit: Audit) -> None:
        asset, loan = self.finance(market)
        market.chain.skip(30 * DAY)
        market.suite.pay(asset, 80 * K)
        books = of(market_audit, market.suite, market.pool)
        owed = sum(market.desk.owedOn(loan))
        seller, pool = books("seller"), books("pool")
        interest = seller["interest_expense"]
        assert interest > 0
        # What falls to the lien, 40,000.00 of 80,000.00, repays: first the interest.
        assert seller["loans_taken"] == -(60 * K - (40 * K - interest)) == -owed
        assert (seller["receivables"], seller["proceeds"], seller["cash"]) == (20 * K, 40 * K, 60 * K)
        assert "settlement" not in seller
        assert (pool["cash"], pool["loans_given"], pool["interest_income"]) == (980 * K, owed, -interest)
        assert whole(books("buyer")) == {"purchases": 100, "payables": -20, "suspense": -80}

        market.suite.pay(asset, 20 * K)
        market.module.claim(asset, market.seller, sender=market.seller)
        rest = sum(market.desk.owedOn(loan))
        market.suite.token.approve(market.pool, rest, sender=market.seller)
        market.desk.repay(loan, rest, sender=market.seller)
        seller = books("seller")
        assert seller == {"sales": -100 * K, "cash": 100 * K - seller["interest_expense"],
                          "interest_expense": seller["interest_expense"]}  # fmt: skip
        assert books("pool")["interest_income"] == -seller["interest_expense"]
        assert "loans_given" not in books("pool")

    def test_sold_to_a_factor_instead(self, market: Market, market_audit: Audit) -> None:
        invoice = market.suite.invoice()
        quote = market.quote(market.id_of(invoice))
        request = market.sale(quote)
        market.router.discount(
            request,
            market.evidence(invoice, market.factoring, facts=market.facts(), factsAttestations=[]),
            quote,
            sign(market.factoring, "FactoringQuote", quote, market.alice),
            market.signed("Discounting", request),
            sender=market.relayer,
        )
        books = of(market_audit, market.suite)
        discount = 50 * K * 3 // 100
        assert books("seller") == {
            "receivables": 50 * K, "sales": -100 * K, "cash": 50 * K - discount, "discount_expense": discount,
            "discounted": 50 * K, "memo": -50 * K,
        }  # fmt: skip
        alice = books("alice")
        assert (alice["bought"], alice["discount_income"]) == (50 * K, -discount)
        made = market_audit.reading(Party.of("seller", market.suite.entities["seller"])).vouchers
        assert any(voucher.event == "Discounted" and invoice.documentHash.hex() in voucher.text for voucher in made)


class TestALoanInDefault:
    def lend(self, bank: Bank, face: int = 100 * K, amount: int = 40 * K) -> tuple[int, int]:
        bank.lend(bank.suite.lena, 100 * K)
        asset = bank.suite.circulating(face=face, dueDate=bank.chain.now + 300 * DAY)
        bank.pledge(bank.suite.seller, asset, 50 * K)
        return asset, bank.draw(bank.suite.seller, amount, (asset,), 30)

    def default(self, bank: Bank, loan: int) -> None:
        bank.chain.skip((30 + GRACE_DAYS + TERMS.defaultDays + 1) * DAY)
        bank.desk.declareDefault(loan, sender=bank.suite.stranger)

    def buy(self, bank: Bank, loan: int, buyer: Account, units: int = 50 * K) -> int:
        bank.chain.skip(2 * DAY)  # the price falls
        bank.fund(buyer, 200 * K)
        return bank.desk.buy(loan, 0, units, 2**100, sender=buyer).returned

    def test_its_pledge_is_bought_and_brings_more(self, bank: Bank, bank_audit: Audit) -> None:
        asset, loan = self.lend(bank)
        books = of(bank_audit, bank.suite, bank.pool)
        bank.suite.pay(asset, 20 * K)  # 10,000.00 of it on what is pledged
        self.default(bank, loan)
        assert books("pool")["loans_doubtful"] == bank.desk.owedOn(loan)[2]
        assert "loans_given" not in books("pool")

        price = self.buy(bank, loan, bank.suite.alice)
        owed = price - bank.pool.heldFor(bank.suite.seller)
        worth = 40 * K
        assert owed < price < worth
        alice, seller, pool = books("alice"), books("seller"), books("pool")
        assert (alice["bought"], alice["discount_income"]) == (worth, price - worth)
        assert seller["pledge_losses"] == worth - price
        assert seller["surplus_due"] == price - owed == -pool["surplus_payable"]
        assert not {"loans_taken", "settlement", "pledged"} & seller.keys()
        assert not {"loans_doubtful", "loans_given"} & pool.keys()
        assert pool["fee_income"] == -seller["fee_expense"] < 0
        assert pool["interest_income"] == -seller["interest_expense"] < 0

        bank.pool.payHeld(bank.suite.seller, sender=bank.suite.stranger)
        assert "surplus_due" not in books("seller")
        assert "surplus_payable" not in books("pool")

    def test_written_off_and_recovered(self, bank: Bank, bank_audit: Audit) -> None:
        asset, loan = self.lend(bank)
        books = of(bank_audit, bank.suite, bank.pool)
        self.default(bank, loan)
        bank.desk.writeOff(loan, sender=bank.suite.officer)
        assert whole(books("pool")) == {"deposits": -100, "cash": 60, "credit_losses": 40}
        assert books("seller")["loans_taken"] == -40 * K
        bank.suite.pay(asset, 50 * K)  # its debtor pays after all; 25,000.00 of it on what is pledged
        pool, seller = books("pool"), books("seller")
        assert pool["recoveries"] == -25 * K
        assert pool["cash"] == 85 * K
        assert 40 * K + seller["loans_taken"] + seller["interest_expense"] + seller["fee_expense"] == 25 * K
        assert "settlement" not in seller

    def test_others_pay(self, bank: Bank, bank_audit: Audit) -> None:
        _, loan = self.lend(bank)
        books = of(bank_audit, bank.suite, bank.pool)
        bank.repay(loan, 5 * K, bank.suite.borrower)
        assert books("seller")["paid_by_others"] == -5 * K
        assert books("borrower")["paid_for_others"] == 5 * K
        self.default(bank, loan)
        bank.repay(loan, 5 * K, bank.suite.borrower)
        bank.repay(loan, 5 * K, bank.suite.seller)
        seller = books("seller")
        assert seller["paid_by_others"] == -10 * K
        assert seller["cash"] == 40 * K
        assert books("borrower")["paid_for_others"] == 10 * K
        assert books("pool")["cash"] == 75 * K

    def test_a_buyer_that_also_repays(self, bank: Bank, bank_audit: Audit) -> None:
        """What was bought settles the certificates that went; what is paid after that is paid for another."""
        _, loan = self.lend(bank)
        books = of(bank_audit, bank.suite, bank.pool)
        self.default(bank, loan)
        price = self.buy(bank, loan, bank.suite.alice, 10 * K)
        bank.repay(loan, 3 * K, bank.suite.alice)
        assert books("seller")["paid_by_others"] == -3 * K
        alice = books("alice")
        assert (alice["paid_for_others"], alice["bought"], alice["discount_income"]) == (3 * K, 10 * K, price - 10 * K)
        assert "settlement" not in alice
        assert "settlement" not in books("seller")


class TestALender:
    def test_leaves_by_the_queue_with_a_loss(self, bank: Bank, bank_audit: Audit) -> None:
        suite, books = bank.suite, of(bank_audit, bank.suite, bank.pool)
        bank.lend(suite.lena, 60 * K)
        bank.lend(suite.leo, 40 * K)
        bank.limit("borrower", 80 * K)
        loan = bank.draw(suite.borrower, 80 * K)
        exit_ = bank.pool.requestExit(bank.pool.balanceOf(suite.lena), sender=suite.lena).returned
        assert whole(books("lena")) == {"pool_shares": 60, "suspense": -60}  # part is served, nothing paid out
        assert books("pool")["exits_payable"] == -20 * K
        first = bank.pool.payExit(exit_, sender=suite.stranger).returned
        assert first == 20 * K
        lena = books("lena")
        assert lena["cash"] == 20 * K
        assert abs(lena["pool_shares"] - 40 * K) <= 1
        assert abs(lena.get("pool_result", 0)) <= 1
        bank.chain.skip((60 + GRACE_DAYS + TERMS.defaultDays + 1) * DAY)
        bank.desk.declareDefault(loan, sender=suite.stranger)
        bank.desk.writeOff(loan, sender=suite.officer)
        bank.repay(loan, 40 * K, suite.borrower)
        second = bank.pool.payExit(exit_, sender=suite.stranger).returned
        lena, pool = books("lena"), books("pool")
        assert lena["pool_result"] == 60 * K - first - second > 0  # a debit: a loss
        assert lena == {"cash": first + second, "pool_result": 60 * K - first - second, "suspense": -60 * K}
        assert pool["credit_losses"] == 80 * K
        assert pool["recoveries"] == -40 * K
        assert "exits_payable" not in pool

    def test_leaves_behind_one_who_takes_his_place_back(self, bank: Bank, bank_audit: Audit) -> None:
        suite, books = bank.suite, of(bank_audit, bank.suite, bank.pool)
        bank.lend(suite.lena, 60 * K)
        bank.lend(suite.leo, 40 * K)
        bank.limit("borrower", 80 * K)
        loan = bank.draw(suite.borrower, 80 * K)
        for who in (suite.leo, suite.lena):
            bank.pool.requestExit(bank.pool.balanceOf(who), sender=who)
        bank.pool.cancelExit(1, sender=suite.leo)
        assert whole(books("leo")) == {"pool_shares": 40, "suspense": -40}  # half is served, and nothing paid out
        bank.repay(loan, 40 * K, suite.borrower)
        for number in (1, 2):
            bank.pool.payExit(number, sender=suite.stranger)
        assert whole(books("leo")) == {"cash": 20, "pool_shares": 20, "suspense": -40}
        assert whole(books("lena")) == {"cash": 40, "pool_shares": 20, "suspense": -60}
        bank.repay(loan, 30 * K, suite.borrower)
        bank.pool.payExit(2, sender=suite.stranger)
        assert whole(books("lena")) == {"cash": 60, "suspense": -60}

    def test_gains_and_takes_part_out(self, bank: Bank, bank_audit: Audit) -> None:
        suite, books = bank.suite, of(bank_audit, bank.suite, bank.pool)
        shares = bank.lend(suite.lena, 100 * K)
        bank.limit("borrower", 50 * K)
        loan = bank.draw(suite.borrower, 50 * K)
        bank.chain.skip(60 * DAY - 1)
        bank.repay(loan, 2**90, suite.borrower)
        got = bank.pool.redeem(shares // 4, suite.lena, suite.lena, sender=suite.lena).returned
        lena = books("lena")
        assert got > 25 * K
        assert (lena["pool_shares"], lena["pool_result"]) == (75 * K, 25 * K - got)

    def test_pays_for_and_passes_on_to_another(self, bank: Bank, bank_audit: Audit) -> None:
        suite, books = bank.suite, of(bank_audit, bank.suite, bank.pool)
        bank.fund(suite.lena, 40 * K)
        shares = bank.pool.deposit(40 * K, suite.leo, sender=suite.lena).returned
        assert whole(books("lena")) == {"paid_for_others": 40, "suspense": -40}
        assert whole(books("leo")) == {"pool_shares": 40, "paid_by_others": -40}
        bank.pool.transfer(suite.lena, shares // 2, sender=suite.leo)
        bank.pool.withdraw(10 * K, suite.lena, suite.leo, sender=suite.leo)
        assert whole(books("leo")) == {
            "pool_shares": 10, "paid_by_others": -40, "settlement": 20, "paid_for_others": 10,
        }  # fmt: skip
        assert whole(books("lena")) == {"paid_for_others": 40, "paid_by_others": -10, "cash": 10, "suspense": -40}
        bank.pool.redeem(shares // 2, suite.lena, suite.lena, sender=suite.lena)
        assert whole(books("lena"))["pool_result"] == -20  # it paid nothing for them here


class TestFactoring:
    @pytest.fixture
    def desk(self) -> factoring.Desk:
        return factoring.build(Watched(), BlacklistToken)

    @pytest.fixture
    def books(self, desk: factoring.Desk) -> Books:
        contracts = [*base(desk.suite), desk.factoring, desk.recourse]
        return of(audit(desk.suite.chain, contracts, desk.suite.token), desk.suite)  # type: ignore[arg-type]

    def test_without_recourse(self, desk: factoring.Desk, books: Books) -> None:
        asset = desk.suite.circulating()
        desk.fill(desk.quote(asset))
        desk.suite.pay(asset, 40 * K)
        discount = 50 * K * 3 // 100
        seller, alice = books("seller"), books("alice")
        assert (seller["receivables"], seller["proceeds"]) == (30 * K, 20 * K)
        assert (seller["cash"], seller["discount_expense"]) == (50 * K - discount, discount)
        assert (alice["bought"], alice["proceeds"], alice["discount_income"]) == (30 * K, 20 * K, -discount)
        assert not {"recourse_given", "recourse_held"} & (seller.keys() | alice.keys())

    def test_with_recourse_claimed_late_and_settled(self, desk: factoring.Desk, books: Books) -> None:
        asset = desk.suite.circulating()
        number = desk.sell(asset, 50 * K)
        price = 50 * K * 97 // 100
        assert (books("seller")["recourse_given"], books("alice")["recourse_held"]) == (-price, price)
        desk.suite.pay(asset, 20 * K)
        desk.default(asset)
        desk.recourse.claim(number, sender=desk.suite.alice)
        due, passed = desk.recourse.dueOn(number)
        assert (books("seller")["recourse_due"], books("alice")["recourse_due"]) == (-due, due)
        desk.suite.chain.skip(15 * DAY)
        desk.recourse.reportDefault(number, sender=desk.suite.stranger)
        assert (books("seller")["recourse_overdue"], books("alice")["recourse_overdue"]) == (-due, due)
        assert "recourse_due" not in books("seller")

        before = books("seller")
        assert desk.settle(number) == due + passed
        seller, alice = books("seller"), books("alice")
        # Units worth 40,000.00 that had cost 97%, and 10,000.00 of proceeds.
        assert seller["recourse_result"] == due - 40 * K == -alice["recourse_result"] < 0
        assert seller["doubtful"] == before["doubtful"] + 40 * K
        assert seller["proceeds"] == before["proceeds"] + 10 * K
        assert seller["cash"] == before["cash"]  # settled from new money
        assert alice["discount_income"] + alice["recourse_result"] == price - due - 10 * K
        memos = {"recourse_given", "recourse_held", "recourse_due", "recourse_overdue", "memo", "settlement"}
        assert not memos & (seller.keys() | alice.keys())

    def test_another_settles(self, desk: factoring.Desk, books: Books) -> None:
        _, number = desk.claimed()
        paid = desk.settle(number, payer=desk.suite.bank)
        assert books("seller")["paid_by_others"] == -paid
        assert books("bank")["paid_for_others"] == paid
        assert "settlement" not in books("seller")

    def test_a_claim_that_falls_and_a_recourse_that_is_waived(self, desk: factoring.Desk, books: Books) -> None:
        _, number = desk.claimed()
        desk.suite.token.setBlacklisted(desk.suite.alice, True, sender=desk.suite.admin)
        assert desk.settle(number) == 0
        assert not {"recourse_due"} & (books("seller").keys() | books("alice").keys())
        assert books("seller")["recourse_given"] == -50 * K * 97 // 100
        desk.recourse.claim(number, sender=desk.suite.alice)
        assert books("seller")["recourse_due"] < 0
        desk.recourse.waive(number, sender=desk.suite.alice)
        assert not {"recourse_due", "recourse_given", "memo"} & books("seller").keys()
        assert not {"recourse_due", "recourse_held", "memo"} & books("alice").keys()


class TestRevenue:
    @pytest.fixture
    def stand(self) -> revenue.Revenue:
        return revenue.build(Watched(), BlacklistToken)

    @pytest.fixture
    def made(self, stand: revenue.Revenue) -> Audit:
        contracts = [*base(stand.suite), stand.cycle, stand.fund]
        return audit(stand.suite.chain, contracts, stand.money, stand.euro)  # type: ignore[arg-type]

    def test_a_sale_with_the_funds_part_and_a_payee_who_cannot_be_paid(
        self, stand: revenue.Revenue, made: Audit
    ) -> None:
        books, suite = of(made, stand.suite), stand.suite
        fund = Party.of("fund", accounts=[stand.fund.address], roles=["fund"])
        suite.token.setBlacklisted(stand.maker, True, sender=suite.admin)
        stand.cycle.setFundShare(suite.entities["brand"], 500, sender=suite.officer)
        scheme = stand.open(window=7)
        sale = stand.pay(scheme, 100 * K, payer=stand.miller)
        assert whole(books("miller")) == {"purchases": 100, "suspense": -100}
        stand.cycle.refund(scheme, sale, 10 * K, b"\1" * 32, sender=stand.brand)
        suite.token.setBlacklisted(stand.miller, True, sender=suite.admin)
        stand.cycle.refund(scheme, sale, 10 * K, b"\1" * 32, sender=stand.brand)
        assert whole(books("miller")) == {
            "purchases": 100, "purchase_reductions": -20, "cash": 10, "revenue_due": 10, "suspense": -100,
        }  # fmt: skip
        stand.chain.skip(7 * DAY)
        stand.cycle.release(scheme, sale, sender=suite.stranger)
        part = 80 * K * 6 // 10
        assert books("brand") == {
            "revenue_shares": -part, "cash": part - part // 20, "fund_contributions": part // 20,
        }  # fmt: skip
        assert whole(books("maker")) == {"revenue_shares": -24, "revenue_due": 24}
        assert whole(books("platform")) == {"revenue_shares": -8, "cash": 8}
        assert made.sums(fund) == {"cash": part // 20, "fund_income": -(part // 20)}

        suite.token.setBlacklisted(stand.maker, False, sender=suite.admin)
        stand.cycle.withdraw(1, stand.maker, sender=suite.stranger)
        assert whole(books("maker")) == {"revenue_shares": -24, "cash": 24}
        stand.cycle.withdrawTo(1, stand.painter, sender=stand.miller)
        assert whole(books("miller"))["paid_for_others"] == 10
        assert whole(books("painter")) == {"cash": 10, "paid_by_others": -10}
        stand.fund.spend(suite.token, stand.painter, 1 * K, b"\2" * 32, sender=suite.admin)
        assert made.sums(fund)["fund_spending"] == 1 * K
        assert whole(books("painter"))["fund_income"] == -1

    def test_two_accounts_of_one_payee_with_equal_parts(self, stand: revenue.Revenue, made: Audit) -> None:
        """One is blocked: what was handed is counted once."""
        stand.suite.token.setBlacklisted(stand.suite.brand2, True, sender=stand.suite.admin)
        scheme = stand.open((stand.brand, 5000), (stand.suite.brand2, 5000))
        stand.pay(scheme, 10 * K)
        books = of(made, stand.suite)
        assert whole(books("brand")) == {"revenue_shares": -10, "cash": 5, "revenue_due": 5}
        stand.cycle.moveOwed(1, stand.suite.brand2, stand.brand, sender=stand.suite.officer)
        assert whole(books("brand")) == {"revenue_shares": -10, "cash": 5, "revenue_due": 5}
        one = made.sums(Party.of("one", accounts=[stand.brand], roles=["account"]))
        assert whole(one) == {"revenue_shares": -5, "cash": 5, "revenue_due": 5, "paid_by_others": -5}
        two = made.sums(Party.of("two", accounts=[stand.suite.brand2], roles=["account"]))
        assert whole(two) == {"revenue_shares": -5, "paid_for_others": 5}

    def test_in_the_currency_of_the_sale(self, stand: revenue.Revenue, made: Audit) -> None:
        scheme = stand.open()
        stand.pay(scheme, 10 * 10**18, currency=revenue.EUR)
        party = Party.of("brand", stand.suite.entities["brand"])
        assert made.sums(party, "EUR") == {"cash": 6 * 10**18, "revenue_shares": -6 * 10**18}
        assert made.sums(party) == {}

    def test_a_token_that_is_no_currency_is_no_money(self, stand: revenue.Revenue, made: Audit) -> None:
        other = DevnetCurrency.deploy(stand.chain, "XXX", 18, sender=stand.admin)
        other.mint(stand.fund, 5, sender=stand.admin)
        stand.fund.setFundCap(other, 5, sender=stand.admin)
        stand.chain.skip(30 * DAY)  # a cap holds from the next epoch on
        stand.fund.spend(other, stand.painter, 5, b"\2" * 32, sender=stand.admin)
        assert of(made, stand.suite)("painter") == {}


class TestTranches:
    def test_a_deal_from_issue_to_its_end(self) -> None:
        chain = Watched()
        market = tranches.open_market(build(chain))
        suite = market.suite
        contracts = [*base(suite), market.bank.desk, market.bank.pool, market.deals]
        made = audit(chain, contracts, suite.token)
        books = of(made, suite)
        deal, vault, asset = market.issued()
        assert whole(books("alice")) == {"tranches": 100, "settlement": -100}  # what it paid the seller
        assert whole(books(f"vault {deal}")) == {"bought": 100, "tranches_issued": -100}
        suite.pay(asset, 40 * K)
        market.deals.collect(deal, 0, sender=suite.stranger)
        market.deals.claim(deal + 1, suite.alice, sender=suite.stranger)
        assert whole(books("alice")) == {"tranches": 60, "cash": 40, "settlement": -100}
        assert whole(books(f"vault {deal}")) == {"bought": 60, "tranches_issued": -60}
        market.chain.skip(market.deals.dealOf(deal).maturity - market.chain.now + DAY)
        market.fund(suite.bank, 100 * K)
        price = market.deals.buy(deal, 0, 100 * K, 2**100, sender=suite.bank).returned
        held, bank = books(f"vault {deal}"), books("bank")
        assert (bank["bought"], bank["discount_income"]) == (60 * K, price - 60 * K)
        assert held["pledge_losses"] == 60 * K - price > 0
        assert not {"bought", "settlement", "cash"} & held.keys()
        interest = held["interest_expense"]
        assert interest > 0
        assert held["tranches_issued"] == -(60 * K - (price - interest))
        for tranche in (1, 2):
            market.deals.claim(deal + tranche, suite.alice, sender=suite.stranger)
        alice = books("alice")
        assert (alice["tranches"], alice["cash"]) == (60 * K - price, 40 * K + price)
        assert vault.address in made.reading(Party.of("v", suite.entities[f"vault {deal}"])).keeper.party.accounts


def test_a_lienholder_takes_what_was_paid_on_a_pledge() -> None:
    chain = Watched()
    suite = build(chain)
    books = of(audit(chain, base(suite), suite.token), suite)
    asset = suite.circulating()
    suite.ledger.pledge(suite.seller, suite.bank, asset, 50 * K, sender=suite.seller)
    suite.pay(asset, 40 * K)
    suite.module.collect(asset, suite.seller, 15 * K, suite.bank, sender=suite.bank)
    assert whole(books("bank")) == {"cash": 15, "settlement": -15}
    seller = whole(books("seller"))
    assert (seller["proceeds"], seller["settlement"], seller["receivables"]) == (25, 15, 60)
