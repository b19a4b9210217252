"""EnergyModule and CarbonModule: watt-hours into grams, exactly, and grams retired once."""

from itertools import pairwise

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import AssetCertificate, CarbonModule, EnergyModule, ReentrantReceiver, events, structs
from caldera.model.energy import grams
from tests.support.grid import (
    CARBON,
    FACTOR,
    GUARANTEE,
    LIFETIME,
    NOTHING,
    OFFSET,
    POWER,
    READINGS,
    REASON,
    SOMEBODY,
    TRADER,
    Grid,
)
from tests.support.suite import reverts


class TestConvert:
    """Green units are burnt, grams are made."""

    def test_watt_hours_become_grams(self, grid: Grid) -> None:
        made = grid.guarantee(1_000)
        grid.send(grid.producer, grid.trader, made, 800)
        assert grid.energy.carbonFor(made, 700) == 339  # 700 Wh × 0.485123 g/Wh = 339.5861 g
        receipt = grid.energy.convert(made, 700, sender=grid.trader)
        carbon, amount = receipt.returned
        assert (carbon, amount) == (grid.carbon.idOf(made, 1), 339)
        assert carbon & 0xFFFF == 0
        where = grid.trader.address
        assert events.Converted(made, carbon, where, 700, 339, emitter=grid.energy.address) in receipt.events
        assert events.CarbonIssued(carbon, made, where, 339, emitter=grid.carbon.address) in receipt.events
        read = grid.energy.guaranteeOf(made)
        assert (read.issued, read.redeemed, read.converted, read.conversions) == (1_000, 0, 700, 1)
        assert grid.ledger.totalSupply(made) == 300
        assert grid.ledger.balanceOf(grid.trader, made) == 100
        assert grid.ledger.balanceOf(grid.trader, carbon) == grid.ledger.totalSupply(carbon) == 339
        assert grid.carbon.carbonAsset(carbon) == structs.CarbonAsset(made, 339, 0)
        assert grid.ledger.documentHash(carbon) == READINGS

    @pytest.mark.parametrize("factor", [1_000_000, 999_999, 333_333, FACTOR, 1_999_999, 2_000_000])
    def test_splitting_gains_nothing_and_loses_nothing(self, grid: Grid, factor: int) -> None:
        made = grid.guarantee(1_000, factor=factor)
        cuts = [0, 4, 10, 17, 117, 950, 1_000]
        given = [grid.energy.convert(made, b - a, sender=grid.producer).returned for a, b in pairwise(cuts)]
        assert [amount for _, amount in given] == [grams(b, factor) - grams(a, factor) for a, b in pairwise(cuts)]
        assert sum(amount for _, amount in given) == grams(1_000, factor)
        assert [carbon for carbon, _ in given] == [grid.carbon.idOf(made, n) for n in range(1, 7)]
        assert len({carbon for carbon, _ in given}) == 6

    def test_by_the_factor_it_was_issued_with(self, grid: Grid) -> None:
        meter = grid.meter(factor=1_000_000)
        made = grid.output(meter, 1_000)
        assert grid.energy.convert(made, 100, sender=grid.producer).returned[1] == 100
        grid.energy.reviseMeter(meter, grid.facts(factor=2_000_000), sender=grid.officer)
        assert grid.energy.carbonFor(made, 100) == 100
        assert grid.energy.convert(made, 100, sender=grid.producer).returned[1] == 100

    def test_never_for_nothing(self, grid: Grid) -> None:
        made = grid.guarantee(10, factor=400_000)  # 0.4 g a watt-hour
        with reverts("LessThanOneGram", id=made, wattHours=2):
            grid.energy.convert(made, 2, sender=grid.producer)
        assert grid.energy.carbonFor(made, 2) == 0
        assert grid.energy.convert(made, 3, sender=grid.producer).returned[1] == 1  # 1.2 g
        with reverts("LessThanOneGram", wattHours=1):
            grid.energy.convert(made, 1, sender=grid.producer)  # 1.6 g
        assert grid.energy.convert(made, 2, sender=grid.producer).returned[1] == 1  # 2.0 g
        with reverts("NoAmount"):
            grid.energy.convert(made, 0, sender=grid.producer)

    def test_where_the_grid_emits_nothing_there_is_nothing_to_avoid(self, grid: Grid) -> None:
        made = grid.guarantee(POWER, factor=0)
        with reverts("LessThanOneGram"):
            grid.energy.convert(made, POWER, sender=grid.producer)
        grid.energy.redeem(made, POWER, SOMEBODY, REASON, sender=grid.producer)

    def test_the_largest_amounts(self, grid: Grid) -> None:
        most = 24 * (2**48 - 1)
        meter = grid.meter(ratedPower=2**48 - 1, factor=2_000_000)
        made = grid.output(meter, most, 86_400)
        assert grid.energy.convert(made, most, sender=grid.producer).returned[1] == 2 * most

    def test_only_whom_the_carbon_rules_admit(self, grid: Grid) -> None:
        made = grid.guarantee()
        grid.send(grid.producer, grid.bank, made, 500)
        with reverts("OutsideScope", id=grid.carbon.idOf(made, 1), account=grid.bank.address):
            grid.energy.convert(made, 500, sender=grid.bank)
        grid.registry.suspend(grid.producer, sender=grid.officer)
        with reverts("ERC7943CannotReceive", account=grid.producer.address):
            grid.energy.convert(made, 500, sender=grid.producer)
        grid.registry.reinstate(grid.producer, sender=grid.officer)
        grid.energy.convert(made, 500, sender=grid.producer)
        grid.energy.redeem(made, 500, SOMEBODY, REASON, sender=grid.bank)

    def test_the_current_rules_of_the_meters_template(self, grid: Grid) -> None:
        unknown = grid.guarantee(number="unknown", carbonTemplate=b"\1" * 32)
        with reverts("UnknownRules", ruleId=0):
            grid.energy.convert(unknown, POWER, sender=grid.producer)
        made = grid.guarantee()
        grid.standard.retire(2, sender=grid.officer)
        with reverts("RetiredRules", ruleId=2):
            grid.energy.convert(made, POWER, sender=grid.producer)
        rules = structs.Rules(CARBON, 0, 0, 0, 1 << 2, 1, 0, 0)
        grid.standard.publish(OFFSET, rules, sender=grid.officer)
        with reverts("MissingField", field=2):  # carbon does not expire
            grid.energy.convert(made, POWER, sender=grid.producer)
        grid.standard.publish(OFFSET, rules._replace(requiredFields=0), sender=grid.officer)
        grid.energy.convert(made, POWER, sender=grid.producer)

    def test_readings_where_the_carbon_rules_demand_them(self, grid: Grid) -> None:
        template = b"no readings".ljust(32, b"\0")
        rules = structs.Rules(GUARANTEE, 0, 0, 0, 0, 1, 0, 0)
        grid.standard.publish(template, rules, sender=grid.officer)
        made = grid.output(grid.meter(guaranteeTemplate=template), POWER, readings=NOTHING)
        with reverts("MissingField", field=5):
            grid.energy.convert(made, POWER, sender=grid.producer)

    def test_not_under_pause(self, grid: Grid) -> None:
        made = grid.guarantee()
        grid.energy.pause(5, sender=grid.officer)
        with reverts("Paused", until=grid.chain.now + 5):
            grid.energy.convert(made, POWER, sender=grid.producer)
        grid.chain.skip(5)
        grid.energy.convert(made, POWER, sender=grid.producer)

    def test_not_before_the_ledger_has_a_module_of_carbon(self, grid: Grid) -> None:
        ledger = AssetCertificate.deploy(grid.chain, grid.access, grid.registry, "", sender=grid.admin)
        energy = EnergyModule.deploy(grid.chain, grid.access, ledger, grid.standard, LIFETIME, sender=grid.admin)
        carbon = CarbonModule.deploy(grid.chain, ledger, grid.standard, energy, sender=grid.admin)
        grid.registry.subscribe(ledger, sender=grid.admin)
        grid.registry.sync(ledger, [grid.producer.address], sender=grid.admin)
        ledger.setModule(GUARANTEE, energy, sender=grid.admin)
        meter, start = keccak(text="meter"), grid.chain.now - 3_600
        grid.access.grantRole(0, grid.officer, 0, sender=grid.admin)
        energy.registerMeter(meter, 1, start, grid.facts(), sender=grid.officer)
        made = energy.stateOutput(meter, start, start + 3_600, POWER, READINGS, sender=grid.officer).returned
        with reverts("NoCarbonModule"):
            energy.convert(made, POWER, sender=grid.producer)
        ledger.setModule(CARBON, carbon, sender=grid.admin)
        energy.convert(made, POWER, sender=grid.producer)

    def test_not_again_while_it_hands_over(self, grid: Grid) -> None:
        receiver = ReentrantReceiver.deploy(grid.chain, sender=grid.admin)
        grid.enrol("receiver", qualifications=TRADER, address=receiver.address)
        made = grid.guarantee(1_000)
        receiver.arm(grid.energy, grid.energy.calldata.convert(made, 100), sender=grid.stranger)
        grid.send(grid.producer, receiver, made, 500)  # converts when it receives, and when it receives the grams
        assert grid.energy.guaranteeOf(made).converted == 100
        assert grid.energy.guaranteeOf(made).conversions == 1
        assert grid.ledger.balanceOf(receiver, made) == 400


