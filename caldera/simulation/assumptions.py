"""What the simulation supposes. Of the rules, rates and the part that is slashed come from the profile.

A file or the command line names only what differs from these defaults. Names that end in `_bps` are basis points, in
`_era` ERA.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from caldera.deployment.errors import ProfileNotReadable
from caldera.deployment.units import Amount, scaled
from caldera.deployment.yaml_reader import read_yaml

from .errors import SupposedInvalid

WHOLE = 10_000
DECIMALS = 6
UNIT = 1_000_000
"""Money is booked in millionths of an ERA, which leaves room in 64 bits: the whole supply is 10^15."""
MOST_SIGNERS = 31

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,30}")

Part = Annotated[int, Field(ge=0, le=WHOLE)]


def era(default: str, description: str) -> Any:
    """A field of ERA."""
    return Field(default=default, validate_default=True, description=description)


class Assumptions(BaseModel):
    """One set."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    staked_era: Amount = era("100000000", "stake of all nodes")
    nodes: Annotated[int, Field(ge=10, le=300)] = Field(default=60, description="nodes outside the ring, equal stakes")
    lazy_bps: Part = Field(default=1_000, description="part of them that signs without checking")
    malicious_bps: Part = Field(default=300, description="part of them that signs whatever is false")
    ring_bps: Annotated[int, Field(ge=0, le=9_000)] = Field(default=2_000, description="the ring's part of all stake")
    ring_nodes: Annotated[int, Field(ge=1, le=300)] = Field(default=12, description="entities that it is spread over")
    own_bps: Part = Field(default=5_000, description="part of the ring's stake that is its own, not its delegators'")
    cap_era: Amount = era("5000000", "stake above which a node is drawn no more often")
    panel: Annotated[int, Field(ge=3, le=15)] = Field(default=7, description="nodes drawn for a request")
    signers: Annotated[int, Field(ge=1, le=15)] = Field(default=5, description="signatures that the request asks for")
    weight_bps: Part = Field(default=400, description="their stake that it asks for, as part of all stake")
    fee_era: Amount = era("100", "fee of a request")
    fund_bps: Part = Field(default=4_000, description="part of the fee that goes to the fund of rewards")
    error_bps: Part = Field(default=50, description="false claims that an honest node takes for true")
    hard_bps: Part = Field(default=20, description="false claims that deceive many honest nodes at once")
    hard_error_bps: Part = Field(default=3_000, description="part of the honest nodes that such a claim deceives")
    detection_bps: Part = Field(default=8_000, description="false results that a challenger detects in time")
    bond_era: Amount = era("10000", "the challenger's bond")
    bond_factor: Annotated[int, Field(ge=1, le=10)] = Field(default=2, description="how it grows with each appeal")
    reporter_bps: Annotated[int, Field(ge=0, le=5_000)] = Field(
        default=1_000, description="challenger's part of a slash"
    )
    court: Annotated[int, Field(ge=3, le=15)] = Field(default=5, description="nodes of a court; after an appeal 2n + 1")
    absent_bps: Part = Field(default=200, description="votes that honest and lazy nodes do not reveal")
    lazy_uphold_bps: Part = Field(default=5_000, description="votes of lazy nodes against a false result")
    governance_speaks_bps: Part = Field(default=5_000, description="cases before governance that it decides in time")
    governance_right_bps: Part = Field(default=9_500, description="of those, decided rightly")
    fraud_era: Amount = era("1000000", "what the ring gains by a false result")
    final_bps: Part = Field(default=10_000, description="part of the gain that waits until the result is final")
    requests: Annotated[int, Field(ge=0, le=1_000_000)] = Field(default=5_000, description="requests in 30 days")
    false_bps: Part = Field(default=100, description="requests whose claimed value is false")
    copies_bps: Part = Field(default=5_000, description="requests in which a lazy node sees the others' word first")
    conflict_bps: Part = Field(default=1, description="duties of a malicious node in which it signs two results")
    check_era: Amount = era("2", "what checking a claim costs a node")
    commission_bps: Part = Field(default=1_000, description="the owner's part of its delegators' rewards")
    delegated_era: Amount = era("10000", "stake of the delegator that is followed")
    target_bps: Annotated[int, Field(ge=1, le=WHOLE)] = Field(
        default=100, description="fee volume of an epoch that scores in full, as part of the stake"
    )

    @field_validator("staked_era", "cap_era", "fee_era", "bond_era", "fraud_era", "check_era", "delegated_era")
    @classmethod
    def _amount(cls, value: Any) -> Any:
        scaled(value, DECIMALS)
        if value > 10**9:
            raise ValueError("at most the supply, 1000000000 ERA")
        return value

    @model_validator(mode="after")
    def _possible(self) -> Assumptions:
        if not self.court % 2:
            raise ValueError("court must be odd")
        if self.signers > self.panel:
            raise ValueError("signers must be at most the panel")
        least = self.panel + 3 * self.court + 1
        if self.nodes < least:
            raise ValueError(
                f"nodes must be at least panel + 3 x court + 1 = {least}, so that every panel can be drawn"
            )
        if self.lazy_bps + self.malicious_bps > WHOLE:
            raise ValueError("lazy_bps + malicious_bps must be at most 10000")
        if not self.staked_era or not self.cap_era:
            raise ValueError("staked_era and cap_era must be above 0")
        return self

    def units(self, name: str) -> int:
        """An amount in millionths of an ERA."""
        return scaled(getattr(self, name), DECIMALS)

    @property
    def kinds(self) -> tuple[int, int, int]:
        """Lazy, malicious and honest nodes outside the ring; parts are rounded down."""
        lazy, malicious = self.nodes * self.lazy_bps // WHOLE, self.nodes * self.malicious_bps // WHOLE
        return lazy, malicious, self.nodes - lazy - malicious

    def but(self, **values: Any) -> Assumptions:
        """The same with other values, checked again."""
        return type(self).model_validate({name: getattr(self, name) for name in type(self).model_fields} | values)

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Name, value and meaning of each."""
        for name, field in type(self).model_fields.items():
            yield name, str(getattr(self, name)), field.description or ""

    def data(self) -> dict[str, Any]:
        """As JSON: decimals as text."""
        found = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value if isinstance(value, int) else str(value) for name, value in found.items()}


def read_assumptions(path: Path | None = None, given: Sequence[str] = ()) -> Assumptions:
    """The defaults, with what a file says, with what `given` says as `name=value`.

    Raises:
        SupposedInvalid: unreadable, an unknown name, or a value out of range.
    """
    content: dict[str, Any] = {}
    if path is not None:
        try:
            content = dict(read_yaml(path))
        except ProfileNotReadable as error:
            raise SupposedInvalid(str(path), [str(error)]) from None
    for one in given:
        name, sign, text = one.partition("=")
        if not sign:
            raise SupposedInvalid("--assume", [f"{one}: write name=value, such as lazy_bps=500"])
        content[name] = int(text) if _WHOLE_NUMBER.fullmatch(text) else text
    try:
        return Assumptions.model_validate(content)
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, one['loc'])) or 'together'}: {one['msg']}" for one in error.errors()]
        raise SupposedInvalid(str(path or "--assume"), lines) from None
