"""`operating-facts`: books are believed as far as the chain bears them out, and what they leave out is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from caldera.contracts import structs
from caldera.evm import Rpc
from caldera.node.blocks import RpcBlocks
from caldera.node.chain import Verification
from caldera.node.checks import Check, build
from caldera.node.checks.operating import OperatingFacts
from caldera.node.config import CheckConfig
from caldera.node.errors import CheckInvalid, SignatureRefused
from caldera.node.gossip import from_json, to_json
from caldera.node.history import History
from caldera.node.judge import CheckFailed, decide_facts
from caldera.node.model import Request, RequestKind, SignedResult, Verdict
from tests.support.books import UNIT, Trade, day, options, trade
from tests.support.node import EPOCH, Ground
from tests.support.suite import DAY


@pytest.fixture
def traded(behind: Ground) -> Trade:
    return trade(behind)


def verification(trade: Trade, step: int = 2_000) -> Verification:
    ground = trade.ground
    history = History(RpcBlocks(cast(Rpc, ground.chain)), 0, step)
    return Verification(ground.chain, ground.results.address, history)


def asked(trade: Trade, **changes: Any) -> tuple[Request, Verification]:
    seen = verification(trade)
    return seen.request(trade.ask(**changes)), seen


def judged(trade: Trade, check: Check | None = None, **changes: Any) -> Verdict:
    request, seen = asked(trade, **changes)
    return (check or OperatingFacts(options(trade.ground))).check(request, trade.document(), seen.facts)


def test_books_that_agree(traded: Trade) -> None:
    found = judged(traded)
    assert found.accept, found.reason
    assert found.figures is not None
    ends = (traded.epoch + 1) * EPOCH
    statement = found.figures.statement(found.figures.good_until)
    assert statement == (
        *(traded.entity, traded.epoch),
        *(80_000 * UNIT, 150_000 * UNIT, 130_000 * UNIT, 25_000_500_000),
        *(13, 3, 1, ends + 75 * DAY),
    )


def spoil_payment(trade: Trade) -> None:
    trade.line("A")["payments"][1]["on"] = trade.line("A")["due"]


def spoil_amount(trade: Trade) -> None:
    trade.line("B")["payments"][0]["amount"] = "30000.01"


def spoil_split(trade: Trade) -> None:
    """The sum is right, the day is not."""
    first, second = trade.line("A")["payments"]
    first["amount"], second["amount"] = "99999.99", "0.01"


def forget(number: str) -> Callable[[Trade], None]:
    def spoil(trade: Trade) -> None:
        trade.content["invoices"] = [one for one in trade.content["invoices"] if one["number"] != number]

    return spoil


def change(which: str, **changes: Any) -> Callable[[Trade], None]:
    return lambda trade: trade.line(which).update(changes)


def whole(**changes: Any) -> Callable[[Trade], None]:
    return lambda trade: trade.content.update(changes)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (spoil_payment, "invoice 'A': its payments are not those on the chain, day by day"),
        (spoil_amount, "invoice 'B': its payments are not those"),
        (spoil_split, "invoice 'A': its payments are not those"),
        (change("B", payments=[]), "invoice 'B': its payments are not those"),
        (change("C", amount="80000.01"), "invoice 'C': its certificate was of 80000000000"),
        (change("C", currency="EUR"), "invoice 'C': it is in EUR, its certificate in USD"),
        (change("C", due="2026-09-05"), "invoice 'C': its due date is not that of its certificate"),
        (change("C", issued="2026-06-09"), "invoice 'C': number and issue date are not those of its certificate"),
        (change("C", number="D"), "invoice 'D': number and issue date"),
        (change("C", certificate=None), "invoice 'C' has no certificate, and is not believed without"),
        (change("C", certificate={"module": "0x" + "11" * 20, "id": "5"}), "is none that is believed"),
        (forget("B"), "belongs to the epoch, and is not in the books"),
        (forget("A"), "belongs to the epoch, and is not in the books"),
        (whole(entity=1), "the books are of entity 1"),
        (whole(format="x"), "the books cannot be used: format"),
    ],
)
def test_books_that_do_not(traded: Trade, spoil: Callable[[Trade], None], reason: str) -> None:
    spoil(traded)
    found = judged(traded)
    assert (found.accept, found.figures) == (False, None)
    assert reason in found.reason


def test_what_is_of_no_account_can_be_left_out(traded: Trade) -> None:
    """C is due later: without it there is less turnover, which harms nobody. The payment after the epoch, too."""
    forget("C")(traded)
    traded.line("B")["payments"].pop()
    found = judged(traded)
    assert found.accept, found.reason
    assert found.figures is not None
    assert (found.figures.turnover, found.figures.days_late) == (0, 13)


def test_what_was_due_before_and_paid_late_cannot(traded: Trade) -> None:
    """In the next epoch the payment on B is 11 days late: books without B would look punctual."""
    ground, later = traded.ground, traded.epoch + 1
    ground.chain.warp((later + 1) * EPOCH)
    ground.chain.mine()
    traded.content["epoch"] = later
    found = judged(traded)
    assert found.accept, found.reason
    forget("B")(traded)
    assert "is not in the books" in judged(traded).reason
    forget("A")(traded)
    forget("C")(traded)
    assert "is not in the books" in judged(traded).reason


def test_what_the_debtor_never_acknowledged(traded: Trade) -> None:
    ground, suite = traded.ground, traded.ground.suite
    lonely = suite.invoice(
        debtor=ground.account("corrib").address,
        number="Z",
        face=10**10,
        dueDate=ground.chain.now + DAY,
        issueDay=suite.today,
    )
    id = suite.module.create(lonely, [], sender=ground.account("palmetto")).returned
    traded.content["epoch"] += 1
    ground.chain.warp((traded.epoch + 2) * EPOCH)
    found = judged(traded)
    assert found.accept, found.reason
    traded.content["invoices"].append(
        traded.line("C") | {"number": "Z", "certificate": {"module": suite.module.address, "id": str(id)}}
    )
    assert "its debtor had not acknowledged its certificate when the epoch ended" in judged(traded).reason
    # Later it is too late: an epoch that is over stays as it was.
    suite.module.acknowledge(id, sender=ground.account("corrib"))
    assert "its debtor had not acknowledged its certificate when the epoch ended" in judged(traded).reason
    traded.content["invoices"].pop()
    assert judged(traded).accept


def test_a_credit_note_of_later_changes_nothing(traded: Trade) -> None:
    """Else who asked could make those who signed look wrong."""
    ground, module = traded.ground, traded.ground.suite.module
    request, seen = asked(traded)
    seller = ground.account("palmetto")
    module.creditNote(traded.ids["C"], 5 * UNIT, "CN-1", ground.suite.today, b"\1" * 32, sender=seller)
    assert judged(traded).accept
    before = getattr(ground.chain, "block_number") - 5  # noqa: B009 - of Anvil alone
    assert seen.facts.past(module.address).credited(traded.ids["C"])
    history = History(RpcBlocks(cast(Rpc, ground.chain)), 0, 2_000)
    assert history.of(module.address, before).credited(traded.ids["C"]) == []
    assert history.of(module.address, 1).acknowledged(traded.ids["C"]) is None
    assert history.of(module.address, before).payments(traded.ids["A"]) == seen.facts.past(module.address).payments(
        traded.ids["A"]
    )
    traded.line("C")["amount"] = "79995.00"
    assert "was of 80000000000" in judged(traded).reason
    assert request.id == traded.entity


def test_the_order_lines_of_a_certificate(traded: Trade) -> None:
    ground, suite = traded.ground, traded.ground.suite
    lined = suite.invoice(
        debtor=ground.account("corrib").address,
        number="L",
        face=30_000 * UNIT,
        dueDate=ground.chain.now + DAY,
        issueDay=suite.today,
    )
    root = suite.module.create(lined, [10_000 * UNIT, 20_000 * UNIT], sender=ground.account("palmetto")).returned
    suite.module.acknowledge(root, sender=ground.account("corrib"))
    due, issued = (lined.dueDate // DAY, lined.issueDay)
    traded.content["epoch"] += 1
    ground.chain.warp((traded.epoch + 2) * EPOCH)
    assert f"certificate {root + 1} of the enterprise belongs to the epoch" in judged(traded).reason
    for line, amount in ((1, "10000"), (2, "20000")):
        named = {"module": suite.module.address, "id": hex(root + line)}
        terms = {"amount": amount, "issued": day(issued * DAY), "due": day(due * DAY), "payments": []}
        traded.content["invoices"].append(traded.line("C") | {"number": "L", "certificate": named} | terms)
    found = judged(traded)
    assert found.accept, found.reason
    assert found.figures is not None
    assert (found.figures.receivables_issued, found.figures.receivables_repaid) == (30_000 * UNIT, 0)


def test_another_creditor_s_certificate(traded: Trade) -> None:
    ground, suite = traded.ground, traded.ground.suite
    other = suite.circulating(number="S-1", dueDate=ground.chain.now + 60 * DAY)
    traded.line("C")["certificate"]["id"] = str(other)
    assert f"its certificate is of creditor {suite.entities['seller']}" in judged(traded).reason


def test_no_certificate_at_all(traded: Trade) -> None:
    traded.line("C")["certificate"]["id"] = "65536"
    assert "invoice 'C': its" in judged(traded).reason


def test_cargo_that_is_certified(traded: Trade) -> None:
    """Of a shipment of the module; only the enterprise's own, at the units it was issued with."""
    ground = traded.ground
    other = options(ground, cargo_modules=[ground.suite.module.address])
    (load,) = traded.content["cargo"]
    load["certificate"] = {"module": "0x" + "11" * 20, "id": "1"}
    assert "cargo 'BL-1': module 0x1111" in judged(traded, OperatingFacts(other)).reason
    load["certificate"] = {"module": ground.suite.module.address, "id": "65536"}
    assert "cargo 'BL-1': its module knows no such certificate" in judged(traded, OperatingFacts(other)).reason
    foreign = ground.suite.circulating(number="S-1", dueDate=ground.chain.now + 60 * DAY)
    load["certificate"]["id"] = str(foreign)
    assert "the enterprise has no part in its certificate" in judged(traded, OperatingFacts(other)).reason


