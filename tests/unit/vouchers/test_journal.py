"""Vouchers, and the journal that has each once."""

from dataclasses import replace
from pathlib import Path

import pytest

from caldera.vouchers import (
    Chart,
    Currency,
    Journal,
    Key,
    Line,
    NotAJournal,
    OtherChart,
    Unbalanced,
    Voucher,
    bring_up,
    load_chart,
    read,
)
from caldera.vouchers.errors import NoLines
from tests.support.accounting import Office, hash_of
from tests.support.suite import MINIMUM

EURO = Currency("EUR", 6, "0x" + "11" * 20)


def voucher(amount: int = 5, log_index: int = 0, block: int = 10, block_hash: str = "0xaa") -> Voucher:
    lines = (Line("cash", "1000", "Money", amount), Line("sales", "4000", "Sales", -amount))
    key = Key(1, "0x" + "ab" * 32, log_index, "books", "holder")
    return Voucher(key, block, block_hash, 1_800_000_000, "Shop", "Paid", "R-1", "0x05", "paid", EURO, lines, amount)


def test_debits_equal_credits() -> None:
    good = voucher()
    assert (good.debits, good.credits) == (5, 5)
    with pytest.raises(Unbalanced) as caught:
        replace(good, lines=(good.lines[0], replace(good.lines[1], amount=-4)))
    assert (caught.value.debits, caught.value.credits) == (5, 4)
    for lines in ((), (replace(good.lines[0], amount=0),)):
        with pytest.raises(NoLines):
            replace(good, lines=lines)


@pytest.mark.parametrize("amount", [1, -1, 10**6, 123_456_789, -(2**96)])
def test_what_is_written_is_read_back_exactly(amount: int) -> None:
    assert Voucher.load(voucher(amount).dump()) == voucher(amount)


def test_an_id_follows_from_the_key() -> None:
    assert voucher(5).id == voucher(7).id != voucher(5, 1).id
    assert voucher().reversed().id != voucher().id
    assert len(voucher().id) == 32


def test_amounts_for_people() -> None:
    assert [EURO.short(units) for units in (0, 1, -1_500_000, 10**13)] == ["0.00", "0.000001", "-1.50", "10,000,000.00"]
    assert Currency("JPY", 0, "").short(12345) == "12,345"


def test_once(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Journal(path) as journal:
        assert journal.take("books", 1, 0, 10, [voucher()]).added == [voucher()]
    with Journal(path) as journal:
        again = journal.take("books", 1, 0, 10, [voucher(), voucher(log_index=1)])
        assert (again.added, again.known, again.reversed) == ([voucher(log_index=1)], 1, [])
        assert journal.vouchers() == [voucher(), voucher(log_index=1)]
        assert journal.vouchers("others") == []


def test_what_vanished_is_reversed_and_may_come_back() -> None:
    with Journal() as journal:
        journal.take("books", 1, 0, 10, [voucher()])
        gone = journal.take("books", 1, 0, 10, [])
        assert gone.reversed == [voucher()]
        assert journal.take("books", 1, 0, 10, []).reversed == []
        assert sum(each.lines[0].amount for each in journal.vouchers()) == 0
        (back,) = journal.take("books", 1, 0, 12, [voucher(block=12, block_hash="0xbb")]).added
        assert (back.revision, back.block) == (2, 12)
        assert [each.revision for each in journal.vouchers()] == [0, 1, 2]


def test_what_changed_is_reversed_and_made_anew() -> None:
    with Journal() as journal:
        journal.take("books", 1, 0, 10, [voucher(5)])
        done = journal.take("books", 1, 0, 10, [voucher(7, block_hash="0xbb")])
        assert (done.reversed, done.added) == ([voucher(5)], [replace(voucher(7, block_hash="0xbb"), revision=2)])
        assert sum(each.cash for each in journal.vouchers()) == 7


def test_what_moved_to_a_block_outside_the_range_stands_once() -> None:
    with Journal() as journal:
        journal.take("books", 1, 0, 10, [voucher(5)])
        journal.take("books", 1, 11, 20, [voucher(5, block=11, block_hash="0xbb")])
        assert sum(each.cash for each in journal.vouchers()) == 5
        assert [(each.revision, each.block) for each in journal.vouchers()] == [(0, 10), (1, 10), (2, 11)]


def test_blocks_outside_the_range_and_books_of_others_are_left_alone() -> None:
    with Journal() as journal:
        journal.take("books", 1, 0, 10, [voucher()])
        for books, chain_id, first, last in (("books", 1, 11, 20), ("others", 1, 0, 10), ("books", 2, 0, 10)):
            assert journal.take(books, chain_id, first, last, []).reversed == []


def test_an_import_that_fails_leaves_nothing() -> None:
    with Journal() as journal:
        key = voucher().key._replace(chain_id=None)  # type: ignore[arg-type]
        with pytest.raises(Exception, match="NOT NULL"):
            journal.take("books", 1, 0, 10, [voucher(), replace(voucher(log_index=1), key=key)])
        assert journal.vouchers() == []


def test_not_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("not a data base, but long enough to be looked at\n" * 40)
    with pytest.raises(NotAJournal, match=r"note\.txt"):
        Journal(path)
    assert path.read_text().startswith("not a data base")
    with pytest.raises(NotAJournal):
        Journal(tmp_path / "no folder" / "journal.db")


def test_other_rules_need_another_journal(office: Office) -> None:
    office.suite.circulating()
    source, party = office.chain.source, office.party("buyer")
    reading = office.books("buyer")
    with Journal() as journal:
        bring_up(source, office.contracts, office.chart, party, journal, reading)
        raw = office.chart.model_dump()
        raw["accounts"]["cash"]["number"] = "1001"
        other = Chart.model_validate(raw)
        with pytest.raises(OtherChart, match="another chart"):
            bring_up(source, office.contracts, other, party, journal, reading)
        assert load_chart() == office.chart
        assert bring_up(source, office.contracts, load_chart(), party, journal, reading).added == []


def test_a_reorganised_chain(office: Office) -> None:
    """The last block is replaced: the payment in it is gone, another one is there."""
    suite = office.suite
    asset = suite.circulating(face=10 * MINIMUM)
    suite.fund(suite.buyer, 10 * MINIMUM)
    mark = suite.chain.snapshot()
    kept = len(office.chain.receipts)
    party = office.party("buyer")
    with Journal() as journal:
        suite.module.pay(asset, 4 * MINIMUM, sender=suite.buyer)
        bring_up(office.chain.source, office.contracts, office.chart, party, journal, office.books("buyer"))
        suite.chain.restore(mark)
        del office.chain.receipts[kept:]
        suite.module.pay(asset, 3 * MINIMUM, sender=suite.buyer)
        source = office.chain.source
        block = source.latest()
        source.found = [
            replace(log, block_hash=hash_of(block, 1)) if log.block == block else log for log in source.found
        ]
        reading = read(source, office.contracts, office.chart, party)
        done = bring_up(source, office.contracts, office.chart, party, journal, reading)
        assert [each.cash for each in done.reversed] == [-4 * MINIMUM]
        assert [each.cash for each in done.added] == [-3 * MINIMUM]
        assert sum(each.cash for each in journal.vouchers()) == suite.token.balanceOf(suite.buyer)
        assert bring_up(source, office.contracts, office.chart, party, journal, reading).added == []
