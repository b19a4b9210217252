"""The three economies, applied in process: each is handed out to the wei, and `verify` names what is of another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from eth_utils.address import to_checksum_address

from caldera.artifacts import Artifacts, load
from caldera.contracts import structs
from caldera.deployment import Log, Manifest, Profile, Receipt, apply, load_profile, plan, verify
from caldera.deployment.applier import Deployment
from caldera.deployment.economy import MONTH, SUPPLY, Economy, load_economy
from caldera.deployment.encoding import function
from caldera.deployment.engine_port import EnginePort
from caldera.deployment.errors import CallReverted, ManifestError, VerificationFailed
from caldera.deployment.families import key_words, value_words
from caldera.deployment.names import ROLES, ZERO_ADDRESS
from caldera.deployment.planner import Plan
from caldera.deployment.profile import GrantEntry, SettingEntry
from caldera.deployment.suite import Suite
from caldera.deployment.verifier import deployed_suite
from caldera.deployment.yaml_reader import read_yaml
from caldera.evm import Revm
from caldera.evm.address import to_address
from tests.support.deployed import ROOT
from tests.support.devnet import Fresh

PROFILES = ROOT / "profiles"
NAMES = ("circulation", "integration", "connector")
BEGINS = 1_800_000_000
ERA, USD, DAY = 10**18, 10**6, 86_400

STAKING = {
    "slash_bps": {"code: Slasher", "parameter: Slasher.slashRates()"},
    "false_bps": {"parameter: Slasher.slashRates()"},
    "conflict_bps": {"parameter: Slasher.slashRates()"},
    "least_bps": {"parameter: RewardDistributor.rewardTerms()"},
    "most_bps": {"parameter: RewardDistributor.rewardTerms()"},
    "efficiency": {"parameter: RewardDistributor.rewardTerms()"},
    "volume_target_bps": {"parameter: NodeRecords.scoreTerms()"},
    "finance_weight_bps": {
        "parameter: VerificationDesk.resultRules()",
        "reference: VerificationDesk.resultRules",
    },
}
"""Where each value of an economy's `staking` stands on the chain."""


def profile_of(economy: Path) -> Profile:
    return load_profile(PROFILES / "devnet.yml", economy=economy)


@dataclass
class Stand:
    """The development profile with one of the economies, applied."""

    chain: Revm
    port: EnginePort
    compiled: Artifacts
    economy: Economy
    made: Deployment
    path: Path
    suite: Suite

    def read(self, name: str, function_name: str, *values: Any) -> Any:
        """The first output of a view function."""
        return self.suite.read(name, function_name, *values)[0]

    def balance(self, name: str) -> int:
        """ERA of a contract, in wei."""
        found: int = self.read("EraToken", "balanceOf", self.made.address(name))
        return found

    def findings(self, economy: Path) -> list[str]:
        """What verify says where the profile has that economy."""
        return self.differences(profile_of(economy))

    def differences(self, profile: Profile) -> list[str]:
        """What verify says of that profile."""
        manifest = Manifest.load(self.path)
        assert manifest
        return [str(one) for one in verify(profile, self.compiled, self.port, manifest)]

    def act(self, actor: str, name: str, call: str, *values: Any) -> None:
        """A transaction of an actor behind the plan's back."""
        data = function(self.compiled[name], call).encode(*values)
        account = self.suite.profile.admin.account if actor == "admin" else f"${actor}"
        made = self.chain.transact_raw(
            to_address(self.made.address(name)), data, to_address(self.suite.address(account))
        )
        assert made.ok, made.error
        self.port.hear(made)

    def govern(self, setter: str, *values: Any) -> None:
        """Sets what governance sets, through the book and as ADMIN."""
        governed = self.suite.profile.parameters
        assert governed
        entry = governed.family(setter)
        arguments, called = self.suite.resolve(list(values)), self.suite.function(entry.contract, entry.function)
        number = self.read("ParameterBook", "familyFor", self.made.address(entry.contract), called.selector)
        key = key_words(called, arguments[: entry.keys])
        self.act("admin", "ParameterBook", "set", number, key, value_words(called, arguments, entry.keys))

    def wait(self, seconds: int) -> None:
        """Lets time pass."""
        self.chain.skip(seconds)


def economy_file(name: str) -> Path:
    return PROFILES / f"{name}.yml"


