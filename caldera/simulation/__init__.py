"""What corruption of verification nodes costs and brings: exact chances, trials beside them, incomes, trust.

Rates and the part that is slashed are the profile's; what else is supposed is in `Assumptions`.
"""

from .assumptions import Assumptions, read_assumptions
from .cost import Cost, Loss, Trust, trusted
from .court import Judges, Verdict, verdict
from .draw import Kinds, panel_chances, panels, ring_drawn
from .errors import RequestImpossible, SameProfile, SimulationError, SupposedInvalid
from .fraud import Game, Network, Request
from .income import KINDS, Work, Years, expected, honest_pays_from, live
from .simulate import Report, simulate
from .trials import Trials, play

__all__ = [
    "KINDS",
    "Assumptions",
    "Cost",
    "Game",
    "Judges",
    "Kinds",
    "Loss",
    "Network",
    "Report",
    "Request",
    "RequestImpossible",
    "SameProfile",
    "SimulationError",
    "SupposedInvalid",
    "Trials",
    "Trust",
    "Verdict",
    "Work",
    "Years",
    "expected",
    "honest_pays_from",
    "live",
    "panel_chances",
    "panels",
    "play",
    "read_assumptions",
    "ring_drawn",
    "simulate",
    "trusted",
    "verdict",
]
