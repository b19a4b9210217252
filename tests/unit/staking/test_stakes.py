"""NodeStaking: staking, shares, rewards that follow."""

from typing import Any

from caldera.contracts import NodeStaking, events
from caldera.evm import domain_of
from tests.support.staking import DAY, ERA, NOBODY, RATE, TERMS, Staking
from tests.support.suite import reverts
from tests.unit.era.signing import PERMIT, SUPPLY


def signed(staking: Staking, amount: int, deadline: int) -> tuple[Any, ...]:
    """Bank's permit for the contract of stakes."""
    bank = staking.bank
    message = {
        "owner": bank.address,
        "spender": staking.nodes.address,
        "value": amount,
        "nonce": staking.era.nonces(bank),
        "deadline": deadline,
    }
    return tuple(bank.sign_typed(domain_of(staking.era), {"Permit": PERMIT}, message))


class TestStaking:
    """For oneself, for others, by permit."""

    def test_a_share_a_unit(self, staking: Staking, node: int) -> None:
        nodes, bank = staking.nodes, staking.bank
        assert staking.lens.previewStake(node, 77) == 77
        receipt = nodes.stake(node, 77, 77, sender=bank)
        holder = staking.holder(bank)
        assert receipt.returned == 77
        assert events.StakeAdded(holder, node, bank.address, 77, 77, emitter=nodes.address) in receipt.events
        assert tuple(nodes.positionOf(holder, node)) == (77, 77)
        assert tuple(nodes.stakeOf(node)) == (10_000 * ERA + 77, 0, True)
        assert staking.has(nodes) == 10_000 * ERA + 77
        assert staking.lens.previewUnbond(node, 77) == 77
        with reverts("ExceedsPosition", node=node):
            staking.lens.previewUnbond(node, 10_000 * ERA + 78)

    def test_refusals(self, staking: Staking, node: int) -> None:
        nodes, bank = staking.nodes, staking.bank
        with reverts("NoAmount"):
            nodes.stake(node, 0, 0, sender=bank)
        with reverts("UnknownNode", node=node + 1):
            nodes.stake(node + 1, 1, 0, sender=bank)
        with reverts("TooFewShares", shares=5, least=6):
            nodes.stake(node, 5, 6, sender=bank)
        for nobody in (NOBODY, nodes.address):
            with reverts("CannotStakeFor", account=nobody):
                nodes.stakeFor(nobody, node, 1, 0, sender=bank)
        with reverts("ERC20InsufficientBalance"):
            nodes.stake(node, 2**96 + 1, 0, sender=bank)  # would be 1 in a field of 96 bits
        with reverts("ERC20InsufficientBalance", needed=2**256 - 1):
            nodes.stake(node, 2**256 - 1, 0, sender=staking.carol)
        nodes.pause(DAY, sender=staking.officer)
        calls: list[Any] = [
            lambda: nodes.stake(node, 5, 5, sender=bank),
            lambda: nodes.stakeFor(bank, node, 5, 5, sender=bank),
            lambda: nodes.stakeWithPermit(node, 5, 5, 0, 27, bytes(32), bytes(32), sender=bank),
        ]
        for call in calls:
            with reverts("Paused"):
                call()
        staking.later(DAY)
        assert nodes.stake(node, 5, 5, sender=bank).returned == 5

    def test_for_another(self, staking: Staking, node: int) -> None:
        staking.nodes.stakeFor(staking.carol, node, 9, 9, sender=staking.bank)
        assert (staking.worth(staking.carol, node), staking.worth(staking.bank, node)) == (9, 0)

    def test_with_a_permit_also_when_somebody_brought_it_before(self, staking: Staking, node: int) -> None:
        nodes, bank = staking.nodes, staking.bank
        staking.era.approve(nodes, 0, sender=bank)
        deadline = staking.now + 10
        v, r, s = signed(staking, 50, deadline)
        nodes.stakeWithPermit(node, 50, 50, deadline, v, r, s, sender=bank)
        v, r, s = signed(staking, 50, deadline)
        staking.era.permit(bank, nodes, 50, deadline, v, r, s, sender=staking.mallory)
        nodes.stakeWithPermit(node, 50, 50, deadline, v, r, s, sender=bank)
        assert staking.worth(bank, node) == 100
        with reverts("ERC20InsufficientAllowance"):
            nodes.stakeWithPermit(node, 50, 50, deadline, v, r, s, sender=bank)

    def test_stake_votes_for_nobody(self, staking: Staking, node: int) -> None:
        staking.era.delegate(staking.bank, sender=staking.bank)
        before = staking.era.getVotes(staking.bank)
        staking.stake(staking.bank, node, 100)
        assert (staking.era.getVotes(staking.bank), staking.era.delegates(staking.nodes)) == (before - 100, NOBODY)

    def test_a_gift_moves_no_price(self, staking: Staking, node: int) -> None:
        """First depositor and donation: there is nothing to inflate."""
        fresh = staking.node(staking.bank, 0)
        staking.stake(staking.bank, fresh, 1)
        staking.era.transfer(staking.nodes, 100_000 * ERA, sender=staking.bank)
        assert staking.stake(staking.carol, fresh, 100_000 * ERA) == 100_000 * ERA
        assert staking.worth(staking.carol, fresh) == 100_000 * ERA

    def test_the_supply_must_fit(self, staking: Staking) -> None:
        assert SUPPLY < 2**90
        with reverts("SupplyTooLarge", supply=2**90):
            deploy_over(staking, 2**90)
        deploy_over(staking, 2**90 - 1)


