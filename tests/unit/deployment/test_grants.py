"""The first grants: what a profile may say of them, and the calls that make them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from eth_abi.abi import decode

from caldera.artifacts import load
from caldera.deployment import Profile, load_profile, plan
from caldera.deployment.economy import MONTH
from caldera.deployment.errors import ProfileInvalid
from caldera.deployment.grants import BATCH
from tests.unit.deployment.small import Blank, profile_text

BEGINS = 1_800_000_000
ERA = 10**18
TO = "0xC1000000000000000000000000000000000000C1"
GRANT: dict[str, Any] = {"of": "team", "to": TO, "era": "1.5"}
VOTERS: dict[str, Any] = {"of": "investors", "to": "$founder1", "era": "40000000"}
"""Just the quorum: 4 percent."""
TERMS = "(address,uint96,uint40,uint32,uint32,bool)[]"


def _profile(folder: Path, *grants: dict[str, Any]) -> Profile:
    (folder / "p.yml").write_text(profile_text("devnet.yml"))
    own = folder / "own.yml"
    own.write_text(yaml.safe_dump({"extends": "p.yml", "grants": [VOTERS, *grants]}))
    return load_profile(own)


@pytest.mark.parametrize(
    ("wrong", "message", "right"),
    [
        ({"of": "airdrop"}, "grants.1.of: no vested allocation 'airdrop'; there are investors, team", {}),
        ({"over_months": 23}, "grants.1.over_months: team vests over 24 to 48 months", {"over_months": 24}),
        ({"over_months": 49}, "grants.1.over_months: team vests over 24 to 48 months", {"over_months": 48}),
        ({"era": "147500000.000000000000000001"}, "grants: team has 147500000", {"era": "147500000"}),
        ({"era": "0"}, "era must be above 0", {"era": "0.000000000000000001"}),
        (
            {"of": "investors", "over_months": 24, "revocable": True},
            "grants.1.revocable: grants of investors cannot be revoked",
            {"of": "investors", "over_months": 24},
        ),
        ({"to": "0xC1"}, "write an address of 40 hex digits", {"to": "$guardian"}),
    ],
)
def test_what_a_grant_may_say(tmp_path: Path, wrong: dict[str, Any], message: str, right: dict[str, Any]) -> None:
    with pytest.raises(ProfileInvalid) as caught:
        _profile(tmp_path, {**GRANT, **wrong})
    assert message in str(caught.value)
    assert len(_profile(tmp_path, {**GRANT, **right}).grants) == 2


def test_two_grants_together_are_more_than_there_is(tmp_path: Path) -> None:
    half = {**GRANT, "era": "73750000"}
    _profile(tmp_path, half, half)
    with pytest.raises(ProfileInvalid, match="grants: team has"):
        _profile(tmp_path, half, {**half, "era": "73750000.1"})


def test_somebody_must_be_able_to_govern(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The quorum in all, and the proposal threshold of one."""
    _profile(tmp_path)
    monkeypatch.setitem(VOTERS, "era", "39999999.999999999999999999")
    with pytest.raises(ProfileInvalid, match="nobody could govern: CalderaGovernor needs 4000"):
        _profile(tmp_path)
    few = {"of": "team", "to": TO, "era": "99999"}
    monkeypatch.setitem(VOTERS, "era", "99999")
    with pytest.raises(ProfileInvalid, match="99999000000000000000000 at most"):
        _profile(tmp_path, *([few] * 400))
    _profile(tmp_path, *([few] * 400), {**few, "era": "100000"})


def test_they_are_made_in_batches_of_one_allocation_before_any_power_is_given_away(tmp_path: Path) -> None:
    many = [{**GRANT, "era": str(number)} for number in range(1, BATCH + 2)]
    last = {"of": "investors", "to": "$guardian", "era": "7"}
    profile = _profile(tmp_path, *many, last)
    made = plan(profile, load(), Blank(profile.chain_id))
    titles = [planned.step.title for planned in made.steps]
    first = titles.index(f"VestingVault.createGrants({BATCH} of allocation 2)")
    assert titles[first - 1] == "VestingVault.createGrants(1 of allocation 1)"
    assert titles[first + 1 : first + 3] == [
        "VestingVault.createGrants(1 of allocation 2)",
        "VestingVault.createGrants(1 of allocation 1)",
    ]
    assert not any(title.startswith("SuiteAccess.") for title in titles[:first])

    calls = [decode(["uint8", TERMS], made.steps[first + place].step.data[4:]) for place in range(3)]
    assert [(number, len(terms)) for number, terms in calls] == [(2, BATCH), (2, 1), (1, 1)]
    account, amount, start, cliff, duration, revocable = calls[1][1][0]
    assert (account, amount) == (TO.lower(), (BATCH + 1) * ERA)
    assert (start, cliff, duration, revocable) == (BEGINS, 0, 36 * MONTH, False)
    account, amount, start, cliff, duration, revocable = calls[2][1][0]
    assert (account, amount) == (profile.actors["guardian"].lower(), 7 * ERA)
    assert (start, cliff, duration, revocable) == (BEGINS + 12 * MONTH, 0, 24 * MONTH, False)
