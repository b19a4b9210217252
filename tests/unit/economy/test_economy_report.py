"""The report: unlocking as the vault has it, ten years by the rules, a chain held against the profile, the command."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from caldera.cli import app
from caldera.deployment.economy import MONTH, SUPPLY, Economy, load_economy, parse_economy
from caldera.deployment.manifest import Intent, Manifest
from caldera.deployment.yaml_reader import read_yaml
from caldera.economy import (
    MONTHS,
    Assumptions,
    AssumptionsInvalid,
    ChainIncomplete,
    RuleDiffers,
    Simulation,
    held,
    plot,
    read_assumptions,
    rewards,
    simulate,
    unlock_curve,
    yearly,
)
from caldera.economy.chain import check_chain
from caldera.economy.show import data, millions
from caldera.evm import Anvil, AnvilMissing
from tests.support.genesis import Beginning, begin

ROOT = Path(__file__).resolve().parents[3]
NAMES = ("circulation", "integration", "connector")
ERA = 10**18
USD = 10**6
DAY = 86_400


def path(name: str) -> Path:
    return ROOT / "profiles" / f"{name}.yml"


def economy(name: str = "circulation") -> Economy:
    return load_economy(path(name))


def changed(part: str, name: str = "circulation", **values: Any) -> Economy:
    """A published economy with other values in one part."""
    content = read_yaml(path(name))["economy"]
    return parse_economy({**content, part: {**content[part], **values}})


def supposed(**values: Any) -> Assumptions:
    """Level, one enterprise, nothing returned or granted, but for `values`."""
    plain = {"growth_bps": 0, "enterprises": 1, "largest_bps": 10_000, "returned_bps": 0, "granted_era": 0}
    return Assumptions.model_validate(plain | values)


def run(name: str = "circulation", **values: Any) -> Simulation:
    return simulate(economy(name), supposed(**values))


# -- unlocking --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", NAMES)
def test_locked_and_unlocked_are_the_supply_in_every_month(name: str) -> None:
    lines = unlock_curve(economy(name))
    for month in range(MONTHS + 1):
        assert sum(line.unlocked[month] + line.locked[month] for line in lines) == SUPPLY == 10**27
    assert all(len(line.unlocked) == MONTHS + 1 for line in lines)


@pytest.mark.parametrize("name", NAMES)
def test_investors_begin_at_zero_in_month_12_and_have_all_in_month_36(name: str) -> None:
    (line,) = [line for line in unlock_curve(economy(name)) if line.name == "investors"]
    amount = 320_750_000 * ERA
    assert list(line.unlocked[:13]) == [0] * 13
    assert [line.unlocked[month] for month in (13, 18, 24, 35)] == [amount * part // 24 for part in (1, 6, 12, 23)]
    assert list(line.unlocked[36:]) == [amount] * 85
    assert line.locked[35] == amount - amount * 23 // 24


@pytest.mark.parametrize("name", NAMES)
def test_the_team_has_all_in_month_36_and_the_rest_no_schedule(name: str) -> None:
    lines = {line.name: line for line in unlock_curve(economy(name))}
    team = lines.pop("team")
    assert [team.unlocked[month] for month in (0, 1, 12, 36, 120)] == [
        147_500_000 * ERA * months // 36 for months in (0, 1, 12, 36, 36)
    ]
    del lines["investors"]
    bound = {"incentives": "award", "airdrop": "proof", "community-reserve": "vote", "research": "vote"}
    for line in lines.values():
        assert line.bound == bound[line.name]
        assert set(line.locked) == {0}


def test_the_curve_is_the_contracts_in_every_month() -> None:
    made = begin(economy())
    grants = {name: made.grant(name) for name in ("investors", "team")}
    lines = {line.name: line for line in unlock_curve(made.economy)}
    for name, grant in grants.items():
        for month in range(MONTHS + 1):
            assert made.vault.vestedAt(grant, made.begins + month * MONTH) == lines[name].unlocked[month]


# -- incentives -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", NAMES)
def test_the_supply_is_somewhere_in_every_month(name: str) -> None:
    made = simulate(economy(name))
    places = held(made)
    assert [sum(amounts[month] for amounts in places.values()) for month in range(MONTHS + 1)] == [SUPPLY] * 121
    assert all(amount >= 0 for amounts in places.values() for amount in amounts)
    assert set(places) == {"distributed", *(line.name for line in made.lines)}


def countable_in(month: int) -> int:
    """The first month at whose end what was paid at the end of `month` can be counted: window of two epochs, review."""
    return ceil(Fraction((month * MONTH // (30 * DAY) + 3) * 30 * DAY + 7 * DAY, MONTH))


def test_a_million_circulated_is_12_000_era_once_window_and_review_are_over() -> None:
    made = run(circulated_usd=1_000_000)
    due = [countable_in(month) for month in range(1, MONTHS + 1)]
    expected = [12_000 * ERA * due.count(month) for month in range(MONTHS + 1)]
    assert list(made.series["awarded"]) == expected
    assert expected[:6] == [0, 0, 0, 0, 0, 12_000 * ERA]
    assert list(made.series["rebates"]) == [reward * 40 // 10_000 for reward in expected]
    assert made.series["incentives_paid"][5] == 48 * ERA  # the rebate at once, the award over 180 days


def test_an_award_vests_over_180_days_from_the_end_of_the_epoch_in_which_it_is_counted() -> None:
    made = run(circulated_usd=1, growth_bps=-5_000, growth_months=120)  # a dollar, then half of it, and so on
    start = (5 * MONTH // (30 * DAY) + 1) * 30 * DAY
    award, more = 12_000_000 * 10**9, made.series["awarded"][6]
    assert made.series["awarded"][5] == award
    assert more == award // 2
    by_then = award * (6 * MONTH - start) // (180 * DAY)
    rebates = (award + more) * 40 // 10_000
    assert made.series["incentives_paid"][6] == by_then + rebates


def test_what_is_above_the_cap_is_lost() -> None:
    under, at, above = (run(circulated_usd=usd).series for usd in (99_999_999, 100_000_000, 150_000_000))
    assert under["awarded"][5] == 1_200_000 * ERA - 12_000 * ERA // 10**6
    assert at["awarded"][5] == above["awarded"][5] == 1_200_000 * ERA
    assert (under["cut_by_cap"][5], at["cut_by_cap"][5], above["cut_by_cap"][5]) == (0, 0, 600_000 * ERA)


def test_two_enterprises_have_a_cap_each() -> None:
    made = run(circulated_usd=300_000_000, enterprises=2, largest_bps=7_000)
    assert made.series["awarded"][5] == (1_200_000 + 90 * 12_000) * ERA
    assert made.series["cut_by_cap"][5] == (210 * 12_000 - 1_200_000) * ERA


def test_what_comes_back_sets_off_the_oldest_and_does_not_count() -> None:
    made = run(circulated_usd=1_000_000, returned_bps=2_500)
    assert made.series["awarded"][5] == 3_000 * ERA  # its own quarter came back, and those of the two epochs after it
    assert made.series["awarded"][6] == 9_000 * ERA  # the quarters before it have set off the first, so it bears one
    assert run(circulated_usd=1_000_000, returned_bps=10_000).totals["awarded"] == 0


def test_the_budget_ends_in_the_month_that_it_cannot_pay() -> None:
    made = run(circulated_usd=100_000_000, enterprises=10, largest_bps=1_000)
    cost = 1_200_000 * ERA * 10_040 // 10_000
    due = [countable_in(month) for month in range(1, MONTHS + 1)]
    months = next(month for month in range(MONTHS) if sum(cost for one in due if one <= month) > 80_000_000 * ERA)
    (budget, _) = made.budgets
    assert (budget.name, budget.funded, budget.ends) == ("incentives", 80_000_000 * ERA, months)
    assert budget.left[months - 1] > 0
    assert 0 <= budget.left[-1] < 13 * 10**9  # what does not pay for a unit of USD
    assert made.totals["awarded"] + made.totals["rebates"] + budget.left[-1] == 80_000_000 * ERA


def test_a_budget_that_is_not_used_up_does_not_end() -> None:
    made = run(circulated_usd=1_000_000)
    assert made.budgets[0].ends is None
    assert data([made])["economies"][0]["budgets"][0]["ends"] is None


def test_what_governance_grants_comes_out_of_the_same_budget() -> None:
    made = run(circulated_usd=0, granted_era=1_000_000)
    assert made.budgets[0].ends == 80
    assert list(made.series["granted"]) == [0, *[1_000_000 * ERA] * 80, *[0] * 40]
    nearly = run(circulated_usd=0, granted_era=660_000)  # 121.2 months
    assert nearly.budgets[0].ends is None


def test_connector_has_no_incentives_at_genesis() -> None:
    made = run("connector", granted_era=1_000_000)
    assert [(budget.name, budget.ends) for budget in made.budgets] == [("airdrop", 12)]
    assert made.totals["awarded"] == made.totals["granted"] == 0


def test_the_airdrop_is_claimed_evenly() -> None:
    made = run("circulation", airdrop_months=29)
    assert [made.series["airdropped"][month] for month in (0, 1, 28, 29, 120)] == [
        10_000_000 * ERA * months for months in (0, 1, 28, 29, 29)
    ]


# -- fees and rewards -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "node"), [("circulation", 405_000), ("integration", 387_000), ("connector", 360_000)])
def test_a_month_of_fees(name: str, node: int) -> None:
    made = simulate(economy(name)).series  # 200,000 x 4 + 20,000 x 16 + 2,000 x 40 ERA, half of it finance
    assert made["fees"][1] == 1_200_000 * ERA
    assert made["fees_usd"][1] == 150_000 * USD
    assert made["node"][1] == node * ERA
    assert made["developer"][1] == 120_000 * ERA
    assert made["author"][1] == 18_000 * ERA
    assert made["treasury"][1] == (1_200_000 - node - 120_000 - 18_000) * ERA


def test_the_parts_are_the_fees_in_every_month() -> None:
    series = run(era_usd=["0.3", "0.07"], growth_bps=137).series
    for month in range(MONTHS + 1):
        parts = sum(series[role][month] for role in ("node", "developer", "author", "treasury"))
        assert parts == series["fees"][month]


def test_each_operation_is_rounded_up() -> None:
    made = run(era_usd="0.3", routings=7, mappings=0, adaptations=0)
    assert made.series["fees"][1] == 7 * ceil(Fraction(5 * ERA, 3))


def test_prices_of_era_by_year() -> None:
    made = run(era_usd=["0.125", "0.25"])
    assert [made.series["fees"][month] for month in (12, 13, 120)] == [n * ERA for n in (1_200_000, 600_000, 600_000)]


def test_the_subsidy_needs_more_users_than_the_threshold() -> None:
    at, above = (run(active_users=users).series for users in (100_000, 100_001))
    assert above["developer"][1] == at["developer"][1] * 11 // 10 == 132_000 * ERA
    assert at["treasury"][1] - above["treasury"][1] == 12_000 * ERA


def test_volumes_grow_exactly_and_then_stay() -> None:
    made = supposed(growth_bps=200, growth_months=3)
    assert [made.grown(1_000_000, month) for month in (1, 2, 3, 4, 5, 120)] == [
        1_000_000,
        1_020_000,
        1_040_400,
        1_061_208,
        1_061_208,
        1_061_208,
    ]


def test_10_000_era_earn_80_to_100_a_month() -> None:
    band = economy().staking
    assert rewards(10_000 * ERA, yearly(band, 4_000, 10_000), MONTH) == 80 * ERA
    assert rewards(10_000 * ERA, yearly(band, 10_000, 10_000), MONTH) == 100 * ERA
    assert yearly(band, 0, 10_000) == Fraction(8, 100)
    assert rewards(1, Fraction(1, 1), MONTH) == 0


@pytest.mark.parametrize("name", NAMES)
def test_rewards_are_what_the_band_says_and_at_most_what_was_funded(name: str) -> None:
    made = simulate(economy(name))
    given, funds, short = made.assumptions, 0, []
    band = made.economy.staking
    score = Fraction(given.volume_bps * given.accuracy_bps, 10**8)
    demanded = floor(SUPPLY // 10 * (band.least_bps + (band.most_bps - band.least_bps) * score) / 120_000)
    for month in range(1, MONTHS + 1):
        row = {key: values[month] for key, values in made.series.items()}
        funds += row["node"] + row["granted"]
        assert row["rewards_demanded"] == demanded
        assert row["rewards_paid"] == min(demanded, funds)
        funds -= row["rewards_paid"]
        assert row["rewards_funded"] == funds
        short += [month] * (row["rewards_paid"] < demanded)
    assert made.short == short


def test_rewards_are_clamped_or_not() -> None:
    assert run(granted_era=660_000, staked_bps=100).short == []
    assert len(run(routings=0, mappings=0, adaptations=0).short) == MONTHS


# -- what the rules refuse --------------------------------------------------------------------------------------------
def test_a_reward_that_the_rule_does_not_have() -> None:
    with pytest.raises(RuleDiffers, match="era_per_million_usd is 11999, and the rule pays 12000"):
        simulate(changed("circulation", era_per_million_usd="11999"))
    assert simulate(changed("circulation", era_per_million_usd="12000.0")).totals["awarded"] > 0


def test_terms_that_the_rules_refuse() -> None:
    with pytest.raises(RuleDiffers, match="RebateOutOfRange"):
        simulate(changed("circulation", verifier_bps=101))
    assert simulate(changed("circulation", verifier_bps=100)).totals["rebates"] > 0
    with pytest.raises(RuleDiffers, match="FeeSharesExceedWhole"):
        simulate(changed("fees", node=5_041))  # 1.25 x 50.41% + 22% + 15%
    assert simulate(changed("fees", node=5_040)).totals["node"] > 0


def test_a_second_budget() -> None:
    content = read_yaml(path("integration"))["economy"]
    reserve = next(one for one in content["allocations"] if one["name"] == "community-reserve")
    reserve["funds"] = "budget"
    with pytest.raises(RuleDiffers, match="2 allocations are budgets"):
        simulate(parse_economy(content))


# -- assumptions ------------------------------------------------------------------------------------------------------
def test_a_file_and_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text("growth_bps: 50\ncirculated_usd: '1.5'\nera_usd: ['0.1', '0.2']\n")
    made = read_assumptions(file, ["growth_bps=-7", "granted_era=0.5"])
    assert (made.growth_bps, made.circulated_usd, made.granted_era) == (-7, Decimal("1.5"), Decimal("0.5"))
    assert made.data()["era_usd"] == ["0.1", "0.2"]
    assert read_assumptions(given=["era_usd=0.3"]).rate(120) == 3 * 10**17
    assert read_assumptions(None, []) == Assumptions()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("growth_bps", "write name=value"),
        ("growht_bps=1", "growht_bps: Extra inputs"),
        ("growth_bps=5001", "less than or equal to 5000"),
        ("growth_bps=1.5", "growth_bps"),
        ("era_usd=0", "a price of ERA is 0.000001"),
        ("era_usd=0.1,x", "write a plain decimal"),
        ("era_usd=0.1,", "write a plain decimal"),
        ("circulated_usd=0.0000001", "more than 6 decimals"),
        ("circulated_usd=1000000000001", "at most 1000000000000"),
        ("granted_era=-1", "write a plain decimal"),
        ("growth_bps=--5", "growth_bps: Input should be a valid integer"),
        ("growth_bps=" + "9" * 5_000, "growth_bps: Input should be a valid integer"),
        ("enterprises=0", "greater than or equal to 1"),
        ("staked_bps=10001", "less than or equal to 10000"),
        ("developer_bps=2001", "less than or equal to 2000"),
    ],
)
def test_assumptions_that_are_refused(given: str, words: str) -> None:
    with pytest.raises(AssumptionsInvalid, match=re.escape(words)):
        read_assumptions(given=[given])


@pytest.mark.parametrize(
    "given",
    ["growth_bps=5000", "era_usd=0.000001", "circulated_usd=1000000000000", "enterprises=1", "staked_bps=10000"],
)
def test_assumptions_that_are_just_not(given: str) -> None:
    assert read_assumptions(given=[given])


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AssumptionsInvalid, match=r"none\.yml"):
        read_assumptions(tmp_path / "none.yml")


# -- the chain --------------------------------------------------------------------------------------------------------
def differences(made: Beginning, against: Economy | None = None) -> list[str]:
    found = check_chain(made.chain, made.addresses, against or made.economy)
    return [str(one) for one in found.differences]


@pytest.mark.parametrize("name", NAMES)
def test_a_chain_as_published(name: str) -> None:
    made = begin(economy(name))
    investors, team = made.grant("investors"), made.grant("team", amount=36 * ERA, duration=24 * MONTH)
    made.chain.warp(made.begins + 18 * MONTH)
    made.vault.release(team, sender=made.admin)
    found = check_chain(made.chain, made.addresses, made.economy)
    assert found.differences == []
    amount = 320_750_000 * ERA
    vested = made.vault.vestedAt(investors, made.chain.now)
    assert [(one.name, one.granted, one.available) for one in found.vested] == [
        ("investors", amount, 0),
        ("team", 36 * ERA, 147_499_964 * ERA),
    ]
    assert found.vested[0].vested == vested == found.vested[0].published > 0
    assert sum({made.addresses[o.holder[1:]]: found.balances[o.name] for o in economy(name).allocations}.values()) == (
        SUPPLY - made.token.balanceOf(made.chain.account("team"))
    )


def test_a_chain_with_another_economy() -> None:
    said = differences(begin(economy("circulation")), economy("integration"))
    assert f"Genesis: incentives: amount: expected {170_000_000 * ERA}, found {80_000_000 * ERA}" in said
    assert f"Genesis: community-reserve: expected {200_000_000 * ERA} wei, found no such allocation" in said
    assert f"Genesis: airdrop: expected no such allocation, found {290_000_000 * ERA} wei" in said
    assert len(said) == 3


def test_before_the_distribution_everything_is_missing() -> None:
    made = begin(economy(), distributed=False)
    said = differences(made)
    for one in made.economy.allocations:
        assert f"Genesis: {one.name}: expected {one.amount} wei, found no such allocation" in said
    assert f"VestingVault: team: funded: expected {147_500_000 * ERA} or more, found 0" in said
    assert len(said) == 7


def test_an_allocation_that_was_never_opened() -> None:
    made = begin(economy())
    empty = begin(economy(), made.chain, opened=False, distributed=False)
    made.addresses["VestingVault"] = empty.addresses["VestingVault"]
    said = differences(made)
    assert "VestingVault: investors: expected allocation 1, found no such allocation" in said
    assert "VestingVault: team: expected allocation 2, found no such allocation" in said


def test_bounds_that_differ() -> None:
    made = begin(economy(), shortest=23 * MONTH, revocable=True)
    assert differences(made) == [
        f"VestingVault: investors: shortest: expected {24 * MONTH}, found {23 * MONTH}",
        "VestingVault: investors: revocable: expected False, found True",
        f"VestingVault: team: shortest: expected {24 * MONTH}, found {23 * MONTH}",
    ]


def test_grants_ahead_of_the_published_curve() -> None:
    made = begin(economy(), shortest=12 * MONTH)
    made.grant("investors", duration=12 * MONTH)
    made.grant("team", duration=12 * MONTH)
    made.chain.warp(made.begins + 24 * MONTH)
    published = 320_750_000 * ERA // 2
    ahead = f"VestingVault: investors: vested now: expected at most {published}, found {2 * published}"
    assert [line for line in differences(made) if "vested now" in line] == [ahead]  # the team's may be shorter


def test_a_genesis_that_is_not_the_same_second() -> None:
    made = begin(economy())
    against = changed("unlocking", investors={**terms(economy(), "investors"), "after_months": 11})
    said = differences(made, against)
    start = made.begins
    assert f"VestingVault: team: earliest start: expected {start + MONTH}, found {start}" in said


def terms(of: Economy, name: str) -> dict[str, Any]:
    return of.unlocking[name].model_dump()


def test_a_holder_that_differs() -> None:
    made = begin(economy())
    old = made.addresses["ResearchReserve"]
    made.addresses["ResearchReserve"] = made.addresses["CommunityReserve"]
    (said,) = differences(made)
    assert (
        said == f"Genesis: research: holder: expected {made.addresses['CommunityReserve'].lower()}, found {old.lower()}"
    )


def test_a_vault_without_the_money() -> None:
    made = begin(economy())
    other = begin(economy(), made.chain)
    made.addresses["EraToken"] = other.addresses["EraToken"]  # of which these contracts have nothing
    said = differences(made)
    assert f"VestingVault: ERA: expected {468_250_000 * ERA} or more, found 0" in said
    assert f"CirculationIncentives: ERA: expected {80_000_000 * ERA} or more, found 0" in said


def test_a_contract_that_is_missing() -> None:
    made = begin(economy())
    address = made.addresses.pop("VestingVault")
    with pytest.raises(ChainIncomplete, match="VestingVault is not in the manifest"):
        differences(made)
    made.addresses["VestingVault"] = str(made.chain.account("nobody").address)
    with pytest.raises(ChainIncomplete, match="VestingVault: no code at"):
        differences(made)
    made.addresses["VestingVault"] = address
    assert differences(made) == []


# -- the command ------------------------------------------------------------------------------------------------------
def call(*arguments: object, code: int = 0) -> Any:
    done = CliRunner().invoke(app, ["economy", "report", *map(str, arguments)], env={"COLUMNS": "170"})
    assert done.exit_code == code, done.output
    return done


def test_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    said = call().output
    for words in (
        "circulation: unlocked by schedule",
        "160.375",
        "month 70",
        "none at genesis",
        "clamped in 23 of 120",
    ):
        assert words in said
    assert said.count("not within ten years") == 1


def test_json_is_exact() -> None:
    answer = json.loads(call("--profile", path("integration"), "--assume", "growth_bps=0", "--json").stdout)
    (one,) = answer["economies"]
    assert one["name"] == "integration"
    for month in answer["months"]:
        assert sum(int(line["unlocked"][month]) + int(line["locked"][month]) for line in one["allocations"]) == 10**27
    made = simulate(economy("integration"), read_assumptions(given=["growth_bps=0"]))
    assert one == json.loads(json.dumps(data([made])))["economies"][0]
    assert answer["assumptions"]["growth_bps"] == 0
    assert "chain" not in answer


def test_plots_and_a_page_that_needs_nothing_else(tmp_path: Path) -> None:
    call("--profile", path("connector"), "--profile", path("circulation"), "--out", tmp_path / "new")
    files = sorted(file.name for file in (tmp_path / "new").iterdir())
    assert files == ["budgets.png", "economy.html", "rewards.png", "unlock-circulation.png", "unlock-connector.png"]
    for name in files:
        if name.endswith(".png"):
            assert (tmp_path / "new" / name).read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    page = (tmp_path / "new" / "economy.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 4
    assert "160.375" in page
    assert not re.search(r"(?:src|href)=\"(?!data:)", page)
    assert "http" not in re.sub(r"base64,[^\"]*", "", page)


def test_the_same_figures_are_the_same_picture() -> None:
    one, same, other = run(granted_era=1), run(granted_era=1), run(granted_era=400_000)
    for picture in (plot.budgets, plot.rewards):
        assert picture([one]) == picture([same]) != picture([other])
    assert plot.unlocking(one) == plot.unlocking(other) != plot.unlocking(run("integration"))


def test_budgets_of_an_economy_without_any_can_be_drawn() -> None:
    content = read_yaml(path("connector"))["economy"]
    next(one for one in content["allocations"] if one["name"] == "airdrop")["name"] = "gifts"
    made = simulate(parse_economy(content))
    assert made.budgets == []
    assert plot.budgets([made])
    assert plot.unlocking(made)
    assert sum(int(places[60]) for places in held(made).values()) == SUPPLY


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--profile", "none.yml"], "ProfileNotReadable"),
        (["--profile", path("connector"), "--profile", path("connector")], "SameEconomy"),
        (["--profile", path("connector"), "--assume", "x=1"], "AssumptionsInvalid"),
        (["--profile", path("connector"), "--rpc-url", "http://127.0.0.1:1"], "ChainIncomplete"),
        (["--profile", path("connector"), "--manifest", "m.json"], "ChainIncomplete"),
        (["--profile", path("connector"), "--rpc-url", "http://x", "--manifest", "none.json"], "ManifestError"),
    ],
)
def test_errors_have_a_name(arguments: list[object], words: str) -> None:
    assert f"{words}: " in call(*arguments, code=1).output
    assert json.loads(call(*arguments, "--json", code=1).stdout)["error"] == words


def test_a_chain_behind_a_node(tmp_path: Path) -> None:
    try:
        chain = Anvil()
    except AnvilMissing as error:
        pytest.skip(str(error))
    with chain:
        made = begin(economy("connector"), chain)
        made.grant("team", amount=1_000 * ERA)
        manifest = tmp_path / "manifest.json"
        contracts = {name: Intent(name, address, 0, "0x") for name, address in made.addresses.items()}
        Manifest("local", chain.chain_id, str(made.admin.address), 0, contracts).save(manifest)
        reached = ("--rpc-url", chain.url, "--manifest", manifest)
        assert "nothing differs" in call("--profile", path("connector"), *reached, "--out", tmp_path).output
        assert "nothing differs" in (tmp_path / "economy.html").read_text(encoding="utf-8")
        answer = json.loads(call("--profile", path("circulation"), *reached, "--json", code=1).stdout)
        found = {one["where"]: one["found"] for one in answer["chain"]["differences"]}
        assert found["Genesis: airdrop: amount"] == str(70_000_000 * ERA)
        assert "Differs from the profile" in call("--profile", path("circulation"), *reached, code=1).output


def test_millions_are_rounded_half_up() -> None:
    assert [millions(n * 10**20) for n in (0, 4, 5, 12_345_675)] == ["0.000", "0.000", "0.001", "1,234.568"]
