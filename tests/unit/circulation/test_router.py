"""From a document to money in one transaction: the whole way, every signature, and nothing left of a failure."""

from collections.abc import Callable
from typing import Any

import pytest

from caldera.agreements import sign
from caldera.contracts import ContractWallet, events, structs
from caldera.evm import Snapshot
from tests.support.market import VALUATION, Market, open_market
from tests.support.suite import DAY, MINIMUM, reverts

ACKNOWLEDGED = 2
_opened: list[tuple[Market, Snapshot]] = []


@pytest.fixture
def market() -> Market:
    if not _opened:
        made = open_market()
        _opened.append((made, made.chain.snapshot()))
    made, mark = _opened[0]
    made.chain.restore(mark)
    return made


def untouched(market: Market, request: Any) -> None:
    """Nothing of what the request asked for is there."""
    asset = market.id_of(request.invoice)
    assert market.module.stateOf(asset) == 0
    assert market.suite.ledger.nonces(market.seller) == 0
    assert not market.suite.ledger.isApprovedForAll(market.seller, market.router)
    assert market.record.factsOf(market.suite.entities["seller"]).nonce == 0
    assert not market.router.isUsed(market.seller, request.number)
    assert market.suite.token.balanceOf(market.seller) == 0
    assert market.desk.borrowerOf(market.suite.entities["seller"]) == ((), 0)


class TestFinance:
    def test_the_enterprise_signs_and_somebody_brings_it(self, market: Market) -> None:
        request = market.request()
        receipt = market.finance(request, market.evidence(request.invoice, market.router))
        asset, loan = receipt.returned
        assert (asset, loan) == (market.id_of(request.invoice), 1)
        assert market.module.stateOf(asset) == ACKNOWLEDGED
        assert market.suite.token.balanceOf(market.seller) == 60 * MINIMUM
        assert market.suite.ledger.holdingOf(asset, market.seller) == (100 * MINIMUM, 50 * MINIMUM, 0)
        assert market.suite.ledger.lienOf(asset, market.seller, market.desk) == 50 * MINIMUM
        kept = market.suite.ledger.attributeOf(asset, VALUATION)
        assert (kept.amount, kept.level) == (99 * MINIMUM, 1)
        assert kept.source in (market.suite.entities["auditor"], market.suite.entities["notary"])
        assert market.model.limitOf(market.suite.entities["seller"]) > 0
        assert market.desk.loanOf(loan).secured == 40 * MINIMUM
        assert receipt.events[-1] == events.Financed(
            asset,
            loan,
            market.suite.entities["seller"],
            1,
            100 * MINIMUM,
            60 * MINIMUM,
            request.invoice.documentHash,
            emitter=market.router.address,
        )
        assert market.router.isUsed(market.seller, 1)

    def test_the_enterprise_itself_needs_no_signature(self, market: Market) -> None:
        request = market.request()
        evidence = market.evidence(request.invoice, market.router)
        _, loan = market.finance(request, evidence, signature=b"", sender=market.seller).returned
        assert market.desk.loanOf(loan).principal == 60 * MINIMUM

    def test_order_lines_are_pledged_one_by_one(self, market: Market) -> None:
        lines = [30 * MINIMUM, 70 * MINIMUM]
        pledges = [structs.Pledging(1, 30 * MINIMUM), structs.Pledging(2, 20 * MINIMUM)]
        request = market.request(lines=lines, pledges=pledges)
        asset, loan = market.finance(request, market.evidence(request.invoice, market.router, lines=lines)).returned
        items, units = market.desk.itemsOf(loan)
        assert [item.id for item in items] == [asset + 1, asset + 2]
        assert list(units) == [30 * MINIMUM, 20 * MINIMUM]

    def test_an_attribute_of_a_line(self, market: Market) -> None:
        lines = [30 * MINIMUM, 70 * MINIMUM]
        request = market.request(lines=lines, pledges=[structs.Pledging(2, 50 * MINIMUM)])
        asset = market.id_of(request.invoice)
        statement = market.statement(asset, 69 * MINIMUM, part=2)
        evidence = market.evidence(request.invoice, market.router, statements=[statement], lines=lines)
        market.finance(request._replace(statements=market.named(statement)), evidence)
        assert market.suite.ledger.attributeOf(asset + 2, VALUATION).amount == 69 * MINIMUM

    def test_what_stands_already_need_not_be_proved_again(self, market: Market) -> None:
        first = market.request()
        market.finance(first, market.evidence(first.invoice, market.router))
        invoice = market.suite.invoice(number="INV-2")
        second = market.request(invoice=invoice, number=2, amount=40 * MINIMUM, statements=bytes(32))
        bare = market.evidence(invoice, statements=[], factsAttestations=[])
        _, loan = market.finance(second, bare).returned
        assert loan == 2

    def test_who_brings_the_same_signatures_first_stops_nobody(self, market: Market) -> None:
        request = market.request()
        evidence = market.evidence(request.invoice, market.router)
        (approval,) = evidence.approvals
        market.suite.ledger.setApprovalForAllBySignature(
            market.seller, market.router, True, approval.deadline, approval.signature, sender=market.mallory
        )
        market.record.record(evidence.facts, evidence.factsAttestations, sender=market.mallory)
        assert market.finance(request, evidence).returned[1] == 1

    @pytest.mark.clause("ERC-1271", "accepts")
    def test_a_contract_wallet_signs(self, market: Market) -> None:
        owner = market.chain.account("owner of a wallet")
        wallet = ContractWallet.deploy(market.chain, owner, sender=market.admin)
        suite = market.suite
        entity = suite.entities["seller"]
        suite.registry.enrol(wallet, entity, market.chain.now + DAY * 365, 1, 1, sender=market.officer)
        request = market.request(account=wallet.address, pledges=[], amount=20 * MINIMUM)
        evidence = market.evidence(request.invoice)
        signature = sign(market.router, "Financing", request, owner)
        with reverts("InvalidRequest", account=wallet.address):
            market.finance(request, evidence, signature=market.signed("Financing", request, "buyer"))
        assert market.finance(request, evidence, signature=signature).returned[1] == 1


