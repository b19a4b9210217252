"""`insurance-policy`: a policy in JSON covers the asset with the claimed sum.

The document: `{"policy": "P-1", "insurer": "…", "subject": "…", "sum": "100000.00", "currency": "EUR",
"validFrom": "2026-01-01T00:00:00Z", "validUntil": "2026-12-31T23:59:59Z"}`. `subject` is the asset's id in decimal or
hex, or the identifier its certificate was made for, such as the SSCC of a shipment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from eth_utils.crypto import keccak
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ..model import Request, RequestKind, Verdict
from .options import Options, decimal_text, options

if TYPE_CHECKING:
    from ..facts import ChainFacts

_LONGEST = 1 << 20


class _Options(Options):
    insurers: list[str] = Field(default_factory=list)
    """Names that are believed; empty: any."""
    least_days: int = Field(default=0, ge=0, le=3650)
    """How long after now the policy must hold at least."""


def _moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("write a moment such as 2026-01-01T00:00:00Z")
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("the moment has no zone: write Z or +01:00 after it")
    return moment


class _Policy(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    policy: str = Field(min_length=1, max_length=200)
    insurer: str = Field(min_length=1, max_length=200)
    subject: str = Field(min_length=1, max_length=200)
    sum: Annotated[str, BeforeValidator(decimal_text)]
    currency: str = Field(pattern="^[A-Z]{3}$")
    validFrom: Annotated[datetime, BeforeValidator(_moment)]
    validUntil: Annotated[datetime, BeforeValidator(_moment)]


class InsurancePolicy:
    """Accepts where the policy is about this asset, in its currency, in force now, and its sum is at least what is
    claimed. The result is good until the policy ends."""

    name = "insurance-policy"
    kinds = frozenset({RequestKind.insurance})

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._options = options(_Options, given)

    def check(self, request: Request, document: bytes, chain: ChainFacts) -> Verdict:
        """The first thing that is wrong is the reason."""
        try:
            policy = _read(document)
        except ValueError as error:
            return Verdict(False, f"no policy: {error}")
        begins, ends = int(policy.validFrom.timestamp()), int(policy.validUntil.timestamp())
        if self._options.insurers and policy.insurer not in self._options.insurers:
            return Verdict(False, f"insurer {policy.insurer!r} is none that is believed")
        if not _about(policy.subject, request, chain):
            return Verdict(False, f"the policy is about {policy.subject!r}, not about asset {request.id}")
        if not begins <= chain.now() <= ends - 86_400 * self._options.least_days:
            return Verdict(False, f"the policy holds from {policy.validFrom} to {policy.validUntil}")
        currency, decimals = chain.currency_of(request.target, request.id)
        if policy.currency != currency:
            return Verdict(False, f"the policy is in {policy.currency}, the asset in {currency}")
        insured = Fraction(Decimal(policy.sum)) * 10**decimals
        if request.claimed > insured:
            return Verdict(False, f"{policy.sum} {currency} are insured, less than is claimed")
        words = f"policy {policy.policy} of {policy.insurer} covers {policy.sum} {currency} until {policy.validUntil}"
        return Verdict(True, words, valid_until=ends, facts={"insured": str(insured), "claimed": str(request.claimed)})


def _read(document: bytes) -> _Policy:
    if len(document) > _LONGEST:
        raise ValueError("the document is larger than a policy")
    try:
        content = json.loads(document, parse_float=str, object_pairs_hook=_once)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None
    try:
        return _Policy.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _about(subject: str, request: Request, chain: ChainFacts) -> bool:
    if subject in (str(request.id), hex(request.id)):
        return True
    return keccak(text=subject) == chain.subject_of(request.target, request.id)
