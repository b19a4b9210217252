"""Logs as typed events, in order, on both engines."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from caldera.contracts import EraToken, EvmProbe, events
from caldera.evm import Chain, Event, Log
from caldera.evm.abi import param
from caldera.evm.events import decode_log, register
from caldera.evm.hashing import keccak, topic

LEAF = EvmProbe.Leaf("0x5FbDB2315678afecb367f032d93F642f64180aa3", -7, b"abcd", "note")


@pytest.fixture
def probe(chain: Chain) -> EvmProbe:
    return EvmProbe.deploy(chain, sender=chain.account("owner"))


def test_an_indexed_text_is_its_hash_and_a_plain_one_itself(probe: EvmProbe) -> None:
    owner = probe.chain.account("owner")
    receipt = probe.note("Grüße", "Grüße", b"\x00\xff", sender=owner)
    assert receipt.events == (
        EvmProbe.Noted(owner.address, keccak("Grüße".encode()), "Grüße", b"\x00\xff", emitter=probe.address),
    )


def test_events_keep_their_order_and_overloads_differ(probe: EvmProbe) -> None:
    receipt = probe.plant(5, LEAF, [1, 2], sender=probe.chain.account("owner"))
    assert receipt.events == (
        EvmProbe.Planted(5, LEAF, (1, 2), emitter=probe.address),
        EvmProbe.Twice_uint256(5, emitter=probe.address),
        EvmProbe.Twice_address(LEAF.who, emitter=probe.address),
    )
    assert receipt.one(EvmProbe.Planted).leaf.note == "note"
    assert receipt.all(EvmProbe.Twice_uint256) == [EvmProbe.Twice_uint256(5, emitter=probe.address)]


def test_one_event_means_exactly_one(probe: EvmProbe) -> None:
    receipt = probe.plant(5, LEAF, [], sender=probe.chain.account("owner"))
    with pytest.raises(LookupError, match="0 events"):
        receipt.one(EvmProbe.Noted)
    with pytest.raises(LookupError, match="0 events"):
        receipt.one(EvmProbe.Planted, emitter=LEAF.who)
    assert receipt.one(EvmProbe.Planted, emitter=probe.address).id == 5


def test_an_anonymous_event_is_found_through_its_contract(probe: EvmProbe) -> None:
    chain, owner = probe.chain, probe.chain.account("owner")
    receipt = probe.hide(9, sender=owner)
    assert receipt.events == (EvmProbe.Hidden(owner.address, 9, emitter=probe.address),)
    assert len(receipt.logs[0].topics) == 1
    del chain.declared[probe.address]
    again = probe.hide(9, sender=owner)
    assert again.events == again.logs


def test_what_nothing_declares_stays_raw(probe: EvmProbe) -> None:
    unknown = keccak(b"unknown")
    receipt = probe.bare(unknown, sender=probe.chain.account("owner"))
    word = (42).to_bytes(32, "big")
    assert receipt.events == receipt.logs == (Log(probe.address, (unknown,), word), Log(probe.address, (), word[:4]))


def test_a_known_topic_with_other_data_stays_raw(probe: EvmProbe) -> None:
    fake = topic("Planted(uint256,(address,int64,bytes4,string),uint256[])")
    receipt = probe.bare(fake, sender=probe.chain.account("owner"))
    assert isinstance(receipt.events[0], Log)


def test_one_topic_with_other_indexed_fields_is_another_class(probe: EvmProbe) -> None:
    chain, owner, other = probe.chain, probe.chain.account("owner"), probe.chain.account("other")
    token = EraToken.deploy(chain, owner, sender=owner)
    moved = token.transfer(other, 3, sender=owner)
    given = probe.give(other, 3, sender=owner)
    assert moved.logs[0].topics[0] == given.logs[0].topics[0]
    assert moved.events == (EraToken.Transfer(owner.address, other.address, 3, emitter=token.address),)
    assert given.events == (EvmProbe.Transfer(owner.address, other.address, 3, emitter=probe.address),)


def test_events_of_a_callee_are_typed(probe: EvmProbe) -> None:
    chain, owner = probe.chain, probe.chain.account("owner")
    token = EraToken.deploy(chain, probe, sender=owner)
    receipt = probe.relay(token, token.calldata.transfer(owner, 3), sender=owner)
    assert receipt.one(EraToken.Transfer).emitter == token.address


def test_the_emitter_is_part_of_the_event() -> None:
    a, b = (events.Twice_uint256(1, emitter=f"0x{digit * 40}") for digit in "12")
    assert a != b
    assert len({a, b}) == 2


SAME = "SameTopic(uint256,uint256)"


@dataclass(frozen=True, slots=True)
class FirstIndexed(Event):
    a: int
    b: int

    abi_signature = SAME
    abi_topic = topic(SAME)
    abi_inputs = (param("a", "uint256", indexed=True), param("b", "uint256"))


@dataclass(frozen=True, slots=True)
class SecondIndexed(Event):
    a: int
    b: int

    abi_signature = SAME
    abi_topic = topic(SAME)
    abi_inputs = (param("a", "uint256"), param("b", "uint256", indexed=True))


def test_the_contract_decides_between_events_that_look_alike() -> None:
    """One topic, one indexed field each, but not the same one: only who wrote the log tells."""
    register(FirstIndexed)
    register(SecondIndexed)
    one, two = (number.to_bytes(32, "big") for number in (1, 2))
    log = Log("0x", (topic(SAME), one), two)
    assert decode_log(log, [FirstIndexed]) == FirstIndexed(1, 2, emitter="0x")
    assert decode_log(log, [SecondIndexed]) == SecondIndexed(2, 1, emitter="0x")
