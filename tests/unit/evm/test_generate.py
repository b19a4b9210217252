"""The generator on an ABI made of everything that can go wrong with names, and its command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from caldera import artifacts
from caldera.evm.codegen.names import field_names, python_name, types_suffix
from caldera.evm.codegen.natspec import docstring, entry_text
from caldera.evm.generate import main, sources, write

POINT = [{"name": "_x", "type": "int256"}, {"name": "count", "type": "uint8"}, {"name": "", "type": "bool"}]


def param(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


def struct(name: str, kind: str, internal: str, parts: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return param(name, kind, internalType=f"struct {internal}", components=parts or POINT)


def function(name: str, *inputs: dict[str, Any], outputs: tuple[Any, ...] = (), kind: str = "nonpayable") -> Any:
    return {
        "type": "function",
        "name": name,
        "inputs": list(inputs),
        "outputs": list(outputs),
        "stateMutability": kind,
    }


ODD: list[dict[str, Any]] = [
    {"type": "constructor", "inputs": [param("class", "uint8"), param("sender", "bool")], "stateMutability": "payable"},
    function("import", param("", "uint256"), param("", "address"), param("self", "bool"), param("sender", "bool")),
    function("list", param("tuple", "uint256[2][]"), outputs=(param("", "string"),), kind="view"),
    function("address", kind="view", outputs=(param("", "address"),)),
    function("deploy"),
    function(
        "at", struct("p", "tuple", "Shapes.Point"), outputs=(struct("", "tuple[]", "Shapes.Point[]"),), kind="pure"
    ),
    function("value", param("value", "uint256"), kind="payable", outputs=(param("", "uint256"), param("", "bytes4"))),
    function("mixed", param("value", "uint256"), kind="payable"),
    function("mixed", param("value", "string")),
    function("mixed", param("value", "address"), kind="view", outputs=(param("", "int8"),)),
    function("bare", {"name": "t", "type": "tuple", "components": [param("a", "bool"), param("b", "bytes")]}),
    function("other", struct("p", "tuple", "Other.Point", [param("z", "uint64")])),
    {"type": "event", "name": "mixed", "inputs": [param("emitter", "address", indexed=True)], "anonymous": False},
    {"type": "event", "name": "Empty", "inputs": [], "anonymous": True},
    {
        "type": "error",
        "name": "Odd",
        "inputs": [param("args", "uint256"), param("abi_names", "bool"), param("", "bytes")],
    },
    {"type": "error", "name": "CustomError", "inputs": []},
    {"type": "fallback", "stateMutability": "payable"},
    {"type": "receive", "stateMutability": "payable"},
]
OTHER: list[dict[str, Any]] = [
    {"type": "error", "name": "Odd", "inputs": [param("a", "uint256"), param("b", "bool"), param("c", "bytes")]},
    {"type": "error", "name": "CustomError", "inputs": [param("why", "string")]},
    {"type": "event", "name": "Empty", "inputs": [], "anonymous": False},
    function("run", kind="view"),
]


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "manifest.json"
    code = {"bytecode": "0x6001600c60003960016000f300"}
    text = {
        "contractTypes": {
            "Odd": {"abi": ODD, "deploymentBytecode": code, "devdoc": {"title": 'Odd """ title\\'}},
            "Other": {"abi": OTHER},
            "Empty": {"abi": []},
        }
    }
    path.write_text(json.dumps(text), "utf-8")
    return path


