"""A running anvil, a port that can be killed, and the profile of middle size that both test files deploy."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from web3 import HTTPProvider, Web3
from web3.types import RPCEndpoint

from caldera.deployment import Log, Port, Receipt, Web3Port

ROOT = Path(__file__).resolve().parents[2]
CHAIN = 51741

LOANS = {
    "rateBps": 800,
    "lateFeeBps": 200,
    "borrowerCapBps": 2500,
    "debtorCapBps": 4000,
    "longestDays": 365,
    "fundBps": 500,
    "defaultDays": 60,
    "auctionDays": 14,
    "floorBps": 3000,
    "borrowerCap": 2_000_000,
    "debtorCap": 4_000_000,
}
MIDDLE: dict[str, Any] = {
    "network": "middle",
    "chain_id": CHAIN,
    "actors": {"admin": "0x" + "a1" * 20, "officer": "0x" + "a2" * 20},
    "admin": {"account": "$admin", "delay": 3600},
    "contracts": [
        {"name": "SuiteAccess", "args": ["$deployer"]},
        {"name": "ParticipantRegistry", "args": ["$SuiteAccess"]},
        {"name": "ValueStandard", "args": ["$SuiteAccess"]},
        {"name": "AssetCertificate", "args": ["$SuiteAccess", "$ParticipantRegistry", "https://x.invalid/{id}"]},
        {"name": "ReceivableModule", "args": ["$SuiteAccess", "$AssetCertificate", "$ValueStandard"]},
        {"name": "LogisticsModule", "args": ["$SuiteAccess", "$AssetCertificate", "$ValueStandard"]},
        {"name": "LendingTerms", "args": ["$SuiteAccess", "$AssetCertificate", "$AssetCertificate", "$ValueStandard"]},
        {"name": "PlayEUR", "type": "DevnetCurrency", "args": ["EUR", 6]},
    ],
    "currencies": [
        {"code": "EUR", "token": "$PlayEUR", "decimals": 6, "rate": "1.08", "lowest": "0.5", "highest": "2"}
    ],
    "regions": {"EU": 0, "DK": {"bit": 5, "within": ["EU"]}},
    "rules": [
        {"name": "NONE/receivable", "kind": 1, "minimum_unit_usd": "1000", "grace_days": 30},
        {"name": "EU/cargo", "kind": 2, "minimum_unit_usd": "1000", "grace_days": 0, "advance_bps": 7000},
    ],
    "modules": [{"kind": 1, "module": "$ReceivableModule"}, {"kind": 2, "module": "$LogisticsModule"}],
    "subscriptions": [{"ledger": "$AssetCertificate"}],
    "settings": [
        {"set": "ReceivableModule.addListener", "key": ["$LendingTerms"], "read": "isListener", "expect": [True]},
        {"set": "LendingTerms.setAdvance", "key": [False, 1], "values": [8000], "read": "advanceOf"},
        {"set": "LendingTerms.setLoanTerms", "key": [1], "values": [LOANS], "read": "loanTerms"},
    ],
    "roles": {
        "STANDARD": {"id": 2, "holders": [{"account": "$officer", "delay": 60}], "guardian": "GUARDIAN"},
        "GUARDIAN": {"id": 3, "admin": "STANDARD"},
    },
    "permissions": {"ValueStandard.setRate": "STANDARD", "AssetCertificate.pause": "GUARDIAN"},
}
STEPS = 26


class Killed(Exception):
    """The process ends here, as far as the run can tell."""


class Cut:
    """A port that is killed just before or just after its `at`-th transaction, counting both from 1."""

    def __init__(self, port: Port, at: int) -> None:
        self.port, self.at, self.events = port, at, 0
        self.chain_id, self.deployer = port.chain_id, port.deployer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.port, name)

    def _event(self) -> None:
        self.events += 1
        if self.events == self.at:
            raise Killed

    def send(self, to: str | None, data: bytes, nonce: int) -> Receipt:
        """Two chances to be killed."""
        self._event()
        receipt = self.port.send(to, data, nonce)
        self._event()
        return receipt

    nonce: Callable[[str], int]
    settle: Callable[[str], None]
    block_number: Callable[[], int]
    code: Callable[[str], bytes]
    call: Callable[..., bytes]
    logs: Callable[..., list[Log]]


@dataclass
class Node:
    """A running anvil."""

    url: str
    keys: list[str]

    def ask(self, method: str, *params: Any) -> Any:
        """Any RPC method."""
        answer = Web3(HTTPProvider(self.url)).provider.make_request(RPCEndpoint(method), list(params))
        assert "error" not in answer, answer
        return answer["result"]

    def port(self, key: int = 0, patience: float = 20) -> Web3Port:
        """A port that signs with one of anvil's own keys."""
        return Web3Port(self.url, self.keys[key], patience=patience, poll=0.01)

    def act_as(self, account: str, to: str, data: bytes) -> None:
        """A transaction of any account."""
        self.ask("anvil_setBalance", account, hex(10**19))
        self.ask("anvil_impersonateAccount", account)
        Web3Port(self.url, sender=account, unlocked=True, poll=0.01).send(to, data, self.port().nonce(account))


@contextmanager
def running(folder: Path) -> Iterator[Node]:
    """An anvil on a port of the system's choosing, ended afterwards. Its output goes to `folder`."""
    out = folder / "out"
    command = [str(ROOT / "node_modules" / ".bin" / "anvil"), "--port", "0", "--chain-id", str(CHAIN)]
    command += ["--cache-path", str(folder)]
    with out.open("w") as stdout:
        process = subprocess.Popen(command, stdout=stdout, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 30
        while not (listening := re.search(r"Listening on (\S+)", out.read_text())):
            assert process.poll() is None, out.read_text()
            assert time.monotonic() < deadline, "anvil does not start"
            time.sleep(0.02)
        yield Node(f"http://{listening[1]}", re.findall(r"\(\d+\) (0x[0-9a-f]{64})", out.read_text()))
    finally:
        process.terminate()
        process.wait(10)
