"""A suite under OpenZeppelin's own timelock, and contracts that answer what a test wants them to: what is read of them
is under test, not they."""

from __future__ import annotations

import json
from typing import Any

from eth_abi.abi import encode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from caldera.artifacts import Artifact, Artifacts
from tests.integration.deployment_node import MIDDLE, ROOT, Node

DAY = 86_400
DELAY = 2 * DAY
ZERO = "0x" + "00" * 20
PROPOSER, CANCELLER, EXECUTOR = (
    "0x" + keccak(text=f"{name}_ROLE").hex() for name in ("PROPOSER", "CANCELLER", "EXECUTOR")
)
ADMIN = "0x" + "00" * 32
REFUSE = 1
"""As an answer: refuses as a contract does whose AccessManager does not know the caller."""

_REFUSAL = keccak(text="AccessManagedUnauthorized(address)")[:4].hex()
# The answer to a selector are three words of storage: at the selector, and 2^32 and 2^33 above. What has no answer and
# arguments is logged: the first word as topic, the rest as data.
_ANSWERING = (
    "5f3560e01c805480600114603c578015366004101660{log}575f5280640100000000015460205264020000000001546040526060" + "5ff3"
)


def _runtime() -> bytes:
    head = bytes.fromhex(_ANSWERING.replace("{log}", "00"))
    refuse = len(head)
    refusal = bytes.fromhex(f"5b63{_REFUSAL}5f526024601cfd")
    log = refuse + len(refusal)
    code = bytearray(head + refusal + bytes.fromhex("5b602036038060205f375f35905fa100"))
    code[code.index(bytes.fromhex("8060011460")) + 5] = refuse
    code[code.index(bytes.fromhex("80153660041016" + "60")) + 8] = log
    return bytes(code)


def _getter(name: str, kind: str) -> dict[str, Any]:
    output = [{"name": "", "type": kind}]
    return {"type": "function", "name": name, "inputs": [], "outputs": output, "stateMutability": "view"}


def _artifact(name: str, abi: list[dict[str, Any]]) -> Artifact:
    code = _runtime()
    creation = bytes.fromhex(f"60{len(code):02x}600a5f3960{len(code):02x}5ff3") + code
    return Artifact(name, tuple(abi), "", creation.hex(), code.hex(), {}, {})


def with_governance(compiled: Artifacts) -> Artifacts:
    """What was compiled, and: `TimelockController` as OpenZeppelin compiled it; `Chair`, which answers as a governor;
    `Book`, which answers as the book of parameters."""
    source = ROOT / "node_modules/@openzeppelin/contracts/build/contracts/TimelockController.json"
    made = json.loads(source.read_text(encoding="utf-8"))
    creation, runtime = (str(made[name]).removeprefix("0x") for name in ("bytecode", "deployedBytecode"))
    governor = [_getter(name, "address") for name in ("timelock", "proposalGuardian", "token", "owner")]
    governor += [_getter(name, "uint256") for name in ("votingDelay", "votingPeriod")]
    words = [{"name": "", "type": kind} for kind in ("uint256", "bytes32[]", "uint256[]")]
    setter = {"type": "function", "name": "set", "inputs": words, "outputs": [], "stateMutability": "nonpayable"}
    parts = [{"name": "", "type": kind} for kind in ("address", "bytes4")]
    family = {**_getter("familyFor", "uint256"), "inputs": parts}
    found = {name: compiled[name] for name in compiled}
    found["TimelockController"] = Artifact("TimelockController", tuple(made["abi"]), "", creation, runtime, {}, {})
    made_by = {
        "type": "constructor",
        "inputs": [{"name": "owner_", "type": "address"}],
        "stateMutability": "nonpayable",
    }
    found["Chair"] = _artifact("Chair", [made_by, *governor, _getter("CLOCK_MODE", "string")])
    found["Book"] = _artifact("Book", [_getter("authority", "address"), family, setter])
    return Artifacts(compiled.path, found)


def governed() -> dict[str, Any]:
    """The middle profile with its timelock as admin, a governor as proposer, and a book."""
    grants = [
        {"set": "Timelock.grantRole", "key": [role, "$Chair"], "read": "hasRole", "expect": [True]}
        for role in (PROPOSER, CANCELLER)
    ]
    gone = {"set": "Timelock.renounceRole", "key": [ADMIN, "$deployer"], "read": "hasRole", "expect": [False]}
    timelock = {"name": "Timelock", "type": "TimelockController", "args": [DELAY, [], [ZERO], "$deployer"]}
    return {
        **MIDDLE,
        "admin": {"account": "$Timelock"},
        "actors": {"officer": MIDDLE["actors"]["officer"], "guardian": "0x" + "a3" * 20},
        "contracts": [*MIDDLE["contracts"], timelock, {"name": "Chair", "args": ["$deployer"]}, {"name": "Book"}],
        "settings": [*MIDDLE["settings"], *grants, gone],
        "roles": {
            "STANDARD": {"id": 2, "holders": [{"account": "$officer", "delay": 60}], "guardian": "GUARDIAN"},
            "GUARDIAN": {"id": 3, "admin": "STANDARD", "holders": [{"account": "$guardian"}]},
            "PARAMETERS": {"id": 18, "holders": [{"account": "$Book"}]},
        },
        "permissions": {**MIDDLE["permissions"], "LendingTerms.setAdvance": "PARAMETERS"},
    }


def answer(node: Node, address: str, signature: str, *words: bytes) -> None:
    """From now on the contract answers so."""
    place = int.from_bytes(keccak(text=signature)[:4], "big")
    for number, word in enumerate(words):
        slot = (place + (number << 32)).to_bytes(32, "big")
        node.ask("anvil_setStorageAt", address, "0x" + slot.hex(), "0x" + word.rjust(32, b"\0").hex())


def whole(value: int) -> bytes:
    """A number as an answer."""
    return value.to_bytes(32, "big")


def party(address: str) -> bytes:
    """An address as an answer."""
    return bytes.fromhex(address[2:])


def text(value: str) -> tuple[bytes, ...]:
    """A short text as an answer."""
    return whole(32), whole(len(value)), value.encode().ljust(32, b"\0")


def proposed(node: Node, governor: str, calls: list[tuple[str, bytes]], description: str) -> bytes:
    """The governor says that this was proposed; its description's hash."""
    targets, data = [one for one, _ in calls], [one for _, one in calls]
    kinds = "uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string"
    nothing = [0] * len(calls)
    values = (7, ZERO, targets, nothing, [""] * len(calls), data, 1, 2, description)
    sender = str(to_checksum_address("0x" + "d4" * 20))
    event = keccak(text=f"ProposalCreated({kinds})") + encode(kinds.split(","), values)
    node.act_as(sender, governor, event)
    return bytes(keccak(text=description))
