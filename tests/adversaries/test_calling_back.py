"""A token that calls back while money moves: within every way in and out of leases, income of land, verification,
deals, rounds of an airdrop and grants, each of the others is tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from caldera.contracts import AirdropRounds, ReentrantToken
from tests.support import airdrop, incentives, verification
from tests.support.estate import DAY, INCOME_RULES, NOBODY, Estate
from tests.support.suite import MINIMUM, YEAR, reverts
from tests.support.tranches import open_market
from tests.support.verification import EPOCH, ERA, MAPPING, Hall

CURRENCY = 2


@pytest.fixture
def token(estate: Estate) -> Any:
    """The second currency of the standard, plenty of it with the tenant."""
    made, usd = ReentrantToken.deploy(estate.chain, sender=estate.admin), 10**18
    estate.standard.addCurrency(b"REE", made, usd, usd, usd, NOBODY, 0, sender=estate.officer)
    made.mint(estate.tenant, 10**9, sender=estate.tenant)
    for module in (estate.leases, estate.land):
        made.approve(module, 10**9, sender=estate.tenant)
    return made


class Tried:
    """Armed with each payload in turn, every call is refused; unarmed it goes through, and not twice."""

    def __init__(self, token: Any, module: Any, armed_by: Any) -> None:
        self.token, self.module, self.armed_by = token, module, armed_by

    def __call__(self, payloads: tuple[bytes, ...], call: Callable[[], Any]) -> Any:
        for payload in payloads:
            self.token.arm(self.module, payload, sender=self.armed_by)
            with reverts("ReentrancyGuardReentrantCall"):
                call()
        self.token.arm(NOBODY, b"", sender=self.armed_by)
        return call().returned


def test_leases(estate: Estate, token: Any) -> None:
    """Rent is taken once for one lease, and collected once."""
    leases, right = estate.leases, estate.right()
    offer = estate.offer(right, currencyId=CURRENCY)
    signature, end = estate.sign(offer, estate.owner), estate.chain.now + 10 * DAY
    again = (
        leases.calldata.lease(offer, end, NOBODY, signature),
        leases.calldata.extend(right, end + DAY),
        leases.calldata.collect(right, CURRENCY),
    )
    tried = Tried(token, leases, estate.stranger)
    assert tried(again, lambda: leases.lease(offer, end, NOBODY, signature, sender=estate.tenant)) == 100
    assert tried(again, lambda: leases.extend(right, end + DAY, sender=estate.tenant)) == 10
    estate.chain.skip(4 * DAY)
    leases.accrue(right, sender=estate.stranger)
    assert tried(again, lambda: leases.collect(right, CURRENCY, sender=estate.owner)) == 40
    assert (token.balanceOf(estate.owner), token.balanceOf(leases)) == (40, 70)
    with reverts("NothingToCollect"):
        leases.collect(right, CURRENCY, sender=estate.owner)


@pytest.mark.parametrize("name", ["agreeToEnd", "declareBreach", "offer", "voidOffers"])
def test_the_token_is_no_party_of_a_lease(estate: Estate, token: Any, name: str) -> None:
    """What has no guard asks who calls."""
    leases, right = estate.leases, estate.right()
    offer = estate.offer(right, currencyId=CURRENCY)
    payload = {
        "agreeToEnd": leases.calldata.agreeToEnd(right, True),
        "declareBreach": leases.calldata.declareBreach(right, bytes(32)),
        "offer": leases.calldata.offer(offer._replace(number=2)),
        "voidOffers": leases.calldata.voidOffers(right),
    }[name]
    error = {"agreeToEnd": "NotAParty", "declareBreach": "NotTheReferee"}.get(name, "NotTheOwner")
    token.arm(leases, payload, sender=estate.stranger)
    with reverts(error):
        leases.lease(offer, estate.chain.now + DAY, NOBODY, estate.sign(offer, estate.owner), sender=estate.tenant)


def test_income_of_land(estate: Estate, token: Any) -> None:
    """Income that comes in is counted once, and claimed once."""
    land, right = estate.land, estate.right()
    estate.rights.approve(land, right, sender=estate.owner)
    certificate = land.putInTrust(right, 4_000_000, INCOME_RULES, CURRENCY, sender=estate.owner).returned
    again = (
        land.calldata.payIncome(certificate, 100),
        land.calldata.claim(certificate, estate.owner),
        land.calldata.collectRent(certificate),
        land.calldata.takeOut(certificate),
    )
    tried = Tried(token, land, estate.stranger)
    tried(again, lambda: land.payIncome(certificate, 100, sender=estate.tenant))
    assert land.claimable(certificate, estate.owner) == token.balanceOf(land) == 100
    assert tried(again, lambda: land.claim(certificate, estate.owner, sender=estate.stranger)) == 100
    with reverts("NothingToClaim"):
        land.claim(certificate, estate.owner, sender=estate.owner)
    assert (token.balanceOf(estate.owner), token.balanceOf(land)) == (100, 0)


def test_rent_of_what_is_in_trust(estate: Estate, token: Any) -> None:
    """The module of land collects from that of leases, in which the token finds the door closed as well."""
    land, leases, right = estate.land, estate.leases, estate.right()
    estate.rights.approve(land, right, sender=estate.owner)
    certificate = land.putInTrust(right, 4_000_000, INCOME_RULES, CURRENCY, sender=estate.owner).returned
    offer = estate.offer(right, currencyId=CURRENCY)
    land.offerLease(certificate, offer, sender=estate.owner)
    leases.lease(offer, estate.chain.now + 10 * DAY, NOBODY, b"", sender=estate.tenant)
    estate.chain.skip(4 * DAY)
    for module, payload in (
        (land, land.calldata.collectRent(certificate)),
        (land, land.calldata.claim(certificate, estate.owner)),
        (leases, leases.calldata.collect(right, CURRENCY)),
    ):
        token.arm(module, payload, sender=estate.stranger)
        with reverts("ReentrancyGuardReentrantCall"):
            land.collectRent(certificate, sender=estate.stranger)
    token.arm(NOBODY, b"", sender=estate.stranger)
    assert land.collectRent(certificate, sender=estate.stranger).returned == token.balanceOf(land) == 40


@pytest.fixture(scope="module")
def _calling() -> Hall:
    return verification.build(token=ReentrantToken)


@pytest.fixture
def calling(_calling: Hall) -> Iterator[Hall]:
    """Verification paid in a token that calls back."""
    with _calling.chain.isolated():
        yield _calling


def test_fees_of_verification(calling: Hall) -> None:
    """A fee is taken once for one request, and goes back, to a node and to the fund once."""
    desk, era = calling.desk, calling.era
    answered, epoch = calling.result(fee=100 * ERA), calling.epoch
    open_ = calling.ask(fee=50 * ERA)
    calling.fund(calling.seller, 20 * ERA)
    terms = calling.terms(kind=MAPPING, target=NOBODY, id=1, field=0, claimed=1, fee=20 * ERA)
    terms = terms._replace(deadline=calling.now + 20 * DAY)
    node, tried = calling.numbers["n1"], Tried(era, desk, calling.mallory)
    again = (
        desk.calldata.request(terms),
        desk.calldata.refund(open_),
        desk.calldata.claimFees(node, epoch),
        desk.calldata.payFund(),
    )
    assert tried(again, lambda: desk.request(terms, sender=calling.seller)) == open_ + 1
    calling.chain.warp((epoch + 2) * EPOCH)
    before = era.balanceOf(calling.seller)
    tried(again, lambda: desk.refund(open_, sender=calling.mallory))
    assert era.balanceOf(calling.seller) - before == 50 * ERA
    assert tried(again, lambda: desk.claimFees(node, epoch, sender=calling.mallory)) == 20 * ERA
    assert tried(again, lambda: desk.payFund(sender=calling.mallory)) == 40 * ERA
    assert era.balanceOf(desk) == 2 * 20 * ERA + 20 * ERA
    for error, call in (
        ("AlreadyRefunded", lambda: desk.refund(open_, sender=calling.mallory)),
        ("FeesAlreadyClaimed", lambda: desk.claimFees(node, epoch, sender=calling.mallory)),
        ("NothingOwedToFund", lambda: desk.payFund(sender=calling.mallory)),
    ):
        with reverts(error):
            call()
    assert desk.requestOf(answered).fee == 100 * ERA


def test_deals() -> None:
    """What is collected, paid for and claimed of a deal is so once."""
    market = open_market(token=ReentrantToken)
    suite, deals = market.suite, market.deals
    face, senior = 100 * MINIMUM, 80 * MINIMUM
    deal, vault, asset = market.issued(senior, face)
    suite.pay(asset, face // 2)
    market.fund(suite.bank, 2 * face)
    most = 2**200
    again = (
        deals.calldata.collect(deal, 0),
        deals.calldata.sweep(deal),
        deals.calldata.claim(deal + 1, suite.alice),
        deals.calldata.buy(deal, 0, MINIMUM, most),
    )
    tried = Tried(suite.token, deals, suite.mallory)
    assert tried(again, lambda: deals.collect(deal, 0, sender=suite.carol)) == face // 2
    assert tried(again, lambda: deals.claim(deal + 1, suite.alice, sender=suite.carol)) == face // 2
    with reverts("NothingToClaim"):
        deals.claim(deal + 1, suite.alice, sender=suite.carol)
    market.chain.skip(deals.dealOf(deal).maturity + DAY - market.chain.now)
    paid = tried(again, lambda: deals.buy(deal, 0, face, most, sender=suite.bank))
    assert paid > 0
    assert suite.token.balanceOf(vault) == 0
    assert suite.token.balanceOf(suite.bank) == 2 * face - paid


def test_rounds_of_an_airdrop() -> None:
    """A round is paid for and filled once; what it leaves over is for the next."""
    drop = airdrop.build()
    token = ReentrantToken.deploy(drop.chain, sender=drop.admin)
    rounds = AirdropRounds.deploy(drop.chain, drop.suite.access, token, sender=drop.admin)
    token.mint(rounds, 25_000, sender=drop.admin)
    token.mint(drop.admin, 10_000, sender=drop.admin)
    token.approve(rounds, 10_000, sender=drop.admin)
    # As if the token itself were governance: the guard holds all the same.
    drop.suite.access.grantRole(0, token, 0, sender=drop.admin)
    terms = drop.terms(drop.listed.root, 5, rest=drop.admin.address)
    again = (
        rounds.calldata.open(terms, 10_000, "again", "x"),
        rounds.calldata.openPaid(terms, 10_000, "again", "x"),
    )
    tried = Tried(token, rounds, drop.mallory)
    first = tried(again, lambda: rounds.open(terms, 10_000, "first", "x", sender=drop.admin))
    second = tried(again, lambda: rounds.openPaid(terms, 10_000, "second", "x", sender=drop.admin))
    assert [token.balanceOf(one) for one in (first, second, rounds)] == [10_000, 10_000, 15_000]
    assert rounds.roundCount() == 2


def test_grants_of_developers() -> None:
    """What a milestone brought is claimed once."""

    def made(suite: Any) -> Any:
        token = ReentrantToken.deploy(suite.chain, sender=suite.admin)
        token.mint(suite.admin, 10**30, sender=suite.admin)
        return token

    economy = incentives.build(token=made, budget=0)
    grants, token = economy.grants, economy.era
    economy.fund(grants, 5_000 * ERA)
    milestone = economy.milestone(100 * incentives.USD)
    grant = grants.award(economy.number("mill"), [milestone], incentives.EVIDENCE, sender=economy.admin).returned
    economy.rate(10 * incentives.CENT)
    grants.approve(grant, 0, incentives.EVIDENCE, sender=economy.admin)
    economy.registry.enrol(token, economy.number("mill"), economy.now + YEAR, 1, 1, sender=economy.officer)
    economy.access.grantRole(0, token, 0, sender=economy.admin)
    economy.era.approve(grants, 10, sender=economy.admin)
    again = (
        grants.calldata.claim(),
        grants.calldata.fund(1),
        grants.calldata.absorb(),
        grants.calldata.moveBudget(economy.mallory, 1),
    )
    tried = Tried(token, grants, economy.mallory)
    tried(again, lambda: grants.fund(10, sender=economy.admin))
    assert tried(again, lambda: grants.claim(sender=economy.mill)) == 1_000 * ERA
    tried(again, lambda: grants.moveBudget(economy.bank, 10, sender=economy.admin))
    assert economy.has(grants) == grants.budgetLeft() == 4_000 * ERA
