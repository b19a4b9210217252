"""Sales: paid, refunded, released, divided to the unit."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caldera.contracts import ContractWallet, events, structs
from caldera.model.revenue import DAY, split
from tests.support.revenue import EUR, NOBODY, USD, Revenue, build
from tests.support.suite import reverts

REASON = b"\1" * 32


def released(revenue: Revenue, scheme: int, sale: bytes) -> dict[str, int]:
    """What each account got by the event."""
    receipt = revenue.cycle.release(scheme, sale, sender=revenue.stranger)
    (said,) = (event for event in receipt.events if isinstance(event, events.SaleReleased))
    return {part.account: part.amount for part in said.parts}


class TestPaying:
    """One sale, once."""

    def test_a_sale_waits_for_its_window(self, revenue: Revenue) -> None:
        scheme, market = revenue.open(window=14), revenue.account("market")
        sale = revenue.sale()
        revenue.give(market, 1_000)
        receipt = revenue.cycle.pay(scheme, sale, USD, 1_000, sender=market)
        until = revenue.now + 14 * DAY
        assert receipt.returned == until
        assert (
            events.SalePaid(scheme, sale, market.address, USD, 1_000, 1, until, emitter=revenue.cycle.address)
            in receipt.events
        )
        assert revenue.cycle.saleOf(scheme, sale) == structs.RevenueSale(
            1, market.address, 1_000, USD, 1, revenue.now, until
        )
        assert revenue.has(revenue.cycle) == 1_000
        revenue.suite.chain.warp(until - 1)
        with reverts("RefundWindowOpen", releaseAt=until):
            revenue.cycle.release(scheme, sale, sender=revenue.stranger)
        revenue.suite.chain.warp(until)
        given = released(revenue, scheme, sale)
        assert given == {revenue.brand.address: 600, revenue.maker.address: 300, revenue.platform.address: 100}
        assert [revenue.has(who) for who in (revenue.brand, revenue.maker, revenue.platform)] == [600, 300, 100]
        assert revenue.cycle.saleOf(scheme, sale) == structs.RevenueSale(2, NOBODY, 0, USD, 1, until - 14 * DAY, until)

    def test_without_a_window_at_once(self, revenue: Revenue) -> None:
        scheme = revenue.open()
        sale = revenue.sale()
        revenue.give(revenue.stranger, 7)
        receipt = revenue.cycle.pay(scheme, sale, USD, 7, sender=revenue.stranger)
        assert receipt.returned == revenue.now
        parts = tuple(
            structs.RevenuePart(who.address, part, 0)
            for who, part in ((revenue.brand, 4), (revenue.maker, 2), (revenue.platform, 1))
        )
        here = revenue.cycle.address
        assert events.SaleReleased(scheme, sale, USD, 7, 0, parts, emitter=here) in receipt.events
        assert revenue.has(revenue.cycle) == 0
        with reverts("SaleClosed", scheme=scheme, saleId=sale, state=2):
            revenue.cycle.release(scheme, sale, sender=revenue.stranger)
        with reverts("SaleClosed", scheme=scheme, saleId=sale, state=2):
            revenue.cycle.refund(scheme, sale, 1, REASON, sender=revenue.brand)

    def test_an_id_is_used_once_in_a_scheme(self, revenue: Revenue) -> None:
        waits, direct = revenue.open(window=1), revenue.open()
        sale = revenue.pay(waits, 10)
        revenue.pay(direct, 10, sale)
        for scheme in (waits, direct):
            with reverts("SaleExists", scheme=scheme, saleId=sale):
                revenue.pay(scheme, 10, sale)
        revenue.cycle.refund(waits, sale, 10, REASON, sender=revenue.brand)
        with reverts("SaleExists", scheme=waits, saleId=sale):
            revenue.pay(waits, 10, sale)
        revenue.pay(waits, 10, revenue.sale())

    def test_what_is_missing(self, revenue: Revenue) -> None:
        scheme = revenue.open()
        with reverts("NoSaleId"):
            revenue.pay(scheme, 1, bytes(32))
        with reverts("NoAmount"):
            revenue.pay(scheme, 0)
        with reverts("UnknownScheme", scheme=2):
            revenue.pay(2, 1)
        with reverts("UnknownCurrency", currencyId=9):
            revenue.cycle.pay(scheme, revenue.sale(), 9, 1, sender=revenue.stranger)
        for act in (
            lambda: revenue.cycle.saleOf(scheme, REASON),
            lambda: revenue.cycle.release(scheme, REASON, sender=revenue.stranger),
            lambda: revenue.cycle.refund(scheme, REASON, 1, REASON, sender=revenue.brand),
        ):
            with reverts("UnknownSale", scheme=scheme, saleId=REASON):
                act()
        assert revenue.has(revenue.brand) == 0
        revenue.pay(scheme, 1)
        assert revenue.has(revenue.brand) == 1

    def test_a_currency_that_ends_takes_nothing_new_and_gives_back_all(self, revenue: Revenue) -> None:
        scheme = revenue.open(window=1)
        sales = [revenue.pay(scheme, 10) for _ in range(2)]
        revenue.standard.setCurrencyActive(USD, False, sender=revenue.officer)
        with reverts("InactiveCurrency", currencyId=USD):
            revenue.pay(scheme, 10)
        revenue.cycle.refund(scheme, sales[0], 10, REASON, sender=revenue.brand)
        revenue.suite.chain.skip(DAY)
        assert sum(released(revenue, scheme, sales[1]).values()) == 10

    def test_pausing_stops_new_sales_only(self, revenue: Revenue) -> None:
        scheme = revenue.open(window=1)
        sales = [revenue.pay(scheme, 10) for _ in range(2)]
        revenue.cycle.pause(2 * DAY, sender=revenue.officer)
        with reverts("Paused"):
            revenue.pay(scheme, 10)
        revenue.cycle.refund(scheme, sales[0], 10, REASON, sender=revenue.brand)
        revenue.suite.chain.skip(DAY)
        revenue.cycle.release(scheme, sales[1], sender=revenue.stranger)
        revenue.cycle.unpause(sender=revenue.officer)
        revenue.pay(scheme, 10)

    def test_a_contract_that_pays_is_the_payer(self, revenue: Revenue) -> None:
        """It is admitted and named, not the account that made it act."""
        chain, market = revenue.suite.chain, revenue.account("market")
        wallet = ContractWallet.deploy(chain, market, sender=market)
        scheme = revenue.open(window=1)
        revenue.cycle.restrictPayers(scheme, True, sender=revenue.brand)
        revenue.cycle.admitPayer(scheme, market, True, sender=revenue.brand)
        data = revenue.cycle.calldata.pay(scheme, REASON, EUR, 10)
        with reverts("PayerNotAdmitted", scheme=scheme, payer=wallet.address):
            wallet.act(revenue.cycle, data, sender=market)
        revenue.cycle.admitPayer(scheme, wallet, True, sender=revenue.brand)
        revenue.euro.mint(wallet, 10, sender=market)
        wallet.act(revenue.euro, revenue.euro.calldata.approve(revenue.cycle, 10), sender=market)
        wallet.act(revenue.cycle, data, sender=market)
        assert revenue.euro.balanceOf(wallet) == 0
        assert revenue.cycle.saleOf(scheme, REASON).payer == wallet.address

    def test_only_admitted_payers_where_the_owner_wants_it(self, revenue: Revenue) -> None:
        scheme, market = revenue.open(window=1), revenue.account("market")
        receipt = revenue.cycle.restrictPayers(scheme, True, sender=revenue.brand)
        assert receipt.events == (events.PayersRestricted(scheme, True, emitter=revenue.cycle.address),)
        assert revenue.cycle.schemeOf(scheme).payersRestricted
        with reverts("PayerNotAdmitted", scheme=scheme, payer=market.address):
            revenue.pay(scheme, 1)
        receipt = revenue.cycle.admitPayer(scheme, market, True, sender=revenue.brand)
        assert receipt.events == (events.PayerAdmitted(scheme, market.address, True, emitter=revenue.cycle.address),)
        assert revenue.cycle.isAdmitted(scheme, market)
        assert not revenue.cycle.isAdmitted(scheme, revenue.stranger)
        revenue.pay(scheme, 1)
        revenue.cycle.admitPayer(scheme, market, False, sender=revenue.brand)
        with reverts("PayerNotAdmitted", payer=market.address):
            revenue.pay(scheme, 1)
        revenue.cycle.restrictPayers(scheme, False, sender=revenue.brand)
        revenue.pay(scheme, 1, payer=revenue.stranger)

    def test_the_largest_amount(self, revenue: Revenue) -> None:
        scheme, most = revenue.open((revenue.brand, 3_333), (revenue.maker, 6_667)), 2**96 - 1
        revenue.pay(scheme, most, currency=EUR)
        assert [revenue.has(who, EUR) for who in (revenue.brand, revenue.maker)] == split(most, [3_333, 6_667])


class TestRefunds:
    """While the window is open, by the owner, to the payer."""

    def test_parts_and_the_rest(self, revenue: Revenue) -> None:
        scheme, market = revenue.open(window=1), revenue.account("market")
        sale = revenue.pay(scheme, 100)
        receipt = revenue.cycle.refund(scheme, sale, 40, REASON, sender=revenue.brand2)
        here = revenue.cycle.address
        assert events.SaleRefunded(scheme, sale, market.address, USD, 40, 60, REASON, emitter=here) in receipt.events
        assert revenue.has(market) == 40
        with reverts("ExceedsSale", amount=61, left=60):
            revenue.cycle.refund(scheme, sale, 61, REASON, sender=revenue.brand)
        with reverts("NoAmount"):
            revenue.cycle.refund(scheme, sale, 0, REASON, sender=revenue.brand)
        with reverts("NotTheSchemeOwner", caller=market.address):
            revenue.cycle.refund(scheme, sale, 1, REASON, sender=market)
        revenue.suite.chain.skip(DAY)
        assert list(released(revenue, scheme, sale).values()) == [36, 18, 6]

    def test_all_of_it(self, revenue: Revenue) -> None:
        scheme = revenue.open(window=1)
        sale = revenue.pay(scheme, 100)
        revenue.cycle.refund(scheme, sale, 100, REASON, sender=revenue.brand)
        assert revenue.cycle.saleOf(scheme, sale) == structs.RevenueSale(
            3, NOBODY, 0, USD, 1, revenue.now, revenue.now + DAY
        )
        revenue.suite.chain.skip(DAY)
        with reverts("SaleClosed", scheme=scheme, saleId=sale, state=3):
            revenue.cycle.release(scheme, sale, sender=revenue.stranger)
        with reverts("SaleClosed", scheme=scheme, saleId=sale, state=3):
            revenue.cycle.refund(scheme, sale, 1, REASON, sender=revenue.brand)

    def test_to_the_last_second_of_the_window(self, revenue: Revenue) -> None:
        scheme = revenue.open(window=90)
        sale, until = revenue.pay(scheme, 100), revenue.now + 90 * DAY
        revenue.suite.chain.warp(until - 1)
        revenue.cycle.refund(scheme, sale, 1, REASON, sender=revenue.brand)
        revenue.suite.chain.warp(until)
        with reverts("RefundWindowOver", releaseAt=until):
            revenue.cycle.refund(scheme, sale, 1, REASON, sender=revenue.brand)
        assert sum(released(revenue, scheme, sale).values()) == 99

    def test_a_payer_that_is_suspended_is_paid_later(self, revenue: Revenue) -> None:
        scheme = revenue.open(window=1)
        sale = revenue.pay(scheme, 100, payer=revenue.buyer)
        revenue.registry.suspend(revenue.buyer, sender=revenue.officer)
        receipt = revenue.cycle.refund(scheme, sale, 30, REASON, sender=revenue.brand)
        here = revenue.cycle.address
        assert events.OwedCredited(revenue.buyer.address, sale, USD, 30, emitter=here) in receipt.events
        with reverts("NotActive", account=revenue.buyer.address):
            revenue.cycle.withdraw(USD, revenue.buyer, sender=revenue.stranger)
        revenue.registry.reinstate(revenue.buyer, sender=revenue.officer)
        handed = revenue.cycle.withdraw(USD, revenue.buyer, sender=revenue.stranger)
        assert handed.returned == revenue.has(revenue.buyer) == 30
        buyer = revenue.buyer.address
        assert events.OwedPaidOut(buyer, buyer, USD, 30, emitter=here) in handed.events


class TestTime:
    """What was sold is paid by the tables of its second."""

    @pytest.mark.known_defect("split-change")
    def test_old_sales_by_old_shares(self, revenue: Revenue) -> None:
        scheme = revenue.open(window=30)
        start = revenue.now + 5
        lines = revenue.lines((revenue.miller, 10_000))
        revenue.cycle.publishShares(scheme, start, 1, lines, sender=revenue.brand)
        revenue.suite.chain.warp(start - 1)
        old = revenue.pay(scheme, 100)
        revenue.suite.chain.warp(start)
        new = revenue.pay(scheme, 100)
        assert revenue.cycle.saleOf(scheme, old).releaseAt == start - 1 + 30 * DAY
        assert revenue.cycle.saleOf(scheme, new).releaseAt == start + DAY
        revenue.suite.chain.skip(31 * DAY)
        assert released(revenue, scheme, new) == {revenue.miller.address: 100}
        assert list(released(revenue, scheme, old).values()) == [60, 30, 10]

    def test_nested_tables_too(self, revenue: Revenue) -> None:
        mills = revenue.open((revenue.maker, 5_000), (revenue.miller, 5_000), level=1, owner=revenue.maker)
        scheme = revenue.open((revenue.brand, 6_000), (mills, 4_000), window=30)
        sales = [revenue.pay(scheme, 100)]
        later = (revenue.painter, revenue.platform, revenue.maker, revenue.miller)
        for payee, wait in zip(later, (1, 10, 100, 1_000), strict=True):
            lines = revenue.lines((payee, 10_000))
            revenue.cycle.publishShares(mills, revenue.now + wait, 90, lines, sender=revenue.maker)
            revenue.suite.chain.skip(wait)
            sales.append(revenue.pay(scheme, 100))
        revenue.suite.chain.skip(30 * DAY)
        found = [released(revenue, scheme, sale) for sale in sales]
        brand = {revenue.brand.address: 60}
        assert found[0] == brand | {revenue.maker.address: 20, revenue.miller.address: 20}
        for parts, payee in zip(found[1:], later, strict=True):
            assert parts == brand | {payee.address: 40}

    def test_three_levels_and_72_payments(self, revenue: Revenue) -> None:
        names = [f"mill {i}" for i in range(8)]
        for name in names:
            revenue.suite.enrol(name)
        eighths = [(revenue.account(name), 1_250) for name in names]
        mills = revenue.open(*eighths, level=1)
        guild = revenue.open(*[(mills, 1_250)] * 8, level=2)
        scheme = revenue.open((guild, 8_999), (mills, 1_001))
        receipt_of = revenue.cycle.partsOf(scheme, revenue.now, 10**12)
        assert len(receipt_of) == 72
        sale = revenue.sale()
        revenue.give(revenue.stranger, 10**12)
        receipt = revenue.cycle.pay(scheme, sale, USD, 10**12, sender=revenue.stranger)
        (said,) = (event for event in receipt.events if isinstance(event, events.SaleReleased))
        assert said.parts == receipt_of
        assert sum(revenue.has(revenue.account(name)) for name in names) == 10**12
        assert revenue.has(revenue.cycle) == 0
        assert receipt.gas_used < 2_000_000


class TestFund:
    """The fund's part of what a financed entity earns."""

    def test_of_each_part_rounded_down_at_release(self, revenue: Revenue) -> None:
        scheme = revenue.open(window=1)
        sale = revenue.pay(scheme, 1_009)
        revenue.cycle.setFundShare(revenue.entities["brand"], 500, sender=revenue.officer)
        revenue.cycle.setFundShare(revenue.entities["platform"], 5_000, sender=revenue.officer)
        revenue.suite.chain.skip(DAY)
        receipt = revenue.cycle.release(scheme, sale, sender=revenue.stranger)
        # 605.4, 302.7, 100.9 -> 605, 303, 101; 5% of 605 = 30.25; half of 101 = 50.5
        parts = (
            structs.RevenuePart(revenue.brand.address, 575, 30),
            structs.RevenuePart(revenue.maker.address, 303, 0),
            structs.RevenuePart(revenue.platform.address, 51, 50),
        )
        here = revenue.cycle.address
        assert events.SaleReleased(scheme, sale, USD, 1_009, 80, parts, emitter=here) in receipt.events
        assert revenue.has(revenue.fund) == revenue.fund.collected(revenue.money) == 80
        assert [revenue.has(who) for who in (revenue.brand, revenue.maker, revenue.platform)] == [575, 303, 51]
        revenue.cycle.setFundShare(revenue.entities["brand"], 0, sender=revenue.officer)
        assert revenue.cycle.partsOf(scheme, revenue.now, 1_009)[0] == structs.RevenuePart(
            revenue.brand.address, 605, 0
        )

    def test_every_account_of_the_entity_named_before_or_after(self, revenue: Revenue) -> None:
        entity = revenue.entities["brand"]
        first = revenue.open((revenue.brand, 10_000))
        revenue.cycle.setFundShare(entity, 500, sender=revenue.officer)
        second = revenue.open((revenue.brand2, 10_000))
        revenue.registry.suspend(revenue.brand, sender=revenue.officer)
        revenue.registry.reinstate(revenue.brand, sender=revenue.officer)
        for scheme in (first, second):
            (part,) = revenue.cycle.partsOf(scheme, revenue.now, 10_000)
            assert (part.amount, part.fund) == (9_500, 500)
        revenue.cycle.setFundShare(entity, 100, sender=revenue.officer)
        for scheme in (first, second):
            (part,) = revenue.cycle.partsOf(scheme, revenue.now, 10_000)
            assert (part.amount, part.fund) == (9_900, 100)


