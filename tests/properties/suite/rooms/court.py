"""What nodes verify and are paid for; how a word is challenged, judged and punished."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import rule

from caldera.agreements import Attestation as Signed
from caldera.agreements import ordered
from caldera.contracts import structs
from tests.properties.suite.kernel import pick
from tests.properties.suite.rooms.economy import Economy
from tests.properties.suite.rooms.nodes import Nodes
from tests.properties.suite.stage import ERA, NOBODY, NODES, PLENTY, SALT, UNIT
from tests.support.suite import DAY

VALUE, MAPPING = 0, 3
VALUATION = 7
DRAW, VOTE, APPEAL, GOVERNANCE, UPHELD = 1, 2, 3, 4, 5
EPOCH = 30 * DAY


class Court(Economy, Nodes):
    """Rules about verification and disputes."""

    def terms(self, kind: int, subject: int, panel: int, fee: int) -> structs.RequestTerms:
        """Of an attribute of an invoice, or of a mapping; by any two nodes or by a panel, within a day."""
        mapping = kind == MAPPING
        return structs.RequestTerms(
            kind,
            NOBODY if mapping else self.stage.at("ReceivableModule"),
            1 if mapping else subject,
            0 if mapping else VALUATION,
            1 if mapping else 40 * UNIT,
            b"\1" * 32,
            panel,
            2,
            30_000 * ERA,
            self.now + DAY,
            fee,
        )

    def asked(self, which: int, panel: int = 0) -> tuple[int, int]:
        """The number of a new request and what it is about; zeros where it was refused."""
        kind = MAPPING if which % 4 == 3 else VALUE
        subject = self.an_invoice(which)
        if not subject:
            return 0, 0
        fee = 50 * ERA + which % 9_999
        desk, by, terms = self.net.verification_desk, self.who("seller"), self.terms(kind, subject, panel, fee)
        if which % 2:
            # A permit, before, left no more than it said.
            self.act("era.approve", lambda: self.net.era.approve(desk, PLENTY, sender=by))
            made = self.act("desk.request", lambda: desk.request(terms, sender=by))
        else:
            permit = self.permit(by, desk, terms.fee)
            made = self.act("desk.requestWithPermit", lambda: desk.requestWithPermit(terms, *permit, sender=by))
        return (int(made.returned), kind) if made else (0, 0)

    def signed(self, number: int, amount: int, until: int, nodes: Sequence[int]) -> list[structs.Attestation]:
        """Signatures of nodes over a result."""
        digest = self.net.verification.resultDigest(number, amount, until)
        keys = [self.who(f"key-{node}") for node in nodes]
        signed = ordered(Signed(key.address, key.sign_hash(digest).packed) for key in keys)
        return [structs.Attestation(*one) for one in signed]

    def able(self) -> list[int]:
        """Nodes that are live and whose key is the one of the stage."""
        found = self.world.stakes.model.nodes
        return [n for n in range(1, NODES + 1) if found[n].live and found[n].operator == self.who(f"key-{n}").address]

    def a_result(self, which: int) -> tuple[int, list[int], list[int]]:
        """The number of a new result, its signers and their stakes; zeros where it was refused."""
        able = self.able()
        number, kind = self.asked(which)
        if not number or len(able) < 2:
            return 0, [], []
        nodes = able[: 2 + which % 2] if len(able) > 4 else able[:2]
        stakes = [sum(self.net.nodes.stakeOf(node)[:2]) for node in nodes]
        amount, until = (1 if kind == MAPPING else 39 * UNIT), self.now + 60 * DAY
        if which % 5 == 4:
            amount = 0
        signed, relayer = self.signed(number, amount, until, nodes), self.who("relayer")
        call = self.net.verification.submit
        done = self.act("results.submit", lambda: call(number, amount, until, signed, sender=relayer))
        return (number, nodes, stakes) if done else (0, [], [])

    @rule(which=pick, then=st.sampled_from(["", "fees", "fees", "fund"]))
    def verify(self, which: int, then: str) -> None:
        """Two nodes or three sign; the fee is theirs when nobody can challenge any more."""
        epoch = self.now // EPOCH
        number, nodes, _ = self.a_result(which)
        if not number or not then:
            return
        desk, anybody = self.net.verification_desk, self.who("relayer")
        if then == "fund":
            self.act("desk.payFund", lambda: desk.payFund(sender=anybody))
            return
        self.until((epoch + 1) * EPOCH + 4 * DAY)
        for node in nodes[: 1 + which % 3]:
            self.act("desk.claimFees", lambda n=node: desk.claimFees(n, epoch, sender=anybody))

    @rule(which=pick)
    def unanswered(self, which: int) -> None:
        """Whoever asked gets the fee back when nobody answered in time."""
        number, _ = self.asked(which)
        if number:
            self.wait(DAY + 1)
            desk = self.net.verification_desk
            self.act("desk.refund", lambda: desk.refund(number, sender=self.who("relayer")))

    @rule(which=pick, answers=st.integers(0, 2))
    def drawn_panel(self, which: int, answers: int) -> None:
        """Nodes that are drawn answer each by itself; who does not is noted."""
        number, kind = self.asked(which, panel=3)
        if not number:
            return
        desk, anybody, results = self.net.verification_desk, self.who("relayer"), self.net.verification
        self.capture(desk.panelOf(number).ticket)
        if self.act("desk.assign", lambda: desk.assign(number, sender=anybody)) is None:
            return
        panel, able = list(desk.panelOf(number).nodes), self.able()
        amount, until = (1 if kind == MAPPING else 39 * UNIT), self.now + 60 * DAY
        signing = [node for node in panel if node in able]
        if len(signing) >= 2:
            signed = self.signed(number, amount, until, signing[:2])
            self.act("results.submit", lambda: results.submit(number, amount, until, signed, sender=anybody))
        for node in signing[2 : 2 + answers]:
            one = self.signed(number, amount, until, [node])[0]
            self.act("results.answer", lambda a=one: results.answer(number, amount, until, a, sender=anybody))
        self.wait(DAY + 1)
        self.act("desk.close", lambda: desk.close(number, sender=anybody))

    def capture(self, ticket: int) -> None:
        """Blocks go by until the seed is there."""
        seeds = self.net.seeds
        while self.stage.chain.block_number <= seeds.targetOf(ticket):
            self.stage.chain.mine(1)
        self.act("seeds.capture", lambda: seeds.capture(ticket, sender=self.who("relayer")))

    # disputes

    @rule(
        which=pick,
        uphold=st.sampled_from([True, True, False]),
        end=st.sampled_from(["punish", "punish", "silent", "leaked", "withheld", "appeal", "decide"]),
    )
    def dispute_result(self, which: int, uphold: bool, end: str) -> None:
        """A challenge with a bond, a panel that is drawn and votes in secret, an appeal, the end and what follows."""
        number, signers, stakes = self.a_result(which)
        if not number:
            return
        self.challenge(number, signers, stakes, which, uphold, end)
        if end == "withheld":  # one that was for show shuts nobody out
            self.challenge(number, signers, stakes, which + 1, uphold, "punish")

    def challenge(self, number: int, signers: list[int], stakes: list[int], which: int, uphold: bool, end: str) -> None:
        """One case about a result."""
        court, challenger, anybody = self.net.court, self.who("factor"), self.who("relayer")
        hidden = keccak(encode(["uint256"], [which]))
        evidence = b"\7" * 32
        opened = self.act(
            "court.challenge",
            lambda: court.challenge(number, signers, stakes, hidden, evidence, "ipfs://", sender=challenger),
        )
        if opened is None:
            return
        case = int(opened.returned)
        self.act("court.addEvidence", lambda: court.addEvidence(case, evidence, "ipfs://", sender=challenger))
        if end == "withheld":
            self.until(court.courseOf(case).ends + 1)
        else:
            self.capture(court.fileOf(case).ticket)
            secret = which.to_bytes(32, "big")
            self.act("court.draw", lambda: court.draw(case, secret, sender=anybody))
            self.ballot(case, uphold, end == "silent" or which % 9 == 1, end == "leaked" or which % 9 == 2)
        self.finish(case, signers, stakes, number, end, uphold)

    @rule(which=pick, uphold=st.booleans(), end=st.sampled_from(["decide", "appeal"]))
    def appeal_result(self, which: int, uphold: bool, end: str) -> None:
        self.dispute_result(which, uphold, end)

    def ballot(self, case: int, uphold: bool, silent: bool, leaked: bool) -> None:
        """The panel commits and reveals, or stays silent; or somebody shows what one of it hides."""
        court, ballots = self.net.court, self.net.ballots
        course = court.courseOf(case)
        if course.phase != VOTE:
            return
        poll = court.pollOf(case, course.panel)
        panel = [node for node in ballots.panellistsOf(poll) if node in self.able()]
        for node in [] if silent else panel:
            commitment = ballots.commitmentOf(poll, node, uphold, SALT)
            key = self.who(f"key-{node}")
            self.act("ballots.commit", lambda n=node, c=commitment, k=key: ballots.commit(poll, n, c, sender=k))
        if leaked and panel:
            node, anybody = panel.pop(), self.who("mallory")
            self.act("ballots.voidLeaked", lambda: ballots.voidLeaked(poll, node, uphold, SALT, sender=anybody))
        self.until(ballots.pollAt(poll).commitUntil + 1)
        for node in [] if silent else panel:
            self.act("ballots.reveal", lambda n=node: ballots.reveal(poll, n, uphold, SALT, sender=self.who("relayer")))
        self.until(court.courseOf(case).ends + 1)
        self.act("ballots.recordMissed", lambda: ballots.recordMissed(poll, sender=self.who("relayer")))

    def finish(self, case: int, signers: list[int], stakes: list[int], number: int, end: str, uphold: bool) -> None:
        """Goes on until the case is closed, pays everybody, and punishes who signed what was not so."""
        court, anybody = self.net.court, self.who("relayer")
        self.act("court.advance", lambda: court.advance(case, sender=anybody))
        if end in ("appeal", "decide") and court.courseOf(case).phase == APPEAL:
            loser = signers[0]
            by = self.who("factor") if not uphold else self.who(self.holder_of_node(loser))
            node = 0 if not uphold else loser
            self.act("court.appeal", lambda: court.appeal(case, node, sender=by))
        for _ in range(4):
            course = court.courseOf(case)
            if course.phase >= UPHELD:
                break
            if course.phase == GOVERNANCE and end == "decide":
                says = uphold == bool(number % 2)  # not always what the panel said
                self.act("court.decide", lambda s=says: court.decide(case, s, sender=self.net.governance))
                continue
            self.until(course.ends + 1)
            self.act("court.advance", lambda: court.advance(case, sender=anybody))
        if court.courseOf(case).phase == UPHELD:
            self.punish(case, signers, stakes, number)
        self.pay_court(case, signers)
        if uphold and case % 2:
            epoch, desk = self.now // EPOCH, self.net.verification_desk
            self.until((epoch + 1) * EPOCH + 4 * DAY)
            self.act("desk.carryFees", lambda: desk.carryFees(epoch, sender=anybody))

    def holder_of_node(self, node: int) -> str:
        return self.label(self.world.stakes.model.nodes[node].owner)

    def punish(self, case: int, signers: list[int], stakes: list[int], number: int) -> None:
        """7: a part of the stake of each who signed."""
        penalties, anybody, slasher = self.net.penalties, self.who("relayer"), self.net.slasher
        self.act("penalties.execute", lambda: penalties.execute(case, signers, stakes, 0, len(signers), sender=anybody))
        self.act(
            "results.forfeitFees",
            lambda: self.net.verification.forfeitFees(number, signers, stakes, sender=anybody),
        )
        reporter = self.who("factor")
        self.act("slasher.payReporter", lambda: slasher.payReporter(reporter, sender=anybody))
        self.act("slasher.payFund", lambda: slasher.payFund(reporter, sender=anybody))
        self.never(
            "7. nobody is punished twice for one word",
            lambda: penalties.execute(case, signers, stakes, 0, len(signers), sender=anybody),
        )

    def pay_court(self, case: int, signers: list[int]) -> None:
        """Panellists, challenger and signers take what the court credited them."""
        court, anybody = self.net.court, self.who("relayer")
        course, file = court.courseOf(case), court.fileOf(case)
        for panel in range(1, course.panel + 1):
            voters = list(self.net.ballots.panellistsOf(court.pollOf(case, panel)))
            if file.perVote:
                for voter in voters:
                    self.act(
                        "court.collectVotes",
                        lambda p=panel, v=voter: court.collectVotes(case, p, [v], sender=anybody),
                    )
        if file.perSigner:
            self.act("court.collectCompensation", lambda: court.collectCompensation(case, signers, sender=anybody))
        for name in ("factor", *(f"node-{n}" for n in range(1, NODES + 1))):
            if court.creditOf(self.who(name)):
                self.act("court.claim", lambda n=name: court.claim(self.who(n), sender=anybody))

    @rule(which=pick)
    def two_words(self, which: int) -> None:
        """A node that signs two results of one request is punished on the spot, once."""
        number, _ = self.asked(which)
        able = self.able()
        if not number or not able:
            return
        node, until = self.one(able, which), self.now + 60 * DAY
        key, penalties, reporter = self.who(f"key-{node}"), self.net.penalties, self.who("mallory")
        words = []
        for amount in (UNIT, 2 * UNIT):
            digest = self.net.verification.resultDigest(number, amount, until)
            words.append(structs.ConflictingResult(amount, until, key.address, key.sign_hash(digest).packed))
        one, other = words
        call: Any = penalties.proveConflict
        done = self.act("penalties.proveConflict", lambda: call(node, number, one, other, reporter, sender=reporter))
        if done is not None:
            self.never(
                "7. nobody is punished twice for one word",
                lambda: call(node, number, other, one, reporter, sender=reporter),
            )
