"""benchmarks.rows: the schema of a figure, its order, its file and its ratio to the yardstick."""

import json
from decimal import Decimal

import pytest

from benchmarks.errors import BenchmarkError
from benchmarks.rows import Row, dumps, loads, of, ordered, ratio

OZ = Row("certificate.split.new", "openzeppelin-erc1155", 57_100)
OURS = Row("certificate.split.new", "caldera", 60_000, True, "checked")
APPROVE = Row("approve", "caldera", 46_000)


@pytest.mark.parametrize("operation", ["", "Certificate.split", "certificate..new", "certificate.", "a b"])
def test_operation_is_dotted_and_lower_case(operation: str) -> None:
    with pytest.raises(ValueError, match="operation"):
        Row(operation, "caldera", 50_000)
    assert Row("certificate.batch.3", "caldera", 50_000).key == ("certificate.batch.3", "caldera")


@pytest.mark.parametrize("implementation", ["", "OpenZeppelin", "t_rex", "t-", "t.rex"])
def test_implementation_is_lower_case_with_dashes(implementation: str) -> None:
    with pytest.raises(ValueError, match="implementation"):
        Row("approve", implementation, 50_000)
    assert Row("approve", "t-rex-2-modules", 50_000).implementation == "t-rex-2-modules"


@pytest.mark.parametrize("gas", [0, -1, True, 50_000.0, "50000"])
def test_gas_is_a_positive_whole_number(gas: object) -> None:
    with pytest.raises(ValueError, match="positive whole number"):
        Row("approve", "caldera", gas)  # type: ignore[arg-type]


def test_a_whole_transaction_cannot_cost_less_than_its_base() -> None:
    with pytest.raises(ValueError, match="20999"):
        Row("approve", "caldera", 20_999)
    assert Row("approve", "caldera", 21_000).base_included
    assert Row("approve", "caldera", 20_999, base_included=False).gas == 20_999


def test_rows_are_ordered_by_operation_then_implementation() -> None:
    assert ordered([OZ, OURS, APPROVE]) == [APPROVE, OURS, OZ]


def test_one_figure_given_twice_is_refused() -> None:
    with pytest.raises(BenchmarkError, match=r"two figures for certificate\.split\.new"):
        ordered([OZ, APPROVE, Row(OZ.operation, OZ.implementation, 57_101)])


def test_file_does_not_depend_on_the_order_of_measuring_and_reads_back() -> None:
    text = dumps([OZ, OURS, APPROVE])
    assert text == dumps([APPROVE, OZ, OURS])
    assert loads(text) == [APPROVE, OURS, OZ]
    assert json.loads(text)[1] == {
        "operation": "certificate.split.new",
        "implementation": "caldera",
        "gas": 60_000,
        "base_included": True,
        "note": "checked",
    }
    assert loads(dumps([])) == []


@pytest.mark.parametrize(
    "text",
    ["", "{", '[{"operation": "approve"}]', '[{"operation": "approve", "implementation": "x", "gas": "1"}]', "[1]"],
)
def test_a_file_that_holds_no_rows_is_refused(text: str) -> None:
    with pytest.raises(BenchmarkError, match=r"python -m benchmarks\.gas"):
        loads(text)


def test_ratio_is_to_the_same_operation_of_the_yardstick_rounded_half_up() -> None:
    rows = [OZ, OURS, Row("approve", "openzeppelin-erc1155", 46_000)]
    assert ratio(OURS, rows) == Decimal("1.05")  # 60,000 / 57,100 = 1.0508
    assert ratio(Row("approve", "caldera", 46_230), rows) == Decimal("1.01")  # 1.005 exactly: up
    assert ratio(OZ, rows) == Decimal("1.00")


def test_ratio_is_unknown_where_the_yardstick_cannot_do_it() -> None:
    assert ratio(Row("certificate.merge", "solv-erc3525", 62_000), [OZ, OURS]) is None


def test_a_selection_takes_implementations_operations_and_their_beginnings() -> None:
    rows = [APPROVE, OURS, OZ]
    assert of(rows, []) == rows
    assert of(rows, ["caldera"]) == [APPROVE, OURS]
    assert of(rows, ["certificate.split"]) == [OURS, OZ]
    assert of(rows, ["approve", "openzeppelin-erc1155"]) == [APPROVE, OZ]
    assert of(rows, ["certificate.spl"]) == []
