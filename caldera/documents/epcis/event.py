"""One event of EPCIS 2.0."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from eth_utils.crypto import keccak

from caldera.documents.epcis.identifiers import element_string, is_logistic_unit, sscc18
from caldera.documents.epcis.jsontext import Json
from caldera.documents.epcis.model import Action, BusinessTransaction, ErrorDeclaration, EventKind, Place, Quantity
from caldera.documents.epcis.sensors import Reading, SensorElement

_SHIPPING = ("bol", "desadv")


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to which objects, when, where and why.

    Attributes:
        kind: one of the five event types.
        event_id: the eventID, or ``urn:sha256:<hex>`` of ``canonical`` where the event has none.
        has_own_id: whether the event has an eventID.
        time: when it happened, UTC, exact.
        offset: of local time from UTC at the place of the event; ``time + offset`` is what the clock there showed.
        canonical: the event as received without @context, recordTime and errorDeclaration, in the form of
            :mod:`caldera.documents.epcis.canonical`.
        record_time: when a repository stored it, UTC.
        action: None for a TransformationEvent only.
        biz_step, disposition: short names (``"shipping"``, ``"in_transit"``) or private URIs.
        persistent_set, persistent_unset: dispositions that hold on beyond the event, or no longer.
        read_point, biz_location: URIs.
        epcs, quantities: of an ObjectEvent or TransactionEvent.
        parent: of an AggregationEvent, AssociationEvent or TransactionEvent.
        children, child_quantities: of an AggregationEvent or AssociationEvent.
        inputs, input_quantities, outputs, output_quantities, transformation_id: of a TransformationEvent.
        certifications: URIs of certification details.
        ilmd: master data of the instance or lot, as received.
        extensions: members with a prefix, as received; numbers are int or Decimal.
    """

    kind: EventKind
    event_id: str
    has_own_id: bool
    time: datetime
    offset: timedelta
    canonical: bytes = field(repr=False)
    record_time: datetime | None = None
    action: Action | None = None
    biz_step: str | None = None
    disposition: str | None = None
    persistent_set: tuple[str, ...] = ()
    persistent_unset: tuple[str, ...] = ()
    read_point: str | None = None
    biz_location: str | None = None
    epcs: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    parent: str | None = None
    children: tuple[str, ...] = ()
    child_quantities: tuple[Quantity, ...] = ()
    inputs: tuple[str, ...] = ()
    input_quantities: tuple[Quantity, ...] = ()
    outputs: tuple[str, ...] = ()
    output_quantities: tuple[Quantity, ...] = ()
    transformation_id: str | None = None
    transactions: tuple[BusinessTransaction, ...] = ()
    sources: tuple[Place, ...] = ()
    destinations: tuple[Place, ...] = ()
    sensors: tuple[SensorElement, ...] = ()
    certifications: tuple[str, ...] = ()
    error_declaration: ErrorDeclaration | None = None
    ilmd: dict[str, Json] = field(default_factory=dict, hash=False)
    extensions: dict[str, Json] = field(default_factory=dict, hash=False)

    @property
    def local_time(self) -> datetime:
        """``time`` on the clock at the place of the event."""
        return self.time.astimezone(timezone(self.offset))

    @property
    def content_hash(self) -> bytes:
        """keccak256 of ``canonical``, 32 bytes."""
        return keccak(self.canonical)

    @property
    def objects(self) -> tuple[str, ...]:
        """Every object that the event names, once: parent, epcs, children, inputs, outputs. Classes are not objects."""
        parent = (self.parent,) if self.parent is not None else ()
        return tuple(dict.fromkeys((*parent, *self.epcs, *self.children, *self.inputs, *self.outputs)))

    @property
    def classes(self) -> tuple[str, ...]:
        """Every class or lot that the event names in a quantity, once."""
        listed = (*self.quantities, *self.child_quantities, *self.input_quantities, *self.output_quantities)
        return tuple(dict.fromkeys(quantity.epc_class for quantity in listed))

    @property
    def shipment(self) -> str | None:
        """The logistic unit that the event is about, as written.

        The parent, if there is one; else the first SSCC, GSIN, GINC or GRAI among epcs, children, outputs and inputs;
        else the first business transaction that is a bill of lading, a despatch advice, a GSIN or a GINC; else None.
        """
        if self.parent is not None:
            return self.parent
        for identifier in (*self.epcs, *self.children, *self.outputs, *self.inputs):
            if is_logistic_unit(identifier):
                return identifier
        for transaction in self.transactions:
            if transaction.type in _SHIPPING or is_logistic_unit(transaction.id):
                return transaction.id
        return None

    @property
    def shipment_key(self) -> str | None:
        """``shipment`` in the form in which EPC URN and GS1 Digital Link of one unit are equal."""
        return None if self.shipment is None else element_string(self.shipment)

    @property
    def sscc18(self) -> str | None:
        """The 18 digits of ``shipment`` if that is an SSCC."""
        return None if self.shipment is None else sscc18(self.shipment)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The readings of all sensor elements."""
        return tuple(reading for element in self.sensors for reading in element.readings)
