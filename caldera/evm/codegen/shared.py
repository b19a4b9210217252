"""What several contracts share: structs, errors and events, each written once under one name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from caldera.artifacts import Artifact, Artifacts
from caldera.evm.codegen.names import Structs, canonical, field_names, python_name, struct_key, types_suffix
from caldera.evm.codegen.natspec import docstring, entry_text
from caldera.evm.errors import CustomError
from caldera.evm.events import Event
from caldera.evm.hashing import selector, topic

HEADER = '''"""{title} Generated from the compiled contracts: edit the Solidity, not this file."""

# mypy: disable-error-code="assignment, misc, overload-cannot-match, overload-overlap, override"
from __future__ import annotations

'''

_ERROR_NAMES = frozenset(dir(CustomError)) | {"args", "receipt", "revert_data"}
_EVENT_NAMES = frozenset(dir(Event))


@dataclass
class Declaration:
    """An error or event as the contracts declare it: one signature, perhaps several sets of parameter names."""

    entry: Mapping[str, Any]
    signature: str
    doc: str = ""
    python: str = ""
    names: list[list[str]] = field(default_factory=list)


def entries(artifacts: Artifacts, kind: str) -> Iterator[tuple[Artifact, Mapping[str, Any]]]:
    """Every ABI entry of one kind with its contract, in a fixed order."""
    for artifact in artifacts.values():
        for entry in artifact.abi:
            if entry.get("type") == kind:
                yield artifact, entry


def event_key(entry: Mapping[str, Any]) -> str:
    """Identity of an event: signature, which fields are indexed, whether it is anonymous."""
    marks = "".join("i" if param.get("indexed") else "-" for param in entry.get("inputs") or ())
    return f"{canonical(entry)}{marks}{'!' if entry.get('anonymous') else ''}"


def declarations(artifacts: Artifacts, kind: str) -> dict[str, Declaration]:
    """All errors or all events by identity, each with the Python name it gets."""
    found: dict[str, Declaration] = {}
    taken = _ERROR_NAMES if kind == "error" else _EVENT_NAMES
    for artifact, entry in entries(artifacts, kind):
        key = event_key(entry) if kind == "event" else canonical(entry)
        declared = found.setdefault(key, Declaration(entry, canonical(entry)))
        names = field_names(entry.get("inputs") or (), taken)
        if names not in declared.names:
            declared.names.append(names)
        declared.doc = declared.doc or entry_text(f"{kind}s", canonical(entry), artifact.userdoc, artifact.devdoc)
    by_name: dict[str, list[Declaration]] = defaultdict(list)
    for declared in found.values():
        by_name[declared.entry["name"]].append(declared)
    used: set[str] = set()
    for name, same in by_name.items():
        for declared in same:
            wanted = name if len(same) == 1 else f"{name}_{types_suffix(declared.entry.get('inputs') or ())}"
            declared.python = python_name(wanted, used)
            used.add(declared.python)
    return found


def _aliases(declared: Declaration, structs: Structs) -> str:
    """Properties for the names other contracts give the same values."""
    text, known = "", set(declared.names[0])
    for names in declared.names[1:]:
        for position, name in enumerate(names):
            if name not in known:
                known.add(name)
                kind = structs.annotation(declared.entry["inputs"][position], "_structs.", given=False)
                text += f"\n    @property\n    def {name}(self) -> {kind}:\n"
                text += f"        return self.{declared.names[0][position]}\n"
    return text


def structs_module(artifacts: Artifacts) -> tuple[str, Structs]:
    """Source of the structs, and the table of their names."""
    found: dict[str, Mapping[str, Any]] = {}

    def visit(param: Mapping[str, Any]) -> None:
        for part in param.get("components") or ():
            visit(part)
        key = struct_key(param)
        if key:
            found.setdefault(key, param)

    for artifact in artifacts.values():
        for entry in artifact.abi:
            for param in [*(entry.get("inputs") or ()), *(entry.get("outputs") or ())]:
                visit(param)
    structs = Structs()
    full = {key: key.split("(")[0] for key in found}
    short = [name.split(".")[-1] for name in full.values()]
    for key, name in full.items():
        last = name.split(".")[-1]
        wanted = last if short.count(last) == 1 else name.replace(".", "_")
        structs.classes[key] = python_name(wanted, set(structs.classes.values()))
    text = HEADER.format(title="Structs.")
    text += "from typing import NamedTuple as _NamedTuple\n\n"
    text += "from caldera.evm.abi import Struct as _Struct\nfrom caldera.evm.abi import param as _param\n"
    text += "from caldera.evm.address import Address as _Address\n"
    for key, param in found.items():
        name, parts = structs.classes[key], param.get("components") or ()
        text += f"\n\nclass {name}(_NamedTuple):\n"
        text += docstring(f"Solidity: `{full[key]}`.", 4)
        for field_name, part in zip(field_names(parts, strip=True), parts, strict=True):
            text += f"    {field_name}: {structs.annotation(part, '', given=False)}\n"
        text += f"\n\n_{name} = _Struct({name}, {structs.tuple_of(parts, '')})\n"
    return text, structs


def errors_module(found: Mapping[str, Declaration], structs: Structs) -> str:
    """Source of the errors."""
    text = HEADER.format(title="Custom errors.")
    text += "from caldera.contracts import structs as _structs\n"
    text += "from caldera.evm.abi import param as _param\nfrom caldera.evm.address import Address as _Address\n"
    text += "from caldera.evm.errors import CustomError as _CustomError\n"
    for declared in found.values():
        params, names = declared.entry.get("inputs") or (), declared.names[0]
        kinds = [structs.annotation(param, "_structs.", given=False) for param in params]
        text += f"\n\nclass {declared.python}(_CustomError):\n"
        text += docstring(declared.doc or f"`{declared.signature}`", 4) + "\n"
        text += f"    abi_signature = {declared.signature!r}\n"
        text += f"    abi_selector = bytes.fromhex({selector(declared.signature).hex()!r})\n"
        text += f"    abi_inputs = {structs.tuple_of(params, '_structs.')}\n"
        text += f"    abi_names = {tuple(names)!r}\n"
        if names:
            text += "".join(f"    {name}: {kind}\n" for name, kind in zip(names, kinds, strict=True))
            given = ", ".join(f"{name}: {kind}" for name, kind in zip(names, kinds, strict=True))
            text += f"\n    def __init__(self, {given}) -> None:\n        super().__init__({', '.join(names)})\n"
        text += _aliases(declared, structs)
    return text


def events_module(found: Mapping[str, Declaration], structs: Structs) -> str:
    """Source of the events."""
    text = HEADER.format(title="Events.")
    text += "from dataclasses import dataclass as _dataclass\n\n"
    text += "from caldera.contracts import structs as _structs\n"
    text += "from caldera.evm.abi import param as _param\nfrom caldera.evm.address import Address as _Address\n"
    text += "from caldera.evm.events import Event as _Event\nfrom caldera.evm.events import register as _register\n"
    for declared in found.values():
        params, names = declared.entry.get("inputs") or (), declared.names[0]
        text += f"\n\n@_dataclass(frozen=True, slots=True)\nclass {declared.python}(_Event):\n"
        text += docstring(declared.doc or f"`{declared.signature}`", 4)
        for name, param in zip(names, params, strict=True):
            hashed = param.get("indexed") and (
                param["type"] in ("string", "bytes") or param["type"].startswith("tuple") or param["type"].endswith("]")
            )
            kind = "bytes" if hashed else structs.annotation(param, "_structs.", given=False)
            text += f"    {name}: {kind}\n"
        text += f"\n    abi_signature = {declared.signature!r}\n"
        text += f"    abi_topic = bytes.fromhex({topic(declared.signature).hex()!r})\n"
        text += f"    abi_inputs = {structs.tuple_of(params, '_structs.')}\n"
        text += f"    abi_anonymous = {bool(declared.entry.get('anonymous'))}\n"
        text += _aliases(declared, structs)
        text += f"\n\n_register({declared.python})\n"
    return text
