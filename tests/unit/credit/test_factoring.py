"""Factoring: quotes, and what fills them."""

from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.agreements import TYPES, sign
from caldera.contracts import (
    BlacklistToken,
    ContractWallet,
    DevnetCurrency,
    FeeToken,
    ReentrantToken,
    SilentToken,
    events,
)
from caldera.evm import domain_of
from tests.support.factoring import Desk, build
from tests.support.signatures import spoilt
from tests.support.suite import DAY, EU, FACTOR, KIND, MINIMUM, NOBODY, YEAR, reverts

WRONG = list(spoilt(bytes([1] * 64 + [27])))
NONE, NOT_CIRCULATING, SENDER_NOT_ACTIVE, RECEIVER_BELOW = 0, 2, 3, 10
"""Restrictions of the ledger."""


@pytest.fixture(scope="module")
def _desk() -> Desk:
    return build()


@pytest.fixture
def desk(_desk: Desk) -> Iterator[Desk]:
    with _desk.suite.chain.isolated():
        yield _desk


class TestAFill:
    """Units one way, the price the other, both or nothing."""

    def test_units_and_price_change_hands(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        before = desk.book(asset)
        quote = desk.quote(asset)
        receipt = desk.fill(quote, least=quote.price)
        after = desk.book(asset)
        assert receipt.returned == (1, 48_500_000_000)
        for change, side in ((1, "seller"), (-1, "alice")):
            assert after.money[side] - before.money[side] == change * quote.price
            assert before.units[side] - after.units[side] == change * quote.units
        assert after.money["factoring"] == after.units["factoring"] == 0
        told = receipt.one(events.Factored)
        assert (told.sale, told.id, told.factor, told.seller) == (
            1,
            asset,
            desk.suite.alice.address,
            desk.suite.seller.address,
        )
        assert (told.units, told.price, told.discount) == (50 * MINIMUM, quote.price, 50 * MINIMUM - quote.price)
        assert (told.currencyId, told.recourse, told.number) == (1, 0, quote.number)
        assert desk.factoring.saleCount() == 1

    @pytest.mark.known_defect("partial-fills")
    def test_parts_pay_the_price_to_the_unit(self, desk: Desk) -> None:
        """Whatever the parts, the whole is the price; each end is the floor of its share."""
        asset = desk.suite.circulating()
        quote = desk.quote(asset, units=20 * MINIMUM + 7, price=19 * MINIMUM + 3)
        parts = [MINIMUM, 1, 1, 3 * MINIMUM + 5, 2 * MINIMUM]
        ends = list(accumulate([*parts, quote.units - sum(parts)]))
        paid = []
        for start, end in pairwise([0, *ends]):
            paid.append(desk.fill(quote, end - start).returned[1])
            assert sum(paid) == quote.price * end // quote.units
        assert sum(paid) == quote.price
        assert desk.suite.token.balanceOf(desk.suite.seller) == quote.price
        assert desk.factoring.filledOf(desk.suite.alice, quote.number) == (quote.units, False)

    def test_no_more_than_the_quote(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        quote = desk.quote(asset)
        desk.fill(quote, 40 * MINIMUM)
        with desk.unchanged(asset), reverts("ExceedsQuote", units=10 * MINIMUM + 1, left=10 * MINIMUM):
            desk.fill(quote, 10 * MINIMUM + 1)
        desk.fill(quote, 10 * MINIMUM)
        with reverts("ExceedsQuote", units=1, left=0):
            desk.fill(quote, 1)
        with reverts("BelowMinimumFill", units=0, least=0):
            desk.fill(quote, 0)

    def test_the_least_fill_binds_all_but_the_last(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        quote = desk.quote(asset, units=25 * MINIMUM, price=24 * MINIMUM, minimumFill=10 * MINIMUM)
        with reverts("BelowMinimumFill", units=10 * MINIMUM - 1, least=10 * MINIMUM):
            desk.fill(quote, 10 * MINIMUM - 1)
        desk.fill(quote, 10 * MINIMUM)
        desk.fill(quote, 10 * MINIMUM)
        with reverts("BelowMinimumFill", units=5 * MINIMUM - 1, least=5 * MINIMUM):
            desk.fill(quote, 5 * MINIMUM - 1)
        desk.fill(quote, 5 * MINIMUM)

    def test_the_seller_names_the_least_it_takes(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        quote = desk.quote(asset)
        with desk.unchanged(asset), reverts("ProceedsBelow", price=quote.price, least=quote.price + 1):
            desk.fill(quote, least=quote.price + 1)
        desk.fill(quote, least=quote.price)

    def test_nothing_is_sold_for_nothing(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        quote = desk.quote(asset, units=10 * MINIMUM, price=1)
        with reverts("ProceedsBelow", price=0, least=0):
            desk.fill(quote, 10 * MINIMUM - 1)
        assert desk.fill(quote, 10 * MINIMUM).returned[1] == 1

    def test_a_premium_of_a_unit_is_no_price(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        with reverts("QuoteOutOfRange"):
            desk.fill(desk.quote(asset, price=50 * MINIMUM + 1))
        desk.fill(desk.quote(asset, price=50 * MINIMUM))

    @pytest.mark.parametrize(
        "changes",
        [{"factor": NOBODY}, {"units": 0}, {"price": 0}, {"leastOwed": 0}, {"minimumFill": 50 * MINIMUM + 1}],
        ids=lambda changes: next(iter(changes)),
    )
    def test_quotes_out_of_range(self, desk: Desk, changes: dict[str, Any]) -> None:
        asset = desk.suite.circulating()
        with reverts("QuoteOutOfRange"):
            desk.fill(desk.quote(asset, **changes), 50 * MINIMUM)
        desk.fill(desk.quote(asset, minimumFill=50 * MINIMUM))


class TestWhoAndWhen:
    """A quote is for whom it names, while it says."""

    def test_a_named_seller(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        quote = desk.quote(asset, seller=desk.suite.seller2.address)
        with reverts("QuoteForAnother", seller=desk.suite.seller2.address):
            desk.fill(quote)
        desk.suite.send(desk.suite.seller, desk.suite.seller2, asset, 50 * MINIMUM)
        desk.fill(quote, by=desk.suite.seller2)

    def test_from_the_first_second_to_the_last(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        start = desk.suite.chain.now + 100
        quote = desk.quote(asset, notBefore=start, deadline=start + 10)
        desk.suite.chain.warp(start - 1)
        with reverts("QuoteNotYetGood", notBefore=start):
            desk.fill(quote, 10 * MINIMUM)
        for second in (start, start + 10):
            desk.suite.chain.warp(second)
            desk.fill(quote, 10 * MINIMUM)
        desk.suite.chain.warp(start + 11)
        with reverts("QuoteExpired", deadline=start + 10):
            desk.fill(quote, 10 * MINIMUM)

    @pytest.mark.parametrize("wrong", WRONG)
    def test_spoilt_signatures(self, desk: Desk, wrong: str) -> None:
        asset = desk.suite.circulating()
        quote = desk.quote(asset)
        bad = spoilt(desk.signed(quote))[wrong]
        with reverts("InvalidQuoteSignature", factor=desk.suite.alice.address):
            desk.factoring.fill(quote, bad, quote.units, 0, sender=desk.suite.seller)

    def test_every_field_is_signed(self, desk: Desk) -> None:
        """A quote with one field changed is not what was signed; the seller cannot improve on it."""
        asset, other = desk.suite.circulating(), desk.suite.circulating(number="INV-2")
        quote = desk.quote(asset)
        signature = desk.signed(quote)
        better: dict[str, Any] = {
            "factor": desk.suite.bank.address,
            "seller": desk.suite.seller.address,
            "id": other,
            "units": quote.units - 1,
            "minimumFill": 1,
            "price": quote.price + 1,
            "leastOwed": 2,
            "recourse": True,
            "number": quote.number + 1,
            "notBefore": 1,
            "deadline": quote.deadline + 1,
        }
        assert {*better, "currencyId"} == set(quote._fields)
        for name, value in better.items():
            changed = quote._replace(**{name: value})
            with reverts("InvalidQuoteSignature", factor=changed.factor):
                desk.factoring.fill(changed, signature, changed.units, 0, sender=desk.suite.seller)
        desk.factoring.fill(quote, signature, quote.units, 0, sender=desk.suite.seller)

    def test_the_currency_is_signed(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        quote = desk.quote(asset, currencyId=2)
        with reverts("OtherCurrency", id=asset, currencyId=1):
            desk.fill(quote)
        with reverts("InvalidQuoteSignature"):
            desk.factoring.fill(
                quote._replace(currencyId=1), desk.signed(quote), quote.units, 0, sender=desk.suite.seller
            )

    def test_the_digest_is_the_one_of_the_type(self, desk: Desk) -> None:
        """The published type, hashed here; no other chain's or contract's signature is good."""
        quote = desk.quote(desk.suite.circulating())
        fields = TYPES["FactoringQuote"]
        head = "FactoringQuote(" + ",".join(f"{kind} {name}" for name, kind in fields.items()) + ")"
        words = [int(v, 16) if isinstance(v, str) else int(v) for v in (getattr(quote, name) for name in fields)]
        struct = keccak(keccak(text=head) + b"".join(word.to_bytes(32, "big") for word in words))
        domain = domain_of(desk.factoring)
        kinds = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
        separator = keccak(
            keccak(text=kinds)
            + keccak(text="Caldera Factoring")
            + keccak(text="1")
            + int(domain["chainId"]).to_bytes(32, "big")
            + int(desk.factoring.address, 16).to_bytes(32, "big")
        )
        assert desk.factoring.quoteDigest(quote) == keccak(b"\x19\x01" + separator + struct)

    def test_a_signature_for_another_contract_is_none(self, desk: Desk) -> None:
        quote = desk.quote(desk.suite.circulating())
        foreign = sign(desk.suite.module, "FactoringQuote", quote, desk.suite.alice)
        with reverts("InvalidQuoteSignature"):
            desk.factoring.fill(quote, foreign, quote.units, 0, sender=desk.suite.seller)

    @pytest.mark.clause("ERC-1271", "accepts")
    def test_a_contract_wallet_signs(self, desk: Desk) -> None:
        suite = desk.suite
        wallet = ContractWallet.deploy(suite.chain, suite.alice, sender=suite.alice)
        expires = suite.chain.now + YEAR
        suite.registry.enrol(wallet, suite.entities["alice"], expires, EU, FACTOR, sender=suite.officer)
        suite.token.mint(wallet, 100 * MINIMUM, sender=suite.alice)
        approve = suite.token.calldata.approve(desk.factoring, 100 * MINIMUM)
        wallet.act(suite.token, approve, sender=suite.alice)
        asset = suite.circulating()
        quote = desk.quote(asset, factor=wallet.address)
        with reverts("InvalidQuoteSignature", factor=wallet.address):
            desk.factoring.fill(quote, desk.signed(quote, suite.bank), quote.units, 0, sender=suite.seller)
        desk.fill(quote)
        assert suite.ledger.balanceOf(wallet, asset) == quote.units


class TestNumbers:
    """A number is good for one quote, until it is cancelled."""

    def test_another_quote_under_a_number_that_was_filled(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        quote = desk.quote(asset)
        other = quote._replace(price=quote.price - 1)
        desk.fill(quote, 10 * MINIMUM)
        with reverts("QuoteNumberTaken", factor=desk.suite.alice.address, number=quote.number):
            desk.fill(other, 10 * MINIMUM)
        desk.fill(quote, 10 * MINIMUM)

    def test_cancelled_before_and_after_a_part(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        first, second = desk.quote(asset), desk.quote(asset)
        desk.fill(second, 10 * MINIMUM)
        for quote in (first, second):
            receipt = desk.factoring.cancelQuote(quote.number, sender=desk.suite.alice)
            told = receipt.one(events.QuoteCancelled)
            assert (told.factor, told.number) == (desk.suite.alice.address, quote.number)
            with desk.unchanged(asset), reverts("QuoteVoid", number=quote.number):
                desk.fill(quote, 10 * MINIMUM)
            assert desk.factoring.filledOf(desk.suite.alice, quote.number) == (0, True)

    def test_nobody_cancels_for_another(self, desk: Desk) -> None:
        quote = desk.quote(desk.suite.circulating())
        desk.factoring.cancelQuote(quote.number, sender=desk.suite.bank)
        desk.factoring.cancelQuotesBelow(quote.number + 1, sender=desk.suite.mallory)
        assert desk.fill(quote).returned[1] == quote.price

    def test_all_below_a_number(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        below, at = desk.quote(asset, number=41), desk.quote(asset, number=42)
        desk.fill(below, 10 * MINIMUM)
        told = desk.factoring.cancelQuotesBelow(42, sender=desk.suite.alice).one(events.QuotesCancelledBelow)
        assert (told.factor, told.number) == (desk.suite.alice.address, 42)
        with reverts("QuoteVoid", number=41):
            desk.fill(below, 10 * MINIMUM)
        assert desk.factoring.filledOf(desk.suite.alice, 41) == (10 * MINIMUM, True)
        desk.fill(at, 10 * MINIMUM)
        for number in (0, 42):
            with reverts("NumberNotHigher", number=number, present=42):
                desk.factoring.cancelQuotesBelow(number, sender=desk.suite.alice)
        desk.factoring.cancelQuotesBelow(43, sender=desk.suite.alice)
        with reverts("QuoteVoid", number=42):
            desk.fill(at, 10 * MINIMUM)

    def test_a_full_quote_is_not_filled_again(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        quote = desk.quote(asset, units=10 * MINIMUM, price=9 * MINIMUM)
        desk.fill(quote)
        with desk.unchanged(asset), reverts("ExceedsQuote", left=0):
            desk.fill(quote)


class TestParties:
    """Compliance in the moment of sale."""

    def test_a_suspended_factor(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        quote = desk.quote(asset)
        desk.suite.registry.suspend(desk.suite.alice, sender=desk.suite.officer)
        with reverts("NotActive", account=desk.suite.alice.address):
            desk.fill(quote)
        desk.suite.registry.reinstate(desk.suite.alice, sender=desk.suite.officer)
        desk.fill(quote)

    def test_a_suspended_seller(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        desk.suite.registry.suspend(desk.suite.seller, sender=desk.suite.officer)
        with desk.unchanged(asset), reverts("ERC7943CannotSend", account=desk.suite.seller.address):
            desk.fill(desk.quote(asset))

    def test_a_factor_outside_the_scope(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        desk.money(desk.suite.carol, 100 * MINIMUM)
        quote = desk.quote(asset, factor=desk.suite.carol.address)
        with desk.unchanged(asset), reverts("OutsideScope", id=asset, account=desk.suite.carol.address):
            desk.factoring.fill(quote, desk.signed(quote, desk.suite.carol), quote.units, 0, sender=desk.suite.seller)

    def test_an_entity_buys_nothing_of_itself(self, desk: Desk) -> None:
        suite = desk.suite
        asset = suite.circulating()
        suite.send(suite.seller, suite.alice2, asset, 50 * MINIMUM)
        suite.ledger.setApprovalForAll(desk.factoring, True, sender=suite.alice2)
        with reverts("SelfSale", entity=suite.entities["alice"]):
            desk.fill(desk.quote(asset), by=suite.alice2)

    def test_the_seller_must_have_approved(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        desk.suite.ledger.setApprovalForAll(desk.factoring, False, sender=desk.suite.seller)
        with reverts("OperatorNotApproved", account=desk.suite.seller.address):
            desk.fill(desk.quote(asset))

    def test_the_factor_must_have_the_money_and_allow_it(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        quote = desk.quote(asset)
        suite.token.approve(desk.factoring, quote.price - 1, sender=suite.alice)
        with reverts("FactorCannotPay", available=quote.price - 1, price=quote.price):
            desk.fill(quote)
        suite.token.approve(desk.factoring, quote.price, sender=suite.alice)
        have = suite.token.balanceOf(suite.alice)
        suite.token.transfer(suite.bank, have - quote.price + 1, sender=suite.alice)
        with reverts("FactorCannotPay", available=quote.price - 1, price=quote.price):
            desk.fill(quote)
        suite.token.mint(suite.alice, 1, sender=suite.alice)
        desk.fill(quote)

    def test_the_ledgers_minimum_holds(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        quote = desk.quote(asset)
        with desk.unchanged(asset), reverts("BelowMinimumUnit", left=MINIMUM - 1, minimum=MINIMUM):
            desk.fill(quote, MINIMUM - 1)
        desk.fill(quote, MINIMUM)

    def test_pledged_units_are_not_sold(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        suite.ledger.pledge(suite.seller, suite.bank, asset, 60 * MINIMUM, sender=suite.seller)
        with desk.unchanged(asset), reverts("PledgedUnits", free=40 * MINIMUM, needed=50 * MINIMUM):
            desk.fill(desk.quote(asset))
        desk.fill(desk.quote(asset), 40 * MINIMUM)

    def test_what_was_sold_is_not_sold_again(self, desk: Desk) -> None:
        """Two factors quote on the whole; one gets it."""
        suite, asset = desk.suite, desk.suite.circulating()
        first = desk.quote(asset, units=100 * MINIMUM)
        second = desk.quote(asset, units=100 * MINIMUM, factor=suite.bank.address)
        desk.fill(first)
        with desk.unchanged(asset), reverts("ERC1155InsufficientBalance", balance=0):
            desk.factoring.fill(second, desk.signed(second, suite.bank), second.units, 0, sender=suite.seller)


class TestTheReceivable:
    """Only what is worth what was quoted."""

    def test_states(self, desk: Desk) -> None:
        suite = desk.suite
        asset = suite.create()
        quote = desk.quote(asset, deadline=suite.chain.now + YEAR)

        def refused(state: int) -> None:
            with desk.unchanged(asset), reverts("NotSaleable", id=asset, state=state):
                desk.fill(quote, 10 * MINIMUM)

        refused(1)  # registered
        suite.module.acknowledge(asset, sender=suite.buyer)
        suite.module.dispute(asset, b"\1" * 32, sender=suite.buyer)
        refused(4)
        suite.module.withdrawDispute(asset, sender=suite.buyer)
        due = suite.module.receivable(asset).dueDate
        suite.chain.warp(due)
        desk.fill(quote, 10 * MINIMUM)
        suite.chain.warp(due + 1)
        refused(3)  # overdue
        suite.chain.warp(due + 30 * DAY + 1)
        suite.module.declareDefault(asset, sender=suite.stranger)
        refused(5)
        suite.module.writeOff(asset, sender=suite.officer)
        refused(6)
        suite.pay(asset, 100 * MINIMUM)
        refused(7)

    def test_what_is_no_receivable(self, desk: Desk) -> None:
        with reverts("UnknownReceivable", id=7 << 16):
            desk.fill(desk.quote(7 << 16))

    def test_a_payment_ends_a_quote_on_more(self, desk: Desk) -> None:
        """The seller keeps what was paid before it sells: at the old price it would be paid twice."""
        asset = desk.suite.circulating()
        quote = desk.quote(asset, leastOwed=100 * MINIMUM - 5)
        desk.suite.pay(asset, 5)
        desk.fill(quote, 10 * MINIMUM)
        desk.suite.pay(asset, 1)
        with desk.unchanged(asset), reverts("OwedFell", owed=100 * MINIMUM - 6, leastOwed=100 * MINIMUM - 5):
            desk.fill(quote, 10 * MINIMUM)

    def test_a_concession_ends_it_too(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        quote = desk.quote(asset, leastOwed=100 * MINIMUM)
        suite.module.dispute(asset, b"\1" * 32, sender=suite.buyer)
        suite.module.resolveDispute(asset, [1], sender=suite.officer)
        with reverts("OwedFell", owed=100 * MINIMUM - 1):
            desk.fill(quote)

    def test_order_lines_are_sold_one_by_one(self, desk: Desk) -> None:
        root = desk.suite.circulating((60 * MINIMUM, 40 * MINIMUM))
        line = desk.quote(root + 1, leastOwed=60 * MINIMUM)
        desk.fill(line)
        assert desk.suite.ledger.balanceOf(desk.suite.alice, root + 1) == 50 * MINIMUM
        with reverts("OwedFell", owed=40 * MINIMUM):
            desk.fill(desk.quote(root + 2, leastOwed=40 * MINIMUM + 1))
        with reverts("NotCirculating", id=root):
            desk.fill(desk.quote(root))


class TestPower:
    """Who may sell for others, and when nobody may."""

    def test_the_circulator_sells_for_a_seller(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        quote = desk.quote(asset)
        given = (desk.suite.seller, quote, desk.signed(quote), quote.units, quote.price)
        for caller in (desk.suite.mallory, desk.suite.seller, desk.suite.alice):
            with reverts("AccessManagedUnauthorized", caller=caller.address):
                desk.factoring.fillFor(*given, sender=caller)
        desk.factoring.fillFor(*given, sender=desk.suite.officer)
        assert desk.suite.token.balanceOf(desk.suite.seller) == quote.price
        assert desk.suite.token.balanceOf(desk.suite.officer) == 0

    def test_the_circulator_is_bound_by_the_quote(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        quote = desk.quote(asset, seller=desk.suite.seller2.address)
        with reverts("QuoteForAnother"):
            desk.factoring.fillFor(
                desk.suite.seller, quote, desk.signed(quote), quote.units, 0, sender=desk.suite.officer
            )

    def test_a_pause_stops_sales_and_no_cancellation(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        quote = desk.quote(asset, deadline=desk.suite.chain.now + 2 * DAY)
        desk.factoring.pause(DAY, sender=desk.suite.officer)
        until = desk.factoring.pausedUntil()
        with reverts("Paused", until=until):
            desk.fill(quote, 10 * MINIMUM)
        with reverts("Paused"):
            desk.factoring.fillFor(
                desk.suite.seller, quote, desk.signed(quote), quote.units, 0, sender=desk.suite.officer
            )
        desk.factoring.cancelQuote(99, sender=desk.suite.alice)
        desk.suite.chain.warp(until)
        desk.fill(quote, 10 * MINIMUM)


class TestTheViewTwin:
    """`quoteFor` says what `fill` would do."""

    def test_price_and_reasons(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        quote = desk.quote(asset, leastOwed=100 * MINIMUM, minimumFill=2 * MINIMUM)
        signature = desk.signed(quote)

        def ask(units: int = quote.units) -> Any:
            return desk.factoring.quoteFor(quote, signature, suite.seller, units)

        assert ask() == (quote.price, NONE)
        assert ask(2 * MINIMUM) == (quote.price * 2 // 50, NONE)
        with reverts("BelowMinimumFill"):
            ask(MINIMUM)
        with reverts("InvalidQuoteSignature"):
            desk.factoring.quoteFor(quote, b"", suite.seller, quote.units)
        suite.registry.suspend(suite.seller, sender=suite.officer)
        assert ask() == (quote.price, SENDER_NOT_ACTIVE)
        suite.registry.reinstate(suite.seller, sender=suite.officer)
        suite.pay(asset, 1)
        with reverts("OwedFell"):
            ask()

    def test_with_recourse(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        quote = desk.quote(asset, recourse=True)
        signature = desk.signed(quote)
        assert desk.factoring.quoteFor(quote, signature, desk.suite.seller, MINIMUM)[1] == NONE
        with reverts("RecourseTooSmall", units=MINIMUM - 1, minimum=MINIMUM):
            desk.factoring.quoteFor(quote, signature, desk.suite.seller, MINIMUM - 1)
        plain = quote._replace(recourse=False)
        answer = desk.factoring.quoteFor(plain, desk.signed(plain), desk.suite.seller, MINIMUM - 1)
        assert answer[1] == RECEIVER_BELOW


class TestTokens:
    """Currencies as they are."""

    @pytest.mark.parametrize("token", [DevnetCurrency, SilentToken, BlacklistToken])
    def test_they_pay(self, token: type[Any]) -> None:
        desk = build(token=token)
        asset = desk.suite.circulating()
        desk.fill(desk.quote(asset))
        assert desk.suite.token.balanceOf(desk.suite.seller) == 48_500_000_000

    def test_eighteen_decimals(self) -> None:
        desk = build(decimals=18)
        whole = 10**18
        desk.money(desk.suite.alice, 10**24)
        asset = desk.suite.circulating(face=50_000 * whole)
        quote = desk.quote(asset, units=30_000 * whole, price=29_000 * whole + 1)
        first = desk.fill(quote, 10_000 * whole + 1).returned[1]
        assert first == quote.price * (10_000 * whole + 1) // quote.units
        desk.fill(quote, 20_000 * whole - 1)
        assert desk.suite.token.balanceOf(desk.suite.seller) == quote.price

    def test_a_token_that_takes_a_fee_is_refused(self) -> None:
        desk = build(token=FeeToken)
        asset = desk.suite.circulating()
        quote = desk.quote(asset)
        with desk.unchanged(asset), reverts("InexactToken", expected=quote.price, received=quote.price * 99 // 100):
            desk.fill(quote)
        assert desk.factoring.filledOf(desk.suite.alice, quote.number) == (0, False)

    @pytest.mark.parametrize("party", ["seller", "alice"])
    def test_a_black_list_stops_the_whole_sale(self, party: str) -> None:
        desk = build(token=BlacklistToken)
        asset = desk.suite.circulating()
        account = desk.actor(party)
        desk.suite.token.setBlacklisted(account, True, sender=account)
        with desk.unchanged(asset), reverts("Blacklisted", account=account.address):
            desk.fill(desk.quote(asset))

    def test_a_token_that_calls_back_fills_nothing_twice(self) -> None:
        desk = build(token=ReentrantToken)
        suite, asset = desk.suite, desk.suite.circulating()
        quote = desk.quote(asset)
        payload = desk.factoring.calldata.fill(quote, desk.signed(quote), 10 * MINIMUM, 0)
        suite.token.arm(desk.factoring, payload, sender=suite.seller)
        with desk.unchanged(asset), reverts("ReentrancyGuardReentrantCall"):
            desk.fill(quote, 10 * MINIMUM)
        suite.token.arm(NOBODY, b"", sender=suite.seller)
        desk.fill(quote, 10 * MINIMUM)


def test_kind_of_the_ledger(desk: Desk) -> None:
    """What the contract was built upon."""
    suite, factoring = desk.suite, desk.factoring
    assert suite.ledger.termsOf(suite.circulating()) >> 152 & 0xFF == KIND
    assert (factoring.receivables(), factoring.ledger(), factoring.standard(), factoring.recourse()) == (
        suite.module.address,
        suite.ledger.address,
        suite.standard.address,
        desk.recourse.address,
    )
