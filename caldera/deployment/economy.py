"""What an economy may say: the schema of `profiles/{circulation,integration,connector}.yml`, sums checked to the wei.

Percentages are of the supply of 1,000,000,000 ERA. A month is a twelfth of 365 days. Amounts of ERA are decimals.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .errors import ProfileInvalid
from .units import WAD_DECIMALS, Amount, scaled
from .yaml_reader import read_yaml

ERA = 10**WAD_DECIMALS
SUPPLY = 1_000_000_000 * ERA
MONTH = 365 * 86_400 // 12
"""Seconds: a whole number of them, 2,628,000."""

_HUNDRED = 100
_REFERENCE = r"^\$[A-Za-z][A-Za-z0-9_]*$"
Bps = Annotated[int, Field(ge=0, le=10_000)]
Months = Annotated[int, Field(ge=1, le=120)]


class AllocationClass(Enum):
    """Whom an allocation is for; the value is `IGenesis.Class`."""

    COMMUNITY = 0
    INVESTORS = 1
    TEAM = 2
    RESEARCH = 3


LATEST_START = 120 * MONTH
"""Grants start within ten years of genesis."""

SHARES = {
    AllocationClass.COMMUNITY: 37_000,
    AllocationClass.INVESTORS: 32_075,
    AllocationClass.TEAM: 14_750,
    AllocationClass.RESEARCH: 16_175,
}
"""What each class is due, in thousandths of a percent of the supply. `Genesis` refuses everything else."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Allocation(_Model):
    """A part of the supply. `of`: the class it is for. `percent` of the supply. `holder`: the contract it goes to.

    `funds`: how the holder takes it: into the vesting vault's `allocation` of the same name, as its `budget`, or
    `nothing`: it is sent.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z-]*$", max_length=31)]
    of: Annotated[str, Field(pattern=r"^(community|investors|team|research)$")]
    percent: Amount
    holder: Annotated[str, Field(pattern=_REFERENCE)]
    funds: Annotated[str, Field(pattern=r"^(allocation|budget|nothing)$")] = "nothing"

    @property
    def kind(self) -> AllocationClass:
        """The class."""
        return AllocationClass[self.of.upper()]

    @property
    def amount(self) -> int:
        """In wei of ERA, exactly."""
        return scaled(self.percent, WAD_DECIMALS + 7)

    @model_validator(mode="after")
    def _some(self) -> Allocation:
        if not 0 < self.percent <= _HUNDRED:
            raise ValueError("percent must be above 0 and at most 100")
        return self


class Unlocking(_Model):
    """When granted ERA is vested: nothing for `after_months` from genesis, then linearly.

    `over_months` if a grant does not say it; a grant may take `shortest_months` to `longest_months`.
    """

    after_months: Annotated[int, Field(ge=0, le=120)]
    over_months: Months
    shortest_months: Months
    longest_months: Months
    revocable: bool = False

    @model_validator(mode="after")
    def _order(self) -> Unlocking:
        if not self.shortest_months <= self.over_months <= self.longest_months:
            raise ValueError("shortest_months <= over_months <= longest_months is needed")
        return self


class FeeShares(_Model):
    """Who gets what of a scenario's revenue, in basis points. `finance_bonus`: more for nodes of a finance scenario, of
    their share. `most_developer`: most that a developer gets of its rollup's fees; `active_users_bonus`: more, of its
    share, above `active_users` a month. `author`: of what a reused feature earns. The rest is the treasury's."""

    node: Bps
    finance_bonus: Bps
    most_developer: Bps
    active_users: Annotated[int, Field(ge=1)]
    active_users_bonus: Bps
    author: Bps


class CirculationTerms(_Model):
    """Incentives for circulation: `era_per_million_usd`, pro rata; `verifier_bps` of it on top for who verified.

    `epoch_days`, `wash_epochs`: what comes back in an epoch or in so many after it does not count. `entity_cap_era`:
    most that one entity earns in an epoch. `vesting_days`: in which it vests, from the day it is counted.
    """

    era_per_million_usd: Amount
    verifier_bps: Bps
    epoch_days: Annotated[int, Field(ge=1, le=366)]
    wash_epochs: Annotated[int, Field(ge=1, le=12)]
    entity_cap_era: Amount
    vesting_days: Annotated[int, Field(ge=1, le=3650)]


class Band(_Model):
    """Yearly rewards of staked ERA, in basis points, and what offences cost of the stake.

    `slash_bps`: the most; `false_bps`: a false attestation; `conflict_bps`: two results of one request. `efficiency`:
    whether duties fulfilled count in the score. `volume_target_bps`: fees, of the stake an epoch, that make the whole
    score of volume. `finance_weight_bps`: weight of what is verified for finance.
    """

    least_bps: Bps
    most_bps: Bps
    slash_bps: Annotated[int, Field(ge=1, le=10_000)]
    false_bps: Annotated[int, Field(ge=1, le=10_000)]
    conflict_bps: Annotated[int, Field(ge=1, le=10_000)]
    efficiency: bool
    volume_target_bps: Annotated[int, Field(ge=1, le=10_000)]
    finance_weight_bps: Annotated[int, Field(ge=10_000, le=20_000)]

    @model_validator(mode="after")
    def _order(self) -> Band:
        if self.least_bps > self.most_bps:
            raise ValueError("least_bps <= most_bps is needed")
        if max(self.false_bps, self.conflict_bps) > self.slash_bps:
            raise ValueError("false_bps and conflict_bps are at most slash_bps")
        return self


class GovernanceTerms(_Model):
    """`doubling_needs_growth`: whether locked ERA votes double only while its holder's circulation grows."""

    doubling_needs_growth: bool


class Economy(_Model):
    """An economy that can be chosen at genesis. See `docs/economy.md`."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]
    allocations: Annotated[list[Allocation], Field(min_length=1)]
    unlocking: dict[str, Unlocking]
    fees: FeeShares
    circulation: CirculationTerms
    staking: Band
    governance: GovernanceTerms

    @model_validator(mode="after")
    def _sums(self) -> Economy:
        names = [one.name for one in self.allocations]
        if len(set(names)) != len(names):
            raise ValueError("allocations: two have the same name")
        for kind, thousandths in SHARES.items():
            given = sum(one.amount for one in self.allocations if one.kind is kind)
            due = SUPPLY * thousandths // 100_000
            if given != due:
                raise ValueError(
                    f"allocations: {kind.name.lower()} is due {Decimal(thousandths) / 1000} percent of the supply, "
                    f"{due} wei, and gets {given}"
                )
        vested = {one.name for one in self.allocations if one.funds == "allocation"}
        if vested != set(self.unlocking):
            raise ValueError(f"unlocking: it must name {', '.join(sorted(vested))}, the allocations that are vested")
        return self

    def amount(self, name: str) -> int:
        """What the allocation of that name gets, in wei; 0 where this economy has none."""
        return sum(one.amount for one in self.allocations if one.name == name)


def load_economy(path: Path | str) -> Economy:
    """Reads and checks an economy.

    :raises ProfileNotReadable: no file or no YAML
    :raises ProfileInvalid: fields missing, unknown or out of range, or sums that differ
    """
    content: Any = read_yaml(Path(path))
    return parse_economy(content.get("economy") if isinstance(content, dict) else None, str(path))


def parse_economy(content: Any, source: str = "economy") -> Economy:
    """The same from what stands under `economy`."""
    try:
        return Economy.model_validate(content)
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise ProfileInvalid(source, lines) from None
