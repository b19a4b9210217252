"""One measured figure, and how figures are ordered, stored and compared."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path

from benchmarks.errors import BenchmarkError

OURS = "caldera"
YARDSTICK = "openzeppelin-erc1155"
BASE_GAS = 21_000  # what a transaction costs before its first byte of call data

_OPERATION = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_IMPLEMENTATION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Row:
    """Gas of one operation of one implementation.

    `operation` is dotted and lower-case (`certificate.split.new`), `implementation` lower-case with dashes
    (`openzeppelin-erc1155`). `gas` is the receipt's `gasUsed` of one transaction on a node: call data, cold
    storage and refunds included. `base_included` says that the 21,000 of the transaction itself are in it.
    """

    operation: str
    implementation: str
    gas: int
    base_included: bool = True
    note: str = ""

    def __post_init__(self) -> None:
        if not _OPERATION.fullmatch(self.operation):
            raise ValueError(f"operation {self.operation!r} is not of the form certificate.split.new")
        if not _IMPLEMENTATION.fullmatch(self.implementation):
            raise ValueError(f"implementation {self.implementation!r} is not of the form solady-erc1155")
        if isinstance(self.gas, bool) or not isinstance(self.gas, int) or self.gas <= 0:
            raise ValueError(f"gas of {self.operation} must be a positive whole number, not {self.gas!r}")
        if self.base_included and self.gas < BASE_GAS:
            raise ValueError(f"{self.operation}: {self.gas} gas cannot include the base of {BASE_GAS}")

    @property
    def key(self) -> tuple[str, str]:
        """What makes a row unique in a table."""
        return self.operation, self.implementation


def ordered(rows: Iterable[Row]) -> list[Row]:
    """Rows by operation, then implementation. Raises `BenchmarkError` where one figure is given twice."""
    found = sorted(rows, key=lambda row: row.key)
    for first, second in pairwise(found):
        if first.key == second.key:
            raise BenchmarkError(f"{first.implementation} has two figures for {first.operation}; keep one")
    return found


def ratio(row: Row, rows: Iterable[Row], yardstick: str = YARDSTICK) -> Decimal | None:
    """`row` as a multiple of the yardstick's figure for the same operation, to two places; None where it has none."""
    for other in rows:
        if other.key == (row.operation, yardstick):
            return (Decimal(row.gas) / Decimal(other.gas)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return None


def dumps(rows: Iterable[Row]) -> str:
    """The text of gas.json: one row a line, always in the same order."""
    lines = [json.dumps(asdict(row), ensure_ascii=False) for row in ordered(rows)]
    return "[\n" + ",\n".join(f"  {line}" for line in lines) + "\n]\n" if lines else "[]\n"


def loads(text: str) -> list[Row]:
    """The rows of a gas.json. Raises `BenchmarkError` where the text is not such a list."""
    try:
        return ordered(Row(**entry) for entry in json.loads(text))
    except (ValueError, TypeError) as error:
        raise BenchmarkError(f"not a list of gas rows: {error}; run python -m benchmarks.gas") from error


def load(path: Path) -> list[Row]:
    """The rows of a file; none where there is no file yet."""
    return loads(path.read_text(encoding="utf-8")) if path.exists() else []


def of(rows: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """The rows whose implementation, or operation or a dotted beginning of it, is among `names`; all without names."""
    if not names:
        return list(rows)
    return [row for row in rows if any(matches(row.operation, row.implementation, name) for name in names)]


def matches(operation: str, implementation: str, name: str) -> bool:
    """Whether `name` means this figure: its implementation, its operation, or a dotted beginning of the operation."""
    return name in (operation, implementation) or operation.startswith(name + ".")
