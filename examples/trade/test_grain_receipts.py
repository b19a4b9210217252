"""The example of a trade: what `docs/add-a-trade.md` shows, on the whole suite as deployed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from eth_utils.crypto import keccak

from examples.trade import machine, stand
from examples.trade.stand import DAY, LOT, Granary, opened
from tests.properties import beside
from tests.support.suite import reverts
from tests.unit.docs.test_snippets import run

REASON = keccak(text="the silo burnt")
STORED, COLLECTED, SHORT = 1, 2, 3


@pytest.fixture(scope="module")
def shared() -> Iterator[Granary]:
    with opened() as granary:
        yield granary


@pytest.fixture
def granary(shared: Granary) -> Iterator[Granary]:
    with shared.chain.isolated():
        yield shared


def test_a_receipt_is_split_pledged_and_given_up_for_the_grain(granary: Granary) -> None:
    receipt = granary.store()
    assert receipt == granary.grain.idOf(granary.entities["warehouse"], "LOT-1")
    granary.cover(receipt, worth=40_000_000_000, insured=45_000_000_000)
    assert granary.grain.pledgeable(receipt) == 24_000_000_000  # 60 % of the appraisal, less than what is insured
    granary.pledge(receipt, 24_000_000_000)
    granary.ledger.safeTransferFrom(granary.mill, granary.trader, receipt, 20_000_000_000, b"", sender=granary.mill)
    with reverts("AllUnitsNeeded", free=6_000_000_000, units=LOT):
        granary.grain.collect(receipt, sender=granary.mill)
    granary.ledger.release(granary.mill, receipt, 24_000_000_000, sender=granary.bank)
    granary.ledger.safeTransferFrom(granary.trader, granary.mill, receipt, 20_000_000_000, b"", sender=granary.trader)
    granary.grain.collect(receipt, sender=granary.mill)
    assert granary.ledger.totalSupply(receipt) == 0
    assert granary.grain.receiptOf(receipt).state == COLLECTED


def test_only_a_warehouse_certifies_and_a_lot_once(granary: Granary) -> None:
    with reverts("NotAWarehouse", account=granary.mill.address):
        granary.store(by="mill")
    with reverts("NotActive", account=granary.stranger.address):
        granary.store(by="stranger")
    with reverts("NoLot"):
        granary.store(lot="")
    receipt = granary.store()
    with reverts("AssetExists", id=receipt):
        granary.store(to="trader")


def test_nothing_is_pledged_beyond_the_cover_or_once_it_is_stale(granary: Granary) -> None:
    receipt = granary.store()
    with reverts("NotInsured"):
        granary.pledge(receipt, LOT)
    granary.cover(receipt, worth=40_000_000_000, insured=20_000_000_000)
    with reverts("PledgeLimit", limit=20_000_000_000, pledged=0, wanted=20_000_000_001):
        granary.pledge(receipt, 20_000_000_001)
    granary.pledge(receipt, 10_000_000_000)
    granary.chain.skip(30 * DAY)
    granary.pledge(receipt, 5_000_000_000)  # the last second of the cover
    granary.chain.skip(1)
    with reverts("NotInsured"):
        granary.pledge(receipt, 5_000_000_000)


def test_what_is_short_is_a_claim_on_the_insurance(granary: Granary) -> None:
    receipt = granary.store()
    granary.cover(receipt, worth=LOT, insured=LOT)
    with reverts("NotItsWarehouseOrInsurer", id=receipt, caller=granary.mill.address):
        granary.grain.declareShort(receipt, REASON, sender=granary.mill)
    granary.grain.declareShort(receipt, REASON, sender=granary.insurer)
    assert granary.grain.pledgeable(receipt) == 0
    with reverts("NotStored", id=receipt, state=SHORT):
        granary.pledge(receipt, LOT)
    granary.grain.collect(receipt, sender=granary.mill)
    with reverts("NotStored", id=receipt, state=COLLECTED):
        granary.grain.collect(receipt, sender=granary.mill)
    with reverts("UnknownReceipt", id=1):
        granary.grain.interestedIn(1)


def test_a_guardian_stops_new_receipts_and_no_way_out(granary: Granary) -> None:
    receipt = granary.store()
    granary.grain.pause(DAY, sender=granary.guardian)
    with reverts("Paused"):
        granary.store(lot="LOT-2")
    granary.grain.collect(receipt, sender=granary.mill)


def test_roles_are_those_of_the_profile(granary: Granary) -> None:
    receipt = granary.store()
    until = granary.chain.now + DAY
    for function, values in {
        "appraise": (receipt, LOT, until),
        "insure": (receipt, LOT, until, REASON),
        "setAdvanceRate": (granary.rule, 10_000),
        "pause": (DAY,),
    }.items():
        with reverts("AccessManagedUnauthorized"):
            getattr(granary.grain, function)(*values, sender=granary.mill)
    assert granary.grain.interestedIn(receipt) == (granary.entities["mill"], granary.entities["warehouse"])


def test_the_page_runs(granary: Granary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand, "opened", lambda: nullcontext(granary))  # one deployment is enough
    assert run("add-a-trade", {}) == 1


def test_receipts_agree_with_the_exact_model(shared: Granary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "STEPS", min(beside.STEPS, 1_000))
    with shared.chain.isolated():
        beside.run(machine.GrainMachine, shared.chain.snapshot(), granary=shared)
