"""NodeStaking: who runs a node, with which key, for which commission."""

from typing import Any

import pytest

from caldera.contracts import ContractWallet, NodeStaking, events
from tests.support.staking import DAY, ERA, NOBODY, TERMS, Staking
from tests.support.suite import reverts


class TestRegistering:
    """By an active participant, with a key of its own entity."""

    def test_a_node_is_numbered_and_known(self, staking: Staking) -> None:
        key = staking.suite.enrol("key", entity=staking.suite.entities["alice"])
        receipt = staking.nodes.register(key, 5_000, True, "ipfs://n", sender=staking.alice)
        alice, entity = staking.alice.address, staking.suite.entities["alice"]
        told = events.NodeRegistered(
            1, entity, alice, key.address, 5_000, True, "ipfs://n", emitter=staking.nodes.address
        )
        assert told in receipt.events
        assert events.NodeOperatorSet(1, key.address, emitter=staking.nodes.address) in receipt.events
        nodes = staking.nodes
        assert (receipt.returned, nodes.nodeCount(), nodes.nodeOfKey(key)) == (1, 1, 1)
        assert (nodes.ownerOf(1), nodes.operatorOf(1), nodes.entityOf(1)) == (alice, key.address, entity)
        assert tuple(nodes.stakeOf(1)) == (0, 0, False)
        info = staking.lens.nodeInfo(1)
        assert info.facts == (alice, entity, staking.now, True, key.address, 0, 0, NOBODY)
        assert info.active == (0, 0, 1, 5_000, False, False)

    def test_only_active_participants_with_keys_of_their_entity(self, staking: Staking) -> None:
        nodes, suite = staking.nodes, staking.suite
        with reverts("NotActive", account=suite.stranger.address):
            nodes.register(suite.stranger, 0, False, "", sender=suite.stranger)
        with reverts("NotActive", account=suite.stranger.address):
            nodes.register(suite.stranger, 0, False, "", sender=suite.alice)
        with reverts("NotOfNodeEntity", account=suite.bank.address, entity=suite.entities["alice"]):
            nodes.register(suite.bank, 0, False, "", sender=suite.alice)
        suite.registry.suspend(suite.alice, sender=suite.officer)
        with reverts("NotActive", account=suite.alice.address):
            nodes.register(suite.alice, 0, False, "", sender=suite.alice)
        suite.registry.reinstate(suite.alice, sender=suite.officer)
        with reverts("CommissionTooHigh", bps=5_001, most=5_000):
            nodes.register(suite.alice, 5_001, False, "", sender=suite.alice)
        assert nodes.register(suite.alice, 5_000, False, "", sender=suite.alice).returned == 1
        with reverts("KeyTaken", key=suite.alice.address, node=1):
            nodes.register(suite.alice, 0, False, "", sender=suite.alice)

    def test_not_where_rewards_are_not_counted_nor_under_pause(self, staking: Staking) -> None:
        nodes, alice = staking.nodes, staking.alice
        given = staking.suite.access, staking.era, staking.suite.registry, staking.vault
        for nobody in (NOBODY, alice.address):
            with reverts("RewardsCannotBe", rewards=nobody):
                NodeStaking.deploy(staking.suite.chain, *given, nobody, TERMS, sender=staking.admin)
        assert nodes.rewards() == staking.rewards.address
        with reverts("UnknownNode", node=1):
            nodes.stake(1, 1, 0, sender=alice)
        nodes.pause(DAY, sender=staking.officer)
        with reverts("Paused", until=staking.now + DAY):
            nodes.register(alice, 0, False, "", sender=alice)
        staking.later(DAY)
        assert nodes.register(alice, 0, False, "", sender=alice).returned == 1


