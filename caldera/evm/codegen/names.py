"""Names and types: from Solidity's to Python's."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from caldera.evm.abi import from_json

_BUILTINS = frozenset({"bool", "bytes", "classmethod", "int", "list", "property", "staticmethod", "str", "tuple"})
"""Names that annotations and decorators inside a class still need."""


def python_name(name: str, taken: Collection[str] = ()) -> str:
    """The ABI's own name; with an underscore behind it if Python or the handle needs that name itself."""
    while keyword.iskeyword(name) or name in taken or name in _BUILTINS:
        name += "_"
    return name


def field_names(params: Sequence[Mapping[str, Any]], taken: Collection[str] = (), strip: bool = False) -> list[str]:
    """Names for parameters or fields: unnamed ones are `arg0`, `arg1`, ..., and no two are equal.

    Args:
        params: entries of a JSON ABI.
        taken: names that something else has.
        strip: take leading underscores away, which a NamedTuple does not allow.
    """
    names: list[str] = []
    for position, param in enumerate(params):
        name = param.get("name") or f"arg{position}"
        if strip:
            name = name.lstrip("_") or f"arg{position}"
        names.append(python_name(name, {*taken, *names}))
    return names


def types_suffix(params: Iterable[Mapping[str, Any]]) -> str:
    """What tells overloads apart in a name: `uint256_address`, `bytes32_array`, `nothing`."""
    texts = [from_json(dict(param)).type.text for param in params]
    return re.sub(r"\W+", "_", "_".join(texts).replace("[", "_array").replace("]", "")).strip("_") or "nothing"


def canonical(entry: Mapping[str, Any]) -> str:
    """Canonical signature of an ABI entry."""
    return f"{entry['name']}({','.join(from_json(dict(param)).type.text for param in entry.get('inputs') or ())})"


class Structs:
    """Which generated class a struct type is: filled while the structs are written, asked by everything else."""

    def __init__(self) -> None:
        self.classes: dict[str, str] = {}
        """Class name by identity (`struct_key`)."""

    def class_of(self, param: Mapping[str, Any]) -> str | None:
        """Class name of a struct parameter (or the element of its array); None for a tuple without a name."""
        key = struct_key(param)
        return self.classes.get(key) if key else None

    def expression(self, param: Mapping[str, Any], module: str, indexed: bool = False) -> str:
        """Python source of the parameter, such as `_param("to", "address")`."""
        text = f"_param({param.get('name') or ''!r}, {param['type']!r}"
        if param["type"].startswith("tuple"):
            name = self.class_of(param)
            inner = f"{module}_{name}" if name else self.tuple_of(param.get("components") or (), module)
            text += f", {inner}"
        return text + (", indexed=True)" if indexed else ")")

    def tuple_of(self, params: Iterable[Mapping[str, Any]], module: str) -> str:
        """Python source of a tuple of parameters."""
        inner = ", ".join(self.expression(param, module, bool(param.get("indexed"))) for param in params)
        return f"({inner},)" if inner else "()"

    def annotation(self, param: Mapping[str, Any], module: str, given: bool) -> str:
        """Python type of a parameter.

        Args:
            param: entry of a JSON ABI.
            module: prefix under which the structs are reached, `structs.` or empty.
            given: whether callers write it (wider types) or read it.
        """
        return self._annotation(param, param["type"], module, given)

    def _annotation(self, param: Mapping[str, Any], text: str, module: str, given: bool) -> str:
        if text.endswith("]"):
            item = self._annotation(param, text[: text.rindex("[")], module, given)
            return f"_Sequence[{item}]" if given else f"tuple[{item}, ...]"
        if text == "address":
            return "_AddressLike" if given else "_Address"
        if text == "tuple":
            name = self.class_of(param)
            if name:
                return module + name
            parts = [self.annotation(part, module, given) for part in param.get("components") or ()]
            return f"tuple[{', '.join(parts) or '()'}]"
        if text.startswith(("uint", "int")):
            return "int"
        return {"bool": "bool", "string": "str"}.get(text, "bytes")


def struct_key(param: Mapping[str, Any]) -> str | None:
    """Identity of a struct: its Solidity name and its layout. None if the compiler gave no name."""
    internal = str(param.get("internalType") or "")
    if not internal.startswith("struct "):
        return None
    base = internal.removeprefix("struct ").split("[")[0]
    parts = param.get("components") or ()
    layout = ",".join(f"{part['type']} {part.get('name')} {struct_key(part) or ''}" for part in parts)
    return f"{base}({layout})"
