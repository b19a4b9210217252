"""Securitisation: a deal is opened, bundled and issued; money that comes in goes down the waterfall, to the unit."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.contracts import DevnetCurrency, LendingPool, events, structs
from caldera.evm import Account
from tests.support.suite import BANK, DAY, EU, MINIMUM, NOBODY, US, YEAR, reverts
from tests.support.tranches import COVERAGE, DAYS, DEAL_TERMS, RATE, TRANCHE_RULES, Market, open_market

FACE = 100 * MINIMUM
SENIOR = 80 * MINIMUM
SCALE = 10_000 * YEAR
OPENED, ISSUED, CLOSED = 1, 2, 3


@pytest.fixture(scope="module")
def _market() -> Market:
    return open_market()


@pytest.fixture
def market(_market: Market) -> Iterator[Market]:
    """A market; whatever a test does is undone."""
    actors, entities = dict(_market.suite.actors), dict(_market.suite.entities)
    with _market.chain.isolated():
        yield _market
    _market.suite.__dict__.update(actors=actors, entities=entities)


def interest(principal: int, seconds: int, rate: int = RATE) -> int:
    """Whole units, rounded down."""
    return principal * rate * seconds // SCALE


def issue(market: Market, deal: int, *ids: int, senior: int = SENIOR, pools: tuple[Any, ...] = ()) -> int:
    return market.deals.issue(deal, list(ids), list(pools), senior, sender=market.suite.alice).returned


class TestOpen:
    """A participant describes a deal; a vault of its own appears."""

    def test_a_deal_has_an_id_a_vault_and_its_terms(self, market: Market) -> None:
        spec = market.spec()
        receipt = market.deals.open(spec, sender=market.suite.alice)
        deal, vault = receipt.returned
        words = encode(["string", "address", "uint256"], ["deal", market.suite.alice.address, 1])
        assert deal == int.from_bytes(keccak(words)) & ~0xFFFF
        facts = market.deals.dealOf(deal)
        assert (facts.arranger, facts.vault, facts.state) == (market.suite.alice.address, vault, OPENED)
        assert (facts.rateBps, facts.coverageBps, facts.currencyId) == (RATE, COVERAGE, 1)
        assert facts.maturity == market.bank.day(DAYS) * DAY
        assert (facts.saleDays, facts.floorBps, facts.ruleId) == (10, 2_000, market.rule)
        assert facts.documentHash == spec.documentHash
        assert (facts.principal, facts.interest, facts.since) == (0, 0, 0)
        opened = events.DealOpened(
            deal, market.suite.alice.address, vault, spec, DEAL_TERMS, emitter=market.deals.address
        )
        assert opened in receipt.events
        again = market.deals.open(spec, sender=market.suite.alice).returned
        assert again[0] != deal
        assert again[1] != vault

    def test_only_an_active_participant(self, market: Market) -> None:
        with reverts("NotActive", account=market.suite.mallory.address):
            market.deals.open(market.spec(), sender=market.suite.mallory)
        market.deals.open(market.spec(), sender=market.suite.bank)

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"rateBps": 10_001}, "DealRateOutOfRange"),
            ({"coverageBps": 10_000}, "CoverageOutOfRange"),
            ({"coverageBps": 999}, "CoverageOutOfRange"),
            ({"documentHash": bytes(32)}, "MissingField"),
            ({"currencyId": 2}, "UnknownCurrency"),
            ({"ruleId": 1}, "WrongKind"),
        ],
    )
    def test_out_of_range(self, market: Market, changes: dict[str, Any], error: str) -> None:
        with reverts(error):
            market.open(**changes)

    @pytest.mark.parametrize("changes", [{"rateBps": 10_000}, {"coverageBps": 9_999}, {"coverageBps": 1_000}])
    def test_at_the_edge(self, market: Market, changes: dict[str, Any]) -> None:
        market.open(**changes)

    @pytest.mark.parametrize(("days", "good"), [(0, False), (1, True), (3650, True), (3651, False)])
    def test_maturity(self, market: Market, days: int, good: bool) -> None:
        day, today = market.bank.day(days), market.bank.day(0)
        if good:
            return market.open(maturityDay=day) and None
        with reverts("MaturityOutOfRange", day=day, earliest=today + 1, latest=today + 3650):
            market.open(maturityDay=day)
        return None

    def test_nothing_new_under_pause(self, market: Market) -> None:
        deal, vault = market.open()
        asset = market.bring(vault)
        market.deals.pause(100, sender=market.suite.officer)
        with reverts("Paused"):
            market.deals.open(market.spec(), sender=market.suite.alice)
        with reverts("Paused"):
            issue(market, deal, asset)
        market.chain.skip(100)
        issue(market, deal, asset)

    def test_terms_are_governed(self, market: Market) -> None:
        good = structs.DealTerms(1, 1, 10_000)
        with reverts("AccessManagedUnauthorized"):
            market.deals.setDealTerms(good, sender=market.suite.alice)
        for wrong in (good._replace(leastCoverageBps=0), good._replace(leastCoverageBps=10_000)):
            with reverts("DealTermsOutOfRange"):
                market.deals.setDealTerms(wrong, sender=market.suite.officer)
        for wrong in (good._replace(saleDays=0), good._replace(floorBps=10_001)):
            with reverts("DealTermsOutOfRange"):
                market.deals.setDealTerms(wrong, sender=market.suite.officer)
        receipt = market.deals.setDealTerms(good, sender=market.suite.officer)
        assert events.DealTermsSet(good, emitter=market.deals.address) in receipt.events
        assert market.deals.dealTerms() == good
        deal, _ = market.open(coverageBps=1)
        market.deals.setDealTerms(good._replace(saleDays=9), sender=market.suite.officer)
        assert market.deals.dealOf(deal).saleDays == 1  # what a deal was opened on stays

    def test_without_terms_no_deal(self, market: Market) -> None:
        bare = type(market.deals).deploy(
            market.chain, market.suite.access, market.suite.module, sender=market.suite.admin
        )
        with reverts("NoDealTerms"):
            bare.open(market.spec(), sender=market.suite.alice)

    def test_pools_are_admitted_once_by_the_admin(self, market: Market) -> None:
        pool = market.bank.pool
        assert market.deals.isAdmitted(pool)
        with reverts("AccessManagedUnauthorized"):
            market.deals.admitPool(market.suite.token, sender=market.suite.officer)
        with reverts("CannotAdmitPool", pool=pool.address):
            market.deals.admitPool(pool, sender=market.suite.admin)
        assert not market.deals.isAdmitted(market.suite.token)
        receipt = market.deals.admitPool(market.suite.token, sender=market.suite.admin)
        assert events.DealPoolAdmitted(market.suite.token.address, emitter=market.deals.address) in receipt.events

    def test_unknown_ids(self, market: Market) -> None:
        deals, alice = market.deals, market.suite.alice
        of_deals: tuple[Callable[[], object], ...] = (
            lambda: deals.dealOf(7),
            lambda: deals.coverageOf(7),
            lambda: deals.priceOf(7, 0, 1),
            lambda: deals.collect(7, 0, sender=alice),
            lambda: deals.sweep(7, sender=alice),
            lambda: deals.issue(7, [], [], 1, sender=alice),
        )
        for call in of_deals:
            with reverts("UnknownDeal", deal=7):
                call()
        of_tranches: tuple[Callable[[], object], ...] = (
            lambda: deals.trancheOf(8),
            lambda: deals.supplyOf(8),
            lambda: deals.claimable(8, alice),
            lambda: deals.collateralOf(8, 1),
            lambda: deals.requirePledgeable(8),
            lambda: deals.claim(8, alice, sender=alice),
        )
        for call in of_tranches:
            with reverts("UnknownTranche", certificate=8):
                call()


class TestIssue:
    """What is in the vault is valued; the junior tranche is what the senior one leaves."""

    def test_the_arranger_gets_both_tranches(self, market: Market) -> None:
        deal, vault = market.open()
        one, two = sorted((market.bring(vault), market.bring(vault, "INV-2", 33 * MINIMUM + 7)))
        market.suite.pay(two, 1)
        value = market.suite.module.owedOn(one) + market.suite.module.owedOn(two)
        receipt = market.deals.issue(deal, [one, two], [], SENIOR, sender=market.suite.alice)
        junior = receipt.returned
        assert junior == value - SENIOR == 133 * MINIMUM + 6 - SENIOR
        assert vault.assets() == ((one, two), 0b11)
        facts = market.deals.dealOf(deal)
        assert (facts.state, facts.principal) == (ISSUED, SENIOR)
        assert facts.since == market.chain.now
        for certificate, units in ((deal + 1, SENIOR), (deal + 2, junior)):
            assert market.suite.ledger.balanceOf(market.suite.alice, certificate) == units
            assert market.suite.ledger.totalSupply(certificate) == units == market.deals.supplyOf(certificate)
            assert market.deals.trancheOf(certificate) == structs.Tranche(units, 0, 0, 0)
        assert market.suite.ledger.documentHash(deal + 2) == facts.documentHash
        emitter = market.deals.address
        assert events.DealIssued(deal, value, SENIOR, junior, emitter=emitter) in receipt.events
        units = market.suite.ledger.balanceOf(vault, one)
        worth = market.suite.module.owedOn(one)
        assert events.AssetBundled(one, 0, units, worth, emitter=vault.address) in receipt.events

    @pytest.mark.known_defect("senior-alone")
    def test_coverage_is_a_condition_to_the_unit(self, market: Market) -> None:
        deal, vault = market.open(coverageBps=3_333)
        asset = market.bring(vault, face=FACE + 7)
        most = (FACE + 7) * 6_667 // 10_000
        with reverts("NoSeniorUnits"):
            issue(market, deal, asset, senior=0)
        with reverts("CoverageTooLow", most=most, senior=most + 1):
            issue(market, deal, asset, senior=most + 1)
        assert issue(market, deal, asset, senior=most) == FACE + 7 - most

    def test_once_by_the_arranger_before_maturity(self, market: Market) -> None:
        deal, vault = market.open()
        asset = market.bring(vault, dueDate=market.chain.now + 300 * DAY)
        with reverts("NotTheArranger", deal=deal, caller=market.suite.bank.address):
            market.deals.issue(deal, [asset], [], SENIOR, sender=market.suite.bank)
        maturity = market.deals.dealOf(deal).maturity
        with market.chain.isolated():
            market.chain.skip(maturity - market.chain.now)
            with reverts("DealMatured", deal=deal, maturity=maturity):
                issue(market, deal, asset)
        market.chain.skip(maturity - 1 - market.chain.now)
        issue(market, deal, asset)
        with reverts("WrongDealState", deal=deal, state=ISSUED):
            issue(market, deal, asset)

    def test_nothing_or_too_much(self, market: Market) -> None:
        deal, _ = market.open()
        with reverts("AssetsOutOfRange", assets=0, most=64):
            issue(market, deal)
        with reverts("AssetsOutOfRange", assets=65, most=64):
            issue(market, deal, *range(1, 66))
        with reverts("AssetsOutOfRange", assets=65, most=64):
            issue(market, deal, *range(1, 65), pools=(market.bank.pool,))
        with reverts("AssetNotGood", id=1, state=0):
            issue(market, deal, *range(1, 65))

    def test_sixty_four_assets(self, market: Market) -> None:
        deal, vault = market.open()
        lines = [2 * MINIMUM] * 32
        ids: list[int] = []
        for number in ("INV-1", "INV-2"):
            root = market.suite.circulating(tuple(lines), number=number, face=64 * MINIMUM)
            batch = [root + line for line in range(1, 33)]
            market.suite.ledger.safeBatchTransferFrom(
                market.suite.seller, vault, batch, lines, b"", sender=market.suite.seller
            )
            ids += batch
        issue(market, deal, *sorted(ids))
        assert vault.assets() == (tuple(sorted(ids)), 2**64 - 1)
        assert market.deals.coverageOf(deal)[0] == 128 * MINIMUM

    def test_each_asset_once_in_order(self, market: Market) -> None:
        deal, vault = market.open()
        one, two = sorted((market.bring(vault), market.bring(vault, "INV-2")))
        with reverts("AssetsNotAscending", asset=one):
            issue(market, deal, one, one)
        with reverts("AssetsNotAscending", asset=one):
            issue(market, deal, two, one)
        market.deposit(vault, MINIMUM)
        with reverts("AssetsNotAscending", asset=int(market.bank.pool.address, 16)):
            issue(market, deal, one, two, pools=(market.bank.pool, market.bank.pool))
        issue(market, deal, one, two, pools=(market.bank.pool,))

    def test_an_asset_is_in_one_deal_only(self, market: Market) -> None:
        first, vault = market.open()
        second, _ = market.open()
        asset = market.bring(vault)
        with reverts("NothingBundled", asset=asset):
            issue(market, second, asset)
        with reverts("NothingBundled", asset=int(market.bank.pool.address, 16)):
            issue(market, second, pools=(market.bank.pool,))
        issue(market, first, asset)

    def test_two_deals_over_parts_of_one_receivable(self, market: Market) -> None:
        suite = market.suite
        (first, left), (second, right) = market.open(), market.open()
        asset = suite.circulating()
        for vault in (left, right):
            suite.send(suite.seller, vault, asset, 50 * MINIMUM)
        for deal in (first, second):
            assert issue(market, deal, asset, senior=40 * MINIMUM) == 10 * MINIMUM
        suite.pay(asset, FACE)
        assert market.deals.collect(first, 0, sender=suite.carol).returned == 50 * MINIMUM
        assert market.deals.collect(second, 0, sender=suite.carol).returned == 50 * MINIMUM

    def test_only_good_receivables(self, market: Market) -> None:
        deal, vault = market.open()
        asset, suite = market.bring(vault), market.suite
        due = suite.module.receivable(asset).dueDate
        with market.chain.isolated():
            suite.module.dispute(asset, bytes(32), sender=suite.buyer)
            with reverts("AssetNotGood", id=asset, state=4):
                issue(market, deal, asset)
        with market.chain.isolated():
            suite.pay(asset, FACE)
            with reverts("AssetNotGood", id=asset, state=7):
                issue(market, deal, asset)
        with market.chain.isolated():
            market.chain.skip(due + 1 - market.chain.now)
            with reverts("AssetNotGood", id=asset, state=3):
                issue(market, deal, asset)
        market.chain.skip(due - market.chain.now)
        issue(market, deal, asset)

    def test_not_while_units_are_frozen(self, market: Market) -> None:
        deal, vault = market.open()
        asset, officer = market.bring(vault), market.suite.officer
        market.suite.ledger.setFrozenTokens(vault, asset, 1, sender=officer)
        with reverts("FrozenAsset", id=asset, frozen=1):
            issue(market, deal, asset)
        market.suite.ledger.setFrozenTokens(vault, asset, 0, sender=officer)
        issue(market, deal, asset)

    def test_one_currency(self, market: Market) -> None:
        suite = market.suite
        euro = DevnetCurrency.deploy(market.chain, "EUR", 6, sender=suite.admin)
        usd = 10**18
        suite.standard.addCurrency(b"EUR", euro, usd, usd, usd, NOBODY, 0, sender=suite.officer)
        deal, vault = market.open()
        asset = market.bring(vault, currencyId=2)
        with reverts("AssetNotAdmitted", asset=asset):
            issue(market, deal, asset)
        other = LendingPool.deploy(
            market.chain, suite.access, suite.registry, market.bank.desk, euro, "Lenders of EUR", "cEUR",
            sender=suite.admin,
        )  # fmt: skip
        market.deals.admitPool(other, sender=suite.admin)
        with reverts("AssetNotAdmitted", asset=int(other.address, 16)):
            issue(market, deal, pools=(other,))
        in_euro, vault = market.open(currencyId=2)
        suite.send(suite.seller, vault, suite.circulating(number="E", currencyId=2), FACE)
        assert market.deals.dealOf(in_euro).currencyId == 2
        issue(market, in_euro, suite.module.fingerprintOf(*_numbers(market), "E", suite.today))

    def test_only_pools_that_were_admitted(self, market: Market) -> None:
        suite = market.suite
        other = LendingPool.deploy(
            market.chain, suite.access, suite.registry, market.bank.desk, suite.token, "Others", "cOTH",
            sender=suite.admin,
        )  # fmt: skip
        deal, vault = market.open()
        suite.token.mint(suite.alice, MINIMUM, sender=suite.alice)
        suite.token.approve(other, MINIMUM, sender=suite.alice)
        other.deposit(MINIMUM, vault, sender=suite.alice)
        with reverts("AssetNotAdmitted", asset=int(other.address, 16)):
            issue(market, deal, pools=(other,), senior=MINIMUM // 2)
        market.deals.admitPool(other, sender=suite.admin)
        issue(market, deal, pools=(other,), senior=MINIMUM // 2)

    def test_the_arranger_must_be_one_who_may_hold(self, market: Market) -> None:
        suite = market.suite
        deal, vault = market.open()
        asset = market.bring(vault)
        facts = (market.chain.now + YEAR, US, BANK)
        suite.registry.setFacts(suite.alice, *facts, sender=suite.officer)
        with reverts("OutsideScope", id=deal + 1, account=suite.alice.address):
            issue(market, deal, asset)
        suite.registry.setFacts(suite.alice, facts[0], EU, BANK, sender=suite.officer)
        suite.registry.suspend(suite.alice, sender=suite.officer)
        with reverts("ERC7943CannotReceive", account=suite.alice.address):
            issue(market, deal, asset)
        suite.registry.reinstate(suite.alice, sender=suite.officer)
        issue(market, deal, asset)

    def test_rules_hold_for_what_is_issued(self, market: Market) -> None:
        suite = market.suite
        deal, vault = market.open()
        asset = market.bring(vault)
        issue(market, deal, asset, senior=FACE * 8 // 10)
        with reverts("BelowMinimumUnit"):
            suite.send(suite.alice, suite.bank, deal + 1, MINIMUM - 1)
        suite.send(suite.alice, suite.bank, deal + 1, MINIMUM)
        with reverts("OutsideScope", id=deal + 1, account=suite.carol.address):
            suite.send(suite.alice, suite.carol, deal + 1, MINIMUM)
        suite.standard.retire(market.rule, sender=suite.officer)
        with reverts("RetiredRules"):
            market.open()
        assert TRANCHE_RULES.minimumUnitUsd == MINIMUM

    def test_a_small_tranche_circulates_as_a_whole(self, market: Market) -> None:
        deal, vault = market.open()
        asset = market.bring(vault, face=MINIMUM)
        junior = issue(market, deal, asset, senior=MINIMUM * 8 // 10)
        market.suite.send(market.suite.alice, market.suite.bank, deal + 2, junior)
        with reverts("BelowMinimumUnit"):
            market.suite.send(market.suite.alice, market.suite.bank, deal + 1, MINIMUM // 2)


def _numbers(market: Market) -> tuple[int, int]:
    return market.suite.entities["seller"], market.suite.entities["buyer"]


class TestWaterfall:
    """Senior interest, senior principal, then the junior tranche; the parts add up to what came in."""

    def test_in_order_to_the_unit(self, market: Market) -> None:
        suite = market.suite
        deal, _, asset = market.issued()
        market.chain.skip(30 * DAY)
        due = interest(SENIOR, 30 * DAY)
        suite.pay(asset, due - 1)  # not all of the interest
        receipt = market.deals.collect(deal, 0, sender=suite.carol)
        paid = events.DealPaid(deal, due - 1, 0, 0, SENIOR, emitter=market.deals.address)
        assert receipt.returned == due - 1
        assert paid in receipt.events
        suite.pay(asset, 50 * MINIMUM)  # the last of the interest, then principal
        receipt = market.deals.collect(deal, 0, sender=suite.carol)
        left = SENIOR - (50 * MINIMUM - 1)
        assert events.DealPaid(deal, 1, 50 * MINIMUM - 1, 0, left, emitter=market.deals.address) in receipt.events
        assert market.deals.dealOf(deal).principal == left
        market.chain.skip(10 * DAY + 1)
        parts = SENIOR * RATE * 30 * DAY - due * SCALE + left * RATE * (10 * DAY + 1)
        assert market.deals.dealOf(deal).interest == parts
        rest = suite.pay(asset, FACE)
        receipt = market.deals.collect(deal, 0, sender=suite.carol)
        junior = rest - parts // SCALE - left
        assert events.DealPaid(deal, parts // SCALE, left, junior, 0, emitter=market.deals.address) in receipt.events
        senior = market.deals.trancheOf(deal + 1).income
        assert senior == SENIOR + due + parts // SCALE
        assert senior + market.deals.trancheOf(deal + 2).income == FACE
        # The fraction of a unit of interest is the junior tranche's, and nothing runs on without principal.
        assert market.deals.dealOf(deal).interest == parts % SCALE

    def test_interest_is_never_a_unit_too_much(self, market: Market) -> None:
        deal, vault, _ = market.issued()
        seconds = -(-SCALE // (SENIOR * RATE))  # the first second at which a whole unit has been earned
        market.chain.skip(seconds * 7)
        market.gift(vault, 100)
        receipt = market.deals.sweep(deal, sender=market.suite.carol)
        whole = SENIOR * RATE * seconds * 7 // SCALE
        assert (
            events.DealPaid(
                deal,
                min(100, whole),
                100 - min(100, whole),
                0,
                SENIOR - 100 + min(100, whole),
                emitter=market.deals.address,
            )
            in receipt.events
        )

    def test_a_loss_is_the_junior_tranches_first(self, market: Market) -> None:
        suite = market.suite
        deal, _, asset = market.issued()
        market.chain.skip(60 * DAY)
        suite.pay(asset, 85 * MINIMUM)  # 15 are never paid
        market.deals.collect(deal, 0, sender=suite.carol)
        due = interest(SENIOR, 60 * DAY)
        assert market.deals.trancheOf(deal + 1).income == SENIOR + due
        assert market.deals.trancheOf(deal + 2).income == 5 * MINIMUM - due
        assert market.deals.dealOf(deal).principal == 0

    def test_money_that_others_fetched_or_gave_is_found(self, market: Market) -> None:
        suite = market.suite
        deal, vault, asset = market.issued()
        with reverts("NothingCame", deal=deal):
            market.deals.sweep(deal, sender=suite.carol)
        with reverts("NothingCame", deal=deal):
            market.deals.collect(deal, 0, sender=suite.carol)
        suite.pay(asset, 10 * MINIMUM)
        suite.module.claim(asset, vault, sender=suite.mallory)
        assert market.deals.coverageOf(deal)[0] == FACE  # paid, and not shared yet
        market.gift(vault, 5)
        assert market.deals.sweep(deal, sender=suite.carol).returned == 10 * MINIMUM + 5
        assert suite.token.balanceOf(market.deals) == 10 * MINIMUM + 5
        market.gift(market.deals, 3)  # nobody's
        suite.pay(asset, 90 * MINIMUM)
        suite.module.claim(asset, vault, sender=suite.mallory)  # the last of it: its units are retired
        assert market.deals.collect(deal, 0, sender=suite.carol).returned == 90 * MINIMUM
        assert market.deals.dealOf(deal).state == CLOSED

    def test_a_gift_beyond_96_bits_is_in_nobodys_way(self, market: Market) -> None:
        deal, vault, asset = market.issued()
        market.gift(vault, 2**97)
        assert market.deals.sweep(deal, sender=market.suite.carol).returned == 2**96 - 1
        market.suite.pay(asset, FACE)
        market.deals.collect(deal, 0, sender=market.suite.carol)
        assert market.deals.dealOf(deal).state == CLOSED
        for certificate in (deal + 1, deal + 2):
            market.deals.claim(certificate, market.suite.alice, sender=market.suite.carol)
        assert market.suite.token.balanceOf(market.deals) == 0

    def test_coverage_is_visible(self, market: Market) -> None:
        suite = market.suite
        deal, vault = market.open()
        assert market.deals.coverageOf(deal) == (0, 0, 0, 0)
        asset = market.bring(vault)
        assert market.deals.coverageOf(deal) == (0, 0, 0, 0)
        issue(market, deal, asset)
        assert market.deals.coverageOf(deal) == (FACE, 0, SENIOR, 2_000)
        market.chain.skip(60 * DAY)
        due = interest(SENIOR, 60 * DAY)
        assert market.deals.coverageOf(deal) == (FACE, due, SENIOR, (FACE - SENIOR - due) * 10_000 // FACE)
        market.chain.skip(1)  # overdue: it does not count any more
        assert market.deals.coverageOf(deal) == (0, interest(SENIOR, 60 * DAY + 1), SENIOR, 0)
        suite.pay(asset, SENIOR + due)
        assert market.deals.coverageOf(deal)[::3] == (SENIOR + due, 0)  # one second's interest is not covered
        suite.pay(asset, MINIMUM)
        assert market.deals.coverageOf(deal)[3] > 0

    def test_no_such_asset(self, market: Market) -> None:
        deal, _, _ = market.issued()
        with reverts("NoSuchAsset", index=1):
            market.deals.collect(deal, 1, sender=market.suite.carol)

    def test_not_before_it_is_issued(self, market: Market) -> None:
        deal, vault = market.open()
        market.gift(vault, 1)
        with reverts("WrongDealState", deal=deal, state=OPENED):
            market.deals.sweep(deal, sender=market.suite.carol)
        with reverts("WrongDealState", deal=deal, state=OPENED):
            market.deals.collect(deal, 0, sender=market.suite.carol)


class TestClaim:
    """Each holder is owed by units, exactly; who may not be paid keeps its claim."""

    def placed(self, market: Market) -> tuple[int, int]:
        """Bank holds a third of the senior tranche, lena the rest; leo the junior one."""
        suite = market.suite
        deal, _, asset = market.issued(senior=60 * MINIMUM)
        suite.send(suite.alice, suite.bank, deal + 1, 20 * MINIMUM)
        suite.send(suite.alice, suite.lena, deal + 1, 40 * MINIMUM)
        suite.send(suite.alice, suite.leo, deal + 2, 40 * MINIMUM)
        return deal, asset

    def claim(self, market: Market, certificate: int, holder: Account) -> int:
        return market.deals.claim(certificate, holder, sender=market.suite.carol).returned

    def test_by_units_with_fractions_kept(self, market: Market) -> None:
        suite = market.suite
        deal, asset = self.placed(market)
        suite.pay(asset, 100)
        market.deals.collect(deal, 0, sender=suite.carol)
        assert market.deals.claimable(deal + 1, suite.bank) == 33
        receipt = market.deals.claim(deal + 1, suite.bank, sender=suite.carol)
        claimed = events.TrancheClaimed(deal + 1, suite.bank.address, 33, 0, emitter=market.deals.address)
        assert receipt.returned == 33
        assert claimed in receipt.events
        assert suite.token.balanceOf(suite.bank) == 33
        with reverts("NothingToClaim", certificate=deal + 1, holder=suite.bank.address):
            self.claim(market, deal + 1, suite.bank)
        assert self.claim(market, deal + 1, suite.lena) == 66
        suite.pay(asset, 2)
        market.deals.collect(deal, 0, sender=suite.carol)
        assert self.claim(market, deal + 1, suite.bank) == 1  # 34 of 102
        with reverts("NothingToClaim"):
            self.claim(market, deal + 2, suite.leo)  # junior gets nothing as long as senior is owed

    def test_who_sells_keeps_what_was_paid(self, market: Market) -> None:
        suite = market.suite
        deal, asset = self.placed(market)
        suite.pay(asset, 30 * MINIMUM)
        market.deals.collect(deal, 0, sender=suite.carol)
        suite.send(suite.bank, suite.leo, deal + 1, 20 * MINIMUM)
        assert market.deals.claimable(deal + 1, suite.bank) == 10 * MINIMUM
        assert market.deals.claimable(deal + 1, suite.leo) == 0
        suite.pay(asset, 30 * MINIMUM)
        market.deals.collect(deal, 0, sender=suite.carol)
        assert self.claim(market, deal + 1, suite.bank) == 10 * MINIMUM
        assert self.claim(market, deal + 1, suite.leo) == 10 * MINIMUM

    def test_what_is_paid_on_pledged_units_goes_with_them(self, market: Market) -> None:
        suite = market.suite
        deal, asset = self.placed(market)
        senior = deal + 1
        suite.ledger.pledge(suite.lena, suite.bank, senior, 20 * MINIMUM, sender=suite.lena)
        suite.pay(asset, 30 * MINIMUM)
        market.deals.collect(deal, 0, sender=suite.carol)
        assert market.deals.claimable(senior, suite.lena) == 10 * MINIMUM
        suite.ledger.seize(suite.lena, suite.leo, senior, 10 * MINIMUM, sender=suite.bank)
        suite.ledger.release(suite.lena, senior, 10 * MINIMUM, sender=suite.bank)
        assert self.claim(market, senior, suite.leo) == 5 * MINIMUM
        assert self.claim(market, senior, suite.lena) == 15 * MINIMUM

    def test_suspended_or_frozen_waits(self, market: Market) -> None:
        suite = market.suite
        deal, asset = self.placed(market)
        suite.pay(asset, 30 * MINIMUM)
        market.deals.collect(deal, 0, sender=suite.carol)
        suite.registry.suspend(suite.bank, sender=suite.officer)
        with reverts("ClaimHalted", certificate=deal + 1, holder=suite.bank.address):
            self.claim(market, deal + 1, suite.bank)
        suite.registry.reinstate(suite.bank, sender=suite.officer)
        suite.ledger.setFrozenTokens(suite.bank, deal + 1, 1, sender=suite.officer)
        with reverts("ClaimHalted", certificate=deal + 1, holder=suite.bank.address):
            self.claim(market, deal + 1, suite.bank)
        suite.ledger.setFrozenTokens(suite.bank, deal + 1, 0, sender=suite.officer)
        suite.registry.setFacts(suite.bank, market.chain.now + 1, EU, BANK, sender=suite.officer)
        market.chain.skip(1)  # expired: it may not act, but is paid
        assert self.claim(market, deal + 1, suite.bank) == 10 * MINIMUM

    def test_claims_are_open_under_pause(self, market: Market) -> None:
        suite = market.suite
        deal, asset = self.placed(market)
        suite.pay(asset, 30 * MINIMUM)
        market.deals.pause(100, sender=suite.officer)
        market.deals.collect(deal, 0, sender=suite.carol)
        assert self.claim(market, deal + 1, suite.bank) == 10 * MINIMUM

    def test_in_the_end_units_are_retired_and_the_last_takes_the_fractions(self, market: Market) -> None:
        suite = market.suite
        deal, asset = self.placed(market)
        vault = market.deals.dealOf(deal).vault
        suite.pay(asset, 1)
        market.deals.collect(deal, 0, sender=suite.carol)
        market.chain.skip(59 * DAY + 12_345)
        suite.pay(asset, FACE)
        receipt = market.deals.collect(deal, 0, sender=suite.carol)
        emitter = market.deals.address
        assert events.AssetEnded(asset, 0, emitter=vault) in receipt.events
        assert events.DealClosed(deal, 0, emitter=emitter) in receipt.events
        income = market.deals.trancheOf(deal + 1).income
        with reverts("NotCirculating", id=deal + 1):
            suite.send(suite.bank, suite.lena, deal + 1, MINIMUM)
        first = self.claim(market, deal + 1, suite.bank)
        assert first == income // 3
        assert suite.ledger.balanceOf(suite.bank, deal + 1) == 0
        assert market.deals.supplyOf(deal + 1) == 40 * MINIMUM
        assert self.claim(market, deal + 1, suite.lena) == income - first
        assert self.claim(market, deal + 2, suite.leo) == FACE - income
        assert market.deals.supplyOf(deal + 1) == market.deals.supplyOf(deal + 2) == 0
        assert suite.token.balanceOf(market.deals) == 0
        with reverts("NothingToClaim"):
            self.claim(market, deal + 1, suite.lena)
        with reverts("WrongDealState", deal=deal, state=CLOSED):
            market.deals.sweep(deal, sender=suite.carol)

    def test_a_lien_outlives_the_deal(self, market: Market) -> None:
        suite = market.suite
        deal, asset = self.placed(market)
        suite.ledger.pledge(suite.lena, suite.bank, deal + 1, 40 * MINIMUM, sender=suite.lena)
        suite.pay(asset, FACE)
        market.deals.collect(deal, 0, sender=suite.carol)
        with reverts("NothingToClaim"):
            self.claim(market, deal + 1, suite.lena)
        with reverts("NotCirculating", id=deal + 1):
            suite.ledger.pledge(suite.bank, suite.lena, deal + 1, MINIMUM, sender=suite.bank)
        suite.ledger.release(suite.lena, deal + 1, 40 * MINIMUM, sender=suite.bank)
        assert self.claim(market, deal + 1, suite.lena) == 40 * MINIMUM
        assert self.claim(market, deal + 1, suite.bank) == 20 * MINIMUM

    def test_only_the_ledger_tells_of_movements(self, market: Market) -> None:
        deal, _ = self.placed(market)
        mallory = market.suite.mallory
        move = structs.Move(deal + 1, mallory.address, NOBODY, 10, NOBODY, NOBODY, 0, 10)
        with reverts("OnlyLedger", caller=mallory.address):
            market.deals.onMove(move, sender=mallory)
