"""NodeStaking: slashes; and defects of other staking contracts that must not be here, each named."""

import pytest

from caldera.contracts import events
from tests.support.staking import DAY, ERA, NOBODY, TERMS, Staking
from tests.support.suite import reverts

LATER = 21 * DAY


class TestSlashing:
    """Pro rata, rounded up, whoever stakes and whether it leaves."""

    def test_every_part_loses_the_same(self, staking: Staking, node: int) -> None:
        nodes, here = staking.nodes, staking.nodes.address
        staking.stake(staking.bank, node, 30_000 * ERA)
        staking.unbond(staking.bank, node, 10_000 * ERA)
        receipt = nodes.slash(node, 16_000 * ERA, NOBODY, 0, sender=staking.officer)
        assert receipt.returned == 16_000 * ERA
        assert tuple(nodes.slashedOf(staking.officer, NOBODY)) == (0, 16_000 * ERA)
        told = events.StakeSlashed(node, 16_000 * ERA, 18_000 * ERA, 6_000 * ERA, emitter=here)
        assert told in receipt.events
        assert staking.worth(staking.alice, node) == 6_000 * ERA
        assert staking.worth(staking.bank, node) == 12_000 * ERA
        assert staking.exits(staking.bank)[0].leaving.amount == 6_000 * ERA
        assert tuple(nodes.stakeOf(node)) == (18_000 * ERA, 6_000 * ERA, False)
        assert events.NodeLive(node, False, emitter=here) in receipt.events

    @pytest.mark.known_defect("graph-round-up")
    def test_rounded_up_in_each_pool(self, staking: Staking) -> None:
        node = staking.node(staking.alice, 10)
        staking.unbond(staking.alice, node, 3)
        assert staking.slash(node, 1) == 2  # 7 × 9 / 10 and 3 × 9 / 10, rounded down
        assert tuple(staking.nodes.stakeOf(node))[:2] == (6, 2)

    def test_bounds(self, staking: Staking, node: int) -> None:
        nodes, total = staking.nodes, TERMS.leastSelfStake
        with reverts("ExceedsStake", node=node, amount=total + 1, total=total):
            staking.slash(node, total + 1)
        with reverts("UnknownNode", node=9):
            staking.slash(9, 0)
        with reverts("OnlySlasher", caller=staking.mallory.address):
            nodes.slash(node, 1, NOBODY, 0, sender=staking.mallory)
        receipt = nodes.slash(node, 0, NOBODY, 0, sender=staking.officer)
        assert (receipt.returned, receipt.events) == (0, ())
        assert staking.slash(node, total) == total
        assert tuple(nodes.stakeOf(node)) == (0, 0, False)

    def test_live_to_the_unit(self, staking: Staking) -> None:
        node = staking.node(staking.alice, 2 * TERMS.leastSelfStake)
        staking.slash(node, TERMS.leastSelfStake)
        assert staking.nodes.stakeOf(node)[2]
        staking.slash(node, 1)
        assert not staking.nodes.stakeOf(node)[2]


