"""Everything anybody can do with grants, beside an exact model that must agree after every step.

Always true:
G1. The vault's ERA = what all allocations have available + what is here of all grants + what was sent there by mistake.
G2. What is vested equals the schedule to the unit at any second, but for what was taken, always from the end; it never
    falls but by what was taken.
G3. released <= vested <= amount - taken; of each grant: amount = released + taken + staked + here.
G4. For each allocation: what came in = available + granted and not taken + owed by stakes + what slashes took.
G5. Votes of everybody, now and at the end of any past second, are those of the grants held for who delegated to him;
    all units at any past second are the sum of all grants held then.
G6. Votes in the token + votes in the vault + what nobody votes with = the supply.
G7. A target gives back or writes off what is staked with it and nothing else.
G8. No grant lies outside the bounds of its allocation, and no bounds change.
G9. A grant changes hands only by the wallet that its beneficiary named, and not before the delay that held when it did.
10. No privileged call succeeds for anyone the plan does not name.
"""

from collections.abc import Sequence
from typing import Any

from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.contracts import StakeProbe, events, structs
from caldera.evm import Account, ContractError, Receipt
from caldera.model.vesting import DAY, PAID, Allocation, Bounds, Grant, Terms, VestingModel
from tests.properties.beside import Beside
from tests.support.suite import ROLES, name_of
from tests.support.vesting import ERA, FUNDED, INVESTORS, MONTH, NOBODY, SUPPLY, TEAM, YEAR, Vesting, bounds

PEOPLE = ("alice", "bank", "carol", "seller")
TARGETS = ("target", "other")
ERRORS = {
    keccak(text=text)[:4]: text.partition("(")[0]
    for text in ("UnknownGrant(uint256)", "OnlyBeneficiaryReleases(uint256,address)", "NothingToRelease(uint256)")
}

pick = st.integers(0, 1 << 30)
some = st.sampled_from([1, 1, 1, 2, 3, 0]).flatmap(lambda count: st.lists(pick, min_size=count, max_size=count))
mostly = st.sampled_from([True, True, True, True, False])
rarely = st.sampled_from([False] * 15 + [True])
people = st.sampled_from(PEOPLE)
targets = st.sampled_from(TARGETS)
amounts = st.one_of(st.sampled_from([0, 1, 2, 7, 10**6 + 1]), st.integers(1, 10**6 * ERA))
parts = st.sampled_from(["all", "all", "more", "half", "one", "none"])
waits = st.one_of(st.sampled_from([0, 1, DAY, MONTH]), st.integers(0, 3 * MONTH), st.integers(0, YEAR))


