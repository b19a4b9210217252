"""How ERA is written in tables, and that figures which differ end the demo."""

import pytest

from caldera.demo.amounts import eras
from caldera.demo.scenes import FiguresDiffer
from caldera.demo.scenes.economy import _eras, _figures, _percent
from caldera.demo.scenes.reckoning import Charge, agree

ERA = 10**18


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0.0000"),
        (10**14 - 1, "0.0000"),
        (10**14, "0.0001"),
        (9_999_999_999_999_999_999, "9.9999"),
        (1_234 * ERA + ERA // 2, "1,234.5000"),
    ],
)
def test_era_is_cut_to_four_places(amount: int, text: str) -> None:
    assert eras(amount) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 3, "0.00 %"),
        (3, 3, "100.00 %"),
        (2, 3, "66.67 %"),
        (1, 3, "33.33 %"),
        (1, 20_000, "0.01 %"),
        (1, 20_001, "0.00 %"),
        # What a share loses by rounding down is not to be seen as a hundredth less.
        (375 * 10**15 - 1, ERA, "37.50 %"),
    ],
)
def test_parts_are_rounded_to_two_places(part: int, whole: int, text: str) -> None:
    assert _percent(part, whole) == text


def test_a_rate_has_six_places_and_says_where_it_is_the_fallback() -> None:
    charge = Charge(1_771_200_000, 7, 1, 1_000_000, 10 * ERA, 1_071 * 10**14, True)
    assert _figures(charge) == ("1.00", "0.107100*", "10.0000")
    assert charge.day == "2026-02-16"
    dear = Charge(0, 7, 1, 1_500_000, ERA // 8, 12 * ERA, False)
    assert _figures(dear) == ("1.50", "12.000000", "0.1250")


def test_only_the_third_figure_of_a_row_is_usd() -> None:
    assert _eras([ERA, ERA, 10**6, ERA, 0]) == ["1.0000", "1.0000", "1.00", "1.0000", "0.0000"]


def test_figures_that_differ_are_named_with_both() -> None:
    agree("fees", (1, 2), (1, 2))
    with pytest.raises(FiguresDiffer, match=r"^fees: 1 on chain, 2 by the model$"):
        agree("fees", 1, 2)
