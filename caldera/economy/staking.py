"""Rewards of staked ERA: a yearly rate inside the profile's band, simple, of 365 days."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from caldera.deployment.economy import Band

WHOLE = 10_000
YEAR = 365 * 86_400


def yearly(band: Band, volume_bps: int, accuracy_bps: int) -> Fraction:
    """least + (most − least) × volume × accuracy, the two scores in [0, 1]."""
    score = Fraction(volume_bps * accuracy_bps, WHOLE**2)
    return (band.least_bps + (band.most_bps - band.least_bps) * score) / WHOLE


def rewards(stake: int, rate: Fraction, seconds: int) -> int:
    """What the rate promises on a stake, rounded down. What is paid is never more than what was funded."""
    return floor(stake * rate * seconds / YEAR)