class TestWhatWasTaken:
    """It waits apart from all stake, for whoever slashed, and goes once."""

    def test_parts_and_where_they_go(self, staking: Staking, node: int) -> None:
        nodes, officer, carol = staking.nodes, staking.officer, staking.carol
        before = staking.has(nodes)
        nodes.slash(node, 1_000 * ERA + 1, carol, 2_500, sender=officer)
        nodes.slash(node, 999, carol, 10_000, sender=officer)
        nodes.slash(node, 500, NOBODY, 0, sender=officer)
        reward, rest = 250 * ERA + 999, 750 * ERA + 1
        assert tuple(nodes.slashedOf(officer, carol)) == (reward, rest)
        assert tuple(nodes.slashedOf(officer, NOBODY)) == (0, 500)
        assert tuple(nodes.slashedOf(carol, carol)) == (0, 0)
        assert staking.has(nodes) == before
        receipt = nodes.takeSlashed(carol, True, staking.bank, sender=officer)
        assert receipt.returned == reward
        assert tuple(nodes.slashedOf(officer, carol)) == (0, rest)
        assert nodes.takeSlashed(carol, False, staking.bank, sender=officer).returned == rest
        assert staking.has(nodes) == before - reward - rest
        with reverts("NothingSlashed", slasher=officer.address, reporter=carol.address, reward=False):
            nodes.takeSlashed(carol, False, staking.bank, sender=officer)
        with reverts("NothingSlashed", slasher=officer.address, reporter=NOBODY, reward=True):
            nodes.takeSlashed(NOBODY, True, staking.bank, sender=officer)

    def test_bounds(self, staking: Staking, node: int) -> None:
        nodes, officer, carol = staking.nodes, staking.officer, staking.carol
        with reverts("RewardTooHigh", bps=10_001):
            nodes.slash(node, 5, carol, 10_001, sender=officer)
        nodes.slash(node, 5, carol, 10_000, sender=officer)
        for to in (NOBODY, nodes.address):
            with reverts("CannotHandOver", to=to):
                nodes.takeSlashed(carol, True, to, sender=officer)

    def test_of_nobody_else_and_also_when_another_slashes(self, staking: Staking, node: int) -> None:
        nodes, officer, carol = staking.nodes, staking.officer, staking.carol
        nodes.slash(node, 5, carol, 10_000, sender=officer)
        with reverts("NothingSlashed", slasher=carol.address, reporter=carol.address, reward=True):
            nodes.takeSlashed(carol, True, carol, sender=carol)
        nodes.setSlasher(carol, sender=staking.admin)
        with reverts("OnlySlasher", caller=officer.address):
            nodes.slash(node, 5, carol, 10_000, sender=officer)
        nodes.slash(node, 7, carol, 10_000, sender=carol)
        assert nodes.takeSlashed(carol, True, officer, sender=officer).returned == 5
        assert tuple(nodes.slashedOf(carol, carol)) == (7, 0)

    def test_all_stake_can_leave_beside_it(self, staking: Staking, node: int) -> None:
        staking.slash(node, 4_000 * ERA)
        staking.unbond(staking.alice, node, 10_000 * ERA)
        staking.later(LATER)
        assert staking.nodes.withdraw(0, 0, sender=staking.alice).returned == 6_000 * ERA
        assert staking.has(staking.nodes) == 4_000 * ERA


class TestWhoSlashes:
    """One address, which governance names; nobody where it names nobody."""

    def test_named_by_admin_alone(self, staking: Staking, node: int) -> None:
        nodes, officer, bank = staking.nodes, staking.officer, staking.bank
        for caller in (officer, bank, staking.mallory):
            with reverts("AccessManagedUnauthorized"):
                nodes.setSlasher(caller, sender=caller)
        receipt = nodes.setSlasher(bank, sender=staking.admin)
        assert receipt.events == (events.StakeSlasherSet(bank.address, emitter=nodes.address),)
        assert nodes.slasher() == bank.address
        with reverts("OnlySlasher", caller=officer.address):
            nodes.freeze(node, staking.now + DAY, sender=officer)
        nodes.freeze(node, staking.now + DAY, sender=bank)
        assert nodes.slash(node, 5, NOBODY, 0, sender=bank).returned == 5

    def test_nobody(self, staking: Staking, node: int) -> None:
        nodes, officer = staking.nodes, staking.officer
        nodes.setSlasher(NOBODY, sender=staking.admin)
        for call in (
            lambda: nodes.slash(node, 0, NOBODY, 0, sender=officer),
            lambda: nodes.freeze(node, 1, sender=officer),
        ):
            with reverts("OnlySlasher", caller=officer.address):
                call()
        staking.unbond(staking.alice, node, TERMS.leastSelfStake)
        staking.later(LATER)
        assert nodes.withdraw(0, 0, sender=staking.alice).returned == TERMS.leastSelfStake

    def test_terms_beside_it_stay(self, staking: Staking) -> None:
        """They share a slot."""
        nodes = staking.nodes
        nodes.setStakeTerms(TERMS._replace(leastSelfStake=2**96 - 1), sender=staking.officer)
        assert nodes.slasher() == staking.officer.address
        nodes.setSlasher("0x" + "ff" * 20, sender=staking.admin)
        assert nodes.stakeTerms() == TERMS._replace(leastSelfStake=2**96 - 1)


