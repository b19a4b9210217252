"""Cargo on its way, crops in the field, power that was fed in: what is certified, covered, pledged and used up."""

from __future__ import annotations

from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import rule

from caldera.anchoring import Batch, Leaf
from caldera.contracts import structs
from caldera.recording import later_than
from tests.properties.suite.kernel import parts, pick
from tests.properties.suite.rooms.estate import Estate
from tests.properties.suite.stage import UNIT
from tests.support.suite import DAY

EUR = 1
CARGO, GUARANTEE, CARBON, PLANTING = 2, 7, 8, 9
HOUR = 3_600
KILOWATT_HOUR = 1_000
MEGAWATT = 10**6
NONE = bytes(32)


class Trades(Estate):
    """Rules about cargo, plantings and energy."""

    def of_kind(self, kind: int) -> list[int]:
        """Ids of which somebody holds units."""
        certificates = self.world.certificates
        return [n for n, k in certificates.kinds.items() if k == kind and certificates.ledger.assets[n].supply()]

    def holder_of(self, number: int) -> str:
        """An actor who holds free units; empty where there is none."""
        units = self.world.certificates.ledger.assets[number].units
        found = [self.label(at.holder) for at, held in units.items() if held and not at.lien and self.label(at.holder)]
        return found[0] if found else ""

    # events

    def seen(self, name: str, about: str, by: str) -> bytes:
        """An event that somebody anchored and recorded; its id."""
        leaf = Leaf(keccak(text=name), keccak(text=about), NONE, keccak(text=name), self.now, 0, NONE)
        batch, source, events = Batch((leaf,)), self.who(by), self.net.events
        entity = self.world.parties.entity(source.address)
        self.act("events.anchor", lambda: events.anchor(batch.root, 1, self.now, self.now, sender=source))
        given, anybody = structs.EventLeaf(*leaf), self.who("stranger")
        if self.next() % 2:
            self.act("events.record", lambda: events.record(entity, batch.root, given, [], sender=anybody))
        else:
            later = later_than(events, entity, leaf)
            self.act("events.recordAt", lambda: events.recordAt(entity, batch.root, given, [], later, sender=anybody))
        return bytes(leaf.id)

    # cargo

    def cargo(self, which: int, covered: bool) -> int:
        """Certified by the carrier for the seller; its id, 0 where that is refused."""
        given = structs.Cargo(f"SHIP-{self.next()}", 40 * UNIT, EUR, self.net.rule("EU/cargo"), b"\1" * 32)
        logistics, to = self.net.logistics, self.who("seller" if which % 2 else "supplier")
        made = self.act("logistics.issue", lambda: logistics.issue(to, given, sender=self.who("carrier")))
        if made is None:
            return 0
        number = int(made.returned)
        assert self.world.balances.units[number][to.address] == given.declared, "1. as the carrier declares"
        if covered:
            until = self.now + 30 * DAY
            by, insurer = self.who("appraiser"), self.who("insurer")
            self.act("logistics.appraise", lambda: logistics.appraise(number, 40 * UNIT, until, sender=by))
            self.act("logistics.insure", lambda: logistics.insure(number, 35 * UNIT, until, b"\2" * 32, sender=insurer))
        return number

    @rule(which=pick, how=st.sampled_from(["", "pledge", "pledge", "surrender", "lost", "borrow"]))
    def ship(self, which: int, how: str) -> None:
        number = self.cargo(which, how in ("pledge", "borrow"))
        if not number:
            return
        owner, logistics = self.who(self.holder_of(number) or "seller"), self.net.logistics
        if how == "surrender":
            self.act("logistics.surrender", lambda: logistics.surrender(number, sender=owner))
        elif how == "lost":
            by = self.who("carrier")
            self.act("logistics.declareLost", lambda: logistics.declareLost(number, b"\1" * 32, sender=by))
        elif how:
            to = self.net.desk.address if how == "borrow" else self.who("bank").address
            most, pledge = logistics.pledgeable(number), self.net.certificates.pledge
            units = min(20 * UNIT, most)
            self.act("certificates.pledge cargo", lambda: pledge(owner, to, number, units, sender=owner))
            self.never(
                "1. no more is pledged than is insured and worth it",
                lambda: pledge(owner, to, number, most, sender=owner),
            )

    # crops

    def planting(self, which: int) -> int:
        """Of the farmer on a parcel of its own, with all its stages; 0 where that is refused."""
        growing = [n for n in self.of_kind(PLANTING) if self.net.agriculture.plantingOf(n).state == 1]
        if growing and which % 2:
            return self.one(growing, which)
        parcel, farmer = self.title("farmer", False), self.who("farmer")
        if not parcel:
            return 0
        agriculture, lot = self.net.agriculture, f"LOT-{self.next()}"
        given = structs.Planting(
            lot, parcel, 40 * UNIT, self.now + 200 * DAY, EUR, self.net.rule("EU/planting"), b"\1" * 32
        )
        made = self.act("agriculture.plant", lambda: agriculture.plant(given, sender=farmer))
        if made is None:
            return 0
        number = int(made.returned)
        for stage in ("sown", "sprouted", "inspected"):
            event, by = self.seen(f"{lot} {stage}", lot, "attestor"), self.who("attestor")
            self.act("agriculture.certifyStage", lambda e=event, b=by: agriculture.certifyStage(number, e, sender=b))
            self.wait(1)
        return number

    @rule(which=pick, how=st.sampled_from(["cover", "harvest", "harvest", "failed", "close"]))
    def farm(self, which: int, how: str) -> None:
        number = self.planting(which)
        if not number:
            return
        agriculture, farmer, until = self.net.agriculture, self.who("farmer"), self.now + 60 * DAY
        if how == "cover":
            by, insurer, bank = self.who("appraiser"), self.who("insurer"), self.who("bank")
            self.act("agriculture.appraise", lambda: agriculture.appraise(number, 40 * UNIT, until, sender=by))
            self.act(
                "agriculture.insure",
                lambda: agriculture.insure(number, 30 * UNIT, until, b"\2" * 32, sender=insurer),
            )
            pledge = self.net.certificates.pledge
            self.act("certificates.pledge crop", lambda: pledge(farmer, bank, number, 5 * UNIT, sender=farmer))
            self.act("agriculture.agreeToHarvest", lambda: agriculture.agreeToHarvest(number, True, sender=bank))
        elif how == "failed":
            insurer = self.who("insurer")
            self.act(
                "agriculture.insure",
                lambda: agriculture.insure(number, 30 * UNIT, until, b"\2" * 32, sender=insurer),
            )
            self.act("agriculture.declareFailed", lambda: agriculture.declareFailed(number, b"\1" * 32, sender=insurer))
        else:
            crates = structs.Harvest(
                self.net.rule("EU/produce"),
                self.net.regions("DE"),
                self.net.qualifications("SUPERMARKET"),
                self.stage.entity("farmer"),
                3,
                b"\3" * 32,
            )
            self.act("agriculture.harvest", lambda: agriculture.harvest(number, crates, sender=farmer))
            if how == "close":
                self.act("agriculture.close", lambda: agriculture.close(number, sender=farmer))

    # energy

    def guarantee(self, which: int) -> int:
        """Of an hour of a new meter; 0 where that is refused."""
        found = self.of_kind(GUARANTEE)
        if found and which % 2:
            return self.one(found, which)
        energy, by, meter = self.net.energy, self.who("attestor"), self.next().to_bytes(32, "big")
        facts = structs.MeterFacts(
            self.who("supplier").address,
            MEGAWATT,
            self.now + 900 * DAY,
            400,
            b"EU/guarantee-of-origin".ljust(32, b"\0"),
            b"EU/carbon".ljust(32, b"\0"),
        )
        since = self.now - DAY
        self.act("energy.registerMeter", lambda: energy.registerMeter(meter, 1, since, facts, sender=by))
        made = self.act(
            "energy.stateOutput",
            lambda: energy.stateOutput(meter, since, since + HOUR, MEGAWATT, b"\1" * 32, sender=by),
        )
        if which % 3 == 0:
            self.act("energy.reviseMeter", lambda: energy.reviseMeter(meter, facts, sender=by))
            self.act("energy.setMeterState", lambda: energy.setMeterState(meter, 2, b"\1" * 32, sender=by))
        return int(made.returned) if made else 0

    @rule(which=pick, part=parts, how=st.sampled_from(["redeem", "redeem", "convert", "convert", "retire", "expire"]))
    def energise(self, which: int, part: int, how: str) -> None:
        """A watt-hour is used once: as power or as carbon."""
        number = self.guarantee(which)
        if not number or not self.holder_of(number):
            return
        energy, holder = self.net.energy, self.who(self.holder_of(number))
        held = self.world.balances.units[number][holder.address]
        amount = held // part // KILOWATT_HOUR * KILOWATT_HOUR or held
        if how == "redeem":
            self.act("energy.redeem", lambda: energy.redeem(number, amount, b"\1" * 32, b"\2" * 32, sender=holder))
        elif how == "expire":
            self.until(energy.guaranteeOf(number).expires)
            self.act("energy.expire", lambda: energy.expire(number, sender=self.who("stranger")))
        else:
            self.act("energy.convert", lambda: energy.convert(number, amount, sender=holder))
            found = self.of_kind(CARBON)
            if how == "retire" and found and self.holder_of(found[-1]):
                carbon, by = found[-1], self.who(self.holder_of(found[-1]))
                grams = self.world.balances.units[carbon][by.address]
                self.act(
                    "carbon.retire",
                    lambda: self.net.carbon.retire(carbon, grams, b"\1" * 32, b"\2" * 32, sender=by),
                )
        facts = energy.guaranteeOf(number)
        held = self.world.balances.units[number].total()
        assert facts.redeemed + facts.converted + held <= facts.issued, "1. a watt-hour is used once"
