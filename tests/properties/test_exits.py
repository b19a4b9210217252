"""The queue of exits: `exit_machine` has the sentences that hold. The tree of what was taken back, beside a list."""

from bisect import bisect_right

from hypothesis import given, settings
from hypothesis import strategies as st

from caldera.contracts import FenwickProbe, LendingPool
from caldera.evm import Revm
from tests.properties.beside import run
from tests.properties.exit_machine import ExitMachine
from tests.support.lending import open_bank

numbers = st.one_of(
    st.integers(1, 9), st.integers(1, 200), st.sampled_from([2**k + d for k in range(1, 8) for d in (-1, 0, 1)])
)
amounts = st.one_of(st.integers(0, 3), st.integers(0, 2**128 - 1))
steps = st.lists(st.tuples(numbers, amounts), max_size=25)


def test_a_queue_that_can_be_left_agrees_with_the_exact_model() -> None:
    bank = open_bank()
    suite = bank.suite
    pool = LendingPool.deploy(
        bank.chain, suite.access, suite.registry, suite.officer, suite.token, "Pool", "P", sender=suite.admin
    )
    bank.chain.skip(-bank.chain.now % 86_400)
    run(ExitMachine, bank.chain.snapshot(), bank=bank, pool=pool)


@settings(deadline=None, max_examples=60)
@given(steps, st.lists(st.one_of(numbers, st.just(0), st.just(2**200)), max_size=12))
def test_sums_up_to_any_number_are_those_of_a_list(added: list[tuple[int, int]], asked: list[int]) -> None:
    chain = Revm()
    sender = chain.account("anyone")
    tree = FenwickProbe.deploy(chain, sender=sender)
    kept: list[tuple[int, int]] = []
    for number, amount in added:
        tree.add(number, amount, sender=sender)
        kept = sorted([*kept, (number, amount)])
        for at in (*asked, number - 1, number, number + 1):
            assert tree.upTo(at) == sum(one for _, one in kept[: bisect_right(kept, (at, 2**256))]), at
        size, written = tree.extent()
        assert size == 1 << (kept[-1][0] - 1).bit_length()
        assert written <= len(kept) * size.bit_length()
