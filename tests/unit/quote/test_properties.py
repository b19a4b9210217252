"""What holds for every claim and all terms.

1. Money now is never more than what is owed, and no way costs less than nothing while the debtor pays all.
2. A pledge costs principal × rate × days / year, rounded up, and never less for later payment or a higher rate.
3. What tranches get adds up to what was paid; the senior one gets its principal and interest at most, and first.
4. A factor's price never rises with days, discount or fee; a part is sold for the amount at least, and no unit more.
5. What is not financed waits for its debtor, so that totals of all ways are of the same claims.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from caldera.model import LedgerModel, Party, ReceivablesModel
from caldera.model.ledger import Position
from caldera.model.pool import PoolModel
from caldera.model.receivables import DAY, Receivable
from caldera.model.tranches import Deal, DealTerms, TranchesModel, most_senior
from caldera.quote import Factored, Pledge, Terms, Tranched, Way
from caldera.quote.inputs import Discount
from caldera.quote.ways import paid_of

from .helpers import THOUSAND, claim, terms

owed = st.one_of(st.integers(1, 10**6), st.integers(THOUSAND, 10**15), st.just(100 * THOUSAND))
days = st.integers(1, 400)
bps = st.integers(0, 10_000)
discounts = st.builds(
    lambda rate, fee: Discount(discount_bps=rate, fee_bps=fee), st.integers(0, 3_000), st.integers(0, 500)
)
payments = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 10**12)), max_size=6)
MANY = settings(max_examples=150, deadline=None)


@st.composite
def assumptions(draw: st.DrawFn) -> Terms:
    return terms(
        loan={
            "rate_bps": draw(bps),
            "late_fee_bps": draw(bps),
            "advance_bps": draw(bps),
            "grace_days": draw(days) % 60,
        },
        tranche={"senior_bps": draw(bps), "coverage_bps": draw(bps) % 10_000},
        factoring={"with_recourse": draw(discounts), "without_recourse": draw(discounts)},
    )


def ways(amount: int, when: int, assumed: Terms) -> list[Way]:
    one = [claim(amount, when)]
    asked = assumed.factoring
    return [
        Pledge(one, assumed, 0),
        Factored(one, assumed, asked.without_recourse, False),
        Factored(one, assumed, asked.with_recourse, True),
        Tranched(one, assumed),
    ]


@MANY
@given(owed, days, assumptions(), st.integers(-30, 60), bps)
def test_1_and_5_money_now(amount: int, when: int, assumed: Terms, late: int, unpaid: int) -> None:
    late = max(late, 1 - when)
    for way in ways(amount, when, assumed):
        outcome = way.outcome(late, 0)
        assert 0 <= way.now <= amount
        assert outcome.cost >= 0
        assert outcome.paid == amount
        loss = way.outcome(late, unpaid)
        assert (loss.now, loss.paid) == (outcome.now, paid_of(claim(amount), unpaid))
        if not way.offered:
            assert (outcome.now, outcome.later, outcome.rate) == (0, amount, None)
            assert loss.total == loss.paid


@MANY
@given(st.integers(2 * THOUSAND, 10**15), days, st.integers(0, 9_999), st.integers(0, 365), st.integers(0, 60))
def test_2_a_pledge_costs_more_for_longer_and_dearer(amount: int, when: int, rate: int, early: int, late: int) -> None:
    when = min(when, 364)
    early = min(early, when - 1)
    cheap, dear = (Pledge([claim(amount, when)], terms(loan={"rate_bps": r}), 0) for r in (rate, rate + 1))
    principal = amount * 8_000 // 10_000
    exact = Fraction(principal * rate * (when - early), 10_000 * 365)
    assert cheap.outcome(-early, 0).cost == -(-exact.numerator // exact.denominator)
    costs = [cheap.outcome(day, 0).cost for day in (-early, 0, late, late + 1)]
    assert costs == sorted(costs)
    assert cheap.outcome(late, 0).cost <= dear.outcome(late, 0).cost


@MANY
@given(st.integers(0, 10**12), bps, payments, bps)
def test_3_tranches_share_all(senior: int, rate: int, came: list[tuple[int, int]], coverage: int) -> None:
    deal = Deal("", "", rate, coverage, 0, "Issued", principal=senior)
    repaid = junior = 0
    for day, amount in sorted(came):
        parts = deal.share(amount, day * DAY)
        assert sum(parts) == amount
        assert not parts[2] or not deal.principal
        repaid, junior = repaid + parts[1], junior + parts[2]
    assert repaid + deal.principal == senior
    assert deal.interest + repaid + junior == sum(amount for _, amount in came)
    assert deal.interest * 10_000 * 365 <= senior * rate * max((day for day, _ in came), default=0)
    value, most = senior + 7, most_senior(senior + 7, coverage)
    assert most * 10_000 <= value * (10_000 - coverage) < (most + 1) * 10_000


@MANY
@given(st.integers(2 * THOUSAND, 10**15), days, discounts, st.data())
def test_4_a_factors_price(amount: int, when: int, asked: Discount, data: st.DataObject) -> None:
    one = claim(amount, when)
    price = Factored([one], terms(), asked, False).price(one)
    assert price >= Factored([one], terms(), asked, False).price(claim(amount, when + 1))
    for field in ("discount_bps", "fee_bps"):
        dearer = asked.model_copy(update={field: getattr(asked, field) + 1})
        assert price >= Factored([one], terms(), dearer, False).price(one)
    if price:
        wanted = data.draw(st.integers(1, price))
        part = Factored([one], terms(), asked, False, wanted)
        units = part.units(one)
        assert wanted <= part.now <= price
        assert units == amount or amount - units >= THOUSAND
        if THOUSAND < units < amount:
            assert price * (units - 1) // amount < wanted


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(THOUSAND, 10**12), st.integers(1, 200)), min_size=1, max_size=4),
    st.integers(1, 2_000),
    st.integers(1_000, 9_999),
    st.integers(0, 40),
    bps,
)
def test_3_tranches_as_the_model_of_deals(
    parts: list[tuple[int, int]], rate: int, coverage: int, late: int, unpaid: int
) -> None:
    """What a quote says of a deal is what the exact model of securitisation does with its claims, one by one."""
    assumed = terms(tranche={"senior_bps": rate, "coverage_bps": coverage})
    claims = [claim(amount, when) for amount, when in parts]
    way = Tranched(claims, assumed)
    if not way.senior:
        return
    start = claims[0].start
    ledger = LedgerModel(start)
    receivables = ReceivablesModel(ledger)
    ledger.parties = {name: Party(n, 2**40, 1, 1) for n, name in enumerate(("seller", "vault", "buyer"), 1)}
    deals = TranchesModel(ledger, receivables, PoolModel(), DealTerms(1_000, 10, 2_000, THOUSAND, 0, 0))
    ids = [(n + 1) << 16 for n in range(len(claims))]
    for root, one in zip(ids, claims, strict=True):
        receivables.create(
            root, Receivable(1, 3, one.last_second, 30, [root]), {root: one.owed}, "seller", (THOUSAND, 0, 0, False, 0)
        )
        receivables.acknowledge(root, "buyer")
    deal = 1 << 40
    deals.open(deal, "vault", "seller", rate, coverage, start // DAY + 300)
    for root, one in zip(ids, claims, strict=True):
        ledger.transfer(root, "seller", "vault", one.owed)
    assert deals.issue(deal, "seller", ids, False, way.senior) == way.junior
    for index, one in sorted(enumerate(claims), key=lambda pair: pair[1].days):
        ledger.now = start + (one.days + late) * DAY
        paid = paid_of(one, unpaid)
        if paid:
            receivables.pay(ids[index], paid)
            deals.collect(deal, index)
    assert deals.tranches[deal + 2].income == way.outcome(late, unpaid).later
    assert deals.deals[deal].principal == way.shared(late, unpaid)[0].principal
    assert ledger.assets[deal + 1].units[Position("seller")] == way.senior
