"""The router under attack: who brings a request may choose the moment and the gas, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.agreements import TYPES, all_of, attest, digest_under, sign, sign_under
from caldera.contracts import CirculationRouter, HostileReceiver, ReentrantToken, ThriftyCaller, structs
from caldera.evm import Snapshot, domain_of
from tests.support.credit import listed
from tests.support.market import VALUATION, Market, open_market
from tests.support.signatures import spoilt
from tests.support.suite import DAY, EU, MINIMUM, ROLES, reverts
from tests.unit.circulation.test_router import untouched

WRONG = list(spoilt(bytes([1] * 64 + [27])))
GUARD = keccak(text="ReentrancyGuardReentrantCall()")[:4]
_opened: list[tuple[Market, Snapshot]] = []


@pytest.fixture
def market() -> Market:
    if not _opened:
        made = open_market()
        _opened.append((made, made.chain.snapshot()))
    made, mark = _opened[0]
    made.chain.restore(mark)
    return made


class TestStatements:
    """What the enterprise wants written on its certificate cannot be left away by who brings the request."""

    def test_left_away(self, market: Market) -> None:
        request = market.request()
        evidence = market.evidence(request.invoice, market.router)
        with reverts("OtherStatements", wanted=request.statements, given=bytes(32)):
            market.finance(request, evidence._replace(statements=()))
        untouched(market, request)
        assert market.finance(request, evidence).returned[1] == 1

    def test_one_too_many(self, market: Market) -> None:
        request = market.request(statements=bytes(32))
        with reverts("OtherStatements", wanted=bytes(32)):
            market.finance(request, market.evidence(request.invoice, market.router))
        untouched(market, request)

    def test_another_that_attestors_signed_too(self, market: Market) -> None:
        request = market.request()
        lower = market.statement(market.id_of(request.invoice), 50 * MINIMUM)
        with reverts("OtherStatements", given=market.named(lower)):
            market.finance(request, market.evidence(request.invoice, market.router, statements=[lower]))

    def test_in_their_order(self, market: Market) -> None:
        asset = market.id_of(market.suite.invoice())
        two = [market.statement(asset, 99 * MINIMUM), market.statement(asset, 98 * MINIMUM)]
        request = market.request(statements=market.named(*two))
        with reverts("OtherStatements", given=market.named(*two[::-1])):
            market.finance(request, market.evidence(request.invoice, market.router, statements=two[::-1]))
        market.finance(request, market.evidence(request.invoice, market.router, statements=two))
        assert market.suite.ledger.attributeOf(asset, VALUATION).amount == 98 * MINIMUM  # the last one stands

    def test_of_another_invoice(self, market: Market) -> None:
        other = market.id_of(market.suite.invoice(number="INV-2"))
        statement = market.statement(other, 99 * MINIMUM)
        request = market.request(statements=market.named(statement))
        with reverts("InvalidAttestation"):
            market.finance(request, market.evidence(request.invoice, market.router, statements=[statement]))
        untouched(market, request)

    def test_of_a_line_that_is_not_there(self, market: Market) -> None:
        statement = market.statement(market.id_of(market.suite.invoice()), 9 * MINIMUM, part=1)
        request = market.request(statements=market.named(statement))
        with reverts("UnknownReceivable"):
            market.finance(request, market.evidence(request.invoice, market.router, statements=[statement]))

    @pytest.mark.parametrize("late", [0, 1])
    def test_after_its_validity(self, market: Market, late: int) -> None:
        invoice = market.suite.invoice()
        asset, until = market.id_of(invoice), market.chain.now + 1000
        message = {"id": asset, "field": VALUATION, "amount": 7, "validUntil": until}
        signed = tuple(listed(attest(market.router, "Statement", message, [market.auditor, market.notary])))
        statement = structs.Statement(0, VALUATION, 7, until, signed)
        request = market.request(invoice=invoice, statements=market.named(statement))
        evidence = market.evidence(invoice, market.router, statements=[statement])
        market.chain.warp(until + late)
        if late:
            with reverts("StatementExpired", id=asset, field=VALUATION, validUntil=until):
                market.finance(request, evidence)
            untouched(market, request)
        else:
            assert market.finance(request, evidence).returned == (asset, 1)

    @pytest.mark.parametrize("party", ["seller", "buyer"])
    def test_a_party_of_the_invoice_attests_to_nothing_of_it(self, market: Market, party: str) -> None:
        attestor = ROLES["ATTESTOR"]
        market.suite.access.grantRole(attestor, market.suite.actors[party], 0, sender=market.admin)
        asset = market.id_of(market.suite.invoice())
        statement = market.statement(asset, 99 * MINIMUM, party, "notary")
        request = market.request()
        evidence = market.evidence(request.invoice, market.router, statements=[statement])
        account = market.suite.actors[party].address
        with reverts("AttestsToOwnInvoice", signer=account, entity=market.suite.entities[party]):
            market.finance(request, evidence)
        untouched(market, request)
        third = market.suite.enrol("third")
        market.suite.access.grantRole(attestor, third, 0, sender=market.admin)
        statement = market.statement(asset, 99 * MINIMUM, "third", "notary")
        assert market.finance(request, evidence._replace(statements=(statement,))).returned[1] == 1


class TestOtherPlaces:
    """A signature holds at one router on one chain."""

    @pytest.mark.parametrize("change", [{"chainId": 1}, {"version": "2"}, {"name": "Caldera"}], ids=str)
    def test_another_domain(self, market: Market, change: dict[str, Any]) -> None:
        request = market.request()
        domain = domain_of(market.router)
        assert domain["name"] == "Caldera Circulation"
        signature = sign_under(domain | change, "Financing", request, market.seller)
        with reverts("InvalidRequest", account=market.seller.address):
            market.finance(request, market.evidence(request.invoice, market.router), signature=signature)
        assert sign_under(domain, "Financing", request, market.seller) == market.signed("Financing", request)

    def test_another_router(self, market: Market) -> None:
        second = CirculationRouter.deploy(
            market.chain,
            market.suite.access,
            market.module,
            market.record,
            market.desk,
            market.factoring,
            sender=market.admin,
        )
        market.suite.access.grantRole(ROLES["CIRCULATOR"], second, 0, sender=market.admin)
        request = market.request()
        evidence = market.evidence(request.invoice, second)
        with reverts("InvalidRequest", account=market.seller.address):
            second.finance(request, evidence, market.signed("Financing", request), sender=market.relayer)
        own = sign(second, "Financing", request, market.seller)
        with reverts("InvalidAttestation"):  # attested for the first router
            second.finance(request, evidence, own, sender=market.relayer)

    @pytest.mark.parametrize("kind", WRONG)
    def test_what_is_no_signature(self, market: Market, kind: str) -> None:
        request = market.request()
        bad = spoilt(market.signed("Financing", request))[kind]
        with reverts("InvalidRequest", account=market.seller.address):
            market.finance(request, market.evidence(request.invoice, market.router), signature=bad)

    def test_nobody(self, market: Market) -> None:
        request = market.request(account="0x" + "00" * 20)
        with reverts("InvalidRequest"):
            market.finance(request, market.evidence(request.invoice, market.router), signature=bytes(65))

    def test_digests_can_be_made_without_a_node(self, market: Market) -> None:
        domain, quote = domain_of(market.router), market.quote(9)
        request = market.request(lines=[1, 2], pledges=[structs.Pledging(2, 1)])
        assert digest_under(domain, "Financing", request) == market.router.financingDigest(request)
        sale = market.sale(quote, lines=[3])
        assert digest_under(domain, "Discounting", sale) == market.router.discountingDigest(sale)
        said = {"id": 5 << 16, "field": 7, "amount": 8, "validUntil": 9}
        digest = digest_under(domain, "Statement", said)
        assert digest == market.router.statementDigest(5 << 16, 7, 8, 9)
        said = {"id": 5 << 16, "field": 7, "amount": 8, "asOf": 9, "validUntil": 10}
        assert digest_under(domain, "Renewal", said) == market.router.renewalDigest(5 << 16, 7, 8, 9, 10)
        assert all_of([digest, digest]) == keccak(digest * 2)
        assert all_of([]) == bytes(32)
        assert list(TYPES["Discounting"]) == list(structs.Discounting._fields)


class TestNumbers:
    def test_each_account_has_its_own(self, market: Market) -> None:
        market.router.cancelRequest(1, sender=market.mallory)
        request = market.request()
        assert market.finance(request, market.evidence(request.invoice, market.router)).returned[1] == 1

    def test_one_for_loans_and_sales(self, market: Market) -> None:
        market.router.cancelRequest(2**256 - 1, sender=market.seller)
        request = market.request(number=2**256 - 1)
        with reverts("NumberUsed", number=2**256 - 1):
            market.finance(request, market.evidence(request.invoice, market.router))
        quote = market.quote(market.id_of(market.suite.invoice()))
        sale = market.sale(quote, number=2**256 - 1)
        with reverts("NumberUsed", number=2**256 - 1):
            market.discount(sale, quote, market.evidence(sale.invoice, market.factoring))

    def test_a_failure_uses_none(self, market: Market) -> None:
        request = market.request(amount=540 * MINIMUM)
        with reverts("ExceedsLimit"):
            market.finance(request, market.evidence(request.invoice, market.router))
        assert not market.router.isUsed(market.seller, 1)


class TestQuotes:
    def test_for_what_the_seller_has_already(self, market: Market) -> None:
        old = market.suite.circulating(number="INV-0")
        quote = market.quote(old)
        request = market.sale(quote)
        new = market.id_of(request.invoice)
        with reverts("QuoteForOtherAsset", id=new, quoted=old):
            market.discount(request, quote, market.evidence(request.invoice, market.factoring))
        untouched(market, request)
        assert market.suite.ledger.balanceOf(market.seller, old) == 100 * MINIMUM

    def test_for_one_of_its_lines(self, market: Market) -> None:
        asset = market.id_of(market.suite.invoice())
        quote = market.quote(asset + 2)
        request = market.sale(quote, lines=[30 * MINIMUM, 70 * MINIMUM])
        evidence = market.evidence(request.invoice, market.factoring, lines=request.lines)
        assert market.discount(request, quote, evidence).returned == (asset, 1, quote.price)
        assert market.suite.ledger.balanceOf(market.suite.alice, asset + 2) == 50 * MINIMUM

    def test_for_a_line_that_is_not_there(self, market: Market) -> None:
        quote = market.quote(market.id_of(market.suite.invoice()) + 1)
        request = market.sale(quote)
        with reverts("UnknownReceivable"):
            market.discount(request, quote, market.evidence(request.invoice, market.factoring))
        untouched(market, request)

    def test_that_lapsed(self, market: Market) -> None:
        quote = market.quote(market.id_of(market.suite.invoice()), deadline=market.chain.now)
        request = market.sale(quote)
        evidence = market.evidence(request.invoice, market.factoring)
        market.chain.skip(1)
        with reverts("QuoteExpired"):
            market.discount(request, quote, evidence)
        untouched(market, request)

    def test_after_its_deadline(self, market: Market) -> None:
        quote = market.quote(market.id_of(market.suite.invoice()))
        request = market.sale(quote, deadline=market.chain.now)
        evidence = market.evidence(request.invoice, market.factoring)
        signature = market.signed("Discounting", request)
        market.chain.skip(1)
        with reverts("RequestExpired", deadline=request.deadline):
            market.discount(request, quote, evidence, signature=signature)
        market.chain.restore(_opened[0][1])
        assert market.discount(request, quote, evidence, signature=signature).returned[1] == 1

    def test_paused(self, market: Market) -> None:
        quote = market.quote(market.id_of(market.suite.invoice()))
        request = market.sale(quote)
        market.router.pause(DAY, sender=market.officer)
        with reverts("Paused"):
            market.discount(request, quote, market.evidence(request.invoice, market.factoring))


class TestPausedModules:
    """Whichever module is paused: nothing happens, and the request is good again afterwards."""

    @pytest.mark.parametrize("name", ["ledger", "module", "desk", "record"])
    def test_a_loan(self, market: Market, name: str) -> None:
        request = market.request()
        evidence = market.evidence(request.invoice, market.router)
        paused: Any = getattr(market.suite, name) if name in ("ledger", "module") else getattr(market, name)
        paused.pause(1000, sender=market.officer)
        with reverts("Paused"):
            market.finance(request, evidence)
        untouched(market, request)
        market.chain.skip(1000)
        assert market.finance(request, evidence).returned[1] == 1

    @pytest.mark.parametrize("name", ["module", "factoring"])
    def test_a_sale(self, market: Market, name: str) -> None:
        quote = market.quote(market.id_of(market.suite.invoice()))
        request = market.sale(quote)
        evidence = market.evidence(request.invoice, market.factoring)
        market.suite.ledger.pause(1000, sender=market.officer)  # it stops liens, not movements
        paused: Any = market.factoring if name == "factoring" else market.module
        paused.pause(1000, sender=market.officer)
        with reverts("Paused"):
            market.discount(request, quote, evidence)
        untouched(market, request)
        paused.unpause(sender=market.officer)
        assert market.discount(request, quote, evidence).returned[1] == 1

    def test_a_paused_record_does_not_matter_where_nothing_is_to_be_recorded(self, market: Market) -> None:
        request = market.request()
        evidence = market.evidence(request.invoice, market.router)
        market.record.record(evidence.facts, evidence.factsAttestations, sender=market.mallory)
        market.record.pause(1000, sender=market.officer)
        assert market.finance(request, evidence).returned[1] == 1


class TestFacts:
    def test_a_later_record_stands(self, market: Market) -> None:
        request = market.request()
        evidence = market.evidence(request.invoice, market.router)
        market.record.record(evidence.facts, evidence.factsAttestations, sender=market.mallory)
        later = market.facts(nonce=2, orders=evidence.facts.orders + 1)
        market.record.record(later, market.vouched(later), sender=market.mallory)
        market.finance(request, evidence)
        assert market.record.factsOf(market.suite.entities["seller"]).orders == later.orders

    def test_a_gap_is_refused(self, market: Market) -> None:
        facts = market.facts(nonce=2)
        request = market.request()
        evidence = market.evidence(request.invoice, market.router, facts=facts, factsAttestations=market.vouched(facts))
        with reverts("NonceNotNext"):
            market.finance(request, evidence)
        untouched(market, request)

    def test_revoked_ones_do_not_come_back(self, market: Market) -> None:
        request = market.request()
        evidence = market.evidence(request.invoice, market.router)
        market.record.record(evidence.facts, evidence.factsAttestations, sender=market.mallory)
        market.record.revoke(market.suite.entities["seller"], b"\1" * 32, sender=market.officer)
        with reverts("ExceedsLimit", limit=0):  # nothing that is known holds
            market.finance(request, evidence)


class TestWhoIsCalledBack:
    """A receiving wallet, a factor's wallet and a token that call back."""

    def wallet(self, market: Market) -> HostileReceiver:
        """Of the seller's entity; it has let the router act for it."""
        wallet = HostileReceiver.deploy(market.chain, sender=market.admin)
        suite = market.suite
        expires = market.chain.now + 365 * DAY
        suite.registry.enrol(wallet, suite.entities["seller"], expires, EU, 1, sender=market.officer)
        wallet.act(suite.ledger, suite.ledger.calldata.setApprovalForAll(market.router, True), sender=market.mallory)
        return wallet

    def test_a_wallet_cannot_come_back_into_the_router(self, market: Market) -> None:
        wallet = self.wallet(market)
        request = market.request(account=wallet.address)
        evidence = market.evidence(request.invoice)
        again = market.router.calldata.finance(request._replace(number=2), evidence, b"")
        wallet.plan(market.router, again, sender=market.mallory)
        wallet.plan(market.router, market.router.calldata.cancelRequest(1), sender=market.mallory)
        wallet.plan(market.router, market.router.calldata.cancelRequest(3), sender=market.mallory)
        wallet.act(market.router, market.router.calldata.finance(request, evidence, b""), sender=market.mallory)
        tried = wallet.outcomes()
        assert [one.succeeded for one in tried] == [False, False, True]
        assert tried[0].answer[:4] == GUARD
        assert market.desk.loanOf(1).principal == 60 * MINIMUM
        assert market.suite.token.balanceOf(wallet) == 60 * MINIMUM

    def test_a_wallet_that_withdraws_the_invoice_meanwhile_gets_nothing(self, market: Market) -> None:
        wallet = self.wallet(market)
        request = market.request(account=wallet.address)
        evidence = market.evidence(request.invoice)
        asset = market.id_of(request.invoice)
        wallet.plan(market.module, market.module.calldata.cancel(asset), sender=market.mallory)
        with reverts("WrongState"):
            wallet.act(market.router, market.router.calldata.finance(request, evidence, b""), sender=market.mallory)
        assert market.module.stateOf(asset) == 0
        assert market.suite.token.balanceOf(wallet) == 0

    def test_a_token_cannot_come_back_into_the_router(self) -> None:
        market = open_market(token=ReentrantToken)
        request = market.request()
        evidence = market.evidence(request.invoice, market.router)
        again = market.request(number=2, invoice=market.suite.invoice(number="INV-2"), statements=bytes(32))
        bare = market.evidence(again.invoice, statements=[], factsAttestations=[])
        payload = market.router.calldata.finance(again, bare, market.signed("Financing", again))
        market.suite.token.arm(market.router, payload, sender=market.mallory)
        with reverts("ReentrancyGuardReentrantCall"):
            market.finance(request, evidence)
        untouched(market, request)
        market.suite.token.arm("0x" + "00" * 20, b"", sender=market.mallory)
        assert market.finance(request, evidence).returned[1] == 1

    @pytest.mark.known_defect("starved-verifier")
    def test_whatever_gas_a_relayer_brings_it_is_all_or_nothing(self, market: Market) -> None:
        request = market.request()
        evidence = market.evidence(request.invoice, market.router)
        payload = market.router.calldata.finance(request, evidence, market.signed("Financing", request))
        caller = ThriftyCaller.deploy(market.chain, sender=market.admin)
        done = []
        for gas in range(100_000, 1_300_000, 75_000):
            with market.chain.isolated():
                done.append(caller.act(market.router, payload, gas, sender=market.relayer).returned[0])
                if done[-1]:
                    assert market.suite.ledger.attributeOf(market.id_of(request.invoice), VALUATION).level == 1
                    assert market.record.factsOf(market.suite.entities["seller"]).nonce == 1
                    assert market.suite.token.balanceOf(market.seller) == 60 * MINIMUM
                else:
                    untouched(market, request)
        assert done == sorted(done)  # enough gas is enough
        assert done[0] is False
        assert done[-1] is True
