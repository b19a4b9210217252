"""Generated invoices survive both syntaxes; damaged documents never surprise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caldera.documents import AmountMismatch, DocumentError, read_invoice

from .drafts import BASIC, BUYER, SELLER, Draft, DraftItem, DraftLine, DraftParty
from .helpers import EXAMPLES, SAMPLES
from .render_cii import cii
from .render_ubl import ubl

names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12).map(
    lambda text: f"Firm {text}"
)
cents = st.integers(1, 10**8).map(lambda number: Decimal(number) / 100)
rates = st.sampled_from([("S", Decimal(25)), ("S", Decimal("5.5")), ("Z", Decimal(0)), ("AE", Decimal(0))])
days = st.dates(date(2000, 1, 1), date(2090, 1, 1))


@st.composite
def parties(draw: st.DrawFn) -> DraftParty:
    return DraftParty(
        draw(names),
        draw(st.sampled_from(["DK", "SE", "DE"])),
        vat=draw(st.none() | st.integers(10**7, 10**9).map(lambda n: f"DK{n}")),
        legal=draw(st.none() | st.tuples(st.just("5568712043"), st.none() | st.just("0007"))),
        endpoint=draw(st.none() | st.just(("5790002274819", "0088"))),
        ids=draw(st.sampled_from([(), (("K1", None),), (("5790002274819", "0088"),)])),
    )


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    lines = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        category, rate = draw(rates)
        quantity = Decimal(draw(st.integers(-50, 2000).filter(bool))) / draw(st.sampled_from([1, 10]))
        lines.append(
            DraftLine(
                str(number), draw(names), quantity, "C62", draw(cents), category, rate,
                base=draw(st.sampled_from([Decimal(1), Decimal(100)])),
            )
        )  # fmt: skip
    items = tuple(
        DraftItem(draw(st.booleans()), draw(cents), line.category, line.rate)
        for line in lines[: draw(st.integers(0, 2))]
    )
    issued = draw(days)
    due = draw(st.none() | st.integers(0, 120).map(lambda count: issued + timedelta(days=count)))
    accounting = draw(st.booleans())
    return Draft(
        number=draw(st.integers(1, 10**9).map(lambda number: f"F-{number}/x")),
        issued=issued.isoformat(),
        seller=draw(parties()),
        buyer=draw(parties()),
        lines=tuple(lines),
        items=items,
        payee=draw(st.none() | parties()),
        due=due.isoformat() if due else None,
        terms=draw(st.none() | st.sampled_from(["Net 30", "see contract", "2 % & more\n30 dagar netto"])),
        currency=draw(st.sampled_from(["EUR", "USD", "SEK"])),
        tax_currency="NOK" if accounting else None,
        tax_in_tax_currency=draw(cents) if accounting else None,
        prepaid=draw(st.just(Decimal(0)) | cents),
        rounding=draw(st.integers(-50, 50).map(lambda number: Decimal(number) / 100)),
        order=draw(st.none() | st.just("PO-1")),
        contract=draw(st.none() | st.just("C-1")),
        preceding=draw(st.none() | st.just(("F-0", "2026-01-01"))),
        notes=draw(st.sampled_from([(), ("one",), ("one", "two < three")])),
    )


@settings(max_examples=150, deadline=None)
@given(drafts())
def test_an_invoice_is_the_same_in_both_syntaxes(draft: Draft) -> None:
    in_ubl, in_cii = read_invoice(ubl(draft)), read_invoice(cii(draft))
    if in_ubl.payee is not None and in_cii.payee is not None:  # UBL payees have no VAT id and endpoint
        payee = replace(in_cii.payee, vat_id=None, endpoint=None)
        in_cii = replace(in_cii, payee=payee)
    assert in_ubl == in_cii
    assert in_ubl.payable == draft.payable
    assert [line.net_amount for line in in_ubl.lines] == [line.net for line in draft.lines]
    assert in_ubl.issue_date.isoformat() == draft.issued
    assert in_ubl.seller.name == draft.seller.name
    assert in_ubl.fingerprint_fields() == in_cii.fingerprint_fields()
    assert in_ubl.findings == ()
    if draft.due:
        assert in_ubl.require_due_date().isoformat() == draft.due
    positive = sum(line.net > 0 for line in draft.lines)
    if in_ubl.payable > 0 and positive and in_ubl.payable_units(6) >= positive:
        parts = in_ubl.lines_as_units(6)
        assert (sum(parts), len(parts)) == (in_ubl.payable_units(6), positive)


@settings(max_examples=60, deadline=None)
@given(drafts(), st.integers(1, 10**6), st.booleans(), st.sampled_from([ubl, cii]))
def test_a_changed_payable_amount_is_noticed(draft: Draft, change: int, more: bool, render: object) -> None:
    wrong = draft.payable + (Decimal(change) / 100 if more else -Decimal(change) / 100)
    text = (ubl if render is ubl else cii)(draft).decode()
    marker = f'PayableAmount currencyID="{draft.currency}">' if render is ubl else "DuePayableAmount>"
    start = text.index(marker) + len(marker)
    changed = text[:start] + str(wrong) + text[text.index("<", start) :]
    try:
        read_invoice(changed.encode())
    except AmountMismatch as error:
        assert error.rule == "BR-CO-16"
        assert (error.stated, error.computed) == (wrong, draft.payable)
    else:
        raise AssertionError("the changed amount was accepted")


def corpus() -> list[bytes]:
    paths = sorted(EXAMPLES.glob("*.xml"))
    if SAMPLES.is_dir():
        paths += sorted(path for path in SAMPLES.rglob("*") if path.suffix.lower() == ".xml")
    return [path.read_bytes() for path in paths] + [ubl(BASIC), cii(BASIC)]


CORPUS = corpus()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.sampled_from(CORPUS),
    edits=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 3), st.binary(min_size=1, max_size=4)),
        min_size=1,
        max_size=6,
    ),
)
def test_damaged_documents_raise_only_document_errors(data: bytes, edits: list[tuple[float, int, bytes]]) -> None:
    damaged = bytearray(data)
    for place, removed, inserted in edits:
        at = int(place * len(damaged))
        damaged[at : at + removed] = inserted
    try:
        invoice = read_invoice(bytes(damaged))
    except DocumentError as error:
        assert error.file == "<bytes>"
        assert error.what
        assert error.todo
        return
    for use in (invoice.fingerprint_fields, invoice.require_due_date, lambda: invoice.lines_as_units(6)):
        try:
            use()
        except DocumentError as error:
            assert str(error)


@settings(max_examples=200, deadline=None)
@given(
    data=st.sampled_from(CORPUS),
    choice=st.integers(0, 10**6),
    text=st.sampled_from(["", " ", "1e5", "-", "\u0661", "9" * 39, "0000-00-00", "99999999", "true", "EUR", "&amp;"])
    | st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8),
)
def test_any_value_replaced_by_any_text(data: bytes, choice: int, text: str) -> None:
    document = data.decode("utf-8-sig")
    ends = [at for at in range(len(document)) if document.startswith("</", at) and document[at - 1] != ">"]
    end = ends[choice % len(ends)]
    start = document.rindex(">", 0, end) + 1
    plain = text if text == "&amp;" else text.replace("&", "").replace("<", "")
    try:
        invoice = read_invoice((document[:start] + plain + document[end:]).encode())
    except DocumentError as error:
        assert str(error)
    else:
        assert invoice.payable == invoice.totals.payable


def test_drafts_are_not_all_alike() -> None:
    assert read_invoice(ubl(BASIC)).seller.name == SELLER.name
    assert read_invoice(cii(BASIC)).buyer.name == BUYER.name
    assert len(CORPUS) >= 9
