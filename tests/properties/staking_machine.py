"""Everything anybody can do with nodes and stakes, beside an exact model that must agree after every step.

Always true:
S1. The ERA of the contract of stakes = what is active and leaving at all nodes + what was sent there by mistake; that
    of the contract of grants is what was sent there by mistake.
S2. In each pool the sum of what its holders could take out <= its tokens <= its shares.
S3. A slash of a part of a node's stake takes this part of everybody's stake there, active or leaving, to two units.
S4. A node is live exactly where its owner's own stake is at least what held when it was last brought up to date; who
    did nothing loses nothing by what others do but by slashes.
S5. Rewards taken and owed of all holders <= what was given to their nodes.
S6. What the vault says is staked of a grant = the principal of its stakes and exits.
S7. Nothing that leaves can be taken before it is mature, nor while its node is frozen, but for 60 days after maturity
    at most.
S8. In the end everybody can leave, the last too; what remains is less than a unit a stake and ended generation.
S9. The stake votes for nobody in the token.
S10. Each live node has a place, and nobody else one; who comes takes the lowest that is free, and nobody moves.
10. No privileged call succeeds for anyone the plan does not name.
"""

from copy import deepcopy
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.contracts import structs
from caldera.evm import Account, ContractError
from caldera.model.staking import DAY, LONGEST_FREEZE, Holder, StakingModel, Terms
from caldera.model.vesting import Allocation, Bounds, VestingModel
from caldera.model.vesting import Terms as GrantTerms
from tests.properties.beside import Beside
from tests.support.staking import ERA, MONTH, NOBODY, RATE, TEAM, TERMS, Staking, standing
from tests.support.suite import name_of

OWNERS = ("alice", "alice-too", "bank", "carol", "seller", "buyer")
PEOPLE = tuple(f"delegator-{number}" for number in range(20))
ENTITIES = {"alice-too": "alice"}
MOST_NODES = 10
FIRST, SECOND = 1, 2
"""The grants: alice's and delegator-0's."""
FUNDED = 10_000_000 * ERA
VAULT_TIME = 8 * DAY

pick = st.integers(0, 1 << 30)
mostly = st.sampled_from([True, True, True, True, True, False])
rarely = st.sampled_from([False] * 15 + [True])
owners = st.sampled_from(OWNERS)
holders = st.sampled_from([*PEOPLE[:5], *PEOPLE[:5], *PEOPLE, *OWNERS, FIRST, SECOND, FIRST, SECOND])
accounts = st.sampled_from([*PEOPLE[:5], *PEOPLE, *OWNERS])
amounts = st.one_of(
    st.sampled_from([0, 1, 1, 2, 3, 10_000 * ERA]), st.integers(1, 20_000 * ERA), st.integers(1, 100_000)
)
parts = st.sampled_from(["all", "all", "half", "half", "third", "one", "more", "none"])
waits = st.one_of(st.sampled_from([0, 1, DAY, 21 * DAY, 21 * DAY]), st.integers(0, 30 * DAY))
reporters = st.sampled_from(["reporter", "alice"])
portions = st.sampled_from([1, 500, 4_000, 5_500, 9_000, 9_999, 10_000])


