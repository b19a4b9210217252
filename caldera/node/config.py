"""The configuration of a node: YAML, every problem named with its field and what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from caldera.deployment.errors import ProfileNotReadable
from caldera.deployment.yaml_reader import read_yaml
from caldera.evm.address import Address, to_address

from .errors import CheckInvalid, ConfigInvalid
from .keys import ape_keystore
from .model import KIND_WORDS, RequestKind

DAY = 86_400
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_HASH = re.compile(r"0x[0-9a-fA-F]{64}")
_NAMES = {
    "verification": "ValueVerification",
    "court": "DisputeCourt",
    "rewards": "RewardDistributor",
    "penalties": "Penalties",
}


def _address(value: object) -> Address:
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        raise ValueError("write an address: 0x and 40 hex digits")
    return to_address(value)


def _hash(value: object) -> str:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise ValueError("write a hash: 0x and 64 hex digits")
    return value.lower()


def _url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\S*", value):
        raise ValueError("write a URL that begins with http:// or https://")
    return value.rstrip("/")


def _place(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise ValueError('write host and port, such as "127.0.0.1:9101"')
    return value


def _seconds(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", value):
        return float(value)
    return value


EvmAddress = Annotated[Address, BeforeValidator(_address)]
CodeHash = Annotated[str, BeforeValidator(_hash)]
Url = Annotated[str, AfterValidator(_url)]
Place = Annotated[str, AfterValidator(_place)]
Seconds = Annotated[float, BeforeValidator(_seconds), Field(gt=0, le=86_400)]
File = Annotated[Path, BeforeValidator(lambda value: Path(value) if isinstance(value, str) else value)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ChainConfig(_Strict):
    """Which chain, and how it is read. `confirmations`: blocks a request must lie below the newest. `block_range`:
    blocks one question about logs spans. `from_block`: nothing older is looked at. `max_fee_gwei`: what a unit of gas
    may cost."""

    id: int = Field(gt=0)
    rpc_url: Url
    confirmations: int = Field(default=2, ge=0, le=10_000)
    poll_seconds: Seconds = 2.0
    block_range: int = Field(default=2_000, ge=1, le=100_000)
    from_block: int = Field(default=0, ge=0)
    timeout_seconds: Seconds = 10.0
    max_fee_gwei: int | None = Field(default=None, gt=0)
    stuck_seconds: Seconds = 120.0


class ContractsConfig(_Strict):
    """Where the contracts are. `code`: keccak256 of the code that must be there, by the same names."""

    verification: EvmAddress
    court: EvmAddress | None = None
    rewards: EvmAddress | None = None
    penalties: EvmAddress | None = None
    code: dict[str, CodeHash] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> ContractsConfig:
        for name in self.code:
            if name not in _NAMES or getattr(self, name) is None:
                raise ValueError(f"code.{name} is named, but not the contract {name}")
        return self


class KeyConfig(_Strict):
    """A key: the file of a keystore, or an account of Ape by its alias. Without `passphrase_file` it is asked for."""

    keystore: File | None = None
    account: str | None = Field(default=None, pattern=r"^[\w.-]{1,80}$")
    passphrase_file: File | None = None

    @model_validator(mode="after")
    def _one(self) -> KeyConfig:
        if (self.keystore is None) == (self.account is None):
            raise ValueError("name either keystore or account")
        return self

    @property
    def path(self) -> Path:
        """The keystore file."""
        return self.keystore if self.keystore is not None else ape_keystore(self.account or "")


class SourceConfig(_Strict):
    """Where documents are: a folder, or the base of URLs to which the SHA-256 in hex is appended."""

    folder: File | None = None
    url: Url | None = None

    @model_validator(mode="after")
    def _one(self) -> SourceConfig:
        if (self.folder is None) == (self.url is None):
            raise ValueError("name either folder or url")
        return self


class DocumentsConfig(_Strict):
    """Where documents come from, in this order, and how large they may be and how long one source may take."""

    sources: list[SourceConfig] = Field(min_length=1, max_length=16)
    max_bytes: int = Field(default=20 * 1024 * 1024, ge=1, le=200 * 1024 * 1024)
    timeout_seconds: Seconds = 10.0


class CheckConfig(_Strict):
    """A check by its name, the kinds of requests it is applied to, and its own options."""

    name: str = Field(min_length=1, max_length=80)
    kinds: list[str] = Field(default_factory=list)
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _kinds_known(self) -> CheckConfig:
        for kind in self.kinds:
            if kind not in KIND_WORDS:
                raise ValueError(f"kinds: {kind!r} is none of {', '.join(KIND_WORDS)}")
        return self

    @property
    def request_kinds(self) -> frozenset[RequestKind]:
        """The kinds by their numbers; empty: all that the check knows."""
        return frozenset(RequestKind[kind.replace("-", "_")] for kind in self.kinds)


class ResultsConfig(_Strict):
    """How long results are good: `valid_days` after the request's deadline (of operating facts, after
    the end of their epoch), or shorter where a check says so. Nodes
    that are to sign one result must have the same."""

    valid_days: int = Field(default=90, ge=1, le=3650)


class SubmitConfig(_Strict):
    """Whether this node brings results to the chain. Among several that do, each waits `stagger_seconds` longer than
    the one before it in the order of their addresses, so that the gas is spent once."""

    enabled: bool = True
    stagger_seconds: Annotated[float, BeforeValidator(_seconds), Field(ge=0, le=3600)] = 5.0


class GossipConfig(_Strict):
    """Where this node listens for signatures, metrics and health, and whom it tells of its own signatures."""

    listen: Place = "127.0.0.1:9101"
    peers: list[Url] = Field(default_factory=list, max_length=64)
    timeout_seconds: Seconds = 5.0
    peer_requests_per_minute: int = Field(default=600, ge=1, le=100_000)


class CourtConfig(_Strict):
    """Whether the node votes where it is drawn."""

    vote: bool = True


class ConflictsConfig(_Strict):
    """Whether the node proves that others signed two results of one request, where `contracts.penalties` is named, and
    who gets the reporter's part: the key that pays for gas, unless named."""

    prove: bool = True
    reporter: EvmAddress | None = None


