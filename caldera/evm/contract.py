"""What every generated handle has in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from caldera import artifacts
from caldera.evm.address import Address, AddressLike, to_address
from caldera.evm.chain import Chain
from caldera.evm.errors import EngineError
from caldera.evm.events import Event
from caldera.evm.function import Function, Overloads


class Handle:
    """A contract at an address of a chain."""

    __slots__ = ("address", "chain")

    def __init__(self, chain: Chain, address: Address) -> None:
        self.chain = chain
        self.address = address

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Handle) and other.chain is self.chain and other.address == self.address

    def __hash__(self) -> int:
        return hash(self.address)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.address}>"


class Simulation(Handle):
    """Base of the generated `simulate`: the state-changing functions, run without keeping anything."""

    __slots__ = ()

    def _simulate(
        self,
        overloads: Overloads,
        values: Sequence[Any],
        named: Mapping[str, Any],
        sender: AddressLike | None,
        value: int,
    ) -> Any:
        function, data = overloads.resolve(values, named)
        return function.decode(self.chain.call(self.address, data, sender, value))


class Contract(Handle):
    """Base of every generated handle."""

    __slots__ = ()

    ABI_NAME: ClassVar[str] = ""
    """Name of the artifact."""
    ABI_EVENTS: ClassVar[tuple[type[Event], ...]] = ()

    @classmethod
    def at(cls, chain: Chain, address: AddressLike) -> Self:
        """The contract that stands at an address.

        Raises:
            EngineError: nothing stands there.
        """
        where = to_address(address)
        if not chain.code(where):
            raise EngineError(f"no code at {where}: {cls.ABI_NAME} is not deployed there on chain {chain.chain_id}")
        return cls._known(chain, where)

    @classmethod
    def _known(cls, chain: Chain, where: Address) -> Self:
        chain.declared[where] = cls.ABI_EVENTS
        return cls(chain, where)

    @classmethod
    def _deploy(
        cls, chain: Chain, constructor: Function[None], values: Sequence[Any], sender: AddressLike, value: int
    ) -> Self:
        code = artifacts.artifact(cls.ABI_NAME).creation + constructor.encode(*values)
        receipt = chain.deploy(code, sender, value)
        assert receipt.created is not None
        return cls._known(chain, receipt.created)

    def _send(
        self,
        overloads: Overloads,
        values: Sequence[Any],
        named: Mapping[str, Any],
        sender: AddressLike | None,
        value: int,
    ) -> Any:
        function, data = overloads.resolve(values, named)
        if function.view:
            return function.decode(self.chain.call(self.address, data, sender))
        if sender is None:
            raise TypeError(f"{function.signature} changes state: say who sends it with sender=")
        return self.chain.transact(self.address, data, sender, value, function)

    def _read(
        self, overloads: Overloads, values: Sequence[Any], named: Mapping[str, Any], sender: AddressLike | None
    ) -> Any:
        function, data = overloads.resolve(values, named)
        return function.decode(self.chain.call(self.address, data, sender))
