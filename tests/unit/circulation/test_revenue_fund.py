"""The module fund: it spends what it has, by governance alone."""

from caldera.contracts import events
from tests.support.revenue import NOBODY, Revenue
from tests.support.suite import reverts

PURPOSE = b"\2" * 32


def filled(revenue: Revenue, amount: int) -> None:
    revenue.money.mint(revenue.fund, amount, sender=revenue.stranger)


class TestSpending:
    """Never more than there is."""

    def test_all_of_it_and_not_a_unit_more(self, revenue: Revenue) -> None:
        filled(revenue, 100)
        fund, money = revenue.fund, revenue.money
        with reverts("ExceedsFund", token=money.address, amount=101, available=100):
            fund.spend(money, revenue.painter, 101, PURPOSE, sender=revenue.admin)
        receipt = fund.spend(money, revenue.painter, 60, PURPOSE, sender=revenue.admin)
        here, painter = fund.address, revenue.painter.address
        assert events.FundSpent(money.address, painter, 60, PURPOSE, 60, emitter=here) in receipt.events
        receipt = fund.spend(money, revenue.painter, 40, PURPOSE, sender=revenue.admin)
        assert events.FundSpent(money.address, painter, 40, PURPOSE, 100, emitter=here) in receipt.events
        assert revenue.has(revenue.painter) == 100
        assert (fund.collected(money), fund.spent(money), fund.available(money)) == (100, 100, 0)
        with reverts("ExceedsFund", amount=1, available=0):
            fund.spend(money, revenue.painter, 1, PURPOSE, sender=revenue.admin)
        filled(revenue, 5)
        assert (fund.collected(money), fund.spent(money), fund.available(money)) == (105, 100, 5)

    def test_each_token_by_itself(self, revenue: Revenue) -> None:
        filled(revenue, 100)
        with reverts("ExceedsFund", token=revenue.euro.address, amount=1, available=0):
            revenue.fund.spend(revenue.euro, revenue.painter, 1, PURPOSE, sender=revenue.admin)
        revenue.fund.spend(revenue.money, revenue.painter, 1, PURPOSE, sender=revenue.admin)
        assert revenue.fund.spent(revenue.euro) == 0

    def test_what_is_missing(self, revenue: Revenue) -> None:
        filled(revenue, 100)
        with reverts("NothingToSpend"):
            revenue.fund.spend(revenue.money, revenue.painter, 0, PURPOSE, sender=revenue.admin)
        with reverts("NoSpendingPurpose"):
            revenue.fund.spend(revenue.money, revenue.painter, 1, bytes(32), sender=revenue.admin)
        for place in (NOBODY, revenue.fund.address):
            with reverts("CannotBePaid", account=place):
                revenue.fund.spend(revenue.money, place, 1, PURPOSE, sender=revenue.admin)
        assert revenue.has(revenue.fund) == 100

    def test_only_governance(self, revenue: Revenue) -> None:
        """No operational role spends, all of which the officer has."""
        filled(revenue, 100)
        for who in (revenue.officer, revenue.brand, revenue.stranger):
            with reverts("AccessManagedUnauthorized", caller=who.address):
                revenue.fund.spend(revenue.money, who, 1, PURPOSE, sender=who)
