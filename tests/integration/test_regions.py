"""Each regional template deployed, and what it permits asked of the chain."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from caldera.deployment.names import FIELDS
from caldera.deployment.templates import FOLDER, PAGE, page, templates
from caldera.devnet import PROFILE, Devnet, running
from caldera.evm import ContractError
from tests.support.suite import name_of

INCLUDE = "regions/world.yml, regions/eu.yml, regions/none.yml]"
EVERYTHING = (1 << len(FIELDS)) - 1
NOT_DENOMINATED = (3, 5, 6, 7, 8)
INSIDE = {"eu": "DK", "us": "US", "cn": "CN", "none": "BR"}
OUTSIDE = {"eu": "NO", "us": "CA", "cn": "HK"}


@pytest.fixture(scope="module", params=sorted(INSIDE))
def region(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Devnet]]:
    """A chain on which one file, and no other, is in force; that it is as planned was verified when it was deployed."""
    name: str = request.param
    text = PROFILE.read_text(encoding="utf-8")
    assert INCLUDE in text
    path = tmp_path_factory.mktemp(name) / "profile.yml"
    path.write_text(
        text.replace(INCLUDE, f"{FOLDER}/world.yml, {FOLDER}/{name}.yml]")
        .replace("include: [", f"include: [{FOLDER.parent}/")
        .replace(" parameters.yml,", f" {FOLDER.parent}/parameters.yml,"),
        encoding="utf-8",
    )
    with running(profile_path=path) as devnet:
        yield name, devnet


def test_every_rule_is_in_force_and_names_what_is_missing(region: tuple[str, Devnet]) -> None:
    _, devnet = region
    for number, rule in enumerate(devnet.profile.rules, 1):
        assert devnet.rule(rule.name) == number
        currency = 0 if rule.kind in NOT_DENOMINATED else 1
        terms, split, grace = devnet.standard.termsFor(number, currency, rule.kind, EVERYTHING)
        assert (split, grace) == (rule.split_bps, rule.grace_days)
        assert terms >> 64 & (1 << 80) - 1 == (devnet.regions(*rule.regions) if rule.regions else 0)
        assert terms & (1 << 64) - 1 == devnet.qualifications(*rule.qualifications)
        for field in rule.required_fields:
            bit = FIELDS.index(field)
            with pytest.raises(ContractError) as caught:
                devnet.standard.termsFor(number, currency, rule.kind, EVERYTHING & ~(1 << bit))
            assert name_of(caught.value) == "MissingField"
            assert getattr(caught.value, "field", None) == bit


def test_cargo_goes_to_whom_the_template_admits(region: tuple[str, Devnet]) -> None:
    name, devnet = region
    rule = next(rule for rule in devnet.profile.rules if rule.name.endswith("/cargo"))
    wanted = rule.qualifications[:1]
    carrier = devnet.enrol("carrier", "NAME:Carrier")
    inside = devnet.enrol("inside", "NAME:Inside", *wanted, regions=(INSIDE[name],))
    shipments = iter(range(100))

    def issue(to: str) -> str:
        given = devnet.logistics.Cargo(str(next(shipments)), 10**10, 1, devnet.rule(rule.name), b"\1" * 32)
        try:
            devnet.logistics.issue(devnet.chain.account(to), given, sender=carrier)
        except ContractError as error:
            return name_of(error)
        return ""

    assert issue(inside.label) == ""
    if rule.regions:
        devnet.enrol("outside", "NAME:Outside", *wanted, regions=(OUTSIDE[name],))
        assert issue("outside") == "OutsideScope"
    if rule.qualifications:
        devnet.enrol("unqualified", "NAME:Unqualified", "MEMBER", regions=(INSIDE[name],))
        assert issue("unqualified") == "OutsideScope"
    assert issue("nobody") == "ERC7943CannotReceive"
    assert devnet.logistics.advanceRate(devnet.rule(rule.name)) == rule.advance_bps


def test_each_file_has_the_same_templates() -> None:
    names: dict[str, set[str]] = {Path(path).stem: set() for path in FOLDER.glob("*.yml") if path.stem != "world"}
    for entry in templates():
        region, _, what = entry.name.partition("/")
        names[region.lower()].add(what)
    assert set(names) == set(INSIDE)
    assert len(set(map(frozenset, names.values()))) == 1


def test_the_docs_show_what_is_deployed() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text
