"""Governance: a number is raised by vote and takes effect, for what is new only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from eth_utils.crypto import keccak

from caldera.contracts import structs
from caldera.contracts.errors import AccessManagedUnauthorized
from caldera.demo.amounts import money
from caldera.demo.scenes.stage import DAY, NotRefused, Scene, Stage
from caldera.devnet import Devnet

TEMPLATE = b"NONE/receivable".ljust(32, b"\0")
USD = 10**6
FROM, TO = 1_000 * USD, 2_000 * USD
PART = 1_500 * USD
"""In USD: between the two minimum units. The invoices are in USD, so that no rate moves it."""
FOUNDERS = ("founder1", "founder2", "founder3")
FOR, AGAINST = 1, 0
_MINIMUM = 160
"""`TermsLib.minimum`."""
FEES = 20 * 10**18


class FigureDiffers(Exception):
    """Governance did not bring about what the proposal says."""


def play(devnet: Devnet, before: Callable[[], None] | None = None) -> Scene:
    """Eight days. `before`: states the price of ERA, where services are charged.

    Raises:
        NotRefused: something came through that must not.
        FigureDiffers: the change did not take effect, or reached what was there already.
    """
    return _Vote(devnet, before or (lambda: None)).play()


class _Vote:
    def __init__(self, devnet: Devnet, before: Callable[[], None]) -> None:
        self.net, self.before = devnet, before
        self.stage = Stage(devnet, Scene("Governance: the minimum unit is raised by vote, for new certificates"))
        self.seller = devnet.enrol("Dorn Supplies", "NAME:Dorn Supplies", "ENTERPRISE")
        self.buyer = devnet.enrol("Ebro Stores", "NAME:Ebro Stores", "ENTERPRISE")
        self.holder = devnet.enrol("Fjord Factors", "NAME:Fjord Factors", "FACTOR")

    def play(self) -> Scene:
        stage, net = self.stage, self.net
        self._prepay()
        old = self._invoice("G-1", FROM)
        self._split(old)
        self._nobody_else()
        number, arguments = self._propose()
        self._vote(number)
        self._carry_out(arguments)
        self.before()
        new = self._invoice("G-2", TO)
        stage.refused(
            self.seller.label,
            f"sells {money(PART)} of the new invoice",
            lambda: net.certificates.safeTransferFrom(self.seller, self.holder, new, PART, b"", sender=self.seller),
        )
        self._split(old)
        family, keys, values = self._change(TO + FROM)
        stage.refused(
            "founder1",
            "would raise it again in the same month",
            lambda: net.book.requireSettable(family, keys, values),
        )
        stage.scene.figures |= {"minimum_unit": net.standard.latestRules(TEMPLATE).minimumUnitUsd}
        return stage.scene

    # -- steps ---------------------------------------------------------------------------------------------------------

    def _prepay(self) -> None:
        """Where services are charged the seller needs an account."""
        net = self.net
        if int(net.certificates.meterOf(1)[0], 16) == 0:
            return
        net.reserve("ResearchReserve").spend(net.era, self.seller, FEES, keccak(text="fees"), sender=net.governance)
        net.era.approve(net.fees, FEES, sender=self.seller)
        net.fees.deposit(net.enter("NAME:Dorn Supplies"), FEES, sender=self.seller)

    def _invoice(self, number: str, unit: int) -> int:
        net, now, currency = self.net, self.stage.now, self.net.deployment.currencies["USD"]
        rule = net.standard.current(TEMPLATE)[0]
        terms = structs.Invoice(
            self.buyer.address, 12_000 * USD, now + 60 * DAY, now // DAY, currency, rule, b"\1" * 32, number
        )
        asset: int = self.stage.do(
            self.seller.label,
            f"registers an invoice over {money(12_000 * USD)} USD",
            lambda: net.receivables.create(terms, [], sender=self.seller),
            f"rules {rule}: nobody may hold less than {money(unit)} USD of it",
        )
        net.receivables.acknowledge(asset, sender=self.buyer)
        found = net.certificates.termsOf(asset) >> _MINIMUM
        if found != unit:
            raise FigureDiffers(f"the certificate's minimum unit is {found}, not {unit}")
        return asset

    def _split(self, asset: int) -> None:
        net = self.net
        self.stage.do(
            self.seller.label,
            f"sells {money(PART)} of the first invoice",
            lambda: net.certificates.safeTransferFrom(self.seller, self.holder, asset, PART, b"", sender=self.seller),
            f"{self.holder.label} has {money(net.certificates.balanceOf(self.holder, asset) + PART)}",
        )

    def _nobody_else(self) -> None:
        """Not the deployer, not the officer of the standard, not the guardian, not even the timelock by itself."""
        net = self.net
        rules = net.standard.latestRules(TEMPLATE)._replace(minimumUnitUsd=TO)
        officers = [net.officer(label).address for label in ("deployer", "standard", "guardian")]
        for who in (*officers, net.timelock.address):
            try:
                net.standard.publish(TEMPLATE, rules, sender=who)
            except AccessManagedUnauthorized:
                continue
            raise NotRefused(f"{who} published rules")
        self.stage.refused(
            "deployer, STANDARD, guardian, timelock",
            "publish the higher unit themselves",
            lambda: net.standard.publish(TEMPLATE, rules, sender=net.timelock),
        )

    def _change(self, unit: int) -> tuple[int, list[bytes], list[int]]:
        """What the parameter book is to set: the family of `publish`, its key, the rules with another unit."""
        net = self.net
        rules = net.standard.latestRules(TEMPLATE)._replace(minimumUnitUsd=unit)
        family = net.book.familyFor(net.standard, net.standard.calldata.publish(TEMPLATE, rules)[:4])
        return family, [TEMPLATE], [int(value) for value in rules]

    def _propose(self) -> tuple[int, tuple[list[str], list[int], list[bytes], str]]:
        net, stage = self.net, self.stage
        call = net.book.calldata.set(*self._change(TO))
        said = "Raise the minimum unit of receivables to 2,000 USD"
        voters = sum(net.power.getVotes(net.officer(label)) for label in FOUNDERS)
        stage.see("anyone", "looks at VotingPower", f"{_era(voters)} ERA of unvested grants vote")
        net.chain.skip(1)
        number = stage.do(
            "founder1",
            f"proposes: {said}",
            lambda: net.governor.propose([net.book], [0], [call], said, sender=net.officer("founder1")),
            lambda made: f"proposal {made}: ParameterBook.set, of ValueStandard.publish",
        )
        return number, ([net.book.address], [0], [call], said)

    def _vote(self, number: int) -> None:
        net, stage = self.net, self.stage
        stage.refused(
            "founder1",
            "votes at once, as with borrowed tokens",
            lambda: net.governor.castVote(number, FOR, sender=net.officer("founder1")),
        )
        net.chain.warp(net.governor.proposalSnapshot(number) + 1)
        for label, support in zip(FOUNDERS, (FOR, FOR, AGAINST), strict=True):
            stage.do(
                label,
                f"votes {'for' if support == FOR else 'against'} it",
                partial(net.governor.castVote, number, support, sender=net.officer(label)),
                lambda weight: f"{_era(weight)} votes",
            )
        against, in_favour, _ = net.governor.proposalVotes(number)
        quorum = net.governor.quorum(net.governor.proposalSnapshot(number))
        stage.see("anyone", "counts", f"{_era(in_favour)} for, {_era(against)} against; {_era(quorum)} were needed")
        net.chain.warp(net.governor.proposalDeadline(number) + 1)

    def _carry_out(self, arguments: tuple[list[str], list[int], list[bytes], str]) -> None:
        net, stage, anyone = self.net, self.stage, self.net.chain.account("anyone")
        targets, values, calls, said = arguments
        hashed = keccak(text=said)
        number = net.governor.latestProposalId()
        stage.do(
            "anyone",
            "queues it",
            lambda: net.governor.queue(targets, values, calls, hashed, sender=anyone),
            lambda _: f"ready on {_day(net.governor.proposalEta(number))}",
        )
        stage.refused(
            "anyone",
            "carries it out before its delay is over",
            lambda: net.governor.execute(targets, values, calls, hashed, sender=anyone),
        )
        net.chain.warp(net.governor.proposalEta(number))
        stage.do(
            "anyone",
            "carries it out",
            lambda: net.governor.execute(targets, values, calls, hashed, sender=anyone),
            f"{money(FROM)} is {money(TO)} from now on",
        )


def _era(wei: int) -> str:
    return f"{wei // 10**18:,}"


def _day(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).date().isoformat()


__all__ = ["FigureDiffers", "play"]
