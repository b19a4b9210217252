"""A list of grants made on anvil: in batches, cut short anywhere and gone on with, and what is refused on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from caldera import artifacts
from caldera.artifacts import Artifacts
from caldera.cli import app
from caldera.contracts.SuiteAccess import SuiteAccess
from caldera.deployment import Log, Manifest, Port, Receipt, Web3Port
from caldera.deployment.encoding import function
from caldera.deployment.errors import WrongChain, WrongDeployer
from caldera.deployment.manifest import Intent
from caldera.devnet import Devnet
from caldera.evm.account import account
from caldera.vesting import (
    AllocationUnknown,
    CallDelayed,
    DoesNotFit,
    HistoryIncomplete,
    NotAllowed,
    NotShown,
    OtherVault,
    Plan,
    Target,
    Terms,
    Vault,
    WouldRevert,
    apply,
    load_plan,
    plan_of,
    read_grants,
    rehearse,
    save_plan,
    stand,
)
from tests.integration.deployment_node import ROOT, Cut, Killed
from tests.support.devnet import Fresh

ERA, MONTH = 10**18, 365 * 86_400 // 12
BEGINS = 1_800_000_000
HEADER = "beneficiary,allocation,amount,start,cliff,duration,revocable\n"
TEAM = "team,1,earliest,0,36 months,yes"
KEY = "GRANTS_KEY"


@dataclass
class Office:
    """The development chain, its manifest, and the example's list on the way to it."""

    net: Devnet
    compiled: Artifacts
    manifest: Manifest
    folder: Path

    @property
    def first(self) -> int:
        """The number of the first grant that is not the profile's."""
        return len(self.net.profile.grants) + 1

    def made(self) -> int:
        """Grants beside the profile's."""
        return self.net.vesting.grantCount() + 1 - self.first

    @property
    def admin(self) -> str:
        return self.net.officer("admin").address

    def port(self, label: str = "admin") -> Web3Port:
        """One that signs with an actor's key."""
        return Web3Port(self.net.chain.url, self.net.officer(label).key, patience=20, poll=0.01)

    def vault(self, port: Port | None = None) -> Vault:
        return Vault.of(self.manifest, port or self.port(), self.compiled)

    def plan(self, text: str | None = None, size: int = 2, **options: Any) -> Plan:
        """Of a list; of the example's if none is given."""
        file = ROOT / "examples" / "vesting" / "grants.csv"
        if text is not None:
            file = self.folder / "own.csv"
            file.write_text(HEADER + text)
        repeats = options.pop("repeats", False)
        return plan_of(read_grants(file, self.vault().rooms(), repeats=repeats), size, **options)

    def act(self, label: str, name: str, call: str, *values: Any) -> None:
        """A transaction of an actor beside the tool."""
        port, address = self.port(label), self.manifest.contracts[name].address
        data = function(self.compiled[self.manifest.contracts[name].type], call).encode(*values)
        port.send(address, data, port.nonce(str(port.deployer)))

    def on_chain(self) -> Counter[tuple[int, Terms]]:
        """Every grant as the vault itself has it."""
        vault = self.net.vesting
        found = (vault.grantOf(number) for number in range(self.first, vault.grantCount() + 1))
        return Counter((one.allocation, Terms(*one.terms)) for one in found)

    def words(self, *arguments: object) -> list[str]:
        where = ("--rpc-url", self.net.chain.url, "--manifest", self.folder / "devnet.json")
        return ["vesting", *map(str, (*arguments, *where))]

    def said(self, *arguments: object, code: int = 0) -> dict[str, Any]:
        """What a command prints for programs."""
        key = "0x" + self.net.officer("admin").key.hex()
        done = CliRunner().invoke(app, [*self.words(*arguments), "--json"], env={KEY: key})
        assert done.exit_code == code, done.output
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


def wanted(plan: Plan) -> Counter[tuple[int, Terms]]:
    """What the chain should have: investors are allocation 1, team is 2."""
    return Counter(
        ({"investors": 1, "team": 2}[batch.allocation], terms) for batch in plan.batches for terms in batch.terms
    )


