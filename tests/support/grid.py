"""Meters, guarantees of origin and carbon assets on a chain, with everybody enrolled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from eth_utils.crypto import keccak

from caldera.contracts import (
    AssetCertificate,
    CarbonModule,
    EnergyModule,
    ParticipantRegistry,
    SuiteAccess,
    ValueStandard,
    structs,
)
from caldera.evm import Account, AddressLike, Chain, Revm
from tests.support.suite import selector_of

HOUR = 3_600
DAY = 86_400
YEAR = 365 * DAY
GUARANTEE, CARBON = 7, 8
EU, US = 1, 2
PRODUCER, TRADER, BANK = 1, 2, 4
LIFETIME = 540 * DAY  # about 18 months
SOLAR = 10_101
POWER = 1_000  # W
FACTOR = 485_123  # mg/kWh: 0.485123 g a watt-hour
ORIGIN = b"EU/guarantee-of-origin".ljust(32, b"\0")
OFFSET = b"EU/carbon".ljust(32, b"\0")
NOTHING = b"\0" * 32
READINGS = keccak(text="readings")
SOMEBODY, REASON = keccak(text="ACME Ltd"), keccak(text="scope 2, 2026")
ACTORS = ("admin", "officer", "producer", "trader", "bank", "utility", "foreigner", "stranger")


@dataclass
class Grid:
    """Producer, trader, utility and bank may hold guarantees; the same but the bank may hold carbon; foreigner is
    active and outside the scope; officer has every operational role; stranger is unknown."""

    chain: Chain
    access: SuiteAccess
    registry: ParticipantRegistry
    standard: ValueStandard
    ledger: AssetCertificate
    energy: EnergyModule
    carbon: CarbonModule
    entities: dict[str, int] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Account:
        if name not in ACTORS:
            raise AttributeError(name)
        return self.chain.account(name)

    def enrol(self, name: str, regions: int = EU, qualifications: int = TRADER, address: str | None = None) -> None:
        """Enrols an actor, or a contract, for an entity of its own."""
        entity = self.registry.createEntity(keccak(text=name), sender=self.officer).returned
        self.entities[name] = entity
        where = address or self.chain.account(name).address
        self.registry.enrol(where, entity, self.chain.now + 50 * YEAR, regions, qualifications, sender=self.officer)

    def facts(self, **changes: Any) -> structs.MeterFacts:
        """1,000 W of the producer, accredited for ten years."""
        given: dict[str, Any] = {
            "owner": self.producer.address,
            "ratedPower": POWER,
            "validUntil": self.chain.now + 10 * YEAR,
            "factor": FACTOR,
            "guaranteeTemplate": ORIGIN,
            "carbonTemplate": OFFSET,
        }
        return structs.MeterFacts(**(given | changes))

    def meter(self, number: str = "meter", since: int = DAY, **changes: Any) -> bytes:
        """Registers a meter whose output counts from `since` seconds ago on."""
        made = keccak(text=number)
        self.energy.registerMeter(made, SOLAR, self.chain.now - since, self.facts(**changes), sender=self.officer)
        return made

    def output(self, meter: bytes, watt_hours: int, seconds: int = HOUR, readings: bytes = READINGS) -> int:
        """States what was measured in the next so many seconds after the last statement."""
        start = self.energy.meterOf(meter).statedUntil
        made = self.energy.stateOutput(meter, start, start + seconds, watt_hours, readings, sender=self.officer)
        return made.returned

    def guarantee(self, watt_hours: int = POWER, number: str = "meter", **changes: Any) -> int:
        """A guarantee over one hour of a new meter."""
        return self.output(self.meter(number, **changes), watt_hours)

    def send(self, source: Account, target: AddressLike, asset: int, units: int) -> None:
        """Transfers units."""
        self.ledger.safeTransferFrom(source, target, asset, units, b"", sender=source)


def build(chain: Chain | None = None) -> Grid:
    """Deploys, connects and enrols."""
    chain = chain or Revm()
    admin, officer = chain.account("admin"), chain.account("officer")
    access = SuiteAccess.deploy(chain, admin, sender=admin)
    registry = ParticipantRegistry.deploy(chain, access, sender=admin)
    standard = ValueStandard.deploy(chain, access, sender=admin)
    ledger = AssetCertificate.deploy(chain, access, registry, "ipfs://{id}", sender=admin)
    energy = EnergyModule.deploy(chain, access, ledger, standard, LIFETIME, sender=admin)
    carbon = CarbonModule.deploy(chain, ledger, standard, energy, sender=admin)
    grid = Grid(chain, access, registry, standard, ledger, energy, carbon)
    for role in (1, 2, 3, 6):
        access.grantRole(role, officer, 0, sender=admin)
    for contract, role, names in (
        (registry, 1, ("createEntity", "enrol", "setFacts", "suspend", "reinstate", "remove")),
        (standard, 2, ("publish", "retire")),
        (ledger, 1, ("setFrozenTokens", "forcedTransfer", "breakLien")),
        (energy, 2, ("setLifetime",)),
        (energy, 3, ("pause", "unpause")),
        (energy, 6, ("registerMeter", "reviseMeter", "setMeterState", "stateOutput")),
    ):
        selectors = [selector_of(contract.ABI_NAME, name) for name in names]
        access.setTargetFunctionRole(contract, selectors, role, sender=admin)
    ledger.setModule(GUARANTEE, energy, sender=admin)
    ledger.setModule(CARBON, carbon, sender=admin)
    registry.subscribe(ledger, sender=admin)
    registry.defineRegions([structs.Region(number, 0) for number in range(80)], sender=admin)
    required = 1 << 0 | 1 << 2 | 1 << 3 | 1 << 5  # holder, expiry, amount, readings
    origin = structs.Rules(GUARANTEE, 0, 0, 0, required, 1, EU, PRODUCER | TRADER | BANK)
    standard.publish(ORIGIN, origin, sender=officer)
    required = 1 << 0 | 1 << 3 | 1 << 5  # holder, amount, readings of the guarantee
    offset = structs.Rules(CARBON, 0, 0, 0, required, 1, EU, PRODUCER | TRADER)
    standard.publish(OFFSET, offset, sender=officer)
    grid.enrol("producer", qualifications=PRODUCER)
    grid.enrol("trader")
    grid.enrol("utility")
    grid.enrol("bank", qualifications=BANK)
    grid.enrol("foreigner", regions=US)
    return grid
