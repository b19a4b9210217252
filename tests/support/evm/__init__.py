"""The contracts from Python: an engine in this process, handles from the ABI, errors and events by name."""

from tests.support.evm.chain import Account, Chain, Log, Receipt
from tests.support.evm.codec import EncodingError
from tests.support.evm.contract import Contract, Event, at, deploy
from tests.support.evm.errors import ContractError, CustomError, EmptyRevert, Halted, Panic, Reverted, RevertString
from tests.support.evm.revm import Revm

__all__ = [
    "Account",
    "Chain",
    "Contract",
    "ContractError",
    "CustomError",
    "EmptyRevert",
    "EncodingError",
    "Event",
    "Halted",
    "Log",
    "Panic",
    "Receipt",
    "RevertString",
    "Reverted",
    "Revm",
    "at",
    "deploy",
]
