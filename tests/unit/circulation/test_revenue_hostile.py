"""Payees who cannot be paid, tokens that misbehave, callers who give too little."""

from collections.abc import Callable
from typing import Any

import pytest

from caldera.contracts import (
    BlacklistToken,
    FeeToken,
    MoodyToken,
    ReentrantToken,
    SilentToken,
    StingyCaller,
    errors,
    events,
)
from caldera.evm import ContractError
from caldera.model.revenue import DAY
from tests.support.revenue import NOBODY, USD, Revenue, build
from tests.support.suite import reverts

REASON = b"\1" * 32
GOOD, LONG_TRUE, LOSES_HALF = 0, 1, 7


@pytest.fixture(scope="module")
def blacklisting() -> Revenue:
    return build(token=BlacklistToken)


@pytest.fixture
def blocked(blacklisting: Revenue) -> Any:
    with blacklisting.suite.chain.isolated():
        yield blacklisting


@pytest.fixture(scope="module")
def _moody() -> Revenue:
    return build(token=MoodyToken)


@pytest.fixture
def moody(_moody: Revenue) -> Any:
    with _moody.suite.chain.isolated():
        yield _moody


class TestWhoCannotBePaid:
    """The others are; the part waits."""

    @pytest.mark.known_defect("blacklisted-payee")
    def test_a_payee_on_the_black_list(self, blocked: Revenue) -> None:
        scheme = blocked.open()
        blocked.money.setBlacklisted(blocked.maker, True, sender=blocked.stranger)
        sale = blocked.sale()
        blocked.give(blocked.stranger, 1_000)
        receipt = blocked.cycle.pay(scheme, sale, USD, 1_000, sender=blocked.stranger)
        here, maker = blocked.cycle.address, blocked.maker.address
        assert events.OwedCredited(maker, sale, USD, 300, emitter=here) in receipt.events
        assert [blocked.has(who) for who in (blocked.brand, blocked.maker, blocked.platform)] == [600, 0, 100]
        assert blocked.cycle.owed(blocked.maker, USD) == blocked.has(blocked.cycle) == 300
        with reverts("Blacklisted", account=maker):
            blocked.cycle.withdraw(USD, blocked.maker, sender=blocked.stranger)
        receipt = blocked.cycle.withdrawTo(USD, blocked.painter, sender=blocked.maker)
        assert receipt.returned == blocked.has(blocked.painter) == 300
        assert events.OwedPaidOut(maker, blocked.painter.address, USD, 300, emitter=here) in receipt.events
        with reverts("NothingOwedTo", account=maker, currencyId=USD):
            blocked.cycle.withdraw(USD, blocked.maker, sender=blocked.stranger)

    def test_the_contract_itself_on_the_list(self, blocked: Revenue) -> None:
        scheme = blocked.open(window=1)
        sale = blocked.pay(scheme, 1_000)
        blocked.cycle.setFundShare(blocked.entities["brand"], 500, sender=blocked.officer)
        blocked.money.setBlacklisted(blocked.cycle, True, sender=blocked.stranger)
        blocked.suite.chain.skip(DAY)
        blocked.cycle.release(scheme, sale, sender=blocked.stranger)
        places = (blocked.brand, blocked.maker, blocked.platform, blocked.fund)
        assert [blocked.cycle.owed(who, USD) for who in places] == [570, 300, 100, 30]
        blocked.money.setBlacklisted(blocked.cycle, False, sender=blocked.stranger)
        for who in places:
            blocked.cycle.withdraw(USD, who, sender=blocked.stranger)
        assert [blocked.has(who) for who in places] == [570, 300, 100, 30]
        assert blocked.fund.collected(blocked.money) == 30

    def test_a_payer_on_the_list_is_refunded_later(self, blocked: Revenue) -> None:
        scheme, market = blocked.open(window=1), blocked.account("market")
        sale = blocked.pay(scheme, 1_000)
        blocked.money.setBlacklisted(market, True, sender=blocked.stranger)
        blocked.cycle.refund(scheme, sale, 400, REASON, sender=blocked.brand)
        assert blocked.cycle.owed(market, USD) == 400
        blocked.money.setBlacklisted(market, False, sender=blocked.stranger)
        blocked.cycle.withdraw(USD, market, sender=blocked.stranger)
        assert blocked.has(market) == 400

    @pytest.mark.parametrize("how", ["suspended", "removed", "expired"])
    def test_a_payee_that_is_not_active(self, revenue: Revenue, how: str) -> None:
        scheme = revenue.open()
        other = revenue.open((revenue.brand, 10_000))
        if how == "expired":
            revenue.registry.setFacts(revenue.maker, revenue.now + 10, 1, 1, sender=revenue.officer)
            revenue.suite.chain.skip(9)
            revenue.pay(scheme, 10)
            assert revenue.has(revenue.maker) == 3
            revenue.suite.chain.skip(1)
        else:
            act = revenue.registry.suspend if how == "suspended" else revenue.registry.remove
            act(revenue.maker, sender=revenue.officer)
        before = revenue.has(revenue.maker)
        revenue.pay(scheme, 1_000)
        revenue.pay(scheme, 10)
        assert revenue.has(revenue.maker) == before
        assert revenue.cycle.owed(revenue.maker, USD) == 303
        calls: tuple[Callable[[], Any], ...] = (
            lambda: revenue.cycle.withdraw(USD, revenue.maker, sender=revenue.stranger),
            lambda: revenue.cycle.withdrawTo(USD, revenue.painter, sender=revenue.maker),
        )
        for call in calls:
            with reverts("NotActive", account=revenue.maker.address):
                call()
        expires = revenue.now + DAY
        if how == "removed":
            entity = revenue.entities["maker"]
            revenue.registry.enrol(revenue.maker, entity, expires, 1, 1, sender=revenue.officer)
        elif how == "suspended":
            revenue.registry.reinstate(revenue.maker, sender=revenue.officer)
        else:
            revenue.registry.setFacts(revenue.maker, expires, 1, 1, sender=revenue.officer)
        revenue.cycle.withdraw(USD, revenue.maker, sender=revenue.stranger)
        revenue.pay(scheme, 10)
        assert revenue.has(revenue.maker) == before + 306
        revenue.pay(other, 5)

    def test_to_whom_it_can_be_withdrawn(self, revenue: Revenue) -> None:
        scheme = revenue.open()
        revenue.registry.suspend(revenue.maker, sender=revenue.officer)
        revenue.pay(scheme, 100)
        revenue.registry.reinstate(revenue.maker, sender=revenue.officer)
        for place in (NOBODY, revenue.cycle.address):
            with reverts("CannotBePaid", account=place):
                revenue.cycle.withdrawTo(USD, place, sender=revenue.maker)
        revenue.registry.suspend(revenue.painter, sender=revenue.officer)
        with reverts("NotActive", account=revenue.painter.address):
            revenue.cycle.withdrawTo(USD, revenue.painter, sender=revenue.maker)
        with reverts("NothingOwedTo", account=revenue.brand.address, currencyId=USD):
            revenue.cycle.withdrawTo(USD, revenue.maker, sender=revenue.brand)
        revenue.cycle.withdrawTo(USD, revenue.stranger, sender=revenue.maker)
        assert revenue.has(revenue.stranger) == 30

    def test_a_lost_account(self, revenue: Revenue) -> None:
        scheme = revenue.open()
        revenue.registry.remove(revenue.brand, sender=revenue.officer)
        revenue.pay(scheme, 100)
        move = revenue.cycle.moveOwed
        with reverts("DifferentEntities", from_=revenue.brand.address, to=revenue.maker.address):
            move(USD, revenue.brand, revenue.maker, sender=revenue.officer)
        with reverts("NotActive", account=revenue.stranger.address):
            move(USD, revenue.brand, revenue.stranger, sender=revenue.officer)
        with reverts("DifferentEntities", from_=revenue.stranger.address):
            move(USD, revenue.stranger, revenue.maker, sender=revenue.officer)
        receipt = move(USD, revenue.brand, revenue.brand2, sender=revenue.officer)
        here, brand, brand2 = revenue.cycle.address, revenue.brand.address, revenue.brand2.address
        assert receipt.events == (events.OwedMoved(brand, brand2, USD, 60, emitter=here),)
        with reverts("NothingOwedTo", account=brand):
            move(USD, revenue.brand, revenue.brand2, sender=revenue.officer)
        assert revenue.cycle.withdraw(USD, revenue.brand2, sender=revenue.stranger).returned == 60