@pytest.fixture
def office(fresh: Fresh, tmp_path: Path) -> Iterator[Office]:
    with fresh() as net:
        made = net.deployment
        contracts = {
            name: Intent(net.profile.entry(name).contract_type, address, number, "0x")
            for number, (name, address) in enumerate(made.addresses.items())
        }
        manifest = Manifest(made.network, made.chain_id, made.deployer, 0, contracts)
        manifest.save(tmp_path / "devnet.json")
        for label in ("admin", "guardian", "compliance"):
            net.chain.set_balance(net.officer(label), 10**20)
        # An account with a key, as an office has one until governance takes over.
        access = SuiteAccess.at(net.chain, made.address("SuiteAccess"))
        access.grantRole(0, net.officer("admin"), 0, sender=net.governance)
        yield Office(net, artifacts.load(), manifest, tmp_path)


def test_every_grant_of_the_list_is_on_the_chain(office: Office) -> None:
    plan, told = office.plan(size=3), list[tuple[int, int]]()
    before = office.vault().rooms()
    outcome = apply(plan, office.vault(), lambda done, count: told.append((done, count)))
    assert (outcome.sent, outcome.made) == (3, 6)
    assert outcome.gas_used > 0
    assert office.on_chain() == wanted(plan)
    assert [one.ids for one in outcome.standings] == [(4, 5), (6, 7, 8), (9,)]
    assert (told[0], told[-1]) == ((0, 6), (6, 6))
    rooms = office.vault().rooms()
    for name, total in plan.totals.items():
        assert before[name].available - rooms[name].available == int(total)
    again = apply(plan, office.vault())
    assert (again.sent, again.made, again.gas_used) == (0, 0, 0)
    assert office.made() == 6


