"""One function of a contract: its selector, and its codec compiled at the first use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from caldera.evm.abi import Param, signature
from caldera.evm.decode import result_decoder
from caldera.evm.encode import BadValue, explain, sequence_encoder
from caldera.evm.errors import EncodingError
from caldera.evm.hashing import selector

R = TypeVar("R")


class Function(Generic[R]):
    """Encodes the arguments and decodes the result of one function; a constructor has no selector and no result."""

    __slots__ = ("contract", "decode", "encode", "inputs", "name", "outputs", "selector", "signature", "view")

    encode: Callable[..., bytes]
    """Arguments in order to calldata, or to what follows the creation code for a constructor."""
    decode: Callable[[bytes], R]
    """Return data to the result."""

    def __init__(
        self,
        contract: str,
        name: str,
        inputs: Sequence[Param] = (),
        outputs: Sequence[Param] = (),
        code: bytes | None = None,
        view: bool = False,
    ) -> None:
        """Args:
        contract: name of the contract, for messages.
        name: name in the ABI.
        inputs: parameters.
        outputs: results.
        code: the selector if it is known, empty for a constructor; computed from the signature otherwise.
        view: whether it promises to change nothing.
        """
        self.contract = contract
        self.name = name
        self.inputs = tuple(inputs)
        self.outputs = tuple(outputs)
        self.view = view
        self.signature = signature(name, inputs)
        self.selector = selector(self.signature) if code is None else code

    def __getattr__(self, attribute: str) -> Any:
        # Reached only while the two slots are empty, so a contract costs nothing until one of its functions is used.
        if attribute == "encode":
            self.encode = self._encoder()
            return self.encode
        if attribute == "decode":
            self.decode = result_decoder(self.outputs)
            return self.decode
        raise AttributeError(attribute)

    def __repr__(self) -> str:
        return f"<{self.contract}.{self.signature}>"

    def _encoder(self) -> Callable[..., bytes]:
        body, prefix, count = sequence_encoder(self.inputs), self.selector, len(self.inputs)

        def encode(*values: Any) -> bytes:
            if len(values) != count:
                raise EncodingError(f"{self.contract}.{self.signature}", "", "", f"takes {count}, {len(values)} given")
            try:
                return prefix + body(values)
            except BadValue:
                name, bad = explain(self.inputs, values)
                kind = next(param.type.text for at, param in enumerate(self.inputs) if (param.name or str(at)) == name)
                raise EncodingError(f"{self.contract}.{self.signature}", name + bad.path, kind, bad.why) from None

        return encode

    def bind(self, values: Sequence[Any], named: Mapping[str, Any], names: Sequence[str]) -> list[Any] | None:
        """Arguments in order from positional and named ones, or None if they are not this function's."""
        if len(values) + len(named) != len(names) or any(name not in names[len(values) :] for name in named):
            return None
        return [*values, *(named[name] for name in names[len(values) :])]


class Overloads:
    """Functions of one name. A call is resolved by the number and names of the arguments, then by what fits."""

    __slots__ = ("_choices",)

    def __init__(self, *choices: tuple[Function[Any], tuple[str, ...]]) -> None:
        """Args:
        choices: each function with the Python names of its parameters.
        """
        self._choices = choices

    def resolve(self, values: Sequence[Any], named: Mapping[str, Any]) -> tuple[Function[Any], bytes]:
        """The function that is meant, and its calldata.

        Raises:
            EncodingError: no function fits, or more than one does.
        """
        bound = [
            (f, arguments) for f, names in self._choices if (arguments := f.bind(values, named, names)) is not None
        ]
        fitting: list[tuple[Function[Any], bytes]] = []
        failed: list[EncodingError] = []
        for function, arguments in bound:
            try:
                fitting.append((function, function.encode(*arguments)))
            except EncodingError as error:
                failed.append(error)
        if len(fitting) == 1:
            return fitting[0]
        if not fitting and len(failed) == 1:
            raise failed[0]
        first = self._choices[0][0]
        known = ", ".join(function.signature for function, _ in self._choices)
        why = f"{len(fitting) or 'none'} of the overloads fit: {known}"
        if fitting:
            why += "; call the one that is meant by its longer name"
        raise EncodingError(f"{first.contract}.{first.name}", "", "", why)
