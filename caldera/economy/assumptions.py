"""What the simulation supposes. None of it is a rule: rules are in the profile and in `caldera.model`.

Volumes are of the first month; `growth_bps` a month for `growth_months` months, then level. A file or the command line
names only what differs from these defaults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from caldera.deployment.errors import ProfileNotReadable
from caldera.deployment.units import USD_DECIMALS, WAD_DECIMALS, Amount, scaled
from caldera.deployment.yaml_reader import read_yaml

from .errors import AssumptionsInvalid

WHOLE = 10_000
LEAST_RATE = Fraction(1, 10**6)

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,30}")

Part = Annotated[int, Field(ge=0, le=WHOLE)]
Count = Annotated[int, Field(ge=0, le=10**12)]


class Assumptions(BaseModel):
    """One set. Names that end in `_bps` are basis points, in `_usd` US dollars, in `_era` ERA."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    circulated_usd: Amount = Field(default="40000000", validate_default=True, description="circulated, a month")
    growth_bps: Annotated[int, Field(ge=-5_000, le=5_000)] = Field(default=200, description="their growth, a month")
    growth_months: Annotated[int, Field(ge=0, le=120)] = Field(default=60, description="months for which they grow")
    enterprises: Annotated[int, Field(ge=1, le=1_000)] = Field(default=100, description="enterprises that circulate")
    largest_bps: Part = Field(default=1_000, description="part of the circulation that is the largest enterprise's")
    returned_bps: Part = Field(default=500, description="part of it that comes back, and does not count")
    review_days: Annotated[int, Field(ge=0, le=365)] = Field(default=7, description="review after the wash window")
    routings: Count = Field(default=200_000, description="routing operations, a month")
    mappings: Count = Field(default=20_000, description="mapping operations, a month")
    adaptations: Count = Field(default=2_000, description="adaptation operations, a month")
    routing_usd: Amount = Field(default="0.5", validate_default=True, description="price of a routing")
    mapping_usd: Amount = Field(default="2", validate_default=True, description="price of a mapping")
    adaptation_usd: Amount = Field(default="5", validate_default=True, description="price of an adaptation")
    era_usd: list[Amount] = Field(
        default=["0.125"],
        validate_default=True,
        min_length=1,
        max_length=10,
        description="price of ERA in each year, the last one from then on",
    )
    finance_bps: Part = Field(default=5_000, description="part of the revenue from finance scenarios")
    reused_bps: Part = Field(default=1_000, description="part of the revenue from a feature of another rollup")
    developer_bps: Annotated[int, Field(ge=0, le=2_000)] = Field(default=1_000, description="the developer's share")
    active_users: Count = Field(default=50_000, description="monthly active users of the rollup")
    staked_bps: Part = Field(default=1_000, description="part of the supply that is staked")
    volume_bps: Part = Field(default=7_000, description="volume score of the verifiers")
    accuracy_bps: Part = Field(default=9_500, description="accuracy score of the verifiers")
    granted_era: Amount = Field(
        default="250000", validate_default=True, description="granted to rewards out of the incentives, a month"
    )
    airdrop_months: Annotated[int, Field(ge=1, le=120)] = Field(default=12, description="months of its claims, evenly")

    @field_validator("era_usd", mode="before")
    @classmethod
    def _one(cls, value: Any) -> Any:
        return value if isinstance(value, list) else [value]

    @field_validator("era_usd")
    @classmethod
    def _worth(cls, value: list[Any]) -> list[Any]:
        for price in value:
            scaled(price, WAD_DECIMALS)
            if price < LEAST_RATE or price > 10**6:
                raise ValueError("a price of ERA is 0.000001 to 1000000 USD")
        return value

    @field_validator("circulated_usd", "routing_usd", "mapping_usd", "adaptation_usd")
    @classmethod
    def _usd(cls, value: Any) -> Any:
        scaled(value, USD_DECIMALS)
        if value > 10**12:
            raise ValueError("at most 1000000000000 USD")
        return value

    @field_validator("granted_era")
    @classmethod
    def _era(cls, value: Any) -> Any:
        scaled(value, WAD_DECIMALS)
        return value

    def grown(self, start: int, month: int) -> int:
        """A volume in a month, 1 to 120, rounded down from the exact product."""
        return int(start * (1 + Fraction(self.growth_bps, WHOLE)) ** min(month - 1, self.growth_months))

    def rate(self, month: int) -> int:
        """USD per ERA in a month, in WAD."""
        return scaled(self.era_usd[min((month - 1) // 12, len(self.era_usd) - 1)], WAD_DECIMALS)

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Name, value and meaning of each."""
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield name, said, field.description or ""

    def data(self) -> dict[str, Any]:
        """As JSON: decimals as text."""
        return {
            name: value if isinstance(value, int) else list(map(str, value)) if isinstance(value, list) else str(value)
            for name, value in ((name, getattr(self, name)) for name in type(self).model_fields)
        }


def read_assumptions(path: Path | None = None, given: Sequence[str] = ()) -> Assumptions:
    """The defaults, with what a file says, with what `given` says as `name=value`; several prices as `0.1,0.2`.

    Raises:
        AssumptionsInvalid: unreadable, an unknown name, or a value out of range.
    """
    content: dict[str, Any] = {}
    if path is not None:
        try:
            content = dict(read_yaml(path))
        except ProfileNotReadable as error:
            raise AssumptionsInvalid(str(path), [str(error)]) from None
    for one in given:
        name, sign, text = one.partition("=")
        if not sign:
            raise AssumptionsInvalid("--assume", [f"{one}: write name=value, such as growth_bps=150"])
        if name == "era_usd":
            content[name] = text.split(",")
        else:
            content[name] = int(text) if _WHOLE_NUMBER.fullmatch(text) else text
    try:
        return Assumptions.model_validate(content)
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise AssumptionsInvalid(str(path or "--assume"), lines) from None
