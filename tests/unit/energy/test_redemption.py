"""EnergyModule: redemption, expiry, and what pledges and freezes keep from both."""

from caldera.contracts import events
from tests.support.grid import HOUR, LIFETIME, NOTHING, POWER, REASON, SOMEBODY, Grid
from tests.support.suite import reverts


class TestRedeem:
    """A claim of use, once."""

    def test_units_are_burnt_with_the_claim(self, grid: Grid) -> None:
        made = grid.guarantee(1_000)
        grid.send(grid.producer, grid.utility, made, 600)
        receipt = grid.energy.redeem(made, 400, SOMEBODY, REASON, sender=grid.utility)
        read = grid.energy.guaranteeOf(made)
        assert receipt.returned == grid.energy.claims() == 1
        said = events.Redeemed(
            1,
            made,
            grid.entities["utility"],
            grid.utility.address,
            400,
            read.from_,
            read.to,
            SOMEBODY,
            REASON,
            emitter=grid.energy.address,
        )
        assert said in receipt.events
        assert (read.issued, read.redeemed, read.converted) == (1_000, 400, 0)
        assert grid.ledger.balanceOf(grid.utility, made) == 200
        assert grid.ledger.totalSupply(made) == 600

    def test_what_is_redeemed_is_neither_redeemed_nor_converted_again(self, grid: Grid) -> None:
        made = grid.guarantee(1_000)
        grid.energy.redeem(made, 900, SOMEBODY, REASON, sender=grid.producer)
        with reverts("PledgedUnits", free=100, needed=101):
            grid.energy.redeem(made, 101, SOMEBODY, REASON, sender=grid.producer)
        with reverts("PledgedUnits", free=100, needed=101):
            grid.energy.convert(made, 101, sender=grid.producer)
        with grid.chain.isolated():
            assert grid.energy.redeem(made, 100, SOMEBODY, REASON, sender=grid.producer).returned == 2
        grid.energy.convert(made, 100, sender=grid.producer)
        assert grid.ledger.totalSupply(made) == 0
        for amount in (1, 2**96 - 1):
            with reverts("PledgedUnits", free=0, needed=amount):
                grid.energy.redeem(made, amount, SOMEBODY, REASON, sender=grid.producer)
            with reverts("PledgedUnits", free=0, needed=amount):
                grid.energy.convert(made, amount, sender=grid.producer)

    def test_a_claim_says_who_and_what_for(self, grid: Grid) -> None:
        made = grid.guarantee()
        with reverts("NoAmount"):
            grid.energy.redeem(made, 0, SOMEBODY, REASON, sender=grid.producer)
        with reverts("NoBeneficiary"):
            grid.energy.redeem(made, 1, NOTHING, REASON, sender=grid.producer)
        with reverts("NoPurpose"):
            grid.energy.redeem(made, 1, SOMEBODY, NOTHING, sender=grid.producer)
        grid.energy.redeem(made, 1, SOMEBODY, REASON, sender=grid.producer)

    def test_only_who_takes_part(self, grid: Grid) -> None:
        made = grid.guarantee()
        with reverts("NotActive", account=grid.stranger.address):
            grid.energy.redeem(made, 1, SOMEBODY, REASON, sender=grid.stranger)
        with reverts("PledgedUnits", free=0):
            grid.energy.redeem(made, 1, SOMEBODY, REASON, sender=grid.trader)
        grid.registry.suspend(grid.producer, sender=grid.officer)
        with reverts("NotActive", account=grid.producer.address):
            grid.energy.redeem(made, 1, SOMEBODY, REASON, sender=grid.producer)
        grid.registry.reinstate(grid.producer, sender=grid.officer)
        grid.energy.redeem(made, 1, SOMEBODY, REASON, sender=grid.producer)

    def test_of_a_guarantee_that_is_there(self, grid: Grid) -> None:
        made = grid.guarantee()
        carbon, _ = grid.energy.convert(made, POWER, sender=grid.producer).returned
        for other in (made + 1, carbon):
            with reverts("UnknownGuarantee", id=other):
                grid.energy.redeem(other, 1, SOMEBODY, REASON, sender=grid.producer)
            with reverts("UnknownGuarantee", id=other):
                grid.energy.convert(other, 1, sender=grid.producer)
            with reverts("UnknownGuarantee", id=other):
                grid.energy.expire(other, sender=grid.producer)
            with reverts("UnknownGuarantee", id=other):
                grid.energy.carbonFor(other, 1)

    def test_open_under_pause(self, grid: Grid) -> None:
        made = grid.guarantee()
        carbon, grams = grid.energy.convert(made, POWER // 2, sender=grid.producer).returned
        grid.energy.pause(5, sender=grid.officer)
        grid.energy.redeem(made, POWER // 2, SOMEBODY, REASON, sender=grid.producer)
        grid.carbon.retire(carbon, grams, SOMEBODY, REASON, sender=grid.producer)

    def test_pledged_units_stay(self, grid: Grid) -> None:
        made = grid.guarantee(1_000)
        grid.ledger.pledge(grid.producer, grid.bank, made, 700, sender=grid.producer)
        with reverts("PledgedUnits", free=300, needed=301):
            grid.energy.redeem(made, 301, SOMEBODY, REASON, sender=grid.producer)
        with reverts("PledgedUnits", free=300, needed=301):
            grid.energy.convert(made, 301, sender=grid.producer)
        with grid.chain.isolated():
            grid.energy.convert(made, 300, sender=grid.producer)
        grid.energy.redeem(made, 300, SOMEBODY, REASON, sender=grid.producer)
        grid.ledger.release(grid.producer, made, 700, sender=grid.bank)
        grid.energy.redeem(made, 700, SOMEBODY, REASON, sender=grid.producer)

    def test_frozen_units_stay(self, grid: Grid) -> None:
        made = grid.guarantee(1_000)
        grid.ledger.setFrozenTokens(grid.producer, made, 700, sender=grid.officer)
        with reverts("ERC7943InsufficientUnfrozenBalance", unfrozen=300):
            grid.energy.redeem(made, 301, SOMEBODY, REASON, sender=grid.producer)
        with reverts("ERC7943InsufficientUnfrozenBalance", unfrozen=300):
            grid.energy.convert(made, 301, sender=grid.producer)
        grid.energy.redeem(made, 300, SOMEBODY, REASON, sender=grid.producer)


class TestExpiry:
    """From `expires` on nothing of it is claimed, converted or pledged."""

    def test_to_the_second(self, grid: Grid) -> None:
        made = grid.guarantee()
        expires = grid.energy.guaranteeOf(made).expires
        assert expires == grid.energy.guaranteeOf(made).from_ + HOUR + LIFETIME
        grid.chain.warp(expires - 1)
        with grid.chain.isolated():
            grid.energy.redeem(made, 1, SOMEBODY, REASON, sender=grid.producer)
            grid.energy.convert(made, POWER - 1, sender=grid.producer)
        with grid.chain.isolated():
            grid.ledger.pledge(grid.producer, grid.bank, made, 1, sender=grid.producer)
        with reverts("GuaranteeValid", id=made, expires=expires):
            grid.energy.expire(made, sender=grid.stranger)
        grid.chain.warp(expires)
        with reverts("GuaranteeExpired", id=made, expires=expires):
            grid.energy.redeem(made, 1, SOMEBODY, REASON, sender=grid.producer)
        with reverts("GuaranteeExpired", id=made, expires=expires):
            grid.energy.convert(made, POWER, sender=grid.producer)
        with reverts("GuaranteeExpired", id=made, expires=expires):
            grid.ledger.pledge(grid.producer, grid.bank, made, 1, sender=grid.producer)
        assert grid.ledger.totalSupply(made) == POWER  # it is nobody's use, and outstanding for ever

    def test_whoever_wants_ends_its_circulation(self, grid: Grid) -> None:
        made = grid.guarantee()
        grid.ledger.pledge(grid.producer, grid.bank, made, 400, sender=grid.producer)
        grid.chain.warp(grid.energy.guaranteeOf(made).expires)
        grid.send(grid.producer, grid.trader, made, 1)
        grid.energy.expire(made, sender=grid.stranger)
        with reverts("NotCirculating", id=made):
            grid.send(grid.producer, grid.trader, made, 1)
        with reverts("NotCirculating", id=made):
            grid.ledger.pledge(grid.producer, grid.bank, made, 1, sender=grid.producer)
        grid.energy.expire(made, sender=grid.stranger)
        grid.ledger.release(grid.producer, made, 400, sender=grid.bank)  # a lien always ends
