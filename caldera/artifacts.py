"""The compiled contracts: one `Artifact` a contract, read from the manifest that `make build` leaves.

The manifest is Ape's ethPM file. `CALDERA_BUILD` points at another one, which is how a test suite or a second checkout
runs on artifacts that are not this folder's own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

ENVIRONMENT = "CALDERA_BUILD"
"""Name of the environment variable that holds the path of another manifest."""

_DEFAULT = Path(__file__).resolve().parent.parent / ".build" / "__local__.json"


class NotCompiled(Exception):
    """There is no manifest, or the contract is not in it. Run `make build`."""


class Unlinked(Exception):
    """The creation code still names a library that has to be deployed and linked first."""


@dataclass(frozen=True, eq=False)
class Artifact:
    """What the compiler made of one contract. Each stands for itself, so that what was made of it can be kept by it."""

    name: str
    abi: tuple[dict[str, Any], ...]
    source_id: str
    """Path of the source file inside the project, such as `contracts/era/EraToken.sol`."""
    creation_hex: str = field(repr=False)
    """Creation code as hex without prefix; empty for an interface or an abstract contract."""
    runtime_hex: str = field(repr=False)
    userdoc: Mapping[str, Any] = field(repr=False)
    devdoc: Mapping[str, Any] = field(repr=False)

    @property
    def deployable(self) -> bool:
        """False for interfaces and abstract contracts, which have no code of their own."""
        return bool(self.creation_hex)

    @cached_property
    def creation(self) -> bytes:
        """Creation code, to which the encoded constructor arguments are appended."""
        return _code(self.name, self.creation_hex)

    @cached_property
    def runtime(self) -> bytes:
        """Code as it stands on chain, before immutables are filled in."""
        return _code(self.name, self.runtime_hex)


def _code(name: str, text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Unlinked(f"{name} needs a library linked into its code before it can be deployed") from None


class Artifacts(Mapping[str, Artifact]):
    """All artifacts of one manifest, by contract name."""

    def __init__(self, path: Path, entries: Mapping[str, Artifact]) -> None:
        self.path = path
        self._entries = dict(sorted(entries.items()))

    def __getitem__(self, name: str) -> Artifact:
        try:
            return self._entries[name]
        except KeyError:
            raise NotCompiled(f"no contract named {name} in {self.path}: run `make build`") from None

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def manifest_path() -> Path:
    """Where the manifest is expected: `CALDERA_BUILD` if set, the project's own build folder otherwise."""
    chosen = os.environ.get(ENVIRONMENT)
    return Path(chosen) if chosen else _DEFAULT


def load(path: Path | None = None) -> Artifacts:
    """Read the manifest; a second call reads it again only if the file has changed.

    Raises:
        NotCompiled: the file is missing, unreadable or holds no contracts.
    """
    where = path or manifest_path()
    try:
        changed = where.stat().st_mtime_ns
    except OSError:
        raise NotCompiled(f"{where} does not exist: run `make build`") from None
    return _read(where, changed)


def artifact(name: str) -> Artifact:
    """The artifact of one contract of the current manifest."""
    return load()[name]


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Artifacts:
    try:
        types = json.loads(path.read_text("utf-8"))["contractTypes"]
        entries = {name: _entry(name, raw) for name, raw in types.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotCompiled(f"{path} is not a manifest of compiled contracts: run `make build`") from None
    if not entries:
        raise NotCompiled(f"{path} holds no contracts: run `make build`")
    return Artifacts(path, entries)


def _entry(name: str, raw: Mapping[str, Any]) -> Artifact:
    def code(key: str) -> str:
        text = (raw.get(key) or {}).get("bytecode") or ""
        return str(text).removeprefix("0x")

    return Artifact(
        name=name,
        abi=tuple(raw["abi"]),
        source_id=str(raw.get("sourceId") or ""),
        creation_hex=code("deploymentBytecode"),
        runtime_hex=code("runtimeBytecode"),
        userdoc=raw.get("userdoc") or {},
        devdoc=raw.get("devdoc") or {},
    )