class TestRefused:
    @pytest.mark.parametrize(
        "change",
        [
            {"amount": 61 * MINIMUM},
            {"maturityDay": 1},
            {"loanRule": 7},
            {"number": 2},
            {"deadline": 2**40 - 1},
            {"lines": [100 * MINIMUM]},
            {"pledges": [structs.Pledging(0, 51 * MINIMUM)]},
            {"pledges": [structs.Pledging(1, 50 * MINIMUM)]},
            {"pledges": []},
            {"statements": bytes(32)},
        ],
        ids=str,
    )
    def test_a_signature_holds_for_exactly_one_request(self, market: Market, change: dict[str, Any]) -> None:
        request = market.request()
        signature = market.signed("Financing", request)
        other = request._replace(**change)
        with reverts("InvalidRequest", account=market.seller.address):
            market.finance(other, market.evidence(request.invoice, market.router), signature=signature)

    @pytest.mark.parametrize(
        "field", ["debtor", "face", "dueDate", "issueDay", "currencyId", "ruleId", "documentHash", "number"]
    )
    def test_a_signature_holds_for_exactly_one_invoice(self, market: Market, field: str) -> None:
        request = market.request()
        signature, invoice = market.signed("Financing", request), request.invoice
        value = getattr(invoice, field)
        other: Any = {"debtor": market.suite.alice.address, "documentHash": b"\7" * 32, "number": "INV-7"}.get(field)
        changed = invoice._replace(**{field: value + 1 if other is None else other})
        with reverts("InvalidRequest", account=market.seller.address):
            market.finance(
                request._replace(invoice=changed), market.evidence(invoice, market.router), signature=signature
            )

    def test_the_signature_of_another(self, market: Market) -> None:
        request = market.request()
        evidence = market.evidence(request.invoice, market.router)
        with reverts("InvalidRequest", account=market.seller.address):
            market.finance(request, evidence, signature=market.signed("Financing", request, "alice"))
        untouched(market, request)

    def test_after_its_deadline(self, market: Market) -> None:
        request = market.request()
        evidence = market.evidence(request.invoice, market.router)
        market.chain.warp(request.deadline + 1)
        with reverts("RequestExpired", deadline=request.deadline):
            market.finance(request, evidence)
        market.chain.restore(_opened[0][1])
        market.chain.warp(request.deadline)
        assert market.finance(request, evidence).returned[1] == 1

    def test_twice(self, market: Market) -> None:
        request = market.request()
        evidence = market.evidence(request.invoice, market.router)
        market.finance(request, evidence)
        with reverts("NumberUsed", account=market.seller.address, number=1):
            market.finance(request, evidence)

    def test_cancelled(self, market: Market) -> None:
        request = market.request()
        market.router.cancelRequest(1, sender=market.mallory)
        market.router.cancelRequest(1, sender=market.seller)
        with reverts("NumberUsed", account=market.seller.address, number=1):
            market.finance(request, market.evidence(request.invoice, market.router))
        with reverts("NumberUsed", account=market.seller.address, number=1):
            market.router.cancelRequest(1, sender=market.seller)

    def test_paused(self, market: Market) -> None:
        request = market.request()
        evidence = market.evidence(request.invoice, market.router)
        market.router.pause(DAY, sender=market.officer)
        with reverts("Paused"):
            market.finance(request, evidence)
        market.router.cancelRequest(9, sender=market.seller)  # taking back stays open
        market.router.unpause(sender=market.officer)
        assert market.finance(request, evidence).returned[1] == 1


