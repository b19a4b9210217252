"""`caldera gov` on a chain that its timelock governs: from a file to a rule in force, and every refusal by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from eth_account import Account as Keys
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from caldera.cli import app
from caldera.contracts import structs
from caldera.evm import ContractError
from caldera.governance import (
    AlreadyProposed,
    AmbiguousParameter,
    BallotInvalid,
    BelowThreshold,
    BookRefusal,
    CallInvalid,
    Draft,
    GovernanceError,
    KeptForGood,
    MayNotCancel,
    NobodySigns,
    NoChange,
    NotGoverned,
    NothingProposed,
    NoVotes,
    OtherwiseRefused,
    OutOfBounds,
    ProposalState,
    SetTwice,
    SignedBallot,
    SimulationFailed,
    StepTooLarge,
    Support,
    TooEarly,
    TooSoon,
    UnknownKey,
    UnknownParameter,
    UnknownProposal,
    ValueUnreadable,
    WouldRevert,
    WrongState,
    parse_draft,
    simulate,
)
from caldera.governance.ballots import Ballot
from caldera.governance.console import Gov, ready
from caldera.governance.desk import Desk
from caldera.governance.proposals import Governance
from tests.support.town import (
    DAY,
    DELAY,
    ERA,
    HELD,
    ROOT,
    VOTING_DELAY,
    VOTING_PERIOD,
    Town,
    content,
    open_town,
    renewed,
)

RAISE = """title: Raise the minimum unit to 2,000 USD
why: |
  Parts below it cost more to keep than they are worth.
parameters:
  ValueStandard.rules[EU/receivable].minimum_unit_usd: 2,000 USD
"""
EU = b"EU/receivable".ljust(32, b"\0")
CARGO = b"EU/cargo".ljust(32, b"\0")


@dataclass
class Office:
    """The commands, on a town's chain."""

    town: Town
    profile: Path

    def run(self, *words: object, who: str | None = None, code: int = 0, as_json: bool = True) -> Any:
        """What a command prints."""
        town = self.town
        where = ["--profile", self.profile, "--rpc-url", town.chain.url, "--manifest", town.folder / "manifest.json"]
        if who is not None:
            town.chain.set_balance(town.actor(who), 10**20)
            where += ["--private-key-env", "GOV_KEY"]
        key = "" if who is None else "0x" + town.actor(who).key.hex()
        arguments = ["gov", *map(str, (*words, *where)), *(["--json"] if as_json else [])]
        done = CliRunner().invoke(app, arguments, env={"GOV_KEY": key, "COLUMNS": "200"})
        assert done.exit_code == code, done.output
        # Those transactions went past the handle, which counts nonces and blocks itself.
        town.chain._nonces.clear()
        town.chain.block_number = int(town.chain.rpc("eth_blockNumber"), 16)
        return json.loads(done.stdout) if as_json else done.output


@pytest.fixture(scope="module")
def standing() -> Iterator[Town]:
    with open_town() as town:
        yield town


@pytest.fixture
def town(standing: Town, tmp_path: Path) -> Iterator[Town]:
    standing.manifest.save(tmp_path / "manifest.json")
    with standing.chain.isolated():
        yield renewed(standing, tmp_path)


@pytest.fixture
def office(town: Town) -> Office:
    return Office(town, town.file("profile.yml", yaml.safe_dump(content(), sort_keys=False)))


def draft(parameters: dict[str, Any] | None = None, *calls: tuple[str, Any], title: str = "a change") -> Draft:
    made = [{"call": name, "args": args} for name, args in calls]
    return parse_draft({"title": title, "parameters": parameters or {}, "calls": made})


def desk(town: Town, label: str = "alice") -> Desk:
    return Desk(town.governance(town.actor(label)), town.chain.url, town.manifest)


def submitted(town: Town, made: Draft, label: str = "alice") -> int:
    return desk(town, label).submit(made, force=True)[0]


# -- from a file to a rule in force -----------------------------------------------------------------------------------
def test_from_a_file_to_a_rule_in_force(office: Office) -> None:
    town, file = office.town, office.town.file("raise.yml", RAISE)
    before = town.standard.rules(1)
    said = office.run("draft", file)
    assert said["changes"] == [
        {
            "parameter": "ValueStandard.rules[EU/receivable].minimum_unit_usd",
            "before": "1,000 USD",
            "after": "2,000 USD",
        }
    ]
    (call,) = said["calls"]
    assert (call["contract"], call["function"], call["value"]) == ("ParameterBook", "set", "0")
    assert said["alarms"] == []

    block = town.chain.rpc("eth_blockNumber")
    seen = office.run("simulate", file)
    assert seen["ok"], seen["reasons"]
    assert seen["executedAt"] - seen["submittedAt"] >= VOTING_DELAY + VOTING_PERIOD + DELAY
    assert [one for one in seen["parameters"] if one["changed"]] == [said["changes"][0] | {"changed": True}]
    assert {one["event"] for one in seen["events"]} >= {"RulesPublished", "ParameterChanged", "ProposalExecuted"}
    assert all(one["holds"] for one in seen["checks"])
    assert (seen["powers"], seen["moved"]) == ([], [])
    assert [one for one in seen["consequences"] if "minimum_unit_usd" in one]
    assert len(seen["consequences"]) == 1
    assert town.chain.rpc("eth_blockNumber") == block  # the chain itself saw nothing of it

    made = office.run("submit", file, who="alice")
    number = made["id"]
    assert (number, made["state"]) == (1, "pending")
    assert made["deadline"] - made["snapshot"] == VOTING_PERIOD
    assert made["executableFrom"] == made["deadline"] + 1 + DELAY
    again = office.run("submit", file, who="alice", code=1)
    assert again["error"] == "AlreadyProposed"
    assert "proposal 1, pending" in again["message"]

    town.chain.warp(made["snapshot"] + 1)
    town.chain.mine()
    voted = office.run("vote", number, "for", "--reason", "it is time", who="alice")
    assert voted["for"] == str(60_000_000 * ERA)
    assert int(voted["quorum"]) == 10**9 * ERA * 4 // 100
    town.chain.warp(made["deadline"] + 1)
    town.chain.mine()
    queued = office.run("queue", number, who="carol")
    assert (queued["state"], queued["eta"]) == ("queued", queued["now"] + DELAY)
    early = office.run("execute", number, who="carol", code=1)
    assert early["error"] == "TooEarly"
    town.chain.warp(queued["eta"])
    town.chain.mine()
    done = office.run("execute", number, who="carol")
    assert done["state"] == "executed"

    rule, version = town.standard.current(EU)
    assert (rule, version) == (3, 2)
    assert town.standard.rules(rule) == before._replace(minimumUnitUsd=2_000_000_000)
    assert town.standard.rules(1) == before  # certificates that exist keep theirs
    listed = office.run("list")["proposals"]
    assert [(one["id"], one["state"]) for one in listed] == [(1, "executed")]
    assert office.run("watch", number, "--once")["state"] == "executed"
    shown = office.run("show", number)
    assert shown["effects"] == []
    assert shown["standing"]["state"] == "executed"


