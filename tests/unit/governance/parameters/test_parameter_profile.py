"""What a profile says of governed numbers: each error beside the nearest that is right, and the table of the page."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from caldera.artifacts import load
from caldera.deployment import Plan, load_profile, parse_profile, plan
from caldera.deployment.errors import DeploymentError, ProfileInvalid, UnknownFunction, UnknownName
from caldera.deployment.governed import UNITS
from caldera.deployment.include import with_included
from caldera.deployment.names import ROLES
from caldera.deployment.parameter_table import PAGE, governed, page
from caldera.model import parameters as model
from tests.unit.deployment.small import SMALL, Blank, filled, profile_text, small

ROOT = Path(__file__).resolve().parents[4]
WORDS: dict[str, Any] = {
    "kind": {"unit": "count", "lowest": 1, "highest": 255, "kept": True, "why": "…"},
    "flags": {"unit": "flags", "lowest": 0, "highest": 4, "days": 1, "why": "…"},
    "graceDays": {"unit": "days", "lowest": 0, "highest": 180, "step": 30, "days": 30, "why": "…"},
    "minimumSplitBps": {"unit": "bps", "lowest": 0, "highest": 5000, "step": 1000, "days": 30, "why": "…"},
    "requiredFields": {"unit": "flags", "lowest": 0, "bits": 13, "days": 7, "why": "…"},
    "minimumUnitUsd": {"unit": "usd", "lowest": "100", "highest": "2000", "step": "0.5", "days": 30, "why": "…"},
    "regions": {"unit": "flags", "lowest": 0, "bits": 80, "days": 1, "why": "…"},
    "qualifications": {"unit": "flags", "lowest": 0, "bits": 64, "days": 1, "why": "…"},
}
FAMILY: dict[str, Any] = {
    "set": "ValueStandard.publish",
    "read": "latestRules",
    "keys": 1,
    "applies": "new certificates",
    "words": WORDS,
}
PARAMETERS: dict[str, Any] = {"id": 18, "holders": [{"account": "$ParameterBook"}]}
ROLES_ = {**SMALL["roles"], "PARAMETERS": PARAMETERS}
CONTRACTS = [*SMALL["contracts"], {"name": "ParameterBook", "args": ["$SuiteAccess"]}]


def content(**changes: Any) -> dict[str, Any]:
    """The small profile with the rules of templates governed."""
    section = {"book": "$ParameterBook", "role": "PARAMETERS", "families": [copy.deepcopy(FAMILY)]}
    base = {
        "contracts": CONTRACTS,
        "roles": ROLES_,
        "permissions": {"ValueStandard.setRate": "STANDARD"},
        "parameters": section,
    }
    return small(**(base | changes))


def family(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The same with the family changed."""
    made = content()
    change(made["parameters"]["families"][0])
    return made


def word(name: str, **changes: Any) -> dict[str, Any]:
    """The same with a word changed; a field set to None is left out."""

    def change(entry: dict[str, Any]) -> None:
        merged = {**entry["words"][name], **changes}
        entry["words"][name] = {key: value for key, value in merged.items() if value is not None}

    return family(change)


def planned(made: dict[str, Any]) -> Plan:
    return plan(parse_profile(made), load(), Blank())


