"""Grants: what is there, what is free, and what an epoch may give away."""

from caldera.contracts import SuiteAccess, ValueFund, events, structs
from caldera.evm import Revm
from tests.support.fund import CAP, DAY, EPOCH, NOBODY, PURPOSE, STOCK, Fund
from tests.support.suite import reverts


class TestGrants:
    """As the module fund's, and within the cap."""

    def test_paid_at_once_and_told(self, stand: Fund) -> None:
        receipt = stand.spend(60)
        here = stand.fund.address
        told = events.FundSpent(stand.money.address, stand.anna.address, 60, PURPOSE, 60, emitter=here)
        assert told in receipt.events
        assert stand.has(stand.anna) == 60
        assert stand.books() == (STOCK, 60, 0, STOCK - 60)

    def test_what_is_missing(self, stand: Fund) -> None:
        fund, money, admin = stand.fund, stand.money, stand.admin
        with reverts("NothingToSpend"):
            fund.spend(money, stand.anna, 0, PURPOSE, sender=admin)
        with reverts("NoSpendingPurpose"):
            fund.spend(money, stand.anna, 1, bytes(32), sender=admin)
        for place in (NOBODY, fund.address):
            with reverts("CannotBePaid", account=place):
                fund.spend(money, place, 1, PURPOSE, sender=admin)
        fund.spend(money, stand.anna, 1, PURPOSE, sender=admin)

    def test_no_more_than_is_there(self, stand: Fund) -> None:
        stand.fund.setFundCap(stand.money, 2 * STOCK, sender=stand.officer)
        stand.chain.skip(EPOCH)
        with reverts("ExceedsFund", amount=STOCK + 1, available=STOCK):
            stand.spend(STOCK + 1)
        stand.spend(STOCK)
        assert stand.books() == (STOCK, STOCK, 0, 0)
        stand.money.mint(stand.fund, 5, sender=stand.stranger)
        assert stand.books() == (STOCK + 5, STOCK, 0, 5)

    def test_only_governance(self, stand: Fund) -> None:
        for who in (stand.officer, stand.anna, stand.stranger):
            with reverts("AccessManagedUnauthorized", caller=who.address):
                stand.fund.spend(stand.money, who, 1, PURPOSE, sender=who)
            with reverts("AccessManagedUnauthorized", caller=who.address):
                stand.fund.openStream(stand.terms(), PURPOSE, sender=who)


class TestCaps:
    """What an epoch may give away."""

    def test_the_last_unit_of_an_epoch_and_one_more(self, stand: Fund) -> None:
        stand.spend(CAP - 1)
        with reverts("FundCapExceeded", token=stand.money.address, epoch=stand.epoch, amount=2, left=1):
            stand.spend(2)
        stand.spend(1)
        assert stand.fund.committed(stand.money, stand.epoch) == CAP
        assert stand.fund.spendable(stand.money) == 0
        stand.spend(1, token=stand.euro)  # each token by itself
        stand.chain.skip(EPOCH - 1)
        with reverts("FundCapExceeded", amount=1, left=0):
            stand.spend(1)
        stand.chain.skip(1)
        stand.spend(CAP)

    def test_a_token_without_a_cap_pays_nothing(self, stand: Fund) -> None:
        with reverts("FundCapExceeded", token=stand.other.address, amount=1, left=0):
            stand.spend(1, token=stand.other)
        with reverts("FundCapExceeded", token=stand.other.address, left=0):
            stand.open(token=stand.other.address)
        assert stand.fund.spendable(stand.other) == 0

    def test_a_higher_cap_holds_from_the_next_epoch_on(self, stand: Fund) -> None:
        receipt = stand.fund.setFundCap(stand.money, 2 * CAP, sender=stand.officer)
        assert events.FundCapSet(stand.money.address, 2 * CAP, stand.epoch + 1, emitter=stand.fund.address) in (
            receipt.events
        )
        assert stand.fund.fundCap(stand.money) == 2 * CAP
        assert stand.fund.fundCapAt(stand.money, stand.epoch) == CAP
        stand.fund.setFundCap(stand.money, 3 * CAP, sender=stand.officer)  # not twice in one epoch either
        assert stand.fund.fundCapAt(stand.money, stand.epoch) == CAP
        with reverts("FundCapExceeded", amount=CAP + 1, left=CAP):
            stand.spend(CAP + 1)
        stand.chain.skip(EPOCH)
        stand.spend(3 * CAP)

    def test_a_lower_cap_holds_at_once(self, stand: Fund) -> None:
        stand.spend(40)
        stand.fund.setFundCap(stand.money, 2 * CAP, sender=stand.officer)
        stand.fund.setFundCap(stand.money, 50, sender=stand.officer)
        assert stand.fund.fundCapAt(stand.money, stand.epoch) == 50
        with reverts("FundCapExceeded", amount=11, left=10):
            stand.spend(11)
        stand.spend(10)
        stand.fund.setFundCap(stand.money, 20, sender=stand.officer)
        assert stand.fund.spendable(stand.money) == 0
        with reverts("FundCapExceeded", amount=1, left=0):
            stand.spend(1)

    def test_what_can_be_set(self, stand: Fund) -> None:
        most = 2**112 - 1
        with reverts("FundCapTooLarge", cap=most + 1, most=most):
            stand.fund.setFundCap(stand.money, most + 1, sender=stand.officer)
        stand.fund.setFundCap(stand.money, most, sender=stand.officer)
        with reverts("NoFundToken"):
            stand.fund.setFundCap(NOBODY, 1, sender=stand.officer)
        with reverts("AccessManagedUnauthorized"):
            stand.fund.setFundCap(stand.money, 1, sender=stand.admin)

    def test_how_long_an_epoch_may_be(self) -> None:
        chain = Revm()
        admin = chain.account("admin")
        access = SuiteAccess.deploy(chain, admin, sender=admin)
        for length in (DAY - 1, 366 * DAY + 1):
            with reverts("FundEpochOutOfRange", length=length, shortest=DAY, longest=366 * DAY):
                ValueFund.deploy(chain, access, length, [], sender=admin)
        with reverts("NoFundToken"):
            ValueFund.deploy(chain, access, DAY, [structs.FundCap(NOBODY, 1)], sender=admin)
        for length in (DAY, 366 * DAY):
            fund = ValueFund.deploy(chain, access, length, [], sender=admin)
            assert fund.epochOf(length) == 1
            assert fund.epochOf(length - 1) == 0


