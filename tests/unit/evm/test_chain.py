"""What both engines promise: transactions, time, snapshots, balances."""

from __future__ import annotations

import pytest

from caldera.contracts import EraToken, EvmProbe
from caldera.evm import Chain, EncodingError, EngineError, Revm
from caldera.evm.chain import CHAIN_ID, GENESIS_TIME


@pytest.fixture
def probe(chain: Chain) -> EvmProbe:
    return EvmProbe.deploy(chain, sender=chain.account("owner"))


@pytest.mark.known_defect("pyrevm-defaults")
def test_chain_id_number_and_time_are_what_the_contract_sees(probe: EvmProbe) -> None:
    chain = probe.chain
    assert probe.environment()[:3] == (chain.chain_id, chain.block_number + 1, chain.now)
    assert chain.chain_id == CHAIN_ID
    assert chain.now == GENESIS_TIME
    assert probe.price()[:3] == (0, 0, 30_000_000)


def test_every_transaction_is_a_block_and_time_stands_still(probe: EvmProbe) -> None:
    chain, owner = probe.chain, probe.chain.account("owner")
    block, now = chain.block_number, chain.now
    for number in (1, 2):
        receipt = probe.step(sender=owner)
        assert (receipt.block_number, receipt.timestamp) == (block + number, now)
    chain.transact_raw(probe, probe.calldata.storeAndFail(1, bytes(32)), owner)
    assert chain.block_number == block + 3


@pytest.mark.known_defect("pyrevm-transient")
def test_transient_storage_ends_with_the_transaction(probe: EvmProbe) -> None:
    owner = probe.chain.account("owner")
    assert [probe.step(sender=owner).returned for _ in range(3)] == [1, 1, 1]
    assert probe.steps(3, sender=owner).returned == 3
    assert probe.simulate.step(sender=owner) == 1
    assert probe.step(sender=owner).returned == 1


def test_transient_storage_ends_with_a_failed_transaction_too(probe: EvmProbe) -> None:
    owner = probe.chain.account("owner")
    assert not probe.chain.transact_raw(probe, probe.calldata.storeAndFail(1, bytes(32)), owner).ok
    assert probe.step(sender=owner).returned == 1


def test_a_failed_transaction_leaves_a_nonce_and_nothing_else(probe: EvmProbe) -> None:
    chain, owner = probe.chain, probe.chain.account("owner")
    chain.fund(owner, 10)
    nonce = chain.nonce(owner)
    assert not chain.transact_raw(probe, probe.calldata.storeAndFail(1, b"v" * 32), owner).ok
    assert not chain.transact_raw(probe, probe.calldata.relay(probe, probe.calldata.failEmpty()), owner, value=3).ok
    assert (probe.slots(1), probe.stored()) == (bytes(32), 0)
    assert (chain.balance(owner), chain.balance(probe)) == (10, 0)
    assert chain.nonce(owner) == nonce + 2


def test_new_contracts_stand_where_the_nonce_says(chain: Chain) -> None:
    owner = chain.account("owner")
    first = EvmProbe.deploy(chain, sender=owner)
    first.step(sender=owner)
    assert not chain.transact_raw(first, first.calldata.failEmpty(), owner).ok
    assert not chain.deploy_raw(b"\xfe", owner).ok
    second = EvmProbe.deploy(chain, sender=owner)
    from caldera.evm.address import checksum, parse
    from caldera.evm.hashing import create_address

    for probe, nonce in ((first, 0), (second, 4)):
        assert probe.address == checksum(create_address(parse(owner.address), nonce))
    assert first.spawn(sender=owner).returned == checksum(create_address(parse(first.address), 1))


def test_a_contract_that_is_made_to_send_keeps_its_code(probe: EvmProbe) -> None:
    """As a timelock sends what was decided; and verifying a constructor's work has a contract create another."""
    chain, code = probe.chain, probe.chain.code(probe)
    other = EvmProbe.deploy(chain, sender=chain.account("owner"))
    assert other.step(sender=probe).returned == 1
    assert other.simulate.step(sender=probe) == 1
    assert not chain.transact_raw(other, probe.calldata.storeAndFail(1, bytes(32)), probe).ok
    assert chain.code(probe) == code
    with chain.isolated():
        assert chain.deploy(bytes.fromhex("60016000f3"), sender=probe).created is not None
        assert chain.code(probe) == code
    assert chain.code(probe) == code
    assert probe.step(sender=chain.account("owner")).returned == 1
    assert not chain.deploy_raw(b"\xfe", sender=probe).ok
    assert chain.code(probe) == code


