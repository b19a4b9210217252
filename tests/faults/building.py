"""Compiles one faulty version of the contracts, fast: only what the fault reaches, in a compiler that stays up, and
without the IR pipeline where the faultless contracts do without it, too."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / ".build" / "__local__.json"
_IMPORT = re.compile(r"import [^;]*?\"(\.[^\"]+)\";")
_MADE = re.compile(r"\bnew ([A-Z]\w*)\(")
_DEEP = "Stack too deep"
_OUTPUTS = ["evm.bytecode.object", "evm.deployedBytecode.object"]

Codes = dict[str, tuple[str, str]]
"""Creation and runtime code as hex by name of the contract; only what can be deployed."""


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


def reached(path: str, texts: Mapping[str, str]) -> set[str]:
    """The files whose code a change of `path` can change: itself and whatever imports it."""
    users: dict[str, set[str]] = {}
    for name, text in texts.items():
        for target in imported(name, text):
            users.setdefault(target, set()).add(name)
    return _closure({path}, lambda name: users.get(name, ()))


def with_children(paths: set[str], texts: Mapping[str, str]) -> set[str]:
    """These files, and those of the contracts that they make: the code of both is compared when a suite is deployed,
    and has to come out of the compiler in the same way."""
    made = {path: set(_MADE.findall(texts[path])) for path in paths}
    return paths | {one for path in paths for one in imported(path, texts[path]) if Path(one).stem in made[path]}


def imported(name: str, text: str) -> list[str]:
    """The project's own files that one file imports."""
    return [os.path.normpath((Path(name).parent / target).as_posix()) for target in _IMPORT.findall(text)]


def _closure(start: set[str], nexts: Any) -> set[str]:
    found, todo = set(start), list(start)
    while todo:
        fresh = set(nexts(todo.pop())) - found
        found |= fresh
        todo += fresh
    return found


def build(texts: Mapping[str, str], wanted: set[str], target: Path) -> None:
    """Writes a manifest in which the contracts of the `wanted` files come from `texts`.

    Raises:
        DoesNotCompile: they are not Solidity.
    """
    write(codes(texts, wanted), target)


def write(made: Codes, target: Path) -> None:
    """Writes the manifest of the build with these codes instead of its own."""
    manifest = _manifest()
    changed = {}
    for name, (creation, runtime) in made.items():
        if entry := manifest["contractTypes"].get(name):
            parts = {"deploymentBytecode": creation, "runtimeBytecode": runtime}
            changed[name] = entry | {part: entry[part] | {"bytecode": "0x" + code} for part, code in parts.items()}
    target.write_text(json.dumps(manifest | {"contractTypes": manifest["contractTypes"] | changed}), encoding="utf-8")


@cache
def _manifest() -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return manifest


def codes(texts: Mapping[str, str], wanted: set[str]) -> Codes:
    """The code of the contracts of the `wanted` files, each compiled as its faultless version is.

    Raises:
        DoesNotCompile: they are not Solidity.
    """
    deep = {path for path in wanted if needs_ir(path)} if _without_ir(frozenset(wanted)) is None else set()
    deep = with_children(deep, texts) & wanted
    made: Codes = {}
    for paths, via_ir in ((wanted - deep, False), (deep, True)):
        if paths:
            made |= _compile_somehow(texts, paths, via_ir)
    return made


def _compile_somehow(texts: Mapping[str, str], paths: set[str], via_ir: bool) -> Codes:
    try:
        return compile_(texts, paths, via_ir)
    except DoesNotCompile as error:
        # What the old pipeline runs out of stack for may be Solidity all the same.
        if via_ir or _DEEP not in str(error):
            raise
        return compile_(texts, paths, True)


def faultless(wanted: set[str]) -> Codes:
    """The code of the contracts of the `wanted` files as they are."""
    made = _without_ir(frozenset(wanted))
    return codes(sources(), wanted) if made is None else made


def needs_ir(path: str) -> bool:
    """Whether the faultless contracts of this file compile only with the IR pipeline, which is many times slower."""
    return _without_ir(frozenset({path})) is None


@cache
def _without_ir(wanted: frozenset[str]) -> Codes | None:
    try:
        return compile_(sources(), wanted, False)
    except DoesNotCompile:
        return None


def compile_(texts: Mapping[str, str], wanted: Iterable[str], via_ir: bool) -> Codes:
    """The code of the contracts of the `wanted` files, without the metadata that differ whatever a change does."""
    needed = _closure(set(wanted), lambda name: imported(name, texts[name]))
    request = {
        "language": "Solidity",
        "sources": {path: {"content": texts[path]} for path in sorted(needed)},
        "settings": {
            "optimizer": {"enabled": True, "runs": 1},
            "viaIR": via_ir,
            "evmVersion": "cancun",
            "metadata": {"appendCBOR": False, "bytecodeHash": "none"},
            "remappings": [
                "@openzeppelin/contracts=node_modules/@openzeppelin/contracts",
                "solady/src=node_modules/solady/src",
            ],
            "outputSelection": {path: {"*": _OUTPUTS} for path in wanted},
        },
    }
    answer = _ask(json.dumps(request))
    errors = [one["formattedMessage"] for one in answer.get("errors", ()) if one["severity"] == "error"]
    if errors:
        raise DoesNotCompile(errors[0])
    made: Codes = {}
    for contracts in answer.get("contracts", {}).values():
        for name, one in contracts.items():
            if one["evm"]["bytecode"]["object"]:
                made[name] = (one["evm"]["bytecode"]["object"], one["evm"]["deployedBytecode"]["object"])
    return made


def _ask(request: str) -> dict[str, Any]:
    compiler = _compiler()
    assert compiler.stdin is not None
    assert compiler.stdout is not None
    compiler.stdin.write(request + "\n")
    compiler.stdin.flush()
    line = compiler.stdout.readline()
    if not line:
        # It ran out of memory or stack: another one for whoever asks next.
        _compiler.cache_clear()
        raise DoesNotCompile("the compiler broke off")
    answer: dict[str, Any] = json.loads(line)
    return answer


@cache
def _compiler() -> subprocess.Popen[str]:
    command = ["node", "--stack-size=4000", str(ROOT / "tools/solc-shim.js"), "--stay", "--base-path", str(ROOT)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"SOLC_JS": str(ROOT / "node_modules/solc")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
