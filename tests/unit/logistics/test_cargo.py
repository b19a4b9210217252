"""LogisticsModule: cargo is pledged up to what is insured and what it is worth, and no longer than both are fresh."""

from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.contracts import events, structs
from tests.support.cargo import KIND, RULES, SHIPMENT, Port
from tests.support.suite import DAY, EU, US, reverts

INSURANCE, VALUATION = 8, 7
UNIT = 1_000_000_000  # USD 1,000
NONE, IN_TRANSIT, SURRENDERED, LOST = range(4)


class TestIssue:
    """The carrier certifies what it carries."""

    def test_it_says_what_it_is(self, port: Port) -> None:
        receipt = port.logistics.issue(port.seller, port.cargo(), sender=port.carrier)
        made, carrier = receipt.returned, port.suite.entities["carrier"]
        assert made == port.logistics.idOf(carrier, SHIPMENT)
        assert receipt.events[0] == events.CargoIssued(
            made, carrier, port.seller.address, SHIPMENT, 100 * UNIT, 1, port.rule, emitter=port.logistics.address
        )
        assert port.logistics.recordOf(made) == structs.CargoRecord(
            carrier, 1, IN_TRANSIT, port.suite.entities["seller"], keccak(text=SHIPMENT)
        )
        assert port.logistics.coverOf(made) == structs.Cover(100 * UNIT, 0, 7000, 1)
        assert port.suite.ledger.balanceOf(port.seller, made) == 100 * UNIT == port.suite.ledger.totalSupply(made)
        assert port.suite.ledger.documentHash(made) == keccak(text="bill of lading")

    def test_once_for_a_shipment_of_a_carrier(self, port: Port) -> None:
        made = port.issue()
        with reverts("AssetExists", id=made):
            port.issue(to="buyer", declared=5 * UNIT)
        assert port.logistics.coverOf(made).units == 100 * UNIT
        assert port.logistics.issue(port.seller, port.cargo(), sender=port.other).returned != made
        port.logistics.surrender(made, sender=port.seller)
        with reverts("AssetExists", id=made):
            port.issue()

    @pytest.mark.parametrize(
        ("changes", "error", "facts"),
        [
            ({"declared": 0}, "NoAmount", {}),
            ({"shipment": ""}, "NoShipment", {}),
            ({"documentHash": b"\0" * 32}, "MissingField", {"field": 5}),
            ({"ruleId": 1}, "WrongKind", {"ruleId": 1}),
            ({"currencyId": 9}, "UnknownCurrency", {"currencyId": 9}),
        ],
    )
    def test_refused(self, port: Port, changes: dict[str, Any], error: str, facts: dict[str, Any]) -> None:
        with reverts(error, **facts):
            port.issue(**changes)

    def test_to_and_by_parties_only(self, port: Port) -> None:
        with reverts("NotActive", account=port.mallory.address):
            port.logistics.issue(port.seller, port.cargo(), sender=port.mallory)
        with reverts("ERC7943CannotReceive", account=port.mallory.address):
            port.issue(to="mallory")
        with reverts("OutsideScope", account=port.carol.address):
            port.issue(to="carol")

    def test_a_small_one_circulates_as_a_whole(self, port: Port) -> None:
        made = port.issue(declared=999)
        with reverts("BelowMinimumUnit"):
            port.suite.send(port.seller, port.buyer, made, 500)
        port.suite.send(port.seller, port.buyer, made, 999)

    def test_the_id_is_a_root(self, port: Port) -> None:
        encoded = encode(["string", "uint48", "string"], ["cargo", port.suite.entities["carrier"], SHIPMENT])
        assert port.issue() == int.from_bytes(keccak(encoded), "big") >> 16 << 16

    def test_it_brings_creditor_face_currency_and_its_document(self, port: Port) -> None:
        rules = RULES._replace(requiredFields=1 << 0 | 1 << 3 | 1 << 4 | 1 << 5)
        rule = port.suite.standard.publish(b"all".ljust(32, b"\0"), rules, sender=port.officer).returned
        port.issue(ruleId=rule)
        rules = rules._replace(requiredFields=1 << 1)
        rule = port.suite.standard.publish(b"debtor".ljust(32, b"\0"), rules, sender=port.officer).returned
        with reverts("MissingField", field=1):
            port.issue(ruleId=rule, shipment="another")

    def test_not_while_paused(self, port: Port) -> None:
        made = port.issue()
        port.logistics.pause(DAY, sender=port.officer)
        with reverts("Paused"):
            port.issue(shipment="another")
        port.logistics.surrender(made, sender=port.seller)


