"""BoundedPause to the second, in the ledger and in the module, and what it shuts."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caldera.contracts import AssetCertificate, BoundedPause, ReceivableModule, events
from tests.unit.access.conftest import Market
from tests.unit.standard.stand import DAY, WEEK, Stand, build, refused

Pausable = AssetCertificate | ReceivableModule
WHICH = pytest.mark.parametrize("name", ["ledger", "module"])
LATE = (1 << 256) - 1
ACKNOWLEDGED, DISPUTED = 2, 4


def pausable(stand: Stand, name: str) -> Pausable:
    """The ledger or the module."""
    found: Pausable = getattr(stand, name)
    return found


@WHICH
class TestDuration:
    """1 second to 7 days."""

    def test_the_shortest_and_the_longest_are_good_and_their_neighbours_are_not(
        self, market: Market, name: str
    ) -> None:
        stand = market.stand
        one = pausable(stand, name)
        assert one.pausedUntil() == 0
        for outside in (0, WEEK + 1, LATE):
            with refused(BoundedPause.PauseOutOfRange(outside, WEEK)):
                one.pause(outside, sender=stand.guardian)
        assert one.pausedUntil() == 0
        for inside in (1, WEEK):
            with stand.chain.isolated():
                receipt = one.pause(inside, sender=stand.guardian)
                assert list(receipt.events) == [events.PausedUntil(stand.now + inside, emitter=one.address)]
                assert one.pausedUntil() == stand.now + inside

    @pytest.mark.parametrize("duration", [1, 3 * DAY, WEEK])
    def test_the_next_starts_a_week_after_the_end(self, market: Market, name: str, duration: int) -> None:
        stand = market.stand
        one, start = pausable(stand, name), stand.now
        one.pause(duration, sender=stand.guardian)
        earliest = start + duration + WEEK
        for moment in (start, start + duration - 1, start + duration, start + WEEK, earliest - 1):
            if moment >= stand.now:
                stand.chain.warp(moment)
                with refused(BoundedPause.PauseTooSoon(earliest)):
                    one.pause(1, sender=stand.guardian)
        assert one.pausedUntil() == start + duration
        stand.chain.warp(earliest)
        one.pause(2, sender=stand.guardian)
        assert one.pausedUntil() == earliest + 2
        with refused(BoundedPause.PauseTooSoon(earliest + 2 + WEEK)):
            one.pause(1, sender=stand.guardian)

    @pytest.mark.parametrize("after", [0, 1, DAY - 1])
    def test_an_early_end_brings_no_earlier_start(self, market: Market, name: str, after: int) -> None:
        stand = market.stand
        one, start = pausable(stand, name), stand.now
        one.pause(DAY, sender=stand.guardian)
        stand.chain.warp(start + after)
        receipt = one.unpause(sender=stand.guardian)
        assert list(receipt.events) == [events.PausedUntil(start + after, emitter=one.address)]
        assert one.pausedUntil() == start + after
        for moment in (start + after, start + after + WEEK, start + DAY + WEEK - 1):
            stand.chain.warp(moment)
            with refused(BoundedPause.PauseTooSoon(start + DAY + WEEK)):
                one.pause(1, sender=stand.guardian)
        stand.chain.warp(start + DAY + WEEK)
        one.pause(1, sender=stand.guardian)
        assert one.pausedUntil() == start + DAY + WEEK + 1

    def test_ending_what_does_not_run_does_nothing(self, market: Market, name: str) -> None:
        stand = market.stand
        one, start = pausable(stand, name), stand.now
        assert list(one.unpause(sender=stand.guardian).events) == []
        assert one.pausedUntil() == 0
        one.pause(10, sender=stand.guardian)
        stand.chain.warp(start + 10)
        assert list(one.unpause(sender=stand.guardian).events) == []
        assert one.pausedUntil() == start + 10

    def test_only_the_guardian_pauses_and_ends(self, market: Market, name: str) -> None:
        stand = market.stand
        one, start = pausable(stand, name), stand.now
        stand.only(stand.guardian, lambda who: one.pause(10, sender=who))
        assert one.pausedUntil() == start + 10
        stand.only(stand.guardian, lambda who: one.unpause(sender=who))
        assert one.pausedUntil() == start


class TestEntries:
    """What a pause shuts, from its first second to its last."""

    def entries(self, market: Market) -> dict[str, tuple[str, Callable[[], object]]]:
        """What each begins, and which contract's pause shuts it."""
        stand, fresh = market.stand, market.fresh
        return {
            "create": ("module", lambda: market.create("3")),
            "acknowledge": ("module", lambda: stand.module.acknowledge(fresh, sender=market.buyer)),
            "acknowledgeBySignature": (
                "module",
                lambda: stand.module.acknowledgeBySignature(
                    fresh, market.buyer, LATE, market.signature(fresh, LATE), sender=stand.stranger
                ),
            ),
            "pledge": (
                "ledger",
                lambda: stand.ledger.pledge(market.seller, market.bank, market.open_, 1, sender=market.seller),
            ),
        }

    @pytest.mark.parametrize("entry", ["create", "acknowledge", "acknowledgeBySignature", "pledge"])
    def test_it_is_shut_to_the_last_second_and_open_at_the_end(self, market: Market, entry: str) -> None:
        stand = market.stand
        where, act = self.entries(market)[entry]
        one, until = pausable(stand, where), stand.now + 10
        one.pause(10, sender=stand.guardian)
        for moment in (until - 10, until - 1):
            stand.chain.warp(moment)
            with refused(BoundedPause.Paused(until)):
                act()
        stand.chain.warp(until)
        act()

    @pytest.mark.parametrize("entry", ["create", "acknowledge", "acknowledgeBySignature", "pledge"])
    def test_it_is_open_in_the_second_of_an_early_end(self, market: Market, entry: str) -> None:
        stand = market.stand
        where, act = self.entries(market)[entry]
        one, until = pausable(stand, where), stand.now + 10
        one.pause(10, sender=stand.guardian)
        with refused(BoundedPause.Paused(until)):
            act()
        one.unpause(sender=stand.guardian)
        act()

    @pytest.mark.parametrize("entry", ["create", "acknowledge", "acknowledgeBySignature", "pledge"])
    def test_the_pause_of_the_other_contract_does_not_shut_it(self, market: Market, entry: str) -> None:
        stand = market.stand
        where, act = self.entries(market)[entry]
        other = "ledger" if where == "module" else "module"
        pausable(stand, other).pause(WEEK, sender=stand.guardian)
        assert pausable(stand, where).pausedUntil() == 0
        act()


