"""AgricultureModule: traced, then financed, then sold to whom it may go."""

from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.contracts import events, structs
from tests.support.estate import DAY, EU, US, YEAR
from tests.support.farm import LOT, SUPERMARKET, Farm
from tests.support.suite import reverts

GROWING, HARVESTED, FAILED, CLOSED = 1, 2, 3, 4
UNIT = 1_000_000_000


class TestPlanting:
    """By whoever has the use of the parcel until the harvest, once."""

    def test_it_says_what_it_is(self, farm: Farm) -> None:
        parcel = farm.estate.right()
        planting = farm.planting(parcel)
        receipt = farm.agriculture.plant(planting, sender=farm.owner)
        made = receipt.returned
        assert made == farm.agriculture.idOf(farm.estate.entities["owner"], LOT)
        assert receipt.events[0] == events.CropPlanted(
            made, parcel, farm.owner.address, LOT, 50 * UNIT, 1, farm.rule, emitter=farm.agriculture.address
        )
        needs = structs.Requirements(3, 30 * DAY)
        assert farm.agriculture.plantingOf(made) == structs.PlantingRecord(
            farm.owner.address, planting.harvestBy, 0, GROWING, parcel, keccak(text=LOT), 0, needs
        )
        assert farm.agriculture.coverOf(made) == structs.Cover(50 * UNIT, 0, 5000, 1)
        assert farm.estate.ledger.totalSupply(made) == farm.estate.ledger.balanceOf(farm.owner, made) == 50 * UNIT

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"lot": ""}, "NoLot"),
            ({"expected": 0}, "NoAmount"),
            ({"documentHash": b"\0" * 32}, "MissingField"),
            ({"ruleId": 1}, "NoRequirements"),
            ({"harvestBy": 1}, "NotInFuture"),
            ({"currencyId": 7}, "UnknownCurrency"),
        ],
    )
    def test_refused(self, farm: Farm, changes: dict[str, Any], error: str) -> None:
        with reverts(error):
            farm.plant(**changes)

    def test_a_harvest_lies_ahead(self, farm: Farm) -> None:
        with reverts("NotInFuture", validUntil=farm.now):
            farm.plant(harvestBy=farm.now)
        farm.plant(farm.estate.right("parcel 2"), harvestBy=farm.now + 1)

    def test_only_with_the_use_of_the_parcel(self, farm: Farm) -> None:
        parcel, until = farm.estate.right(lapses=YEAR), farm.now + 200 * DAY
        with reverts("NoUseOfParcel", parcel=parcel, account=farm.buyer.address, until=until):
            farm.plant(parcel, "buyer")
        with reverts("NoUseOfParcel"):
            farm.plant(77)
        with reverts("NoUseOfParcel"):
            farm.plant(parcel, harvestBy=farm.now + YEAR)
        with farm.estate.chain.isolated():
            farm.plant(parcel, harvestBy=farm.now + YEAR - 1)
        farm.estate.rights.setUser(parcel, farm.buyer, until, sender=farm.owner)
        with reverts("NoUseOfParcel", account=farm.owner.address):
            farm.plant(parcel)
        with reverts("NoUseOfParcel"):
            farm.plant(parcel, "buyer", harvestBy=until + 1)
        farm.plant(parcel, "buyer", harvestBy=until)

    def test_one_crop_stands_on_a_parcel(self, farm: Farm) -> None:
        parcel = farm.estate.right()
        first = farm.plant(parcel)
        with reverts("ParcelPlanted", parcel=parcel, id=first):
            farm.plant(parcel, lot="another")
        with farm.estate.chain.isolated():
            farm.agriculture.close(first, sender=farm.owner)
            farm.plant(parcel, lot="another")
        farm.estate.chain.skip(200 * DAY)
        with reverts("ParcelPlanted"):
            farm.plant(parcel, lot="another")
        farm.estate.chain.skip(1)
        farm.plant(parcel, lot="another")

    def test_a_lot_once_for_ever(self, farm: Farm) -> None:
        made = farm.plant()
        farm.agriculture.close(made, sender=farm.owner)
        with reverts("AssetExists", id=made):
            farm.plant(farm.estate.right("parcel 2"))

    def test_the_id_is_a_root(self, farm: Farm) -> None:
        encoded = encode(["string", "uint48", "string"], ["planting", farm.estate.entities["owner"], LOT])
        assert farm.plant() == int.from_bytes(keccak(encoded), "big") >> 16 << 16

    def test_by_parties_and_not_while_paused(self, farm: Farm) -> None:
        with reverts("NotActive", account=farm.stranger.address):
            farm.plant(farmer="stranger")
        farm.agriculture.pause(DAY, sender=farm.officer)
        with reverts("Paused"):
            farm.plant(farm.estate.right("parcel 2"))


