"""Traps of the tools we build with, and what other projects' deployments got wrong: held by the repository itself.

Each mark names an entry of `tests/conformance/defects.yml`, where project and source stand.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.conformance.marks import ROOT

LIBRARIES = {"@openzeppelin", "solady"}
SHIM = ROOT / "tools" / "solcx" / "solc-v0.8.34"


def tracked(*suffixes: str) -> Iterator[Path]:
    """Files of the repository, but for what is installed or made."""
    skip = {"node_modules", ".venv", ".build", ".cache", ".git", "site", "contracts", ".mypy_cache", ".ruff_cache"}
    for folder in (ROOT / name for name in ("caldera", "scripts", "profiles", "tools", "benchmarks", ".ci")):
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix in suffixes and not skip & set(path.relative_to(folder).parts):
                yield path


class TestApe:
    """Ape and its plug-ins."""

    @pytest.fixture(scope="class")
    def config(self) -> dict[str, object]:
        found: dict[str, object] = yaml.safe_load((ROOT / "ape-config.yaml").read_text("utf-8"))
        return found

    @pytest.mark.known_defect("ape-foundry-port")
    def test_a_node_takes_a_port_of_its_own(self, config: dict[str, object]) -> None:
        """ape-foundry attaches to whatever listens on its default port."""
        assert config["foundry"] == {"host": "auto"}

    @pytest.mark.known_defect("ape-dependencies")
    def test_libraries_are_remapped_and_no_dependencies(self, config: dict[str, object]) -> None:
        """ape #1817, #1933: its own dependencies leave a cache in which solc finds nothing."""
        assert "dependencies" not in config
        solidity = config["solidity"]
        assert isinstance(solidity, dict)
        assert "@openzeppelin/contracts=node_modules/@openzeppelin/contracts" in solidity["import_remapping"]

    @pytest.mark.known_defect("ape-default-network")
    def test_nothing_goes_to_a_network_that_nobody_named(self, config: dict[str, object]) -> None:
        """veYFI: the default network is a fork of mainnet, and its provider's key stands in the workflow."""
        assert not [key for key in config if key.startswith("default")]
        keyed = re.compile(r"(alchemy|infura|quiknode|ankr)\.(com|io|pro)/", re.IGNORECASE)
        assert not [
            path for path in tracked(".py", ".yml", ".yaml", ".json", "") if keyed.search(path.read_text("utf-8"))
        ]

    @pytest.mark.known_defect("ape-compile-cache")
    def test_everything_is_compiled_anew(self) -> None:
        """yearn v3, ape: what inherits from a changed file keeps its old ABI."""
        make = (ROOT / "Makefile").read_text("utf-8")
        assert [line for line in make.splitlines() if "ape compile" in line and not line.lstrip().startswith("@#")]
        assert all("--force" in line for line in make.splitlines() if line.lstrip("\t@ ").startswith("ape compile"))


class TestChecks:
    """What may not fail silently."""

    @pytest.mark.known_defect("slither-may-fail")
    def test_a_finding_of_a_checker_fails_the_build(self) -> None:
        """yearn v3: slither may fail and nobody notices. nucypher: pylint may."""
        make = (ROOT / "Makefile").read_text("utf-8")
        (slither,) = (line for line in make.splitlines() if line.startswith("\t@slither "))
        assert "--fail-medium" in slither
        assert "exit 1" in slither
        for checker in ("ruff check", "mypy", "prettier --check", "solhint"):
            lines = [line for line in make.splitlines() if re.match(rf"\t@{checker}", line)]
            assert lines, checker
            assert not [line for line in lines if "|| true" in line or line.startswith("\t@-")], checker

    @pytest.mark.known_defect("prompts-that-proceed")
    def test_no_command_asks_and_goes_on(self) -> None:
        """nucypher: an empty Enter deploys. yearn v3: scripts ask by input()."""
        asking = re.compile(r"(?<![\w.])input\(|\.(?:confirm|prompt)\(|(?<![\w.])(?:confirm|prompt)\(")
        found = [path for path in tracked(".py") if asking.search(path.read_text("utf-8"))]
        assert not found
        assert asking.search("typer.confirm('sure?')")
        assert asking.search("answer = input()")

    @pytest.mark.known_defect("t-rex-licence")
    def test_every_contract_is_free_to_use(self) -> None:
        """T-REX 4.1.6: its modules are under a licence that forbids commercial use."""
        files = sorted((ROOT / "contracts").rglob("*.sol"))
        assert len(files) > 200
        for path in files:
            assert path.read_text("utf-8").startswith("// SPDX-License-Identifier: Apache-2.0\n"), path
        package = json.loads((ROOT / "package.json").read_text("utf-8"))
        for name in ("@openzeppelin/contracts", "solady"):  # what our contracts are compiled with
            assert name in package["dependencies"]
            assert json.loads((ROOT / "node_modules" / name / "package.json").read_text())["license"] == "MIT"
        imports = {
            name
            for path in files
            for name in re.findall(r'^import [^;"]*"([^".][^"]*)";', path.read_text("utf-8"), re.M)
        }
        assert len(imports) > 50
        assert {name.partition("/")[0] for name in imports} <= LIBRARIES


class TestCompiler:
    """The command line of solc over npm's package."""

    @pytest.mark.known_defect("solc-cut-output")
    def test_a_long_answer_reaches_a_slow_reader_whole(self, tmp_path: Path) -> None:
        """A process that exits while a pipe is full cuts its answer."""
        functions = "".join(
            f"function f{n}(uint256 a) external pure returns (uint256) {{ return a * {n} + {n}; }}" for n in range(60)
        )
        wanted = {"*": {"*": ["abi", "evm.bytecode", "evm.assembly"], "": ["ast"]}}
        given = {
            "language": "Solidity",
            "sources": {
                "A.sol": {
                    "content": f"// SPDX-License-Identifier: MIT\npragma solidity 0.8.34; contract A {{{functions}}}"
                }
            },
            "settings": {"outputSelection": wanted},
        }
        file = tmp_path / "input.json"
        file.write_text(json.dumps(given), "utf-8")
        process = subprocess.Popen([SHIM, "--standard-json", file], stdout=subprocess.PIPE, cwd=ROOT)
        assert process.stdout
        time.sleep(0.5)
        text = process.stdout.read()
        assert process.wait(60) == 0
        assert len(text) > 1 << 17  # more than a pipe takes
        assert len(json.loads(text)["contracts"]["A.sol"]["A"]["abi"]) == 60