class TestKeys:
    """A key is its node's for ever."""

    def test_the_old_key_stays_the_nodes_and_can_come_back(self, staking: Staking, node: int) -> None:
        nodes, suite = staking.nodes, staking.suite
        old = nodes.operatorOf(node)
        second = suite.enrol("second", entity=suite.entities["alice"])
        receipt = nodes.setOperator(node, second, sender=suite.alice)
        assert events.NodeOperatorSet(node, second.address, emitter=nodes.address) in receipt.events
        assert (nodes.operatorOf(node), nodes.nodeOfKey(old), nodes.nodeOfKey(second)) == (second.address, node, node)
        with reverts("KeyTaken", key=old, node=node):
            nodes.register(old, 0, False, "", sender=suite.alice)
        other = staking.node(suite.alice, 0, key="third")
        with reverts("KeyTaken", key=old, node=node):
            nodes.setOperator(other, old, sender=suite.alice)
        nodes.setOperator(node, old, sender=suite.alice)
        assert nodes.operatorOf(node) == old

    def test_who_signs_with_a_key_now(self, staking: Staking, node: int) -> None:
        nodes, suite = staking.nodes, staking.suite
        old, entity = nodes.operatorOf(node), suite.entities["alice"]
        staking.stake(suite.bank, node, 7 * ERA)
        staking.unbond(suite.bank, node, 2 * ERA)
        signer = (node, entity, 10_005 * ERA, 2 * ERA, True)
        assert tuple(nodes.signerOf(old)) == signer
        second = suite.enrol("second", entity=entity)
        assert tuple(nodes.signerOf(second)) == tuple(nodes.signerOf(NOBODY)) == (0, 0, 0, 0, False)
        nodes.setOperator(node, second, sender=suite.alice)
        assert (tuple(nodes.signerOf(old)), tuple(nodes.signerOf(second))) == ((0, 0, 0, 0, False), signer)
        nodes.setOperator(node, second, sender=suite.alice)
        assert tuple(nodes.signerOf(second)) == signer
        nodes.setOperator(node, old, sender=suite.alice)
        assert (tuple(nodes.signerOf(second)), tuple(nodes.signerOf(old))) == ((0, 0, 0, 0, False), signer)
        staking.slash(node, ERA)
        assert nodes.signerOf(old)[4] is False

    def test_only_the_owner_decides(self, staking: Staking, node: int) -> None:
        nodes, suite = staking.nodes, staking.suite
        key = suite.enrol("second", entity=suite.entities["alice"])
        calls: list[Any] = [
            lambda by, which: nodes.setOperator(which, key, sender=by),
            lambda by, which: nodes.setMetadata(which, "ipfs://m", sender=by),
            lambda by, which: nodes.proposeOwner(which, suite.bank, sender=by),
            lambda by, which: nodes.announceCommission(which, 1, sender=by),
            lambda by, which: nodes.retireNode(which, sender=by),
        ]
        for call in calls:
            with reverts("NotNodeOwner", node=node, caller=key.address):
                call(key, node)
            with reverts("UnknownNode", node=99):
                call(suite.alice, 99)
            call(suite.alice, node)
        with reverts("NotActive", account=suite.stranger.address):
            nodes.setOperator(node, suite.stranger, sender=suite.alice)
        with reverts("NotOfNodeEntity", account=suite.bank.address):
            nodes.setOperator(node, suite.bank, sender=suite.alice)

    def test_metadata_are_told(self, staking: Staking, node: int) -> None:
        receipt = staking.nodes.setMetadata(node, "ipfs://m", sender=staking.alice)
        assert receipt.events == (events.NodeMetadataSet(node, "ipfs://m", emitter=staking.nodes.address),)