def test_who_asks(traded: Trade) -> None:
    ground = traded.ground
    request, seen = asked(traded)
    bank = ground.suite.entities["bank"]
    foreign = replace(request, requester=bank)
    strict, open_ = OperatingFacts(options(ground)), OperatingFacts(options(ground, askers=[bank]))
    assert f"entity {bank} asks about" in strict.check(foreign, traded.document(), seen.facts).reason
    assert open_.check(foreign, traded.document(), seen.facts).accept
    with pytest.raises(ValueError, match="not the one that is meant"):
        strict.check(request, traded.document() + b" ", seen.facts)


def test_what_is_claimed(traded: Trade) -> None:
    assert judged(traded, claimed=80_000 * UNIT).accept
    assert "a turnover of 80000000001 is claimed" in judged(traded, claimed=80_000 * UNIT + 1).reason


def test_what_is_believed(traded: Trade) -> None:
    ground = traded.ground
    module = ground.suite.module.address
    orders = OperatingFacts({"modules": [module], "believe": ["cargo"]})
    assert "orders are in no ledger" in judged(traded, orders).reason
    cargo = OperatingFacts({"modules": [module], "believe": ["orders"]})
    assert "cargo 'BL-1' has no certificate" in judged(traded, cargo).reason
    everything = OperatingFacts({"believe": ["invoices", "orders", "cargo"]})
    for line in traded.content["invoices"]:
        line["certificate"] = None
    assert judged(traded, everything).accept


