"""`caldera quote` as a command: read, compare, print."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from caldera.screen import Screen
from caldera.whole_file import write_whole

from .errors import DateInvalid, QuoteError
from .money import clean
from .plot import plot as draw
from .quote import Quote
from .quote import quote as make
from .show import data, show

FIRST, LAST = date(2000, 1, 1), date(2200, 1, 1)

_err = Screen(stderr=True)


def quote(
    invoice: Annotated[
        list[Path], typer.Option("--invoice", help="UBL or CII invoice; a folder for all below. Repeat.")
    ],
    facts: Annotated[
        Path | None, typer.Option(help="The enterprise's operating facts, YAML or JSON; an example's if not given.")
    ] = None,
    terms: Annotated[
        Path | None, typer.Option(help="What differs from the terms of the development profile, YAML or JSON.")
    ] = None,
    today: Annotated[str | None, typer.Option(metavar="DATE", help="Day of the quote, such as 2026-05-12.")] = None,
    due: Annotated[str | None, typer.Option(metavar="DATE", help="Due date of documents that state none.")] = None,
    amount: Annotated[
        str | None,
        typer.Option(help="Money wanted now for one invoice, such as 50000.00; as much as possible if not given."),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show where on its curve each factor stands.")] = False,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write cost against the day of payment as SVG.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """What money for an invoice costs today: by pledge, factoring or tranche, and on which limit. Needs no chain."""
    try:
        day = _date("--today", today) or datetime.now(UTC).date()
        made = make(invoice, day, facts, terms, amount, _date("--due", due))
        if plot:
            _plot(made, plot)
        if as_json:
            sys.stdout.write(json.dumps(data(made), indent=2) + "\n")
        else:
            show(Screen(highlight=False, markup=False), made, explain)
    except (QuoteError, OSError) as error:
        if as_json:
            words = {"error": type(error).__name__, "message": str(error)}
            sys.stdout.write(json.dumps(words, indent=2) + "\n")
        else:
            _err.print(clean(f"{type(error).__name__}: {error}"), style="red", markup=False, highlight=False)
        raise typer.Exit(1) from None


def _plot(made: Quote, to: Path) -> None:
    """One file a currency."""
    for bundle in made.bundles:
        where = to if len(made.bundles) == 1 else to.with_name(f"{to.stem}-{bundle.code}{to.suffix}")
        write_whole(where, draw(bundle), folders=False)
        _err.print(f"plot: {where}", markup=False, highlight=False)


def _date(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise DateInvalid(f"{option} {text}: write a date such as 2026-05-12") from None
    if not FIRST <= day < LAST:
        raise DateInvalid(f"{option} {text}: take a day from {FIRST} on and before {LAST}")
    return day