def deploy_over(staking: Staking, supply: int) -> NodeStaking:
    """Over a token of this supply."""
    from caldera.contracts import BlacklistToken

    chain, admin = staking.suite.chain, staking.admin
    token = BlacklistToken.deploy(chain, sender=admin)
    token.mint(admin, supply, sender=admin)
    given = staking.access, token, staking.suite.registry, staking.vault, staking.rewards
    return NodeStaking.deploy(chain, *given, TERMS, sender=admin)


class TestRewards:
    """By active stake, of live nodes, for the seconds it was there."""

    def test_pro_rata_and_only_while_active(self, staking: Staking, node: int) -> None:
        nodes = staking.nodes
        alice, bank = staking.holder(staking.alice), staking.holder(staking.bank)
        staking.stake(staking.bank, node, 30_000 * ERA)
        staking.later(100 * DAY)
        second = RATE * 100 * DAY
        assert nodes.rewardsOf(bank, [node]) == 30_000 * second
        assert nodes.rewardsOf(alice, [node]) == 10_000 * second
        staking.unbond(staking.bank, node, 30_000 * ERA)
        staking.later(100 * DAY)
        assert nodes.rewardsOf(bank, [node]) == nodes.rewardsOf(bank, []) == 30_000 * second
        assert nodes.rewardsOf(alice, [node]) == 20_000 * second

    def test_what_was_earned_stays_in_the_position(self, staking: Staking, node: int) -> None:
        """It is owed only where the shares that are left cannot have earned it; a unit is lost at most each time."""
        nodes, bank = staking.nodes, staking.holder(staking.bank)

        def rewards() -> tuple[int, int]:
            return nodes.rewardsOf(bank, [node]), nodes.rewardsOf(bank, [])

        def within(earned: int, shares: int) -> int:
            return shares * (earned * 10**27 // shares) // 10**27

        staking.stake(staking.bank, node, 30_000 * ERA)
        staking.later(100 * DAY)
        earned = within(30_000 * RATE * 100 * DAY, 30_007 * ERA)
        staking.stake(staking.bank, node, 7 * ERA)
        assert rewards() == (earned, 0)
        staking.unbond(staking.bank, node, 10_000 * ERA)  # no share earned so much since the node was registered
        assert rewards() == (earned, earned)
        staking.later(DAY)
        later = within(20_007 * RATE * DAY, 10_007 * ERA)
        staking.unbond(staking.bank, node, 10_000 * ERA)
        assert rewards() == (earned + later, earned)
        staking.unbond(staking.bank, node, 10_007 * ERA)
        assert rewards() == (earned + later, earned + later)
        assert staking.rewards.take(bank, [node], sender=staking.stranger).returned == earned + later

    def test_an_odd_position_loses_a_unit_at_most(self, staking: Staking, node: int) -> None:
        nodes, bank = staking.nodes, staking.holder(staking.bank)
        staking.stake(staking.bank, node, 7_777_777_777_777_777_777_777)
        staking.later(11)
        before = nodes.rewardsOf(bank, [node])
        for amount in (1, 10**21 + 7, 3):
            staking.stake(staking.bank, node, amount)
        assert before - 3 <= nodes.rewardsOf(bank, [node]) <= before

    def test_nothing_where_the_node_is_not_live(self, staking: Staking, node: int) -> None:
        nodes = staking.nodes
        staking.stake(staking.bank, node, 30_000 * ERA)
        staking.unbond(staking.alice, node, 1)
        staking.later(100 * DAY)
        assert nodes.rewardsOf(staking.holder(staking.bank), [node]) == 0
        staking.stake(staking.alice, node, 1)
        staking.later(DAY)
        assert nodes.rewardsOf(staking.holder(staking.bank), [node]) == 30_000 * RATE * DAY

    def test_a_node_named_twice_earns_once(self, staking: Staking, node: int) -> None:
        other = staking.node(staking.bank)
        staking.stake(staking.carol, node, 100 * ERA)
        staking.stake(staking.carol, other, 100 * ERA)
        staking.later(DAY)
        holder = staking.holder(staking.carol)
        wanted = staking.nodes.rewardsOf(holder, [node, other])
        assert staking.nodes.rewardsOf(holder, [node, other, node, other, other]) == wanted == 200 * RATE * DAY
        taken = staking.rewards.take(holder, [node, other, node, node], sender=staking.stranger)
        assert taken.returned == wanted
        assert staking.rewards.take(holder, [node, other], sender=staking.stranger).returned == 0

    def test_only_the_contract_of_rewards_takes(self, staking: Staking, node: int) -> None:
        holder = staking.holder(staking.alice)
        with reverts("OnlyRewards", caller=staking.alice.address):
            staking.nodes.takeRewards(holder, [node], sender=staking.alice)
        with reverts("UnknownNode", node=9):
            staking.rewards.take(holder, [9], sender=staking.alice)

    def test_earned_before_a_generation_ended_stays(self, staking: Staking, node: int) -> None:
        """A pool slashed to nothing: what was earned until then is owed, what comes later is its own."""
        nodes, bank = staking.nodes, staking.holder(staking.bank)
        staking.stake(staking.bank, node, 5_000 * ERA)
        staking.later(10 * DAY)
        earned = 5_000 * RATE * 10 * DAY
        staking.slash(node, 15_000 * ERA)
        staking.stake(staking.alice, node, 20_000 * ERA)
        staking.later(10 * DAY)
        assert nodes.rewardsOf(bank, [node]) == earned
        staking.stake(staking.bank, node, 1_000 * ERA)
        staking.later(10 * DAY)
        assert nodes.rewardsOf(bank, [node]) == earned + 1_000 * RATE * 10 * DAY
        assert staking.rewards.take(bank, [node], sender=staking.stranger).returned == earned + 1_000 * RATE * 10 * DAY


def test_who_acts_for_a_holder(staking: Staking, node: int) -> None:
    nodes = staking.nodes
    grant = staking.grant(staking.carol, 10 * ERA)
    assert nodes.actorOf(staking.holder(staking.alice)) == staking.alice.address
    assert nodes.actorOf(staking.holder(grant)) == staking.carol.address
    assert int(nodes.actorOf(2**160 - 1), 16) == 2**160 - 1
    for number in (2**160, 2**255 - 1):
        with reverts("UnknownHolder", holder=number):
            nodes.actorOf(number)
    with reverts("UnknownGrant", id=grant + 1):
        nodes.actorOf(staking.holder(grant + 1))
