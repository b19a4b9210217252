"""Compiles the peers, each with the compiler and the library versions it names; a second run reads the result back."""

import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.artifact import Artifact
from benchmarks.errors import CompileFailed, MissingTool
from benchmarks.progress import Progress

PEERS = Path(__file__).resolve().parent / "peers"
BUILD = PEERS / ".build"
INSTALL = "npm ci --ignore-scripts in benchmarks/peers"


@dataclass(frozen=True, slots=True)
class Unit:
    """Sources that one compiler translates together. `remappings` decide which version of a library an import means."""

    name: str
    implementations: tuple[str, ...]
    solc: str
    evm_version: str
    sources: tuple[str, ...]
    remappings: tuple[str, ...]
    via_ir: bool = False
    runs: int = 200
    shipped: str = ""
    """How the implementations were compiled by their authors, where their package brings the code."""

    def standard_json(self) -> dict[str, Any]:
        """The input of the compiler."""
        folder = PEERS / "contracts"
        texts = {f"contracts/{name}": (folder / name).read_text(encoding="utf-8") for name in self.sources}
        outputs = ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"]
        settings: dict[str, Any] = {
            "optimizer": {"enabled": True, "runs": self.runs},
            "evmVersion": self.evm_version,
            "remappings": list(self.remappings),
            "outputSelection": {"*": {"*": outputs}},
        }
        if self.via_ir:  # compilers before 0.7.5 refuse a setting that they do not know
            settings["viaIR"] = True
        return {
            "language": "Solidity",
            "sources": {name: {"content": text} for name, text in texts.items()},
            "settings": settings,
        }

    def describe(self) -> str:
        """Compiler and settings in one line, for the head of a table."""
        if self.shipped:
            return self.shipped
        pipeline = "via IR" if self.via_ir else "legacy pipeline"
        optimizer = f"optimizer {self.runs} runs"
        return f"solc {self.solc}, {optimizer}, {pipeline}, EVM version {self.evm_version}"


# Libraries (ERC-1155, ERC-721) are compiled as our own contracts are; products as their own repositories compile them.
UNITS = {
    unit.name: unit
    for unit in (
        Unit(
            "erc1155",
            ("openzeppelin-erc1155", "solady-erc1155"),
            "0.8.34",
            "cancun",
            ("OpenZeppelinErc1155.sol", "SoladyErc1155.sol"),
            (
                "@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/",
                "solady/=node_modules/solady/",
            ),
            via_ir=True,
            runs=1000,
        ),
        Unit(
            "erc20votes",
            ("openzeppelin-erc20votes", "solady-erc20votes"),
            "0.8.34",
            "cancun",
            ("OpenZeppelinErc20Votes.sol", "SoladyErc20Votes.sol"),
            (
                "@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/",
                "solady/=node_modules/solady/",
            ),
            via_ir=True,
            runs=1000,
        ),
        Unit(
            "governor",
            ("openzeppelin-governor",),
            "0.8.34",
            "cancun",
            ("OpenZeppelinGovernor.sol",),
            ("@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/",),
            via_ir=True,
            runs=1000,
        ),
        Unit(
            "erc4626",
            ("openzeppelin-erc4626",),
            "0.8.34",
            "cancun",
            ("OpenZeppelinErc4626.sol",),
            ("@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/",),
            via_ir=True,
            runs=1000,
        ),
        Unit(
            "erc721",
            ("openzeppelin-erc721", "openzeppelin-consecutive", "erc721a"),
            "0.8.34",
            "cancun",
            ("OpenZeppelinErc721.sol", "OpenZeppelinConsecutive.sol", "Erc721A.sol"),
            (
                "@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/",
                "erc721a/=node_modules/erc721a/",
            ),
            via_ir=True,
            runs=1000,
        ),
        Unit(
            "vesting",
            ("openzeppelin-vesting-wallet",),
            "0.8.34",
            "cancun",
            ("OpenZeppelinVestingWallet.sol",),
            ("@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/",),
            via_ir=True,
            runs=1000,
        ),
        Unit(
            "sablier",
            ("sablier-lockup",),
            "0.8.34",
            "cancun",
            ("FreeComptroller.sol",),
            (),
            via_ir=True,
            runs=1000,
            shipped="solc 0.8.29, optimizer 100 runs, via IR, EVM version shanghai, as its package brings it",
        ),
        Unit(
            "splitter",
            ("openzeppelin-payment-splitter",),
            "0.8.34",
            "cancun",
            ("OpenZeppelinPaymentSplitter.sol",),
            ("@openzeppelin/contracts/=node_modules/openzeppelin-contracts-4/",),
            via_ir=True,
            runs=1000,
        ),
        Unit(
            "erc3525",
            ("solv-erc3525",),
            "0.8.15",
            "london",
            ("SolvErc3525.sol",),
            (
                "@openzeppelin/contracts/=node_modules/openzeppelin-contracts-4/",
                "@solvprotocol/=node_modules/@solvprotocol/",
            ),
            via_ir=True,
        ),
        Unit(
            "trex",
            ("t-rex", "t-rex-2-modules", "t-rex-2-modules-proxied"),
            "0.8.17",
            "london",
            ("TRexStand.sol",),
            (
                "@openzeppelin/contracts/=node_modules/openzeppelin-contracts-4/",
                "@openzeppelin/contracts-upgradeable/=node_modules/@openzeppelin/contracts-upgradeable/",
                "@tokenysolutions/=node_modules/@tokenysolutions/",
                "@onchain-id/=node_modules/@onchain-id/",
            ),
        ),
        Unit(
            "staking-rewards",
            ("synthetix-staking-rewards",),
            "0.5.16",
            "istanbul",
            ("SynthetixStakingRewards.sol",),
            (
                "openzeppelin-solidity-2.3.0/=node_modules/openzeppelin-solidity/",
                "synthetix/=node_modules/synthetix/",
            ),
        ),
        Unit(
            "symbiotic",
            ("symbiotic-core",),
            "0.8.25",
            "cancun",
            ("SymbioticStand.sol",),
            (
                "@openzeppelin/=node_modules/@symbioticfi/core/node_modules/@openzeppelin/",
                "@symbioticfi/=node_modules/@symbioticfi/",
            ),
            via_ir=True,
        ),
    )
}


