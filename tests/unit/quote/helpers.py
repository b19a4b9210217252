"""Claims and terms as tests want them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from caldera.documents import Invoice, read_invoice
from caldera.quote import Claim, Terms, load_terms
from caldera.quote.inputs import Currency

ROOT = Path(__file__).resolve().parents[3]
INVOICES = ROOT / "examples" / "invoices"
LARGE = INVOICES / "ubl-usd-large.xml"
"""173,310.00 USD, issued on 2026-05-12, due on 2026-08-10."""
ISSUED = date(2026, 5, 12)
SAMPLES = ROOT.parent / "shared" / "data" / "invoices"
THOUSAND = 1_000_000_000
"""In a currency with 6 decimals."""
DOLLAR = Currency(usd="1", decimals=6)  # type: ignore[arg-type]


@cache
def invoice(path: Path = LARGE) -> Invoice:
    """Read once."""
    return read_invoice(path)


def claim(owed: int = 100 * THOUSAND, days: int = 73, currency: Currency = DOLLAR, today: date = ISSUED) -> Claim:
    """Owed in a fifth of a year, unless told otherwise."""
    return Claim(LARGE, invoice(), currency, today, today + timedelta(days=days), owed, owed)


def terms(**changes: dict[str, Any]) -> Terms:
    """Those that come along, with other values in some sections."""
    kept = load_terms()
    return kept.model_copy(
        update={name: getattr(kept, name).model_copy(update=values) for name, values in changes.items()}
    )
