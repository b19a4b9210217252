"""Economies: the three published ones to the wei, and what is refused with its reason."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from caldera.deployment.economy import MONTH, SUPPLY, Economy, load_economy, parse_economy
from caldera.deployment.errors import ProfileInvalid, ProfileNotReadable
from caldera.deployment.yaml_reader import read_yaml

ROOT = Path(__file__).resolve().parents[3]
NAMES = ("circulation", "integration", "connector")
ERA = 10**18


def content(name: str = "circulation") -> dict[str, Any]:
    """What stands under `economy` in a published profile."""
    found: dict[str, Any] = read_yaml(ROOT / "profiles" / f"{name}.yml")["economy"]
    return found


def economy(name: str) -> Economy:
    return load_economy(ROOT / "profiles" / f"{name}.yml")


@pytest.mark.known_defect("unsummed-supply")
@pytest.mark.parametrize("name", NAMES)
def test_the_whole_supply_is_allocated_to_the_wei(name: str) -> None:
    found = economy(name)
    assert found.name == name
    assert sum(one.amount for one in found.allocations) == SUPPLY == 10**27
    assert found.amount("investors") == 320_750_000 * ERA
    assert found.amount("team") == 147_500_000 * ERA
    assert found.amount("research") == 161_750_000 * ERA


@pytest.mark.parametrize(
    ("name", "community"),
    [
        ("circulation", {"incentives": 80_000_000, "airdrop": 290_000_000, "community-reserve": 0}),
        ("integration", {"incentives": 170_000_000, "airdrop": 0, "community-reserve": 200_000_000}),
        ("connector", {"incentives": 0, "airdrop": 70_000_000, "community-reserve": 300_000_000}),
    ],
)
def test_the_communitys_part_is_as_published(name: str, community: dict[str, int]) -> None:
    found = economy(name)
    assert {key: found.amount(key) for key in community} == {key: value * ERA for key, value in community.items()}


@pytest.mark.parametrize(
    ("name", "bonus", "band"),
    [
        ("circulation", 2500, (800, 1200, 4000)),
        ("integration", 1500, (1100, 2100, 5500)),
        ("connector", 0, (800, 1500, 10_000)),
    ],
)
def test_what_differs_between_them(name: str, bonus: int, band: tuple[int, int, int]) -> None:
    found = economy(name)
    assert found.fees.finance_bonus == bonus
    assert (found.staking.least_bps, found.staking.most_bps, found.staking.slash_bps) == band


@pytest.mark.parametrize("name", NAMES)
def test_what_they_have_in_common(name: str) -> None:
    found = economy(name)
    assert (found.fees.node, found.fees.most_developer, found.fees.author) == (3000, 2000, 1500)
    assert (found.circulation.era_per_million_usd, found.circulation.verifier_bps) == (Decimal(12_000), 40)
    investors, team = found.unlocking["investors"], found.unlocking["team"]
    assert (investors.after_months, investors.over_months, investors.revocable) == (12, 24, False)
    assert (team.after_months, team.over_months, team.shortest_months, team.longest_months) == (0, 36, 24, 48)


def test_a_month_is_a_whole_number_of_seconds() -> None:
    assert MONTH * 12 == 365 * 86_400


def _changed(path: str, value: Any) -> dict[str, Any]:
    changed = content()
    at: Any = changed
    *way, last = path.split(".")
    for step in way:
        at = at[int(step) if step.isdigit() else step]
    at[int(last) if last.isdigit() else last] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("allocations.0.percent", "8.00000000000000000000000001", "more than 25 decimals"),
        ("allocations.0.percent", "7.9999999999999999999999999", "369999999999999999999999999"),
        ("allocations.0.percent", "7.999", "community is due 37 percent"),
        ("allocations.2.percent", "32.0750001", "investors is due 32.075 percent"),
        ("allocations.4.of", "team", "team is due 14.75 percent"),
        ("allocations.0.percent", "0", "above 0"),
        ("allocations.0.holder", "0x0000000000000000000000000000000000000001", "holder"),
        ("allocations.1.name", "incentives", "same name"),
        ("allocations.3.funds", "nothing", "unlocking: it must name investors"),
        ("unlocking.team.over_months", 50, "shortest_months <= over_months"),
        ("fees.node", 10_001, "fees.node"),
        ("circulation.verifier_bps", -1, "verifier_bps"),
        ("circulation.era_per_million_usd", 1.5, "plain decimal"),
        ("staking.least_bps", 1300, "least_bps <= most_bps"),
        ("fees.nodes", 1, "fees.nodes"),
    ],
)
def test_what_is_refused(path: str, value: Any, message: str) -> None:
    with pytest.raises((ProfileInvalid, ValueError), match=message):
        parse_economy(_changed(path, value))
    parse_economy(content())


def test_the_least_wei_counts() -> None:
    # 8 percent plus one wei, of a supply of 10^27: the 25th decimal of a percentage.
    with pytest.raises(ProfileInvalid, match="370000000000000000000000001"):
        parse_economy(_changed("allocations.0.percent", "8.0000000000000000000000001"))


def test_a_file_without_an_economy(tmp_path: Path) -> None:
    (tmp_path / "e.yml").write_text("rules: []\n")
    with pytest.raises(ProfileInvalid):
        load_economy(tmp_path / "e.yml")
    with pytest.raises(ProfileNotReadable):
        load_economy(tmp_path / "none.yml")
