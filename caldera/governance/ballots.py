"""Ballots: for, against, abstain, or in parts; cast, or signed for somebody else to send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from eth_account.messages import encode_typed_data

from caldera.evm.address import BadAddress, to_address
from caldera.whole_file import write_whole

from .errors import BallotInvalid, ValueUnreadable
from .values import Unit, parse, show

IN_PARTS = 255
"""`GovernorCountingFractional`: the support that says the parts are in the parameters."""
_FIELDS = ("proposal", "support", "voter", "nonce", "reason", "params")
_TYPES = {
    "ExtendedBallot": [
        {"name": "proposalId", "type": "uint256"},
        {"name": "support", "type": "uint8"},
        {"name": "voter", "type": "address"},
        {"name": "nonce", "type": "uint256"},
        {"name": "reason", "type": "string"},
        {"name": "params", "type": "bytes"},
    ]
}
SCHEMA = 1


class Support(IntEnum):
    """How to vote."""

    AGAINST = 0
    FOR = 1
    ABSTAIN = 2

    @classmethod
    def of(cls, text: str) -> Support:
        """`for`, `against` or `abstain`. Raises `BallotInvalid`."""
        try:
            return cls[text.upper()]
        except KeyError:
            raise BallotInvalid(f"{text!r}: vote for, against or abstain") from None

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class Ballot:
    """What is cast. `parts`: votes against, for and abstaining, in wei of ERA, where it is not all one way."""

    support: Support | None
    reason: str = ""
    parts: tuple[int, int, int] | None = None

    @property
    def code(self) -> int:
        """The support as the governor takes it."""
        return IN_PARTS if self.support is None else int(self.support)

    @property
    def params(self) -> bytes:
        """The parts as the governor takes them: three times 128 bits."""
        return b"" if self.parts is None else b"".join(one.to_bytes(16, "big") for one in self.parts)

    def show(self) -> str:
        """In words."""
        if self.parts is None:
            return str(self.support)
        named = zip(Support, self.parts, strict=True)
        return ", ".join(f"{name} {show(one, Unit.ERA)}" for name, one in named if one)


def in_parts(given: Mapping[Support, str], left: int, reason: str = "") -> Ballot:
    """A ballot in parts: votes (`1,000 ERA`) or shares of what the voter has left (`60%`), each way. Shares round down.

    Raises:
        BallotInvalid: nothing, or more than there is.
    """
    parts = [0, 0, 0]
    for way, text in given.items():
        try:
            if text.strip().endswith("%"):
                parts[way] = left * parse(text, Unit.BPS) // 10_000
            else:
                parts[way] = parse(text, Unit.ERA)
        except ValueUnreadable as error:
            raise BallotInvalid(f"{way}: {error}") from None
    total = sum(parts)
    if not total:
        raise BallotInvalid("the parts come to nothing: say how many votes go which way, as in --for 60% --against 40%")
    if total > left:
        raise BallotInvalid(f"the parts come to {total} votes, and {left} are left to cast (10^-18 ERA each)")
    return Ballot(None, reason, (parts[0], parts[1], parts[2]))


@dataclass(frozen=True)
class SignedBallot:
    """A ballot that anybody may send. `domain`: of the governor it is for, as EIP-712 has it."""

    proposal: int
    support: int
    voter: str
    nonce: int
    reason: str
    params: bytes
    domain: dict[str, Any]
    signature: bytes = b""

    def typed(self) -> dict[str, Any]:
        """What is signed, as EIP-712 typed data: for wallets, too."""
        message = {
            "proposalId": self.proposal,
            "support": self.support,
            "voter": self.voter,
            "nonce": self.nonce,
            "reason": self.reason,
            "params": self.params,
        }
        return {"domain": self.domain, "types": _TYPES, "message": message}

    def sign(self, account: Any) -> SignedBallot:
        """With an account of eth_account. Raises `BallotInvalid` where that is not the voter."""
        if to_address(str(account.address)) != self.voter:
            raise BallotInvalid(f"{account.address} cannot sign for {self.voter}")
        typed = self.typed()
        signed = account.sign_message(encode_typed_data(typed["domain"], typed["types"], typed["message"]))
        return SignedBallot(**{**vars(self), "signature": bytes(signed.signature)})

    def save(self, path: Path) -> None:
        """As JSON; in the place of another signed ballot, and of nothing else.

        Raises:
            BallotInvalid: something else is there, such as the draft.
        """
        if path.exists():
            self.load(path)
        content = {name: getattr(self, name) for name in _FIELDS} | {"params": "0x" + self.params.hex()}
        whole = {"schema": SCHEMA, **content, "domain": self.domain, "signature": "0x" + self.signature.hex()}
        write_whole(path, json.dumps(whole, indent=2) + "\n")

    @classmethod
    def load(cls, path: Path) -> SignedBallot:
        """From JSON. Raises `BallotInvalid`."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content.pop("schema") != SCHEMA:
                raise ValueError("another version")
            params, signature = (bytes.fromhex(content.pop(name)[2:]) for name in ("params", "signature"))
            made = cls(params=params, signature=signature, **content)
            if not (isinstance(made.proposal, int) and isinstance(made.nonce, int) and isinstance(made.domain, dict)):
                raise ValueError("numbers are not numbers")
            to_address(made.voter)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, BadAddress) as error:
            raise BallotInvalid(f"{path}: not a signed ballot ({error})") from None
        return made