def test_time_moves_when_told_and_only_forward(probe: EvmProbe) -> None:
    chain, owner = probe.chain, probe.chain.account("owner")
    start = chain.now
    chain.skip(86_400)
    assert probe.environment()[2] == start + 86_400
    assert probe.step(sender=owner).timestamp == start + 86_400
    chain.warp(start + 86_400)
    chain.warp(start + 86_401)
    assert chain.now == start + 86_401
    with pytest.raises(ValueError, match="1 seconds in the past"):
        chain.warp(start + 86_400)
    with pytest.raises(ValueError, match="not a 64-bit"):
        chain.warp(1 << 64)
    assert probe.environment()[2] == start + 86_401


def test_empty_blocks_do_not_move_time(probe: EvmProbe) -> None:
    chain, owner = probe.chain, probe.chain.account("owner")
    chain.skip(5)
    block, now = chain.block_number, chain.now
    chain.mine()
    chain.mine(3)
    assert chain.block_number == block + 4
    assert probe.environment()[1:3] == (block + 5, now)
    receipt = probe.step(sender=owner)
    assert (receipt.block_number, receipt.timestamp) == (block + 5, now)


@pytest.mark.known_defect("ape-leak")
def test_restoring_brings_everything_back(probe: EvmProbe) -> None:
    chain, owner = probe.chain, probe.chain.account("owner")
    chain.fund(owner, 10)
    probe.store(1, b"a" * 32, sender=owner)
    before = (chain.now, chain.block_number, chain.nonce(owner), chain.balance(owner), probe.stored())
    mark = chain.snapshot()
    for _ in range(2):
        chain.skip(7)
        probe.store(1, b"b" * 32, sender=owner)
        probe.pay(sender=owner, value=3)
        chain.mine(2)
        spawned = probe.spawn(sender=owner).returned
        assert chain.code(spawned)
        chain.restore(mark)
        assert before == (chain.now, chain.block_number, chain.nonce(owner), chain.balance(owner), probe.stored())
        assert probe.slots(1) == b"a" * 32
        assert not chain.code(spawned)
    assert probe.environment()[1:3] == (chain.block_number + 1, chain.now)


def test_restoring_brings_back_a_time_that_no_block_has_yet(probe: EvmProbe) -> None:
    chain, owner = probe.chain, probe.chain.account("owner")
    chain.skip(50)
    due = chain.now
    mark = chain.snapshot()
    chain.skip(7)
    assert probe.step(sender=owner).timestamp == due + 7
    chain.restore(mark)
    assert probe.step(sender=owner).timestamp == due


@pytest.mark.known_defect("pyrevm-balance")
def test_restoring_brings_back_balances_that_were_set(probe: EvmProbe) -> None:
    chain, owner, other = probe.chain, probe.chain.account("owner"), probe.chain.account("other")
    chain.set_balance(owner, 100)
    mark = chain.snapshot()
    probe.pay(sender=owner, value=30)
    chain.set_balance(owner, 500)
    chain.set_balance(probe, 5)
    chain.fund(other, 7)
    chain.transact(other, b"", owner, value=200)
    assert (chain.balance(owner), chain.balance(probe), chain.balance(other)) == (300, 5, 207)
    chain.restore(mark)
    assert (chain.balance(owner), chain.balance(probe), chain.balance(other)) == (100, 0, 0)


def test_restoring_brings_back_a_balance_that_was_lowered(probe: EvmProbe) -> None:
    chain, owner, other = probe.chain, probe.chain.account("owner"), probe.chain.account("other")
    chain.set_balance(owner, 100)
    mark = chain.snapshot()
    chain.transact(other, b"", owner, value=60)
    chain.set_balance(other, 0)
    chain.restore(mark)
    assert (chain.balance(owner), chain.balance(other)) == (100, 0)


def test_restoring_forgets_the_balance_of_a_contract_that_was_not_there(chain: Chain) -> None:
    owner = chain.account("owner")
    mark = chain.snapshot()
    probe = EvmProbe.deploy(chain, sender=owner)
    chain.set_balance(probe, 50)
    chain.set_balance(probe, 20)
    chain.restore(mark)
    assert chain.balance(probe) == 0
    again = EvmProbe.deploy(chain, sender=owner)
    assert again.address == probe.address
    assert chain.balance(again) == 0


def test_restoring_brings_back_what_an_address_held_before_its_contract(chain: Chain) -> None:
    owner = chain.account("owner")
    with chain.isolated():
        address = EvmProbe.deploy(chain, sender=owner).address
    chain.set_balance(address, 50)
    mark = chain.snapshot()
    for wei in (0, 20, 70):
        probe = EvmProbe.deploy(chain, sender=owner)
        assert probe.address == address
        assert chain.balance(probe) == 50
        chain.set_balance(probe, wei)
        chain.restore(mark)
        assert chain.balance(address) == 50