def test_tables_say_the_same(office: Office) -> None:
    file = office.town.file("raise.yml", RAISE)
    assert "2,000 USD" in office.run("draft", file, as_json=False)
    out = office.run("simulate", file, as_json=False)
    assert "1 of 47 parameters change" in out
    assert "all that must hold holds afterwards" in out
    out = office.run("submit", file, who="alice", as_json=False)
    assert "proposal 1: Raise the minimum unit to 2,000 USD" in out
    assert "executable from, earliest" in out
    assert "voting begins in 1 day" in office.run("list", as_json=False)
    assert "pending" in office.run("watch", 1, "--once", as_json=False)
    out = office.run("show", 1, as_json=False)
    assert "What its author says" in out
    assert "proposer=" not in out
    out = office.run("parameters", "FeeRouter.fee_price", as_json=False)
    assert "FeeRouter.fee_price[mapping]" in out
    assert "holds for charges from then on" in out


def test_parameters_of_the_whole_suite(office: Office) -> None:
    every = office.run("parameters")["parameters"]
    assert len(every) == 47
    (one,) = office.run("parameters", "ValueStandard.rules[EU/cargo].minimum_unit")["parameters"]
    assert (one["now"], one["bounds"], one["step"]) == ("1,000 USD", "100 USD to 1,000,000 USD", "1,000 USD")
    assert (one["interval"], one["changeableFrom"], one["kept"]) == (30 * DAY, None, False)
    wrong = office.run("parameters", "LendingTerm.loan_terms[1].rate", code=1)
    assert wrong["error"] == "UnknownParameter"
    assert "near it: LendingTerms.loan_terms[1].rate_bps" in wrong["message"]


def test_several_words_of_one_key_are_one_call(town: Town) -> None:
    made = town.governance().compose(
        draft(
            {
                "LendingTerms.loan_terms[1].rate": "8.5%",
                "FeeRouter.fee_price[mapping]": "1.25 USD",
                "LendingTerms.loan_terms[1].longest": "2 weeks",
                "ValueStandard.rules[EU/receivable].required_fields": "CREDITOR, DEBTOR, FACE",
                "FeeRouter.fee_rate_terms.source": "$EraRate",
                "FeeRouter.fee_rate_terms.fallback_rate": "0.2",
            }
        )
    )
    assert [call.target for call in made.calls] == [town.book.address] * 4
    assert [(one.spot.name, one.before, one.after) for one in made.changes] == [
        ("LendingTerms.loan_terms[1].rate_bps", "8%", "8.5%"),
        ("LendingTerms.loan_terms[1].longest_days", "365 days", "14 days"),
        ("FeeRouter.fee_price[mapping]", "1 USD", "1.25 USD"),
        ("ValueStandard.rules[EU/receivable].required_fields", "CREDITOR, DEBTOR", "CREDITOR, DEBTOR, FACE"),
        ("FeeRouter.fee_rate_terms.fallback_rate", "0.1", "0.2"),
    ]


def test_what_hangs_on_a_version_of_rules_is_seen_to_be_lost_and_can_come_along(town: Town) -> None:
    """An advance rate is of one version of the rules: a new version has none, until somebody gives it one."""
    raised = {"ValueStandard.rules[EU/cargo].minimum_unit_usd": "2,000 USD"}
    lost = desk(town).simulate(draft(raised))
    assert [(one.name, one.before, one.after) for one in lost.parameters if one.changed] == [
        ("ValueStandard.rules[EU/cargo].minimum_unit_usd", "1,000 USD", "2,000 USD"),
        ("LogisticsModule.advance_rate[EU/cargo]", "70%", "0%"),
    ]
    kept = desk(town).simulate(draft(raised | {"LogisticsModule.advance_rate[EU/cargo@next]": "70%"}))
    assert [one.name for one in kept.parameters if one.changed] == ["ValueStandard.rules[EU/cargo].minimum_unit_usd"]
    assert not [one for one in kept.consequences if "advanceRate" in one.where]
    with pytest.raises(UnknownKey, match="EU/cargo@next"):
        town.governance().compose(draft({"LogisticsModule.advance_rate[EU/cargo@next]": "70%"}))


