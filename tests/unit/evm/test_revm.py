"""Where revm in process differs from a chain, and what the wrapper does about it."""

from __future__ import annotations

import pytest
from pyrevm import EVM, BlockEnv, CfgEnv, Env

from caldera.contracts import EvmProbe
from caldera.evm import Anvil, EngineError, Refused, Revm
from caldera.evm.address import checksum, parse
from caldera.evm.hashing import create_address
from caldera.evm.revm import MAX_OPEN_SNAPSHOTS


def deployed(chain: Revm) -> EvmProbe:
    return EvmProbe.deploy(chain, sender=chain.account("owner"))


def bare(probe: EvmProbe) -> EVM:
    """The same contract on pyrevm alone."""
    from caldera.artifacts import artifact

    evm = EVM(env=Env(cfg=CfgEnv(chain_id=1), block=BlockEnv(number=1, timestamp=1)), gas_limit=30_000_000)
    evm.deploy(probe.chain.account("owner").address, artifact("EvmProbe").creation)
    return evm


@pytest.mark.known_defect("pyrevm-transient")
def test_the_trap_of_transient_storage_is_still_there(revm: Revm) -> None:
    """If this fails, pyrevm clears transient storage by itself and the wrapper need not."""
    probe = deployed(revm)
    evm, owner = bare(probe), revm.account("owner").address
    got = [evm.message_call(owner, probe.address, probe.calldata.step())[-1] for _ in range(3)]
    assert got == [1, 2, 3]
    assert [probe.step(sender=owner).returned for _ in range(3)] == [1, 1, 1]


def test_a_call_clears_the_transient_storage_it_used(revm: Revm) -> None:
    probe = deployed(revm)
    owner = revm.account("owner")
    assert probe.simulate.steps(5, sender=owner) == 5
    assert probe.simulate.step(sender=owner) == 1


@pytest.mark.known_defect("pyrevm-warm")
def test_gas_falls_when_slots_are_warm(revm: Revm) -> None:
    """Why no gas is quoted from here: the same write costs less the second time, in another transaction."""
    probe = deployed(revm)
    owner = revm.account("owner")
    probe.store(1, b"a" * 32, sender=owner)
    first, second = (probe.store(1, value * 32, sender=owner).gas_used for value in (b"b", b"c"))
    probe.store(1, bytes(32), sender=owner)
    assert second <= first


@pytest.mark.known_defect("pyrevm-commit")
def test_many_snapshots_in_a_row_leave_no_depth_behind(revm: Revm) -> None:
    """revm counts snapshots as call depth: restored ones must be given back."""
    probe = deployed(revm)
    owner = revm.account("owner")
    for _ in range(5):
        marks = [revm.snapshot() for _ in range(300)]
        probe.store(1, b"a" * 32, sender=owner)
        revm.restore(marks[0])
        revm._forget(marks[0])
    assert revm.engine.journal_depth == 0
    mark = revm.snapshot()
    for _ in range(3000):
        revm.restore(mark)
    assert revm.engine.journal_depth == 1
    assert probe.step(sender=owner).returned == 1


@pytest.mark.known_defect("pyrevm-commit")
def test_too_many_open_snapshots_are_refused_before_calls_break(revm: Revm) -> None:
    probe = deployed(revm)
    for _ in range(MAX_OPEN_SNAPSHOTS):
        revm.snapshot()
    with pytest.raises(EngineError, match="snapshots are open"):
        revm.snapshot()
    assert probe.step(sender=revm.account("owner")).returned == 1


def test_a_contract_that_sends_does_so_without_its_code(revm: Revm) -> None:
    """What differs from a node: it cannot call itself, and what calls back to it meets no code."""
    probe, other = deployed(revm), deployed(revm)
    with pytest.raises(Refused, match="RejectCallerWithCode"):
        probe.step(sender=probe)
    with pytest.raises(Refused, match="RejectCallerWithCode"):
        probe.simulate.step(sender=probe)
    back = other.calldata.relay(probe, probe.calldata.step())
    assert revm.transact(other, back, revm.account("owner")).output != b""
    assert revm.transact_raw(other, back, probe).output != revm.transact_raw(other, back, revm.account("owner")).output
    assert other.step(sender=probe).returned == 1


def test_chains_do_not_share_state(revm: Revm) -> None:
    other = Revm(chain_id=7, timestamp=99)
    owner = revm.account("owner")
    mine, theirs = deployed(revm), deployed(other)
    mine.store(1, b"a" * 32, sender=owner)
    assert theirs.stored() == 0
    assert theirs.environment()[0] == 7
    assert theirs.environment()[2] == 99
    mark = revm.snapshot()
    with pytest.raises(EngineError, match="another chain's"):
        other.restore(mark)


def test_the_logs_of_a_receipt_stay_its_own(revm: Revm) -> None:
    probe = deployed(revm)
    owner = revm.account("owner")
    first = probe.plant(1, EvmProbe.Leaf(owner.address, 0, b"abcd", ""), [], sender=owner)
    second = probe.hide(2, sender=owner)
    probe.stored()
    assert [type(event).__name__ for event in second.events] == ["Hidden"]
    assert len(first.events) == 3
    assert first.gas_used != second.gas_used


def test_balances_after_deep_restores(revm: Revm) -> None:
    """`set_balance` and transfers between several marks, taken back mark by mark."""
    a, b = revm.account("a"), revm.account("b")
    seen, marks = [], []
    for step in range(1, 6):
        seen.append((revm.balance(a), revm.balance(b)))
        marks.append(revm.snapshot())
        revm.set_balance(a, 1000 * step)
        revm.transact(b, b"", a, value=300 * step)
        revm.set_balance(b, step)
        revm.transact(a, b"", b, value=step)
    for mark, expected in reversed(list(zip(marks, seen, strict=True))):
        revm.restore(mark)
        assert (revm.balance(a), revm.balance(b)) == expected


def test_a_contract_destroyed_at_once_stays_visible(revm: Revm, anvil: Anvil) -> None:
    """A documented difference: revm clears such accounts when a transaction is committed, and that never happens."""
    child = "6002600c60003960026000f333ff"  # creation code of: SELFDESTRUCT(CALLER)
    body = bytes.fromhex("6d" + child + "5f52" + "600e60125ff0" + "5f5f5f5f5f855af1" + "00")  # CREATE, then CALL
    maker = bytes([0x60, len(body), 0x60, 12, 0x60, 0, 0x39, 0x60, len(body), 0x60, 0, 0xF3]) + body
    codes = []
    for chain in (revm, anvil):
        created = chain.deploy(maker, chain.account("owner")).created
        assert created is not None
        chain.transact(created, b"", chain.account("owner"))
        codes.append(chain.code(checksum(create_address(parse(created), 1))))
    assert codes == [b"\x33\xff", b""]
