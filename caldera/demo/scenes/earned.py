"""What an honest node earns: its part of the fees, and a yearly rate on its stake; each beside the exact model."""

from __future__ import annotations

from dataclasses import dataclass

from eth_utils.crypto import keccak

from caldera.demo.amounts import eras
from caldera.demo.labels import CARELESS, HONEST, LEA, LIAR
from caldera.demo.scenes.asked import Desk, Request
from caldera.demo.scenes.reckoning import agree
from caldera.demo.scenes.stage import Stage
from caldera.demo.scenes.staked import COMMISSION, ERA, Stakes
from caldera.devnet import Devnet
from caldera.model.rewards import INDEX, RecordsModel, RewardsModel, Terms

BUDGET = 10_000 * ERA
"""More than all nodes of the scene can earn in it: every rate is paid in full."""
WHOLE = 10**18


@dataclass
class Earnings:
    """What was paid, in units."""

    fees: dict[str, int]
    fund: int = 0
    rate: int = 0
    delegator: int = 0
    owner: int = 0
    commission: int = 0


class Earning:
    """The honest node's rewards. `fund` before anybody stakes, `begin` right after, `run` when the case is over."""

    def __init__(self, devnet: Devnet, stakes: Stakes, desk: Desk) -> None:
        net = devnet
        self.devnet, self.stakes, self.desk = devnet, stakes, desk
        terms, scores = net.rewards.rewardTerms(), net.node_records.scoreTerms()
        records = RecordsModel(net.chain.now, net.node_records.epochLength(), scores[0], scores[1])
        band = Terms(terms.leastBps, terms.mostBps, terms.withEfficiency, terms.tipBps, terms.mostTip)
        self.end, days = net.rewards.rewardPeriod()
        self.model = RewardsModel(net.chain.now, records, band, days)
        self.model.end = self.end
        self.shares: dict[str, int] = {}

    def fund(self, stage: Stage) -> None:
        """The budget of the rewards, out of the research reserve."""
        net = self.devnet
        purpose = keccak(text="rewards of nodes")
        reserve = net.reserve("ResearchReserve")
        reserve.spend(net.era, net.rewards, BUDGET, purpose, sender=net.governance)
        anyone = net.chain.account("anyone")
        stage.do(
            "governance",
            "gives the rewards of nodes a budget, out of the same reserve",
            lambda: net.rewards.absorb(sender=anyone),
            f"{eras(BUDGET)} ERA",
        )
        self.model.records.now = stage.now
        self.model.fund(BUDGET)

    def begin(self) -> None:
        """The stakes of the honest node, as they were brought: its owner's, then its delegator's, at one second."""
        net, number = self.devnet, self.stakes.numbers[HONEST]
        self.model.records.now = net.chain.now
        self.model.set_commission(number, COMMISSION)
        total = 0
        for who in (HONEST, LEA):
            amount = net.nodes.positionOf(int(net.chain.account(who).address, 16), number)[0]
            self.model.checkpoint(number, total, total + amount)
            self.shares[who], total = amount, total + amount

    def signed(self, requests: list[Request]) -> None:
        """Tells the records what the node signed."""
        number = self.stakes.numbers[HONEST]
        for one in requests:
            made = self.desk.book.requests[one.number].result
            assert made is not None
            if number in made.signers:
                self.model.records.now = made.accepted_at
                self.model.records.signed([number], made.volume)

    def run(self, stage: Stage, requests: list[Request], lie: Request) -> Earnings:
        """Fees of the epoch in which the documents were verified, then a month of rewards.

        Raises:
            FiguresDiffer: chain and model disagree.
        """
        net, book = self.devnet, self.desk.book
        anyone = net.chain.account("anyone")
        stage.send(
            "anyone",
            "names who signed the false result: their volume of it counts for nothing",
            lambda: net.verification.forfeitFees(lie.number, lie.nodes, lie.stakes, sender=anyone),
            "they have no part of its fee",
        )
        book.forfeit(lie.number, dict(zip(lie.nodes, lie.stakes, strict=True)))
        made = book.requests[requests[0].number].result
        assert made is not None
        epoch = made.epoch
        net.chain.warp(max(stage.now, (epoch + 1) * book.epoch_length, book.pot(epoch).until + 1))
        book.now = stage.now
        earned = Earnings({})
        for name in (HONEST, CARELESS, LIAR):
            number = self.stakes.numbers[name]
            earned.fees[name] = stage.do(
                name,
                "has its part of the fees of the epoch",
                lambda number=number: net.verification_desk.claimFees(number, epoch, sender=anyone),  # type: ignore[misc]
                lambda amount: f"{eras(amount)} ERA",
            )
            agree(f"fees of {name}", earned.fees[name], book.claim(number, epoch))
        earned.fund = stage.do(
            "anyone",
            "hands the fund's part of the fees to the rewards of nodes",
            lambda: net.verification_desk.payFund(sender=anyone),
            lambda amount: f"{eras(amount)} ERA",
        )
        agree("the fund's part of the fees", earned.fund, book.pay_fund())
        agree("ERA of the desk", net.era.balanceOf(net.verification_desk), book.held())
        self._rewards(stage, earned)
        return earned

    def _rewards(self, stage: Stage, earned: Earnings) -> None:
        net, number = self.devnet, self.stakes.numbers[HONEST]
        anyone, lea, owner = (net.chain.account(name) for name in ("anyone", LEA, HONEST))
        self._at(stage.now)
        stage.send(
            "anyone",
            f"brings the yearly rate of {HONEST} up to what it verified, and how well",
            lambda: net.rewards.poke(number, sender=anyone),
            lambda _: f"{_percent(net.rewards.rateOf(number)[0])} % a year",
        )
        self.model.poke(number)
        earned.rate = net.rewards.rateOf(number)[0]
        agree(f"rate of {HONEST}", earned.rate, self.model.nodes[number].rate)
        stage.wait(30)
        self._at(stage.now)
        agree("what is funded of every rate", net.rewards.fundedRate(), WHOLE)
        total, index = sum(self.shares.values()), self.model.index_of(number, sum(self.shares.values()))
        self.model.checkpoint(number, total, total)
        earned.delegator = stage.do(
            LEA,
            f"claims what her stake with {HONEST} earned",
            lambda: net.rewards.claim([number], lea, sender=lea),
            lambda amount: f"{eras(amount)} ERA",
        )
        agree("rewards of Lea", earned.delegator, self.shares[LEA] * index // INDEX)
        earned.owner = stage.do(
            HONEST,
            "claims what its own stake earned",
            lambda: net.rewards.claim([number], owner, sender=owner),
            lambda amount: f"{eras(amount)} ERA",
        )
        agree(f"rewards of {HONEST}", earned.owner, self.shares[HONEST] * index // INDEX)
        earned.commission = stage.do(
            HONEST,
            f"claims its commission, {COMMISSION // 100} % of what was earned with it",
            lambda: net.rewards.claimCommission(number, owner, sender=owner),
            lambda amount: f"{eras(amount)} ERA",
        )
        agree(f"commission of {HONEST}", earned.commission, self.model.claim_commission(number))

    def _at(self, now: int) -> None:
        self.model.records.now = now


def _percent(rate: int) -> str:
    """A rate with nine decimals, cut to four places."""
    whole, rest = divmod(rate // 1_000, 10**4)
    return f"{whole}.{rest:04d}"


__all__ = ["Earning", "Earnings"]
