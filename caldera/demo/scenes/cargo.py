"""A shipment: its events anchored, its cargo certified, insured, pledged; then the insurance lapses."""

from __future__ import annotations

from functools import partial
from itertools import count

from eth_utils.crypto import keccak

from caldera.anchoring import Batch, leaf_of, subject_of
from caldera.contracts import structs
from caldera.demo.amounts import money
from caldera.demo.labels import SHIPPER
from caldera.demo.scenes.stage import DAY, Scene, Stage
from caldera.devnet import Devnet
from caldera.documents.epcis import EpcisDocument, Event

DECLARED, INSURED = 50_000_000_000, 40_000_000_000
_numbers = count(1)


def play(devnet: Devnet, document: EpcisDocument, name: str) -> Scene:
    """One document of events. Each shipment that it names becomes a certificate of the owner's cargo."""
    stage = Stage(devnet, Scene(f"Cargo: {name}"))
    carrier = devnet.enrol("Baltic Carriers", "NAME:Baltic Carriers", "ENTERPRISE")
    batch = Batch.of(document.events)
    late = max(batch.last, *(leaf.declaredAt for leaf in batch.leaves)) - devnet.chain.now
    if late > 0:
        devnet.chain.skip(late)
    _anchor(stage, document, batch)
    found = shipments(document)
    for event in found:
        _finance(stage, event)
    if not found:
        stage.see(carrier.label, "looks for a shipment", "the events name none: nothing to certify")
    return stage.scene


def shipments(document: EpcisDocument) -> list[Event]:
    """The shipments that a document names, each by its last event."""
    return list({event.shipment_key or event.shipment: event for event in document.events if event.shipment}.values())


def _anchor(stage: Stage, document: EpcisDocument, batch: Batch) -> None:
    devnet = stage.devnet
    carrier, anyone = devnet.chain.account("Baltic Carriers"), devnet.chain.account("anyone")
    devnet.chain.set_balance(anyone, 10**20)
    events, size = devnet.events, len(batch.leaves)
    source = devnet.registry.participant(carrier).entity
    known = events.batchOf(source, batch.root).count
    if not known:
        what = f"anchors {size} event{'s' * (size > 1)} in one transaction"
        stage.do(
            carrier.label,
            what,
            lambda: events.anchor(batch.root, size, batch.first, batch.last, sender=carrier),
            f"root 0x{batch.root.hex()[:8]}…",
        )
    for event in document.in_order():
        leaf = leaf_of(event)
        given, proof = structs.EventLeaf(*leaf), batch.proof(leaf)
        kind = "an error declaration" if leaf.declaredAt else f"{event.kind} {event.biz_step or ''}".strip()
        stage.do(
            "anyone",
            f"records {kind}",
            partial(events.record, source, batch.root, given, proof, sender=anyone),
            partial(_recorded, event),
        )
    last = leaf_of(document.in_order()[-1])
    again = events.record(source, batch.root, structs.EventLeaf(*last), batch.proof(last), sender=anyone)
    stage.see("anyone", "brings the last one once more", "recorded twice!" if again.returned else "nothing changes")


def _recorded(event: Event, changed: bool) -> str:
    if not changed:
        return "known already: nothing changes"
    return "the event is void" if event.error_declaration else _seen(event)


def _seen(event: Event) -> str:
    place = event.local_time.isoformat(sep=" ", timespec="minutes")
    readings = [
        f"{reading.kind} {reading.value if reading.value is not None else reading.mean} {reading.uom}"
        for reading in event.readings
        if reading.value is not None or reading.mean is not None
    ]
    more = f" and {len(readings) - 2} more" if len(readings) > 2 else ""
    return "; ".join([place, *readings[:2]]) + more


def _finance(stage: Stage, event: Event) -> None:
    devnet, subject = stage.devnet, subject_of(event)
    logistics, ledger = devnet.logistics, devnet.certificates
    carrier = devnet.chain.account("Baltic Carriers")
    owner = devnet.enrol(SHIPPER, f"NAME:{SHIPPER}", "ENTERPRISE")
    bank = devnet.enrol("Quay Bank", "NAME:Quay Bank", "BANK")
    appraiser, insurer = devnet.officer("appraiser"), devnet.officer("insurer")
    for officer in (appraiser, insurer):
        devnet.enrol(officer.label, f"NAME:{officer.label}", officer.label.upper())
    # A shipment is certified once: the demo's own copies of a document bear a number.
    entity = devnet.registry.participant(carrier).entity
    shipment = subject
    while ledger.termsOf(logistics.idOf(entity, shipment)):
        shipment = f"{subject}#{next(_numbers)}"
    cargo = logistics.Cargo(
        shipment, DECLARED, devnet.deployment.currencies["EUR"], devnet.rule("EU/cargo"), b"\1" * 32
    )
    made = stage.do(
        carrier.label,
        f"certifies the cargo of {shipment}",
        lambda: logistics.issue(owner, cargo, sender=carrier),
        f"{money(DECLARED)} EUR to {owner.label}",
    )
    until = stage.now + 30 * DAY
    stage.do(
        appraiser.label,
        "states what it is worth, for 30 days",
        lambda: logistics.appraise(made, DECLARED, until, sender=appraiser),
        f"{money(DECLARED)} EUR",
    )
    covered = stage.now + 10 * DAY
    stage.do(
        insurer.label,
        "states what is insured, for 10 days",
        lambda: logistics.insure(made, INSURED, covered, keccak(text="policy"), sender=insurer),
        f"{money(INSURED)} EUR",
    )
    limit = logistics.pledgeable(made)
    stage.see(bank.label, "reads what can be pledged in all", f"{money(limit)} EUR: 75 % of the valuation")
    half = limit // 2
    stage.do(
        owner.label,
        f"pledges to {bank.label}",
        lambda: ledger.pledge(owner, bank, made, half, sender=owner),
        f"{money(half)} EUR",
    )
    more = limit - half + 10**9
    stage.refused(
        owner.label,
        f"pledges {money(more)} EUR more",
        lambda: ledger.pledge(owner, bank, made, more, sender=owner),
    )
    stage.wait(11)
    stage.see(bank.label, "reads it after the insurance lapsed", f"{money(logistics.pledgeable(made))} EUR")
    stage.refused(
        owner.label,
        "pledges 1,000.00 EUR more",
        lambda: ledger.pledge(owner, bank, made, 10**9, sender=owner),
    )
    pledged = logistics.coverOf(made).pledged
    figures = stage.scene.figures
    figures["pledged"] = figures.get("pledged", 0) + pledged
    figures["certificates"] = figures.get("certificates", 0) + 1
