"""VestingVault over tokens that misbehave. It is made for ERA, which does not; its money is safe all the same."""

from typing import Any

import pytest

from caldera.contracts import BlacklistToken, ReentrantToken, events
from tests.support.suite import NOBODY, reverts
from tests.support.vesting import MONTH, TEAM, Vesting, build


@pytest.fixture(scope="module")
def _calling_back() -> Vesting:
    return build(token=ReentrantToken)


@pytest.fixture
def calling(_calling_back: Vesting) -> Any:
    with _calling_back.suite.chain.isolated():
        _calling_back.fund(TEAM, 1_000 * MONTH)
        yield _calling_back


@pytest.mark.parametrize("name", ["release", "releaseTo", "releaseBatch", "fund", "stake", "returnStake"])
@pytest.mark.parametrize("within", ["release", "fund", "returnStake", "stake", "releaseBatch"])
def test_a_token_that_calls_back(calling: Vesting, name: str, within: str) -> None:
    vault, probe = calling.vault, calling.target
    id = calling.team(calling.alice, 36 * MONTH)
    calling.stake(id, 10)
    calling.to(calling.now + 10)
    given: dict[str, Any] = {
        "release": vault.calldata.release(id),
        "releaseTo": vault.calldata.releaseTo(id, calling.bank, 1),
        "releaseBatch": vault.calldata.releaseBatch([id]),
        "fund": vault.calldata.fund(TEAM, 1),
        "stake": vault.calldata.stake(id, probe, 1, b""),
        "returnStake": vault.calldata.returnStake(id, 0, 1),
    }
    calling.era.approve(vault, 1, sender=calling.holder)
    calls: dict[str, Any] = {
        "release": lambda: vault.release(id, sender=calling.stranger),
        "releaseBatch": lambda: vault.releaseBatch([id], sender=calling.stranger),
        "fund": lambda: vault.fund(TEAM, 1, sender=calling.holder),
        "stake": lambda: calling.stake(id, 1),
        "returnStake": lambda: probe.giveBack(id, 10, 10, sender=calling.stranger),
    }
    calling.era.arm(vault, given[name], sender=calling.stranger)
    with reverts("ReentrancyGuardReentrantCall"):
        calls[within]()
    calling.era.arm(NOBODY, b"", sender=calling.stranger)
    calls[within]()


def test_a_beneficiary_who_cannot_be_paid_is_paid_elsewhere() -> None:
    vesting = build(token=BlacklistToken)
    vesting.fund(TEAM, 100 * MONTH)
    id = vesting.team(vesting.alice, 36 * MONTH)
    vesting.to(vesting.now + 10)
    vesting.era.setBlacklisted(vesting.alice, True, sender=vesting.stranger)
    with reverts("Blacklisted", account=vesting.alice.address):
        vesting.vault.release(id, sender=vesting.stranger)
    receipt = vesting.vault.releaseTo(id, vesting.bank, 10, sender=vesting.alice)
    assert events.VestedReleased(id, vesting.bank.address, 10, emitter=vesting.vault.address) in receipt.events
    assert vesting.has(vesting.bank) == 10


def test_what_is_sent_by_mistake_changes_nothing(vesting: Vesting) -> None:
    id = vesting.team(vesting.alice, 36 * MONTH)
    before = (vesting.vault.grantOf(id), vesting.vault.allocationOf(TEAM), vesting.vault.getVotes(vesting.alice))
    vesting.era.transfer(vesting.vault, 77, sender=vesting.holder)
    assert before == (
        vesting.vault.grantOf(id),
        vesting.vault.allocationOf(TEAM),
        vesting.vault.getVotes(vesting.alice),
    )