@pytest.mark.parametrize("at", range(1, 8))
def test_a_run_that_is_cut_short_is_gone_on_with(office: Office, at: int) -> None:
    """Three batches; killed just before or just after each of their transactions, or not at all."""
    plan = office.plan(size=2)
    batches = 3
    cut = Cut(office.port(), at)
    if at <= 2 * batches:
        with pytest.raises(Killed):
            apply(plan, office.vault(cut))
    else:
        apply(plan, office.vault(cut))
    sent = min(at // 2, batches)
    assert office.made() == 2 * sent
    outcome = apply(plan, office.vault())
    assert outcome.sent == batches - sent
    assert office.on_chain() == wanted(plan)
    assert office.made() == 6


@contextmanager
def by_hand(office: Office) -> Iterator[Callable[[int], None]]:
    """Blocks are mined only when told; gives a wait for so many transactions in the pool."""

    def waiting(count: int) -> None:
        deadline = time.monotonic() + 120
        while int(office.net.chain.rpc("txpool_status")["pending"], 16) != count:
            assert time.monotonic() < deadline, "the process sends nothing"
            time.sleep(0.02)

    office.net.chain.rpc("evm_setAutomine", False)
    try:
        yield waiting
    finally:
        office.net.chain.rpc("anvil_dropAllTransactions")
        office.net.chain.rpc("evm_setAutomine", True)


def test_a_process_that_is_killed_while_its_batch_waits_makes_nothing_twice(office: Office) -> None:
    plan, file = office.plan(size=3), office.folder / "plan.json"
    save_plan(plan, file)
    line = [sys.executable, "-m", "caldera.cli", *office.words("apply", file, "--private-key-env", KEY), "--json"]
    own = {**os.environ, KEY: "0x" + office.net.officer("admin").key.hex()}
    port, asked = office.port(), threading.Event()

    def settle(account: str) -> None:
        asked.set()
        port.settle(account)

    vault = office.vault(Lying(port, settle=settle))
    with by_hand(office) as waiting, ThreadPoolExecutor(1) as pool:
        first = subprocess.Popen(line, env=own, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            waiting(1)
            office.net.chain.rpc("evm_mine")
            waiting(1)  # the second batch is broadcast and not mined
        finally:
            first.send_signal(signal.SIGKILL)
            first.wait(30)
        assert office.made() == 2
        second = pool.submit(apply, plan, vault)
        assert asked.wait(60), "it does not ask what is pending"
        office.net.chain.rpc("evm_mine")
        waiting(1)
        office.net.chain.rpc("evm_mine")
        outcome = second.result(60)
    assert (outcome.sent, outcome.made) == (1, 1)
    assert office.on_chain() == wanted(plan)
    assert office.made() == 6


def test_the_command_from_list_to_chain(office: Office) -> None:
    file, example = office.folder / "plan.json", ROOT / "examples" / "vesting" / "grants.csv"
    built = office.said("build", example, "--out", file, "--batch", 4)
    assert (built["grants"], built["batches"]) == (6, 2)
    plan = load_plan(file)
    assert plan.target == Target(chain_id=office.net.chain.chain_id, vault=office.net.vesting.address)

    dry = office.said("apply", file, "--dry-run")
    assert office.made() == 0
    assert [one["ids"] for one in dry["batches"]] == [[None] * 2, [None] * 4]
    call = dry["batches"][0]["call"]  # whoever governs sends it some other way
    assert call["to"] == office.net.vesting.address
    port = office.port()
    port.send(call["to"], bytes.fromhex(call["data"][2:]), port.nonce(office.admin))

    answer = office.said("apply", file, "--private-key-env", KEY)
    assert (answer["sent"], answer["made"]) == (1, 4)
    assert answer["batches"][0] == {"allocation": "investors", "ids": [4, 5], "call": None}
    assert office.on_chain() == wanted(plan)

    again = office.said("build", example)
    assert [one["line"] for one in again["warnings"] if "is not made again" in one["warning"]] == [2, 3, 4, 5, 6, 7]
    later = office.said("build", example, "--after", office.first + 5)
    assert [one["line"] for one in later["warnings"]] == [7]
    key = "0x" + office.net.officer("admin").key.hex()
    shown = CliRunner().invoke(app, office.words("apply", file, "--private-key-env", KEY), env={KEY: key})
    assert "0 grants made in 0 transaction(s), 0 gas; the chain has all 6" in shown.output
    shown = CliRunner().invoke(app, office.words("apply", file, "--dry-run"), env={"COLUMNS": "200"})
    assert "0 of 6 grants to be made, in 0 transaction(s); nothing was sent" in shown.output
    assert f"{office.first + 2}–{office.first + 5}" in shown.output


def test_an_unlocked_account_sends(office: Office) -> None:
    file = office.folder / "plan.json"
    save_plan(office.plan(), file)
    assert office.said("apply", file, "--sender", office.admin, code=1)["error"] == "WrongDeployer"
    assert office.made() == 0
    assert office.said("apply", file, "--sender", office.admin, "--unlocked")["made"] == 6


def test_options_of_apply(office: Office) -> None:
    file = office.folder / "plan.json"
    save_plan(office.plan(), file)
    assert "--sender: '0x12' is not" in office.said("apply", file, "--sender", "0x12", code=1)["message"]
    assert "NO_KEY is empty" in office.said("apply", file, "--private-key-env", "NO_KEY", code=1)["message"]
    answer = office.said("apply", file, code=1)
    assert (answer["error"], "nobody signs" in answer["message"]) == ("NotAllowed", True)


# -- what is counted as made


def lines(*names: str, rest: str = TEAM) -> str:
    return "".join(f"{account(name).address},{rest}\n" for name in names)


def test_lines_that_stand_twice_are_made_twice(office: Office) -> None:
    plan = office.plan(lines("hanna", "hanna", "ivo", "hanna"), repeats=True)
    with pytest.raises(Killed):
        apply(plan, office.vault(Cut(office.port(), 2)))
    assert office.made() == 2
    assert apply(plan, office.vault()).made == 2
    assert office.on_chain() == wanted(plan)


def test_only_what_is_missing_of_a_batch_is_made(office: Office) -> None:
    """Somebody made one grant of it by hand."""
    plan = office.plan(lines("hanna", "ivo", "jun"), size=3)
    office.act("admin", "VestingVault", "createGrants", 2, [plan.batches[0].terms[1]])
    outcome = apply(plan, office.vault())
    assert (outcome.made, outcome.standings[0].ids) == (2, (5, 4, 6))
    assert office.on_chain() == wanted(plan)


def test_grants_of_other_terms_or_allocations_are_others(office: Office) -> None:
    plan = office.plan(lines("hanna"))
    (terms,) = plan.batches[0].terms
    for change in (
        {"amount": 2 * ERA},
        {"start": terms.start + 1},
        {"cliff": 1},
        {"duration": terms.duration + 1},
        {"revocable": False},
        {"beneficiary": account("ivo").address},
    ):
        office.act("admin", "VestingVault", "createGrants", 2, [terms._replace(**change)])
    bounds = (BEGINS, BEGINS + MONTH, 36 * MONTH, 36 * MONTH, True)
    office.act("admin", "VestingVault", "openAllocation", b"third".ljust(32, b"\0"), bounds)
    assert apply(plan, office.vault()).made == 1
    assert apply(plan, office.vault()).made == 0
    assert office.made() == 7


def test_a_grant_is_known_after_it_moved_and_was_revoked(office: Office) -> None:
    """It is compared as it was made."""
    plan, vault, chain = office.plan(lines("hanna", "ivo")), office.net.vesting, office.net.chain
    apply(plan, office.vault())
    vault.proposeWallet([5], chain.account("kira"), sender=chain.account("ivo"))
    chain.skip(7 * 86_400)
    vault.acceptWallet([5], sender=chain.account("kira"))
    office.act("admin", "VestingVault", "revoke", 4)
    assert vault.beneficiaryOf(5) == account("kira").address
    assert vault.grantOf(4).taken > 0
    outcome = apply(plan, office.vault())
    assert (outcome.made, outcome.standings[0].ids) == (0, (4, 5))


def test_grants_before_the_plan_are_none_of_it(office: Office) -> None:
    first, second = office.plan(lines("hanna")), office.plan(lines("hanna"), after=office.first)
    assert (apply(first, office.vault()).made, apply(first, office.vault()).made) == (1, 0)
    assert (apply(second, office.vault()).made, apply(second, office.vault()).made) == (1, 0)
    assert office.made() == 2


# -- refusals


def test_other_chains_and_vaults(office: Office) -> None:
    vault, chain = office.net.vesting.address, office.net.chain.chain_id
    stand(office.plan(target=Target(chain_id=chain, vault=vault)), office.vault())
    for target in (Target(chain_id=chain + 1, vault=vault), Target(chain_id=chain, vault=office.admin)):
        with pytest.raises(OtherVault, match="build it again for this one"):
            apply(office.plan(target=target), office.vault())
    port = office.port()
    other = Manifest("x", chain + 1, office.admin, 0, office.manifest.contracts)
    with pytest.raises(WrongChain, match="use the right RPC URL"):
        Vault.of(other, port, office.compiled)
    with pytest.raises(OtherVault, match="has no VestingVault"):
        Vault.of(Manifest("x", chain, office.admin, 0, {}), port, office.compiled)
    with pytest.raises(OtherVault, match="nothing stands at"):
        Vault(port, office.compiled, office.admin)


def test_who_may_not_make_grants(office: Office) -> None:
    plan, port = office.plan(), office.port("compliance")
    before = port.nonce(str(port.deployer))
    for call in (apply, rehearse):
        with pytest.raises(NotAllowed, match="send as the holder of the role ADMIN"):
            call(plan, office.vault(port))
    assert port.nonce(str(port.deployer)) == before
    office.act("admin", "SuiteAccess", "grantRole", 0, port.deployer, 3600)
    for call in (apply, rehearse):
        with pytest.raises(CallDelayed, match="may make grants 3600 seconds after it announced the call"):
            call(plan, office.vault(port))
    office.act("admin", "SuiteAccess", "revokeRole", 0, port.deployer)
    office.act("admin", "SuiteAccess", "grantRole", 0, port.deployer, 0)
    assert len(rehearse(plan, office.vault(port))) == 3
    assert apply(plan, office.vault(port)).made == 6


def test_a_paused_vault(office: Office) -> None:
    office.act("guardian", "VestingVault", "pause", 3600)
    for call in (apply, rehearse):
        with pytest.raises(WouldRevert, match=r"the vault would refuse: Paused\("):
            call(office.plan(), office.vault())
    office.act("guardian", "VestingVault", "unpause")
    assert apply(office.plan(), office.vault()).made == 6


def test_a_port_without_an_account(office: Office) -> None:
    reader = Web3Port(office.net.chain.url)
    assert all(one.missing for one in rehearse(office.plan(), office.vault(reader)))
    with pytest.raises(NotAllowed, match="nobody signs"):
        apply(office.plan(), office.vault(reader))
    asked = Web3Port(office.net.chain.url, sender=office.admin)
    with pytest.raises(WrongDeployer):
        apply(office.plan(), office.vault(asked))


def changed(plan: Plan, **changes: Any) -> Plan:
    """With one thing of the first grant another."""
    content = json.loads(plan.dump())
    content["batches"][0]["grants"][0] |= changes
    content["totals"] = {
        batch["allocation"]: str(sum(int(grant["amount"]) for grant in batch["grants"])) for batch in content["batches"]
    }
    return Plan.model_validate_json(json.dumps(content))


def test_the_chain_has_the_last_word_on_bounds_and_holders(office: Office) -> None:
    plan, treasury = office.plan(lines("hanna")), office.manifest.contracts["Treasury"].address
    for change, words in (
        ({"start": BEGINS - 1}, "line 2 of the list: a grant of team starts from"),
        ({"duration": 23 * MONTH}, "line 2 of the list: a grant of team lasts"),
        ({"cliff": 37 * MONTH}, "line 2 of the list: the cliff"),
        ({"beneficiary": treasury}, f"{treasury} is the contract Treasury, which cannot hold a grant"),
    ):
        with pytest.raises(DoesNotFit, match=words):
            apply(changed(plan, **change), office.vault())
    assert office.made() == 0
    assert apply(changed(plan, start=BEGINS), office.vault()).made == 1


def test_allocations_that_the_vault_does_not_have(office: Office) -> None:
    plan = office.plan(lines("hanna"))
    other = Plan.model_validate_json(plan.dump().replace('"team"', '"founders"'))
    with pytest.raises(AllocationUnknown, match="no allocation 'founders', or two: it has investors, team"):
        apply(other, office.vault())
    bounds = (BEGINS, BEGINS, MONTH, MONTH, True)
    office.act("admin", "VestingVault", "openAllocation", b"team".ljust(32, b"\0"), bounds)
    with pytest.raises(AllocationUnknown, match=r"no allocation 'team', or two: it has investors$"):
        apply(plan, office.vault())
    assert office.made() == 0


def test_an_allocation_that_has_too_little(office: Office) -> None:
    whole = office.plan(lines("hanna", rest="team,107499999,earliest,0,36 months,yes") + lines("ivo"), size=1)
    more = office.plan(lines("jun", rest="team,0.000000000000000001,earliest,0,36 months,yes"))
    with pytest.raises(Killed):
        apply(whole, office.vault(Cut(office.port(), 2)))
    assert apply(whole, office.vault()).made == 1  # exactly what is left
    with pytest.raises(DoesNotFit, match=r"team: what is still to be made adds up to 0\.0+1 ERA, and 0 are left"):
        apply(more, office.vault())
    assert apply(whole, office.vault()).made == 0  # and what is made needs nothing


class Lying:
    """A port with one thing another."""

    def __init__(self, port: Port, **instead: Any) -> None:
        self.port, self.chain_id, self.deployer = port, port.chain_id, port.deployer
        self.__dict__.update(instead)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.port, name)

    nonce: Callable[[str], int]
    settle: Callable[[str], None]
    block_number: Callable[[], int]
    code: Callable[[str], bytes]
    call: Callable[..., bytes]
    send: Callable[..., Receipt]
    logs: Callable[..., list[Log]]


def test_a_node_that_hides_what_was_made(office: Office) -> None:
    """Otherwise what it hides would be made again."""
    plan, port = office.plan(), office.port()
    apply(plan, office.vault())

    def without_the_first(address: str, topics: Sequence[bytes], first: int, last: int | None = None) -> list[Log]:
        return port.logs(address, topics, first, last)[1:]

    hidden = Lying(port, logs=without_the_first)
    with pytest.raises(HistoryIncomplete, match="has 9 grants, and of 8 the node shows"):
        apply(plan, office.vault(hidden))
    assert office.made() == 6


def test_a_node_that_does_not_show_what_was_mined(office: Office) -> None:
    silent = Lying(office.port(), send=lambda to, data, nonce: Receipt(None, 0))
    with pytest.raises(NotShown, match="batch 1 was mined, and the node does not show its grants"):
        apply(office.plan(), office.vault(silent))
    assert office.made() == 0
