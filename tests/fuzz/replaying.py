"""What a replay says: that all is the same, or where it first was not, and why that may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from caldera.artifacts import load
from caldera.evm.trace import Send
from tests.fuzz.reading import Reader
from tests.fuzz.script import Difference, Script

_BLOCKHASH, _PUSH1, _PUSH32 = 0x40, 0x60, 0x7F
_SHOWN = 5


def report(script: Script, differences: Sequence[Difference]) -> dict[str, Any]:
    """Of one chain: how many transactions there were, and in which steps it differs."""
    sent = sum(isinstance(step, Send) for step, _ in script.all)
    if not differences:
        return {"transactions": sent, "differences": 0, "lines": [f"{sent:,} transactions, each with the same outcome"]}
    reader, all_steps = Reader(script.names), script.all
    lines = [f"{len(differences)} differences in {sent:,} transactions"]
    for one in differences[:_SHOWN]:
        place = one.place - len(script.setup)
        where = f"step {place}" if place >= 0 else f"set-up {one.place}"
        what = next(reader.lines([all_steps[one.place]]))
        lines += [f"  {where}: {what}", f"    {one.what}: {_short(one.recorded)} recorded, {_short(one.now)} now"]
    hashed = [name for name in dict.fromkeys(script.names.values()) if reads_block_hashes(name.partition(" #")[0])]
    if hashed:
        lines.append(
            f"  {', '.join(hashed)} reads hashes of blocks, which are others on every chain: what was drawn from them "
            "differs there, and whatever follows from it"
        )
    return {"transactions": sent, "differences": len(differences), "lines": lines}


def _short(value: Any) -> str:
    text = "0x" + value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= 120 else text[:117] + "..."


def reads_block_hashes(contract: str) -> bool:
    """Whether the instruction is in its code. Data behind the code can look like it, so this may say yes too often."""
    known = load()
    if contract not in known or not known[contract].deployable:
        return False
    code, place = bytes.fromhex(known[contract].runtime_hex), 0
    while place < len(code):
        if code[place] == _BLOCKHASH:
            return True
        place += code[place] - _PUSH1 + 2 if _PUSH1 <= code[place] <= _PUSH32 else 1
    return False
