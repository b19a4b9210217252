"""Warehouse receipts on a chain of their own: compiled, put into the development profile, deployed with the suite.

A trade that stays has its contract in `contracts/modules/` and its lines in `profiles/`; `make build` and
`caldera deploy apply` then do what this file does.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import solcx
import yaml
from eth_utils.crypto import keccak

from caldera import contracts
from caldera.artifacts import Artifacts, load, manifest_path
from caldera.deployment.yaml_reader import read_yaml
from caldera.evm import Account, Chain
from caldera.evm.generate import sources, write
from tests.support.deployed import Deployed
from tests.support.deployed import build as deploy

ROOT = Path(__file__).resolve().parents[2]
HERE = Path("examples/trade")
NAME = "GrainReceipts"
DAY = 86_400
LOT = 50_000_000_000
"""A lot as declared: EUR 50,000.00."""
PARTIES = {
    "warehouse": "WAREHOUSE",
    "mill": "ENTERPRISE",
    "trader": "ENTERPRISE",
    "bank": "BANK",
    "appraiser": "APPRAISER",
    "insurer": "INSURER",
}
"""Who is enrolled, with which qualification."""
ACTORS = (*PARTIES, "compliance", "standard", "guardian", "stranger")


@dataclass
class Granary:
    """`mill` has a lot stored by `warehouse`; `bank` and `trader` may hold receipts, too. `grain`, `lot`: the typed
    handle of the contract and its struct, generated as `make build` does."""

    deployed: Deployed
    grain: Any
    lot: Any
    ledger: contracts.AssetCertificate
    registry: contracts.ParticipantRegistry
    rule: int
    entities: dict[str, int] = field(default_factory=dict)

    @property
    def chain(self) -> Chain:
        return self.deployed.chain

    def __getattr__(self, name: str) -> Account:
        if name not in ACTORS:
            raise AttributeError(name)
        return self.deployed.chain.account(name)

    def store(self, by: str = "warehouse", to: str = "mill", lot: str = "LOT-1", declared: int = LOT) -> int:
        """A receipt."""
        note = self.lot(lot, declared, 1, self.rule, keccak(text="weighing note"))
        made: int = self.grain.store(self.chain.account(to), note, sender=self.chain.account(by)).returned
        return made

    def cover(self, receipt: int, worth: int, insured: int, days: int = 30) -> None:
        """Appraised and insured for so many days."""
        until = self.chain.now + days * DAY
        self.grain.appraise(receipt, worth, until, sender=self.appraiser)
        self.grain.insure(receipt, insured, until, keccak(text="policy"), sender=self.insurer)

    def pledge(self, receipt: int, units: int, holder: str = "mill", lienholder: str = "bank") -> None:
        """By the holder."""
        owner = self.chain.account(holder)
        self.ledger.pledge(owner, self.chain.account(lienholder), receipt, units, sender=owner)


def compiled() -> dict[str, Any]:
    """The contract as Ape's manifest has it, with the settings of `ape-config.yaml`."""
    settings = yaml.safe_load((ROOT / "ape-config.yaml").read_text(encoding="utf-8"))["solidity"]
    source = (HERE / f"{NAME}.sol").as_posix()
    request = {
        "language": "Solidity",
        "sources": {source: {"content": (ROOT / source).read_text(encoding="utf-8")}},
        "settings": {
            "optimizer": {"enabled": True, "runs": settings["optimization_runs"]},
            "viaIR": settings["via_ir"],
            "evmVersion": settings["evm_version"],
            "remappings": settings["import_remapping"],
            "outputSelection": {
                source: {NAME: ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "userdoc", "devdoc"]}
            },
        },
    }
    solc = ROOT / "tools" / "solcx" / f"solc-v{settings['version']}"
    made = solcx.compile_standard(request, base_path=ROOT, solc_binary=solc)["contracts"][source][NAME]
    return {
        "contractName": NAME,
        "sourceId": source,
        "abi": made["abi"],
        "deploymentBytecode": {"bytecode": "0x" + made["evm"]["bytecode"]["object"]},
        "runtimeBytecode": {"bytecode": "0x" + made["evm"]["deployedBytecode"]["object"]},
        "userdoc": made["userdoc"],
        "devdoc": made["devdoc"],
    }


def profile(folder: Path) -> Path:
    """The development profile with the lines of `profile.yml` among its own."""
    ours, whole = read_yaml(ROOT / HERE / "profile.yml"), read_yaml(ROOT / "profiles" / "devnet.yml")
    governed = read_yaml(ROOT / "profiles" / "parameters.yml")
    governed["parameters"]["families"] += ours.pop("parameters")["families"]
    for section, lines in ours.items():
        if isinstance(lines, list):
            whole[section] = whole.get(section, []) + lines
        else:
            whole[section] = whole.get(section, {}) | lines
    (folder / "parameters.yml").write_text(yaml.safe_dump(governed, sort_keys=False), encoding="utf-8")
    whole["include"] = [
        str((folder if name == "parameters.yml" else ROOT / "profiles") / name) for name in whole["include"]
    ]
    written = folder / "devnet.yml"
    written.write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
    return written


@contextmanager
def opened() -> Iterator[Granary]:
    """The whole suite with warehouse receipts, deployed and verified by its profile; the actors are enrolled."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        manifest = json.loads(manifest_path().read_text(encoding="utf-8"))
        manifest["contractTypes"][NAME] = compiled()
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        patch.setenv("CALDERA_BUILD", str(folder / "manifest.json"))
        found = load()
        handles = {
            file: text.replace("caldera.contracts", "grain_contracts")
            for file, text in sources(Artifacts(found.path, {NAME: found[NAME]})).items()
        }
        write(handles, folder / "grain_contracts")
        patch.syspath_prepend(folder)
        module = importlib.import_module("grain_contracts")
        structs = importlib.import_module("grain_contracts.structs")
        try:
            yield _enrolled(deploy(profile(folder)), module, structs)
        finally:
            for one in [key for key in sys.modules if key.partition(".")[0] == "grain_contracts"]:
                del sys.modules[one]


def _enrolled(deployed: Deployed, module: Any, structs: Any) -> Granary:
    chain, at = deployed.chain, deployed.made.address
    ledger = contracts.AssetCertificate.at(chain, at("AssetCertificate"))
    registry = contracts.ParticipantRegistry.at(chain, at("ParticipantRegistry"))
    grain = module.GrainReceipts.at(chain, at(NAME))
    granary = Granary(deployed, grain, structs.Lot, ledger, registry, deployed.made.rules["EU/grain-receipt"])
    means, regions = deployed.profile.qualifications, 1 << deployed.profile.regions["EU"].bit
    for name, qualification in PARTIES.items():
        officer = chain.account("compliance")
        entity = registry.createEntity(keccak(text=name), sender=officer).returned
        bits = 1 << means[qualification]
        registry.enrol(chain.account(name), entity, chain.now + 3650 * DAY, regions, bits, sender=officer)
        granary.entities[name] = entity
    return granary
