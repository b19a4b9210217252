"""EnergyModule: statements of output, and the guarantees of origin that they become."""

import pytest

from caldera.contracts import events, structs
from tests.support.grid import (
    CARBON,
    DAY,
    EU,
    FACTOR,
    GUARANTEE,
    HOUR,
    LIFETIME,
    NOTHING,
    ORIGIN,
    READINGS,
    YEAR,
    Grid,
)
from tests.support.suite import reverts


class TestIssue:
    """One unit is one watt-hour, of the meter's owner."""

    def test_a_statement_becomes_a_guarantee(self, grid: Grid) -> None:
        meter = grid.meter()
        start = grid.chain.now - DAY
        receipt = grid.energy.stateOutput(meter, start, start + HOUR, 900, READINGS, sender=grid.officer)
        made = receipt.returned
        expires = start + HOUR + LIFETIME
        assert made == grid.energy.idOf(meter, start)
        assert made & 0xFFFF == 0
        expected = structs.Guarantee(meter, start, start + HOUR, expires, FACTOR, 900, 0, 0, 0)
        assert grid.energy.guaranteeOf(made) == expected
        assert grid.ledger.balanceOf(grid.producer, made) == grid.ledger.totalSupply(made) == 900
        assert grid.ledger.documentHash(made) == READINGS
        assert grid.ledger.termsOf(made) >> 160 == 1  # any number of watt-hours may be split off
        said = events.GuaranteeIssued(
            made,
            meter,
            grid.producer.address,
            900,
            start,
            start + HOUR,
            expires,
            FACTOR,
            READINGS,
            emitter=grid.energy.address,
        )
        assert said in receipt.events

    def test_it_splits_and_circulates_within_its_scope(self, grid: Grid) -> None:
        made = grid.guarantee(900)
        grid.send(grid.producer, grid.trader, made, 1)
        assert grid.ledger.balanceOf(grid.trader, made) == 1
        with reverts("OutsideScope", account=grid.foreigner.address):
            grid.send(grid.producer, grid.foreigner, made, 1)
        with reverts("ERC7943CannotReceive", account=grid.stranger.address):
            grid.send(grid.producer, grid.stranger, made, 1)

    def test_the_owner_must_be_admitted(self, grid: Grid) -> None:
        outside = grid.meter("outside", owner=grid.foreigner.address)
        with reverts("OutsideScope", account=grid.foreigner.address):
            grid.output(outside, 1)
        meter = grid.meter()
        grid.registry.suspend(grid.producer, sender=grid.officer)
        with reverts("ERC7943CannotReceive", account=grid.producer.address):
            grid.output(meter, 1)
        grid.registry.reinstate(grid.producer, sender=grid.officer)
        grid.output(meter, 1)

    def test_only_the_attestor_states(self, grid: Grid) -> None:
        meter, start = grid.meter(), grid.chain.now - DAY
        with reverts("AccessManagedUnauthorized", caller=grid.producer.address):
            grid.energy.stateOutput(meter, start, start + 1, 1, READINGS, sender=grid.producer)

    def test_of_a_meter_that_is_there(self, grid: Grid) -> None:
        with reverts("UnknownMeter", meter=b"\1" * 32):
            grid.output(b"\1" * 32, 1)

    def test_nothing_is_stated_under_pause(self, grid: Grid) -> None:
        meter = grid.meter()
        for caller in (grid.producer, grid.admin):
            with reverts("AccessManagedUnauthorized"):
                grid.energy.pause(5, sender=caller)
        grid.energy.pause(5, sender=grid.officer)
        with reverts("Paused", until=grid.chain.now + 5):
            grid.output(meter, 1)
        grid.chain.skip(5)
        grid.output(meter, 1)