def fresh_port() -> tuple[Revm, EnginePort]:
    """A chain with nothing on it, and who deploys there."""
    chain = Revm()
    return chain, EnginePort(chain, chain.account("deployer").address)


@pytest.fixture(scope="module", params=NAMES)
def stand(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Stand:
    path, file, compiled = tmp_path_factory.mktemp("made") / "m.json", economy_file(request.param), load()
    profile, (chain, port) = profile_of(file), fresh_port()
    made = apply(profile, compiled, port, path)
    manifest = Manifest.load(path)
    assert manifest
    suite = deployed_suite(profile, compiled, port, manifest)
    return Stand(chain, port, compiled, load_economy(file), made, path, suite)


@pytest.fixture
def altered(stand: Stand) -> Iterator[Stand]:
    """As applied, and put back afterwards."""
    with stand.chain.isolated():
        yield replace(stand, port=stand.port.fork())


def test_the_whole_supply_is_where_the_economy_says_to_the_wei(stand: Stand) -> None:
    due: dict[str, int] = {}
    for one in stand.economy.allocations:
        due[one.holder[1:]] = due.get(one.holder[1:], 0) + one.amount
    assert sum(due.values()) == SUPPLY == stand.read("EraToken", "totalSupply")
    assert {name: stand.balance(name) for name in due} == due
    assert {stand.balance(name) for name in stand.made.addresses if name not in due} == {0}
    assert stand.balance("Genesis") == 0
    assert stand.read("EraToken", "allowance", stand.made.address("Genesis"), stand.made.address("VestingVault")) == 0


def test_what_each_holder_takes_stands_in_its_books(stand: Stand) -> None:
    incentives = stand.economy.amount("incentives")
    assert (stand.read("CirculationIncentives", "budgetLeft"), incentives) == (
        incentives,
        stand.balance("CirculationIncentives"),
    )
    for number, name, after in ((1, "investors", 12), (2, "team", 0)):
        title, funded, available, bounds = stand.read("VestingVault", "allocationOf", number)
        granted = sum(int(grant.era) * ERA for grant in stand.suite.profile.grants if grant.of == name)
        assert granted > 0
        assert (title.rstrip(b"\0").decode(), funded, available) == (name, stand.economy.amount(name), funded - granted)
        assert bounds == (
            BEGINS + after * MONTH,
            BEGINS + 120 * MONTH,
            24 * MONTH,
            (24, 48)[number - 1] * MONTH,
            number == 2,
        )
    assert stand.read("VestingVault", "allocationCount") == 2
    found = [(name.rstrip(b"\0").decode(), amount) for name, _, _, amount in stand.read("Genesis", "allocations")]
    assert found == [(one.name, one.amount) for one in stand.economy.allocations]


def test_what_the_economy_says_of_fees_and_incentives_is_in_force(stand: Stand) -> None:
    bonus = {"circulation": 2500, "integration": 1500, "connector": 0}[stand.economy.name]
    assert stand.read("FeeRouter", "feeSharesAt", 0) == (3000, bonus, 1500, 2000, 1000, 100_000)
    assert [stand.read("FeeRouter", "feeOf", service) for service in range(3)] == [500_000, 1_000_000, 1_000_000]
    assert stand.read("CirculationIncentives", "capOf", 0) == 1_200_000 * ERA
    assert stand.read("CirculationIncentives", "epochLength") == 30 * 86_400
    assert stand.suite.read("CirculationIncentives", "rebate") == (40, stand.made.address("RewardDistributor").lower())


def test_what_settles_tells_and_nobody_is_charged_yet(stand: Stand) -> None:
    book = stand.made.address("CirculationIncentives").lower()
    for role, names in {
        "SETTLER": ("ReceivableModule", "Factoring"),
        "CHARGER": ("AssetCertificate", "UsageRight", "DirectedGoods", "CirculationRouter"),
    }.items():
        for name in names:
            held = stand.suite.read("SuiteAccess", "hasRole", ROLES[role], stand.made.address(name))
            assert held == (True, 0)
    assert {stand.read(name, "recorder").lower() for name in ("ReceivableModule", "Factoring")} == {book}
    assert stand.read("CirculationRouter", "meter") == ZERO_ADDRESS
    assert {stand.read("AssetCertificate", "meterOf", kind) for kind in range(1, 11)} == {ZERO_ADDRESS}
    fees = stand.made.address("FeeRouter").lower()
    assert fees in [ledger.lower() for ledger in stand.read("ParticipantRegistry", "ledgers")]


def test_verify_names_what_is_of_another_economy(stand: Stand) -> None:
    for other in (name for name in NAMES if name != stand.economy.name):
        expected = {
            "reference: FeeRouter.feeSharesAt",
            "parameter: Genesis.allocations()",
            "token: EraToken, before the handover",
        }
        whole = load_economy(economy_file(other))
        if whole.governance != stand.economy.governance:
            expected.add("code: VoteLock")  # what doubling needs is fixed in it
        theirs = whole.staking
        assert set(STAKING) == set(type(theirs).model_fields)
        for name, places in STAKING.items():
            if getattr(theirs, name) != getattr(stand.economy.staking, name):
                expected |= places
        assert {line.split(": expected")[0] for line in stand.findings(economy_file(other))} == expected


def test_another_economy_cannot_be_applied_over_it(stand: Stand) -> None:
    other = NAMES[NAMES.index(stand.economy.name) - 1]
    with pytest.raises(ManifestError, match=r"FeeRouter at 0x.* was created from other code or arguments"):
        apply(profile_of(economy_file(other)), stand.compiled, stand.port, stand.path)
    again = apply(profile_of(economy_file(stand.economy.name)), stand.compiled, stand.port, stand.path)
    assert again.spent.transactions == 0


@pytest.mark.parametrize("stand", ["circulation"], indirect=True)
@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("circulation.entity_cap_era", "1200001", {"reference: CirculationIncentives.capOf"}),
        ("circulation.verifier_bps", 41, {"parameter: CirculationIncentives.rebate()"}),
        ("circulation.epoch_days", 31, {"code: CirculationIncentives"}),
        (
            "unlocking.investors.after_months",
            11,
            {
                "parameter: VestingVault.boundsOf(1)",
                # The profile's own grants of investors begin as early as they may.
                "token: VestingVault grant 1, before the handover",
                "token: VestingVault grant 2, before the handover",
            },
        ),
        ("unlocking.team.revocable", False, {"parameter: VestingVault.boundsOf(2)"}),
        ("fees.active_users", 99_999, {"reference: FeeRouter.feeSharesAt"}),
        ("staking.least_bps", 801, {"parameter: RewardDistributor.rewardTerms()"}),
        ("staking.volume_target_bps", 121, {"parameter: NodeRecords.scoreTerms()"}),
        ("staking.false_bps", 3_999, {"parameter: Slasher.slashRates()"}),
        ("staking.finance_weight_bps", 12_499, STAKING["finance_weight_bps"]),
    ],
)
def test_verify_names_each_value_that_differs(
    stand: Stand, tmp_path: Path, path: str, value: Any, where: set[str]
) -> None:
    content = read_yaml(economy_file("circulation"))
    at = content["economy"]
    *way, last = path.split(".")
    for step in way:
        at = at[step]
    at[last] = value
    file = tmp_path / "other.yml"
    file.write_text(yaml.safe_dump(content))
    assert {line.split(": expected")[0] for line in stand.findings(file)} == where


