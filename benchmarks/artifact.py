"""A compiled contract: what it takes to deploy, call and weigh it. The project's own come from Ape's manifest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from benchmarks.errors import MissingTool

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / ".build" / "__local__.json"
TEST_SOURCES = "contracts/testing/"  # contracts that exist for tests only


@dataclass(frozen=True, slots=True)
class Artifact:
    """`initcode` and `runtime` are hex text; both are "0x" for interfaces and abstract contracts."""

    name: str
    source: str
    abi: list[dict[str, Any]]
    initcode: str
    runtime: str

    @property
    def initcode_bytes(self) -> int:
        """Length of the creation code in bytes, without constructor arguments."""
        return len(self.initcode.removeprefix("0x")) // 2

    @property
    def runtime_bytes(self) -> int:
        """Length of the deployed code in bytes."""
        return len(self.runtime.removeprefix("0x")) // 2


def project(manifest: Path = MANIFEST) -> dict[str, Artifact]:
    """The project's contracts by name, as Ape last compiled them. Raises `MissingTool` before the first build."""
    if not manifest.exists():
        raise MissingTool("the contracts are not compiled yet; run make build")
    types: Mapping[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))["contractTypes"]
    return {name: _from_ape(name, entry) for name, entry in types.items()}


def project_compiler(manifest: Path = MANIFEST) -> str:
    """Compilers and settings of the last build in one line. Raises `MissingTool` before the first build."""
    if not manifest.exists():
        raise MissingTool("the contracts are not compiled yet; run make build")
    found = set()
    for entry in json.loads(manifest.read_text(encoding="utf-8"))["compilers"]:
        settings = entry["settings"]
        optimizer = settings["optimizer"]
        runs = f"optimizer {optimizer['runs']} runs" if optimizer.get("enabled") else "no optimizer"
        pipeline = "via IR" if settings.get("viaIR") else "legacy pipeline"
        version = entry["version"].split("+")[0]
        found.add(f"solc {version}, {runs}, {pipeline}, EVM version {settings.get('evmVersion', 'default')}")
    return "; ".join(sorted(found))


def _from_ape(name: str, entry: Mapping[str, Any]) -> Artifact:
    def code(field: str) -> str:
        return cast(str, (entry.get(field) or {}).get("bytecode") or "0x")

    initcode, runtime = code("deploymentBytecode"), code("runtimeBytecode")
    return Artifact(name, entry["sourceId"], entry["abi"], initcode, runtime)