def test_when(traded: Trade) -> None:
    ground = traded.ground
    check = OperatingFacts(options(ground))
    traded.content["epoch"] += 1
    request, seen = asked(traded)
    with pytest.raises(LookupError, match="is not over"):
        check.check(request, traded.document(), seen.facts)
    traded.content["epoch"] -= 1
    with ground.chain.isolated():
        ground.chain.warp((traded.epoch + 4) * EPOCH - 1)
        ground.chain.mine()
        assert judged(traded).accept
    ground.chain.warp((traded.epoch + 4) * EPOCH)
    ground.chain.mine()
    with pytest.raises(LookupError, match="is too old"):
        judged(traded)


def test_a_later_epoch_is_recorded(traded: Trade) -> None:
    ground, last = traded.ground, traded.epoch + 1
    ground.chain.warp((last + 1) * EPOCH)
    facts = structs.OperatingFacts(traded.entity, last, 0, 0, 0, 0, 0, 0, 1, ground.chain.now + DAY)
    signers = sorted((ground.account("key1"), ground.account("key2")), key=lambda one: int(one.address, 16))
    digest = ground.record.factsDigest(facts)
    brought = [structs.Attestation(one.address, one.sign_hash(digest).packed) for one in signers]
    ground.record.record(facts, brought, sender=ground.suite.stranger)
    with pytest.raises(LookupError, match=f"epoch {last} is recorded already"):
        judged(traded)
    traded.content["epoch"] = last
    found = judged(traded)
    assert found.figures is not None
    assert found.figures.number == 2


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "modules: name the receivable modules"),
        ({"modules": ["0x12"]}, "cannot be used"),
        ({"modules": [], "believe": ["invoices"], "rates": {"EUR": 1.08}}, "rates"),
        ({"believe": ["invoices"], "rates": {"EUR": "0"}}, "above 0"),
        ({"believe": ["invoices"], "rates": {"USD": "2"}}, "above 0"),
        ({"believe": ["everything"]}, "believe"),
    ],
)
def test_options(given: dict[str, Any], problem: str) -> None:
    with pytest.raises(CheckInvalid, match=problem):
        build(CheckConfig(name="operating-facts", options=given))


