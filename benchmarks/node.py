"""A local anvil node and the whole transactions that are measured on it."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from eth_typing import ChecksumAddress
from eth_utils.conversions import to_hex
from web3 import HTTPProvider, Web3
from web3.contract import Contract
from web3.contract.contract import ContractConstructor, ContractFunction
from web3.providers import JSONBaseProvider
from web3.types import RPCEndpoint, TxData, TxReceipt, Wei

from benchmarks.artifact import ROOT, Artifact
from benchmarks.errors import BenchmarkError, MissingTool, Reverted
from benchmarks.reverts import ErrorBook

HARDFORK = "cancun"
GENESIS_TIME = 1_767_225_600  # 2026-01-01 00:00 UTC: call data that holds a time weighs the same in every run
GAS_LIMIT = 25_000_000
PLAIN_GAS_LIMIT = 1_000_000  # of one of many in a block: a block has room for its limit, whatever it uses
START_SECONDS = 30.0
_LISTENING = "Listening on "

Call = ContractFunction | ContractConstructor


class Node:
    """A running chain with ten funded accounts. Amounts are wei, gas is `gasUsed` of the receipt."""

    def __init__(self, w3: Web3) -> None:
        self.w3 = w3
        self.accounts: list[ChecksumAddress] = list(w3.eth.accounts)
        self._errors = ErrorBook()

    def rpc(self, method: str, *params: Any) -> Any:
        """One JSON-RPC call, also of anvil's own methods (`evm_increaseTime`). Raises `BenchmarkError` on refusal."""
        answer = self.w3.provider.make_request(RPCEndpoint(method), list(params))
        if "error" in answer:
            raise BenchmarkError(f"{method}: {answer['error']}")
        return answer["result"]

    def deploy(self, artifact: Artifact, *arguments: Any, sender: ChecksumAddress | None = None) -> Contract:
        """Deploys with the first account unless told otherwise."""
        self._errors.add(artifact.abi)
        factory = self.w3.eth.contract(abi=artifact.abi, bytecode=artifact.initcode)
        receipt = self.send(factory.constructor(*arguments), sender or self.accounts[0])
        address = receipt["contractAddress"]
        assert address is not None
        return self.at(artifact, address)

    def at(self, artifact: Artifact, address: ChecksumAddress) -> Contract:
        """A contract that stands already, for example behind a proxy."""
        self._errors.add(artifact.abi)
        return self.w3.eth.contract(address=address, abi=artifact.abi)

    def send(self, call: Call, sender: ChecksumAddress, value: int = 0) -> TxReceipt:
        """Sends one transaction and waits for its receipt. Raises `Reverted` with the contract's reason."""
        sent = call.transact({"from": sender, "gas": GAS_LIMIT, "value": Wei(value)})
        receipt = self.w3.eth.wait_for_transaction_receipt(sent, timeout=30, poll_latency=0.005)
        if receipt["status"] != 1:
            name = getattr(call, "fn_name", "constructor")
            raise Reverted(f"{name}: {self._reason(self.w3.eth.get_transaction(sent))}")
        return receipt

    def gas(self, call: Call, sender: ChecksumAddress, value: int = 0) -> int:
        """Gas of the whole transaction, taken back after it: measurements do not see each other."""
        with self.undone():
            return int(self.send(call, sender, value)["gasUsed"])

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever happens inside is taken back."""
        snapshot = self.rpc("evm_snapshot")
        try:
            yield
        finally:
            if self.rpc("evm_revert", snapshot) is not True:
                raise BenchmarkError("the node did not go back to the snapshot; start again")

    def together(self, calls: Sequence[ContractFunction], sender: ChecksumAddress) -> None:
        """Sends transactions that one block takes in, in their order.

        Raises `BenchmarkError` where they do not fit into it, `Reverted` where one reverts; none is left waiting.
        """
        first = self.w3.eth.get_transaction_count(sender)
        self.rpc("evm_setAutomine", False)
        try:
            sent = self._all(
                "eth_sendTransaction",
                [
                    {
                        "from": sender,
                        "to": call.address,
                        "data": call._encode_transaction_data(),
                        "nonce": hex(first + place),
                        "gas": hex(PLAIN_GAS_LIMIT),
                    }
                    for place, call in enumerate(calls)
                ],
            )
            self.rpc("evm_mine")
        finally:
            self.rpc("anvil_dropAllTransactions")
            self.rpc("evm_setAutomine", True)
        for place, receipt in enumerate(self._all("eth_getTransactionReceipt", sent)):
            if receipt is None:
                raise BenchmarkError(f"transaction {place} of {len(calls)} did not fit into the block; send fewer")
            if receipt["status"] != "0x1":
                raise Reverted(f"{calls[place].fn_name}: transaction {place} of {len(calls)} in one block")

    @contextmanager
    def paced(self, seconds: int) -> Iterator[None]:
        """Inside, each block comes so many seconds after the one before, however slow the node is."""
        self.rpc("anvil_setBlockTimestampInterval", seconds)
        try:
            yield
        finally:
            self.rpc("anvil_removeBlockTimestampInterval")

    @contextmanager
    def still(self) -> Iterator[None]:
        """No time passes inside: interest runs by the second, and gas with it."""
        with self.paced(0):
            yield

    def _all(self, method: str, parameters: Sequence[Any]) -> list[Any]:
        """The same method for each of `parameters`, in one request."""
        provider = self.w3.provider
        assert isinstance(provider, JSONBaseProvider)
        answers = provider.make_batch_request([(RPCEndpoint(method), [one]) for one in parameters])
        if not isinstance(answers, list):  # the request as a whole was refused
            raise BenchmarkError(f"{method}: {answers.get('error')}")
        for answer in answers:
            if "error" in answer:
                raise BenchmarkError(f"{method}: {answer['error']}")
        return [answer["result"] for answer in answers]

    def _reason(self, failed: TxData) -> str:
        """What the transaction says when it is called again: it has changed nothing but the nonce."""
        asked = {
            "from": failed["from"],
            "data": to_hex(failed["input"]),
            "value": hex(failed["value"]),
            "gas": hex(GAS_LIMIT),
        }
        if failed.get("to"):
            asked["to"] = failed["to"]
        answer = self.w3.provider.make_request(RPCEndpoint("eth_call"), [asked, "latest"])
        error: Any = answer.get("error") or {}
        return self._errors.reason(str(error.get("data") or "0x"))


def anvil_program() -> str:
    """Path of anvil: the program in the project's own package, or the one on PATH. Raises `MissingTool`."""
    own = sorted((ROOT / "node_modules" / "@foundry-rs").glob("anvil-*/bin/anvil*"))
    found = str(own[0]) if own else shutil.which("anvil")
    if found is None:
        raise MissingTool("anvil is not installed; run make setup")
    return found