class TestCover:
    """Appraisers and insurers say so, each in their own name, until when."""

    def test_attributes_stand_on_the_ledger(self, port: Port) -> None:
        made, until = port.issue(), port.suite.chain.now + DAY
        receipt = port.logistics.appraise(made, 7, until, sender=port.appraiser)
        assert receipt.events[-1] == events.Appraised(
            made, port.suite.entities["appraiser"], 7, until, emitter=port.logistics.address
        )
        receipt = port.logistics.insure(made, 8, until + 1, keccak(text="policy"), sender=port.insurer)
        assert receipt.events[-1] == events.Insured(
            made, port.suite.entities["insurer"], 8, until + 1, keccak(text="policy"), emitter=port.logistics.address
        )
        now = port.suite.chain.now
        for field, amount, source, end in ((VALUATION, 7, "appraiser", until), (INSURANCE, 8, "insurer", until + 1)):
            assert port.suite.ledger.attributeOf(made, field) == structs.Attribute(
                amount, port.suite.entities[source], now, end, 0
            )

    def test_by_their_roles_only(self, port: Port) -> None:
        made, until = port.issue(), port.suite.chain.now + DAY
        for who in (port.insurer, port.seller, port.carrier, port.mallory):
            with reverts("AccessManagedUnauthorized", caller=who.address):
                port.logistics.appraise(made, 7, until, sender=who)
        for who in (port.appraiser, port.seller, port.carrier, port.mallory):
            with reverts("AccessManagedUnauthorized", caller=who.address):
                port.logistics.insure(made, 7, until, b"\1" * 32, sender=who)
        with reverts("AccessManagedUnauthorized"):
            port.logistics.setAdvanceRate(port.rule, 1, sender=port.appraiser)

    def test_while_it_is_good_it_is_its_sources(self, port: Port) -> None:
        made = port.covered(days=1)
        port.suite.access.grantRole(8, port.other, 0, sender=port.admin)
        port.suite.access.grantRole(7, port.other, 0, sender=port.admin)
        until = port.suite.chain.now + DAY
        with reverts("StatedByAnother", id=made, field=8, source=port.suite.entities["insurer"]):
            port.logistics.insure(made, 0, 0, b"\0" * 32, sender=port.other)
        with reverts("StatedByAnother", id=made, field=7, source=port.suite.entities["appraiser"]):
            port.logistics.appraise(made, 1, until, sender=port.other)
        port.suite.chain.warp(until + 1)
        port.logistics.insure(made, UNIT, until + DAY, b"\1" * 32, sender=port.other)
        port.logistics.appraise(made, UNIT, until + DAY, sender=port.other)
        port.logistics.insure(made, 0, 0, b"\0" * 32, sender=port.other)
        port.logistics.insure(made, UNIT, until + DAY, b"\1" * 32, sender=port.insurer)

    def test_refused(self, port: Port) -> None:
        made, now = port.issue(), port.suite.chain.now
        with reverts("NotInFuture", validUntil=now):
            port.logistics.appraise(made, 7, now, sender=port.appraiser)
        with reverts("NotInFuture", validUntil=now):
            port.logistics.insure(made, 7, now, b"\1" * 32, sender=port.insurer)
        with reverts("NoAmount"):
            port.logistics.appraise(made, 0, now + 1, sender=port.appraiser)
        with reverts("UnknownCargo", id=77):
            port.logistics.appraise(77, 7, now + 1, sender=port.appraiser)
        with reverts("UnknownCargo", id=77):
            port.logistics.insure(77, 7, now + 1, b"\1" * 32, sender=port.insurer)
        port.suite.registry.suspend(port.appraiser, sender=port.officer)
        with reverts("NotActive", account=port.appraiser.address):
            port.logistics.appraise(made, 7, now + 1, sender=port.appraiser)