@pytest.mark.parametrize("stand", ["circulation"], indirect=True)
@pytest.mark.parametrize(
    ("actor", "name", "call", "values", "where"),
    [
        ("admin", "Factoring", "setRecorder", (ZERO_ADDRESS,), "parameter: Factoring.recorder()"),
        (
            "book",
            "CirculationIncentives",
            "setRebate",
            (39, "$RewardDistributor"),
            "parameter: CirculationIncentives.rebate()",
        ),
        ("admin", "FeeRouter", "setScenarioActive", (1, False), "parameter: FeeRouter.scenarioOf(1)"),
        ("admin", "FeeRouter", "setFeeTreasury", ("0x" + "b1" * 20,), "reference: FeeRouter.treasury"),
        (
            "book",
            "EraRate",
            "setEraRateTerms",
            ((21_600, 600, 3_600, 2_001, 10**15, 10**19),),
            "parameter: EraRate.eraRateTerms()",
        ),
    ],
)
def test_verify_names_what_was_changed_behind_the_plan(
    altered: Stand, actor: str, name: str, call: str, values: tuple[Any, ...], where: str
) -> None:
    if actor == "book":
        altered.govern(f"{name}.{call}", *values)
    else:
        altered.act(actor, name, call, *values)
    assert [line.split(": expected")[0] for line in altered.findings(economy_file("circulation"))] == [where]


SHARES = (3000, 2500, 1500, 2000, 1000, 100_000)


