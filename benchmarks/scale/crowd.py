"""Large states in little time: many calls of one account in one transaction, which nobody measures."""

import time
from collections.abc import Iterable, Sequence
from itertools import islice

from eth_typing import ChecksumAddress
from eth_utils.abi import function_abi_to_4byte_selector
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from web3.contract import Contract

from benchmarks.errors import BenchmarkError
from benchmarks.node import Node

ROOM = 50_000_000_000
"""Gas limit of a block here: only what is built needs it; what is measured has benchmarks.node.GAS_LIMIT."""
OPTIONS = ("--gas-limit", str(2 * ROOM), "--block-base-fee-per-gas", "0", "--auto-impersonate", "--prune-history", "32")
TOGETHER = 1_000
PATIENCE = 300
"""Seconds for one such transaction."""
STARTER = "0x" + "5ca1e".zfill(40)

# Call data: whom to call, how long each call is, the calls. Each is made with the account's own address as sender; the
# first that reverts makes all revert, with its reason.
_REPEATER = bytes.fromhex(
    "6040"  # where the first call begins
    "5b 368110 15 6022 57"  # end where the call data ends
    "602035 80825f37"  # this call into memory
    "5f5f825f5f5f355af1 15 6024 57"
    "01 6002 56"  # where the next begins
    "5b00"
    "5b3d5f5f3e3d5ffd".replace(" ", "")
)


def many(
    node: Node,
    sender: ChecksumAddress,
    contract: Contract,
    function: str,
    calls: Iterable[Sequence[int | str | bytes]],
    together: int = TOGETHER,
) -> None:
    """Calls a function with each of these arguments, which are static words. For that time the account is lent code.

    Raises:
        BenchmarkError: one of the calls reverts.
    """
    selector = function_abi_to_4byte_selector(contract.get_function_by_name(function).abi)
    encoded = (selector + b"".join(_word(one) for one in call) for call in calls)
    node.rpc("anvil_setCode", sender, "0x" + _REPEATER.hex())
    try:
        while batch := list(islice(encoded, together)):
            _send(node, sender, contract.address, batch, function)
    finally:
        node.rpc("anvil_setCode", sender, "0x")


def each(
    node: Node,
    senders: Sequence[ChecksumAddress],
    contract: Contract,
    function: str,
    calls: Sequence[Sequence[int | str | bytes]],
) -> None:
    """One call of static words by each sender, for nothing.

    Raises:
        BenchmarkError: one of the calls reverts.
    """
    selector = function_abi_to_4byte_selector(contract.get_function_by_name(function).abi)
    for sender, call in zip(senders, calls, strict=True):
        data = "0x" + (selector + b"".join(_word(one) for one in call)).hex()
        _run(
            node, {"from": sender, "to": contract.address, "data": data, "gas": hex(ROOM), "gasPrice": "0x0"}, function
        )


def people(what: str, first: int, last: int) -> list[ChecksumAddress]:
    """Accounts from number `first` on, before `last`; the same in every run."""
    return [to_checksum_address(keccak(text=f"{what} {number}")[12:]) for number in range(first, last)]


def _send(node: Node, sender: ChecksumAddress, target: ChecksumAddress, batch: list[bytes], function: str) -> None:
    data = _word(target) + _word(len(batch[0])) + b"".join(batch)
    transaction = {"from": STARTER, "to": sender, "data": "0x" + data.hex(), "gas": hex(ROOM), "gasPrice": "0x0"}
    _run(node, transaction, f"{len(batch)} × {function}")


def _run(node: Node, transaction: dict[str, str], what: str) -> None:
    sent = node.rpc("eth_sendTransaction", transaction)
    # Not by web3, which takes longer to decode thousands of logs than the node takes to make them.
    deadline = time.monotonic() + PATIENCE
    while (receipt := node.rpc("eth_getTransactionReceipt", sent)) is None:
        if time.monotonic() > deadline:
            raise BenchmarkError(f"{what} was not mined in {PATIENCE} s")
        time.sleep(0.005)
    if receipt["status"] != "0x1":
        raise BenchmarkError(f"{what} failed: {_why(node, transaction)}")


def _why(node: Node, transaction: dict[str, str]) -> str:
    try:
        node.rpc("eth_call", transaction, "latest")
    except BenchmarkError as error:
        return str(error)
    return "no reason"


def _word(value: int | str | bytes) -> bytes:
    if isinstance(value, bytes):
        return value.ljust(32, b"\0")
    return (int(value, 16) if isinstance(value, str) else int(value)).to_bytes(32)