class TestLimit:
    """At most what is insured, at most valuation × advance rate, nothing once one is stale."""

    @pytest.mark.parametrize(
        ("worth", "insured", "limit"),
        [
            (100 * UNIT, 80 * UNIT, 70 * UNIT),
            (100 * UNIT, 60 * UNIT, 60 * UNIT),
            (100 * UNIT, 0, 0),
            (3, 10, 2),  # 2.1 rounded down
            (1, 10, 0),
            ((1 << 96) - 1, (1 << 96) - 1, ((1 << 96) - 1) * 7 // 10),
        ],
    )
    def test_the_lesser_of_both(self, port: Port, worth: int, insured: int, limit: int) -> None:
        assert port.logistics.pledgeable(port.covered(worth, insured)) == limit

    def test_all_liens_together(self, port: Port) -> None:
        made = port.covered()
        port.suite.send(port.seller, port.buyer, made, 50 * UNIT)
        port.pledge(made, 40 * UNIT)
        port.pledge(made, 29 * UNIT, "buyer")
        with reverts("PledgeLimit", id=made, limit=70 * UNIT, pledged=69 * UNIT, wanted=UNIT + 1):
            port.pledge(made, UNIT + 1, "buyer")
        port.pledge(made, UNIT, "buyer")
        assert port.logistics.coverOf(made).pledged == 70 * UNIT

    def test_released_and_seized_units_make_room(self, port: Port) -> None:
        made, ledger = port.covered(), port.suite.ledger
        port.pledge(made, 70 * UNIT)
        ledger.release(port.seller, made, 30 * UNIT, sender=port.bank)
        assert port.logistics.coverOf(made).pledged == 40 * UNIT
        ledger.seize(port.seller, port.bank, made, 10 * UNIT, sender=port.bank)
        assert port.logistics.coverOf(made).pledged == 30 * UNIT
        ledger.breakLien(port.seller, port.bank, made, 30 * UNIT, sender=port.officer)
        assert port.logistics.coverOf(made).pledged == 0
        port.pledge(made, 70 * UNIT)

    def test_a_transfer_counts_for_nothing(self, port: Port) -> None:
        made = port.covered()
        port.pledge(made, 70 * UNIT)
        port.suite.send(port.seller, port.buyer, made, 30 * UNIT)
        assert port.logistics.coverOf(made).pledged == 70 * UNIT

    def test_insurance_lapses_by_itself(self, port: Port) -> None:
        made = port.covered(days=1)
        end = port.suite.chain.now + DAY
        port.suite.chain.warp(end)
        with port.suite.chain.isolated():
            port.pledge(made, UNIT)
        port.suite.chain.warp(end + 1)
        assert port.logistics.pledgeable(made) == 0
        with reverts("NotInsured", id=made, validUntil=end):
            port.pledge(made, UNIT)
        port.logistics.insure(made, UNIT, end + DAY, b"\1" * 32, sender=port.insurer)
        with reverts("ValuationStale", id=made, validUntil=end):
            port.pledge(made, UNIT)
        assert port.logistics.pledgeable(made) == 0
        port.logistics.appraise(made, 10 * UNIT, end + DAY, sender=port.appraiser)
        port.pledge(made, UNIT)

    def test_the_insurer_ends_it_now(self, port: Port) -> None:
        made = port.covered()
        port.pledge(made, UNIT)
        port.logistics.insure(made, 0, 0, b"\0" * 32, sender=port.insurer)
        with reverts("NotInsured", id=made, validUntil=port.suite.chain.now):
            port.pledge(made, UNIT)
        assert port.logistics.coverOf(made).pledged == UNIT  # liens that stand go on

    def test_never_without_either(self, port: Port) -> None:
        made = port.issue()
        with reverts("NotInsured", id=made, validUntil=0):
            port.pledge(made, UNIT)

    def test_the_rate_is_the_one_of_its_issue(self, port: Port) -> None:
        made = port.covered()
        receipt = port.logistics.setAdvanceRate(port.rule, 10_000, sender=port.officer)
        assert list(receipt.events) == [events.AdvanceRateSet(port.rule, 10_000, emitter=port.logistics.address)]
        assert port.logistics.advanceRate(port.rule) == 10_000
        later = port.covered(shipment="later", insured=100 * UNIT)
        assert (port.logistics.pledgeable(made), port.logistics.pledgeable(later)) == (70 * UNIT, 100 * UNIT)
        with reverts("RateOutOfRange", advanceBps=10_001):
            port.logistics.setAdvanceRate(port.rule, 10_001, sender=port.officer)

    def test_without_a_rate_nothing(self, port: Port) -> None:
        rule = port.suite.standard.publish(b"other".ljust(32, b"\0"), RULES, sender=port.officer).returned
        assert port.logistics.pledgeable(port.covered(ruleId=rule)) == 0

    def test_only_the_ledger_tells(self, port: Port) -> None:
        made = port.covered()
        nobody = "0x" + "00" * 20
        move = structs.Move(made, port.seller.address, nobody, 0, port.seller.address, port.bank.address, 0, 5)
        with reverts("OnlyLedger", caller=port.mallory.address):
            port.logistics.onMove(move, sender=port.mallory)


class TestEnd:
    """Surrendered for the cargo, or lost."""

    def test_by_the_holder_of_all(self, port: Port) -> None:
        made, ledger = port.covered(), port.suite.ledger
        port.suite.send(port.seller, port.buyer, made, 10 * UNIT)
        with reverts("AllUnitsNeeded", id=made, free=90 * UNIT, units=100 * UNIT):
            port.logistics.surrender(made, sender=port.seller)
        port.suite.send(port.buyer, port.seller, made, 10 * UNIT)
        port.pledge(made, UNIT)
        with reverts("AllUnitsNeeded", id=made, free=99 * UNIT, units=100 * UNIT):
            port.logistics.surrender(made, sender=port.seller)
        ledger.release(port.seller, made, UNIT, sender=port.bank)
        port.suite.send(port.seller, port.buyer, made, 40 * UNIT)
        port.pledge(made, 40 * UNIT)  # 60 units, 40 of them pledged: together as many as there are
        with reverts("AllUnitsNeeded", id=made, free=20 * UNIT, units=100 * UNIT):
            port.logistics.surrender(made, sender=port.seller)
        ledger.release(port.seller, made, 40 * UNIT, sender=port.bank)
        port.suite.send(port.buyer, port.seller, made, 40 * UNIT)
        receipt = port.logistics.surrender(made, sender=port.seller)
        assert receipt.events[0] == events.CargoSurrendered(made, port.seller.address, emitter=port.logistics.address)
        assert (ledger.totalSupply(made), ledger.balanceOf(port.seller, made)) == (0, 0)
        assert port.logistics.pledgeable(made) == 0
        with reverts("NotInTransit", id=made, state=SURRENDERED):
            port.logistics.surrender(made, sender=port.seller)

    def test_lost(self, port: Port) -> None:
        made = port.covered()
        with reverts("NotItsCarrierOrInsurer", id=made, caller=port.seller.address):
            port.logistics.declareLost(made, b"\1" * 32, sender=port.seller)
        for who in (port.carrier, port.insurer):
            with port.suite.chain.isolated():
                receipt = port.logistics.declareLost(made, b"\1" * 32, sender=who)
                assert list(receipt.events) == [
                    events.CargoLost(made, who.address, b"\1" * 32, emitter=port.logistics.address)
                ]
                with reverts("NotInTransit", id=made, state=LOST):
                    port.pledge(made, UNIT)
                assert port.logistics.pledgeable(made) == 0
                port.suite.send(port.seller, port.buyer, made, UNIT)
                assert port.suite.ledger.totalSupply(made) == 100 * UNIT
        with reverts("NotActive"):
            port.logistics.declareLost(made, b"\1" * 32, sender=port.mallory)
        with reverts("UnknownCargo", id=77):
            port.logistics.declareLost(77, b"\1" * 32, sender=port.carrier)
        port.logistics.surrender(made, sender=port.seller)
        with reverts("NotInTransit", id=made, state=SURRENDERED):
            port.logistics.declareLost(made, b"\1" * 32, sender=port.carrier)

    def test_what_is_lost_can_be_given_up(self, port: Port) -> None:
        made = port.covered()
        port.logistics.declareLost(made, b"\1" * 32, sender=port.carrier)
        port.logistics.surrender(made, sender=port.seller)
        assert port.suite.ledger.totalSupply(made) == 0
        with reverts("NotInTransit", id=made, state=SURRENDERED):
            port.logistics.surrender(made, sender=port.seller)

    def test_pledges_that_stand_outlive_the_loss(self, port: Port) -> None:
        made, ledger = port.covered(), port.suite.ledger
        port.pledge(made, 10 * UNIT)
        port.logistics.declareLost(made, b"\1" * 32, sender=port.carrier)
        ledger.seize(port.seller, port.bank, made, 10 * UNIT, sender=port.bank)
        assert (ledger.balanceOf(port.bank, made), port.logistics.coverOf(made).pledged) == (10 * UNIT, 0)


def test_kinds_and_regions_are_the_standards(port: Port) -> None:
    assert port.suite.ledger.moduleOf(KIND) == port.logistics.address
    assert (EU, US) == (1, 2)