class TestCapture:
    """One proposal that nobody should have passed."""

    def test_a_drain_is_bounded_by_the_cap(self, stand: Fund) -> None:
        """Everything one execution can do: grants, streams into every epoch to come, a higher cap. It is noticed and
        cancelled an epoch later: the thief has two epochs' caps of 10,000."""
        thief = stand.stranger
        stand.spend(CAP, to=thief)
        opened = [stand.open(CAP - 1, start=(stand.epoch + 1) * EPOCH, payee=thief.address, duration=EPOCH - 1)]
        for ahead in range(2, 65):
            start = (stand.epoch + ahead) * EPOCH
            opened.append(stand.open(CAP, start=start, payee=thief.address, duration=EPOCH - 1))
        stand.fund.setFundCap(stand.money, 2**112 - 1, sender=stand.officer)
        with reverts("FundCapExceeded"):
            stand.spend(1, to=thief)
        stand.fund.setFundCap(stand.money, CAP, sender=stand.officer)
        stand.chain.skip(2 * EPOCH - 1)
        for number in opened[1:]:
            stand.fund.cancelStream(number, sender=stand.admin)
        stand.fund.withdraw(opened[0], sender=thief)
        assert stand.has(thief) == 2 * CAP - 1
        assert stand.books() == (STOCK, 2 * CAP - 1, 0, STOCK - 2 * CAP + 1)
        stand.chain.skip(64 * EPOCH)
        for number in opened:
            with reverts("NothingDue", id=number):
                stand.fund.withdraw(number, sender=thief)

    def test_two_grants_on_both_sides_of_a_boundary(self, stand: Fund) -> None:
        """What is decided about two epochs takes two caps, however near: no third."""
        stand.chain.skip(EPOCH - 1)
        stand.spend(CAP)
        stand.chain.skip(1)
        stand.spend(CAP)
        with reverts("FundCapExceeded"):
            stand.spend(1)


class TestPause:
    """New promises stop, what was promised does not."""

    def test_entries_stop_and_exits_stay_open(self, stand: Fund) -> None:
        number, other = stand.open(), stand.open()
        stand.chain.skip(10 * DAY)
        stand.fund.pause(7 * DAY, sender=stand.officer)
        with reverts("Paused"):
            stand.spend(1)
        with reverts("Paused"):
            stand.open()
        stand.fund.withdraw(number, sender=stand.stranger)
        stand.fund.withdrawTo(other, stand.ben, sender=stand.anna)
        stand.fund.proposePayee(number, stand.ben, sender=stand.anna)
        stand.fund.acceptPayee(number, sender=stand.ben)
        stand.fund.renounceStream(number, sender=stand.ben)
        stand.fund.cancelStream(other, sender=stand.admin)
        stand.chain.skip(7 * DAY)
        stand.spend(1)
        stand.open()