# -- what is refused before anything is sent --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("parameters", "error", "words"),
    [
        ({"FeeRouter.fee_price[mapping]": "20.01 USD"}, OutOfBounds, "outside its bounds, 0 USD to 20 USD"),
        ({"FeeRouter.fee_price[mapping]": "2.01 USD"}, StepTooLarge, "the farthest that is allowed now is 2 USD"),
        ({"LendingTerms.loan_terms[1].rate": "1%"}, StepTooLarge, "the farthest that is allowed now is 5%"),
        ({"ValueStandard.rules[EU/cargo].kind": "3"}, KeptForGood, "was set to 2 for good"),
        ({"ValueStandard.rules[EU/cargo].kind": "0"}, OutOfBounds, "1 to 255"),
        ({"ValueStandard.rules[EU/cargo].required_fields": "0x2000"}, OutOfBounds, "of CREDITOR, DEBTOR"),
        ({"FeeRouter.fee_rate_terms.source": "none"}, OutOfBounds, "any account"),
        ({"FeeRouter.fee_price[mapping]": "1 USD"}, NoChange, "is 1 USD already"),
        ({"FeeRouter.fee_prise[mapping]": "1 USD"}, UnknownParameter, r"near it: FeeRouter.fee_price\[mapping\]"),
        ({"LendingTerms.loan_terms[1].rat": "1%"}, UnknownParameter, "near it: rate_bps"),
        ({"LendingTerms.loan_terms[1]": "1%"}, UnknownParameter, "say which of rate_bps, late_fee_bps"),
        ({"fee": "1"}, UnknownParameter, "write Contract.family"),
        ({"FeeRouter.fee_price[maping]": "1 USD"}, UnknownKey, "near it: mapping"),
        ({"FeeRouter.fee_price": "1 USD"}, UnknownKey, r"1 key\(s\) \(service\), not 0"),
        ({"FeeRouter.fee_price[mapping, 1]": "1 USD"}, UnknownKey, r"1 key\(s\) \(service\), not 2"),
        ({"ValueStandard.rules[EU/receivables].kind": "1"}, UnknownKey, "near it: EU/receivable"),
        ({"ValueStandard.rules[eu/receivable].kind": "1"}, UnknownKey, "is no template"),
        ({f"ValueStandard.rules[0x{'zz' * 32}].kind": "1"}, UnknownKey, "is no template"),
        ({f"FeeRouter.fee_price[{'9' * 5_000}]": "1 USD"}, UnknownKey, "is no service"),
        ({"LendingTerms.advance[maybe, receivable]": "1%"}, UnknownKey, "is no right"),
        ({"LendingTerms.loan_terms[256].rate": "1%"}, UnknownKey, "is no poolNumber"),
        ({"LendingTerms.loan_terms[1].rate": "8.5"}, ValueUnreadable, "LendingTerms.loan_terms.*8.5% or 850 bps"),
        ({"FeeRouter.fee_rate_terms.source": "$Oracle"}, ValueUnreadable, r"\$Oracle is neither"),
        (
            {"LendingTerms.loan_terms[1].rate": "9%", "LendingTerms.loanTerms[1].rateBps": "8.5%"},
            SetTwice,
            "keep one of them",
        ),
        # A template that is not there yet needs all its words: of kind 0 there is none.
        (
            {f"ValueStandard.rules[0x{b'EU/new'.ljust(32, bytes(1)).hex()}].minimum_unit": "2,000"},
            OtherwiseRefused,
            "ParameterOutOfBounds",
        ),
        ({}, NothingProposed, "name parameters or calls"),
    ],
)
def test_a_parameter_is_refused_by_name(
    town: Town, parameters: dict[str, Any], error: type[GovernanceError], words: str
) -> None:
    with pytest.raises(error, match=words):
        town.governance().compose(draft(parameters))


def test_a_name_that_stands_for_two_words_is_refused(town: Town) -> None:
    book = town.governance().book()
    spot = book.spot("LendingTerms.loan_terms[1].rate")
    two = tuple(replace(one, name=name) for one, name in zip(spot.family.words, ("capBps", "capUsd"), strict=False))
    book.__dict__["families"] = (replace(spot.family, words=two),)
    with pytest.raises(AmbiguousParameter, match="could be cap_bps or cap_usd"):
        book.spot("LendingTerms.loan_terms[1].cap")
    assert book.spot("LendingTerms.loan_terms[1].cap_usd").place == 1


@pytest.mark.parametrize(
    "parameters",
    [
        {"FeeRouter.fee_price[mapping]": "2 USD"},
        {"LendingTerms.loan_terms[1].rate": "5%"},
        {"LendingTerms.loan_terms[1].rate": "11%"},
        {"ValueStandard.rules[EU/cargo].required_fields": "0x1fff"},
        {"LendingTerms.advance[right, receivable]": "95%"},  # never set before: bounds only
        {"LendingTerms.advance[true, 1]": "95%"},
    ],
)
def test_the_farthest_that_is_allowed_is_taken(town: Town, parameters: dict[str, Any]) -> None:
    assert desk(town).simulate(draft(parameters)).reasons == []


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_twin_refuses_what_the_book_refuses(standing: Town, data: st.DataObject) -> None:
    governance = standing.governance()
    book = governance.book()
    spots = _spots(standing)
    spot, _ = spots[data.draw(st.integers(0, len(spots) - 1))]
    states = book.states(spot.family, spot.key)
    state = states[spot.place]
    edges = [state.word.lowest, state.word.highest, state.present, state.present + state.word.step]
    edges += [max(state.present - state.word.step, 0)]
    wanted = max(data.draw(st.sampled_from(edges)) + data.draw(st.integers(-1, 1)), 0) % 2**256
    values = [one.present for one in states]
    values[spot.place] = wanted
    answer = book.refusal(spot.family, spot.key, values)
    try:
        book.require_settable(spot, state, wanted, governance.now, book.is_first(spot.family, spot.key, states))
        mine = "NoParameterChanges" if wanted == state.present else None
    except BookRefusal as error:
        mine = error.error
    assert (answer and answer.split("(")[0]) == mine, (spot.name, wanted, answer)


_KNOWN: dict[int, list[Any]] = {}


def _spots(town: Town) -> list[Any]:
    if id(town) not in _KNOWN:
        _KNOWN[id(town)] = list(town.governance().book().everything())
    return _KNOWN[id(town)]


def test_what_changed_not_long_ago_waits(town: Town) -> None:
    first = submitted(town, draft({"FeeRouter.fee_price[mapping]": "1.25 USD"}))
    town.pass_(first)
    town.actions("carol").execute(first)
    with pytest.raises(TooSoon, match="propose it later"):
        town.governance().compose(draft({"FeeRouter.fee_price[mapping]": "1.5 USD"}))
    whole = town.governance().settings().whole
    town.chain.skip(30 * DAY - whole)
    made = town.governance().compose(draft({"FeeRouter.fee_price[mapping]": "1.5 USD"}))
    assert made.changes[0].before == "1.25 USD"


