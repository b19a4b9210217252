"""Locks that vote, proposals from the first word to the last call, pauses, and what nobody may do."""

from __future__ import annotations

from typing import Any

from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import rule

from caldera.evm import domain_of
from tests.properties.suite.kernel import parts, pick
from tests.properties.suite.rooms.nodes import Nodes
from tests.properties.suite.stage import ERA, FOUNDERS
from tests.support.suite import DAY

LOCKERS = ("voter", "saver", "delegator", "mallory")
TEMPLATE = b"EU/receivable".ljust(32, b"\0")
PAUSED = (
    *("ReceivableModule", "AssetCertificate", "UsageRight", "LeaseModule", "LandModule", "RetailModule", "BoundRights"),
    *(
        "LogisticsModule",
        "EnergyModule",
        "OperatingRecord",
        "RevenueCycle",
        "CreditDesk",
        "LendingPoolEUR",
        "Factoring",
    ),
    *("VestingVault", "FeeRouter", "NodeStaking", "VerificationDesk", "DisputeCourt", "VoteLock", "Treasury"),
)
FOR, AGAINST, ABSTAIN = 1, 0, 2
BALLOT = [
    {"name": name, "type": kind}
    for name, kind in (("proposalId", "uint256"), ("support", "uint8"), ("voter", "address"), ("nonce", "uint256"))
]


