"""What a contract answers when it refuses, as Python exceptions by name."""

from functools import cache
from typing import Any

from eth_utils.crypto import keccak

from caldera.artifacts import load
from tests.support.evm import codec


class ContractError(Exception):
    """A call or transaction did not succeed."""


class Halted(ContractError):
    """The machine stopped: out of gas, invalid instruction, or stack and size limits."""


class Reverted(ContractError):
    """The contract refused. `data`: the raw answer."""

    data: bytes = b""


class EmptyRevert(Reverted):
    """The contract refused without a word."""


class RevertString(Reverted):
    """The contract refused with a sentence."""


class Panic(Reverted):
    """A Solidity check failed: 0x01 assert, 0x11 overflow, 0x12 division by zero, 0x32 index, …"""

    def __init__(self, code: int) -> None:
        super().__init__(f"panic 0x{code:02x}")
        self.code = code


class CustomError(Reverted):
    """A named error. `values`: its arguments by name, also attributes."""

    signature: str

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(f"{type(self).__name__}({', '.join(f'{k}={v}' for k, v in values.items())})")
        self.values = values


_PANIC, _STRING = keccak(text="Panic(uint256)")[:4], keccak(text="Error(string)")[:4]
_text, _number = codec.of({"type": "string"}), codec.of({"type": "uint256"})


@cache
def book() -> dict[bytes, tuple[type[CustomError], codec.Codec, list[str]]]:
    """Every custom error of every compiled contract by selector: its class, its arguments' codec and their names."""
    found: dict[bytes, tuple[type[CustomError], codec.Codec, list[str]]] = {}
    for artifact in load().values():
        for entry in artifact.abi:
            if entry["type"] != "error":
                continue
            arguments = codec.tuple_of(entry["inputs"])
            signature = entry["name"] + arguments.name
            selector = keccak(text=signature)[:4]
            if selector not in found:
                kind = type(entry["name"], (CustomError,), {"signature": signature})
                names = [each["name"] or f"value{number}" for number, each in enumerate(entry["inputs"])]
                found[selector] = (kind, arguments, names)
    return found


def decoded(data: bytes) -> Reverted:
    """The exception that belongs to a revert's answer."""
    error = _decoded(data)
    error.data = data
    return error


def _decoded(data: bytes) -> Reverted:
    if not data:
        return EmptyRevert("reverted without a reason")
    selector = data[:4]
    if selector == _PANIC:
        return Panic(_number.decode(data, 4))
    if selector == _STRING:
        return RevertString(_text.decode(data, 4 + 32))
    entry = book().get(selector)
    if entry is None:
        return Reverted(f"unknown error 0x{data.hex()}")
    kind, arguments, names = entry
    return kind(dict(zip(names, arguments.decode(data, 4), strict=True)))
