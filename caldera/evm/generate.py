"""`python -m caldera.evm.generate`: write the typed handles of every compiled contract into `caldera/contracts`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from caldera import artifacts
from caldera.evm.codegen.handle import HandleModule
from caldera.evm.codegen.shared import declarations, errors_module, events_module, structs_module

TARGET = Path(__file__).resolve().parent.parent / "contracts"


def sources(found: artifacts.Artifacts) -> dict[str, str]:
    """Every generated file by name."""
    structs_text, structs = structs_module(found)
    errors, events = declarations(found, "error"), declarations(found, "event")
    files = {
        "structs.py": structs_text,
        "errors.py": errors_module(errors, structs),
        "events.py": events_module(events, structs),
    }
    shown = [artifact for artifact in found.values() if any(entry.get("type") == "function" for entry in artifact.abi)]
    shown += [artifact for artifact in found.values() if artifact.deployable and artifact not in shown]
    for artifact in shown:
        files[f"{artifact.name}.py"] = HandleModule(artifact, structs, errors, events).source()
    names = sorted(artifact.name for artifact in shown)
    text = '"""Typed handles of the compiled contracts, generated: edit the Solidity, not these files."""\n\n'
    text += "".join(f"from caldera.contracts.{name} import {name} as {name}\n" for name in names)
    return {"__init__.py": text, **files}


def write(files: dict[str, str], target: Path) -> int:
    """Write the files that differ, remove those that are no longer generated; gives back how many changed."""
    target.mkdir(parents=True, exist_ok=True)
    changed = 0
    for name, text in files.items():
        path = target / name
        if not path.exists() or path.read_text("utf-8") != text:
            # In one step, so that whoever imports meanwhile finds the old file or the new one.
            written = path.with_suffix(".new")
            written.write_text(text, "utf-8")
            written.replace(path)
            changed += 1
    for path in target.glob("*.py"):
        if path.name not in files:
            path.unlink()
            changed += 1
    return changed


def main(arguments: list[str] | None = None) -> int:
    """Command line: 0 when written, 1 when there is nothing compiled."""
    parser = argparse.ArgumentParser(prog="python -m caldera.evm.generate", description=__doc__)
    parser.add_argument("--out", type=Path, default=TARGET, help="folder to write to (default: caldera/contracts)")
    parser.add_argument("--manifest", type=Path, help="manifest to read (default: CALDERA_BUILD or .build)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args(arguments)
    try:
        files = sources(artifacts.load(options.manifest))
    except artifacts.NotCompiled as error:
        print(error, file=sys.stderr)
        return 1
    changed = write(files, options.out)
    if options.json:
        print(json.dumps({"files": len(files), "changed": changed, "folder": str(options.out)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