@pytest.mark.parametrize("stand", ["circulation"], indirect=True)
def test_verify_names_prices_of_services(altered: Stand) -> None:
    altered.govern("FeeRouter.setFeePrice", 1, 1_000_001)
    altered.govern("FeeRouter.setFeePrice", 2, 7)
    altered.wait(30 * DAY)
    altered.govern("FeeRouter.setFeePrice", 2, 1_000_000)  # and back
    altered.govern("FeeRouter.setFeePrice", 3, 5)
    assert altered.findings(economy_file("circulation")) == [
        "parameter: FeeRouter price of service 1: expected 1000000, found 1000001",
        "parameter: FeeRouter price of service 3: expected no such service, found 5",
    ]


@pytest.mark.parametrize("stand", ["circulation"], indirect=True)
def test_verify_reads_prices_also_while_nothing_can_be_charged(altered: Stand) -> None:
    """Governance may set no fallback: then `feeOf` has no answer once the oracle is old."""
    terms = (altered.made.address("EraRate"), 86_400, 10**15, 10**19, 0)
    altered.govern("FeeRouter.setFeeRateTerms", terms)
    altered.wait(2 * DAY)
    with pytest.raises(CallReverted, match="StaleFeeRate"):
        altered.read("FeeRouter", "feeOf", 0)
    assert [line.split(": expected")[0] for line in altered.findings(economy_file("circulation"))] == [
        "parameter: FeeRouter.feeRateTerms()"
    ]


@pytest.mark.parametrize("stand", ["circulation"], indirect=True)
def test_verify_names_shares_now_and_later(altered: Stand) -> None:
    other = (3000, 2501, *SHARES[2:])
    month = altered.read("FeeRouter", "currentMonth")
    altered.govern("FeeRouter.setFeeShares", other)
    line = f"parameter: FeeRouter.feeSharesAt({month + 1}): expected {SHARES}, found {other}"
    assert altered.findings(economy_file("circulation")) == [line]
    for _ in range(3):  # once they are in force, too, and however long
        altered.wait(31 * DAY)
        now = altered.read("FeeRouter", "currentMonth")
        assert altered.findings(economy_file("circulation")) == [line.replace(f"({month + 1})", f"({now})")]
    altered.govern("FeeRouter.setFeeShares", SHARES)
    altered.wait(31 * DAY)
    assert altered.findings(economy_file("circulation")) == []


@pytest.mark.parametrize("stand", ["circulation"], indirect=True)
def test_verify_names_a_scenario_that_the_profile_does_not_open(altered: Stand) -> None:
    record = (1, 5, 0, 0, altered.made.address("Treasury"), ZERO_ADDRESS, ZERO_ADDRESS)
    altered.act("admin", "FeeRouter", "openScenario", record)
    shown = (*record[:4], str(record[4]).lower(), *record[5:])
    assert altered.findings(economy_file("circulation")) == [
        f"parameter: FeeRouter.scenarioOf(2): expected no such scenario, found {(shown, True)}"
    ]
    altered.act("admin", "FeeRouter", "setScenario", 1, record)
    found = altered.findings(economy_file("circulation"))
    assert [line.split(": expected")[0] for line in found] == [
        "parameter: FeeRouter.scenarioOf(1)",
        "parameter: FeeRouter.scenarioOf(2)",
    ]


@pytest.mark.parametrize("stand", ["circulation"], indirect=True)
@pytest.mark.parametrize(
    ("name", "place", "value", "found"),
    [
        ("EraRate", -1, 2 * 10**17, "parameter: EraRate first price: expected 200000000000000000, found 1000"),
        ("FeeRouter", -2, [500_001, 1_000_000, 1_000_000], "parameter: FeeRouter price of service 0: expected 500001"),
    ],
)
def test_verify_names_what_was_constructed_otherwise(
    stand: Stand, name: str, place: int, value: Any, found: str
) -> None:
    """What a later deployment of the plan would have is not what stands there."""
    profile = stand.suite.profile
    entries = [entry.model_copy(update={"args": list(entry.args)}) for entry in profile.contracts]
    next(entry for entry in entries if entry.name == name).args[place] = value
    (line,) = stand.differences(profile.model_copy(update={"contracts": entries}))
    assert line.startswith(found)


