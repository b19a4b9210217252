"""What a profile may say of governed numbers: the schema of `profiles/parameters.yml`, without knowledge of any ABI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from .units import USD_DECIMALS, WAD_DECIMALS, Amount, scaled

UNITS = ("count", "flags", "account", "bps", "seconds", "days", "usd", "era", "wad", "whole")
"""In the order of `IParameterBook.ParameterUnit`."""
_DECIMALS = {"usd": USD_DECIMALS, "era": WAD_DECIMALS, "wad": WAD_DECIMALS}
_DAY = 86_400
MOST_ACCOUNT = 2**160 - 1

Unit = Literal["count", "flags", "account", "bps", "seconds", "days", "usd", "era", "wad", "whole"]
ParameterValues = tuple[bytes, int, bool, int, int, int, int]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class WordEntry(_Model):
    """One governed word. `lowest`, `highest`: hard bounds, in the unit; of flags, the bits that must be set and may be,
    the latter as a number or by how many `bits` there are; an account has no `highest`. `step`: most that one change
    moves a number. `days`: least time between two changes. `kept`: set with the first setting of a key, never again."""

    unit: Unit
    lowest: Amount
    highest: Amount | None = None
    bits: Annotated[int, Field(ge=1, le=256)] | None = None
    step: Amount | None = None
    days: Annotated[int, Field(ge=1, le=366)] | None = None
    kept: bool = False
    why: Annotated[str, Field(min_length=1)]

    @field_validator("lowest", "highest", "step")
    @classmethod
    def _exact(cls, value: Any, info: ValidationInfo) -> Any:
        unit = info.data.get("unit")
        if value is not None and unit is not None:
            scaled(value, _DECIMALS.get(unit, 0))
        return value

    @model_validator(mode="after")
    def _sound(self) -> WordEntry:
        if (self.highest is not None) + (self.bits is not None) + (self.unit == "account") != 1:
            raise ValueError("write highest; of flags highest or bits; of an account neither")
        if self.bits is not None and self.unit != "flags":
            raise ValueError("bits are for flags")
        bounds = self.bounds
        if bounds[0] & ~bounds[1] if self.unit == "flags" else bounds[0] > bounds[1]:
            raise ValueError("lowest is above highest")
        if (self.is_number and not self.kept) != bool(self.step):
            raise ValueError("a number that is not kept has a step above 0, and nothing else has one")
        if self.kept != (self.days is None):
            raise ValueError("what is kept has no days, and everything else has")
        return self

    @property
    def is_number(self) -> bool:
        """Neither a bit set nor an address."""
        return self.unit not in ("flags", "account")

    @property
    def bounds(self) -> tuple[int, int]:
        """As the chain has them."""
        if self.unit == "account":
            return self._scaled(self.lowest), MOST_ACCOUNT
        return self._scaled(self.lowest), (1 << self.bits) - 1 if self.bits else self._scaled(self.highest)

    def is_within(self, value: int) -> bool:
        """Whether the bounds allow the value."""
        lowest, highest = self.bounds
        if self.unit == "flags":
            return value | highest == highest and value & lowest == lowest
        return lowest <= value <= highest

    def values(self, name: str) -> ParameterValues:
        """The struct `Parameter`."""
        word = name.encode().ljust(32, b"\0")
        interval = (self.days or 0) * _DAY
        return (word, UNITS.index(self.unit), self.kept, *self.bounds, self._scaled(self.step), interval)

    def _scaled(self, value: Any) -> int:
        return 0 if value is None else scaled(value, _DECIMALS.get(self.unit, 0))


class FamilyEntry(_Model):
    """One setter that governance reaches through the book only. `read`: the view of the same words; `keys`: how many
    leading words are the key; `skip`: words of the view's answer before the values. `present`: keys that stand when the
    bounds are written, beside those that the profile's settings and rules name. `applies`: what a change holds for."""

    set: Annotated[str, Field(pattern=r"^\w+\.\w+$")]
    read: Annotated[str, Field(pattern=r"^\w+$")]
    keys: Annotated[int, Field(ge=0, le=2)] = 0
    skip: Annotated[int, Field(ge=0, le=32)] = 0
    present: list[list[Any]] = []
    applies: Annotated[str, Field(min_length=1)]
    words: Annotated[dict[str, WordEntry], Field(min_length=1, max_length=12)]

    @property
    def contract(self) -> str:
        """The contract's name."""
        return self.set.split(".")[0]

    @property
    def function(self) -> str:
        """The setter's name."""
        return self.set.split(".")[1]

    @property
    def parameters(self) -> list[ParameterValues]:
        """The structs `Parameter`, in the setter's order."""
        return [word.values(name) for name, word in self.words.items()]

    @model_validator(mode="after")
    def _names(self) -> FamilyEntry:
        for name in self.words:
            if len(name.encode()) > 32:
                raise ValueError(f"words.{name}: a name has at most 32 bytes")
        return self


class Governed(_Model):
    """`book`: the ParameterBook. `role`: the role that is sealed for it, with the setters of the families."""

    book: Annotated[str, Field(pattern=r"^\$[A-Za-z]\w*$")]
    role: str
    families: Annotated[list[FamilyEntry], Field(min_length=1)]

    def family(self, setter: str) -> FamilyEntry:
        """The family of a setter, as in `LendingTerms.setLoanTerms`."""
        return next(entry for entry in self.families if entry.set == setter)

    def problems(self) -> Iterator[str]:
        """What is wrong within the section."""
        seen = set()
        for entry in self.families:
            if entry.set in seen:
                yield f"parameters.families: {entry.set} stands twice; a setter has one family"
            seen.add(entry.set)