USE = """
from caldera.contracts import Odd, Other
from caldera.evm import Revm
import inspect
names = lambda f: list(inspect.signature(f).parameters)
assert names(Odd.deploy) == ["chain", "class_", "sender_", "sender", "value"], names(Odd.deploy)
assert names(Odd.import_) == ["self", "arg0", "arg1", "self_", "sender_", "sender"]
assert names(Odd.list_) == ["self", "tuple_", "sender"]
assert names(Odd.value) == ["self", "value_", "sender", "value"]
assert names(Odd.bare) == ["self", "t", "sender"]
assert Odd.address_ and Odd.deploy_ and Odd.at_
assert Odd.Shapes_Point(1, 2, True)._fields == ("x", "count", "arg2")
assert Odd.Other_Point(5).z == 5
assert Odd.Odd(1, True, b"").args_ == 1 and Odd.Odd(1, True, b"").a == 1
assert Odd.Odd is Other.Odd
assert Odd.CustomError is not Other.CustomError and Other.CustomError("x").why == "x"
assert Odd.mixed_(emitter_="0x", emitter="0x").emitter_ == "0x"
assert Odd.Empty is not Other.Empty
assert not hasattr(Other, "deploy")
chain = Revm()
odd = Odd.deploy(chain, 1, True, sender=chain.account("a"))
odd.mixed("text", sender=chain.account("a"))
odd.mixed(5, sender=chain.account("a"))
odd.mixed(value_="text", sender=chain.account("a"))
chain.fund(chain.account("a"), 3)
odd.mixed(5, sender=chain.account("a"), value=3)
assert chain.balance(odd) == 3
odd.bare((True, b"x"), sender=chain.account("a"))
assert Odd.calldata.at_(Odd.Shapes_Point(1, 2, True))
assert "title" in Odd.__doc__
"""


def test_odd_names_make_code_that_works(manifest: Path, tmp_path: Path) -> None:
    folder = tmp_path / "caldera" / "contracts"
    write(sources(artifacts.load(manifest)), folder)
    path = f"import caldera; caldera.__path__.insert(0, {str(folder.parent)!r})\n"
    environment = {"PATH": "/usr/bin:/bin", "CALDERA_BUILD": str(manifest), "PYTHONDONTWRITEBYTECODE": "1"}
    run = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(Path.cwd())!r})\n{path}{USE}"]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for file in folder.glob("*.py"):
        compile(file.read_text("utf-8"), str(file), "exec")


def test_writing_twice_changes_nothing_and_removes_what_is_gone(manifest: Path, tmp_path: Path) -> None:
    files, folder = sources(artifacts.load(manifest)), tmp_path / "out"
    assert write(files, folder) == len(files)
    assert write(files, folder) == 0
    (folder / "Stale.py").write_text("", "utf-8")
    assert write(files, folder) == 1
    assert not (folder / "Stale.py").exists()


def test_the_command(manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["--manifest", str(manifest), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == told["changed"] == len(list(out.glob("*.py")))
    assert main(["--manifest", str(tmp_path / "none"), "--out", str(out)]) == 1
    assert "make build" in capsys.readouterr().err


def test_names() -> None:
    assert python_name("transfer") == "transfer"
    assert python_name("from") == "from_"
    assert python_name("at", {"at", "at_"}) == "at__"
    assert field_names([{"name": "a"}, {"name": ""}, {"name": "a"}, {"name": "_b"}]) == ["a", "arg1", "a_", "_b"]
    assert field_names([{"name": "_b"}, {"name": "__"}], strip=True) == ["b", "arg1"]
    assert types_suffix([]) == "nothing"
    assert types_suffix([param("", "uint256[]"), param("", "address")]) == "uint256_array_address"


def test_docstrings_are_safe_and_wrapped() -> None:
    nasty = 'ends with a quote "'
    for text in (nasty, 'has """ inside', "ends with \\", "word " * 60, "a\nb"):
        source = f"def f():\n{docstring(text, 4)}    return f.__doc__\n"
        space: dict[str, Any] = {}
        exec(source, space)
        assert space["f"]().split() == text.split()
        assert all(len(line) <= 110 for line in source.splitlines())
    assert docstring("  ", 4) == ""


def test_natspec_of_lists_and_dictionaries() -> None:
    user = {"errors": {"E()": [{"notice": "Bad."}]}, "events": {"V()": {"notice": "Seen."}}}
    assert entry_text("errors", "E()", user, {}) == "Bad."
    assert entry_text("events", "V()", user, {}) == "Seen."
    assert entry_text("methods", "m()", {}, {"stateVariables": {"m": {"details": "Slot."}}}) == "Slot."
    assert entry_text("methods", "m()", {}, {"methods": {"m()": {"returns": {"_0": "it", "x": "that"}}}}) == (
        "\nReturns:\n    it\n    x: that"
    )