@pytest.mark.parametrize(
    ("call", "args", "words"),
    [
        ("Tresury.spend", [], "near it: Treasury"),
        ("Treasury.spent", [], "near it: spend"),
        ("Treasury.available", ["$EraToken"], "has no function available"),
        ("Treasury.spend", [1], r"takes 4 argument\(s\)"),
        ("Treasury.spend", {"token": "$EraToken"}, "takes address token, address to"),
        ("Treasury.spend", {1: 2, "token": 3, "to": 4, "amount": 5}, "takes address token, address to"),
        ("Treasury.spend", ["$Euro", "$alice", 1, "x"], "no address and no"),
        ("Treasury.spend", ["$EraToken", "$alice", 1, ""], "an empty text"),
        ("Treasury.spend", ["$EraToken", "$alice", 1, "half a \ud800"], "is no text"),
        ("Treasury.spend", ["$EraToken", "$deployer", 1, "x"], "the deployer has no part"),
        ("Treasury.spend", ["$EraToken", "$alice", "1,5 ERA", "x"], "is no number"),
        ("Treasury.spend", ["$EraToken", "$alice", "0.0000001 EUR", "x"], "more than 6 decimals"),
        ("Treasury.spend", ["$EraToken", "$alice", -1, "x"], "uint256"),
        ("CalderaGovernor.relay", ["$EraToken", 0, "data"], "bytes"),
        ("SuiteAccess.multicall", [["0x12zz"]], "bytes"),
    ],
)
def test_a_call_is_refused_by_name(town: Town, call: str, args: Any, words: str) -> None:
    with pytest.raises(CallInvalid, match=words):
        town.governance().compose(draft(None, (call, args)))


def test_calls_take_names_amounts_and_durations(town: Town) -> None:
    governance = town.governance()
    spend = {"token": "$PlayEUR", "to": "$alice", "amount": "1,500.25 EUR", "purposeHash": "a road"}
    made = governance.compose(
        draft(
            None,
            ("Treasury.spend", spend),
            ("Treasury.spend", ["EraToken", "$bob", "1,000 ERA", "0x" + "ab" * 32]),
            ("CalderaTimelock.updateDelay", "3 days"),
            ("CalderaGovernor.setVotingDelay", ["2 days"]),
        )
    )
    first, second, third, fourth = governance.decoded(made.calls)
    assert [(one.name, one.shown) for one in first.arguments][:3] == [
        ("token", "PlayEUR"),
        ("to", "$alice"),
        ("amount", "1500250000"),
    ]
    assert second.argument("amount") == 1_000 * ERA
    assert second.argument("purposeHash") == bytes.fromhex("ab" * 32)
    assert (third.title, third.argument("newDelay")) == ("CalderaTimelock.updateDelay", 3 * DAY)
    assert fourth.argument("newVotingDelay") == 2 * DAY


# -- what is shown of proposals that mean no good ---------------------------------------------------------------------
def propose(town: Town, calls: list[tuple[str, bytes]], text: str = "# Harmless") -> int:
    """Straight to the governor, as an attacker would."""
    targets, payloads = [to for to, _ in calls], [data for _, data in calls]
    town.governor.propose(targets, [0] * len(calls), payloads, text, sender=town.actor("bob"))
    return town.governor.latestProposalId()


def test_a_proposal_that_grants_admin_is_shown_as_such(office: Office) -> None:
    town = office.town
    mallory = "0x" + "66" * 20
    number = propose(town, [(town.access.address, town.access.calldata.grantRole(0, mallory, 0))])
    shown = office.run("show", number)
    assert shown["alarms"] == [
        {
            "danger": True,
            "call": 1,
            "words": f"grants ADMIN to {mallory}: it could change everything at once, without a vote and a delay",
        }
    ]
    assert "DANGER: call 1: grants ADMIN" in office.run("show", number, as_json=False)
    seen = office.run("simulate", number, code=1)
    assert not seen["ok"]
    assert seen["powers"] == [{"what": f"role ADMIN of {mallory}", "before": "no holder", "after": "holder"}]
    broken = [one for one in seen["checks"] if not one["holds"]]
    assert [one["sentence"] for one in broken] == ["The timelock alone holds ADMIN"]
    assert mallory in broken[0]["figures"]
    assert any("ADMIN held by" in one for one in seen["consequences"])


def test_powers_hidden_in_other_calls_are_found(town: Town) -> None:
    access, timelock = town.access, town.timelock
    mallory = "0x" + "66" * 20
    grant = access.calldata.grantRole(0, mallory, 0)
    proposer = town.timelock.PROPOSER_ROLE()
    number = propose(
        town,
        [
            (access.address, access.calldata.multicall([access.calldata.labelRole(5, "x"), grant])),
            (town.governor.address, town.governor.calldata.relay(access.address, 0, grant)),
            (timelock.address, timelock.calldata.grantRole(proposer, mallory)),
            ("0x" + "55" * 20, b"\1\2\3\4"),
            (town.fees.address, b"\1\2\3\4"),
            (town.governor.address, town.governor.calldata.setProposalGuardian(mallory)),
            (access.address, access.calldata.setTargetFunctionRole(town.fees.address, [b"\1\2\3\4"], 2)),
            (
                timelock.address,
                timelock.calldata.scheduleBatch([access.address], [0], [grant], bytes(32), bytes(32), DELAY),
            ),
            (access.address, access.calldata.execute(access.address, grant)),
        ],
    )
    look = desk(town).look(number)
    dangers = [(one.call, one.words) for one in look.alarms if one.danger]
    assert [call for call, _ in dangers] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    for (_, words), expected in zip(
        dangers,
        [
            "grants ADMIN to",
            "grants ADMIN to",
            "changes the timelock itself: grantRole",
            "no contract",
            "no function",
            "setProposalGuardian",
            "setTargetFunctionRole",
            "grants ADMIN to",
            "grants ADMIN to",
        ],
        strict=True,
    ):
        assert expected in words, words
    assert [one.words for one in look.alarms if not one.danger] == [
        "changes the governor itself: relay",
        "changes the timelock itself: scheduleBatch",
    ]


def test_what_a_title_hides_is_not_printed(office: Office) -> None:
    town = office.town
    data = town.governor.calldata.setVotingDelay(2 * DAY)
    number = propose(town, [(town.governor.address, data)], "# Nice\x1b[2J\u202eevil\n\nbody\x07")
    for words in (("show", number), ("list",), ("watch", number, "--once")):
        out = office.run(*words, as_json=False)
        assert "\x1b[2J" not in out
        assert "\u202e" not in out
        assert "Nice�[2J�evil" in out


