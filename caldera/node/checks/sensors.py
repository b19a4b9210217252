"""`sensor-plausibility`: readings of EPCIS events within physical bounds and rates of change, without gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from caldera.documents import DocumentError, read_epcis
from caldera.documents.epcis import Reading

from ..model import Request, RequestKind, Verdict
from .options import Options, decimal_text, options

if TYPE_CHECKING:
    from ..facts import ChainFacts

Text = Annotated[str, BeforeValidator(decimal_text)]


class _Bounds(Options):
    """Of one type of measurement, in one unit. `per_hour`: the fastest change that can be."""

    uom: str
    least: Text
    most: Text
    per_hour: Text | None = None
    gap_minutes: int | None = Field(default=None, ge=1)


class _Options(Options):
    bounds: dict[str, _Bounds] = Field(min_length=1)
    least_readings: int = Field(default=1, ge=1)
    unknown: bool = True
    """Whether readings of types without bounds may stand in the document."""


class SensorPlausibility:
    """Refuses the first reading that cannot be, that changed too fast, or that came too long after the one before it of
    its device. Alarms and errors that a sensor itself tells of are refused, too."""

    name = "sensor-plausibility"
    kinds = frozenset({RequestKind.valuation, RequestKind.insurance, RequestKind.mapping_compliance})

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._options = options(_Options, given)

    def check(self, request: Request, document: bytes, chain: ChainFacts) -> Verdict:
        """Looks at the document alone."""
        try:
            events = read_epcis(document).in_order()
        except DocumentError as error:
            return Verdict(False, f"the document cannot be used: {error.what}")
        series: dict[tuple[str, str, str], list[tuple[datetime, Fraction]]] = defaultdict(list)
        for event in events:
            if event.error_declaration is not None:
                continue
            for reading in event.readings:
                problem = self._one(reading, series)
                if problem:
                    return Verdict(False, f"{event.event_id}: {problem}")
        count = sum(len(points) for points in series.values())
        if count < self._options.least_readings:
            return Verdict(False, f"{count} readings with bounds, {self._options.least_readings} are needed")
        for (kind, device, _), points in series.items():
            problem = self._course(self._options.bounds[kind], sorted(points))
            if problem:
                return Verdict(False, f"{kind} of {device or 'the sensor'}: {problem}")
        return Verdict(True, f"{count} readings are plausible", facts={"readings": str(count)})

    def _one(self, reading: Reading, series: dict[tuple[str, str, str], list[tuple[datetime, Fraction]]]) -> str:
        if reading.exception is not None:
            return f"the sensor tells of {reading.exception}"
        bounds = self._options.bounds.get(reading.kind)
        if bounds is None:
            return "" if self._options.unknown else f"a reading of {reading.kind}, for which there are no bounds"
        given = [reading.value, reading.min_value, reading.max_value, reading.mean]
        values = [value for value in given if value is not None]
        if not values:
            return ""
        if reading.uom != bounds.uom:
            return f"{reading.kind} in {reading.uom}, its bounds are in {bounds.uom}"
        for value in values:
            if not Decimal(bounds.least) <= value <= Decimal(bounds.most):
                return f"{reading.kind} {value} {bounds.uom} is not between {bounds.least} and {bounds.most}"
        middle = reading.value if reading.value is not None else reading.mean
        if middle is not None:
            key = (reading.kind, reading.device or "", reading.component or "")
            series[key].append((reading.observed_at, Fraction(middle)))
        return ""

    @staticmethod
    def _course(bounds: _Bounds, points: list[tuple[datetime, Fraction]]) -> str:
        for (earlier, before), (later, after) in pairwise(points):
            apart = later - earlier
            seconds = Fraction(apart.days * 86_400 + apart.seconds) + Fraction(apart.microseconds, 1_000_000)
            if bounds.gap_minutes is not None and seconds > bounds.gap_minutes * 60:
                return f"no reading from {earlier.isoformat()} to {later.isoformat()}"
            if bounds.per_hour is None:
                continue
            if abs(after - before) * 3600 > Fraction(bounds.per_hour) * seconds:
                return f"from {_text(before)} to {_text(after)} {bounds.uom} until {later.isoformat()} is too fast"
        return ""


def _text(value: Fraction) -> str:
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
