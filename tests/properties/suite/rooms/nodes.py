"""Nodes and those who stake with them: out of their own, out of grants; what leaves, moves on, and is earned."""

from __future__ import annotations

from eth_abi.abi import encode
from hypothesis import strategies as st
from hypothesis.stateful import rule

from caldera.model.staking import Holder
from tests.properties.suite.kernel import parts, pick
from tests.properties.suite.rooms.era import Era
from tests.properties.suite.stage import ERA, NODES
from tests.support.suite import DAY

STAKERS = ("delegator", "saver", "seller", "voter", "node-1", "node-2", "node-3")
stakers = st.sampled_from(STAKERS)


class Nodes(Era):
    """Rules about stakes and what they earn."""

    def owner_of(self, node: int) -> str:
        """Label of the node's owner."""
        return self.label(self.world.stakes.model.nodes[node].owner)

    def staked(self, holder: Holder) -> list[int]:
        """Nodes with which a holder has something."""
        nodes = self.world.stakes.model.nodes
        return [number for number, node in nodes.items() if holder in node.stakes and node.stakes[holder].shares]

    def exits(self, on: bool) -> list[tuple[Holder, int]]:
        """Holders and places of what is leaving, or going on to another node."""
        found = self.world.stakes.model.exits
        return [
            (holder, place) for holder, exits in found.items() for place, one in exits.items() if bool(one.to) == on
        ]

    def alive(self) -> list[int]:
        """Nodes that take stakes; the first where none does any more, which is then refused."""
        return [number for number, node in self.world.stakes.model.nodes.items() if not node.retired] or [1]

    @rule(who=stakers, which=pick, amount=st.sampled_from([1, 7 * ERA, 5_000 * ERA + 3]), how=st.integers(0, 2))
    def stake(self, who: str, which: int, amount: int, how: int) -> None:
        nodes, by, node = self.net.nodes, self.who(who), self.one(self.alive(), which)
        if how == 0:
            self.act("nodes.stake", lambda: nodes.stake(node, amount, 0, sender=by))
        elif how == 1:
            friend = self.who("saver")
            self.act("nodes.stakeFor", lambda: nodes.stakeFor(friend, node, amount, 0, sender=by))
        else:
            permit = self.permit(by, nodes, amount)
            self.act("nodes.stakeWithPermit", lambda: nodes.stakeWithPermit(node, amount, 0, *permit, sender=by))

    @rule(who=stakers, which=pick, part=parts, on=st.sampled_from([False, False, True]))
    def unbond(self, who: str, which: int, part: int, on: bool) -> None:
        by, nodes = self.who(who), self.net.nodes
        staked = self.staked(by.address)
        if not staked:
            self.stake(who, which, 5_000 * ERA, 0)
            staked = self.staked(by.address) or [1]
        node = self.one(staked, which)
        kept = self.world.stakes.model.nodes[node].stakes.get(by.address)
        shares = kept.shares // part if kept else 0
        if on:
            to = self.one(self.alive(), which + 1)
            self.act("nodes.redelegate", lambda: nodes.redelegate(node, shares, to, 0, sender=by))
        else:
            self.act("nodes.unbond", lambda: nodes.unbond(node, shares, 0, sender=by))

    @rule(which=pick, how=st.sampled_from(["withdraw", "all", "complete", "redirect"]), wait=st.sampled_from([1, 1, 0]))
    def end_unbonding(self, which: int, how: str, wait: int) -> None:
        on = how == "complete"
        if not any(isinstance(holder, str) for holder, _ in self.exits(on)):
            self.unbond("delegator", which, 2, on)
        mine = [(holder, place) for holder, place in self.exits(on) if isinstance(holder, str)]
        if not mine:
            return
        holder, place = self.one(mine, which)
        model, nodes = self.world.stakes.model, self.net.nodes
        by = self.who(self.label(holder))
        if how == "redirect":
            to = self.one([0, *self.alive()], which)
            self.act("nodes.redirect", lambda: nodes.redirect(place, to, sender=by))
            return
        if wait:
            self.until(model.held_until(model.exits[holder][place]))
        if how == "all":
            self.act("nodes.withdrawAll", lambda: nodes.withdrawAll(sender=by))
        elif how == "complete":
            self.act("nodes.complete", lambda: nodes.complete(int(holder, 16), place, sender=self.who("relayer")))
        else:
            self.act("nodes.withdraw", lambda: nodes.withdraw(place, 0, sender=by))

    @rule(which=pick, part=parts, how=st.sampled_from(["stake", "stake", "unbond", "move", "end", "end", "recall"]))
    def grant_stake(self, which: int, part: int, how: str) -> None:
        """A grant at stake: its principal comes back to the vault, gains go to its owner, losses are its own first."""
        vault, staking = self.net.vesting, self.net.grant_stakes
        grants = self.grants("saver", "studio")
        if not grants:
            return
        staked = [n for n in grants if self.staked(n)]
        if how == "stake" or not staked:
            number = self.one(grants, which)
            node, model = self.one(self.alive(), which), self.world.grants.model.grants[number]
            owner, amount = self.who(self.label(model.beneficiary)), model.here // (part + 1)
            data = encode(["uint256", "uint256"], [node, 0])
            self.act("vesting.stake", lambda: vault.stake(number, staking, amount, data, sender=owner))
            staked = [n for n in grants if self.staked(n)]
        if how == "stake" or not staked:
            return
        revocable = [n for n in staked if self.world.grants.model.grants[n].terms.revocable]
        number = self.one(revocable or staked if how == "recall" else staked, which)
        node = self.one(self.staked(number), which)
        shares = self.world.stakes.model.nodes[node].stakes[number].shares // part
        owner = self.who(self.label(self.world.grants.model.grants[number].beneficiary))
        if how == "unbond":
            self.act("grants.unbond", lambda: staking.unbondGrant(number, node, shares, 0, sender=owner))
        elif how == "move":
            to = self.one(self.alive(), which + 1)
            self.act("grants.redelegate", lambda: staking.redelegateGrant(number, node, shares, to, 0, sender=owner))
        elif how == "recall":
            governance = self.net.governance
            self.act("vesting.revoke", lambda: vault.revoke(number, sender=governance))
            self.act("vesting.recallStake", lambda: vault.recallStake(number, staking, sender=self.who("relayer")))
        else:
            self.end_of_grant(number, node, shares, owner.address, which)

    def end_of_grant(self, number: int, node: int, shares: int, owner: str, which: int) -> None:
        """Withdrawn or completed; now and then redirected on the way."""
        staking, model, anybody = self.net.grant_stakes, self.world.stakes.model, self.who("relayer")
        if not model.exits.get(number):
            self.act("grants.unbond", lambda: staking.unbondGrant(number, node, shares, 0, sender=owner))
        exits = model.exits.get(number) or {}
        if not exits:
            return
        place = self.one(sorted(exits), which)
        if which % 3 == 0:
            to = self.one(self.alive(), which // 3)
            self.act("grants.redirect", lambda: staking.redirectGrant(number, place, to, sender=owner))
        self.until(model.held_until(exits[place]))
        if exits[place].to:
            self.act("grants.complete", lambda: staking.completeGrant(number, place, sender=anybody))
        else:
            self.act("grants.withdraw", lambda: staking.withdrawGrant(number, place, sender=anybody))

    # nodes

    @rule(
        number=st.integers(1, NODES),
        what=st.sampled_from(
            ["commission", "commission", "owner", "operator", "metadata", "refresh", "retire", "register"]
        ),
        bps=st.sampled_from([0, 100, 900, 5_000]),
    )
    def run_node(self, number: int, what: str, bps: int) -> None:
        nodes, owner, key = self.net.nodes, self.who(self.owner_of(number)), self.who(f"key-{number}")
        if what == "commission":
            self.act("nodes.announceCommission", lambda: nodes.announceCommission(number, bps, sender=owner))
            if self.world.stakes.model.nodes[number].announced:
                self.wait(7 * DAY)
                self.act("nodes.applyCommission", lambda: nodes.applyCommission(number, sender=self.who("relayer")))
        elif what == "owner":
            self.act("nodes.proposeOwner", lambda: nodes.proposeOwner(number, key, sender=owner))
            self.act("nodes.acceptOwner", lambda: nodes.acceptOwner(number, sender=key))
        elif what == "operator":
            self.act("nodes.setOperator", lambda: nodes.setOperator(number, key, sender=owner))
        elif what == "metadata":
            self.act("nodes.setMetadata", lambda: nodes.setMetadata(number, "ipfs://more", sender=owner))
        elif what == "refresh":
            self.act("nodes.refreshNode", lambda: nodes.refreshNode(number, sender=self.who("relayer")))
        elif what == "register":
            by = self.who("studio" if bps else "mallory")
            self.act("nodes.register", lambda: nodes.register(by, bps, False, "ipfs://", sender=by))
        else:
            last = self.who(self.owner_of(NODES))
            self.act("nodes.retireNode", lambda: nodes.retireNode(NODES, sender=last))

    # rewards

    @rule(who=stakers, which=pick, how=st.sampled_from(["claim", "claim", "stake", "fees", "grant", "commission"]))
    def earn(self, who: str, which: int, how: str) -> None:
        """What was earned, taken by who earned it."""
        rewards, by = self.net.rewards, self.who(who)
        nodes = self.staked(by.address) or [1]
        self.wait(DAY)
        if how == "claim":
            self.act("rewards.claim", lambda: rewards.claim(nodes, by, sender=by))
        elif how == "stake":
            self.act("rewards.claimToStake", lambda: rewards.claimToStake(nodes, nodes[0], 0, sender=by))
        elif how == "fees":
            entity = self.stage.entity("seller")
            self.act("rewards.claimToFees", lambda: rewards.claimToFees(nodes, entity, sender=by))
        elif how == "grant":
            staked = [n for n in self.grants("saver", "studio") if self.staked(n)]
            if not staked:
                self.grant_stake(which, 1, "stake")
                self.wait(DAY)
            number = self.some([n for n in self.grants("saver", "studio") if self.staked(n)], which, 1)
            named, owner = (
                self.staked(number) or [1],
                self.who(self.label(self.world.grants.model.grants[number].beneficiary)),
            )
            self.act("rewards.claimGrant", lambda: rewards.claimGrant(number, named, sender=owner))
        else:
            number = 1 + which % NODES
            owner = self.who(self.owner_of(number))
            self.act("rewards.claimCommission", lambda: rewards.claimCommission(number, owner, sender=owner))

    @rule(entity=st.sampled_from(["seller", "supplier"]))
    def earn_fees(self, entity: str) -> None:
        """Rewards become somebody's prepaid fees."""
        self.wait(DAY)
        rewards, by, number = self.net.rewards, self.who("delegator"), self.stage.entity(entity)
        nodes = self.staked(by.address) or [1]
        self.act("rewards.claimToFees", lambda: rewards.claimToFees(nodes, number, sender=by))

    @rule(number=st.integers(1, NODES), amount=st.sampled_from([0, ERA, 1_000 * ERA]), how=st.integers(0, 3))
    def fund_rewards(self, number: int, amount: int, how: int) -> None:
        rewards, anybody = self.net.rewards, self.who("relayer")
        if how == 0:
            self.act("rewards.poke", lambda: rewards.poke(number, sender=anybody))
        elif how == 1:
            self.act("rewards.fund", lambda: rewards.fund(amount, sender=self.who("node-1")))
        elif how == 2:
            self.act("era.transfer", lambda: self.net.era.transfer(rewards, amount, sender=self.who("node-1")))
            self.act("rewards.absorb", lambda: rewards.absorb(sender=anybody))
        else:
            self.act("rewards.collectFees", lambda: rewards.collectFees(sender=anybody))
            self.act("rewards.collectRebate", lambda: rewards.collectRebate(sender=anybody))
