"""The schema: each error beside the nearest profile that is right."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from caldera.deployment import load_profile, parse_profile
from caldera.deployment.errors import CyclicReference, PlaceholdersLeft, ProfileInvalid, ProfileNotReadable, UnknownName
from caldera.deployment.names import FIELDS, ROLES
from caldera.deployment.units import scaled
from caldera.evm.account import account
from tests.unit.deployment.small import ADMIN, OFFICER, SMALL, filled, profile_text, small

ROOT = Path(__file__).resolve().parents[3]
EUR = SMALL["currencies"][0]
RULE = SMALL["rules"][0]
STANDARD = SMALL["roles"]["STANDARD"]


def _with(section: str, **changes: Any) -> dict[str, Any]:
    return small(**{section: [{**SMALL[section][0], **changes}]})


def test_the_small_profile_is_right() -> None:
    profile = parse_profile(small())
    assert profile.role_id("STANDARD") == 2
    assert profile.bits(profile.rules[0]) == (0b100001, 0b11, 0b100)


@pytest.mark.parametrize(
    ("wrong", "path", "right"),
    [
        (small(network="Small net"), "network", small(network="small-net")),
        (small(network=None), "network: this field is missing", small()),
        (small(chain_id=0), "chain_id: 0 is a placeholder", small(chain_id=1)),
        (small(chain_id="7"), "chain_id", small(chain_id=7)),
        (small(chian_id=7), "chian_id: there is no such field", small()),
        (small(contracts=[]), "contracts", small()),
        (small(actors={"admin": ADMIN.lower()[:-1]}), "actors.admin", small()),
        (
            small(actors={"admin": "0x120dB4787D73e06dc11637a9E7c1CD9D4E13b914", "officer": OFFICER}),
            "actors.admin: the address's checksum is wrong",
            small(actors={"admin": "0x120dB4787D73e06dc11637a9E7c1CD9D4E13b913", "officer": OFFICER}),
        ),
        (small(actors={"admin": "0x" + "0" * 40, "officer": OFFICER}), "actors.admin: the zero address", small()),
        (small(actors={**SMALL["actors"], "deployer": ADMIN}), "actors.deployer", small()),
        (small(actors={**SMALL["actors"], "PlayEUR": ADMIN}), "actors.PlayEUR", small()),
        (_with("currencies", code="EURO"), "currencies.0.code", _with("currencies", code="EUX")),
        (_with("currencies", decimals=19), "currencies.0.decimals", _with("currencies", decimals=18)),
        (_with("currencies", rate="2.1"), "currencies.0: lowest <= rate <= highest", _with("currencies", rate="2.0")),
        (_with("currencies", lowest="0"), "currencies.0: lowest must be above 0", _with("currencies", lowest="0.01")),
        (
            _with("currencies", rate="1,08"),
            "currencies.0.rate: write a plain decimal",
            _with("currencies", rate="1.08"),
        ),
        (_with("currencies", rate=1.08), "currencies.0.rate: write a plain decimal", _with("currencies", rate=1)),
        (
            _with("currencies", rate="1.0000000000000000001"),
            "has more than 18 decimals",
            _with("currencies", rate="1.000000000000000001"),
        ),
        (_with("currencies", max_age=2**32), "currencies.0.max_age", _with("currencies", max_age=2**32 - 1)),
        (small(currencies=[EUR, EUR]), "currencies: the code 'EUR' stands 2 times", small(currencies=[EUR])),
        (_with("rules", kind=0), "rules.0.kind", _with("rules", kind=255)),
        (_with("rules", split_bps=5001), "rules.0.split_bps", _with("rules", split_bps=5000)),
        (_with("rules", grace_days=256), "rules.0.grace_days", _with("rules", grace_days=255)),
        (
            _with("rules", minimum_unit_usd="0"),
            "rules.0: minimum_unit_usd",
            _with("rules", minimum_unit_usd="0.000001"),
        ),
        (_with("rules", minimum_unit_usd="281474977"), "rules.0", _with("rules", minimum_unit_usd="281474976")),
        (_with("rules", required_fields=["FACES"]), "'FACES' is no field", _with("rules", required_fields=["FACE"])),
        (_with("rules", regions=["SE"]), "rules.0.regions: 'SE' has no bit", _with("rules", regions=["NO"])),
        (_with("rules", qualifications=["X"]), "rules.0.qualifications: 'X'", _with("rules", qualifications=["BANK"])),
        (_with("rules", name="N" * 33), "rules.0.name", _with("rules", name="N" * 32)),
        (small(rules=[RULE, RULE]), "rules: the name 'EU/receivable' stands 2 times", small(rules=[RULE])),
        (small(regions={"EU": 0, "NO": 80}), "regions.NO", small(regions={"EU": 0, "NO": 79})),
        (small(regions={"EU": 1, "NO": 1}), "regions: the bit 1 stands 2 times", small(regions={"EU": 0, "NO": 1})),
        (small(qualifications={"BANK": 64}), "qualifications.BANK", small(qualifications={"BANK": 63})),
        (
            small(permissions={"ValueStandard.publish": "STANDART"}),
            "permissions.ValueStandard.publish: the role 'STANDART' is not defined",
            small(permissions={"ValueStandard.publish": "ADMIN"}),
        ),
        (
            small(roles={"STANDARD": {**STANDARD, "guardian": "WATCH"}}),
            "roles.STANDARD.guardian: the role 'WATCH' is not defined",
            small(roles={"STANDARD": {**STANDARD, "guardian": "WATCH"}, "WATCH": {"id": 9}}),
        ),
        (
            small(roles={"STANDARD": STANDARD, "OTHER": {"id": 2}}),
            "roles: the id 2 stands 2 times",
            small(roles={"STANDARD": STANDARD, "OTHER": {"id": 3}}),
        ),
        (small(roles={"STANDARD": {**STANDARD, "id": 0}}), "roles.STANDARD.id", small()),
        (small(roles={"STANDARD": STANDARD, "ADMIN": {"id": 5}}), "roles.ADMIN", small()),
    ],
)
def test_schema(wrong: dict[str, Any], path: str, right: dict[str, Any]) -> None:
    with pytest.raises(ProfileInvalid) as caught:
        parse_profile(wrong)
    assert any(path in problem for problem in caught.value.problems), caught.value.problems
    parse_profile(right)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (small(admin={"account": "$nobody"}), r"admin: \$nobody"),
        (_with("currencies", token="$PlayUSD"), r"currencies: \$PlayUSD"),
        (small(access="$PlayAccess"), r"access: \$PlayAccess"),
        (small(access="$admin"), "access: name a contract"),
        (small(permissions={"Registry.enrol": "STANDARD"}), "permissions.Registry.enrol"),
        (small(modules=[{"kind": 1, "module": "$PlayEUR"}]), r"modules: \$AssetCertificate"),
        (small(modules=[{"kind": 1, "module": "$PlayEUR", "ledger": "$admin"}]), r"modules.0.ledger"),
    ],
)
def test_names_that_stand_for_nothing(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(UnknownName, match=message):
        parse_profile(wrong)


def test_actors_given_by_the_caller_stand_in_front_of_the_files() -> None:
    content = small(actors={"admin": ADMIN})
    with pytest.raises(UnknownName, match=r"\$officer"):
        parse_profile(content)
    profile = parse_profile(content, {"officer": OFFICER, "admin": OFFICER})
    assert profile.actors == {"admin": OFFICER, "officer": OFFICER}


def test_contracts_are_put_in_an_order_they_can_be_created_in() -> None:
    access, standard, token, registry = SMALL["contracts"]
    profile = parse_profile(small(contracts=[token, standard, access, registry]))
    names = ["PlayEUR", "SuiteAccess", "ValueStandard", "ParticipantRegistry"]
    assert [entry.name for entry in profile.contracts] == names


def test_a_circle_is_spelled_out() -> None:
    circle: list[dict[str, Any]] = [
        {"name": "SuiteAccess", "args": ["$ValueStandard"]},
        {"name": "ValueStandard", "args": ["$PlayEUR"]},
        {"name": "PlayEUR", "type": "DevnetCurrency", "args": ["$SuiteAccess", 6]},
        {"name": "ParticipantRegistry", "args": ["$SuiteAccess"]},
    ]
    with pytest.raises(CyclicReference, match="SuiteAccess -> ValueStandard -> PlayEUR -> SuiteAccess"):
        parse_profile(small(contracts=circle))
    circle[2]["args"] = ["EUR", 6]
    parse_profile(small(contracts=circle))


def test_a_region_lies_within_others() -> None:
    regions = {"EEA": 3, "EU": {"bit": 2, "within": ["EEA"]}, "DE": {"bit": 5, "within": ["EU"]}, "NO": 1}
    profile = parse_profile(small(regions={**regions, "NO": {"bit": 1, "within": ["EEA"]}}))
    assert profile.within("DE") == 1 << 2
    assert profile.closure("DE") == 1 << 5 | 1 << 2 | 1 << 3
    assert profile.closure("EEA") == 1 << 3
    with pytest.raises(ProfileInvalid, match=r"regions\.DE\.within: 'EU' has no bit"):
        parse_profile(small(regions={"DE": {"bit": 5, "within": ["EU"]}, "EU ": 2, "NO": 1}))


class TestInclude:
    """What bits mean and what holds where, from files of their own."""

    def write(self, folder: Path, **files: str) -> Path:
        for name, text in files.items():
            (folder / f"{name}.yml").write_text(text)
        return folder / "profile.yml"

    def profile(self, **changes: Any) -> str:
        content = small(regions=None, rules=None, **changes)
        return yaml.safe_dump(content)

    def test_it_stands_before_the_profiles_own(self, tmp_path: Path) -> None:
        rule = yaml.safe_dump({"rules": [{**RULE, "name": "NO/receivable", "regions": ["NO"]}]})
        world = "regions: {EU: 0, NO: {bit: 1, within: [EU]}}\nqualifications: {BANK: 2}\n"
        own = self.profile(include=["world.yml", "no.yml"]) + yaml.safe_dump({"rules": [RULE]})
        profile = load_profile(self.write(tmp_path, world=world, no=rule, profile=own))
        assert [entry.name for entry in profile.rules] == ["NO/receivable", "EU/receivable"]
        assert profile.closure("NO") == 3

    @pytest.mark.parametrize(
        ("world", "message"),
        [
            ("roles: {}", "roles: an included file has regions, qualifications, rules only"),
            ("regions: [EU]", "regions: write a mapping"),
            ("rules: {a: 1}", "rules: write a list"),
            ("qualifications: {BANK: 3}", "qualifications.BANK: an included file has it as 3"),
        ],
    )
    def test_what_it_may_not_say(self, tmp_path: Path, world: str, message: str) -> None:
        path = self.write(tmp_path, world=world, profile=self.profile(include=["world.yml"]))
        with pytest.raises(ProfileInvalid, match=re.escape(message)):
            load_profile(path)
        self.write(tmp_path, world="qualifications: {BANK: 2}")
        load_profile(path)

    def test_it_is_a_list_of_files_that_exist(self, tmp_path: Path) -> None:
        with pytest.raises(ProfileInvalid, match="include: write a list of files"):
            load_profile(self.write(tmp_path, profile=self.profile(include="world.yml")))
        with pytest.raises(ProfileNotReadable):
            load_profile(self.write(tmp_path, profile=self.profile(include=["nowhere.yml"])))


class TestExtends:
    """A network that is another but for what stands in its file."""

    def write(self, folder: Path, base: dict[str, Any], own: dict[str, Any]) -> Path:
        (folder / "base.yml").write_text(yaml.safe_dump(base))
        (folder / "own.yml").write_text(yaml.safe_dump(own))
        return folder / "own.yml"

    def test_what_differs_stands_in_the_place_of_the_others(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, small(), {"extends": "base.yml", "network": "elsewhere", "chain_id": 10})
        assert load_profile(path) == parse_profile(small(network="elsewhere", chain_id=10))

    def test_its_files_are_found_from_any_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """By a path from the folder one is in, as everybody types it, and from a folder beside the other profile's."""
        monkeypatch.chdir(ROOT)
        named = load_profile("profiles/optimism-local.yml")
        assert named.model_copy(update={"network": "devnet", "chain_id": 51741}) == load_profile("profiles/devnet.yml")
        (tmp_path / "base").mkdir()
        (tmp_path / "base" / "regions.yml").write_text("regions: {EU: 0, NO: {bit: 1, within: [EU]}}\n")
        (tmp_path / "base" / "base.yml").write_text(yaml.safe_dump(small(include=["regions.yml"], regions=None)))
        (tmp_path / "own.yml").write_text("extends: base/base.yml\nchain_id: 10\n")
        monkeypatch.chdir(tmp_path.parent)
        assert load_profile(f"{tmp_path.name}/own.yml") == parse_profile(small(chain_id=10))

    def test_it_is_one_file_that_stands_by_itself(self, tmp_path: Path) -> None:
        with pytest.raises(ProfileInvalid, match="extends: write one file"):
            load_profile(self.write(tmp_path, small(), {"extends": ["base.yml"]}))
        with pytest.raises(ProfileNotReadable):
            load_profile(self.write(tmp_path, small(), {"extends": "nowhere.yml"}))
        with pytest.raises(ProfileInvalid, match=r"extends: base\.yml extends another file itself"):
            load_profile(self.write(tmp_path, {**small(), "extends": "x.yml"}, {"extends": "base.yml"}))


