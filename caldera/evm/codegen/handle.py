"""The module of one contract: its class, its simulation and its encoders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from caldera.artifacts import Artifact
from caldera.evm.codegen.names import Structs, canonical, field_names, python_name, struct_key, types_suffix
from caldera.evm.codegen.natspec import contract_text, docstring, entry_text
from caldera.evm.codegen.shared import HEADER, Declaration, event_key
from caldera.evm.contract import Contract
from caldera.evm.hashing import selector

_RESERVED = frozenset(dir(Contract)) | {"calldata", "deploy", "simulate"}
_IMPORTS = """from collections.abc import Sequence as _Sequence
from typing import Any as _Any
from typing import Self as _Self
from typing import overload as _overload

from caldera.contracts import errors as _errors
from caldera.contracts import events as _events
from caldera.contracts import structs as _structs
from caldera.evm.abi import param as _param
from caldera.evm.address import Address as _Address
from caldera.evm.address import AddressLike as _AddressLike
from caldera.evm.chain import Chain as _Chain
from caldera.evm.contract import Contract as _Contract
from caldera.evm.contract import Simulation as _Simulation
from caldera.evm.function import Function as _Function
from caldera.evm.function import Overloads as _Overloads
from caldera.evm.receipt import Receipt as _Receipt
"""


class Method:
    """One function of the ABI, with everything its Python forms need."""

    def __init__(self, entry: Mapping[str, Any], structs: Structs, doc: str, wei: bool) -> None:
        """`wei` says whether this function or one of its name takes wei, so that `value` means that."""
        self.entry = entry
        self.doc = doc
        self.inputs: Sequence[Mapping[str, Any]] = entry.get("inputs") or ()
        self.outputs: Sequence[Mapping[str, Any]] = entry.get("outputs") or ()
        self.view = entry.get("stateMutability") in ("view", "pure")
        self.payable = entry.get("stateMutability") == "payable"
        taken = {"self", "chain", "sender"} | ({"value"} if wei else set())
        self.names = field_names(self.inputs, taken)
        self.python = ""
        self.const = ""
        kinds = [structs.annotation(param, "_structs.", given=True) for param in self.inputs]
        self.params = [f"{name}: {kind}" for name, kind in zip(self.names, kinds, strict=True)]
        results = [structs.annotation(param, "_structs.", given=False) for param in self.outputs]
        self.result = "None" if not results else results[0] if len(results) == 1 else f"tuple[{', '.join(results)}]"

    @property
    def keywords(self) -> list[str]:
        """The keyword parameters behind the star."""
        if self.view:
            return ["sender: _AddressLike | None = None"]
        return ["sender: _AddressLike", *(["value: int = 0"] if self.payable else [])]

    @property
    def wei(self) -> str:
        return "value" if self.payable else "0"

    def define(self, name: str, first: str, params: Sequence[str], keywords: Sequence[str], result: str) -> str:
        """The `def` line."""
        star = ["*", *keywords] if keywords else []
        return f"    def {name}({', '.join(part for part in [first, *params, *star] if part)}) -> {result}:\n"


class HandleModule:
    """Source of the module of one contract."""

    def __init__(
        self, artifact: Artifact, structs: Structs, errors: Mapping[str, Declaration], events: Mapping[str, Declaration]
    ) -> None:
        self.artifact = artifact
        self.structs = structs
        self.errors = errors
        self.events = events
        self.overloaded: dict[str, list[Method]] = defaultdict(list)
        functions = [entry for entry in artifact.abi if entry.get("type") == "function"]
        paid = {entry["name"] for entry in functions if entry.get("stateMutability") == "payable"}
        for entry in functions:
            doc = entry_text("methods", canonical(entry), artifact.userdoc, artifact.devdoc)
            method = Method(entry, structs, doc, entry["name"] in paid)
            self.overloaded[python_name(entry["name"], _RESERVED)].append(method)
        for name, same in self.overloaded.items():
            for method in same:
                method.python = name
                if len(same) > 1:
                    method.python = python_name(f"{name}_{types_suffix(method.inputs)}", self.overloaded)
                method.const = f"_F_{method.python}"
        made = next((entry for entry in artifact.abi if entry.get("type") == "constructor"), {})
        made_doc = entry_text("methods", "constructor", artifact.userdoc, artifact.devdoc)
        wei = made.get("stateMutability") == "payable"
        self.constructor = Method({"name": "constructor", **made}, structs, made_doc, wei)

    @property
    def methods(self) -> list[Method]:
        return [method for same in self.overloaded.values() for method in same]

    def source(self) -> str:
        """The whole module."""
        name = self.artifact.name
        text = HEADER.format(title=f"{name}.") + _IMPORTS + "\n" + self._functions()
        text += f"\n\nclass {name}Calldata:\n" + docstring("Encodes calls without sending them.", 4)
        if self.artifact.deployable:
            text += self._encoder("constructor", self.constructor, "_CONSTRUCTOR")
        text += "".join(self._encoder(method.python, method, method.const) for method in self.methods)
        text += f"\n\nclass {name}Simulation(_Simulation):\n"
        text += docstring("Runs state-changing functions and gives back what they return; nothing is kept.", 4)
        text += "\n    __slots__ = ()\n" + self._each(False, True)
        return text + self._contract()

    def _functions(self) -> str:
        text, name, structs = "", self.artifact.name, self.structs
        if self.artifact.deployable:
            inputs = structs.tuple_of(self.constructor.inputs, "_structs.")
            text += f'_CONSTRUCTOR: _Function[None] = _Function({name!r}, "constructor", {inputs}, (), b"")\n'
        for method in self.methods:
            parts = [structs.tuple_of(params, "_structs.") for params in (method.inputs, method.outputs)]
            code = selector(canonical(method.entry)).hex()
            text += f"{method.const}: _Function[{method.result}] = _Function(\n    {name!r}, {method.entry['name']!r}, "
            text += f"{', '.join(parts)}, bytes.fromhex({code!r}){', view=True' * method.view}\n)\n"
        for python, same in self.overloaded.items():
            if len(same) > 1:
                choices = ", ".join(f"({method.const}, {tuple(method.names)!r})" for method in same)
                text += f"_O_{python} = _Overloads({choices})\n"
        return text

    def _encoder(self, python: str, method: Method, const: str) -> str:
        text = "\n    @staticmethod\n" + method.define(python, "", method.params, (), "bytes")
        return text + f"        return {const}.encode({', '.join(method.names)})\n"

    def _contract(self) -> str:
        name = self.artifact.name
        text = f"\n\nclass {name}(_Contract):\n"
        text += docstring(contract_text(self.artifact.userdoc, self.artifact.devdoc) or f"`{name}`", 4)
        text += f"\n    __slots__ = ()\n\n    ABI_NAME = {name!r}\n    calldata = {name}Calldata\n" + self._types()
        text += f"\n    @property\n    def simulate(self) -> {name}Simulation:\n"
        text += docstring("The state-changing functions, run without keeping anything.", 8)
        text += f"        return {name}Simulation(self.chain, self.address)\n"
        if self.artifact.deployable:
            made = self.constructor
            keywords = ["sender: _AddressLike", *(["value: int = 0"] if made.payable else [])]
            text += "\n    @classmethod\n" + made.define(
                "deploy", "cls", ["chain: _Chain", *made.params], keywords, "_Self"
            )
            text += docstring(made.doc, 8)
            values = "".join(f"{field}, " for field in made.names)
            text += f"        return cls._deploy(chain, _CONSTRUCTOR, ({values}), sender, {made.wei})\n"
        return text + self._each(True, False)

    def _each(self, views: bool, simulated: bool) -> str:
        text = ""
        for python, same in self.overloaded.items():
            shown = [method for method in same if views or not method.view]
            if not shown:
                continue
            text += "".join(self._plain(method, simulated) for method in shown)
            if len(shown) > 1 or (len(same) > 1 and len(shown) == 1):
                text += self._overload(python, shown, simulated)
        return text

    def _plain(self, method: Method, simulated: bool) -> str:
        result = method.result if simulated or method.view else f"_Receipt[{method.result}]"
        text = "\n" + method.define(method.python, "self", method.params, method.keywords, result)
        text += docstring(method.doc, 8)
        data = f"{method.const}.encode({', '.join(method.names)})"
        if method.view:
            return text + f"        return {method.const}.decode(self.chain.call(self.address, {data}, sender))\n"
        if simulated:
            call = f"self.chain.call(self.address, {data}, sender, {method.wei})"
            return text + f"        return {method.const}.decode({call})\n"
        return (
            text + f"        return self.chain.transact(self.address, {data}, sender, {method.wei}, {method.const})\n"
        )

    def _overload(self, python: str, same: Sequence[Method], simulated: bool) -> str:
        text = ""
        for method in same if len(same) > 1 else ():
            result = method.result if simulated or method.view else f"_Receipt[{method.result}]"
            text += "\n    @_overload\n"
            text += method.define(python, "self", method.params, method.keywords, result).rstrip() + " ...\n"
        paid = any(method.payable for method in same)
        extra = "sender: _AddressLike | None = None" + ", value: int = 0" * paid
        text += f"\n    def {python}(self, *values: _Any, {extra}, **named: _Any) -> _Any:\n"
        text += docstring("Picks the overload by the number and names of the arguments, then by what fits.", 8)
        if all(method.view for method in same):
            return text + f"        return self._read(_O_{python}, values, named, sender)\n"
        run = "_simulate" if simulated else "_send"
        return text + f"        return self.{run}(_O_{python}, values, named, sender, {'value' if paid else 0})\n"

    def _types(self) -> str:
        """Errors, events and structs of this contract as attributes of its class."""
        found: dict[str, list[str]] = defaultdict(list)
        events: list[str] = []
        for entry in self.artifact.abi:
            if entry.get("type") == "error":
                found[entry["name"]].append(f"_errors.{self.errors[canonical(entry)].python}")
            elif entry.get("type") == "event":
                events.append(f"_events.{self.events[event_key(entry)].python}")
                found[entry["name"]].append(events[-1])
        for key, name in self._structs().items():
            found[key.split("(")[0].split(".")[-1]].append(f"_structs.{name}")
        text = f"    ABI_EVENTS = ({''.join(f'{event}, ' for event in events)})\n"
        taken = set(self.overloaded) | _RESERVED
        for name, classes in found.items():
            for class_name in dict.fromkeys(classes):
                wanted = name if len(set(classes)) == 1 else class_name.split(".")[-1]
                text += f"    {python_name(wanted, taken)} = {class_name}\n"
        return text

    def _structs(self) -> dict[str, str]:
        """Class names of the structs this contract's functions take and give, by identity."""
        names: dict[str, str] = {}

        def visit(param: Mapping[str, Any]) -> None:
            for part in param.get("components") or ():
                visit(part)
            key, name = struct_key(param), self.structs.class_of(param)
            if key and name:
                names[key] = name

        for entry in self.artifact.abi:
            for param in [*(entry.get("inputs") or ()), *(entry.get("outputs") or ())]:
                visit(param)
        return names