class TestPeriods:
    """They are over, follow each other, and lie within the accreditation."""

    def test_neither_empty_nor_turned_round(self, grid: Grid) -> None:
        meter, start = grid.meter(), grid.chain.now - DAY
        for end in (start, start - 1):
            with reverts("PeriodEmpty", from_=start, to=end):
                grid.energy.stateOutput(meter, start, end, 0, READINGS, sender=grid.officer)
        grid.energy.stateOutput(meter, start, start + 4, 1, READINGS, sender=grid.officer)

    def test_over(self, grid: Grid) -> None:
        meter, now = grid.meter(), grid.chain.now
        with reverts("PeriodNotOver", to=now + 1):
            grid.energy.stateOutput(meter, now - HOUR, now + 1, 1, READINGS, sender=grid.officer)
        grid.energy.stateOutput(meter, now - HOUR, now, 1, READINGS, sender=grid.officer)

    def test_no_second_is_stated_twice(self, grid: Grid) -> None:
        meter, start = grid.meter(), grid.chain.now - DAY
        with reverts("PeriodOverlaps", meter=meter, from_=start - 1, statedUntil=start):
            grid.energy.stateOutput(meter, start - 1, start + HOUR, 1, READINGS, sender=grid.officer)
        grid.energy.stateOutput(meter, start, start + HOUR, 1, READINGS, sender=grid.officer)
        for again in (start, start + HOUR - 1):
            with reverts("PeriodOverlaps", meter=meter, from_=again, statedUntil=start + HOUR):
                grid.energy.stateOutput(meter, again, start + 2 * HOUR, 1, READINGS, sender=grid.officer)
        grid.energy.stateOutput(meter, start + HOUR, start + 2 * HOUR, 1, READINGS, sender=grid.officer)
        other = grid.meter("other")
        grid.energy.stateOutput(other, start, start + HOUR, 1, READINGS, sender=grid.officer)

    def test_what_was_passed_over_is_gone(self, grid: Grid) -> None:
        meter, start = grid.meter(), grid.chain.now - DAY
        grid.energy.stateOutput(meter, start + 2 * HOUR, start + 3 * HOUR, 1, READINGS, sender=grid.officer)
        assert grid.energy.meterOf(meter).statedUntil == start + 3 * HOUR
        with reverts("PeriodOverlaps"):
            grid.energy.stateOutput(meter, start, start + HOUR, 1, READINGS, sender=grid.officer)

    def test_within_the_accreditation(self, grid: Grid) -> None:
        now = grid.chain.now
        meter = grid.meter(validUntil=now - HOUR)
        with reverts("PeriodNotAccredited", meter=meter, to=now - HOUR + 1, validUntil=now - HOUR):
            grid.energy.stateOutput(meter, now - 2 * HOUR, now - HOUR + 1, 1, READINGS, sender=grid.officer)
        grid.energy.stateOutput(meter, now - 2 * HOUR, now - HOUR, 1, READINGS, sender=grid.officer)

    def test_not_so_late_that_the_guarantee_is_born_expired(self, grid: Grid) -> None:
        meter, now = grid.meter(since=2 * YEAR), grid.chain.now
        end = now - LIFETIME
        with reverts("GuaranteeExpired", id=grid.energy.idOf(meter, end - HOUR), expires=now):
            grid.energy.stateOutput(meter, end - HOUR, end, 1, READINGS, sender=grid.officer)
        made = grid.energy.stateOutput(meter, end - HOUR, end + 1, 1, READINGS, sender=grid.officer).returned
        assert grid.energy.guaranteeOf(made).expires == now + 1


class TestRatedPower:
    """Wh × 3600 <= W × seconds, exactly."""

    @pytest.mark.parametrize(
        ("watts", "seconds", "most"),
        [(1_000, 3_600, 1_000), (1, 3_600, 1), (1, 7_199, 1), (7, 3_599, 6), (2**48 - 1, DAY, 24 * (2**48 - 1))],
    )
    def test_no_meter_gives_more_than_it_can(self, grid: Grid, watts: int, seconds: int, most: int) -> None:
        meter = grid.meter(ratedPower=watts)
        with reverts("ExceedsRatedPower", meter=meter, wattHours=most + 1, most=most):
            grid.output(meter, most + 1, seconds)
        made = grid.output(meter, most, seconds)
        assert grid.ledger.balanceOf(grid.producer, made) == most

    def test_a_period_too_short_for_a_watt_hour(self, grid: Grid) -> None:
        meter = grid.meter(ratedPower=1)
        with reverts("ExceedsRatedPower", wattHours=1, most=0):
            grid.output(meter, 1, HOUR - 1)
        grid.output(meter, 1, HOUR)

    def test_the_largest_number_is_too_much(self, grid: Grid) -> None:
        with reverts("ExceedsRatedPower", wattHours=2**96 - 1, most=1_000):
            grid.output(grid.meter(), 2**96 - 1)

    def test_zero_is_no_output(self, grid: Grid) -> None:
        meter = grid.meter()
        with reverts("NoAmount"):
            grid.output(meter, 0)
        grid.output(meter, 1)


