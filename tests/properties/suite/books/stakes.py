"""Nodes, stakes with them, what leaves and what is slashed: the exact model, told of every event.

Independent of the contracts: shares and what they are worth as exact fractions, what a slash takes of whom, when what
leaves may be taken, what of a grant is principal. Rewards are another book's, which settles what is earned."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, ClassVar

from caldera.evm.address import to_address
from caldera.model.staking import ALL_PLACES, OWN_PLACES, Holder, SlashRateBook, Stake, Terms
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.earnings import EarningStakes
from tests.properties.suite.books.grants import Grants
from tests.properties.suite.books.parties import Parties
from tests.properties.suite.stage import NOBODY, Stage
from tests.support.staking import standing

GRANTS = 1 << 255


class _Active:
    """Accounts that are active now, as the model asks for them."""

    def __init__(self, parties: Parties, grants: Grants) -> None:
        self.parties, self.grants = parties, grants

    def __contains__(self, account: object) -> bool:
        return self.parties.active(str(account), self.grants.model.now)


class _Entities:
    """Legal persons by account."""

    def __init__(self, parties: Parties) -> None:
        self.parties = parties

    def __getitem__(self, account: str) -> int:
        return self.parties.entity(account)


class Stakes(Book):
    """`model`: holders are addresses, or numbers of grants."""

    hears: ClassVar[Hears] = {
        **emits(
            "NodeStaking",
            *("NodeRegistered", "NodeOperatorSet", "NodeOwnerProposed", "NodeOwnerChanged", "NodeRetired", "NodeLive"),
            *("NodeCommissionAnnounced", "NodeCommissionSet", "StakeAdded", "StakeSlashed", "StakeFrozen"),
            *("StakeTermsSet", "UnbondingStarted", "UnbondingRedirected", "StakeWithdrawn", "StakeRedelegated"),
            "PausedUntil",
        ),
        **emits("Slasher", "NodeSlashed", "SlashRatesSet", "SlashFundPaid", "ReporterPaid"),
        **emits("GrantStaking", "GrantPrincipalReturned"),
    }

    def __init__(self, stage: Stage, parties: Parties, grants: Grants) -> None:
        self.grants = grants
        self.model = EarningStakes(stage, grants.model, grants.target)
        untyped: Any = self.model
        untyped.active, untyped.entities = _Active(parties, grants), _Entities(parties)
        self.rates = SlashRateBook((0, 0, 0, 0))
        self.nodes_seen: set[int] = set()
        self.moved = False
        self.positions_seen: set[tuple[Holder, int]] = set()
        self.cut: dict[int, tuple[int, int, int]] = {}
        self.closed: set[int] = set()

    def before(self, scene: Scene) -> None:
        self.cut, self.closed = {}, set()

    def after(self, scene: Scene) -> None:
        assert not self.cut, "7. a slash that the slasher did not say"

    def paused_until(self, event: Any, scene: Scene) -> None:
        self.model.paused_until = event.until

    @staticmethod
    def holder(number: int) -> Holder:
        """An address, or a grant."""
        return number - GRANTS if number >= GRANTS else to_address("0x" + number.to_bytes(20, "big").hex())

    # nodes

    def node_registered(self, event: Any, scene: Scene) -> None:
        assert self.model.register(event.owner, event.operator, event.commissionBps) == event.node
        self.nodes_seen.add(event.node)

    def node_operator_set(self, event: Any, scene: Scene) -> None:
        self.model.set_operator(self.model.nodes[event.node].owner, event.node, event.operator)

    def node_owner_proposed(self, event: Any, scene: Scene) -> None:
        self.model.propose_owner(self.model.nodes[event.node].owner, event.node, event.nextOwner)

    def node_owner_changed(self, event: Any, scene: Scene) -> None:
        self.model.accept_owner(event.to, event.node)
        self.nodes_seen.add(event.node)

    def node_commission_announced(self, event: Any, scene: Scene) -> None:
        self.model.announce(self.model.nodes[event.node].owner, event.node, event.bps)

    def node_commission_set(self, event: Any, scene: Scene) -> None:
        node = self.model.nodes[event.node]
        if event.bps < node.commission:
            self.model.announce(node.owner, event.node, event.bps)
        else:
            self.model.apply(event.node)
        assert node.commission == event.bps

    def node_retired(self, event: Any, scene: Scene) -> None:
        self.model.retire(self.model.nodes[event.node].owner, event.node)
        self.nodes_seen.add(event.node)

    def node_live(self, event: Any, scene: Scene) -> None:
        if self.model.nodes[event.node].live != event.live:
            self.model.refresh(event.node)
        self.nodes_seen.add(event.node)
        self.moved = True

    def stake_terms_set(self, event: Any, scene: Scene) -> None:
        given = event.terms
        self.model.set_terms(Terms(given.leastSelfStake, given.unbonding, given.notice))

    # stakes

    def stake_added(self, event: Any, scene: Scene) -> None:
        holder = self.holder(event.holder)
        assert self.model._enter(holder, event.node, event.amount) == event.shares, "7. shares for what they are worth"
        if isinstance(holder, int):
            self.model._list(holder, event.node)
            self.model.nodes[event.node].stakes[holder].principal += event.amount
        self._touch(holder, event.node)

    def unbonding_started(self, event: Any, scene: Scene) -> None:
        holder, node = self.holder(event.holder), self.model.nodes[event.node]
        before = node.active
        places = range(OWN_PLACES) if event.place < OWN_PLACES else range(OWN_PLACES, ALL_PLACES)
        place = self.model._begin(holder, event.node, event.shares, 0, event.to, places)
        assert (place, before - node.active) == (event.place, event.amount), "7. what leaves is what it was worth"
        assert self.model.exits[holder][place].matures == event.matures
        self._touch(holder, event.node)

    def unbonding_redirected(self, event: Any, scene: Scene) -> None:
        self.model.exits[self.holder(event.holder)][event.place].to = event.to

    def stake_withdrawn(self, event: Any, scene: Scene) -> None:
        holder = self.holder(event.holder)
        if not isinstance(holder, int):
            assert self.model.withdraw(holder, event.place) == event.amount, "7. what left is what it is worth"
        else:
            # What the vault gets back it says itself, and the book of grants hears of it.
            _, amount = self.model._close(holder, event.place, 0)
            assert amount == event.amount, "7."
            self.closed.add(holder)
        self._touch(holder, event.node)

    def stake_redelegated(self, event: Any, scene: Scene) -> None:
        holder = self.holder(event.holder)
        found, amount = self.model._close(holder, event.place, 0)
        assert amount == event.amount
        if amount:
            self.model._enter(holder, event.to, amount)
            if isinstance(holder, int) and found.principal:
                self.model._list(holder, event.to)
                self.model.nodes[event.to].stakes[holder].principal += found.principal
        elif isinstance(holder, int):
            self.closed.add(holder)
        self._touch(holder, event.node)
        self._touch(holder, event.to)

    def grant_principal_returned(self, event: Any, scene: Scene) -> None:
        if event.grant in self.closed:
            return
        stake = self.model.nodes[event.node].stakes[event.grant]
        assert not self.model.nodes[event.node].worth(stake.shares), "7. only what is worth nothing is written off"
        assert (stake.principal, event.returned) == (event.principal, 0)
        stake.principal = 0
        self.model._unlist(event.grant, event.node)
        self._touch(event.grant, event.node)

    def _touch(self, holder: Holder, node: int) -> None:
        self.nodes_seen.add(node)
        self.positions_seen.add((holder, node))

    # slashes

    def slash_rates_set(self, event: Any, scene: Scene) -> None:
        given = event.rates
        rates = given.falseAttestation, given.conflictingSignatures, given.lightContradiction, given.reporter
        self.rates.set(scene.now, rates)

    def stake_slashed(self, event: Any, scene: Scene) -> None:
        self.cut[event.node] = event.taken, event.active, event.leaving

    def node_slashed(self, event: Any, scene: Scene) -> None:
        """7: a slash takes the same part of every share, active or leaving."""
        node = self.model.nodes[event.node]
        there = node.active + node.leaving
        before = dict(self._worths(event.node))
        now = self.model.now
        amount = self.rates.taken(event.offence, event.base, there, now)
        bps = 0 if event.reporter == NOBODY else self.rates.at(now)[3]
        taken = self.model.slash(event.node, amount, event.reporter, bps)
        assert self.cut.pop(event.node) == (taken, node.active, node.leaving), "7. a slash takes its part, rounded up"
        assert event.taken == taken
        assert event.reward == self.rates.reward(taken, now) * bool(bps)
        kept = 1 - Fraction(amount, there)
        after = dict(self._worths(event.node))
        for key, worth in before.items():
            assert abs(after[key] - worth * kept) <= 2, f"7. {key} lost another part than the node"
        for holder in node.stakes:
            self._touch(holder, event.node)

    def _worths(self, number: int) -> Iterator[tuple[tuple[Holder, int], int]]:
        node = self.model.nodes[number]
        for holder, stake in node.stakes.items():
            yield (holder, -1), node.worth(stake.shares)
        for holder, exits in self.model.exits.items():
            for place, found in exits.items():
                if found.node == number:
                    yield (holder, place), self.model.exit_worth(found)

    def stake_frozen(self, event: Any, scene: Scene) -> None:
        self.model.freeze(event.node, event.until)

    def slash_fund_paid(self, event: Any, scene: Scene) -> None:
        assert self.model.take_slashed(event.reporter, False) == event.amount

    def reporter_paid(self, event: Any, scene: Scene) -> None:
        assert self.model.take_slashed(event.reporter, True) == event.amount

    # what must hold

    def check(self, stage: Stage) -> None:
        """7, of what was touched."""
        nodes = stage.net.nodes
        for number in self.nodes_seen:
            node = self.model.nodes[number]
            found = tuple(nodes.stakeOf(number))
            assert found == (node.active, node.leaving, node.live), f"7. node {number} has {found}"
        for holder, number in self.positions_seen:
            self._position(stage, holder, number)
        if self.nodes_seen:
            assert stage.net.era.balanceOf(nodes) >= self.model.balance(), "7. all stake is there"
        if self.moved:
            self._places(stage)
        self.nodes_seen.clear()
        self.positions_seen.clear()
        self.moved = False

    def check_all(self, stage: Stage) -> None:
        """7: what all delegators could withdraw is no more than the pool has."""
        self.nodes_seen, self.moved = set(self.model.nodes), True
        self.positions_seen = {(holder, n) for n, node in self.model.nodes.items() for holder in node.stakes}
        self.check(stage)
        for number, node in self.model.nodes.items():
            staked = sum(self._position(stage, holder, number) for holder in node.stakes)
            leaving = 0
            for holder, exits in self.model.exits.items():
                for place, found in exits.items():
                    if found.node == number:
                        read = stage.net.nodes.exitAt(self.key(holder), place)
                        assert read.amount == self.model.exit_worth(found)
                        leaving += read.amount
            active, going, _ = stage.net.nodes.stakeOf(number)
            assert staked <= active, f"7. node {number}"
            assert leaving <= going, f"7. node {number}"

    def _places(self, stage: Stage) -> None:
        """7: where panels are drawn stands each live node once, nobody else, and nobody who stays has moved."""
        places = standing(stage.net.nodes)
        live = [number for number, node in self.model.nodes.items() if node.live]
        assert sorted(filter(None, places)) == live, f"7. {places} instead of {live} can be drawn"
        assert places == self.model.places, f"7. places are {places}"
        for place, number in enumerate(places):
            if number:
                node = self.model.nodes[number]
                wanted = number, stage.net.nodes.entityOf(number), node.since, node.active
                assert tuple(stage.net.nodes.livePlaceAt(place)) == wanted, f"7. place {place}"

    def _position(self, stage: Stage, holder: Holder, number: int) -> int:
        node = self.model.nodes[number]
        shares, amount = stage.net.nodes.positionOf(self.key(holder), number)
        kept = node.stakes.get(holder, Stake()).shares
        assert (shares, amount) == (kept, node.worth(kept)), f"7. {holder} has {shares} shares of node {number}"
        return int(amount)

    @staticmethod
    def key(holder: Holder) -> int:
        """As the contract numbers holders."""
        return GRANTS + holder if isinstance(holder, int) else int(holder, 16)
