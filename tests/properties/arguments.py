"""Values of ABI types: often ones that mean something in the deployment at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

AbiEntry = Mapping[str, Any]


def arguments(entry: AbiEntry, addresses: Sequence[str], numbers: Sequence[int] = ()) -> st.SearchStrategy[Any]:
    """A value of an ABI type. `addresses`: those that there are; `numbers`: ids and amounts that mean something now."""
    kind = str(entry["type"])
    if str(entry.get("internalType", "")).startswith("enum ") and not kind.endswith("]"):
        return st.integers(0, 1)
    if kind.endswith("]"):
        inner, _, size = kind[:-1].rpartition("[")
        one = arguments({**entry, "type": inner}, addresses, numbers)
        return st.lists(one, min_size=int(size), max_size=int(size)) if size else st.lists(one, max_size=2)
    if kind == "tuple":
        return st.tuples(*(arguments(part, addresses, numbers) for part in entry["components"])).map(list)
    if kind == "address":
        return st.sampled_from(addresses)
    if kind == "bool":
        return st.booleans()
    if kind == "string":
        return st.sampled_from(["", "a"])
    if kind == "bytes":
        return st.binary(max_size=36)
    if kind.startswith("bytes"):
        return st.binary(min_size=int(kind[5:]), max_size=int(kind[5:]))
    signed, bits = kind.startswith("int"), int(kind.removeprefix("u").removeprefix("int"))
    most = 2 ** (bits - signed) - 1
    usual = st.integers(0, min(most, 20)) | st.sampled_from([0, min(most, 10_000), min(most, 10**18), most])
    known = [number for number in numbers if number <= most]
    if known:
        usual = st.sampled_from(known) | usual
    return usual | st.integers(-most if signed else 0, most)
