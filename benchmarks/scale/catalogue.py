"""All curves there are, in the order of the page."""

from benchmarks.scale import court, grants, ledger, stake, votes
from benchmarks.scale.curve import Curve

CURVES: tuple[Curve, ...] = (*ledger.CURVES, *stake.CURVES, *grants.CURVES, *votes.CURVES, *court.CURVES)