class TestParts:
    """The largest remainder, against fractions."""

    @pytest.mark.parametrize(
        ("amount", "shares", "parts"),
        [
            (1, (6_000, 3_000, 1_000), [1, 0, 0]),
            (2, (3_334, 3_333, 3_333), [1, 1, 0]),
            (10, (3_333, 3_333, 3_334), [3, 3, 4]),
            (3, (2_500, 2_500, 2_500, 2_500), [1, 1, 1, 0]),
            (7, (1, 9_999), [0, 7]),
            (10_000, (1, 9_999), [1, 9_999]),
            (9, (1_111, 1_111, 1_111, 1_111, 1_111, 1_111, 1_111, 2_223), [1, 1, 1, 1, 1, 1, 1, 2]),
        ],
    )
    def test_known(self, revenue: Revenue, amount: int, shares: tuple[int, ...], parts: list[int]) -> None:
        names = ("brand", "maker", "miller", "platform", "painter", "seller", "buyer", "alice")
        payees = [revenue.account(name) for name in names[: len(shares)]]
        revenue.pay(revenue.open(*zip(payees, shares, strict=True)), amount)
        assert [revenue.has(who) for who in payees] == parts == split(amount, shares)

    @pytest.mark.known_defect("split-dust")
    def test_any(self) -> None:
        revenue = build()
        mark = revenue.suite.chain.snapshot()
        names = ("brand", "maker", "miller", "platform", "painter", "seller", "buyer", "alice")
        payees = [revenue.account(name) for name in names]

        @settings(max_examples=60, deadline=None, database=None, derandomize=True)
        @given(cuts=st.sets(st.integers(1, 9_999), max_size=7), amount=st.integers(1, 10**28))
        def divide(cuts: set[int], amount: int) -> None:
            revenue.suite.chain.restore(mark)
            edges = [0, *sorted(cuts), 10_000]
            shares = [high - low for low, high in pairwise(edges)]
            scheme = revenue.open(*zip(payees, shares, strict=False))
            found = {part.account: part.amount for part in revenue.cycle.partsOf(scheme, revenue.now, amount)}
            wanted = split(amount, shares)
            assert sum(wanted) == amount
            assert [found.get(who.address, 0) for who in payees[: len(shares)]] == wanted

        divide()
