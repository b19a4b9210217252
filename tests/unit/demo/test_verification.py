"""Which invoices nodes are asked to value, and how requests and slashes are written in tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from caldera.demo.labels import OURS
from caldera.demo.scenes.asked import MOST, SPARE, Request, chosen, sheet
from caldera.demo.scenes.dispute import _part
from caldera.demo.scenes.earned import _percent
from caldera.demo.scenes.staked import DELEGATED, ERA, FLED, GRANT, OWN, Holding
from caldera.demo.scenes.verification import CHANGED, LIE_BPS
from caldera.devnet import Devnet
from caldera.documents import Invoice, Outcome, read_invoice

ROOT = Path(__file__).resolve().parents[3]
DAY_ONE = date(2026, 3, 2)
NET = cast("Devnet", SimpleNamespace(deployment=SimpleNamespace(currencies={"EUR": 1, "USD": 2})))


@pytest.fixture(scope="module")
def invoice() -> Invoice:
    return read_invoice(ROOT / "examples" / "invoices" / "ubl-usd-large.xml")


def paper(invoice: Invoice, name: str, issued: int, due: int, **changes: Any) -> Outcome:
    """An invoice that is issued and due on these days, counted from the first."""
    dates: dict[str, Any] = {
        "issue_date": DAY_ONE + timedelta(issued),
        "due_date": DAY_ONE + timedelta(due),
        "number": name,
    }
    return Outcome(Path(name), replace(invoice, **(dates | changes)), None)


def names(found: Sequence[Outcome]) -> list[str]:
    return [one.path.name for one in found]


class TestChosen:
    def test_those_are_taken_that_are_owed_at_one_time(self, invoice: Invoice) -> None:
        given = [paper(invoice, "a", 0, 10), paper(invoice, "b", 20, 50), paper(invoice, "c", 25, 40)]
        assert names(chosen(given, NET)) == ["b", "c"]

    def test_none_is_due_before_the_lie_is_told(self, invoice: Invoice) -> None:
        late, just = paper(invoice, "a", 0, 20 + SPARE - 1), paper(invoice, "a", 0, 20 + SPARE)
        other = paper(invoice, "b", 20, 60)
        assert names(chosen([just, other], NET)) == ["a", "b"]
        assert len(chosen([late, other], NET)) == 1

    def test_no_more_than_the_most_and_own_documents_first(self, invoice: Invoice) -> None:
        given = [paper(invoice, name, 0, 30) for name in "abcd"]
        assert len(given) == MOST + 1
        assert names(chosen(given, NET)) == ["a", "b", "c"]
        assert names(chosen(given, NET, {Path("d")})) == ["d", "a", "b"]

    def test_one_own_document_is_worth_more_than_many_others(self, invoice: Invoice) -> None:
        given = [*(paper(invoice, name, 0, 30) for name in "abc"), paper(invoice, "d", 100, 130)]
        assert names(chosen(given, NET)) == ["a", "b", "c"]
        assert names(chosen(given, NET, {Path("d")})) == ["d"]

    def test_the_same_invoice_is_taken_once(self, invoice: Invoice) -> None:
        given = [paper(invoice, "a", 0, 30), paper(invoice, "b", 0, 30, number="a")]
        assert names(chosen(given, NET)) == ["a"]

    @pytest.mark.parametrize(
        "changes", [{"currency": "JPY"}, {"due_date": None}, {"issue_date": date(1979, 12, 31)}, {"same": True}]
    )
    def test_what_cannot_be_certified_is_passed_over(self, invoice: Invoice, changes: dict[str, Any]) -> None:
        given = {"buyer": invoice.seller} if changes.pop("same", False) else changes
        assert names(chosen([paper(invoice, "a", 0, 30)], NET)) == ["a"]
        assert chosen([paper(invoice, "a", 0, 30, **given)], NET) == []

    def test_what_could_not_be_read_is_passed_over(self) -> None:
        assert chosen([Outcome(Path("x"), None, None)], NET) == []


class TestTables:
    def test_a_request_shows_what_was_found(self) -> None:
        good = Request(1, "a.xml", "what is owed", "EUR", 66_576_490_000, 66_576_490_000, 3, "verified")
        good.found, good.signers, good.gas, good.level, good.milliseconds = (
            66_576_490_000,
            ["a", "b"],
            403_667,
            2,
            1_649,
        )
        refused = Request(2, "a.xml", "one unit too much", "EUR", 66_576_490_001, 66_576_490_000, 3, "refused")
        assert sheet([good, refused]).rows == [
            ["a.xml", "what is owed", "verified", "66,576.49", "66,576.49", "2", "403,667", "2", "1.6 s"],
            ["a.xml", "one unit too much", "refused", "66,576.490001", "–", "0", "0", "–", "0.0 s"],
        ]

    def test_json_has_no_paths_and_no_clocks(self) -> None:
        said = Request(1, "a.xml", "what is owed", "EUR", 5, 6, 3, "verified", 5, ["a"], 7, 2, 8, 9.5).to_json()
        assert said == {
            "number": 1,
            "document": "a.xml",
            "what": "what is owed",
            "currency": "EUR",
            "claimed": 5,
            "owed": 6,
            "outcome": "verified",
            "found": 5,
            "signers": ["a"],
            "gas": 7,
            "level": 2,
            "milliseconds": 8,
        }

    def test_a_rate_is_cut_to_four_places(self) -> None:
        assert [_percent(rate) for rate in (80_000_000, 87_936_999, 120_000_000)] == ["8.0000", "8.7936", "12.0000"]


class TestFigures:
    def test_what_was_lost_is_what_is_not_there(self) -> None:
        assert Holding("n", "w", "staked", 10, 6).lost == 4

    def test_a_part_is_rounded_down(self) -> None:
        assert (_part(19_999, 1_000), _part(20_000, 1_000), _part(9, 1_000)) == (1_999, 2_000, 0)

    def test_forty_per_cent_of_everything_are_whole_units(self) -> None:
        amounts = [*OWN.values(), *(amount for *_, amount in DELEGATED), GRANT, FLED]
        assert all(amount * 4_000 % 10_000 == 0 for amount in amounts)
        assert any(amount % ERA for amount in amounts)

    def test_the_lie_lies_within_the_bands_of_both_and_outside_of_no_check(self) -> None:
        assert all(10_000 < LIE_BPS <= 10_000 + above for above in CHANGED.values())

    def test_names_of_the_demo_are_each_somebody_else(self) -> None:
        assert len(set(OURS)) == len(OURS)
