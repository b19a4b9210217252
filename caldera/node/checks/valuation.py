"""`valuation-band`: the claimed amount lies within a band around a reference."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from caldera.deployment.errors import ProfileNotReadable
from caldera.deployment.yaml_reader import read_yaml

from ..errors import CheckInvalid
from ..model import Request, RequestKind, Verdict
from .options import Options, decimal_text, options

if TYPE_CHECKING:
    from ..facts import ChainFacts

_BPS = 10_000


class _Options(Options):
    reference: Literal["face", "units", "table"] = "face"
    """`face`: what is owed on a receivable. `units`: the units a covered asset was issued with. `table`: a file."""
    below_bps: int = Field(default=_BPS, ge=0, le=_BPS)
    above_bps: int = Field(default=0, ge=0, le=1_000_000)
    table: str | None = None

    @model_validator(mode="after")
    def _table_named(self) -> _Options:
        if (self.reference == "table") != (self.table is not None):
            raise ValueError("name the file `table` where the reference is `table`, and nowhere else")
        return self


class _Price(Options):
    amount: Annotated[str, BeforeValidator(decimal_text)]
    decimals: int = Field(default=0, ge=0, le=18)


class ValuationBand:
    """Accepts reference × (1 - below) <= claimed <= reference × (1 + above), compared exactly."""

    name = "valuation-band"
    kinds = frozenset({RequestKind.valuation, RequestKind.insurance})

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._options = options(_Options, given)
        self._prices = _table(self._options) if self._options.table is not None else {}

    def check(self, request: Request, document: bytes, chain: ChainFacts) -> Verdict:
        """The reference is read at the moment of the check."""
        reference = self._reference(request, chain)
        least = reference * (_BPS - self._options.below_bps) / _BPS
        most = reference * (_BPS + self._options.above_bps) / _BPS
        facts = {"claimed": str(request.claimed), "reference": str(reference), "least": str(least), "most": str(most)}
        if not least <= request.claimed <= most:
            return Verdict(False, f"{request.claimed} is not between {least} and {most}", facts=facts)
        return Verdict(True, f"{request.claimed} is within the band around {reference}", facts=facts)

    def _reference(self, request: Request, chain: ChainFacts) -> Fraction:
        if self._options.reference == "face":
            return Fraction(chain.receivable(request.target, request.id).owed)
        if self._options.reference == "units":
            return Fraction(chain.covered_units(request.target, request.id))
        price = self._prices.get(str(request.id))
        if price is None:
            raise LookupError(f"{self._options.table} has no price for asset {request.id}")
        return price


def _table(given: _Options) -> dict[str, Fraction]:
    assert given.table is not None
    path = given.path(given.table)
    try:
        rows = read_yaml(path)
    except ProfileNotReadable as error:
        raise CheckInvalid(str(error)) from None
    prices = {}
    for asset, row in rows.items():
        try:
            price = options(_Price, row if isinstance(row, Mapping) else {"amount": row})
        except CheckInvalid as error:
            raise CheckInvalid(f"{path}: asset {asset}: {error}") from None
        value = Fraction(Decimal(price.amount)) * Fraction(10) ** price.decimals
        if value <= 0:
            raise CheckInvalid(f"{path}: asset {asset}: a price is above zero")
        prices[str(asset)] = value
    return prices
