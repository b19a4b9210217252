"""Whether two engines did the same: outcomes step by step, and at the end every slot either of them touched."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from caldera.evm.address import Address, to_address
from caldera.evm.anvil import Anvil
from caldera.evm.chain import Chain
from caldera.evm.revm import TREASURY, Revm
from caldera.evm.trace import Send, Step, replay

Touched: TypeAlias = Mapping[Address, set[int]]
"""Slots by account."""

_ACCOUNT = re.compile(r"(0x[0-9a-fA-F]{40}): Account \{")
_SLOT = re.compile(r"(\d+): StorageSlot")
_DIGITS = re.compile(r"^0x[0-9a-fA-F]{40}$")


@dataclass(frozen=True)
class Report:
    """What the comparison saw."""

    differences: tuple[str, ...]
    """One line each; empty if the engines agree."""
    steps: int
    transactions: int
    failed: int
    """Transactions that did not succeed: a trace without any has not compared failures."""
    slots: int
    """Slots compared at the end."""


def touched_on_revm(chain: Revm) -> Touched:
    """Every slot in revm's journal, which holds all that was read or written since the last restored snapshot."""
    found: defaultdict[Address, set[int]] = defaultdict(set)
    # The journal exists only as text; accounts are separated by their addresses.
    parts = _ACCOUNT.split(chain.engine.journal_str.split("transient_storage:")[0])
    for address, body in zip(parts[1::2], parts[2::2], strict=True):
        found[to_address(address)].update(int(slot) for slot in _SLOT.findall(body))
    found.pop(TREASURY, None)
    return found


def touched_on_anvil(chain: Anvil) -> Touched:
    """Every account and every slot that is not zero, from the node's own dump."""
    packed = bytes.fromhex(chain.rpc("anvil_dumpState")[2:])
    accounts = json.loads(gzip.decompress(packed))["accounts"]
    return {
        to_address(address): {int(slot, 16) for slot in account.get("storage", {})}
        for address, account in accounts.items()
        if _DIGITS.match(address)
    }


def _touched(chain: Chain) -> Touched:
    if isinstance(chain, Revm):
        return touched_on_revm(chain)
    return touched_on_anvil(chain) if isinstance(chain, Anvil) else {}


def compare_states(first: Chain, second: Chain) -> tuple[list[str], int]:
    """Differences in storage, balance, nonce and code of every account in use, and how many slots were compared."""
    slots: defaultdict[Address, set[int]] = defaultdict(set)
    for chain in (first, second):
        for address, found in _touched(chain).items():
            slots[address] |= found
    differences, compared = [], 0
    for address, found in sorted(slots.items()):
        for what in ("balance", "nonce", "code"):
            a, b = getattr(first, what)(address), getattr(second, what)(address)
            if a != b:
                differences.append(f"{what} of {address}: {_show(a)} and {_show(b)}")
        for slot in sorted(found):
            compared += 1
            a, b = first.storage(address, slot), second.storage(address, slot)
            if a != b:
                differences.append(f"slot {slot:#x} of {address}: {a:#x} and {b:#x}")
    return differences, compared


def agree(trace: Sequence[Step], first: Chain, second: Chain) -> Report:
    """Replay a trace on two chains and compare. Both must stand where the recording began.

    Both chains are left as the trace leaves them: wrap the call in `isolated()` to use a chain again.
    """
    a, b = replay(trace, first), replay(trace, second)
    differences = []
    for number, (step, left, right) in enumerate(zip(trace, a, b, strict=True)):
        differences += [
            f"step {number} {type(step).__name__}: {name} {_show(getattr(left, name))}, {_show(getattr(right, name))}"
            for name in ("status", "output", "logs", "created", "block_number", "timestamp")
            if getattr(left, name) != getattr(right, name)
        ]
    state, slots = compare_states(first, second)
    sent = [outcome for step, outcome in zip(trace, a, strict=True) if isinstance(step, Send)]
    failed = sum(outcome.status != "ok" for outcome in sent)
    return Report((*differences, *state), len(trace), len(sent), failed, slots)


def _show(value: object) -> str:
    text = f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
    return text if len(text) < 200 else text[:200] + "..."
