"""Generated handles: what they send, read, simulate and encode, on both engines."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from caldera.contracts import EraToken, EvmProbe, IEraToken
from caldera.evm import Chain, EncodingError, EngineError, EvmError, Panic, Revm
from caldera.evm.hashing import selector

LEAF = EvmProbe.Leaf("0x5FbDB2315678afecb367f032d93F642f64180aa3", -7, b"abcd", "Grüße")
TREE = EvmProbe.Tree(2**255, LEAF, (LEAF, LEAF._replace(note="", delta=-(2**63))), ((1, 2), (3, 4)), True)


@pytest.fixture
def probe(chain: Chain) -> EvmProbe:
    return EvmProbe.deploy(chain, sender=chain.account("owner"))


def test_structs_go_in_and_come_out(probe: EvmProbe) -> None:
    back = probe.echo(TREE)
    assert back == TREE
    assert isinstance(back.rest[1], EvmProbe.Leaf)
    assert back.rest[1].delta == -(2**63)


def test_a_plain_tuple_does_for_a_struct(probe: EvmProbe) -> None:
    plain: Any = (TREE.id, tuple(LEAF), [list(LEAF)], [], False)
    assert probe.echo(plain) == EvmProbe.Tree(TREE.id, LEAF, (LEAF,), (), False)


def test_every_kind_of_argument(probe: EvmProbe) -> None:
    who = probe.chain.account("somebody")
    back = probe.echoAll(-(2**255), -128, 255, b"d" * 32, b"\x00\xff", "f", True, [who, probe], [["a", ""], []], 1)
    assert back == (
        -(2**255), -128, 255, b"d" * 32, b"\x00\xff", "f", True, (who.address, probe.address), (("a", ""), ()), 1,
    )  # fmt: skip


def test_overloads_by_arity_type_and_name(probe: EvmProbe) -> None:
    assert probe.over(1000) == "uint256"
    assert probe.over(-1) == "negative"
    assert probe.over(probe.address) == "address"
    assert probe.over(1000, True) == "flag"
    assert probe.over(1000, flag=False) == "two"
    assert probe.over(who=probe) == "address"


def test_an_ambiguous_overload_is_not_guessed(probe: EvmProbe) -> None:
    with pytest.raises(EncodingError, match=r"2 of the overloads fit.*over\(uint256\).*longer name"):
        probe.over(5)
    assert probe.over_int8(5) == "int8"
    assert probe.over_uint256(5) == "uint256"


def test_an_overload_that_none_fits(probe: EvmProbe) -> None:
    with pytest.raises(EncodingError, match="none of the overloads fit"):
        probe.over("not an address")
    with pytest.raises(EncodingError, match="none of the overloads fit"):
        probe.over(1, 2, 3)  # type: ignore[call-overload]
    with pytest.raises(EncodingError, match="argument `flag`"):
        probe.over(1, 2)  # type: ignore[call-overload]


def test_overloads_of_transactions(chain: Chain) -> None:
    owner = chain.account("owner")
    token = EraToken.deploy(chain, owner, sender=owner)
    for signature in ((27, bytes(32), bytes(32)), (bytes(65),)):
        with pytest.raises(EraToken.InvalidAuthorization):
            token.cancelAuthorization(owner, b"n" * 32, *signature, sender=owner)
    with pytest.raises(TypeError, match="sender="):
        token.cancelAuthorization(owner, b"n" * 32, bytes(65))  # type: ignore[call-overload]


def test_names_that_python_needs_get_an_underscore(probe: EvmProbe) -> None:
    assert probe.lambda_(from_=3, sender_=4, arg2=5) == 7
    assert list(inspect.signature(probe.lambda_).parameters) == ["from_", "sender_", "arg2", "sender"]


def test_payable_functions_take_wei_and_others_do_not(probe: EvmProbe) -> None:
    chain, payer = probe.chain, probe.chain.account("payer")
    chain.fund(payer, 10)
    assert probe.pay(sender=payer, value=4).returned == 4
    assert (chain.balance(payer), chain.balance(probe)) == (6, 4)
    assert "value" not in inspect.signature(probe.step).parameters


def test_a_payable_constructor(chain: Chain) -> None:
    owner = chain.account("owner")
    chain.fund(owner, 5)
    assert chain.balance(EvmProbe.deploy(chain, sender=owner, value=5)) == 5


def test_a_view_sees_its_sender(probe: EvmProbe) -> None:
    somebody = probe.chain.account("somebody")
    assert probe.environment(sender=somebody)[3] == somebody.address
    assert probe.environment()[3] == "0x" + "0" * 40


def test_a_simulation_returns_and_keeps_nothing(probe: EvmProbe) -> None:
    chain, owner = probe.chain, probe.chain.account("owner")
    block, nonce = chain.block_number, chain.nonce(owner)
    assert probe.simulate.store(1, b"v" * 32, sender=owner) == bytes(32)
    assert probe.simulate.steps(3, sender=owner) == 3
    assert probe.simulate.step(sender=owner) == 1
    assert probe.stored() == 0
    assert probe.slots(1) == bytes(32)
    assert (chain.block_number, chain.nonce(owner)) == (block, nonce)


def test_a_simulation_fails_as_the_transaction_would(probe: EvmProbe) -> None:
    with pytest.raises(EvmProbe.TooMuch):
        probe.simulate.storeAndFail(1, b"v" * 32, sender=probe.chain.account("owner"))


def test_calldata_is_what_is_sent(probe: EvmProbe) -> None:
    owner = probe.chain.account("owner")
    data = EvmProbe.calldata.store(7, b"v" * 32)
    assert data == selector("store(uint256,bytes32)") + (7).to_bytes(32, "big") + b"v" * 32
    assert probe.store(7, b"v" * 32, sender=owner).data == data


def test_constructor_calldata_follows_the_creation_code(revm: Revm) -> None:
    from caldera.artifacts import artifact

    owner = revm.account("owner")
    code = artifact("EraToken").creation + EraToken.calldata.constructor(owner)
    created = revm.deploy(code, owner).created
    assert created is not None
    assert EraToken.at(revm, created).balanceOf(owner) == 10**27


def test_the_result_of_a_transaction_is_decoded(probe: EvmProbe) -> None:
    owner = probe.chain.account("owner")
    probe.store(1, b"a" * 32, sender=owner)
    receipt = probe.store(1, b"b" * 32, sender=owner)
    assert receipt.returned == b"a" * 32
    assert receipt.output == b"a" * 32
    assert probe.clear(1, sender=owner).returned is None


def test_bare_bytes_have_output_and_no_decoded_result(probe: EvmProbe) -> None:
    receipt = probe.chain.transact(probe, probe.calldata.step(), probe.chain.account("owner"))
    assert receipt.output == (1).to_bytes(32, "big")
    with pytest.raises(TypeError, match="bare bytes"):
        _ = receipt.returned


def test_at_wants_code(probe: EvmProbe) -> None:
    chain = probe.chain
    assert EvmProbe.at(chain, probe.address.lower()) == probe
    with pytest.raises(EngineError, match="EraToken is not deployed there"):
        EraToken.at(chain, chain.account("nobody"))


def test_an_interface_reads_another_contract(chain: Chain) -> None:
    owner = chain.account("owner")
    token = EraToken.deploy(chain, owner, sender=owner)
    assert IEraToken.at(chain, token).SUPPLY() == 10**27
    assert not hasattr(IEraToken, "deploy")


def test_docstrings_come_from_natspec() -> None:
    doc = EvmProbe.store.__doc__
    assert doc is not None
    for text in ("Writes a slot.", "Counts itself.", "key: which slot", "before: what it held"):
        assert text in doc
    assert EvmProbe.TooMuch.__doc__ is not None
    assert "more than there is" in EvmProbe.TooMuch.__doc__
    assert EvmProbe.stored.__doc__ == "How often `store` ran."


def test_a_missing_result_is_not_a_value(revm: Revm) -> None:
    """A contract without the function but with a fallback answers nothing: that is no zero."""
    owner = revm.account("owner")
    silent = revm.deploy(bytes.fromhex("6001600c60003960016000f300"), owner).created  # code: STOP
    assert silent is not None
    with pytest.raises(EvmError, match="at least 32 are needed"):
        EraToken.at(revm, silent).balanceOf(owner)


def test_handles_are_equal_by_chain_and_address(revm: Revm) -> None:
    owner = revm.account("owner")
    probe = EvmProbe.deploy(revm, sender=owner)
    other = EvmProbe.deploy(Revm(), sender=owner)
    assert other.address == probe.address
    assert other != probe
    assert {probe, EvmProbe.at(revm, probe)} == {probe}


def test_panics_come_through_views(probe: EvmProbe) -> None:
    with pytest.raises(Panic):
        probe.divide(1, 0)
    assert probe.divide(6, 3) == 2
