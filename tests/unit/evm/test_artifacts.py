"""The manifest: what is read from it and what is said when it is not there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from caldera import artifacts
from caldera.artifacts import NotCompiled, Unlinked


def manifest(folder: Path, **contracts: dict[str, Any]) -> Path:
    path = folder / "manifest.json"
    path.write_text(json.dumps({"contractTypes": contracts}), "utf-8")
    return path


def test_an_artifact_has_abi_code_and_source() -> None:
    token = artifacts.artifact("EraToken")
    assert token.source_id == "contracts/era/EraToken.sol"
    assert any(entry.get("name") == "transfer" for entry in token.abi)
    assert token.deployable
    assert len(token.creation) > len(token.runtime) > 1000


def test_an_interface_is_not_deployable() -> None:
    assert not artifacts.artifact("IEraToken").deployable


def test_the_environment_names_another_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = manifest(tmp_path, Lone={"abi": [], "deploymentBytecode": {"bytecode": "0x6000"}})
    monkeypatch.setenv(artifacts.ENVIRONMENT, str(path))
    assert list(artifacts.load()) == ["Lone"]
    assert artifacts.artifact("Lone").creation == b"\x60\x00"


def test_a_missing_manifest_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(artifacts.ENVIRONMENT, str(tmp_path / "none.json"))
    with pytest.raises(NotCompiled, match=r"none\.json does not exist: run `make build`"):
        artifacts.load()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"contractTypes": {}}', '{"contractTypes": {"A": {}}}', "nonsense"])
def test_a_manifest_without_contracts_says_what_to_do(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text, "utf-8")
    with pytest.raises(NotCompiled, match="run `make build`"):
        artifacts.load(path)


def test_an_unknown_contract_is_named() -> None:
    with pytest.raises(NotCompiled, match="no contract named Nowhere"):
        artifacts.artifact("Nowhere")


def test_a_rebuilt_manifest_is_read_again(tmp_path: Path) -> None:
    path = manifest(tmp_path, Old={"abi": []})
    assert "Old" in artifacts.load(path)
    later = path.stat().st_mtime_ns + 1_000_000
    manifest(tmp_path, New={"abi": []})
    import os

    os.utime(path, ns=(later, later))
    assert list(artifacts.load(path)) == ["New"]


def test_code_that_needs_a_library_is_refused(tmp_path: Path) -> None:
    code = {"bytecode": "0x73__$0123456789012345678901234567890123$__6000"}
    path = manifest(tmp_path, Linked={"abi": [], "deploymentBytecode": code})
    with pytest.raises(Unlinked, match="Linked needs a library"):
        _ = artifacts.load(path)["Linked"].creation
