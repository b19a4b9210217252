#!/usr/bin/env python3
"""Name every platform of anvil, cast and forge in package-lock.json.

npm writes only those platform packages into the lock file that its registry served when the file was made,
and `npm ci` then refuses the file. Each missing one is added by exact version; npm takes the one that fits.
Call it after every `npm install` that changes the lock file.
"""

import json
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "package-lock.json"
CPU = {"amd64": "x64", "arm64": "arm64"}


def main() -> None:
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    packages: dict[str, dict[str, object]] = lock["packages"]
    for entry in [e for p, e in packages.items() if p.startswith("node_modules/@foundry-rs/")]:
        optional = entry.get("optionalDependencies", {})
        assert isinstance(optional, dict)
        for name, version in optional.items():
            system, cpu = name.rsplit("-", 2)[1:]
            packages.setdefault(
                f"node_modules/{name}",
                {
                    "version": version,
                    "cpu": [CPU[cpu]],
                    "license": "MIT OR Apache-2.0",
                    "optional": True,
                    "os": [system],
                },
            )
    root = packages.pop("")
    lock["packages"] = {"": root, **dict(sorted(packages.items()))}
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
