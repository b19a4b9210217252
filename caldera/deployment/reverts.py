"""Revert data in words, by the errors of every compiled contract."""

from __future__ import annotations

from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak

from caldera.artifacts import Artifacts

from .abi import decode
from .encoding import Function


def explain(artifacts: Artifacts, data: bytes) -> str:
    """As in `AccessManagedUnauthorized(0x…)`; the hex data where no error is known."""
    if data[:4] == keccak(text="Error(string)")[:4]:
        try:
            return str(decode(["string"], data[4:])[0])
        except DecodingError:
            return f"0x{data.hex()}"
    for artifact in artifacts.values():
        for entry in artifact.abi:
            if entry["type"] != "error":
                continue
            error = Function(artifact.name, {**entry, "outputs": entry["inputs"], "stateMutability": "pure"})
            if error.selector == data[:4]:
                return f"{error.name}({', '.join(map(str, error.decode(data[4:])))})"
    return f"0x{data.hex()}" if data else "reverted without a reason"