@pytest.mark.parametrize("stand", ["circulation"], indirect=True)
@pytest.mark.parametrize(
    ("call", "name", "change", "where"),
    [
        ("setEraRateTerms", "EraRate", (21_600, 600, 3_600, 2_000, 10**15, 10**19 - 1), "EraRate.eraRateTerms()"),
        ("setFeeRateTerms", "FeeRouter", ("$EraRate", 86_399, 10**15, 10**19, 10**17), "FeeRouter.feeRateTerms()"),
        ("setRateTerms", "DeveloperGrants", ("$EraRate", 86_399, 10**15, 10**19), "DeveloperGrants.rateTerms()"),
    ],
)
def test_terms_are_those_of_the_constructor_where_no_setting_repeats_them(
    altered: Stand, call: str, name: str, change: tuple[Any, ...], where: str
) -> None:
    profile = altered.suite.profile
    settings = [one for one in profile.settings if one.set != f"{name}.{call}"]
    assert len(settings) == len(profile.settings) - 1
    bare = profile.model_copy(update={"settings": settings})
    assert altered.differences(bare) == []
    altered.govern(f"{name}.{call}", list(change))
    (line,) = altered.differences(bare)
    assert line.startswith(f"parameter: {where}: expected (")


@pytest.mark.parametrize("stand", ["circulation"], indirect=True)
def test_settings_of_prices_and_shares_are_the_plan(altered: Stand) -> None:
    """Governance changed them and the profile says so."""
    other, month = (3000, 2501, *SHARES[2:]), altered.read("FeeRouter", "currentMonth") + 1
    altered.govern("FeeRouter.setFeePrice", 0, 400_000)
    altered.govern("FeeRouter.setFeePrice", 3, 5)
    altered.govern("FeeRouter.setFeeShares", other)
    profile = altered.suite.profile
    price = {"set": "FeeRouter.setFeePrice", "read": "feeServices", "read_key": [], "expect": [4]}
    given = [
        price | {"key": [0], "values": [400_000]},
        price | {"key": [3], "values": [5]},
        {"set": "FeeRouter.setFeeShares", "values": [list(other)], "read": "feeSharesAt", "read_key": [month]},
    ]
    entries = [SettingEntry.model_validate(one) for one in given]
    assert altered.differences(profile.model_copy(update={"settings": [*profile.settings, *entries]})) == []
    for left_out in range(len(entries)):
        some = [entry for place, entry in enumerate(entries) if place != left_out]
        assert len(altered.differences(profile.model_copy(update={"settings": [*profile.settings, *some]}))) == 1
    altered.wait(30 * DAY)
    altered.govern("FeeRouter.setFeeShares", SHARES)  # not what the profile says any more
    month = altered.read("FeeRouter", "currentMonth") + 1
    found = altered.differences(profile.model_copy(update={"settings": [*profile.settings, *entries]}))
    assert {line.split(": expected")[0] for line in found} == {f"parameter: FeeRouter.feeSharesAt({month})"}


class Sly:
    """A deployer's port that sends something of its own just before it gives ADMIN up."""

    def __init__(self, port: EnginePort, made: Plan, calls: list[tuple[str, str, tuple[Any, ...]]]) -> None:
        self.port, self.suite, self.calls = port, made.suite, calls
        self.chain_id, self.deployer = port.chain_id, port.deployer
        self.last = made.steps[-1].step.data

    def __getattr__(self, name: str) -> Any:
        return getattr(self.port, name)

    def send(self, to: str | None, data: bytes, nonce: int) -> Receipt:
        """The plan's own transaction, unless it is the last: that comes after the others."""
        if data != self.last:
            return self.port.send(to, data, nonce)
        for number, (name, call, values) in enumerate(self.calls):
            own = self.suite.function(name, call).encode(*self.suite.resolve(list(values)))
            self.port.send(self.suite.addresses[name], own, nonce + number)
        return self.port.send(to, data, nonce + len(self.calls))

    nonce: Callable[[str], int]
    settle: Callable[[str], None]
    block_number: Callable[[], int]
    code: Callable[[str], bytes]
    call: Callable[..., bytes]
    logs: Callable[..., list[Log]]


