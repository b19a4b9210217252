"""What a simulation checks of the whole suite: it holds, and each sentence fails when a single unit is missing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from eth_utils.crypto import keccak

from caldera import artifacts
from caldera.deployment.chain_port import ChainPort
from caldera.deployment.suite import Suite
from caldera.devnet import Devnet
from caldera.governance import Check, check_suite
from caldera.governance.console import ready
from tests.support.devnet import Fresh

ERA = 10**18


def checked(net: Devnet) -> dict[str, Check]:
    suite = Suite(
        net.profile, artifacts.load(), ChainPort(net.chain), net.deployment.deployer, net.deployment.addresses
    )
    return {one.sentence: one for one in check_suite(suite)}


@pytest.fixture
def net(fresh: Fresh) -> Iterator[Devnet]:
    """The development chain with stake, prepaid fees and money to lend in it."""
    with fresh() as net:
        owner = net.enrol("owner", "NAME:Owner", "ENTERPRISE")
        net.reserve("ResearchReserve").spend(net.era, owner, 30_000 * ERA, keccak(text="a test"), sender=net.governance)
        net.era.approve(net.nodes, 20_000 * ERA, sender=owner)
        node = net.nodes.register(net.enrol("key", "NAME:Owner"), 1_000, False, "ipfs://x", sender=owner).returned
        net.nodes.stake(node, 20_000 * ERA, 0, sender=owner)
        net.era.approve(net.fees, 100 * ERA, sender=owner)
        net.fees.deposit(net.registry.participant(owner).entity, 100 * ERA, sender=owner)
        net.era.approve(net.rewards, 1_000 * ERA, sender=owner)
        net.rewards.fund(1_000 * ERA, sender=owner)
        lender, euro = net.enrol("lender", "NAME:Lender", "BANK"), net.token("EUR")
        euro.mint(lender, 1_000_000, sender=lender)
        euro.approve(net.pool("EUR"), 1_000_000, sender=lender)
        net.pool("EUR").deposit(1_000_000, lender, sender=lender)
        yield net


def test_all_of_it_holds(net: Devnet) -> None:
    found = checked(net)
    assert [one for one in found.values() if not one.holds] == []
    assert "20,000 ERA owed" in found["NodeStaking holds all stake, active and leaving"].figures
    assert "100 ERA owed" in found["FeeRouter holds what was prepaid and what it shared out"].figures
    assert "cash 1,000,000" in found["LendingPoolEUR holds its cash and what it reserved"].figures
    assert len(found) >= 12


def test_a_change_of_the_whole_suite_is_tried_and_made(net: Devnet) -> None:
    """With every contract there is: whoever the profile gave votes carries it."""
    (gov,) = ready(net.chain, net.deployment.addresses, net.profile).values()
    change = {
        "ValueStandard.rules[EU/receivable].minimum_unit_usd": "2,000 USD",
        "LendingTerms.loan_terms[EUR].rate": "7%",
    }
    seen = gov.simulate(gov.draft("Two changes", parameters=change))
    assert seen.reasons == []
    assert [(one.name, one.before, one.after) for one in seen.parameters if one.changed] == [
        ("ValueStandard.rules[EU/receivable].minimum_unit_usd", "1,000 USD", "2,000 USD"),
        ("LendingTerms.loan_terms[EUR].rate_bps", "8%", "7%"),
    ]
    assert len(seen.parameters) > 200
    assert len(seen.checks) > 15
    gov.govern("Two changes", parameters=change)
    assert net.lending_terms.loanTerms(1).rateBps == 700


@pytest.mark.parametrize(
    ("contract", "token", "sentence"),
    [
        ("NodeStaking", "ERA", "NodeStaking holds all stake, active and leaving"),
        ("FeeRouter", "ERA", "FeeRouter holds what was prepaid and what it shared out"),
        ("VestingVault", "ERA", "VestingVault holds its allocations and all that its grants have not got"),
        ("CirculationIncentives", "ERA", "CirculationIncentives holds its budget and what it owes"),
        ("RewardDistributor", "ERA", "RewardDistributor holds its budget and what it owes"),
        ("LendingPoolEUR", "EUR", "LendingPoolEUR holds its cash and what it reserved"),
    ],
)
def test_a_unit_that_is_missing_is_seen(net: Devnet, contract: str, token: str, sentence: str) -> None:
    at = net.deployment.address(contract)
    money = net.era if token == "ERA" else net.token(token)
    somebody = net.chain.account("somebody")
    if token == "ERA" and not money.balanceOf(at):
        pytest.fail(f"{contract} holds nothing: this would show nothing")
    money.transfer(somebody, 1, sender=at)
    assert not checked(net)[sentence].holds
    money.transfer(at, 1, sender=somebody)
    assert checked(net)[sentence].holds


def test_what_does_not_answer_does_not_hold(net: Devnet) -> None:
    net.chain.rpc("anvil_setCode", net.nodes.address, "0xfe")
    found = checked(net)["NodeStaking answers"]
    assert not found.holds
