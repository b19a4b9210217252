"""The shape that a cost curve is said to have."""

from __future__ import annotations

import pytest

from benchmarks.scale.curve import Shape
from benchmarks.scale.fit import fit


@pytest.mark.parametrize(
    ("figures", "shape"),
    [
        ({1: 100, 10: 100}, Shape.FLAT),  # as `make scale POINTS=1,10` has them
        ({1: 150, 10: 100, 100: 100}, Shape.FLAT),  # the first writes a word
        ({1: 100, 10: 150}, Shape.LINEAR),
        ({1: 100, 10: 110, 100: 200}, Shape.LINEAR),
        ({1: 100, 10: 150, 100: 200}, Shape.LOGARITHMIC),
        ({1: 100, 10: 90, 100: 50}, Shape.FALLING),
    ],
)
def test_shapes(figures: dict[int, int], shape: Shape) -> None:
    assert fit(figures).shape is shape
