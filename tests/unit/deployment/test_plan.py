"""Plans: order, encoding, addresses, and what is refused before anything is sent."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import decode

from caldera.artifacts import load
from caldera.deployment import Manifest, Plan, load_profile, parse_profile, plan
from caldera.deployment.errors import (
    DeploymentError,
    ManifestError,
    ProfileInvalid,
    UnknownContract,
    UnknownFunction,
    WrongArgumentCount,
    WrongArgumentType,
    WrongChain,
    WrongDeployer,
)
from tests.unit.deployment.small import ADMIN, DEPLOYER, OFFICER, SMALL, Blank, filled, profile_text, small


def _plan(content: dict[str, Any] | None = None, port: Blank | None = None, manifest: Manifest | None = None) -> Plan:
    return plan(parse_profile(content or small()), load(), port or Blank(), manifest)


def test_creation_comes_first_then_data_then_powers_and_renouncing_is_last() -> None:
    titles = [planned.step.title for planned in _plan().steps]
    assert titles == [
        "create SuiteAccess",
        "create ValueStandard",
        "create PlayEUR (DevnetCurrency)",
        "create ParticipantRegistry",
        "ParticipantRegistry.defineRegions(2 regions)",
        "ValueStandard.addCurrency(EUR)",
        "ValueStandard.publish(EU/receivable)",
        "SuiteAccess.setTargetFunctionRole(ValueStandard: publish, setRate -> STANDARD)",
        f"SuiteAccess.grantRole(STANDARD, {OFFICER}, delay 60 s)",
        f"SuiteAccess.grantRole(ADMIN, {ADMIN})",
        "SuiteAccess.renounceRole(ADMIN, $deployer)",
    ]


@pytest.mark.known_defect("ambiguous-instance")
def test_addresses_follow_from_the_deployers_nonces() -> None:
    # https://ethereum.stackexchange.com/a/761: sender 0x6ac7…, nonces 0 and 1.
    made = _plan(port=Blank(deployer="0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0"))
    assert made.manifest.contracts["SuiteAccess"].address == "0xcd234A471b72ba2F1Ccf0A70FCABA648a5eeCD8d"
    assert made.manifest.contracts["ValueStandard"].address == "0x343c43A37D37dfF08AE8C4A11544c718AbB4fCF8"
    assert [planned.step.nonce for planned in made.steps[:5]] == [0, 1, 2, 3, None]


def test_values_are_scaled_and_packed() -> None:
    steps = {planned.step.title.split("(")[0]: planned.step for planned in _plan().steps}
    currency = decode(
        ["bytes3", "address", "uint96", "uint96", "uint96", "address", "uint32"],
        steps["ValueStandard.addCurrency"].data[4:],
    )
    assert currency[0] == b"EUR"
    assert currency[2:5] == (108 * 10**16, 5 * 10**17, 2 * 10**18)
    kinds = "(uint8,uint8,uint8,uint16,uint24,uint48,uint80,uint64)"
    template, rules = decode(["bytes32", kinds], steps["ValueStandard.publish"].data[4:])
    assert template == b"EU/receivable".ljust(32, b"\0")
    assert rules == (1, 4, 30, 0, 0b100001, 1_000_000_000, 0b11, 0b100)


def _contracts(**changes: Any) -> dict[str, Any]:
    access, standard, token, registry = SMALL["contracts"]
    return small(contracts=[access, standard, {**token, **changes}, registry])


def _setting(region: Any, read: str = "closureOf") -> dict[str, Any]:
    """Regions are as good a struct as any to be set."""
    entry = {"set": "ParticipantRegistry.defineRegions", "values": [[region]], "read": read, "read_key": [2]}
    return small(settings=[{**entry, "expect": [2]}])


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (_contracts(type="DevnetCurency"), UnknownContract, "DevnetCurency"),
        (_contracts(type="IValueStandard"), UnknownContract, "interface or abstract"),
        (_contracts(args=["EUR"]), WrongArgumentCount, r"takes 2 argument\(s\) \(string code, uint8 decimals_\)"),
        (_contracts(args=["EUR", "6"]), WrongArgumentType, "decimals_ is a uint8, and '6' is none"),
        (_contracts(args=["EUR", 256]), WrongArgumentType, "decimals_ is a uint8, and 256 is none"),
        (_contracts(args=[6, 6]), WrongArgumentType, "code is a string, and 6 is none"),
        (_setting({"number": 1}), WrongArgumentType, "regions has the fields number, within"),
        (_setting([1]), WrongArgumentType, "is none"),
        (_setting({"number": 1, "within": 0}, read="regionOf"), UnknownFunction, "no function regionOf"),
        (small(permissions={"ValueStandard.publsh": "STANDARD"}), UnknownFunction, "has no function publsh"),
        (small(permissions={"ValueStandard.rules": "STANDARD"}), UnknownFunction, "it only reads"),
        (small(permissions={"PlayEUR.mint": "STANDARD"}), UnknownFunction, "not AccessManaged"),
        (
            small(permissions={"ValueStandard.retire": "STANDARD", "ValueStandard.retire(uint32)": "STANDARD"}),
            ProfileInvalid,
            "stands twice",
        ),
        (small(admin={"account": "$deployer"}), WrongDeployer, "holds nothing at the end"),
        (small(chain_id=8), WrongChain, "is for chain 8, the node is on chain 7"),
    ],
)
def test_refused_before_anything_is_sent(wrong: dict[str, Any], error: type[DeploymentError], message: str) -> None:
    with pytest.raises(error, match=message):
        _plan(wrong)
    _plan()


@pytest.mark.parametrize("name", ["devnet.yml", "rollup.example.yml"])
def test_the_profiles_of_the_repository_encode(name: str, tmp_path: Path) -> None:
    text = profile_text(name)
    file = tmp_path / "p.yml"
    file.write_text(re.sub(r"(?m)^chain_id: \d+$", "chain_id: 7", filled(text)))
    made = plan(load_profile(file), load(), Blank())
    assert len(made.pending) == len(made.steps) > 30
    restricted = {function.split(".")[0] for function in made.suite.profile.permissions}
    # Those that restrict nothing: the AccessManager itself, what nobody governs, play money.
    free = {"SuiteAccess", "EraToken", "EventAnchor", "CarbonModule", "GrantStaking", "StakeLens", "BlockhashSeeds"}
    # And those whose powers are the governor's own, or none.
    free |= {"CirculationGrowth", "VotingPower", "CalderaTimelock", "CalderaGovernor"}
    money = {"DevnetCurrency", "AggregatorRateSource"}
    others = {entry.name for entry in made.suite.profile.contracts if entry.contract_type not in money}
    assert restricted == others - free


def test_an_overloaded_function_needs_its_signature() -> None:
    contracts = [*SMALL["contracts"], {"name": "EraToken", "args": ["$admin"]}]
    with pytest.raises(UnknownFunction, match="overloaded"):
        _plan(small(contracts=contracts, permissions={"EraToken.cancelAuthorization": "STANDARD"}))


def test_somebody_must_sign() -> None:
    with pytest.raises(WrongDeployer, match="nobody signs"):
        _plan(port=Blank(deployer=None))


def _token_first() -> dict[str, Any]:
    access, standard, token, registry = SMALL["contracts"]
    return small(contracts=[token, access, standard, registry])


def test_what_the_chain_has_keeps_its_place() -> None:
    first = _plan(_token_first())
    port = Blank(nonce=1)
    port.codes[first.manifest.contracts["PlayEUR"].address] = b"\1"
    second = _plan(_token_first(), port, first.manifest)
    assert second.manifest == first.manifest
    assert [planned.done for planned in second.steps[:3]] == [True, False, False]
    later = Blank(nonce=5)
    later.codes = port.codes
    third = _plan(_token_first(), later, first.manifest)
    assert [intent.nonce for intent in third.manifest.contracts.values()] == [0, 5, 6, 7]


@pytest.mark.known_defect("ambiguous-instance")
def test_a_contract_of_other_code_is_not_taken_over() -> None:
    first = _plan(_token_first())
    port = Blank(nonce=1)
    intent = first.manifest.contracts["PlayEUR"]
    port.codes[intent.address] = b"\1"
    contracts = {**first.manifest.contracts, "PlayEUR": replace(intent, init_code_hash="0x00")}
    with pytest.raises(ManifestError, match="other code or arguments"):
        _plan(_token_first(), port, replace(first.manifest, contracts=contracts))
    _plan(_token_first(), port, first.manifest)


def test_manifest_of_another_chain_or_deployer() -> None:
    manifest = _plan().manifest
    with pytest.raises(WrongChain, match="the manifest is of small"):
        _plan(manifest=replace(manifest, chain_id=8))
    with pytest.raises(WrongDeployer, match="began this deployment"):
        _plan(manifest=replace(manifest, deployer="0x" + "11" * 20))
    assert _plan(port=Blank(deployer=None), manifest=manifest).manifest.deployer == DEPLOYER


def test_manifest_is_stable_and_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest, path = _plan().manifest, tmp_path / "deployments" / "small.json"
    assert Manifest.load(path) is None
    manifest.save(path)
    before = path.read_bytes()
    assert Manifest.load(path) == manifest
    Manifest.load(path).save(path)  # type: ignore[union-attr]
    assert path.read_bytes() == before

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", killed)
    with pytest.raises(KeyboardInterrupt):
        replace(manifest, from_block=1).save(path)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == ["small.json"]
    path.write_text("{}")
    with pytest.raises(ManifestError, match="not a deployment manifest"):
        Manifest.load(path)
    path.write_bytes(
        before.replace(b'"from_block": ', b'"from_block": "').replace(b',\n  "network"', b'",\n  "network"')
    )
    with pytest.raises(ManifestError, match="are numbers"):
        Manifest.load(path)
