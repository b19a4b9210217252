"""Rounds of an airdrop in whole numbers: who was paid, granted or locked what, and what is left where.

Accounts are names, rounds numbers from 1. Rules raise the contract error's name; a refusal leaves everything as it was.
That a proof leads from a claim to the root is not computed here: a proof is known by the claim it was made for.
"""

from collections import Counter
from dataclasses import dataclass, field

from caldera.model.ledger import Refused

LONGEST_PROOF = 32
LONGEST_WINDOW = 10 * 365 * 86_400
PAUSE = 7 * 86_400
"""The longest pause of a vault or lock, and the least time between two."""
ACCOUNT, GRANT, LOCK = range(3)
"""What becomes of a claim, in the order of the contract's enum."""
Listed = tuple[int, str, int]
"""Index, account, amount."""


@dataclass
class Proof:
    """What is brought as a proof: that of a claim of the round, of `length` hashes; 33 are too many in any case."""

    of: Listed | None
    length: int = 0


@dataclass
class Round:
    """A list and its terms. `given`, `gifts`, `claimed`, `swept`: what came in and went out."""

    listed: tuple[Listed, ...]
    count: int
    opens: int
    closes: int
    rest: str
    delivery: int
    least_term: int
    given: int
    used: set[int] = field(default_factory=set)
    claimed: int = 0
    gifts: int = 0
    swept: int = 0

    @property
    def left(self) -> int:
        """What must be there."""
        return self.given + self.gifts - self.claimed - self.swept