def test_nested_snapshots(probe: EvmProbe) -> None:
    chain, owner = probe.chain, probe.chain.account("owner")
    marks = []
    for value in (b"a", b"b", b"c"):
        marks.append(chain.snapshot())
        probe.store(1, value * 32, sender=owner)
    chain.restore(marks[2])
    assert probe.slots(1) == b"b" * 32
    chain.restore(marks[0])
    assert probe.slots(1) == bytes(32)
    for gone in marks[1:]:
        with pytest.raises(EngineError, match="the snapshot is gone"):
            chain.restore(gone)
    probe.store(1, b"d" * 32, sender=owner)
    chain.restore(marks[0])
    assert probe.slots(1) == bytes(32)


@pytest.mark.known_defect("ape-leak")
def test_isolation_ends_with_an_exception_too(probe: EvmProbe) -> None:
    chain, owner = probe.chain, probe.chain.account("owner")

    def work() -> None:
        with chain.isolated():
            probe.store(1, b"a" * 32, sender=owner)
            with chain.isolated() as inner:
                assert inner is chain
                probe.store(1, b"b" * 32, sender=owner)
            assert probe.slots(1) == b"a" * 32
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert probe.slots(1) == bytes(32)


def test_storage_is_readable_by_slot(probe: EvmProbe) -> None:
    owner = probe.chain.account("owner")
    probe.store(1, b"a" * 32, sender=owner)
    assert probe.chain.storage(probe, 0) == 1 == probe.stored()
    assert probe.chain.storage(probe, 5) == 0


def test_code_is_what_was_deployed(probe: EvmProbe) -> None:
    from caldera.artifacts import artifact

    chain = probe.chain
    assert chain.code(probe) == artifact("EvmProbe").runtime
    assert chain.code(chain.account("owner")) == b""
    for code in (b"\x00", bytes(40), b"\x01" + bytes(40), b"\x01\x02"):
        maker = bytes([0x60, len(code), 0x60, 12, 0x60, 0, 0x39, 0x60, len(code), 0x60, 0, 0xF3])
        created = chain.deploy(maker + code, chain.account("owner")).created
        assert created is not None
        assert chain.code(created) == code


@pytest.mark.parametrize("wei", [-1, 1 << 256, True, 1.0])
def test_what_is_no_amount_of_wei(chain: Chain, wei: int) -> None:
    owner = chain.account("owner")
    with pytest.raises(EncodingError, match="amount of wei"):
        chain.transact(owner, b"", owner, value=wei)
    with pytest.raises(EncodingError, match="amount of wei"):
        chain.set_balance(owner, wei)
    chain.set_balance(owner, (1 << 256) - 1)
    assert chain.balance(owner) == (1 << 256) - 1


def test_a_plain_transfer_of_wei(chain: Chain) -> None:
    owner, other = chain.account("owner"), chain.account("other")
    chain.fund(owner, 5)
    receipt = chain.transact(other, b"", owner, value=5)
    assert (receipt.output, receipt.logs) == (b"", ())
    assert (chain.balance(owner), chain.balance(other)) == (0, 5)


def test_accounts_are_the_same_everywhere(chain: Chain) -> None:
    assert chain.account("owner") is chain.account("owner")
    assert chain.account("owner") == Revm().account("owner")
    assert chain.account("owner") != chain.account("Owner")
    assert "owner" in chain.accounts


def test_a_permit_signed_by_an_account(chain: Chain) -> None:
    from caldera.evm import domain_of

    owner, spender = chain.account("owner"), chain.account("spender")
    token = EraToken.deploy(chain, owner, sender=owner)
    fields = {"owner": "address", "spender": "address", "value": "uint256", "nonce": "uint256", "deadline": "uint256"}
    types = {"Permit": [{"name": name, "type": kind} for name, kind in fields.items()]}
    message = {"owner": owner.address, "spender": spender.address, "value": 7, "nonce": 0, "deadline": chain.now}
    assert domain_of(token) == {
        "name": "ERA",
        "version": "1",
        "chainId": CHAIN_ID,
        "verifyingContract": token.address,
    }
    v, r, s = owner.sign_typed(domain_of(token), types, message)
    with pytest.raises(EraToken.ERC2612InvalidSigner):
        token.permit(owner, spender, 8, chain.now, v, r, s, sender=spender)
    token.permit(owner, spender, 7, chain.now, v, r, s, sender=spender)
    assert token.allowance(owner, spender) == 7
    late = chain.now
    chain.skip(1)
    with pytest.raises(EraToken.ERC2612ExpiredSignature) as caught:
        token.permit(owner, spender, 7, late, v, r, s, sender=spender)
    assert caught.value.deadline == late


def test_a_signature_over_a_hash(chain: Chain) -> None:
    """The precompile at address 1 recovers the signer."""
    signer, digest = chain.account("signer"), b"d" * 32
    signature = signer.sign_hash(digest)
    assert len(signature.packed) == 65
    asked = digest + signature.v.to_bytes(32, "big") + signature.r + signature.s
    assert chain.call("0x" + "0" * 39 + "1", asked)[12:].hex() == signer.address[2:].lower()
