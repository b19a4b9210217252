"""A farm on an estate that is there: plantings, inspectors' events, goods for supermarkets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak

from caldera.anchoring import Batch
from caldera.contracts import AgricultureModule, DirectedGoods, EventAnchor, structs
from caldera.evm import Account
from tests.support.cargo import leaf
from tests.support.estate import BANK, DAY, EU, FARMER, US, Estate
from tests.support.suite import selector_of

KIND = 9
SUPERMARKET = 8
LOT = "(01)04012345111118(10)WHEAT-26"
NAMES = ("inspector", "second inspector", "appraiser", "insurer", "market", "overseas", "kiosk")


@dataclass
class Farm:
    """The owner of a parcel farms it. Three stages are asked for, fresh for 30 days; the advance rate is 50%. market is
    a supermarket within the scope, overseas one outside, kiosk none."""

    estate: Estate
    agriculture: AgricultureModule
    goods: DirectedGoods
    events: EventAnchor
    rule: int
    produce: int

    def __getattr__(self, name: str) -> Account:
        return self.estate.chain.account(name.replace("_", " "))

    @property
    def now(self) -> int:
        return self.estate.chain.now

    def planting(self, parcel: int, **changes: Any) -> structs.Planting:
        """A harvest worth 50,000.00 within 200 days."""
        given: dict[str, Any] = {
            "lot": LOT,
            "parcel": parcel,
            "expected": 50_000_000_000,
            "harvestBy": self.now + 200 * DAY,
            "currencyId": 1,
            "ruleId": self.rule,
            "documentHash": keccak(text="plan"),
        }
        return structs.Planting(**(given | changes))

    def plant(self, parcel: int | None = None, farmer: str = "owner", **changes: Any) -> int:
        """On a new parcel of the owner, unless one is named."""
        where = self.estate.right() if parcel is None else parcel
        planting = self.planting(where, **changes)
        return self.agriculture.plant(planting, sender=getattr(self, farmer)).returned

    def see(self, name: str, ago: int = 0, lot: str = LOT, by: str = "inspector", **changes: Any) -> bytes:
        """An event about the lot, anchored and recorded; its id."""
        one = leaf(name, self.now - ago, lot, **changes)
        batch = Batch((one,))
        self.events.anchor(batch.root, 1, one.time, one.time, sender=getattr(self, by))
        source = self.estate.entities[by.replace("_", " ")]
        self.events.record(source, batch.root, structs.EventLeaf(*one), [], sender=self.stranger)
        return one.id

    def certify(self, planting: int, name: str, ago: int = 0, by: str = "inspector") -> None:
        """The next stage."""
        event = self.see(name, ago, by=by)
        self.agriculture.certifyStage(planting, event, sender=getattr(self, by))

    def traced(self, **changes: Any) -> int:
        """A planting with all its stages."""
        made = self.plant(**changes)
        for number, name in enumerate(("sown", "sprouted", "inspected")):
            self.certify(made, name, 2 - number)
        return made

    def cover(self, planting: int, worth: int = 50_000_000_000, insured: int = 40_000_000_000) -> None:
        """For 100 days."""
        until = self.now + 100 * DAY
        self.agriculture.appraise(planting, worth, until, sender=self.appraiser)
        self.agriculture.insure(planting, insured, until, keccak(text="policy"), sender=self.insurer)

    def pledge(self, planting: int, units: int) -> None:
        """To the bank."""
        self.estate.ledger.pledge(self.owner, self.bank, planting, units, sender=self.owner)

    def harvest(self, **changes: Any) -> structs.Harvest:
        """A hundred crates for supermarkets of the Union."""
        given: dict[str, Any] = {
            "ruleId": self.produce,
            "regions": EU,
            "qualifications": SUPERMARKET,
            "afterSales": self.estate.entities["owner"],
            "count": 100,
            "documentHash": keccak(text="lot sheet"),
        }
        return structs.Harvest(**(given | changes))


def build(estate: Estate) -> Farm:
    """Adds agriculture to an estate."""
    chain, admin, officer = estate.chain, estate.admin, estate.officer
    goods = DirectedGoods.deploy(chain, estate.access, estate.registry, "ipfs://", sender=admin)
    events = EventAnchor.deploy(chain, estate.registry, sender=admin)
    agriculture = AgricultureModule.deploy(
        chain, estate.access, estate.ledger, goods, estate.rights, events, estate.standard, sender=admin
    )
    estate.ledger.setModule(KIND, agriculture, sender=admin)
    goods.setModule(KIND, agriculture, sender=admin)
    estate.registry.subscribe(goods, sender=admin)
    estate.registry.sync(goods, [chain.account(name) for name in ("owner", "buyer", "bank")], sender=admin)
    for name in NAMES:
        regions = US if name == "overseas" else EU
        estate.enrol(name, regions, SUPERMARKET if name in ("market", "overseas") else 0)
    for role, functions, holders in (
        (2, ("setAdvanceRate", "setRequirements"), ()),
        (3, ("pause",), ()),
        (6, ("certifyStage",), ("inspector", "second inspector")),
        (7, ("appraise",), ("appraiser",)),
        (8, ("insure",), ("insurer",)),
    ):
        selectors = [selector_of("AgricultureModule", name) for name in functions]
        estate.access.setTargetFunctionRole(agriculture, selectors, role, sender=admin)
        for holder in holders:
            estate.access.grantRole(role, chain.account(holder), 0, sender=admin)
    standard = estate.standard
    planting = structs.Rules(KIND, 0, 0, 0, 1 << 5, 1_000_000_000, EU, FARMER | BANK)
    rule = standard.publish(b"EU/planting".ljust(32, b"\0"), planting, sender=officer).returned
    sale = structs.Rules(KIND, 0, 0, 0, 1 << 10 | 1 << 11 | 1 << 12, 1, EU, SUPERMARKET)
    produce = standard.publish(b"EU/produce".ljust(32, b"\0"), sale, sender=officer).returned
    agriculture.setAdvanceRate(rule, 5000, sender=officer)
    agriculture.setRequirements(rule, structs.Requirements(3, 30 * DAY), sender=officer)
    return Farm(estate, agriculture, goods, events, rule, produce)
