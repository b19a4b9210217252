"""A court on a chain, with nodes that can be drawn, results that can be disputed, and ERA for bonds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.contracts import (
    BlockhashSeeds,
    CourtRecordsDouble,
    DisputeCourt,
    EraToken,
    NodeBallots,
    NodePanels,
    NodesDouble,
    Penalties,
    ResultsDouble,
    SlasherDouble,
    structs,
)
from caldera.evm import Account, Chain
from caldera.model.court import Terms
from tests.support.suite import DAY, NOBODY, ROLES, YEAR, Suite, selector_of
from tests.support.suite import build as build_suite

ERA = 10**18
HOUR = 3600
BOND = 1_000 * ERA
DELAY = 4
LEAST, CAP = 10_000 * ERA, 50_000 * ERA
SIGNERS = (1, 2, 3)
NODES = 32
WINDOW = 7 * DAY
EVIDENCE = keccak(text="evidence")
DRAW, VOTE, APPEAL, GOVERNANCE, UPHELD, REJECTED, UNDECIDED, WITHHELD = range(1, 9)
PHASES = ("None", "Draw", "Vote", "Appeal", "Governance", "Upheld", "Rejected", "Undecided", "Withheld")
TERMS = Terms(BOND, 20_000, 5_000, 3, DAY, 2 * DAY, 2 * DAY, 3 * DAY, 14 * DAY)
PERMISSIONS = {
    "court": {"STANDARD": "setCourtTerms", "ARBITER": "decide", "GUARDIAN": "pause unpause"},
    "panels": {"STANDARD": "setPanelStakes"},
    "ballots": {"COURT": "openPoll"},
    "penalties": {"GUARDIAN": "pause unpause"},
}


def words(terms: Terms) -> structs.CourtTerms:
    """The terms as the contract takes them."""
    return structs.CourtTerms(
        terms.bond,
        terms.factor_bps,
        terms.panellists_bps,
        terms.panel,
        terms.secret,
        terms.commit,
        terms.reveal,
        terms.appeal,
        terms.governance,
    )


def salt(number: int) -> bytes:
    return number.to_bytes(32, "big")


def hidden(secret: int) -> bytes:
    """What a challenger shows of its secret at first."""
    return keccak(encode(["uint256"], [secret]))


def signers_hash(signers: Sequence[int], stakes: Sequence[int]) -> bytes:
    return keccak(encode(["uint32[]", "uint256[]"], [list(signers), list(stakes)]))


@dataclass
class Court:
    """32 nodes, each of its own entity: owner{i} owns node i, which signs with key{i}. Nodes 1 to 3 signed result 1;
    its requester is the seller, and the buyer has an interest in it. alice challenges; bank does, too. officer holds
    every role but ADMIN, which is admin's; the fund is `fund`."""

    suite: Suite
    era: Any
    nodes: NodesDouble
    results: ResultsDouble
    slasher: SlasherDouble
    records: CourtRecordsDouble
    seeds: Any
    panels: NodePanels
    ballots: NodeBallots
    court: DisputeCourt
    penalties: Penalties
    stakes: dict[int, int]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.suite, name)

    @property
    def now(self) -> int:
        return self.suite.chain.now

    def account(self, name: str) -> Account:
        return self.suite.chain.account(name)

    def owner(self, node: int) -> Account:
        return self.account(f"owner{node}")

    def key(self, node: int) -> Account:
        return self.account(f"key{node}")

    def has(self, account: Any) -> int:
        balance: int = self.era.balanceOf(account)
        return balance

    def state(self, number: int, signers: Sequence[int] = SIGNERS, until: int = 0, **changes: Any) -> None:
        """A result that can be disputed."""
        given: dict[str, Any] = {
            "signersHash": signers_hash(signers, [self.stakes[node] for node in signers]),
            "acceptedAt": self.now,
            "disputableUntil": until or self.now + WINDOW,
            "open": False,
            "requester": self.suite.entities["seller"],
            "first": self.suite.entities["buyer"],
            "second": 0,
        }
        self.results.state(number, structs.Disputable(**(given | changes)), sender=self.suite.officer)

    def challenge(
        self,
        who: Account | None = None,
        number: int = 1,
        signers: Sequence[int] = SIGNERS,
        secret: int = 7,
        **changes: Any,
    ) -> int:
        """Opens a case; its id."""
        given: dict[str, Any] = {
            "stakes": [self.stakes[node] for node in signers],
            "secret_hash": hidden(secret),
            "evidence": EVIDENCE,
            "uri": "ipfs://evidence",
        }
        given |= changes
        call = self.court.challenge(
            number,
            list(signers),
            given["stakes"],
            given["secret_hash"],
            given["evidence"],
            given["uri"],
            sender=who or self.suite.alice,
        )
        return call.returned

    def capture(self, case: int) -> None:
        """Goes on until the seed is there, and captures it."""
        ticket = self.court.fileOf(case).ticket
        while self.suite.chain.block_number <= self.seeds.targetOf(ticket):
            self.suite.chain.mine(1)
        self.seeds.capture(ticket, sender=self.suite.stranger)

    def draw(self, case: int, secret: int = 7) -> list[int]:
        """The panel, drawn as soon as that can be."""
        self.capture(case)
        self.court.draw(case, salt(secret), sender=self.suite.stranger)
        return self.panel(case)

    def phase(self, case: int) -> int:
        return int(self.court.courseOf(case).phase)

    def poll(self, case: int) -> int:
        """The last poll."""
        found: int = self.court.pollOf(case, self.court.courseOf(case).panel)
        return found

    def panel(self, case: int) -> list[int]:
        return list(self.ballots.panellistsOf(self.poll(case)))

    def commit(self, poll: int, node: int, uphold: bool, of: int = 0) -> None:
        """With the salt that belongs to the node, or another."""
        commitment = self.ballots.commitmentOf(poll, node, uphold, salt(of or node))
        self.ballots.commit(poll, node, commitment, sender=self.key(node))

    def reveal(self, poll: int, node: int, uphold: bool, of: int = 0) -> None:
        self.ballots.reveal(poll, node, uphold, salt(of or node), sender=self.suite.stranger)

    def vote(self, case: int, votes: Sequence[bool | None]) -> list[int]:
        """The panel commits and reveals, and the poll ends; a node with None does nothing. The panel."""
        poll, panel = self.poll(case), self.panel(case)
        for node, vote in zip(panel, votes, strict=True):
            if vote is not None:
                self.commit(poll, node, vote)
        self.suite.chain.warp(self.ballots.pollAt(poll).commitUntil + 1)
        for node, vote in zip(panel, votes, strict=True):
            if vote is not None:
                self.reveal(poll, node, vote)
        self.past(case)
        return panel

    def past(self, case: int) -> None:
        """Goes to the first second after the phase."""
        self.suite.chain.warp(self.court.courseOf(case).ends + 1)

    def ruled(self, uphold: bool, secret: int = 7) -> int:
        """A case with a first ruling by all of its panel, that can be appealed."""
        case = self.challenge(secret=secret)
        self.draw(case, secret)
        self.vote(case, [uphold] * 3)
        return case

    def advance(self, case: int) -> int:
        return int(self.court.advance(case, sender=self.suite.stranger).returned)

    def collect(self, case: int) -> None:
        """Credits and pays all that a closed case left."""
        course = self.court.courseOf(case)
        right = 1 if self.phase(case) == UPHELD else 2
        file = self.court.fileOf(case)
        for panel in range(1, course.panel + 1):
            poll = self.court.pollOf(case, panel)
            nodes = [
                node
                for node in self.ballots.panellistsOf(poll)
                if int.from_bytes(self.ballots.ballotOf(poll, node), "big") == right
                and not self.court.rewarded(case, panel, node)
            ]
            if nodes and file.perVote:
                self.court.collectVotes(case, panel, nodes, sender=self.suite.stranger)
        signers = [node for at, node in enumerate(self.court.signersOf(case)) if not file.compensated >> at & 1]
        if file.perSigner and signers:
            self.court.collectCompensation(case, signers, sender=self.suite.stranger)
        names = ["alice", "bank", "fund", *(f"owner{node}" for node in range(1, NODES + 1))]
        for name in names:
            if self.court.creditOf(self.account(name)):
                self.court.claim(self.account(name), sender=self.suite.stranger)


