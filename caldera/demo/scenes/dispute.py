"""A false result before the court: challenged, judged by nodes that did not sign it, its signers slashed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.contracts import events
from caldera.demo.amounts import eras, money
from caldera.demo.labels import CARELESS, HONEST, JON, JURORS, LIAR
from caldera.demo.scenes.asked import Desk, Request
from caldera.demo.scenes.paperwork import VALUATION
from caldera.demo.scenes.reckoning import agree
from caldera.demo.scenes.stage import Sheet, Stage
from caldera.demo.scenes.staked import Holding
from caldera.demo.trade import FACTOR
from caldera.devnet import Devnet
from caldera.evm import Account
from caldera.model.court import Node, draw

SECRET = keccak(text="thirty-two bytes that nobody guesses, in earnest")
BPS = 10_000
UPHELD = 5
_OPEN_VOTES = (1, 2)
Until = Callable[[str, Callable[[], bool]], object]
"""Waits until the processes have done something; raises where they do not."""


@dataclass
class Case:
    """What came of it. `votes`: of each of the panel, True where it found the result false. `rate`: basis points of
    their stake that the signers lost."""

    number: int = 0
    panel: list[str] = field(default_factory=list)
    votes: dict[str, bool] = field(default_factory=dict)
    bond: int = 0
    returned: int = 0
    reward: int = 0
    taken: int = 0
    rate: int = 0
    frozen_until: int = 0
    withdrawn: bool = False
    paid_to_jon: int = 0


class Dispute:
    """One case about one false result."""

    def __init__(self, devnet: Devnet, stage: Stage, desk: Desk, told: Request, until: Until) -> None:
        self.devnet, self.stage, self.told, self.until = devnet, stage, told, until
        self.stakes, self.book = desk.stakes, desk.book
        self.case = Case(rate=devnet.slasher.slashRates().falseAttestation)
        self.holdings: list[Holding] = []

    def run(self) -> Case:
        """From the challenge to the end, with all that can be claimed at once.

        Raises:
            FiguresDiffer: somebody has another amount than the exact model says.
            NodeFailed: a node does not vote.
        """
        challenger = self._challenge()
        poll = self._draw(challenger)
        self._vote(poll)
        self._rule(poll)
        self._slash()
        self._pay(challenger)
        return self.case

    # -- steps ---------------------------------------------------------------------------------------------------------

    def _challenge(self) -> Account:
        net, told, stage = self.devnet, self.told, self.stage
        admin, papers = net.governance, told.papers
        assert papers is not None
        factor = net.enrol(FACTOR, f"NAME:{FACTOR}", "FACTOR")
        self.case.bond = net.court.courtTermsOf(net.court.courtTermsVersion()).bond
        purpose = keccak(text="bond")
        net.reserve("ResearchReserve").spend(net.era, factor, self.case.bond, purpose, sender=admin)
        net.era.approve(net.court, self.case.bond, sender=factor)
        stage.refused(
            LIAR,
            "challenges the result itself, to be its own reporter",
            lambda: net.court.challenge(
                told.number, told.nodes, told.stakes, _hidden(), b"\1" * 32, "", sender=net.chain.account(LIAR)
            ),
        )
        receipt = stage.send(
            FACTOR,
            f"was offered the invoice for {money(told.found)}, reads it, and challenges the result",
            lambda: net.court.challenge(
                told.number,
                told.nodes,
                told.stakes,
                _hidden(),
                papers.invoice.document_hash,
                "ipfs://invoice",
                sender=factor,
            ),
            f"bond {eras(self.case.bond)} ERA; the signers' stake is frozen",
        )
        opened = receipt.one(events.CaseOpened)
        self.case.number, self.case.frozen_until = opened.id, opened.frozenUntil
        self.book.now = receipt.timestamp
        self.book.open_case(told.number)
        for name in told.signers:
            self.stakes.model.freeze(self.stakes.numbers[name], opened.frozenUntil)
        return factor

    def _draw(self, challenger: Account) -> int:
        net, case = self.devnet, self.case.number
        self._catch_up()
        net.chain.mine(net.seeds.delay() + 2)
        ticket = net.court.fileOf(case).ticket
        net.seeds.capture(ticket, sender=net.chain.account("anyone"))
        seats = events.PanelDrawn
        drawn = self.stage.send(
            FACTOR,
            "shows its secret: the panel is drawn from a block hash and the secret",
            lambda: net.court.draw(case, SECRET, sender=challenger),
            lambda receipt: f"{len(receipt.one(seats).panellists)} nodes, none of which signed",
        ).one(seats)
        seed = keccak(encode(["bytes32", "bytes32", "uint256", "uint256"], [net.seeds.seedOf(ticket), SECRET, case, 1]))
        names = {number: name for name, number in self.stakes.numbers.items()}
        nodes, barred = {}, set()
        for number, name in names.items():
            active, _, live = net.nodes.stakeOf(number)
            nodes[number] = Node(name, name, net.nodes.entityOf(number), active, live, False)
            if name in self.told.signers:
                barred.add(nodes[number].entity)
        barred |= {entity for entity in net.court.fileOf(case).barred if entity}
        size = net.court.courtTermsOf(net.court.courtTermsVersion()).panel
        places = []
        for place in range(net.nodes.livePlaces(0)[0]):
            number, _, since, _ = net.nodes.livePlaceAt(place)
            places.append(number)
            if number:
                nodes[number].settled = self.stage.now >= since + net.panels.settling()
        again = draw(seed, size, nodes, barred, net.panels.leastStake(), net.panels.stakeCap(), places)
        agree("panel", list(drawn.panellists), again)
        self.case.panel = [names[number] for number in drawn.panellists]
        return drawn.poll

    def _vote(self, poll: int) -> None:
        net, stakes = self.devnet, self.stakes
        assert self.told.papers is not None
        owed = net.receivables.owedOn(self.told.papers.id)
        uphold, gas = self.told.found != owed, 0
        own = [name for name in self.case.panel if name in JURORS]
        for name in own:
            hidden = net.ballots.commitmentOf(poll, stakes.numbers[name], uphold, _salt(name))
            gas += net.ballots.commit(poll, stakes.numbers[name], hidden, sender=stakes.key(name)).gas_used
        self.stage.note(" and ".join(own), "read the invoice, and commit to votes that nobody sees", "", gas)
        voters = [name for name in self.case.panel if name not in JURORS]
        for name in voters:
            self._wait(name, "commit its vote", poll, lambda ballot: ballot != 0)
            self.stage.see(name, "its process judges the document again, and commits", "a vote that nobody sees")
        self._past(net.ballots.pollAt(poll).commitUntil)
        gas = 0
        for name in own:
            receipt = net.ballots.reveal(
                poll, stakes.numbers[name], uphold, _salt(name), sender=net.chain.account("anyone")
            )
            gas += receipt.gas_used
        for name in voters:
            self._wait(name, "reveal its vote", poll, lambda ballot: ballot in _OPEN_VOTES)
        self.case.votes = {name: self._vote_of(poll, stakes.numbers[name]) == 1 for name in self.case.panel}
        said = sum(self.case.votes.values())
        self.stage.note("the panel", "shows its votes", f"{said} of {len(self.case.panel)}: the result is false", gas)

    def _wait(self, name: str, what: str, poll: int, done: Callable[[int], bool]) -> None:
        number = self.stakes.numbers[name]
        self.until(f"{name} to {what}", lambda: done(self._vote_of(poll, number)))

    def _vote_of(self, poll: int, number: int) -> int:
        return int.from_bytes(self.devnet.ballots.ballotOf(poll, number), "big")

    def _rule(self, poll: int) -> None:
        net, case = self.devnet, self.case.number
        anyone, papers = net.chain.account("anyone"), self.told.papers
        assert papers is not None
        self._past(net.ballots.pollAt(poll).revealUntil)
        self.stage.do(
            "anyone",
            "has the votes counted",
            lambda: net.court.advance(case, sender=anyone),
            "upheld; three days in which the signers' owners can appeal",
        )
        self._past(net.court.courseOf(case).ends)
        before = net.certificates.attributeOf(papers.id, VALUATION)
        phase = self.stage.do(
            "anyone",
            "closes the case: nobody appealed",
            lambda: net.court.advance(case, sender=anyone),
            "the ledger takes the false valuation back",
        )
        after = net.certificates.attributeOf(papers.id, VALUATION)
        self.book.now = self.stage.now
        self.book.close_case(self.told.number, True)
        agree("phase of the case", phase, UPHELD)
        agree("the false word", (before.amount, before.level, after.amount), (self.told.found, 2, 0))
        self.case.withdrawn = True
        self.told.outcome = "overturned"

    def _slash(self) -> None:
        net, told = self.devnet, self.told
        self.holdings = self.stakes.holdings((LIAR, CARELESS, HONEST))
        self.stakes.at(self.stage.now)
        self.case.taken = self.stage.do(
            "anyone",
            "carries the penalty out: every signer, with all who stake with it",
            lambda: net.penalties.execute(
                self.case.number, told.nodes, told.stakes, 0, len(told.nodes), sender=net.chain.account("anyone")
            ),
            lambda taken: f"{eras(taken)} ERA taken",
        )
        taken = 0
        for number, base in zip(told.nodes, told.stakes, strict=True):
            node = self.stakes.model.nodes[number]
            asked = ceil(Fraction(base * self.case.rate, BPS))
            taken += self.stakes.model.slash(number, min(asked, node.active + node.leaving))
        agree("what was taken of the signers", self.case.taken, taken)
        self.stakes.check()
        for one, now in zip(self.holdings, self.stakes.holdings((LIAR, CARELESS, HONEST)), strict=True):
            one.has = now.had

    def _pay(self, challenger: Account) -> None:
        net, case, stage = self.devnet, self.case, self.stage
        anyone = net.chain.account("anyone")
        claim = lambda: net.court.claim(challenger, sender=anyone)  # noqa: E731 - one call, used once
        case.returned = stage.do(FACTOR, "has its bond back", claim, lambda amount: f"{eras(amount)} ERA")
        agree("the challenger's bond", case.returned, case.bond)
        case.reward = stage.do(
            FACTOR,
            "has the reporter's part of what was taken",
            lambda: net.slasher.payReporter(challenger, sender=anyone),
            lambda amount: f"{eras(amount)} ERA",
        )
        part = net.slasher.slashRates().reporter
        agree("the reporter's part", case.reward, sum(_part(one, part) for one in self._taken_by_node()))
        agree("ERA of the challenger", net.era.balanceOf(challenger), case.bond + case.reward)

    def _taken_by_node(self) -> list[int]:
        found = []
        for name in self.told.signers:
            number = self.stakes.numbers[name]
            base = self.told.stakes[self.told.nodes.index(number)]
            found.append(base - sum(self.devnet.nodes.stakeOf(number)[:2]))
        return found

    def let_go(self, stage: Stage) -> None:
        """Jon takes what is left of his exit, as soon as nothing holds it."""
        net, jon = self.devnet, self.devnet.chain.account(JON)
        exit_ = net.nodes.exitAt(int(jon.address, 16), self.stakes.place)
        if stage.now < exit_.heldUntil:
            stage.refused(JON, "takes his exit", lambda: net.nodes.withdraw(self.stakes.place, 0, sender=jon))
            net.chain.warp(exit_.heldUntil)
        self.stakes.at(stage.now)
        self.case.paid_to_jon = stage.do(
            JON,
            f"takes what is left of his exit: the case froze it, and the slash took {self.case.rate // 100} %",
            lambda: net.nodes.withdraw(self.stakes.place, 0, sender=jon),
            lambda amount: f"{eras(amount)} ERA",
        )
        agree("what Jon gets", self.case.paid_to_jon, self.stakes.model.withdraw(JON, self.stakes.place))
        self.stakes.check()

    def sheet(self) -> Sheet:
        """Who lost what."""
        title = f"Slashed: {self.case.rate // 100} % of every signer's stake, owners and delegators alike"
        made = Sheet(title, ["node", "who", "what"], ["had, ERA*", "lost", "has"])
        node = ""
        for one in self.holdings:
            if node and node != one.node:
                made.rows.append([])
            node = one.node
            made.rows.append([one.node, one.who, one.kind, *map(eras, (one.had, one.lost, one.has))])
        sums = [sum(one.had for one in self.holdings), sum(one.lost for one in self.holdings)]
        made.rows += [[], ["all", "", "", *map(eras, (*sums, sums[0] - sums[1]))]]
        made.note = "* four places are all there are here; all 18 are compared with the exact model"
        return made

    # -- what they need ------------------------------------------------------------------------------------------------

    def _catch_up(self) -> None:
        """Blocks of the node processes are counted, too."""
        chain = self.devnet.chain
        chain.block_number = int(chain.rpc("eth_blockNumber"), 16)

    def _past(self, second: int) -> None:
        """The second after it, in a block of its own: the processes know the time by the newest block."""
        self.devnet.chain.warp(max(second + 1, self.devnet.chain.now))
        self.devnet.chain.mine(1)
        self._catch_up()


def _part(taken: int, bps: int) -> int:
    return taken * bps // BPS


def _hidden() -> bytes:
    return keccak(encode(["bytes32"], [SECRET]))


def _salt(name: str) -> bytes:
    return keccak(text=f"salt of {name}")


__all__ = ["Case", "Dispute"]