def anvil_version() -> str:
    """For example `1.7.1`."""
    text = subprocess.run([anvil_program(), "--version"], capture_output=True, text=True, check=True).stdout
    return text.split()[2].split("-")[0]


@contextmanager
def running(*options: str, patience: float = 30) -> Iterator[Node]:
    """A fresh chain for the time of the block, on a port and a chain id that nobody else has.

    `options`: more of anvil's own; `patience`: seconds to wait for an answer.
    """
    chain_id = 1_000_000_000 + secrets.randbelow(1_000_000_000)
    command = [anvil_program(), "--port", "0", "--chain-id", str(chain_id), "--hardfork", HARDFORK]
    command += ["--timestamp", str(GENESIS_TIME), *options]
    # States that do not fit memory go to files, which anvil leaves behind.
    with tempfile.TemporaryFile("w+") as log, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as states:
        command += ["--cache-path", states]
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            w3 = Web3(HTTPProvider(f"http://{_address(process, log)}", request_kwargs={"timeout": patience}))
            if w3.eth.chain_id != chain_id:
                raise BenchmarkError("another node answers on anvil's port; start again")
            yield Node(w3)
        finally:
            _stop(process)


def _address(process: subprocess.Popen[bytes], log: IO[str]) -> str:
    """Host and port as anvil announces them: the operating system has chosen the port."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        log.seek(0)
        text = log.read()
        if _LISTENING in text and text.endswith("\n"):
            return text.split(_LISTENING, 1)[1].split()[0]
        if process.poll() is not None:
            raise BenchmarkError(f"anvil ended at once: {text.strip()[-400:]}")
        time.sleep(0.02)
    raise BenchmarkError(f"anvil did not start within {START_SECONDS:.0f} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends anvil; it leads a process group of its own, so a launcher around it ends too."""
    for number, seconds in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            return