class TestTokens:
    """What is refused at the door, and what cannot hurt inside."""

    @pytest.mark.known_defect("split-fee-token")
    @pytest.mark.parametrize("window", [0, 1])
    def test_a_token_that_takes_a_fee(self, window: int) -> None:
        revenue = build(token=FeeToken)
        scheme = revenue.open(window=window)
        with reverts("InexactToken", expected=1_000, received=990):
            revenue.pay(scheme, 1_000)
        revenue.pay(scheme, 99)  # too little for a fee of one unit

    def test_a_token_that_loses_some(self, moody: Revenue) -> None:
        scheme = moody.open()
        moody.money.setMood(LOSES_HALF, sender=moody.stranger)
        with reverts("InexactToken", expected=1_000, received=500):
            moody.pay(scheme, 1_000)
        moody.money.setMood(GOOD, sender=moody.stranger)
        moody.pay(scheme, 1_000)

    def test_a_token_that_returns_nothing(self) -> None:
        revenue = build(token=SilentToken)
        scheme = revenue.open(window=1)
        first, second = (revenue.pay(scheme, 1_000) for _ in range(2))
        revenue.cycle.refund(scheme, first, 1_000, REASON, sender=revenue.brand)
        revenue.suite.chain.skip(DAY)
        revenue.cycle.release(scheme, second, sender=revenue.stranger)
        places = (revenue.brand, revenue.maker, revenue.platform, revenue.account("market"))
        assert [revenue.has(who) for who in places] == [600, 300, 100, 1_000]

    @pytest.mark.parametrize("mood", [2, 3, 4, 5, 6])
    def test_a_token_that_refuses_in_its_own_way(self, moody: Revenue, mood: int) -> None:
        """Burns all gas, answers with 30,000 bytes, says false, answers too briefly, says two."""
        scheme = moody.open(window=1)
        sale = moody.pay(scheme, 1_000)
        moody.money.setMood(mood, sender=moody.stranger)
        moody.suite.chain.skip(DAY)
        receipt = moody.cycle.release(scheme, sale, sender=moody.stranger)
        assert receipt.gas_used < 800_000
        places = (moody.brand, moody.maker, moody.platform)
        assert [moody.cycle.owed(who, USD) for who in places] == [600, 300, 100]
        moody.money.setMood(GOOD, sender=moody.stranger)
        for who in places:
            moody.cycle.withdraw(USD, who, sender=moody.stranger)
        assert [moody.has(who) for who in places] == [600, 300, 100]

    def test_a_long_answer_that_begins_with_true_is_true(self, moody: Revenue) -> None:
        scheme = moody.open()
        moody.money.setMood(LONG_TRUE, sender=moody.stranger)
        moody.pay(scheme, 1_000)
        assert [moody.has(who) for who in (moody.brand, moody.maker, moody.platform)] == [600, 300, 100]
        assert moody.cycle.owed(moody.brand, USD) == 0

    def test_nobody_makes_a_payment_fail_by_giving_little(self, moody: Revenue) -> None:
        """With any gas the release either reverts, or pays everybody."""
        caller = StingyCaller.deploy(moody.suite.chain, sender=moody.stranger)
        scheme = moody.open(window=1)
        sale = moody.pay(scheme, 1_000)
        moody.suite.chain.skip(DAY)
        call = moody.cycle.calldata.release(scheme, sale)
        done = short = 0
        for gas in range(60_000, 400_000, 5_000):
            with moody.suite.chain.isolated():
                try:
                    caller.callWith(moody.cycle, call, gas, sender=moody.stranger)
                except ContractError as error:
                    if isinstance(error, errors.GasTooLow):
                        assert error.needed == 165_000 > error.left
                        short += 1
                    continue
                done += 1
                assert [moody.has(who) for who in (moody.brand, moody.maker, moody.platform)] == [600, 300, 100]
        assert done > 0
        assert short > 0