class TestCarbon:
    """Grams, retired once."""

    def test_only_the_energy_module_makes_it(self, grid: Grid) -> None:
        made = grid.guarantee()
        for caller in (grid.producer, grid.officer, grid.admin):
            with reverts("OnlyEnergyModule", caller=caller.address):
                grid.carbon.issue(made, 1, grid.producer, 1, OFFSET, sender=caller)

    def test_retired_for_somebody(self, grid: Grid) -> None:
        made = grid.guarantee(1_000)
        carbon, _ = grid.energy.convert(made, 1_000, sender=grid.producer).returned  # 485 g
        grid.send(grid.producer, grid.utility, carbon, 300)
        receipt = grid.carbon.retire(carbon, 200, SOMEBODY, REASON, sender=grid.utility)
        assert receipt.returned == grid.carbon.claims() == 1
        assert grid.energy.claims() == 0
        entity, where = grid.entities["utility"], grid.utility.address
        said = events.CarbonRetired(1, carbon, entity, where, 200, SOMEBODY, REASON, emitter=grid.carbon.address)
        assert said in receipt.events
        assert grid.carbon.carbonAsset(carbon) == structs.CarbonAsset(made, 485, 200)
        assert grid.ledger.balanceOf(grid.utility, carbon) == 100
        assert grid.ledger.totalSupply(carbon) == 285

    def test_once(self, grid: Grid) -> None:
        carbon, _ = grid.energy.convert(grid.guarantee(1_000), 1_000, sender=grid.producer).returned
        grid.carbon.retire(carbon, 400, SOMEBODY, REASON, sender=grid.producer)
        with reverts("PledgedUnits", free=85, needed=86):
            grid.carbon.retire(carbon, 86, SOMEBODY, REASON, sender=grid.producer)
        assert grid.carbon.retire(carbon, 85, SOMEBODY, REASON, sender=grid.producer).returned == 2
        with reverts("PledgedUnits", free=0, needed=2**96 - 1):
            grid.carbon.retire(carbon, 2**96 - 1, SOMEBODY, REASON, sender=grid.producer)

    def test_a_claim_says_who_and_what_for(self, grid: Grid) -> None:
        made = grid.guarantee()
        carbon, _ = grid.energy.convert(made, POWER, sender=grid.producer).returned
        for name, given in (
            ("NoAmount", (carbon, 0, SOMEBODY, REASON)),
            ("NoBeneficiary", (carbon, 1, NOTHING, REASON)),
            ("NoPurpose", (carbon, 1, SOMEBODY, NOTHING)),
            ("UnknownCarbon", (made, 1, SOMEBODY, REASON)),
        ):
            with reverts(name):
                grid.carbon.retire(*given, sender=grid.producer)
        with reverts("NotActive", account=grid.stranger.address):
            grid.carbon.retire(carbon, 1, SOMEBODY, REASON, sender=grid.stranger)
        grid.carbon.retire(carbon, 1, SOMEBODY, REASON, sender=grid.producer)

    def test_pledged_and_frozen_units_stay(self, grid: Grid) -> None:
        carbon, _ = grid.energy.convert(grid.guarantee(), POWER, sender=grid.producer).returned  # 485 g
        grid.ledger.pledge(grid.producer, grid.trader, carbon, 400, sender=grid.producer)
        with reverts("PledgedUnits", free=85, needed=86):
            grid.carbon.retire(carbon, 86, SOMEBODY, REASON, sender=grid.producer)
        grid.carbon.retire(carbon, 85, SOMEBODY, REASON, sender=grid.producer)
        grid.ledger.release(grid.producer, carbon, 400, sender=grid.trader)
        grid.ledger.setFrozenTokens(grid.producer, carbon, 300, sender=grid.officer)
        with reverts("ERC7943InsufficientUnfrozenBalance", unfrozen=100):
            grid.carbon.retire(carbon, 101, SOMEBODY, REASON, sender=grid.producer)
        grid.carbon.retire(carbon, 100, SOMEBODY, REASON, sender=grid.producer)

    def test_it_does_not_expire(self, grid: Grid) -> None:
        made = grid.guarantee()
        carbon, amount = grid.energy.convert(made, POWER, sender=grid.producer).returned
        grid.chain.warp(grid.energy.guaranteeOf(made).expires)
        grid.ledger.pledge(grid.producer, grid.trader, carbon, 1, sender=grid.producer)
        grid.carbon.retire(carbon, amount - 1, SOMEBODY, REASON, sender=grid.producer)
