"""The identity of an invoice on chain is that of `caldera.documents`, for every number a document can have."""

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import example, given
from hypothesis import strategies as st

from caldera.contracts import ReceivableModule, errors
from caldera.documents import EmptyIdentifier, normalise_number
from caldera.evm import Revm

SELLER, BUYER, DAY = 7, 9, 20_000
DATA = ["string", "uint48", "uint48", "bytes32", "uint32"]


def deployed() -> ReceivableModule:
    chain = Revm()
    nobody = "0x" + "00" * 20
    return ReceivableModule.deploy(chain, nobody, nobody, nobody, sender=chain.account("deployer"))


MODULE = deployed()


def expected(number: bytes) -> int:
    """The fingerprint as the interface describes it."""
    digest = keccak(encode(DATA, ["receivable", SELLER, BUYER, keccak(number), DAY]))
    return int.from_bytes(digest, "big") & ~0xFFFF


@given(st.text(st.characters(max_codepoint=127), min_size=1, max_size=128))
@example("".join(map(chr, range(128))))
def test_ascii_numbers_are_levelled_on_chain(text: str) -> None:
    try:
        normal = normalise_number(text)
    except EmptyIdentifier:
        with pytest.raises(errors.EmptyInvoiceNumber):
            MODULE.fingerprintOf(SELLER, BUYER, text, DAY)
        return
    assert MODULE.fingerprintOf(SELLER, BUYER, text, DAY) == expected(normal.encode())


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
@example("".join(map(chr, range(0x80, 0xC0))))
def test_normal_numbers_stay_as_they_are(text: str) -> None:
    try:
        normal = normalise_number(text)
    except EmptyIdentifier:
        return
    if len(normal.encode()) <= 128:
        assert MODULE.fingerprintOf(SELLER, BUYER, normal, DAY) == expected(normal.encode())


@pytest.mark.parametrize("length", [1, 31, 32, 33, 127, 128])
def test_every_length_is_read_to_its_end(length: int) -> None:
    number = ("a1-" * 64)[:length]
    assert MODULE.fingerprintOf(SELLER, BUYER, number, DAY) == expected(normalise_number(number).encode())


def test_a_number_that_is_too_long_or_empty_is_refused() -> None:
    with pytest.raises(errors.InvoiceNumberTooLong) as caught:
        MODULE.fingerprintOf(SELLER, BUYER, "1" * 129, DAY)
    assert (caught.value.length, caught.value.longest) == (129, 128)
    with pytest.raises(errors.EmptyInvoiceNumber):
        MODULE.fingerprintOf(SELLER, BUYER, "", DAY)