class TestReentrancy:
    """A token that calls back finds the door shut, and its payment kept."""

    @pytest.mark.parametrize("name", ["release", "refund", "withdraw", "withdrawTo", "pay"])
    def test_while_a_sale_is_released(self, name: str) -> None:
        revenue = build(token=ReentrantToken)
        scheme = revenue.open(window=1)
        sale, other = revenue.pay(scheme, 1_000), revenue.pay(scheme, 500)
        revenue.suite.chain.skip(DAY)
        cycle = revenue.cycle
        calls: dict[str, Callable[[], bytes]] = {
            "release": lambda: cycle.calldata.release(scheme, other),
            "refund": lambda: cycle.calldata.refund(scheme, other, 1, REASON),
            "withdraw": lambda: cycle.calldata.withdraw(USD, revenue.brand),
            "withdrawTo": lambda: cycle.calldata.withdrawTo(USD, revenue.brand),
            "pay": lambda: cycle.calldata.pay(scheme, REASON, USD, 1),
        }
        revenue.money.arm(cycle, calls[name](), sender=revenue.stranger)
        cycle.release(scheme, sale, sender=revenue.stranger)
        places = (revenue.brand, revenue.maker, revenue.platform)
        assert [cycle.owed(who, USD) for who in places] == [600, 300, 100]
        assert revenue.has(cycle) == 1_500
        with reverts("ReentrancyGuardReentrantCall"):
            cycle.withdraw(USD, revenue.brand, sender=revenue.stranger)
        revenue.money.arm(NOBODY, b"", sender=revenue.stranger)
        for who in places:
            cycle.withdraw(USD, who, sender=revenue.stranger)
        cycle.release(scheme, other, sender=revenue.stranger)
        assert [revenue.has(who) for who in places] == [900, 450, 150]
        assert revenue.has(cycle) == 0
