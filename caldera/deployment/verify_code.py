"""Code and constructor-set values.

The expected runtime code is made by the chain itself: the creation code with its arguments is carried out in a call,
and what differs only because the trial runs at another address (`address(this)` and the EIP-712 domain separator, which
are immutables) is put right. Then the codes are equal to the byte, or they are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eth_abi.abi import encode
from eth_utils.address import to_canonical_address
from eth_utils.crypto import keccak

from .encoding import artifact_of, constructor_inputs, creation_code, fit_values
from .errors import ChainError
from .findings import Finding, Kind
from .load import DEPLOYER
from .planner import created_address
from .suite import Suite

_PROBE = "0x00000000000000000000000000000000Ca1dE7a0"
_DOMAIN = keccak(text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
_TRANSFER = keccak(text="Transfer(address,address,uint256)")
_GETTERS = {"access": "authority", "guardian": "proposalGuardian"}
_FIRST = {"shares": "feeSharesAt", "cap": "capOf"}
"""Where only what holds from the start, from month or epoch 0 on, comes from the constructor."""


def verify_code(suite: Suite, from_block: int) -> Iterator[Finding]:
    """Findings about code, references and token holdings of every contract of the profile."""
    for entry in suite.profile.contracts:
        found = suite.port.code(suite.addresses[entry.name])
        if not found:
            yield Finding(Kind.CODE, entry.name, f"code at {suite.addresses[entry.name]}", "nothing")
            continue
        try:
            expected = expected_code(suite, entry.name)
        except ChainError as error:
            yield Finding(Kind.CODE, entry.name, "code that can be made again", f"its creation reverts: {error}")
            continue
        if expected != found:
            yield Finding(Kind.CODE, entry.name, f"keccak 0x{keccak(expected).hex()}", f"0x{keccak(found).hex()}")
            continue
        yield from _child(suite, entry.name)
        yield from _references(suite, entry.name)
        yield from _genesis(suite, entry.name, from_block)
        yield from _holdings(suite, entry.name)


def _child(suite: Suite, name: str) -> Iterator[Finding]:
    """The contract of vaults, which Securitisation creates in its constructor and nothing else vouches for."""
    if suite.profile.entry(name).contract_type != "Securitisation":
        return
    data = creation_code(artifact_of(suite.artifacts, "DealVault"), [suite.read(name, "receivables")[0]])
    expected = suite.call(None, data, suite.addresses[name])
    found = suite.port.code(suite.read(name, "vaultCode")[0])
    if expected != found:
        where = f"{name}, its DealVault"
        yield Finding(Kind.CODE, where, f"keccak 0x{keccak(expected).hex()}", f"0x{keccak(found).hex()}")


def expected_code(suite: Suite, name: str) -> bytes:
    """The runtime code that the contract must have at its address."""
    entry = suite.profile.entry(name)
    code = suite.call(None, creation_code(suite.artifact(name), suite.resolve(entry.args)), _PROBE)
    trial, real = created_address(_PROBE, suite.port.nonce(_PROBE)), suite.addresses[name]
    code = code.replace(_word(trial), _word(real))
    # A contract that creates another in its constructor has it at nonce 1.
    code = code.replace(_word(created_address(trial, 1)), _word(created_address(real, 1)))
    if suite.has(name, "eip712Domain"):
        try:
            _, title, version, *_ = suite.read(name, "eip712Domain")
        except (ChainError, ValueError):
            return code
        code = code.replace(_separator(suite, title, version, trial), _separator(suite, title, version, real))
    return code


def _word(address: str) -> bytes:
    return to_canonical_address(address).rjust(32, b"\0")


def _separator(suite: Suite, title: str, version: str, address: str) -> bytes:
    parts = [_DOMAIN, keccak(text=title), keccak(text=version), suite.profile.chain_id, address]
    return bytes(keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], parts)))


def _references(suite: Suite, name: str) -> Iterator[Finding]:
    """What the constructor was given and a view function of that name gives back."""
    artifact, entry = suite.artifact(name), suite.profile.entry(name)
    for parameter, written in zip(constructor_inputs(artifact), entry.args, strict=True):
        if written == f"${DEPLOYER}":
            continue  # whatever was the deployer's is handed over: `verify_handover` sees to it
        value = suite.resolve(written)
        bare = str(parameter["name"]).strip("_")
        getter = _GETTERS.get(bare, _FIRST.get(bare, bare))
        view = next((one for one in suite.functions(name) if one.name == getter and not one.writes), None)
        if view is None:
            continue
        if bare not in _FIRST and [output["type"] for output in view.entry["outputs"]] != [parameter["type"]]:
            continue
        values = _nothing(view.entry["inputs"])
        if values is None:
            continue
        wanted = fit_values(f"{name}.{getter}", [parameter], [value])[0]
        found = suite.read(name, getter, *values)[0]
        if _plain(found) != _plain(wanted):
            yield Finding(Kind.REFERENCE, f"{name}.{getter}", str(wanted), str(found))


def _nothing(inputs: list[dict[str, Any]]) -> list[int] | None:
    """Arguments for a getter that takes none, or a number as `uri(uint256)` and `capOf(uint32)` do."""
    return [0] * len(inputs) if all(str(entry["type"]).startswith("uint") for entry in inputs) else None


def _plain(value: Any) -> Any:
    return value.lower() if isinstance(value, str) and value.startswith("0x") else value


def _genesis(suite: Suite, name: str, from_block: int) -> Iterator[Finding]:
    """A supply made at construction went to the account the profile names, and nothing was made since."""
    inputs = [str(parameter["name"]).strip("_") for parameter in constructor_inputs(suite.artifact(name))]
    if "genesis" not in inputs:
        return
    wanted = suite.resolve(suite.profile.entry(name).args)[inputs.index("genesis")]
    minted = suite.port.logs(suite.addresses[name], [_TRANSFER, b"\0" * 32], from_block)
    receivers = {"0x" + log.topics[2][12:].hex() for log in minted}
    if receivers != {wanted.lower()}:
        yield Finding(Kind.TOKEN, f"{name} genesis", wanted, ", ".join(sorted(receivers)) or "nobody")


def _holdings(suite: Suite, name: str) -> Iterator[Finding]:
    """The deployer keeps no tokens, unless the profile gives it some by a constructor argument."""
    if "$deployer" in suite.profile.entry(name).args:
        return
    balance = next((one for one in suite.functions(name) if one.signature == "balanceOf(address)"), None)
    if balance is None:
        return
    held = suite.read(name, balance.signature, suite.deployer)[0]
    if held:
        yield Finding(Kind.TOKEN, f"{name}.balanceOf($deployer)", "0", str(held))