class TestTrace:
    """Stages, in order, each an event of the inspector about the lot that stands."""

    def test_a_stage_says_so(self, farm: Farm) -> None:
        made, event = farm.plant(), farm.see("sown", 5)
        receipt = farm.agriculture.certifyStage(made, event, sender=farm.inspector)
        source = farm.estate.entities["inspector"]
        assert list(receipt.events) == [events.StageCertified(made, 1, source, event, emitter=farm.agriculture.address)]
        assert farm.agriculture.stageOf(made, 1) == (source, event)
        assert farm.agriculture.traceOf(made) == (1, farm.now - 5)

    def test_not_eligible_before_all_of_them(self, farm: Farm) -> None:
        made = farm.plant()
        farm.cover(made)
        for done, name in enumerate(("sown", "sprouted", "inspected")):
            with reverts("StagesMissing", id=made, standing=done, needed=3):
                farm.pledge(made, UNIT)
            assert farm.agriculture.pledgeable(made) == 0
            farm.estate.chain.skip(10)
            farm.certify(made, name)
        farm.agriculture.requireEligible(made)
        assert farm.agriculture.pledgeable(made) == 25 * UNIT
        farm.pledge(made, 25 * UNIT)

    def test_what_is_no_stage(self, farm: Farm) -> None:
        made, source = farm.plant(), farm.estate.entities["inspector"]
        never = keccak(text="never seen")
        with reverts("NotAnEventOfTheLot", id=made, source=source, eventId=never):
            farm.agriculture.certifyStage(made, never, sender=farm.inspector)
        with reverts("NotAnEventOfTheLot"):
            farm.agriculture.certifyStage(made, farm.see("a", lot="another lot"), sender=farm.inspector)
        with reverts("NotAnEventOfTheLot"):
            farm.agriculture.certifyStage(made, farm.see("b"), sender=farm.second_inspector)
        event = farm.see("c")
        farm.see("c", declaredAt=farm.now)
        with reverts("NotAnEventOfTheLot"):
            farm.agriculture.certifyStage(made, event, sender=farm.inspector)
        with reverts("AccessManagedUnauthorized", caller=farm.owner.address):
            farm.agriculture.certifyStage(made, event, sender=farm.owner)

    def test_stages_follow_one_another(self, farm: Farm) -> None:
        made, now = farm.plant(), farm.now
        farm.certify(made, "sown", 10)
        for ago in (10, 11):
            with reverts("StageNotLater", id=made, time=now - ago, latest=now - 10):
                farm.certify(made, f"sprouted {ago}", ago)
        farm.certify(made, "sprouted", 9, by="second_inspector")

    @pytest.mark.parametrize(("number", "name"), enumerate(("sown", "sprouted", "inspected"), 1))
    def test_a_stage_declared_wrong_ends_it_by_itself(self, farm: Farm, number: int, name: str) -> None:
        made = farm.traced()
        farm.cover(made)
        farm.pledge(made, UNIT)
        farm.see(name, 3 - number, declaredAt=farm.now)
        with reverts("StagesMissing", id=made, standing=2, needed=3):
            farm.pledge(made, UNIT)
        assert farm.agriculture.pledgeable(made) == 0
        farm.estate.chain.skip(10)
        farm.certify(made, "sprouted, this time truly")
        farm.pledge(made, UNIT)

    def test_a_later_stage_refreshes_it(self, farm: Farm) -> None:
        made = farm.traced()
        farm.estate.chain.skip(30 * DAY + 1)
        with reverts("TraceStale"):
            farm.agriculture.requireEligible(made)
        farm.certify(made, "inspected again")
        farm.agriculture.requireEligible(made)
        assert farm.agriculture.traceOf(made) == (4, farm.now)
        farm.see("inspected again", declaredAt=farm.now, ago=0)
        with reverts("TraceStale"):
            farm.agriculture.requireEligible(made)

    def test_at_most_32_stages(self, farm: Farm) -> None:
        made = farm.plant()
        for number in range(32):
            farm.estate.chain.skip(1)
            farm.certify(made, str(number))
        farm.estate.chain.skip(1)
        with reverts("TooManyStages", id=made, most=32):
            farm.certify(made, "one more")

    def test_it_goes_stale_by_itself(self, farm: Farm) -> None:
        made = farm.traced()
        farm.cover(made)
        until = farm.now + 30 * DAY
        farm.estate.chain.warp(until)
        with farm.estate.chain.isolated():
            farm.pledge(made, UNIT)
        farm.estate.chain.warp(until + 1)
        with reverts("TraceStale", id=made, until=until):
            farm.pledge(made, UNIT)
        assert farm.agriculture.pledgeable(made) == 0

    def test_whoever_loses_the_parcel_gets_no_more(self, farm: Farm) -> None:
        parcel = farm.estate.right()
        made = farm.traced(parcel=parcel)
        farm.cover(made)
        farm.estate.rights.transferFrom(farm.owner, farm.buyer, parcel, sender=farm.owner)
        with reverts("NoUseOfParcel", parcel=parcel, account=farm.owner.address):
            farm.pledge(made, UNIT)
        assert farm.agriculture.pledgeable(made) == 0
        farm.estate.land.strikeOut(parcel, b"\1" * 32, sender=farm.officer)
        assert farm.agriculture.pledgeable(made) == 0

    def test_the_cover_is_asked_as_well(self, farm: Farm) -> None:
        made = farm.traced()
        with reverts("NotInsured"):
            farm.pledge(made, UNIT)
        farm.cover(made, worth=10 * UNIT)
        with reverts("PledgeLimit", id=made, limit=5 * UNIT, pledged=0, wanted=6 * UNIT):
            farm.pledge(made, 6 * UNIT)
        farm.pledge(made, 5 * UNIT)

    def test_requirements_are_those_of_the_planting(self, farm: Farm) -> None:
        made = farm.plant()
        needs = structs.Requirements(0, 1)
        receipt = farm.agriculture.setRequirements(farm.rule, needs, sender=farm.officer)
        assert list(receipt.events) == [events.RequirementsSet(farm.rule, needs, emitter=farm.agriculture.address)]
        assert farm.agriculture.requirementsOf(farm.rule) == needs
        with reverts("StagesMissing", id=made, standing=0, needed=3):
            farm.agriculture.requireEligible(made)
        other = farm.plant(farm.estate.right("parcel 2"), lot="other")
        farm.agriculture.requireEligible(other)
        farm.estate.chain.skip(200 * DAY + 1)
        with reverts("TraceStale", id=other):
            farm.agriculture.requireEligible(other)
        for wrong in (structs.Requirements(9, 1), structs.Requirements(1, 0)):
            with reverts("RequirementsOutOfRange", stages=wrong.stages, maxAge=wrong.maxAge):
                farm.agriculture.setRequirements(farm.rule, wrong, sender=farm.officer)
        farm.agriculture.setRequirements(farm.rule, structs.Requirements(8, 1), sender=farm.officer)
        with reverts("AccessManagedUnauthorized", caller=farm.owner.address):
            farm.agriculture.setRequirements(farm.rule, needs, sender=farm.owner)


