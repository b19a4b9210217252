"""Requests built from documents: what is missing is said in words, and what is complete is carried out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from caldera.agreements import digest_under, sign, sign_under
from caldera.circulation import (
    Circulation,
    CirculationError,
    Known,
    NotReady,
    Prepared,
    asset_id,
    draft,
    evidence_of,
    prepare,
    send,
)
from caldera.contracts import DevnetCurrency, LendingPool, structs
from caldera.documents import Invoice, Kind, read_invoice
from caldera.evm import Revm, Snapshot, domain_of
from tests.support.lending import TERMS
from tests.support.market import Market, open_market
from tests.support.outside import open_closed_pool
from tests.support.suite import DAY, MINIMUM, NOBODY
from tests.unit.docs.test_snippets import ROOT

IN_MAY = 1_778_832_000
_opened: list[tuple[Market, Snapshot]] = []


@pytest.fixture
def market() -> Market:
    if not _opened:
        made = open_market(chain=Revm(timestamp=IN_MAY))
        _opened.append((made, made.chain.snapshot()))
    made, mark = _opened[0]
    made.chain.restore(mark)
    return made


@pytest.fixture(scope="module")
def document() -> Invoice:
    return read_invoice(ROOT / "examples" / "invoices" / "ubl-usd-large.xml")


def known(market: Market) -> Known:
    entities = market.suite.entities
    return Known(
        account=market.seller.address,
        debtor=market.buyer.address,
        creditor_entity=entities["seller"],
        debtor_entity=entities["buyer"],
        currency_id=1,
        decimals=6,
        rule=1,
        loan_rule=market.loan_rule,
    )


def word(market: Market, drafted: Any, by: str = "buyer") -> structs.DebtorsWord:
    until = market.chain.now + 3600
    who = market.suite.actors[by]
    signature = sign(market.module, "Acknowledgement", drafted.acknowledgement(until), who)
    return structs.DebtorsWord(who.address, until, signature)


def ready(market: Market, document: Invoice, **changes: Any) -> Prepared:
    """40,000.00 against 60,000.00, without facts and statements; `evidence`: changes of what goes along."""
    at = replace(known(market), pool=changes.pop("pool", 1))
    drafted = draft(document, at, lines=changes.pop("lines", False))
    evidence = evidence_of(word(market, drafted), approvals=[market.approval(market.router)])
    evidence = evidence._replace(**changes.pop("evidence", {}))
    given: dict[str, Any] = {
        "amount": 40 * MINIMUM,
        "maturity_day": market.chain.now // DAY + 30,
        "pledges": [(0, 60 * MINIMUM)],
        "number": 5,
        "deadline": market.chain.now + 3600,
    }
    request = drafted.financing(**(given | changes))
    signature = sign(market.router, "Financing", request, market.seller)
    return prepare(Circulation.of(market.router), request, evidence, signature)


def test_a_document_becomes_a_loan(market: Market, document: Invoice) -> None:
    prepared = ready(market, document)
    assert prepared.missing == ()
    asset, loan = send(prepared, market.relayer).returned
    assert market.desk.loanOf(loan).principal == 40 * MINIMUM
    facts = market.module.receivable(asset)
    assert facts.face == 173_310_000_000
    assert facts.dueDate == 1_786_406_399  # the last second of 10 August 2026
    assert market.suite.ledger.documentHash(asset) == document.document_hash


def test_order_lines(market: Market, document: Invoice) -> None:
    units = document.lines_as_units(6)
    part = units.index(max(units)) + 1
    prepared = ready(market, document, lines=True, pledges=[(part, 60 * MINIMUM)])
    assert prepared.missing == ()
    asset, _ = send(prepared, market.relayer).returned
    assert [market.module.receivable(asset + i + 1).face for i in range(len(units))] == list(units)


def test_a_sale(market: Market, document: Invoice) -> None:
    drafted = draft(document, known(market))
    quote = market.quote(drafted.id)
    digest = digest_under(domain_of(market.factoring), "FactoringQuote", quote)
    assert digest == market.factoring.quoteDigest(quote)
    request = drafted.discounting(
        quote=digest, units=quote.units, minimum=quote.price, number=1, deadline=market.chain.now + 60
    )
    signature = sign(market.router, "Discounting", request, market.seller)
    by_factor = sign(market.factoring, "FactoringQuote", quote, market.suite.alice)
    circulation, bare = Circulation.of(market.router), evidence_of(word(market, drafted))
    with pytest.raises(CirculationError, match="needs the factor's quote"):
        prepare(circulation, request, bare, signature)
    first = prepare(circulation, request, bare, signature, quote, by_factor)
    assert first.missing == ("The enterprise has not approved the factoring contract as operator of its certificates.",)
    evidence = bare._replace(approvals=(market.approval(market.factoring),))
    second = prepare(circulation, request, evidence, signature, quote, by_factor)
    assert second.missing == ()
    assert send(second, market.relayer).returned == (drafted.id, 1, quote.price)


@pytest.mark.parametrize("number", ["INV-1", "inv 1/é", "2026_0042", "\u00b5-7 a", "x" * 128])
def test_the_id_is_the_modules(market: Market, number: str) -> None:
    assert asset_id(3, 70_000, number, 20_000) == market.module.fingerprintOf(3, 70_000, number, 20_000)


def test_what_asks_for_no_money(market: Market, document: Invoice) -> None:
    with pytest.raises(CirculationError, match="asks for no money"):
        draft(replace(document, kind=Kind.CREDIT_NOTE), known(market))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"deadline": IN_MAY - 1}, "The request was good until 2026-05-15 "),
        ({"amount": 2_000 * MINIMUM}, "The pool can lend 1,000,000,000,000 now, not 2,000,000,000,000."),
        ({"amount": 2_000 * MINIMUM}, "With this loan the enterprise would owe 2,000,000,000,000, more than 800,0"),
        ({"pool": 2}, "There is no pool 2."),
        ({"maturity_day": IN_MAY // DAY}, "The loan has to be due from day "),
        ({"amount": 49 * MINIMUM}, "The enterprise has no limit left"),
        ({"statements": [b"\1" * 32]}, "The statements that were gathered are not those that the request names"),
        ({"evidence": {"approvals": ()}}, "The enterprise has not approved the router"),
    ],
    ids=str,
)
def test_what_is_missing(market: Market, document: Invoice, changes: dict[str, Any], said: str) -> None:
    prepared = ready(market, document, **changes)
    assert any(one.startswith(said) for one in prepared.missing), prepared.missing
    with pytest.raises(NotReady) as caught:
        send(prepared, market.relayer)
    assert caught.value.missing == prepared.missing
    assert ready(market, document).missing == ()


def test_what_stands_in_the_way_meanwhile(market: Market, document: Invoice) -> None:
    market.desk.pause(DAY, sender=market.officer)
    assert ready(market, document).missing == ("The credit desk is paused until 2026-05-16 08:00:00 UTC.",)
    market.desk.unpause(sender=market.officer)
    market.router.cancelRequest(5, sender=market.seller)
    (used,) = ready(market, document).missing
    assert used.startswith("The enterprise used or cancelled number 5")
    send(ready(market, document, number=6), market.relayer)
    again = ready(market, document, number=7, evidence={"approvals": ()})
    assert again.missing == ("Invoice PVF-260512-07 is registered already.",)


def test_which_pool(market: Market, document: Invoice) -> None:
    """A second one of the currency, one of another currency, and one with a door."""
    suite, usd = market.suite, 10**18
    money = DevnetCurrency.deploy(market.chain, "EUR", 6, sender=market.admin)
    euro = suite.standard.addCurrency(b"EUR", money, usd, usd, usd, NOBODY, 0, sender=market.officer).returned
    for number, (currency, token) in enumerate(((1, suite.token), (euro, money)), 2):
        pool = LendingPool.deploy(
            market.chain, suite.access, suite.registry, market.desk, token, "P", "P", sender=market.admin
        )
        assert market.desk.addPool(currency, pool, sender=market.admin).returned == number
        market.terms.setLoanTerms(number, TERMS._replace(borrowerCap=39_999), sender=market.officer)
        token.mint(market.lena, 1000 * MINIMUM, sender=market.lena)
        token.approve(pool, 1000 * MINIMUM, sender=market.lena)
        pool.deposit(1000 * MINIMUM, market.lena, sender=market.lena)
    assert ready(market, document, pool=2).missing == (
        "With this loan the enterprise would owe 40,000,000,000, more than 39,999,000,000.",
    )
    market.terms.setLoanTerms(2, TERMS._replace(borrowerCap=40_000), sender=market.officer)
    with market.chain.isolated():
        _, loan = send(ready(market, document, pool=2), market.relayer).returned
        assert market.desk.loanOf(loan).pool == 2
    assert ready(market, document, pool=3).missing == (f"Pool 3 lends currency {euro}, the invoice is in currency 1.",)
    closed, number = open_closed_pool(market, "P", market.lena, market.admin, TERMS)
    suite.token.mint(market.lena, 1000 * MINIMUM, sender=market.lena)
    suite.token.approve(closed, 1000 * MINIMUM, sender=market.lena)
    closed.deposit(1000 * MINIMUM, market.lena, sender=market.lena)
    (said,) = ready(market, document, pool=number).missing
    assert said.startswith("This pool lends through its lender's adapter only. LoanNotAgreed")


def test_evidence_that_is_late_or_anothers(market: Market, document: Invoice) -> None:
    drafted = draft(document, known(market))
    late = word(market, drafted)._replace(deadline=IN_MAY - 1)
    (said,) = ready(market, document, evidence={"debtor": late}).missing
    assert said.startswith("The debtor's acknowledgement was good until")
    (said,) = ready(market, document, evidence={"debtor": word(market, drafted, by="alice")}).missing
    assert said == "The acknowledgement is not by an account of the debtor."
    old = market.approval(market.router)._replace(deadline=IN_MAY - 1)
    (said,) = ready(market, document, evidence={"approvals": (old,)}).missing
    assert said.startswith(f"The approval of {market.router.address} was good until")
    facts = market.facts(nonce=2)
    vouched = tuple(market.vouched(facts))
    (said,) = ready(market, document, evidence={"facts": facts, "factsAttestations": vouched}).missing
    assert said == "The operating facts have number 2; 1 is the next."


def test_what_only_the_call_itself_shows(market: Market, document: Invoice) -> None:
    good = ready(market, document)
    forged = sign_under(domain_of(market.router), "Financing", good.request, market.suite.alice)
    prepared = prepare(good.circulation, good.request, good.evidence, forged)
    (said,) = prepared.missing
    assert said.startswith("The enterprise's signature is not over exactly this request. InvalidRequest")
    own = prepare(good.circulation, good.request, good.evidence, b"", sender=market.seller)
    assert own.missing == ()
    assert not market.router.isUsed(market.seller, 5)  # nothing was kept
