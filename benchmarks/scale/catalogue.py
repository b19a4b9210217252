"""All curves there are, in the order of the page."""

from benchmarks.scale import court, events, grants, ledger, money, software, stake, votes
from benchmarks.scale.curve import Curve

PARTS = (ledger, money, stake, grants, votes, court, events, software)
CURVES: tuple[Curve, ...] = tuple(curve for part in PARTS for curve in part.CURVES)