def test_yaml_has_no_traps(tmp_path: Path) -> None:
    file = tmp_path / "p.yml"
    text = profile_text("devnet.yml")
    file.write_text(text.replace('rate: "1.08"', "rate: 1.08"))
    profile = load_profile(file)
    assert profile.regions["NO"].bit == 1
    assert profile.currencies[0].rate == Decimal("1.08")
    file.write_text(text + "network: again\n")
    with pytest.raises(ProfileNotReadable, match="'network' stands twice"):
        load_profile(file)
    file.write_text("- a\n")
    with pytest.raises(ProfileNotReadable, match="mapping"):
        load_profile(file)
    file.write_text("a: [")
    with pytest.raises(ProfileNotReadable, match="not YAML"):
        load_profile(file)
    with pytest.raises(ProfileNotReadable, match="No such file"):
        load_profile(tmp_path / "none.yml")


def test_the_example_is_refused_until_nothing_is_left_to_fill_in(tmp_path: Path) -> None:
    text = profile_text("rollup.example.yml")
    with pytest.raises(PlaceholdersLeft) as caught:
        load_profile(ROOT / "profiles" / "rollup.example.yml")
    named = {line.split(": put in ")[0] for line in caught.value.fields}
    content = yaml.safe_load(text)
    assert {f"actors.{name}" for name in content["actors"]} < named
    assert {f"currencies.{entry['code']}.token" for entry in content["currencies"]} < named
    assert {"chain_id", "begins", "contracts.EurRate.args.0", "contracts.ModuleFund.args.2.0.token"} < named
    file = tmp_path / "p.yml"
    file.write_text(filled(text))
    assert all(entry.contract_type != "DevnetCurrency" for entry in load_profile(file).contracts)
    for words in set(re.findall(r"<[^<>]+>", text.split("\nnetwork:")[1])):
        file.write_text(filled(text.replace(words, "KEPT")).replace("KEPT", words))
        with pytest.raises(PlaceholdersLeft, match=f"put in {re.escape(words[1:-1])}"):
            load_profile(file)