Spoil = Callable[[Market, structs.Evidence], structs.Evidence]


def few_attestors(market: Market, given: structs.Evidence) -> structs.Evidence:
    (statement,) = given.statements
    return given._replace(statements=(statement._replace(attestations=statement.attestations[:1]),))


def no_attestors(market: Market, given: structs.Evidence) -> structs.Evidence:
    (statement,) = given.statements
    return given._replace(statements=(statement._replace(attestations=()),))


def other_amount(market: Market, given: structs.Evidence) -> structs.Evidence:
    (statement,) = given.statements
    return given._replace(statements=(statement._replace(amount=statement.amount + 1),))


def few_for_the_facts(market: Market, given: structs.Evidence) -> structs.Evidence:
    return given._replace(factsAttestations=given.factsAttestations[:1])


def anothers_acknowledgement(market: Market, given: structs.Evidence) -> structs.Evidence:
    return given._replace(debtor=market.acknowledged(market.request().invoice, by="alice"))


def forged_acknowledgement(market: Market, given: structs.Evidence) -> structs.Evidence:
    return given._replace(debtor=given.debtor._replace(deadline=given.debtor.deadline + 1))


def no_approval(market: Market, given: structs.Evidence) -> structs.Evidence:
    return given._replace(approvals=())


def approval_out_of_turn(market: Market, given: structs.Evidence) -> structs.Evidence:
    return given._replace(approvals=(market.approval(market.router, 1),))


class TestNothingIsLeftOfAFailure:
    @pytest.mark.parametrize(
        ("spoil", "error"),
        [
            (few_attestors, "QuorumNotReached"),
            (no_attestors, "QuorumNotReached"),
            (other_amount, "InvalidAttestation"),
            (few_for_the_facts, "QuorumNotReached"),
            (anothers_acknowledgement, "NotTheDebtor"),
            (forged_acknowledgement, "InvalidSignature"),
            (no_approval, "ERC1155MissingApprovalForAll"),
            (approval_out_of_turn, "InvalidSignature"),
        ],
    )
    def test_evidence_that_is_wrong(self, market: Market, spoil: Spoil, error: str) -> None:
        request = market.request()
        evidence = market.evidence(request.invoice, market.router)
        with reverts(error):
            market.finance(request, spoil(market, evidence))
        untouched(market, request)
        assert market.finance(request, evidence).returned[1] == 1  # the same request with the right evidence

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"amount": 540 * MINIMUM}, "ExceedsLimit"),
            ({"pledges": [structs.Pledging(0, 101 * MINIMUM)]}, "PledgedUnits"),
            ({"pledges": [structs.Pledging(1, 50 * MINIMUM)]}, "UnknownAsset"),
            ({"maturityDay": 1}, "MaturityOutOfRange"),
            ({"loanRule": 1}, "WrongKind"),
            ({"amount": MINIMUM - 1}, "BelowMinimumLoan"),
            ({"lines": [1]}, "LinesDoNotAddUp"),
        ],
        ids=str,
    )
    def test_what_the_modules_refuse(self, market: Market, change: dict[str, Any], error: str) -> None:
        request = market.request(**change)
        with reverts(error):
            market.finance(request, market.evidence(request.invoice, market.router))
        untouched(market, request)

    def test_an_empty_pool(self, market: Market) -> None:
        market.pool.redeem(market.pool.balanceOf(market.lena), market.lena, market.lena, sender=market.lena)
        request = market.request()
        with reverts("DebtorCap"):  # a part of nothing
            market.finance(request, market.evidence(request.invoice, market.router))
        untouched(market, request)


