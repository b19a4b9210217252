"""Facts and terms: what is written is what counts, and what is wrong is named with its place."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from caldera.deployment.units import WAD_DECIMALS, scaled
from caldera.deployment.yaml_reader import read_yaml
from caldera.model.credit import DEVNET, assess, usd
from caldera.quote import FactsInvalid, TermsInvalid, load_facts, load_terms, quote
from caldera.quote.inputs import EXAMPLE

from .helpers import ISSUED, LARGE, ROOT

FACTS: dict[str, Any] = {
    "turnover": "2000000",
    "receivablesIssued": "1800000.5",
    "receivablesRepaid": "1710000",
    "daysLate": 20,
    "cargoTurnover": "1000000",
    "orders": 400,
}
PROFILE = ROOT / "profiles" / "devnet.yml"


def written(folder: Path, content: object, name: str = "facts.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def problems(folder: Path, **changes: object) -> list[str]:
    """What is wrong with the facts; None leaves a field out."""
    given = {name: value for name, value in (FACTS | changes).items() if value is not None}
    with pytest.raises(FactsInvalid) as caught:
        load_facts(written(folder, given), ISSUED)
    return caught.value.problems


def test_the_limit_is_the_models(tmp_path: Path) -> None:
    standing = load_facts(written(tmp_path, FACTS | {"conduct": "-1.000001"}), ISSUED)
    assert standing.facts.receivables_issued == 1_800_000_500_000
    assert standing.assessment == assess(DEVNET, standing.facts, -1_000_001)


def test_conduct_is_held_to_its_bounds(tmp_path: Path) -> None:
    standing = load_facts(written(tmp_path, FACTS | {"conduct": "99999999"}), ISSUED)
    assert standing.assessment.conduct == usd(500_000)


def test_yaml_and_json_say_the_same(tmp_path: Path) -> None:
    text = "\n".join(f"{name}: {json.dumps(value)}" for name, value in FACTS.items())
    first = load_facts(written(tmp_path, text, "facts.yml"), ISSUED)
    assert first == load_facts(written(tmp_path, FACTS), ISSUED)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"turnover": 2_000_000}, "turnover: write a decimal in quotes"),
        ({"turnover": "2,000,000"}, "turnover: write a decimal in quotes"),
        ({"turnover": "1e6"}, "turnover: write a decimal in quotes"),
        ({"turnover": "1.0000001"}, "turnover: 1.0000001 has more than 6 decimals"),
        ({"turnover": "-1"}, "turnover: Input should be greater than or equal to 0"),
        ({"turnover": "18446744073709.551616"}, "turnover: Input should be less than"),
        ({"turnover": None}, "turnover: is missing; add it"),
        ({"epoch": 7}, "epoch: unknown; remove it or correct its spelling"),
        ({"daysLate": 1.5}, "daysLate: "),
        ({"daysLate": True}, "daysLate: "),
        ({"orders": 2**32}, "orders: "),
        ({"receivablesRepaid": "1800000.500001"}, "RepaidExceedsIssued: "),
        ({"daysLate": 36_501}, "DaysLateOutOfRange: "),
        ({"receivablesIssued": "0", "receivablesRepaid": "0"}, "LateWithoutReceivables: "),
    ],
)
def test_facts_that_are_refused(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    (one,) = problems(tmp_path, **changes)
    assert one.startswith(words)


@pytest.mark.parametrize(
    "changes",
    [
        {"turnover": "18446744073709.551615"},
        {"turnover": "0.000001"},
        {"orders": 2**32 - 1},
        {"receivablesRepaid": "1800000.500000"},
        {"daysLate": 36_500},
        {"receivablesIssued": "0", "receivablesRepaid": "0", "daysLate": 0},
    ],
)
def test_facts_that_are_just_admitted(tmp_path: Path, changes: dict[str, object]) -> None:
    load_facts(written(tmp_path, FACTS | changes), ISSUED)


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, turnover=None, orders="many", more=1)) == 3


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("facts.json", "{", "not JSON"),
        ("facts.json", "[1]", "facts start with"),
        ("facts.json", "[" * 100_000, "not JSON"),
        ("facts.yml", "- 1", "facts start with"),
        ("facts.yml", "a: [", "not YAML"),
        ("facts.yml", "orders: 1\norders: 2", "the key 'orders' stands twice"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, text: str, words: str) -> None:
    with pytest.raises(FactsInvalid, match=name) as caught:
        load_facts(written(tmp_path, text, name), ISSUED)
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["no.yml", "no.json"])
def test_files_that_are_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(FactsInvalid, match="No such file"):
        load_facts(tmp_path / name, ISSUED)
    with pytest.raises(TermsInvalid, match="No such file"):
        load_terms(tmp_path / name)


def test_without_the_example_facts_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("caldera.quote.inputs.EXAMPLE", tmp_path / "no.yml")
    with pytest.raises(FactsInvalid, match="name your file by --facts"):
        load_facts(None, ISSUED)
    assert load_facts(written(tmp_path, FACTS), ISSUED)


def test_terms_need_only_what_differs(tmp_path: Path) -> None:
    path = written(tmp_path, "loan: {rate_bps: 900}\ncurrencies: {CHF: {usd: '1.12', decimals: 6}}", "terms.yml")
    kept, changed = load_terms(), load_terms(path)
    assert changed.loan == kept.loan.model_copy(update={"rate_bps": 900})
    assert set(changed.currencies) == {*kept.currencies, "CHF"}
    assert changed.currencies["CHF"].usd == 1_120_000_000_000_000_000
    made = quote([LARGE], ISSUED, terms=path)
    assert made.bundles[0].pledge.outcome(0, 0).cost == 3_076_846_028  # 138,648 × 9% × 90 / 365, rounded up


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("loan: {rate_bps: 10001}", "loan.rate_bps: "),
        ("loan: {rate_bps: 8.5}", "loan.rate_bps: "),
        ("loan: {rate: 800}", "loan.rate: unknown"),
        ("loan: 8", "loan: "),
        ("tranche: {coverage_bps: 10000}", "tranche.coverage_bps: "),
        ("factoring: {settlement_days: 0}", "factoring.settlement_days: "),
        ("currencies: {EUR: {usd: '0'}}", "currencies.EUR.usd: "),
        ("currencies: {EUR: {usd: 1}}", "currencies.EUR.usd: write a decimal in quotes"),
        ("currencies: {Euro: {usd: '1', decimals: 6}}", "currencies: 'Euro' is no ISO 4217 code"),
        ("currencies: {CHF: {usd: '1'}}", "currencies.CHF.decimals: is missing"),
        ("currencies: {EUR: {decimals: 19}}", "currencies.EUR.decimals: "),
    ],
)
def test_terms_that_are_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(TermsInvalid) as caught:
        load_terms(written(tmp_path, text, "terms.yml"))
    assert caught.value.problems[0].startswith(words)


@pytest.mark.parametrize(
    "text",
    [
        "loan: {rate_bps: 10000}",
        "tranche: {coverage_bps: 9999}",
        "factoring: {settlement_days: 1}",
        "currencies: {EUR: {usd: '0.000000000000000001', decimals: 18}}",
    ],
)
def test_terms_that_are_just_admitted(tmp_path: Path, text: str) -> None:
    load_terms(written(tmp_path, text, "terms.yml"))


def test_the_example_is_a_mid_size_supplier() -> None:
    standing = load_facts(EXAMPLE, date(2026, 5, 12))
    assert standing.assessment.limit == 415_541_666_666  # as worked in docs/credit-limit.md


def test_the_terms_are_those_of_the_development_profile() -> None:
    terms, profile = load_terms(), read_yaml(PROFILE)
    rates = {one["code"]: (scaled_wad(one["rate"]), one["decimals"]) for one in profile["currencies"]}
    assert {code: (one.usd, one.decimals) for code, one in terms.currencies.items()} == rates
    rules = {one["name"]: one for one in read_yaml(PROFILE.parent / "regions" / "none.yml")["rules"]}
    receivable = rules["NONE/receivable"]
    assert terms.receivable.minimum_usd == usd(int(receivable["minimum_unit_usd"]))
    assert terms.receivable.grace_days == receivable["grace_days"]
    if loan := rules.get("NONE/loan"):
        assert terms.loan.minimum_usd == usd(int(loan["minimum_unit_usd"]))
        assert terms.loan.grace_days == loan["grace_days"]
    for one in profile.get("settings", []):
        if one["set"] == "LendingTerms.setLoanTerms":
            values = one["values"][0]
            assert (terms.loan.rate_bps, terms.loan.late_fee_bps) == (values["rateBps"], values["lateFeeBps"])
            assert (terms.loan.default_days, terms.loan.longest_days) == (values["defaultDays"], values["longestDays"])
        if one["set"] == "LendingTerms.setAdvance" and one["key"] == [False, 1]:
            assert [terms.loan.advance_bps] == one["values"]


def scaled_wad(text: str) -> int:
    """USD per unit in WAD."""
    return scaled(Decimal(text), WAD_DECIMALS)
