"""Recording and comparing: what is recorded, and that a difference between engines is found."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from caldera.contracts import EvmProbe
from caldera.evm import Anvil, Chain, ContractError, Refused, Revm
from caldera.evm.agreement import agree, compare_states, touched_on_anvil, touched_on_revm
from caldera.evm.trace import Back, Call, Mark, Mine, Recorder, Send, SetBalance, Step, Warp, replay


def recorded() -> list[Step]:
    """A bit of everything."""
    chain = Recorder(Revm())
    owner = chain.account("owner")
    probe = EvmProbe.deploy(chain, sender=owner)
    probe.step(sender=owner)
    probe.store(1, b"a" * 32, sender=owner)
    mark = chain.snapshot()
    probe.store(2, b"b" * 32, sender=owner)
    chain.restore(mark)
    with chain.isolated():
        chain.mine(2)
    chain.skip(10)
    for attempt in (probe.storeAndFail, probe.store):
        with suppress(ContractError):
            attempt(3, b"c" * 32, sender=owner)
    with pytest.raises(Refused):
        probe.pay(sender=owner, value=1)
    chain.fund(owner, 2)
    probe.pay(sender=owner, value=1)
    probe.spawn(sender=owner)
    probe.plant(1, EvmProbe.Leaf(owner.address, 1, b"abcd", "x"), [], sender=owner)
    probe.environment()
    probe.hide(1, sender=owner)
    return chain.trace


def test_every_step_is_recorded() -> None:
    kinds = [type(step) for step in recorded()]
    assert kinds == [
        *(Send, Send, Send, Mark, Send, Back, Mark, Mine, Back, Warp, Send, Send, Send),
        *(SetBalance, Send, Send, Send, Call, Send),
    ]


def test_a_replay_repeats_the_outcomes() -> None:
    trace = recorded()
    outcomes = replay(trace, Revm())
    assert outcomes == replay(trace, Revm())
    status = [outcome.status for outcome, step in zip(outcomes, trace, strict=True) if isinstance(step, Send)]
    assert status == ["ok", "ok", "ok", "ok", "TooMuch", "ok", "refused", "ok", "ok", "ok", "ok"]


def test_engines_that_agree(anvil: Anvil) -> None:
    report = agree(recorded(), Revm(), anvil)
    assert report.differences == ()
    assert (report.transactions, report.failed) == (11, 2)
    assert report.slots == 3


class Hasty(Revm):
    """Every transaction is followed by another one."""

    def _transact(self, *args: Any, **kwargs: Any) -> Any:
        receipt: Any = super()._transact(*args, **kwargs)
        super()._transact(receipt.to, EvmProbe.calldata.clear(9), receipt.sender, 0, None)
        return receipt


class Late(Revm):
    """One second behind."""

    def warp(self, to: int) -> None:
        super().warp(to - 1)


class Careless(Revm):
    """A failed transaction does not count."""

    def _transact(self, *args: Any, **kwargs: Any) -> Any:
        receipt: Any = super()._transact(*args, **kwargs)
        if not receipt.ok:
            self._nonces[receipt.sender] -= 1
        return receipt


class Sticky(Revm):
    """A restored snapshot leaves a slot behind."""

    def restore(self, snapshot: Any) -> None:
        super().restore(snapshot)
        probe = next(iter(touched_on_revm(self).keys() & set(self.probes)))
        super()._transact(probe, EvmProbe.calldata.store(2, b"b" * 32), self.account("ghost"), 0, None)

    probes: tuple[str, ...] = ()

    def deploy_raw(self, *args: Any, **kwargs: Any) -> Any:
        receipt: Any = super().deploy_raw(*args, **kwargs)
        self.probes += (receipt.created,)
        return receipt


class Deaf(Revm):
    """Logs of anonymous events get lost."""

    def _transact(self, *args: Any, **kwargs: Any) -> Any:
        receipt: Any = super()._transact(*args, **kwargs)
        receipt._logs = tuple(log for log in receipt.logs if len(log.topics) != 1)
        return receipt


@pytest.mark.parametrize(
    ("engine", "shown"),
    [
        (Hasty, "block_number"),
        (Late, "timestamp"),
        (Careless, "nonce of"),
        (Sticky, "slot "),
        (Deaf, "logs"),
    ],
)
def test_an_engine_that_does_something_else_is_found(engine: type[Revm], shown: str) -> None:
    trace = recorded()
    assert agree(trace, Revm(), Revm()).differences == ()
    report = agree(trace, Revm(), engine())
    assert any(shown in line for line in report.differences), report.differences


def test_transient_storage_that_stays_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine without the wrapper's reset, on a trace that steps twice."""

    class Kept:
        """pyrevm without `reset_transient_storage`."""

        def __init__(self, evm: Any) -> None:
            self._inner = evm

        def reset_transient_storage(self) -> None:
            pass

        def __getattr__(self, name: str) -> Any:
            return getattr(self._inner, name)

    recorder = Recorder(Revm())
    probe = EvmProbe.deploy(recorder, sender=recorder.account("owner"))
    for _ in range(2):
        probe.step(sender=recorder.account("owner"))
    broken = Revm()
    monkeypatch.setattr(broken, "_evm", Kept(broken._evm))
    report = agree(recorder.trace, Revm(), broken)
    assert [line for line in report.differences if "step 2 Send: output" in line]


def test_what_was_touched_is_known_on_both_engines(chain: Chain) -> None:
    owner = chain.account("owner")
    probe = EvmProbe.deploy(chain, sender=owner)
    probe.store(1, b"a" * 32, sender=owner)
    touched = touched_on_revm(chain) if isinstance(chain, Revm) else None
    if touched is None:
        assert isinstance(chain, Anvil)
        touched = touched_on_anvil(chain)
    assert len(touched[probe.address]) == 2
    assert 0 in touched[probe.address]
    assert {chain.storage(probe, slot) for slot in touched[probe.address]} == {1, int.from_bytes(b"a" * 32, "big")}


def test_states_are_compared_slot_by_slot() -> None:
    first, second = Revm(), Revm()
    for chain, value in ((first, b"a"), (second, b"b")):
        owner = chain.account("owner")
        EvmProbe.deploy(chain, sender=owner).store(1, value * 32, sender=owner)
    differences, compared = compare_states(first, second)
    assert compared == 2
    assert len(differences) == 1
    assert "61" * 32 in differences[0]
    assert "62" * 32 in differences[0]
    second.fund(second.account("owner"), 1)
    second.deploy(b"", second.account("owner"))
    more, _ = compare_states(first, second)
    assert any(line.startswith("balance of") for line in more)
    assert any(line.startswith("nonce of") for line in more)