class TestHarvest:
    """Goods that go to supermarkets within the scope, and nowhere else."""

    def test_from_the_farm_to_the_supermarket(self, farm: Farm) -> None:
        made = farm.traced()
        receipt = farm.agriculture.harvest(made, farm.harvest(), sender=farm.owner)
        line, first = receipt.returned
        assert receipt.events[-1] == events.HarvestIssued(made, line, first, 100, emitter=farm.agriculture.address)
        record = farm.agriculture.plantingOf(made)
        assert (record.line, record.state) == (line, HARVESTED)
        assert farm.goods.conditionsOf(line) == keccak(text=LOT)
        assert farm.goods.balanceOf(farm.owner) == 100
        for name, error in (("overseas", "OutsideScope"), ("kiosk", "OutsideScope"), ("bank", "OutsideScope")):
            with reverts(error):
                farm.goods.transferFrom(farm.owner, getattr(farm, name), first, sender=farm.owner)
        farm.goods.transferFrom(farm.owner, farm.market, first, sender=farm.owner)
        assert farm.goods.ownerOf(first) == farm.market.address

    def test_once_by_the_farmer_and_traced(self, farm: Farm) -> None:
        made = farm.plant()
        with reverts("StagesMissing"):
            farm.agriculture.harvest(made, farm.harvest(), sender=farm.owner)
        for name in ("sown", "sprouted", "inspected"):
            farm.estate.chain.skip(10)
            farm.certify(made, name)
        with reverts("NotTheFarmer", id=made, caller=farm.buyer.address):
            farm.agriculture.harvest(made, farm.harvest(), sender=farm.buyer)
        farm.agriculture.harvest(made, farm.harvest(), sender=farm.owner)
        with reverts("NotGrowing", id=made, state=HARVESTED):
            farm.agriculture.harvest(made, farm.harvest(), sender=farm.owner)

    @pytest.mark.parametrize(
        ("changes", "error", "facts"),
        [
            ({"regions": US}, "ScopeTooWide", {"regions": US, "qualifications": 0}),
            ({"qualifications": SUPERMARKET | 1}, "ScopeTooWide", {"regions": 0, "qualifications": 1}),
            ({"regions": 0}, "ScopeTooWide", {"regions": 0, "qualifications": 0}),
            ({"regions": 0, "qualifications": 0}, "MissingField", {"field": 10}),
            ({"afterSales": 0}, "MissingField", {"field": 12}),
            ({"count": 0}, "BatchOutOfRange", {"count": 0}),
            ({"count": 4097}, "BatchOutOfRange", {"count": 4097}),
            ({"ruleId": 1}, "WrongKind", {"ruleId": 1}),
        ],
    )
    def test_refused(self, farm: Farm, changes: dict[str, Any], error: str, facts: dict[str, Any]) -> None:
        made = farm.traced()
        with reverts(error, **facts):
            farm.agriculture.harvest(made, farm.harvest(**changes), sender=farm.owner)
        assert farm.agriculture.plantingOf(made).state == GROWING

    def test_with_its_document_where_the_rules_ask_for_one(self, farm: Farm) -> None:
        made = farm.traced()
        fields = 1 << 0 | 1 << 5 | 1 << 10 | 1 << 11 | 1 << 12
        rules = structs.Rules(9, 0, 0, 0, fields, 1, EU, SUPERMARKET)
        rule = farm.estate.standard.publish(b"documented".ljust(32, b"\0"), rules, sender=farm.officer).returned
        with reverts("MissingField", field=5):
            farm.agriculture.harvest(made, farm.harvest(ruleId=rule, documentHash=b"\0" * 32), sender=farm.owner)
        farm.agriculture.harvest(made, farm.harvest(ruleId=rule), sender=farm.owner)

    def test_not_while_paused_but_closed_at_any_time(self, farm: Farm) -> None:
        made = farm.traced()
        farm.agriculture.pause(DAY, sender=farm.officer)
        with reverts("Paused"):
            farm.agriculture.harvest(made, farm.harvest(), sender=farm.owner)
        farm.agriculture.close(made, sender=farm.owner)

    def test_liens_go_on_and_nothing_new_is_pledged(self, farm: Farm) -> None:
        made = farm.traced()
        farm.cover(made)
        farm.pledge(made, 10 * UNIT)
        with reverts("LienholdersDisagree", id=made, units=10 * UNIT):
            farm.agriculture.harvest(made, farm.harvest(), sender=farm.owner)
        farm.agriculture.agreeToHarvest(made, True, sender=farm.bank)
        farm.agriculture.harvest(made, farm.harvest(), sender=farm.owner)
        with reverts("NotGrowing", id=made, state=HARVESTED):
            farm.pledge(made, UNIT)
        with reverts("AllUnitsNeeded", id=made, free=40 * UNIT, units=50 * UNIT):
            farm.agriculture.close(made, sender=farm.owner)
        farm.estate.ledger.release(farm.owner, made, 10 * UNIT, sender=farm.bank)
        receipt = farm.agriculture.close(made, sender=farm.owner)
        assert receipt.events[0] == events.PlantingClosed(made, farm.owner.address, emitter=farm.agriculture.address)
        assert farm.estate.ledger.totalSupply(made) == 0
        with reverts("NotGrowing", id=made, state=CLOSED):
            farm.agriculture.close(made, sender=farm.owner)


