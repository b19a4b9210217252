"""Governance for people: drafts of proposals, what exactly they would change, and the way from there to the chain.

`read_draft` reads a file, `Governance.compose` turns it into calls checked against the parameter book, `simulate`
carries them out on a copy of the chain, `Actions` submits, votes, queues and executes. The command is `caldera gov`.
"""

from .acting import Actions, Sent, Votes
from .alarms import Alarm, alarms
from .ballots import Ballot, SignedBallot, Support
from .book import Book, Family, Spot, State, Word
from .calls import Argument, Call, Coder, Decoded
from .compose import Change, Proposal, compose
from .draft import Draft, DraftCall, parse_draft, read_draft
from .effects import Effect, effects
from .errors import (
    AlreadyProposed,
    AmbiguousParameter,
    BallotInvalid,
    BelowThreshold,
    BookRefusal,
    CallInvalid,
    DraftInvalid,
    GovernanceError,
    KeptForGood,
    MayNotCancel,
    NobodySigns,
    NoChange,
    NotGoverned,
    NothingProposed,
    NoVotes,
    OptionInvalid,
    OtherwiseRefused,
    OutOfBounds,
    SetTwice,
    SimulationFailed,
    StepTooLarge,
    TooEarly,
    TooSoon,
    UnknownKey,
    UnknownParameter,
    UnknownProposal,
    ValueUnreadable,
    WouldRevert,
    WrongState,
)
from .invariants import Check, check_all, check_suite
from .power_changes import PowerChange
from .printable import printable
from .proposals import Governance, ProposalState, Settings, Standing, Submitted
from .simulate import Moved, Parameter, Simulation, simulate
from .values import Unit, parse, show

__all__ = [
    "Actions",
    "Alarm",
    "AlreadyProposed",
    "AmbiguousParameter",
    "Argument",
    "Ballot",
    "BallotInvalid",
    "BelowThreshold",
    "Book",
    "BookRefusal",
    "Call",
    "CallInvalid",
    "Change",
    "Check",
    "Coder",
    "Decoded",
    "Draft",
    "DraftCall",
    "DraftInvalid",
    "Effect",
    "Family",
    "Governance",
    "GovernanceError",
    "KeptForGood",
    "MayNotCancel",
    "Moved",
    "NoChange",
    "NoVotes",
    "NobodySigns",
    "NotGoverned",
    "NothingProposed",
    "OptionInvalid",
    "OtherwiseRefused",
    "OutOfBounds",
    "Parameter",
    "PowerChange",
    "Proposal",
    "ProposalState",
    "Sent",
    "SetTwice",
    "Settings",
    "SignedBallot",
    "Simulation",
    "SimulationFailed",
    "Spot",
    "Standing",
    "State",
    "StepTooLarge",
    "Submitted",
    "Support",
    "TooEarly",
    "TooSoon",
    "Unit",
    "UnknownKey",
    "UnknownParameter",
    "UnknownProposal",
    "ValueUnreadable",
    "Votes",
    "Word",
    "WouldRevert",
    "WrongState",
    "alarms",
    "check_all",
    "check_suite",
    "compose",
    "effects",
    "parse",
    "parse_draft",
    "printable",
    "read_draft",
    "show",
    "simulate",
]
