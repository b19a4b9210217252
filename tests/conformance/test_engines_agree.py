"""Whatever is done, revm in process and anvil show the same: status, return data, error, logs, addresses and storage.

A trace is drawn, carried out on a recorded Revm through the typed handles, and replayed on a fresh Revm and on Anvil.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from caldera.contracts import EraToken, EvmProbe
from caldera.evm import Account, Anvil, ContractError, EngineError, Refused, Revm, Snapshot, domain_of
from caldera.evm.agreement import Report, agree
from caldera.evm.anvil_process import find_anvil
from caldera.evm.trace import Recorder

LABELS = ("alice", "bob", "carol")
PERMIT = {
    "Permit": [
        {"name": name, "type": kind}
        for name, kind in (
            ("owner", "address"),
            ("spender", "address"),
            ("value", "uint256"),
            ("nonce", "uint256"),
            ("deadline", "uint256"),
        )
    ]
}

labels = st.sampled_from(LABELS)
amounts = st.integers(0, 2**256 - 1) | st.integers(0, 1000) | st.just(10**27)
words = st.binary(min_size=32, max_size=32) | st.just(bytes(32))
keys = st.integers(0, 3)
leaves = st.builds(
    EvmProbe.Leaf,
    labels.map(lambda label: Revm().account(label).address),
    st.integers(-(2**63), 2**63 - 1),
    st.binary(min_size=4, max_size=4),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)
trees = st.builds(
    EvmProbe.Tree,
    st.integers(0, 2**256 - 1),
    leaves,
    st.lists(leaves, max_size=2).map(tuple),
    st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 65535)), max_size=2).map(tuple),
    st.booleans(),
)


class World:
    """The contracts of one trace, and what can be done to them."""

    def __init__(self, chain: Recorder) -> None:
        self.chain = chain
        owner = chain.account(LABELS[0])
        self.tokens = [EraToken.deploy(chain, owner, sender=owner)]
        self.probes = [EvmProbe.deploy(chain, sender=owner)]
        self.marks: list[Snapshot] = []

    def who(self, label: str) -> Account:
        return self.chain.account(label)

    @property
    def token(self) -> EraToken:
        return self.tokens[-1]

    @property
    def probe(self) -> EvmProbe:
        return self.probes[-1]

    def permit(self, owner: str, spender: str, value: int, late: bool, forged: bool) -> None:
        token, signer = self.token, self.who(spender if forged else owner)
        deadline = self.chain.now - late
        message = {
            "owner": self.who(owner).address,
            "spender": self.who(spender).address,
            "value": value,
            "nonce": token.nonces(self.who(owner)),
            "deadline": deadline,
        }
        signature = signer.sign_typed(domain_of(token), PERMIT, message)
        token.permit(self.who(owner), self.who(spender), value, deadline, *signature, sender=self.who(spender))

    def mark(self) -> None:
        self.marks.append(self.chain.snapshot())

    def back(self, position: int) -> None:
        if self.marks:
            del self.marks[position % len(self.marks) + 1 :]
            self.chain.restore(self.marks[-1])
            # What was deployed after the mark is gone: its handles must go, too.
            self.tokens = [token for token in self.tokens if self.chain.code(token)]
            self.probes = [probe for probe in self.probes if self.chain.code(probe)]


Action: TypeAlias = Callable[[World], Any]


def act(function: Callable[..., Any], *drawn: st.SearchStrategy[Any]) -> st.SearchStrategy[Action]:
    """An action with drawn arguments."""
    return st.tuples(*drawn).map(lambda values: lambda world: function(world, *values))


token_actions = [
    act(lambda w, a, b, n: w.token.transfer(w.who(b), n, sender=w.who(a)), labels, labels, amounts),
    act(lambda w, a, b, n: w.token.approve(w.who(b), n, sender=w.who(a)), labels, labels, amounts),
    act(
        lambda w, a, b, c, n: w.token.transferFrom(w.who(a), w.who(b), n, sender=w.who(c)),
        labels, labels, labels, amounts,
    ),
    act(lambda w, a, b: w.token.delegate(w.who(b), sender=w.who(a)), labels, labels),
    act(World.permit, labels, labels, amounts, st.booleans(), st.booleans()),
    act(lambda w, a, ago: w.token.getPastVotes(w.who(a), max(0, w.chain.now - ago)), labels, st.integers(-1, 200)),
    act(lambda w, a: w.tokens.append(EraToken.deploy(w.chain, w.who(a), sender=w.who(a))), labels),
    act(
        lambda w, a, b, n: w.probe.relay(w.token, w.token.calldata.transfer(w.who(b), n), sender=w.who(a)),
        labels, labels, amounts,
    ),
]  # fmt: skip
probe_actions = [
    act(lambda w, a: w.probe.step(sender=w.who(a)), labels),
    act(lambda w, a, n: w.probe.steps(n, sender=w.who(a)), labels, st.integers(0, 5)),
    act(lambda w, a, k, v: w.probe.store(k, v, sender=w.who(a)), labels, keys, words),
    act(lambda w, a, k, v: w.probe.storeAndFail(k, v, sender=w.who(a)), labels, keys, words),
    act(lambda w, a, k: w.probe.clear(k, sender=w.who(a)), labels, keys),
    act(lambda w, a: w.probe.spawn(sender=w.who(a)), labels),
    act(lambda w, a, n: w.probe.pay(sender=w.who(a), value=n), labels, st.integers(0, 20)),
    act(lambda w, a, b, n: w.probe.send(w.who(b).address, n, sender=w.who(a)), labels, labels, st.integers(0, 20)),
    act(lambda w, a, tree: w.chain.transact(w.probe, w.probe.calldata.echo(tree), w.who(a)), labels, trees),
    act(lambda w, a, n, leaf: w.probe.plant(n, leaf, [n], sender=w.who(a)), labels, amounts, leaves),
    act(lambda w, a, text, raw: w.probe.note(text, text, raw, sender=w.who(a)), labels, st.text(max_size=9), words),
    act(lambda w, a, word: w.probe.bare(word, sender=w.who(a)), labels, words),
    act(lambda w, a, n: w.probe.hide(n, sender=w.who(a)), labels, amounts),
    act(lambda w, a: w.probe.environment(sender=w.who(a)), labels),
    act(lambda w, a: w.probe.price(sender=w.who(a)), labels),
    act(lambda w, a: w.probes.append(EvmProbe.deploy(w.chain, sender=w.who(a))), labels),
]
failing_actions = [
    act(lambda w, a, leaf: w.probe.failStruct(leaf, [1]), labels, leaves),
    act(lambda w, raw: w.probe.failRaw(raw), st.binary(max_size=40)),
    act(lambda w, text: w.probe.failString(text), st.text(st.characters(exclude_categories=["Cs"]), max_size=40)),
    act(lambda w, a, b: w.probe.divide(a, b), amounts, st.integers(0, 1)),
    act(lambda w, a: w.chain.transact(w.probe, w.probe.calldata.failInvalid(), w.who(a)), labels),
    act(lambda w, a: w.chain.transact(w.probe, b"\x01\x02\x03\x04", w.who(a)), labels),
    act(
        lambda w, a, code: w.chain.deploy(code, w.who(a)), labels, st.sampled_from([b"\xfe", b"", b"\x60\x00\x80\xfd"])
    ),
    act(lambda w, a: w.probe.storeForever(sender=w.who(a)), labels),
]
chain_actions = [
    act(lambda w, s: w.chain.skip(s), st.integers(0, 100_000)),
    act(lambda w, n: w.chain.mine(n), st.integers(1, 3)),
    act(lambda w, a, n: w.chain.fund(w.who(a), n), labels, st.integers(0, 20)),
    act(lambda w, n: w.chain.set_balance(w.probe, n), st.integers(0, 20)),
    act(lambda w, a, b, n: w.chain.transact(w.who(b), b"", w.who(a), n), labels, labels, st.integers(0, 20)),
    act(World.mark),
    act(World.back, st.integers(0, 3)),
]
actions = st.one_of(*(st.one_of(*group) for group in (token_actions, probe_actions, failing_actions, chain_actions)))


@pytest.fixture(scope="module")
def anvil() -> Iterator[Anvil]:
    try:
        find_anvil()
    except EngineError as error:
        pytest.skip(str(error))
    with Anvil() as chain:
        yield chain


def check(done: list[Action], anvil: Anvil) -> Report:
    recorder = Recorder(Revm())
    world = World(recorder)
    for action in done:
        with suppress(ContractError, Refused):
            action(world)
    with anvil.isolated():
        return agree(recorder.trace, Revm(), anvil)


@pytest.mark.known_defect("pyrevm-spec")
def test_the_engines_agree(anvil: Anvil) -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(actions, min_size=10, max_size=40))
    def run(done: list[Action]) -> None:
        report = check(done, anvil)
        for name in ("transactions", "failed", "slots"):
            seen[name] += getattr(report, name)
        event(f"failed transactions: {min(report.failed, 5)}")
        assert not report.differences, "\n".join(report.differences)

    run()
    # Agreement counts for little if nothing failed, nothing was written, or most failed.
    assert seen["failed"] > 50
    assert seen["transactions"] > 2 * seen["failed"]
    assert seen["slots"] > 500