def build(
    chain: Chain | None = None, terms: Terms = TERMS, token: type[Any] = EraToken, nodes: int = NODES, seeds: Any = None
) -> Court:
    """Deploys, connects, enrols; alice, bank and the owners of the signers have ERA and let the court take it.

    Args:
        token: another token than ERA, of which anybody can be given some.
        seeds: a contract of seeds, deployed without arguments, instead of that of block hashes.
    """
    suite = build_suite(chain)
    chain, admin, access = suite.chain, suite.admin, suite.access
    era = token.deploy(chain, admin, sender=admin) if token is EraToken else token.deploy(chain, sender=admin)
    register = NodesDouble.deploy(chain, sender=admin)
    results = ResultsDouble.deploy(chain, sender=admin)
    slasher = SlasherDouble.deploy(chain, register, sender=admin)
    records = CourtRecordsDouble.deploy(chain, sender=admin)
    source = seeds.deploy(chain, sender=admin) if seeds else BlockhashSeeds.deploy(chain, DELAY, sender=admin)
    panels = NodePanels.deploy(chain, access, register, LEAST, CAP, sender=admin)
    ballots = NodeBallots.deploy(chain, access, suite.registry, register, records, sender=admin)
    parts = structs.CourtParts(
        era=era.address,
        registry=suite.registry.address,
        nodes=register.address,
        results=results.address,
        slasher=slasher.address,
        records=records.address,
        panels=panels.address,
        ballots=ballots.address,
        randomness=source.address,
        valueFund=chain.account("fund").address,
    )
    court = DisputeCourt.deploy(chain, access, parts, words(terms), sender=admin)
    penalties = Penalties.deploy(chain, access, court, sender=admin)
    stakes = {node: (20_000 + 1_000 * node) * ERA for node in range(1, nodes + 1)}
    made = Court(suite, era, register, results, slasher, records, source, panels, ballots, court, penalties, stakes)
    for target, roles in PERMISSIONS.items():
        contract = getattr(made, target)
        for role, names in roles.items():
            selectors = [selector_of(contract.ABI_NAME, name) for name in names.split()]
            access.setTargetFunctionRole(contract, selectors, ROLES[role], sender=admin)
    access.grantRole(ROLES["COURT"], court, 0, sender=admin)
    for node in range(1, nodes + 1):
        owner = suite.enrol(f"owner{node}")
        suite.enrol(f"key{node}", entity=suite.entities[f"owner{node}"])
        entity = suite.entities[f"owner{node}"]
        register.add(owner, made.key(node), entity, stakes[node], 0, True, sender=admin)
    for name in ("alice", "bank", *(f"owner{node}" for node in SIGNERS)):
        if token is EraToken:
            era.transfer(chain.account(name), 100_000 * ERA, sender=admin)
        else:
            era.mint(chain.account(name), 100_000 * ERA, sender=admin)
        era.approve(court, 2**256 - 1, sender=chain.account(name))
    if nodes >= max(SIGNERS):
        made.state(1)
    return made


__all__ = ["BOND", "DAY", "ERA", "EVIDENCE", "HOUR", "NOBODY", "TERMS", "YEAR", "Court", "build"]
