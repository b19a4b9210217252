"""Lists of grants for `IVestingVault`: read and checked from CSV, planned in batches, made on a chain.

`read_grants` reads a file against the `Room` of each allocation, `plan_of` makes batches, `apply` sends what the
chain does not have yet. The command is `caldera vesting`.
"""

from .applying import Outcome, Standing, apply, rehearse, stand
from .errors import (
    AllocationUnknown,
    CallDelayed,
    DoesNotFit,
    HistoryIncomplete,
    ListInvalid,
    NotAllowed,
    NotShown,
    OptionInvalid,
    OtherVault,
    PlanExists,
    PlanInvalid,
    VestingError,
    WouldRevert,
)
from .plan import MOST, Batch, Plan, PlannedGrant, Target, load_plan, plan_of, save_plan
from .reading import Listed, Reading, read_grants
from .rooms import Room, Terms, misfits, rooms_of
from .vault import Made, Vault

__all__ = [
    "MOST",
    "AllocationUnknown",
    "Batch",
    "CallDelayed",
    "DoesNotFit",
    "HistoryIncomplete",
    "ListInvalid",
    "Listed",
    "Made",
    "NotAllowed",
    "NotShown",
    "OptionInvalid",
    "OtherVault",
    "Outcome",
    "Plan",
    "PlanExists",
    "PlanInvalid",
    "PlannedGrant",
    "Reading",
    "Room",
    "Standing",
    "Target",
    "Terms",
    "Vault",
    "VestingError",
    "WouldRevert",
    "apply",
    "load_plan",
    "misfits",
    "plan_of",
    "read_grants",
    "rehearse",
    "rooms_of",
    "save_plan",
    "stand",
]
