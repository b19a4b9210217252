"""A small profile, and a chain in memory that only remembers: enough to plan without a node."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak

from caldera.deployment import Log, Receipt
from caldera.deployment.errors import CallReverted

DEPLOYER = "0x00000000000000000000000000000000000000d1"
ADMIN = "0xA1000000000000000000000000000000000000A1"
OFFICER = "0xA2000000000000000000000000000000000000A2"

SMALL: dict[str, Any] = {
    "network": "small",
    "chain_id": 7,
    "actors": {"admin": ADMIN, "officer": OFFICER},
    "admin": {"account": "$admin"},
    "contracts": [
        {"name": "SuiteAccess", "args": ["$deployer"]},
        {"name": "ValueStandard", "args": ["$SuiteAccess"]},
        {"name": "PlayEUR", "type": "DevnetCurrency", "args": ["EUR", 6]},
        {"name": "ParticipantRegistry", "args": ["$SuiteAccess"]},
    ],
    "currencies": [
        {"code": "EUR", "token": "$PlayEUR", "decimals": 6, "rate": "1.08", "lowest": "0.5", "highest": "2"},
    ],
    "regions": {"EU": 0, "NO": {"bit": 1, "within": ["EU"]}},
    "qualifications": {"BANK": 2},
    "rules": [
        {
            "name": "EU/receivable",
            "kind": 1,
            "minimum_unit_usd": "1000",
            "grace_days": 30,
            "required_fields": ["CREDITOR", "DOCUMENT"],
            "regions": ["EU", "NO"],
            "qualifications": ["BANK"],
            "all_of": True,
        }
    ],
    "roles": {"STANDARD": {"id": 2, "holders": [{"account": "$officer", "delay": 60}]}},
    "permissions": {"ValueStandard.publish": "STANDARD", "ValueStandard.setRate": "STANDARD"},
}


def small(**changes: Any) -> dict[str, Any]:
    """The small profile with some top-level fields replaced; a field set to None is left out."""
    content = copy.deepcopy(SMALL)
    content.update(copy.deepcopy(changes))
    return {key: value for key, value in content.items() if value is not None}


def profile_text(name: str) -> str:
    """A profile of the repository, with what it includes named by full paths, so that it can stand anywhere."""
    folder = Path(__file__).resolve().parents[3] / "profiles"
    text = (folder / name).read_text(encoding="utf-8")
    (names,) = re.findall(r"(?m)^include: \[(.*)\]$", text)
    return text.replace(names, ", ".join(f"{folder}/{name}" for name in names.split(", ")))


def filled(text: str) -> str:
    """A profile's text with something in the place of each placeholder: the same for the same words."""
    text = re.sub(r"<the (id|second)[^<>]*>", "7", text)

    def address(words: re.Match[str]) -> str:
        return "0x" + keccak(text=words.group()).hex()[:40]

    return re.sub(r"<the address[^<>]*>", address, text).replace("<the host of your metadata>", "metadata.test")


class Blank:
    """An empty chain: no code anywhere; whatever is sent is an error of the test."""

    def __init__(self, chain_id: int = 7, deployer: str | None = DEPLOYER, nonce: int = 0) -> None:
        self.chain_id, self.deployer, self._nonce = chain_id, deployer, nonce
        self.codes: dict[str, bytes] = {}

    def nonce(self, address: str) -> int:
        """The same for everyone."""
        return self._nonce

    def settle(self, address: str) -> None:
        """Nothing is ever pending."""

    def block_number(self) -> int:
        """Any block."""
        return 100

    def code(self, address: str) -> bytes:
        """Only what the test put there."""
        return self.codes.get(address, b"")

    def call(self, to: str | None, data: bytes, sender: str | None = None) -> bytes:
        """Nobody answers."""
        raise CallReverted("nothing here")

    def send(self, to: str | None, data: bytes, nonce: int) -> Receipt:
        """Must not happen while planning."""
        raise AssertionError("a plan sends nothing")

    def logs(self, address: str, topics: Sequence[bytes], from_block: int, to_block: int | None = None) -> list[Log]:
        """No events."""
        return []