class TestRules:
    """The value standard's, in their current version."""

    def test_what_is_missing_is_named(self, grid: Grid) -> None:
        meter = grid.meter()
        with reverts("MissingField", field=5):
            grid.output(meter, 1, readings=NOTHING)
        grid.output(meter, 1)

    def test_readings_only_where_they_are_demanded(self, grid: Grid) -> None:
        template = b"no readings".ljust(32, b"\0")
        rules = structs.Rules(GUARANTEE, 0, 0, 0, 0, 1, 0, 0)
        grid.standard.publish(template, rules, sender=grid.officer)
        made = grid.output(grid.meter(guaranteeTemplate=template), 1, readings=NOTHING)
        assert grid.ledger.documentHash(made) == NOTHING

    def test_a_guarantee_brings_no_other_fields(self, grid: Grid) -> None:
        template = b"too much".ljust(32, b"\0")
        for field in (1, 4, 6, 7, 8, 9, 10, 11, 12):
            rules = structs.Rules(GUARANTEE, 0, 0, 0, 1 << field, 1, 0, 0)
            grid.standard.publish(template, rules, sender=grid.officer)
            meter = grid.meter(str(field), guaranteeTemplate=template)
            with reverts("MissingField", field=field):
                grid.output(meter, 1)

    def test_unknown_of_another_kind_or_retired(self, grid: Grid) -> None:
        unknown = grid.meter("unknown", guaranteeTemplate=b"\1" * 32)
        with reverts("UnknownRules", ruleId=0):
            grid.output(unknown, 1)
        wrong = grid.meter("wrong", guaranteeTemplate=b"EU/carbon".ljust(32, b"\0"))
        with reverts("WrongKind", wanted=CARBON):
            grid.output(wrong, 1)
        meter = grid.meter()
        grid.standard.retire(1, sender=grid.officer)
        with reverts("RetiredRules", ruleId=1):
            grid.output(meter, 1)
        rules = structs.Rules(GUARANTEE, 0, 0, 0, 0, 1, 0, 0)
        grid.standard.publish(ORIGIN, rules, sender=grid.officer)
        grid.output(meter, 1)

    def test_all_of_the_qualifications_where_the_rules_say_so(self, grid: Grid) -> None:
        template = b"all of".ljust(32, b"\0")
        rules = structs.Rules(GUARANTEE, 4, 0, 0, 0, 1, 0, 3)  # producer and trader in one
        grid.standard.publish(template, rules, sender=grid.officer)
        meter = grid.meter(guaranteeTemplate=template)
        with reverts("OutsideScope", account=grid.producer.address):
            grid.output(meter, 1)
        facts = grid.registry.participant(grid.producer)
        grid.registry.setFacts(grid.producer, facts.expires, EU, 3, sender=grid.officer)
        grid.output(meter, 1)


class TestLedger:
    """What the ledger asks."""

    def test_it_is_told_of_no_movement(self, grid: Grid) -> None:
        made = grid.guarantee()
        move = structs.Move(
            made, grid.producer.address, grid.producer.address, 1, grid.trader.address, "0x" + "0" * 40, 0, 1
        )
        for module in (grid.energy, grid.carbon):
            with reverts("NotHooked", id=made):
                module.onMove(move, sender=grid.producer)

    def test_where_everything_is(self, grid: Grid) -> None:
        for module in (grid.energy, grid.carbon):
            assert module.ledger() == grid.ledger.address
            assert module.standard() == grid.standard.address
            assert module.claims() == 0
        assert grid.carbon.energy() == grid.energy.address
