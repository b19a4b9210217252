"""Hypothesis strategies for every ABI type, and for values of one."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from caldera.evm.abi import AbiType, Param, abi_type
from caldera.evm.address import checksum

SIZES = st.integers(1, 32).map(lambda n: 8 * n)

leaves = st.one_of(
    SIZES.map(lambda bits: f"uint{bits}"),
    SIZES.map(lambda bits: f"int{bits}"),
    st.integers(1, 32).map(lambda size: f"bytes{size}"),
    st.sampled_from(["bool", "address", "bytes", "string"]),
).map(abi_type)


def _array(item: AbiType, length: int | None) -> AbiType:
    return AbiType(f"{item.text}[{'' if length is None else length}]", "array", item=item, length=length)


def _tuple(parts: list[AbiType]) -> AbiType:
    return abi_type("tuple", [Param(f"f{number}", part) for number, part in enumerate(parts)])


types = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(_array, inner, st.none() | st.integers(1, 3)), st.lists(inner, min_size=1, max_size=4).map(_tuple)
    ),
    max_leaves=8,
)


def values(kind: AbiType) -> st.SearchStrategy[Any]:
    """Values that fit the type."""
    match kind.kind:
        case "uint":
            return st.integers(0, 2**kind.size - 1)
        case "int":
            return st.integers(-(2 ** (kind.size - 1)), 2 ** (kind.size - 1) - 1)
        case "bool":
            return st.booleans()
        case "address":
            return st.binary(min_size=20, max_size=20).map(checksum)
        case "fixed":
            return st.binary(min_size=kind.size, max_size=kind.size)
        case "bytes":
            return st.binary(max_size=70)
        case "string":
            return st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
        case "array":
            assert kind.item is not None
            low, high = (0, 4) if kind.length is None else (kind.length, kind.length)
            return st.lists(values(kind.item), min_size=low, max_size=high).map(tuple)
    return st.tuples(*(values(field.type) for field in kind.fields))


signatures = st.lists(types, max_size=5)
