"""Securitisation: how a deal ends, what it is worth as a pledge, and what hostile tokens and callers get."""

from collections.abc import Iterator

import pytest

from caldera.contracts import DealVault, DevnetCurrency, FeeToken, ReentrantToken, SilentToken, events
from caldera.evm import Account
from tests.support.suite import BANK, DAY, ENTERPRISE, EU, MINIMUM, NOBODY, YEAR, reverts
from tests.support.tranches import DAYS, Market, open_market

FACE = 100 * MINIMUM
SENIOR = 80 * MINIMUM
OPENED, ISSUED, CLOSED = 1, 2, 3
ANY = 2**200


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


def mature(market: Market, deal: int, seconds: int = 0) -> None:
    market.chain.skip(market.deals.dealOf(deal).maturity + seconds - market.chain.now)


def buy(market: Market, deal: int, units: int, buyer: Account | None = None, most: int = ANY, index: int = 0) -> int:
    buyer = buyer or market.suite.bank
    market.fund(buyer, 2 * FACE)
    return market.deals.buy(deal, index, units, most, sender=buyer).returned


def over_pool(market: Market, amount: int = FACE, senior: int = SENIOR) -> tuple[int, DealVault, int]:
    """A deal over shares of the bank's pool; as much in it is lena's."""
    market.bank.lend(market.suite.lena, amount)
    deal, vault = market.open()
    shares = market.deposit(vault, amount)
    market.deals.issue(deal, [], [market.bank.pool], senior, sender=market.suite.alice)
    return deal, vault, shares


def lend_out(market: Market, amount: int) -> int:
    """A loan of the pool to the borrower, without pledge, due in 60 days."""
    market.bank.limit("borrower", amount)
    return market.bank.draw(market.suite.borrower, amount)


