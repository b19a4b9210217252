"""EnergyModule: meters and what holds for their statements."""

from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import EnergyModule, events, structs
from tests.support.grid import DAY, FACTOR, LIFETIME, NOTHING, POWER, REASON, SOLAR, YEAR, Grid
from tests.support.suite import reverts

METER = keccak(text="meter")
ACTIVE, SUSPENDED, CLOSED = 1, 2, 3


def register(grid: Grid, meter: bytes = METER, since: int = 0, **changes: Any) -> Any:
    start = grid.chain.now - since
    return grid.energy.registerMeter(meter, SOLAR, start, grid.facts(**changes), sender=grid.officer)


class TestRegistration:
    """A number is used once."""

    def test_a_meter_is_there_with_its_facts(self, grid: Grid) -> None:
        receipt = register(grid, since=DAY)
        facts, start = grid.facts(), grid.chain.now - DAY
        assert grid.energy.meterOf(METER) == structs.Meter(facts, SOLAR, start, ACTIVE)
        assert events.MeterRegistered(METER, SOLAR, start, facts, emitter=grid.energy.address) in receipt.events

    def test_a_number_is_used_once_even_after_it_is_closed(self, grid: Grid) -> None:
        register(grid)
        with reverts("MeterExists", meter=METER):
            register(grid, owner=grid.trader.address)
        grid.energy.setMeterState(METER, CLOSED, REASON, sender=grid.officer)
        with reverts("MeterExists", meter=METER):
            register(grid)
        register(grid, keccak(text="another"))

    def test_it_needs_a_number(self, grid: Grid) -> None:
        with reverts("NoMeterNumber"):
            register(grid, NOTHING)
        register(grid, NOTHING[:-1] + b"\1")

    def test_only_the_attestor(self, grid: Grid) -> None:
        with reverts("AccessManagedUnauthorized", caller=grid.producer.address):
            grid.energy.registerMeter(METER, SOLAR, grid.chain.now, grid.facts(), sender=grid.producer)

    def test_accreditation_is_not_empty(self, grid: Grid) -> None:
        now = grid.chain.now
        with reverts("ValidityEmpty", validFrom=now, validUntil=now):
            register(grid, validUntil=now)
        register(grid, validUntil=now + 1)

    def test_its_owner_takes_part(self, grid: Grid) -> None:
        with reverts("NotActive", account=grid.stranger.address):
            register(grid, owner=grid.stranger.address)
        grid.registry.suspend(grid.producer, sender=grid.officer)
        with reverts("NotActive", account=grid.producer.address):
            register(grid)
        grid.registry.reinstate(grid.producer, sender=grid.officer)
        register(grid)

    def test_it_has_a_rated_power(self, grid: Grid) -> None:
        with reverts("NoRatedPower", meter=METER):
            register(grid, ratedPower=0)
        register(grid, ratedPower=1)

    def test_the_factor_has_a_bound(self, grid: Grid) -> None:
        with reverts("FactorOutOfRange", factor=2_000_001, most=2_000_000):
            register(grid, factor=2_000_001)
        register(grid, factor=2_000_000)
        register(grid, keccak(text="no emissions in this grid"), factor=0)


class TestRevision:
    """For later statements only."""

    def test_later_statements_follow_it_and_guarantees_do_not(self, grid: Grid) -> None:
        meter = grid.meter()
        before = grid.output(meter, POWER)
        facts = grid.facts(owner=grid.trader.address, ratedPower=2 * POWER, factor=7)
        receipt = grid.energy.reviseMeter(meter, facts, sender=grid.officer)
        assert events.MeterRevised(meter, facts, emitter=grid.energy.address) in receipt.events
        after = grid.output(meter, 2 * POWER)
        read = grid.energy.meterOf(meter)
        assert (read.facts, read.technology, read.state) == (facts, SOLAR, ACTIVE)
        assert grid.energy.guaranteeOf(before).factor == FACTOR
        assert grid.energy.guaranteeOf(after).factor == 7
        assert grid.ledger.balanceOf(grid.producer, before) == POWER
        assert grid.ledger.balanceOf(grid.trader, after) == 2 * POWER

    def test_the_same_bounds(self, grid: Grid) -> None:
        meter = grid.meter()
        for name, changes in (
            ("NotActive", {"owner": grid.stranger.address}),
            ("NoRatedPower", {"ratedPower": 0}),
            ("FactorOutOfRange", {"factor": 2_000_001}),
        ):
            with reverts(name):
                grid.energy.reviseMeter(meter, grid.facts(**changes), sender=grid.officer)
        with reverts("AccessManagedUnauthorized"):
            grid.energy.reviseMeter(meter, grid.facts(), sender=grid.producer)
        grid.energy.reviseMeter(meter, grid.facts(ratedPower=1, factor=2_000_000), sender=grid.officer)

    def test_of_meters_that_are_there_and_not_closed(self, grid: Grid) -> None:
        with reverts("UnknownMeter", meter=METER):
            grid.energy.reviseMeter(METER, grid.facts(), sender=grid.officer)
        register(grid)
        grid.energy.setMeterState(METER, SUSPENDED, REASON, sender=grid.officer)
        grid.energy.reviseMeter(METER, grid.facts(), sender=grid.officer)
        grid.energy.setMeterState(METER, CLOSED, REASON, sender=grid.officer)
        with reverts("MeterClosed", meter=METER):
            grid.energy.reviseMeter(METER, grid.facts(), sender=grid.officer)


