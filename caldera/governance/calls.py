"""Calls of a proposal: from what a draft says to calldata, and from any calldata to contract, function, named
arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak

from caldera.deployment.abi import decode
from caldera.deployment.encoding import Function, functions
from caldera.deployment.errors import DeploymentError
from caldera.deployment.load import DEPLOYER
from caldera.deployment.suite import Suite
from caldera.evm.address import BadAddress, to_address

from .errors import CallInvalid, ValueUnreadable
from .names import near
from .printable import printable
from .values import Unit, fixed, parse, seconds_of, without

_CARRIERS = ("execute", "schedule", "relay", "executeBatch", "scheduleBatch")
"""Functions that carry out other calls: their first addresses are the targets, their first bytes the calldata."""
DEEPEST = 8
"""So many calls within calls are taken apart. Nobody needs as many, but to hide something or to exhaust who looks."""


@dataclass(frozen=True)
class Call:
    """One call as the timelock makes it. `value`: wei."""

    target: str
    value: int
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Argument:
    """One argument by name. `shown`: for people; `raw`: as the ABI decodes it."""

    name: str
    kind: str
    shown: str
    raw: Any = field(repr=False, compare=False)


@dataclass(frozen=True)
class Decoded:
    """What a call does. `contract`: the profile's name, or none where the address is not of this deployment.
    `function`: none where nothing that was compiled has it. `inner`: calls that it carries out. `cut`: it would carry
    out more, deeper than is looked."""

    call: Call
    contract: str | None
    function: str | None
    arguments: tuple[Argument, ...] = ()
    inner: tuple[Decoded, ...] = ()
    cut: bool = False

    @property
    def title(self) -> str:
        """As in `Treasury.spend`."""
        return f"{self.contract or self.call.target}.{self.function or '0x' + self.call.data[:4].hex()}"

    def argument(self, name: str) -> Any:
        """The raw value of one argument; none where there is none of that name."""
        return next((one.raw for one in self.arguments if one.name == name), None)

    def every(self) -> Iterator[Decoded]:
        """This call and all that it carries out."""
        yield self
        for one in self.inner:
            yield from one.every()


class Coder:
    """Encodes and decodes by the contracts of one deployment."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._names = {to_address(at): name for name, at in suite.addresses.items()}
        self._people = {to_address(at): f"${label}" for label, at in suite.profile.actors.items()}

    def who(self, address: str) -> str:
        """An address by its name in the profile, where it has one."""
        at = to_address(address)
        return self._names.get(at) or self._people.get(at) or at

    def contract(self, address: str) -> str | None:
        """The contract of this deployment at an address."""
        return self._names.get(to_address(address))

    def encode(self, where: str, written: str, arguments: Any, value: int = 0) -> Call:
        """`Contract.function` and its arguments, in order or by name, with `$Name`s, amounts and durations as people
        write them.

        Raises:
            CallInvalid: no such contract or function, or arguments that do not fit.
        """
        name, _, called = written.partition(".")
        if name not in self._suite.addresses:
            raise CallInvalid(f"{where}: there is no contract {name}{near(name, self._suite.addresses)}")
        known = [one for one in functions(self._suite.artifact(name)) if one.writes]
        found = [one for one in known if called in (one.name, one.signature)]
        if len(found) != 1:
            if found:
                raise CallInvalid(f"{where}: write one of {', '.join(one.signature for one in found)}")
            raise CallInvalid(f"{where}: {name} has no function {called}{near(called, [one.name for one in known])}")
        inputs = found[0].entry["inputs"]
        values = self._in_order(where, inputs, arguments)
        fitted = [self._fit(f"{where}.{one['name']}", one, given) for one, given in zip(inputs, values, strict=True)]
        try:
            return Call(to_address(self._suite.addresses[name]), value, found[0].encode(*fitted))
        except DeploymentError as error:
            raise CallInvalid(f"{where}: {error}") from None

    def decode(self, call: Call, depth: int = 0) -> Decoded:
        """What a call does, as far as the contracts here know it. `depth`: of calls around it."""
        contract = self._names.get(to_address(call.target))
        function = self._function(contract, call.data[:4])
        if function is None:
            return Decoded(call, contract, None)
        inputs = function.entry["inputs"]
        try:
            values = decode([_kind(one) for one in inputs], call.data[4:])
        except DecodingError:
            return Decoded(call, contract, None)
        arguments = tuple(
            Argument(str(one["name"]), _kind(one), self.shown(one, value), value)
            for one, value in zip(inputs, values, strict=True)
        )
        inner = self._inner(call, function.name, values)
        if depth == DEEPEST:
            return Decoded(call, contract, function.name, arguments, cut=bool(inner))
        carried = tuple(self.decode(one, depth + 1) for one in inner)
        return Decoded(call, contract, function.name, arguments, carried)

    def shown(self, entry: Mapping[str, Any], value: Any) -> str:
        """A decoded value for people: addresses by name, structs by their fields."""
        kind = str(entry["type"])
        if kind.endswith("]"):
            inner = {**entry, "type": kind[: kind.rindex("[")]}
            return "[" + ", ".join(self.shown(inner, one) for one in value) + "]"
        if kind == "tuple":
            parts = zip(entry["components"], value, strict=True)
            return "{" + ", ".join(f"{one['name']}: {self.shown(one, part)}" for one, part in parts) + "}"
        return self.told(value)

    def told(self, value: Any) -> str:
        """A value of whatever type: addresses by name, bytes as text where they are one, structs by their fields."""
        if isinstance(value, str) and len(value) == 42 and value.startswith("0x"):
            return self.who(value)
        if isinstance(value, bytes):
            return _text(value)
        if hasattr(value, "_asdict"):
            return "{" + ", ".join(f"{name}: {self.told(one)}" for name, one in value._asdict().items()) + "}"
        if isinstance(value, tuple | list):
            return "[" + ", ".join(self.told(one) for one in value) + "]"
        return printable(str(value))

    def _function(self, contract: str | None, selector: bytes) -> Function | None:
        """The function of that selector: of the contract, or of any where the address is not one of ours."""
        artifacts = self._suite.artifacts
        of = [self._suite.artifact(contract)] if contract else artifacts.values()
        for artifact in of:
            for entry in artifact.abi:
                if entry["type"] == "function":
                    one = Function(artifact.name, entry)
                    if one.selector == selector:
                        return one
        return None

    @staticmethod
    def _inner(call: Call, function: str, values: Sequence[Any]) -> tuple[Call, ...]:
        if function == "multicall" and values:
            return tuple(Call(call.target, 0, data) for data in values[0] if isinstance(data, bytes))
        if function not in _CARRIERS:
            return ()
        lists = [value if isinstance(value, tuple | list) else [value] for value in values]
        targets = next((one for one in lists if one and isinstance(one[0], str)), ())
        payloads = next((one for one in lists if one and isinstance(one[0], bytes)), ())
        return tuple(Call(to_address(to), 0, data) for to, data in zip(targets, payloads, strict=False))

    def _in_order(self, where: str, inputs: Sequence[Mapping[str, Any]], arguments: Any) -> list[Any]:
        names = [str(one["name"]) for one in inputs]
        wanted = ", ".join(f"{_kind(one)} {one['name']}" for one in inputs) or "nothing"
        if isinstance(arguments, dict):
            if {*arguments} != {*names}:
                raise CallInvalid(f"{where}: takes {wanted}, not {', '.join(map(str, arguments)) or 'nothing'}")
            return [arguments[name] for name in names]
        given = [] if arguments is None else arguments if isinstance(arguments, list) else [arguments]
        if len(given) != len(names):
            raise CallInvalid(f"{where}: takes {len(names)} argument(s) ({wanted}), not {len(given)}")
        return list(given)

    def _fit(self, where: str, entry: Mapping[str, Any], value: Any) -> Any:
        kind = str(entry["type"])
        if kind.endswith("]") and isinstance(value, list):
            inner = {**entry, "type": kind[: kind.rindex("[")]}
            return [self._fit(f"{where}[{place}]", inner, one) for place, one in enumerate(value)]
        if kind == "tuple":
            fields = entry["components"]
            given = self._in_order(where, fields, value)
            return [self._fit(f"{where}.{one['name']}", one, part) for one, part in zip(fields, given, strict=True)]
        if kind == "address":
            return self._address(where, value)
        if kind.startswith("uint") and isinstance(value, str):
            return self._amount(where, value)
        if kind == "bytes32" and isinstance(value, str) and not value.startswith("0x"):
            # The hash of a text: what a purpose is for, where nothing else says it.
            return keccak(self._text(where, value))
        return value

    def _address(self, where: str, value: Any) -> str:
        try:
            found = value if str(value).startswith(("$", "0x")) else f"${value}"
            if found == f"${DEPLOYER}":
                raise CallInvalid(f"{where}: the deployer has no part in what is governed")
            return to_address(self._suite.address(found))
        except (DeploymentError, BadAddress, TypeError) as error:
            raise CallInvalid(f"{where}: {value!r} is no address and no $Name: {error}") from None

    @staticmethod
    def _text(where: str, value: str) -> bytes:
        try:
            found = value.encode()
        except UnicodeEncodeError as error:
            raise CallInvalid(f"{where}: {value!r} is no text: {error.reason}") from None
        if not found:
            raise CallInvalid(f"{where}: an empty text stands for nothing; write what it is, or 32 bytes as 0x…")
        return found

    def _amount(self, where: str, text: str) -> int:
        """`1,000 ERA`, `2,000 USD`, `500 EUR` in the currency's own decimals, `21 days`, `8.5%`, or a plain number."""
        text = " ".join(text.split())
        try:
            for unit in (Unit.ERA, Unit.USD):
                if without(text, unit.name) != text and self._decimals(unit.name) is None:
                    return parse(text, unit)
            if text.endswith(("%", " bps")):
                return parse(text, Unit.BPS)
            code = text.split(" ")[-1]
            if (decimals := self._decimals(code)) is not None:
                return fixed(without(text, code), decimals)
            return seconds_of(text) if " " in text else parse(text, Unit.COUNT)
        except ValueUnreadable as error:
            raise CallInvalid(f"{where}: {error}") from None

    def _decimals(self, code: str) -> int | None:
        return next((one.decimals for one in self._suite.profile.currencies if one.code == code), None)


def _kind(entry: Mapping[str, Any]) -> str:
    kind = str(entry["type"])
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(_kind(one) for one in entry['components'])}){kind[len('tuple') :]}"


def _text(value: bytes) -> str:
    """Bytes as a text where they are one, as template names are; else as hex."""
    bare = value.rstrip(b"\0")
    if len(value) == 32 and len(bare) > 2 and all(32 <= one < 127 for one in bare):
        return f"'{bare.decode()}'"
    return "0x" + value.hex()
