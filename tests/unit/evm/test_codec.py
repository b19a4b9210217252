"""The codec against eth_abi, for every type and any nesting."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi.abi import decode as eth_decode
from eth_abi.abi import encode as eth_encode
from hypothesis import given
from hypothesis import strategies as st

from caldera.evm import DecodingError
from caldera.evm.abi import AbiType, Param, abi_type
from caldera.evm.decode import decoder, fields_decoder, result_decoder
from caldera.evm.encode import sequence_encoder
from caldera.evm.hashing import create_address

from .abi_strategies import signatures, values


def params(types: list[AbiType]) -> list[Param]:
    return [Param(f"a{number}", kind) for number, kind in enumerate(types)]


def lowered(kind: AbiType, value: Any) -> Any:
    """The value with its addresses as eth_abi writes them."""
    if kind.kind == "address":
        return value.lower()
    if kind.kind == "array":
        assert kind.item is not None
        return tuple(lowered(kind.item, element) for element in value)
    if kind.kind == "tuple":
        return tuple(lowered(field.type, element) for field, element in zip(kind.fields, value, strict=True))
    return value


@given(st.data(), signatures)
def test_encoding_is_eth_abis(data: st.DataObject, types: list[AbiType]) -> None:
    drawn = [data.draw(values(kind)) for kind in types]
    assert sequence_encoder(params(types))(drawn) == eth_encode([kind.text for kind in types], drawn)


@given(st.data(), signatures)
def test_decoding_is_eth_abis(data: st.DataObject, types: list[AbiType]) -> None:
    drawn = [data.draw(values(kind)) for kind in types]
    encoded = eth_encode([kind.text for kind in types], drawn)
    decoded = fields_decoder(params(types))(encoded, 0)
    assert decoded == drawn
    theirs = eth_decode([kind.text for kind in types], encoded)
    assert tuple(lowered(kind, value) for kind, value in zip(types, decoded, strict=True)) == theirs


@given(st.data(), signatures)
def test_data_that_ends_early_is_refused(data: st.DataObject, types: list[AbiType]) -> None:
    drawn = [data.draw(values(kind)) for kind in types]
    encoded = sequence_encoder(params(types))(drawn)
    # The last word can be padding of a text or nothing at all of an empty list: only whole heads must be there.
    short = sum(kind.head for kind in types) - 1
    if short >= 0:
        with pytest.raises(DecodingError, match="at least"):
            fields_decoder(params(types))(encoded[:short], 0)


@given(st.binary(max_size=300), signatures)
def test_any_data_decodes_or_is_refused(raw: bytes, types: list[AbiType]) -> None:
    try:
        decoded = fields_decoder(params(types))(raw, 0)
    except DecodingError:
        return
    # What was accepted is a value of the type: it encodes again, and reads back as the same.
    again = sequence_encoder(params(types))(decoded)
    assert fields_decoder(params(types))(again, 0) == decoded


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("address", b"\x01" + bytes(31)),
        ("bool", bytes(31) + b"\x02"),
        ("uint8", bytes(30) + b"\x01\x00"),
        ("int8", bytes(31) + b"\x80"),
        ("int8", b"\xff" * 31 + b"\x7f"),
        ("bytes4", b"abcde" + bytes(27)),
    ],
)
def test_dirty_words_are_refused(text: str, word: bytes) -> None:
    with pytest.raises(DecodingError):
        decoder(abi_type(text))(word, 0)


@pytest.mark.parametrize(
    ("text", "word", "value"),
    [
        ("address", bytes(31) + b"\x01", "0x" + "0" * 39 + "1"),
        ("bool", bytes(31) + b"\x01", True),
        ("uint8", bytes(31) + b"\xff", 255),
        ("int8", bytes(31) + b"\x7f", 127),
        ("int8", b"\xff" * 31 + b"\x80", -128),
        ("bytes4", b"abcd" + bytes(28), b"abcd"),
    ],
)
def test_clean_words_beside_them_are_read(text: str, word: bytes, value: object) -> None:
    assert decoder(abi_type(text))(word, 0) == value


def test_a_length_beyond_the_data_is_refused_at_once() -> None:
    huge = (32).to_bytes(32, "big") + (2**200).to_bytes(32, "big")
    for text in ("uint256[]", "string", "bytes", "string[]"):
        with pytest.raises(DecodingError):
            result_decoder([Param("", abi_type(text))])(huge)
    empty = AbiType("()[]", "array", item=abi_type("tuple"))
    with pytest.raises(DecodingError):
        result_decoder([Param("", empty)])(huge)


def test_text_that_is_not_utf8_survives() -> None:
    kind = [Param("", abi_type("string"))]
    encoded = eth_encode(["bytes"], [b"\xff\xfe"])
    text = result_decoder(kind)(encoded)
    assert sequence_encoder(kind)([text]) == encoded


def test_results_of_none_one_and_several() -> None:
    one = [Param("", abi_type("uint256"))]
    assert result_decoder([])(b"") is None
    assert result_decoder(one)(bytes(31) + b"\x07") == 7
    assert result_decoder(one * 2)(bytes(31) + b"\x07" + bytes(31) + b"\x08") == (7, 8)


@pytest.mark.parametrize(
    "text", ["uint7", "uint264", "int0", "bytes33", "bytes0", "fixed128x18", "mapping", "uint256[-1]"]
)
def test_what_is_no_type_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an ABI type"):
        abi_type(text)


def test_created_addresses() -> None:
    # The first contract of the key `test test ... junk`, as every local node shows it, and one with a long nonce.
    sender = bytes.fromhex("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266")
    assert create_address(sender, 0).hex() == "5fbdb2315678afecb367f032d93f642f64180aa3"
    assert create_address(sender, 1).hex() == "e7f1725e7734ce288f8367e1bb143e90bb3f0512"
