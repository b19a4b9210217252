"""What a profile may say: the schema of `profiles/*.yml`, without any knowledge of chain or ABI.

Durations are seconds. A `$Name` is the address of a contract of the profile, of an actor, or `$deployer`.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from eth_utils.address import is_checksum_address, to_checksum_address
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from .economy import Economy
from .governed import Governed
from .names import FIELDS, QUALIFICATION_BITS, REGION_BITS
from .units import USD_DECIMALS, WAD_DECIMALS, Amount, scaled

_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9_]*$")
_UINT32 = 2**32 - 1
_UINT96 = 2**96 - 1


def _address(value: str) -> str:
    if not re.match(r"^0x[0-9a-fA-F]{40}$", value):
        raise ValueError("write an address of 40 hex digits, or $Name")
    body = value[2:]
    if body not in (body.lower(), body.upper()) and not is_checksum_address(value):
        raise ValueError("the address's checksum is wrong: a digit or letter was mistyped")
    if int(body, 16) == 0:
        raise ValueError("the zero address can be no party or contract")
    return str(to_checksum_address(value))


def _reference(value: str) -> str:
    if value.startswith("$"):
        if not _NAME.match(value[1:]):
            raise ValueError("after $ comes the name of a contract or an actor")
        return value
    return _address(value)


def _name(value: str) -> str:
    if not _NAME.match(value):
        raise ValueError("a name starts with a letter and has letters, digits and _")
    return value


Address = Annotated[str, AfterValidator(_address)]
Reference = Annotated[str, AfterValidator(_reference)]
Name = Annotated[str, AfterValidator(_name)]
Seconds = Annotated[int, Field(ge=0, le=_UINT32)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ContractEntry(_Model):
    """One contract. `type`: the compiled contract, where it is not the name. `args`: of the constructor, in order."""

    name: Name
    type: Name = ""
    args: list[Any] = []

    @property
    def contract_type(self) -> str:
        """The compiled contract's name."""
        return self.type or self.name


class CurrencyEntry(_Model):
    """A settlement currency. `rate`, `lowest`, `highest`: USD per whole unit. `max_age`: seconds, 0 for ever."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    token: Reference
    decimals: Annotated[int, Field(ge=0, le=18)]
    rate: Amount
    lowest: Amount
    highest: Amount
    source: Reference | None = None
    max_age: Seconds = 0

    @model_validator(mode="after")
    def _bounds(self) -> CurrencyEntry:
        for field in ("rate", "lowest", "highest"):
            if not 0 < scaled(getattr(self, field), WAD_DECIMALS) <= _UINT96:
                raise ValueError(f"{field} must be above 0 and below 79228162514")
        if not self.lowest <= self.rate <= self.highest:
            raise ValueError(f"lowest <= rate <= highest is needed, not {self.lowest}, {self.rate}, {self.highest}")
        return self


class RegionEntry(_Model):
    """A region's bit in the packed word of a participant, and the regions around it, by name."""

    bit: Annotated[int, Field(ge=0, lt=REGION_BITS)]
    within: list[str] = []


def _region(value: Any) -> Any:
    return {"bit": value} if isinstance(value, int) and not isinstance(value, bool) else value


class RuleEntry(_Model):
    """One template's rules. `regions`, `qualifications`, `required_fields`: by name. `all_of`: every qualification.

    Beside what the standard keeps, what the module of this kind asks: `advance_bps`, part of a valuation that can be
    pledged; `stages` that a planting needs and `stages_max_age`, seconds for which the latest is fresh.
    """

    name: Annotated[str, Field(min_length=1, max_length=32)]
    kind: Annotated[int, Field(ge=1, le=255)]
    minimum_unit_usd: Amount
    split_bps: Annotated[int, Field(ge=0, le=5000)] = 0
    grace_days: Annotated[int, Field(ge=0, le=255)]
    required_fields: list[str] = []
    regions: list[str] = []
    qualifications: list[str] = []
    all_of: bool = False
    advance_bps: Annotated[int, Field(ge=0, le=10_000)] | None = None
    stages: Annotated[int, Field(ge=0, le=8)] | None = None
    stages_max_age: Annotated[int, Field(ge=1, le=_UINT32)] | None = None

    @model_validator(mode="after")
    def _ranges(self) -> RuleEntry:
        if not 0 < scaled(self.minimum_unit_usd, USD_DECIMALS) < 2**48:
            raise ValueError("minimum_unit_usd must be above 0 and below 281474976")
        for name in self.required_fields:
            if name not in FIELDS:
                raise ValueError(f"required_fields: {name!r} is no field; take one of {', '.join(FIELDS)}")
        if (self.stages is None) != (self.stages_max_age is None):
            raise ValueError("stages and stages_max_age stand together")
        if len(self.name.encode()) > 32:
            raise ValueError("name: a template's name has at most 32 bytes")
        return self