class TestOwners:
    """Two steps, within the entity; the owner's own stake is what counts."""

    def test_a_contract_acts_for_itself(self, staking: Staking, node: int) -> None:
        """Whoever made it act is neither asked nor named."""
        nodes, suite = staking.nodes, staking.suite
        keeper = suite.enrol("keeper", entity=suite.entities["alice"])
        wallet = ContractWallet.deploy(suite.chain, keeper, sender=keeper)
        register = nodes.calldata.register(suite.stranger, 0, False, "")
        with reverts("NotActive", account=wallet.address):
            wallet.act(nodes, register, sender=keeper)
        nodes.proposeOwner(node, keeper, sender=suite.alice)
        with reverts("NotNextOwner", node=node, caller=wallet.address):
            wallet.act(nodes, nodes.calldata.acceptOwner(node), sender=keeper)
        expires = suite.chain.now + 365 * DAY
        suite.registry.enrol(wallet, suite.entities["alice"], expires, 1, 1, sender=suite.officer)
        nodes.proposeOwner(node, wallet, sender=suite.alice)
        wallet.act(nodes, nodes.calldata.acceptOwner(node), sender=keeper)
        assert nodes.ownerOf(node) == wallet.address

    def test_a_node_changes_hands(self, staking: Staking, node: int) -> None:
        nodes, suite, here = staking.nodes, staking.suite, staking.nodes.address
        heir = suite.enrol("heir", entity=suite.entities["alice"])
        receipt = nodes.proposeOwner(node, heir, sender=suite.alice)
        assert events.NodeOwnerProposed(node, heir.address, emitter=here) in receipt.events
        with reverts("NotNextOwner", node=node, caller=suite.bank.address):
            nodes.acceptOwner(node, sender=suite.bank)
        receipt = nodes.acceptOwner(node, sender=heir)
        assert events.NodeOwnerChanged(node, suite.alice.address, heir.address, emitter=here) in receipt.events
        assert events.NodeLive(node, False, emitter=here) in receipt.events
        assert (nodes.ownerOf(node), nodes.stakeOf(node)[2]) == (heir.address, False)
        assert staking.worth(suite.alice, node) == TERMS.leastSelfStake
        with reverts("NotNextOwner", node=node):
            nodes.acceptOwner(node, sender=heir)
        suite.chain.account("heir")
        staking.era.approve(nodes, TERMS.leastSelfStake, sender=suite.bank)
        nodes.stakeFor(heir, node, TERMS.leastSelfStake, 0, sender=suite.bank)
        assert nodes.stakeOf(node)[2]
        staking.unbond(suite.alice, node, TERMS.leastSelfStake)
        assert nodes.stakeOf(node)[2]

    def test_only_within_the_entity_and_while_active(self, staking: Staking, node: int) -> None:
        nodes, suite = staking.nodes, staking.suite
        nodes.proposeOwner(node, suite.bank, sender=suite.alice)
        with reverts("NotOfNodeEntity", account=suite.bank.address, entity=suite.entities["alice"]):
            nodes.acceptOwner(node, sender=suite.bank)
        heir = suite.enrol("heir", entity=suite.entities["alice"])
        nodes.proposeOwner(node, heir, sender=suite.alice)
        suite.registry.suspend(heir, sender=suite.officer)
        with reverts("NotActive", account=heir.address):
            nodes.acceptOwner(node, sender=heir)
        suite.registry.reinstate(heir, sender=suite.officer)
        nodes.proposeOwner(node, NOBODY, sender=suite.alice)
        with reverts("NotNextOwner", node=node, caller=heir.address):
            nodes.acceptOwner(node, sender=heir)
        with reverts("UnknownNode", node=7):
            nodes.acceptOwner(7, sender=heir)