def part_of(whole: int, part: str) -> int:
    """So much of it."""
    return {"all": whole, "more": whole + 1, "half": (whole + 1) // 2, "one": 1, "none": 0}[part]


class VestingMachine(Beside):
    """The machine. `vesting` is shared by all examples; each begins at `mark`."""

    vesting: Vesting

    def __init__(self) -> None:
        super().__init__()
        self.vesting.suite.chain.restore(self.mark)
        self.model = VestingModel(self.vesting.now)
        self.model.members = set(TARGETS)
        for number, found in bounds(self.vesting.genesis).items():
            self.model.allocations[number] = Allocation(Bounds(*found), FUNDED[number], FUNDED[number])
        self.model.wallets["vault"] = sum(FUNDED.values())
        self.model.wallets["holder"] = SUPPLY - sum(FUNDED.values())
        self.donated = 0
        self.slashed: dict[int, int] = {}
        self.voting: dict[str, str] = {}
        self.vested: dict[int, tuple[int, int]] = {}
        self.owners: dict[int, tuple[str, tuple[str, int] | None]] = {}

    def actor(self, name: str) -> Account:
        return self.vesting.account(name)

    def probe(self, name: str) -> StakeProbe:
        return self.vesting.target if name == "target" else self.vesting.other

    def address(self, name: str) -> str:
        if name in TARGETS:
            return self.probe(name).address
        return NOBODY if not name else self.vesting.vault.address if name == "vault" else self.actor(name).address

    def id(self, which: int, want: Any = None) -> int:
        """A grant that fits, where there is one; now and then any, or one that is not."""
        if which % 24 == 17:
            return len(self.model.grants) + 1
        fitting = [number for number, grant in self.model.grants.items() if want and want(grant)]
        numbers = fitting if fitting and which % 24 != 18 else list(self.model.grants)
        return numbers[(which // 24) % len(numbers)] if numbers else 1

    def owner(self, number: int, mine: bool, by: str) -> str:
        grant = self.model.grants.get(number)
        return grant.beneficiary if grant and mine else by

    def staked(self, number: int, place: str, which: int) -> str:
        """A target that has something of the grant, where there is one; now and then any."""
        grant = self.model.grants.get(number)
        found = [name for name in TARGETS if grant and grant.stakes[name]]
        return place if place in found or not found or which % 8 == 5 else found[0]

    @initialize(months=st.sampled_from([0, 13, 13, 13, 30]))
    def begin(self, months: int) -> None:
        """Something of everything: what a run of few rules would not come to."""
        now = self.model.now
        self.vesting.era.approve(self.vesting.vault, SUPPLY, sender=self.vesting.holder)
        self._create(INVESTORS, [Terms("alice", 10**6 * ERA + 1, now + 12 * MONTH, 0, 24 * MONTH, False)])
        team = [
            ("bank", 0, 36 * MONTH),
            ("carol", 6 * MONTH, 48 * MONTH),
            ("alice", 0, 24 * MONTH),
            ("seller", 0, 25 * MONTH),
        ]
        self._create(TEAM, [Terms(who, 7 * ERA + 3, now, cliff, last, True) for who, cliff, last in team])
        self._propose("bank", [2], "carol")
        self._propose("alice", [1, 4], "seller")
        self.to(now + months * MONTH)
        self._stake("carol", 3, "target", 6 * ERA)
        self._stake("seller", 5, "target", 3 * ERA)
        self._stake("seller", 5, "other", 4 * ERA)
        self._revoke(5)

    @rule(
        early=st.integers(-YEAR, YEAR),
        span=st.integers(-1, YEAR),
        shortest=st.one_of(st.just(0), st.integers(1, 3 * YEAR)),
        longer=st.integers(-1, YEAR),
        revocable=st.booleans(),
        name=mostly,
    )
    def open(self, early: int, span: int, shortest: int, longer: int, revocable: bool, name: bool) -> None:
        if len(self.model.allocations) > 5:
            return
        start = self.model.now + early
        given = Bounds(start, start + span, shortest, max(0, shortest + longer), revocable)
        label = b"more".ljust(32, b"\0") if name else bytes(32)
        self.both(
            "openAllocation",
            lambda: self.model.open("more" if name else "", given),
            lambda: self.vesting.vault.openAllocation(label, self.bounds(given), sender=self.vesting.admin).returned,
        )

    @staticmethod
    def bounds(given: Bounds) -> structs.VestingBounds:
        return structs.VestingBounds(given.earliest, given.latest, given.shortest, given.longest, given.revocable)

    @rule(allocation=st.sampled_from([1, 1, 2, 2, 3, 4, 99]), amount=amounts)
    def fund(self, allocation: int, amount: int) -> None:
        self.both(
            "fund",
            lambda: self.model.fund("holder", allocation, amount),
            lambda: self.vesting.vault.fund(allocation, amount, sender=self.vesting.holder),
        )

    @rule(
        which=pick,
        count=st.sampled_from([1, 1, 2, 3]),
        amount=amounts,
        off=st.sampled_from(["", "", "", "", "", "", "start", "duration", "cliff", "revocable", "who", "all", "none"]),
        later=st.integers(0, 2 * YEAR),
        cliff=st.sampled_from([0, 0, DAY, YEAR]),
    )
    def create(self, which: int, count: int, amount: int, off: str, later: int, cliff: int) -> None:
        number = which % len(self.model.allocations) + 1 if which % 16 != 5 else 77
        found = self.model.allocations.get(number, self.model.allocations[TEAM])
        limits = found.bounds
        grants = []
        for place in range(count):
            who = PEOPLE[(which // 16 + place) % len(PEOPLE)]
            start = min(limits.latest, limits.earliest + later * (place + 1))
            duration = min(limits.longest, limits.shortest + later)
            mine = found.available + 1 if off == "all" else amount if off == "none" else max(1, amount)
            if off == "start":
                start = limits.latest + 1 if which % 2 else max(0, limits.earliest - 1)
            if off == "duration":
                duration = limits.longest + 1 if which % 2 else limits.shortest - 1
            span = duration + 1 if off == "cliff" else min(cliff, duration)
            if off == "who":
                who = "" if which % 2 else "vault"
            grants.append(Terms(who, mine, start, span, duration, limits.revocable or off == "revocable"))
        self._create(number, grants if which % 32 != 7 else [])

    def _create(self, allocation: int, grants: list[Terms]) -> None:
        given = [
            structs.GrantTerms(
                self.address(one.beneficiary), one.amount, one.start, one.cliff, one.duration, one.revocable
            )
            for one in grants
        ]
        self.both(
            "createGrants",
            lambda: self.model.create(allocation, grants),
            lambda: self.vesting.vault.createGrants(allocation, given, sender=self.vesting.admin).returned,
        )

    @rule(
        who=st.sampled_from([*PEOPLE, "", "vault"]),
        amount=amounts,
        early=st.integers(-YEAR, YEAR),
        cliff=st.sampled_from([0, 0, DAY, YEAR, 2**32]),
        duration=st.sampled_from([0, 1, YEAR, 2 * YEAR, 2**32 - 1, 2**32]),
    )
    def grant_for(self, who: str, amount: int, early: int, cliff: int, duration: int) -> None:
        start = self.model.now + early
        self.both(
            "grantFor",
            lambda: self.model.grant_for("holder", who, amount, start, cliff, duration) and None,
            lambda: (
                self.vesting.vault.grantFor(
                    self.address(who), amount, start, cliff, duration, sender=self.vesting.holder
                ).returned
            ),
        )

    def ready(self, grant: Grant) -> bool:
        return grant.releasable(self.model.now) > 0

    @rule(which=pick, by=people, mine=st.booleans())
    def release(self, which: int, by: str, mine: bool) -> None:
        number = self.id(which, self.ready)
        who = self.owner(number, mine, by)
        self.both(
            "release",
            lambda: self.model.release(who, number),
            lambda: self.vesting.vault.release(number, sender=self.actor(who)).returned,
        )

    @rule(chosen=st.lists(pick, min_size=1, max_size=5), by=people)
    def release_batch(self, chosen: list[int], by: str) -> None:
        numbers = [self.id(which, self.ready) for which in chosen]
        paid, skipped = self.model.release_batch(by, numbers)
        receipt: Receipt[int] = self.vesting.vault.releaseBatch(numbers, sender=self.actor(by))
        said = [event for event in receipt.events if isinstance(event, events.ReleaseSkipped)]
        assert receipt.returned == paid
        assert [(event.id, ERRORS[event.reason[:4]]) for event in said] == skipped
        self.calls["releaseBatch"] += 1

    @rule(which=pick, by=people, mine=mostly, to=st.sampled_from([*PEOPLE, "seller", "vault", ""]), part=parts)
    def release_to(self, which: int, by: str, mine: bool, to: str, part: str) -> None:
        number = self.id(which, self.ready)
        who = self.owner(number, mine, by)
        grant = self.model.grants.get(number)
        amount = part_of(grant.releasable(self.model.now) if grant else 1, part)
        self.both(
            "releaseTo",
            lambda: self.model.release_to(who, number, to, amount),
            lambda: self.vesting.vault.releaseTo(number, self.address(to), amount, sender=self.actor(who)),
        )

    @rule(who=people, allowed=st.booleans())
    def close(self, who: str, allowed: bool) -> None:
        self.vesting.vault.setReleaseByOthers(allowed, sender=self.actor(who))
        (self.model.closed.discard if allowed else self.model.closed.add)(who)

    @rule(which=pick)
    def revoke(self, which: int) -> None:
        self._revoke(self.id(which, lambda grant: grant.terms.revocable and grant.staked))

    def _revoke(self, number: int) -> None:
        kept: list[Any] = []

        def act() -> None:
            kept.append(self.vesting.vault.revoke(number, sender=self.vesting.admin).returned)

        wanted: list[Any] = []
        if self.both("revoke", lambda: wanted.append(self.model.revoke(number)), act):
            assert tuple(kept[0]) == wanted[0]

    @rule(which=pick, by=people, mine=mostly, place=st.sampled_from([*TARGETS, *TARGETS, "seller"]), part=parts)
    def stake(self, which: int, by: str, mine: bool, place: str, part: str) -> None:
        number = self.id(which, lambda grant: grant.here > 0)
        who = self.owner(number, mine, by)
        grant = self.model.grants.get(number)
        self._stake(who, number, place, part_of(grant.here if grant else 1, part))

    def _stake(self, who: str, number: int, place: str, amount: int) -> None:
        self.both(
            "stake",
            lambda: self.model.stake(who, number, place, amount),
            lambda: self.vesting.vault.stake(number, self.address(place), amount, b"node", sender=self.actor(who)),
        )

    @rule(
        which=pick,
        place=targets,
        part=parts,
        slash=st.sampled_from([0, 0, 1, 40, 55, 100]),
        reward=st.sampled_from([0, 0, 1, 10**18]),
    )
    def give_back(self, which: int, place: str, part: str, slash: int, reward: int) -> None:
        """G7."""
        number = self.id(which, lambda grant: grant.stakes.total() > 0)
        place = self.staked(number, place, which)
        grant = self.model.grants.get(number)
        principal = part_of(grant.stakes[place] if grant else 1, part)
        returned = principal - principal * slash // 100 + reward
        short = returned - self.model.wallets[place]
        if short > 0:
            self._pay("holder", place, short)
        before = (grant.owed, grant.taken) if grant else (0, 0)
        done = self.both(
            "returnStake",
            lambda: self.model.return_stake(place, number, principal, returned),
            lambda: self.probe(place).giveBack(number, principal, returned, sender=self.vesting.stranger),
        )
        if done and grant:
            lost = max(0, principal - returned)
            self.slashed[grant.allocation] = self.slashed.get(grant.allocation, 0) + lost
            assert lost >= grant.taken - before[1]

    @rule(which=pick, place=targets)
    def recall(self, which: int, place: str) -> None:
        number = self.id(which, lambda grant: grant.owed)
        place = self.staked(number, place, which)
        wanted: list[int] = []
        if self.both(
            "recallStake",
            lambda: wanted.append(self.model.recall(number, place)),
            lambda: self.vesting.vault.recallStake(number, self.probe(place), sender=self.vesting.stranger),
        ):
            assert self.probe(place).recalled() == wanted[0]

    @rule(chosen=some, by=people, wallet=st.sampled_from([*PEOPLE, *PEOPLE, "", "vault"]))
    def propose(self, chosen: list[int], by: str, wallet: str) -> None:
        self._propose(by, [self.id(which, lambda grant: grant.beneficiary == by) for which in chosen], wallet)

    def _propose(self, by: str, numbers: list[int], wallet: str) -> None:
        self.both(
            "proposeWallet",
            lambda: self.model.propose(by, numbers, wallet),
            lambda: self.vesting.vault.proposeWallet(numbers, self.address(wallet), sender=self.actor(by)),
        )

    @rule(chosen=some, by=people, mine=mostly)
    def cancel(self, chosen: list[int], by: str, mine: bool) -> None:
        numbers = [self.id(which, lambda grant: grant.proposal) for which in chosen]
        by = self.owner(numbers[0], mine, by) if numbers else by
        self.both(
            "cancelWallet",
            lambda: self.model.cancel(by, numbers),
            lambda: self.vesting.vault.cancelWallet(numbers, sender=self.actor(by)),
        )

    @rule(which=pick, mine=mostly, by=people, wait=st.booleans(), early=rarely, twice=rarely)
    def accept(self, which: int, mine: bool, by: str, wait: bool, early: bool, twice: bool) -> None:
        """G9."""
        number = self.id(which, lambda grant: grant.proposal)
        grant = self.model.grants.get(number)
        if grant and grant.proposal:
            by = grant.proposal[0] if mine else by
            if wait:
                self.to(max(self.model.now, grant.proposal[1] - early))
        numbers = [number] * (1 + twice)
        self.both(
            "acceptWallet",
            lambda: self.model.accept(by, numbers),
            lambda: self.vesting.vault.acceptWallet(numbers, sender=self.actor(by)),
        )

    @rule(delay=st.sampled_from([0, DAY - 1, DAY, 3 * DAY, 30 * DAY, 30 * DAY + 1]))
    def set_delay(self, delay: int) -> None:
        self.both(
            "setRotationDelay",
            lambda: self.model.set_delay(delay),
            lambda: self.vesting.vault.setRotationDelay(delay, sender=self.vesting.admin),
        )

    @rule(by=people, to=st.sampled_from([*PEOPLE, ""]))
    def delegate(self, by: str, to: str) -> None:
        self.vesting.vault.delegate(self.address(to), sender=self.actor(by))
        self.model.delegate(by, to)
        assert self.vesting.vault.delegates(self.actor(by)) == self.address(to)

    @rule(by=st.sampled_from([*PEOPLE, "holder"]), to=st.sampled_from([*PEOPLE, ""]))
    def delegate_in_the_token(self, by: str, to: str) -> None:
        self.vesting.era.delegate(self.address(to), sender=self.actor(by))
        self.voting[by] = to

    @rule(place=targets, member=mostly)
    def admit(self, place: str, member: bool) -> None:
        access, role = self.vesting.access, ROLES["STAKING"]
        if member:
            access.grantRole(role, self.probe(place), 0, sender=self.vesting.admin)
        else:
            access.revokeRole(role, self.probe(place), sender=self.vesting.admin)
        (self.model.members.add if member else self.model.members.discard)(place)

    @rule(duration=st.sampled_from([1, DAY]), really=rarely)
    def pause(self, duration: int, really: bool) -> None:
        if really and self.model.now >= self.model.paused_until + 8 * DAY:
            self.vesting.vault.pause(duration, sender=self.vesting.officer)
            self.model.paused_until = self.model.now + duration

    @rule(amount=st.integers(1, ERA), to=st.sampled_from(["vault", *TARGETS]))
    def donate(self, amount: int, to: str) -> None:
        """G1: what nobody asked for changes nothing."""
        self._pay("holder", to, amount)
        if to == "vault":
            self.donated += amount

    def _pay(self, source: str, to: str, amount: int) -> None:
        self.vesting.era.transfer(self.address(to), amount, sender=self.actor(source))
        self.model.wallets[source] -= amount
        self.model.wallets[to] += amount

    @rule(seconds=waits)
    def time_passes(self, seconds: int) -> None:
        self.to(self.model.now + seconds)

    @rule(which=pick, point=st.sampled_from(["start", "cliff", "end"]), off=st.sampled_from([-1, 0, 1]))
    def to_the_second(self, which: int, point: str, off: int) -> None:
        """G2 where a schedule bends."""
        grant = self.model.grants[which % len(self.model.grants) + 1]
        terms = grant.terms
        at = {"start": 0, "cliff": terms.cliff, "end": terms.duration}[point] + terms.start + off
        if at > self.model.now:
            self.to(at)

    def to(self, time: int) -> None:
        self.vesting.to(time)
        self.model.now = time

    @rule(by=st.sampled_from([*PEOPLE, "mallory", "officer"]))
    def privileged_call_by_nobody(self, by: str) -> None:
        """Invariant 10."""
        me, vault = self.actor(by), self.vesting.vault
        limits = self.bounds(Bounds(0, 1, 1, 1, True))
        grants = [structs.GrantTerms(me.address, 1, self.model.now, 0, 36 * MONTH, True)]
        calls: list[tuple[str, tuple[Any, ...]]] = [
            ("openAllocation", (b"\1" * 32, limits)),
            ("createGrants", (TEAM, grants)),
            ("revoke", (2,)),
            ("setRotationDelay", (DAY,)),
        ]
        if by != "officer":
            calls.append(("pause", (1,)))
        for name, arguments in calls:
            self.refused("AccessManagedUnauthorized", vault, name, arguments, me)
        self.refused("ExceedsStakedWith", vault, "returnStake", (1, 0, 1), me)

    @staticmethod
    def refused(error: str, contract: Any, name: str, arguments: Sequence[Any], sender: Account) -> None:
        try:
            getattr(contract, name)(*arguments, sender=sender)
        except ContractError as found:
            assert name_of(found) == error
        else:
            raise AssertionError(f"{error} expected")

    @invariant()
    def every_unit_is_accounted_for(self) -> None:
        """G1 and G4."""
        era, vault = self.vesting.era, self.vesting.vault
        assert era.balanceOf(vault) == self.model.balance() + self.donated
        for name in (*PEOPLE, *TARGETS, "holder", "vault"):
            assert era.balanceOf(self.address(name)) == self.model.wallets[name], name
        for number, found in self.model.allocations.items():
            read = vault.allocationOf(number)
            assert (read.funded, read.available) == (found.funded, found.available)
            assert read.bounds == self.bounds(found.bounds)  # G8
            mine = [grant for grant in self.model.grants.values() if grant.allocation == number]
            out = sum(grant.held + grant.released + grant.owed for grant in mine)
            assert found.funded == found.available + out + self.slashed.get(number, 0)
        assert (vault.grantCount(), vault.allocationCount()) == (len(self.model.grants), len(self.model.allocations))

    @invariant()
    def grants_agree(self) -> None:
        """G2, G3, G7, G8."""
        now, vault = self.model.now, self.vesting.vault
        for number, grant in self.model.grants.items():
            read, terms = vault.grantOf(number), grant.terms
            assert (read.released, read.taken, read.staked, read.owed) == (
                grant.released,
                grant.taken,
                grant.staked,
                grant.owed,
            )
            assert read.terms.beneficiary == self.address(grant.beneficiary)
            assert read.terms[1:] == (terms.amount, terms.start, terms.cliff, terms.duration, terms.revocable)
            vested = vault.vestedAt(number, now)
            assert vested == grant.vested(now)
            assert grant.released <= vested <= terms.amount - grant.taken
            before, taken = self.vested.get(number, (0, 0))
            assert vested >= before or grant.taken > taken
            assert vested >= before - (grant.taken - taken)
            self.vested[number] = (vested, grant.taken)
            assert vault.releasable(number) == grant.releasable(now)
            assert vault.stakeable(number) == grant.here >= 0
            assert grant.staked >= 0
            for target in TARGETS:
                assert vault.stakedWith(number, self.probe(target)) == grant.stakes[target]
            if grant.allocation == PAID:
                assert not read.terms.revocable
                continue
            limits = self.model.allocations[grant.allocation].bounds
            assert limits.earliest <= read.terms.start <= limits.latest
            assert limits.shortest <= read.terms.duration <= limits.longest

    @invariant()
    def wallets_agree(self) -> None:
        """G9."""
        for number, grant in self.model.grants.items():
            wallet, ready = self.vesting.vault.proposedWalletOf(number)
            wanted = grant.proposal or ("", 0)
            assert (wallet, ready) == (self.address(wanted[0]), wanted[1])
            owner, proposal = self.owners.get(number, (grant.beneficiary, None))
            if grant.beneficiary != owner:
                assert proposal is not None
                assert (proposal[0], True) == (grant.beneficiary, self.model.now >= proposal[1])
            self.owners[number] = (grant.beneficiary, grant.proposal)

    @invariant()
    def votes_agree(self) -> None:
        """G5 now, and G6."""
        era, vault, model = self.vesting.era, self.vesting.vault, self.model
        votes = model.votes()
        free = silent = 0
        for name in (*PEOPLE, "holder"):
            who = self.address(name)
            assert vault.getVotes(who) == votes[name], name
            assert vault.votingUnits(who) == model.units(name)
            free += era.getVotes(who)
            if not self.voting.get(name):
                silent += era.balanceOf(who)
        assert era.delegates(vault) == NOBODY
        nobody = model.total() - votes.total()
        kept = era.balanceOf(vault) + sum(era.balanceOf(self.probe(name)) for name in TARGETS) - model.total()
        assert free + votes.total() + silent + nobody + kept == era.totalSupply() == SUPPLY

    @rule(back=st.lists(st.one_of(st.integers(1, 40 * DAY), st.integers(1, 3 * YEAR)), max_size=4), which=pick)
    def the_past_is_known(self, back: list[int], which: int) -> None:
        """G5 then: at drawn seconds, and right before, at and after one in which something changed."""
        vault, history = self.vesting.vault, self.model.history
        at, _, _ = history[which % len(history)]
        for time in (*(self.model.now - by for by in back), at - 1, at, at + 1):
            if not 0 <= time < self.model.now:
                self.refused("ERC5805FutureLookup", vault, "getPastVotes", (NOBODY, time), self.vesting.stranger)
                continue
            votes, total = self.model.past(time)
            assert vault.getPastTotalSupply(time) == total
            for name in PEOPLE:
                assert vault.getPastVotes(self.actor(name), time) == votes[name], (name, time)
        self.calls["getPastVotes"] += 1