def test_the_history_is_the_same_in_any_steps(traded: Trade) -> None:
    ground, module = traded.ground, traded.ground.suite.module.address
    whole_, small = verification(traded), verification(traded, 7)
    for _ in range(2):
        one, other = whole_.facts.past(module), small.facts.past(module)
        assert one.receivables_of(traded.entity) == other.receivables_of(traded.entity)
        assert one.payments(traded.ids["A"]) == other.payments(traded.ids["A"])
        assert [amount for _, amount in one.payments(traded.ids["A"])] == [60_000 * UNIT, 40_000 * UNIT]
        ground.chain.mine(300)  # what was new is deep now, and read from memory
    payer = ground.account("corrib")
    ground.suite.fund(payer, UNIT)
    ground.suite.module.pay(traded.ids["C"], UNIT, sender=payer)
    assert [amount for _, amount in small.facts.past(module).payments(traded.ids["C"])] == [UNIT]


def signed(seen: Verification, request: Request, trade: Trade, label: str = "key1") -> SignedResult:
    check = OperatingFacts(options(trade.ground))
    verdict = check.check(request, trade.document(), seen.facts)
    decision = decide_facts(request, [("operating-facts", verdict)], 90)
    who = trade.ground.account(label)
    signature = who.sign_hash(seen.digest(request, decision)).packed
    return SignedResult(request.number, decision.amount, decision.valid_until, who.address, signature, decision.facts)


def test_what_nodes_tell_one_another(traded: Trade) -> None:
    request, seen = asked(traded)
    one = signed(seen, request, traded)
    assert one.facts is not None
    assert from_json(to_json(one)) == one
    assert seen.verify(one, request).node == 1
    for bad in (
        replace(one, facts=one.facts._replace(turnover=one.facts.turnover + 1)),
        replace(one, facts=one.facts._replace(entity=1)),
        replace(one, facts=None),
        replace(one, amount=2),
        replace(one, valid_until=one.valid_until - 1),
    ):
        with pytest.raises(SignatureRefused):
            seen.verify(bad, request)
    valuation = seen.request(traded.ground.ask())
    with pytest.raises(SignatureRefused, match="does not ask for these facts"):
        seen.verify(replace(one, number=valuation.number), valuation)
    who, until = traded.ground.account("key1"), request.deadline
    plain = who.sign_hash(traded.ground.results.resultDigest(request.number, 1, until)).packed
    with pytest.raises(SignatureRefused, match="the facts are signed, or a refusal"):
        seen.verify(SignedResult(request.number, 1, until, who.address, plain), request)
    refusal = who.sign_hash(traded.ground.results.resultDigest(request.number, 0, until)).packed
    assert seen.verify(SignedResult(request.number, 0, until, who.address, refusal), request).node == 1


@pytest.mark.parametrize(
    "changes", [{"orders": "1e3"}, {"orders": 5}, {"daysLate": "65536"}, {"more": "1"}, {"entity": str(1 << 48)}]
)
def test_facts_that_are_none(traded: Trade, changes: dict[str, Any]) -> None:
    request, seen = asked(traded)
    said = to_json(signed(seen, request, traded))
    with pytest.raises(ValueError, match="facts"):
        from_json(said | {"facts": said["facts"] | changes})
    with pytest.raises(ValueError, match="facts"):
        from_json(said | {"facts": []})


def test_one_decision_of_all_checks(traded: Trade) -> None:
    request, seen = asked(traded)
    good = OperatingFacts(options(traded.ground)).check(request, traded.document(), seen.facts)
    assert good.figures is not None
    ends = (traded.epoch + 1) * EPOCH
    assert decide_facts(request, [("a", good), ("b", Verdict(True, "well"))], 10).valid_until == ends + 10 * DAY
    assert decide_facts(request, [("a", good)], 90).valid_until == ends + 75 * DAY
    short = Verdict(True, "well", valid_until=request.deadline + 1)
    assert decide_facts(request, [("a", good), ("b", short)], 90).valid_until == request.deadline + 1
    brief = replace(short, valid_until=request.deadline)
    refused = decide_facts(request, [("a", good), ("b", brief)], 90)
    assert (refused.amount, refused.valid_until, refused.facts) == (0, request.deadline, None)
    assert decide_facts(request, [("a", good), ("b", Verdict(False, "no"))], 90).amount == 0
    other = replace(good, figures=replace(good.figures, orders=4))
    assert "different figures" in decide_facts(request, [("a", good), ("b", other)], 90).reason
    with pytest.raises(CheckFailed, match="none of them finds"):
        decide_facts(request, [("a", Verdict(True, "well"))], 90)


def test_kinds() -> None:
    assert OperatingFacts({"believe": ["invoices"]}).kinds == {RequestKind.credit_data}
