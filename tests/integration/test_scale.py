"""The committed cost curves are those of these contracts, and have the shape that they must have."""

import pytest

from benchmarks.artifact import project
from benchmarks.errors import BenchmarkError
from benchmarks.measure import Cast
from benchmarks.node import running
from benchmarks.scale import page, store
from benchmarks.scale.catalogue import CURVES
from benchmarks.scale.crowd import OPTIONS, PATIENCE, each, many, people
from benchmarks.scale.curve import GAS, Curve, Shape
from benchmarks.scale.findings import BLOCK
from benchmarks.scale.fit import fit
from benchmarks.scale.run import run

ON_CHAIN = [curve for curve in CURVES if not curve.timed]
# Zero bytes are cheaper: of a signature or a hash over the node's chain id, which is drawn anew.
CLOSE = 0.002
# Checking a P-256 signature takes a little more or less with its bits.
ROUGH, SIGNED = 0.03, {"devices", "readings"}


@pytest.mark.parametrize("curve", ON_CHAIN, ids=lambda curve: curve.name)
def test_the_first_points_of_a_curve_are_as_committed(curve: Curve) -> None:
    committed, close = store.load()[curve.name], ROUGH if curve.name in SIGNED else CLOSE
    measured = run([curve], {curve.name: curve.few}, lambda step: None)[curve.name]
    for operation, row in measured.items():
        for count, figure in row.items():
            kept = committed[operation][count]
            assert abs(figure - kept) <= close * kept, f"{operation} at {count}: {figure}, not {kept}; run `make scale`"


def test_every_operation_has_the_shape_that_it_must_have() -> None:
    figures = store.load()
    assert list(figures) == [curve.name for curve in CURVES]
    for curve in ON_CHAIN:
        for operation, line in curve.lines.items():
            row = figures[curve.name][operation]
            assert fit(row).shape is line.shape, f"{curve.name}, {operation}: {row}"
            assert line.unit != GAS or max(row.values()) < BLOCK, f"{curve.name}, {operation} fits into no block"


def test_the_page_and_its_plots_are_those_of_the_figures() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.markdown(store.load())
    for name in page.SECTIONS:
        assert (store.FOLDER / f"{name}.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("row", "shape", "exponent"),
    [
        ({1: 70_000, 10: 50_000, 100: 50_400, 1_000: 50_100}, Shape.FLAT, -0.04),
        ({1: 50_000, 10: 60_000, 100: 70_000, 1_000: 80_000}, Shape.LOGARITHMIC, 0.07),
        ({1: 50_000, 10: 140_000, 100: 1_040_000, 1_000: 10_040_000}, Shape.LINEAR, 0.78),
        ({16: 700, 64: 700, 256: 690, 1_024: 500}, Shape.FALLING, -0.07),
    ],
)
def test_a_shape_is_recognised(row: dict[int, int], shape: Shape, exponent: float) -> None:
    found = fit(row)
    assert found.shape is shape
    assert round(found.exponent, 2) == exponent


def test_figures_come_back_from_a_file_as_they_were() -> None:
    kept = store.load()
    assert store.dumps(kept) == store.FILE.read_text(encoding="utf-8")


def test_a_shape_needs_two_points() -> None:
    with pytest.raises(ValueError, match="two points"):
        fit({1: 50_000})


def test_what_is_built_is_whole_or_refused() -> None:
    """The first call of many that reverts takes all of them back, and says why; the account has no code afterwards."""
    with running(*OPTIONS, patience=PATIENCE) as node:
        cast = Cast.of(node)
        token = node.deploy(project()["DevnetCurrency"], "USD", 6)
        some = people("somebody", 0, 3)
        many(node, cast.operator, token, "mint", [(account, 7) for account in some], together=2)
        assert [token.functions.balanceOf(account).call() for account in some] == [7, 7, 7]
        each(node, some, token, "transfer", [(cast.owner, 5)] * 3)
        assert token.functions.balanceOf(cast.owner).call() == 15
        with pytest.raises(BenchmarkError, match=r"2 × transfer failed: eth_call.*execution reverted"):
            many(node, cast.owner, token, "transfer", [(cast.holder, 10), (cast.holder, 6)])
        assert token.functions.balanceOf(cast.owner).call() == 15
        assert node.w3.eth.get_code(cast.owner) == b""
