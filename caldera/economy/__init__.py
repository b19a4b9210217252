"""The economy of ERA over ten years: who holds the supply, when budgets end, and whether a chain is as published.

Its rules are the models that the property suite holds the contracts to; what is supposed is in `Assumptions`.
"""

from caldera.model.rewards import rewards, yearly

from .assumptions import Assumptions, read_assumptions
from .errors import AssumptionsInvalid, ChainIncomplete, EconomyError, RuleDiffers, SameEconomy
from .simulate import Budget, Simulation, held, simulate
from .unlock import MONTHS, Line, Wei, unlock_curve, unlocked_at

__all__ = [
    "MONTHS",
    "Assumptions",
    "AssumptionsInvalid",
    "Budget",
    "ChainIncomplete",
    "EconomyError",
    "Line",
    "RuleDiffers",
    "SameEconomy",
    "Simulation",
    "Wei",
    "held",
    "read_assumptions",
    "rewards",
    "simulate",
    "unlock_curve",
    "unlocked_at",
    "yearly",
]