@dataclass
class AirdropModel:
    """All rounds of one registry. `longest`: the lock's own longest term."""

    now: int
    longest: int
    wallets: Counter[str] = field(default_factory=Counter)
    rounds: list[Round] = field(default_factory=list)
    grants: list[tuple[str, int]] = field(default_factory=list)
    locks: list[tuple[str, int, int]] = field(default_factory=list)
    nonces: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Used by delegations, by account and where the votes are: token or vault."""
    delegates: dict[tuple[str, str], str] = field(default_factory=dict)
    paused: Counter[int] = field(default_factory=Counter)
    """Until when what stands behind rounds is paused, by what becomes of their claims."""
    next_pause: Counter[int] = field(default_factory=Counter)

    def pause(self, delivery: int, seconds: int) -> None:
        """The vault or the lock takes nothing for a while."""
        if not 0 < seconds <= PAUSE:
            raise Refused("PauseOutOfRange")
        if self.now < self.next_pause[delivery]:
            raise Refused("PauseTooSoon")
        self.paused[delivery] = self.now + seconds
        self.next_pause[delivery] = self.paused[delivery] + PAUSE

    def unpause(self, delivery: int) -> None:
        """Ends it."""
        self.paused[delivery] = min(self.now, self.paused[delivery])

    def open_until(self, number: int) -> int:
        """First second at which nothing is claimed: never fewer than seven days after a pause, and never more than
        fourteen after the end that was published."""
        found = self.rounds[number - 1]
        if found.delivery == ACCOUNT:
            return found.closes
        paused = min(self.paused[found.delivery], found.closes + PAUSE)
        return max(found.closes, paused + PAUSE)

    def open(self, given: Round, payer: str = "rounds") -> None:
        """The registry opens a round with its own money, or with the payer's."""
        if payer != "rounds" and self.wallets[payer] < given.given:
            raise Refused("ERC20InsufficientBalance")
        if not given.given:
            raise Refused("NoAirdropTotal")
        if payer == "rounds" and given.given > self.wallets["rounds"]:
            raise Refused("ExceedsAllocation")
        if not given.count:
            raise Refused("NoAirdropClaims")
        if not max(given.opens, self.now) < given.closes <= self.now + LONGEST_WINDOW:
            raise Refused("AirdropWindowInvalid")
        if (given.delivery == LOCK) != (given.least_term > 0):
            raise Refused("LeastTermInvalid")
        self._move(payer, self.place(len(self.rounds) + 1), given.given)
        self.rounds.append(given)

    def claim(self, number: int, claim: Listed, proof: Proof) -> None:
        """Anyone, for the account."""
        if self.rounds[number - 1].delivery == LOCK:
            raise Refused("TermIsForAccount")
        self._pay(number, claim, claim[1], 0, proof)

    def claim_and_delegate(
        self, number: int, claim: Listed, proof: Proof, signer: str, to: str, nonce: int, expiry: int
    ) -> bool:
        """The same; whether the delegation was taken."""
        self.claim(number, claim, proof)
        return self.delegate(self.votes_at(number), signer, to, nonce, expiry)

    def claim_to(self, number: int, claim: Listed, to: str, term: int, proof: Proof) -> None:
        """The account itself."""
        self._term(number, term)
        self._pay(number, claim, to, term, proof)

    def claim_by_signature(
        self, number: int, claim: Listed, to: str, term: int, deadline: int, signed: bool, proof: Proof
    ) -> None:
        """Anyone, with an order; `signed`: by the account, for this round, and exactly this."""
        if self.now > deadline:
            raise Refused("OrderExpired")
        self._term(number, term)
        self.check(number, claim, proof)
        if not signed:
            raise Refused("OrderNotSigned")
        self._pay(number, claim, to, term, proof)

    def check(self, number: int, claim: Listed, proof: Proof) -> None:
        """Whether the claim is good now, whoever it is paid to."""
        found = self.rounds[number - 1]
        index, _, amount = claim
        for wrong, name in (
            (self.now < found.opens, "AirdropNotOpen"),
            (self.now >= self.open_until(number), "AirdropOver"),
            (index >= found.count, "IndexBeyondAirdrop"),
            (amount == 0, "EmptyClaim"),
            (proof.length > LONGEST_PROOF, "ProofTooLong"),
            (index in found.used, "AlreadyClaimed"),
            (proof.of != claim or claim not in found.listed, "NotInAirdrop"),
        ):
            if wrong:
                raise Refused(name)

    def sweep(self, number: int) -> int:
        """Everything that is left, once the round is over."""
        found = self.rounds[number - 1]
        if self.now < self.open_until(number):
            raise Refused("AirdropNotOver")
        if not found.left:
            raise Refused("NothingToSweep")
        amount = found.left
        self._move(self.place(number), found.rest, amount)
        found.swept += amount
        return amount

    def give(self, source: str, number: int, amount: int) -> None:
        """A transfer to a round by anybody."""
        if amount > self.wallets[source]:
            raise Refused("ERC20InsufficientBalance")
        self._move(source, self.place(number), amount)
        self.rounds[number - 1].gifts += amount

    def delegate(self, where: str, signer: str, to: str, nonce: int, expiry: int) -> bool:
        """A signed delegation, brought to where the votes are; whether it was good."""
        if self.now > expiry or nonce != self.nonces[signer, where]:
            return False
        self.nonces[signer, where] += 1
        self.delegates[signer, where] = to
        return True

    def votes(self, where: str, delegate: str) -> int:
        """Of everybody who delegated to it there."""
        return sum(
            self.units(where, account) for (account, at), to in self.delegates.items() if (at, to) == (where, delegate)
        )

    def units(self, where: str, account: str) -> int:
        """What an account's votes are counted by."""
        if where == "token":
            return self.wallets[account]
        return sum(amount for name, amount in self.grants if name == account)

    def votes_at(self, number: int) -> str:
        """Where the votes of a round's claims are counted."""
        return "token" if self.rounds[number - 1].delivery == ACCOUNT else "vault"

    @staticmethod
    def place(number: int) -> str:
        """The name of a round's contract."""
        return f"round {number}"

    def _term(self, number: int, term: int) -> None:
        found = self.rounds[number - 1]
        if found.delivery == LOCK:
            if term < found.least_term:
                raise Refused("TermTooShort")
        elif term:
            raise Refused("NothingIsLocked")

    def _pay(self, number: int, claim: Listed, to: str, term: int, proof: Proof) -> None:
        self.check(number, claim, proof)
        found = self.rounds[number - 1]
        index, _, amount = claim
        if to in ("nobody", "token", self.place(number)):
            raise Refused("CannotBePaid")
        if self.now < self.paused[found.delivery]:
            raise Refused("Paused")
        if found.delivery == LOCK and term > self.longest:
            raise Refused("BeyondLongest")
        if amount > found.left:
            raise Refused("ERC20InsufficientBalance")
        found.used.add(index)
        found.claimed += amount
        if found.delivery == ACCOUNT:
            self._move(self.place(number), to, amount)
        elif found.delivery == GRANT:
            self._move(self.place(number), "vault", amount)
            self.grants.append((to, amount))
        else:
            self._move(self.place(number), "lock", amount)
            self.locks.append((to, amount, self.now + term))

    def _move(self, source: str, to: str, amount: int) -> None:
        self.wallets[source] -= amount
        self.wallets[to] += amount