class TestConsent:
    """Whoever has units under lien is asked before the harvest becomes goods."""

    def test_it_can_be_taken_back(self, farm: Farm) -> None:
        made = farm.traced()
        farm.cover(made)
        farm.pledge(made, 10 * UNIT)
        with reverts("NotALienholder", id=made, caller=farm.buyer.address):
            farm.agriculture.agreeToHarvest(made, True, sender=farm.buyer)
        receipt = farm.agriculture.agreeToHarvest(made, True, sender=farm.bank)
        assert list(receipt.events) == [
            events.HarvestAgreed(made, farm.bank.address, True, emitter=farm.agriculture.address)
        ]
        farm.agriculture.agreeToHarvest(made, True, sender=farm.bank)
        farm.agriculture.agreeToHarvest(made, False, sender=farm.bank)
        with reverts("LienholdersDisagree", id=made, units=10 * UNIT):
            farm.agriculture.harvest(made, farm.harvest(), sender=farm.owner)

    def test_every_one_of_them(self, farm: Farm) -> None:
        made = farm.traced()
        farm.cover(made)
        ledger = farm.estate.ledger
        farm.pledge(made, 10 * UNIT)
        ledger.pledge(farm.owner, farm.buyer, made, 5 * UNIT, sender=farm.owner)
        farm.agriculture.agreeToHarvest(made, True, sender=farm.bank)
        with reverts("LienholdersDisagree", id=made, units=5 * UNIT):
            farm.agriculture.harvest(made, farm.harvest(), sender=farm.owner)
        farm.pledge(made, 3 * UNIT)
        ledger.release(farm.owner, made, 2 * UNIT, sender=farm.bank)
        with reverts("LienholdersDisagree", id=made, units=5 * UNIT):
            farm.agriculture.harvest(made, farm.harvest(), sender=farm.owner)
        ledger.release(farm.owner, made, 5 * UNIT, sender=farm.buyer)
        with reverts("NotALienholder", id=made, caller=farm.buyer.address):
            farm.agriculture.agreeToHarvest(made, True, sender=farm.buyer)
        farm.agriculture.harvest(made, farm.harvest(), sender=farm.owner)


