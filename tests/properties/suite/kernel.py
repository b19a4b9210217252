"""What every room stands on: one way to act, after which all invariants hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any, ClassVar, TypeVar

from hypothesis import note
from hypothesis import strategies as st

from caldera.contracts import structs
from caldera.devnet import Devnet
from caldera.evm import Account, ContractError, CustomError, Receipt
from caldera.evm.address import to_address
from tests.properties.beside import Beside
from tests.properties.suite.books.world import World
from tests.properties.suite.stage import NOBODY, Stage
from tests.support.suite import DAY, name_of

T = TypeVar("T")
pick = st.integers(0, 1 << 30)
parts = st.sampled_from([1, 2, 3, 4])
dusty = st.sampled_from([1, 2, 3, 0])
"""Parts of a position; 0: a single unit, which mostly is too little."""
waits = st.one_of(st.sampled_from([1, DAY, 7 * DAY]), st.integers(1, 30 * DAY))


class Kernel(Beside):
    """Base of the rooms. `entered`, `passed`: calls by entry point, and those that succeeded; `errors`: by entry
    point and error, what was refused."""

    stage: ClassVar[Stage]
    entered: ClassVar[Counter[str]]
    passed: ClassVar[Counter[str]]
    errors: ClassVar[Counter[tuple[str, str]]]

    def __init__(self) -> None:
        super().__init__()
        self.stage.chain.restore(self.mark)
        self.world: World = deepcopy(self.stage.world)
        self.number = 0
        self.sound = True

    # what rooms ask

    @property
    def net(self) -> Devnet:
        return self.stage.net

    @property
    def now(self) -> int:
        return self.stage.now

    def who(self, name: str) -> Account:
        return self.stage.who(name)

    def next(self) -> int:
        """A number that was not used before in this example."""
        self.number += 1
        return self.number

    @staticmethod
    def one(among: Sequence[T], which: int) -> T:
        """One of them. There must be some."""
        return among[which % len(among)]

    @staticmethod
    def some(among: Sequence[T], which: int, other: T) -> T:
        """One of them; the other where there is none."""
        return among[which % len(among)] if among else other

    def say(self, text: str) -> None:
        """For who reads how an example failed."""
        note(text)

    # what rooms do

    def act(self, name: str, call: Callable[..., Receipt[Any]]) -> Receipt[Any] | None:
        """One transaction. What succeeds is heard by all books, which then compare; what is refused names its error."""
        self.calls[name] += 1
        try:
            receipt = call()
        except ContractError as error:
            assert error.receipt is not None
            self.refusals[name] += 1
            self.say(f"{name}: {error!r}")
            self._refused(error.receipt, error)
            return None
        self.say(f"{name}: done")
        self._done(receipt)
        return receipt

    def never(self, promise: str, call: Callable[[], Receipt[Any]]) -> None:
        """A transaction that must be refused, whatever was before it."""
        try:
            receipt = call()
        except ContractError as error:
            assert error.receipt is not None
            self.say(f"never: {error!r}")
            self._refused(error.receipt, error)
            return
        self.sound = False
        raise AssertionError(f"{promise}: {receipt!r}")

    def attempt(self, name: str, to: str, data: bytes, sender: str) -> Receipt[Any]:
        """The same with bare bytes, by anybody."""
        self.calls[name] += 1
        receipt = self.stage.chain.transact_raw(to, data, sender)
        if receipt.ok:
            self._done(receipt)
        else:
            self.refusals[name] += 1
            assert receipt.error is not None
            self._refused(receipt, receipt.error)
        return receipt

    def wait(self, seconds: int) -> None:
        """Lets time pass."""
        self.calls["wait"] += 1
        self.stage.chain.skip(seconds)
        self.world.check(self.stage)

    def until(self, time: int) -> None:
        """Lets time pass until then, if it is not past."""
        if time > self.now:
            self.wait(time - self.now)

    def _entry(self, receipt: Receipt[Any]) -> str:
        return self.stage.entries.get((receipt.to or NOBODY, receipt.data[:4]), "")

    def _done(self, receipt: Receipt[Any]) -> None:
        entry = self._entry(receipt)
        self.entered[entry] += 1
        self.passed[entry] += 1
        self.sound = False
        self.world.powers.called(entry, receipt.sender, True)
        self.world.hear(self.stage, receipt)
        self.world.check(self.stage)
        self.sound = True

    def _refused(self, receipt: Receipt[Any], error: ContractError) -> None:
        entry = self._entry(receipt)
        self.entered[entry] += 1
        self.errors[entry, name_of(error)] += 1
        said = isinstance(error, CustomError)
        assert said or self.excused(entry, error), f"{entry} fails without saying why: {error!r}"

    def excused(self, entry: str, error: ContractError) -> bool:
        """Whether a failure without an error of the suite is to be expected."""
        return False

    def teardown(self) -> None:
        """Everything, at the end of an example that found nothing."""
        if self.sound:
            self.world.check_all(self.stage)

    # what many rooms need

    def invoice(self, debtor: str, face: int, days: int, **changes: Any) -> structs.Invoice:
        """An invoice of today."""
        number = self.next()
        given: dict[str, Any] = {
            "debtor": self.who(debtor).address,
            "face": face,
            "dueDate": self.now + days * DAY,
            "issueDay": self.now // DAY,
            "currencyId": self.stage.number("EUR"),
            "ruleId": self.net.rule("EU/receivable"),
            "documentHash": number.to_bytes(32, "big"),
            "number": f"INV-{number}",
        }
        return structs.Invoice(**(given | changes))

    def label(self, address: str) -> str:
        """Whose account it is; empty for a contract's and for nobody's."""
        return self.stage.labels.get(to_address(address), "")
