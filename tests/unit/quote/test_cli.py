"""The command: tables, JSON, a plot, and errors that say what to do."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from caldera.cli import app
from caldera.quote import PlotNotPossible, plot, quote, verdicts

from .helpers import INVOICES, ISSUED, LARGE, ROOT

DAY = ("--today", "2026-05-12")


def run(*arguments: object, code: int = 0, width: int = 118) -> str:
    """What it prints, errors included."""
    done = CliRunner().invoke(app, ["quote", *map(str, arguments)], env={"COLUMNS": str(width)})
    assert done.exit_code == code, done.output
    return done.output


def data(*arguments: object) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["quote", *map(str, arguments), "--json"])
    assert done.exit_code == 0, done.output
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_tables() -> None:
    said = run("--invoice", LARGE, *DAY)
    for words in ("PVF-260512-07", "Palmetto Valve & Fitting Inc.", "173,310.00 USD", "2026-08-10", "415,541.666666"):
        assert words in said
    assert "138,648.00" in said
    assert "11.34%" in said
    assert "Paid when due: tranche costs least, 6.00% a year" in said
    assert "between (0" not in said
    assert "factoring without recourse if paid on 2026-08-15 or before" in said


def test_explained() -> None:
    said = run("--invoice", LARGE, *DAY, "--explain", width=160)
    assert "between (1,000,000.00; 80,000.00) and (5,000,000.00; 300,000.00)" in said
    assert "at (1,000,000.00; 60,000.00)" in said
    assert "between (0.0; 0.00) and (3.0; 0.00)" in said


def test_the_knots_are_those_of_the_contribution() -> None:
    for part in quote([LARGE], ISSUED).parts:
        if len(part.knots) == 2:
            (x0, y0), (x1, y1) = part.knots
            assert part.contribution == y0 + (y1 - y0) * (part.fact - x0) // (x1 - x0)
        elif part.knots:
            assert part.knots == ((part.fact, part.contribution),)


def test_json_has_every_figure() -> None:
    said = data("--invoice", LARGE, *DAY)
    assert said["limit"] == sum(one["contribution"] for one in said["contributions"]) == 415_541_666_666
    (bundle,) = said["bundles"]
    ways = {one["way"]: one for one in bundle["ways"]}
    assert list(ways) == ["pledge", "factoring", "recourse", "tranche"]
    for way in ways.values():
        for outcome in (*way["late"].values(), *way["unpaid_bps"].values()):
            assert outcome["total"] == outcome["now"] + outcome["later"] == outcome["paid_by_debtor"] - outcome["cost"]
    # 138,648 × 8% × 90 / 365, rounded up
    assert ways["pledge"]["late"]["0"]["cost"] == 2_734_974_247
    assert ways["pledge"]["late"]["0"]["percent_a_year"] == "8.00"
    assert bundle["tranche"] == {"senior": 138_648_000_000, "junior": 34_662_000_000}
    assert bundle["claims"][0]["due"] == "2026-08-10"
    assert said["kept_back"] == []


def test_an_amount() -> None:
    said = data("--invoice", LARGE, *DAY, "--amount", "50000")
    now = {one["way"]: one["late"]["0"]["now"] for one in said["bundles"][0]["ways"]}
    assert now["pledge"] == now["tranche"] == 50_000_000_000
    assert 50_000_000_000 <= now["factoring"] <= 50_000_000_001
    assert 50_000_000_000 <= now["recourse"] <= 50_000_000_001


def test_an_amount_that_a_way_does_not_give() -> None:
    said = run("--invoice", LARGE, *DAY, "--amount", "173000.00", width=200)
    assert "factoring without recourse: PVF-260512-07: the factor pays 168,597.392465 USD at most" in said
    assert "tranche: PVF-260512-07: the senior tranche is 138,648.00 USD at most" in said
    assert "34,352.00 of it on the limit" in said


def test_an_amount_beyond_the_limit(tmp_path: Path) -> None:
    facts = tmp_path / "facts.yml"
    facts.write_text(
        'turnover: "0"\nreceivablesIssued: "0"\nreceivablesRepaid: "0"\ndaysLate: 0\ncargoTurnover: "0"\norders: 0\n'
    )
    said = run("--invoice", LARGE, *DAY, "--facts", facts, "--amount", "138648.01", width=200)
    assert "the pledge is good for 138,648.00 USD; the rest counts as 0.01 USD against a limit of 0.00 USD" in said
    assert "pledge: PVF" not in run("--invoice", LARGE, *DAY, "--facts", facts, "--amount", "138648", width=200)


def test_what_cannot_be_lent_says_why(tmp_path: Path) -> None:
    terms = tmp_path / "terms.yml"
    terms.write_text(
        "loan: {longest_days: 90}\nfactoring: {without_recourse: {fee_bps: 10000}}\ntranche: {coverage_bps: 9999}\n"
    )
    said = run("--invoice", LARGE, *DAY, "--terms", terms, width=200)
    assert "loans run 90 days at most, and it is due in 90" in said
    assert "discount and fee are as high as what is owed" in said
    terms.write_text("loan: {currencies: [EUR], minimum_usd: '200000'}")
    assert "no pool lends USD" in run("--invoice", LARGE, *DAY, "--terms", terms, width=200)
    terms.write_text("loan: {minimum_usd: '200000'}")
    assert "a loan is 200,000.00 USD at least" in run("--invoice", LARGE, *DAY, "--terms", terms, width=200)


def test_a_folder_with_several_currencies_and_sellers(tmp_path: Path) -> None:
    target = tmp_path / "cost.svg"
    arguments = ("--invoice", INVOICES, "--today", "2026-06-01", "--plot", target)
    said = run(*arguments, width=200)
    assert "3 sellers: the limit is one enterprise's" in said
    assert "overdue since 2026-05-01" in said
    assert {path.name for path in tmp_path.iterdir()} == {"cost-EUR.svg", "cost-USD.svg"}
    bundles = {one["currency"]: one for one in data(*arguments)["bundles"]}
    assert {code: len(one["claims"]) for code, one in bundles.items()} == {"EUR": 2, "USD": 1}


def test_several_invoices_are_one_deal() -> None:
    (bundle,) = [b for b in quote([INVOICES], date(2026, 6, 1)).bundles if b.code == "EUR"]
    assert bundle.tranche.value == bundle.owed == 66_576_490_000 + 27_310_000_000
    assert verdicts(bundle)[0].startswith("Paid when due: tranche costs least")
    assert any("5 days after the due dates" in line for line in verdicts(bundle))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("--invoice", LARGE, *DAY, "--amount", "0"), "AmountOutOfRange", "from above 0"),
        (("--invoice", LARGE, *DAY, "--amount", "173310.000001"), "AmountOutOfRange", "173,310"),
        (("--invoice", LARGE, *DAY, "--amount", "1.0000001"), "AmountOutOfRange", "6 decimals"),
        (("--invoice", LARGE, *DAY, "--amount", "1,000"), "AmountOutOfRange", "plain decimal"),
        (("--invoice", INVOICES, *DAY, "--amount", "1000"), "AmountOfSeveral", "give one"),
        (("--invoice", LARGE, "--today", "12.05.2026"), "DateInvalid", "such as 2026-05-12"),
        (("--invoice", LARGE, "--today", "1999-12-31"), "DateInvalid", "2000-01-01"),
        (("--invoice", LARGE, *DAY, "--due", "soon"), "DateInvalid", "--due soon"),
        (("--invoice", "nowhere.xml", *DAY), "NothingToQuote", "nowhere.xml"),
        (("--invoice", LARGE, *DAY, "--facts", "nowhere.yml"), "FactsInvalid", "nowhere.yml"),
        (("--invoice", LARGE, *DAY, "--terms", "nowhere.yml"), "TermsInvalid", "nowhere.yml"),
        (("--invoice", LARGE, *DAY, "--plot", "/nowhere/plot.svg"), "FileNotFoundError", "/nowhere/plot.svg"),
    ],
)
def test_errors_are_named(arguments: tuple[object, ...], error: str, words: str) -> None:
    assert words in " ".join(run(*arguments, code=1, width=300).split())
    said = CliRunner().invoke(app, ["quote", *map(str, arguments), "--json"])
    answer = json.loads(said.stdout)
    assert (said.exit_code, answer["error"]) == (1, error)
    assert words in answer["message"]


def test_an_amount_that_just_is_owed() -> None:
    assert data("--invoice", LARGE, *DAY, "--amount", "173310")["bundles"]


def test_help() -> None:
    said = re.sub(r"\x1b\[[0-9;]*m", "", run("--help", width=200))
    for option in ("--invoice", "--facts", "--terms", "--today", "--due", "--amount", "--explain", "--plot", "--json"):
        assert option in said


def test_no_invoice_is_a_usage_error() -> None:
    run(code=2)


def test_the_plot(tmp_path: Path) -> None:
    target = tmp_path / "cost.svg"
    run("--invoice", LARGE, *DAY, "--plot", target)
    root = ET.fromstring(target.read_text(encoding="utf-8"))
    name = "{http://www.w3.org/2000/svg}"
    lines = root.findall(f"{name}polyline")
    assert len(lines) == 4
    texts = {element.text for element in root.iter(f"{name}text")}
    assert {"pledge", "tranche", "factoring with recourse", "factoring without recourse", "−80", "0", "+30"} <= texts
    for line in lines:
        points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
        assert len(points) == 120  # from a day after the quote to 30 days late
        assert all(70 <= x <= 620 and 50 <= y <= 400 for x, y in points)
        assert [x for x, _ in points] == sorted(x for x, _ in points)
        # Downwards y grows: what is paid later costs no less.
        assert [y for _, y in points] == sorted((y for _, y in points), reverse=True)


def test_labels_of_the_plot_stand_apart(tmp_path: Path) -> None:
    """Even where lines end at the same height."""
    (bundle,) = quote([LARGE], ISSUED, terms=free(tmp_path)).bundles
    root = ET.fromstring(plot(bundle))
    labels = sorted(float(one.attrib["y"]) for one in root.iter() if one.attrib.get("x") == "628")
    assert len(labels) == 4
    assert all(below - above >= 15 for above, below in pairwise(labels))


def test_equal_is_not_less(tmp_path: Path) -> None:
    (bundle,) = quote([LARGE], ISSUED, terms=free(tmp_path)).bundles
    assert {way.outcome(30, 0).cost for way in bundle.ways} == {0}
    assert sum("the pledge never costs less than" in line for line in verdicts(bundle)) == 2


def free(folder: Path) -> Path:
    """Terms on which nothing costs anything."""
    path = folder / "free.yml"
    asked = "{discount_bps: 0, fee_bps: 0}"
    path.write_text(
        f"loan: {{rate_bps: 0, late_fee_bps: 0}}\nfactoring: {{without_recourse: {asked}, with_recourse: {asked}}}\n"
        "tranche: {senior_bps: 0}\n"
    )
    return path


def test_no_plot_of_nothing(tmp_path: Path) -> None:
    terms = tmp_path / "terms.yml"
    terms.write_text("loan: {currencies: []}\ntranche: {coverage_bps: 9999}\n")
    nothing = "factoring: {without_recourse: {fee_bps: 10000}, with_recourse: {fee_bps: 10000}}\n"
    terms.write_text(terms.read_text() + nothing)
    (bundle,) = quote([LARGE], ISSUED, terms=terms).bundles
    assert plot(bundle)
    assert [way.key for way in bundle.ways if way.offered] == ["tranche"]
    (refused,) = quote([LARGE], ISSUED, terms=terms, amount="173310").bundles
    with pytest.raises(PlotNotPossible):
        plot(refused)
    assert verdicts(refused) == []
    assert "–" in run("--invoice", LARGE, *DAY, "--terms", terms, "--amount", "173310")


def test_names_of_parties_are_no_markup(tmp_path: Path) -> None:
    path = tmp_path / "odd.xml"
    text = LARGE.read_text(encoding="utf-8")
    odd = text.replace("Corrib Process Systems Ltd", "[red]Corrib[/red]").replace("PVF-260512-07", "P\x9b31m-07")
    path.write_text(odd, encoding="utf-8")
    said = run("--invoice", path, *DAY, "--amount", "173310")
    assert "[red]Corrib[/red]" in said
    assert "tranche: P�31m-07: the senior tranche" in said
    assert "\x9b" not in said
    path.write_text(odd.replace("2026-08-10", "2026-05-12"), encoding="utf-8")
    assert "\x9b" not in run("--invoice", path, *DAY, code=1)


def test_the_page_shows_a_real_run() -> None:
    page = (ROOT / "docs" / "quote.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```text\n(.*?)```", page, re.S)
    said = run("--invoice", LARGE, *DAY, width=118)
    assert [line.rstrip() for line in shown.splitlines()] == [line.rstrip() for line in said.splitlines()]
