"""An argument that does not fit is refused before anything is sent, and the message says which one and why."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import pytest

from caldera.contracts import EraToken, EvmProbe
from caldera.evm import EncodingError
from caldera.evm.abi import param
from caldera.evm.function import Function

WHO = "0x" + "11" * 20


def refuse(text: str, value: Any) -> EncodingError:
    function: Function[None] = Function("Some", "act", (param("before", "bool"), param("it", text)))
    with pytest.raises(EncodingError) as caught:
        function.encode(True, value)
    error = caught.value
    assert error.function == f"Some.act(bool,{text})"
    assert error.argument.startswith("it")
    assert error.type == text
    return error


def accept(text: str, value: Any) -> None:
    Function[None]("Some", "act", (param("before", "bool"), param("it", text))).encode(True, value)


@pytest.mark.parametrize("bits", [8, 48, 96, 256])
def test_unsigned_bounds(bits: int) -> None:
    for value in (-1, 2**bits):
        assert str(value) in refuse(f"uint{bits}", value).why
    for value in (0, 2**bits - 1):
        accept(f"uint{bits}", value)


@pytest.mark.parametrize("bits", [8, 64, 256])
def test_signed_bounds(bits: int) -> None:
    edge = 2 ** (bits - 1)
    for value in (-edge - 1, edge):
        assert str(value) in refuse(f"int{bits}", value).why
    for value in (-edge, edge - 1):
        accept(f"int{bits}", value)


@pytest.mark.parametrize("value", [True, 1.0, "1", None, b"\x01"])
def test_what_is_not_an_integer(value: Any) -> None:
    refuse("uint256", value)
    refuse("int256", value)


def test_integers_of_other_classes_fit() -> None:
    class Mood(IntEnum):
        CALM = 0
        LOUD = 1

    accept("uint8", Mood.LOUD)


@pytest.mark.parametrize("value", [0, 1, None, "true"])
def test_what_is_not_a_bool(value: Any) -> None:
    refuse("bool", value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "0x",
        "11" * 20,
        WHO[:-1],
        WHO + "1",
        "0x" + "1g" * 20,
        "0x5FbDB2315678afecb367f032d93F642f64180aA3".replace("F", "f", 1),
        None,
        7,
        bytes(20),
    ],
)
def test_what_is_not_an_address(value: Any) -> None:
    refuse("address", value)


@pytest.mark.parametrize(
    "value",
    [
        WHO,
        "0x5FbDB2315678afecb367f032d93F642f64180aa3",
        "0x5fbdb2315678afecb367f032d93f642f64180aa3",
        "0X5FBDB2315678AFECB367F032D93F642F64180AA3",
    ],
)
def test_addresses_fit_in_one_case_or_with_a_right_checksum(value: str) -> None:
    accept("address", value)


def test_a_wrong_checksum_says_the_right_one() -> None:
    assert (
        "0x5FbDB2315678afecb367f032d93F642f64180aa3"
        in refuse("address", "0x5FbDB2315678afecb367f032d93F642f64180aA3").why
    )


@pytest.mark.parametrize("size", [0, 3, 5, 32])
def test_fixed_bytes_of_another_length(size: int) -> None:
    assert "exactly 4" in refuse("bytes4", bytes(size)).why
    accept("bytes4", bytes(4))


@pytest.mark.parametrize("value", ["0x00", "text", [0], None])
def test_what_is_not_bytes(value: Any) -> None:
    refuse("bytes", value)
    refuse("bytes4", value)


def test_what_is_not_text() -> None:
    refuse("string", b"text")
    refuse("string", "\ud800")
    accept("string", "text")


def test_arrays_of_another_length_or_kind() -> None:
    assert "exactly 2" in refuse("uint8[2]", [1]).why
    refuse("uint8[]", "12")
    refuse("uint8[]", {1})
    accept("uint8[2]", [1, 2])


def test_the_path_leads_into_structs_and_arrays() -> None:
    leaf = EvmProbe.Leaf(WHO, 1, b"abcd", "")
    tree = EvmProbe.Tree(1, leaf, (leaf, leaf._replace(delta=2**63)), ((1, 2),), True)
    with pytest.raises(EncodingError) as caught:
        EvmProbe.calldata.echo(tree)
    assert caught.value.argument == "tree.rest[1].delta"
    with pytest.raises(EncodingError) as caught:
        EvmProbe.calldata.echo(tree._replace(rest=(leaf,), pairs=((1, 2), (3, 1 << 16))))
    assert caught.value.argument == "tree.pairs[1][1]"


def test_a_struct_with_a_field_too_few() -> None:
    with pytest.raises(EncodingError, match="4 fields, exactly 5"):
        EvmProbe.calldata.echo((1, 2, 3, 4))  # type: ignore[arg-type]


def test_the_handle_names_contract_function_and_argument() -> None:
    with pytest.raises(EncodingError, match=r"EraToken\.transfer\(address,uint256\), argument `value` \(uint256\): -1"):
        EraToken.calldata.transfer(WHO, -1)
    with pytest.raises(EncodingError, match=r"argument `to` \(address\)"):
        EraToken.calldata.transfer("0x12", 1)
