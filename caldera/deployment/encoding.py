"""Calldata from an ABI, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from eth_abi.abi import encode
from eth_abi.exceptions import DecodingError, EncodingError
from eth_utils.crypto import keccak

from caldera.artifacts import Artifact, Artifacts, NotCompiled, Unlinked

from .abi import decode
from .errors import UnknownContract, UnknownFunction, WrongArgumentCount, WrongArgumentType

AbiEntry = dict[str, Any]


@dataclass(frozen=True)
class Function:
    """One function of an ABI."""

    contract: str
    entry: AbiEntry

    @property
    def name(self) -> str:
        """Without argument types."""
        return str(self.entry["name"])

    @cached_property
    def signature(self) -> str:
        """As in `grantRole(uint64,address,uint32)`."""
        return f"{self.name}({','.join(_types(self.entry['inputs']))})"

    @property
    def returned(self) -> str:
        """Types of what it gives back, as in `address,(uint8,address)[]`."""
        return ",".join(_types(self.entry["outputs"]))

    @cached_property
    def selector(self) -> bytes:
        """The first four bytes of calldata."""
        return bytes(keccak(text=self.signature)[:4])

    @property
    def writes(self) -> bool:
        """Neither view nor pure."""
        return self.entry["stateMutability"] not in ("view", "pure")

    def encode(self, *values: Any) -> bytes:
        """Calldata. Raises `WrongArgumentCount` or `WrongArgumentType`."""
        return self.selector + encode_values(f"{self.contract}.{self.name}", self.entry["inputs"], values)

    def arguments(self, calldata: bytes) -> tuple[Any, ...]:
        """The inputs, in order, of a call that the contract took."""
        return tuple(decode(_types(self.entry["inputs"]), calldata[4:]))

    def decode(self, answer: bytes) -> tuple[Any, ...]:
        """The outputs, in order."""
        try:
            return tuple(decode(_types(self.entry["outputs"]), answer))
        except DecodingError as error:
            raise WrongArgumentType(
                f"{self.contract}.{self.name}: the answer is not what the ABI says: {error}"
            ) from None


def artifact_of(artifacts: Artifacts, contract_type: str) -> Artifact:
    """A contract that can be deployed.

    :raises UnknownContract: none of that name, or it is abstract, an interface, or not linked
    """
    try:
        found = artifacts[contract_type]
        if found.deployable and found.creation:
            return found
    except (NotCompiled, Unlinked) as error:
        raise UnknownContract(f"{contract_type}: {error}") from None
    raise UnknownContract(f"{contract_type} is an interface or abstract and cannot be deployed")


def functions(artifact: Artifact) -> list[Function]:
    """Every function of the ABI, by signature."""
    return list(_functions(artifact))


@lru_cache(maxsize=1024)
def _functions(artifact: Artifact) -> tuple[Function, ...]:
    """Kept, because a plan asks some thousand times."""
    found = [Function(artifact.name, entry) for entry in artifact.abi if entry["type"] == "function"]
    return tuple(sorted(found, key=lambda function: function.signature))


@lru_cache(maxsize=1024)
def _named(artifact: Artifact) -> dict[str, list[Function]]:
    """Every function by name and by signature."""
    found: dict[str, list[Function]] = {}
    for one in _functions(artifact):
        for name in (one.name, one.signature):
            found.setdefault(name, []).append(one)
    return found


def function(artifact: Artifact, name: str) -> Function:
    """One function, by name or, where it is overloaded, by signature.

    :raises UnknownFunction: not in the ABI, or several of that name
    """
    found = _named(artifact).get(name, [])
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownFunction(
            f"{artifact.name}.{name} is overloaded; write one of {', '.join(f.signature for f in found)}"
        )
    raise UnknownFunction(f"{artifact.name} has no function {name}; its ABI has {_some(artifact)}")


def creation_code(artifact: Artifact, values: Sequence[Any]) -> bytes:
    """Creation code with the constructor's arguments behind it."""
    return artifact.creation + encode_values(f"{artifact.name}.constructor", constructor_inputs(artifact), values)


def constructor_inputs(artifact: Artifact) -> list[AbiEntry]:
    """What the constructor takes; nothing where there is none."""
    return next((list(entry["inputs"]) for entry in artifact.abi if entry["type"] == "constructor"), [])


def encode_values(where: str, inputs: Sequence[AbiEntry], values: Sequence[Any]) -> bytes:
    """ABI-encoded values; `where` stands in front of every error."""
    if len(inputs) != len(values):
        wanted = ", ".join(f"{entry['type']} {entry['name']}" for entry in inputs)
        raise WrongArgumentCount(f"{where} takes {len(inputs)} argument(s) ({wanted}), the profile gives {len(values)}")
    kinds = _types(inputs)
    fitted = fit_values(where, inputs, values)
    try:
        return encode(kinds, fitted)
    except (EncodingError, TypeError, ValueError, OverflowError):
        for kind, entry, given, value in zip(kinds, inputs, values, fitted, strict=True):
            if not _encodable(kind, value):
                raise WrongArgumentType(
                    f"{where}: {entry['name'] or 'argument'} is a {kind}, and {given!r} is none"
                ) from None
        raise


def _encodable(kind: str, value: Any) -> bool:
    try:
        encode([kind], [value])
    except (EncodingError, TypeError, ValueError, OverflowError):
        return False
    return True


def fit_values(where: str, entries: Sequence[AbiEntry], values: Sequence[Any]) -> tuple[Any, ...]:
    """Values as the ABI decodes them: structs as tuples, hex text as bytes."""
    return tuple(_fit(where, entry, value) for entry, value in zip(entries, values, strict=True))


def _fit(where: str, entry: AbiEntry, value: Any) -> Any:
    """Structs given by their fields' names, and hex text for bytes, as YAML has neither tuples nor bytes."""
    kind = str(entry["type"])
    if kind.endswith("]") and isinstance(value, list | tuple):
        inner = {**entry, "type": kind[: kind.rindex("[")]}
        return tuple(_fit(where, inner, item) for item in value)
    if kind == "tuple":
        fields = entry["components"]
        if isinstance(value, dict):
            names = [field["name"] for field in fields]
            if sorted(names) != sorted(value):
                raise WrongArgumentType(f"{where}: {entry['name'] or 'the struct'} has the fields {', '.join(names)}")
            value = [value[name] for name in names]
        if isinstance(value, list | tuple) and len(value) == len(fields):
            return tuple(_fit(where, field, item) for field, item in zip(fields, value, strict=True))
        return value
    if kind.startswith("bytes") and not kind.endswith("]") and isinstance(value, str) and value.startswith("0x"):
        try:
            return bytes.fromhex(value[2:])
        except ValueError:
            return value
    return value


def _types(entries: Iterable[AbiEntry]) -> list[str]:
    return [_type(entry) for entry in entries]


def _type(entry: AbiEntry) -> str:
    kind = str(entry["type"])
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(_types(entry['components']))}){kind[len('tuple') :]}"


def _some(artifact: Artifact) -> str:
    return ", ".join(sorted({one.name for one in functions(artifact) if one.writes})) or "none"
