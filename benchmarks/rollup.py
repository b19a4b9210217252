"""What a transaction weighs on an OP-stack rollup, where its bytes are posted to L1 compressed.

Since Fjord the L1 fee is estimated size × (16 × base fee scalar × L1 base fee + blob fee scalar × blob base fee)
÷ 10^6, where estimated size = max(100, (−42,585,600 + 836,500 × FastLZ length) / 10^6) bytes of the signed transaction
(https://specs.optimism.io/protocol/fjord/exec-engine.html).
"""

from dataclasses import dataclass
from typing import cast

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak
from web3.contract.contract import ContractFunction

from benchmarks.artifact import project
from benchmarks.node import Node

INTERCEPT, COEFFICIENT, LEAST = -42_585_600, 836_500, 100
CHAIN_ID = 10


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes of a transaction: its call data, signed, under FastLZ, and as the rollup estimates it."""

    call_data: int
    signed: int
    fastlz: int

    @property
    def estimated(self) -> float:
        """Bytes that are paid for."""
        return max(LEAST, (INTERCEPT + COEFFICIENT * self.fastlz) / 10**6)


def weigh(node: Node, call: ContractFunction, gas: int) -> Weight:
    """Signs the call as an ordinary transaction on OP mainnet and measures its bytes."""
    key = cast(LocalAccount, Account.from_key(keccak(text="benchmark sender")))
    transaction = {
        "type": 2,
        "chainId": CHAIN_ID,
        "nonce": 1000,
        "to": call.address,
        "value": 0,
        "gas": gas,
        "maxFeePerGas": 10**7,
        "maxPriorityFeePerGas": 10**6,
        "data": call._encode_transaction_data(),
        "accessList": [],
    }
    signed = bytes(key.sign_transaction(transaction).raw_transaction)
    meter = node.deploy(project()["FastLz"])
    length = int(meter.functions.sizeOf(signed).call())
    data = str(transaction["data"])
    return Weight(len(bytes.fromhex(data.removeprefix("0x"))), len(signed), length)
