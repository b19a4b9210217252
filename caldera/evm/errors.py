"""What can go wrong, as one tree.

EvmError
├── ContractError            the code that ran did not succeed
│   ├── Reverted             it said so: REVERT
│   │   ├── CustomError      an error declared in Solidity, one class a signature (generated)
│   │   ├── Panic            the compiler's own checks: overflow, division by zero, ...
│   │   ├── RevertString     require(..., "text")
│   │   ├── EmptyRevert      revert without data
│   │   └── UnknownRevert    data that no compiled contract declares
│   └── Halt                 it stopped otherwise: invalid opcode, stack, code size, ...
│       └── OutOfGas
├── Refused                  never ran: the sender cannot pay, has code, or the data is too long
├── EncodingError            an argument does not fit its ABI type
├── DecodingError            data does not fit the ABI type it should have
└── EngineError              the engine itself: a stale snapshot, a node that does not answer, ...
    ├── AnvilMissing         there is no anvil program
    ├── AnvilDied            the node has ended
    └── WrongChain           another chain answers
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from caldera.evm.abi import Param

if TYPE_CHECKING:
    from caldera.evm.receipt import Receipt


class EvmError(Exception):
    """Root of everything this package raises on purpose."""


class EncodingError(EvmError, ValueError):
    """An argument does not fit its ABI type. Says which function, which argument and why."""

    def __init__(self, function: str, argument: str, type_text: str, why: str) -> None:
        super().__init__(function, argument, type_text, why)
        self.function = function
        self.argument = argument
        self.type = type_text
        self.why = why

    def __str__(self) -> str:
        at = f", argument `{self.argument}` ({self.type})" if self.argument else ""
        return f"{self.function}{at}: {self.why}"


class DecodingError(EvmError, ValueError):
    """Data does not have the ABI type that was asked for."""


class EngineError(EvmError, RuntimeError):
    """The engine cannot do its work; the message says what to do."""


class AnvilMissing(EngineError):
    """There is no anvil program."""


class AnvilDied(EngineError):
    """The node that was started has ended."""


class WrongChain(EngineError):
    """Another chain answers than the one that was asked for; nothing was sent to it."""


class Refused(EvmError):
    """The transaction or call was not executed at all, as a node refuses it: no state, no nonce, no receipt."""


class ContractError(EvmError):
    """Code ran and did not succeed."""

    receipt: Receipt[Any] | None = None
    """The failed receipt when a transaction was sent; None for a call."""
    revert_data: bytes = b""
    """What the code returned with the failure."""


class Reverted(ContractError):
    """The code reverted."""


class EmptyRevert(Reverted):
    """Reverted without data: a missing function, no code where code was expected, a bare `revert()`."""

    def __str__(self) -> str:
        return "reverted without data"


class RevertString(Reverted):
    """`require(..., "text")` or `revert("text")`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownRevert(Reverted):
    """Reverted with data that no compiled contract declares."""

    def __str__(self) -> str:
        return f"reverted with unknown data 0x{self.revert_data.hex()}"


PANICS = {
    0x00: "generic compiler panic",
    0x01: "assertion failed",
    0x11: "arithmetic overflow or underflow",
    0x12: "division or modulo by zero",
    0x21: "value is not of the enum",
    0x22: "storage byte array is wrongly encoded",
    0x31: "pop on an empty array",
    0x32: "array index out of bounds",
    0x41: "too much memory allocated",
    0x51: "call to an uninitialised function",
}


class Panic(Reverted):
    """A check that the compiler inserted failed."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code

    @property
    def reason(self) -> str:
        """What the code means."""
        return PANICS.get(self.code, "unknown panic")

    def __str__(self) -> str:
        return f"panic 0x{self.code:02x}: {self.reason}"


class Halt(ContractError):
    """Execution stopped without a revert; all gas is used."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OutOfGas(Halt):
    """The gas of the transaction was not enough."""


class CustomError(Reverted):
    """An error declared in Solidity. Subclasses are generated: one class a signature, with typed attributes.

    Two of the same class and values are equal, so a test can compare with the error it expects.
    """

    abi_signature: ClassVar[str] = ""
    abi_selector: ClassVar[bytes] = b""
    abi_inputs: ClassVar[tuple[Param, ...]] = ()
    abi_names: ClassVar[tuple[str, ...]] = ()
    """Python names of the values, in order."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "abi_signature" in cls.__dict__:
            from caldera.evm import registry

            registry.add_error(cls)

    def __init__(self, *values: Any) -> None:
        super().__init__(*values)
        if len(values) != len(self.abi_names):
            raise TypeError(f"{self.abi_signature} takes {len(self.abi_names)} values, {len(values)} given")
        for name, value in zip(self.abi_names, values, strict=True):
            setattr(self, name, value)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.args == getattr(other, "args", None)

    def __hash__(self) -> int:
        return hash((self.abi_signature, repr(self.args)))

    def __str__(self) -> str:
        named = zip(self.abi_names, self.args, strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={_show(value)}' for name, value in named)})"

    __repr__ = __str__


def _show(value: Any) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
