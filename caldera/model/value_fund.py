"""A fund of governance in exact integers: grants, streams, caps by epoch.

Accounts and tokens are names, amounts units. Rules raise the contract error's name; a refusal leaves everything as it
was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from caldera.model.ledger import Refused

MOST_EPOCHS = 64
MOST_CAP = 2**112 - 1
LONGEST_PAUSE = 7 * 86_400


@dataclass(frozen=True)
class Stream:
    """A stream; `ended` is when it was ended early."""

    token: str
    payee: str
    amount: int
    start: int
    cliff: int
    duration: int
    withdrawn: int = 0
    ended: int | None = None
    proposed: str = ""

    def earned(self, at: int) -> int:
        """What it has earned at that second, rounded down."""
        at = at if self.ended is None else min(at, self.ended)
        passed = at - self.start
        if passed < self.cliff:
            return 0
        return min(self.amount, self.amount * passed // self.duration)


class ValueFundModel:
    """The whole contract. The caller keeps `now`; `me` is the fund's own account in `wallets`."""

    me = "fund"

    def __init__(self, now: int, epoch_length: int, caps: Mapping[str, int]) -> None:
        self.now = now
        self.epoch_length = epoch_length
        self.caps: dict[str, list[tuple[int, int]]] = {token: [(self.epoch, cap)] for token, cap in caps.items()}
        """By token: from which epoch on, and how much; ascending."""
        self.spent: Counter[str] = Counter()
        self.grants: Counter[tuple[str, int]] = Counter()
        self.streams: dict[int, Stream] = {}
        self.wallets: Counter[tuple[str, str]] = Counter()
        self.blocked: set[tuple[str, str]] = set()
        self.paused_until = 0

    @property
    def epoch(self) -> int:
        """The present epoch."""
        return self.now // self.epoch_length

    def cap_at(self, token: str, epoch: int) -> int:
        """The cap in the present epoch or a later one."""
        return ([0] + [cap for start, cap in self.caps.get(token, []) if start <= epoch])[-1]

    def committed(self, token: str, epoch: int) -> int:
        """Grants of the epoch, and what each stream earns in it as it stands now: the rule as it is said."""
        first, last = epoch * self.epoch_length, (epoch + 1) * self.epoch_length - 1
        earned = sum(s.earned(last) - s.earned(first - 1) for s in self.streams.values() if s.token == token)
        return self.grants[token, epoch] + earned

    def reserved(self, token: str) -> int:
        """What is promised to streams and not withdrawn."""
        return sum(
            (s.amount if s.ended is None else s.earned(s.ended)) - s.withdrawn
            for s in self.streams.values()
            if s.token == token
        )

    def available(self, token: str) -> int:
        """What is there and not promised."""
        return max(0, self.wallets[self.me, token] - self.reserved(token))

    def due(self, number: int) -> int:
        """What the stream has earned and was not withdrawn."""
        stream = self._known(number)
        return stream.earned(self.now) - stream.withdrawn

    def spendable(self, token: str) -> int:
        """What can be granted now."""
        left = max(0, self.cap_at(token, self.epoch) - self.committed(token, self.epoch))
        return min(self.available(token), left)

    def set_cap(self, token: str, cap: int) -> None:
        """By PARAMETERS."""
        if cap > MOST_CAP:
            raise Refused("FundCapTooLarge")
        present = min(cap, self.cap_at(token, self.epoch))
        self.caps[token] = [(0, present), (self.epoch + 1, cap)]

    def spend(self, token: str, to: str, amount: int) -> None:
        """A grant, by governance."""
        self._running()
        self._payable(token, to, amount)
        self._within(token, self.epoch, amount)
        self._move(token, to, amount)
        self.grants[token, self.epoch] += amount

    def open(self, token: str, payee: str, amount: int, start: int, cliff: int, duration: int) -> int:
        """A stream, by governance; gives its number."""
        self._running()
        start = start or self.now
        if duration == 0:
            raise Refused("NoStreamDuration")
        if cliff > duration:
            raise Refused("StreamCliffTooLong")
        if start < self.now:
            raise Refused("StreamStartsTooEarly")
        last = (start + duration) // self.epoch_length
        if last > self.epoch + MOST_EPOCHS:
            raise Refused("StreamTooLong")
        self._payable(token, payee, amount)
        made = Stream(token, payee, amount, start, cliff, duration)
        for epoch in range(start // self.epoch_length, last + 1):
            upto = made.earned((epoch + 1) * self.epoch_length - 1)
            new = upto - made.earned(epoch * self.epoch_length - 1)
            if new:
                self._within(token, epoch, new)
        number = len(self.streams) + 1
        self.streams[number] = made
        return number

    def cancel(self, number: int) -> int:
        """By governance; gives back what is the fund's again."""
        stream = self._known(number)
        returned = stream.amount - stream.earned(self.now)
        if stream.ended is not None or returned == 0:
            raise Refused("StreamOver")
        self.streams[number] = replace(stream, ended=self.now)
        return returned

    def renounce(self, number: int, by: str) -> int:
        """By the payee."""
        self._owned(number, by)
        return self.cancel(number)

    def withdraw(self, number: int, by: str = "", to: str = "") -> int:
        """To the payee by anyone, or to `to` by the payee; gives back how much."""
        stream = self._owned(number, by) if to else self._known(number)
        if to == self.me:
            raise Refused("CannotBePaid")
        amount = self.due(number)
        if amount == 0:
            raise Refused("NothingDue")
        self._move(stream.token, to or stream.payee, amount)
        self.streams[number] = replace(stream, withdrawn=stream.withdrawn + amount)
        return amount

    def propose(self, number: int, by: str, payee: str) -> None:
        """By the payee."""
        stream = self._owned(number, by)
        if payee == self.me:
            raise Refused("CannotBePaid")
        self.streams[number] = replace(stream, proposed=payee)

    def accept(self, number: int, by: str) -> None:
        """By whom the payee proposed."""
        stream = self._known(number)
        if by != stream.proposed:
            raise Refused("NotTheProposedPayee")
        self.streams[number] = replace(stream, payee=by, proposed="")

    def _running(self) -> None:
        if self.now < self.paused_until:
            raise Refused("Paused")

    def _payable(self, token: str, to: str, amount: int) -> None:
        if amount == 0:
            raise Refused("NothingToSpend")
        if to == self.me:
            raise Refused("CannotBePaid")
        if amount > self.available(token):
            raise Refused("ExceedsFund")

    def _within(self, token: str, epoch: int, amount: int) -> None:
        if self.committed(token, epoch) + amount > self.cap_at(token, epoch):
            raise Refused("FundCapExceeded")

    def _move(self, token: str, to: str, amount: int) -> None:
        if {(token, self.me), (token, to)} & self.blocked:
            raise Refused("Blacklisted")
        self.wallets[self.me, token] -= amount
        self.wallets[to, token] += amount
        self.spent[token] += amount

    def _known(self, number: int) -> Stream:
        if number not in self.streams:
            raise Refused("UnknownStream")
        return self.streams[number]

    def _owned(self, number: int, by: str) -> Stream:
        stream = self._known(number)
        if by != stream.payee:
            raise Refused("NotTheStreamPayee")
        return stream