def part_of(whole: int, part: str) -> int:
    """So much of it."""
    return {"all": whole, "half": (whole + 1) // 2, "third": whole // 3, "one": 1, "more": whole + 1, "none": 0}[part]


class StakingMachine(Beside):
    """The machine. `staking` is shared by all examples; each begins at `mark`."""

    staking: Staking
    reached = (
        *(
            "register",
            "setOperator",
            "acceptOwner",
            "announceCommission",
            "applyCommission",
            "retireNode",
            "refreshNode",
        ),
        *("stake", "unbond", "redelegate", "redirect", "withdraw", "withdrawAll", "complete", "slash", "freeze"),
        "takeSlashed",
        *("takeRewards", "stakeGrant", "revoke", "recallStake", "writeOffGrant", "setStakeTerms"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.staking.suite.chain.restore(self.mark)
        vault = VestingModel(self.staking.now)
        vault.members = {"grants"}
        vault.allocations[TEAM] = Allocation(Bounds(0, 2**40 - 1, MONTH, 100 * MONTH, True), FUNDED, FUNDED)
        for owner in ("alice", PEOPLE[0]):
            vault.create(TEAM, [GrantTerms(owner, 90_000 * ERA + 1, self.staking.now, 0, 36 * MONTH, True)])
        self.model = StakingModel(vault, Terms(TERMS.leastSelfStake), RATE)
        for name in OWNERS:
            self.model.entities[name] = ENTITIES.get(name, name)
            self.model.entities[f"{name}-key"] = ENTITIES.get(name, name)
            self.model.active |= {name, f"{name}-key"}
        for name in (*OWNERS, *PEOPLE):
            self.model.wallets[name] = 500_000 * ERA
        self.donated = 0
        self.donated_to_grants = 0
        self.taken = 0
        self.steps = 0

    # what the rules need

    def kept(self) -> Any:
        return deepcopy(self.model)

    def put_back(self, kept: Any) -> None:
        self.model = kept

    def actor(self, name: str) -> Account:
        return self.staking.account(name)

    def by(self, holder: Holder, mine: bool = True) -> str:
        return self.model.actor(holder) if mine else "mallory"

    def holder(self, holder: Holder) -> int:
        return self.staking.holder(holder if isinstance(holder, int) else self.actor(holder))

    def number(self, which: int, fitting: Any = None) -> int:
        """A node that fits, where there is one; now and then any, or none."""
        if which % 64 == 33:
            return len(self.model.nodes) + 1
        found = [number for number, node in self.model.nodes.items() if fitting is None or fitting(node)]
        found = found or list(self.model.nodes)
        return found[(which // 64) % len(found)]

    def exit_of(self, holder: Holder, which: int, going_on: bool | None = None) -> int:
        """An exit of the holder that fits, the ripest first, where there is one."""
        exits = self.model.exits.get(holder, {})
        fitting = [place for place, one in exits.items() if going_on is None or bool(one.to) == going_on]
        fitting.sort(key=lambda place: self.model.held_until(exits[place]))
        return fitting[0] if fitting and which % 16 else which % 33

    def leaver(self, holder: Holder, which: int, going_on: bool) -> Holder:
        """The holder if it has such an exit, or else one that has."""
        found: list[Holder] = [
            one for one, exits in self.model.exits.items() if any(bool(e.to) == going_on for e in exits.values())
        ]
        return holder if holder in found or not found or which % 8 == 7 else found[which // 16 % len(found)]

    def to(self, time: int) -> None:
        self.staking.to(time)
        self.model.vault.now = time

    @property
    def nodes(self) -> Any:
        return self.staking.nodes

    @property
    def grants(self) -> Any:
        return self.staking.grants

    # rules

    @initialize(commission=st.sampled_from([0, 500, 5_000]))
    def begin(self, commission: int) -> None:
        """Two nodes with delegators, and both grants at stake."""
        self._register("alice", "alice-key", commission)
        self._register("bank", "bank-key", 0)
        for number, owner in ((1, "alice"), (2, "bank")):
            self._stake(owner, owner, number, TERMS.leastSelfStake)
            for name in PEOPLE[: 2 + number]:
                self._stake(name, name, number, 3_000 * ERA + number)
        self._stake_grant("alice", FIRST, 1, 30_000 * ERA)
        self._stake_grant(PEOPLE[0], SECOND, 2, 20_000 * ERA)
        for holder, number, to in (
            (PEOPLE[0], 1, 0),
            (PEOPLE[1], 1, 2),
            (PEOPLE[0], 2, 1),
            (PEOPLE[2], 2, 0),
            (FIRST, 1, 2),
            (SECOND, 2, 0),
        ):
            self._unbond(holder, number, self.model.nodes[number].stakes[holder].shares // 3, to)
        self.both(
            "announceCommission",
            lambda: self.model.announce("bank", 2, 700),
            lambda: self.nodes.announceCommission(2, 700, sender=self.actor("bank")),
        )

    @rule(by=st.sampled_from([*OWNERS, "mallory"]), key=owners, own=mostly, commission=st.integers(0, 5_001))
    def register(self, by: str, key: str, own: bool, commission: int) -> None:
        if len(self.model.nodes) < MOST_NODES:
            self._register(by, f"{by if own and by != 'mallory' else key}-key", commission)

    def _register(self, by: str, key: str, commission: int) -> None:
        self.both(
            "register",
            lambda: self.model.register(by, key, commission),
            lambda: self.nodes.register(self.actor(key), commission, False, "", sender=self.actor(by)).returned,
        )

    @rule(which=pick, mine=mostly, key=owners, own=st.booleans())
    def set_operator(self, which: int, mine: bool, key: str, own: bool) -> None:
        number = self.number(which)
        owner = self.model.nodes[number].owner if number in self.model.nodes else "alice"
        if own:
            key = owner
        signer = key if which % 3 else f"{key}-key"
        by = owner if mine else "mallory"
        self.both(
            "setOperator",
            lambda: self.model.set_operator(by, number, signer),
            lambda: self.nodes.setOperator(number, self.actor(signer), sender=self.actor(by)),
        )

    @rule(which=pick, to=owners, same=mostly)
    def change_owner(self, which: int, to: str, same: bool) -> None:
        number = self.number(which, (lambda node: node.entity == "alice") if same else None)
        owner = self.model.nodes[number].owner if number in self.model.nodes else "alice"
        if same and owner in ("alice", "alice-too"):
            to = "alice" if owner == "alice-too" else "alice-too"
        self.both(
            "proposeOwner",
            lambda: self.model.propose_owner(owner, number, to),
            lambda: self.nodes.proposeOwner(number, self.actor(to), sender=self.actor(owner)),
        )
        self.both(
            "acceptOwner",
            lambda: self.model.accept_owner(to, number),
            lambda: self.nodes.acceptOwner(number, sender=self.actor(to)),
        )

    @rule(which=pick, bps=st.integers(0, 5_001), mine=mostly)
    def announce(self, which: int, bps: int, mine: bool) -> None:
        number = self.number(which)
        owner = self.model.nodes[number].owner if number in self.model.nodes and mine else "mallory"
        self.both(
            "announceCommission",
            lambda: self.model.announce(owner, number, bps),
            lambda: self.nodes.announceCommission(number, bps, sender=self.actor(owner)),
        )

    @rule(which=pick, wait=st.booleans())
    def apply(self, which: int, wait: bool) -> None:
        number = self.number(which, lambda node: node.announced)
        found = self.model.nodes.get(number)
        if found and found.announced and wait:
            self.to(max(self.model.now, found.announced[1]))
        self.both(
            "applyCommission",
            lambda: self.model.apply(number),
            lambda: self.nodes.applyCommission(number, sender=self.actor("mallory")),
        )

    @rule(which=pick, really=st.sampled_from([False, False, True]))
    def retire(self, which: int, really: bool) -> None:
        if really:
            number = self.number(which)
            owner = self.model.nodes[number].owner if number in self.model.nodes else "alice"
            self.both(
                "retireNode",
                lambda: self.model.retire(owner, number),
                lambda: self.nodes.retireNode(number, sender=self.actor(owner)),
            )

    @rule(which=pick)
    def refresh(self, which: int) -> None:
        number = self.number(which)
        self.both(
            "refreshNode",
            lambda: int(self.model.refresh(number)),
            lambda: int(self.nodes.refreshNode(number, sender=self.actor("mallory")).returned),
        )

    @rule(
        least=st.sampled_from([0, 1, 6_000 * ERA, 10_000 * ERA, 12_000 * ERA]),
        unbonding=st.sampled_from([7, 21, 21, 60, 61]),
        notice=st.sampled_from([0, 1, 7]),
    )
    def set_terms(self, least: int, unbonding: int, notice: int) -> None:
        given = structs.StakeTerms(least, unbonding * DAY, notice * DAY)
        self.both(
            "setStakeTerms",
            lambda: self.model.set_terms(Terms(*given)),
            lambda: self.nodes.setStakeTerms(given, sender=self.staking.officer),
        )

    @rule(by=accounts, which=pick, amount=amounts, least=st.sampled_from([0, 0, 1, 10**24]))
    def stake(self, by: str, which: int, amount: int, least: int) -> None:
        self._stake(by, by, self.number(which), amount, least)

    @rule(by=accounts, to=accounts, which=pick, amount=amounts)
    def stake_for(self, by: str, to: str, which: int, amount: int) -> None:
        self._stake(by, to, self.number(which), amount)

    def _stake(self, by: str, to: str, number: int, amount: int, least: int = 0) -> None:
        if by == to:
            act = lambda: self.nodes.stake(number, amount, least, sender=self.actor(by)).returned  # noqa: E731
        else:
            act = lambda: self.nodes.stakeFor(self.actor(to), number, amount, least, sender=self.actor(by)).returned  # noqa: E731
        self.both("stake", lambda: self.model.stake(by, to, number, amount, least), act)

    @rule(grant=st.sampled_from([FIRST, SECOND]), which=pick, amount=amounts, mine=mostly)
    def stake_grant(self, grant: int, which: int, amount: int, mine: bool) -> None:
        self._stake_grant(self.by(grant, mine), grant, self.number(which), amount)

    def _stake_grant(self, by: str, grant: int, number: int, amount: int) -> None:
        data = number.to_bytes(32, "big") + bytes(32)
        self.both(
            "stakeGrant",
            lambda: self.model.stake_grant(by, grant, number, amount),
            lambda: self.staking.vault.stake(grant, self.grants, amount, data, sender=self.actor(by)),
        )

    def staker(self, holder: Holder, which: int) -> Holder:
        """The holder if it has a stake, or else one that has."""
        found = list(
            dict.fromkeys(
                one for node in self.model.nodes.values() for one, stake in node.stakes.items() if stake.shares
            )
        )
        return holder if holder in found or not found or which % 8 == 7 else found[which // 16 % len(found)]

    @rule(holder=holders, which=pick, part=parts, mine=mostly)
    def unbond(self, holder: Holder, which: int, part: str, mine: bool) -> None:
        holder = self.staker(holder, which)
        number, shares = self.part_of_stake(holder, which, part)
        self._unbond(holder, number, shares, 0, self.by(holder, mine or isinstance(holder, str)))

    @rule(holder=holders, which=pick, part=parts, more=pick, mine=mostly)
    def redelegate(self, holder: Holder, which: int, part: str, more: int, mine: bool) -> None:
        """S7: it is stake of the old node that leaves."""
        holder = self.staker(holder, which)
        number, shares = self.part_of_stake(holder, which, part)
        node = self.model.nodes.get(number)
        to = self.number(more, lambda other: other is not node and not other.retired)
        self._unbond(holder, number, shares, to, self.by(holder, mine or isinstance(holder, str)))

    def part_of_stake(self, holder: Holder, which: int, part: str) -> tuple[int, int]:
        number = self.number(which, lambda node: holder in node.stakes and node.stakes[holder].shares)
        node = self.model.nodes.get(number)
        return number, part_of(node.stakes[holder].shares if node and holder in node.stakes else 1, part)

    def _unbond(self, holder: Holder, number: int, shares: int, to: int, by: str = "") -> None:
        by = by or self.by(holder)
        actor = self.actor(by)

        def act() -> Any:
            if isinstance(holder, int):
                if to:
                    return self.grants.redelegateGrant(holder, number, shares, to, 0, sender=actor).returned
                return self.grants.unbondGrant(holder, number, shares, 0, sender=actor).returned
            if to:
                return self.nodes.redelegate(number, shares, to, 0, sender=actor).returned
            return self.nodes.unbond(number, shares, 0, sender=actor).returned

        name = "redelegate" if to else "unbond"
        self.both(name, lambda: self.model.unbond(holder, number, shares, 0, to, by), act)

    @rule(holder=holders, which=pick, more=pick, back=st.booleans(), mine=mostly)
    def redirect(self, holder: Holder, which: int, more: int, back: bool, mine: bool) -> None:
        holder = self.leaver(holder, which, back)
        place = self.exit_of(holder, which, back)
        to = 0 if back else self.number(more)
        by = self.by(holder, mine or isinstance(holder, str))

        def act() -> Any:
            if isinstance(holder, int):
                return self.grants.redirectGrant(holder, place, to, sender=self.actor(by))
            return self.nodes.redirect(place, to, sender=self.actor(by))

        self.both("redirect", lambda: self.model.redirect(holder, place, to, by), act)

    def wait_for(self, holder: Holder, place: int, wait: str) -> None:
        """S7, to the second: just before it is ready, then, or whenever it is."""
        found = self.model.exits.get(holder, {}).get(place)
        if found and wait != "no":
            self.to(max(self.model.now, self.model.held_until(found) - (wait == "almost")))

    @rule(holder=holders, which=pick, wait=st.sampled_from(["no", "almost", "then", "then"]))
    def withdraw(self, holder: Holder, which: int, wait: str) -> None:
        holder = self.leaver(holder, which, False)
        place = self.exit_of(holder, which, False)
        self.wait_for(holder, place, wait)
        self._withdraw(holder, place)

    def _withdraw(self, holder: Holder, place: int) -> None:
        def act() -> Any:
            if isinstance(holder, int):
                return self.grants.withdrawGrant(holder, place, sender=self.actor("mallory")).returned
            return self.nodes.withdraw(place, 0, sender=self.actor(holder)).returned

        self.both("withdraw", lambda: self.model.withdraw(holder, place), act)

    @rule(holder=accounts, which=pick, wait=st.booleans())
    def withdraw_all(self, holder: str, which: int, wait: bool) -> None:
        found = self.leaver(holder, which, False)
        one = found if isinstance(found, str) else holder
        if wait:
            self.wait_for(one, self.exit_of(one, 1, False), "then")
        self.both(
            "withdrawAll",
            lambda: self.model.withdraw_all(one),
            lambda: self.nodes.withdrawAll(sender=self.actor(one)).returned,
        )

    @rule(holder=holders, which=pick, wait=st.sampled_from(["no", "almost", "then", "then", "then"]))
    def complete(self, holder: Holder, which: int, wait: str) -> None:
        holder = self.leaver(holder, which, True)
        place = self.exit_of(holder, which, True)
        self.wait_for(holder, place, wait)

        def act() -> Any:
            if isinstance(holder, int):
                return self.grants.completeGrant(holder, place, sender=self.actor("mallory")).returned
            return self.nodes.complete(self.holder(holder), place, sender=self.actor("mallory")).returned[1]

        self.both("complete", lambda: self.model.complete(holder, place), act)

    @rule(which=pick, bps=portions, more=rarely, reporter=reporters, part=st.sampled_from([0, 1_000, 3_333, 10_001]))
    def slash(self, which: int, bps: int, more: bool, reporter: str, part: int) -> None:
        """S3."""
        number = self.number(which, lambda node: node.active + node.leaving)
        node = self.model.nodes.get(number)
        total = node.active + node.leaving if node else 0
        amount = total + 1 if more else -(-total * bps // 10_000)
        before = self.worths(number)
        if self.both(
            "slash",
            lambda: self.model.slash(number, amount, reporter, part),
            lambda: self.nodes.slash(number, amount, self.actor(reporter), part, sender=self.staking.officer).returned,
        ):
            left = 1 - Fraction(amount, total) if total else Fraction(1)
            for key, worth in self.worths(number).items():
                assert before[key] * left - 3 <= worth <= before[key] * left + 1, key

    @rule(reporter=reporters, reward=st.booleans())
    def take_slashed(self, reporter: str, reward: bool) -> None:
        """S1: what waits is apart from all stake, and goes once."""
        officer = self.staking.officer
        self.both(
            "takeSlashed",
            lambda: self.model.take_slashed(reporter, reward),
            lambda: self.nodes.takeSlashed(self.actor(reporter), reward, officer, sender=officer).returned,
        )

    def worths(self, number: int) -> dict[Any, int]:
        """What everybody could take out of a node."""
        node = self.model.nodes.get(number)
        if not node:
            return {}
        stakes = {("active", holder): node.worth(stake.shares) for holder, stake in node.stakes.items()}
        leaving = {
            ("leaving", holder, place): self.model.exit_worth(one)
            for holder, exits in self.model.exits.items()
            for place, one in exits.items()
            if one.node == number
        }
        return stakes | leaving

    @rule(which=pick, days=st.sampled_from([1, 30, 30, 90]))
    def freeze(self, which: int, days: int) -> None:
        number = self.number(which, lambda node: node.leaving)
        until = self.model.now + days * DAY
        self.both(
            "freeze",
            lambda: self.model.freeze(number, until),
            lambda: self.nodes.freeze(number, until, sender=self.staking.officer),
        )

    @rule(holder=holders)
    def take_rewards(self, holder: Holder) -> None:
        numbers = list(self.model.nodes)
        wanted = self.model.rewards_of(holder)
        if self.both(
            "takeRewards",
            lambda: self.model.take(holder),
            lambda: self.staking.rewards.take(self.holder(holder), numbers, sender=self.actor("mallory")).returned,
        ):
            self.taken += wanted

    @rule(grant=st.sampled_from([FIRST, SECOND]), wait=st.booleans())
    def revoke(self, grant: int, wait: bool) -> None:
        if wait:
            self.to(self.model.now + 40 * DAY)
        self.both(
            "revoke",
            lambda: self.model.vault.revoke(grant) and None,
            lambda: self.staking.vault.revoke(grant, sender=self.staking.admin) and None,
        )

    @rule(grant=st.sampled_from([FIRST, SECOND]))
    def recall(self, grant: int) -> None:
        owed = [one for one in (FIRST, SECOND) if self.model.vault.grants[one].owed]
        chosen = grant if grant in owed or not owed else owed[0]
        self.both(
            "recallStake",
            lambda: (self.model.recall(chosen), None)[1],
            lambda: self.staking.vault.recallStake(chosen, self.grants, sender=self.actor("mallory")) and None,
        )

    @rule(grant=st.sampled_from([FIRST, SECOND]), which=pick)
    def write_off(self, grant: int, which: int) -> None:
        number = self.number(
            which,
            lambda node: (
                grant in node.stakes and node.stakes[grant].principal and not node.worth(node.stakes[grant].shares)
            ),
        )
        self.both(
            "writeOffGrant",
            lambda: self.model.write_off(grant, number),
            lambda: self.grants.writeOffGrant(grant, number, sender=self.actor("mallory")).returned,
        )

    @rule(grant=st.sampled_from([FIRST, SECOND]), to=st.sampled_from([*PEOPLE[:4], "alice"]), really=rarely)
    def rotate(self, grant: int, to: str, really: bool) -> None:
        """The grant's stakes are the new wallet's."""
        vault, owner = self.staking.vault, self.by(grant)
        if not really or owner == to:
            return
        vault.proposeWallet([grant], self.actor(to), sender=self.actor(owner))
        self.model.vault.propose(owner, [grant], to)
        self.to(self.model.now + 7 * DAY)
        vault.acceptWallet([grant], sender=self.actor(to))
        self.model.vault.accept(to, [grant])

    @rule(really=rarely)
    def pause(self, really: bool) -> None:
        if really and self.model.now >= self.model.paused_until + VAULT_TIME:
            self.nodes.pause(DAY, sender=self.staking.officer)
            self.model.paused_until = self.model.now + DAY

    @rule(amount=st.integers(1, ERA), to_grants=st.booleans())
    def donate(self, amount: int, to_grants: bool) -> None:
        """S1, S2: what nobody asked for changes nothing."""
        self.staking.era.transfer(self.grants if to_grants else self.nodes, amount, sender=self.actor(PEOPLE[19]))
        self.model.wallets[PEOPLE[19]] -= amount
        if to_grants:
            self.donated_to_grants += amount
        else:
            self.donated += amount

    @rule(seconds=waits)
    def time_passes(self, seconds: int) -> None:
        self.to(self.model.now + seconds)

    @rule(
        name=st.sampled_from(
            ["slash", "freeze", "setSlasher", "setStakeTerms", "setGrantStakes", "pause", "takeRewards", "takeSlashed"]
        )
    )
    def usurp(self, name: str) -> None:
        """10."""
        mallory = self.actor("mallory")
        calls: dict[str, Any] = {
            "slash": lambda: self.nodes.slash(1, 1, mallory, 10_000, sender=mallory),
            "freeze": lambda: self.nodes.freeze(1, self.model.now + 1, sender=mallory),
            "takeSlashed": lambda: self.nodes.takeSlashed(mallory, True, mallory, sender=mallory),
            "setSlasher": lambda: self.nodes.setSlasher(mallory, sender=mallory),
            "setStakeTerms": lambda: self.nodes.setStakeTerms(TERMS, sender=mallory),
            "setGrantStakes": lambda: self.nodes.setGrantStakes(self.grants, sender=mallory),
            "pause": lambda: self.nodes.pause(1, sender=mallory),
            "takeRewards": lambda: self.nodes.takeRewards(self.holder("alice"), [1], sender=mallory),
        }
        try:
            calls[name]()
        except ContractError as error:
            assert name_of(error) in ("AccessManagedUnauthorized", "OnlyRewards", "OnlySlasher", "NothingSlashed"), (
                error
            )
        else:
            raise AssertionError(f"mallory can {name}")

    # what must be true

    @invariant()
    def pools_agree(self) -> None:
        """S1, S2, S4, S9, S10."""
        for number, node in self.model.nodes.items():
            active, leaving = self.nodes.poolsOf(number)
            assert tuple(active) == (
                node.active,
                node.shares,
                node.generation,
                node.commission,
                node.retired,
                self.model.places.index(number) + 1 if node.live else 0,
            ), number
            assert tuple(leaving) == (node.leaving, node.leaving_shares, node.leaving_generation, node.frozen), number
            assert node.active <= node.shares
            assert node.leaving <= node.leaving_shares
            worths = self.worths(number)
            assert sum(worth for key, worth in worths.items() if key[0] == "active") <= node.active
            assert sum(worth for key, worth in worths.items() if key[0] == "leaving") <= node.leaving
        self.places_agree()
        era = self.staking.era
        assert era.balanceOf(self.nodes) == self.model.balance() + self.donated
        assert era.balanceOf(self.grants) == self.donated_to_grants
        assert era.delegates(self.nodes) == NOBODY

    def places_agree(self) -> None:
        """S10."""
        places = standing(self.nodes)
        assert places == self.model.places
        assert sorted(filter(None, places)) == [n for n, node in self.model.nodes.items() if node.live]
        for place, number in enumerate(places):
            found, model = self.nodes.livePlaceAt(place), self.model.nodes.get(number)
            wanted = (model.since, model.active) if model else (0, 0)
            assert tuple(found) == (number, self.nodes.entityOf(number), *wanted), place

    @invariant()
    def holders_agree(self) -> None:
        """Everybody's stake, exits and rewards, a fifth of the holders in turn; S6."""
        self.steps += 1
        self.check([one for place, one in enumerate(self.everybody()) if (place + self.steps) % 5 == 0])

    def everybody(self) -> list[Holder]:
        return [FIRST, SECOND, *OWNERS, *PEOPLE]

    def check(self, holders: list[Holder]) -> None:
        numbers = list(self.model.nodes)
        for holder in holders:
            found = self.staking.lens.stakeAccountOf(self.holder(holder), numbers)
            for one in found.stakes:
                node = self.model.nodes[one.node]
                stake = node.stakes.get(holder)
                wanted = (stake.shares, node.worth(stake.shares), stake.principal) if stake else (0, 0, 0)
                assert (one.shares, one.amount, one.principal) == wanted, (holder, one.node)
            exits = self.model.exits.get(holder, {})
            read = {one.leaving.place: (*one.leaving[1:7], one.principal) for one in found.exits}
            assert read == {
                place: (
                    one.node,
                    one.to,
                    self.model.exit_worth(one),
                    one.matures,
                    self.model.held_until(one),
                    self.model.now >= self.model.held_until(one),
                    one.principal,
                )
                for place, one in exits.items()
            }, holder
            assert found.rewards == self.model.rewards_of(holder), holder
            if isinstance(holder, int):
                assert self.staking.vault.stakedWith(holder, self.grants) == self.model.principal(holder)
                kept, seen = self.model.vault.grants[holder], self.staking.vault.grantOf(holder)
                assert (seen.taken, seen.staked, seen.owed) == (kept.taken, kept.staked, kept.owed)
                listed = [number for number in self.model.listed.get(holder, []) if number]
                assert list(self.grants.nodesOfGrant(holder)) == listed
            else:
                wallet = self.model.wallets[holder] + self.model.vault.wallets[holder]
                assert self.staking.era.balanceOf(self.actor(holder)) == wallet, holder

    def teardown(self) -> None:
        """S5, S8."""
        if not self.model.nodes:
            return
        self.check(self.everybody())
        given = sum(self.staking.rewards.given(number) for number in self.model.nodes)
        pending = len(self.model.nodes) + sum(
            node.active * RATE * (self.model.now - node.told) // ERA for node in self.model.nodes.values() if node.live
        )
        assert self.taken + sum(map(self.model.rewards_of, self.everybody())) <= given + pending
        self.leave_all()
        self.leave_all()
        for node in self.model.nodes.values():
            ended = node.generation + node.leaving_generation
            most = 0 if ended == 1 else ended * (len(self.everybody()) * 40)
            worthless = sum(stake.shares for stake in node.stakes.values())
            assert node.active + node.leaving <= most or (worthless and node.active <= len(node.stakes)), node
        assert self.staking.era.balanceOf(self.nodes) == self.model.balance() + self.donated

    def leave_all(self) -> None:
        """Everybody leaves what is worth something, and takes what is mature in 120 days, also of frozen nodes."""
        for holder in self.everybody():
            for place, one in list(self.model.exits.get(holder, {}).items()):
                if one.to:
                    self._redirect_back(holder, place)
            for number, node in self.model.nodes.items():
                stake = node.stakes.get(holder)
                if stake and node.worth(stake.shares) and len(self.model.exits.get(holder, {})) < 16:
                    self._leave(holder, number, stake.shares)
        self.to(self.model.now + 60 * DAY + LONGEST_FREEZE)
        for holder in self.everybody():
            for place in list(self.model.exits.get(holder, {})):
                self._withdraw(holder, place)
            assert not self.model.exits.get(holder)

    def _redirect_back(self, holder: Holder, place: int) -> None:
        actor = self.actor(self.by(holder))
        if isinstance(holder, int):
            self.grants.redirectGrant(holder, place, 0, sender=actor)
        else:
            self.nodes.redirect(place, 0, sender=actor)
        self.model.redirect(holder, place, 0, self.by(holder))

    def _leave(self, holder: Holder, number: int, shares: int) -> None:
        by = self.by(holder)
        if isinstance(holder, int):
            self.grants.unbondGrant(holder, number, shares, 0, sender=self.actor(by))
        else:
            self.nodes.unbond(number, shares, 0, sender=self.actor(by))
        self.model.unbond(holder, number, shares, 0, 0, by)


def prepare(staking: Staking) -> None:
    """Money and approvals of everybody, keys, and both grants."""
    suite, chain = staking.suite, staking.suite.chain
    suite.enrol("alice-too", entity=suite.entities["alice"])
    for name in OWNERS:
        suite.enrol(f"{name}-key", entity=suite.entities[ENTITIES.get(name, name)])
    vault = chain.account("holder")
    for name in (*OWNERS, *PEOPLE):
        account = chain.account(name)
        missing = 500_000 * ERA - staking.has(account)
        if missing > 0:
            staking.era.transfer(account, missing, sender=vault)
        else:
            staking.era.transfer(vault, -missing, sender=account)
        staking.era.approve(staking.nodes, 2**256 - 1, sender=account)
    for name in ("alice", PEOPLE[0]):
        staking.grant(chain.account(name), 90_000 * ERA + 1)