class TestDiscount:
    def discount(
        self, market: Market, request: structs.Discounting, quote: structs.FactoringQuote, **changes: Any
    ) -> Any:
        evidence = market.evidence(request.invoice, market.factoring)
        by_factor = sign(market.factoring, "FactoringQuote", quote, market.suite.alice)
        signature = changes.get("signature", market.signed("Discounting", request))
        return market.router.discount(
            request, evidence, quote, by_factor, signature, sender=market.suite.actors["relayer"]
        )

    def test_sold_to_a_factor_in_one_transaction(self, market: Market) -> None:
        quote = market.quote(market.id_of(market.suite.invoice()))
        request = market.sale(quote)
        receipt = self.discount(market, request, quote)
        asset, sale, price = receipt.returned
        assert (sale, price) == (1, quote.price)
        assert market.suite.token.balanceOf(market.seller) == quote.price
        assert market.suite.ledger.balanceOf(market.suite.alice, asset) == 50 * MINIMUM
        told = receipt.events[-1]
        assert type(told).__name__ == "Discounted"
        assert (told.id, told.sale, told.units, told.price) == (asset, 1, 50 * MINIMUM, quote.price)

    def test_another_quote_than_the_one_signed_for(self, market: Market) -> None:
        asset = market.id_of(market.suite.invoice())
        meant, worse = market.quote(asset), market.quote(asset, price=40 * MINIMUM, number=2)
        with reverts("OtherQuote", wanted=market.factoring.quoteDigest(meant)):
            self.discount(market, market.sale(meant), worse)

    def test_a_signature_for_another_sale(self, market: Market) -> None:
        quote = market.quote(market.id_of(market.suite.invoice()))
        request = market.sale(quote)
        signature = market.signed("Discounting", request)
        changes: tuple[dict[str, Any], ...] = (
            {"units": 40 * MINIMUM},
            {"minimumProceeds": 0},
            {"number": 2},
            {"deadline": 2**40 - 1},
        )
        for change in changes:
            with reverts("InvalidRequest"):
                self.discount(market, request._replace(**change), quote, signature=signature)

    def test_a_request_for_a_loan_is_none_for_a_sale(self, market: Market) -> None:
        quote = market.quote(market.id_of(market.suite.invoice()))
        loan = market.signed("Financing", market.request())
        with reverts("InvalidRequest"):
            self.discount(market, market.sale(quote), quote, signature=loan)

    def test_below_what_the_seller_takes(self, market: Market) -> None:
        quote = market.quote(market.id_of(market.suite.invoice()))
        request = market.sale(quote, minimumProceeds=quote.price + 1)
        with reverts("ProceedsBelow"):
            self.discount(market, request, quote)
        untouched(market, request)


class TestPower:
    """Only the router acts for others, and only where they signed."""

    @pytest.mark.parametrize("who", ["mallory", "officer", "admin", "alice"])
    def test_nobody_else_acts_for_an_enterprise(self, market: Market, who: str) -> None:
        caller = getattr(market, who)
        with reverts("AccessManagedUnauthorized"):
            market.module.createFor(market.seller, market.suite.invoice(), [], sender=caller)
        with reverts("AccessManagedUnauthorized"):
            market.module.stateVerified(1, VALUATION, 1, 1, 2**40 - 1, 1, 1, sender=caller)
        with reverts("AccessManagedUnauthorized"):
            draw = structs.Draw(1, 20 * MINIMUM, market.chain.now // DAY + 9, market.loan_rule, ())
            market.desk.drawFor(market.seller, draw, sender=caller)
        quote = market.quote(1)
        with reverts("AccessManagedUnauthorized"):
            market.factoring.fillFor(market.seller, quote, b"", 1, 0, sender=caller)

    def test_digests_are_those_that_are_signed(self, market: Market) -> None:
        request = market.request(pledges=[structs.Pledging(0, 1), structs.Pledging(3, 4)], lines=[1, 2])
        signature = market.signed("Financing", request)
        assert market.chain.account("seller").sign_hash(market.router.financingDigest(request)).packed == signature
        quote = market.quote(7)
        sale = market.sale(quote, lines=[5])
        signature = market.signed("Discounting", sale)
        assert market.chain.account("seller").sign_hash(market.router.discountingDigest(sale)).packed == signature

    def test_the_router_keeps_nothing(self, market: Market) -> None:
        request = market.request()
        asset, _ = market.finance(request, market.evidence(request.invoice, market.router)).returned
        assert market.suite.token.balanceOf(market.router) == 0
        assert market.suite.ledger.balanceOf(market.router, asset) == 0
