"""The snippets of the documentation run, page by page, with the names that `make console` gives."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import ape_console_extras
from caldera import agreements, circulation
from caldera.agreements import sign
from caldera.contracts import BlacklistToken, structs
from caldera.documents import DocumentError, epcis, read_invoice
from caldera.evm import AnvilMissing, Revm, domain_of
from caldera.evm.anvil_process import find_anvil
from caldera.governance import errors as governance_errors
from caldera.governance.desk import Desk
from caldera.governance.proposals import Governance
from caldera.node import Request, RequestKind
from caldera.node.store import Store
from tests.support import (
    accounting,
    airdrop,
    cargo,
    court,
    credit,
    deployed,
    economy,
    factoring,
    farm,
    fund,
    governance,
    grid,
    incentives,
    joint,
    light,
    locks,
    market,
    parameters,
    revenue,
    rewards,
    shop,
    staking,
    tranches,
    verification,
    vesting,
)
from tests.support.estate import NOBODY, build
from tests.support.lending import open_bank
from tests.support.outside import open_outside
from tests.support.suite import DAY, Suite, reverts, selector_of
from tests.support.town import open_town

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
PAGES = ("certificates", "receivables", "participants", "standard", "era")


def run(page: str, names: dict[str, Any]) -> int:
    """Runs the page's snippets in one namespace; how many there are."""
    path = DOCS / f"{page}.md"
    snippets = re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), re.S)
    for number, snippet in enumerate(snippets):
        exec(compile(snippet, f"{path}[{number}]", "exec"), names)
    return len(snippets)