class TestFailure:
    """Said by who insured it or saw it."""

    def test_by_whom(self, farm: Farm) -> None:
        made = farm.plant()
        farm.certify(made, "sown", 1)
        for name in ("owner", "second inspector", "insurer"):
            with reverts("NotItsInsurerOrInspector", id=made, caller=farm.estate.chain.account(name).address):
                farm.agriculture.declareFailed(made, b"\1" * 32, sender=farm.estate.chain.account(name))
        farm.cover(made)
        for who in (farm.inspector, farm.insurer):
            with farm.estate.chain.isolated():
                receipt = farm.agriculture.declareFailed(made, b"\1" * 32, sender=who)
                assert list(receipt.events) == [
                    events.CropFailed(made, who.address, b"\1" * 32, emitter=farm.agriculture.address)
                ]
                with reverts("NotGrowing", id=made, state=FAILED):
                    farm.pledge(made, UNIT)
                assert farm.agriculture.pledgeable(made) == 0
                farm.agriculture.close(made, sender=farm.owner)

    def test_of_a_planting_that_is_none(self, farm: Farm) -> None:
        for call in (
            lambda: farm.agriculture.declareFailed(77, b"\1" * 32, sender=farm.insurer),
            lambda: farm.agriculture.close(77, sender=farm.owner),
            lambda: farm.agriculture.requireEligible(77),
            lambda: farm.agriculture.certifyStage(77, b"\1" * 32, sender=farm.inspector),
            lambda: farm.agriculture.harvest(77, farm.harvest(), sender=farm.owner),
        ):
            with reverts("UnknownPlanting", id=77):
                call()
        assert farm.agriculture.pledgeable(77) == 0