def test_verify_sees_what_the_deployer_did_before_the_handover(tmp_path: Path) -> None:
    compiled, thief = load(), "0x" + "b1" * 20
    profile, (_, port) = profile_of(economy_file("circulation")), fresh_port()
    grant = (thief, ERA, BEGINS, 0, 24 * MONTH, True)
    sly = Sly(
        port,
        plan(profile, compiled, port),
        [
            ("CirculationIncentives", "moveBudget", (thief, 7)),
            ("VestingVault", "createGrants", (2, [grant])),
            ("SuiteAccess", "grantRole", (ROLES["COMPLIANCE"], "$deployer", 0)),
            ("ParticipantRegistry", "createEntity", ("0x" + "11" * 32,)),
            ("SuiteAccess", "revokeRole", (ROLES["COMPLIANCE"], "$deployer")),
        ],
    )
    with pytest.raises(VerificationFailed) as caught:
        apply(profile, compiled, sly, tmp_path / "m.json")
    thief = to_checksum_address(thief)
    assert [str(finding) for finding in caught.value.findings] == [
        f"role: before the handover: expected nobody loses a role, found role 1 of {port.deployer} revoked",
        "token: EraToken, before the handover: expected no such transfer, "
        f"found 7 from {sly.suite.addresses['CirculationIncentives']} to {thief}",
        f"token: VestingVault grant 4, before the handover: expected no such grant, found {ERA} wei to {thief}",
        "token: ParticipantRegistry, before the handover: expected no entity, found 1 made",
    ]


def test_first_grants_are_made_and_compared(tmp_path: Path) -> None:
    compiled, (_, port) = load(), fresh_port()
    given = [
        GrantEntry(of="team", to="$arbiter", era=Decimal("1.5"), over_months=24, revocable=True),
        GrantEntry(of="investors", to="$guardian", era=Decimal(2)),
        GrantEntry(of="investors", to="$arbiter", era=Decimal(3)),
    ]
    profile = profile_of(economy_file("circulation")).model_copy(update={"grants": given})
    apply(profile, compiled, port, tmp_path / "m.json")
    assert apply(profile, compiled, port, tmp_path / "m.json").spent.transactions == 0
    manifest = Manifest.load(tmp_path / "m.json")
    assert manifest
    suite = deployed_suite(profile, compiled, port, manifest)
    voters = [suite.read("VestingVault", "getVotes", profile.actors[label])[0] for label in ("arbiter", "guardian")]
    assert voters == [45 * ERA // 10, 2 * ERA]
    other = GrantEntry(of="investors", to="$guardian", era=Decimal("2.5"))
    changed = profile.model_copy(update={"grants": [given[0], other, given[2]]})
    where, guardian = "VestingVault grant 2, before the handover", profile.actors["guardian"]
    assert [str(one) for one in verify(changed, compiled, port, manifest)] == [
        f"token: {where}: expected no such grant, found {2 * ERA} wei to {guardian}",
        f"token: {where}: expected {25 * ERA // 10} wei to {guardian}, found no such grant",
    ]


def test_a_payment_on_the_development_chain_earns_what_the_economy_promises(fresh: Fresh) -> None:
    with fresh() as net:
        seller = net.enrol("seller", "NAME:Seller", "ENTERPRISE")
        buyer = net.enrol("buyer", "NAME:Buyer", "ENTERPRISE")
        token, module, book = net.token("USD"), net.receivables, net.incentives
        token.mint(buyer, 100_000 * USD, sender=buyer)
        token.approve(module, 100_000 * USD, sender=buyer)
        now, currency = net.chain.now, net.deployment.currencies["USD"]
        due, number = now + 60 * DAY, net.rule("NONE/receivable")
        invoice = structs.Invoice(buyer.address, 100_000 * USD, due, now // DAY, currency, number, b"\1" * 32, "INV-1")
        asset = module.create(invoice, [], sender=seller).returned
        module.acknowledge(asset, sender=buyer)
        module.pay(asset, 60_000 * USD, sender=buyer)

        payer, enterprise = (net.registry.participant(account).entity for account in (buyer, seller))
        epoch = book.epochAt(net.chain.now)
        assert book.flowOf(payer, enterprise, epoch) == (60_000 * USD, 0)
        net.chain.warp(book.countableFrom(epoch))
        left = book.budgetLeft()
        assert book.count(payer, enterprise, epoch, sender=buyer).returned == 720 * ERA  # 12,000 a million
        assert left - book.budgetLeft() == 720 * ERA + 288 * ERA // 100  # and 0.4 percent for who verified
        net.rewards.collectRebate(sender=buyer)
        assert net.rewards.budgetLeft() == 288 * ERA // 100
        net.chain.skip(240 * DAY)
        assert book.claim(sender=seller).returned == 720 * ERA == net.era.balanceOf(seller)
