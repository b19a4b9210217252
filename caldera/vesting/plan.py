"""A plan: batches of grants as one JSON file, the same bytes for the same list. It holds no progress: that is asked of
the chain."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from caldera.airdrop.claims import SUPPLY
from caldera.evm.address import BadAddress, to_address
from caldera.whole_file import write_whole

from .errors import OptionInvalid, PlanExists, PlanInvalid
from .reading import Reading
from .rooms import Terms

SIZE = 50
"""Grants in a batch, if not told otherwise: about 3.9 million gas."""
MOST = 200
"""Most that a batch may have: half of what a block of 30 million gas takes."""


def _address(text: str) -> str:
    try:
        checked = to_address(text)
    except BadAddress as error:
        raise ValueError(str(error)) from None
    if checked != text:
        raise ValueError(f"{text!r:.60} is not written with its checksum")
    return text


def _amount(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,27}", text, re.ASCII) or int(text) > SUPPLY:
        raise ValueError(f"{text!r:.60} is no amount in wei")
    return text


Address = Annotated[str, AfterValidator(_address)]
Wei = Annotated[str, AfterValidator(_amount)]
Name = Annotated[str, Field(min_length=1, max_length=32)]
Seconds = Annotated[int, Field(ge=0, lt=2**32)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class PlannedGrant(_Model):
    """A grant. `line`: of the list. `amount`: wei, as text, since many readers of JSON round large numbers."""

    line: Annotated[int, Field(ge=1)]
    beneficiary: Address
    amount: Wei
    start: Annotated[int, Field(ge=0, lt=2**40)]
    cliff: Seconds
    duration: Seconds
    revocable: bool

    @property
    def terms(self) -> Terms:
        """As the vault takes them."""
        return Terms(self.beneficiary, int(self.amount), self.start, self.cliff, self.duration, self.revocable)


class Batch(_Model):
    """What goes into one transaction."""

    allocation: Name
    grants: Annotated[list[PlannedGrant], Field(min_length=1, max_length=MOST)]

    @property
    def terms(self) -> list[Terms]:
        """The second argument of `createGrants`."""
        return [grant.terms for grant in self.grants]


class Target(_Model):
    """The vault that the list was checked against."""

    chain_id: Annotated[int, Field(ge=1)]
    vault: Address


class Plan(_Model):
    """`totals`: wei of each allocation, the sum of its grants. `after`: grants up to this id are none of this plan,
    whatever their terms. `target`: none where the list was checked without a chain."""

    version: Annotated[Literal[1], Field(alias="schema")] = 1
    after: Annotated[int, Field(ge=0)] = 0
    target: Target | None = None
    totals: dict[Name, Wei]
    batches: Annotated[list[Batch], Field(min_length=1)]

    @property
    def count(self) -> int:
        """How many grants."""
        return sum(len(batch.grants) for batch in self.batches)

    @model_validator(mode="after")
    def _sums(self) -> Plan:
        if self.totals != _totals(self.batches):
            raise ValueError(f"totals are not the sums of the grants, which are {_totals(self.batches)}")
        return self

    def dump(self) -> str:
        """Stable JSON."""
        return self.model_dump_json(indent=2, by_alias=True) + "\n"


def plan_of(reading: Reading, size: int = SIZE, target: Target | None = None, after: int = 0) -> Plan:
    """Batches of at most `size` grants, each of one allocation, in the order of the list.

    Raises:
        OptionInvalid: the size is not from 1 to `MOST`, or `after` below 0.
    """
    if not 1 <= size <= MOST:
        raise OptionInvalid(f"a batch has 1 to {MOST} grants, not {size}")
    if after < 0:
        raise OptionInvalid(f"ids of grants begin with 1: there are none after {after}")
    of: dict[str, list[PlannedGrant]] = {}
    for line, allocation, terms in reading.grants:
        grant = PlannedGrant(line=line, **(terms._asdict() | {"amount": str(terms.amount)}))
        of.setdefault(allocation, []).append(grant)
    batches = [
        Batch(allocation=name, grants=grants[at : at + size])
        for name, grants in of.items()
        for at in range(0, len(grants), size)
    ]
    return Plan(after=after, target=target, totals=_totals(batches), batches=batches)


def load_plan(path: Path | str) -> Plan:
    """The plan in the file.

    Raises:
        PlanInvalid: it is none, or sums do not fit.
        OSError: the file cannot be read.
    """
    try:
        return Plan.model_validate_json(Path(path).read_bytes())
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, one['loc'])) or 'plan'}: {one['msg']}" for one in error.errors()[:5]]
        more = "" if error.error_count() <= 5 else f"\n  and {error.error_count() - 5} more"
        words = "\n  ".join(lines)
        raise PlanInvalid(f"{path} is no plan that can be used: build it again\n  {words}{more}") from None


def save_plan(plan: Plan, path: Path | str) -> None:
    """Writes the whole file or nothing; the same plan again changes nothing.

    Raises:
        PlanExists: another one stands there.
        OSError: it cannot be written.
    """
    target = Path(path)
    text = plan.dump()
    if target.exists():
        if target.read_bytes() == text.encode():
            return
        raise PlanExists(f"{path} exists already and is another plan: name a new file")
    write_whole(target, text)


def _totals(batches: list[Batch]) -> dict[str, str]:
    sums: Counter[str] = Counter()
    for batch in batches:
        sums[batch.allocation] += sum(int(grant.amount) for grant in batch.grants)
    return {name: str(amount) for name, amount in sums.items()}
