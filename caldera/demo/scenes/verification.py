"""Verification nodes in processes of their own value the demo's invoices; one lies, is found out, and is slashed.

Three operators run a node each. At first all three check the documents. Then the operator of one tells it to sign
whatever a seller claims, and another has its node look at nothing but a wide band, which is careless: one lie takes
both, because no result counts with one signer. Nodes that did not sign judge it. All this happens on the way to the
other scenes and is taken back before them: the invoices can be certified once.
"""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_account import Account as Keys

from caldera.demo.amounts import eras, money
from caldera.demo.labels import CARELESS, HONEST, LIAR, Labels
from caldera.demo.processes import NodeProcess, NodeProcesses
from caldera.demo.scenes.asked import FEE, Desk, Papers, Request, certify, chosen
from caldera.demo.scenes.asked import sheet as asked_sheet
from caldera.demo.scenes.dispute import Case, Dispute
from caldera.demo.scenes.earned import Earning, Earnings
from caldera.demo.scenes.reckoning import agree
from caldera.demo.scenes.stage import DAY, Scene, Stage
from caldera.demo.scenes.staked import Holding, Stakes
from caldera.demo.trade import EPOCH
from caldera.devnet import Devnet
from caldera.documents import Outcome
from caldera.evm import ContractError
from caldera.evm.errors import EncodingError

if TYPE_CHECKING:
    from caldera.demo.scenes.economy import Economy

RUNNING = (HONEST, CARELESS, LIAR)
HOUR = 3_600
BPS = 10_000
LIE_BPS = 12_000
"""What is claimed falsely, of what is owed."""
CHECKED: list[dict[str, Any]] = [{"name": "invoice-arithmetic"}, {"name": "valuation-band", "kinds": ["valuation"]}]
CHANGED = {CARELESS: 2_500, LIAR: 100_000}
"""How far above what is owed the band of these two reaches later, in basis points; the document is not read then."""
OVER, OWED = "a unit more", "what is owed"


@dataclass
class Verified:
    """What was played. `processes`: by operator, what each signed: request to amount."""

    scenes: list[Scene] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    processes: list[dict[str, Any]] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    case: Case | None = None
    earned: Earnings | None = None

    def to_json(self) -> dict[str, Any]:
        """As data; amounts in smallest units."""
        return {
            "processes": self.processes,
            "requests": [one.to_json() for one in self.requests],
            "stakes": [asdict(one) | {"lost": one.lost} for one in self.holdings],
            "case": self.case and asdict(self.case),
            "earned": self.earned and asdict(self.earned),
        }


def play(
    devnet: Devnet,
    outcomes: Sequence[Outcome],
    preferred: Collection[Path] = (),
    names: dict[Path, str] | None = None,
    economy: Economy | None = None,
) -> Verified:
    """All of it, where there is an invoice that can be verified; the chain is left as it was.

    Raises:
        NotRefused: something came through that must not.
        FiguresDiffer: somebody has another amount than the exact models say.
        NodeFailed: a node process died, or does not do its part.
    """
    taken = chosen(outcomes, devnet, preferred)
    if not taken:
        return nothing(devnet)
    mark = devnet.chain.snapshot()
    try:
        return _Play(devnet, taken, names or {}, economy).run()
    finally:
        devnet.chain.restore(mark)


def nothing(devnet: Devnet) -> Verified:
    """Where there is nothing to value."""
    stage = Stage(devnet, Scene("Verification: not shown"))
    stage.see("the nodes", "wait for an invoice that can be certified", "there is none, and no process is started")
    return Verified([stage.scene])


