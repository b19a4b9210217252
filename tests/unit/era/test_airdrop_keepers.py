"""AirdropClaim: claims that become grants or locks."""

import pytest

from caldera.airdrop import Claim
from caldera.contracts import HostileKeeper, ThriftyCaller, structs
from tests.support.airdrop import ERA, GRANT, LOCK, SCHEDULE, Drop, Opened
from tests.support.suite import DAY, YEAR, reverts

LESS, NOTHING, BACK, MORE_BACK, TWICE, CALLS_BACK = range(6)
"""Manners of a hostile keeper, in the order of its enum."""
REFUSES, FOREVER, TOO_SHORT, TOO_LONG, BURNS_ALL = range(5)
"""What it says of its pause, in the order of its enum."""


def to(opened: Opened, drop: Drop, term: int, who: str = "ann", target: str = "") -> None:
    """The account's own claim, for itself or another."""
    claim = opened.of(drop.account(who))
    opened.contract.claimTo(
        claim.index,
        claim.amount,
        drop.account(target or who),
        term,
        opened.proof(claim),
        sender=drop.account(who),
    )


def test_a_claim_becomes_a_grant_by_the_schedule_of_the_round(drop: Drop) -> None:
    opened = drop.open(delivery=GRANT)
    opened.contract.claim(*opened.arguments(drop.ann), sender=drop.mallory)
    assert drop.vault.grantAt(0) == structs.KeptGrant(drop.ann.address, 100 * ERA, 0, *SCHEDULE.values())
    assert (drop.era.balanceOf(drop.vault), drop.era.balanceOf(drop.ann)) == (100 * ERA, 0)
    assert drop.era.allowance(opened.contract, drop.vault) == 0
    drop.chain.warp(SCHEDULE["grantStart"] + YEAR // 2)
    drop.vault.release(0, sender=drop.mallory)
    assert drop.era.balanceOf(drop.ann) == 50 * ERA


def test_a_grant_for_another(drop: Drop) -> None:
    opened = drop.open(delivery=GRANT)
    to(opened, drop, 0, target="cold")
    assert drop.vault.grantAt(0).beneficiary == drop.account("cold").address
    order = opened.order(drop.ben, drop.account("cold"))
    opened.contract.claimBySignature(
        order, opened.proof(opened.of(drop.ben)), opened.sign(order, drop.ben), sender=drop.mallory
    )
    assert [drop.vault.grantAt(n).amount for n in range(drop.vault.grantCount())] == [100 * ERA, 200 * ERA]


def test_a_claim_becomes_a_lock_for_as_long_as_its_account_says(drop: Drop) -> None:
    opened = drop.open(delivery=LOCK)
    for n, term in enumerate((184 * DAY, 2 * YEAR)):
        to(opened, drop, term, ("ann", "ben")[n])
        lock = drop.lock.lockAt(n)
        assert (lock.amount, lock.until) == ((n + 1) * 100 * ERA, drop.chain.now + term)
    assert drop.era.balanceOf(drop.lock) == 300 * ERA
    assert drop.era.allowance(opened.contract, drop.lock) == 0
    with reverts("StillLocked"):
        drop.lock.withdraw(0, sender=drop.ann)
    drop.chain.skip(184 * DAY)
    drop.lock.withdraw(0, sender=drop.ann)
    assert drop.era.balanceOf(drop.ann) == 100 * ERA


def test_the_least_term(drop: Drop) -> None:
    opened = drop.open(delivery=LOCK)
    with reverts("TermTooShort", term=184 * DAY - 1, leastTerm=184 * DAY):
        to(opened, drop, 184 * DAY - 1)
    order = opened.order(drop.ann, drop.ann)
    with reverts("TermTooShort", term=0):
        opened.contract.claimBySignature(order, [], opened.sign(order, drop.ann), sender=drop.ann)
    to(opened, drop, 184 * DAY)


def test_what_the_lock_refuses_is_not_lost(drop: Drop) -> None:
    opened = drop.open(delivery=LOCK)
    with reverts("BeyondLongest", term=4 * YEAR + 1):
        to(opened, drop, 4 * YEAR + 1)
    assert not opened.contract.isClaimed(opened.of(drop.ann).index)
    to(opened, drop, 4 * YEAR)


def test_nobody_else_chooses_a_term(drop: Drop) -> None:
    opened = drop.open(delivery=LOCK)
    for sender in (drop.mallory, drop.ann):
        with reverts("TermIsForAccount", account=drop.ann.address):
            opened.contract.claim(*opened.arguments(drop.ann), sender=sender)
    assert opened.contract.isClaimable(*opened.arguments(drop.ann))


@pytest.mark.parametrize("delivery", [GRANT, LOCK])
@pytest.mark.parametrize("manner", [LESS, NOTHING, BACK, MORE_BACK])
def test_a_keeper_that_takes_another_sum(drop: Drop, delivery: int, manner: int) -> None:
    keeper = HostileKeeper.deploy(drop.chain, drop.era, sender=drop.admin)
    opened = drop.open(delivery=delivery, keeper=keeper.address)
    drop.era.transfer(keeper, 5, sender=drop.admin)
    keeper.behave(manner, b"", sender=drop.admin)
    had, amount = 1_500 * ERA, 100 * ERA
    left = {LESS: had - amount + 1, NOTHING: had, BACK: had - amount + 1, MORE_BACK: had + 1}[manner]
    term = 184 * DAY if delivery == LOCK else 0
    with reverts("NotHandedOver", keeper=keeper.address, amount=amount, had=had, left=left):
        to(opened, drop, term)
    assert not opened.contract.isClaimed(opened.of(drop.ann).index)
    assert drop.era.balanceOf(opened.contract) == had


def test_a_keeper_that_takes_nothing_where_too_little_is(drop: Drop) -> None:
    keeper = HostileKeeper.deploy(drop.chain, drop.era, sender=drop.admin)
    opened = drop.open(delivery=GRANT, keeper=keeper.address, total=5)
    keeper.behave(NOTHING, b"", sender=drop.admin)
    with reverts("NotHandedOver", keeper=keeper.address, amount=100 * ERA, had=5, left=5):
        to(opened, drop, 0)


@pytest.mark.parametrize("delivery", [GRANT, LOCK])
def test_a_keeper_cannot_reach_what_is_others(drop: Drop, delivery: int) -> None:
    keeper = HostileKeeper.deploy(drop.chain, drop.era, sender=drop.admin)
    opened = drop.open(delivery=delivery, keeper=keeper.address)
    term = 184 * DAY if delivery == LOCK else 0
    keeper.behave(TWICE, b"", sender=drop.admin)
    with reverts("ERC20InsufficientAllowance", needed=1):
        to(opened, drop, term)
    ben = opened.of(drop.ben)
    order = opened.order(drop.ben, drop.ben, term)
    for payload in (
        opened.contract.calldata.claimBySignature(order, opened.proof(ben), opened.sign(order, drop.ben)),
        opened.contract.calldata.claim(*opened.arguments(drop.ben)),
    ):
        keeper.behave(CALLS_BACK, payload, sender=drop.admin)
        with reverts("ReentrancyGuardReentrantCall"):
            to(opened, drop, term)


def test_an_amount_that_no_vault_takes(drop: Drop) -> None:
    """A wrong list: more than 96 bits."""
    opened = drop.open([Claim(0, drop.ann.address, 2**96), Claim(1, drop.ben.address, 5)], GRANT, total=5)
    with reverts("SafeCastOverflowedUintDowncast", bits=96, value=2**96):
        opened.contract.claim(*opened.arguments(drop.ann), sender=drop.ann)
    opened.contract.claim(*opened.arguments(drop.ben), sender=drop.ann)


@pytest.mark.parametrize("delivery", [GRANT, LOCK])
def test_a_round_with_too_little(drop: Drop, delivery: int) -> None:
    opened = drop.open(delivery=delivery, total=150 * ERA)
    term = 184 * DAY if delivery == LOCK else 0
    with reverts("ERC20InsufficientBalance", needed=200 * ERA):
        to(opened, drop, term, "ben")
    to(opened, drop, term)


class TestPaused:
    """A pause of what stands behind a round holds claims up, and takes none away."""

    @pytest.mark.parametrize("delivery", [GRANT, LOCK])
    def test_it_puts_the_end_off(self, drop: Drop, delivery: int) -> None:
        opened, keeper = drop.open(delivery=delivery), drop.vault if delivery == GRANT else drop.lock
        term = 184 * DAY if delivery == LOCK else 0
        closes = opened.contract.terms().closesAt
        assert opened.contract.openUntil() == closes
        drop.chain.warp(closes - DAY)
        keeper.pause(7 * DAY, sender=drop.admin)
        paused = keeper.pausedUntil()
        assert (paused, opened.contract.openUntil()) == (closes + 6 * DAY, closes + 13 * DAY)
        with reverts("Paused", until=paused):
            to(opened, drop, term)
        drop.chain.warp(closes)
        with reverts("Paused", until=paused):
            to(opened, drop, term)
        with reverts("AirdropNotOver", closesAt=closes + 13 * DAY):
            opened.contract.sweep(drop.era, sender=drop.mallory)
        drop.chain.warp(paused)
        to(opened, drop, term)
        drop.chain.warp(closes + 13 * DAY - 1)
        assert opened.contract.isClaimable(*opened.arguments(drop.ben))
        to(opened, drop, term, "ben")
        with reverts("AirdropNotOver"):
            opened.contract.sweep(drop.era, sender=drop.mallory)
        drop.chain.warp(closes + 13 * DAY)
        assert not opened.contract.isClaimable(*opened.arguments(drop.cleo))
        with reverts("AirdropOver", closesAt=closes + 13 * DAY):
            to(opened, drop, term, "cleo")
        assert opened.contract.sweep(drop.era, sender=drop.mallory).returned == 1_200 * ERA

    def test_seven_days_without_one_are_enough(self, drop: Drop) -> None:
        opened = drop.open(delivery=GRANT)
        closes = opened.contract.terms().closesAt
        for before, wanted in ((14 * DAY, 0), (14 * DAY - 1, 1)):
            with drop.chain.isolated():
                drop.chain.warp(closes - before)
                drop.vault.pause(7 * DAY, sender=drop.admin)
                assert opened.contract.openUntil() == closes + wanted

    def test_ended_early_it_puts_off_less(self, drop: Drop) -> None:
        opened = drop.open(delivery=GRANT)
        closes = opened.contract.terms().closesAt
        drop.chain.warp(closes - 2 * DAY)
        drop.vault.pause(7 * DAY, sender=drop.admin)
        drop.chain.warp(closes - DAY)
        drop.vault.unpause(sender=drop.admin)
        assert opened.contract.openUntil() == closes + 6 * DAY
        to(opened, drop, 0)

    def test_pauses_without_end_put_off_fourteen_days(self, drop: Drop) -> None:
        """Whoever pauses whenever he may holds neither claims nor what is left up for good."""
        opened = drop.open(delivery=GRANT)
        closes = opened.contract.terms().closesAt
        drop.chain.warp(closes - 1)
        drop.vault.pause(7 * DAY, sender=drop.admin)
        until = closes - 1 + 14 * DAY
        drop.chain.warp(until - 1)
        with reverts("PauseTooSoon", earliest=until):
            drop.vault.pause(7 * DAY, sender=drop.admin)
        to(opened, drop, 0)
        drop.chain.warp(until)
        drop.vault.pause(7 * DAY, sender=drop.admin)
        assert opened.contract.openUntil() == closes + 14 * DAY
        drop.chain.warp(closes + 14 * DAY)
        assert opened.contract.sweep(drop.era, sender=drop.mallory).returned == 1_400 * ERA

    def test_a_round_that_pays_has_nothing_that_pauses(self, drop: Drop) -> None:
        opened = drop.open()
        for keeper in (drop.vault, drop.lock):
            keeper.pause(7 * DAY, sender=drop.admin)
        to(opened, drop, 0)
        assert opened.contract.openUntil() == opened.contract.terms().closesAt

    @pytest.mark.parametrize(
        ("answer", "later"), [(REFUSES, 0), (TOO_SHORT, 0), (TOO_LONG, 0), (BURNS_ALL, 0), (FOREVER, 14 * DAY)]
    )
    def test_no_answer_of_a_keeper_keeps_the_rest(self, drop: Drop, answer: int, later: int) -> None:
        keeper = HostileKeeper.deploy(drop.chain, drop.era, sender=drop.admin)
        keeper.sayOfPause(answer, sender=drop.mallory)
        opened = drop.open(delivery=GRANT, keeper=keeper.address)
        closes = opened.contract.terms().closesAt
        assert opened.contract.openUntil() == closes + later
        drop.chain.warp(closes + later)
        with reverts("AirdropOver", closesAt=closes + later):
            to(opened, drop, 0)
        assert opened.contract.sweep(drop.era, sender=drop.mallory).returned == 1_500 * ERA

    def test_with_too_little_gas_for_the_answer_nothing_is_swept(self, drop: Drop) -> None:
        opened, thrifty = drop.open(delivery=GRANT), ThriftyCaller.deploy(drop.chain, sender=drop.mallory)
        drop.chain.warp(opened.contract.terms().closesAt - 1)
        drop.vault.pause(7 * DAY, sender=drop.admin)
        drop.chain.skip(1)
        data = opened.contract.calldata.sweep(drop.era)
        for gas in range(2_000, 120_000, 200):
            assert not thrifty.act(opened.contract, data, gas, sender=drop.mallory).returned[0], gas
        drop.chain.skip(14 * DAY)
        assert thrifty.act(opened.contract, data, 200_000, sender=drop.mallory).returned[0]