def test_a_family_is_planned_word_by_word() -> None:
    made = planned(content())
    step = next(one.step for one in made.steps if one.step.title == "ParameterBook.addFamily(ValueStandard.publish)")
    entry = made.suite.profile.parameters
    assert entry
    words = entry.families[0].parameters
    assert words[5] == (b"minimumUnitUsd".ljust(32, b"\0"), 6, False, 100_000_000, 2_000_000_000, 500_000, 30 * 86_400)
    assert words[0] == (b"kind".ljust(32, b"\0"), 0, True, 1, 255, 0, 0)
    assert words[6][3:6] == (0, (1 << 80) - 1, 0)
    facts = (
        made.suite.addresses["ValueStandard"],
        *(made.suite.function("ValueStandard", one).selector for one in ("publish", "latestRules")),
        1,
        0,
    )
    keys = [(b"EU/receivable".ljust(32, b"\0"),)]
    assert step.data == made.suite.function("ParameterBook", "addFamily").encode(facts, words, keys)
    assert made.suite.profile.permissions["ValueStandard.publish"] == "PARAMETERS"
    assert not any("setTargetFunctionRole(ValueStandard: publish" in one.step.title for one in made.steps)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (word("graceDays", step=None), "a number that is not kept has a step above 0"),
        (word("graceDays", step=0), "a number that is not kept has a step above 0"),
        (word("flags", step=1), "a number that is not kept has a step above 0, and nothing else has one"),
        (word("kind", step=1), "a number that is not kept has a step"),
        (word("kind", days=1), "what is kept has no days"),
        (word("graceDays", days=None), "what is kept has no days, and everything else has"),
        (word("graceDays", days=0), "greater than or equal to 1"),
        (word("graceDays", lowest=181), "lowest is above highest"),
        (word("flags", lowest=8), "lowest is above highest"),
        (word("graceDays", highest=None), "write highest"),
        (word("graceDays", bits=3), "write highest"),
        (word("graceDays", highest=None, bits=8), "bits are for flags"),
        (word("minimumUnitUsd", step="0.0000005"), "more than 6 decimals"),
        (word("graceDays", unit="weeks"), "unit"),
        (word("graceDays", why=""), "why"),
        (family(lambda entry: entry.update(words={})), "words"),
        (family(lambda entry: entry.update(keys=3)), "keys"),
        (content(roles=SMALL["roles"]), "parameters.role: the role 'PARAMETERS' is not defined"),
        (
            content(roles={**ROLES_, "PARAMETERS": {**PARAMETERS, "holders": []}}),
            "it is sealed for $ParameterBook alone",
        ),
        (
            content(roles={**ROLES_, "PARAMETERS": {"id": 18, "holders": [{"account": "$ParameterBook", "delay": 1}]}}),
            "without delay",
        ),
        (content(roles={**ROLES_, "PARAMETERS": {**PARAMETERS, "guardian": "STANDARD"}}), "neither admin nor guardian"),
        (content(permissions={"ValueStandard.publish": "STANDARD"}), "permissions.ValueStandard.publish: it is sealed"),
        (
            content(permissions={"ValueStandard.retire": "PARAMETERS"}),
            "permissions.ValueStandard.retire: PARAMETERS has",
        ),
        (content(parameters={**content()["parameters"], "families": [FAMILY, FAMILY]}), "stands twice"),
        (word("minimumUnitUsd", lowest="1000.000001"), "minimumUnitUsd is 1000000000, and its bounds are 1000000001"),
        (word("regions", bits=1), "regions is 3, and its bounds are 0 to 1"),
    ],
)
def test_what_a_profile_may_not_say(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ProfileInvalid, match=re.escape(message)):
        planned(wrong)
    planned(content())


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (family(lambda entry: entry.update(set="ValueStandart.publish")), UnknownName, "no contract ValueStandart"),
        (
            content(parameters={**content()["parameters"], "book": "$NoBook"}),
            ProfileInvalid,
            "sealed for $NoBook alone",
        ),
        (family(lambda entry: entry["words"].pop("kind")), UnknownFunction, "takes the words kind, flags"),
        (
            family(lambda entry: entry.update(words=dict(reversed(entry["words"].items())))),
            UnknownFunction,
            "takes the words kind, flags, graceDays",
        ),
        (
            word("minimumSplitBps", highest=65_536),
            UnknownFunction,
            "minimumSplitBps is a uint16; its highest does not fit",
        ),
        (
            word("kind", unit="account", highest=None),
            UnknownFunction,
            "kind is a uint8 and cannot be of the unit account",
        ),
        (family(lambda entry: entry.update(read="rules")), UnknownFunction, "does not take the key"),
        (family(lambda entry: entry.update(read="current")), UnknownFunction, "answers with fewer words"),
        (family(lambda entry: entry.update(set="PlayEUR.mint")), UnknownFunction, "PlayEUR is not AccessManaged"),
    ],
)
def test_what_does_not_fit_the_contracts(wrong: dict[str, Any], error: type[DeploymentError], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        planned(wrong)
    planned(content())


def test_setters_with_signed_words_or_lists_are_refused() -> None:
    """As the formula of limits has: amounts below zero, and points of curves, of any number."""
    devnet = load_profile(ROOT / "profiles" / "devnet.yml")
    assert devnet.parameters
    words = {"capUsd": WORDS["graceDays"]}
    entry = devnet.parameters.families[0].model_validate(
        {**FAMILY, "set": "CreditModel.publish", "read": "parametersOf", "words": words}
    )
    wider = devnet.model_copy(update={"parameters": devnet.parameters.model_copy(update={"families": [entry]})})
    with pytest.raises(
        UnknownFunction, match="conductHighest is a int64; the book has unsigned words of fixed size only"
    ):
        plan(wider.model_copy(update={"chain_id": 7}), load(), Blank())


@pytest.mark.parametrize("name", ["devnet.yml", "rollup.example.yml"])
@pytest.mark.parametrize("economy", ["circulation", "integration", "connector"])
def test_every_setting_of_every_economy_is_within_its_bounds(name: str, economy: str, tmp_path: Path) -> None:
    copied = tmp_path / name
    copied.write_text(filled(profile_text(name)))
    made = with_included(copied)
    made |= {"chain_id": 7, "economy": with_included(ROOT / "profiles" / "devnet.yml")["economy"]}
    file = ROOT / "profiles" / f"{economy}.yml"
    profile = (
        load_profile(ROOT / "profiles" / "devnet.yml", economy=file) if name == "devnet.yml" else parse_profile(made)
    )
    assert plan(profile.model_copy(update={"chain_id": 7}), load(), Blank()).pending


def test_every_numeric_setter_of_the_suite_is_a_family_or_explained() -> None:
    """Restricted functions with a number in them, named `set…`, `publish` or `define…`."""
    profile, compiled = load_profile(ROOT / "profiles" / "devnet.yml"), load()
    assert profile.parameters
    governed_ = {entry.set for entry in profile.parameters.families}
    found = set()
    for entry in profile.contracts:
        abi = compiled[entry.contract_type].abi
        for one in abi:
            if one["type"] != "function" or one["stateMutability"] in ("view", "pure"):
                continue
            setter = f"{entry.name}.{one['name']}"
            named = re.match(r"set[A-Z]|publish$|define[A-Z]", one["name"])
            if named and setter in profile.permissions and re.search(r"uint", str(one["inputs"])):
                found.add(setter)
    others = found - governed_
    assert governed_ <= found
    assert others == {
        # Addresses by number, or numbers of things: no amount among them.
        *(f"{name}.setModule" for name in ("AssetCertificate", "UsageRight", "DirectedGoods")),
        *(f"{name}.setMeter" for name in ("AssetCertificate", "UsageRight", "DirectedGoods", "CirculationRouter")),
        *(f"{name}.setFrozenTokens" for name in ("AssetCertificate", "UsageRight", "DirectedGoods")),
        "ParticipantRegistry.setFacts",
        "ParticipantRegistry.defineRegions",
        "EnergyModule.setMeterState",
        "VerificationDesk.setVerifiable",
        "FeeRouter.setScenarioActive",
        "ValueStandard.setCurrencyActive",
        # docs/parameters.md says why.
        "CreditModel.publish",
        "FeeRouter.setScenario",
        "ValueStandard.setRate",
        "ValueStandard.setRateSource",
        "RevenueCycle.setFundShare",
    }


def test_stake_that_leaves_stays_longer_than_a_result_can_be_disputed() -> None:
    """Whatever governance sets, each within its bounds: signers that leave as they sign are there when accused."""
    section = load_profile(ROOT / "profiles" / "devnet.yml").parameters
    assert section is not None
    words = {entry.set: entry.words for entry in section.families}
    shortest = words["NodeStaking.setStakeTerms"]["unbonding"].bounds[0]
    assert shortest > words["VerificationDesk.setResultRules"]["window"].bounds[1]


def test_names_are_those_of_the_contracts() -> None:
    text = (ROOT / "contracts" / "interfaces" / "IParameterBook.sol").read_text(encoding="utf-8")
    (body,) = re.findall(r"enum ParameterUnit \{(.*?)\}", text, re.S)
    names = [name.strip() for name in body.split(",")]
    assert list(model.UNITS) == names
    assert [name.lower() for name in names] == list(UNITS)
    assert governed().role == "PARAMETERS"
    assert ROLES["PARAMETERS"] == 18


def test_the_tables_of_the_page_are_those_of_the_profile() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text
    assert "| `minimumUnitUsd` | USD | 100 | 1,000,000 | 1,000 | 30 |" in text
    for entry in governed().families:
        assert f"**`{entry.set}`** applies to: {entry.applies}." in text


def test_a_file_of_parameters_has_nothing_else(tmp_path: Path) -> None:
    text = (ROOT / "profiles" / "parameters.yml").read_text(encoding="utf-8")
    profile = tmp_path / "p.yml"
    profile.write_text("network: x\ninclude: [q.yml, q.yml]\n")
    (tmp_path / "q.yml").write_text(text)
    with pytest.raises(ProfileInvalid, match="parameters: there is one already; include one file of parameters"):
        with_included(profile)
    profile.write_text("network: x\ninclude: [q.yml]\n")
    assert len(with_included(profile)["parameters"]["families"]) == 41
    (tmp_path / "q.yml").write_text(text + "rules: []\n")
    with pytest.raises(ProfileInvalid, match="parameters: a file of parameters has this section only"):
        with_included(profile)