class _Play:
    def __init__(
        self, devnet: Devnet, taken: Sequence[Outcome], names: dict[Path, str], economy: Economy | None
    ) -> None:
        self.devnet, self.taken, self.names, self.economy = devnet, taken, names, economy
        self.done = Verified()

    def run(self) -> Verified:
        """The acts in order. The processes run from the first request until the case is over."""
        net = self.devnet
        last = max(one.invoice.issue_date for one in self.taken if one.invoice)
        noon, settling = (last - EPOCH).days * DAY + DAY // 2, net.panels.settling()
        self._until(noon - settling - HOUR)
        stage = self._stage("Verification: nodes, and who stakes with them")
        stakes = Stakes(net)
        desk = Desk(net, stakes)
        earning = Earning(net, stakes, desk)
        earning.fund(stage)
        stakes.stake_all(stage)
        earning.begin()
        stage.see("the nodes", "stay live for so long before a panel can be drawn of them", f"{settling // DAY} days")
        self._until(max(noon, stage.now + settling))
        papers = self._certify()
        if not papers:
            return nothing(net)
        with tempfile.TemporaryDirectory(prefix="caldera-nodes-") as folder:
            nodes = [self._node(Path(folder), name, stakes, papers) for name in RUNNING]
            with NodeProcesses(nodes) as running:
                stage = self._stage("Verification: three node processes value the invoices")
                running.start()
                for one in nodes:
                    stage.see(one.name, f"starts its node process, number {one.content['node']}", "well")
                requests = self._value(stage, desk, running, papers)
                earning.signed(requests)
                stage = self._stage("Verification: a false valuation, challenged and judged")
                lie = self._lie(stage, desk, running, papers[0])
                earning.signed([lie])
                stage.wait_seconds(HOUR)
                stakes.flee(stage)
                dispute = Dispute(net, stage, desk, lie, running.until)
                self.done.case = dispute.run()
                self.done.processes = [_said(one, stakes) for one in nodes]
        self.done.requests = [*requests, lie]
        stage = self._stage("Verification: what honest nodes earn, and what is left of an exit")
        self.done.earned = earning.run(stage, requests, lie)
        dispute.let_go(stage)
        self.done.holdings = dispute.holdings
        self.done.scenes[1].sheets.append(asked_sheet(self.done.requests))
        self.done.scenes[2].sheets.append(dispute.sheet())
        self._figures()
        return self.done

    def _stage(self, title: str) -> Stage:
        stage = Stage(self.devnet, Scene(title))
        self.done.scenes.append(stage.scene)
        return stage

    def _until(self, second: int) -> None:
        if self.devnet.chain.now < second:
            self.devnet.chain.warp(second)

    # -- acts ----------------------------------------------------------------------------------------------------------

    def _certify(self) -> list[Papers]:
        net = self.devnet
        label = self.economy.labels if self.economy else Labels.on(net)
        found = []
        for one in self.taken:
            assert one.invoice is not None
            seller = net.enrol(label(one.invoice.seller), one.invoice.seller.key, "ENTERPRISE")
            buyer = net.enrol(label(one.invoice.buyer), one.invoice.buyer.key, "ENTERPRISE")
            if self.economy:
                self.economy.state_price()
            name = self.names.get(one.path, one.path.name)
            try:
                found.append(certify(net, one, name, seller, buyer)[0])
            except (ContractError, EncodingError):
                # Why it cannot be registered stands in the table of all documents, which are registered later.
                continue
        return found

    def _node(self, folder: Path, name: str, stakes: Stakes, papers: Sequence[Papers]) -> NodeProcess:
        """The configuration, as an operator writes it, with a keystore and the documents beside it."""
        net, number = self.devnet, stakes.numbers[name]
        key, short = stakes.key(name), f"node{number}"
        phrase = secrets.token_hex(16)
        # Few rounds: the key is thrown away with the folder.
        sealed = Keys.encrypt(key.key, phrase, kdf="scrypt", iterations=2)
        (folder / f"{short}.json").write_text(json.dumps(sealed))
        secret = folder / f"{short}.pass"
        secret.touch(0o600)
        secret.write_text(phrase + "\n")
        documents = folder / "documents"
        documents.mkdir(exist_ok=True)
        for one in papers:
            (documents / f"{one.invoice.document_hash.hex()}.xml").write_bytes(one.data)
        net.chain.set_balance(key, 10**20)
        content = {
            "node": number,
            "chain": {
                "id": net.chain.chain_id,
                "rpc_url": net.chain.url,
                "confirmations": 0,
                "poll_seconds": "0.2",
                "from_block": net.chain.block_number + 1,
                "timeout_seconds": 60,
            },
            "contracts": {"verification": net.verification.address, "court": net.court.address},
            "key": {"keystore": f"{short}.json", "passphrase_file": f"{short}.pass"},
            "store": f"{short}.sqlite",
            "documents": {"sources": [{"folder": "documents"}]},
            "checks": CHECKED,
            "submit": {"stagger_seconds": 2},
            "retry": {"first_seconds": "0.5", "longest_seconds": 2},
        }
        return NodeProcess(name, folder, content)

    def _value(self, stage: Stage, desk: Desk, running: NodeProcesses, papers: Sequence[Papers]) -> list[Request]:
        """What is owed on each, and on the first a unit more: asked at once, answered by all three."""
        wanted = [(one, OWED, one.owed) for one in papers] + [(papers[0], OVER, papers[0].owed + 1)]
        requests, gas = [], 0
        for one, what, claimed in wanted:
            made, used = desk.ask(one, what, claimed, len(RUNNING))
            requests.append(made)
            gas += used
        stage.note(
            "the sellers",
            f"ask for the valuation of {len(papers)} invoice{'s' * (len(papers) != 1)}, and once for a unit too much",
            f"{len(requests)} requests, {eras(FEE)} ERA each",
            gas,
        )
        self._wait(desk, running, requests)
        heard = max(len(node.ask(f"/signatures/{requests[0].number}") or []) for node in running.nodes)
        agree("signatures that a node gathered over HTTP", heard, len(RUNNING))
        for made in requests:
            desk.read(made)
            good = made.what == OWED
            agree(f"result of request {made.number}", made.found, made.owed if good else 0)
            if good:
                result = f"{money(made.found)} {made.currency}, level {made.level}"
            else:
                result = f"refused, nothing is written: {_why(running.nodes[0], made.number)}"
            said = f"read {made.document}: {made.what} is claimed; {', '.join(made.signers)} sign"
            stage.note("the nodes", said, result, made.gas)
        return requests

    def _lie(self, stage: Stage, desk: Desk, running: NodeProcesses, papers: Papers) -> Request:
        changed = [node for node in running.nodes if node.name in CHANGED]
        for node in changed:
            band = {"name": "valuation-band", "kinds": ["valuation"], "options": {"above_bps": CHANGED[node.name]}}
            node.content = node.content | {"checks": [band]}
        running.again(changed)
        for node in changed:
            bps = CHANGED[node.name]
            wide = f"no check but a band that reaches {bps // 100} % above what is owed"
            stage.see(node.name, f"starts its node anew with {wide}", "it signs what it has not read")
        stage.wait_seconds(HOUR)
        claimed = papers.owed * LIE_BPS // BPS
        lie, gas = desk.ask(papers, f"{LIE_BPS // 100} % of it", claimed, desk.book.request_rules.least_signers)
        stage.note(
            papers.seller.label,
            f"asks for {money(claimed)} for an invoice of {money(papers.owed)}, with as few signers as the rules allow",
            f"{lie.least} of at least {lie.least}",
            gas,
        )
        self._wait(desk, running, [lie])
        desk.read(lie)
        agree("signers of the lie", sorted(lie.signers), sorted(CHANGED))
        agree("the false valuation", lie.found, claimed)
        who = " and ".join(lie.signers)
        stage.note("the nodes", f"{who} sign; {HONEST} does not", f"{money(lie.found)} stand on the ledger", lie.gas)
        return lie

    @staticmethod
    def _wait(desk: Desk, running: NodeProcesses, requests: Sequence[Request]) -> None:
        waiting = list(requests)

        def all_there() -> bool:
            waiting[:] = [one for one in waiting if not desk.answered(one)]
            return not waiting

        running.until(f"results of requests {', '.join(str(one.number) for one in requests)}", all_there)

    def _figures(self) -> None:
        done, scenes = self.done, self.done.scenes
        assert done.case is not None
        assert done.earned is not None
        scenes[1].figures |= {
            "processes": len(done.processes),
            "verified": sum(one.outcome == "verified" for one in done.requests),
            "refused": sum(one.outcome == "refused" for one in done.requests),
        }
        scenes[2].figures |= {
            "slashed": done.case.taken,
            "reporter": done.case.reward,
            "bond": done.case.returned,
            "lost": sum(one.lost for one in done.holdings),
        }
        scenes[3].figures |= {
            "fees": sum(done.earned.fees.values()),
            "rewards": done.earned.owner + done.earned.delegator + done.earned.commission,
        }


def _why(node: NodeProcess, number: int) -> str:
    """What a process gave as the reason of its decision."""
    lines = (one for one in node.lines() if one["event"].startswith("decided: ") and one["request"] == number)
    return next((str(one["why"]) for one in lines), "")


def _said(node: NodeProcess, stakes: Stakes) -> dict[str, Any]:
    """What a process did, by its own log."""
    lines = node.lines()
    signed = {str(one["request"]): one["amount"] for one in lines if one["event"].startswith("decided: ")}
    brought = sum(one["event"] == "result brought to the chain: done" for one in lines)
    return {
        "node": stakes.numbers[node.name],
        "operator": node.name,
        "starts": node.starts,
        "signed": signed,
        "brought": brought,
        "voted": any(one["event"] == "vote revealed" for one in lines),
    }


__all__ = ["Verified", "play"]