class ScoreConfig(_Strict):
    """Whether the node brings its rate up to date once an epoch."""

    poke: bool = True


class LogConfig(_Strict):
    """How it writes what it does."""

    format: Literal["human", "json"] = "human"
    level: Literal["debug", "info", "warning", "error"] = "info"


class HealthConfig(_Strict):
    """When it says that it is not well: no answer from the chain for so long, or so many blocks behind."""

    rpc_seconds: Seconds = 60.0
    lag_blocks: int = Field(default=50, ge=1)


class RetryConfig(_Strict):
    """After a failure it waits `first_seconds`, then twice as long each time, `longest_seconds` at most."""

    first_seconds: Seconds = 5.0
    longest_seconds: Seconds = 600.0


class NodeConfig(_Strict):
    """The whole file. Paths are as seen from the file's folder."""

    node: int = Field(ge=1, lt=2**32)
    chain: ChainConfig
    contracts: ContractsConfig
    key: KeyConfig
    gas_key: KeyConfig | None = None
    store: File
    documents: DocumentsConfig
    checks: list[CheckConfig] = Field(min_length=1)
    results: ResultsConfig = ResultsConfig()
    submit: SubmitConfig = SubmitConfig()
    gossip: GossipConfig = GossipConfig()
    court: CourtConfig = CourtConfig()
    conflicts: ConflictsConfig = ConflictsConfig()
    score: ScoreConfig = ScoreConfig()
    log: LogConfig = LogConfig()
    health: HealthConfig = HealthConfig()
    retry: RetryConfig = RetryConfig()


def load_config(path: Path, rpc_url: str | None = None) -> NodeConfig:
    """Reads and checks a configuration.

    Args:
        path: the YAML file.
        rpc_url: takes the place of `chain.rpc_url`.

    Raises:
        ConfigInvalid: with every problem at once.
    """
    try:
        content = read_yaml(path)
    except ProfileNotReadable as error:
        raise ConfigInvalid(str(path), [str(error)]) from None
    _take_deployment(content, path)
    if rpc_url is not None:
        content = content | {"chain": {**_mapping(content.get("chain")), "rpc_url": rpc_url}}
    try:
        config = NodeConfig.model_validate(content)
    except ValidationError as error:
        raise ConfigInvalid(str(path), [_problem(one) for one in error.errors()]) from None
    config = _rooted(config, path.resolve().parent)
    _checks_known(config, path)
    return config


def _take_deployment(content: dict[str, Any], path: Path) -> None:
    """`deployment: deployments/net.json` in the place of addresses."""
    named = content.pop("deployment", None)
    if named is None:
        return
    where = path.resolve().parent / str(named)
    try:
        manifest = json.loads(where.read_text("utf-8"))
        found = {
            name: manifest["contracts"][kind]["address"]
            for name, kind in _NAMES.items()
            if kind in manifest["contracts"]
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigInvalid(str(path), [f"deployment: {where} is no deployment manifest ({error})"]) from None
    content["contracts"] = found | _mapping(content.get("contracts"))


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _problem(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"]) or "the file"
    match error["type"]:
        case "missing":
            return f"{place}: is missing; write it (see examples/node.yml)"
        case "extra_forbidden":
            return f"{place}: there is no such field; remove it or correct its name"
    words = str(error["msg"]).removeprefix("Value error, ")
    given = error.get("input")
    shown = f" (it is {given!r:.60})" if isinstance(given, str | int | bool) and "rpc_url" not in place else ""
    return f"{place}: {words}{shown}"


def _rooted(config: NodeConfig, folder: Path) -> NodeConfig:
    def key(one: KeyConfig) -> KeyConfig:
        return one.model_copy(
            update={
                "keystore": None if one.keystore is None else folder / one.keystore.expanduser(),
                "passphrase_file": None if one.passphrase_file is None else folder / one.passphrase_file.expanduser(),
            }
        )

    sources = [
        one.model_copy(update={"folder": None if one.folder is None else folder / one.folder.expanduser()})
        for one in config.documents.sources
    ]
    checks = [one.model_copy(update={"options": one.options | {"folder": str(folder)}}) for one in config.checks]
    return config.model_copy(
        update={
            "store": folder / config.store.expanduser(),
            "key": key(config.key),
            "gas_key": None if config.gas_key is None else key(config.gas_key),
            "documents": config.documents.model_copy(update={"sources": sources}),
            "checks": checks,
        }
    )


def _checks_known(config: NodeConfig, path: Path) -> None:
    from .checks import build  # checks may be anybody's: they are loaded last

    problems = []
    for place, one in enumerate(config.checks):
        try:
            build(one)
        except CheckInvalid as error:
            problems.append(f"checks.{place}: {error}")
    if problems:
        raise ConfigInvalid(str(path), problems)
