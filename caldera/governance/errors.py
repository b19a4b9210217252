"""Everything that can go wrong with a proposal, in one tree. Each message says what to do next."""

from __future__ import annotations

from collections.abc import Sequence


class GovernanceError(Exception):
    """The root of all errors of this package."""


# -- the draft --------------------------------------------------------------------------------------------------------
class DraftInvalid(GovernanceError):
    """The file is no draft. `problems`: all of them, each with its place."""

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  {one}" for one in self.problems)
        super().__init__(f"{source}: {len(self.problems)} problem(s)\n{lines}")


class UnknownParameter(GovernanceError):
    """No parameter of the book has that name; the message says which are near."""


class AmbiguousParameter(GovernanceError):
    """The name stands for several parameters."""


class UnknownKey(GovernanceError):
    """The name in brackets is no key of the family."""


class ValueUnreadable(GovernanceError):
    """The text is no value of the parameter's unit."""


class CallInvalid(GovernanceError):
    """A call of the draft names no contract, no function, or arguments that do not fit."""


class NothingProposed(GovernanceError):
    """The draft changes nothing."""


class SetTwice(GovernanceError):
    """The draft sets one parameter twice."""


# -- what the book would refuse ---------------------------------------------------------------------------------------
class BookRefusal(GovernanceError):
    """The parameter book would refuse. `error`: the name of its own error."""

    error = "?"


class OutOfBounds(BookRefusal):
    """The value is outside the hard bounds."""

    error = "ParameterOutOfBounds"


class StepTooLarge(BookRefusal):
    """The value is further from the present one than one change may go."""

    error = "ParameterStepTooLarge"


class TooSoon(BookRefusal):
    """The parameter changed not long ago, and may not yet when this could be executed."""

    error = "ParameterTooSoon"


class KeptForGood(BookRefusal):
    """The parameter was set with the first setting of its key and never changes."""

    error = "ParameterKept"


class NoChange(BookRefusal):
    """All values are those that are there."""

    error = "NoParameterChanges"


class OtherwiseRefused(BookRefusal):
    """The book's own answer is a refusal that nothing here foresaw."""


# -- the chain --------------------------------------------------------------------------------------------------------
class NotGoverned(GovernanceError):
    """The deployment has no governor, or no parameter book."""


class UnknownProposal(GovernanceError):
    """There is no proposal of that number."""


class AlreadyProposed(GovernanceError):
    """The same calls with the same description are proposed already. `proposal`: its number."""

    def __init__(self, proposal: int, words: str) -> None:
        self.proposal = proposal
        super().__init__(words)


class BelowThreshold(GovernanceError):
    """The account has too few votes to propose."""


class WrongState(GovernanceError):
    """The proposal is not in the state that this needs."""


class TooEarly(GovernanceError):
    """The timelock does not let it through yet."""


class NoVotes(GovernanceError):
    """The account had no votes at the snapshot, or has cast all of them."""


class BallotInvalid(GovernanceError):
    """The parts are no ballot, or the signed file is not one."""


class MayNotCancel(GovernanceError):
    """Only the proposal guardian cancels, and the proposer while voting has not begun."""


class WouldRevert(GovernanceError):
    """The transaction would be refused; nothing was sent."""


class NobodySigns(GovernanceError):
    """No key, and no account that the node signs for."""


class OptionInvalid(GovernanceError):
    """An option has a value that cannot be meant, or one is missing."""


# -- the simulation ---------------------------------------------------------------------------------------------------
class SimulationFailed(GovernanceError):
    """The proposal would not be executed, or leave something broken behind. `reasons`: each of them."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(self.reasons))
