"""Value attributes of receivables that a quorum of attestors said: first with a request, renewed by anyone later."""

from dataclasses import dataclass

from caldera.model.ledger import Refused


@dataclass(frozen=True, slots=True)
class Said:
    """An attribute as it stands: amount in the id's units, times in seconds."""

    amount: int
    stated_at: int
    valid_until: int
    level: int


class Attributes:
    """By id and field. Who signs is known by entity; `parties` are the creditor and the debtor of the id."""

    def __init__(self, quorum: int, attestors: frozenset[int]) -> None:
        self.quorum, self.attestors = quorum, attestors
        self.said: dict[tuple[int, int], Said] = {}

    def first(self, key: tuple[int, int], amount: int, valid_until: int, now: int) -> None:
        """With a request: it counts as of the moment it is written."""
        self.said[key] = Said(amount, now, valid_until, 1)

    def renew(
        self,
        key: tuple[int, int],
        amount: int,
        as_of: int,
        valid_until: int,
        *,
        signers: tuple[int, ...],
        parties: tuple[int, int],
        now: int,
    ) -> None:
        """The later word counts, in whichever order they are brought."""
        if now > valid_until:
            raise Refused("StatementExpired")
        if as_of > now:
            raise Refused("RenewalTooEarly")
        last = self.said[key].stated_at if key in self.said else 0
        if as_of <= last:
            raise Refused("RenewalOutdated")
        if set(signers) & set(parties):
            raise Refused("AttestsToOwnInvoice")
        if len(set(signers)) < self.quorum:
            raise Refused("QuorumNotReached")
        if set(signers) - self.attestors:
            raise Refused("NotAnAttestor")
        self.said[key] = Said(amount, as_of, valid_until, 1)
