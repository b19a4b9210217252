"""Streams: earned by the second, the payee's for good, ended from now on."""

from caldera.contracts import events, structs
from tests.support.fund import CAP, DAY, EPOCH, NOBODY, PURPOSE, STOCK, Fund
from tests.support.suite import reverts


class TestOpening:
    """A promise, all of it reserved."""

    def test_reserved_at_once_and_booked_by_epoch(self, stand: Fund) -> None:
        number = stand.open(6_000, 60)
        assert stand.fund.streamCount() == number == 1
        assert stand.books() == (STOCK, 0, 6_000, STOCK - 6_000)
        booked = [stand.fund.committed(stand.money, stand.epoch + ahead) for ahead in range(4)]
        assert booked == [2_999, 3_000, 1, 0]  # what is earned at the last second of each
        assert stand.fund.streamOf(number) == structs.FundStream(
            stand.money.address, stand.now, 60 * DAY, stand.anna.address, 0, 0, 6_000, 0, PURPOSE
        )

    def test_what_is_told(self, stand: Fund) -> None:
        receipt = stand.fund.openStream(stand.terms(cliff=DAY), PURPOSE, sender=stand.admin)
        money, anna, here = stand.money.address, stand.anna.address, stand.fund.address
        told = events.FundStreamOpened(1, money, anna, 6_000, stand.now, DAY, 60 * DAY, PURPOSE, emitter=here)
        assert list(receipt.events) == [told]

    def test_what_is_promised_cannot_be_granted(self, stand: Fund) -> None:
        stand.fund.setFundCap(stand.money, STOCK, sender=stand.officer)
        stand.chain.skip(EPOCH)
        stand.open(STOCK - 1, duration=EPOCH * 2)
        with reverts("ExceedsFund", amount=2, available=1):
            stand.spend(2)
        with reverts("ExceedsFund", amount=2, available=1):
            stand.open(2)
        stand.spend(1)

    def test_what_is_missing(self, stand: Fund) -> None:
        for name, changes in (
            ("NothingToSpend", {"amount": 0}),
            ("CannotBePaid", {"payee": NOBODY}),
            ("CannotBePaid", {"payee": stand.fund.address}),
            ("NoStreamDuration", {"duration": 0}),
            ("StreamCliffTooLong", {"cliff": 60 * DAY + 1}),
            ("StreamStartsTooEarly", {"start": stand.now - 1}),
            ("ExceedsFund", {"amount": STOCK + 1}),
        ):
            with reverts(name):
                stand.open(**changes)
        with reverts("NoSpendingPurpose"):
            stand.fund.openStream(stand.terms(), bytes(32), sender=stand.admin)
        stand.open(amount=1, start=stand.now, cliff=DAY, duration=DAY)
        stand.open(amount=1, duration=1)

    def test_how_far_ahead(self, stand: Fund) -> None:
        over = 65 * EPOCH
        with reverts("StreamTooLong", epoch=stand.epoch + 65, latest=stand.epoch + 64):
            stand.open(100, duration=over)
        with reverts("StreamTooLong", epoch=stand.epoch + 65):
            stand.open(100, start=stand.now + over - DAY, duration=DAY)
        assert stand.fund.earned(stand.open(100, duration=over - 1)) == 0

    def test_no_epoch_beyond_its_cap(self, stand: Fund) -> None:
        """Also one far ahead: the grants of today and the streams of tomorrow have the same cap."""
        stand.open(CAP, start=stand.now + EPOCH, duration=EPOCH - 1)
        with reverts("FundCapExceeded", epoch=stand.epoch + 1, amount=50, left=0):
            stand.open(101, duration=EPOCH * 2 + EPOCH // 50)
        stand.open(CAP, duration=EPOCH - 1)
        with reverts("FundCapExceeded", epoch=stand.epoch, amount=1, left=0):
            stand.spend(1)
        stand.chain.skip(EPOCH)
        with reverts("FundCapExceeded", epoch=stand.epoch, amount=1, left=0):
            stand.spend(1)

    def test_what_a_cliff_holds_back_counts_where_it_is_earned(self, stand: Fund) -> None:
        stand.open(9_000, 90, cliff=60 * DAY)
        booked = [stand.fund.committed(stand.money, stand.epoch + ahead) for ahead in range(4)]
        assert booked == [0, 0, 8_999, 1]

    def test_a_raised_cap_serves_the_epochs_it_holds_in(self, stand: Fund) -> None:
        stand.fund.setFundCap(stand.money, 2 * CAP, sender=stand.officer)
        stand.open(2 * CAP, start=stand.now + EPOCH, duration=EPOCH - 1)
        with reverts("FundCapExceeded", epoch=stand.epoch, left=CAP):
            stand.open(2 * CAP, duration=EPOCH - 1)


class TestEarning:
    """By the second, rounded down, the dust at the end."""

    def test_a_sum_that_does_not_divide(self, stand: Fund) -> None:
        number = stand.open(1_001, duration=1_000)
        for passed in (1, 998, 999, 1_000, 5_000):
            stand.chain.warp(stand.fund.streamOf(number).start + passed)
            wanted = min(1_001, 1_001 * passed // 1_000)
            assert stand.fund.earned(number) == wanted
            before = stand.has(stand.anna)
            if wanted > before:
                assert stand.fund.due(number) == wanted - before
                assert stand.fund.withdraw(number, sender=stand.stranger).returned == wanted - before
        assert stand.has(stand.anna) == 1_001
        assert stand.books() == (STOCK, 1_001, 0, STOCK - 1_001)
        with reverts("NothingDue", id=number):
            stand.fund.withdraw(number, sender=stand.anna)

    def test_nothing_before_the_cliff_and_all_of_it_then(self, stand: Fund) -> None:
        number = stand.open(6_000, 60, cliff=10 * DAY)
        stand.chain.skip(10 * DAY - 1)
        with reverts("NothingDue"):
            stand.fund.withdraw(number, sender=stand.anna)
        stand.chain.skip(1)
        assert stand.fund.withdraw(number, sender=stand.anna).returned == 1_000

    def test_paid_where_the_payee_says(self, stand: Fund) -> None:
        number = stand.open(6_000, 60)
        stand.chain.skip(10 * DAY)
        with reverts("NotTheStreamPayee", id=number, caller=stand.ben.address):
            stand.fund.withdrawTo(number, stand.ben, sender=stand.ben)
        for place in (NOBODY, stand.fund.address):
            with reverts("CannotBePaid", account=place):
                stand.fund.withdrawTo(number, place, sender=stand.anna)
        receipt = stand.fund.withdrawTo(number, stand.ben, sender=stand.anna)
        here, ben = stand.fund.address, stand.ben.address
        assert list(receipt.events)[:2] == [
            events.FundStreamWithdrawn(number, ben, 1_000, emitter=here),
            events.FundSpent(stand.money.address, ben, 1_000, PURPOSE, 1_000, emitter=here),
        ]
        assert stand.has(stand.ben) == 1_000

    def test_no_stream_of_that_number(self, stand: Fund) -> None:
        stand.open()
        for call in (
            lambda: stand.fund.withdraw(2, sender=stand.anna),
            lambda: stand.fund.withdrawTo(2, stand.anna, sender=stand.anna),
            lambda: stand.fund.cancelStream(2, sender=stand.admin),
            lambda: stand.fund.renounceStream(2, sender=stand.anna),
            lambda: stand.fund.proposePayee(2, stand.ben, sender=stand.anna),
            lambda: stand.fund.acceptPayee(2, sender=stand.anna),
            lambda: stand.fund.streamOf(2),
            lambda: stand.fund.earned(2),
            lambda: stand.fund.due(0),
        ):
            with reverts("UnknownStream"):
                call()


class TestEnding:
    """From now on; what is earned stays earned."""

    def test_cancelled_by_governance(self, stand: Fund) -> None:
        number = stand.open(6_000, 60)
        stand.chain.skip(40 * DAY)
        receipt = stand.fund.cancelStream(number, sender=stand.admin)
        assert receipt.returned == 2_000
        assert list(receipt.events) == [events.FundStreamEnded(number, 2_000, False, emitter=stand.fund.address)]
        assert stand.books() == (STOCK, 0, 4_000, STOCK - 4_000)
        booked = [stand.fund.committed(stand.money, stand.epoch - 1 + ahead) for ahead in range(3)]
        assert booked == [2_999, 1_001, 0]
        stand.chain.skip(100 * DAY)
        assert stand.fund.withdraw(number, sender=stand.anna).returned == 4_000
        assert stand.books() == (STOCK, 4_000, 0, STOCK - 4_000)
        with reverts("StreamOver", id=number):
            stand.fund.cancelStream(number, sender=stand.admin)

    def test_cancelled_before_it_starts_or_its_cliff(self, stand: Fund) -> None:
        later = stand.open(6_000, 60, start=stand.now + 40 * DAY)
        cliff = stand.open(6_000, 60, cliff=30 * DAY)
        stand.chain.skip(30 * DAY - 1)
        for number in (later, cliff):
            assert stand.fund.cancelStream(number, sender=stand.admin).returned == 6_000
        assert stand.books() == (STOCK, 0, 0, STOCK)
        for ahead in range(5):
            assert stand.fund.committed(stand.money, stand.epoch + ahead) == 0
        stand.chain.skip(90 * DAY)
        for number in (later, cliff):
            assert stand.fund.earned(number) == 0

    def test_not_once_it_is_over(self, stand: Fund) -> None:
        number, other = stand.open(6_000, 60), stand.open(6_000, 60)
        stand.chain.skip(60 * DAY - 1)
        assert stand.fund.cancelStream(other, sender=stand.admin).returned == 1
        stand.chain.skip(1)
        with reverts("StreamOver", id=number):
            stand.fund.cancelStream(number, sender=stand.admin)
        with reverts("StreamOver", id=number):
            stand.fund.renounceStream(number, sender=stand.anna)

    def test_renounced_by_the_payee(self, stand: Fund) -> None:
        number = stand.open(6_000, 60)
        stand.chain.skip(10 * DAY)
        with reverts("NotTheStreamPayee", caller=stand.admin.address):
            stand.fund.renounceStream(number, sender=stand.admin)
        receipt = stand.fund.renounceStream(number, sender=stand.anna)
        assert list(receipt.events) == [events.FundStreamEnded(number, 5_000, True, emitter=stand.fund.address)]
        assert stand.fund.withdraw(number, sender=stand.anna).returned == 1_000

    def test_only_governance_cancels(self, stand: Fund) -> None:
        number = stand.open()
        for who in (stand.officer, stand.anna, stand.stranger):
            with reverts("AccessManagedUnauthorized", caller=who.address):
                stand.fund.cancelStream(number, sender=who)

    def test_what_comes_back_can_be_given_again(self, stand: Fund) -> None:
        number = stand.open(CAP, duration=EPOCH - 1)
        with reverts("FundCapExceeded"):
            stand.spend(1)
        stand.fund.cancelStream(number, sender=stand.admin)
        stand.spend(CAP)


class TestPayee:
    """Two steps, and nobody else's."""

    def test_moves_when_the_new_one_accepts(self, stand: Fund) -> None:
        number = stand.open(6_000, 60)
        stand.chain.skip(10 * DAY)
        with reverts("NotTheStreamPayee"):
            stand.fund.proposePayee(number, stand.ben, sender=stand.ben)
        with reverts("NotTheProposedPayee", id=number, caller=stand.ben.address):
            stand.fund.acceptPayee(number, sender=stand.ben)
        receipt = stand.fund.proposePayee(number, stand.ben, sender=stand.anna)
        here, anna, ben = stand.fund.address, stand.anna.address, stand.ben.address
        assert list(receipt.events) == [events.FundPayeeProposed(number, ben, emitter=here)]
        assert stand.fund.proposedPayeeOf(number) == ben
        with reverts("NotTheProposedPayee"):
            stand.fund.acceptPayee(number, sender=stand.carl)
        assert stand.fund.streamOf(number).payee == anna
        receipt = stand.fund.acceptPayee(number, sender=stand.ben)
        assert list(receipt.events) == [events.FundPayeeChanged(number, anna, ben, emitter=here)]
        assert stand.fund.proposedPayeeOf(number) == NOBODY
        with reverts("NotTheStreamPayee"):
            stand.fund.withdrawTo(number, stand.anna, sender=stand.anna)
        assert stand.fund.withdraw(number, sender=stand.anna).returned == 1_000
        assert (stand.has(stand.anna), stand.has(stand.ben)) == (0, 1_000)

    def test_a_proposal_is_taken_back(self, stand: Fund) -> None:
        number = stand.open()
        stand.fund.proposePayee(number, stand.ben, sender=stand.anna)
        stand.fund.proposePayee(number, NOBODY, sender=stand.anna)
        with reverts("NotTheProposedPayee"):
            stand.fund.acceptPayee(number, sender=stand.ben)

    def test_never_the_fund_itself(self, stand: Fund) -> None:
        with reverts("CannotBePaid", account=stand.fund.address):
            stand.fund.proposePayee(stand.open(), stand.fund, sender=stand.anna)