class TestState:
    """Active, suspended and back; closed for good."""

    def test_every_way_there_is(self, grid: Grid) -> None:
        allowed = {(ACTIVE, SUSPENDED), (SUSPENDED, ACTIVE), (ACTIVE, CLOSED), (SUSPENDED, CLOSED)}
        for start in (ACTIVE, SUSPENDED, CLOSED):
            for end in (0, ACTIVE, SUSPENDED, CLOSED):
                with grid.chain.isolated():
                    register(grid)
                    if start != ACTIVE:
                        grid.energy.setMeterState(METER, start, REASON, sender=grid.officer)
                    if (start, end) in allowed:
                        receipt = grid.energy.setMeterState(METER, end, REASON, sender=grid.officer)
                        said = events.MeterStateChanged(METER, end, REASON, emitter=grid.energy.address)
                        assert said in receipt.events
                        assert grid.energy.meterOf(METER).state == end
                        continue
                    with reverts("MeterStateRefused", meter=METER, from_=start, to=end):
                        grid.energy.setMeterState(METER, end, REASON, sender=grid.officer)

    def test_of_a_meter_that_is_there_by_the_attestor(self, grid: Grid) -> None:
        with reverts("UnknownMeter", meter=METER):
            grid.energy.setMeterState(METER, ACTIVE, REASON, sender=grid.officer)
        register(grid)
        with reverts("AccessManagedUnauthorized", caller=grid.producer.address):
            grid.energy.setMeterState(METER, SUSPENDED, REASON, sender=grid.producer)

    @pytest.mark.parametrize("state", [SUSPENDED, CLOSED])
    def test_only_an_active_meter_is_believed(self, grid: Grid, state: int) -> None:
        meter = grid.meter()
        grid.energy.setMeterState(meter, state, REASON, sender=grid.officer)
        with reverts("MeterNotActive", meter=meter, state=state):
            grid.output(meter, 1)
        if state == SUSPENDED:
            grid.energy.setMeterState(meter, ACTIVE, REASON, sender=grid.officer)
            grid.output(meter, 1)


class TestLifetime:
    """Of guarantees."""

    def test_bounds(self, grid: Grid) -> None:
        shortest, longest = DAY, 3650 * DAY
        for wrong in (shortest - 1, longest + 1):
            with reverts("LifetimeOutOfRange", lifetime=wrong, shortest=shortest, longest=longest):
                grid.energy.setLifetime(wrong, sender=grid.officer)
            with reverts("LifetimeOutOfRange", lifetime=wrong):
                EnergyModule.deploy(grid.chain, grid.access, grid.ledger, grid.standard, wrong, sender=grid.admin)
        for right in (shortest, longest):
            receipt = grid.energy.setLifetime(right, sender=grid.officer)
            assert grid.energy.lifetime() == right
            assert events.LifetimeSet(right, emitter=grid.energy.address) in receipt.events
        with reverts("AccessManagedUnauthorized"):
            grid.energy.setLifetime(YEAR, sender=grid.producer)

    def test_for_later_guarantees_only(self, grid: Grid) -> None:
        meter = grid.meter()
        before = grid.output(meter, 1)
        grid.energy.setLifetime(YEAR, sender=grid.officer)
        after = grid.output(meter, 1)
        old, new = grid.energy.guaranteeOf(before), grid.energy.guaranteeOf(after)
        assert (old.expires - old.to, new.expires - new.to) == (LIFETIME, YEAR)