def test_what_is_no_text_hinders_nothing(office: Office) -> None:
    """The governor takes any bytes for a description. One that is no UTF-8 stands in the way of no other, and is
    itself voted on and carried out as any."""
    town = office.town
    data = town.governor.calldata.setVotingDelay(2 * DAY)
    label = town.access.calldata.labelRole(5, "\udcff\udcfe")
    before = propose(town, [(town.governor.address, data)], "# Before")
    bad = propose(town, [(town.governor.address, data), (town.access.address, label)], "# Bad \udcff\udcfe")
    assert [one["id"] for one in office.run("list")["proposals"]] == [bad, before]
    assert office.run("show", before)["title"] == "Before"
    assert "Bad ��" in office.run("show", bad, as_json=False)
    town.pass_(bad)
    town.chain.mine()
    assert office.run("execute", bad, who="carol")["state"] == "executed"
    assert town.governor.votingDelay() == 2 * DAY


def test_powers_given_back_and_taken_along_are_dangers(town: Town) -> None:
    access, timelock, governor = town.access, town.timelock, town.governor
    mallory = "0x" + "66" * 20
    elsewhere = town.fees.calldata.setAuthority(mallory)
    canceller = timelock.calldata.renounceRole(timelock.CANCELLER_ROLE(), governor)
    number = propose(
        town,
        [
            (access.address, access.calldata.renounceRole(0, timelock)),
            (access.address, access.calldata.execute(town.fees, elsewhere)),
            (governor.address, governor.calldata.relay(timelock, 0, canceller)),
            (access.address, access.calldata.renounceRole(3, timelock)),
        ],
    )
    found = [(one.danger, one.call, one.words) for one in desk(town).look(number).alarms]
    assert found == [
        (True, 1, "takes ADMIN from CalderaTimelock: nobody might govern any more"),
        (True, 2, f"puts FeeRouter under another authority, {mallory}"),
        (True, 3, "changes the timelock itself: renounceRole"),
        (False, 3, "changes the governor itself: relay"),
        (False, 4, "gives a role back (renounceRole)"),
    ]


@pytest.mark.parametrize(("around", "seen"), [(8, True), (9, False), (500, False)])
def test_calls_within_calls_are_looked_into_so_far(town: Town, around: int, seen: bool) -> None:
    """Beyond, a reader is told that there is more."""
    access = town.access
    data = access.calldata.grantRole(0, "0x" + "66" * 20, 0)
    for _ in range(around):
        data = access.calldata.multicall([data])
    look = desk(town).look(propose(town, [(access.address, data)]))
    (alarm,) = look.alarms
    assert alarm.danger
    assert ("grants ADMIN to" in alarm.words) is seen
    assert ("more calls than are taken apart" in alarm.words) is not seen


def test_functions_given_to_others_and_settings_of_the_governor_are_in_the_difference(town: Town) -> None:
    pause = town.fees.calldata.pause(1)[:4]
    made = desk(town).simulate(
        draft(
            None,
            ("SuiteAccess.setTargetFunctionRole", ["$FeeRouter", ["0x" + pause.hex()], 2]),
            ("SuiteAccess.grantRole", [3, "$alice", "2 days"]),
            ("SuiteAccess.setRoleGuardian", [2, 3]),
            ("SuiteAccess.setTargetClosed", ["$LendingTerms", True]),
            ("CalderaGovernor.setVotingPeriod", ["10 days"]),
            ("CalderaGovernor.updateQuorumNumerator", [500]),
            ("CalderaTimelock.updateDelay", ["3 days"]),
            ("CalderaGovernor.setProposalGuardian", ["$alice"]),
        )
    )
    assert made.reasons == []
    assert any("CalderaGovernor.proposalGuardian: expected" in str(one) for one in made.consequences)
    assert {(one.what, one.before, one.after) for one in made.powers} == {
        ("FeeRouter.pause", "GUARDIAN", "STANDARD"),
        ("role GUARDIAN of $alice", "no holder", "holder, delay 2 days"),
        ("guardian of the role STANDARD", "ADMIN", "GUARDIAN"),
        ("LendingTerms", "open", "closed"),
        ("the governor's votingPeriod", "7 days", "10 days"),
        ("the governor's quorumNumerator", "4%", "5%"),
        ("the timelock's delay", "2 days", "3 days"),
        ("the governor's proposalGuardian", "$guardian", "$alice"),
    }


# -- the simulation ---------------------------------------------------------------------------------------------------
def test_a_call_that_would_fail_is_named(office: Office) -> None:
    town = office.town
    text = RAISE + 'calls: [{call: Treasury.spend, args: [$EraToken, $alice, "5 ERA", "a gift"]}]\n'
    file = town.file("spend.yml", text)
    seen = office.run("simulate", file, code=1)
    assert not seen["ok"]
    assert "call 2 of 2, Treasury.spend: ExceedsFund(" in seen["error"]
    refused = office.run("submit", file, who="alice", code=1)
    assert refused["error"] == "SimulationFailed"
    assert "ExceedsFund" in refused["reasons"][0]
    assert office.run("list")["proposals"] == []
    assert office.run("submit", file, "--force", who="alice")["id"] == 1


def test_money_that_moves_is_shown(town: Town) -> None:
    treasury = town.deployment.address("Treasury")
    town.era.transfer(treasury, 50 * ERA, sender=town.actor("holder"))
    made = desk(town).simulate(draft(None, ("Treasury.spend", ["$EraToken", "$alice", "20 ERA", "a gift"])))
    assert made.reasons == []
    assert [(one.holder, one.token, one.before, one.after) for one in made.moved] == [
        ("Treasury", "ERA", 50 * ERA, 30 * ERA)
    ]
    assert made.gas_used > 60_000


@pytest.mark.parametrize("stage", ["pending", "active", "succeeded", "queued"])
def test_a_proposal_on_the_chain_is_simulated_from_where_it_stands(town: Town, stage: str) -> None:
    number = submitted(town, draft({"FeeRouter.fee_price[mapping]": "1.25 USD"}))
    governor = town.governor
    if stage != "pending":
        town.chain.warp(governor.proposalSnapshot(number) + 1)
        governor.castVote(number, 0 if stage == "active" else 1, sender=town.actor("alice"))
    if stage in ("succeeded", "queued"):
        town.chain.warp(governor.proposalDeadline(number) + 1)
        town.chain.mine()
    if stage == "queued":
        town.actions().queue(number)
    assert str(town.governance().state(number)) == stage
    made = desk(town).simulate(number)
    assert made.reasons == []
    assert [one.after for one in made.parameters if one.changed] == ["1.25 USD"]
    assert town.fees.feePriceOf(1) == 1_000_000
    assert str(town.governance().state(number)) == stage


