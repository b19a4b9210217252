"""The property suite over nodes and stakes. See `staking_machine` for the sentences it holds."""

from itertools import permutations

from hypothesis import given, settings, target
from hypothesis import strategies as st

from caldera.model.staking import DAY, StakingModel, Terms
from caldera.model.vesting import VestingModel
from tests.properties.beside import run
from tests.properties.staking_machine import StakingMachine, prepare
from tests.support.staking import build


def test_stakes_agree_with_the_exact_model() -> None:
    staking = build()
    prepare(staking)
    run(StakingMachine, staking.suite.chain.snapshot(), staking=staking)


def after(order: tuple[str, ...], mine: int, others: int, first: int, second: int) -> int:
    """What a delegator has in the end, who leaves whole or in two parts, where slashes happen in this order."""
    model = StakingModel(VestingModel(0), Terms(1))
    model.entities, model.active = {"owner": "e", "key": "e"}, {"owner", "key"}
    model.wallets["owner"], model.wallets["me"] = others, mine
    node = model.register("owner", "key", 0)
    model.stake("owner", "owner", node, others)
    held = model.stake("me", "me", node, mine)
    for step in order:
        found = model.nodes[node]
        total = found.active + found.leaving
        if step == "first":
            model.slash(node, total * first // 10_000)
        elif step == "second":
            model.slash(node, total * second // 10_000)
        else:
            part = min(held // 2 if step == "half" else held, found.stakes["me"].shares)
            if found.worth(part):
                model.unbond("me", node, part)
    shares = model.nodes[node].stakes["me"].shares
    if model.nodes[node].worth(shares):
        model.unbond("me", node, shares)
    model.vault.now += 60 * DAY
    return sum(model.withdraw("me", place) for place in list(model.exits.get("me", {})))


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    mine=st.integers(1, 10**24),
    others=st.integers(1, 10**24),
    first=st.integers(0, 9_000),
    second=st.integers(0, 9_000),
)
def test_nobody_gains_by_the_order_of_slashes_and_exits(mine: int, others: int, first: int, second: int) -> None:
    """Leaving before, between or after, at once or in parts: the same but for units of rounding."""
    found = [after(order, mine, others, first, second) for order in permutations(("half", "rest", "first", "second"))]
    found += [after(order, mine, others, first, second) for order in permutations(("rest", "first", "second"))]
    found.append(after(("first", "second"), mine, others, first, second))
    target(float(max(found) - min(found)), label="units between the best and the worst order")
    # Each of two slashes and two moves rounds by a unit at most, for or against.
    assert max(found) - min(found) <= 4
