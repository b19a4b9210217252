"""Splitting an integer amount over weights, by largest remainder, in exact integers."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from fractions import Fraction

from caldera.documents.errors import CannotSplit


def split_units(total: int, weights: Sequence[Fraction]) -> tuple[int, ...]:
    """Parts of ``total`` in proportion to ``weights``, one for each positive weight, in order.

    A weight of zero or less gets no part; what it takes away is thereby spread over the positive weights in
    proportion. Each part is first ``total * weight / sum`` rounded down; the units left over go one each to
    the largest fractions cut off (the earlier one first when equal). A part that would be zero then takes one
    unit from the largest part (the earlier one first when equal).

    Args:
        total: units to split, positive.
        weights: exact rational numbers.

    Returns:
        Positive integers whose sum is ``total``.

    Raises:
        CannotSplit: total not positive, no positive weight, or fewer units than positive weights.
    """
    positive = [weight for weight in weights if weight > 0]
    if total <= 0:
        raise _cannot(f"the amount of {total} units is not positive.")
    if not positive:
        raise _cannot("no line has a positive amount.")
    if total < len(positive):
        raise _cannot(f"{total} units are fewer than the {len(positive)} lines with a positive amount.")
    whole = sum(positive, Fraction(0))
    shares = [total * weight / whole for weight in positive]
    parts = [share.numerator // share.denominator for share in shares]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - shares[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    _raise_zero_parts(parts)
    return tuple(parts)


def _raise_zero_parts(parts: list[int]) -> None:
    """Give each zero part one unit of the largest part at that moment."""
    zeros = [i for i, part in enumerate(parts) if part == 0]
    largest = [(-part, i) for i, part in enumerate(parts) if part > 1] if zeros else []
    heapq.heapify(largest)
    for zero in zeros:
        part, i = largest[0]
        parts[i] -= 1
        parts[zero] = 1
        heapq.heapreplace(largest, (part + 1, i))


def _cannot(what: str) -> CannotSplit:
    return CannotSplit(what, todo="Use the payable amount of the document as one part.", field="BT-115")
