"""Handles on contracts, made from the ABI: methods and events by their own names."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from eth_utils.crypto import keccak

from caldera.artifacts import Artifact, artifact, load
from tests.support.evm import codec
from tests.support.evm.chain import Account, Chain, Log, Receipt
from tests.support.evm.errors import decoded

VIEWS = ("view", "pure")


class Event(NamedTuple):
    """A decoded event. `values` holds its arguments by name."""

    name: str
    address: str
    values: Any


class Function:
    """One function of an ABI."""

    def __init__(self, entry: dict[str, Any]) -> None:
        self.name: str = entry["name"]
        self.arity = len(entry["inputs"])
        self.inputs = codec.tuple_of(entry["inputs"])
        self.selector = keccak(text=self.name + self.inputs.name)[:4]
        self.is_view = entry["stateMutability"] in VIEWS
        self._outputs = codec.tuple_of(entry["outputs"])
        self._single = len(entry["outputs"]) == 1
        self._any = bool(entry["outputs"])

    def encode(self, *args: Any) -> bytes:
        """Call data. Raises `EncodingError` naming function and argument."""
        try:
            return self.selector + self.inputs.encode(args)
        except codec.EncodingError as error:
            raise codec.EncodingError(f"{self.name}: {error}") from None

    def decode(self, data: bytes) -> Any:
        """The return value; a named tuple of several; None of none."""
        if not self._any:
            return None
        values = self._outputs.decode(data, 0)
        return values[0] if self._single else values


class Contract:
    """A contract at an address. Views return values; transactions take `sender` and return a `Receipt`."""

    def __init__(self, chain: Chain, made_from: Artifact, address: str) -> None:
        self.chain = chain
        self.artifact = made_from
        self.address = address
        for name, choices in functions(made_from).items():
            setattr(self, name, self._method(choices))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AttributeError(f"{self.artifact.name} has no function {name}")

    def __repr__(self) -> str:
        return f"{self.artifact.name}({self.address})"

    def simulate(self, name: str, *args: Any, sender: Account | str) -> Any:
        """What a transaction would return; keeps no state."""
        function = _chosen(functions(self.artifact)[name], args)
        return function.decode(self.chain.call(self.address, function.encode(*args), _address(sender)))

    def encode(self, name: str, *args: Any) -> bytes:
        """The call data of a function."""
        return _chosen(functions(self.artifact)[name], args).encode(*args)

    def encode_selector(self, name: str) -> bytes:
        """The 4-byte selector of a function that is not overloaded."""
        return functions(self.artifact)[name][0].selector

    def _method(self, choices: list[Function]) -> Callable[..., Any]:
        chain, address = self.chain, self.address

        def method(*args: Any, sender: Account | str | None = None, value: int = 0) -> Any:
            function = choices[0] if len(choices) == 1 else _chosen(choices, args)
            data = function.encode(*args)
            if function.is_view:
                return function.decode(chain.call(address, data, None if sender is None else _address(sender)))
            if sender is None:
                raise TypeError(f"{function.name} is a transaction: say sender=")
            receipt = chain.transact(address, data, _address(sender), value)
            if not receipt.ok:
                raise decoded(receipt.output)
            returned = function.decode(receipt.output) if receipt.output else None
            return Receipt(True, receipt.output, receipt.gas_used, receipt.logs, None, returned)

        return method


def deploy(chain: Chain, name: str, *args: Any, sender: Account | str) -> Contract:
    """Deploys the compiled contract `name`."""
    made_from = artifact(name)
    constructor: dict[str, Any] = next(
        (entry for entry in made_from.abi if entry["type"] == "constructor"), {"inputs": []}
    )
    data = made_from.creation + codec.tuple_of(constructor["inputs"]).encode(args)
    receipt = chain.transact(None, data, _address(sender))
    if not receipt.ok or receipt.created is None:
        raise decoded(receipt.output)
    return Contract(chain, made_from, receipt.created)


def at(chain: Chain, name: str, address: str) -> Contract:
    """The contract `name` that stands at `address`."""
    return Contract(chain, artifact(name), address)


def functions(made_from: Artifact) -> dict[str, list[Function]]:
    """The functions of a contract by name; several where the name is overloaded."""
    return _functions(made_from.name)


@cache
def _functions(name: str) -> dict[str, list[Function]]:
    found: dict[str, list[Function]] = {}
    for entry in artifact(name).abi:
        if entry["type"] == "function":
            found.setdefault(entry["name"], []).append(Function(entry))
    return found


@cache
def _events() -> dict[tuple[bytes, int], tuple[str, list[codec.Codec | None], codec.Codec, list[str], list[bool], Any]]:
    found = {}
    for made_from in load().values():
        for entry in made_from.abi:
            if entry["type"] != "event":
                continue
            inputs = entry["inputs"]
            names = [each["name"] or f"value{number}" for number, each in enumerate(inputs)]
            signature = entry["name"] + codec.tuple_of(inputs).name
            indexed = [bool(each["indexed"]) for each in inputs]
            topics = [codec.of(each) for each in inputs if each["indexed"]]
            rest = codec.tuple_of([each for each in inputs if not each["indexed"]])
            make = codec.tuple_of(inputs)
            key = (keccak(text=signature), len(topics) + 1)
            found[key] = (entry["name"], [None if t.dynamic else t for t in topics], rest, names, indexed, make)
    return found


def decode_event(log: Log) -> Event | Log:
    """The event a log stands for; the log itself where no compiled contract knows it. Indexed values of dynamic type
    are their hash."""
    if not log.topics or (log.topics[0], len(log.topics)) not in _events():
        return log
    name, topics, rest, names, indexed, _ = _events()[log.topics[0], len(log.topics)]
    hashed = iter([topic.decode(raw, 0) if topic else raw for topic, raw in zip(topics, log.topics[1:], strict=True)])
    plain = iter(rest.decode(log.data, 0))
    values = {name: next(hashed if is_topic else plain) for name, is_topic in zip(names, indexed, strict=True)}
    return Event(name, log.address, values)


def _chosen(choices: list[Function], args: tuple[Any, ...]) -> Function:
    """By number of arguments, then by the first that takes them."""
    fitting = [function for function in choices if function.arity == len(args)]
    for function in fitting[:-1]:
        try:
            function.encode(*args)
        except codec.EncodingError:
            continue
        return function
    return (fitting or choices)[-1]


def _address(account: Account | str) -> str:
    return account if isinstance(account, str) else account.address