SHIPPED = {
    "uniswap-merkle-distributor": "as its npm package ships it: solc 0.6.11, optimizer 200 runs, EVM version istanbul"
}
"""Peers that come compiled, and how."""


def artifacts(name: str, progress: Progress) -> dict[str, Artifact]:
    """The contracts of one of `UNITS` by name."""
    return compiled(UNITS[name], progress)


def compiled(unit: Unit, progress: Progress) -> dict[str, Artifact]:
    """The contracts of a unit by name. Compiles only where sources, settings or pinned packages have changed."""
    given = unit.standard_json()
    target = BUILD / f"{unit.name}-{_fingerprint(unit, given)}.json"
    if not target.exists():
        progress(f"compiling {unit.name} with solc {unit.solc}")
        _compile(unit, given, target)
    found: dict[str, Artifact] = {}
    for source, contracts in json.loads(target.read_text(encoding="utf-8"))["contracts"].items():
        for contract, out in contracts.items():
            code, deployed = out["evm"]["bytecode"]["object"], out["evm"]["deployedBytecode"]["object"]
            if code:
                found[contract] = Artifact(contract, source, out["abi"], "0x" + code, "0x" + deployed)
    return found


def _fingerprint(unit: Unit, given: dict[str, Any]) -> str:
    """Hash of all that decides the result: the lock file stands for the packages."""
    parts = [unit.solc, json.dumps(given, sort_keys=True)]
    parts += [(PEERS / file).read_text(encoding="utf-8") for file in ("package-lock.json", "compile.mjs")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _compile(unit: Unit, given: dict[str, Any], target: Path) -> None:
    node = shutil.which("node")
    if node is None:
        raise MissingTool("Node.js is not on PATH; run make setup")
    package = f"solc-{unit.solc}"
    if not (PEERS / "node_modules" / package).is_dir():
        raise MissingTool(f"the peers are not installed; run {INSTALL}")
    BUILD.mkdir(exist_ok=True)
    part = target.with_suffix(".part")
    command = [node, "--stack-size=4000", "compile.mjs", package, str(part)]
    text = json.dumps(given)
    done = subprocess.run(command, input=text, text=True, capture_output=True, cwd=PEERS, check=False)
    if done.returncode != 0:
        raise CompileFailed(f"{unit.name}: {done.stderr.strip()}")
    result = json.loads(part.read_text(encoding="utf-8"))
    wrong = [entry["formattedMessage"] for entry in result.get("errors", []) if entry["severity"] == "error"]
    if wrong:
        raise CompileFailed(f"{unit.name}: {wrong[0]}")
    if not result["compiler"].startswith(unit.solc + "+"):
        raise CompileFailed(f"{package} is solc {result['compiler']}; run {INSTALL}")
    for old in BUILD.glob(f"{unit.name}-*.json"):
        old.unlink()
    part.replace(target)