@pytest.fixture
def console(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The names of the console, on a chain that is taken back instead of ended."""
    try:
        find_anvil()
    except AnvilMissing as error:
        pytest.skip(str(error))
    ends: list[Callable[[], None]] = []
    monkeypatch.setattr("caldera.devnet.running", request.getfixturevalue("fresh"))
    monkeypatch.setattr(ape_console_extras, "atexit", SimpleNamespace(register=ends.append))
    yield ape_console_extras.ape_init_extras()
    (end,) = ends
    end()


@pytest.mark.parametrize("page", PAGES)
def test_page(page: str, console: dict[str, Any]) -> None:
    assert run(page, console) > 0


def test_airdrop(tmp_path: Path) -> None:
    assert run("airdrop", {"drop": airdrop.build(), "folder": tmp_path, "reverts": reverts}) > 0


def test_goods() -> None:
    assert run("goods", {"shop": shop.build()}) > 0


def test_parameters() -> None:
    assert run("parameters", {"book": parameters.build(), "selector_of": selector_of, "reverts": reverts}) == 2


def test_factoring() -> None:
    names = {"desk": factoring.build(), "sign": sign, "structs": structs, "NOBODY": NOBODY}
    assert run("factoring", names) > 0


def test_fees() -> None:
    assert run("fees", {"economy": economy.build(moody=False)}) > 0


def test_economy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert run("economy", {}) > 0


def test_simulation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert run("simulation", {}) == 4


def test_power() -> None:
    assert run("power", {}) > 0


def test_rights() -> None:
    assert run("rights", {"estate": build(), "NOBODY": NOBODY}) > 0


def test_land() -> None:
    assert run("land", {"estate": build(), "NOBODY": NOBODY}) > 0


def test_energy() -> None:
    assert run("energy", {"grid": grid.build(), "SOMEBODY": grid.SOMEBODY, "REASON": grid.REASON}) > 0


def test_credit_limit() -> None:
    assert run("credit-limit", {"desk": credit.build_desk(), "reverts": reverts}) > 0


def test_securitisation() -> None:
    assert run("securitisation", {"market": tranches.open_market(), "reverts": reverts}) > 0


def test_bound_rights() -> None:
    assert run("bound-rights", {"shop": shop.build(), "NOBODY": NOBODY, "reverts": reverts}) > 0


def test_lending(suite: Suite) -> None:
    bank = open_bank(suite)
    names = {"bank": bank, "suite": suite, "open_bank": open_bank, "outside": open_outside(bank), "reverts": reverts}
    assert run("lending", names) > 0


def test_logistics(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert run("logistics", {"port": cargo.build(suite), "reverts": reverts}) > 0


def test_deploy_to_l2() -> None:
    made = deployed.build()
    names = {"opened_chain": made.chain, "deployed": made.made, "deployed_profile": made.profile}
    assert run("deploy-to-l2", names | {"key_of": made.chain.account}) == 1


def test_agriculture() -> None:
    assert run("agriculture", {"farm": farm.build(build()), "reverts": reverts}) > 0


def test_revenue() -> None:
    names = {"revenue": revenue.build(token=BlacklistToken), "NOBODY": NOBODY, "reverts": reverts}
    assert run("revenue", names) > 0


def test_vesting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    units = {"ERA": vesting.ERA, "MONTH": vesting.MONTH, "DAY": DAY}
    assert run("vesting", {"vesting": vesting.build(), "folder": tmp_path, "reverts": reverts, **units}) > 0


def test_vote_lock() -> None:
    names = {"stand": locks.build(), "growing": locks.build(growth=True), "reverts": reverts}
    assert run("vote-lock", names | {"ERA": locks.ERA, "DAY": DAY}) > 0


def test_rewards() -> None:
    assert run("rewards", {"rewards": rewards.build(), "reverts": reverts}) > 0


def test_staking() -> None:
    names = {name: getattr(staking, name) for name in ("ERA", "RATE", "FUND", "DAY", "MONTH", "YEAR")}
    stand = staking.build()
    stand.nodes.setSlasher(stand.slasher, sender=stand.admin)
    assert run("staking", {"staking": stand, "reverts": reverts, **names}) > 0


def test_verification() -> None:
    names = {"hall": verification.build(), "reverts": reverts, "ERA": verification.ERA, "DAY": DAY}
    assert run("verification", names | {"EPOCH": verification.EPOCH}) > 0


def test_incentives() -> None:
    assert run("incentives", {"economy": incentives.build(), "structs": structs, "reverts": reverts}) > 0


def test_governance() -> None:
    names = {"hall": governance.build(), "reverts": reverts, "DAY": DAY, "ERA": governance.ERA}
    assert run("governance", names | {"ABSTAIN": governance.ABSTAIN}) > 0


def test_value_fund() -> None:
    assert run("value-fund", {"stand": fund.build(), "reverts": reverts}) > 0


def test_joint_decision() -> None:
    assert run("joint-decision", {"table": joint.build(), "reverts": reverts}) > 0


def test_disputes() -> None:
    names = {name: getattr(court, name) for name in ("APPEAL", "DAY", "ERA", "EVIDENCE", "UPHELD", "hidden", "salt")}
    assert run("disputes", {"court": court.build(), "reverts": reverts, **names}) > 0


def test_light_nodes() -> None:
    assert run("light-nodes", {"light": light.build()}) > 0


def test_quote(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert run("quote", {}) > 0


def test_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    asked = Request(
        number=7,
        kind=RequestKind.valuation,
        requester=1,
        target=NOBODY,
        id=77,
        field=7,
        claimed=500,
        document_hash=bytes(32),
        panel_size=0,
        least_signers=3,
        least_weight=0,
        deadline=1_800_000_000 + DAY,
    )
    store = Store(tmp_path / "node.sqlite")
    assert run("node", {"request": asked, "store": store}) > 0
    store.close()


def test_circulation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names = {
        "market": market.open_market(
            chain=Revm(timestamp=1_778_832_000)
        ),  # 15 May 2026: the document is three days old
        "structs": structs,
        "reverts": reverts,
        "domain_of": domain_of,
        "read_invoice": read_invoice,
        **{name: getattr(agreements, name) for name in ("Attestation", "digest_under", "ordered", "sign_under")},
        **{name: getattr(circulation, name) for name in ("Circulation", "Known", "draft", "evidence_of")},
        **{name: getattr(circulation, name) for name in ("prepare", "send")},
    }
    assert run("circulation", names) > 0


def test_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert run("events", {}) > 0


def test_vouchers() -> None:
    chain = accounting.Watched()
    made = market.open_market(chain=chain)
    of = made.suite
    contracts = [of.registry, of.standard, of.ledger, of.module, made.desk, made.pool, made.router]
    names = {"office": accounting.build(), "market": made, "audit": accounting.audit(chain, contracts, of.token)}
    assert run("vouchers", names) > 0


def test_governing() -> None:
    try:
        find_anvil()
    except AnvilMissing as error:
        pytest.skip(str(error))
    with open_town() as town:
        assert run("governing", {"town": town}) == 5


def test_the_draft_of_governing_is_one_for_the_development_profile() -> None:
    file = ROOT / "examples" / "governing" / "draft.yml"
    assert f"```yaml\n{file.read_text(encoding='utf-8')}```" in (DOCS / "governing.md").read_text(encoding="utf-8")
    found = Desk(Governance(deployed.build().suite), url="").look(file)
    assert [(call.contract, call.function) for call in found.calls] == [
        *[("ParameterBook", "set")] * 4,
        ("ResearchReserve", "spend"),
    ]


def test_every_error_of_governing_is_on_its_page() -> None:
    text = (DOCS / "governing.md").read_text(encoding="utf-8")
    kinds = [value for value in vars(governance_errors).values() if isinstance(value, type)]
    found = [one for one in kinds if issubclass(one, governance_errors.GovernanceError)]
    assert len(found) > 20
    for one in found:
        assert one.__name__ in text, one


def test_every_error_of_events_is_in_the_table() -> None:
    text = (DOCS / "events.md").read_text(encoding="utf-8")
    errors = {
        name for name, value in vars(epcis).items() if isinstance(value, type) and issubclass(value, DocumentError)
    }
    assert errors == {"DuplicateEvent", "InvalidEvent", "SchemaViolation"}
    used = {"UnreadableFile", "UnsupportedDocument", "DocumentTooLarge", "UnsafeDocument", "MalformedDocument"}
    for name in errors | used | {"MissingField", "InvalidField", "InvalidDate"}:
        assert f"`{name}`" in text
