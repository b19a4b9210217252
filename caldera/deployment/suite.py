"""The contracts of one profile on one chain: names to addresses, typed reads, encoded calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caldera.artifacts import Artifact, Artifacts

from .encoding import Function, artifact_of, function, functions
from .errors import CallReverted, UnknownName
from .load import DEPLOYER
from .port import Port
from .profile import Profile
from .reverts import explain


@dataclass(frozen=True)
class Suite:
    """`addresses`: of every contract of the profile, deployed or still to be."""

    profile: Profile
    artifacts: Artifacts
    port: Port
    deployer: str
    addresses: Mapping[str, str]

    def resolve(self, value: Any) -> Any:
        """A value of the profile with every `$Name` replaced by its address."""
        if isinstance(value, str) and value.startswith("$"):
            name = value[1:]
            if name == DEPLOYER:
                return self.deployer
            if name in self.addresses:
                return self.addresses[name]
            if name in self.profile.actors:
                return self.profile.actors[name]
            raise UnknownName(f"${name} is neither a contract that stands before its use nor an actor")
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if isinstance(value, dict):
            return {key: self.resolve(item) for key, item in value.items()}
        return value

    def address(self, reference: str) -> str:
        """The address a reference stands for."""
        return str(self.resolve(reference))

    def artifact(self, name: str) -> Artifact:
        """What the contract of that name was compiled from."""
        return artifact_of(self.artifacts, self.profile.entry(name).contract_type)

    def function(self, name: str, function_name: str) -> Function:
        """A function of the contract of that name."""
        return function(self.artifact(name), function_name)

    def functions(self, name: str) -> list[Function]:
        """Every function of the contract of that name."""
        return functions(self.artifact(name))

    def has(self, name: str, function_name: str) -> bool:
        """True where the contract's ABI has the function."""
        return any(one.name == function_name for one in self.functions(name))

    def exists(self, name: str) -> bool:
        """True where there is code at the contract's address."""
        return bool(self.port.code(self.addresses[name]))

    def read(self, name: str, function_name: str, *values: Any) -> tuple[Any, ...]:
        """The outputs of a view function.

        :raises CallReverted: with the error in words
        """
        asked = self.function(name, function_name)
        return asked.decode(self.call(self.addresses[name], asked.encode(*values)))

    def call(self, to: str | None, data: bytes, sender: str | None = None) -> bytes:
        """A call whose refusal says which custom error it was."""
        try:
            return self.port.call(to, data, sender)
        except CallReverted as error:
            raise CallReverted(
                explain(self.artifacts, error.data) if error.data else error.reason, error.data
            ) from None

    @property
    def access(self) -> str:
        """Name of the AccessManager."""
        return self.profile.access[1:]

    @property
    def standard(self) -> str:
        """Name of the value standard."""
        return self.profile.standard[1:]

    @property
    def registry(self) -> str:
        """Name of the registry of participants."""
        return self.profile.registry[1:]