class TestCommission:
    """Lower at once, higher after a notice."""

    def test_a_raise_waits(self, staking: Staking, node: int) -> None:
        nodes, here = staking.nodes, staking.nodes.address
        ready = staking.now + 7 * DAY
        receipt = nodes.announceCommission(node, 5_000, sender=staking.alice)
        assert receipt.events == (events.NodeCommissionAnnounced(node, 5_000, ready, emitter=here),)
        staking.to(ready - 1)
        with reverts("CommissionTooEarly", node=node, readyAt=ready):
            nodes.applyCommission(node, sender=staking.stranger)
        staking.to(ready)
        receipt = nodes.applyCommission(node, sender=staking.stranger)
        assert events.NodeCommissionSet(node, 5_000, emitter=here) in receipt.events
        assert nodes.poolsOf(node)[0].commissionBps == 5_000
        with reverts("NoCommissionAnnounced", node=node):
            nodes.applyCommission(node, sender=staking.stranger)

    def test_lower_is_at_once_and_ends_an_announcement(self, staking: Staking) -> None:
        node = staking.node(staking.alice, commission=300)
        nodes = staking.nodes
        nodes.announceCommission(node, 400, sender=staking.alice)
        receipt = nodes.announceCommission(node, 200, sender=staking.alice)
        assert events.NodeCommissionSet(node, 200, emitter=nodes.address) in receipt.events
        staking.later(30 * DAY)
        with reverts("NoCommissionAnnounced", node=node):
            nodes.applyCommission(node, sender=staking.alice)
        with reverts("SameCommission", node=node, bps=200):
            nodes.announceCommission(node, 200, sender=staking.alice)
        with reverts("CommissionTooHigh", bps=5_001, most=5_000):
            nodes.announceCommission(node, 5_001, sender=staking.alice)

    def test_what_was_earned_before_is_shared_by_the_old_rate(self, staking: Staking, node: int) -> None:
        nodes = staking.nodes
        year = 365 * DAY
        nodes.announceCommission(node, 5_000, sender=staking.alice)
        staking.later(year)
        nodes.applyCommission(node, sender=staking.stranger)
        before = nodes.rewardsOf(staking.holder(staking.alice), [node])
        staking.later(year)
        after = nodes.rewardsOf(staking.holder(staking.alice), [node]) - before
        assert before == 10_000 * ERA * (10**18 // year // 10) * year // ERA
        assert abs(after - before // 2) <= 1


class TestLiveness:
    """The owner's own stake, at least the governed one; not retired."""

    def test_to_the_unit(self, staking: Staking) -> None:
        least, nodes = TERMS.leastSelfStake, staking.nodes
        node = staking.node(staking.alice, least - 1)
        staking.stake(staking.bank, node, 5)
        assert tuple(nodes.stakeOf(node)) == (least + 4, 0, False)
        receipt = nodes.stake(node, 1, 0, sender=staking.alice)
        assert events.NodeLive(node, True, emitter=nodes.address) in receipt.events
        assert nodes.stakeOf(node)[2]
        receipt = nodes.unbond(node, 1, 0, sender=staking.alice)
        assert events.NodeLive(node, False, emitter=nodes.address) in receipt.events
        assert not nodes.stakeOf(node)[2]

    def test_follows_the_terms_when_refreshed(self, staking: Staking, node: int) -> None:
        nodes = staking.nodes
        nodes.setStakeTerms(TERMS._replace(leastSelfStake=TERMS.leastSelfStake + 1), sender=staking.officer)
        assert nodes.stakeOf(node)[2]
        assert nodes.refreshNode(node, sender=staking.stranger).returned is False
        assert not nodes.stakeOf(node)[2]
        with reverts("UnknownNode", node=9):
            nodes.refreshNode(9, sender=staking.stranger)
        nodes.setStakeTerms(TERMS, sender=staking.officer)
        assert nodes.refreshNode(node, sender=staking.stranger).returned is True

    def test_retired_for_good(self, staking: Staking, node: int) -> None:
        nodes = staking.nodes
        staking.stake(staking.bank, node, 100)
        receipt = nodes.retireNode(node, sender=staking.alice)
        assert events.NodeRetired(node, emitter=nodes.address) in receipt.events
        assert tuple(nodes.stakeOf(node)) == (10_000 * ERA + 100, 0, False)
        with reverts("NodeIsRetired", node=node):
            nodes.retireNode(node, sender=staking.alice)
        with reverts("NodeIsRetired", node=node):
            staking.stake(staking.bank, node, 100)
        with reverts("NodeIsRetired", node=node):
            staking.lens.previewStake(node, 1)
        assert nodes.refreshNode(node, sender=staking.stranger).returned is False
        staking.unbond(staking.bank, node, 100)
        assert staking.slash(node, 1_000 * ERA) >= 1_000 * ERA


@pytest.mark.parametrize(
    ("changes", "good"),
    [
        ({"leastSelfStake": 0}, False),
        ({"leastSelfStake": 1}, True),
        ({"unbonding": 7 * DAY - 1}, False),
        ({"unbonding": 7 * DAY}, True),
        ({"unbonding": 60 * DAY}, True),
        ({"unbonding": 60 * DAY + 1}, False),
        ({"notice": DAY - 1}, False),
        ({"notice": DAY}, True),
        ({"notice": 30 * DAY}, True),
        ({"notice": 30 * DAY + 1}, False),
    ],
)
def test_terms_have_bounds(staking: Staking, changes: dict[str, int], good: bool) -> None:
    terms = TERMS._replace(**changes)
    if good:
        receipt = staking.nodes.setStakeTerms(terms, sender=staking.officer)
        assert events.StakeTermsSet(terms, emitter=staking.nodes.address) in receipt.events
        assert staking.nodes.stakeTerms() == terms
    else:
        with reverts("StakeTermsOutOfRange", terms=terms):
            staking.nodes.setStakeTerms(terms, sender=staking.officer)
    with reverts("AccessManagedUnauthorized"):
        staking.nodes.setStakeTerms(TERMS, sender=staking.mallory)
