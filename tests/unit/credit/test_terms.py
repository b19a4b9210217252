"""LendingTerms: who sets them, their ranges, and the price of a pledge."""

import pytest

from caldera.contracts import events, structs
from tests.support.lending import TERMS, Bank
from tests.support.suite import DAY, MINIMUM, reverts
from tests.support.yard import open_yard


def test_only_who_keeps_the_standard(bank: Bank) -> None:
    with reverts("AccessManagedUnauthorized", caller=bank.suite.admin.address):
        bank.terms.setLoanTerms(1, TERMS, sender=bank.suite.admin)
    with reverts("AccessManagedUnauthorized", caller=bank.suite.admin.address):
        bank.terms.setAdvance(False, 1, 1, sender=bank.suite.admin)
    other = TERMS._replace(rateBps=1)
    receipt = bank.terms.setLoanTerms(7, other, sender=bank.suite.officer)
    assert receipt.one(events.LoanTermsSet) == events.LoanTermsSet(7, other, emitter=bank.terms.address)
    assert (bank.terms.loanTerms(7), bank.terms.loanTerms(1)) == (other, TERMS)
    receipt = bank.terms.setAdvance(True, 9, 10_000, sender=bank.suite.officer)
    assert receipt.one(events.AdvanceSet) == events.AdvanceSet(True, 9, 10_000, emitter=bank.terms.address)
    assert (bank.terms.advanceOf(True, 9), bank.terms.advanceOf(False, 9)) == (10_000, 0)


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("rateBps", 10_000, 10_001),
        ("lateFeeBps", 10_000, 10_001),
        ("borrowerCapBps", 10_000, 10_001),
        ("debtorCapBps", 10_000, 10_001),
        ("fundBps", 10_000, 10_001),
        ("floorBps", 10_000, 10_001),
        ("floorBps", 1, 0),
        ("auctionDays", 1, 0),
        ("longestDays", 3_650, 3_651),
    ],
)
def test_ranges(bank: Bank, field: str, good: int, bad: int) -> None:
    with reverts("LoanTermsOutOfRange"):
        bank.terms.setLoanTerms(1, TERMS._replace(**{field: bad}), sender=bank.suite.officer)
    bank.terms.setLoanTerms(1, TERMS._replace(**{field: good}), sender=bank.suite.officer)


def test_an_advance_is_at_most_the_whole_value(bank: Bank) -> None:
    with reverts("LoanTermsOutOfRange"):
        bank.terms.setAdvance(False, 1, 10_001, sender=bank.suite.officer)
    bank.terms.setAdvance(False, 1, 10_000, sender=bank.suite.officer)
    asset = bank.suite.circulating()
    bank.pledge(bank.suite.seller, asset, 40 * MINIMUM)
    item = structs.Collateral(False, asset)
    assert bank.terms.advanceOn(bank.suite.seller, bank.desk, 1, item) == (
        40 * MINIMUM,
        bank.suite.entities["buyer"],
        40 * MINIMUM,
    )


def test_an_advance_is_rounded_down(bank: Bank) -> None:
    asset = bank.suite.circulating(face=3 * MINIMUM)
    bank.pledge(bank.suite.seller, asset, 2 * MINIMUM)
    bank.suite.pay(asset, 1)
    # 2/3 of 2,999,999,999 is 1,999,999,999.33, and 80% of 1,999,999,999 is 1,599,999,999.2.
    item = structs.Collateral(False, asset)
    assert bank.terms.advanceOn(bank.suite.seller, bank.desk, 1, item)[0] == 1_599_999_999


def test_a_price_is_rounded_up_and_falls_to_its_floor(bank: Bank) -> None:
    asset = bank.suite.circulating()
    item = structs.Collateral(False, asset)
    bank.chain.skip(40 * DAY)
    # 7 units fall by 4/5 of their value in ten days.
    passed = (0, 1, 5 * DAY, 10 * DAY - 1, 10 * DAY, 40 * DAY)
    assert [bank.terms.priceOf(1, 1, item, 7, one) for one in passed] == [7, 7, 5, 2, 2, 2]  # 4.2 and 1.4


def test_an_auction_keeps_the_terms_under_which_it_began(bank: Bank) -> None:
    asset = bank.suite.circulating()
    item = structs.Collateral(False, asset)
    bank.chain.skip(8 * DAY)
    longer = TERMS._replace(auctionDays=20, floorBps=10_000)
    bank.terms.setLoanTerms(1, longer, sender=bank.suite.officer)
    changed = bank.chain.now
    bank.chain.skip(4 * DAY)
    for passed, price in (
        (4 * DAY + 1, 7 * MINIMUM - 7 * MINIMUM * 8 * (4 * DAY + 1) // (100 * DAY)),
        (4 * DAY, 7 * MINIMUM),
    ):
        assert bank.terms.priceOf(1, 1, item, 7 * MINIMUM, passed) == price
    bank.terms.setLoanTerms(1, longer._replace(rateBps=1), sender=bank.suite.officer)
    assert bank.terms.priceOf(1, 1, item, 7 * MINIMUM, bank.chain.now - changed) == 7 * MINIMUM
    assert bank.terms.priceOf(1, 1, item, 10, 11 * DAY) == 2


def test_there_is_no_price_from_before_the_first_terms(bank: Bank) -> None:
    item = structs.Collateral(False, bank.suite.circulating())
    assert bank.terms.priceOf(1, 1, item, 7, 0) == 7
    with reverts("NoLoansFrom", poolNumber=1):
        bank.terms.priceOf(1, 1, item, 7, 10**9)
    with reverts("NoLoansFrom", poolNumber=2):
        bank.terms.priceOf(2, 1, item, 7, 0)


def test_a_title_without_a_valuation_has_no_price(bank: Bank) -> None:
    yard = open_yard(bank)
    title = yard.title(bank.suite.seller, 0)
    item = structs.Collateral(True, title)
    with reverts("NoKnownValue", id=title):
        bank.terms.priceOf(1, 1, item, 1, 0)
    yard.land.stateAttribute(title, 7, 1, bank.chain.now + DAY, sender=bank.suite.officer)
    assert bank.terms.priceOf(1, 1, item, 1, 0) == 1


def test_who_is_admitted_and_by_which_days(bank: Bank) -> None:
    admission = bank.terms.admit(bank.suite.seller, 1, bank.wanted(MINIMUM, days=30))
    agreed = ("rateBps", "lateFeeBps", "defaultDays", "fundBps")
    caps = ("borrowerCapBps", "debtorCapBps", "borrowerCap", "debtorCap")
    assert admission[:3] == (bank.suite.entities["seller"], 5, bank.day(30) * DAY)
    assert {name: getattr(admission, name) for name in agreed + caps} == {
        name: getattr(TERMS, name) for name in agreed + caps
    }


def test_fields_that_the_rules_demand(bank: Bank) -> None:
    """Rules that want a pledge (field 9) admit no unsecured loan."""
    suite = bank.suite
    rules = structs.Rules(16, 0, 3, 0, 1 << 9, 1_000_000_000, 1, 1)
    rule = suite.standard.publish(b"EU/secured".ljust(32, b"\0"), rules, sender=suite.officer).returned
    with reverts("MissingField", field=9):
        bank.terms.admit(suite.seller, 1, bank.wanted(MINIMUM, ruleId=rule))
    asset = suite.circulating()
    assert bank.terms.admit(suite.seller, 1, bank.wanted(MINIMUM, (asset,), ruleId=rule)).graceDays == 3
    with reverts("WrongKind"):
        bank.terms.admit(suite.seller, 1, bank.wanted(MINIMUM, ruleId=1))