def test_what_is_over_is_not_simulated(town: Town) -> None:
    number = submitted(town, draft({"FeeRouter.fee_price[mapping]": "1.25 USD"}))
    town.actions().cancel(number)
    with pytest.raises(GovernanceError, match=f"proposal {number} is canceled"):
        desk(town).simulate(number)


def test_what_did_not_hold_before_is_said_to(town: Town) -> None:
    timelock = town.timelock.address
    town.access.grantRole(0, town.actor("bob"), 0, sender=timelock)
    with pytest.raises(SimulationFailed, match=r"\(neither did it before\): The timelock alone holds ADMIN"):
        desk(town).submit(draft({"FeeRouter.fee_price[mapping]": "1.25 USD"}))
    repaired = desk(town).simulate(draft(None, ("SuiteAccess.revokeRole", [0, "$bob"])))
    assert repaired.reasons == []


# -- submitting, voting, carrying out ---------------------------------------------------------------------------------
def test_nobody_submits_what_somebody_else_drafted_as_theirs(town: Town) -> None:
    made = (
        town.governance().compose(draft({"FeeRouter.fee_price[mapping]": "1.25 USD"})).by(town.actor("alice").address)
    )
    with pytest.raises(ContractError, match="GovernorRestrictedProposer"):
        town.governor.propose(made.targets, made.amounts, made.payloads, made.text, sender=town.actor("bob"))
    number, _ = town.actions().submit(made)
    assert town.governance().get(number).proposer == town.actor("alice").address


def test_who_may_submit(town: Town) -> None:
    change = draft({"FeeRouter.fee_price[mapping]": "1.25 USD"})
    with pytest.raises(BelowThreshold, match="50,000 ERA of votes, and a proposal needs 100,000 ERA"):
        desk(town, "carol").submit(change)
    with pytest.raises(NobodySigns):
        Desk(town.governance(), town.chain.url).submit(change)
    town.era.transfer(town.actor("carol"), 50_000 * ERA, sender=town.actor("holder"))
    town.chain.skip(1)
    number = submitted(town, change, "carol")
    with pytest.raises(AlreadyProposed) as raised:
        desk(town, "alice").submit(change)
    assert raised.value.proposal == number
    town.actions("carol").cancel(number)
    assert submitted(town, change, "alice") == number + 1  # nothing is pending any more
    with pytest.raises(AlreadyProposed, match="change the description"):
        desk(town, "carol").submit(change, force=True)  # but not twice by the same account


def test_votes_in_parts_and_what_is_refused(town: Town) -> None:
    number = submitted(town, draft({"FeeRouter.fee_price[mapping]": "1.25 USD"}))
    with pytest.raises(WrongState, match="voting begins after"):
        town.actions().votes(number, town.actor("alice").address)
    town.chain.warp(town.governor.proposalSnapshot(number) + 1)
    alice = town.actions()
    who = alice.sender
    for support, parts in ((None, {}), (Support.FOR, {Support.FOR: "1%"})):
        with pytest.raises(BallotInvalid, match="for, against or abstain; or in parts"):
            alice.ballot(number, who, support, parts)
    alice.vote(number, alice.ballot(number, who, None, {Support.FOR: "60%", Support.AGAINST: "1,000 ERA"}))
    assert alice.votes(number, who).left == 24_000_000 * ERA - 1_000 * ERA
    assert town.governor.proposalVotes(number) == (1_000 * ERA, 36_000_000 * ERA, 0)
    with pytest.raises(BallotInvalid, match="are left to cast"):
        alice.ballot(number, who, None, {Support.FOR: "24,000,000 ERA"})
    alice.vote(number, alice.ballot(number, who, Support.ABSTAIN, {}, "the rest"))
    assert town.governor.proposalVotes(number)[2] == 24_000_000 * ERA - 1_000 * ERA
    with pytest.raises(NoVotes, match="has cast all its votes"):
        alice.ballot(number, who, Support.FOR, {})
    with pytest.raises(NoVotes, match="had no votes at the snapshot"):
        alice.ballot(number, town.actor("officer").address, Support.FOR, {})
    town.chain.warp(town.governor.proposalDeadline(number) + 1)
    with pytest.raises(WrongState, match="voting is over"):
        alice.votes(number, who)


def test_a_ballot_that_somebody_else_sends(office: Office) -> None:
    town = office.town
    number = submitted(town, draft({"FeeRouter.fee_price[mapping]": "1.25 USD"}))
    town.chain.warp(town.governor.proposalSnapshot(number) + 1)
    town.chain.mine()
    file = town.folder / "ballot.json"
    signed = office.run(
        "vote", number, "--for", "25%", "--abstain", "5 ERA", "--reason", "in part", "--sign", file, who="bob"
    )
    assert signed["voter"] == town.actor("bob").address
    assert town.governor.proposalVotes(number) == (0, 0, 0)
    cast = office.run("vote", "--signature", file, who="carol")
    assert (cast["for"], cast["abstain"]) == (str(7_500_000 * ERA), str(5 * ERA))
    again = office.run("vote", "--signature", file, who="carol", code=1)
    assert again["error"] == "BallotInvalid"
    assert "its nonce" in again["message"] or "the nonce 0" in again["message"]
    ballot = SignedBallot.load(file)
    elsewhere = SignedBallot(**{**vars(ballot), "nonce": 1, "domain": ballot.domain | {"chainId": 1}})
    with pytest.raises(BallotInvalid, match="another governor or another chain"):
        town.actions("carol").vote_signed(elsewhere)
    forged = SignedBallot(**{**vars(ballot), "nonce": 1, "support": 1, "params": b""})
    with pytest.raises(WouldRevert, match="GovernorInvalidSignature"):
        town.actions("carol").vote_signed(forged)
    own = town.actions("bob").unsigned(number, ballot.voter, Ballot(Support.AGAINST))
    town.actions("carol").vote_signed(own.sign(Keys.from_key(town.actor("bob").key)))
    assert town.governor.proposalVotes(number)[0] == 22_500_000 * ERA - 5 * ERA
    last = (
        town.actions("bob")
        .unsigned(number, ballot.voter, Ballot(Support.FOR))
        .sign(Keys.from_key(town.actor("bob").key))
    )
    with pytest.raises(NoVotes, match="nothing left"):
        town.actions("carol").vote_signed(last)


