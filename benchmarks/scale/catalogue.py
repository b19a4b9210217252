"""All curves there are, in the order of the page."""

from benchmarks.scale import court, events, grants, ledger, money, stake, votes
from benchmarks.scale.curve import Curve

CURVES: tuple[Curve, ...] = (*ledger.CURVES, *stake.CURVES, *grants.CURVES, *money.CURVES, *votes.CURVES, *court.CURVES, *events.CURVES)
