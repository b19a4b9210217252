"""All curves there are, in the order of the page."""

from benchmarks.scale import ledger, stake
from benchmarks.scale.curve import Curve

CURVES: tuple[Curve, ...] = (*ledger.CURVES, *stake.CURVES)
