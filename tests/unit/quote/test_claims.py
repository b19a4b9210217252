"""What becomes of documents: claims, credits, or kept back with the reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from caldera.quote import NothingToQuote, Terms, quote, read_claims
from tests.unit.documents.drafts import BASIC, DraftLine
from tests.unit.documents.helpers import edit
from tests.unit.documents.render_ubl import ubl

from .helpers import INVOICES, ISSUED, LARGE, SAMPLES, invoice, terms

TERMS = terms()
EARLY = date(2026, 3, 2)


def kept(*places: Path, today: date = ISSUED, due: date | None = None) -> str:
    """Why nothing is left."""
    with pytest.raises(NothingToQuote) as caught:
        read_claims(places, TERMS, today, due)
    return "\n".join(caught.value.reasons)


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes], Path]:
    def write(name: str, data: bytes) -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write


def test_a_claim() -> None:
    (claim,), back = read_claims([LARGE], TERMS, ISSUED)
    assert back == []
    assert (claim.face, claim.owed, claim.days, claim.due) == (173_310_000_000,) * 2 + (90, date(2026, 8, 10))


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 8, 10), "due today"),
        (date(2026, 8, 11), "overdue since 2026-08-10"),
        (ISSUED - timedelta(days=2), "cannot be registered before"),
    ],
)
def test_days_on_which_it_cannot_be_financed(today: date, words: str) -> None:
    assert words in kept(LARGE, today=today)


@pytest.mark.parametrize("today", [date(2026, 8, 9), ISSUED - timedelta(days=1)])
def test_days_on_which_it_just_can(today: date) -> None:
    assert len(read_claims([LARGE], TERMS, today)[0]) == 1


def test_credit_notes_and_negative_invoices_are_taken_off() -> None:
    claims, back = read_claims([INVOICES], TERMS, EARLY)
    owed = {claim.invoice.number: (claim.face, claim.owed) for claim in claims}
    assert owed["NM-2026-0117"] == (50_366_000_000, 45_355_000_000)
    assert owed["10482"] == (27_675_000_000,) * 2
    assert [one.path.name for one in back] == ["cii-eur-factored.xml", "cii-eur-terms-only.xml", "ubl-usd-large.xml"]


def test_a_credit_note_alone() -> None:
    assert "it names NM-2026-0117; one invoice of those given is needed" in kept(INVOICES / "ubl-eur-credit-note.xml")


def test_credited_beyond_what_is_owed(put: Callable[[str, bytes], Path]) -> None:
    note = (INVOICES / "ubl-eur-credit-note.xml").read_bytes()
    notes = [put(f"{number}.xml", edit(note, "NM-2026-0131", f"C{number}")) for number in range(15)]
    (claim,), back = read_claims([INVOICES / "ubl-eur.xml", *notes], TERMS, EARLY)
    assert claim.owed == 50_366_000_000 - 14 * 3_450_000_000
    (one,) = back
    assert "more than is owed on NM-2026-0117" in one.reason


@pytest.mark.parametrize(
    ("taken", "currency", "words"),
    [
        ("1000.00", "EUR", "credited in full: nothing is owed"),
        ("1000.01", "EUR", "more than is owed on A-1"),
        ("1.00", "USD", "A-1 is in EUR"),
    ],
)
def test_what_an_invoice_below_zero_takes_off(
    put: Callable[[str, bytes], Path], taken: str, currency: str, words: str
) -> None:
    def made(number: str, amount: str, code: str, named: str) -> Path:
        line = DraftLine("1", "Part", Decimal(-1 if named else 1), "C62", Decimal(amount), "Z", Decimal(0))
        draft = replace(BASIC, number=number, lines=(line,), items=(), issued="2026-05-12", due="2026-08-10")
        return put(
            f"{number}.xml",
            ubl(replace(draft, currency=code, tax_currency=None, preceding=(named, "2026-05-12") if named else None)),
        )

    places = [LARGE, made("A-1", "1000.00", "EUR", ""), made("A-2", taken, currency, "A-1")]
    claims, back = read_claims(places, TERMS, ISSUED)
    assert words in "".join(one.reason for one in back)
    left = {claim.invoice.number: claim.owed for claim in claims}
    assert left.get("A-1", 0) == (0 if "credited" in words else 1_000_000_000)


def test_the_same_invoice_twice(tmp_path: Path) -> None:
    shutil.copy(LARGE, tmp_path / "again.xml")
    claims, back = read_claims([LARGE, tmp_path], TERMS, ISSUED)
    assert len(claims) == 1
    assert back[0].reason == f"the same invoice as {LARGE}"


def test_a_due_date_is_asked_for_where_none_is_stated(put: Callable[[str, bytes], Path]) -> None:
    undated = edit(edit(LARGE.read_bytes(), "<cbc:DueDate>2026-08-10</cbc:DueDate>", ""), "Net 90", "As agreed")
    path = put("none.xml", undated)
    assert "say when it is due by --due" in kept(path)
    assert read_claims([path], TERMS, ISSUED, date(2026, 9, 1))[0][0].due == date(2026, 9, 1)
    assert read_claims([LARGE], TERMS, ISSUED, date(2026, 9, 1))[0][0].due == date(2026, 8, 10)


def test_other_currencies() -> None:
    known = terms().model_copy(update={"currencies": {"EUR": TERMS.currencies["EUR"]}})
    with pytest.raises(NothingToQuote, match="the terms have EUR, not USD"):
        read_claims([LARGE], known, ISSUED)


def test_bounds_of_certificates(put: Callable[[str, bytes], Path]) -> None:
    data = LARGE.read_bytes()
    long = put("long.xml", edit(data, "2026-08-10", str(ISSUED + timedelta(days=3650))))
    assert "less than 3,650 days" in kept(long)
    just = put("just.xml", edit(data, "2026-08-10", str(ISSUED + timedelta(days=3649))))
    assert read_claims([just], TERMS, ISSUED)[0][0].days == 3649


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("bad.xml", b"<broken", "line 1"),
        ("text.xml", b"hello", "text.xml"),
        ("empty.xml", b"", "empty"),
        ("page.pdf", b"%PDF-1.7", "PDF"),
    ],
)
def test_bad_files(put: Callable[[str, bytes], Path], name: str, data: bytes, words: str) -> None:
    assert words in kept(put(name, data))


def test_no_files(tmp_path: Path) -> None:
    assert "cannot be read" in kept(tmp_path / "nowhere.xml")
    assert kept(tmp_path) == "there is no file at all"


def coarse(decimals: int) -> Terms:
    """With euros of so many decimals."""
    euro = TERMS.currencies["EUR"].model_copy(update={"decimals": decimals})
    return TERMS.model_copy(update={"currencies": {"EUR": euro}})


def test_more_decimals_than_the_token() -> None:
    cents = INVOICES / "cii-eur-factored.xml"  # 66,576.49
    with pytest.raises(NothingToQuote, match="cannot be written exactly with 1 decimals"):
        read_claims([cents], coarse(1), date(2026, 4, 14))
    assert read_claims([cents], coarse(2), date(2026, 4, 14))[0][0].owed == 6_657_649


@pytest.mark.parametrize(("price", "fits"), [("79228162514.26", True), ("79228162514.27", False)])
def test_more_than_a_certificate_stands_for(put: Callable[[str, bytes], Path], price: str, fits: bool) -> None:
    line = DraftLine("1", "Turbine", Decimal(1), "C62", Decimal(price), "Z", Decimal(0))
    path = put("huge.xml", ubl(replace(BASIC, lines=(line,), items=(), due="2026-08-10", issued="2026-05-12")))
    if fits:
        assert 0 < read_claims([path], coarse(18), ISSUED)[0][0].owed < 2**96
    else:
        with pytest.raises(NothingToQuote, match="more than a certificate can stand for"):
            read_claims([path], coarse(18), ISSUED)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample invoices are not here")
def test_every_sample_is_quoted_or_kept_back_with_a_reason() -> None:
    files = sorted(path for path in SAMPLES.rglob("*") if path.suffix.lower() == ".xml")
    quoted = 0
    for path in files:
        try:
            issued = invoice(path).issue_date
            made = quote([path], issued)
        except NothingToQuote as error:
            assert error.reasons
            continue
        (bundle,) = made.bundles
        (claim,) = bundle.claims
        assert claim.owed == invoice(path).payable_units(6)
        for way in bundle.ways:
            assert 0 <= way.now <= claim.owed
            assert way.outcome(0, 0).total == claim.owed - way.outcome(0, 0).cost
        quoted += 1
    assert quoted >= 10