class TestSale:
    """From maturity on, certificates are sold at a price that falls to nothing."""

    def test_the_price_falls(self, market: Market) -> None:
        deal, _, _ = market.issued()
        for days, price in (
            (0, FACE),
            (5, FACE * 6 // 10),
            (10, FACE * 2 // 10),
            (15, FACE // 10),
            (20, 1),
            (2000, 1),
        ):
            with market.chain.isolated():
                mature(market, deal, days * DAY)
                assert market.deals.priceOf(deal, 0, FACE) == price
        mature(market, deal, 1)
        whole = 10 * DAY
        assert market.deals.priceOf(deal, 0, FACE) == -(-FACE * (10_000 * whole - 8_000) // (10_000 * whole))
        market.chain.skip(whole)
        assert market.deals.priceOf(deal, 0, FACE) == -(-FACE * 2_000 * (whole - 1) // (10_000 * whole))

    def test_not_before_maturity(self, market: Market) -> None:
        deal, _, _ = market.issued()
        mature(market, deal, -1)
        maturity = market.chain.now + 1
        with reverts("DealNotMature", deal=deal, maturity=maturity):
            market.deals.priceOf(deal, 0, FACE)
        with reverts("DealNotMature", deal=deal, maturity=maturity):
            buy(market, deal, FACE)
        market.chain.skip(1)
        assert buy(market, deal, FACE) == FACE

    def test_a_sale_goes_down_the_waterfall_and_closes_the_deal(self, market: Market) -> None:
        suite = market.suite
        deal, vault, asset = market.issued()
        begun = market.chain.now
        suite.pay(asset, 10 * MINIMUM)  # nobody collected it
        mature(market, deal, 5 * DAY)
        price = 90 * MINIMUM * 6 // 10
        market.fund(suite.bank, price)
        with reverts("PriceAbove", price=price, most=price - 1):
            market.deals.buy(deal, 0, FACE, price - 1, sender=suite.bank)
        receipt = market.deals.buy(deal, 0, FACE, price, sender=suite.bank)
        emitter = market.deals.address
        due = SENIOR * 600 * (market.chain.now - begun) // (10_000 * YEAR)
        assert receipt.returned == price
        assert suite.ledger.balanceOf(suite.bank, asset) == FACE
        assert suite.ledger.balanceOf(vault, asset) == 0
        assert suite.token.balanceOf(suite.bank) == 0
        assert events.DealAssetSold(deal, 0, suite.bank.address, FACE, price, emitter=emitter) in receipt.events
        assert events.AssetEnded(asset, 0, emitter=vault.address) in receipt.events
        income = price + 10 * MINIMUM
        loss = SENIOR + due - income
        assert events.DealPaid(deal, due, income - due, 0, loss, emitter=emitter) in receipt.events
        assert events.DealClosed(deal, loss, emitter=emitter) in receipt.events
        assert market.deals.claim(deal + 1, suite.alice, sender=suite.carol).returned == income
        # The junior tranche got nothing; its units are retired all the same.
        assert market.deals.claim(deal + 2, suite.alice, sender=suite.carol).returned == 0
        assert market.deals.supplyOf(deal + 2) == 0
        # What the debtor pays now is the buyer's.
        suite.pay(asset, FACE)
        assert suite.module.claimable(asset, suite.bank) == 90 * MINIMUM
        assert suite.module.claimable(asset, vault) == 0

    def test_in_parts(self, market: Market) -> None:
        deal, vault, asset = market.issued()
        mature(market, deal)
        assert buy(market, deal, 40 * MINIMUM) == 40 * MINIMUM
        assert vault.assets() == ((asset,), 1)
        with reverts("BelowMinimumUnit"):
            buy(market, deal, 60 * MINIMUM - 1)
        with reverts("NothingWanted", asset=asset):
            buy(market, deal, 0)
        with reverts("ERC1155InsufficientBalance"):
            buy(market, deal, 60 * MINIMUM + 1)
        assert buy(market, deal, 60 * MINIMUM, market.suite.lena) == 60 * MINIMUM
        with reverts("WrongDealState", deal=deal, state=CLOSED):
            buy(market, deal, 1)

    def test_who_may_buy(self, market: Market) -> None:
        suite = market.suite
        deal, _, asset = market.issued()
        mature(market, deal, 20 * DAY)
        with reverts("OwnDebt", id=asset):
            buy(market, deal, FACE, suite.buyer)
        with reverts("OutsideScope"):
            buy(market, deal, FACE, suite.carol)
        market.deals.pause(100, sender=suite.officer)
        with reverts("Paused"):
            buy(market, deal, FACE)
        market.chain.skip(100)
        assert buy(market, deal, FACE, suite.alice) == 1

    def test_bad_debts_are_sold_and_disputed_ones_wait(self, market: Market) -> None:
        suite = market.suite
        deal, _, asset = market.issued()
        suite.module.dispute(asset, bytes(32), sender=suite.buyer)
        mature(market, deal, 5 * DAY)
        with reverts("NotCirculating", id=asset):
            buy(market, deal, FACE)
        suite.module.resolveDispute(asset, [10 * MINIMUM], sender=suite.officer)
        suite.module.declareDefault(asset, sender=suite.carol)
        suite.module.writeOff(asset, sender=suite.officer)
        assert buy(market, deal, FACE) == 54 * MINIMUM

    def test_no_such_asset(self, market: Market) -> None:
        deal, vault = market.open()
        one, two = sorted((market.bring(vault), market.bring(vault, "INV-2")))
        market.deposit(vault, FACE)
        market.deals.issue(deal, [one, two], [market.bank.pool], SENIOR, sender=market.suite.alice)
        market.suite.pay(one, FACE)
        market.deals.collect(deal, 0, sender=market.suite.carol)
        mature(market, deal)
        for index in (0, 2, 3):  # gone, a pool, none
            with reverts("NoSuchAsset", index=index):
                buy(market, deal, 1, index=index)
        for index in (0, 1, 3):
            with reverts("NoSuchAsset", index=index):
                market.deals.redeem(deal, index, 1, sender=market.suite.alice)
        with reverts("NothingCame", deal=deal):  # it is gone: there is only the money to look for
            market.deals.collect(deal, 0, sender=market.suite.carol)
        buy(market, deal, FACE, index=1)


class TestPools:
    """The desk's loans, brought in as shares of its pool: redeemed by the arranger, later by the queue."""

    def test_before_maturity_only_the_arranger_redeems(self, market: Market) -> None:
        suite = market.suite
        deal, vault, shares = over_pool(market)
        with reverts("NothingCame"):
            market.deals.collect(deal, 0, sender=suite.carol)
        with reverts("NotTheArranger"):
            market.deals.redeem(deal, 0, shares // 4, sender=suite.carol)
        assert market.deals.redeem(deal, 0, shares // 4, sender=suite.alice).returned == FACE // 4
        assert market.deals.coverageOf(deal)[0] == FACE - FACE // 4
        lend_out(market, 130 * MINIMUM)
        with reverts("ERC4626ExceededMaxRedeem"):
            market.deals.redeem(deal, 0, shares // 2, sender=suite.alice)
        assert vault.exitOf(0) == 0

    def test_all_of_it_ends_the_asset(self, market: Market) -> None:
        deal, vault, shares = over_pool(market)
        receipt = market.deals.redeem(deal, 0, shares, sender=market.suite.alice)
        assert events.AssetEnded(int(market.bank.pool.address, 16), 0, emitter=vault.address) in receipt.events
        assert market.deals.dealOf(deal).state == CLOSED
        with reverts("WrongDealState"):
            market.deals.redeem(deal, 0, 1, sender=market.suite.alice)

    def test_from_maturity_on_by_the_queue(self, market: Market) -> None:
        suite, pool = market.suite, market.bank.pool
        deal, vault, shares = over_pool(market)
        lend_out(market, 60 * MINIMUM)
        mature(market, deal, -1)
        with reverts("NothingCame"):
            market.deals.collect(deal, 0, sender=suite.carol)
        market.chain.skip(1)
        # The loan is beyond its grace: at the price of exit half of the pool is half of its cash.
        assert market.deals.coverageOf(deal)[0] == 70 * MINIMUM
        receipt = market.deals.collect(deal, 0, sender=suite.carol)
        left = events.PoolLeft(int(pool.address, 16), 0, 1, shares, emitter=vault.address)
        assert left in receipt.events
        assert receipt.returned == 70 * MINIMUM
        assert vault.exitOf(0) == 1
        assert market.deals.dealOf(deal).state == CLOSED

    def test_the_queue_is_fetched_as_it_is_served_by_whomever(self, market: Market) -> None:
        suite, pool = market.suite, market.bank.pool
        deal, vault, _ = over_pool(market)
        market.chain.skip((DAYS - 30) * DAY)
        loan = lend_out(market, 160 * MINIMUM)  # due after the maturity of the deal
        mature(market, deal)
        value = market.deals.coverageOf(deal)[0]
        assert 100 * MINIMUM < value < 102 * MINIMUM
        first = market.deals.collect(deal, 0, sender=suite.carol).returned
        assert first in (40 * MINIMUM - 1, 40 * MINIMUM)
        with reverts("NothingCame"):
            market.deals.collect(deal, 0, sender=suite.carol)
        assert value - first - market.deals.coverageOf(deal)[0] in (0, 1)
        market.bank.repay(loan, 20 * MINIMUM, suite.borrower)
        assert value - first - market.deals.coverageOf(deal)[0] in (0, 1, 2)
        second = market.deals.collect(deal, 0, sender=suite.carol).returned
        assert second in (20 * MINIMUM - 1, 20 * MINIMUM)
        assert market.deals.dealOf(deal).state == ISSUED
        market.bank.repay(loan, 2 * FACE, suite.borrower)
        pool.payExit(1, sender=suite.mallory)  # to the vault, as it must
        receipt = market.deals.collect(deal, 0, sender=suite.carol)
        assert value - first - second - receipt.returned in (0, 1, 2, 3)
        assert market.deals.dealOf(deal).state == CLOSED
        assert pool.balanceOf(vault) == 0

    def test_a_loss_of_the_pool_is_the_junior_tranches_first(self, market: Market) -> None:
        suite = market.suite
        deal, _, _ = over_pool(market)
        loan = lend_out(market, 30 * MINIMUM)
        mature(market, deal)
        value, interest, principal, coverage = market.deals.coverageOf(deal)
        assert (value, principal) == (85 * MINIMUM, SENIOR)
        assert coverage == (value - interest - principal) * 10_000 // value
        market.bank.desk.declareDefault(loan, sender=suite.carol)
        market.bank.desk.writeOff(loan, sender=suite.officer)
        assert market.deals.collect(deal, 0, sender=suite.carol).returned == 85 * MINIMUM
        assert market.deals.trancheOf(deal + 1).income == SENIOR + interest
        assert market.deals.trancheOf(deal + 2).income == 5 * MINIMUM - interest

    def test_shares_that_come_after_the_exit_are_the_arrangers(self, market: Market) -> None:
        suite, pool = market.suite, market.bank.pool
        deal, vault, _ = over_pool(market)
        market.deposit(vault, MINIMUM)  # a gift: it leaves with the rest
        lend_out(market, 20 * MINIMUM)
        mature(market, deal)
        with reverts("PartOfDeal", asset=int(pool.address, 16)):
            market.deals.takeBack(deal, [], [pool], sender=suite.alice)
        market.deals.collect(deal, 0, sender=suite.carol)
        assert market.deals.dealOf(deal).state == CLOSED
        shares = market.deposit(vault, MINIMUM)
        market.deals.takeBack(deal, [], [pool], sender=suite.alice)
        assert pool.balanceOf(suite.alice) == shares


class TestTakeBack:
    """What is not the deal's is the arranger's."""

    def test_everything_before_it_is_issued(self, market: Market) -> None:
        suite, pool = market.suite, market.bank.pool
        deal, vault = market.open()
        asset = market.bring(vault)
        shares = market.deposit(vault, MINIMUM)
        market.gift(vault, 5)
        with reverts("NotTheArranger"):
            market.deals.takeBack(deal, [asset], [], sender=suite.bank)
        receipt = market.deals.takeBack(deal, [asset], [pool, suite.token], sender=suite.alice)
        assert suite.ledger.balanceOf(suite.alice, asset) == FACE
        assert pool.balanceOf(suite.alice) == shares
        assert suite.token.balanceOf(suite.alice) == 5
        for what, amount in (
            (asset, FACE),
            (int(pool.address, 16), shares),
            (int(suite.token.address, 16), 5),
        ):
            assert events.SentBack(what, amount, emitter=vault.address) in receipt.events
        with reverts("NothingBundled", asset=asset):
            market.deals.takeBack(deal, [asset], [], sender=suite.alice)
        with reverts("NothingBundled", asset=int(pool.address, 16)):
            market.deals.takeBack(deal, [], [pool], sender=suite.alice)

    def test_only_strangers_while_it_is_issued(self, market: Market) -> None:
        suite = market.suite
        deal, vault, asset = market.issued()
        stray = market.bring(vault, "STRAY")
        market.gift(vault, 5)
        for ids, tokens, what in (([asset], [], asset), ([], [suite.token], int(suite.token.address, 16))):
            with reverts("PartOfDeal", asset=what):
                market.deals.takeBack(deal, ids, tokens, sender=suite.alice)
        other = DevnetCurrency.deploy(market.chain, "EUR", 6, sender=suite.admin)
        other.mint(vault, 9, sender=suite.alice)
        market.deals.takeBack(deal, [stray], [other], sender=suite.alice)
        assert (suite.ledger.balanceOf(suite.alice, stray), other.balanceOf(suite.alice)) == (FACE, 9)

    def test_everything_that_comes_after_the_end(self, market: Market) -> None:
        suite = market.suite
        deal, vault, asset = market.issued()
        suite.pay(asset, FACE)
        market.deals.collect(deal, 0, sender=suite.carol)
        market.gift(vault, 5)
        market.deals.takeBack(deal, [], [suite.token], sender=suite.alice)
        assert suite.token.balanceOf(suite.alice) == 5


class TestVault:
    """It obeys the deal's rules and nobody else."""

    def test_nobody_else_gives_orders(self, market: Market) -> None:
        _, vault, asset = market.issued()
        suite, alice = market.suite, market.suite.alice
        assert vault.manager() == market.deals.address
        for order in (
            lambda: vault.bundle(1, [asset], [], sender=alice),
            lambda: vault.bringIn(0, True, sender=alice),
            lambda: vault.redeem(0, 1, sender=alice),
            lambda: vault.give(alice, 0, FACE, sender=alice),
            lambda: vault.send(suite.token, alice, 0, sender=alice),
            lambda: vault.takeBack(alice, [asset], [], NOBODY, sender=alice),
        ):
            with reverts("OnlyManager", caller=alice.address):
                order()
        code = DealVault(market.chain, market.deals.vaultCode())
        with reverts("OnlyManager", caller=alice.address):
            code.send(suite.token, alice, 0, sender=alice)
        with reverts("ERC1155MissingApprovalForAll"):
            suite.ledger.pledge(vault, suite.bank, asset, FACE, sender=alice)

    def test_takes_certificates_of_the_ledger_only(self, market: Market) -> None:
        _, vault = market.open()
        alice = market.suite.alice
        with reverts("OtherLedger", caller=alice.address):
            vault.onERC1155Received(alice, alice, 1, 1, b"", sender=alice)
        with reverts("OtherLedger", caller=alice.address):
            vault.onERC1155BatchReceived(alice, alice, [1], [1], b"", sender=alice)
        assert vault.supportsInterface(bytes.fromhex("4e2312e0"))
        assert vault.supportsInterface(bytes.fromhex("01ffc9a7"))
        assert not vault.supportsInterface(bytes.fromhex("ffffffff"))

    def test_a_frozen_asset_keeps_the_others_from_nothing(self, market: Market) -> None:
        suite = market.suite
        deal, vault = market.open()
        ids = sorted((market.bring(vault), market.bring(vault, "INV-2")))
        market.deals.issue(deal, ids, [], SENIOR, sender=suite.alice)
        for asset in ids:
            suite.pay(asset, MINIMUM)
        suite.ledger.setFrozenTokens(vault, ids[0], 1, sender=suite.officer)
        with reverts("ProceedsFrozen"):
            market.deals.collect(deal, 0, sender=suite.carol)
        assert market.deals.collect(deal, 1, sender=suite.carol).returned == MINIMUM
        suite.ledger.setFrozenTokens(vault, ids[0], 0, sender=suite.officer)
        assert market.deals.collect(deal, 0, sender=suite.carol).returned == MINIMUM

    def test_units_that_compliance_took_away_leave_what_they_earned(self, market: Market) -> None:
        suite = market.suite
        deal, vault, asset = market.issued()
        suite.pay(asset, MINIMUM)
        suite.ledger.forcedTransfer(vault, suite.bank, asset, FACE, sender=suite.officer)
        assert market.deals.collect(deal, 0, sender=suite.carol).returned == MINIMUM
        assert market.deals.dealOf(deal).state == CLOSED


class TestPledge:
    """Senior units are pledged at the desk for what stands behind them."""

    def test_senior_for_its_principal_as_far_as_it_is_covered(self, market: Market) -> None:
        suite = market.suite
        deal, _, asset = market.issued()
        maturity = market.deals.dealOf(deal).maturity
        half = SENIOR // 2
        assert market.deals.collateralOf(deal + 1, half) == (1, half, maturity, 0)
        assert market.deals.collateralOf(deal + 2, MINIMUM) == (1, MINIMUM, 0, 0)
        suite.pay(asset, 40 * MINIMUM)
        assert market.deals.collateralOf(deal + 1, half) == (
            1,
            half,
            maturity,
            0,
        )  # 60 owed, 40 waiting
        market.deals.collect(deal, 0, sender=suite.carol)
        left = market.deals.dealOf(deal).principal
        assert market.deals.collateralOf(deal + 1, half) == (1, half * left // SENIOR, maturity, 0)
        market.chain.skip(60 * DAY + 1)  # overdue
        assert market.deals.collateralOf(deal + 1, half) == (1, half, 0, 0)  # believed at no time

    def test_shares_of_a_pool_secure_no_loan_of_a_pool(self, market: Market) -> None:
        deal, vault, _ = over_pool(market)
        suite, bank = market.suite, market.bank
        assert market.deals.collateralOf(deal + 1, SENIOR) == (1, SENIOR, 0, 0)
        suite.registry.setFacts(suite.alice, market.chain.now + YEAR, EU, ENTERPRISE | BANK, sender=suite.officer)
        bank.pledge(suite.alice, deal + 1, SENIOR)
        with reverts("ValueStale", id=deal + 1, validUntil=0):
            bank.draw(suite.alice, MINIMUM, (deal + 1,), days=30)
        market.gift(vault, 10 * MINIMUM)
        assert market.deals.collateralOf(deal + 1, SENIOR)[1] == 10 * MINIMUM
        bank.draw(suite.alice, MINIMUM, (deal + 1,), days=30)

    def test_a_loan_is_drawn_and_the_units_are_seized_when_it_fails(self, market: Market) -> None:
        suite, bank = market.suite, market.bank
        bank.lend(suite.lena, 5 * FACE)
        suite.registry.setFacts(suite.alice, market.chain.now + YEAR, EU, ENTERPRISE | BANK, sender=suite.officer)
        deal, _, asset = market.issued()
        bank.pledge(suite.alice, deal + 1, SENIOR)
        loan = bank.draw(suite.alice, 72 * MINIMUM, (deal + 1,), days=30)  # 90% of what stands behind them
        suite.pay(asset, 40 * MINIMUM)
        market.deals.collect(deal, 0, sender=suite.carol)
        assert market.deals.claimable(deal + 1, suite.alice) == 0  # it is part of the pledge
        market.chain.skip((30 + 5 + 25) * DAY - 1)
        bank.desk.declareDefault(loan, sender=suite.carol)
        bank.fund(suite.bank, FACE)
        bank.desk.buy(loan, 0, SENIOR, ANY, sender=suite.bank)
        assert market.deals.claimable(deal + 1, suite.bank) == 40 * MINIMUM

    def test_a_pledge_without_value_can_still_be_sold(self, market: Market) -> None:
        suite, bank = market.suite, market.bank
        bank.lend(suite.lena, 5 * FACE)
        suite.registry.setFacts(suite.alice, market.chain.now + YEAR, EU, ENTERPRISE | BANK, sender=suite.officer)
        deal, _, asset = market.issued()
        bank.pledge(suite.alice, deal + 1, SENIOR)
        loan = bank.draw(suite.alice, 70 * MINIMUM, (deal + 1,), days=30)
        suite.pay(asset, FACE)
        market.deals.collect(deal, 0, sender=suite.carol)  # the deal is over, and its money is part of the pledge
        market.chain.skip(60 * DAY)
        bank.desk.declareDefault(loan, sender=suite.carol)
        bank.fund(suite.bank, FACE)
        assert bank.desk.buy(loan, 0, SENIOR, ANY, sender=suite.bank).returned == SENIOR
        assert market.deals.claim(deal + 1, suite.bank, sender=suite.carol).returned == SENIOR

    def test_not_after_the_end(self, market: Market) -> None:
        suite = market.suite
        deal, _, asset = market.issued()
        market.deals.requirePledgeable(deal + 2)
        suite.pay(asset, FACE)
        market.deals.collect(deal, 0, sender=suite.carol)
        with reverts("WrongDealState", deal=deal, state=CLOSED):
            market.deals.requirePledgeable(deal + 1)
        assert market.deals.collateralOf(deal + 1, SENIOR) == (1, SENIOR, 0, 0)


class TestHostileMoney:
    """Tokens that lie, call back or say nothing."""

    def test_a_fee_is_refused(self) -> None:
        market = open_market(token=FeeToken)
        deal, vault, _ = market.issued()
        market.gift(vault, 1_000)
        with reverts("InexactToken", expected=1_000, received=990):
            market.deals.sweep(deal, sender=market.suite.carol)
        mature(market, deal, 15 * DAY)
        with reverts("InexactToken", expected=FACE // 10, received=FACE // 10 - FACE // 1_000):
            buy(market, deal, FACE)

    def test_a_silent_token_works(self) -> None:
        market = open_market(token=SilentToken)
        deal, _, asset = market.issued()
        market.suite.pay(asset, FACE)
        assert market.deals.collect(deal, 0, sender=market.suite.carol).returned == FACE
        assert market.deals.claim(deal + 1, market.suite.alice, sender=market.suite.carol).returned == SENIOR

    @pytest.mark.parametrize("call", ["collect", "sweep", "claim", "buy", "redeem", "takeBack", "issue"])
    def test_a_token_that_calls_back_gets_nowhere(self, call: str) -> None:
        market = open_market(token=ReentrantToken)
        suite = market.suite
        deal, vault, asset = market.issued()
        suite.pay(asset, FACE // 2)
        payload = {
            "collect": lambda: market.deals.calldata.collect(deal, 0),
            "sweep": lambda: market.deals.calldata.sweep(deal),
            "claim": lambda: market.deals.calldata.claim(deal + 1, suite.alice),
            "buy": lambda: market.deals.calldata.buy(deal, 0, MINIMUM, ANY),
            "redeem": lambda: market.deals.calldata.redeem(deal, 0, 1),
            "takeBack": lambda: market.deals.calldata.takeBack(deal, [asset], []),
            "issue": lambda: market.deals.calldata.issue(deal, [asset], [], 1),
        }[call]()
        market.gift(vault, 5)
        suite.token.arm(market.deals, payload, sender=suite.mallory)
        with reverts("ReentrancyGuardReentrantCall"):
            market.deals.sweep(deal, sender=suite.carol)
        suite.token.arm(NOBODY, b"", sender=suite.mallory)
        assert market.deals.sweep(deal, sender=suite.carol).returned == 5
