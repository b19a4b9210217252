"""camt.054 and pain.001: amounts to the cent, schemas kept, nothing rounded in silence."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from lxml import etree

from caldera.vouchers import Currency, DocumentNotPossible, owed_by
from caldera.vouchers.errors import (
    AmountTooLong,
    FractionOfMinorUnit,
    NotAnIsoCurrency,
    NothingToReport,
    SchemaViolated,
)
from caldera.vouchers.iso20022.accounts import packed, unpacked
from caldera.vouchers.iso20022.amounts import Minor
from caldera.vouchers.iso20022.camt054 import NAMESPACE, camt054
from caldera.vouchers.iso20022.check import fitting
from caldera.vouchers.iso20022.pain001 import pain001
from tests.support.accounting import Office
from tests.support.suite import DAY, MINIMUM
from tests.unit.vouchers.test_journal import voucher

NOW = datetime(2027, 2, 1, 12, 30, tzinfo=UTC)
CENT = 10_000
C = {"c": NAMESPACE}
P = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
WHOLE = replace(voucher(150 * CENT), own="0x" + "22" * 20, other="0x" + "33" * 20)


def tree(xml: str) -> etree._Element:
    return etree.fromstring(xml.encode())


def texts(xml: str, path: str, spaces: dict[str, str]) -> list[str]:
    return [str(each.text) for each in tree(xml).iterfind(path, spaces)]


def valid_pain(xml: str) -> None:
    """Against the schema itself, which sepaxml brings."""
    schema = etree.XMLSchema(etree.fromstring((files("sepaxml") / "schemas/pain.001.001.09.xsd").read_bytes()))
    schema.assertValid(tree(xml))


def test_one_entry_a_movement_of_money() -> None:
    out = replace(WHOLE, key=WHOLE.key._replace(log_index=1), lines=tuple(
        replace(line, amount=-line.amount) for line in WHOLE.lines
    ), cash=-150 * CENT)  # fmt: skip
    unpaid = replace(WHOLE, cash=0, key=WHOLE.key._replace(log_index=2))
    xml = camt054([WHOLE, out, unpaid, WHOLE.reversed()], NOW)
    assert texts(xml, ".//c:Ntry/c:Amt", C) == ["1.50", "1.50", "1.50"]
    assert texts(xml, ".//c:Ntry/c:CdtDbtInd", C) == ["CRDT", "DBIT", "DBIT"]
    assert texts(xml, ".//c:Ntry/c:RvslInd", C) == ["true"]
    assert texts(xml, ".//c:Ntry/c:NtryRef", C)[0] == WHOLE.id
    assert texts(xml, ".//c:Acct/c:Prxy/c:Id", C) == ["eip155:1:0x" + "22" * 20]
    assert texts(xml, ".//c:CdtrAcct/c:Prxy/c:Id", C)[0] == "eip155:1:0x" + "33" * 20
    refs = texts(xml, ".//c:Ntry[1]//c:Prtry/c:Ref", C)
    assert refs[0] + refs[1] == WHOLE.key.tx
    assert camt054([WHOLE], NOW) == camt054([WHOLE], NOW)


def test_one_notification_an_account_and_currency() -> None:
    other = replace(WHOLE, own="0x" + "44" * 20, key=WHOLE.key._replace(log_index=1))
    dollar = replace(WHOLE, currency=Currency("USD", 6, "0x55"), key=WHOLE.key._replace(log_index=2))
    unknown = replace(WHOLE, own="", other="", key=WHOLE.key._replace(log_index=3))
    xml = camt054([WHOLE, other, dollar, unknown], NOW)
    assert len(tree(xml).findall(".//c:Ntfctn", C)) == 4
    assert "NOTPROVIDED" in texts(xml, ".//c:Acct/c:Id/c:Othr/c:Id", C)


def test_fractions_of_a_cent_are_refused_or_carried() -> None:
    parts = [replace(WHOLE, **_amount(number, units)) for number, units in enumerate((4_999, 5_000, 1, -10_001, 1))]
    with pytest.raises(FractionOfMinorUnit, match=r"0\.004999 EUR has more than 2 decimals"):
        camt054(parts, NOW)
    xml = camt054(parts, NOW, carry=True)
    assert texts(xml, ".//c:Ntry/c:Amt", C) == ["0.00", "0.00", "0.01", "0.02", "0.01"]
    assert texts(xml, ".//c:Ntry/c:CdtDbtInd", C) == ["CRDT", "CRDT", "CRDT", "DBIT", "CRDT"]
    assert texts(xml, ".//c:AddtlNtryInf", C)[0] == "exact amount 0.004999 EUR"
    assert texts(xml, ".//c:AddtlNtfctnInf", C) == []  # nothing is left: the parts add up to zero
    left = camt054(parts[:1], NOW, carry=True)
    assert texts(left, ".//c:AddtlNtfctnInf", C) == ["0.004999 EUR carried, not in the entries"]


def _amount(number: int, units: int) -> dict[str, Any]:
    lines = (replace(WHOLE.lines[0], amount=units), replace(WHOLE.lines[1], amount=-units))
    return {"lines": lines, "cash": units, "key": WHOLE.key._replace(log_index=number)}


def test_minor_units_are_the_currencys() -> None:
    assert Minor(Currency("JPY", 6, ""), False).next(5_000_000, "x") == Decimal("5")
    assert Minor(Currency("KWD", 6, ""), False).next(5_001_000, "x") == Decimal("5.001")
    assert Minor(Currency("EUR", 0, ""), False).next(5, "x") == Decimal("5.00")
    assert Minor(Currency("EUR", 2, ""), False).next(10**18 - 1, "x") == Decimal("9999999999999999.99")
    with pytest.raises(AmountTooLong):
        Minor(Currency("EUR", 2, ""), False).next(10**18, "x")
    with pytest.raises(FractionOfMinorUnit):
        Minor(Currency("JPY", 6, ""), False).next(5_000_001, "x")
    for code in ("EURO", "XXX", "eur", "XAU"):
        with pytest.raises(NotAnIsoCurrency):
            Minor(Currency(code, 6, ""), False)


def test_nothing_to_report() -> None:
    with pytest.raises(NothingToReport):
        camt054([replace(WHOLE, cash=0)], NOW)


def test_free_text_of_others_fits() -> None:
    wild = replace(WHOLE, reference="A\x00B\nC\U0001f600<&>" * 20, text="é]]>" * 100, event="E" * 80)
    xml = camt054([wild], NOW)
    (reference,) = texts(xml, ".//c:EndToEndId", C)
    assert reference.startswith("A B C\U0001f600<&>")
    assert len(reference) == 35
    assert fitting("\x01", 5) == "-"


def test_what_the_schema_forbids_is_named() -> None:
    with pytest.raises(SchemaViolated, match=r"TxDtls/Refs/Prtry/Ref: 88 characters, 1 to 35 are allowed"):
        camt054([replace(WHOLE, key=WHOLE.key._replace(tx="0x" + "ab" * 60))], NOW)


def test_addresses_fit_and_can_be_turned_back() -> None:
    address = "0xf242BAFf2C1580B663B44A6972618F15dB8A9596"
    assert len(packed(address)) == 32
    assert unpacked(packed(address)) == address


def test_what_is_owed_is_proposed_for_payment(office: Office) -> None:
    suite = office.suite
    late = suite.circulating(face=10 * MINIMUM, dueDate=suite.chain.now + DAY)
    suite.circulating((4 * MINIMUM, 3 * MINIMUM), face=7 * MINIMUM, number="INV-2")
    suite.create(face=5 * MINIMUM, number="not acknowledged")
    disputed = suite.circulating(face=5 * MINIMUM, number="disputed")
    suite.module.dispute(disputed, b"\1" * 32, sender=suite.buyer)
    paid = suite.circulating(face=5 * MINIMUM, number="paid")
    suite.pay(paid, 5 * MINIMUM)
    suite.pay(late, 1 * MINIMUM)
    keeper = office.books("buyer").keeper
    dues = owed_by(keeper)
    assert [(due.number, due.amount // MINIMUM) for due in dues] == [("INV-1", 9), ("INV-2", 4), ("INV-2", 3)]
    assert dues[1].id + 1 == dues[2].id
    assert owed_by(office.books("seller").keeper) == []

    xml = pain001(keeper, office.chain.chain_id, suite.buyer.address, NOW)
    valid_pain(xml)
    # The first is overdue on the day of creation, and to be paid on it.
    assert texts(xml, ".//p:ReqdExctnDt/p:Dt", P) == ["2027-02-01", "2027-03-16"]
    assert texts(xml, ".//p:InstdAmt", P) == ["9000.00", "4000.00", "3000.00"]
    assert texts(xml, ".//p:GrpHdr/p:CtrlSum", P) == ["16000.00"]
    assert texts(xml, ".//p:GrpHdr/p:NbOfTxs", P) == ["3"]
    module = f"eip155:{office.chain.chain_id}:{suite.module.address}"
    assert texts(xml, ".//p:CdtrAcct/p:Prxy/p:Id", P) == [module] * 3
    assert f"pay 0x{late:064x}" in xml


def test_owed_fractions_of_a_cent(office: Office) -> None:
    suite = office.suite
    suite.circulating(face=10 * MINIMUM + 1)
    keeper = office.books("buyer").keeper
    with pytest.raises(FractionOfMinorUnit, match="invoice INV-1"):
        pain001(keeper, 1, suite.buyer.address, NOW)
    xml = pain001(keeper, 1, suite.buyer.address, NOW, carry=True)
    valid_pain(xml)
    assert texts(xml, ".//p:InstdAmt", P) == ["10000.00"]
    assert "exact 10000.000001 USD" in xml


def test_nothing_owed(office: Office) -> None:
    with pytest.raises(NothingToReport):
        pain001(office.books("buyer").keeper, 1, office.suite.buyer.address, NOW)
    assert issubclass(NothingToReport, DocumentNotPossible)
