"""Compiles one faulty version of the contracts, fast: only what the fault reaches, and without the IR pipeline where
the faultless contracts do without it, too."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / ".build" / "__local__.json"
_IMPORT = re.compile(r"import [^;]*?\"([^\"]+)\";")


class DoesNotCompile(Exception):
    """The fault is no Solidity."""


def sources() -> dict[str, str]:
    """Every contract of the project, but the probe that only the IR pipeline can compile."""
    found = sorted((ROOT / "contracts").rglob("*.sol"))
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in found
        if path.name != "EvmProbe.sol"
    }


def reached(path: str, texts: dict[str, str]) -> set[str]:
    """The files whose code a change of `path` can change: itself and whatever imports it."""
    users: dict[str, set[str]] = {}
    for name, text in texts.items():
        for target in _IMPORT.findall(text):
            if target.startswith("."):
                full = (Path(name).parent / target).as_posix()
                users.setdefault(_normal(full), set()).add(name)
    found, todo = {path}, [path]
    while todo:
        for user in users.get(todo.pop(), ()):
            if user not in found:
                found.add(user)
                todo.append(user)
    return found


def _normal(path: str) -> str:
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def build(texts: dict[str, str], wanted: set[str], target: Path) -> None:
    """Writes a manifest in which the contracts of the `wanted` files come from `texts`.

    Raises:
        DoesNotCompile: they are not Solidity.
    """
    answer = _compile(texts, wanted, needs_ir(frozenset(wanted)))
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    for path in wanted:
        for name, made in answer.get("contracts", {}).get(path, {}).items():
            entry = manifest["contractTypes"].get(name)
            code = made["evm"]["bytecode"]["object"]
            if entry and code:
                entry["deploymentBytecode"]["bytecode"] = "0x" + code
                entry["runtimeBytecode"]["bytecode"] = "0x" + made["evm"]["deployedBytecode"]["object"]
    target.write_text(json.dumps(manifest), encoding="utf-8")


@cache
def needs_ir(wanted: frozenset[str]) -> bool:
    """Whether the faultless contracts of these files compile only with the IR pipeline.

    Raises:
        DoesNotCompile: not even so.
    """
    texts = sources()
    try:
        _compile(texts, set(wanted), False)
    except DoesNotCompile:
        _compile(texts, set(wanted), True)
        return True
    return False


def _compile(texts: dict[str, str], wanted: set[str], via_ir: bool) -> dict[str, Any]:
    outputs = ["evm.bytecode.object", "evm.deployedBytecode.object"]
    request = {
        "language": "Solidity",
        "sources": {path: {"content": texts[path]} for path in sorted(wanted)}
        | {path: {"content": text} for path, text in texts.items() if path not in wanted},
        "settings": {
            "optimizer": {"enabled": True, "runs": 1},
            "viaIR": via_ir,
            "evmVersion": "cancun",
            "remappings": [
                "@openzeppelin/contracts=node_modules/@openzeppelin/contracts",
                "solady/src=node_modules/solady/src",
            ],
            "outputSelection": {path: {"*": outputs} for path in wanted},
        },
    }
    shim = ["node", str(ROOT / "tools" / "solc-shim.js"), "--standard-json", "--base-path", str(ROOT)]
    done = subprocess.run(shim, input=json.dumps(request), capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise DoesNotCompile(done.stderr.strip())
    answer: dict[str, Any] = json.loads(done.stdout)
    errors = [one["formattedMessage"] for one in answer.get("errors", ()) if one["severity"] == "error"]
    if errors:
        raise DoesNotCompile(errors[0])
    return answer
