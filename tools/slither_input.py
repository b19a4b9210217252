#!/usr/bin/env python3
"""All contracts but those for tests as one file that Slither reads: `slither_input.py .cache/caldera_export.json`.

Slither would let the compiler make code of every file it is given, and of all that the file imports. It looks at the
syntax tree only, which the compiler has in a few seconds for everything together. The file's format is crytic-compile's
export; version, settings and remappings are those of the build, from ape-config.yaml.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent


def main(target: Path) -> None:
    settings: dict[str, Any] = yaml.safe_load((ROOT / "ape-config.yaml").read_text(encoding="utf-8"))["solidity"]
    compiled = compile_(settings)
    units = {path: unit(path, source["ast"], compiled["contracts"]) for path, source in compiled["sources"].items()}
    export: dict[str, Any] = {
        "compilation_units": {
            "caldera": {
                "compiler": {"compiler": "solc", "version": settings["version"], "optimized": True},
                "source_units": units,
                "filenames": [names(path) for path in units],
            }
        },
        "package": None,
        "working_dir": str(ROOT),
        "type": 1,  # solc
        "unit_tests": [],
        "crytic_version": "0.0.2",
    }
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(export), encoding="utf-8")


def compile_(settings: dict[str, Any]) -> dict[str, Any]:
    """Syntax trees and ABIs by path. Exits with the compiler's words where it refuses."""
    paths = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("contracts/**/*.sol"))
    asked = {
        "language": "Solidity",
        "sources": {path: {"urls": [path]} for path in paths if not path.startswith("contracts/testing/")},
        "settings": {
            "remappings": settings["import_remapping"],
            "evmVersion": settings["evm_version"],
            "viaIR": settings["via_ir"],
            "outputSelection": {"*": {"": ["ast"], "*": ["abi"]}},
        },
    }
    solc = [str(ROOT / f"tools/solcx/solc-v{settings['version']}"), "--standard-json", "--allow-paths", "."]
    done = subprocess.run(solc, input=json.dumps(asked), capture_output=True, text=True, cwd=ROOT, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    wrong = [each["formattedMessage"] for each in answer.get("errors", ()) if each["severity"] == "error"]
    if wrong:
        sys.exit("\n".join(wrong))
    return answer


def unit(path: str, ast: Any, contracts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """One source file. No code was made."""
    none = {"bin": "", "bin-runtime": "", "srcmap": "", "srcmap-runtime": "", "libraries": {}}
    foreign = path.startswith("node_modules/")
    return {
        "ast": ast,
        "contracts": {
            name: {
                **none,
                "abi": made["abi"],
                "filenames": names(path),
                "is_dependency": foreign,
                "userdoc": {},
                "devdoc": {},
            }
            for name, made in contracts.get(path, {}).items()
        },
    }


def names(path: str) -> dict[str, str]:
    """What crytic-compile calls a file."""
    return {"absolute": str(ROOT / path), "used": path, "short": path, "relative": path}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