class TestGenerations:
    """Where hardly anything is left shares are counted anew, and nobody loses by that."""

    def test_at_a_10_000th_it_goes_on_below_it_ends(self, staking: Staking, node: int) -> None:
        nodes, here = staking.nodes, staking.nodes.address
        staking.unbond(staking.alice, node, 5_000 * ERA)
        half = 5_000 * ERA
        staking.slash(node, 10_000 * ERA - ERA)  # 10^-4 left of each pool
        active, leaving = nodes.poolsOf(node)
        assert (active.active, active.shares, active.generation) == (ERA // 2, half, 1)
        assert (leaving.tokens, leaving.shares, leaving.generation) == (ERA // 2, half, 0)
        receipt = nodes.slash(node, 2, NOBODY, 0, sender=staking.officer)
        assert events.GenerationEnded(node, False, 1, ERA // 2 - 1, half, emitter=here) in receipt.events
        assert events.GenerationEnded(node, True, 0, ERA // 2 - 1, half, emitter=here) in receipt.events
        assert staking.worth(staking.alice, node) == ERA // 2 - 1
        assert staking.exits(staking.alice)[0].leaving.amount == ERA // 2 - 1
        assert staking.stake(staking.bank, node, 77) == 77
        staking.later(LATER)
        assert nodes.withdraw(0, 0, sender=staking.alice).returned == ERA // 2 - 1

    def test_over_several_generations(self, staking: Staking, node: int) -> None:
        staking.stake(staking.bank, node, 10_000 * ERA)
        left = 20_000 * ERA
        for generation in (2, 3, 4):
            staking.slash(node, left - left // 20_000)
            left = left // 20_000
            assert staking.nodes.poolsOf(node)[0].generation == generation
        assert left // 2 - 3 <= staking.worth(staking.bank, node) <= left // 2
        staking.slash(node, left)
        assert staking.worth(staking.bank, node) == 0
        with reverts("ExceedsPosition", held=0):
            staking.unbond(staking.bank, node, 1)


class TestKnownDefects:
    """Of other staking contracts: graphprotocol/contracts, autonity, EigenLayer, Livepeer, Tokemak, BSC."""

    @pytest.mark.known_defect("autonity-dilution")
    def test_autonity_819_a_new_unbonder_is_not_diluted_after_all_was_slashed(
        self, staking: Staking, node: int
    ) -> None:
        staking.stake(staking.bank, node, 1_000 * ERA)
        staking.unbond(staking.bank, node, 1_000 * ERA)
        staking.slash(node, 11_000 * ERA)
        staking.stake(staking.carol, node, 100)
        staking.unbond(staking.carol, node, 100)
        assert staking.exits(staking.carol)[0].leaving.amount == 100
        staking.later(LATER)
        assert staking.nodes.withdraw(0, 0, sender=staking.bank).returned == 0
        assert staking.nodes.withdraw(0, 0, sender=staking.carol).returned == 100

    @pytest.mark.known_defect("graph-last")
    def test_graph_1073_the_last_withdrawal_after_a_slash(self, staking: Staking, node: int) -> None:
        amounts = {"bank": 1, "carol": 7, "seller": 3_333}
        for name, amount in amounts.items():
            staking.stake(getattr(staking, name), node, amount)
            staking.unbond(getattr(staking, name), node, amount)
        staking.unbond(staking.alice, node, TERMS.leastSelfStake)
        staking.slash(node, TERMS.leastSelfStake // 3)
        staking.later(LATER)
        paid = sum(staking.nodes.withdrawAll(sender=getattr(staking, name)).returned for name in (*amounts, "alice"))
        assert tuple(staking.nodes.stakeOf(node)) == (0, 0, False)
        assert paid == TERMS.leastSelfStake + 3_341 - TERMS.leastSelfStake // 3
        assert staking.has(staking.nodes) == TERMS.leastSelfStake // 3  # what the slasher has not asked for

    @pytest.mark.known_defect("graph-minimum")
    def test_graph_1073_nobody_makes_the_least_delegation_huge(self, staking: Staking) -> None:
        node = staking.node(staking.alice, 1)
        staking.era.transfer(staking.nodes, 500_000 * ERA, sender=staking.bank)
        staking.slash(node, 0)
        assert staking.stake(staking.carol, node, 1) == 1
        assert staking.worth(staking.carol, node) == 1

    @pytest.mark.known_defect("graph-blocked")
    def test_graph_1073_nobody_blocks_anothers_withdrawal(self, staking: Staking, node: int) -> None:
        """Stakes made for others, and gifts, open no exits and delay none."""
        staking.stake(staking.bank, node, 100)
        staking.unbond(staking.bank, node, 100)
        for _ in range(20):
            staking.nodes.stakeFor(staking.bank, node, 1, 0, sender=staking.mallory)
        assert staking.nodes.placesOf(staking.holder(staking.bank)) == 1
        staking.later(LATER)
        assert staking.nodes.withdraw(0, 100, sender=staking.bank).returned == 100

    @pytest.mark.known_defect("graph-view")
    def test_graph_1073_the_view_gives_what_is_paid(self, staking: Staking, node: int) -> None:
        staking.stake(staking.bank, node, 1_001)
        staking.unbond(staking.bank, node, 1_001)
        staking.slash(node, TERMS.leastSelfStake // 7)
        staking.later(LATER)
        said = staking.exits(staking.bank)[0].leaving.amount
        assert staking.nodes.withdraw(0, said, sender=staking.bank).returned == said

    @pytest.mark.known_defect("graph-leaving")
    def test_graph_1160_and_bsc_684_what_leaves_is_slashed_too(self, staking: Staking, node: int) -> None:
        staking.stake(staking.bank, node, 1_000)
        staking.unbond(staking.bank, node, 1_000)
        staking.unbond(staking.alice, node, TERMS.leastSelfStake)
        staking.slash(node, (TERMS.leastSelfStake + 1_000) // 2)
        assert staking.exits(staking.bank)[0].leaving.amount == 500

    @pytest.mark.known_defect("graph-empty-pool")
    def test_graph_999_no_pool_has_shares_and_no_tokens(self, staking: Staking) -> None:
        node = staking.node(staking.alice, 1)
        staking.slash(node, 1)
        active, _ = staking.nodes.poolsOf(node)
        assert (active.active, active.shares, active.generation) == (0, 0, 2)
        assert staking.stake(staking.bank, node, 5) == 5

    @pytest.mark.known_defect("eigenlayer-rounding")
    def test_eigenlayer_1089_a_slash_never_rounds_to_nothing(self, staking: Staking) -> None:
        node = staking.node(staking.alice, 500_000 * ERA)
        assert staking.slash(node, 1) == 1

    @pytest.mark.known_defect("livepeer-order")
    def test_livepeer_230_the_order_of_claims_does_not_matter(self, staking: Staking, node: int) -> None:
        for name in ("bank", "carol"):
            staking.stake(getattr(staking, name), node, 1_000 * ERA)
        staking.slash(node, 5_000 * ERA)
        found = []
        for order in (("bank", "carol"), ("carol", "bank")):
            with staking.suite.chain.isolated():
                for name in order:
                    staking.unbond(getattr(staking, name), node, 1_000 * ERA)
                found.append({name: staking.exits(getattr(staking, name))[0].leaving.amount for name in order})
        assert found[0] == found[1]

    @pytest.mark.known_defect("tokemak-limits")
    def test_tokemak_435_no_limit_blocks_leaving(self, staking: Staking, node: int) -> None:
        """Terms, pauses and retirement bind who comes, not who goes."""
        staking.stake(staking.bank, node, 100)
        staking.nodes.setStakeTerms(TERMS._replace(leastSelfStake=2**96 - 1), sender=staking.officer)
        staking.nodes.retireNode(node, sender=staking.alice)
        staking.nodes.pause(DAY, sender=staking.officer)
        staking.suite.registry.suspend(staking.alice, sender=staking.officer)
        staking.unbond(staking.bank, node, 100)
        staking.unbond(staking.alice, node, TERMS.leastSelfStake)
        staking.later(LATER)
        staking.nodes.withdraw(0, 100, sender=staking.bank)
        staking.nodes.withdraw(0, TERMS.leastSelfStake, sender=staking.alice)

    @pytest.mark.known_defect("horizon-owner-first")
    def test_horizon_the_owner_is_not_slashed_first(self, staking: Staking, node: int) -> None:
        """There the provider's stake goes before the delegators'; here all lose pro rata."""
        staking.stake(staking.bank, node, 10_000 * ERA)
        staking.slash(node, 10_000 * ERA)
        assert staking.worth(staking.alice, node) == staking.worth(staking.bank, node) == 5_000 * ERA
