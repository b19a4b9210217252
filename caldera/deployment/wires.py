"""Contracts that obey another contract by a check of their own, without the AccessManager.

Found by asking: every function is called by a stranger, and where the refusal is an error such as `OnlyDesk(address)`,
the contract's own references are tried as callers: those that are not refused so are whom it obeys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from .access_log import answer, known, writers
from .encoding import Function
from .errors import CallReverted
from .power_map import Wire
from .suite import Suite

_MODULE_SET = keccak(text="ModuleSet(uint8,address)")
_GUARD = re.compile(r"^Only[A-Z]\w*$")
_MODULES = "NotTheModule"
_ADDRESS = re.compile(r"^0x[0-9a-fA-F]{40}$")


Named = Callable[[str], list[tuple[str, str]]]
"""`references` of a contract by its name, read once."""


def read_wires(suite: Suite, from_block: int, named: Named) -> tuple[Wire, ...]:
    """Every one of them, by contract and error."""
    return tuple(wire for entry in suite.profile.contracts for wire in _wires(suite, entry.name, from_block, named))


def references(suite: Suite, name: str) -> Iterator[tuple[str, str]]:
    """Every getter without arguments of a contract and each address that it answers with, however deep."""
    for function in suite.functions(name):
        if function.writes or function.entry["inputs"] or "address" not in function.returned:
            continue
        try:
            answers = function.decode(suite.port.call(suite.addresses[name], function.selector))
        except CallReverted:
            continue
        for value in _flat(answers):
            if isinstance(value, str) and _ADDRESS.match(value):
                yield function.name, str(to_checksum_address(value))


def _wires(suite: Suite, name: str, from_block: int, named: Named) -> Iterator[Wire]:
    guards = {keccak(text=_signature(entry))[:4]: str(entry["name"]) for entry in _errors(suite, name)}
    found: dict[bytes, list[Function]] = {}
    for function in writers(suite, name):
        refusal = answer(suite, name, function)[:4]
        if refusal in guards:
            found.setdefault(refusal, []).append(function)
    if not found:
        return
    candidates = list(dict.fromkeys(address for _, address in named(name)))
    for selector, functions in found.items():
        if guards[selector] == _MODULES:
            callers = _modules(suite, name, from_block)
        else:
            callers = [one for one in candidates if answer(suite, name, functions[0], one)[:4] != selector]
        names = known(suite)
        shown = tuple(sorted({names.get(one, one) for one in callers}))
        yield Wire(name, tuple(one.name for one in functions), guards[selector], shown)


def _modules(suite: Suite, name: str, from_block: int) -> list[str]:
    kinds = {log.topics[1][-1] for log in suite.port.logs(suite.addresses[name], [_MODULE_SET], from_block)}
    found = (str(to_checksum_address(suite.read(name, "moduleOf", kind)[0])) for kind in sorted(kinds))
    return [one for one in found if int(one, 16)]


def _errors(suite: Suite, name: str) -> list[dict[str, Any]]:
    entries = [entry for entry in suite.artifact(name).abi if entry["type"] == "error"]
    return [entry for entry in entries if _GUARD.match(entry["name"]) or entry["name"] == _MODULES]


def _signature(entry: dict[str, Any]) -> str:
    return f"{entry['name']}({','.join(one['type'] for one in entry['inputs'])})"


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _flat(item)
    else:
        yield value