class TestExits:
    """What stays open while both are paused."""

    @pytest.fixture(autouse=True)
    def _paused(self, market: Market) -> None:
        for name in ("ledger", "module"):
            pausable(market.stand, name).pause(WEEK, sender=market.stand.guardian)

    def test_a_transfer(self, market: Market) -> None:
        ledger = market.stand.ledger
        assert ledger.canTransfer(market.seller, market.holder, market.open_, 300)
        ledger.safeTransferFrom(market.seller, market.holder, market.open_, 300, b"", sender=market.seller)
        assert ledger.balanceOf(market.holder, market.open_) == 300

    def test_a_payment_and_its_claim(self, market: Market) -> None:
        stand = market.stand
        assert stand.module.pay(market.open_, 500, sender=market.buyer).returned == 500
        # 800 of 1,000 units are free, and the other 200 are owed to the bank that holds the lien.
        assert stand.module.claim(market.open_, market.seller, sender=market.seller).returned == 400
        assert stand.token.balanceOf(market.seller) == 400

    def test_a_release_and_a_seizure(self, market: Market) -> None:
        ledger = market.stand.ledger
        ledger.release(market.seller, market.open_, 50, sender=market.bank)
        assert ledger.lienOf(market.open_, market.seller, market.bank) == 150
        ledger.seize(market.seller, market.bank, market.open_, 150, sender=market.bank)
        assert ledger.lienOf(market.open_, market.seller, market.bank) == 0
        assert ledger.balanceOf(market.bank, market.open_) == 150

    def test_a_cancellation_and_a_credit_note(self, market: Market) -> None:
        stand = market.stand
        stand.module.creditNote(market.fresh, 100, "credit", stand.now // DAY, b"\2" * 32, sender=market.seller)
        assert stand.module.receivable(market.fresh).face == 900
        stand.module.cancel(market.fresh, sender=market.seller)
        assert stand.ledger.balanceOf(market.seller, market.fresh) == 0

    def test_a_dispute_and_its_end(self, market: Market) -> None:
        module = market.stand.module
        module.dispute(market.open_, b"\3" * 32, sender=market.buyer)
        assert module.receivable(market.open_).state == DISPUTED
        module.withdrawDispute(market.open_, sender=market.buyer)
        assert module.receivable(market.open_).state == ACKNOWLEDGED

    def test_what_compliance_does(self, market: Market) -> None:
        stand, ledger = market.stand, market.stand.ledger
        ledger.setFrozenTokens(market.seller, market.open_, 10, sender=stand.compliance)
        assert ledger.getFrozenTokens(market.seller, market.open_) == 10
        ledger.setFrozenTokens(market.seller, market.open_, 0, sender=stand.compliance)
        ledger.forcedTransfer(market.seller, market.holder, market.open_, 30, sender=stand.compliance)
        assert ledger.balanceOf(market.holder, market.open_) == 30
        ledger.breakLien(market.seller, market.bank, market.open_, 20, sender=stand.compliance)
        assert ledger.lienOf(market.open_, market.seller, market.bank) == 180
        stand.registry.suspend(market.holder, sender=stand.compliance)
        assert not ledger.canReceive(market.holder)


DRAWN = build()
STEP = st.one_of(
    st.tuples(st.just("pause"), st.one_of(st.integers(0, WEEK + 1), st.sampled_from([0, 1, WEEK, WEEK + 1]))),
    st.tuples(st.just("unpause"), st.just(0)),
    st.tuples(st.just("skip"), st.one_of(st.integers(0, 2 * WEEK), st.sampled_from([1, DAY, WEEK]))),
)


@given(st.lists(STEP, max_size=40))
def test_whatever_the_guardian_does_a_pause_is_followed_by_a_week_of_running(steps: list[tuple[str, int]]) -> None:
    """1. A pause is refused for its length first, then for its start. 2. It ends as announced or earlier.
    3. Between the announced end of one and the start of the next lies at least a week."""
    with DRAWN.chain.isolated():
        module: Any = DRAWN.module
        until, earliest = 0, 0
        for what, value in steps:
            if what == "skip":
                DRAWN.chain.skip(value)
            elif what == "unpause":
                module.unpause(sender=DRAWN.guardian)
                until = min(until, DRAWN.now)
            elif not 1 <= value <= WEEK:
                with refused(BoundedPause.PauseOutOfRange(value, WEEK)):
                    module.pause(value, sender=DRAWN.guardian)
            elif DRAWN.now < earliest:
                with refused(BoundedPause.PauseTooSoon(earliest)):
                    module.pause(value, sender=DRAWN.guardian)
            else:
                module.pause(value, sender=DRAWN.guardian)
                until = DRAWN.now + value
                earliest = until + WEEK
            assert module.pausedUntil() == until
