"""benchmarks.staking: the same steps for everybody, and no figure of a call that moved other than it should.

The pools here are an account that keeps the ERA: every movement is one of the real token on a real node.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from web3.contract import Contract

from benchmarks import staking
from benchmarks.errors import BenchmarkError, Reverted
from benchmarks.measure import Cast, Table
from benchmarks.node import Node, running
from benchmarks.staking import (
    BEGIN,
    DAY,
    PACE,
    PART,
    SMALL,
    STAKE,
    WITHOUT_LIMIT,
    Call,
    Offence,
    Pool,
    era,
    now,
    paced,
    slashes,
    stakes,
    wait,
)


@pytest.fixture(scope="module")
def chain() -> Iterator[Node]:
    """One node for this file."""
    with running() as node:
        yield node


@pytest.fixture
def node(chain: Node) -> Iterator[Node]:
    """The node as it began, on the clock of the measurements."""
    with chain.undone(), paced(chain):
        yield chain


@pytest.fixture
def cast(node: Node) -> Cast:
    """Who takes part."""
    return Cast.of(node)


@pytest.fixture
def token(node: Node, cast: Cast) -> Contract:
    """ERA, of which everybody has some."""
    return era(node, cast)


def keeper(node: Node, cast: Cast, token: Contract) -> Pool:
    """The newcomer keeps what is staked and lets everybody take their part back; nothing unbonds."""
    call, where = token.functions, cast.newcomer
    for account in (cast.operator, cast.owner, cast.holder, *cast.others):
        node.send(call.approve(account, WITHOUT_LIMIT), where)
    return Pool(
        where,
        stake=lambda account, amount: call.transfer(where, amount),
        withdraw=lambda account: call.transferFrom(where, account, PART),
        claim=lambda account: call.transferFrom(where, account, 7),
        note="kept",
    )


def names(table: Table) -> list[str]:
    return [row.operation for row in table.rows]


def test_a_pool_without_unbonding_has_no_row_of_asking(node: Node, cast: Cast, token: Contract) -> None:
    table = Table(node, "keeper", lambda step: None)
    pool = keeper(node, cast, token)
    stakes(table, cast, token, pool)
    assert names(table) == ["stake.first", "stake.more", "stake.claim", "stake.withdraw"]
    assert [row.note for row in table.rows[:3]] == ["kept"] * 3
    assert table.rows[3].note == "at once: there is no unbonding, and nothing that could slash; kept"
    # The owner staked, staked more, claimed twice and got a part back, as did nobody else.
    held = token.functions.balanceOf
    assert held(cast.owner).call() == staking.HELD - STAKE + 14
    assert held(pool.holder).call() == 4 * STAKE - 14
    assert held(cast.holder).call() == held(cast.others[0]).call() == staking.HELD - STAKE


def test_what_unbonds_is_asked_for_and_comes_after_its_time(node: Node, cast: Cast, token: Contract) -> None:
    table = Table(node, "keeper", lambda step: None)
    asked = token.functions.approve(cast.holder, 1)
    pool = replace(keeper(node, cast, token), unbond=lambda account: asked, delay=14 * DAY, claim=None)
    stakes(table, cast, token, pool)
    assert names(table) == ["stake.first", "stake.more", "stake.unbond", "stake.withdraw"]
    assert now(node) >= BEGIN + 3 * DAY + 14 * DAY


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("stake", f"stake.first of keeper moved 0 wei of ERA, not {-STAKE} to {-STAKE}"),
        ("claim", f"stake.claim of keeper moved 0 wei of ERA, not 1 to {STAKE}"),
        ("withdraw", f"stake.withdraw of keeper moved {PART - 1} wei of ERA, not {PART} to {PART}"),
        ("unbond", "stake.unbond of keeper moved -1 wei of ERA, not 0 to 0"),
    ],
)
def test_a_call_that_moves_something_else_has_no_figure(
    node: Node, cast: Cast, token: Contract, broken: str, reason: str
) -> None:
    call = token.functions
    pool = keeper(node, cast, token)
    changed = {
        "stake": replace(pool, stake=lambda account, amount: call.approve(account, amount)),
        "claim": replace(pool, claim=lambda account: call.approve(account, 1)),
        "withdraw": replace(pool, withdraw=lambda account: call.transferFrom(pool.holder, account, PART - 1)),
        "unbond": replace(pool, unbond=lambda account: call.transfer(pool.holder, 1)),
    }[broken]
    with pytest.raises(BenchmarkError, match=f"^{reason}$"):
        stakes(Table(node, "keeper", lambda step: None), cast, token, changed)


@pytest.mark.parametrize(("extra", "fine"), [(-1, False), (0, True), (2, True), (3, False)])
def test_a_slash_takes_40_percent_of_all_or_two_units_more(
    node: Node, cast: Cast, monkeypatch: pytest.MonkeyPatch, extra: int, fine: bool
) -> None:
    monkeypatch.setattr(staking, "CROWDS", (1, 100))
    monkeypatch.setattr(staking, "BLOCKFUL", 30)
    told: list[Offence] = []
    tokens: list[Contract] = []

    def stand(token: Contract) -> Pool:
        tokens.append(token)
        return replace(keeper(node, cast, token), unbond=lambda account: token.functions.approve(account, 1))

    def slash(pool: Pool, offence: Offence) -> tuple[Call, str]:
        told.append(offence)
        assert now(node) - offence.when >= DAY - 1
        taken = offence.amount + extra
        return tokens[-1].functions.transferFrom(pool.holder, cast.others[1], taken), f"changes: {offence.changes}"

    table = Table(node, "keeper", lambda step: None)
    if not fine:
        with pytest.raises(BenchmarkError, match=r"^slash\.1 of keeper moved"):
            slashes(table, cast, stand, slash)
        return
    slashes(table, cast, stand, slash)
    assert [offence.amount for offence in told] == [STAKE * 4 // 10, (STAKE + 99 * SMALL) * 4 // 10]
    # The owner's stake and its unbonding; the others in blocks of thirty.
    assert [offence.changes for offence in told] == [2, 6]
    assert [(row.operation, row.note) for row in table.rows] == [("slash.1", "changes: 2"), ("slash.100", "changes: 6")]


@pytest.mark.parametrize("moves", [False, True])
def test_what_a_slash_takes_may_stay_with_the_holder(
    node: Node, cast: Cast, monkeypatch: pytest.MonkeyPatch, moves: bool
) -> None:
    """Then only what is at stake counts, here an allowance of the operator, and ERA that moves does not."""
    monkeypatch.setattr(staking, "CROWDS", (1,))
    tokens: list[Contract] = []

    def stand(token: Contract) -> Pool:
        tokens.append(token)
        pool = keeper(node, cast, token)
        node.send(token.functions.approve(cast.holder, STAKE), cast.operator)
        return replace(pool, atstake=lambda: int(token.functions.allowance(cast.operator, cast.holder).call()))

    def slash(pool: Pool, offence: Offence) -> tuple[Call, str]:
        call = tokens[-1].functions
        if moves:
            return call.transferFrom(pool.holder, cast.others[1], offence.amount), ""
        return call.approve(cast.holder, STAKE - offence.amount), "booked"

    table = Table(node, "keeper", lambda step: None)
    if moves:
        with pytest.raises(BenchmarkError, match=r"^slash\.1 of keeper moved 0 wei"):
            slashes(table, cast, stand, slash)
        return
    slashes(table, cast, stand, slash)
    assert [(row.operation, row.note) for row in table.rows] == [("slash.1", "booked")]


def test_time_does_not_depend_on_the_node(node: Node, cast: Cast, token: Contract) -> None:
    pay = token.functions.transfer(cast.owner, 1)
    begun = now(node)
    assert begun == BEGIN + 5 * PACE  # the token and four payments
    node.gas(pay, cast.operator)  # taken back
    node.send(pay, cast.operator)
    assert now(node) == begun + PACE
    wait(node, DAY)
    assert now(node) == begun + PACE + DAY
    node.together([pay] * 3, cast.operator)
    assert now(node) == begun + 2 * PACE + DAY


def test_many_calls_take_one_block_and_none_is_lost(node: Node, cast: Cast, token: Contract) -> None:
    held = token.functions.balanceOf(cast.newcomer)
    height = node.w3.eth.block_number
    node.together([token.functions.transfer(cast.newcomer, amount) for amount in (1, 20, 300)], cast.operator)
    assert held.call() == 321
    assert node.w3.eth.block_number == height + 1
    with pytest.raises(Reverted, match="transfer: transaction 1 of 2"):
        node.together([token.functions.transfer(cast.newcomer, amount) for amount in (1, staking.HELD + 1)], cast.owner)
    assert held.call() == 322


def test_calls_that_do_not_fit_into_a_block_are_refused_and_none_is_left_waiting(
    node: Node, cast: Cast, token: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.node.PLAIN_GAS_LIMIT", 29_990_000)  # of a block's 30,000,000
    pay = token.functions.transfer(cast.newcomer, 1)
    with pytest.raises(BenchmarkError, match="transaction 1 of 2 did not fit into the block; send fewer"):
        node.together([pay] * 2, cast.operator)
    node.send(pay, cast.operator)
    assert token.functions.balanceOf(cast.newcomer).call() == 2