def test_each_step_needs_its_state(town: Town) -> None:
    number = submitted(town, draft({"FeeRouter.fee_price[mapping]": "1.25 USD"}))
    carol = town.actions("carol")
    for step, words in ((carol.queue, "only what is succeeded"), (carol.execute, "only what is queued")):
        with pytest.raises(WrongState, match=words):
            step(number)
    with pytest.raises(UnknownProposal):
        carol.queue(number + 1)
    with pytest.raises(MayNotCancel, match="the guardian"):
        carol.cancel(number)
    town.pass_(number)
    town.chain.warp(town.governor.proposalEta(number))
    carol.execute(number)
    assert town.fees.feePriceOf(1) == 1_250_000
    with pytest.raises(WrongState, match="executed already"):
        town.actions("guardian").cancel(number)


def test_the_timelock_waits_to_the_second(town: Town) -> None:
    number = submitted(town, draft({"FeeRouter.fee_price[mapping]": "1.25 USD"}))
    town.chain.warp(town.governor.proposalSnapshot(number) + 1)
    town.governor.castVote(number, 1, sender=town.actor("alice"))
    town.chain.warp(town.governor.proposalDeadline(number) + 1)
    town.actions().queue(number)
    town.chain.warp(town.governor.proposalEta(number) - 1)
    with pytest.raises(TooEarly, match="can be executed from"):
        town.actions().execute(number)
    town.chain.skip(1)
    town.actions().execute(number)


def test_who_cancels_when(town: Town) -> None:
    change = draft({"FeeRouter.fee_price[mapping]": "1.25 USD"})
    first = submitted(town, change)
    town.chain.warp(town.governor.proposalSnapshot(first) + 1)
    with pytest.raises(MayNotCancel, match="while it is pending"):
        town.actions("alice").cancel(first)
    town.actions("guardian").cancel(first)
    assert town.governance().state(first) is ProposalState.CANCELED


def test_what_was_decided_meanwhile_is_not_set_back_unseen(office: Office) -> None:
    """A `set` gives every word of its key, those that it leaves alone as they were when it was drafted."""
    town = office.town
    rate = submitted(town, draft({"LendingTerms.loan_terms[1].rate": "8.5%"}, title="rate"))
    cap = submitted(town, draft({"LendingTerms.loan_terms[1].longest": "200 days"}, title="days"))
    assert not any(one.set_back for one in desk(town).look(cap).effects)
    governor = town.governor
    town.chain.warp(governor.proposalSnapshot(cap) + 1)
    for number in (rate, cap):
        governor.castVote(number, 1, sender=town.actor("alice"))
    town.chain.warp(governor.proposalDeadline(cap) + 1)
    for number in (rate, cap):
        town.actions().queue(number)
    town.chain.warp(governor.proposalEta(cap))
    town.actions().execute(rate)
    seen = {one.name: (one.before, one.after, one.set_back) for one in desk(town).look(cap).effects}
    assert seen == {
        "LendingTerms.loan_terms[1].rate_bps": ("8.5%", "8%", True),
        "LendingTerms.loan_terms[1].longest_days": ("365 days", "200 days", False),
    }
    assert "this would set it back" in office.run("show", cap, as_json=False)
    # Here the book itself refuses: the rate may change once a week only.
    with pytest.raises(WouldRevert, match="ParameterTooSoon"):
        town.actions().execute(cap)


def test_delegating_in_every_source(office: Office) -> None:
    town = office.town
    done = office.run("delegate", "self", who="officer")
    assert [one.split(".")[0] for one in done["sent"]] == ["EraToken", "VoteLock", "VestingVault"][: len(done["sent"])]
    assert town.era.delegates(town.actor("officer")) == town.actor("officer").address
    assert office.run("delegate", "self", who="officer")["sent"] == []
    moved = office.run("delegate", "$alice", "--source", "era", who="officer")
    assert moved["sent"] == ["EraToken.delegate"]
    assert office.run("delegate", "$alice", "--source", "gold", who="officer", code=1)["error"] == "OptionInvalid"
    assert office.run("delegate", "$nobody", who="officer", code=1)["error"] == "OptionInvalid"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("show", 9), "UnknownProposal"),
        (("show", "none.yml"), "UnknownProposal"),
        (("queue", 9), "UnknownProposal"),
        (("watch", 9, "--once"), "UnknownProposal"),
        (("vote", 9, "for"), "UnknownProposal"),
        (("vote",), "OptionInvalid"),
        (("vote", 9, "for", "--signature", "x.json"), "OptionInvalid"),
        (("vote", "--signature", "x.json"), "BallotInvalid"),
        (("draft", "none.yml"), "DraftInvalid"),
        (("watch", 9, "--every", -1), "OptionInvalid"),
        (("watch", 9, "--every", "nan"), "OptionInvalid"),
    ],
)
def test_commands_name_what_is_wrong(office: Office, words: tuple[object, ...], error: str) -> None:
    who = "alice" if words[0] in ("queue", "vote") else None
    assert office.run(*words, who=who, code=1)["error"] == error


def test_options_that_are_missing_or_wrong(office: Office) -> None:
    town = office.town
    said = CliRunner().invoke(app, ["gov", "list", "--json"])
    assert json.loads(said.stdout)["error"] == "OptionInvalid"
    where = ["--profile", str(office.profile), "--rpc-url", town.chain.url, "--json"]
    said = CliRunner().invoke(app, ["gov", "list", *where, "--manifest", "none.json"])
    assert "caldera deploy apply" in json.loads(said.stdout)["message"]
    manifest = ["--manifest", str(town.folder / "manifest.json")]
    said = CliRunner().invoke(app, ["gov", "queue", "1", *where, *manifest, "--private-key-env", "NO_SUCH_KEY"])
    assert "NO_SUCH_KEY is empty" in json.loads(said.stdout)["message"]
    said = CliRunner().invoke(app, ["gov", "queue", "1", *where, *manifest, "--sender", "0x12"])
    assert json.loads(said.stdout)["error"] == "OptionInvalid"


