"""Fees and what they pay for; rewards for what circulates; grants to developers; points for connections."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from caldera.agreements import attest
from caldera.contracts import SuiteAccess, structs
from caldera.model.fees import end_of
from tests.properties.suite.kernel import pick
from tests.properties.suite.rooms.circulation import Circulation
from tests.properties.suite.rooms.era import Era
from tests.properties.suite.stage import ATTESTORS, ERA, NOBODY, UNIT
from tests.support.suite import DAY

ENTERPRISES = ("seller", "supplier", "studio")


class Economy(Circulation, Era):
    """Rules about fees, incentives, grants and points."""

    @rule(by=st.sampled_from(ENTERPRISES), amount=st.sampled_from([ERA, 100 * ERA]), how=st.integers(0, 3))
    def prepay(self, by: str, amount: int, how: int) -> None:
        fees, who, entity = self.net.fees, self.who(by), self.stage.entity(by)
        if how == 0:
            permit = self.permit(who, fees, amount)
            self.act("fees.depositWithPermit", lambda: fees.depositWithPermit(entity, amount, *permit, sender=who))
        elif how == 1:
            self.act("fees.deposit", lambda: fees.deposit(entity, amount, sender=who))
            self.act("fees.withdrawPrepaid", lambda: fees.withdrawPrepaid(amount, sender=who))
        else:
            self.act("fees.deposit", lambda: fees.deposit(entity, amount, sender=who))

    @rule(
        by=st.sampled_from(ENTERPRISES),
        service=st.integers(0, 2),
        then=st.sampled_from(["", "settle", "settle", "take"]),
    )
    def buy_service(self, by: str, service: int, then: str) -> None:
        fees, who, anybody = self.net.fees, self.who(by), self.who("stranger")
        self.act("fees.deposit", lambda: fees.deposit(self.stage.entity(by), 100 * ERA, sender=who))
        self.act("fees.buy", lambda: fees.buy(service, 1, sender=who))
        if then:
            self.wait(32 * DAY)
            self.act("fees.settle", lambda: fees.settle(1, sender=anybody))
        if then == "take":
            treasury = self.stage.at("Treasury")
            self.act("fees.withdraw", lambda: fees.withdraw(treasury, sender=anybody))
            self.act("rewards.collectFees", lambda: self.net.rewards.collectFees(sender=anybody))

    @rule(up=st.booleans(), users=st.sampled_from([0, 10, 200_000]))
    def state_figures(self, up: bool, users: int) -> None:
        """Attestors state the price of ERA, and how many use a rollup."""
        rate, relayer = self.net.era_rate, self.who("relayer")
        self.wait(3_600)
        price = structs.EraPrice(10**17 + up * 10**16, self.now)
        signers = [self.who(name) for name in ATTESTORS]
        signed = [structs.Attestation(*one) for one in attest(rate, "EraPrice", price, signers)]
        self.act("rate.recordPrice", lambda: rate.recordPrice(price, signed, sender=relayer))
        self.act("fees.refreshRate", lambda: self.net.fees.refreshRate(sender=relayer))
        self.state_users(users)

    def state_users(self, users: int) -> None:
        """Of the month before this one."""
        fees, signers = self.net.fees, [self.who(name) for name in ATTESTORS]
        stated = structs.ActiveUsers(1, fees.currentMonth() - 1, users)
        vouched = [structs.Attestation(*one) for one in attest(fees, "ActiveUsers", stated, signers)]
        self.act("fees.stateUsers", lambda: fees.stateUsers(stated, vouched, sender=self.who("relayer")))

    @rule(
        kind=st.integers(0, 2),
        developed=st.sampled_from([0, 700, 2_000]),
        reused=st.booleans(),
        users=st.sampled_from([0, 200_000]),
        first=st.booleans(),
    )
    def share_fees(self, kind: int, developed: int, reused: bool, users: int, first: bool) -> None:
        """A scenario with a developer, and an author of another rollup; a month of it, shared out before or after its
        users are stated."""
        fees, studio, supplier = self.net.fees, self.who("studio"), self.who("supplier")
        roles = (self.who("node-1").address, studio.address if developed else NOBODY, supplier.address)
        record = structs.FeeScenario(kind, 1, developed, 2, roles[0], roles[1], roles[2] if reused else NOBODY)
        self.act("fees.setScenario", lambda: fees.setScenario(1, record, sender=self.net.governance))
        self.buy_service("studio", kind, "")
        month = fees.currentMonth()
        self.until(end_of(month))
        if first:
            self.state_users(users)
        self.act("fees.settle", lambda: fees.settle(1, sender=self.who("stranger")))
        if not first:
            self.state_users(users)
            self.act("fees.decideSubsidy", lambda: fees.decideSubsidy(1, month, studio, sender=supplier))
        for role in (studio, supplier):
            self.act("fees.withdraw", lambda role=role: fees.withdraw(role, sender=supplier))

    # circulation

    @rule(by=st.sampled_from(["seller", "supplier"]), back=st.sampled_from([False, False, True]), take=st.booleans())
    def circulate(self, by: str, back: bool, take: bool) -> None:
        """What was paid is counted once the window against round trips is over; what comes back counts for nothing."""
        other = "house" if back else "buyer"
        entity, payer = self.stage.entity(by), self.stage.entity(other)
        incentives = self.net.incentives
        epoch = incentives.epochAt(self.now)
        before = incentives.netOf(payer, entity, epoch)
        if not self.paid(by, other):
            return
        counts = True
        if back and self.paid(other, by) and epoch == incentives.epochAt(self.now):
            after = incentives.netOf(payer, entity, epoch)
            assert after[2] == before[2], f"9. a round trip gains nothing: {before} became {after}"
            counts = before[2] > 0
        self.until(incentives.countableFrom(epoch))
        owed = incentives.budgetOwed()
        self.act("incentives.count", lambda: incentives.count(payer, entity, epoch, sender=self.who("stranger")))
        if not counts:
            assert incentives.budgetOwed() == owed, "9. a round trip gains nothing"
        if take:
            self.wait(60 * DAY)
            self.act("incentives.claim", lambda: incentives.claim(sender=self.who(by)))
            self.act("rewards.collectRebate", lambda: self.net.rewards.collectRebate(sender=self.who("stranger")))

    def paid(self, by: str, other: str, face: int = 40 * UNIT) -> bool:
        """Whether `other` paid an invoice of `by` in full."""
        number = self.registered(by, other, face, 0, 60, True)
        if not number:
            return False
        call, who = self.net.receivables.pay, self.who(other)
        return self.act("receivables.pay", lambda: call(number, face, sender=who)) is not None

    @rule(which=pick, how=st.sampled_from(["claw", "ring", "fund", "absorb"]))
    def mind_incentives(self, which: int, how: str) -> None:
        incentives, payer = self.net.incentives, self.who("node-2")
        if how == "fund":
            self.act("era.approve", lambda: self.net.era.approve(incentives, ERA, sender=payer))
            self.act("incentives.fund", lambda: incentives.fund(ERA, sender=payer))
        elif how == "absorb":
            self.act("era.transfer", lambda: self.net.era.transfer(incentives, ERA, sender=payer))
            self.act("incentives.absorb", lambda: incentives.absorb(sender=self.who("stranger")))
        elif how == "claw":
            self.circulate("seller", False, False)
            entity, epoch = self.stage.entity("seller"), incentives.epochAt(self.now)
            arbiter = self.who("arbiter")
            self.act(
                "incentives.clawBack",
                lambda: incentives.clawBack(entity, epoch, 2**200, b"\1" * 32, sender=arbiter),
            )
        else:
            trio, epochs = self.ring(), [incentives.epochAt(self.now)] * 3
            self.act("incentives.offsetRing", lambda: incentives.offsetRing(trio, epochs, sender=payer))

    def ring(self) -> list[int]:
        """Three who pay one another in a circle."""
        names = ("seller", "house", "supplier")
        for creditor, debtor in zip(names, (*names[1:], names[0]), strict=True):
            self.paid(creditor, debtor, UNIT)
        return [self.stage.entity(name) for name in reversed(names)]

    # grants to developers

    @rule(which=pick, end=st.sampled_from(["claim", "claim", "cancel", "expire", "move"]))
    def develop(self, which: int, end: str) -> None:
        """Awarded by vote, milestone by milestone, in ERA of the day's rate."""
        grants, governance, studio = self.net.grants, self.net.governance, self.who("studio")
        entity = self.stage.entity("studio")
        stones = [structs.MilestoneTerms(100 * 10**6, self.now + 30 * DAY, b"\1" * 32)]
        made = self.act("grants.award", lambda: grants.award(entity, stones, b"\2" * 32, sender=governance))
        if made is None:
            return
        number = int(made.returned)
        if end == "claim":
            self.state_figures(bool(which % 2), 0)
            self.act("grants.approve", lambda: grants.approve(number, 0, b"\3" * 32, sender=governance))
            self.act("grants.claim", lambda: grants.claim(sender=studio))
        elif end == "cancel":
            self.act("grants.cancel", lambda: grants.cancel(number, 0, sender=governance))
        elif end == "expire":
            self.wait(31 * DAY)
            self.act("grants.expire", lambda: grants.expire(number, 0, sender=self.who("stranger")))
        else:
            self.act("grants.moveBudget", lambda: grants.moveBudget(self.net.points, ERA, sender=governance))
            self.act("points.absorb", lambda: self.net.points.absorb(sender=self.who("stranger")))

    # points

    @rule(which=pick, how=st.sampled_from(["redeem", "redeem", "fees", "right", "right", "none"]))
    def connect(self, which: int, how: str) -> None:
        """Points by a connector that governance names, redeemed for ERA, fees or a right."""
        points, governance, who = self.net.points, self.net.governance, self.who("studio")
        entity, connector, access = self.stage.entity("studio"), self.who("relayer"), self.access()
        self.act("access.grantRole", lambda: access.grantRole(14, connector, 0, sender=governance))
        mark = self.next().to_bytes(32, "big")
        self.act("points.awardPoints", lambda: points.awardPoints(entity, mark, 100, False, sender=connector))
        self.act("access.revokeRole", lambda: access.revokeRole(14, connector, sender=governance))
        if how == "redeem":
            self.act("points.redeem", lambda: points.redeem(10, 0, sender=who))
        elif how == "fees":
            self.act("points.redeemForFees", lambda: points.redeemForFees(10, 0, sender=who))
        elif how == "right":
            self.take_offer(which)

    def take_offer(self, which: int) -> None:
        points, governance, who = self.net.points, self.net.governance, self.who("studio")
        terms = structs.RightOffer(self.stage.entity("brand"), self.now + 30 * DAY, 30 * DAY, 5, 10, b"\1" * 32)
        made = self.act("points.offerRight", lambda: points.offerRight(terms, sender=governance))
        if made is None:
            return
        offer, brand = int(made.returned), self.who("brand")
        taken = self.act("points.redeemForRight", lambda: points.redeemForRight(offer, 1_000, sender=who))
        if taken is not None:
            number = int(taken.returned)
            if which % 2:
                self.act("points.decline", lambda: points.decline(number, b"\2" * 32, sender=brand))
            else:
                self.act("points.surrender", lambda: points.surrender(number, sender=who))
        self.act("points.endOffer", lambda: points.endOffer(offer, sender=governance))

    def access(self) -> Any:
        """The AccessManager."""
        return SuiteAccess(self.stage.chain, self.stage.at("SuiteAccess"))

    # streams of reserves

    @rule(which=pick, how=st.sampled_from(["take", "take", "payee", "renounce", "cancel"]))
    def stream(self, which: int, how: str) -> None:
        """A reserve pays by the second."""
        fund, governance, payee = self.net.reserve("ResearchReserve"), self.net.governance, self.who("studio")
        terms = structs.FundStreamTerms(self.net.era.address, payee.address, 100 * ERA, self.now, 0, 30 * DAY)
        made = self.act("reserve.openStream", lambda: fund.openStream(terms, b"\1" * 32, sender=governance))
        if made is None:
            return
        number, other = int(made.returned), self.who("voter")
        self.wait(DAY)
        if how == "payee":
            self.act("reserve.proposePayee", lambda: fund.proposePayee(number, other, sender=payee))
            self.act("reserve.acceptPayee", lambda: fund.acceptPayee(number, sender=other))
            self.act("reserve.withdrawTo", lambda: fund.withdrawTo(number, payee, sender=other))
        elif how == "renounce":
            self.act("reserve.renounceStream", lambda: fund.renounceStream(number, sender=payee))
        elif how == "cancel":
            self.act("reserve.cancelStream", lambda: fund.cancelStream(number, sender=governance))
        else:
            self.act("reserve.withdraw", lambda: fund.withdraw(number, sender=self.who("stranger")))
