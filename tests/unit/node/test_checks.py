"""The checks, on the chain's own certificates and the documents of the examples."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from caldera.node.chain import Verification
from caldera.node.checks import Check, build
from caldera.node.checks.insurance import InsurancePolicy
from caldera.node.checks.invoices import InvoiceArithmetic
from caldera.node.checks.sensors import SensorPlausibility
from caldera.node.checks.valuation import ValuationBand
from caldera.node.config import CheckConfig
from caldera.node.errors import CheckInvalid
from caldera.node.facts import ReceivableFacts
from caldera.node.judge import decide
from caldera.node.model import Request, RequestKind, Verdict
from tests.support.node import ROOT, TODAY, Ground, register
from tests.support.suite import DAY

EVENTS = ROOT / "examples" / "events" / "shipment.jsonld"


def asked(ground: Ground, **changes: Any) -> tuple[Request, Verification]:
    verification = Verification(ground.chain, ground.results.address)
    return replace(verification.request(ground.ask()), **changes), verification


def verdict(ground: Ground, check: Check, document: bytes | None = None, **changes: Any) -> Verdict:
    request, verification = asked(ground, **changes)
    return check.check(request, ground.document if document is None else document, verification.facts)


def invoice_check(**options: Any) -> InvoiceArithmetic:
    return InvoiceArithmetic(options)


def test_the_invoice_of_the_certificate(ground: Ground) -> None:
    found = verdict(ground, invoice_check())
    assert found.accept, found.reason
    assert found.facts == {"payable": "173310.00", "owed": "173310000000", "claimed": "173310000000"}


def test_another_document_is_no_answer(ground: Ground) -> None:
    with pytest.raises(ValueError, match="not the one that is meant"):
        verdict(ground, invoice_check(), ground.document + b"\n")


def changed(ground: Ground, old: str, new: str) -> bytes:
    text = ground.document.decode()
    assert len(re.findall(old, text)) >= 1
    return re.sub(old, new, text, count=1).encode()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("173310.00</cbc:PayableAmount>", "173310.01</cbc:PayableAmount>", "BR-CO-16"),
        ("PVF-260512-07", "PVF-260512-08", "are not those of the certificate"),
        ("2026-05-12</cbc:IssueDate>", "2026-05-11</cbc:IssueDate>", "are not those of the certificate"),
        ("2026-08-10</cbc:DueDate>", "2026-08-11</cbc:DueDate>", "due on 2026-08-11, the certificate on 2026-08-10"),
        ("573310928", "573310929", "the seller .* is not entity"),
        ("641877", "641878", "the buyer .* is not entity"),
        ("</", "<", "cannot be used"),
    ],
)
def test_a_forged_document_is_refused(ground: Ground, old: str, new: str, reason: str) -> None:
    import hashlib

    forged = changed(ground, re.escape(old), new)
    digest = hashlib.sha256(forged).digest()

    class Forger:
        """A certificate that was registered for the forged bytes, with the true terms."""

        def __init__(self, verification: Verification) -> None:
            self._facts = verification.facts

        def __getattr__(self, name: str) -> Any:
            return getattr(self._facts, name)

        def receivable(self, target: str, asset: int) -> ReceivableFacts:
            return replace(self._facts.receivable(target, asset), document_hash=digest)

    request, verification = asked(ground, document_hash=digest)
    found = invoice_check().check(request, forged, Forger(verification))
    assert not found.accept
    assert re.search(reason, found.reason), found.reason


def test_the_certificate_names_the_document(ground: Ground) -> None:
    asset = register(ground, ground.invoice, number="PVF-260512-07-B", documentHash=b"\1" * 32)
    found = verdict(ground, invoice_check(), id=asset)
    assert (found.accept, found.reason) == (False, "the certificate was made from another document")


def test_a_certificate_for_more_than_the_invoice(ground: Ground) -> None:
    ground_number = ground.invoice.number
    with ground.chain.isolated():
        asset = register(ground, ground.invoice, number=ground_number + "-X", face=ground.invoice.payable_units(6) + 1)
        found = verdict(ground, invoice_check(), id=asset)
        assert not found.accept


def test_what_is_owed_bounds_the_claim(ground: Ground) -> None:
    owed = ground.invoice.payable_units(6)
    assert verdict(ground, invoice_check(), claimed=owed).accept
    found = verdict(ground, invoice_check(), claimed=owed + 1)
    assert (found.accept, found.reason) == (False, f"{owed + 1} are claimed, {owed} are owed")
    payer = ground.account("corrib")
    ground.suite.fund(payer, 10**9)
    ground.suite.module.pay(ground.asset, 10**9, sender=payer)
    assert not verdict(ground, invoice_check(), claimed=owed).accept
    assert verdict(ground, invoice_check(), claimed=owed - 10**9).accept


def test_the_state_of_the_receivable(ground: Ground) -> None:
    owed = ground.invoice.payable_units(6)
    payer = ground.account("corrib")
    with ground.chain.isolated():
        ground.suite.module.dispute(ground.asset, b"\1" * 32, sender=payer)
        assert verdict(ground, invoice_check()).reason == "the receivable is Disputed"
    ground.suite.fund(payer, owed)
    ground.suite.module.pay(ground.asset, owed, sender=payer)
    assert verdict(ground, invoice_check()).reason == "the receivable is Settled"


def test_further_names_of_parties(ground: Ground) -> None:
    request, verification = asked(ground)
    entity = ground.suite.entities["palmetto"]

    class Renamed:
        def __getattr__(self, name: str) -> Any:
            return getattr(verification.facts, name)

        def legal_id(self, number: int) -> bytes:
            from eth_utils.crypto import keccak

            return keccak(text="LEI:529900") if number == entity else verification.facts.legal_id(number)

    assert not invoice_check().check(request, ground.document, Renamed()).accept
    known = invoice_check(parties={str(entity): ["LEI:529900"]})
    assert known.check(request, ground.document, Renamed()).accept


@pytest.mark.parametrize(
    ("below", "above", "claimed", "accept"),
    [
        (10_000, 0, 0, True),
        (10_000, 0, 173_310_000_000, True),
        (10_000, 0, 173_310_000_001, False),
        (1_000, 500, 155_979_000_000, True),
        (1_000, 500, 155_978_999_999, False),
        (1_000, 500, 181_975_500_000, True),
        (1_000, 500, 181_975_500_001, False),
        (0, 0, 173_309_999_999, False),
    ],
)
def test_the_band(ground: Ground, below: int, above: int, claimed: int, accept: bool) -> None:
    check = ValuationBand({"below_bps": below, "above_bps": above})
    assert verdict(ground, check, claimed=claimed).accept is accept


def test_prices_of_a_table(ground: Ground, tmp_path: Path) -> None:
    (tmp_path / "prices.yml").write_text(f'"{ground.asset}": {{ amount: "1000.5", decimals: 6 }}\n"5": "7"\n')
    check = ValuationBand({"reference": "table", "table": "prices.yml", "folder": str(tmp_path), "below_bps": 0})
    assert verdict(ground, check, claimed=1_000_500_000).accept
    assert not verdict(ground, check, claimed=1_000_500_001).accept
    with pytest.raises(LookupError, match="has no price for asset 6"):
        verdict(ground, check, id=6)
    for text in ('"5": 1.5\n', '"5": "-1"\n', '"5": "0"\n', '"5": "1e3"\n', "[1]\n"):
        (tmp_path / "prices.yml").write_text(text)
        if text == '"5": 1.5\n':
            continue  # text to this reader of YAML, and exact
        with pytest.raises(CheckInvalid):
            ValuationBand({"reference": "table", "table": "prices.yml", "folder": str(tmp_path)})
    with pytest.raises(CheckInvalid, match="name the file"):
        ValuationBand({"reference": "table"})


def sensors(**bounds: Any) -> SensorPlausibility:
    given = {"uom": "CEL", "least": "-30", "most": "30"} | bounds
    return SensorPlausibility({"bounds": {"Temperature": given}})


def judged(check: SensorPlausibility, document: bytes) -> Verdict:
    return check.check(EMPTY, document, NOTHING)


EMPTY = Request(
    number=1,
    kind=RequestKind.mapping_compliance,
    requester=1,
    target="0x" + "00" * 20,
    id=77,
    field=0,
    claimed=1,
    document_hash=b"",
    panel_size=0,
    least_signers=2,
    least_weight=0,
    deadline=TODAY + DAY,
)
NOTHING: Any = None


def course(*points: tuple[str, str], kind: str = "Temperature", uom: str = "CEL", **extra: Any) -> bytes:
    """A document of one event with readings at these times."""
    reports = [{"type": kind, "value": "VALUE" + value, "uom": uom, "time": time, **extra} for time, value in points]
    event = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "ObjectEvent",
        "eventTime": "2026-05-14T10:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "epcList": ["urn:epc:id:sscc:4012345.1111111111"],
        "action": "OBSERVE",
        "sensorElementList": [{"sensorReport": reports}],
    }
    return re.sub(r'"VALUE([^"]*)"', r"\1", json.dumps(event)).encode()


@pytest.mark.parametrize(
    ("value", "accept"), [("30", True), ("30.01", False), ("-30", True), ("-30.01", False), ("0", True)]
)
def test_physical_bounds(value: str, accept: bool) -> None:
    assert judged(sensors(), course(("2026-05-14T08:00:00Z", value))).accept is accept


@pytest.mark.parametrize(("after", "accept"), [("12", True), ("12.01", False), ("-8", True), ("-8.01", False)])
def test_the_rate_of_change(after: str, accept: bool) -> None:
    document = course(("2026-05-14T08:30:00Z", after), ("2026-05-14T08:00:00Z", "2"))
    assert judged(sensors(per_hour="20"), document).accept is accept


@pytest.mark.parametrize(("time", "accept"), [("2026-05-14T10:00:00Z", True), ("2026-05-14T10:00:01Z", False)])
def test_gaps(time: str, accept: bool) -> None:
    document = course(("2026-05-14T08:00:00Z", "2"), (time, "2"))
    assert judged(sensors(gap_minutes=120), document).accept is accept


def test_two_readings_of_one_moment() -> None:
    same = "2026-05-14T08:00:00Z"
    assert judged(sensors(per_hour="20"), course((same, "2"), (same, "2"))).accept
    assert not judged(sensors(per_hour="20"), course((same, "2"), (same, "2.1"))).accept


def test_what_else_sensors_say() -> None:
    good = ("2026-05-14T08:00:00Z", "2")
    assert "tells of ALARM_CONDITION" in judged(sensors(), course(good, exception="ALARM_CONDITION")).reason
    assert "in FAH, its bounds are in CEL" in judged(sensors(), course(good, uom="FAH")).reason
    humid = course(good, kind="RelativeHumidity", uom="P1")
    assert "0 readings with bounds, 1 are needed" in judged(sensors(), humid).reason
    strict = SensorPlausibility(
        {"bounds": {"Temperature": {"uom": "CEL", "least": "0", "most": "1"}}, "unknown": False}
    )
    assert "for which there are no bounds" in judged(strict, humid).reason
    assert "cannot be used" in judged(sensors(), b"{}").reason


def test_the_events_of_the_examples() -> None:
    found = judged(sensors(), EVENTS.read_bytes())
    assert found.accept, found.reason


class Insured:
    """Asset 77 is in EUR with 6 decimals, was made for a shipment, and it is 15 May 2026."""

    def now(self) -> int:
        return TODAY

    def currency_of(self, target: str, asset: int) -> tuple[str, int]:
        return "EUR", 6

    def subject_of(self, target: str, asset: int) -> bytes:
        from eth_utils.crypto import keccak

        return keccak(text="(00)040123451111111111")


POLICY = {
    "policy": "P-1",
    "insurer": "Hanse Marine",
    "subject": "77",
    "sum": "100000.00",
    "currency": "EUR",
    "validFrom": "2026-01-01T00:00:00Z",
    "validUntil": "2026-12-31T23:59:59Z",
}


def insured(claimed: int = 10**11, options: Mapping[str, Any] | None = None, **changes: Any) -> Verdict:
    document = json.dumps(POLICY | changes).encode()
    request = replace(EMPTY, kind=RequestKind.insurance, claimed=claimed)
    facts: Any = Insured()
    return InsurancePolicy(options or {}).check(request, document, facts)


def test_a_policy() -> None:
    found = insured()
    assert found.accept, found.reason
    assert found.valid_until == 1_798_761_599
    assert insured(subject="0x4d").accept
    assert insured(subject="(00)040123451111111111").accept
    assert insured(sum=100_000).accept
    assert insured(options={"insurers": ["Hanse Marine"]}).accept


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"subject": "78"}, "is about '78'"),
        ({"currency": "USD"}, "in USD, the asset in EUR"),
        ({"sum": "99999.999999"}, "less than is claimed"),
        ({"validFrom": "2026-05-15T08:00:01Z"}, "the policy holds from"),
        ({"validUntil": "2026-05-15T07:59:59Z"}, "the policy holds from"),
        ({"validUntil": "2026-05-15T07:59:59"}, "no zone"),
        ({"sum": "1e9"}, "sum: "),
        ({"sum": True}, "sum: "),
        ({"currency": "Euro"}, "currency: "),
        ({"policy": ""}, "policy: "),
    ],
)
def test_a_policy_that_does_not_cover(changes: dict[str, Any], reason: str) -> None:
    found = insured(**changes)
    assert not found.accept
    assert reason in found.reason


def test_bounds_of_policies() -> None:
    assert insured(validFrom="2026-05-15T08:00:00Z").accept
    assert insured(validUntil="2026-05-15T08:00:00Z").accept
    assert not insured(claimed=10**11 + 1).accept
    assert not insured(options={"insurers": ["Other"]}).accept
    assert insured(options={"least_days": 230}).accept
    assert not insured(options={"least_days": 231}).accept
    for document in (b"", b"[]", b"\xff", b'{"sum": "1", "sum": "2"}', b"[" * 100_000, b" " * (2 << 20)):
        facts: Any = Insured()
        assert not InsurancePolicy({}).check(EMPTY, document, facts).accept


def request_for(**changes: Any) -> Request:
    return replace(EMPTY, kind=RequestKind.valuation, claimed=500, **changes)


def test_one_decision_of_all_verdicts() -> None:
    deadline = EMPTY.deadline
    good, bad = ("a", Verdict(True, "well")), ("b", Verdict(False, "not well"))
    made = decide(request_for(), [good, good], 90)
    assert (made.amount, made.valid_until) == (500, deadline + 90 * DAY)
    made = decide(request_for(), [good, bad], 90)
    assert (made.amount, made.valid_until, made.reason) == (0, deadline, "b: not well")
    until = ("c", Verdict(True, "for a while", valid_until=deadline + 1))
    assert decide(request_for(), [good, until], 90).valid_until == deadline + 1
    short = ("d", Verdict(True, "too short", valid_until=deadline))
    assert decide(request_for(), [good, short], 90).amount == 0
    assert decide(replace(EMPTY, claimed=0), [good], 90).amount == 1  # a mapping is compliant
    assert decide(request_for(), [good], 10**9).valid_until == (1 << 40) - 1
    nothing = decide(replace(request_for(), claimed=0), [good], 90)
    assert (nothing.amount, nothing.reason) == (0, "nothing is claimed")


class Weather:
    """A check as somebody else may write it."""

    name = "weather"
    kinds = frozenset({RequestKind.insurance})

    def check(self, request: Request, document: bytes, chain: Any) -> Verdict:
        return Verdict(True, "sunny")


def made(options: Mapping[str, Any]) -> Weather:
    if "rain" in options:
        raise ValueError("no rain here")
    return Weather()


def no_check(options: Mapping[str, Any]) -> object:
    return object()


def test_checks_of_others() -> None:
    def point(name: str, value: str) -> EntryPoint:
        return EntryPoint(name, value, "caldera.checks")

    here = "tests.unit.node.test_checks"
    installed = [point("weather", f"{here}:made"), point("odd", f"{here}:no_check"), point("gone", "no_module:x")]
    applied = build(CheckConfig(name="weather"), installed)
    assert isinstance(applied.check, Check)
    assert applied.kinds == {RequestKind.insurance}
    for config, words in (
        (CheckConfig(name="weather", options={"rain": 1}), "no rain here"),
        (CheckConfig(name="weather", kinds=["valuation"]), "does not judge valuation"),
        (CheckConfig(name="odd"), "is no check"),
        (CheckConfig(name="gone"), "cannot be loaded"),
        (CheckConfig(name="none"), "no check of this name"),
    ):
        with pytest.raises(CheckInvalid, match=words):
            build(config, installed)
    with pytest.raises(CheckInvalid, match="2 checks of this name"):
        build(CheckConfig(name="weather"), [*installed, installed[0]])
