"""Payment terms in plain language: what is certain and what is not."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest

from caldera.documents import due_date_from_terms

ISSUED = date(2026, 3, 2)

CERTAIN = [
    ("Net 30", 30),
    ("NET30", 30),
    ("net 30 days", 30),
    ("30 days", 30),
    ("30 days net", 30),
    ("Payment within 30 days", 30),
    ("within 14 days", 14),
    ("Payment terms: 45 days from date of invoice.", 45),
    ("Payable within 4 weeks", 28),
    ("Please pay within 10 days after invoice date", 10),
    ("30 dagar netto", 30),
    ("30 dagar netto. Dröjsmålsränta:12 %", 30),
    ("Betalning inom 20 dagar från fakturadatum", 20),
    ("Netto 30 dage", 30),
    ("Betaling innen 14 dager", 14),
    ("zahlbar innerhalb 30 Tagen", 30),
    ("Zahlbar innerhalb von 30 Tagen ab Rechnungsdatum ohne Abzug.", 30),
    ("Zahlungsziel: 14 Tage netto", 14),
    ("Zahlbar in 2 Wochen", 14),
    ("30 jours", 30),
    ("Paiement à 45 jours date de facture", 45),
    ("30 jours nets", 30),
    ("Betaling binnen 14 dagen", 14),
    ("Pagamento a 60 giorni data fattura", 60),
    ("Pago a 30 días fecha factura", 30),
    ("14 päivää netto", 14),
    ("30 days net. Penalty rate 12 %\nLine break should be respected here.", 30),
    ("30 days net, late payment interest 8 %", 30),
    ("#SKONTO#TAGE=7#PROZENT=2.00#\n#SKONTO#TAGE=14#PROZENT=1.00#\nZahlbar innerhalb 30 Tagen", 30),
    ("Zahlbar innerhalb 30 Tagen netto bis 01.04.2026, 3% Skonto innerhalb 10 Tagen bis 12.03.2026", 30),
    ("10 Tage 2 % Skonto, 30 Tage netto", 30),
    ("2/10 net 30", 30),
    ("2% 10, net 30", 30),
    ("2/10, n/30", 30),
    ("10 days 2%, 30 days net", 30),
    ("Zahlbar bis zum 15.04.2026", 44),
    ("Fällig am 01.04.2026", 30),
    ("Zahlung ohne Abzug bis zum 13.04.2026 bei uns\n            eingehend.", 42),
    ("Due date: 2026-04-01", 30),
    ("Payment due by 2026-04-01, within 30 days", 30),
    ("Betalas senast 2026-04-01", 30),
    ("à payer au plus tard le 31/03/2026", 29),
    ("Payment within 30 days. Goods may be returned within 14 days.", 30),
    ("Net 30. We offer delivery within 5 days.", 30),
    ("0 days", 0),
]

UNCERTAIN = [
    None,
    "",
    "As per contract clause X.123",
    "Payment within 10 days, 2% discount",
    "2 % discount if paid within 2 days\n            Penalty percentage 10% from due date",
    "2% Skonto bei Zahlung innerhalb 10 Tagen",
    "#SKONTO#TAGE=14#PROZENT=2.25#",
    "#SKONTO#TAGE=14#PROZENT=2.25#\n#VERZUG#TAGE=30#PROZENT=9.00#",
    "Penalty interest 8 % after 30 days",
    "Dröjsmålsränta 12 % efter 30 dagar",
    "50% prepaid, 50% within one month",
    "50% within 30 days",
    "30 days end of month",
    "30 days EOM",
    "30 jours fin de mois",
    "Løbende måned + 30 dage",
    "30 gg. d.f. f.m.",
    "30 days. End of month.",
    "30 days after receipt of goods",
    "innerhalb 30 Tagen nach Erhalt der Rechnung",
    "30 jours réception facture",
    "14 days or 30 days",
    "30/60/90 days",
    "30-60 days",
    "Net 30, net 60",
    "Goods may be returned within 30 days",
    "Warranty 365 days",
    "10 business days",
    "Invoice of 2026-01-15",
    "Due 03/04/2026",
    "Zahlbar bis 31.02.2026",
    "Zahlbar bis 01.01.2026",
    "Payment within 30 days, due 2026-05-01",
    "Payment within 30 days until 2026-05-01",
    "within 400 days",
    "within 99999999999999999999 days",
    "Payment within thirty days",
    "Set off against invoice 14 days old",
    "cash on delivery",
    "45 días fin de mes",
    "2% discount. Payment within 10 days.",
    "x" * 3000,
]


@pytest.mark.parametrize(("text", "days"), CERTAIN)
def test_certain(text: str, days: int) -> None:
    assert due_date_from_terms(text, ISSUED) == ISSUED + timedelta(days=days)


@pytest.mark.parametrize("text", UNCERTAIN)
def test_uncertain(text: str | None) -> None:
    assert due_date_from_terms(text, ISSUED) is None


def test_long_and_odd_texts_take_no_time() -> None:
    started = time.monotonic()
    for unit in ("1 ", "days ", "net 1 ", "1/1 ", "((", "- ", ".,", "2 % ", "1.1.", "\u00e9", "#", " "):
        due_date_from_terms("1" + unit * (1990 // len(unit)) + "net", ISSUED)
    assert time.monotonic() - started < 2


def test_end_of_the_calendar() -> None:
    assert due_date_from_terms("Net 30", date(9999, 12, 20)) is None
    assert due_date_from_terms("Net 11", date(9999, 12, 20)) == date(9999, 12, 31)
