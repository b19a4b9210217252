"""Facts and terms as people write them: YAML or JSON, amounts as decimal text, every problem named with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from caldera.deployment.errors import ProfileNotReadable
from caldera.deployment.yaml_reader import read_yaml
from caldera.model.credit import DEVNET, Assessment, Attestor, Conduct, CreditBook, Facts, Statement
from caldera.model.ledger import Refused
from caldera.model.lending import ceil_div
from caldera.model.receivables import DAY

from .errors import FactsInvalid, InputInvalid, TermsInvalid

TERMS = Path(__file__).with_name("terms.yml")
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "quote" / "facts.yml"
USD_DECIMALS = 6
_PLAIN = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,18})?")
_EPOCH = 30 * DAY
_ENTITY = 1


def _decimals(value: object, decimals: int) -> int:
    if not isinstance(value, str) or not _PLAIN.fullmatch(value):
        raise ValueError('write a decimal in quotes, such as "2000000" or "1.08"')
    whole, _, part = value.partition(".")
    if len(part) > decimals:
        raise ValueError(f"{value} has more than {decimals} decimals")
    return int(whole + part.ljust(decimals, "0"))


def _power(exponent: int) -> int:
    return int(10**exponent)


def _usd(value: object) -> int:
    return _decimals(value, USD_DECIMALS)


def _wad(value: object) -> int:
    return _decimals(value, 18)


Usd = Annotated[int, BeforeValidator(_usd)]
"""USD with 6 decimals, written as "2000000.50"."""
Stated = Annotated[Usd, Field(ge=0, lt=2**64)]
Bps = Annotated[int, Field(ge=0, le=10_000)]
Days = Annotated[int, Field(ge=0, le=255)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class FactsFile(_Strict):
    """An enterprise's figures, with the names of `IOperatingRecord.OperatingFacts`. `daysLate`: tenths of a day."""

    enterprise: str = Field(default="the enterprise", min_length=1, max_length=80)
    turnover: Stated
    receivablesIssued: Stated
    receivablesRepaid: Stated
    daysLate: int = Field(ge=0, lt=2**16)
    cargoTurnover: Stated
    orders: int = Field(ge=0, lt=2**32)
    conduct: Usd = 0

    @property
    def facts(self) -> Facts:
        """As the model takes them."""
        issued, repaid = self.receivablesIssued, self.receivablesRepaid
        return Facts(self.turnover, issued, repaid, self.daysLate, self.cargoTurnover, self.orders)


class Loans(_Strict):
    """Terms of loans. `currencies`: those that are lent."""

    rate_bps: Bps
    late_fee_bps: Bps
    grace_days: Days
    default_days: Days
    longest_days: int = Field(ge=0, le=3650)
    advance_bps: Bps
    minimum_usd: Usd = Field(ge=0)
    currencies: list[str]


class ReceivableRules(_Strict):
    """What holds for certificates of receivables."""

    minimum_usd: Usd = Field(ge=0)
    grace_days: Days


class Discount(_Strict):
    """What a factor asks of the face: `discount_bps` a year for the days until the due date, and a fee."""

    discount_bps: Bps
    fee_bps: Bps


class Factors(_Strict):
    """What factors ask. `settlement_days`: for a seller to settle a recourse."""

    without_recourse: Discount
    with_recourse: Discount
    settlement_days: int = Field(ge=1, le=255)


class Tranches(_Strict):
    """Senior interest a year, and the junior tranche's part of what is owed."""

    senior_bps: Bps
    coverage_bps: int = Field(ge=0, lt=10_000)


class Currency(_Strict):
    """`usd`: USD per whole unit, in WAD."""

    usd: Annotated[int, BeforeValidator(_wad), Field(gt=0, lt=2**96)]
    decimals: int = Field(ge=0, le=18)

    def units_up(self, usd: int) -> int:
        """Smallest units for USD with 6 decimals, rounded up: a minimum is never too low."""
        return ceil_div(usd * _power(self.decimals + 12), self.usd)

    def usd_up(self, units: int) -> int:
        """USD with 6 decimals, rounded up."""
        return ceil_div(units * self.usd, _power(self.decimals + 12))