@pytest.mark.parametrize("other", [{"chain_id": 1}, {"network": "elsewhere"}])
def test_what_belongs_to_another_chain_is_refused(office: Office, other: dict[str, Any]) -> None:
    """The same account has the same addresses on every chain: what is meant for one could go to another unseen."""
    file = office.town.folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | other))
    assert office.run("list", code=1)["error"] == "WrongChain"
    replace(office.town.manifest).save(file)
    office.profile.write_text(yaml.safe_dump(content() | other, sort_keys=False))
    assert office.run("delegate", "self", who="officer", code=1)["error"] == "WrongChain"


def test_a_deployment_without_a_governor(town: Town) -> None:
    suite = town.governance().suite
    bare = suite.profile.model_copy(
        update={"contracts": [one for one in suite.profile.contracts if one.name != "CalderaGovernor"]}
    )
    with pytest.raises(NotGoverned, match="has no CalderaGovernor"):
        Governance(type(suite)(bare, suite.artifacts, suite.port, suite.deployer, suite.addresses))


# -- the console ------------------------------------------------------------------------------------------------------
def test_the_whole_way_in_one_word(town: Town) -> None:
    voters = [town.actor("alice"), town.actor("bob")]
    gov = Gov(town.chain, town.deployment.addresses, town.profile, town.actor("alice"), voters)
    assert gov.parameters("FeeRouter.fee_price") == {
        "FeeRouter.fee_price[routing]": "0.5 USD",
        "FeeRouter.fee_price[mapping]": "1 USD",
        "FeeRouter.fee_price[adaptation]": "1 USD",
    }
    began = town.chain.now
    number = gov.govern("Dearer mapping", parameters={"FeeRouter.fee_price[mapping]": "1.5 USD"})
    assert town.fees.feePriceOf(1) == 1_500_000
    assert town.chain.now == began + VOTING_DELAY + VOTING_PERIOD + 1 + DELAY
    assert gov.standing(number).in_favour == 90_000_000 * ERA
    assert [one.title for one in gov.list()] == ["Dearer mapping"]
    with pytest.raises(SimulationFailed):
        gov.govern("No money", calls=[{"call": "Treasury.spend", "args": ["$EraToken", "$alice", 1, "x"]}])
    second = gov.submit(
        gov.draft("Cheaper", parameters={"LendingTerms.loan_terms[1].rate": "7%"}), sender=town.actor("bob")
    )
    gov.vote(second, sender=town.actor("alice"), against="60%", in_favour="40%")
    standing = gov.standing(second)
    assert (standing.against, standing.in_favour) == (36_000_000 * ERA, 24_000_000 * ERA)
    gov.cancel(second, sender=town.actor("guardian"))
    assert gov.state(second) is ProposalState.CANCELED
    gov.delegate(town.actor("bob"), sender=town.actor("carol"))
    assert town.era.delegates(town.actor("carol")) == town.actor("bob").address
    assert gov.look(number).calls[0].title == "ParameterBook.set"
    assert gov.simulate(gov.draft("x", parameters={"LendingTerms.loan_terms[1].rate": "7%"})).reasons == []


def test_whoever_has_votes_is_ready_in_the_console(town: Town) -> None:
    (gov,) = ready(town.chain, town.deployment.addresses, town.profile).values()
    assert gov.govern("Dearer mapping", parameters={"FeeRouter.fee_price[mapping]": "1.5 USD"}) == 1
    assert gov.standing(1).in_favour == sum(HELD.values()) * ERA
    bare = town.profile.model_copy(update={"contracts": town.profile.contracts[:3]})
    assert ready(town.chain, town.deployment.addresses, bare) == {}


def test_within_ape(office: Office, tmp_path: Path) -> None:
    """`ape run gov` takes network and account from Ape, and its words from `caldera gov`."""
    town = office.town
    number = submitted(town, draft({"FeeRouter.fee_price[mapping]": "1.25 USD"}))
    town.chain.warp(town.governor.proposalSnapshot(number) + 1)
    town.chain.mine()
    town.chain.set_balance(town.actor("bob"), 10**20)
    accounts = tmp_path / "accounts"
    accounts.mkdir()
    (accounts / "bob.json").write_text(json.dumps(Keys.encrypt(town.actor("bob").key, "secret", iterations=2)))
    own = {**os.environ, "APE_DATA_FOLDER": str(tmp_path), "APE_ACCOUNTS_bob_PASSPHRASE": "secret"}
    where = ["--profile", str(office.profile), "--manifest", str(town.folder / "manifest.json"), "--json"]
    network = ["--network", f"caldera:devnet:{town.chain.url}"]

    def ape(*words: str) -> tuple[int, dict[str, Any]]:
        command = [str(Path(sys.executable).with_name("ape")), "run", "gov", *words]
        done = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, timeout=300)
        assert "{" in done.stdout, done.stdout + done.stderr
        said: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
        return done.returncode, said

    code, said = ape(*network, "--account", "bob", "vote", str(number), "against", *where)
    assert (code, said["against"]) == (0, str(30_000_000 * ERA))
    code, said = ape(*network, "show", str(number), *where)
    assert (code, said["standing"]["state"]) == (0, "active")
    code, said = ape(*network, "queue", str(number), *where)
    assert (code, said["error"]) == (1, "WrongState")
    town.chain._nonces.clear()


def test_the_simulated_batch_is_the_one_that_is_carried_out(town: Town) -> None:
    """Same calls, same salt: the operation has the same id in the timelock of the copy as in the chain's own."""
    change = draft({"FeeRouter.fee_price[mapping]": "1.25 USD"})
    made = simulate(
        town.governance(),
        town.governance().compose(change),
        town.chain.url,
        town.actor("alice").address,
        now=town.chain.now,
    )
    (executed,) = [one for one in made.events if type(one).__name__ == "CallExecuted"]
    number = submitted(town, change)
    one = town.governance().get(number)
    salt = bytes(
        a ^ b
        for a, b in zip(
            bytes.fromhex(town.governor.address[2:]).ljust(32, b"\0"), one.proposal().text_hash, strict=True
        )
    )
    calls = one.proposal()
    wanted = town.timelock.hashOperationBatch(calls.targets, calls.amounts, calls.payloads, bytes(32), salt)
    assert getattr(executed, "id") == wanted  # noqa: B009
    assert isinstance(town.standard.rules(1), structs.Rules)
