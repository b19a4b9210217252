"""`python -m tools.standard_json NAME`: what a block explorer needs to verify the source of one contract.

Prints the compiler's standard JSON input with the contract's own sources and the settings that the build used. An
explorer takes it as "Solidity (Standard-Json-Input)" and needs no plugin, no key and no flattened file.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

from caldera.artifacts import artifact

ROOT = Path(__file__).resolve().parent.parent
_IMPORT = re.compile(r"^\s*import\s[^;]*?[\"']([^\"']+)[\"'];", re.M)


def standard_json(source: str) -> dict[str, Any]:
    """The input that compiles `source`, a path such as `contracts/era/EraToken.sol`, with all it imports."""
    settings = yaml.safe_load((ROOT / "ape-config.yaml").read_text(encoding="utf-8"))["solidity"]
    remappings = dict(line.split("=", 1) for line in settings["import_remapping"])
    found: dict[str, str] = {}
    todo = [source]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found[name] = (ROOT / name).read_text(encoding="utf-8")
        todo += [_resolved(name, target, remappings) for target in _IMPORT.findall(found[name])]
    return {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in sorted(found.items())},
        "settings": {
            "optimizer": {"enabled": True, "runs": settings["optimization_runs"]},
            "viaIR": settings["via_ir"],
            "evmVersion": settings["evm_version"],
            "remappings": settings["import_remapping"],
            "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"]}},
        },
    }


def _resolved(importer: str, target: str, remappings: dict[str, str]) -> str:
    if target.startswith("."):
        return (ROOT / importer).parent.joinpath(target).resolve().relative_to(ROOT).as_posix()
    for prefix, folder in remappings.items():
        if target.startswith(prefix):
            return folder + target[len(prefix) :]
    return target


def main() -> int:
    """Command line: 0 when printed, 2 without a name."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    json.dump(standard_json(artifact(sys.argv[1]).source_id), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
