"""Wallets that are contracts (ERC-1271) and answer as badly as they can when somebody asks for their signature."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from caldera.contracts import ThriftyCaller, structs
from caldera.evm import Address, ContractError
from tests.support import verification
from tests.support.suite import DAY, FACTOR
from tests.support.verification import ERA, Hall

MANNERS = {
    "burns all gas": "fe",
    "goes on for ever": "5b600056",
    "answers without end": "621000006000f3",
    "answers nothing": "00",
    "answers a byte": "60016000f3",
    "refuses at length": "621000006000fd",
}
"""What is run, whatever is asked."""


@pytest.fixture(scope="module")
def _hall() -> Hall:
    return verification.build()


@pytest.fixture
def hall(_hall: Hall) -> Iterator[Hall]:
    with _hall.chain.isolated():
        yield _hall


def wallet(hall: Hall, manner: str) -> Address:
    """A contract that does that, an active participant of its own."""
    code = bytes.fromhex(MANNERS[manner])
    # Copies what stands behind it and returns that as the contract.
    creation = bytes.fromhex(f"60{len(code):02x}600c60003960{len(code):02x}6000f3") + code
    made = hall.chain.deploy(creation, hall.admin).created
    assert made is not None
    assert hall.chain.code(made) == code
    suite = hall.suite
    entity = suite.registry.createEntity(manner.encode().ljust(32, b"\0"), sender=suite.officer).returned
    suite.registry.enrol(made, entity, hall.now + 100 * DAY, 1, FACTOR, sender=suite.officer)
    suite.entities[manner] = entity
    return made


@pytest.mark.parametrize("manner", MANNERS)
def test_a_node_spoils_only_what_names_it(hall: Hall, manner: str) -> None:
    """Whoever collects signatures leaves it out; with it nothing is written, whatever gas is brought."""
    signer = wallet(hall, manner)
    hall.nodes.add(signer, signer, hall.suite.entities[manner], 20_000 * ERA, 0, True, sender=hall.admin)
    number, until = hall.ask(), hall.now + DAY
    digest = hall.results.resultDigest(number, 5, until)
    good = hall.over(digest, "n1", "n2", "n3")
    spoilt = sorted([*good[:2], structs.Attestation(signer, b"")], key=lambda one: int(one.signer, 16))
    caller = ThriftyCaller.deploy(hall.chain, sender=hall.mallory)
    payload = hall.results.calldata.submit(number, 5, until, spoilt)
    for gas in (300_000, 1_000_000, 5_000_000, 20_000_000):
        done, _ = caller.act(hall.results, payload, gas, sender=hall.mallory).returned
        assert not done
        assert hall.desk.requestOf(number).state == 0
    with pytest.raises(ContractError):
        hall.results.submit(number, 5, until, spoilt, sender=hall.mallory)
    hall.results.submit(number, 5, until, good, sender=hall.mallory)
    assert hall.results.resultOf(number).signers == 3


@pytest.mark.parametrize("manner", MANNERS)
def test_a_holder_spoils_only_its_own(hall: Hall, manner: str) -> None:
    """Of its ERA, of its units and of its votes nothing moves, and who brought it loses its gas alone."""
    signer, era, ledger = wallet(hall, manner), hall.era, hall.suite.ledger
    era.transfer(signer, 100, sender=hall.holder)
    now, nonce = hall.now, b"\1" * 32
    brought: list[Callable[[], object]] = [
        lambda: era.transferWithAuthorization(signer, hall.mallory, 5, 0, now + DAY, nonce, b"", sender=hall.mallory),
        lambda: era.cancelAuthorization(signer, nonce, b"", sender=hall.mallory),
        lambda: ledger.setApprovalForAllBySignature(signer, hall.mallory, True, now + DAY, b"", sender=hall.mallory),
    ]
    for bring in brought:
        with pytest.raises(ContractError):
            bring()
    assert (era.balanceOf(signer), era.authorizationState(signer, nonce)) == (100, False)
    assert not ledger.isApprovedForAll(signer, hall.mallory)