class Terms(_Strict):
    """Everything a quote assumes."""

    loan: Loans
    receivable: ReceivableRules
    factoring: Factors
    tranche: Tranches
    currencies: dict[str, Currency]

    @field_validator("currencies")
    @classmethod
    def _codes(cls, value: dict[str, Currency]) -> dict[str, Currency]:
        for code in value:
            if not re.fullmatch(r"[A-Z]{3}", code):
                raise ValueError(f"{code!r} is no ISO 4217 code, such as EUR")
        return value


@dataclass(frozen=True)
class Standing:
    """An enterprise and its limit. USD with 6 decimals."""

    enterprise: str
    facts: Facts
    assessment: Assessment


def load_facts(path: Path | None, today: date) -> Standing:
    """The limit by the facts in the file (YAML, or JSON by its name); without one, by the example's.

    The facts are recorded in the reference model of the record, so that they are refused as the contract refuses them.

    Raises:
        FactsInvalid: what is wrong with each field.
    """
    where = path or EXAMPLE
    if path is None and not EXAMPLE.exists():
        raise FactsInvalid(str(EXAMPLE), ["the example does not come with the library; name your file by --facts"])
    content = _content(where, FactsInvalid, "facts start with 'turnover: \"2000000\"'; name your file by --facts")
    try:
        given = FactsFile.model_validate(content)
    except ValidationError as error:
        raise FactsInvalid(str(where), _problems(error)) from None
    try:
        return Standing(given.enterprise, given.facts, _recorded(given, days(today) * DAY))
    except Refused as refusal:
        raise FactsInvalid(str(where), [f"{refusal.name}: {_IMPLAUSIBLE[refusal.name]}"]) from None


_IMPLAUSIBLE = {
    "RepaidExceedsIssued": "receivablesRepaid is above receivablesIssued; it is the part of them that was paid",
    "DaysLateOutOfRange": "daysLate is above 36,500; it counts tenths of a day",
    "LateWithoutReceivables": "daysLate needs receivablesIssued; without any nothing is late",
}


def _recorded(given: FactsFile, now: int) -> Assessment:
    book = CreditBook(now, _EPOCH, 3, 75 * DAY, 2)
    book.entities.add(_ENTITY)
    book.attestors = {1: Attestor(_ENTITY + 1), 2: Attestor(_ENTITY + 2)}
    book.publish(DEVNET)
    epoch = book.epoch - 1
    statement = Statement(_ENTITY, epoch, given.facts, 1, (epoch + 1) * _EPOCH + 75 * DAY)
    book.record(statement, [(1, True), (2, True)])
    book.conducts[_ENTITY] = Conduct(given.conduct)
    return book.assess(_ENTITY)


def load_terms(path: Path | None = None) -> Terms:
    """The terms that come along, changed by what stands in the file.

    Raises:
        TermsInvalid: what is wrong with each field.
    """
    hint = "terms look like 'loan: {rate_bps: 900}'"
    content = _content(TERMS, TermsInvalid, hint)
    if path is not None:
        content = _changed(content, _content(path, TermsInvalid, hint))
    try:
        return Terms.model_validate(content)
    except ValidationError as error:
        raise TermsInvalid(str(path or TERMS), _problems(error)) from None


def _changed(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(first)
    for key, value in second.items():
        before = merged.get(key)
        both = isinstance(before, Mapping) and isinstance(value, Mapping)
        merged[key] = _changed(before, value) if both else value  # type: ignore[arg-type]
    return merged


def _content(path: Path, kind: type[InputInvalid], hint: str) -> dict[str, Any]:
    if path.suffix.lower() != ".json":
        try:
            return read_yaml(path)
        except ProfileNotReadable as error:
            said = str(error).removeprefix(f"{path}: ")
            raise kind(str(path), [hint if "a profile is a mapping" in said else said]) from None
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_float=str)
    except (OSError, ValueError, RecursionError) as error:
        raise kind(str(path), [f"not JSON: {error}"]) from None
    if not isinstance(content, dict):
        raise kind(str(path), [hint])
    return content


def _problems(error: ValidationError) -> list[str]:
    words = {"extra_forbidden": "unknown; remove it or correct its spelling", "missing": "is missing; add it"}
    return [
        f"{'.'.join(map(str, each['loc'])) or 'file'}: "
        + words.get(each["type"], str(each["msg"]).removeprefix("Value error, "))
        for each in error.errors()
    ]


def days(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - date(1970, 1, 1)).days
