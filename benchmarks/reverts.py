"""Turns the bytes of a revert into the contract's own words."""

from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import abi_to_signature, function_signature_to_4byte_selector
from eth_utils.conversions import to_bytes

_BUILT_IN: list[dict[str, Any]] = [
    {"type": "error", "name": "Error", "inputs": [{"name": "reason", "type": "string"}]},
    {"type": "error", "name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
]


class ErrorBook:
    """The custom errors of every contract that was added, by selector."""

    def __init__(self) -> None:
        self._entries: dict[bytes, dict[str, Any]] = {}
        self.add(_BUILT_IN)

    def add(self, abi: list[dict[str, Any]]) -> None:
        """Learn the errors of a contract."""
        for entry in abi:
            if entry["type"] == "error":
                selector = function_signature_to_4byte_selector(abi_to_signature(entry))  # type: ignore[arg-type]
                self._entries[selector] = entry

    def reason(self, data: str) -> str:
        """`BelowMinimumUnit(id=7, left=1, minimum=10)` for known errors, the bytes as they are for others."""
        raw = to_bytes(hexstr=data) if data not in ("", "0x") else b""
        entry = self._entries.get(raw[:4])
        if entry is None:
            return f"unknown error {data}" if raw else "no reason given"
        try:
            values = decode([_type(item) for item in entry["inputs"]], raw[4:])
        except DecodingError:
            return f"{entry['name']} with malformed arguments {data}"
        named = (f"{item['name']}={value!r}" for item, value in zip(entry["inputs"], values, strict=True))
        return f"{entry['name']}({', '.join(named)})"


def _type(item: dict[str, Any]) -> str:
    """The ABI type, tuples spelt out."""
    kind: str = item["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(_type(part) for part in item['components'])}){kind.removeprefix('tuple')}"