class Governance(Nodes):
    """Rules about locks and votes."""

    @rule(
        who=st.sampled_from(LOCKERS),
        amount=st.sampled_from([ERA, 1_000 * ERA, 1]),
        days=st.sampled_from([7, 30, 183, 184, 365, 1460]),
        how=st.sampled_from(["lock", "lock", "for", "until", "permit"]),
    )
    def lock(self, who: str, amount: int, days: int, how: str) -> None:
        locks, by, term = self.net.locks, self.who(who), days * DAY
        if how == "lock":
            self.act("locks.lock", lambda: locks.lock(amount, term, sender=by))
        elif how == "for":
            friend = self.who("shopper")
            self.act("locks.lockFor", lambda: locks.lockFor(friend, amount, term, sender=by))
        elif how == "until":
            end = locks.endOf(term)
            self.act("locks.lockUntil", lambda: locks.lockUntil(amount, end, sender=by))
        else:
            permit = self.permit(by, locks, amount)
            self.act("locks.lockWithPermit", lambda: locks.lockWithPermit(amount, term, *permit, sender=by))

    def locked(self, over: bool) -> list[tuple[str, int]]:
        """Accounts and ends of locks that have ended, or of all."""
        standing = self.world.votes.locks.standing.locks
        return [(who, end) for who, end in standing if self.label(who) and (end <= self.now or not over)]

    @rule(which=pick, part=parts, days=st.sampled_from([30, 184, 365, 1460]))
    def extend(self, which: int, part: int, days: int) -> None:
        found = self.locked(False)
        if not found:
            return
        who, end = self.one(found, which)
        amount = self.world.votes.locks.standing.locks[who, end].amount // part
        call, by = self.net.locks.extend, self.who(self.label(who))
        self.act("locks.extend", lambda: call(end, amount, days * DAY, sender=by))

    @rule(which=pick, to=st.booleans(), wait=st.booleans())
    def unlock(self, which: int, to: bool, wait: bool) -> None:
        found = self.locked(False)
        if not found:
            return
        who, end = min(found, key=lambda one: one[1]) if which % 4 else self.one(found, which)
        if wait and end < self.now + 400 * DAY:
            self.until(end)
        locks, by = self.net.locks, self.who(self.label(who))
        if to:
            other = self.who("shopper")
            self.act("locks.withdrawTo", lambda: locks.withdrawTo(other, [end], sender=by))
        else:
            self.act("locks.withdraw", lambda: locks.withdraw([end], sender=by))

    @rule(days=st.sampled_from([7, 8, 14]))
    def lock_and_withdraw(self, days: int) -> None:
        """When a lock has ended, and not before."""
        locks, by = self.net.locks, self.who("delegator")
        made = self.act("locks.lock", lambda: locks.lock(10 * ERA, days * DAY, sender=by))
        if made is not None:
            end = int(made.returned)
            self.until(end - 1)
            self.never("8. nothing is taken out before its end", lambda: locks.withdraw([end], sender=by))
            self.until(end)
            self.act("locks.withdraw", lambda: locks.withdraw([end], sender=by))

    # proposals

    def proposal(self, which: int) -> tuple[list[str], list[int], list[bytes], str]:
        """Something to vote on: a reserve spends, rules change by the book, a stream opens, an offer of points."""
        net, text = self.net, f"Proposal {self.next()}"
        if which % 3 == 0:
            call = net.fund.calldata.spend(net.era, self.who("studio"), 10 * ERA, b"\1" * 32)
            return [net.reserve("ResearchReserve").address], [0], [call], text
        if which % 3 == 1:
            rules = net.standard.latestRules(TEMPLATE)
            changed = rules._replace(minimumUnitUsd=rules.minimumUnitUsd + 100 * 10**6)
            family = net.book.familyFor(net.standard, net.standard.calldata.publish(TEMPLATE, rules)[:4])
            call = net.book.calldata.set(family, [TEMPLATE], [int(value) for value in changed])
            return [net.book.address], [0], [call], text
        call = net.desk.calldata.addPool(1, net.pool("EUR"))
        return [net.desk.address], [0], [call], text

    @rule(which=pick, end=st.sampled_from(["done", "done", "voted down", "cancelled", "early"]))
    def propose(self, which: int, end: str) -> None:
        """The whole way; nobody shortens it."""
        net, governor, anybody = self.net, self.net.governor, self.who("relayer")
        founder = self.who("founder1")
        targets, values, calls, text = self.proposal(which)
        made = self.act("governor.propose", lambda: governor.propose(targets, values, calls, text, sender=founder))
        if made is None:
            return
        number, said = int(made.returned), keccak(text=text)
        if end == "cancelled":
            self.act("governor.cancel", lambda: governor.cancel(targets, values, calls, said, sender=founder))
            return
        self.until(governor.proposalSnapshot(number) + 1)
        support = AGAINST if end == "voted down" else FOR
        for name in FOUNDERS:
            self.vote(number, name, support, which)
        if end == "early":
            self.never(
                "10. nothing is queued before all could vote",
                lambda: governor.queue(targets, values, calls, said, sender=anybody),
            )
        self.until(governor.proposalDeadline(number) + 1)
        done = self.act("governor.queue", lambda: governor.queue(targets, values, calls, said, sender=anybody))
        assert (done is None) or end != "voted down", "10. what was voted down is not queued"
        if done is None:
            return
        self.never(
            "10. what was voted for waits", lambda: governor.execute(targets, values, calls, said, sender=anybody)
        )
        self.until(governor.proposalEta(number))
        self.act("governor.execute", lambda: governor.execute(targets, values, calls, said, sender=anybody))
        del net

    def vote(self, number: int, name: str, support: int, which: int) -> None:
        """In one of the ways in which a vote can be cast."""
        governor, voter = self.net.governor, self.who(name)
        if which % 4 == 0:
            self.act(
                "governor.castVoteWithReason",
                lambda: governor.castVoteWithReason(number, support, "why", sender=voter),
            )
        elif which % 4 == 1:
            message: dict[str, Any] = {
                "proposalId": number,
                "support": support,
                "voter": voter.address,
                "nonce": governor.nonces(voter),
            }
            signed = voter.sign_typed(domain_of(governor), {"Ballot": BALLOT}, message).packed
            relayer = self.who("relayer")
            self.act(
                "governor.castVoteBySig",
                lambda: governor.castVoteBySig(number, support, voter, signed, sender=relayer),
            )
        else:
            self.act("governor.castVote", lambda: governor.castVote(number, support, sender=voter))

    @rule(
        name=st.sampled_from(PAUSED),
        seconds=st.sampled_from([60, DAY, 7 * DAY]),
        ends=st.sampled_from([True, True, False]),
    )
    def pause(self, name: str, seconds: int, ends: bool) -> None:
        """For a bounded time; mostly ended at once, so that others can go on."""
        self.pause_one(name, seconds, ends)

    def pause_one(self, name: str, seconds: int, ends: bool) -> None:
        contract: Any = type(self.net.desk)(self.stage.chain, self.stage.at(name))
        guardian = self.who("guardian")
        done = self.act("guardian.pause", lambda: contract.pause(seconds, sender=guardian))
        if done is not None and ends:
            self.act("guardian.unpause", lambda: contract.unpause(sender=guardian))
