"""Words of payment terms in the languages of European invoices, in lower case.

A clause is only understood when every one of its words is listed here, so leaving a word out is the safe
side: "receipt", "delivery" and "month" are left out on purpose, as they move the date by an unknown amount.
"""

from __future__ import annotations

_DAYS = """
    day days tag tage tagen dag dagar dagars dgr dage dager jour jours dagen giorno giorni día dia días dias
    päivä päivää pv dni
"""
_WEEKS = """
    week weeks woche wochen vecka veckor uge uger uke uker semaine semaines weken settimana settimane semana
    semanas
"""
_NET = "net nett nets netto neto"
_DUE = """
    due by before until latest than bis zum spätestens fällig zahlbar senast förfallodag förfallodatum senest
    forfald forfalder forfall forfaller forfaldsdato forfallsdato tard avant échéance uiterlijk vervaldatum
    vóór voor entro scadenza vencimiento eräpäivä termin betalingsdato
"""
_NEUTRAL = """
    payment payments pay paid payable term terms within in of the from after date dated invoice issue issued
    full amount amounts strictly please to be is are at no later not on your our account without deduction
    deductions any condition conditions total standard settlement credit transfer a an for this

    zahlung zahlungen zahlungsziel zahlungsbedingung zahlungsbedingungen zahlungsfrist innerhalb binnen von
    nach ab rechnungsdatum rechnungsstellung rechnung der die das den dem datum ohne abzug abzüge bitte
    überweisen sie wir bitten um betrag rechnungsbetrag gesamtbetrag auf unser konto ist zu zahlen begleichen
    bei uns eingehend am ausgleich überweisung ausstellungsdatum fälligkeit fälligkeitsdatum rein reine

    betalning betalas betalningsvillkor betala inom efter från fakturadatum fakturans villkor förfaller till
    per betaling betales betalingsbetingelser betalingsvilkår betalingsfrist inden innen fra etter fakturadato
    fakturadatoen

    paiement payer règlement reglement à dans sous les le de la du des facture émission compter après plus au
    délai virement d l betalen betaaltermijn betalingstermijn betalingsvoorwaarden na factuurdatum te voldoen
    op van pagamento pagabile dalla della dal data fattura termini di il pago pagadero plazo desde fecha
    factura el     maksuehto maksu laskun päiväyksestä płatność płatności w ciągu od daty wystawienia faktury
"""
_DISCOUNT_STEMS = """
    skont discount rabat escompt korting sconto sconti descuent alennus nachlass kassarab early cash deposit
    prepa anzahlung vorauszahl vorkasse acompte förskott forskud advance
"""
_OTHER_STEMS = """
    penal pénal interest zins verzug mahn ränt drojsm dröjsm rente morar overdue retard intérêt boete gebyr
    rykker reminder påminn paminn inkasso korko viivästys förseningsavg purre surcharge return warrant guarant
    garant reklam complain objection widerspr einspruch claim cancel storno retur valid gültig gilt offer
    angebot deliver liefer leverans levering livraison
"""
_MONTH_END = """
    eom monatsende month_end end_of_month end_of_the_month fin_de_mois fine_mese fin_de_mes ultimo løbende
    løpende månedens månadens dffm df_fm f_m fm einde_maand
"""

DAYS = frozenset(_DAYS.split())
WEEKS = frozenset(_WEEKS.split())
NET = frozenset(_NET.split())

DUE = frozenset(_DUE.split())
"""Words one of which must stand in a clause for a calendar date in it to be the due date."""

KNOWN = frozenset(_NEUTRAL.split()) | DUE | NET
"""All words that a clause may have beside its day count or date."""

DISCOUNT_STEMS = tuple(_DISCOUNT_STEMS.split())
"""Beginnings of words that make the days or date of a clause something else than the due date."""

OTHER_STEMS = tuple(_OTHER_STEMS.split())
"""Beginnings of words of clauses about late payment, returns, warranty, delivery and offers."""

OTHER_WORDS = frozenset({"late", "mora", "avgift", "fee"})

PERCENT = frozenset({"%", "percent", "prozent", "procent", "pct"})

MONTH_END = tuple(f"_{words}_" for words in _MONTH_END.split())
"""Expressions (words joined by ``_``) anywhere in the terms that shift a day count to a month's end."""