@pytest.mark.parametrize("address", ["0x" + "1".zfill(40), "0x" + "fF".zfill(40)])
def test_an_address_that_only_counts_is_a_placeholder_wherever_it_stands(address: str) -> None:
    zero, after = "0x" + "0" * 40, f"{256:#042x}"
    entry = {
        "name": "Fund",
        "type": "ValueFund",
        "args": ["$SuiteAccess", 9, [{"token": address, "cap": 1}, zero, after]],
    }
    with pytest.raises(PlaceholdersLeft) as caught:
        parse_profile(small(actors={"admin": address, "officer": OFFICER}, contracts=[*SMALL["contracts"], entry]))
    assert caught.value.fields == [
        f"actors.admin: put in an address of your own; {address} is nobody's",
        f"contracts.Fund.args.2.0.token: put in an address of your own; {address} is nobody's",
    ]
    # An account that is given beside the file takes the placeholder's place.
    assert (
        parse_profile(small(actors={"admin": address, "officer": OFFICER}), {"admin": ADMIN}).actors["admin"] == ADMIN
    )


def test_names_are_those_of_the_contracts() -> None:
    fields = (ROOT / "contracts/libraries/FieldsLib.sol").read_text()
    found = re.findall(r"constant (\w+) = (\d+);", fields)
    assert [(name, int(bit)) for name, bit in found if name != "COUNT"] == [(n, b) for b, n in enumerate(FIELDS)]
    roles = dict(re.findall(r"constant (\w+) = (\d+);", (ROOT / "contracts/access/Roles.sol").read_text()))
    assert {name: int(number) for name, number in roles.items()} == ROLES
    profile = load_profile(ROOT / "profiles" / "devnet.yml")
    assert {name: role.id for name, role in profile.roles.items()} == ROLES


def test_the_actors_of_the_development_chain_are_its_labelled_accounts() -> None:
    profile = load_profile(ROOT / "profiles" / "devnet.yml")
    assert profile.actors == {label: account(label).address for label in profile.actors}


@pytest.mark.parametrize(("text", "decimals", "whole"), [("1.08", 18, 108 * 10**16), ("0.000001", 6, 1), ("12", 0, 12)])
def test_scaled_is_exact(text: str, decimals: int, whole: int) -> None:
    assert scaled(Decimal(text), decimals) == whole


def test_scaled_rounds_nothing() -> None:
    with pytest.raises(ValueError, match="more than 6 decimals"):
        scaled(Decimal("0.0000001"), 6)