class ModuleEntry(_Model):
    """`ledger.setModule(kind, module)`."""

    kind: Annotated[int, Field(ge=1, le=255)]
    module: Reference
    ledger: Reference = "$AssetCertificate"


class SubscriptionEntry(_Model):
    """`registry.subscribe(ledger)`."""

    ledger: Reference
    registry: Reference = "$ParticipantRegistry"


class SettingEntry(_Model):
    """A value that a contract of the profile keeps: `set(*key, *values)` writes it, `read(*read_key)` reads it back.

    `read_key`: the key, where it is not given. `expect`: what is read, where it is not `values`. A struct is a list of
    its fields in order, or a mapping of their names.
    """

    set: Annotated[str, Field(pattern=r"^\w+\.\w+$")]
    read: Annotated[str, Field(pattern=r"^\w+$")]
    key: list[Any] = []
    values: list[Any] = []
    read_key: list[Any] | None = None
    expect: list[Any] | None = None

    @property
    def contract(self) -> str:
        """The contract's name."""
        return self.set.split(".")[0]

    @property
    def function(self) -> str:
        """The function that writes."""
        return self.set.split(".")[1]


class GrantEntry(_Model):
    """A grant made before the handover. `of`: the economy's allocation. `era`: whole ERA, as a decimal.

    Start and, where `over_months` is not given, duration are what the economy says of the allocation.
    """

    of: str
    to: Reference
    era: Amount
    over_months: Annotated[int, Field(ge=1, le=120)] | None = None
    revocable: bool = False

    @model_validator(mode="after")
    def _some(self) -> GrantEntry:
        if not scaled(self.era, WAD_DECIMALS):
            raise ValueError("era must be above 0")
        return self


class HolderEntry(_Model):
    """An account with a role. `delay`: seconds between announcing a call and carrying it out."""

    account: Reference
    delay: Seconds = 0


class RoleEntry(_Model):
    """A role. `admin` grants and revokes it; `guardian` may cancel what its holders announced. Both are role names."""

    id: Annotated[int, Field(ge=1, le=2**64 - 2)]
    holders: list[HolderEntry] = []
    admin: str = "ADMIN"
    guardian: str = "ADMIN"


class Profile(_Model):
    """A whole deployment. See `docs/deployment.md`. `begins`: the time stamp from which the economy's months count."""

    network: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    chain_id: Annotated[int, Field(ge=0)]
    actors: dict[Name, Address] = {}
    access: Reference = "$SuiteAccess"
    standard: Reference = "$ValueStandard"
    registry: Reference = "$ParticipantRegistry"
    admin: HolderEntry
    contracts: Annotated[list[ContractEntry], Field(min_length=1)]
    currencies: Annotated[list[CurrencyEntry], Field(max_length=255)] = []
    regions: dict[str, Annotated[RegionEntry, BeforeValidator(_region)]] = {}
    qualifications: dict[str, Annotated[int, Field(ge=0, lt=QUALIFICATION_BITS)]] = {}
    rules: list[RuleEntry] = []
    modules: list[ModuleEntry] = []
    subscriptions: list[SubscriptionEntry] = []
    settings: list[SettingEntry] = []
    economy: Economy | None = None
    begins: Annotated[int, Field(ge=1, lt=2**40)] | None = None
    grants: list[GrantEntry] = []
    parameters: Governed | None = None
    roles: dict[Name, RoleEntry] = {}
    permissions: dict[Annotated[str, Field(pattern=r"^\w+\.\w+(\([\w,()\[\]]*\))?$")], str] = {}

    def entry(self, name: str) -> ContractEntry:
        """The contract entry of that name."""
        return next(entry for entry in self.contracts if entry.name == name)

    def role_id(self, name: str) -> int:
        """The number of a role of this profile, or 0 for ADMIN."""
        return 0 if name == "ADMIN" else self.roles[name].id

    def within(self, name: str) -> int:
        """The regions directly around a region, as a bit set."""
        return sum(1 << self.regions[around].bit for around in set(self.regions[name].within))

    def closure(self, name: str) -> int:
        """A region and all regions around it, as a bit set."""
        found: set[str] = set()
        left = [name]
        while left:
            one = left.pop()
            if one not in found:
                found.add(one)
                left += self.regions[one].within
        return sum(1 << self.regions[one].bit for one in found)

    def bits(self, entry: RuleEntry) -> tuple[int, int, int]:
        """A rule's required fields, regions and qualifications as bit sets."""
        fields = sum(1 << FIELDS.index(name) for name in set(entry.required_fields))
        regions = sum(1 << self.regions[name].bit for name in set(entry.regions))
        return fields, regions, sum(1 << self.qualifications[name] for name in set(entry.qualifications))
