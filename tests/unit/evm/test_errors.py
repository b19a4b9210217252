"""Failures by name, on both engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from caldera.contracts import EraToken, EvmProbe, EvmProbeSeed, errors
from caldera.evm import (
    Chain,
    ContractError,
    CustomError,
    EmptyRevert,
    Halt,
    OutOfGas,
    Panic,
    Refused,
    Reverted,
    RevertString,
    UnknownRevert,
)
from caldera.evm.registry import revert_of

LEAF = EvmProbe.Leaf("0x5FbDB2315678afecb367f032d93F642f64180aa3", -7, b"abcd", "note")


@pytest.fixture
def probe(chain: Chain) -> EvmProbe:
    return EvmProbe.deploy(chain, sender=chain.account("owner"))


@pytest.mark.known_defect("pyrevm-reverts")
def test_a_custom_error_has_typed_values(probe: EvmProbe) -> None:
    caller = probe.chain.account("caller")
    with pytest.raises(EvmProbe.TooMuch) as caught:
        probe.failCustom(11, 10, sender=caller)
    assert caught.value == EvmProbe.TooMuch(caller.address, 11, 10)
    assert (caught.value.caller, caught.value.asked, caught.value.limit) == (caller.address, 11, 10)
    assert str(caught.value) == f"TooMuch(caller={caller.address}, asked=11, limit=10)"
    probe.failCustom(10, 10, sender=caller)


def test_errors_differ_by_class_and_value() -> None:
    assert EvmProbe.TooMuch("0x", 1, 2) != EvmProbe.TooMuch("0x", 1, 3)
    assert EvmProbe.Silent() != EvmProbe.TooMuch("0x", 1, 2)
    assert EvmProbe.Silent() == EvmProbe.Silent()
    assert EvmProbe.Twofold(1) != EraToken.ERC2612ExpiredSignature(1)
    assert len({EvmProbe.Silent(), EvmProbe.Silent()}) == 1


def test_a_wrong_number_of_values_is_refused() -> None:
    with pytest.raises(TypeError):
        EvmProbe.TooMuch("0x", 1)  # type: ignore[call-arg]


def test_structs_and_arrays_in_errors(probe: EvmProbe) -> None:
    with pytest.raises(EvmProbe.Withered) as caught:
        probe.failStruct(LEAF, [1, 2, 3])
    assert caught.value.leaf == LEAF
    assert caught.value.sizes == (1, 2, 3)


def test_one_signature_is_one_class_under_every_name_of_its_values() -> None:
    assert EvmProbe.TooMuch is EvmProbeSeed.TooMuch
    error = EvmProbeSeed.TooMuch("0x", 8, 7)
    assert (error.caller, error.who) == ("0x", "0x")  # type: ignore[attr-defined,unused-ignore]
    assert (error.asked, error.wanted) == (8, 8)  # type: ignore[attr-defined,unused-ignore]


def test_one_name_with_other_values_is_another_class(probe: EvmProbe) -> None:
    assert EvmProbe.Twofold is errors.Twofold_uint256
    assert EvmProbeSeed.Twofold is errors.Twofold_address
    with pytest.raises(errors.Twofold_uint256):
        probe.failTwofold(1)


def test_an_error_of_a_callee_keeps_its_name(probe: EvmProbe) -> None:
    """The probe's ABI knows nothing of the token's errors."""
    chain, owner = probe.chain, probe.chain.account("owner")
    token = EraToken.deploy(chain, owner, sender=owner)
    with pytest.raises(EraToken.ERC20InsufficientBalance) as caught:
        probe.relay(token, token.calldata.transfer(owner, 1), sender=owner)
    assert caught.value == EraToken.ERC20InsufficientBalance(probe.address, 0, 1)
    assert not hasattr(EvmProbe, "ERC20InsufficientBalance")


def test_a_transaction_hangs_its_receipt_on_the_error(probe: EvmProbe) -> None:
    owner = probe.chain.account("owner")
    with pytest.raises(EvmProbe.TooMuch) as caught:
        probe.storeAndFail(3, b"v" * 32, sender=owner)
    receipt = caught.value.receipt
    assert receipt is not None
    assert not receipt.ok
    assert receipt.error is caught.value
    assert receipt.logs == receipt.events == ()
    assert receipt.output == caught.value.revert_data
    assert receipt.output[:4] == EvmProbe.TooMuch.abi_selector
    with pytest.raises(EvmProbe.TooMuch):
        _ = receipt.returned


def test_a_failed_receipt_instead_of_an_error(probe: EvmProbe) -> None:
    owner = probe.chain.account("owner")
    receipt = probe.chain.transact_raw(probe, probe.calldata.storeAndFail(3, b"v" * 32), owner)
    assert not receipt.ok
    assert receipt.error == EvmProbe.TooMuch(owner.address, 3, 1)
    failed = probe.chain.deploy_raw(bytes.fromhex("60006000fd"), owner)
    assert not failed.ok
    assert failed.created is None
    assert isinstance(failed.error, EmptyRevert)


@pytest.mark.parametrize(
    ("code", "reason"),
    [(0x01, "assertion"), (0x11, "overflow"), (0x12, "division"), (0x32, "out of bounds")],
)
def test_panics(probe: EvmProbe, code: int, reason: str) -> None:
    actions: dict[int, Callable[[], object]] = {
        0x01: lambda: probe.check(False),
        0x11: lambda: probe.subtract(1, 2),
        0x12: lambda: probe.divide(1, 0),
        0x32: lambda: probe.pick([7], 1),
    }
    with pytest.raises(Panic) as caught:
        actions[code]()
    assert caught.value.code == code
    assert reason in caught.value.reason


def test_beside_the_panics(probe: EvmProbe) -> None:
    probe.check(True)
    assert probe.subtract(2, 2) == 0
    assert probe.pick([7], 0) == 7


@pytest.mark.parametrize("text", ["", "text", "Grüße, 世界", "x" * 100])
def test_revert_strings(probe: EvmProbe, text: str) -> None:
    with pytest.raises(RevertString) as caught:
        probe.failString(text)
    assert caught.value.reason == text


def test_an_empty_revert(probe: EvmProbe) -> None:
    with pytest.raises(EmptyRevert):
        probe.failEmpty()
    with pytest.raises(EvmProbe.Silent) as caught:
        probe.failSilent()
    assert caught.value.revert_data == EvmProbe.Silent.abi_selector


@pytest.mark.parametrize("data", [b"\x01", b"\x01\x02\x03\x04", b"\xde\xad\xbe\xef" + bytes(64), b"\x08\xc3\x79\xa0"])
def test_data_that_nothing_declares(probe: EvmProbe, data: bytes) -> None:
    with pytest.raises(UnknownRevert) as caught:
        probe.failRaw(data)
    assert caught.value.revert_data == data
    assert data.hex() in str(caught.value)


def test_a_known_selector_with_too_little_behind_it_is_unknown() -> None:
    assert isinstance(revert_of(EvmProbe.TooMuch.abi_selector + bytes(95)), UnknownRevert)
    assert isinstance(revert_of(EvmProbe.TooMuch.abi_selector + bytes(96)), EvmProbe.TooMuch)


@pytest.mark.known_defect("pyrevm-reverts")
def test_halts(probe: EvmProbe) -> None:
    owner = probe.chain.account("owner")
    with pytest.raises(Halt) as caught:
        probe.failInvalid()
    assert not isinstance(caught.value, OutOfGas)
    with pytest.raises(OutOfGas):
        probe.storeForever(sender=owner)
    with pytest.raises(OutOfGas):
        probe.simulate.storeForever(sender=owner)
    with pytest.raises(Halt):
        probe.chain.deploy(b"\xfe", owner)


def test_the_size_limits_of_code(probe: EvmProbe) -> None:
    owner = probe.chain.account("owner")
    biggest = bytes.fromhex("6160006000f3")  # returns 24,576 zero bytes
    receipt = probe.chain.deploy(biggest, owner)
    assert receipt.created is not None
    assert len(probe.chain.code(receipt.created)) == 24_576
    with pytest.raises(Halt):
        probe.chain.deploy(bytes.fromhex("6160016000f3"), owner)
    with pytest.raises(Refused):
        probe.chain.deploy(bytes(49_153), owner)
    assert probe.chain.deploy(bytes(49_152), owner).ok


def test_what_the_sender_cannot_pay_is_refused(probe: EvmProbe) -> None:
    chain, poor = probe.chain, probe.chain.account("poor")
    chain.fund(poor, 4)
    block = chain.block_number
    with pytest.raises(Refused):
        probe.pay(sender=poor, value=5)
    with pytest.raises(Refused):
        probe.simulate.pay(sender=poor, value=5)
    assert (chain.block_number, chain.nonce(poor), chain.balance(poor)) == (block, 0, 4)
    assert probe.pay(sender=poor, value=4).ok


def test_the_tree() -> None:
    for kind in (EvmProbe.TooMuch, Panic, RevertString, EmptyRevert, UnknownRevert):
        assert issubclass(kind, Reverted)
    assert issubclass(EvmProbe.TooMuch, CustomError)
    assert issubclass(OutOfGas, Halt)
    assert issubclass(Halt, ContractError)
    assert issubclass(Reverted, ContractError)
    assert not issubclass(Refused, ContractError)
